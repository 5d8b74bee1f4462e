"""Messages of made-up aircraft, for the tests of legs."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import polars as pl

import forceflow as ff
from forceflow.feeds.aircraft_columns import AIRCRAFT_COLUMNS
from forceflow.tracks.aircraft_tracks import AircraftTracks
from forceflow.tracks.place_points import distance_km
from forceflow.tracks.ship_tracks import FramePiece

START = dt.datetime(2024, 12, 14, tzinfo=dt.UTC)
HMEIMIM = (35.4011, 35.9487)
KHADIM = (31.9985, 21.1918)
CRAFT = 0x152E10

Row = dict[str, Any]


def moment(minutes: float) -> dt.datetime:
    """So many minutes after the start."""
    return START + dt.timedelta(minutes=minutes)


def between(a: tuple[float, float], b: tuple[float, float], share: float) -> tuple[float, float]:
    """A point on the straight line between two, in degrees."""
    return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])


def fix(minutes: float, place: tuple[float, float], **said: Any) -> Row:
    """One message with a position; in the air unless it says otherwise."""
    row: Row = {"aircraft": CRAFT, "time": moment(minutes), "ground": "air", **said}
    row["latitude"], row["longitude"] = place
    return row


def down(minutes: float, place: tuple[float, float] = HMEIMIM, **said: Any) -> Row:
    """On the ground, at rest."""
    return fix(minutes, place, **{"ground": "ground", "speed_kn": 0.0, **said})


def flight(
    start: float,
    stop: float,
    a: tuple[float, float] = HMEIMIM,
    b: tuple[float, float] = KHADIM,
    *,
    every: float = 2.0,
    top_ft: float = 30_000.0,
    **said: Any,
) -> list[Row]:
    """Fixes in the air from field to field: up in 20 minutes, level, down in 20."""
    rows = []
    n = max(round((stop - start) / every), 2)
    kn = knots(a, b, stop - start)
    for i in range(1, n):
        minutes = start + (stop - start) * i / n
        left, gone = stop - minutes, minutes - start
        up = min(20.0, (stop - start) / 2)
        altitude = top_ft * min(gone / up, left / up, 1.0)
        climb = 0.0
        if gone < up or left < up:
            climb = top_ft / up * (1 if gone < left else -1)
        rows.append(
            fix(minutes, between(a, b, i / n), altitude_ft=altitude, climb_ft_min=climb,
                speed_kn=max(kn, 150.0), track_deg=course(a, b), **said)
        )  # fmt: skip
    return rows


def knots(a: tuple[float, float], b: tuple[float, float], minutes: float) -> float:
    """Speed over ground of a flight, knots."""
    return float(distance_km(*a, *b)) / 1.852 / (minutes / 60)


def course(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Bearing of one point from another on a small map, degrees."""
    east = (b[1] - a[1]) * math.cos(math.radians((a[0] + b[0]) / 2))
    return math.degrees(math.atan2(east, b[0] - a[0])) % 360


def frame_of(rows: Iterable[Row]) -> pl.DataFrame:
    """Rows as the table of messages; what they do not say is null."""
    return pl.from_dicts(list(rows), schema=AIRCRAFT_COLUMNS)


def tracks_of(rows: Iterable[Row], *, pieces: Sequence[int] = ()) -> AircraftTracks:
    """Tracks in memory, cut before the rows `pieces`."""
    frame = frame_of(rows)
    ends = [0, *sorted(pieces), len(frame)]
    parts = tuple(FramePiece("table", frame[a:b]) for a, b in pairwise(ends))
    return AircraftTracks(parts, "forceflow", ("table",))


def legs_of(rows: Iterable[Row], **options: Any) -> pl.DataFrame:
    """Legs of rows."""
    found = ff.tracks.legs(tracks_of(rows), **options)
    assert isinstance(found, pl.DataFrame)
    return found
