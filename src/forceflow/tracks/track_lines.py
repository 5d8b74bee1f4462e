"""Tracks read into plain arrays, thinned so that no silence changes its length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from .call_labels import ship_number
from .call_rows import Call, read_calls
from .port_calls import port_calls
from .ship_tracks import ShipTracks
from .track_line import Moments, TrackLine, TrackLines

__all__ = ["track_lines"]

THINNED = "10m"
"""Of all fixes of a ship in such a span the first and the last are kept, so that no gap changes its length."""

_READ = ("latitude", "longitude", "draught_m", "name")


def track_lines(tracks: ShipTracks, *, calls: Any = None) -> TrackLines:
    """Read tracks into arrays, ship by ship.

    Parameters
    ----------
    tracks
        What `read_ais` gives.
    calls
        Their port calls, a frame as `port_calls` gives it; by default they are found as it does by default.
    """
    if calls is None:
        calls = port_calls(tracks)
    spans = tuple(read_calls(calls))
    kept: list[pl.DataFrame] = []
    counts: list[pl.DataFrame] = []
    for batch in tracks.batches(_READ):
        counts.append(batch.group_by("ship").agg(fixes=pl.col("latitude").count()))
        kept.append(_thinned(batch))
    lines = []
    if kept:
        fixes = dict(pl.concat(counts).group_by("ship").agg(pl.col("fixes").sum()).iter_rows())
        # A span that two batches share is thinned once more.
        table = _thinned(pl.concat(kept))
        for (ship,), rows in table.group_by("ship", maintain_order=True):
            lines.append(_line_of_ship(str(ship), rows, spans, int(fixes[ship])))
    # The ships that called most come first, as pictures have room for few.
    lines.sort(key=lambda line: (-len(line.calls), -line.fixes, line.ship))
    return TrackLines(tuple(lines), spans, tracks.sources, tracks.publisher)


def _thinned(batch: pl.DataFrame) -> pl.DataFrame:
    """First and last position of each ship and span, and its last draught and name there; sorted by ship and time."""
    spans = [pl.col("ship"), pl.col("time").dt.truncate(THINNED)]
    batch = batch.sort("ship", "time", maintain_order=True)
    heard = batch.filter(pl.col("latitude").is_not_null() & pl.col("longitude").is_not_null())
    kept = []
    for rows, keep in ((heard, "first"), (heard, "last")):
        kept.append(_one_a_span(rows, spans, keep))
    for column in ("draught_m", "name"):
        said = batch.filter(pl.col(column).is_not_null())
        kept.append(_one_a_span(said, spans, "last"))
    return pl.concat(kept).unique(maintain_order=True).sort("ship", "time", maintain_order=True)


def _one_a_span(rows: pl.DataFrame, spans: Sequence[pl.Expr], keep: str) -> pl.DataFrame:
    """The first or the last row of each ship and span."""
    picked = pl.all().last()
    if keep == "first":
        picked = pl.all().first()
    named = [spans[0].alias("of_ship"), spans[1].alias("of_span")]
    return rows.group_by(named, maintain_order=True).agg(picked).drop("of_ship", "of_span")


def _line_of_ship(ship: str, rows: pl.DataFrame, calls: Sequence[Call], fixes: int) -> TrackLine:
    heard = rows.filter(pl.col("latitude").is_not_null()).unique("time", maintain_order=True)
    draughts = rows.filter(pl.col("draught_m").is_not_null()).unique("time", maintain_order=True)
    names = rows.get_column("name").drop_nulls()
    name = ""
    if len(names):
        name = str(names[-1]).strip()
    own = (call for call in calls if ship_number(call) == ship)
    return TrackLine(
        ship=ship,
        name=name,
        times=_moments(heard),
        longitude=heard.get_column("longitude").to_numpy().astype(np.float64),
        latitude=heard.get_column("latitude").to_numpy().astype(np.float64),
        draught_times=_moments(draughts),
        # Single precision would print 5.6 m as 5.599999.
        draught_m=np.round(draughts.get_column("draught_m").to_numpy().astype(np.float64), 2),
        calls=tuple(sorted(own, key=lambda call: call.arrived_by)),
        fixes=fixes,
    )


def _moments(rows: pl.DataFrame) -> Moments:
    """Times of rows as UTC moments of numpy."""
    return rows.get_column("time").dt.replace_time_zone(None).to_numpy().astype("datetime64[us]")
