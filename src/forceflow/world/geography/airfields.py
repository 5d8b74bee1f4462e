"""Airfields of airportsdata: by code, by name and by the city they serve."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, cast

from ...blanks import NO_PLACE_WORDS
from ..names import fold, read_data
from .countries import countries_named, is_part_of_the_world

__all__ = [
    "AirfieldName",
    "airfield_rows",
    "airfield_size",
    "airfields_by_start",
    "codes_named",
    "codes_with_code",
    "in_other_words",
    "is_no_place_word",
    "names_no_airfield",
    "names_only_a_strip",
    "only_international",
    "other_words",
    "without_airport",
]

_Codes = Mapping[str, tuple[str, ...]]

_AIRFIELD_WORDS = re.compile("(international|naval|military)?(airport|airbase|airfield)$")


@cache
def airfield_rows() -> Mapping[str, Mapping[str, Any]]:
    """Rows of airportsdata by ICAO code."""
    import airportsdata

    return cast("dict[str, dict[str, Any]]", airportsdata.load("ICAO"))


def _group_codes(pairs: Iterable[tuple[str, str]]) -> _Codes:
    """ICAO codes by key, from pairs of a key and a code; empty keys are left out."""
    index: dict[str, dict[str, None]] = {}
    for key, code in pairs:
        if key:
            index.setdefault(key, {})[code] = None
    return {key: tuple(codes) for key, codes in index.items()}


@cache
def _codes_by_name() -> _Codes:
    """ICAO codes by folded name and city."""
    return _group_codes(_names_with_code())


def _names_with_code() -> Iterator[tuple[str, str]]:
    for code, row in airfield_rows().items():
        name = fold(row["name"])
        yield name, code
        yield _AIRFIELD_WORDS.sub("", name), code
        yield fold(row["city"]), code


@cache
def _codes_by_part_of_city() -> _Codes:
    """ICAO codes of fields with an IATA code by a part of their city: "Batam" of "Batam, Batam Island"."""
    return _group_codes(_parts_of_cities())


def _parts_of_cities() -> Iterator[tuple[str, str]]:
    for code, row in airfield_rows().items():
        parts = re.split(r"[,/()]", row["city"])
        if row["iata"] and len(parts) > 1:
            for part in parts:
                yield fold(part), code


@cache
def _codes_by_code() -> _Codes:
    """ICAO codes by ICAO or IATA code."""
    return _group_codes(_both_codes())


def _both_codes() -> Iterator[tuple[str, str]]:
    for code, row in airfield_rows().items():
        yield code, code
        yield row["iata"], code


class AirfieldName(NamedTuple):
    """A name to suggest for an airfield: the name, what it means (ICAO code or city), the size of the field."""

    name: str
    id: str
    size: int


@cache
def airfields_by_start() -> Mapping[str, tuple[AirfieldName, ...]]:
    """Names and cities of airfields by their first two letters, folded.

    Folding them takes some tenths of a second, so it is done once, at the first name that nothing bears.
    """
    index: dict[str, list[AirfieldName]] = {}
    for code, row in airfield_rows().items():
        city, size = row["city"], airfield_size(code)
        owners = {row["name"].removesuffix(" Airport"): code} | {city: city}
        for name, owner in owners.items():
            if name:
                index.setdefault(fold(name)[:2], []).append(AirfieldName(name, owner, size))
    return {start: tuple(names) for start, names in index.items()}


def airfield_size(code: str) -> int:
    """How large an airfield is, as far as airportsdata says: 3 international and with an IATA code, 0 a strip."""
    row = airfield_rows().get(code)
    if row is None:
        return 0
    return 2 * bool(row["iata"]) + ("international" in row["name"].casefold())


@cache
def _large_airfields() -> _Codes:
    """ICAO codes of the largest airfields by country."""
    rows = airfield_rows()
    return _group_codes(
        (row["country"], code) for code, row in rows.items() if airfield_size(code) == 3
    )


def only_international(country: str) -> str:
    """ICAO code of a country's international airport where it has a single one, else ""."""
    codes = _large_airfields().get(country, ())
    if len(codes) != 1:
        return ""
    return codes[0]


