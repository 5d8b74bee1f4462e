"""Port calls of synthetic AIS rows in order of time, beside polars, DuckDB and packages that find stays.

Ours and polars's answers are compared row by row. The others know no ports: their stays are looked for in our calls.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from pytest_benchmark.fixture import BenchmarkFixture

import calls_by_peers
from ais_rows import all_rows, batches, make_fleet, ports, write_parquet
from beside import cold_seconds, seconds
from calls_in_turn import SAME, our_calls

QUICK = bool(os.environ.get("FORCEFLOW_BENCH_QUICK"))
ROWS = 1_000_000 if QUICK else 10_000_000
STREAMED = int(float(os.environ.get("FORCEFLOW_BENCH_ROWS", ROWS)))
HERE = Path(__file__).resolve().parent


def in_own_process(*words: object, threads: int | None = None) -> dict[str, Any]:
    """What `calls_in_turn.py` prints when started with the words."""
    environment = dict(os.environ)
    environment["PYTHONPATH"] = os.pathsep.join([str(HERE), *sys.path])
    if threads:
        environment |= {"POLARS_MAX_THREADS": str(threads), "NUMBA_NUM_THREADS": str(threads)}
    ran = subprocess.run(
        [sys.executable, str(HERE / "calls_in_turn.py"), *map(str, words)],
        check=True, env=environment, stdout=subprocess.PIPE,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def canonical(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Rows in our own columns."""
    path = tmp_path_factory.mktemp("rows") / "canonical.parquet"
    pl.concat(batches(make_fleet(ROWS, seed=1))).write_parquet(path)
    yield path
    path.unlink()


@pytest.mark.parametrize("threads", [1, 0], ids=["1 thread", "all threads"])
def test_port_calls_beside_polars(
    benchmark: BenchmarkFixture, canonical: Path, threads: int
) -> None:
    """Polars at its best groups rows in order of time by ship; most sort by ship and time, which takes far longer."""
    found = in_own_process(canonical, 3, threads=threads)
    benchmark.extra_info |= {
        "peer": "polars",
        # Gated on one thread alone: how many threads a machine has is not ours.
        "ratio" if threads == 1 else "ratio_all_threads": found["grouped"] / found["ours"],
        "goal": 10,
        "ratio to polars with a sort": found["sorted"] / found["ours"],
        "rows": found["rows"],
        "calls": found["calls"],
        "ns a row": 1e9 * found["ours"] / found["rows"],
    }
    some = all_rows(100_000)
    benchmark(our_calls, some)


PEERS: dict[str, tuple[int, Callable[[pl.DataFrame], pl.DataFrame]]] = {
    "duckdb": (2_000_000, lambda rows: calls_by_peers.duckdb_calls(rows, ports())),
    "fastmob": (2_000_000, calls_by_peers.fastmob_stops),
    "trackintel": (200_000, calls_by_peers.trackintel_stops),
    "movingpandas": (20_000, calls_by_peers.movingpandas_stops),
}


@pytest.mark.filterwarnings("ignore")  # their own, about versions of what lies below them
@pytest.mark.parametrize("peer", PEERS)
def test_port_calls_beside_others(benchmark: BenchmarkFixture, peer: str) -> None:
    """Cost a row beside packages, where they are installed; theirs on as many rows as they can bear."""
    pytest.importorskip(peer)
    rows, theirs = PEERS[peer]
    few = all_rows(rows, seed=1, ships=max(rows // 20_000, 4))
    many = all_rows(2_000_000, seed=1)
    mine, found = our_calls(few), theirs(few)
    benchmark.extra_info |= {"peer": peer, "rows": rows, "calls": len(mine)}
    if peer == "duckdb":
        draughts = ("draught_in_m", "draught_out_m")
        assert_frame_equal(mine.drop(draughts), found.select(SAME).drop(draughts))
    else:
        benchmark.extra_info |= shares_found(mine, found)
    taken = seconds(lambda: our_calls(many), lambda: theirs(few), rounds=3)
    benchmark.extra_info |= {
        "ratio a row": taken[1] / rows / (taken[0] / len(many)),
        "goal": 100 if peer in ("trackintel", "movingpandas") else 1,
    }
    benchmark(our_calls, few)


def shares_found(calls: pl.DataFrame, stops: pl.DataFrame) -> dict[str, float]:
    """Share of our calls in which a stay of theirs lies, and how long after our arrival the first one begins."""
    beside = calls.join(stops, on="ship", how="left")
    beside = beside.filter(
        (pl.col("begin") >= pl.col("arrived_by")) & (pl.col("begin") <= pl.col("left_after"))
    )
    first = beside.group_by("ship", "arrived_by").agg(pl.col("begin").min(), pl.len())
    later = (first["begin"] - first["arrived_by"]).dt.total_minutes().median()
    return {
        "share of our calls that hold a stay": len(first) / len(calls),
        "median minutes from our arrival to its begin": float(later),  # type: ignore[arg-type]
        "stays in these calls": float(first["len"].sum()),
    }


def test_time_grows_with_rows(benchmark: BenchmarkFixture) -> None:
    """The exponent of a power fitted to seconds over rows: 1 is a straight line."""
    sizes = [100_000, 300_000, 1_000_000] if QUICK else [100_000, 1_000_000, 10_000_000]
    taken = []
    for size in sizes:
        rows = all_rows(size, seed=2)
        our_calls(rows)
        each = []
        for _ in range(3):
            start = time.perf_counter()
            our_calls(rows)
            each.append(time.perf_counter() - start)
        taken.append(min(each))
    slope = float(np.polyfit(np.log(sizes), np.log(taken), 1)[0])
    last = math.log(taken[-1] / taken[-2]) / math.log(sizes[-1] / sizes[-2])
    benchmark.extra_info |= {"exponent": slope, "exponent of the last step": last} | {
        f"s of {size:.0e} rows": second for size, second in zip(sizes, taken, strict=True)
    }
    benchmark(our_calls, all_rows(100_000))


def test_memory_from_parquet(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """Peak memory of a process that reads a file batch by batch; FORCEFLOW_BENCH_ROWS=1e8 for the large one."""
    found = {}
    for rows in (STREAMED // 10, STREAMED):
        write_parquet(tmp_path / "rows.parquet", rows, seed=1)
        found[rows] = in_own_process(tmp_path / "rows.parquet")
    benchmark.extra_info |= {
        "goal MB": 1_000,
        "first call of a new process, s": cold_seconds(
            f"import sys; sys.path[:0] = [{str(HERE)!r}]; import ais_rows, calls_in_turn; "
            "calls_in_turn.our_calls(ais_rows.all_rows(20_000))"
        ),
    }
    for rows, one in found.items():
        benchmark.extra_info |= {
            f"peak MB of {rows:.0e} rows": one["peak_mb"],
            f"s of {rows:.0e} rows": one["seconds"],
        }
    benchmark(our_calls, all_rows(100_000))
