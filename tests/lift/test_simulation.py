"""The simulation: its slow twin, exact cases, conservation, SimPy, addressing of draws, and what it answers."""

from __future__ import annotations

import _thread
import math
import os
import pickle
import signal
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import cache
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import get_num_threads, set_num_threads
from numpy.testing import assert_allclose, assert_array_equal

import forceflow as ff
from forceflow.errors import EstimateError
from forceflow.kernels.bridge_simulation import simulate, trace_loads
from forceflow.lift.bridges.draws import Draws
from forceflow.lift.bridges.sea_bridge import SeaBridge
from forceflow.lift.capacity.airlift import AirBridge, airlift_capacity
from forceflow.lift.queueing.cycle_capacity import cycle_capacity
from forceflow.lift.simulation.scenario import ChunkDraws
from forceflow.lift.simulation.simulate import Simulation, simulate_airlift, simulate_sealift
from forceflow.quantity import Quantity
from slow_fleet import slow_days
from standins import PlainAircraft, PlainVessel, way

pytestmark = pytest.mark.kernel

JIT = os.environ.get("NUMBA_DISABLE_JIT") != "1"
JET = PlainAircraft("jet", payload=40.0, speed=800.0, onload=2.25, offload=1.75)
HEAVY = PlainAircraft("heavy", payload=100.0, speed=700.0, onload=4.0, offload=3.0)
VAGUE = PlainAircraft(
    "vague", payload=(30, 40, 48), speed=(700, 800), onload=(1, 2, 4), share=(0.3, 0.5, 0.8)
)
ROUTE = way("A", 4000, "B")
STOPPING = way("A", 1500, "C", 2500, "B")


def bridge(fleet: dict[Any, Any], *, mog: tuple[Any, Any] = (3, 2), **more: Any) -> AirBridge:
    return AirBridge(fleet, **{"route": ROUTE, "onload_mog": mog[0], "offload_mog": mog[1], **more})


def run(given: AirBridge, **more: Any) -> Simulation:
    return simulate_airlift(given, **{"days": 6, "replications": 3, "seed": 7, **more})


def same(a: Simulation, b: Simulation) -> None:
    for name in ("trips", "tonnes", "waiting_h", "utilisation_h", "held_h", "repair_h", "rest_h"):
        for part in ("low", "middle", "high", "mean"):
            assert_array_equal(getattr(getattr(a, name), part), getattr(getattr(b, name), part))
    for station in a.ramp:
        assert_array_equal(a.ramp[station].mean, b.ramp[station].mean)


FULL: dict[str, Any] = {
    "break_share": {"jet": 0.3},
    "repair_h": {"jet": (2, 8, 48)},
    "windows": {"onload": (6, 20)},
    "closures": {"offload": [(1.2, 1.9), (3, 3.2)]},
    "open_share": {"offload": 0.8},
    "priority": {"heavy": 0},
    "stagger_h": 1.5,
    "warm_up_days": 1,
}
CREWED: dict[str, Any] = {
    "crews_per_aircraft": {JET: 1.5, HEAVY: 1},
    "crew_duty_h": 16,
    "crew_rest_h": 12,
}
TWO = {JET: 5, HEAVY: 2}
CASES: dict[str, tuple[AirBridge, dict[str, Any]]] = {
    "plain": (bridge({JET: 6}), {}),
    "fixed": (bridge({JET: 6}, mog=(1, 1)), {"ground_cv": 0, "flight_cv": 0}),
    "nobody waits": (bridge({JET: 3}, mog=(9, 9)), {}),
    "uncertain": (
        bridge({VAGUE: (2, 5)}, mog=((1, 3), 2), operating_h_per_day=(10, 20)),
        {"opens_at_h": 20},
    ),
    "stops": (
        bridge(TWO, route=STOPPING, enroute_mog=2, spots_per_aircraft={JET: 1, HEAVY: 2}),
        {},
    ),
    "stops without limit": (
        bridge(TWO, route=STOPPING, return_route=way("B", 4000, "A")),
        {"priority": {HEAVY: 0}},
    ),
    "crews": (bridge(TWO, **CREWED), {}),
    "too few crews": (bridge({JET: 5}, crews_per_aircraft=0.5, crew_duty_h=30, crew_rest_h=12), {}),
    "upkeep": (bridge(TWO, utilisation_h_per_day={JET: 6, HEAVY: 8}), {}),
    "nights": (bridge(TWO, operating_h_per_day=12), {"opens_at_h": 18.0}),
    "weather": (bridge(TWO), {"open_share": {"onload": 0.7, "offload": 0.5}}),
    "all of it": (
        bridge(
            TWO, mog=(2, 2), operating_h_per_day=16, **CREWED, spots_per_aircraft={JET: 1, HEAVY: 2}
        ),
        {**FULL, "break_share": 0.3, "repair_h": (2, 8, 48), "priority": {HEAVY: 0}},
    ),
}


