"""A table of one's own: its sources, its blanks, its places and platforms, rows that cannot be, and how it shows."""

from __future__ import annotations

import datetime as dt
import html
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from test_reports import GOOD, write
from test_repr_html import EVIL, Nested

import forceflow as ff
from forceflow.display import Listed
from forceflow.world.geography.known_places import _ADDED as OWN_PLACES
from forceflow.world.platforms.catalogue import _ADDED as OWN_PLATFORMS

ROW: dict[str, Any] = {
    "event_id": "e1",
    "mode": "air",
    "platform": "C-17",
    "origin": "Ramstein",
    "destination": "VNKT",
    "start": "2015-04-27",
    "movements": 2,
}


def table(*rows: dict[str, Any], **same: Any) -> pl.DataFrame:
    """Rows that differ in what is given."""
    return pl.DataFrame(
        [{**ROW, "event_id": f"e{number}", **same, **row} for number, row in enumerate(rows, 1)]
    )


def read(*rows: dict[str, Any], **same: Any) -> tuple[ff.FlowEvent, ...]:
    return ff.from_frame(table(*rows, **same), theatre=["NP"])


SOURCES = (
    {"sources": "UN OCHA"},
    {"sources": "Reuters; AFP"},
    {"sources": "AFP"},
    {"sources": None},
)


# -- sources ----------------------------------------------------------------------------------------------------------


def test_a_row_goes_with_the_last_of_its_sources() -> None:
    events = read(*SOURCES)
    assert [event.sources for event in events] == [("UN OCHA",), ("Reuters", "AFP"), ("AFP",), ()]
    assert [event.roots for event in events] == [event.sources for event in events]

    def ids(without: str | Sequence[str]) -> list[str]:
        return [event.event_id for event in ff.what_if(events, without=without)]

    assert ids("UN OCHA") == ["e2", "e3", "e4"]
    assert ids("AFP") == ["e1", "e2", "e4"]
    assert ids(["AFP", "Reuters"]) == ["e1", "e4"] == ids(("Reuters", "AFP"))
    (left,) = (event for event in ff.what_if(events, without="AFP") if event.event_id == "e2")
    assert (left.sources, left.roots, left.movements) == (
        ("Reuters",),
        ("Reuters",),
        events[1].movements,
    )
    with pytest.raises(
        ff.errors.UnknownNameError, match="unknown source 'UN OCA'; did you mean UN OCHA"
    ):
        ff.what_if(events, without="UN OCA")
    with pytest.raises(ff.errors.UnknownNameError, match="did you mean AFP, Reuters, UN OCHA"):
        ff.what_if(events, without=["AFP", "zzzzzzz"])


def test_sources_are_read_from_lists_and_kept_by_a_round_trip(backend: Any) -> None:
    made = table({"sources": ["Reuters", "AFP"]}, {"sources": []}, {"sources": None})
    frame = {"pandas": made.to_pandas(), "polars": made, "pyarrow": made.to_arrow()}[backend]
    events = ff.from_frame(frame, theatre=["NP"])
    assert [event.sources for event in events] == [("Reuters", "AFP"), (), ()]
    again = ff.from_frame(ff.to_frame(events, backend=backend), theatre=["NP"])
    assert again == events
    with pytest.raises(
        ff.errors.FrameError,
        match=r"row 0 \('e1'\): sources: a text or a list of texts was wanted, got \[1",
    ):
        read({"sources": [1, 2]})


def test_roots_of_their_own_are_what_sources_pass_on() -> None:
    relayed = {"sources": "bne; Meduza", "roots": "Reuters 2015-04-28"}
    events = read(relayed, {"sources": "Meduza", "roots": ""})
    assert [event.roots for event in events] == [("Reuters 2015-04-28",), ()]
    assert [event.event_id for event in ff.what_if(events, without="Reuters")] == ["e2"]
    assert [event.event_id for event in ff.what_if(events, without="Meduza")] == ["e1"]


