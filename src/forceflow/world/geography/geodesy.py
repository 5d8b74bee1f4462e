"""Lengths and lines on the WGS 84 ellipsoid."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import Geod

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Numbers = NDArray[np.int64]

__all__ = ["geodesic_km", "geodesic_points"]

Point = tuple[float, float]


@cache
def geod() -> Geod:
    """The WGS 84 ellipsoid of pyproj, made once."""
    from pyproj import Geod

    return Geod(ellps="WGS84")


def geodesic_km(a: Point, b: Point) -> float:
    """Length of the geodesic between two points (lon, lat in degrees), km.

    Notes
    -----
    pyproj's `Geod` (C. F. F. Karney, "Algorithms for geodesics", Journal of Geodesy 87, 2013); good to nanometres.
    """
    return float(geod().inv(a[0], a[1], b[0], b[1])[2]) / 1000.0


def geodesics_km(a: Floats, b: Floats) -> Floats:
    """Lengths of many geodesics, km; `a` and `b` of shape (n, 2), lon and lat in degrees."""
    metres = geod().inv(a[:, 0], a[:, 1], b[:, 0], b[:, 1])[2]
    return np.asarray(metres, np.float64) / 1000.0


def geodesic_points(a: Point, b: Point, *, every_km: float = 100.0) -> tuple[Point, ...]:
    """Points along a geodesic, both ends included, no further apart than `every_km`."""
    steps = int(geodesic_km(a, b) // every_km)
    if steps < 1:
        return (a, b)
    between = geod().npts(a[0], a[1], b[0], b[1], steps)
    return (a, *between, b)
