"""Arrays and Series as inputs: equally likely values, whatever their order and whoever made them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

import forceflow as ff
from standins import PlainAircraft, PlainVessel, way

JET = PlainAircraft("jet", payload=40.0, speed=800.0, onload=2.0, offload=1.0)
SHIP = PlainVessel("ship", cargo=2_000.0, speed=20.0, load=24.0, discharge=48.0)
ROUTE = way("A", 1600, "B")
HOURS = np.array([1.5, 2.0, 2.0, 6.0])


def bridge(onload_h: Any, **more: Any) -> ff.AirBridge:
    return ff.AirBridge(
        {JET: 5},
        **{"route": ROUTE, "onload_mog": 99, "offload_mog": 99, "onload_h": onload_h, **more},
    )


@pytest.mark.parametrize(
    "kind", [np.asarray, pd.Series, pl.Series, lambda x: pd.Series(x, dtype="Float64")]
)
def test_who_made_the_array_and_its_order_change_nothing(kind: Any) -> None:
    assert bridge(kind(HOURS)) == bridge(HOURS)
    found = ff.airlift_capacity(bridge(kind(HOURS[::-1])))
    assert found == ff.airlift_capacity(bridge(HOURS))
    assert tuple(found.cycle_parts_h["onload"]) == (1.5, 2.0, 6.0)


def test_each_value_is_drawn_as_often_as_it_stands_there() -> None:
    drawn = ff.Quantity.sample(HOURS).draw(40_000, seed=3, entity="x", purpose="y")
    value, count = np.unique(drawn, return_counts=True)
    assert_array_equal(value, [1.5, 2.0, 6.0])
    assert_allclose(count / 40_000, [0.25, 0.5, 0.25], atol=0.01)
    assert ff.Quantity.sample([7, 7]) == ff.Quantity.exactly(7)
    assert ff.Quantity.of(np.float32(1.5)) == ff.Quantity.exactly(1.5)


@settings(max_examples=40, deadline=None)
@given(arrays(np.float64, st.integers(1, 60), elements=st.floats(-1e6, 1e6)))
def test_a_sample_is_its_own_distribution(values: np.ndarray[Any, np.dtype[np.float64]]) -> None:
    found = ff.Quantity.sample(values)
    levels = (np.arange(values.size) + 0.5) / values.size
    assert_array_equal(found.quantile(levels), np.sort(values))
    assert found.ends == (values.min(), values.max())
    assert found.low <= found.best <= found.high
    assert ff.Quantity.from_json(found.to_json()) == found


def test_a_rare_value_counts() -> None:
    """One in a hundred lies outside the 5 and 95 % points; it is drawn, and it is checked."""
    rare = np.append(np.full(99, 2.0), 50.0)
    drawn = ff.airlift_capacity(bridge(rare), draws=2_000)
    assert drawn.cycle_parts_h["onload"].high == 2.0
    assert drawn.by_draw["tonnes_per_day"].min() < drawn.tonnes_per_day.low
    with pytest.raises(
        ff.errors.EstimateError, match=r"onload_h must be at least 0 h, got values from -1 to 2"
    ):
        bridge(np.append(np.full(99, 2.0), -1.0))
    with pytest.raises(
        ff.errors.EstimateError, match="operating_h_per_day must be at least 0 and at most 24 h"
    ):
        bridge(2.0, operating_h_per_day=np.append(np.full(99, 10.0), 25.0))


def test_the_bridge_does_not_change_with_its_array() -> None:
    mine = HOURS.copy()
    made = bridge({"jet": mine})
    mine[:] = 100.0
    assert made == bridge({"jet": HOURS})


def test_every_call_takes_them() -> None:
    assert ff.simulate_airlift(bridge(HOURS), days=3, seed=7, replications=4).tonnes.total_mean > 0
    assert ff.simulate_airlift(
        bridge(2.0), days=3, seed=7, replications=4, break_share=0.5, repair_h=HOURS
    ).repair_h.total_mean > 0  # fmt: skip
    sea = ff.SeaBridge(
        [SHIP], way("P", 960, "Q", mode="sea"), load_h=10 * HOURS, discharge_berths=np.array([1, 2])
    )
    assert tuple(ff.sealift_capacity(sea).cycle_parts_h["load"]) == (15.0, 20.0, 60.0)
    assert ff.simulate_sealift(sea, days=20, seed=7, replications=4).tonnes.total_mean > 0
    port = ff.lift.port_throughput(
        discharge_t_per_day=np.array([100, 200, 300]), clearance_t_per_day=250
    )
    assert tuple(port.tonnes_per_day) == (100, 200, 250)
    march = ff.convoy_march(
        np.array([90, 97, 100]), distance_km=pd.Series([100.0, 100.0]), halts_h=HOURS
    )
    assert tuple(march.vehicles) == (90, 97, 100)
    assert str(march).startswith("march (100 km): 97 vehicles")
    cycle = ff.cycle_capacity(
        fleet=np.array([8, 12]), service_h=(HOURS, 5), servers=(3, None), draws=50
    )
    assert (cycle.fleet.low, cycle.fleet.high) == (8, 12)
    need = ff.airlift_capacity(bridge(2.0)).closure_days(np.array([1_000.0, 4_000.0]))
    assert need.high == pytest.approx(4 * need.low)


@pytest.mark.parametrize(
    "wrong",
    [
        np.array([]),
        np.array([1.0, np.nan]),
        np.array([1.0, np.inf]),
        np.ones((2, 2)),
        np.array(["2"]),
        np.array([True]),
        np.array(["2025-01-01"], dtype="M8[D]"),
        pl.Series([1.0, None]),
        pd.Series([1.0, None], dtype="Float64"),
    ],
)
def test_what_is_no_sample_is_refused_by_name(wrong: Any) -> None:
    with pytest.raises(ff.errors.QuantityError, match="onload_h: a sample needs finite numbers"):
        bridge(wrong)


def test_a_list_could_mean_two_things() -> None:
    with pytest.raises(ff.errors.QuantityError, match="a tuple of two or three, an array"):
        bridge([1.0, 2.0, 3.0])
