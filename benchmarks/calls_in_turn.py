"""Port calls of a file of rows, ours and polars's in turn, in a process of its own: threads are set before it starts.

    POLARS_MAX_THREADS=1 python calls_in_turn.py rows.parquet 3
    python calls_in_turn.py rows.parquet

The first prints seconds of both as JSON; the second reads the file batch by batch and prints seconds and peak memory.
"""

from __future__ import annotations

import json
import math
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
from polars.testing import assert_frame_equal

import forceflow as ff
from ais_rows import ports
from calls_by_peers import by_ship, polars_calls, sorted_by_hand

__all__ = ["SAME", "in_turn", "our_calls", "streamed"]

PLAIN: dict[str, Any] = {"anchorage_km": None, "margin": 0}
"""Our rule without anchorages and without a margin at the edge, which the peers do not have."""

SAME = (
    "ship", "place", "arrived_after", "arrived_by", "left_after", "left_by", "fixes", "longest_silence_h",
    "draught_in_m", "draught_out_m",
)  # fmt: skip


def our_calls(rows: pl.DataFrame) -> pl.DataFrame:
    """Our calls in the columns that the peers give too."""
    tracks = ff.tracks.read_ais(rows, layout="forceflow", rows_in_memory=len(rows))
    return _compared(ff.tracks.port_calls(tracks, places=ports(), **PLAIN))


def _compared(calls: pl.DataFrame) -> pl.DataFrame:
    number = pl.col("ship").cast(pl.Int64)
    return calls.with_columns(number).select(SAME).sort("ship", "arrived_by")


def in_turn(path: Path, rounds: int) -> dict[str, Any]:
    """Median seconds of ours and of polars's, as good as it can be written and as most write it, on the same rows."""
    rows = pl.read_parquet(path).rechunk()
    tracks = ff.tracks.ShipTracks((_piece(rows),), "forceflow", ("table",))
    where = ports()
    calls: dict[str, Callable[[], pl.DataFrame]] = {
        "ours": lambda: ff.tracks.port_calls(tracks, places=where, **PLAIN),
        "grouped": lambda: polars_calls(by_ship(rows), where),
        "sorted": lambda: polars_calls(sorted_by_hand(rows), where),
    }
    mine, theirs = _compared(calls["ours"]()), calls["grouped"]()
    _check_same(mine, theirs)
    assert_frame_equal(theirs, calls["sorted"]())
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            taken[name].append(time.perf_counter() - start)
    found: dict[str, Any] = {name: statistics.median(each) for name, each in taken.items()}
    return found | {"calls": len(mine), "rows": len(rows)}


def _piece(rows: pl.DataFrame) -> Any:
    from forceflow.tracks.ship_tracks import FramePiece

    return FramePiece("table", rows)


def _check_same(mine: pl.DataFrame, theirs: pl.DataFrame) -> None:
    """Row by row; draughts differ where one was typed between the fixes on either side of an end of the call."""
    draughts = ("draught_in_m", "draught_out_m")
    assert_frame_equal(mine.drop(draughts), theirs.drop(draughts))
    for name in draughts:
        both = mine[name].is_not_null() & theirs[name].is_not_null()
        assert both.mean() > 0.7  # type: ignore[operator]
        assert (mine[name].cast(pl.Float32) == theirs[name]).filter(both).mean() > 0.99  # type: ignore[operator]


def streamed(path: Path) -> dict[str, Any]:
    """Seconds and peak memory of calls from a file that is read batch by batch."""
    start = time.perf_counter()
    calls = ff.tracks.port_calls(
        ff.tracks.read_ais(path, rows_in_memory=0), places=ports(), **PLAIN
    )
    taken = time.perf_counter() - start
    return {"seconds": taken, "peak_mb": _peak_mb(), "calls": len(calls)}


def _peak_mb() -> float:
    """Peak memory of this process; `ru_maxrss` would count that of the parent before the start, too."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1_024
    return math.nan


if __name__ == "__main__":
    file = Path(sys.argv[1])
    answer = in_turn(file, int(sys.argv[2])) if len(sys.argv) > 2 else streamed(file)
    print(json.dumps(answer))