def test_a_name_with_a_semicolon_that_was_merged_stays_whole() -> None:
    event = replace(read({})[0], claims=("c1",), sources=("a; b",), roots=("x; y",))
    assert ff.from_frame(ff.to_frame([event])) == (event,)


def test_an_explanation_names_the_sources_of_a_row() -> None:
    events = read(*SOURCES)
    told = ff.explain(events[1])
    assert [(row[0], row[1], row[4], row[6]) for row in told.rows] == [
        ("e2", "row", "Reuters, AFP", "Reuters, AFP")
    ]
    assert dict(told.without) == {"AFP": "2 movements", "Reuters": "2 movements"}
    assert dict(ff.explain(events[0]).without) == {"UN OCHA": "no other source reports it"}
    assert dict(ff.explain(replace(events[0], roots=())).without) == {
        "UN OCHA": "no other source reports it"
    }
    moved = ff.estimate_tonnage(events, direction="inbound", draws=300, seed=7)
    whole = ff.explain(moved)
    assert [row[0] for row in whole.rows] == ["e1", "e2", "e3"]
    left = ff.estimate_tonnage(
        ff.what_if(events, without="AFP"), direction="inbound", draws=300, seed=7
    )
    assert dict(whole.without)["AFP"] == left.answer != moved.answer
    assert "own figures from 3 sources" in str(moved)


def test_what_one_source_says_of_several_rows_errs_together() -> None:
    """As it does where the same is coded as claims: the spread of the sum is wider than that of independent rows."""
    words = {"movements": "about 20", "platform": "C-17"}
    apart = read(*[{**words, "sources": f"S{n}"} for n in range(6)])
    alike = read(*[{**words, "sources": "UN OCHA"} for _ in range(6)])
    asked: dict[str, Any] = {
        "measure": "movements",
        "direction": "inbound",
        "draws": 4_000,
        "seed": 7,
    }
    one, other = (ff.estimate_tonnage(events, **asked).total for events in (apart, alike))
    assert other.high - other.low > 1.2 * (one.high - one.low)


def test_events_of_reports_that_are_not_at_hand_are_not_guessed_at() -> None:
    event = replace(read({})[0], claims=("c1", "c2"), sources=("r1", "r2"), roots=("r1", "r2"))
    with pytest.raises(
        ff.errors.EventError,
        match=r"event 'e1' was merged from reports that are not at hand; pass .* reports=",
    ):
        ff.what_if(event, without="r1")
    assert "e1" in Nested(event._repr_html_()).words  # a notebook shows it all the same


def test_rows_and_merged_events_stand_side_by_side(events: tuple[ff.FlowEvent, ...]) -> None:
    mine = read({"sources": "UN OCHA"})
    both = (*events, *mine)
    lost = ff.what_if(both, without="bne-2025-01-30")
    assert {event.event_id for event in lost} == {
        *(event.event_id for event in ff.what_if(events, without="bne-2025-01-30")),
        "e1",
    }
    assert ff.what_if(both, without="UN OCHA") == events


def test_what_has_no_events_is_told_so(events: tuple[ff.FlowEvent, ...]) -> None:
    moved = ff.estimate_tonnage(events, draws=100, seed=7)
    with pytest.raises(ff.errors.EventError, match=r"got Estimate; .*what_if\(answer.used"):
        ff.what_if(moved, without="EU Today")  # type: ignore[arg-type]
    for thing, name in ((42, "int"), ("Reuters", "str"), ([*events, 3], "int among them")):
        with pytest.raises(ff.errors.EventError, match=f"flow events were wanted, got {name}"):
            ff.what_if(thing, without="EU Today")  # type: ignore[arg-type]


