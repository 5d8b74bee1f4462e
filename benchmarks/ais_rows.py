"""AIS rows that no ship sent: a fleet between invented ports, for benchmarks and tests.

Ships sail between 48 ports, wait at anchor before one call in four, lie at a berth, change their draught there, and
fall silent for minutes or hours. Each row follows from the seed, its ship and its number alone, so that the rows are
the same in either order and for any size of batch, and memory does not grow with their number.

    python -m ais_rows 10_000_000 rows.parquet --order time --seed 1
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

__all__ = ["Fleet", "all_rows", "batches", "make_fleet", "ports", "write_parquet"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Order = Literal["time", "ship"]

BATCH = 1_000_000
START_US = 1_735_689_600_000_000  # 2025-01-01 00:00 UTC
KM_PER_DEGREE = 111.195
ACROSS, DOWN, WEST, SOUTH = 8, 6, -40.0, 40.0
SECONDS_APART = np.array([10, 30, 60, 180])
SHARES = np.array([0.1, 0.25, 0.4, 0.25])
NOISE = 1 << 16
_TIME = pl.Datetime("us", "UTC")
_STATUS = pl.Series(["Under way using engine", "At anchor", "Under way using engine", "Moored"])
_STATUS_CODE = {"Under way using engine": 0, "At anchor": 1, "Moored": 5}


@dataclass(frozen=True, eq=False)
class Fleet:
    """What the rows are made from: who sails where and when, who is silent, and tables of noise.

    A moment of a ship is the whole number `ship << 32 | second`; so one sorted table serves all ships.
    """

    mmsi: Ints
    apart: Ints  # seconds between two rows of a ship, before jitter
    last: Ints  # rows of a ship, the silent ones among them
    moments: Ints  # where a piece of a voyage begins
    pieces: dict[
        str, Floats
    ]  # of each piece: begin, seconds, two ends, knots, draught; NaN where not told
    silences: Ints  # begin, end, begin, end, ...
    noise: dict[str, Floats]
    rows: int


def ports() -> pl.DataFrame:
    """The ports, at least 75 km apart: name, lat, lon (degrees WGS 84)."""
    rng = np.random.Generator(np.random.Philox(48))
    shift = rng.uniform(-0.15, 0.15, (2, ACROSS * DOWN))
    column, row = np.arange(ACROSS * DOWN) % ACROSS, np.arange(ACROSS * DOWN) // ACROSS
    return pl.DataFrame(
        {
            "name": [
                f"Port {letter}{number + 1}" for letter in "ABCDEF" for number in range(ACROSS)
            ],
            "lat": np.round(SOUTH + row + shift[0], 4),
            "lon": np.round(WEST + 1.3 * column + shift[1], 4),
        }
    )


def make_fleet(rows: int, *, seed: int = 0, ships: int | None = None) -> Fleet:
    """A fleet that sends exactly `rows` rows; one ship for 20,000 rows, from 10 to 2,000 of them."""
    rng = np.random.Generator(np.random.Philox(seed))
    number = ships or int(np.clip(rows // 20_000, 10, 2_000))
    apart = rng.choice(SECONDS_APART, number, p=SHARES)
    seconds = int(1.5 * rows / (1 / apart).sum()) + 86_400
    moments, pieces = _voyages(rng, number, seconds)
    silences = _silences(rng, number, seconds)
    noise = {name: rng.random(NOISE) for name in ("jitter", "speed", "course")}
    noise |= {name: rng.normal(size=NOISE) for name in ("north", "east")}
    last = _rows_wanted(rows, apart, silences)
    mmsi = 200_000_000 + rng.choice(500_000_000, number, replace=False)
    return Fleet(np.sort(mmsi), apart, last, moments, pieces, silences, noise, rows)


def _voyages(rng: np.random.Generator, ships: int, seconds: int) -> tuple[Ints, dict[str, Floats]]:
    """Pieces of each ship's voyages, four a call: to the anchorage, the wait, to the berth, the stay."""
    calls = seconds // (5 * 3_600) + 4
    lat, lon = _berths(rng, ships, calls)
    knots = np.repeat(rng.uniform(9, 18, (ships, 1)), calls, axis=1)
    wait = np.where(rng.random((ships, calls)) < 0.25, rng.uniform(1, 12, (ships, calls)), 0)
    stay = 2 + rng.exponential(12, (ships, calls))
    ends_lat, ends_lon = np.roll(lat, 1, axis=1), np.roll(lon, 1, axis=1)
    north, east = lat - ends_lat, (lon - ends_lon) * np.cos(np.radians(lat))
    km = KM_PER_DEGREE * np.hypot(north, east)
    # The anchorage lies 12 km before the berth on the way to it.
    share = np.clip(1 - 12 / np.maximum(km, 13), 0, 1)
    hours = km / (1.852 * knots)
    mid_lat, mid_lon = ends_lat + share * (lat - ends_lat), ends_lon + share * (lon - ends_lon)
    taken = np.stack([hours * share, wait, hours * (1 - share), stay], axis=2)
    draught = _draughts(rng, ships, calls)
    still = np.zeros_like(knots)
    corner = [(ends_lat, ends_lon), (mid_lat, mid_lon), (mid_lat, mid_lon), (lat, lon), (lat, lon)]
    pieces = {
        "seconds": np.maximum(taken * 3_600, 1),
        "lat": np.stack([corner[i][0] for i in range(4)], axis=2),
        "lon": np.stack([corner[i][1] for i in range(4)], axis=2),
        "to_lat": np.stack([corner[i + 1][0] for i in range(4)], axis=2),
        "to_lon": np.stack([corner[i + 1][1] for i in range(4)], axis=2),
        "knots": np.stack([knots, still, knots, still], axis=2),
        "course": np.repeat(np.degrees(np.arctan2(east, north))[:, :, None] % 360, 4, axis=2),
        "draught": np.repeat(draught[:, :, None], 4, axis=2),
    }
    pieces = {name: column.reshape(ships, -1) for name, column in pieces.items()}
    begins = np.cumsum(pieces["seconds"], axis=1) - pieces["seconds"]
    # Each ship begins somewhere in its first day: some at sea, some at a berth.
    pieces["begin"] = np.floor(begins - rng.uniform(0, 86_400, (ships, 1)))
    moments = (np.arange(ships)[:, None] << 32) + np.maximum(pieces["begin"], 0).astype(np.int64)
    pieces["kind"] = np.tile(np.arange(4.0), (ships, calls))
    return moments.ravel(), {name: column.ravel() for name, column in pieces.items()}


