"""Civil freighters of the catalogue: the loads and ranges published for them, and what follows from their masses."""

from __future__ import annotations

import math

import numpy as np
import pytest

from forceflow.quantity.units import KM_PER_NM
from forceflow.world import Aircraft, find_platform


def aircraft(name: str) -> Aircraft:
    found = find_platform(name)
    assert isinstance(found, Aircraft)
    return found


@pytest.mark.parametrize(
    ("name", "payload_t", "range_nm"),
    [
        ("747-400F", 113, 4_450),  # Boeing, quoted 1997, at 875,000 lb
        ("777F", 226_700 * 0.45359237 / 1000, 4_880),  # Boeing, 2009
        ("MD-11F", 91.67, 3_500),  # aviationreportglobal.com, 2011
        ("A330-200F", 70, 3_200),  # Airbus, 2010, and the next
        ("A330-200F", 65, 4_000),
        ("A300-600F", 112_000 * 0.45359237 / 1000, 2_685),  # Cargo Facts, 1994
        ("767-300F", 52.5, 3_255),  # aviationwire.jp, 2021
        ("737-800BCF", 23.9, 2_025),  # Boeing, 2023
    ],
)
def test_published_loads_of_civil_freighters(name: str, payload_t: float, range_nm: float) -> None:
    plane = aircraft(name)
    np.testing.assert_allclose(plane.payload_t(range_nm * KM_PER_NM).best, payload_t, rtol=1e-3)
    assert plane.payload_t((range_nm + 300) * KM_PER_NM).best < payload_t
    assert plane.seats is None
    assert plane.role == "freighter"


def test_the_second_corner_of_the_a330f_follows_from_its_first() -> None:
    """Breguet's equation with the masses of the catalogue: 65 t over 4,000 nm gives 70 t over 3,200 nm at 227 t."""
    plane = aircraft("A330-200F")
    reserve_km = 0.75 * plane.cruise_km_per_h.best
    constant = (4_000 * KM_PER_NM + reserve_km) / math.log(
        plane.take_off_t.high / (plane.empty_t.best + 65)
    )
    heavy = constant * math.log(plane.take_off_t.low / (plane.empty_t.best + 70)) - reserve_km
    assert heavy / KM_PER_NM == pytest.approx(3_200, rel=0.02)


def test_a_lighter_747_flies_as_far_as_boeing_says() -> None:
    """747-400F with 124 short tons at 800,000 to 850,000 lb: 3,200 to 4,050 nm (Boeing, quoted 1997)."""
    plane = aircraft("747-400F")
    loaded, reserve_km = plane.empty_t.best + 113, 0.75 * plane.cruise_km_per_h.best
    for take_off_lb, range_nm in ((800_000, 3_200), (833_000, 3_760), (850_000, 4_050)):
        reach = (
            plane.fuel_model.range_constant_km[1] * math.log(take_off_lb * 0.45359237e-3 / loaded)
            - reserve_km
        )
        assert reach / KM_PER_NM == pytest.approx(range_nm, rel=0.05)
