"""A maximum-likelihood twin of the weights of clumped counts, the form other people's software prints."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from forceflow.arrays import Floats
from forceflow.results.range import Range


@dataclass(frozen=True, slots=True)
class NegativeBinomial:
    """A negative binomial (NB2) fit: variance = mean + mean**2 / k.

    Parameters
    ----------
    rate
        Mean per unit of exposure.
    k
        Maximum likelihood with its profile-likelihood interval; infinite is Poisson.
    k_moment
        From mean and variance alone (denominator bins - 1); infinite without clumping.
    log_likelihood
        At the maximum.
    """

    rate: float
    k: Range
    k_moment: float
    log_likelihood: float


def _profile_size(y: Floats, m: Floats, k: float) -> tuple[float, float]:
    """Log-likelihood at the best rate for a size, and that rate."""
    from scipy.special import gammaln, xlogy

    rate = float(y.sum() / m.sum())
    if not math.isfinite(k):
        return float((xlogy(y, rate * m) - rate * m - gammaln(y + 1)).sum()), rate
    for _ in range(200):
        weight = 1 / (1 + rate * m / k)
        better = float((weight * y).sum() / (weight * m).sum())
        if abs(better - rate) <= 1e-14 * rate:
            break
        rate = better
    mu = rate * m
    ways = gammaln(y + k) - gammaln(k) - gammaln(y + 1)
    each = ways - k * np.log1p(mu / k) + xlogy(y, mu / (k + mu))
    return float(each.sum()), rate


def negative_binomial(
    counts: ArrayLike, *, exposure: ArrayLike | None = None, coverage: float = 0.9
) -> NegativeBinomial:
    """Fit a negative binomial by maximum likelihood, with a profile interval of its size k.

    Parameters
    ----------
    counts, exposure
        Whole counts per bin, shape (n,), and the exposure of each.
    coverage
        Of the interval.

    Notes
    -----
    NB2 (Cameron & Trivedi): statsmodels' alpha is 1 / k. Where counts are no more clumped than Poisson, k is infinite.
    """
    from scipy.optimize import brentq, minimize_scalar
    from scipy.special import ndtri

    y = np.asarray(counts, dtype=np.float64)
    m = np.ones_like(y) if exposure is None else np.asarray(exposure, dtype=np.float64)
    bottom, top = math.log(1e-4), math.log(1e6)
    grid = np.linspace(bottom, top, 47)
    heights = [_profile_size(y, m, math.exp(x))[0] for x in grid]
    at = int(np.argmax(heights))
    poisson = _profile_size(y, m, math.inf)[0]
    if at == grid.size - 1 or poisson >= heights[at]:
        x, height = math.inf, poisson
    else:
        found = minimize_scalar(
            lambda x: -_profile_size(y, m, math.exp(x))[0],
            bounds=(grid[max(at - 1, 0)], grid[at + 1]),
            method="bounded",
            options={"xatol": 1e-10},
        )
        x, height = float(found.x), -float(found.fun)
    limit = height - float(ndtri((1 + coverage) / 2)) ** 2 / 2

    def above(x: float) -> float:
        return _profile_size(y, m, math.exp(x))[0] - limit

    start = min(x, top)
    low = (
        math.exp(brentq(above, bottom, start))
        if above(bottom) < 0 < above(start)
        else math.exp(bottom)
    )
    high = math.inf if poisson >= limit else math.exp(brentq(above, start, top))
    k = math.exp(x) if math.isfinite(x) else math.inf
    mean, spread = float(y.mean()), float(y.var(ddof=1))
    return NegativeBinomial(
        rate=_profile_size(y, m, k)[1],
        k=Range(min(low, k), k, high),
        k_moment=mean**2 / (spread - mean) if spread > mean else math.inf,
        log_likelihood=height,
    )
