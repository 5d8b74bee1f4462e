"""Theatres: the ones of our own file, and those a user makes of countries."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache

from ...errors import AmbiguousNameError, UnknownNameError
from ..names import fold, read_data
from .countries import all_countries, countries_named, countries_with_code, names_with_codes
from .place import Place, Theatre

__all__ = ["is_inside", "read_theatre", "theatres", "theatres_of"]

_HOW = "Give a country by name or ISO code (Niger, NE, NER), several (NE,ML or ['NE', 'ML']), or a theatre of ours"


@cache
def theatres() -> Mapping[str, Theatre]:
    """All theatres of our own file by id."""
    found = {}
    for key, raw in read_data("theatres.toml").items():
        found[key] = Theatre(
            id=key,
            name=raw["name"],
            countries=frozenset(raw["countries"]),
            places=frozenset(raw["places"]),
            note=raw.get("note", ""),
        )
    return found


def theatres_of(place_id: str, country: str) -> tuple[str, ...]:
    """Ids of the theatres that a place with this id in this country lies in."""
    found = []
    for theatre in theatres().values():
        if country in theatre.countries or place_id in theatre.places:
            found.append(theatre.id)
    return tuple(found)


def read_theatre(theatre: str | Collection[str]) -> frozenset[str]:
    """What makes up a theatre: ids of theatres in ``theatres.toml``, and ISO 3166 alpha-2 codes of countries.

    Parameters
    ----------
    theatre
        Id or name of a theatre of ours ("syria"); or a country by name, alpha-2 or alpha-3 code; or several of these,
        as a collection or as one text with commas. Case does not matter.

    Raises
    ------
    UnknownNameError
        A name is neither, or nothing is named.
    AmbiguousNameError
        A name is that of several countries ("Congo").

    Examples
    --------
    >>> sorted(read_theatre("syria")), sorted(read_theatre("Niger, ml")), sorted(read_theatre(["NER"]))
    (['syria'], ['ML', 'NE'], ['NE'])
    """
    if isinstance(theatre, str):
        # Some countries have a comma in their name, so the whole text comes first.
        try:
            return frozenset((_read_part(theatre),))
        except UnknownNameError:
            if "," not in theatre:
                raise
        theatre = theatre.split(",")
    if not isinstance(theatre, Collection) or isinstance(theatre, bytes | bytearray):
        raise UnknownNameError("theatre", repr(theatre), (), otherwise=_HOW)
    parts = frozenset(map(_read_part, theatre))
    if not parts:
        raise UnknownNameError("theatre", "", (), otherwise=_HOW)
    return parts


def _read_part(name: object) -> str:
    """Id of one of our theatres, or alpha-2 code of a country."""
    text = str(name).strip()
    if not isinstance(name, str) or not text:
        raise _unknown_theatre(name)
    for one in theatres().values():
        if fold(text) in (fold(one.id), fold(one.name)):
            return one.id
    nations = countries_with_code(text.upper()) or countries_named(text)
    if len(nations) > 1:
        raise AmbiguousNameError("theatre", text, names_with_codes(nations))
    if not nations:
        raise _unknown_theatre(name)
    return nations[0].code


def _unknown_theatre(name: object) -> UnknownNameError:
    known = [*theatres(), *(nation.name for nation in all_countries().values())]
    how = f"{_HOW}: {', '.join(theatres())}"
    return UnknownNameError("theatre", str(name), known, otherwise=how)


def is_inside(place: Place, theatre: str | Collection[str]) -> bool:
    """Whether a place lies in a theatre, of any kind that `read_theatre` takes."""
    return not read_theatre(theatre).isdisjoint((*place.theatres, place.country))
