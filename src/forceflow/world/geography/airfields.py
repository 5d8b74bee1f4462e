"""Airfields of airportsdata: by code, by name and by the city they serve."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from ..names import fold, read_data
from .countries import countries_named

__all__ = [
    "airfield_positions",
    "airfield_rows",
    "airfield_size",
    "codes_named",
    "codes_with_code",
    "in_other_words",
    "names_only_a_strip",
    "only_international",
    "other_words",
    "without_airport",
]

_AIRFIELD_WORDS = re.compile("(international|naval|military)?(airport|airbase|airfield)$")


@cache
def airfield_rows() -> Mapping[str, Mapping[str, Any]]:
    """Rows of airportsdata by ICAO code."""
    import airportsdata

    return cast("dict[str, dict[str, Any]]", airportsdata.load("ICAO"))


@cache
def _by_name() -> Mapping[str, tuple[str, ...]]:
    """ICAO codes by folded name and city."""
    index: dict[str, list[str]] = {}
    for code, row in airfield_rows().items():
        full = fold(row["name"])
        for name in {full, _AIRFIELD_WORDS.sub("", full), fold(row["city"])} - {""}:
            index.setdefault(name, []).append(code)
    return {name: tuple(codes) for name, codes in index.items()}


@cache
def _by_part_of_city() -> Mapping[str, tuple[str, ...]]:
    """ICAO codes of fields with an IATA code by a part of their city: "Batam" of "Batam, Batam Island"."""
    index: dict[str, list[str]] = {}
    for code, row in airfield_rows().items():
        parts = re.split(r"[,/()]", row["city"])
        for name in {fold(part) for part in parts if len(parts) > 1 and row["iata"]} - {""}:
            index.setdefault(name, []).append(code)
    return {name: tuple(codes) for name, codes in index.items()}


@cache
def _by_code() -> Mapping[str, tuple[str, ...]]:
    """ICAO codes by ICAO or IATA code."""
    index: dict[str, list[str]] = {}
    for code, row in airfield_rows().items():
        for other in {code, row["iata"]} - {""}:
            index.setdefault(other, []).append(code)
    return {code: tuple(codes) for code, codes in index.items()}


def airfield_positions() -> tuple[list[str], list[tuple[float, float]]]:
    """Country (ISO 3166 alpha-2) and position (lon, lat, degrees) of every airfield."""
    rows = airfield_rows().values()
    return [row["country"] for row in rows], [
        (float(row["lon"]), float(row["lat"])) for row in rows
    ]


def airfield_size(code: str) -> int:
    """How large an airfield is, as far as airportsdata says: 3 international and with an IATA code, 0 a strip."""
    row = airfield_rows().get(code)
    return 0 if row is None else 2 * bool(row["iata"]) + ("international" in row["name"].casefold())


@cache
def _international() -> Mapping[str, tuple[str, ...]]:
    """ICAO codes of the largest airfields by country."""
    index: dict[str, list[str]] = {}
    for code, row in airfield_rows().items():
        if airfield_size(code) == 3:
            index.setdefault(row["country"], []).append(code)
    return {country: tuple(codes) for country, codes in index.items()}


def only_international(country: str) -> str:
    """ICAO code of a country's international airport where it has a single one, else ""."""
    codes = _international().get(country, ())
    return codes[0] if len(codes) == 1 else ""


def without_airport(name: str) -> str:
    """The folded name without a last word such as "airport"; "" when it has none."""
    key = fold(name)
    bare = _AIRFIELD_WORDS.sub("", key)
    return bare if bare != key else ""


def codes_with_code(name: str) -> tuple[str, ...]:
    """ICAO codes of the fields whose ICAO or IATA code is `name`, in capitals as codes are."""
    return _by_code().get(name.strip(), ())


def codes_named(name: str) -> tuple[str, ...]:
    """ICAO codes of the fields with that name or in the city of that name, with or without the word airport.

    Where only strips are in a city of that name, the large airports of cities that have it as a word may be meant too:
    Delhi, New Delhi. "Jordan airport" is no field outside the country.
    """
    key, bare = fold(name), without_airport(name)
    codes = _by_name().get(key, ()) or (
        _by_name().get(bare, ()) or codes_with_code(name.split()[0]) if bare else ()
    )
    if bare and (nations := countries_named(bare)):
        rows = airfield_rows()
        return tuple(
            code for code in codes if rows[code]["country"] in {nation.code for nation in nations}
        )
    codes = codes or _by_part_of_city().get(bare or key, ())
    if codes and not bare and max(map(airfield_size, codes)) == 0:
        rows = airfield_rows()
        codes += tuple(
            code
            for code, row in rows.items()
            if airfield_size(code) == 3 and key in _words(row["city"])
        )
    return codes


def names_only_a_strip(name: str, codes: tuple[str, ...]) -> bool:
    """Whether a name fits one small field alone (no IATA code, not international), and is not its own name.

    That is weak evidence: the city or the short name of a strip is often that of a better known place elsewhere.
    """
    if len(codes) != 1 or airfield_size(codes[0]) > 0:
        return False
    if (without_airport(name) or fold(name)) in other_words()["cities"]:
        return True  # "Lemberg" is another spelling of Lviv before it is a strip in Canada
    full = airfield_rows()[codes[0]]["name"]
    own = _AIRFIELD_WORDS.sub("", fold(re.sub(r"\(.*?\)", "", full)))
    is_own_name = fold(name) in (fold(full), own) and len(full.split()) > 1
    return not is_own_name


@cache
def other_words() -> Mapping[str, Mapping[str, str]]:
    """Tables of ``other_names.toml`` by folded name."""
    raw = read_data("other_names.toml")
    return {
        table: {fold(name): words for name, words in raw[table].items()}
        for table in ("cities", "towns")
    }


def in_other_words(name: str) -> str:
    """The name that airfields have for a city of another spelling ("Kiev": "Kyiv"); any other name as it is."""
    bare = without_airport(name)
    other = other_words()["cities"].get(bare or fold(name))
    return name if other is None else f"{other} airport" if bare else other


@cache
def _words(text: str) -> frozenset[str]:
    return frozenset(fold(word) for word in re.split(r"\W+", text))
