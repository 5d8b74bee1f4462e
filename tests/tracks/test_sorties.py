"""Sorties out of legs, held to what a report of the same flight would give."""

from __future__ import annotations

import datetime as dt
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_calls import at, call, frame_of
from made_legs import bridge_legs, frame_of_legs, leg, shuttle

import forceflow as ff
from forceflow.errors import EventError, FrameError, UnknownNameError
from forceflow.evidence.claim_checks import check_claim, check_unique


def only(events: tuple[ff.FlowEvent, ...]) -> ff.FlowEvent:
    (event,) = events
    return event


def claim_of(event: ff.FlowEvent) -> ff.evidence.Claim:
    assert event.provenance is not None
    (claim,) = (
        claim
        for report in event.provenance.reports
        for claim in report.claims
        if claim.id in event.claims
    )
    return claim


def test_a_leg_is_one_sortie_in_the_window_of_its_take_off() -> None:
    event = only(
        ff.tracks.sorties(
            frame_of_legs(leg("OSLK", "2024-12-14 04:09", "HL59", "2024-12-14 06:12"))
        )
    )
    assert isinstance(event, ff.Sortie)
    assert (event.platform, event.origin, event.destination) == ("An-124", "OSLK", "HL59")
    assert event.event_id == "152e10-OSLK-20241214T040900"
    assert event.direction == "outbound"
    assert (event.start, event.stop) == (
        at("2024-12-14 04:02"),
        at("2024-12-14 04:09") + dt.timedelta(seconds=1),
    )
    assert event.movements.ends == (1.0, 1.0)
    assert event.roots == ("ADS-B of aircraft 152e10 (transponder)",)
    assert not event.is_empty
    assert event.caveats == ()


def test_the_way_back_of_a_trip_is_empty_so_the_loaded_leg_counts_once() -> None:
    legs = frame_of_legs(*shuttle("2024-12-14"))
    out, back = ff.tracks.sorties(legs)
    assert (out.direction, out.is_empty, back.direction, back.is_empty) == (
        "outbound",
        False,
        "inbound",
        True,
    )
    assert "cargo" in claim_of(back).inferred
    assert "taken to be empty (a prior)" in back.caveats[0]
    once = ff.estimate_tonnage(ff.tracks.sorties(legs), draws=500, seed=1)
    alone = ff.estimate_tonnage([out], draws=500, seed=1)
    assert once.total.middle == pytest.approx(alone.total.middle)
    both = ff.tracks.sorties(legs, loaded="both")
    assert [event.is_empty for event in both] == [False, False]
    brought = ff.tracks.sorties(legs, loaded="inbound")
    assert [event.is_empty for event in brought] == [True, False]


def test_an_aircraft_that_brings_and_takes_away_is_empty_on_the_way_in() -> None:
    legs = frame_of_legs(
        leg("UUMU", "2024-12-14 00:00", "OSLK", "2024-12-14 04:00"),
        leg("OSLK", "2024-12-14 09:00", "UUMU", "2024-12-14 13:00"),
    )
    assert [(one.direction, one.is_empty) for one in ff.tracks.sorties(legs)] == [
        ("inbound", True),
        ("outbound", False),
    ]


def test_outside_the_theatre_the_last_leg_of_a_closed_trip_is_the_way_back() -> None:
    legs = frame_of_legs(
        leg("HL59", "2024-12-14 00:00", "HL69", "2024-12-14 01:00"),
        leg("HL69", "2024-12-14 03:00", "HL59", "2024-12-14 04:00"),
        # A leg on its own keeps its load: nothing says which way was out.
        leg("HL59", "2024-12-16 00:00", "HL69", "2024-12-16 01:00"),
    )
    assert [one.is_empty for one in ff.tracks.sorties(legs)] == [False, True, False]


def test_a_single_inbound_leg_keeps_its_load() -> None:
    event = only(
        ff.tracks.sorties(
            frame_of_legs(leg("UUMU", "2024-12-14 00:00", "OSLK", "2024-12-14 04:00"))
        )
    )
    assert (event.direction, event.is_empty) == ("inbound", False)


