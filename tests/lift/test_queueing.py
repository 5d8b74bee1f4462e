"""Queues: printed and computed reference cases, exact fractions, bounds and laws."""

from __future__ import annotations

import math
import os
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from cases import CASES
from forceflow.errors import EstimateError
from forceflow.kernels.queueing import erlang_b, erlang_c
from forceflow.lift.capacity.airlift import AirBridge, airlift_capacity
from forceflow.lift.capacity.sealift import SeaBridge, sealift_capacity
from forceflow.lift.queueing.apron import apron_wait
from forceflow.lift.queueing.cycle_capacity import CycleCapacity, cycle_capacity
from forceflow.lift.queueing.mixed_fleet import mixed_cycle
from standins import PlainAircraft, PlainVessel, way

pytestmark = pytest.mark.kernel

JET = PlainAircraft("jet", payload=40.0, speed=800.0, onload=2.25, offload=1.75)
VAGUE = PlainAircraft(
    "vague", payload=(30, 40, 48), speed=(700, 800), onload=(1, 2, 4), share=(0.3, 0.5, 0.8)
)


def cycle(n: float, **more: object) -> CycleCapacity:
    given = {"service_h": (2.25, 5, 1.75, 5), "servers": (3, None, 2, None), "draws": 1, **more}
    return cycle_capacity(fleet=n, **given)  # type: ignore[arg-type]


# -- slow twins ------------------------------------------------------------------------------------------------


def mean_value_analysis(
    n: int, service: list[Fraction], servers: list[int | None]
) -> tuple[Fraction, list[Fraction]]:
    """The textbook recursion with marginals, in exact fractions: throughput and mean numbers present."""
    stations = len(service)
    present = [Fraction(0)] * stations
    marginal = [[Fraction(1)] + [Fraction(0)] * n for _ in range(stations)]
    rate = Fraction(0)
    for number in range(1, n + 1):
        stay = []
        for k, (time, room) in enumerate(zip(service, servers, strict=True)):
            if room is None:
                stay.append(time)
            else:
                busy = sum(
                    ((room - 1 - j) * marginal[k][j] for j in range(min(room - 1, n + 1))),
                    Fraction(0),
                )
                stay.append(time / room * (1 + present[k] + busy))
        rate = number / sum(stay, Fraction(0))
        present = [rate * each for each in stay]
        for k, (time, room) in enumerate(zip(service, servers, strict=True)):
            if room is None:
                continue
            after = [Fraction(0)] * (n + 1)
            for j in range(1, number + 1):
                after[j] = rate * time / min(j, room) * marginal[k][j - 1]
            after[0] = 1 - sum(after[1:], Fraction(0))
            marginal[k] = after
    return rate, present


def buzen(n: int, demand: list[Fraction], servers: list[int | None]) -> Fraction:
    """Throughput as G(N-1) / G(N), by convolution of exact fractions."""
    whole = [Fraction(1)] + [Fraction(0)] * n
    for d, room in zip(demand, servers, strict=True):
        weight = [Fraction(1)]
        for j in range(1, n + 1):
            weight.append(weight[-1] * d / (j if room is None else min(j, room)))
        whole = [
            sum((weight[j] * whole[m - j] for j in range(m + 1)), Fraction(0)) for m in range(n + 1)
        ]
    return whole[n - 1] / whole[n]


