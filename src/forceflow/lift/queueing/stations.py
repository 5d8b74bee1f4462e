"""A bridge as a closed cycle, with its stations in order; or a cycle that is given station by station."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...arrays import Floats
from ...errors import EstimateError
from ...quantity.units import HOURS_PER_DAY
from ..bridges.air_bridge import AirBridge
from ..bridges.air_cycle import air_cycle
from ..bridges.amounts import Amount, as_quantity
from ..bridges.draws import Draws
from ..bridges.sea_bridge import SeaBridge
from ..bridges.sea_cycle import sea_cycle
from ..capacity.airlift import AirPlan
from ..capacity.sealift import SeaPlan
from .fleet_cycle import FleetCycle

__all__ = ["cycle_stations", "plain_cycle", "plain_numbers", "servers_of"]


def cycle_stations(bridge: AirBridge | SeaBridge, drawn: Draws) -> FleetCycle:
    """The drawn cycle of every type of a bridge, with the limits that the closed form has.

    Raises
    ------
    EstimateError
        Ships wait for places in an escort.
    """
    if isinstance(bridge, AirBridge):
        return _air_stations(bridge, drawn)
    return _sea_stations(bridge, drawn)


def _air_stations(bridge: AirBridge, drawn: Draws) -> FleetCycle:
    cycle = air_cycle(bridge, drawn=drawn)
    plan = AirPlan(bridge, cycle, drawn)
    hours = {"onload": cycle.onload_h, "flight out": cycle.outbound_h}
    stops = [*cycle.outbound_stops, *cycle.return_stops]
    for stop in dict.fromkeys(stops):
        hours[f"stop at {stop}"] = cycle.enroute_h * stops.count(stop)
    hours["offload"] = cycle.offload_h
    hours["flight back"] = cycle.return_h
    other_limits = plan.limits()
    del other_limits["fleet"]  # the cycle itself, which is solved with its queues
    endless = np.full(drawn.n, math.inf)
    return FleetCycle(
        stations=tuple(hours),
        types=cycle.platforms,
        hours=np.stack(list(hours.values())),
        room=np.stack([plan.spots.get(name, endless) for name in hours]),
        spots=cycle.spots,
        number=cycle.count,
        working_h=plan.hours,
        load_t=cycle.payload_t,
        limits_per_day=other_limits,
    )


def _sea_stations(bridge: SeaBridge, drawn: Draws) -> FleetCycle:
    cycle = sea_cycle(bridge, drawn=drawn)
    plan = SeaPlan(bridge, cycle, drawn)
    if "escort" in plan.room:
        raise EstimateError(
            "cycle_capacity knows no escorts that leave with so many ships: give other_delay_h, or use simulate_sealift"
        )
    hours = {}
    for part, part_h in cycle.parts_h.items():
        station = _BERTHS.get(part, part)
        hours[station] = part_h
    endless = np.full(drawn.n, math.inf)
    return FleetCycle(
        stations=tuple(hours),
        types=cycle.platforms,
        hours=np.stack(list(hours.values())),
        room=np.stack([plan.room.get(name, endless) for name in hours]),
        spots=np.ones_like(cycle.count),
        number=cycle.count,
        working_h=HOURS_PER_DAY * plan.open_share,
        load_t=cycle.cargo_t,
        limits_per_day={},
    )


_BERTHS = {"load": "load berths", "discharge": "discharge berths"}


def plain_cycle(
    fleet: Amount | None,
    service_h: Sequence[Amount] | Mapping[str, Amount] | None,
    servers: Sequence[float | None],
    visits: Sequence[float] | None,
    hours_per_day: Amount,
    drawn: Draws,
) -> FleetCycle:
    """A cycle given by its stations."""
    room = servers_of(servers)
    if fleet is None or service_h is None or len(service_h) != len(servers) or not len(servers):
        raise EstimateError(
            "a cycle needs fleet, service_h and as many servers as service times, "
            f"got fleet={fleet!r}, service_h={service_h!r}, servers={tuple(servers)!r}; or give an AirBridge"
        )
    times = _named_times(service_h)
    trips = np.ones(len(times))
    if visits is not None:
        trips = plain_numbers(visits, name="visits")
    if trips.shape != (len(times),) or not (trips > 0).all():
        raise EstimateError(f"visits needs {len(times)} numbers above 0, got {visits!r}")
    hours = []
    for (name, time), trips_there in zip(times.items(), trips, strict=True):
        visit = as_quantity(time, name=f"service_h of {name}", unit="h")
        hours.append(drawn.of(visit, entity=name, purpose="service_h") * trips_there)
    working_day = as_quantity(
        hours_per_day,
        name="hours_per_day",
        unit="h",
        most=HOURS_PER_DAY,
        may_be_0=False,
    )
    number = as_quantity(fleet, name="fleet", may_be_0=False)
    return FleetCycle(
        stations=tuple(times),
        types=("fleet",),
        hours=np.stack(hours)[:, None],
        room=np.broadcast_to(room[:, None], (len(times), drawn.n)),
        spots=np.ones((1, drawn.n)),
        number=drawn.of(number, entity="bridge", purpose="fleet")[None],
        working_h=drawn.of(working_day, entity="bridge", purpose="operating_h_per_day"),
        load_t=None,
        limits_per_day={},
    )


def _named_times(service_h: Sequence[Amount] | Mapping[str, Amount]) -> Mapping[str, Amount]:
    """Service times by the name of their station; stations without names are numbered."""
    if isinstance(service_h, Mapping):
        return service_h
    return {f"station {number}": time for number, time in enumerate(service_h, start=1)}


def plain_numbers(values: Any, *, name: str, endless: bool = False) -> Floats:
    """Plain numbers that are not NaN, nor infinite unless they may be."""
    try:
        out = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        out = np.array(np.nan)
    if np.isnan(out).any() or not (endless or np.isfinite(out).all()):
        raise EstimateError(f"{name} takes plain numbers, in rows of equal length, got {values!r}")
    return out


def servers_of(servers: Sequence[float | None]) -> Floats:
    """What each station serves at once; infinity for None."""
    if isinstance(servers, str | Mapping) or not hasattr(servers, "__getitem__"):
        raise EstimateError(
            f"servers is a list in the order of service_h, a number or None for each, got {servers!r}"
        )
    numbers: list[float] = []
    for served_at_once in servers:
        if served_at_once is None:
            numbers.append(math.inf)
        else:
            numbers.append(served_at_once)
    return plain_numbers(numbers, name="servers", endless=True)