# -- cells ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("blank", ["n/a", "N/A", "NaN", "unknown", "-", "\u2013", "?", ""])
def test_a_cell_without_a_number_is_a_blank_one(blank: str) -> None:
    one, two = read({"movements": blank, "tonnes": blank}, {"movements": "3", "tonnes": "5"})
    assert not one.movements.has_content
    assert one.tonnes is None
    assert two.movements.best == 3
    told = ff.estimate_tonnage([one, two], measure="movements", direction=None, draws=100, seed=7)
    assert told.total.middle == 3
    assert any("e1" in note for note in told.notes) or "e1" in told.uncounted
    low = {"movements_low": "2", "movements_high": blank}
    (floor,) = ff.from_frame(table(low).drop("movements"), theatre=["NP"])
    assert floor.movements.is_censored


@pytest.mark.parametrize("said", ["1.200", "12.500", "100.250"])
@pytest.mark.parametrize("column", ["tonnes", "tonnes_low"])
def test_a_text_that_may_be_read_in_two_ways_is_refused(said: str, column: str) -> None:
    with pytest.raises(ff.errors.QuantityError, match="more than one way"):
        ff.Quantity.parse(said)
    with pytest.raises(
        ff.errors.FrameError,
        match=rf"row 0 \('e1'\): {column}: '{said}' may be read in more than one way",
    ):
        read({column: said})
    (event,) = read({column: float(said)})  # a number is a number
    assert event.tonnes is not None
    assert event.tonnes.low == float(said)


@pytest.mark.parametrize(
    ("said", "number"),
    [("1,200", 1200), ("1234.567", 1234.567), ("0.333", 0.333), ("20", 20), ("1,234.5", 1234.5)],
)
def test_a_plain_number_in_a_text_is_exact(said: str, number: float) -> None:
    (event,) = read({"tonnes": said})
    assert event.tonnes == ff.Quantity.exactly(number, unit="tonnes")


def test_a_hedge_behind_a_number_counts_in_a_table() -> None:
    one, two = read({"movements": "15?"}, {"movements": "15"})
    assert one.movements.low < 15 < one.movements.high
    assert (two.movements.low, two.movements.high) == (15, 15)


@pytest.mark.parametrize(
    ("mode", "platform", "kind"),
    [("AIR", "C-17", "sortie"), (" Air", "C-17", "sortie"), ("Sortie", "C-17", "sortie"), ("ROAD", "trucks", "convoy"),
     ("sailing", "Sparta II", "sailing"), ("Sea", "Sparta II", "sailing"), ("convoy", "trucks", "convoy")],
)  # fmt: skip
def test_modes_and_directions_in_any_case_and_by_their_kind(
    mode: str, platform: str, kind: str
) -> None:
    ends = {"origin": "Marseille", "destination": "Kolkata"} if kind == "sailing" else {}
    (event,) = read({"mode": mode, "platform": platform, "direction": "Inbound ", **ends})
    assert (event.kind, event.direction) == (kind, "inbound")
    (event,) = ff.from_frame(
        table({"kind": mode, "platform": platform, **ends}).drop("mode"), theatre=["NP"]
    )
    assert event.kind == kind
    with pytest.raises(ff.errors.FrameError, match="mode 'tube' is none of air, sea, road, rail"):
        read({"mode": "tube"})


def test_a_row_of_totals_or_of_nothing_is_named() -> None:
    for column, cell in (("event_id", "Total"), ("platform", "grand total:"), ("start", "TOTAL")):
        with pytest.raises(
            ff.errors.FrameError,
            match=f"{column} '{cell}': looks like the total of the other rows; leave it",
        ):
            read({}, {column: cell})
    nothing = dict.fromkeys(("mode", "platform", "origin", "destination", "start"))
    with pytest.raises(
        ff.errors.FrameError,
        match=r"\nrow 1 \('e2'\): nothing is given in mode, platform, .*or a total out$",
    ):
        read({}, nothing)


def test_words_for_a_load_without_a_number_add_none() -> None:
    (event,) = read({"tonnes": "large amounts"})
    assert event.tonnes is None


