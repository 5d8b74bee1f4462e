"""What the simulation makes of a bridge, worked out from the bridge itself and not from the arrays of the kernel."""

from __future__ import annotations

import math
import os
from typing import Any

import numpy as np
import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from forceflow.errors import EstimateError
from forceflow.kernels.bridge_simulation import simulate
from forceflow.lift.bridges.sea_bridge import SeaBridge
from forceflow.lift.capacity.airlift import AirBridge, airlift_capacity
from forceflow.lift.capacity.sealift import sealift_capacity
from forceflow.lift.simulation.simulate import Simulation, simulate_airlift, simulate_sealift
from slow_fleet import slow_days
from standins import PlainAircraft, PlainVessel, way

pytestmark = pytest.mark.kernel

JIT = os.environ.get("NUMBA_DISABLE_JIT") != "1"
JET = PlainAircraft("jet", payload=40.0, speed=800.0, onload=2.25, offload=1.75)
HEAVY = PlainAircraft("heavy", payload=100.0, speed=700.0, onload=4.0, offload=3.0)
ROUTE = way("A", 4000, "B")
STOPPING = way("A", 1500, "C", 2500, "B")
SHIP = PlainVessel("ship", cargo=2_000.0, speed=20.0, load=24.0, discharge=36.0)
SEA = way("A", 960, "B", mode="sea")
STILL: dict[str, Any] = {"ground_cv": 0, "flight_cv": 0}
CALM: dict[str, Any] = {"berth_cv": 0, "sail_cv": 0}


def air(fleet: dict[Any, Any], *, mog: tuple[Any, Any] = (99, 99), **more: Any) -> AirBridge:
    return AirBridge(fleet, **{"route": ROUTE, "onload_mog": mog[0], "offload_mog": mog[1], **more})


def fly(bridge: AirBridge, **more: Any) -> Simulation:
    return simulate_airlift(bridge, **{"days": 6, "replications": 3, "seed": 7, **more})


def ships(number: int, **more: Any) -> SeaBridge:
    return SeaBridge([SHIP] * number, SEA, **{"delay_ratio": 1, **more})


def sail(bridge: SeaBridge, **more: Any) -> Simulation:
    return simulate_sealift(bridge, **{"days": 60, "replications": 4, "seed": 7, **more})


# -- spots -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("wide", "mog", "at_once"), [(1, 2, 2), (2, 4, 2), (2, 5, 2), (3, 3, 1)])
def test_aircraft_take_the_spots_they_need(wide: int, mog: int, at_once: int) -> None:
    """Loading takes 12 h and there are aircraft to spare, so the ramp is always full."""
    bridge = air({HEAVY: 8}, mog=(mog, 99), onload_h=12, spots_per_aircraft=wide)
    found = fly(bridge, days=20, warm_up_days=10, **STILL)
    assert_allclose(found.trips_per_day.middle, at_once * 24 / 12)
    assert_allclose(found.ramp["onload"].total.middle, at_once * wide)


def test_room_for_every_aircraft_is_not_room_for_all_their_spots() -> None:
    """Three of two spots each on three spots: one at a time, 12 h each."""
    bridge = air({HEAVY: 3}, mog=(3, 99), onload_h=12, spots_per_aircraft=2)
    assert 3 * 24 / (12 + 3 + 2 * 4000 / 700) > 24 / 12
    assert_allclose(fly(bridge, days=20, warm_up_days=10, **STILL).trips_per_day.middle, 24 / 12)


# -- stops -----------------------------------------------------------------------------------------------------


def test_a_stop_used_both_ways_passes_what_it_can() -> None:
    """Two calls of 3 h each a trip at one spot: four trips a day; five jets alone could fly six."""
    bridge = air({JET: 5}, route=STOPPING, enroute_mog=1, enroute_h=3, queueing_efficiency=1.0)
    assert 5 * 24 / (2.25 + 1.75 + 10 + 6) == 6
    found = fly(bridge, days=20, warm_up_days=10, **STILL)
    assert 0.97 * 4 <= found.trips_per_day.middle <= 4.0 + 1e-9
    assert_allclose(airlift_capacity(bridge, draws=2).sorties_per_day.middle, 4.0)
    assert found.ramp["stop at C"].total.middle > 0.97


