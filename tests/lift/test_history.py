"""Airlifts that are over: what the closed form says from published inputs, beside what was published of them.

Two inputs were in no source read: how many aircraft were given to the operation, and the spots. They are priors set by
a rule that does not know the answer, and the ranges are as wide as that makes them.
"""

from __future__ import annotations

from functools import cache

import forceflow as ff
from forceflow.quantity.units import KM_PER_NM, T_PER_SHORT_TON
from standins import way

GRASS_T, GRASS_MISSIONS, GRASS_DAYS = (
    22_395 * T_PER_SHORT_TON,
    567,
    32,
)  # read: afhistory.org, amcmuseum.org
HALF_KM = 6_450 * KM_PER_NM / 2  # one way, with one stop about halfway (read)
UNLIMITED = 1_000


@cache
def nickel_grass(*types: str) -> ff.lift.AirCapacity:
    """A tenth to a half, most likely a quarter, of 265 C-141 and 85 C-5 (of 1990, read); UTE 4 to 12 h (recalled)."""
    fleet = {"C-141": 265, "C-5M": 85}
    bridge = ff.AirBridge(
        {name: (0.1 * fleet[name], 0.25 * fleet[name], 0.5 * fleet[name]) for name in types},
        way("United States", HALF_KM, "Lajes", HALF_KM, "Lod"),
        UNLIMITED,
        UNLIMITED,
        utilisation_h_per_day=(4, 8, 12),
    )
    return ff.airlift_capacity(bridge, seed=7)


def test_nickel_grass_lies_inside() -> None:
    found = nickel_grass("C-141", "C-5M")
    assert GRASS_MISSIONS / GRASS_DAYS in found.sorties_per_day
    assert GRASS_T / GRASS_DAYS in found.tonnes_per_day
    assert GRASS_DAYS in found.closure_days(GRASS_T)
    assert found.tonnes_per_day.high < 3 * found.tonnes_per_day.low  # or it would say nothing


def test_nickel_grass_loads_lie_between_its_types() -> None:
    """The load of a mission, 35.8 t, is at the upper edge of the mixed fleet: inside only between the two types."""
    mission_t = GRASS_T / GRASS_MISSIONS
    assert (
        nickel_grass("C-141").tonnes_per_trip.low
        < mission_t
        < nickel_grass("C-5M").tonnes_per_trip.high
    )
    both = nickel_grass("C-141", "C-5M").tonnes_per_trip
    assert both.middle < mission_t < 1.05 * both.high


def test_nickel_grass_needed_no_more_aircraft_than_there_were() -> None:
    for name, existed in (("C-141", 265), ("C-5M", 85)):
        needed = nickel_grass(name).aircraft_needed(GRASS_T, days=GRASS_DAYS)
        assert needed.low > GRASS_MISSIONS / GRASS_DAYS
        assert needed.middle < existed


def test_kabul_2021_lies_inside() -> None:
    """124,334 people on 778 flights in 17 days; 60 to 110 C-17 (read). To Al Udeid is our choice of the way.

    Spots: half of 6 to twice 9, those of Port-au-Prince in 2010 (second hand), also one runway in a crisis. The people
    of a day come out right by two errors that cancel: 70 flights a day for 46, and 102 seats for the 160 on board.
    """
    out = ff.route("Kabul", "Al Udeid", mode="air")
    found = ff.airlift_capacity(
        ff.AirBridge({"C-17": (60, 80, 110)}, out, (3, 7.5, 18), UNLIMITED, cargo="personnel"),
        seed=7,
    )
    assert found.seats_per_day is not None
    assert 778 / 17 in found.sorties_per_day
    assert 124_334 / 17 in found.seats_per_day
    # "My commitment is to ensure that airlift is never the constraint" (Gen. Lyons, 23 August 2021, read).
    assert found.bottleneck == "onload"
    assert found.bottleneck_share["onload"] > 0.9
    assert found.slack_share["fleet"].low > 0.0
