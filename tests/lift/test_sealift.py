"""Sea bridges and ports: the ship cycle by hand, closure in whole voyages, the weakest link, laws."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import forceflow as ff
from forceflow.errors import EstimateError, UnknownNameError
from forceflow.lift.capacity.ports import port_throughput
from forceflow.lift.capacity.sealift import SeaBridge, SeaCapacity, sealift_capacity
from forceflow.quantity.units import KM_PER_NM, M3_PER_MEASUREMENT_TON
from standins import PlainAircraft, PlainVessel, way

SHIP = PlainVessel("ship", cargo=2_000.0, speed=20.0, load=24.0, discharge=48.0)
BARGE = PlainVessel("barge", cargo=500.0, speed=10.0, load=12.0, discharge=24.0)
VAGUE = PlainVessel(
    "vague", cargo=(1_000, 2_000, 2_500), speed=(18, 25), load=(20, 40), share=(0.3, 0.6, 0.9)
)
ROUTE = way("P", 4_800, "Q", mode="sea", passages=("strait", "canal"))


def capacity(*vessels: PlainVessel, **more: object) -> SeaCapacity:
    given = {"vessels": list(vessels), "route": ROUTE, "delay_ratio": 1.0, **more}
    return sealift_capacity(SeaBridge(**given), draws=8)  # type: ignore[arg-type]


# -- by hand ---------------------------------------------------------------------------------------------------


def test_ship_cycle_by_hand() -> None:
    cap = capacity(SHIP, SHIP, SHIP)
    assert {name: part.middle / 24 for name, part in cap.cycle_parts_h.items()} == {
        "load": 1.0,
        "sail out": 10.0,
        "discharge": 2.0,
        "sail back": 10.0,
    }
    assert cap.cycle_h.middle == 23 * 24
    assert cap.first_delivery_h.middle == 13 * 24
    assert cap.fleet_size.middle == 3.0
    assert cap.sailings_per_day.middle == pytest.approx(3 / 23)
    assert cap.tonnes_per_day.middle == pytest.approx(6_000 / 23)
    assert cap.bottleneck == "fleet"
    assert cap.more["sailing_interval_days"].middle == pytest.approx(23 / 3)


def test_waits_and_rates_lengthen_the_cycle() -> None:
    waits = capacity(SHIP, passage_wait_h=6, other_delay_h=12)
    assert waits.cycle_h.middle == 23 * 24 + 4 * 6 + 12
    rates = capacity(SHIP, load_t_per_h=100, discharge_t_per_h=50, working_h_per_day=20)
    assert rates.cycle_parts_h["load"].middle == pytest.approx(2_000 / 100 * 24 / 20)
    assert rates.cycle_parts_h["discharge"].middle == pytest.approx(48.0)
    back = capacity(SHIP, return_route=way("Q", 2_400, "P", mode="sea"))
    assert back.cycle_parts_h["sail back"].middle == pytest.approx(120.0)
    shut = capacity(SHIP, open_share=0.5)
    assert shut.tonnes_per_day.middle == pytest.approx(capacity(SHIP).tonnes_per_day.middle / 2)


def test_the_delay_is_that_of_a_voyage() -> None:
    """A bridge and `Route.duration_h` share one prior; with 1 nothing is added."""
    sea = ff.route("Tartus", "Baltiysk", mode="sea")
    voyage = sea.duration_h(ff.find_platform("Sparta"))
    out = ff.sealift_capacity(ff.SeaBridge(["Sparta"], sea)).cycle_parts_h["sail out"]
    assert voyage.low < out.low < out.high < voyage.high
    assert out.middle == pytest.approx(voyage.best, rel=0.06)
    calm = ff.sealift_capacity(ff.SeaBridge(["Sparta"], sea, delay_ratio=1)).cycle_parts_h[
        "sail out"
    ]
    assert out.middle / calm.middle == pytest.approx(
        1.175, abs=0.03
    )  # mean of the PERT of 1, 1.15 and 1.45
    both = capacity(SHIP, delay_ratio=1.5)
    assert (
        both.cycle_parts_h["sail out"].middle == both.cycle_parts_h["sail back"].middle == 1.5 * 240
    )
    with pytest.raises(EstimateError, match="delay_ratio must be at least 1"):
        SeaBridge([SHIP], ROUTE, delay_ratio=0.9)


def test_berths_and_escorts_bind() -> None:
    berths = capacity(*[SHIP] * 40, discharge_berths=1)
    assert berths.bottleneck == "discharge berths"
    assert berths.tonnes_per_day.middle == pytest.approx(1_000.0)
    assert berths.one_more_t_per_day["one more discharge berth"].middle > 0
    assert berths.one_more_t_per_day["one more Plain ship"].middle == 0.0
    escort = capacity(*[SHIP] * 40, escort_every_days=10, ships_per_escort=4)
    assert escort.bottleneck == "escort"
    assert escort.sailings_per_day.middle == pytest.approx(0.4)
    assert escort.cycle_parts_h["wait for escort"].middle == 120.0
    assert escort.one_more_t_per_day["one more ship per escort"].middle == pytest.approx(200.0)


def test_a_published_voyage_in_whole_days() -> None:
    """An SL-7 voyage of 17 days 5 hours counts as 17 days in a published model (CBO, December 1997, read)."""
    hours = 17 * 24 + 5
    ship = PlainVessel("sl7", speed=27 * KM_PER_NM)
    cap = capacity(ship, route=way("Savannah", hours * 27 * KM_PER_NM, "Pusan", mode="sea"))
    assert round(cap.cycle_parts_h["sail out"].middle / 24) == 17


def test_published_measurement_ton() -> None:
    assert_allclose(M3_PER_MEASUREMENT_TON, 1.133, atol=5e-4)
    # 40 m3 = 35.304 MT in a public freight code, which divides by the rounded 1.133.
    assert_allclose(40 / M3_PER_MEASUREMENT_TON, 35.304, rtol=1e-3)


# -- closure ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tonnes", "days"),
    [(1, 13), (2_000, 13), (6_000, 13), (6_001, 36), (12_000, 36), (12_001, 59), (60_000, 220)],
)
def test_s9_closure_of_like_ships(tonnes: float, days: float) -> None:
    cap = capacity(SHIP, SHIP, SHIP)
    loads = math.ceil(tonnes / 2_000)
    assert days == 13 + (math.ceil(loads / 3) - 1) * 23
    assert_allclose(cap.closure_days(tonnes).middle, days, rtol=1e-8)


@settings(max_examples=40, deadline=None)
@given(ships=st.integers(0, 4), barges=st.integers(0, 4), tonnes=st.floats(1, 60_000))
def test_closure_of_unlike_ships_against_a_plain_log_of_arrivals(
    ships: int, barges: int, tonnes: float
) -> None:
    if ships + barges == 0:
        return
    cap = capacity(*[SHIP] * ships, *[BARGE] * barges)
    log = []
    for kind in [SHIP] * ships + [BARGE] * barges:
        load, sail = kind.load_h.best / 24, 4_800 / kind.speed_km_per_h.best / 24
        unload = kind.discharge_h.best / 24
        cycle = load + sail + unload + sail
        log += [(load + sail + unload + trip * cycle, kind.cargo_t.best) for trip in range(200)]
    log.sort()
    landed = np.cumsum([cargo for _, cargo in log])
    expected = log[int(np.searchsorted(landed, tonnes))][0]
    assert_allclose(cap.closure_days(tonnes).middle, expected, rtol=1e-8)


def test_steady_days_times_rate_is_the_requirement() -> None:
    cap = sealift_capacity(SeaBridge([VAGUE, SHIP], ROUTE), draws=500, seed=2)
    assert_allclose(cap.steady_days(30_000).middle * cap.tonnes_per_day.middle, 30_000, rtol=1e-12)
    assert cap.closure_days(300).middle < cap.closure_days(30_000).middle
    assert cap.closure_days(0).middle == 0.0
    assert capacity(PlainVessel("empty", cargo=0.0)).closure_days(1).middle == math.inf
    # In the long run whole voyages and the steady rate agree to within one cycle.
    like = capacity(SHIP)
    assert abs(like.closure_days(200_000).middle - like.steady_days(200_000).middle) <= 23


# -- laws ------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    ships=st.integers(1, 12), barges=st.integers(0, 12), load=st.integers(1, 4), discharge=st.integers(1, 4),
    escorted=st.integers(1, 5),
)  # fmt: skip
def test_more_never_carries_less(
    ships: int, barges: int, load: int, discharge: int, escorted: int
) -> None:
    def tonnes(
        *, ships: int = ships, barges: int = barges, load: int = load, escorted: int = escorted
    ) -> float:
        cap = capacity(
            *[SHIP] * ships,
            *[BARGE] * barges,
            load_berths=load,
            discharge_berths=discharge,
            escort_every_days=7,
            ships_per_escort=escorted,
        )
        least = min(bound.middle for bound in cap.bounds_t_per_day.values())
        assert_allclose(cap.tonnes_per_day.middle, least, rtol=1e-9, atol=1e-9)
        return cap.tonnes_per_day.middle

    base = tonnes() * (1 - 1e-9)
    assert tonnes(ships=ships + 1) >= base
    assert tonnes(barges=barges + 1) >= base
    assert tonnes(load=load + 1) >= base
    assert tonnes(escorted=escorted + 1) >= base


# -- ports -----------------------------------------------------------------------------------------------------


def test_a_port_passes_no_more_than_its_weakest_link() -> None:
    port = port_throughput(
        reception_t_per_day=5_000,
        discharge_t_per_day=2_000,
        storage_t=12_000,
        dwell_days=8,
        clearance_t_per_day=1_800,
    )
    assert port.tonnes_per_day.middle == 1_500.0
    assert port.bottleneck == "storage"
    assert port.slack_share["clearance"].middle == pytest.approx(1 - 1_500 / 1_800)
    assert "storage is the weakest link" in str(port)
    assert "weakest in 100%" in port._repr_html_()
    vague = port_throughput(
        discharge_t_per_day=(800, 1_600), clearance_t_per_day=(1_000, 1_400), seed=4
    )
    assert vague.tonnes_per_day.high <= vague.bounds_t_per_day["clearance"].high
    assert 0 < vague.bottleneck_share["discharge"] < 1


def test_a_port_asked_for_wrongly() -> None:
    with pytest.raises(EstimateError, match="at least one part"):
        port_throughput()
    with pytest.raises(EstimateError, match="dwell_days"):
        port_throughput(storage_t=100)
    with pytest.raises(EstimateError, match="storage_t_per_day"):
        port_throughput(storage_t=100, dwell_days=2, storage_t_per_day=9)


# -- draws, words, errors --------------------------------------------------------------------------------------


def test_same_seed_same_answer_and_a_sentence() -> None:
    bridge = SeaBridge([VAGUE, VAGUE], ROUTE, load_berths=1)
    cap = sealift_capacity(bridge, seed=5)
    assert cap == sealift_capacity(bridge, seed=5)
    assert cap.tonnes_per_day != sealift_capacity(bridge, seed=6).tonnes_per_day
    assert str(cap).startswith("sealift P to Q (4,800 km): ")
    assert "sailings/day by 2 ships" in str(cap)
    assert "one more load berth" in cap._repr_html_()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"vessels": []}, "at least one ship"),
        ({"vessels": "Sparta"}, "list"),
        ({"load_berths": -1}, "load_berths"),
        ({"open_share": 1.5}, "open_share"),
        ({"load_h": 3, "load_t_per_h": 3}, "not both"),
        ({"escort_every_days": 3}, "come together"),
        ({"load_t_per_h": 0}, "above 0"),
        ({"working_h_per_day": 30}, "at most 24"),
        ({"route": way("P", 0, "P")}, "longer than 0 km"),
        ({"route": way("P", 9, "Q")}, "needs a route of mode 'sea', got one by air"),
        ({"vessels": {"Sparta": 2}}, "two alike standing there twice"),
    ],
)
def test_bad_bridges_say_what_was_wrong(change: dict[str, object], words: str) -> None:
    given = {"vessels": [SHIP], "route": ROUTE, **change}
    with pytest.raises(EstimateError, match=words):
        SeaBridge(**given)  # type: ignore[arg-type]


def test_bad_names() -> None:
    with pytest.raises(
        EstimateError, match=r"sealift_capacity needs forceflow\.SeaBridge, got int"
    ):
        sealift_capacity(3)  # type: ignore[arg-type]
    with pytest.raises(EstimateError, match="not a vessel"):
        sealift_capacity(SeaBridge([PlainAircraft("a")], ROUTE))
    with pytest.raises(UnknownNameError):
        sealift_capacity(SeaBridge(["Spartacus IX"], ROUTE))


def test_the_ships_of_the_design() -> None:
    cap = sealift_capacity(SeaBridge(vessels=["Sparta", "Sparta II"], route=ROUTE))
    assert cap.platforms == ("Sparta", "Sparta II")
    assert 0 < cap.tonnes_per_day.low < cap.tonnes_per_day.middle < cap.tonnes_per_day.high


def test_the_public_session_and_a_closed_strait() -> None:
    through = ff.route("Tartus", "Novorossiysk", mode="sea")
    cap = ff.sealift_capacity(ff.SeaBridge(vessels=["Sparta", "Sparta II"], route=through))
    assert isinstance(cap, ff.Capacity)
    with pytest.raises(ff.NoRouteError):
        ff.route("Tartus", "Novorossiysk", mode="sea", closed=("bosphorus",))
    around = ff.route("Tartus", "Baltiysk", mode="sea")
    assert ff.sealift_capacity(ff.SeaBridge(["Sparta"], around)).cycle_h.middle > cap.cycle_h.middle
