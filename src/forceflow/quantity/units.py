"""Exact conversion factors of the units that sources print; everything inside forceflow is metric.

Figures are converted once, on the way in, by multiplying with one of these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

__all__ = [
    "COUNTED",
    "HOURS_PER_DAY",
    "KM_PER_NM",
    "M2_PER_SQ_FT",
    "M3_PER_MEASUREMENT_TON",
    "M_PER_FT",
    "T_PER_LB",
    "T_PER_LONG_TON",
    "T_PER_SHORT_TON",
    "is_measured",
    "known_units",
    "same_unit",
    "unit_factor",
    "which_tonnes",
]

HOURS_PER_DAY = 24.0
"""Hours in a day."""

KM_PER_NM = 1.852
"""Kilometres in an international nautical mile, by definition; also km/h in a knot."""

M_PER_FT = 0.3048
"""Metres in an international foot, by definition."""

M2_PER_SQ_FT = M_PER_FT**2
"""Square metres in a square foot."""

M3_PER_MEASUREMENT_TON = 40 * M_PER_FT**3
"""Cubic metres in a measurement ton of 40 cubic feet."""

T_PER_LB = 0.000_453_592_37
"""Tonnes in an avoirdupois pound, by definition."""

T_PER_SHORT_TON = 2000 * T_PER_LB
"""Tonnes in a short ton of 2,000 lb: 0.90718474."""

T_PER_LONG_TON = 2240 * T_PER_LB
"""Tonnes in a long ton of 2,240 lb."""

KM_PER_MILE = 5280 * M_PER_FT / 1000
"""Kilometres in a statute mile of 5,280 ft: 1.609344."""

_UNITS: Final[Mapping[str, Mapping[float, str]]] = {
    "t": {
        1.0: "t|tonne|tonnes|mt|mts|metric ton|metric tons|metric tonne|metric tonnes|tonnes metric",
        0.001: "kg|kgs|kilogram|kilograms|kilogramme|kilogrammes|kilo|kilos",
        T_PER_LB: "lb|lbs|pound|pounds",
        T_PER_SHORT_TON: "short ton|short tons",
        T_PER_LONG_TON: "long ton|long tons",
    },
    "h": {
        1.0: "h|hr|hrs|hour|hours",
        1 / 60: "min|mins|minute|minutes",
        HOURS_PER_DAY: "d|day|days",
        7 * HOURS_PER_DAY: "week|weeks",
    },
    "km": {
        1.0: "km|kms|kilometre|kilometres|kilometer|kilometers",
        0.001: "m|metre|metres|meter|meters",
        M_PER_FT / 1000: "ft|foot|feet",
        KM_PER_NM: "nm|nmi|nautical mile|nautical miles",
        KM_PER_MILE: "mi|mile|miles|statute mile|statute miles",
    },
    "km/h": {
        1.0: "km/h|kph|kmh",
        KM_PER_NM: "knot|knots|kn|kt|kts",
        KM_PER_MILE: "mph",
    },
}
"""By base unit: how many of it one of the units written so makes. "Tons" are none of them: short, long or metric?"""

_FACTORS: Final = {
    name: (base, factor)
    for base, table in _UNITS.items()
    for factor, names in table.items()
    for name in names.split("|")
}

COUNTED: Final[Mapping[str, tuple[str, ...]]] = {
    "movements": tuple(
        "sorties|flights|round trips|sailings|ships|convoys|trains|movements|aircraft|arrivals".split(
            "|"
        ),
    ),
    "vehicles": ("vehicles", "trucks"),
    "personnel": ("personnel", "soldiers", "troops", "passengers"),
}
"""By what is counted: the units of claims that count it, so that they may be pooled."""

_KIND_OF: Final = {unit: kind for kind, units in COUNTED.items() for unit in units}

_INEXACT: Final = frozenset(
    "ton tons kilotonne kilotonnes kiloton kilotons megaton megatons cwt hundredweight month months year years second "
    "seconds".split()
)
"""Measured too, though no factor is given for them: a ton may be three things, a month has no fixed length."""

_WITHIN: Final = frozenset("in within under over during for than".split())
_PER: Final = re.compile(r"^(.*?)\s*(?:/|\b(?:per|an|a|each|every)\b)\s*(.+)$")


@lru_cache(maxsize=1024)
def unit_factor(unit: str, *, to: str) -> float | None:
    """What a number in one unit is multiplied with to be in another.

    Parameters
    ----------
    unit
        As written: "kg", "short tons", "minutes", "knots", "tonnes an hour", "kg of cargo".
    to
        Wanted: "t", "h", "days", "km", "m", "km/h", "t/h".

    Returns
    -------
    float or None
        None where one cannot be turned into the other, or a unit is not known.

    Examples
    --------
    >>> unit_factor("kg", to="t"), unit_factor("minutes", to="km")
    (0.001, None)
    """
    given, wanted = _find_measure(unit), _find_measure(to)
    if given is None or wanted is None or given[0] != wanted[0]:
        return None
    return given[1] / wanted[1]


def known_units(to: str) -> tuple[str, ...]:
    """One name of every unit that can be turned into `to`; none where that is no measure."""
    wanted = _find_measure(to)
    if wanted is None:
        return ()
    table = _UNITS.get(wanted[0], {1.0: to})
    return tuple(names.partition("|")[0] for names in table.values())


def which_tonnes(unit: str) -> str:
    """What to write for a mass in another unit; of plain "tons", which of the three they may be."""
    choice = f"give tonnes in {', '.join(known_units('t'))}"
    if unit.strip().lower().partition(" ")[0] not in ("ton", "tons"):
        return choice
    return f"{choice}; a plain ton may be a t (1,000 kg), a short ton (907 kg, American) or a long ton (1,016 kg)"


@lru_cache(maxsize=1024)
def same_unit(unit: str, other: str) -> bool:
    """Whether two amounts may be added or pooled as they are: their units mean the same, or one has none.

    Units of claims that count the same thing (movements, vehicles or personnel) mean the same.

    Examples
    --------
    >>> same_unit("t", "tonnes"), same_unit("trucks", "vehicles"), same_unit("kg", "t"), same_unit("trucks", "t")
    (True, True, False, False)
    """
    one, two = unit.strip().lower(), other.strip().lower()
    if not one or not two or one == two or unit_factor(one, to=two) == 1.0:
        return True
    return one in _KIND_OF and _KIND_OF[one] == _KIND_OF.get(two)


@lru_cache(maxsize=1024)
def is_measured(unit: str) -> bool:
    """Whether amounts in a unit are measured (hours, tonnes, kilometres, vehicles per km) and not counted.

    Examples
    --------
    >>> is_measured("h"), is_measured("flights")
    (True, False)
    """
    return _find_measure(unit) is not None or unit.strip().lower().partition(" ")[0] in _INEXACT


def _find_measure(unit: str) -> tuple[str, float] | None:
    """Base unit and how many of it one is; None for what is no measure ("trucks")."""
    text = re.sub(r"\s+of\s.*$", "", re.sub(r"\s+", " ", unit.strip(" .").lower()))
    if text in _FACTORS:
        return _FACTORS[text]
    ratio = _PER.match(text)
    below = _FACTORS.get(ratio[2]) if ratio else None
    if ratio is None or below is None:
        return None
    if ratio[1].rpartition(" ")[2] in _WITHIN:  # "flights in a week" are flights
        return None
    above = _FACTORS.get(ratio[1], ("", 1.0))  # what is no measure is counted: vehicles per km
    return f"{above[0]}/{below[0]}", above[1] / below[1]
