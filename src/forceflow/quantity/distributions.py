"""The families of distributions behind hedges: their inverse distribution functions.

Each takes probabilities, the parameters of the family and whether the number is a whole count, and returns values.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, Literal

__all__ = ["INVERSE", "SCALED", "Family", "summary"]

Family = Literal[
    "point",
    "pert",
    "uniform",
    "lognormal",
    "nearly",
    "over",
    "at_least",
    "at_most",
    "pmf",
    "table",
    "beta",
    "none",
]


def _point_quantile(u: Any, params: tuple[float, ...], whole: bool) -> Any:
    import numpy as np

    return np.full(u.shape, params[0])


def _pert_quantile(u: Any, params: tuple[float, ...], whole: bool) -> Any:
    from scipy.special import betaincinv

    low, best, high = params
    if high == low:
        return _point_quantile(u, params, whole)
    a = 1 + 4 * (best - low) / (high - low)
    b = 1 + 4 * (high - best) / (high - low)
    return low + (high - low) * betaincinv(a, b, u)


def _uniform_quantile(u: Any, params: tuple[float, ...], whole: bool) -> Any:
    import numpy as np

    low, high = params
    return np.clip(low - 0.5 + (high - low + 1) * u, low, high) if whole else low + (high - low) * u


def _lognormal_quantile(u: Any, params: tuple[float, ...], whole: bool) -> Any:
    import numpy as np
    from scipy.special import ndtr, ndtri

    median, gsd, lowest, highest = params
    if gsd == 1:
        return np.clip(_point_quantile(u, params, whole), lowest, highest)
    sigma, margin = math.log(gsd), 0.5 if whole else 0.0
    low, high = max(lowest - margin, 0.0), highest + margin
    p_low = ndtr(math.log(low / median) / sigma) if low > 0 else 0.0
    p_high = ndtr(math.log(high / median) / sigma) if high < math.inf else 1.0
    inside = p_low + u * (p_high - p_low)
    if high == math.inf:
        inside = np.minimum(inside, 1 - 1e-12)
    value = median * np.exp(sigma * ndtri(inside))
    return np.clip(value, lowest, highest)


def _nearly_quantile(u: Any, params: tuple[float, ...], whole: bool) -> Any:
    from scipy.special import ndtr, ndtri

    n, share, cut = params
    most = 2 * ndtr(cut / share) - 1
    return n - share * n * ndtri(0.5 + 0.5 * most * (1 - u))


def _over_quantile(u: Any, params: tuple[float, ...], whole: bool) -> Any:
    import numpy as np

    n, share, step = params
    return n + step - share * n * np.log1p(-np.minimum(u, 1 - 1e-12))


@lru_cache(maxsize=512)
def _at_least_grid(floor: float, mean: float, k: float) -> tuple[Any, Any]:
    import numpy as np
    from scipy.special import gammaln

    spread = math.sqrt(mean + mean * mean / k)
    top = math.ceil(max(floor, mean) + 40 * spread / math.sqrt(k) + 40)
    values = np.arange(math.ceil(floor), top + 1, dtype=np.float64)
    log_pmf = gammaln(values + k) - gammaln(values + 1) + values * math.log(mean / (mean + k))
    weight = np.exp(log_pmf - log_pmf.max())
    return values, np.cumsum(weight) / weight.sum()


def _at_least(u: Any, params: tuple[float, ...], whole: bool) -> Any:
    import numpy as np
    from scipy.special import gammaincc, gammainccinv

    floor, mean, k = params
    if mean <= 20_000 and whole:
        values, cdf = _at_least_grid(floor, mean, k)
        return values[np.minimum(np.searchsorted(cdf, u, side="left"), values.size - 1)]
    tail = gammaincc(k, k * floor / mean)  # large means: the gamma limit of the negative binomial
    return np.maximum(floor, mean / k * gammainccinv(k, np.maximum(tail * (1 - u), 1e-300)))


def _at_most(u: Any, params: tuple[float, ...], whole: bool) -> Any:
    return _uniform_quantile(u, params, whole)


def _pmf_quantile(u: Any, params: tuple[float, ...], whole: bool) -> Any:
    import numpy as np

    values, shares = np.array(params[::2]), np.cumsum(params[1::2])
    return values[np.minimum(np.searchsorted(shares / shares[-1], u, side="left"), values.size - 1)]


def _beta_quantile(u: Any, params: tuple[float, ...], whole: bool) -> Any:
    from scipy.special import betaincinv

    return params[2] * betaincinv(params[0], params[1], u)


def _table_quantile(u: Any, params: tuple[float, ...], whole: bool) -> Any:
    import numpy as np

    return np.interp(u, np.linspace(0, 1, len(params)), params)


INVERSE: Final[dict[str, Callable[[Any, tuple[float, ...], bool], Any]]] = {
    "point": _point_quantile,
    "pert": _pert_quantile,
    "uniform": _uniform_quantile,
    "lognormal": _lognormal_quantile,
    "nearly": _nearly_quantile,
    "over": _over_quantile,
    "at_least": _at_least,
    "at_most": _at_most,
    "pmf": _pmf_quantile,
    "table": _table_quantile,
    "beta": _beta_quantile,
}
"""Inverse distribution function by family."""

SCALED: Final[dict[str, tuple[int, ...]]] = {
    "point": (0,),
    "pert": (0, 1, 2),
    "uniform": (0, 1),
    "lognormal": (0, 2, 3),
    "nearly": (0,),
    "over": (0, 2),
    "at_least": (0, 1),
    "at_most": (0, 1),
    "beta": (2,),
}
"""Which parameters carry the unit, by family; the others are shapes."""


@lru_cache(maxsize=4096)
def summary(family: Family, params: tuple[float, ...], whole: bool) -> tuple[float, float, float]:
    """Return the 5, 50 and 95 % points; a floor reports itself as low, a ceiling as high."""
    import numpy as np

    q = INVERSE[family](np.array([0.05, 0.5, 0.95]), params, whole)
    low, best, high = (float(x) for x in (np.rint(q) if whole else q))
    if family == "at_least":
        low = params[0]
    elif family == "at_most":
        high = params[1]
    elif family == "uniform":
        low, high = params
    return low, best, high
