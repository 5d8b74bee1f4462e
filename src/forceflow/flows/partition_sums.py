"""Sums over all partitions of a series of counts, for one version of the counts and one size at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..arrays import Floats, Ints

__all__ = ["PartitionSummer", "PartitionSums", "Segments", "join_segments", "merge_segments"]

_MOST_CHANGES = 20
"""The greatest number of changes that has a probability of its own; the last one given is "that many or more"."""


@dataclass(frozen=True, slots=True, eq=False)
class PartitionSums:
    """What all partitions of one version of the counts say under one size.

    Parameters
    ----------
    log_evidence, log_none
        Log probability of the counts under all partitions weighed by the prior, and under none but the whole.
    log_common
        The part of both that every partition shares.
    number
        Probability of 0, 1, 2, ... changes, shape (up to 21,).
    change
        Probability that bin i begins a segment, shape (n,).
    begin, end
        First bin and bin after the last of each segment with a probability above 1e-12, shape (segments,).
    probability, total
        Probability of each such segment, and the counts in it.
    """

    log_evidence: float
    log_none: float
    log_common: float
    number: Floats
    change: Floats
    begin: Ints
    end: Ints
    probability: Floats
    total: Ints


class PartitionSummer:
    """Fearnhead's recursion over the partitions of a series; its arrays serve every version and size.

    Parameters
    ----------
    versions
        Counts, shape (versions, n).
    exposure
        Of each bin, shape (n,).
    prior
        Gamma(shape, exposure) of the rate of each segment.
    chance
        Probability of a change at a boundary.

    Notes
    -----
    Fearnhead, Statistics and Computing 16 (2006), with a constant chance of change at each boundary, as in
    Adams & MacKay (2007).
    """

    def __init__(
        self, versions: Ints, exposure: Floats, prior: tuple[float, float], chance: float
    ) -> None:
        from ..kernels.changepoints import log_gammas

        count, n = versions.shape
        self.versions = versions
        self.exposure = exposure
        self.shape, self.prior_exposure = map(float, prior)
        self.log_change = math.log(chance)
        self.log_stay = math.log1p(-chance)
        self.seen = np.zeros(n + 1)
        np.cumsum(exposure, out=self.seen[1:])
        self.before = np.zeros((count, n + 1), dtype=np.int64)
        np.cumsum(versions, axis=1, out=self.before[:, 1:])
        most = int(self.before[:, -1].max())
        # One table of log gammas serves all segments, as their sums are whole numbers.
        self.log_gamma = np.empty(most + 1)
        log_gammas(self.shape, self.log_gamma)
        self.weights = np.empty((n, n + 1))
        self.chain = np.zeros((n, n + 1))
        self.reached = np.empty(n + 1)
        self.behind = np.empty(n + 1)

    def sum_partitions(self, version: int, size: float) -> PartitionSums:
        """Evidence, changes and segments of one version of the counts under one size, per unit of exposure.

        Notes
        -----
        The size is that of the negative binomial and infinite for Poisson; see `change_points`.
        """
        from ..kernels.changepoints import boundary_chain, segment_weights

        before = self.before[version]
        segment_weights(
            before,
            self.seen,
            self.shape,
            self.prior_exposure,
            float(size),
            self.log_gamma,
            self.log_stay,
            self.weights,
        )
        boundary_chain(self.weights, self.log_change, self.chain, self.reached, self.behind)
        common = log_common_part(self.versions[version], self.exposure, size)
        n = self.exposure.size
        change = self.reached[:n].copy()
        probability = change[:, None] * self.chain
        # Most of all n (n + 1) / 2 segments are next to impossible and would fill the memory.
        begin, end = np.nonzero(probability > 1e-12)
        return PartitionSums(
            log_evidence=self.behind[0] + common,
            log_none=self.weights[0, n] - (n - 1) * self.log_stay + common,
            log_common=common,
            number=self._count_changes(),
            change=change,
            begin=begin,
            end=end,
            probability=probability[begin, end],
            total=before[end] - before[begin],
        )

    def _count_changes(self) -> Floats:
        """Probability of 0, 1, 2, ... changes under the chain at hand."""
        from ..kernels.changepoints import count_changes

        n = self.exposure.size
        number = np.empty(min(n, _MOST_CHANGES + 1))
        count_changes(self.chain, number)
        if n > number.size:
            number[-1] = max(0.0, 1 - number[:-1].sum())
        return number


def log_common_part(counts: Ints, exposure: Floats, size: float) -> float:
    """Log of the factors of the likelihood that hold no rate: the same in every partition, but not for every size.

    Notes
    -----
    Poisson: ``m**y / y!``. Negative binomial of size k per unit of exposure m: ``gamma(y + k m) / gamma(k m) / y!``.
    """
    from scipy.special import gammaln, xlogy

    seen = np.where(exposure > 0, exposure, 1.0)
    if math.isinf(size):
        return float((xlogy(counts, seen) - gammaln(counts + 1.0)).sum())
    at = size * seen
    each = gammaln(counts + at) - gammaln(at)
    each = each - gammaln(counts + 1.0)
    # A bin without exposure holds no count and adds nothing, whatever the size.
    each[exposure <= 0] = 0.0
    return float(each.sum())


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """Segments of all versions and sizes, each with the probability that a partition holds it.

    Parameters
    ----------
    begin, end
        First bin, and bin after the last, shape (segments,).
    total
        Counts in the segment.
    size
        Row of its size among those that are weighed.
    weight
        Probability of the segment, its version and its size together.
    """

    begin: Ints
    end: Ints
    total: Ints
    size: Ints
    weight: Floats


def join_segments(fits: Sequence[Sequence[PartitionSums]], share: Floats) -> Segments:
    """The segments of all fits, weighed by the probability of each version and size.

    Parameters
    ----------
    fits
        By version and size.
    share
        Probability of each, shape (versions, sizes).
    """
    columns = []
    # A version or size that is next to impossible moves no printed digit.
    for version, size in np.argwhere(share > 1e-9):
        fit = fits[version][size]
        sizes = np.full(fit.begin.size, size)
        weight = share[version, size] * fit.probability
        columns.append((fit.begin, fit.end, fit.total, sizes, weight))
    begin, end, total, size, weight = map(np.concatenate, zip(*columns, strict=True))
    return Segments(begin=begin, end=end, total=total, size=size, weight=weight)


def merge_segments(segments: Segments) -> Segments:
    """The same with each segment once per total and size: many versions have the same sum in a segment."""
    ends = int(segments.end.max()) + 1
    sizes = int(segments.size.max()) + 1
    totals = int(segments.total.max()) + 1
    # One number for each segment, size and total: sorting numbers is quicker than sorting rows.
    place = segments.begin * ends + segments.end
    place = place * sizes + segments.size
    key = place * totals + segments.total
    _, first, row = np.unique(key, return_index=True, return_inverse=True)
    return Segments(
        begin=segments.begin[first],
        end=segments.end[first],
        total=segments.total[first],
        size=segments.size[first],
        weight=np.asarray(np.bincount(row, segments.weight), dtype=np.float64),
    )