# -- the slow twin ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_twin_draw_for_draw(name: str) -> None:
    given, more = CASES[name]
    found = run(given, **more)
    plan = found.scenario.plan(0, 3)
    rows = simulate(plan, found.days)
    for row in range(3):
        assert_allclose(rows[row], slow_days(plan, row, found.days), rtol=1e-11, atol=1e-11)
    assert found.tonnes.total_mean > 0


@settings(max_examples=25 if JIT else 8, deadline=None)
@given(
    jets=st.integers(0, 5), heavies=st.integers(1, 3), mog=st.tuples(st.integers(2, 4), st.integers(2, 4)),
    hours=st.sampled_from([24.0, 16.0, 7.5]), wide=st.integers(1, 2), ground_cv=st.sampled_from([0.0, 0.5, 1.0]),
    crews=st.sampled_from([None, 0.3, 2]), rank=st.integers(0, 2), seed=st.integers(0, 2**32),
)  # fmt: skip
def test_twin_on_any_bridge(
    jets: int, heavies: int, mog: tuple[int, int], hours: float, wide: int, ground_cv: float,
    crews: float | None, rank: int, seed: int,
) -> None:  # fmt: skip
    crew = (
        {} if crews is None else {"crews_per_aircraft": crews, "crew_duty_h": 20, "crew_rest_h": 10}
    )
    spots = {JET: 1, HEAVY: wide}
    given = bridge(
        {JET: jets, HEAVY: heavies},
        mog=mog,
        operating_h_per_day=hours,
        spots_per_aircraft=spots,
        **crew,
    )
    found = run(
        given,
        days=4,
        replications=1,
        ground_cv=ground_cv,
        priority={HEAVY: rank, JET: 1},
        seed=seed,
    )
    plan = found.scenario.plan(0, 1)
    assert_allclose(simulate(plan, 4)[0], slow_days(plan, 0, 4), rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("name", CASES)
def test_no_hour_of_any_aircraft_is_lost(name: str) -> None:
    given, more = CASES[name]
    found = run(given, **{**more, "warm_up_days": 3, "stagger_h": 0.5})
    plan = found.scenario.plan(0, 3)
    spent = simulate(plan, found.days)[:, 2:]
    if (plan.spots == 1).all():
        fleet = plan.vehicles.sum(axis=1, keepdims=True)
        assert_allclose(spent.sum(axis=1), np.broadcast_to(fleet, spent[:, 0].shape), atol=1e-9)
    room = plan.room[:, :, None]
    assert ((spent[:, 5:] <= room + 1e-9) | (room < 0)).all()


# -- agreement with the closed form, with the queueing model, with SimPy ---------------------------------------


def test_closed_form_mva_and_simulation_agree_when_nothing_queues() -> None:
    given = bridge({JET: 7}, mog=(100, 100), queueing_efficiency=1.0)
    closed = airlift_capacity(given, draws=2)
    assert closed.cycle_h.middle == 14.0
    assert_allclose(
        cycle_capacity(given, draws=2).throughput_per_day.middle,
        closed.sorties_per_day.middle,
        rtol=1e-12,
    )
    found = run(given, days=70, warm_up_days=14, ground_cv=0, flight_cv=0, replications=1)
    assert_allclose(found.trips.total.middle, 70 * closed.sorties_per_day.middle, rtol=1e-12)
    assert_allclose(found.tonnes_per_day.middle, closed.tonnes_per_day.middle, rtol=1e-12)
    assert_allclose(
        found.utilisation_h.total.middle, closed.flying_h_per_aircraft_per_day.middle, rtol=1e-12
    )
    assert_allclose(found.waiting_h.total.middle, 0.0, atol=1e-9)


@pytest.mark.skipif(not JIT, reason="too slow without the compiler")
def test_mva_is_the_simulation_with_exponential_times() -> None:
    given = bridge({JET: 12})
    exact = cycle_capacity(given, draws=2)
    found = run(given, days=100, warm_up_days=20, replications=400, ground_cv=1.0, flight_cv=1.0)
    per_day, error = found.trips.total_mean / 100, found.trips.total_mean_error / 100
    assert error < 0.02
    assert abs(per_day - exact.throughput_per_day.middle) < 3 * error + 2e-4 * per_day
    assert_allclose(
        found.waiting_h.total_mean / 100 / 24,
        sum(q.middle for q in exact.queue.values()),
        rtol=0.02,
    )
    for station, present in found.ramp.items():
        busy = exact.present[station].middle - exact.queue[station].middle
        assert_allclose(present.total_mean, busy, rtol=0.005)


@pytest.mark.skipif(not JIT, reason="too slow without the compiler")
def test_mva_is_the_simulation_of_ships_too() -> None:
    ship = PlainVessel("ship", cargo=2_000.0, speed=20.0, load=24.0, discharge=36.0)
    sea = SeaBridge(
        [ship] * 8, way("A", 960, "B", mode="sea"), delay_ratio=1, load_berths=1, discharge_berths=2
    )
    exact = cycle_capacity(sea, draws=2)
    found = simulate_sealift(
        sea, days=400, warm_up_days=100, replications=400, seed=7, berth_cv=1.0, sail_cv=1.0
    )
    per_day, error = found.trips.total_mean / 400, found.trips.total_mean_error / 400
    assert error < 0.002
    assert abs(per_day - exact.throughput_per_day.middle) < 3 * error + 2e-4 * per_day


def simpy_days(
    fleet: int, mog: tuple[int, int], *, days: int, warm_up: int, seed: int
) -> tuple[float, float]:
    """Trips and waiting hours of the plain bridge, written for SimPy."""
    random = np.random.default_rng(seed)
    env = simpy.Environment()
    stations = [(simpy.Resource(env, mog[0]), 2.25), (simpy.Resource(env, mog[1]), 1.75)]
    found = [0.0, 0.0]

    def jet() -> Any:
        while True:
            for number, (spots, ground_h) in enumerate(stations):
                came = env.now
                with spots.request() as spot:
                    yield spot
                    found[1] += max(0.0, env.now - max(came, warm_up * 24.0))
                    yield env.timeout(random.gamma(4.0, ground_h / 4.0))
                if number == 1 and env.now >= warm_up * 24:
                    found[0] += 1
                yield env.timeout(5.0)

    for _ in range(fleet):
        env.process(jet())
    env.run(until=(warm_up + days) * 24)
    return found[0], found[1]


@pytest.mark.parametrize(("fleet", "mog"), [(10, (2, 2)), (20, (4, 3)), (50, (9, 7))])
def test_simulation_is_simpy(fleet: int, mog: tuple[int, int]) -> None:
    size = 40 if JIT else 6
    theirs = np.array(
        [simpy_days(fleet, mog, days=6, warm_up=1, seed=seed) for seed in range(size)]
    )
    found = run(
        bridge({JET: fleet}, mog=mog),
        warm_up_days=1,
        replications=4_000 if JIT else 12,
        ground_cv=0.5,
        flight_cv=0,
    )
    for column, ours in ((0, found.trips), (1, found.waiting_h)):
        error = math.hypot(theirs[:, column].std(ddof=1) / math.sqrt(size), ours.total_mean_error)
        assert abs(theirs[:, column].mean() - ours.total_mean) < (2 if JIT else 4) * error


# -- draws are addressed ---------------------------------------------------------------------------------------


def test_chunks_threads_and_executors_change_nothing() -> None:
    given, more = CASES["all of it"]
    one = run(given, replications=20, chunk=20, **more)
    before = get_num_threads()
    for threads in (1, 2) if before > 1 else (1,):
        set_num_threads(threads)
        same(one, run(given, replications=20, chunk=3, **more))
    set_num_threads(before)
    with ThreadPoolExecutor(2) as pool:
        same(one, run(given, replications=20, chunk=7, executor=pool, **more))
    assert str(one) == str(run(given, replications=20, **more))


@pytest.mark.skipif(not JIT, reason="workers compile nothing new; once is enough")
def test_processes_change_nothing() -> None:
    given, more = CASES["all of it"]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        same(
            run(given, replications=40, **more),
            run(given, replications=40, chunk=9, executor=pool, **more),
        )


def test_dask_changes_nothing() -> None:
    distributed = pytest.importorskip("distributed", reason='needs pip install "forceflow[dask]"')
    given = CASES["plain"][0]
    cluster = distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None
    )
    with cluster, distributed.Client(cluster) as client:
        same(
            run(given, replications=20),
            run(given, replications=20, chunk=6, executor=client.get_executor()),
        )


