"""Following a number back to who said it, and doing without him."""

from __future__ import annotations

import datetime as dt

import pytest

import forceflow as ff
from forceflow.evidence.explain import as_known


def test_an_event_shows_claims_grades_and_conflicts(
    events: tuple[ff.FlowEvent, ...], reports: tuple[ff.Report, ...]
) -> None:
    convoy = next(event for event in events if event.event_id == "damascus-convoy")
    told = ff.explain(convoy)
    text = str(told)
    for wanted in ("eutoday-2", "nearly 100", "EU Today", "C3", "Financial Times 2024-12-15", "our reading"):
        assert wanted in text
    assert dict(told.without)["Financial Times 2024-12-15"] == "nobody else speaks of it"
    page = told._repr_html_()
    assert page.count("<tr>") == len(told.rows) + 1
    assert convoy._repr_html_() == page
    assert ff.explain(convoy, reports=reports).rows == told.rows


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
    assert ff.what_if(events, without="Financial Times 2024-12-15") == ff.what_if(events, without="Financial Times")
    with pytest.raises(ff.UnknownNameError, match="CNN 2024-12-31"):
        ff.what_if(events, without="CNM 2024-12-31")


def test_what_nobody_said_cannot_be_explained(events: tuple[ff.FlowEvent, ...]) -> None:
    with pytest.raises(ff.EventError, match="int"):
        ff.explain(3)
    stranger = ff.merge_claims(ff.load_reports("syria-2024"))[0]
    with pytest.raises(ff.EventError, match="reports="):
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
    reports = ff.load_reports("syria-2024-extended")
    found = ff.grade_sensitivity(
        reports, lambda events: ff.estimate_tonnage(events, measure="vehicles", draws=500, seed=7).total
    )
    assert list(found) == ["as graded", "all alike", "one letter worse", "stark"]
    assert len({str(total) for total in found.values()}) > 1


def test_data_sets_are_listed_with_citation() -> None:
    sets = ff.list_datasets()
    assert {data.name for data in sets} >= {"syria-2024", "syria-2024-extended"}
    assert all(data.citation and data.licence and data.name in str(data) for data in sets)
    assert len(ff.load_reports("syria-2024")) == 5
    assert len(ff.load_reports("syria-2024-extended")) > 20


def test_a_wider_hedge_never_narrows_and_merging_is_idempotent(reports: tuple[ff.Report, ...]) -> None:
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
    north = sailing("north", "baltiysk", title="To the Baltic", tonnes=ff.Quantity(1_000, 2_000, 3_000, "t"))
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
    assert again.title == f"To the Baltic (gibraltar closed: {left_km:,.0f} km for {open_km:,.0f} km)"
    assert (again.event_id, again.start, again.platform) == (north.event_id, north.start, north.platform)


def test_scenarios_with_a_passage_open_and_closed_are_compared() -> None:
    fleet = (sailing("home", "novorossiysk"), sailing("north", "baltiysk"))
    both = ff.compare({"open": fleet, "bosphorus closed": ff.what_if(fleet, closed=["bosphorus"])}, draws=1_000, seed=7)
    home = ff.estimate_tonnage(fleet[0], draws=1_000, seed=7).total
    assert both.differences["bosphorus closed"].middle == pytest.approx(-home.middle, rel=1e-6)


def test_a_closed_passage_and_a_lost_source_may_go_together(events: tuple[ff.FlowEvent, ...]) -> None:
    lost = ff.what_if(events, without="bne-2025-01-30")
    both = ff.what_if(events, without="bne-2025-01-30", closed=["gibraltar"])
    assert [event.event_id for event in both] == [event.event_id for event in lost]
    north = [new.event_id for new, old in zip(both, lost, strict=True) if new != old]
    assert north == [event.event_id for event in lost if event.mode == "sea" and event.destination != "tartus"] != []
    assert ff.what_if(events, closed=["bosphorus"]) == events  # no voyage of the record, as read, leads through it
    with pytest.raises(ff.EventError, match="without= or a sea passage with closed="):
        ff.what_if(events)
    with pytest.raises(ff.UnknownNameError, match="bosphorus"):
        ff.what_if(events, closed=["bosforos"])
