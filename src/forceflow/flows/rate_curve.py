"""The rate in each bin of a series: a mixture of the rates of all segments that hold the bin."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrays import Floats, Ints
from .counts.poisson import root_between

__all__ = ["RateCurve", "SegmentRates", "rate_curve", "rate_quantile"]

_OUTSIDE = 1e-4
"""Probability that the curve leaves out, of the least likely segments: too little to move a printed digit."""


@dataclass(frozen=True, slots=True, eq=False)
class SegmentRates:
    """The posterior of the rate in each of many segments, shape (segments,) each.

    Parameters
    ----------
    begin, end
        First bin, and bin after the last.
    weight
        Probability of the segment; those of all segments that hold a bin add up to 1.
    a, b, k
        The rate is Gamma(a, b) where k is infinite, else rate / k is BetaPrime(a, k b); b and k per unit of exposure.
    """

    begin: Ints
    end: Ints
    weight: Floats
    a: Floats
    b: Floats
    k: Floats

    def take(self, rows: Ints) -> SegmentRates:
        """Some of the segments."""
        return SegmentRates(
            begin=self.begin[rows],
            end=self.end[rows],
            weight=self.weight[rows],
            a=self.a[rows],
            b=self.b[rows],
            k=self.k[rows],
        )


@dataclass(frozen=True, slots=True, eq=False)
class RateCurve:
    """Quantiles and mean of the rate in each bin, per unit of exposure, shape (n,) each."""

    low: Floats
    middle: Floats
    high: Floats
    mean: Floats


def rate_curve(segments: SegmentRates, n: int, *, coverage: float) -> RateCurve:
    """Quantiles and mean of the rate in each of `n` bins, per unit of exposure.

    Notes
    -----
    Of quantiles, the density of the log rate is summed over segments on a grid and added up; the mean is exact.
    """
    heavy = heaviest_segments(segments)
    rates = rate_grid(heavy)
    log_rates = np.log(rates)
    density = density_by_bin(heavy, rates, n)
    reached = add_up_density(density, log_rates[1] - log_rates[0])
    tail = (1 - coverage) / 2
    return RateCurve(
        low=read_quantile(tail, reached, log_rates[1:]),
        middle=read_quantile(0.5, reached, log_rates[1:]),
        high=read_quantile(1 - tail, reached, log_rates[1:]),
        mean=mean_by_bin(segments, n),
    )


def mean_by_bin(segments: SegmentRates, n: int) -> Floats:
    """Mean rate in each of `n` bins, per unit of exposure; infinite where a heavy tail has none.

    Notes
    -----
    a / b of a gamma; k a / (k b - 1) of k times a beta prime, which has no mean for k b of 1 or below.
    """
    a, b, k = segments.a, segments.b, segments.k
    is_gamma = np.isinf(k)
    with np.errstate(invalid="ignore", divide="ignore"):
        scale = np.where(is_gamma, b, k * b - 1)
        of_beta_prime = k * a / scale
        of_beta_prime[scale <= 0] = np.inf
        means = np.where(is_gamma, a / b, of_beta_prime)
    endless = np.isinf(means)
    # Infinite means are kept apart: running sums of differences would turn them into no number at all.
    finite = np.where(endless, 0.0, means)
    mean = _sum_over_bins(segments, segments.weight * finite, n)
    share_endless = _sum_over_bins(segments, segments.weight * endless, n)
    return np.where(share_endless > 1e-9, np.inf, mean)


def _sum_over_bins(segments: SegmentRates, values: Floats, n: int) -> Floats:
    """Sum of values over the segments that hold each bin, shape (n,)."""
    steps = np.zeros(n + 1)
    np.add.at(steps, segments.begin, values)
    np.subtract.at(steps, segments.end, values)
    return np.asarray(np.cumsum(steps)[:n])


def heaviest_segments(segments: SegmentRates) -> SegmentRates:
    """The likeliest segments, which hold all but 1e-4 of the probability of the bins, likeliest first."""
    order = np.argsort(segments.weight)[::-1]
    bins = segments.end - segments.begin
    weight = segments.weight * bins
    held = np.cumsum(weight[order])
    enough = (1 - _OUTSIDE) * held[-1]
    last = int(np.searchsorted(held, enough))
    return segments.take(order[: last + 1])


def rate_grid(segments: SegmentRates) -> Floats:
    """Rates in equal steps of the logarithm, from below to above all that matters, shape (points,).

    Notes
    -----
    Ten steps to the narrowest standard deviation of a log rate, between 200 and 2,000 points.
    """
    shape, denominator = segments.a, denominator_shape(segments)
    low, high = _outer_rates(segments)
    log_low = math.log(float(low.min()))
    log_high = math.log(float(high.max()))
    precision = shape * denominator / (shape + denominator)
    step = 0.1 / math.sqrt(float(precision.max()))
    points = int((log_high - log_low) / step)
    points = min(max(points, 200), 2000)
    return np.geomspace(math.exp(log_low), math.exp(log_high), points)


def denominator_shape(segments: SegmentRates) -> Floats:
    """Shape c of a beta prime as a ratio of gammas, gamma(a) / b over gamma(c) / c; next to endless for a gamma."""
    return np.where(np.isinf(segments.k), 1e9, segments.k * segments.b)


def _outer_rates(segments: SegmentRates) -> tuple[Floats, Floats]:
    """A rate that each segment hardly falls below, and one that it hardly exceeds."""
    from scipy.special import gammaln

    a, c = segments.a, denominator_shape(segments)
    # The least of a gamma: at small rates its distribution function is rate**a / gamma(a + 1).
    log_low = (math.log(1e-4) + gammaln(a + 1)) / a
    low = np.exp(log_low) / segments.b / _bound_above(c)
    with np.errstate(over="ignore"):
        log_least = -(math.log(1e-3) + gammaln(c + 1)) / c
        stretch = np.exp(log_least) * c
    stretch = np.minimum(stretch, 1 + 400 / c)
    high = a / segments.b * _bound_above(a)
    return low, high * stretch


def _bound_above(shape: Floats) -> Floats:
    """What gamma(shape) / shape hardly exceeds: Wilson and Hilferty; below a shape of 1, the exponential."""
    root = 1 - 1 / (9 * shape) + 4 / (3 * np.sqrt(shape))
    exponential = 10 / shape
    return np.where(shape < 1, exponential, root**3)


def density_by_bin(segments: SegmentRates, rates: Floats, n: int) -> Floats:
    """Density of the log rate in each bin at the points of a grid, shape (n, points)."""
    steps = np.zeros((n + 1, rates.size))
    for k in np.unique(segments.k):
        rows = np.flatnonzero(segments.k == k)
        _add_densities(segments.take(rows), float(k), rates, steps)
    density = np.cumsum(steps, axis=0)[:n]
    # Sums of differences leave a rounding error below 0 where the density is 0.
    return np.maximum(density, 0.0)


def _add_densities(segments: SegmentRates, k: float, rates: Floats, steps: Floats) -> None:
    """Add the densities of segments of one size where they begin, and take them off where they end."""
    from scipy.special import betaln, gammaln

    from ..kernels.changepoints import rate_densities

    a, b = segments.a, segments.b
    decay, tails, tail_at_peak = b, rates, a / b
    log_scale = a * np.log(b) - gammaln(a)
    if not math.isinf(k):
        decay = a + k * b
        tails = np.log1p(rates / k)
        tail_at_peak = np.log1p(a / b / k)
        log_scale = -a * math.log(k) - betaln(a, k * b)
    log_peak_rate = np.log(a / b)
    log_peak = a * log_peak_rate - decay * tail_at_peak
    log_weight = log_scale + np.log(segments.weight) + log_peak
    rate_densities(
        segments.begin,
        segments.end,
        log_weight,
        log_peak,
        log_peak_rate,
        a,
        decay,
        np.log(rates),
        tails,
        steps,
    )


def add_up_density(density: Floats, step: float) -> Floats:
    """Probability reached at each point of an even grid but the first, shape (n, points - 1), 1 at the last.

    Notes
    -----
    Trapezia with their first correction (Euler and Maclaurin).
    """
    slope = np.gradient(density, step, axis=1)
    both_ends = density[:, 1:] + density[:, :-1]
    bend = slope[:, 1:] - slope[:, :-1]
    trapezia = both_ends * (step / 2)
    correction = bend * (step * step / 12)
    reached = np.cumsum(trapezia - correction, axis=1)
    reached = reached / reached[:, -1:]
    # The correction may be larger than a trapezium in a far tail, and a distribution function never falls.
    return np.asarray(np.maximum.accumulate(reached, axis=1))


def read_quantile(p: float, reached: Floats, log_rates: Floats) -> Floats:
    """The rate that is not exceeded with probability `p` in each bin, shape (n,)."""
    log_rate = [np.interp(p, row, log_rates) for row in reached]
    return np.exp(log_rate)


def rate_quantile(p: float, a: Any, b: Any, k: Any, weight: Floats) -> float:
    """Rate not exceeded with probability `p`, where it has posterior (a, b) and size k with probability `weight`.

    An infinite size is Poisson; a, b and k are broadcast to the shape of `weight`, which adds up to 1.
    """
    from scipy.special import betainccinv, betaincinv, gammaincinv

    is_gamma = np.isinf(k)
    size = np.where(is_gamma, 1.0, k)
    # rate / k is BetaPrime(a, k b): a share over its complement.
    share = betaincinv(a, size * b, p)
    rest = betainccinv(size * b, a, p)
    of_beta_prime = size * share / np.maximum(rest, 1e-300)
    of_gamma = gammaincinv(a, p) / b
    each = np.where(is_gamma, of_gamma, of_beta_prime)

    def miss(log_rate: float) -> float:
        below = _probability_below(math.exp(log_rate), a, b, k)
        return float((weight * below).sum()) - p

    low, high = float(each.min()), float(each.max())
    if low == high:
        return low
    bottom = math.log(max(low, 1e-300)) - 1e-6
    top = math.log(high) + 1e-6
    # An end on the wrong side of the root: the quantile lies beyond what a float holds.
    if miss(bottom) > 0:
        return math.exp(bottom)
    if miss(top) <= 0:
        return math.exp(top)
    return math.exp(root_between(miss, bottom, top))


def _probability_below(rate: float, a: Any, b: Any, k: Any) -> Floats:
    """Probability that each rate lies below a value; see `rate_quantile`."""
    from scipy.special import betainc, betaincc, gammainc

    is_gamma = np.isinf(k)
    size = np.where(is_gamma, 1.0, k)
    share = rate / (size + rate)
    rest = size / (size + rate)
    from_below = betainc(a, size * b, share)
    from_above = betaincc(size * b, a, rest)
    # The smaller of the two shares is the argument, or digits would be lost close to 1.
    of_beta_prime = np.where(rate < size, from_below, from_above)
    of_gamma = gammainc(a, b * rate)
    return np.where(is_gamma, of_gamma, of_beta_prime)
