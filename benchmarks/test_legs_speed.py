"""Legs of synthetic ADS-B rows in order of time, beside polars, DuckDB and movingpandas.

Ours, polars's and DuckDB's legs are compared row by row; movingpandas knows no ground and is timed alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import adsb_rows
from beside import seconds
from legs_by_peers import movingpandas_trips
from legs_in_turn import our_legs

QUICK = bool(os.environ.get("FORCEFLOW_BENCH_QUICK"))
ROWS = 1_000_000 if QUICK else 12_000_000
HERE = Path(__file__).resolve().parent


def in_own_process(*words: object) -> dict[str, Any]:
    """What `legs_in_turn.py` prints when started with the words, on one thread."""
    environment = dict(os.environ)
    environment["PYTHONPATH"] = os.pathsep.join([str(HERE), *sys.path])
    environment |= {"POLARS_MAX_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
    ran = subprocess.run(
        [sys.executable, str(HERE / "legs_in_turn.py"), *map(str, words)],
        check=True, env=environment, stdout=subprocess.PIPE,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize(("peer", "goal"), [("polars", 15), ("duckdb", 80)])
def test_legs_beside_tables(benchmark: BenchmarkFixture, peer: str, goal: int) -> None:
    """On one thread, addresses as text encoded included."""
    pytest.importorskip(peer)
    found = in_own_process(ROWS, 3, peer)
    benchmark.extra_info |= {
        "peer": peer,
        "ratio": found[peer] / found["ours"],
        "goal": goal,
        "rows": found["rows"],
        "legs": found["legs"],
        "ns a row": 1e9 * found["ours"] / found["rows"],
    }
    some = adsb_rows.with_texts(adsb_rows.all_rows(100_000))
    benchmark(lambda: our_legs(some))


@pytest.mark.filterwarnings("ignore")  # their own, about versions of what lies below them
def test_legs_beside_movingpandas(benchmark: BenchmarkFixture) -> None:
    """Cost a row; theirs on as many rows as it can bear."""
    pytest.importorskip("movingpandas")
    few = adsb_rows.with_texts(adsb_rows.all_rows(20_000, aircraft=8))
    many = adsb_rows.with_texts(adsb_rows.all_rows(1_000_000))
    taken = seconds(lambda: our_legs(many), lambda: movingpandas_trips(few), rounds=3)
    benchmark.extra_info |= {
        "peer": "movingpandas",
        "ratio a row": taken[1] / len(few) / (taken[0] / len(many)),
        "goal": 100,
        "legs": len(our_legs(few)),
        "trips of theirs": len(movingpandas_trips(few)),
    }
    benchmark(lambda: our_legs(few))
