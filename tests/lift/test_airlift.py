"""Air bridges: hand checks, identities of the planning formulas, laws, and the real catalogue."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import linprog

import forceflow as ff
from forceflow.errors import EstimateError, QuantityError, UnknownNameError
from forceflow.lift.bridges.draws import Draws
from forceflow.lift.capacity.airlift import AirBridge, AirCapacity, airlift_capacity
from forceflow.lift.capacity.shared_spots import best_trips
from forceflow.quantity import Quantity
from forceflow.quantity.units import KM_PER_NM, M2_PER_SQ_FT, T_PER_SHORT_TON
from forceflow.results.range import Range
from standins import PlainAircraft, way

JET = PlainAircraft("jet", payload=40.0, speed=800.0, onload=2.0, offload=1.0)
HEAVY = PlainAircraft("heavy", payload=100.0, speed=800.0, onload=4.0, offload=3.0)
SMALL = PlainAircraft("small", payload=5.0, speed=400.0, onload=2.0, offload=1.5)
VAGUE = PlainAircraft(
    "vague", payload=(30, 40, 48), speed=(700, 800), onload=(1, 2, 4), share=(0.3, 0.5, 0.8)
)
ROUTE = way("A", 1600, "B")


def capacity(fleet: dict[PlainAircraft, float], mog: float = 1000.0, **more: object) -> AirCapacity:
    given = {"route": ROUTE, "onload_mog": mog, "offload_mog": mog, **more}
    return airlift_capacity(AirBridge(fleet, **given), draws=8)  # type: ignore[arg-type]


# -- the range itself ------------------------------------------------------------------------------------------


def test_a_range_prints_middle_first_and_is_its_middle_as_a_number() -> None:
    found = Range(210.4, 268.0, 331.9, "t/day")
    assert str(found) == "268 t/day (210 to 332)"
    assert float(found) == 268.0
    assert tuple(found) == (210.4, 268.0, 331.9)
    assert 300.0 in found
    assert 400.0 not in found
    assert str(Range(10, 10, 10, "aircraft")) == "10 aircraft"
    assert str(Range(0.0, 0.0, 0.25)) == "0.000 (0.000 to 0.250)"
    assert str(Range(1.0, 2.5, math.inf, "days")) == "2.50 days (1.00 to inf)"
    assert f"{Range(1, 2, 3, 'h'):.1f}" == "2.0 h (1.0 to 3.0)"


def test_a_range_on_another_scale() -> None:
    assert Range(1.0, 2.0, 4.0, "h").times(60, unit="min") == Range(60.0, 120.0, 240.0, "min")
    assert Range(1.0, 2.0, 4.0, "h").times(0.5).unit == "h"
    with pytest.raises(EstimateError, match="at least 0"):
        Range(1.0, 2.0, 4.0).times(-1)
    assert f"{Range(3, 3, 3, 'h'):.0f}" == "3 h"


def test_a_range_refuses_nan_and_disorder() -> None:
    for wrong in ((2.0, 1.0, 3.0), (math.nan, 1.0, 2.0), (1.0, 2.0, math.nan)):
        with pytest.raises(EstimateError, match="low <= middle <= high"):
            Range(*wrong)
    with pytest.raises(EstimateError, match="no NaN"):
        Range.of_draws([1.0, math.nan])
    with pytest.raises(EstimateError, match="coverage"):
        Range.of_draws([1.0], coverage=1.0)


def test_a_range_of_draws_is_median_and_central_interval() -> None:
    found = Range.of_draws(np.arange(101.0), coverage=0.9, unit="t")
    assert_allclose(list(found), [5.0, 50.0, 95.0])
    some_never = Range.of_draws([1.0, 2.0, 3.0, math.inf, math.inf, math.inf], coverage=0.5)
    assert some_never.high == math.inf
    assert math.isfinite(some_never.low)


# -- conversions and A4 as printed -----------------------------------------------------------------------------


def test_published_conversions() -> None:
    for short_tons, tonnes in ((18, 16.3), (65, 59.0), (100, 90.7), (2_363, 2_144)):
        assert_allclose(
            short_tons * T_PER_SHORT_TON, tonnes, rtol=4e-3 if short_tons == 18 else 1e-3
        )
    for square_feet, square_metres in (
        (393_000, 36_511),
        (185_000, 17_187),
        (26_000, 2_415),
        (35_000, 3_252),
    ):
        assert_allclose(square_feet * M2_PER_SQ_FT, square_metres, atol=0.9)
    assert_allclose(T_PER_SHORT_TON, 0.90718474, rtol=1e-15)
    assert KM_PER_NM == 1.852


@pytest.mark.parametrize(
    ("short_tons", "ground_h", "hours", "throughput"),
    [
        (65, 2.25, 24, 589.33),
        (65, 2.25, 16, 392.89),
        (65, 2.25, 10, 245.56),
        (18, 1.75, 24, 209.83),
        (100, 3.75, 24, 544.00),
    ],
)
def test_a4_hand_checks(
    short_tons: float, ground_h: float, hours: float, throughput: float
) -> None:
    kind = PlainAircraft("x", payload=short_tons * T_PER_SHORT_TON, onload=0.01, offload=ground_h)
    cap = capacity({kind: 500}, offload_mog=1, operating_h_per_day=hours)
    assert cap.bottleneck == "offload"
    assert_allclose(
        cap.throughput_t_per_day["offload"].middle / T_PER_SHORT_TON, throughput, atol=0.005
    )
    assert_allclose(cap.tonnes_per_day.middle / T_PER_SHORT_TON, throughput, atol=0.005)


# -- one type, worked by hand ----------------------------------------------------------------------------------


def test_cycle_and_fleet_capability_by_hand() -> None:
    cap = capacity({JET: 7}, operating_h_per_day=14)
    assert {name: part.middle for name, part in cap.cycle_parts_h.items()} == {
        "onload": 2.0,
        "flight out": 2.0,
        "offload": 1.0,
        "flight back": 2.0,
    }
    assert cap.cycle_h.middle == 7.0
    assert cap.first_delivery_h.middle == 5.0
    assert cap.sorties_per_day.middle == pytest.approx(14.0)
    assert cap.tonnes_per_day.middle == pytest.approx(560.0)
    assert cap.bottleneck == "fleet"
    assert cap.bottleneck_share["fleet"] == 1.0
    assert cap.slack_share["fleet"].middle == 0.0
    assert cap.flying_h_per_aircraft_per_day.middle == pytest.approx(8.0)
    assert cap.productivity_share == 0.5
    assert cap.more["sortie_interval_h"].middle == pytest.approx(1.0)
    assert cap.closure_days(5_600).middle == pytest.approx(10.0)
    assert cap.one_more_t_per_day["one more Plain jet"].middle == pytest.approx(80.0)
    assert cap.one_more_t_per_day["one more onload spot"].middle == 0.0
    assert cap.one_more_t_per_day["one more operating hour"].middle == pytest.approx(40.0)


def test_a_station_that_binds_names_itself_and_what_a_spot_is_worth() -> None:
    cap = capacity({JET: 100}, onload_mog=2, operating_h_per_day=10, queueing_efficiency=0.5)
    assert cap.bottleneck == "onload"
    assert cap.tonnes_per_day.middle == pytest.approx(2 * 40 * 10 / 2 * 0.5)
    assert cap.slack_share["onload"].middle == 0.0
    assert cap.slack_share["fleet"].middle == pytest.approx(1 - 200 / (100 * 10 / 7 * 40))
    assert cap.one_more_t_per_day["one more onload spot"].middle == pytest.approx(100.0)
    assert cap.one_more_t_per_day["one more Plain jet"].middle == 0.0
    assert cap.one_more_t_per_day["one more operating hour"].middle == pytest.approx(20.0)
    all_day = capacity({JET: 100}, onload_mog=2)
    assert all_day.one_more_t_per_day["one more operating hour"].middle == 0.0


def test_berlin_peak_day_interval() -> None:
    """1,398 flights on 16 April 1949, a landing every 61 s (read)."""
    kind = PlainAircraft("c54", payload=9.26 * T_PER_SHORT_TON, onload=1.0, offload=1.0)
    cap = capacity({kind: 5000}, offload_mog=1398 / 24, queueing_efficiency=1.0)
    assert cap.sorties_per_day.middle == pytest.approx(1398)
    assert math.floor(cap.more["sortie_interval_h"].middle * 3600) == 61
    assert_allclose(cap.tonnes_per_day.middle / T_PER_SHORT_TON, 12_940, rtol=1e-3)


def test_stops_take_time_and_spots_and_cut_the_leg() -> None:
    short_legged = PlainAircraft("s", payload=40.0, reach_km=4000.0, enroute=1.5)
    direct = capacity({short_legged: 4}, route=way("A", 3000, "B"))
    stopped = capacity({short_legged: 4}, route=way("A", 2000, "S", 1000, "B"), enroute_mog=1)
    assert direct.tonnes_per_trip.middle == pytest.approx(10.0)
    assert stopped.tonnes_per_trip.middle == pytest.approx(20.0)
    assert stopped.cycle_h.middle == pytest.approx(direct.cycle_h.middle + 3.0)
    assert stopped.cycle_parts_h["stops out"].middle == 1.5
    assert stopped.first_delivery_h.middle == pytest.approx(direct.first_delivery_h.middle + 1.5)
    assert stopped.throughput_t_per_day["stop at S"].middle == pytest.approx(24 / 3.0 * 20 * 0.85)
    one_way = capacity(
        {short_legged: 4}, route=way("A", 2000, "S", 1000, "B"), return_route=way("B", 3000, "A")
    )
    assert one_way.cycle_h.middle == pytest.approx(direct.cycle_h.middle + 1.5)


def test_fuel_for_the_way_back_is_carried_from_the_last_stop() -> None:
    kind = PlainAircraft("s", payload=40.0, reach_km=4000.0)
    there = capacity({kind: 1}, route=way("A", 1000, "B"))
    back_too = capacity({kind: 1}, route=way("A", 1000, "B"), refuel_at_destination=False)
    after_a_stop = capacity(
        {kind: 1}, route=way("A", 2000, "S", 500, "B"), refuel_at_destination=False
    )
    assert there.tonnes_per_trip.middle == pytest.approx(30.0)
    assert back_too.tonnes_per_trip.middle == pytest.approx(20.0)
    assert after_a_stop.tonnes_per_trip.middle == pytest.approx(20.0)
    with pytest.raises(EstimateError, match="ferry range"):
        capacity({kind: 1}, route=way("A", 2500, "B"), refuel_at_destination=False)


def test_utilisation_and_crews_limit_the_fleet() -> None:
    ute = capacity({JET: 6}, utilisation_h_per_day=4.0)
    assert ute.bottleneck == "utilisation"
    assert ute.tonnes_per_day.middle == pytest.approx(40 * 6 * 4 / 4)
    crews = capacity({JET: 6}, crews_per_aircraft=1.5, crew_duty_h=8.0, crew_rest_h=16.0)
    assert crews.bottleneck == "crews"
    assert crews.sorties_per_day.middle == pytest.approx(6 * 1.5 * 24 / 3 / 7)
    fit = capacity({JET: 6}, serviceable_share=0.5)
    assert fit.fleet_size.middle == 3.0
    with pytest.raises(EstimateError, match="come together"):
        AirBridge({JET: 1}, ROUTE, 1, 1, crews_per_aircraft=2)


def test_a_type_may_take_two_spots_and_have_its_own_times() -> None:
    wide = capacity(
        {HEAVY: 100, JET: 1}, onload_mog=4, spots_per_aircraft={HEAVY.id: 2}, onload_h={"heavy": 2}
    )
    narrow = capacity({HEAVY: 100, JET: 1}, onload_mog=2, onload_h={"heavy": 2})
    assert (
        wide.trips_per_day_by_type["Plain heavy"].middle
        >= narrow.trips_per_day_by_type["Plain heavy"].middle
    )
    assert wide.tonnes_per_day.middle == pytest.approx(4 * 24 * 0.85 / 4 * 100)


def test_seats_are_counted_where_they_are_known() -> None:
    assert capacity({JET: 1}).seats_per_day is None
    cap = capacity({PlainAircraft("p", people=145.0): 7, JET: 7})
    assert cap.seats_per_day is not None
    assert cap.seats_per_day.middle == pytest.approx(145 * 24.0)


# -- identities ------------------------------------------------------------------------------------------------


def test_closure_times_capability_is_the_requirement() -> None:
    cap = airlift_capacity(
        AirBridge({VAGUE: 10, HEAVY: 2}, ROUTE, (1, 4), (1, 3)), draws=500, seed=3
    )
    closure = cap.closure_days(5_000)
    assert_allclose(closure.middle * cap.tonnes_per_day.middle, 5_000, rtol=1e-12)
    assert_allclose(closure.low * cap.tonnes_per_day.high, 5_000, rtol=1e-12)
    assert_allclose(closure.high * cap.tonnes_per_day.low, 5_000, rtol=1e-12)
    wide = cap.closure_days((2_500, 10_000))
    assert wide.low < closure.low
    assert wide.high > closure.high
    assert cap.closure_days(0).middle == 0.0


def test_aircraft_needed_inverts_closure() -> None:
    cap = capacity({JET: 8}, utilisation_h_per_day=6.0)
    days = cap.closure_days(9_000).middle
    assert cap.aircraft_needed(9_000, days=days).middle == pytest.approx(8.0)
    assert cap.aircraft_needed(18_000, days=days).middle == pytest.approx(16.0)
    through_one_spot = capacity({JET: 8}, offload_mog=1)
    assert through_one_spot.aircraft_needed(10_000, days=1).low == math.inf
    with pytest.raises(EstimateError, match="days"):
        cap.aircraft_needed(1, days=0)


def test_a13_is_fleet_capability_times_distance() -> None:
    count, ute, payload, rtft = 8, 6.0, 40.0, 4.0
    cap = capacity({JET: count}, utilisation_h_per_day=ute)
    block_speed_kt = 2 * 1600 / KM_PER_NM / rtft
    a13 = count * block_speed_kt * (payload / T_PER_SHORT_TON) * ute * cap.productivity_share / 1e6
    assert_allclose(cap.mtm_per_day.middle, a13, rtol=1e-12)


def test_nothing_carried_closes_never() -> None:
    cap = airlift_capacity(AirBridge({JET: np.array([0.0, 0.0, 0.0, 1.0])}, ROUTE, 2, 2))
    assert cap.tonnes_per_day.middle == 0.0
    assert cap.closure_days(10).high == math.inf
    assert cap.bottleneck == "fleet"
    assert cap.one_more_t_per_day["one more Plain jet"].middle > 0.0


# -- laws ------------------------------------------------------------------------------------------------------

counts = st.integers(0, 30)
spots = st.integers(1, 8)
hours = st.sampled_from([1.0, 8.0, 16.0, 23.0, 24.0])


@settings(max_examples=60, deadline=None)
@given(heavy=counts, jet=st.integers(1, 30), small=counts, onload=spots, offload=spots, h=hours)
def test_more_never_carries_less(
    heavy: int, jet: int, small: int, onload: int, offload: int, h: float
) -> None:
    def tonnes(
        *, heavy: int = heavy, jet: int = jet, small: int = small, on: int = onload, h: float = h
    ) -> float:
        bridge = AirBridge(
            {HEAVY: heavy, JET: jet, SMALL: small}, ROUTE, on, offload, operating_h_per_day=h
        )
        cap = airlift_capacity(bridge, draws=1)
        bounds = [bound.middle for bound in cap.bounds_t_per_day.values()]
        assert cap.tonnes_per_day.middle <= min(bounds) * (1 + 1e-9)
        assert_allclose(cap.tonnes_per_day.middle, min(bounds), rtol=1e-9, atol=1e-9)
        return cap.tonnes_per_day.middle

    base = tonnes() * (1 - 1e-9)
    assert tonnes(heavy=heavy + 1) >= base
    assert tonnes(jet=jet + 1) >= base
    assert tonnes(small=small + 5) >= base
    assert tonnes(on=onload + 1) >= base
    assert tonnes(h=min(24.0, h + 1)) >= base


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_ranges_obey_the_law_too(data: st.DataObject) -> None:
    number, mog = data.draw(st.integers(1, 20)), data.draw(st.integers(1, 6))
    seed = data.draw(st.integers(0, 9))

    def ends(number: int, mog: int) -> Range:
        bridge = AirBridge({VAGUE: number, HEAVY: 1}, ROUTE, mog, 3, operating_h_per_day=(10, 20))
        return airlift_capacity(bridge, draws=100, seed=seed).tonnes_per_day

    before = ends(number, mog)
    for after in (ends(number + 1, mog), ends(number, mog + 1)):
        assert all(b >= a * (1 - 1e-9) for a, b in zip(before, after, strict=True))


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 10_000), types=st.integers(1, 5), stations=st.integers(1, 3))
def test_shared_spots_go_where_a_linear_programme_sends_them(
    seed: int, types: int, stations: int
) -> None:
    rng = np.random.default_rng(seed)
    value = rng.uniform(1, 100, (types, 3))
    most = rng.uniform(0, 30, (types, 3)) * (rng.random((types, 3)) > 0.1)
    load = rng.uniform(0.5, 5, (stations, types, 3)) * (rng.random((stations, types, 3)) > 0.1)
    room = rng.uniform(0, 100, (stations, 3)) * (rng.random((stations, 3)) > 0.1)
    trips = best_trips(value, most, load, room)
    for k in range(3):
        peer = linprog(
            -value[:, k],
            A_ub=load[:, :, k],
            b_ub=room[:, k],
            bounds=[(0, top) for top in most[:, k]],
        )
        assert peer.fun is not None
        assert_allclose(value[:, k] @ trips[:, k], -peer.fun, rtol=1e-7, atol=1e-7)
        assert (load[:, :, k] @ trips[:, k] <= room[:, k] + 1e-9).all()
        assert (trips[:, k] <= most[:, k] + 1e-12).all()


# -- draws, words, errors --------------------------------------------------------------------------------------


def test_same_seed_same_answer_and_draws_are_shared_between_scenarios() -> None:
    bridge = AirBridge({VAGUE: 5}, ROUTE, 2, 2)
    first, again = airlift_capacity(bridge, seed=5), airlift_capacity(bridge, seed=5)
    assert first == again
    assert first.tonnes_per_day != airlift_capacity(bridge, seed=6).tonnes_per_day
    alone = airlift_capacity(AirBridge({VAGUE: 5}, ROUTE, 1000, 1000))
    beside = airlift_capacity(AirBridge({HEAVY: 1, VAGUE: 5}, ROUTE, 1000, 1000))
    assert alone.trips_per_day_by_type["Plain vague"] == beside.trips_per_day_by_type["Plain vague"]


def test_wider_inputs_give_wider_ranges_and_exact_ones_none() -> None:
    exact = airlift_capacity(AirBridge({JET: 5}, ROUTE, 2, 2)).tonnes_per_day
    assert exact.low == exact.high
    vague = airlift_capacity(AirBridge({JET: (3, 7)}, ROUTE, 200, 200)).tonnes_per_day
    assert vague.low < exact.middle < vague.high
    narrow = airlift_capacity(AirBridge({VAGUE: 5}, ROUTE, 9, 9), coverage=0.5).tonnes_per_day
    wide = airlift_capacity(AirBridge({VAGUE: 5}, ROUTE, 9, 9), coverage=0.95).tonnes_per_day
    assert wide.low < narrow.low <= narrow.high < wide.high
    words = airlift_capacity(AirBridge({VAGUE: Quantity.parse("several")}, ROUTE, 9, 9))
    assert words.fleet_size.low < words.fleet_size.high


def test_the_tail_of_hedged_words_ends_where_the_day_does() -> None:
    """Of "about 17 hours" a few draws lie above 24; no aircraft flies 25 hours a day."""
    beyond = Quantity.parse("about 17 hours").draw(
        4_000, seed=0, entity="bridge", purpose="operating_h_per_day"
    )
    assert beyond.max() > 24
    made = AirBridge({JET: 1}, ROUTE, 99, 99, operating_h_per_day="about 17 hours")
    fleet = airlift_capacity(made).by_draw["fleet"]
    assert 0.99 * 24 / 7 * 40 < fleet.max() <= 24 / 7 * 40 * (1 + 1e-12)
    assert_allclose(np.median(fleet), np.median(beyond) / 7 * 40, rtol=0.01)


def test_a_sentence_and_a_table() -> None:
    cap = airlift_capacity(AirBridge({VAGUE: 5, HEAVY: 1}, ROUTE, 1, 1))
    assert str(cap).startswith("airlift A to B (1,600 km): ")
    assert "t/day" in str(cap)
    assert "binds" in str(cap)
    assert "90% of 4,000 draws" in str(cap)
    table = cap._repr_html_()
    assert table.startswith("<table>")
    assert "one more onload spot" in table
    assert pickle.loads(pickle.dumps(cap)) == cap


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"fleet": {}}, "at least one type"),
        ({"fleet": {JET: 0}}, "no aircraft"),
        ({"fleet": {JET: -1}}, "at least 0"),
        ({"onload_mog": -1}, "onload_mog"),
        ({"operating_h_per_day": 0}, "operating_h_per_day"),
        ({"operating_h_per_day": 25}, "at most 24"),
        ({"queueing_efficiency": 1.2}, "queueing_efficiency"),
        ({"route": way("A", 0, "A")}, "longer than 0 km"),
        ({"route": way("A", 9, "B", mode="sea")}, "needs a route of mode 'air', got one by sea"),
        (
            {"return_route": way("A", 9, "B", mode="sea")},
            "needs a route of mode 'air', got one by sea",
        ),
        ({"route": "A to B"}, "for example from forceflow.route"),
        (
            {"utilisation_h_per_day": 25},
            "utilisation_h_per_day must be at least 0 and at most 24 h",
        ),
        ({"load_share": {"jet": 1.1}}, r"load_share\['jet'\] must be at least 0 and at most 1"),
        (
            {"onload_mog": "large amounts"},
            "onload_mog needs a number, and 'large amounts' carries none",
        ),
        (
            {"crews_per_aircraft": 1, "crew_duty_h": 0, "crew_rest_h": 0},
            "crew_duty_h must be above 0 h",
        ),
    ],
)
def test_bad_bridges_say_what_was_wrong(change: dict[str, object], words: str) -> None:
    given = {"fleet": {JET: 1}, "route": ROUTE, "onload_mog": 1, "offload_mog": 1, **change}
    with pytest.raises(EstimateError, match=words):
        AirBridge(**given)  # type: ignore[arg-type]


def test_bad_names_and_numbers() -> None:
    with pytest.raises(UnknownNameError):
        airlift_capacity(AirBridge({"Il-76MDX-900": 1}, ROUTE, 1, 1))
    with pytest.raises(EstimateError, match="not an aircraft"):
        airlift_capacity(AirBridge({"Sparta": 1}, ROUTE, 1, 1))
    with pytest.raises(EstimateError, match="twice"):
        airlift_capacity(AirBridge({"Il-76MD": 1, "IL76MD": 2}, ROUTE, 1, 1))
    with pytest.raises(EstimateError, match="not in the fleet"):
        airlift_capacity(AirBridge({JET: 1}, ROUTE, 1, 1, payload_t={"Il-76MD": 20}))
    with pytest.raises(EstimateError, match="some types only"):
        airlift_capacity(
            AirBridge({JET: 1, HEAVY: 1}, ROUTE, 1, 1, utilisation_h_per_day={"jet": 8})
        )
    with pytest.raises(QuantityError):
        AirBridge({JET: math.nan}, ROUTE, 1, 1)
    for wrong in ({"draws": 0}, {"draws": 10.0}, {"seed": "x"}):
        with pytest.raises(EstimateError, match=f"{next(iter(wrong))} must be a whole number"):
            airlift_capacity(AirBridge({JET: 1}, ROUTE, 1, 1), **wrong)
    sea = ff.SeaBridge(["Sparta"], way("A", 9, "B", mode="sea"))
    with pytest.raises(
        EstimateError, match=r"airlift_capacity needs forceflow\.AirBridge, got SeaBridge"
    ):
        airlift_capacity(sea)  # type: ignore[arg-type]
    with pytest.raises(EstimateError, match="coverage"):
        Draws(10, 0, 1.5)


# -- the real catalogue ----------------------------------------------------------------------------------------


def test_the_bridge_of_the_design_with_real_types() -> None:
    bridge = AirBridge(
        fleet={"An-124-100": 2, "Il-76MD": 8},
        route=way("Hmeimim", 1500, "al-Khadim"),
        onload_mog=3,
        offload_mog=2,
        operating_h_per_day=16,
        refuel_at_destination=True,
    )
    cap = airlift_capacity(bridge)
    assert cap.platforms == ("An-124-100", "Il-76MD")
    assert 0 < cap.tonnes_per_day.low < cap.tonnes_per_day.middle < cap.tonnes_per_day.high
    # 120 t and 48 t are the structural limits (read): no sortie of the mix carries more than the larger.
    assert cap.tonnes_per_trip.high < 120
    carried_back = airlift_capacity(
        AirBridge(
            {"Il-76MD": 8}, way("A", 3000, "B"), 3, 2, refuel_at_destination=False, load_share=1.0
        )
    )
    # An operator carried 17.5 to 18.4 t in an Il-76TD over 3,000 km out and back (read, see doctrine notes).
    assert carried_back.tonnes_per_trip.low < 25


def test_the_public_session() -> None:
    air = ff.route("Hmeimim", "al-Khadim", mode="air", via=())
    bridge = ff.AirBridge(
        fleet={"An-124-100": 2, "Il-76MD": 8},
        route=air,
        onload_mog=3,
        offload_mog=2,
        operating_h_per_day=16,
        refuel_at_destination=True,
    )
    cap = ff.airlift_capacity(bridge)
    assert isinstance(cap, ff.Capacity)
    assert cap.distance_km == pytest.approx(air.distance_km)
    assert cap.bottleneck in cap.bounds_t_per_day
    assert_allclose(float(cap.closure_days(5_000)) * float(cap.tonnes_per_day), 5_000)
    longer = ff.route("Hmeimim", "al-Khadim", mode="air", via=("Benghazi",))
    stopped = ff.airlift_capacity(ff.AirBridge({"Il-76MD": 8}, longer, 3, 2, enroute_mog=1))
    assert stopped.throughput_t_per_day.keys() - cap.throughput_t_per_day.keys() == {
        f"stop at {longer.legs[0].destination}"
    }
