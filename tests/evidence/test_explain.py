"""Following a number back to who said it, and doing without him."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

import forceflow as ff
from forceflow.evidence.explain import Explanation
from forceflow.evidence.record_as_known import as_known
from forceflow.evidence.reports import Claim, Report


def test_an_event_shows_claims_grades_and_conflicts(
    events: tuple[ff.FlowEvent, ...], reports: tuple[ff.Report, ...]
) -> None:
    convoy = next(event for event in events if event.event_id == "damascus-convoy")
    told = ff.explain(convoy)
    text = str(told)
    for wanted in (
        "eutoday-2",
        "nearly 100",
        "EU Today",
        "C3",
        "Financial Times 2024-12-15",
        "our reading",
    ):
        assert wanted in text
    assert dict(told.without)["Financial Times 2024-12-15"] == "no other source reports it"
    page = told._repr_html_()
    assert page.count("<tr>") == len(told.rows) + 1
    own = convoy._repr_html_()
    assert all(claim in own for claim in (*convoy.claims, *convoy.related))
    assert all(html.escape(line) in own for line in convoy.conflicts)
    assert ff.explain(convoy, reports=reports).rows == told.rows


@pytest.mark.parametrize(
    "name", ["financial times", " FINANCIAL  TIMES ", "financial times 2024-12-15"]
)
def test_names_of_sources_compare_without_case(events: tuple[ff.FlowEvent, ...], name: str) -> None:
    lost = ff.what_if(events, without="Financial Times")
    assert len(lost) < len(events)
    assert ff.what_if(events, without=name) == lost
    rows = ff.from_frame(
        ff.to_frame(events, backend="pandas").drop(
            columns=["claims", "related", "claims_known_from"]
        ),
        theatre="syria",
    )
    assert ff.what_if(rows, without=name) == ff.what_if(rows, without="Financial Times")
    assert ff.what_if(rows, without=name) != rows


def test_an_estimate_shows_what_each_source_weighs(events: tuple[ff.FlowEvent, ...]) -> None:
    moved = ff.estimate_tonnage(events, direction="outbound", draws=1_000, seed=7)
    told = ff.explain(moved)
    without = dict(told.without)
    assert "t (" in without["bne-2025-01-30"]
    assert without["bne-2025-01-30"] != str(moved.total)
    assert without["Meduza 2025-01-28"] == str(moved.total)  # bne names the ship and the day itself
    assert {row[0] for row in told.rows} >= {"bne-1", "euaa-6", "relay-4"}
    left = ff.estimate_withdrawal(events, stock_t=30_000, draws=1_000, seed=7)
    assert "never" in dict(ff.explain(left).without)["bne-2025-01-30"]
    rate = ff.estimate_rate(events, draws=1_000, seed=7)
    assert ff.explain(rate).rows


def test_what_if_drops_a_report_a_root_or_a_publisher(events: tuple[ff.FlowEvent, ...]) -> None:
    names = {event.event_id for event in events}
    assert names - {e.event_id for e in ff.what_if(events, without="bne-2025-01-30")} == {
        "sparta-sails",
        "columns-to-tartus",
    }  # Sparta II is also told by way of Meduza
    gone = names - {e.event_id for e in ff.what_if(events, without="Financial Times")}
    assert gone == {"damascus-convoy", "damascus-troops-flown-out", "embassy-staff"}
    assert ff.what_if(events, without="Financial Times 2024-12-15") == ff.what_if(
        events, without="Financial Times"
    )
    with pytest.raises(ff.errors.UnknownNameError, match="CNN 2024-12-31"):
        ff.what_if(events, without="CNM 2024-12-31")


def test_what_nobody_said_cannot_be_explained(events: tuple[ff.FlowEvent, ...]) -> None:
    with pytest.raises(ff.errors.EventError, match="int"):
        ff.explain(3)
    stranger = ff.merge_claims(ff.load_reports("syria-2024"))[0]
    with pytest.raises(ff.errors.EventError, match="reports="):
        ff.explain(stranger, reports=())


def test_events_as_they_stood_are_merged_anew(events: tuple[ff.FlowEvent, ...]) -> None:
    then = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    known, dropped = as_known(events, then)
    assert "sparta-sails" in dropped
    assert {e.event_id for e in known} | set(dropped) == {e.event_id for e in events}
    later = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    assert as_known(events, later) == (events, ())


def test_as_known_keeps_what_was_public_of_an_event_told_twice() -> None:
    """Le Monde's count came out later; the event stands on what CNN had printed by then."""
    events = ff.merge_claims(ff.load_reports("syria-2024-extended"))
    known, _ = as_known(events, dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    bridge = next(event for event in known if event.event_id == "khadim-air-bridge")
    assert all(root.endswith(("2024-12-31", "2024-12")) or "2024" in root for root in bridge.roots)
    whole = next(event for event in events if event.event_id == "khadim-air-bridge")
    assert set(bridge.claims) < set(whole.claims)


def test_grade_sensitivity_is_one_call() -> None:
    """Two counts that exclude each other: by A1 and by E5, how much each weighs is a matter of the letters."""
    from test_merge import claim, report

    reports = [
        report("a", claim("a1", quantity="exactly 20"), grade="A1"),
        report("b", claim("b1", quantity="exactly 97"), grade="E5"),
    ]
    found = ff.evidence.grade_sensitivity(
        reports,
        lambda events: ff.estimate_tonnage(events, measure="movements", draws=500, seed=7).total,
    )
    assert list(found) == ["as graded", "all alike", "one letter worse", "stark"]
    assert len({str(total) for total in found.values()}) > 1


def test_data_sets_are_listed_with_citation() -> None:
    sets = ff.list_datasets()
    assert {data.name for data in sets} >= {"syria-2024", "syria-2024-extended"}
    assert all(data.citation and data.licence and data.name in str(data) for data in sets)
    assert len(ff.load_reports("syria-2024")) == 5
    assert len(ff.load_reports("syria-2024-extended")) > 20


def test_a_wider_hedge_never_narrows_and_merging_is_idempotent(
    reports: tuple[ff.Report, ...],
) -> None:
    once = ff.merge_claims(reports)
    assert ff.from_frame(ff.to_frame(once)) == once == ff.merge_claims(reports)


def sailing(event_id: str, destination: str, **changed: object) -> ff.Sailing:
    start = dt.datetime(2025, 1, 10, tzinfo=dt.UTC)
    given: dict[str, object] = {
        "platform": "Sparta",
        "origin": "tartus",
        "destination": destination,
        "start": start,
        "stop": start + dt.timedelta(days=60),
        "direction": "outbound",
        "movements": ff.Quantity(4, 6, 10),
        "is_stream": True,
    }
    return ff.Sailing(event_id=event_id, **{**given, **changed})  # type: ignore[arg-type]


def test_a_closed_passage_sends_ships_the_other_way_or_keeps_them() -> None:
    """Novorossiysk lies behind the Bosphorus; Baltiysk can be reached round Africa, with fewer voyages."""
    home = sailing("home", "novorossiysk")
    north = sailing(
        "north", "baltiysk", title="To the Baltic", tonnes=ff.Quantity(1_000, 2_000, 3_000, "t")
    )
    near = sailing("near", "tobruk")
    assert ff.what_if((home, north, near), closed=["bosphorus"]) == (north, near)
    assert ff.what_if(home, closed="bosphorus") == ()
    again, same = ff.what_if((north, near), closed=["gibraltar"])
    assert same == near
    ends = ("tartus", "baltiysk")
    open_km = ff.route(*ends, mode="sea").distance_km
    left_km = ff.route(*ends, mode="sea", closed=["gibraltar"]).distance_km
    assert again.tonnes is not None
    assert again.movements.best == pytest.approx(6 * open_km / left_km)
    assert again.tonnes.high == pytest.approx(3_000 * open_km / left_km)
    assert (
        again.title == f"To the Baltic (gibraltar closed: {left_km:,.0f} km for {open_km:,.0f} km)"
    )
    assert (again.event_id, again.start, again.platform) == (
        north.event_id,
        north.start,
        north.platform,
    )


def test_scenarios_with_a_passage_open_and_closed_are_compared() -> None:
    fleet = (sailing("home", "novorossiysk"), sailing("north", "baltiysk"))
    both = ff.compare(
        {"open": fleet, "bosphorus closed": ff.what_if(fleet, closed=["bosphorus"])},
        draws=1_000,
        seed=7,
    )
    home = ff.estimate_tonnage(fleet[0], draws=1_000, seed=7).total
    assert both.differences["bosphorus closed"].middle == pytest.approx(-home.middle, rel=1e-6)


def test_a_closed_passage_and_a_lost_source_may_go_together(
    events: tuple[ff.FlowEvent, ...],
) -> None:
    lost = ff.what_if(events, without="bne-2025-01-30")
    both = ff.what_if(events, without="bne-2025-01-30", closed=["gibraltar"])
    assert [event.event_id for event in both] == [event.event_id for event in lost]
    north = [new.event_id for new, old in zip(both, lost, strict=True) if new != old]
    assert (
        north
        == [
            event.event_id
            for event in lost
            if event.mode == "sea" and event.destination != "tartus"
        ]
        != []
    )
    assert (
        ff.what_if(events, closed=["bosphorus"]) == events
    )  # no voyage of the record, as read, leads through it
    with pytest.raises(ff.errors.EventError, match="without= or a sea passage with closed="):
        ff.what_if(events)
    with pytest.raises(ff.errors.UnknownNameError, match="bosphorus"):
        ff.what_if(events, closed=["bosforos"])


# -- reports made for the purpose ------------------------------------------------------------------------------------


def claim(claim_id: str, quantity: str = "3", **changed: Any) -> Claim:
    given = {
        "kind": "movement", "text": f"T {claim_id}", "mode": "air", "platform": "Il-76MD", "unit": "flights",
        "when": "2025-01-01", "origin": "Hmeimim", "destination": "al-Khadim", "locator": "p. 1", "event": "ev",
    }  # fmt: skip
    return Claim(**{"id": claim_id, "quantity": quantity, **given, **changed})


def report(report_id: str, *claims: Claim, **changed: Any) -> Report:
    given = {
        "publisher": f"Paper {report_id}",
        "title": "T",
        "published": "2025-01-03",
        "grade": "B2",
    }
    told = {"grade_reason": "why", "events": {"ev": "An event", "other": ""}, "claims": claims}
    return Report(**{"id": report_id, **given, **told, **changed})


TWO = (
    report("r1", claim("c1", relays=("CNN 2025-01-02",)), party=True),
    report(
        "r2",
        claim("c2", "5", inferred=("start", "unit"), note="Odd."),
        claim("c3", "", kind="intent", unit="", relays=("AFP 2025-01-01", "CNN 2025-01-02")),
    ),
)


def test_an_explanation_word_for_word() -> None:
    (event,) = ff.merge_claims(TWO)
    told = ff.explain(event, reports=TWO)
    assert (
        str(told)
        == f"""{event} - An event
  conflict, movements reported differently: c1 3; c2 5; linear pool (Birge ratio 4.3)
  without CNN 2025-01-02: 5
  without r2: 3
  c1 [movement '3'] T c1
      Paper r1, 2025-01-03, party to the events, grade B2 (why); goes back to CNN 2025-01-02
  c2 [movement '5'] T c2
      Paper r2, 2025-01-03, grade B2 (why); goes back to the report itself; our reading: start, unit. Odd.
  c3 [intent] T c3
      Paper r2, 2025-01-03, grade B2 (why); goes back to AFP 2025-01-01, CNN 2025-01-02"""
    )
    html = told._repr_html_()
    assert "<li>without r2: 3</li>" in html
    assert "<td>c1</td><td>movement</td><td>3</td>" in html
    assert "<th>goes back to</th><th>note</th></tr></thead><tbody><tr>" in html
    with pytest.raises(
        ff.errors.EventError,
        match=r"^event 'ev': none of its claims \(c1, c2, c3\) stand in these reports",
    ):
        ff.explain(event, reports=[report("r9", claim("c9"))])


def test_what_an_event_is_without_a_source_says_its_loads() -> None:
    loads = {
        "vehicles": ("41", "vehicles"),
        "personnel": ("93", "soldiers"),
        "tonnes": ("7", "tonnes"),
    }
    claims = [claim(name, number, unit=unit) for name, (number, unit) in loads.items()]
    reports = [report("r1", *claims), report("r2", claim("c2", "3"))]
    (event,) = ff.merge_claims(reports)
    without = dict(ff.explain(event, reports=reports).without)
    assert without == {"r2": "not counted; vehicles 41; personnel 93; tonnes 7", "r1": "3"}


@dataclass(frozen=True)
class Told:
    """An estimate that only counts its events."""

    used: tuple[ff.FlowEvent, ...]

    @property
    def answer(self) -> str:
        return f"{len(self.used)} events"

    @property
    def again(self) -> Callable[[tuple[ff.FlowEvent, ...]], Told]:
        def once_more(events: tuple[ff.FlowEvent, ...]) -> Told:
            if not events:
                raise ff.errors.EstimateError("nothing left")
            return Told(events)

        return once_more

    def __str__(self) -> str:
        return f"counted {self.answer}"


def test_an_estimate_is_made_again_without_each_root() -> None:
    reports = (*TWO, report("r3", claim("c4", event="other", relays=("AFP 2025-01-01",))))
    events = ff.merge_claims(reports)
    told = ff.explain(Told(events), reports=reports)
    assert told.headline == "counted 2 events"
    assert told.conflicts == (
        "ev: movements reported differently: c1 3; c2 5; linear pool (Birge ratio 4.3)",
    )
    assert told.without == (
        ("AFP 2025-01-01", "1 events"),
        ("CNN 2025-01-02", "2 events"),
        ("r2", "2 events"),
    )
    assert [row[0] for row in told.rows] == ["c1", "c2", "c3", "c4"]
    one = ff.explain(Told(events[1:]), reports=reports)
    assert one.without == (("AFP 2025-01-01", "no answer (nothing left)"),)
    with pytest.raises(ff.errors.EventError, match=r"^the estimate: none of its claims"):
        ff.explain(Told(events), reports=TWO[:0])
    foreign = ff.explain(
        Told((*events, sailing("mine", "tobruk", claims=("x",), roots=("Nobody",)))),
        reports=reports,
    )
    assert (
        dict(foreign.without)["Nobody"] == "2 events"
    )  # its claim is in no report, and it has no other root


def test_a_source_that_stands_beside_another_takes_only_its_own_words() -> None:
    """A claim that goes back to two roots outlives one of them, and then goes back to the other alone."""
    both = report("r1", claim("c1", relays=("AFP 2025-01-01", "CNN 2025-01-02")))
    events = ff.merge_claims([both])
    (left,) = ff.what_if(events, without="AFP", reports=[both])
    assert left.roots == ("CNN 2025-01-02",)
    assert ff.what_if(events, without="Paper r1", reports=[both]) == ()
    named = both.model_copy(update={"publisher": "Post (Tripoli)"})
    assert ff.what_if(events, without="Post", reports=[named]) == ()
    for near in ("AF", "Paper", "Pos"):
        with pytest.raises(ff.errors.UnknownNameError, match=f"unknown source '{near}'"):
            ff.what_if(events, without=near, reports=[named])
    sure = ff.evidence.Grades(letters={**ff.evidence.Grades().letters, "B": (0.1, 1.0)})
    three = [report(f"r{i}", claim(f"c{i}", f"about {n}")) for i, n in enumerate((9, 11, 12))]
    told = ff.merge_claims(three, grades=sure)
    assert ff.what_if(told, without="r0", reports=three, grades=sure) == ff.merge_claims(
        three[1:], grades=sure
    )
    assert ff.what_if(told, without="r0", reports=three) == ff.merge_claims(
        three[1:], grades=sure
    )  # its own grades
    assert (
        ff.what_if(told, without="r0", grades=ff.evidence.GRADES)
        == ff.merge_claims(three[1:])
        != ff.merge_claims(three[1:], grades=sure)
    )


def test_a_row_of_a_table_stands_on_the_sources_it_names() -> None:
    """It has one number: it keeps it while another source is left, and goes with the last."""
    told = sailing(
        "a",
        "tobruk",
        sources=("Blog", "Tracker 2025-01-11"),
        roots=("CNN 2025-01-02", "Port office"),
    )
    alone = sailing("b", "tobruk", sources=("Blog",), title="Home")
    said = "6 (4 to 10)"
    assert ff.explain(told).rows == (
        ("a", "row", said, "Sparta, Tartus to Tobruk", "Blog, Tracker 2025-01-11", "none (a row of a table)",
         "CNN 2025-01-02, Port office", ""),
    )  # fmt: skip
    assert ff.explain(told).without == (("CNN 2025-01-02", said), ("Port office", said))
    assert ff.explain(alone).rows == (
        ("b", "row", said, "Home", "Blog", "none (a row of a table)", "not named", ""),
    )
    assert ff.explain(alone).without == (("Blog", "no other source reports it"),)
    (left,) = ff.what_if((told, alone), without="Blog")
    assert (left.event_id, left.sources, left.roots, left.movements) == (
        "a",
        told.sources[1:],
        told.roots,
        told.movements,
    )
    one, other = ff.what_if((told, alone), without="CNN")
    assert (one.sources, one.roots, other) == (told.sources, ("Port office",), alone)
    assert ff.what_if((told, alone), without="Tracker")[0].sources == ("Blog",)
    with pytest.raises(ff.errors.UnknownNameError, match="unknown source 'Blo'; did you mean Blog"):
        ff.what_if((told, alone), without="Blo")
    (merged,) = ff.merge_claims(TWO)
    with pytest.raises(
        ff.errors.EventError,
        match=r"^event 'ev' was merged from reports that are not at hand; pass them with",
    ):
        ff.what_if(merged, without="r1", reports=())
    assert ff.what_if(
        (*ff.merge_claims(TWO), alone), without="Blog", reports=TWO
    ) == ff.merge_claims(TWO)


def test_an_event_of_ones_own_is_known_as_a_whole_or_not() -> None:
    moment = dt.datetime(2025, 1, 3, tzinfo=dt.UTC)
    day = dt.timedelta(days=1)
    known = [
        sailing(n, "tobruk", known_from=when)
        for n, when in (("a", moment), ("b", moment + day), ("c", None))
    ]
    kept, dropped = as_known(known, moment)
    assert ([event.event_id for event in kept], dropped) == (
        ["c"],
        ("a", "b"),
    )  # "a" came out on that very day
    assert [event.event_id for event in as_known(known, moment + day)[0]] == ["a", "c"]
    (event,) = ff.merge_claims(TWO)  # public on 4 January; CNN had it on the 2nd
    (early,), none = as_known([event], moment, reports=TWO)
    assert (early.claims, early.related, none) == (("c1",), ("c3",), ())
    assert as_known([event], moment - day, reports=TWO) == ((), ("ev",))
    assert as_known([event], moment + day, reports=TWO) == ((event,), ())
    with pytest.raises(
        ff.errors.EventError,
        match=r"'ev': 1 of its 2 claims were public by 2025-01-02, .*\(r1, r2\) are not",
    ):
        as_known([event], moment, reports=TWO[1:])  # c1 stands in no report given


def test_the_readings_of_the_grades_by_their_letters() -> None:
    """One claim under each letter says what a reading makes of the letter."""
    reports = [
        report(letter, claim(letter, f"about {20 + i}"), grade=f"{letter}2")
        for i, letter in enumerate("ABCDEF")
    ]
    given = ff.evidence.Grades()
    found = ff.evidence.grade_sensitivity(reports, lambda events: events)
    letters = {
        "as graded": given.letters,
        "all alike": dict.fromkeys("ABCDEF", (0.85, 10.0)),
        "one letter worse": {
            **{a: given.letters[b] for a, b in ("AB", "BC", "CD", "DE", "EE")}, "F": given.letters["F"],
        },
        "stark": {n: (0.99 if n in "AB" else 0.05, size) for n, (_, size) in given.letters.items()},
    }  # fmt: skip
    assert found == {
        name: ff.merge_claims(reports, grades=ff.evidence.Grades(letters=of))
        for name, of in letters.items()
    }
    own = ff.evidence.Grades(birge_limit=0.01)
    mine = ff.evidence.grade_sensitivity(reports, lambda events: events, grades=own)
    assert mine["as graded"] == ff.merge_claims(reports, grades=own) != found["as graded"]


def test_an_explanation_of_nothing_much() -> None:
    bare = Explanation("A line", (), (), (("c", "stock", "", "Seen", "P", "B2", "itself", ""),))
    assert str(bare) == "A line\n  c [stock] Seen\n      P, grade B2; goes back to itself"
