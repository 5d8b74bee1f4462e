"""What cannot be read of aircraft's messages is an error that names file, row and column and what would have worked."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from adsb_writers import OPENSKY_HEADER, WRITERS, heard, opensky_row, sbs_line, snapshot, trace
from adsb_writers import START as AT

import forceflow as ff
from forceflow.errors import TracksError
from forceflow.feeds.native_frame import in_library

OWN = {"code": "aircraft", "seen": "time", "y": "latitude", "x": "longitude"}
ROW = heard(latitude=35.4, longitude=35.9, altitude_ft=9400, speed_kn=240)


def fault_of(source: Any, **options: Any) -> str:
    """The message of the error that a source gives."""
    with pytest.raises(TracksError) as caught:
        ff.tracks.read_adsb(source, **options)
    return str(caught.value)


def says(text: str, *parts: str) -> None:
    """The message holds all of the parts."""
    for part in parts:
        assert part in text, text


def own(codes: pl.Series) -> pl.DataFrame:
    """A table of the user's with these codes."""
    n = len(codes)
    return pl.DataFrame({"code": codes, "seen": [AT] * n, "y": [35.4] * n, "x": [35.9] * n})


@pytest.mark.parametrize("codes", [[1.52e12, 3.0], [151234, 152001]])
def test_codes_already_broken_by_inference_are_refused_with_the_way_out(
    codes: list[Any], backend: str
) -> None:
    table = own(pl.Series(codes))
    frame = in_library(table, backend)
    says(fault_of(frame, columns=OWN), "table", "column 'code'", "text")


@pytest.mark.parametrize("code", ["1.52e+12", "1520000000000.0", "4711", "152e1g", "152e10ff"])
def test_a_text_that_is_no_address_is_named(code: str) -> None:
    message = fault_of(own(pl.Series(["152e10", code])), columns=OWN)
    says(message, "table, row 1, column 'code'", repr(code), "six hex digits")


