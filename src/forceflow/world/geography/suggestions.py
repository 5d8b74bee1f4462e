"""What would have worked in place of a name that nothing bears: the reason, or names like it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ...errors import UnknownNameError, nearest
from ..names import fold
from .airfields import (
    airfield_rows,
    airfield_size,
    airfields_by_start,
    codes_named,
    is_no_place_word,
    names_no_airfield,
    other_words,
    without_airport,
)
from .countries import all_countries, countries_named, countries_with_code, is_part_of_the_world
from .known_places import (
    airfield_place,
    country_place,
    known_places,
    names_of,
    places,
    places_with_code,
)
from .place import Kind, Place

__all__ = ["unknown_place"]

_MOST_LOOKED_AT = 12
_MOST_SUGGESTED = 4

_LARGE = 3
"""The size of an airfield that is international and has an IATA code; places of ours count as large as that."""


def unknown_place(name: str, kind: Kind | None) -> UnknownNameError:
    """The error for a name that nothing bears, with what would have worked."""
    what = kind or "place"
    if reason := _reason_unknown(name, kind):
        return UnknownNameError(what, name, (), otherwise=reason)
    similar = _similar_names(name, kind)
    if coded := places_with_code(name.strip().upper(), kind):
        return UnknownNameError(
            what, name, similar, otherwise=f"As a code of {coded[0]} write it in capitals"
        )
    return UnknownNameError(what, name, similar, show_all=True)


def _reason_unknown(name: str, kind: Kind | None) -> str:
    """Why a name that may be understood is no place, and what to write; "" for any other."""
    bare = without_airport(name)
    if why := other_words()["towns"].get(bare or fold(name)):
        return f"{why[:1].upper()}{why[1:]}"
    if is_no_place_word(name):
        return "It names no one place; write the name of the place"
    if small := _small_airfield(name, kind):
        return f"It names only a small field, {small}; write {small.id} if you mean it"
    if is_part_of_the_world(name) or is_part_of_the_world(bare):
        return "It is a part of the world; give the country or the place"
    token = name.strip()
    if len(token) == 2 and (nations := countries_with_code(token.upper())):
        return f"For the country write {nations[0].name}"
    return ""


def _small_airfield(name: str, kind: Kind | None) -> Place | None:
    """The first airfield with that name; `find_place` takes none of them where it is but a strip."""
    if kind not in (None, "airfield") or names_no_airfield(name):
        return None
    codes = codes_named(name)
    if not codes:
        return None
    return airfield_place(codes[0])


def _similar_names(name: str, kind: Kind | None) -> list[str]:
    """Names to suggest, one per place: those that begin with `name`, else the nearest in spelling.

    Looked through are all of ours, countries, and of airportsdata those that begin alike; no strip where a larger field
    would do. Of a country, places of ours in it, else its international airports.
    """
    nations = countries_named(without_airport(name) or name)
    if nations:
        return _names_in_countries({nation.code for nation in nations}, kind)[:_MOST_SUGGESTED]
    owners: dict[str, str] = {}
    size: dict[str, int] = {}
    for spelling, owner in _names_of_ours(kind):
        owners[spelling], size[spelling] = owner, _LARGE
    if kind in (None, "airfield"):
        for field in airfields_by_start().get(fold(name)[:2], ()):
            owners.setdefault(field.name, field.id)
            size[field.name] = max(size.get(field.name, 0), field.size)
    similar = _without_strips(_spelled_alike(name, size), size)
    return _one_per_place(similar, owners)[:_MOST_SUGGESTED]


def _names_in_countries(codes: set[str], kind: Kind | None) -> list[str]:
    """Names of our places in some countries, else of their international airports."""
    ours = []
    for place in known_places():
        if place.country in codes and kind in (None, place.kind):
            ours.append(place.name)
    if ours or kind not in (None, "airfield"):
        return ours
    large = []
    for code, row in airfield_rows().items():
        if row["country"] in codes and airfield_size(code) == _LARGE:
            large.append(row["name"])
    return large


def _names_of_ours(kind: Kind | None) -> Iterator[tuple[str, str]]:
    """Yield the names of places of ours and of countries, each with the id of the place."""
    for place in known_places():
        if kind in (None, place.kind):
            for name in names_of(place):
                yield name, place.id
    if kind in (None, "region"):
        for nation in all_countries().values():
            yield nation.name, country_place(nation.code).id


def _spelled_alike(name: str, size: Mapping[str, int]) -> list[str]:
    """Of the names with a size, those that go on after `name`, large ones first; else the nearest."""
    begins = re.compile(re.escape(name.strip()) + r"\W", re.IGNORECASE)
    longer = filter(begins.match, size)
    by_size = sorted(longer, key=lambda spelling: (-size[spelling], spelling))
    return by_size or nearest(name, size, most=_MOST_LOOKED_AT)


def _without_strips(similar: list[str], size: Mapping[str, int]) -> list[str]:
    """The names without those of strips, but for the first, where a larger field is among them."""
    if all(size[name] <= 1 for name in similar):
        return similar
    return similar[:1] + [name for name in similar[1:] if size[name]]


def _one_per_place(similar: list[str], owners: Mapping[str, str]) -> list[str]:
    """One name for each place: its own where that is among them, else the best."""
    folded = set(map(fold, similar))
    found: dict[str, str] = {}
    for spelling in similar:
        owner = owners[spelling]
        place = places().get(owner)
        if place is not None and fold(place.name) in folded:
            spelling = place.name
        found.setdefault(owner, spelling)
    return list(found.values())
