"""Sailings out of port calls, held to what a report of the same voyage would give."""

from __future__ import annotations

import datetime as dt
import sys
import types
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_calls import SCHEMA, at, call, frame_of

import forceflow as ff
from forceflow.errors import EventError, FrameError, UnknownNameError
from forceflow.evidence import suggest_links
from forceflow.evidence.claim_checks import check_claim, check_unique
from forceflow.feeds.columns import COLUMNS, empty_batch
from forceflow.quantity.units import KM_PER_NM
from forceflow.tracks.place_points import distance_km
from forceflow.tracks.ship_tracks import FramePiece, ShipTracks
from forceflow.world import find_platform

TONNES_PER_METRE = 1000.0, 2500.0, 4000.0


def _stand_in(vessel: Any, arrival: float, departure: float, **_: Any) -> ff.Quantity:
    """Tonnes in proportion to the change, so that a test can work them out by hand."""
    low, best, high = (rate * max(0.0, departure - arrival) for rate in TONNES_PER_METRE)
    return ff.Quantity(low, best, high, unit="t")


@pytest.fixture(autouse=True)
def _plain_cargo(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("forceflow.tracks.cargo")
    module.cargo_from_draught = _stand_in  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "forceflow.tracks.cargo", module)


def home_voyage(**fields: Any) -> pl.DataFrame:
    """From Tartus, left in the night to 28 January, to Baltiysk; what a ship is called holds of both calls."""
    of_ship = {
        name: fields[name] for name in ("name", "imo", "ship_type", "source") if name in fields
    }
    return frame_of(
        call("tartus", "2025-01-21 06:00", "2025-01-27 21:40", hours=6.5, **fields),
        call("baltiysk", "2025-02-12 06:00", "2025-02-15 21:40", left_by=None, **of_ship),
    )


def only(events: tuple[ff.FlowEvent, ...]) -> ff.FlowEvent:
    (event,) = events
    return event


def test_a_voyage_is_one_sailing_in_the_window_of_its_departure() -> None:
    event = only(ff.tracks.sailings(home_voyage()))
    assert isinstance(event, ff.Sailing)
    assert (event.platform, event.origin, event.destination) == ("Sparta II", "tartus", "baltiysk")
    assert event.direction == "outbound"
    # To the second after the first moment away, as a window is half-open.
    assert (event.start, event.stop) == (at("2025-01-27 21:40"), at("2025-01-28 04:10:01"))
    assert event.movements.ends == (1.0, 1.0)
    assert event.provenance is not None
    assert event.provenance.theatre == "syria"


def test_frames_of_every_library_give_the_same(backend: str) -> None:
    frame = home_voyage(draught_in_m=5.1, draught_out_m=6.7)
    table = nw.from_native(frame, eager_only=True).to_arrow()
    native = {"pandas": table.to_pandas, "pyarrow": lambda: table, "polars": lambda: frame}[backend]
    assert ff.tracks.sailings(native()) == ff.tracks.sailings(frame)
    assert ff.tracks.sailings(frame.lazy()) == ff.tracks.sailings(frame)


def test_a_table_written_as_text_is_read_again() -> None:
    frame = home_voyage(draught_in_m=5.1, draught_out_m=6.7)
    texts = pl.read_csv(frame.write_csv().encode(), infer_schema=False)
    assert ff.tracks.sailings(texts) == ff.tracks.sailings(frame)


@given(order=st.permutations(range(4)))
def test_the_order_of_rows_is_irrelevant(order: list[int]) -> None:
    frame = frame_of(
        call("tartus", "2025-01-21 06:00", "2025-01-27 21:40"),
        call("baltiysk", "2025-02-12 06:00", "2025-02-15 21:40"),
        call("tartus", "2025-01-02 06:00", "2025-01-03 21:40", ship="9", name="SPARTA", imo=""),
        call("tobruk", "2025-01-12 06:00", "2025-01-13 21:40", ship="9", name="SPARTA", imo=""),
    )
    mixed = ff.tracks.sailings(frame[order])
    assert [event.event_id for event in mixed] == [
        "9-tartus-20250103T214000",
        "273123456-tartus-20250127T214000",
    ]
    assert [(event.start, event.stop) for event in mixed] == [
        (event.start, event.stop) for event in ff.tracks.sailings(frame)
    ]


