"""Events carry what they were made with, and the record as it stood on a day: for any study, not Syria alone."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import math
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import forceflow as ff
from forceflow import cli
from forceflow.evidence.record_as_known import as_known
from forceflow.report.analysis import find

DRAWS = 400


def claim(claim_id: str, quantity: str, **changed: Any) -> ff.Claim:
    given: dict[str, Any] = {
        "kind": "movement", "text": f"What {claim_id} says", "mode": "air", "platform": "A400M", "unit": "flights",
        "when": "2023-11-01/2023-12-10", "origin": "Niamey", "destination": "Ramstein", "locator": "p. 1",
        "event": "bridge",
    }  # fmt: skip
    return ff.Claim(**{"id": claim_id, "quantity": quantity, **given, **changed})


def report(
    report_id: str, published: str, *claims: ff.Claim, grade: str = "B2", **changed: Any
) -> ff.Report:
    given: dict[str, Any] = {"publisher": report_id.upper(), "title": "T", "grade_reason": "why"}
    events = {one.event: f"Event {one.event}" for one in claims}
    return ff.Report(
        **{
            "id": report_id,
            "published": published,
            "grade": grade,
            "events": events,
            "claims": claims,
            **given,
        },
        **changed,
    )


RFI = report("rfi", "2023-11-24", claim("n1", "one flight a day"), claim("n2", "12", event="convoys", mode="road",
             platform="trucks", origin="Agadez", destination="Niamey", unit="vehicles"))  # fmt: skip
AFP = report(
    "afp",
    "2023-12-22",
    claim("n3", "one flight a day"),
    claim("n4", "at least 40", unit="soldiers"),
)
NIGER = (RFI, AFP)
"""A study of Niger: a flight a day told twice, and a column inside the country."""


def same_ids() -> tuple[ff.Report, ...]:
    """A study of Niger whose ids of reports, claims and events are those of a shipped one."""
    own = report("cnn", "2023-11-24", claim("b033", "30", event="khadim-air-bridge"))
    return own, report("le-monde", "2023-12-01", claim("b036", "31", event="khadim-air-bridge"))


@pytest.fixture(scope="module")
def niger() -> tuple[ff.FlowEvent, ...]:
    return ff.merge_claims(NIGER, theatre=["NE"])


# What events were made with


def test_events_keep_their_theatre_when_a_source_is_left_out() -> None:
    """Seen from Libya the flights from Syria come in; without CNN they still do."""
    events = ff.merge_claims(ff.load_reports("syria-2024-extended"), theatre="libya")
    left = ff.what_if(events, without="CNN")
    way = {event.event_id: event.direction for event in events}
    assert {event.event_id: event.direction for event in left}.items() <= way.items()
    inbound = [sum(e.direction == "inbound" for e in some) for some in (events, left)]
    khadim = [e for e in events if e.event_id == "khadim-air-bridge"]
    assert khadim[0].direction == "inbound"
    assert inbound[1] >= inbound[0] - 2
    before, after = (
        ff.estimate_tonnage(
            some, measure="movements", direction="inbound", draws=DRAWS, seed=7
        ).total.middle
        for some in (events, left)
    )
    assert 20 < after < before


def test_what_if_touches_only_what_rests_on_the_source(niger: tuple[ff.FlowEvent, ...]) -> None:
    without_afp = {event.event_id: event for event in ff.what_if(niger, without="AFP")}
    by_id = {event.event_id: event for event in niger}
    assert without_afp["convoys"] is by_id["convoys"]
    assert without_afp["bridge"].claims == ("n1",)
    assert {name: event.direction for name, event in without_afp.items()} == {
        "bridge": "outbound",
        "convoys": "internal",
    }
    edited = tuple(dataclasses.replace(event, event_id=f"my {event.event_id}") for event in niger)
    assert {event.event_id for event in ff.what_if(edited, without="AFP")} == {
        "my bridge",
        "my convoys",
    }


def test_explain_finds_the_reports_of_the_study(niger: tuple[ff.FlowEvent, ...]) -> None:
    bridge = next(event for event in niger if event.event_id == "bridge")
    told = ff.explain(bridge)
    assert [row[0] for row in told.rows] == ["n1", "n3", "n4"]
    assert dict(told.without)["rfi"].startswith(
        "40 movements, from 'one flight a day'; personnel 40 soldiers or more"
    )
    moved = ff.estimate_tonnage(
        niger, measure="movements", direction="outbound", draws=DRAWS, seed=7
    )
    without = dict(ff.explain(moved).without)
    assert set(without) == {"rfi", "afp"}
    assert not any("no answer" in effect for effect in without.values())
    assert "RFI" in bridge._repr_html_()


def test_own_ids_that_are_those_of_a_shipped_set_meet_their_own_reports() -> None:
    (event,) = ff.merge_claims(same_ids(), theatre=["NE"])
    assert [(row[0], row[4]) for row in ff.explain(event).rows] == [("b033", "CNN, 2023-11-24"),
                                                                     ("b036", "LE-MONDE, 2023-12-01")]  # fmt: skip
    (left,) = ff.what_if(event, without="le-monde")
    assert (left.movements.best, left.direction) == (30, "outbound")
    bare = dataclasses.replace(event, provenance=None)
    with pytest.raises(
        ff.errors.EventError,
        match=r"none of its claims \(b033, b036\) is at hand; .*reports= \(cnn, le-monde\)",
    ):
        ff.explain(bare)
    with pytest.raises(ff.errors.UnknownNameError, match="not at hand; pass them with reports="):
        ff.what_if(bare, without="Le Monde")


def test_a_report_page_shows_the_reports_of_the_study(
    tmp_path: Path, niger: tuple[ff.FlowEvent, ...]
) -> None:
    assert [one.id for one in find(niger, draws=DRAWS).reports] == ["afp", "rfi"]
    clash = find(ff.merge_claims(same_ids(), theatre=["NE"]), draws=DRAWS)
    assert [one.publisher for one in clash.reports] == ["CNN", "LE-MONDE"]
    text = ff.write_report(niger, tmp_path / "out", draws=DRAWS).read_text(encoding="utf-8")
    assert "What n3 says" in text
    mixed = (
        *niger,
        *ff.merge_claims([RFI.model_copy(update={"title": "Another"})], theatre=["NE"]),
    )
    with pytest.raises(ff.errors.EventError, match="two different reports with the id 'rfi'"):
        ff.write_report([e for e in mixed if e.event_id == "bridge"], tmp_path / "two", draws=DRAWS)


def test_grade_sensitivity_takes_a_theatre_and_events(niger: tuple[ff.FlowEvent, ...]) -> None:
    def out(events: tuple[ff.FlowEvent, ...]) -> list[tuple[str, str]]:
        return [(event.event_id, event.direction) for event in events]

    want = [("bridge", "outbound"), ("convoys", "internal")]
    for found in (
        ff.evidence.grade_sensitivity(NIGER, out, theatre=["NE"]),
        ff.evidence.grade_sensitivity(niger, out),
    ):
        assert list(found.values()) == [want] * 4
    assert ff.evidence.grade_sensitivity(NIGER, out)["as graded"] == [
        ("bridge", "external"),
        ("convoys", "external"),
    ]
    table = ff.from_frame(ff.to_frame(niger))
    with pytest.raises(
        ff.errors.EventError, match=r"'bridge' was merged from reports that are not at hand"
    ):
        ff.evidence.grade_sensitivity(table, out)
    row = ff.from_frame(own_rows()[:1])
    with pytest.raises(ff.errors.EventError, match="is a row of a table: it has no claims"):
        ff.evidence.grade_sensitivity(row, out)
    with pytest.raises(ff.errors.EventError, match="flow events were wanted, got int"):
        ff.evidence.grade_sensitivity([3], out)  # type: ignore[arg-type]
    with pytest.raises(ff.errors.EventError, match="neither reports nor events"):
        ff.evidence.grade_sensitivity((), out)
    sure = ff.evidence.Grades(birge_limit=0.1)
    two = (*niger, *ff.merge_claims(same_ids(), theatre=["NE"], grades=sure))
    with pytest.raises(ff.errors.EventError, match="several sets of grades"):
        ff.evidence.grade_sensitivity(two, out)
    assert len(ff.evidence.grade_sensitivity(two, out, grades=sure)["as graded"]) == 3


def test_events_of_two_studies_go_each_by_their_own(niger: tuple[ff.FlowEvent, ...]) -> None:
    syria = ff.merge_claims(ff.load_reports("syria-2024"))
    both = (*niger, *syria)
    left = {event.event_id: event.direction for event in ff.what_if(both, without="AFP")}
    assert left == {event.event_id: event.direction for event in both}
    left = {event.event_id: event.direction for event in ff.what_if(both, without="bne-2025-01-30")}
    assert (left["bridge"], left["sparta-ii-sails"]) == ("outbound", "outbound")
    assert "sparta-sails" not in left
    moved = ff.estimate_tonnage(
        both, measure="movements", direction="outbound", draws=DRAWS, seed=7
    )
    assert {row[0] for row in ff.explain(moved).rows} >= {"n1", "bne-1"}


def test_own_grades_are_kept() -> None:
    far = tuple(
        report(name, "2023-11-24", claim(f"c{name}", f"about {n}"))
        for name, n in (("a", 9), ("b", 11), ("c", 12))
    )
    low = ff.evidence.Grades(letters={**ff.evidence.GRADES.letters, "B": (0.2, 1.0)})
    events = ff.merge_claims(far, theatre=["NE"], grades=low)
    (left,) = ff.what_if(events, without="a")
    assert left == ff.merge_claims(far[1:], theatre=["NE"], grades=low)[0]
    assert left != ff.merge_claims(far[1:], theatre=["NE"])[0]


def test_what_an_event_was_made_with_is_no_part_of_its_value(
    niger: tuple[ff.FlowEvent, ...],
) -> None:
    made = {id(event.provenance) for event in niger}
    assert len(made) == 1
    assert all(event == dataclasses.replace(event, provenance=None) for event in niger)
    assert "provenance" not in repr(niger[0])
    again = pickle.loads(pickle.dumps(niger))
    assert again == niger
    assert {id(event.provenance) for event in again} == {id(again[0].provenance)}
    assert ff.explain(again[0]).rows == ff.explain(niger[0]).rows
    deep = copy.deepcopy(niger)
    assert deep[0].provenance is niger[0].provenance
    assert dataclasses.asdict(niger[0])["provenance"] is niger[0].provenance


def test_a_table_of_events_says_which_reports_it_needs(
    niger: tuple[ff.FlowEvent, ...], backend: Any
) -> None:
    frame = ff.to_frame(niger, backend=backend)
    table = ff.from_frame(frame)
    assert table == niger
    with pytest.raises(
        ff.errors.EventError,
        match=r"not at hand; pass them with reports= \(afp, rfi\), .*from_frame\(table, rep",
    ):
        ff.explain(table[0])
    whole = ff.from_frame(frame, reports=NIGER)
    assert ff.explain(whole[0]).rows == ff.explain(niger[0]).rows
    for given in (
        ff.what_if(table, without="AFP", reports=NIGER),
        ff.what_if(whole, without="AFP"),
    ):
        assert given == ff.what_if(
            niger, without="AFP"
        )  # the direction is that of the rows; no theatre is made up
    moved = ff.merge_claims(
        [RFI, report("x", "2023-12-22", claim("n9", "7", origin="Agadez"))], theatre=["NE"]
    )
    provenance = moved[0].provenance
    assert provenance is not None
    second = [report for report in provenance.reports if report.id == "x"]
    lost = ff.from_frame(ff.to_frame(moved), reports=[RFI, *second])
    with pytest.raises(
        ff.errors.EventError,
        match=r"its theatre is not known; read the table with from_frame\(table, theatre",
    ):
        ff.what_if(lost, without="RFI")
    said = ff.from_frame(ff.to_frame(moved), reports=lost[0].provenance.reports, theatre=["NE"])  # type: ignore[union-attr]
    assert {event.direction for event in ff.what_if(said, without="RFI")} == {"outbound"}


def test_half_of_the_reports_is_not_enough(niger: tuple[ff.FlowEvent, ...]) -> None:
    """Without RFI's report its claim cannot be pooled again, so what is left without AFP is not guessed at."""
    bridge = next(event for event in niger if event.event_id == "bridge")
    with pytest.raises(
        ff.errors.EventError,
        match=r"'bridge' was merged from reports that are not at hand; .*\(afp, rfi\)",
    ):
        ff.what_if(bridge, without="AFP", reports=[AFP])
    assert "no answer" in dict(ff.explain(bridge, reports=[AFP]).without)["afp"]


