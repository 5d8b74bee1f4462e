"""The wider record: every row is there, contradictions stay, and nothing is counted twice."""

from __future__ import annotations

import datetime as dt
from functools import cache
from itertools import pairwise

import pytest

import forceflow as ff
from cases import ROOT
from forceflow.evidence.witnesses import witnesses

_PART_A = (
    "euaa-1 euaa-2 euaa-5 euaa-6 euaa-7 euaa-3 euaa-4 relay-1 relay-3 relay-4 relay-5 relay-6 relay-7 relay-8 relay-9 "
    "eutoday-1 eutoday-4 eutoday-2 eutoday-3 eutoday-7 mei-1 mei-2 mei-3 mei-4 mei-5 mei-9 bne-1 bne-4 bne-3"
)
SEED_CLAIM_OF_ROW = {
    f"a{number:03d}": claim for number, claim in enumerate(_PART_A.split(), start=1)
}
"""The part of the record that the five reports hold, row by row."""

_GAPS = {37, *range(41, 49), *range(54, 58), *range(70, 75), 81}
WIDER_ROWS = tuple(f"b{number:03d}" for number in range(1, 130) if number not in _GAPS)
"""The other rows; a claim carries the id of its row."""

ADDED = {
    "b003-an124": "the same sentence names an An-124",
    "b107-27dec": "first of two dated positions in one row",
    "b109-8jan": "second of two dated positions in one row",
    "b112-sparta": "the same picture has Sparta at the berth",
    "b126-siyanie": "second of three ships in one row",
    "b126-shabalin": "third of three ships in one row",
}
"""Claims beside the rows, with the reason."""


@cache
def extended() -> tuple[ff.Report, ...]:
    return ff.read_reports(ROOT / "seeds" / "extended")


@cache
def everything() -> tuple[ff.Report, ...]:
    return (*ff.load_reports("syria-2024"), *extended())


@cache
def claims() -> dict[str, ff.Claim]:
    return {claim.id: claim for report in everything() for claim in report.claims}


@cache
def merged() -> dict[str, ff.FlowEvent]:
    return {event.event_id: event for event in ff.merge_claims(everything())}


def test_every_row_of_the_record_is_a_claim() -> None:
    assert len(SEED_CLAIM_OF_ROW) + len(WIDER_ROWS) == 139
    assert set(SEED_CLAIM_OF_ROW.values()) <= {
        c.id for r in ff.load_reports("syria-2024") for c in r.claims
    }
    wider = [claim.id for report in extended() for claim in report.claims]
    assert len(wider) == len(set(wider))
    assert set(wider) == set(WIDER_ROWS) | set(ADDED)


def test_the_set_by_name_is_the_two_folders() -> None:
    by_name = ff.load_reports("syria-2024-extended")
    assert {report.id for report in by_name} == {report.id for report in everything()}


def test_an_event_has_one_line_wherever_it_is_named() -> None:
    titles: dict[str, set[str]] = {}
    for report in everything():
        for event_id, title in report.events.items():
            titles.setdefault(event_id, set()).add(title)
    assert {event_id: lines for event_id, lines in titles.items() if len(lines) > 1} == {}


def test_parties_are_marked_and_reports_say_how_they_were_read() -> None:
    parties = {report.id for report in extended() if report.party}
    assert parties == {"ukraine-gur", "ukraine-szr", "ukraine-ccd", "russian-state"}
    for report in extended():
        assert report.file == f"{report.id}.toml"
        assert "read in" in report.url_note, report.id


