"""Where things happen: airfields, ports, straits, garrisons, cities, regions, and the theatre each belongs to.

Our own file (``data/places.toml``) comes first; airfields it does not have come from airportsdata, by ICAO or IATA
code, name or city.  A position carries its source and whether it was read there, only remembered, or chosen.
"""

from __future__ import annotations

import html
import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal, cast, get_args

from forceflow.errors import AmbiguousNameError, RouteError, UnknownNameError, nearest

__all__ = ["Direction", "Kind", "Place", "add_place", "direction", "find_place", "places", "theatres"]

Kind = Literal["airfield", "port", "strait", "garrison", "city", "region"]
Status = Literal["read", "recalled", "prior"]
Direction = Literal["outbound", "inbound", "internal", "external"]

DATA = files("forceflow.world") / "data"
_MOST_SHOWN = 12
_MOST_SUGGESTED = 4
_AIRFIELD_WORDS = re.compile("(international|naval|military)?(airport|airbase|airfield)$")
_NO_NAMES = frozenset({"unknown", "unnamed", "unspecified", "undisclosed", "various", "none", "na", "tbd"})
"""Words that stand where a name is missing; no place is guessed for them."""


@dataclass(frozen=True, slots=True, repr=False)
class Place:
    """A named place with its position and where the position comes from.

    Parameters
    ----------
    id
        ICAO code of an airfield where it has one, else a short English name; never changes.
    name
        The name to show.
    kind
        "airfield", "port", "strait", "garrison", "city" or "region".
    latitude, longitude
        Degrees, WGS 84; of a region, its representative point.
    country
        ISO 3166 alpha-2, or "" at sea.
    theatres
        Ids of the theatres it lies in.
    aliases
        Other spellings and codes it is found by.
    source, status
        Source id of the position, and "read", "recalled" or "prior" (a stated choice).
    note
        What the position stands for.
    airfield, port
        Of a region: ids of the places a flight or a voyage is measured from. Of a port: `airfield` is where a flight
        to the name ends.
    """

    id: str
    name: str
    kind: Kind
    latitude: float
    longitude: float
    country: str = ""
    theatres: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    source: str = ""
    status: Status = "read"
    note: str = ""
    airfield: str = ""
    port: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.id}, {self.kind}{', ' + self.country if self.country else ''})"

    def __repr__(self) -> str:
        return f"Place({self.id!r}, name={self.name!r}, kind={self.kind!r}, ...)"

    def _repr_html_(self) -> str:
        north, east = "N" if self.latitude >= 0 else "S", "E" if self.longitude >= 0 else "W"
        rows = {
            "id": self.id,
            "kind": self.kind,
            "country": self.country,
            "position": f"{abs(self.latitude):.4f} {north}, {abs(self.longitude):.4f} {east}",
            "source": f"{self.source} ({self.status})" if self.source else "",
            "theatres": ", ".join(self.theatres),
            "also": ", ".join(self.aliases),
            "note": self.note,
        }
        body = "".join(
            f'<tr><th scope="row">{name}</th><td>{html.escape(text)}</td></tr>' for name, text in rows.items() if text
        )
        return f"<table><caption>{html.escape(self.name)}</caption><tbody>{body}</tbody></table>"


@dataclass(frozen=True, slots=True)
class Theatre:
    """A set of places: those of its countries and some more."""

    id: str
    name: str
    countries: frozenset[str]
    places: frozenset[str]
    note: str = ""


@lru_cache(maxsize=8192)
def fold(name: str) -> str:
    """`name` without accents, case, punctuation and blanks, for comparison."""
    text = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in text if c.isalnum()).replace("ø", "o").replace("ł", "l").replace("ı", "i")


@cache
def read_data(name: str) -> Mapping[str, Any]:
    """One of our TOML files."""
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


@cache
def theatres() -> Mapping[str, Theatre]:
    """All theatres by id."""
    return {
        key: Theatre(key, raw["name"], frozenset(raw["countries"]), frozenset(raw["places"]), raw.get("note", ""))
        for key, raw in read_data("theatres.toml").items()
    }


