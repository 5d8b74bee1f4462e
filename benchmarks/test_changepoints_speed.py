"""One change of rate in 10,000 daily series of a year, beside NumPy and scipy's gammaln.

Both sides give the posterior over all 364 places and the Bayes factor of each series, from the same counts, in one
process on one thread. The ratio is peer seconds over our seconds, medians of interleaved runs.
"""

from __future__ import annotations

import math
import statistics
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pytest_benchmark.fixture import BenchmarkFixture
from scipy.special import gammaln

from forceflow.flows.change_points import change_points
from forceflow.flows.change_scan import scan_changes

SERIES, DAYS = 10_000, 365
A = B = 1.0


def counts() -> NDArray[np.int64]:
    """Series with one change each, of any size, at any place."""
    rng = np.random.default_rng(7)
    before, after = rng.gamma(1.5, 2, (2, SERIES, 1))
    place = rng.integers(1, DAYS, (SERIES, 1))
    return np.asarray(rng.poisson(np.where(np.arange(DAYS) < place, before, after)), dtype=np.int64)


def with_numpy(y: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The same in whole-array NumPy, as one would write it."""
    sums = np.cumsum(y, axis=1)
    first, last = sums[:, :-1], sums[:, -1:] - sums[:, :-1]
    k = np.arange(1, DAYS)
    log_p = gammaln(A + first) - (A + first) * np.log(B + k)
    log_p += gammaln(A + last) - (A + last) * np.log(B + DAYS - k)
    top = log_p.max(axis=1, keepdims=True)
    np.subtract(log_p, top, out=log_p)
    np.exp(log_p, out=log_p)
    total = log_p.sum(axis=1, keepdims=True)
    start, whole = A * math.log(B) - gammaln(A), sums[:, -1]
    none = start + gammaln(A + whole) - (A + whole) * np.log(B + DAYS)
    log_p /= total
    return log_p, 2 * start + (top + np.log(total))[:, 0] - math.log(DAYS - 1) - none


def peak_mb(call: Callable[[], Any]) -> float:
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def test_one_change_in_many_series(benchmark: BenchmarkFixture) -> None:
    y = counts()
    start = time.perf_counter()
    scan_changes(y[:2])
    first_call = time.perf_counter() - start
    mine, theirs = scan_changes(y), with_numpy(y)
    np.testing.assert_allclose(mine.posterior, theirs[0], rtol=1e-9, atol=1e-13)
    np.testing.assert_allclose(mine.log_bayes_factor, theirs[1], rtol=1e-9, atol=1e-9)
    sides: tuple[Callable[[Any], object], ...] = (scan_changes, with_numpy)
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(11):
        for side, call in enumerate(sides):
            start = time.perf_counter()
            call(y)
            taken[side].append(time.perf_counter() - start)
    ours, peer = statistics.median(taken[0]), statistics.median(taken[1])
    memory = peak_mb(lambda: scan_changes(y)), peak_mb(lambda: with_numpy(y))
    benchmark.extra_info.update(
        peer="NumPy + scipy gammaln", ratio=peer / ours, goal=3, series_per_s=SERIES / ours, first_call_s=first_call,
        peak_mb=memory[0], peer_peak_mb=memory[1],
    )  # fmt: skip
    benchmark(scan_changes, y)
    print(
        f"\nNumPy + scipy {peer * 1e3:.0f} ms, ours {ours * 1e3:.1f} ms, {peer / ours:.1f} x; "
        f"peak {memory[0]:.0f} MB against {memory[1]:.0f} MB; first call {first_call:.1f} s"
    )
    assert peer / ours > 2  # below the goal, so that a noisy machine does not fail it


def test_all_partitions_of_a_year(benchmark: BenchmarkFixture) -> None:
    """No peer in Python gives this posterior; the time is kept to notice when it grows."""
    y = counts()[0]
    start = time.perf_counter()
    change_points(y)
    benchmark.extra_info.update(
        first_call_s=time.perf_counter() - start, peak_mb=peak_mb(lambda: change_points(y))
    )
    found = benchmark(change_points, y)
    assert abs(found.number.sum() - 1) < 1e-9
