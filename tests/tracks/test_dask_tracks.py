"""A Dask dataframe, or a cluster's client, gives the very table that rows in memory give, wherever rows are cut."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import ais_rows
import forceflow as ff

dd: Any = pytest.importorskip("dask.dataframe")
distributed: Any = pytest.importorskip("distributed")

ROWS = 12_000
COLUMNS = ["ship", "time", "latitude", "longitude", "speed_kn", "draught_m", "name", "length_m"]


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    """A fleet whose ships are in many calls, some of them open at both ends of the record."""
    return ais_rows.all_rows(ROWS, seed=11, ships=6).select(COLUMNS)


@pytest.fixture(scope="module")
def expected(rows: pl.DataFrame) -> pl.DataFrame:
    calls = calls_of(rows)
    assert calls.height > 15
    assert calls["arrived_after"].null_count() > 0
    assert calls["left_by"].null_count() > 0
    assert (calls["draught_in_m"] != calls["draught_out_m"]).sum() > 5
    return calls


def calls_of(source: Any, *, client: Any = None) -> pl.DataFrame:
    tracks = ff.tracks.read_ais(source, layout="forceflow", rows_in_memory=0)
    calls: pl.DataFrame = ff.tracks.port_calls(tracks, places=ais_rows.ports(), client=client)
    return calls


def cut_at(frame: pd.DataFrame, cuts: list[int]) -> Any:
    """A Dask dataframe with partitions that end at the rows `cuts`."""
    edges = [0, *cuts, len(frame)]
    parts = [frame.iloc[a:b] for a, b in pairwise(edges)]
    return dd.from_map(_as_it_is, parts, meta=frame.iloc[:0])


def _as_it_is(part: pd.DataFrame) -> pd.DataFrame:
    return part


def in_calls(rows: pl.DataFrame, calls: pl.DataFrame, ship: str) -> int:
    """A row of a ship between its first and its last fix of a call."""
    call = calls.filter((pl.col("ship") == ship) & (pl.col("fixes") > 3))
    inside = (pl.col("ship") == int(ship)) & (pl.col("time") > call["arrived_by"][0])
    found = rows.with_row_index().filter(inside)
    return int(found["index"][0])


@pytest.mark.parametrize("order", ["time", "ship", "none"])
def test_a_dask_dataframe_cut_anywhere_gives_the_same_table(
    rows: pl.DataFrame, expected: pl.DataFrame, order: str
) -> None:
    rng = np.random.default_rng(5)
    frame = rows.to_pandas()
    if order == "ship":
        frame = rows.sort("ship", "time").to_pandas()
    if order == "none":
        frame = rows.sample(fraction=1, shuffle=True, seed=3).to_pandas()
    for number in (1, 2, 5, 9):
        cuts = sorted(rng.integers(0, ROWS + 1, number).tolist())
        # Twice the same place: a partition without rows.
        assert_frame_equal(calls_of(cut_at(frame, [*cuts, cuts[-1]])), expected, check_exact=True)


def test_a_cut_inside_a_call_does_not_end_it(rows: pl.DataFrame, expected: pl.DataFrame) -> None:
    cuts = sorted({in_calls(rows, expected, ship) for ship in expected["ship"].unique()})
    assert len(cuts) > 3
    assert_frame_equal(calls_of(cut_at(rows.to_pandas(), cuts)), expected, check_exact=True)


@pytest.fixture(scope="module", params=["processes", "threads"])
def client(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Two workers on this machine, without a page of their own."""
    cluster = distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=request.param == "processes",
        dashboard_address=None,
        silence_logs=50,
    )
    with cluster, distributed.Client(cluster) as connected:
        yield connected


def test_workers_give_the_same_table(
    rows: pl.DataFrame, expected: pl.DataFrame, client: Any
) -> None:
    """Partitions of a Dask dataframe, cut inside a call and out of order of ships and time."""
    frame = rows.sample(fraction=1, shuffle=True, seed=4).to_pandas()
    cut = cut_at(frame, [0, 17, ROWS // 2])
    assert_frame_equal(calls_of(cut, client=client), expected, check_exact=True)


def test_workers_read_files(
    rows: pl.DataFrame, tmp_path: Path, client: Any, expected: pl.DataFrame
) -> None:
    """Files whose edges lie inside calls; a file names itself as the source, all else is the same."""
    edges = [0, 3_001, 8_000, ROWS]
    for number, (a, b) in enumerate(pairwise(edges)):
        rows[a:b].write_parquet(tmp_path / f"part-{number}.parquet")
    alone, together = calls_of(tmp_path), calls_of(tmp_path, client=client)
    assert_frame_equal(alone, together, check_exact=True)
    assert alone["source"].unique().to_list() != ["table"]
    assert_frame_equal(together.drop("source"), expected.drop("source"), check_exact=True)
