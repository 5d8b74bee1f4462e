"""People beyond the fullest flight published are flagged; a load far below what other rows print is named."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

import forceflow as ff


def flight(platform: str, people: int, movements: int = 1) -> tuple[ff.FlowEvent, ...]:
    row = {
        "mode": "air",
        "platform": platform,
        "origin": "Kabul",
        "destination": "OTBD",
        "start": "2021-08-15",
    }
    return ff.from_frame(
        pl.DataFrame([{**row, "movements": movements, "personnel": people}]), theatre="Afghanistan"
    )


@pytest.mark.parametrize(
    ("platform", "people", "movements", "is_flagged"),
    [
        ("C-17", 1_080, 1, True), ("C-17", 824, 1, True), ("C-17", 823, 1, False), ("C-17", 10_800, 20, False),
        ("C-17", 10_800, 10, True), ("An-124", 880, 1, False), ("C-130J", 452, 1, False), ("Il-62M", 600, 1, True),
    ],
)  # fmt: skip
def test_people_beyond_the_fullest_flight_published_are_flagged(
    platform: str, people: int, movements: int, is_flagged: bool
) -> None:
    """823 people on a C-17 is the record; an An-124 is printed with 880 troops, C-130s left Saigon with 452."""
    flags = ff.flag_infeasible(flight(platform, people, movements))
    assert bool(flags) is is_flagged
    assert all("people an aircraft" in flag.reason for flag in flags)


def notes(*tonnes: float | None, platform: str = "cargo ship") -> tuple[str, ...]:
    rows: list[dict[str, Any]] = [
        {
            "mode": "sea", "platform": platform, "origin": "Odesa", "destination": "Italy", "movements": 1,
            "start": f"2022-08-{day + 1:02d}", "tonnes": load,
        }
        for day, load in enumerate(tonnes)
    ]  # fmt: skip
    return ff.estimate_tonnage(
        ff.from_frame(pl.DataFrame(rows), theatre="UA"), seed=1, draws=200
    ).notes


def test_a_catalogue_load_below_what_other_rows_print_is_named() -> None:
    (note,) = [note for note in notes(22_000, 42_000, None, None) if "catalogue" in note]
    assert "used for 2 events without tonnes" in note
    assert "(22,000 to 42,000 t a sailing)" in note
    assert not [note for note in notes(2_000, 42_000, None) if "catalogue" in note]
    assert not [note for note in notes(22_000, 42_000) if "catalogue" in note]
    assert not [
        note
        for note in notes(20_000, None, platform="bulk carrier")
        if "below" in note and "(2" in note
    ]


def test_notes_on_people_do_not_contradict_each_other() -> None:
    row = {
        "mode": "air",
        "platform": "C-17",
        "origin": "Kabul",
        "destination": "OTBD",
        "start": "2021-08-15",
    }
    events = ff.from_frame(
        pl.DataFrame([{**row, "movements": None, "personnel": 500}]), theatre="AF"
    )
    said = ff.estimate_tonnage(events, seed=1, draws=200).notes
    assert [note for note in said if "from the people alone" in note]
    assert not [note for note in said if "by payload" in note]


def test_events_and_estimates_are_refused_in_words_that_name_the_way() -> None:
    events = flight("C-17", 500)
    estimate = ff.estimate_tonnage(events, measure="personnel", seed=1, draws=200)
    for given in (events, estimate, pl.DataFrame({"vehicles": [1]})):
        with pytest.raises(
            ff.errors.EstimateError,
            match=r"convoy_march takes how many vehicles march.*event\.vehicles",
        ):
            ff.convoy_march(given)  # type: ignore[arg-type]
    assert ff.convoy_march(pl.Series([10.0, 20.0, 30.0]), draws=200).vehicles is not None
    for call in (ff.forecast, ff.backtest):
        with pytest.raises(
            ff.errors.FrameError, match=r"got an estimate; give estimate\.to_frame\(\), time='stop'"
        ):
            call(estimate)
        with pytest.raises(
            ff.errors.FrameError, match=r"got events; .*estimate_tonnage\(events, seed=7\)"
        ):
            call(events)
    series = estimate.to_frame()
    assert (
        ff.forecast(series, time="stop", done="cumulative_middle") is not None
        if len(series) > 3
        else True
    )
