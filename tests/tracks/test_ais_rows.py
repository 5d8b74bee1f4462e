"""The rows of the benchmarks: as many as asked for, the same in either order and for any batch."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import ais_rows
from forceflow.feeds.columns import COLUMNS

ROWS = 30_000


@pytest.fixture(scope="module")
def by_time() -> pl.DataFrame:
    return ais_rows.all_rows(ROWS, seed=5)


def test_rows_are_in_canonical_columns_and_as_many_as_asked_for(by_time: pl.DataFrame) -> None:
    assert dict(by_time.schema) == COLUMNS
    assert by_time.height == ROWS
    assert by_time["time"].is_sorted()


def test_no_ship_sends_two_rows_at_one_moment(by_time: pl.DataFrame) -> None:
    assert by_time.select("ship", "time").is_duplicated().sum() == 0


def test_either_order_has_the_same_rows(by_time: pl.DataFrame) -> None:
    by_ship = ais_rows.all_rows(ROWS, seed=5, order="ship")
    assert by_ship.equals(by_time.sort("ship", "time"))


@pytest.mark.parametrize("order", ["time", "ship"])
def test_batches_of_any_size_have_the_same_rows(order: ais_rows.Order) -> None:
    fleet = ais_rows.make_fleet(ROWS, seed=5)
    small, large = (pl.concat(ais_rows.batches(fleet, order=order, size=n)) for n in (700, ROWS))
    assert small.sort("ship", "time").equals(large.sort("ship", "time"))
    assert small["time"].is_sorted() == (order == "time")


def test_another_seed_is_another_fleet(by_time: pl.DataFrame) -> None:
    assert not ais_rows.all_rows(ROWS, seed=6).equals(by_time)


def test_ships_lie_at_ports_and_fall_silent(by_time: pl.DataFrame) -> None:
    apart = by_time.sort("ship", "time").select(pl.col("time").diff().over("ship"))["time"]
    hours = apart.dt.total_seconds() / 3_600
    assert 0.25 < hours.max() < 24.1  # type: ignore[operator]
    moored = by_time.filter(pl.col("status") == "Moored")
    assert 0.2 < moored.height / ROWS < 0.9
    assert moored["speed_kn"].max() < 0.5  # type: ignore[operator]


def test_no_ship_jumps(by_time: pl.DataFrame) -> None:
    rows = by_time.sort("ship", "time")
    north, east = (rows[name].diff().abs() for name in ("latitude", "longitude"))
    hours = rows["time"].diff().dt.total_seconds() / 3_600
    same = rows["ship"] == rows["ship"].shift()
    # Ships make 18 knots at most; noise of their positions is a few hundred metres.
    reach = 18 * hours / 60 + 0.005
    assert (north.filter(same) <= reach.filter(same)).all()
    assert (east.filter(same) * 0.7 <= reach.filter(same)).all()


def test_the_file_is_in_the_layout_of_marine_cadastre(
    tmp_path: Path, by_time: pl.DataFrame
) -> None:
    ais_rows.write_parquet(tmp_path / "rows.parquet", ROWS, seed=5)
    table = pl.read_parquet(tmp_path / "rows.parquet")
    assert table.columns[:8] == [
        "mmsi", "base_date_time", "longitude", "latitude", "sog", "cog", "heading", "vessel_name",
    ]  # fmt: skip
    assert table["mmsi"].equals(by_time["ship"].alias("mmsi"))
    assert table["draft"].equals(by_time["draught_m"].alias("draft"))
    assert set(table["status"]) == {0, 1, 5}
    assert table["imo"][0].startswith("IMO9")
