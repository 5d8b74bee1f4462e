"""Dates in words and EDTF: read as windows, written back."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forceflow as ff
from forceflow.dates import Window, read_when, write_edtf


def days(text: str) -> tuple[str | None, str | None]:
    window = read_when(text)
    return (
        f"{window.start:%Y-%m-%d}" if window.start else None,
        f"{window.stop:%Y-%m-%d}" if window.stop else None,
    )


READ: dict[str, tuple[str | None, str | None] | None] = {
    "2024-12-14": ("2024-12-14", "2024-12-15"),
    "2024-12": ("2024-12-01", "2025-01-01"),
    "2024": ("2024-01-01", "2025-01-01"),
    "2024-12-15/2024-12-31": ("2024-12-15", "2025-01-01"),
    "2024-12-15/..": ("2024-12-15", None),
    "../2025-01-30": (None, "2025-01-31"),
    "/2025-01-30": (None, "2025-01-31"),
    "2024-12-XX": ("2024-12-01", "2025-01-01"),
    "2024-XX": ("2024-01-01", "2025-01-01"),
    "201X": ("2010-01-01", "2020-01-01"),
    "2024-24": ("2024-12-01", "2025-03-01"),
    "2024-12-26T21:00:00Z": ("2024-12-26", "2024-12-26"),
    "mid-December 2024": ("2024-12-11", "2024-12-21"),
    "around mid-December 2024": ("2024-12-11", "2024-12-21"),
    "late January 2025": ("2025-01-21", "2025-02-01"),
    "early February 2025": ("2025-02-01", "2025-02-11"),
    "end of December 2024": ("2024-12-21", "2025-01-01"),
    "since mid-December 2024": ("2024-12-11", None),
    "14 December 2024": ("2024-12-14", "2024-12-15"),
    "December 14, 2024": ("2024-12-14", "2024-12-15"),
    "8 December 2024 to 15 December 2024": ("2024-12-08", "2024-12-16"),
    "between 8 December 2024 and 15 December 2024": ("2024-12-08", "2024-12-16"),
    "until 3 March 2025": (None, "2025-03-04"),
    "before 3 March 2025": (None, "2025-03-03"),
    "spring 2025": ("2025-03-01", "2025-06-01"),
    "summer 2025": ("2025-06-01", "2025-09-01"),
    "autumn 2025": ("2025-09-01", "2025-12-01"),
    "in the fall 2025": ("2025-09-01", "2025-12-01"),
    "fall 2025": ("2025-09-01", "2025-12-01"),
    "winter 2023": ("2023-12-01", "2024-03-01"),
    "2024-21": ("2024-03-01", "2024-06-01"),
    "2024-22": ("2024-06-01", "2024-09-01"),
    "2024-23/2024-24": ("2024-09-01", "2025-03-01"),
    "20XX": ("2000-01-01", "2100-01-01"),
    "Y2024": ("2024-01-01", "2025-01-01"),
    "2024-02": ("2024-02-01", "2024-03-01"),
    "2024-xx-xx": ("2024-01-01", "2025-01-01"),
    "1 May 2025": ("2025-05-01", "2025-05-02"),
    "May 5th 2025": ("2025-05-05", "2025-05-06"),
    "the 5th of May": None,
    "22nd  Sept. 2024": ("2024-09-22", "2024-09-23"),
    "Sept. 2024": ("2024-09-01", "2024-10-01"),
    "On 3 JULY 2025": ("2025-07-03", "2025-07-04"),
    "during June 2025": ("2025-06-01", "2025-07-01"),
    "the end of May 2025": ("2025-05-21", "2025-06-01"),
    "beginning of May 2025": ("2025-05-01", "2025-05-11"),
    "mid May 2025": ("2025-05-11", "2025-05-21"),
    "mid 2025": ("2025-05-01", "2025-09-01"),
    "from 3 May 2025": ("2025-05-03", None),
    "From 3 May 2025 to 5 May 2025": ("2025-05-03", "2025-05-06"),
    "3 May 2025 until 5 May 2025": ("2025-05-03", "2025-05-06"),
    "by 3 May 2025": (None, "2025-05-04"),
    "Before May 2025": (None, "2025-05-01"),
    "3 to 5 May 2025": ("2025-05-03", "2025-05-06"),
    "29 February 2024": ("2024-02-29", "2024-03-01"),
    "29 February 2025": None,
    "9999-12-31": None,
    "0001-01-01T00:00+05:00": None,
    "2024-12-31?/2024-12-30": None,
    "2024-12-31/2024-12-31": ("2024-12-31", "2025-01-01"),
    "2024-21-03": None,
    "202X-12": None,
}


@pytest.mark.parametrize("text", READ)
def test_precision_is_kept_as_a_window(text: str) -> None:
    if READ[text] is None:
        with pytest.raises(ff.errors.QuantityError):
            read_when(text)
        return
    assert days(text) == READ[text]
    window = read_when(text)
    assert read_when(write_edtf(window)) == window


@pytest.mark.parametrize(
    ("text", "first", "seconds", "written"),
    [
        (
            "2024-12-26T21:07:05Z",
            "2024-12-26T21:07:05+00:00",
            1,
            "2024-12-26T21:07:05Z/2024-12-26T21:07:05Z",
        ),
        (
            "2024-12-26T21:07",
            "2024-12-26T21:07:00+00:00",
            60,
            "2024-12-26T21:07:00Z/2024-12-26T21:07:59Z",
        ),
        (
            "2024-12-26T21:07+02:30",
            "2024-12-26T18:37:00+00:00",
            60,
            "2024-12-26T18:37:00Z/2024-12-26T18:37:59Z",
        ),
        (
            "2024-12-26T21:07:05-0300",
            "2024-12-27T00:07:05+00:00",
            1,
            "2024-12-27T00:07:05Z/2024-12-27T00:07:05Z",
        ),
        ("2024-12-26T23:59", "2024-12-26T23:59:00+00:00", 60, "2024-12-26T23:59:00Z/2024-12-26"),
    ],
)
def test_a_moment_is_as_long_as_it_was_told(
    text: str, first: str, seconds: int, written: str
) -> None:
    window = read_when(text)
    assert window.start is not None
    assert window.stop is not None
    assert window.start.isoformat() == first
    assert (window.stop - window.start).total_seconds() == seconds
    assert write_edtf(window) == written
    assert read_when(written) == window


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2024-12-31", "2024-12-31"),
        ("2024-12", "2024-12"),
        ("2024-12-01", "2024-12-01"),
        ("2024", "2024"),
        ("2024-01", "2024-01"),
        ("2024-01-01/2024-12-30", "2024-01-01/2024-12-30"),
        ("2024-02-02/2025-02-01", "2024-02-02/2025-02-01"),
        ("2024-12-01/2025-01-30", "2024-12-01/2025-01-30"),
        ("Since 3 May 2025", "2025-05-03/.."),
        ("since 2025-05-03?", "2025-05-03?/.."),
        ("until 2025-05-03?", "../2025-05-03?"),
        ("until around 3 May 2025", "../2025-05-03~"),
        ("2025-05-03?/..", "2025-05-03?/.."),
        ("2025-05-03?/2025-05-04~", "2025-05-03%/2025-05-04%"),
        ("circa May 2025", "2025-05~"),
        ("early May 2025?", "2025-05-01?/2025-05-10?"),
    ],
)
def test_windows_are_written_as_short_as_they_are(text: str, written: str) -> None:
    assert write_edtf(read_when(text)) == written


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (" ", "no date in ' '"),
        ("one day", "'one day' is no date: 'one' is no part of a date; write EDTF"),
        ("2024-13", "'2024-13' is no date: there is no month 13"),
        ("a/b/c", "one start and one end"),
        ("../..", "open at both ends"),
        ("2025/2024", "'2025/2024' ends before it starts"),
    ],
)
def test_a_date_that_is_none_says_why(text: str, message: str) -> None:
    with pytest.raises(ff.errors.QuantityError, match=message):
        read_when(text)
    with pytest.raises(ff.errors.QuantityError, match="no date in None"):
        read_when(None)


@pytest.mark.parametrize(
    ("text", "uncertain", "approximate"),
    [
        ("2024-12-14?", True, False),
        ("2024-12~", False, True),
        ("2024%", True, True),
        ("2024", False, False),
        ("in May 2025", False, False),
        ("on 3 May 2025", False, False),
        ("during May 2025", False, False),
        ("on or about 3 May 2025", False, True),
    ],
)
def test_doubt_is_kept(text: str, uncertain: bool, approximate: bool) -> None:
    window = read_when(text)
    assert (window.uncertain, window.approximate) == (uncertain, approximate)
    assert write_edtf(window) == text or " " in text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2024-02-30",
        "2024-13-45",
        "2025-01-01/2024-01-01",
        "/",
        "../..",
        "a/b/c",
        "32 December 2024",
        "2X24",
        "2024-13-01",
        "2024-00",
    ],
)
def test_what_is_no_date_is_an_error(text: str) -> None:
    with pytest.raises(ff.errors.QuantityError):
        read_when(text)
    with pytest.raises(ff.errors.QuantityError, match="open at both ends has no date"):
        write_edtf(Window(None, None))


def test_a_time_of_day_lasts_as_long_as_it_is_printed_to() -> None:
    for text, length in (
        ("8 December 2024 at 2 pm", 3_600), ("2 pm on 8 December 2024", 3_600), ("2024-12-08T14", 3_600),
        ("8 December 2024 at 2:00 pm", 60), ("2024-12-08T14:00:00", 1),
    ):  # fmt: skip
        window = read_when(text)
        assert window.start == dt.datetime(2024, 12, 8, 14, tzinfo=dt.UTC)
        assert window.stop == window.start + dt.timedelta(seconds=length)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2098, 1, 1)), st.integers(1, 900))
def test_any_window_of_days_round_trips(first: dt.date, length: int) -> None:
    start = dt.datetime(first.year, first.month, first.day, tzinfo=dt.UTC)
    window = Window(start, start + dt.timedelta(days=length))
    assert read_when(write_edtf(window)) == window


@given(st.text(max_size=30))
def test_reading_never_crashes(text: str) -> None:
    try:
        window = read_when(text)
    except ff.errors.QuantityError:
        return
    assert window.start is None or window.stop is None or window.start < window.stop


def test_claims_may_give_when_instead_of_a_window(reports: tuple[ff.Report, ...]) -> None:
    fields = {"id": "x", "kind": "posture", "text": "t", "locator": "p1", "event": "e"}
    claim = ff.Claim.model_validate({**fields, "when": "mid-December 2024"})
    assert claim.edtf == "2024-12-11/2024-12-20"
    with pytest.raises(ValueError, match="stop"):
        ff.Claim.model_validate({**fields, "when": "since mid-December 2024"})
    with pytest.raises(ValueError, match="when: 'one of these days' is no date"):
        ff.Claim.model_validate({**fields, "when": "one of these days"})
    assert all(
        read_when(claim.edtf).start == claim.start for report in reports for claim in report.claims
    )


PRINTED: dict[str, tuple[str, str] | str] = {
    "8-15 December 2024": ("2024-12-08", "2024-12-16"),
    "8 \u2013 15 Dec 2024": ("2024-12-08", "2024-12-16"),
    "8\u201415 December 2024": ("2024-12-08", "2024-12-16"),
    "between 8 and 15 December 2024": ("2024-12-08", "2024-12-16"),
    "from 8 to 15 December 2024": ("2024-12-08", "2024-12-16"),
    "8-15-Dec-24": ("2024-12-08", "2024-12-16"),
    "December 13-16, 2024": ("2024-12-13", "2024-12-17"),
    "December 13 through December 16, 2024": ("2024-12-13", "2024-12-17"),
    "December 13-16": "no year",
    "8 December": "no year",
    "14 and 15 December 2024": ("2024-12-14", "2024-12-16"),
    "14, 15 and 16 December 2024": ("2024-12-14", "2024-12-17"),
    "9 or 10 December 2024": ("2024-12-09", "2024-12-11"),
    "14 and 20 December 2024": "the days 14, 20 do not follow each other",
    "December 2024 and March 2025": "do not follow each other",
    "13/14 December 2024": ("2024-12-13", "2024-12-15"),
    "30 December 2024 - 2 January 2025": ("2024-12-30", "2025-01-03"),
    "30 December - 2 January 2025": ("2024-12-30", "2025-01-03"),
    "December 30 - January 2, 2025": ("2024-12-30", "2025-01-03"),
    "15 - 8 December 2024": "ends before it starts",
    "28 Nov-10 Dec 2024": ("2024-11-28", "2024-12-11"),
    "Nov-Dec 2024": ("2024-11-01", "2025-01-01"),
    "November and December 2024": ("2024-11-01", "2025-01-01"),
    "Dec 2024-Jan 2025": ("2024-12-01", "2025-02-01"),
    "late November - early December 2024": ("2024-11-21", "2024-12-11"),
    "early to mid-December 2024": ("2024-12-01", "2024-12-21"),
    "2023-2024": ("2023-01-01", "2025-01-01"),
    "overnight 9-10 December 2024": ("2024-12-09", "2024-12-11"),
    "the night of 9 to 10 December 2024": ("2024-12-09", "2024-12-11"),
    "overnight 9 December 2024": "a night lies in two days",
    "17-Mar-23": ("2023-03-17", "2023-03-18"),
    "17-Mar-2023": ("2023-03-17", "2023-03-18"),
    "17 Mar 23": ("2023-03-17", "2023-03-18"),
    "17 Mar '69": ("1969-03-17", "1969-03-18"),
    "17Mar2023": ("2023-03-17", "2023-03-18"),
    "2023-Mar-17": ("2023-03-17", "2023-03-18"),
    "Mar-23": "no year",
    "3-Apr": "no year",
    "17.03.2023": ("2023-03-17", "2023-03-18"),
    "03/17/2023": ("2023-03-17", "2023-03-18"),
    "05/05/2023": ("2023-05-05", "2023-05-06"),
    "2023/03/17": ("2023-03-17", "2023-03-18"),
    "13/12/2024 - 15/12/2024": ("2024-12-13", "2024-12-16"),
    "12/08/2024": "'12/08/2024' may be 12 August or 8 December 2024: say dayfirst=True or dayfirst=False",
    "01/02/23": "the year has two digits",
    "17/03/23": "the year has two digits",
    "17/13/2023": "there is no month 13",
    "0023-02-01": "the year 23 is not in the years 1800 to 2100",
    "3 May 0999": "the year 999 is not in the years 1800 to 2100",
    "12/2024": ("2024-12-01", "2025-01-01"),
    "2020-21": "it may mean the years 2020 to 2021 or a reporting year; write '2020/2021' for all of these years, "
    "'spring 2020' for the season of EDTF",
    "2021-22": "'summer 2021' for the season of EDTF",
    "2022-23": "'autumn 2022' for the season of EDTF",
    "2023-24": "'winter 2023' for the season of EDTF",
    "2019-21": "the years 2019 to 2021",
    "2019-25": "the years 2019 to 2025",
    "2024/25": "write '2024/2025' for all of these years",
    "FY2024/25": "the years 2024 to 2025 or a reporting year",
    "2020/2021": ("2020-01-01", "2022-01-01"),
    "2010-11": ("2010-11-01", "2010-12-01"),
    "1403-09-18": "the year 1403 is not in the years 1800 to 2100",
    "Dec/08/2024": ("2024-12-08", "2024-12-09"),
    "Dec-08-2024": ("2024-12-08", "2024-12-09"),
    "20241208": ("2024-12-08", "2024-12-09"),
    "20241308": "there is no month 13",
    "Q4 2024": ("2024-10-01", "2025-01-01"),
    "2024Q4": ("2024-10-01", "2025-01-01"),
    "4Q 2024": ("2024-10-01", "2025-01-01"),
    "fourth quarter of 2024": ("2024-10-01", "2025-01-01"),
    "Q1-Q2 2024": ("2024-01-01", "2024-07-01"),
    "first half of 2024": ("2024-01-01", "2024-07-01"),
    "H2 2024": ("2024-07-01", "2025-01-01"),
    "first half of December 2024": ("2024-12-01", "2024-12-16"),
    "early 2025": ("2025-01-01", "2025-05-01"),
    "mid-2024": ("2024-05-01", "2024-09-01"),
    "late 2024": ("2024-09-01", "2025-01-01"),
    "early winter 2024": "is a part of a month or of a year",
    "end of 2024": "'end' is no part of a date",
    "2023-W11": ("2023-03-13", "2023-03-20"),
    "2023-W11-3": ("2023-03-15", "2023-03-16"),
    "week 11 of 2023": ("2023-03-13", "2023-03-20"),
    "2023-W54": "Invalid week",
    "winter 2024/2025": ("2024-12-01", "2025-03-01"),
    "winter 2024-25": ("2024-12-01", "2025-03-01"),
    "the winter of 2024/25": ("2024-12-01", "2025-03-01"),
    "winter 2024/2026": "a winter reaches from one year into the next",
    "Monday 9 December 2024": ("2024-12-09", "2024-12-10"),
    "Mon, Dec 9, 2024": ("2024-12-09", "2024-12-10"),
    "Tuesday 9 December 2024": "2024-12-09 is a Monday",
    "Monday 9 to Wednesday 11 December 2024": ("2024-12-09", "2024-12-12"),
    "Monday 9 to Thursday 11 December 2024": "2024-12-11 is a Wednesday",
    "9th of December 2024": ("2024-12-09", "2024-12-10"),
    "the 9th of December, 2024": ("2024-12-09", "2024-12-10"),
    "New Year's Eve 2024": "'new' is no part of a date",
    "9 December 2024, 14:30 Moscow time": "'moscow' is no part of a date",
    "9 December 2024 at 25:30": "hour must be in 0..23",
    "9 December 2024 14:00-16:00": "is no date",
    "15:00-16:00 9 December 2024": "is no date",
    "2024-12-09 14:00-16:00": "no zone is -16:00 from UTC",
    "Christmas": "'Christmas' is no date",
}


@pytest.mark.parametrize("text", PRINTED)
def test_ranges_and_days_as_papers_print_them(text: str) -> None:
    expected = PRINTED[text]
    if isinstance(expected, str):
        with pytest.raises(ff.errors.QuantityError, match=re.escape(expected)):
            read_when(text)
        return
    assert days(text) == expected
    window = read_when(text)
    assert not window.approximate
    assert read_when(write_edtf(window)) == window
    rough = read_when(f"around {text}")
    assert rough.approximate
    assert (rough.start, rough.stop) == (window.start, window.stop)


@pytest.mark.parametrize(
    "text",
    [
        "9 December 2024 at 14:30 UTC", "on 9 December 2024, 14:30", "14:30 UTC on 9 December 2024",
        "Monday 9 Dec 2024 2:30 pm", "9/12/2024 14:30", "2024-12-09T14:30Z", "9 December 2024 17:30 +03:00",
        "20241209T1430Z",
    ],
)  # fmt: skip
def test_a_time_of_day_is_a_minute_of_its_day(text: str) -> None:
    window = read_when(text, dayfirst=True)
    assert window.start == dt.datetime(2024, 12, 9, 14, 30, tzinfo=dt.UTC)
    assert window.stop == dt.datetime(2024, 12, 9, 14, 31, tzinfo=dt.UTC)


@pytest.mark.parametrize(("dayfirst", "month", "day"), [(True, 8, 12), (False, 12, 8)])
def test_the_order_of_day_and_month_is_said_and_not_guessed(
    dayfirst: bool, month: int, day: int
) -> None:
    for text in ("12/08/2024", "12.8.2024", "12-08-24", "12/08/2024 22:00"):
        start = read_when(text, dayfirst=dayfirst).start
        assert start is not None
        assert start.date() == dt.date(2024, month, day)
    with pytest.raises(ff.errors.QuantityError, match="there is no month 13"):
        read_when("13/08/2024" if not dayfirst else "08/13/2024", dayfirst=dayfirst)


SPELLINGS = (
    "{d:%Y-%m-%d}", "{d.day} {d:%B} {d.year}", "{d.day} {d:%b} {d.year}", "{d:%B} {d.day}, {d.year}",
    "{d:%A} {d.day} {d:%B} {d.year}", "{d:%a}, {d:%b} {d.day} {d.year}", "{d.day}-{d:%b}-{d:%y}", "{d:%Y%m%d}",
    "{d:%G}-W{d:%V}-{d:%u}", "{d:%Y/%m/%d}", "on the {d.day}th of {d:%B} {d.year}", "{d.day}{d:%b}{d.year}",
    "{d:%Y-%m-%d}/{d:%Y-%m-%d}", "{d.day} - {d.day} {d:%B} {d.year}",
)  # fmt: skip


@given(st.dates(dt.date(1970, 1, 1), dt.date(2068, 12, 31)), st.sampled_from(SPELLINGS))
def test_a_day_in_any_spelling(day: dt.date, spelling: str) -> None:
    text = spelling.format(d=day)
    window = read_when(text)
    assert window.start == dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
    assert window.stop == window.start + dt.timedelta(days=1)


@given(st.dates(dt.date(1970, 1, 1), dt.date(2068, 12, 31)), st.integers(0, 40), st.booleans())
def test_two_days_in_any_spelling(first: dt.date, length: int, american: bool) -> None:
    last = first + dt.timedelta(days=length)
    if american:
        text = f"{first:%B} {first.day} \u2013 {last:%B} {last.day}, {last.year}"
    else:
        text = f"{first.day} {first:%b}-{last.day} {last:%b} {last.year}"
    window = read_when(text)
    assert window.start == dt.datetime(first.year, first.month, first.day, tzinfo=dt.UTC)
    assert window.stop == dt.datetime(
        last.year, last.month, last.day, tzinfo=dt.UTC
    ) + dt.timedelta(days=1)


@given(
    st.dates(dt.date(1970, 1, 1), dt.date(2068, 12, 31)),
    st.sampled_from("/.-"),
    st.booleans(),
)
def test_digits_are_read_where_they_are_certain_and_refused_where_not(
    day: dt.date, mark: str, dayfirst: bool
) -> None:
    one, two = (day.day, day.month) if dayfirst else (day.month, day.day)
    text = f"{one:02d}{mark}{two:02d}{mark}{day.year}"
    said = read_when(text, dayfirst=dayfirst).start
    assert said is not None
    assert said.date() == day
    if day.day > 12 or day.day == day.month:
        assert read_when(text).start == said
    else:
        with pytest.raises(ff.errors.QuantityError, match="say dayfirst=True or dayfirst=False"):
            read_when(text)


WORDS = st.sampled_from(
    "8 15 31 2024 24 '24 1999 december dec. mon sunday winter q4 h1 week early mid late of the to and - / , . : 14:30 "
    "utc pm 12/08/2024 2024-12-08 13.12.2024 overnight since between about ? ~ .. X t z w11 2nd half".split()
)


@given(st.lists(WORDS, max_size=7), st.sampled_from(["", " "]))
def test_words_of_dates_in_any_order(words: list[str], between: str) -> None:
    for dayfirst in (None, True, False):
        try:
            window = read_when(between.join(words), dayfirst=dayfirst)
        except ff.errors.QuantityError:
            continue
        assert window.start is None or window.stop is None or window.start < window.stop
