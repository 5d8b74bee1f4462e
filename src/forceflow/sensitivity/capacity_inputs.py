"""A capacity as a function of which inputs of its bridge are drawn anew: what `drivers` asks of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..arrays import Floats
from ..errors import EstimateError
from ..lift.bridges.air_bridge import AirBridge
from ..lift.bridges.air_cycle import air_cycle
from ..lift.bridges.draws import Draws
from ..lift.bridges.sea_bridge import SeaBridge
from ..lift.capacity.airlift import AirPlan
from ..lift.capacity.capacity import Capacity
from ..lift.capacity.sealift import SeaPlan
from ..lift.queueing.cycle_capacity import CycleCapacity, carried_t_per_day, quick_draws
from ..lift.queueing.stations import cycle_stations
from ..quantity import Quantity
from .sobol import Model

__all__ = ["DRAWS", "capacity_model"]

Address = tuple[str, str]

DRAWS = 4_096
"""Draws of a replicate that nobody chose."""

_FIELD = {
    "payload": "payload_t",
    "load_factor": "load_share",
    "cargo": "cargo_t",
    "speed": "speed_km_per_h",
    "load_h_rate": "load_t_per_h",
    "discharge_h_rate": "discharge_t_per_h",
    "load berths": "load_berths",
    "discharge berths": "discharge_berths",
}
"""Inputs of a bridge whose draws have another purpose than their name."""

_OF_ALL = {
    "payload_t",
    "load_share",
    "onload_h",
    "offload_h",
    "enroute_h",
    "spots_per_aircraft",
    "utilisation_h_per_day",
    "crews_per_aircraft",
    "cargo_t",
    "speed_km_per_h",
    "load_h",
    "discharge_h",
}
"""Inputs of a bridge that stand for what each type would bring."""


@dataclass(frozen=True, slots=True)
class _Noted(Draws):
    """Draws with some addresses taken anew, and a note of every address at which something varies."""

    anew: frozenset[Address] = frozenset()
    varies: set[Address] = field(default_factory=set)

    def of(self, quantity: Quantity, *, entity: str, purpose: str) -> Floats:
        if quantity.ends[0] != quantity.ends[1]:
            self.varies.add((entity, purpose))
        again = " again" if (entity, purpose) in self.anew else ""
        return Draws.of(self, quantity, entity=entity + again, purpose=purpose)


def capacity_model(
    capacity: Capacity | CycleCapacity, *, draws: int | None, seed: int
) -> tuple[Model, tuple[str, ...]]:
    """The log of the tonnes a day for any inputs drawn anew, and the names of the inputs that vary.

    Raises
    ------
    EstimateError
        The capacity is that of no bridge, or a mixed fleet is too large to solve with so many draws.
    """
    bridge = capacity.bridge
    if bridge is None:
        raise EstimateError(
            "the inputs of a cycle given by its stations are not kept; give the capacity of an AirBridge or SeaBridge"
        )
    queues = isinstance(capacity, CycleCapacity)
    if queues:
        number = quick_draws([bridge], seed=seed) if draws is None else draws
        cycle_stations(bridge, Draws(number, seed)).check_size()
    else:
        number = DRAWS if draws is None else draws
    first = _Noted(2, seed)
    _tonnes(bridge, first, queues=queues)
    unused = {"seats", "people", "people_per_sortie", *(() if _stops(bridge) else ("enroute_h",))}
    address = {_name(bridge, one): one for one in sorted(first.varies) if one[1] not in unused}

    def model(anew: frozenset[str], replicate: int) -> Floats:
        drawn = _Noted(
            number, seed + 1000 * replicate, anew=frozenset(address[name] for name in anew)
        )
        return np.asarray(np.log(np.maximum(_tonnes(bridge, drawn, queues=queues), 1e-9)))

    return model, tuple(address)


def _tonnes(bridge: AirBridge | SeaBridge, drawn: Draws, *, queues: bool) -> Floats:
    """Tonnes a day, as `airlift_capacity`, `sealift_capacity` or `cycle_capacity` draw them, shape (draws,)."""
    if queues:
        return carried_t_per_day(cycle_stations(bridge, drawn))
    if isinstance(bridge, AirBridge):
        return AirPlan(bridge, air_cycle(bridge, drawn=drawn), drawn).flow().value_per_day
    plan = SeaPlan(bridge, drawn)
    return plan.flow(plan.count).value_per_day


def _stops(bridge: AirBridge | SeaBridge) -> bool:
    """Whether aircraft land on the way."""
    return isinstance(bridge, AirBridge) and any(
        len(route.legs) > 1 for route in (bridge.route, bridge.return_route or bridge.route)
    )


def _name(bridge: AirBridge | SeaBridge, address: Address) -> str:
    """Name of an input: that of the bridge, or "payload of Il-76MD" where it is that of one type."""
    entity, purpose = address
    kinds = {
        kind.id: kind.name
        for kind in (bridge.aircraft() if isinstance(bridge, AirBridge) else bridge.ships())
    }
    if entity in kinds:
        return f"{purpose} of {kinds[entity]}"
    name = _FIELD.get(purpose, purpose)
    if name not in _OF_ALL or len(kinds) == 1:
        return name
    return f"{name} of all {'types' if isinstance(bridge, AirBridge) else 'ships'}"
