"""Capacities draw by draw: every input at its own address, put together again by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.testing import assert_allclose
from test_capacity_edges import air, sea

from forceflow.lift.capacity.march import convoy_march
from forceflow.lift.capacity.ports import port_throughput
from forceflow.quantity import Quantity
from standins import PlainAircraft, PlainMix, PlainVessel, way


def drawn(amount: Any, entity: str, purpose: str) -> Any:
    return Quantity.of(amount).draw(50, seed=5, entity=entity, purpose=purpose)


def test_a_sea_bridge_draw_by_draw() -> None:
    """The address of a draw is part of the answer: closed form and simulated days share it."""
    ship = PlainVessel(
        "s",
        cargo=(1_000, 2_000, 2_500),
        speed=(18, 25),
        load=(20, 40),
        discharge=(30, 50),
        share=(0.3, 0.6),
    )
    amounts: dict[str, Any] = {
        "passage_wait_h": (3, 9), "other_delay_h": (5, 20), "open_share": (0.5, 0.9), "delay_ratio": (1.0, 1.4),
        "escort_every_days": (4, 8), "ships_per_escort": (0.2, 2), "load_berths": (0.1, 3),
        "discharge_berths": (0.1, 3),
    }  # fmt: skip
    got = sea(ship, ship, draws=50, seed=5, **amounts)
    a = {
        name: drawn(amount, "bridge", name.replace("_berths", " berths"))
        for name, amount in amounts.items()
    }
    cargo = drawn(ship.cargo, "s", "cargo") * drawn(ship.share, "s", "load_factor")
    load, discharge = drawn(ship.load, "s", "load_h"), drawn(ship.discharge, "s", "discharge_h")
    sail = 4_800 / drawn(ship.speed, "s", "speed") * a["delay_ratio"] + 2 * a["passage_wait_h"]
    first = load + a["escort_every_days"] * 12 + sail + discharge
    cycle = (first + sail + a["other_delay_h"]) / 24
    bounds = {
        "fleet": 2 / cycle, "load berths": a["load_berths"] * 24 / load,
        "discharge berths": a["discharge_berths"] * 24 / discharge,
        "escort": a["ships_per_escort"] / a["escort_every_days"],
    }  # fmt: skip
    for name, bound in bounds.items():
        assert_allclose(got.by_draw[name], bound * a["open_share"] * cargo, err_msg=name)
    least = np.min(list(bounds.values()), axis=0) * a["open_share"]
    assert_allclose(got.by_draw["tonnes_per_day"], least * cargo)
    assert_allclose(got.by_draw["fleet_size"], 2)
    assert_allclose(got.by_ship["first_days"][0], first / 24)
    assert_allclose(got.by_ship["cycle_days"][0], 2 / least)
    need = drawn((1_000, 9_000), "requirement", "tonnes")
    assert_allclose(got.steady_days((1_000, 9_000)).middle, np.median(need / (least * cargo)))
    waves = np.ceil(need / (2 * cargo))
    assert_allclose(
        got.closure_days((1_000, 9_000)).middle, np.median(first / 24 + (waves - 1) * 2 / least)
    )


def test_a_port_and_rates_draw_by_draw() -> None:
    ship = PlainVessel("s", cargo=(1_000, 2_000, 2_500))
    given: dict[str, Any] = {
        "load_t_per_h": (40, 90),
        "discharge_t_per_h": (50, 60),
        "working_h_per_day": (8, 20),
    }
    got = sea(ship, draws=50, seed=5, **given)
    stretch = 24 / drawn((8, 20), "bridge", "working_h_per_day")
    for part, rate in (("load", (40, 90)), ("discharge", (50, 60))):
        hours = drawn(ship.cargo, "s", "cargo") / drawn(rate, "bridge", f"{part}_h_rate") * stretch
        assert_allclose(got.cycle_parts_h[part].middle, np.median(hours))
    port = port_throughput(
        reception_t_per_day=(5, 9), storage_t=(10, 90), dwell_days=(3, 8), draws=50, seed=5
    )
    reception = drawn((5, 9), "port", "reception")
    storage = drawn((10, 90), "port", "storage") / drawn((3, 8), "port", "dwell")
    assert_allclose(port.tonnes_per_day.middle, np.median(np.minimum(reception, storage)))


def test_an_air_bridge_draw_by_draw() -> None:
    kind = PlainAircraft(
        "v",
        payload=(30, 40, 48),
        speed=(700, 800),
        onload=(1, 2, 4),
        offload=(1, 3),
        enroute=(1, 2),
        share=(0.3, 0.8),
    )
    amounts: dict[str, Any] = {
        "onload_mog": (1, 6), "offload_mog": (1, 6), "enroute_mog": (1, 6), "operating_h_per_day": (8, 20),
        "queueing_efficiency": (0.6, 0.9), "serviceable_share": (0.4, 0.9), "crew_duty_h": (8, 16),
        "crew_rest_h": (10, 16),
    }  # fmt: skip
    by_type: dict[str, Any] = {
        "utilisation_h_per_day": {"v": (3, 12)},
        "crews_per_aircraft": {"v": (0.5, 3)},
    }
    route = way("A", 900, "S", 700, "B")
    got = air({kind: (5, 20)}, route=route, draws=50, seed=5, **amounts, **by_type)
    a = {name: drawn(amount, "bridge", name) for name, amount in amounts.items()}
    own = {name: drawn(amount["v"], "v", name) for name, amount in by_type.items()}
    count = drawn((5, 20), "v", "fleet") * a["serviceable_share"]
    load = drawn(kind.payload, "v", "payload") * drawn(kind.share, "v", "load_factor")
    onload, offload, stop = (
        drawn(getattr(kind, n), "v", f"{n}_h") for n in ("onload", "offload", "enroute")
    )
    flying = 2 * 1_600 / drawn(kind.speed, "v", "block_speed")
    cycle = onload + offload + 2 * stop + flying
    crews = own["crews_per_aircraft"] * a["crew_duty_h"] / (a["crew_duty_h"] + a["crew_rest_h"])
    spot_hours = a["operating_h_per_day"] * a["queueing_efficiency"]
    bounds = {
        "fleet": count * a["operating_h_per_day"] / cycle, "utilisation": count * own["utilisation_h_per_day"] / flying,
        "crews": count * crews * 24 / cycle, "onload": a["onload_mog"] * spot_hours / onload,
        "offload": a["offload_mog"] * spot_hours / offload, "stop at S": a["enroute_mog"] * spot_hours / (2 * stop),
    }  # fmt: skip
    for name, bound in bounds.items():
        assert_allclose(got.by_draw[name], bound * load, err_msg=name)
    least = np.min(list(bounds.values()), axis=0)
    assert_allclose(got.by_draw["tonnes_per_day"], least * load)
    fleet = np.min([bounds[name] for name in ("fleet", "utilisation", "crews")], axis=0)
    assert_allclose(got.by_draw["fleet_capability"], fleet * load)
    assert_allclose(got.flying_h_per_aircraft_per_day.middle, np.median(least * flying / count))
    stations = np.min([bounds[name] for name in ("onload", "offload", "stop at S")], axis=0)
    larger = np.minimum(fleet * (1 + a["serviceable_share"] / count), stations) * load
    assert_allclose(
        got.one_more_t_per_day["one more Plain v"].high, np.quantile(larger - least * load, 0.95)
    )
    assert got.one_more_t_per_day["one more Plain v"].high > 0
    need = drawn((1, 9), "requirement", "tonnes")
    wanted = np.where(
        need / 4 > stations * load, np.inf, need / 4 / (fleet * load) * drawn((5, 20), "v", "fleet")
    )
    assert_allclose(got.aircraft_needed((1, 9), days=4).middle, np.median(wanted))


def test_spots_of_an_aircraft_draw_by_draw() -> None:
    """On 6 spots 3 aircraft of 2 stand at a time, or 2 of 3."""
    spots = np.array([2.0, 3.0])
    got = air(
        {PlainAircraft("v", offload=1.0): 9},
        spots_per_aircraft={"v": spots},
        offload_mog=6,
        draws=50,
        seed=5,
    )
    at_once = 6 // drawn(spots, "v", "spots_per_aircraft")
    assert set(at_once) == {2, 3}
    assert_allclose(got.by_draw["offload"], at_once * 24 * 0.85 * 40)


def test_a_march_draw_by_draw() -> None:
    mix = PlainMix(mass=(8, 12), length=(6, 9), people=(2, 4), speed=(20, 40))
    given: dict[str, Any] = {
        "gap_m": (50, 100), "march_unit_gap_min": (5, 15), "serial_gap_min": (10, 30), "halts_h": (1, 3),
        "distance_km": (200, 900), "driving_h_per_day": (6, 10),
    }  # fmt: skip
    got = convoy_march((100, 400), mix=mix, march_units_per_serial=2, draws=50, seed=5, **given)
    a = {name: drawn(amount, "march", name) for name, amount in given.items()}
    vehicles, rate = (
        drawn((100, 400), "march", "vehicles"),
        drawn(mix.speed, "mix", "march_rate_km_per_h"),
    )
    density = 1000 / (a["gap_m"] + drawn(mix.length, "mix", "vehicle_length_m"))
    units = np.ceil(np.ceil(vehicles) / 25)
    serials = np.ceil(units / 2)
    gaps = (units - 1) * a["march_unit_gap_min"]
    gaps += (serials - 1) * np.maximum(a["serial_gap_min"] - a["march_unit_gap_min"], 0)
    length_h = vehicles / density / rate + gaps / 60
    driving = a["distance_km"] / rate
    nights = np.ceil(driving / a["driving_h_per_day"]) - 1
    way_h = driving + a["halts_h"] + nights * (24 - a["driving_h_per_day"])
    wanted = {
        "vehicles": vehicles, "march_units": units, "serials": serials, "march_rate_km_per_h": rate,
        "vehicles_per_km": density, "occupied_km": vehicles / density, "gaps_km": gaps / 60 * rate,
        "road_space_km": length_h * rate, "time_length_h": length_h, "extal_h": units / 60,
        "pass_time_h": length_h + units / 60, "time_distance_h": way_h, "closure_h": way_h + length_h + units / 60,
        "tonnes": vehicles * drawn(mix.mass, "mix", "mass"),
        "personnel": vehicles * drawn(mix.people, "mix", "personnel"),
    }  # fmt: skip
    assert set(wanted) == set(got.by_draw)
    for name, values in wanted.items():
        assert_allclose(got.by_draw[name], values, err_msg=name)
    assert got.distance_km == np.median(a["distance_km"])
    told = {"vehicles_per_km": (5, 12), "time_gaps_min": (10, 40), "march_rate_km_per_h": (10, 20)}
    dense = convoy_march(50, mix=mix, draws=50, seed=5, **told)  # type: ignore[arg-type]
    rate = drawn((10, 20), "mix", "march_rate_km_per_h")
    gaps_km = drawn((10, 40), "march", "time_gaps_min") / 60 * rate
    assert_allclose(
        dense.by_draw["road_space_km"], 50 / drawn((5, 12), "march", "vehicles_per_km") + gaps_km
    )
    units_of = {
        name: getattr(got, name).unit
        for name in ("vehicles", "serials", "road_space_km", "closure_h", "tonnes")
    }
    assert units_of == {
        "vehicles": "vehicles", "serials": "serials", "road_space_km": "km", "closure_h": "h", "tonnes": "t",
    }  # fmt: skip
