"""How much an air bridge can carry: the cycle arithmetic of airlift planners, with ranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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
from .shared_spots import Flow, Station, apron, fleet_factor, rows_of, weakest_link

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
        A17, N = R RTFT / (P UTE C), where no station binds. Where one does, a larger fleet of the same mix carries more
        of its better type; so the size is sought at which what the stations pass (A18) meets the rate, on the draws of
        the capacity. In every draw this fleet moves the requirement in the days, and no smaller one does.
        """
        if not 0 < days < np.inf:
            raise EstimateError(f"days must be a number above 0, got {days!r}")
        requirement = as_quantity(tonnes, name="tonnes", unit="t")
        drawn = Draws(self.draws, self.seed, self.coverage)
        rate = drawn.of(requirement, entity="requirement", purpose="tonnes") / days
        factor = fleet_factor(
            self.by_type["payload_t"],
            self.by_type["most_trips_per_day"],
            **self.by_station,
            target=rate,
        )
        fleet_size = self.by_type["fleet"].sum(axis=0)
        return drawn.range(factor * fleet_size, "aircraft")


def airlift_capacity(
    bridge: AirBridge, *, coverage: float = 0.9, draws: int = 4_000, seed: int = 0
) -> AirCapacity:
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
        Address of the draws; with the default, all users get the same numbers.

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
        The bridge is not an `AirBridge`, a type is not an aircraft, or a leg is out of its reach; the message names the
        ferry range.
    UnknownNameError
        A type has an unknown name.

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
      `forceflow.lift.capacity.shared_spots.apron`;
    - output = min(FC, T of each station) (A18). Where a station binds on a mixed fleet, its spots go to the types that
      carry most for them, see `forceflow.lift.capacity.weakest_link`; so capacity is a maximum, and serving
      aircraft as they come would carry less;
    - closure C = R / output (A11); aircraft needed (A17);
    - MTM/D = N BS P UTE PF / 1e6 = FC x one-way distance / 1e6, in short tons and nautical miles (A13 with BS = round
      trip / RTFT and PF = loaded / round trip, A14).
    """
    check_bridge(bridge, AirBridge, call="airlift_capacity")
    drawn = Draws(draws, seed, coverage)
    cycle = air_cycle(bridge, drawn=drawn)
    plan = AirPlan(bridge, cycle, drawn)
    flow = plan.flow()
    value = flow.value_per_day
    most_trips = plan.most_trips()
    bottleneck, bottleneck_share, slack_share = tally(flow.bounds, value, drawn=drawn)
    fleet_size = cycle.count.sum(axis=0)
    fleet_capability = (most_trips * cycle.payload_t).sum(axis=0)
    load, room = rows_of(plan.stations(), most_trips.shape)
    home, home_notes = at_home(cycle.platforms, plan.fleet, most_trips, flow.trips_per_day)
    return AirCapacity(
        mode="air",
        origin=bridge.route.origin.name,
        destination=bridge.route.destination.name,
        distance_km=cycle.distance_km,
        platforms=cycle.platforms,
        **_deliveries_per_day(cycle, flow, drawn),
        **_cycle_times(cycle, drawn),
        bounds_t_per_day=drawn.ranges(flow.bounds, "t/day"),
        bottleneck=bottleneck,
        bottleneck_share=bottleneck_share,
        slack_share=slack_share,
        one_more_t_per_day=plan.one_more(value),
        fleet_size=drawn.range(fleet_size, "aircraft"),
        more=_planners_measures(plan, flow, fleet_capability),
        at_home=home,
        notes=(*home_notes, *idle_notes(value), *air_notes(bridge, model="closed form")),
        coverage=coverage,
        draws=draws,
        seed=seed,
        bridge=bridge,
        by_draw={
            "tonnes_per_day": value,
            "people_per_day": _people_per_day(cycle, flow),
            "fleet_capability": fleet_capability,
            "fleet_size": fleet_size,
            **flow.bounds,
        },
        by_type={
            "fleet": plan.fleet,
            "payload_t": cycle.payload_t,
            "most_trips_per_day": most_trips,
        },
        by_station={"load": load, "room": room},
    )


def _deliveries_per_day(cycle: AirCycle, flow: Flow, drawn: Draws) -> dict[str, Any]:
    """Fields of `AirCapacity` that say what is delivered: tonnes, trips, seats and people a day."""
    trips_by_type = flow.trips_per_day
    trips = trips_by_type.sum(axis=0)
    # Where nothing flies, the load of a trip is that of the fleet.
    load_of_fleet = _fleet_mean(cycle.payload_t, cycle.count)
    tonnes_per_trip = _ratio_or(flow.value_per_day, trips, otherwise=load_of_fleet)
    seats_per_day, people_per_day = None, None
    if cycle.seats.any():
        seats = (trips_by_type * cycle.seats).sum(axis=0)
        seats_per_day = drawn.range(seats, "seats/day")
    if cycle.people.any():
        people_per_day = drawn.range(_people_per_day(cycle, flow), "people/day")
    return {
        "tonnes_per_day": drawn.range(flow.value_per_day, "t/day"),
        "trips_per_day": drawn.range(trips, "sorties/day"),
        "trips_per_day_by_type": drawn.ranges(
            dict(zip(cycle.platforms, trips_by_type, strict=True)),
            "sorties/day",
        ),
        "seats_per_day": seats_per_day,
        "people_per_day": people_per_day,
        "tonnes_per_trip": drawn.range(tonnes_per_trip, "t"),
    }


def _people_per_day(cycle: AirCycle, flow: Flow) -> Floats:
    """People on all flights of a day, were they flown with people, shape (draws,)."""
    return np.asarray((flow.trips_per_day * cycle.people).sum(axis=0))


def _cycle_times(cycle: AirCycle, drawn: Draws) -> dict[str, Any]:
    """Fields of `AirCapacity` with times of a cycle, averaged over the fleet."""
    cycle_parts = {}
    for name, part_h in cycle.parts_h.items():
        cycle_parts[name] = drawn.range(_fleet_mean(part_h, cycle.count), "h")
    return {
        "cycle_h": drawn.range(_fleet_mean(cycle.cycle_h, cycle.count), "h"),
        "cycle_parts_h": cycle_parts,
        "first_delivery_h": drawn.range(cycle.first_delivery_h.min(axis=0), "h"),
    }


def _planners_measures(plan: AirPlan, flow: Flow, fleet_capability: Floats) -> dict[str, Range]:
    """Measures of the AFPAM 10-1403 family: FC, MTM/D, UTE that is reached, PF and interval between sorties."""
    cycle, drawn = plan.cycle, plan.drawn
    # The measure is defined in short tons and nautical miles.
    distance_nm = cycle.distance_km / KM_PER_NM
    mtm = fleet_capability / T_PER_SHORT_TON * distance_nm / 1e6
    trips = flow.trips_per_day.sum(axis=0)
    flying_h = (flow.trips_per_day * cycle.flying_h).sum(axis=0)
    flying_h_per_aircraft = _ratio_or(
        flying_h,
        cycle.count.sum(axis=0),
        otherwise=np.zeros(drawn.n),
    )
    productivity = cycle.distance_km / cycle.round_trip_km
    never = np.full(drawn.n, np.inf)
    interval_h = _ratio_or(plan.hours, trips, otherwise=never)
    return {
        "fleet_capability_t_per_day": drawn.range(fleet_capability, "t/day"),
        "mtm_per_day": drawn.range(mtm, "million short-ton nm/day"),
        "flying_h_per_aircraft_per_day": drawn.range(flying_h_per_aircraft, "h/day"),
        "productivity_share": drawn.range(np.full(drawn.n, productivity), ""),
        "sortie_interval_h": drawn.range(interval_h, "h"),
    }


class AirPlan:
    """The drawn limits of a bridge, computed again with one more of something."""

    def __init__(self, bridge: AirBridge, cycle: AirCycle, drawn: Draws) -> None:
        self.bridge, self.cycle, self.drawn = bridge, cycle, drawn
        self.fleet = self._drawn_fleet()
        self.hours = self._amount(bridge.operating_h_per_day, "operating_h_per_day")
        self.efficiency = self._amount(bridge.queueing_efficiency, "queueing_efficiency")
        self.fit = self._amount(bridge.serviceable_share, "serviceable_share")
        self.spots = {
            "onload": self._amount(bridge.onload_mog, "onload_mog"),
            "offload": self._amount(bridge.offload_mog, "offload_mog"),
        }
        self.visits = {"onload": cycle.onload_h, "offload": cycle.offload_h}
        if bridge.enroute_mog is not None:
            self._add_stops(bridge.enroute_mog)
        self.utilisation_h = self._for_every_type("utilisation_h_per_day", "h")
        self.crews = self._crews_on_duty()

    def _amount(self, amount: Amount, name: str) -> Floats:
        """Draws of one input of the bridge, shape (draws,)."""
        return self.drawn.of(Quantity.of(amount), entity="bridge", purpose=name)

    def _drawn_fleet(self) -> Floats:
        """Aircraft of each type, fit to fly or not, shape (types, draws)."""
        rows = []
        for kind, number in self.bridge.aircraft().items():
            rows.append(self.drawn.of(number, entity=kind.id, purpose="fleet"))
        return np.stack(rows)

    def _add_stops(self, enroute_mog: Amount) -> None:
        """Add the stops between the ends as stations; a stop on both ways is one station with two visits."""
        stops = [*self.cycle.outbound_stops, *self.cycle.return_stops]
        for stop in dict.fromkeys(stops):
            name = f"stop at {stop}"
            self.spots[name] = self._amount(enroute_mog, "enroute_mog")
            self.visits[name] = self.cycle.enroute_h * stops.count(stop)

    def _for_every_type(self, name: str, unit: str) -> Floats | None:
        """Draws of an input that is given for all types or for none, shape (types, draws).

        Raises
        ------
        EstimateError
            It is given for some types only.
        """
        types = list(self.bridge.aircraft())
        amounts = getattr(self.bridge, name)
        by_id = per_type(amounts, types, name=name, unit=unit)
        if not by_id:
            return None
        missing = [kind.name for kind in types if kind.id not in by_id]
        if missing:
            raise EstimateError(
                f"{name} is given for some types only; missing: {', '.join(missing)}"
            )
        rows = []
        for kind in types:
            rows.append(
                self.drawn.of(by_id[kind.id], entity=entity_of(kind, amounts), purpose=name)
            )
        return np.stack(rows)

    def _crews_on_duty(self) -> Floats | None:
        """Crews for each aircraft that are on duty at a time, shape (types, draws)."""
        crews = self._for_every_type("crews_per_aircraft", "crews")
        bridge = self.bridge
        if crews is None or bridge.crew_duty_h is None or bridge.crew_rest_h is None:
            return crews
        duty_h = self._amount(bridge.crew_duty_h, "crew_duty_h")
        rest_h = self._amount(bridge.crew_rest_h, "crew_rest_h")
        # A crew is on duty for that share of its time, and rests for the other.
        return crews * duty_h / (duty_h + rest_h)

    def limits(
        self,
        *,
        more_of: int | None = None,
        more_hours: Floats | float = 0.0,
    ) -> dict[str, Floats]:
        """Trips per day each type can make under each limit of the fleet, shape (types, draws)."""
        cycle = self.cycle
        count = cycle.count.copy()
        if more_of is not None:
            # One more aircraft is fit to fly as often as the others are.
            count[more_of] += self.fit
        working_h = self.hours + more_hours
        limits = {"fleet": count * working_h / cycle.cycle_h}
        # UTE and crews are limits of the whole day, so operating hours do not lower them.
        if self.utilisation_h is not None:
            limits["utilisation"] = count * self.utilisation_h / cycle.flying_h
        if self.crews is not None:
            crew_h = count * self.crews * HOURS_PER_DAY
            limits["crews"] = crew_h / cycle.cycle_h
        return limits

    def most_trips(self) -> Floats:
        """Trips per day each type can make under the least limit of the fleet, shape (types, draws)."""
        return np.asarray(np.minimum.reduce(list(self.limits().values())))

    def flow(
        self,
        *,
        more_of: int | None = None,
        more_hours: Floats | float = 0.0,
        more_spots_at: str = "",
    ) -> Flow:
        """The best trips with one more aircraft of a type, more hours, or one more spot at a station."""
        stations = self.stations(more_hours=more_hours, more_spots_at=more_spots_at)
        limits = self.limits(more_of=more_of, more_hours=more_hours)
        return weakest_link(self.cycle.payload_t, limits=limits, stations=stations)

    def stations(
        self,
        *,
        more_hours: Floats | float = 0.0,
        more_spots_at: str = "",
    ) -> dict[str, Station]:
        """Spot-hours a day at every station, with more hours or one more spot where given."""
        # What bunched arrivals lose is taken from the hours, so it holds for every spot (A4).
        usable_hours = (self.hours + more_hours) * self.efficiency
        stations = {}
        for name, spots in self.spots.items():
            mog = spots + (name == more_spots_at)
            stations[name] = apron(self.visits[name], self.cycle.spots, mog, usable_hours)
        return stations

    def one_more(self, value: Floats) -> dict[str, Range]:
        """What one more of each thing adds to `value`, in t/day, on the same draws."""
        carried = {}
        for number, name in enumerate(self.cycle.platforms):
            carried[f"one more {name}"] = self.flow(more_of=number).value_per_day
        for name in self.spots:
            carried[f"one more {name} spot"] = self.flow(more_spots_at=name).value_per_day
        # A day that is open for 23.5 hours has only half an hour more to give.
        hour = np.minimum(1.0, HOURS_PER_DAY - self.hours)
        carried["one more operating hour"] = self.flow(more_hours=hour).value_per_day
        gains = {}
        for name, tonnes in carried.items():
            gains[name] = gained(tonnes, value)
        return self.drawn.ranges(gains, "t/day")


def _fleet_mean(values: Floats, count: Floats) -> Floats:
    """Mean over the aircraft of a fleet, shape (draws,); over the types where there is no aircraft."""
    has_aircraft = count.sum(axis=0) > 0.0
    weight = np.where(has_aircraft, count, 1.0)
    return np.asarray((values * weight).sum(axis=0) / weight.sum(axis=0))


def _ratio_or(top: Floats, bottom: Floats, *, otherwise: Floats) -> Floats:
    """Top over bottom, and `otherwise` where the bottom is 0."""
    return np.divide(top, bottom, out=otherwise.copy(), where=bottom > 0.0)