@pytest.mark.parametrize(
    ("place", "cell", "column"),
    [
        (0, "yesterday", "time"),
        (1, "15", "icao24"),
        (2, "35N", "lat"),
        (4, "fast", "velocity"),
        (12, "FL90", "baroaltitude"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(
    tmp_path: Path, place: int, cell: str, column: str
) -> None:
    cells = opensky_row(ROW).split(",")
    cells[place] = cell
    if column == "time":
        # The time of the position counts first.
        cells[14] = ""
    path = tmp_path / "states.csv"
    path.write_text("\n".join([OPENSKY_HEADER, opensky_row(ROW), ",".join(cells)]) + "\n")
    says(fault_of(path), f"states.csv, line 3, column '{column}'", cell)


def test_a_line_of_sbs_cut_in_half_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("\n".join([sbs_line(ROW), sbs_line(ROW)[:60], sbs_line(ROW)]) + "\n")
    says(fault_of(path), "a.txt, line 2")


def damaged(document: dict[str, Any], row: int, place: int, value: Any) -> str:
    """A trace with one cell changed."""
    document["trace"][row][place] = value
    return json.dumps(document)


@pytest.mark.parametrize(
    ("place", "value", "part"),
    [(0, "soon", "soon"), (1, "35N", "35N"), (3, "grond", "grond"), (4, [1], "[1]"), (6, "x", "x")],
)
def test_a_cell_of_a_trace_that_cannot_be_read_is_named(
    tmp_path: Path, place: int, value: Any, part: str
) -> None:
    path = tmp_path / "trace_full_152e10.json"
    path.write_text(damaged(trace([ROW, ROW]), 1, place, value))
    says(fault_of(path), "trace_full_152e10.json", "1", part)


def test_a_row_of_a_trace_with_too_few_cells_is_named(tmp_path: Path) -> None:
    document = trace([ROW, ROW])
    document["trace"][1] = document["trace"][1][:4]
    path = tmp_path / "trace_full_152e10.json"
    path.write_text(json.dumps(document))
    says(fault_of(path), "trace_full_152e10.json", "4")


@pytest.mark.parametrize("key", ["icao", "timestamp"])
def test_a_trace_without_a_key_says_which(tmp_path: Path, key: str) -> None:
    document = trace([ROW])
    del document[key]
    path = tmp_path / "trace_full_152e10.json"
    path.write_text(json.dumps(document))
    says(fault_of(path), "trace_full_152e10.json", key)


def test_a_snapshot_without_a_time_says_so(tmp_path: Path) -> None:
    document = snapshot([ROW], AT)
    del document["now"]
    path = tmp_path / "aircraft.json"
    path.write_text(json.dumps(document))
    says(fault_of(path), "aircraft.json", "now")


def test_one_bad_code_of_a_snapshot_is_named(tmp_path: Path) -> None:
    document = snapshot([ROW], AT)
    document["aircraft"][0]["hex"] = 152
    path = tmp_path / "aircraft.json"
    path.write_text(json.dumps(document))
    says(fault_of(path), "aircraft.json", "152")


def test_files_cut_off_are_named_in_a_folder(tmp_path: Path) -> None:
    WRITERS["trace"].write([ROW], tmp_path / "trace_full_152e10.json")
    bad = tmp_path / "trace_full_152e11.json"
    whole = json.dumps(trace([ROW]))
    bad.write_text(whole[: len(whole) // 2])
    says(fault_of(tmp_path), "trace_full_152e11.json", "cut off")
    bad.write_bytes(gzip.compress(whole.encode())[:-20])
    says(fault_of(tmp_path), "trace_full_152e11.json", "cut off")


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        '{"aircraft": 7, "now": 1}',
        "[1, 2]",
        '"trace"',
        '{"trace": 5, "icao": "152e10", "timestamp": 1}',
    ],
)
def test_other_json_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(text)
    says(fault_of(path), "other.json")


def test_a_source_without_messages_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "trace_full_152e10.json"
    path.write_text(json.dumps({**trace([ROW]), "trace": []}))
    says(fault_of(path), "trace_full_152e10.json")
    says(fault_of(own(pl.Series([], dtype=pl.String)), columns=OWN), "table", "no rows")


def test_columns_of_no_known_layout_are_listed_with_a_way_out() -> None:
    message = fault_of(pl.DataFrame({"hex": ["152e10"], "seen": [AT], "y": [1.0]}))
    says(message, "hex, seen, y", "Layout", "'hex': 'aircraft'")


def test_a_table_of_ships_is_none_of_aircraft() -> None:
    table = pl.DataFrame(
        {"MMSI": [273123456], "BaseDateTime": ["2024-12-14T04:10:00"], "LAT": [1.0], "LON": [2.0]}
    )
    says(fault_of(table), "MMSI")


def test_latitude_and_longitude_swapped_are_refused() -> None:
    table = own(pl.Series(["152e10"] * 4)).with_columns(y=pl.lit(135.9), x=pl.lit(35.4))
    says(fault_of(table, columns=OWN), "latitude", "swapped")


def test_both_layout_and_columns_are_refused() -> None:
    says(fault_of(own(pl.Series(["152e10"])), columns=OWN, layout="opensky"), "layout=", "columns=")


def test_names_in_metres_or_feet_that_nothing_tells_apart_are_not_guessed() -> None:
    """The tables of traffic and of pyopensky have the same columns, one in feet, the other in metres."""
    row = {
        "timestamp": [AT], "icao24": ["152e10"], "latitude": [35.4], "longitude": [35.9], "groundspeed": [100.0],
        "track": [270.0], "vertical_rate": [0.0], "callsign": ["RFF8010"], "onground": [False], "altitude": [3000.0],
        "geoaltitude": [3100.0],
    }  # fmt: skip
    says(fault_of(pl.DataFrame(row)), "layout=", "traffic", "pyopensky")