# The record as it stood


def known(as_of: str, **given: Any) -> dict[str, ff.FlowEvent]:
    return {
        event.event_id: event
        for event in ff.merge_claims(NIGER, theatre=["NE"], as_of=as_of, **given)
    }


def test_a_later_confirmation_does_not_delete_what_was_known(
    niger: tuple[ff.FlowEvent, ...],
) -> None:
    """RFI has a flight a day on 24 November, AFP the same on 22 December: on 30 November RFI's stood."""
    bridge = next(event for event in niger if event.event_id == "bridge")
    day = dt.datetime(2023, 11, 25, tzinfo=dt.UTC)
    assert bridge.known_from == day
    assert dict(zip(bridge.claims, bridge.claims_known_from, strict=True)) == {
        "n1": day, "n3": day + dt.timedelta(days=28), "n4": day + dt.timedelta(days=28),
    }  # fmt: skip
    left = ff.estimate_withdrawal(niger, stock_t=9_000, as_of="2023-11-30", draws=DRAWS, seed=7)
    assert (left.events, left.claims) == (("bridge",), ("n1",))
    assert not any("left out" in note for note in left.notes)
    with pytest.raises(
        ff.errors.EstimateError, match="nothing was known to have left by 2023-11-23"
    ):
        ff.estimate_withdrawal(niger, stock_t=9_000, as_of="2023-11-23", draws=DRAWS, seed=7)
    people: dict[str, Any] = {
        "stock": (500.0, 900.0),
        "measure": "personnel",
        "draws": DRAWS,
        "seed": 7,
    }
    with pytest.raises(ff.errors.EstimateError, match="no number of personnel was published"):
        ff.estimate_withdrawal(niger, as_of="2023-11-30", **people)
    assert ff.estimate_withdrawal(niger, as_of="2023-12-22", **people).moved.low >= 40


