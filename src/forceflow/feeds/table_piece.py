"""A part of a table that is read on its own: raw rows and the layout that makes messages of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import polars as pl

from .layout import Layout
from .messages import needed_columns, read_messages
from .origin import Tally
from .raw_rows import RawRows

__all__ = ["TablePiece"]


@dataclass(frozen=True, slots=True)
class TablePiece:
    """Rows of a file or a table, and their layout."""

    rows: RawRows
    layout: Layout

    @property
    def label(self) -> str:
        """Name of the file, or "table"."""
        return self.rows.label

    def read(self, columns: Collection[str] | None = None) -> Iterator[pl.DataFrame]:
        """Messages in batches, with the columns of `in_order(columns)`."""
        for messages, _ in self.read_with_tally(columns):
            yield messages

    def read_with_tally(
        self, columns: Collection[str] | None = None
    ) -> Iterator[tuple[pl.DataFrame, Tally]]:
        """Messages in batches, each with what was left out of it."""
        needed = needed_columns(self.layout, self.rows.names, columns)
        for raw, origin in self.rows.batches(needed):
            yield read_messages(raw, self.layout, origin, columns)
