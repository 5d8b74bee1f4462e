"""Ways by road: a small network of Syrian trunk roads, and the great circle times a circuity elsewhere.

Lengths are measured where a source was read and estimated where not (``data/roads.toml``); both carry their range.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise

import numpy as np

from ...errors import NoRouteError, RouteError, UnknownNameError
from ..names import read_data
from .coast import on_land
from .gazetteer import Place, find_place, places
from .geodesy import geodesic_km, geodesic_points
from .passages import Point

__all__ = ["Road", "RoadPath", "road_path", "roads"]

NEAR_KM = 60.0
"""A place off the network reaches it over at most this distance, great circle, km."""

SAMPLE_KM = 10.0


@dataclass(frozen=True, slots=True)
class Road:
    """A stretch of road between two places, with its length in km as a range."""

    name: str
    ends: tuple[str, str]
    low_km: float
    best_km: float
    high_km: float
    coordinates: tuple[Point, ...]
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class RoadPath:
    """A way by road, stretch by stretch in the order of travel."""

    stretches: tuple[Road, ...]


def _at(place: Place) -> Point:
    return place.longitude, place.latitude


@cache
def roads() -> tuple[Road, ...]:
    """The trunk roads of our file."""
    raw_file = read_data("roads.toml")
    found = []
    for raw in raw_file["roads"]["road"]:
        low, best, high = (
            raw["distance_km"] * factor for factor in raw_file["spread"][raw["status"]]
        )
        a, b = raw["ends"]
        shape = tuple((float(lon), float(lat)) for lon, lat in raw.get("shape", ()))
        line = (_at(places()[a]), *shape, _at(places()[b]))
        crow_km = sum(geodesic_km(p, q) for p, q in pairwise(line))
        # No road is shorter than the line through the points it is known to pass.
        best = max(best, crow_km)
        found.append(
            Road(
                raw["name"],
                (a, b),
                max(low, crow_km),
                best,
                high,
                line,
                raw["source"],
                raw["status"],
            )
        )
    return tuple(found)


@cache
def _network() -> Mapping[str, tuple[tuple[str, int], ...]]:
    """For each place on the network, the places next to it and the number of the road there."""
    links: dict[str, list[tuple[str, int]]] = {}
    for number, road in enumerate(roads()):
        a, b = road.ends
        links.setdefault(a, []).append((b, number))
        links.setdefault(b, []).append((a, number))
    return {place: tuple(to) for place, to in links.items()}


def straight_road(a: Place, b: Place) -> Road:
    """A road that nobody measured: the great circle times the circuity prior."""
    prior = read_data("roads.toml")["circuity"]
    crow_km = geodesic_km(_at(a), _at(b))
    low, best, high = (crow_km * prior[bound] for bound in ("low", "best", "high"))
    line = geodesic_points(_at(a), _at(b), every_km=50.0)
    return Road(
        "no road known", (a.id, b.id), low, best, high, line, prior["source"], prior["status"]
    )


def sea_gap_km(a: Place, b: Place) -> float:
    """Longest stretch of sea under the great circle between two places, km, to about 10 km."""
    points = np.array(geodesic_points(_at(a), _at(b), every_km=SAMPLE_KM))
    step_km = geodesic_km(_at(a), _at(b)) / (len(points) - 1)
    runs = [
        sum(1 for _ in run)
        for land, run in groupby(on_land(points[:, 0], points[:, 1]).tolist())
        if not land
    ]
    return max(runs, default=0) * step_km


def _is_near_network(place: Place) -> bool:
    return any(geodesic_km(_at(place), _at(places()[node])) <= NEAR_KM for node in _network())


def _closed_places(closed: Iterable[str]) -> frozenset[str]:
    """Ids of places no way may pass; they must lie on the network."""
    found = set()
    for name in (closed,) if isinstance(closed, str) else closed:
        place = find_place(name)
        if place.id not in _network():
            raise UnknownNameError(
                "place on the road network", name, [places()[p].name for p in _network()]
            )
        found.add(place.id)
    return frozenset(found)


def road_path(origin: Place, destination: Place, *, closed: Iterable[str] = ()) -> RoadPath:
    """The shortest way by road (by the best estimates of length).

    Parameters
    ----------
    origin, destination
        Two different places on land.
    closed
        Names of places on the network that no way may pass.

    Raises
    ------
    NoRouteError
        Only sea, or only closed places, lie between them.
    UnknownNameError
        A closed place is unknown or not on the network.
    """
    shut = _closed_places(closed)
    if hit := shut & {origin.id, destination.id}:
        raise RouteError(f"{', '.join(sorted(hit))} is an end of the way and closed")
    links: dict[str, list[tuple[str, Road]]] = {}
    for place, onward in _network().items():
        if place not in shut:
            links[place] = [(to, roads()[number]) for to, number in onward if to not in shut]
    crow_km = geodesic_km(_at(origin), _at(destination))
    off_network = [place for place in (origin, destination) if place.id not in _network()]
    for off in off_network:
        for node in _network():
            if node not in shut and geodesic_km(_at(off), _at(places()[node])) <= NEAR_KM:
                road = straight_road(off, places()[node])
                links.setdefault(off.id, []).append((node, road))
                links[node].append((off.id, road))
    # The great circle stands in only where the network does not serve both ends; it never leads round a closed town.
    served = all(place.id in links or _is_near_network(place) for place in (origin, destination))
    if off_network and (not served or crow_km <= NEAR_KM):
        gap_km = sea_gap_km(origin, destination)
        if gap_km <= read_data("roads.toml")["sea_gap"]["longest_km"]:
            links.setdefault(origin.id, []).append(
                (destination.id, straight_road(origin, destination))
            )
    return _shortest(origin, destination, links, shut)


def _shortest(
    origin: Place,
    destination: Place,
    links: Mapping[str, list[tuple[str, Road]]],
    shut: frozenset[str],
) -> RoadPath:
    heap: list[tuple[float, str]] = [(0.0, origin.id)]
    best_km = {origin.id: 0.0}
    came_by: dict[str, tuple[str, Road]] = {}
    while heap:
        km, node = heapq.heappop(heap)
        if node == destination.id:
            stretches: list[Road] = []
            while node != origin.id:
                before, road = came_by[node]
                stretches.append(road if road.ends[1] == node else _reversed(road))
                node = before
            return RoadPath(tuple(reversed(stretches)))
        if km > best_km[node]:
            continue
        for onward, road in links.get(node, ()):
            reached = km + road.best_km
            if reached < best_km.get(onward, np.inf):
                best_km[onward], came_by[onward] = reached, (node, road)
                heapq.heappush(heap, (reached, onward))
    gap_km = sea_gap_km(origin, destination)
    why = (
        f"with {', '.join(sorted(shut))} closed"
        if shut
        else f"{gap_km:.0f} km of sea lie under the straight line"
    )
    raise NoRouteError(f"no way by road from {origin.name} to {destination.name}: {why}")


def _reversed(road: Road) -> Road:
    a, b = road.ends
    return Road(
        road.name,
        (b, a),
        road.low_km,
        road.best_km,
        road.high_km,
        road.coordinates[::-1],
        road.source,
        road.status,
    )