def test_a_leg_lost_on_the_way_breaks_the_trip() -> None:
    legs = frame_of_legs(
        leg("OSLK", "2024-12-14 00:00", "HL59", "2024-12-14 02:00"),
        leg("HL59", "2024-12-14 04:00", None, "2024-12-14 05:00"),
        leg("HL59", "2024-12-15 04:00", "OSLK", "2024-12-15 06:00"),
    )
    found = ff.tracks.sorties(legs)
    assert [(one.direction, one.is_empty) for one in found] == [
        ("outbound", False),
        ("inbound", False),
    ]
    assert len(found.notes) == 1
    assert "destination not known" in found.notes[0]


def test_ground_times_stand_in_the_claim() -> None:
    out, back = ff.tracks.sorties(frame_of_legs(*shuttle("2024-12-14")))
    # 3 h from the last fix in the air to the first one after it, less 7 min on either side.
    assert "2.8 to 3.0 h after it" in claim_of(out).text
    assert "2.8 to 3.0 h on the ground before it" in claim_of(back).text


LOST = leg(
    "OSLK",
    "2024-12-14 04:09",
    None,
    "2024-12-14 05:00",
    last_seen="34.70 N 33.02 E, 9,400 ft, heading 245, 2024-12-14 05:00Z",
    destination_may_be="HL59 0.62; LCRA 0.21",
)


def test_a_leg_without_an_end_is_named_with_its_weights() -> None:
    found = ff.tracks.sorties(frame_of_legs(LOST))
    assert len(found) == 0
    assert found.notes == (
        "RA-82014 (An-124, callsign RFF7084), took off from Hmeimim between 14 Dec 2024 04:02 and 04:09, destination "
        "not known (last seen at 34.70 N 33.02 E, 9,400 ft, heading 245, 2024-12-14 05:00Z, may be HL59 0.62, LCRA "
        "0.21): no sortie without both ends",
    )


def test_the_likeliest_end_is_taken_when_the_user_says_so() -> None:
    event = only(ff.tracks.sorties(frame_of_legs(LOST), least_weight=0.6))
    assert event.destination == "HL59"
    assert claim_of(event).inferred == ("destination",)
    assert "al-Khadim is the likeliest" in event.caveats[0]
    assert event.provenance is not None
    assert event.provenance.reports[0].grade[0] == "C"
    assert ff.tracks.sorties(frame_of_legs(LOST), least_weight=0.63) == ()


@pytest.mark.parametrize("weight", [0, 1.5, -1])
def test_a_weight_is_above_0_and_at_most_1(weight: float) -> None:
    with pytest.raises(FrameError, match="least_weight"):
        ff.tracks.sorties(frame_of_legs(LOST), least_weight=weight)


def test_a_flight_around_the_field_is_no_sortie() -> None:
    found = ff.tracks.sorties(
        frame_of_legs(leg("OSLK", "2024-12-14 04:09", "OSLK", "2024-12-14 05:00"))
    )
    assert len(found) == 0
    assert "flew from Hmeimim and back to it without another landing, 1 leg" in found.notes[0]


# -- types ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["152e10", "152E10", "RA-82014", "ra-82014"])
@pytest.mark.parametrize("name", ["An-124", "A124", "Antonov An-124"])
def test_types_go_by_address_and_registration(key: str, name: str) -> None:
    legs = frame_of_legs(leg("OSLK", "2024-12-14 04:09", "HL59", "2024-12-14 06:12", type=None))
    assert ff.tracks.sorties(legs) == ()
    assert only(ff.tracks.sorties(legs, types={key: name})).platform == "An-124"


@pytest.mark.parametrize(
    ("designator", "platform"),
    [
        ("A124", "An-124"),
        ("IL76", "Il-76MD"),
        ("C17", "C-17"),
        ("C30J", "C-130J"),
        ("AN26", "An-26"),
    ],
)
def test_designators_of_the_legs_are_platforms(designator: str, platform: str) -> None:
    legs = frame_of_legs(
        leg("OSLK", "2024-12-14 04:09", "HL59", "2024-12-14 06:12", type=designator)
    )
    assert only(ff.tracks.sorties(legs)).platform == platform


