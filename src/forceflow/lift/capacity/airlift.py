"""How much an air bridge can carry: the cycle arithmetic of airlift planners, with ranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ...arrays import Floats
from ...display import brief
from ...errors import EstimateError
from ...quantity import Quantity
from ...quantity.units import HOURS_PER_DAY, KM_PER_NM, T_PER_SHORT_TON
from ...results.range import Range
from ..bridges.air_bridge import AirBridge, per_type
from ..bridges.air_cycle import AirCycle, air_cycle
from ..bridges.amounts import Amount, as_quantity, check_bridge
from ..bridges.draws import Draws, entity_of
from ..bridges.notes import air_notes, at_home, idle_notes
from .capacity import Capacity, gained, tally
from .weakest_link import Flow, Station, apron, fleet_factor, rows_of, weakest_link

__all__ = ["AirBridge", "AirCapacity", "AirPlan", "airlift_capacity"]


@dataclass(frozen=True, kw_only=True)
class AirCapacity(Capacity):
    """What an air bridge can carry; see `Capacity` for the fields.

    Parameters
    ----------
    by_type
        Draws by type, each of shape (types, draws): "fleet" (aircraft, fit to fly or not), "payload_t" and
        "most_trips_per_day", which no station holds up.
    by_station
        "load", shape (rows, types, draws), and "room", shape (rows, draws): spot-hours a trip takes and a day has.
    """

    by_type: Mapping[str, Floats] = field(repr=False, compare=False, default_factory=dict)
    by_station: Mapping[str, Floats] = field(repr=False, compare=False, default_factory=dict)

    __repr__ = brief

    @property
    def mtm_per_day(self) -> Range:
        """Fleet capacity (MTM/D, A13), in million short-ton nautical miles per day."""
        return self.more["mtm_per_day"]

    @property
    def flying_h_per_aircraft_per_day(self) -> Range:
        """Flying hours the bridge gets from each aircraft, in h/day: the UTE that is reached."""
        return self.more["flying_h_per_aircraft_per_day"]

    @property
    def productivity_share(self) -> float:
        """Productivity factor (PF, A14): loaded distance over round-trip distance."""
        return self.more["productivity_share"].middle

    def aircraft_needed(self, tonnes: Amount, *, days: float) -> Range:
        """Aircraft, in the mix given, that would move a requirement in the days given.

        Parameters
        ----------
        tonnes
            The requirement (R), in t.
        days
            The time allowed (C).

        Returns
        -------
        Range
            Aircraft, not rounded, those that are not fit to fly counted; infinite where a station could not pass the
            tonnes however many there were.

        Notes
        -----
        A17, N = R RTFT / (P UTE C), where no station binds. Where one does, a fleet of one mix carries the more of its
        better type the larger it is; so the size is sought at which what the stations pass (A18) meets the rate, on
        the draws of the capacity. In every draw the fleet that is named closes in the days, and no smaller one does.
        """
        if not 0 < days < np.inf:
            raise EstimateError(f"days must be a number above 0, got {days!r}")
        requirement = as_quantity(tonnes, name="tonnes", unit="t")
        drawn = Draws(self.draws, self.seed, self.coverage)
        rate = drawn.of(requirement, entity="requirement", purpose="tonnes") / days
        most = self.by_type["most_trips_per_day"]
        factor = fleet_factor(self.by_type["payload_t"], most, **self.by_station, target=rate)
        return drawn.range(factor * self.by_type["fleet"].sum(axis=0), "aircraft")


def airlift_capacity(bridge: AirBridge, *, coverage: float = 0.9, draws: int = 4_000, seed: int = 0) -> AirCapacity:
    """Sorties and tonnes a day over an air bridge, what limits them, and what one more of each thing
    would add.

    Parameters
    ----------
    bridge
        Fleet, route and stations.
    coverage
        Share of draws between ``low`` and ``high``; above 0 and below 1.
    draws
        Number of draws; each draws every uncertain input once.
    seed
        Address of the draws; the default makes the answer the same for everybody who does not choose another.

    Returns
    -------
    AirCapacity
        `Capacity` with the bounds "fleet" (the cycle), "utilisation" and "crews" when given, "onload",
        "offload" and "stop at ..." for each stop when `enroute_mog` is given. ``more`` holds
        "fleet_capability_t_per_day", "mtm_per_day", "flying_h_per_aircraft_per_day", "productivity_share"
        and "sortie_interval_h".

    Raises
    ------
    EstimateError
        The bridge is none by air, a type is no aircraft, or a leg is out of its reach; the message names the ferry
        range.
    UnknownNameError
        Nobody knows a type.

    Notes
    -----
    Symbols and numbers A4 to A18 of the AFPAM 10-1403 family, taken at second hand: the throughput
    formula A4 was read in two public planning tools that quote the 2018 edition, the others are recalled
    (A14 and A15 in particular) and held by identities in the tests. No worked example of the pamphlet was
    readable.

    - flying time of a leg t = d / BS(d) (A5); RTFT is their sum out and back (A6);
    - RTGT = onload + stops + offload (A7); CT = RTFT + RTGT (A8). CT has no waiting in it;
    - trips per day of a type: N H / CT under the cycle; N UTE / RTFT under UTE (A15); N crews 24 duty / (duty + rest) /
      CT under crews; the least holds. H are the operating hours: outside them nothing moves;
    - fleet capability FC = sum of trips x P (A12; with UTE given, P N UTE / RTFT for one type);
    - station throughput T = MOG P H / GT x 0.85 (A4). Types share a station by spot-hours; a type takes GT x its spots.
      Aircraft that take several spots use whole spots: floor(MOG / spots) where a type is alone, see
      `forceflow.lift.capacity.weakest_link.apron`;
    - output = min(FC, T of each station) (A18). Where a station binds on a mixed fleet, its spots go to the types that
      carry most for them, see `forceflow.lift.capacity.weakest_link`; so capacity is a maximum, and first come, first
      served would carry less;
    - closure C = R / output (A11); aircraft needed (A17);
    - MTM/D = N BS P UTE PF / 1e6 = FC x one-way distance / 1e6, in short tons and nautical miles (A13 with BS = round
      trip / RTFT and PF = loaded / round trip, A14).
    """
    check_bridge(bridge, AirBridge, call="airlift_capacity")
    drawn = Draws(draws, seed, coverage)
    cycle = air_cycle(bridge, drawn=drawn)
    plan = AirPlan(bridge, cycle, drawn)
    flow = plan.flow()
    value, trips = flow.value_per_day, flow.trips_per_day.sum(axis=0)
    bottleneck, binds, slack = tally(flow.bounds, value, drawn=drawn)
    size = cycle.count.sum(axis=0)
    most = np.minimum.reduce(list(plan.limits().values()))
    capability = (most * cycle.payload_t).sum(axis=0)
    load, room = rows_of(plan.stations(), most.shape)
    flying = (flow.trips_per_day * cycle.flying_h).sum(axis=0)
    mtm = capability / T_PER_SHORT_TON * (cycle.distance_km / KM_PER_NM) / 1e6
    parts = {name: _fleet_mean(part, cycle.count) for name, part in cycle.parts_h.items()}
    people = (flow.trips_per_day * cycle.people).sum(axis=0)
    home, stays = at_home(cycle.platforms, plan.fleet, most, flow.trips_per_day)
    return AirCapacity(
        mode="air",
        origin=bridge.route.origin.name,
        destination=bridge.route.destination.name,
        distance_km=cycle.distance_km,
        platforms=cycle.platforms,
        tonnes_per_day=drawn.range(value, "t/day"),
        trips_per_day=drawn.range(trips, "sorties/day"),
        trips_per_day_by_type={
            name: drawn.range(rate, "sorties/day")
            for name, rate in zip(cycle.platforms, flow.trips_per_day, strict=True)
        },
        seats_per_day=drawn.range((flow.trips_per_day * cycle.seats).sum(axis=0), "seats/day")
        if cycle.seats.any()
        else None,
        people_per_day=drawn.range(people, "people/day") if cycle.people.any() else None,
        tonnes_per_trip=drawn.range(_ratio(value, trips, _fleet_mean(cycle.payload_t, cycle.count)), "t"),
        cycle_h=drawn.range(_fleet_mean(cycle.cycle_h, cycle.count), "h"),
        cycle_parts_h={name: drawn.range(part, "h") for name, part in parts.items()},
        first_delivery_h=drawn.range(cycle.first_delivery_h.min(axis=0), "h"),
        bounds_t_per_day={name: drawn.range(bound, "t/day") for name, bound in flow.bounds.items()},
        bottleneck=bottleneck,
        bottleneck_share=binds,
        slack_share=slack,
        one_more_t_per_day=plan.one_more(value),
        fleet_size=drawn.range(size, "aircraft"),
        more={
            "fleet_capability_t_per_day": drawn.range(capability, "t/day"),
            "mtm_per_day": drawn.range(mtm, "million short-ton nm/day"),
            "flying_h_per_aircraft_per_day": drawn.range(_ratio(flying, size, np.zeros(draws)), "h/day"),
            "productivity_share": drawn.range(np.full(draws, cycle.distance_km / cycle.round_trip_km), ""),
            "sortie_interval_h": drawn.range(_ratio(plan.hours, trips, np.full(draws, np.inf)), "h"),
        },
        at_home=home,
        notes=(*stays, *idle_notes(value), *air_notes(bridge, model="closed form")),
        coverage=coverage,
        draws=draws,
        seed=seed,
        bridge=bridge,
        by_draw={
            "tonnes_per_day": value,
            "people_per_day": people,
            "fleet_capability": capability,
            "fleet_size": size,
            **flow.bounds,
        },
        by_type={"fleet": plan.fleet, "payload_t": cycle.payload_t, "most_trips_per_day": most},
        by_station={"load": load, "room": room},
    )


class AirPlan:
    """The drawn limits of a bridge, computed again with one more of something."""

    def __init__(self, bridge: AirBridge, cycle: AirCycle, drawn: Draws) -> None:
        self.bridge, self.cycle, self.drawn = bridge, cycle, drawn
        fleet = bridge.aircraft()
        types = list(fleet)
        self.fleet = np.stack([drawn.of(fleet[kind], entity=kind.id, purpose="fleet") for kind in types])
        self.hours = self._amount(bridge.operating_h_per_day, "operating_h_per_day")
        self.efficiency = self._amount(bridge.queueing_efficiency, "queueing_efficiency")
        self.fit = self._amount(bridge.serviceable_share, "serviceable_share")
        self.spots = {
            "onload": self._amount(bridge.onload_mog, "onload_mog"),
            "offload": self._amount(bridge.offload_mog, "offload_mog"),
        }
        self.visits = {"onload": cycle.onload_h, "offload": cycle.offload_h}
        if bridge.enroute_mog is not None:
            stops = [*cycle.outbound_stops, *cycle.return_stops]
            for stop in dict.fromkeys(stops):
                self.spots[f"stop at {stop}"] = self._amount(bridge.enroute_mog, "enroute_mog")
                self.visits[f"stop at {stop}"] = cycle.enroute_h * stops.count(stop)

        def table(name: str, unit: str) -> Floats | None:
            given = per_type(getattr(bridge, name), types, name=name, unit=unit)
            missing = [kind.name for kind in types if kind.id not in given]
            if given and missing:
                raise EstimateError(f"{name} is given for some types only; missing: {', '.join(missing)}")
            whose = [entity_of(kind, getattr(bridge, name)) for kind in types]
            return (
                np.stack([drawn.of(given[k.id], entity=e, purpose=name) for k, e in zip(types, whose, strict=True)])
                if given
                else None
            )

        self.utilisation_h = table("utilisation_h_per_day", "h")
        self.crews = table("crews_per_aircraft", "crews")
        if self.crews is not None and bridge.crew_duty_h is not None and bridge.crew_rest_h is not None:
            duty = self._amount(bridge.crew_duty_h, "crew_duty_h")
            rest = self._amount(bridge.crew_rest_h, "crew_rest_h")
            self.crews = self.crews * duty / (duty + rest)

    def _amount(self, amount: Amount, name: str) -> Floats:
        return self.drawn.of(Quantity.of(amount), entity="bridge", purpose=name)

    def limits(self, *, more_of: int | None = None, more_hours: Floats | float = 0.0) -> dict[str, Floats]:
        """Trips per day each type can make under each limit of the fleet, shape (types, draws)."""
        cycle, count = self.cycle, self.cycle.count.copy()
        if more_of is not None:
            count[more_of] += self.fit
        limits = {"fleet": count * (self.hours + more_hours) / cycle.cycle_h}
        if self.utilisation_h is not None:
            limits["utilisation"] = count * self.utilisation_h / cycle.flying_h
        if self.crews is not None:
            limits["crews"] = count * self.crews * HOURS_PER_DAY / cycle.cycle_h
        return limits

    def flow(self, *, more_of: int | None = None, more_hours: Floats | float = 0.0, more_spots_at: str = "") -> Flow:
        """The best trips with one more aircraft of a type, more hours, or one more spot at a station."""
        stations = self.stations(more_hours=more_hours, more_spots_at=more_spots_at)
        limits = self.limits(more_of=more_of, more_hours=more_hours)
        return weakest_link(self.cycle.payload_t, limits=limits, stations=stations)

    def stations(self, *, more_hours: Floats | float = 0.0, more_spots_at: str = "") -> dict[str, Station]:
        """Spot-hours a day at every station, with more hours or one more spot where given."""
        hours = (self.hours + more_hours) * self.efficiency
        return {
            name: apron(self.visits[name], self.cycle.spots, spots + (name == more_spots_at), hours)
            for name, spots in self.spots.items()
        }

    def one_more(self, value: Floats) -> dict[str, Range]:
        """What one more of each thing adds to `value`, in t/day, on the same draws."""
        more = {f"one more {name}": self.flow(more_of=i).value_per_day for i, name in enumerate(self.cycle.platforms)}
        for name in self.spots:
            more[f"one more {name} spot"] = self.flow(more_spots_at=name).value_per_day
        hour = np.minimum(1.0, HOURS_PER_DAY - self.hours)
        more["one more operating hour"] = self.flow(more_hours=hour).value_per_day
        return {name: self.drawn.range(gained(v, value), "t/day") for name, v in more.items()}


def _fleet_mean(values: Floats, count: Floats) -> Floats:
    """Mean over the aircraft of a fleet, shape (draws,); over the types where there is no aircraft."""
    weight = np.where(count.sum(axis=0) > 0.0, count, 1.0)
    return np.asarray((values * weight).sum(axis=0) / weight.sum(axis=0))


def _ratio(top: Floats, bottom: Floats, otherwise: Floats) -> Floats:
    """Top over bottom, and `otherwise` where the bottom is 0."""
    return np.divide(top, bottom, out=otherwise.copy(), where=bottom > 0.0)
