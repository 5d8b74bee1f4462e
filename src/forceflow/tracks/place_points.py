"""Which place a position is at: circles and polygons, many positions at once."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays import Floats
from ..kernels.port_tables import EARTH_KM
from .zones import Zone, read_zones

__all__ = ["Nearest", "PlacePoints", "distance_km"]

_KM_PER_DEGREE = EARTH_KM * np.pi / 180
_CELL_DEG = 0.5
_ROWS, _COLUMNS = int(180 / _CELL_DEG) + 1, int(360 / _CELL_DEG)


class Nearest(NamedTuple):
    """Number of the place of each position, -1 for none, and its distance from the point of that place, km."""

    place: NDArray[np.int16]
    km: Floats


class PlacePoints:
    """Places that positions are compared with.

    Parameters
    ----------
    places
        As in `port_calls`: None for the ports of the gazetteer, names, a frame, or GeoJSON polygons.
    radius_km
        How far a place reaches, where its own row does not say.

    Raises
    ------
    TracksError, UnknownNameError
        As `read_zones`.
    """

    def __init__(self, places: Any, *, radius_km: float) -> None:
        self.zones = read_zones(places, radius_km=radius_km, anchorage_km=None)
        self.names = tuple(dict.fromkeys(zone.name for zone in self.zones))
        self.latitude = np.array([zone.latitude for zone in self.zones])
        self.longitude = np.array([zone.longitude for zone in self.zones])
        self.cells = np.zeros((_ROWS, _COLUMNS), bool)
        for zone in self.zones:
            self.cells[_cells_of(zone)] = True

    def nearest(self, latitude: Floats, longitude: Floats) -> Nearest:
        """The place of each position, the nearest where several reach it; none where NaN."""
        place = np.full(len(latitude), -1, np.int16)
        best = np.full(len(latitude), np.inf)
        rows = self._rows_near(latitude, longitude)
        lat, lon = latitude[rows], longitude[rows]
        for zone in self.zones:
            south, north = _reach_of(zone)
            within = np.flatnonzero((lat >= south) & (lat <= north))
            at, km = (
                rows[within],
                distance_km(lat[within], lon[within], zone.latitude, zone.longitude),
            )
            closer = _is_inside(zone, lat[within], lon[within], km) & (km < best[at])
            best[at[closer]] = km[closer]
            place[at[closer]] = self.names.index(zone.name)
        return Nearest(place, best)

    def over_each(self, here: tuple[float, float], there: tuple[float, float]) -> dict[str, float]:
        """Way from one position (latitude, longitude) to another over each place, as the crow flies, km, by name."""
        first = distance_km(self.latitude, self.longitude, *here)
        over = first + distance_km(self.latitude, self.longitude, *there)
        shortest: dict[str, float] = {}
        for zone, km in zip(self.zones, over.tolist(), strict=True):
            shortest[zone.name] = min(km, shortest.get(zone.name, km))
        return shortest

    def _rows_near(self, latitude: Floats, longitude: Floats) -> NDArray[np.int64]:
        """Rows whose cell of half a degree a place may reach into: most positions are at sea, far from all."""
        known = np.flatnonzero(np.isfinite(latitude) & np.isfinite(longitude))
        row = _cell_numbers(latitude[known] + 90.0)
        column = _cell_numbers(longitude[known] + 180.0) % _COLUMNS
        return known[self.cells[row, column]]


def _reach_of(zone: Zone) -> tuple[float, float]:
    """South and north of a zone, degrees."""
    if zone.corners:
        north = [corner[0] for corner in zone.corners]
        return min(north), max(north)
    tall = zone.radius_km / _KM_PER_DEGREE + 1e-9
    return zone.latitude - tall, zone.latitude + tall


def _cells_of(zone: Zone) -> Any:
    """Rows and columns of the cells that a zone may reach into, as an index of the grid."""
    south, north = _reach_of(zone)
    if zone.corners:
        east = [corner[1] for corner in zone.corners]
        west_edge, east_edge = min(east), max(east)
    else:
        # A degree of longitude is shortest at the end of the reach that is nearest to a pole.
        furthest = min(max(abs(south), abs(north)), 89.0)
        wide = zone.radius_km / _KM_PER_DEGREE / np.cos(np.radians(furthest))
        west_edge, east_edge = zone.longitude - wide, zone.longitude + wide
    rows = _cell_numbers(np.clip([south, north], -90.0, 90.0) + 90.0)
    columns = _cell_numbers(np.array([west_edge, east_edge]) + 180.0)
    across = np.arange(columns[0], columns[1] + 1) % _COLUMNS
    return np.ix_(np.arange(rows[0], rows[1] + 1), across)


def _cell_numbers(degrees: Floats) -> NDArray[np.int64]:
    return np.floor(degrees / _CELL_DEG).astype(np.int64)


def _is_inside(zone: Zone, latitude: Floats, longitude: Floats, km: Floats) -> NDArray[np.bool_]:
    """Whether positions lie in a circle, or in a polygon by how often a line to the east crosses its sides."""
    if not zone.corners:
        return km <= zone.radius_km
    inside = np.zeros(len(latitude), bool)
    for (south, west), (north, east) in zip(
        zone.corners, (*zone.corners[1:], zone.corners[0]), strict=True
    ):
        if south == north:
            continue
        crosses = (latitude < south) != (latitude < north)
        inside ^= crosses & (
            longitude < west + (latitude - south) / (north - south) * (east - west)
        )
    return inside


def distance_km(lat: Any, lon: Any, other_lat: Any, other_lon: Any) -> Floats:
    """Great-circle distance by the haversine formula, km; degrees in."""
    a, b = np.radians(lat), np.radians(other_lat)
    across = np.sin((b - a) / 2) ** 2
    along = np.cos(a) * np.cos(b) * np.sin(np.radians(np.subtract(other_lon, lon)) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(across + along, 0.0, 1.0))))