def test_what_has_no_platform_is_left_out_and_named() -> None:
    rows = [
        leg(
            "OSLK",
            "2024-12-14 04:09",
            "HL59",
            "2024-12-14 06:12",
            aircraft=address,
            type=type_,
            registration=None,
        )
        for address, type_ in (
            ("000001", "B738"),
            ("000002", "B738"),
            ("000003", None),
            ("000004", "A320"),
        )
    ]
    found = ff.tracks.sorties(frame_of_legs(*rows))
    assert len(found) == 0
    assert found.notes[0].startswith(
        "left out, as no platform of the catalogue: B738 (2 legs of 2 aircraft), A320 (1 leg of 1 aircraft)"
    )
    assert found.notes[1].startswith("left out, 1 leg of 1 aircraft of no known type: 000003")


def test_none_leaves_an_aircraft_out_and_a_name_that_fits_none_is_told() -> None:
    legs = frame_of_legs(leg("OSLK", "2024-12-14 04:09", "HL59", "2024-12-14 06:12"))
    found = ff.tracks.sorties(legs, types={"152e10": None, "aaaaaa": "An-124"})
    assert len(found) == 0
    assert "types= says" in found.notes[0]
    assert found.notes[1] == "types: no aircraft of these legs is 'aaaaaa'"


def test_a_frame_of_types_is_a_database_of_any_aircraft(backend: str) -> None:
    frame = pl.DataFrame(
        {
            "icao24": ["152E10", "4b1234", None],
            "typecode": ["IL76", "B738", "A320"],
            "reg": [None, "HB-X", ""],
        }
    )
    table = nw.from_native(frame, eager_only=True).to_arrow()
    native = {"pandas": table.to_pandas, "pyarrow": lambda: table, "polars": lambda: frame}[backend]
    found = ff.tracks.sorties(frame_of_legs(*shuttle("2024-12-14")), types=native())
    assert {event.platform for event in found} == {"Il-76MD"}
    assert found.notes == ()


def test_wrong_types_are_refused() -> None:
    legs = bridge_legs(1)
    with pytest.raises(UnknownNameError, match="Il-99"):
        ff.tracks.sorties(legs, types={"152e10": "Il-99"})
    with pytest.raises(EventError, match="does not move by air"):
        ff.tracks.sorties(legs, types={"152e10": "Sparta II"})
    with pytest.raises(FrameError, match=r"no column 'platform'.*there are hex, kind"):
        ff.tracks.sorties(legs, types=pl.DataFrame({"hex": ["152e10"], "kind": ["A124"]}))
    with pytest.raises(FrameError, match="read as numbers"):
        ff.tracks.sorties(legs, types=pl.DataFrame({"hex": [1.52e12], "type": ["A124"]}))
    with pytest.raises(FrameError, match="mapping"):
        ff.tracks.sorties(legs, types=7)


# -- grades and doubts ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "grade"),
    [
        ({}, "B2"),
        ({"longest_silence_h": 0.45}, "B2"),
        ({"longest_silence_h": 1.0}, "B3"),
        ({"longest_silence_h": None}, "C3"),
        ({"ends": "low"}, "C2"),
        ({"aircraft": "~152e10"}, "D2"),
        # 5 h for a flight of two and never silent for long: slow, but no time to land unseen.
        ({"landed_after": at("2024-12-14 09:00"), "landed_by": at("2024-12-14 09:07")}, "B2"),
        # 5 h for a flight of two, and one silence of 4 h: time to land elsewhere.
        (
            {
                "landed_after": at("2024-12-14 09:00"),
                "landed_by": at("2024-12-14 09:07"),
                "longest_silence_h": 4.0,
            },
            "C4",
        ),
    ],
)
def test_the_grade_is_that_of_the_coverage(fields: dict[str, Any], grade: str) -> None:
    legs = frame_of_legs(leg("OSLK", "2024-12-14 04:09", "HL59", "2024-12-14 06:12", **fields))
    event = only(ff.tracks.sorties(legs))
    assert event.provenance is not None
    assert event.provenance.reports[0].grade == grade
    given = only(ff.tracks.sorties(legs, grade="A1"))
    assert given.provenance is not None
    assert given.provenance.reports[0].grade == "A1"


