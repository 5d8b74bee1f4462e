"""What was found, and what was not used and why."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import TypeVar

from ..display import Listed

__all__ = ["Noted"]

T_co = TypeVar("T_co", covariant=True)


class Noted(Listed[T_co]):
    """A tuple in every respect, which names below what was seen in the tracks and is not in it.

    Examples
    --------
    >>> Noted((), notes=("left out: a",))
    ()
    left out: a
    """

    notes: tuple[str, ...]

    def __new__(cls, things: Iterable[T_co] = (), *, notes: Iterable[str] = ()) -> Noted[T_co]:
        made = super().__new__(cls, things)
        made.notes = tuple(notes)
        return made

    def __repr__(self) -> str:
        return "\n".join([super().__repr__(), *self.notes])

    def _repr_html_(self) -> str:
        page = self.to_html()
        for note in self.notes:
            page += f"<p>{html.escape(note)}</p>"
        return page
