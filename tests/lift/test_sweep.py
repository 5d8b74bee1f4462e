"""Capacity over fleets, spots and hours: each cell is the capacity of that bridge, on the same draws."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import forceflow as ff
from standins import PlainAircraft, PlainVessel, way

VAGUE = PlainAircraft(
    "vague", payload=(30, 40, 48), speed=(700, 800), onload=(1, 2, 4), share=(0.3, 0.5, 0.8)
)
HEAVY = PlainAircraft("heavy", payload=100.0, speed=700.0, onload=4.0, offload=3.0)
SHIP = PlainVessel("ship", cargo=(1_000, 2_000), load=24.0, discharge=24.0)
BARGE = PlainVessel("barge", cargo=500.0, load=48.0, discharge=24.0)
ROUTE = way("A", 1600, "B")
AIR = ff.AirBridge({VAGUE: 4, HEAVY: 2}, ROUTE, 2, 2, operating_h_per_day=16)
SEA = ff.SeaBridge([SHIP, BARGE], way("P", 960, "Q", mode="sea"), load_berths=1)


def test_each_cell_is_the_capacity_of_that_bridge() -> None:
    found = ff.sweep(AIR, fleet=[3, 6, 12], offload_mog=[1, (1, 3)], draws=300, seed=5)
    assert found.middle.shape == (3, 2)
    alone = ff.airlift_capacity(
        ff.AirBridge({VAGUE: 8, HEAVY: 4}, ROUTE, 2, (1, 3), operating_h_per_day=16),
        draws=300,
        seed=5,
    )
    assert found.at(fleet=12, offload_mog=(1, 3)) == alone.tonnes_per_day
    assert found.bottleneck[2, 1] == alone.bottleneck
    assert found.bottleneck_share[2, 1] == alone.bottleneck_share[alone.bottleneck]
    queue = ff.sweep(AIR, model="queueing", fleet=[12], draws=40, seed=5)
    exact = ff.cycle_capacity(
        ff.AirBridge({VAGUE: 8, HEAVY: 4}, ROUTE, 2, 2, operating_h_per_day=16), draws=40, seed=5
    )
    assert queue.at(fleet=12) == exact.tonnes_per_day
    assert queue.bottleneck[0] == exact.bottleneck
    assert sum(exact.bottleneck_share.values()) == pytest.approx(1.0)


def test_ships_are_taken_in_turn() -> None:
    found = ff.sweep(SEA, vessels=[1, 3], load_berths=[1, 2], draws=200)
    three = ff.SeaBridge([SHIP, BARGE, SHIP], SEA.route, load_berths=2)
    assert (
        found.at(vessels=3, load_berths=2) == ff.sealift_capacity(three, draws=200).tonnes_per_day
    )
    assert found.mode == "sea"
    queue = ff.sweep(SEA, model="queueing", vessels=[3], draws=40)
    one_berth = ff.SeaBridge([SHIP, BARGE, SHIP], SEA.route, load_berths=1)
    assert queue.at(vessels=3) == ff.cycle_capacity(one_berth, draws=40).tonnes_per_day


def test_more_never_carries_less_anywhere() -> None:
    found = ff.sweep(
        AIR, fleet=[3, 4, 5, 9], onload_mog=[1, 2, 3], operating_h_per_day=[8, 16, 24], draws=100
    )
    for axis in range(3):
        for part in (found.low, found.middle, found.high):
            assert (np.diff(part, axis=axis) >= -1e-9 * part.max()).all()
    assert {"fleet", "onload"} <= set(found.bottleneck.ravel())


def test_other_inputs_and_whole_fleets_may_be_swept() -> None:
    found = ff.sweep(AIR, fleet=[{VAGUE: 2}, {HEAVY: 2}], cargo=["mixed"], draws=50)
    assert found.middle[0, 0] != found.middle[1, 0]
    assert str(found).startswith("airlift A to B over 2 fleet x 1 cargo: ")


def test_a_frame_and_a_table(backend: str) -> None:
    found = ff.sweep(AIR, fleet=[3, 6], offload_mog=[1, (1, 3)], draws=50)
    frame: Any = found.to_frame(backend=backend)
    names = list(frame.column_names if backend == "pyarrow" else frame.columns)
    assert names == [
        "fleet",
        "offload_mog",
        "low",
        "middle",
        "high",
        "bottleneck",
        "bottleneck_share",
    ]
    middle = frame["middle"].to_numpy()
    assert_array_equal(middle, found.middle.ravel())
    assert str(frame["offload_mog"][1]) == "(1, 3)"
    assert "<td>(1, 3)</td>" in found._repr_html_()


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({}, "one or more inputs"),
        ({"fleet": []}, "one or more inputs"),
        ({"spots": [1]}, "the inputs are fleet, route, onload_mog"),
        ({"fleet": [0]}, "numbers above 0"),
        ({"offload_mog": [-1]}, "offload_mog must be at least 1"),
        ({"model": "magic", "fleet": [1]}, "model is"),
    ],
)
def test_wrong_sweeps_say_what_was_wrong(over: dict[str, Any], words: str) -> None:
    with pytest.raises(ff.errors.EstimateError, match=words):
        ff.sweep(AIR, **over)


def test_wrong_questions() -> None:
    with pytest.raises(ff.errors.EstimateError, match="whole numbers"):
        ff.sweep(SEA, vessels=[1.5])
    found = ff.sweep(AIR, fleet=[3], draws=10)
    with pytest.raises(ff.errors.EstimateError, match="fleet as one of 3, got 4"):
        found.at(fleet=4)
    with pytest.raises(ff.errors.EstimateError, match="offload_mog was not swept"):
        found.at(fleet=3, offload_mog=1)


@pytest.mark.parametrize("given", [4, "1, 2", {1: 2}, None])
def test_what_is_swept_comes_in_a_list(given: Any) -> None:
    with pytest.raises(
        ff.errors.EstimateError,
        match=r"offload_mog needs its values in a list, as in offload_mog=\[1, 2, 3\]",
    ):
        ff.sweep(AIR, fleet=[3], offload_mog=given)


def test_a_fleet_too_large_to_queue_is_refused_before_any_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(*given: object, **more: object) -> None:
        raise AssertionError("a cell was worked out")

    module = import_module("forceflow.lift.sweep")
    monkeypatch.setattr(module, "cycle_capacity", never)
    with pytest.raises(
        ff.errors.EstimateError, match=r"in each of 9,000 draws; give draws=\d+, fewer"
    ):
        ff.sweep(AIR, model="queueing", fleet=[3, 60], draws=9_000)


def test_draws_are_the_same_for_all_cells_and_fewer_where_queues_take_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert ff.sweep(AIR, fleet=[3]).draws == 2_000
    work = [3 * 2, 5 * 3]  # smaller fleets, none counted, of 2 and 1, and of 4 and 2
    queueing = import_module("forceflow.lift.queueing.cycle_capacity")
    monkeypatch.setattr(queueing, "QUICK_WORK", 110 * sum(work))
    found = ff.sweep(AIR, model="queueing", fleet=[3, 6], onload_mog=[1])
    assert found.draws == 110
    for fleet in (3, 6):
        bridge = ff.AirBridge(
            {VAGUE: fleet * 2 / 3, HEAVY: fleet / 3}, ROUTE, 1, 2, operating_h_per_day=16
        )
        assert (
            found.at(fleet=fleet, onload_mog=1)
            == ff.cycle_capacity(bridge, draws=110).tonnes_per_day
        )
    assert ff.cycle_capacity(bridge).draws == 110 * sum(work) // work[1]
    assert (
        ff.cycle_capacity(ff.AirBridge({HEAVY: 12}, ROUTE, 2, 2)).draws == 1_000
    )  # all draws are alike


def test_a_sweep_prints_tonnes_without_an_exponent() -> None:
    found = ff.sweep(ff.AirBridge({HEAVY: 3}, ROUTE, 99, 99), fleet=[3, 40], draws=1)
    assert str(found) == (
        f"airlift A to B over 2 fleet: {300 * 24 / (7 + 3200 / 700):.0f} to 8,300 t/day in the middle (closed form); "
        "one draw, so no ranges"
    )
