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
from ..capacity.shared_spots import whole_at_once

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

_ROUNDS_UNDAMPED = 5
"""Rounds after which a throughput that still changes is moved half way only."""

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

    @property
    def middle_by_fleet_per_h(self) -> Floats:
        """Middle over the draws of `by_fleet_per_h`, shape (fleet,); empty for several types."""
        if not self.by_fleet_per_h.size:
            return np.empty(0)
        return np.asarray(np.nanmedian(self.by_fleet_per_h, axis=0))


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
        limited = np.isfinite(room)
        mog = np.where(limited, room, 0.0)
        whole = whole_at_once(mog, np.maximum(self.spots, 1.0))
        # Aircraft on one spot or less fill every spot, so only larger ones leave some over.
        fit = np.where(self.spots > 1.0, whole, math.inf)
        by_spots = room / np.maximum(self.spots, _NO_SPOT)
        at_once = np.minimum(fit, by_spots)
        return np.where(limited, at_once, math.inf)

    @property
    def filled(self) -> Floats:
        """Spots of each station that whole aircraft of the fleet can fill, shape (stations, draws)."""
        if (self.spots == self.spots[0]).all():
            by_first = np.maximum(self.spots[0], 1.0) * self.most[:, 0]
            return np.where(self.spots[0] > 1.0, by_first, self.room)
        # Spots that are not whole have no common divisor: all of the room then counts.
        if (self.spots != np.floor(self.spots)).any():
            return self.room
        divisor = np.gcd.reduce(self.spots.astype(np.int64), axis=0)
        step = np.maximum(divisor, 1).astype(np.float64)
        limited = np.isfinite(self.room)
        mog = np.where(limited, self.room, 0.0)
        whole_steps = whole_at_once(mog, step) * step
        fit = np.where(step > 1.0, whole_steps, mog)
        return np.where(limited, fit, math.inf)

    def station_bounds(self, rate: Floats) -> dict[str, Floats]:
        """Cycles per h that each limited station lets through of the mix of `rate`, each of shape (draws,)."""
        total = rate.sum(axis=0)
        even_mix = np.full_like(rate, 1.0 / len(self.types))
        mix = np.divide(rate, total, out=even_mix, where=total > 0.0)
        bounds = {}
        for name, hours, room, most in zip(
            self.stations, self.hours, self.filled, self.most, strict=True
        ):
            served = mix * hours
            load = (mix * hours * self.spots).sum(axis=0)
            # A station that is endless or takes no time bounds nothing.
            if not (np.isfinite(room).all() and (load > 0.0).all()):
                continue
            of_each_type = np.full_like(served, math.inf)
            np.divide(most, served, out=of_each_type, where=served > 0.0)
            bounds[name] = np.minimum(room / load, of_each_type.min(axis=0))
        return bounds

    def _to_solve(self) -> _ToSolve:
        """The different draws of the cycle, with spots and room as they are solved."""
        draws = self.hours.shape[2]
        most = self.most
        spots = np.maximum(self.spots, _NO_SPOT)
        # Where all types take as many spots, places for aircraft are counted in place of spots.
        alike = (spots == spots[0]).all(axis=0)
        spots = np.where(alike, 1.0, spots)
        room: Floats = np.where(alike, most[:, 0], self.filled)
        # Where the whole fleet fits there is never a queue, and no lattice to solve.
        spots_of_all = (np.ceil(self.number) * spots).sum(axis=0)
        room[room >= spots_of_all] = math.inf
        most = np.where(np.isfinite(room)[:, None], most, math.inf)
        columns = [
            self.hours.reshape(-1, draws),
            most.reshape(-1, draws),
            room,
            spots,
            self.number,
        ]
        different, place = np.unique(np.vstack(columns), axis=1, return_inverse=True)
        place = place.ravel()
        # Of like draws the first is solved: it is written last.
        first = np.zeros(different.shape[1], dtype=np.int64)
        first[place[::-1]] = np.arange(draws)[::-1]
        queues = np.isfinite(room[:, first]).any(axis=0)
        smaller_fleets = (np.ceil(self.number[:, first]) + 1.0).prod(axis=0)
        return _ToSolve(
            spots=spots,
            room=room,
            most=most,
            first=first,
            place=place,
            work=np.where(queues, smaller_fleets, 0.0),
        )

    @property
    def work(self) -> float:
        """Smaller fleets to be solved in all draws together; 0 where there is no queue."""
        return float(self._to_solve().work.sum())

    def check_size(self) -> None:
        """Refuse what `steady` would refuse, before anything is solved."""
        work = self._to_solve().work
        _check_size(work[work > 0.0], self.types)

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
        stations, types, _ = self.hours.shape
        problem = self._to_solve()
        different = problem.first.size
        queues = problem.work > 0.0
        _check_size(problem.work[queues], self.types)
        rate = np.empty((types, different))
        present = np.empty((stations, types, different))
        largest_fleet = 0
        if types == 1:
            largest_fleet = math.ceil(self.number.max())
        by_fleet = np.full((different, largest_fleet), np.nan)
        solve = _solve_shared
        if one_wait and types > 1:
            solve = _solve_one_wait

        def fill(i: int) -> None:
            draw = problem.first[i]
            hours = np.ascontiguousarray(self.hours[:, :, draw])
            number = np.ascontiguousarray(self.number[:, draw])
            if queues[i]:
                spots = np.ascontiguousarray(problem.spots[..., draw])
                room = np.ascontiguousarray(problem.room[..., draw])
                most = np.ascontiguousarray(problem.most[..., draw])
                solved = solve(hours, spots, room, most, number)
                rate[:, i], present[:, :, i], of_smaller_fleets = solved
                by_size = of_smaller_fleets[1:, 0]
            else:
                # Nothing waits, so the cycle takes what its parts take.
                rate[:, i] = number / hours.sum(axis=0)
                present[:, :, i] = rate[:, i] * hours
                by_size = np.arange(1, largest_fleet + 1) / hours.sum()
            if largest_fleet:
                size = math.ceil(number[0])
                by_fleet[i, :size] = by_size[:size]

        _fill_all(fill, different, work=float(problem.work.sum()))
        rate = rate[:, problem.place]
        present = present[:, :, problem.place]
        served = rate * self.hours
        waiting = present - served
        limited = (problem.room < math.inf)[:, None]
        # Present and served come by different sums, so a queue of nothing is left with rounding.
        queued = limited & (waiting > _ROUNDING * present)
        return Steady(
            rate_per_h=rate,
            present=present,
            waiting=np.where(queued, waiting, 0.0),
            by_fleet_per_h=by_fleet[problem.place],
        )


