"""The platform catalogue: names, sources, payload over distance, and the published loads it must allow."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forceflow.errors import AmbiguousNameError, EstimateError, QuantityError, UnknownNameError
from forceflow.quantity import Quantity
from forceflow.quantity.units import KM_PER_NM, T_PER_LB, T_PER_SHORT_TON
from forceflow.world import Aircraft, Figure, VehicleMix, Vessel, find_platform
from forceflow.world.names import read_data
from forceflow.world.platforms.catalogue import platforms
from forceflow.world.platforms.load_factors import CARGO_KINDS, load_factors
from forceflow.world.platforms.payload import Corner, FuelModel, check_corners
from forceflow.world.platforms.sourced_figures import figure_from, source, sources

PEOPLE_PER_VEHICLE = 7.7
"""In Russian and Soviet airlifts 6.9 to 8.6 people came with a vehicle: totals read, ratios computed, 7,700 to 894
(1979), 817 to 119 and 372 to 53 (2020), 2,030 to 250 (2022)."""

SOLDIER_T = 400 * T_PER_LB
"""A passenger with gear in planning tables: 400 lb (AFPAM 10-1403)."""

AIRCRAFT = [platform for platform in platforms() if isinstance(platform, Aircraft)]
VESSELS = [platform for platform in platforms() if isinstance(platform, Vessel)]
VEHICLES = [platform for platform in platforms() if isinstance(platform, VehicleMix)]


def aircraft(name: str) -> Aircraft:
    found = find_platform(name)
    assert isinstance(found, Aircraft)
    return found


def vessel(name: str) -> Vessel:
    found = find_platform(name)
    assert isinstance(found, Vessel)
    return found


def three(quantity: Quantity) -> tuple[float, float, float]:
    return quantity.low, quantity.best, quantity.high


# -- names -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("An-124-100", "An-124-100"),
        ("AN124100", "An-124-100"),
        ("Antonov AN-124", "An-124"),
        ("an 124", "An-124"),
        ("Il-76", "Il-76MD"),
        ("IL-76", "Il-76MD"),
        ("Ilyushin", "Ilyushin airlifter"),
        ("Il‑76MD", "Il-76MD"),
        ("Ил-76", "Il-76MD"),
        ("il76td", "Il-76TD"),
        ("Il-76MD-90A", "Il-76MD-90A"),
        ("Antonov An-26", "An-26"),
        ("Tu-154", "Tu-154M"),
        ("cargo planes", "cargo aircraft"),
        ("Boeing 747-400F", "747-400F"),
        ("B747-8F", "747-8F"),
        ("777 freighter", "777F"),
        ("MD-11", "MD-11F"),
        ("Airbus A330-200F", "A330-200F"),
        ("A300F", "A300-600F"),
        ("SPARTA", "Sparta"),
        ("sparta ii", "Sparta II"),
        ("Sparta III", "Ursa Major"),
        ("Ivan Gren", "Ivan Gren class"),
        ("Aleksandr Otrakovsky", "Ropucha class"),
        ("Alexander Shabalin", "Ropucha class"),
        ("cargo ships", "cargo ship"),
        ("armoured personnel carriers", "APC"),
        ("vehicles", "military vehicles"),
        ("fuel tankers", "fuel tanker"),
    ],
)
def test_printed_names_resolve(printed: str, expected: str) -> None:
    assert find_platform(printed).id == expected


def test_catalogue_holds_every_type_asked_for() -> None:
    wanted = {
        *(
            "An-124-100",
            "An-124",
            "Il-76MD",
            "Il-76TD",
            "Il-76MD-90A",
            "An-26",
            "An-72",
            "An-12",
            "An-22",
            "An-32",
        ),
        *(
            "Il-62M",
            "Tu-154M",
            "C-17",
            "C-5M",
            "C-130J",
            "C-141",
            "A400M",
            "C-47",
            "C-54",
            "cargo aircraft",
        ),
        *(
            "747-400F",
            "747-8F",
            "777F",
            "MD-11F",
            "A330-200F",
            "A300-600F",
            "767-300F",
            "737-800BCF",
        ),
        *(
            "Sparta",
            "Sparta II",
            "Sparta IV",
            "Baltic Leader",
            "Ursa Major",
            "General Skobelev",
            "Lady Mariia",
        ),
        *("Siyanie Severa", "Ivan Gren class", "Ropucha class", "cargo ship"),
        *("military vehicles", "APC", "fuel tanker", "truck", "medical vehicle"),
    }
    assert wanted <= {platform.id for platform in platforms()}


def test_every_name_finds_its_own_platform() -> None:
    for platform in platforms():
        for name in (platform.id, platform.name, *platform.aliases):
            assert find_platform(name) is platform


def test_unknown_name_suggests_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown platform 'Spartta'; did you mean Sparta"):
        find_platform("Spartta")
    with pytest.raises(UnknownNameError, match="platform is blank: ''"):
        find_platform("")


def test_ambiguous_name_lists_the_candidates() -> None:
    with pytest.raises(AmbiguousNameError, match=r"'Antonov' is ambiguous.*An-124.*An-26"):
        find_platform("Antonov")
    with pytest.raises(AmbiguousNameError, match=r"'Boeing 747' is ambiguous.*747-400F.*747-8F"):
        find_platform("Boeing 747")
    for ids in read_data("aircraft.toml")["ambiguous"].values():
        for each in ids:
            assert find_platform(each).id == each


# -- sources -----------------------------------------------------------------------------------------------------


def figures_of(platform: object) -> list[Figure]:
    found: list[Figure] = []
    for value in vars(platform).values():
        if isinstance(value, Figure):
            found.append(value)
        elif isinstance(value, dict):
            found += [each for each in value.values() if isinstance(each, Figure)]
        elif isinstance(value, tuple):
            for each in value:
                if isinstance(each, Corner):
                    found += [each.payload_t, each.range_km]
    return found


def test_every_figure_names_a_known_source_and_a_prior_its_reason() -> None:
    every = [figure for platform in platforms() for figure in figures_of(platform)]
    every += [factor.share for factor in load_factors().values()]
    assert len(every) > 400
    for figure in every:
        assert source(figure.source).title
        if figure.status == "prior":
            assert figure.note
        if figure.source == "recalled":
            assert figure.status == "recalled"
        if figure.source == "forceflow-prior":
            assert figure.status == "prior"
        if figure.status == "read":
            assert figure.source not in {"recalled", "forceflow-prior"}


def test_every_source_is_used_or_cited() -> None:
    names = ("aircraft.toml", "vessels.toml", "vehicles.toml", "trains.toml", "load_factors.toml")
    text = "\n".join(str(read_data(name)) for name in names)
    payload = read_data("sources.toml")
    unused = [key for key in payload if key not in text and key != "antarctic-logistics-2016"]
    assert unused == []


def test_sources_can_be_looked_up() -> None:
    assert source("amc-c5m").url.startswith("https://www.amc.af.mil/")
    assert set(sources()) == set(read_data("sources.toml"))
    with pytest.raises(UnknownNameError, match="unknown source 'amc-c5'; did you mean amc-c5m"):
        source("amc-c5")


@pytest.mark.parametrize(
    ("raw", "match"),
    [
        ({"value": 1, "source": "x", "status": "guessed"}, "status 'guessed'"),
        ({"value": 1, "source": "x", "status": "prior"}, "must state its reason"),
        ({"value": [3, 2, 4], "source": "x", "status": "read"}, "out of order"),
    ],
)
def test_a_bad_figure_is_refused(raw: dict[str, object], match: str) -> None:
    with pytest.raises(QuantityError, match=match):
        figure_from(raw, unit="t", where="here")


def test_printed_units_are_converted_once() -> None:
    raw = {"value": [1, 2], "printed_in": "st", "source": "x", "status": "read"}
    figure = figure_from(raw, unit="t", where="here")
    np.testing.assert_allclose(
        three(figure.value), (T_PER_SHORT_TON, 1.5 * T_PER_SHORT_TON, 2 * T_PER_SHORT_TON)
    )
    assert str(figure) == "1.36078 (0.907185 to 1.81437) t [read: x]"
    assert str(figure_from({**raw, "value": 1}, unit="t", where="here")) == "0.907185 t [read: x]"


# -- payload over distance ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("plane", AIRCRAFT, ids=lambda plane: plane.id)
def test_corners_are_returned(plane: Aircraft) -> None:
    for corner in plane.corners:
        for bound in ("low", "best", "high"):
            range_km, payload = corner.at(bound)
            if range_km <= plane.corners[-1].at("high")[0]:
                np.testing.assert_allclose(
                    getattr(plane.payload_t(range_km), bound), payload, atol=1e-9
                )
        np.testing.assert_allclose(
            plane.payload_t(corner.range_km.best).best, corner.payload_t.best, atol=1e-9
        )
    assert plane.payload_t(0).best == plane.structural_payload_t.best


def test_disagreement_stays_an_interval() -> None:
    plane = aircraft("An-124-100")
    first = plane.corners[0].range_km
    assert (first.low, first.high) == (3700, 5400)
    assert plane.payload_t(3700).low == 120
    assert plane.payload_t(5400).high == 120
    assert plane.payload_t(4500).low < 120 == plane.payload_t(4500).best


@given(
    st.sampled_from(AIRCRAFT),
    st.floats(0, 20_000),
    st.floats(0, 20_000),
    st.booleans(),
)
def test_payload_laws(plane: Aircraft, one: float, other: float, refuel: bool) -> None:
    near, far = sorted((one, other))
    try:
        heavy = plane.payload_t(near, refuel_at_destination=refuel)
    except EstimateError:
        with pytest.raises(EstimateError):
            plane.payload_t(far, refuel_at_destination=refuel)
        return
    assert 0 <= heavy.low <= heavy.best <= heavy.high <= plane.structural_payload_t.high
    assert heavy.best <= plane.structural_payload_t.best
    if not refuel:
        with_fuel = plane.payload_t(near)
        assert all(a <= b for a, b in zip(three(heavy), three(with_fuel), strict=True))
    try:
        light = plane.payload_t(far, refuel_at_destination=refuel)
    except EstimateError:
        return
    assert all(a <= b + 1e-9 for a, b in zip(three(light), three(heavy), strict=True))


@pytest.mark.parametrize("plane", AIRCRAFT, ids=lambda plane: plane.id)
def test_out_of_reach_names_the_ferry_range(plane: Aircraft) -> None:
    beyond = plane.corners[-1].at("high")[0] + 1
    ferry = f"ferry range is {plane.ferry_range_km.best:,.0f} km"
    for refuel in (True, False):
        with pytest.raises(EstimateError, match=ferry):
            plane.payload_t(beyond, refuel_at_destination=refuel)
    with pytest.raises(EstimateError, match="without fuel there"):
        plane.payload_t(plane.corners[-1].at("high")[0], refuel_at_destination=False)


@pytest.mark.parametrize("distance", [-1, math.nan, math.inf])
def test_a_distance_must_be_one(distance: float) -> None:
    with pytest.raises(EstimateError, match="wanted a finite distance"):
        aircraft("Il-76MD").payload_t(distance)
    with pytest.raises(EstimateError, match="wanted a finite length"):
        aircraft("Il-76MD").block_speed_km_per_h(distance)


def test_out_and_back_agrees_with_the_antarctic_operator() -> None:
    """Il-76TD, 3,000 km out and 3,000 km back: 17.5 t planned, 166 t in nine trips (April 2016)."""
    load = aircraft("Il-76TD").payload_t(3_000, refuel_at_destination=False)
    assert load.low < 17.5 < 166 / 9 < load.high
    assert 14 < load.best < 22
    assert load.high < 40
    assert aircraft("Il-76TD").payload_t(3_000).best == 50


def test_fuel_model_balances() -> None:
    """What flies out with the greatest load lands with the reserve and breaks neither mass nor tanks."""
    model = FuelModel((190, 190, 190), (92, 92, 92), (90, 90, 90), 785, (14_800, 14_800, 14_800))
    for distance in (500, 1_500, 3_000, 3_500):
        load = model.out_and_back_t(distance, "best")
        constant = 14_800 / 1.15
        landing = 92 * math.exp(785 * 2.0 / constant)
        start = (landing * math.exp(distance / constant) + load) * math.exp(distance / constant)
        assert start <= 190 + 1e-9
        assert start - 92 - load <= 90 + 1e-9
        np.testing.assert_allclose(max(start / 190, (start - 92 - load) / 90), 1, rtol=1e-12)
    small_tanks = FuelModel(
        (190, 190, 190), (92, 92, 92), (60, 60, 60), 785, (14_800, 14_800, 14_800)
    )
    load = small_tanks.out_and_back_t(2_200, "best")
    grow = math.exp(2_200 / constant)
    start = (landing * grow + load) * grow
    assert 0 < load < model.out_and_back_t(2_200, "best")
    np.testing.assert_allclose(start - 92 - load, 60, rtol=1e-12)
    assert model.out_and_back_t(0, "best") > 50
    assert model.out_and_back_t(9_000, "best") == 0


def test_fuel_model_recovers_its_constant() -> None:
    def corner(payload: float, constant: float) -> Corner:
        start = min(190.0, 92 + payload + 90)
        range_km = constant * math.log(start / (92 + payload)) - 785 * 0.75
        raw = {"source": "x", "status": "read"}
        return Corner(
            figure_from({**raw, "value": payload}, unit="t", where=""),
            figure_from({**raw, "value": range_km}, unit="km", where=""),
        )

    corners = [corner(payload, 15_000) for payload in (50, 20, 0)]
    fitted = FuelModel.fitted(
        corners,
        take_off_t=(190, 190, 190),
        empty_t=(92, 92, 92),
        fuel_t=(90, 90, 90),
        cruise_km_per_h=785,
    )
    np.testing.assert_allclose(fitted.range_constant_km, 15_000, rtol=1e-12)


def test_bad_corners_are_refused() -> None:
    raw = {"source": "x", "status": "read"}

    def corner(payload: float, range_km: float) -> Corner:
        return Corner(
            figure_from({**raw, "value": payload}, unit="t", where=""),
            figure_from({**raw, "value": range_km}, unit="km", where=""),
        )

    with pytest.raises(QuantityError, match="out of order"):
        check_corners([corner(50, 4000), corner(60, 5000), corner(0, 6000)], name="x")
    with pytest.raises(QuantityError, match="ferry range"):
        check_corners([corner(50, 4000), corner(10, 6000)], name="x")


# -- speed and ground times --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "leg_nm", "hours"), [("C-17", 1000, 2.60), ("C-17", 2500, 6.16), ("C-17", 3500, 8.56)]
)
def test_block_times_of_the_table(name: str, leg_nm: float, hours: float) -> None:
    leg = leg_nm * KM_PER_NM
    np.testing.assert_allclose(
        leg / aircraft(name).block_speed_km_per_h(leg).best, hours, atol=0.005
    )


def test_block_speed_of_the_c130_is_not_monotone() -> None:
    speed = aircraft("C-130J").block_speed_km_per_h
    assert speed(2000 * KM_PER_NM).best > speed(3000 * KM_PER_NM).best


def test_il_76_flies_3000_km_in_the_time_the_operator_gives() -> None:
    """Punta Arenas to Union Glacier, about 3,000 km in 4.25 h (Antarctic operator, 2016)."""
    speed = aircraft("Il-76TD").block_speed_km_per_h(3_000)
    assert 3_000 / speed.high < 4.25 < 3_000 / speed.low
    np.testing.assert_allclose(3_000 / speed.best, 4.25, rtol=0.05)


@given(st.sampled_from(AIRCRAFT), st.floats(1, 12_000), st.floats(1, 12_000))
def test_block_speed_laws(plane: Aircraft, one: float, other: float) -> None:
    near, far = sorted((one, other))
    slow, fast = plane.block_speed_km_per_h(near), plane.block_speed_km_per_h(far)
    assert 0 < slow.low <= slow.best <= slow.high < 1_000
    assert near / slow.best <= far / fast.best + 1e-9
    assert slow.best <= plane.cruise_km_per_h.high


@pytest.mark.parametrize("plane", AIRCRAFT, ids=lambda plane: plane.id)
def test_ground_times(plane: Aircraft) -> None:
    times = {
        kind: plane.ground_time_h(kind) for kind in ("onload", "offload", "enroute", "expedited")
    }
    for time in times.values():
        assert 0 < time.low <= time.best <= time.high <= 12
    assert times["expedited"].best <= times["onload"].best
    with pytest.raises(
        EstimateError, match="no ground time of kind 'lunch'; known: enroute, expedited"
    ):
        plane.ground_time_h("lunch")


def test_published_ground_times() -> None:
    for name, hours in {"C-17": 2.25, "C-5M": 3.75, "C-130J": 1.75}.items():
        assert aircraft(name).ground_time_h("expedited").best == hours


# -- load factors against published airlifts -----------------------------------------------------------------------


def test_il_76_sortie_carries_what_russian_airlifts_carried() -> None:
    """2.1 to 2.9 vehicles and 15 to 22 people per sortie in 1979, 2020 and 2022."""
    plane, mix = aircraft("Il-76MD"), find_platform("military vehicles")
    assert isinstance(mix, VehicleMix)
    share, people = plane.load_factor("vehicles"), PEOPLE_PER_VEHICLE
    each = mix.mass_t.best + people * SOLDIER_T
    payload = plane.payload_t(2_000).best
    vehicles = [payload * part / each for part in three(share)]
    assert 2.1 < vehicles[1] < 2.9
    assert 15 < vehicles[1] * people < 22
    assert vehicles[0] < 2.1
    assert vehicles[2] > 2.9
    for seen, with_them, stores in ((2.61, 22.4, 3.1), (2.13, 14.6, 0.0), (2.3, 18.8, 0.0)):
        carried = seen * mix.mass_t.best + with_them * SOLDIER_T + stores
        assert share.low < carried / payload < share.high


def test_nickel_grass_load_is_allowed() -> None:
    """39.5 short tons per mission: 145 C-5 and 422 C-141 missions, half of 6,450 nm without landing."""
    leg = 6_450 / 2 * KM_PER_NM
    big, small = aircraft("C-5M"), aircraft("C-141")
    allowed = (145 * big.payload_t(leg).best + 422 * small.payload_t(leg).best) / 567
    share = big.load_factor("mixed")
    assert share.low * allowed < 39.5 * T_PER_SHORT_TON < share.high * allowed


def test_unit_move_on_c17_is_allowed() -> None:
    """1,200 t in 50 to 60 C-17 flights to Afghanistan in 2009: 20 to 24 t a flight."""
    plane = aircraft("C-17")
    share, payload = plane.load_factor("vehicles"), plane.payload_t(5_000)
    assert share.low * payload.best < 20 < 24 < share.high * payload.best


def test_passenger_loads_are_allowed() -> None:
    """175 soldiers per C-17 in 2009; 159.8 people per flight out of Kabul in 2021, at 0.1 t each."""
    plane = aircraft("C-17")
    share, payload = plane.load_factor("personnel"), plane.payload_t(3_000).best
    assert share.low < 159.8 * 0.1 / payload < 175 * SOLDIER_T / payload < share.high


def test_berlin_load_is_allowed() -> None:
    """9.26 short tons per flight on the peak day, mostly C-54, under 500 km."""
    plane = aircraft("C-54")
    share = 9.26 * T_PER_SHORT_TON / plane.payload_t(450).best
    assert plane.load_factor("mixed").low < share < plane.load_factor("mixed").high


def test_load_factors_are_shares_and_bad_cargo_is_refused() -> None:
    for factor in load_factors().values():
        assert 0 <= factor.share.low <= factor.share.best <= factor.share.high <= 1
        assert factor.share.best > 0
    for cargo in CARGO_KINDS:
        for plane in AIRCRAFT:
            assert plane.load_factor(cargo).best > 0
        for ship in VESSELS:
            assert ship.load_factor(cargo).best > 0
    assert aircraft("Il-76MD").load_factor("Coal") == aircraft("Il-76MD").load_factor("bulk")
    with pytest.raises(
        EstimateError,
        match="Il-76MD: no load factor for cargo 'stones'; known kinds: supplies, bulk, v",
    ):
        aircraft("Il-76MD").load_factor("stones")


# -- vessels and vehicles ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ship", VESSELS, ids=lambda ship: ship.id)
def test_cargo_is_the_least_of_the_limits(ship: Vessel) -> None:
    binding = dict(ship.limits_t)
    if ship.stowed_by_crane:
        binding.pop("lane metres", None)
    for bound in ("low", "best", "high"):
        assert getattr(ship.cargo_t, bound) == min(
            getattr(limit, bound) for limit in binding.values()
        )
        assert getattr(ship.vehicle_cargo_t, bound) <= getattr(ship.cargo_t, bound)
    assert 0 < ship.cargo_t.low <= ship.cargo_t.best <= ship.cargo_t.high < ship.deadweight_t.high
    assert 0 < ship.speed_km_per_h.low <= ship.speed_km_per_h.high < 40
    assert ship.load_h.best > 0 < ship.discharge_h.best


def test_published_particulars() -> None:
    assert vessel("Sparta IV").deadweight_t == Figure(
        Quantity(8625, 8625, 8625, unit="t"), "portnews-sparta4", "read"
    )
    assert vessel("Sparta II").cargo_t.best >= 8_000
    assert vessel("Ursa Major").draught_m.best == 7.2
    assert vessel("Ropucha").cargo_t.high == 650
    assert "tanker" in vessel("General Skobelev").role
    assert vessel("Sparta").imo == "9268710"


def test_only_navy_ships_are_warships() -> None:
    assert {ship.id for ship in VESSELS if ship.is_warship} == {"Ivan Gren class", "Ropucha class"}
    assert all((ship.flag == "naval") == ship.is_warship for ship in VESSELS)


def test_vehicles_on_a_crane_ship_fit_its_lanes() -> None:
    """The share assumed for loads of vehicles stays within what its lanes can hold."""
    for name in ("Sparta", "Sparta II", "Sparta IV", "Ursa Major"):
        ship = vessel(name)
        carried = ship.cargo_t.best * ship.load_factor("vehicles").best
        assert ship.vehicle_cargo_t.low < carried < ship.vehicle_cargo_t.high


def test_voyage_speed_covers_tartus_to_the_channel() -> None:
    """14 to 19 days early in 2025 over some 3,300 nm."""
    speed = vessel("Sparta II").speed_km_per_h
    for days in (14, 19):
        assert speed.low < 3_300 * KM_PER_NM / (days * 24) < speed.high


@pytest.mark.parametrize("mix", VEHICLES, ids=lambda mix: mix.id)
def test_vehicles_are_plausible(mix: VehicleMix) -> None:
    assert mix.kind == "vehicles"
    assert 1 < mix.mass_t.best < 40
    assert 3 < mix.length_m.best < 15
    assert 1 <= mix.personnel.best <= 12
    assert 20 < mix.speed_km_per_h.best < 60


# -- weight ------------------------------------------------------------------------------------------------------


def test_light_import() -> None:
    code = (
        "import sys; from forceflow.world import find_platform; find_platform('Il-76').payload_t(1000);"
        "print(sorted({'scipy', 'numba', 'pandas', 'polars', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# -- ICAO type designators -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("designator", "platform"),
    [
        *(
            ("A124", "An-124"),
            ("IL76", "Il-76MD"),
            ("AN12", "An-12"),
            ("AN22", "An-22"),
            ("AN26", "An-26"),
        ),
        *(
            ("AN32", "An-32"),
            ("AN72", "An-72"),
            ("IL62", "Il-62M"),
            ("T154", "Tu-154M"),
            ("C17", "C-17"),
        ),
        *(
            ("C5M", "C-5M"),
            ("C130", "C-130J"),
            ("C30J", "C-130J"),
            ("C141", "C-141"),
            ("A400", "A400M"),
        ),
        *(
            ("B744", "747-400F"),
            ("B748", "747-8F"),
            ("B77L", "777F"),
            ("MD11", "MD-11F"),
            ("A306", "A300-600F"),
        ),
        *(("DC3", "C-47"), ("DC4", "C-54")),
    ],
)
def test_a_designator_of_doc_8643_is_its_type(designator: str, platform: str) -> None:
    assert find_platform(designator).id == find_platform(designator.lower()).id == platform


@pytest.mark.parametrize(
    "designator", ["B738", "B763", "A332", "A225", "AN24", "AN30", "IL96", "Y20", "K35R", "C27J"]
)
def test_a_designator_of_another_type_is_refused(designator: str) -> None:
    """A passenger type, or one that the catalogue lacks."""
    with pytest.raises(UnknownNameError):
        find_platform(designator)


def test_designators_have_a_source_and_one_platform() -> None:
    for designator, of in read_data("aircraft.toml")["designator"].items():
        assert (of["status"] == "recalled") == (of["source"] == "recalled"), designator
        assert source(of["source"]).title
        assert find_platform(designator).id == of["id"]
