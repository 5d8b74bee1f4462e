"""Tables in each layout: ordinary and odd rows, recognised by their header."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from layout_writers import (
    DANISH_HEADER,
    NOAA_2024_HEADER,
    NOAA_HEADER,
    WRITERS,
    Message,
    Written,
    message,
)

import forceflow as ff
from forceflow.errors import TracksError
from forceflow.feeds.columns import COLUMNS
from forceflow.feeds.layouts import LAYOUTS

START = datetime(2025, 1, 27, 21, 40, tzinfo=UTC)


def read_rows(path: Any, **options: Any) -> list[dict[str, Any]]:
    """All messages of a source."""
    return pl.concat(ff.tracks.read_ais(path, **options).batches()).to_dicts()


def written(tmp_path: Path, *lines: str) -> Path:
    """A file of lines."""
    path = tmp_path / "table.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


# Text that every layout can carry: no padding, no line ends, not blank, no word for "unknown".
_letters = (
    st.text(alphabet='ABCXYZ019 ,;/-"', min_size=1, max_size=12)
    .map(str.strip)
    .filter(lambda text: text.strip('"'))
)
_names = st.none() | _letters.map(lambda text: "Q" + text + "Q")
_degrees = st.integers(0, 3599).map(lambda tenths: tenths / 10)
_etas = st.builds(
    "{:02d}-{:02d} {:02d}:{:02d}".format,
    st.integers(1, 12),
    st.integers(1, 28),
    st.integers(0, 23),
    st.integers(0, 59),
)


@st.composite
def messages(draw: st.DrawFn) -> Message:
    """A message as a transponder may send it."""
    has_position = draw(st.booleans())
    seconds = draw(st.integers(0, 40 * 86_400))
    return message(
        ship=draw(st.integers(201_000_000, 775_999_999)),
        time=START + timedelta(seconds=seconds),
        latitude=draw(st.integers(-90_000_000, 90_000_000)) / 1e6 if has_position else None,
        longitude=draw(st.integers(-180_000_000, 180_000_000)) / 1e6 if has_position else None,
        speed_kn=draw(st.none() | st.integers(0, 1022).map(lambda tenths: tenths / 10)),
        course_deg=draw(st.none() | _degrees),
        heading_deg=draw(st.none() | st.integers(0, 359)),
        status=draw(st.sampled_from([None, "Under way using engine", "At anchor", "Moored"])),
        draught_m=draw(st.none() | st.integers(1, 255).map(lambda tenths: tenths / 10)),
        name=draw(_names),
        imo=draw(st.none() | st.integers(1_000_000, 9_999_999)),
        callsign=draw(_names),
        ship_type=draw(st.sampled_from([None, 30, 52, 70, 80])),
        length_m=draw(st.none() | st.integers(2, 400)),
        beam_m=draw(st.none() | st.integers(2, 60)),
        destination=draw(_names),
        eta=draw(st.none() | _etas),
    )


def as_table(rows: list[Message], lost: tuple[str, ...] = ()) -> pl.DataFrame:
    """Messages as a table of ours, without what a layout cannot carry."""
    kept = [{**row, **dict.fromkeys(lost), "is_loaded": None} for row in rows]
    return pl.DataFrame(kept, schema={name: COLUMNS[name] for name in COLUMNS}, strict=False)


@pytest.mark.parametrize("layout", WRITERS, ids=lambda layout: layout.name)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(messages(), min_size=1, max_size=8))
def test_what_a_layout_wrote_is_read_back(
    tmp_path: Path, layout: Written, rows: list[Message]
) -> None:
    path = layout.write(rows, tmp_path / f"file{layout.suffix}")
    tracks = ff.tracks.read_ais(path)
    assert tracks.layout == layout.name
    found = pl.concat(tracks.batches())
    assert found.schema == COLUMNS
    assert found.to_dicts() == as_table(rows, layout.lost).to_dicts()


def test_a_row_of_today_s_danish_file(tmp_path: Path) -> None:
    row = (
        "05/12/2024 00:00:01,Class A,273123456,54.626893,19.881201,Moored,0.0,0.1,241.8,241,9160994,UBCD4,SPARTA,Cargo,"
        'Category X,18,122,GPS,6.3,"BALTIYSK, RU",06/12/2024 04:30:00,AIS,100,22,9,9'
    )
    (found,) = read_rows(written(tmp_path, DANISH_HEADER, row))
    # The day stands first: 5 December, not 12 May.
    assert found["time"] == datetime(2024, 12, 5, 0, 0, 1, tzinfo=UTC)
    assert (found["latitude"], found["longitude"]) == (54.626893, 19.881201)
    assert found["status"] == "Moored"
    assert found["draught_m"] == pytest.approx(6.3)
    assert (found["imo"], found["callsign"], found["name"]) == (9160994, "UBCD4", "SPARTA")
    assert (found["ship_type"], found["length_m"], found["beam_m"]) == (70, 122, 18)
    assert (found["destination"], found["eta"]) == ("BALTIYSK, RU", "12-06 04:30")


def test_danish_static_rows_without_position_keep_their_early_draughts(tmp_path: Path) -> None:
    static = "01/02/2025 00:00:0{},Class A,273123456,91,0,Unknown value,,,,,Unknown,,,Undefined,,,,,{},,,AIS,,,,"
    moving = "01/02/2025 00:00:09,Class A,273123456,54.6,19.9,Moored,,0,,,,,,,,,,,,,,AIS,,,,"
    path = written(tmp_path, DANISH_HEADER, static.format(1, ""), static.format(2, "6.3"), moving)
    tracks = ff.tracks.read_ais(path)
    assert tracks.positions().height == 1
    assert tracks.static_reports()["draught_m"].to_list() == [pytest.approx(6.3)]
    assert tracks.static_reports()["time"][0] == datetime(2025, 2, 1, 0, 0, 2, tzinfo=UTC)
    blank = pl.concat(tracks.batches())[0].to_dicts()[0]
    assert {name for name, value in blank.items() if value is not None} == {"ship", "time"}


def test_danish_stations_are_left_out_and_counted(tmp_path: Path) -> None:
    row = "01/02/2025 00:00:00,{},{},54.6,19.9,Unknown value,,,,,Unknown,Unknown,,Undefined,,,,GPS,,,,AIS,,,,"
    kinds = [
        ("Base Station", 2190064),
        ("AtoN", 992191234),
        ("Base Station", 219000999),
        ("Class B", 219000001),
    ]
    tracks = ff.tracks.read_ais(
        written(tmp_path, DANISH_HEADER, *(row.format(*kind) for kind in kinds))
    )
    assert tracks.positions()["ship"].to_list() == [219000001]
    (note,) = [note for note in tracks.notes if "no ship" in note]
    assert "base stations (MMSI 00...): 1" in note
    assert "aids to navigation (MMSI 99...): 1" in note
    # Its number is a ship's, but the file says what it is.
    assert "stations called Base Station: 1" in note


def test_a_danish_file_of_2015_has_no_header(tmp_path: Path) -> None:
    lines = [
        "01/07/2015 00:00:00;Class A;219000001;55,123456;12,654321;Under way using engine;0,0;12,5;90,0;91;"
        '9012345;OZTEST;FERRY;Passenger;;20;100;GPS;5,5;"TEST;PORT";01/07/2015 06:00:00;AIS',
        "01/07/2015 00:01:00;Class A;219000003;91,000000;181,000000;Unknown value;;102,3;;;Unknown;;;;;;;;;;;AIS",
    ]
    path = tmp_path / "aisdk_20150701.csv"
    path.write_text("\r\n".join([*lines, ""]), newline="")
    tracks = ff.tracks.read_ais(path)
    assert tracks.layout == "danish-2006"
    first, second = pl.concat(tracks.batches()).to_dicts()
    assert (first["latitude"], first["longitude"], first["destination"]) == (
        55.123456,
        12.654321,
        "TEST;PORT",
    )
    assert (first["speed_kn"], first["draught_m"], first["ship_type"]) == (12.5, 5.5, 60)
    assert second["latitude"] is second["longitude"] is second["speed_kn"] is None


@pytest.mark.parametrize(
    "time", ["02/03/2006 00.00", "02-03-2006 00.00.00", "02/03/2006 00:00", "02/03/2006 00:00:00"]
)
def test_times_of_2006_may_have_dots(tmp_path: Path, time: str) -> None:
    row = f"{time};Class A;219000001;55,1;12,6;Moored;;0,0;;;;;;;;;;;;;;AIS"
    assert read_rows(written(tmp_path, row))[0]["time"] == datetime(2006, 3, 2, tzinfo=UTC)


def test_marinecadastre_to_2023(tmp_path: Path) -> None:
    lines = [
        "367481660,2022-06-20T00:00:05,38.58858,-90.19843,0.0,360.0,511.0,MISSISSIPPI,IMO0000000,WDF4444,31,12,0,0,,57,A",
        "538009563,2022-06-20T00:00:04,29.23668,-116.63519,20.4,149.9,152.0,MONTE,IMO9869693,V7A4893,70,0,192,30,7.6,71,A",
        "538009564,2022-06-20T00:00:04,29.2,-116.6,102.3,149.9,,X,,,1004,15,192,30,0.0,70,A",
    ]
    tracks = ff.tracks.read_ais(written(tmp_path, NOAA_HEADER, *lines))
    assert (tracks.layout, tracks.publisher) == ("marinecadastre", "NOAA MarineCadastre")
    tow, cargo, old = pl.concat(tracks.batches()).to_dicts()
    assert (tow["speed_kn"], tow["course_deg"], tow["heading_deg"]) == (0.0, None, None)
    assert (tow["imo"], tow["draught_m"], tow["length_m"]) == (None, None, None)
    assert tow["status"] == "Power-driven vessel pushing ahead or towing alongside"
    # Cargo 57 is of another kind than type 31; 71 is finer than 70; 1004 is no code of AIS.
    assert (tow["ship_type"], cargo["ship_type"], old["ship_type"]) == (31, 71, 70)
    assert (cargo["latitude"], cargo["longitude"], cargo["imo"]) == (29.23668, -116.63519, 9869693)
    assert (old["speed_kn"], old["draught_m"], old["status"]) == (None, None, None)


def test_marinecadastre_from_2024_has_longitude_first(tmp_path: Path) -> None:
    row = "368382440,2025-12-31 00:00:00,-76.43,36.96,4.7,321.6,327,PATRICIA,IMO1079618,WDP7519,52,0,26,11,5.0,52,A"
    tracks = ff.tracks.read_ais(written(tmp_path, NOAA_2024_HEADER, row))
    assert tracks.layout == "marinecadastre-2024"
    (found,) = pl.concat(tracks.batches()).to_dicts()
    assert (found["latitude"], found["longitude"], found["draught_m"]) == (36.96, -76.43, 5.0)


def test_digitraffic_s_answer_of_places(tmp_path: Path) -> None:
    path = tmp_path / "locations.json"
    feature = {
        "mmsi": 219598000,
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [20.85169, 55.770832]},
        "properties": {
            "mmsi": 219598000, "sog": 12, "cog": 346.5, "navStat": 1, "rot": 4, "posAcc": True, "raim": False,
            "heading": 79, "timestamp": 59, "timestampExternal": 1659212938646,
        },
    }  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    (found,) = read_rows(path)
    # Knots stay knots, and the second of the minute is no time.
    assert (found["speed_kn"], found["latitude"], found["longitude"]) == (12.0, 55.770832, 20.85169)
    assert found["time"] == datetime(2022, 7, 30, 20, 28, 58, 646000, tzinfo=UTC)
    assert (found["status"], found["heading_deg"], found["ship_type"]) == ("At anchor", 79.0, None)


def test_digitraffic_s_answer_of_ships_is_static_alone(tmp_path: Path) -> None:
    ship = {
        "mmsi": 273123456, "name": "SPARTA", "timestamp": 1659212938646, "callSign": "UBCD4", "imo": 9160994,
        "shipType": 70, "draught": 63, "eta": packed(12, 31, 18, 30), "posType": 1, "destination": "BALTIYSK",
        "referencePointA": 100, "referencePointB": 22, "referencePointC": 9, "referencePointD": 9,
    }  # fmt: skip
    path = tmp_path / "vessels.json"
    path.write_text(json.dumps([ship, {**ship, "draught": 0, "eta": packed(0, 0, 24, 60)}]))
    tracks = ff.tracks.read_ais(path)
    known, unknown = pl.concat(tracks.batches()).to_dicts()
    assert known["draught_m"] == pytest.approx(6.3)
    assert (known["eta"], known["length_m"], known["beam_m"]) == ("12-31 18:30", 122, 18)
    assert (unknown["draught_m"], unknown["eta"]) == (None, None)
    assert any("without any position" in note and "273123456" in note for note in tracks.notes)


def packed(month: int, day: int, hour: int, minute: int) -> int:
    """A time of arrival in twenty bits."""
    return ((month * 32 + day) * 32 + hour) * 64 + minute


def test_digitraffic_s_columns_in_a_csv_file(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "mmsi,time,sog,cog,navStat,heading,lon,lat,draught",
        "273123456,1668075025,10.7,326.6,0,325,20.3,60.0,63",
    )
    (found,) = read_rows(path)
    assert found["time"] == datetime(2022, 11, 10, 10, 10, 25, tzinfo=UTC)
    assert (found["speed_kn"], found["draught_m"]) == (pytest.approx(10.7), pytest.approx(6.3))


def test_a_plain_table_is_not_taken_for_digitraffic_s() -> None:
    table = pl.DataFrame(
        {"mmsi": [273123456], "time": [1668075025], "lat": [60.0], "lon": [20.0], "draught": [6.3]}
    )
    with pytest.raises(TracksError, match="no known layout"):
        ff.tracks.read_ais(table)


def test_a_layout_of_one_s_own() -> None:
    mine = ff.tracks.Layout(
        name="port office",
        columns={
            "id": "ship",
            "seen": "time",
            "y": "latitude",
            "x": "longitude",
            "draft": "draught_m",
            "v": "speed_kn",
        },
        time_format="%m/%d/%Y %H:%M",
        units={"draught_m": "0.1 m", "speed_kn": "m/s"},
        publisher="the port office",
    )
    table = pl.DataFrame(
        {
            "id": [273123456],
            "seen": ["02/03/2025 04:10"],
            "y": [34.9],
            "x": [35.9],
            "draft": [114.0],
            "v": [5.144444],
        }
    )
    tracks = ff.tracks.read_ais(table, layout=mine)
    (found,) = pl.concat(tracks.batches()).to_dicts()
    assert found["time"] == datetime(2025, 2, 3, 4, 10, tzinfo=UTC)
    assert (found["draught_m"], found["speed_kn"]) == (
        pytest.approx(11.4),
        pytest.approx(10.0, abs=1e-4),
    )
    assert (tracks.layout, tracks.publisher) == ("port office", "the port office")


def test_ships_may_be_named_by_imo_number() -> None:
    mine = ff.tracks.Layout(
        name="by IMO",
        columns={"imo": "ship", "t": "time", "y": "latitude", "x": "longitude"},
        units={"ship": "imo"},
    )
    table = pl.DataFrame(
        {"imo": ["IMO9160994"], "t": ["2025-02-01 04:10"], "y": [34.9], "x": [35.9]}
    )
    assert ff.tracks.read_ais(table, layout=mine).positions()["ship"].to_list() == [9160994]


def test_columns_alone_are_enough() -> None:
    table = pl.DataFrame(
        {"id": [273123456], "t": ["2025-02-01T04:10:00+03:00"], "y": [34.9], "x": [35.9]}
    )
    tracks = ff.tracks.read_ais(
        table, columns={"id": "ship", "t": "time", "y": "latitude", "x": "longitude"}
    )
    assert tracks.positions()["time"].to_list() == [datetime(2025, 2, 1, 1, 10, tzinfo=UTC)]


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=str)
def test_layouts_travel_to_other_processes(layout: ff.tracks.Layout) -> None:
    again = pickle.loads(pickle.dumps(layout))
    assert again == layout
    with pytest.raises(TypeError):
        again.columns["x"] = "ship"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"columns": {"a": "ship"}}, "no column for time"),
        ({"columns": {"a": "ship", "b": "time", "c": "latitude"}}, "needs both"),
        ({"columns": {"a": "ship", "b": "time", "c": "draft"}}, "did you mean draught_m"),
        (
            {"columns": {"a": "ship", "b": "time"}, "units": {"draught_m": "dm"}},
            "it may be m, 0.1 m, cm, ft",
        ),
        ({"columns": {"a": "ship", "b": "time"}, "units": {"name": "m"}}, "may be none"),
        (
            {"columns": {"a": "ship", "b": "time"}, "decimal": ",", "separator": ","},
            "not the separator",
        ),
        ({"columns": {"a": "ship", "b": "time"}, "separator": ";;"}, "not one plain character"),
    ],
)
def test_a_layout_that_cannot_be_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(TracksError, match=message):
        ff.tracks.Layout(name="mine", **options)