def without_airport(name: str) -> str:
    """The folded name without a last word such as "airport"; "" when it has none."""
    key = fold(name)
    bare, words = _AIRFIELD_WORDS.subn("", key)
    if not words:
        return ""
    return bare


def codes_with_code(name: str) -> tuple[str, ...]:
    """ICAO codes of the fields whose ICAO or IATA code is `name`, in capitals as codes are."""
    return _codes_by_code().get(name.strip(), ())


def codes_named(name: str) -> tuple[str, ...]:
    """ICAO codes of the fields with that name or in the city of that name, with or without the word airport.

    Where only strips are in a city of that name, the large airports of cities that have it as a word may be meant too:
    Delhi, New Delhi. "Jordan airport" is no field outside the country.
    """
    key, bare = fold(name), without_airport(name)
    codes = _codes_by_name().get(key, ())
    if bare and not codes:
        codes = _codes_by_name().get(bare, ()) or codes_with_code(name.split()[0])
    if bare and (nations := countries_named(bare)):
        inside = {nation.code for nation in nations}
        return tuple(code for code in codes if airfield_rows()[code]["country"] in inside)
    codes = codes or _codes_by_part_of_city().get(bare or key, ())
    if codes and not bare and not any(map(airfield_size, codes)):
        return codes + _codes_by_word_of_city(key)
    return codes


def _codes_by_word_of_city(key: str) -> tuple[str, ...]:
    """ICAO codes of the largest fields of cities that have a folded word in their name."""
    found = []
    for code, row in airfield_rows().items():
        if airfield_size(code) == 3 and key in _words_of(row["city"]):
            found.append(code)
    return tuple(found)


def names_only_a_strip(name: str, codes: tuple[str, ...]) -> bool:
    """Whether a name fits one small field alone (no IATA code, not international), and is not its own name.

    That is weak evidence: the city or the short name of a strip is often that of a better known place elsewhere.
    """
    if len(codes) != 1 or airfield_size(codes[0]) > 0:
        return False
    # "Lemberg" is another spelling of Lviv before it is a strip in Canada.
    if (without_airport(name) or fold(name)) in other_words()["cities"]:
        return True
    full = airfield_rows()[codes[0]]["name"]
    own = _AIRFIELD_WORDS.sub("", fold(re.sub(r"\(.*?\)", "", full)))
    is_own_name = fold(name) in (fold(full), own) and len(full.split()) > 1
    return not is_own_name


@cache
def _no_place_words() -> frozenset[str]:
    return frozenset(map(fold, NO_PLACE_WORDS))


def is_no_place_word(name: str) -> bool:
    """Whether a name is a word that names no one place, such as "home" or "same"."""
    return fold(name) in _no_place_words()


def names_no_airfield(name: str) -> bool:
    """Whether a name, with or without the word airport, is that of a region, or a word such as "home" or "same"."""
    if is_no_place_word(name):
        return True
    for key in filter(None, (fold(name), without_airport(name))):
        if is_part_of_the_world(key) or key in other_words()["towns"]:
            return True
    return False


@cache
def other_words() -> Mapping[str, Mapping[str, str]]:
    """Tables of ``other_names.toml`` by folded name."""
    raw = read_data("other_names.toml")
    tables = {}
    for table in ("cities", "towns"):
        tables[table] = {fold(name): words for name, words in raw[table].items()}
    return tables


def in_other_words(name: str) -> str:
    """The name that airfields have for a city of another spelling ("Kiev": "Kyiv"); any other name as it is."""
    bare = without_airport(name)
    other = other_words()["cities"].get(bare or fold(name))
    if other is None:
        return name
    if bare:
        return f"{other} airport"
    return other


@cache
def _words_of(text: str) -> frozenset[str]:
    return frozenset(map(fold, re.split(r"\W+", text)))
