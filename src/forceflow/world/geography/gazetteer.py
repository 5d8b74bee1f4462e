"""Where things happen: airfields, ports, straits, garrisons, cities, regions, and the theatre each belongs to.

Our own file (``data/places.toml``) comes first; airfields it does not have come from airportsdata, by ICAO or IATA
code, name or city.  A position carries its source and whether it was read there, only remembered, or chosen.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Literal, get_args

from ...blanks import NO_PLACE_WORDS, is_blank
from ...errors import AmbiguousNameError, RouteError, UnknownNameError, nearest
from ..names import DATA as DATA
from ..names import check_name
from ..names import fold as fold
from ..names import read_data as read_data
from .airfields import (
    airfield_rows,
    airfield_size,
    codes_named,
    codes_with_code,
    in_other_words,
    names_only_a_strip,
    only_international,
    other_words,
    without_airport,
)
from .countries import all_countries, countries_named, countries_with_code, is_part_of_the_world
from .place import Kind as Kind
from .place import Place as Place
from .theatres import is_inside, theatres_of

__all__ = [
    "Direction",
    "Kind",
    "Place",
    "add_place",
    "direction",
    "find_place",
    "known_places",
    "places",
]

Direction = Literal["outbound", "inbound", "internal", "external"]

_MOST_SHOWN = 12
_MOST_SUGGESTED = 4


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
    position = {
        raw["id"]: (raw["latitude"], raw["longitude"]) for raw in raw_places if "latitude" in raw
    }
    found: dict[str, Place] = {}
    for raw in raw_places:
        latitude, longitude = position[raw["stands_at"] if "stands_at" in raw else raw["id"]]
        found[raw["id"]] = Place(
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
    for raw in read_data("passages.toml")["passage"]:
        found[raw["id"]] = Place(
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
    return found


def _names(place: Place) -> Iterable[str]:
    return (place.id, place.name, *place.aliases)


@cache
def _own_index() -> Mapping[str, tuple[Place, ...]]:
    index: dict[str, list[Place]] = {}
    for place in places().values():
        for name in dict.fromkeys(fold(n) for n in _names(place)):
            index.setdefault(name, []).append(place)
    return {name: tuple(hits) for name, hits in index.items()}


_ADDED: dict[str, Place] = {}
"""Places of the user's own by folded name; see `add_place`."""


def add_place(place: Place) -> Place:
    """Make a place of your own known: from now on its id and names are understood wherever a name is.

    Parameters
    ----------
    place
        Its `country` (ISO 3166 alpha-2) decides on the direction of what moves there. One with the id of an earlier
        one takes its stead.

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
    >>> strip = add_place(Place("dry lake", "Dry Lake strip", "airfield", 33.5, 38.2, country="SY"))
    >>> find_place("Dry Lake strip").id, direction("dry lake", "Hmeimim")
    ('dry lake', 'internal')
    """
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
        raise RouteError(
            f"{place.name}: country {place.country!r} is no ISO 3166 alpha-2 code, such as 'SY'"
        )
    keys = {fold(name): name for name in _names(place) if fold(name)}
    if fold(place.id) not in keys or any(map(is_blank, _names(place))):
        raise RouteError(
            f"{place.id!r}, {place.name!r}: an id and names with letters or digits are needed"
        )
    for key, name in keys.items():
        taken: list[Place] = [
            *_own_index().get(key, ()),
            *(other for other in _added(key) if other.id != place.id),
        ]
        taken += [
            _country(nation.code)
            for nation in countries_named(name)
            if nation.code != place.country
        ]
        if taken:
            raise RouteError(
                f"{name!r} is {taken[0]} already; give yours an id, a name and aliases of its own"
            )
    place = replace(place, theatres=place.theatres or theatres_of(place.id, place.country))
    for key in [key for key, other in _ADDED.items() if other.id == place.id]:
        del _ADDED[key]
    _ADDED.update(dict.fromkeys(keys, place))
    return place


def _added(key: str) -> tuple[Place, ...]:
    return (_ADDED[key],) if key in _ADDED else ()


