"""A simulated air bridge as its transponders would have sent it, with holes where nobody hears."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

import numpy as np
import polars as pl

import forceflow as ff
from forceflow.feeds.aircraft_columns import AIRCRAFT_COLUMNS, empty_aircraft_batch
from forceflow.tracks.aircraft_tracks import AircraftTracks
from forceflow.tracks.ship_tracks import FramePiece

_HMEIMIM, _KHADIM = (35.411, 35.948), (31.999, 21.192)
_KM_PER_H, _TOP_FT, _CLIMB_MIN = 740.0, 31_000.0, 20.0
_KM = 1_400.0
FLIGHT_MIN = 60 * _KM / _KM_PER_H
_EVERY_MIN = 4.0


def messages_of(
    trace: Sequence[ff.FlowEvent], *, share: float, seed: int, first_address: int = 0x152000
) -> pl.DataFrame:
    """Rows in `AIRCRAFT_COLUMNS` of the trips of one replication.

    Parameters
    ----------
    trace
        What `Simulation.trace` returns.
    share
        Share of the trips on which the transponder is on.
    seed
        Of the holes.
    first_address
        Address of the first aircraft; others follow.

    Notes
    -----
    Whether a trip is heard is one draw for both of its legs. Of those that are, one flight in three has a hole of 20
    to 50 minutes aloft, and at al-Khadim nothing below 3,000 ft is heard.
    """
    draw = np.random.default_rng(seed)
    parts = [empty_aircraft_batch()]
    for trip in trace:
        (vehicle,) = map(int, re.findall(r"number (\d+), trip", trip.title))
        is_heard = draw.random() < share
        holes = draw.uniform(0.3, 0.6, 2), draw.choice([0.0, 0.0, 35.0], 2)
        if not is_heard:
            continue
        for way, moment in enumerate((trip.start, trip.stop)):
            rows = _leg_rows(moment, bool(way), float(holes[0][way]), float(holes[1][way]))
            parts.append(rows.with_columns(aircraft=pl.lit(first_address + vehicle, pl.Int64)))
    return (
        pl.concat(parts, how="diagonal_relaxed")
        .select(*AIRCRAFT_COLUMNS)
        .cast(dict(AIRCRAFT_COLUMNS))  # type: ignore[arg-type]
        .sort("time")
    )


def _leg_rows(moment: dt.datetime, is_back: bool, hole_at: float, hole_min: float) -> pl.DataFrame:
    """One leg from six minutes before take-off to six after landing, less what is not heard."""
    minute = np.arange(-6.0, FLIGHT_MIN + 7.0, _EVERY_MIN / 2)
    done = np.clip(minute / FLIGHT_MIN, 0.0, 1.0)
    if is_back:
        done = 1 - done
    climb = np.minimum(minute, FLIGHT_MIN - minute) / _CLIMB_MIN
    altitude = np.clip(climb, 0.0, 1.0) * _TOP_FT
    on_ground = (minute <= 0) | (minute >= FLIGHT_MIN)
    gone = minute / FLIGHT_MIN
    heard = ~((gone > hole_at) & (minute < hole_at * FLIGHT_MIN + hole_min))
    # There is no receiver at al-Khadim.
    heard &= ~((done > 0.5) & (altitude < 3_000.0))
    (south, east), (north, west) = _KHADIM, _HMEIMIM
    seconds = (minute * 60_000_000).astype(np.int64)
    start = pl.lit(moment).cast(pl.Datetime("us", "UTC"))
    frame = pl.DataFrame({
        "after": seconds,
        "latitude": north + done * (south - north),
        "longitude": west + done * (east - west),
        "altitude_ft": np.where(on_ground, np.nan, altitude),
        "ground": np.where(on_ground, "ground", "air"),
        "speed_kn": np.where(on_ground, 5.0, np.where(altitude < 3_000, 160.0, 400.0)),
        "track_deg": np.full(minute.shape, 75.0 if is_back else 255.0),
        "type": ["IL76"] * len(minute),
    }).filter(pl.Series(heard))  # fmt: skip
    return frame.select(
        pl.col("latitude", "longitude", "speed_kn", "track_deg", "ground", "type"),
        time=start + pl.duration(microseconds="after"),
        altitude_ft=pl.col("altitude_ft").fill_nan(None),
    )


def tracks_of(rows: pl.DataFrame) -> AircraftTracks:
    """Rows as tracks."""
    return AircraftTracks((FramePiece("table", rows.sort("time")),), "forceflow", ("table",))
