"""The places we know: those of our own files, those the user added, and airfields and countries as places.

Our own file (``data/places.toml``) comes first; airfields it does not have come from airportsdata. A position carries
its source and whether it was read there, only remembered, or chosen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from ...blanks import is_blank
from ...errors import RouteError
from ..names import fold, read_data
from .airfields import airfield_rows, codes_with_code, only_international
from .countries import all_countries, countries_named, countries_with_code
from .place import Kind, Place
from .theatres import theatres_of

__all__ = ["add_place", "airfield_place", "country_place", "known_places", "places"]


@cache
def places() -> Mapping[str, Place]:
    """Places of our own files by id: ``places.toml`` and the passages of ``passages.toml``.

    Returns
    -------
    mapping
        From id to `Place`; airfields of airportsdata are not in it, `find_place` knows them too.

    Examples
    --------
    >>> places()["tartus"].country
    'SY'
    """
    raw_places = read_data("places.toml")["place"]
    by_id = {raw["id"]: raw for raw in raw_places}
    found: dict[str, Place] = {}
    for raw in raw_places:
        # A region takes its position from another place of the file.
        position = by_id[raw.get("stands_at", raw["id"])]
        found[raw["id"]] = _read_place(raw, position["latitude"], position["longitude"])
    for raw in read_data("passages.toml")["passage"]:
        found[raw["id"]] = _read_passage(raw)
    return found


def _read_place(raw: Mapping[str, Any], latitude: float, longitude: float) -> Place:
    return Place(
        id=raw["id"],
        name=raw["name"],
        kind=raw["kind"],
        latitude=latitude,
        longitude=longitude,
        country=raw["country"],
        theatres=theatres_of(raw["id"], raw["country"]),
        aliases=tuple(raw.get("aliases", ())),
        source=raw["source"],
        status=raw["status"],
        note=raw.get("note", ""),
        airfield=raw.get("airfield", ""),
        port=raw.get("port", ""),
    )


def _read_passage(raw: Mapping[str, Any]) -> Place:
    return Place(
        id=raw["id"],
        name=raw["name"],
        kind="strait",
        latitude=raw["latitude"],
        longitude=raw["longitude"],
        country=raw["country"],
        theatres=theatres_of(raw["id"], raw["country"]),
        aliases=tuple(raw["aliases"]),
        source="sea-network",
        status="read",
        note="a point of the sea network in the passage",
    )


def names_of(place: Place) -> tuple[str, ...]:
    """Everything a place is called by: id, name and aliases."""
    return (place.id, place.name, *place.aliases)


@cache
def _own_places_by_name() -> Mapping[str, tuple[Place, ...]]:
    index: dict[str, tuple[Place, ...]] = {}
    for place in places().values():
        for key in dict.fromkeys(map(fold, names_of(place))):
            index[key] = (*index.get(key, ()), place)
    return index


def own_places(key: str) -> tuple[Place, ...]:
    """Places of our own files with a folded name."""
    return _own_places_by_name().get(key, ())


_ADDED: dict[str, Place] = {}
"""Places of the user's own by folded name; see `add_place`."""


def added_places(key: str) -> tuple[Place, ...]:
    """The place the user added with a folded name, or none."""
    if key not in _ADDED:
        return ()
    return (_ADDED[key],)


def known_places() -> tuple[Place, ...]:
    """Places of our own files and those the user added."""
    return tuple(dict.fromkeys((*places().values(), *_ADDED.values())))


def add_place(place: Place) -> Place:
    """Make a place of your own known: from now on its id and names are understood wherever a name is.

    Parameters
    ----------
    place
        Its `country` (ISO 3166 alpha-2) decides on the direction of what moves there. One with the id of an earlier
        one replaces it.

    Returns
    -------
    Place
        The place as it is known: with the theatres of its country, where it names none.

    Raises
    ------
    RouteError
        One of its names is that of another place of the gazetteer, or of a country (a place in that country may have
        it); or a name is a placeholder; or its country is no ISO code; or it lies nowhere: latitude is -90 to 90,
        longitude -180 to 180.

    Notes
    -----
    It is known in this session only; another process must add it again. It comes before an airfield of airportsdata
    with the same name, and before the country whose name it has.

    Examples
    --------
    >>> from forceflow.world import direction, find_place
    >>> strip = add_place(Place("dry lake", "Dry Lake strip", "airfield", 33.5, 38.2, country="SY"))
    >>> find_place("Dry Lake strip").id, direction("dry lake", "Hmeimim")
    ('dry lake', 'internal')
    """
    _check_place(place)
    keys = {fold(name): name for name in names_of(place) if fold(name)}
    if fold(place.id) not in keys or any(map(is_blank, names_of(place))):
        raise RouteError(
            f"{place.id!r}, {place.name!r}: an id and names with letters or digits are needed"
        )
    for key, name in keys.items():
        taken = next(_others_named(key, name, place), None)
        if taken is not None:
            raise RouteError(
                f"{name!r} is {taken} already; give yours an id, a name and aliases of its own"
            )
    place = replace(place, theatres=place.theatres or theatres_of(place.id, place.country))
    # Only after every check, so that a refused place leaves the earlier one as it was.
    _forget_added(place.id)
    _ADDED.update(dict.fromkeys(keys, place))
    return place


