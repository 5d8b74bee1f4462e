"""Posterior over all partitions of a series, for versions of its counts and sizes of the negative binomial."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Floats, Ints
from ..errors import EstimateError
from .counts.poisson import root_between

__all__ = ["Partitions", "rate_quantile", "whole_counts"]


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
    if (
        values.ndim not in (1, 2)
        or not values.size
        or not bool((np.isfinite(values) & (values >= 0)).all())
    ):
        raise EstimateError(
            f"counts of 0 or above in shape (n,) or (draws, n) were wanted, got shape {values.shape}"
        )
    if bool((values != np.round(values)).any()):
        raise EstimateError(
            "counts are whole numbers; give draws of them, shape (draws, n), where they are uncertain"
        )
    if float(values.sum(axis=-1).max()) > _MOST_COUNTED:
        raise EstimateError(
            f"counts of {_MOST_COUNTED:,} or less in all were wanted, got {values.sum(axis=-1).max():.3g}; "
            "cut the series shorter"
        )
    return np.ascontiguousarray(values, dtype=np.int64)


_MOST_CHANGES = 20
"""Numbers of changes with a probability of their own; the last holds all above."""

_LEAST_PROBABILITY, _LEAST_SHARE = 1e-12, 1e-9
"""Below these a segment, and a version with its size, move no printed digit."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Fit:
    """The posterior over all partitions of one version of the counts under one size of the negative binomial.

    Parameters
    ----------
    size
        Position of the size among all.
    shared
        Part of the log likelihood that no partition changes.
    log_evidence, log_unchanged
        Of all partitions, and of the one without a change.
    number, change
        Probability of each number of changes, and of a change at the start of each bin.
    begin, end, probability, total
        Segments that may be, with what was counted in them.
    """

    size: int
    shared: float
    log_evidence: float
    log_unchanged: float
    number: Floats
    change: Floats
    begin: Ints
    end: Ints
    probability: Floats
    total: Ints