@pytest.mark.parametrize(
    "as_of", ["2023-11-23", "2023-11-24", "2023-11-30", "2023-12-21", "2023-12-22"]
)
def test_the_record_as_it_stood_is_one_by_every_door(
    as_of: str, niger: tuple[ff.FlowEvent, ...]
) -> None:
    moment = dt.datetime.fromisoformat(as_of).replace(tzinfo=dt.UTC) + dt.timedelta(days=1)
    then = ff.merge_claims(NIGER, theatre=["NE"], as_of=as_of)
    assert as_known(niger, moment)[0] == then
    assert as_known(ff.from_frame(ff.to_frame(niger), reports=NIGER), moment)[0] == then
    assert all(event.claims_known_from and max(event.claims_known_from) <= moment for event in then)


def test_the_record_of_the_shipped_sets_as_it_stood() -> None:
    """What `as_of` of a merge and of an estimate call known is the same, on any day."""
    reports = ff.load_reports("syria-2024-extended")
    events = ff.merge_claims(reports)
    for as_of in ("2024-12-16", "2024-12-31", "2025-01-15", "2025-02-28"):
        moment = dt.datetime.fromisoformat(as_of).replace(tzinfo=dt.UTC) + dt.timedelta(days=1)
        mine = {event.event_id: event for event in as_known(events, moment)[0]}
        assert mine == {event.event_id: event for event in ff.merge_claims(reports, as_of=as_of)}
    bridge = next(event for event in events if event.event_id == "khadim-air-bridge")
    assert bridge.known_from == dt.datetime(2025, 1, 1, tzinfo=dt.UTC)  # CNN, 31 December 2024


