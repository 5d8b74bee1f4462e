"""Dates in words and EDTF: read as windows, written back."""

from __future__ import annotations

import datetime as dt

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
    "2024-32": ("2024-06-01", "2024-09-01"),
    "2024-33/2024-34": ("2024-09-01", "2025-03-01"),
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
        with pytest.raises(ff.QuantityError):
            read_when(text)
        return
    assert days(text) == READ[text]
    window = read_when(text)
    assert read_when(write_edtf(window)) == window


@pytest.mark.parametrize(
    ("text", "first", "seconds", "written"),
    [
        ("2024-12-26T21:07:05Z", "2024-12-26T21:07:05+00:00", 1, "2024-12-26T21:07:05Z/2024-12-26T21:07:05Z"),
        ("2024-12-26T21:07", "2024-12-26T21:07:00+00:00", 60, "2024-12-26T21:07:00Z/2024-12-26T21:07:59Z"),
        ("2024-12-26T21:07+02:30", "2024-12-26T18:37:00+00:00", 60, "2024-12-26T18:37:00Z/2024-12-26T18:37:59Z"),
        ("2024-12-26T21:07:05-0300", "2024-12-27T00:07:05+00:00", 1, "2024-12-27T00:07:05Z/2024-12-27T00:07:05Z"),
        ("2024-12-26T23:59", "2024-12-26T23:59:00+00:00", 60, "2024-12-26T23:59:00Z/2024-12-26"),
    ],
)
def test_a_moment_is_as_long_as_it_was_told(text: str, first: str, seconds: int, written: str) -> None:
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
        ("one day", "cannot read a date from 'one day'; write EDTF"),
        ("2024-13", "'2024-13' is no date: there is no month 13"),
        ("a/b/c", "one start and one end"),
        ("../..", "open at both ends"),
        ("2025/2024", "'2025/2024' ends before it starts"),
    ],
)
def test_a_date_that_is_none_says_why(text: str, message: str) -> None:
    with pytest.raises(ff.QuantityError, match=message):
        read_when(text)
    with pytest.raises(ff.QuantityError, match="no date in None"):
        read_when(None)  # type: ignore[arg-type]


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
    with pytest.raises(ff.QuantityError):
        read_when(text)
    with pytest.raises(ff.QuantityError, match="open at both ends has no date"):
        write_edtf(Window(None, None))


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)), st.integers(1, 900))
def test_any_window_of_days_round_trips(first: dt.date, length: int) -> None:
    start = dt.datetime(first.year, first.month, first.day, tzinfo=dt.UTC)
    window = Window(start, start + dt.timedelta(days=length))
    assert read_when(write_edtf(window)) == window


@given(st.text(max_size=30))
def test_reading_never_crashes(text: str) -> None:
    try:
        window = read_when(text)
    except ff.QuantityError:
        return
    assert window.start is None or window.stop is None or window.start < window.stop


def test_claims_may_give_when_instead_of_a_window(reports: tuple[ff.Report, ...]) -> None:
    fields = {"id": "x", "kind": "posture", "text": "t", "locator": "p1", "event": "e"}
    claim = ff.Claim.model_validate({**fields, "when": "mid-December 2024"})
    assert claim.edtf == "2024-12-11/2024-12-20"
    with pytest.raises(ValueError, match="stop"):
        ff.Claim.model_validate({**fields, "when": "since mid-December 2024"})
    with pytest.raises(ValueError, match="when: cannot read"):
        ff.Claim.model_validate({**fields, "when": "one of these days"})
    assert all(read_when(claim.edtf).start == claim.start for report in reports for claim in report.claims)