class Partitions:
    """Sums over versions of the counts and sizes k: every posterior is a mixture of those of (version, k).

    Notes
    -----
    Versions are draws of what the reports allow, equally likely however well constant rates fit them: their weights
    came with them, and to weigh them once more by their evidence would leave the smoothest few. Sizes are weighed by
    what each version says of them.
    """

    def __init__(
        self, counts: Ints, m: Floats, prior: tuple[float, float], ks: Floats, p: float
    ) -> None:
        self.m, self.prior, self.ks = m, prior, ks
        # Equal versions are fitted once, and weigh as many as they are.
        self.counts, times = np.unique(counts, axis=0, return_counts=True)
        self.alike = times / counts.shape[0]
        self.exposure_before = np.concatenate([[0.0], np.cumsum(m)])
        self.counts_before = np.zeros((len(self.counts), m.size + 1), dtype=np.int64)
        np.cumsum(self.counts, axis=1, out=self.counts_before[:, 1:])
        fits = self._fit_versions(math.log(p), math.log1p(-p))
        self._mix_versions(fits, log_q=math.log1p(-p))
        self._mix_segments(fits)
        self._choose_cuts(math.log(p), math.log1p(-p))
        self._weigh_cuts(fits)

    def _fit_versions(self, log_p: float, log_q: float) -> list[list[_Fit]]:
        """The posterior over partitions of each version of the counts under each size, by version and then size."""
        from ..kernels.changepoints import boundary_chain, count_changes, log_gammas

        n = self.m.size
        table = np.empty(int(self.counts_before[:, -1].max()) + 1)
        log_gammas(float(self.prior[0]), table)
        # The kernels write into the same arrays for every version: only what is kept below is copied.
        weights, chain = np.empty((n, n + 1)), np.zeros((n, n + 1))
        reached, behind = np.empty(n + 1), np.empty(n + 1)
        fits = []
        for row, sums in zip(self.counts, self.counts_before, strict=True):
            of_version = []
            for size, k in enumerate(self.ks.tolist()):
                shared = self._shared_log_likelihood(row, k)
                self._segment_weights(sums, k, table, log_q, weights)
                boundary_chain(weights, log_p, chain, reached, behind)
                number = np.empty(min(n, _MOST_CHANGES + 1))
                count_changes(chain, number)
                if n > number.size:
                    number[-1] = max(0.0, 1 - number[:-1].sum())
                probability = reached[:n, None] * chain
                begin, end = np.nonzero(probability > _LEAST_PROBABILITY)
                of_version.append(
                    _Fit(
                        size=size,
                        shared=shared,
                        log_evidence=behind[0] + shared,
                        log_unchanged=weights[0, n] - (n - 1) * log_q + shared,
                        number=number,
                        change=reached[:n].copy(),
                        begin=begin,
                        end=end,
                        probability=probability[begin, end],
                        total=sums[end] - sums[begin],
                    )
                )
            fits.append(of_version)
        return fits

    def _segment_weights(
        self, sums: Ints, k: float, table: Floats, log_q: float, out: Floats
    ) -> None:
        from ..kernels.changepoints import segment_weights

        shape, rate = map(float, self.prior)
        segment_weights(sums, self.exposure_before, shape, rate, k, table, log_q, out)

    def _shared_log_likelihood(self, row: Ints, k: float) -> float:
        """The part of the log likelihood of one version that no partition changes."""
        from scipy.special import gammaln, xlogy

        watched = self.m > 0
        if math.isinf(k):
            return float((xlogy(row, np.where(watched, self.m, 1.0)) - gammaln(row + 1.0)).sum())
        at = k * np.where(watched, self.m, 1.0)
        per_bin = gammaln(row + at) - gammaln(at) - gammaln(row + 1.0)
        return float(np.where(watched, per_bin, 0.0).sum())

    def _mix_versions(self, fits: list[list[_Fit]], *, log_q: float) -> None:
        """Evidence, number of changes and chance of a change in each bin: means over versions, weighed over sizes."""
        from scipy.special import logsumexp

        evidence = np.array([[fit.log_evidence for fit in row] for row in fits])
        unchanged = np.array([[fit.log_unchanged for fit in row] for row in fits])
        each, each_unchanged = logsumexp(evidence, axis=1), logsumexp(unchanged, axis=1)
        self.log_evidence = float(self.alike @ each) - math.log(self.ks.size)
        self.log_none = float(self.alike @ each_unchanged) - math.log(self.ks.size)
        ratio = float(logsumexp(each_unchanged - each, b=self.alike))
        self.log_unchanged = ratio + (self.m.size - 1) * log_q
        self.share = np.exp(evidence - each[:, None]) * self.alike[:, None]
        self.number = np.zeros(fits[0][0].number.size)
        self.change = np.zeros(self.m.size)
        for share, fit in self._weighed(fits):
            self.number += share * fit.number
            self.change += share * fit.change
        self.change[0] = 0.0

    def _weighed(self, fits: list[list[_Fit]]) -> Iterator[tuple[float, _Fit]]:
        for shares, row in zip(self.share.tolist(), fits, strict=True):
            yield from zip(shares, row, strict=True)

    def _mix_segments(self, fits: list[list[_Fit]]) -> None:
        """All segments that may be, with their probability and the gamma posterior of their rate."""
        kept = [(share, fit) for share, fit in self._weighed(fits) if share > _LEAST_SHARE]
        self.begin = np.concatenate([fit.begin for _, fit in kept])
        self.end = np.concatenate([fit.end for _, fit in kept])
        total = np.concatenate([fit.total for _, fit in kept])
        size = np.concatenate([np.full(fit.begin.size, fit.size) for _, fit in kept])
        self.weight = np.concatenate([share * fit.probability for share, fit in kept])
        if len(fits) > 1:
            # A segment has the same sum in many versions: it is kept once, with the sum of its weights.
            most = int(self.counts_before[:, -1].max()) + 1
            place = self.begin * (self.m.size + 1) + self.end
            key = (place * self.ks.size + size) * most + total
            _, first, alike = np.unique(key, return_index=True, return_inverse=True)
            self.weight = np.bincount(alike, self.weight)
            self.begin, self.end = self.begin[first], self.end[first]
            total, size = total[first], size[first]
        self.k = self.ks[size]
        self.a = self.prior[0] + total
        self.b = self.prior[1] + (self.exposure_before[self.end] - self.exposure_before[self.begin])

    def _choose_cuts(self, log_p: float, log_q: float) -> None:
        """The most probable partition."""
        from ..kernels.changepoints import best_partition, log_gammas

        n = self.m.size
        weights = np.zeros((n, n + 1))
        if len(self.counts) * self.ks.size > 1:
            # Of a mixture: the chain of boundaries that has the mixture's probability of each segment.
            np.add.at(weights, (self.begin, self.end), self.weight)
            with np.errstate(divide="ignore", invalid="ignore"):
                weights, log_p = np.log(weights / weights.sum(axis=1, keepdims=True)), 0.0
            weights[np.isnan(weights)] = -np.inf
        else:
            table = np.empty(int(self.counts_before[:, -1].max()) + 1)
            log_gammas(float(self.prior[0]), table)
            self._segment_weights(self.counts_before[0], float(self.ks[0]), table, log_q, weights)
        cuts = best_partition(weights, log_p)
        self.cuts: Ints = cuts[: int(np.argmax(cuts == n)) + 1]

    def _weigh_cuts(self, fits: list[list[_Fit]]) -> None:
        """Given the cuts: the posterior of the rate of each segment for each version and size, and their weights."""
        from scipy.special import betaln, softmax

        self.cut_a = self.prior[0] + np.diff(self.counts_before[:, self.cuts], axis=1)
        self.cut_b = self.prior[1] + np.diff(self.exposure_before[self.cuts])
        self.cut_share = np.ones((len(fits), 1))
        if self.ks.size > 1:
            shared = np.array([[fit.shared for fit in row] for row in fits])
            before = betaln(self.prior[0], self.ks * self.prior[1])[:, None]
            after = betaln(self.cut_a[:, None], self.ks[:, None] * self.cut_b)
            self.cut_share = softmax(shared + (after - before).sum(axis=2), axis=1)
        self.cut_share = self.cut_share * self.alike[:, None]

    def cut_rates(self, coverage: float) -> Floats:
        """Quantiles of the rate of each segment between the cuts, shape (segments, 3): a mixture over all versions."""
        levels = ((1 - coverage) / 2, 0.5, (1 + coverage) / 2)
        return np.array(
            [
                [rate_quantile(p, a[:, None], b, self.ks, self.cut_share) for p in levels]
                for a, b in zip(self.cut_a.T, self.cut_b, strict=True)
            ]
        )

    def curve(self, coverage: float) -> tuple[Floats, Floats, Floats, Floats]:
        """Quantiles and mean of the rate in each bin: a mixture of the rates of all segments over it."""
        keep = self._largest_segments()
        points = self._grid(keep)
        reached = _cumulate(self._densities(keep, points), np.log(points))
        grid = np.log(points)
        tail = (1 - coverage) / 2
        low, middle, high = (
            np.array([np.exp(np.interp(level, row, grid[1:])) for row in reached])
            for level in (tail, 0.5, 1 - tail)
        )
        return low, middle, high, self._mean_rates()

    def _mean_rates(self) -> Floats:
        """Mean of the rate in each bin; infinite where a segment that may be has no mean."""
        n = self.m.size
        scale = np.where(np.isinf(self.k), self.b, self.k * self.b - 1)
        with np.errstate(invalid="ignore", divide="ignore"):
            by_size = np.where(scale > 0, self.k * self.a / scale, np.inf)
            means = np.where(np.isinf(self.k), self.a / self.b, by_size)
        heavy = np.isinf(means)
        finite = self.weight * np.where(heavy, 0.0, means)
        mean = _spread_over(n, self.begin, self.end, finite[:, None])[:, 0]
        touched = _spread_over(n, self.begin, self.end, (self.weight * heavy)[:, None])[:, 0]
        return np.where(touched > _LEAST_SHARE, np.inf, mean)

    def _largest_segments(self) -> Ints:
        """Segments that make all but 1e-4 of the mixture; the rest moves no printed digit."""
        order = np.argsort(self.weight)[::-1]
        reach = np.cumsum((self.weight * (self.end - self.begin))[order])
        return order[: int(np.searchsorted(reach, (1 - 1e-4) * reach[-1])) + 1]

    def _densities(self, keep: Ints, points: Floats) -> Floats:
        """Density of the log rate in each bin at some rates, shape (bins, points)."""
        from scipy.special import betaln, gammaln

        from ..kernels.changepoints import rate_densities

        n = self.m.size
        grid, steps = np.log(points), np.zeros((n + 1, points.size))
        for k in np.unique(self.k[keep]):
            part = keep[self.k[keep] == k]
            a, b = self.a[part], self.b[part]
            if math.isinf(k):
                constant, decay, tails = a * np.log(b) - gammaln(a), b, points
                tail_at_peak = a / b
            else:
                constant = -a * math.log(k) - betaln(a, k * b)
                decay, tails = a + k * b, np.log1p(points / k)
                tail_at_peak = np.log1p(a / b / k)
            peak = a * np.log(a / b) - decay * tail_at_peak
            weight = constant + np.log(self.weight[part]) + peak
            rate_densities(
                self.begin[part],
                self.end[part],
                weight,
                peak,
                np.log(a / b),
                a,
                decay,
                grid,
                tails,
                steps,
            )
        return np.maximum(np.cumsum(steps, axis=0)[:n], 0.0)

    def _grid(self, keep: Ints) -> Floats:
        """Rates in equal steps of the logarithm, from below to above all that matters, shape (points,)."""
        from scipy.special import gammaln

        a, b, k = self.a[keep], self.b[keep], self.k[keep]
        low = np.exp((math.log(1e-4) + gammaln(a + 1)) / a) / b
        high = a / b * _most(a)
        c = np.where(np.isinf(k), 1e9, k * b)  # rate = gamma(a) / b over gamma(c) / c
        with np.errstate(over="ignore"):
            least = np.exp(-(math.log(1e-3) + gammaln(c + 1)) / c) * c
        low, high = low / _most(c), high * np.minimum(least, 1 + 400 / c)
        narrow = 0.1 / math.sqrt(float((a * c / (a + c)).max()))
        ends = math.log(float(low.min())), math.log(float(high.max()))
        return np.geomspace(
            math.exp(ends[0]),
            math.exp(ends[1]),
            min(max(int((ends[1] - ends[0]) / narrow), 200), 2000),
        )


