"""What `read_ais` returns: messages of ships, in memory or read batch by batch."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl

from .columns import POSITION, STATIC, empty_batch
from .message_tracks import FramePiece, MessageTracks, Piece
from .native_frame import in_library

__all__ = ["FramePiece", "Piece", "ShipTracks"]


@dataclass(frozen=True, slots=True, repr=False)
class ShipTracks(MessageTracks):
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

    _craft: ClassVar[str] = "ship"
    _crafts: ClassVar[str] = "ships"

    @classmethod
    def _empty(cls, columns: Collection[str] | None) -> pl.DataFrame:
        return empty_batch(columns)

    def positions(self, *, backend: str | None = None) -> Any:
        """The messages that say where a ship was, one row each, in the source's order.

        Parameters
        ----------
        backend
            "polars" (None too), "pandas" or "pyarrow".

        Returns
        -------
        frame
            Columns `ship`, `time` and those of `POSITION`, all in memory.
        """
        return in_library(self._joined([*POSITION], "latitude"), backend)

    def static_reports(self, *, backend: str | None = None) -> Any:
        """The messages that say something of the ship itself, one row each, in the source's order.

        A ship repeats its report every few minutes; equal ones in a row are kept, each with its own time.

        Parameters
        ----------
        backend
            "polars" (None too), "pandas" or "pyarrow".

        Returns
        -------
        frame
            Columns `ship`, `time` and those of `STATIC`, all in memory.
        """
        return in_library(self._joined([*STATIC], *STATIC), backend)