def test_events_as_of_a_day_stay_as_of_that_day() -> None:
    then = known("2023-11-30")
    assert then["bridge"].claims == ("n1",)
    assert "n3" not in str(ff.explain(then["bridge"]))
    with pytest.raises(ff.errors.UnknownNameError, match="AFP"):
        ff.what_if(tuple(then.values()), without="AFP")


def test_reports_of_a_folder_on_the_command_line(tmp_path: Path) -> None:
    """The flight a day of RFI stands on 30 November, seen from Niger, whatever AFP adds on 22 December."""
    for name, published in (("rfi", "2023-11-24"), ("afp", "2023-12-22")):
        (tmp_path / f"{name}.toml").write_text(
            f"""[report]
id = "{name}"
publisher = "{name.upper()}"
title = "T"
published = "{published}"
grade = "B2"
grade_reason = "why"
[events]
bridge = "Flights out of Niamey"
[[claims]]
id = "{name}-1"
kind = "movement"
text = "A flight a day."
mode = "air"
platform = "A400M"
quantity = "one flight a day"
unit = "flights"
start = 2023-11-01
stop = 2023-12-11
origin = "Niamey"
destination = "Ramstein"
locator = "p. 1"
event = "bridge"
""",
            encoding="utf-8",
        )

    def run(*words: str) -> str:
        more = ["--theatre", "NE"]
        done = CliRunner().invoke(
            cli.app, [words[0], str(tmp_path), *words[1:], *more], prog_name="forceflow"
        )
        assert done.exit_code == 0, done.output
        return done.output

    ask = ("withdrawal", "--stock", "9000", "--draws", "400", "--as-of")
    early, late = run(*ask, "2023-11-30"), run(*ask, "2023-12-22")
    assert "1 claim from 1 report" in early
    assert "left out" not in early
    assert "2 claims from 2 reports" in late
    assert "without afp: 40 movements, from 'one flight a day'" in run("explain", "bridge")


def test_part_of_what_is_known_needs_the_reports(niger: tuple[ff.FlowEvent, ...]) -> None:
    table = ff.from_frame(ff.to_frame(niger))
    ask: dict[str, Any] = {"stock_t": 9_000, "draws": DRAWS, "seed": 7}
    with pytest.raises(
        ff.errors.EventError,
        match=r"'bridge': 1 of its 3 claims were public by 2023-11-30, .*\(table, reports",
    ):
        ff.estimate_withdrawal(table, as_of="2023-11-30", **ask)
    assert ff.estimate_withdrawal(table, as_of="2023-12-31", **ask).events == ("bridge",)
    bad = pd.DataFrame(ff.to_frame(niger).to_dicts())
    for said, why in (
        ("2023-11-25", "one moment for each of the 3 claims"),
        ("soon | x | y", "'soon' is no moment"),
    ):
        with pytest.raises(ff.errors.FrameError, match=why):
            ff.from_frame(bad.assign(claims_known_from=[said, bad["claims_known_from"][1]]))


# Rows of a table, on a day


def own_rows(**changed: Any) -> pd.DataFrame:
    """282 people from 10 to 20 October, 1,018 from 21 October to 30 November (41 days)."""
    row = {"mode": "air", "platform": "A400M", "origin": "Niamey", "destination": "Ramstein"}
    rows = pd.DataFrame(
        [
            {
                **row,
                "event_id": "first",
                "start": "2023-10-10",
                "stop": "2023-10-20",
                "movements": 4,
                "personnel": 282,
            },
            {
                **row,
                "event_id": "rest",
                "start": "2023-10-21",
                "stop": "2023-11-30",
                "movements": 9,
                "personnel": 1018,
            },
        ]
    )
    return rows.assign(**changed)


