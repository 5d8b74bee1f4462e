"""Drivers of a capacity: shares of a sum of logs by hand, what is named, and what is left out."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Any

import pytest

import forceflow as ff
from forceflow.sensitivity.drivers import Driver
from forceflow.world.platforms.sourced_figures import Figure
from standins import PlainAircraft, PlainVessel, way

JET = PlainAircraft("jet", payload=40.0, onload=2.0, offload=1.0)
HEAVY = PlainAircraft("heavy", payload=100.0, onload=4.0, offload=3.0)
SHIP = PlainVessel("ship")
ROUTE = way("A", 1600, "B")
SEA = way("P", 960, "Q", mode="sea")


def shares(capacity: Any, **asked: Any) -> dict[str, Driver]:
    return {driver.name: driver for driver in ff.drivers(capacity, **asked)}


def log_normal(median: float, gsd: float, unit: str) -> ff.Quantity:
    return ff.Quantity.lognormal(median, gsd, unit=unit)


@pytest.mark.parametrize("model", ["air", "sea", "cycle"])
def test_the_log_of_a_product_is_shared_out_by_its_variances(model: str) -> None:
    """T = payload x fleet / cycle, and ln T has the sum of their variances: ln(1.3)^2 against ln(1.15)^2 ..."""
    load = log_normal(40, 1.3, "t")
    share = ff.Quantity.of((0.4, 0.8))
    capacity: Any
    if model == "sea":
        open_share = ff.Quantity.of((0.5, 0.9))
        capacity = ff.sealift_capacity(
            ff.SeaBridge([SHIP] * 2, SEA, delay_ratio=1, cargo_t=load, open_share=open_share)
        )
        names, other = ("cargo_t", "open_share"), open_share
    else:
        bridge = ff.AirBridge({JET: 1}, ROUTE, 99, 99, payload_t=load, serviceable_share=share)
        capacity = (
            ff.airlift_capacity(bridge) if model == "air" else ff.cycle_capacity(bridge, draws=2)
        )
        names, other = ("payload_t", "serviceable_share"), share
    levels = [(i + 0.5) / 4_000 for i in range(4_000)]
    logs = [math.log(value) for value in other.quantile(levels)]
    mean = sum(logs) / len(logs)
    second = sum((value - mean) ** 2 for value in logs) / len(logs)
    first = math.log(1.3) ** 2
    found = shares(capacity, draws=1_024 if model != "cycle" else 256)
    assert set(found) == set(names)
    wide = 0.02 if model != "cycle" else 0.05
    assert found[names[0]].total == pytest.approx(first / (first + second), abs=wide)
    assert found[names[1]].total == pytest.approx(second / (first + second), abs=wide)
    for driver in found.values():
        assert driver.low <= driver.total <= driver.high


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"offload_h": (2, 6)}, "offload_h of all types"),
        ({"offload_h": {"jet": (2, 6)}}, "offload_h of Plain jet"),
        ({"offload_mog": (1, 2)}, "offload_mog"),
        ({"payload_t": (20, 60)}, "payload_t of all types"),
        ({"payload_t": {"heavy": (20, 60)}}, "payload of Plain heavy"),
        ({"load_share": (0.2, 0.6)}, "load_share of all types"),
        ({"cargo_t": (2_000, 8_000)}, "cargo_t of all ships"),
        ({"speed_km_per_h": (10, 30)}, "speed_km_per_h of all ships"),
        ({"load_t_per_h": (40, 90)}, "load_t_per_h"),
        ({"load_berths": (0.1, 0.3)}, "load_berths"),
        ({"delay_ratio": (1, 2)}, "delay_ratio"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_what_varies_alone_is_all_of_it_and_what_is_fixed_is_absent(
    given: dict[str, Any], name: str
) -> None:
    capacity: Any
    if next(iter(given)) not in {field.name for field in fields(ff.AirBridge)}:
        at_sea: dict[str, Any] = {"delay_ratio": 1, **given}
        capacity = ff.sealift_capacity(
            ff.SeaBridge([SHIP, PlainVessel("other", cargo=900.0)], SEA, **at_sea), draws=8
        )
    else:
        in_air: dict[str, Any] = {"onload_mog": 3, "offload_mog": 1, **given}
        capacity = ff.airlift_capacity(ff.AirBridge({JET: 4, HEAVY: 2}, ROUTE, **in_air), draws=8)
    found = shares(capacity, draws=1_024)
    assert list(found) == [name]
    assert found[name].total == pytest.approx(1.0, abs=0.06)


def test_a_type_brings_inputs_of_its_own() -> None:
    vague = PlainAircraft(
        "vague",
        payload=(30, 40, 48),
        speed=(700, 800),
        onload=(1, 2, 4),
        enroute=(1, 2),
        share=(0.3, 0.8),
    )
    direct, over = (
        ff.AirBridge({vague: 3}, one, 9, 9) for one in (ROUTE, way("A", 800, "S", 800, "B"))
    )
    own = {
        "payload of Plain vague",
        "load_factor of Plain vague",
        "block_speed of Plain vague",
        "onload_h of Plain vague",
    }
    assert (
        set(shares(ff.airlift_capacity(direct, draws=8), draws=128)) == own
    )  # nobody lands on the way
    stops = shares(ff.airlift_capacity(over, draws=8), draws=128)
    assert set(stops) == own | {"enroute_h of Plain vague"}
    assert next(iter(stops)) == "load_factor of Plain vague"


class Airliner(PlainAircraft):
    """An aircraft whose number of seats is not known."""

    @property
    def seats(self) -> Figure:
        return Figure(
            ff.Quantity.of((80, 120), unit="seats"), source="test", status="prior", note="chosen"
        )


def test_seats_carry_no_tonnes() -> None:
    bridge = ff.AirBridge({Airliner("liner"): (2, 6)}, ROUTE, 9, 9)
    capacity = ff.airlift_capacity(bridge, draws=100)
    assert capacity.seats_per_day is not None
    assert capacity.seats_per_day.low < capacity.seats_per_day.high
    assert list(shares(capacity, draws=128)) == ["fleet of Plain liner"]


def test_the_seed_of_a_capacity_is_that_of_its_drivers() -> None:
    bridge = ff.AirBridge({JET: (2, 6)}, ROUTE, 9, (1, 3), payload_t=(20, 60))
    first, second = (
        ff.drivers(ff.airlift_capacity(bridge, draws=8, seed=seed), draws=128) for seed in (1, 2)
    )
    assert first == ff.drivers(ff.airlift_capacity(bridge, draws=9, seed=1), draws=128)
    assert first != second
    assert second == ff.drivers(ff.airlift_capacity(bridge, draws=8, seed=1), draws=128, seed=2)


def test_capacities_without_drivers_say_why() -> None:
    exact = ff.airlift_capacity(ff.AirBridge({JET: 2}, ROUTE, 9, 9), draws=8)
    with pytest.raises(ff.errors.EstimateError, match="nothing in this capacity varies"):
        ff.drivers(exact)
    plain = ff.cycle_capacity(fleet=3, service_h=(1, 5), servers=(1, None), draws=2)
    with pytest.raises(
        ff.errors.EstimateError, match="give the capacity of an AirBridge or SeaBridge"
    ):
        ff.drivers(plain)


def test_a_share_is_printed_as_finely_as_it_is_known() -> None:
    driver = Driver
    assert str(driver("a", 0.32, 0.311, 0.329)) == "a: 32% (31% to 33%)"
    assert str(driver("a", 0.071, 0.0702, 0.0722)) == "a: 7.1% (7.0% to 7.2%)"
    assert str(driver("a", 0.0712, 0.07119, 0.07121)) == "a: 7.1%"
    assert str(driver("a", 0.0, 0.0, 0.0)) == "a: 0%"
    assert str(driver("a", 0.001, -0.02, 0.03)) == "a: 0% (0% to 3%)"


def test_a_queue_too_large_is_refused_for_what_it_is() -> None:
    """Not as one in which nothing varies."""
    bridge = ff.AirBridge({JET: (2, 40), HEAVY: (2, 40)}, ROUTE, 1, 1)
    found = ff.cycle_capacity(bridge, draws=1)
    with pytest.raises(
        ff.errors.EstimateError,
        match=r"smaller fleets, to be solved in each of 99,999 draws; give draws=",
    ):
        ff.drivers(found, draws=99_999)