def test_two_callers_at_once() -> None:
    given, more = CASES["all of it"]
    alone = run(given, replications=30, **more)
    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(run, given, replications=30, chunk=4, **more) for _ in range(6)]:
            same(alone, future.result())


@pytest.mark.skipif(not JIT, reason="without the compiler a chunk takes too long to wait for")
@pytest.mark.parametrize("threads", [1, 2])
def test_ctrl_c_ends_it(threads: int) -> None:
    """Left alone this would take minutes. A job in the background has Ctrl-C switched off, so it is switched on."""
    before, handler = get_num_threads(), signal.signal(signal.SIGINT, signal.default_int_handler)
    set_num_threads(min(threads, before))
    timer = threading.Timer(0.3, _thread.interrupt_main)
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            run(bridge({JET: 20}), days=60, replications=1_000_000)
        timer.join()
    finally:
        signal.signal(signal.SIGINT, handler)
        set_num_threads(before)


def test_replications_stand_alone_and_scenarios_share_draws() -> None:
    given = bridge({VAGUE: 4, JET: 2})
    small, large = run(given), run(given, replications=9)
    assert_array_equal(small.scenario.values(0, 3), large.scenario.values(0, 9)[:3])
    assert_array_equal(large.scenario.values(5, 2), large.scenario.values(0, 9)[5:7])
    times = [run(CASES["plain"][0], seed=seed).utilisation_h.total_mean for seed in (7, 7, 8)]
    assert times[0] == times[1] != times[2]
    assert_array_equal(
        run(bridge({JET: 2, VAGUE: 4})).scenario.values(0, 3), small.scenario.values(0, 3)
    )
    one_more = run(bridge({VAGUE: 5, JET: 2}, mog=(99, 99))).scenario.values(0, 3)
    free = run(bridge({VAGUE: 4, JET: 2}, mog=(99, 99))).scenario.values(0, 3)
    assert (one_more[:, 2, :-1] >= free[:, 2, :-1]).all()
    alone, beside = (
        run(bridge(fleet, mog=(99, 99))).trace(1) for fleet in ({JET: 2}, {VAGUE: 3, JET: 2})
    )
    jets = [(load.title, load.start, load.stop) for load in beside if load.platform == "jet"]
    assert jets == [(load.title, load.start, load.stop) for load in alone]
    assert_array_equal(Draws(5, 7).of(Quantity(1, 2, 4), entity="x", purpose="y")[2:],
                       ChunkDraws(3, 7, 0.9, 2).of(Quantity(1, 2, 4), entity="x", purpose="y"))  # fmt: skip


