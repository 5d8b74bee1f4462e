"""From stocks and flows to the time it takes: a shared pace, a slow tail, a ceiling and a stall, draw by draw."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..arrays import Floats
from ..forecasting.pace import LEVEL, level_paths
from ..kernels.addressed import uniforms
from ..kernels.quantiles import row_quantiles
from ..quantity import Quantity

__all__ = [
    "DRIFT_GSD_PER_MONTH",
    "DRIFT_RETURN_DAYS",
    "LOOK_BACK_DAYS",
    "OUTSIDE",
    "STALL",
    "TAIL_PACE",
    "TAIL_SHARE",
    "Course",
    "Flow",
    "pace_ahead",
    "run_course",
    "silence_odds",
    "steps_ahead",
]


STALL = Quantity(0.10, 0.35, 0.75, "share", "prior chance that a withdrawal stalls")
"""Chance that the withdrawal stops for good before it is complete (it pauses, keeps a floor, or turns round). A prior
without a count behind it: `docs/scores.md` names withdrawals that ended and some that paused, kept a floor or were
turned round, picked because they are known. Pass your own as `stall`; `end_times` makes one of cases of your own."""

DRIFT_GSD_PER_MONTH = round(math.exp(LEVEL.level_sd * math.sqrt(30 / 7)), 1)
"""How far the pace wanders in a month: geometric standard deviation of the weekly rate, from the settings that
`docs/scores.md` scores (`forceflow.forecasting.pace.LEVEL.level_sd`, per week)."""

DRIFT_RETURN_DAYS = round(-7 / math.log(1 - LEVEL.reversion))
"""Days in which a wandering pace is drawn back towards its mean by a factor e, from the same settings."""

LOOK_BACK_DAYS = 42
"""Days before the forecast over which the rates are means: six weeks, about as long as the pace remembers. A
convention: no event may move it, or one more flight before the first would lengthen the record and lower the rate."""

TAIL_SHARE = 0.15
"""Share of the stock that leaves more slowly at the end (heavy kit, rear guard). A prior: planners speak of the last
tenth to fifth."""

TAIL_PACE = Quantity(0.3, 0.6, 1.0, "share", "pace of the last part against the pace before")
"""Pace in the tail, as a share of the pace before it. A prior."""

OUTSIDE = -1
"""Where what leaves the theatre goes, and what reinforces it comes from."""

_WEEK = 7.0
_ROUNDS = 60
_WANDERS = 78
"""In so many steps, ten years, the pace wanders; from there everything goes on at its mean."""


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


def steps_ahead() -> Floats:
    """Days of each step, the same for every horizon, so that none changes the answer.

    Half a year of weeks, four weeks each until the end of the second year, quarters until the end of the tenth, and
    from there each twice as long as the one before, the last without end.
    """
    far = 26 * _WEEK * 2.0 ** np.arange(18)
    return np.concatenate([[_WEEK] * 26, [4 * _WEEK] * 20, [13 * _WEEK] * 32, far, [1e15]])


def silence_odds(days: float) -> float:
    """Factor on the odds of a stall after so many days since the last movement out.

    Notes
    -----
    Where it goes on, silence of s days has the chance ``E[exp(-rate s)] = (1 + s/T) ** -1/2``: the rate is Gamma(1/2)
    over T = `LOOK_BACK_DAYS`, that of a count of zero. Where it has stopped, the chance is 1. The factor is the ratio
    of the two. A rate read from the record would make one more movement a reason for a stall.

    Examples
    --------
    >>> silence_odds(0), silence_odds(3 * LOOK_BACK_DAYS)
    (1.0, 2.0)
    """
    return math.sqrt(1 + days / LOOK_BACK_DAYS)


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

    Notes
    -----
    After the tenth year the pace is that of the mean.
    """
    draws = gone.shape[1]
    wander = math.log(drift_gsd) / math.log(DRIFT_GSD_PER_MONTH)
    ahead = np.ones((steps.size, draws))
    if wander == 0:
        return ahead
    past = np.full(gone.shape[0], days / _WEEK)
    to_go = steps[:_WANDERS] / _WEEK
    paths = level_paths(gone, past, to_go, draws=draws, seed=seed)
    mean = gone.sum(axis=0) / past.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        against = np.diff(paths, axis=0, prepend=np.zeros((1, draws))) / to_go[:, None] / mean
    ahead[:_WANDERS] = np.where(mean > 0, against, 1.0) ** wander
    return ahead


