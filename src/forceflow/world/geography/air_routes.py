"""Ways through the air: geodesics, and the shortest way round areas that are closed to overflight.

Areas are countries (their land area) or polygons in ``data/airspaces.toml``; dated rules in the same file close some of
them to aircraft of a flag.  The way round is the shortest one over the corners of the closed areas, kept a little off.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterable, Mapping, Sequence
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
    from .geodesy import Flags, Floats, Numbers

    Closed = Mapping[str, tuple["Area", str]]

__all__ = ["Area", "air_path", "closed_areas", "find_area"]

CLEARANCE_KM = 10.0
"""How far the way round keeps from the corners of a closed area, km."""

EARTH_KM = 6371.0
HORIZON = 0.17
"""Cosine of the greatest angle from the middle of the leg at which an area still matters: 80 degrees."""


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """An area of the air: its id, its name, its outlines (lon, lat) and a note."""

    id: str
    name: str
    rings: tuple[Floats, ...]
    note: str = ""


@cache
def _own_areas() -> Mapping[str, Area]:
    """Areas of our own file, by folded name."""
    index: dict[str, Area] = {}
    for raw in read_data("airspaces.toml").get("area", ()):
        rings: list[Floats] = []
        for name in raw.get("countries", ()):
            rings += countries()[name]
        if "polygon" in raw:
            # The file names each corner once; a ring is closed.
            corners = raw["polygon"]
            rings.append(np.array([*corners, corners[0]], np.float64))
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
    # "NA" is the code of Namibia here, and a blank elsewhere.
    if not countries_with_code(str(name)):
        check_name("airspace", name)
    own = _own_areas().get(fold(name))
    if own is not None:
        return own
    country = find_country(name, others=[area.name for area in _own_areas().values()])
    return Area(country, country, countries()[country])


def closed_areas(
    *,
    closed: Iterable[str] = (),
    opened: Iterable[str] = (),
    on: Any = None,
    flag: str | None = None,
) -> Closed:
    """Areas that may not be overflown, with the reason, by area id.

    Parameters
    ----------
    closed, opened
        Names closed by the caller, and names kept open although a rule closes them.
    on
        Day of the flight; None for the rules still in force.
    flag
        ISO 3166 alpha-2 code of the state whose aircraft flies; without it no rule applies.
    """
    kept_open = {area.id for area in _find_areas(opened)}
    found = {area.id: (area, "closed by the caller") for area in _find_areas(closed)}
    day = as_date(on)
    # The rules are against flags, so without a flag none of them can apply.
    if flag is None:
        return found
    for rule in read_data("airspaces.toml").get("rule", ()):
        if rule["flag"] != flag.upper() or not _in_force(rule, day):
            continue
        for area in _find_areas(rule["areas"]):
            if area.id not in kept_open:
                # What the caller closed keeps the reason of the caller.
                found.setdefault(area.id, (area, f"{rule['name']}, since {rule['since']}"))
    return found


def _find_areas(names: Iterable[str]) -> list[Area]:
    """Areas by name; one name alone is text, which would come apart into letters."""
    if isinstance(names, str):
        names = (names,)
    return list(map(find_area, names))


def _in_force(rule: Mapping[str, Any], day: date | None) -> bool:
    """Whether a rule is in force on a day; with no day, whether it is still in force."""
    if day is None:
        return rule.get("until") is None
    # Half-open, as the rules of passages: the day it ends is no longer part of it.
    return bool(rule["since"] <= day < rule.get("until", date.max))


def _to_plane(lon_lat: Floats, centre: Point) -> Floats:
    """Gnomonic projection, km: great circles become straight lines; points past the horizon become NaN."""
    lon, lat = np.radians(lon_lat).T
    lon0, lat0 = np.radians(centre)
    sin0, cos0 = np.sin(lat0), np.cos(lat0)
    east = lon - lon0
    sin, cos = np.sin(lat), np.cos(lat)
    cos_angle = sin0 * sin + cos0 * cos * np.cos(east)
    # Close to the horizon the plane has no bounds, and behind it points come back mirrored.
    cos_angle = np.where(cos_angle < HORIZON, np.nan, cos_angle)
    x = cos * np.sin(east) / cos_angle
    y = (cos0 * sin - sin0 * cos * np.cos(east)) / cos_angle
    return EARTH_KM * np.stack([x, y], axis=1)


def _from_plane(xy: Floats, centre: Point) -> Floats:
    """Longitude and latitude of points on the gnomonic plane."""
    lon0, lat0 = np.radians(centre)
    sin0, cos0 = np.sin(lat0), np.cos(lat0)
    x, y = xy.T / EARTH_KM
    rho = np.hypot(x, y)
    angle = np.arctan(rho)
    sin, cos = np.sin(angle), np.cos(angle)
    # At the centre itself there is no direction to divide out.
    at_centre = rho == 0.0
    rho[at_centre] = 1.0
    north = np.where(at_centre, 0.0, y * sin * cos0 / rho)
    lat = np.arcsin(cos * sin0 + north)
    lon = lon0 + np.arctan2(x * sin, rho * cos0 * cos - y * sin0 * sin)
    # Longitudes past the antimeridian come back into the range of a map.
    lon_deg = (np.degrees(lon) + 180.0) % 360.0 - 180.0
    return np.stack([lon_deg, np.degrees(lat)], axis=1)


def _corners_around(ring: Floats) -> Floats:
    """Outward corners of a closed ring on the plane, moved out by the clearance."""
    points = ring[:-1]
    # The signed area is negative for a ring that goes clockwise: turn it round.
    if np.sum(_cross(points, np.roll(points, -1, axis=0))) < 0.0:
        points = points[::-1]
    before = _unit(points - np.roll(points, 1, axis=0))
    after = _unit(np.roll(points, -1, axis=0) - points)
    # A shortest way only bends round corners that point outwards.
    outward = _cross(before, after) > 0.0
    away = _unit(before - after)
    return np.asarray((points + CLEARANCE_KM * away)[outward])


def _cross(a: Floats, b: Floats) -> Floats:
    """Cross products of pairs of vectors in the plane."""
    return np.asarray(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0])


def _unit(vectors: Floats) -> Floats:
    """Vectors of length 1 in the same direction; one of no length stays so."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-9))


