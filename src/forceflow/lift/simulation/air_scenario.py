"""An air bridge as arrays of the simulation: aircraft are the vehicles, MOG the room at each station."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ...arrays import Floats, Ints
from ...errors import EstimateError
from ...kernels.bridge_simulation import SimPlan
from ...quantity import Quantity
from ...quantity.units import HOURS_PER_DAY
from ..bridges.air_bridge import AirBridge, AirliftAircraft, PerType, per_type
from ..bridges.air_cycle import AirCycle, air_cycle, leg_times_h
from ..bridges.amounts import Amount, as_quantity
from ..bridges.draws import entity_of
from .scenario import STEPS, ChunkDraws, Scenario, stacked_types

__all__ = [
    "AirScenario",
    "Breaks",
    "air_stations",
    "aircraft_in_order",
    "check_breaks",
    "check_priority",
]


@dataclass(frozen=True, kw_only=True)
class Breaks:
    """How often a vehicle comes home broken, and how long it is then repaired; by platform name or for all."""

    share: PerType = 0.0
    repair_h: PerType = None


@dataclass(frozen=True, kw_only=True)
class AirScenario(Scenario):
    """An air bridge to simulate."""

    mode = "air"
    bridge: AirBridge
    breaks: Breaks = field(default_factory=Breaks)
    priority: Mapping[str, int] | None = None

    @property
    def kinds(self) -> tuple[AirliftAircraft, ...]:
        """Types of aircraft."""
        return tuple(self.bridge.aircraft())

    @property
    def stations(self) -> tuple[str, ...]:
        """The two ends, then the stops."""
        return air_stations(self.bridge)

    def plan(self, first: int, number: int) -> SimPlan:
        """Arrays of replications `first` to ``first + number``."""
        bridge = self.bridge
        drawn = ChunkDraws(number, self.seed, 0.9, first)
        cycle = air_cycle(bridge, drawn=drawn)
        count = self._whole_fleet(drawn, cycle)
        spots = self._whole_spots(drawn, cycle)
        # Room is compared with the fleet that is there, also with types that then stay at home.
        room = self._room(drawn, needed=(count * spots).sum(axis=1))
        count, least_cycle_days = self._held_to_flying_hours(drawn, count, cycle.flying_h.T)
        crews, duty_h, rest_h = self._crews(drawn, count)
        out_h, back_h = leg_times_h(bridge, drawn=drawn)
        hours = drawn.of(
            Quantity.of(bridge.operating_h_per_day), entity="bridge", purpose="operating_h_per_day"
        )
        open_from, open_to = self.openings.of(hours, first=first, seed=self.seed)
        break_share, repair_days = self._breaks()
        return SimPlan(
            **self._common(drawn, count, room, crews, [kind.id for kind in self.kinds]),
            **self._visits(cycle),
            rank=self._ranks(),
            load_t=np.ascontiguousarray(cycle.payload_t.T),
            leg=stacked_types([*out_h, *back_h]) / HOURS_PER_DAY,
            spots=spots,
            hold=np.zeros(room.shape),
            open_from=open_from,
            open_to=open_to,
            duty=duty_h / HOURS_PER_DAY,
            rest=rest_h / HOURS_PER_DAY,
            least_cycle=np.ascontiguousarray(least_cycle_days),
            break_share=break_share,
            repair=repair_days,
        )

    def _whole_fleet(self, drawn: ChunkDraws, cycle: AirCycle) -> Ints:
        """Aircraft of each type that are fit to fly, shape (replications, types)."""
        columns = []
        for kind, count in zip(self.kinds, cycle.count, strict=True):
            columns.append(drawn.whole(count, entity=kind.id, purpose="fleet"))
        return np.stack(columns, axis=1)

    def _whole_spots(self, drawn: ChunkDraws, cycle: AirCycle) -> Ints:
        """Spots one aircraft of each type takes, shape (replications, types)."""
        columns = []
        for spots in cycle.spots:
            # The address of the room: rounded together, an aircraft that fits is never rounded out.
            columns.append(drawn.whole(spots, entity="bridge", purpose="spots"))
        return np.stack(columns, axis=1)

    def _visits(self, cycle: AirCycle) -> dict[str, Any]:
        """Fields of `SimPlan` that say which stations a trip visits, and how long for."""
        n_out, n_back = len(cycle.outbound_stops), len(cycle.return_stops)
        at_stop = []
        for name in (*cycle.outbound_stops, *cycle.return_stops):
            at_stop.append(self.stations.index(f"stop at {name}"))
        # Slots 0 and 1 belong to the ends, so that a scenario with more stops shares their draws.
        slots_out = range(2, 2 + n_out)
        slots_back = range(2 + n_out, 2 + n_out + n_back)
        stops_out_h = [cycle.enroute_h] * n_out
        stops_back_h = [cycle.enroute_h] * n_back
        ground_h = [cycle.onload_h, *stops_out_h, cycle.offload_h, *stops_back_h]
        return {
            "station_of": np.array([0, *at_stop[:n_out], 1, *at_stop[n_out:]], dtype=np.int64),
            "slot_of": np.array([0, *slots_out, 1, *slots_back], dtype=np.int64),
            "unload_visit": 1 + n_out,
            "ground": stacked_types(ground_h) / HOURS_PER_DAY,
        }

    def _by_type(
        self, drawn: ChunkDraws, given: PerType, name: str, *, unit: str = ""
    ) -> Floats | None:
        """Draws of an amount for each type, shape (replications, types); None where it is not given."""
        by_id = per_type(given, self.kinds, name=name, unit=unit)
        if not by_id:
            return None
        missing = [kind.name for kind in self.kinds if kind.id not in by_id]
        if missing:
            raise EstimateError(
                f"{name} is given for some types only; missing: {', '.join(missing)}"
            )
        columns = []
        for kind in self.kinds:
            entity = entity_of(kind, given)
            columns.append(drawn.of(by_id[kind.id], entity=entity, purpose=name))
        return np.stack(columns, axis=1)

    def _room(self, drawn: ChunkDraws, *, needed: Ints) -> Ints:
        """Spots of each station, shape (replications, stations); -1 where there is room for the whole fleet."""
        bridge = self.bridge
        amounts: list[tuple[str, Amount | None]] = [
            ("onload_mog", bridge.onload_mog),
            ("offload_mog", bridge.offload_mog),
        ]
        amounts += [("enroute_mog", bridge.enroute_mog)] * (len(self.stations) - 2)
        room = np.full((needed.size, len(amounts)), -1, dtype=np.int64)
        for station, (name, mog) in enumerate(amounts):
            if mog is not None:
                values = drawn.of(Quantity.of(mog), entity="bridge", purpose=name)
                room[:, station] = drawn.whole(values, entity="bridge", purpose="spots")
        # A station that never fills needs no spots to be kept in order.
        return np.where(room >= needed[:, None], -1, room)

    def _held_to_flying_hours(
        self, drawn: ChunkDraws, count: Ints, flying_h: Floats
    ) -> tuple[Ints, Floats]:
        """Aircraft that fly, and the least days of a cycle that their flying hours a day allow."""
        least = np.zeros(count.shape)
        given = self.bridge.utilisation_h_per_day
        utilisation = self._by_type(drawn, given, "utilisation_h_per_day", unit="h")
        if utilisation is None:
            return count, least
        # No cycle is long enough for a UTE of 0, so such a type stays at home.
        flies = utilisation > 0.0
        np.divide(flying_h, utilisation, out=least, where=flies)
        return np.where(flies, count, 0), least

    def _crews(self, drawn: ChunkDraws, count: Ints) -> tuple[Ints, Floats, Floats]:
        """Crews of each type (-1: as many as are needed), their duty and their rest in h."""
        bridge, number = self.bridge, count.shape[0]
        crews = self._by_type(drawn, bridge.crews_per_aircraft, "crews_per_aircraft")
        whole = np.full(count.shape, -1, dtype=np.int64)
        if crews is None or bridge.crew_duty_h is None or bridge.crew_rest_h is None:
            return whole, np.full(number, math.inf), np.zeros(number)
        for k, kind in enumerate(self.kinds):
            crews_of_type = crews[:, k] * count[:, k]
            whole[:, k] = drawn.whole(crews_of_type, entity=kind.id, purpose="crews")
        duty_h = drawn.of(Quantity.of(bridge.crew_duty_h), entity="bridge", purpose="crew_duty_h")
        rest_h = drawn.of(Quantity.of(bridge.crew_rest_h), entity="bridge", purpose="crew_rest_h")
        return whole, duty_h, rest_h

    def _ranks(self) -> Ints:
        """Order in which types are served, the lowest first; those without a priority come last."""
        priority = None
        if self.priority:
            priority = dict(self.priority)
        ranks = {}
        for name, rank in per_type(priority, self.kinds, name="priority").items():
            ranks[name] = int(rank.best)
        last = max(ranks.values(), default=0) + 1
        return np.array([ranks.get(kind.id, last) for kind in self.kinds], dtype=np.int64)

    def _breaks(self) -> tuple[Floats, Floats]:
        """Share of landings after which a type is repaired, and its table of repair times in days."""
        share = per_type(self.breaks.share, self.kinds, name="break_share")
        repair = per_type(self.breaks.repair_h, self.kinds, name="repair_h", unit="h")
        # The quantile at 1 may be infinite, so the last level lies just below it.
        levels = np.minimum(np.linspace(0.0, 1.0, STEPS + 1), 1.0 - 0.25 / STEPS)
        shares = np.zeros(len(self.kinds))
        tables = np.zeros((len(self.kinds), STEPS + 1))
        for k, kind in enumerate(self.kinds):
            if kind.id in share:
                shares[k] = share[kind.id].best
            if kind.id in repair:
                tables[k] = repair[kind.id].quantile(levels) / HOURS_PER_DAY
        return shares, tables


def air_stations(bridge: AirBridge) -> tuple[str, ...]:
    """Names of the stations of an air bridge, those of `airlift_capacity`."""
    way_back = bridge.return_route or bridge.route
    stops = {}
    for leg in (*bridge.route.legs[:-1], *way_back.legs[:-1]):
        # A place landed at on both ways is one station.
        stops[f"stop at {leg.destination}"] = True
    return ("onload", "offload", *stops)


def aircraft_in_order(bridge: AirBridge) -> AirBridge:
    """The same bridge with its types in the order of their ids: who is named first must not fly first."""
    fleet = bridge.aircraft()
    in_order = sorted(fleet.items(), key=lambda item: item[0].id)
    return replace(bridge, fleet=dict(in_order))


def check_priority(priority: Mapping[str, int] | None, bridge: AirBridge) -> None:
    """Refuse ranks that are no whole numbers from 0."""
    if priority is None:
        return
    if not isinstance(priority, Mapping):
        raise EstimateError(
            f"priority is a whole number from 0 by platform, {{'An-124': 0}}, got {priority!r}"
        )
    for name, rank in priority.items():
        if isinstance(rank, bool) or not isinstance(rank, int | np.integer) or rank < 0:
            raise EstimateError(f"priority of {name!r} is a whole number from 0, got {rank!r}")
    per_type(dict(priority), list(bridge.aircraft()), name="priority")


def check_breaks(breaks: Breaks, bridge: AirBridge) -> None:
    """Refuse breaks without a repair time, or a share that is none."""
    types = list(bridge.aircraft())
    share = per_type(breaks.share, types, name="break_share")
    repair = per_type(breaks.repair_h, types, name="repair_h", unit="h")
    for kind in types:
        broken = share.get(kind.id)
        if broken is None:
            continue
        as_quantity(broken, name="break_share", most=1.0)
        if broken.ends[0] != broken.ends[1]:
            raise EstimateError(
                f"break_share of {kind.name} is one number (the chance of a trip), got {broken}"
            )
        if broken.best > 0 and kind.id not in repair:
            raise EstimateError(
                f"{kind.name} breaks on {broken.best:.0%} of trips: give repair_h, for example (2, 8, 48)"
            )