def _cumulate(density: Floats, grid: Floats) -> Floats:
    """Distribution function at all points but the first, shape (bins, points - 1)."""
    h = grid[1] - grid[0]
    slope = np.gradient(density, h, axis=1)
    # Trapezia with their first correction (Euler and Maclaurin).
    reached = np.cumsum(
        (density[:, 1:] + density[:, :-1]) * (h / 2)
        - (slope[:, 1:] - slope[:, :-1]) * (h * h / 12),
        axis=1,
    )
    return np.maximum.accumulate(reached / reached[:, -1:], axis=1)


def _most(shape: Floats) -> Floats:
    """What gamma(shape) / shape hardly exceeds: Wilson and Hilferty; below a shape of 1, the exponential."""
    return np.where(shape < 1, 10 / shape, (1 - 1 / (9 * shape) + 4 / (3 * np.sqrt(shape))) ** 3)


def _spread_over(n: int, begin: Ints, end: Ints, values: Floats) -> Floats:
    """Sum of values over the segments that hold each bin, shape (n, columns)."""
    steps = np.zeros((n + 1, values.shape[1]))
    np.add.at(steps, begin, values)
    np.subtract.at(steps, end, values)
    return np.asarray(np.cumsum(steps, axis=0)[:n])


def rate_quantile(p: float, a: Any, b: Any, k: Any, weight: Floats) -> float:
    """Rate not exceeded with probability `p`, where it has posterior (a, b) and size k with probability `weight`.

    An infinite size is Poisson; a, b and k are broadcast to the shape of `weight`, which adds up to 1.
    """
    from scipy.special import betainc, betaincc, betainccinv, betaincinv, gammainc, gammaincinv

    inf = np.isinf(k)
    size = np.where(inf, 1.0, k)
    # rate / k is BetaPrime(a, k b): a share over its complement.
    share, rest = betaincinv(a, size * b, p), betainccinv(size * b, a, p)
    each = np.where(inf, gammaincinv(a, p) / b, size * share / np.maximum(rest, 1e-300))

    def miss(log_rate: float) -> float:
        rate = math.exp(log_rate)
        x, rest = rate / (size + rate), size / (size + rate)
        share = np.where(rate < size, betainc(a, size * b, x), betaincc(size * b, a, rest))
        return float((weight * np.where(inf, gammainc(a, b * rate), share)).sum()) - p

    low, high = float(each.min()), float(each.max())
    if low == high:
        return low
    ends = math.log(max(low, 1e-300)) - 1e-6, math.log(high) + 1e-6
    outside = [
        end for end in ends if (miss(end) > 0) == (end == ends[0])
    ]  # beyond what a float holds
    return math.exp(outside[0] if outside else root_between(miss, *ends))
