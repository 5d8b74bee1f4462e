"""Silences that begin or end near a port: what was heard on both sides, and never a movement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from ..feeds.columns import TIME
from ..feeds.native_frame import in_library
from ..quantity.units import KM_PER_NM
from ..world.geography.routes import SEA_SPEED_KM_PER_H
from .place_points import PlacePoints, distance_km
from .ship_tracks import ShipTracks
from .track_arguments import check_asked

__all__ = ["silences"]

_COLUMNS = {
    "ship": pl.String(),
    "name": pl.String(),
    "silent_from": TIME,
    "silent_to": TIME,
    "hours": pl.Float64(),
    "place": pl.String(),
    "place_km": pl.Float64(),
    "place_after": pl.String(),
    "place_after_km": pl.Float64(),
    "latitude": pl.Float64(),
    "longitude": pl.Float64(),
    "latitude_after": pl.Float64(),
    "longitude_after": pl.Float64(),
    "moved_km": pl.Float64(),
    "least_speed_kn": pl.Float64(),
    "reachable": pl.String(),
}
_FIXES = {
    "ship": pl.Int64(),
    "time": TIME,
    "latitude": pl.Float64(),
    "longitude": pl.Float64(),
}


def silences(
    tracks: ShipTracks,
    *,
    longer_than_h: float = 6.0,
    near_km: float = 50.0,
    places: Any = None,
    top_kn: float | None = None,
    backend: str | None = None,
) -> Any:
    """Silences of ships that begin or end near a port, as a list to look through; none is made a movement.

    Parameters
    ----------
    tracks
        As `read_ais` returns them.
    longer_than_h
        Shorter silences are left out, h.
    near_km
        How near to a place the last position before a silence, or the first after it, must be.
    places
        As in `port_calls`: the ports of the gazetteer by default, names, a frame, or GeoJSON polygons.
    top_kn
        Greatest speed for the ports within reach; by default the 14 kn of the prior for a cargo ship (`route`).
    backend
        "polars" by default, "pandas" or "pyarrow".

    Returns
    -------
    polars.DataFrame, pandas.DataFrame or pyarrow.Table
        In order of ship and time, with the columns ship, name; silent_from, silent_to (null where the ship was not
        heard again); hours (up to the end of the record where it was not); place and place_km, near which it began, and
        place_after and place_after_km, near which it ended (null for neither); latitude, longitude and latitude_after,
        longitude_after of the last position before and the first one after; moved_km between the two, and the
        least_speed_kn for that; and reachable: the places within reach, parted by "; ", the shortest way first.

    Raises
    ------
    TracksError
        A number is not above 0, or these are no places.
    UnknownNameError
        A place is not in the gazetteer.

    Notes
    -----
    A ship may be silent because it switched off, or because nobody listened: `coverage` says how well others were heard
    there. Within reach is what the ship could pass between the two positions in the time, as the crow flies: no place
    that is left out could be reached, some that are named could not. After a silence without an end it is what lies
    within the distance that the ship could sail. The first message of a ship is no end of a silence.

    Tracks are read once, batch by batch, in any order; kept are at most two fixes a ship, batch and `longer_than_h`.

    Examples
    --------
    >>> import forceflow as ff
    >>> ff.tracks.silences(tracks, longer_than_h=12)  # doctest: +SKIP
    """
    top = SEA_SPEED_KM_PER_H[2] / KM_PER_NM
    if top_kn is not None:
        top = top_kn
    check_asked("silences", tracks, longer_than_h=longer_than_h, near_km=near_km, top_kn=top)
    points = PlacePoints(places, radius_km=near_km)
    fixes, names = _read_thinned(tracks, longer_than_h)
    gaps = _gaps_of(fixes, longer_than_h)
    near = _near_places(gaps, points)
    table = _described(near.join(names, on="ship", how="left"), points, top * KM_PER_NM)
    return in_library(table, backend)


def _read_thinned(tracks: ShipTracks, longer_than_h: float) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The fixes that may be an edge of a silence, and the last name of each ship."""
    kept, named = [pl.DataFrame(schema=_FIXES)], [pl.DataFrame(schema=_NAMES)]
    for fixes, names in _batches_of(tracks, longer_than_h):
        kept.append(fixes)
        named.append(names)
    last = pl.concat(named).sort("ship", "named_at").group_by("ship", maintain_order=True).last()
    return pl.concat(kept).unique().sort(list(_FIXES)), last.select("ship", "name")


