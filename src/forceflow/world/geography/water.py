"""Land and water in cells of a twentieth of a degree, for ways over open water.

Natural Earth at 1:10 million (``data/land.npz``, see README.md beside it): a cell is land when its middle is. Straits
narrower than a cell are land here, and so are lakes; both are the business of the sea network.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from ..names import DATA
from .geodesy import geod, geodesics_km

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .geodesy import Flags, Floats, Point

__all__ = ["SHORE_KM", "STEP_KM", "is_land", "is_open_water", "land_km", "shore_km", "water_cells"]

SHORE_KM = 15.0
"""How far from either end a line over water may touch land, km: the harbour, and the coarseness of the cells."""

STEP_KM = 2.0
"""Distance between the points of a line that are looked up, km; a cell is 5.6 km high."""


@cache
def _land_cells() -> tuple[NDArray[np.uint8], int]:
    with (DATA / "land.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
        return stored["land"], int(stored["cells_per_degree"])


def is_land(lon_lat: Floats) -> Flags:
    """Whether points of shape (n, 2), lon and lat in degrees, lie in a cell of land."""
    packed, per_degree = _land_cells()
    lon, lat = lon_lat.T
    column = np.floor(((lon + 180.0) % 360.0) * per_degree).astype(np.int64)
    row = np.floor((lat + 90.0) * per_degree).astype(np.int64)
    row = row.clip(0, len(packed) - 1)
    # Eight cells to a byte, the westernmost in the highest bit.
    byte = packed[row, column >> 3]
    shift = (7 - (column & 7)).astype(np.uint8)
    return np.asarray(byte >> shift & 1, np.bool_)


def water_cells(low: Floats, high: Floats) -> tuple[Flags, Point, float]:
    """Water cells of a box; the middle of its first cell, lon and lat; and the size of a cell, degrees.

    Longitudes of the corners may run over 180. Rows go from south to north, columns from west to east.
    """
    packed, per_degree = _land_cells()
    origin = np.array([180.0, 90.0])
    left, bottom = np.floor((low + origin) * per_degree).astype(int).tolist()
    right, top = np.ceil((high + origin) * per_degree).astype(int).tolist()
    bottom, top = max(bottom, 0), min(top, len(packed))
    # A box over the antimeridian begins again at the first column.
    columns = np.arange(left, right) % (360 * per_degree)
    land = np.unpackbits(packed[bottom:top], axis=1)[:, columns]
    first_middle = (left + 0.5) / per_degree - 180.0, (bottom + 0.5) / per_degree - 90.0
    return land == 0, first_middle, 1.0 / per_degree


def _points_between(a: Point, b: Point, km: float, step_km: float = STEP_KM) -> Floats:
    """Points of the geodesic between the ends, no further apart than the step, the ends left out."""
    steps = int(km // step_km)
    if steps == 0:
        return np.empty((0, 2))
    points = geod().npts(*a, *b, steps)
    return np.array(points, np.float64).reshape(-1, 2)


def land_km(a: Point, b: Point, km: float) -> float:
    """How much of a geodesic of `km` between two points lies over land, km.

    Examples
    --------
    >>> land_km((35.0, 34.0), (33.0, 34.0), 185.0), round(land_km((36.0, 33.5), (38.0, 33.5), 186.0))
    (0.0, 186)
    """
    points = _points_between(a, b, km)
    if not len(points):
        return 0.0
    return float(is_land(points).mean()) * km


def is_open_water(
    a: Point, b: Point, km: float, shore: tuple[float, float] = (SHORE_KM, SHORE_KM)
) -> bool:
    """Whether a geodesic of `km` touches no land but within `shore` km of its ends."""
    # A few points find most of the lines that meet land.
    for step_km in (50.0, STEP_KM):
        points = _points_between(a, b, km, step_km)
        from_start = np.arange(1, len(points) + 1) * km / (len(points) + 1)
        inner = (from_start > shore[0]) & (km - from_start > shore[1])
        if is_land(points[inner]).any():
            return False
    return True


@cache
def shore_km(point: Point) -> float:
    """How far from a place by the sea a line may touch land, km: to the nearest water and a little more.

    Infinite for a place further inland than `SHORE_KM`.
    """
    # In degrees: a degree of latitude is some 111 km.
    reach = SHORE_KM / 111.0
    lat = np.arange(-reach, reach, 0.02)
    # Meridians draw together towards the poles; the floor keeps the box finite there.
    lon = lat / max(0.1, float(np.cos(np.radians(point[1]))))
    grid = np.stack(np.meshgrid(lon, lat), axis=-1)
    around = grid.reshape(-1, 2) + point
    water = around[~is_land(around)]
    if not len(water):
        return float("inf")
    here = np.ascontiguousarray(np.broadcast_to(point, water.shape))
    nearest = geodesics_km(here, water).min()
    if nearest > SHORE_KM:
        return float("inf")
    return float(nearest) + 2 * STEP_KM
