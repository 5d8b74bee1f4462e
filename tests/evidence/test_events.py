"""Numbers of events: in one unit, none below zero, each event once; and seeds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

import forceflow as ff
from forceflow.quantity.units import T_PER_LB, T_PER_LONG_TON, T_PER_SHORT_TON

DAY = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
ESTIMATES: list[Callable[..., Any]] = [ff.estimate_tonnage, ff.estimate_rate]


def flight(event_id: str = "a", day: int = 0, /, **changed: Any) -> ff.Sortie:
    given = {
        "platform": "Il-76MD",
        "origin": "OSLK",
        "destination": "HL59",
        "direction": "outbound",
    }
    start = DAY + dt.timedelta(days=day)
    numbers = {"movements": ff.Quantity.exactly(1.0, unit="flights")}
    return ff.Sortie(
        **{
            "event_id": event_id,
            "start": start,
            "stop": start + dt.timedelta(days=1),
            **given,
            **numbers,
            **changed,
        }
    )


@pytest.mark.parametrize(
    ("printed", "factor"),
    [
        ("20,000 kg", 0.001),
        ("44,000 lb", T_PER_LB),
        ("20 short tons", T_PER_SHORT_TON),
        ("20 long tons", T_PER_LONG_TON),
        ("20 t", 1.0),
        ("20", 1.0),
    ],
)
def test_tonnes_are_converted(printed: str, factor: float) -> None:
    said = ff.Quantity.parse(printed)
    event = flight(tonnes=said)
    assert event.tonnes is not None
    assert event.tonnes.best == pytest.approx(said.best * factor)
    total = ff.estimate_tonnage([event], draws=4_000, seed=1).total
    assert total.middle == pytest.approx(said.best * factor, rel=0.03)


def test_what_is_no_mass_or_no_count_is_refused_by_name() -> None:
    with pytest.raises(
        ff.errors.EventError,
        match=r"event 'a': tonnes .*'bananas'; give tonnes in t, kg, lb, short ton, long ton",
    ):
        flight(tonnes=ff.Quantity.parse("20 bananas"))
    for name in ("movements", "vehicles", "personnel"):
        for unit in ("t", "kg", "hours", "km"):
            with pytest.raises(
                ff.errors.EventError, match=rf"event 'a': {name} .*'{unit}'; give a count of {name}"
            ):
                flight(**{name: ff.Quantity(1, 2, 3, unit)})


def test_nothing_below_zero_moves() -> None:
    for name in ("movements", "vehicles", "personnel", "tonnes"):
        for below in (ff.Quantity.exactly(-3.0), ff.Quantity(-1, 2, 3)):
            with pytest.raises(ff.errors.EventError, match=rf"event 'a': {name} .*below zero"):
                flight(**{name: below})
    assert flight(movements=ff.Quantity.exactly(0.0)).movements.best == 0


@pytest.mark.parametrize("estimate", ESTIMATES)
def test_an_event_that_stands_twice_is_refused(estimate: Callable[..., Any]) -> None:
    once = [flight("a"), flight("b", 5), flight("c", 9)]
    assert estimate(once, draws=500, seed=1).events == ("a", "b", "c")
    with pytest.raises(ff.errors.EstimateError, match="twice: b; "):
        estimate([*once, flight("b", 7)], draws=500, seed=1)


@pytest.mark.parametrize("estimate", ESTIMATES)
@pytest.mark.parametrize("seed", [None, float("nan"), "x", 1.5, True, -1, 2**64])
def test_a_seed_is_a_whole_number(estimate: Callable[..., Any], seed: Any) -> None:
    with pytest.raises(ff.errors.EstimateError, match="seed must be a whole number from 0"):
        estimate([flight("a"), flight("b", 5), flight("c", 9)], draws=500, seed=seed)


def test_events_may_come_from_a_generator() -> None:
    events = [flight("a"), flight("b", 5)]
    total = ff.estimate_tonnage(events, draws=500, seed=1).total
    assert ff.estimate_tonnage((event for event in events), draws=500, seed=1).total == total
    strange: Any = (number for number in range(3))
    with pytest.raises(ff.errors.FrameError, match="sequence of flow events"):
        ff.estimate_tonnage(strange, draws=500, seed=1)


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("draws", 1000.5, "draws must be a whole number"),
        ("draws", True, "draws must be a whole number"),
        ("draws", 99, "at least 100"),
        ("coverage", "0.9", "coverage is a share above 0 and below 1"),
        ("coverage", float("nan"), "coverage is a share above 0 and below 1"),
        ("every", None, "every=None is no duration"),
        ("every", 7, "every=7 is no duration"),
        ("executor", 3, "executor=3 has no map"),
    ],
)
def test_arguments_that_cannot_serve_are_named(name: str, given: Any, message: str) -> None:
    with pytest.raises(ff.errors.EstimateError, match=message):
        ff.estimate_tonnage([flight("a")], **{"draws": 500, "seed": 1, name: given})


def test_what_nobody_counted_has_no_headline() -> None:
    with pytest.raises(
        ff.errors.EstimateError, match="no number of personnel was published for any of: a, b"
    ):
        ff.estimate_tonnage([flight("a"), flight("b")], measure="personnel", draws=500, seed=1)
    counted = flight("c", personnel=ff.Quantity.exactly(40.0))
    moved = ff.estimate_tonnage([flight("a"), counted], measure="personnel", draws=500, seed=1)
    assert moved.total.middle == 40
    assert "nothing added for: a" in "; ".join(moved.notes)


def test_one_day_is_one_day() -> None:
    assert " in 1 day (" in str(ff.estimate_tonnage([flight("a")], draws=500, seed=1))
    assert " in 2 days (" in str(
        ff.estimate_tonnage([flight("a"), flight("b", 1)], draws=500, seed=1)
    )


def test_an_event_in_one_line() -> None:
    one = flight(
        movements=ff.Quantity.parse("3"),
        vehicles=ff.Quantity.parse("41"),
        tonnes=ff.Quantity.parse("7 t"),
    )
    assert str(one) == (
        "a: sortie, Il-76MD, Hmeimim to al-Khadim (outbound), 2025-01-01; movements: 3; vehicles: 41; tonnes: 7 t"
    )
    assert (one.days, one.platforms, one.is_empty) == (1, ("Il-76MD",), False)
    stop = DAY + dt.timedelta(days=2, hours=6)
    two = flight(
        movements=ff.Quantity.nothing(""), stop=stop, platform="Il-76MD + An-124", cargo="Ballast"
    )
    assert str(two) == (
        "a: sortie, Il-76MD + An-124, Hmeimim to al-Khadim (outbound), 2025-01-01 to 2025-01-03; movements: not counted"
    )
    assert (two.days, two.platforms, two.is_empty) == (2.25, ("Il-76MD", "An-124"), True)


def test_an_event_without_a_name_a_zone_or_a_window() -> None:
    with pytest.raises(ff.errors.EventError, match=r"^an event needs an event_id$"):
        flight("")
    for name in ("start", "stop"):
        with pytest.raises(
            ff.errors.EventError, match=f"^event 'a': {name} has no time zone; give UTC$"
        ):
            flight(**{name: dt.datetime(2025, 1, 1 if name == "start" else 9)})
    with pytest.raises(ff.errors.EventError, match=r"^event 'a': known_from has no time zone"):
        flight(known_from=dt.datetime(2025, 1, 1))
    for stop in (DAY, DAY - dt.timedelta(days=3)):
        words = rf"^event 'a': the window \[2025-01-01, {stop:%Y-%m-%d}\) is empty$"
        with pytest.raises(ff.errors.EventError, match=words):
            flight(stop=stop)


def test_what_is_no_moment_or_no_number_is_refused_where_it_is_given() -> None:
    for said in ("2023-11-15", dt.date(2023, 11, 15), None):
        for name in ("start", "stop"):
            with pytest.raises(
                ff.errors.EventError,
                match=rf"^event 'a': {name} is .*give a moment, datetime\(2025, 1, 31",
            ):
                flight(**{name: said})
    for number in (3, "3"):
        for name in ("movements", "tonnes"):
            with pytest.raises(
                ff.errors.EventError,
                match=rf"^event 'a': {name} is {number!r}; give Quantity.of\({number!r}\)$",
            ):
                flight(**{name: number})
    assert str(flight(origin="nowhere at all", movements=ff.Quantity.of("3"))).startswith(
        "a: sortie, Il-76MD, nowhere at all to al-K"
    )
    assert "OSLK" in repr(flight())