def run_course(
    above: Floats,
    flows: Sequence[Flow],
    *,
    floors: Floats,
    pace: Floats,
    steps: Floats,
    stall: Quantity,
    ceiling: Quantity | None,
    tail_share: float,
    tail_pace: Quantity,
    coverage: float,
    seed: int,
    stopped_odds: float = 1.0,
) -> tuple[Course, ...]:
    """Carry the flows forward, step by step: the course of all stocks together, then of each.

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
        mean.
    steps
        Days of each step.
    stall
        Chance that it stops for good, at a point of the way of all stocks together, all points equally likely.
    stopped_odds
        Factor on the odds of a stall (`silence_odds`); what it adds to the chance has stopped already.
    ceiling
        Most that can leave the theatre per day; None when not known.
    tail_share, tail_pace
        See `TAIL_SHARE`, `TAIL_PACE`; the last share of each stock.

    Notes
    -----
    Nothing is lost: what leaves one stock arrives in another or outside, and an empty stock feeds only what reaches it.
    All together are down to their floors when the last stock is. Of one stock the time is that of the rates, whatever
    the steps; among several what arrives in a step is spread evenly over it.
    """
    nodes, draws = above.shape
    first = above.sum(axis=0)
    chance = stall.draw(draws, seed=seed, entity="stall", purpose="withdrawal")
    lot = uniforms(seed, "withdrawal", "stalls", draws)
    stalls = lot * (1 - chance + stopped_odds * chance) < stopped_odds * chance
    point = 1 - uniforms(seed, "withdrawal", "stops at", draws)
    stops_at = first * np.where(lot < chance, point, 1.0)
    slow = tail_pace.draw(draws, seed=seed, entity="tail", purpose="withdrawal")
    most = (
        None
        if ceiling is None
        else ceiling.draw(draws, seed=seed, entity="ceiling", purpose="withdrawal")
    )
    tail, left, stopped = tail_share * above, above.copy(), np.zeros(draws, dtype=bool)
    days = np.where(above <= 0, 0.0, np.inf)
    share = (1 - coverage) / 2
    levels = np.array([share, 0.5, 1 - share])
    fan = np.empty((3, nodes + 1, steps.size + 1))

    def look(number: int) -> None:
        there = left + floors
        fan[:, 1:, number] = row_quantiles(there, levels)
        fan[:, :1, number] = (
            row_quantiles(there.sum(axis=0, keepdims=True), levels)
            if nodes > 1
            else fan[:, 1:, number]
        )

    look(0)
    grid = np.concatenate([[0.0], np.cumsum(steps)])
    for number, step in enumerate(steps):
        speeds = _held(
            [flow.rate * (1.0 if flow.source == OUTSIDE else pace[number]) for flow in flows],
            flows,
            most,
        )
        after, clear = _step(left, flows, speeds, tail, slow, float(step))
        total, later = left.sum(axis=0), after.sum(axis=0)
        stops = stalls & (later <= stops_at)
        way = np.where(stops & (total > later), total - later, 1.0)
        part = np.where(
            stopped, 0.0, np.where(stops, np.clip((total - stops_at) / way, 0.0, 1.0), 1.0)
        )
        done = np.isinf(days) & ~stopped & ~stops & np.isfinite(clear)
        days[done] = grid[number] + clear[done]
        left = np.where(part == 1.0, after, left + part * (after - left))
        stopped |= stops
        look(number + 1)
    return tuple(Course(own, grid, fan[:, k]) for k, own in enumerate([days.max(axis=0), *days]))


def _held(speeds: list[Floats], flows: Sequence[Flow], most: Floats | None) -> list[Floats]:
    """The speeds, what leaves the theatre held under the ceiling."""
    leaving = [speed for speed, flow in zip(speeds, flows, strict=True) if flow.sink == OUTSIDE]
    if not leaving or most is None:
        return speeds
    share = np.minimum(1.0, most / np.maximum(np.sum(leaving, axis=0), 1e-300))
    return [s * share if flow.sink == OUTSIDE else s for s, flow in zip(speeds, flows, strict=True)]


def _sums(
    flows: Sequence[Flow], amounts: Sequence[Floats], nodes: int, draws: int
) -> tuple[Floats, Floats]:
    """What goes out of each stock and into each, shapes (stocks, draws)."""
    out, into = np.zeros((nodes, draws)), np.zeros((nodes, draws))
    for flow, amount in zip(flows, amounts, strict=True):
        if flow.source != OUTSIDE:
            out[flow.source] += amount
        if flow.sink != OUTSIDE:
            into[flow.sink] += amount
    return out, into


def _step(
    left: Floats,
    flows: Sequence[Flow],
    speeds: Sequence[Floats],
    tail: Floats,
    slow: Floats,
    days: float,
) -> tuple[Floats, Floats]:
    """What is left after some days, and when each stock is clear, infinite where it is not by then.

    What reaches a stock from others hangs on what they pass on, so it is summed up in rounds, from below, until they
    agree; what has not arrived by the last round stays where it is.
    """
    nodes, draws = left.shape
    speed, _ = _sums(flows, speeds, nodes, draws)
    with np.errstate(divide="ignore", invalid="ignore"):
        of_speed = np.where(speed > 0, 1.0 / speed, 0.0)
    coming, gone = np.zeros((nodes, draws)), np.zeros((nodes, draws))
    clear, used = coming, coming
    for number in range(_ROUNDS):
        if number:
            gone, clear = _through(left, speed, coming, tail, slow, days)
        moved = [
            s if flow.source == OUTSIDE else s * of_speed[flow.source] * gone[flow.source] / days
            for flow, s in zip(flows, speeds, strict=True)
        ]
        used, (_, coming) = coming, _sums(flows, moved, nodes, draws)
        if number and np.all(coming - used <= 1e-9 * coming):
            break
    rest = np.where(np.isfinite(clear), 0.0, np.maximum(left + used * days - gone, 0.0))
    return rest + np.maximum(coming - used, 0.0) * days, clear


def _through(
    left: Floats, speed: Floats, coming: Floats, tail: Floats, slow: Floats, days: float
) -> tuple[Floats, Floats]:
    """What leaves a stock in some days, and when it is clear, while this much comes in a day.

    Only what goes out beyond what comes in makes a stock less: the time is what is left over that net pace, and the
    tail slows the net pace down. So what comes in is always passed on, as far as the pace allows.
    """
    net = np.maximum(speed - coming, 0.0)
    full, last = np.maximum(left - tail, 0.0), np.minimum(left, tail)
    with np.errstate(divide="ignore", invalid="ignore"):
        days_full = np.where(full > 0, full / net, 0.0)
        days_last = np.where(last > 0, last / (net * slow), 0.0)
        clear = np.where(net > 0, days_full + days_last, np.inf)
        days_full = np.minimum(days_full, days)
        days_last = np.minimum(days_last, days - days_full)
    gone = np.minimum(speed, coming) * days + net * (days_full + slow * days_last)
    return gone, np.where(clear <= days, clear, np.inf)
