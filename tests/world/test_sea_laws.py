"""Laws of every way by sea: no land, no shorter than the geodesic, as long back as there, no detour over open water."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

import forceflow as ff
from forceflow.errors import ForceflowError, NoRouteError, RouteError, UnknownNameError
from forceflow.quantity.units import KM_PER_NM
from forceflow.world.geography.coast import coastline, on_land
from forceflow.world.geography.gazetteer import find_place
from forceflow.world.geography.geodesy import geodesic_km, geodesic_points
from forceflow.world.geography.known_places import places
from forceflow.world.geography.passages import passages
from forceflow.world.geography.place import Place
from forceflow.world.geography.routes import Route, route
from forceflow.world.geography.sea_routes import sea_network
from forceflow.world.geography.water import SHORE_KM, is_land, is_open_water, land_km

PORTS = sorted(
    (place for place in places().values() if place.kind == "port"), key=lambda place: place.id
)
LINES = {
    (tuple(a), tuple(b))
    for node in range(len(sea_network().lon_lat))
    for a in [sea_network().points[node]]
    for b in [
        sea_network().points[int(n)]
        for n in sea_network().neighbour[sea_network().first[node] : sea_network().first[node + 1]]
    ]
}
EREGLI = Place("karadeniz eregli", "Karadeniz Eregli", "port", 41.28, 31.41, country="TR")


def shores(number: int, seed: int) -> list[Place]:
    """Places on the coasts of the world between 60 S and 70 N."""
    points = np.concatenate(coastline())
    points = points[(points[:, 1] > -60) & (points[:, 1] < 70)]
    chosen = np.random.default_rng(seed).choice(len(points), number, replace=False)
    return [
        Place(f"shore {i}", f"shore {i}", "port", float(lat), float(lon))
        for i, (lon, lat) in enumerate(points[chosen].tolist())
    ]


def check(way: Route) -> None:
    """What holds of every way."""
    start, stop = ((p.longitude, p.latitude) for p in (way.origin, way.destination))
    straight_km = geodesic_km(start, stop)
    assert way.distance_km >= straight_km * (1 - 1e-9)
    back = route(way.destination, way.origin, mode="sea")
    assert back.distance_km == pytest.approx(way.distance_km, rel=1e-9)
    if is_open_water(start, stop, straight_km, (6.0, 6.0)):
        assert way.distance_km <= 1.15 * straight_km * (1 + 1e-9)
    for a, b in pairwise(way.legs[0].coordinates):
        if (a, b) in LINES or any("km of land" in note for note in way.notes):
            continue
        km = geodesic_km(a, b)
        assert is_open_water(a, b, km), f"{way}: {a} to {b} crosses land"
        assert land_km(a, b, km) <= 2 * SHORE_KM
        inner = np.array(geodesic_points(a, b, every_km=5.0)[1:-1]).reshape(-1, 2)
        if len(
            inner
        ):  # another map, ten times coarser: the Gulf of Suez and a strip of the Grain Coast are land on it
            assert 5.0 * np.count_nonzero(on_land(inner[:, 0], inner[:, 1])) <= 250.0


def test_ways_between_our_ports_obey_the_laws() -> None:
    rng = np.random.default_rng(5)
    pairs = {tuple(sorted(rng.choice(len(PORTS), 2, replace=False).tolist())) for _ in range(150)}
    for one, other in sorted(pairs):
        check(route(PORTS[one], PORTS[other], mode="sea"))


def test_ways_between_neighbouring_ports_obey_the_laws() -> None:
    for one in PORTS:
        near = sorted(
            (geodesic_km((one.longitude, one.latitude), (p.longitude, p.latitude)), p.id)
            for p in PORTS
            if p != one
        )
        for _, name in near[:2]:
            check(route(one, name, mode="sea"))


def test_ways_from_any_shore_obey_the_laws() -> None:
    measured = 0
    ends = shores(60, seed=3)
    for one, other in pairwise(ends):
        try:
            way = route(one, other, mode="sea")
        except ForceflowError:
            continue
        check(way)
        measured += 1
    assert measured > 25


def test_ways_along_a_coast_obey_the_laws() -> None:
    """Points of the Black Sea, a quarter of a degree apart or more: short ways, straight or round a cape."""
    points = [
        (28.05, 43.2),
        (30.9, 46.5),
        (33.4, 44.55),
        (35.4, 45.0),
        (36.75, 44.75),
        (39.0, 43.9),
        (41.6, 41.65),
    ]
    points += [(38.4, 41.0), (36.3, 41.35), (35.15, 42.05), (31.41, 41.28), (29.1, 41.3)]
    ends = [Place(f"p{i}", f"p{i}", "port", lat, lon) for i, (lon, lat) in enumerate(points)]
    for i, one in enumerate(ends):
        for other in ends[i + 1 :]:
            way = route(one, other, mode="sea")
            check(way)
            assert way.passages == ()
            assert way.distance_km < 1_350  # the Black Sea is 1,180 km long


def test_a_port_joins_the_sea_it_lies_on() -> None:
    """The straight line is open and 583 km long; through the Bosphorus and back it was 888."""
    way = route("Odesa", EREGLI, mode="sea")
    straight_km = geodesic_km((30.730773, 46.5), (31.41, 41.28))
    assert straight_km == pytest.approx(583, abs=1)
    assert straight_km <= way.distance_km <= 1.15 * straight_km
    assert way.passages == ()
    assert route("Odesa", EREGLI, mode="sea", closed="bosphorus").distance_km == way.distance_km
    with pytest.raises(NoRouteError):
        route(EREGLI, "Piraeus", mode="sea", closed="bosphorus")


def test_a_cape_is_rounded_and_a_detour_is_said() -> None:
    """Sevastopol to Novorossiysk goes round the south of the Crimea, and the note says what the lines make it."""
    way = route("Sevastopol", "Novorossiysk", mode="sea")
    assert 340 < way.distance_km < 440
    assert min(lat for _, lat in way.legs[0].coordinates[1:-1]) < 44.45
    assert any("over open water" in note for note in way.notes)
    assert "over open water" in way._repr_html_()
    assert route("Tartus", "Baltiysk", mode="sea").notes == ()


def test_a_port_far_up_a_river_is_named() -> None:
    inland = Place("inland", "Inland", "port", 40.6, 31.3, country="TR")
    way = route(inland, "Odesa", mode="sea")
    assert any("Inland is joined over" in note and "km of land" in note for note in way.notes)


@pytest.mark.parametrize(
    ("origin", "destination", "closed", "through"),
    [
        ("Singapore", "Durban", ("malacca",), "sunda_strait"),
        ("Vladivostok", "Mombasa", ("malacca", "Sunda"), "lombok_strait"),
        ("Vladivostok", "Mombasa", ("malacca", "Sunda Strait", "Lombok"), "makassar_strait"),
        ("Vladivostok", "Singapore", (), "taiwan_strait"),
    ],
)
def test_the_straits_of_asia_have_names(
    origin: str, destination: str, closed: tuple[str, ...], through: str
) -> None:
    way = route(origin, destination, mode="sea", closed=closed)
    assert through in way.passages
    shut = route(origin, destination, mode="sea", closed=(*closed, through))
    assert through not in shut.passages
    assert shut.distance_km > way.distance_km


def test_the_caspian_opens_to_the_sea_by_the_volga_don_canal_alone() -> None:
    baku = Place("baku", "Baku", "port", 40.35, 49.88, country="AZ")
    assert route(baku, "Novorossiysk", mode="sea").passages == ("volga_don", "kerch")
    with pytest.raises(NoRouteError, match="Volga-Don"):
        route(baku, "Novorossiysk", mode="sea", closed="Volga-Don Canal")


def test_the_arctic_passages_have_names() -> None:
    way = route("Murmansk", "Vladivostok", mode="sea", opened="Northern Sea Route")
    assert {"kara_strait", "northern_sea_route", "dmitry_laptev_strait", "bering"} <= set(
        way.passages
    )
    for name in ("Kara Gates", "Laptev Strait", "bering"):
        other = route(
            "Murmansk", "Vladivostok", mode="sea", opened="Northern Sea Route", closed=name
        )
        assert other.distance_km > 1.5 * way.distance_km
    with pytest.raises(UnknownNameError, match=r"no line through it: .* Dmitry Laptev"):
        route("Murmansk", "Vladivostok", mode="sea", closed="Sannikov Strait")
    with pytest.raises(UnknownNameError, match="Cape Horn"):
        route("Murmansk", "Vladivostok", mode="sea", closed="Strait of Magellan")


def test_gates_reach_from_shore_to_shore() -> None:
    """A gate on the land map has water in it, and land on both sides of that water."""
    for passage in passages().values():
        if passage.id in (
            "suez",
            "kiel",
            "panama",
            "volga_don",
            "corinth",
        ):  # canals are narrower than a cell
            continue
        a, b = np.array(passage.gate)
        land = is_land(a + np.linspace(0, 1, 200)[:, None] * (b - a))
        assert not land.all(), passage.id
        assert land[:100].any(), passage.id
        assert land[100:].any() or passage.id in ("northern_sea_route", "kerch"), passage.id


def test_short_names_of_straits_stay_names_of_islands() -> None:
    for name in ("Lombok", "Makassar"):
        try:
            assert find_place(name).kind != "strait"
        except UnknownNameError:
            continue


@pytest.mark.parametrize(
    ("origin", "destination", "published_nm"),
    [
        (
            "Constanta",
            "Istanbul",
            194,
        ),  # lerevereport.blogspot.com (2011): 180 nm to the Bosphorus, and 14 to Istanbul
    ],
)
def test_short_ways_have_published_lengths(
    origin: str, destination: str, published_nm: float
) -> None:
    assert route(origin, destination, mode="sea").distance_km / KM_PER_NM == pytest.approx(
        published_nm, rel=0.06
    )


def test_the_same_point_is_no_way() -> None:
    with pytest.raises(RouteError, match="same point"):
        ff.route(EREGLI, EREGLI, mode="sea")
