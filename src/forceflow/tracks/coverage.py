"""How well ships known to be at a place were heard there, and what share of movements that lets one expect to see."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from ..errors import TracksError
from ..feeds.columns import TIME
from ..feeds.native_frame import in_library
from .place_points import PlacePoints
from .share_posterior import share_interval
from .ship_tracks import ShipTracks
from .track_arguments import check_asked

__all__ = ["Coverage", "coverage", "detection"]

_HOUR_US = 3_600_000_000
_STAY_COLUMNS = pl.Schema(
    {
        "place": pl.String(),
        "ship": pl.String(),
        "known_h": pl.Float64(),
        "heard_h": pl.Float64(),
        "open_h": pl.Float64(),
        "silences": pl.Int64(),
        "stretches": pl.Int64(),
    }
)
_BIN_COLUMNS = pl.Schema(
    {
        "place": pl.String(),
        "start": TIME,
        "stop": TIME,
        "ships": pl.Int64(),
        "known_h": pl.Float64(),
        "heard_h": pl.Float64(),
        "share": pl.Float64(),
    }
)


@dataclass(frozen=True, slots=True, repr=False)
class Coverage:
    """What share of the time ships known to be at a place were heard.

    Parameters
    ----------
    by_time
        By place and bin of time: place, start, stop, ships, known_h, heard_h, share; bins in which no ship was known to
        be there have no row.
    by_ship
        By place and ship: known_h, heard_h, open_h (gaps too long to know that it stayed), silences (how many), and
        stretches (silences, and times heard between them).
    silence_h, longest_h, radius_km
        As given to `coverage`.
    """

    by_time: pl.DataFrame
    by_ship: pl.DataFrame
    silence_h: float
    longest_h: float
    radius_km: float

    def share(self, place: str | None = None) -> float:
        """Hours heard over hours known to be there, at one place or at all; NaN where no ship was known to be."""
        stays = self.stays(place)
        known = float(stays["known_h"].sum())
        if not known:
            return float("nan")
        return float(stays["heard_h"].sum()) / known

    def stays(self, place: str | None = None) -> pl.DataFrame:
        """Rows of `by_ship` of one place, or of all.

        Raises
        ------
        TracksError
            No ship was known to be at such a place; the message lists those that have one.
        """
        if place is None:
            return self.by_ship
        found = self.by_ship.filter(pl.col("place") == place)
        if not len(found):
            known = ", ".join(sorted(self.by_ship["place"].unique())) or "none"
            raise TracksError(f"coverage: no ship was known to be at {place!r}; places: {known}")
        return found

    def to_frame(self, *, backend: str = "polars") -> Any:
        """The table by place and time, in "polars", "pandas" or "pyarrow"."""
        return in_library(self.by_time, backend)

    def __str__(self) -> str:
        places = self.by_ship["place"].n_unique()
        ships = self.by_ship["ship"].n_unique()
        known = self.by_ship["known_h"].sum()
        if not known:
            return "coverage: no ship was known to be at a place"
        return (
            f"coverage: {ships} ships heard {self.share():.0%} of the {known:,.0f} h they were known to be at "
            f"{places} places (a silence is longer than {self.silence_h:g} h)"
        )

    def __repr__(self) -> str:
        return f"<Coverage: {self}>"

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(str(self))}</p>{self.by_time._repr_html_()}"


def coverage(
    tracks: ShipTracks,
    *,
    places: Any = None,
    radius_km: float = 10.0,
    every: str = "1d",
    silence_h: float = 2.0,
    longest_h: float = 168.0,
) -> Coverage:
    """What share of the time ships known to be at a place were heard there, by place and day.

    Parameters
    ----------
    tracks
        As `read_ais` returns them.
    places
        As in `port_calls`: the ports of the gazetteer by default, names, a frame, or GeoJSON polygons.
    radius_km
        A position belongs to the nearest place that is no further away than this; polygons have no radius.
    every
        Width of a bin of time, a polars duration: "1d", "12h", "1mo".
    silence_h
        Two fixes further apart than this have a silence between them, h; moored ships send every 3 minutes (class A, at
        less than 3 kn: recalled), and receivers lose most of it. A choice, as is the next one.
    longest_h
        After a gap longer than this it is not known whether the ship stayed, h: it counts as neither, and is summed in
        `by_ship` as ``open_h``.

    Returns
    -------
    Coverage
        With the tables `by_time` and `by_ship`.

    Raises
    ------
    TracksError
        A number is not above 0, `every` is no duration, or these are no places.
    UnknownNameError
        A place is not in the gazetteer.

    Notes
    -----
    A ship is known to be at a place between two consecutive fixes that both lie there; what is between a fix there and
    one elsewhere is not known. All of a gap up to `silence_h` is heard, none of a longer one. Positions alone count:
    static reports say nothing of where a ship is. It is the share among ships that were heard at both ends: one that
    comes and goes without a message is in no table, so that the share of all movements may be lower.

    The tracks are read twice, batch by batch: for the ships that come near a place, and for the fixes of these. Kept
    are 18 bytes a fix of theirs.

    Examples
    --------
    >>> import datetime as dt
    >>> import polars as pl
    >>> from forceflow.feeds.columns import empty_batch
    >>> from forceflow.tracks.ship_tracks import FramePiece, ShipTracks
    >>> hours = [0, 1, 2, 12, 13]
    >>> fixes = pl.DataFrame({
    ...     "ship": [273123456] * 5, "time": [dt.datetime(2025, 1, 1, hour, tzinfo=dt.UTC) for hour in hours],
    ...     "latitude": [34.91] * 5, "longitude": [35.86] * 5})
    >>> table = pl.concat([empty_batch(), fixes], how="diagonal_relaxed").cast(empty_batch().schema)
    >>> print(coverage(ShipTracks((FramePiece("table", table),), "forceflow", ("table",))))
    coverage: 1 ships heard 23% of the 13 h they were known to be at 1 places (a silence is longer than 2 h)
    """
    check_asked("coverage", tracks, radius_km=radius_km, silence_h=silence_h, longest_h=longest_h)
    _check_every(every)
    points = PlacePoints(places, radius_km=radius_km)
    gaps = _gaps_at_places(_fixes_of_visitors(tracks, points), points)
    hours = (pl.col("stop") - pl.col("start")) / pl.duration(hours=1)
    gaps = gaps.with_columns(hours=hours).with_columns(
        is_heard=pl.col("hours") <= silence_h, is_known=pl.col("hours") <= max(longest_h, silence_h)
    )
    return Coverage(
        by_time=_by_time(gaps.filter("is_known"), every),
        by_ship=_by_ship(gaps),
        silence_h=silence_h,
        longest_h=longest_h,
        radius_km=radius_km,
    )


def detection(
    heard: Coverage, *, place: str | None = None, range_coverage: float = 0.9
) -> dict[str, tuple[float, float]]:
    """The share of movements that tracks can be expected to show, as a range by place, and for all as "sea".

    Parameters
    ----------
    heard
        What `coverage` returned.
    place
        One place alone.
    range_coverage
        Probability that the share lies between the two numbers.

    Returns
    -------
    dict
        (low, high) by id of the place, and "sea" for all places together; for `ff.Detection`, see
        `ff.flows.detection_from_coverage`.

    Raises
    ------
    TracksError
        No ship was known to be at such a place.

    Notes
    -----
    Hours are no independent trials: a ship that is silent is so for hours, and ships differ. So each stretch of a ship,
    a silence or the time heard between two, counts as one trial, and the share of the hours heard as the part of them
    that succeeded; ships have shares of their own, Beta(m k, (1 - m) k), and the range is that of their mean m, with k
    integrated out (priors: Jeffreys for m; k from 0.5 to 200, flat in its logarithm). One ship heard for a month is one
    witness of how ships are heard, and its range is wide.

    Examples
    --------
    >>> low, high = detection(heard)["sea"]  # doctest: +SKIP
    """
    if place is not None:
        return {place: _range_of(heard.stays(place), range_coverage)}
    ranges = {}
    for name in sorted(heard.by_ship.filter(pl.col("known_h") > 0)["place"].unique()):
        ranges[name] = _range_of(heard.stays(name), range_coverage)
    if not ranges:
        raise TracksError(
            "detection: no ship was known to be at a place, so nothing says how ships are heard"
        )
    ranges["sea"] = _range_of(heard.by_ship, range_coverage)
    return ranges


def _range_of(stays: pl.DataFrame, range_coverage: float) -> tuple[float, float]:
    """Range of the share of one place; a ship that called at several places is one ship."""
    ships = (
        stays.filter(pl.col("known_h") > 0)
        .group_by("ship", maintain_order=True)
        .agg(pl.col("known_h").sum(), pl.col("heard_h").sum(), pl.col("stretches").sum())
    )
    trials = ships["stretches"].to_numpy().astype(np.float64)
    shares = (ships["heard_h"] / ships["known_h"]).to_numpy()
    return share_interval(trials * shares, trials, coverage=range_coverage)


def _check_every(every: str) -> None:
    try:
        pl.Series([dt.datetime(2025, 1, 1)]).dt.truncate(every)
    except (pl.exceptions.PolarsError, TypeError, ValueError):
        raise TracksError(
            f"coverage: every={every!r} is no duration; write '1d', '12h', '1mo'"
        ) from None


def _fixes_of_visitors(tracks: ShipTracks, points: PlacePoints) -> pl.DataFrame:
    """All fixes of the ships that come near a place, by ship and time, each with the number of its place or -1."""
    visitors = pl.Series("ship", [], pl.Int64)
    for batch in _located_batches(tracks, points):
        near = batch.filter(pl.col("at") >= 0)["ship"].unique()
        visitors = pl.concat([visitors, near]).unique()
    kept = [pl.DataFrame(schema={"ship": pl.Int64, "time": TIME, "at": pl.Int16})]
    if len(visitors):
        for batch in _located_batches(tracks, points):
            kept.append(batch.filter(pl.col("ship").is_in(visitors.implode())))
    return pl.concat(kept).sort("ship", "time", "at")


def _located_batches(tracks: ShipTracks, points: PlacePoints) -> Iterable[pl.DataFrame]:
    """Fixes with the number of the place they are at."""
    for batch in tracks.batches(("latitude", "longitude")):
        fixes = batch.drop_nulls(["ship", "time", "latitude", "longitude"])
        latitude, longitude = fixes["latitude"].to_numpy(), fixes["longitude"].to_numpy()
        at = points.nearest(latitude, longitude).place
        yield fixes.select("ship", "time").with_columns(at=pl.Series(at, dtype=pl.Int16))


def _gaps_at_places(fixes: pl.DataFrame, points: PlacePoints) -> pl.DataFrame:
    """Times between two consecutive fixes of one ship at one place."""
    both = fixes.with_columns(
        stop=pl.col("time").shift(-1).over("ship"), next_at=pl.col("at").shift(-1).over("ship")
    )
    stays = both.filter((pl.col("at") >= 0) & (pl.col("at") == pl.col("next_at")))
    names = pl.Series("place", points.names, pl.String)
    return stays.select(
        place=names.gather(stays["at"]),
        ship=pl.col("ship").cast(pl.String),
        start="time",
        stop="stop",
    ).filter(pl.col("stop") > pl.col("start"))


def _by_ship(gaps: pl.DataFrame) -> pl.DataFrame:
    """Hours of each ship at each place, with its silences and stretches."""
    ordered = gaps.sort("place", "ship", "start")
    # A stretch ends where the next gap is of another kind, or does not follow at once: the ship was away.
    before = pl.struct("place", "ship", "is_heard").shift(1)
    is_new = (pl.struct("place", "ship", "is_heard") != before) | (
        pl.col("start") != pl.col("stop").shift(1)
    )
    known = pl.col("is_known")
    heard = known & pl.col("is_heard")
    silent = known & ~pl.col("is_heard")
    table = (
        ordered.with_columns(is_new=is_new.fill_null(True))
        .group_by("place", "ship", maintain_order=True)
        .agg(
            known_h=pl.col("hours").filter(known).sum(),
            heard_h=pl.col("hours").filter(heard).sum(),
            open_h=pl.col("hours").filter(~known).sum(),
            silences=silent.sum(),
            stretches=silent.sum() + (heard & pl.col("is_new")).sum(),
        )
    )
    return table.cast(_STAY_COLUMNS) if len(table) else pl.DataFrame(schema=_STAY_COLUMNS)


def _by_time(gaps: pl.DataFrame, every: str) -> pl.DataFrame:
    """Hours by place and bin, gaps cut at the edges of the bins."""
    if not len(gaps):
        return pl.DataFrame(schema=_BIN_COLUMNS)
    edges = _edges_over(gaps, every)
    cut = _cut_at(gaps, edges)
    hours = (pl.col("stop") - pl.col("start")) / pl.duration(hours=1)
    binned = cut.with_columns(hours=hours).filter(pl.col("hours") > 0)
    table = (
        binned.group_by("place", "bin")
        .agg(
            ships=pl.col("ship").n_unique(),
            known_h=pl.col("hours").sum(),
            heard_h=pl.col("hours").filter("is_heard").sum(),
        )
        .sort("place", "bin")
    )
    return table.select(
        "place",
        edges.gather(table["bin"]).alias("start"),
        edges.gather(table["bin"] + 1).alias("stop"),
        "ships",
        "known_h",
        "heard_h",
        share=pl.col("heard_h") / pl.col("known_h"),
    ).cast(_BIN_COLUMNS)


def _edges_over(gaps: pl.DataFrame, every: str) -> pl.Series:
    """Edges of the bins from the first gap to the last, one more than there are bins."""
    first = gaps["start"].dt.truncate(every).min()
    last = pl.Series([gaps["stop"].max()]).dt.offset_by(every)[0]
    assert isinstance(first, dt.datetime)
    return pl.datetime_range(first, last, every, time_unit="us", time_zone="UTC", eager=True)


def _cut_at(gaps: pl.DataFrame, edges: pl.Series) -> pl.DataFrame:
    """Each gap once for every bin that it lies in, cut to it."""
    marks = edges.cast(pl.Int64).to_numpy()
    start, stop = (gaps[name].cast(pl.Int64).to_numpy() for name in ("start", "stop"))
    first = np.searchsorted(marks, start, side="right") - 1
    last = np.searchsorted(marks, stop, side="left") - 1
    times = np.maximum(last - first, 0) + 1
    rows = np.repeat(np.arange(len(gaps)), times)
    steps = np.arange(len(rows)) - np.repeat(np.cumsum(times) - times, times)
    number = first[rows] + steps
    return gaps[rows].with_columns(
        bin=pl.Series(number),
        start=pl.Series(np.maximum(start[rows], marks[number])).cast(TIME),
        stop=pl.Series(np.minimum(stop[rows], marks[number + 1])).cast(TIME),
    )