@given(before=st.floats(0.1, 40), wider=st.floats(0, 40))
def test_a_wider_gap_never_narrows_the_window(before: float, wider: float) -> None:
    narrow = frame_of(
        call("tartus", "2025-01-21 06:00", "2025-01-27 21:40", hours=before),
        call("baltiysk", "2025-02-12 06:00", "2025-02-15 21:40"),
    )
    left_by = narrow["left_by"] + pl.Series([dt.timedelta(hours=wider)] * 2)
    wide = narrow.with_columns(left_by.alias("left_by"))
    one, other = only(ff.tracks.sailings(narrow)), only(ff.tracks.sailings(wide))
    assert other.start <= one.start < one.stop <= other.stop


def test_calls_at_anchor_belong_to_the_voyage_or_are_calls_when_asked() -> None:
    frame = frame_of(
        call("tartus", "2025-01-21 06:00", "2025-01-27 21:40"),
        call("limassol", "2025-01-28 20:00", "2025-01-30 06:00", kind="anchorage"),
        call("baltiysk", "2025-02-12 06:00", "2025-02-15 21:40"),
    )
    event = only(ff.tracks.sailings(frame))
    assert (event.origin, event.destination) == ("tartus", "baltiysk")
    assert event.provenance is not None
    assert (
        "at anchor off limassol 28 Jan 20:00 to 30 Jan 06:00"
        in event.provenance.reports[0].claims[0].text
    )
    both = ff.tracks.sailings(frame, include_anchorages=True)
    assert [(one.origin, one.destination) for one in both] == [
        ("tartus", "limassol"),
        ("limassol", "baltiysk"),
    ]


def test_a_ship_that_came_back_is_no_sailing_and_what_it_had_time_for_is_said() -> None:
    def back_after(hours: float) -> Any:
        left, back = at("2025-01-27 21:40"), at("2025-01-27 21:40") + dt.timedelta(hours=hours)
        return ff.tracks.sailings(
            frame_of(
                call(
                    "tartus",
                    "2025-01-21 06:00",
                    left.isoformat()[:19],
                    longest_silence_after_h=hours,
                ),
                call("tartus", back.isoformat()[:19], "2025-03-15 21:40", left_by=None),
            )
        )

    # Latakia is the nearest port known; Sparta II loads in 18 h at least and discharges in no less than its own figure.
    vessel = find_platform("Sparta II")
    assert isinstance(vessel, ff.world.Vessel)
    stay = min(vessel.load_h.low, vessel.discharge_h.low)
    ports = ("latakia", "banias", "tripoli_lb", "beirut")
    km = min(ff.route("tartus", port, mode="sea").distance_km for port in ports)
    back_km = km + min(ff.route(port, "tartus", mode="sea").distance_km for port in ports)
    needed = stay + back_km / vessel.speed_km_per_h.high
    short, long = back_after(needed - 0.2), back_after(needed + 1.0)
    assert not short
    assert not long
    assert short.notes == ()
    assert "no sailing was made of it" in long.notes[0]


def test_a_departure_without_an_end_is_named() -> None:
    seen = ff.tracks.sailings(frame_of(call("tartus", "2025-01-21 06:00", "2025-01-27 21:40")))
    assert not seen
    (note,) = seen.notes
    assert "SPARTA II left Tartus between 27 Jan 2025 21:40 and 22:40" in note
    assert note in repr(seen)
    assert note in seen._repr_html_()
    still_there = frame_of(call("tartus", "2025-01-21 06:00", "2025-01-27 21:40", left_by=None))
    assert ff.tracks.sailings(still_there).notes == ()
    roads = call("tartus", "2025-01-21 06:00", "2025-01-27 21:40", kind="anchorage")
    assert ff.tracks.sailings(frame_of(roads)).notes == (
        "SPARTA II: 1 call at anchor and none at a berth",
    )


