"""Silence, and short records: "never" is smooth and not certain, and a few days are not divided by a week."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from test_withdrawal import DRAWS, FIRST, flights, left
from typer.testing import CliRunner

import forceflow as ff
from forceflow import cli
from forceflow.withdrawal.depletion import LOOK_BACK_DAYS, silence_odds


def never(events: Any, day: dt.date, **given: Any) -> float:
    return left(events, as_of=day, **given).stall_probability


def test_never_moves_smoothly_with_the_day_of_asking(events: tuple[ff.FlowEvent, ...]) -> None:
    """Through 12 and 13 March, where the last sailing leaves the six weeks, and on for a year of silence."""
    days = [dt.date(2025, 3, 5) + dt.timedelta(days=n) for n in (*range(0, 12), 60, 120, 300)]
    shares = [never(events, day, draws=400) for day in days]
    assert np.all(np.diff(shares) >= 0)
    assert np.all(np.diff(shares[:12]) < 0.02)
    assert 0.37 < shares[0] < shares[-1] < 0.8


def test_never_hardly_depends_on_the_days_looked_back_upon(
    events: tuple[ff.FlowEvent, ...],
) -> None:
    shares = [
        never(events, dt.date(2025, 3, 31), look_back=days, draws=400)
        for days in (20, 42, 59, 60, 61, 62, 120)
    ]
    np.testing.assert_allclose(shares, shares[0], atol=0.01)


def test_the_odds_of_a_stall_are_one_over_the_chance_of_silence() -> None:
    """By simulation: rates of a count of zero over six weeks, and whether nothing came in so many days."""
    rng = np.random.default_rng(3)
    rates = rng.gamma(0.5, 1 / LOOK_BACK_DAYS, 400_000)
    for days in (10.0, 42.0, 200.0):
        goes_on = np.mean(rng.poisson(rates * days) == 0)
        assert 1 / goes_on == pytest.approx(silence_odds(days), rel=0.01)
    assert silence_odds(0.0) == 1


def test_the_share_of_never_is_the_stall_with_those_odds() -> None:
    """A known prior of .4, six weeks of silence: odds of .4 / .6 times the root of two."""
    out = flights(400, 42)
    share = never((out,), (FIRST + dt.timedelta(days=83)).date(), stall=0.4, draws=20_000)
    odds = 0.4 / 0.6 * 2**0.5
    assert share == pytest.approx(odds / (1 + odds), abs=0.01)
    for certain in (0.0, 1.0):
        assert never((out,), (FIRST + dt.timedelta(days=83)).date(), stall=certain) == certain


def test_a_silent_window_has_the_rate_of_a_count_of_zero() -> None:
    """Ten flights of 10 t each, all before the six weeks: Gamma(1/2) flights of 10 t in 42 days."""
    event = replace(flights(10, 10), tonnes=ff.Quantity.exactly(100.0))
    silent = left((event,), as_of="2025-06-30", draws=20_000)
    wanted = stats.gamma(0.5).ppf([0.05, 0.5, 0.95]) * 10 / 42
    got = [silent.net_per_day.low, silent.net_per_day.middle, silent.net_per_day.high]
    np.testing.assert_allclose(got, wanted, rtol=0.1)
    assert any("count of zero" in note for note in silent.notes)


def test_one_more_movement_is_never_later_in_silence_either(
    events: tuple[ff.FlowEvent, ...],
) -> None:
    given: dict[str, Any] = {"as_of": "2025-05-01", "draws": 200, "look_back": 42}
    base = left(events, **given).completion_days
    for day in (-60, 0, 60, 85, 100, 119):
        more = (*events, replace(flights(3, 1, start=day), event_id="one more"))
        faster = left(more, **given).completion_days
        finite = np.isfinite(faster)
        assert finite.sum() >= np.isfinite(base).sum()
        assert np.all(faster[finite] <= base[finite] * (1 + 1e-9))


def test_a_place_that_nothing_was_seen_to_leave_may_still_be_emptied() -> None:
    """Ten flights from Hmeimim, none from Tartus: a rate of half a flight in the days looked back upon."""
    event = replace(flights(40, 40), tonnes=ff.Quantity.exactly(4_000.0))
    stock = {"Hmeimim": 5_000.0, "Tartus": 3_000.0}
    result = left((event,), stock_t=stock, stall=0.0, draws=4_000)
    assert result.stall_probability == 0
    tartus = result.places["Tartus"]
    assert tartus.net_per_day.middle == pytest.approx(stats.gamma(0.5).median() * 100 / 40, rel=0.1)
    assert tartus.completion_days[2_000] > result.places["Hmeimim"].completion_days[2_000]
    (note,) = [note for note in result.notes if "Tartus" in note]
    assert "never" not in note


# -- movements that go on --

LAST_DAYS = ["2023-10-21", "2023-10-25", "2023-11-10", "2023-12-02", "2024-03-01", "2025-10-01"]


def going_on(last_day: str, **changed: Any) -> tuple[ff.FlowEvent, ...]:
    row = {
        "mode": "air",
        "platform": "A400M",
        "origin": "Niamey",
        "destination": "Ramstein",
        "start": "2023-10-01",
    }
    return ff.from_frame(
        pd.DataFrame([{**row, "stop": last_day, "movements": 40, "tonnes": 800, **changed}]),
        theatre=["NE"],
    )


@pytest.mark.parametrize("last_day", LAST_DAYS)
@pytest.mark.parametrize("movements", [40, 1, "at least 8", None])
def test_what_goes_on_is_no_silence(last_day: str, movements: Any) -> None:
    """No silence: "never" is the prior of a stall, .38 on average, on every day of the window, however long it is."""
    for as_of in ("2023-10-02", "2023-10-20"):
        found = left(
            going_on(last_day, movements=movements), stock_t=100_000.0, as_of=as_of, draws=2_000
        )
        assert found.stall_probability == pytest.approx(0.375, abs=0.02)
        assert not any("last movement out" in note for note in found.notes)


def test_what_goes_on_is_no_silence_on_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "bridge.csv"
    for last_day in LAST_DAYS:
        ff.to_frame(going_on(last_day), backend="pandas").to_csv(path, index=False)
        words = [
            "withdrawal",
            str(path),
            "--stock",
            "100000",
            "--as-of",
            "2023-10-20",
            "--theatre",
            "NE",
        ]
        done = CliRunner().invoke(cli.app, [*words, "--draws", "2000"], prog_name="forceflow")
        assert done.exit_code == 0, done.output
        assert re.search(r"never: 3[678]%", done.output), done.output


# -- short records ---------------------------------------------------------------------------------------------------

PEOPLE = {"2021-08-22": "7,800", "2021-08-23": "16,300", "2021-08-24": "21,600"}
"""People flown out of Kabul in the 24 hours before each day (`load_drawdown("kabul-2021", "evacuees_24h")`)."""


def kabul(days: int, movements: Any = 90) -> ff.Withdrawal:
    rows = list(PEOPLE.items())[3 - days :]
    frame = pd.DataFrame(
        {"start": [day for day, _ in rows], "personnel": [n for _, n in rows]}
    ).assign(mode="air", platform="C-17", origin="OAKB", destination="OTBH", movements=movements)
    events = ff.from_frame(frame, columns={"direction": "outbound"})
    return left(events, stock=120_000, measure="personnel", as_of="2021-08-24", draws=8_000)


@pytest.mark.parametrize(
    ("days", "mean"), [(3, (7_800 + 16_300 + 21_600) / 3), (2, (16_300 + 21_600) / 2), (1, 21_600)]
)
def test_a_short_record_is_divided_by_its_own_days(days: int, mean: float) -> None:
    result = kabul(days)
    assert result.net_per_day.middle == pytest.approx(mean, rel=0.02)
    (note,) = [note for note in result.notes if note.startswith("the record is")]
    assert note.startswith(f"the record is {days} day")
    assert any("few days say little" in note for note in result.notes)


def test_the_fewer_the_days_the_more_doubt() -> None:
    ranges = [kabul(days).net_per_day for days in (3, 2, 1)]
    assert np.all(np.diff([r.high / r.low for r in ranges]) > 0)
    assert ranges[0].low < 15_233 / 1.5 < 15_233 * 1.5 < ranges[0].high


def test_a_week_has_no_doubt_added_and_windows_count_with_all_their_days() -> None:
    week = replace(flights(1e9, 7), tonnes=ff.Quantity.exactly(700.0))
    result = left((week,), draws=DRAWS)
    assert (result.net_per_day.low, result.net_per_day.high) == pytest.approx((100, 100), rel=1e-3)
    short = left((replace(flights(1e9, 3), tonnes=ff.Quantity.exactly(300.0)),), draws=8_000)
    assert short.net_per_day.middle == pytest.approx(100, rel=0.02)
    assert any(note.startswith("the record is 3 days long") for note in short.notes)
