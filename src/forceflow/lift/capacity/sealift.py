"""How much a sea bridge and its ports can carry: ship cycle, berths, escorts, and the weakest link."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from ...arrays import Floats
from ...display import brief
from ...quantity import Quantity
from ...quantity.units import HOURS_PER_DAY
from ...results.range import Range
from ..bridges.amounts import Amount, as_quantity, check_bridge
from ..bridges.draws import Draws, entity_of
from ..bridges.notes import at_home, sea_notes
from ..bridges.sea_bridge import SeaBridge, SealiftVessel
from .capacity import Capacity, gained, tally
from .weakest_link import Flow, Station, weakest_link

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


def sealift_capacity(bridge: SeaBridge, *, coverage: float = 0.9, draws: int = 4_000, seed: int = 0) -> SeaCapacity:
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
        Address of the draws; the default makes the answer the same for everybody who does not choose another.

    Returns
    -------
    SeaCapacity
        `Capacity` with the bounds "fleet" (the cycle), "load berths", "discharge berths" and "escort"
        where given. ``more`` holds "fleet_capability_t_per_day" and "sailing_interval_days".

    Raises
    ------
    EstimateError
        The bridge is none by sea, or a name is no ship.
    UnknownNameError
        Nobody knows a ship.

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
    plan = SeaPlan(bridge, drawn)
    flow = plan.flow(plan.count)
    value, trips = flow.value_per_day, flow.trips_per_day.sum(axis=0)
    bottleneck, binds, slack = tally(flow.bounds, value, drawn=drawn)
    size = plan.count.sum(axis=0)
    mean = {name: (part * plan.count).sum(axis=0) / size for name, part in plan.parts_h.items()}
    first_h = plan.first_h
    cycle_days = np.full_like(plan.count, np.inf)
    np.divide(plan.count, flow.trips_per_day, out=cycle_days, where=flow.trips_per_day > 0.0)
    interval = np.full(draws, np.inf)
    np.divide(1.0, trips, out=interval, where=trips > 0.0)
    load = (plan.cargo_t * plan.count).sum(axis=0) / size
    np.divide(value, trips, out=load, where=trips > 0.0)
    fleet = flow.bounds["fleet"]
    home, stays = at_home(plan.names, plan.count, plan.count, flow.trips_per_day)
    return SeaCapacity(
        mode="sea",
        origin=bridge.route.origin.name,
        destination=bridge.route.destination.name,
        distance_km=bridge.route.distance_km,
        platforms=plan.names,
        tonnes_per_day=drawn.range(value, "t/day"),
        trips_per_day=drawn.range(trips, "sailings/day"),
        trips_per_day_by_type={
            name: drawn.range(rate, "sailings/day") for name, rate in zip(plan.names, flow.trips_per_day, strict=True)
        },
        seats_per_day=None,
        tonnes_per_trip=drawn.range(load, "t"),
        cycle_h=drawn.range(np.sum(list(mean.values()), axis=0), "h"),
        cycle_parts_h={name: drawn.range(part, "h") for name, part in mean.items()},
        first_delivery_h=drawn.range(first_h.min(axis=0), "h"),
        bounds_t_per_day={name: drawn.range(bound, "t/day") for name, bound in flow.bounds.items()},
        bottleneck=bottleneck,
        bottleneck_share=binds,
        slack_share=slack,
        one_more_t_per_day=plan.one_more(value),
        fleet_size=drawn.range(size, "ships"),
        more={
            "fleet_capability_t_per_day": drawn.range(fleet, "t/day"),
            "sailing_interval_days": drawn.range(interval, "days"),
        },
        at_home=home,
        notes=(*stays, *sea_notes(bridge)),
        coverage=coverage,
        draws=draws,
        seed=seed,
        bridge=bridge,
        by_draw={"tonnes_per_day": value, "fleet_capability": fleet, "fleet_size": size, **flow.bounds},
        by_ship={
            "count": plan.count,
            "cargo_t": plan.cargo_t,
            "first_days": first_h / HOURS_PER_DAY,
            "cycle_days": cycle_days,
        },
    )


class SeaPlan:
    """The drawn cycle of every ship and the stations they share, computed again with one more of each."""

    def __init__(self, bridge: SeaBridge, drawn: Draws) -> None:
        self.bridge, self.drawn = bridge, drawn
        ships = bridge.ships()
        self.names = tuple(ship.name for ship in ships)

        def each(given: Amount | None, purpose: str, own: Callable[[SealiftVessel], Quantity]) -> Floats:
            fixed = None if given is None else Quantity.of(given)
            return np.stack(
                [drawn.of(fixed or own(ship), entity=entity_of(ship, given), purpose=purpose) for ship in ships]
            )

        self.count = np.stack([np.full(drawn.n, float(number)) for number in ships.values()])
        share = each(bridge.load_share, "load_factor", lambda ship: ship.load_factor(bridge.cargo))
        self.cargo_t = each(bridge.cargo_t, "cargo", lambda ship: ship.cargo_t) * share
        speed = each(bridge.speed_km_per_h, "speed", lambda ship: ship.speed_km_per_h)
        day = HOURS_PER_DAY / self._amount(bridge.working_h_per_day, "working_h_per_day")

        def alongside(
            given: Amount | None, rate: Amount | None, purpose: str, own: Callable[[SealiftVessel], Quantity]
        ) -> Floats:
            if rate is None:
                return each(given, purpose, own)
            return self.cargo_t / self._amount(rate, f"{purpose}_rate") * day

        load_h = alongside(bridge.load_h, bridge.load_t_per_h, "load_h", lambda ship: ship.load_h)
        discharge_h = alongside(
            bridge.discharge_h, bridge.discharge_t_per_h, "discharge_h", lambda ship: ship.discharge_h
        )
        back = bridge.return_route or bridge.route
        wait = self._amount(bridge.passage_wait_h, "passage_wait_h")
        h_per_km = self._amount(bridge.delay_ratio, "delay_ratio") / speed
        parts = {"load": load_h}
        if bridge.escort_every_days is not None:
            self.escort_days = self._amount(bridge.escort_every_days, "escort_every_days")
            parts["wait for escort"] = np.broadcast_to(self.escort_days * HOURS_PER_DAY / 2, load_h.shape)
        parts["sail out"] = bridge.route.distance_km * h_per_km + wait * len(bridge.route.passages)
        parts["discharge"] = discharge_h
        self.first_h = np.asarray(sum(parts.values()))
        parts["sail back"] = back.distance_km * h_per_km + wait * len(back.passages)
        delay = self._amount(bridge.other_delay_h, "other_delay_h")
        if delay.any():
            parts["other delay"] = np.broadcast_to(delay, load_h.shape)
        self.parts_h: dict[str, Floats] = parts
        self.open_share = self._amount(bridge.open_share, "open_share")

        self.room: dict[str, Floats] = {}
        self.load: dict[str, Floats] = {}
        for name, berths, hours in (
            ("load berths", bridge.load_berths, load_h),
            ("discharge berths", bridge.discharge_berths, discharge_h),
        ):
            if berths is not None:
                self.room[name] = self._amount(berths, name)
                self.load[name] = hours / HOURS_PER_DAY
        if bridge.ships_per_escort is not None:
            self.room["escort"] = self._amount(bridge.ships_per_escort, "ships_per_escort")
            self.load["escort"] = np.broadcast_to(self.escort_days, load_h.shape)

    def _amount(self, amount: Amount, name: str) -> Floats:
        return self.drawn.of(Quantity.of(amount), entity="bridge", purpose=name)

    def flow(self, count: Floats, *, more_room_at: str = "") -> Flow:
        """The best sailings of so many ships, with one more berth or place in the escort where given."""
        cycle_days = np.asarray(sum(self.parts_h.values())) / HOURS_PER_DAY
        stations = {
            name: Station(self.load[name], (room + (name == more_room_at)) * self.open_share)
            for name, room in self.room.items()
        }
        return weakest_link(self.cargo_t, limits={"fleet": count * self.open_share / cycle_days}, stations=stations)

    def one_more(self, value: Floats) -> dict[str, Range]:
        """What one more of each thing adds to `value`, in t/day, on the same draws."""
        more = {}
        for number, name in enumerate(self.names):
            count = self.count.copy()
            count[number] += 1.0
            more[f"one more {name}"] = self.flow(count).value_per_day
        labels = {
            "load berths": "load berth",
            "discharge berths": "discharge berth",
            "escort": "ship per escort",
        }
        for name in self.room:
            more[f"one more {labels[name]}"] = self.flow(self.count, more_room_at=name).value_per_day
        return {name: self.drawn.range(gained(v, value), "t/day") for name, v in more.items()}


def _first_day(need: Floats, *, count: Floats, cargo_t: Floats, first_days: Floats, cycle_days: Floats) -> Floats:
    """First day on which the loads discharged reach the need, shape (draws,); infinite where they never do.

    Bisection in time, all draws at once: loads discharged only ever grow, in steps.
    """
    sails = np.isfinite(cycle_days) & (cargo_t > 0.0)
    wave = np.where(sails, count * cargo_t, 0.0)
    step = np.where(sails, cycle_days, 1.0)
    first = np.where(sails, first_days, 0.0)

    def delivered(day: Floats) -> Floats:
        trips = np.floor((day - first) / step + 1e-9) + 1.0
        return np.asarray((wave * np.maximum(trips, 0.0)).sum(axis=0))

    total = wave.sum(axis=0)
    able = total > 0.0
    waves = np.ceil(need / np.where(able, total, 1.0))
    low, high = np.zeros_like(need), first.max(axis=0) + waves * step.max(axis=0)
    for _ in range(64):
        middle = (low + high) / 2
        done = delivered(middle) >= need * (1 - 1e-12)
        low, high = np.where(done, low, middle), np.where(done, middle, high)
    return np.where(need <= 0.0, 0.0, np.where(able, high, np.inf))