def test_a_stop_without_room_is_refused() -> None:
    with pytest.raises(
        EstimateError, match=r"heavy \(2\) takes more spots than enroute_mog may have \(1\)"
    ):
        fly(air({JET: 1, HEAVY: 1}, route=STOPPING, enroute_mog=1, spots_per_aircraft={HEAVY: 2}))
    assert (
        fly(air({HEAVY: 1}, enroute_mog=1, spots_per_aircraft=2)).trips.total.low > 0
    )  # no stop on this way


def test_spots_and_room_are_rounded_together() -> None:
    """Either one aircraft of one spot or one of two on two spots: always one at a time, never none."""
    bridge = air(
        {HEAVY: 4},
        mog=(1.5, 99),
        route=STOPPING,
        enroute_mog=1.5,
        spots_per_aircraft=1.5,
        onload_h=12,
    )
    found = fly(bridge, days=12, warm_up_days=8, replications=40, **STILL)
    trips = found.scenario.values(0, 40)[:, 0, -1]
    assert_allclose(trips, 12 * 24 / 12)


@settings(max_examples=20 if JIT else 4, deadline=None)
@given(
    jets=st.integers(0, 4), heavies=st.integers(1, 3), mog=st.integers(2, 3), wide=st.sampled_from([1, 1.5, 2]),
    room=st.sampled_from([2, 2.5, 3]), seed=st.integers(0, 2**32),
)  # fmt: skip
def test_no_bridge_with_stops_stands_still(
    jets: int, heavies: int, mog: int, wide: float, room: float, seed: int
) -> None:
    spots = {JET: 1, HEAVY: wide}
    bridge = air(
        {JET: jets, HEAVY: heavies},
        mog=(mog, mog),
        route=STOPPING,
        enroute_mog=room,
        spots_per_aircraft=spots,
    )
    found = fly(bridge, days=6, replications=2, seed=seed)
    values = found.scenario.values(0, 2)
    assert (values[:, 0, 3:6].sum(axis=1) > 0).all()
    plan = found.scenario.plan(0, 2)
    assert_allclose(simulate(plan, 6)[1], slow_days(plan, 1, 6), rtol=1e-11, atol=1e-11)


def simpy_stops(
    fleet: dict[PlainAircraft, int], wide: dict[PlainAircraft, int], *, days: int, seed: int
) -> list[float]:
    """Trips and waiting hours over a way with a stop both ways, written for SimPy from the words and not the arrays."""
    random = np.random.default_rng(seed)
    env = simpy.Environment()
    loading, stop, unloading = (simpy.Container(env, spots, spots) for spots in (3, 2, 3))
    found = [0.0, 0.0]

    def fly_round(kind: PlainAircraft) -> Any:
        first, second = 1500 / float(kind.speed), 2500 / float(kind.speed)  # type: ignore[arg-type]
        calls = (
            (loading, kind.onload, first),
            (stop, kind.enroute, second),
            (unloading, kind.offload, second),
            (stop, kind.enroute, first),
        )
        while True:
            for ramp, ground_h, flight_h in calls:
                came = env.now
                yield ramp.get(wide[kind])  # in order: who needs two spots is not overtaken
                found[1] += env.now - came
                yield env.timeout(random.gamma(4.0, float(ground_h) / 4.0))  # type: ignore[arg-type]
                yield ramp.put(wide[kind])
                found[0] += ramp is unloading
                yield env.timeout(flight_h)

    for kind, number in fleet.items():
        for _ in range(number):
            env.process(fly_round(kind))
    env.run(until=days * 24)
    return found


