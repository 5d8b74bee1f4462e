"""Port calls read from a frame of any kind."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import polars as pl

from ..errors import TracksError
from .call_span import CallSpan
from .ship_tracks import ShipTracks

__all__ = ["read_call_spans"]

_NEEDED = (
    "ship",
    "name",
    "place",
    "kind",
    "arrived_after",
    "arrived_by",
    "left_after",
    "left_by",
    "fixes",
    "longest_silence_h",
    "draught_in_m",
    "draught_out_m",
)


def read_call_spans(calls: Any, tracks: ShipTracks) -> tuple[CallSpan, ...]:
    """Calls from a frame of any kind, or those that `port_calls` finds in the tracks for None.

    Raises
    ------
    TracksError
        What came is no frame of calls; the message names the columns that are missing.
    """
    if calls is None:
        from .port_calls import port_calls

        calls = port_calls(tracks)
    table = _polars_table(calls)
    missing = [name for name in _NEEDED if name not in table.columns]
    if missing:
        raise TracksError(
            f"calls= is a frame as ff.tracks.port_calls gives it; this one has no column {', '.join(missing)}"
        )
    for column in ("arrived_after", "arrived_by", "left_after", "left_by"):
        table = table.with_columns(_in_utc(table, column))
    return tuple(CallSpan(**row) for row in table.select(_NEEDED).iter_rows(named=True))


def _polars_table(calls: Any) -> pl.DataFrame:
    try:
        frame = nw.from_native(calls)
    except TypeError:
        raise TracksError(
            f"calls= is a frame as ff.tracks.port_calls gives it; got a {type(calls).__name__}"
        ) from None
    table: pl.DataFrame = frame.lazy().collect("polars").to_native()
    return table


def _in_utc(table: pl.DataFrame, column: str) -> pl.Expr:
    """A column of moments in UTC; an empty one of any type is moments that are not known."""
    kind = table.schema[column]
    moments = pl.col(column)
    if not isinstance(kind, pl.Datetime):
        return moments.cast(pl.Datetime("us", "UTC"))
    if kind.time_zone is None:
        return moments.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return moments.dt.convert_time_zone("UTC").cast(pl.Datetime("us", "UTC"))
