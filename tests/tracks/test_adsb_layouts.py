"""Aircraft's messages in each layout: what one says is what is read, in our units, whichever file it stands in."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from adsb_writers import (
    CRAFT,
    START,
    WRITERS,
    Message,
    heard,
    snapshot,
    trace,
    write_fr24,
    write_trace,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import forceflow as ff
from forceflow.feeds.native_frame import in_library
from forceflow.tracks.leg_columns import LEG_COLUMNS

NUMBERS = ("altitude_ft", "geometric_altitude_ft", "speed_kn", "track_deg", "climb_ft_min")


def rows_of(source: Any, **options: Any) -> list[dict[str, Any]]:
    """All messages of a source, addresses as text."""
    tracks = ff.tracks.read_adsb(source, **options)
    table: pl.DataFrame = tracks.positions()
    return table.to_dicts()


def _maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


@st.composite
def flights(draw: st.DrawFn) -> list[Message]:
    """Messages of one aircraft, a whole second apart, as a transponder may send them."""
    count = draw(st.integers(1, 5))
    steps = draw(st.lists(st.integers(1, 3000), min_size=count, max_size=count))
    rows, seconds = [], 0
    for step in steps:
        seconds += step
        ground = draw(st.sampled_from(["air", "ground"]))
        in_air = ground == "air"
        rows.append(
            heard(
                time=START + timedelta(seconds=seconds),
                latitude=draw(st.integers(-90_000, 90_000)) / 1e3,
                longitude=draw(st.integers(-180_000, 180_000)) / 1e3,
                ground=ground,
                new_leg=draw(st.booleans()),
                altitude_ft=draw(st.integers(-40, 1800)) * 25 if in_air else None,
                geometric_altitude_ft=draw(_maybe(st.integers(-40, 1800).map(lambda n: n * 25)))
                if in_air
                else None,
                speed_kn=draw(_maybe(st.integers(0, 6000).map(lambda n: n / 10))),
                track_deg=draw(_maybe(st.integers(0, 3599).map(lambda n: n / 10)))
                if in_air
                else None,
                climb_ft_min=draw(_maybe(st.integers(-90, 90).map(lambda n: n * 64))),
                callsign=draw(_maybe(st.from_regex(r"[A-Z][A-Z0-9]{2,7}", fullmatch=True))),
                squawk=draw(_maybe(st.from_regex(r"[0-7]{4}", fullmatch=True))),
            )
        )
    return rows


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=flights())
def test_what_is_written_is_read(name: str, rows: list[Message], tmp_path: Path) -> None:
    writer = WRITERS[name]
    path = writer.write(rows, tmp_path / f"file{writer.suffix}")
    found = rows_of(path)
    assert [row["aircraft"] for row in found] == [CRAFT] * len(rows)
    assert [row["time"] for row in found] == [row["time"] for row in rows]
    for got, said in zip(found, rows, strict=True):
        for column in ("latitude", "longitude", "ground"):
            assert got[column] == said[column], column
        for column in set(NUMBERS) - writer.lost:
            assert got[column] == (
                said[column] if said[column] is None else pytest.approx(said[column], abs=1e-3)
            ), column
        if "new_leg" not in writer.lost:
            assert bool(got["new_leg"]) == said["new_leg"]
        if said["callsign"] is not None:
            assert got["callsign"] == said["callsign"]
        if said["squawk"] is not None:
            assert got["squawk"] == said["squawk"]


def test_a_callsign_of_another_flight_is_not_carried_over_a_mark(tmp_path: Path) -> None:
    rows = [
        heard(latitude=1.0, longitude=1.0, altitude_ft=5000, callsign="RFF8010"),
        heard(
            time=START + timedelta(hours=5),
            latitude=1.0,
            longitude=1.0,
            altitude_ft=5000,
            new_leg=True,
        ),
    ]
    document = trace(rows)
    document["trace"][1][8] = None
    (tmp_path / "a.json").write_text(json.dumps(document))
    assert rows_of(tmp_path / "a.json")[1]["callsign"] is None


def test_type_and_registration_of_a_trace(tmp_path: Path) -> None:
    row = rows_of(
        write_trace([heard(latitude=1.0, longitude=2.0)], tmp_path / "trace_full_152e10.json")
    )[0]
    assert (row["type"], row["registration"]) == ("IL76", "RA-78830")
    assert row["ground"] == "unknown"


def test_a_geometric_altitude_of_a_trace_is_no_pressure_altitude(tmp_path: Path) -> None:
    document = trace([heard(latitude=1.0, longitude=2.0, altitude_ft=9400)])
    document["trace"][0][6] = 8
    (tmp_path / "a.json").write_text(json.dumps(document))
    row = rows_of(tmp_path / "a.json")[0]
    assert (row["altitude_ft"], row["geometric_altitude_ft"], row["ground"]) == (
        None,
        9400.0,
        "air",
    )


def test_addresses_that_are_none_of_icao_are_kept_and_marked(tmp_path: Path) -> None:
    rows = [heard(aircraft="~2b3c4d", latitude=1.0, longitude=2.0)]
    (tmp_path / "a.json").write_text(json.dumps(snapshot(rows, START)))
    tracks = ff.tracks.read_adsb(tmp_path / "a.json")
    assert next(tracks.batches())["aircraft"].to_list() == [0x2B3C4D + (1 << 24)]
    assert tracks.positions()["aircraft"].to_list() == ["~2b3c4d"]


def test_a_code_that_looks_like_a_number_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "states.csv"
    header = "time,icao24,lat,lon,velocity,vertrate,callsign,onground,baroaltitude,squawk\n"
    path.write_text(header + "1734149400,152e10,35.4,35.9,100.0,0.0,,False,1000.0,0021\n" * 2)
    tracks = ff.tracks.read_adsb(path)
    assert tracks.positions()["aircraft"].unique().to_list() == ["152e10"]
    assert tracks.positions()["squawk"].unique().to_list() == ["0021"]
    for codes in ("000123", "151234"):
        path.write_text(header + f"1734149400,{codes},35.4,35.9,100.0,0.0,,False,1000.0,0021\n")
        assert ff.tracks.read_adsb(path).positions()["aircraft"].to_list() == [codes]


def test_sbs_ground_is_minus_one_zero_or_blank(tmp_path: Path) -> None:
    rows = [
        heard(latitude=1.0, longitude=2.0, ground=ground) for ground in ("ground", "air", "unknown")
    ]
    found = rows_of(WRITERS["SBS"].write(rows, tmp_path / "a.txt"))
    assert [row["ground"] for row in found] == ["ground", "air", "unknown"]


def test_sbs_altitude_with_an_h_is_geometric(tmp_path: Path) -> None:
    rows = [heard(latitude=1.0, longitude=2.0, geometric_altitude_ft=12000)]
    row = rows_of(WRITERS["SBS"].write(rows, tmp_path / "a.txt"))[0]
    assert (row["altitude_ft"], row["geometric_altitude_ft"]) == (None, 12000.0)


def test_a_folder_of_a_day_is_read_whatever_the_number_of_files(tmp_path: Path) -> None:
    for number in range(30):
        code = f"15{number:04x}"
        rows = [heard(aircraft=code, latitude=1.0, longitude=2.0, altitude_ft=100 * number)]
        write_trace(rows, tmp_path / "traces" / code[-2:] / f"trace_full_{code}.json")
    tracks = ff.tracks.read_adsb(tmp_path / "traces")
    assert sorted(tracks.positions()["aircraft"]) == [f"15{number:04x}" for number in range(30)]
    small = ff.tracks.read_adsb(tmp_path / "traces", rows_in_memory=7)
    assert not small.is_in_memory
    assert small.positions().equals(tracks.positions())
    again = pickle.loads(pickle.dumps(small.pieces))
    assert sum(batch.height for piece in again for batch in piece.read(("latitude",))) == 30
    assert len(small) == 30


def test_a_file_of_flightradar24_with_the_address_said(tmp_path: Path) -> None:
    rows = [
        heard(latitude=35.4, longitude=35.9, ground="ground", speed_kn=3, track_deg=117, callsign="RFF8010"),
        heard(latitude=35.5, longitude=35.8, altitude_ft=2500, speed_kn=160, track_deg=250, callsign="RFF8010",
              time=START + timedelta(minutes=2)),
    ]  # fmt: skip
    path = write_fr24(rows, tmp_path / "flight.csv")
    for found in (rows_of(path, aircraft=CRAFT), rows_of(path, aircraft=CRAFT, layout="fr24")):
        for column in (
            "aircraft",
            "time",
            "latitude",
            "longitude",
            "ground",
            "altitude_ft",
            "speed_kn",
            "callsign",
        ):
            assert [row[column] for row in found] == [row[column] for row in rows], column


@pytest.mark.parametrize("names", ["zenodo", "REST"])
def test_a_flight_list_is_listed_and_has_no_positions(tmp_path: Path, names: str) -> None:
    path = tmp_path / ("flights.csv" if names == "zenodo" else "flights.json")
    if names == "zenodo":
        path.write_text(
            "callsign,number,icao24,registration,typecode,origin,destination,firstseen,lastseen,day,latitude_1,longitude_1,"
            "altitude_1,latitude_2,longitude_2,altitude_2\n"
            "RFF8010,,152e10,RA-78830,IL76,OSLK,,2024-12-14 04:10:00+00:00,2024-12-14 07:20:30+00:00,"
            "2024-12-14 00:00:00+00:00,35.4,35.95,304.8,32.0,21.2,600.0\n"
        )
    else:
        path.write_text(
            '[{"icao24":"152e10","firstSeen":1734149400,"estDepartureAirport":"OSLK","lastSeen":1734160830,'
            '"estArrivalAirport":null,"callsign":"RFF8010 ","estDepartureAirportHorizDistance":1,'
            '"estDepartureAirportVertDistance":2,"estArrivalAirportHorizDistance":3,"estArrivalAirportVertDistance":4,'
            '"departureAirportCandidatesCount":1,"arrivalAirportCandidatesCount":0}]'
        )
    tracks = ff.tracks.read_adsb(path)
    assert len(tracks) == 0
    listed = tracks.listed
    assert listed is not None
    assert set(listed.columns) == set(LEG_COLUMNS)
    row = listed.row(0, named=True)
    assert (row["aircraft"], row["callsign"], row["origin"], row["destination"]) == (
        CRAFT,
        "RFF8010",
        "OSLK",
        None,
    )
    assert row["took_off_by"] == START
    assert row["landed_after"] == datetime(2024, 12, 14, 7, 20, 30, tzinfo=UTC)
    assert (row["begins"], row["ends"]) == ("list", "list")
    assert ff.tracks.legs(tracks).height == 1


def test_states_of_the_rest_api(tmp_path: Path) -> None:
    path = tmp_path / "states.json"
    path.write_text(
        '{"time":1734149405,"states":[["152e10","RFF8010 ","Russian Federation",1734149400,1734149404,35.9,35.4,3048.0,'
        'false,100.0,270.0,-5.08,null,3100.0,"0021",false,0]]}'
    )
    row = rows_of(path)[0]
    assert (row["aircraft"], row["callsign"], row["squawk"], row["time"]) == (
        CRAFT,
        "RFF8010",
        "0021",
        START,
    )
    assert row["altitude_ft"] == pytest.approx(10_000, abs=0.1)
    assert row["speed_kn"] == pytest.approx(194.38, abs=0.01)
    assert row["climb_ft_min"] == pytest.approx(-1000, abs=0.1)


def test_frames_of_all_libraries_and_a_mapping_of_ones_own(backend: str) -> None:
    table = pl.DataFrame(
        {"code": ["152E10", "152e10"], "seen": ["2024-12-14 04:10", "2024-12-14 04:20"], "y": [35.4, 35.5],
         "x": [35.9, 35.8], "call": ["", None]}
    )  # fmt: skip
    frame = in_library(table, backend)
    own = {
        "code": "aircraft",
        "seen": "time",
        "y": "latitude",
        "x": "longitude",
        "call": "callsign",
    }
    for source in (frame, table.lazy()):
        found = rows_of(source, columns=own)
        assert [row["aircraft"] for row in found] == [CRAFT, CRAFT]
        assert [row["time"] for row in found] == [START, START + timedelta(minutes=10)]
        assert [row["callsign"] for row in found] == [None, None]
        assert {row["ground"] for row in found} == {"unknown"}


def test_a_dask_frame() -> None:
    dd = pytest.importorskip("dask.dataframe")
    table = pl.DataFrame(
        {"icao24": ["152e10"] * 4, "time": [1734149400 + 60 * n for n in range(4)], "lat": [1.0] * 4, "lon": [2.0] * 4,
         "velocity": [100.0] * 4, "vertrate": [0.0] * 4, "baroaltitude": [1000.0] * 4, "onground": [False] * 4}
    )  # fmt: skip
    tracks = ff.tracks.read_adsb(dd.from_pandas(table.to_pandas(), npartitions=2))
    assert tracks.positions().height == 4


def test_what_is_shown(tmp_path: Path) -> None:
    rows = [
        heard(latitude=1.0, longitude=2.0),
        heard(latitude=1.0, longitude=2.0, time=START + timedelta(minutes=3)),
    ]
    tracks = ff.tracks.read_adsb(write_trace(rows, tmp_path / "trace_full_152e10.json"))
    text = str(tracks)
    assert "messages: 2, aircraft: 1, time: 2024-12-14 04:10 to 2024-12-14 04:13 UTC" in text
    assert "trace_full_152e10.json" in text
    assert "Aircraft tracks" in tracks._repr_html_()
