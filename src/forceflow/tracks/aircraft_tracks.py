"""What `read_adsb` returns: messages of aircraft, in memory or read batch by batch."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from ..display import brief
from ..feeds.aircraft_columns import empty_aircraft_batch
from ..feeds.native_frame import in_library
from .leg_columns import hex_of
from .ship_tracks import FramePiece, Piece, first_few, html_of

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

    def positions(self, *, backend: str | None = None) -> Any:
        """The messages that say where an aircraft was, one row each, in the source's order.

        Parameters
        ----------
        backend
            "polars" (None too), "pandas" or "pyarrow".

        Returns
        -------
        frame
            Columns of `AIRCRAFT_COLUMNS`, with addresses as six hex digits, "~" before those that are no ICAO ones.
        """
        parts = [batch.filter(pl.col("latitude").is_not_null()) for batch in self.batches()]
        whole = pl.concat(parts or [empty_aircraft_batch()])
        return in_library(whole.with_columns(aircraft=hex_of(pl.col("aircraft"))), backend)

    def __len__(self) -> int:
        """How many messages there are; a source that is not in memory is read for it."""
        return sum(batch.height for batch in self.batches(()))

    def __bool__(self) -> bool:
        """True: tracks without a message and without a listed flight cannot be read."""
        return True

    def _facts(self) -> dict[str, str]:
        """What is shown of the tracks, without reading a source again."""
        facts = {}
        if self.is_in_memory and self.pieces:
            seen = pl.concat(list(self.batches(())))
            ends = pl.Series([seen["time"].min(), seen["time"].max()]).dt.strftime("%Y-%m-%d %H:%M")
            facts["messages"] = f"{seen.height:,}"
            facts["aircraft"] = f"{seen['aircraft'].n_unique():,}"
            facts["time"] = f"{ends[0]} to {ends[1]} UTC"
        if self.listed is not None:
            facts["flights listed"] = f"{self.listed.height:,}"
        facts["layout"] = self.layout
        facts["publisher"] = self.publisher
        facts["sources"] = first_few(self.sources)
        return {name: text for name, text in facts.items() if text}

    def __str__(self) -> str:
        return ", ".join(f"{name}: {text}" for name, text in self._facts().items())

    def __repr__(self) -> str:
        return brief(self)

    def _repr_html_(self) -> str:
        return html_of("Aircraft tracks", self._facts(), self.notes)

    @property
    def is_in_memory(self) -> bool:
        """Whether all messages are held in memory, rather than read at each use."""
        return all(isinstance(piece, FramePiece) for piece in self.pieces)