def _is_blocked(a: Floats, b: Floats, sides: Floats) -> Flags:
    """Which segments from point `a` to each of `b`, shape (n, 2), cross one of the sides, shape (m, 4)."""
    c, d = sides[None, :, :2], sides[None, :, 2:]
    a, b = a[None, None, :], b[:, None, :]

    def turn(p: Floats, q: Floats, r: Floats) -> Floats:
        return _cross(q - p, r - p)

    # They cross where the ends of each lie on both sides of the other.
    sides_apart = turn(a, b, c) * turn(a, b, d) < 0.0
    ends_apart = turn(c, d, a) * turn(c, d, b) < 0.0
    return np.asarray((sides_apart & ends_apart).any(axis=1))


def air_path(origin: Place, destination: Place, *, closed: Closed) -> tuple[Point, ...]:
    """Corner points (lon, lat) of the shortest way that overflies no closed area; geodesics join them.

    Raises
    ------
    NoRouteError
        An end lies in a closed area, or the closed areas leave no way.
    """
    start, stop = (origin.longitude, origin.latitude), (destination.longitude, destination.latitude)
    if not closed:
        return start, stop
    ends, centre = np.array([start, stop]), _middle_of(start, stop)
    _refuse_closed_ends((origin, destination), ends, closed)
    rings, plane_ends = _rings_on_plane(closed, centre), _to_plane(ends, centre)
    if not rings or np.isnan(plane_ends).any():
        return start, stop
    sides = np.concatenate([np.hstack([ring[:-1], ring[1:]]) for ring in rings])
    if not _is_blocked(plane_ends[0], plane_ends[1:], sides)[0]:
        return start, stop
    corners = np.concatenate(list(map(_corners_around, rings)))
    # A corner of one area may lie inside its neighbour, which is closed too.
    corners = corners[~inside(tuple(rings), corners[:, 0], corners[:, 1])]
    plane = np.concatenate([plane_ends, corners])
    lon_lat = np.concatenate([ends, _from_plane(corners, centre)])
    path = _visible_path(plane, lon_lat, sides)
    if path is None:
        names = ", ".join(f"{area.name} ({reason})" for area, reason in closed.values())
        raise NoRouteError(f"no way by air from {origin.name} to {destination.name} round {names}")
    return tuple((lon, lat) for lon, lat in lon_lat[path].tolist())