def test_a_scenario_travels() -> None:
    found = run(*[CASES["uncertain"][0]], **CASES["uncertain"][1])
    copy = pickle.loads(pickle.dumps(found.scenario))
    assert_array_equal(copy.values(0, 2), found.scenario.values(0, 2))
    assert found.stations == ("onload", "offload")


# -- exact days ------------------------------------------------------------------------------------------------


def test_one_aircraft_by_hand() -> None:
    """14 h a round trip: unloaded at 9, 23, 37, 51 h and so on."""
    found = run(bridge({JET: 1}), days=3, ground_cv=0, flight_cv=0)
    assert found.trips.middle.tolist() == [2, 1, 2]
    assert found.tonnes.middle.tolist() == [80, 40, 80]
    assert found.cumulative_t.middle.tolist() == [80, 120, 200]
    assert found.tonnes.total.middle == 200
    assert_allclose(
        found.ramp["onload"].middle, [4.5 / 24, 4.5 / 24, 4.25 / 24]
    )  # from 0, 14, 28, 42, 56 and 70 h
    assert_allclose(found.utilisation_h.middle[0], 24 - 2 * 2.25 - 1.75 * 2)
    assert found.time_to_move(120).middle == 2.0
    assert found.time_to_move(100).middle == 1.5
    assert found.time_to_move(0).high == 0.0
    assert found.probability_moved(121).tolist() == [0, 0, 1]


