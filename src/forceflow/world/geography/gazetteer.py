"""Where things happen: airfields, ports, straits, garrisons, cities, regions, and which way a movement goes.

`find_place` resolves a name as reports print it. The places themselves are in `known_places`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, get_args

from ...errors import AmbiguousNameError, UnknownNameError
from ..names import check_name, fold
from .airfields import (
    airfield_rows,
    airfield_size,
    codes_named,
    in_other_words,
    names_no_airfield,
    names_only_a_strip,
    without_airport,
)
from .countries import Country, countries_named, countries_with_code
from .known_places import (
    added_places,
    airfield_place,
    country_codes_by_id,
    country_place,
    own_places,
    places_with_code,
)
from .place import Kind, Place
from .suggestions import unknown_place
from .theatres import is_inside

__all__ = [
    "Direction",
    "direction",
    "find_place",
]

Direction = Literal["outbound", "inbound", "internal", "external"]

_MOST_SHOWN = 12


_DIRECTIONS: dict[tuple[bool, bool], Direction] = {
    (True, False): "outbound",
    (False, True): "inbound",
    (True, True): "internal",
    (False, False): "external",
}
"""By whether the origin and the destination lie in the theatre."""


def find_place(name: str | Place, *, kind: Kind | None = None) -> Place:
    """The place that `name` means.

    Case, accents, blanks and punctuation do not matter, except in codes.

    Parameters
    ----------
    name
        Id, name, code or other spelling; a `Place` comes back as it is.
    kind
        Look only among places of this kind.

    Raises
    ------
    UnknownNameError
        The name is unknown, and the message lists the nearest names; or it is a placeholder ("TBC", "n/a").
    AmbiguousNameError
        It fits several places; the message lists them, to be told apart by `kind` or by id.

    Notes
    -----
    The first of these that knows the name decides:

    1. places added by `add_place`, and our own file;
    2. an ICAO code in capitals: "LIMA" is a field in Italy, "Lima" a city;
    3. countries, as a region: by name in English and some other languages, and with ``kind="region"`` by alpha-2 code.
       A city that has its country's name (Kuwait, Luxembourg, Panama) is the region, except where our own file has it
       as a port (Djibouti, Malta, Singapore);
    4. other airfields, by name or city; a small one (no IATA code, not international) by its full name or code alone;
       some cities also by another spelling (Kiev, Bombay); never the name of a region ("Crete") or a word such as
       "home";
    5. IATA codes of airfields and alpha-3 codes of countries, in capitals, together with 4: "FRA" (Frankfurt, or
       France) is ambiguous.

    Examples
    --------
    >>> find_place("Khmeimim").id
    'OSLK'
    >>> find_place("baltijsk").name
    'Baltiysk'
    >>> find_place("EDDF").name
    'Frankfurt am Main International Airport'
    >>> print(find_place("Ivory Coast"))
    Côte d’Ivoire (cote_d_ivoire, region, CI)
    """
    if kind is not None and kind not in get_args(Kind):
        raise UnknownNameError("kind of place", kind, get_args(Kind))
    if isinstance(name, Place):
        return name
    # "NA" is the code of Namibia among regions, and a blank elsewhere.
    if kind != "region" or not countries_with_code(str(name)):
        check_name(kind or "place", name)
    # The name as it is written comes first; another spelling is only a second try.
    hits = _places_meant(name, kind) or _places_meant(in_other_words(name), kind)
    if not hits:
        raise unknown_place(name, kind)
    if len(hits) > 1:
        raise AmbiguousNameError("place", name, _list_of(hits))
    return hits[0]


def _list_of(hits: list[Place]) -> list[str]:
    """The places of an ambiguous name in words, large airfields first: reports mean those."""
    by_size = sorted(hits, key=lambda place: -airfield_size(place.id))
    shown = [str(place) for place in by_size[:_MOST_SHOWN]]
    if len(hits) > _MOST_SHOWN:
        shown.append(f"{len(hits) - _MOST_SHOWN} more")
    return shown


def _places_meant(name: str, kind: Kind | None) -> list[Place]:
    """The places that a name may mean, by the rules of `find_place`."""
    key, token = fold(name), name.strip()
    nations = countries_named(name)
    own = _own_places_named(key, nations, kind)
    if own:
        return own
    if kind in (None, "airfield") and token in airfield_rows():
        return [airfield_place(token)]
    if kind in (None, "region") and key in country_codes_by_id() and not nations:
        return [country_place(country_codes_by_id()[key], "region")]
    if not nations and kind == "region":
        nations = countries_with_code(token.upper())
    if nations and kind not in (None, "region"):
        return []
    if nations:
        return [country_place(nation.code, kind) for nation in nations]
    return _named_or_coded(name, kind)


def _own_places_named(key: str, nations: tuple[Country, ...], kind: Kind | None) -> list[Place]:
    """Places of our own files and of the user with a folded name; nothing where a country is meant."""
    every = (*added_places(key), *own_places(key))
    own = [place for place in every if kind in (None, place.kind)]
    if not nations or kind is not None:
        return own
    # "Panama" is the country, not its canal.
    code = nations[0].code
    if all(place.kind == "strait" and place.country == code for place in own):
        return []
    return own


def _named_or_coded(name: str, kind: Kind | None) -> list[Place]:
    """Airfields by name, and airfields and countries by code; where one is both, those with the code."""
    named = _airfields_named(name, kind)
    coded = places_with_code(name.strip(), kind)
    # Name and code agree on a place, so nothing else with that name is meant.
    if {place.id for place in coded} & {place.id for place in named}:
        return coded
    return list(dict.fromkeys((*coded, *named)))


def _airfields_named(name: str, kind: Kind | None) -> list[Place]:
    """Airfields by name or city; "Beirut airport" is the airfield of the port or of the city."""
    if kind not in (None, "airfield") or not fold(name) or names_no_airfield(name):
        return []
    served = []
    for place in own_places(without_airport(name)):
        if place.kind == "port" and place.airfield:
            served.append(airfield_place(place.airfield))
    if served:
        return served
    codes = codes_named(name)
    if names_only_a_strip(name, codes):
        return []
    return list(map(airfield_place, codes))


def direction(
    origin: str | Place, destination: str | Place, theatre: str | Collection[str] = "syria"
) -> Direction:
    """Which way a movement goes, seen from a theatre.

    Parameters
    ----------
    origin, destination
        Places, or names of places.
    theatre
        A theatre of ours ("syria", "libya"); or a country by name or ISO 3166 code ("Niger", "NE", "NER"); or several
        of these (["NE", "ML"]).

    Returns
    -------
    str
        "outbound" (from inside to outside), "inbound", "internal" or "external" (both outside).

    Raises
    ------
    UnknownNameError
        A place or the theatre is unknown.

    Examples
    --------
    >>> direction("Damascus", "Hmeimim"), direction("Hmeimim", "al-Khadim")
    ('internal', 'outbound')
    >>> direction("Niamey", "Orleans Bricy", "Niger")
    'outbound'
    """
    ends = find_place(origin), find_place(destination)
    return _DIRECTIONS[is_inside(ends[0], theatre), is_inside(ends[1], theatre)]
