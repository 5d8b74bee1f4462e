"""A cluster's client, or pieces cut anywhere, give the very table of legs that rows in memory give."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import adsb_rows
import forceflow as ff
from forceflow.tracks.aircraft_tracks import AircraftTracks
from forceflow.tracks.ship_tracks import FramePiece

distributed: Any = pytest.importorskip("distributed")

ROWS = 30_000


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    """A fleet with silences, some of its flights open at both ends of the record."""
    return adsb_rows.all_rows(ROWS, seed=11, aircraft=8)


@pytest.fixture(scope="module")
def expected(rows: pl.DataFrame) -> pl.DataFrame:
    legs = legs_of(rows, [])
    assert len(legs) == adsb_rows.flights_in(adsb_rows.make_fleet(ROWS, seed=11, aircraft=8), rows)
    assert legs["took_off_after"].null_count() > 0
    assert legs["landed_by"].null_count() > 0
    assert "low" in legs["ends"]
    return legs


def legs_of(rows: pl.DataFrame, cuts: list[int], *, client: Any = None) -> pl.DataFrame:
    """Legs of rows cut into pieces."""
    edges = [0, *cuts, len(rows)]
    pieces = tuple(FramePiece("table", rows[a:b]) for a, b in pairwise(edges))
    tracks = AircraftTracks(pieces, "forceflow", ("table",))
    legs: pl.DataFrame = ff.tracks.legs(tracks, places=adsb_rows.fields(), client=client)
    return legs


@pytest.mark.parametrize("order", ["time", "aircraft", "none"])
def test_pieces_cut_anywhere_give_the_same_table(
    rows: pl.DataFrame, expected: pl.DataFrame, order: str
) -> None:
    rng = np.random.default_rng(5)
    if order == "aircraft":
        rows = rows.sort("aircraft", "time")
    if order == "none":
        rows = rows.sample(fraction=1, shuffle=True, seed=3)
    for number in (1, 2, 5, 9):
        cuts = sorted(rng.integers(0, ROWS + 1, number).tolist())
        # Twice the same place: a piece without rows.
        assert_frame_equal(legs_of(rows, [*cuts, cuts[-1]]), expected, check_exact=True)


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
    shuffled = rows.sample(fraction=1, shuffle=True, seed=4)
    found = legs_of(shuffled, [0, 17, ROWS // 2], client=client)
    assert_frame_equal(found, expected, check_exact=True)
