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
    from numpy.typing import NDArray

    Points = NDArray[np.float64]
    Numbers = NDArray[np.int64]

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

    ends: Points
    shore: tuple[float, float]
    water: NDArray[np.bool_]
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
    waters = _waters(start, stop)
    if waters is None:
        return ()
    found: dict[tuple[Point, ...], OpenWay] = {}
    waiting, tried = [0], {0}
    while waiting:
        closed = waiting.pop(0)
        corners = _corners(waters, closed)
        if corners is None:
            continue
        inner = [((lon + 180.0) % 360.0 - 180.0, lat) for lon, lat in corners[1:-1].tolist()]
        bits = _passage_bits(corners[:-1], corners[1:])
        km = float(geodesics_km(corners[:-1], corners[1:]).sum())
        found.setdefault((start, *inner, stop), OpenWay(km, (start, *inner, stop), bits))
        for passage in passages().values():
            more = closed | 1 << passage.bit
            if bits >> passage.bit & 1 and more not in tried and len(tried) < MOST_SEARCHES:
                tried.add(more)
                waiting.append(more)
    return tuple(sorted(found.values(), key=lambda way: way.distance_km))


def _waters(start: Point, stop: Point) -> _Waters | None:
    """The waters around two places; None where one lies inland, or in the ice."""
    ends = np.array([start, stop])
    if abs(ends[0, 0] - ends[1, 0]) > 180.0:
        ends[ends[:, 0] < 0.0, 0] += 360.0
    if max(abs(start[1]), abs(stop[1])) > NORTHERNMOST:
        return None
    if geodesic_km(start, stop) > WIDEST_KM:
        shore = shore_km(start), shore_km(stop)
        none = np.zeros((0, 0), np.bool_)
        return _Waters(ends, shore, none, start, 1.0) if np.isfinite(shore).all() else None
    low, high = ends.min(axis=0), ends.max(axis=0)
    wide = 1.0 / np.cos(np.radians(np.abs(ends[:, 1]).mean()))
    margin = max(2.0, MARGIN * max((high[0] - low[0]) / wide, high[1] - low[1]))
    around = np.array([margin * wide, margin])
    low, high = low - around, high + around
    low[1], high[1] = max(low[1], -NORTHERNMOST), min(high[1], NORTHERNMOST)
    water, corner, step = water_cells(low, high)
    water[:2], water[-2:], water[:, :2], water[:, -2:] = False, False, False, False
    waters = _Waters(ends, (SHORE_KM, SHORE_KM), _without_pockets(water), corner, step)
    away = [
        float(geodesics_km(*_nearest(waters, end)[1:]).min(initial=np.inf)) + 2 * STEP_KM
        for end in (0, 1)
    ]
    return replace(waters, shore=(away[0], away[1])) if max(away) <= HARBOUR_KM else None


def _without_pockets(water: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Water cells without those from which no sea is reached on the map."""
    from scipy.ndimage import label

    numbers, _ = label(water)
    size = np.bincount(numbers.ravel())
    size[0] = 0
    return np.asarray(size[numbers] >= POCKET_CELLS)


def _nearest(waters: _Waters, end: int) -> tuple[Numbers, Points, Points]:
    """Numbers of the water cells nearest to an end; the end, once for each; and their middles."""
    here, cells = waters.ends[end], np.flatnonzero(waters.water)
    middles = _middles(waters, cells)
    away = np.hypot(
        (middles[:, 0] - here[0]) * np.cos(np.radians(here[1])), middles[:, 1] - here[1]
    )
    near = np.argsort(away, kind="stable")[:HARBOUR_CELLS]
    return (
        cells[near],
        np.repeat(here[None], len(near), axis=0),
        np.ascontiguousarray(middles[near]),
    )


def _corners(waters: _Waters, closed: int) -> Points | None:
    """Corners of the shortest way found that crosses no closed passage; None where there is none."""
    from ...kernels.shortest_path import grid_path

    (start, stop), shore, gates = waters.ends, waters.shore, _gates(closed)
    if _is_free(start, stop, shore, closed):
        return waters.ends
    if not waters.water.size:
        return None
    (starts, start_km), (stops, stop_km) = (_harbour(waters, end, closed) for end in (0, 1))
    to_end = np.full(waters.water.size, np.inf)
    to_end[stops] = stop_km
    goal = float(stop[0]), float(stop[1])
    cells = grid_path(
        waters.water, waters.corner, waters.step, starts, start_km, to_end, goal, gates
    )
    if not len(cells):
        return None
    path = np.concatenate([[start], _middles(waters, cells), [stop]])
    return _pulled_straight(path, shore, closed)


def _middles(waters: _Waters, cells: Numbers) -> Points:
    """Middles of cells, lon and lat."""
    row, column = np.divmod(cells, waters.water.shape[1])
    return np.stack(
        [waters.corner[0] + column * waters.step, waters.corner[1] + row * waters.step], axis=1
    )


def _harbour(waters: _Waters, end: int, closed: int) -> tuple[Numbers, Points]:
    """Water cells near an end that it reaches straight, and the way to each, km."""
    cells, here, middles = _nearest(waters, end)
    free = [
        _is_free(a, b, (waters.shore[end], 0.0), closed) for a, b in zip(here, middles, strict=True)
    ]
    return cells[free], geodesics_km(here[free], middles[free])


def _gates(closed: int) -> Points:
    """Ends of the gates of closed passages, shape (n, 4); each twice, as longitudes may run over 180."""
    gates = [passage.gate for passage in passages().values() if closed >> passage.bit & 1]
    return np.array(
        [(a[0] + turn, a[1], b[0] + turn, b[1]) for a, b in gates for turn in (0.0, 360.0)],
        np.float64,
    ).reshape(-1, 4)


def _passage_bits(a: Points, b: Points) -> int:
    """Bits of the passages that segments from `a` to `b`, shape (n, 2), go through; longitudes may run over 180."""
    return sum(
        1 << passage.bit
        for passage in passages().values()
        if any(
            crosses(a - (turn, 0.0), b - (turn, 0.0), passage.gate).any() for turn in (0.0, 360.0)
        )
    )


def _is_free(a: Points, b: Points, shore: tuple[float, float], closed: int) -> bool:
    """Whether a ship may go straight from one point to another: over water, through no closed passage."""
    if closed and _passage_bits(a[None], b[None]) & closed:
        return False
    one, other = (float(a[0]), float(a[1])), (float(b[0]), float(b[1]))
    return is_open_water(one, other, geodesic_km(one, other), shore)


def _pulled_straight(path: Points, shore: tuple[float, float], closed: int) -> Points:
    """The path without the corners that a straight line over water makes needless."""
    kept, end = [0], len(path) - 1
    while kept[-1] != end:
        at = kept[-1]
        near, far = at + 1, end
        if not _sees(path, at, end, shore, closed):
            while far - near > 1:  # what is seen from a corner ends somewhere: halve
                middle = (near + far) // 2
                near, far = (
                    (middle, far) if _sees(path, at, middle, shore, closed) else (near, middle)
                )
            far = near
        kept.append(far)
    return np.asarray(path[kept])


def _sees(path: Points, at: int, ahead: int, shore: tuple[float, float], closed: int) -> bool:
    own = (shore[0] if at == 0 else 0.0, shore[1] if ahead == len(path) - 1 else 0.0)
    return ahead == at + 1 or _is_free(path[at], path[ahead], own, closed)
