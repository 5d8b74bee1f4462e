"""Messages of made-up ships, for the tests of tracks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import polars as pl

from forceflow.feeds.columns import COLUMNS
from forceflow.tracks.ship_tracks import FramePiece, ShipTracks

START = dt.datetime(2025, 1, 20, tzinfo=dt.UTC)
TARTUS = (34.886978, 35.881348)
SEA = (34.6, 35.0)
ROADS = (34.95, 35.80)
SHIP = 273_000_001


def moment(hours: float) -> dt.datetime:
    """So many hours after the start."""
    return START + dt.timedelta(hours=hours)


def message(hours: float, place: tuple[float, float] | None = None, **said: Any) -> dict[str, Any]:
    """One message, with a position or without."""
    row: dict[str, Any] = {"ship": SHIP, "time": moment(hours), **said}
    if place is not None:
        row["latitude"], row["longitude"] = place
    return row


def frame_of(rows: Iterable[dict[str, Any]]) -> pl.DataFrame:
    """Rows as the table of messages; what they do not say is null."""
    return pl.from_dicts(list(rows), schema=COLUMNS)


def tracks_of(rows: Iterable[dict[str, Any]], *, pieces: Sequence[int] = ()) -> ShipTracks:
    """Tracks in memory, cut before the rows `pieces`."""
    frame = frame_of(rows)
    ends = [0, *sorted(pieces), len(frame)]
    parts = [frame[a:b] for a, b in pairwise(ends)]
    return ShipTracks(tuple(FramePiece("table", part) for part in parts), "forceflow", ("table",))