def people_by(as_of: str, **changed: Any) -> ff.Withdrawal:
    events = ff.from_frame(own_rows(**changed), theatre=["NE"], stop_inclusive=True)
    return ff.estimate_withdrawal(
        events, stock=1_500, measure="personnel", as_of=as_of, draws=4_000, seed=7, tail_share=0.0
    )


def by_then(total: float, n: int, share: float) -> tuple[float, float, float]:
    """5, 50 and 95 % points of what n equal movements carried, each of which had happened with this chance."""
    below = np.cumsum([math.comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)])
    low, middle, high = (
        total / n * int(np.searchsorted(below, level)) for level in (0.05, 0.5, 0.95)
    )
    return low, middle, high


@pytest.mark.parametrize(
    ("as_of", "first", "rest"),
    [
        ("2023-10-14", 5 / 11, 0),
        ("2023-10-20", 1, 0),
        ("2023-10-21", 1, 1 / 41),
        ("2023-10-31", 1, 11 / 41),
        ("2023-11-29", 1, 40 / 41),
        ("2023-11-30", 1, 1),
        ("2023-12-15", 1, 1),
    ],
)
def test_no_more_has_moved_than_had_happened(as_of: str, first: float, rest: float) -> None:
    """Of four flights with 282 people and nine with 1,018: each had gone with the chance of its days."""
    moved = people_by(as_of).moved
    whole = [by_then(282, 4, first), by_then(1018, 9, rest)]
    np.testing.assert_allclose(
        [moved.low, moved.middle, moved.high], np.sum(whole, axis=0), rtol=1e-3
    )


def test_any_number_of_movements_leaves_doubt() -> None:
    for n, width in (
        (4, 4),
        (40, 13),
        (400, 41),
    ):  # 2 x 1.645 x sqrt(n x 11 / 41 x 30 / 41) flights
        moved = people_by("2023-10-31", movements=[4, n]).moved
        assert (moved.high - moved.low) / (1018 / n) == pytest.approx(
            width * 1.457 / 2, abs=1.5 + 0.05 * width
        )


@pytest.mark.parametrize("words", ["at least 8", "more than 7", "8+"])
@pytest.mark.parametrize(
    ("floor", "measure"),
    [("movements", "tonnes"), ("personnel", "personnel"), ("tonnes", "tonnes")],
)
def test_a_floor_says_nothing_of_a_part_of_a_row(words: str, floor: str, measure: Any) -> None:
    """By the 20th of 61 days none of them need have gone, and all may have."""
    row = {
        "mode": "air",
        "platform": "A400M",
        "origin": "Niamey",
        "destination": "Ramstein",
        "movements": "10",
    }
    frame = pd.DataFrame([{**row, "start": "2023-10-01", "stop": "2023-12-01", floor: words}])

    def moved(as_of: str) -> Any:
        events = ff.from_frame(frame, theatre=["NE"])
        return ff.estimate_withdrawal(
            events, stock=5_000, measure=measure, as_of=as_of, draws=4_000, seed=7
        ).moved

    part, whole = moved("2023-10-20"), moved("2023-12-01")
    assert part.low == 0
    assert 0 < whole.low < whole.high
    assert part.high > 0.7 * whole.high


def test_one_unknown_moment_has_happened_or_not() -> None:
    """Not spread over its window: by 31 October it had gone in 11 of 41 draws, and then as a whole."""
    left = people_by("2023-10-31", is_stream=False)
    assert (left.moved.low, left.moved.high) == pytest.approx((282, 1300))
    gone = 1_500 - left.stock.middle  # the stock is exact
    assert gone == pytest.approx(0)
    events = ff.from_frame(own_rows(is_stream=False), theatre=["NE"], stop_inclusive=True)
    for coverage, low, high in ((0.4, 282, 282), (0.6, 282, 1300)):  # 73 % of the draws have 282
        found = ff.estimate_withdrawal(events, stock=1_500, measure="personnel", as_of="2023-10-31", coverage=coverage,
                                       draws=4_000, seed=7).moved  # fmt: skip
        assert (found.low, found.high) == pytest.approx((low, high))


def test_a_row_is_known_from_the_day_it_came_out() -> None:
    """`known_from` is the day a row was public; without it a row is known from its own first day."""
    late = ["2023-10-25", "2023-12-05"]
    assert people_by("2023-11-15", known_from=late).moved.middle == pytest.approx(282)
    assert any(
        "left out" in note and "rest" in note
        for note in people_by("2023-11-15", known_from=late).notes
    )
    assert people_by("2023-12-04", known_from=late).moved.middle == pytest.approx(282)
    assert people_by("2023-12-05", known_from=late).moved.middle == pytest.approx(1300)
    with pytest.raises(
        ff.errors.EstimateError, match="nothing was known to have left by 2023-10-24"
    ):
        people_by("2023-10-24", known_from=late)
    early = people_by("2023-10-31", known_from=["2023-10-21", "2023-10-21"])
    assert early.moved.middle == pytest.approx(282 + 1018 * 2 / 9)  # announced, and not yet flown
    for day in (dt.date(2023, 12, 5), pd.Timestamp("2023-12-05"), "5 Dec 2023", "2023-12-05"):
        both = [None, day] if isinstance(day, str) else [type(day)(2023, 10, 20), day]
        for as_of, people in (("2023-12-04", 282), ("2023-12-05", 1300)):
            assert people_by(as_of, known_from=both).moved.middle == pytest.approx(people)