def test_nights_and_closures_by_hand() -> None:
    """Loaded 0 to 2.25 h, down at 7.25 h, but unloading opens at 12 h and is then shut until day 2."""
    still = {"ground_cv": 0, "flight_cv": 0, "replications": 1}
    day = run(bridge({JET: 1}), days=3, windows={"offload": (12, 18)}, **still)
    assert day.trips.middle.tolist() == [1, 1, 1]
    assert_allclose(day.waiting_h.middle[0], 12 - 7.25)
    shut = run(bridge({JET: 1}), days=3, closures={"offload": [(0.25, 2.0)]}, **still)
    assert shut.trips.middle.tolist() == [0, 0, 2]
    held = run(bridge({JET: 1}), days=2, windows={"onload": (0, 2)}, **still)
    assert_allclose(held.held_h.middle[0], 21.75)
    over_midnight = run(bridge({JET: 1}), days=2, windows={"onload": (20, 4)}, **still)
    assert over_midnight.held_h.total.middle == 0.0
    never = run(bridge({JET: 1}), days=2, open_share={"onload": 0.0}, **still)
    assert never.trips.total.high == 0.0
    assert_allclose(never.waiting_h.total.middle, 48.0)


def test_priority_lets_heavies_pass() -> None:
    crowd = bridge({JET: 8, HEAVY: 4}, mog=(1, 1))
    first = run(crowd, days=10, priority={HEAVY: 0}, replications=2)
    last = run(crowd, days=10, priority={JET: 0}, replications=2)
    assert first.tonnes.total.low > last.tonnes.total.high


def test_crews_and_upkeep_hold_the_fleet_back_as_the_closed_form_says() -> None:
    still = {"ground_cv": 0, "flight_cv": 0, "replications": 1, "days": 120, "warm_up_days": 30}
    crewed = bridge({JET: 4}, mog=(9, 9), crews_per_aircraft=1, crew_duty_h=14, crew_rest_h=14)
    assert_allclose(run(crewed, **still).trips_per_day.middle, 4 * 24 / 28, rtol=0.01)
    kept = bridge({JET: 4}, mog=(9, 9), utilisation_h_per_day=5)
    assert_allclose(run(kept, **still).utilisation_h.total.middle, 5.0, rtol=0.01)
    broken = run(bridge({JET: 4}, mog=(9, 9)), **still, break_share=1.0, repair_h=10)
    assert_allclose(broken.trips_per_day.middle, 4 * 24 / 24, rtol=0.01)
    assert_allclose(broken.repair_h.total.middle, 120 * 4 * 10, rtol=0.01)


def test_shorter_days_carry_less() -> None:
    real = AirBridge({JET: 4}, ff.route("Hmeimim", "al-Khadim", mode="air"), 2, 2)
    short = run(real, daylight=("onload", "offload"), start="2025-12-21", days=4)
    long = run(real, daylight=("onload", "offload"), start="2025-06-21", days=4)
    assert short.trips.total.high < long.trips.total.low


