"""Columns of a table of AIS messages inside forceflow, whatever the file called them."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

__all__ = ["COLUMNS", "POSITION", "STATIC", "TIME", "empty_batch", "in_order"]

TIME = pl.Datetime("us", "UTC")

POSITION: dict[str, pl.DataType] = {
    "latitude": pl.Float64(),
    "longitude": pl.Float64(),
    "speed_kn": pl.Float32(),
    "course_deg": pl.Float32(),
    "heading_deg": pl.Float32(),
    "status": pl.String(),
}
"""What a position report says; degrees are WGS 84, a speed of 102.2 kn means that or more."""

STATIC: dict[str, pl.DataType] = {
    "draught_m": pl.Float32(),
    "name": pl.String(),
    "imo": pl.Int64(),
    "callsign": pl.String(),
    "ship_type": pl.Int32(),
    "length_m": pl.Float32(),
    "beam_m": pl.Float32(),
    "destination": pl.String(),
    "eta": pl.String(),
    "is_loaded": pl.Boolean(),
}
"""What a static report says; a draught of 25.5 m means that or more, `is_loaded` is of inland ships alone."""

COLUMNS: dict[str, pl.DataType] = {"ship": pl.Int64(), "time": TIME, **POSITION, **STATIC}
"""Column and type of every message: `ship` is the MMSI (or the IMO number), a null is "not available"."""


def in_order(columns: Collection[str] | None) -> list[str]:
    """The columns wanted, `ship` and `time` always, in the order of `COLUMNS`; all for None."""
    if columns is None:
        return list(COLUMNS)
    return [name for name in COLUMNS if name in ("ship", "time") or name in columns]


def empty_batch(columns: Collection[str] | None = None) -> pl.DataFrame:
    """A table of no messages."""
    return pl.DataFrame(schema={name: COLUMNS[name] for name in in_order(columns)})
