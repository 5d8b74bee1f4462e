"""Ways over the sea: a network of shipping lines, its passages, and the shortest way that uses none that is closed.

The lines are Eurostat's maritime network (see README.md beside the data); lengths are geodesics measured here, passages
are gates drawn here, and the search is exact under every closure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    from collections.abc import Callable

    from .geodesy import Flags, Floats, Numbers

    Lines = tuple[Numbers, Numbers, Floats, Numbers]

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

    lon_lat: Floats
    points: tuple[Point, ...]
    direction: Floats
    first: Numbers
    neighbour: Numbers
    length_km: Floats
    passages: Numbers
    landmark_km: Floats
    shut: int
    shut_landmark_km: Floats


@dataclass(frozen=True, slots=True)
class SeaPath:
    """A way over the sea: its length in km, its points (lon, lat), the passages in order, and notes for the reader."""

    distance_km: float
    coordinates: tuple[Point, ...]
    passages: tuple[str, ...]
    notes: tuple[str, ...] = ()


def unit_vectors(lon_lat: Floats) -> Floats:
    """Unit vectors, shape (n, 3), of points (lon, lat) in degrees on a sphere."""
    lon, lat = np.radians(lon_lat).T
    cos_lat = np.cos(lat)
    x, y, z = cos_lat * np.cos(lon), cos_lat * np.sin(lon), np.sin(lat)
    return np.stack([x, y, z], axis=1)


def passage_bits(a: Floats, b: Floats) -> Numbers:
    """Bit sets of the passages that segments from `a` to `b`, shape (n, 2), go through."""
    bits = np.zeros(len(a), np.int64)
    for passage in passages().values():
        bits[crosses(a, b, passage.gate)] |= 1 << passage.bit
    return bits


def _add_lines(lon_lat: Floats, edges: Numbers) -> tuple[Floats, Numbers]:
    """The network with the lines of ``passages.toml``; each end of a line joins the nearest node."""
    for raw in read_data("passages.toml").get("line", ()):
        points = np.array(raw["points"], np.float64)
        # The greatest cosine of the angle belongs to the nearest node.
        closeness = unit_vectors(lon_lat) @ unit_vectors(points[[0, -1]]).T
        first, last = np.argmax(closeness, axis=0)
        added = np.arange(len(lon_lat), len(lon_lat) + len(points))
        chain = np.array([first, *added, last])
        lon_lat = np.concatenate([lon_lat, points])
        steps = np.stack([chain[:-1], chain[1:]], axis=1)
        edges = np.concatenate([edges, steps])
    return lon_lat, edges


@cache
def sea_network() -> SeaNetwork:
    """The network, read and measured once per process (tens of milliseconds, without compiling)."""
    with (DATA / "sea_network.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
        # Stored as whole millionths of a degree.
        lon_lat = stored["lon_lat_micro"].astype(np.float64) / 1e6
        edges = stored["edges"].astype(np.int64)
    lon_lat, edges = _add_lines(lon_lat, edges)
    lines = _lines_from_both_ends(lon_lat, edges)
    first, neighbour, length_km, bits = lines
    landmarks, landmark_km = _choose_landmarks(lines)
    shut = 0
    for passage in passages().values():
        if passage.shut:
            shut |= 1 << passage.bit
    shut_km = np.stack([_distances_km(mark, lines, shut) for mark in landmarks], axis=1)
    return SeaNetwork(
        lon_lat=lon_lat,
        points=tuple(zip(*lon_lat.T.tolist(), strict=True)),
        direction=unit_vectors(lon_lat),
        first=first,
        neighbour=neighbour,
        length_km=length_km,
        passages=bits,
        landmark_km=landmark_km,
        shut=shut,
        shut_landmark_km=np.ascontiguousarray(np.nan_to_num(shut_km, posinf=0.0)),
    )


def _lines_from_both_ends(lon_lat: Floats, edges: Numbers) -> Lines:
    """First line of each node; and of each line the node it leads to, its length in km, its passages."""
    a, b = lon_lat[edges[:, 0]], lon_lat[edges[:, 1]]
    both_ways = np.concatenate([edges, edges[:, ::-1]])
    order = np.argsort(both_ways[:, 0], kind="stable")
    per_node = np.bincount(both_ways[:, 0], minlength=len(lon_lat))
    first = np.concatenate([[0], np.cumsum(per_node)]).astype(np.int64)
    neighbour = both_ways[order, 1]
    length_km = np.tile(geodesics_km(a, b), 2)[order]
    bits = np.tile(passage_bits(a, b), 2)[order]
    return first, neighbour, length_km, bits


def _distances_km(node: int, lines: Lines, closed: int = 0) -> Floats:
    from ...kernels.shortest_path import distances_from

    return distances_from(node, *lines, closed)


def _choose_landmarks(lines: Lines) -> tuple[list[int], Floats]:
    """Landmarks and the distances of all nodes from them, km.

    Each is the node furthest from those before it, which puts them on the rim of the network.
    """
    # The first is the node furthest from any one, here from node 0.
    landmarks = [int(np.argmax(_distances_km(0, lines)))]
    columns = [_distances_km(landmarks[0], lines)]
    nearest = columns[0]
    while len(landmarks) < LANDMARKS:
        landmarks.append(int(np.argmax(nearest)))
        columns.append(_distances_km(landmarks[-1], lines))
        nearest = np.minimum(nearest, columns[-1])
    return landmarks, np.ascontiguousarray(np.stack(columns, axis=1))


class Joins(NamedTuple):
    """How a place may join the network: nodes, the way to each in km, the passages on that way."""

    nodes: Numbers
    distance_km: Floats
    passages: Numbers
    every_passage: int

    def kept(self, which: Numbers | Flags | list[int]) -> Joins:
        """Some of them."""
        bits = self.passages[which]
        every = int(np.bitwise_or.reduce(bits, initial=0))
        return Joins(self.nodes[which], self.distance_km[which], bits, every)

    def open(self, mask: int) -> Joins:
        """Those that use no closed passage."""
        if not self.every_passage & mask:
            return self
        return self.kept((self.passages & mask) == 0)

    def number(self, node: int) -> int:
        """Which of them ends at a node."""
        if len(self.nodes) == 1:
            return 0
        return int(np.flatnonzero(self.nodes == node)[0])


def _joins_of(place: Place) -> Joins:
    """How a place joins the lines.

    Raises
    ------
    RouteError
        It lies too far from the sea.
    """
    at_sea = place.kind == "strait" or (place.kind == "region" and not place.country)
    point = place.longitude, place.latitude
    furthest_km = FURTHEST_SHORE_KM.get(place.kind, OTHERWISE_KM)
    nearest_km = float(_nodes_near(point).distance_km[0])
    if nearest_km > furthest_km and not at_sea:
        raise RouteError(
            f"{place.name} ({place.kind}) lies {nearest_km:.0f} km from the nearest shipping line, more than"
            f" the {furthest_km:.0f} km allowed; give a port"
        )
    return _reached_by_water(point)


@lru_cache(maxsize=4096)
def _nodes_near(point: Point) -> Joins:
    """The nodes nearest to a point, in order of distance."""
    network = sea_network()
    here = np.array([point])
    # The sphere is enough to pick the nodes; geodesics then put them in order.
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
    near, points = _nodes_near(point), sea_network().points
    ends = map(points.__getitem__, near.nodes)
    hops = list(zip(ends, near.distance_km.tolist(), strict=True))
    # Mostly the nearest will do, and the other hops need not be looked at.
    if is_open_water(point, *hops[0]):
        return near.kept([0])
    reached = [number for number, hop in enumerate(hops) if is_open_water(point, *hop)]
    if reached:
        return near.kept(reached)
    # Land is counted several times, so that the join keeps to the water as far as it can.
    costs = [km + OVER_LAND * land_km(point, node, km) for node, km in hops]
    return near.kept([int(np.argmin(costs))])


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
    mask = _bits_of(closed)
    lines = _along_lines(start, stop, _joins_of(origin), _joins_of(destination), mask)
    over_water = _over_water(lines, start, stop, mask)
    path = over_water or lines
    if path is None:
        raise NoRouteError(_why_no_way(origin, destination, closed))
    notes = []
    if over_water is not None:
        notes.append(f"{origin.name} to {destination.name} over open water{_instead_of(lines)}")
    elif _is_unchecked(path, start, stop):
        notes.append(
            f"the way along shipping lines from {origin.name} to {destination.name} was not checked against open water:"
            " the land map shows no way between them"
        )
    notes.append(_note_on_land(start, path.coordinates[1], origin.name))
    notes.append(_note_on_land(stop, path.coordinates[-2], destination.name))
    return replace(path, notes=tuple(filter(None, notes)))


def _bits_of(names: Iterable[str]) -> int:
    """The bit set of passages given by id."""
    bits = 0
    for name in names:
        bits |= 1 << passages()[name].bit
    return bits


def _instead_of(lines: SeaPath | None) -> str:
    if lines is None:
        return ""
    return f"; shipping lines make it {lines.distance_km:,.0f} km"


_straight_km = lru_cache(maxsize=4096)(geodesic_km)


def _over_water(lines: SeaPath | None, start: Point, stop: Point, mask: int) -> SeaPath | None:
    """The way over open water where it is to be taken instead of the lines, else None."""
    # Nothing over open water is shorter than the geodesic: the costly search is left out.
    if lines and not lines.passages and lines.distance_km <= DETOUR * _straight_km(start, stop):
        return None
    # In one order of the ends, so that the way back is as long as the way there.
    ways = open_ways(min(start, stop), max(start, stop))
    way = _shortest_open(ways, mask)
    if way is None:
        return None
    if lines is not None and _may_follow(lines, way, ways, mask):
        return None
    corners = way.corners
    if start > stop:
        corners = corners[::-1]
    return SeaPath(way.distance_km, corners, _passages_in_order(corners))


def _may_follow(lines: SeaPath, way: OpenWay, ways: tuple[OpenWay, ...], mask: int) -> bool:
    """Whether the lines are no detour, and no shorter way over open water goes round one of their passages."""
    if lines.distance_km > DETOUR * way.distance_km:
        return False
    for name in lines.passages:
        around = _shortest_open(ways, mask | _bits_of((name,)))
        if around is not None and around.distance_km < lines.distance_km:
            return False
    return True


def _shortest_open(ways: tuple[OpenWay, ...], mask: int) -> OpenWay | None:
    """The shortest of the ways that uses no closed passage, or None."""
    for way in ways:
        if not way.passages & mask:
            return way
    return None


def _passages_in_order(corners: tuple[Point, ...]) -> tuple[str, ...]:
    """Ids of the passages that a line goes through, in order."""
    points = np.array(corners)
    return _names_in_order(passage_bits(points[:-1], points[1:]).tolist())


def _is_unchecked(lines: SeaPath, start: Point, stop: Point) -> bool:
    """Whether the lines may be a detour and the land map cannot tell; long voyages are not looked at."""
    if not DETOUR * _straight_km(start, stop) < lines.distance_km <= DETOUR * WIDEST_KM:
        return False
    return not open_ways(min(start, stop), max(start, stop))


@lru_cache(maxsize=4096)
def _note_on_land(point: Point, joined: Point, name: str) -> str:
    """The note on a place that the first hop of its way joins to the sea over land; "" for any other."""
    km = geodesic_km(point, joined)
    if is_open_water(point, joined, km):
        return ""
    over_land = land_km(point, joined, km)
    if over_land <= SHORE_KM:
        return ""
    return f"{name} is joined over {over_land:,.0f} km of land: a port on a river, or no port"


def _along_lines(
    start: Point, stop: Point, starts: Joins, stops: Joins, mask: int
) -> SeaPath | None:
    """The shortest way from one point over the network to another, or None when there is none."""
    starts, stops = starts.open(mask), stops.open(mask)
    found = _search_lines(starts, stops, mask)
    if found is None:
        return None
    network = sea_network()
    lines = found[1:]
    nodes = [int(found[0]), *network.neighbour[lines].tolist()]
    begin, end = starts.number(nodes[0]), stops.number(nodes[-1])
    own_km = float(starts.distance_km[begin]), float(stops.distance_km[end])
    distance_km = own_km[0] + float(network.length_km[lines].sum()) + own_km[1]
    bits = network.passages[lines]
    at_start, at_stop = int(starts.passages[begin]), int(stops.passages[end])
    every = (at_start, *bits[bits != 0].tolist(), at_stop)
    between = map(network.points.__getitem__, nodes)
    return SeaPath(distance_km, (start, *between, stop), _names_in_order(every))


def _names_in_order(bit_sets: Iterable[int]) -> tuple[str, ...]:
    """Ids of the passages of some bit sets, each once, in the order of the sets."""
    names: dict[str, None] = {}
    for bits in filter(None, bit_sets):
        for passage in passages().values():
            if bits >> passage.bit & 1:
                names[passage.id] = None
    return tuple(names)


def _search_lines(starts: Joins, stops: Joins, mask: int) -> Numbers | None:
    """First node and lines of the shortest way that uses no passage of the mask, or None when there is none."""
    from ...kernels.shortest_path import shortest_path

    if not len(starts.nodes) or not len(stops.nodes):
        return None
    network = sea_network()
    landmark_km = network.landmark_km
    # These distances hold as a bound only where all that was shut for them is closed.
    if mask & network.shut == network.shut:
        landmark_km = network.shut_landmark_km
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
        landmark_km,
    )
    if found[0] < 0:
        return None
    return found


def _why_no_way(origin: Place, destination: Place, closed: Mapping[str, str]) -> str:
    """Why there is no way, and which passage would open one, or which together."""
    reason = "the network does not join them"
    start, stop = _joins_of(origin), _joins_of(destination)

    def search(mask: int) -> Numbers | None:
        return _search_lines(start.open(mask), stop.open(mask), mask)

    if alone := _opening_alone(closed, search):
        reason = f"open again, one of these would give a way: {_with_reasons(alone, closed)}"
    elif (shortest := search(0)) is not None:
        used = sea_network().passages[shortest[1:]]
        bits = int(np.bitwise_or.reduce(used, initial=0))
        bits |= start.every_passage | stop.every_passage
        together = [name for name in closed if bits & _bits_of((name,))]
        reason = f"open again together, these would give a way: {_with_reasons(together, closed)}"
    return f"no way by sea from {origin.name} to {destination.name}; {reason}"


def _opening_alone(closed: Mapping[str, str], search: Callable[[int], Numbers | None]) -> list[str]:
    """Ids of the closed passages each of which, opened alone, gives a way."""
    everything = _bits_of(closed)
    return [name for name in closed if search(everything ^ _bits_of((name,))) is not None]


def _with_reasons(names: Iterable[str], closed: Mapping[str, str]) -> str:
    """Closed passages by their printed names, each with the reason."""
    return ", ".join(f"{passages()[name].name} ({closed[name]})" for name in names)
