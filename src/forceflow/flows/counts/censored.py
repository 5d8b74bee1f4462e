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
    from scipy.optimize import minimize_scalar
    from scipy.special import ndtri

    low, high, m = _bounds(counts, exposure)
    if not 0 < coverage < 1:
        raise EstimateError(f"coverage lies above 0 and below 1, got {coverage!r}")

    def minus_log(rate: float) -> float:
        return -float(_log_likelihood(np.array([rate]), low, high, m)[0])

    guess = float(low.sum() + 0.5) / float(m.sum())
    most = max(float((np.where(np.isfinite(high), high, low) / m).max()), guess) * 2 + 10 / float(
        m.min()
    )
    found = minimize_scalar(
        lambda x: minus_log(math.exp(x)),
        bounds=(math.log(guess) - 25, math.log(most)),
        method="bounded",
        options={"xatol": 1e-12},
    )
    best, at = float(found.fun), math.exp(float(found.x))
    if minus_log(1e-12 * at) <= best + 1e-12:
        at, best = 0.0, minus_log(1e-300)  # every count may be 0
    limit = best + float(ndtri((1 + coverage) / 2)) ** 2 / 2

    def miss(rate: float) -> float:
        return min(minus_log(rate), 1e12) - limit

    bottom = root_between(miss, 1e-12 * at, at) if at > 0 else 0.0
    top = max(at, guess)
    while miss(top) < 0:
        top *= 2
    step = 1e-4 * at
    bound = np.where(np.isfinite(high), high, low)
    read = np.where((low > 0) & np.isfinite(high), (low + bound) / 2, bound)
    curve = (minus_log(at + step) - 2 * best + minus_log(at - step)) / step**2 if at > 0 else 0.0
    return CensoredRate(
        rate=Range(bottom, at, root_between(miss, max(at, 1e-12 * top), top)),
        error=1 / math.sqrt(curve) if curve > 0 else math.nan,
        log_likelihood=-best,
        naive=float(read.sum() / m.sum()),
        coverage=coverage,
    )


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
    from scipy.special import gammainccinv, gammaincinv

    low, high, m = _bounds(counts, exposure)
    told = np.isfinite(high)
    most = float(np.where(told, high, low).sum()) + 0.5
    first = float(gammaincinv(low.sum() + 0.5, 1e-10)) / float(m.sum())
    last = float(gammainccinv(most, 1e-10)) / float(m[told].sum())
    grid = np.linspace(math.log(first), math.log(last), 4_001)
    # The prior is rate**(-1/2) per unit of rate, so rate**(1/2) per unit of its logarithm.
    log_p = grid / 2 + _log_likelihood(np.exp(grid), low, high, m)
    density = np.exp(log_p - log_p.max())
    reached = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2)])
    return np.asarray(
        np.exp(np.interp(np.asarray(p, dtype=np.float64), reached / reached[-1], grid))
    )


def _bounds(
    counts: Iterable[Count], exposure: float | Sequence[float]
) -> tuple[Floats, Floats, Floats]:
    """Least and most of each count, and its exposure; shape (n,) each."""
    low, high = np.array([_ends(count) for count in counts], dtype=np.float64).reshape(-1, 2).T
    m = np.asarray(exposure, dtype=np.float64)
    if not low.size or m.shape not in ((), low.shape) or not bool((m > 0).all()):
        raise EstimateError(
            f"counts, and an exposure above 0 of each or of all, were wanted, got {low.size} counts"
        )
    if not bool(np.isfinite(high).any()):
        raise EstimateError(
            "every count is 'at least': nothing bounds the rate from above; give a prior instead"
        )
    return low, high, np.broadcast_to(m, low.shape)


def _log_likelihood(rate: Floats, low: Floats, high: Floats, m: Floats) -> Floats:
    """Log probability of counts within their bounds, for each rate."""
    from scipy.special import gammainc, gammaincc, gammaln

    out = np.zeros(rate.shape)
    for a, b, days in zip(low, high, m, strict=True):
        mu = rate * days
        with np.errstate(divide="ignore"):
            if a == b:
                out += a * np.log(mu) - mu - gammaln(a + 1)
            elif a == 0:
                out += np.log(gammaincc(b + 1, mu)) if math.isfinite(b) else 0.0
            else:
                more = gammainc(b + 1, mu) if math.isfinite(b) else 0.0
                out += np.log(np.maximum(gammainc(a, mu) - more, 0.0))
    return out


def _ends(count: Count) -> tuple[float, float]:
    if isinstance(count, Quantity):
        low = 0.0 if count.family == "at_most" else count.low
        high = math.inf if count.family == "at_least" else count.high
    elif isinstance(count, tuple):
        low = 0.0 if count[0] is None else count[0]
        high = math.inf if count[1] is None else count[1]
    else:
        low = high = count
    low, high = (
        float(math.ceil(max(low, 0.0))),
        float(math.floor(high)) if math.isfinite(high) else math.inf,
    )
    if not 0 <= low <= high:
        raise EstimateError(f"no whole number lies in the count {count!r}")
    return low, high
