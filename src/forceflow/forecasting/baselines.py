"""Plain forecasts of a cumulative series, by name: what a model has to beat."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..arrays import Floats
from ..errors import EstimateError, UnknownNameError
from ..quantity import Quantity
from ..results.arguments import check_asked
from .growth_curves import fit_curve
from .result import Forecast, dates_ahead
from .series import Series, as_series

__all__ = ["BASELINES", "baseline", "baseline_draws"]


QUANTILES = 999
"""How many equally likely points stand for a baseline's distribution: its quantiles at (i + 1/2)/999."""


def _points(n: int) -> Floats:
    return (np.arange(n) + 0.5) / n


def _known(series: Series) -> tuple[Floats, Floats]:
    """Days and values; a floor is no value to a baseline."""
    return series.days[series.known], series.value[series.known]


def _walk_in_steps(series: Series, ahead: Floats, n: int) -> tuple[Floats, dict[str, float]]:
    from scipy.special import ndtri

    _, y = _known(series)
    if y.size < 3:
        raise EstimateError(f"a random walk with drift needs 3 values, got {y.size}")
    steps = y.size - 1
    drift = float(y[-1] - y[0]) / steps
    variance = float(((np.diff(y) - drift) ** 2).sum()) / (steps - 1)
    h = np.arange(1, ahead.size + 1)
    mean = y[-1] + drift * h
    sd = math.sqrt(variance) * np.sqrt(h * (1 + h / steps))
    numbers = {"drift": drift, "variance": variance}
    numbers |= {f"sd_{i}": float(value) for i, value in enumerate(sd, 1)}
    return mean[:, None] + sd[:, None] * ndtri(_points(n)), numbers


def _walk_in_days(series: Series, ahead: Floats, n: int) -> tuple[Floats, dict[str, float]]:
    from scipy.special import ndtri

    t, y = _known(series)
    if y.size < 3:
        raise EstimateError(f"a random walk with drift needs 3 values, got {y.size}")
    span = t[-1] - t[0]
    drift = float(y[-1] - y[0]) / span
    lengths = np.diff(t)
    variance = float(((np.diff(y) - drift * lengths) ** 2 / lengths).sum()) / (y.size - 2)
    # The history may end with floors: then the last value lies further back than the last date.
    days = ahead + (series.days[-1] - t[-1])
    sd = math.sqrt(variance) * np.sqrt(days * (1 + days / span))
    numbers = {"drift_per_day": drift, "variance_per_day": variance}
    return (y[-1] + drift * days)[:, None] + sd[:, None] * ndtri(_points(n)), numbers


def _last_window(
    series: Series, ahead: Floats, n: int, window_days: float | None = None
) -> tuple[Floats, dict[str, float]]:
    t, y = _known(series)
    width = 3 * float(np.median(np.diff(t))) if window_days is None else window_days
    if not width > 0:
        raise EstimateError(f"a window needs days above 0, got {window_days!r}")
    begin = max(float(t[-1]) - width, float(t[0]))
    count = float(y[-1] - np.interp(begin, t, y))
    width = float(t[-1]) - begin
    days = ahead + (series.days[-1] - t[-1])
    draws = np.stack([_counts_ahead(count + 0.5, width / (width + d), n) for d in days])
    return y[-1] + draws, {"per_day": count / width, "window_days": width, "count": count}


def _counts_ahead(shape: float, p: float, n: int) -> Floats:
    """Quantiles of a negative binomial count; from its normal limit where it is large."""
    mean = shape * (1 - p) / p
    if mean > 1_000:
        from scipy.special import ndtri

        return np.asarray(np.maximum(mean + math.sqrt(mean / p) * ndtri(_points(n)), 0.0))
    from scipy.stats import nbinom

    return np.asarray(nbinom.ppf(_points(n), shape, p))


def _linear(series: Series, ahead: Floats, n: int) -> tuple[Floats, dict[str, float]]:
    from scipy.special import stdtrit

    t, y = _known(series)
    if y.size < 3:
        raise EstimateError(f"a line with its spread needs 3 values, got {y.size}")
    x = t - t[0]
    middle, spread = x.mean(), float(((x - x.mean()) ** 2).sum())
    slope = float(((x - middle) * (y - y.mean())).sum()) / spread
    at_zero = float(y.mean() - slope * middle)
    variance = float(((y - at_zero - slope * x) ** 2).sum()) / (y.size - 2)
    to = series.days[-1] + ahead - t[0]
    sd = np.sqrt(variance * (1 + 1 / y.size + (to - middle) ** 2 / spread))
    numbers = {"slope_per_day": slope, "intercept": at_zero, "variance": variance}
    if series.total is not None and slope > 0:
        numbers["days_to_total"] = (series.total - at_zero) / slope - float(x[-1])
    return (at_zero + slope * to)[:, None] + sd[:, None] * stdtrit(y.size - 2, _points(n)), numbers