def _berths(rng: np.random.Generator, ships: int, calls: int) -> tuple[Floats, Floats]:
    """Berths of the calls of each ship, up to 2 km from their port; a port is never called at twice running."""
    step = rng.integers(1, 3, (2, ships, calls)) * rng.choice([-1, 1], (2, ships, calls))
    column = _reflected(rng.integers(0, ACROSS, (ships, 1)) + np.cumsum(step[0], axis=1), ACROSS)
    row = _reflected(rng.integers(0, DOWN, (ships, 1)) + np.cumsum(step[1], axis=1), DOWN)
    port = row * ACROSS + column
    known, off = ports(), rng.uniform(-0.018, 0.018, (2, ships, calls))
    return known["lat"].to_numpy()[port] + off[0], known["lon"].to_numpy()[port] + off[1]


def _reflected(place: Ints, size: int) -> Ints:
    """Places on a line that is walked to and fro."""
    place = place % (2 * size)
    return np.where(place < size, place, 2 * size - 1 - place)


def _draughts(rng: np.random.Generator, ships: int, calls: int) -> Floats:
    """Draught on the way to each call, to 0.1 m: laden and in ballast in turn; one ship in ten tells none."""
    laden = rng.uniform(5, 13, (ships, 1))
    light = laden * rng.uniform(0.55, 0.8, (ships, 1))
    turn = (np.arange(calls) + rng.integers(0, 2, (ships, 1))) % 2 == 0
    draught = np.round(np.where(turn, laden, light), 1)
    draught[rng.random(ships) < 0.1] = np.nan
    return np.asarray(draught)


def _silences(rng: np.random.Generator, ships: int, seconds: int) -> Ints:
    """Silences of 15 minutes to a day, one in about 36 hours of each ship: begin, end, begin, end, ..."""
    number = seconds // 86_400 + 1
    heard = 1_800 + rng.exponential(36 * 3_600, (ships, number))
    silent = np.clip(rng.lognormal(math.log(3_600), 1.1, (ships, number)), 900, 86_400)
    edges = np.cumsum(np.stack([heard, silent], axis=2).reshape(ships, -1), axis=1)
    edges = np.minimum(edges, (1 << 32) - 1)
    return np.asarray((np.arange(ships)[:, None] << 32) + edges.astype(np.int64)).ravel()


