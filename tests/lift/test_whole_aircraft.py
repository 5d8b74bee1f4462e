"""Fleets that close, aircraft that take several spots, and bridges on which nothing moves."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import linprog

import forceflow as ff
from forceflow.errors import EstimateError
from forceflow.lift.bridges.amounts import Amount
from forceflow.lift.capacity.shared_spots import apron, best_trips, fleet_factor, rows_of
from forceflow.quantity import Quantity
from standins import PlainAircraft, PlainVessel, way

BIG = PlainAircraft("big", payload=100.0, speed=800.0, onload=4.0, offload=3.0)
MID = PlainAircraft("mid", payload=45.0, speed=700.0, onload=2.0, offload=2.0)
SMALL = PlainAircraft("small", payload=5.0, speed=400.0, onload=1.0, offload=1.5)
VAGUE = PlainAircraft(
    "vague", payload=(30, 40, 48), speed=(700, 800), onload=(1, 2, 4), share=(0.3, 0.5, 0.8)
)
TYPES = (BIG, MID, SMALL)
ROUTE = way("A", 1600, "B")


def number(amount: Amount) -> float:
    return Quantity.of(amount).best


def bridge(fleet: dict[PlainAircraft, Any], mog: Any = 1000.0, **more: Any) -> ff.AirBridge:
    return ff.AirBridge(fleet, **{"route": ROUTE, "onload_mog": mog, "offload_mog": mog, **more})


# -- the fleet that is named closes ------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    counts=st.tuples(*[st.integers(0, 12)] * 3).filter(any),
    mog=st.integers(1, 4),
    share=st.floats(0.05, 1.3),
    fit=st.sampled_from([1.0, 0.7]),
    days=st.sampled_from([0.5, 10.0]),
)
def test_the_fleet_that_is_named_closes_and_a_smaller_one_does_not(
    counts: tuple[int, ...], mog: int, share: float, fit: float, days: float
) -> None:
    fleet = {kind: n for kind, n in zip(TYPES, counts, strict=True) if n}
    found = ff.airlift_capacity(bridge(fleet, mog, serviceable_share=fit), draws=1)
    need = share * found.tonnes_per_day.middle * days
    needed = found.aircraft_needed(need, days=days).middle

    def closure(aircraft: float) -> float:
        scaled: dict[PlainAircraft, Any] = {
            kind: n * aircraft / sum(counts) for kind, n in fleet.items()
        }
        made = ff.airlift_capacity(bridge(scaled, mog, serviceable_share=fit), draws=1)
        return made.closure_days(need).middle

    if np.isfinite(needed):
        assert closure(needed) == pytest.approx(days, rel=1e-9)
        assert closure(needed * 0.999) > days
    else:
        assert share > 1
        assert closure(1e5) > days


def test_the_middle_of_the_aircraft_needed_closes_in_the_middle() -> None:
    """Half of the draws close with the middle of the fleets, 95 % with the upper end."""
    fleet: dict[PlainAircraft, Any] = {VAGUE: 4, BIG: 2, SMALL: 6}

    def made(factor: float) -> ff.lift.AirCapacity:
        scaled = {kind: n * factor for kind, n in fleet.items()}
        return ff.airlift_capacity(bridge(scaled, (2, 4), serviceable_share=(0.6, 0.9)), draws=401)

    found = made(1)
    need = 0.8 * found.tonnes_per_day.middle * 10
    needed = found.aircraft_needed(need, days=10)
    assert needed.low < needed.middle < needed.high
    for ends, share in ((needed.low, 0.05), (needed.middle, 0.5), (needed.high, 0.95)):
        rate = made(ends / 12).by_draw["tonnes_per_day"]
        assert (rate >= need / 10 * (1 - 1e-9)).mean() == pytest.approx(share, abs=0.004)
    assert made(needed.middle / 12).closure_days(need).middle <= 10 * (1 + 1e-9)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), types=st.integers(1, 4), stations=st.integers(0, 3))
def test_the_factor_is_what_a_linear_programme_finds(seed: int, types: int, stations: int) -> None:
    """Least s with trips <= s most, the stations as they are, and the value reached."""
    rng = np.random.default_rng(seed)
    value = rng.uniform(1, 100, (types, 3))
    most = rng.uniform(0.1, 30, (types, 3)) * (rng.random((types, 3)) > 0.1)
    load = rng.uniform(0.5, 5, (stations, types, 3)) * (rng.random((stations, types, 3)) > 0.1)
    room = rng.uniform(1, 100, (stations, 3))
    target = (value * best_trips(value, most, load, room)).sum(axis=0) * rng.uniform(0, 1.6, 3)
    found = fleet_factor(value, most, load, room, target)
    for k in range(3):
        rows = [[*np.eye(types)[i], -most[i, k]] for i in range(types)] + [
            [*row, 0.0] for row in load[:, :, k]
        ]
        peer = linprog(
            [0.0] * types + [1.0],
            A_ub=np.array(rows),
            b_ub=np.array([0.0] * types + [*room[:, k]]),
            A_eq=np.array([[*value[:, k], 0.0]]),
            b_eq=[target[k]],
        )
        if peer.status == 2 or (target[k] > 0 and not most[:, k].any()):
            assert found[k] == np.inf
        else:
            assert peer.fun is not None
            assert_allclose(found[k], peer.fun, rtol=1e-7, atol=1e-9)


# -- aircraft stand there whole ----------------------------------------------------------------------------------------


def packed(fleet: dict[PlainAircraft, int], mog: int, spots: dict[str, int]) -> float:
    """Tonnes a day by a programme over every set of whole aircraft that fits on the spots, at either end."""
    kinds = list(fleet)
    sets = [
        n
        for n in itertools.product(*[range(mog // spots[k.id] + 1) for k in kinds])
        if sum(c * spots[k.id] for c, k in zip(n, kinds, strict=True)) <= mog
    ]
    size = len(kinds) + 2 * len(
        sets
    )  # trips, then the share of the day each set stands at either end
    rows, limits = [], []
    for i, kind in enumerate(kinds):
        for end, ground_h in enumerate((kind.onload, kind.offload)):
            row = np.zeros(size)
            row[i] = number(ground_h)
            row[len(kinds) + end * len(sets) : len(kinds) + (end + 1) * len(sets)] = [
                -24.0 * n[i] for n in sets
            ]
            rows.append(row)
            limits.append(0.0)
    for end in range(2):
        row = np.zeros(size)
        row[len(kinds) + end * len(sets) : len(kinds) + (end + 1) * len(sets)] = 1.0
        rows.append(row)
        limits.append(1.0)
    cycle = [number(k.onload) + number(k.offload) + 3200 / number(k.speed) for k in kinds]
    most = [24 * n / h for n, h in zip(fleet.values(), cycle, strict=True)]
    worth = np.zeros(size)
    worth[: len(kinds)] = [-number(k.payload) for k in kinds]
    bounds = [*((0.0, top) for top in most), *[(0.0, None)] * (2 * len(sets))]
    found = linprog(worth, A_ub=np.array(rows), b_ub=limits, bounds=bounds)
    assert found.fun is not None
    return -found.fun


@settings(max_examples=50, deadline=None)
@given(
    counts=st.tuples(*[st.integers(1, 12)] * 3),
    types=st.integers(1, 3),
    spots=st.tuples(*[st.integers(1, 4)] * 3),
    mog=st.integers(4, 8),
)
def test_a_station_passes_at_least_what_whole_aircraft_allow(
    counts: tuple[int, ...], types: int, spots: tuple[int, ...], mog: int
) -> None:
    fleet = dict(zip(TYPES[:types], counts, strict=False))
    taken = {kind.id: k for kind, k in zip(fleet, spots, strict=False)}
    cap = ff.airlift_capacity(
        bridge(fleet, mog, spots_per_aircraft=taken, queueing_efficiency=1.0), draws=1
    )
    possible = packed(fleet, mog, taken)
    assert cap.tonnes_per_day.middle >= possible * (1 - 1e-9)
    assert cap.tonnes_per_day.middle <= min(
        bound.middle for bound in cap.bounds_t_per_day.values()
    ) * (1 + 1e-9)
    if len(set(taken.values())) == 1:
        assert cap.tonnes_per_day.middle == pytest.approx(possible, rel=1e-9)
    wider = ff.airlift_capacity(
        bridge(fleet, mog + 1, spots_per_aircraft=taken, queueing_efficiency=1.0), draws=1
    )
    assert wider.tonnes_per_day.middle >= cap.tonnes_per_day.middle * (1 - 1e-9)


def test_three_spots_hold_one_aircraft_that_takes_two() -> None:
    big = PlainAircraft("big", payload=100.0, speed=800.0, onload=4.0, offload=4.0)
    cap = ff.airlift_capacity(
        bridge({big: 6}, 3, spots_per_aircraft=2, queueing_efficiency=1), draws=4
    )
    assert cap.tonnes_per_day.middle == pytest.approx(24 / 4 * 100)
    assert cap.one_more_t_per_day["one more onload spot"].middle == 0.0  # the offload holds one too
    two = ff.airlift_capacity(
        bridge({big: 6}, 3, offload_mog=9, spots_per_aircraft=2, queueing_efficiency=1), draws=4
    )
    assert two.one_more_t_per_day["one more onload spot"].middle == pytest.approx(6 * 100)
    # Beside one that takes two, a small one has the third spot.
    mixed = ff.airlift_capacity(
        bridge({big: 6, SMALL: 99}, 3, spots_per_aircraft={"big": 2}, queueing_efficiency=1),
        draws=4,
    )
    smalls = 24 / number(SMALL.offload)
    assert mixed.trips_per_day_by_type["Plain big"].middle == pytest.approx(6)
    assert mixed.trips_per_day_by_type["Plain small"].middle == pytest.approx(smalls)


def test_types_that_take_pairs_leave_the_odd_spot_empty() -> None:
    fleet = {BIG: 9, MID: 9}
    for mog, spots in ((3, {"big": 2, "mid": 2}), (5, {"big": 4, "mid": 2})):
        cap = ff.airlift_capacity(
            bridge(fleet, mog, spots_per_aircraft=spots, queueing_efficiency=1), draws=1
        )
        assert cap.tonnes_per_day.middle == pytest.approx(packed(fleet, mog, spots), rel=1e-9)


def test_a_stop_with_too_few_spots_is_refused_like_the_ends() -> None:
    over = way("A", 800, "S", 800, "B")
    with pytest.raises(
        EstimateError, match=r"big \(2\) takes more spots than enroute_mog may have \(1\)"
    ):
        ff.airlift_capacity(
            bridge({BIG: 1}, 4, route=over, enroute_mog=1, spots_per_aircraft=2), draws=1
        )
    back = bridge(
        {BIG: 1}, 4, return_route=way("B", 800, "S", 800, "A"), enroute_mog=1, spots_per_aircraft=2
    )
    with pytest.raises(EstimateError, match="enroute_mog"):
        ff.airlift_capacity(back, draws=1)
    direct = bridge({BIG: 1}, 4, enroute_mog=1, spots_per_aircraft=2)
    assert ff.airlift_capacity(direct, draws=1).tonnes_per_day.middle > 0


@settings(max_examples=60, deadline=None)
@given(mog=st.floats(1, 9), spots=st.floats(1.01, 4))
def test_what_fits_is_the_mean_of_whole_numbers(mog: float, spots: float) -> None:
    hours, one = np.array([1.0]), np.ones((1, 1))
    got = rows_of({"x": apron(one, one * spots, np.array([mog]), hours)}, (1, 1))
    at_once = got[1][0, 0] / got[0][0, 0, 0]
    u = (np.arange(20_000) + 0.5) / 20_000
    assert at_once == pytest.approx((np.floor(mog + u) // np.floor(spots + u)).mean(), abs=2e-3)
    if mog >= spots:
        assert at_once >= 1 - 1e-9


@pytest.mark.parametrize(
    ("fleet", "mog", "spots"),
    [
        ({BIG: 6}, 3, 2),
        ({BIG: 5}, 5, 2),
        ({BIG: 4, SMALL: 6}, 3, {"big": 2}),
        ({BIG: 3, MID: 4}, 5, {"big": 2, "mid": 3}),
        ({BIG: 2, MID: 3, SMALL: 4}, 2, None),
        ({MID: 3}, 99, None),
    ],
)
def test_no_simulation_with_fixed_times_carries_more(
    fleet: dict[PlainAircraft, int], mog: int, spots: Any
) -> None:
    made = bridge(fleet, mog, spots_per_aircraft=spots, queueing_efficiency=1.0)
    cap = ff.airlift_capacity(made, draws=1)
    days = 20
    found = ff.simulate_airlift(
        made, days=days, seed=1, replications=2, warm_up_days=5, ground_cv=0, flight_cv=0
    )
    one_load_each = sum(n * number(kind.payload) for kind, n in fleet.items())
    assert found.tonnes.total_mean <= cap.tonnes_per_day.middle * days + one_load_each
    if len(fleet) == 1:
        assert found.tonnes.total_mean == pytest.approx(
            cap.tonnes_per_day.middle * days, abs=one_load_each
        )


def test_operating_hours_mean_the_same_for_all_at_24_only() -> None:
    def both(hours: float) -> tuple[float, float]:
        made = bridge({BIG: 3}, operating_h_per_day=hours, queueing_efficiency=1.0)
        cap = ff.airlift_capacity(made, draws=1).tonnes_per_day.middle
        found = ff.simulate_airlift(
            made, days=22, seed=1, replications=2, warm_up_days=11, ground_cv=0, flight_cv=0
        )
        return cap, found.tonnes.total_mean / 22

    closed, simulated = both(24)
    assert simulated == pytest.approx(closed, rel=1e-9)  # 22 days are 48 cycles of 11 h
    closed, simulated = both(16)
    assert closed == pytest.approx(3 * 16 / 11 * 100)
    assert simulated > closed * 1.1  # what is in the air is landed, and unloaded the next day


# -- where nothing moves, or nothing takes time ------------------------------------------------------------------------


def test_a_station_that_takes_no_time_holds_nothing_up() -> None:
    cap = ff.airlift_capacity(bridge({BIG: 2, SMALL: 1}, 1, onload_h=0, offload_h=0), draws=4)
    assert cap.bottleneck == "fleet"
    assert cap.tonnes_per_day.middle == pytest.approx(2 * 24 / 4 * 100 + 24 / 8 * 5)
    assert cap.bounds_t_per_day["onload"].low == np.inf
    assert cap.slack_share["onload"].middle == 1.0
    assert "onload" in cap._repr_html_()
    sea = ff.SeaBridge(
        [PlainVessel("s")], way("P", 960, "Q", mode="sea"), load_h=0, discharge_h=0, load_berths=1
    )
    assert ff.sealift_capacity(sea, draws=4).bounds_t_per_day["load berths"].low == np.inf