# -- ships -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("escorted", [False, True])
def test_twin_of_ships(escorted: bool) -> None:
    ships = [PlainVessel("a", cargo=(900, 2_000), speed=(15, 20), load=(10, 30))] * 3 + [
        PlainVessel("b", discharge=50.0)
    ]
    more: dict[str, Any] = {"escort_every_days": 5, "ships_per_escort": (1, 2)} if escorted else {}
    sea = SeaBridge(
        ships,
        way("A", 960, "B", mode="sea"),
        load_berths=1,
        discharge_berths=2,
        open_share=0.8,
        **more,
    )
    plan = simulate_sealift(
        sea, days=60, replications=3, seed=7, closures={"load berths": [(9, 15)]}
    ).scenario.plan(0, 3)
    rows = simulate(plan, 60)
    for row in range(3):
        assert_allclose(rows[row], slow_days(plan, row, 60), rtol=1e-11, atol=1e-11)
    assert rows[:, 0].sum() > 0


def test_ships_on_the_same_kernel() -> None:
    ship = PlainVessel("ship", cargo=2_000.0, speed=20.0, load=24.0, discharge=24.0)
    sea = SeaBridge([ship, ship], way("A", 960, "B", mode="sea"), delay_ratio=1)
    still: dict[str, Any] = {"days": 60, "replications": 2, "seed": 7, "berth_cv": 0, "sail_cv": 0}
    found = simulate_sealift(sea, **still)
    assert_allclose(found.sailings.total.middle, 20)
    assert_allclose(found.tonnes.total.middle, 40_000)
    escorted = SeaBridge(
        [ship, ship],
        way("A", 960, "B", mode="sea"),
        delay_ratio=1,
        escort_every_days=10,
        ships_per_escort=1,
    )
    taken = simulate_sealift(escorted, **still)
    assert taken.sailings.total.middle == 5.0
    assert taken.waiting_h.total.middle > found.waiting_h.total.middle
    closed = SeaBridge(
        [ship, ship], way("A", 960, "B", mode="sea"), delay_ratio=1, open_share=0.5, load_berths=1
    )
    assert simulate_sealift(closed, **{**still, "replications": 20}).sailings.total.middle < 20
    event = found.trace()[0]
    assert (event.kind, event.mode, event.platform) == ("sailing", "sea", "ship")
    vague = SeaBridge(
        [ship],
        way("A", 960, "B", mode="sea"),
        delay_ratio=1,
        escort_every_days=(5, 9),
        ships_per_escort=1,
    )
    with pytest.raises(EstimateError, match="one escort_every_days"):
        simulate_sealift(vague, **still)


# -- the answer ------------------------------------------------------------------------------------------------


@cache
def real() -> Simulation:
    air = AirBridge(
        {"An-124-100": 2, "Il-76MD": 8},
        ff.route("Hmeimim", "al-Khadim", mode="air"),
        3,
        2,
        operating_h_per_day=16,
    )
    return simulate_airlift(air, days=12, replications=200 if JIT else 6, seed=7)


def test_a_real_bridge_reads_well() -> None:
    found = real()
    assert str(found).startswith("simulated airlift Hmeimim to al-Khadim: ")
    assert "replications, seed 7" in str(found)
    assert "Hmeimim" in found._repr_html_()
    assert str(found.tonnes).startswith("tonnes: ")
    assert found.sorties is found.trips
    assert found.sailings is found.trips
    assert (found.tonnes.low <= found.tonnes.middle).all()
    assert (found.tonnes.middle <= found.tonnes.high).all()
    assert_allclose(found.tonnes.mean.sum(), found.tonnes.total_mean, rtol=1e-12)
    assert_allclose(found.cumulative_t.mean[-1], found.tonnes.total_mean, rtol=1e-12)
    frame = found.to_frame(backend="pandas")
    assert len(frame) == 12 * (8 + 2)
    assert list(frame.columns[:4]) == ["start", "stop", "measure", "unit"]