@settings(max_examples=30, deadline=None)
@given(
    n=st.integers(1, 9),
    stations=st.lists(
        st.tuples(
            st.fractions(Fraction(1, 10), 9, max_denominator=20), st.none() | st.integers(1, 4)
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_twins_in_exact_fractions(n: int, stations: list[tuple[Fraction, int | None]]) -> None:
    service, servers = [s for s, _ in stations], [c for _, c in stations]
    rate, present = mean_value_analysis(n, service, servers)
    assert rate == buzen(n, service, servers)
    found = cycle(n, service_h=[float(s) for s in service], servers=servers)
    assert_allclose(found.throughput_per_h.middle, float(rate), rtol=1e-12)
    assert_allclose(
        [q.middle for q in found.present.values()], [float(q) for q in present], rtol=1e-10
    )
    assert_allclose(sum(q.middle for q in found.present.values()), n, rtol=1e-10)
    waits = sum(wait.middle for wait in found.wait_h.values())
    assert_allclose(waits, found.cycle_h.middle - float(sum(service)), atol=1e-9)
    for name, queue in found.queue.items():
        assert_allclose(queue.middle, found.wait_h[name].middle * float(rate), atol=1e-12)


def test_no_fleet_is_too_large() -> None:
    """The recursion in floating point breaks down here; logarithms do not, and Little's law holds.

    Nor are there too many draws of one type: what is refused is a mixed fleet.
    """
    size = 2_000 if os.environ.get("NUMBA_DISABLE_JIT") != "1" else 200
    found = cycle(size)
    assert_allclose(found.throughput_per_h.middle, 2 / 1.75, rtol=1e-9)
    assert_allclose(sum(q.middle for q in found.present.values()), size, rtol=1e-9)
    rate = cycle(size // 4, service_h=(0.001, 500), servers=(40, None)).throughput_by_fleet_per_h
    assert rate.shape == (size // 4,)
    assert (np.diff(rate) > 0).all()
    many = cycle(size, service_h=((1, 3), 5, 1.75, 5), draws=size // 2)
    assert_allclose(many.efficiency_share.middle, 1.0, rtol=1e-6)


# -- printed and computed cases --------------------------------------------------------------------------------


def test_jain_example_34_2() -> None:
    case = CASES["mva_jain_ex34_2"]
    put, out = case["inputs"], case["outputs"]
    found = cycle(
        put["N"],
        service_h=(*put["S"], put["think"]),
        visits=(*put["V"], 1),
        servers=(*put["servers"], None),
    )
    assert_allclose(found.throughput_per_h.middle, out["X_sys"], atol=case["atol"])
    present = [q.middle for q in found.present.values()][:3]
    assert_allclose(present, out["Q"], atol=case["atol"])
    per_visit = np.array(present) / (found.throughput_per_h.middle * np.array(put["V"]))
    assert_allclose(per_visit, out["R"], atol=case["atol"])


def test_airlift_cycle_of_twelve() -> None:
    case = CASES["mva_airlift_cycle_12"]
    put = case["inputs"]
    servers = [None if c == -1 else c for c in put["servers"]]
    found = cycle(put["N"], service_h=put["S"], servers=servers)
    assert_allclose(found.throughput_per_h.middle, case["outputs"]["X_sys"], atol=case["atol"])
    assert_allclose(found.present["station 1"].middle, 2.0477452, atol=1e-7)
    assert_allclose(found.present["station 3"].middle, 2.06943238, atol=1e-8)
    bounds = {name: bound.middle for name, bound in found.bounds_per_h.items()}
    assert bounds == {"fleet": 12 / 14, "station 1": 3 / 2.25, "station 3": 2 / 1.75}
    assert found.bottleneck == "fleet"
    assert_allclose(found.efficiency_share.middle, found.throughput_per_h.middle / (12 / 14))
    assert "<th style='text-align:left'>station 1</th><td>waits " in found._repr_html_()
    assert str(found).startswith(
        "cycle of 12: 18.9 cycles/day; 1.22 h of waiting in a cycle of 15.2 h; fleet binds"
    )


def test_two_classes() -> None:
    case = CASES["mva_two_class_1_1"]
    put, out = case["inputs"], case["outputs"]
    found = mixed_cycle(put["N"], service_h=put["S"], visits=put["V"], servers=(1, 1))
    assert_allclose(found.present, out["Q"], rtol=case["rtol"])
    assert_allclose(found.residence_h, out["RV"], rtol=case["rtol"])
    assert_allclose(found.throughput_per_h, out["X"], rtol=case["rtol"])


def test_two_classes_alike_are_one() -> None:
    split = mixed_cycle((4, 3), service_h=((1, 2, 5), (1, 2, 5)), servers=(1, 1, None))
    whole = cycle(7, service_h=(1, 2, 5), servers=(1, 1, None))
    assert_allclose(split.throughput_per_h.sum(), whole.throughput_per_h.middle, rtol=1e-12)
    assert_allclose(
        split.present.sum(axis=0), [q.middle for q in whole.present.values()], rtol=1e-10
    )


def test_erlang_c() -> None:
    case = CASES["erlangC_3_2"]
    assert_allclose(
        erlang_c(case["inputs"]["c"], case["inputs"]["a"]), case["outputs"]["C"], rtol=case["rtol"]
    )
    assert_allclose(erlang_b(1, 0.5), 0.5 / 1.5, rtol=1e-15)
    assert erlang_b(3, 0.0) == 0.0


@pytest.mark.parametrize("name", ["erlc_Lq_10_8", "erlc_nwaiting4_20_1800_60_540"])
def test_queue_length(name: str) -> None:
    case = CASES[name]
    found = apron_wait(case["inputs"]["a"], ground_h=1.0, mog=case["inputs"]["c"])
    assert_allclose(found.queue, case["outputs"]["Lq"], atol=case["atol"])


def test_wait_in_seconds() -> None:
    case = CASES["erlc_wait_20_1800_100_240"]
    put = case["inputs"]
    found = apron_wait(put["calls"] / put["period"], ground_h=put["aht"], mog=put["c"])
    assert_allclose(found.wait_h, case["outputs"]["Wq"], rtol=case["rtol"])


def test_mmc() -> None:
    case = CASES["mmc_eth_9_5_2"]
    put, out = case["inputs"], case["outputs"]
    found = apron_wait(put["lam"], ground_h=1 / put["mu"], mog=put["m"])
    assert_allclose(found.queue, out["Lq"], atol=case["atol"])
    assert_allclose(found.wait_h + 1 / put["mu"], out["R"], atol=case["atol"])


@pytest.mark.parametrize("name", ["mdc_1_0.8", "mdc_2_0.8", "mdc_4_0.9"])
def test_fixed_ground_times(name: str) -> None:
    case = CASES[name]
    put, out = case["inputs"], case["outputs"]
    rate = put["rho"] * put["c"] / put["D"]
    plain = apron_wait(rate, ground_h=put["D"], mog=put["c"], ground_cv=0.0)
    better = apron_wait(rate, ground_h=put["D"], mog=put["c"], ground_cv=0.0, method="cosmetatos")
    assert_allclose(plain.wait_h, out["allen_cunneen"], rtol=case["rtol"])
    assert_allclose(better.wait_h, out["cosmetatos"], rtol=case["rtol"])
    assert_allclose(better.wait_h, out["exact"], rtol=0.003)
    assert_allclose((plain.wait_h / out["exact"] - 1) * 100, out["ac_error_pct"], atol=1e-6)


def test_gamma_ground_times() -> None:
    case = CASES["mgc_gamma_3_0.85_0.25"]
    put, out = case["inputs"], case["outputs"]
    found = apron_wait(
        put["rho"] * put["c"], ground_h=1.0, mog=put["c"], ground_cv=math.sqrt(put["cs2"])
    )
    assert_allclose(found.wait_h, out["allen_cunneen"], rtol=case["rtol"])
    assert abs(found.wait_h - out["simulated"]) < 4 * out["sim_se"]


def test_planners_formula_stands_beside() -> None:
    """0.85 stands in for queueing; the exact model loses most where fleet and spots are in balance, here at 25."""
    case = CASES["mog_throughput_formula"]
    put = case["inputs"]
    by_hand = put["MOG"] * put["payload_st"] * put["hours"] / put["ground_h"] * put["queue_eff"]
    assert_allclose(by_hand, case["outputs"]["st_per_day"], rtol=case["rtol"])
    efficiency = [
        cycle(
            n, service_h=(put["ground_h"], 12), servers=(put["MOG"], None)
        ).efficiency_share.middle
        for n in (5, 25, 100)
    ]
    assert 0.85 < efficiency[1] < min(efficiency[0], efficiency[2])


# -- bridges and laws ------------------------------------------------------------------------------------------


def air(fleet: object, mog: tuple[object, object] = (3, 2), **more: object) -> AirBridge:
    given = {"route": way("A", 4000, "B"), "onload_mog": mog[0], "offload_mog": mog[1], **more}
    return AirBridge(fleet, **given)  # type: ignore[arg-type]


def test_a_bridge_is_its_cycle() -> None:
    found = cycle_capacity(air({JET: 12}), draws=3)
    assert found.stations == ("onload", "flight out", "offload", "flight back")
    assert_allclose(
        found.throughput_per_h.middle, CASES["mva_airlift_cycle_12"]["outputs"]["X_sys"], atol=1e-9
    )
    assert found.tonnes_per_day is not None
    assert_allclose(found.tonnes_per_day.middle, found.throughput_per_h.middle * 24 * 40)
    assert_allclose(
        found.throughput_by_fleet_per_h[[0, -1]], [1 / 14, found.throughput_per_h.middle]
    )
    part = cycle_capacity(air({JET: 11.5}), draws=3)
    neighbours = found.throughput_by_fleet_per_h[10:12]
    assert_allclose(part.throughput_per_h.middle, neighbours.mean(), rtol=1e-12)
    day = cycle_capacity(air({JET: 12}, operating_h_per_day=12), draws=3)
    assert_allclose(day.throughput_per_day.middle, found.throughput_per_day.middle / 2)
    stops = air({JET: 12}, route=way("A", 1500, "C", 2500, "B"), enroute_mog=1)
    assert cycle_capacity(stops, draws=3).bottleneck == "stop at C"
    assert_allclose(cycle_capacity(stops, draws=3).bounds_per_h["stop at C"].middle, 1 / 3.0)
    wide = cycle_capacity(air({JET: 12}, spots_per_aircraft=2), draws=3)
    assert_allclose(wide.bounds_per_h["offload"].middle, 1 / 1.75)


def test_nothing_queues_is_the_closed_form() -> None:
    free = air({VAGUE: 5}, mog=(50, 50), queueing_efficiency=1.0)
    closed, exact = airlift_capacity(free, draws=50, seed=3), cycle_capacity(free, draws=50, seed=3)
    assert exact.tonnes_per_day is not None
    assert_allclose(list(exact.tonnes_per_day), list(closed.tonnes_per_day), rtol=1e-9)


def sea(*ships: PlainVessel, **more: object) -> SeaBridge:
    return SeaBridge(list(ships), way("P", 960, "Q", mode="sea"), **{"delay_ratio": 1, **more})  # type: ignore[arg-type]


def test_ships_go_round_too() -> None:
    ship = PlainVessel("ship", cargo=(1_000, 2_000), speed=20.0, load=24.0, discharge=12.0)
    free = sea(ship, ship, ship, open_share=0.5, other_delay_h=12)
    closed, exact = sealift_capacity(free, draws=50, seed=3), cycle_capacity(free, draws=50, seed=3)
    assert exact.stations == (
        "load berths",
        "sail out",
        "discharge berths",
        "sail back",
        "other delay",
    )
    assert exact.tonnes_per_day is not None
    assert_allclose(list(exact.tonnes_per_day), list(closed.tonnes_per_day), rtol=1e-12)
    crowd = sea(*[ship] * 9, load_berths=1, discharge_berths=2)
    tight, by_hand = (
        cycle_capacity(crowd, draws=2),
        cycle(9, service_h=(24, 48, 12, 48), servers=(1, None, 2, None)),
    )
    assert_allclose(tight.throughput_per_h.middle, by_hand.throughput_per_h.middle, rtol=1e-12)
    assert tight.bottleneck == sealift_capacity(crowd, draws=2).bottleneck == "load berths"
    with pytest.raises(EstimateError, match="no escorts"):
        cycle_capacity(sea(ship, escort_every_days=7, ships_per_escort=1))


@settings(max_examples=20, deadline=None)
@given(
    n=st.integers(1, 12),
    mog=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    hours=st.floats(4, 23),
)
def test_more_never_carries_less_and_bounds_hold(
    n: int, mog: tuple[int, int], hours: float
) -> None:
    def carried(
        n: float = n, mog: tuple[float, float] = mog, hours: float = hours
    ) -> tuple[float, float, float]:
        given = air({JET: n}, mog=mog, operating_h_per_day=hours, queueing_efficiency=1.0)
        exact, closed = cycle_capacity(given, draws=1), airlift_capacity(given, draws=1)
        assert exact.tonnes_per_day is not None
        rate = exact.throughput_per_h.middle
        assert all(rate <= bound.middle * (1 + 1e-12) for bound in exact.bounds_per_h.values())
        return exact.tonnes_per_day.middle, closed.tonnes_per_day.middle, rate

    base = carried()
    assert base[0] <= base[1] * (1 + 1e-9)
    spots = carried(mog=(mog[0] + 1, mog[1])), carried(mog=(mog[0], mog[1] + 1))
    for more in (carried(n=n + 1), carried(n=n + 0.5), *spots, carried(hours=hours + 1)):
        assert more[0] >= base[0] * (1 - 1e-12)
        assert more[1] >= base[1] * (1 - 1e-12)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"servers": {1, 2, 3, 4}}, "servers is a list"),
        ({"servers": {"a": 1, "b": 1, "c": 1, "d": 1}}, "servers is a list"),
        ({"servers": 4}, "servers is a list"),
        ({"servers": ("x", 1, 1, 1)}, "servers takes plain numbers"),
        ({"visits": (-1, 1, 1, 1)}, "visits needs 4 numbers above 0"),
        ({"visits": (math.inf, 1, 1, 1)}, "visits takes plain numbers"),
    ],
)
def test_wrong_cycles(more: dict[str, Any], words: str) -> None:
    with pytest.raises(EstimateError, match=words):
        cycle(3, **more)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"arrivals_per_h": math.inf}, "finite arrivals_per_h"),
        ({"arrivals_per_h": math.nan}, "finite arrivals_per_h"),
        ({"mog": math.inf}, "whole mog"),
        ({"mog": 1.5}, "whole mog"),
        ({"mog": True}, "takes single numbers"),
        ({"ground_h": math.inf}, "ground_h above 0"),
        ({"ground_cv": math.inf}, "coefficient of variation is finite"),
    ],
)
def test_wrong_aprons(given: dict[str, Any], words: str) -> None:
    with pytest.raises(EstimateError, match=words):
        apron_wait(given.pop("arrivals_per_h", 1.0), **{"ground_h": 1.0, "mog": 2, **given})


