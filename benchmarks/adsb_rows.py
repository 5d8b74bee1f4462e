"""Rows of ADS-B that no aircraft sent: a fleet between real fields, for benchmarks and tests.

Aircraft fly between 24 fields, stand there for 25 minutes to ten hours, are heard every ten seconds aloft and for the
first and last minutes on the ground, and are silent in holes of up to 50 minutes on their way. Some fields hear nothing
below 3,000 ft. Each row follows from the seed, its aircraft and its number alone, so that the rows are the same for any
size of batch, and memory does not grow with their number.

    python -m adsb_rows 10_000_000 rows.parquet --seed 1
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forceflow.feeds.aircraft_columns import AIRCRAFT_COLUMNS, GROUND
from forceflow.tracks.leg_columns import hex_of
from forceflow.tracks.place_points import distance_km

__all__ = ["Fleet", "all_rows", "batches", "fields", "flights_in", "make_fleet", "with_texts"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

START_US = 1_735_689_600_000_000  # 2025-01-01 00:00 UTC
APART_S = 10
BATCH = 1_000_000
TOP_FT, LOW_FT, CLIMB_S = 32_000.0, 3_000.0, 1_200.0
_FIELDS = (
    "OSLK HL59 HL69 HLLB HLGN GABS FEFF DRRN UUMU UWLW UWGG URML UUBL UUEE UUWW UUEM UWOO UMKK UMMS OIIE OSDI "
    "OLBA LTAF HLLM"
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Fleet:
    """What the rows are made from: stays and flights of each aircraft, one after the other.

    A moment of an aircraft is the whole number `aircraft << 32 | second`, so that one sorted table serves all.
    """

    address: Ints
    moments: Ints  # where a stay begins; the flight after it begins at `leave`
    leave: Ints
    stop: Ints
    origin: Ints
    destination: Ints
    hole: Ints  # second of the flight where a silence begins
    hole_s: Ints
    craft: Ints
    seconds: int


@cache
def fields() -> pl.DataFrame:
    """Position, elevation and id of the fields, as `places` of `legs` takes them."""
    import airportsdata

    known = airportsdata.load("ICAO")
    rows = [known[code] for code in _FIELDS.split()]
    return pl.DataFrame(
        {
            "name": _FIELDS.split(),
            "lat": [row["lat"] for row in rows],
            "lon": [row["lon"] for row in rows],
            "elevation_ft": [float(row["elevation"]) for row in rows],
        }
    )


def make_fleet(rows: int, *, seed: int = 0, aircraft: int = 400) -> Fleet:
    """A fleet whose rows are at least as many as wanted."""
    rng = np.random.default_rng(seed)
    seconds = int(1.9 * rows / aircraft * APART_S) + 40_000
    n = seconds // 9_000 + 2  # the shortest stay and flight take 9,000 s
    where = fields()
    origin = np.empty((aircraft, n), np.int64)
    origin[:, 0] = rng.integers(len(where), size=aircraft)
    for step in range(1, n):
        origin[:, step] = (origin[:, step - 1] + rng.integers(1, len(where), aircraft)) % len(where)
    destination = np.roll(origin, -1, axis=1)
    lat, lon = where["lat"].to_numpy(), where["lon"].to_numpy()
    km = distance_km(lat[origin], lon[origin], lat[destination], lon[destination])
    flight = (km / rng.uniform(680, 800, km.shape) * 3_600 + 1_500).astype(np.int64) + 6_000
    stay = rng.choice([1_500, 3_600, 5_400, 9_000, 36_000], km.shape, p=[0.2, 0.3, 0.2, 0.2, 0.1])
    whole: Ints = np.asarray(stay + flight, np.int64)
    begin = np.cumsum(whole, axis=1) - whole
    address = np.sort(rng.choice(np.arange(0x140000, 0x15FFFF), aircraft, replace=False))
    craft = np.repeat(np.arange(aircraft), n)
    hole_s = rng.choice([0, 0, 900, 3_000], km.shape)
    return Fleet(
        address=address,
        moments=craft << 32 | begin.ravel(),
        leave=(begin + stay).ravel(),
        stop=(begin + stay + flight).ravel(),
        origin=origin.ravel(),
        destination=destination.ravel(),
        hole=(rng.uniform(0.3, 0.5, km.shape) * flight).astype(np.int64).ravel(),
        hole_s=hole_s.ravel(),
        craft=craft,
        seconds=seconds,
    )


def batches(fleet: Fleet, rows: int) -> Iterator[pl.DataFrame]:
    """Rows in order of time, in the columns of `AIRCRAFT_COLUMNS`."""
    craft = np.arange(len(fleet.address))
    steps = max(BATCH // len(craft), 1)
    where = fields()
    step = 0
    while rows > 0:
        number = np.arange(step, step + steps)
        second = (number[:, None] * APART_S + craft * APART_S // len(craft)).ravel()
        frame = _rows_at(fleet, np.tile(craft, steps), second, where)
        yield frame.head(rows)
        rows -= frame.height
        step += steps
        if step * APART_S > fleet.seconds + APART_S * steps:
            raise ValueError("the fleet is too small for as many rows")


def _rows_at(fleet: Fleet, craft: Ints, second: Ints, where: pl.DataFrame) -> pl.DataFrame:
    """What each aircraft sends at a second; those that are not heard are left out."""
    at = np.searchsorted(fleet.moments, craft << 32 | second, side="right") - 1
    begin = fleet.moments[at] & 0xFFFFFFFF
    is_air = second >= fleet.leave[at]
    gone, left = second - fleet.leave[at], fleet.stop[at] - second
    share = np.clip(gone / (fleet.stop[at] - fleet.leave[at]), 0.0, 1.0)
    lat, lon = where["lat"].to_numpy(), where["lon"].to_numpy()
    elevation = where["elevation_ft"].to_numpy()
    a, b = fleet.origin[at], fleet.destination[at]
    up = np.clip(np.minimum(gone, left) / CLIMB_S, 0.0, 1.0)
    base = np.where(gone < left, elevation[a], elevation[b])
    altitude = base + (TOP_FT - base) * up
    near = np.where(gone < left, a, b)
    is_deaf = near % 4 == 3
    in_hole = (gone >= fleet.hole[at]) & (gone < fleet.hole[at] + fleet.hole_s[at])
    is_heard = np.where(
        is_air,
        ~in_hole & ~(is_deaf & (altitude - base < LOW_FT)),
        (a % 4 != 3) & ((second - begin < 400) | (fleet.leave[at] - second < 900)),
    )
    craft, second, at = craft[is_heard], second[is_heard], at[is_heard]
    is_air, share, altitude = is_air[is_heard], share[is_heard], altitude[is_heard]
    a, b, up, left = a[is_heard], b[is_heard], up[is_heard], left[is_heard]
    gone = gone[is_heard]
    climb = np.where(up < 1.0, np.where(gone < left, 1_500.0, -1_500.0), 0.0)
    course = np.degrees(np.arctan2((lon[b] - lon[a]) * 0.8, lat[b] - lat[a])) % 360
    noise = _noise(at * 7_919 + second)
    code = at % 977
    name = pl.select(pl.format("RFF{}", pl.Series(code).cast(pl.String).str.zfill(4))).to_series()
    states = pl.Series(["ground", "air"], dtype=pl.Enum(GROUND))
    ground = states.gather(pl.Series(is_air).cast(pl.UInt32))
    frame = pl.DataFrame(
        {
            "aircraft": fleet.address[craft],
            "time": START_US + second * 1_000_000,
            "latitude": lat[a] + share * (lat[b] - lat[a]),
            "longitude": lon[a] + share * (lon[b] - lon[a]),
            "altitude_ft": np.where(is_air, altitude, np.nan),
            "ground": ground,
            "speed_kn": np.where(is_air, 180.0 + 240.0 * up + 8.0 * noise, 5.0 * noise),
            "track_deg": np.where(is_air, course, np.nan),
            "climb_ft_min": np.where(is_air, climb, np.nan),
            "callsign": name,
        },
        nan_to_null=True,
    )
    blank = pl.lit(None)
    hidden = pl.Series(at % 5 == 0)
    frame = frame.with_columns(pl.when(hidden).then(blank).otherwise("callsign").alias("callsign"))
    missing = [blank.alias(name) for name in AIRCRAFT_COLUMNS if name not in frame.columns]
    return frame.with_columns(missing).select(
        pl.col(name).cast(dtype) for name, dtype in AIRCRAFT_COLUMNS.items()
    )


def _noise(number: Ints) -> Floats:
    """A number from 0 on and below 1 for each whole number."""
    mixed = number.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return np.asarray((mixed >> np.uint64(40)) / float(1 << 24))


def all_rows(rows: int, *, seed: int = 0, aircraft: int = 400) -> pl.DataFrame:
    """All rows in one table."""
    return pl.concat(batches(make_fleet(rows, seed=seed, aircraft=aircraft), rows)).rechunk()


def flights_in(fleet: Fleet, rows: pl.DataFrame) -> int:
    """How many flights were heard in the rows: those with a row in the air."""
    air = rows.filter(ground="air")
    craft = np.searchsorted(fleet.address, air["aircraft"].to_numpy())
    second = (air["time"].to_physical().to_numpy() - START_US) // 1_000_000
    at = np.searchsorted(fleet.moments, craft << 32 | second, side="right") - 1
    return len(np.unique(at))


def with_texts(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the address as text, as tables have it."""
    return rows.with_columns(hex_of(pl.col("aircraft")).alias("aircraft")).rechunk()


def main() -> None:
    """Write a file from the command line."""
    words = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    words.add_argument("rows", type=lambda text: int(float(text)))
    words.add_argument("path", type=Path)
    words.add_argument("--seed", type=int, default=0)
    said = words.parse_args()
    all_rows(said.rows, seed=said.seed).write_parquet(said.path)


if __name__ == "__main__":
    main()