def _rows_wanted(rows: int, apart: Ints, silences: Ints) -> Ints:
    """How many rows each ship sends, the silent ones counted in, so that `rows` are left."""
    edges = silences.reshape(len(apart), -1, 2) & 0xFFFFFFFF
    # Numbers of the rows that fall in a silence: those of begin <= second < end.
    first, after = -(-edges // apart[:, None, None]).transpose(2, 0, 1)

    def heard(last: Ints) -> Ints:
        until = last[:, None]
        return np.asarray(last - (np.minimum(after, until) - np.minimum(first, until)).sum(axis=1))

    low, high = 0, int(edges.max())
    while low < high:
        middle = (low + high) // 2
        if heard(-(-middle // apart)).sum() < rows:
            low = middle + 1
        else:
            high = middle
    last = -(-low // apart)
    for ship in range(len(last)):
        if heard(last).sum() > rows:
            last[ship] = _without_the_last(last[ship], first[ship], after[ship])
    return last


def _without_the_last(last: int, first: Ints, after: Ints) -> int:
    """The number of rows of a ship that leaves out the last one heard."""
    last -= 1
    while bool(np.any((first <= last) & (last < after))):
        last -= 1
    return last


def batches(fleet: Fleet, *, order: Order = "time", size: int = BATCH) -> Iterator[pl.DataFrame]:
    """All rows in canonical columns, in order of time or by ship and time, in batches of about `size` rows."""
    if order == "ship":
        for ships in _ships_together(fleet, size):
            yield _frame(fleet, *_rows_between(fleet, ships, 0, 1 << 32))
        return
    everyone = np.arange(len(fleet.mmsi))
    rate = (1 / fleet.apart).sum()
    width = max(int(size / rate), int(fleet.apart.max()))
    end = int((fleet.last * fleet.apart).max())
    kept = np.empty((3, 0), dtype=np.int64)
    for begin in range(0, end, width):
        found = np.concatenate([kept, _rows_between(fleet, everyone, begin, begin + width)], axis=1)
        # A row that its jitter moved past the end of this stretch waits for the next.
        later = (found[2] >= begin + width) & (begin + width < end)
        kept, found = found[:, later], found[:, ~later]
        found = found[:, np.argsort(found[2], kind="stable")]
        if found.shape[1]:
            yield _frame(fleet, *found)


def _ships_together(fleet: Fleet, size: int) -> list[Ints]:
    group = np.cumsum(fleet.last) // size
    return [np.flatnonzero(group == number) for number in np.unique(group)]


def _rows_between(fleet: Fleet, ships: Ints, begin: int, end: int) -> Ints:
    """Ship, number and second of the rows of `ships` that are heard, numbered by the seconds begin <= s < end."""
    apart = fleet.apart[ships]
    first = np.minimum(-(-begin // apart), fleet.last[ships])
    many = np.minimum(-(-end // apart), fleet.last[ships]) - first
    ship = np.repeat(ships, many)
    number = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many - first, many)
    second = number * fleet.apart[ship]
    heard = np.searchsorted(fleet.silences, (ship << 32) + second, "right") % 2 == 0
    ship, number, second = ship[heard], number[heard], second[heard]
    jitter = fleet.noise["jitter"][_noise_of(ship, number)]
    second += (0.8 * jitter * fleet.apart[ship]).astype(np.int64)
    return np.stack([ship, number, second])


def _noise_of(ship: Ints, number: Ints) -> Ints:
    return (ship * 40_503 + number) & (NOISE - 1)


def _frame(fleet: Fleet, ship: Ints, number: Ints, second: Ints) -> pl.DataFrame:
    """Rows in canonical columns."""
    noise, at = _noise_of(ship, number), (ship << 32) + second
    piece = np.searchsorted(fleet.moments, at, "right") - 1
    part = {name: column[piece] for name, column in fleet.pieces.items()}
    share = np.minimum((second - part["begin"]) / part["seconds"], 1)
    metres = 15 + part["knots"]
    north, east = (metres * fleet.noise[name][noise] / 111_195 for name in ("north", "east"))
    lat = part["lat"] + share * (part["to_lat"] - part["lat"]) + north
    lon = part["lon"] + share * (part["to_lon"] - part["lon"]) + east
    knots = np.where(part["knots"] > 0, part["knots"] - 0.5, 0) + fleet.noise["speed"][noise]
    course = np.where(part["knots"] > 0, part["course"], 360 * fleet.noise["course"][noise])
    columns: dict[str, Any] = {
        "ship": fleet.mmsi[ship],
        "time": pl.Series(START_US + 1_000_000 * second).cast(_TIME),
        "latitude": np.round(lat, 5),
        "longitude": np.round(lon, 5),
        "speed_kn": np.round(np.where(part["knots"] > 0, knots, 0.3 * knots), 1).astype(np.float32),
        "course_deg": np.round(course, 1).astype(np.float32) % 360,
        "heading_deg": np.floor(course).astype(np.float32),
        "status": _STATUS.gather(part["kind"].astype(np.int64)),
        "draught_m": pl.Series(part["draught"].astype(np.float32)).fill_nan(None),
    }
    return pl.DataFrame(columns | _statics(fleet, ship))


def _statics(fleet: Fleet, ship: Ints) -> dict[str, Any]:
    """What a ship says of itself; destination, arrival and load are not told."""
    everyone = np.arange(len(fleet.mmsi))
    told: dict[str, Any] = {
        "name": pl.Series([f"SHIP {number:04d}" for number in everyone]).gather(ship),
        "imo": (9_000_000 + everyone)[ship],
        "callsign": pl.Series([f"X{number:05d}" for number in everyone]).gather(ship),
        "ship_type": np.full(len(ship), 70, dtype=np.int32),
        "length_m": (90 + everyone % 110).astype(np.float32)[ship],
        "beam_m": (14 + everyone % 18).astype(np.float32)[ship],
    }
    for column, kind in (("destination", pl.String), ("eta", pl.String), ("is_loaded", pl.Boolean)):
        told[column] = pl.Series([None], dtype=kind).new_from_index(0, len(ship))
    return told


def all_rows(
    rows: int, *, seed: int = 0, ships: int | None = None, order: Order = "time"
) -> pl.DataFrame:
    """Rows in canonical columns as one table; 10^7 of them need about 1.5 GB."""
    return pl.concat(batches(make_fleet(rows, seed=seed, ships=ships), order=order), rechunk=True)


def write_parquet(
    path: str | Path, rows: int, *, seed: int = 0, ships: int | None = None, order: Order = "time"
) -> None:
    """Rows as a Parquet file in the layout of MarineCadastre from 2024, in row groups of about a million."""
    import pyarrow.parquet as pq

    fleet, writer = make_fleet(rows, seed=seed, ships=ships), None
    try:
        for frame in batches(fleet, order=order):
            table = _marine_cadastre(frame).to_arrow(compat_level=pl.CompatLevel.oldest())
            if writer is None:
                writer = pq.ParquetWriter(path, table.schema)
            writer.write_table(table, row_group_size=2 * BATCH)
    finally:
        if writer is not None:
            writer.close()


def _marine_cadastre(frame: pl.DataFrame) -> pl.DataFrame:
    """Canonical columns under the names, and in the order, of MarineCadastre from 2024."""
    codes = pl.col("status").replace_strict(_STATUS_CODE, return_dtype=pl.Int32)
    return frame.select(
        mmsi="ship",
        base_date_time=pl.col("time").dt.replace_time_zone(None),
        longitude="longitude",
        latitude="latitude",
        sog="speed_kn",
        cog="course_deg",
        heading="heading_deg",
        vessel_name="name",
        imo=pl.format("IMO{}", "imo"),
        call_sign="callsign",
        vessel_type="ship_type",
        status=codes,
        length="length_m",
        width="beam_m",
        draft="draught_m",
        cargo="ship_type",
        transceiver=pl.lit("A"),
    )


def main() -> None:
    """Write a file from the command line."""
    words = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    words.add_argument("rows", type=lambda text: int(float(text)))
    words.add_argument("path", type=Path)
    words.add_argument("--order", choices=["time", "ship"], default="time")
    words.add_argument("--seed", type=int, default=0)
    words.add_argument("--ships", type=int)
    said = words.parse_args()
    write_parquet(said.path, said.rows, seed=said.seed, ships=said.ships, order=said.order)


if __name__ == "__main__":
    main()
