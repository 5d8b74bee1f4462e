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

__all__ = ["Flow", "Station", "best_trips", "weakest_link"]

Floats = NDArray[np.float64]

_TOLERANCE = 1e-11
"""Gains below this share of the largest are not worth another pivot."""


@dataclass(frozen=True, slots=True)
class Station:
    """A place that several types share.

    Parameters
    ----------
    load
        Spot-hours (or berth-hours, or places in a convoy) one trip takes, shape (types, draws).
    room
        Spot-hours it has in a day, shape (draws,).
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
    load = np.array([station.load for station in stations.values()]).reshape(-1, *value.shape)
    room = np.array([station.room for station in stations.values()]).reshape(-1, value.shape[1])
    trips = best_trips(value, most, load, room)
    bounds = {name: (limit * value).sum(axis=0) for name, limit in limits.items()}
    for name, station in stations.items():
        mix = _first_positive(trips, most, np.ones_like(trips), weight=station.load)
        per_spot_hour = (mix * value).sum(axis=0) / (mix * station.load).sum(axis=0)
        bounds[name] = station.room * per_spot_hour
    return Flow(trips, (trips * value).sum(axis=0), bounds)


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