def test_by_place_and_on_the_command_line(tmp_path: Path) -> None:
    events = ff.from_frame(own_rows(), theatre=["NE"], stop_inclusive=True)
    left = ff.estimate_withdrawal(events, stock={"Niamey": 1_400, "elsewhere": 100}, measure="personnel",
                                  as_of="2023-10-31", draws=DRAWS, seed=7)  # fmt: skip
    assert left.places["Niamey"].moved.middle == pytest.approx(
        282 + 1018 * 2 / 9
    )  # two of nine: the middle of by_then
    assert left.places["elsewhere"].moved.middle == 0
    path = tmp_path / "niger.csv"
    own_rows(tonnes=[282, 1018]).to_csv(path, index=False)
    words = [
        "withdrawal",
        str(path),
        "--stock",
        "5000",
        "--as-of",
        "2023-10-31",
        "--theatre",
        "NE",
        "--stop-inclusive",
    ]
    done = CliRunner().invoke(cli.app, [*words, "--draws", "400"], prog_name="forceflow")
    assert done.exit_code == 0, done.output
    assert "moved 508 t (280 to 850) by 2023-10-31" in done.output


# Who is inside


def moves() -> tuple[ff.FlowEvent, ...]:
    row = {"mode": "air", "platform": "A400M", "movements": 1}
    return ff.from_frame(
        pd.DataFrame(
            [
                {
                    **row,
                    "event_id": "in",
                    "origin": "Agadez",
                    "destination": "Niamey",
                    "start": "2023-10-10",
                    "tonnes": 100,
                },
                {
                    **row,
                    "event_id": "out",
                    "origin": "Niamey",
                    "destination": "Ramstein",
                    "start": "2023-10-20",
                    "tonnes": 50,
                },
            ]
        ),
        theatre=["NE"],
    )


@pytest.mark.parametrize(
    "rest",
    [
        "interior positions",
        "elsewhere",
        "rest",
        "The rest",
        "rest of the theatre",
        "Agadez",
        "Niger",
        "NE",
        "ne",
    ],
)
def test_the_rest_of_any_theatre_is_a_stock(rest: str) -> None:
    left = ff.estimate_withdrawal(
        moves(), stock_t={"Niamey": 1_000, rest: 2_000}, draws=DRAWS, seed=7
    )
    assert left.moved.middle == pytest.approx(50)
    assert left.places["Niamey"].moved.middle == pytest.approx(-50)
    assert left.places[rest].moved.middle == pytest.approx(100)


@pytest.mark.parametrize("other", ["Ouallam", None])
def test_a_place_without_a_stock_makes_none(other: str | None) -> None:
    """100 t came from Agadez, which has no stock: left out by name, and 50 t left the theatre."""
    stock = {"Niamey": 1_000} | ({other: 2_000} if other else {})
    left = ff.estimate_withdrawal(moves(), stock_t=stock, draws=DRAWS, seed=7)
    assert left.moved.middle == pytest.approx(50)
    assert left.places["Niamey"].moved.middle == pytest.approx(50)
    (note,) = [note for note in left.notes if note.startswith("no stock was given")]
    assert "(Agadez)" in note
    assert "(in)" in note


@pytest.mark.parametrize("outside", ["Ramstein", "Hmeimim", "Germany", "Mali"])
def test_a_stock_outside_the_theatre_is_refused(outside: str) -> None:
    with pytest.raises(
        ff.errors.EstimateError, match=f"names '{outside}', which lies outside the theatre"
    ):
        ff.estimate_withdrawal(
            moves(), stock_t={"Niamey": 1_000, outside: 2_000}, draws=DRAWS, seed=7
        )


def test_where_a_table_says_the_directions_they_say_who_is_inside() -> None:
    rows = pd.DataFrame(
        [
            {
                "event_id": "in",
                "origin": "Agadez",
                "destination": "Niamey",
                "direction": "internal",
                "tonnes": 100,
            },
            {
                "event_id": "out",
                "origin": "Niamey",
                "destination": "Ramstein",
                "direction": "outbound",
                "tonnes": 50,
            },
        ]
    ).assign(mode="air", platform="A400M", movements=1, start=["2023-10-10", "2023-10-20"])
    bare = ff.from_frame(rows)
    assert ff.estimate_withdrawal(
        bare, stock_t={"Niamey": 9, "Niger": 200}, draws=DRAWS, seed=7
    ).moved.middle == pytest.approx(50)
    with pytest.raises(ff.errors.EstimateError, match="'Ramstein', which lies outside"):
        ff.estimate_withdrawal(bare, stock_t={"Niamey": 9, "Ramstein": 200}, draws=DRAWS, seed=7)


