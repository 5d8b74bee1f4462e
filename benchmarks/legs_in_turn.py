"""Legs of rows, ours and those of others in turn, in a process of its own: threads are set before it starts.

    POLARS_MAX_THREADS=1 NUMBA_NUM_THREADS=1 python legs_in_turn.py 12e6 3 polars duckdb

prints median seconds of each as JSON. All begin with the same rows in memory, in order of time, addresses as text.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import polars as pl
from polars.testing import assert_frame_equal

import adsb_rows
import forceflow as ff
from forceflow.feeds.hex_numbers import numbers_of_hex
from forceflow.tracks.aircraft_tracks import AircraftTracks
from forceflow.tracks.ship_tracks import FramePiece
from legs_by_peers import SAME, by_aircraft, duckdb_legs, polars_legs

__all__ = ["in_turn", "our_legs"]


def our_legs(texts: pl.DataFrame) -> pl.DataFrame:
    """Our legs of rows with addresses as text, from encoding them on."""
    rows = texts.with_columns(numbers_of_hex(texts["aircraft"]))
    tracks = AircraftTracks((FramePiece("table", rows),), "forceflow", ("table",))
    legs: pl.DataFrame = ff.tracks.legs(tracks, places=adsb_rows.fields())
    return legs


PEERS: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "polars": lambda texts: polars_legs(by_aircraft(texts)),
    "duckdb": duckdb_legs,
}


def in_turn(rows: int, rounds: int, peers: list[str]) -> dict[str, Any]:
    """Median seconds of ours and of others on the same rows; their legs must be ours."""
    fleet, table = adsb_rows.make_fleet(rows), adsb_rows.all_rows(rows)
    texts = adsb_rows.with_texts(table)
    mine = our_legs(texts)
    assert len(mine) == adsb_rows.flights_in(fleet, table)
    del table
    calls: dict[str, Callable[[], pl.DataFrame]] = {"ours": lambda: our_legs(texts)}
    for name in peers:
        calls[name] = lambda name=name: PEERS[name](texts)  # type: ignore[misc]
        assert_frame_equal(mine.select(SAME), calls[name]().select(SAME))
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            taken[name].append(time.perf_counter() - start)
    found: dict[str, Any] = {name: statistics.median(each) for name, each in taken.items()}
    return found | {"legs": len(mine), "rows": rows}


if __name__ == "__main__":
    print(json.dumps(in_turn(int(float(sys.argv[1])), int(sys.argv[2]), sys.argv[3:])))