_NAMES = {"ship": pl.Int64(), "name": pl.String(), "named_at": TIME}


def _batches_of(
    tracks: ShipTracks, longer_than_h: float
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Thinned fixes and names of each batch."""
    for batch in tracks.batches(("latitude", "longitude", "name")):
        named = batch.drop_nulls(["ship", "name"]).sort("time")
        names = named.group_by("ship").agg(pl.col("name").last(), named_at=pl.col("time").last())
        fixes = batch.select(list(_FIXES)).drop_nulls()
        yield _thinned(fixes, longer_than_h), names.select(list(_NAMES))


def _thinned(fixes: pl.DataFrame, longer_than_h: float) -> pl.DataFrame:
    """First and last fix of each ship in each slot of time.

    A silence is longer than a slot, so that its edges are the last of one and the first of another, in whatever batch;
    and fixes of one slot are never so far apart that leaving out what is between them would look like a silence.
    """
    slot = pl.col("time").cast(pl.Int64) // max(1, int(longer_than_h * 3_600_000_000))
    ordered = fixes.sort(list(_FIXES)).with_columns(slot=slot)
    groups = ordered.group_by("ship", "slot", maintain_order=True)
    return pl.concat([groups.first(), groups.last()]).select(list(_FIXES))


def _gaps_of(fixes: pl.DataFrame, longer_than_h: float) -> pl.DataFrame:
    """Silences of each ship, that at the end of the record among them."""
    following = {"silent_to": "time", "latitude_after": "latitude", "longitude_after": "longitude"}
    columns = {name: pl.col(of).shift(-1).over("ship") for name, of in following.items()}
    end = fixes["time"].max()
    hours = (pl.coalesce("silent_to", pl.lit(end, TIME)) - pl.col("time")) / pl.duration(hours=1)
    gaps = fixes.with_columns(**columns).with_columns(hours=hours)
    return gaps.filter(pl.col("hours") > longer_than_h).rename({"time": "silent_from"})


def _near_places(gaps: pl.DataFrame, points: PlacePoints) -> pl.DataFrame:
    """Silences that begin or end near a place, with the places."""
    names = pl.Series(points.names, dtype=pl.String)
    for end in ("", "_after"):
        position = [
            gaps[f"{axis}{end}"].fill_null(float("nan")).to_numpy()
            for axis in ("latitude", "longitude")
        ]
        found = points.nearest(*position)
        number = pl.Series(found.place.astype(np.int64)).replace(-1, None)
        km = pl.Series(found.km).replace(float("inf"), None)
        columns = {f"place{end}": names.gather(number), f"place{end}_km": km}
        gaps = gaps.with_columns(**columns)
    is_near = pl.col("place").is_not_null() | pl.col("place_after").is_not_null()
    return gaps.filter(is_near).sort("ship", "silent_from")


def _described(gaps: pl.DataFrame, points: PlacePoints, top_km_per_h: float) -> pl.DataFrame:
    """The columns that are worked out row by row."""
    rows = []
    for row in gaps.iter_rows(named=True):
        here = row["latitude"], row["longitude"]
        # After a silence without an end the ship may be wherever it could sail.
        there, times = here, 0.5
        row["moved_km"] = row["least_speed_kn"] = None
        if row["silent_to"] is not None:
            there, times = (row["latitude_after"], row["longitude_after"]), 1.0
            row["moved_km"] = float(distance_km(*here, *there))
            row["least_speed_kn"] = row["moved_km"] / row["hours"] / KM_PER_NM
        reach_km = top_km_per_h * row["hours"]
        ways = sorted((times * km, name) for name, km in points.over_each(here, there).items())
        row["reachable"] = "; ".join(name for km, name in ways if km <= reach_km)
        row["ship"] = str(row["ship"])
        rows.append({name: row[name] for name in _COLUMNS})
    return pl.DataFrame(rows, schema=_COLUMNS)
