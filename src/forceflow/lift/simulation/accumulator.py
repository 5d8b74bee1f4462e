"""What many replications say: quantiles, means and their errors, without keeping every replication."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...arrays import Floats
from ...kernels.histogram import add_to_bins

__all__ = ["Tally"]


_KEPT = 1_024
"""So many replications are kept as they are; from one more on they go into bins laid around the first so many."""

_BINS = 512


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
        self._bins: tuple[Floats, Floats, NDArray[np.int64], Floats, Floats, Floats, Floats] | None = None

    def add(self, values: Floats) -> None:
        """Add replications, shape (replications, ...)."""
        self._shape = values.shape[1:]
        self.replications += values.shape[0]
        flat = np.ascontiguousarray(values).reshape(values.shape[0], -1)
        if self._bins is None:
            self._kept.append(flat)
            if self.replications <= _KEPT:
                return
            rows = np.concatenate(self._kept)
            self._kept = []
            low, span = rows[:_KEPT].min(axis=0), np.ptp(rows[:_KEPT], axis=0)
            span = np.where(span > 0.0, span, np.maximum(np.abs(low), 1.0) * 1e-3)
            size = (low.size, _BINS)
            self._bins = (
                low - 0.25 * span,
                1.5 * span / _BINS,
                np.zeros(size, dtype=np.int64),
                np.full(size, np.inf),
                np.full(size, -np.inf),
                np.zeros(low.size),
                np.zeros(low.size),
            )
            flat = rows
        add_to_bins(flat, *self._bins)

    def mean(self) -> Floats:
        """Mean over replications."""
        if self._bins is None:
            return np.asarray(np.concatenate(self._kept).mean(axis=0).reshape(self._shape))
        origin, sums = self._bins[0], self._bins[5]
        return np.asarray((origin + sums / self.replications).reshape(self._shape))

    def mean_error(self) -> Floats:
        """Standard error of the mean; NaN of a single replication."""
        n = self.replications
        if n < 2:
            return np.full(self._shape, np.nan)
        if self._bins is None:
            return np.asarray((np.concatenate(self._kept).std(axis=0, ddof=1) / np.sqrt(n)).reshape(self._shape))
        sums, squares = self._bins[5:]
        variance = np.maximum(squares - sums * sums / n, 0.0) / (n - 1)
        return np.asarray(np.sqrt(variance / n).reshape(self._shape))

    def quantiles(self, levels: Floats, *, first: int = 0, last: int | None = None) -> Floats:
        """Quantiles, shape (levels, ...), of the rows `first` to `last` of the table."""
        shape = (len(levels), -1, *self._shape[1:])
        width = int(np.prod(self._shape[1:], dtype=np.int64))
        part = slice(first * width, None if last is None else last * width)
        if self._bins is None:
            return np.quantile(np.concatenate(self._kept)[:, part], levels, axis=0).reshape(shape)
        counts, least, most = (table[part] for table in self._bins[2:5])
        until = counts.cumsum(axis=1)
        found = np.empty((len(levels), counts.shape[0]))
        column = np.arange(counts.shape[0])
        for i, level in enumerate(levels):
            place = level * (self.replications - 1)
            ends = []
            for rank in (np.floor(place), np.ceil(place)):
                b = (until > rank).argmax(axis=1)
                inside = rank - (until[column, b] - counts[column, b])
                steps = np.maximum(counts[column, b] - 1, 1)
                low, high = least[column, b], most[column, b]
                ends.append(low + (high - low) * inside / steps)
            found[i] = ends[0] + (ends[1] - ends[0]) * (place - np.floor(place))
        return found.reshape(shape)

    def share_at_least(self, value: float, *, row: int) -> Floats:
        """Share of replications in which the numbers of one row of the table reach a value."""
        width = int(np.prod(self._shape[1:], dtype=np.int64))
        part = slice(row * width, (row + 1) * width)
        if self._bins is None:
            return np.asarray((np.concatenate(self._kept)[:, part] >= value).mean(axis=0).reshape(self._shape[1:]))
        counts, least, most = (table[part] for table in self._bins[2:5])
        with np.errstate(invalid="ignore"):
            above = np.clip((most - value) / np.where(most > least, most - least, np.inf), 0.0, 1.0)
        above = np.where(least >= value, 1.0, np.where(most < value, 0.0, above))
        reached = (counts * np.where(counts > 0, above, 0.0)).sum(axis=1)
        return np.asarray((reached / self.replications).reshape(self._shape[1:]))
