"""The simulated air bridge beside the same bridge written for SimPy, in one process, on one thread and on two.

Both sides run the same logic with the same distributions, keep the same tallies, and are checked to have the same mean
before they are timed. Ratios are medians of interleaved runs, whole calls: draws, event loop, daily rows, quantiles.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import simpy
from numba import get_num_threads, set_num_threads
from pytest_benchmark.fixture import BenchmarkFixture

from beside import peak_mb, seconds
from forceflow.lift.capacity.airlift import AirBridge
from forceflow.lift.simulation.simulate import Simulation, simulate_airlift
from forceflow.quantity import Quantity
from forceflow.world.platforms.sourced_figures import Figure

DAYS = 30
FLEETS = {10: (2, 2), 20: (4, 3), 50: (9, 7)}
ONLOAD_H, OFFLOAD_H, FLIGHT_H = 2.25, 1.75, 5.0
DUTY_H, REST_H, BREAK_SHARE, REPAIR_H = 30.0, 12.0, 0.15, (4.0, 12.0)
OPEN_H, NIGHT = 16.0, 24.0


class Place:
    def __init__(self, name: str) -> None:
        self.name = name


class Leg:
    origin, destination, distance_km = "A", "B", 4_000.0


class Way:
    origin, destination, legs, distance_km = Place("A"), Place("B"), (Leg(),), 4_000.0


class Jet:
    """A type without any uncertainty of its own, as SimPy has none."""

    kind, id, name = "aircraft", "jet", "Jet"
    seats: Figure | None = None

    def payload_t(self, distance_km: float, *, refuel_at_destination: bool = True) -> Quantity:
        return Quantity.exactly(40.0)

    def load_factor(self, cargo: str = "mixed") -> Quantity:
        return Quantity.exactly(1.0)

    def block_speed_km_per_h(self, leg_km: float) -> Quantity:
        return Quantity.exactly(leg_km / FLIGHT_H)

    def ground_time_h(self, kind: str) -> Quantity:
        return Quantity.exactly({"onload": ONLOAD_H, "offload": OFFLOAD_H}.get(kind, 0.0))


JET = Jet()


def ours(fleet: int, *, full: bool, replications: int, seed: int = 7) -> Simulation:
    crew: dict[str, Any] = {}
    if full:
        crew = {"crews_per_aircraft": 2, "crew_duty_h": DUTY_H, "crew_rest_h": REST_H}
    on, off = FLEETS[fleet]
    bridge = AirBridge(
        {JET: fleet}, Way(), on, off, operating_h_per_day=OPEN_H if full else 24, **crew
    )
    more: dict[str, Any] = {"break_share": BREAK_SHARE, "repair_h": REPAIR_H} if full else {}
    return simulate_airlift(
        bridge,
        days=DAYS,
        seed=seed,
        replications=replications,
        ground_cv=0.5,
        flight_cv=0.1 if full else 0.0,
        **more,
    )


def theirs(fleet: int, *, full: bool, seed: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Trips a day of one replication in SimPy, with the same waiting, flying and occupancy kept by day."""
    random = np.random.default_rng(seed)
    most = (
        5 * fleet * DAYS
    )  # a round trip of 14 h takes two of each; drawn at once, as numpy is quickest so
    units, ground = iter(random.random(most).tolist()), iter(random.gamma(4.0, 0.25, most).tolist())
    flying = iter(random.gamma(100.0, 0.01, most if full else 0).tolist())
    env = simpy.Environment()
    on, off = FLEETS[fleet]
    stations = ((simpy.Resource(env, on), ONLOAD_H), (simpy.Resource(env, off), OFFLOAD_H))
    trips, waiting, busy = np.zeros(DAYS + 1), [0.0] * (DAYS + 2), [0.0] * (DAYS + 2)
    crews = simpy.Store(env)
    for _ in range(2 * fleet):
        crews.put(0.0)
    round_trip = ONLOAD_H + OFFLOAD_H + 2 * FLIGHT_H

    def spend(rows: list[float], a: float, b: float) -> None:
        day = int(a / 24)
        while a < b and day <= DAYS:
            end = min(b, (day + 1) * 24.0)
            rows[day] += end - a
            a, day = end, day + 1

    def until_open() -> float:
        hour = env.now % NIGHT
        return NIGHT - hour if hour >= OPEN_H - 1e-9 else 0.0

    def jet() -> Any:
        on_duty, crewed = 0.0, False
        while True:
            if full and not crewed:
                rested = yield crews.get()
                if rested > env.now:
                    yield env.timeout(rested - env.now)
                on_duty, crewed = env.now, True
            for number, (spots, ground_h) in enumerate(stations):
                came = env.now
                with spots.request() as spot:
                    yield spot
                    if full:
                        closed = until_open()
                        while closed > 0:
                            yield env.timeout(closed)
                            closed = until_open()
                    spend(waiting, came, env.now)
                    begin = env.now
                    yield env.timeout(ground_h * next(ground))
                    spend(busy, begin, env.now)
                if number == 1:
                    trips[int(env.now / 24)] += 1
                if full:
                    closed = until_open()
                    if closed > 0:
                        yield env.timeout(closed)
                yield env.timeout(FLIGHT_H * (next(flying) if full else 1.0))
            if full:
                if env.now - on_duty + round_trip > DUTY_H:
                    crews.put(env.now + REST_H)
                    crewed = False
                if next(units) < BREAK_SHARE:
                    low, high = REPAIR_H
                    yield env.timeout(low + (high - low) * next(units))

    for _ in range(fleet):
        env.process(jet())
    env.run(until=DAYS * 24)
    return trips[:DAYS]


