"""Ways over open water: a closure never shortens a way, and no detour of shipping lines is taken or left unsaid."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

import forceflow as ff
from forceflow.errors import RouteError
from forceflow.kernels.shortest_path import grid_path
from forceflow.world.geography.coast import coastline
from forceflow.world.geography.geodesy import geodesic_km, geodesics_km
from forceflow.world.geography.known_places import places
from forceflow.world.geography.passages import passages
from forceflow.world.geography.place import Place
from forceflow.world.geography.routes import route
from forceflow.world.geography.water import is_land

PORTS = sorted(
    (place for place in places().values() if place.kind == "port"), key=lambda place: place.id
)
SHORES = np.concatenate(coastline())
SHORES = SHORES[(SHORES[:, 1] > -60) & (SHORES[:, 1] < 70)]


def port(name: str, latitude: float, longitude: float) -> Place:
    return Place(name.lower(), name, "port", latitude, longitude)


BANDAR_ABBAS, BUSHEHR = port("Bandar", 27.15, 56.2), port("Bushehr roads", 28.98, 50.83)


def closures_never_shorten(one: Place, other: Place) -> None:
    """Closing any passage, and then any second one, leaves the way as long or makes it longer."""
    try:
        usual = route(one, other, mode="sea")
    except RouteError:
        return
    for name in passages():
        try:
            left = route(one, other, mode="sea", closed=[name])
        except RouteError:
            continue
        assert left.distance_km >= usual.distance_km, (one, other, name)
        assert name not in left.passages
        if name not in usual.passages:
            assert left.distance_km == usual.distance_km, (one, other, name)
        for second in left.passages:
            try:
                rest = route(one, other, mode="sea", closed=[name, second])
            except RouteError:
                continue
            assert rest.distance_km >= left.distance_km, (one, other, name, second)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, len(PORTS) - 1), st.integers(0, len(PORTS) - 1))
def test_a_closure_never_shortens_a_way_between_our_ports(one: int, other: int) -> None:
    closures_never_shorten(PORTS[one], PORTS[other])


@settings(max_examples=15, deadline=None)
@given(st.integers(0, len(SHORES) - 1), st.floats(2.0, 18.0), st.integers(0, 1_000))
def test_a_closure_never_shortens_a_way_between_shores(number: int, away: float, pick: int) -> None:
    """From any shore to another some degrees away, where the way over open water is looked for."""
    here = SHORES[number]
    near = SHORES[np.abs(np.hypot(*(SHORES - here).T) - away) < 0.5]
    if len(near):
        there = near[pick % len(near)]
        closures_never_shorten(port("One", here[1], here[0]), port("Other", there[1], there[0]))


@pytest.mark.parametrize(
    ("one", "other"),
    [("Bandar Abbas", "Jebel Ali"), (BUSHEHR, BANDAR_ABBAS), ("Bandar Abbas", "Fujairah")],
)
def test_closing_hormuz_does_not_shorten_ways_in_the_gulf(
    one: str | Place, other: str | Place
) -> None:
    ends = [ff.find_place(end) for end in (one, other)]
    closures_never_shorten(*ends)


def test_bandar_abbas_lies_inside_the_gate_of_hormuz() -> None:
    """The gate runs from 56.35 E to 56.5 E; Bandar Abbas (56.2 E) and Jebel Ali lie west of it, the lines go round."""
    way = route("Bandar Abbas", "Jebel Ali", mode="sea")
    assert way.passages == ()
    assert any("over open water; shipping lines make it" in note for note in way.notes)
    assert (
        route("Bandar Abbas", "Jebel Ali", mode="sea", closed="hormuz").distance_km
        == way.distance_km
    )


@pytest.mark.parametrize("destination", ["Jebel Ali", "Bushehr", "Fujairah", "Karachi", "Umm Qasr"])
def test_a_stream_never_grows_by_a_closure(destination: str) -> None:
    start = dt.datetime(2024, 3, 1, tzinfo=dt.UTC)
    stream = ff.Sailing(
        event_id="stream", platform="Sparta", origin="Bandar Abbas", destination=destination, start=start,
        stop=start + dt.timedelta(days=30), direction="outbound", movements=ff.Quantity(20, 20, 20), is_stream=True,
    )  # fmt: skip
    for left in ff.what_if(stream, closed="hormuz"):
        assert left.movements.best <= 20


def raster_km(one: Place, other: Place, margin: float = 4.0) -> float:
    """Shortest path over the land map by another hand: 8 neighbours, then scipy's Dijkstra; a few percent too long."""
    ends = np.array([(one.longitude, one.latitude), (other.longitude, other.latitude)])
    low, high = ends.min(axis=0) - margin, ends.max(axis=0) + margin
    lon, lat = (
        np.arange(np.floor(a * 20), np.ceil(b * 20)) / 20 + 0.025
        for a, b in zip(low, high, strict=True)
    )
    points = np.stack(np.meshgrid(lon, lat), axis=-1).reshape(-1, 2)
    number, water = np.arange(len(points)).reshape(len(lat), len(lon)), ~is_land(points)
    moves = [(number[:, :-1], number[:, 1:]), (number[:-1], number[1:])]
    moves += [(number[:-1, :-1], number[1:, 1:]), (number[:-1, 1:], number[1:, :-1])]
    pairs = np.concatenate([np.stack([a.ravel(), b.ravel()], axis=1) for a, b in moves])
    pairs = pairs[water[pairs].all(axis=1)]
    km = geodesics_km(points[pairs[:, 0]], points[pairs[:, 1]])
    graph = csr_array((km, (pairs[:, 0], pairs[:, 1])), shape=(len(points),) * 2)
    away = [
        geodesics_km(np.ascontiguousarray(np.broadcast_to(end, points.shape)), points)
        for end in ends
    ]
    for number_of_end, distances in enumerate(away):
        distances[~water] = np.inf
        if number_of_end == 0:
            first = int(np.argmin(distances))
    found = dijkstra(graph, directed=False, indices=[first])[0]
    last = int(np.argmin(np.where(np.isfinite(found), away[1], np.inf)))
    return float(found[last] + away[0][first] + away[1][last])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (port("Volos", 39.36, 22.95), port("Kavala", 40.93, 24.41)),
        (port("Chios", 38.37, 26.14), port("Volos", 39.36, 22.95)),
        (BUSHEHR, BANDAR_ABBAS),
        (port("Manila", 14.58, 120.95), port("Haiphong", 20.85, 106.75)),
    ],
)
def test_a_way_is_no_detour_from_open_water(one: Place, other: Place) -> None:
    way = route(one, other, mode="sea")
    assert way.distance_km <= 1.15 * raster_km(one, other)
    assert any("over open water; shipping lines make it" in note for note in way.notes)


