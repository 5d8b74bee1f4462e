"""From a bridge to the arrays of the simulation: one scenario, cut into chunks of replications."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from numbers import Real
from typing import Any, ClassVar

import numpy as np

from ...arrays import Floats, Ints
from ...errors import EstimateError
from ...kernels.addressed import address, round_keys, uniforms
from ...kernels.bridge_simulation import MEASURES, TRACE_FIELDS, SimPlan, simulate, trace_loads
from ...quantity import Quantity
from ...quantity.units import HOURS_PER_DAY
from ..bridges.air_bridge import AirBridge, AirliftAircraft, PerType, per_type
from ..bridges.air_cycle import air_cycle
from ..bridges.amounts import Amount, as_quantity
from ..bridges.draws import Draws, entity_of
from ..bridges.sea_bridge import SeaBridge, SealiftVessel
from ..capacity.sealift import SeaPlan
from .operating_windows import Flags, Openings, open_days

__all__ = ["ROWS", "AirScenario", "Breaks", "Scenario", "SeaScenario", "spread_table"]


ROWS = (
    "trips",
    "tonnes",
    "cumulative_t",
    "waiting_h",
    "travelling_h",
    "held_h",
    "repair_h",
    "rest_h",
)
"""What is counted every day, before the spots in use at each station."""

_STEPS = 1_024


def spread_table(cv: float, *, name: str) -> Floats:
    """What one time is to its mean: inverse of a gamma distribution with mean 1, shape (1025,); (1,) without spread.

    The ends are put where the means of the first and last step come out right, and the whole is scaled to mean 1.
    """
    if not (isinstance(cv, Real) and 0.0 <= cv <= 2.0):
        raise EstimateError(f"{name} lies between 0 (fixed) and 2 (1 is exponential), got {cv!r}")
    if cv == 0.0:
        return np.ones(1)
    from scipy.special import gammainc, gammaincc, gammaincinv

    shape = 1.0 / cv**2
    inside = gammaincinv(shape, np.arange(1, _STEPS) / _STEPS)
    first, last = inside[0], inside[-1]
    lower = 2.0 * shape * gammainc(shape + 1.0, first) / gammainc(shape, first) - first
    upper = 2.0 * shape * gammaincc(shape + 1.0, last) / gammaincc(shape, last) - last
    table = np.concatenate([[max(lower, 0.0)], inside, [upper]])
    return np.asarray(table / ((table[1:] + table[:-1]) / 2).mean())


@dataclass(frozen=True, slots=True)
class _ChunkDraws(Draws):
    """Draws of the replications from `first` on: the same numbers as `Draws` gives from 0 on."""

    first: int = 0

    def of(self, quantity: Quantity, *, entity: str, purpose: str) -> Floats:
        low, high = quantity.ends
        if low == high:
            return np.full(self.n, quantity.best)
        return quantity.quantile(uniforms(self.seed, purpose, entity, self.n, start=self.first))

    def whole(self, values: Floats, *, entity: str, purpose: str) -> Ints:
        """Whole numbers with the mean of `values`, rounded up as often as the part behind the point says.

        What is rounded under one address keeps its order: who needs no more spots than there are still does not.
        """
        if (values == np.floor(values)).all():
            return values.astype(np.int64)
        part = uniforms(self.seed, f"whole {purpose}", entity, self.n, start=self.first)
        return np.floor(values + part).astype(np.int64)


@dataclass(frozen=True, kw_only=True)
class Breaks:
    """How often a vehicle comes home broken, and how long it is then repaired; by platform name or for all."""

    share: PerType = 0.0
    repair_h: PerType = None


@dataclass(frozen=True, kw_only=True)
class Scenario(ABC):
    """What air and sea have in common.

    Parameters
    ----------
    bridge
        The bridge.
    days, warm_up_days
        Days that count, and days simulated before them.
    seed
        Address of all draws.
    ground_cv, travel_cv
        Coefficient of variation of single ground and travel times around their mean.
    stagger_h
        Vehicles of a type join one by one, so many hours apart.
    openings
        When stations work.
    """

    bridge: Any
    days: int
    warm_up_days: int
    seed: int
    ground_cv: float
    travel_cv: float
    stagger_h: float
    openings: Openings
    ground_table: Floats = field(repr=False)
    travel_table: Floats = field(repr=False)

    mode: ClassVar[str]

    @property
    @abstractmethod
    def kinds(self) -> tuple[Any, ...]:
        """The types of the bridge, in order."""

    @property
    @abstractmethod
    def stations(self) -> tuple[str, ...]:
        """Names of the stations."""

    @abstractmethod
    def plan(self, first: int, number: int) -> SimPlan:
        """Arrays of replications `first` to ``first + number``."""

    def values(self, first: int, number: int) -> Floats:
        """Numbers of each day and of all days together, shape (number, rows, days + 1); see `ROWS`.

        Vehicle-hours a day, travelling per vehicle; all days together are the sum of trips, tonnes and vehicle-hours,
        and the mean of spots in use and of travelling.
        """
        plan = self.plan(first, number)
        rows = self._rows(plan)
        found = np.empty((number, len(ROWS) + rows.shape[1] - len(MEASURES), self.days + 1))
        found[:, :2, :-1] = rows[:, :2]
        found[:, 2, :-1] = rows[:, 1].cumsum(axis=1)
        found[:, 3:8, :-1] = rows[:, 2:7] * HOURS_PER_DAY
        found[:, 4, :-1] /= np.maximum(plan.vehicles.sum(axis=1), 1)[:, None]
        found[:, 8:, :-1] = rows[:, 7:]
        found[:, :, -1] = found[:, :, :-1].sum(axis=2)
        found[:, 2, -1] = found[:, 2, -2]
        found[:, 4, -1] /= self.days
        found[:, 8:, -1] /= self.days
        return found

    def loads(self, replication: int) -> Floats:
        """Loads that one replication delivers, shape (loads, fields); see `forceflow.kernels.bridge_simulation`."""
        return trace_loads(self.plan(replication, 1), self.days)

    def _rows(self, plan: SimPlan) -> Floats:
        """Answer of the kernel on the days that count."""
        return simulate(plan, self.days)

    def _common(
        self, drawn: _ChunkDraws, count: Ints, room: Ints, crews: Ints, ids: Sequence[str]
    ) -> dict[str, Any]:
        """Fields of `SimPlan` that do not depend on what moves."""
        most = count.max(axis=0, initial=0)
        type_of = np.repeat(np.arange(len(ids)), most)
        number_in_type = (
            np.concatenate([np.arange(m) for m in most])
            if len(ids)
            else np.zeros(0, dtype=np.int64)
        )
        mask = (1 << 64) - 1
        entity = [
            (address(ids[int(k)]) + int(j)) & mask
            for k, j in zip(type_of, number_in_type, strict=True)
        ]
        return {
            "first": drawn.first,
            "first_day": float(self.warm_up_days),
            "ring": 1 << max(0, int(most.sum()) - 1).bit_length(),
            "leaves": 1 << (int(most.sum()) + room.shape[1] - 1).bit_length(),
            "most_spots": max(1, int(room.max())),
            "most_crews": max(1, int(crews.max())),
            "keys": round_keys(self.seed, "simulation"),
            "type_of": type_of.astype(np.int64),
            "number_in_type": number_in_type.astype(np.int64),
            "entity": np.array(entity, dtype=np.uint64),
            "start_at": number_in_type * (self.stagger_h / HOURS_PER_DAY),
            "vehicles": count,
            "room": room,
            "crews": crews,
            "ground_factor": self.ground_table,
            "leg_factor": self.travel_table,
        }


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
        bridge, drawn = self.bridge, _ChunkDraws(number, self.seed, 0.9, first)
        types = self.kinds
        cycle = air_cycle(bridge, drawn=drawn)
        count = np.stack(
            [
                drawn.whole(n, entity=k.id, purpose="fleet")
                for n, k in zip(cycle.count, types, strict=True)
            ],
            axis=1,
        )
        spots = np.stack(
            [drawn.whole(w, entity="bridge", purpose="spots") for w in cycle.spots], axis=1
        )
        room = self._room(drawn, needed=(count * spots).sum(axis=1))
        count, least = self._held_to_flying_hours(drawn, count, cycle.flying_h.T)
        crews, duty_h, rest_h = self._crews(drawn, count)
        out, back = self._legs_h(drawn)
        on, stop, off = cycle.onload_h.T, cycle.enroute_h.T, cycle.offload_h.T
        n_out, n_back = len(cycle.outbound_stops), len(cycle.return_stops)
        place = [
            self.stations.index(f"stop at {name}")
            for name in (*cycle.outbound_stops, *cycle.return_stops)
        ]
        hours = drawn.of(
            Quantity.of(bridge.operating_h_per_day), entity="bridge", purpose="operating_h_per_day"
        )
        open_from, open_to = self.openings.of(hours, first=first, seed=self.seed)
        break_share, repair = self._breaks()
        return SimPlan(
            **self._common(drawn, count, room, crews, [kind.id for kind in types]),
            rank=self._ranks(),
            station_of=np.array([0, *place[:n_out], 1, *place[n_out:]], dtype=np.int64),
            slot_of=np.array(
                [0, *range(2, 2 + n_out), 1, *range(2 + n_out, 2 + n_out + n_back)], dtype=np.int64
            ),
            unload_visit=1 + n_out,
            load_t=_stacked([cycle.payload_t.T]),
            ground=_stacked([on, *[stop] * n_out, off, *[stop] * n_back], axis=2) / HOURS_PER_DAY,
            leg=_stacked([*out, *back], axis=2) / HOURS_PER_DAY,
            spots=spots,
            hold=np.zeros(room.shape),
            open_from=open_from,
            open_to=open_to,
            duty=duty_h / HOURS_PER_DAY,
            rest=rest_h / HOURS_PER_DAY,
            least_cycle=np.ascontiguousarray(least),
            break_share=break_share,
            repair=repair,
        )

    def _by_type(
        self, drawn: _ChunkDraws, given: PerType, name: str, *, unit: str = ""
    ) -> Floats | None:
        """Draws of an amount for each type, shape (replications, types); None where it is not given."""
        table = per_type(given, self.kinds, name=name, unit=unit)
        if not table:
            return None
        missing = [kind.name for kind in self.kinds if kind.id not in table]
        if missing:
            raise EstimateError(
                f"{name} is given for some types only; missing: {', '.join(missing)}"
            )
        columns = [
            drawn.of(table[k.id], entity=entity_of(k, given), purpose=name) for k in self.kinds
        ]
        return np.stack(columns, axis=1)

    def _legs_h(self, drawn: _ChunkDraws) -> tuple[list[Floats], list[Floats]]:
        """Hours of each leg out and back by type, each of shape (replications, types)."""
        bridge = self.bridge
        out_km = [leg.distance_km for leg in bridge.route.legs]
        back_km = (
            [leg.distance_km for leg in bridge.return_route.legs]
            if bridge.return_route
            else out_km[::-1]
        )

        def hours(leg_km: float) -> Floats:
            speeds = [
                drawn.of(k.block_speed_km_per_h(leg_km), entity=k.id, purpose="block_speed")
                for k in self.kinds
            ]
            return np.asarray(leg_km / np.stack(speeds, axis=1))

        return [hours(leg_km) for leg_km in out_km], [hours(leg_km) for leg_km in back_km]

    def _room(self, drawn: _ChunkDraws, *, needed: Ints) -> Ints:
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
        return np.where(room >= needed[:, None], -1, room)

    def _held_to_flying_hours(
        self, drawn: _ChunkDraws, count: Ints, flying_h: Floats
    ) -> tuple[Ints, Floats]:
        """Aircraft that fly, and the least days of a cycle that their flying hours a day allow."""
        least = np.zeros(count.shape)
        utilisation = self._by_type(
            drawn, self.bridge.utilisation_h_per_day, "utilisation_h_per_day", unit="h"
        )
        if utilisation is None:
            return count, least
        flies = utilisation > 0.0
        np.divide(flying_h, utilisation, out=least, where=flies)
        return np.where(flies, count, 0), least

    def _crews(self, drawn: _ChunkDraws, count: Ints) -> tuple[Ints, Floats, Floats]:
        """Crews of each type (-1: as many as are needed), their duty and their rest in h."""
        bridge, number = self.bridge, count.shape[0]
        crews = self._by_type(drawn, bridge.crews_per_aircraft, "crews_per_aircraft")
        whole = np.full(count.shape, -1, dtype=np.int64)
        if crews is None or bridge.crew_duty_h is None or bridge.crew_rest_h is None:
            return whole, np.full(number, math.inf), np.zeros(number)
        for k, kind in enumerate(self.kinds):
            whole[:, k] = drawn.whole(crews[:, k] * count[:, k], entity=kind.id, purpose="crews")
        duty_h = drawn.of(Quantity.of(bridge.crew_duty_h), entity="bridge", purpose="crew_duty_h")
        rest_h = drawn.of(Quantity.of(bridge.crew_rest_h), entity="bridge", purpose="crew_rest_h")
        return whole, duty_h, rest_h

    def _ranks(self) -> Ints:
        """Order in which types are served, the lowest first; those without a priority come last."""
        rank = per_type(dict(self.priority) if self.priority else None, self.kinds, name="priority")
        last = max((int(value.best) for value in rank.values()), default=0) + 1
        return np.array(
            [int(rank[k.id].best) if k.id in rank else last for k in self.kinds], dtype=np.int64
        )

    def _breaks(self) -> tuple[Floats, Floats]:
        """Share of landings after which a type is repaired, and its table of repair times in days."""
        share = per_type(self.breaks.share, self.kinds, name="break_share")
        repair = per_type(self.breaks.repair_h, self.kinds, name="repair_h", unit="h")
        levels = np.minimum(np.linspace(0.0, 1.0, _STEPS + 1), 1.0 - 0.25 / _STEPS)
        shares, tables = np.zeros(len(self.kinds)), np.zeros((len(self.kinds), _STEPS + 1))
        for k, kind in enumerate(self.kinds):
            if kind.id in share:
                shares[k] = share[kind.id].best
            if kind.id in repair:
                tables[k] = repair[kind.id].quantile(levels) / HOURS_PER_DAY
        return shares, tables


@dataclass(frozen=True, kw_only=True)
class SeaScenario(Scenario):
    """A sea bridge to simulate: ships are the vehicles, berths the spots, an escort a station that lets go at times.

    Where the way is closed on some days (`SeaBridge.open_share`) nothing moves on them: the plan then counts open days
    only, and its answer is laid out over the calendar.
    """

    mode = "sea"
    bridge: SeaBridge

    @property
    def kinds(self) -> tuple[SealiftVessel, ...]:
        """Ships."""
        return tuple(self.bridge.ships())

    @property
    def stations(self) -> tuple[str, ...]:
        """Berths at both ends, then the escort."""
        return sea_stations(self.bridge)

    def plan(self, first: int, number: int) -> SimPlan:
        """Arrays of replications `first` to ``first + number``."""
        bridge, drawn = self.bridge, _ChunkDraws(number, self.seed, 0.9, first)
        ships = self.kinds
        sea = SeaPlan(bridge, drawn)
        count = np.ascontiguousarray(sea.count.T.astype(np.int64))
        parts = sea.parts_h
        none = np.zeros_like(sea.count)
        escorted = "escort" in self.stations
        room = np.full((number, len(self.stations)), -1, dtype=np.int64)
        for s, name in enumerate(self.stations):
            if name in sea.room:
                room[:, s] = drawn.whole(sea.room[name], entity="bridge", purpose=name)
        room[:, :2] = np.where(room[:, :2] >= count.sum(axis=1)[:, None], -1, room[:, :2])
        hold = np.zeros(room.shape)
        ground, leg = [parts["load"]], [parts["sail out"]]
        if escorted:
            hold[:, 2] = sea.escort_days / 2
            ground, leg = [parts["load"], none], [none, parts["sail out"]]
        ground.append(parts["discharge"])
        leg.append(parts["sail back"] + parts.get("other delay", none))
        open_from, open_to = self.openings.of(
            np.full(number, HOURS_PER_DAY), first=first, seed=self.seed
        )
        if self._closes and open_from.shape[2]:
            open_from, open_to = self._in_open_days(open_from, open_to, self._open(first, number))
        types = len(ships)
        plan = SimPlan(
            **self._common(
                drawn,
                count,
                room,
                np.full(count.shape, -1, dtype=np.int64),
                [ship.id for ship in ships],
            ),
            rank=np.zeros(types, dtype=np.int64),
            station_of=np.array([0, 2, 1] if escorted else [0, 1], dtype=np.int64),
            slot_of=np.array([0, 2, 1] if escorted else [0, 1], dtype=np.int64),
            unload_visit=2 if escorted else 1,
            load_t=_stacked([sea.cargo_t.T]),
            ground=_stacked([g.T for g in ground], axis=2) / HOURS_PER_DAY,
            leg=_stacked([way.T for way in leg], axis=2) / HOURS_PER_DAY,
            spots=np.ones(count.shape, dtype=np.int64),
            hold=hold,
            open_from=open_from,
            open_to=open_to,
            duty=np.full(number, math.inf),
            rest=np.zeros(number),
            least_cycle=np.zeros(count.shape),
            break_share=np.zeros(types),
            repair=np.zeros((types, _STEPS + 1)),
        )
        return plan._replace(first_day=0.0) if self._closes else plan

    @property
    def _closes(self) -> bool:
        return Quantity.of(self.bridge.open_share).ends[0] < 1.0

    def _open(self, first: int, number: int) -> Flags:
        """Days on which ships move, the warm-up first and one day more, shape (number, days)."""
        drawn = _ChunkDraws(number, self.seed, 0.9, first)
        share = drawn.of(Quantity.of(self.bridge.open_share), entity="bridge", purpose="open_share")
        return open_days(
            share[:, None], self.warm_up_days + self.days + 1, first=first, seed=self.seed
        )[:, 0]

    def _in_open_days(self, begin: Floats, end: Floats, is_open: Flags) -> tuple[Floats, Floats]:
        """Openings in calendar days as openings in open days; escorts leave by open days as it is."""
        shape = (is_open.shape[0], *begin.shape[1:])
        begin, end = np.broadcast_to(begin, shape).copy(), np.broadcast_to(end, shape).copy()
        calendar = np.arange(is_open.shape[1] + 1)
        for r, days in enumerate(is_open):
            clock = np.append(0.0, np.cumsum(days))
            for edge in (begin, end):
                here = edge[r, :2]
                edge[r, :2] = np.where(np.isfinite(here), np.interp(here, calendar, clock), here)
        return begin, np.where(end > begin, end, -math.inf)

    def _rows(self, plan: SimPlan) -> Floats:
        """Answer of the kernel on the days that count; on closed days all ships are held."""
        if not self._closes:
            return super()._rows(plan)
        is_open = self._open(plan.first, plan.vehicles.shape[0])[:, :-1]
        number = np.maximum(np.cumsum(is_open, axis=1) - 1, 0)
        rows = (
            np.take_along_axis(simulate(plan, is_open.shape[1]), number[:, None, :], axis=2)
            * is_open[:, None, :]
        )
        rows[:, MEASURES.index("held")] += plan.vehicles.sum(axis=1)[:, None] * ~is_open
        return np.ascontiguousarray(rows[:, :, self.warm_up_days :])

    def loads(self, replication: int) -> Floats:
        """Loads that one replication delivers, in calendar days."""
        if not self._closes:
            return super().loads(replication)
        is_open = self._open(replication, 1)[0, :-1]
        found = trace_loads(self.plan(replication, 1), is_open.size)
        departed, delivered = (TRACE_FIELDS.index(name) for name in ("departed", "delivered"))
        calendar = np.flatnonzero(is_open)
        found = found[found[:, delivered] < calendar.size]
        for moment in (departed, delivered):
            day = np.floor(found[:, moment])
            found[:, moment] += calendar[day.astype(np.int64)] - day
        return found[found[:, delivered] >= self.warm_up_days]


def air_stations(bridge: AirBridge) -> tuple[str, ...]:
    """Names of the stations of an air bridge, those of `airlift_capacity`."""
    legs = [*bridge.route.legs[:-1], *(bridge.return_route or bridge.route).legs[:-1]]
    return ("onload", "offload", *dict.fromkeys(f"stop at {leg.destination}" for leg in legs))


def sea_stations(bridge: SeaBridge) -> tuple[str, ...]:
    """Names of the stations of a sea bridge, those of `sealift_capacity`."""
    return (
        "load berths",
        "discharge berths",
        *(("escort",) if bridge.ships_per_escort is not None else ()),
    )


def _stacked(parts: Sequence[Floats], *, axis: int | None = None) -> Floats:
    """C-ordered float64, stacked along a new axis if one is given."""
    return np.ascontiguousarray(
        parts[0] if axis is None else np.stack(parts, axis=axis), dtype=np.float64
    )


def in_order(bridge: AirBridge) -> AirBridge:
    """The same bridge with its types in the order of their ids: who is named first must not fly first."""
    fleet = bridge.aircraft()
    return replace(
        bridge, fleet={kind: fleet[kind] for kind in sorted(fleet, key=lambda kind: kind.id)}
    )


def ships_in_order(bridge: SeaBridge) -> SeaBridge:
    """The same bridge with its ships in the order of their ids."""
    ships = bridge.ships()
    return replace(
        bridge,
        vessels=[
            ship for ship in sorted(ships, key=lambda ship: ship.id) for _ in range(ships[ship])
        ],
    )


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
