"""Aircraft's messages: each source as it comes, odd rows, and what is refused."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import pickle
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import forceflow as ff
from forceflow.errors import TracksError
from forceflow.feeds.aircraft_columns import AIRCRAFT_COLUMNS, NOT_ICAO
from forceflow.tracks import AIRCRAFT_LAYOUTS, AircraftLayout, read_adsb

START = dt.datetime(2024, 12, 14, 4, 10, tzinfo=dt.UTC)
EPOCH = START.timestamp()
# The code of a Russian transport that reads as 1.52e12.
HEX = "152e10"

TRACE: dict[str, Any] = {
    "icao": HEX,
    "r": "RA-82014",
    "t": "A124",
    "timestamp": EPOCH,
    "trace": [
        [
            0,
            35.40,
            35.95,
            "ground",
            0,
            123.0,
            0,
            None,
            {"flight": "RFF7063 ", "squawk": "0021"},
            "adsb_icao",
            None,
        ],
        [600.5, 35.41, 35.93, "ground", 12, 123.0, 1, None, None, "adsb_icao", None],
        [900, 35.45, 35.80, 2500, 190, 250.0, 2, 1800, None, "adsb_icao", 2650],
        [4500, 34.0, 30.0, 31000, 430, 255.0, 8, 0, {"flight": "        "}, "adsb_icao", None],
        [4600, 34.0, 29.8, None, None, None, 0, None, None, "mlat", None],
    ],
}


def whole(tracks: ff.tracks.AircraftTracks) -> pl.DataFrame:
    """All messages."""
    return pl.concat(list(tracks.batches()))


def at(seconds: float) -> dt.datetime:
    return START + dt.timedelta(seconds=seconds)


@pytest.mark.parametrize("cells", [9, 11], ids=["old rows", "new rows"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_trace_of_readsb(cells: int, packed: bool, tmp_path: Path) -> None:
    """tar1090 serves traces packed under the name .json."""
    text = json.dumps({**TRACE, "trace": [row[:cells] for row in TRACE["trace"]]}).encode()
    folder = tmp_path / "traces" / "10"
    folder.mkdir(parents=True)
    (folder / f"trace_full_{HEX}.json").write_bytes(gzip.compress(text) if packed else text)
    tracks = read_adsb(tmp_path / "traces")
    table = whole(tracks)
    assert tracks.layout == "readsb trace"
    assert dict(table.schema) == AIRCRAFT_COLUMNS
    assert table["aircraft"].unique().to_list() == [0x152E10]
    assert table["time"].to_list() == [at(0), at(600.5), at(900), at(4500), at(4600)]
    assert table["ground"].to_list() == ["ground", "ground", "air", "air", "unknown"]
    assert table["altitude_ft"].to_list() == [None, None, 2500.0, None, None]
    # The altitude at 4500 s is marked as geometric; newer rows have one beside the other.
    above = 2650.0 if cells == 11 else None
    assert table["geometric_altitude_ft"].to_list() == [None, None, above, 31000.0, None]
    assert table["new_leg"].to_list() == [False, False, True, False, False]
    # What was said before holds until the next details, but not beyond the mark of a new leg.
    assert table["callsign"].to_list() == ["RFF7063"] * 2 + [None] * 3
    assert table["squawk"].to_list()[:3] == ["0021", "0021", None]
    assert set(table["type"]) == {"A124"}
    assert set(table["registration"]) == {"RA-82014"}


def test_a_trace_that_begins_in_milliseconds(tmp_path: Path) -> None:
    path = tmp_path / "trace.json"
    path.write_text(json.dumps({**TRACE, "timestamp": EPOCH * 1e3}))
    assert whole(read_adsb(path))["time"].to_list()[:2] == [at(0), at(600.5)]


def test_a_folder_of_traces_is_read_in_parts(tmp_path: Path) -> None:
    """The same messages whether they are kept or read at each use."""
    for number in range(600):
        one = {**TRACE, "icao": f"{number:06x}"}
        (tmp_path / f"trace_full_{number:06x}.json").write_text(json.dumps(one))
    kept = read_adsb(tmp_path)
    read = read_adsb(tmp_path, rows_in_memory=100)
    assert kept.is_in_memory
    assert not read.is_in_memory
    assert len(read.pieces) == 3
    assert whole(kept).equals(whole(read))
    assert len(kept) == 3000
    assert whole(pickle.loads(pickle.dumps(read))).height == 3000
    assert ff.tracks.legs(kept).equals(ff.tracks.legs(read))


@pytest.mark.parametrize(("key", "now"), [("aircraft", EPOCH), ("ac", EPOCH * 1e3)])
def test_a_snapshot_has_positions_as_old_as_they_are(key: str, now: float, tmp_path: Path) -> None:
    """`now` is in seconds in files and in milliseconds in the API."""
    position = {"lat": 35.4, "lon": 35.9, "seen_pos": 2.5, "seen": 0.1}
    heard = [
        {"hex": HEX, "flight": "RFF7063 ", "alt_baro": "ground", "gs": 3.0, **position},
        {"hex": "~ABC123", "alt_baro": 12000, "seen": 1.0},
        {
            "hex": "abc124",
            "alt_geom": 900,
            "lastPosition": {"lat": 1.0, "lon": 2.0, "seen_pos": 70.0},
        },
    ]
    path = tmp_path / "aircraft.json"
    path.write_text(json.dumps({"now": now, key: heard}))
    table = whole(read_adsb(path))
    assert table["aircraft"].to_list() == [0x152E10, NOT_ICAO + 0xABC123, 0xABC124]
    assert table["time"].to_list() == [at(-2.5), at(-1), at(-70)]
    assert table["ground"].to_list() == ["ground", "air", "unknown"]
    assert table["latitude"].to_list() == [35.4, None, 1.0]
    assert table["geometric_altitude_ft"].to_list() == [None, None, 900.0]
    path.write_text("\n".join(json.dumps({"now": now + 5 * n, key: heard}) for n in range(3)))
    assert len(read_adsb(path)) == 9


def test_lines_of_sbs(tmp_path: Path) -> None:
    lines = [
        "MSG,1,1,1,152E10,1,2024/12/14,04:10:00.125,2024/12/14,04:10:00.130,RFF7063 ,,,,,,,,,,,",
        "MSG,3,1,1,152E10,1,2024/12/14,04:10:01.125,2024/12/14,04:10:01.130,,12000,,,34.7,33.0,,,0,0,0,0",
        "MSG,2,1,1,152E10,1,2024/12/14,04:12:01.125,2024/12/14,04:12:01.130,,,5,120,34.7,33.0,,,,,,-1",
        "MSG,3,1,1,152E10,1,2024/12/14,04:13:01.125,2024/12/14,04:13:01.130,,12000H,,,34.7,33.0,,0021,0,0,0,",
    ]
    path = tmp_path / "receiver.sbs"
    path.write_text("\n".join(lines) + "\n")
    tracks = read_adsb(path)
    table = whole(tracks)
    assert tracks.layout == "sbs"
    assert any("taken as UTC" in note for note in tracks.notes)
    assert table["time"].to_list() == [at(0.125), at(1.125), at(121.125), at(181.125)]
    assert table["ground"].to_list() == ["unknown", "air", "ground", "unknown"]
    assert table["altitude_ft"].to_list() == [None, 12000.0, None, None]
    assert table["geometric_altitude_ft"].to_list() == [None, None, None, 12000.0]
    assert table["squawk"].to_list() == [None, None, None, "0021"]


STATES = pl.DataFrame(
    {
        "time": [EPOCH, EPOCH + 10],
        "icao24": [HEX, HEX],
        "lat": [35.4, None],
        "lon": [35.9, None],
        "velocity": [100.0, None],
        "heading": [90.0, None],
        "vertrate": [5.08, None],
        "callsign": ["RFF7063 ", None],
        "onground": [False, None],
        "squawk": ["0021", None],
        "baroaltitude": [304.8, None],
        "geoaltitude": [320.0, None],
        "lastposupdate": [EPOCH - 0.5, None],
    }
)


def _written(table: pl.DataFrame, form: str, folder: Path) -> Any:
    """A table as a frame of a library or a file."""
    path = folder / f"states.{form}"
    if form == "csv":
        table.write_csv(path)
    elif form == "parquet":
        table.write_parquet(path)
    else:
        return {
            "polars": table,
            "lazy": table.lazy(),
            "pandas": pd.DataFrame(table.to_dict(as_series=False)),
            "arrow": pa.table(table.to_dict(as_series=False)),
        }[form]
    return path


@pytest.mark.parametrize("form", ["csv", "parquet", "polars", "lazy", "pandas", "arrow"])
def test_states_of_opensky_in_our_units(form: str, tmp_path: Path) -> None:
    tracks = read_adsb(_written(STATES, form, tmp_path))
    table = whole(tracks)
    assert (tracks.layout, tracks.publisher) == ("opensky", "OpenSky Network")
    # The position is half a second older than the state.
    assert table["time"].to_list() == [at(-0.5), at(10)]
    first = table.row(0, named=True)
    assert first["altitude_ft"] == pytest.approx(1000.0)
    assert first["geometric_altitude_ft"] == pytest.approx(320 / 0.3048)
    assert first["speed_kn"] == pytest.approx(100 * 3600 / 1852)
    assert first["climb_ft_min"] == pytest.approx(1000.0)
    assert (first["callsign"], first["squawk"], first["ground"]) == ("RFF7063", "0021", "air")
    assert table["ground"][1] == "unknown"


def test_states_of_the_web_service(tmp_path: Path) -> None:
    tail = [None, None, None, "0021", False, 0]
    states = [
        [HEX, "RFF ", "Russia", EPOCH, EPOCH + 9, 35.9, 35.4, None, True, 1.0, 120.0, *tail],
        [HEX, None, "Russia", None, EPOCH + 9, None, None, 304.8, False, None, None, *tail],
    ]
    path = tmp_path / "states.json"
    path.write_text(json.dumps({"time": EPOCH + 10, "states": states}))
    table = whole(read_adsb(path))
    assert table["time"].to_list() == [at(0), at(9)]
    assert table["ground"].to_list() == ["ground", "air"]
    assert table["altitude_ft"][1] == pytest.approx(1000.0)


def test_pyopensky_has_the_names_of_traffic_and_other_units() -> None:
    table = pl.DataFrame(
        {"timestamp": [START], "icao24": [HEX], "latitude": [35.4], "longitude": [35.9]}
    )
    table = table.with_columns(altitude=304.8, groundspeed=100.0, onground=False, geoaltitude=320.0)
    assert whole(read_adsb(table, layout="pyopensky"))["altitude_ft"][0] == pytest.approx(1000.0)
    assert whole(read_adsb(table, layout="traffic"))["altitude_ft"][0] == pytest.approx(304.8)


def test_a_flight_of_flightradar24_has_no_address(tmp_path: Path) -> None:
    path = tmp_path / "3834b9f1.csv"
    path.write_text(
        "Timestamp,UTC,Callsign,Position,Altitude,Speed,Direction\n"
        f'{EPOCH:.0f},2024-12-14T04:10:00Z,RFF7063,"35.400,35.950",0,3,120\n'
        f'{EPOCH + 60:.0f},2024-12-14T04:11:00Z,RFF7063,"35.420,35.900",1200,160,250\n'
    )
    tracks = read_adsb(path)
    table = tracks.positions()
    assert table["ground"].to_list() == ["ground", "air"]
    assert table["altitude_ft"].to_list() == [None, 1200.0]
    assert table["latitude"].to_list() == [35.4, 35.42]
    (address,) = set(table["aircraft"])
    assert address.startswith("~")
    assert any("give aircraft=" in note for note in tracks.notes)
    assert set(read_adsb(path, aircraft=HEX).positions()["aircraft"]) == {HEX}
    with pytest.raises(TracksError, match="aircraft is 152; give six hex digits"):
        read_adsb(path, aircraft=152)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["csv", "parquet", "polars", "json"])
def test_a_list_of_flights_is_legs(form: str, tmp_path: Path) -> None:
    flights = pl.DataFrame(
        {
            "icao24": [HEX, "~152e10"],
            "firstSeen": [int(EPOCH), int(EPOCH) + 60],
            "estDepartureAirport": ["OSLK", None],
            "lastSeen": [int(EPOCH) + 6000, int(EPOCH) + 6060],
            "estArrivalAirport": ["HL59", "no such field"],
            "callsign": ["RFF7063 ", ""],
        }
    )
    if form == "json":
        source: Any = tmp_path / "flights.json"
        source.write_text(json.dumps(flights.to_dicts()))
    else:
        source = _written(flights, form, tmp_path)
    tracks = read_adsb(source)
    assert tracks.layout == "flight list"
    legs = ff.tracks.legs(tracks).sort("took_off_by")
    assert legs["aircraft"].to_list() == [HEX, "~152e10"]
    assert legs["origin"].to_list() == ["OSLK", None]
    assert legs["destination"].to_list() == ["HL59", None]
    assert legs["callsign"].to_list() == ["RFF7063", None]
    # A list says when an aircraft was first and last heard, and no more.
    assert legs["took_off_by"].to_list() == [at(0), at(60)]
    assert legs["landed_after"].to_list() == [at(6000), at(6060)]
    assert legs["took_off_after"].null_count() == legs["landed_by"].null_count() == 2
    assert set(legs["begins"]) == set(legs["ends"]) == {"list"}


def test_a_table_of_ones_own() -> None:
    table = pl.DataFrame(
        {
            "id": [HEX.upper()],
            "seen": ["2024-12-14T04:10:00+00:00"],
            "y": [35.4],
            "x": [35.9],
            "h": [304.8],
        }
    )
    mine = AircraftLayout(
        name="mine",
        columns={
            "id": "aircraft",
            "seen": "time",
            "y": "latitude",
            "x": "longitude",
            "h": "altitude_ft",
        },
        units={"altitude_ft": "m"},
    )
    first = whole(read_adsb(table, layout=mine)).row(0, named=True)
    assert (first["aircraft"], first["time"]) == (0x152E10, START)
    assert first["altitude_ft"] == pytest.approx(1000.0)
    plain = read_adsb(
        table, columns={"id": "aircraft", "seen": "time", "y": "latitude", "x": "longitude"}
    )
    assert plain.positions()["aircraft"].to_list() == [HEX]
    assert not any("recognised" in note for note in plain.notes)


def test_positions_can_be_read_again() -> None:
    tracks = read_adsb(STATES)
    again = read_adsb(tracks.positions())
    assert again.layout == "forceflow"
    assert again.positions().equals(tracks.positions())


def test_what_cannot_be_is_not_available() -> None:
    table = STATES.with_columns(lon=pl.lit(181.5), velocity=pl.lit(-1.0), baroaltitude=pl.lit(1e6))
    first = whole(read_adsb(table)).row(0, named=True)
    assert [first[name] for name in ("latitude", "longitude", "speed_kn", "altitude_ft")] == [
        None
    ] * 4


@pytest.mark.parametrize("kind", [pl.Float64, pl.Int64])
def test_addresses_read_as_numbers_are_refused(kind: Any) -> None:
    table = STATES.with_columns(icao24=pl.lit(152).cast(kind))
    with pytest.raises(
        TracksError, match=r"table, column 'icao24': the addresses were read as numbers.*as text"
    ):
        read_adsb(table)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"icao24": pl.lit("15zz10")}, r"table, row 0, column 'icao24': '15zz10' is no address"),
        ({"icao24": pl.lit(None, pl.String)}, "none of 2 rows has an address and a time"),
        ({"velocity": pl.lit("fast")}, r"table, row 0, column 'velocity': 'fast' cannot be read"),
    ],
)
def test_rows_that_cannot_be_read_are_named(change: dict[str, pl.Expr], words: str) -> None:
    with pytest.raises(TracksError, match=words):
        read_adsb(STATES.with_columns(**change))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"icao": "152e10", "timestamp": 1, "trace": [[0, 1, 2]]}', "bad.json, line 1: no trace"),
        ('{"now": 1, "aircraft": [{"flight": "X"}]}', "bad.json, line 1: no trace.*KeyError"),
        ('{"now": 1, "aircraft": [', "bad.json: line 1, no JSON"),
        ('{"features": []}', "bad.json: JSON, but no trace"),
    ],
)
def test_json_that_is_none_of_these_is_refused(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text)
    with pytest.raises(TracksError, match=words):
        read_adsb(path)


def test_layouts_that_are_none_are_refused() -> None:
    with pytest.raises(
        TracksError, match=r"unknown layout 'nope'; there are auto, forceflow, .*AircraftLayout"
    ):
        read_adsb(STATES, layout="nope")
    with pytest.raises(TracksError, match=r"of no known layout: a.*AircraftLayout\(name='mine'"):
        read_adsb(pl.DataFrame({"a": [1]}))
    with pytest.raises(TracksError, match="there is no such file"):
        read_adsb("nowhere.json")
    with pytest.raises(TracksError, match="the unit of 'altitude_ft' is 'kn'; it may be ft, m"):
        AircraftLayout(
            name="x", columns={"a": "aircraft", "t": "time"}, units={"altitude_ft": "kn"}
        )
    with pytest.raises(TracksError, match="give layout= or columns=, not both"):
        read_adsb(STATES, layout="opensky", columns={"a": "aircraft"})
    assert all(layout.name == name for name, layout in AIRCRAFT_LAYOUTS.items())


def test_tracks_say_what_they_hold() -> None:
    tracks = read_adsb(STATES)
    assert str(tracks).startswith(
        "messages: 2, aircraft: 1, time: 2024-12-14 04:09 to 2024-12-14 04:10 UTC"
    )
    assert "Aircraft tracks" in tracks._repr_html_()
    assert "opensky" in repr(tracks)
    assert bool(tracks)
