"""Port calls by other libraries, from the same rows at the same ports, as well as each of them allows.

`polars_calls` and `duckdb_calls` follow our rule: a position within the radius of a port is inside, calls are runs of
such rows of a ship, the arrival lies in (last row outside, first inside], the departure in [last inside, first
outside). They rely on ports further apart than two radii, and on rows in order of time. The stay points of the others
follow rules of their own, which say nothing of ports; what lies at a port is kept.
"""

from __future__ import annotations

import datetime as dt
import math
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import polars.selectors as cs
from numpy.typing import NDArray

__all__ = [
    "by_ship",
    "duckdb_calls",
    "fastmob_stops",
    "movingpandas_stops",
    "polars_calls",
    "sorted_by_hand",
    "trackintel_stops",
]

EARTH_KM = 6371.0088
CELL = 0.1  # degrees; a port is near a row when it reaches into the row's cell


def sorted_by_hand(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows by ship and time, as most write it."""
    return rows.sort("ship", "time")


def by_ship(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows by ship and time when they are in order of time: grouped, which is six times as fast as a sort."""
    return rows.group_by("ship", maintain_order=True).agg(pl.all()).explode(cs.exclude("ship"))


def polars_calls(
    rows: pl.DataFrame,
    ports: pl.DataFrame,
    *,
    radius_km: float = 5.0,
    stop_kn: float = 3.0,
    min_fixes: int = 2,
) -> pl.DataFrame:
    """Calls of `rows` that lie together by ship, in order of time."""
    rows = rows.select("ship", "time", "latitude", "longitude", "speed_kn", "draught_m")
    inside = _rows_inside(rows, ports, radius_km)
    begins = (pl.col("row") != pl.col("row").shift() + 1) | (
        pl.col("port") != pl.col("port").shift()
    )
    begins |= pl.col("ship") != pl.col("ship").shift()
    inside = inside.with_columns(run=begins.fill_null(True).cum_sum())
    gap = pl.when(pl.col("run") == pl.col("run").shift()).then(pl.col("time").diff())
    calls = (
        inside.with_columns(gap=gap)
        .group_by("run", maintain_order=True)
        .agg(
            pl.col("ship", "port").first(),
            pl.col("row").first().alias("first"),
            pl.col("row").last().alias("last"),
            pl.col("time").first().alias("arrived_by"),
            pl.col("time").last().alias("left_after"),
            pl.len().alias("fixes"),
            pl.col("gap").max().alias("longest_silence"),
            (pl.col("speed_kn") <= stop_kn).any().alias("slow"),
        )
        .filter(pl.col("slow") & (pl.col("fixes") >= min_fixes))
    )
    return _with_what_lies_around(calls, rows, ports)


def _rows_inside(rows: pl.DataFrame, ports: pl.DataFrame, radius_km: float) -> pl.DataFrame:
    """The rows within the radius of a port, with the number of the port and of the row."""
    south, west, grid = _nearest_ports(ports, radius_km)
    wide = grid.shape[1]
    north, east = _cell("latitude", south), _cell("longitude", west)
    is_on_grid = north.is_between(0, grid.shape[0] - 1) & east.is_between(0, wide - 1)
    cell = pl.when(is_on_grid).then(north * wide + east).otherwise(0)
    near = (
        rows.lazy()
        .with_row_index("row")
        .with_columns(port=pl.lit(pl.Series(grid.ravel())).gather(cell))
        .filter(pl.col("port") >= 0)
    )
    return near.filter(_square(ports) <= math.sin(radius_km / EARTH_KM / 2) ** 2).collect()


def _cell(column: str, start: float) -> pl.Expr:
    return ((pl.col(column) - start) / CELL).floor().cast(pl.Int32)


def _square(ports: pl.DataFrame) -> pl.Expr:
    """Haversine of the angle between a row and its port."""
    port = pl.col("port")
    latitude = pl.lit(ports["lat"].radians()).gather(port)
    longitude = pl.lit(ports["lon"].radians()).gather(port)
    cosine = pl.lit(ports["lat"].radians().cos()).gather(port)
    north = ((pl.col("latitude").radians() - latitude) / 2).sin()
    east = ((pl.col("longitude").radians() - longitude) / 2).sin()
    return north * north + cosine * pl.col("latitude").radians().cos() * east * east


def _nearest_ports(ports: pl.DataFrame, radius_km: float) -> tuple[float, float, NDArray[np.int32]]:
    """South and west edge of a grid of cells, and the port that reaches into each cell, -1 for none."""
    lat, lon = ports["lat"].to_numpy(), ports["lon"].to_numpy()
    north = 1.01 * math.degrees(radius_km / EARTH_KM)
    east = north / np.cos(np.radians(np.abs(lat) + north))
    south, west = lat.min() - 5 * CELL, lon.min() - 5 * CELL
    high, wide = (int((hi - lo) / CELL) + 7 for lo, hi in ((south, lat.max()), (west, lon.max())))
    grid = np.full((high, wide), -1, dtype=np.int32)
    for port in range(ports.height):
        rows = slice(
            int((lat[port] - north - south) / CELL), int((lat[port] + north - south) / CELL) + 1
        )
        columns = slice(
            int((lon[port] - east[port] - west) / CELL),
            int((lon[port] + east[port] - west) / CELL) + 1,
        )
        if np.any(grid[rows, columns] >= 0):
            raise ValueError(f"{ports['name'][port]} and another port reach into the same cell")
        grid[rows, columns] = port
    return float(south), float(west), grid


def _with_what_lies_around(
    calls: pl.DataFrame, rows: pl.DataFrame, ports: pl.DataFrame
) -> pl.DataFrame:
    """Calls with the rows before and after them, and the draughts there, as far as they are of the same ship."""
    ship, time = rows["ship"], rows["time"]
    told = pl.when(rows["draught_m"].is_not_null()).then(pl.int_range(rows.height))
    earlier = pl.select(told.forward_fill()).to_series()
    later = pl.select(told.backward_fill()).to_series()
    found: dict[str, pl.Series] = {}
    for side, at in (
        ("in", calls["first"].cast(pl.Int64) - 1),
        ("out", calls["last"].cast(pl.Int64) + 1),
    ):
        at = at.set((at < 0) | (at >= rows.height), None)
        same = ship.gather(at) == calls["ship"]
        found[side] = time.gather(at).set(~same.fill_null(False), None)
        draught = (earlier if side == "in" else later).gather(at)
        same = ship.gather(draught) == calls["ship"]
        found["draught_" + side] = (
            rows["draught_m"].gather(draught).set(~same.fill_null(False), None)
        )
    return calls.select(
        "ship",
        place=pl.lit(ports["name"]).gather("port"),
        arrived_after=found["in"],
        arrived_by="arrived_by",
        left_after="left_after",
        left_by=found["out"],
        fixes=pl.col("fixes").cast(pl.Int64),
        longest_silence_h=pl.col("longest_silence").dt.total_microseconds() / 3.6e9,
        draught_in_m=found["draught_in"],
        draught_out_m=found["draught_out"],
    ).sort("ship", "arrived_by")


def duckdb_calls(
    rows: pl.DataFrame,
    ports: pl.DataFrame,
    *,
    radius_km: float = 5.0,
    stop_kn: float = 3.0,
    min_fixes: int = 2,
    threads: int = 1,
) -> pl.DataFrame:
    """The same in SQL: windows by ship, ports joined by cell."""
    duckdb: Any = import_module("duckdb")
    south, west, grid = _nearest_ports(ports, radius_km)
    north, east = np.nonzero(grid >= 0)
    number = grid[north, east]
    cells = pl.DataFrame(  # noqa: F841 - duckdb finds it by name
        {
            "north": north.astype(np.int32),
            "east": east.astype(np.int32),
            "place": ports["name"].gather(number),
            "lat": ports["lat"].gather(number),
            "lon": ports["lon"].gather(number),
        }
    )
    limit = math.sin(radius_km / EARTH_KM / 2) ** 2
    with duckdb.connect(config={"threads": threads}) as base:
        calls: pl.DataFrame = base.sql(f"""
            with fixes as materialized (
                select ship, time, latitude, longitude, speed_kn <= {stop_kn} slow,
                    lag(time) over w time_before, lead(time) over w time_after, row_number() over w number
                from rows window w as (partition by ship order by time)
            ), inside as (
                select * from fixes join cells on north = floor((latitude - {south}) / {CELL})::int
                    and east = floor((longitude - {west}) / {CELL})::int
                where pow(sin(radians(latitude - lat) / 2), 2) + cos(radians(lat)) * cos(radians(latitude))
                    * pow(sin(radians(longitude - lon) / 2), 2) <= {limit}
            ), runs as (
                select *, number - row_number() over (partition by ship, place order by number) run from inside
            ), gaps as (
                select *, case when lag(run) over (partition by ship, place order by number) = run
                    then epoch_us(time) - epoch_us(time_before) else 0 end gap from runs
            ), calls as (
                select ship, place, arg_min_null(time_before, time) arrived_after, min(time) arrived_by,
                    max(time) left_after, arg_max_null(time_after, time) left_by, count(*) fixes,
                    max(gap) / 3.6e9 longest_silence_h
                from gaps group by ship, place, run having count(*) >= {min_fixes} and bool_or(slow)
            ), told as materialized (select ship, time, draught_m from rows where draught_m is not null)
            select calls.*, a.draught_m draught_in_m, b.draught_m draught_out_m from calls
                asof left join told a on a.ship = calls.ship and a.time < calls.arrived_by
                asof left join told b on b.ship = calls.ship and b.time > calls.left_after
            order by calls.ship, arrived_by
        """).pl()
    return calls.with_columns(cs.datetime().dt.convert_time_zone("UTC"))


def movingpandas_stops(
    rows: pl.DataFrame, *, diameter_m: float = 1_000, hours: float = 1
) -> pl.DataFrame:
    """Stops that movingpandas finds; its cost grows with the square of the fixes of a stay."""
    geopandas: Any = import_module("geopandas")
    movingpandas: Any = import_module("movingpandas")

    table = geopandas.GeoDataFrame(
        {"ship": rows["ship"].to_numpy()},
        geometry=geopandas.points_from_xy(
            rows["longitude"].to_numpy(), rows["latitude"].to_numpy()
        ),
        index=rows["time"].dt.replace_time_zone(None).to_pandas(),
        crs=4326,
    )
    tracks = movingpandas.TrajectoryCollection(table, "ship")
    ranges = movingpandas.TrajectoryStopDetector(tracks).get_stop_time_ranges(
        max_diameter=diameter_m, min_duration=dt.timedelta(hours=hours)
    )
    return _stops([(found.traj_id, found.t_0, found.t_n) for found in ranges])


def trackintel_stops(
    rows: pl.DataFrame, *, diameter_m: float = 1_000, hours: float = 1
) -> pl.DataFrame:
    """Stay points that trackintel finds, with gaps of up to a day let through and the last stay kept."""
    geopandas: Any = import_module("geopandas")
    trackintel: Any = import_module("trackintel")

    table = geopandas.GeoDataFrame(
        {"user_id": rows["ship"].to_numpy(), "tracked_at": rows["time"].to_pandas()},
        geometry=geopandas.points_from_xy(
            rows["longitude"].to_numpy(), rows["latitude"].to_numpy()
        ),
        crs=4326,
    )
    table.index.name = "id"
    _, stops = trackintel.Positionfixes(table).generate_staypoints(
        dist_threshold=diameter_m, time_threshold=60 * hours, gap_threshold=1_440, include_last=True
    )
    return _stops(
        list(zip(stops["user_id"], stops["started_at"], stops["finished_at"], strict=True))
    )


def fastmob_stops(
    rows: pl.DataFrame, *, diameter_m: float = 1_000, hours: float = 1
) -> pl.DataFrame:
    """Stay locations that fastmob finds; it counts silence as presence."""
    fastmob: Any = import_module("fastmob")

    stops = fastmob.stay_locations(
        rows.select(
            uid="ship",
            datetime=pl.col("time").dt.replace_time_zone(None),
            lat="latitude",
            lng="longitude",
        ),
        minutes_for_a_stop=60 * hours,
        spatial_radius_km=diameter_m / 1_000,
    )
    return _stops(stops.select("uid", "datetime", "leaving_datetime").rows())


def _stops(found: list[tuple[Any, Any, Any]]) -> pl.DataFrame:
    kind = pl.Datetime("us", "UTC")
    columns = list(zip(*found, strict=True)) or [(), (), ()]
    times = [pl.Series([_utc(time) for time in column], dtype=kind) for column in columns[1:]]
    return pl.DataFrame(
        {"ship": pl.Series(columns[0], dtype=pl.Int64), "begin": times[0], "end": times[1]}
    )


def _utc(time: Any) -> dt.datetime:
    """A time of datetime, pandas or numpy; one without a zone is UTC."""
    moment = pd.Timestamp(time)
    if moment.tzinfo is None:
        moment = moment.tz_localize("UTC")
    return moment.to_pydatetime(warn=False)