@pytest.mark.parametrize(
    ("said", "stream"), [("False", False), ("yes", True), ("0", False), (1, True), (None, True)]
)
def test_a_stream_is_one_where_the_cell_says_so(said: Any, stream: bool) -> None:
    (event,) = read({"is_stream": said, "stop": "2015-05-09"})
    assert event.is_stream is stream
    with pytest.raises(
        ff.errors.FrameError, match=r"is_stream: true or false was wanted, got 'maybe'"
    ):
        read({"is_stream": "maybe"})


def test_rows_without_an_id_are_named_by_their_number() -> None:
    rows = table({}, {"start": "2015-04-20"}, {"movements": 5}).drop("event_id")
    events = ff.from_frame(rows, theatre=["NP"])
    assert [event.event_id for event in events] == ["row 1", "row 0", "row 2"]
    assert ff.from_frame(ff.to_frame(events)) == events
    assert ff.estimate_tonnage(events, direction="inbound", draws=100, seed=7).total.middle > 0
    with pytest.raises(ff.errors.EstimateError, match=r"stand twice: row 0.*event_id of its own"):
        ff.estimate_tonnage(
            [*events, *ff.from_frame(rows[:1], theatre=["NP"])],
            direction="inbound",
            draws=100,
            seed=7,
        )
    with pytest.raises(ff.errors.FrameError, match=r"event_id \(found Id\)"):
        ff.from_frame(rows.with_columns(Id=pl.lit("a")))


def test_rows_that_cannot_be_are_named() -> None:
    with pytest.raises(
        ff.errors.FrameError,
        match=r"row 1 \('e2'\): platform 'cargo ship' does not move by air; write .*'sea'",
    ):
        read({}, {"platform": "cargo ship"})
    with pytest.raises(
        ff.errors.FrameError,
        match=r"row 0 \('e1'\): platform 'C-17' does not move by road.*'military vehicles'",
    ):
        read({"mode": "road"})
    with pytest.raises(
        ff.errors.FrameError, match=r"row 0 \('e1'\): origin and destination are both VNKT"
    ):
        read({"origin": "Kathmandu"})
    with pytest.raises(ff.errors.FrameError, match="via: unknown place 'nowhere at all'"):
        read({"via": "nowhere at all"})
    inside = {"mode": "road", "platform": "trucks", "origin": "Syria", "destination": "Syria"}
    assert len(read(inside)) == 1  # from somewhere in a region to elsewhere in it
    assert read({"via": "Dubai International Airport"})[0].via == ("OMDB",)


def test_claims_that_cannot_be_are_named(tmp_path: Path) -> None:
    def told(printed: str, changed: str) -> str:
        with pytest.raises(ff.errors.ReportError) as caught:
            ff.read_reports(write(tmp_path, GOOD.replace(printed, changed)))
        return str(caught.value)

    ship = told('platform = "Il-76MD"', 'platform = "Sparta II"')
    assert (
        "claim 'own-1-1': field 'platform': platform 'Sparta II' does not move by air; write mode 'sea'"
        in ship
    )
    still = told('destination = "al-Khadim"', 'destination = "Khmeimim"')
    assert "claim 'own-1-1': field 'destination': is the origin; use kind 'presence'" in still
    seen = GOOD.replace('destination = "al-Khadim"', 'destination = "Khmeimim"').replace(
        '"movement"', '"presence"'
    )
    assert len(ff.read_reports(write(tmp_path, seen))) == 1


