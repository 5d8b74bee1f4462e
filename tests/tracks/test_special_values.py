"""Values of AIS that mean "not available" become nulls, and their neighbours stay."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from forceflow.feeds.columns import COLUMNS
from forceflow.feeds.special_values import (
    STATUS_WORDS,
    clear_special_values,
    eta_text,
    no_ship,
    off_earth,
)


def cleared(name: str, value: Any) -> Any:
    """What one value becomes."""
    return clear_special_values(pl.DataFrame({name: [value]}))[name][0]


@pytest.mark.parametrize(
    ("name", "kept", "none"),
    [
        ("draught_m", [0.1, 6.3, 25.5], [0.0, -1.0, 25.6, 114.0]),
        ("speed_kn", [0.0, 0.1, 62.0, 63.0, 102.2], [102.3, 1023.0, -0.1]),
        ("course_deg", [0.0, 0.1, 359.9], [360.0, 511.0, 409.5, -1.0]),
        ("heading_deg", [0, 1, 359], [360, 511, -1]),
        ("length_m", [1, 400, 1022], [0, -5, 1023]),
        ("beam_m", [1, 60, 126], [0, 127]),
        ("ship_type", [1, 70, 99], [0, 100, 255]),
        ("imo", [1_000_000, 9_876_543], [0, 999_999, 10_000_000]),
    ],
)
def test_a_number_at_the_edge_is_kept_and_one_beyond_is_null(
    name: str, kept: list[float], none: list[float]
) -> None:
    for value in kept:
        assert cleared(name, value) == pytest.approx(value, abs=1e-5)
        # A decoder may hand on single precision.
        assert cleared(name, pl.Series([value], dtype=pl.Float32)[0]) == pytest.approx(
            value, abs=1e-5
        )
    for value in none:
        assert cleared(name, value) is None


def test_a_long_range_report_has_63_knots_for_no_speed() -> None:
    table = pl.DataFrame({"speed_kn": [62, 63], "course_deg": [0, 511]})
    assert clear_special_values(table, long_range=True).rows() == [(62.0, 0.0), (None, None)]
    assert clear_special_values(table).rows() == [(62.0, 0.0), (63.0, None)]


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        (91.0, 181.0),
        (91.0, 0.0),
        (55.0, 181.0),
        (55.0, None),
        (None, 12.0),
        (-90.1, 0.0),
        (0.0, 180.1),
    ],
)
def test_a_position_is_whole_or_not_at_all(latitude: float | None, longitude: float | None) -> None:
    table = pl.DataFrame(
        {"latitude": [latitude], "longitude": [longitude]},
        schema_overrides={"latitude": pl.Float64, "longitude": pl.Float64},
    )
    assert clear_special_values(table).rows() == [(None, None)]


@pytest.mark.parametrize("position", [(0.0, 0.0), (90.0, 180.0), (-90.0, -180.0), (55.7, 12.6)])
def test_positions_on_earth_stay(position: tuple[float, float]) -> None:
    table = pl.DataFrame({"latitude": [position[0]], "longitude": [position[1]]})
    assert clear_special_values(table).rows() == [position]
    assert not table.select(off_earth()).item()


def test_off_earth_is_said_of_no_special_value() -> None:
    table = pl.DataFrame(
        {"latitude": [91.0, 91.0, 55.0, 95.0, 55.0], "longitude": [181.0, 0.0, 181.0, 12.0, 200.0]}
    )
    assert table.select(off_earth()).to_series().to_list() == [False, False, False, True, True]


@pytest.mark.parametrize("name", ["name", "callsign", "destination"])
@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("SPARTA II@@@@@@@@@@@", "SPARTA II"),
        ("  SPARTA ", "SPARTA"),
        ("SPARTA@X", "SPARTA"),
        ("UNKNOWN LADY", "UNKNOWN LADY"),
        ("@@@@", None),
        ("", None),
        ("   ", None),
        ("Unknown", None),
        ("UNDEFINED", None),
        ("Unknown value", None),
    ],
)
def test_texts_lose_their_padding(name: str, text: str, clean: str | None) -> None:
    assert cleared(name, text) == clean


def test_types_are_those_of_the_columns() -> None:
    table = pl.DataFrame(
        {
            "ship": [273123456],
            "draught_m": [6],
            "imo": [9876543.0],
            "ship_type": [70.0],
            "heading_deg": [12],
        }
    )
    found = clear_special_values(table)
    assert found.schema == {name: COLUMNS[name] for name in table.columns}


@pytest.mark.parametrize(
    ("ship", "words"),
    [
        (2_190_064, "base stations"),
        (21_123_456, "groups"),
        (111_219_501, "SAR aircraft"),
        (970_123_456, "SAR transmitters"),
        (972_123_456, "man-overboard"),
        (974_123_456, "distress"),
        (982_191_234, "parent ship"),
        (992_191_234, "aids"),
        (1_234_567_890, "no MMSI"),
        (-5, "no MMSI"),
    ],
)
def test_stations_are_no_ships(ship: int, words: str) -> None:
    assert words in pl.DataFrame({"ship": [ship]}).select(no_ship()).item()


@pytest.mark.parametrize("ship", [201_000_000, 273_123_456, 799_999_999, 112_000_000, 800_000_000])
def test_ships_are_ships(ship: int) -> None:
    assert pl.DataFrame({"ship": [ship]}).select(no_ship()).item() is None


def test_every_status_code_has_a_word_but_the_last() -> None:
    assert sorted(STATUS_WORDS) == list(range(16))
    assert [code for code, word in STATUS_WORDS.items() if word is None] == [15]


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ((12, 31, 18, 30), "12-31 18:30"),
        ((2, 3, 4, 60), "02-03 04"),
        ((2, 3, 24, 60), "02-03"),
        ((2, 3, 31, 63), "02-03"),
        ((0, 3, 4, 10), None),
        ((2, 0, 4, 10), None),
        ((13, 3, 4, 10), None),
    ],
)
def test_the_time_of_arrival_is_what_of_it_was_given(
    parts: tuple[int, int, int, int], text: str | None
) -> None:
    assert eta_text(*parts) == text
