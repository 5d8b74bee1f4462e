"""Posterior over all partitions of a series, for versions of its counts and sizes of the negative binomial."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Floats, Ints
from ..errors import EstimateError
from .partition_sums import (
    PartitionSummer,
    PartitionSums,
    Segments,
    join_segments,
    merge_segments,
)
from .rate_curve import RateCurve, SegmentRates, rate_curve, rate_quantile

__all__ = ["CutRates", "Evidence", "Partitions", "whole_counts"]

Fits = list[list[PartitionSums]]
"""The sums of each version of the counts under each size."""

_MOST_COUNTED = 50_000_000
"""More counted in a series than that would take a table of half a gigabyte."""


def whole_counts(series: ArrayLike) -> Ints:
    """Counts as whole numbers, shape (n,) or (draws, n); refuses what is none."""
    try:
        values = np.asarray(series, dtype=np.float64)
    except (TypeError, ValueError):
        raise EstimateError(
            f"counts, or a frame with date and count, were wanted, not {type(series).__name__}"
        ) from None
    are_numbers = bool((np.isfinite(values) & (values >= 0)).all())
    if values.ndim not in (1, 2) or not values.size or not are_numbers:
        raise EstimateError(
            f"counts of 0 or above in shape (n,) or (draws, n) were wanted, got shape {values.shape}"
        )
    if bool((values != np.round(values)).any()):
        raise EstimateError(
            "counts are whole numbers; give draws of them, shape (draws, n), where they are uncertain"
        )
    most = float(values.sum(axis=-1).max())
    if most > _MOST_COUNTED:
        raise EstimateError(
            f"counts of {_MOST_COUNTED:,} or less in all were wanted, got {most:.3g}; "
            "cut the series shorter"
        )
    return np.ascontiguousarray(values, dtype=np.int64)


class Partitions:
    """Posterior over all partitions of a series: a mixture of those of each version of the counts and each size.

    Parameters
    ----------
    counts
        Whole counts, shape (draws, n).
    exposure
        Of each bin, shape (n,).
    prior
        Gamma(shape, exposure) of the rate of each segment.
    sizes
        Of the negative binomial per unit of exposure, infinite for Poisson, shape (sizes,).
    chance
        Probability of a change at a boundary.

    Notes
    -----
    Versions are draws of what the reports allow, equally likely however well constant rates fit them: their weights
    came with them, and to weigh them once more by their evidence would leave the smoothest few. Sizes are weighed by
    what each version says of them.
    """

    def __init__(
        self,
        counts: Ints,
        exposure: Floats,
        prior: tuple[float, float],
        sizes: Floats,
        chance: float,
    ) -> None:
        self.exposure = exposure
        self.prior = prior
        self.sizes = sizes
        # Versions that are alike are worked out once and weighed by how often they came.
        self.versions, times = np.unique(counts, axis=0, return_counts=True)
        self.alike = times / counts.shape[0]
        series = PartitionSummer(self.versions, exposure, prior, chance)
        self.seen = series.seen
        fits: Fits = []
        for version in range(times.size):
            fits.append([series.sum_partitions(version, size) for size in sizes])
        self.evidence = weigh_evidence(fits, self.alike, series.log_stay)
        self.number, self.change = average_changes(fits, self.evidence.share)
        self.segments = join_segments(fits, self.evidence.share)
        if times.size > 1:
            self.segments = merge_segments(self.segments)
        self.cuts = self._find_cuts(series)
        self.cut_rates = self._rates_given_cuts(fits, series.before)

    def _find_cuts(self, series: PartitionSummer) -> Ints:
        """Boundaries of the most probable partition, from 0 to n.

        Notes
        -----
        Of several versions or sizes: the most probable way through the chain of boundaries that has the mixture's
        probability of each segment.
        """
        from ..kernels.changepoints import best_partition

        n = self.exposure.size
        weights, log_change = series.weights, series.log_change
        if self.evidence.share.size > 1:
            weights, log_change = mixture_chain(self.segments, n), 0.0
        cuts = best_partition(weights, log_change)
        return np.asarray(cuts[: int(np.argmax(cuts == n)) + 1])

    def _rates_given_cuts(self, fits: Fits, before: Ints) -> CutRates:
        """The posterior of the rate between the cuts in each version under each size, and the weight of each."""
        from scipy.special import softmax

        shape, exposure = self.prior
        counted = np.diff(before[:, self.cuts], axis=1)
        seen = np.diff(self.seen[self.cuts])
        a, b = shape + counted, exposure + seen
        share = np.ones((self.alike.size, 1))
        if self.sizes.size > 1:
            common = table_of(fits, "log_common")
            log_fit = log_fit_of_cuts(a, b, self.prior, self.sizes)
            share = softmax(common + log_fit, axis=1)
        share = share * self.alike[:, None]
        return CutRates(a=a, b=b, sizes=self.sizes, share=share)

    def curve(self, coverage: float) -> RateCurve:
        """Quantiles and mean of the rate in each bin: a mixture of the rates of all segments over it."""
        segments = self.segments
        shape, exposure = self.prior
        seen = self.seen[segments.end] - self.seen[segments.begin]
        rates = SegmentRates(
            begin=segments.begin,
            end=segments.end,
            weight=segments.weight,
            a=np.asarray(shape + segments.total, dtype=np.float64),
            b=exposure + seen,
            k=self.sizes[segments.size],
        )
        return rate_curve(rates, self.exposure.size, coverage=coverage)


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What the counts say of each version, each size, and of no change at all.

    Parameters
    ----------
    log_all, log_none
        Log probability of the counts under all partitions, and under none but the whole; the mean over versions.
    log_unchanged
        Log probability that nothing changed.
    share
        Probability of each version and size, shape (versions, sizes).
    """

    log_all: float
    log_none: float
    log_unchanged: float
    share: Floats


