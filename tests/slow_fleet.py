"""The simulation once more, in plain Python, to be read: the slow twin of `forceflow.kernels.bridge_simulation`.

Everything is a list of things that will happen, the earliest of which happens next. Days are days.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from forceflow.kernels.bridge_simulation import BREAK, SimPlan
from forceflow.kernels.philox import philox_block

WAITING, TRAVELLING, HELD, REPAIR, REST, STATIONS = 2, 3, 4, 5, 6, 7


@dataclass
class Vehicle:
    number: int
    kind: int
    next_event: float
    trip: int = 0
    visit: int = 0
    home: bool = False
    crewed: bool = False
    asked_for_crew: bool = False
    duty_since: float = 0.0
    trip_since: float = 0.0
    since: float = 0.0


@dataclass
class Station:
    number: int
    spots: list[float] | None
    openings: list[tuple[float, float]] | None
    line: list[Vehicle] = field(default_factory=list)
    wake: float = math.inf

    def opens(self, moment: float) -> float:
        if self.openings is None:
            return moment
        return next((max(moment, a) for a, b in self.openings if moment < b), math.inf)


def at(table: NDArray[np.float64], u: float) -> float:
    """The table read at share u, straight between its points."""
    if len(table) == 1:
        return float(table[0])
    x = u * (len(table) - 1)
    i = min(int(x), len(table) - 2)
    return float(table[i] + (table[i + 1] - table[i]) * (x - i))


def slow_days(p: SimPlan, row: int, days: int) -> NDArray[np.float64]:
    """Rows (measures, days) of one replication."""
    last = p.first_day + days
    out = np.zeros((STATIONS + p.room.shape[1], days))

    def units(trip: int, pair: int, vehicle: Vehicle) -> list[float]:
        words = philox_block(
            np.uint64(trip),
            np.uint64(pair),
            p.entity[vehicle.number],
            np.uint64(p.first + row),
            p.keys,
        )
        return [float(int(word) >> 11) * 2.0**-53 for word in words]

    def spend(measure: int, a: float, b: float, weight: float = 1.0) -> None:
        for day in range(days):
            begin, end = p.first_day + day, p.first_day + day + 1
            out[measure, day] += weight * max(0.0, min(b, end) - max(a, begin))

    fleet = [
        Vehicle(a, int(p.type_of[a]), float(p.start_at[a]))
        for a in range(len(p.type_of))
        if p.number_in_type[a] < p.vehicles[row, p.type_of[a]]
    ]
    calendar = min(row, len(p.open_from) - 1)
    stations = []
    for s in range(p.room.shape[1]):
        room = int(p.room[row, s])
        pieces = list(zip(p.open_from[calendar, s], p.open_to[calendar, s], strict=True))
        stations.append(Station(s, None if room < 0 else [0.0] * room, pieces or None))
    crews = [[0.0] * max(0, int(number)) for number in p.crews[row]]
    without: list[list[Vehicle]] = [[] for _ in crews]

    def come_home(v: Vehicle, now: float) -> bool:
        """True when the vehicle can go on at once."""
        k = v.kind
        round_trip = float(
            sum(p.ground[row, k, j] + p.leg[row, k, j] for j in range(p.ground.shape[2]))
        )
        if p.crews[row, k] >= 0 and now - v.duty_since + round_trip > p.duty[row]:
            v.crewed = False
            rested = now + p.rest[row]
            if without[k]:
                other = without[k].pop(0)
                other.crewed, other.duty_since, other.next_event = True, rested, rested
                spend(REST, other.since, rested)
            else:
                crews[k].append(rested)
        fixed = now
        if p.break_share[k] > 0:
            broken, how_long, *_ = units(v.trip, int(BREAK), v)
            if broken < p.break_share[k]:
                fixed += at(p.repair[k], how_long)
        v.next_event = max(fixed, v.trip_since + p.least_cycle[row, k])
        spend(REPAIR, now, v.next_event)
        return v.next_event <= now

    def take_crew(v: Vehicle, now: float) -> bool:
        k = v.kind
        if p.crews[row, k] < 0 or v.crewed:
            return True
        if not crews[k]:
            v.since, v.next_event = now, math.inf
            without[k].append(v)
            return False
        rested = min(crews[k])
        crews[k].remove(rested)
        v.crewed, v.duty_since = True, max(now, rested)
        v.next_event = v.duty_since
        spend(REST, now, v.duty_since)
        return v.duty_since <= now

    def begin_service(v: Vehicle, station: Station, now: float) -> None:
        k, visit, need = v.kind, v.visit, int(p.spots[row, v.kind])
        slot = int(p.slot_of[visit])
        drawn = units(v.trip, slot // 2, v)
        done = now + p.ground[row, k, visit] * at(p.ground_factor, drawn[2 * (slot % 2)])
        if station.spots is not None:
            free = max(done, now + p.hold[row, station.number])
            station.spots = sorted(station.spots)[need:] + [free] * need
        spend(WAITING, v.since, now)
        spend(STATIONS + station.number, now, done, need)
        leaves = station.opens(done) if p.hold[row, station.number] <= 0 else done
        spend(HELD, done, leaves)
        if visit == p.unload_visit and p.first_day <= done < last:
            out[0, int(done - p.first_day)] += 1
            out[1, int(done - p.first_day)] += p.load_t[row, k]
        v.next_event = leaves + p.leg[row, k, visit] * at(p.leg_factor, drawn[2 * (slot % 2) + 1])
        spend(TRAVELLING, leaves, v.next_event)
        v.visit = visit + 1
        if v.visit == len(p.station_of):
            v.visit, v.home, v.asked_for_crew = 0, True, False
            v.trip += 1

    while True:
        events = [(v.next_event, 0, i) for i, v in enumerate(fleet)]
        events += [(s.wake, 1, i) for i, s in enumerate(stations)]
        now, what, index = min(events)
        if now >= last:
            break
        if what == 0:
            v = fleet[index]
            if v.home:
                v.home = False
                if not come_home(v, now):
                    continue
            if v.visit == 0 and not v.asked_for_crew:
                v.asked_for_crew = True
                if not take_crew(v, now):
                    continue
            station = stations[int(p.station_of[v.visit])]
            if v.visit == 0:
                v.trip_since = now
            v.since, v.next_event = now, math.inf
            station.line.append(v)
            station.line.sort(key=lambda each: int(p.rank[each.kind]))
        else:
            station = stations[index]
        station.wake = math.inf
        while station.line:
            first = station.line[0]
            need = int(p.spots[row, first.kind])
            can = now
            if station.spots is not None:
                can = (
                    max(now, sorted(station.spots)[need - 1])
                    if need <= len(station.spots)
                    else math.inf
                )
            can = station.opens(can)
            if can > now:
                station.wake = can
                break
            station.line.pop(0)
            begin_service(first, station, now)

    for station in stations:
        for v in station.line:
            spend(WAITING, v.since, last)
    for group in without:
        for v in group:
            spend(REST, v.since, last)
    return out