def test_a_trace_is_events_with_the_tonnes_of_that_replication() -> None:
    found = real()
    events = found.trace(3)
    values = found.scenario.values(3, 1)
    assert_allclose(
        sum(event.tonnes.best for event in events if event.tonnes), values[0, 1, -1], rtol=1e-12
    )
    assert len(events) == values[0, 0, -1]
    assert {event.direction for event in events} == {"outbound"}
    assert {event.platform for event in events} == {"An-124-100", "Il-76MD"} or JIT is False
    assert all(event.start < event.stop for event in events)
    assert trace_loads(found.scenario.plan(3, 1), 12).shape == (len(events), 6)
    moved = ff.estimate_tonnage(events, draws=100, seed=1)
    assert_allclose(moved.total_mean, values[0, 1, -1], rtol=1e-9)
    stopping = run(bridge({JET: 2}, route=STOPPING)).trace()
    assert stopping[0].via == ("C",)
    assert stopping[0].direction == "external"


def test_time_to_move_follows_from_the_days() -> None:
    found = real()
    need = found.cumulative_t.middle[5]
    assert_allclose(found.time_to_move(need).middle, 6.0)
    assert found.time_to_move(need).low < 6.0 < found.time_to_move(need).high
    assert found.time_to_move((0.5 * need, need)).low < found.time_to_move(need).low
    with pytest.raises(EstimateError, match=r"simulate more: days=\d+ may do"):
        found.time_to_move(1e6)
    assert_allclose(found.probability_moved(need)[5], 0.5, atol=0.51 / found.replications + 1e-9)
    with pytest.raises(EstimateError, match="at least 0"):
        found.probability_moved(-1)
    with pytest.raises(EstimateError, match="at least 0"):
        found.trace(-1)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"days": 0}, "days must be a whole number of at least 1"),
        ({"replications": 0}, "replications"),
        ({"warm_up_days": -1}, "warm_up_days"),
        ({"chunk": 0}, "chunk"),
        ({"coverage": 1.0}, "coverage"),
        ({"stagger_h": -1.0}, "stagger_h"),
        ({"ground_cv": 3.0}, "ground_cv lies between"),
        ({"opens_at_h": 24.0}, "hour of the day"),
        ({"windows": {"apron": (0, 1)}}, "the stations are 'onload', 'offload'"),
        ({"windows": {"onload": (25, 1)}}, "in h of the day"),
        ({"closures": {"onload": [(2, 1)]}}, "from < until"),
        ({"open_share": {"onload": 1.5}}, "between 0 and 1"),
        ({"daylight": ("hangar",)}, "'onload' and 'offload'"),
        ({"daylight": ("onload",)}, "latitude"),
        ({"break_share": 0.2}, "give repair_h"),
        ({"break_share": (0.1, 0.2), "repair_h": 8}, "one number"),
        ({"start": "yesterday"}, "start: 'yesterday' is no date"),
        ({"seed": "seven"}, "seed must be a whole number"),
        ({"days": 1.5}, "days must be a whole number"),
        ({"closures": {"onload": (1, 2)}}, "lists of"),
        ({"windows": {"onload": 6}}, "in h of the day"),
        ({"executor": 2}, "with submit"),
    ],
)
def test_errors_say_what_would_work(more: dict[str, Any], message: str) -> None:
    with pytest.raises(EstimateError, match=message):
        run(bridge({JET: 1}), **more)


def test_a_bridge_of_the_other_mode_is_refused() -> None:
    sea = SeaBridge([PlainVessel("ship")], way("A", 960, "B", mode="sea"))
    with pytest.raises(
        EstimateError, match=r"simulate_airlift needs forceflow\.AirBridge, got SeaBridge"
    ):
        simulate_airlift(sea, days=1, seed=1)  # type: ignore[arg-type]
    with pytest.raises(
        EstimateError, match=r"simulate_sealift needs forceflow\.SeaBridge, got AirBridge"
    ):
        simulate_sealift(bridge({JET: 1}), days=1, seed=1)  # type: ignore[arg-type]


def test_an_aircraft_too_large_for_the_ramp_is_named() -> None:
    with pytest.raises(EstimateError, match="takes more spots than onload_mog may have"):
        run(bridge({HEAVY: 1}, mog=(1, 2), spots_per_aircraft=2))
    with pytest.raises(EstimateError, match="missing: Plain heavy"):
        run(bridge(TWO, utilisation_h_per_day={JET: 5}))
