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

__all__ = ["Flow", "Station", "apron", "best_trips", "fleet_factor", "rows_of", "weakest_link", "whole_at_once"]


_TOLERANCE = 1e-11
"""Gains below this share of the largest are not worth another pivot."""

_A_HAIR = 1e-12
"""What rounding may lose of a target."""

_MOST_STEPS = 60
"""Halvings of a bracket, at the most."""


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


def weakest_link(value: Floats, *, limits: Mapping[str, Floats], stations: Mapping[str, Station]) -> Flow:
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
    bounds = {name: (limit * value).sum(axis=0) for name, limit in limits.items()}
    for name, station in stations.items():
        load, room = rows_of({name: station}, value.shape)
        mix = _first_positive(trips, most, np.ones_like(trips), weight=load.sum(axis=0))
        taken = (mix * load).sum(axis=1)
        passes = np.full_like(room, np.inf)  # what takes no time there is never held up
        np.divide((mix * value).sum(axis=0), taken, out=passes, where=taken > 0.0)
        np.multiply(room, passes, out=passes, where=taken > 0.0)
        bounds[name] = passes.min(axis=0)
    return Flow(trips, (trips * value).sum(axis=0), bounds)


def rows_of(stations: Mapping[str, Station], shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Loads, shape (rows, types, draws), and rooms, shape (rows, draws), of all stations together."""
    none = np.empty((0, *shape))
    load = [none, *(station.load.reshape(-1, *shape) for station in stations.values())]
    room = [none[:, 0], *(station.room.reshape(-1, shape[1]) for station in stations.values())]
    return np.concatenate(load), np.concatenate(room)


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
    if not (spots > 1.0).any():
        return Station(load, mog * hours)
    alone = np.where(spots > 1.0, whole_at_once(mog, np.maximum(spots, 1.0)), np.inf)
    as_one = np.where(spots[0] > 1.0, whole_at_once(mog, np.maximum(spots[0], 1.0)) * spots[0], mog)
    if spots.shape[0] == 1:
        return Station(load, as_one * hours)
    filled = mog
    if (spots == np.floor(spots)).all():
        step = np.maximum(np.gcd.reduce(spots.astype(np.int64), axis=0), 1)
        filled = np.where(step > 1, whole_at_once(mog, step.astype(np.float64)) * step, mog)
    filled = np.where((spots == spots[0]).all(axis=0), as_one, filled)
    held = [i for i in range(spots.shape[0]) if (alone[i] * spots[i] < filled).any()]
    loads = [load, *(visit_h * (np.arange(spots.shape[0]) == i)[:, None] for i in held)]
    rooms = [filled, *(np.where(spots[i] > 1.0, alone[i], filled / np.maximum(spots[i], 1e-9)) for i in held)]
    return Station(np.stack(loads), np.stack(rooms) * hours)


def whole_at_once(mog: Floats, spots: Floats) -> Floats:
    """Whole aircraft that fit on so many spots; numbers that are not whole are rounded up or down together."""
    up_mog, up_spots = np.ceil(mog) - mog, np.ceil(spots) - spots  # rounded up where a number in [0, 1) is above these
    down, up = np.floor(mog), np.ceil(mog)
    few, many = np.floor(spots), np.ceil(spots)
    between = np.where(up_mog < up_spots, up // few, down // many) * np.abs(up_mog - up_spots)
    both_down = np.minimum(up_mog, up_spots) * (down // few)
    return np.asarray(both_down + between + (1.0 - np.maximum(up_mog, up_spots)) * (up // many))


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

    def carried(factor: Floats, where: NDArray[np.int64]) -> Floats:
        worth = value[:, where]
        trips = best_trips(worth, most[:, where] * factor, load[:, :, where], room[:, where])
        return np.asarray((worth * trips).sum(axis=0))

    def over(top: Floats, bottom: Floats) -> Floats:
        ratio = np.full(np.broadcast_shapes(top.shape, bottom.shape), np.inf)
        np.divide(top, bottom, out=ratio, where=bottom > 0.0)
        return ratio

    found = np.where(target > 0.0, over(target, (value * most).sum(axis=0)), 0.0)
    # No type is of use beyond the whole target, or beyond what its stations pass of it alone.
    of_use = np.minimum(over(target, value), over(room[:, None], load).min(axis=0, initial=np.inf))
    enough = np.where((most > 0.0) & (value > 0.0), over(of_use, most), 0.0).max(axis=0)
    left = np.flatnonzero((found > 0.0) & np.isfinite(found))
    goal = target * (1 - _A_HAIR)
    left = left[carried(found[left], left) < goal[left]]
    low, high = found.copy(), np.maximum(enough, found)
    never = left[carried(high[left], left) < goal[left]]
    found[never] = np.inf
    left = np.setdiff1d(left, never)
    for _ in range(_MOST_STEPS):
        if not left.size:
            break
        bottom, top = carried(low[left], left), carried(high[left], left)
        low_end, slope = low[left], (top - bottom) / (high[left] - low[left])
        enough = np.minimum(low_end + (target[left] - bottom) / slope, high[left])
        middle = (low_end + enough) / 2
        at_enough, at_middle = carried(enough, left), carried(middle, left)
        straight = at_middle <= (bottom + at_enough) / 2 * (1 + _A_HAIR)
        high[left] = np.where(at_middle >= goal[left], middle, enough)
        low[left] = np.where(at_middle >= goal[left], low_end, middle)
        rise = np.divide(target[left] - bottom, at_enough - bottom, out=np.ones_like(bottom), where=straight)
        found[left] = np.where(straight, low_end + (enough - low_end) * np.minimum(rise, 1.0), high[left])
        left = left[~straight & (high[left] - low[left] > _A_HAIR * high[left])]
    return found


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
    if most.shape[0] == 1:
        share = np.where(demand[:, 0] > room, room / np.where(demand[:, 0] > 0, demand[:, 0], 1.0), 1.0)
        return np.asarray(most * share.min(axis=0))
    where = np.flatnonzero(tight)
    trips[:, where] *= _simplex((value * most)[:, where].T, demand[:, :, where], room[:, where])
    return trips


def _first_positive(*mixes: Floats, weight: Floats) -> Floats:
    """For each draw the first of the mixes that puts any load on the station."""
    chosen = mixes[-1].copy()
    for mix in reversed(mixes[:-1]):
        loaded = (mix * weight).sum(axis=0) > 0.0
        chosen[:, loaded] = mix[:, loaded]
    return chosen


def _simplex(gain: Floats, demand: Floats, room: Floats) -> Floats:
    """Shares in [0, 1] of each type, shape (types, draws): maximise gain @ share with demand @ share <= room.

    `gain` has shape (draws, types), `demand` (stations, types, draws), `room` (stations, draws).
    """
    n, types = gain.shape
    rows = types + demand.shape[0]
    size = demand.sum(axis=1)
    scale = np.where(size > 0.0, size, 1.0)
    table = np.zeros((n, rows + 1, types + rows + 1))
    table[:, :types, :types] = np.eye(types)
    table[:, :types, -1] = 1.0
    table[:, types:rows, :types] = np.moveaxis(demand / scale[:, None, :], -1, 0)
    table[:, types:rows, -1] = (room / scale).T
    table[:, :rows, types : types + rows] = np.eye(rows)
    best_gain = gain.max(axis=1, keepdims=True)
    table[:, rows, :types] = gain / np.where(best_gain > 0.0, best_gain, 1.0)
    basis = np.tile(np.arange(types, types + rows), (n, 1))

    active = np.arange(n)
    while active.size:
        part = table[active]
        improves = part[:, rows, :-1] > _TOLERANCE
        active, part = active[improves.any(axis=1)], part[improves.any(axis=1)]
        if not active.size:
            break
        each = np.arange(active.size)
        enter = improves[improves.any(axis=1)].argmax(axis=1)
        column = part[each, :, enter]
        usable = column[:, :rows] > _TOLERANCE
        ratio = np.where(usable, part[:, :rows, -1] / np.where(usable, column[:, :rows], 1.0), np.inf)
        tied = ratio <= ratio.min(axis=1, keepdims=True)
        leave = np.where(tied, basis[active], types + rows).argmin(axis=1)
        pivot_row = part[each, leave] / column[each, leave, None]
        part = part - column[:, :, None] * pivot_row[:, None, :]
        part[each, leave] = pivot_row
        table[active] = part
        basis[active, leave] = enter

    share = np.zeros((n, types + rows))
    np.put_along_axis(share, basis, table[:, :rows, -1], axis=1)
    return np.clip(share[:, :types], 0.0, 1.0).T