def test_a_port_in_an_inlet_narrower_than_a_cell_is_joined_and_said() -> None:
    """Umm Qasr lies up the Khawr Abd Allah: on the land map inland. By lines it was 242 km; straight it is 75."""
    umm_qasr, kuwait = port("Umm Qasr", 30.03, 47.95), port("Kuwait harbour", 29.35, 47.93)
    way = route(umm_qasr, kuwait, mode="sea")
    assert geodesic_km((47.95, 30.03), (47.93, 29.35)) == pytest.approx(75.4, abs=0.2)
    assert 75.4 < way.distance_km < 150
    assert any("Umm Qasr is joined over" in note for note in way.notes)


def test_where_the_land_map_cannot_tell_a_note_says_so() -> None:
    """The Bosphorus is narrower than a cell, so no way from the Black Sea to the Aegean is known over open water."""
    way = route("Odesa", "Piraeus", mode="sea")
    assert way.passages == ("bosphorus", "dardanelles")
    assert any("was not checked against open water" in note for note in way.notes)


def test_the_path_over_cells_is_the_shortest() -> None:
    """A wall with one opening, and a gate that closes the opening."""
    water = np.zeros((20, 20), np.bool_)
    water[2:-2, 2:-2] = True
    water[2:-4, 10] = False  # open in its two northernmost rows
    start, stop = 3 * 20 + 5, 3 * 20 + 15
    to_end = np.full(400, np.inf)
    to_end[stop] = 0.0
    no_gate, gate = np.empty((0, 4)), np.array([[10.0, 15.5, 10.0, 18.5]])

    def path(gates: NDArray[np.float64]) -> list[tuple[int, int]]:
        cells = grid_path(
            water, (0.0, 0.0), 1.0, np.array([start]), np.array([0.0]), to_end, (15.0, 3.0), gates
        )
        return [divmod(int(cell), 20) for cell in cells]

    found = path(no_gate)
    assert found[0] == (3, 5)
    assert found[-1] == (3, 15)
    assert (16, 10) in found
    assert all(water[cell] for cell in found)
    assert all(max(abs(a[0] - b[0]), abs(a[1] - b[1])) <= 2 for a, b in pairwise(found))
    assert path(gate) == []
