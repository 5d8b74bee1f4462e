"""Who gets the parking spots: the most a mixed fleet can carry through shared stations.

For one type this is the weakest-link rule, A18: output = min(fleet capability, throughput of each station).
For several types that share a station it is a small linear programme, solved for all draws at once:

    maximise sum_i v_i x_i   subject to   0 <= x_i <= r_i,   sum_i g_is x_i <= K_s for each station s

with x_i trips per day of type i, v_i its value per trip, r_i the trips its aircraft or ships can make,
g_is the spot-hours one trip takes at station s and K_s the spot-hours a day there. So one more aircraft,
spot or hour never carries less: a type that would only crowd out a better one stays at home.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...arrays import Floats

__all__ = [
    "Flow",
    "Station",
    "apron",
    "best_trips",
    "fleet_factor",
    "rows_of",
    "weakest_link",
    "whole_at_once",
]


_TOLERANCE = 1e-11
"""Gains below this share of the largest are not worth another pivot."""

_A_HAIR = 1e-12
"""What rounding may lose of a target."""

_MOST_STEPS = 60
"""Halvings of a bracket, at the most."""

_NO_SPOT = 1e-9
"""Used in place of no spot at all."""


@dataclass(frozen=True, slots=True)
class Station:
    """A place that several types share.

    Parameters
    ----------
    load
        Spot-hours (or berth-hours, or places in a convoy) one trip takes, shape (types, draws); or (rows, types, draws)
        where several limits hold at one place.
    room
        Spot-hours it has in a day, shape (draws,) or (rows, draws).
    """

    load: Floats
    room: Floats


@dataclass(frozen=True, slots=True)
class Flow:
    """Trips, what they carry, and what each constraint alone would let through.

    Parameters
    ----------
    trips_per_day
        Shape (types, draws).
    value_per_day
        Tonnes (or seats) a day, shape (draws,); at most the least of `bounds`, and equal to it when one limit
        of the fleet holds for all types.
    bounds
        By constraint, shape (draws,), in the unit of `value_per_day`.
    """

    trips_per_day: Floats
    value_per_day: Floats
    bounds: dict[str, Floats]


def weakest_link(
    value: Floats,
    *,
    limits: Mapping[str, Floats],
    stations: Mapping[str, Station],
) -> Flow:
    """Trips per day of each type under the limits of the fleet and of the stations it shares.

    Parameters
    ----------
    value
        Tonnes (or seats) a trip carries, shape (types, draws).
    limits
        Trips per day each type can make under one constraint of the fleet (cycle, flying hours, crews),
        by name, each of shape (types, draws); the least holds.
    stations
        The stations by name.

    Returns
    -------
    Flow
        A fleet bound is what all types carry together under that limit alone. A station bound is what the
        station would pass if it worked all day on the mix that is flown, so the value is at most the
        least bound.
    """
    most = np.minimum.reduce(list(limits.values()))
    load, room = rows_of(stations, value.shape)
    trips = best_trips(value, most, load, room)
    carried = (trips * value).sum(axis=0)
    bounds = {}
    for name, limit in limits.items():
        bounds[name] = (limit * value).sum(axis=0)
    for name, station in stations.items():
        bounds[name] = _passed_by_station(station, value, trips=trips, most=most)
    return Flow(trips_per_day=trips, value_per_day=carried, bounds=bounds)


def _passed_by_station(station: Station, value: Floats, *, trips: Floats, most: Floats) -> Floats:
    """What a station would pass if it worked all day on the mix that is flown, shape (draws,)."""
    load, room = rows_of({"station": station}, value.shape)
    # Where nothing is flown, the mix that the fleet could fly takes its place, then one trip of each type.
    mix = _first_loaded_mix(trips, most, np.ones_like(trips), weight=load.sum(axis=0))
    taken = (mix * load).sum(axis=1)
    carried = (mix * value).sum(axis=0)
    takes_time = taken > 0.0
    passes = np.full_like(room, np.inf)  # what takes no time there is never held up
    np.divide(carried, taken, out=passes, where=takes_time)
    np.multiply(room, passes, out=passes, where=takes_time)
    return np.asarray(passes.min(axis=0))


def rows_of(stations: Mapping[str, Station], shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Loads, shape (rows, types, draws), and rooms, shape (rows, draws), of all stations together."""
    no_rows = np.empty((0, *shape))
    loads = [no_rows]
    rooms = [no_rows[:, 0]]
    for station in stations.values():
        loads.append(station.load.reshape(-1, *shape))
        rooms.append(station.room.reshape(-1, shape[1]))
    return np.concatenate(loads), np.concatenate(rooms)


