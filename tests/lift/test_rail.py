"""Capacity of a railway: the worked examples of TR0603, and what must hold of any line."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import forceflow as ff
from forceflow.lift import RailDivision, rail_capacity
from forceflow.quantity.units import T_PER_SHORT_TON

KM_PER_MILE = 1.609344


def division(trains: Any, name: str = "only", **more: Any) -> RailDivision:
    return RailDivision(name=name, trains_per_day=trains, **more)


@pytest.mark.parametrize(
    ("trains", "others", "load", "printed"),
    [(17, 0, 383, 6_511), (17, 4, 383, 4_979), (15, 0, 419, 6_285)],
)
def test_net_division_tonnage_of_tr0603(trains: int, others: int, load: int, printed: int) -> None:
    """TR0603, paragraphs 2.15 (page 22) and 2.17 (page 25), in short tons."""
    found = rail_capacity(
        [division(trains, other_trains_per_day=others)], net_train_load_t=f"{load} short tons"
    )
    assert found.tonnes_per_day.middle / T_PER_SHORT_TON == pytest.approx(printed, abs=0.5)


def test_the_weakest_division_decides_what_is_delivered() -> None:
    """TR0603, paragraph 2.16 (page 22): 10, 9 and 11 trains of 383 short tons deliver 3,447."""
    line = [division(10, "first"), division(9, "second"), division(11, "third")]
    found = rail_capacity((part for part in line), net_train_load_t="383 short tons")
    assert found.tonnes_per_day.middle / T_PER_SHORT_TON == pytest.approx(3_447, abs=0.5)
    assert found.bottleneck == "second"
    assert found.slack_share["third"].middle == pytest.approx(1 - 9 / 11)


def test_train_density_of_the_division_of_110_miles() -> None:
    """TR0603, paragraph 2.13 (page 20): 14 passing tracks, 10 mph, 110 miles; 17 trains run on it on page 22."""
    line = RailDivision(
        name="110 miles",
        length_km=110 * KM_PER_MILE,
        speed_km_per_h=10 * KM_PER_MILE,
        passing_tracks=14,
    )
    found = rail_capacity([line], gross_trailing_load_t=598 * T_PER_SHORT_TON)
    assert np.ceil(found.trains_per_day.middle) == 17
    # Half of a gross trailing load of 598 short tons is freight: 299 (paragraph 2.12).
    assert found.tonnes_per_train.middle / T_PER_SHORT_TON == pytest.approx(299)


def test_a_line_of_which_only_the_tracks_are_known() -> None:
    """TR0603, paragraph 2.13a: 10 trains on a single track, 30 on a double track; the notes say it."""
    single = rail_capacity([RailDivision(name="single")], net_train_load_t=400)
    double = rail_capacity([RailDivision(name="double", tracks=2)], net_train_load_t=400)
    assert (single.trains_per_day.middle, double.trains_per_day.middle) == (10, 30)
    assert "rule of thumb" in str(single)


def test_other_trains_take_the_place_of_freight_and_no_more() -> None:
    found = rail_capacity([division(5, other_trains_per_day=9)], net_train_load_t=400)
    assert found.tonnes_per_day.high == 0.0
    assert found.closure_days(1_000).low == np.inf


@given(
    trains=st.floats(1, 60), load=st.floats(50, 5_000), need=st.floats(1, 1e6), more=st.floats(0, 9)
)
def test_days_times_rate_is_the_requirement(
    trains: float, load: float, need: float, more: float
) -> None:
    found = rail_capacity([division(trains)], net_train_load_t=load, draws=20)
    days = found.closure_days(need)
    assert days.middle * found.tonnes_per_day.middle == pytest.approx(need)
    # A second division can only hold the line up, and one with as many trains or more does not.
    longer = rail_capacity(
        [division(trains), division(trains + more, "next")], net_train_load_t=load, draws=20
    )
    assert longer.tonnes_per_day == found.tonnes_per_day


def test_a_range_in_is_a_range_out() -> None:
    line = [division((6, 12))]
    found = rail_capacity(line, gross_trailing_load_t=(800, 1_200, 2_000), seed=7)
    again = rail_capacity(line, gross_trailing_load_t=(800, 1_200, 2_000), seed=7)
    assert found.tonnes_per_day.low < found.tonnes_per_day.middle < found.tonnes_per_day.high
    assert found == again
    assert "load of a train" in found._repr_html_()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: RailDivision(name="x", tracks=3), "tracks must be 1 or 2"),
        (lambda: RailDivision(name="x", length_km=100), "together"),
        (
            lambda: RailDivision(
                name="x", tracks=2, length_km=9, speed_km_per_h=9, passing_tracks=1
            ),
            "single track",
        ),
        (lambda: rail_capacity([], net_train_load_t=1), "at least one RailDivision"),
        (lambda: rail_capacity([division(1), division(2)], net_train_load_t=1), "one name"),
        (
            lambda: rail_capacity([division(1)], net_train_load_t=1, gross_trailing_load_t=2),
            "not both",
        ),
        (lambda: rail_capacity([division(-1)], net_train_load_t=1), "of division 'only'"),
        (lambda: rail_capacity([division(1)], net_train_load_t="3 km"), "net_train_load_t"),
    ],
)
def test_wrong_input_is_refused_by_name(make: object, words: str) -> None:
    with pytest.raises(ff.ForceflowError, match=words):
        make()  # type: ignore[operator]


def test_without_a_load_a_train_carries_what_the_platform_says() -> None:
    train = ff.find_platform("freight train")
    assert isinstance(train, ff.world.FreightTrain)
    found = rail_capacity([division(10)])
    assert found.tonnes_per_train.low == pytest.approx(train.cargo_t.interval(0.9)[0], rel=0.05)
    assert found.tonnes_per_train.high == pytest.approx(train.cargo_t.interval(0.9)[1], rel=0.05)


def test_a_railway_as_a_frame_and_as_a_picture() -> None:
    found = rail_capacity([division(10, "first"), division(9, "second")], net_train_load_t=400)
    frame = found.to_frame(backend="pandas").set_index("name")
    assert frame.loc["tonnes_per_day", "middle"] == pytest.approx(9 * 400)
    assert frame.loc["bounds_t_per_day of first", "middle"] == pytest.approx(10 * 400)
    ax = ff.plot(found)
    words = [text.get_text() for text in ax.texts]
    plt.close("all")
    assert any(word.startswith("second (binds)") for word in words)
