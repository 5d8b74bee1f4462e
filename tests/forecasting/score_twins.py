"""Scores in closed form or by quadrature: twins that the scores of draws and of counts are held against."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import integrate, stats

from forceflow.forecasting.scores import crps_counts


def crps_normal(mean: float, sd: float, *, observed: ArrayLike) -> Any:
    """``sd (w (2 Phi(w) - 1) + 2 phi(w) - 1/sqrt(pi))`` with ``w = (observed - mean)/sd``; Gneiting & Raftery 2007."""
    w = (np.asarray(observed, dtype=np.float64) - mean) / sd
    shape = w * (2 * stats.norm.cdf(w) - 1) + 2 * stats.norm.pdf(w)
    return sd * (shape - 1 / math.sqrt(math.pi))


def log_score_normal(mean: float, sd: float, *, observed: float) -> float:
    """Minus the log density at what was observed."""
    return -float(stats.norm.logpdf(observed, mean, sd))


def crps_poisson(rate: float, *, observed: int) -> float:
    """Ranked probability score of a Poisson forecast, summed up to where the rest is nothing."""
    top = int(max(observed, rate) + 12 * math.sqrt(rate) + 40)
    return crps_counts(stats.poisson.cdf(np.arange(top + 1), rate), observed=observed)


def log_score_poisson(rate: float, *, observed: int) -> float:
    """Minus the log probability of what was observed."""
    return -float(stats.poisson.logpmf(observed, rate))


def crps_cdf(cdf: Callable[[float], float], *, observed: float, low: float, high: float) -> float:
    """Score of any distribution within its bounds, by quadrature of its definition."""
    fine: dict[str, Any] = {"epsabs": 1e-12, "epsrel": 1e-12, "limit": 200}
    below = integrate.quad(lambda x: cdf(x) ** 2, low, observed, **fine)[0]
    above = integrate.quad(lambda x: (1 - cdf(x)) ** 2, observed, high, **fine)[0]
    return float(below + above)
