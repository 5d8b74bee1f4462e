"""Columns of the table of legs, and of addresses as text."""

from __future__ import annotations

from typing import Final

import polars as pl

from ..feeds.aircraft_columns import NOT_ICAO
from ..feeds.columns import TIME

__all__ = ["LEG_COLUMNS", "hex_of"]

LEG_COLUMNS: Final[dict[str, pl.DataType]] = {
    "aircraft": pl.String(),
    "callsign": pl.String(),
    "type": pl.String(),
    "origin": pl.String(),
    "destination": pl.String(),
    "took_off_after": TIME,
    "took_off_by": TIME,
    "landed_after": TIME,
    "landed_by": TIME,
    "fixes": pl.Int64(),
    "longest_silence_h": pl.Float64(),
    "registration": pl.String(),
    "begins": pl.String(),
    "ends": pl.String(),
    "first_seen": pl.String(),
    "last_seen": pl.String(),
    "origin_may_be": pl.String(),
    "destination_may_be": pl.String(),
    "touch_and_goes": pl.Int64(),
    "highest_ft": pl.Float64(),
    "first_latitude": pl.Float64(),
    "first_longitude": pl.Float64(),
    "last_latitude": pl.Float64(),
    "last_longitude": pl.Float64(),
    "source": pl.String(),
    "notes": pl.String(),
}
"""Columns of the table of legs.

- Take-off lies in ``(took_off_after, took_off_by]``, landing in ``(landed_after, landed_by]``; a bound is null where
  the record is open.
- `origin`, `destination`: id of the field, null where it is not known; then `first_seen` and `last_seen` say where the
  aircraft was, and `origin_may_be`, `destination_may_be` list fields with their weights ("OSLK 0.62; OSDI 0.21").
- `begins`, `ends`: what the end of a leg rests on: "ground" (a fix on the ground), "low" (low near a field, then a
  silence), "mark" (the source's own mark), "silence" (silent aloft for too long), "record" (the record begins or
  ends), "list" (a flight list says so).
- `touch_and_goes`: contacts with the ground too short to unload.
"""


def hex_of(address: pl.Expr) -> pl.Expr:
    """Addresses as text: six hex digits in lower case, with "~" before those that are no ICAO addresses."""
    digits = pl.Series("digit", list("0123456789abcdef"), dtype=pl.String)
    number = address % NOT_ICAO
    parts = [
        pl.lit(digits).gather(((number // 16**place) % 16).cast(pl.UInt32))
        for place in range(5, -1, -1)
    ]
    mark = pl.when(address >= NOT_ICAO).then(pl.lit("~")).otherwise(pl.lit(""))
    return pl.concat_str(mark, *parts)
