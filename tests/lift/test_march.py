"""Convoys: the results printed in CGSC ST 100-3, the formulas by hand, laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import forceflow as ff
from forceflow.errors import EstimateError, UnknownNameError
from forceflow.lift.capacity.march import convoy_march
from forceflow.lift.capacity.march_inputs import extal_min
from standins import PlainMix, way

MIX = PlainMix(mass=10.0, length=8.0, people=3.0, speed=30.0)
ROAD = way("Damascus", 300, "Hmeimim", mode="road")


# -- printed results: CGSC ST 100-3 ch. 8 sec. I para 8-1, all read ----------------------------------------------


def test_w1_road_space_at_100_m() -> None:
    march = convoy_march(25_000, vehicles_per_km=10, march_rate_km_per_h=25, time_gaps_min=0)
    assert march.road_space_km.middle == pytest.approx(2_500.0)
    same = convoy_march(
        25_000, gap_m=100, vehicle_length_m=0, march_rate_km_per_h=25, march_unit_gap_min=0
    )
    assert same.road_space_km.middle == pytest.approx(2_500.0)


def test_w2_more_than_four_days_to_pass() -> None:
    march = convoy_march(
        25_000, vehicles_per_km=10, march_rate_km_per_h=25, time_gaps_min=0, extra_time_min=0
    )
    assert 4.0 < march.pass_time_h.middle / 24 < 4.5
    assert march.pass_time_h.middle == pytest.approx(100.0)


def test_w3_gaps_must_be_counted() -> None:
    rate = 30.0
    gaps_min = 1_300 / rate * 60
    march = convoy_march(
        25_000, vehicles_per_km=25_000 / 1_200, march_rate_km_per_h=rate, time_gaps_min=gaps_min
    )
    assert march.occupied_km.middle == pytest.approx(1_200.0)
    assert march.gaps_km.middle == pytest.approx(1_300.0)
    assert march.road_space_km.middle == pytest.approx(2_500.0)
    # Closing up from 100 m to 48 m saved no road, because of the gaps.
    open_column = convoy_march(
        25_000, vehicles_per_km=10, march_rate_km_per_h=rate, time_gaps_min=0
    )
    assert march.road_space_km.middle == pytest.approx(open_column.road_space_km.middle)


def test_w4_eight_routes() -> None:
    rate = 30.0
    march = convoy_march(
        25_000,
        columns=8,
        vehicles_per_km=25_000 / 1_200,
        march_rate_km_per_h=rate,
        time_gaps_min=1_300 / 8 / rate * 60,
        extra_time_min=0,
    )
    assert_allclose(march.road_space_km.middle, 320.0, rtol=0.03)
    assert_allclose(march.pass_time_h.middle, 10.5, rtol=0.03)


def test_w5_a_division_on_four_routes() -> None:
    march = convoy_march(
        6_000,
        columns=4,
        vehicles_per_km=1_500 / 155,
        march_rate_km_per_h=30,
        time_gaps_min=0,
        extra_time_min=0,
    )
    assert march.road_space_km.middle == pytest.approx(155.0)
    assert 5.0 < march.pass_time_h.middle < 5.25
    assert_allclose(march.pass_time_h.middle, 155 / 30, rtol=0.01)


# -- by hand ---------------------------------------------------------------------------------------------------


def test_a_convoy_by_hand() -> None:
    march = convoy_march(
        100,
        route=ROAD,
        mix=MIX,
        gap_m=92,
        march_unit_gap_min=5,
        march_units_per_serial=2,
        serial_gap_min=15,
    )
    assert march.vehicles_per_km.middle == pytest.approx(10.0)
    assert (march.march_units.middle, march.serials.middle) == (4.0, 2.0)
    assert march.occupied_km.middle == pytest.approx(10.0)
    assert march.gaps_km.middle == pytest.approx((3 * 5 + 1 * 10) / 60 * 30)
    assert march.time_length_h.middle == pytest.approx(22.5 / 30)
    assert march.extal_h.middle == pytest.approx(4 / 60)
    assert march.time_distance_h.middle == pytest.approx(10.0)
    assert march.closure_h.middle == pytest.approx(10 + 22.5 / 30 + 4 / 60)
    assert march.tonnes.middle == pytest.approx(1_000.0)
    assert march.personnel.middle == pytest.approx(300.0)


def test_extra_time_allowance() -> None:
    assert extal_min(np.array([0.0, 1.0, 25.0, 26.0, 600.0, 601.0])).tolist() == [
        0,
        1,
        1,
        2,
        24,
        50,
    ]


def test_extra_time_of_ones_own() -> None:
    """50 vehicles are allowed 2 min by the rule; 90 min when that is what the order says, and none in ST 100-3."""
    plain = convoy_march(50, distance_km=60, mix=MIX)
    for told, hours in ((0, 0.0), (90, 1.5), ("1.5 hours", 1.5)):
        march = convoy_march(50, distance_km=60, mix=MIX, extra_time_min=told)
        assert march.extal_h.middle == pytest.approx(hours)
        assert march.time_length_h == plain.time_length_h
        assert march.pass_time_h.middle == pytest.approx(plain.pass_time_h.middle - 2 / 60 + hours)
        assert march.closure_h.middle == pytest.approx(plain.closure_h.middle - 2 / 60 + hours)
    assert plain.extal_h.middle == pytest.approx(2 / 60)


def test_halts_and_nights() -> None:
    through = convoy_march(20, distance_km=600, mix=MIX)
    halts = convoy_march(20, distance_km=600, mix=MIX, halts_h=2)
    nights = convoy_march(20, distance_km=600, mix=MIX, driving_h_per_day=10)
    assert through.time_distance_h.middle == pytest.approx(20.0)
    assert halts.time_distance_h.middle == pytest.approx(22.0)
    assert nights.time_distance_h.middle == pytest.approx(20.0 + 14.0)


def test_without_a_way_only_one_point_is_passed() -> None:
    march = convoy_march(20, mix=MIX)
    assert march.closure_h == march.pass_time_h
    assert "closes" not in str(march)


# -- laws ------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(1, 3_000), more=st.integers(0, 500), gap=st.floats(1, 200), rate=st.floats(5, 60)
)
def test_more_vehicles_never_take_less_road_or_time(
    n: int, more: int, gap: float, rate: float
) -> None:
    few = convoy_march(n, mix=MIX, gap_m=gap, march_rate_km_per_h=rate, draws=8)
    many = convoy_march(n + more, mix=MIX, gap_m=gap, march_rate_km_per_h=rate, draws=8)
    for name in (
        "road_space_km",
        "time_length_h",
        "extal_h",
        "pass_time_h",
        "march_units",
        "serials",
    ):
        assert getattr(few, name).middle <= getattr(many, name).middle + 1e-9
    assert_allclose(
        few.by_draw["time_length_h"] * few.by_draw["march_rate_km_per_h"],
        few.by_draw["road_space_km"],
    )
    assert_allclose(
        few.by_draw["pass_time_h"], few.by_draw["time_length_h"] + few.by_draw["extal_h"]
    )


@settings(max_examples=30, deadline=None)
@given(n=st.integers(1, 2_000), columns=st.integers(1, 8))
def test_columns_share_the_vehicles(n: int, columns: int) -> None:
    one = convoy_march(n, mix=MIX, time_gaps_min=0, draws=2)
    split = convoy_march(n, mix=MIX, time_gaps_min=0, columns=columns, draws=2)
    assert_allclose(split.road_space_km.middle * columns, one.road_space_km.middle)
    assert split.tonnes == one.tonnes


# -- the design's own call, words, errors ------------------------------------------------------------------------


def test_97_vehicles_with_the_catalogue_mix() -> None:
    march = convoy_march(vehicles=97, route=ROAD)
    assert march.march_units.middle == 4.0
    assert 9.7 < march.occupied_km.middle < 11.0
    assert march.road_space_km.low < march.road_space_km.middle < march.road_space_km.high
    assert march.closure_h.middle > march.time_distance_h.middle
    assert str(march).startswith("march Damascus to Hmeimim (300 km): 97 vehicles ")
    table = march._repr_html_()
    for words in ("road space</th>", "extra time allowance</th>", "gaps between march units</th>"):
        assert words in table
    assert "extal" not in table
    assert march == convoy_march(vehicles=97, route=ROAD)
    assert march != convoy_march(vehicles=97, route=ROAD, seed=1)
    nearly = convoy_march("nearly 100", route=ROAD)
    assert nearly.vehicles.low < 97 < nearly.vehicles.high


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"vehicles": -1}, "vehicles"),
        ({"columns": 0}, "columns"),
        ({"route": ROAD, "distance_km": 5}, "not both"),
        ({"march_rate_km_per_h": 0}, "march_rate_km_per_h"),
        ({"vehicles_per_km": 0}, "vehicles_per_km"),
        ({"gap_m": 0, "vehicle_length_m": 0}, "cannot both be 0"),
        ({"driving_h_per_day": 30}, "at most 24"),
        ({"mix": "Sparta"}, "not a kind of vehicles"),
        ({"coverage": 0}, "coverage"),
        ({"route": way("A", 9, "B", mode="air")}, "a route by road, got one by air"),
    ],
)
def test_bad_marches_say_what_was_wrong(change: dict[str, object], words: str) -> None:
    with pytest.raises(EstimateError, match=words):
        convoy_march(**{"vehicles": 10, **change})  # type: ignore[arg-type]


def test_an_unknown_mix() -> None:
    with pytest.raises(UnknownNameError):
        convoy_march(10, mix="hovercraft of unknown make")


def test_the_public_session() -> None:
    road = ff.route("Damascus", "Hmeimim", mode="road")
    march = ff.convoy_march(vehicles=97, route=road)
    assert isinstance(march, ff.lift.March)
    assert march.distance_km == pytest.approx(road.distance_km)
    low, best, high = (
        road.distance_range_km.low,
        road.distance_range_km.best,
        road.distance_range_km.high,
    )
    way = march.by_draw["time_distance_h"] * march.by_draw["march_rate_km_per_h"]
    assert (
        low < way.min() < 0.5 * (low + best) < best < 0.5 * (best + high) < way.max() < high
    )  # the range of the road is carried, not its best length only
