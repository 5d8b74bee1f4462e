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
    number = _number_text(quantity)
    said = " ".join(quantity.words.split())
    plain, full = said.replace(",", ""), number.replace(",", "")
    if quantity.family == "point" and plain == full.partition(" ")[0]:
        return said  # "3": the bare number, as it was printed
    return number if not said or plain == full else f"{number}, from {said!r}"


def _number_text(quantity: Quantity) -> str:
    low, best, high = map(_short_number, (quantity.low, quantity.best, quantity.high))
    unit = _unit_text(quantity)
    if quantity.family == "point":
        digits = ",.0f" if abs(quantity.best) >= 1000 else ".4g"
        return f"{quantity.best:{digits}}{unit}"
    if quantity.family == "at_least":
        least = _short_number(quantity.params[0])
        return f"{least}{unit} or more (under the prior {low} to {high}, best {best})"
    return f"{best}{unit} ({low} to {high})"


def _unit_text(quantity: Quantity) -> str:
    """The unit behind a space, in the singular after exactly one; a unit such as "ms" has no plural."""
    unit = quantity.unit
    if quantity.family == "point" and quantity.best == 1.0 and len(unit) > 2:
        unit = unit.removesuffix("s")
    words = [unit] if unit else []
    if quantity.per_day:
        words.append("a day")
    return "".join(f" {word}" for word in words)


def _short_number(x: float) -> str:
    if x == 0 or abs(x) >= 100:
        return f"{x:,.0f}"
    if abs(x) < 1 or (abs(x) < 10 and x != round(x)):
        return f"{x:,.2g}"
    return f"{x:,.0f}"
