"""Draws of the inputs of a bridge, by address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ...arrays import Floats
from ...errors import EstimateError
from ...quantity import Quantity
from ...results.arguments import check_asked
from ...results.range import Range

__all__ = ["Draws", "entity_of"]


_KEPT = 10_000
"""Most draws of one input that are worth keeping: all that is kept is then 20 MB at most."""


@lru_cache(maxsize=256)
def _drawn_input(quantity: Quantity, n: int, seed: int, entity: str, purpose: str) -> Floats:
    """Draws of one input, kept for the next scenario that uses the same ones; they are read-only."""
    low, high = quantity.ends
    if low == high:
        # What is certain needs no draws, and every one of them would be the same.
        drawn = np.full(n, quantity.best)
    else:
        drawn = quantity.draw(n, seed=seed, entity=entity, purpose=purpose)
    # The same array goes to every caller, so none of them may write into it.
    drawn.flags.writeable = False
    return drawn


def entity_of(kind: Any, given: object) -> str:
    """Whose draw an input is: of the type, where it or a mapping says what; of the bridge, where one amount is for all.

    What one amount says of all types is one unknown: drawn once a type it would average out over them.
    """
    if given is None or isinstance(given, Mapping):
        return str(kind.id)
    return "bridge"


@dataclass(frozen=True, slots=True)
class Draws:
    """Addressed draws of one calculation: the same name and purpose always give the same draws."""

    n: int
    seed: int
    coverage: float = 0.9

    def __post_init__(self) -> None:
        """Refuse a number of draws, or a coverage, that gives no range, and a seed that is none."""
        if not isinstance(self.n, int | np.integer) or self.n < 1:
            raise EstimateError(f"draws must be a whole number of at least 1, got {self.n!r}")
        check_asked(coverage=self.coverage, seed=self.seed)

    def of(self, quantity: Quantity, *, entity: str, purpose: str) -> Floats:
        """Draws of a quantity that belongs to `entity`, shape (n,)."""
        if self.n > _KEPT:
            return _drawn_input.__wrapped__(quantity, self.n, self.seed, entity, purpose)
        return _drawn_input(quantity, self.n, self.seed, entity, purpose)

    def range(self, values: Floats, unit: str) -> Range:
        """Median and central interval of draws, shape (n,)."""
        return Range.of_draws(values, coverage=self.coverage, unit=unit)

    def ranges(self, values: Mapping[str, Floats], unit: str) -> dict[str, Range]:
        """The same for each of several named draws."""
        ranges = {}
        for name, drawn in values.items():
            ranges[name] = self.range(drawn, unit)
        return ranges
