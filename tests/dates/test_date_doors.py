"""One reader of dates behind every door: the same value means the same day or moment wherever it is given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from pydantic import ValidationError

import forceflow as ff
from forceflow.blanks import is_blank
from forceflow.dates import end_of, read_day, read_moment
from forceflow.evidence.tables.count_series import read_series
from forceflow.flows.compare_rates import compare_rates
from forceflow.forecasting.series import as_series
from forceflow.world.geography.passages import closed_passages

UTC = dt.UTC
EAST = dt.timezone(dt.timedelta(hours=3))

DAYS: list[Any] = [
    "2025-01-26", "26 January 2025", "Sunday, January 26th, 2025", "26-Jan-25", "26/01/2025", "20250126", "2025-W04-7",
    "2025-01-26T00:00:00", "2025-01-26 00:00Z", "26 January 2025 00:00", "2025-01-26 12:00 am", "26 Jan 2025 at 0:00",
    "26/01/2025 00:00", "0:00 on 26 January 2025", "20250126 0000", "2025-01-26T00", "26 January 2025, 12 am UTC",
    dt.date(2025, 1, 26), dt.datetime(2025, 1, 26),
    dt.datetime(2025, 1, 26, tzinfo=UTC), pd.Timestamp("2025-01-26"), pd.Timestamp("2025-01-26", tz="UTC"),
    pd.Timestamp("2025-01-26").as_unit("s"), np.datetime64("2025-01-26"), np.datetime64("2025-01-26", "h"),
    np.datetime64("2025-01-26", "s"), np.datetime64("2025-01-26", "us"), np.datetime64("2025-01-26", "ns"),
    pd.Period("2025-01-26", "D"),
]  # fmt: skip
"""The day, in every type and spelling."""

MOMENTS: list[Any] = [
    "2025-01-26T12:00:00Z", "2025-01-26 12:00", "2025-01-26T15:00:00+03:00", "26 January 2025 at 12:00 UTC",
    "20250126T120000Z", dt.datetime(2025, 1, 26, 12), dt.datetime(2025, 1, 26, 12, tzinfo=UTC),
    dt.datetime(2025, 1, 26, 15, tzinfo=EAST), pd.Timestamp("2025-01-26 12:00"),
    pd.Timestamp("2025-01-26 15:00", tz="Europe/Moscow"), np.datetime64("2025-01-26T12", "h"),
    np.datetime64("2025-01-26T12:00", "ns"),
]  # fmt: skip
"""Noon of that day, in every type and spelling."""

NO_DATES: list[Any] = [
    pd.NaT, np.datetime64("NaT"), float("nan"), pd.NA, "", "n/a", 1_737_849_600.5, True, "soon", "02/01/2025", "1/2/25",
    dt.time(12), dt.timedelta(days=1), [dt.date(2025, 1, 26)], "since 26 January 2025", "0025-01-26", "31 June 2025",
    dt.date(25, 1, 26), "Monday 26 January 2025", b"2025-01-26", np.datetime64("2025-01-26", "W"),
]  # fmt: skip
NUMBERS: list[Any] = [1_737_849_600, 20_250_126, np.int64(3)]


def rows(*starts: str) -> tuple[ff.FlowEvent, ...]:
    return ff.from_frame(
        pd.DataFrame(
            {
                "event_id": [f"e{n}" for n in range(len(starts))],
                "mode": "air", "platform": "Il-76MD", "origin": "OSLK", "destination": "HL59", "start": list(starts),
                "movements": 2, "known_from": list(starts),
            }
        )
    )  # fmt: skip


EVENTS = rows("2025-01-20", "2025-01-25", "2025-01-26", "2025-01-28")
LEFT = ff.estimate_withdrawal(
    EVENTS, stock_t=4_000, as_of="2025-01-20", horizon=60, measure="tonnes", draws=100, seed=7
)
SHORT: dict[str, Any] = {"draws": 100, "seed": 7}
SERIES = pd.DataFrame({"date": ["2025-01-01", "2025-01-11", "2025-01-21"], "value": [1, 3, 4]})
BRIDGE = ff.AirBridge({"Il-76MD": 1}, ff.route("Hmeimim", "al-Khadim", mode="air"), 1, 1)
CLAIM = {
    "id": "x",
    "kind": "posture",
    "text": "t",
    "locator": "p1",
    "event": "e",
    "stop": "2025-02-01",
}


def utc(year: int, month: int, day: int, hour: int = 0) -> dt.datetime:
    return dt.datetime(year, month, day, hour, tzinfo=UTC)


def cell(value: Any) -> pd.Series[Any]:
    return pd.Series([value], dtype=object)


def cells(*values: Any) -> pd.Series[Any]:
    return pd.Series(list(values), dtype=object)


# What a value does at each door: as a day (its end, or all of it), or as the moment at which it begins.
DOORS: dict[str, Callable[[Any], Any]] = {
    "merge_claims(as_of)": lambda v: [
        e.event_id for e in ff.merge_claims(ff.load_reports("syria-2024"), as_of=v)
    ],
    "estimate_withdrawal(as_of)": lambda v: (
        ff.estimate_withdrawal(EVENTS, stock_t=4_000, as_of=v, horizon=9, **SHORT).as_of
    ),
    "estimate_withdrawal(horizon)": lambda v: len(
        ff.estimate_withdrawal(EVENTS, stock_t=4_000, as_of="2025-01-20", horizon=v, **SHORT).dates
    ),
    "probability_by": lambda v: LEFT.probability_by(v),
    "estimate_rate(between)": lambda v: (
        ff.estimate_rate(EVENTS, between=(v, "2025-02-01"), **SHORT).starts
    ),
    "compare_rates(first)": lambda v: (
        compare_rates(
            EVENTS, first=("2025-01-01", v), second=("2025-01-27", "2025-02-01"), **SHORT
        ).first.middle
    ),
    "change_points(start)": lambda v: ff.change_points([1, 2, 1], start=v).edges,
    "simulate_airlift(start)": lambda v: (
        ff.simulate_airlift(BRIDGE, days=1, replications=2, seed=7, start=v).start
    ),
    "observed_days": lambda v: ff.estimate_rate(
        EVENTS, observed_days={v: 0.5}, every="1d", **SHORT
    ).exposure_days.tolist(),
    "closed_passages(on)": lambda v: dict(closed_passages(on=v)),
    "route(on)": lambda v: ff.route("Tartus", "Novorossiysk", mode="sea", on=v).passages,
    "forecast(dates)": lambda v: ff.forecast(SERIES, dates=[v], draws=100).dates,
    "from_frame(start)": lambda v: (
        ff.from_frame(
            ff.to_frame(EVENTS[:1], backend="pandas").drop(columns="stop").assign(start=cell(v))
        )[0].start
    ),
    "from_frame(stop)": lambda v: (
        ff.from_frame(ff.to_frame(EVENTS[:1], backend="pandas").assign(stop=cell(v)))[0].stop
    ),
    "from_frame(known_from)": lambda v: (
        ff.from_frame(ff.to_frame(EVENTS[:1], backend="pandas").assign(known_from=cell(v)))[
            0
        ].known_from
    ),
    "series of counts": lambda v: read_series(
        pd.DataFrame({"date": cells("2025-01-25", v), "count": [1, 2]})
    ).edges[1],
    "cumulative series": lambda v: as_series(
        pd.DataFrame({"date": cells("2025-01-25", v), "value": [1, 2]})
    ).dates[1],
    "claim": lambda v: ff.Claim.model_validate({**CLAIM, "start": v}).start,
    "read_when": lambda v: ff.dates.read_when(v).start,
    "end_of": end_of,
    "read_day": read_day,
    "read_moment": read_moment,
}
MAY_LACK = {"from_frame(stop)", "from_frame(known_from)"}


@pytest.mark.parametrize("door", DOORS)
def test_a_day_is_the_same_day_at_every_door(door: str) -> None:
    asked = DOORS[door]
    expected = asked(DAYS[0])
    wrong = {repr(value): got for value in DAYS if (got := asked(value)) != expected}
    assert wrong == {}


@pytest.mark.parametrize("door", DOORS)
def test_a_moment_is_the_same_moment_at_every_door(door: str) -> None:
    asked = DOORS[door]
    expected = asked(MOMENTS[0])
    wrong = {repr(value): got for value in MOMENTS if (got := asked(value)) != expected}
    assert wrong == {}


READ_HERE = {
    "from_frame(stop)": ["since 26 January 2025"],  # from its first day on
    "read_when": ["since 26 January 2025"],
}
"""What is no day, and yet a window."""


@pytest.mark.parametrize("door", DOORS)
def test_what_is_no_date_is_refused_at_every_door(door: str) -> None:
    given = [
        value
        for value in NO_DATES + NUMBERS
        if not (isinstance(value, str) and value in READ_HERE.get(door, []))
    ]
    if "horizon" in door:
        given = [
            value
            for value in given
            if not isinstance(value, int | np.integer) or isinstance(value, bool)
        ]
    if door in MAY_LACK:
        given = [value for value in given if not is_blank(value)]
    if door == "observed_days":
        given = [value for value in given if not isinstance(value, list)]  # no key of a mapping
    refusal = (
        ValidationError if door == "claim" else ff.ForceflowError
    )  # a claim made by hand is refused by pydantic
    read = []
    for value in given:
        try:
            DOORS[door](value)
        except refusal:
            continue
        read.append(value)
    assert read == []


def test_the_whole_of_a_day_is_known_at_its_end() -> None:
    """Row 12 of a list of wrong numbers: midnight of 26 January was taken as the end of the 25th."""
    ends = {
        ff.estimate_withdrawal(EVENTS, stock_t=4_000, as_of=day, horizon=9, **SHORT).as_of
        for day in ("2025-01-26", dt.date(2025, 1, 26), pd.Timestamp("2025-01-26"))
    }
    assert ends == {dt.datetime(2025, 1, 27, tzinfo=UTC)}
    noon = ff.estimate_withdrawal(
        EVENTS, stock_t=4_000, as_of="2025-01-26T12:00Z", horizon=9, **SHORT
    )
    assert noon.as_of == dt.datetime(2025, 1, 26, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "day", "moment", "end"),
    [
        ("2025-01-26", (2025, 1, 26), (2025, 1, 26), (2025, 1, 27)),
        (
            pd.Timestamp("2025-01-26", tz="Asia/Damascus"),
            (2025, 1, 26),
            (2025, 1, 25, 21),
            (2025, 1, 27),
        ),
        ("2025-01-26T00:00+03:00", (2025, 1, 26), (2025, 1, 25, 21), (2025, 1, 27)),
        ("26 January 2025 00:00 +03:00", (2025, 1, 26), (2025, 1, 25, 21), (2025, 1, 27)),
        (
            dt.datetime(2025, 1, 26, 1, tzinfo=EAST),
            (2025, 1, 25),
            (2025, 1, 25, 22),
            (2025, 1, 25, 22),
        ),
    ],
)
def test_a_midnight_of_a_zone_is_its_day_as_written(
    value: Any, day: tuple[int, ...], moment: tuple[int, ...], end: tuple[int, ...]
) -> None:
    assert read_day(value) == utc(*day).date()
    assert read_moment(value) == utc(*moment)
    assert end_of(value) == utc(*end)


def test_a_month_has_an_end_but_no_one_day() -> None:
    assert (
        end_of("January 2025")
        == end_of(pd.Period("2025-01", "M"))
        == dt.datetime(2025, 2, 1, tzinfo=UTC)
    )
    assert end_of(np.datetime64("2025-01")) == dt.datetime(2025, 2, 1, tzinfo=UTC)
    for read in (read_day, read_moment):
        with pytest.raises(
            ff.errors.QuantityError,
            match="'January 2025' is 31 days long; give a day, such as 2025-01-01",
        ):
            read("January 2025")
        with pytest.raises(
            ff.errors.EstimateError, match=r"^on: 'about 26 January 2025' is in doubt"
        ):
            read("about 26 January 2025", name="on", error=ff.errors.EstimateError)


def test_polars_brings_its_own_kinds_of_dates() -> None:
    for dtype in (pl.Date, pl.Datetime("ms"), pl.Datetime("us", "UTC"), pl.String):
        start = pl.Series(["2025-01-26"])
        start = start if dtype == pl.String else start.str.to_date().cast(dtype)
        frame = ff.to_frame(EVENTS[:1]).drop("stop").with_columns(start=start)
        (event,) = ff.from_frame(frame)
        assert (event.start, event.stop) == tuple(
            dt.datetime(2025, 1, day, tzinfo=UTC) for day in (26, 27)
        )


@pytest.mark.parametrize("door", [read_day, read_moment, end_of])
def test_several_dates_are_not_one(door: Callable[[Any], Any]) -> None:
    for several in (
        pd.DatetimeIndex(["2025-01-26"]), pd.DatetimeIndex(["2025-01-26", "2025-01-27"]), pd.Series(["2025-01-26"]),
        np.array(["2025-01-26"], dtype="datetime64[D]"), ["2025-01-26"], pl.Series([dt.date(2025, 1, 26)]),
    ):  # fmt: skip
        with pytest.raises(ff.errors.QuantityError, match="one date was wanted, got"):
            door(several)
    with pytest.raises(ff.errors.EstimateError, match="as_of: one date was wanted, got 2"):
        ff.estimate_withdrawal(
            EVENTS, stock_t=4_000, as_of=pd.DatetimeIndex(["2025-01-26"] * 2), **SHORT
        )


def test_a_date_of_an_argument_says_what_to_write() -> None:
    with pytest.raises(ff.errors.EstimateError, match=r"write 2025-01-12 or 2025-12-01$"):
        ff.estimate_withdrawal(EVENTS, stock_t=4_000, as_of="12/01/2025", **SHORT)


@pytest.mark.parametrize("year", [1403, 1799, 2101, 2567, 9999])
def test_years_of_other_calendars_are_refused_by_name(year: int) -> None:
    for door in (read_day, read_moment, end_of, ff.dates.read_when):
        for value in (
            f"{year}-09-18",
            dt.date(year, 9, 18),
            dt.datetime(year, 9, 18),
            f"18 September {year}",
        ):
            with pytest.raises(
                ff.errors.QuantityError, match=rf"{year}.* (in|beyond) the years 1800 to 2100"
            ):
                door(value)


def test_an_interval_of_moments_ends_with_its_last() -> None:
    window = ff.dates.read_when("2024-12-08 14:30 to 2024-12-08 16:00")
    assert (
        window
        == ff.dates.read_when("8 December 2024 14:30 to 16:00")
        == ff.dates.read_when("2024-12-08 14:30 - 16:00")
    )
    assert (window.start, window.stop) == tuple(
        dt.datetime(2024, 12, 8, hour, minute, tzinfo=UTC) for hour, minute in ((14, 30), (16, 1))
    )
    assert end_of("2024-12-08 14:30 to 16:00") == window.stop