def test_what_is_no_frame_and_what_has_its_own(events: tuple[ff.FlowEvent, ...]) -> None:
    for path in ("niger.csv", Path("niger.csv")):
        with pytest.raises(
            ff.errors.FrameError,
            match=r"not a frame: .*; read the file first, pandas.read_csv\('niger.csv'\)",
        ):
            ff.from_frame(path)
    moved = ff.estimate_tonnage(events, draws=100, seed=7)
    with pytest.raises(
        ff.errors.FrameError, match=r"got Estimate, which has its own: call its \.to_frame\(\)"
    ):
        ff.to_frame(moved)  # type: ignore[arg-type]
    wrong: tuple[tuple[Any, str], ...] = (
        (3, "int"),
        ("x", "str"),
        ([*events, None], "NoneType"),
        ({"a": 1}, "dict"),
    )
    for thing, name in wrong:
        with pytest.raises(
            ff.errors.FrameError,
            match=f"flow events were wanted, got {name}; merge_claims and from_frame",
        ):
            ff.to_frame(thing)
    assert ff.to_frame(events[0]).equals(ff.to_frame(events[:1]))  # type: ignore[arg-type]


def test_events_of_ones_own_reports_show_in_a_notebook(tmp_path: Path) -> None:
    """Without the reports at hand an event shows what it knows itself, and says how its claims are to be seen."""
    reports = ff.read_reports(write(tmp_path, GOOD))
    (merged,) = ff.merge_claims(reports)
    assert "A newsroom" in Nested(merged._repr_html_()).words
    event = replace(merged, provenance=None)  # as from a table that came without its reports
    shown = Nested(event._repr_html_()).words
    for words in (
        event.event_id,
        event.title,
        "Hmeimim",
        event.movements.words,
        "explain(event, reports=...)",
    ):
        assert words in shown
    evil = Nested(replace(event, title=EVIL, conflicts=(EVIL,))._repr_html_())
    assert ("script" in evil.seen, evil.words.count(EVIL)) == (False, 2)
    with pytest.raises(
        ff.errors.EventError,
        match=r"event 'flights': none of its claims \(own-1-1\) .*with reports=",
    ):
        ff.explain(event)
    with pytest.raises(
        ff.errors.UnknownNameError,
        match=r"unknown source 'Reuters'.*not at hand; pass them with reports=",
    ):
        ff.what_if(event, without="Reuters")
    with pytest.raises(ff.errors.UnknownNameError) as caught:
        ff.what_if(event, without="Reuters", reports=reports)
    assert "reports=" not in str(caught.value)
    assert ff.explain(event, reports=reports).rows[0][0] == "own-1-1"


def test_errors_say_what_would_do() -> None:
    with pytest.raises(
        ff.errors.FrameError,
        match=r"lacks the columns movements; one column movements of numbers or words",
    ):
        ff.from_frame(table({}).drop("movements"))
    with pytest.raises(
        ff.errors.FrameError, match=r"movements_high.*columns=\{'movements_high': 'your column'\}"
    ):
        ff.from_frame(table({"movements_low": 1}).drop("movements"))
    with pytest.raises(ff.errors.FrameError, match=r"short ton.*a plain ton may be a t .*long ton"):
        read({"tonnes": "20 tons"})
    with pytest.raises(
        ff.errors.UnknownNameError,
        match=r"unknown theatre 'nepall'; did you mean Nepal.*\['NE', 'ML'\].*syria",
    ):
        ff.from_frame(table({}), theatre="nepall")
    wrong: tuple[Any, ...] = ([], 5, ["XX"], ["NP", "QQ"])
    for nowhere in wrong:
        with pytest.raises(ff.errors.UnknownNameError, match=r"Give a country by name or ISO code"):
            ff.from_frame(table({}), theatre=nowhere)
    with pytest.raises(
        ff.errors.FrameError, match=r"\nrow 0: origin: unknown place 'Nowhere at all'"
    ):
        ff.from_frame(table({"origin": "Nowhere at all"}).drop("event_id"))
    with pytest.raises(
        ff.errors.EventError, match="a flow event or an estimate was wanted, got several things"
    ):
        ff.explain(read({}, {}))
    with pytest.raises(
        ff.errors.EventError, match=r"flow events were wanted, got DataFrame; .*from_frame"
    ):
        ff.what_if(table({}), without="Reuters")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ends", "way"),
    [
        (("VNKT", "EDAR"), "outbound"), (("EDAR", "VNKT"), "inbound"), (("EDAR", "OMDB"), "external"),
        (("VNKT", "Pokhara"), "internal"),
    ],
)  # fmt: skip
def test_countries_make_a_theatre(ends: tuple[str, str], way: str) -> None:
    (event,) = read({"origin": ends[0], "destination": ends[1]})
    assert event.direction == way
    (small,) = ff.from_frame(table({"origin": ends[0], "destination": ends[1]}), theatre=["np"])
    assert small == event


