"""Where a movement by air, sea or road may begin and end: ships at ports, aircraft at airfields."""

from __future__ import annotations

from collections.abc import Iterable

from ...errors import NoRouteError, RouteError
from .airfields import airfield_rows
from .countries import all_countries
from .gazetteer import find_place
from .geodesy import Point, geodesic_km
from .known_places import known_places
from .place import Place

__all__ = ["find_end", "note_on_end", "place_for"]

_MOST_NAMED = 3
_NEAR_DEG = 5.0
"""How far north or south the nearest airfields are looked for."""


def find_end(name: str | Place, mode: str | None) -> Place:
    """The place that `name` means as the end of a movement.

    It is the place of `find_place`, but for a ship an airfield is never an end: where one port alone is known for the
    airfield ("Beirut airport"), the end is that port.

    Parameters
    ----------
    name
        Id, name, code or other spelling; or a `Place`.
    mode
        "air", "sea", "road" or "rail"; None for no movement.

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        As of `find_place`.
    RouteError
        A voyage would end at an airfield, a garrison or a city without a port, or a flight at a port or a strait
        without an airfield; the message names the nearest places that would do.

    Examples
    --------
    >>> find_end("Beirut airport", "sea").id, find_end("Beirut airport", "air").id
    ('beirut', 'OLBA')
    """
    place = find_place(name)
    # A region is left to `place_for`, which measures at its port or refuses it.
    if mode == "sea" and place.kind not in ("port", "strait", "region"):
        return _port_for(place)
    if mode == "air" and place.kind == "port":
        # Refuses a port that has no airfield.
        place_for(place, "air")
    return place


def place_for(place: Place, mode: str) -> Place:
    """The place a route of this mode is measured from: the airfield or port that belongs to it, else the place itself.

    Raises
    ------
    NoRouteError
        A voyage to a landlocked country.
    RouteError
        A passage was given as an end of a road; as an end of a voyage an airfield, a garrison, a city or a region that
        has no port of its own in our file; or as an end of a flight a port without an airfield.
    """
    if mode == "air" and place.airfield:
        return find_place(place.airfield)
    if mode == "air" and place.kind == "port":
        raise RouteError(
            f"{place} is a port without an airfield in our file; a flight ends at an airfield: give its name or ICAO "
            f"code; the nearest known are {_nearest_airfields(place)}"
        )
    if mode == "sea" and place.port:
        return find_place(place.port)
    if mode == "sea" and place.kind in ("airfield", "garrison", "city"):
        return _port_for(place)
    # A region without a country is water, and a voyage may end there.
    if mode == "sea" and place.kind == "region" and place.country:
        raise _no_port(place)
    if mode in ("road", "rail") and place.kind == "strait":
        raise RouteError(f"{place.name} is a strait, not a place that a way by {mode} reaches")
    return place


def _port_for(place: Place) -> Place:
    """The port of an airfield, a garrison or a city."""
    if place.port:
        return find_place(place.port)
    ports = [port for port in _known_ports() if port.airfield == place.id]
    # Two ports of one airfield leave open which is meant, so the caller must choose.
    if len(ports) == 1:
        return ports[0]
    kind = {"airfield": "an airfield", "city": "a city"}.get(place.kind, f"a {place.kind}")
    if ports:
        names = " or ".join(port.name for port in ports)
        raise RouteError(f"{place} is {kind}; a voyage ends at a port: give {names}")
    raise RouteError(
        f"{place} is {kind}; a voyage ends at a port: the nearest known are {_nearest_ports(place)}; make yours known "
        f"by add_place(Place(id, name, 'port', latitude, longitude, country={place.country!r}))"
    )


def _no_port(region: Place) -> RouteError:
    """The error for a voyage to a region of which no port is stated."""
    nation = all_countries()[region.country]
    if nation.landlocked:
        return NoRouteError(f"no way by sea to {region.name}: {nation.name} has no coast")
    own = [port.name for port in _known_ports() if port.country == region.country]
    known = f"such as {', '.join(own[: _MOST_NAMED + 1])}"
    if not own:
        known = f"the nearest known are {_nearest_ports(region)}"
    return RouteError(
        f"{region.name} is a region without a port to measure from; give the port, {known}; make yours known by "
        "add_place"
    )


def _known_ports() -> list[Place]:
    return [place for place in known_places() if place.kind == "port"]


def _nearest_ports(place: Place) -> str:
    """The nearest ports of our file, for a message."""
    positions = []
    for port in _known_ports():
        positions.append((port.name, (port.longitude, port.latitude)))
    return _nearest_of(positions, place)


def _nearest_airfields(place: Place) -> str:
    """The nearest airfields with an IATA code, for a message."""
    positions = []
    for code, row in airfield_rows().items():
        # There are tens of thousands: geodesics are measured only to those of like latitude.
        if row["iata"] and abs(row["lat"] - place.latitude) < _NEAR_DEG:
            positions.append((f"{row['name']}, {code}", (row["lon"], row["lat"])))
    return _nearest_of(positions, place)


def _nearest_of(positions: Iterable[tuple[str, Point]], place: Place) -> str:
    """The nearest of some names with a position, and how far they are."""
    here = place.longitude, place.latitude
    by_distance = sorted((geodesic_km(here, there), name) for name, there in positions)
    return ", ".join(f"{name} ({km:,.0f} km)" for km, name in by_distance[:_MOST_NAMED])


def note_on_end(place: Place, end: Place) -> str:
    """What a route to or from `place` that was measured at `end` leaves open; "" for a single place."""
    if place.kind != "region" or not place.country:
        return ""
    if end == place:
        return f"{place.name} is a region: measured from {place.note}"
    return f"{place.name} is a region: measured at {end.name}"