def test_passages_seen_are_its_way_and_stand_in_the_claim() -> None:
    frame = frame_of(
        call(
            "tartus",
            "2025-01-21 06:00",
            "2025-01-27 21:40",
            passages_after="bosphorus 2025-02-03T04:10Z/2025-02-03T05:30Z; "
            "dardanelles 2025-02-02T10:00:00Z/2025-02-02T13:00:00Z",
        ),
        call("novorossiysk", "2025-02-06 06:00", "2025-02-15 21:40", left_by=None),
    )
    seen = ff.tracks.as_reports(frame)
    claim = seen[0].claims[0]
    assert claim.via == ("dardanelles", "bosphorus")
    assert "through the Bosphorus 3 Feb 04:10-05:30" in claim.text
    event = only(ff.tracks.sailings(frame))
    assert event.via == ("dardanelles", "bosphorus")
    assert not any("not seen in" in caveat for caveat in event.caveats)
    one = frame.with_columns(
        passages_after=pl.Series(["bosphorus 2025-02-03T04:10Z/2025-02-03T05:30Z", ""])
    )
    caveats = only(ff.tracks.sailings(one)).caveats
    assert "not seen in Dardanelles, through which the shortest way goes" in caveats
    unseen = frame.with_columns(passages_after=pl.lit(""))
    caveats = only(ff.tracks.sailings(unseen)).caveats
    assert "not seen in Dardanelles, Bosphorus, through which the shortest way goes" in caveats
    plain = unseen.drop("passages_after", "longest_silence_after_h")
    assert not any("not seen in" in caveat for caveat in only(ff.tracks.sailings(plain)).caveats)


@pytest.mark.parametrize(
    ("cell", "named"),
    [
        ("bosphorus at noon", "'bosphorus at noon'"),
        ("bosphorus 2025-02-30T04:10Z/2025-02-03T05:30Z", "2025-02-30"),
        ("styx 2025-02-03T04:10Z/2025-02-03T05:30Z", "unknown passage 'styx'"),
    ],
)
def test_passages_that_cannot_be_read_are_refused(cell: str, named: str) -> None:
    with pytest.raises(FrameError, match="row 0, column 'passages_after'") as caught:
        ff.tracks.sailings(home_voyage(passages_after=cell))
    assert named in str(caught.value)


def test_a_deeper_ship_carries_what_the_draught_says() -> None:
    event = only(ff.tracks.sailings(home_voyage(draught_in_m=5.1, draught_out_m=6.7)))
    low, high = _stand_in(None, 5.1, 6.7).interval(0.9)
    assert event.tonnes is not None
    assert event.tonnes.low == float(f"{low:.2g}")
    assert event.tonnes.high == float(f"{high:.2g}")
    assert event.cargo == "loaded, 1.6 m deeper"
    assert not event.is_empty


@pytest.mark.parametrize(
    ("before", "after", "cargo"),
    [
        (5.0, 5.1, "loaded, 0.1 m deeper"),
        (5.42, 5.46, "loaded, 0.04 m deeper"),
        (5.46, 5.42, "in ballast or part loaded, 0.04 m less deep"),
    ],
)
def test_draughts_stand_in_the_claim_as_they_were_sent(
    before: float, after: float, cargo: str
) -> None:
    frame = home_voyage(draught_in_m=before, draught_out_m=after)
    assert only(ff.tracks.sailings(frame)).cargo == cargo
    (report,) = ff.tracks.as_reports(frame)
    told = f"draught {before} m before the call and {after} m after it"
    assert told in report.claims[0].text
    # Single precision has 5.4 as 5.400000095367432.
    single = frame.with_columns(pl.col("draught_in_m", "draught_out_m").cast(pl.Float32))
    assert told in ff.tracks.as_reports(single)[0].claims[0].text


def test_a_lighter_ship_is_never_empty_and_never_full() -> None:
    event = only(ff.tracks.sailings(home_voyage(draught_in_m=6.7, draught_out_m=5.1)))
    vessel = find_platform("Sparta II")
    assert isinstance(vessel, ff.world.Vessel)
    discharged = _stand_in(None, 5.1, 6.7).interval(0.9)[0]
    assert event.tonnes is not None
    assert event.tonnes.low == 0
    assert event.tonnes.high == float(f"{vessel.cargo_t.high - discharged:.2g}")
    assert event.cargo == "in ballast or part loaded, 1.6 m less deep"
    assert not event.is_empty


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, "none was sent before the call"),
        ({"draught_in_m": 5.1}, "no new one was sent after departure"),
        ({"draught_in_m": 5.1, "draught_out_m": 5.1}, "no change was typed in"),
        (
            {"draught_in_m": 5.1, "draught_out_m": 6.0, "draught_out_at": at("2025-02-12 06:01")},
            "the new one was sent after the next arrival",
        ),
    ],
)
def test_without_two_draughts_there_are_no_tonnes_and_the_reason_is_said(
    fields: dict[str, Any], why: str
) -> None:
    event = only(ff.tracks.sailings(home_voyage(**fields)))
    assert event.tonnes is None
    assert any(
        caveat.startswith("no tonnes from the draught") and why in caveat
        for caveat in event.caveats
    )


