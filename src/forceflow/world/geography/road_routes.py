"""Ways by road: a small network of Syrian trunk roads, and the great circle times a circuity elsewhere.

Lengths are measured where a source was read and estimated where not (``data/roads.toml``); both carry their range.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from ...errors import NoRouteError, RouteError, UnknownNameError
from ..names import read_data
from .coast import on_land
from .gazetteer import find_place
from .geodesy import geodesic_km, geodesic_points
from .known_places import places
from .passages import Point
from .place import Place

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


Links = dict[str, list[tuple[str, Road]]]
"""From the id of a place, the places next to it, each with the road there."""


@dataclass(frozen=True, slots=True)
class RoadPath:
    """A way by road, stretch by stretch in the order of travel."""

    stretches: tuple[Road, ...]


def _position_of(place: Place) -> Point:
    return place.longitude, place.latitude


@cache
def roads() -> tuple[Road, ...]:
    """The trunk roads of our file."""
    raw_file = read_data("roads.toml")
    spread = raw_file["spread"]
    return tuple(_read_road(raw, spread[raw["status"]]) for raw in raw_file["roads"]["road"])


def _read_road(raw: Mapping[str, Any], spread: Sequence[float]) -> Road:
    """One road; `spread` has the factors of its length for low, best and high."""
    a, b = raw["ends"]
    shape = ((float(lon), float(lat)) for lon, lat in raw.get("shape", ()))
    start, stop = _position_of(places()[a]), _position_of(places()[b])
    line = (start, *shape, stop)
    # No road is shorter than the line through the points it is known to pass.
    least_km = sum(itertools.starmap(geodesic_km, itertools.pairwise(line)))
    low, best, high = (raw["distance_km"] * factor for factor in spread)
    return Road(
        name=raw["name"],
        ends=(a, b),
        low_km=max(low, least_km),
        best_km=max(best, least_km),
        high_km=high,
        coordinates=line,
        source=raw["source"],
        status=raw["status"],
    )


@cache
def _road_network() -> Mapping[str, tuple[tuple[str, int], ...]]:
    """For each place on the network, the places next to it and the number of the road there."""
    links: dict[str, list[tuple[str, int]]] = {}
    for number, road in enumerate(roads()):
        a, b = road.ends
        links.setdefault(a, []).append((b, number))
        links.setdefault(b, []).append((a, number))
    return {place: tuple(to) for place, to in links.items()}


def straight_road(a: Place, b: Place) -> Road:
    """A road that was not measured: the great circle times the circuity prior."""
    prior = read_data("roads.toml")["circuity"]
    start, stop = _position_of(a), _position_of(b)
    # The range of the length is that of the prior: nothing was measured here.
    crow_km = geodesic_km(start, stop)
    return Road(
        name="no road known",
        ends=(a.id, b.id),
        low_km=crow_km * prior["low"],
        best_km=crow_km * prior["best"],
        high_km=crow_km * prior["high"],
        coordinates=geodesic_points(start, stop, every_km=50.0),
        source=prior["source"],
        status=prior["status"],
    )


def sea_gap_km(a: Place, b: Place) -> float:
    """Longest stretch of sea under the great circle between two places, km, to about 10 km."""
    start, stop = _position_of(a), _position_of(b)
    points = np.array(geodesic_points(start, stop, every_km=SAMPLE_KM))
    step_km = geodesic_km(start, stop) / (len(points) - 1)
    longest = run = 0
    for land in on_land(points[:, 0], points[:, 1]):
        run += 1
        if land:
            run = 0
        longest = max(longest, run)
    return longest * step_km


def _nodes_near(place: Place) -> list[Place]:
    """Places of the network from which a place off it is reached."""
    here, found = _position_of(place), []
    for node in map(places().__getitem__, _road_network()):
        if geodesic_km(here, _position_of(node)) <= NEAR_KM:
            found.append(node)
    return found


def _closed_places(closed: Iterable[str]) -> frozenset[str]:
    """Ids of places no way may pass; they must lie on the network."""
    if isinstance(closed, str):
        closed = (closed,)
    found = set()
    for name in closed:
        place = find_place(name)
        if place.id not in _road_network():
            known = [places()[node].name for node in _road_network()]
            raise UnknownNameError("place on the road network", name, known)
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
    links = _open_links(shut)
    off_network = [place for place in (origin, destination) if place.id not in _road_network()]
    for place in off_network:
        _join_network(place, links)
    if off_network and _may_go_straight(origin, destination, links):
        straight = destination.id, straight_road(origin, destination)
        links.setdefault(origin.id, []).append(straight)
    stretches = _shortest_path(origin.id, destination.id, links)
    if stretches is None:
        raise _no_way_by_road(origin, destination, shut)
    return RoadPath(tuple(stretches))


def _open_links(shut: frozenset[str]) -> Links:
    """The roads of the network from each place that is not closed to the next."""
    links: Links = {}
    for place, onward in _road_network().items():
        if place not in shut:
            links[place] = [(to, roads()[number]) for to, number in onward if to not in shut]
    return links


def _join_network(place: Place, links: Links) -> None:
    """Add roads from a place off the network to the open places of it that are near."""
    for node in _nodes_near(place):
        if node.id in links:
            road = straight_road(place, node)
            links.setdefault(place.id, []).append((node.id, road))
            links[node.id].append((place.id, road))


def _may_go_straight(origin: Place, destination: Place, links: Links) -> bool:
    """Whether the great circle is a way: only where the network does not serve both ends, or they are near.

    So it never leads round a closed town, nor over the sea.
    """
    served = all(place.id in links or _nodes_near(place) for place in (origin, destination))
    # Else the great circle would be the shorter way and lead round every closed town.
    if served and geodesic_km(_position_of(origin), _position_of(destination)) > NEAR_KM:
        return False
    longest_km: float = read_data("roads.toml")["sea_gap"]["longest_km"]
    return sea_gap_km(origin, destination) <= longest_km


def _shortest_path(origin: str, destination: str, links: Links) -> list[Road] | None:
    """Stretches of the shortest way, in the order of travel; None when there is none."""
    heap = [(0.0, origin)]
    best_km = {origin: 0.0}
    came_by: dict[str, tuple[str, Road]] = {}
    while heap:
        km, node = heapq.heappop(heap)
        if node == destination:
            return _stretches_back(origin, destination, came_by)
        # An older entry of the heap: a shorter way to this place was found since.
        if km > best_km[node]:
            continue
        for onward, road in links.get(node, ()):
            reached_km = km + road.best_km
            if reached_km < best_km.get(onward, np.inf):
                best_km[onward], came_by[onward] = reached_km, (node, road)
                heapq.heappush(heap, (reached_km, onward))
    return None


def _stretches_back(
    origin: str, destination: str, came_by: Mapping[str, tuple[str, Road]]
) -> list[Road]:
    """The roads by which the end was reached, each in the direction of travel."""
    stretches = []
    node = destination
    while node != origin:
        before, road = came_by[node]
        if road.ends[1] != node:
            # A road is stored in one direction only.
            road = _reverse_road(road)
        stretches.append(road)
        node = before
    return stretches[::-1]


def _no_way_by_road(origin: Place, destination: Place, shut: frozenset[str]) -> NoRouteError:
    why = f"with {', '.join(sorted(shut))} closed"
    if not shut:
        gap_km = sea_gap_km(origin, destination)
        why = f"{gap_km:.0f} km of sea lie under the straight line"
    return NoRouteError(f"no way by road from {origin.name} to {destination.name}: {why}")


def _reverse_road(road: Road) -> Road:
    """The same road the other way."""
    return replace(road, ends=road.ends[::-1], coordinates=road.coordinates[::-1])