def _logistic(series: Series, ahead: Floats, n: int) -> tuple[Floats, dict[str, float]]:
    from scipy.special import stdtrit

    if series.total is None:
        raise EstimateError(
            "the logistic baseline needs a total, its asymptote; the data do not know it; give total="
        )
    t, y = _known(series)
    scale = max(float(t[-1] - t[0]), 1e-9)
    x, to = (t - t[0]) / scale, (series.days[-1] + ahead - t[0]) / scale
    curve = fit_curve("logistic", x, y, top=series.total)
    mean = curve.value(to)
    # d height / d (shift, rate): the spread of the curve itself, on top of the residuals.
    f = mean / series.total
    slopes = np.stack([-mean * (1 - f), mean * (1 - f) * to], axis=1)
    covariance = curve.covariance if curve.covariance is not None else np.zeros((2, 2))
    variance = curve.residual / (y.size - 2)
    sd = np.sqrt(variance + np.maximum(np.einsum("hi,ij,hj->h", slopes, covariance, slopes), 0))
    numbers = {"total": series.total, "shift": curve.parameters["shift"]}
    numbers["rate_per_day"] = curve.parameters["rate"] / scale
    draws = mean[:, None] + sd[:, None] * stdtrit(y.size - 2, _points(n))
    return np.minimum(draws, series.total), numbers


_Maker = Callable[..., tuple[Floats, dict[str, float]]]

BASELINES: dict[str, _Maker] = {
    "random walk with drift": _walk_in_steps,
    "random walk with drift in days": _walk_in_days,
    "last window": _last_window,
    "linear": _linear,
    "logistic": _logistic,
}
"""The baselines. The first is the one skill is measured against; it counts steps, the second counts days."""

_OF_ANY_SERIES = ("random walk with drift", "random walk with drift in days", "linear")


def baseline_draws(
    name: str, series: Series, ahead: Floats, *, quantiles: int = QUANTILES, **options: Any
) -> Floats:
    """Equally likely values of a baseline for so many days ahead, shape (h, quantiles), in order."""
    if name not in BASELINES:
        raise UnknownNameError("baseline", name, BASELINES)
    return BASELINES[name](series, ahead, quantiles, **options)[0]


def baseline(
    name: str,
    data: Any,
    *,
    horizon: int = 4,
    dates: Sequence[Any] | None = None,
    time: str = "date",
    done: str = "value",
    total: Quantity | float | str | None = None,
    revised: bool | None = None,
    dayfirst: bool | None = None,
    window_days: float | None = None,
    coverage: float = 0.9,
) -> Forecast:
    """Forecast a cumulative series in a plain, named way.

    Parameters
    ----------
    name
        "random walk with drift": the mean step goes on; the formula of FPP3, in steps of the series. "random walk with
        drift in days": the same where reports come at ragged dates. "last window": the mean rate of the last
        `window_days` goes on, with Poisson counts. "linear": a line by least squares. "logistic": an S-curve by least
        squares whose asymptote is `total`.
    data
        A frame, a `Drawdown` or a `Series`; see `backtest`. For the two walks and the line values may fall.
    horizon, dates
        So many steps of the median length; or for these dates.
    time, done, total, revised, dayfirst
        As in `backtest`.
    window_days
        For "last window"; three steps of the median length by default.
    coverage
        Share between low and high of the forecast.

    Returns
    -------
    Forecast
        Its `draws` are quantiles, not random; `parameters` are the numbers of the fit.

    Raises
    ------
    UnknownNameError
        No such baseline.
    EstimateError
        Too few values, no total for "logistic", or an argument is out of bounds.

    Notes
    -----
    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., section 5.5: mean y + b h, standard
    deviation s sqrt(h (1 + h/(T-1))). Poisson: the rate is Gamma(count + 1/2, window), so the count ahead is negative
    binomial; a percentage is no count, so its interval is only a convention.

    Examples
    --------
    >>> from forceflow.evidence.drawdowns import load_drawdown
    >>> ahead = baseline("random walk with drift", load_drawdown("kabul-2021"))
    >>> round(ahead.parameters["drift"])
    9973
    """
    if name not in BASELINES:
        raise UnknownNameError("baseline", name, BASELINES)
    check_asked(coverage=coverage)
    may_fall = name in _OF_ANY_SERIES
    series = as_series(
        data,
        time=time,
        done=done,
        total=total,
        revised=revised,
        dayfirst=dayfirst,
        may_fall=may_fall,
    )
    moments, ahead = dates_ahead(series, horizon=horizon, dates=dates)
    options = {"window_days": window_days} if name == "last window" else {}
    draws, numbers = BASELINES[name](series, ahead, QUANTILES, **options)
    return Forecast(
        method=name,
        dates=moments,
        days_ahead=ahead,
        draws=draws,
        history=series,
        coverage=coverage,
        parameters=numbers,
        notes=series.corrections,
    )
