"""Ways through the air: geodesics, and the shortest way round areas that are closed to overflight.

Areas are countries (their land area) or polygons in ``data/airspaces.toml``; dated rules in the same file close some of
them to aircraft of a flag.  The way round is the shortest one over the corners of the closed areas, kept a little off.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import NoRouteError
from ..names import check_name, fold, read_data
from .coast import countries, find_country, inside
from .countries import countries_with_code
from .geodesy import geodesic_km, geodesics_km
from .passages import Point, as_date
from .place import Place

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Area", "air_path", "closed_areas", "find_area"]

CLEARANCE_KM = 10.0
"""How far the way round keeps from the corners of a closed area, km."""

EARTH_KM = 6371.0
HORIZON = 0.17
"""Cosine of the greatest angle from the middle of the leg at which an area still matters: 80 degrees."""


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """An area of the air: its id, its name, its outlines (lon, lat) and what is said of it."""

    id: str
    name: str
    rings: tuple[NDArray[np.float64], ...]
    note: str = ""


@cache
def _areas() -> Mapping[str, Area]:
    """Areas of our own file, by folded name."""
    index: dict[str, Area] = {}
    for raw in read_data("airspaces.toml").get("area", ()):
        rings = [ring for name in raw.get("countries", ()) for ring in countries()[name]]
        if "polygon" in raw:
            rings.append(np.array([*raw["polygon"], raw["polygon"][0]], np.float64))
        area = Area(raw["id"], raw["name"], tuple(rings), raw.get("note", ""))
        for name in (raw["id"], raw["name"], *raw.get("aliases", ())):
            index[fold(name)] = area
    return index


def find_area(name: str) -> Area:
    """The area that `name` means: one of our own, or a country by English name or ISO 3166 code.

    Raises
    ------
    UnknownNameError
        The name is unknown, and the message lists the nearest names; or the country is too small for the map.

    Examples
    --------
    >>> find_area("TUR").name, find_area("TR").name
    ('Turkey', 'Turkey')
    """
    if not countries_with_code(str(name)):  # "NA" is Namibia here
        check_name("airspace", name)
    if (area := _areas().get(fold(name))) is not None:
        return area
    country = find_country(name, others=[area.name for area in _areas().values()])
    return Area(country, country, countries()[country])


def closed_areas(
    *,
    closed: Iterable[str] = (),
    opened: Iterable[str] = (),
    on: Any = None,
    flag: str | None = None,
) -> Mapping[str, tuple[Area, str]]:
    """Areas that may not be overflown, with the reason, by area id.

    Parameters
    ----------
    closed, opened
        Names closed by the caller, and names kept open although a rule closes them.
    on
        Day of the flight; None asks for the rules still in force.
    flag
        ISO 3166 alpha-2 code of the state whose aircraft flies; without it no rule applies.
    """
    names = (closed,) if isinstance(closed, str) else tuple(closed)
    spared = {find_area(name).id for name in ((opened,) if isinstance(opened, str) else opened)}
    found = {(area := find_area(name)).id: (area, "closed by the caller") for name in names}
    day = as_date(on)
    for rule in read_data("airspaces.toml").get("rule", ()):
        in_force = (
            rule.get("until") is None
            if day is None
            else rule["since"] <= day < rule.get("until", date.max)
        )
        if flag is None or rule["flag"] != flag.upper() or not in_force:
            continue
        for name in rule["areas"]:
            area = find_area(name)
            if area.id not in spared:
                found.setdefault(area.id, (area, f"{rule['name']}, since {rule['since']}"))
    return found


def _gnomonic(lon_lat: NDArray[np.float64], centre: Point) -> NDArray[np.float64]:
    """Gnomonic projection, km: great circles become straight lines; points past the horizon become NaN."""
    lon, lat = np.radians(lon_lat).T
    lon0, lat0 = np.radians(centre)
    cos_angle = np.sin(lat0) * np.sin(lat) + np.cos(lat0) * np.cos(lat) * np.cos(lon - lon0)
    cos_angle = np.where(cos_angle < HORIZON, np.nan, cos_angle)
    x = np.cos(lat) * np.sin(lon - lon0) / cos_angle
    y = (np.cos(lat0) * np.sin(lat) - np.sin(lat0) * np.cos(lat) * np.cos(lon - lon0)) / cos_angle
    return EARTH_KM * np.stack([x, y], axis=1)


def _from_gnomonic(xy: NDArray[np.float64], centre: Point) -> NDArray[np.float64]:
    """Longitude and latitude of points on the gnomonic plane."""
    lon0, lat0 = np.radians(centre)
    x, y = xy.T / EARTH_KM
    rho = np.hypot(x, y)
    angle = np.arctan(rho)
    safe = np.where(rho == 0.0, 1.0, rho)
    lat = np.arcsin(
        np.cos(angle) * np.sin(lat0)
        + np.where(rho == 0.0, 0.0, y * np.sin(angle) * np.cos(lat0) / safe)
    )
    lon = lon0 + np.arctan2(
        x * np.sin(angle), safe * np.cos(lat0) * np.cos(angle) - y * np.sin(lat0) * np.sin(angle)
    )
    return np.stack([(np.degrees(lon) + 180.0) % 360.0 - 180.0, np.degrees(lat)], axis=1)


def _corners(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    """Outward corners of a closed ring on the plane, moved out by the clearance."""
    points = ring[:-1]
    signed = np.sum(
        points[:, 0] * np.roll(points[:, 1], -1) - np.roll(points[:, 0], -1) * points[:, 1]
    )
    if signed < 0.0:
        points = points[::-1]
    before, after = points - np.roll(points, 1, axis=0), np.roll(points, -1, axis=0) - points
    before /= np.maximum(np.linalg.norm(before, axis=1, keepdims=True), 1e-9)
    after /= np.maximum(np.linalg.norm(after, axis=1, keepdims=True), 1e-9)
    outward = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0] > 0.0
    away = before - after
    away /= np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
    return np.asarray((points + CLEARANCE_KM * away)[outward])


def _blocked(
    a: NDArray[np.float64], b: NDArray[np.float64], sides: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Which segments from point `a` to each of `b`, shape (n, 2), cross one of the sides, shape (m, 4)."""
    c, d = sides[None, :, :2], sides[None, :, 2:]
    a, b = a[None, None, :], b[:, None, :]

    def turn(
        p: NDArray[np.float64], q: NDArray[np.float64], r: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        return np.asarray(
            (q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1])
            - (q[..., 1] - p[..., 1]) * (r[..., 0] - p[..., 0])
        )

    cross = (turn(a, b, c) * turn(a, b, d) < 0.0) & (turn(c, d, a) * turn(c, d, b) < 0.0)
    return np.asarray(cross.any(axis=1))


