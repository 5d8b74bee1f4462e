"""From stocks and flows to the time it takes: a shared pace, a slow tail, a ceiling and a stall, draw by draw."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..arrays import Bools, Floats
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
_AGREE = 1e-9
_TINY = 1e-300
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
    weeks = np.full(26, _WEEK)
    months = np.full(20, 4 * _WEEK)
    quarters = np.full(32, 13 * _WEEK)
    doubled = 26 * _WEEK * 2.0 ** np.arange(18)
    without_end = [1e15]
    return np.concatenate([weeks, months, quarters, doubled, without_end])


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
    # The settings of the pace are per step, and here a step is a week.
    past = np.full(gone.shape[0], days / _WEEK)
    to_go = steps[:_WANDERS] / _WEEK
    paths = level_paths(gone, past, to_go, draws=draws, seed=seed)
    start = np.zeros((1, draws))
    in_step = np.diff(paths, axis=0, prepend=start)
    mean = gone.sum(axis=0) / past.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        against = in_step / to_go[:, None] / mean
    # Where nothing left there is no mean to go against, and the pace is even.
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
    slow = tail_pace.draw(draws, seed=seed, entity="tail", purpose="withdrawal")
    most = _draw_ceiling(ceiling, draws, seed)
    halt = _draw_halt(above.sum(axis=0), stall, stopped_odds, seed)
    tail = tail_share * above
    left, stopped = above.copy(), np.zeros(draws, dtype=bool)
    days = np.where(above <= 0, 0.0, np.inf)
    grid = np.concatenate([[0.0], np.cumsum(steps)])
    fan = np.empty((3, nodes + 1, steps.size + 1))
    fan[..., 0] = _fan_of(left + floors, coverage)
    for number, step in enumerate(steps):
        speeds = _hold_under(most, flows, _paced_rates(flows, pace[number]))
        after, clear = _carry_on(left, flows, speeds, tail, slow, float(step))
        before, later = left.sum(axis=0), after.sum(axis=0)
        stops, part = halt.reached_between(before, later)
        part = np.where(stopped, 0.0, part)
        done = np.isinf(days) & ~stopped & ~stops & np.isfinite(clear)
        days[done] = grid[number] + clear[done]
        # A whole step is taken over as it is: left + (after - left) would round.
        left = np.where(part == 1.0, after, left + part * (after - left))
        stopped |= stops
        fan[..., number + 1] = _fan_of(left + floors, coverage)
    # All together are down to their floors when the last stock is.
    courses = [Course(days.max(axis=0), grid, fan[:, 0])]
    for row in range(nodes):
        courses.append(Course(days[row], grid, fan[:, row + 1]))
    return tuple(courses)


@dataclass(frozen=True, slots=True)
class _Halt:
    """Which draws stop for good, and what is then still there, shape (draws,)."""

    happens: Bools
    at: Floats

    def reached_between(self, before: Floats, after: Floats) -> tuple[Bools, Floats]:
        """Draws that stop in a step in which so much is left before and after it, and the share of it they go."""
        stops = self.happens & (after <= self.at)
        way = np.where(stops & (before > after), before - after, 1.0)
        part = np.clip((before - self.at) / way, 0.0, 1.0)
        return stops, np.where(stops, part, 1.0)


def _draw_halt(total: Floats, stall: Quantity, odds: float, seed: int) -> _Halt:
    """Draw whether it stops for good, and where on the way: all points are equally likely."""
    draws = total.size
    chance = stall.draw(draws, seed=seed, entity="stall", purpose="withdrawal")
    lot = uniforms(seed, "withdrawal", "stalls", draws)
    for_it = odds * chance
    happens = lot * (1 - chance + for_it) < for_it
    point = 1 - uniforms(seed, "withdrawal", "stops at", draws)
    # What silence adds to the chance has stopped already, so it keeps all that is there.
    return _Halt(happens, total * np.where(lot < chance, point, 1.0))


def _draw_ceiling(ceiling: Quantity | None, draws: int, seed: int) -> Floats | None:
    if ceiling is None:
        return None
    return ceiling.draw(draws, seed=seed, entity="ceiling", purpose="withdrawal")


def _fan_of(there: Floats, coverage: float) -> Floats:
    """Low, middle and high of all stocks together and of each, shape (3, stocks + 1)."""
    tail = (1 - coverage) / 2
    levels = np.array([tail, 0.5, 1 - tail])
    each = row_quantiles(there, levels)
    if there.shape[0] == 1:
        return np.concatenate([each, each], axis=1)
    together = row_quantiles(there.sum(axis=0, keepdims=True), levels)
    return np.concatenate([together, each], axis=1)


def _paced_rates(flows: Sequence[Flow], pace: Floats) -> list[Floats]:
    """What goes in a day in this step; what comes in from outside goes on at its mean."""
    return [flow.rate if flow.source == OUTSIDE else flow.rate * pace for flow in flows]


def _hold_under(most: Floats | None, flows: Sequence[Flow], speeds: list[Floats]) -> list[Floats]:
    """The speeds, what leaves the theatre held under the ceiling."""
    leaving = [row for row, flow in enumerate(flows) if flow.sink == OUTSIDE]
    if not leaving or most is None:
        return speeds
    total = np.sum([speeds[row] for row in leaving], axis=0)
    share = np.minimum(1.0, most / np.maximum(total, _TINY))
    held = list(speeds)
    for row in leaving:
        held[row] = speeds[row] * share
    return held


def _carry_on(
    left: Floats,
    flows: Sequence[Flow],
    speeds: Sequence[Floats],
    tail: Floats,
    slow: Floats,
    days: float,
) -> tuple[Floats, Floats]:
    """What is left after some days, and when each stock is clear, infinite where it is not by then.

    What reaches a stock from others depends on what they pass on, so it is summed up in rounds, from below, until they
    agree; what has not arrived by the last round stays where it is.
    """
    speed = _sum_by_source(flows, speeds, left.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        per_speed = np.where(speed > 0, 1.0 / speed, 0.0)
    none = np.zeros(left.shape)
    # In the first round nothing is passed on yet: only what comes from outside arrives.
    used, gone, clear = none, none, none
    coming = _sum_by_sink(flows, _passed_on(flows, speeds, per_speed, gone, days), left.shape)
    for _ in range(_ROUNDS - 1):
        gone, clear = _drain_stock(left, speed, coming, tail, slow, days)
        passed = _passed_on(flows, speeds, per_speed, gone, days)
        used, coming = coming, _sum_by_sink(flows, passed, left.shape)
        if np.all(coming - used <= _AGREE * coming):
            break
    rest = np.maximum(left + used * days - gone, 0.0)
    rest = np.where(np.isfinite(clear), 0.0, rest)
    return rest + np.maximum(coming - used, 0.0) * days, clear


def _sum_by_source(
    flows: Sequence[Flow], amounts: Sequence[Floats], shape: tuple[int, ...]
) -> Floats:
    """What goes out of each stock, shape (stocks, draws)."""
    total = np.zeros(shape)
    for flow, amount in zip(flows, amounts, strict=True):
        if flow.source != OUTSIDE:
            total[flow.source] += amount
    return total


def _sum_by_sink(
    flows: Sequence[Flow], amounts: Sequence[Floats], shape: tuple[int, ...]
) -> Floats:
    """What reaches each stock, shape (stocks, draws)."""
    total = np.zeros(shape)
    for flow, amount in zip(flows, amounts, strict=True):
        if flow.sink != OUTSIDE:
            total[flow.sink] += amount
    return total


def _passed_on(
    flows: Sequence[Flow], speeds: Sequence[Floats], per_speed: Floats, gone: Floats, days: float
) -> list[Floats]:
    """What each flow carries in a day: its part of what left its source; all of it where it comes from outside."""
    carried = []
    for flow, own in zip(flows, speeds, strict=True):
        if flow.source == OUTSIDE:
            carried.append(own)
        else:
            carried.append(own * per_speed[flow.source] * gone[flow.source] / days)
    return carried


def _drain_stock(
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
