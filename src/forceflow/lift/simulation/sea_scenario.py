"""A sea bridge as arrays of the simulation: ships are the vehicles, berths the room, an escort a station of its own."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...arrays import Floats, Ints
from ...kernels.bridge_simulation import MEASURES, TRACE_FIELDS, SimPlan, simulate, trace_loads
from ...quantity import Quantity
from ...quantity.units import HOURS_PER_DAY
from ..bridges.sea_bridge import SeaBridge, SealiftVessel
from ..bridges.sea_cycle import SeaCycle, sea_cycle
from ..capacity.sealift import SeaPlan
from .operating_windows import Flags, open_days
from .scenario import STEPS, ChunkDraws, Scenario, stacked_types

__all__ = ["SeaScenario", "sea_stations", "ships_in_order"]


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
        drawn = ChunkDraws(number, self.seed, 0.9, first)
        cycle = sea_cycle(self.bridge, drawn=drawn)
        count = np.ascontiguousarray(cycle.count.T.astype(np.int64))
        room = self._room(drawn, cycle, ships=count.sum(axis=1))
        as_many_as_needed = np.full(count.shape, -1, dtype=np.int64)
        open_from, open_to = self._openings(first, number)
        types = len(self.kinds)
        plan = SimPlan(
            **self._common(drawn, count, room, as_many_as_needed, [ship.id for ship in self.kinds]),
            **self._visits(cycle),
            rank=np.zeros(types, dtype=np.int64),
            load_t=np.ascontiguousarray(cycle.cargo_t.T),
            spots=np.ones(count.shape, dtype=np.int64),
            hold=self._hold(cycle, room.shape),
            open_from=open_from,
            open_to=open_to,
            duty=np.full(number, math.inf),
            rest=np.zeros(number),
            least_cycle=np.zeros(count.shape),
            break_share=np.zeros(types),
            repair=np.zeros((types, STEPS + 1)),
        )
        if self._closes:
            # The warm-up is a number of calendar days, and the kernel counts open ones: it is cut off in `_rows`.
            return plan._replace(first_day=0.0)
        return plan

    def _room(self, drawn: ChunkDraws, cycle: SeaCycle, *, ships: Ints) -> Ints:
        """Places of each station, shape (replications, stations); -1 where a port has a berth for every ship."""
        room = np.full((ships.size, len(self.stations)), -1, dtype=np.int64)
        places = SeaPlan(self.bridge, cycle, drawn).room
        for number, name in enumerate(self.stations):
            if name in places:
                room[:, number] = drawn.whole(places[name], entity="bridge", purpose=name)
        # Not the escort: however many places it has, ships wait for the day on which it leaves.
        berths = room[:, :2]
        room[:, :2] = np.where(berths >= ships[:, None], -1, berths)
        return room

    def _hold(self, cycle: SeaCycle, shape: tuple[int, ...]) -> Floats:
        """Days for which a station keeps a place after it was taken, shape (replications, stations)."""
        hold = np.zeros(shape)
        if cycle.escort_days is not None:
            # Half an interval frees the places before the next escort, and none before this one has left.
            hold[:, 2] = cycle.escort_days / 2
        return hold

    def _visits(self, cycle: SeaCycle) -> dict[str, Any]:
        """Fields of `SimPlan` that say which stations a voyage visits, how long for, and how long it sails between."""
        none = np.zeros_like(cycle.count)
        back_h = cycle.return_h + cycle.other_delay_h
        order, unload_visit = [0, 1], 1
        ground_h = [cycle.load_h, cycle.discharge_h]
        leg_h = [cycle.outbound_h, back_h]
        if cycle.escort_days is not None:
            # Waiting for the escort is a visit without a time of its own: the berth is free by then.
            order, unload_visit = [0, 2, 1], 2
            ground_h.insert(1, none)
            leg_h.insert(0, none)
        return {
            "station_of": np.array(order, dtype=np.int64),
            "slot_of": np.array(order, dtype=np.int64),
            "unload_visit": unload_visit,
            "ground": stacked_types(ground_h) / HOURS_PER_DAY,
            "leg": stacked_types(leg_h) / HOURS_PER_DAY,
        }

    def _openings(self, first: int, number: int) -> tuple[Floats, Floats]:
        """When stations work, in the days that the kernel counts."""
        whole_day_h = np.full(number, HOURS_PER_DAY)
        open_from, open_to = self.openings.of(whole_day_h, first=first, seed=self.seed)
        if self._closes and open_from.shape[2]:
            return self._in_open_days(open_from, open_to, self._open(first, number))
        return open_from, open_to

    @property
    def _closes(self) -> bool:
        return Quantity.of(self.bridge.open_share).ends[0] < 1.0

    def _open(self, first: int, number: int) -> Flags:
        """Days on which ships move, the warm-up first and one day more, shape (number, days)."""
        drawn = ChunkDraws(number, self.seed, 0.9, first)
        share = drawn.of(Quantity.of(self.bridge.open_share), entity="bridge", purpose="open_share")
        days = self.warm_up_days + self.days + 1
        is_open = open_days(share[:, None], days, first=first, seed=self.seed)
        return is_open[:, 0]

    def _in_open_days(self, begin: Floats, end: Floats, is_open: Flags) -> tuple[Floats, Floats]:
        """Openings in calendar days as openings in open days; escorts leave by open days as it is."""
        shape = (is_open.shape[0], *begin.shape[1:])
        begin = np.broadcast_to(begin, shape).copy()
        end = np.broadcast_to(end, shape).copy()
        calendar = np.arange(is_open.shape[1] + 1)
        for r, days in enumerate(is_open):
            clock = np.append(0.0, np.cumsum(days))
            for edge in (begin, end):
                berths = edge[r, :2]
                on_the_clock = np.interp(berths, calendar, clock)
                edge[r, :2] = np.where(np.isfinite(berths), on_the_clock, berths)
        # An opening that lies inside closed days shrinks to nothing: it never works.
        return begin, np.where(end > begin, end, -math.inf)

    def _rows(self, plan: SimPlan) -> Floats:
        """Answer of the kernel on the days that count; on closed days all ships are held."""
        if not self._closes:
            return super()._rows(plan)
        ships = plan.vehicles.sum(axis=1)
        is_open = self._open(plan.first, ships.size)[:, :-1]
        by_open_day = simulate(plan, is_open.shape[1])
        # A closed day shows the open day before it, whose numbers are then blotted out.
        number = np.maximum(np.cumsum(is_open, axis=1) - 1, 0)
        by_day = np.take_along_axis(by_open_day, number[:, None, :], axis=2)
        rows = by_day * is_open[:, None, :]
        rows[:, MEASURES.index("held")] += ships[:, None] * ~is_open
        return np.ascontiguousarray(rows[:, :, self.warm_up_days :])

    def loads(self, replication: int) -> Floats:
        """Loads that one replication delivers, in calendar days."""
        if not self._closes:
            return super().loads(replication)
        is_open = self._open(replication, 1)[0, :-1]
        found = trace_loads(self.plan(replication, 1), is_open.size)
        departed = TRACE_FIELDS.index("departed")
        delivered = TRACE_FIELDS.index("delivered")
        calendar = np.flatnonzero(is_open)
        # Open days that would begin after the horizon have no date.
        found = found[found[:, delivered] < calendar.size]
        for moment in (departed, delivered):
            day = np.floor(found[:, moment])
            found[:, moment] += calendar[day.astype(np.int64)] - day
        return found[found[:, delivered] >= self.warm_up_days]


def sea_stations(bridge: SeaBridge) -> tuple[str, ...]:
    """Names of the stations of a sea bridge, those of `sealift_capacity`."""
    if bridge.ships_per_escort is None:
        return ("load berths", "discharge berths")
    return ("load berths", "discharge berths", "escort")


def ships_in_order(bridge: SeaBridge) -> SeaBridge:
    """The same bridge with its ships in the order of their ids."""
    vessels: list[SealiftVessel] = []
    for ship, number in sorted(bridge.ships().items(), key=lambda item: item[0].id):
        vessels += [ship] * number
    return replace(bridge, vessels=vessels)
