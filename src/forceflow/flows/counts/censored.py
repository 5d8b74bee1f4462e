"""Rates from counts of which some are only bounded: "at least", "at most", or a range."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...arrays import Floats
from ...errors import EstimateError
from ...quantity import Quantity
from ...results.range import Range
from .poisson import root_between

__all__ = ["CensoredRate", "Count", "censored_poisson", "censored_quantile"]


@dataclass(frozen=True, slots=True)
class CensoredRate:
    """Rate behind counts of which some are only bounded.

    Parameters
    ----------
    rate, error, log_likelihood
        Maximum likelihood with its likelihood-ratio interval, standard error from the curvature, and the maximum.
    naive
        What one gets by reading bounds as counts and a range as its middle; "at least" makes it too low.
    """

    rate: Range
    error: float
    log_likelihood: float
    naive: float
    coverage: float

    def __str__(self) -> str:
        return f"rate {self.rate} ({self.coverage:.0%}); bounds read as counts would give {self.naive:.3g}"


Count = float | Quantity | tuple[float | None, float | None]


def censored_poisson(
    counts: Iterable[Count], *, exposure: float | Sequence[float] = 1.0, coverage: float = 0.9
) -> CensoredRate:
    """Poisson rate from counts given exactly, as "at least", "at most" or as a range.

    Parameters
    ----------
    counts
        A number; ``(2, None)`` for at least 2; ``(5, 9)``; ``(None, 3)`` for at most 3; or a `Quantity`, whose "at
        least" is taken as such and not with its prior.
    exposure
        Of each count, or one for all.
    coverage
        Of the likelihood-ratio interval.

    Raises
    ------
    EstimateError
        Nothing bounds the rate from above (all are "at least"), or a range is empty.

    Examples
    --------
    >>> print(censored_poisson([3, 5, 4, (2, None), (2, None), (5, 9), (None, 3)], coverage=0.95))
    rate 4.17 (2.62 to 6.28) (95%); bounds read as counts would give 3.71
    """
    from scipy.special import ndtri

    data = _read_bounds(counts, exposure)
    if not 0 < coverage < 1:
        raise EstimateError(f"coverage lies above 0 and below 1, got {coverage!r}")
    best, least = _fit_rate(data)
    # Twice the log-likelihood lost is chi-squared with one degree of freedom: a normal deviate squared.
    limit = least + float(ndtri((1 + coverage) / 2)) ** 2 / 2
    bottom, top = _profile_ends(data, best, limit)
    return CensoredRate(
        rate=Range(bottom, best, top),
        error=_curvature_error(data, best, least),
        log_likelihood=-least,
        naive=float(data.read_as_counts().sum() / data.exposure.sum()),
        coverage=coverage,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """Least and most of each count, and its exposure; shape (n,) each."""

    low: Floats
    high: Floats
    exposure: Floats

    def minus_log(self, rate: float) -> float:
        """Minus the log-likelihood of a rate."""
        return -float(_log_likelihood(np.array([rate]), self)[0])

    def closed_end(self) -> Floats:
        """The most of each count, or its least where there is no most."""
        return np.where(np.isfinite(self.high), self.high, self.low)

    def guess(self) -> float:
        """A rate to start from: of the least counts, and half an event."""
        return float(self.low.sum() + 0.5) / float(self.exposure.sum())

    def read_as_counts(self) -> Floats:
        """Bounds read as counts, and a range as its middle."""
        end = self.closed_end()
        is_range = (self.low > 0) & np.isfinite(self.high)
        return np.where(is_range, (self.low + end) / 2, end)


def _fit_rate(data: Bounds) -> tuple[float, float]:
    """Maximum-likelihood rate, and minus the log-likelihood there."""
    from scipy.optimize import minimize_scalar

    guess = data.guess()
    most = max(float((data.closed_end() / data.exposure).max()), guess)
    most = most * 2 + 10 / float(data.exposure.min())
    found = minimize_scalar(
        lambda log_rate: data.minus_log(math.exp(log_rate)),
        bounds=(math.log(guess) - 25, math.log(most)),
        method="bounded",
        options={"xatol": 1e-12},
    )
    best, least = math.exp(float(found.x)), float(found.fun)
    # Every count may be 0: then the likelihood grows all the way down, and the logarithm has no end to find.
    if data.minus_log(1e-12 * best) <= least + 1e-12:
        return 0.0, data.minus_log(1e-300)
    return best, least


def _profile_ends(data: Bounds, best: float, limit: float) -> tuple[float, float]:
    """The rates below and above the best at which minus the log-likelihood reaches a limit."""

    def miss(rate: float) -> float:
        # A rate that a count rules out has an infinite loss, with which no root is found.
        return min(data.minus_log(rate), 1e12) - limit

    bottom = root_between(miss, 1e-12 * best, best) if best > 0 else 0.0
    top = max(best, data.guess())
    while miss(top) < 0:
        top *= 2
    return bottom, root_between(miss, max(best, 1e-12 * top), top)


def _curvature_error(data: Bounds, best: float, least: float) -> float:
    """Standard error of the rate from the curvature of the log-likelihood; NaN where it has none."""
    if best <= 0:
        return math.nan
    step = 1e-4 * best
    above = data.minus_log(best + step)
    below = data.minus_log(best - step)
    curve = (above - 2 * least + below) / step**2
    return 1 / math.sqrt(curve) if curve > 0 else math.nan


def censored_quantile(
    counts: Iterable[Count], p: ArrayLike, *, exposure: float | Sequence[float] = 1.0
) -> NDArray[np.float64]:
    """Poisson rate that is not exceeded with probability `p`, by counts of which some are only bounded.

    Parameters
    ----------
    counts, exposure
        As in `censored_poisson`.
    p
        Probabilities, of any shape.

    Raises
    ------
    EstimateError
        As in `censored_poisson`.

    Notes
    -----
    Jeffreys' prior of an exact count, rate**(-1/2), times the likelihood of all bounds; with exact counts alone it is
    Gamma(sum + 1/2, exposure). Read from 4,001 points of the log rate between two gamma distributions that lie
    below and above it.

    Examples
    --------
    >>> censored_quantile([3, 5, 4, (2, None), (2, None), (5, 9), (None, 3)], [0.05, 0.5, 0.95]).round(2).tolist()
    [2.87, 4.21, 5.94]
    """
    data = _read_bounds(counts, exposure)
    first, last = _outer_rates(data)
    grid = np.linspace(math.log(first), math.log(last), 4_001)
    # The prior is rate**(-1/2) per unit of rate, so rate**(1/2) per unit of its logarithm.
    log_p = grid / 2 + _log_likelihood(np.exp(grid), data)
    density = np.exp(log_p - log_p.max())
    trapezia = (density[1:] + density[:-1]) / 2
    reached = np.zeros_like(grid)
    np.cumsum(trapezia, out=reached[1:])
    share = reached / reached[-1]
    levels = np.asarray(p, dtype=np.float64)
    log_rate = np.interp(levels, share, grid)
    return np.asarray(np.exp(log_rate))


def _outer_rates(data: Bounds) -> tuple[float, float]:
    """Rates between which the posterior lies: ends of the gammas of the least and of the most counts."""
    from scipy.special import gammainccinv, gammaincinv

    least = data.low.sum() + 0.5
    most = data.closed_end().sum() + 0.5
    has_most = np.isfinite(data.high)
    watched = float(data.exposure.sum())
    # A count without an upper bound adds no exposure at the upper end: it holds no rate down.
    watched_with_most = float(data.exposure[has_most].sum())
    first = float(gammaincinv(least, 1e-10)) / watched
    last = float(gammainccinv(most, 1e-10)) / watched_with_most
    return first, last


def _read_bounds(counts: Iterable[Count], exposure: float | Sequence[float]) -> Bounds:
    """Least and most of each count, and its exposure."""
    low, high = np.array([_read_ends(count) for count in counts]).reshape(-1, 2).T
    seen = np.asarray(exposure, dtype=np.float64)
    if not low.size or seen.shape not in ((), low.shape) or not bool((seen > 0).all()):
        raise EstimateError(
            f"counts, and an exposure above 0 of each or of all, were wanted, got {low.size} counts"
        )
    if not bool(np.isfinite(high).any()):
        raise EstimateError(
            "every count is 'at least': nothing bounds the rate from above; give a prior instead"
        )
    return Bounds(low, high, np.broadcast_to(seen, low.shape))


def _read_ends(count: Count) -> tuple[float, float]:
    """Least and most whole number that a count allows; the most may be infinite."""
    low, high = map(float, _given_ends(count))
    low = float(math.ceil(max(low, 0.0)))
    if math.isfinite(high):
        high = float(math.floor(high))
    if not 0 <= low <= high:
        raise EstimateError(f"no whole number lies in the count {count!r}")
    return low, high


def _given_ends(count: Count) -> tuple[float, float]:
    """Ends of a count as given, 0 and infinity where there is none."""
    if isinstance(count, Quantity):
        # Its own low or high is the end of a prior, and the likelihood takes the words as they are.
        match count.family:
            case "at_most":
                return 0.0, count.high
            case "at_least":
                return count.low, math.inf
            case _:
                return count.low, count.high
    if not isinstance(count, tuple):
        return count, count
    low, high = count
    return low or 0.0, math.inf if high is None else high


def _log_likelihood(rate: Floats, data: Bounds) -> Floats:
    """Log probability of counts within their bounds, for each rate."""
    out = np.zeros(rate.shape)
    for low, high, days in zip(data.low, data.high, data.exposure, strict=True):
        with np.errstate(divide="ignore"):
            out += _log_between(rate * days, low, high)
    return out


def _log_between(mean: Floats, low: float, high: float) -> Floats | float:
    """Log probability that a Poisson count lies from `low` to `high`, for each mean."""
    from scipy.special import gammainc, gammaincc, gammaln

    if low == high:
        log_power = low * np.log(mean)
        return np.asarray(log_power - mean - gammaln(low + 1))
    if math.isinf(high):
        return np.log(gammainc(low, mean)) if low > 0 else 0.0
    if low == 0:
        return np.log(gammaincc(high + 1, mean))
    more = gammainc(high + 1, mean)
    within = np.maximum(gammainc(low, mean) - more, 0.0)
    return np.asarray(np.log(within))
