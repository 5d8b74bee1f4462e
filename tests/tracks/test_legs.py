"""Legs: windows, fields, what parts one flight from the next, ends aloft."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from aircraft_messages import (
    CRAFT,
    HMEIMIM,
    KHADIM,
    Row,
    between,
    course,
    down,
    fix,
    flight,
    legs_of,
    moment,
    tracks_of,
)

import forceflow as ff
from forceflow.errors import TracksError, UnknownNameError
from forceflow.feeds.aircraft_columns import NOT_ICAO

OUT = [down(0), down(5), *flight(5, 170, callsign="RFF7081"), down(171, KHADIM), down(260, KHADIM)]
BACK = [*flight(260, 425, KHADIM, HMEIMIM, callsign="RFF7082"), down(426)]
ROUND_TRIP = OUT + BACK


def ends_of(legs: pl.DataFrame) -> list[tuple[str | None, str | None]]:
    return list(zip(legs["origin"].to_list(), legs["destination"].to_list(), strict=True))


def why(legs: pl.DataFrame) -> list[tuple[str, str]]:
    return list(zip(legs["begins"].to_list(), legs["ends"].to_list(), strict=True))


def cut(rows: list[Row], start: float, stop: float) -> list[Row]:
    """Rows without those between two minutes."""
    return [row for row in rows if not moment(start) <= row["time"] <= moment(stop)]


def only(rows: list[Row], start: float, stop: float) -> list[Row]:
    return [row for row in rows if moment(start) <= row["time"] <= moment(stop)]


def test_a_round_trip_is_two_legs_between_the_fixes_on_both_sides() -> None:
    legs = legs_of(ROUND_TRIP)
    assert ends_of(legs) == [("OSLK", "HL59"), ("HL59", "OSLK")]
    assert why(legs) == [("ground", "ground")] * 2
    assert legs["callsign"].to_list() == ["RFF7081", "RFF7082"]
    out = legs.row(0, named=True)
    air = OUT[2:-2]
    assert out["took_off_after"] == moment(5)
    assert out["took_off_by"] == air[0]["time"]
    assert out["landed_after"] == air[-1]["time"] < moment(170)
    assert out["landed_by"] == moment(171)
    assert out["fixes"] == len(air)
    assert out["highest_ft"] == 30_000.0
    assert (out["first_latitude"], out["first_longitude"]) == pytest.approx(
        (air[0]["latitude"], air[0]["longitude"])
    )
    assert (out["first_seen"], out["last_seen"], out["origin_may_be"]) == (None, None, None)
    assert out["source"] == "table"
    assert out["notes"] is None


def test_the_table_has_the_public_columns() -> None:
    legs = legs_of(ROUND_TRIP)
    assert dict(legs.schema) == ff.tracks.LEG_COLUMNS
    public = (
        "aircraft callsign type origin destination took_off_after took_off_by landed_after landed_by fixes "
        "longest_silence_h"
    )
    assert legs.columns[:11] == public.split()
    assert legs["aircraft"].to_list() == ["152e10"] * 2


def test_addresses_that_look_like_numbers_stay_text() -> None:
    rows = []
    for address in (0x152E10, 0x151234, 0x000E01, NOT_ICAO + 0x2A1B3C):
        rows += [{**row, "aircraft": address} for row in ROUND_TRIP]
    legs = legs_of(rows)
    found = legs["aircraft"].unique(maintain_order=True).to_list()
    assert found == ["000e01", "151234", "152e10", "~2a1b3c"]
    assert legs["notes"].to_list() == [None] * 6 + ["address is no ICAO address"] * 2


def test_a_flight_across_midnight_is_one() -> None:
    late = [{**row, "time": row["time"] + dt.timedelta(hours=23)} for row in OUT]
    legs = legs_of(late)
    assert len(legs) == 1
    assert legs["took_off_by"][0].day == 14
    assert legs["landed_after"][0].day == 15


def test_a_track_that_begins_aloft_has_no_origin() -> None:
    legs = legs_of(only(ROUND_TRIP, 60, 171))
    leg = legs.row(0, named=True)
    assert (leg["origin"], leg["destination"]) == (None, "HL59")
    assert leg["begins"] == "record"
    assert leg["took_off_after"] is None
    assert leg["first_seen"].startswith("34.2")
    assert leg["first_seen"].endswith("30,000 ft, heading 255, 2024-12-14 01:01Z")
    assert "OSLK" not in leg["first_seen"]


def test_a_track_that_ends_aloft_says_where_it_was_last_seen() -> None:
    rows = [
        down(0),
        fix(10, (34.70, 33.02), altitude_ft=9_400.0, track_deg=245.0, speed_kn=300.0, climb_ft_min=0.0),
    ]  # fmt: skip
    leg = legs_of(rows).row(0, named=True)
    assert leg["last_seen"] == "34.70 N 33.02 E, 9,400 ft, heading 245, 2024-12-14 00:10Z"
    assert (leg["destination"], leg["landed_by"], leg["ends"]) == (None, None, "record")
    assert leg["landed_after"] == moment(10)
    west = fix(20, (-34.705, -0.004), altitude_ft=940.0)
    last = legs_of([west]).row(0, named=True)["last_seen"]
    assert last == "34.70 S 0.00 W, 900 ft, 2024-12-14 00:20Z"


@pytest.mark.parametrize("minutes", [20, 60])
@pytest.mark.parametrize("is_ground_heard", [True, False])
def test_turnarounds(minutes: float, is_ground_heard: bool) -> None:
    """Where the ground is not heard either, the aircraft is lost and found low near the field."""
    rows = [down(0), *flight(5, 170), *flight(170 + minutes, 335 + minutes, KHADIM, HMEIMIM)]
    if is_ground_heard:
        rows += [down(170.5, KHADIM), down(169.5 + minutes, KHADIM)]
    legs = legs_of([*rows, down(336 + minutes)])
    assert ends_of(legs) == [("OSLK", "HL59"), ("HL59", "OSLK")]
    way = "ground" if is_ground_heard else "low"
    assert why(legs) == [("ground", way), (way, "ground")]
    if not is_ground_heard:
        assert legs["landed_by"][0] == legs["took_off_by"][1]
        assert legs["took_off_after"][1] == legs["landed_after"][0]


def test_a_field_low_on_one_side_of_a_silence_is_that_of_both_legs() -> None:
    last = {**OUT[-12], "climb_ft_min": None}
    assert last["altitude_ft"] > 5_000
    legs = legs_of([*OUT[:-11], *flight(230, 395, KHADIM, HMEIMIM)])
    assert why(legs)[0] == ("ground", "low")
    assert ends_of(legs)[0] == ("OSLK", "HL59")
    assert legs["origin"][1] == "HL59"
    back = [row for row in flight(230, 395, KHADIM, HMEIMIM) if row["time"] > moment(255)]
    legs = legs_of([*OUT[:-2], *back])
    assert (legs["destination"][0], legs["origin"][1]) == ("HL59", "HL59")
    # Lost on its way and found aloft, without a low fix on either side: nobody knows where it was.
    legs = legs_of([*OUT[:-11], *back], aloft_gap_h=0.5)
    assert why(legs)[0] == ("ground", "silence")
    assert (legs["destination"][0], legs["origin"][1]) == (None, None)


def test_touch_and_goes_are_counted_and_part_nothing() -> None:
    rows = [down(0), *flight(5, 170), fix(169.8, KHADIM, ground="ground", speed_kn=120.0),
            *flight(171, 190, KHADIM, KHADIM), down(192, KHADIM)]  # fmt: skip
    leg = legs_of(rows).row(0, named=True)
    assert len(legs_of(rows)) == 1
    assert leg["touch_and_goes"] == 1
    assert leg["landed_by"] == moment(192)
    # A flag that flickers far from any field is no touch.
    wrong = fix(90, (33.8, 28.7), ground="ground", speed_kn=150.0)
    leg = legs_of([*OUT, wrong]).row(0, named=True)
    assert leg["touch_and_goes"] == 0
    assert leg["destination"] == "HL59"


def test_a_go_around_is_no_landing() -> None:
    low = [fix(168 + n, KHADIM, altitude_ft=1_500.0, speed_kn=140.0, climb_ft_min=c)
           for n, c in ((1, -700.0), (2, 1_500.0))]  # fmt: skip
    legs = legs_of(
        [down(0), *flight(5, 168), *low, *flight(170, 190, KHADIM, KHADIM), down(191, KHADIM)]
    )
    assert ends_of(legs) == [("OSLK", "HL59")]
    assert legs["touch_and_goes"].to_list() == [0]


def test_a_silence_that_the_flight_explains_parts_nothing() -> None:
    legs = legs_of(cut(ROUND_TRIP, 30, 150))
    assert ends_of(legs) == [("OSLK", "HL59"), ("HL59", "OSLK")]
    assert legs["longest_silence_h"][0] == pytest.approx(2.0, abs=0.1)


def test_a_silence_aloft_that_is_too_long_parts_two_legs_of_unknown_fields() -> None:
    seen = only(ROUND_TRIP, 0, 60)
    back = [
        {**row, "time": row["time"] + dt.timedelta(hours=2)} for row in only(ROUND_TRIP, 370, 426)
    ]
    legs = legs_of([*seen, *back])
    assert ends_of(legs) == [("OSLK", None), (None, "OSLK")]
    assert why(legs) == [("ground", "silence"), ("silence", "ground")]
    assert legs["landed_by"][0] == legs["took_off_by"][1]
    assert legs["last_seen"][0] is not None
    assert legs["first_seen"][1] is not None
    assert len(legs_of([*seen, *back], aloft_gap_h=12)) == 1


def test_an_aircraft_that_leaves_and_is_next_on_the_ground_where_it_came_from_was_elsewhere() -> (
    None
):
    legs = legs_of([*only(ROUND_TRIP, 0, 60), down(600)])
    assert ends_of(legs) == [("OSLK", None)]
    assert why(legs) == [("ground", "silence")]
    legs = legs_of([down(-600, KHADIM), *only(ROUND_TRIP, 100, 171)])
    # And one that was first heard on its way to where it stood before came from elsewhere.
    assert legs["origin"][0] is None
    # Lost on the way there, it stood there long before it was heard: no other flight is needed.
    legs = legs_of([*only(ROUND_TRIP, 0, 120), down(900, KHADIM)])
    assert ends_of(legs) == [("OSLK", "HL59")]


def test_a_flight_that_nobody_heard_is_one_between_two_fields() -> None:
    legs = legs_of([down(0), down(60), down(300, KHADIM), down(310, KHADIM)])
    leg = legs.row(0, named=True)
    assert (leg["origin"], leg["destination"], leg["fixes"]) == ("OSLK", "HL59", 0)
    assert (leg["took_off_after"], leg["took_off_by"]) == (moment(60), moment(300))
    assert (leg["landed_after"], leg["landed_by"]) == (moment(60), moment(300))
    assert leg["longest_silence_h"] == 4.0
    assert leg["notes"] == "not heard in the air: on the ground at both fields"
    assert (leg["first_latitude"], leg["last_longitude"]) == (HMEIMIM[0], KHADIM[1])
    # No aircraft flies there in half an hour: a wrong position is no flight.
    assert len(legs_of([down(0), down(30, KHADIM)])) == 0
    assert len(legs_of([down(0), down(300)])) == 0


def test_marks_of_the_source_part_legs() -> None:
    rows = only(ROUND_TRIP, 0, 100)
    rows[30] = {**rows[30], "new_leg": True}
    legs = legs_of(rows)
    assert why(legs) == [("ground", "mark"), ("mark", "record")]
    assert legs["landed_after"][0] == rows[29]["time"]
    assert legs["landed_by"][0] == legs["took_off_by"][1] == rows[30]["time"]
    # A mark within a short contact makes it a landing.
    touch = [down(0), *flight(5, 170), down(171, KHADIM, new_leg=True),
             *flight(174, 339, KHADIM, HMEIMIM), down(340)]  # fmt: skip
    assert len(legs_of(touch)) == 2
    del touch[-88]
    assert len(legs_of([{**row, "new_leg": None} for row in touch])) == 1


def test_a_fix_that_repeats_another_counts_once_and_two_places_at_one_time_twice() -> None:
    row = OUT[20]
    fixes = legs_of(OUT)["fixes"][0]
    assert legs_of([*OUT, {**row, "callsign": "OTHER"}])["fixes"][0] == fixes
    assert legs_of([*OUT, {**row, "longitude": row["longitude"] + 0.01}])["fixes"][0] == fixes + 1
    # In another piece, too.
    again = ff.tracks.legs(
        tracks_of([*OUT[:21], {**row, "callsign": "SAID"}, *OUT[21:]], pieces=[21])
    )
    assert again["fixes"][0] == fixes


def test_a_single_fix_in_the_air_is_a_leg() -> None:
    legs = legs_of([down(0), fix(30, (35.0, 34.0), altitude_ft=20_000.0), down(80, KHADIM)])
    assert ends_of(legs) == [("OSLK", "HL59")]
    assert legs["fixes"].to_list() == [1]


def test_flickering_flags_on_the_ground_are_no_flights() -> None:
    rows = [down(n / 4, ground="air" if n % 3 == 0 else "ground", speed_kn=60.0 if n % 2 else 10.0)
            for n in range(120)]  # fmt: skip
    assert len(legs_of(rows)) == 0
    legs = legs_of([*rows, *flight(31, 190), down(191, KHADIM)])
    assert ends_of(legs) == [("OSLK", "HL59")]


def test_a_ground_flag_in_flight_is_no_landing() -> None:
    rows = list(ROUND_TRIP)
    rows[40] = {**rows[40], "ground": "ground", "speed_kn": 420.0}
    assert len(legs_of(rows)) == 2
    assert legs_of(rows).drop("fixes").equals(legs_of(ROUND_TRIP).drop("fixes"))


def test_without_ground_flags_speed_near_a_field_says_the_same() -> None:
    rows = [
        {**row, "ground": "unknown", "altitude_ft": row.get("altitude_ft", 150.0)}
        for row in ROUND_TRIP
    ]
    # Al-Khadim lies at 800 ft; what stands there at 150 ft of pressure altitude is on its ground.
    assert ends_of(legs_of(rows)) == [("OSLK", "HL59"), ("HL59", "OSLK")]
    # At the same speed far from any field, or high above one, it is in the air.
    slow = [fix(n, (33.9, 30.0), speed_kn=30.0, altitude_ft=2_000.0) for n in range(5)]
    assert len(legs_of(slow)) == 1
    hover = [fix(n, HMEIMIM, speed_kn=30.0, altitude_ft=5_000.0) for n in range(5)]
    assert len(legs_of(hover)) == 1
    stands = [fix(n, HMEIMIM, speed_kn=30.0, altitude_ft=900.0) for n in range(5)]
    assert len(legs_of(stands)) == 0


def test_two_aircraft_under_one_callsign_stay_two() -> None:
    other = [{**row, "aircraft": CRAFT + 1} for row in ROUND_TRIP]
    legs = legs_of([*ROUND_TRIP, *other])
    assert legs["aircraft"].to_list() == ["152e10"] * 2 + ["152e11"] * 2
    assert legs["callsign"].to_list() == ["RFF7081", "RFF7082"] * 2


def test_one_aircraft_under_four_callsigns_is_one() -> None:
    rows = list(OUT)
    for number, row in enumerate(rows):
        row = {**row, "callsign": f"RFF{number * 4 // 90}"}
        rows[number] = row
    legs = legs_of(rows)
    assert len(legs) == 1
    counts = pl.Series(
        "callsign", [row["callsign"] for row in rows[2:-2]], dtype=pl.String
    ).value_counts(sort=True)
    assert (
        legs["callsign"][0] in counts.filter(pl.col("count") == counts["count"].max())["callsign"]
    )
    # The first of two that were sent as often.
    rows = [{**row, "callsign": None} for row in OUT]
    for number, name in ((10, "ZZZ1"), (20, "AAA1"), (30, "ZZZ1"), (40, "AAA1"), (50, "BBB1")):
        rows[number]["callsign"] = name
    assert legs_of(rows)["callsign"].to_list() == ["ZZZ1"]


def test_blank_callsigns_lose_no_flight() -> None:
    legs = legs_of([{**row, "callsign": None} for row in ROUND_TRIP])
    assert ends_of(legs) == [("OSLK", "HL59"), ("HL59", "OSLK")]
    assert legs["callsign"].to_list() == [None, None]


def test_callsigns_and_types_of_messages_without_a_position_count() -> None:
    rows = [{**row, "callsign": None} for row in ROUND_TRIP]
    said = {"aircraft": CRAFT, "time": moment(30.5), "callsign": "RFF9", "type": "A124",
            "registration": "RA-82028", "ground": "unknown"}  # fmt: skip
    legs = legs_of([*rows, said])
    assert legs["callsign"].to_list() == ["RFF9", None]
    assert legs["type"].to_list() == ["A124"] * 2
    assert legs["registration"].to_list() == ["RA-82028"] * 2
    assert legs["fixes"].to_list() == legs_of(rows)["fixes"].to_list()


def test_fields_that_an_end_aloft_allows_are_weighed() -> None:
    """Descending to Hmeimim from the west: it lies ahead, as far as the descent takes; the others do not."""
    here = (35.35, 35.0)
    end = fix(60, here, altitude_ft=9_400.0, speed_kn=260.0, climb_ft_min=-1_500.0,
              track_deg=course(here, HMEIMIM))  # fmt: skip
    may_be = legs_of([end])["destination_may_be"][0]
    assert may_be.startswith("OSLK 0.")
    best = float(may_be.split("; ")[0].split()[1])
    away = legs_of([{**end, "track_deg": (end["track_deg"] + 180) % 360}])
    assert "OSLK" not in away["destination_may_be"][0]
    level = legs_of([{**end, "climb_ft_min": 0.0, "altitude_ft": 35_000.0}])
    likelihood = dict(part.split() for part in level["destination_may_be"][0].split("; "))
    assert float(likelihood.get("OSLK", 0)) < best


def test_a_field_low_ahead_is_taken_for_the_destination_only_where_no_other_is_likely() -> None:
    here = between(HMEIMIM, (35.35, 35.0), 0.1)
    end = fix(60, here, altitude_ft=1_600.0, speed_kn=150.0, climb_ft_min=-700.0,
              track_deg=course(here, HMEIMIM))  # fmt: skip
    leg = legs_of([end]).row(0, named=True)
    assert (leg["destination"], leg["destination_may_be"], leg["last_seen"]) == ("OSLK", None, None)
    assert leg["ends"] == "record"
    two = pl.DataFrame({
        "name": ["one", "two"], "lat": [35.40, 35.40], "lon": [35.94, 35.95], "elevation_ft": [150.0, 150.0],
    })  # fmt: skip
    leg = legs_of([end], places=two).row(0, named=True)
    assert leg["destination"] is None
    assert {part.split()[0] for part in leg["destination_may_be"].split("; ")} == {"one", "two"}


def test_fields_of_ones_own() -> None:
    own = pl.DataFrame(
        {"name": ["base", "desert"], "lat": [HMEIMIM[0], KHADIM[0]], "lon": [HMEIMIM[1], KHADIM[1]]}
    )
    assert ends_of(legs_of(ROUND_TRIP, places=own)) == [("base", "desert"), ("desert", "base")]
    assert ends_of(legs_of(ROUND_TRIP, places=own.to_pandas())) == [
        ("base", "desert"),
        ("desert", "base"),
    ]
    assert ends_of(legs_of(ROUND_TRIP, places=["Hmeimim"])) == [("OSLK", None), (None, "OSLK")]
    seen = legs_of(ROUND_TRIP, places="Hmeimim")["last_seen"][0]
    assert seen == "32.00 N 21.19 E, on the ground, 2024-12-14 02:51Z"


@pytest.mark.parametrize(
    ("places", "message"),
    [
        (pl.DataFrame({"name": ["a"], "lat": [95.0], "lon": [0.0]}), "row 0: 95, 0 lies nowhere"),
        (pl.DataFrame({"name": [None], "lat": [5.0], "lon": [0.0]}), "row 0: a name is needed"),
        (pl.DataFrame({"lat": [5.0]}), "columns 'name' .or 'id'., 'lat' and 'lon' are needed, found lat"),
        ([], "no fields were given"),
    ],
)  # fmt: skip
def test_places_that_are_none(places: Any, message: str) -> None:
    with pytest.raises(TracksError, match=message):
        legs_of(ROUND_TRIP, places=places)


def test_arguments_that_cannot_be_used() -> None:
    with pytest.raises(
        TracksError, match="legs needs the tracks that read_adsb returned, got DataFrame"
    ):
        ff.tracks.legs(pl.DataFrame())  # type: ignore[arg-type]
    for name in ("near_km", "low_ft", "min_ground_min", "aloft_gap_h"):
        with pytest.raises(TracksError, match=f"{name} is 0; give a number above 0"):
            legs_of(ROUND_TRIP, **{name: 0})
    with pytest.raises(UnknownNameError):
        legs_of(ROUND_TRIP, places=["Nowhereville"])


def test_legs_in_other_libraries() -> None:
    tracks = tracks_of(ROUND_TRIP)
    assert isinstance(ff.tracks.legs(tracks, backend="pandas"), pd.DataFrame)
    assert isinstance(ff.tracks.legs(tracks, backend="pyarrow"), pa.Table)


def test_no_messages_are_no_legs() -> None:
    legs = legs_of([])
    assert dict(legs.schema) == ff.tracks.LEG_COLUMNS
    assert len(legs) == 0
    nowhere = {"aircraft": CRAFT, "time": moment(0), "ground": "air"}
    assert len(legs_of([nowhere])) == 0