def test_a_ship_whose_size_is_not_known_has_no_tonnes(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> ff.Quantity:
        raise ff.errors.QuantityError("no beam is known")

    monkeypatch.setattr(sys.modules["forceflow.tracks.cargo"], "cargo_from_draught", refuse)
    event = only(ff.tracks.sailings(home_voyage(draught_in_m=5.1, draught_out_m=6.7)))
    assert event.tonnes is None
    assert "no tonnes from the draught: no beam is known" in event.caveats
    assert event.cargo == "loaded, 1.6 m deeper"


def test_a_ship_is_known_by_number_before_name() -> None:
    def ship_of(**fields: Any) -> ff.FlowEvent:
        return only(ff.tracks.sailings(home_voyage(**fields)))

    assert ship_of(name="", imo="9160994").platform == "Sparta II"
    assert ship_of(name="SPARTA II", imo="").platform == "Sparta II"
    assert any("by its name alone" in one for one in ship_of(imo="").caveats)
    other_hull = ship_of(name="SPARTA II", imo="9999999")
    assert other_hull.platform == "cargo ship"
    assert any("not in the catalogue" in one for one in other_hull.caveats)


def test_an_unknown_ship_is_counted_by_its_type_and_says_so() -> None:
    calls = {"name": "NOBODY", "imo": ""}
    for code, platform in (
        (70, "cargo ship"),
        (82, "tanker"),
        (None, "cargo ship"),
        (0, "cargo ship"),
    ):
        event = only(ff.tracks.sailings(home_voyage(**calls, ship_type=code)))
        assert event.platform == platform
        assert any("NOBODY (MMSI 273123456)" in caveat for caveat in event.caveats)
    left_out = ff.tracks.sailings(home_voyage(**calls, ship_type=52))
    assert not left_out
    (note,) = left_out.notes
    assert note.startswith("left out, 1 sailing of NOBODY")
    assert "platforms={'273123456': ...}" in note


def home_voyages(**fields: Any) -> pl.DataFrame:
    return home_voyage(name="NOBODY", imo="", ship_type=52, **fields)


@pytest.mark.parametrize("key", ["273123456", "NOBODY", "nobody"])
def test_platforms_says_what_a_ship_is(key: str) -> None:
    assert (
        only(ff.tracks.sailings(home_voyages(), platforms={key: "Ursa Major"})).platform
        == "Ursa Major"
    )
    seen = ff.tracks.sailings(home_voyages(), platforms={key: None})
    assert not seen
    assert "left out as platforms= says" in seen.notes[0]


def test_wrong_platforms_are_refused_or_named() -> None:
    with pytest.raises(UnknownNameError, match="Spartta"):
        ff.tracks.sailings(home_voyage(), platforms={"273123456": "Spartta II"})
    with pytest.raises(EventError, match="does not move by sea"):
        ff.tracks.sailings(home_voyage(), platforms={"273123456": "Il-76MD"})
    with pytest.raises(EventError, match="one platform"):
        ff.tracks.sailings(home_voyage(), platforms={"273123456": "Sparta; Sparta II"})
    seen = ff.tracks.sailings(home_voyage(), platforms={"111": "Sparta"})
    assert "platforms: no ship of these calls is '111'" in seen.notes


def test_places_of_ones_own_are_named_or_refused() -> None:
    frame = home_voyage().with_columns(place=pl.Series(["quay 7", "baltiysk"]))
    with pytest.raises(
        FrameError, match=r"row 0: unknown place 'quay 7'.*places=\{'quay 7': 'Tartus'\}"
    ):
        ff.tracks.sailings(frame)
    assert only(ff.tracks.sailings(frame, places={"quay 7": "Tartus"})).origin == "tartus"
    # A shift from berth to berth of one port is no sailing.
    quays = frame.with_columns(place=pl.Series(["quay 7", "tartus"]))
    assert ff.tracks.sailings(quays, places={"quay 7": "Tartus"}) == ()


def test_the_grade_is_that_of_the_coverage() -> None:
    hours = (at("2025-02-12 06:00") - at("2025-01-27 21:40")) / dt.timedelta(hours=1)

    def grade_of(silence: float | None, **fields: Any) -> str:
        frame = home_voyage(longest_silence_after_h=silence, **fields)
        (report,) = ff.tracks.as_reports(frame)
        return report.grade

    assert grade_of(2.0) == "B2"
    assert grade_of(0.25 * hours) == "C2"
    assert grade_of(0.26 * hours) == "C3"
    assert grade_of(0.8 * hours) == "C4"
    assert grade_of(None) == "C3"
    (report,) = ff.tracks.as_reports(home_voyage(), grade="A1")
    assert (report.grade, report.grade_reason) == ("A1", "given by the user")


def test_two_hulls_on_one_number_are_doubted() -> None:
    frame = home_voyage().with_columns(ship=pl.lit("273123456 (1)"))
    (report,) = ff.tracks.as_reports(frame)
    assert report.grade == "D2"
    assert "two hulls shared the number" in report.grade_reason
    assert only(ff.tracks.sailings(frame, platforms={"273123456": "Sparta"})).platform == "Sparta"


def test_a_silence_long_enough_for_another_port_names_it() -> None:
    vessel = find_platform("Sparta II")
    assert isinstance(vessel, ff.world.Vessel)
    stay = min(vessel.load_h.low, vessel.discharge_h.low)
    heard = only(ff.tracks.sailings(home_voyage(longest_silence_after_h=stay - 0.1)))
    unheard = only(ff.tracks.sailings(home_voyage(longest_silence_after_h=stay + 0.1)))
    assert not any("long enough" in caveat for caveat in heard.caveats)
    assert any("long enough for a call at" in caveat for caveat in unheard.caveats)


def test_a_ship_that_was_too_fast_is_said() -> None:
    vessel = find_platform("Sparta II")
    assert isinstance(vessel, ff.world.Vessel)
    km = ff.route("tartus", "limassol", mode="sea").distance_km
    fastest = dt.timedelta(hours=km / vessel.speed_km_per_h.high)
    left = at("2025-01-27 21:40")
    for factor, is_flagged in ((1.2, False), (0.9, True)):
        arrived = (left + factor * fastest).replace(tzinfo=None).isoformat(sep=" ")
        frame = frame_of(
            call("tartus", "2025-01-21 06:00", "2025-01-27 21:40", hours=0.1),
            call("limassol", arrived, "2025-02-15 21:40", hours=0.1),
        )
        caveats = only(ff.tracks.sailings(frame)).caveats
        assert any("kn at most" in caveat for caveat in caveats) == is_flagged
    needed = km / (0.9 * fastest / dt.timedelta(hours=1)) / KM_PER_NM
    assert any(f"{needed:,.0f} kn" in caveat for caveat in caveats)


def test_flag_infeasible_judges_the_events() -> None:
    frame = frame_of(
        call("tartus", "2025-01-21 06:00", "2025-01-27 21:40", hours=0.5),
        call("limassol", "2025-01-28 20:00", "2025-01-29 06:00", hours=0.5),
        call("tartus", "2025-01-30 06:00", "2025-02-01 21:40", hours=0.5),
    )
    events = ff.tracks.sailings(frame)
    assert len(events) == 2
    assert ff.flag_infeasible(events) == ()
    # The same ship said to leave Baltiysk a day after it left Tartus.
    row = {"mode": "sea", "platform": "Sparta II", "start": "2025-01-28", "movements": 1}
    told = ff.from_frame(
        pl.DataFrame([{**row, "event_id": "told", "origin": "Baltiysk", "destination": "Tartus"}])
    )
    flags = ff.flag_infeasible((*events, *told))
    assert any("told" in flag.claims for flag in flags)


def test_claims_pass_the_checks_of_report_files() -> None:
    seen = ff.tracks.as_reports(home_voyage(draught_in_m=5.1, draught_out_m=6.7))
    check_unique([*ff.load_reports("syria-2024"), *seen])
    for report in seen:
        for claim in report.claims:
            check_claim(claim, report)
    (report,) = seen
    assert report.publisher == "Danish Maritime Authority"
    assert report.title == "AIS, Danish Maritime Authority, aisdk-2025-02-12.csv"
    assert report.published == "2025-02-15"


@pytest.mark.parametrize(
    ("source", "publisher"),
    [
        ("aisdk.csv, more.csv", "AIS (aisdk.csv, more.csv)"),
        ("", "AIS (table)"),
        ("a | b", "AIS (a; b)"),
    ],
)
def test_a_record_without_publisher_is_named_by_its_files(source: str, publisher: str) -> None:
    (report,) = ff.tracks.as_reports(home_voyage(source=source), grade="B2")
    assert report.publisher == publisher
    (report,) = ff.tracks.as_reports(home_voyage(source=source), source="Fleetmon, export")
    assert report.publisher == "Fleetmon"


def test_a_track_is_one_more_witness_beside_the_reports(
    reports: tuple[ff.Report, ...],
) -> None:
    frame = home_voyage(draught_in_m=5.1, draught_out_m=6.7)
    name = only(ff.tracks.sailings(frame)).event_id
    seen = ff.tracks.as_reports(frame, events={name: "sparta-ii-sails"})
    merged = {event.event_id: event for event in ff.merge_claims([*reports, *seen])}
    before = {event.event_id: event for event in ff.merge_claims(reports)}
    assert merged.keys() == before.keys()
    event = merged["sparta-ii-sails"]
    assert event.movements.ends == (1.0, 1.0)
    # The named port takes the place of "Russia", and the load is a number that no report had.
    assert (before[event.event_id].destination, event.destination) == ("russia", "baltiysk")
    assert before[event.event_id].tonnes is None
    assert event.tonnes is not None
    assert any(conflict.startswith("days: ") for conflict in event.conflicts)
    assert "AIS of ship 273123456 (transponder)" in event.roots
    for source in ("Danish Maritime Authority", "AIS of ship 273123456"):
        without = only(ff.what_if(event, without=source))
        assert without.destination == "russia"
        assert without.tonnes is None
    told = str(ff.explain(event))
    assert "reached Baltiysk between 12 Feb 2025 05:00 and 06:00" in told
    assert "wrong or spoofed" in told


def test_links_are_suggested_and_never_made(reports: tuple[ff.Report, ...]) -> None:
    seen = ff.tracks.as_reports(home_voyage())
    claim = seen[0].claims[0]
    links = suggest_links([*reports, *seen], threshold=0.5)
    assert any(
        claim.id in (link.first, link.second) and "bne-1" in (link.first, link.second)
        for link in links
    )
    assert len(ff.merge_claims([*reports, *seen])) == len(ff.merge_claims(reports)) + 1


def test_an_event_that_is_not_there_is_refused() -> None:
    with pytest.raises(EventError, match="273123456-tartus-20250127T214000"):
        ff.tracks.as_reports(home_voyage(), events={"273123456-tartus-20250127": "sparta-ii-sails"})


def test_two_records_of_one_ship_are_one_witness() -> None:
    frame = home_voyage(draught_in_m=5.1, draught_out_m=6.7)
    name = only(ff.tracks.sailings(frame)).event_id
    twice = [
        *ff.tracks.as_reports(frame, events={name: "home"}),
        *ff.tracks.as_reports(frame, events={name: "home"}, source="Fleetmon"),
    ]
    check_unique(twice)
    event = only(ff.merge_claims(twice))
    assert len(event.claims) == len(event.sources) == 2
    assert event.roots == ("AIS of ship 273123456 (transponder)",)
    assert event.tonnes == only(ff.tracks.sailings(frame)).tonnes


def test_nothing_is_known_before_the_record_ends() -> None:
    seen = ff.tracks.as_reports(home_voyage())
    assert ff.merge_claims(seen, as_of="2025-02-14") == ()
    assert len(ff.merge_claims(seen, as_of="2025-02-15")) == 1


def test_estimates_take_the_events() -> None:
    frame = frame_of(
        *(
            call(
                place,
                f"2025-01-{day:02d} 06:00",
                f"2025-01-{day + 2:02d} 06:00",
                draught_in_m=5.0,
                draught_out_m=6.0,
            )
            for day, place in (
                (1, "tartus"),
                (5, "tobruk"),
                (9, "tartus"),
                (13, "tobruk"),
                (17, "tartus"),
            )
        )
    )
    events = ff.tracks.sailings(frame)
    assert [event.direction for event in events] == ["outbound", "inbound"] * 2
    total = ff.estimate_tonnage(events, direction="outbound", seed=3, draws=4096).total
    low, high = _stand_in(None, 5.0, 6.0).interval(0.9)
    assert 2 * low < total.low < total.high < 2 * high
    rate = ff.estimate_rate(
        events, between=("2025-01-01", "2025-01-21"), direction="outbound", seed=3
    )
    # Two sailings in twenty days.
    assert rate.per_day.low < 0.1 < rate.per_day.high


def test_another_theatre_turns_the_direction() -> None:
    assert only(ff.tracks.sailings(home_voyage(), theatre="Russia")).direction == "inbound"


@pytest.mark.parametrize(
    "column", ["ship", "name", "place", "kind", "arrived_by", "left_after", "left_by"]
)
def test_a_missing_column_is_named(column: str) -> None:
    frame = home_voyage().rename({column: f"{column}s"})
    with pytest.raises(FrameError, match=rf"lack the columns {column} \(found {column}s"):
        ff.tracks.sailings(frame)


@pytest.mark.parametrize(
    ("column", "cells", "named"),
    [
        ("left_by", pl.Series([1, 2]), "moments in UTC were wanted"),
        ("left_by", pl.Series([dt.datetime(2025, 1, 28)] * 2), "no time zone"),
        ("left_by", pl.Series(["2025-01-28 04:10", None]), "row 0, column 'left_by'"),
        (
            "draught_in_m",
            pl.Series(["5.1", "deep"]),
            "row 1, column 'draught_in_m': a number was wanted, got 'deep'",
        ),
        ("draught_in_m", pl.Series([True, False]), "numbers were wanted"),
        ("place", pl.Series([1, 2]), "texts were wanted"),
        ("place", pl.Series(["tartus", " "]), "row 1: place is blank"),
        ("kind", pl.Series(["berth", "quay"]), "row 1, column 'kind'"),
        (
            "left_after",
            pl.Series([at("2025-01-01 00:00")] * 2),
            "left_after .* is before arrived_by",
        ),
    ],
)
def test_columns_of_the_wrong_kind_are_named(column: str, cells: pl.Series, named: str) -> None:
    with pytest.raises(FrameError, match=named):
        ff.tracks.sailings(home_voyage().with_columns(cells.alias(column)))


def test_calls_that_overlap_are_refused() -> None:
    frame = frame_of(
        call("tartus", "2025-01-21 06:00", "2025-01-27 21:40"),
        call("tobruk", "2025-01-23 06:00", "2025-01-24 21:40"),
    )
    with pytest.raises(FrameError, match=r"rows 0 and 1: ship 273123456 is at tartus until"):
        ff.tracks.sailings(frame)


def test_no_calls_make_no_sailings() -> None:
    assert ff.tracks.sailings(pl.DataFrame(schema=SCHEMA)) == ()
    with pytest.raises(FrameError, match="not a frame"):
        ff.tracks.sailings([1, 2])


def test_messages_become_a_sailing_on_the_whole_way() -> None:
    """From positions and draughts through `port_calls`: loaded in Tartus, through the straits, to Novorossiysk."""
    points = {name: ff.find_place(name) for name in ("tartus", "novorossiysk")}
    way = ff.route("Tartus", "Novorossiysk", mode="sea")
    rows: list[dict[str, Any]] = []

    def send(
        moment: dt.datetime, latitude: float, longitude: float, speed: float, draught: float
    ) -> None:
        rows.append(
            {
                "ship": 273123456,
                "time": moment,
                "latitude": latitude,
                "longitude": longitude,
                "speed_kn": speed,
                "draught_m": draught,
                "name": "SPARTA II",
                "imo": 9160994,
            }
        )

    start = at("2025-01-20 00:00")
    quay = points["tartus"]
    send(start, quay.latitude - 0.5, quay.longitude - 0.6, 10.0, 5.1)
    for hour in range(12, 12 + 7 * 24):
        send(start + dt.timedelta(hours=hour), quay.latitude, quay.longitude, 0.0, 5.1)
    left = start + dt.timedelta(hours=12 + 7 * 24 - 1)
    line = [point for leg in way.legs for point in leg.coordinates]
    steps = 400
    for step in range(1, steps):
        at_line = step / steps * (len(line) - 1)
        (x0, y0), (x1, y1) = line[int(at_line)], line[min(int(at_line) + 1, len(line) - 1)]
        part = at_line - int(at_line)
        send(
            left + dt.timedelta(hours=step), y0 + part * (y1 - y0), x0 + part * (x1 - x0), 10.0, 6.7
        )
    end = points["novorossiysk"]
    for hour in range(steps, steps + 24):
        send(left + dt.timedelta(hours=hour), end.latitude, end.longitude, 0.0, 6.7)
    frame = pl.DataFrame(rows, schema={name: COLUMNS[name] for name in rows[0]})
    whole = pl.concat([empty_batch(), frame], how="diagonal")
    seen = ShipTracks(
        (FramePiece("table", whole),), "forceflow", ("aisdk.csv",), "Danish Maritime Authority"
    )
    calls = ff.tracks.port_calls(seen)
    event = only(ff.tracks.sailings(calls))
    assert (event.origin, event.destination) == ("tartus", "novorossiysk")
    # A ship has left a circle of 5 km when it is a fifth of that beyond it.
    inside = [
        row["time"]
        for row in rows
        if distance_km(row["latitude"], row["longitude"], quay.latitude, quay.longitude) <= 6.0
    ]
    assert event.start == max(inside) > left
    assert event.stop == max(inside) + dt.timedelta(hours=1, seconds=1)
    assert event.via == ("dardanelles", "bosphorus")
    assert event.cargo == "loaded, 1.6 m deeper"
    assert event.tonnes is not None
    assert event.provenance is not None
    (report,) = event.provenance.reports
    assert report.publisher == "Danish Maritime Authority"
    assert "through the Bosphorus" in report.claims[0].text
    check_claim(report.claims[0], report)


def test_days_of_a_track_in_a_conflict_run_forward() -> None:
    """A track gives the hours of a departure, less than a day."""
    frame = frame_of(
        call("tartus", "2025-01-21 06:00", "2025-01-23 07:00"),
        call("novorossiysk", "2025-02-06 06:00", "2025-02-15 21:40", left_by=None),
    )
    (sailing,) = ff.tracks.sailings(frame)
    seen = ff.tracks.as_reports(frame, events={sailing.event_id: "sparta-ii-sails"})
    events = ff.merge_claims([*ff.load_reports("syria-2024"), *seen])
    (event,) = (event for event in events if event.event_id == "sparta-ii-sails")
    (days,) = (line for line in event.conflicts if line.startswith("days: "))
    assert " 2025-01-23/2025-01-23, bne-1 2025-01-30/2025-01-30" in days


@pytest.mark.parametrize("blank", [False, True])
def test_calls_read_back_from_a_csv_file_are_the_same(blank: bool, tmp_path: Path) -> None:
    """Readers that infer types make numbers of ships' numbers, and floats where one is blank."""
    frame = frame_of(
        call("tartus", "2025-01-21 06:00", "2025-01-27 21:40"),
        call(
            "novorossiysk",
            "2025-02-06 06:00",
            "2025-02-15 21:40",
            left_by=None,
            imo=None if blank else "9160994",
        ),
    )
    path = tmp_path / "calls.csv"
    frame.write_csv(path)
    expected = [event.event_id for event in ff.tracks.sailings(frame)]
    for read in (pl.read_csv(path), pd.read_csv(path)):
        assert [event.event_id for event in ff.tracks.sailings(read)] == expected
    with pytest.raises(
        FrameError, match=r"row 0, column 'imo': a whole number was wanted, got 9160994\.5"
    ):
        ff.tracks.sailings(frame.with_columns(imo=pl.lit(9160994.5)))
