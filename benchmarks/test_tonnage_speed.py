"""Tonnage by draws, and quantiles, beside chunked NumPy: 1,000 events, 100,000 draws, 60 days, one thread."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest_benchmark.fixture import BenchmarkFixture

import forceflow as ff
from beside import cold_seconds, peak_mb, seconds
from forceflow.flows.event_draws import prepare
from forceflow.kernels.quantiles import row_quantiles
from forceflow.results.estimate import bin_edges

EVENTS, DRAWS, DAYS = 1_000, 100_000, 60
WINDOW = 7
LEVELS = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
START = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


def triples() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    rng = np.random.default_rng(0)
    low = rng.uniform(5, 50, EVENTS)
    best = low * rng.uniform(1.05, 2, EVENTS)
    return np.column_stack([low, best, best * rng.uniform(1.05, 2, EVENTS)]), rng.integers(
        0, DAYS, EVENTS
    )


def our_events(window_days: int = 1) -> tuple[ff.FlowEvent, ...]:
    table, day = triples()
    return tuple(
        ff.Sortie(
            event_id=f"e{i}",
            platform="Il-76MD",
            origin="OSLK",
            destination="HL59",
            start=START + dt.timedelta(days=int(day[i])),
            stop=START + dt.timedelta(days=int(day[i]) + window_days),
            direction="outbound",
            movements=ff.Quantity.exactly(1.0),
            tonnes=ff.Quantity(float(table[i, 0]), float(table[i, 1]), float(table[i, 2])),
        )
        for i in range(EVENTS)
    )


def ours(events: tuple[ff.FlowEvent, ...]) -> NDArray[np.float64]:
    edges = bin_edges(START, START + dt.timedelta(days=DAYS), every="1d")
    with ThreadPoolExecutor(1) as one:
        return row_quantiles(
            prepare(events).draws(edges, draws=DRAWS, seed=1, executor=one), LEVELS
        )


def numpys(kind: str) -> NDArray[np.float64]:
    """The usual way: a chunk of draws x events, summed by day, then quantiles."""
    table, day = triples()
    order = np.argsort(day, kind="stable")
    low, best, high = table[order].T
    first = np.searchsorted(day[order], np.arange(DAYS))
    rng = np.random.default_rng(1)
    a, b = 1 + 4 * (best - low) / (high - low), 1 + 4 * (high - best) / (high - low)
    out = np.empty((DAYS, DRAWS))
    for begin in range(0, DRAWS, 2_000):
        size = (2_000, EVENTS)
        drawn = (
            rng.triangular(low, best, high, size)
            if kind == "triangular"
            else low + (high - low) * rng.beta(a, b, size)
        )
        out[:, begin : begin + 2_000] = np.add.reduceat(drawn, first, axis=1).T
    result: NDArray[np.float64] = np.quantile(out, LEVELS, axis=1)
    return result


def numpys_windows() -> NDArray[np.float64]:
    """Draws by day, each event at a uniform moment of its window and with a PERT load, in chunks of draws."""
    table, day = triples()
    low, best, high = table.T
    a, b = 1 + 4 * (best - low) / (high - low), 1 + 4 * (high - best) / (high - low)
    rng, days = np.random.default_rng(1), DAYS + WINDOW
    out = np.empty((days, DRAWS))
    for begin in range(0, DRAWS, 2_000):
        size = (2_000, EVENTS)
        loads = low + (high - low) * rng.beta(a, b, size)
        at = (
            np.floor(day + WINDOW * rng.random(size)).astype(np.int64)
            + np.arange(2_000)[:, None] * days
        )
        out[:, begin : begin + 2_000] = (
            np.bincount(at.ravel(), loads.ravel(), 2_000 * days).reshape(2_000, days).T
        )
    return out


@pytest.mark.parametrize("kind", ["triangular", "PERT"])
def test_tonnage_beside_chunked_numpy(benchmark: BenchmarkFixture, kind: str) -> None:
    """Both sides add up the same events by day; ours draws PERT by table in either case.

    Beside "triangular" the two sides draw different distributions of the same low, best and high, so there only the
    speed is compared: it is what people who draw triangular loads with NumPy would gain.
    """
    events = our_events()
    one = ours(events)
    if kind == "PERT":
        np.testing.assert_allclose(one, numpys(kind), rtol=0.02)
    mine, theirs = seconds(lambda: ours(events), lambda: numpys(kind), rounds=3)
    benchmark.extra_info |= {
        "ratio": theirs / mine,
        "goal": 20 if kind == "triangular" else 10,
        "same distribution": kind == "PERT",
        "peak MB": peak_mb(lambda: ours(events)),
        "peer peak MB": peak_mb(lambda: numpys(kind)),
    }
    benchmark.pedantic(lambda: ours(events), rounds=3)


def test_uncertain_dates_beside_chunked_numpy(benchmark: BenchmarkFixture) -> None:
    """Windows of seven days: each event falls into one of seven bins, drawn anew each time."""
    events = our_events(WINDOW)
    edges = bin_edges(START, START + dt.timedelta(days=DAYS + WINDOW), every="1d")

    def draws() -> NDArray[np.float64]:
        with ThreadPoolExecutor(1) as one:
            return prepare(events).draws(edges, draws=DRAWS, seed=1, executor=one)

    mean, spread = (
        np.array([f(draws(), axis=1), f(numpys_windows(), axis=1)]) for f in (np.mean, np.std)
    )
    np.testing.assert_allclose(mean[0], mean[1], rtol=0.01)
    np.testing.assert_allclose(spread[0], spread[1], rtol=0.02)
    mine, theirs = seconds(
        lambda: row_quantiles(draws(), LEVELS),
        lambda: np.quantile(numpys_windows(), LEVELS, axis=1),
        rounds=3,
    )
    benchmark.extra_info |= {"ratio": theirs / mine, "goal": 1, "peak MB": peak_mb(draws)}
    benchmark.pedantic(draws, rounds=3)


@pytest.mark.parametrize("kind", ["gamma", "zeros", "lognormal", "heavy"])
def test_quantiles_beside_numpy(benchmark: BenchmarkFixture, kind: str) -> None:
    """Smooth rows; rows of 95 % zeros; lognormal (sigma 2) and Cauchy tails, which defeat equal buckets."""
    rng, shape = np.random.default_rng(3), (365, 100_000)
    matrix = {
        "gamma": lambda: rng.gamma(2.0, 3.0, shape),
        "zeros": lambda: np.where(rng.random(shape) < 0.95, 0.0, rng.gamma(2.0, 3.0, shape)),
        "lognormal": lambda: rng.lognormal(0.0, 2.0, shape),
        "heavy": lambda: rng.standard_cauchy(shape),
    }[kind]()
    peer: Callable[[], Any] = lambda: np.quantile(matrix, LEVELS, axis=1)  # noqa: E731
    np.testing.assert_array_equal(row_quantiles(matrix, LEVELS), peer())
    mine, theirs = seconds(lambda: row_quantiles(matrix, LEVELS), peer)
    benchmark.extra_info |= {
        "ratio": theirs / mine,
        "goal": 5 if kind == "gamma" else 1,
        "peak MB": peak_mb(lambda: row_quantiles(matrix, LEVELS)),
        "peer peak MB": peak_mb(peer),
    }
    benchmark.pedantic(lambda: row_quantiles(matrix, LEVELS), rounds=3)


def test_first_estimate(benchmark: BenchmarkFixture) -> None:
    """The first estimate of a new process: with an empty kernel cache, and again with a full one.

    "The answer" is the call of `estimate_tonnage` itself, the import of numba in it; the rest reads the reports.
    """
    import os
    import subprocess
    import sys
    import tempfile
    import time

    code = (
        "import forceflow as ff; events = ff.merge_claims(ff.load_reports('syria-2024')); import time; "
        "begin = time.perf_counter(); ff.estimate_tonnage(events, seed=7); print(time.perf_counter() - begin)"
    )
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
        taken, answer = [], []
        for _ in range(4):
            start = time.perf_counter()
            ran = subprocess.run(
                [sys.executable, "-c", code], check=True, env=environment, stdout=subprocess.PIPE
            )
            taken.append(time.perf_counter() - start)
            answer.append(float(ran.stdout))
    benchmark.extra_info |= {
        "cold s, Python and all": taken[0],
        "cold s, the answer": answer[0],
        "goal cold s": 5,
        "warm s, Python and all": min(taken[1:]),
        "warm s, the answer": min(answer[1:]),
        "goal warm s": 0.5,
        "import s": cold_seconds("import forceflow"),
    }
    benchmark.pedantic(lambda: ff.load_reports("syria-2024"), rounds=3)
