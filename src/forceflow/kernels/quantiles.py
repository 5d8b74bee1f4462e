"""Exact quantiles of the rows of a matrix, by one histogram and the sorting of a few buckets."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._jit import kernel

__all__ = ["row_quantiles"]

_BUCKETS = 1024
_0: Any = np.int64(0)  # a plain 0 would be a type of its own to numba, and one more function to compile


@kernel
def row_quantiles(matrix: NDArray[np.float64], levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Quantiles of each row, linear between order statistics; shape (levels, rows).

    Parameters
    ----------
    matrix
        Shape (rows, n), finite or NaN; a row with a NaN gives NaN. An infinite value is treated like any other.
    levels
        Probabilities, ascending, shape (levels,).

    Notes
    -----
    The same numbers as ``numpy.quantile(matrix, levels, axis=1)``: each row is counted into 1,024 equal buckets, and
    only the buckets that hold a wanted order statistic are sorted.
    """
    rows, n = matrix.shape
    k = levels.shape[0]
    out = np.empty((k, rows))
    counts = np.empty(_BUCKETS + 1, dtype=np.int64)
    bucket_of = np.empty(n, dtype=np.uint16)
    slot = np.empty(_BUCKETS, dtype=np.int64)
    for r in range(rows):
        row = matrix[r]
        # Four strands, since each minimum waits for the one before it.
        low = low_1 = low_2 = low_3 = high = high_1 = high_2 = high_3 = row[0]
        ok = True
        for i in range(0, n - 3, 4):
            a, b, c, d = row[i], row[i + 1], row[i + 2], row[i + 3]
            low, low_1, low_2, low_3 = min(low, a), min(low_1, b), min(low_2, c), min(low_3, d)
            high, high_1, high_2, high_3 = max(high, a), max(high_1, b), max(high_2, c), max(high_3, d)
            ok &= (a == a) & (b == b) & (c == c) & (d == d)
        for i in range(n - n % 4, n):
            value = row[i]
            low, high = min(low, value), max(high, value)
            ok &= value == value
        low, high = min(min(low, low_1), min(low_2, low_3)), max(max(high, high_1), max(high_2, high_3))
        if not ok:
            out[:, r] = np.nan
            continue
        if low == high:
            out[:, r] = low
            continue
        if not (high - low < np.inf):
            ordered = row.copy()
            _sort(ordered, _0, n)
            for j in range(k):
                place_of = levels[j] * (n - 1)
                first = int(place_of)
                out[j, r] = _blend(ordered[first], ordered[min(first + 1, n - 1)], place_of - first)
            continue
        scale = (_BUCKETS - 1) / (high - low)
        counts[:] = 0
        for i in range(n):
            bucket_of[i] = np.uint16((row[i] - low) * scale)
        for i in range(n):
            counts[bucket_of[i] + 1] += 1
        for b in range(_BUCKETS):
            counts[b + 1] += counts[b]
        # Every bucket that holds a wanted order statistic gets a stretch of `kept`, all gathered in one pass.
        slot[:] = -1
        size = 0
        for j in range(k):
            first = int(levels[j] * (n - 1))
            for rank in (first, min(first + 1, n - 1)):
                b = _bucket_at(counts, rank)
                if slot[b] < 0:
                    slot[b] = size
                    size += counts[b + 1] - counts[b]
        kept = np.empty(size)
        for i in range(n):
            place = slot[bucket_of[i]]
            if place >= 0:
                kept[place] = row[i]
                slot[bucket_of[i]] = place + 1
        for b in range(_BUCKETS):
            if slot[b] >= 0:
                begin = slot[b] - (counts[b + 1] - counts[b])
                _sort(kept, begin, slot[b])
        for j in range(k):
            place_of = levels[j] * (n - 1)
            first = int(place_of)
            b = _bucket_at(counts, first)
            a = kept[slot[b] - counts[b + 1] + first]
            following = a
            if first + 1 < n:
                b = _bucket_at(counts, first + 1)
                following = kept[slot[b] - counts[b + 1] + first + 1]
            out[j, r] = _blend(a, following, place_of - first)
    return out


@kernel
def _blend(a: float, b: float, t: float) -> float:
    """Interpolate between neighbours as numpy does, to the last bit."""
    if a == b or t == 0.0:
        return a
    return b - (b - a) * (1.0 - t) if t >= 0.5 else a + (b - a) * t


@kernel
def _bucket_at(counts: NDArray[np.int64], rank: int) -> int:
    """Bucket that holds an order statistic; `counts[b]` is how many lie in the buckets before b."""
    low, high = 0, counts.shape[0] - 1
    while high - low > 1:
        middle = (low + high) // 2
        if counts[middle] <= rank:
            low = middle
        else:
            high = middle
    return low


@kernel
def _sort(values: NDArray[np.float64], begin: int, end: int) -> None:
    """Sort values[begin:end] in place: heapsort, and nothing to do when they are in order.

    numpy's sort would do; it alone takes numba two seconds to compile.
    """
    ordered = True
    for i in range(begin + 1, end):
        ordered &= values[i - 1] <= values[i]
    n = end - begin
    if ordered or n < 2:
        return
    half, last = n // 2, n - 1
    while last > 0:
        if half > 0:
            half -= 1
            value = values[begin + half]
        else:
            value = values[begin + last]
            values[begin + last] = values[begin]
            last -= 1
        root = half
        child = 2 * root + 1
        while child <= last:
            if child < last and values[begin + child] < values[begin + child + 1]:
                child += 1
            if values[begin + child] <= value:
                break
            values[begin + root] = values[begin + child]
            root = child
            child = 2 * root + 1
        values[begin + root] = value
