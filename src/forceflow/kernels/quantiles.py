"""Exact quantiles of the rows of a matrix, by one histogram and the taking apart of a few buckets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ._jit import kernel

__all__ = ["row_quantiles"]

_BUCKETS = 1024
_SAMPLE = 256
_LARGE = 4e307  # twice this is still finite
_SMALL = 1e-300  # and the buckets divided by this, too
_SHORT = 32
_ROUNDS = 64


@kernel
def row_quantiles(matrix: NDArray[np.float64], levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Quantiles of each row, linear between order statistics; shape (levels, rows).

    Parameters
    ----------
    matrix
        Shape (rows, n), finite or NaN; a row with a NaN gives NaN. An infinite value is treated like any other.
    levels
        Probabilities in any order, shape (levels,).

    Notes
    -----
    The same numbers as ``numpy.quantile(matrix, levels, axis=1)``: each row is counted into 1,024 equal buckets between
    the least and the greatest of about 256 of its values, so that a few huge ones do not stretch them; what lies
    beyond belongs to the outer buckets. Only the buckets that hold a wanted order statistic are kept, and in these
    a selection by pivots finds it, whatever their size.
    """
    rows, n = matrix.shape
    k = levels.shape[0]
    out = np.empty((k, rows))
    counts = np.empty(_BUCKETS + 1, dtype=np.int64)
    odd = np.empty(_BUCKETS + 1, dtype=np.int64)
    bucket_of = np.empty(n, dtype=np.uint16)
    slot = np.empty(_BUCKETS, dtype=np.int64)
    places = np.empty(2 * k, dtype=np.int64)
    fences = np.empty(2 * k + _ROUNDS, dtype=np.int64)
    order = np.arange(k)
    for j in range(k):
        for i in range(j, 0, -1):
            if levels[order[i]] < levels[order[i - 1]]:
                order[i], order[i - 1] = order[i - 1], order[i]
    for r in range(rows):
        row = matrix[r]
        low, high = _LARGE, -_LARGE
        for i in range(0, n, max(n // _SAMPLE, 1)):
            value = row[i]
            low, high = (value if value < low else low), (value if value > high else high)
        low, high = max(low, -_LARGE), min(high, _LARGE)
        if low > high:  # nothing but NaN was seen
            out[:, r] = np.nan
            continue
        ok = even = True
        scale = (_BUCKETS - 1) / max(high - low, _SMALL)
        for i in range(n):
            value = row[i]
            ok &= value == value
            even &= value == low
            inside = value if value > low else low
            inside = inside if inside < high else high
            bucket_of[i] = np.uint16((inside - low) * scale)
        if not ok:
            out[:, r] = np.nan
            continue
        if even:
            out[:, r] = low
            continue
        # Two strands, since a count of many ties waits for itself.
        counts[:] = 0
        odd[:] = 0
        for i in range(0, n - 1, 2):
            counts[bucket_of[i] + 1] += 1
            odd[bucket_of[i + 1] + 1] += 1
        if n % 2:
            odd[bucket_of[n - 1] + 1] += 1
        for b in range(_BUCKETS):
            counts[b + 1] += counts[b] + odd[b + 1]
        # Every bucket that holds a wanted order statistic gets a stretch of `kept`, all gathered in one pass.
        slot[:] = -1
        size = 0
        for j in range(2 * k):
            rank = min(int(levels[order[j // 2]] * (n - 1)) + j % 2, n - 1)
            b = _bucket_at(counts, rank)
            if slot[b] < 0:
                slot[b] = size
                size += counts[b + 1] - counts[b]
            places[j] = slot[b] + rank - counts[b]
        kept = np.empty(size)
        for i in range(n):
            place = slot[bucket_of[i]]
            if place >= 0:
                kept[place] = row[i]
                slot[bucket_of[i]] = place + 1
        top = 0
        for b in range(_BUCKETS - 1, -1, -1):
            if slot[b] >= 0:
                fences[top] = slot[b]
                top += 1
        _settle_places(kept, places, fences, top)
        for j in range(k):
            place_of = levels[order[j]] * (n - 1)
            out[order[j], r] = _blend_neighbours(
                kept[places[2 * j]], kept[places[2 * j + 1]], place_of - int(place_of)
            )
    return out


@kernel
def _settle_places(
    values: NDArray[np.float64], places: NDArray[np.int64], fences: NDArray[np.int64], top: int
) -> None:
    """Move to each of the ascending `places` the value that sorting would put there.

    What lies before a fence is never more than what lies behind it; `fences[:top]` descend, and the last place of all
    is before the first of them. Each pivot adds a fence; too many of them, and the stretch is sorted.
    """
    begin = done = 0
    for place in places:
        if place < done:
            continue
        begin, rounds = max(begin, done), 0
        while fences[top - 1] <= place:
            begin = max(begin, fences[top - 1])
            top -= 1
        while done <= place:
            end = fences[top - 1]
            done = min(begin + 1, end)
            while done < end and values[done - 1] <= values[done]:
                done += 1
            if done < end and (end - begin < _SHORT or rounds == _ROUNDS or top == fences.shape[0]):
                _sort_stretch(values, begin, end)
                done = end
            if done == end:
                break
            done = begin
            rounds += 1
            a, b, c = (
                values[begin + (end - begin) // 4],
                values[(begin + end) // 2],
                values[end - (end - begin) // 4],
            )
            # The median of three splits a stretch more evenly than one value would.
            pivot = max(min(a, b), min(max(a, b), c))
            middle = begin
            for i in range(begin, end):
                value = values[i]
                values[i] = values[middle]
                values[middle] = value
                # A sum in place of a branch, which no processor can predict on random values.
                middle += value < pivot
            if (
                middle == begin
            ):  # none is less: all that equal the pivot come first, and are settled
                for i in range(begin, end):
                    value = values[i]
                    values[i] = values[middle]
                    values[middle] = value
                    middle += value == pivot
                if place < middle:
                    done = middle
            if place < middle:
                fences[top] = middle
                top += 1
            else:
                begin = middle


@kernel
def _blend_neighbours(a: float, b: float, t: float) -> float:
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
def _sort_stretch(values: NDArray[np.float64], begin: int, end: int) -> None:
    """Sort values[begin:end] in place: heapsort.

    numpy's sort would do; it alone takes numba two seconds to compile.
    """
    n = end - begin
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
