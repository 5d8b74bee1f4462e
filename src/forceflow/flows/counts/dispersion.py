"""Whether counts are more clumped than chance makes them, and by how much."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ...arrays import Floats
from ...errors import EstimateError
from ...results.range import Range
from .poisson import LEAST_P, p_words

__all__ = [
    "INFLATIONS",
    "Dispersion",
    "NegativeBinomial",
    "dispersion_test",
    "inflation_posterior",
    "inflations_for",
    "is_obvious",
    "negative_binomial",
    "size_posterior",
    "sizes",
]


INFLATIONS: tuple[float, ...] = (1.1, 1.25, 1.5, 2.0, 3.0, 5.0, 9.0, 17.0)
"""Variance over mean of a bin's count, at the mean rate, that are weighed against each other, all alike beforehand.

From counts that can hardly be told from Poisson to a few large bursts. A prior: about equal steps of the log excess."""


@dataclass(frozen=True, slots=True)
class Dispersion:
    """Tests of a common Poisson rate against clumping.

    Parameters
    ----------
    statistic, p_value
        Dean's score test with the correction for the fitted rate, standard normal under Poisson; one-sided.
    raw_statistic
        The same without that correction.
    index, index_p_value
        Index of dispersion, chi-squared with `bins - 1` degrees of freedom; one-sided.
    bins
        How many counts.
    """

    statistic: float
    p_value: float
    raw_statistic: float
    index: float
    index_p_value: float
    bins: int

    @property
    def is_clumped(self) -> bool:
        """Whether Poisson is rejected at 5 %."""
        return self.p_value < 0.05

    def __str__(self) -> str:
        weak = "; below 10 bins it has almost no power" if self.bins < 10 else ""
        test = f"Dean test of Poisson counts: {self.statistic:.2f}"
        return f"{test}, {p_words(self.p_value, 2)} over {self.bins} bins{weak}"


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

    def __str__(self) -> str:
        return f"negative binomial: mean {self.rate:.3g}, k {self.k}"


def _counts(counts: ArrayLike, exposure: ArrayLike | None) -> tuple[Floats, Floats]:
    y = np.asarray(counts, dtype=np.float64)
    m = np.ones_like(y) if exposure is None else np.asarray(exposure, dtype=np.float64)
    if y.ndim != 1 or y.shape != m.shape or y.size < 2 or not bool(((y >= 0) & (m > 0)).all()):
        raise EstimateError(
            f"two or more counts with exposures above 0 were wanted, got {y.shape} and {m.shape}"
        )
    if bool((y != np.round(y)).any()):
        raise EstimateError("counts are whole numbers")
    if not y.sum() > 0:
        raise EstimateError("all counts are 0: nothing is known of how they clump")
    return y, m


def dispersion_test(counts: ArrayLike, *, exposure: ArrayLike | None = None) -> Dispersion:
    """Test a common Poisson rate against clumping.

    Parameters
    ----------
    counts
        Counts per bin, shape (n,).
    exposure
        Of each bin; alike by default.

    Notes
    -----
    Dean & Lawless, JASA 84 (1989), and Dean, JASA 87 (1992): sum((y - mu)**2 - y + h mu) / sqrt(2 sum(mu**2)) with the
    leverages h of the fitted rate.

    Examples
    --------
    >>> print(dispersion_test([0, 7, 0, 0, 9, 1, 0, 0, 8, 0, 0, 6]))
    Dean test of Poisson counts: 9.68, p = 1.8e-22 over 12 bins
    """
    from scipy.special import chdtrc, ndtr

    y, m = _counts(counts, exposure)
    mu = y.sum() / m.sum() * m
    scale = math.sqrt(2 * float((mu**2).sum()))
    excess = (y - mu) ** 2 - y
    statistic = float((excess + mu * mu / mu.sum()).sum()) / scale
    index = float(((y - mu) ** 2 / mu).sum())
    return Dispersion(
        statistic=statistic,
        p_value=max(float(ndtr(-statistic)), LEAST_P),
        raw_statistic=float(excess.sum()) / scale,
        index=index,
        index_p_value=max(float(chdtrc(y.size - 1, index)), LEAST_P),
        bins=y.size,
    )


def _profile(y: Floats, m: Floats, k: float) -> tuple[float, float]:
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
    told = (
        gammaln(y + k)
        - gammaln(k)
        - gammaln(y + 1)
        - k * np.log1p(mu / k)
        + xlogy(y, mu / (k + mu))
    )
    return float(told.sum()), rate


def negative_binomial(
    counts: ArrayLike, *, exposure: ArrayLike | None = None, coverage: float = 0.9
) -> NegativeBinomial:
    """Fit a negative binomial by maximum likelihood, with a profile interval of its size k.

    Parameters
    ----------
    counts, exposure
        As in `dispersion_test`.
    coverage
        Of the interval.

    Notes
    -----
    NB2 (Cameron & Trivedi): statsmodels' alpha is 1 / k. Where counts are no more clumped than Poisson, k is infinite.
    """
    from scipy.optimize import brentq, minimize_scalar
    from scipy.special import ndtri

    y, m = _counts(counts, exposure)
    if not 0 < coverage < 1:
        raise EstimateError(f"coverage lies above 0 and below 1, got {coverage!r}")
    bottom, top = math.log(1e-4), math.log(1e6)
    grid = np.linspace(bottom, top, 47)
    heights = [_profile(y, m, math.exp(x))[0] for x in grid]
    at = int(np.argmax(heights))
    poisson = _profile(y, m, math.inf)[0]
    if at == grid.size - 1 or poisson >= heights[at]:
        x, height = math.inf, poisson
    else:
        found = minimize_scalar(
            lambda x: -_profile(y, m, math.exp(x))[0],
            bounds=(grid[max(at - 1, 0)], grid[at + 1]),
            method="bounded",
            options={"xatol": 1e-10},
        )
        x, height = float(found.x), -float(found.fun)
    limit = height - float(ndtri((1 + coverage) / 2)) ** 2 / 2

    def above(x: float) -> float:
        return _profile(y, m, math.exp(x))[0] - limit

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
        rate=_profile(y, m, k)[1],
        k=Range(min(low, k), k, high),
        k_moment=mean**2 / (spread - mean) if spread > mean else math.inf,
        log_likelihood=height,
    )


def is_obvious(counts: ArrayLike, *, exposure: ArrayLike | None = None) -> bool:
    """Whether so few counts that a test has little power are clumped beyond doubt, and not for a single odd one.

    Notes
    -----
    The index of dispersion rejects Poisson at 0.1 %, and at 5 % without the count that lies farthest off; or its
    p-value is below 1e-20, as for numbers of people, which never scatter like single arrivals.
    """
    y, m = _counts(counts, exposure)
    p = dispersion_test(y, exposure=m).index_p_value
    if p < 1e-20 or p > 1e-3 or y.size < 3:
        return p < 1e-20
    mu = y.sum() / m.sum() * m
    rest = np.arange(y.size) != int(np.argmax((y - mu) ** 2 / mu))
    return bool(y[rest].any()) and dispersion_test(y[rest], exposure=m[rest]).index_p_value < 0.05


def inflations_for(counts: ArrayLike, *, exposure: ArrayLike | None = None) -> Floats:
    """`INFLATIONS`; where the counts scatter by more than the last of them, doubled on to 64 times what they show.

    Sixty-four times, as three counts say so little of their variance.
    """
    y, m = _counts(counts, exposure)
    seen, grid = dispersion_test(y, exposure=m).index / (y.size - 1), list(INFLATIONS)
    while seen > INFLATIONS[-1] and grid[-1] < 64 * seen:
        grid.append(2 * grid[-1] - 1)
    return np.array(grid)


def sizes(
    counts: ArrayLike, *, exposure: ArrayLike | None = None, inflations: ArrayLike = INFLATIONS
) -> Floats:
    """Size per unit of exposure for each inflation: rate / (inflation - 1); shape (inflations,)."""
    y, m = (
        np.asarray(counts, dtype=np.float64),
        1.0 if exposure is None else np.asarray(exposure, dtype=np.float64),
    )
    rate = (
        max(float(y.sum()), 0.5)
        / float(np.broadcast_to(m, y.shape[-1:]).sum())
        / (y.size / y.shape[-1])
    )
    return np.asarray(rate / (np.asarray(inflations) - 1))


def size_posterior(counts: ArrayLike, *, exposure: ArrayLike | None = None) -> Floats:
    """Probability of each of `sizes`, the rate integrated out; shape (inflations,).

    Notes
    -----
    A count over an exposure m has size ``size * m``, so that bins can be joined without changing the model: variance
    over mean is 1 + rate / size whatever the width of a bin. All sizes fit best at one rate, and integrating over it
    multiplies the height there by its standard deviation (Laplace), the square root of the inflation: without that,
    few bins look less clumped than they are.
    """
    return inflation_posterior(counts, exposure=exposure, poisson=0.0)[1:]


def inflation_posterior(
    counts: ArrayLike,
    *,
    exposure: ArrayLike | None = None,
    poisson: float = 0.5,
    inflations: ArrayLike = INFLATIONS,
) -> Floats:
    """Probability of Poisson counts, then of each inflation; shape (1 + inflations,).

    Parameters
    ----------
    counts, exposure
        As in `dispersion_test`.
    poisson
        Probability of Poisson beforehand, below 1; the inflations share the rest alike.
    inflations
        Variances over mean that are weighed.
    """
    from scipy.special import gammaln, xlogy

    y, m = _counts(counts, exposure)
    size_of = sizes(y, exposure=m, inflations=inflations)
    prior = np.array([poisson, *[(1 - poisson) / size_of.size] * size_of.size])
    log_p = np.empty(prior.size)
    mu = y.sum() / m.sum() * m
    log_p[0] = float((xlogy(y, mu) - mu - gammaln(y + 1)).sum())
    for i, size in enumerate(size_of):
        k = size * m
        p = k.sum() / (k.sum() + y.sum())  # common to all bins; the inflation is 1 / p
        told = gammaln(y + k) - gammaln(k) - gammaln(y + 1) + k * math.log(p) + xlogy(y, 1 - p)
        log_p[i + 1] = float(told.sum()) - math.log(p) / 2
    weight = prior * np.exp(log_p - log_p.max())
    return np.asarray(weight / weight.sum())
