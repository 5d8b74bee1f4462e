"""The default forecast of a cumulative series: how much will have been done by when."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import EstimateError, UnknownNameError
from .baselines import BASELINES, baseline
from .series import Forecast, Series, as_series, dates_ahead

__all__ = ["SEED", "SETTINGS", "Settings", "forecast", "forecast_draws"]

Floats = NDArray[np.float64]

SEED = 2021
"""The seed where none is given: a backtest is a score, and two people who run it should get the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The numbers of the default forecast; all of them priors, none fitted to the series that is forecast.

    A step is the median time between reports. Rates are per step.

    Parameters
    ----------
    steps_to_come, to_come_spread
        What is still to come where no total is known: median, in steps at the mean pace so far, and standard deviation
        of its logarithm.
    walk_share
        Weight of the Student-t random walk in the average of the quantiles.
    level_sd
        Innovation of the log rate per square root of a step; 0.3, 1 and 2 times this are weighed by how well they
        foresaw the series.
    report_sd
        Scatter of the log rate of one step; 0.25, 1 and 2.5 times this are weighed likewise.
    trend_sd, trend_kept, first_trend_sd
        Innovation of the trend of the log rate, the share of it that is left a step later, and its spread at the start.
    reversion
        Share of the distance to the mean log rate that is lost in a step.
    fastest
        No future step is faster than this multiple of the fastest one seen.
    stall, resume
        Chance of a standstill beginning, and of one ending, in a step.
    time_power
        A gap of k steps counts as k to this power: reports get rarer as things get slower.
    tails
        Degrees of freedom of the random walk.
    """

    steps_to_come: float = 8.0
    to_come_spread: float = 1.5
    walk_share: float = 0.4
    level_sd: float = 0.5
    report_sd: float = 0.1
    trend_sd: float = 0.4
    trend_kept: float = 0.7
    first_trend_sd: float = 0.2
    reversion: float = 0.1
    fastest: float = 2.5
    stall: float = 0.04
    resume: float = 0.5
    time_power: float = 0.8
    tails: float = 4.0


SETTINGS = Settings()
"""The numbers in use; `docs/scores.md` says how they were chosen and how little the score hangs on them."""

_TINY = 1e-12
_SLOW = 0.05  # a step below this share of the mean rate is a standstill
_CREEP = 0.03  # share of the rate that goes on in a standstill


@dataclass(frozen=True, slots=True)
class _State:
    """Where the log rate stands at the end of the history, one column per draw."""

    level: Floats
    level_var: Floats
    trend: Floats
    trend_var: Floats
    both: Floats
    level_sd: Floats
    report_sd: Floats
    mean: Floats
    fastest: Floats
    since: Floats
    still: NDArray[np.bool_]


def forecast_draws(
    series: Series, ahead: Floats, draws: int, seed: int = SEED, *, settings: Settings = SETTINGS
) -> Floats:
    """Draws of what will have been done so many days after the end of a series.

    Parameters
    ----------
    series
        The history; nothing after its last date is used. Its `total`, where given, is never passed.
    ahead
        Days after the last date, increasing, shape (h,).
    draws, seed
        How many draws; each is a path that never falls. Draws are addressed, so one more date changes none before it.

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
    with scatter and held by weak reversion to its mean; a Kalman filter runs for nine pairs of variances, which are
    weighed by their Student-t likelihood. A standstill begins and ends with fixed hazards. (2) A random walk with drift
    on the cumulative, Student-t, never falling. Where no total is known, each draw then draws what is still to come, R,
    so many steps at the mean pace, and approaches it, ``R (1 - exp(-x/R))``: withdrawals end. Bounds of the history are
    drawn (triangular); a floor ("more than 50 %") gives no rate, and draws that would have passed below
    it are replaced by ones that do not.
    """
    days = np.asarray(ahead, dtype=np.float64)
    if days.ndim != 1 or not days.size or (np.diff(days, prepend=0.0) <= 0).any():
        raise EstimateError("days ahead must be above 0 and in order")
    if int(series.known.sum()) < 2:
        raise EstimateError(f"a forecast needs at least 2 values, got {int(series.known.sum())}")
    last = int(np.flatnonzero(series.known)[-1])
    t = series.days[series.known]
    y = _histories(series, draws, seed)
    # Floors at the end of the history lie in the future of the last value.
    floors = [(series.days[i] - t[-1], series.low[i]) for i in range(last + 1, len(series))]
    when = np.concatenate([[day for day, _ in floors], days + (series.days[-1] - t[-1])])
    step = float(np.median(np.diff(t)))
    past = (np.diff(t) / step) ** settings.time_power
    to_go = (np.diff(when, prepend=0.0) / step) ** settings.time_power
    moved = np.diff(y, axis=0)
    grown = _by_rate(moved, past, to_go, draws, seed, settings)
    done = y[-1]
    room = np.inf if series.total is None else np.maximum(series.total - done, 0.0)
    grown = _with_walk(np.minimum(grown, room), moved, past, to_go, room, settings)
    out = done + grown
    if series.total is None:
        pace = np.maximum(moved.sum(axis=0) / past.sum(), _TINY)
        rest = settings.steps_to_come * pace * np.exp(settings.to_come_spread * _normals(seed, "still to come", draws))
        out = done + rest * -np.expm1(-grown / rest)
    for i, (_, floor) in enumerate(floors):
        out = _above(out, i, floor, _uniforms(seed, f"floor {i}", draws))
    return np.asarray(out[len(floors) :])


@lru_cache(maxsize=256)
def _uniforms(seed: int, entity: str, draws: int) -> Floats:
    from ..kernels.philox import uniforms

    return uniforms(seed, "forecast", entity, draws)


@lru_cache(maxsize=256)
def _normals(seed: int, entity: str, draws: int) -> Floats:
    from scipy.special import ndtri

    return np.asarray(ndtri(np.clip(_uniforms(seed, entity, draws), 2.0**-54, 1 - 2.0**-53)))


def _histories(series: Series, draws: int, seed: int) -> Floats:
    """Values of the history, shape (n, 1) when they are exact and (n, draws) when some are bounds."""
    y, low, high = (column[series.known] for column in (series.value, series.low, series.high))
    if (low == high).all():
        return np.asarray(y[:, None])
    out = np.repeat(y[:, None], draws, axis=1)
    for i in np.flatnonzero(low < high):
        u, width = _uniforms(seed, f"report {i}", draws), high[i] - low[i]
        turn = (y[i] - low[i]) / width
        out[i] = np.where(u < turn, low[i] + width * np.sqrt(u * turn), high[i] - width * np.sqrt((1 - u) * (1 - turn)))
    return np.maximum.accumulate(out, axis=0)


def _filter(moved: Floats, past: Floats, draws: int, seed: int, s: Settings) -> _State:
    """Kalman filter of the log rate over nine pairs of variances, and one pair picked per draw."""
    level_sd = np.repeat(s.level_sd * np.array([0.3, 1.0, 2.0]), 3)[:, None]
    report_sd = np.tile(s.report_sd * np.array([0.25, 1.0, 2.5]), 3)[:, None]
    n = moved.shape[1]
    rate = moved / past[:, None]
    mean_rate = np.maximum(moved.sum(axis=0) / past.sum(), _TINY)
    live = rate > _SLOW * mean_rate
    seen = np.log(np.maximum(rate, _TINY * mean_rate))
    home = np.log(mean_rate)
    middles = np.cumsum(past) - past / 2
    level = np.repeat(home[None], 9, axis=0)
    trend = np.zeros((9, n))
    level_var, both, trend_var = np.ones((9, n)), np.zeros((9, n)), np.full((9, n), s.first_trend_sd**2)
    fit = np.zeros((9, n))
    started, since = np.zeros(n, dtype=bool), np.full(n, middles[-1])
    for i in range(moved.shape[0]):
        gap = np.where(started, middles[i] - since, 0.0)
        keep, damp = (1 - s.reversion) ** gap, s.trend_kept**gap
        level = home + (level - home) * keep + trend * gap
        trend = trend * damp
        level_var = keep**2 * level_var + 2 * keep * gap * both + gap**2 * trend_var + level_sd**2 * gap
        both = (keep * both + gap * trend_var) * damp
        trend_var = trend_var * damp**2 + s.trend_sd**2 * gap
        scatter = report_sd**2 / np.clip(past[i], 0.25, 4.0)
        first = live[i] & ~started
        level = np.where(first, seen[i], level)
        level_var = np.where(first, report_sd**2, level_var)
        again = live[i] & started
        total = level_var + scatter
        miss = seen[i] - level
        # Surprises beyond 2.5 standard deviations move the level no further; their likelihood has Student's tails.
        pull = np.clip(miss, -2.5 * np.sqrt(total), 2.5 * np.sqrt(total))
        fit += np.where(again, -0.5 * np.log(total) - 2.5 * np.log1p(miss**2 / total / 4), 0.0)
        by_level, by_trend = np.where(again, level_var / total, 0.0), np.where(again, both / total, 0.0)
        level, trend = level + by_level * pull, trend + by_trend * pull
        trend_var, both, level_var = trend_var - by_trend * both, both * (1 - by_level), level_var * (1 - by_level)
        since, started = np.where(started | live[i], middles[i], since), started | live[i]
    weight = np.exp(fit - fit.max(axis=0))
    below = np.cumsum(weight / weight.sum(axis=0), axis=0)
    picked = np.minimum((below <= _uniforms(seed, "variances", draws)).sum(axis=0), 8)
    column = np.arange(draws) if n > 1 else np.zeros(draws, dtype=np.int64)

    def of(array: Floats) -> Floats:
        return np.asarray(array[picked, column])

    top = np.where(live, seen, -np.inf).max(axis=0)
    return _State(
        level=of(level),
        level_var=of(level_var),
        trend=of(trend),
        trend_var=of(trend_var),
        both=of(both),
        level_sd=level_sd[picked, 0],
        report_sd=report_sd[picked, 0],
        mean=home[column],
        fastest=(np.where(np.isfinite(top), top, home) + math.log(s.fastest))[column],
        since=(past.sum() - since)[column],
        still=(~live[-1])[column],
    )


def _by_rate(moved: Floats, past: Floats, to_go: Floats, draws: int, seed: int, s: Settings) -> Floats:
    """What the rate adds by each date, shape (h, draws)."""
    state = _filter(moved, past, draws, seed, s)
    z, other = _normals(seed, "level", draws), _normals(seed, "trend", draws)
    root = np.sqrt(state.level_var)
    tied = np.clip(state.both / np.sqrt(np.maximum(state.level_var * state.trend_var, _TINY)), -0.99, 0.99)
    level = state.level + root * z
    trend = state.trend + np.sqrt(state.trend_var) * (tied * z + np.sqrt(1 - tied**2) * other)
    still = state.still & (_uniforms(seed, "still", draws) < 0.5)
    grown = np.zeros(draws)
    out = np.empty((to_go.size, draws))
    for j, length in enumerate(to_go):
        gap = state.since + length / 2 if j == 0 else np.full(draws, (to_go[j - 1] + length) / 2)
        keep = (1 - s.reversion) ** gap
        shock = state.level_sd * np.sqrt(gap) * _normals(seed, f"level {j}", draws)
        level = np.minimum(state.mean + (level - state.mean) * keep + trend * gap + shock, state.fastest)
        trend = trend * s.trend_kept**gap
        chance = _uniforms(seed, f"still {j}", draws)
        still = np.where(still, chance <= (1 - s.resume) ** length, chance < 1 - (1 - s.stall) ** length)
        scatter = state.report_sd / math.sqrt(min(max(length, 0.25), 4.0)) * _normals(seed, f"report {j}", draws)
        rate = np.exp(np.minimum(level + scatter, state.fastest))
        grown = grown + rate * length * np.where(still, _CREEP, 1.0)
        out[j] = grown
    return out


def _with_walk(grown: Floats, moved: Floats, past: Floats, to_go: Floats, room: Floats | float, s: Settings) -> Floats:
    """Average of the quantiles of the rate's forecast and of a Student-t random walk; paths keep their rank."""
    from scipy.special import stdtrit

    draws, elapsed, n = grown.shape[1], past.sum(), past.size
    drift = moved.sum(axis=0) / elapsed
    # Two steps that miss by half the drift are added as a prior, so that three even steps do not promise a fourth.
    squares = ((moved - drift * past[:, None]) ** 2 / past[:, None]).sum(axis=0) + 2 * (0.5 * drift) ** 2
    sd = np.sqrt(squares / (n + 1))
    out = np.empty_like(grown)
    for j, length in enumerate(np.cumsum(to_go)):
        rank = np.empty(draws)
        rank[np.argsort(grown[j], kind="stable")] = (np.arange(draws) + 0.5) / draws
        walk = drift * length + sd * math.sqrt(length * (1 + length / elapsed)) * stdtrit(s.tails, rank)
        out[j] = (1 - s.walk_share) * grown[j] + s.walk_share * np.clip(walk, 0.0, room)
    return np.maximum.accumulate(out, axis=0)