def test_the_air_bridge_is_counted_once() -> None:
    bridge = merged()["khadim-air-bridge"]
    assert {"euaa-6", "b030", "b031", "b033", "b034", "b036"} <= {*bridge.claims, *bridge.related}
    assert claims()["b030"].kind == claims()["b031"].kind == "presence"
    spoken = [
        (c, r)
        for r in everything()
        for c in r.claims
        if c.event == bridge.event_id and c.kind == "movement"
    ]
    voices = [{claim.id for claim in voice.claims} for voice in witnesses(spoken)]
    assert {"b033", "b034", "euaa-6"} in voices
    assert {"b036"} in voices
    assert bridge.start == dt.datetime(2024, 12, 15, tzinfo=dt.UTC)
    assert bridge.stop == dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    assert (
        bridge.movements.high < 60
    )  # the retelling's several a day, some 100 flights, does not count
    to_khadim = [
        e
        for e in merged().values()
        if e.origin in ("OSLK", "syria") and e.destination in ("HL59", "libya")
    ]
    assert {e.event_id for e in to_khadim} == {"libya-14dec", "khadim-air-bridge", "khadim-january"}
    spans = sorted((e.start, e.stop) for e in to_khadim)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


@pytest.mark.parametrize(
    ("event_id", "words"),
    [
        (
            "khadim-air-bridge",
            {"more than one flight a day", "several flights daily", "at least eight flights"},
        ),
        ("khadim-january", {"at least nine round trips"}),
        (
            "tartus-pier",
            {
                "dozens",
                "more than 100 trucks",
                "approximately 175",
                "hundreds",
                "almost one kilometre",
            },
        ),
        ("convoy-13dec", {"more than 150", "about 250"}),
        ("damascus-convoy", {"almost 100", "nearly 100", "at least 400", "around 1,000"}),
        ("convoy-feb-turned-back", {"30 vehicles", "around 35", "at least 24"}),
        ("bases-kept", {"two military bases", "three", "only two"}),
    ],
)
def test_contradictions_stay_as_printed(event_id: str, words: set[str]) -> None:
    assert words <= {claim.quantity for claim in claims().values() if claim.event == event_id}


@pytest.mark.parametrize(
    ("event_id", "days"), [("sparta-sails", {26, 29, 30}), ("sparta-ii-sails", {26, 28, 30})]
)
def test_the_sailing_days_disagree_and_make_one_sailing(event_id: str, days: set[int]) -> None:
    told = {
        claim.start.day
        for claim in claims().values()
        if claim.event == event_id and claim.kind == "movement"
    }
    assert days <= told
    event = merged()[event_id]
    assert event.movements.low == event.movements.high == 1
    assert any(line.startswith("days:") for line in event.conflicts)


def test_a_ship_leaves_the_theatre_once() -> None:
    leaving = [e for e in merged().values() if e.mode == "sea" and e.direction == "outbound"]
    ships = [name for event in leaving for name in event.platforms]
    assert sorted(ships) == ["Baltic Leader", "Siyanie Severa", "Sparta", "Sparta II", "Sparta IV"]
    assert all(event.movements.low == event.movements.high == 1 for event in leaving)


def test_ships_on_the_way_in_are_in_ballast() -> None:
    inbound = {e.event_id: e.cargo for e in merged().values() if e.direction == "inbound"}
    assert inbound == {"sparta-outward": "ballast", "sparta-ii-outward": "ballast"}


def test_what_did_not_come_from_the_theatre_stays_outside() -> None:
    outside = {e.event_id for e in merged().values() if e.direction == "external"}
    assert outside == {
        "belarus-libya",
        "emercom-shuttle",
        "mali-onward",
        "moscow-benghazi",
        "ursa-major-voyage",
    }


@pytest.mark.parametrize(
    "row", ["b067", "b068", "b069", "b075", "b076", "b078", "b082", "b096", "b102", "b119"]
)
def test_only_what_moved_load_is_a_movement(row: str) -> None:
    assert (claims()[row].kind == "movement") == (row == "b096")


@pytest.mark.parametrize(("one", "other"), [("b107", "b109"), ("b123", "b124")])
def test_positions_no_ship_could_join_are_kept_and_flagged(one: str, other: str) -> None:
    assert (one, other) in {flag.claims for flag in ff.flag_infeasible(everything())}


def test_corrections_are_noted() -> None:
    corrected = {claim.id for claim in claims().values() if "Corrected: " in claim.note}
    assert corrected == {
        "b003-an124",
        "b004",
        "b007",
        "b052",
        "b059",
        "b067",
        "b112-sparta",
        "b123",
        "b128",
    }