def test_a_leg_that_cannot_be_flown_in_time_is_doubted() -> None:
    legs = frame_of_legs(leg("OSLK", "2024-12-14 04:09", "HL59", "2024-12-14 04:49"))
    assert "a wrong position, or another aircraft" in only(ff.tracks.sorties(legs)).caveats[0]


def test_an_open_take_off_is_dated_to_the_landing_before_it_or_the_day_before() -> None:
    first, second = shuttle("2024-12-14")
    alone = only(ff.tracks.sorties(frame_of_legs({**first, "took_off_after": None})))
    assert alone.stop - alone.start == dt.timedelta(hours=24, seconds=1)
    assert "24 h" in alone.caveats[0]
    _, back = ff.tracks.sorties(frame_of_legs(first, {**second, "took_off_after": None}))
    assert back.start == first["landed_after"]


def test_claims_pass_the_checks_of_report_files() -> None:
    reports = ff.tracks.as_reports(bridge_legs(2))
    for report in reports:
        for claim in report.claims:
            check_claim(claim, report)
    check_unique(reports)
    assert reports[0].publisher == "OpenSky Network"
    assert reports[0].published == "2024-12-11"
    assert reports[0].id.startswith("adsb-")


# -- the frame -----------------------------------------------------------------------------------------------------


def test_frames_of_every_library_give_the_same(backend: str) -> None:
    frame = bridge_legs(1)
    table = nw.from_native(frame, eager_only=True).to_arrow()
    native = {"pandas": table.to_pandas, "pyarrow": lambda: table, "polars": lambda: frame}[backend]
    assert ff.tracks.sorties(native()) == ff.tracks.sorties(frame)
    assert ff.tracks.sorties(frame.lazy()) == ff.tracks.sorties(frame)
    assert ff.tracks.as_reports(native()) == ff.tracks.as_reports(frame)


def test_a_table_written_as_text_is_read_again() -> None:
    frame = bridge_legs(1)
    texts = pl.read_csv(frame.write_csv().encode(), infer_schema=False)
    assert ff.tracks.sorties(texts) == ff.tracks.sorties(frame)


@given(order=st.permutations(range(6)))
def test_the_order_of_rows_is_irrelevant(order: list[int]) -> None:
    frame = bridge_legs(1)
    mixed, plain = ff.tracks.sorties(frame[order]), ff.tracks.sorties(frame)
    assert [(one.event_id, one.start, one.stop, one.cargo) for one in mixed] == [
        (one.event_id, one.start, one.stop, one.cargo) for one in plain
    ]


@given(earlier=st.floats(0, 10))
def test_a_wider_window_never_narrows_the_event(earlier: float) -> None:
    row = leg("OSLK", "2024-12-14 14:09", "HL59", "2024-12-14 16:12")
    wide = {**row, "took_off_after": row["took_off_after"] - dt.timedelta(hours=earlier)}
    one, other = (only(ff.tracks.sorties(frame_of_legs(each))) for each in (row, wide))
    assert other.start <= one.start < one.stop <= other.stop


