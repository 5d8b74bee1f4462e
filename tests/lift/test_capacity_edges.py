"""Bridges and marches at their edges: worked by hand, draw by draw, with the words a reader relies on."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import forceflow as ff
from forceflow.errors import EstimateError, QuantityError
from forceflow.lift.bridges.amounts import as_quantity
from forceflow.lift.bridges.draws import Draws
from forceflow.lift.capacity.airlift import AirBridge, AirCapacity, airlift_capacity
from forceflow.lift.capacity.capacity import days_needed, tally
from forceflow.lift.capacity.march import March, convoy_march
from forceflow.lift.capacity.ports import port_throughput
from forceflow.lift.capacity.sealift import SeaCapacity, sealift_capacity
from forceflow.lift.capacity.shared_spots import Station, best_trips, weakest_link
from forceflow.quantity import Quantity
from standins import PlainAircraft, PlainMix, PlainVessel, way

JET = PlainAircraft("jet", payload=40.0, speed=800.0, onload=2.0, offload=1.0, enroute=1.5)
HEAVY = PlainAircraft("heavy", payload=100.0, speed=800.0, onload=4.0, offload=3.0, enroute=2.0)
SHIP = PlainVessel("ship", cargo=2_000.0, speed=20.0, load=24.0, discharge=48.0)
BARGE = PlainVessel("barge", cargo=500.0, speed=10.0, load=12.0, discharge=24.0)
MIX = PlainMix(mass=10.0, length=8.0, people=3.0, speed=30.0)
AIR = way("A", 1600, "B")
SEA = way("P", 4_800, "Q", mode="sea", passages=("strait", "canal"))


def air(fleet: Any, **more: Any) -> AirCapacity:
    options = {key: more.pop(key) for key in ("draws", "seed", "coverage") if key in more}
    given = {"route": AIR, "onload_mog": 1000.0, "offload_mog": 1000.0, **more}
    return airlift_capacity(AirBridge(fleet, **given), **{"draws": 8, **options})


def sea(*vessels: PlainVessel, **more: Any) -> SeaCapacity:
    options = {key: more.pop(key) for key in ("draws", "seed", "coverage") if key in more}
    given = {"vessels": list(vessels), "route": SEA, "delay_ratio": 1.0, **more}
    return sealift_capacity(ff.SeaBridge(**given), **{"draws": 8, **options})


# -- what all bridges share ------------------------------------------------------------------------------------


def test_days_needed_where_nothing_is_needed_or_carried() -> None:
    need, rate = (
        np.array([0.0, 0.0, 10.0, 10.0, 0.5, 0.5]),
        np.array([0.0, 5.0, 0.0, 4.0, 0.0, 0.5]),
    )
    assert_array_equal(days_needed(need, rate), [0, 0, math.inf, 2.5, math.inf, 1])


def test_the_tally_of_four_draws() -> None:
    bounds = {
        "x": np.array([1.0, 2.0, 3.0, 8.0]),
        "y": np.array([4.0, 1.0, 6.0, 0.0]),
        "z": np.full(4, 9.0),
    }
    value = np.array([1.0, 1.0, 3.0, 0.0])
    name, share, slack = tally(bounds, value, drawn=Draws(4, 0))
    assert (name, share) == ("x", {"x": 0.5, "y": 0.5, "z": 0.0})
    assert_allclose(slack["x"].middle, np.median([0, 0.5, 0, 1]))
    assert_allclose(slack["y"].middle, np.median([0.75, 0, 0.5, 0]))
    assert_allclose(slack["z"].middle, np.median([8 / 9, 8 / 9, 6 / 9, 1]))
    assert slack["x"].unit == ""
    hair = tally({"x": np.array([1.0])}, np.array([1.0 - 1e-13]), drawn=Draws(1, 0))[2]["x"]
    assert hair.high == 0.0
    assert (
        tally({"x": np.array([1.0])}, np.array([1.0 - 1e-11]), drawn=Draws(1, 0))[2]["x"].high > 0
    )


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (-1, "berths must be at least 0 ships, got -1"),
        ((2, 30), r"berths must be at least 0 and at most 24 ships, got \(2, 30\)"),
        ("large amounts", "berths needs a number, and 'large amounts' carries none"),
        (np.array([2.0, 40.0]), "got values from 2 to 40"),
    ],
)
def test_an_amount_out_of_its_bounds_is_named(value: Any, words: str) -> None:
    most = 24.0 if "24" in words or "40" in words else math.inf
    with pytest.raises(EstimateError, match=words):
        as_quantity(value, name="berths", unit="ships", most=most)


def test_amounts_are_taken_up_to_their_bounds() -> None:
    for value in (0, 24, (0, 24), (0, 1, 24), np.array([0.0, 24.0])):
        assert as_quantity(value, name="hours", most=24.0).ends[0] in (0, 24)
    assert as_quantity(3, name="hours", unit="h").unit == "h"
    with pytest.raises(EstimateError, match="hours must be at least 1"):
        as_quantity(0.5, name="hours", least=1.0)
    with pytest.raises(QuantityError, match=r"^hours: "):
        as_quantity("a gazillion", name="hours")


@pytest.mark.parametrize("n", [10, 10_000, 10_001])
def test_draws_are_those_of_the_quantity_however_many(n: int) -> None:
    quantity = Quantity(1, 2, 5)
    drawn = Draws(n, 3, 0.8)
    assert_array_equal(
        drawn.of(quantity, entity="jet", purpose="speed"),
        quantity.draw(n, seed=3, entity="jet", purpose="speed"),
    )
    assert_array_equal(drawn.of(Quantity.exactly(4), entity="x", purpose="y"), np.full(n, 4.0))
    drawn_range = drawn.range(np.arange(n, dtype=np.float64), "h")
    assert drawn_range.unit == "h"
    assert_allclose([drawn_range.low / n, drawn_range.high / n], [0.1, 0.9], atol=0.1)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((0, 0), "draws must be a whole number of at least 1, got 0"),
        ((1.5, 0), "got 1.5"),
        ((5, 0.5), "seed must be a whole number"),
        ((5, 0, 0.0), "coverage is a share above 0 and below 1, got 0.0"),
        ((5, 0, 1.0), "got 1.0"),
    ],
)
def test_draws_that_give_no_range_are_refused(given: Any, words: str) -> None:
    with pytest.raises(EstimateError, match=words):
        Draws(*given)
    assert Draws(1, 0, 0.5).n == 1


def test_hedged_words_are_cut_off_at_both_bounds() -> None:
    """The tails of "about 2" and "about 16 hours": no way is shorter than itself, and no day longer than 24 h."""
    told = Quantity.parse("about 2")
    assert told.quantile(0.0) < 1 <= told.low
    ratio = Quantity.of(ff.SeaBridge([SHIP], SEA, delay_ratio="about 2").delay_ratio)
    assert float(ratio.quantile(0.0)) == 1
    assert ratio.words == "about 2"
    at = np.array([0.3, 0.5, 0.7, 0.95])
    assert_allclose(ratio.quantile(at), told.quantile(at), rtol=0.01)
    hours = Quantity.of(
        AirBridge({JET: 1}, AIR, 1, 1, operating_h_per_day="about 16 hours").operating_h_per_day
    )
    assert (hours.ends[1], hours.unit) == (24.0, "h")
    assert hours.best == pytest.approx(16)


# -- spots shared by types, by hand --------------------------------------------------------------------------------


def test_spots_go_to_the_better_type_first() -> None:
    """One station of 10 spot-hours; trips of 1 and 4 spot-hours that carry 2 t and 10 t."""
    value, load = np.array([[2.0], [10.0]]), np.array([[[1.0], [4.0]]])
    for most, trips in (
        ((9, 9), (0, 2.5)),
        ((9, 1), (6, 1)),
        ((3, 1), (3, 1)),
        ((9, 0), (9, 0)),
        ((20, 0), (10, 0)),
    ):
        got = best_trips(value, np.array(most, dtype=float)[:, None], load, np.array([[10.0]]))
        assert_allclose(got[:, 0], trips)


def test_what_a_station_would_pass_of_the_mix_that_is_flown() -> None:
    value = np.array([[2.0, 2.0], [10.0, 10.0]])
    station = Station(np.array([[1.0, 1.0], [4.0, 4.0]]), np.array([10.0, 100.0]))
    flow = weakest_link(
        value, limits={"fleet": np.array([[9.0, 9.0], [1.0, 1.0]])}, stations={"field": station}
    )
    assert_allclose(flow.trips_per_day, [[6, 9], [1, 1]])
    assert_allclose(flow.value_per_day, [22, 28])
    assert_allclose(flow.bounds["fleet"], [28, 28])
    assert_allclose(flow.bounds["field"], [22, 100 * 28 / 13])
    idle = weakest_link(value, limits={"fleet": np.zeros((2, 2))}, stations={"field": station})
    assert_allclose(idle.value_per_day, 0)
    assert_allclose(
        idle.bounds["field"], [10 * 12 / 5, 100 * 12 / 5]
    )  # one trip of each, when nothing flies


# -- by air --------------------------------------------------------------------------------------------------------


def test_stops_on_both_ways_are_spots_and_time() -> None:
    there, back = way("A", 800, "S", 800, "T", 800, "B"), way("B", 800, "S", 1600, "A")
    cap = air({JET: 8}, route=there, return_route=back, enroute_mog=2, operating_h_per_day=12)
    parts = {
        "onload": 2,
        "flight out": 3,
        "stops out": 3,
        "offload": 1,
        "flight back": 3,
        "stops back": 1.5,
    }
    assert {name: part.middle for name, part in cap.cycle_parts_h.items()} == parts
    assert list(cap.cycle_parts_h) == list(parts)
    assert cap.first_delivery_h.middle == 2 + 3 + 3 + 1
    assert (cap.distance_km, cap.productivity_share) == (2_400, 0.5)
    assert_allclose(cap.throughput_t_per_day["stop at S"].middle, 2 * 12 * 0.85 / (2 * 1.5) * 40)
    assert_allclose(cap.throughput_t_per_day["stop at T"].middle, 2 * 12 * 0.85 / 1.5 * 40)
    assert set(cap.throughput_t_per_day) == {"onload", "offload", "stop at S", "stop at T"}
    assert set(cap.bounds_t_per_day) == {"fleet", *cap.throughput_t_per_day}
    assert_allclose(cap.sorties_per_day.middle, min(8 * 12 / 13.5, 2 * 12 * 0.85 / 3))
    assert cap.bottleneck == "stop at S"
    assert_allclose(
        cap.one_more_t_per_day["one more stop at S spot"].middle, (8 * 12 / 13.5 - 6.8) * 40
    )


def test_a_mixed_fleet_by_hand() -> None:
    cap = air({JET: 6, HEAVY: 2}, operating_h_per_day=10)
    jets, heavies = 6 * 10 / 7, 2 * 10 / 11
    assert_allclose(
        [cap.trips_per_day_by_type[f"Plain {n}"].middle for n in ("jet", "heavy")], [jets, heavies]
    )
    assert_allclose(cap.sorties_per_day.middle, jets + heavies)
    assert_allclose(cap.tonnes_per_day.middle, 40 * jets + 100 * heavies)
    assert_allclose(cap.tonnes_per_trip.middle, (40 * jets + 100 * heavies) / (jets + heavies))
    assert_allclose(cap.cycle_h.middle, (6 * 7 + 2 * 11) / 8)
    assert_allclose(cap.cycle_parts_h["onload"].middle, (6 * 2 + 2 * 4) / 8)
    assert cap.first_delivery_h.middle == 5
    assert cap.fleet_size.middle == 8
    assert_allclose(cap.flying_h_per_aircraft_per_day.middle, (jets + heavies) * 4 / 8)
    assert_allclose(cap.more["sortie_interval_h"].middle, 10 / (jets + heavies))
    assert_allclose(cap.one_more_t_per_day["one more Plain heavy"].middle, 1000 / 11)
    assert_allclose(
        cap.one_more_t_per_day["one more operating hour"].middle, cap.tonnes_per_day.middle / 10
    )
    part_time = air({JET: 0.6, HEAVY: 0.2})
    assert_allclose(part_time.cycle_h.middle, (0.6 * 7 + 0.2 * 11) / 0.8)
    seats = air({PlainAircraft("p", people=145.0): 7}).seats_per_day
    assert seats is not None
    assert seats.unit == "seats/day"
    half = air({JET: 6, HEAVY: 2}, operating_h_per_day=23.5)
    assert_allclose(
        half.one_more_t_per_day["one more operating hour"].middle, half.tonnes_per_day.middle / 47
    )


def test_limits_by_type() -> None:
    cap = air(
        {JET: 6, HEAVY: 2},
        utilisation_h_per_day={"jet": 4, "heavy": 2},
        payload_t={"jet": 30},
        load_share=0.5,
    )
    assert_allclose(cap.tonnes_per_day.middle, 6 * 1 * 30 + 2 * 0.5 * 50)
    assert cap.bottleneck == "utilisation"
    assert_allclose(cap.fleet_capability_t_per_day.middle, 230)
    crews = air(
        {JET: 6, HEAVY: 2},
        crews_per_aircraft={"jet": 1, "heavy": 3},
        crew_duty_h=6.0,
        crew_rest_h=18.0,
    )
    assert_allclose(
        crews.bounds_t_per_day["crews"].middle, 6 * 24 / 4 / 7 * 40 + 2 * 3 * 24 / 4 / 11 * 100
    )
    fit = air({JET: 6}, serviceable_share=0.5, utilisation_h_per_day=4)
    assert_allclose(fit.one_more_t_per_day["one more Plain jet"].middle, 0.5 * 40)
    assert_allclose(fit.tonnes_per_day.middle, 3 * 40)


def test_one_amount_by_type_names_the_type_or_is_it() -> None:
    given: dict[str, Any] = {"payload_t": 30, "onload_h": 5}
    by_name, by_kind = (
        air({JET: 6, HEAVY: 2}, **{n: {key: x} for n, x in given.items()}) for key in ("jet", JET)
    )
    assert by_name.tonnes_per_day == by_kind.tonnes_per_day
    assert_allclose(by_kind.tonnes_per_day.middle, 24 * (6 * 30 / 10 + 2 * 100 / 11))
    printed = {
        name: air({"C-17A": 6}, payload_t={name: 30}).tonnes_per_trip.middle
        for name in ("C-17A", "C-17")
    }
    assert set(printed.values()) == {30.0}


def test_times_and_spots_in_place_of_those_of_the_type() -> None:
    cap = air(
        {JET: 1},
        onload_h=3,
        offload_h={"jet": 2},
        enroute_h=0.5,
        route=way("A", 800, "S", 800, "B"),
    )
    parts = {
        "onload": 3,
        "flight out": 2,
        "stops out": 0.5,
        "offload": 2,
        "flight back": 2,
        "stops back": 0.5,
    }
    assert {name: part.middle for name, part in cap.cycle_parts_h.items()} == parts
    wide = air({JET: 90}, spots_per_aircraft=2, offload_mog=4)
    assert_allclose(wide.sorties_per_day.middle, 4 * 24 * 0.85 / 2)
    with pytest.raises(
        EstimateError, match=r"jet \(2\) takes more spots than offload_mog may have \(1\)"
    ):
        air({JET: 90}, spots_per_aircraft=2, offload_mog=1)
    with pytest.raises(
        EstimateError, match=r"jet \(2\) takes more spots than onload_mog may have \(1\)"
    ):
        air({JET: 90}, spots_per_aircraft=(1, 2), onload_mog=(1, 4))
    assert air({JET: 1}, spots_per_aircraft=2, onload_mog=2).sorties_per_day.middle > 0


def test_aircraft_needed_up_to_what_a_station_passes() -> None:
    cap = air({JET: 8, HEAVY: 2}, offload_mog=2)
    port = cap.throughput_t_per_day["offload"].middle
    capability = cap.fleet_capability_t_per_day.middle
    assert_allclose(cap.aircraft_needed(3 * port, days=3).middle, port * 10 / capability)
    # A larger fleet leaves the spots to its jets, 40 t an hour of ground time against 33: 1,632 t in all, by 11.9 jets.
    jets_alone = 2 * 24 * 0.85 * 40
    most = 10 / 8 * jets_alone / 40 / (24 / 7)
    assert_allclose(cap.aircraft_needed(jets_alone, days=1).middle, most)
    half_way = (port + jets_alone) / 2
    assert_allclose(
        cap.aircraft_needed(half_way, days=1).middle, (port * 10 / capability + most) / 2
    )
    assert cap.aircraft_needed(jets_alone * 1.001, days=1).middle == math.inf
    assert cap.aircraft_needed(0, days=3).middle == 0
    assert_allclose(cap.aircraft_needed(port / 2, days=0.5).middle, port * 10 / capability)
    assert cap.aircraft_needed(0, days=3).unit == "aircraft"
    with pytest.raises(EstimateError, match=r"days must be a number above 0, got -1"):
        cap.aircraft_needed(5, days=-1)


def test_steady_days_of_a_range_are_drawn() -> None:
    cap = air({JET: (4, 8)}, draws=2_000)
    need = Quantity.between(500, 1_500).draw(2_000, seed=0, entity="requirement", purpose="tonnes")
    got = cap.steady_days((500, 1_500))
    assert_allclose(got.middle, np.median(need / cap.by_draw["tonnes_per_day"]))
    assert got.unit == "days"
    fixed = cap.steady_days(900)
    assert_allclose(
        [fixed.low, fixed.middle, fixed.high], [900 / x for x in reversed(list(cap.tonnes_per_day))]
    )
    idle = air(
        {JET: np.array([0.0, 0.0, 0.0, 0.0, 1.0])}
    )  # in four of five draws there is no aircraft
    assert idle.closure_days(0).high == 0
    assert idle.more["sortie_interval_h"].high == math.inf
    assert idle.tonnes_per_trip.middle == 40
    assert any("nothing is carried in" in note for note in idle.notes)


def test_the_sentence_and_the_table_say_how_sure_the_bottleneck_is() -> None:
    sure = air({JET: 7}, operating_h_per_day=14)
    assert str(sure).split("\n  note: ")[0] == (
        "airlift A to B (1,600 km): 560 t/day, 14 sorties/day by 7 aircraft; fleet binds; ranges hold 90% of 8 draws"
    )
    torn = air({JET: (4, 40)}, offload_mog=2, draws=500)
    share = torn.bottleneck_share[torn.bottleneck]
    assert 0.5 < share < 0.99
    assert f"{torn.bottleneck} binds in {share:.0%} of draws" in str(torn)
    assert sum(torn.bottleneck_share.values()) == pytest.approx(1)
    table = sure._repr_html_()
    for words in (
        "bound: fleet",
        "560 t/day; binds in 100%",
        "one more Plain jet",
        "adds 80 t/day",
        "flight out",
        "7 h",
    ):
        assert words in table
    by_sea = sea(SHIP, SHIP, SHIP)
    assert "sealift P to Q (4,800 km): 261 t/day, 0.13 sailings/day by 3 ships; fleet binds" in str(
        by_sea
    )


# -- by sea --------------------------------------------------------------------------------------------------------


def test_unlike_ships_share_berths_by_what_they_carry() -> None:
    cap = sea(*[SHIP] * 40, *[BARGE] * 10, discharge_berths=3, load_berths=5, open_share=0.5)
    ships, barges = (
        cap.trips_per_day_by_type["Plain ship"].middle,
        cap.trips_per_day_by_type["Plain barge"].middle,
    )
    most_ships, most_barges = 40 * 0.5 / 23, 10 * 0.5 / (0.5 + 20 + 1 + 20)
    assert_allclose(ships, (3 * 0.5 - 0) / 2)  # 1,000 t a berth-day against 500: the barges wait
    assert ships < most_ships
    assert barges == 0 < most_barges
    assert cap.bottleneck == "discharge berths"
    gain = (
        most_ships - ships
    ) * 2_000 + most_barges * 500  # a fourth berth has room for all of both
    assert 2 * most_ships + most_barges < 4 * 0.5
    assert_allclose(cap.one_more_t_per_day["one more discharge berth"].middle, gain)
    assert cap.one_more_t_per_day["one more load berth"].middle == 0
    assert_allclose(cap.throughput_t_per_day["load berths"].middle, 5 * 0.5 * 2000)


def test_escorts_waits_and_rates_in_one_cycle() -> None:
    cap = sea(SHIP, escort_every_days=6, ships_per_escort=2, passage_wait_h=3, other_delay_h=5, cargo_t=1_000,
              load_t_per_h=50, discharge_h=10, load_share=0.5, speed_km_per_h=40, working_h_per_day=12)  # fmt: skip
    names = ("load", "wait for escort", "sail out", "discharge", "sail back", "other delay")
    parts = dict(zip(names, (500 / 50 * 24 / 12, 72, 126, 10, 126, 5), strict=True))
    assert {name: part.middle for name, part in cap.cycle_parts_h.items()} == parts
    assert list(cap.cycle_parts_h) == list(parts)
    assert cap.first_delivery_h.middle == 20 + 72 + 126 + 10
    assert_allclose(cap.tonnes_per_trip.middle, 500)
    assert_allclose(cap.throughput_t_per_day["escort"].middle, 2 / 6 * 500)
    assert_allclose(cap.closure_days(501).middle, (228 + 359) / 24)
    assert_allclose(cap.closure_days(500).middle, 228 / 24)
    assert cap.closure_days(0).middle == 0


def test_a_port_by_its_parts() -> None:
    port = port_throughput(
        reception_t_per_day=900, clearance_t_per_day=800, storage_t=6_000, dwell_days=8, draws=16
    )
    assert (port.bottleneck, port.tonnes_per_day.middle) == ("storage", 750)
    assert {name: bound.middle for name, bound in port.bounds_t_per_day.items()} == {
        "reception": 900, "clearance": 800, "storage": 750,
    }  # fmt: skip
    assert_allclose(port.slack_share["reception"].middle, 1 - 750 / 900)
    assert (port.draws, port.seed, port.coverage) == (16, 0, 0.9)
    assert "750 t/day; weakest in 100%" in port._repr_html_()
    assert port_throughput(storage_t_per_day=5, draws=2).tonnes_per_day.middle == 5
    for wrong in (
        {"storage_t": 5},
        {"dwell_days": 5},
        {"storage_t": 5, "dwell_days": 1, "storage_t_per_day": 4},
    ):
        with pytest.raises(EstimateError, match="storage_t_per_day, or storage_t with dwell_days"):
            port_throughput(**wrong)
    with pytest.raises(EstimateError, match="at least one part"):
        port_throughput()


# -- units, and what moves nothing -------------------------------------------------------------------------------


def test_every_range_says_what_it_counts() -> None:
    by_air, by_sea = air({JET: 2}), sea(SHIP, load_berths=2)
    for cap, trips, vehicles in ((by_air, "sorties", "aircraft"), (by_sea, "sailings", "ships")):
        assert cap.tonnes_per_day.unit == "t/day"
        assert {cap.trips_per_day.unit, *(r.unit for r in cap.trips_per_day_by_type.values())} == {
            f"{trips}/day"
        }
        assert {
            r.unit for r in (*cap.bounds_t_per_day.values(), *cap.one_more_t_per_day.values())
        } == {"t/day"}
        assert {
            r.unit for r in (cap.cycle_h, cap.first_delivery_h, *cap.cycle_parts_h.values())
        } == {"h"}
        assert (cap.tonnes_per_trip.unit, cap.fleet_size.unit) == ("t", vehicles)
        assert (cap.steady_days(5).unit, cap.closure_days((5, 6)).unit) == ("days", "days")
        assert {r.unit for r in cap.slack_share.values()} == {""}
    assert {name: r.unit for name, r in by_air.more.items()} == {
        "fleet_capability_t_per_day": "t/day", "mtm_per_day": "million short-ton nm/day",
        "flying_h_per_aircraft_per_day": "h/day", "productivity_share": "", "sortie_interval_h": "h",
    }  # fmt: skip
    assert {name: r.unit for name, r in by_sea.more.items()} == {
        "fleet_capability_t_per_day": "t/day", "sailing_interval_days": "days",
    }  # fmt: skip
    assert {
        r.unit for r in port_throughput(storage_t=5, dwell_days=2).bounds_t_per_day.values()
    } == {"t/day"}
    assert sealift_capacity(ff.SeaBridge([SHIP], SEA)).draws == 4_000
    assert airlift_capacity(AirBridge({JET: 1}, AIR, 1, 1)).draws == 4_000


def test_a_capacity_says_how_it_was_drawn() -> None:
    for cap in (
        air({JET: (4, 8)}, coverage=0.5, draws=40, seed=3),
        sea(SHIP, coverage=0.5, draws=40, seed=3),
    ):
        assert (cap.coverage, cap.draws, cap.seed) == (0.5, 40, 3)
        assert "ranges hold 50% of 40 draws" in str(cap)
    assert_allclose(cap.tonnes_per_day.low, np.quantile(cap.by_draw["tonnes_per_day"], 0.25))


def test_what_is_no_ship_is_named() -> None:
    for wrong, words in (
        ("Il-76MD", "'Il-76MD' is not a vessel but aircraft"),
        (7, "7 is not a vessel but int"),
    ):
        with pytest.raises(EstimateError, match=words):
            sealift_capacity(ff.SeaBridge([wrong], SEA))
    for no_list in ("Sparta", {"Sparta": 2}, ()):
        with pytest.raises(EstimateError, match="a list with at least one ship"):
            ff.SeaBridge(no_list, SEA)  # type: ignore[arg-type]


# -- on the road -----------------------------------------------------------------------------------------------------


def march(vehicles: Any, **more: Any) -> March:
    return convoy_march(vehicles, **{"mix": MIX, "gap_m": 92, "draws": 4, **more})


@pytest.mark.parametrize(
    ("vehicles", "more", "units", "serials", "gaps_min"),
    [
        (25, {}, 1, 1, 0),
        (26, {}, 2, 1, 5),
        (125, {}, 5, 1, 20),
        (126, {}, 6, 2, 25 + 7),
        (126, {"serial_gap_min": 3}, 6, 2, 25),
        (251, {"columns": 2}, 6, 2, 25 + 7),
        (250, {"columns": 2}, 5, 1, 20),
        (40, {"vehicles_per_march_unit": 10, "march_units_per_serial": 1}, 4, 4, 15 + 3 * 7),
        (126, {"time_gaps_min": 11}, 6, 2, 11),
    ],
)
def test_gaps_between_units_and_serials(
    vehicles: int, more: Any, units: int, serials: int, gaps_min: float
) -> None:
    got = march(vehicles, **{"march_unit_gap_min": 5, "serial_gap_min": 12, **more})
    assert (got.march_units.middle, got.serials.middle) == (units, serials)
    assert_allclose(got.gaps_km.middle, gaps_min / 60 * 30, atol=1e-12)
    each = vehicles / more.get("columns", 1)
    assert_allclose(got.road_space_km.middle, each / 10 + gaps_min / 2, atol=1e-12)
    assert_allclose(got.time_length_h.middle, got.road_space_km.middle / 30, atol=1e-12)
    assert_allclose(got.extal_h.middle * 60, math.ceil(math.ceil(each) / 25), atol=1e-12)
    assert (got.tonnes.middle, got.personnel.middle) == (10 * vehicles, 3 * vehicles)


def test_a_serial_gap_left_out_is_that_of_the_units() -> None:
    assert march(126, march_unit_gap_min=5).gaps_km.middle == pytest.approx(25 / 60 * 30)


@pytest.mark.parametrize(
    ("km", "nights"), [(299, 0), (300, 0), (301, 1), (600, 1), (601, 2)]
)  # 10 h of driving at 30 km/h
def test_nights_on_the_way(km: float, nights: int) -> None:
    got = march(10, distance_km=km, driving_h_per_day=10, halts_h=1.5)
    assert_allclose(got.time_distance_h.middle, km / 30 + 1.5 + nights * 14)
    assert_allclose(got.closure_h.middle, got.time_distance_h.middle + got.pass_time_h.middle)
    assert got.distance_km == km


def test_a_march_says_its_columns_and_ends() -> None:
    got = march(250, columns=2, route=way("X", 300, "Y", mode="road"), time_gaps_min=0)
    assert str(got) == (
        "march X to Y (300 km): 250 vehicles in 2 columns, each 12.5 km of road, passes a point in 0.500 h, "
        "closes in 10.5 h; ranges hold 90% of 4 draws"
    )
    assert "columns" not in str(march(250, time_gaps_min=0))
    for wrong in ({"vehicles_per_march_unit": 0}, {"march_units_per_serial": 0}, {"columns": 0}):
        with pytest.raises(
            EstimateError, match=f"{next(iter(wrong))} must be a whole number of at least 1, got 0"
        ):
            march(5, **wrong)
    assert march(5, driving_h_per_day=24, distance_km=900).time_distance_h.middle == pytest.approx(
        30
    )
    with pytest.raises(
        EstimateError, match=r"driving_h_per_day must be at least 0 and at most 24 h, got 24\.5"
    ):
        march(5, driving_h_per_day=24.5)
    assert march(5, gap_m=0).vehicles_per_km.middle == pytest.approx(125)
    assert march(5, vehicle_length_m=0).vehicles_per_km.middle == pytest.approx(1000 / 92)