def _above(paths: Floats, at: int, floor: float, chance: Floats) -> Floats:
    """Paths that are at a floor or above it at one date; those below are replaced, or lifted when few are above."""
    good = np.flatnonzero(paths[at] >= floor)
    bad = np.flatnonzero(paths[at] < floor)
    if good.size >= 0.02 * paths.shape[1]:
        paths[:, bad] = paths[:, good[(chance[bad] * good.size).astype(np.int64)]]
        return paths
    lift = np.maximum(floor - paths[at], 0.0)
    paths[at:] += lift
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
    total: float | None = None,
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
    time, done, low, high, total
        As in `backtest`.
    method
        "default", or a name of `BASELINES`.
    coverage, draws, seed
        Share between low and high, how many draws, and the seed.

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
    if method != "default":
        if method not in BASELINES:
            raise UnknownNameError("method", method, ("default", *BASELINES))
        return baseline(
            method, data, horizon=horizon, dates=dates, time=time, done=done, total=total, coverage=coverage
        )
    if not 0 < coverage < 1 or draws < 100:
        raise EstimateError(f"coverage is a share and draws at least 100, got {coverage!r} and {draws!r}")
    series = as_series(data, time=time, done=done, low=low, high=high, total=total)
    moments, ahead = dates_ahead(series, horizon=horizon, dates=dates)
    return Forecast(
        method=method,
        dates=moments,
        days_ahead=ahead,
        draws=forecast_draws(series, ahead, draws, seed),
        history=series,
        coverage=coverage,
        parameters={},
    )