def _check_place(place: Place) -> None:
    """Refuse what is no place, or lies nowhere on earth or in no country."""
    if not isinstance(place, Place):
        raise RouteError(
            f"a Place was wanted, got {place!r:.40}; make one: Place(id, name, kind, latitude, longitude)"
        )
    if not (-90 <= place.latitude <= 90 and -180 <= place.longitude <= 180):
        raise RouteError(
            f"{place.name} at latitude {place.latitude:g}, longitude {place.longitude:g} is nowhere on earth; "
            "give degrees, -90 to 90 and -180 to 180"
        )
    if place.country and place.country not in all_countries():
        example = next(iter(all_countries()))
        raise RouteError(
            f"{place.name}: country {place.country!r} is no ISO 3166 alpha-2 code, such as {example!r}"
        )


def _others_named(key: str, name: str, place: Place) -> Iterator[Place]:
    """Other places that bear a name of `place`, given folded and as it is written."""
    yield from own_places(key)
    for other in added_places(key):
        if other.id != place.id:
            yield other
    for nation in countries_named(name):
        # A city may have the name of its country: Kuwait, Luxembourg.
        if nation.code != place.country:
            yield country_place(nation.code)


def _forget_added(place_id: str) -> None:
    """Drop all names of an added place: its new version may have fewer."""
    for key, other in list(_ADDED.items()):
        if other.id == place_id:
            del _ADDED[key]


def airfield_place(code: str) -> Place:
    """An airfield by ICAO code: the one of our own file, else of airportsdata."""
    # Our own file comes before airportsdata: it may name the port and more spellings.
    if code in places():
        return places()[code]
    row = airfield_rows()[code]
    return Place(
        id=code,
        name=row["name"],
        kind="airfield",
        latitude=float(row["lat"]),
        longitude=float(row["lon"]),
        country=row["country"],
        theatres=theatres_of(code, row["country"]),
        aliases=tuple(filter(None, (row["iata"], row["city"]))),
        source="airportsdata",
        status="read",
    )


@cache
def country_place(code: str, kind: Kind | None = None) -> Place:
    """A country as a region: the place of our own file that has its name, where that is of the kind wanted."""
    nation = all_countries()[code]
    for name in nation.names:
        for place in own_places(fold(name)):
            if place.country == code and place.kind != "strait" and kind in (None, place.kind):
                return place
    own_id = "_".join(map(fold, re.findall(r"\w+", nation.name)))
    # One id must not mean two places.
    if own_id in places():
        own_id += "_country"
    return Place(
        id=own_id,
        name=nation.name,
        kind="region",
        latitude=nation.latitude,
        longitude=nation.longitude,
        country=code,
        theatres=theatres_of("", code),
        aliases=(*nation.names[1:], *nation.codes),
        source=nation.source,
        status="prior",
        note=f"the middle of {nation.name}; a place in it may be {nation.reach_km:,.0f} km away",
        airfield=only_international(code),
    )


@cache
def country_codes_by_id() -> Mapping[str, str]:
    """Codes of countries by the folded ids of their regions."""
    return {fold(country_place(code, "region").id): code for code in all_countries()}


def places_with_code(token: str, kind: Kind | None) -> list[Place]:
    """Airfields and countries with a code of three letters or more."""
    found: list[Place] = []
    if kind in (None, "airfield"):
        found.extend(map(airfield_place, codes_with_code(token)))
    if kind in (None, "region") and len(token) > 2:
        for nation in countries_with_code(token):
            found.append(country_place(nation.code, kind))
    return list(dict.fromkeys(found))