def _refuse_closed_ends(places: Sequence[Place], ends: Floats, closed: Closed) -> None:
    for area, reason in closed.values():
        within = inside(area.rings, *ends.T)
        for number in np.flatnonzero(within).tolist():
            raise NoRouteError(
                f"no way by air: {places[number].name} lies in {area.name}, which is closed ({reason})"
            )


def _rings_on_plane(closed: Closed, centre: Point) -> list[Floats]:
    """Outlines of the closed areas on the plane; what lies past the horizon is cut off."""
    found = []
    for area, _ in closed.values():
        for outline in area.rings:
            ring = _to_plane(outline, centre)
            ring = ring[~np.isnan(ring[:, 0])]
            # Fewer points than three bound no area.
            if len(ring) >= 3:
                found.append(np.concatenate([ring, ring[:1]]))
    return found


def _middle_of(a: Point, b: Point) -> Point:
    """A point half way on the great circle."""
    lon, lat = np.radians([a, b]).T
    cos_lat = np.cos(lat)
    vectors = np.stack([cos_lat * np.cos(lon), cos_lat * np.sin(lon), np.sin(lat)])
    x, y, z = vectors.sum(axis=1)
    middle_lon = np.degrees(np.arctan2(y, x))
    middle_lat = np.degrees(np.arctan2(z, np.hypot(x, y)))
    return float(middle_lon), float(middle_lat)


def _visible_path(plane: Floats, lon_lat: Floats, sides: Floats) -> list[int] | None:
    """Shortest path from point 0 to point 1 over points that see each other; None when there is none."""
    distance = np.full(len(plane), np.inf)
    distance[0] = 0.0
    came_from = np.full(len(plane), -1)
    done = np.zeros(len(plane), np.bool_)
    # A* search: no way is shorter than the geodesic that is left.
    left_km = geodesics_km(lon_lat, np.broadcast_to(lon_lat[1], lon_lat.shape))
    heap = [(float(left_km[0]), 0)]
    while heap:
        _, node = heapq.heappop(heap)
        if node == 1:
            return _path_back(came_from)
        if done[node]:
            continue
        done[node] = True
        rest = np.flatnonzero(~done)
        # What a point sees is looked up only when it is reached: most pairs are never needed.
        seen = rest[~_is_blocked(plane[node], plane[rest], sides)]
        here = np.broadcast_to(lon_lat[node], (len(seen), 2))
        reached_km = distance[node] + geodesics_km(here, lon_lat[seen])
        shorter = reached_km < distance[seen]
        onward = seen[shorter]
        distance[onward], came_from[onward] = reached_km[shorter], node
        whole_km = (distance + left_km)[onward]
        for entry in zip(whole_km.tolist(), onward.tolist(), strict=True):
            heapq.heappush(heap, entry)
    return None


def _path_back(came_from: Numbers) -> list[int]:
    """The path that ends at point 1, from point 0 on."""
    path = [1]
    while path[-1] != 0:
        path.append(int(came_from[path[-1]]))
    return path[::-1]


def path_km(points: tuple[Point, ...]) -> float:
    """Length of the geodesics between points, km."""
    return sum(geodesic_km(a, b) for a, b in itertools.pairwise(points))
