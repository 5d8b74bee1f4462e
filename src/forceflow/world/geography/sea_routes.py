"""Ways over the sea: a network of shipping lines, its passages, and the shortest way that uses none that is closed.

The lines are Eurostat's maritime network (see README.md beside the data); lengths are geodesics measured here, passages
are gates drawn here, and the search is exact under every closure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ...errors import NoRouteError, RouteError
from ..names import DATA, read_data
from .geodesy import geodesic_km, geodesics_km
from .open_water import WIDEST_KM, OpenWay, open_ways
from .passages import Point, crosses, passages
from .place import Place
from .water import SHORE_KM, is_open_water, land_km

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SeaNetwork", "SeaPath", "sea_network", "sea_path"]

FURTHEST_SHORE_KM = {"port": 150.0}
"""How far a place may lie from the nearest line of the network, km, by kind of place."""

OTHERWISE_KM = 60.0
"""The same for all other places on land: an airfield by the sea will do, a city inland will not."""

OVER_LAND = 5.0
"""How many kilometres over water a kilometre over land is worth, when a place looks for its line of the network."""

JOINS = 48
"""How many nodes near a place are looked at."""

DETOUR = 1.15
"""A way by shipping lines that is longer than this times the way over open water is not taken."""

LANDMARKS = 12
"""Nodes with known distances to all others; more make the search narrower and the first call slower."""


@dataclass(frozen=True, slots=True, eq=False)
class SeaNetwork:
    """Nodes and lines of the sea network; every line is stored once from each end.

    Parameters
    ----------
    lon_lat
        Shape (nodes, 2), degrees.
    points
        The same as pairs of floats.
    direction
        Shape (nodes, 3): unit vectors of the nodes, to find the nearest.
    first, neighbour
        Lines of node u are ``first[u]:first[u + 1]``; `neighbour` is the node each leads to.
    length_km
        Shape (lines,), geodesic length, km.
    passages
        Shape (lines,): bit p is set when the line crosses the gate of passage p.
    landmark_km
        Shape (nodes, landmarks): distances with all passages open, km.
    shut
        Bits of the passages that are shut unless opened by name.
    shut_landmark_km
        The same distances with those shut, km, and 0 where there is no way; they guide most searches better.
    """

    lon_lat: NDArray[np.float64]
    points: tuple[Point, ...]
    direction: NDArray[np.float64]
    first: NDArray[np.int64]
    neighbour: NDArray[np.int64]
    length_km: NDArray[np.float64]
    passages: NDArray[np.int64]
    landmark_km: NDArray[np.float64]
    shut: int
    shut_landmark_km: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SeaPath:
    """A way over the sea: its length in km, its points (lon, lat), the passages in order, and what is to be said."""

    distance_km: float
    coordinates: tuple[Point, ...]
    passages: tuple[str, ...]
    notes: tuple[str, ...] = ()


def unit_vectors(lon_lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unit vectors, shape (n, 3), of points (lon, lat) in degrees on a sphere."""
    lon, lat = np.radians(lon_lat).T
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def passage_bits(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.int64]:
    """Bit sets of the passages that segments from `a` to `b`, shape (n, 2), go through."""
    bits = np.zeros(len(a), np.int64)
    for passage in passages().values():
        bits[crosses(a, b, passage.gate)] |= 1 << passage.bit
    return bits