def test_stops_and_wide_aircraft_are_those_of_simpy() -> None:
    fleet, wide = {HEAVY: 3, JET: 6}, {HEAVY: 2, JET: 1}
    bridge = air(fleet, mog=(3, 3), route=STOPPING, enroute_mog=2, spots_per_aircraft=wide)
    size = 150 if JIT else 10
    theirs = np.array([simpy_stops(fleet, wide, days=10, seed=seed) for seed in range(size)])
    found = fly(bridge, days=10, replications=2_000 if JIT else 10, ground_cv=0.5, flight_cv=0)
    error = theirs[:, 0].std(ddof=1) / math.sqrt(size)
    assert abs(theirs[:, 0].mean() - found.trips.total_mean) < 4 * math.hypot(
        error, found.trips.total_mean_error
    )
    # Theirs counts a wait when it ends, ours as it passes: those still waiting on the last day are the difference.
    assert_allclose(found.waiting_h.total_mean, theirs[:, 1].mean(), rtol=0.03 if JIT else 0.15)


# -- crews and flying hours ------------------------------------------------------------------------------------


def test_without_crews_or_flying_hours_nobody_flies() -> None:
    crew: dict[str, Any] = {"crew_duty_h": 20, "crew_rest_h": 10}
    crewed = fly(air({JET: 3, HEAVY: 2}, crews_per_aircraft={JET: 0, HEAVY: 2}, **crew))
    assert {event.platform for event in crewed.trace()} == {"heavy"}
    one_type = fly(air({JET: 3, HEAVY: 2}, utilisation_h_per_day={JET: 0, HEAVY: 8}))
    assert {event.platform for event in one_type.trace()} == {"heavy"}
    alone = fly(air({HEAVY: 2}, utilisation_h_per_day=8))
    assert_array_equal(one_type.tonnes.mean, alone.tonnes.mean)


def test_a_fifth_of_a_crew_is_one_crew_in_a_fifth_of_the_lives() -> None:
    bridge = air({JET: 2}, crews_per_aircraft=0.1, crew_duty_h=14, crew_rest_h=14)
    size = 1_000 if JIT else 60
    found = fly(bridge, days=7, replications=size, **STILL)
    trips = found.scenario.values(0, size)[:, 0, -1]
    assert set(trips.tolist()) == {
        0.0,
        6.0,
    }  # one crew: 14 h on the way, 14 h of rest, first unloaded at 9 h
    share = 0.1 * 2
    assert abs((trips > 0).mean() - share) < 3 * math.sqrt(share * (1 - share) / size)


# -- order of naming -------------------------------------------------------------------------------------------


def test_the_order_of_naming_changes_nothing() -> None:
    fleet = {JET: 4, HEAVY: 2}
    one = fly(air(fleet, mog=(2, 2)))
    other = fly(air(dict(reversed(fleet.items())), mog=(2, 2)))
    assert str(one) == str(other)
    assert_array_equal(one.scenario.values(0, 3), other.scenario.values(0, 3))
    assert one.trace(1) == other.trace(1)
    slow = PlainVessel("slow", cargo=500.0, speed=10.0)
    first, last = (
        sail(SeaBridge(fleet, SEA, delay_ratio=1, load_berths=1))
        for fleet in ([SHIP, slow, SHIP], [slow, SHIP, SHIP])
    )
    assert_array_equal(first.scenario.values(0, 4), last.scenario.values(0, 4))


# -- ships -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more", [{}, {"other_delay_h": 42}, {"passage_wait_h": 12}, {"delay_ratio": 1.5}]
)
def test_ships_that_never_queue_sail_as_the_closed_form_says(more: dict[str, Any]) -> None:
    bridge = SeaBridge(
        [SHIP] * 2,
        way("A", 960, "B", mode="sea", passages=("strait",)),
        **{"delay_ratio": 1, **more},
    )
    closed = sealift_capacity(bridge, draws=2).trips_per_day.middle
    days = 400
    found = sail(bridge, days=days, warm_up_days=50, **CALM)
    assert (
        abs(found.trips.total.middle - days * closed) <= 2
    )  # the two ships of the last, unfinished round