def with_columns(**columns: Any) -> pl.DataFrame:
    return bridge_legs(1).with_columns(**columns)


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (bridge_legs(1).drop("landed_by"), r"lack the columns landed_by \(found landed_after"),
        (with_columns(aircraft=pl.lit(1.52e12)), "read as numbers"),
        (with_columns(aircraft=pl.lit(152010)), "read as numbers"),
        (
            with_columns(aircraft=pl.lit("1520100000000.0")),
            "row 0, column 'aircraft': six hex digits",
        ),
        (
            with_columns(aircraft=pl.lit(None, pl.String)),
            "row 0, column 'aircraft': six hex digits",
        ),
        (with_columns(took_off_by=pl.lit("yesterday")), "row 0, column 'took_off_by': a moment"),
        (
            with_columns(took_off_by=pl.lit(dt.datetime(2024, 12, 10))),
            "'took_off_by': the moments have no time zone",
        ),
        (
            with_columns(landed_by=pl.lit(at("2024-12-01 00:00"))),
            r"row 0: landed_by \(2024-12-01 00:00\) is before",
        ),
        (
            with_columns(origin_may_be=pl.lit("OSLK")),
            "row 0, column 'origin_may_be': 'OSLK 0.62; OSDI 0.21'",
        ),
        (with_columns(origin=pl.lit("nowhere7")), r"column 'origin'.*'nowhere7'.*places="),
        (
            with_columns(
                **{
                    name: pl.lit(None, pl.Datetime("us", "UTC"))
                    for name in ("took_off_after", "took_off_by", "landed_after", "landed_by")
                }
            ),
            "row 0: all of took_off_after, .* are blank",
        ),
        ("legs.csv", "not a frame: str"),
        (7, "not a frame: int"),
    ],
)
def test_wrong_frames_are_refused(frame: Any, words: str) -> None:
    with pytest.raises(FrameError, match=words):
        ff.tracks.sorties(frame)


def test_legs_that_overlap_are_refused() -> None:
    row = leg("OSLK", "2024-12-14 04:09", "HL59", "2024-12-14 06:12")
    later = leg("OSLK", "2024-12-14 05:09", "HL59", "2024-12-14 07:12")
    with pytest.raises(
        FrameError, match="rows 0 and 1: aircraft 152e10 is in the air until 2024-12-14 06:12"
    ):
        ff.tracks.sorties(frame_of_legs(row, later))
    with pytest.raises(FrameError, match="rows 0 and 1"):
        ff.tracks.sorties(frame_of_legs(row, row))


def test_a_field_of_the_users_own_is_named_by_places() -> None:
    legs = frame_of_legs(leg("strip 7", "2024-12-14 04:09", "HL59", "2024-12-14 06:12"))
    assert only(ff.tracks.sorties(legs, places={"strip 7": "Hmeimim"})).origin == "OSLK"


def test_an_unknown_theatre_is_refused_first() -> None:
    with pytest.raises(UnknownNameError):
        ff.tracks.sorties("no frame", theatre="atlantis")
    with pytest.raises(FrameError, match="loaded is"):
        ff.tracks.sorties(bridge_legs(1), loaded="out")  # type: ignore[arg-type]


def test_no_legs_are_no_sorties() -> None:
    assert ff.tracks.sorties(frame_of_legs()) == ()


def test_arguments_of_the_other_table_are_refused() -> None:
    with pytest.raises(FrameError, match="platforms= goes with port calls"):
        ff.tracks.as_reports(bridge_legs(1), platforms={"1": "Sparta II"})
    calls = frame_of(call("tartus", "2025-01-21 06:00", "2025-01-27 21:40"))
    with pytest.raises(FrameError, match="types= goes with legs"):
        ff.tracks.as_reports(calls, types={"152e10": "An-124"})


def test_a_track_is_one_more_witness_beside_the_reports() -> None:
    legs = frame_of_legs(leg("OSLK", "2024-12-14 04:09", "HL59", "2024-12-14 06:12"))
    (report,) = ff.tracks.as_reports(legs, events={"152e10-OSLK-20241214T040900": "an-124-leaves"})
    other = report.model_copy(
        update={
            "id": "paper",
            "claims": (
                report.claims[0].model_copy(update={"id": "p1", "relays": ("A paper 2024-12-15",)}),
            ),
        }
    )
    event = only(ff.merge_claims([report, other]))
    assert event.event_id == "an-124-leaves"
    assert len(event.roots) == 2
    with pytest.raises(EventError, match="no sortie has the id 'x'"):
        ff.tracks.sorties(legs, events={"x": "y"})


def test_loaded_sorties_give_their_tonnes_once() -> None:
    moved = ff.estimate_tonnage(ff.tracks.sorties(bridge_legs(6)), draws=500, seed=1)
    loads = ff.estimate_tonnage(
        [one for one in ff.tracks.sorties(bridge_legs(6)) if one.direction == "outbound"],
        draws=500,
        seed=1,
    )
    assert moved.total.middle == pytest.approx(loads.total.middle)
