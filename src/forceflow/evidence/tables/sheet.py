"""A frame of events while its columns are read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Any

import narwhals.stable.v2 as nw

from ...arrays import Ints
from .columns import Faults, cells_of
from .text_lists import read_text_lists
from .windows import windows

__all__ = ["Sheet"]


class Sheet:
    """A frame of events while its columns are read, one after the other.

    Parameters
    ----------
    table
        The frame.
    theatre, stop_inclusive, dayfirst
        As in `from_frame`.
    """

    def __init__(
        self,
        table: nw.DataFrame[Any],
        *,
        theatre: str | Collection[str],
        stop_inclusive: bool,
        dayfirst: bool | None,
    ) -> None:
        self.table = table
        self.theatre = theatre
        self.stop_inclusive = stop_inclusive
        self.dayfirst = dayfirst
        self.is_directed = False
        self.columns: dict[str, Any] = {}
        self.places: dict[str, list[Any]] = {}
        self.faults = Faults(self._row_names())
        self._cells: dict[str, list[Any]] = {}

    def _row_names(self) -> list[str]:
        if self.has("event_id"):
            return list(map(str, self.table["event_id"].to_list()))
        return [f"row {row}" for row in range(len(self.table))]

    def has(self, name: str) -> bool:
        """Whether the frame has a column."""
        return name in self.table.columns

    def cells(self, name: str) -> list[Any]:
        """The cells of a column as they came; all None where it is absent."""
        if not self.has(name):
            return [None] * len(self.table)
        if name not in self._cells:
            self._cells[name] = cells_of(self.table[name], self.faults, name)
        return self._cells[name]

    @cached_property
    def windows(self) -> tuple[Ints, Ints]:
        """Start and stop of each row; they are read together, for a start without a stop has a length of its own."""
        return windows(
            self.table,
            self.faults,
            stop_inclusive=self.stop_inclusive,
            dayfirst=self.dayfirst,
        )

    def text_lists(self, name: str, *, coded: Sequence[object] | None = None) -> list[Any]:
        """Texts of the cells of a column; without `coded` a ";" is part of a text in every row."""
        if coded is None:
            coded = [True] * len(self.table)
        return read_text_lists(self.table, name, self.faults, coded=coded)
