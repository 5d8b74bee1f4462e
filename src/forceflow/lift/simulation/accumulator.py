"""What many replications say: quantiles, means and their errors, without keeping every replication."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...arrays import Floats
from ...kernels.histogram import add_to_bins

__all__ = ["Tally"]


_KEPT = 1_024
"""So many replications are kept as they are; from one more on they go into bins laid around the first so many."""

_BINS = 512
"""Bins of each histogram."""


class Tally:
    """Distribution of each number of a table over replications that are added in order.

    Up to 1,024 replications are kept and quantiles are exact. Beyond, each number has a histogram of 512 bins, 2 % of
    whose span is the most that a quantile can be off; bins know their least and greatest, so that numbers that take few
    values keep them exactly. Memory then stays as it is. How replications were divided into chunks changes nothing.
    """

    def __init__(self) -> None:
        self.replications = 0
        self._kept: list[Floats] = []
        self._shape: tuple[int, ...] = ()
        self._bins: _Bins | None = None

    def add(self, values: Floats) -> None:
        """Add replications, shape (replications, ...)."""
        self._shape = values.shape[1:]
        self.replications += values.shape[0]
        flat = np.ascontiguousarray(values).reshape(values.shape[0], -1)
        if self._bins is None:
            self._kept.append(flat)
            if self.replications <= _KEPT:
                return
            # Bins are laid around the first so many, however large the chunks were that brought them.
            flat = np.concatenate(self._kept)
            self._kept = []
            self._bins = _bins_around(flat[:_KEPT])
        add_to_bins(flat, *self._bins)

    def mean(self) -> Floats:
        """Mean over replications."""
        if self._bins is None:
            kept = np.concatenate(self._kept)
            means = kept.mean(axis=0)
        else:
            mean_after_origin = self._bins.sums / self.replications
            means = self._bins.origin + mean_after_origin
        return np.asarray(means.reshape(self._shape))

    def mean_error(self) -> Floats:
        """Standard error of the mean; NaN of a single replication."""
        n = self.replications
        if n < 2:
            return np.full(self._shape, np.nan)
        if self._bins is None:
            kept = np.concatenate(self._kept)
            errors = kept.std(axis=0, ddof=1) / np.sqrt(n)
        else:
            sums, squares = self._bins.sums, self._bins.squares
            # Rounding can take a variance of 0 below 0.
            sum_of_squares = np.maximum(squares - sums * sums / n, 0.0)
            variance = sum_of_squares / (n - 1)
            errors = np.sqrt(variance / n)
        return np.asarray(errors.reshape(self._shape))

    def quantiles(self, levels: Floats, *, first: int = 0, last: int | None = None) -> Floats:
        """Quantiles, shape (levels, ...), of the rows `first` to `last` of the table."""
        shape = (len(levels), -1, *self._shape[1:])
        columns = self._columns(first, last)
        if self._bins is None:
            kept = np.concatenate(self._kept)[:, columns]
            return np.quantile(kept, levels, axis=0).reshape(shape)
        counts = self._bins.counts[columns]
        least, most = self._bins.least[columns], self._bins.most[columns]
        until = counts.cumsum(axis=1)
        quantiles = np.empty((len(levels), counts.shape[0]))
        for i, level in enumerate(levels):
            # Between two ranks it is linear, as for the replications that are kept.
            rank = level * (self.replications - 1)
            rank_below = np.floor(rank)
            below = _value_at_rank(rank_below, until, counts, least, most)
            above = _value_at_rank(np.ceil(rank), until, counts, least, most)
            quantiles[i] = below + (above - below) * (rank - rank_below)
        return quantiles.reshape(shape)

    def share_at_least(self, value: float, *, row: int) -> Floats:
        """Share of replications in which the numbers of one row of the table reach a value."""
        columns = self._columns(row, row + 1)
        if self._bins is None:
            reached = np.concatenate(self._kept)[:, columns] >= value
            return np.asarray(reached.mean(axis=0).reshape(self._shape[1:]))
        counts = self._bins.counts[columns]
        least, most = self._bins.least[columns], self._bins.most[columns]
        # Inside a bin values are taken as even between its least and its greatest; an empty bin has neither.
        with np.errstate(invalid="ignore"):
            span = np.where(most > least, most - least, np.inf)
            above = np.clip((most - value) / span, 0.0, 1.0)
        above = np.where(most < value, 0.0, above)
        above = np.where(least >= value, 1.0, above)
        share_of_bin = np.where(counts > 0, above, 0.0)
        number = (counts * share_of_bin).sum(axis=1)
        share = number / self.replications
        return np.asarray(share.reshape(self._shape[1:]))

    def _columns(self, first: int, last: int | None) -> slice:
        """Where the rows `first` to `last` of the table lie in the flat numbers of a replication."""
        width = int(np.prod(self._shape[1:], dtype=np.int64))
        if last is None:
            return slice(first * width, None)
        return slice(first * width, last * width)


class _Bins(NamedTuple):
    """Histograms of all numbers, in the order the kernel takes them: one row a number.

    Parameters
    ----------
    origin, width
        Begin of the first bin, and width of each.
    counts, least, most
        Values in each bin, and their least and greatest, shape (numbers, bins).
    sums, squares
        Sums of the values after `origin` and of their squares.
    """

    origin: Floats
    width: Floats
    counts: NDArray[np.int64]
    least: Floats
    most: Floats
    sums: Floats
    squares: Floats


def _bins_around(rows: Floats) -> _Bins:
    """Empty bins that reach a quarter of the span of the first replications beyond them on either side."""
    low = rows.min(axis=0)
    span = np.ptp(rows, axis=0)
    # A number that never varied so far may still vary later, and bins need a width.
    span_of_constant = np.maximum(np.abs(low), 1.0) * 1e-3
    span = np.where(span > 0.0, span, span_of_constant)
    size = (low.size, _BINS)
    return _Bins(
        origin=low - 0.25 * span,
        width=1.5 * span / _BINS,
        counts=np.zeros(size, dtype=np.int64),
        least=np.full(size, np.inf),
        most=np.full(size, -np.inf),
        sums=np.zeros(low.size),
        squares=np.zeros(low.size),
    )


def _value_at_rank(
    rank: float,
    until: NDArray[np.int64],
    counts: NDArray[np.int64],
    least: Floats,
    most: Floats,
) -> Floats:
    """The value of a rank, from 0, in each histogram; values are even between the least and the greatest of a bin.

    `until` counts the values in each bin and below it.
    """
    each = np.arange(counts.shape[0])
    in_bin = (until > rank).argmax(axis=1)
    number = counts[each, in_bin]
    before_bin = until[each, in_bin] - number
    place = rank - before_bin
    steps = np.maximum(number - 1, 1)
    low, high = least[each, in_bin], most[each, in_bin]
    return np.asarray(low + (high - low) * place / steps)