def test_each_country_of_a_theatre_of_several_is_its_own_rest() -> None:
    row = {"mode": "air", "platform": "A400M", "movements": 1, "start": "2023-10-10"}
    ways = [("Gao", "Niamey", 10), ("Agadez", "Ramstein", 20), ("Bamako", "Ramstein", 40)]
    frame = pd.DataFrame([{**row, "origin": a, "destination": b, "tonnes": t} for a, b, t in ways])
    events = ff.from_frame(frame, theatre=["NE", "ML"])
    left = ff.estimate_withdrawal(events, stock_t={"Niger": 500, "Mali": 500}, draws=DRAWS, seed=7)
    assert [left.places[name].moved.middle for name in ("Niger", "Mali")] == pytest.approx(
        [20 - 10, 10 + 40]
    )


def test_the_rest_is_named_once() -> None:
    with pytest.raises(
        ff.errors.EstimateError, match="names one place twice: 'rest' and 'elsewhere'"
    ):
        ff.estimate_withdrawal(
            moves(), stock_t={"Niamey": 9, "rest": 5, "elsewhere": 5}, draws=DRAWS, seed=7
        )
    with pytest.raises(
        ff.errors.EstimateError, match="names one place twice: 'Niger' and 'elsewhere'"
    ):
        ff.estimate_withdrawal(
            moves(), stock_t={"Niamey": 9, "Niger": 5, "elsewhere": 5}, draws=DRAWS, seed=7
        )
    with pytest.raises(ff.errors.UnknownNameError, match="somewhere quite else"):
        ff.estimate_withdrawal(
            moves(), stock_t={"Niamey": 9, "somewhere quite else": 5}, draws=DRAWS, seed=7
        )


# Scenarios


def test_scenarios_fit_the_theatre(tmp_path: Path) -> None:
    rows = own_rows(tonnes=[282, 1018])
    road = rows.assign(mode="road", platform="trucks", destination="Gaya", event_id=["c1", "c2"])
    road = road.assign(destination="Cotonou")
    path = tmp_path / "niger.csv"
    both = pd.concat([rows, road])
    both.to_csv(path, index=False)
    events = ff.from_frame(both, theatre=["NE"])
    found = ff.withdrawal_scenarios(floor=50, events=events)
    assert list(found) == ["a part stays", "everything leaves", "airlift only"]
    assert found["airlift only"] == {"pace": {"sea": 0.0, "road": 0.0, "rail": 0.0}}
    assert list(ff.withdrawal_scenarios(floor=50, events=events[:1])) == [
        "a part stays",
        "everything leaves",
    ]
    words = [
        "withdrawal",
        str(path),
        "--stock",
        "5000",
        "--floor",
        "50",
        "--theatre",
        "NE",
        "--draws",
        "400",
    ]
    done = CliRunner().invoke(cli.app, words, prog_name="forceflow")
    assert done.exit_code == 0, done.output
    assert "straits" not in done.output
    assert "airlift only" in done.output
    with pytest.raises(
        ff.errors.EstimateError, match=r"no movement leaves the theatre.*from_frame"
    ):
        ff.withdrawal_scenarios(floor=5, events=ff.from_frame(rows))


def test_airlift_only_is_what_flies(niger: tuple[ff.FlowEvent, ...]) -> None:
    """Half of 2,600 t left by road: with roads and sea closed the pace is half of it, and moves inside go on."""
    rows = own_rows(tonnes=[282, 1018])
    road = rows.assign(mode="road", platform="trucks", destination="Cotonou", event_id=["c1", "c2"])
    events = ff.from_frame(pd.concat([rows, road]), theatre=["NE"], stop_inclusive=True)
    asked = ff.withdrawal_scenarios(floor=0, events=events)
    left = ff.estimate_withdrawal(events, stock_t=9_000, scenarios=asked, draws=DRAWS, seed=7)
    share = left.scenarios["airlift only"].net_per_day.middle / left.net_per_day.middle
    assert share == pytest.approx(0.5, rel=0.1)
    closed: dict[str, Any] = {"air": {"pace": {"road": 0.0}}}
    placed = ff.estimate_withdrawal(
        niger, stock_t={"Niamey": 900, "rest": 200}, scenarios=closed, draws=DRAWS, seed=7
    )
    np.testing.assert_array_equal(placed.scenarios["air"].completion_days, placed.completion_days)


