"""Whether counts are more clumped than chance makes them, and by how much."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ...arrays import Floats
from ...errors import EstimateError
from .poisson import LEAST_P, p_words

__all__ = [
    "INFLATIONS",
    "Dispersion",
    "dispersion_test",
    "inflation_posterior",
    "inflations_for",
    "is_obvious",
    "sizes",
]


INFLATIONS: tuple[float, ...] = (1.1, 1.25, 1.5, 2.0, 3.0, 5.0, 9.0, 17.0)
"""Variance over mean of a bin's count, at the mean rate, that are weighed against each other, all alike beforehand.

From counts that can hardly be distinguished from Poisson to a few large bursts. A prior: about equal steps of the log
excess."""


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


def _read_counts(counts: ArrayLike, exposure: ArrayLike | None) -> tuple[Floats, Floats]:
    """Counts per bin and the exposure of each, 1 where none is given; shape (n,) both."""
    y = np.asarray(counts, dtype=np.float64)
    m = np.ones_like(y)
    if exposure is not None:
        m = np.asarray(exposure, dtype=np.float64)
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

    y, m = _read_counts(counts, exposure)
    mu = y.sum() / m.sum() * m
    squares = (y - mu) ** 2
    scale = math.sqrt(2 * float((mu**2).sum()))
    excess = squares - y
    # The leverage of a bin: how much of its own count the fitted rate took up.
    leverage = mu * mu / mu.sum()
    statistic = float((excess + leverage).sum()) / scale
    index = float((squares / mu).sum())
    return Dispersion(
        statistic=statistic,
        p_value=max(float(ndtr(-statistic)), LEAST_P),
        raw_statistic=float(excess.sum()) / scale,
        index=index,
        index_p_value=max(float(chdtrc(y.size - 1, index)), LEAST_P),
        bins=y.size,
    )


def is_obvious(counts: ArrayLike, *, exposure: ArrayLike | None = None) -> bool:
    """Whether so few counts that a test has little power are clumped beyond doubt, and not for a single odd one.

    Notes
    -----
    The index of dispersion rejects Poisson at 0.1 %, and at 5 % without the count that lies farthest off; or its
    p-value is below 1e-20, as for numbers of people, which never scatter like single arrivals.
    """
    y, m = _read_counts(counts, exposure)
    p = dispersion_test(y, exposure=m).index_p_value
    if p < 1e-20 or p > 1e-3 or y.size < 3:
        return p < 1e-20
    mu = y.sum() / m.sum() * m
    distance = (y - mu) ** 2 / mu
    oddest = int(np.argmax(distance))
    others = np.delete(y, oddest)
    exposure_of_others = np.delete(m, oddest)
    # Nothing but zeros is left beside a single odd count, and nothing can be tested.
    if not others.any():
        return False
    return dispersion_test(others, exposure=exposure_of_others).index_p_value < 0.05


def inflations_for(counts: ArrayLike, *, exposure: ArrayLike | None = None) -> Floats:
    """`INFLATIONS`; where the counts scatter by more than the last of them, doubled on to 64 times what they show.

    Sixty-four times, as three counts say so little of their variance.
    """
    y, m = _read_counts(counts, exposure)
    seen = dispersion_test(y, exposure=m).index / (y.size - 1)
    grid = list(INFLATIONS)
    # The excess over 1 doubles, as it does in the list.
    while seen > INFLATIONS[-1] and grid[-1] < 64 * seen:
        grid.append(2 * grid[-1] - 1)
    return np.array(grid)


def sizes(
    counts: ArrayLike, *, exposure: ArrayLike | None = None, inflations: ArrayLike = INFLATIONS
) -> Floats:
    """Size per unit of exposure for each inflation: rate / (inflation - 1); shape (inflations,).

    Notes
    -----
    A count over an exposure m has size ``size * m``, so that bins can be joined without changing the model: variance
    over mean is 1 + rate / size whatever the width of a bin.
    """
    y = np.asarray(counts, dtype=np.float64)
    bins = y.shape[-1]
    m = np.ones(bins)
    if exposure is not None:
        m = np.broadcast_to(np.asarray(exposure, dtype=np.float64), (bins,))
    versions = y.size / bins
    # Half an event where nothing was counted, or every size would be 0.
    counted = max(float(y.sum()), 0.5)
    rate = counted / float(m.sum()) / versions
    excess = np.asarray(inflations) - 1
    return np.asarray(rate / excess)


def inflation_posterior(
    counts: ArrayLike,
    *,
    exposure: ArrayLike | None = None,
    poisson: float = 0.5,
    inflations: ArrayLike = INFLATIONS,
) -> Floats:
    """Probability of Poisson counts, then of each inflation, the rate integrated out; shape (1 + inflations,).

    Parameters
    ----------
    counts, exposure
        As in `dispersion_test`.
    poisson
        Probability of Poisson beforehand, below 1; the inflations share the rest alike.
    inflations
        Variances over mean that are weighed.

    Notes
    -----
    All sizes fit best at one rate, and integrating over it multiplies the height there by its standard deviation
    (Laplace), the square root of the inflation: without that, few bins look less clumped than they are.
    """
    y, m = _read_counts(counts, exposure)
    size_of = sizes(y, exposure=m, inflations=inflations)
    prior = np.full(size_of.size + 1, (1 - poisson) / size_of.size)
    log_p = np.empty(prior.size)
    prior[0] = poisson
    log_p[0] = _log_poisson(y, m)
    for row, size in enumerate(size_of, start=1):
        log_p[row] = _log_clumped(y, m, size)
    weight = prior * np.exp(log_p - log_p.max())
    return np.asarray(weight / weight.sum())


def _log_poisson(y: Floats, m: Floats) -> float:
    """Log probability of Poisson counts at the rate that fits best."""
    from scipy.special import gammaln, xlogy

    mu = y.sum() / m.sum() * m
    each = xlogy(y, mu) - mu - gammaln(y + 1)
    return float(each.sum())


def _log_clumped(y: Floats, m: Floats, size: float) -> float:
    """Log probability of negative binomial counts of a size per unit of exposure, the rate integrated out."""
    from scipy.special import gammaln, xlogy

    k = size * m
    # Common to all bins; the inflation is 1 / share.
    share = k.sum() / (k.sum() + y.sum())
    log_share = math.log(share)
    log_ways = gammaln(y + k) - gammaln(k) - gammaln(y + 1)
    height = log_ways + k * log_share + xlogy(y, 1 - share)
    return float(height.sum()) - log_share / 2
