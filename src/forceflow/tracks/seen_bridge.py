"""What legs show of a bridge between two fields: its flights, stays and fleet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..world import Place
from ..world.geography.geodesy import geodesic_km
from .leg_aircraft import AircraftTypes, LegAircraft
from .leg_rows import Leg, legs_by_aircraft, read_legs
from .named_places import NamedPlaces
from .seen_pace import closed_hours, is_night
from .trips import Stay, stays_between

__all__ = ["SeenBridge", "see_bridge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenBridge:
    """What was seen of a bridge.

    Parameters
    ----------
    aircraft
        Those with a platform, by address.
    legs, stays
        All of theirs; nights parked are no stays.
    flights
        Legs from origin to destination.
    at_origin, at_destination
        Stays of any aircraft there.
    moments
        Take-offs and landings at both ends.
    fields
        Places of the fields.
    left_out
        How many legs have no platform.
    """

    aircraft: Mapping[str, LegAircraft]
    legs: Sequence[Leg]
    stays: Sequence[Stay]
    flights: Sequence[Leg]
    at_origin: Sequence[Stay]
    at_destination: Sequence[Stay]
    moments: Sequence[dt.datetime]
    fields: NamedPlaces
    left_out: int

    @property
    def before_flights(self) -> list[Stay]:
        """Stays at the origin before a leg to the destination."""
        rows = {leg.row for leg in self.flights}
        return [stay for stay in self.at_origin if stay.left.row in rows]

    @property
    def after_flights(self) -> list[Stay]:
        """Stays at the destination after a leg from the origin."""
        rows = {leg.row for leg in self.flights}
        return [stay for stay in self.at_destination if stay.reached.row in rows]

    @property
    def platforms(self) -> list[str]:
        """Types that flew from origin to destination."""
        return sorted({self.platform_of(leg) for leg in self.flights})

    def platform_of(self, leg: Leg) -> str:
        """Id of the platform of a leg."""
        return self.aircraft[leg.aircraft].platform

    def planned_h(self, leg: Leg) -> float:
        """Block time of a leg by the tables of its type, h; 0 where an end is not known, or both are one."""
        if not leg.origin or not leg.destination:
            return 0.0
        ends = self.fields[leg.origin], self.fields[leg.destination]
        km = geodesic_km(*((end.longitude, end.latitude) for end in ends))
        if km <= 0:
            return 0.0
        return km / self.aircraft[leg.aircraft].aircraft.block_speed_km_per_h(km).best

    @property
    def span(self) -> str:
        """The days of the flights: "10 Dec 2024 to 15 Dec 2024"."""
        first = min(leg.first_aloft for leg in self.flights)
        last = max(leg.last_moment for leg in self.flights)
        return f"{first:%d %b %Y} to {last:%d %b %Y}"

    @property
    def days(self) -> int:
        """Days from the first flight to the last, both counted."""
        moments = [leg.first_aloft for leg in self.flights]
        return (max(moments).date() - min(moments).date()).days + 1


def see_bridge(
    frame: Any,
    ends: tuple[Place, Place],
    types: Any,
    places: Mapping[str, str] | None,
    longest_ground_h: float,
) -> SeenBridge:
    """What a frame of legs shows of a bridge."""
    # Aircraft without a platform have no payload and no block speed, so they are no part of a bridge.
    known = AircraftTypes(types)
    aircraft: dict[str, LegAircraft] = {}
    legs: list[Leg] = []
    stays: list[Stay] = []
    left_out = 0
    for address, own in legs_by_aircraft(read_legs(frame)).items():
        one = known.aircraft_of(own)
        if not one.platform:
            left_out += len(own)
            continue
        aircraft[address] = one
        legs += own
        stays += stays_between(own)
    fields_ = NamedPlaces(places, mode="air", words="legs", example="al-Khadim")
    fields_.read(
        (leg.row, column, getattr(leg, column))
        for leg in legs
        for column in ("origin", "destination")
        if getattr(leg, column)
    )
    at = {name: place.id for name, place in fields_.found.items()}
    wanted = ends[0].id, ends[1].id
    moments = list(_moments_of(legs, at, wanted))
    closed = closed_hours(moments)
    stays = [one for one in stays if one.middle_h <= longest_ground_h and not is_night(one, closed)]
    flights = [leg for leg in legs if (at.get(leg.origin), at.get(leg.destination)) == wanted]
    return SeenBridge(
        aircraft=aircraft,
        legs=legs,
        stays=stays,
        flights=flights,
        at_origin=[stay for stay in stays if at[stay.field] == wanted[0]],
        at_destination=[stay for stay in stays if at[stay.field] == wanted[1]],
        moments=moments,
        fields=fields_,
        left_out=left_out,
    )


def _moments_of(
    legs: Iterable[Leg], at: Mapping[str, str], ends: tuple[str, str]
) -> Iterable[dt.datetime]:
    """First moments in the air after a take-off, and last ones before a landing, at both ends of a bridge.

    Only between the two fields: what an aircraft does on the way home to another field says nothing of the bridge.
    """
    for leg in legs:
        if {at.get(leg.origin), at.get(leg.destination)} == set(ends):
            yield leg.first_aloft
            yield leg.last_aloft
