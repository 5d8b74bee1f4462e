"""Spots of an apron are whole, service takes time, and people on board are counted wherever they are given."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import forceflow as ff
from forceflow.errors import EstimateError, ForceflowError

WAY = ff.route("Hmeimim", "al-Khadim", mode="air")


def bridge(**changed: Any) -> ff.AirBridge:
    given: dict[str, Any] = {
        "fleet": {"Il-76MD": 4},
        "route": WAY,
        "onload_mog": 2,
        "offload_mog": 2,
    }
    return ff.AirBridge(**{**given, **changed})


@pytest.mark.parametrize("name", ["onload_mog", "offload_mog", "enroute_mog"])
@pytest.mark.parametrize(
    "spots", [0.5, "0.5", (0.2, 0.8), (0.5, 2), np.array([0.5, 2.0, 3.0]), 0, 0.999]
)
def test_no_aircraft_stands_on_part_of_a_spot(name: str, spots: Any) -> None:
    with pytest.raises(EstimateError, match=name):
        bridge(**{name: spots})


@pytest.mark.parametrize(
    "spots", [1, 1.5, "1", "at least 1", "about 2", (1, 3), np.array([1.0, 2.0])]
)
def test_one_spot_or_more_is_taken(spots: Any) -> None:
    assert ff.airlift_capacity(bridge(onload_mog=spots), draws=50).tonnes_per_day.middle > 0


def test_ground_times_of_0_are_said() -> None:
    none = ff.airlift_capacity(bridge(onload_h=0, offload_h=0), draws=50)
    assert any("onload_h is 0" in note for note in none.notes)
    assert any("offload_h is 0" in note for note in none.notes)
    usual = ff.airlift_capacity(bridge(onload_h=1), draws=50)
    assert not any("_h is 0" in note for note in usual.notes)
    sea = ff.SeaBridge(
        ["Sparta"], ff.route("Tartus", "Tobruk", mode="sea"), load_h=0, discharge_h=5
    )
    said = [note for note in ff.sealift_capacity(sea, draws=50).notes if "_h is 0" in note]
    assert said == ["load_h is 0: loading takes no time, so its berths hold nobody up"]


def test_people_on_a_flight_count_whatever_the_cargo_is_called() -> None:
    """People a day are flights a day times the people on each."""
    capacity = ff.airlift_capacity(bridge(people_per_sortie=343), draws=50)
    assert capacity.people_per_day is not None
    assert capacity.people_per_day.middle == pytest.approx(343 * capacity.trips_per_day.middle)
    assert "people/day" in str(capacity).splitlines()[0]
    assert any("the people or the tonnes, not both" in note for note in capacity.notes)
    alone = ff.airlift_capacity(bridge(people_per_sortie=343, cargo="personnel"), draws=50)
    assert not any("not both" in note for note in alone.notes)


def evacuees() -> tuple[ff.FlowEvent, ...]:
    days = [f"2025-01-{day:02d}" for day in range(1, 29)]
    frame = pd.DataFrame({"start": days, "movements": 2, "personnel": 200})
    ends = {"origin": "Hmeimim", "destination": "al-Khadim", "mode": "air", "platform": "Il-76MD"}
    return tuple(ff.from_frame(frame.assign(**ends), theatre="syria"))


def test_the_people_of_a_capacity_bound_a_stock_of_people() -> None:
    capacity = ff.airlift_capacity(
        bridge(people_per_sortie=30, cargo="personnel", fleet={"Il-76MD": 1}), draws=500
    )
    assert capacity.people_per_day is not None
    given: dict[str, Any] = {"stock": 20_000, "measure": "personnel", "draws": 500, "seed": 7}
    events = evacuees()
    by_capacity = ff.estimate_withdrawal(events, ceiling_per_day=capacity, **given)
    by_number = ff.estimate_withdrawal(
        events, ceiling_per_day=capacity.people_per_day.middle, **given
    )
    free = ff.estimate_withdrawal(events, **given)
    days = [left.remaining_middle[200] for left in (by_capacity, by_number, free)]
    assert days[0] == pytest.approx(days[1], rel=0.1)
    assert days[2] < days[0]
    with pytest.raises(ForceflowError, match="t/day"):
        ff.estimate_withdrawal(
            events, stock=100, measure="vehicles", ceiling_per_day=capacity, draws=100, seed=7
        )
