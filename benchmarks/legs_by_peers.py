"""Legs by other libraries, from the same rows with addresses as text, as well as each of them allows.

`polars_legs` and `duckdb_legs` follow the part of our rule that the rows of `adsb_rows` need: a leg ends on the ground,
or where an aircraft was low before or after a silence. They know no fields, no marks, no touch-and-goes, and no silence
that is too long. `movingpandas_trips` splits at silences, as its users do, and so counts other flights.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pandas as pd
import polars as pl

__all__ = ["SAME", "by_aircraft", "duckdb_legs", "movingpandas_trips", "polars_legs"]

LOW_FT = 7_000.0
"""Above the sea, as the peers know no fields: above all of ours by 3,000 ft, below all that are silent on their way."""

SAME = ("aircraft", "callsign", "took_off_after", "took_off_by", "landed_after", "landed_by", "fixes",
        "longest_silence_h")  # fmt: skip

_GAP = pl.duration(minutes=10)


def by_aircraft(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows by aircraft and time."""
    return rows.select("aircraft", "time", "altitude_ft", "ground", "speed_kn", "callsign").sort(
        "aircraft", "time"
    )


def polars_legs(rows: pl.DataFrame) -> pl.DataFrame:
    """Legs of rows that lie together by aircraft, in order of time."""
    other = pl.col("aircraft") != pl.col("aircraft").shift()
    says_ground = (pl.col("ground") == "ground") & ~(pl.col("speed_kn") > 200).fill_null(False)
    is_ground = (
        pl.when(says_ground)
        .then(True)
        .when((pl.col("ground") == "air") | (pl.col("speed_kn") > 180))
        .then(False)
    )
    marked = rows.lazy().with_columns(is_ground=is_ground.forward_fill(), other=other)
    gap = pl.when(~pl.col("other")).then(pl.col("time").diff())
    begins = pl.col("other") | (pl.col("is_ground") != pl.col("is_ground").shift())
    runs = (
        marked.with_columns(gap=gap)
        .with_columns(run=(begins | (pl.col("gap") > _GAP)).fill_null(True).cum_sum())
        .group_by("run", maintain_order=True)
        .agg(
            pl.col("aircraft", "is_ground").first(),
            pl.col("time").first().alias("first"),
            pl.col("time").last().alias("last"),
            pl.col("altitude_ft").first().alias("first_ft"),
            pl.col("altitude_ft").last().alias("last_ft"),
            pl.len().alias("fixes"),
            pl.col("gap").slice(1).max().alias("gap"),
            pl.col("callsign").drop_nulls().first(),
        )
        .collect()
    )
    return _joined(runs)


def _joined(runs: pl.DataFrame) -> pl.DataFrame:
    """Legs of runs in the air and on the ground."""
    same = pl.col("aircraft") == pl.col("aircraft").shift()
    silence = pl.col("first") - pl.col("last").shift()
    low = (pl.col("last_ft").shift() < LOW_FT) | (pl.col("first_ft") < LOW_FT)
    parts = ~same | pl.col("is_ground").shift() | (low & (silence > _GAP))
    runs = runs.with_columns(
        before=pl.when(same).then(pl.col("last").shift()),
        after=pl.when(same.shift(-1)).then(pl.col("first").shift(-1)),
        parts=parts.fill_null(True),
    )
    air = runs.filter(~pl.col("is_ground")).with_columns(leg=pl.col("parts").cum_sum())
    within = pl.when(~pl.col("parts")).then(pl.col("first") - pl.col("before"))
    return (
        air.with_columns(within=within)
        .group_by("leg", maintain_order=True)
        .agg(
            pl.col("aircraft").first(),
            pl.col("callsign").drop_nulls().first(),
            pl.col("before").first().alias("took_off_after"),
            pl.col("first").first().alias("took_off_by"),
            pl.col("last").last().alias("landed_after"),
            pl.col("after").last().alias("landed_by"),
            pl.col("fixes").sum().cast(pl.Int64),
            (
                pl.max_horizontal(pl.col("gap").max(), pl.col("within").max()).fill_null(
                    pl.duration()
                )
            )
            .dt.total_microseconds()
            .truediv(3.6e9)
            .alias("longest_silence_h"),
        )
        .select(SAME)
    )


_RUNS = """
with marked as (
  select aircraft, time, altitude_ft, callsign,
    case when ground = 'ground' and not coalesce(speed_kn > 200, false) then true
         when ground = 'air' or speed_kn > 180 then false end as said,
    date_diff('microsecond', lag(time) over mine, time) as gap
  from rows window mine as (partition by aircraft order by time)
), filled as (
  select *, last_value(said ignore nulls) over (partition by aircraft order by time) as is_ground from marked
), begun as (
  select *, case when gap is null or gap > 600000000
              or is_ground <> lag(is_ground) over (partition by aircraft order by time)
            then 1 else 0 end as begins from filled
), numbered as (
  select *, sum(begins) over (partition by aircraft order by time) as run from begun
)
select aircraft, run, any_value(is_ground) as is_ground, min(time) as first, max(time) as last,
  arg_min(altitude_ft, time) as first_ft, arg_max(altitude_ft, time) as last_ft, count(*) as fixes,
  max(case when begins = 0 then gap end) as gap, any_value(callsign) as callsign
from numbered group by aircraft, run order by aircraft, run
"""


def duckdb_legs(rows: pl.DataFrame) -> pl.DataFrame:
    """Legs by SQL; the few runs that it gives are joined as those of polars."""
    duckdb: Any = import_module("duckdb")
    table = rows.with_columns(pl.col("ground").cast(pl.String)).to_arrow()
    with duckdb.connect(config={"threads": 1}) as base:
        base.execute("set timezone = 'UTC'; set enable_progress_bar = false")
        base.register("rows", table)
        runs = pl.DataFrame(base.sql(_RUNS).to_arrow_table())
    times = [pl.col(name).cast(pl.Datetime("us", "UTC")) for name in ("first", "last")]
    return _joined(runs.with_columns(*times, pl.col("gap").cast(pl.Duration("us"))))


def movingpandas_trips(rows: pl.DataFrame) -> pl.DataFrame:
    """Parts of tracks between silences of half an hour."""
    mpd: Any = import_module("movingpandas")
    frame = rows.select("aircraft", "time", "longitude", "latitude").to_pandas()
    frame["time"] = pd.to_datetime(frame["time"]).dt.tz_localize(None)
    tracks = mpd.TrajectoryCollection(
        frame, traj_id_col="aircraft", t="time", x="longitude", y="latitude", crs=4326
    )
    parts = mpd.ObservationGapSplitter(tracks).split(gap=pd.Timedelta(minutes=30))
    return pl.DataFrame({"begin": [part.get_start_time() for part in parts]})
