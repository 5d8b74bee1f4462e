"""A rate in a table, a claim or a series is multiplied by the days it holds for, or refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from test_reports import GOOD, write

import forceflow as ff
from forceflow.evidence.tables.count_series import read_series
from forceflow.forecasting.series import as_series

ROW: dict[str, Any] = {
    "mode": "air", "platform": "Il-76MD", "origin": "OSLK", "destination": "HL59", "start": "2024-12-01",
    "stop": "2024-12-31", "movements": 1,
}  # fmt: skip
"""Thirty days."""

DAILY = {
    ("movements", "2 flights daily"): 60, ("movements", "2/day"): 60, ("movements", "1 flight a day"): 30,
    ("movements", "10 flights a week"): 10 / 7 * 30, ("movements", "at least 2 a day"): 60,
    ("tonnes", "20 t a day"): 600, ("tonnes", "1,000 kg a day"): 30, ("tonnes", "140 t a week"): 600,
    ("personnel", "120 pax/day"): 3_600, ("personnel", "120 a day"): 3_600, ("vehicles", "15 trucks daily"): 450,
}  # fmt: skip


def event(**changed: Any) -> ff.FlowEvent:
    (found,) = ff.from_frame(pd.DataFrame([{**ROW, **changed}]))
    return found


@pytest.mark.parametrize(("measure", "words"), DAILY)
def test_a_rate_in_a_cell_is_a_total_over_the_days_of_its_row(measure: str, words: str) -> None:
    found = event(**{measure: words})
    number = getattr(found, measure)
    assert number.low == pytest.approx(DAILY[measure, words])
    assert not number.per_day
    assert found.is_stream
    one_day = getattr(event(**{measure: words, "stop": "2024-12-02"}), measure)
    assert one_day.low == pytest.approx(DAILY[measure, words] / 30)
    half = getattr(event(**{measure: words, "start": "1-15 December 2024", "stop": None}), measure)
    assert half.low == pytest.approx(DAILY[measure, words] / 2)


def test_a_rate_without_a_number_is_one_too() -> None:
    """Three a week are the middle of "regular flights"."""
    assert event(movements="regular flights").movements.best == pytest.approx(3 / 7 * 30, rel=0.03)
    assert event(movements="regular flights").is_stream


def test_what_is_estimated_of_a_rate() -> None:
    daily = event(movements="2 flights daily")
    moved = ff.estimate_tonnage(daily, measure="movements", seed=7, draws=200)
    assert moved.total.middle == 60
    rate = ff.estimate_rate(daily, between=("2024-12-01", "2024-12-31"), seed=7, draws=2_000)
    assert rate.per_day.middle == pytest.approx(2, rel=0.05)


def test_an_event_by_hand_and_a_table_of_it_hold_the_total() -> None:
    found = ff.Sortie(
        event_id="x", platform="Il-76MD", origin="OSLK", destination="HL59", direction="outbound",
        start=dt.datetime(2024, 12, 1, tzinfo=dt.UTC), stop=dt.datetime(2024, 12, 31, tzinfo=dt.UTC),
        movements=ff.Quantity.parse("2 flights a day"), tonnes=ff.Quantity.parse("1,000 kg a day"),
    )  # fmt: skip
    assert (found.movements.best, found.movements.per_day) == (60, False)
    assert found.tonnes is not None
    assert (found.tonnes.low < 30 < found.tonnes.high, found.tonnes.unit) == (True, "t")
    (again,) = ff.from_frame(ff.to_frame([found]))
    assert again.movements == found.movements


@pytest.mark.parametrize(
    ("quantity", "unit", "measure", "total"),
    [
        ("125 a day", "personnel", "personnel", 3_750),
        ("21 t a day", "tonnes", "tonnes", 630),
        ("15 trucks daily", "vehicles", "vehicles", 450),
        ("2 flights daily", "flights", "movements", 60),
    ],
)
def test_a_rate_in_a_claim_is_a_total_over_the_days_of_the_event(
    tmp_path: Path, quantity: str, unit: str, measure: str, total: float
) -> None:
    claim = GOOD.replace('"nearly 10"', f'"{quantity}"').replace('"sorties"', f'"{unit}"')
    claim = "\n".join(
        line for line in claim.splitlines() if not line.startswith(("when", "start", "stop"))
    )
    dated = claim.replace(
        'platform = "Il-76MD"', 'platform = "Il-76MD"\nwhen = "2024-12-01/2024-12-30"'
    )
    (found,) = ff.merge_claims(ff.read_reports(write(tmp_path, dated)))
    assert found.days == 30
    assert getattr(found, measure).best == pytest.approx(total)
    assert found.is_stream


def test_a_rate_in_a_series_of_counts_is_multiplied_by_the_days_of_its_bin() -> None:
    months = pd.DataFrame({"date": ["2024-01", "2024-02"], "count": ["2 a day", "70"]})
    assert read_series(months).counts.tolist() == [62, 70]
    days = pd.DataFrame({"date": ["2024-01-01", "2024-01-02"], "count": ["2/day", "3"]})
    assert read_series(days).counts.tolist() == [2, 3]
    assert ff.change_points(months.assign(count=["2 a day", "58"])).edges[0] == dt.datetime(
        2024, 1, 1, tzinfo=dt.UTC
    )


def sums(*values: Any) -> pd.DataFrame:
    return pd.DataFrame(
        {"date": pd.date_range("2024-01-01", periods=len(values)), "value": list(values)}
    )


def test_a_rate_in_a_cumulative_series_is_refused() -> None:
    for asked in (as_series, lambda frame: ff.forecast(frame, draws=100)):
        with pytest.raises(
            ff.errors.FrameError, match=r"row 1 \(2024-01-02\): '20 a day' is a rate"
        ):
            asked(sums("10", "20 a day", "30"))


def test_the_units_of_a_series_are_one() -> None:
    assert as_series(sums("1 t", "2 t", "5000 kg")).value.tolist() == [1, 2, 5]
    assert as_series(sums("500 kg", "1 t", "1.5 t")).value.tolist() == [500, 1_000, 1_500]
    assert as_series(sums("1 flight", "2 flights", "3 sorties")).value.tolist() == [1, 2, 3]
    assert as_series(sums("10 %", "20", "60%")).total == 100
    floor = as_series(sums("at least 5 t", "6 t", "7000 kg"))
    assert (floor.low.tolist(), floor.known.tolist()) == ([5, 6, 7], [False, True, True])
    for values, words in (
        (
            ("1 flight", "2 trucks"),
            r"row 1 .*'2 trucks' is in trucks, and a row before it in flight",
        ),
        (("10 %", "5 t"), r"row 1 .*'5 t' is in t, and a row before it in %"),
        (("1 t", "2", "5000 kg"), "'2' has no unit, and others are in t and kg"),
    ):
        with pytest.raises(ff.errors.FrameError, match=words):
            as_series(sums(*values))
    flights = pd.DataFrame(
        {"date": ["2024-01-01", "2024-01-02"], "count": ["1 flight", "2 trucks"]}
    )
    with pytest.raises(
        ff.errors.FrameError, match=r"row 1 \(2024-01-02\): count: '2 trucks' counts vehicles"
    ):
        ff.change_points(flights)
