"""Ways over open water without shipping lines: over the water cells between two places, its corners pulled straight."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from .geodesy import Point, geodesic_km, geodesics_km
from .passages import crosses, passages
from .water import SHORE_KM, STEP_KM, is_open_water, shore_km, water_cells

if TYPE_CHECKING:
    from .geodesy import Flags, Floats, Numbers

__all__ = ["WIDEST_KM", "OpenWay", "open_ways"]

WIDEST_KM = 2_500.0
"""A way round land is looked for between places no further apart than this, km; beyond it shipping lines will do."""

MARGIN = 0.35
"""How far the box reaches beyond the places, as a share of its longer side; 2 degrees at least."""

NORTHERNMOST = 78.0
"""Degrees of latitude beyond which no way is looked for: ice, and cells that narrow to nothing."""

HARBOUR_KM = 60.0
"""How far a place may lie from the open water of the map, km: up a river or an inlet narrower than a cell."""

POCKET_CELLS = 100
"""Water of fewer cells is no sea but a bay or a lagoon whose mouth is narrower than a cell; some 2,500 km²."""

MOST_SEARCHES = 16
"""How many sets of closed passages are tried between two places."""

HARBOUR_CELLS = 60
"""How many water cells near a place are tried as the mouth of its harbour."""


@dataclass(frozen=True, slots=True)
class OpenWay:
    """A way over open water: its length in km, its corners (lon, lat), ends included, and the bits of its passages."""

    distance_km: float
    corners: tuple[Point, ...]
    passages: int


@dataclass(frozen=True, slots=True)
class _Waters:
    """The water cells around two ends (longitudes may run over 180), and how far from each end land may be touched."""

    ends: Floats
    shore: tuple[float, float]
    water: Flags
    corner: Point
    step: float


@lru_cache(maxsize=2048)
def open_ways(start: Point, stop: Point) -> tuple[OpenWay, ...]:
    """Ways over open water between two places, the shortest first.

    The shortest one through any passages, then one around each passage that an earlier one goes through, and so on:
    whatever is closed, the shortest of them that is left is the way. So a closure never makes a way shorter.

    Parameters
    ----------
    start, stop
        Longitude and latitude of two places by the sea, degrees.

    Notes
    -----
    Each is the straight line where it is open, else the shortest path over the cells of the land map in a box around
    both, with each corner left out that is not needed. It touches land only within `shore_km` of an end. Straits
    narrower than a cell are closed here.
    """
    waters = _waters_around(start, stop)
    if waters is None:
        return ()
    found: dict[tuple[Point, ...], OpenWay] = {}
    waiting, tried = [0], {0}
    while waiting:
        closed = waiting.pop(0)
        corners = _find_corners(waters, closed)
        if corners is None:
            continue
        way = _way_over(corners, start, stop)
        found.setdefault(way.corners, way)
        for passage in passages().values():
            # Only a passage that this way uses can change the way when it is closed.
            more = closed | 1 << passage.bit
            if way.passages >> passage.bit & 1 and more not in tried and len(tried) < MOST_SEARCHES:
                tried.add(more)
                waiting.append(more)
    return tuple(sorted(found.values(), key=lambda way: way.distance_km))


def _way_over(corners: Floats, start: Point, stop: Point) -> OpenWay:
    """The way over some corners; longitudes past 180 come back into the range of a map."""
    bits = _passage_bits(corners[:-1], corners[1:])
    km = float(geodesics_km(corners[:-1], corners[1:]).sum())
    inner = corners[1:-1].copy()
    inner[:, 0] = (inner[:, 0] + 180.0) % 360.0 - 180.0
    between = map(tuple, inner.tolist())
    return OpenWay(km, (start, *between, stop), bits)


def _waters_around(start: Point, stop: Point) -> _Waters | None:
    """The waters around two places; None where one lies inland, or in the ice."""
    if max(abs(start[1]), abs(stop[1])) > NORTHERNMOST:
        return None
    ends = np.array([start, stop])
    if abs(ends[0, 0] - ends[1, 0]) > 180.0:
        # Over the antimeridian the box would else reach round the whole earth.
        ends[ends[:, 0] < 0.0, 0] += 360.0
    if geodesic_km(start, stop) > WIDEST_KM:
        return _waters_far_apart(ends, start, stop)
    low, high = _box_around(ends)
    water, corner, step = water_cells(low, high)
    # The search makes moves of two cells: two of land on each side keep it inside the box.
    water[:2] = water[-2:] = False
    water[:, :2] = water[:, -2:] = False
    waters = _Waters(ends, (SHORE_KM, SHORE_KM), _without_pockets(water), corner, step)
    shore = _shore_reach_km(waters, 0), _shore_reach_km(waters, 1)
    if max(shore) > HARBOUR_KM:
        return None
    return replace(waters, shore=shore)


def _waters_far_apart(ends: Floats, start: Point, stop: Point) -> _Waters | None:
    """No cells at all: between places so far apart only the straight line is looked at."""
    shore = shore_km(start), shore_km(stop)
    if not np.isfinite(shore).all():
        return None
    return _Waters(ends, shore, np.zeros((0, 0), np.bool_), start, 1.0)


def _box_around(ends: Floats) -> tuple[Floats, Floats]:
    """South-west and north-east corner of the box in which a way is looked for."""
    low, high = ends.min(axis=0), ends.max(axis=0)
    # Degrees of longitude in one degree of latitude: the margin is alike in km on all sides.
    mean_lat = np.abs(ends[:, 1]).mean()
    wide = 1.0 / np.cos(np.radians(mean_lat))
    width, height = high - low
    margin = max(2.0, MARGIN * max(width / wide, height))
    around = np.array([margin * wide, margin])
    low, high = low - around, high + around
    low[1] = max(low[1], -NORTHERNMOST)
    high[1] = min(high[1], NORTHERNMOST)
    return low, high


def _shore_reach_km(waters: _Waters, end: int) -> float:
    """How far from an end a line may touch land, km: to the nearest water cell and a little more."""
    _, here, middles = _cells_near(waters, end)
    return float(geodesics_km(here, middles).min(initial=np.inf)) + 2 * STEP_KM


def _without_pockets(water: Flags) -> Flags:
    """Water cells without those from which no sea is reached on the map."""
    from scipy.ndimage import label

    numbers, _ = label(water)
    size = np.bincount(numbers.ravel())
    # Number 0 is the land.
    size[0] = 0
    return np.asarray(size[numbers] >= POCKET_CELLS)


def _cells_near(waters: _Waters, end: int) -> tuple[Numbers, Floats, Floats]:
    """Numbers of the water cells nearest to an end; the end, once for each; and their middles."""
    here, cells = waters.ends[end], np.flatnonzero(waters.water)
    middles = _middles_of(waters, cells)
    east, north = (middles - here).T
    away = np.hypot(east * np.cos(np.radians(here[1])), north)
    near = np.argsort(away, kind="stable")[:HARBOUR_CELLS]
    return cells[near], np.repeat(here[None], len(near), axis=0), middles[near]


def _find_corners(waters: _Waters, closed: int) -> Floats | None:
    """Corners of the shortest way found that crosses no closed passage; None where there is none."""
    from ...kernels.shortest_path import grid_path

    (start, stop), shore = waters.ends, waters.shore
    if _is_free(start, stop, shore, closed):
        return waters.ends
    if not waters.water.size:
        return None
    starts, start_km = _harbour_mouths(waters, 0, closed)
    stops, stop_km = _harbour_mouths(waters, 1, closed)
    # Only at the mouths of its harbour may the search go over to the end.
    to_end = np.full(waters.water.size, np.inf)
    to_end[stops] = stop_km
    cells = grid_path(
        waters.water,
        waters.corner,
        waters.step,
        starts,
        start_km,
        to_end,
        (float(stop[0]), float(stop[1])),
        _gates_of(closed),
    )
    if not len(cells):
        return None
    path = np.concatenate([[start], _middles_of(waters, cells), [stop]])
    return _pull_straight(path, shore, closed)


def _middles_of(waters: _Waters, cells: Numbers) -> Floats:
    """Middles of cells, lon and lat."""
    row, column = np.divmod(cells, waters.water.shape[1])
    return waters.corner + np.stack([column, row], axis=1) * waters.step


def _harbour_mouths(waters: _Waters, end: int, closed: int) -> tuple[Numbers, Floats]:
    """Water cells near an end that it reaches straight, and the way to each, km."""
    cells, here, middles = _cells_near(waters, end)
    shore = waters.shore[end], 0.0
    free = [_is_free(here[i], middles[i], shore, closed) for i in range(len(cells))]
    return cells[free], geodesics_km(here[free], middles[free])


def _gates_of(closed: int) -> Floats:
    """Ends of the gates of closed passages, shape (n, 4); each twice, as longitudes may run over 180."""
    gates = []
    for passage in passages().values():
        if closed >> passage.bit & 1:
            (west, south), (east, north) = passage.gate
            gates.append((west, south, east, north))
            # The same gate again, for a box whose longitudes run over 180.
            gates.append((west + 360.0, south, east + 360.0, north))
    return np.array(gates, np.float64).reshape(-1, 4)


def _passage_bits(a: Floats, b: Floats) -> int:
    """Bits of the passages that segments from `a` to `b`, shape (n, 2), go through; longitudes may run over 180."""
    turn = 360.0, 0.0
    bits = 0
    for passage in passages().values():
        gate = passage.gate
        if crosses(a, b, gate).any() or crosses(a - turn, b - turn, gate).any():
            bits |= 1 << passage.bit
    return bits


def _is_free(a: Floats, b: Floats, shore: tuple[float, float], closed: int) -> bool:
    """Whether a ship may go straight from one point to another: over water, through no closed passage."""
    # The gates are few and quick to test, so they come before the look at the map.
    if closed and _passage_bits(a[None], b[None]) & closed:
        return False
    one = float(a[0]), float(a[1])
    other = float(b[0]), float(b[1])
    return is_open_water(one, other, geodesic_km(one, other), shore)


def _pull_straight(path: Floats, shore: tuple[float, float], closed: int) -> Floats:
    """The path without the corners that a straight line over water makes needless."""
    kept, end = [0], len(path) - 1
    while kept[-1] != end:
        kept.append(_furthest_seen(path, kept[-1], shore, closed))
    return np.asarray(path[kept])


def _furthest_seen(path: Floats, at: int, shore: tuple[float, float], closed: int) -> int:
    """The corner furthest along the path that is seen from another.

    What is seen from a corner ends somewhere, so halving finds that place, unless the end itself is seen.
    """
    near, far = at + 1, len(path) - 1
    if _sees_corner(path, at, far, shore, closed):
        return far
    while far - near > 1:
        middle = (near + far) // 2
        if _sees_corner(path, at, middle, shore, closed):
            near = middle
        else:
            far = middle
    return near


def _sees_corner(
    path: Floats, at: int, ahead: int, shore: tuple[float, float], closed: int
) -> bool:
    if ahead == at + 1:
        return True
    # Only the two ends of the way lie in harbours, where land may be touched.
    from_start, to_end = shore
    if at > 0:
        from_start = 0.0
    if ahead < len(path) - 1:
        to_end = 0.0
    return _is_free(path[at], path[ahead], (from_start, to_end), closed)
