"""Mixed fleets in a closed cycle: every state written out, the closed form, the simulation, bounds and laws."""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from forceflow.errors import EstimateError
from forceflow.kernels.queueing import closed_cycle
from forceflow.lift.capacity.airlift import AirBridge, airlift_capacity
from forceflow.lift.capacity.sealift import SeaBridge, sealift_capacity
from forceflow.lift.queueing import fleet_cycle
from forceflow.lift.queueing.cycle_capacity import CycleCapacity, cycle_capacity
from forceflow.lift.queueing.mixed_fleet import mixed_cycle
from forceflow.lift.simulation.simulate import simulate_airlift
from standins import PlainAircraft, PlainVessel, way

pytestmark = pytest.mark.kernel

JIT = os.environ.get("NUMBA_DISABLE_JIT") != "1"
JET = PlainAircraft("jet", payload=40.0, speed=800.0, onload=2.25, offload=1.75)
VAGUE = PlainAircraft(
    "vague", payload=(30, 40, 48), speed=(700, 800), onload=(1, 2, 4), share=(0.3, 0.5, 0.8)
)
BIG = PlainAircraft("big", payload=(90, 100, 120), speed=(600, 750), onload=(3, 4, 5), offload=3.0)
SMALL = PlainAircraft("small", payload=5.0, speed=(350, 450), onload=(0.5, 1), offload=0.5)


def air(fleet: object, mog: tuple[object, object] = (3, 2), **more: object) -> AirBridge:
    given = {"route": way("A", 4000, "B"), "onload_mog": mog[0], "offload_mog": mog[1], **more}
    return AirBridge(fleet, **given)  # type: ignore[arg-type]


def sea(*ships: PlainVessel, **more: object) -> SeaBridge:
    return SeaBridge(list(ships), way("P", 960, "Q", mode="sea"), **{"delay_ratio": 1, **more})  # type: ignore[arg-type]


def points(fleet: Sequence[int]) -> Iterator[tuple[int, ...]]:
    return itertools.product(*(range(n + 1) for n in fleet))


