"""From port calls to voyages: from one berth to the next at another place, and what else the time allowed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise
from operator import attrgetter

from ..errors import ForceflowError, FrameError
from ..world import Place, Route, Vessel, route
from ..world.geography.geodesy import geodesic_km
from ..world.geography.known_places import known_places
from .call_rows import Call
from .named_places import NamedPlaces

__all__ = [
    "Voyage",
    "calls_by_ship",
    "other_ports",
    "sea_km",
    "sea_way",
    "voyages_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voyage:
    """A ship from one berth to its next one.

    Parameters
    ----------
    left, reached
        The calls it lies between.
    between
        Calls at anchor on the way, in order.
    origin, destination
        Their places; the same for a ship that came back.
    """

    left: Call
    reached: Call
    between: tuple[Call, ...]
    origin: Place
    destination: Place

    @property
    def is_round_trip(self) -> bool:
        """Whether it came back to where it left."""
        return self.origin.id == self.destination.id

    @property
    def hours(self) -> float:
        """The longest time it can have taken: last heard at the berth, to first heard at the next one."""
        return (self.reached.arrived_by - self.left.left_after) / dt.timedelta(hours=1)

    @property
    def silence_h(self) -> float | None:
        """Longest silence on the way, h; None where the calls do not say it."""
        legs = [call.longest_silence_after_h for call in (self.left, *self.between)]
        known = [leg for leg in legs if leg is not None]
        if len(known) < len(legs):
            return None
        return min(max(known), self.hours)


def calls_by_ship(calls: Iterable[Call]) -> dict[str, list[Call]]:
    """Calls of each ship in order of time."""
    return {ship: list(own) for ship, own in groupby(calls, key=attrgetter("ship"))}


def voyages_of(
    calls: Sequence[Call], places: NamedPlaces, *, include_anchorages: bool
) -> list[Voyage]:
    """Voyages between the consecutive berths of one ship, round trips among them.

    Raises
    ------
    FrameError
        Two calls of the ship overlap.
    """
    ends = [call for call in calls if include_anchorages or call.kind == "berth"]
    voyages = []
    for left, reached in pairwise(ends):
        _check_apart(left, reached)
        between = tuple(
            call
            for call in calls
            if call.kind == "anchorage"
            and call not in ends
            and left.left_after <= call.arrived_by < reached.arrived_by
        )
        voyages.append(
            Voyage(
                left=left,
                reached=reached,
                between=between,
                origin=places[left.place],
                destination=places[reached.place],
            )
        )
    return voyages


def _check_apart(left: Call, reached: Call) -> None:
    if reached.arrived_by <= left.left_after:
        raise FrameError(
            f"port calls, rows {left.row} and {reached.row}: ship {left.ship} is at {left.place} until "
            f"{left.left_after:%Y-%m-%d %H:%M} and at {reached.place} from {reached.arrived_by:%Y-%m-%d %H:%M}; two "
            "hulls may share its number"
        )


@cache
def sea_way(origin: Place, destination: Place) -> Route | None:
    """The shortest open way by sea; None where there is none to measure."""
    try:
        return route(origin, destination, mode="sea")
    except ForceflowError:
        return None


def sea_km(origin: Place, destination: Place) -> float | None:
    """Length of the shortest open way by sea, km; None where there is none to measure."""
    if origin.id == destination.id:
        return 0.0
    way = sea_way(origin, destination)
    if way is None:
        return None
    return way.distance_km


def other_ports(voyage: Voyage, vessel: Vessel) -> list[Place]:
    """Ports of the gazetteer where the ship had the time to call on the way, those least out of the way first.

    The whole time must do for both ways at its top speed and the shortest stay in port, and one silence for the stay.
    """
    stay_h = min(vessel.load_h.low, vessel.discharge_h.low)
    silence_h = voyage.silence_h
    if silence_h is not None and silence_h < stay_h:
        return []
    reach_km = vessel.speed_km_per_h.high * (voyage.hours - stay_h)
    found = []
    for port in known_places():
        if port.kind != "port" or port.id in (voyage.origin.id, voyage.destination.id):
            continue
        way_km = _way_over(voyage.origin, port, voyage.destination, reach_km)
        if way_km is not None and way_km <= reach_km:
            found.append((way_km, port.id, port))
    return [port for _, _, port in sorted(found, key=lambda one: one[:2])]


def _way_over(origin: Place, port: Place, destination: Place, reach_km: float) -> float | None:
    """Length of the way over a port, km; None where there is none, or it is out of reach as the crow flies."""
    if _apart_km(origin, port) + _apart_km(port, destination) > reach_km:
        return None
    there, on = sea_km(origin, port), sea_km(port, destination)
    if there is None or on is None:
        return None
    return there + on


def _apart_km(one: Place, other: Place) -> float:
    return geodesic_km((one.longitude, one.latitude), (other.longitude, other.latitude))