@pytest.mark.parametrize("full", [False, True], ids=["plain", "full"])
@pytest.mark.parametrize("fleet", FLEETS)
def test_against_simpy(benchmark: BenchmarkFixture, fleet: int, full: bool) -> None:
    size = 60 if fleet < 50 else 30
    peer = np.array([theirs(fleet, full=full, seed=seed).sum() for seed in range(size)])
    found = ours(fleet, full=full, replications=2_000)
    error = math.hypot(peer.std(ddof=1) / math.sqrt(size), found.trips.total_mean_error)
    gap = abs(peer.mean() - found.trips.total_mean)
    assert gap < 3 * error + 1e-3 * peer.mean(), (peer.mean(), found.trips.total_mean, error)

    replications = 1_000
    before = get_num_threads()
    set_num_threads(1)
    mine_s, peer_s = seconds(
        lambda: ours(fleet, full=full, replications=replications),
        lambda: theirs(fleet, full=full, seed=1),
        rounds=7,
    )
    ratio = peer_s * replications / mine_s
    benchmark.extra_info.update(
        peer="SimPy", fleet=fleet, full=full, ratio_1_thread=ratio, goal=40 if full else 50
    )
    print(
        f"\n{fleet} aircraft, {'full' if full else 'plain'}: SimPy {1 / peer_s:,.0f}/s, ours "
        f"{replications / mine_s:,.0f}/s, {ratio:.0f} x on one thread; means {peer.mean():.1f}, "
        f"{found.trips.total_mean:.1f} (gap {gap / error:.1f} standard errors)"
    )
    benchmark.pedantic(ours, (fleet,), {"full": full, "replications": replications}, rounds=3)
    set_num_threads(before)
    assert ratio > 10  # far below the goal, so that a noisy machine does not fail it


@pytest.mark.skipif(get_num_threads() < 2, reason="needs two threads")
def test_two_threads(benchmark: BenchmarkFixture) -> None:
    def on(threads: int) -> None:
        set_num_threads(threads)
        ours(20, full=True, replications=2_000)

    two, one = seconds(lambda: on(2), lambda: on(1), rounds=9)
    benchmark.extra_info.update(ratio_2_threads=one / two, goal=1.8)
    print(f"\ntwo threads: {one / two:.2f} x one ({one:.2f} s, {two:.2f} s)")
    benchmark.pedantic(on, (2,), rounds=3)


def test_memory_does_not_grow_with_replications(benchmark: BenchmarkFixture) -> None:
    before, peaks = get_num_threads(), []
    set_num_threads(1)
    for replications in (2_500, 20_000):
        ours(10, full=False, replications=100)
        peaks.append(peak_mb(partial(ours, 10, full=False, replications=replications)))
    set_num_threads(before)
    benchmark.extra_info.update(peak_mb_2_500=peaks[0], peak_mb_20_000=peaks[1])
    print(f"\npeak of 2,500 replications {peaks[0]:.1f} MB, of 20,000 {peaks[1]:.1f} MB")
    benchmark.pedantic(ours, (10,), {"full": False, "replications": 100}, rounds=1)
    assert peaks[1] < 1.1 * peaks[0]


def test_first_call(benchmark: BenchmarkFixture, tmp_path: Any) -> None:
    """A first simulation in a fresh process, without and with numba's cache on disk; imports included."""
    code = (
        "import time, sys; sys.path.insert(0, sys.argv[1]); t = time.perf_counter()\n"
        "import test_simulation_speed as b; b.ours(10, full=False, replications=1_000)\n"
        "print(time.perf_counter() - t, time.process_time())"
    )
    env = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}

    def call() -> tuple[float, float]:
        run = [sys.executable, "-c", code, str(Path(__file__).parent)]
        wall, cpu = subprocess.run(
            run, env=env, check=True, capture_output=True, text=True
        ).stdout.split()
        return float(wall), float(cpu)

    cold, warm = call(), call()
    benchmark.extra_info.update(cold_s=cold[0], cold_cpu_s=cold[1], warm_s=warm[0], goal_cold_s=5)
    print(
        f"\nfirst call: {cold[0]:.2f} s cold ({cold[1]:.2f} s of processor), {warm[0]:.2f} s with the cache"
    )
    benchmark.pedantic(call, rounds=1)