def test_errors_say_what_would_work() -> None:
    with pytest.raises(EstimateError, match="mog=3 would do"):
        apron_wait(1.0, ground_h=2.0, mog=2)
    with pytest.raises(EstimateError, match="whole mog"):
        apron_wait(1.0, ground_h=2.0, mog=0)
    with pytest.raises(EstimateError, match="takes single numbers, got '1'"):
        apron_wait("1", ground_h=1.0, mog=2)  # type: ignore[arg-type]
    with pytest.raises(EstimateError, match=r"cycle_capacity needs forceflow\.AirBridge"):
        cycle_capacity(3)  # type: ignore[arg-type]
    with pytest.raises(EstimateError, match="coefficient of variation"):
        apron_wait(1.0, ground_h=1.0, mog=2, ground_cv=-1)
    with pytest.raises(EstimateError, match="arrival_cv=1"):
        apron_wait(1.0, ground_h=1.0, mog=2, arrival_cv=0.5, method="cosmetatos")
    with pytest.raises(EstimateError, match="or give an AirBridge"):
        cycle_capacity(fleet=3)
    with pytest.raises(EstimateError, match="not both"):
        cycle_capacity(air({JET: 2}), fleet=3)
    with pytest.raises(EstimateError, match="station 1 does not"):
        cycle(3, servers=(0, None, 2, None))
    with pytest.raises(EstimateError, match="visits needs 4"):
        cycle(3, visits=(1, 2))
    with pytest.raises(EstimateError, match="some time"):
        cycle(3, service_h=(0, 0, 0, 0))
    with pytest.raises(EstimateError, match="a row for each"):
        mixed_cycle((1, 1), service_h=((1, 1),), servers=(1, None))
    with pytest.raises(EstimateError, match="some time"):
        mixed_cycle((1,), service_h=((0, 0),), servers=(1, None))
    assert apron_wait(0.0, ground_h=1.0, mog=2, ground_cv=0.0, method="cosmetatos").wait_h == 0.0
    with pytest.raises(EstimateError, match="fleet must be above 0, got 0"):
        cycle(0)
