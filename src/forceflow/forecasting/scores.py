"""How good was a forecast: proper scores of draws, quantiles and intervals, and the probability integral transform."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Floats
from ..errors import EstimateError

__all__ = [
    "LEVELS",
    "Pit",
    "crps",
    "crps_counts",
    "interval_score",
    "pit",
    "pit_histogram",
    "wis",
]


LEVELS: tuple[float, ...] = (0.01, 0.025, *(round(0.05 * i, 2) for i in range(1, 20)), 0.975, 0.99)
"""The 23 levels at which the weighted interval score is taken (Bracher et al. 2021)."""


class Pit(NamedTuple):
    """Probability integral transform: the forecast's chance of less than, and of at most, what was observed."""

    low: Floats
    high: Floats


def _finite_numbers(values: ArrayLike) -> Floats:
    """Finite numbers: a score of NaN or infinity would be NaN, or say nothing."""
    try:
        given = np.asarray(values)
        if given.dtype.kind in "mM":
            raise TypeError("moments and lengths of time are no numbers")
        found = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise EstimateError(
            f"a score needs numbers in rows of equal length, got {str(values)[:60]}"
        ) from None
    if not np.isfinite(found).all():
        raise EstimateError(
            "a score needs draws and observations without NaN or infinity; leave out what was not observed"
        )
    return found


def _draws_and_observed(draws: ArrayLike, observed: ArrayLike) -> tuple[Floats, Floats]:
    """Draws with the draws last, and observations of the shape before it."""
    x, y = _finite_numbers(draws), _finite_numbers(observed)
    if x.ndim == 0 or x.shape[-1] == 0:
        raise EstimateError("a score needs at least one draw; give draws of shape (..., draws)")
    try:
        y = np.broadcast_to(y, x.shape[:-1])
    except ValueError:
        raise EstimateError(
            f"draws of shape {x.shape} need observations of shape {x.shape[:-1]}, got {y.shape}"
        ) from None
    return x, y


def crps(draws: ArrayLike, *, observed: ArrayLike, fair: bool = False) -> Any:
    """Continuous ranked probability score of draws: 0 is perfect, in the unit of what was observed.

    Parameters
    ----------
    draws
        Equally likely values, shape (..., draws).
    observed
        What happened, shape (...).
    fair
        Take out the bias of a small number of draws; needs at least two.

    Returns
    -------
    float or array
        Shape (...).

    Notes
    -----
    ``mean |X - y| - mean |X - X'| / 2``, the second mean over all pairs, or over pairs of different draws when fair.
    Source: Gneiting & Raftery, JASA 102 (2007) 359, eq. 21; Ferro, QJRMS 140 (2014) 1917.

    Examples
    --------
    >>> crps([1, 3, 4, 7, 9], observed=5)
    1.0
    """
    x, y = _draws_and_observed(draws, observed)
    n = x.shape[-1]
    if fair and n < 2:
        raise EstimateError("the fair score needs at least two draws")
    # In order, the sum over all pairs is a weighted sum over the draws.
    x = np.sort(x, axis=-1)
    weights = 2 * np.arange(1, n + 1) - n - 1
    pairs = n * (n - 1 if fair else n)
    spread = (x * weights).sum(axis=-1) / pairs
    miss = np.abs(x - y[..., None]).mean(axis=-1)
    return _as_given(miss - spread)


def _as_given(score: Floats) -> Any:
    """A plain number for one forecast, an array for several."""
    return float(score) if score.ndim == 0 else score


def crps_counts(cdf: ArrayLike, *, observed: int) -> float:
    """Ranked probability score of a forecast of a count.

    Parameters
    ----------
    cdf
        P(N <= k) for k = 0, 1, 2, ... up to where it is 1 for all purposes.
    observed
        The count, which may lie beyond the end of `cdf`.

    Notes
    -----
    ``sum over k of (F(k) - 1{observed <= k})^2``; Czado, Gneiting & Held, Biometrics 65 (2009) 1254.
    """
    f = _finite_numbers(cdf)
    observed = int(_finite_numbers(observed))
    if observed < 0 or f.ndim != 1 or not f.size:
        raise EstimateError(
            "a forecast of a count needs P(N <= k) for k = 0, 1, 2, ... and a count of 0 or more"
        )
    # A count beyond the end of the forecast is scored against what it ends with.
    if observed >= f.size:
        beyond = np.full(observed + 1 - f.size, f[-1])
        f = np.concatenate([f, beyond])
    happened = np.arange(f.size) >= observed
    return float(((f - happened) ** 2).sum())


