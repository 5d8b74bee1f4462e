"""The default forecast of a cumulative series: how much will have been done by when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from ..arrays import Floats
from ..errors import EstimateError, UnknownNameError
from ..quantity import Quantity
from ..results.arguments import check_asked
from ..results.range import Range
from .addressed_numbers import normals_of, uniforms_of
from .baselines import BASELINES, baseline
from .pace import SETTINGS, Settings, moved_by, moved_by_level
from .result import Forecast, dates_ahead
from .series import Method, Series, as_series

__all__ = ["METHODS", "SEED", "SETTINGS", "Settings", "forecast", "forecast_draws"]


SEED = 2021
"""The seed where none is given: a backtest is a score, and two people who run it should get the same."""


def forecast_draws(
    series: Series,
    ahead: Floats,
    draws: int,
    seed: int = SEED,
    *,
    settings: Settings = SETTINGS,
    paths: Callable[..., Floats] | None = None,
) -> Floats:
    """Draws of what will have been done so many days after the end of a series.

    Parameters
    ----------
    series
        The history; nothing after its last date is used. Its `total`, where given, is never passed.
    ahead
        Days after the last date, increasing, shape (h,).
    draws, seed
        How many draws; each is a path that never falls. Draws are addressed and steps are the same for every question:
        the answer for a date does not depend on which other dates are wanted.
    settings, paths
        The numbers of the default pace; or another pace, such as `moved_by_level`.

    Returns
    -------
    array
        Shape (h, draws).

    Raises
    ------
    EstimateError
        Fewer than two values, or dates not in order.

    Notes
    -----
    Two forecasts, their quantiles averaged. (1) The log rate of each step is a local level with a damped trend, seen
    with scatter and held by weak reversion to its mean; a Kalman filter runs for nine pairs of variances, each with and
    without the trend, which are weighed by their Student-t likelihood. A standstill begins and ends with hazards that
    the series has a say in. (2) A random walk with drift on the cumulative, Student-t, never falling. Both go on in
    steps of half the median gap of the history (after 52 gaps each is a twentieth longer); within a step the rate is
    even. A total holds each of the two at each date. Where no total is known, each draw then draws what is still to
    come, R, so many steps at the mean pace, and approaches it, ``R (1 - exp(-x/R))``: withdrawals end. Bounds
    of the history are drawn (triangular); a floor ("more than 50 %") gives no rate, and draws that would have passed
    below it are replaced by ones that do not.
    """
    days = np.asarray(ahead, dtype=np.float64)
    _check_days(days, series)
    known = np.flatnonzero(series.known)
    t = series.days[known]
    values = _draw_histories(series, draws, seed)
    moved, done = np.diff(values, axis=0), values[-1]
    # Floors at the end of the history lie in the future of the last value.
    floors = range(int(known[-1]) + 1, len(series))
    days_of_floors = series.days[floors.start :] - t[-1]
    when = np.concatenate([days_of_floors, days + (series.days[-1] - t[-1])])
    step = float(np.median(np.diff(t)))
    past = np.diff(t) / step
    room: Floats | float = np.inf
    if series.total is not None:
        room = np.maximum(series.total - done, 0.0)
    # The plain pace goes on in whole steps, as the timeline does.
    first, go_on = 1.0, paths
    if go_on is None:
        first, go_on = 0.5, partial(moved_by, settings=settings)
    to_go = _steps_to(float(when[-1]) / step, first=first)
    grown = go_on(moved, past, to_go, when / step, room=room, draws=draws, seed=seed)
    if series.total is None:
        grown = _level_off(grown, moved, past, seed, settings)
    drawn = done + grown
    for at, row in enumerate(floors):
        chance = uniforms_of(seed, f"floor {at}", draws)
        drawn = _lifted_above(drawn, at, series.low[row], chance)
    return np.asarray(drawn[len(floors) :])


def _check_days(days: Floats, series: Series) -> None:
    is_list = days.ndim == 1 and days.size > 0
    if not is_list or (np.diff(days, prepend=0.0) <= 0).any():
        raise EstimateError("days ahead must be above 0 and in order")
    values = int(series.known.sum())
    if values < 2:
        raise EstimateError(f"a forecast needs at least 2 values, got {values}")


def _level_off(grown: Floats, moved: Floats, past: Floats, seed: int, settings: Settings) -> Floats:
    """What is added by each date where no total is known: it approaches a drawn rest, as withdrawals end."""
    pace = np.maximum(moved.sum(axis=0) / past.sum(), 1e-12)
    # What has gone on for long will not end at once.
    steps = max(settings.steps_to_come, float(past.sum()))
    spread = settings.to_come_spread * normals_of(seed, "still to come", grown.shape[1])
    rest = steps * pace * np.exp(spread)
    return np.asarray(rest * -np.expm1(-grown / rest))


def _steps_to(far: float, *, first: float) -> Floats:
    """Lengths of the steps that reach so far; for a date further off the same ones and more."""
    lengths, reached = [first], first
    while reached < far * (1 - 1e-12):
        lengths.append(first if reached < 52 else 1.05 * lengths[-1])
        reached += lengths[-1]
    return np.array(lengths)


METHODS: dict[str, Method] = {
    "default": forecast_draws,
    "local level": partial(forecast_draws, paths=moved_by_level),
}
"""Forecasters by name: the default, and the pace of `estimate_withdrawal`."""


def _draw_histories(series: Series, draws: int, seed: int) -> Floats:
    """Values of the history, shape (n, 1) when they are exact and (n, draws) when some are bounds."""
    known = series.known
    value, low, high = series.value[known], series.low[known], series.high[known]
    if (low == high).all():
        return np.asarray(value[:, None])
    drawn = np.repeat(value[:, None], draws, axis=1)
    for row in np.flatnonzero(low < high):
        level = uniforms_of(seed, f"report {row}", draws)
        drawn[row] = _triangular_quantile(level, low[row], value[row], high[row])
    # Each draw is a history that never falls, like the series itself.
    return np.maximum.accumulate(drawn, axis=0)


def _triangular_quantile(level: Floats, low: float, mode: float, high: float) -> Floats:
    """Quantiles of a triangular distribution."""
    width = high - low
    turn = (mode - low) / width
    rising = low + width * np.sqrt(level * turn)
    falling = high - width * np.sqrt((1 - level) * (1 - turn))
    return np.where(level < turn, rising, falling)


def _lifted_above(paths: Floats, at: int, floor: float, chance: Floats) -> Floats:
    """Paths that are at a floor or above it at one date; those below are replaced, or lifted when few are above."""
    good = np.flatnonzero(paths[at] >= floor)
    bad = np.flatnonzero(paths[at] < floor)
    # Few good paths would be copied many times over.
    if good.size < 0.02 * paths.shape[1]:
        paths[at:] += np.maximum(floor - paths[at], 0.0)
        return paths
    taken = good[(chance[bad] * good.size).astype(np.int64)]
    paths[:, bad] = paths[:, taken]
    return paths


def forecast(
    data: Any,
    *,
    horizon: int = 4,
    dates: Sequence[Any] | None = None,
    time: str = "date",
    done: str = "value",
    low: str | None = None,
    high: str | None = None,
    total: Quantity | float | str | None = None,
    revised: bool | None = None,
    dayfirst: bool | None = None,
    method: str = "default",
    coverage: float = 0.9,
    draws: int = 4_000,
    seed: int = SEED,
) -> Forecast:
    """Forecast how much will have been done, with a range.

    Parameters
    ----------
    data
        A frame, a `Drawdown` or a `Series`: what was done by which date; see `backtest`.
    horizon, dates
        So many steps of the median length; or for these dates.
    time, done, low, high, total, revised, dayfirst
        As in `backtest`.
    method
        "default"; "local level", the pace of `estimate_withdrawal`; or a name of `BASELINES`.
    coverage, draws, seed
        Share between low and high, how many draws, and the seed.

    Notes
    -----
    A total is a ceiling: it never makes the pace faster. It does replace the prior of what is still to come, by which
    the growth levels off where no total is known; so with a total far away the forecast of a far date is higher than
    without one, and `notes` says by how much.

    Raises
    ------
    UnknownNameError
        No such method.
    FrameError, EstimateError
        The series cannot be read, or an argument is out of bounds.

    Examples
    --------
    >>> from forceflow.evidence.drawdowns import load_drawdown
    >>> ahead = forecast(load_drawdown("iraq-2009"), horizon=2)
    >>> bool((ahead.low <= ahead.middle).all() and ahead.high[-1] <= 92_000)
    True
    """
    if method not in (*METHODS, *BASELINES):
        raise UnknownNameError("method", method, (*METHODS, *BASELINES))
    if method in BASELINES:
        return baseline(
            method,
            data,
            horizon=horizon,
            dates=dates,
            time=time,
            done=done,
            total=total,
            revised=revised,
            dayfirst=dayfirst,
            coverage=coverage,
        )
    check_asked(coverage=coverage, draws=draws, seed=seed)
    series = as_series(
        data,
        time=time,
        done=done,
        low=low,
        high=high,
        total=total,
        revised=revised,
        dayfirst=dayfirst,
    )
    moments, ahead = dates_ahead(series, horizon=horizon, dates=dates)
    drawn = free = METHODS[method](series, ahead, draws, seed)
    if series.total is not None:
        free = METHODS[method](replace(series, total=None), ahead, draws, seed)
    without = Range.of_draws(free[-1], coverage=coverage, unit=series.unit)
    return Forecast(
        method=method,
        dates=moments,
        days_ahead=ahead,
        draws=drawn,
        history=series,
        coverage=coverage,
        parameters={},
        notes=(*series.corrections, _what_comes(series, f"{without} by {moments[-1]:%Y-%m-%d}")),
    )


def _what_comes(series: Series, without: str) -> str:
    """What the forecast assumes about what is still to come."""
    still = (
        f"about {SETTINGS.steps_to_come:g} steps at the mean pace, or as many as there have been if those are more "
        "(a prior: withdrawals end)"
    )
    if series.total is None:
        return (
            f"no total is known: what is still to come is drawn, {still}, so the growth levels off"
        )
    return (
        f"the pace goes on until the total of {series.total:,.10g} is reached; without a total, what is still to come "
        f"would be {still}: {without}"
    )
