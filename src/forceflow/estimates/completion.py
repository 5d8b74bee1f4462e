"""From stocks and flows to the time it takes: a shared pace, a slow tail, a ceiling and a stall, draw by draw."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..kernels.philox import uniforms
from ..kernels.quantiles import row_quantiles
from ..quantity import Quantity
from .pace import LEVEL, level_paths

__all__ = [
    "DRIFT_GSD_PER_MONTH",
    "DRIFT_RETURN_DAYS",
    "OUTSIDE",
    "STALL",
    "TAIL_PACE",
    "TAIL_SHARE",
    "Course",
    "Flow",
    "pace_ahead",
    "run_course",
    "steps_ahead",
]

Floats = NDArray[np.float64]

STALL = Quantity(0.10, 0.35, 0.75, "share", "prior chance that a withdrawal stalls")
"""Chance that the withdrawal stops for good before it is complete (it pauses, keeps a floor, or turns round). A prior
without a count behind it: `docs/scores.md` names withdrawals that ended and some that paused, kept a floor or were
turned round, picked because they are known. Pass your own as `stall`; `end_times` makes one of cases of your own."""

DRIFT_GSD_PER_MONTH = round(math.exp(LEVEL.level_sd * math.sqrt(30 / 7)), 1)
"""How far the pace wanders in a month: geometric standard deviation of the weekly rate, from the settings that
`docs/scores.md` scores (`forceflow.estimates.pace.LEVEL.level_sd`, per week)."""

DRIFT_RETURN_DAYS = round(-7 / math.log(1 - LEVEL.reversion))
"""Days in which a wandering pace is drawn back towards its mean by a factor e, from the same settings."""

TAIL_SHARE = 0.15
"""Share of the stock that leaves more slowly at the end (heavy kit, rear guard). A prior: planners speak of the last
tenth to fifth."""

TAIL_PACE = Quantity(0.3, 0.6, 1.0, "share", "pace of the last part against the pace before")
"""Pace in the tail, as a share of the pace before it. A prior."""

OUTSIDE = -1
"""Where what leaves the theatre goes, and what reinforces it comes from."""

_WEEK = 7.0
_LEAST_DAYS = 742  # carried forward at least so far, so that a short horizon does not change what happens after it


@dataclass(frozen=True, slots=True)
class Flow:
    """What moves from one stock to another: rows of the stocks, or `OUTSIDE`, and the mean per day, shape (draws,)."""

    source: int
    sink: int
    rate: Floats


@dataclass(frozen=True, slots=True)
class Course:
    """What becomes of a stock in each draw.

    Parameters
    ----------
    days
        Days until the floor is reached, shape (draws,); infinite where that never happens.
    grid
        Days at which the fan is given, shape (steps + 1,), from 0.
    fan
        Low, middle and high of what is still there (floor included), shape (3, steps + 1).
    """

    days: Floats
    grid: Floats
    fan: Floats


def steps_ahead(horizon_days: int) -> Floats:
    """Days of each step: half a year of weeks, then four weeks until the end of the second, then quarters."""
    rest = math.ceil((max(horizon_days, _LEAST_DAYS) - _LEAST_DAYS) / (13 * _WEEK))
    return np.array([_WEEK] * 26 + [4 * _WEEK] * 20 + [13 * _WEEK] * rest)


def pace_ahead(gone: Floats, days: float, steps: Floats, *, drift_gsd: float, seed: int) -> Floats:
    """How fast each step goes against the mean of the record, shape (steps, draws): the pace of `level_paths`.

    Parameters
    ----------
    gone
        What left in each of some equal spans of the record, shape (n, draws).
    days
        Length of one of them.
    steps
        Days of each step to come.
    drift_gsd
        How far it wanders: at `DRIFT_GSD_PER_MONTH` as scored, at 1 not at all, else the logarithm in proportion.
    """
    draws = gone.shape[1]
    wander = math.log(drift_gsd) / math.log(DRIFT_GSD_PER_MONTH)
    if wander == 0:
        return np.ones((steps.size, draws))
    past = np.full(gone.shape[0], days / _WEEK)
    to_go = steps / _WEEK
    paths = level_paths(gone, past, to_go, draws=draws, seed=seed)
    mean = gone.sum(axis=0) / past.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        against = np.diff(paths, axis=0, prepend=np.zeros((1, draws))) / to_go[:, None] / mean
    return np.where(mean > 0, against, 1.0) ** wander


def run_course(
    above: Floats,
    flows: Sequence[Flow],
    *,
    floors: Floats,
    pace: Floats,
    steps: Floats,
    stall: Quantity,
    ceiling: float,
    tail_share: float,
    tail_pace: Quantity,
    coverage: float,
    seed: int,
) -> tuple[Course, ...]:
    """Carry the flows forward, step by step; one course for each stock.

    Parameters
    ----------
    above
        What lies in each stock above its floor, shape (stocks, draws).
    flows
        What moves between them, into them and out.
    floors
        What stays on purpose, shape (stocks, draws).
    pace
        How fast each step goes against the mean rates, shape (steps, draws); what comes in from outside goes on at its
        mean, and after the last step everything does.
    steps
        Days of each step.
    stall
        Chance that it stops for good, at a point of the way of all stocks together, all points equally likely.
    ceiling
        Most that can leave the theatre per day; infinite when not known.
    tail_share, tail_pace
        See `TAIL_SHARE`, `TAIL_PACE`; the last share of each stock.

    Notes
    -----
    Nothing is lost: what leaves one stock arrives in another or outside, and an empty stock feeds only what reaches it.
    """
    nodes, draws = above.shape
    first = above.sum(axis=0)
    stalls = uniforms(seed, "withdrawal", "stalls", draws) < stall.draw(
        draws, seed=seed, entity="stall", purpose="withdrawal"
    )
    stops_at = first * (1 - uniforms(seed, "withdrawal", "stops at", draws))
    slow = tail_pace.draw(draws, seed=seed, entity="tail", purpose="withdrawal")
    tail, left, stopped = tail_share * above, above.copy(), np.zeros(draws, dtype=bool)
    days = np.where(above <= 0, 0.0, np.inf)
    share = (1 - coverage) / 2
    levels = np.array([share, 0.5, 1 - share])
    fan = np.empty((3, nodes, steps.size + 1))
    fan[:, :, 0] = row_quantiles(left + floors, levels)
    grid = np.concatenate([[0.0], np.cumsum(steps)])
    for number, step in enumerate(steps):
        speeds = _held(
            [flow.rate * (1.0 if flow.source == OUTSIDE else pace[number]) for flow in flows], flows, ceiling
        )
        after, clear = _step(left, flows, speeds, tail, slow, float(step))
        total, later = left.sum(axis=0), after.sum(axis=0)
        stops = stalls & (later <= stops_at)
        part = np.where(stops, (total - stops_at) / np.maximum(total - later, 1e-300), 1.0)
        part = np.where(stopped, 0.0, np.clip(part, 0.0, 1.0))
        done = (after <= 0) & np.isinf(days) & ~stops & ~stopped
        days[done] = grid[number] + clear[done]
        left = np.where(part == 1.0, after, left + part * (after - left))
        stopped |= stops
        fan[:, :, number + 1] = row_quantiles(left + floors, levels)
    out, into = _sums(flows, _held([flow.rate for flow in flows], flows, ceiling), nodes, draws)
    net = out - into
    late = np.isinf(days) & ~stalls & (net > 0)
    days[late] = grid[-1] + _time_to_clear(left[late], net[late], tail[late], np.broadcast_to(slow, left.shape)[late])
    return tuple(Course(days[k], grid, fan[:, k]) for k in range(nodes))


def _held(speeds: list[Floats], flows: Sequence[Flow], ceiling: float) -> list[Floats]:
    """The speeds, what leaves the theatre held under the ceiling."""
    leaving = [speed for speed, flow in zip(speeds, flows, strict=True) if flow.sink == OUTSIDE]
    if not leaving or math.isinf(ceiling):
        return speeds
    share = np.minimum(1.0, ceiling / np.maximum(np.sum(leaving, axis=0), 1e-300))
    return [s * share if flow.sink == OUTSIDE else s for s, flow in zip(speeds, flows, strict=True)]


def _sums(flows: Sequence[Flow], amounts: Sequence[Floats], nodes: int, draws: int) -> tuple[Floats, Floats]:
    """What goes out of each stock and into each, shapes (stocks, draws)."""
    out, into = np.zeros((nodes, draws)), np.zeros((nodes, draws))
    for flow, amount in zip(flows, amounts, strict=True):
        if flow.source != OUTSIDE:
            out[flow.source] += amount
        if flow.sink != OUTSIDE:
            into[flow.sink] += amount
    return out, into


def _step(
    left: Floats, flows: Sequence[Flow], speeds: Sequence[Floats], tail: Floats, slow: Floats, days: float
) -> tuple[Floats, Floats]:
    """What is left after some days, and when each stock was clear if it is; shapes (stocks, draws)."""
    nodes, draws = left.shape
    speed, _ = _sums(flows, speeds, nodes, draws)
    wanted = _through(left, speed, tail, slow, days)
    gone = np.minimum(wanted, left)
    with np.errstate(divide="ignore", invalid="ignore"):
        of_speed = np.where(speed > 0, 1.0 / speed, 0.0)

        def each(amount: Floats) -> list[Floats]:
            """An amount out of each stock, divided over its flows; what comes from outside comes in full."""
            return [
                s * days if flow.source == OUTSIDE else s * of_speed[flow.source] * amount[flow.source]
                for flow, s in zip(flows, speeds, strict=True)
            ]

        _, arrived = _sums(flows, each(gone), nodes, draws)
        # What a stock still wants when it is empty is taken from what just arrived, and passed on.
        passed = np.minimum(wanted - gone, arrived)
        inside = [flow for flow in flows if flow.source != OUTSIDE]
        _, again = _sums(
            inside, [p for p, flow in zip(each(passed), flows, strict=True) if flow.source != OUTSIDE], nodes, draws
        )
        after = np.maximum(left - gone + (arrived - passed) + again, 0.0)
        net = 1.0 - np.where(wanted > 0, arrived / wanted, 0.0)
        clear = _time_to_clear(left, speed * net, tail, slow)
    return after, np.clip(np.nan_to_num(clear, nan=0.0, posinf=days), 0.0, days)


def _through(left: Floats, speed: Floats, tail: Floats, slow: Floats, days: float) -> Floats:
    """What leaves in some days at full pace until the tail begins, and at the slow pace from there."""
    full = np.maximum(left - tail, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        days_full = np.where(speed > 0, np.minimum(full / speed, days), days)
    return np.asarray(days_full * speed + (days - days_full) * speed * slow)


def _time_to_clear(left: Floats, speed: Floats, tail: Floats, slow: Floats) -> Floats:
    """Days until nothing is left at this pace."""
    full = np.maximum(left - tail, 0.0)
    return np.asarray(full / speed + np.minimum(left, tail) / (speed * slow))