def _airfield(code: str) -> Place:
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
        aliases=tuple(name for name in (row["iata"], row["city"]) if name),
        source="airportsdata",
        status="read",
    )


@cache
def _country(code: str, kind: Kind | None = None) -> Place:
    """A country as a region; the place of our own file that has its name stands for it, if it is of that kind."""
    nation = all_countries()[code]
    for name in nation.names:
        for place in _own_index().get(fold(name), ()):
            if place.country == code and place.kind != "strait" and kind in (None, place.kind):
                return place
    own_id = "_".join(fold(word) for word in re.findall(r"\w+", nation.name))
    return Place(
        id=f"{own_id}_country" if own_id in places() else own_id,
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
def _countries_by_id() -> Mapping[str, str]:
    """Codes of countries by the folded ids of their regions."""
    return {fold(_country(code, "region").id): code for code in all_countries()}


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
    if not (
        kind == "region" and countries_with_code(str(name))
    ):  # "NA" is Namibia there, and a blank elsewhere
        check_name("place" if kind is None else kind, name)
    hits = _meant(name, kind) or _meant(in_other_words(name), kind)
    if not hits:
        raise _unknown(name, kind)
    if len(hits) > 1:
        hits = sorted(
            hits, key=lambda place: -airfield_size(place.id)
        )  # large ones are the fields that reports mean
        shown = [str(place) for place in hits[:_MOST_SHOWN]]
        if len(hits) > _MOST_SHOWN:
            shown.append(f"{len(hits) - _MOST_SHOWN} more")
        raise AmbiguousNameError("place", name, shown)
    return hits[0]


def _meant(name: str, kind: Kind | None) -> list[Place]:
    """The places that a name may mean, by the rules of `find_place`."""
    key = fold(name)
    own = [
        place for place in (*_added(key), *_own_index().get(key, ())) if kind in (None, place.kind)
    ]
    nations = countries_named(name)
    canal = (
        nations
        and kind is None
        and all(p.kind == "strait" and p.country == nations[0].code for p in own)
    )
    if own and not canal:  # "Panama" is the country, not its canal
        return own
    token = name.strip()
    if kind in (None, "airfield") and token in airfield_rows():
        return [_airfield(token)]
    if kind in (None, "region") and key in _countries_by_id() and not nations:
        return [_country(_countries_by_id()[key], "region")]
    if not nations and kind == "region":
        nations = countries_with_code(token.upper())
    if nations:
        return (
            [_country(nation.code, kind) for nation in nations] if kind in (None, "region") else []
        )
    named, coded = _airfields_named(name, kind), _with_code(token, kind)
    same = {place.id for place in coded} & {place.id for place in named}
    return coded if same else list(dict.fromkeys((*coded, *named)))


def _airfields_named(name: str, kind: Kind | None) -> list[Place]:
    """Airfields by name or city; "Beirut airport" is the airfield of the port or of the city."""
    if kind not in (None, "airfield") or not fold(name):
        return []
    bare = without_airport(name)
    if _names_no_field(name):
        return []
    served = [
        place.airfield
        for place in _own_index().get(bare, ())
        if place.kind == "port" and place.airfield
    ]
    codes = tuple(served) or codes_named(name)
    return (
        []
        if not served and names_only_a_strip(name, codes)
        else [_airfield(code) for code in codes]
    )


def _names_no_field(name: str) -> bool:
    """Whether a name, with or without the word airport, is that of a region, or a word such as "home" or "same"."""
    if fold(name) in {fold(words) for words in NO_PLACE_WORDS}:
        return True
    return any(
        is_part_of_the_world(key) or key in other_words()["towns"]
        for key in (fold(name), without_airport(name))
        if key
    )


def _with_code(token: str, kind: Kind | None) -> list[Place]:
    """Airfields and countries with a code of three letters or more."""
    fields = codes_with_code(token) if kind in (None, "airfield") else ()
    nations = countries_with_code(token) if kind in (None, "region") and len(token) > 2 else ()
    return list(
        dict.fromkeys(
            [*map(_airfield, fields), *(_country(nation.code, kind) for nation in nations)]
        )
    )


def _unknown(name: str, kind: Kind | None) -> UnknownNameError:
    """The error for a name that nothing bears, with what would have worked."""
    what = "place" if kind is None else kind
    if why := other_words()["towns"].get(without_airport(name) or fold(name)):
        return UnknownNameError(what, name, (), otherwise=f"{why[:1].upper()}{why[1:]}")
    if fold(name) in {fold(words) for words in NO_PLACE_WORDS}:
        return UnknownNameError(
            what, name, (), otherwise="It names no one place; write the name of the place"
        )
    if kind in (None, "airfield") and not _names_no_field(name) and (codes := codes_named(name)):
        return UnknownNameError(
            what,
            name,
            (),
            otherwise=f"It names only a small field, {_airfield(codes[0])}; write {codes[0]} if you mean it",
        )
    if is_part_of_the_world(name) or is_part_of_the_world(without_airport(name)):
        return UnknownNameError(
            what, name, (), otherwise="It is a part of the world; give the country or the place"
        )
    if len(name.strip()) == 2 and (nations := countries_with_code(name.strip().upper())):
        return UnknownNameError(
            what, name, (), otherwise=f"For the country write {nations[0].name}"
        )
    if coded := _with_code(name.strip().upper(), kind):
        return UnknownNameError(
            what,
            name,
            _known(name, kind),
            otherwise=f"As a code of {coded[0]} write it in capitals",
        )
    return UnknownNameError(what, name, _known(name, kind), show_all=True)


def _known(name: str, kind: Kind | None) -> list[str]:
    """Names to suggest, one per place: those that begin with `name`, else the nearest in spelling.

    Looked through are all of ours, countries, and of airportsdata those that begin alike; no strip where a larger field
    would do. Of a country, places of ours in it, else its international airports.
    """
    key = fold(name)
    own = known_places()
    if codes := {nation.code for nation in countries_named(without_airport(name) or name)}:
        ours = [
            place.name for place in own if place.country in codes and kind in (None, place.kind)
        ]
        large = [
            row["name"]
            for c, row in airfield_rows().items()
            if row["country"] in codes and airfield_size(c) == 3
        ]
        return (ours or (large if kind in (None, "airfield") else []))[:_MOST_SUGGESTED]
    known = {n: place.id for place in own if kind in (None, place.kind) for n in _names(place)}
    if kind in (None, "region"):
        known |= {
            n: _country(nation.code).id
            for nation in all_countries().values()
            for n in nation.names[:1]
        }
    size = dict.fromkeys(known, 3)
    if kind in (None, "airfield"):
        for code, row in airfield_rows().items():
            for text in (row["name"].removesuffix(" Airport"), row["city"]):
                if text and fold(text)[:2] == key[:2]:
                    known.setdefault(text, code if text != row["city"] else text)
                    size[text] = max(size.get(text, 0), airfield_size(code))
    longer = [n for n in known if re.match(re.escape(name.strip()) + r"\W", n, re.IGNORECASE)]
    near = sorted(longer, key=lambda n: (-size[n], n)) or nearest(name, known, most=_MOST_SHOWN)
    near = [
        n for n in near if size[n] or n == near[0] or not any(size[other] > 1 for other in near)
    ]
    folded = {fold(text) for text in near}
    found: dict[str, str] = {}
    for text in near:
        place = places().get(known[text])
        found.setdefault(known[text], place.name if place and fold(place.name) in folded else text)
    return list(found.values())[:_MOST_SUGGESTED]


def known_places() -> tuple[Place, ...]:
    """Places of our own files and those the user added."""
    return tuple(dict.fromkeys((*places().values(), *_ADDED.values())))


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
    names: dict[tuple[bool, bool], Direction] = {
        (True, False): "outbound",
        (False, True): "inbound",
        (True, True): "internal",
        (False, False): "external",
    }
    return names[is_inside(ends[0], theatre), is_inside(ends[1], theatre)]