# -- loads that cannot be ---------------------------------------------------------------------------------------------


def test_loads_too_heavy_are_flagged_in_a_table() -> None:
    ship = {"mode": "sea", "platform": "Sparta II", "origin": "Tartus", "destination": "Tobruk"}
    events = read(
        {"tonnes": 160_000},
        {"tonnes": 100},
        {"tonnes": 160_000, "movements": "?"},
        {**ship, "tonnes": 80_000},
    )
    flags = ff.flag_infeasible(events)
    craft, vessel = ff.find_platform("C-17"), ff.find_platform("Sparta II")
    assert isinstance(craft, ff.world.Aircraft)
    assert isinstance(vessel, ff.world.Vessel)
    heavy = [str(flag) for flag in flags if " at most" in flag.reason and " t a" in flag.reason]
    assert heavy == [
        f"e1: 80,000 t an aircraft; C-17 lifts {craft.structural_payload_t.high:,.0f} t at most",
        f"e4: 40,000 t a ship; Sparta II carries {vessel.deadweight_t.high:,.0f} t at most",
    ]
    assert ff.flag_infeasible(ff.to_frame(events)) == flags
    moved = ff.estimate_tonnage(events, draws=300, seed=7)
    assert (
        "more tonnes than an aircraft or ship can carry (kg?), see flag_infeasible: e1, e4"
        in moved.notes
    )
    light = ff.estimate_tonnage(events[1:2], draws=300, seed=7)
    assert not any("more tonnes" in note for note in light.notes)
    with pytest.raises(ff.errors.FrameError, match="not a frame: int"):
        ff.flag_infeasible(3)


def test_a_ship_in_two_rows_is_flagged_when_it_would_have_flown() -> None:
    ship = {"mode": "sea", "platform": "Sparta II", "movements": 1}
    there = {**ship, "origin": "Baltiysk", "destination": "Tartus", "start": "2015-04-29"}
    flags = ff.flag_infeasible(read({**ship, "origin": "Tartus", "destination": "Tobruk"}, there))
    assert [flag.claims for flag in flags] == [("e1", "e2")]
    assert not ff.flag_infeasible(
        read(
            {**ship, "origin": "Tartus", "destination": "Tobruk"}, {**there, "start": "2015-06-29"}
        )
    )


# -- places and platforms of one's own --------------------------------------------------------------------------------


@pytest.fixture
def atlas() -> Iterator[None]:
    """What a test adds is forgotten after it."""
    places, platforms = dict(OWN_PLACES), dict(OWN_PLATFORMS)
    yield
    OWN_PLACES.clear()
    OWN_PLACES.update(places)
    OWN_PLATFORMS.clear()
    OWN_PLATFORMS.update(platforms)


