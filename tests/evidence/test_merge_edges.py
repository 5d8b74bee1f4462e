"""Merging at its edges: windows, places, shares of a count, whose words stand, and what is written down."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from pyproj import Geod
from test_merge import claim, report

import forceflow as ff
from forceflow.evidence.grades import Grades
from forceflow.evidence.merge import SAME_AREA_KM, _apart_km
from forceflow.evidence.pooling import pool_numbers


def one_event(*reports: ff.Report, **given: Any) -> ff.FlowEvent:
    (event,) = ff.merge_claims(reports, **given)
    return event


def days(first: int, after: int) -> dict[str, Any]:
    return {"start": dt.date(2025, 2, first), "stop": dt.date(2025, 2, after)}


def span(event: ff.FlowEvent) -> tuple[int, int]:
    return event.start.day, event.stop.day


def test_windows_that_only_touch_are_joined_and_the_wide_one_is_left_out() -> None:
    touching = one_event(
        report("a", claim("a1", **days(1, 3))), report("b", claim("b1", **days(3, 5)))
    )
    assert span(touching) == (1, 5)
    assert touching.conflicts[0] == (
        "days: a1 2025-02-01/2025-02-02, b1 2025-02-03/2025-02-04; the window spans the narrowest of them"
    )
    wide = claim("c1", **days(1, 28))
    apart = [report("a", claim("a1", **days(3, 5))), report("b", claim("b1", **days(20, 22)))]
    assert span(one_event(*apart, report("c", wide))) == (3, 22)
    assert span(one_event(*apart, report("c", claim("c1", **days(3, 6))))) == (3, 22)
    overlap = one_event(
        report("a", claim("a1", **days(1, 4))), report("b", claim("b1", **days(3, 9)))
    )
    assert span(overlap) == (3, 4)
    assert not any(line.startswith("days") for line in overlap.conflicts)


@pytest.mark.parametrize(
    ("words", "own", "other", "share"),
    [
        ("14", (1, 8), (3, 4), 1 / 7),
        ("14", (1, 8), (3, 8), 5 / 7),
        ("14", (1, 8), (1, 9), 1.0),
        ("1", (1, 8), (3, 4), 1.0),
        ("14", (3, 4), (3, 4), 1.0),
    ],
)
def test_a_count_is_shared_by_days_unless_it_is_one(
    words: str, own: tuple[int, int], other: tuple[int, int], share: float
) -> None:
    counted = claim("a1", quantity=words, **days(*own))
    dated = claim("b1", quantity="30", unit="t", **days(*other))
    event = one_event(report("a", counted), report("b", dated))
    assert event.movements.best == pytest.approx(float(words) * share)
    assert event.movements.unit == "sorties"


def test_a_count_outside_the_joined_window_stays_whole() -> None:
    event = one_event(
        report("a", claim("a1", quantity="14", **days(1, 28))),
        report("b", claim("b1", quantity="30", unit="t", **days(3, 5))),
        report("c", claim("c1", quantity="40", unit="t", **days(10, 12))),
    )
    assert span(event) == (3, 12)
    assert event.movements.best == pytest.approx(14 * 9 / 27)


@pytest.mark.parametrize("words", ["", "at least two", "up to 5", "more than 3"])
@pytest.mark.parametrize(
    ("number", "unit"), [("about 100", "sorties"), ("3 flights a day", "sorties"), ("200", "t")]
)
def test_only_a_number_cuts_the_days_of_a_number(words: str, number: str, unit: str) -> None:
    """Of several movements a floor, a ceiling or no number in a week says nothing of the month."""
    month = report("a", claim("a1", quantity=number, unit=unit, **days(1, 28)))
    alone, beside = (
        one_event(month),
        one_event(month, report("b", claim("b1", quantity=words, **days(10, 17)))),
    )
    assert span(beside) == span(alone) == (1, 28)
    assert beside.tonnes == alone.tonnes
    assert unit == "t" or beside.movements == alone.movements
    exact = one_event(month, report("b", claim("b1", quantity="12", **days(10, 17))))
    assert span(exact) == (10, 17)


def test_days_elsewhere_are_said_and_make_no_gap() -> None:
    event = one_event(
        report("a", claim("a1", quantity="about 14", **days(1, 8))),
        report("b", claim("b1", quantity="at least 500", **days(20, 22))),
    )
    assert span(event) == (1, 8)
    assert event.movements.best == 14
    assert event.conflicts[0].endswith(
        "b1 2025-02-20/2025-02-21; the window is that of the numbers"
    )


def test_one_dated_sailing_narrows_a_vague_window_and_keeps_its_load() -> None:
    for words in ("one", ""):
        event = one_event(
            report("a", claim("a1", quantity="one", **days(1, 20))),
            report("b", claim("b1", quantity=words, **days(5, 6))),
            report("c", claim("c1", quantity="3,000", unit="t", **days(1, 28))),
        )
        assert span(event) == (5, 6)
        assert event.movements.best == 1
        assert event.tonnes is not None
        assert event.tonnes.best == pytest.approx(3_000)


@pytest.mark.parametrize(
    ("number", "unit"), [("100", "t"), ("200", "soldiers"), ("40", "vehicles")]
)
@pytest.mark.parametrize("mode", ["air", "sea", "road"])
def test_a_load_over_more_days_counts_by_its_days_and_a_floor_not_at_all(
    number: str, unit: str, mode: str
) -> None:
    """A load over 27 days, of which the three movements have seven; of 100 that is 100 x 7 / 27."""
    way: dict[str, Any] = {
        "mode": mode,
        "platform": {"air": "Il-76MD", "sea": "Sparta", "road": "military vehicles"}[mode],
    }
    if mode == "road":
        way |= {"destination": "Tartus"}
    if mode == "sea":
        way |= {"origin": "Tartus", "destination": "Baltiysk"}
    trips = {"air": "flights", "sea": "sailings", "road": "convoys"}[mode]
    measure = {"t": "tonnes", "soldiers": "personnel", "vehicles": "vehicles"}[unit]

    def load(words: str) -> ff.Quantity | None:
        event = one_event(
            report("a", claim("a1", quantity=words, unit=unit, **days(1, 28), **way)),
            report("b", claim("b1", quantity="3", unit=trips, **days(10, 17), **way)),
        )
        assert span(event) == (10, 17)
        found: ff.Quantity | None = getattr(event, measure)
        if found is None:
            assert (
                event.conflicts[-1]
                == f"{measure} reported for other days: a1 {words} (over other days, left out)"
            )
        return found

    whole = load(f"{number}")
    assert whole is not None
    assert whole.best == pytest.approx(float(number) * 7 / 27, rel=0.02)
    assert load(f"at least {number}") is None
    assert load(f"more than {number}") is None


def test_a_rate_runs_over_the_days_of_the_event() -> None:
    loaded = claim("b1", quantity="30", unit="t", **days(3, 7))
    event = one_event(report("a", claim("a1", quantity="3 flights a day")), report("b", loaded))
    assert (event.movements.best, event.movements.unit, event.is_stream) == (12, "movements", True)


@pytest.mark.parametrize(
    ("words", "window", "stream"),
    [
        ("5", (1, 8), True),
        ("5", (1, 2), False),
        ("5", (1, 3), True),
        ("1", (1, 8), False),
        ("one flight a day", (1, 2), True),
        ("", (1, 8), False),
    ],
)
def test_what_is_a_stream(words: str, window: tuple[int, int], stream: bool) -> None:
    assert one_event(report("a", claim("a1", quantity=words, **days(*window)))).is_stream is stream


def test_of_one_witness_the_own_words_count_then_the_narrowest_and_a_floor_last() -> None:
    def told(*words: str, **given: Any) -> float:
        reports = [
            report(f"r{i}", claim(f"r{i}-1", quantity=word, relays=("CNN 2025-02-05",)), **given)
            for i, word in enumerate(words)
        ]
        return one_event(*reports).movements.best

    assert told("about 70", "about 72", "about 713") == 713
    assert told("at least 9", "a few") == ff.Quantity.parse("a few").best
    assert told("at least 400", "dozens") == ff.Quantity.parse("dozens").best
    assert told("one or two", "5 to 9") == 7
    assert told("about 72", "about 78") == 72  # equally wide: the first in order of id
    own = report(
        "cnn-2025",
        claim("z1", quantity="a few", relays=("CNN 2025-02-05",)),
        publisher="The network",
    )
    relay = report("b", claim("b1", quantity="17", relays=("CNN 2025-02-05",)))
    assert one_event(own, relay).movements == ff.Quantity.parse("a few", unit="sorties")
    named = report("x", claim("z1", quantity="a few", relays=("CNN 2025-02-05",)), publisher="cnn")
    assert one_event(named, relay).movements == ff.Quantity.parse("a few", unit="sorties")
    saw = report("x", claim("z1", quantity="a few"))
    both = one_event(saw, relay)
    assert both.roots == ("CNN 2025-02-05", "x")
    assert [line.partition("; ")[0] for line in both.conflicts] == [
        "movements reported differently: b1 17"
    ]
    assert "from 'a few'" in both.conflicts[0]


def test_places_go_by_majority_and_regions_give_way() -> None:
    def destination(*names: str) -> tuple[str, tuple[str, ...]]:
        event = one_event(
            *(report(f"r{i}", claim(f"c{i}", destination=name)) for i, name in enumerate(names))
        )
        return event.destination, event.conflicts

    tobruk, khadim = ff.find_place("Tobruk"), ff.find_place("al-Khadim")
    place, conflicts = destination("Tobruk", "al-Khadim", "Tobruk")
    assert place == tobruk.id
    assert conflicts == (f"destination: c0 {tobruk.name}, c1 {khadim.name}, c2 {tobruk.name}",)
    assert (
        destination("Tobruk", "al-Khadim")[0]
        == destination("al-Khadim", "Tobruk")[0]
        == min(tobruk.id, khadim.id)
    )
    assert destination("Libya", "Tobruk", "Libya") == (tobruk.id, ())
    assert destination("Libya", "Libya") == (ff.find_place("Libya").id, ())


@pytest.mark.parametrize(
    ("one", "other"), [("Hmeimim", "Tartus"), ("Damascus", "Aleppo"), ("Tobruk", "al-Khadim")]
)
def test_distances_of_places_are_good_to_a_percent(one: str, other: str) -> None:
    a, b = ff.find_place(one), ff.find_place(other)
    metres = Geod(ellps="WGS84").inv(a.longitude, a.latitude, b.longitude, b.latitude)[2]
    assert _apart_km(a, b) == pytest.approx(metres / 1000, rel=0.01)
    assert metres / 1000 > SAME_AREA_KM


def test_types_are_joined_and_general_names_give_way() -> None:
    def platform(*names: str) -> tuple[str, tuple[str, ...]]:
        event = one_event(
            *(report(f"r{i}", claim(f"c{i}", platform=name)) for i, name in enumerate(names))
        )
        return event.platform, event.conflicts

    assert platform("Il-76MD", "unspecified", "An-124; Il-76MD") == (
        "An-124 + Il-76MD",
        ("platform: c0 Il-76MD, c2 An-124 + Il-76MD",),
    )
    assert platform("", "not stated") == ("cargo aircraft", ())
    assert platform("Ilyushin airlifter", "Il-76MD") == ("Il-76MD", ())


def test_all_that_was_said_is_carried_once() -> None:
    first = report(
        "b",
        claim("b1", cargo="radar", via=("Tobruk",), relays=("X",)),
        claim("b2", kind="posture", quantity="", unit=""),
        published="2025-02-10",
        events={"flights": "title of b"},
    )
    second = report(
        "a",
        claim("a1", cargo="radar"),
        claim("a2", cargo="trucks", via=("Hmeimim",)),
        published="2025-03-01",
        events={"flights": "title of a"},
    )
    event = one_event(first, second)
    assert (event.title, event.cargo) == ("title of a", "radar; trucks")
    assert (event.claims, event.related) == (("a1", "a2", "b1"), ("b2",))
    assert (event.sources, event.roots) == (("a", "b"), ("X", "a"))
    assert event.via == (ff.find_place("Hmeimim").id,)
    assert one_event(report("c", claim("c1"))).via == ()
    first_public, then = (
        dt.datetime(2025, 2, 11, tzinfo=dt.UTC),
        dt.datetime(2025, 3, 2, tzinfo=dt.UTC),
    )
    assert (event.known_from, event.claims_known_from) == (first_public, (then, then, first_public))
    assert event.movements.best == 5


@pytest.mark.parametrize(
    ("unit", "measure"), [("vehicles", "vehicles"), ("soldiers", "personnel"), ("t", "tonnes")]
)
def test_a_load_without_a_count_is_one_column_on_the_road_only(unit: str, measure: str) -> None:
    road: dict[str, Any] = {
        "mode": "road",
        "platform": "trucks",
        "origin": "Damascus",
        "destination": "Hmeimim",
    }
    column = one_event(report("a", claim("a1", quantity="90", unit=unit, **road)))
    assert (column.movements.best, column.movements.unit, column.movements.words) == (
        1,
        "convoys",
        "one column",
    )
    loads = {name: getattr(column, name) for name in ("vehicles", "personnel", "tonnes")}
    assert [name for name, load in loads.items() if load is not None] == [measure]
    assert loads[measure].best == pytest.approx(90, rel=0.01)
    flown = one_event(report("a", claim("a1", quantity="90", unit=unit)))
    assert not flown.movements.has_content
    assert flown.movements.words == "90"
    assert not one_event(report("a", claim("a1", quantity="", **road))).movements.has_content


def test_a_load_brings_its_own_count_of_movements() -> None:
    event = one_event(report("a", claim("a1", quantity="600", unit="t", movements="six flights")))
    assert event.movements.best == 6
    assert event.tonnes is not None
    assert event.tonnes.words == "600"


def test_as_of_counts_the_whole_day() -> None:
    told = report("a", claim("a1"), published="2025-02-10")
    assert ff.merge_claims([told], as_of="2025-02-10") == ff.merge_claims(
        [told], as_of=dt.date(2025, 2, 10)
    )
    assert len(ff.merge_claims([told], as_of="2025-02-10")) == 1
    assert ff.merge_claims([told], as_of="2025-02-09") == ()


def test_a_late_claim_hides_no_early_one_behind_it() -> None:
    told = report(
        "a",
        claim("a1"),
        claim("a2", event="early", relays=("CNN 2025-01-05",)),
        published="2025-02-10",
    )
    assert [event.event_id for event in ff.merge_claims([told], as_of="2025-01-31")] == ["early"]


def test_both_ends_of_a_way_may_be_told_differently() -> None:
    told = [
        report("a", claim("a1")),
        report("b", claim("b1", origin="Damascus", destination="Tobruk")),
    ]
    event = one_event(*told)
    assert [line.split(":")[0] for line in event.conflicts] == ["origin", "destination"]
    assert event.origin in (ff.find_place("Hmeimim").id, ff.find_place("Damascus").id)
    assert event.direction == "outbound"


def test_events_come_by_start_and_id_and_direction_by_theatre() -> None:
    told = report(
        "a",
        claim("a1", event="later", **days(5, 6)),
        claim("a2", event="beta", **days(1, 2)),
        claim("a3", event="alpha", **days(1, 2)),
    )
    assert [event.event_id for event in ff.merge_claims([told])] == ["alpha", "beta", "later"]
    with pytest.raises(ff.ForceflowError, match="atlantis"):
        ff.merge_claims([told], theatre="atlantis")


def test_grades_decide_how_much_a_witness_weighs() -> None:
    told = [
        report("a", claim("a1", quantity="exactly 20"), grade="A1"),
        report("b", claim("b1", quantity="97"), grade="E5"),
    ]
    grades = Grades(letters={"A": (0.6, 1.0), "E": (0.3, 1.0)})
    event = one_event(*told, grades=grades)
    parts = [ff.Quantity.parse(words, unit="sorties") for words in ("exactly 20", "97")]
    p = [0.1, 0.6, 0.7, 0.9]
    np.testing.assert_array_equal(
        event.movements.quantile(p), pool_numbers(parts, [0.6, 0.3]).quantity.quantile(p)
    )
    np.testing.assert_array_equal(event.movements.quantile(p), [20, 20, 97, 97])
    (line,) = event.conflicts
    assert "linear pool (Birge ratio" in line
    agreeing = one_event(
        report("a", claim("a1", quantity="about 40")), report("b", claim("b1", quantity="about 42"))
    )
    assert "; they agree within their hedges (Birge ratio 0." in agreeing.conflicts[0]
