"""A bridge as a closed cycle: its stations in order, what each takes of a round trip, and whom it serves at once."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..errors import EstimateError
from ..quantity import Quantity
from ..world.units import HOURS_PER_DAY
from .air_cycle import AirBridge, air_cycle
from .capacity import Amount, Draws
from .sea_bridge import SeaBridge
from .sealift import SeaPlan

__all__ = ["cycle_stations"]

Floats = NDArray[np.float64]

Stations = tuple[tuple[str, ...], Floats, Floats, Floats, Floats, Floats]


def cycle_stations(bridge: AirBridge | SeaBridge, drawn: Draws) -> Stations:
    """Names, demand in h and servers, each (stations, draws); fleet, working hours a day and average load, (draws,).

    A mixed fleet counts as so many of its average.
    """
    return _by_air(bridge, drawn) if isinstance(bridge, AirBridge) else _by_sea(bridge, drawn)


def _by_air(bridge: AirBridge, drawn: Draws) -> Stations:
    cycle = air_cycle(bridge, drawn=drawn)
    number = cycle.count.sum(axis=0)
    weight = np.where(number > 0.0, cycle.count, 1.0)
    weight = weight / weight.sum(axis=0)

    def mean(values: Floats) -> Floats:
        return np.asarray((values * weight).sum(axis=0))

    def limit(amount: Amount | None, name: str, ground_h: Floats) -> Floats:
        if amount is None:
            return np.full(drawn.n, math.inf)
        spots_h, plain_h = mean(ground_h * cycle.spots), mean(ground_h)
        each = np.divide(spots_h, plain_h, out=np.ones(drawn.n), where=plain_h > 0.0)
        return np.asarray(drawn.of(Quantity.of(amount), entity="bridge", purpose=name) / each)

    stops = [*cycle.outbound_stops, *cycle.return_stops]
    stations = {
        "onload": (cycle.onload_h, limit(bridge.onload_mog, "onload_mog", cycle.onload_h)),
        "flight out": (cycle.outbound_h, limit(None, "", cycle.outbound_h)),
        **{
            f"stop at {stop}": (
                cycle.enroute_h * stops.count(stop),
                limit(bridge.enroute_mog, "enroute_mog", cycle.enroute_h),
            )
            for stop in dict.fromkeys(stops)
        },
        "offload": (cycle.offload_h, limit(bridge.offload_mog, "offload_mog", cycle.offload_h)),
        "flight back": (cycle.return_h, limit(None, "", cycle.return_h)),
    }
    demand = np.stack([mean(hours) for hours, _ in stations.values()])
    room = np.stack([spots for _, spots in stations.values()])
    hours = drawn.of(Quantity.of(bridge.operating_h_per_day), entity="bridge", purpose="operating_h_per_day")
    return tuple(stations), demand, room, number, hours, mean(cycle.payload_t)


def _by_sea(bridge: SeaBridge, drawn: Draws) -> Stations:
    plan = SeaPlan(bridge, drawn)
    if "escort" in plan.room:
        raise EstimateError(
            "cycle_capacity knows no escorts that leave with so many ships: give other_delay_h, or use simulate_sealift"
        )
    number = plan.count.sum(axis=0)
    berths = {"load": "load berths", "discharge": "discharge berths"}
    endless = np.full(drawn.n, math.inf)
    names = tuple(berths.get(part, part) for part in plan.parts_h)
    demand = np.stack([(hours * plan.count).sum(axis=0) / number for hours in plan.parts_h.values()])
    room = np.stack([plan.room.get(name, endless) for name in names])
    load_t = (plan.cargo_t * plan.count).sum(axis=0) / number
    return names, demand, room, number, HOURS_PER_DAY * plan.open_share, load_t