@pytest.mark.usefixtures("atlas")
def test_a_place_of_ones_own_is_understood_wherever_a_name_is() -> None:
    strip = ff.world.Place(
        "camp 42", "Camp strip", "airfield", 28.2, 83.98, country="NP", aliases=("the strip",)
    )
    with pytest.raises(ff.errors.FrameError, match="unknown place 'camp 42'"):
        read({"destination": "camp 42"})
    ff.add_place(strip)
    (event,) = read({"destination": "The Strip"})
    assert (event.destination, event.direction) == ("camp 42", "inbound")
    assert ff.route("camp 42", "VNKT", mode="air").distance_km == pytest.approx(
        ff.route(strip, "VNKT", mode="air").distance_km
    )
    assert ff.estimate_tonnage([event], direction="inbound", draws=100, seed=7).total.middle > 0
    pandas = pd.DataFrame([{**ROW, "destination": strip, "platform": ff.find_platform("C-17")}])
    assert ff.from_frame(pandas, theatre=["NP"])[0].destination == "camp 42"
    constants = {"origin": strip, "platform": ff.find_platform("C-17")}
    assert ff.from_frame(table({}), columns=constants)[0].origin == "camp 42"
    with pytest.raises(ff.errors.RouteError, match="a Place was wanted, got 'camp 42'"):
        ff.add_place("camp 42")  # type: ignore[arg-type]
    ff.add_place(replace(strip, latitude=27.0))
    assert ff.find_place("the strip").latitude == 27.0
    ff.add_place(replace(strip, aliases=()))
    with pytest.raises(ff.errors.UnknownNameError):
        ff.find_place("the strip")
    ff.add_place(strip)
    with pytest.raises(ff.errors.RouteError, match=r"'Tartus' is Tartus .* already"):
        ff.add_place(replace(strip, id="mine", name="Tartus", aliases=()))
    with pytest.raises(ff.errors.RouteError, match=r"'the strip' is Camp strip .* already"):
        ff.add_place(replace(strip, id="mine", name="Mine"))
    with pytest.raises(ff.errors.RouteError, match="nowhere on earth"):
        ff.add_place(replace(strip, latitude=183.98))
    assert ff.add_place(
        replace(strip, id="tent", name="Tent", aliases=(), country="SY")
    ).theatres == ("syria",)


@pytest.mark.usefixtures("atlas")
def test_a_platform_of_ones_own_carries_what_it_says() -> None:
    c17 = ff.find_platform("C-17")
    assert isinstance(c17, ff.world.Aircraft)
    heavy = replace(c17, id="C-17 twice", name="C-17 at twice the load", aliases=(), corners=tuple(
        replace(corner, payload_t=replace(corner.payload_t, value=corner.payload_t.value.times(2)))
        for corner in c17.corners
    ))  # fmt: skip
    with pytest.raises(ff.errors.FrameError, match="unknown platform 'C-17 twice'"):
        read({"platform": "C-17 twice"})
    with pytest.raises(ff.errors.QuantityError, match="a platform was wanted, got 'C-17 twice'"):
        ff.add_platform("C-17 twice")  # type: ignore[arg-type]
    ff.add_platform(heavy)
    events = read({"platform": "c-17 TWICE"}, {"platform": "C-17"})
    asked: dict[str, Any] = {"direction": "inbound", "draws": 2_000, "seed": 7}
    twice, once = (ff.estimate_tonnage(event, **asked).total for event in events)
    assert twice.middle == pytest.approx(2 * once.middle, rel=0.1)
    assert ff.find_platform("C-17") is c17
    for name, other in (("C-17", "C-17"), ("An-124", "An-124")):
        with pytest.raises(ff.errors.QuantityError, match=f"is {other}.* already"):
            ff.add_platform(replace(heavy, id="x", name=name))
    with pytest.raises(ff.errors.QuantityError, match="'C-17' is C-17 already"):
        ff.add_platform(replace(heavy, id="C-17"))
    ff.add_platform(replace(heavy, name="another name"))
    assert ff.find_platform("another name").id == "C-17 twice"
    with pytest.raises(ff.errors.UnknownNameError):
        ff.find_platform(heavy.name)
    with pytest.raises(ff.errors.UnknownNameError, match="another name"):
        ff.find_platform("anothr name")


