"""Capacities as frames, and how their numbers read."""

from __future__ import annotations

import math
from typing import Any

import pytest

import forceflow as ff
from forceflow.results.range import figure, held
from standins import PlainAircraft, PlainVessel, way

JET = PlainAircraft("jet", payload=40.0, onload=2.0, offload=1.0, people=90.0)
SMALL = PlainAircraft("small", payload=(4, 6), onload=1.0, offload=1.0)
AIR = ff.AirBridge({JET: 4, SMALL: (2, 3)}, way("A", 1600, "B"), 2, (1, 3))


def rows(found: Any, backend: str) -> dict[str, tuple[float, float, float, str]]:
    frame = found.to_frame(backend=backend)
    names = ["name", "low", "middle", "high", "unit"]
    assert list(frame.column_names if backend == "pyarrow" else frame.columns) == names
    columns = [
        frame[name].to_pylist() if backend == "pyarrow" else list(frame[name]) for name in names
    ]
    assert len(set(columns[0])) == len(columns[0])
    return {
        name: (low, middle, high, unit)
        for name, low, middle, high, unit in zip(*columns, strict=True)
    }


def told(number: ff.Range) -> tuple[float, float, float, str]:
    return (*number, number.unit)


def test_a_capacity_is_a_frame_of_its_numbers(backend: str) -> None:
    found = ff.airlift_capacity(AIR, draws=50)
    table = rows(found, backend)
    assert table["tonnes_per_day"] == told(found.tonnes_per_day)
    assert table["trips_per_day of Plain small"] == told(found.trips_per_day_by_type["Plain small"])
    assert table["cycle_parts_h of flight out"] == told(found.cycle_parts_h["flight out"])
    assert table["bounds_t_per_day of offload"] == told(found.bounds_t_per_day["offload"])
    assert table["bottleneck_share of offload"] == (*[found.bottleneck_share["offload"]] * 3, "")
    assert table["one_more_t_per_day of one more Plain jet"] == told(
        found.one_more_t_per_day["one more Plain jet"]
    )
    assert found.seats_per_day is not None
    assert table["seats_per_day"] == told(found.seats_per_day)
    assert {
        "mtm_per_day",
        "fleet_size",
        "slack_share of fleet",
        "first_delivery_h",
        "cycle_h",
    } <= set(table)
    ships = ff.sealift_capacity(
        ff.SeaBridge([PlainVessel("s")], way("P", 960, "Q", mode="sea")), draws=9
    )
    at_sea = rows(ships, backend)
    assert at_sea["sailing_interval_days"] == told(ships.more["sailing_interval_days"])
    assert "seats_per_day" not in at_sea


def test_a_cycle_and_a_march_are_frames_too(backend: str) -> None:
    found = ff.cycle_capacity(AIR, draws=5)
    table = rows(found, backend)
    assert found.tonnes_per_day is not None
    assert table["tonnes_per_day"] == told(found.tonnes_per_day)
    assert table["throughput_per_day of Plain jet"] == told(
        found.throughput_per_day_by_type["Plain jet"]
    )
    for name in ("wait_h", "present", "queue", "utilisation_share", "bounds_per_h"):
        assert table[f"{name} of offload"] == told(getattr(found, name)["offload"])
    plain = rows(
        ff.cycle_capacity(fleet=3, service_h={"a": 1, "b": 5}, servers=(1, None), draws=1), backend
    )
    assert "tonnes_per_day" not in plain
    assert plain["fleet"] == (3.0, 3.0, 3.0, "")
    march = ff.convoy_march((50, 90), distance_km=100, draws=20)
    table = rows(march, backend)
    assert set(table) == set(march.by_draw)
    assert table["extal_h"] == told(march.extal_h)


def test_numbers_read_without_exponents_and_without_rounding_noise() -> None:
    for value, text in (
        (0.0, "0"), (1e-13, "0"), (0.1304, "0.13"), (13.735, "13.7"), (999.7, "1,000"), (1_073.2, "1,070"),
        (137_047.3, "137,000"), (1_234.0, "1,234"), (18.0, "18"), (0.0000123, "0.0000123"), (math.inf, "inf"),
    ):  # fmt: skip
        assert figure(value) == text
    assert str(ff.Range(0.0, 1e-14, 3e-13, "t/day")) == "0 t/day"
    assert str(ff.Range(7.0001, 7.0002, 7.0003, "h")) == "7.00 h"
    assert str(ff.Range(0.0, 2e-13, 0.25)) == "0.000 (0.000 to 0.250)"
    assert held(0.9, 4_000) == "ranges hold 90% of 4,000 draws"
    assert held(0.9, 1) == "one draw, so no ranges"


def test_one_more_of_what_stays_at_home_adds_nothing_at_all() -> None:
    """The best mix is found by a programme whose rounding differs with the number of aircraft."""
    bridge = ff.AirBridge(
        {"C-17": 8, "C-130J": 10},
        ff.route("New Delhi", "Kathmandu", mode="air"),
        4,
        4,
        offload_h=(2, 6),
    )
    found = ff.airlift_capacity(bridge, draws=500)
    none = found.one_more_t_per_day["one more C-130J"]
    assert none.high == 0.0
    assert str(none) == "0 t/day"
    more = found.one_more_t_per_day["one more offload spot"]
    assert more.middle > 1


@pytest.mark.parametrize(
    ("spots", "line", "cell"),
    [
        (99, "; 0 h of waiting in a cycle of 7 h;", ""),
        (3.999, "; less than 0.01 h of waiting in a cycle of 7 h;", "waits less than 0.01 h; "),
        (1, " h of waiting in a cycle of ", "waits "),
    ],
)
def test_waits_too_short_to_matter_are_said_to_be_so(spots: float, line: str, cell: str) -> None:
    found = ff.cycle_capacity(ff.AirBridge({JET: 4}, way("A", 1600, "B"), 99, spots), draws=1)
    assert line in str(found)
    assert cell in found._repr_html_()
    if spots == 1:
        assert found.wait_h["offload"].middle > 0.1
        assert f"waits {found.wait_h['offload']}; " in found._repr_html_()


def test_a_wait_that_may_be_long_is_told_with_its_range() -> None:
    found = ff.cycle_capacity(ff.AirBridge({JET: 4}, way("A", 1600, "B"), 99, (1, 4)), draws=40)
    wait = found.wait_h["offload"]
    assert wait.low < 0.01 < wait.high
    assert f"waits {wait}; " in found._repr_html_()
