"""A capacity as a function of which inputs of its bridge are drawn again: for `drivers`."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..arrays import Floats
from ..errors import EstimateError
from ..lift.bridges.air_bridge import AirBridge
from ..lift.bridges.air_cycle import air_cycle
from ..lift.bridges.draws import Draws
from ..lift.bridges.sea_bridge import SeaBridge
from ..lift.bridges.sea_cycle import sea_cycle
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
"""Draws of a replicate where none were given."""

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
"""Inputs of a bridge that are what each type would bring."""


@dataclass(frozen=True, slots=True)
class _NotedDraws(Draws):
    """Draws with some addresses drawn again, and a note of every address at which something varies."""

    anew: frozenset[Address] = frozenset()
    varies: set[Address] = field(default_factory=set)

    def of(self, quantity: Quantity, *, entity: str, purpose: str) -> Floats:
        # An exact input has the same draws at any address.
        if quantity.ends[0] != quantity.ends[1]:
            self.varies.add((entity, purpose))
        again = " again" if (entity, purpose) in self.anew else ""
        return Draws.of(self, quantity, entity=entity + again, purpose=purpose)


def capacity_model(
    capacity: Capacity | CycleCapacity, *, draws: int | None, seed: int
) -> tuple[Model, tuple[str, ...]]:
    """The log of the tonnes a day for any inputs drawn again, and the names of the inputs that vary.

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
    number = _number_of_draws(bridge, draws, seed, queues=queues)
    # Two draws are enough to note every address at which something varies.
    first = _NotedDraws(2, seed)
    _tonnes_per_day(bridge, first, queues=queues)
    unused = _unused_inputs(bridge)
    address = {
        _input_name(bridge, one): one for one in sorted(first.varies) if one[1] not in unused
    }

    def model(anew: frozenset[str], replicate: int) -> Floats:
        again = frozenset(address[name] for name in anew)
        drawn = _NotedDraws(number, seed + 1000 * replicate, anew=again)
        tonnes = _tonnes_per_day(bridge, drawn, queues=queues)
        return np.asarray(np.log(np.maximum(tonnes, 1e-9)))

    return model, tuple(address)


def _number_of_draws(
    bridge: AirBridge | SeaBridge, draws: int | None, seed: int, *, queues: bool
) -> int:
    """Draws of a replicate: those given, else as many as the model solves at once."""
    if not queues:
        return draws or DRAWS
    number = draws or quick_draws([bridge], seed=seed)
    cycle_stations(bridge, Draws(number, seed)).check_size()
    return number


def _unused_inputs(bridge: AirBridge | SeaBridge) -> set[str]:
    """Purposes that are drawn and do not change the tonnes."""
    unused = {"seats", "people", "people_per_sortie"}
    if not _stops_on_the_way(bridge):
        unused.add("enroute_h")
    return unused


def _tonnes_per_day(bridge: AirBridge | SeaBridge, drawn: Draws, *, queues: bool) -> Floats:
    """Tonnes a day, as `airlift_capacity`, `sealift_capacity` or `cycle_capacity` draw them, shape (draws,)."""
    if queues:
        return carried_t_per_day(cycle_stations(bridge, drawn))
    if isinstance(bridge, AirBridge):
        return AirPlan(bridge, air_cycle(bridge, drawn=drawn), drawn).flow().value_per_day
    return SeaPlan(bridge, sea_cycle(bridge, drawn=drawn), drawn).flow().value_per_day


def _stops_on_the_way(bridge: AirBridge | SeaBridge) -> bool:
    """Whether aircraft land on the way."""
    if not isinstance(bridge, AirBridge):
        return False
    back = bridge.return_route or bridge.route
    return len(bridge.route.legs) > 1 or len(back.legs) > 1


def _input_name(bridge: AirBridge | SeaBridge, address: Address) -> str:
    """Name of an input: that of the bridge, or "payload of Il-76MD" where it is that of one type."""
    entity, purpose = address
    kinds, every = _types_of(bridge)
    if entity in kinds:
        return f"{purpose} of {kinds[entity]}"
    name = _FIELD.get(purpose, purpose)
    if name not in _OF_ALL or len(kinds) == 1:
        return name
    return f"{name} of all {every}"


def _types_of(bridge: AirBridge | SeaBridge) -> tuple[dict[str, str], str]:
    """Names of the aircraft or ships by id, and the word for all of them."""
    if isinstance(bridge, AirBridge):
        return {kind.id: kind.name for kind in bridge.aircraft()}, "types"
    return {kind.id: kind.name for kind in bridge.ships()}, "ships"