def weigh_evidence(fits: Fits, alike: Floats, log_stay: float) -> Evidence:
    """Weigh sizes by their evidence in each version, and versions by their probability beforehand.

    Parameters
    ----------
    fits
        By version and size; sizes are alike beforehand.
    alike
        Probability of each version, shape (versions,).
    log_stay
        Log of the probability that nothing changes at a boundary.
    """
    from scipy.special import logsumexp

    evidence = table_of(fits, "log_evidence")
    none = table_of(fits, "log_none")
    log_sizes = math.log(evidence.shape[1])
    boundaries = fits[0][0].change.size - 1
    each = logsumexp(evidence, axis=1)
    each_none = logsumexp(none, axis=1)
    unchanged = float(logsumexp(each_none - each, b=alike))
    share_of_sizes = np.exp(evidence - each[:, None])
    return Evidence(
        log_all=float(alike @ each) - log_sizes,
        log_none=float(alike @ each_none) - log_sizes,
        log_unchanged=unchanged + boundaries * log_stay,
        share=share_of_sizes * alike[:, None],
    )


def average_changes(fits: Fits, share: Floats) -> tuple[Floats, Floats]:
    """Probability of 0, 1, 2, ... changes, and of a change at each bin, over all versions and sizes."""
    number = np.zeros_like(fits[0][0].number)
    change = np.zeros_like(fits[0][0].change)
    for of_version, weights in zip(fits, share, strict=True):
        for fit, weight in zip(of_version, weights, strict=True):
            number += weight * fit.number
            change += weight * fit.change
    # The first bin begins a segment in every partition, and that is no change.
    change[0] = 0.0
    return number, change


def mixture_chain(segments: Segments, n: int) -> Floats:
    """Log probability of the end of a segment given its begin, over all versions and sizes, shape (n, n + 1)."""
    weights = np.zeros((n, n + 1))
    np.add.at(weights, (segments.begin, segments.end), segments.weight)
    total = weights.sum(axis=1, keepdims=True)
    # In place, as a series of 4,000 bins has 16 million numbers.
    with np.errstate(divide="ignore", invalid="ignore"):
        weights /= total
        np.log(weights, out=weights)
    weights[np.isnan(weights)] = -np.inf
    return weights


def log_fit_of_cuts(a: Floats, b: Floats, prior: tuple[float, float], sizes: Floats) -> Floats:
    """Log probability of the counts between cuts, less what is common, shape (versions, sizes).

    Parameters
    ----------
    a, b
        Posterior of the rate between the cuts, shapes (versions, segments) and (segments,).
    prior
        The same beforehand.
    """
    from scipy.special import betaln

    shape, exposure = prior
    after = betaln(a[:, None], sizes[:, None] * b)
    beforehand = betaln(shape, sizes * exposure)[:, None]
    return np.asarray((after - beforehand).sum(axis=2))


def table_of(fits: Fits, name: str) -> Floats:
    """One number of each fit, shape (versions, sizes)."""
    return np.array([[getattr(fit, name) for fit in of_version] for of_version in fits])


@dataclass(frozen=True, slots=True, eq=False)
class CutRates:
    """Posterior of the rate of each segment between given cuts, for each version and size, and their weights.

    Parameters
    ----------
    a, b
        As in `rate_quantile`, shapes (versions, segments) and (segments,).
    sizes
        Of the negative binomial per unit of exposure, infinite for Poisson.
    share
        Probability of each version and size given the cuts, shape (versions, sizes).
    """

    a: Floats
    b: Floats
    sizes: Floats
    share: Floats

    def quantiles(self, coverage: float) -> Floats:
        """Quantiles of the rate of each segment, shape (segments, 3): a mixture over all versions."""
        levels = ((1 - coverage) / 2, 0.5, (1 + coverage) / 2)
        out = np.empty((self.b.size, len(levels)))
        for segment, b in enumerate(self.b):
            a = self.a[:, segment, None]
            for column, p in enumerate(levels):
                out[segment, column] = rate_quantile(p, a, b, self.sizes, self.share)
        return out

    def means(self) -> Floats:
        """Mean rate of each segment in each version under Poisson, shape (versions, segments)."""
        return self.a / self.b
