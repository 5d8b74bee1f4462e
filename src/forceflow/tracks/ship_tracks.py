"""What `read_ais` returns: messages of ships, in memory or read batch by batch."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from .columns import in_order

__all__ = ["FramePiece", "Piece", "ShipTracks"]


class Piece(Protocol):
    """A part of the source that is read on its own, also in another process."""

    @property
    def label(self) -> str:
        """What it is part of: a file's name, or "table"."""
        ...

    def read(self, columns: Collection[str] | None = None) -> Iterator[pl.DataFrame]:
        """Its messages in batches, with the columns of `in_order(columns)` in the types of `COLUMNS`."""
        ...


@dataclass(frozen=True, slots=True)
class FramePiece:
    """Messages held in memory."""

    label: str
    frame: pl.DataFrame

    def read(self, columns: Collection[str] | None = None) -> Iterator[pl.DataFrame]:
        """The whole table as one batch."""
        yield self.frame.select(in_order(columns))


@dataclass(frozen=True, slots=True, repr=False)
class ShipTracks:
    """Messages of ships as `read_ais` read them: positions and static reports, special values as nulls, UTC.

    Parameters
    ----------
    pieces
        Parts of the source, in its order.
    layout
        Name of the layout they were read by.
    sources
        Names of the files, or "table".
    publisher
        Who published them, "" where the layout does not say.
    notes
        What a reader must know, one line each.
    """

    pieces: tuple[Piece, ...]
    layout: str
    sources: tuple[str, ...]
    publisher: str = ""
    notes: tuple[str, ...] = ()

    def batches(self, columns: Collection[str] | None = None) -> Iterator[pl.DataFrame]:
        """All messages in batches; `ship` and `time` are always among the columns."""
        for piece in self.pieces:
            yield from piece.read(columns)
