"""How a quantity prints: the number first, then the words it was read from, so that a misreading is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .quantity import Quantity

__all__ = ["printed"]


def printed(quantity: Quantity) -> str:
    """The text of a quantity: "96 vehicles (88 to 100), from 'nearly 100 vehicles'"."""
    if not quantity.has_content:
        return f"{quantity.words} (no number)"
    number = _number(quantity)
    said = " ".join(quantity.words.split())
    plain, full = said.replace(",", ""), number.replace(",", "")
    if quantity.family == "point" and plain == full.partition(" ")[0]:
        return said  # "3": the bare number, as it was printed
    return number if not said or plain == full else f"{number}, from {said!r}"


def _number(quantity: Quantity) -> str:
    best, low, high = quantity.best, _short(quantity.low), _short(quantity.high)
    one = quantity.family == "point" and best == 1.0 and len(quantity.unit) > 2
    counted = quantity.unit.removesuffix("s") if one else quantity.unit
    unit = (" " + counted if counted else "") + (" a day" if quantity.per_day else "")
    if quantity.family == "point":
        return f"{best:{',.0f' if abs(best) >= 1000 else '.4g'}}{unit}"
    if quantity.family == "at_least":
        return f"{_short(quantity.params[0])}{unit} or more (under the prior {low} to {high}, best {_short(best)})"
    return f"{_short(best)}{unit} ({low} to {high})"


def _short(x: float) -> str:
    if x == 0 or 1 <= abs(x) < 100:
        return f"{x:,.2g}" if abs(x) < 10 and x != round(x) else f"{x:,.0f}"
    return f"{x:,.0f}" if abs(x) >= 100 else f"{x:.2g}"