def apron(visit_h: Floats, spots: Floats, mog: Floats, hours: Floats) -> Station:
    """An airfield where an aircraft may take several spots, and no part of an aircraft uses what is left.

    Parameters
    ----------
    visit_h, spots
        Ground time of one trip and spots one aircraft takes, shape (types, draws).
    mog, hours
        Spots, and hours a day in which they can be used, shape (draws,).

    Notes
    -----
    Where one type is alone, floor(MOG / spots) of it fit there at a time. Types that share it have the spots that
    whole aircraft can fill (multiples of the greatest common divisor of their spots), and none has more aircraft there
    than it could have alone. A MOG between two whole numbers is one on some days and the other on the rest, so what
    fits is the mean of the two; with spots of 1 that is the MOG itself.
    """
    load = visit_h * spots
    takes_several = spots > 1.0
    # An aircraft on one spot or less fills every spot, so nothing is left over.
    if not takes_several.any():
        return Station(load, mog * hours)

    types = spots.shape[0]
    at_once = whole_at_once(mog, np.maximum(spots, 1.0))
    filled_by_first = np.where(takes_several[0], at_once[0] * spots[0], mog)
    if types == 1:
        return Station(load, filled_by_first * hours)

    filled = _filled_by_mix(mog, spots, filled_by_first)
    loads, rooms = [load], [filled]
    most_alone = np.where(takes_several, at_once, np.inf)
    for number in range(types):
        # A type that could fill the place by itself needs no limit of its own.
        if not (most_alone[number] * spots[number] < filled).any():
            continue
        is_type = (np.arange(types) == number)[:, None]
        spots_of_one = np.maximum(spots[number], _NO_SPOT)
        most_of_type = np.where(
            takes_several[number],
            most_alone[number],
            filled / spots_of_one,
        )
        loads.append(visit_h * is_type)
        rooms.append(most_of_type)
    return Station(np.stack(loads), np.stack(rooms) * hours)


def _filled_by_mix(mog: Floats, spots: Floats, filled_by_first: Floats) -> Floats:
    """Spots that whole aircraft of several types can fill together, shape (draws,)."""
    filled = mog
    # Spots that are not whole have no common divisor: all of the MOG then counts.
    if (spots == np.floor(spots)).all():
        divisor = np.gcd.reduce(spots.astype(np.int64), axis=0)
        step = np.maximum(divisor, 1)
        whole_steps = whole_at_once(mog, step.astype(np.float64)) * step
        filled = np.where(step > 1, whole_steps, mog)
    all_alike = (spots == spots[0]).all(axis=0)
    return np.where(all_alike, filled_by_first, filled)


