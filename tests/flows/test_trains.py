"""Trains from reports and tables to estimates: the mode rail through every part that has modes."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import forceflow as ff
from forceflow.errors import FrameError, NoRouteError, RouteError
from forceflow.modes import MODES

REPORT = """
[report]
id = "made-up"
publisher = "A made-up gazette"
title = "Trains to the coast"
published = "2025-02-20"
grade = "B2"
grade_reason = "made up for a test"

[events]
coast-trains = "Trains from Damascus to Homs, February 2025"

[[claims]]
id = "gazette-1"
kind = "movement"
text = "Twelve trains left Damascus for Homs."
mode = "rail"
platform = "{platform}"
quantity = "12 trains"
unit = "trains"
start = 2025-02-01
stop = 2025-02-12
origin = "Damascus"
destination = "Homs"
locator = "paragraph 1"
event = "coast-trains"
"""


def trains_of(folder: Path, platform: str = "military trains") -> tuple[ff.FlowEvent, ...]:
    (folder / "gazette.toml").write_text(REPORT.format(platform=platform), encoding="utf-8")
    return tuple(ff.merge_claims(ff.read_reports(folder)))


def freight_train() -> ff.world.FreightTrain:
    found = ff.find_platform("freight train")
    assert isinstance(found, ff.world.FreightTrain)
    return found


def table(**more: object) -> pd.DataFrame:
    row = {
        "event_id": "t1",
        "mode": "rail",
        "platform": "train",
        "origin": "Damascus",
        "destination": "Homs",
        "start": "2025-02-01",
        "movements": 12,
        "direction": "outbound",
    }
    return pd.DataFrame([row | more])


def test_a_claim_of_trains_becomes_an_event_and_tonnes(tmp_path: Path) -> None:
    (event,) = trains_of(tmp_path)
    assert isinstance(event, ff.Train)
    assert event.platform == "freight train"
    assert event.movements.best == 12
    tonnes = ff.estimate_tonnage([event], direction=event.direction, seed=7)
    load = freight_train().cargo_t
    # Twelve trains of one shared uncertain load: the range of the sum is twelve times the range of the load.
    assert tonnes.total.low == pytest.approx(12 * load.interval(0.9)[0], rel=0.02)
    assert tonnes.total.high == pytest.approx(12 * load.interval(0.9)[1], rel=0.02)
    assert tonnes.claims == ("gazette-1",)


def test_trains_come_back_from_a_table() -> None:
    (event,) = ff.from_frame(table())
    assert isinstance(event, ff.Train)
    assert list(ff.from_frame(ff.to_frame([event]))) == [event]
    (by_kind,) = ff.from_frame(table(mode=None, kind="train"))
    assert by_kind == event


def test_a_train_does_not_fly_and_an_aircraft_runs_on_no_rails() -> None:
    with pytest.raises(FrameError, match="'freight train' does not move by air; write mode 'rail'"):
        ff.from_frame(table(mode="air"))
    with pytest.raises(FrameError, match="'Il-76MD' does not move by rail; write mode 'air'"):
        ff.from_frame(table(platform="Il-76MD"))


def test_length_by_rail_is_a_prior_on_the_great_circle() -> None:
    rail = ff.route("Damascus", "Homs", mode="rail")
    straight_km = ff.route("Damascus", "Homs", mode="air").distance_km
    assert rail.distance_km > straight_km * 1.05
    assert rail.distance_range_km.low < rail.distance_km < rail.distance_range_km.high
    assert "prior" in rail.notes[-1]
    speed = freight_train().speed_km_per_h
    assert rail.duration_h().high == pytest.approx(rail.distance_range_km.high / speed.low)
    assert rail.duration_h("train") == rail.duration_h()


def test_no_train_crosses_the_sea_and_nothing_is_closed_on_a_line_that_is_not_known() -> None:
    with pytest.raises(NoRouteError, match="km of sea"):
        ff.route("Damascus", "Cyprus", mode="rail")
    with pytest.raises(RouteError, match="via="):
        ff.route("Damascus", "Homs", mode="rail", closed="Hama")
    with pytest.raises(RouteError, match="strait"):
        ff.route("Damascus", "Bosphorus", mode="rail")


def test_trains_have_their_share_reported_their_pace_and_their_row() -> None:
    events = ff.from_frame(pd.concat([table(), table(event_id="t2", start="2025-03-01")]))
    plain = ff.estimate_rate(events, seed=7)
    half = ff.estimate_rate(events, detection={"rail": 0.5}, seed=7)
    assert half.per_day.middle == pytest.approx(2 * plain.per_day.middle, rel=0.2)
    kept = ff.estimate_withdrawal(events, stock_t=20_000, pace={"rail": 0.0}, seed=7)
    gone = ff.estimate_withdrawal(events, stock_t=20_000, seed=7)
    assert kept.stall_probability > gone.stall_probability
    ax = ff.plot(events)
    shown = [words.get_text() for words in (*ax.texts, *ax.get_yticklabels())]
    plt.close("all")
    assert any("by rail" in words for words in shown)
    assert any(f"12 {MODES['rail'].trips}" in words for words in shown)
