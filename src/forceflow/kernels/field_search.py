"""Airfields near a position, and airfields that an end of a leg aloft allows, weighed."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import kernel
from .earth import bearing_deg, distance_km

__all__ = [
    "CELLS_EAST",
    "CELLS_NORTH",
    "CELL_DEG",
    "CLIMB_FT_MIN",
    "FIELD",
    "MOST",
    "Fields",
    "Loose",
    "Reach",
    "field_at",
    "low_field",
    "weigh_fields",
]

CELL_DEG = 0.5
CELLS_NORTH, CELLS_EAST = 361, 720
_KM_PER_DEGREE = 111.195
MOST = 5
"""How many fields are kept of those that an end aloft allows."""

FIELD = np.dtype(
    [
        ("latitude", np.float64),
        ("longitude", np.float64),
        ("elevation", np.float64),
        ("weight", np.float64),
    ]
)
"""A field: degrees, feet (NaN where not known), and its weight beside others."""


class Fields(NamedTuple):
    """Rows of `FIELD` in the order of their cells of half a degree, and where each cell begins."""

    rows: Any
    cell_start: NDArray[np.int32]


class Reach(NamedTuple):
    """Priors of how an aircraft comes and goes; see `weigh_fields`."""

    fastest_kn: float
    far_km: float
    least_weight: float
    none_weight: float


class Loose(NamedTuple):
    """Ends of legs aloft: where, how high, how it moved, hours to fly, and 1 for an end or -1 for a beginning."""

    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    altitude: NDArray[np.float32]
    speed: NDArray[np.float32]
    track: NDArray[np.float32]
    climb: NDArray[np.float32]
    hours: NDArray[np.float64]
    side: NDArray[np.int8]


@kernel
def _box(latitude: float, longitude: float, km: float) -> tuple[int, int, int, int]:
    """Rows and columns of the cells within a distance; columns may lie beyond the edge."""
    # A little more than needed, so that rounding loses no field at the edge.
    tall = 1.001 * km / _KM_PER_DEGREE
    south = max(math.floor((latitude - tall + 90.0) / CELL_DEG), 0)
    north = min(math.floor((latitude + tall + 90.0) / CELL_DEG), CELLS_NORTH - 1)
    furthest = abs(latitude) + tall
    if furthest >= 89.0:
        return south, north, 0, CELLS_EAST - 1
    # Seen from elsewhere, a circle is widest nearer to the pole than its middle.
    half = math.sin(tall * math.pi / 180.0) / math.cos(latitude * math.pi / 180.0)
    wide = math.asin(min(1.0, half)) * 180.0 / math.pi
    west = math.floor((longitude - wide + 180.0) / CELL_DEG)
    east = math.floor((longitude + wide + 180.0) / CELL_DEG)
    return south, north, west, min(east, west + CELLS_EAST - 1)


@kernel
def field_at(
    latitude: float, longitude: float, km: float, fields: Fields, large: float
) -> tuple[int, float]:
    """The nearest field of at least the weight `large` within a distance, else the nearest other; -1 for none."""
    best, best_km, strip, strip_km = -1, np.inf, -1, np.inf
    south, north, west, east = _box(latitude, longitude, km)
    for cell_row in range(south, north + 1):
        for column in range(west, east + 1):
            cell = cell_row * CELLS_EAST + column % CELLS_EAST
            for at in range(fields.cell_start[cell], fields.cell_start[cell + 1]):
                field = fields.rows[at]
                away = distance_km(latitude, longitude, field.latitude, field.longitude)
                if away > km:
                    continue
                if field.weight >= large:
                    if away < best_km:
                        best, best_km = at, away
                elif away < strip_km:
                    strip, strip_km = at, away
    if best < 0:
        return strip, strip_km
    return best, best_km


@kernel
def low_field(
    latitude: float, longitude: float, altitude: float, km: float, feet: float, fields: Fields
) -> tuple[int, float]:
    """The nearest field within a distance above which an altitude is no higher than `feet`; -1 for none.

    A field whose elevation is not known counts as at the level of the sea, so that only what is low for certain is low.
    """
    best, best_km = -1, np.inf
    if math.isnan(altitude):
        return best, best_km
    south, north, west, east = _box(latitude, longitude, km)
    for cell_row in range(south, north + 1):
        for column in range(west, east + 1):
            cell = cell_row * CELLS_EAST + column % CELLS_EAST
            for at in range(fields.cell_start[cell], fields.cell_start[cell + 1]):
                field = fields.rows[at]
                elevation = field.elevation
                if math.isnan(elevation):
                    elevation = 0.0
                if altitude - elevation > feet:
                    continue
                away = distance_km(latitude, longitude, field.latitude, field.longitude)
                if away <= km and away < best_km:
                    best, best_km = at, away
    return best, best_km


CLIMB_FT_MIN = 300.0
"""An aircraft that rises or sinks faster climbs or descends (a prior)."""

_GLIDE_KM_PER_FT = 1.852 / 318.0
"""Distance for each foot of height on a path of three degrees."""


@kernel
def _weight_of_bearing(away: float, bearing: float, track: float) -> float:
    """How well a field lies on the track: a bell of 30 degrees far away, wider nearby, where aircraft turn to land."""
    if math.isnan(track):
        return 0.5
    error = (bearing - track + 540.0) % 360.0 - 180.0
    width = 30.0 + 900.0 / (away + 10.0)
    return math.exp(-0.5 * (error / width) ** 2)


@kernel
def _weight_of_distance(away: float, height: float, sink: float) -> float:
    """Falls by e for each 10 km and the way of a glide from that height; where it flies away, for each 300 km."""
    far = 300.0
    if sink >= -CLIMB_FT_MIN or math.isnan(sink):
        glide = max(height, 0.0) * _GLIDE_KM_PER_FT
        if not math.isnan(height):
            far = 10.0 + glide
    return math.exp(-away / far)


@kernel
def _weight_of_height(away: float, height: float, sink: float, speed: float) -> float:
    """How well a distance goes with a height.

    `sink` is the rate towards the field, ft/min: descent before a landing, climb after a take-off. Where it is large,
    the field is as far as it takes to lose the height; where not, the field is no nearer than a path of 3 degrees.
    """
    if math.isnan(height):
        return 0.5
    glide = max(height, 0.0) * _GLIDE_KM_PER_FT
    if sink > CLIMB_FT_MIN:
        far = glide
        if speed > 0.0:
            far = speed * 1.852 / 60.0 * max(height, 0.0) / sink
        return math.exp(-0.5 * ((away - far) / (10.0 + 0.5 * far)) ** 2)
    near = 0.7 * glide
    if away >= near:
        return 1.0
    return math.exp(-0.5 * ((near - away) / (10.0 + 0.3 * glide)) ** 2)


@kernel
def weigh_fields(
    loose: Loose,
    fields: Fields,
    reach: Reach,
    found: NDArray[np.int32],
    weights: NDArray[np.float64],
) -> None:
    """Fields that each end of a leg aloft allows, the likeliest first, into rows of `found` and `weights`.

    A weight is that of the field times those of its bearing, of the height, and of the distance; together with a small
    one for no field of the list they are shared out to 1. -1 fills what is not used.
    """
    for i in range(loose.latitude.shape[0]):
        found[i, :] = -1
        weights[i, :] = 0.0
        km = min(reach.far_km, loose.hours[i] * reach.fastest_kn * 1.852)
        here, there, side = loose.latitude[i], loose.longitude[i], loose.side[i]
        altitude, speed = float(loose.altitude[i]), float(loose.speed[i])
        track = float(loose.track[i])
        if side < 0:
            # A field that was left lies behind.
            track += 180.0
        sink = -side * float(loose.climb[i])
        total = reach.none_weight
        south, north, west, east = _box(here, there, km)
        for cell_row in range(south, north + 1):
            for column in range(west, east + 1):
                cell = cell_row * CELLS_EAST + column % CELLS_EAST
                for at in range(fields.cell_start[cell], fields.cell_start[cell + 1]):
                    field = fields.rows[at]
                    away = distance_km(here, there, field.latitude, field.longitude)
                    if away > km:
                        continue
                    elevation = field.elevation
                    if math.isnan(elevation):
                        elevation = 0.0
                    height = altitude - elevation
                    weight = field.weight * _weight_of_distance(away, height, sink)
                    bearing = bearing_deg(here, there, field.latitude, field.longitude)
                    weight *= _weight_of_bearing(away, bearing, track)
                    weight *= _weight_of_height(away, height, sink, speed)
                    total += weight
                    place = MOST
                    while place > 0 and weight > weights[i, place - 1]:
                        place -= 1
                    if place == MOST:
                        continue
                    for later in range(MOST - 1, place, -1):
                        found[i, later] = found[i, later - 1]
                        weights[i, later] = weights[i, later - 1]
                    found[i, place] = at
                    weights[i, place] = weight
        for place in range(MOST):
            weights[i, place] /= total
            if weights[i, place] < reach.least_weight:
                found[i, place] = -1
                weights[i, place] = 0.0