def interval_score(low: ArrayLike, high: ArrayLike, *, observed: ArrayLike, coverage: float) -> Any:
    """Interval score: the width, plus a penalty for what falls outside.

    Parameters
    ----------
    low, high
        Ends of a central interval.
    observed
        What happened.
    coverage
        Nominal coverage of the interval, above 0 and below 1.

    Notes
    -----
    ``(u - l) + 2/a (l - y)+ + 2/a (y - u)+`` with ``a = 1 - coverage``; Winkler 1972, Gneiting & Raftery 2007 eq. 43.

    Examples
    --------
    >>> interval_score(10, 20, observed=8, coverage=0.9)
    50.0
    """
    if not 0 < coverage < 1:
        raise EstimateError(f"coverage is a share above 0 and below 1, got {coverage!r}")
    lo, hi, y = _finite_numbers(low), _finite_numbers(high), _finite_numbers(observed)
    if not (lo <= hi).all():
        raise EstimateError("an interval needs low <= high")
    outside = np.maximum(lo - y, 0) + np.maximum(y - hi, 0)
    # One rounding, so that a round coverage gives a round score.
    penalty = 2 / round(1 - coverage, 12)
    return _as_given((hi - lo) + outside * penalty)


def wis(quantiles: ArrayLike, *, levels: ArrayLike = LEVELS, observed: ArrayLike) -> Any:
    """Weighted interval score of a set of quantiles: twice their mean pinball loss.

    Parameters
    ----------
    quantiles
        Forecast quantiles, shape (..., levels), not decreasing with their levels.
    levels
        Their levels, above 0 and below 1; the 23 of `LEVELS` by default.
    observed
        What happened, shape (...).

    Notes
    -----
    With levels that pair up around a median this is the weighted interval score of Bracher, Ray, Gneiting & Reich,
    PLoS Comput Biol 17 (2021) e1008618; it tends to the CRPS as the levels fill (0, 1).
    """
    p = _finite_numbers(levels)
    q, y = _draws_and_observed(quantiles, observed)
    inside = (p > 0) & (p < 1)
    if p.shape != q.shape[-1:] or not inside.all():
        raise EstimateError(
            f"{q.shape[-1]} quantiles need as many levels above 0 and below 1, got {p.tolist()}"
        )
    steps = np.diff(q[..., np.argsort(p)], axis=-1)
    # What is equal but for its last digits is no decrease.
    slack = 1e-9 * np.abs(q).max(initial=0.0)
    if (steps < -slack).any():
        raise EstimateError("quantiles must not decrease with their levels; sort them")
    gap = y[..., None] - q
    pinball = np.maximum(p * gap, (p - 1) * gap)
    return _as_given(2 * pinball.mean(axis=-1))


def pit(draws: ArrayLike, *, observed: ArrayLike) -> Pit:
    """Probability integral transform, without randomisation.

    Parameters
    ----------
    draws
        Equally likely values, shape (..., draws).
    observed
        What happened, shape (...).

    Returns
    -------
    Pit
        ``low`` the share of draws below what happened, ``high`` the share at or below it; they differ where draws tie
        with it. Over many forecasts their histogram (`pit_histogram`) is flat when the forecasts are honest.

    Notes
    -----
    Czado, Gneiting & Held, Biometrics 65 (2009) 1254.
    """
    x, y = _draws_and_observed(draws, observed)
    truth, n = y[..., None], x.shape[-1]
    below = (x < truth).sum(axis=-1) / n
    at_most = (x <= truth).sum(axis=-1) / n
    return Pit(np.asarray(below), np.asarray(at_most))


def pit_histogram(values: Pit, *, bins: int = 10) -> Floats:
    """Share of each bin of the non-randomised PIT; all near ``1/bins`` when the forecasts are honest."""
    low, high = np.ravel(values.low), np.ravel(values.high)
    edges = np.linspace(0, 1, bins + 1)[:, None]
    has_width = high > low
    width = np.where(has_width, high - low, 1.0)
    spread = np.clip((edges - low) / width, 0, 1)
    # Without ties all the weight lies at one point; at 0 it belongs to the first bin.
    at_point = (edges >= high) & (edges > 0)
    mass = np.where(has_width, spread, at_point)
    return np.asarray(np.diff(mass.mean(axis=1)))
