"""Places as zones that a fix lies in or not: circles and rings around points, and polygons."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ..errors import TracksError
from ..evidence.tables.native_frames import table_of
from ..kernels.port_tables import EARTH_KM, PLACE, Gates, Zones
from ..quantity.values import as_float
from ..world import Place, find_place
from ..world.geography.known_places import known_places
from ..world.geography.passages import passages

__all__ = ["Zone", "gates", "lay_zones", "read_zones"]

Kind = Literal["berth", "anchorage"]
KINDS: tuple[Kind, ...] = ("berth", "anchorage")

_CELLS_PER_DEGREE = 4
_CELLS_EAST, _CELLS_NORTH = 360 * _CELLS_PER_DEGREE, 180 * _CELLS_PER_DEGREE
_LARGEST_KM = 100.0
"""Largest radius: the series of the kernel are good to 3 degrees of longitude."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A berth or an anchorage: a circle around a point, or a polygon.

    Parameters
    ----------
    name
        What the calls there are called: a place id, or the user's own name. Zones of one name are one place.
    latitude, longitude
        Degrees; of a polygon, its first corner.
    kind
        "berth" or "anchorage".
    radius_km
        Of the circle; 0 for a polygon.
    anchorage_km
        Outer radius of the ring around a berth that counts as its anchorage; 0 for none.
    corners
        (latitude, longitude) of a polygon's corners, without the first one again.
    """

    name: str
    latitude: float
    longitude: float
    kind: Kind = "berth"
    radius_km: float = 0.0
    anchorage_km: float = 0.0
    corners: tuple[tuple[float, float], ...] = ()

    @property
    def reach_km(self) -> float:
        """How far from its point it reaches."""
        return max(self.radius_km, self.anchorage_km)


def read_zones(places: Any, *, radius_km: float, anchorage_km: float | None) -> tuple[Zone, ...]:
    """Zones of the ports of the gazetteer, of places named, of a frame of points, or of GeoJSON.

    Raises
    ------
    TracksError
        These are no places; the message names the row or the feature.
    UnknownNameError
        A name is not in the gazetteer.
    """
    radius = _check_km("radius_km", radius_km)
    ring = 0.0
    if anchorage_km is not None:
        ring = _check_km("anchorage_km", anchorage_km)
        if ring <= radius:
            raise TracksError(
                f"anchorage_km={anchorage_km:g} must be more than radius_km={radius_km:g}; None means no anchorages"
            )
    zones = tuple(_zones_of(places, radius, ring))
    if not zones:
        raise TracksError("no places were given; leave `places` out for the ports of the gazetteer")
    return zones


def _zones_of(places: Any, radius: float, ring: float) -> Iterable[Zone]:
    if places is None:
        ports = (place for place in known_places() if place.kind == "port")
        return [_zone_around(place, radius, ring) for place in ports]
    if isinstance(places, str | Place) and not _is_geojson_file(places):
        places = [places]
    collection = _geojson_of(places)
    if collection is not None:
        return _read_features(collection)
    if isinstance(places, list | tuple | set | frozenset):
        return [_zone_around(find_place(place), radius, ring) for place in places]
    return _read_points(places, radius, ring)


def _zone_around(place: Place, radius: float, ring: float) -> Zone:
    return Zone(place.id, place.latitude, place.longitude, "berth", radius, ring)


def _read_points(frame: Any, radius: float, ring: float) -> list[Zone]:
    """Zones of a frame with `name`, `lat`, `lon` and, where given, `kind` and `radius_km`."""
    table = table_of(frame, or_else=", names of places, or GeoJSON")
    columns = {name.lower(): table[name].to_list() for name in table.columns}
    latitudes = columns.get("lat", columns.get("latitude"))
    longitudes = columns.get("lon", columns.get("longitude"))
    names = columns.get("name")
    if names is None or latitudes is None or longitudes is None:
        raise TracksError(
            f"places: columns 'name', 'lat' and 'lon' are needed, found {', '.join(table.columns)}"
        )
    zones = []
    for row, name in enumerate(names):
        kind = _kind_of(columns.get("kind", {}), row)
        own = radius
        if "radius_km" in columns and columns["radius_km"][row] is not None:
            own = _check_km(f"places, row {row}: radius_km", columns["radius_km"][row])
        latitude, longitude = _check_point(latitudes[row], longitudes[row], f"places, row {row}")
        outer = ring if kind == "berth" and ring > own else 0.0
        zones.append(Zone(_check_label(name, row), latitude, longitude, kind, own, outer))
    return zones


def _kind_of(kinds: Any, row: int) -> Kind:
    kind = kinds[row] if kinds else None
    if kind is None or kind != kind:
        return "berth"
    if kind not in KINDS:
        raise TracksError(f"places, row {row}: kind is {kind!r}; use 'berth' or 'anchorage'")
    return "anchorage" if kind == "anchorage" else "berth"


def _check_label(name: object, row: int) -> str:
    text = "" if name is None else str(name).strip()
    if not text or text == "nan":
        raise TracksError(f"places, row {row}: a name is needed")
    return text


def _check_km(name: str, value: object) -> float:
    number = as_float(value, name=name)
    if not 0 < number <= _LARGEST_KM:
        raise TracksError(
            f"{name} is {value!r}; give a distance above 0 and up to {_LARGEST_KM:g} km"
        )
    return number


def _check_point(latitude: Any, longitude: Any, where: str) -> tuple[float, float]:
    for what, value in (("latitude", latitude), ("longitude", longitude)):
        if value is None or value != value:
            raise TracksError(f"{where}: the {what} is blank")
    here = as_float(latitude, name=f"{where}: latitude")
    there = as_float(longitude, name=f"{where}: longitude")
    if not (-90 <= here <= 90 and -180 <= there <= 180):
        raise TracksError(
            f"{where}: {here:g}, {there:g} lies nowhere; latitude is -90 to 90, longitude -180 to 180"
        )
    return here, there


def _is_geojson_file(places: object) -> bool:
    return isinstance(places, str) and places.lower().endswith((".geojson", ".json"))


def _geojson_of(places: Any) -> Mapping[str, Any] | None:
    """A GeoJSON collection as a mapping, from a file, a mapping or an object that offers one; None for others."""
    if isinstance(places, Path) or _is_geojson_file(places):
        places = json.loads(Path(places).read_text(encoding="utf-8"))
    found = getattr(places, "__geo_interface__", places)
    if not isinstance(found, Mapping):
        return None
    if found.get("type") == "Feature":
        return {"type": "FeatureCollection", "features": [found]}
    if found.get("type") != "FeatureCollection":
        raise TracksError(
            "places: GeoJSON needs a FeatureCollection whose features have a name, got type "
            f"{found.get('type')!r}"
        )
    return found


def _read_features(collection: Mapping[str, Any]) -> list[Zone]:
    """Zones of the polygons of a GeoJSON collection, each with the property `name` and, where given, `kind`."""
    zones = []
    for number, feature in enumerate(collection.get("features", ())):
        properties = feature.get("properties") or {}
        name = _check_label(properties.get("name"), number)
        kind = _kind_of([properties.get("kind")], 0)
        for ring in _outer_rings(feature.get("geometry") or {}, name):
            zones.append(_polygon_zone(name, kind, ring))
    return zones


def _outer_rings(geometry: Mapping[str, Any], name: str) -> list[Any]:
    if geometry.get("type") == "Polygon":
        parts = [geometry["coordinates"]]
    elif geometry.get("type") == "MultiPolygon":
        parts = list(geometry["coordinates"])
    else:
        raise TracksError(
            f"places, {name!r}: a Polygon or MultiPolygon is needed, got {geometry.get('type')!r}; points go into a "
            "frame with name, lat, lon"
        )
    if any(len(part) > 1 for part in parts):
        raise TracksError(f"places, {name!r}: a polygon with a hole; give its outer line alone")
    return [part[0] for part in parts]


def _polygon_zone(name: str, kind: Kind, ring: Any) -> Zone:
    """A zone of a ring of (longitude, latitude)."""
    corners = [_check_point(point[1], point[0], f"places, {name!r}") for point in ring]
    if corners and corners[0] == corners[-1]:
        corners.pop()
    if len(corners) < 3:
        raise TracksError(f"places, {name!r}: a polygon needs three corners, got {len(corners)}")
    if max(c[1] for c in corners) - min(c[1] for c in corners) > 180:
        raise TracksError(f"places, {name!r}: a polygon over longitude 180; cut it in two there")
    return Zone(name, *corners[0], kind, corners=tuple(corners))


def lay_zones(zones: tuple[Zone, ...], *, margin: float) -> Zones:
    """Zones as arrays for the kernel; a ship leaves a circle beyond its radius by the share `margin`."""
    cell_start, cell_places = _lay_cells(zones, margin)
    corners = [corner for zone in zones for corner in zone.corners]
    return Zones(
        places=_lay_places(zones, margin),
        corners=np.array(corners, np.float64).reshape(-1, 2),
        cell_start=cell_start,
        cell_places=cell_places,
    )


def _lay_places(zones: tuple[Zone, ...], margin: float) -> Any:
    """Rows of `PLACE`."""
    places: Any = np.zeros(len(zones), PLACE).view(np.recarray)
    places.latitude = [zone.latitude for zone in zones]
    places.longitude = [zone.longitude for zone in zones]
    places.cosine = np.cos(np.radians(places.latitude))
    places.sine = np.sin(np.radians(places.latitude))
    radius = np.array([zone.radius_km for zone in zones])
    ring = np.array([zone.anchorage_km for zone in zones])
    places.radius, places.radius_leave = _half_chords(radius), _half_chords(radius * (1 + margin))
    places.ring, places.ring_leave = _half_chords(ring), _half_chords(ring * (1 + margin))
    places.stop_corner = np.cumsum([len(zone.corners) for zone in zones])
    places.first_corner = places.stop_corner - [len(zone.corners) for zone in zones]
    first: dict[str, int] = {}
    # A ship that goes from one piece of a place to another stays in it.
    places.number = [first.setdefault(zone.name, number) for number, zone in enumerate(zones)]
    places.is_anchorage = [zone.kind == "anchorage" for zone in zones]
    return places


def _half_chords(km: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Squares of half chords of distances; -1 where there is none."""
    return np.where(km > 0, np.sin(km / (2 * EARTH_KM)) ** 2, -1.0)


