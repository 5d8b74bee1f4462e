"""What the amounts of a bridge may be, checked once when it is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ...errors import EstimateError
from ...quantity import Quantity, is_sample
from .amounts import Amount, as_quantity

__all__ = ["Bounds", "settle"]


_LEVELS = 1_025
"""Levels at which a distribution is taken that has to be cut."""


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
        settled: Any
        if isinstance(given, Mapping):
            settled = _settle_by_type(given, name, bound)
        else:
            settled = _settle_amount(given, name, bound)
        # The bridge is frozen for its users only.
        object.__setattr__(bridge, name, settled)


def _settle_by_type(given: Mapping[Any, Amount], name: str, bound: Bounds) -> dict[Any, Amount]:
    """Check the amounts of a mapping; where some may be 0, one or more is above it."""
    bound_of_one = bound._replace(may_be_0=bound.may_be_0 or bound.some_may_be_0)
    settled = {}
    for key, part in given.items():
        settled[key] = _settle_amount(part, f"{name}[{key!r}]", bound_of_one)
    if bound.may_be_0 or not bound.some_may_be_0:
        return settled
    greatest = [Quantity.of(part).ends[1] for part in settled.values()]
    if not any(most > 0 for most in greatest):
        raise EstimateError(
            f"{name} must be above 0 {bound.unit} for one type or more, got {given!r}"
        )
    return settled


def _settle_amount(part: Amount, label: str, bound: Bounds) -> Amount:
    """Check one amount: as it was given, or as a quantity where it might change or has to be cut."""
    quantity = as_quantity(
        part,
        name=label,
        unit=bound.unit,
        least=bound.least,
        most=bound.most,
        may_be_0=bound.may_be_0,
    )
    lowest, highest = quantity.quantile([0.0, 1.0])
    if not (bound.least <= lowest and highest <= bound.most):
        levels = np.linspace(0.0, 1.0, _LEVELS)
        inside = np.clip(quantity.quantile(levels), bound.least, bound.most)
        return Quantity.from_table(
            inside, like=quantity, words=quantity.words, whole=quantity.whole
        )
    # An array could be written into later, so it is never kept as it is.
    if not is_sample(part) and quantity == Quantity.of(part, unit=bound.unit):
        return part
    return quantity
