"""A fleet in a closed cycle: its stations in order, what each takes of a round trip, and the queues that follow."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from numba import get_num_threads

from ...arrays import Floats, Ints
from ...errors import EstimateError
from ...kernels.queueing import closed_cycle
from ...results.progress import progress
from ..capacity.weakest_link import whole_at_once

__all__ = ["FleetCycle", "Steady"]


_MOST_WORK = 1_500_000
"""Mixed fleets solved in one call, over all draws: up to a minute. Every smaller fleet is solved on the way."""

QUICK_WORK = 300_000
"""As many as take some ten seconds; where the user did not choose the draws, their number stays below it."""

_WORTH_A_THREAD = 20_000
"""As many as are worth dividing among threads."""

_MOST_POINTS = 100_000
"""Mixed fleets solved for one draw: some tens of MB."""

_ROUNDING = 1e-11
"""A queue below this share of what is present is none."""

_STAYS = 1e-9
"""A throughput that changes by less than this share has settled."""

_MOST_ROUNDS = 60
"""Rounds in which a throughput settles; seldom more than ten."""

_NO_SPOT = 1e-9
"""Used in place of no spot at all."""


@dataclass(frozen=True, slots=True)
class Steady:
    """A closed cycle in steady state.

    Parameters
    ----------
    rate_per_h
        Cycles per working hour of each type, shape (types, draws).
    present, waiting
        Mean number of each type at each station, and those of them not yet served, shape (stations, types, draws).
    by_fleet_per_h
        Cycles per h of fleets of 1, 2, ... of one type, shape (draws, fleet), NaN beyond the fleet of a draw; no
        columns for several types.
    """

    rate_per_h: Floats
    present: Floats
    waiting: Floats
    by_fleet_per_h: Floats


@dataclass(frozen=True, slots=True)
class FleetCycle:
    """The drawn cycle of every type of a fleet.

    Parameters
    ----------
    stations, types
        Names.
    hours
        Time a cycle is served at each station, in h, shape (stations, types, draws).
    room
        Spots of each station; infinity where there is never a queue; shape (stations, draws).
    spots
        Spots one of each type takes up, shape (types, draws).
    number
        Of each type, shape (types, draws).
    working_h
        Working hours a day, shape (draws,).
    load_t
        Load of a cycle of each type, in t, shape (types, draws); None where no load is known.
    limits_per_day
        Cycles a day that each type can make under limits of the fleet other than its cycle, by name, each of shape
        (types, draws).
    """

    stations: tuple[str, ...]
    types: tuple[str, ...]
    hours: Floats
    room: Floats
    spots: Floats
    number: Floats
    working_h: Floats
    load_t: Floats | None
    limits_per_day: Mapping[str, Floats]

    @property
    def most(self) -> Floats:
        """Most of each type that a station serves at once, shape (stations, types, draws); whole aircraft only."""
        room = np.broadcast_to(self.room[:, None, :], self.hours.shape)
        mog = np.where(np.isfinite(room), room, 0.0)
        fit = np.where(self.spots > 1.0, whole_at_once(mog, np.maximum(self.spots, 1.0)), math.inf)
        return np.where(np.isfinite(room), np.minimum(fit, room / np.maximum(self.spots, _NO_SPOT)), math.inf)

    @property
    def filled(self) -> Floats:
        """Spots of each station that whole aircraft of the fleet can fill, shape (stations, draws)."""
        if (self.spots == self.spots[0]).all():
            return np.where(self.spots[0] > 1.0, np.maximum(self.spots[0], 1.0) * self.most[:, 0], self.room)
        if (self.spots != np.floor(self.spots)).any():
            return self.room
        step = np.maximum(np.gcd.reduce(self.spots.astype(np.int64), axis=0), 1).astype(np.float64)
        mog = np.where(np.isfinite(self.room), self.room, 0.0)
        fit = np.where(step > 1.0, whole_at_once(mog, step) * step, mog)
        return np.where(np.isfinite(self.room), fit, math.inf)

    def station_bounds(self, rate: Floats) -> dict[str, Floats]:
        """Cycles per h that each limited station lets through of the mix of `rate`, each of shape (draws,)."""
        total = rate.sum(axis=0)
        mix = np.divide(rate, total, out=np.full_like(rate, 1.0 / len(self.types)), where=total > 0.0)
        bounds = {}
        for name, hours, room, most in zip(self.stations, self.hours, self.filled, self.most, strict=True):
            served, load = mix * hours, (mix * hours * self.spots).sum(axis=0)
            if np.isfinite(room).all() and (load > 0.0).all():
                each = np.divide(most, served, out=np.full_like(served, math.inf), where=served > 0.0)
                bounds[name] = np.minimum(room / load, each.min(axis=0))
        return bounds

    def _distinct(self) -> tuple[Floats, Floats, Floats, Ints, Ints, Floats]:
        """Spots, room and most as they are solved, one of all like draws, what each draw is like, and its work.

        The work of a draw is the number of smaller fleets in it, 0 where there is no queue.
        """
        shape = self.hours.shape
        most, spots = self.most, np.maximum(self.spots, _NO_SPOT)
        alike = (spots == spots[0]).all(axis=0)
        spots = np.where(alike, 1.0, spots)
        room: Floats = np.where(alike, most[:, 0], self.filled)
        room[room >= (np.ceil(self.number) * spots).sum(axis=0)] = math.inf
        most = np.where(np.isfinite(room)[:, None], most, math.inf)
        columns = np.vstack(
            [self.hours.reshape(-1, shape[2]), most.reshape(-1, shape[2]), room, spots, self.number],
        )
        different, where = np.unique(columns, axis=1, return_inverse=True)
        where = where.ravel()
        first = np.zeros(different.shape[1], dtype=np.int64)
        first[where[::-1]] = np.arange(shape[2])[::-1]
        queues = np.isfinite(room[:, first]).any(axis=0)
        points = np.where(queues, (np.ceil(self.number[:, first]) + 1.0).prod(axis=0), 0.0)
        return spots, room, most, first, where, points

    @property
    def work(self) -> float:
        """Smaller fleets to be solved in all draws together; 0 where there is no queue."""
        return float(self._distinct()[-1].sum())

    def check_size(self) -> None:
        """Refuse what `steady` would refuse, before anything is solved."""
        points = self._distinct()[-1]
        _check_size(points[points > 0.0], self.types)

    def steady(self, *, one_wait: bool) -> Steady:
        """The steady state of every draw; like draws are solved once.

        Parameters
        ----------
        one_wait
            True where all types wait equally long for a spot, as in one line (nearly exact); False where those present
            share the spots (exact), so that they wait in proportion to what they are served.

        Raises
        ------
        EstimateError
            So many types and draws would take too long; the message says what would work.
        """
        shape = self.hours.shape
        spots, room, most, first, where, points = self._distinct()
        queues = points > 0.0
        _check_size(points[queues], self.types)
        rate, present = np.empty((shape[1], first.size)), np.empty((shape[0], shape[1], first.size))
        largest = math.ceil(self.number.max()) if shape[1] == 1 else 0
        curves = np.full((first.size, largest), np.nan)
        solve = _one_wait if one_wait and shape[1] > 1 else _solve

        def fill(i: int) -> None:
            draw = first[i]
            hours, number = np.ascontiguousarray(self.hours[:, :, draw]), np.ascontiguousarray(self.number[:, draw])
            if queues[i]:
                taken, has, at_once = (np.ascontiguousarray(part[..., draw]) for part in (spots, room, most))
                rate[:, i], present[:, :, i], lattice = solve(hours, taken, has, at_once, number)
                curve = lattice[1:, 0]
            else:
                rate[:, i] = number / hours.sum(axis=0)
                present[:, :, i] = rate[:, i] * hours
                curve = np.arange(1, largest + 1) / hours.sum()
            if largest:
                size = math.ceil(number[0])
                curves[i, :size] = curve[:size]

        _each(fill, first.size, work=float(points.sum()))
        rate, present = rate[:, where], present[:, :, where]
        waiting = present - rate * self.hours
        queued = (room < math.inf)[:, None] & (waiting > _ROUNDING * present)
        return Steady(rate, present, np.where(queued, waiting, 0.0), curves[where])


def _each(fill: Callable[[int], None], number: int, *, work: float) -> None:
    """Fill the place of every draw, in threads where that is worth it, and show how far it is; no number changes."""
    shown = partial(progress, total=number, label="solving queues")
    threads = get_num_threads() if work > _WORTH_A_THREAD else 1
    if threads == 1:
        for i in shown(range(number)):
            fill(i)
        return
    pool = ThreadPoolExecutor(threads, thread_name_prefix="forceflow")
    try:
        for _ in shown(pool.map(fill, range(number))):
            pass
    finally:
        pool.shutdown(cancel_futures=True)


def _solve(hours: Floats, spots: Floats, room: Floats, most: Floats, number: Floats) -> tuple[Floats, Floats, Floats]:
    """Cycles per h by type, number present by station and type, and cycles per h of every smaller fleet."""
    by_fleet = np.empty((int((np.ceil(number) + 1.0).prod()), len(number)))
    rate, present = np.empty(len(number)), np.empty_like(hours)
    closed_cycle(hours, spots, room, most, number, by_fleet, rate, present)
    return rate, present, by_fleet


def _one_wait(
    hours: Floats, spots: Floats, room: Floats, most: Floats, number: Floats
) -> tuple[Floats, Floats, Floats]:
    """The same where all types wait equally long for a spot, as they do in one line.

    At a limited station all types are served for the mean of those that come, and each has what it is served more or
    less added to where there is no queue. The mean follows from the answer, so it is computed again until it is stable.
    """
    limited = np.isfinite(room)
    rate = number / hours.sum(axis=0)
    flight_h = hours[~limited].sum(axis=0)
    for round_number in range(_MOST_ROUNDS):
        before = rate
        weight = before * spots
        mean_h = (hours[limited] * weight).sum(axis=1) / weight.sum()
        rest_h = np.maximum(flight_h + (hours[limited] - mean_h[:, None]).sum(axis=0), 0.0)
        served = np.vstack([np.broadcast_to(mean_h[:, None], hours[limited].shape), rest_h])
        rate, there, by_fleet = _solve(
            served, spots, np.append(room[limited], math.inf), np.vstack([most[limited], most[:1]]), number
        )
        if (np.abs(rate - before) <= _STAYS * before).all():
            break
        rate = (rate + before) / 2 if round_number > 5 else rate
    waiting = np.maximum(there[:-1] - rate * served[:-1], 0.0)
    at_work = rate * hours[limited]
    used = max(((at_work * spots).sum(axis=1) / room[limited]).max(), (at_work / most[limited]).max())
    rate = np.minimum(rate / max(1.0, used), number / hours.sum(axis=0))
    present = rate * hours
    present[limited] += waiting
    return rate, present, by_fleet


def _check_size(points: Floats, types: tuple[str, ...]) -> None:
    """Refuse a mixed fleet with too many smaller fleets inside it, `points` of them in each draw.

    A fleet of one type is never too large.

    Raises
    ------
    EstimateError
        The message says what would work.
    """
    largest = float(points.max(initial=0.0))
    if len(types) == 1 or (largest <= _MOST_POINTS and points.sum() <= _MOST_WORK):
        return
    fewer = f"draws={int(_MOST_WORK / largest)}, " if len(points) > 1 and largest <= _MOST_POINTS else ""
    raise EstimateError(
        f"{len(types)} types that queue make {largest:,.0f} smaller fleets, to be solved in each of {len(points):,} "
        f"draws; give {fewer}fewer types or fewer of each, or use simulate_airlift or simulate_sealift"
    )
