"""What `read_adsb` returns: messages of aircraft, in memory or read batch by batch."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, ClassVar

import polars as pl

from .aircraft_columns import AIRCRAFT_COLUMNS, empty_aircraft_batch
from .leg_columns import hex_of
from .message_tracks import MessageTracks
from .native_frame import in_library

__all__ = ["AircraftTracks"]


@dataclass(frozen=True, slots=True, repr=False)
class AircraftTracks(MessageTracks):
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

    listed: pl.DataFrame | None = field(default=None)

    _craft: ClassVar[str] = "aircraft"
    _crafts: ClassVar[str] = "aircraft"

    @classmethod
    def _empty(cls, columns: Collection[str] | None) -> pl.DataFrame:
        return empty_aircraft_batch(columns)

    def positions(self, *, backend: str | None = None) -> Any:
        """The messages that say where an aircraft was, one row each, in the source's order.

        Parameters
        ----------
        backend
            "polars" (None too), "pandas" or "pyarrow".

        Returns
        -------
        frame
            The columns of `AIRCRAFT_COLUMNS`, all in memory; `aircraft` as text of six hex digits, after "~" where the
            address is no ICAO address.
        """
        table = self._joined([*AIRCRAFT_COLUMNS], "latitude")
        return in_library(table.with_columns(hex_of(pl.col("aircraft"))), backend)

    def _facts(self) -> dict[str, str]:
        facts = MessageTracks._facts(self)
        if self.listed is not None:
            facts["flights listed"] = f"{self.listed.height:,}"
        return facts

    def __str__(self) -> str:
        if self.listed is None or self.pieces:
            return MessageTracks.__str__(self)
        return f"flights listed: {self.listed.height:,}, layout {self.layout}, {self._facts()['sources']}"
