"""Notes of a capacity: who stays at home, what operating hours mean, and inputs that may be in another unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import forceflow as ff
from forceflow.lift.bridges.notes import at_home
from standins import PlainAircraft, PlainVessel, way

BIG = PlainAircraft("big", payload=100.0, onload=4.0, offload=3.0)
SMALL = PlainAircraft("small", payload=5.0, onload=2.0, offload=1.5)
ROUTE = way("A", 800, "B")


def real(**given: Any) -> ff.AirBridge:
    return ff.AirBridge(
        {"C-130J": 3, "C-17": 2}, ff.route("New Delhi", "Kathmandu", mode="air"), 4, 4, **given
    )


def test_who_stays_at_home_is_named_in_line_note_and_table() -> None:
    """8 big ones keep 2 spots full, and carry 33 t for a spot-hour where the small ones carry 3."""
    found = ff.airlift_capacity(ff.AirBridge({BIG: 8, SMALL: 10}, ROUTE, 9, 2), draws=4)
    assert found.trips_per_day_by_type["Plain small"].high == 0
    assert found.at_home == {"Plain small": 10.0}
    note = "10 Plain small stay at home: the room at the stations carries more with Plain big"
    assert found.notes == (note,)
    line, told = str(found).split("\n")
    assert "by 8 of 18 aircraft" in line
    assert told == f"  note: {note}"
    assert note in found._repr_html_()
    assert found._repr_html_().count(note) == 1
    roomy = ff.airlift_capacity(ff.AirBridge({BIG: 8, SMALL: 10}, ROUTE, 99, 99), draws=4)
    assert (roomy.at_home, roomy.notes) == ({}, ())
    assert "by 18 aircraft" in str(roomy)
    grounded = ff.airlift_capacity(
        ff.AirBridge(
            {BIG: 8, SMALL: 10}, ROUTE, 9, 2, utilisation_h_per_day={"big": 9, "small": 0}
        ),
        draws=4,
    )
    assert grounded.at_home == {}  # these fly nothing wherever there is room


def test_at_home_is_who_flies_nothing_in_most_draws() -> None:
    names = ("a", "b", "c", "d")
    count, most = np.full((4, 4), 5.0), np.full((4, 4), 9.0)
    trips = np.array([[9.0, 9, 9, 9], [0, 0, 0, 2], [0, 0, 3.6, 3.6], [8.2, 8.2, 8.2, 8.2]])
    home, told = at_home(names, count, most, trips)
    assert home == {"b": 5.0}  # c flies in half of the draws; d is within a tenth of a
    assert told == [
        "5 b stay at home in 75% of draws: the room at the stations carries more with a, c, d",
        "5 c make 20% of the trips possible: the room at the stations carries more with a, d",
    ]
    most[1:3, :3] = 0.0
    assert at_home(names, count, most, trips) == ({}, [])  # there they could not have flown anyway
    halves = np.full((2, 4), 0.5)
    assert at_home(("a", "b"), halves, halves, halves / 2) == ({}, [])  # all are held up alike


def test_types_that_are_held_back_are_told_of() -> None:
    """2.4 spots serve 16.3 visits of the big ones a day, who can make 16; what is left serves a few of the small."""
    found = ff.airlift_capacity(ff.AirBridge({BIG: 6, SMALL: 40}, ROUTE, 99, 2.4), draws=4)
    small = found.trips_per_day_by_type["Plain small"].middle
    possible = 40 * 24 / (2 + 1.5 + 2 * 800 / 800)
    assert 0 < small < possible / 10
    assert found.notes == (
        f"40 Plain small make {small / possible:.0%} of the trips possible: "
        "the room at the stations carries more with Plain big",
    )
    assert found.at_home == {}


def test_ships_that_stay_in_port_are_named_too() -> None:
    ships = [PlainVessel("ship", cargo=5_000.0, load=48.0)] * 6 + [
        PlainVessel("barge", cargo=100.0, load=48.0)
    ]
    found = ff.sealift_capacity(
        ff.SeaBridge(ships, way("P", 960, "Q", mode="sea"), load_berths=1), draws=4
    )
    assert found.at_home == {"Plain barge": 1.0}
    assert found.notes == (
        "1 Plain barge stays at home: the room at the stations carries more with Plain ship",
    )


def test_the_rule_at_closing_time_is_told_where_hours_are_short() -> None:
    short, whole = (
        ff.AirBridge({BIG: 2}, ROUTE, 9, 9, operating_h_per_day=hours) for hours in ((12, 24), 24)
    )
    for found, words in (
        (ff.airlift_capacity(short, draws=8), "stands still at closing time, even in the air"),
        (ff.cycle_capacity(short, draws=8), "stands still at closing time, even in the air"),
        (
            ff.simulate_airlift(short, days=2, replications=2, seed=1),
            "is finished; airlift_capacity stops it",
        ),
    ):
        answer: Any = found
        assert len(answer.notes) == 1
        assert words in answer.notes[0]
        assert answer.notes[0] in str(answer)
        assert answer.notes[0] in answer._repr_html_()
    for answer in (
        ff.airlift_capacity(whole, draws=8),
        ff.cycle_capacity(whole, draws=8),
        ff.simulate_airlift(whole, days=2, replications=2, seed=1),
    ):
        assert answer.notes == ()
        assert "note" not in str(answer) + answer._repr_html_()


@pytest.mark.parametrize(
    ("given", "note"),
    [
        (
            {"payload_t": 40_000},
            "payload_t reaches 40,000 t, above the structural payload of C-130J (20 t), C-17 (77.5 t)",
        ),
        (
            {"payload_t": (20, 30)},
            "payload_t reaches 30 t, above the structural payload of C-130J (20 t)",
        ),
        (
            {"payload_t": {"C-17": 200, "C-130J": 15}},
            "payload_t reaches 200 t, above the structural payload of C-17 (77.5 t)",
        ),
        ({"offload_h": (120, 360)}, "offload_h reaches 360 h, 15 days on the ground"),
        ({"onload_h": {"C-17": 49}}, "onload_h reaches 49 h, 2.04 days on the ground"),
    ],
)
def test_an_input_that_may_be_in_another_unit_is_doubted_and_not_refused(
    given: dict[str, Any], note: str
) -> None:
    bridge = real(**given)
    assert note in ff.airlift_capacity(bridge, draws=8).notes
    assert note in ff.cycle_capacity(bridge, draws=2).notes
    assert note in ff.simulate_airlift(bridge, days=1, replications=2, seed=1).notes


@pytest.mark.parametrize(
    "given",
    [
        {"payload_t": {"C-17": 80, "C-130J": 21}},  # within a tenth
        {"payload_t": {"C-130J": "about 20"}},  # the tail of words has no end
        {"offload_h": 48},
        {"payload_t": None},
    ],
)
def test_what_is_plausible_is_not_doubted(given: dict[str, Any]) -> None:
    assert not [
        note for note in ff.airlift_capacity(real(**given), draws=8).notes if "reaches" in note
    ]


def test_a_cargo_above_the_deadweight_is_doubted() -> None:
    way_out = ff.route("Tartus", "Novorossiysk", mode="sea")
    ship = ff.find_platform("Sparta II")
    limit = ship.deadweight_t.value.ends[1]  # type: ignore[union-attr]
    heavy, light = (
        ff.SeaBridge(["Sparta II"], way_out, cargo_t=limit * factor) for factor in (1.2, 1.05)
    )
    note = f"cargo_t reaches {1.2 * limit:,.5g} t, above the deadweight of {ship.name} ({limit:,.5g} t)"
    assert ff.sealift_capacity(heavy, draws=8).notes == (note,)
    assert ff.cycle_capacity(heavy, draws=8).notes == (note,)
    assert ff.simulate_sealift(heavy, days=9, replications=2, seed=1).notes == (note,)
    assert ff.sealift_capacity(light, draws=8).notes == ()
