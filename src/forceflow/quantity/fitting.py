"""Whether quantities fit together: their units, and whether their values are whole numbers and their ends rise."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ..errors import QuantityError
from .units import same_unit, unit_factor

if TYPE_CHECKING:
    from .quantity import Quantity

__all__ = ["are_whole", "check_range", "check_units"]


def check_range(low: float, best: float, high: float, words: str) -> None:
    """Refuse ends that do not rise; only the upper one may be open."""
    if low <= best <= high and not math.isinf(low) and not math.isinf(best):
        return
    of_words = f" for {words!r}" if words else ""
    raise QuantityError(
        f"a quantity needs finite low <= best <= high, got {low:g}, {best:g}, {high:g}{of_words}"
    )


def check_units(parts: Sequence[Quantity], verb: str) -> None:
    """Refuse quantities whose units differ; one that has none fits every other."""
    units = [part.unit for part in parts if part.unit]
    for part in parts:
        if units and not same_unit(part.unit, units[0]):
            factor = unit_factor(part.unit, to=units[0])
            how = f"; convert it first with times({factor:g}, unit={units[0]!r})" if factor else ""
            raise QuantityError(f"cannot {verb} {part.unit!r} and {units[0]!r} ({part}){how}")


def are_whole(parts: Iterable[Quantity]) -> bool:
    """Whether every value of all of them is a whole number."""
    return all(part.whole or (part.family == "point" and part.best.is_integer()) for part in parts)
