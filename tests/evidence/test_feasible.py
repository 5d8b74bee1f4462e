"""One ship at two voyages: what its speed allows, in any order of rows and under any of its names."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import forceflow as ff

ROW = {
    "mode": "sea",
    "platform": "Sparta II",
    "origin": "Tartus",
    "destination": "Baltiysk",
    "movements": 1,
}


def flags(*rows: dict[str, Any]) -> list[tuple[str, ...]]:
    frame = pd.DataFrame(
        [{"event_id": f"e{number}", **ROW, **row} for number, row in enumerate(rows, 1)]
    )
    return [flag.claims for flag in ff.flag_infeasible(ff.from_frame(frame))]


def days_there_and_back() -> float:
    """By hand: twice the way over 105 % of the top speed."""
    ship = ff.find_platform("Sparta II")
    assert isinstance(ship, ff.world.Vessel)
    km = ff.route("Tartus", "Baltiysk", mode="sea").distance_km
    return 2 * km / (1.05 * ship.speed_km_per_h.high) / 24


def test_a_ship_that_would_be_there_and_back_in_three_days_is_flagged() -> None:
    frame = pd.DataFrame([{**ROW, "start": "2025-01-30"}, {**ROW, "start": "2025-02-02"}])
    (flag,) = ff.flag_infeasible(ff.from_frame(frame))
    assert "Tartus to Baltiysk and on to Tartus" in flag.reason
    assert "Sparta II would have needed" in flag.reason
    assert "kn at most" in flag.reason


def test_the_time_between_departures_decides() -> None:
    """From the first moment of one day to the last of the other: a day more than the days between."""
    days = days_there_and_back()
    assert 20 < days < 30
    first = pd.Timestamp("2025-01-30")
    short, long = (str((first + pd.Timedelta(days=int(days) + more)).date()) for more in (-1, 1))
    assert flags({"start": "2025-01-30"}, {"start": short}) == [("e1", "e2")]
    assert flags({"start": "2025-01-30"}, {"start": long}) == []
    assert (
        flags(
            {"start": "2025-01-30", "stop": "2025-03-15"},
            {"start": "2025-02-02", "stop": "2025-03-15"},
        )
        == []
    )
    assert flags({"start": "2025-01-30"}, {"start": "2025-01-30"}) == [("e1", "e2")]
    assert flags({"start": "2025-01"}, {"start": "2025-02-02"}) == []


def test_rows_and_names_in_any_order() -> None:
    three = [{"start": "2025-01-30"}, {"start": "2025-02-02"}, {"start": "2025-02-05"}]
    assert flags(*three) == [("e1", "e2"), ("e2", "e3")]
    assert flags(three[2], three[0], three[1]) == [("e2", "e3"), ("e3", "e1")]
    for name in ("SPARTA II", "sparta-ii", "Sparta 2"):
        try:
            same = ff.find_platform(name).id
        except ff.errors.UnknownNameError:
            continue
        assert same == "Sparta II"
        assert flags(three[0], {**three[1], "platform": name}) == [("e1", "e2")]


def test_what_is_no_single_ship_or_no_way_is_not_judged() -> None:
    days = {"start": "2025-01-30"}, {"start": "2025-02-02"}
    for platform in ("Ropucha class", "cargo ship", "ro-ro ship"):
        assert flags(*({**day, "platform": platform} for day in days)) == []
    assert flags({**days[0], "platform": "Sparta"}, days[1]) == []
    assert (
        flags(*({**day, "destination": "Germany"} for day in days)) == []
    )  # a region without a port
    assert (
        flags(*({**day, "origin": "syria", "destination": "Tartus"} for day in days)) == []
    )  # one port
    planes = {
        "mode": "air",
        "platform": "Il-76MD",
        "origin": "OSLK",
        "destination": "GABS",
        "start": "2025-01-30",
    }
    assert flags(planes, planes, planes) == []


def test_the_next_voyage_may_begin_where_the_last_ended() -> None:
    there, back = {"start": "2025-01-01"}, {"origin": "Baltiysk", "destination": "Tartus"}
    one_way = round(days_there_and_back() / 2)
    arrived, too_early = (f"2025-01-{1 + one_way + more:02d}" for more in (2, -3))
    assert flags(there, {**back, "start": arrived}) == []
    assert flags(there, {**back, "start": too_early}) == [("e1", "e2")]


@pytest.mark.parametrize(
    ("movements", "platform", "flagged"), [(2, "Sparta II", True), (1, "Sparta II", False)]
)
def test_several_sailings_of_one_ship_in_one_row(
    movements: int, platform: str, flagged: bool
) -> None:
    row = {
        "movements": movements,
        "platform": platform,
        "start": "2025-01-30",
        "stop": "2025-02-06",
    }
    assert flags(row) == ([("e1",)] if flagged else [])
    assert flags({**row, "platform": "Sparta; Sparta II", "movements": 2}) == []
    assert flags({**row, "stop": "2025-03-30"}) == []
