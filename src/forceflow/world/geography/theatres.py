"""Theatres: the ones of our own file, and those a user makes of countries."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache

from ...errors import AmbiguousNameError, UnknownNameError
from ..names import fold, read_data
from .countries import all_countries, countries_named, countries_with_code
from .place import Place, Theatre

__all__ = ["is_inside", "read_theatre", "theatres", "theatres_of"]

_HOW = "Give a country by name or ISO code (Niger, NE, NER), several (NE,ML or ['NE', 'ML']), or a theatre of ours"


@cache
def theatres() -> Mapping[str, Theatre]:
    """All theatres of our own file by id."""
    return {
        key: Theatre(
            key,
            raw["name"],
            frozenset(raw["countries"]),
            frozenset(raw["places"]),
            raw.get("note", ""),
        )
        for key, raw in read_data("theatres.toml").items()
    }


def theatres_of(place_id: str, country: str) -> tuple[str, ...]:
    """Ids of the theatres that a place with this id in this country lies in."""
    return tuple(
        t.id for t in theatres().values() if country in t.countries or place_id in t.places
    )


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
        try:
            return frozenset((_part(theatre),))  # some countries have a comma in their name
        except UnknownNameError:
            if "," not in theatre:
                raise
        theatre = theatre.split(",")
    if not isinstance(theatre, Collection) or isinstance(theatre, bytes | bytearray):
        raise UnknownNameError("theatre", repr(theatre), (), otherwise=_HOW)
    parts = frozenset(_part(name) for name in theatre)
    if not parts:
        raise UnknownNameError("theatre", "", (), otherwise=_HOW)
    return parts


def _part(name: object) -> str:
    """Id of one of our theatres, or alpha-2 code of a country."""
    text = name.strip() if isinstance(name, str) else ""
    for one in theatres().values():
        if text and fold(text) in (fold(one.id), fold(one.name)):
            return one.id
    nations = (countries_with_code(text.upper()) or countries_named(text)) if text else ()
    if len(nations) > 1:
        raise AmbiguousNameError(
            "theatre", text, [f"{nation.name} ({nation.code})" for nation in nations]
        )
    if not nations:
        known = [*theatres(), *(nation.name for nation in all_countries().values())]
        raise UnknownNameError(
            "theatre", str(name), known, otherwise=f"{_HOW}: {', '.join(theatres())}"
        )
    return nations[0].code


def is_inside(place: Place, theatre: str | Collection[str]) -> bool:
    """Whether a place lies in a theatre, of any kind that `read_theatre` takes."""
    return not read_theatre(theatre).isdisjoint((*place.theatres, place.country))