def by_all_states(
    fleet: Sequence[int], hours: list[list[Fraction]], room: list[int | None], spots: list[int]
) -> tuple[list[Fraction], list[list[Fraction]]]:
    """Cycles per h and numbers present by type, from the weight of every state written out."""
    types = range(len(fleet))
    weights: list[dict[tuple[int, ...], Fraction]] = []
    for row, place in zip(hours, room, strict=True):
        balance = {(0,) * len(fleet): Fraction(1)}
        for n in points(fleet):
            less = {r: balance[tuple(m - (q == r) for q, m in enumerate(n))] for r in types if n[r]}
            if less:
                alone = [part / (spots[r] * n[r]) for r, part in less.items()]
                if place is not None:
                    alone = [
                        part / (spots[r] * min(n[r], place // spots[r])) for r, part in less.items()
                    ]
                    alone.append(sum(less.values()) / Fraction(place))
                balance[n] = max(alone)
        weights.append(
            {
                n: b * math.prod((row[r] * spots[r]) ** n[r] for r in types)
                for n, b in balance.items()
            }
        )

    def whole(fleet: Sequence[int], counted: tuple[int, int] | None = None) -> Fraction:
        """Sum of the weights of all states; times the number of a type at a station, if asked."""
        total = Fraction(0)
        for state in itertools.product(*(points(fleet) for _ in hours)):
            if [sum(at) for at in zip(*state, strict=True)] == list(fleet):
                factor = 1 if counted is None else state[counted[0]][counted[1]]
                total += factor * math.prod(
                    weight[n] for weight, n in zip(weights, state, strict=True)
                )
        return total

    rate = [
        whole([n - (q == r) for q, n in enumerate(fleet)]) / whole(fleet)
        if fleet[r]
        else Fraction(0)
        for r in types
    ]
    return rate, [[whole(fleet, (k, r)) / whole(fleet) for r in types] for k in range(len(hours))]


@settings(max_examples=25, deadline=None)
@given(
    fleet=st.tuples(st.integers(0, 3), st.integers(1, 3)),
    hours=st.lists(
        st.tuples(*[st.fractions(Fraction(1, 10), 9, max_denominator=20)] * 2),
        min_size=2,
        max_size=2,
    ),
    room=st.tuples(st.integers(2, 4), st.integers(2, 4) | st.none()),
    spots=st.tuples(st.integers(1, 2), st.integers(1, 2)),
)
def test_mixed_twin_in_exact_fractions(
    fleet: tuple[int, int],
    hours: list[tuple[Fraction, Fraction]],
    room: tuple[int, int | None],
    spots: tuple[int, int],
) -> None:
    rate, present = by_all_states(fleet, [list(row) for row in hours], list(room), list(spots))
    endless = np.array([math.inf if c is None else c for c in room])
    found, there = np.empty(2), np.empty((2, 2))
    closed_cycle(
        np.array(hours, dtype=float),
        np.array(spots, dtype=float),
        endless,
        np.floor(endless[:, None] / np.array(spots, dtype=float)),
        np.array(fleet, dtype=float),
        np.empty(((fleet[0] + 1) * (fleet[1] + 1), 2)),
        found,
        there,
    )
    assert_allclose(found, [float(x) for x in rate], rtol=1e-10, atol=1e-15)
    assert_allclose(there, [[float(q) for q in row] for row in present], rtol=1e-10, atol=1e-12)
    if spots == (1, 1):
        times = [[float(row[r]) for row in hours] for r in range(2)]
        public = mixed_cycle(fleet, service_h=times, servers=room)
        assert_allclose(public.throughput_per_h, found, rtol=1e-12)
        assert_allclose(public.present, there.T, rtol=1e-9, atol=1e-12)
        assert_allclose(
            public.residence_h * public.throughput_per_h[:, None], public.present, atol=1e-12
        )


def test_mixed_fleets_are_the_closed_form_when_nothing_queues() -> None:
    """Each type keeps its own times and load: averages by head count would carry a fifth more."""
    free = air(
        {BIG: 2, SMALL: 8, VAGUE: (3, 5)},
        mog=(50, 50),
        queueing_efficiency=1.0,
        serviceable_share=0.9,
    )
    closed, exact = airlift_capacity(free, draws=50, seed=3), cycle_capacity(free, draws=50, seed=3)
    assert exact.tonnes_per_day is not None
    assert_allclose(list(exact.tonnes_per_day), list(closed.tonnes_per_day), rtol=1e-9)
    assert_allclose(list(exact.throughput_per_day), list(closed.sorties_per_day), rtol=1e-9)
    for name, trips in closed.trips_per_day_by_type.items():
        assert_allclose(list(exact.throughput_per_day_by_type[name]), list(trips), rtol=1e-9)
    ships = [
        PlainVessel("ship", cargo=(1_000, 2_000)),
        *[PlainVessel("barge", cargo=300.0, speed=9.0, load=90.0)] * 3,
    ]
    for berths in (None, 4):
        sailing = sea(*ships, load_berths=berths, open_share=0.7)
        slow, same = sealift_capacity(sailing, draws=50), cycle_capacity(sailing, draws=50)
        assert same.tonnes_per_day is not None
        assert_allclose(list(same.tonnes_per_day), list(slow.tonnes_per_day), rtol=1e-9)


def test_a_queue_that_hardly_forms_hardly_matters() -> None:
    few = air({BIG: 2, SMALL: 8}, mog=(9, 9), queueing_efficiency=1.0)
    closed, exact = airlift_capacity(few, draws=20), cycle_capacity(few, draws=20)
    assert exact.tonnes_per_day is not None
    assert 0.999 < exact.tonnes_per_day.middle / closed.tonnes_per_day.middle <= 1.0


@settings(max_examples=25 if JIT else 4, deadline=None)
@given(
    n=st.tuples(st.integers(0, 6), st.integers(1, 7)),
    mog=st.tuples(st.floats(4, 7), st.integers(4, 7)),
    spots=st.sampled_from([(1, 1), (2, 1), (1.5, 1), (2, 2), (1.5, 1.5), (4, 2)]),
    ute=st.none() | st.floats(0.01, 12),
    hours=st.floats(4, 24),
)
def test_mixed_fleets_keep_to_every_bound(
    n: tuple[int, int],
    mog: tuple[float, int],
    spots: tuple[float, float],
    ute: float | None,
    hours: float,
) -> None:
    def found(n: tuple[float, float]) -> CycleCapacity:
        given = air(
            {BIG: n[0], SMALL: n[1]},
            mog=mog,
            route=way("A", 500, "B"),
            queueing_efficiency=1.0,
            operating_h_per_day=hours,
            utilisation_h_per_day=ute,
            spots_per_aircraft={BIG: spots[0], SMALL: spots[1]},
        )
        exact, closed = cycle_capacity(given, draws=2), airlift_capacity(given, draws=2)
        assert exact.tonnes_per_day is not None
        assert exact.tonnes_per_day.low <= closed.tonnes_per_day.low * (1 + 1e-9)
        assert exact.tonnes_per_day.high <= closed.tonnes_per_day.high * (1 + 1e-9)
        assert all(
            exact.throughput_per_h.high <= bound.high * (1 + 1e-9)
            for bound in exact.bounds_per_h.values()
        )
        assert all(share.high <= 1 + 1e-9 for share in exact.utilisation_share.values())
        return exact

    base = found(n).throughput_per_day_by_type
    for more, name in (((n[0] + 1, n[1]), BIG.name), ((n[0], n[1] + 1), SMALL.name)):
        assert found(more).throughput_per_day_by_type[name].middle >= base[name].middle * (1 - 1e-6)


def test_everybody_in_a_mixed_fleet_is_somewhere() -> None:
    """Little's law: those present add up to the fleet, and so do those who wait and those in the parts of a cycle."""
    crowd = air({BIG: 4, SMALL: 6}, mog=(1, 2))
    found = cycle_capacity(crowd, draws=1)
    assert_allclose(sum(number.middle for number in found.present.values()), 10, rtol=1e-6)
    alone = {
        kind.name: airlift_capacity(air({kind: 1}), draws=1).cycle_h.middle for kind in (BIG, SMALL)
    }
    busy = sum(
        alone[name] * trips.middle / 24 for name, trips in found.throughput_per_day_by_type.items()
    )
    waits = sum(number.middle for number in found.queue.values())
    assert_allclose(busy + waits, 10, rtol=1e-6)
    assert_allclose(
        sum(h.middle for h in found.wait_h.values()) * found.throughput_per_h.middle,
        waits,
        rtol=1e-9,
    )
    assert found.wait_h["flight out"].middle == 0.0


def test_small_aircraft_in_the_way_cost_tonnes() -> None:
    """First come, first served: more trips, fewer tonnes. The closed form leaves them at home."""
    bridges = [air({BIG: 4, SMALL: n}, mog=(1, 1), route=way("A", 1000, "B")) for n in (0, 4, 16)]
    fleets = [cycle_capacity(bridge, draws=20) for bridge in bridges]
    tonnes = [found.tonnes_per_day.middle for found in fleets if found.tonnes_per_day is not None]
    trips = [found.throughput_per_day.middle for found in fleets]
    assert tonnes[0] > tonnes[1] > tonnes[2]
    assert trips[0] < trips[1] < trips[2]
    closed = [airlift_capacity(bridge, draws=20).tonnes_per_day.middle for bridge in bridges]
    assert closed[0] <= closed[1] <= closed[2]


@pytest.mark.skipif(not JIT, reason="too slow without the compiler")
@pytest.mark.parametrize(("n", "mog"), [((2, 4), 1), ((4, 8), 2)])
def test_mixed_fleets_are_near_the_simulation_with_exponential_times(
    n: tuple[int, int], mog: int
) -> None:
    large = PlainAircraft("large", payload=100.0, speed=700.0, onload=4.0, offload=3.0)
    small = PlainAircraft("small", payload=20.0, speed=500.0, onload=1.0, offload=1.0)
    given = air({large: n[0], small: n[1]}, mog=(mog, mog), route=way("A", 2000, "B"))
    exact = cycle_capacity(given, draws=1)
    found = simulate_airlift(
        given, days=60, warm_up_days=10, replications=200, seed=7, ground_cv=1.0, flight_cv=1.0
    )
    assert exact.tonnes_per_day is not None
    assert exact.efficiency_share.middle < 0.9
    assert_allclose(exact.tonnes_per_day.middle, found.tonnes.total_mean / 60, rtol=0.05)
    assert_allclose(exact.throughput_per_day.middle, found.trips.total_mean / 60, rtol=0.1)


def test_flying_hours_and_crews_cut_as_in_the_closed_form() -> None:
    plain = cycle_capacity(air({JET: 12}), draws=2).throughput_per_day.middle
    for limit, name in (
        ({"utilisation_h_per_day": 2}, "utilisation"),
        ({"crews_per_aircraft": 0.2, "crew_duty_h": 12, "crew_rest_h": 24}, "crews"),
    ):
        given = air({JET: 12}, queueing_efficiency=1.0, **limit)
        found, closed = cycle_capacity(given, draws=2), airlift_capacity(given, draws=2)
        assert found.tonnes_per_day is not None
        assert found.bottleneck == closed.bottleneck == name
        assert_allclose(found.tonnes_per_day.middle, closed.tonnes_per_day.middle, rtol=1e-12)
        assert_allclose(
            found.throughput_per_day.middle, found.bounds_per_h[name].middle * 24, rtol=1e-12
        )
        assert found.throughput_per_day.middle < plain
    loose = air({JET: 12}, utilisation_h_per_day=23)
    assert_allclose(cycle_capacity(loose, draws=2).throughput_per_day.middle, plain, rtol=1e-12)
    one = air({BIG: 2, SMALL: 6}, mog=(1, 1), utilisation_h_per_day={BIG: 1, SMALL: 24})
    both = air({BIG: 2, SMALL: 6}, mog=(1, 1))
    cut, free = (cycle_capacity(each, draws=2).throughput_per_day_by_type for each in (one, both))
    assert cut[BIG.name].middle < free[BIG.name].middle
    assert cut[SMALL.name] == free[SMALL.name]


def test_spots_are_counted_in_whole_aircraft() -> None:
    def wide(mog: float, *kinds: PlainAircraft) -> CycleCapacity:
        given = air(dict.fromkeys(kinds, 6 // len(kinds)), mog=(mog, mog), spots_per_aircraft=2)
        return cycle_capacity(given, draws=2)

    twin = PlainAircraft("twin", payload=40.0, speed=800.0, onload=2.25, offload=1.75)
    for mog, at_once in ((2, 1), (3, 1), (3.5, 1.5), (4, 2), (5, 2)):
        rate = cycle_capacity(
            fleet=6, service_h=(2.25, 5, 1.75, 5), servers=(at_once, None, at_once, None), draws=2
        ).throughput_per_h.middle
        assert_allclose(wide(mog, JET).throughput_per_h.middle, rate, rtol=1e-12)
        assert_allclose(wide(mog, JET, twin).throughput_per_h.middle, rate, rtol=1e-8)
    assert wide(3, JET).utilisation_share["onload"].middle <= 2 / 3


def test_too_many_types_are_refused_with_what_would_work() -> None:
    kinds = {PlainAircraft(f"kind {i}", onload=(1, 2)): 7 for i in range(5)}
    with pytest.raises(
        EstimateError, match=r"5 types .* 32,768 .*give draws=45, fewer types .*simulate_air"
    ):
        cycle_capacity(air(kinds))
    free = cycle_capacity(air(kinds, mog=(35, 35)), draws=20)
    assert free.efficiency_share.low == pytest.approx(1.0)
    with pytest.raises(EstimateError, match="give fewer types or fewer of each"):
        mixed_cycle([3_000] * 3, service_h=((1, 2),) * 3, servers=(1, None))


@pytest.mark.parametrize(
    ("fleet", "more", "words"),
    [
        ((1, 1), {"visits": ((-1, 1), (1, 1))}, "visits of at least 0"),
        ((1.7, 1), {}, "whole numbers"),
        ((-1, 1), {}, "whole numbers"),
        (3, {}, "a row for each of 1 types"),
        ((1, 1), {"servers": 3}, "servers is a list"),
        ((1, 1), {"servers": (0, None)}, "servers above 0"),
        ((1, 1), {"service_h": ((1, math.nan), (1, 2))}, "service_h takes plain numbers"),
        ((1, 1), {"service_h": ((1,), (1, 2))}, "rows of equal length"),
    ],
)
def test_wrong_mixed_cycles(fleet: Any, more: dict[str, Any], words: str) -> None:
    with pytest.raises(EstimateError, match=words):
        mixed_cycle(fleet, **{"service_h": ((1, 2), (1, 2)), "servers": (1, None), **more})


def test_threads_change_no_number_and_long_work_shows_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bridge = air({BIG: 2, SMALL: 3}, (2, 1))
    alone = cycle_capacity(bridge, draws=20)
    shown: list[tuple[int, str]] = []

    def noted(steps: Iterator[Any], *, total: int, label: str) -> Iterator[Any]:
        shown.append((total, label))
        return steps

    monkeypatch.setattr(fleet_cycle, "_WORTH_A_THREAD", 0)
    monkeypatch.setattr(fleet_cycle, "get_num_threads", lambda: 3)
    monkeypatch.setattr(fleet_cycle, "progress", noted)
    assert cycle_capacity(bridge, draws=20) == alone
    assert shown == [(20, "solving queues")]


def test_a_fault_in_one_thread_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*given: object) -> None:
        raise EstimateError("no answer")

    monkeypatch.setattr(fleet_cycle, "_WORTH_A_THREAD", 0)
    monkeypatch.setattr(fleet_cycle, "get_num_threads", lambda: 2)
    monkeypatch.setattr(fleet_cycle, "_solve_one_wait", breaks)
    with pytest.raises(EstimateError, match="no answer"):
        cycle_capacity(air({BIG: 2, SMALL: 3}, (2, 1)), draws=20)