def test_the_straits_are_asked_about_where_ships_could_use_them() -> None:
    def ship(destination: str, **changed: Any) -> tuple[ff.FlowEvent, ...]:
        row = {
            "mode": "sea",
            "platform": "cargo ship",
            "origin": "Tartus",
            "start": "2025-01-10",
            "movements": 1,
        }
        return ff.from_frame(pd.DataFrame([{**row, "destination": destination, **changed}]))

    km = {
        end: ff.route("Tartus", end, mode="sea").distance_km for end in ("Novorossiysk", "Baltiysk")
    }
    homes = ("Novorossiysk", "Baltiysk")
    names = ("a part stays", "everything leaves", "straits closed", "straits open")
    around = ff.withdrawal_scenarios(floor=5, events=ship("Baltiysk"), homes=homes)
    assert tuple(around) == names
    assert around["straits closed"] == {"pace": {"sea": 1.0}}
    assert around["straits open"]["pace"]["sea"] == pytest.approx(
        km["Baltiysk"] / km["Novorossiysk"]
    )
    through = ff.withdrawal_scenarios(floor=5, events=ship("Novorossiysk"), homes=homes)
    assert through["straits open"] == {"pace": {"sea": 1.0}}
    assert through["straits closed"]["pace"]["sea"] == pytest.approx(
        km["Novorossiysk"] / km["Baltiysk"]
    )
    foreign = ff.withdrawal_scenarios(floor=5, events=ship("Constanta"))
    assert foreign["straits closed"] == {"pace": {"sea": 0.0}}
    assert "straits open" not in ff.withdrawal_scenarios(floor=5, events=ship("Tobruk"))
    assert "straits open" not in ff.withdrawal_scenarios(
        floor=5, events=ship("Tobruk"), homes=homes
    )
    # A coast that nobody named lies on the way to the far home; without homes a ship keeps to its destination.
    unnamed = ff.withdrawal_scenarios(floor=5, events=ship("Baltic"), homes=homes)
    assert unnamed["straits open"]["pace"]["sea"] > 1
    assert list(ff.withdrawal_scenarios(floor=5, events=ship("Baltiysk"))) == list(names[:2])
    named = ff.withdrawal_scenarios(floor=5, events=ship("Tobruk"), names=("stay", "go"))
    assert list(named) == ["stay", "go"]


# A closed passage


def sailing(**changed: Any) -> ff.Sailing:
    start = dt.datetime(2024, 3, 1, tzinfo=dt.UTC)
    given: dict[str, Any] = {
        "event_id": "ship", "platform": "cargo ship", "origin": "Jeddah", "destination": "Tartus", "start": start,
        "stop": start + dt.timedelta(days=3), "direction": "inbound", "movements": ff.Quantity.exactly(1),
        "tonnes": ff.Quantity.exactly(45_000),
    }  # fmt: skip
    return ff.Sailing(**{**given, **changed})


def test_one_ship_by_the_long_way_is_the_same_ship_later() -> None:
    ship = sailing()
    (later,) = ff.what_if(ship, closed="suez")
    assert (later.movements, later.tonnes, later.start) == (ship.movements, ship.tonnes, ship.start)
    vessel = ff.find_platform("cargo ship")
    hours = [
        ff.route("Jeddah", "Tartus", mode="sea", closed=c).duration_h(vessel).best
        for c in ((), ("suez",))
    ]
    assert later.stop - ship.stop == dt.timedelta(hours=hours[1] - hours[0])
    assert later.stop - ship.stop > dt.timedelta(days=20)  # round Africa
    assert "days later" in later.title
    moved = [ff.estimate_tonnage(e, draws=DRAWS, seed=7).total.middle for e in (ship, later)]
    assert moved == [45_000, 45_000]
    stream = sailing(
        is_stream=True, movements=ff.Quantity.exactly(10), stop=ship.start + dt.timedelta(days=90)
    )
    (fewer,) = ff.what_if(stream, closed="suez")
    km = [ff.route("Jeddah", "Tartus", mode="sea", closed=c).distance_km for c in ((), ("suez",))]
    assert fewer.movements.best == pytest.approx(10 * km[0] / km[1])
    assert fewer.stop == stream.stop


def test_sailings_that_cannot_be_routed_are_named() -> None:
    """From the Black Sea to a region without a port: kept, and said, also in the notes of an estimate."""
    lost = sailing(event_id="lost", origin="Novorossiysk", destination="Mali")
    home = sailing(
        event_id="home", origin="Tartus", destination="Novorossiysk", direction="outbound"
    )
    answer = ff.what_if((lost, home), closed="bosphorus")
    assert [event.event_id for event in answer] == ["lost"]
    assert "gone, no way is left by sea with bosphorus closed: home" in repr(answer)
    assert "home" in answer._repr_html_()  # type: ignore[attr-defined]
    assert (answer[0].movements, answer[0].tonnes) == (lost.movements, lost.tonnes)
    assert "its way by sea cannot be measured" in str(answer[0])
    moved = ff.estimate_tonnage(answer, draws=DRAWS, seed=7)
    assert any(note.startswith("lost: its way by sea cannot be measured") for note in moved.notes)
    assert ff.from_frame(ff.to_frame(answer))[0].caveats == answer[0].caveats
    assert ff.what_if(ff.what_if(lost, closed="bosphorus"), closed="bosphorus") == answer
    assert ff.what_if(lost, closed="suez")[0].caveats != answer[0].caveats
    assert pickle.loads(pickle.dumps(answer)) == answer
