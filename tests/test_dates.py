"""Dates in words and EDTF: read as windows, written back."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forceflow as ff
from forceflow.evidence.dates import Window, read_when, write_edtf


def days(text: str) -> tuple[str | None, str | None]:
    window = read_when(text)
    return (
        f"{window.start:%Y-%m-%d}" if window.start else None,
        f"{window.stop:%Y-%m-%d}" if window.stop else None,
    )


READ = {
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
}


@pytest.mark.parametrize("text", READ)
def test_precision_is_kept_as_a_window(text: str) -> None:
    assert days(text) == READ[text]
    window = read_when(text)
    assert read_when(write_edtf(window)) == window


@pytest.mark.parametrize(
    ("text", "uncertain", "approximate"),
    [("2024-12-14?", True, False), ("2024-12~", False, True), ("2024%", True, True), ("2024", False, False)],
)
def test_doubt_is_kept(text: str, uncertain: bool, approximate: bool) -> None:
    window = read_when(text)
    assert (window.uncertain, window.approximate) == (uncertain, approximate)
    assert write_edtf(window) == text


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
    with pytest.raises(ff.QuantityError):
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
