"""From a bridge to the arrays of the simulation: what scenarios by air and by sea share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from numbers import Real
from typing import Any, ClassVar

import numpy as np

from ...arrays import Floats, Ints
from ...errors import EstimateError
from ...kernels.addressed import address, round_keys, uniforms
from ...kernels.bridge_simulation import MEASURES, SimPlan, simulate, trace_loads
from ...quantity import Quantity
from ...quantity.units import HOURS_PER_DAY
from ..bridges.draws import Draws
from .operating_windows import Openings

__all__ = ["ROWS", "STEPS", "ChunkDraws", "Scenario", "spread_table", "stacked_types"]


ROWS = (
    "trips",
    "tonnes",
    "cumulative_t",
    "waiting_h",
    "travelling_h",
    "held_h",
    "repair_h",
    "rest_h",
)
"""What is counted every day, before the spots in use at each station."""

STEPS = 1_024
"""Steps of an inverse distribution function of times."""

_WORD = (1 << 64) - 1


def spread_table(cv: float, *, name: str) -> Floats:
    """What one time is to its mean: inverse of a gamma distribution with mean 1, shape (1025,); (1,) without spread.

    The ends are put where the means of the first and last step come out right, and the whole is scaled to mean 1.
    """
    if not (isinstance(cv, Real) and 0.0 <= cv <= 2.0):
        raise EstimateError(f"{name} lies between 0 (fixed) and 2 (1 is exponential), got {cv!r}")
    if cv == 0.0:
        return np.ones(1)
    from scipy.special import gammainc, gammaincc, gammaincinv

    shape = 1.0 / cv**2
    levels = np.arange(1, STEPS) / STEPS
    inside = gammaincinv(shape, levels)
    first, last = inside[0], inside[-1]
    lower = 2.0 * shape * gammainc(shape + 1.0, first) / gammainc(shape, first) - first
    upper = 2.0 * shape * gammaincc(shape + 1.0, last) / gammaincc(shape, last) - last
    # A time is never negative, though a straight first step may ask for it.
    table = np.concatenate([[max(lower, 0.0)], inside, [upper]])
    middles = (table[1:] + table[:-1]) / 2
    return np.asarray(table / middles.mean())


@dataclass(frozen=True, slots=True)
class ChunkDraws(Draws):
    """Draws of the replications from `first` on: the same numbers as `Draws` gives from 0 on."""

    first: int = 0

    def of(self, quantity: Quantity, *, entity: str, purpose: str) -> Floats:
        low, high = quantity.ends
        if low == high:
            return np.full(self.n, quantity.best)
        levels = uniforms(self.seed, purpose, entity, self.n, start=self.first)
        return quantity.quantile(levels)

    def whole(self, values: Floats, *, entity: str, purpose: str) -> Ints:
        """Whole numbers with the mean of `values`, rounded up as often as the part behind the point says.

        What is rounded under one address keeps its order: who needs no more spots than there are still does not.
        """
        if (values == np.floor(values)).all():
            return values.astype(np.int64)
        # Adding a uniform before rounding down rounds up with the chance of the part behind the point.
        part = uniforms(self.seed, f"whole {purpose}", entity, self.n, start=self.first)
        return np.floor(values + part).astype(np.int64)


@dataclass(frozen=True, kw_only=True)
class Scenario(ABC):
    """What air and sea have in common.

    Parameters
    ----------
    bridge
        The bridge.
    days, warm_up_days
        Days that count, and days simulated before them.
    seed
        Address of all draws.
    ground_cv, travel_cv
        Coefficient of variation of single ground and travel times around their mean.
    stagger_h
        Vehicles of a type join one by one, so many hours apart.
    openings
        When stations work.
    """

    bridge: Any
    days: int
    warm_up_days: int
    seed: int
    ground_cv: float
    travel_cv: float
    stagger_h: float
    openings: Openings
    ground_table: Floats = field(repr=False)
    travel_table: Floats = field(repr=False)

    mode: ClassVar[str]

    @property
    @abstractmethod
    def kinds(self) -> tuple[Any, ...]:
        """The types of the bridge, in order."""

    @property
    @abstractmethod
    def stations(self) -> tuple[str, ...]:
        """Names of the stations."""

    @abstractmethod
    def plan(self, first: int, number: int) -> SimPlan:
        """Arrays of replications `first` to ``first + number``."""

    def values(self, first: int, number: int) -> Floats:
        """Numbers of each day and of all days together, shape (number, rows, days + 1); see `ROWS`.

        Vehicle-hours a day, travelling per vehicle; all days together are the sum of trips, tonnes and vehicle-hours,
        and the mean of spots in use and of travelling.
        """
        plan = self.plan(first, number)
        rows = self._rows(plan)
        stations = rows.shape[1] - len(MEASURES)
        found = np.empty((number, len(ROWS) + stations, self.days + 1))
        by_day, of_all_days = found[:, :, :-1], found[:, :, -1]
        by_day[:, :2] = rows[:, :2]
        by_day[:, 2] = rows[:, 1].cumsum(axis=1)
        by_day[:, 3:8] = rows[:, 2:7] * HOURS_PER_DAY
        # A fleet may round to no vehicle at all in a replication; then none travels.
        vehicles = np.maximum(plan.vehicles.sum(axis=1), 1)
        by_day[:, 4] /= vehicles[:, None]
        by_day[:, 8:] = rows[:, 7:]
        of_all_days[:] = by_day.sum(axis=2)
        # Tonnes since the start are a sum already, and what is per vehicle or in use is a mean.
        of_all_days[:, 2] = by_day[:, 2, -1]
        of_all_days[:, 4] /= self.days
        of_all_days[:, 8:] /= self.days
        return found

    def loads(self, replication: int) -> Floats:
        """Loads that one replication delivers, shape (loads, fields); see `forceflow.kernels.bridge_simulation`."""
        return trace_loads(self.plan(replication, 1), self.days)

    def _rows(self, plan: SimPlan) -> Floats:
        """Answer of the kernel on the days that count."""
        return simulate(plan, self.days)

    def _common(
        self, drawn: ChunkDraws, count: Ints, room: Ints, crews: Ints, ids: Sequence[str]
    ) -> dict[str, Any]:
        """Fields of `SimPlan` that do not depend on what moves."""
        most = count.max(axis=0, initial=0)
        vehicles = int(most.sum())
        type_of = np.repeat(np.arange(len(ids)), most)
        first_of_type = np.cumsum(most) - most
        number_in_type = np.arange(vehicles) - first_of_type[type_of]
        entity = []
        for k, number in zip(type_of.tolist(), number_in_type.tolist(), strict=True):
            # Addresses are 64-bit words, so the sum wraps as theirs does.
            entity.append((address(ids[k]) + number) & _WORD)
        return {
            "first": drawn.first,
            "first_day": float(self.warm_up_days),
            # Powers of two: the kernel takes the place in a ring by a mask, and walks a full binary tree.
            "ring": 1 << max(0, vehicles - 1).bit_length(),
            "leaves": 1 << (vehicles + room.shape[1] - 1).bit_length(),
            "most_spots": max(1, int(room.max())),
            "most_crews": max(1, int(crews.max())),
            "keys": round_keys(self.seed, "simulation"),
            "type_of": type_of.astype(np.int64),
            "number_in_type": number_in_type.astype(np.int64),
            "entity": np.array(entity, dtype=np.uint64),
            "start_at": number_in_type * (self.stagger_h / HOURS_PER_DAY),
            "vehicles": count,
            "room": room,
            "crews": crews,
            "ground_factor": self.ground_table,
            "leg_factor": self.travel_table,
        }


def stacked_types(parts: Sequence[Floats]) -> Floats:
    """Parts of shape (types, replications) as C-ordered float64 of shape (replications, types, parts)."""
    by_replication = [part.T for part in parts]
    return np.ascontiguousarray(np.stack(by_replication, axis=2), dtype=np.float64)
