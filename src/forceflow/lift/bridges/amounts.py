"""What a bridge is given: numbers, ranges, words or samples, read once and checked."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np

from ...errors import EstimateError, QuantityError
from ...quantity import Quantity, Sample, is_sample
from ...quantity.nouns import other_kind
from ...quantity.units import is_measured, known_units, unit_factor
from ...world.platforms.catalogue import find_platform

__all__ = [
    "Amount",
    "as_quantity",
    "check_bridge",
    "check_way",
    "check_whole",
    "platform_of_kind",
]


Amount: TypeAlias = (
    Quantity | float | str | tuple[float, float] | tuple[float, float, float] | Sample
)
"""A number, (low, high), (low, best, high), hedged words, a 1-D array or Series of equally likely values, or a
`Quantity`. The order of an array means nothing: row k of one is not paired with row k of another."""


def check_whole(**given: int) -> None:
    """Refuse a number by name that is not whole, or below 1."""
    for name, number in given.items():
        # To Python True is the whole number 1.
        if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < 1:
            raise EstimateError(f"{name} must be a whole number of at least 1, got {number!r}")


def check_bridge(bridge: object, *wanted: type, call: str) -> None:
    """Refuse what is no bridge, or one of the other mode; the message says what `call` needs."""
    if not isinstance(bridge, wanted):
        names = " or ".join(f"forceflow.{kind.__name__}" for kind in wanted)
        raise EstimateError(f"{call} needs {names}, got {type(bridge).__name__}")


def platform_of_kind(key: Any, kind: str, *, article: str) -> Any:
    """A platform by name, or one of the user's own as it is.

    Raises
    ------
    UnknownNameError
        The name is unknown; the message lists the nearest.
    EstimateError
        It is a platform of another kind, or none.
    """
    found: Any = key
    if isinstance(key, str):
        found = find_platform(key)
    if getattr(found, "kind", None) != kind:
        raise EstimateError(
            f"{key!r} is not {article} {kind} but {getattr(found, 'kind', type(found).__name__)}"
        )
    return found


def check_way(route: object, *, mode: str) -> None:
    """Refuse what is no route, one of another mode, or one that leads nowhere."""
    if not hasattr(route, "distance_km"):
        raise EstimateError(
            f"route must be a route, for example from forceflow.route(...), got {route!r}"
        )
    if route.distance_km <= 0:
        raise EstimateError(
            f"a bridge by {mode} needs a way longer than 0 km, got {route.distance_km!r} km"
        )
    if getattr(route, "mode", mode) != mode:
        raise EstimateError(
            f"a bridge by {mode} needs a route of mode {mode!r}, got one by {getattr(route, 'mode', '')}"
        )


_NEXT_TO_0 = 1e-9
"""Less of an input that may not be 0 is 0 for all that it means, and would make answers of 0 or infinity."""


def as_quantity(
    value: Amount,
    *,
    name: str,
    unit: str | None = None,
    least: float = 0.0,
    most: float = float("inf"),
    may_be_0: bool = True,
    daily: bool = False,
) -> Quantity:
    """Read an input of a bridge, turn its unit into the one that is wanted, and check its ends.

    Parameters
    ----------
    value
        The input. A number, or words without a unit, are in `unit`; what has one ("65 short tons") is converted.
    name
        What to call it in errors.
    unit
        What is wanted: a measure ("t", "h", "km/h"), or what is counted ("aircraft"), or "" for a bare number; None
        to look at no unit.
    least, most, may_be_0
        Bounds, in `unit`, and whether 0 is one of the values.
    daily
        Whether it is an amount per day, so that the words "a day" may follow it; always so for a `name` that ends in
        ``_per_day``.

    Raises
    ------
    EstimateError
        The input carries no number, leaves [least, most], or may not be 0 and reaches it; the message names it.
    QuantityError
        It cannot be read, its unit cannot be turned into `unit`, or an array has a value missing; the message names
        it.
    """
    try:
        quantity = _read_in_unit(value, unit, daily=daily or "_per_day" in name)
    except QuantityError as error:
        raise QuantityError(f"{name}: {error}") from None
    if not quantity.has_content:
        raise EstimateError(f"{name} needs a number, and {value!r} carries none")
    low, high = quantity.ends
    if not (least <= low and high <= most):
        bounds = f"{name} must be at least {least:g}"
        if most != float("inf"):
            bounds += f" and at most {most:g}"
        bounds = f"{bounds} {unit or ''}".rstrip()
        raise EstimateError(f"{bounds}, got {_short_words(value)}")
    if not may_be_0 and low < _NEXT_TO_0:
        bounds = f"{name} must be above 0 {unit or ''}".rstrip()
        raise EstimateError(f"{bounds}, got {_short_words(value)}")
    return quantity


_A_DAY = re.compile(r"^(.*?)\s*(?:/\s*|\b(?:a|per|each|every)\s+)day$", re.IGNORECASE)


def _read_in_unit(value: Amount, unit: str | None, *, daily: bool) -> Quantity:
    """An amount in the unit wanted, if any; a number a day only where `daily`.

    Raises
    ------
    QuantityError
        The amount is in a unit that cannot be turned into it.
    """
    if unit is None:
        return Quantity.of(value)
    # A number without a unit is taken to be in the one that is wanted.
    if not isinstance(value, str | Quantity):
        return Quantity.of(value, unit=unit)
    wanted = unit
    if daily:
        wanted = unit.removesuffix("/day")
    quantity, given = _parsed_amount(value, wanted)
    if not quantity.has_content:
        return quantity
    if daily:
        given = given.removesuffix("/day")
    factor = _factor_to(quantity, given, unit=unit, wanted=wanted)
    is_rate = quantity.per_day and not daily
    if factor is None or is_rate:
        what = "a number a day" if is_rate else repr(given)
        raise _no_conversion(value, what, unit=unit, wanted=wanted)
    # Times 1.0 would be the same numbers, but no longer what the user gave.
    if factor != 1.0:
        quantity = quantity.times(factor)
    label, words = quantity.unit, quantity.words
    if isinstance(value, str) or given:
        label = unit
    # Words are shown as they were given, with the unit that was cut off to read them.
    if isinstance(value, str) and quantity.words:
        words = value
    return replace(quantity, unit=label, words=words, per_day=False)


def _no_conversion(value: object, what: str, *, unit: str, wanted: str) -> QuantityError:
    """The error for an amount in a unit that cannot be turned into the one wanted."""
    works = ", ".join(known_units(wanted)) or f"a number of {wanted}".removesuffix(" of ")
    into = unit or "a plain number"
    return QuantityError(
        f"{value!r} is in {what}, which cannot be turned into {into}; give {works}"
    )


def _parsed_amount(value: str | Quantity, wanted: str) -> tuple[Quantity, str]:
    """An amount, and the unit in which it is given; "a day" behind a measure belongs to the unit."""
    if isinstance(value, Quantity):
        return value, value.unit
    # Behind a count, as in "2 flights a day", the words are left to the reader of quantities.
    if not _is_measure(wanted):
        quantity = Quantity.of(value)
        return quantity, quantity.unit
    text, ending = value, ""
    a_day = _A_DAY.match(value.strip())
    if a_day:
        text, ending = a_day[1], "/day"
    quantity = Quantity.of(text)
    if quantity.whole and not quantity.unit:
        # "up to 6" of hours need not be whole
        quantity = Quantity.of(value, unit=wanted)
    return quantity, f"{quantity.unit}{ending}"


def _factor_to(quantity: Quantity, given: str, *, unit: str, wanted: str) -> float | None:
    """Factor from the unit that is given to the one that is wanted; None where there is none."""
    if not _is_measure(wanted):
        other_noun = is_measured(given) or other_kind(given, wanted=unit)
        if quantity.per_day or other_noun:
            return None
        return 1.0
    if given in ("", wanted):
        return 1.0
    return unit_factor(given, to=wanted) or unit_factor(given, to=unit)


def _is_measure(unit: str) -> bool:
    """Whether a unit measures something; others count things, or are a bare number."""
    return unit_factor(unit, to=unit) is not None


def _short_words(value: Amount) -> str:
    """An amount as it was given; of an array its ends only."""
    if is_sample(value):
        return "values from {:g} to {:g}".format(*Quantity.of(value).ends)
    if isinstance(value, Quantity):
        return str(value)
    return repr(value)
