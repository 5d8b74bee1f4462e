"""A pooled number, the weighed numbers it is made from, and the levels at which it is tabulated."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from ..quantity import Quantity

__all__ = [
    "LEVELS",
    "STEPS",
    "Pooled",
    "Weighed",
    "content_of",
    "highest_of",
    "join_words",
    "lowest_of",
    "trust_in",
]

STEPS: Final = (np.arange(20_000) + 0.5) / 20_000
"""Levels at which a number is cut, in the middle of 20,000 equal steps."""

LEVELS: Final = np.linspace(0, 1, 401)
"""Levels of the table of a pool."""


class Weighed(NamedTuple):
    """The number of one witness, and the reliability of the witness."""

    quantity: Quantity
    reliability: float

    def says_same(self, other: Weighed) -> bool:
        """Whether the numbers are the same, however they were printed."""
        return content_of(self.quantity) == content_of(other.quantity)


@dataclass(frozen=True, slots=True)
class Pooled:
    """A pooled number, how it was pooled, and by how much its parts disagree.

    Parameters
    ----------
    quantity
        The result.
    method
        "single", "agreement", "linear pool" or "random effects".
    birge
        Birge ratio of the uncensored parts; 1 means they differ as much as their hedges allow.
    """

    quantity: Quantity
    method: str
    birge: float


def content_of(number: Quantity) -> tuple[Any, ...]:
    """What makes two numbers the same, however they were printed."""
    return number.family, number.params


def lowest_of(numbers: Iterable[Quantity]) -> float:
    """The lowest value that one of the numbers leaves open."""
    return min(number.low for number in numbers)


def highest_of(numbers: Iterable[Quantity]) -> float:
    """The highest value that one of the numbers leaves open."""
    return max(number.high for number in numbers)


def trust_in(claims: Iterable[Weighed]) -> float:
    """The chance that one of the numbers or more is right."""
    return 1 - math.prod(1 - claim.reliability for claim in claims)


def join_words(numbers: Iterable[Quantity]) -> str:
    """The printed words of all numbers, each once."""
    parts: dict[str, None] = {}
    for number in numbers:
        if number.words:
            # The words of a pool are already several, joined in the same way.
            parts.update(dict.fromkeys(number.words.split(" / ")))
    return " / ".join(parts)
