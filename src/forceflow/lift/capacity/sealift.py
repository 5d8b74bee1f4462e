"""How much a sea bridge and its ports can carry: ship cycle, berths, escorts, and the weakest link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...arrays import Floats
from ...display import brief
from ...quantity import Quantity
from ...quantity.units import HOURS_PER_DAY
from ...results.range import Range
from ..bridges.amounts import Amount, as_quantity, check_bridge
from ..bridges.draws import Draws
from ..bridges.notes import at_home, sea_notes
from ..bridges.sea_bridge import SeaBridge
from ..bridges.sea_cycle import SeaCycle, sea_cycle
from .capacity import Capacity, gained, tally
from .shared_spots import Flow, Station, weakest_link

__all__ = ["SeaBridge", "SeaCapacity", "SeaPlan", "sealift_capacity"]


@dataclass(frozen=True, kw_only=True)
class SeaCapacity(Capacity):
    """What a sea bridge can carry; see `Capacity` for the fields.

    Parameters
    ----------
    by_ship
        Draws by ship, each of shape (types, draws): "count", "cargo_t", "first_days" and "cycle_days",
        the last with the waits that berths and escorts impose.
    """

    by_ship: Mapping[str, Floats] = field(repr=False, compare=False, default_factory=dict)

    __repr__ = brief

    def closure_days(self, tonnes: Amount) -> Range:
        """Days from the start of loading until the last of a requirement is discharged.

        Parameters
        ----------
        tonnes
            The requirement (R), in t.

        Returns
        -------
        Range
            Days; infinite where nothing can be carried.

        Notes
        -----
        S9: all ships start at once, and the last trip is one way. For like ships it is C = t_first +
        (ceil(n / N) - 1) x cycle, with n = ceil(R / cargo) loads and N ships. For unlike ships it is the
        first moment at which the loads discharged reach R. `steady_days` gives R / (tonnes per day)
        instead. S9 is recalled.
        """
        requirement = as_quantity(tonnes, name="tonnes", unit="t")
        drawn = Draws(self.draws, self.seed, self.coverage)
        need = drawn.of(requirement, entity="requirement", purpose="tonnes")
        return drawn.range(_first_day(need, **self.by_ship), "days")


def sealift_capacity(
    bridge: SeaBridge, *, coverage: float = 0.9, draws: int = 4_000, seed: int = 0
) -> SeaCapacity:
    """Tonnes and sailings a day over a sea bridge, what limits them, and what one more ship or berth
    would add.

    Parameters
    ----------
    bridge
        Ships, route and ports.
    coverage
        Share of draws between ``low`` and ``high``; above 0 and below 1.
    draws
        Number of draws; each draws every uncertain input once.
    seed
        Address of the draws; with the default, all users get the same numbers.

    Returns
    -------
    SeaCapacity
        `Capacity` with the bounds "fleet" (the cycle), "load berths", "discharge berths" and "escort"
        where given. ``more`` holds "fleet_capability_t_per_day" and "sailing_interval_days".

    Raises
    ------
    EstimateError
        The bridge is not a `SeaBridge`, or a name is not a ship.
    UnknownNameError
        A ship has an unknown name.

    Notes
    -----
    - cycle (S3) = load + wait for escort + d/V + discharge + d/V + waits at passages + other delay, with d/V times the
      delay ratio of the bridge; S2, S3 recalled;
    - load of a voyage = cargo limit x load factor; the limit of a `Vessel` is the least of deadweight, lane metres (S5,
      S12) and what was observed;
    - berths: sailings per day <= berths x 24 / time alongside; escort: sailings per day <= ships per escort / interval;
    - the least holds (S10: a port can do no more than its weakest part, MTMC-TEA manual 1978, abstract read).
    """
    check_bridge(bridge, SeaBridge, call="sealift_capacity")
    drawn = Draws(draws, seed, coverage)
    cycle = sea_cycle(bridge, drawn=drawn)
    plan = SeaPlan(bridge, cycle, drawn)
    flow = plan.flow()
    value = flow.value_per_day
    bottleneck, bottleneck_share, slack_share = tally(flow.bounds, value, drawn=drawn)
    fleet_size = cycle.count.sum(axis=0)
    fleet_capability = flow.bounds["fleet"]
    home, home_notes = at_home(cycle.platforms, cycle.count, cycle.count, flow.trips_per_day)
    return SeaCapacity(
        mode="sea",
        origin=bridge.route.origin.name,
        destination=bridge.route.destination.name,
        distance_km=bridge.route.distance_km,
        platforms=cycle.platforms,
        **_deliveries_per_day(cycle, flow, drawn),
        seats_per_day=None,
        **_cycle_times(cycle, drawn),
        bounds_t_per_day=drawn.ranges(flow.bounds, "t/day"),
        bottleneck=bottleneck,
        bottleneck_share=bottleneck_share,
        slack_share=slack_share,
        one_more_t_per_day=plan.one_more(value),
        fleet_size=drawn.range(fleet_size, "ships"),
        more={
            "fleet_capability_t_per_day": drawn.range(fleet_capability, "t/day"),
            "sailing_interval_days": drawn.range(_sailing_interval_days(flow), "days"),
        },
        at_home=home,
        notes=(*home_notes, *sea_notes(bridge)),
        coverage=coverage,
        draws=draws,
        seed=seed,
        bridge=bridge,
        by_draw={
            "tonnes_per_day": value,
            "fleet_capability": fleet_capability,
            "fleet_size": fleet_size,
            **flow.bounds,
        },
        by_ship={
            "count": cycle.count,
            "cargo_t": cycle.cargo_t,
            "first_days": cycle.first_delivery_h / HOURS_PER_DAY,
            "cycle_days": _cycle_days_with_waits(cycle, flow),
        },
    )


def _deliveries_per_day(cycle: SeaCycle, flow: Flow, drawn: Draws) -> dict[str, Any]:
    """Fields of `SeaCapacity` that say what is delivered: tonnes and sailings a day."""
    sailings = flow.trips_per_day.sum(axis=0)
    # Where nothing sails, the load of a trip is that of the fleet.
    tonnes_per_trip = (cycle.cargo_t * cycle.count).sum(axis=0) / cycle.count.sum(axis=0)
    np.divide(flow.value_per_day, sailings, out=tonnes_per_trip, where=sailings > 0.0)
    return {
        "tonnes_per_day": drawn.range(flow.value_per_day, "t/day"),
        "trips_per_day": drawn.range(sailings, "sailings/day"),
        "trips_per_day_by_type": drawn.ranges(
            dict(zip(cycle.platforms, flow.trips_per_day, strict=True)),
            "sailings/day",
        ),
        "tonnes_per_trip": drawn.range(tonnes_per_trip, "t"),
    }


def _cycle_times(cycle: SeaCycle, drawn: Draws) -> dict[str, Any]:
    """Fields of `SeaCapacity` with times of a cycle, averaged over the fleet."""
    fleet_size = cycle.count.sum(axis=0)
    mean_parts_h = {}
    for name, part_h in cycle.parts_h.items():
        mean_parts_h[name] = (part_h * cycle.count).sum(axis=0) / fleet_size
    return {
        "cycle_h": drawn.range(np.sum(list(mean_parts_h.values()), axis=0), "h"),
        "cycle_parts_h": drawn.ranges(mean_parts_h, "h"),
        "first_delivery_h": drawn.range(cycle.first_delivery_h.min(axis=0), "h"),
    }


def _sailing_interval_days(flow: Flow) -> Floats:
    """Days between two sailings, shape (draws,); infinite where no ship sails."""
    sailings = flow.trips_per_day.sum(axis=0)
    interval = np.full_like(sailings, np.inf)
    np.divide(1.0, sailings, out=interval, where=sailings > 0.0)
    return np.asarray(interval)


def _cycle_days_with_waits(cycle: SeaCycle, flow: Flow) -> Floats:
    """Days of a cycle with its waits for berths and escorts, shape (types, draws); infinite where a type stays home."""
    cycle_days = np.full_like(cycle.count, np.inf)
    np.divide(cycle.count, flow.trips_per_day, out=cycle_days, where=flow.trips_per_day > 0.0)
    return cycle_days


class SeaPlan:
    """The drawn cycle of every ship and the stations they share, computed again with one more of each."""

    def __init__(self, bridge: SeaBridge, cycle: SeaCycle, drawn: Draws) -> None:
        self.bridge, self.cycle, self.drawn = bridge, cycle, drawn
        self.open_share = self._amount(bridge.open_share, "open_share")
        self.room: dict[str, Floats] = {}
        self.load: dict[str, Floats] = {}
        self._add_berths("load berths", bridge.load_berths, cycle.load_h)
        self._add_berths("discharge berths", bridge.discharge_berths, cycle.discharge_h)
        if bridge.ships_per_escort is not None and cycle.escort_days is not None:
            self.room["escort"] = self._amount(bridge.ships_per_escort, "ships_per_escort")
            # A place is taken until the next escort, so a trip takes one for as many days as lie between two.
            self.load["escort"] = np.broadcast_to(cycle.escort_days, cycle.count.shape)

    def _amount(self, amount: Amount, name: str) -> Floats:
        """Draws of one input of the bridge, shape (draws,)."""
        return self.drawn.of(Quantity.of(amount), entity="bridge", purpose=name)

    def _add_berths(self, name: str, berths: Amount | None, alongside_h: Floats) -> None:
        """Add the berths of a port as a station, unless they never hold a ship up."""
        if berths is None:
            return
        self.room[name] = self._amount(berths, name)
        self.load[name] = alongside_h / HOURS_PER_DAY

    def limits(self, *, more_of: int | None = None) -> dict[str, Floats]:
        """Sailings per day each ship can make under each limit of the fleet, shape (types, draws)."""
        count = self.cycle.count.copy()
        if more_of is not None:
            count[more_of] += 1.0
        cycle_days = self.cycle.cycle_h / HOURS_PER_DAY
        return {"fleet": count * self.open_share / cycle_days}

    def flow(self, *, more_of: int | None = None, more_room_at: str = "") -> Flow:
        """The best sailings with one more ship of a type, or one more berth or place in the escort."""
        stations = self.stations(more_room_at=more_room_at)
        limits = self.limits(more_of=more_of)
        return weakest_link(self.cycle.cargo_t, limits=limits, stations=stations)

    def stations(self, *, more_room_at: str = "") -> dict[str, Station]:
        """Berths and places in the escort a day, with one more where given."""
        stations = {}
        for name, room in self.room.items():
            # On a closed day nothing moves, in port or at sea, so its room is lost.
            usable_room = (room + (name == more_room_at)) * self.open_share
            stations[name] = Station(self.load[name], usable_room)
        return stations

    def one_more(self, value: Floats) -> dict[str, Range]:
        """What one more of each thing adds to `value`, in t/day, on the same draws."""
        carried = {}
        for number, name in enumerate(self.cycle.platforms):
            carried[f"one more {name}"] = self.flow(more_of=number).value_per_day
        for name in self.room:
            carried[f"one more {_ONE_OF[name]}"] = self.flow(more_room_at=name).value_per_day
        gains = {}
        for name, tonnes in carried.items():
            gains[name] = gained(tonnes, value)
        return self.drawn.ranges(gains, "t/day")


_ONE_OF = {
    "load berths": "load berth",
    "discharge berths": "discharge berth",
    "escort": "ship per escort",
}


_HALVINGS = 64
"""Halvings of the time in which a requirement is moved; after them the ends differ by rounding only."""


def _first_day(
    need: Floats,
    *,
    count: Floats,
    cargo_t: Floats,
    first_days: Floats,
    cycle_days: Floats,
) -> Floats:
    """First day on which the loads discharged reach the need, shape (draws,); infinite where they never do.

    Bisection in time, all draws at once: loads discharged only ever grow, in steps.
    """
    sails = np.isfinite(cycle_days) & (cargo_t > 0.0)
    wave_t = np.where(sails, count * cargo_t, 0.0)
    # Ships that never sail bring nothing, whatever their days are: any finite ones do.
    step = np.where(sails, cycle_days, 1.0)
    first = np.where(sails, first_days, 0.0)

    def delivered(day: Floats) -> Floats:
        # Without the 1e-9 a ship that arrives on this very day could be missed by rounding.
        trips = np.floor((day - first) / step + 1e-9) + 1.0
        loads = np.maximum(trips, 0.0)
        return np.asarray((wave_t * loads).sum(axis=0))

    total = wave_t.sum(axis=0)
    able = total > 0.0
    waves = np.ceil(need / np.where(able, total, 1.0))
    enough = need * (1 - 1e-12)  # a need that is met but for rounding is met
    low = np.zeros_like(need)
    # After so many waves of the slowest ship all ships have brought theirs.
    high = first.max(axis=0) + waves * step.max(axis=0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        done = delivered(middle) >= enough
        low = np.where(done, low, middle)
        high = np.where(done, middle, high)
    days = np.where(able, high, np.inf)
    return np.where(need <= 0.0, 0.0, days)