def _with_added_lines(
    lon_lat: NDArray[np.float64], edges: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The network with the lines of ``passages.toml``; each end of a line joins the nearest node."""
    for raw in read_data("passages.toml").get("line", ()):
        points = np.array(raw["points"], np.float64)
        known = unit_vectors(lon_lat)
        ends = [int(np.argmax(known @ end)) for end in unit_vectors(points[[0, -1]])]
        added = np.arange(len(lon_lat), len(lon_lat) + len(points))
        chain = np.array([ends[0], *added, ends[1]])
        lon_lat = np.concatenate([lon_lat, points])
        edges = np.concatenate([edges, np.stack([chain[:-1], chain[1:]], axis=1)])
    return lon_lat, edges


@cache
def sea_network() -> SeaNetwork:
    """The network, read and measured once per process (tens of milliseconds, without compiling)."""
    from ...kernels.shortest_path import distances_from

    with (DATA / "sea_network.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
        lon_lat = stored["lon_lat_micro"].astype(np.float64) / 1e6
        edges = stored["edges"].astype(np.int64)
    lon_lat, edges = _with_added_lines(lon_lat, edges)
    a, b = lon_lat[edges[:, 0]], lon_lat[edges[:, 1]]
    length_km, bits = geodesics_km(a, b), passage_bits(a, b)
    origin = np.concatenate([edges[:, 0], edges[:, 1]])
    order = np.argsort(origin, kind="stable")
    neighbour = np.ascontiguousarray(np.concatenate([edges[:, 1], edges[:, 0]])[order])
    first = np.concatenate([[0], np.cumsum(np.bincount(origin, minlength=len(lon_lat)))]).astype(
        np.int64
    )
    length_km = np.ascontiguousarray(np.concatenate([length_km, length_km])[order])
    bits = np.ascontiguousarray(np.concatenate([bits, bits])[order])
    # Landmarks: each the node furthest from those before it, which puts them on the rim of the network.
    nearest = distances_from(0, first, neighbour, length_km, bits, 0)
    landmarks: list[int] = []
    columns: list[NDArray[np.float64]] = []
    for _ in range(LANDMARKS):
        landmarks.append(int(np.argmax(nearest)))
        columns.append(distances_from(landmarks[-1], first, neighbour, length_km, bits, 0))
        nearest = columns[0] if len(columns) == 1 else np.minimum(nearest, columns[-1])
    shut = sum(1 << passage.bit for passage in passages().values() if passage.shut)
    guarded = [distances_from(mark, first, neighbour, length_km, bits, shut) for mark in landmarks]
    return SeaNetwork(
        lon_lat=lon_lat,
        points=tuple((lon, lat) for lon, lat in lon_lat.tolist()),
        direction=unit_vectors(lon_lat),
        first=first,
        neighbour=neighbour,
        length_km=length_km,
        passages=bits,
        landmark_km=np.ascontiguousarray(np.stack(columns, axis=1)),
        shut=shut,
        shut_landmark_km=np.ascontiguousarray(np.nan_to_num(np.stack(guarded, axis=1), posinf=0.0)),
    )


class Joins(NamedTuple):
    """How a place may join the network: nodes, the way to each in km, the passages on that way."""

    nodes: NDArray[np.int64]
    distance_km: NDArray[np.float64]
    passages: NDArray[np.int64]
    every_passage: int

    def kept(self, which: NDArray[np.generic] | list[int]) -> Joins:
        """Some of them."""
        bits = self.passages[which]
        return Joins(
            self.nodes[which],
            self.distance_km[which],
            bits,
            int(np.bitwise_or.reduce(bits, initial=0)),
        )

    def open(self, mask: int) -> Joins:
        """Those that use no closed passage."""
        return self.kept((self.passages & mask) == 0) if self.every_passage & mask else self

    def number(self, node: int) -> int:
        """Which of them ends at a node."""
        return 0 if len(self.nodes) == 1 else int(np.flatnonzero(self.nodes == node)[0])


def _access(place: Place) -> Joins:
    """How a place joins the lines.

    Raises
    ------
    RouteError
        It lies too far from the sea.
    """
    at_sea = place.kind == "strait" or (place.kind == "region" and not place.country)
    point = place.longitude, place.latitude
    furthest_km, nearest_km = (
        FURTHEST_SHORE_KM.get(place.kind, OTHERWISE_KM),
        float(_near(point).distance_km[0]),
    )
    if nearest_km > furthest_km and not at_sea:
        raise RouteError(
            f"{place.name} ({place.kind}) lies {nearest_km:.0f} km from the nearest shipping line, more than"
            f" the {furthest_km:.0f} km allowed; give a port"
        )
    return _reached_by_water(point)


@lru_cache(maxsize=4096)
def _near(point: Point) -> Joins:
    """The nodes nearest to a point, in order of distance."""
    network = sea_network()
    here = np.array([point])
    closeness = network.direction @ unit_vectors(here)[0]
    nodes = np.argpartition(closeness, -JOINS)[-JOINS:].astype(np.int64)
    there = network.lon_lat[nodes]
    from_here = np.broadcast_to(here[0], there.shape)
    distance_km = geodesics_km(np.ascontiguousarray(from_here), there)
    order = np.argsort(distance_km, kind="stable")
    return Joins(nodes, distance_km, passage_bits(from_here, there), 0).kept(order)


@lru_cache(maxsize=4096)
def _reached_by_water(point: Point) -> Joins:
    """The nearest node where water leads to it; else all nodes near that it does lead to.

    Where it leads to none (a port far up a river): the nearest, land counted several times.
    """
    near, points = _near(point), sea_network().points
    hops = list(zip(near.nodes.tolist(), near.distance_km.tolist(), strict=True))
    reached = [0] if is_open_water(point, points[hops[0][0]], hops[0][1]) else []
    reached = reached or [
        i for i, (node, km) in enumerate(hops) if is_open_water(point, points[node], km)
    ]
    if not reached:
        costs = [km + OVER_LAND * land_km(point, points[node], km) for node, km in hops]
        reached = [int(np.argmin(costs))]
    return near.kept(reached)


def sea_path(origin: Place, destination: Place, *, closed: Mapping[str, str]) -> SeaPath:
    """The shortest way by sea that uses no closed passage.

    Parameters
    ----------
    origin, destination
        Ports, or points at sea.
    closed
        Ids of closed passages, each with the reason.

    Raises
    ------
    NoRouteError
        Every way uses a closed passage; the message names those that would open one.
    RouteError
        A place lies too far from the sea.

    Notes
    -----
    Ships follow the lines of the network; a place joins the nearest of them that it reaches by water. The way over open
    water (`open_ways`) is taken instead, and a note says so, where the lines are a detour, or where they go through a
    passage that a shorter way over open water avoids: so closing a passage never makes the way shorter.
    """
    start, stop = (origin.longitude, origin.latitude), (destination.longitude, destination.latitude)
    mask = sum([1 << passages()[name].bit for name in closed])
    lines = _along_lines(start, stop, _access(origin), _access(destination), mask)
    over, notes = _over_water(lines, start, stop, mask), list[str]()
    if over is not None:
        instead = f"; shipping lines make it {lines.distance_km:,.0f} km" if lines else ""
        notes.append(f"{origin.name} to {destination.name} over open water{instead}")
    path = over or lines
    if path is None:
        raise NoRouteError(_why_not(origin, destination, closed))
    if over is None and _is_unchecked(path, start, stop):
        notes.append(
            f"the way along shipping lines from {origin.name} to {destination.name} was not checked against open water:"
            " the land map shows no way between them"
        )
    ends = (start, path.coordinates[1], origin.name), (stop, path.coordinates[-2], destination.name)
    notes += [note for note in (_inland(*end) for end in ends) if note]
    return replace(path, notes=tuple(notes)) if notes else path


_straight_km = lru_cache(maxsize=4096)(geodesic_km)


def _over_water(lines: SeaPath | None, start: Point, stop: Point, mask: int) -> SeaPath | None:
    """The way over open water where it is to be taken instead of the lines, else None."""
    if (
        lines is not None
        and not lines.passages
        and lines.distance_km <= DETOUR * _straight_km(start, stop)
    ):
        return None
    # In one order of the ends, so that the way back is as long as the way there.
    ways = open_ways(min(start, stop), max(start, stop))
    way = _left(ways, mask)
    if way is None:
        return None
    if lines is not None and lines.distance_km <= DETOUR * way.distance_km:
        around = [_left(ways, mask | 1 << passages()[name].bit) for name in lines.passages]
        if not any(other is not None and other.distance_km < lines.distance_km for other in around):
            return None
    corners = way.corners if start <= stop else way.corners[::-1]
    return SeaPath(way.distance_km, corners, _passages_in_order(corners))


def _left(ways: tuple[OpenWay, ...], mask: int) -> OpenWay | None:
    """The shortest of the ways that uses no closed passage, or None."""
    return next((way for way in ways if not way.passages & mask), None)


def _passages_in_order(corners: tuple[Point, ...]) -> tuple[str, ...]:
    """Ids of the passages that a line goes through, in order."""
    points = np.array(corners)
    bits = passage_bits(points[:-1], points[1:]).tolist()
    return tuple(dict.fromkeys(name for some in bits for name in _named(some)))


def _is_unchecked(lines: SeaPath, start: Point, stop: Point) -> bool:
    """Whether the lines may be a detour and the land map cannot tell; of long voyages it is never asked."""
    if not DETOUR * _straight_km(start, stop) < lines.distance_km <= DETOUR * WIDEST_KM:
        return False
    return not open_ways(min(start, stop), max(start, stop))


@lru_cache(maxsize=4096)
def _inland(point: Point, joined: Point, name: str) -> str:
    """What is said of a place that the first hop of its way joins to the sea over land; "" for any other."""
    km = geodesic_km(point, joined)
    if is_open_water(point, joined, km) or land_km(point, joined, km) <= SHORE_KM:
        return ""
    return f"{name} is joined over {land_km(point, joined, km):,.0f} km of land: a port on a river, or no port"


def _along_lines(
    start: Point, stop: Point, starts: Joins, stops: Joins, mask: int
) -> SeaPath | None:
    """The shortest way from one point over the network to another, or None when there is none."""
    starts, stops = starts.open(mask), stops.open(mask)
    found = _search(starts, stops, mask)
    if found is None:
        return None
    network = sea_network()
    nodes = [int(found[0]), *network.neighbour[found[1:]].tolist()]
    begin, end = starts.number(nodes[0]), stops.number(nodes[-1])
    bits = network.passages[found[1:]]
    names: dict[str, None] = {}
    for some in (int(starts.passages[begin]), *bits[bits != 0].tolist(), int(stops.passages[end])):
        names.update(dict.fromkeys(_named(some)))
    lines_km = float(network.length_km[found[1:]].sum())
    distance_km = float(starts.distance_km[begin]) + lines_km + float(stops.distance_km[end])
    points = network.points
    return SeaPath(distance_km, (start, *[points[node] for node in nodes], stop), tuple(names))


def _named(bits: int) -> tuple[str, ...]:
    """Ids of the passages of a bit set."""
    return (
        tuple(passage.id for passage in passages().values() if bits >> passage.bit & 1)
        if bits
        else ()
    )


def _search(starts: Joins, stops: Joins, mask: int) -> NDArray[np.int64] | None:
    """First node and lines of the shortest way that uses no passage of the mask, or None when there is none."""
    from ...kernels.shortest_path import shortest_path

    if not len(starts.nodes) or not len(stops.nodes):
        return None
    network = sea_network()
    found = shortest_path(
        starts.nodes,
        starts.distance_km,
        stops.nodes,
        stops.distance_km,
        network.first,
        network.neighbour,
        network.length_km,
        network.passages,
        mask,
        network.shut_landmark_km if mask & network.shut == network.shut else network.landmark_km,
    )
    return None if found[0] < 0 else found


def _why_not(origin: Place, destination: Place, closed: Mapping[str, str]) -> str:
    """What stands in the way, and which passage would open it, or which together."""
    known, start, stop = passages(), _access(origin), _access(destination)

    def way(mask: int) -> NDArray[np.int64] | None:
        return _search(start.open(mask), stop.open(mask), mask)

    named = {name: f"{known[name].name} ({reason})" for name, reason in closed.items()}
    everything = sum(1 << known[name].bit for name in closed)
    alone = [named[name] for name in closed if way(everything ^ 1 << known[name].bit) is not None]
    shortest = way(0)
    if alone:
        reason = f"open again, one of these would give a way: {', '.join(alone)}"
    elif shortest is not None:
        bits = int(np.bitwise_or.reduce(sea_network().passages[shortest[1:]], initial=0))
        bits |= start.every_passage | stop.every_passage
        together = [named[name] for name in closed if bits >> known[name].bit & 1]
        reason = f"open again together, these would give a way: {', '.join(together)}"
    else:
        reason = "the network does not join them"
    return f"no way by sea from {origin.name} to {destination.name}; {reason}"
