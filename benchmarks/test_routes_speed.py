"""Sea routes and geodesics beside their peers, in one process, on the same questions.

Each benchmark warms both sides up, checks that they give the same answer and leaves the ratio in ``extra_info``:
peer seconds over our seconds, medians of interleaved runs, one numba thread.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
import searoute
from pytest_benchmark.fixture import BenchmarkFixture
from scgraph import GeoGraph

from beside import seconds
from forceflow.errors import NoRouteError
from forceflow.world.geography.gazetteer import find_place
from forceflow.world.geography.geodesy import geodesic_km
from forceflow.world.geography.passages import passages
from forceflow.world.geography.place import Place
from forceflow.world.geography.routes import route
from forceflow.world.geography.sea_routes import sea_network

PAIRS = [
    ("tartus", "baltiysk"),
    ("tartus", "novorossiysk"),
    ("tartus", "tobruk"),
    ("vladivostok", "tartus"),
]
OPEN = tuple(name for name, passage in passages().items() if passage.shut)
"""Passages that peers know nothing of are opened, so that all search the same network."""


@cache
def scgraph_network() -> Any:
    """Our network as a graph of scgraph (the one it would download is the same, without the Kiel Canal)."""
    network = sea_network()
    graph = []
    for node in range(len(network.lon_lat)):
        lines = range(network.first[node], network.first[node + 1])
        graph.append(
            {int(network.neighbour[line]): float(network.length_km[line]) for line in lines}
        )
    return GeoGraph(graph=graph, nodes=[[float(lat), float(lon)] for lon, lat in network.lon_lat])


def ends(pair: tuple[str, str]) -> tuple[Place, Place]:
    return find_place(pair[0]), find_place(pair[1])


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_sea_route_against_searoute(benchmark: BenchmarkFixture, pair: tuple[str, str]) -> None:
    a, b = ends(pair)

    def peer() -> Any:
        return searoute.searoute(
            [a.longitude, a.latitude], [b.longitude, b.latitude], append_orig_dest=True
        )

    def ours() -> Any:
        return route(pair[0], pair[1], mode="sea")

    assert ours().distance_km == pytest.approx(peer().properties["length"], rel=0.008)
    mine, theirs = seconds(ours, peer, rounds=41)
    benchmark.extra_info.update(peer="searoute", ratio=theirs / mine, goal=10)
    benchmark(ours)
    print(
        f"\n{pair[0]}-{pair[1]}: searoute {theirs * 1e3:.2f} ms, ours {mine * 1e3:.3f} ms, {theirs / mine:.1f} x"
    )
    assert theirs / mine > 3  # far below the goal, so that a noisy machine does not fail it


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_sea_route_against_scgraph(benchmark: BenchmarkFixture, pair: tuple[str, str]) -> None:
    a, b = ends(pair)
    network = scgraph_network()

    def peer() -> Any:
        return network.get_shortest_path(
            origin_node={"latitude": a.latitude, "longitude": a.longitude},
            destination_node={"latitude": b.latitude, "longitude": b.longitude},
        )

    def ours() -> Any:
        return route(pair[0], pair[1], mode="sea", opened=OPEN)

    # They join a port to the nearest node in degrees, we on the sphere.
    assert ours().distance_km == pytest.approx(peer()["length"], rel=0.01)
    mine, theirs = seconds(ours, peer, rounds=41)
    benchmark.extra_info.update(peer="scgraph", ratio=theirs / mine, goal=2)
    benchmark(ours)
    print(
        f"\n{pair[0]}-{pair[1]}: scgraph {theirs * 1e3:.3f} ms, ours {mine * 1e3:.3f} ms, {theirs / mine:.1f} x"
    )
    assert (
        theirs / mine > 0.5
    )  # a short way is all overhead on both sides; the long ones are held to the goal


def test_closure_against_searoute(benchmark: BenchmarkFixture) -> None:
    a, b = ends(("tartus", "baltiysk"))

    def peer() -> Any:
        return searoute.searoute(
            [a.longitude, a.latitude],
            [b.longitude, b.latitude],
            append_orig_dest=True,
            restrictions=["northwest", "gibraltar"],
        )

    def ours() -> Any:
        return route(a, b, mode="sea", closed=("gibraltar",))

    assert ours().distance_km == pytest.approx(peer().properties["length"], rel=0.008)
    mine, theirs = seconds(ours, peer, rounds=41)
    benchmark.extra_info.update(peer="searoute", ratio=theirs / mine, goal=10)
    benchmark(ours)
    print(
        f"\nGibraltar closed: searoute {theirs * 1e3:.2f} ms, ours {mine * 1e3:.3f} ms, {theirs / mine:.1f} x"
    )


def test_no_way_is_an_error_where_searoute_warns_and_answers_0_km(
    benchmark: BenchmarkFixture,
) -> None:
    a, b = ends(("tartus", "novorossiysk"))
    with pytest.warns(UserWarning, match="path"):
        theirs = searoute.searoute(
            [a.longitude, a.latitude],
            [b.longitude, b.latitude],
            restrictions=["northwest", "bosporus"],
        )
    assert theirs.properties["length"] == 0

    def ours() -> None:
        with pytest.raises(NoRouteError):
            route(a, b, mode="sea", closed=("bosphorus",))

    benchmark(ours)


def test_first_call(benchmark: BenchmarkFixture) -> None:
    """Reading and measuring the network, kernels compiled: paid once per process."""
    sea_network()
    network = benchmark(sea_network.__wrapped__)
    np.testing.assert_array_equal(network.length_km, sea_network().length_km)


def test_geodesic(benchmark: BenchmarkFixture) -> None:
    km = benchmark(geodesic_km, (35.9487, 35.4011), (21.1918, 31.9985))
    assert km == pytest.approx(1_417.6, abs=0.1)
