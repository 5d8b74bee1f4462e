"""What flights carry, by kind of cargo and for people, against what was published; and what leads a report."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import forceflow as ff
from forceflow.cli import app
from forceflow.flows.event_draws import prepare
from forceflow.flows.leading_measure import leading_measure
from forceflow.quantity.units import T_PER_SHORT_TON
from forceflow.report.analysis import find
from forceflow.sensitivity.drivers import totals_of
from forceflow.withdrawal.pace_checks import ceiling_notes
from forceflow.world.platforms.load_factors import CARGO_WORDS, cargo_kind, people_use

START = dt.datetime(2021, 8, 20, tzinfo=dt.UTC)


def sortie(number: int, **more: Any) -> ff.FlowEvent:
    given: dict[str, Any] = {
        "event_id": f"day-{number}",
        "platform": "C-17",
        "origin": "Kabul",
        "destination": "OTBD",
        "start": START + dt.timedelta(days=number),
        "stop": START + dt.timedelta(days=number + 1),
        "direction": "outbound",
        "movements": ff.Quantity.exactly(10),
    }
    return ff.Sortie(**{**given, **more})


def evacuation(**more: Any) -> tuple[ff.FlowEvent, ...]:
    """Three days of ten C-17 each with 343 people a flight, as out of Kabul."""
    return tuple(sortie(i, **{"personnel": ff.Quantity.exactly(3_430), **more}) for i in range(3))


def kabul(**more: Any) -> ff.lift.AirCapacity:
    """The evacuation of Kabul with just the aircraft for ten flights a day."""
    route = ff.route("Kabul", "OTBD", mode="air")
    bridge = ff.AirBridge({"C-17": 9}, route, 20, 20, **more)
    return ff.airlift_capacity(bridge, draws=2_000)


def ancona(cargo: str) -> ff.lift.AirCapacity:
    """One C-130 between Ancona and Sarajevo in twelve hours of a day."""
    route = ff.route("Ancona", "Sarajevo", mode="air")
    return ff.airlift_capacity(
        ff.AirBridge({"C-130J": 1}, route, 1, 1, operating_h_per_day=12, cargo=cargo), draws=2_000
    )


def per_flight(found: ff.lift.AirCapacity) -> ff.Range:
    assert found.people_per_day is not None
    flights = found.trips_per_day.middle
    low, middle, high = (people / flights for people in found.people_per_day)
    return ff.Range(low, middle, high)


@pytest.mark.parametrize(
    "people",
    [
        2_299 / 14,  # C-17 of the Strategic Airlift Capability, sacprogram.org
        79_000 / 330,  # all C-17 missions, DVIDS 853974
        343,  # a mean that users of the library had; US military flights of the busiest day carried 390 (Navy Times)
    ],
)
def test_evacuees_on_a_c17_out_of_kabul_are_inside_the_range(people: float) -> None:
    assert people in per_flight(kabul(cargo="evacuees"))


def test_troops_on_a_c17_are_a_range_about_its_102_seats_and_ones_own_number_wins() -> None:
    troops = per_flight(kabul())
    assert troops.low < 102 < troops.high
    assert troops.high < 239  # evacuees are another thing
    assert kabul().seats_per_day is not None
    own = kabul(people_per_sortie=343)
    assert own.people_per_day is not None
    assert own.people_per_day.middle == pytest.approx(343 * own.trips_per_day.middle)
    assert kabul(people_per_sortie={"C-17": (300, 390)}).people_per_day is not None
    with pytest.raises(ff.ForceflowError, match="people_per_sortie"):
        kabul(people_per_sortie=0)


def test_people_come_first_where_they_are_the_cargo() -> None:
    assert " people/day (" in str(kabul(cargo="evacuees")).partition(" t/day")[0]
    assert "people" not in str(kabul())
    assert "people_per_day" in kabul().to_frame()["name"].to_list()


def test_relief_to_sarajevo_is_inside_the_range_of_supplies() -> None:
    """12,895 missions carried 160,677 t to Sarajevo (USA Today, January 1996), most in C-130 and C-160."""
    did = 160_677 / 12_895
    assert did in ancona("supplies").tonnes_per_trip
    assert ancona("mixed").tonnes_per_trip.middle < did
    # Some two flights a day of a C-130 brought 21 t: above the middle for mixed cargo, inside the range for supplies.
    assert ancona("mixed").tonnes_per_day.middle < 21
    assert 21 in ancona("supplies").tonnes_per_day
    order = [
        ancona(cargo).tonnes_per_day.middle
        for cargo in ("personnel", "vehicles", "mixed", "supplies", "bulk")
    ]
    assert order == sorted(order)


def test_coal_to_berlin_is_inside_the_range_of_bulk() -> None:
    """The average C-54 carried 10 short tons of bagged coal (National Museum of the US Air Force)."""
    plane = ff.find_platform("C-54")
    assert isinstance(plane, ff.world.Aircraft)
    share = 10 * T_PER_SHORT_TON / plane.payload_t(450).best
    assert plane.load_factor("coal").low < share < plane.load_factor("coal").high
    assert plane.load_factor("coal") == plane.load_factor("bulk")


def test_words_of_cargo_are_read_and_others_refused() -> None:
    for word, kind in CARGO_WORDS.items():
        assert cargo_kind(f" {word.upper()} ") == kind
        assert people_use(word) == (
            "evacuees" if word in ("evacuees", "refugees", "civilians") else "troops"
        )
    route = ff.route("Kabul", "OTBD", mode="air")
    with pytest.raises(
        ff.errors.EstimateError,
        match="cargo 'stones'; known kinds: supplies, bulk, vehicles, mixed, personnel",
    ):
        ff.AirBridge({"C-17": 1}, route, 1, 1, cargo="stones")
    with pytest.raises(ff.errors.EstimateError, match="cargo 'stones'"):
        ff.SeaBridge(["Sparta"], ff.route("Tartus", "Novorossiysk", mode="sea"), cargo="stones")
    with pytest.raises(ff.errors.EstimateError, match="cargo ''"):
        ff.estimate_tonnage(evacuation(), cargo="", draws=100, seed=1)


def test_cargo_of_an_estimate_is_that_of_all_events_without_published_tonnes() -> None:
    flights = evacuation(personnel=None)
    plain = ff.estimate_tonnage(flights, draws=2_000, seed=1)
    assert ff.estimate_tonnage(flights, cargo="mixed", draws=2_000, seed=1).total == plain.total
    bulk = ff.estimate_tonnage(flights, cargo="bulk", draws=2_000, seed=1)
    assert bulk.total.middle > 1.3 * plain.total.middle
    assert ff.drivers(bulk, draws=200)[0].name == "load of C-17"
    drawn = totals_of(prepare(flights, cargo="bulk"), 1, 2_000)
    assert ff.next_look(bulk, draws=2_000)[0].width == pytest.approx(drawn.std(ddof=1))
    told = evacuation(tonnes=ff.Quantity.exactly(50), personnel=None)
    assert ff.estimate_tonnage(told, cargo="bulk", draws=200, seed=1).total.middle == pytest.approx(
        150
    )


# -- a ceiling below what was reported ---------------------------------------------------------------------------------


def test_a_bridge_that_could_carry_less_than_was_carried_says_so() -> None:
    """Ten flights and 3,430 people a day were reported; by its 102 seats a C-17 could bring a third of them."""
    people, *rest = ceiling_notes(kabul(), evacuation())
    assert "below the reported pace of 3,430 people a day" in people
    assert "check the fleet, the spots, the hours, the cargo and the people on a flight" in people
    assert rest == []  # ten flights a day are within the fleet
    assert ceiling_notes(kabul(people_per_sortie=400), evacuation()) == ()
    assert ceiling_notes(kabul(), evacuation(origin="OTBD", destination="Kabul")) == ()
    (sorties,) = ceiling_notes(
        kabul(), evacuation(personnel=None, movements=ff.Quantity.exactly(50))
    )
    assert "below the reported pace of 50 sorties a day" in sorties
    (tonnes,) = ceiling_notes(
        kabul(), evacuation(personnel=None, tonnes=ff.Quantity.exactly(5_000))
    )
    assert "below the reported pace of 5,000 t a day" in tonnes


def test_the_report_compares_its_bridge_with_the_events() -> None:
    found = find(evacuation(), reports=(), bridge=kabul().bridge, draws=200)
    assert found.capacity is not None
    assert any(
        "below the reported pace of 3,430 people a day" in note for note in found.capacity.notes
    )


def test_a_ceiling_of_a_withdrawal_below_its_pace_is_noted() -> None:
    flights = evacuation(personnel=None, tonnes=ff.Quantity.exactly(300))
    asked: dict[str, Any] = {
        "stock_t": 20_000,
        "as_of": "2021-08-22",
        "look_back": 3,
        "draws": 500,
        "seed": 1,
    }
    low = ff.estimate_withdrawal(flights, ceiling_per_day=20, **asked)
    assert any("could carry 20 t a day, below the reported pace of" in note for note in low.notes)
    high = ff.estimate_withdrawal(flights, ceiling_per_day=20_000, **asked)
    assert not any("below the reported pace" in note for note in high.notes)


# -- what leads --------------------------------------------------------------------------------------------------------


def test_the_measure_published_most_leads() -> None:
    vehicles, tonnes = ff.Quantity.exactly(7), ff.Quantity.exactly(90)
    assert leading_measure(evacuation()) == "personnel"
    assert leading_measure(evacuation(personnel=None, vehicles=vehicles)) == "vehicles"
    assert leading_measure(evacuation(tonnes=tonnes)) == "tonnes"
    assert leading_measure(evacuation(personnel=None)) == "tonnes"
    assert (
        leading_measure([*evacuation(), *(sortie(9 + i) for i in range(4))]) == "tonnes"
    )  # people of 3 events in 7
    assert leading_measure([]) == "tonnes"


@pytest.mark.parametrize(
    ("more", "key", "label", "middle"),
    [
        ({}, "people", "People brought out", 10_290),
        (
            {"personnel": None, "vehicles": ff.Quantity.exactly(7)},
            "vehicles",
            "Vehicles moved out",
            21,
        ),
    ],
)
def test_a_report_leads_with_what_was_counted(
    more: Any, key: str, label: str, middle: float, tmp_path: Path
) -> None:
    found = find(evacuation(**more), reports=(), draws=200)
    first = found.headlines[0]
    assert (first.key, first.label) == (key, label)
    assert first.middle == pytest.approx(middle)
    assert not any(
        headline.key == "out" for headline in found.headlines
    )  # no tonnes were published
    page = ff.write_report(evacuation(**more), tmp_path / "out", reports=(), draws=200).read_text()
    assert label in page


def test_the_command_line_leads_with_people(tmp_path: Path) -> None:
    table = tmp_path / "evacuees.csv"
    ff.to_frame(evacuation(), backend="pandas").to_csv(table, index=False)
    ran = CliRunner().invoke(app, ["tonnage", str(table), "--draws", "200"])
    assert ran.exit_code == 0, ran.output
    first, *rest = ran.output.splitlines()
    assert first.startswith("personnel moved")
    assert "10,290" in first
    assert any("no tonnes published: by payload of what carried them" in line for line in rest)
    told = json.loads(
        CliRunner().invoke(app, ["tonnage", str(table), "--draws", "200", "--json"]).output
    )
    assert told["leads"]["measure"] == "personnel"
    wrong = CliRunner().invoke(app, ["tonnage", str(table), "--cargo", "stones"])
    assert wrong.exit_code != 0
