"""Port calls: windows, silences, draughts, hulls, straits, places."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from ship_messages import ROADS, SEA, SHIP, TARTUS, frame_of, message, moment, tracks_of

import forceflow as ff
from forceflow.errors import TracksError, UnknownNameError
from forceflow.tracks.ship_tracks import FramePiece, ShipTracks

CALL = [
    message(0, SEA, speed_kn=9.0, draught_m=5.2, name="SPARTA II", imo=9160994),
    message(1, ROADS, speed_kn=7.0),
    message(2, TARTUS, speed_kn=2.0),
    message(3, TARTUS, speed_kn=0.1),
    message(9, TARTUS, speed_kn=0.0),
    message(12, TARTUS, speed_kn=0.1),
    message(14, SEA, speed_kn=10.0, draught_m=5.2),
    message(20, (34.5, 34.0), speed_kn=10.0, draught_m=6.8),
]


def only_call(rows: list[dict[str, Any]], **options: Any) -> dict[str, Any]:
    calls = ff.tracks.port_calls(tracks_of(rows), **options)
    assert len(calls) == 1, calls
    return calls.row(0, named=True)  # type: ignore[no-any-return]


def test_a_call_is_bracketed_by_fixes_on_both_sides() -> None:
    call = only_call(CALL)
    assert (call["ship"], call["name"], call["imo"]) == (str(SHIP), "SPARTA II", "9160994")
    assert (call["place"], call["kind"]) == ("tartus", "berth")
    assert call["arrived_after"] == moment(1)
    assert call["arrived_by"] == moment(2)
    assert call["left_after"] == moment(12)
    assert call["left_by"] == moment(14)
    assert call["fixes"] == 4
    assert call["longest_silence_h"] == 6.0
    assert call["silent_h"] == 9.0  # the six hours, and the three; not the single one
    assert call["longest_silence_after_h"] == 6.0
    assert call["source"] == "table"


def test_the_table_begins_with_the_public_columns() -> None:
    calls = ff.tracks.port_calls(tracks_of(CALL))
    public = (
        "ship name place kind arrived_after arrived_by left_after left_by fixes longest_silence_h "
        "draught_in_m draught_out_m"
    )
    assert calls.columns[:12] == public.split()
    assert calls.schema["left_by"] == pl.Datetime("us", "UTC")


def test_a_call_open_at_both_ends_of_the_record_says_so() -> None:
    call = only_call([message(0, TARTUS, speed_kn=0.0), message(5, TARTUS, speed_kn=0.0)])
    assert (call["arrived_after"], call["left_by"]) == (None, None)
    assert (call["arrived_by"], call["left_after"]) == (moment(0), moment(5))
    assert call["draught_out_m"] is None


def test_one_fix_and_a_silence_are_a_sighting_and_no_call() -> None:
    rows = [message(0, SEA), message(1, TARTUS, speed_kn=0.0), message(11, SEA, speed_kn=9.0)]
    assert len(ff.tracks.port_calls(tracks_of(rows))) == 0
    assert len(ff.tracks.port_calls(tracks_of(rows), min_fixes=1)) == 1
    # The same fix sent twice is still one fix.
    assert len(ff.tracks.port_calls(tracks_of([*rows, rows[1]]))) == 0


def test_a_ship_that_passes_the_port_does_not_call() -> None:
    near = [(34.85, 35.86), (34.88, 35.86), (34.91, 35.86)]
    rows = [message(0.1 * n, place, speed_kn=14.0) for n, place in enumerate([SEA, *near, SEA])]
    assert len(ff.tracks.port_calls(tracks_of(rows))) == 0
    slow = [{**row, "speed_kn": 0.5} for row in rows]
    assert set(ff.tracks.port_calls(tracks_of(slow))["kind"]) == {"berth"}


def test_without_a_speed_the_distance_between_fixes_says_whether_a_ship_stopped() -> None:
    near = (34.90, 35.87)
    fast = [message(0, SEA), message(3, TARTUS), message(3.05, near), message(6, SEA)]
    assert len(ff.tracks.port_calls(tracks_of(fast))) == 0
    stopped = [message(0, SEA), message(3, TARTUS), message(5, near), message(8, SEA)]
    assert len(ff.tracks.port_calls(tracks_of(stopped))) == 1


def test_an_anchorage_is_a_call_of_its_own_before_the_berth() -> None:
    rows = [
        message(0, SEA, speed_kn=9.0),
        message(1, ROADS, speed_kn=0.2),
        message(8, ROADS, speed_kn=0.1),
        message(9, TARTUS, speed_kn=0.0),
        message(15, TARTUS, speed_kn=0.0),
        message(16, SEA, speed_kn=9.0),
    ]
    calls = ff.tracks.port_calls(tracks_of(rows))
    assert calls["kind"].to_list() == ["anchorage", "berth"]
    assert calls["place"].to_list() == ["tartus", "tartus"]
    assert calls["left_by"][0] == calls["arrived_by"][1] == moment(9)
    assert calls["arrived_after"][1] == moment(8)
    assert ff.tracks.port_calls(tracks_of(rows), anchorage_km=None)["kind"].to_list() == ["berth"]


def test_a_ship_at_the_edge_of_the_circle_makes_one_call() -> None:
    edge = [(34.886978 + km / 111.195, 35.881348) for km in (4.9, 5.1, 4.9, 5.2, 4.8)]
    rows = [message(n, place, speed_kn=0.0) for n, place in enumerate(edge)]
    rows = [message(-1, SEA, speed_kn=9.0), *rows, message(9, SEA, speed_kn=9.0)]
    assert only_call(rows)["fixes"] == 5
    berths = ff.tracks.port_calls(tracks_of(rows), margin=0.0, min_fixes=1, anchorage_km=None)
    assert berths["fixes"].to_list() == [1, 1, 1]


# Draughts


def test_the_draught_in_is_the_last_before_and_the_draught_out_the_first_new_one_after() -> None:
    call = only_call(CALL)
    assert call["draught_in_m"] == pytest.approx(5.2)
    assert call["draught_in_at"] == moment(0)
    # The report two hours after departure still has the old draught: it is not the answer.
    assert call["draught_out_m"] == pytest.approx(6.8)
    assert call["draught_out_at"] == moment(20)
    assert call["draught_port_m"] is None


def test_static_reports_without_a_position_carry_draughts_too() -> None:
    rows = [row for row in CALL if "draught_m" not in row]
    rows += [message(-3, draught_m=5.0), message(11, draught_m=6.0), message(15, draught_m=7.0)]
    rows += [message(0, SEA), message(14, SEA)]
    call = only_call(rows)
    assert [call[f"draught_{which}_m"] for which in ("in", "port", "out")] == [5.0, 6.0, 7.0]
    assert [call[f"draught_{which}_at"] for which in ("in", "port", "out")] == [
        moment(-3),
        moment(11),
        moment(15),
    ]


def test_a_draught_typed_before_leaving_and_kept_is_that_of_the_departure() -> None:
    rows = [*CALL[:-2], message(11, draught_m=6.5), message(14, SEA, draught_m=6.5)]
    call = only_call(rows)
    assert (call["draught_port_m"], call["draught_out_m"]) == (6.5, 6.5)
    assert call["draught_out_at"] == moment(11)


def test_a_draught_that_stays_the_same_is_no_change() -> None:
    rows = [*CALL[:-1], message(20, (34.5, 34.0), draught_m=5.2)]
    call = only_call(rows)
    assert call["draught_out_m"] == call["draught_in_m"]
    assert call["draught_out_at"] == call["draught_in_at"] == moment(0)


def test_a_draught_never_reported_again_and_one_typed_too_late_are_unknown() -> None:
    silent = [*CALL[:-2], message(14, SEA), message(20, (34.5, 34.0))]
    assert only_call(silent)["draught_out_m"] is None
    late = [*silent, message(12 + 73, (34.0, 30.0), draught_m=6.8)]
    assert only_call(late)["draught_out_m"] is None
    assert only_call(late, draught_h=73.0)["draught_out_m"] == pytest.approx(6.8)


def test_a_draught_typed_after_the_next_arrival_belongs_to_the_next_call() -> None:
    back = [message(26, TARTUS, speed_kn=0.0), message(30, TARTUS, speed_kn=0.0, draught_m=6.8)]
    rows = [*CALL[:-1], *back, message(40, SEA)]
    first, second = ff.tracks.port_calls(tracks_of(rows)).iter_rows(named=True)
    assert first["draught_out_m"] == pytest.approx(5.2)
    assert first["longest_silence_after_h"] == 12.0
    assert second["draught_port_m"] == pytest.approx(6.8)


@pytest.mark.parametrize("backend", ["polars", "pandas", "pyarrow"])
def test_metres_are_those_that_were_sent_in_every_library(backend: str) -> None:
    """Messages hold metres in single precision, in which 5.4 is 5.400000095367432."""
    rows = [
        message(0, SEA, draught_m=5.4, length_m=121.95, beam_m=19.7),
        *CALL[2:5],
        message(11, TARTUS, draught_m=6.83),
        message(14, SEA, draught_m=7.1),
    ]
    calls = ff.tracks.port_calls(tracks_of(rows), backend=backend)
    call = nw.from_native(calls, eager_only=True).to_polars().row(0, named=True)
    metres = {name: value for name, value in call.items() if name.endswith("_m")}
    assert metres == {
        "draught_in_m": 5.4,
        "draught_port_m": 6.83,
        "draught_out_m": 7.1,
        "length_m": 121.95,
        "beam_m": 19.7,
    }


# Ship numbers and positions at fault


def two_hulls() -> list[dict[str, Any]]:
    rows = []
    for hour in range(8):
        rows.append(message(hour, TARTUS, speed_kn=0.0, name="ALPHA", draught_m=4.0))
        rows.append(
            message(hour + 0.5, (44.741619, 37.781984), speed_kn=0.0, name="BRAVO", draught_m=9.0)
        )
    return rows


def test_a_number_at_two_places_at_once_is_split_and_said() -> None:
    calls = ff.tracks.port_calls(tracks_of(two_hulls()))
    assert calls["ship"].to_list() == [f"{SHIP} (1)", f"{SHIP} (2)"]
    assert calls["place"].to_list() == ["tartus", "novorossiysk"]
    assert calls["name"].to_list() == ["ALPHA", "BRAVO"]
    assert calls["draught_in_m"].to_list() == [4.0, 9.0]
    assert all("two ships with one number, or false positions" in note for note in calls["notes"])


def test_a_static_report_of_a_shared_number_is_given_to_neither_hull() -> None:
    rows = [row for row in two_hulls() if row.pop("draught_m")]
    calls = ff.tracks.port_calls(tracks_of([*rows, message(-1, draught_m=6.0)]))
    assert calls["draught_in_m"].to_list() == [None, None]


def test_a_single_impossible_fix_is_set_aside_and_counted() -> None:
    stray = message(2.5, (54.65, 19.9167), speed_kn=0.0)
    call = only_call([*CALL, stray])
    expected = only_call(CALL)
    assert call["notes"] == (f"1 fix(es) of {SHIP} set aside: no ship could have reached them")
    assert {**call, "notes": ""} == expected


def test_a_jump_of_the_clock_keeps_one_ship_and_is_said() -> None:
    far = [message(14.5 + n, (40.0, 25.0 - 0.1 * n), speed_kn=9.0) for n in range(4)]
    call = only_call([*CALL[:-1], *far])
    assert call["notes"] == "1 jump(s) that no ship could sail: positions or clock at fault"
    assert call["left_by"] == moment(14)
    away = only_call([*CALL[:-2], *far])
    assert away["left_by"] == moment(14.5)


def test_a_long_silence_inside_a_call_is_said() -> None:
    rows = [*CALL[:4], message(60, TARTUS, speed_kn=0.0), message(61, SEA)]
    call = only_call(rows)
    assert call["notes"] == "silent for 57 h inside the call: it may have left and come back"
    assert call["longest_silence_h"] == 57.0


# Straits


def test_straits_seen_crossed_are_listed_with_their_windows() -> None:
    voyage = [
        message(30, (41.0, 29.0), speed_kn=9.0),
        message(31.5, (41.25, 29.12), speed_kn=9.0),
        message(60, (44.741619, 37.781984), speed_kn=0.0),
        message(70, (44.741619, 37.781984), speed_kn=0.0),
    ]
    calls = ff.tracks.port_calls(tracks_of([*CALL[:-1], *voyage]))
    assert calls["place"].to_list() == ["tartus", "novorossiysk"]
    assert calls["passages_after"].to_list() == [
        "bosphorus 2025-01-21T06:00Z/2025-01-21T07:30Z",
        "",
    ]


# Places


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table])
def test_own_points_as_a_frame_of_any_library(make: Any) -> None:
    points = {"name": ["Berth 4", "North roads"], "lat": [34.887, 34.95], "lon": [35.881, 35.80],
              "kind": ["berth", "anchorage"], "radius_km": [1.0, 3.0]}  # fmt: skip
    rows = [message(-2, SEA), *(message(h, ROADS, speed_kn=0.0) for h in (0.5, 1)), *CALL[2:]]
    calls = ff.tracks.port_calls(tracks_of(rows), places=make(points))
    assert calls["place"].to_list() == ["North roads", "Berth 4"]
    assert calls["kind"].to_list() == ["anchorage", "berth"]


def polygon(name: str, **properties: Any) -> dict[str, Any]:
    south, north, west, east = 34.87, 34.90, 35.86, 35.90
    corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    geometry = {"type": "Polygon", "coordinates": [corners]}
    return {"type": "Feature", "properties": {"name": name, **properties}, "geometry": geometry}


def test_polygons_as_geojson_from_a_mapping_a_file_and_an_object(tmp_path: Path) -> None:
    collection = {"type": "FeatureCollection", "features": [polygon("basin")]}
    file = tmp_path / "basin.geojson"
    file.write_text(json.dumps(collection), encoding="utf-8")

    class Layer:
        __geo_interface__ = collection

    for places in (collection, file, str(file), Layer(), collection["features"][0]):
        call = only_call(CALL, places=places)
        assert (call["place"], call["arrived_by"], call["left_by"]) == (
            "basin",
            moment(2),
            moment(14),
        )


def test_places_by_name_leave_the_others_out() -> None:
    assert only_call(CALL, places=["Tartous"])["place"] == "tartus"
    assert len(ff.tracks.port_calls(tracks_of(CALL), places="Latakia")) == 0


@pytest.mark.parametrize(
    ("places", "message_part"),
    [
        (pl.DataFrame({"name": ["a"], "lat": [1.0]}), "columns 'name', 'lat' and 'lon' are needed, found name, lat"),
        (pl.DataFrame({"name": ["a"], "lat": [91.0], "lon": [0.0]}), "row 0: 91, 0 lies nowhere"),
        (pl.DataFrame({"name": [" "], "lat": [1.0], "lon": [0.0]}), "row 0: a name is needed"),
        (pl.DataFrame({"name": ["a"], "lat": [1.0], "lon": [0.0], "kind": ["quay"]}), "use 'berth' or 'anchorage'"),
        (pl.DataFrame({"name": ["a"], "lat": [1.0], "lon": [0.0], "radius_km": [-2.0]}), "radius_km"),
        ({"type": "Point"}, "FeatureCollection"),
        ({**polygon("x"), "geometry": {"type": "Point", "coordinates": [0, 0]}}, "points go into a frame"),
        ({**polygon("x"), "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}}, "three corners"),
        ([], "no places were given"),
    ],
)  # fmt: skip
def test_places_that_cannot_be_used_name_the_row(places: Any, message_part: str) -> None:
    with pytest.raises(TracksError, match=re.escape(message_part)):
        ff.tracks.port_calls(tracks_of(CALL), places=places)


def test_an_unknown_place_lists_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Tartus"):
        ff.tracks.port_calls(tracks_of(CALL), places=["Tartusz"])


@pytest.mark.parametrize(
    ("options", "message_part"),
    [
        ({"radius_km": 0}, "radius_km"),
        ({"radius_km": 30.0}, "anchorage_km=20 must be more than radius_km=30"),
        ({"min_fixes": 0}, "min_fixes"),
        ({"min_fixes": 1.5}, "min_fixes"),
        ({"stop_kn": -1}, "stop_kn"),
        ({"margin": float("nan")}, "margin"),
    ],
)
def test_numbers_that_cannot_be_used_are_refused(
    options: dict[str, Any], message_part: str
) -> None:
    with pytest.raises(ff.ForceflowError, match=re.escape(message_part)):
        ff.tracks.port_calls(tracks_of(CALL), **options)


def test_a_frame_in_place_of_tracks_says_what_to_do() -> None:
    with pytest.raises(TracksError, match="read_ais"):
        ff.tracks.port_calls(frame_of(CALL))  # type: ignore[arg-type]


# Any library, any order, nothing there


@pytest.mark.parametrize("backend", ["pandas", "pyarrow"])
def test_the_table_in_another_library_has_the_same_cells(backend: str) -> None:
    rows = [*CALL, *({**row, "ship": SHIP + 1} for row in CALL[2:])]
    calls = ff.tracks.port_calls(tracks_of(rows))
    other = ff.tracks.port_calls(tracks_of(rows), backend=backend)
    back = pl.from_pandas(other) if backend == "pandas" else pl.from_arrow(other)
    assert isinstance(back, pl.DataFrame)
    assert (
        back.with_columns(pl.col(pl.Datetime).cast(pl.Datetime("us", "UTC"))).to_dicts()
        == calls.to_dicts()
    )


def test_no_messages_and_no_calls_are_an_empty_table() -> None:
    nothing = ff.tracks.port_calls(tracks_of([]))
    at_sea = ff.tracks.port_calls(tracks_of(CALL[:1]))
    assert nothing.schema == at_sea.schema == ff.tracks.port_calls(tracks_of(CALL)).schema
    assert len(nothing) == len(at_sea) == 0


def test_a_source_of_several_files_names_the_first_the_last_and_how_many() -> None:
    pieces = (FramePiece("a", frame_of(CALL)),)
    tracks = ShipTracks(pieces, "danish", ("a.csv", "b.csv", "c.csv"), publisher="DMA")
    assert ff.tracks.port_calls(tracks)["source"][0] == "DMA, a.csv to c.csv (3 files)"


def test_times_are_utc_to_the_microsecond() -> None:
    late = dt.datetime(2025, 1, 20, 2, 0, 0, 1, tzinfo=dt.UTC)
    rows = [*CALL[:2], {**CALL[2], "time": late}, *CALL[3:]]
    assert only_call(rows)["arrived_by"] == late


def test_metres_are_those_that_were_sent() -> None:
    """5.2 kept in four bytes is 5.199999809265137 in eight."""
    call = only_call(CALL)
    assert (call["draught_in_m"], call["draught_out_m"]) == (5.2, 6.8)


def test_a_gap_as_long_as_the_limit_is_no_silence() -> None:
    assert only_call(CALL, silence_h=3.0)["silent_h"] == 6.0
    assert only_call(CALL, silence_h=2.999)["silent_h"] == 9.0


@pytest.mark.parametrize(("latitude", "place"), [(34.92, "south"), (34.94, "north")])
def test_a_fix_in_two_circles_is_at_the_nearer_berth(latitude: float, place: str) -> None:
    berths = pl.DataFrame({"name": ["south", "north"], "lat": [34.90, 34.96], "lon": [35.86] * 2})
    rows = [message(hour, (latitude, 35.86), speed_kn=0.0) for hour in range(3)]
    assert only_call(rows, places=berths, radius_km=6.0)["place"] == place


@pytest.mark.parametrize(("berth", "fix"), [(179.99, -179.99), (-179.99, 179.99)])
def test_a_circle_goes_on_beyond_the_date_line(berth: float, fix: float) -> None:
    places = pl.DataFrame({"name": ["edge"], "lat": [0.0], "lon": [berth]})
    rows = [message(hour, (0.0, fix), speed_kn=0.0) for hour in range(3)]
    assert only_call(rows, places=places, radius_km=3.0)["fixes"] == 3
    assert ff.tracks.port_calls(
        tracks_of(rows), places=places, radius_km=2.0, anchorage_km=None
    ).is_empty()


def _square(west: float, east: float) -> list[list[list[float]]]:
    south, north = 34.8, 34.95
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def test_a_place_in_pieces_is_one_place() -> None:
    pieces = {"type": "MultiPolygon", "coordinates": [_square(35.80, 35.88), _square(35.88, 35.95)]}
    whole = {"type": "Polygon", "coordinates": _square(35.80, 35.95)}
    rows = [message(0, (34.7, 35.7), speed_kn=9.0), message(9, (34.7, 35.7), speed_kn=9.0)]
    for hour in range(1, 9):
        rows.append(message(hour, (34.887, 35.875 + 0.01 * (hour % 2)), speed_kn=0.0))
    rows.sort(key=lambda row: row["time"])
    calls = [
        only_call(rows, places={"type": "Feature", "properties": {"name": "P"}, "geometry": place})
        for place in (pieces, whole)
    ]
    assert calls[0] == calls[1]
    assert calls[0]["fixes"] == 8


def test_berths_of_one_name_are_one_place() -> None:
    quays = pl.DataFrame({"name": ["P", "P"], "lat": [34.90, 34.93], "lon": [35.86, 35.86]})
    rows = [message(hour, (34.90 + 0.03 * (hour % 2), 35.86), speed_kn=0.0) for hour in range(6)]
    assert only_call(rows, places=quays, radius_km=1.0, anchorage_km=None)["fixes"] == 6


def test_a_window_of_many_days_is_said() -> None:
    late = [*CALL[:-2], message(14 + 24 * 800, SEA, speed_kn=10.0)]
    assert (
        "departure within 800 days: silent for so long, or a clock at fault"
        in only_call(late)["notes"]
    )
    assert "departure within" not in only_call(CALL)["notes"]


def test_two_imo_numbers_under_one_number_are_said() -> None:
    rows = [
        message(hour, TARTUS, speed_kn=0.0, imo=(9160994, 9268710)[hour % 2]) for hour in range(6)
    ]
    assert "sent the IMO numbers 9160994 and 9268710" in only_call(rows)["notes"]
    assert "IMO" not in only_call(CALL)["notes"]


@pytest.mark.parametrize("blank", [None, float("nan")])
def test_a_place_without_a_latitude_names_its_row(blank: float | None) -> None:
    places = pl.DataFrame({"name": ["a", "b"], "lat": [34.9, blank], "lon": [35.9, 35.9]})
    with pytest.raises(TracksError, match="places, row 1: the latitude is blank"):
        ff.tracks.port_calls(tracks_of(CALL), places=places)