def whole_at_once(mog: Floats, spots: Floats) -> Floats:
    """Whole aircraft that fit on so many spots; numbers that are not whole are rounded up or down together."""
    mog_down, mog_up = np.floor(mog), np.ceil(mog)
    spots_down, spots_up = np.floor(spots), np.ceil(spots)
    # One number in [0, 1) rounds both: each is rounded up where the number is above the distance to the next whole.
    mog_level = mog_up - mog
    spots_level = spots_up - spots
    between_levels = np.abs(mog_level - spots_level)
    lower_level = np.minimum(mog_level, spots_level)
    higher_level = np.maximum(mog_level, spots_level)
    only_mog_up = mog_up // spots_down
    only_spots_up = mog_down // spots_up
    one_up = np.where(mog_level < spots_level, only_mog_up, only_spots_up)
    both_down = lower_level * (mog_down // spots_down)
    both_up = (1.0 - higher_level) * (mog_up // spots_up)
    return np.asarray(both_down + one_up * between_levels + both_up)


def fleet_factor(value: Floats, most: Floats, load: Floats, room: Floats, target: Floats) -> Floats:
    """By how much a fleet must be multiplied to carry so much a day through the stations it shares.

    Parameters
    ----------
    value, most, load, room
        As in `best_trips`; the trips the fleet can make grow with it, the stations do not.
    target
        Value wanted a day, shape (draws,).

    Returns
    -------
    numpy.ndarray
        Shape (draws,); infinite where no fleet of this mix carries that much.

    Notes
    -----
    What a fleet carries is a concave broken line in its size. A chord meets the target at a size that is enough,
    and where the line is straight between its ends at the least one; else the bracket is halved.
    """
    fleet = _GrowingFleet(value, most, load, room)
    factor = fleet.least_factor(target)
    goal = target * (1 - _A_HAIR)
    to_solve = np.flatnonzero((factor > 0.0) & np.isfinite(factor))
    short = fleet.carried(factor[to_solve], to_solve) < goal[to_solve]
    to_solve = to_solve[short]

    low = factor.copy()
    high = np.maximum(fleet.largest_useful_factor(target), factor)
    never = to_solve[fleet.carried(high[to_solve], to_solve) < goal[to_solve]]
    factor[never] = np.inf
    to_solve = np.setdiff1d(to_solve, never)

    for _ in range(_MOST_STEPS):
        if not to_solve.size:
            break
        new_low, new_high, new_factor, solved = fleet.chord_step(
            low[to_solve],
            high[to_solve],
            target[to_solve],
            goal[to_solve],
            where=to_solve,
        )
        low[to_solve] = new_low
        high[to_solve] = new_high
        factor[to_solve] = new_factor
        still_wide = new_high - new_low > _A_HAIR * new_high
        to_solve = to_solve[~solved & still_wide]
    return factor


@dataclass(frozen=True, slots=True)
class _GrowingFleet:
    """A fleet that is multiplied by a factor while the stations stay as they are; arrays as in `best_trips`."""

    value: Floats
    most: Floats
    load: Floats
    room: Floats

    def carried(self, factor: Floats, where: NDArray[np.int64]) -> Floats:
        """Value a day of a fleet of so many times the size, in the draws `where`."""
        value = self.value[:, where]
        most = self.most[:, where] * factor
        trips = best_trips(value, most, self.load[:, :, where], self.room[:, where])
        return np.asarray((value * trips).sum(axis=0))

    def least_factor(self, target: Floats) -> Floats:
        """Factor at which the fleet would carry the target if no station held it up."""
        capability = (self.value * self.most).sum(axis=0)
        return np.where(target > 0.0, _over_or_infinite(target, capability), 0.0)

    def largest_useful_factor(self, target: Floats) -> Floats:
        """Factor beyond which a larger fleet carries no more of the target."""
        # No type is of use beyond the whole target, or beyond what its stations pass of it alone.
        for_target = _over_or_infinite(target, self.value)
        for_stations = _over_or_infinite(self.room[:, None], self.load).min(axis=0, initial=np.inf)
        of_use = np.minimum(for_target, for_stations)
        carries = (self.most > 0.0) & (self.value > 0.0)
        factors = np.where(carries, _over_or_infinite(of_use, self.most), 0.0)
        return np.asarray(factors.max(axis=0))

    def chord_step(
        self,
        low: Floats,
        high: Floats,
        target: Floats,
        goal: Floats,
        *,
        where: NDArray[np.int64],
    ) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
        """Narrow the bracket of each draw once: new low and high, the factor, and whether it is solved."""
        at_low = self.carried(low, where)
        at_high = self.carried(high, where)
        slope = (at_high - at_low) / (high - low)
        # The line lies above its chord, so where the chord meets the target the fleet carries enough.
        on_the_chord = low + (target - at_low) / slope
        enough = np.minimum(on_the_chord, high)
        middle = (low + enough) / 2
        at_enough = self.carried(enough, where)
        at_middle = self.carried(middle, where)
        # On a straight piece the middle carries the mean of the ends; on a bend it carries more.
        mean_of_ends = (at_low + at_enough) / 2
        straight = at_middle <= mean_of_ends * (1 + _A_HAIR)
        middle_is_enough = at_middle >= goal
        new_high = np.where(middle_is_enough, middle, enough)
        new_low = np.where(middle_is_enough, low, middle)
        rise = np.divide(
            target - at_low, at_enough - at_low, out=np.ones_like(at_low), where=straight
        )
        on_the_line = low + (enough - low) * np.minimum(rise, 1.0)
        factor = np.where(straight, on_the_line, new_high)
        return new_low, new_high, factor, straight


def _over_or_infinite(top: Floats, bottom: Floats) -> Floats:
    """Top over bottom, and infinity where the bottom is 0."""
    ratio = np.full(np.broadcast_shapes(top.shape, bottom.shape), np.inf)
    np.divide(top, bottom, out=ratio, where=bottom > 0.0)
    return ratio


def best_trips(value: Floats, most: Floats, load: Floats, room: Floats) -> Floats:
    """Trips per day that carry most, for every draw.

    Parameters
    ----------
    value, most
        Value of one trip and most trips per day, shape (types, draws).
    load, room
        What one trip takes at a station, shape (stations, types, draws), and what the station has, shape
        (stations, draws).

    Returns
    -------
    numpy.ndarray
        Trips per day, shape (types, draws).

    Notes
    -----
    Dense primal simplex from the origin, all draws pivoting side by side, Bland's rule against cycling.
    Trips are scaled by `most` and stations by their load, so every coefficient lies in [0, 1]. Draws in
    which nothing binds are left out.
    """
    demand = load * most
    trips = most.copy()
    tight = (demand.sum(axis=1) > room).any(axis=0)
    if not tight.any():
        return trips
    # One type competes with no other, so the weakest link says what it can do.
    if most.shape[0] == 1:
        wanted = demand[:, 0]
        divisor = np.where(wanted > 0, wanted, 1.0)
        share = np.where(wanted > room, room / divisor, 1.0)
        return np.asarray(most * share.min(axis=0))
    where = np.flatnonzero(tight)
    gain = (value * most)[:, where].T
    trips[:, where] *= _best_shares(gain, demand[:, :, where], room[:, where])
    return trips


def _first_loaded_mix(*mixes: Floats, weight: Floats) -> Floats:
    """For each draw the first of the mixes that puts any load on the station."""
    chosen = mixes[-1].copy()
    for mix in reversed(mixes[:-1]):
        loaded = (mix * weight).sum(axis=0) > 0.0
        chosen[:, loaded] = mix[:, loaded]
    return chosen


def _best_shares(gain: Floats, demand: Floats, room: Floats) -> Floats:
    """Shares in [0, 1] of each type, shape (types, draws): maximise gain @ share with demand @ share <= room.

    `gain` has shape (draws, types), `demand` (stations, types, draws), `room` (stations, draws).
    """
    draws, types = gain.shape
    rows = types + demand.shape[0]
    tableau = _first_tableau(gain, demand, room)
    # At first the slack variables are the basis: nothing is flown.
    basis = np.tile(np.arange(types, types + rows), (draws, 1))
    active = np.arange(draws)
    while active.size:
        active = _pivot_once(tableau, basis, active)
    share = np.zeros((draws, types + rows))
    values_of_basis = tableau[:, :rows, -1]
    np.put_along_axis(share, basis, values_of_basis, axis=1)
    # Pivots round: a share may end a hair beyond its bounds.
    return np.clip(share[:, :types], 0.0, 1.0).T


def _first_tableau(gain: Floats, demand: Floats, room: Floats) -> Floats:
    """Simplex tableau of each draw: a row for each type (share <= 1) and station, and the gains in the last row."""
    draws, types = gain.shape
    rows = types + demand.shape[0]
    # Scaled, every coefficient lies in [0, 1], so one tolerance serves all pivots.
    size = demand.sum(axis=1)
    scale = np.where(size > 0.0, size, 1.0)
    scaled_demand = demand / scale[:, None, :]
    scaled_room = room / scale
    best_gain = gain.max(axis=1, keepdims=True)
    gain_scale = np.where(best_gain > 0.0, best_gain, 1.0)
    of_types, of_stations = slice(0, types), slice(types, rows)
    tableau = np.zeros((draws, rows + 1, types + rows + 1))
    tableau[:, of_types, :types] = np.eye(types)
    tableau[:, of_types, -1] = 1.0
    tableau[:, of_stations, :types] = np.moveaxis(scaled_demand, -1, 0)
    tableau[:, of_stations, -1] = scaled_room.T
    tableau[:, :rows, types : types + rows] = np.eye(rows)
    tableau[:, rows, :types] = gain / gain_scale
    return tableau


def _pivot_once(
    tableau: Floats, basis: NDArray[np.int64], active: NDArray[np.int64]
) -> NDArray[np.int64]:
    """One pivot in each active draw, in place; the draws that may need another."""
    rows = tableau.shape[1] - 1
    columns = tableau.shape[2] - 1
    improves = tableau[active][:, rows, :-1] > _TOLERANCE
    unfinished = improves.any(axis=1)
    active = active[unfinished]
    if not active.size:
        return active
    each = np.arange(active.size)
    pivoted = tableau[active]
    # Bland's rule: the first column that improves enters, of tied rows the least variable leaves.
    enter = improves[unfinished].argmax(axis=1)
    column = pivoted[each, :, enter]
    slopes = column[:, :rows]
    right_sides = pivoted[:, :rows, -1]
    usable = slopes > _TOLERANCE
    divisor = np.where(usable, slopes, 1.0)
    ratio = np.where(usable, right_sides / divisor, np.inf)
    tied = ratio <= ratio.min(axis=1, keepdims=True)
    variable = np.where(tied, basis[active], columns)
    leave = variable.argmin(axis=1)
    pivot_row = pivoted[each, leave] / column[each, leave, None]
    pivoted = pivoted - column[:, :, None] * pivot_row[:, None, :]
    pivoted[each, leave] = pivot_row
    tableau[active] = pivoted
    basis[active, leave] = enter
    return active
