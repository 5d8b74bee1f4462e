"""What an input of a bridge, a port or a march may be: within its bounds a finite answer, else a refusal by name."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forceflow as ff
from forceflow.lift.capacity.march import convoy_march
from forceflow.lift.capacity.ports import port_throughput
from standins import PlainAircraft, PlainMix, PlainVessel, way

JET = PlainAircraft("jet", payload=40.0, speed=800.0, onload=2.0, offload=1.0, enroute=1.5)
HEAVY = PlainAircraft("heavy", payload=100.0, speed=800.0, onload=4.0, offload=3.0, enroute=2.0)
SHIP = PlainVessel("ship", cargo=2_000.0, speed=20.0, load=24.0, discharge=48.0)
MIX = PlainMix(mass=10.0, length=8.0, people=3.0, speed=30.0)
AIR = way("A", 1600, "B", 1600, "C")
SEA = way("P", 4_800, "Q", mode="sea", passages=("strait",))
CREWS = {"crews_per_aircraft": 2.0, "crew_duty_h": 12.0, "crew_rest_h": 12.0}
ESCORT = {"escort_every_days": 2.0, "ships_per_escort": 2.0}


def by_air(**more: Any) -> ff.Range:
    bridge = ff.AirBridge(
        **{"fleet": {JET: 4.0, HEAVY: 1.0}, "route": AIR, "onload_mog": 3, "offload_mog": 2, **more}
    )
    return ff.airlift_capacity(bridge, draws=100).tonnes_per_day


def by_sea(**more: Any) -> ff.Range:
    bridge = ff.SeaBridge(**{"vessels": [SHIP, SHIP], "route": SEA, **more})
    return ff.sealift_capacity(bridge, draws=100).tonnes_per_day


def in_port(**more: Any) -> ff.Range:
    return port_throughput(
        **{**({"dwell_days": 3.0} if "storage_t" in more else {}), **more}
    ).tonnes_per_day


def for_days(dwell_days: Any) -> ff.Range:
    return port_throughput(storage_t=600.0, dwell_days=dwell_days).tonnes_per_day


def on_road(**more: Any) -> ff.Range:
    return convoy_march(
        **{"vehicles": 50, "distance_km": 300, "mix": MIX, "draws": 100, **more}
    ).closure_h


def in_cycle(**more: Any) -> ff.Range:
    given = {"fleet": 3.0, "service_h": [1.0, 2.0], "servers": [1, None], "draws": 100, **more}
    return ff.cycle_capacity(**given).throughput_per_day


@dataclasses.dataclass(frozen=True)
class Input:
    """One input: what it belongs to, what comes with it, its unit, and whether it may be 0 and how large it may be."""

    call: Callable[..., ff.Range]
    name: str
    unit: str
    may_be_0: bool = False
    most: float = math.inf
    beside: tuple[tuple[str, float], ...] = ()

    def of(self, amount: Any) -> ff.Range:
        return self.call(**{**dict(self.beside), self.name: amount})


crews, escort = tuple(CREWS.items()), tuple(ESCORT.items())
INPUTS = (
    *(Input(by_air, f"{end}_mog", "spots") for end in ("onload", "offload", "enroute")),
    *(
        Input(by_air, name, "", most=1.0)
        for name in ("queueing_efficiency", "serviceable_share", "load_share")
    ),
    *(
        Input(by_air, name, "h", most=24.0)
        for name in ("operating_h_per_day", "utilisation_h_per_day")
    ),
    *(Input(by_air, f"{name}_h", "h", may_be_0=True) for name in ("onload", "offload", "enroute")),
    Input(by_air, "payload_t", "t"),
    Input(by_air, "people_per_sortie", "people", most=2_000.0),
    Input(by_air, "spots_per_aircraft", "spots", most=2.0),
    Input(by_air, "crews_per_aircraft", "crews", beside=crews),
    Input(by_air, "crew_duty_h", "h", beside=crews),
    Input(by_air, "crew_rest_h", "h", may_be_0=True, beside=crews),
    *(Input(by_sea, name, "berths") for name in ("load_berths", "discharge_berths")),
    Input(by_sea, "cargo_t", "t"),
    *(Input(by_sea, name, "", most=1.0) for name in ("load_share", "open_share")),
    Input(by_sea, "speed_km_per_h", "km/h", most=150.0),
    *(
        Input(by_sea, f"{name}_h", "h", may_be_0=True)
        for name in ("load", "discharge", "passage_wait", "other_delay")
    ),
    *(Input(by_sea, f"{name}_t_per_h", "t/h") for name in ("load", "discharge")),
    Input(by_sea, "working_h_per_day", "h", most=24.0, beside=(("load_t_per_h", 50.0),)),
    Input(by_sea, "escort_every_days", "days", beside=escort),
    Input(by_sea, "ships_per_escort", "ships", beside=escort),
    *(
        Input(in_port, f"{name}_t_per_day", "t/day")
        for name in ("reception", "discharge", "storage", "clearance")
    ),
    Input(in_port, "storage_t", "t"),
    Input(for_days, "dwell_days", "days"),
    Input(on_road, "vehicles", "vehicles"),
    Input(on_road, "distance_km", "km"),
    Input(on_road, "march_rate_km_per_h", "km/h", most=150.0),
    Input(on_road, "vehicles_per_km", "vehicles/km"),
    Input(on_road, "driving_h_per_day", "h", most=24.0),
    *(Input(on_road, f"{name}_m", "m", may_be_0=True) for name in ("gap", "vehicle_length")),
    *(
        Input(on_road, f"{name}_min", "min", may_be_0=True)
        for name in ("march_unit_gap", "serial_gap", "time_gaps", "extra_time")
    ),
    Input(on_road, "halts_h", "h", may_be_0=True),
    Input(in_cycle, "fleet", ""),
    Input(in_cycle, "hours_per_day", "h", most=24.0),
)
each = pytest.mark.parametrize(
    "given", INPUTS, ids=lambda given: f"{given.call.__name__} {given.name}"
)


def is_answer(found: ff.Range) -> bool:
    return 0.0 < found.low <= found.middle <= found.high < math.inf


@each
def test_an_input_beyond_its_bounds_is_refused_by_name(given: Input) -> None:
    wrong: list[Any] = [
        -1,
        (-1, 1),
        math.inf,
        math.nan,
        np.array([1.0, -1.0]),
        np.array([1.0, math.nan]),
        "lots",
    ]
    if math.isfinite(given.most):
        wrong += [
            given.most * 1.5,
            (given.most / 2, given.most * 1.5),
            np.array([given.most, given.most * 2]),
        ]
    if not given.may_be_0:
        wrong += [
            0,
            0.0,
            (0, 2),
            (0, 1, 2),
            np.zeros(3),
            np.array([0.0, 1.0]),
            "zero",
            f"0 {given.unit}".strip(),
        ]
    for amount in wrong:
        with pytest.raises(ff.ForceflowError, match=given.name):
            given.of(amount)


@each
def test_an_input_within_its_bounds_gives_a_finite_answer(given: Input) -> None:
    middle = min(1.0, given.most)
    right: list[Any] = [
        middle,
        (0.5 * middle, middle),
        (0.5 * middle, 0.8 * middle, middle),
        f"{middle:g} {given.unit}",
    ]
    if given.name.endswith("_mog") or given.name == "spots_per_aircraft":
        right = [2, (1, 2), (1, 1.5, 2), f"2 {given.unit}", np.array([1.0, 2.0])]
    if given.may_be_0:
        right += [0, (0, 2), np.array([0.0, 1.0])]
    for amount in right:
        assert is_answer(given.of(amount)), amount


def test_some_types_of_a_fleet_may_be_0_and_all_may_not() -> None:
    assert is_answer(by_air(fleet={JET: 0, HEAVY: 2}))
    for fleet in (
        {JET: 0},
        {JET: 0, HEAVY: 0.0},
        {JET: "zero"},
        {JET: np.zeros(2)},
        {JET: -1},
        {JET: "none"},
        {},
    ):
        with pytest.raises(ff.ForceflowError, match="fleet"):
            by_air(fleet=fleet)
    for name in ("utilisation_h_per_day", "crews_per_aircraft"):
        crews = CREWS if name.startswith("crews") else {}
        assert is_answer(by_air(**{**crews, name: {JET: 0, HEAVY: 2}}))
        with pytest.raises(
            ff.errors.EstimateError, match=f"{name} must be above 0 .* for one type or more"
        ):
            by_air(**{**crews, name: {JET: 0, HEAVY: 0}})
    with pytest.raises(ff.errors.EstimateError, match=r"payload_t\[.*must be above 0 t"):
        by_air(payload_t={JET: 20, HEAVY: 0})


def test_a_fleet_that_may_be_0_says_in_how_many_draws() -> None:
    route = ff.route("Hmeimim", "al-Khadim", mode="air")
    found = ff.airlift_capacity(
        ff.AirBridge({"Il-76MD": np.array([0.0, 2.0])}, route, 3, 2), draws=1_000
    )
    share = float((found.by_draw["fleet_size"] == 0).mean())
    assert 0.4 < share < 0.6
    assert (
        f"nothing is carried in {share:.0%} of draws: no aircraft, or no load over this distance"
        in found.notes
    )


def test_a_sweep_and_a_simulation_refuse_the_same() -> None:
    bridge = ff.AirBridge({JET: 2}, AIR, 3, 2)
    swept: tuple[dict[str, Any], ...] = (
        {"onload_mog": [0, 1]},
        {"payload_t": [10, 0]},
        {"operating_h_per_day": [0]},
        {"fleet": [0, 1]},
    )
    for over in swept:
        with pytest.raises(ff.errors.EstimateError, match=next(iter(over))):
            ff.sweep(bridge, draws=100, **over)
    for days in (0, -1, 10**9):
        with pytest.raises(ff.errors.EstimateError, match="days must be"):
            ff.simulate_airlift(bridge, days=days, seed=1)
    for needed in (0, -1, math.nan, math.inf):
        with pytest.raises(ff.errors.EstimateError, match="days must be a number above 0"):
            ff.airlift_capacity(bridge, draws=100).aircraft_needed(100, days=needed)


@st.composite
def amounts(draw: st.DrawFn) -> Any:
    """A number, a range, an array or words, sensible or not."""
    number = st.one_of(
        st.sampled_from([0.0, -1.0, 1.0, 2.0, 24.0, math.inf, math.nan, 1e-9, 1e12]),
        st.floats(0, 100),
    )
    shape = draw(st.sampled_from(["number", "pair", "three", "array", "words"]))
    if shape == "words":
        return draw(
            st.sampled_from(
                ["about 3", "several", "0", "none", "", "-2", "1e400", "12 kg", "nearly 10", "x"]
            )
        )
    many = {"number": 1, "pair": 2, "three": 3, "array": 4}[shape]
    values = [draw(number) for _ in range(many)]
    return {"number": values[0], "array": np.array(values)}.get(shape, tuple(values))


@settings(max_examples=150)
@given(data=st.data())
def test_any_bridge_gives_a_finite_answer_or_names_its_argument(data: st.DataObject) -> None:
    given = data.draw(st.sampled_from(INPUTS))
    amount = data.draw(amounts())
    try:
        found, said = given.of(amount), ""
    except ff.ForceflowError as error:
        found, said = None, str(error)
    assert given.name in said if found is None else is_answer(found), (given, amount, said)
