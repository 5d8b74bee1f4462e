"""One thing that the report takes as given without a published figure."""

from __future__ import annotations

from dataclasses import dataclass

from ..quantity import Quantity

__all__ = ["Assumption", "most_likely"]


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something the report takes as given without a published figure.

    Parameters
    ----------
    name, value
        What, and the range taken for it.
    why
        Its standing and the reason, and what hints at it.
    how
        How to put one's own in its place.
    claims
        Ids of the claims that hint at it.
    """

    name: str
    value: str
    why: str
    how: str
    claims: tuple[str, ...] = ()


def most_likely(quantity: Quantity, form: str = "{:g}") -> str:
    """A range in words, each number in one form."""
    low, best, high = map(form.format, (quantity.low, quantity.best, quantity.high))
    return f"{low} to {high}, most likely {best}"