@dataclass(frozen=True, slots=True)
class _ToSolve:
    """The different draws of a cycle.

    Parameters
    ----------
    spots, room, most
        As they are solved, of all draws.
    first
        Of each different draw, the first that is like it.
    place
        Of each draw, its place among the different ones.
    work
        Number of smaller fleets in each different draw, 0 where there is no queue.
    """

    spots: Floats
    room: Floats
    most: Floats
    first: Ints
    place: Ints
    work: Floats


def _fill_all(fill: Callable[[int], None], number: int, *, work: float) -> None:
    """Fill the place of every draw, in threads where that is worth it, and show how far it is; no number changes."""
    shown = partial(progress, total=number, label="solving queues")
    threads = 1
    if work > _WORTH_A_THREAD:
        threads = get_num_threads()
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


def _solve_shared(
    hours: Floats,
    spots: Floats,
    room: Floats,
    most: Floats,
    number: Floats,
) -> tuple[Floats, Floats, Floats]:
    """Cycles per h by type, number present by station and type, and cycles per h of every smaller fleet."""
    smaller_fleets = int((np.ceil(number) + 1.0).prod())
    by_fleet = np.empty((smaller_fleets, len(number)))
    rate = np.empty(len(number))
    present = np.empty_like(hours)
    closed_cycle(hours, spots, room, most, number, by_fleet, rate, present)
    return rate, present, by_fleet


def _solve_one_wait(
    hours: Floats,
    spots: Floats,
    room: Floats,
    most: Floats,
    number: Floats,
) -> tuple[Floats, Floats, Floats]:
    """The same where all types wait equally long for a spot, as they do in one line.

    At a limited station all types are served for the mean of those that come, and each has what it is served more or
    less added to where there is no queue. The mean follows from the answer, so it is computed again until it is stable.
    """
    limited = np.isfinite(room)
    limited_h = hours[limited]
    flight_h = hours[~limited].sum(axis=0)
    room_and_flight = np.append(room[limited], math.inf)
    most_and_flight = np.vstack([most[limited], most[:1]])
    rate = number / hours.sum(axis=0)
    for round_number in range(_MOST_ROUNDS):
        before = rate
        # The mean over spots that are taken, not over visits: a large aircraft counts for more.
        weight = before * spots
        mean_h = (limited_h * weight).sum(axis=1) / weight.sum()
        more_or_less_h = (limited_h - mean_h[:, None]).sum(axis=0)
        rest_h = np.maximum(flight_h + more_or_less_h, 0.0)
        mean_of_all_h = np.broadcast_to(mean_h[:, None], limited_h.shape)
        served = np.vstack([mean_of_all_h, rest_h])
        rate, there, by_fleet = _solve_shared(
            served, spots, room_and_flight, most_and_flight, number
        )
        if (np.abs(rate - before) <= _STAYS * before).all():
            break
        # A rate that still swings after some rounds is damped.
        if round_number > _ROUNDS_UNDAMPED:
            rate = (rate + before) / 2
    waiting = np.maximum(there[:-1] - rate * served[:-1], 0.0)
    at_work = rate * limited_h
    used_spots = (at_work * spots).sum(axis=1) / room[limited]
    used_places = at_work / most[limited]
    used = max(used_spots.max(), used_places.max())
    # Served for the mean, a type may seem to pass more than its own times allow.
    fits_room = rate / max(1.0, used)
    fits_cycle = number / hours.sum(axis=0)
    rate = np.minimum(fits_room, fits_cycle)
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
    fewer = ""
    if len(points) > 1 and largest <= _MOST_POINTS:
        fewer = f"draws={int(_MOST_WORK / largest)}, "
    raise EstimateError(
        f"{len(types)} types that queue make {largest:,.0f} smaller fleets, to be solved in each of {len(points):,} "
        f"draws; give {fewer}fewer types or fewer of each, or use simulate_airlift or simulate_sealift"
    )
