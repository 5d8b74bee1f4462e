"""Amounts in units as people write them: converted where they can be, refused by name where not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import forceflow as ff
from forceflow.errors import EstimateError, QuantityError
from forceflow.lift.bridges.amounts import as_quantity
from forceflow.quantity import Quantity
from forceflow.quantity.units import (
    HOURS_PER_DAY,
    KM_PER_NM,
    T_PER_LB,
    T_PER_SHORT_TON,
    known_units,
    unit_factor,
)
from standins import PlainAircraft, PlainMix, PlainVessel, way

JET = PlainAircraft("jet", payload=40.0, speed=800.0, onload=2.0, offload=1.0)
SHIP = PlainVessel("ship")
MIX = PlainMix()
AIR = way("A", 1600, "B")
SEA = way("P", 960, "Q", mode="sea")


def air(**more: Any) -> ff.lift.AirCapacity:
    given = {"fleet": {JET: 2}, "route": AIR, "onload_mog": 99, "offload_mog": 99, **more}
    return ff.airlift_capacity(ff.AirBridge(**given), draws=50)


@pytest.mark.parametrize(
    ("words", "unit", "factor"),
    [
        ("65 short tons", "t", T_PER_SHORT_TON),
        ("65 Short Tons", "t", T_PER_SHORT_TON),
        ("65 lb", "t", T_PER_LB),
        ("65 kg of cargo", "t", 0.001),
        ("65 tonnes", "t", 1.0),
        ("65", "t", 1.0),
        ("65 minutes", "h", 1 / 60),
        ("65 days", "h", HOURS_PER_DAY),
        ("65 h", "days", 1 / HOURS_PER_DAY),
        ("65 hours", "min", 60.0),
        ("65 knots", "km/h", KM_PER_NM),
        ("65 mph", "km/h", 1.609344),
        ("65 miles per hour", "km/h", 1.609344),
        ("65 nm", "km", KM_PER_NM),
        ("65 miles", "km", 1.609344),
        ("65 feet", "m", 0.3048),
        ("65 kg an hour", "t/h", 0.001),
        ("65 t/day", "t/h", 1 / HOURS_PER_DAY),
        ("65 vehicles per mile", "vehicles/km", 1 / 1.609344),
        ("65 trucks", "vehicles", 1.0),
    ],
)
def test_a_unit_is_turned_into_the_one_that_is_wanted(words: str, unit: str, factor: float) -> None:
    got = as_quantity(words, name="amount", unit=unit)
    assert_allclose(got.best, 65 * factor, rtol=1e-12)
    assert got.unit == unit
    assert as_quantity(got, name="amount", unit=unit) == got
    shown = Quantity.exactly(65, unit=words.partition(" ")[2])
    assert_allclose(as_quantity(shown, name="amount", unit=unit).best, 65 * factor, rtol=1e-12)


@pytest.mark.parametrize(
    ("given", "unit", "words"),
    [
        (
            "2 days",
            "t",
            "^amount: '2 days' is in 'days', which cannot be turned into t; give t, kg, lb, short ton",
        ),
        ("20 tons", "t", "'tons', which cannot be turned into t"),  # short, long or metric?
        (Quantity.exactly(3, unit="sorties"), "t", "'sorties', which cannot be turned into t"),
        ("2 hours", "km", "give km, m, ft, nm, mi"),
        (
            "3 days",
            "aircraft",
            "'days', which cannot be turned into aircraft; give a number of aircraft",
        ),
        ("2 kg", "", "'kg', which cannot be turned into a plain number; give a number"),
        ("3 flights a day", "aircraft", "in a number a day, which cannot be turned into aircraft"),
        ("16 hours a day", "h", "'hours/day', which cannot be turned into h"),
        (
            Quantity.parse("20 a day", unit="t"),
            "t",
            "in a number a day, which cannot be turned into t",
        ),
        ("20 t/day", "t", "'t/day', which cannot be turned into t"),
    ],
)
def test_a_unit_that_is_none_of_it_is_refused_by_name(given: Any, unit: str, words: str) -> None:
    with pytest.raises(QuantityError, match=words):
        as_quantity(given, name="amount", unit=unit)


def test_a_day_says_no_more_than_the_name_does() -> None:
    for words in (
        "16 hours a day",
        "16 h/day",
        "16 a day",
        "16 hours",
        "16",
        "960 minutes per day",
    ):
        assert as_quantity(words, name="operating_h_per_day", unit="h").best == pytest.approx(16)
        assert as_quantity(words, name="operating_h_per_day", unit="h").per_day is False
    for words in ("500 kg a day", "500 kg", "0.5 t each day"):
        assert as_quantity(words, name="clearance_t_per_day", unit="t/day").best == pytest.approx(
            0.5
        )
    rate = Quantity.parse("500 a day", unit="kg")
    assert rate.per_day
    assert as_quantity(rate, name="clearance_t_per_day", unit="t/day").best == pytest.approx(0.5)
    assert as_quantity("2 t/h", name="clearance_t_per_day", unit="t/day").best == pytest.approx(48)
    with pytest.raises(
        EstimateError, match="operating_h_per_day must be at least 0 and at most 24 h"
    ):
        air(operating_h_per_day="2 days")


def test_a_hedge_is_converted_with_its_number() -> None:
    tonnes, short_tons = (
        as_quantity(words, name="x", unit="t") for words in ("about 60", "about 60 short tons")
    )
    assert_allclose(short_tons.quantile([0.1, 0.9]), tonnes.quantile([0.1, 0.9]) * T_PER_SHORT_TON)
    assert_allclose(as_quantity("5 to 9 minutes", name="x", unit="h").ends, [5 / 60, 9 / 60])


def test_every_door_converts() -> None:
    assert_allclose(air(payload_t=Quantity.exactly(40_000, unit="kg")).tonnes_per_trip.middle, 40)
    assert_allclose(
        air(payload_t={"jet": "65 short tons"}).tonnes_per_trip.middle, 65 * T_PER_SHORT_TON
    )
    assert_allclose(air(onload_h="135 minutes").cycle_h.middle, 2.25 + 1 + 4)
    by_hour, told = air(operating_h_per_day=16), air(operating_h_per_day="16 hours a day")
    assert told.tonnes_per_day.middle > 0
    exact = air(operating_h_per_day=Quantity.exactly(16 * 60, unit="minutes"))
    assert_allclose(exact.tonnes_per_day.middle, by_hour.tonnes_per_day.middle)
    assert by_hour.closure_days(Quantity.exactly(5_000_000, unit="kg")) == by_hour.closure_days(
        5_000
    )
    for ask in (by_hour.closure_days, lambda tonnes: by_hour.aircraft_needed(tonnes, days=2)):
        with pytest.raises(QuantityError, match="tonnes: '2 days' is in 'days'"):
            ask("2 days")
    ship = ff.sealift_capacity(
        ff.SeaBridge([SHIP], SEA, speed_km_per_h="15 knots", delay_ratio=1), draws=50
    )
    assert_allclose(ship.cycle_parts_h["sail out"].middle, 960 / (15 * KM_PER_NM))
    march = ff.convoy_march(9, mix=MIX, distance_km=Quantity.exactly(100, unit="miles"), draws=50)
    assert_allclose(march.distance_km, 160.9344)
    with pytest.raises(QuantityError, match="fleet"):
        air(fleet={"Il-76MD": "2 days"})


def test_a_bridge_simulates_what_its_closed_form_counts() -> None:
    plain = ff.AirBridge({JET: 1}, AIR, 9, 9, payload_t=40, onload_h=2.25)
    told = ff.AirBridge(
        {JET: 1}, AIR, 9, 9, payload_t=Quantity.exactly(40_000, unit="kg"), onload_h="135 minutes"
    )
    first, second = (
        ff.simulate_airlift(b, days=4, seed=7, replications=3).tonnes for b in (plain, told)
    )
    assert_allclose(first.middle, second.middle)


def test_factors_of_units_that_fit_and_do_not() -> None:
    assert unit_factor("km", to="m") == pytest.approx(1000)
    assert unit_factor("knots", to="mph") == pytest.approx(1.852 / 1.609344)
    assert unit_factor("trucks", to="trucks") is None
    assert unit_factor("t/h", to="t") is None
    assert known_units("days") == known_units("h")
    assert known_units("aircraft") == ()
    assert known_units("t/h") == ("t/h",)
    for unit in ("t", "h", "km", "km/h"):
        assert all(unit_factor(name, to=unit) is not None for name in known_units(unit))


# -- numbers that are no numbers of what they count ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"columns": 2.5}, "columns must be a whole number of at least 1, got 2.5"),
        ({"columns": "2"}, "columns must be a whole number of at least 1, got '2'"),
        ({"columns": np.nan}, "columns must be a whole number of at least 1, got nan"),
        ({"columns": True}, "columns must be a whole number of at least 1, got True"),
        ({"vehicles_per_march_unit": 2.5}, "vehicles_per_march_unit must be a whole number"),
        ({"march_units_per_serial": -1}, "march_units_per_serial must be a whole number"),
        (
            {"gap_m": 50, "vehicles_per_km": 10},
            "give vehicles_per_km, or gap_m and vehicle_length_m, not both",
        ),
        ({"vehicle_length_m": 5, "vehicles_per_km": 10}, "not both"),
        ({"extra_time_min": -1}, "extra_time_min must be at least 0 min"),
    ],
)
def test_a_march_says_what_it_cannot_count(change: dict[str, Any], words: str) -> None:
    with pytest.raises(EstimateError, match=words):
        ff.convoy_march(10, mix=MIX, **change)
    assert ff.convoy_march(10, mix=MIX, columns=np.int64(2), draws=4).columns == 2  # type: ignore[arg-type]


def test_storage_needs_some_dwell() -> None:
    for dwell in (0, (0, 3)):
        with pytest.raises(EstimateError, match="dwell_days must be above 0 days, got"):
            ff.lift.port_throughput(storage_t=100, dwell_days=dwell)
