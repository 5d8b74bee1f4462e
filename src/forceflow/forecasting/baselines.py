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
from .growth_curves import Curve, fit_curve
from .result import Forecast, dates_ahead
from .series import Series, as_series

__all__ = ["BASELINES", "baseline", "baseline_draws"]


QUANTILES = 999
"""How many equally likely points make up a baseline's distribution: its quantiles at (i + 1/2)/999."""


_Fit = tuple[Floats, dict[str, float]]
"""Equally likely values for each date, shape (h, n), and the numbers of the fit by name."""


def _even_levels(n: int) -> Floats:
    return (np.arange(n) + 0.5) / n


def _known_values(series: Series) -> tuple[Floats, Floats]:
    """Days and values; a floor is no value to a baseline."""
    return series.days[series.known], series.value[series.known]


def _days_after_value(series: Series, ahead: Floats) -> Floats:
    """Days since the last value; the history may end with floors, so it may lie further back than the last date."""
    last = series.days[series.known][-1]
    return np.asarray(ahead + (series.days[-1] - last))


def _check_size(values: Floats, what: str) -> None:
    if values.size < 3:
        raise EstimateError(f"{what} needs 3 values, got {values.size}")


def _spread_about(middle: Floats, sd: Floats, quantiles: Floats) -> Floats:
    """Quantiles about the middle of each date, shape (h, n)."""
    return np.asarray(middle[:, None] + sd[:, None] * quantiles)


def _walk_in_steps(series: Series, ahead: Floats, n: int) -> _Fit:
    """The mean step goes on."""
    from scipy.special import ndtri

    _, y = _known_values(series)
    _check_size(y, "a random walk with drift")
    steps = y.size - 1
    drift = float(y[-1] - y[0]) / steps
    misses = np.diff(y) - drift
    variance = float((misses**2).sum()) / (steps - 1)
    h = np.arange(1, ahead.size + 1)
    # The drift is itself estimated, which adds h / steps.
    sd = math.sqrt(variance) * np.sqrt(h * (1 + h / steps))
    numbers = {"drift": drift, "variance": variance}
    numbers |= {f"sd_{i}": float(value) for i, value in enumerate(sd, 1)}
    return _spread_about(y[-1] + drift * h, sd, ndtri(_even_levels(n))), numbers


def _walk_in_days(series: Series, ahead: Floats, n: int) -> _Fit:
    """The mean rate goes on, by the days between reports."""
    from scipy.special import ndtri

    t, y = _known_values(series)
    _check_size(y, "a random walk with drift")
    span = t[-1] - t[0]
    drift = float(y[-1] - y[0]) / span
    lengths = np.diff(t)
    misses = np.diff(y) - drift * lengths
    variance = float((misses**2 / lengths).sum()) / (y.size - 2)
    days = _days_after_value(series, ahead)
    sd = math.sqrt(variance) * np.sqrt(days * (1 + days / span))
    numbers = {"drift_per_day": drift, "variance_per_day": variance}
    return _spread_about(y[-1] + drift * days, sd, ndtri(_even_levels(n))), numbers


def _last_window(series: Series, ahead: Floats, n: int, window_days: float | None = None) -> _Fit:
    """The mean rate of the last days goes on, with Poisson counts."""
    t, y = _known_values(series)
    width = window_days
    if width is None:
        width = 3 * float(np.median(np.diff(t)))
    if not width > 0:
        raise EstimateError(f"a window needs days above 0, got {window_days!r}")
    begin = max(float(t[-1]) - width, float(t[0]))
    count = float(y[-1] - np.interp(begin, t, y))
    width = float(t[-1]) - begin
    shares = width / (width + _days_after_value(series, ahead))
    draws = np.stack([_counts_ahead(count + 0.5, share, n) for share in shares])
    numbers = {"per_day": count / width, "window_days": width, "count": count}
    return y[-1] + draws, numbers


def _counts_ahead(shape: float, p: float, n: int) -> Floats:
    """Quantiles of a negative binomial count; from its normal limit where it is large."""
    mean = shape * (1 - p) / p
    if mean > 1_000:
        from scipy.special import ndtri

        counts = mean + math.sqrt(mean / p) * ndtri(_even_levels(n))
        return np.asarray(np.maximum(counts, 0.0))
    from scipy.stats import nbinom

    return np.asarray(nbinom.ppf(_even_levels(n), shape, p))


def _line_fit(series: Series, ahead: Floats, n: int) -> _Fit:
    """A line by least squares goes on."""
    from scipy.special import stdtrit

    t, y = _known_values(series)
    _check_size(y, "a line with its spread")
    x = t - t[0]
    middle, centred = x.mean(), x - x.mean()
    spread = float((centred**2).sum())
    slope = float((centred * (y - y.mean())).sum()) / spread
    at_zero = float(y.mean() - slope * middle)
    misses = y - at_zero - slope * x
    variance = float((misses**2).sum()) / (y.size - 2)
    to = series.days[-1] + ahead - t[0]
    # Scatter of one value, of the mean, and of the slope, which counts the more the further away.
    by_slope = (to - middle) ** 2 / spread
    sd = np.sqrt(variance * (1 + 1 / y.size + by_slope))
    numbers = {"slope_per_day": slope, "intercept": at_zero, "variance": variance}
    if series.total is not None and slope > 0:
        numbers["days_to_total"] = (series.total - at_zero) / slope - float(x[-1])
    return _spread_about(at_zero + slope * to, sd, stdtrit(y.size - 2, _even_levels(n))), numbers


def _logistic_fit(series: Series, ahead: Floats, n: int) -> _Fit:
    """An S-curve by least squares goes on to the total."""
    from scipy.special import stdtrit

    total = series.total
    if total is None:
        raise EstimateError(
            "the logistic baseline needs a total, its asymptote; the data do not know it; give total="
        )
    t, y = _known_values(series)
    # On a span of 1 the parameters are of like size, whatever the unit of time.
    span = max(float(t[-1] - t[0]), 1e-9)
    x = (t - t[0]) / span
    to = (series.days[-1] + ahead - t[0]) / span
    curve = fit_curve("logistic", x, y, top=total)
    mean = curve.value(to)
    scatter = curve.residual / (y.size - 2)
    sd = np.sqrt(scatter + _variance_of_curve(curve, mean, to, total))
    numbers = {
        "total": total,
        "shift": curve.parameters["shift"],
        "rate_per_day": curve.parameters["rate"] / span,
    }
    draws = _spread_about(mean, sd, stdtrit(y.size - 2, _even_levels(n)))
    return np.minimum(draws, total), numbers


def _variance_of_curve(curve: Curve, mean: Floats, to: Floats, total: float) -> Floats:
    """Variance of the curve itself, which comes on top of that of the residuals, shape (h,)."""
    if curve.covariance is None:
        return np.zeros(mean.shape)
    # Slopes of the height by the shift and by the rate.
    share = mean / total
    by_shift, by_rate = -mean * (1 - share), mean * (1 - share) * to
    slopes = np.stack([by_shift, by_rate], axis=1)
    variance = np.einsum("hi,ij,hj->h", slopes, curve.covariance, slopes)
    return np.asarray(np.maximum(variance, 0))


_Maker = Callable[..., _Fit]

BASELINES: dict[str, _Maker] = {
    "random walk with drift": _walk_in_steps,
    "random walk with drift in days": _walk_in_days,
    "last window": _last_window,
    "linear": _line_fit,
    "logistic": _logistic_fit,
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
    options = {}
    if name == "last window":
        options["window_days"] = window_days
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
