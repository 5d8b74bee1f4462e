"""Series of counts as they stand in a table: a date and a count, or a range of counts."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import numpy as np
import polars as pl
import pytest

import forceflow as ff
from forceflow.evidence.tables.count_series import (
    is_count_series,
    is_frame,
    read_series,
    series_events,
)

UTC = dt.UTC


def series(dates: list[Any], **columns: Any) -> Any:
    return read_series(
        pl.DataFrame({"date": dates, **(columns or {"count": [1] * len(dates)})}, strict=False)
    )


def test_counts_and_what_is_known_of_each() -> None:
    days = ["2025-01-03", "2025-01-01", "2025-01-02"]
    exact = series(days, count=[5, 0, 2])
    assert exact.counts.tolist() == [0, 2, 5]
    assert {q.family for q in exact.quantities} == {"point"}
    assert exact.edges == tuple(dt.datetime(2025, 1, day, tzinfo=UTC) for day in (1, 2, 3, 4))
    told = series(sorted(days), count_low=[2, 3, 1], count_high=[None, 3, 4])
    assert told.quantities == (
        ff.Quantity.at_least(2),
        ff.Quantity.exactly(3),
        ff.Quantity.between(1, 4),
    )
    best = series(
        sorted(days),
        count_low=[2.0, 3, 1],
        count_best=[None, 3, 2],
        count_high=[float("nan"), 3, 9],
    )
    assert best.quantities == (
        ff.Quantity.at_least(2),
        ff.Quantity.exactly(3),
        ff.Quantity(1, 2, 9),
    )
    assert best.counts.tolist() == [q.best for q in best.quantities]
    lazy = read_series(pl.LazyFrame({"date": days, "count": [5, 0, 2]}))
    assert lazy.counts.tolist() == [0, 2, 5]


@pytest.mark.parametrize(
    ("dates", "last"),
    [
        ([dt.date(2024, 1, 1), dt.date(2024, 2, 1)], dt.datetime(2024, 3, 1, tzinfo=UTC)),
        ([dt.date(2024, 11, 15), dt.date(2024, 12, 15)], dt.datetime(2025, 1, 15, tzinfo=UTC)),
        ([dt.date(2024, 7, 1), dt.date(2024, 10, 1)], dt.datetime(2025, 1, 1, tzinfo=UTC)),
        ([dt.date(2023, 5, 1), dt.date(2024, 5, 1)], dt.datetime(2025, 5, 1, tzinfo=UTC)),
        (
            [dt.date(2024, 12, 30), dt.date(2025, 1, 30)],
            dt.datetime(2025, 3, 2, tzinfo=UTC),
        ),  # no 30 February
        ([dt.date(2024, 1, 1), dt.date(2024, 1, 8)], dt.datetime(2024, 1, 15, tzinfo=UTC)),
        ([dt.date(2024, 1, 29), dt.date(2024, 2, 5)], dt.datetime(2024, 2, 12, tzinfo=UTC)),
        (["2024-01-01T00:00", "2024-01-01T06:00"], dt.datetime(2024, 1, 1, 12, tzinfo=UTC)),
        (
            ["2024-01-01T00:00+03:00", "2024-01-01T06:00+03:00"],
            dt.datetime(2024, 1, 1, 9, tzinfo=UTC),
        ),
    ],
)
def test_the_last_bin_is_as_wide_as_the_one_before(dates: list[Any], last: dt.datetime) -> None:
    assert series(dates).edges[-1] == last
    assert (
        series([*dates, last.isoformat() if isinstance(dates[0], str) else last.date()]).counts.size
        == 3
    )


def test_days_begin_at_midnight_utc_wherever_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        edges = [
            series(
                [day, dt.date(2025, 1, 2)] if isinstance(day, dt.date) else [day, "2025-01-02"]
            ).edges[0]
            for day in (dt.date(2025, 1, 1), "2025-01-01", "2025-01-01T09:00+09:00")
        ]
    time.tzset()
    assert set(edges) == {dt.datetime(2025, 1, 1, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("dates", "columns", "words"),
    [
        (["2025-01-01"], {}, "^a series needs two or more rows, got 1$"),
        (
            ["2025-01-01", "2025-01-02", "2025-01-05"],
            {},
            "^steps are unequal after 2025-01-02: write a row with",
        ),
        (["2025-01-01", "2025-01-01"], {}, "^a date is given twice; add its counts up first$"),
        (["2025-01-01", "soon"], {}, "^row 1, column 'date': 'soon' is no date; write 2025-01-31"),
        ([1, 2], {}, "^row 0, column 'date': 1 is a number, no date"),
        (
            ["2025-01-01", "2025-01-02"],
            {"count": [1, None]},
            r"^row 1 \(2025-01-02\): a count of 0 or above",
        ),
        (
            ["2025-01-01", "2025-01-02"],
            {"count_low": [1, 3], "count_high": [2, 2]},
            r"got \[3\.0, None, 2\.0\]$",
        ),
        (
            ["2025-01-01", "2025-01-02"],
            {"counts": [1, 2]},
            r"lacks count_low \(found counts\), count_high \(found",
        ),
    ],
)
def test_series_that_are_none(dates: list[Any], columns: dict[str, Any], words: str) -> None:
    with pytest.raises(ff.errors.FrameError, match=words):
        series(dates, **columns)


def test_a_series_is_streams_of_movements_out() -> None:
    """One event a bin, in order; the next begins where one ends."""
    frame = pl.DataFrame(
        {
            "date": ["2025-01-01T06:00", "2025-01-01T18:00"],
            "count_low": [2, 0],
            "count_high": [None, 3],
        }
    )
    one, two = series_events(frame)
    moments = [
        dt.datetime(2025, 1, 1, 6, tzinfo=UTC) + dt.timedelta(hours=12 * i) for i in range(3)
    ]
    assert [one.start, one.stop, two.start, two.stop] == [
        moments[0],
        moments[1],
        moments[1],
        moments[2],
    ]
    assert [event.event_id for event in (one, two)] == ["2025-01-01T06:00", "2025-01-01T18:00"]
    assert (one.movements, two.movements) == (ff.Quantity.at_least(2), ff.Quantity.between(0, 3))
    for event in (one, two):
        assert (event.direction, event.is_stream, event.mode) == ("outbound", True, "air")
        assert {event.platform, event.origin, event.destination} == {"series"}


def test_what_is_a_frame_of_counts() -> None:
    counts = pl.DataFrame({"date": ["2025-01-01"], "count": [1]})
    assert is_count_series(counts)
    assert is_count_series(counts.lazy())
    assert is_count_series(counts.to_pandas())
    assert not is_count_series(counts.rename({"date": "day"}))
    assert not is_count_series(counts.with_columns(event_id=pl.lit("a")))
    for other in ([1, 2], np.zeros(3), {"date": [1]}, None):
        assert not is_frame(other)
        assert not is_count_series(other)
