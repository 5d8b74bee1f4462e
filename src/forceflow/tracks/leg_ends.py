"""Ends of legs aloft: which fields they allow, with what weight, and where the aircraft was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..arrays import Floats
from ..kernels.field_search import MOST, Loose, Reach, weigh_fields
from ..kernels.leg_chain import BY_GROUND
from ..kernels.port_tables import NEVER
from .leg_fields import LegFields
from .place_points import distance_km

__all__ = ["End", "Ends", "weigh_ends"]

Side = Literal["first", "last"]

FAR_KM = 1_000.0
"""Fields farther from the end of a track aloft are not weighed (a prior)."""

CERTAIN = 0.8
"""Weight from which a field that an aircraft is low near is taken for its origin or destination (a prior)."""

_LEAST, _NONE = 0.02, 0.02
"""Smallest weight that is shown, and the weight of no field of the list before all are shared out (priors)."""


@dataclass(frozen=True, slots=True)
class End:
    """One side of all legs: the fix at the end, the fields there (-1 for none) and how they weigh.

    Parameters
    ----------
    point
        Columns `time`, `latitude`, `longitude`, `altitude`, `track`, and `is_down` for a fix on the ground.
    field
        Number of the field, -1 where it is not known.
    found, weights
        Numbers and weights of the fields that it may be, the likeliest first.
    """

    point: pl.DataFrame
    field: NDArray[np.int32]
    found: NDArray[np.int32]
    weights: Floats


@dataclass(frozen=True, slots=True)
class Ends:
    """Both sides of all legs."""

    first: End
    last: End


def weigh_ends(
    legs: Any, runs: Any, fields: LegFields, *, fastest_kn: float, near_km: float, low_ft: float
) -> Ends:
    """Fields of both ends of all legs."""
    reach = Reach(fastest_kn, FAR_KM, _LEAST, _NONE)
    near = (near_km, low_ft)
    first = _weigh_side("first", legs, runs, fields, reach, near)
    last = _weigh_side("last", legs, runs, fields, reach, near)
    origin, destination = first.field.copy(), last.field.copy()
    # Only now: each takes what the other side of the gap shows by itself.
    rows = np.flatnonzero(legs["origin_of_last"])
    origin[rows] = last.field[rows - 1]
    rows = np.flatnonzero(legs["destination_of_next"])
    destination[rows] = first.field[rows + 1]
    return Ends(
        End(first.point, origin, first.found, first.weights),
        End(last.point, destination, last.found, last.weights),
    )


def _weigh_side(
    side: Side,
    legs: Any,
    runs: Any,
    fields: LegFields,
    reach: Reach,
    near: tuple[float, float],
) -> End:
    begins = side == "first"
    known = legs["origin" if begins else "destination"].copy()
    why = legs["begins" if begins else "ends"]
    after = legs["took_off_after" if begins else "landed_after"]
    by = legs["took_off_by" if begins else "landed_by"]
    row = legs[f"{side}_run"]
    point = _points(runs, row, side)
    found = np.full((len(legs), MOST), -1, np.int32)
    weights = np.zeros((len(legs), MOST))
    loose = np.flatnonzero((known < 0) & (why != BY_GROUND))
    hours = np.where((after == NEVER) | (by == NEVER), np.inf, (by - after) / 3.6e9)[loose]
    moving = [point[name].to_numpy()[loose] for name in _MOVING]
    asked = Loose(*moving, hours, np.full(len(loose), -1 if begins else 1, np.int8))  # type: ignore[call-arg]
    some, their = found[loose], weights[loose]
    weigh_fields(asked, fields.fields, reach, some, their)
    found[loose], weights[loose] = some, their
    best = found[:, 0]
    is_low = legs[f"low_{side}"] & _is_low_near(point, best, fields, near)
    known = np.where((known < 0) & is_low & (weights[:, 0] >= CERTAIN), best, known)
    return End(_on_ground(point, legs, runs, side, why), known, found, weights)


_MOVING = ("latitude", "longitude", "altitude", "speed", "track", "climb")


def _points(runs: Any, row: NDArray[np.int32], side: Side) -> pl.DataFrame:
    """The fix at one side of runs."""
    return pl.DataFrame({name: runs[f"{side}_{name}"][row] for name in ("time", *_MOVING)})


def _is_low_near(
    point: pl.DataFrame, best: NDArray[np.int32], fields: LegFields, near: tuple[float, float]
) -> NDArray[np.bool_]:
    rows = fields.fields.rows[np.maximum(best, 0)]
    km = distance_km(
        point["latitude"].to_numpy(), point["longitude"].to_numpy(), rows.latitude, rows.longitude
    )
    height = point["altitude"].to_numpy() - np.nan_to_num(rows.elevation)
    found: NDArray[np.bool_] = (best >= 0) & (km <= near[0]) & (height <= near[1])
    return found


def _on_ground(
    point: pl.DataFrame, legs: Any, runs: Any, side: Side, why: NDArray[np.int8]
) -> pl.DataFrame:
    """Fixes of ends, where a leg ends on the ground the fix there; flights that nobody heard have no other."""
    step, other = (-1, "last") if side == "first" else (1, "first")
    is_down = why == BY_GROUND
    is_unheard = legs["fixes"] == 0
    row = np.where(is_unheard, legs[f"{side}_run"], legs[f"{side}_run"] + step)
    row = np.clip(np.where(is_down, row, legs[f"{side}_run"]), 0, max(len(runs) - 1, 0))
    names = ("time", *_MOVING)
    down = pl.DataFrame({f"down_{name}": runs[f"{other}_{name}"][row] for name in names})
    seen = pl.concat(
        [point, down, pl.DataFrame({"is_down": is_down, "is_unheard": is_unheard})],
        how="horizontal",
    )
    unheard = [
        pl.when("is_unheard").then(f"down_{name}").otherwise(name).alias(name) for name in names
    ]
    return seen.with_columns(unheard)
