"""Ways over open water without shipping lines: over the water cells between two places, its corners pulled straight."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from .geodesy import Point, geodesic_km, geodesics_km
from .passages import crosses, passages
from .water import is_land, is_open_water, shore_km

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Points = NDArray[np.float64]
    Numbers = NDArray[np.int64]

__all__ = ["open_way"]

FINEST_DEGREES = 0.1
"""Smallest mesh of the points looked at, degrees of latitude."""

WIDEST_KM = 2_000.0
"""A way round land is looked for between places no further apart than this, km; beyond it shipping lines will do."""

MOST_POINTS = 20_000
"""How many points are looked at; over a wider window the mesh is wider."""

MARGIN = 0.35
"""How far the window reaches beyond the places, as a share of its longer side; 2 degrees at least."""

NORTHERNMOST = 78.0
"""Degrees of latitude beyond which no way is looked for: ice, and a mesh that narrows to nothing."""

_BETWEEN = (0.25, 0.5, 0.75)
"""Where a side of the mesh is looked up for land, as shares of its length."""


@lru_cache(maxsize=2048)
def open_way(start: Point, stop: Point, closed: int) -> tuple[Point, ...] | None:
    """Corners (lon, lat) of the shortest way found over open water, ends included; None where there is none.

    Parameters
    ----------
    start, stop
        Longitude and latitude of two places by the sea, degrees.
    closed
        Bits of the closed passages; no way crosses their gates.

    Notes
    -----
    The straight line where it is open, else the shortest path (Dijkstra) over a mesh of water points in a window
    around both, with each corner left out that is not needed. The result touches land only within `shore_km` of an end.
    Straits narrower than a cell of the land map are closed here.
    """
    ends = np.array([start, stop])
    if abs(ends[0, 0] - ends[1, 0]) > 180.0:
        ends[ends[:, 0] < 0.0, 0] += 360.0
    shore = shore_km(start), shore_km(stop)
    if max(abs(start[1]), abs(stop[1])) > NORTHERNMOST or not np.isfinite(shore).all():
        return None
    gates = _gates(closed)
    if _is_free(ends[0], ends[1], shore, gates):
        return start, stop
    if geodesic_km(start, stop) > WIDEST_KM:
        return None
    mesh, sides = _mesh(ends, gates)
    joins = [_joined(end, mesh, km, gates) for end, km in zip(ends, shore, strict=True)]
    if any(len(join) == 0 for join in joins):
        return None
    path = _shortest(ends, mesh, sides, joins)
    if path is None:
        return None
    corners = _pulled_straight(path, shore, gates)
    inner = [((lon + 180.0) % 360.0 - 180.0, lat) for lon, lat in corners[1:-1].tolist()]
    return (start, *inner, stop)


def _gates(closed: int) -> list[tuple[Point, Point]]:
    return [passage.gate for passage in passages().values() if closed >> passage.bit & 1]


def _crosses_any(a: Points, b: Points, gates: list[tuple[Point, Point]]) -> NDArray[np.bool_]:
    """Which segments from `a` to `b`, shape (n, 2), cross one of the gates; longitudes may run over 180."""
    found = np.zeros(len(a), np.bool_)
    for gate in gates:
        for shift in (0.0, 360.0):
            found |= crosses(a - (shift, 0.0), b - (shift, 0.0), gate)
    return found


def _is_free(a: Points, b: Points, shore: tuple[float, float], gates: list[tuple[Point, Point]]) -> bool:
    """Whether a ship may go straight from one point to another: over water, through no closed passage."""
    if _crosses_any(a[None], b[None], gates)[0]:
        return False
    one, other = (float(a[0]), float(a[1])), (float(b[0]), float(b[1]))
    return is_open_water(one, other, geodesic_km(one, other), shore)


def _mesh(ends: Points, gates: list[tuple[Point, Point]]) -> tuple[Points, Numbers]:
    """Water points around two ends, shape (n, 2), and the sides between neighbours, shape (m, 2)."""
    low, high = ends.min(axis=0), ends.max(axis=0)
    wide = 1.0 / np.cos(np.radians(np.abs(ends[:, 1]).mean()))
    margin = max(2.0, MARGIN * max((high[0] - low[0]) / wide, high[1] - low[1]))
    around = np.array([margin * wide, margin])
    low, high = low - around, high + around
    low[1], high[1] = max(low[1], -NORTHERNMOST), min(high[1], NORTHERNMOST)
    area = (high[0] - low[0]) / wide * (high[1] - low[1])
    degrees = max(FINEST_DEGREES, float(np.sqrt(area / MOST_POINTS)))
    lon, lat = np.arange(low[0], high[0], degrees * wide), np.arange(low[1], high[1], degrees)
    points = np.stack(np.meshgrid(lon, lat), axis=-1).reshape(-1, 2)
    number = np.arange(len(points)).reshape(len(lat), len(lon))
    pairs = np.concatenate(
        [
            np.stack([one.ravel(), other.ravel()], axis=1)
            for one, other in (
                (number[:, :-1], number[:, 1:]),
                (number[:-1], number[1:]),
                (number[:-1, :-1], number[1:, 1:]),
                (number[:-1, 1:], number[1:, :-1]),
            )
        ]
    )
    water = ~is_land(points)
    pairs = pairs[water[pairs].all(axis=1)]
    a, b = points[pairs[:, 0]], points[pairs[:, 1]]
    blocked = _crosses_any(a, b, gates)
    for share in _BETWEEN:
        blocked |= is_land(a + share * (b - a))
    return points, pairs[~blocked]


def _joined(end: Points, mesh: Points, shore: float, gates: list[tuple[Point, Point]]) -> Numbers:
    """Numbers of the water points nearest to an end that it reaches straight."""
    away = np.hypot((mesh[:, 0] - end[0]) * np.cos(np.radians(end[1])), mesh[:, 1] - end[1])
    near = np.argsort(away, kind="stable")[:60]
    near = near[~is_land(mesh[near])]
    return near[[_is_free(end, mesh[number], (shore, 0.0), gates) for number in near]]


def _shortest(ends: Points, mesh: Points, sides: Numbers, joins: list[Numbers]) -> Points | None:
    """Points of the shortest path from one end to the other over the mesh, ends included; None where there is none."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    first, last = len(mesh), len(mesh) + 1
    points = np.concatenate([mesh, ends])
    own = [np.stack([np.full(len(join), end), join], axis=1) for end, join in zip((first, last), joins, strict=True)]
    every = np.concatenate([sides, *own])
    km = geodesics_km(points[every[:, 0]], points[every[:, 1]])
    graph = csr_array((km, (every[:, 0], every[:, 1])), shape=(len(points), len(points)))
    distance, before = dijkstra(graph, directed=False, indices=[first], return_predecessors=True)
    if not np.isfinite(distance[0, last]):
        return None
    path = [last]
    while path[-1] != first:
        path.append(int(before[0, path[-1]]))
    return np.asarray(points[path[::-1]])


def _pulled_straight(path: Points, shore: tuple[float, float], gates: list[tuple[Point, Point]]) -> Points:
    """The path without the corners that a straight line over water makes needless."""
    kept, end = [0], len(path) - 1
    while kept[-1] != end:
        at = kept[-1]
        near, far = at + 1, end
        if not _sees(path, at, end, shore, gates):
            while far - near > 1:  # what is seen from a corner ends somewhere: halve
                middle = (near + far) // 2
                near, far = (middle, far) if _sees(path, at, middle, shore, gates) else (near, middle)
            far = near
        kept.append(far)
    return np.asarray(path[kept])


def _sees(path: Points, at: int, ahead: int, shore: tuple[float, float], gates: list[tuple[Point, Point]]) -> bool:
    own = (shore[0] if at == 0 else 0.0, shore[1] if ahead == len(path) - 1 else 0.0)
    return ahead == at + 1 or _is_free(path[at], path[ahead], own, gates)