def _lay_cells(
    zones: tuple[Zone, ...], margin: float
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """For each quarter-degree cell, the zones that may reach into it."""
    inside: dict[int, list[int]] = {}
    for number, zone in enumerate(zones):
        for cell in _cells_touched(*_bounds(zone, margin)):
            inside.setdefault(cell, []).append(number)
    start = np.zeros(_CELLS_EAST * _CELLS_NORTH + 1, np.int32)
    for cell, members in inside.items():
        start[cell + 1] = len(members)
    members_in_order = [number for cell in sorted(inside) for number in inside[cell]]
    return np.cumsum(start, dtype=np.int32), np.array(members_in_order or [0], np.int32)


def _bounds(zone: Zone, margin: float) -> tuple[float, float, float, float]:
    """South, north, west and east of a zone, degrees; a hair is added for rounding."""
    if zone.corners:
        north = [corner[0] for corner in zone.corners]
        east = [corner[1] for corner in zone.corners]
        return min(north), max(north), min(east), max(east)
    degrees = math.degrees(zone.reach_km * (1 + margin) / EARTH_KM) + 1e-6
    widest = min(abs(zone.latitude) + degrees, 89.0)
    across = degrees / math.cos(math.radians(widest))
    return (
        zone.latitude - degrees,
        zone.latitude + degrees,
        zone.longitude - across,
        zone.longitude + across,
    )


def _cells_touched(south: float, north: float, west: float, east: float) -> Iterable[int]:
    low = max(math.floor((south + 90) * _CELLS_PER_DEGREE), 0)
    high = min(math.floor((north + 90) * _CELLS_PER_DEGREE), _CELLS_NORTH - 1)
    first = math.floor((west + 180) * _CELLS_PER_DEGREE)
    last = math.floor((east + 180) * _CELLS_PER_DEGREE)
    for row in range(low, high + 1):
        for column in range(first, last + 1):
            yield row * _CELLS_EAST + column % _CELLS_EAST


@cache
def gates() -> tuple[tuple[str, ...], Gates]:
    """Ids of the passages of the gazetteer, and their gates for the kernel."""
    ids = tuple(passages())
    lines = np.array([[*p.gate[0], *p.gate[1]] for p in passages().values()])
    near = np.zeros(_CELLS_EAST * _CELLS_NORTH, np.bool_)
    for west, south, east, north in lines:
        box = (min(south, north), max(south, north), min(west, east), max(west, east))
        near[list(_cells_touched(*box))] = True
    west, south, east, north = map(np.ascontiguousarray, lines.T)
    return ids, Gates(west, south, east, north, near)
