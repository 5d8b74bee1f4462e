"""Ways over the sea: a network of shipping lines, its passages, and the shortest way that uses none that is closed.

The lines are Eurostat's maritime network (see README.md beside the data); lengths are geodesics measured here, passages
are gates drawn here, and the search is exact under every closure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from forceflow.errors import NoRouteError, RouteError
from forceflow.world.geodesy import geodesic_km, geodesics_km
from forceflow.world.names import DATA, read_data
from forceflow.world.passages import Point, passages
from forceflow.world.place import Place

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SeaNetwork", "SeaPath", "sea_network", "sea_path"]

FURTHEST_SHORE_KM = {"port": 150.0}
"""How far a place may lie from the nearest line of the network, km, by kind of place."""

OTHERWISE_KM = 60.0
"""The same for all other places on land: an airfield by the sea will do, a city inland will not."""

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
    """A way over the sea: its length in km, its points (lon, lat) and the passages in order."""

    distance_km: float
    coordinates: tuple[Point, ...]
    passages: tuple[str, ...]


def unit_vectors(lon_lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unit vectors, shape (n, 3), of points (lon, lat) in degrees on a sphere."""
    lon, lat = np.radians(lon_lat).T
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def crosses(a: NDArray[np.float64], b: NDArray[np.float64], gate: tuple[Point, Point]) -> NDArray[np.bool_]:
    """Which segments from `a` to `b`, shape (n, 2), cross a gate; touching it counts.

    Segments over the antimeridian cross no gate: none lies there.
    """
    (x0, y0), (x1, y1) = gate

    def side_of_gate(p: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray((x1 - x0) * (p[:, 1] - y0) - (y1 - y0) * (p[:, 0] - x0))

    def side_of_segment(x: float, y: float) -> NDArray[np.float64]:
        return np.asarray((b[:, 0] - a[:, 0]) * (y - a[:, 1]) - (b[:, 1] - a[:, 1]) * (x - a[:, 0]))

    apart = side_of_gate(a) * side_of_gate(b) <= 0.0
    within = side_of_segment(x0, y0) * side_of_segment(x1, y1) <= 0.0
    return apart & within & (np.abs(a[:, 0] - b[:, 0]) < 180.0)


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
    from forceflow.kernels.shortest_path import distances_from

    with (DATA / "sea_network.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
        lon_lat = stored["lon_lat_micro"].astype(np.float64) / 1e6
        edges = stored["edges"].astype(np.int64)
    lon_lat, edges = _with_added_lines(lon_lat, edges)
    a, b = lon_lat[edges[:, 0]], lon_lat[edges[:, 1]]
    length_km, bits = geodesics_km(a, b), passage_bits(a, b)
    origin = np.concatenate([edges[:, 0], edges[:, 1]])
    order = np.argsort(origin, kind="stable")
    neighbour = np.ascontiguousarray(np.concatenate([edges[:, 1], edges[:, 0]])[order])
    first = np.concatenate([[0], np.cumsum(np.bincount(origin, minlength=len(lon_lat)))]).astype(np.int64)
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


class Access(NamedTuple):
    """How a place joins the network: the nearest node, the way to it in km, the passages on that way."""

    node: int
    distance_km: float
    passages: int


def _access(place: Place) -> Access:
    """How a place joins the network.

    Raises
    ------
    RouteError
        It lies too far from the sea.
    """
    at_sea = place.kind == "strait" or (place.kind == "region" and not place.country)
    access = _join((place.longitude, place.latitude))
    furthest_km = FURTHEST_SHORE_KM.get(place.kind, OTHERWISE_KM)
    if access.distance_km > furthest_km and not at_sea:
        raise RouteError(
            f"{place.name} ({place.kind}) lies {access.distance_km:.0f} km from the nearest shipping line, more than"
            f" the {furthest_km:.0f} km allowed; give a port"
        )
    return access


@lru_cache(maxsize=4096)
def _join(point: Point) -> Access:
    """The node nearest to a point."""
    network = sea_network()
    here = np.array([point])
    node = int(np.argmax(network.direction @ unit_vectors(here)[0]))
    there = np.array([network.points[node]])
    return Access(node, geodesic_km(point, network.points[node]), int(passage_bits(here, there)[0]))


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
    """
    network, known = sea_network(), passages()
    start, stop = _access(origin), _access(destination)
    mask = sum([1 << known[name].bit for name in closed])
    lines = _search(start, stop, mask)
    if lines is None:
        raise NoRouteError(_why_not(origin, destination, closed))
    points = network.points
    coordinates = (
        (origin.longitude, origin.latitude),
        points[start.node],
        *[points[node] for node in network.neighbour[lines].tolist()],
        (destination.longitude, destination.latitude),
    )
    bits = network.passages[lines]
    names: dict[str, None] = {}
    for some in (start.passages, *bits[bits != 0].tolist(), stop.passages):
        if some:
            names.update(dict.fromkeys(p.id for p in known.values() if some >> p.bit & 1))
    distance_km = start.distance_km + float(network.length_km[lines].sum()) + stop.distance_km
    return SeaPath(distance_km, coordinates, tuple(names))


def _search(start: Access, stop: Access, mask: int) -> NDArray[np.int64] | None:
    """Lines of the shortest way that uses no passage of the mask, or None when there is none."""
    from forceflow.kernels.shortest_path import shortest_path

    if (start.passages | stop.passages) & mask:
        return None
    network = sea_network()
    lines = shortest_path(
        start.node,
        stop.node,
        network.first,
        network.neighbour,
        network.length_km,
        network.passages,
        mask,
        network.shut_landmark_km if mask & network.shut == network.shut else network.landmark_km,
    )
    return None if lines.size and lines[0] < 0 else lines


def _why_not(origin: Place, destination: Place, closed: Mapping[str, str]) -> str:
    """What stands in the way, and which passage would open it, or which together."""
    known, start, stop = passages(), _access(origin), _access(destination)
    named = {name: f"{known[name].name} ({reason})" for name, reason in closed.items()}
    everything = sum(1 << known[name].bit for name in closed)
    alone = [named[name] for name in closed if _search(start, stop, everything ^ 1 << known[name].bit) is not None]
    shortest = _search(start, stop, 0)
    if alone:
        reason = f"open again, one of these would give a way: {', '.join(alone)}"
    elif shortest is not None:
        bits = int(np.bitwise_or.reduce(sea_network().passages[shortest])) | start.passages | stop.passages
        together = [named[name] for name in closed if bits >> known[name].bit & 1]
        reason = f"open again together, these would give a way: {', '.join(together)}"
    else:
        reason = "the network does not join them"
    return f"no way by sea from {origin.name} to {destination.name}; {reason}"
