"""Reports beside tracks: a claim fits exactly when its window and that of the track have a moment in common."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

import forceflow as ff
from forceflow.tracks import BESIDE_COLUMNS, reports_beside_tracks

EVENTS = ff.merge_claims(ff.load_reports("syria-2024-extended"))


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2025-{text}+00:00")


def _calls(left_after: str, left_by: str | None, **more: Any) -> pl.DataFrame:
    row: dict[str, Any] = {
        "ship": "273000001",
        "name": "SPARTA",
        "place": "tartus",
        "kind": "berth",
        "arrived_after": _moment("01-22 07:40"),
        "arrived_by": _moment("01-22 08:00"),
        "left_after": _moment(left_after),
        "left_by": left_by and _moment(left_by),
        "imo": "9268710",
        **more,
    }
    return pl.DataFrame([row], schema_overrides={"left_by": pl.Datetime("us", "UTC")})


def _verdicts(calls: pl.DataFrame, **more: Any) -> dict[str, tuple[bool | None, str]]:
    table = reports_beside_tracks(EVENTS, calls, **more)
    assert dict(table.schema) == BESIDE_COLUMNS
    return {
        claim: (fits, words) for claim, fits, words in table[["claim", "fits", "verdict"]].rows()
    }


def test_each_claim_has_its_verdict() -> None:
    found = _verdicts(_calls("01-28 21:20", "01-29 04:20"))
    # Reported for the 26th, the 29th and the 30th; seen at the berth on the 27th.
    assert found["b095"] == (False, "still at the berth 45 h later")
    assert found["b096"] == (True, "fits")
    assert found["bne-2"] == (False, "20 h after she had left")
    assert found["b112-sparta"] == (True, "fits")
    assert found["b088"] == (None, "no such call in the record")


@pytest.mark.parametrize(
    ("left_after", "left_by", "fits"),
    [
        ("01-28 20:00", "01-29 00:00", False),
        ("01-28 20:00", "01-29 00:01", True),
        ("01-29 23:59", "01-31 00:00", True),
        ("01-30 00:00", "01-31 00:00", False),
    ],
)
def test_the_ends_of_windows(left_after: str, left_by: str, fits: bool) -> None:
    # The claim has the 29th, up to but not with midnight.
    assert _verdicts(_calls(left_after, left_by))["b096"][0] is fits


def test_a_ship_still_there_at_the_end_of_the_record_is_no_contradiction() -> None:
    found = _verdicts(_calls("01-28 12:00", None))
    assert found["b096"] == (None, "still at the berth at the end of the record")
    assert found["b095"] == (False, "still at the berth 36 h later")


def test_a_sighting_outside_the_call() -> None:
    late = _calls(
        "02-01 00:00",
        "02-01 02:00",
        arrived_after=_moment("01-29 10:00"),
        arrived_by=_moment("01-29 12:00"),
    )
    assert _verdicts(late)["b112-sparta"] == (False, "came 36 h later")
    early = _calls("01-25 00:00", "01-25 12:00")
    assert _verdicts(early)["b112-sparta"] == (False, "36 h after she had left")
    silent = _calls("01-26 20:00", "01-29 04:00")
    assert _verdicts(silent)["b112-sparta"] == (None, "not heard then")


def test_other_ships_other_places_and_other_voyages_are_left_out() -> None:
    assert _verdicts(_calls("01-28 21:20", "01-29 04:20", imo="9999999", name="ANNA")) == {}
    elsewhere = _verdicts(_calls("01-28 21:20", "01-29 04:20", place="novorossiysk"))
    assert elsewhere["b096"] == (None, "no such call in the record")
    assert elsewhere[""] == (None, "in the track alone")
    weeks = dt.timedelta(days=21)
    later = _calls("01-28 21:20", "01-29 04:20").with_columns(
        pl.col(pl.Datetime("us", "UTC")) + weeks
    )
    assert _verdicts(later)["b096"] == (None, "no such call in the record")


def test_a_platform_may_be_named() -> None:
    stranger = _calls("01-28 21:20", "01-29 04:20", imo="9999999", name="ANNA")
    assert _verdicts(stranger, platforms={"273000001": "Sparta"})["b096"] == (True, "fits")


@pytest.mark.parametrize("backend", ["pandas", "pyarrow"])
def test_any_frame_comes_back(backend: str) -> None:
    table = reports_beside_tracks(EVENTS, _calls("01-28 21:20", "01-29 04:20"), backend=backend)
    assert type(table).__module__.startswith(backend)


def test_a_ship_that_came_back_was_not_at_the_berth_meanwhile() -> None:
    back = _calls(
        "02-01 15:30", None, arrived_after=_moment("02-01 05:00"), arrived_by=_moment("02-01 06:00")
    )
    # Reported to have left on the 30th; she came on the 1st, 30 hours after that day.
    assert _verdicts(back)["bne-2"] == (False, "came 30 h later")
    # Where the record begins with her at the berth, it does not say since when.
    begun = back.with_columns(arrived_after=pl.lit(None, pl.Datetime("us", "UTC")))
    assert _verdicts(begun)["bne-2"] == (None, "not heard then")
