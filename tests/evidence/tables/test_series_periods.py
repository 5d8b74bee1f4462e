"""Series of counts by the calendar period that their dates label, counts in words, and totals that were corrected."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import forceflow as ff
from forceflow.evidence.tables.count_series import read_series
from forceflow.forecasting.series import as_series

UTC = dt.UTC


def edges(dates: Any, **asked: Any) -> list[str]:
    frame = pd.DataFrame({"date": dates, "count": range(len(dates))})
    return [f"{edge:%Y-%m-%d}" for edge in read_series(frame, **asked).edges]


MONTHS = ["2023-11-01", "2023-12-01", "2024-01-01", "2024-02-01"]
WEEKS = ["2024-01-01", "2024-01-08", "2024-01-15"]
LEAP = ["2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01"]
QUARTERS = ["2023-10-01", "2024-01-01", "2024-04-01", "2024-07-01"]
YEARS = ["2021-01-01", "2022-01-01", "2023-01-01", "2024-01-01"]
LABELS: dict[str, tuple[Any, list[str]]] = {
    "month ends": (pd.date_range("2023-11-30", periods=3, freq="ME"), MONTHS),
    "month starts": (pd.date_range("2023-11-01", periods=3, freq="MS"), MONTHS),
    "business month ends": (pd.date_range("2023-11-30", periods=3, freq="BME"), MONTHS),
    "business month starts": (pd.date_range("2023-11-01", periods=3, freq="BMS"), MONTHS),
    "months in words": (["November 2023", "Dec 2023", "2024-01"], MONTHS),
    "periods of months": (pd.period_range("2023-11", periods=3, freq="M"), MONTHS),
    "month ends in text": (["2023-11-30", "2023-12-31", "2024-01-31"], MONTHS),
    "quarter ends": (pd.date_range("2023-12-31", periods=3, freq="QE"), QUARTERS),
    "business quarter ends": (pd.date_range("2023-12-29", periods=3, freq="BQE"), QUARTERS),
    "quarters in words": (["Q4 2023", "2024Q1", "second quarter of 2024"], QUARTERS),
    "periods of quarters": (pd.period_range("2023Q4", periods=3, freq="Q"), QUARTERS),
    "year ends": (pd.date_range("2021-12-31", periods=3, freq="YE"), YEARS),
    "business year ends": (pd.date_range("2021-12-31", periods=3, freq="BYE"), YEARS),
    "years": (["2021", "2022", "2023"], YEARS),
    "weeks by Mondays": (pd.date_range("2024-01-01", periods=2, freq="W-MON"), WEEKS),
    "periods of weeks": (pd.period_range("2024-01-01", periods=2, freq="W"), WEEKS),
    "ISO weeks": (["2024-W01", "2024-W02"], WEEKS),
    "days of a leap month": (pd.date_range("2024-02-27", periods=3), LEAP),
    "out of order": (["2024-02-28", "2024-02-27", "2024-02-29"], LEAP),
    "days in digits": (["13/12/2024", "14/12/2024"], ["2024-12-13", "2024-12-14", "2024-12-15"]),
}  # fmt: skip


@pytest.mark.parametrize("labels", LABELS)
def test_a_date_labels_its_calendar_period(labels: str) -> None:
    dates, wanted = LABELS[labels]
    assert edges(dates) == wanted


def test_month_ends_of_pandas_are_where_the_pace_changed() -> None:
    days = pd.date_range("2023-09-01", "2024-03-31")
    daily = pd.Series(np.where(days < pd.Timestamp("2024-01-01"), 1, 12), index=days)
    monthly = daily.resample("ME").sum().rename_axis("date").reset_index(name="count")
    found = ff.change_points(monthly)
    assert found.edges[0] == dt.datetime(2023, 9, 1, tzinfo=UTC)
    assert [f"{part.start:%Y-%m-%d}" for part in found.segments if part.start] == [
        "2023-09-01",
        "2024-01-01",
    ]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Europe/London", "Europe/Chisinau"])
def test_days_of_a_zone_over_a_change_of_clocks(zone: str) -> None:
    dates = pd.date_range("2021-03-26", periods=4, tz=zone)
    for frame in (
        pd.DataFrame({"date": dates, "count": range(4)}),
        pl.from_pandas(pd.DataFrame({"date": dates, "count": range(4)})),
    ):
        found = read_series(frame).edges
        local = [edge.astimezone(dates.tz) for edge in found]
        assert [moment.replace(tzinfo=None) for moment in local] == [
            dt.datetime(2021, 3, 26) + dt.timedelta(n) for n in range(5)
        ]
    hours = pd.date_range("2021-03-28 00:00", periods=5, freq="h", tz=zone)
    steps = np.diff(
        [
            edge.timestamp()
            for edge in read_series(pd.DataFrame({"date": hours, "count": range(5)})).edges
        ]
    )
    assert set(steps) == {3600}


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        (
            pd.date_range("2024-01-07", periods=3, freq="W"),
            r"weeks that are labelled by Sundays .*to_period\('W-SUN'\)",
        ),
        (
            ["2024-01-31", "2024-02-29", "2024-04-30"],
            "steps are unequal after 2024-02-29: write a row with count 0",
        ),
        (
            pd.bdate_range("2024-01-02", periods=7),
            r"steps are unequal after 2024-01-05 \(the weekends are left out\)",
        ),
        (["2024-01", "2024-03"], "the periods do not follow each other after 2024-01-31"),
        (["2024-01", "2024-02-15"], "is of another length than the dates before it"),
        (["2024-01-01", "2024-01-01"], "a date is given twice"),
        (["2024-01-01", None], "row 1, column 'date': the date is blank"),
        (["2024-01-01", "since 2024-01-02"], "each date of a series needs a beginning and an end"),
        (
            ["01/02/2024", "02/02/2024"],
            "column 'date': no cell tells whether the day or the month comes first",
        ),
    ],
)
def test_labels_that_may_mean_two_periods_or_leave_one_out(dates: Any, words: str) -> None:
    with pytest.raises(ff.errors.FrameError, match=words):
        edges(dates)


def test_an_order_that_is_said() -> None:
    assert edges(["01/02/2024", "02/02/2024"], dayfirst=True)[0] == "2024-02-01"
    frame = pd.DataFrame({"date": ["01/02/2024", "02/02/2024", "03/02/2024"], "count": [1, 5, 2]})
    assert ff.change_points(frame, dayfirst=False).edges[0] == dt.datetime(2024, 1, 2, tzinfo=UTC)
    done = frame.assign(value=[1, 5, 6])
    assert ff.forecast(done, dayfirst=True, draws=100).history.dates[0] == dt.datetime(
        2024, 2, 1, tzinfo=UTC
    )
    with pytest.raises(ff.errors.FrameError, match="say dayfirst=True or dayfirst=False"):
        ff.forecast(done)


def counts(*values: Any) -> pd.DataFrame:
    dates = pd.date_range("2024-01-01", periods=len(values))
    return pd.DataFrame({"date": dates, "count": pd.Series(values, dtype=object)})


def test_counts_in_words_are_read_as_elsewhere() -> None:
    found = read_series(counts("1", "at least 2", "2-4", 3, "several", Decimal(5), np.int64(6)))
    assert [q.low for q in found.quantities[:4]] == [1, 2, 2, 3]
    words = pd.DataFrame([{"mode": "air", "platform": "Il-76", "origin": "OSLK", "destination": "HL59",
                           "start": "2024-01-02", "movements": "at least 2"}])  # fmt: skip
    (event,) = ff.from_frame(words)
    assert (found.quantities[1].low, found.quantities[1].best) == (
        event.movements.low,
        event.movements.best,
    )
    changed = ff.change_points(counts(*["1"] * 20, *["at least 9"] * 20))
    assert any("averaged over 20 versions" in note for note in changed.notes)
    assert "partition changes at 2024-01-21" in str(changed)


@pytest.mark.parametrize(
    "value", [None, pd.NA, float("nan"), "n/a", "soon", "12 t", -1, "-3", float("inf"), [1], b"1"]
)
def test_counts_that_are_none_are_refused_in_words(value: Any) -> None:
    for asked in (ff.change_points, lambda frame: ff.estimate_rate(frame, seed=7, draws=100)):
        with pytest.raises(ff.ForceflowError, match=r"row 1 \(2024-01-02\)"):
            asked(counts(1, value, 3))


def test_nulls_of_every_library_are_refused_in_words() -> None:
    dates = pd.date_range("2021-06-01", periods=3)
    frames = [
        pd.DataFrame({"date": dates, "value": pd.array([1, None, 3], dtype="Int64")}),
        pd.DataFrame({"date": dates, "value": pd.array([1, None, 3], dtype="int64[pyarrow]")}),
        pd.DataFrame({"date": dates, "value": pd.Series([1, None, 3], dtype=object)}),
        pd.DataFrame(
            {"date": dates, "value": pd.Series([Decimal(1), Decimal("NaN"), 3], dtype=object)}
        ),
        pl.DataFrame({"date": list(dates), "value": [1, None, 3]}),
        pl.DataFrame({"date": list(dates), "value": [1, None, 3]}).to_arrow(),
    ]
    for frame in frames:
        with pytest.raises(
            ff.errors.FrameError, match=r"row 1 \(2021-06-02\): neither a value nor a floor"
        ):
            ff.forecast(frame)
    exact = pd.DataFrame(
        {"date": dates, "value": pd.Series([Decimal(1), Decimal(2), Decimal(3)], dtype=object)}
    )
    assert as_series(exact).value.tolist() == [1, 2, 3]


# -- totals that were corrected --------------------------------------------------------------------------------------


def done(*values: Any, **more: Any) -> pd.DataFrame:
    return pd.DataFrame(
        {"date": pd.date_range("2020-08-20", periods=len(values)), "value": list(values), **more}
    )


def test_a_total_that_was_corrected_downwards_is_said_to_be() -> None:
    frame = done(30, 32, 31, 40)
    with pytest.raises(
        ff.errors.FrameError, match=r"31 after 32 on 2020-08-21.*corrected, say revised=True"
    ):
        ff.forecast(frame, revised=False)
    series = as_series(frame, revised=True)
    assert series.value.tolist() == [30, 31, 31, 40]
    assert series.until(2).value.tolist() == [30, 32]  # nobody knew of the correction yet
    assert series.until(3).value.tolist() == [30, 31, 31]
    ahead = ff.forecast(frame, revised=True, draws=200)
    plain = ff.forecast(done(30, 31, 31, 40), draws=200)
    np.testing.assert_array_equal(ahead.draws, plain.draws)
    walk = ff.forecast(frame, revised=True, method="last window")
    np.testing.assert_array_equal(
        walk.draws, ff.forecast(done(30, 31, 31, 40), method="last window").draws
    )


def test_small_and_rare_falls_are_corrections_and_are_named() -> None:
    ahead = ff.forecast(done(30, 32, 31, 40), draws=200)
    said = "32 of 2020-08-21 was corrected downwards later and is read as 31; revised=False refuses a figure that falls"
    assert ahead.notes[0] == said
    assert ff.backtest(
        done(30, 32, 31, 40), min_history=2, horizon=1, draws=100
    ).series.corrections == (said,)
    np.testing.assert_array_equal(
        ahead.draws, ff.forecast(done(30, 32, 31, 40), revised=True, draws=200).draws
    )
    assert as_series(done(30, 31, 31, 40)).corrections == ()


@pytest.mark.parametrize(
    "values",
    [
        (30, 32, 30, 40),
        (100, 99, 98, 97, 96),
        (10, 12, 11.9, 14, 13.9, 16),
        (100, 99),
        (100, 98, 96.5, 94, 99, 101, 102),
    ],
    ids=[
        "a fall of 6 %",
        "a stock that is left",
        "2 falls in 5 steps",
        "1 fall in 1 step",
        "small falls that add up",
    ],
)
def test_other_falls_are_refused(values: tuple[float, ...]) -> None:
    with pytest.raises(ff.errors.FrameError, match="say revised=True"):
        ff.forecast(done(*values))


def test_a_backtest_learns_of_a_correction_on_its_day() -> None:
    seen: list[list[float]] = []

    def watcher(history: Any, ahead: Any, draws: int, seed: int) -> Any:
        seen.append(history.value.tolist())
        return np.full((ahead.size, draws), 50.0)

    score = ff.backtest(
        done(30, 32, 31, 40), revised=True, min_history=2, horizon=1, method=watcher, draws=100
    )
    assert seen == [[30, 32], [30, 31, 31]]
    assert score.observed.tolist() == [31, 40]


def test_bounds_and_floors_of_corrected_totals() -> None:
    series = as_series(
        done(45.0, 40.0, 60.0, done_low=[40.0, 38.0, 60.0], done_high=[50.0, 42.0, 60.0]),
        revised=True,
    )
    assert series.value.tolist() == [40, 40, 60]
    assert series.low.tolist() == [40, 38, 60]
    assert series.high.tolist() == [42, 42, 60]
    floors = as_series(done("10", "more than 50", "40", "60"), revised=True)
    assert floors.low.tolist() == [10, 40, 40, 60]
    assert np.isnan(floors.value[1])
    untouched = as_series(done(1, 2, 2, 5), revised=True)
    assert untouched.value.tolist() == [1, 2, 2, 5]


@pytest.mark.parametrize("freq", ["W-SAT", "W-SUN", "W-FRI", "W-TUE", "2W", "2W-SAT"])
def test_weeks_that_may_begin_or_end_on_their_label_are_refused_until_it_is_said(freq: str) -> None:
    dates = pd.date_range("2024-01-01", periods=4, freq=freq)
    step = dates[1] - dates[0]
    for frame in (dates, [f"{day:%Y-%m-%d}" for day in dates]):
        with pytest.raises(
            ff.errors.FrameError,
            match=r"say label='left' \(first day\) or label='right' \(last day\)",
        ):
            edges(frame)
        assert edges(frame, label="left") == [
            f"{day:%Y-%m-%d}" for day in (*dates, dates[-1] + step)
        ]
        ends = [day + pd.Timedelta(days=1) for day in (dates[0] - step, *dates)]
        assert edges(frame, label="right") == [f"{day:%Y-%m-%d}" for day in ends]


def test_a_label_that_is_said_holds_for_every_step() -> None:
    assert edges(["2024-01-01", "2024-01-08"], label="right") == [
        "2023-12-26",
        "2024-01-02",
        "2024-01-09",
    ]
    assert edges(["2024-01-01", "2024-01-02"], label="right") == [
        "2024-01-01",
        "2024-01-02",
        "2024-01-03",
    ]
    assert edges(pd.date_range("2023-11-30", periods=3, freq="ME"), label="right") == MONTHS
    assert edges(pd.date_range("2023-11-01", periods=3, freq="BMS"), label="left") == MONTHS
    assert edges(["2023-11-15", "2023-12-15"], label="right") == [
        "2023-10-16",
        "2023-11-16",
        "2023-12-16",
    ]
    hours = read_series(
        counts(1, 2).assign(date=["2024-01-01T06:00", "2024-01-01T12:00"]), label="right"
    )
    assert [edge.hour for edge in hours.edges] == [0, 6, 12]
    with pytest.raises(
        ff.errors.FrameError,
        match="the dates are last days of months, and label='left' makes them first days",
    ):
        edges(pd.date_range("2023-11-30", periods=3, freq="ME"), label="left")
    with pytest.raises(ff.errors.FrameError, match="label is 'left'"):
        edges(WEEKS, label="end")


def test_the_label_is_said_to_estimates() -> None:
    days = pd.date_range("2024-01-01", periods=84)
    daily = pd.Series(np.where(days < pd.Timestamp("2024-02-11"), 2, 0), index=days)
    weekly = daily.resample("W-SAT").sum().rename_axis("date").reset_index(name="count")
    found = ff.change_points(weekly, label="right")
    assert found.edges[0] == dt.datetime(2023, 12, 31, tzinfo=UTC)
    assert [f"{part.start:%Y-%m-%d}" for part in found.segments if part.start] == [
        "2023-12-31",
        "2024-02-11",
    ]
    rate = ff.estimate_rate(weekly, label="right", seed=7, draws=100)
    assert rate.starts[0] == dt.datetime(2023, 12, 31, tzinfo=UTC)
    with pytest.raises(ff.errors.FrameError, match="labelled by Saturdays"):
        ff.estimate_rate(weekly, seed=7, draws=100)
    event = ff.from_frame(pd.DataFrame([{"mode": "air", "platform": "Il-76", "origin": "OSLK", "destination": "HL59",
                                         "start": "2024-01-02", "movements": 2}]))  # fmt: skip
    with pytest.raises(ff.errors.EstimateError, match="label is of the dates of a plain series"):
        ff.estimate_rate(event, label="left", seed=7, draws=100)


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        (
            pd.date_range("2024-03-29", periods=5, tz="Europe/Berlin").tz_convert("UTC"),
            "the clock was changed there",
        ),
        (
            pd.date_range("2024-03-29", periods=5, tz="Europe/London").tz_convert("UTC"),
            "the clock was changed there",
        ),
        (["2024-01-01", "2024-01-11", "2024-01-21", "2024-02-01"], "halves and thirds of months"),
        (["2024-01-10", "2024-01-20", "2024-01-31", "2024-02-10"], "halves and thirds of months"),
        (["2024-01-01", "2024-01-16", "2024-02-01"], "halves and thirds of months"),
        (pd.date_range("2024-01-01", periods=5, freq="SME"), "halves and thirds of months"),
        (pd.date_range("2024-01-01", periods=5, freq="SMS"), "halves and thirds of months"),
        (
            ["2024-01-01", "2024-01-02", "2024-01-04"],
            "unequal after 2024-01-02: write a row with count 0",
        ),
    ],
)
def test_why_steps_are_unequal(dates: Any, words: str) -> None:
    with pytest.raises(ff.errors.FrameError, match=words):
        edges(dates)


@pytest.mark.parametrize("low", ["0600", "1.200"])
def test_bounds_of_counts_are_read_by_the_one_reader(low: str) -> None:
    frame = pd.DataFrame(
        {"date": ["2024-01-01", "2024-01-02"], "count_low": [low, "1"], "count_high": ["9000", "2"]}
    )
    with pytest.raises(ff.errors.FrameError, match=r"row 0 \(2024-01-01\): "):
        read_series(frame)
