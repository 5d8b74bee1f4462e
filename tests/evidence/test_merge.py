"""Merging: one event for one thing, one witness for one root, and nothing that did not move."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forceflow as ff
from forceflow.evidence.witnesses import witnesses


def claim(id: str, event: str = "flights", **given: Any) -> ff.Claim:
    fields: dict[str, Any] = {
        "kind": "movement",
        "text": "Something flew.",
        "mode": "air",
        "platform": "Il-76MD",
        "quantity": "5",
        "unit": "sorties",
        "start": dt.date(2025, 2, 1),
        "stop": dt.date(2025, 2, 8),
        "origin": "Hmeimim",
        "destination": "al-Khadim",
        "locator": "p1",
    }
    return ff.Claim(id=id, event=event, **{**fields, **given})


def report(id: str, *claims: ff.Claim, **given: Any) -> ff.Report:
    fields: dict[str, Any] = {
        "publisher": id,
        "title": "t",
        "published": "2025-02-10",
        "grade": "B2",
        "grade_reason": "r",
        "events": {c.event: "something" for c in claims},
    }
    return ff.Report(id=id, claims=claims, **{**fields, **given})


def by_id(events: tuple[ff.FlowEvent, ...]) -> dict[str, ff.FlowEvent]:
    return {event.event_id: event for event in events}


def test_the_seeds_give_the_events_that_must_be_there(events: tuple[ff.FlowEvent, ...]) -> None:
    found = by_id(events)
    bridge = found["khadim-air-bridge"]
    assert isinstance(bridge, ff.Sortie)
    assert set(bridge.platforms) == {"An-124", "Il-76MD"}
    assert (bridge.origin, bridge.direction) == ("OSLK", "outbound")
    assert bridge.is_stream
    assert bridge.start == dt.datetime(2024, 12, 15, tzinfo=dt.UTC)
    assert bridge.movements.best == pytest.approx(17 * 3 / 7, rel=0.01)

    convoy = found["damascus-convoy"]
    assert isinstance(convoy, ff.Convoy)
    assert convoy.direction == "internal"
    assert convoy.movements.best == 1
    assert convoy.vehicles is not None
    assert 85 < convoy.vehicles.low < convoy.vehicles.high <= 100
    assert convoy.personnel is not None
    assert convoy.personnel.low == 400

    assert found["libya-14dec"].movements.low == found["libya-14dec"].movements.high == 1
    assert found["damascus-troops-flown-out"].direction == "outbound"
    assert found["hmeimim-tartus-convoy"].direction == "internal"
    assert {e.event_id for e in events if e.mode == "sea"} == {"sparta-ii-sails", "sparta-sails"}
    assert found["sparta-sails"].start == dt.datetime(2025, 1, 30, tzinfo=dt.UTC)
    assert found["sparta-ii-sails"].stop == dt.datetime(2025, 1, 31, tzinfo=dt.UTC)
    assert any(
        line.startswith("days:") for line in found["sparta-ii-sails"].conflicts
    )  # 28 January or the 30th
    assert not found["damascus-convoy"].conflicts  # a suburb and its city
    assert found["qamishli-first-ilyushins"].movements.best == 2
    assert found["qamishli-first-ilyushins"].platform == "Ilyushin airlifter"
    assert found["sparta-ii-sails"].platform == "Sparta II"
    assert found["qamishli-first-ilyushins"].direction == "internal"
    assert found["columns-to-tartus"].mode == "road"


def test_presence_stock_posture_and_intent_do_not_move(
    reports: tuple[ff.Report, ...], events: tuple[ff.FlowEvent, ...]
) -> None:
    moving = {c.event for r in reports for c in r.claims if c.kind == "movement"}
    assert {event.event_id for event in events} == moving
    assert "loading-13dec" not in moving
    assert "bases-kept" not in moving
    assert "ships-off-tartus" not in moving


def test_row_order_changes_nothing(
    reports: tuple[ff.Report, ...], events: tuple[ff.FlowEvent, ...]
) -> None:
    shuffled = []
    for one in reports:
        claims = list(one.claims)
        random.Random(3).shuffle(claims)
        shuffled.append(one.model_copy(update={"claims": tuple(claims)}))
    random.Random(4).shuffle(shuffled)
    assert ff.merge_claims(shuffled) == events


def test_a_relay_of_the_same_root_changes_no_number() -> None:
    first = report("a", claim("a1", relays=("CNN 2025-02-05",)))
    relay = report("b", claim("b1", relays=("CNN 2025-02-05",)))
    (alone,), (both,) = ff.merge_claims([first]), ff.merge_claims([first, relay])
    assert both.movements == alone.movements
    assert both.roots == alone.roots
    assert both.claims == ("a1", "b1")
    assert not both.conflicts


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(
        ["regular flights", "several", "nearly 40", "at least 3", "17", "large amounts", "daily"]
    )
)
def test_a_relay_in_any_words_changes_no_number(words: str) -> None:
    """The root's own words stand; whatever a relay makes of them."""
    own = report(
        "cnn",
        claim("a1", quantity="more than one flight a day", relays=("CNN 2025-02-05",)),
        publisher="CNN",
    )
    relay = report("b", claim("b1", quantity=words, relays=("CNN 2025-02-05",)))
    (alone,), (both,) = ff.merge_claims([own]), ff.merge_claims([own, relay])
    assert both.movements == alone.movements


