"""Port calls at the edges of their rules: just within a limit, just beyond it, across the date line, over a jump."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl
import pytest
from ship_messages import SEA, SHIP, TARTUS, message, moment, tracks_of

import forceflow as ff
from forceflow.errors import TracksError
from forceflow.tracks.zones import read_zones

BALTIYSK = (54.65, 19.9167)
LATAKIA = (35.523414, 35.774919)
NOVOROSSIYSK = (44.741619, 37.781984)
KM = 1 / 111.195
"""Degrees of latitude in a kilometre."""
SECOND = 1 / 3600
"""Hours."""

Row = dict[str, Any]


def calls_of(rows: Iterable[Row], **options: Any) -> list[Row]:
    calls = ff.tracks.port_calls(tracks_of(rows), **options)
    return calls.to_dicts()  # type: ignore[no-any-return]


def only_call(rows: Iterable[Row], **options: Any) -> Row:
    (call,) = calls_of(rows, **options)
    return call


def at_rest(place: tuple[float, float], *hours: float, **said: Any) -> list[Row]:
    """Fixes of a ship that does not move."""
    return [message(hour, place, speed_kn=0.0, **said) for hour in hours]


def points(*rows: tuple[str, float, float], **columns: Any) -> pl.DataFrame:
    """Places as a frame."""
    frame = pl.DataFrame(list(rows), schema=["name", "lat", "lon"], orient="row")
    return frame.with_columns(pl.Series(name, cells) for name, cells in columns.items())


def ring(west: float, south: float, east: float, north: float) -> list[list[float]]:
    """A box as the ring of a GeoJSON polygon."""
    corners = [[west, south], [east, south], [east, north], [west, north]]
    return [*corners, corners[0]]


def feature(name: str, kind: str, coordinates: Any) -> Row:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": {"name": name}, "geometry": geometry}


# Zones


@pytest.mark.parametrize("nearer", ["west", "east"])
@pytest.mark.parametrize("is_turned", [False, True])
def test_of_two_berths_that_overlap_the_nearest_has_the_fix(nearer: str, is_turned: bool) -> None:
    lat, lon = TARTUS
    berths = points(("west", lat, lon - 0.04), ("east", lat, lon + 0.04))
    here = lat, lon + (0.01 if nearer == "east" else -0.01)
    rows = [message(0, SEA, speed_kn=9.0), *at_rest(here, 4, 5, 6)]
    assert only_call(rows, places=berths[::-1] if is_turned else berths)["place"] == nearer


def test_a_ship_that_shifts_to_a_nearer_berth_has_left_the_first() -> None:
    lat, lon = TARTUS
    berths = points(("west", lat, lon - 0.02), ("east", lat, lon + 0.02))
    west, east = (lat, lon - 0.01), (lat, lon + 0.01)
    rows = [*at_rest(west, 0, 1), *at_rest(east, 2, 3)]
    first, second = calls_of(rows, places=berths)
    assert (first["place"], second["place"]) == ("west", "east")
    assert first["left_by"] == second["arrived_by"] == moment(2)


def test_a_place_with_a_radius_of_its_own_keeps_its_anchorage_where_that_reaches_farther() -> None:
    lat, lon = TARTUS
    radii = [1.0, 20.0, 30.0, None]
    names = [("small", lat, lon), ("as far", lat, lon), ("wide", lat, lon), ("plain", lat, lon)]
    zones = read_zones(points(*names, radius_km=radii), radius_km=5.0, anchorage_km=20.0)
    assert [(zone.radius_km, zone.anchorage_km) for zone in zones] == [
        (1.0, 20.0),
        (20.0, 0.0),
        (30.0, 0.0),
        (5.0, 20.0),
    ]
    roads = points(names[0], kind=["anchorage"], radius_km=[1.0])
    (zone,) = read_zones(roads, radius_km=5.0, anchorage_km=20.0)
    assert (zone.radius_km, zone.anchorage_km) == (1.0, 0.0)


@pytest.mark.parametrize(("radius", "kind"), [(1.0, "anchorage"), (30.0, "berth")])
def test_what_lies_beyond_the_radius_of_a_place_is_its_anchorage(radius: float, kind: str) -> None:
    berth = points(("berth", *TARTUS), radius_km=[radius])
    off = TARTUS[0] + 15 * KM, TARTUS[1]
    assert only_call(at_rest(off, 0, 1, 2), places=berth)["kind"] == kind


# The date line


@pytest.mark.parametrize("centre", [179.99, 180.0, -180.0, -179.99])
def test_a_circle_reaches_across_the_date_line(centre: float) -> None:
    sides = [(-17.0, 179.97), (-17.0, -179.97)]
    rows = [
        message(0, (-17.0, 179.0), speed_kn=9.0),
        *(message(5 + n, sides[n % 2], speed_kn=0.0) for n in range(6)),
        message(16, (-17.0, -179.0), speed_kn=9.0),
    ]
    call = only_call(rows, places=points(("reef", -17.0, centre)))
    assert (call["place"], call["kind"], call["fixes"]) == ("reef", "berth", 6)
    assert (call["arrived_after"], call["left_by"]) == (moment(0), moment(16))
    assert call["notes"] == ""


def test_a_polygon_cut_in_two_at_the_date_line_is_one_place() -> None:
    whole = feature("lagoon", "Polygon", [ring(179.9, -17.1, -179.9, -16.9)])
    rows = [
        message(0, (-17.0, 179.0), speed_kn=9.0),
        *at_rest((-17.0, 179.95), 5),
        *at_rest((-17.0, -179.95), 6),
        *at_rest((-17.0, 179.95), 7),
        message(16, (-17.0, -179.0), speed_kn=9.0),
    ]
    with pytest.raises(TracksError, match="'lagoon': a polygon over longitude 180; cut it in two"):
        ff.tracks.port_calls(tracks_of(rows), places=whole)
    halves = [[ring(179.9, -17.1, 180, -16.9)], [ring(-180, -17.1, -179.9, -16.9)]]
    elsewhere = feature("elsewhere", "Polygon", [ring(10, 10, 11, 11)])
    lagoon = feature("lagoon", "MultiPolygon", halves)
    places = {"type": "FeatureCollection", "features": [elsewhere, lagoon]}
    call = only_call(rows, places=places)
    assert (call["place"], call["fixes"]) == ("lagoon", 3)
    assert (call["arrived_after"], call["left_by"]) == (moment(0), moment(16))
    # So are two features of one name.
    basins = [feature("lagoon", "Polygon", half) for half in halves]
    places = {"type": "FeatureCollection", "features": basins}
    assert only_call(rows, places=places)["fixes"] == 3


# Silences and gates


@pytest.mark.parametrize(("beyond", "silent"), [(0, 0.0), (1, 2.0 + SECOND)])
def test_a_gap_is_silent_only_beyond_the_limit(beyond: int, silent: float) -> None:
    call = only_call(at_rest(TARTUS, 0, 1, 3 + beyond * SECOND), silence_h=2.0)
    assert call["silent_h"] == pytest.approx(silent)


@pytest.mark.parametrize(("beyond", "is_seen"), [(0, True), (1, False)])
def test_a_strait_is_seen_crossed_within_six_hours(beyond: int, is_seen: bool) -> None:
    rows = [
        *at_rest(TARTUS, 0, 1),
        message(30, (41.0, 29.0), speed_kn=9.0),
        message(36 + beyond * SECOND, (41.25, 29.12), speed_kn=9.0),
    ]
    assert only_call(rows)["passages_after"].startswith("bosphorus") == is_seen


def test_a_silence_of_a_ship_that_only_passed_a_port_is_on_the_way() -> None:
    past = [message(hour, LATAKIA, speed_kn=9.0) for hour in (16, 26)]
    rows = [
        *at_rest(TARTUS, 0, 12),
        message(14, SEA, speed_kn=9.0),
        *past,
        *(message(hour, SEA, speed_kn=9.0) for hour in (28, 30)),
        *at_rest(TARTUS, 32, 33),
    ]
    first, second = calls_of(rows)
    assert (first["place"], second["place"]) == ("tartus", "tartus")
    # The ten hours off Latakia; not the twelve in Tartus, and not the two between all other fixes.
    assert first["longest_silence_after_h"] == 10.0
    assert second["longest_silence_after_h"] == 0.0


# Hulls and jumps


@pytest.mark.parametrize(("fixes", "hulls"), [(2, 1), (3, 2)])
def test_three_fixes_elsewhere_are_a_hull_and_two_are_set_aside(fixes: int, hulls: int) -> None:
    far = at_rest(BALTIYSK, *(2.1 + n / 10 for n in range(fixes)))
    calls = calls_of([*at_rest(TARTUS, *range(6)), *far])
    assert len(calls) == hulls
    ships = [f"{SHIP} (1)", f"{SHIP} (2)"] if hulls == 2 else [str(SHIP)]
    assert [call["ship"] for call in calls] == ships
    assert (f"{fixes} fix(es) of {SHIP} set aside" in calls[0]["notes"]) == (hulls == 1)


def test_of_two_tracks_as_short_as_each_other_neither_is_set_aside() -> None:
    even = [*at_rest(TARTUS, 0, 0.2), *at_rest(BALTIYSK, 0.1, 0.3)]
    calls = calls_of(even)
    assert [(call["ship"], call["place"]) for call in calls] == [
        (f"{SHIP} (1)", "tartus"),
        (f"{SHIP} (2)", "baltiysk"),
    ]
    assert not any("set aside" in call["notes"] for call in calls)
    # One fix more says which of them is the ship.
    call = only_call([*even, *at_rest(TARTUS, 0.4)])
    assert (call["ship"], call["place"]) == (str(SHIP), "tartus")
    assert call["notes"].startswith(f"2 fix(es) of {SHIP} set aside")


def sea(*hours: float) -> list[Row]:
    return [message(hour, SEA, speed_kn=9.0) for hour in hours]


@pytest.mark.parametrize(
    ("way", "arrived", "longest"),
    [
        # Ten hours at sea before the jump, the jump of three hours, ten hours at sea after it.
        ([*sea(5, 15), *at_rest(NOVOROSSIYSK, 16, 17)], 15, 10.0),
        ([*sea(4, 5), *at_rest(NOVOROSSIYSK, 8, 9)], 5, 3.0),
        ([message(5, (44.0, 36.5)), message(15, (44.0, 36.5)), *at_rest(NOVOROSSIYSK, 17, 18)], 15, 10.0),
        # From berth to berth.
        (at_rest(NOVOROSSIYSK, 6, 7), 3, 3.0),
    ],
)  # fmt: skip
def test_the_gaps_around_a_jump_are_on_the_way(
    way: list[Row], arrived: float, longest: float
) -> None:
    first, second = calls_of([*at_rest(TARTUS, 0, 1, 2, 3), *way])
    assert (first["place"], second["place"]) == ("tartus", "novorossiysk")
    assert "1 jump(s) that no ship could sail" in first["notes"]
    assert first["longest_silence_after_h"] == longest
    assert first["left_by"] == way[0]["time"]
    assert second["arrived_after"] == moment(arrived)


@pytest.mark.parametrize(("hours", "longest"), [((9, 9.5, 10), 6.0), ((5, 10), 5.0)])
def test_the_gaps_of_a_track_without_a_call_between_two_jumps_are_on_the_way(
    hours: tuple[float, ...], longest: float
) -> None:
    """At sea until hour 3, then elsewhere at sea, then at another port from hour 12."""
    lone = [message(hour, (54.9, 12.0), speed_kn=9.0) for hour in hours]
    ends = [*at_rest(TARTUS, 0, 1, 2), *sea(3)]
    first, second = calls_of([*ends, *lone, *at_rest(NOVOROSSIYSK, 12, 13)])
    assert "2 jump(s)" in first["notes"]
    assert first["longest_silence_after_h"] == longest
    assert second["arrived_after"] == moment(10)
    assert only_call([*ends, *lone])["longest_silence_after_h"] == longest


def test_a_gap_between_two_jumps_belongs_to_the_call_before_it() -> None:
    off = [message(hour, (55.5, 19.0), speed_kn=9.0) for hour in (5, 10)]
    calls = calls_of(
        [
            *at_rest(TARTUS, 0, 1, 2),
            *at_rest(BALTIYSK, 3, 4),
            *off,
            *at_rest(NOVOROSSIYSK, 11.5, 12.5),
        ]
    )
    assert [(call["place"], call["longest_silence_after_h"]) for call in calls] == [
        ("tartus", 1.0),
        ("baltiysk", 5.0),
        ("novorossiysk", 0.0),
    ]


@pytest.mark.parametrize(("silence_h", "silent"), [(3.0, 0.0), (2.9, 3.0)])
def test_a_jump_inside_a_zone_is_a_gap_of_the_call(silence_h: float, silent: float) -> None:
    """A box as wide as the Black Sea, in which no ship could have sailed from one end to the other."""
    box = feature("sea area", "Polygon", [ring(27, 41, 42, 47)])
    rows = [*at_rest((43.0, 28.0), 0, 1, 2), *at_rest((43.0, 40.0), 5, 6)]
    call = only_call(rows, places=box, silence_h=silence_h)
    assert (call["fixes"], call["longest_silence_h"]) == (5, 3.0)
    assert call["silent_h"] == silent
    assert (call["arrived_by"], call["left_after"]) == (moment(0), moment(6))
    assert "1 jump(s)" in call["notes"]


# Draughts and names


def test_a_draught_first_sent_with_the_last_fix_in_port_is_not_yet_new_after_it() -> None:
    stay = [message(0, TARTUS, speed_kn=0.0, draught_m=5.2), message(12, TARTUS, draught_m=6.5)]
    changed = only_call([*stay, message(14, SEA, draught_m=7.0)])
    assert (changed["draught_port_m"], changed["draught_port_at"]) == (6.5, moment(12))
    assert (changed["draught_out_m"], changed["draught_out_at"]) == (7.0, moment(14))
    kept = only_call([*stay, message(14, SEA, draught_m=6.5)])
    assert (kept["draught_out_m"], kept["draught_out_at"]) == (6.5, moment(12))


def test_a_draught_last_sent_with_the_last_fix_in_port_is_none_after_it() -> None:
    stay = [message(0, TARTUS, speed_kn=0.0, draught_m=5.2), message(12, TARTUS, draught_m=5.2)]
    assert only_call([*stay, message(14, SEA)])["draught_out_m"] is None
    after = only_call([*stay, message(12 + SECOND, draught_m=5.2), message(14, SEA)])
    assert after["draught_out_m"] == 5.2


def test_a_name_first_sent_after_the_call_is_that_of_the_ship_then() -> None:
    """A ship sends its number, its name and its length one by one; another sends its number alone."""
    other = [{**row, "ship": SHIP + 1} for row in at_rest(TARTUS, 0, 1, imo=9108594)]
    rows = [
        *at_rest(TARTUS, 0),
        message(1, TARTUS, imo=9160994),
        message(20, SEA, name="SPARTA II"),
        message(21, SEA, length_m=122.0),
        message(22, SEA, name="SPARTA III"),
    ]
    sparta, nameless = calls_of([*rows, *other])
    assert (sparta["imo"], sparta["name"], sparta["length_m"]) == ("9160994", "SPARTA II", 122.0)
    assert (nameless["imo"], nameless["name"], nameless["length_m"]) == ("9108594", None, None)
    named = {**rows[0], "name": "SPARTA"}
    sparta, _ = calls_of([named, *rows[1:], *other])
    assert (sparta["imo"], sparta["name"]) == ("9160994", "SPARTA")
