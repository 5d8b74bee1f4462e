"""What `read_adsb` returns: messages of aircraft, in memory or read batch by batch."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import polars as pl

from .ship_tracks import FramePiece, Piece

__all__ = ["AircraftTracks"]


@dataclass(frozen=True, slots=True, repr=False)
class AircraftTracks:
    """Messages of aircraft as `read_adsb` read them: times in UTC, feet, knots, hex addresses as numbers.

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
    listed
        Flights that the source itself lists, in the columns of `LEG_COLUMNS` (a flight list has no positions).
    """

    pieces: tuple[Piece, ...]
    layout: str
    sources: tuple[str, ...]
    publisher: str = ""
    notes: tuple[str, ...] = ()
    listed: pl.DataFrame | None = field(default=None)

    def batches(self, columns: Collection[str] | None = None) -> Iterator[pl.DataFrame]:
        """All messages in batches; `aircraft` and `time` are always among the columns."""
        for piece in self.pieces:
            yield from piece.read(columns)

    @property
    def is_in_memory(self) -> bool:
        """Whether all messages are held in memory, rather than read at each use."""
        return all(isinstance(piece, FramePiece) for piece in self.pieces)
