"""What a bridge is given: numbers, ranges, words or samples, read once and checked."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from ...errors import EstimateError, QuantityError
from ...quantity import Quantity, Sample, is_sample
from ...quantity.nouns import other_kind
from ...quantity.units import is_measured, known_units, unit_factor

__all__ = ["Amount", "as_quantity", "check_bridge", "check_way", "check_whole"]


Amount: TypeAlias = (
    Quantity | float | str | tuple[float, float] | tuple[float, float, float] | Sample
)
"""A number, (low, high), (low, best, high), hedged words, a 1-D array or Series of equally likely values, or a
`Quantity`. The order of an array means nothing: row k of one is not paired with row k of another."""


def check_whole(**given: int) -> None:
    """Refuse a number by name that is not whole, or below 1."""
    for name, number in given.items():
        if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < 1:
            raise EstimateError(f"{name} must be a whole number of at least 1, got {number!r}")


def check_bridge(bridge: object, *wanted: type, call: str) -> None:
    """Refuse what is no bridge, or one of the other mode; the message says what `call` needs."""
    if not isinstance(bridge, wanted):
        names = " or ".join(f"forceflow.{kind.__name__}" for kind in wanted)
        raise EstimateError(f"{call} needs {names}, got {type(bridge).__name__}")


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
        quantity = (
            Quantity.of(value)
            if unit is None
            else _in_unit(value, unit, daily=daily or "_per_day" in name)
        )
    except QuantityError as error:
        raise QuantityError(f"{name}: {error}") from None
    if not quantity.has_content:
        raise EstimateError(f"{name} needs a number, and {value!r} carries none")
    low, high = quantity.ends
    if not (least <= low and high <= most):
        top = "" if most == float("inf") else f" and at most {most:g}"
        raise EstimateError(
            f"{name} must be at least {least:g}{top} {unit or ''}".rstrip()
            + f", got {_short_words(value)}"
        )
    if not may_be_0 and low < _NEXT_TO_0:
        raise EstimateError(
            f"{name} must be above 0 {unit or ''}".rstrip() + f", got {_short_words(value)}"
        )
    return quantity


_A_DAY = re.compile(r"^(.*?)\s*(?:/\s*|\b(?:a|per|each|every)\s+)day$", re.IGNORECASE)


def _in_unit(value: Amount, unit: str, *, daily: bool) -> Quantity:
    """An amount in the unit wanted; a number a day only where `daily`.

    Raises
    ------
    QuantityError
        The amount is in a unit that cannot be turned into it.
    """
    if not isinstance(value, str | Quantity):
        return Quantity.of(value, unit=unit)
    wanted = unit.removesuffix("/day") if daily else unit
    measured = unit_factor(wanted, to=wanted) is not None
    a_day = _A_DAY.match(value.strip()) if measured and isinstance(value, str) else None
    quantity = Quantity.of(a_day[1] if a_day else value)
    if isinstance(value, str) and measured and quantity.whole and not quantity.unit:
        quantity = Quantity.of(value, unit=wanted)  # "up to 6" of hours need not be whole
    if not quantity.has_content:
        return quantity
    given = f"{quantity.unit}/day" if a_day else quantity.unit
    given = given.removesuffix("/day") if daily else given
    if not measured:
        known = (
            not quantity.per_day and not is_measured(given) and not other_kind(given, wanted=unit)
        )
        factor = 1.0 if known else None
    else:
        factor = (
            1.0
            if given in ("", wanted)
            else unit_factor(given, to=wanted) or unit_factor(given, to=unit)
        )
    a_rate = quantity.per_day and not daily
    if factor is None or a_rate:
        works = ", ".join(known_units(wanted)) or f"a number of {wanted}".removesuffix(" of ")
        what = "a number a day" if a_rate else repr(given)
        into = unit or "a plain number"
        raise QuantityError(
            f"{value!r} is in {what}, which cannot be turned into {into}; give {works}"
        )
    if factor != 1.0:
        quantity = quantity.times(factor)
    label = unit if isinstance(value, str) or given else quantity.unit
    words = value if isinstance(value, str) and quantity.words else quantity.words
    return replace(quantity, unit=label, words=words, per_day=False)


def _short_words(value: Amount) -> str:
    """An amount as it was given; of an array its ends only."""
    if is_sample(value):
        return "values from {:g} to {:g}".format(*Quantity.of(value).ends)
    return str(value) if isinstance(value, Quantity) else repr(value)
