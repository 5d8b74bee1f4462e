"""One amount for a whole bridge is one unknown: how the fleet is split into equal types changes no range."""

from __future__ import annotations

from typing import Any

import pytest
from numpy.testing import assert_allclose

import forceflow as ff
from standins import PlainAircraft, PlainVessel, way

VAGUE_INPUTS: dict[str, Any] = {
    "payload_t": (20, 60),
    "load_share": (0.3, 0.9),
    "onload_h": (1, 3),
    "offload_h": (2, 6),
    "utilisation_h_per_day": (2, 6),
    "spots_per_aircraft": (1, 2),
}


def split(types: int, number: int = 8) -> dict[PlainAircraft, float]:
    """So many aircraft, in types that are equal but for their names."""
    return {
        PlainAircraft(f"t{i}", payload=40.0, onload=2.0, offload=3.0): number / types
        for i in range(types)
    }


@pytest.mark.parametrize("name", [*VAGUE_INPUTS, "crews_per_aircraft"])
@pytest.mark.parametrize("types", [2, 4])
def test_how_a_fleet_is_split_into_equal_types_changes_no_range(name: str, types: int) -> None:
    """Drawn once for each type, one unknown would average out, and the range narrow with the number of types."""
    given: dict[str, Any] = {name: VAGUE_INPUTS.get(name, (0.5, 2))}
    if name == "crews_per_aircraft":
        given |= {"crew_duty_h": 12, "crew_rest_h": 12}
    one, many = (ff.AirBridge(split(n), way("A", 800, "B"), 10, 4, **given) for n in (1, types))
    closed, apart = (ff.airlift_capacity(bridge, draws=200, seed=3) for bridge in (one, many))
    assert closed.tonnes_per_day.low < closed.tonnes_per_day.high
    assert_allclose(apart.by_draw["tonnes_per_day"], closed.by_draw["tonnes_per_day"])
    assert_allclose(list(apart.cycle_h), list(closed.cycle_h))
    cycle, mixed = (ff.cycle_capacity(bridge, draws=8, seed=3) for bridge in (one, many))
    assert cycle.tonnes_per_day is not None
    assert mixed.tonnes_per_day is not None
    assert_allclose(list(mixed.tonnes_per_day), list(cycle.tonnes_per_day), rtol=1e-6)
    flown, each = (
        ff.simulate_airlift(bridge, days=4, seed=3, replications=24, ground_cv=0, flight_cv=0)
        for bridge in (one, many)
    )
    if name != "crews_per_aircraft":  # crews are rounded to whole ones type by type
        assert_allclose(list(each.tonnes.total), list(flown.tonnes.total))
    assert each.tonnes.total.low < each.tonnes.total.high


def test_what_a_mapping_says_is_drawn_type_by_type() -> None:
    """Four types that may each be quick or slow: their mean varies half as much (the means of 4 independent draws)."""
    fleet = split(4, 16)
    shared = ff.AirBridge(fleet, way("A", 800, "B"), 99, 99, offload_h=(2, 6))
    apart = ff.AirBridge(
        fleet, way("A", 800, "B"), 99, 99, offload_h={kind.id: (2, 6) for kind in fleet}
    )
    wide, narrow = (
        ff.airlift_capacity(bridge).cycle_parts_h["offload"] for bridge in (shared, apart)
    )
    assert (narrow.high - narrow.low) / (wide.high - wide.low) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(
    "given",
    [
        {"cargo_t": (2_000, 8_000)},
        {"load_share": (0.3, 0.9)},
        {"speed_km_per_h": (10, 30)},
        {"load_h": (10, 90)},
        {"discharge_h": (10, 90)},
    ],
    ids=lambda given: next(iter(given)),
)
def test_ships_with_names_are_no_surer_than_a_ship_named_often(given: dict[str, Any]) -> None:
    same = [PlainVessel("s")] * 4
    named = [PlainVessel(f"s{i}") for i in range(4)]
    one, many = (
        ff.SeaBridge(
            ships, way("P", 960, "Q", mode="sea"), load_berths=2, discharge_berths=2, **given
        )
        for ships in (same, named)
    )
    closed, apart = (ff.sealift_capacity(bridge, draws=200, seed=3) for bridge in (one, many))
    assert closed.tonnes_per_day.low < closed.tonnes_per_day.high
    assert_allclose(apart.by_draw["tonnes_per_day"], closed.by_draw["tonnes_per_day"])
    sailed, each = (
        ff.simulate_sealift(bridge, days=60, seed=3, replications=24, berth_cv=0, sail_cv=0)
        for bridge in (one, many)
    )
    assert_allclose(list(each.tonnes.total), list(sailed.tonnes.total))