def _theatres_of(place_id: str, country: str) -> tuple[str, ...]:
    return tuple(t.id for t in theatres().values() if country in t.countries or place_id in t.places)


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
    position = {raw["id"]: (raw["latitude"], raw["longitude"]) for raw in raw_places if "latitude" in raw}
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
            theatres=_theatres_of(raw["id"], raw["country"]),
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
            theatres=_theatres_of(raw["id"], raw["country"]),
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
        One of its names is that of another place of the gazetteer, or it lies nowhere: latitude is -90 to 90,
        longitude -180 to 180.

    Notes
    -----
    It is known in this session only; another process must add it again. Before an airfield of airportsdata with the
    same name it goes first.

    Examples
    --------
    >>> strip = add_place(Place("dry lake", "Dry Lake strip", "airfield", 33.5, 38.2, country="SY"))
    >>> find_place("Dry Lake strip").id, direction("dry lake", "Hmeimim")
    ('dry lake', 'internal')
    """
    if not isinstance(place, Place):
        raise RouteError(f"a Place was wanted, got {place!r:.40}; make one: Place(id, name, kind, latitude, longitude)")
    if not (-90 <= place.latitude <= 90 and -180 <= place.longitude <= 180):
        raise RouteError(
            f"{place.name} at latitude {place.latitude:g}, longitude {place.longitude:g} is nowhere on earth; "
            "give degrees, -90 to 90 and -180 to 180"
        )
    keys = {fold(name): name for name in _names(place) if fold(name)}
    for key, name in keys.items():
        taken = [*_own_index().get(key, ()), *(other for other in _added(key) if other.id != place.id)]
        if taken:
            raise RouteError(f"{name!r} is {taken[0]} already; give yours an id, a name and aliases of its own")
    place = replace(place, theatres=place.theatres or _theatres_of(place.id, place.country))
    for key in [key for key, other in _ADDED.items() if other.id == place.id]:
        del _ADDED[key]
    _ADDED.update(dict.fromkeys(keys, place))
    return place


def _added(key: str) -> tuple[Place, ...]:
    return (_ADDED[key],) if key in _ADDED else ()


@cache
def _airfields() -> tuple[Mapping[str, Mapping[str, Any]], Mapping[str, tuple[str, ...]]]:
    """Rows of airportsdata by ICAO code, and the codes that a folded code, name or city may mean."""
    import airportsdata

    rows = cast("dict[str, dict[str, Any]]", airportsdata.load("ICAO"))
    index: dict[str, list[str]] = {}
    for code, row in rows.items():
        full = fold(row["name"])
        bare = _AIRFIELD_WORDS.sub("", full)
        for name in {fold(code), fold(row["iata"]), full, bare, fold(row["city"])} - {""}:
            index.setdefault(name, []).append(code)
    return rows, {name: tuple(codes) for name, codes in index.items()}


def _airfield(code: str) -> Place:
    if code in places():
        return places()[code]
    row = _airfields()[0][code]
    return Place(
        id=code,
        name=row["name"],
        kind="airfield",
        latitude=float(row["lat"]),
        longitude=float(row["lon"]),
        country=row["country"],
        theatres=_theatres_of(code, row["country"]),
        aliases=tuple(name for name in (row["iata"], row["city"]) if name),
        source="airportsdata",
        status="read",
    )


def _size(code: str) -> int:
    """How large an airfield is, as far as airportsdata tells: 3 international and with an IATA code, 0 a strip."""
    row = _airfields()[0].get(code)
    return 0 if row is None else 2 * bool(row["iata"]) + ("international" in row["name"].casefold())


def _airfields_named(name: str) -> list[Place]:
    """Airfields of airportsdata that `name` may mean: the one of that code, else those of that name or city.

    "Beirut airport" is the airfield of the port or of the city.  Where only strips are in a city of that name, the
    large airports of cities that have it as a word may be meant too: Delhi, New Delhi.
    """
    rows, index = _airfields()
    key = fold(name)
    bare = _AIRFIELD_WORDS.sub("", key)
    if bare != key and key not in index:
        served = [place.airfield for place in _own_index().get(bare, ()) if place.kind == "port" and place.airfield]
        return [_airfield(code) for code in served or index.get(bare, ())]
    codes = index.get(key, ())
    exact = [code for code in codes if code.casefold() == name.strip().casefold()]
    if codes and not exact and max(map(_size, codes)) == 0:
        codes += tuple(code for code, row in rows.items() if _size(code) == 3 and key in _words(row["city"]))
    return [_airfield(code) for code in exact or codes]


def _words(text: str) -> set[str]:
    return {fold(word) for word in re.split(r"\W+", text)}


def find_place(name: str | Place, *, kind: Kind | None = None) -> Place:
    """The place that `name` means.

    Case, accents, blanks and punctuation do not matter.  Our own file wins; then airfields of airportsdata by code,
    name or city.

    Parameters
    ----------
    name
        Id, name, code or other spelling; a `Place` comes back as it is.
    kind
        Look only among places of this kind.

    Raises
    ------
    UnknownNameError
        Nobody knows it; the message lists the nearest names.
    AmbiguousNameError
        It fits several places; the message lists them, to be told apart by `kind` or by id.

    Examples
    --------
    >>> find_place("Khmeimim").id
    'OSLK'
    >>> find_place("baltijsk").name
    'Baltiysk'
    >>> find_place("EDDF").name
    'Frankfurt am Main International Airport'
    """
    if kind is not None and kind not in get_args(Kind):
        raise UnknownNameError("kind of place", kind, get_args(Kind))
    if isinstance(name, Place):
        return name
    key = fold(name)
    hits = [place for place in (*_added(key), *_own_index().get(key, ())) if kind in (None, place.kind)]
    if not hits and key and kind in (None, "airfield"):
        hits = _airfields_named(name)
    if not hits:
        raise UnknownNameError("place" if kind is None else kind, name, _known(name, kind), show_all=True)
    if len(hits) > 1:
        hits = sorted(hits, key=lambda place: -_size(place.id))  # large ones are the fields that reports mean
        shown = [str(place) for place in hits[:_MOST_SHOWN]]
        if len(hits) > _MOST_SHOWN:
            shown.append(f"{len(hits) - _MOST_SHOWN} more")
        raise AmbiguousNameError("place", name, shown)
    return hits[0]


def _known(name: str, kind: Kind | None) -> list[str]:
    """Names to suggest, one per place: those that begin with `name`, else the nearest in spelling.

    Looked through are all of ours, and of airportsdata those that begin alike; no strip where a larger field would do.
    Of a country, places of ours in it, else its international airports.
    """
    key = fold(name)
    if key in _NO_NAMES:
        return []
    own = (*places().values(), *_ADDED.values())
    if country := _country_code(name):
        ours = [place.name for place in own if place.country == country and kind in (None, place.kind)]
        large = [row["name"] for code, row in _airfields()[0].items() if row["country"] == country and _size(code) == 3]
        return (ours or (large if kind in (None, "airfield") else []))[:_MOST_SUGGESTED]
    known = {n: place.id for place in own if kind in (None, place.kind) for n in _names(place)}
    size = dict.fromkeys(known, 3)
    if kind in (None, "airfield"):
        for code, row in _airfields()[0].items():
            for text in (row["name"].removesuffix(" Airport"), row["city"]):
                if text and fold(text)[:2] == key[:2]:
                    known.setdefault(text, code if text != row["city"] else text)
                    size[text] = max(size.get(text, 0), _size(code))
    longer = [n for n in known if re.match(re.escape(name.strip()) + r"\W", n, re.IGNORECASE)]
    near = sorted(longer, key=lambda n: (-size[n], n)) or nearest(name, known, most=_MOST_SHOWN)
    near = [n for n in near if size[n] or n == near[0] or not any(size[other] > 1 for other in near)]
    folded = {fold(text) for text in near}
    found: dict[str, str] = {}
    for text in near:
        place = places().get(known[text])
        found.setdefault(known[text], place.name if place and fold(place.name) in folded else text)
    return list(found.values())[:_MOST_SUGGESTED]


def _country_code(name: str) -> str:
    """ISO 3166 alpha-2 code when `name` is a country of Natural Earth, else ""."""
    from forceflow.world.coast import country_code

    return country_code(name) if len(fold(name)) > 3 else ""


@cache
def _countries() -> frozenset[str]:
    """ISO 3166 alpha-2 codes of the countries with a place or an airfield."""
    return frozenset(place.country for place in places().values()) | frozenset(airfield_positions()[0])


def airfield_positions() -> tuple[list[str], list[tuple[float, float]]]:
    """Country (ISO 3166 alpha-2) and position (lon, lat, degrees) of every airfield that airportsdata has."""
    rows = _airfields()[0].values()
    return [row["country"] for row in rows], [(float(row["lon"]), float(row["lat"])) for row in rows]


def direction(origin: str | Place, destination: str | Place, theatre: str | Collection[str] = "syria") -> Direction:
    """Which way a movement goes, seen from a theatre.

    Parameters
    ----------
    origin, destination
        Places, or names of places.
    theatre
        Id of a theatre in ``theatres.toml``, or the countries that make one, by ISO 3166 alpha-2: ``["NP"]``.

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
    """
    ends = find_place(origin), find_place(destination)
    if isinstance(theatre, str):
        if theatre not in theatres():
            raise UnknownNameError(
                "theatre",
                theatre,
                theatres(),
                show_all=True,
                otherwise="Or name the countries that make yours, such as theatre=['NP'] or ['SY', 'LB']",
            )
        inside = theatre in ends[0].theatres, theatre in ends[1].theatres
    else:
        codes = [str(code).upper() for code in (theatre if isinstance(theatre, Collection) else [theatre])]
        wrong = [code for code in codes if code not in _countries()]
        if wrong or not codes:
            raise UnknownNameError(
                "country of a theatre", ", ".join(wrong), (),
                otherwise="Give ISO codes of two letters, such as ['SY', 'LB']",
            )  # fmt: skip
        inside = ends[0].country in codes, ends[1].country in codes
    names: dict[tuple[bool, bool], Direction] = {
        (True, False): "outbound",
        (False, True): "inbound",
        (True, True): "internal",
        (False, False): "external",
    }
    return names[inside]


def place_for(place: Place, mode: str) -> Place:
    """The place a route of this mode is measured from: a region's airfield or port, else the place itself.

    Raises
    ------
    RouteError
        A passage was given as an end of a road, or an airfield or garrison as an end of a voyage.
    """
    if mode == "air" and place.airfield:
        return find_place(place.airfield)
    if mode == "sea" and place.port:
        return find_place(place.port)
    if mode == "sea" and place.kind in ("airfield", "garrison"):
        raise RouteError(f"{place.name} is no port; give the port that ships leave from")
    if mode == "road" and place.kind == "strait":
        raise RouteError(f"{place.name} is a strait, not a place on a road")
    return place
