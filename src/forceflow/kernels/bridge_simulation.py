"""A fleet that goes round through stations with few spots, event by event.

The kernel knows vehicles of several types, stations (aprons, berths, an escort) and a cycle of visits; whether they are
aircraft or ships is not its business. Time is in days, so that the day of a moment is its whole part.

Only what others can see is an event: an arrival at a station, and the moment at which a station can take the next of
those that wait. Service, take-off and travel follow from it without an event of their own.

Draws are addressed: block ``(trip, pair, vehicle, replication)`` under the key of the seed. Pair 0 holds ground and
travel time of loading and unloading (slots 0 and 1), pair p those of stops 2p and 2p + 1 and pair `BREAK` the break
and its repair. So scenarios that differ in fleet, spots, hours, weather or breaks
share all other draws.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import kernel
from .philox import philox_block

__all__ = ["MEASURES", "TRACE_FIELDS", "SimPlan", "simulate", "trace_loads"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Words = NDArray[np.uint64]

MEASURES: Final = ("trips", "tonnes", "waiting", "travelling", "held", "repair", "rest")
"""Rows of the answer before the one of each station: loads delivered, t, then vehicle-days per day."""

TRACE_FIELDS: Final = ("type", "vehicle", "trip", "departed", "delivered", "tonnes")
"""Columns of a trace; moments in days."""

# Not Python's own int: numba would compile each callee once for each value.
TRIPS, TONNES, WAITING, TRAVELLING, HELD, REPAIR, REST, FIRST_STATION = (
    np.int64(i) for i in range(8)
)
HOME, READY, CREWED = (np.int64(i) for i in range(3))
BREAK: Final = np.uint64(1 << 20)
_11 = np.uint64(11)
_TO_UNIT = 2.0**-53


class SimPlan(NamedTuple):
    """What one chunk of replications needs; R replications, A vehicles, T types, V visits, S stations, D days.

    Parameters
    ----------
    first
        Number of the first replication of the chunk.
    first_day
        Days simulated before the first one that counts.
    ring, leaves
        Powers of two, at least A and at least A + S.
    most_spots, most_crews
        Greatest of `room` and of `crews`, at least 1.
    keys
        Round keys of the seed, shape (20,).
    type_of, number_in_type, entity, start_at
        Of each vehicle: type, place among those of its type, address of its draws, and when it joins, shape (A,).
    rank
        Of each type: lower is served first, shape (T,).
    station_of, slot_of
        Of each visit: station, and place among the draws, shape (V,).
    unload_visit
        The visit at whose end the load is delivered.
    vehicles
        Vehicles in use, shape (R, T).
    load_t
        Load of a trip in t, shape (R, T).
    ground, leg
        Mean time at each visit, and of the way after it, in days, shape (R, T, V).
    spots
        Spots one vehicle takes, shape (R, T).
    room
        Spots of each station, -1 without limit, shape (R, S).
    hold
        Days for which a station keeps the spots of one it has let go, shape (R, S).
    open_from, open_to
        When each station works, ascending, in days, padded with infinity, shape (C, S, J) with C = R or, for a
        calendar that all replications share, 1. With J = 0 all stations always work.
    crews, duty, rest
        Crews of each type, -1 without limit, shape (R, T); duty and rest in days, shape (R,).
    least_cycle
        Least time from the start of one trip to that of the next, in days, shape (R, T).
    break_share, repair
        Share of trips that end with a break, shape (T,); inverse distribution of repair times, shape (T, steps).
    ground_factor, leg_factor
        Inverse distribution of what one time is to its mean, shape (steps,); (1,) when it never varies.
    """

    first: int
    first_day: float
    ring: int
    leaves: int
    most_spots: int
    most_crews: int
    keys: Words
    type_of: Ints
    number_in_type: Ints
    entity: Words
    start_at: Floats
    rank: Ints
    station_of: Ints
    slot_of: Ints
    unload_visit: int
    vehicles: Ints
    load_t: Floats
    ground: Floats
    leg: Floats
    spots: Ints
    room: Ints
    hold: Floats
    open_from: Floats
    open_to: Floats
    crews: Ints
    duty: Floats
    rest: Floats
    least_cycle: Floats
    break_share: Floats
    repair: Floats
    ground_factor: Floats
    leg_factor: Floats


@kernel
def _unit_of_word(word: np.uint64) -> float:
    """A uniform in [0, 1) from a word."""
    return float(np.float64(word >> _11) * _TO_UNIT)


@kernel
def _read_off(table: Floats, u: float) -> float:
    """Value at probability `u` of an inverse distribution function given at equal steps; straight between them."""
    x = u * (table.shape[0] - 1)
    i = int(x)
    if i >= table.shape[0] - 1:
        return float(table[table.shape[0] - 1])
    return float(table[i] + (table[i + 1] - table[i]) * (x - i))


@kernel
def _set_time(tree: Floats, size: int, leaf: int, moment: float) -> None:
    """Put a moment on a leaf; each node above holds the lesser of its two. No branch here depends on the moments."""
    i = size + leaf
    tree[i] = moment
    i >>= 1
    while i > 0:
        tree[i] = min(tree[2 * i], tree[2 * i + 1])
        i >>= 1


@kernel
def _earliest_leaf(tree: Floats, size: int) -> int:
    """Leaf with the earliest moment; of equals the first."""
    i = 1
    while i < size:
        i = 2 * i + int(tree[2 * i + 1] < tree[2 * i])
    return i - size


@kernel
def _add_span(
    rows: Floats, measure: np.int64, start: float, stop: float, weight: float, first_day: float
) -> None:
    """Add `weight` per day from `start` to `stop` to the days it covers, counted from `first_day`."""
    days = rows.shape[1]
    a, b = max(start - first_day, 0.0), min(stop - first_day, float(days))
    if a >= b:
        return
    day = int(a)
    while b > day + 1.0:
        rows[measure, day] += weight * (day + 1.0 - a)
        day += 1
        a = float(day)
    rows[measure, day] += weight * (b - a)


@kernel
def _next_open(moment: float, open_from: Floats, open_to: Floats, s: int, at: int) -> float:
    """First moment not before `moment` at which station `s` works, searched from its opening `at`."""
    for j in range(at, open_to.shape[1]):
        if moment < open_to[s, j]:
            return max(moment, float(open_from[s, j]))
    return np.inf


@kernel
def _take_spots(free_at: Floats, s: int, room: int, need: int, until: float) -> None:
    """Take the `need` spots of station `s` that are free first; ``free_at[s]`` stays in ascending order."""
    j = need
    while j < room and free_at[s, j] < until:
        free_at[s, j - need] = free_at[s, j]
        j += 1
    for back in range(j - need, j):
        free_at[s, back] = until


@kernel
def _add_crew(rested: Floats, k: int, number: int, moment: float) -> None:
    """Put a crew among the `number` off duty of type `k`, kept in descending order of when they are rested."""
    j = number
    while j > 0 and rested[k, j - 1] < moment:
        rested[k, j] = rested[k, j - 1]
        j -= 1
    rested[k, j] = moment


@kernel
def _line_up(queue: Ints, s: int, head: int, tail: int, one: int, ranks: Ints) -> None:
    """Put `one` into the ring of station `s`, behind all whose rank is not above its own."""
    mask = queue.shape[1] - 1
    place = tail
    while place > head and ranks[queue[s, (place - 1) & mask]] > ranks[one]:
        queue[s, place & mask] = queue[s, (place - 1) & mask]
        place -= 1
    queue[s, place & mask] = one


@kernel
def _run_replications(p: SimPlan, days: Floats, trace: Floats) -> int:
    """Write the days of each replication into `days` (replications, measures, days), all 0.

    Returns the loads delivered on the days of the last one, whose first ones are written into `trace`. One function,
    so that it is compiled once.
    """
    delivered = 0
    for row in range(days.shape[0]):
        rows = days[row]
        stations, types = p.room.shape[1], p.vehicles.shape[1]
        visits = p.station_of.shape[0]
        first_day, horizon = p.first_day, p.first_day + rows.shape[1]
        replication = np.uint64(p.first + row)
        keys, entity = p.keys, p.entity
        station_of, slot_of, unload_visit = p.station_of, p.slot_of, p.unload_visit
        load_t, ground_mean, leg_mean = p.load_t[row], p.ground[row], p.leg[row]
        spots, room, hold = p.spots[row], p.room[row], p.hold[row]
        crews, duty, rest = p.crews[row], p.duty[row], p.rest[row]
        least_cycle = p.least_cycle[row]
        break_share, repair, ground_factor, leg_factor = (
            p.break_share,
            p.repair,
            p.ground_factor,
            p.leg_factor,
        )
        calendar = row if p.open_from.shape[0] > 1 else 0
        open_from, open_to = p.open_from[calendar], p.open_to[calendar]
        always = open_from.shape[1] == 0
        varies = ground_factor.shape[0] > 1 or leg_factor.shape[0] > 1
        delivered = 0

        # Vehicles.
        member = np.zeros(p.type_of.shape[0], dtype=np.int64)
        n = 0
        for a in range(member.shape[0]):
            if p.number_in_type[a] < p.vehicles[row, p.type_of[a]]:
                member[n] = a
                n += 1
        kind, ranks = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
        visit, trip, phase = (
            np.zeros(n, dtype=np.int64),
            np.zeros(n, dtype=np.int64),
            np.zeros(n, dtype=np.int64),
        )
        has_crew = np.zeros(n, dtype=np.int64)
        on_duty, began = np.zeros(n), np.zeros(n)
        since, departed = np.zeros(n), np.zeros(n)
        units = np.zeros((n, 4))
        size = p.leaves
        tree = np.zeros(2 * size)
        for i in range(2 * size):
            tree[i] = np.inf
        for i in range(n):
            kind[i] = p.type_of[member[i]]
            ranks[i] = p.rank[kind[i]]
            phase[i] = READY
            _set_time(tree, size, i, p.start_at[member[i]])

        # Stations: when each spot is free, ascending; who waits, in a ring; which opening comes next.
        free_at = np.zeros((stations, p.most_spots))
        queue = np.zeros((stations, p.ring), dtype=np.int64)
        mask = queue.shape[1] - 1
        head, tail = np.zeros(stations, dtype=np.int64), np.zeros(stations, dtype=np.int64)
        opening = np.zeros(stations, dtype=np.int64)

        # Crews: when each one off duty is rested; vehicles without one, in a ring by type.
        rested, resting = np.zeros((types, p.most_crews)), np.zeros(types, dtype=np.int64)
        lacking = np.zeros((types, queue.shape[1]), dtype=np.int64)
        lack_head, lack_tail = np.zeros(types, dtype=np.int64), np.zeros(types, dtype=np.int64)
        round_trip = np.zeros(types)
        for k in range(types):
            resting[k] = max(crews[k], 0)
            for v in range(visits):
                round_trip[k] += ground_mean[k, v] + leg_mean[k, v]

        while tree[1] < horizon:
            now = tree[1]
            i = _earliest_leaf(tree, size)
            if i < n:
                k = kind[i]
                if phase[i] == HOME:
                    phase[i] = READY
                    # A crew that has no time for another round trip on duty goes to rest.
                    if crews[k] >= 0 and now - on_duty[i] + round_trip[k] > duty:
                        has_crew[i] = 0
                        if lack_head[k] < lack_tail[k]:
                            other = lacking[k, lack_head[k] & mask]
                            lack_head[k] += 1
                            has_crew[other] = 1
                            on_duty[other] = now + rest
                            _add_span(rows, REST, since[other], on_duty[other], 1.0, first_day)
                            _set_time(tree, size, other, on_duty[other])
                        else:
                            _add_crew(rested, k, resting[k], now + rest)
                            resting[k] += 1
                    fixed = now
                    if break_share[k] > 0.0:
                        w0, w1, _w2, _w3 = philox_block(
                            np.uint64(trip[i]), BREAK, entity[member[i]], replication, keys
                        )
                        if _unit_of_word(w0) < break_share[k]:
                            fixed += _read_off(repair[k], _unit_of_word(w1))
                    # What is left of the least cycle counts as repair, too.
                    fixed = max(fixed, began[i] + least_cycle[k])
                    if fixed > now:
                        _add_span(rows, REPAIR, now, fixed, 1.0, first_day)
                        _set_time(tree, size, i, fixed)
                        continue
                if phase[i] == READY:
                    phase[i] = CREWED
                    if crews[k] >= 0 and has_crew[i] == 0:
                        if resting[k] == 0:
                            since[i] = now
                            lacking[k, lack_tail[k] & mask] = i
                            lack_tail[k] += 1
                            _set_time(tree, size, i, np.inf)
                            continue
                        resting[k] -= 1
                        on_duty[i] = max(now, rested[k, resting[k]])
                        has_crew[i] = 1
                        if on_duty[i] > now:
                            _add_span(rows, REST, now, on_duty[i], 1.0, first_day)
                            _set_time(tree, size, i, on_duty[i])
                            continue
                s = station_of[visit[i]]
                since[i] = now
                if visit[i] == 0:
                    began[i] = now
                waits = i
                _line_up(queue, s, head[s], tail[s], i, ranks)
                tail[s] += 1
            else:
                s = i - n
                waits = -1

            wake = np.inf
            if not always:
                while opening[s] < open_to.shape[1] and open_to[s, opening[s]] <= now:
                    opening[s] += 1
            while head[s] < tail[s]:
                i = queue[s, head[s] & mask]
                k, v = kind[i], visit[i]
                need = spots[k]
                begin = now
                if room[s] >= 0:
                    begin = max(now, free_at[s, need - 1]) if need <= room[s] else np.inf
                if not always:
                    begin = _next_open(begin, open_from, open_to, s, opening[s])
                if begin > now:
                    wake = begin
                    break
                head[s] += 1
                ground, leg = ground_mean[k, v], leg_mean[k, v]
                if varies:
                    slot = slot_of[v]
                    # Visit 1 in slot 1 shares the block of visit 0, which was drawn already.
                    if slot != 1 or v != 1:
                        w0, w1, w2, w3 = philox_block(
                            np.uint64(trip[i]),
                            np.uint64(slot // 2),
                            entity[member[i]],
                            replication,
                            keys,
                        )
                        units[i, 0], units[i, 1], units[i, 2], units[i, 3] = (
                            _unit_of_word(w0),
                            _unit_of_word(w1),
                            _unit_of_word(w2),
                            _unit_of_word(w3),
                        )
                    lane = 2 * (slot % 2)
                    ground *= _read_off(ground_factor, units[i, lane])
                    leg *= _read_off(leg_factor, units[i, lane + 1])
                done = now + ground
                if room[s] >= 0:
                    _take_spots(free_at, s, room[s], need, max(done, now + hold[s]))
                _add_span(rows, WAITING, since[i], now, 1.0, first_day)
                _add_span(rows, FIRST_STATION + s, now, done, float(need), first_day)
                leaves = done
                if not always and hold[s] <= 0.0:
                    leaves = _next_open(done, open_from, open_to, s, opening[s])
                    _add_span(rows, HELD, done, leaves, 1.0, first_day)
                if v == 0:
                    departed[i] = leaves
                if v == unload_visit and first_day <= done < horizon:
                    rows[TRIPS, int(done - first_day)] += 1.0
                    rows[TONNES, int(done - first_day)] += load_t[k]
                    if delivered < trace.shape[0]:
                        trace[delivered, 0] = k
                        trace[delivered, 1] = p.number_in_type[member[i]]
                        trace[delivered, 2] = trip[i]
                        trace[delivered, 3] = departed[i]
                        trace[delivered, 4] = done
                        trace[delivered, 5] = load_t[k]
                    delivered += 1
                lands = leaves + leg
                _add_span(rows, TRAVELLING, leaves, lands, 1.0, first_day)
                visit[i] = v + 1
                if v + 1 == visits:
                    visit[i] = 0
                    phase[i] = HOME
                    trip[i] += 1
                _set_time(tree, size, i, lands)
                if i == waits:
                    waits = -1
            if waits >= 0:
                _set_time(tree, size, waits, np.inf)
            if wake != tree[size + n + s]:
                _set_time(tree, size, n + s, wake)

        # Who still waits when the last day ends has waited until then.
        for s in range(stations):
            for place in range(head[s], tail[s]):
                _add_span(rows, WAITING, since[queue[s, place & mask]], horizon, 1.0, first_day)
        for k in range(types):
            for place in range(lack_head[k], lack_tail[k]):
                _add_span(rows, REST, since[lacking[k, place & mask]], horizon, 1.0, first_day)
    return delivered


def simulate(plan: SimPlan, days: int) -> Floats:
    """Days of a chunk of replications.

    Parameters
    ----------
    plan
        The scenario and the draws of the chunk.
    days
        Days that count, after ``plan.first_day``.

    Returns
    -------
    numpy.ndarray
        Shape (replications, measures, days): `MEASURES`, then spots in use at each station (spot-days per day).
    """
    rows = np.zeros((plan.vehicles.shape[0], FIRST_STATION + plan.room.shape[1], days))
    _run_replications(plan, rows, np.empty((0, len(TRACE_FIELDS))))
    return rows


def trace_loads(plan: SimPlan, days: int) -> Floats:
    """Loads that the only replication of a plan delivers, shape (loads, fields); see `TRACE_FIELDS`."""
    rows = np.zeros((1, FIRST_STATION + plan.room.shape[1], days))
    found = np.empty((0, len(TRACE_FIELDS)))
    found = np.empty((_run_replications(plan, rows, found), len(TRACE_FIELDS)))
    _run_replications(plan, np.zeros_like(rows), found)
    return found
