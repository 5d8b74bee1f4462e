"""Countries and territories of ISO 3166: names, codes, and a point for each.

The list is data (``data/countries.toml``): Unicode CLDR and Natural Earth, see README.md beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from ..names import fold, read_data

__all__ = [
    "Country",
    "all_countries",
    "countries_named",
    "countries_with_code",
    "is_part_of_the_world",
    "names_with_codes",
]


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory.

    Parameters
    ----------
    code
        ISO 3166 alpha-2 ("XK" for Kosovo).
    names
        Names it is known by, the one to show first.
    codes
        Alpha-3, and short forms that count as a code only in capitals ("CAR").
    longitude, latitude
        A point in the middle of its largest part, degrees.
    reach_km
        From that point to the furthest corner of that part, km.
    landlocked
        Whether it has no coast but the Caspian's.
    source
        Source id of the point.
    """

    code: str
    names: tuple[str, ...]
    codes: tuple[str, ...]
    longitude: float
    latitude: float
    reach_km: float
    landlocked: bool
    source: str

    @property
    def name(self) -> str:
        """The name to show."""
        return self.names[0]


@cache
def all_countries() -> Mapping[str, Country]:
    """All countries by ISO 3166 alpha-2 code.

    Examples
    --------
    >>> all_countries()["NE"].name, all_countries()["NE"].landlocked
    ('Niger', True)
    """
    found = {}
    for code, raw in read_data("countries.toml")["country"].items():
        found[code] = Country(
            code=code,
            names=tuple(raw["names"]),
            codes=tuple(raw["codes"]),
            longitude=raw["longitude"],
            latitude=raw["latitude"],
            reach_km=raw["reach_km"],
            landlocked=raw.get("landlocked", False),
            source=raw["from"],
        )
    return found


@cache
def _countries_by_name() -> Mapping[str, tuple[Country, ...]]:
    index: dict[str, tuple[Country, ...]] = {}
    for country in all_countries().values():
        index.update(dict.fromkeys(map(fold, country.names), (country,)))
    # A name of several countries belongs to no one of them, also where it is in the list of one.
    for name, codes in read_data("countries.toml")["several"].items():
        index[fold(name)] = tuple(all_countries()[code] for code in codes)
    return index


def countries_named(name: str) -> tuple[Country, ...]:
    """The countries that bear a name: none, one, or several ("Congo", "Korea").

    Examples
    --------
    >>> [country.code for country in countries_named("Ivory Coast")]
    ['CI']
    """
    return _countries_by_name().get(fold(name), ())


@cache
def _countries_by_code() -> Mapping[str, tuple[Country, ...]]:
    index: dict[str, tuple[Country, ...]] = {}
    for country in all_countries().values():
        for code in (country.code, *country.codes):
            index[code] = (*index.get(code, ()), country)
    return index


def countries_with_code(code: str) -> tuple[Country, ...]:
    """The countries with a code in capitals: alpha-2, alpha-3, or a short form such as "DPRK"."""
    return _countries_by_code().get(code, ())


def names_with_codes(nations: Iterable[Country]) -> list[str]:
    """Countries by name with the alpha-2 code, to choose from in a message."""
    return [f"{nation.name} ({nation.code})" for nation in nations]


@cache
def _parts_of_the_world() -> frozenset[str]:
    parts = read_data("countries.toml")["parts_of_the_world"]["names"]
    regions = read_data("other_names.toml")["regions"]["names"]
    return frozenset(map(fold, (*parts, *regions)))


def is_part_of_the_world(name: str) -> bool:
    """Whether a name is that of a continent, a region, a large island or a sea: too large to be an airfield."""
    return fold(name) in _parts_of_the_world()
