"""Distances and bearings on a sphere."""

from __future__ import annotations

import math

from ._jit import kernel
from .port_tables import EARTH_KM

__all__ = ["bearing_deg", "distance_km"]

_RADIAN = math.pi / 180.0
_HALF_RADIAN = math.pi / 360.0


@kernel
def distance_km(
    latitude_1: float, longitude_1: float, latitude_2: float, longitude_2: float
) -> float:
    """Great-circle distance by the haversine."""
    north = math.sin((latitude_2 - latitude_1) * _HALF_RADIAN)
    east = math.sin((longitude_2 - longitude_1) * _HALF_RADIAN)
    cosines = math.cos(latitude_1 * _RADIAN) * math.cos(latitude_2 * _RADIAN)
    square = north * north + cosines * east * east
    return 2.0 * EARTH_KM * math.asin(math.sqrt(min(1.0, square)))


@kernel
def bearing_deg(
    latitude_1: float, longitude_1: float, latitude_2: float, longitude_2: float
) -> float:
    """Bearing at which the great circle leaves the first point for the second, -180 to 180 degrees from north."""
    a, b = latitude_1 * _RADIAN, latitude_2 * _RADIAN
    east = (longitude_2 - longitude_1) * _RADIAN
    x = math.sin(east) * math.cos(b)
    y = math.cos(a) * math.sin(b) - math.sin(a) * math.cos(b) * math.cos(east)
    return math.atan2(x, y) / _RADIAN
