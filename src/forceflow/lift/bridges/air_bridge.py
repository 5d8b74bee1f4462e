"""An air bridge: fleet, route, spots and hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from ...display import fields_html
from ...errors import EstimateError
from ...quantity import Quantity
from ...world.platforms.catalogue import find_platform
from ...world.platforms.load_factors import cargo_kind
from .amounts import Amount, as_quantity, check_way, platform_of_kind
from .bounds import Bounds, settle
from .ways import Way

__all__ = ["AirBridge", "AirRoute", "AirliftAircraft", "check_spots"]


class AirliftAircraft(Protocol):
    """What an air bridge needs of a type; `forceflow.world.Aircraft` has it, and so may a type of your own."""

    @property
    def kind(self) -> str:
        """The word "aircraft"."""

    @property
    def id(self) -> str:
        """Identifier; the address of its draws."""

    @property
    def name(self) -> str:
        """Name as printed."""

    @property
    def seats(self) -> Any:
        """`Figure` with the seats of a flight for people only, or None."""

    def payload_t(self, distance_km: float, *, refuel_at_destination: bool = True) -> Quantity:
        """Greatest load over a distance, in t."""

    def load_factor(self, cargo: str = "mixed") -> Quantity:
        """Share of the greatest load that is carried."""

    def block_speed_km_per_h(self, leg_km: float) -> Quantity:
        """Leg length over block time, in km/h."""

    def ground_time_h(self, kind: str) -> Quantity:
        """Ground time of "onload", "offload", "enroute" or "expedited", in h."""


class _Leg(Protocol):
    @property
    def origin(self) -> str: ...

    @property
    def destination(self) -> str: ...

    @property
    def distance_km(self) -> float: ...


class AirRoute(Way, Protocol):
    """What an air bridge needs of a route; `forceflow.route` gives one."""

    @property
    def legs(self) -> Sequence[_Leg]:
        """Legs in order; an aircraft lands between two of them."""


PerType = Amount | Mapping[str, Amount] | None
"""One amount for all types, or one by platform name, or None for what the type brings."""


_MOST_PEOPLE = 2_000.0
"""More than any flight ever carried."""


# What would stop the whole bridge may not be 0; of a fleet some types may.
_BOUNDS = {
    "fleet": Bounds("aircraft"),
    "onload_mog": Bounds("spots", least=1.0),
    "offload_mog": Bounds("spots", least=1.0),
    "enroute_mog": Bounds("spots", least=1.0),
    "operating_h_per_day": Bounds("h", may_be_0=False, most=24.0),
    "queueing_efficiency": Bounds(may_be_0=False, most=1.0),
    "serviceable_share": Bounds(may_be_0=False, most=1.0),
    "utilisation_h_per_day": Bounds("h", may_be_0=False, some_may_be_0=True, most=24.0),
    "crews_per_aircraft": Bounds("crews", may_be_0=False, some_may_be_0=True),
    "crew_duty_h": Bounds("h", may_be_0=False),
    "crew_rest_h": Bounds("h"),
    "payload_t": Bounds("t", may_be_0=False),
    "people_per_sortie": Bounds("people", may_be_0=False, most=_MOST_PEOPLE),
    "load_share": Bounds(may_be_0=False, most=1.0),
    "onload_h": Bounds("h"),
    "offload_h": Bounds("h"),
    "enroute_h": Bounds("h"),
    "spots_per_aircraft": Bounds("spots", may_be_0=False),
}


@dataclass(frozen=True)
class AirBridge:
    """Aircraft that shuttle between two airfields.

    Parameters
    ----------
    fleet
        Number of aircraft by type: names known to `forceflow.find_platform`, or types of your own.
    route
        Way out, one landing between two legs; see `forceflow.route`.
    onload_mog, offload_mog
        Working MOG (maximum on ground) at either end: aircraft that can be served at once.
    enroute_mog
        The same at each stop between; None when stops never hold anybody up.
    operating_h_per_day
        Hours a day in which the bridge works. The closed forms (`airlift_capacity`, `cycle_capacity`) count the whole
        cycle in them, flights too: a trip cut short by the end of the day is taken up where it stopped. In
        `simulate_airlift` they are the hours in which service begins and aircraft take off; what has begun is finished
        outside them, so below 24 hours it carries more. At 24 all mean the same.
    refuel_at_destination
        False when the fuel for the way back is carried from the last stop before the destination.
    cargo
        "supplies", "bulk" (dense: food, coal, ammunition), "vehicles", "mixed" or "personnel", or a word such as
        "coal", "troops" or "evacuees" (see `forceflow.world.platforms.load_factors.CARGO_WORDS`); picks the load
        factor. "evacuees" also picks the people on a flight.
    return_route
        Way back; None for the way out in reverse. It carries nothing.
    queueing_efficiency
        Share of the spot-hours that steady work can use; the rest is lost because arrivals bunch.
        Pamphlet value.
    serviceable_share
        Share of the fleet that is fit to fly on a day.
    utilisation_h_per_day
        UTE: most flying hours per aircraft and day; None when only the cycle limits them.
    crews_per_aircraft, crew_duty_h, crew_rest_h
        Crews for each aircraft, length of a duty period and of the rest after it. Give all three or none.
    payload_t
        Average load of a sortie, in place of payload curve and load factor.
    load_share
        Load factor, in place of that of the type.
    people_per_sortie
        People on a flight that carries people, in place of the published seats times what flights with troops, or with
        evacuees, carried of them. With a `cargo` that is not people, a flight carries the one or the other.
    onload_h, offload_h, enroute_h
        Ground times, in place of those of the type.
    spots_per_aircraft
        Spots a type takes up; 1 when not named. Aircraft use whole spots: of a type that takes 2, one fits on 3.

    Notes
    -----
    No aircraft parks on part of a spot: `onload_mog`, `offload_mog` and `enroute_mog` are 1 or more. Amounts are
    numbers, (low, high), (low, best, high), hedged words, a 1-D array or Series of equally likely values
    (whose order means nothing: rows of two arrays are not paired), or a `Quantity`. Where a type may differ, a mapping
    by platform name gives one amount each. What would stop the bridge (spots, hours, loads, shares, crews) must be
    above 0, and a range of it may not reach 0; types of the fleet, and their flying hours and crews, may be 0 as long
    as those of one type are not. One amount for all types is one unknown, drawn once for all of them; a mapping, like
    what the types bring, is drawn once for each type. 0.85 for `queueing_efficiency`: AFPAM 10-1403, 2018 edition,
    formula 9.0, as quoted by two public planning tools (read at second hand).
    """

    fleet: Mapping[Any, Amount]
    route: AirRoute
    onload_mog: Amount
    offload_mog: Amount
    enroute_mog: Amount | None = field(default=None, kw_only=True)
    operating_h_per_day: Amount = field(default=24.0, kw_only=True)
    refuel_at_destination: bool = field(default=True, kw_only=True)
    cargo: str = field(default="mixed", kw_only=True)
    return_route: AirRoute | None = field(default=None, kw_only=True)
    queueing_efficiency: Amount = field(default=0.85, kw_only=True)
    serviceable_share: Amount = field(default=1.0, kw_only=True)
    utilisation_h_per_day: PerType = field(default=None, kw_only=True)
    crews_per_aircraft: PerType = field(default=None, kw_only=True)
    crew_duty_h: Amount | None = field(default=None, kw_only=True)
    crew_rest_h: Amount | None = field(default=None, kw_only=True)
    payload_t: PerType = field(default=None, kw_only=True)
    people_per_sortie: PerType = field(default=None, kw_only=True)
    load_share: PerType = field(default=None, kw_only=True)
    onload_h: PerType = field(default=None, kw_only=True)
    offload_h: PerType = field(default=None, kw_only=True)
    enroute_h: PerType = field(default=None, kw_only=True)
    spots_per_aircraft: PerType = field(default=None, kw_only=True)

    def _repr_html_(self) -> str:
        return fields_html(
            self, caption=f"air bridge, {self.route.origin.name} to {self.route.destination.name}"
        )

    def __post_init__(self) -> None:
        """Check every input once, at the door."""
        if not isinstance(self.fleet, Mapping) or not self.fleet:
            raise EstimateError(
                f"fleet must name at least one type and its number, got {self.fleet!r}"
            )
        settle(self, _BOUNDS)
        cargo_kind(self.cargo)
        if sum(Quantity.of(number).ends[1] for number in self.fleet.values()) <= 0:
            raise EstimateError(f"fleet has no aircraft: {len(self.fleet)} named, and 0 of each")
        crew = (self.crews_per_aircraft, self.crew_duty_h, self.crew_rest_h)
        missing = crew.count(None)
        # One of the three without the others says nothing about how often a crew is there to fly.
        if 0 < missing < len(crew):
            raise EstimateError(
                "crews_per_aircraft, crew_duty_h and crew_rest_h come together: give all three or none"
            )
        check_way(self.route, mode="air")
        if self.return_route is not None:
            check_way(self.return_route, mode="air")
        legs_km = [leg.distance_km for leg in self.route.legs]
        # The block speed of a leg is its length over its time, so a leg of 0 km has none.
        if any(leg_km <= 0 for leg_km in legs_km):
            raise EstimateError(
                f"an air bridge needs legs longer than 0 km, got {self.route.origin.name} to "
                f"{self.route.destination.name} with {legs_km} km"
            )

    def aircraft(self) -> dict[AirliftAircraft, Quantity]:
        """The types of the fleet with their numbers.

        Raises
        ------
        UnknownNameError
            A type has an unknown name; the message lists the nearest.
        EstimateError
            The name is not an aircraft, or two names mean the same type.
        """
        fleet: dict[AirliftAircraft, Quantity] = {}
        ids: set[str] = set()
        for key, number in self.fleet.items():
            found = platform_of_kind(key, "aircraft", article="an")
            # Everything is kept by id, so a second entry would take the place of the first.
            if found.id in ids:
                raise EstimateError(
                    f"fleet names {found.name} twice, the second time as {key!r}; add the numbers up"
                )
            ids.add(found.id)
            amount = as_quantity(number, name=f"fleet[{key!r}]", unit="aircraft")
            fleet[cast(AirliftAircraft, found)] = amount
        return fleet


def check_spots(bridge: AirBridge) -> None:
    """Refuse a station that, at the low end of its range, has no room for a type of the fleet.

    Raises
    ------
    EstimateError
        An aircraft may take more spots than there are: it would wait for ever, and hold up those behind it.
    """
    spots = per_type(bridge.spots_per_aircraft, list(bridge.aircraft()), name="spots_per_aircraft")
    mogs = {"onload_mog": bridge.onload_mog, "offload_mog": bridge.offload_mog}
    way_back = bridge.return_route or bridge.route
    most_legs = max(len(bridge.route.legs), len(way_back.legs))
    # A route without stops never uses the MOG on the way, so any will do.
    if bridge.enroute_mog is not None and most_legs > 1:
        mogs["enroute_mog"] = bridge.enroute_mog
    for name, mog in mogs.items():
        least, _ = as_quantity(mog, name=name).ends
        large = []
        for kind, taken in spots.items():
            _, most_taken = taken.ends
            if most_taken > least:
                large.append(f"{kind} ({most_taken:g})")
        if large:
            raise EstimateError(
                f"{', '.join(large)} takes more spots than {name} may have ({least:g}); give at least as many, or "
                "a smaller spots_per_aircraft"
            )


def per_type(
    given: PerType, types: Sequence[AirliftAircraft], *, name: str, unit: str = ""
) -> dict[str, Quantity]:
    """What was given for each type, by id; types it says nothing about are left out.

    Raises
    ------
    EstimateError
        The mapping names a type that is not in the fleet; the message lists the fleet.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        amount = as_quantity(given, name=name, unit=unit)
        return {kind.id: amount for kind in types}
    ids = {kind.id for kind in types}
    by_id = {}
    for key, value in given.items():
        known = _id_of_type(key, ids)
        if known not in ids:
            raise EstimateError(
                f"{name} names {key!r}, which is not in the fleet: {', '.join(t.name for t in types)}"
            )
        by_id[known] = as_quantity(value, name=f"{name}[{key!r}]", unit=unit)
    return by_id


def _id_of_type(key: Any, ids: set[str]) -> str:
    """The id of a type that is named by its id, by a name of the catalogue, or by itself."""
    # A type of the user's own is in no catalogue, so its id is looked up in the fleet first.
    if isinstance(key, str) and key in ids:
        return key
    named: Any = key
    if isinstance(key, str):
        named = find_platform(key)
    return str(named.id)
