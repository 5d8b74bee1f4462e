"""How every benchmark measures: both sides in turn, in one process, with memory and the first call."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable

__all__ = ["cold_seconds", "peak_mb", "seconds"]


def seconds(
    ours: Callable[[], object], peer: Callable[[], object], *, rounds: int = 5
) -> tuple[float, float]:
    """Median seconds of both sides, measured in turn, after one call each to warm up; 3 rounds in a quick run."""
    if os.environ.get("FORCEFLOW_BENCH_QUICK"):
        rounds = min(rounds, 3)
    ours()
    peer()
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for side, call in enumerate((ours, peer)):
            start = time.perf_counter()
            call()
            taken[side].append(time.perf_counter() - start)
    return statistics.median(taken[0]), statistics.median(taken[1])


def peak_mb(call: Callable[[], object]) -> float:
    """Peak of what a call allocates, MB; numpy reports its arrays to tracemalloc."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def cold_seconds(code: str) -> float:
    """Seconds that `code` takes in a fresh process with an empty kernel cache, less the start of Python."""

    def run(text: str, cache: str) -> float:
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", text], check=True, env={**os.environ, "NUMBA_CACHE_DIR": cache}
        )
        return time.perf_counter() - start

    with tempfile.TemporaryDirectory() as cache:
        return run(code, cache) - run("pass", cache)