def test_the_air_bridge_of_december_stands_on_its_root() -> None:
    bridge = by_id(ff.merge_claims(ff.load_reports("syria-2024-extended")))["khadim-air-bridge"]
    cnn = ff.Quantity.parse("more than one flight a day").over_days(17)
    assert cnn.low * 0.25 < bridge.movements.low < bridge.movements.best < cnn.high
    assert bridge.movements.best > 15
    assert any("b033" in line and "b036" in line for line in bridge.conflicts)


def test_a_closer_date_leaves_the_count_of_one_column_alone() -> None:
    column = {
        "mode": "road",
        "platform": "military vehicles",
        "unit": "vehicles",
        "quantity": "nearly 100",
    }
    wide = claim("a1", **column, origin="Damascus", destination="Hmeimim")
    day = claim("b1", **{**column, "quantity": ""}, origin="Damascus", destination="Hmeimim",
                start=dt.date(2025, 2, 3), stop=dt.date(2025, 2, 4))  # fmt: skip
    (alone,), (both,) = (
        ff.merge_claims([report("a", wide)]),
        ff.merge_claims([report("a", wide), report("b", day)]),
    )
    assert (both.start.day, both.stop.day) == (3, 4)
    assert both.vehicles == alone.vehicles


def test_roots_join_through_a_third_claim() -> None:
    one = report(
        "a", claim("a1", relays=("X",)), claim("a2", relays=("Y",)), claim("a3", relays=("X", "Y"))
    )
    voices = witnesses([(c, one) for c in one.claims])
    assert [voice.roots for voice in voices] == [("X", "Y")]
    apart = witnesses([(c, one) for c in one.claims[:2]])
    assert [voice.roots for voice in apart] == [("X",), ("Y",)]


def test_two_witnesses_who_disagree_widen_the_range_and_are_named() -> None:
    one, other = report("a", claim("a1", quantity="5")), report("b", claim("b1", quantity="20"))
    (merged,) = ff.merge_claims([one, other])
    assert merged.movements.low <= 5 < 20 <= merged.movements.high + 0.01
    (conflict,) = merged.conflicts
    assert "a1" in conflict
    assert "b1" in conflict


def test_windows_meet_or_join() -> None:
    narrow = claim("b1", start=dt.date(2025, 2, 3), stop=dt.date(2025, 2, 4))
    (met,) = ff.merge_claims([report("a", claim("a1")), report("b", narrow)])
    assert (met.start.day, met.stop.day) == (3, 4)
    late = claim("b1", start=dt.date(2025, 2, 20), stop=dt.date(2025, 2, 22))
    (joined,) = ff.merge_claims([report("a", claim("a1")), report("b", late)])
    assert (joined.start.day, joined.stop.day) == (1, 22)
    assert any(line.startswith("days:") for line in joined.conflicts)


def test_the_named_type_and_place_win_over_the_general_ones() -> None:
    vague = claim("a1", platform="unspecified", destination="Libya")
    (merged,) = ff.merge_claims([report("a", vague), report("b", claim("b1"))])
    assert merged.platform == "Il-76MD"
    assert merged.destination == ff.find_place("al-Khadim").id
    assert not merged.conflicts


def test_different_modes_under_one_event_are_an_error() -> None:
    road = claim("b1", mode="road", platform="military vehicles", unit="vehicles")
    with pytest.raises(ff.errors.EventError, match=r"flights.*a1 \(air\), b1 \(road\)"):
        ff.merge_claims([report("a", claim("a1")), report("b", road)])


def test_different_types_and_places_are_kept_as_conflicts() -> None:
    other = claim("b1", platform="An-124", destination="Tobruk")
    (merged,) = ff.merge_claims([report("a", claim("a1")), report("b", other)])
    assert {line.split(":")[0] for line in merged.conflicts} == {"platform", "destination"}
    assert len(merged.platforms) == 2


def test_as_of_uses_only_what_was_public(reports: tuple[ff.Report, ...]) -> None:
    december = by_id(ff.merge_claims(reports, as_of="2024-12-31"))
    assert "khadim-air-bridge" in december
    assert "sparta-ii-sails" not in december
    assert all(event.known_from is not None for event in december.values())
    assert not by_id(ff.merge_claims(reports, as_of="2024-12-01"))


def test_empty_windows_and_naive_times_are_refused() -> None:
    (good,) = ff.merge_claims([report("a", claim("a1"))])
    from dataclasses import replace

    with pytest.raises(ff.errors.EventError, match="is empty"):
        replace(good, stop=good.start)
    with pytest.raises(ff.errors.EventError, match="time zone"):
        replace(good, start=dt.datetime(2025, 2, 1))
    with pytest.raises(ff.errors.EventError, match="event_id"):
        replace(good, event_id="")
