"""From a stock and a rate to the time it takes: level drift, a slow tail, a ceiling and a stall, draw by draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..kernels.philox import uniforms
from ..kernels.quantiles import row_quantiles
from ..quantity import Quantity

__all__ = ["DRIFT_GSD_PER_MONTH", "DRIFT_RETURN_DAYS", "STALL", "TAIL_PACE", "TAIL_SHARE", "Course", "run_course"]

Floats = NDArray[np.float64]

STALL = Quantity(0.10, 0.35, 0.75, "share", "prior chance that a withdrawal stalls")
"""Chance that the withdrawal stops for good before it is complete (it pauses, keeps a floor, or turns round). A prior
without a count behind it: withdrawals have been broken off, and reports of the time spoke both of leaving and staying.
Pass your own as `stall`."""

DRIFT_GSD_PER_MONTH = 1.35
"""How far the pace wanders in a month: geometric standard deviation of the daily rate. A prior: weekly loads of the
retrograde from Afghanistan in 2021 moved by factors of about 1.3 to 2."""

DRIFT_RETURN_DAYS = 120.0
"""Days in which a wandering pace is drawn back towards its mean by a factor e: without it, a pace carried forward for
years would fade or explode. A prior."""

TAIL_SHARE = 0.15
"""Share of the stock that leaves more slowly at the end (heavy kit, rear guard). A prior: planners speak of the last
tenth to fifth."""

TAIL_PACE = Quantity(0.3, 0.6, 1.0, "share", "pace of the last part against the pace before")
"""Pace in the tail, as a share of the pace before it. A prior."""

_WEEK = 7.0


@dataclass(frozen=True, slots=True)
class Course:
    """What becomes of the stock in each draw.

    Parameters
    ----------
    days
        Days until the floor is reached, shape (draws,); infinite where that never happens.
    grid
        Days at which the fan is given, shape (steps,).
    fan
        Low, middle and high of what is still there (floor included), shape (3, steps).
    """

    days: Floats
    grid: Floats
    fan: Floats


def run_course(
    remaining: Floats,
    rate: Floats,
    *,
    floor: Floats,
    stall: Quantity,
    ceiling: float,
    drift_gsd: float,
    tail_share: float,
    tail_pace: Quantity,
    horizon_days: int,
    coverage: float,
    seed: int,
) -> Course:
    """Carry the rate forward, by weeks in the first year and by four weeks after it.

    Parameters
    ----------
    remaining
        What has to leave yet, above the floor, shape (draws,).
    rate
        Net outflow per day now, shape (draws,); below or at 0 nothing ever leaves.
    floor
        What stays on purpose, shape (draws,).
    stall
        Chance that it stops for good, at a point of the way all equally likely.
    ceiling
        Most that can leave per day; infinite when not known.
    drift_gsd, tail_share, tail_pace
        See `DRIFT_GSD_PER_MONTH`, `TAIL_SHARE`, `TAIL_PACE`.

    Notes
    -----
    The log of the pace is a first-order autoregression from step to step, with the drift and the return stated above,
    less half its variance so that the pace keeps its mean. The daily rate is the rate now times the pace, at most the
    ceiling, and times the tail pace while less than the tail share of what had to leave is left. After the last step
    the last rate goes on.
    """
    from scipy.special import ndtri

    draws = remaining.size
    stalls = uniforms(seed, "withdrawal", "stalls", draws) < stall.draw(
        draws, seed=seed, entity="stall", purpose="withdrawal"
    )
    stops_at = remaining * (1 - uniforms(seed, "withdrawal", "stops at", draws))
    pace = tail_pace.draw(draws, seed=seed, entity="tail", purpose="withdrawal")
    steps = _steps(horizon_days)
    left = remaining.copy()
    keep = np.where(stalls, stops_at, 0.0)
    tail = tail_share * remaining
    days = np.where(remaining <= 0, 0.0, np.inf)
    level, spread, now = np.zeros(draws), 0.0, 0.0
    goes = rate > 0
    here = np.empty((len(steps) + 1, draws))
    here[0] = left
    speed = np.zeros(draws)
    for number, step in enumerate(steps):
        u = uniforms(seed, "withdrawal drift", f"step {number}", draws)
        back, sigma = float(np.exp(-step / DRIFT_RETURN_DAYS)), float(np.log(drift_gsd) * np.sqrt(step / 30.0))
        level = back * level + sigma * ndtri(np.clip(u, 1e-12, 1 - 1e-12))
        spread = back**2 * spread + sigma**2
        speed = np.where(goes, np.minimum(rate * np.exp(level - spread / 2), ceiling), 0.0)
        after = np.maximum(left - _through(left, speed, tail, pace, step), 0.0)
        done = (after <= 0) & ~stalls & np.isinf(days)
        if done.any():
            days[done] = now + _time_to_clear(left[done], speed[done], tail[done], pace[done])
        left = np.maximum(after, keep)
        here[number + 1] = left
        now += step
    late = np.isinf(days) & ~stalls & (speed > 0)
    days[late] = now + _time_to_clear(left[late], speed[late], tail[late], pace[late])
    share = (1 - coverage) / 2
    fan = row_quantiles(here + floor, np.array([share, 0.5, 1 - share]))
    grid: Floats = np.concatenate([[0.0], np.cumsum(steps)])
    return Course(days, grid, fan)


def _steps(horizon_days: int) -> list[float]:
    """Weeks for a year, then spans of four weeks."""
    weeks = min(int(np.ceil(horizon_days / _WEEK)), 52)
    rest = horizon_days - weeks * _WEEK
    return [_WEEK] * weeks + [4 * _WEEK] * max(int(np.ceil(rest / (4 * _WEEK))), 0)


def _through(left: Floats, speed: Floats, tail: Floats, pace: Floats, days: float) -> Floats:
    """What leaves in some days at full pace until the tail begins, and at the slow pace from there."""
    full = np.maximum(left - tail, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        days_full = np.where(speed > 0, np.minimum(full / speed, days), days)
    return days_full * speed + (days - days_full) * speed * pace


def _time_to_clear(left: Floats, speed: Floats, tail: Floats, pace: Floats) -> Floats:
    """Days until nothing is left at this pace."""
    full = np.maximum(left - tail, 0.0)
    return full / speed + np.minimum(left, tail) / (speed * pace)