@pytest.mark.parametrize("number", [1, 3, 8])
@pytest.mark.parametrize("more", [{}, {"load_berths": 1, "discharge_berths": 2}])
@pytest.mark.parametrize("open_share", [0.5, 0.8])
def test_closed_days_cost_what_the_closed_form_says(
    number: int, more: dict[str, Any], open_share: float
) -> None:
    bridge = ships(number, open_share=open_share, **more)
    closed = sealift_capacity(bridge, draws=2).tonnes_per_day.middle
    days, size = (300, 200) if JIT else (120, 20)
    found = sail(bridge, days=days, warm_up_days=60, replications=size, **CALM)
    error = found.tonnes.total_mean_error / days
    assert error < 0.03 * closed or not JIT
    # The day count of a replication is random, but a trip is whole: at most one wave more or less.
    assert abs(found.tonnes.total_mean / days - closed) < 3 * error + 0.01 * closed
    assert_allclose(
        found.held_h.total_mean, (1 - open_share) * days * number * 24, rtol=0.02 if JIT else 0.1
    )


def test_closed_days_stop_the_clock() -> None:
    """Day n of a bridge that never closes is the n-th open day of one that does."""
    always, at_times = sail(ships(3, load_berths=1)), sail(ships(3, load_berths=1, open_share=0.6))
    free, kept = always.scenario.values(0, 4), at_times.scenario.values(0, 4)
    for row in range(4):
        is_open = kept[row, 5, :-1] < 3 * 24 - 1e-9  # held: not all ships all day
        assert 20 < is_open.sum() < 50
        for measure in (0, 1, 3, 4, 8, 9):
            assert_allclose(
                kept[row, measure, :-1][is_open], free[row, measure, : is_open.sum()], atol=1e-9
            )
            assert (kept[row, measure, :-1][~is_open] == 0).all()
        days = [(event.stop - at_times.start).days for event in at_times.trace(row)]
        assert_array_equal(np.bincount(days, minlength=60), kept[row, 0, :-1])


def test_ports_shut_by_the_calendar_also_where_days_are_closed() -> None:
    late = sail(ships(2, open_share=0.6), closures={"load berths": [(0, 20)]}, **CALM)
    values = late.scenario.values(0, 4)
    assert (values[:, 8, :20] == 0).all()
    assert (values[:, 8, 20:30].sum(axis=1) > 0).all()
    warm = sail(
        ships(2, open_share=0.6), closures={"load berths": [(0, 20)]}, warm_up_days=30, **CALM
    )
    assert (warm.scenario.values(0, 4)[:, 8, 5:20] == 0).all()
    assert {(event.stop - warm.start).days >= 0 for event in warm.trace()} == {True}


# -- the door --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"start": None}, "start: "),
        ({"start": 20250101}, "start: "),
        ({"windows": {"onload": (0, 30)}}, "at most 24 h"),
        ({"windows": {"onload": ("6", "18")}}, "in h of the day"),
        ({"windows": {"onload": (6, 12, 18)}}, "in h of the day"),
        ({"priority": {JET: 1.5}}, "priority of .* is a whole number"),
        ({"priority": {JET: -1}}, "priority of .* is a whole number"),
        ({"priority": 3}, "by platform"),
        ({"priority": {HEAVY: 1}}, "not in the fleet"),
        ({"seed": 2**64 + 1}, "from 0 to 2"),
        ({"seed": -1}, "from 0 to 2"),
        ({"ground_cv": "0.3"}, "ground_cv lies between"),
        ({"flight_cv": None}, "flight_cv lies between"),
        ({"days": True}, "days must be a whole number"),
        ({"stagger_h": "1"}, "stagger_h must be"),
        ({"opens_at_h": "6"}, "hour of the day"),
        ({"coverage": "0.9"}, "coverage is a share"),
        ({"open_share": {"onload": "0.5"}}, "between 0 and 1"),
        ({"closures": [(1, 2)]}, "lists of"),
        ({"closures": {"onload": [(1, 2, 3)]}}, "lists of"),
    ],
)
def test_wrong_kinds_are_named(more: dict[str, Any], message: str) -> None:
    with pytest.raises(EstimateError, match=message):
        fly(air({JET: 1}), **more)


def test_wrong_kinds_elsewhere() -> None:
    with pytest.raises(EstimateError, match="a whole number of at least 0"):
        fly(air({JET: 1})).trace(1.5)  # type: ignore[arg-type]
    escorted = ships(1, escort_every_days=5, ships_per_escort=1)
    with pytest.raises(EstimateError, match="an escort keeps its days"):
        sail(escorted, closures={"escort": [(1, 2)]})
