"""What the amounts of a bridge may be, checked once when it is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from ...errors import EstimateError
from ...quantity import Quantity, is_sample
from .amounts import as_quantity

__all__ = ["Bounds", "settle"]


class Bounds(NamedTuple):
    """What an amount may be: its unit, the least, the most, whether it may be 0, and whether some of a mapping may."""

    unit: str = ""
    least: float = 0.0
    most: float = float("inf")
    may_be_0: bool = True
    some_may_be_0: bool = False


def settle(bridge: object, bounds: Mapping[str, Bounds]) -> None:
    """Check the amounts of a frozen bridge, and turn its arrays into quantities, so that it never changes with them.

    Hedged words may have a tail beyond what can be ("about 16 hours" a day): it is cut off at the bound.

    Raises
    ------
    EstimateError
        An amount, or one of a mapping, is out of its bounds; the message names it.
    """
    for name, bound in bounds.items():
        given = getattr(bridge, name)
        if given is None:
            continue
        parts = given if isinstance(given, Mapping) else {None: given}
        settled = {}
        zero = bound.may_be_0 or (bound.some_may_be_0 and isinstance(given, Mapping))
        for key, part in parts.items():
            label = name if key is None else f"{name}[{key!r}]"
            quantity = as_quantity(
                part, name=label, unit=bound.unit, least=bound.least, most=bound.most, may_be_0=zero
            )
            ends = quantity.quantile([0.0, 1.0])
            if not (bound.least <= ends[0] and ends[1] <= bound.most):
                inside = np.clip(
                    quantity.quantile(np.linspace(0.0, 1.0, 1_025)), bound.least, bound.most
                )
                settled[key] = Quantity.from_table(
                    inside, like=quantity, words=quantity.words, whole=quantity.whole
                )
            else:
                kept = not is_sample(part) and quantity == Quantity.of(part, unit=bound.unit)
                settled[key] = part if kept else quantity
        if zero > bound.may_be_0 and not any(
            Quantity.of(part).ends[1] > 0 for part in settled.values()
        ):
            raise EstimateError(
                f"{name} must be above 0 {bound.unit} for one type or more, got {given!r}"
            )
        object.__setattr__(bridge, name, settled if isinstance(given, Mapping) else settled[None])