# -- hedges of what is measured ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["2 to 6", "two or three", "several", "about 10", "over 5", "up to 6", "at least 3"]
)
def test_only_what_is_counted_comes_in_whole_numbers(words: str) -> None:
    def draws(unit: str) -> Any:
        return ff.Quantity.parse(f"{words} {unit}").draw(200, seed=7, entity="x", purpose="y")

    for unit in ("h", "days", "t", "tons", "km", "knots", "months"):
        found = draws(unit)
        assert len(np.unique(found)) > 150
        assert (found != np.rint(found)).mean() > 0.9
    assert ff.Quantity.parse("up to 6 h").quantile(0.0) == 0
    assert ff.Quantity.parse("up to 6 flights").quantile(0.0) == 1
    for unit in ("flights", "trucks", ""):
        np.testing.assert_array_equal(draws(unit), np.rint(draws(unit)))


@pytest.mark.parametrize("sign", ["~10", "~ 10", "\u224810", "\u223c10"])
def test_a_tilde_is_about(sign: str) -> None:
    about, told = ff.Quantity.parse("about 10 flights"), ff.Quantity.parse(f"{sign} flights")
    assert (told.family, told.params, told.unit, told.whole) == (
        about.family,
        about.params,
        about.unit,
        about.whole,
    )
    assert told.words == f"{sign} flights"
    for bare in ("~", "~~10"):
        with pytest.raises(ff.errors.QuantityError):
            ff.Quantity.parse(bare)


# -- how it shows -----------------------------------------------------------------------------------------------------


def test_many_events_show_as_a_table_and_are_a_tuple() -> None:
    events = read(
        *[{"sources": EVIL, "movements": n, "start": dt.date(2015, 4, 27)} for n in range(1, 61)]
    )
    plain = tuple(iter(events))
    assert (events == plain, hash(events), isinstance(events, tuple)) == (True, hash(plain), True)
    again = pickle.loads(pickle.dumps(events))
    assert (again, type(again)) == (events, Listed)
    assert (type(events[3:5]), events[3:5], events[3]) == (Listed, plain[3:5], plain[3])
    page = Nested(events._repr_html_())  # type: ignore[attr-defined]
    assert "script" not in page.seen
    assert EVIL in page.words
    for words in ("Ramstein", "Tribhuvan", "2015-04-27", "C-17", "... and 40 more of 60"):
        assert words in page.words
    assert len(repr(events).splitlines()) == 23
    assert len(repr(events)) < 3_000
    assert repr(events[:0]) == "()"
    assert "none" in Nested(events[:0]._repr_html_()).words  # type: ignore[attr-defined]
    assert ff.what_if(events[:2], closed="bosphorus") == events[:2]


def test_reports_claims_platforms_and_places_show_in_a_notebook(
    reports: tuple[ff.Report, ...],
) -> None:
    assert reports[0].publisher in Nested(reports._repr_html_()).words  # type: ignore[attr-defined]
    claims = reports[0].claims
    assert claims[0].text in Nested(claims._repr_html_()).words  # type: ignore[attr-defined]
    assert f"{reports[0].id}: {reports[0].publisher}" in repr(reports)
    for name in ("C-17", "Sparta II", "trucks"):
        platform = ff.find_platform(name)
        page = Nested(platform._repr_html_())
        assert len(repr(platform)) < 100
        assert any(status in page.words for status in ("read", "recalled", "prior"))
        assert platform.name in page.words
        evil = replace(platform, note=EVIL, name=EVIL)
        assert "script" not in Nested(evil._repr_html_()).seen
    c17 = ff.find_platform("C-17")
    assert isinstance(c17, ff.world.Aircraft)
    assert f"{c17.cruise_km_per_h.best:,.4g} km/h" in html.unescape(c17._repr_html_())
    place = ff.find_place("Tartus")
    page = Nested(place._repr_html_())
    assert place.source in page.words
    assert f"({place.status})" in page.words
    assert "script" not in Nested(replace(place, note=EVIL)._repr_html_()).seen
    south = Nested(replace(place, latitude=-34.5, longitude=-58.25)._repr_html_()).words
    assert "34.5000 S, 58.2500 W" in south
