"""Port calls and tracks made by hand, with the columns that the package's own have."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from forceflow.feeds.columns import COLUMNS, TIME, empty_batch
from forceflow.tracks.ship_tracks import FramePiece, ShipTracks

SCHEMA: dict[str, Any] = {
    "ship": pl.String,
    "name": pl.String,
    "place": pl.String,
    "kind": pl.String,
    "arrived_after": TIME,
    "arrived_by": TIME,
    "left_after": TIME,
    "left_by": TIME,
    "fixes": pl.Int64,
    "longest_silence_h": pl.Float64,
    "draught_in_m": pl.Float64,
    "draught_out_m": pl.Float64,
    "draught_in_at": TIME,
    "draught_out_at": TIME,
    "imo": pl.String,
    "length_m": pl.Float64,
    "beam_m": pl.Float64,
    "ship_type": pl.Int32,
    "passages_after": pl.String,
    "longest_silence_after_h": pl.Float64,
    "source": pl.String,
    "notes": pl.String,
}


def at(text: str) -> dt.datetime:
    """A moment in UTC: "2025-01-27 21:40"."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def call(
    place: str, arrived: str, left: str, *, hours: float = 1.0, **fields: Any
) -> dict[str, Any]:
    """One call of Sparta II, first and last heard there at these moments; heard outside `hours` before and after."""
    lag = dt.timedelta(hours=hours)
    row = {
        "ship": "273123456",
        "name": "SPARTA II",
        "imo": "9160994",
        "place": place,
        "kind": "berth",
        "arrived_after": at(arrived) - lag,
        "arrived_by": at(arrived),
        "left_after": at(left),
        "left_by": at(left) + lag,
        "fixes": 100,
        "longest_silence_h": 0.5,
        "length_m": 122.0,
        "beam_m": 20.0,
        "ship_type": 79,
        "passages_after": "",
        "longest_silence_after_h": 1.0,
        "source": "Danish Maritime Authority, aisdk-2025-02-12.csv",
        "notes": "",
    }
    return {**row, **fields}


def frame_of(*rows: dict[str, Any]) -> pl.DataFrame:
    """Port calls as a frame."""
    return pl.DataFrame(list(rows), schema=SCHEMA)


def tracks_of(*messages: tuple[int, str, float, float], batches: int = 1) -> ShipTracks:
    """Tracks of messages (ship, moment, latitude, longitude), in as many batches."""
    rows = [
        {"ship": ship, "time": at(moment), "latitude": latitude, "longitude": longitude}
        for ship, moment, latitude, longitude in messages
    ]
    frame = pl.DataFrame(rows, schema={name: COLUMNS[name] for name in rows[0]} if rows else None)
    whole = pl.concat([empty_batch(), frame], how="diagonal") if rows else empty_batch()
    size = max(1, -(-len(whole) // batches))
    pieces = tuple(FramePiece("table", part) for part in whole.iter_slices(size))
    return ShipTracks(pieces, layout="forceflow", sources=("table",))