def air_path(
    origin: Place, destination: Place, *, closed: Mapping[str, tuple[Area, str]]
) -> tuple[Point, ...]:
    """Corner points (lon, lat) of the shortest way that overflies no closed area; geodesics join them.

    Raises
    ------
    NoRouteError
        An end lies in a closed area, or the closed areas leave no way.
    """
    ends = np.array(
        [[origin.longitude, origin.latitude], [destination.longitude, destination.latitude]]
    )
    start, stop = (origin.longitude, origin.latitude), (destination.longitude, destination.latitude)
    if not closed:
        return start, stop
    for area, reason in closed.values():
        for place, hit in zip(
            (origin, destination), inside(area.rings, ends[:, 0], ends[:, 1]), strict=True
        ):
            if hit:
                raise NoRouteError(
                    f"no way by air: {place.name} lies in {area.name}, which is closed ({reason})"
                )
    centre = _middle(start, stop)
    rings = [_gnomonic(ring, centre) for area, _ in closed.values() for ring in area.rings]
    rings = [ring[~np.isnan(ring[:, 0])] for ring in rings]
    rings = [np.concatenate([ring, ring[:1]]) for ring in rings if len(ring) >= 3]
    plane_ends = _gnomonic(ends, centre)
    if not rings or np.isnan(plane_ends).any():
        return start, stop
    sides = np.concatenate([np.concatenate([ring[:-1], ring[1:]], axis=1) for ring in rings])
    if not _blocked(plane_ends[0], plane_ends[1:], sides)[0]:
        return start, stop
    corners = np.concatenate([_corners(ring) for ring in rings])
    corners = corners[~inside(tuple(rings), corners[:, 0], corners[:, 1])]
    plane = np.concatenate([plane_ends, corners])
    lon_lat = np.concatenate([ends, _from_gnomonic(corners, centre)])
    path = _visible_path(plane, lon_lat, sides)
    if path is None:
        names = ", ".join(f"{area.name} ({reason})" for area, reason in closed.values())
        raise NoRouteError(f"no way by air from {origin.name} to {destination.name} round {names}")
    return tuple((float(lon), float(lat)) for lon, lat in lon_lat[path])


def _middle(a: Point, b: Point) -> Point:
    """A point half way on the great circle."""
    p, q = (
        np.array([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)])
        for x, y in np.radians([a, b])
    )
    m = p + q
    return float(np.degrees(np.arctan2(m[1], m[0]))), float(
        np.degrees(np.arctan2(m[2], np.hypot(m[0], m[1])))
    )


def _visible_path(
    plane: NDArray[np.float64], lon_lat: NDArray[np.float64], sides: NDArray[np.float64]
) -> list[int] | None:
    """Shortest path from point 0 to point 1 over points that see each other; None when there is none."""
    distance = np.full(len(plane), np.inf)
    distance[0] = 0.0
    came_from = np.full(len(plane), -1)
    done = np.zeros(len(plane), np.bool_)
    left_km = geodesics_km(lon_lat, np.broadcast_to(lon_lat[1], lon_lat.shape))
    heap = [(float(left_km[0]), 0)]
    while heap:
        _, node = heapq.heappop(heap)
        if done[node]:
            continue
        done[node] = True
        if node == 1:
            path = [1]
            while path[-1] != 0:
                path.append(int(came_from[path[-1]]))
            return path[::-1]
        rest = np.flatnonzero(~done)
        seen = rest[~_blocked(plane[node], plane[rest], sides)]
        reached = distance[node] + geodesics_km(
            np.broadcast_to(lon_lat[node], (len(seen), 2)), lon_lat[seen]
        )
        for onward, km in zip(seen.tolist(), reached.tolist(), strict=True):
            if km < distance[onward]:
                distance[onward], came_from[onward] = km, node
                heapq.heappush(heap, (km + float(left_km[onward]), onward))
    return None


def path_km(points: tuple[Point, ...]) -> float:
    """Length of the geodesics between points, km."""
    return sum(geodesic_km(a, b) for a, b in itertools.pairwise(points))
