"""Which place a position is at: points with one radius, many positions at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from ..arrays import Floats
from ..errors import FrameError, TracksError
from ..evidence.tables.native_frames import table_of
from ..world import Place, find_place
from ..world.geography.known_places import known_places

__all__ = ["Nearest", "PlacePoints", "distance_km"]

_EARTH_KM = 6371.0088
"""Mean radius; distances of some km differ from those on the ellipsoid by half a percent at most."""
_KM_PER_DEGREE = _EARTH_KM * np.pi / 180
_CELL_DEG = 0.5
_COLUMNS = ("name", "lat", "lon")


class Nearest(NamedTuple):
    """Number of the nearest place within the radius of each position, -1 for none, and its distance, km."""

    place: np.ndarray[Any, np.dtype[np.int16]]
    km: Floats


class PlacePoints:
    """Points that positions are compared with.

    Parameters
    ----------
    places
        None for the ports of the gazetteer; names of places, or `Place`; or a frame of any library with the columns
        name, lat and lon, in degrees.

    Raises
    ------
    UnknownNameError
        A name is no place.
    FrameError
        A frame lacks a column, or a point lies nowhere on earth.
    """

    def __init__(self, places: Any = None) -> None:
        self.names, points = _read_points(places)
        if not self.names:
            raise TracksError("places: none is named; give names, or a frame with name, lat, lon")
        self.latitude, self.longitude = np.asarray(points, np.float64).reshape(-1, 2).T

    def nearest(self, latitude: Floats, longitude: Floats, radius_km: float) -> Nearest:
        """The nearest point to each position; none for a position that is not known.

        Parameters
        ----------
        latitude, longitude
            Degrees; NaN where not known.
        radius_km
            Points further away are none.
        """
        place = np.full(len(latitude), -1, np.int16)
        best = np.full(len(latitude), np.inf)
        rows = self._rows_near(latitude, longitude, radius_km)
        lat, lon = latitude[rows], longitude[rows]
        for number in range(len(self.names)):
            near = np.abs(lat - self.latitude[number]) * _KM_PER_DEGREE <= radius_km
            at = rows[near]
            km = distance_km(lat[near], lon[near], self.latitude[number], self.longitude[number])
            closer = (km <= radius_km) & (km < best[at])
            best[at[closer]] = km[closer]
            place[at[closer]] = number
        return Nearest(place, best)

    def over_each(self, here: tuple[float, float], there: tuple[float, float]) -> Floats:
        """Length of the way from one position (latitude, longitude) over each point to another, as the crow flies, km."""
        first = distance_km(self.latitude, self.longitude, *here)
        return first + distance_km(self.latitude, self.longitude, *there)

    def _rows_near(self, latitude: Floats, longitude: Floats, radius_km: float) -> Any:
        """Rows whose cell of half a degree holds or borders a point: most positions are at sea, far from all."""
        cells = np.zeros((int(180 / _CELL_DEG) + 1, int(360 / _CELL_DEG) + 1), bool)
        tall = radius_km / _KM_PER_DEGREE
        for lat, lon in zip(self.latitude, self.longitude, strict=True):
            # A degree of longitude is shortest at the end of the reach that is nearest to a pole.
            furthest = min(abs(lat) + tall, 89.0)
            wide = tall / np.cos(np.radians(furthest))
            rows = _cell_numbers(np.array([lat - tall, lat + tall]), 90.0, cells.shape[0])
            columns = np.arange(
                np.floor((lon - wide + 180) / _CELL_DEG), (lon + wide + 180) / _CELL_DEG
            )
            cells[rows[0] : rows[1] + 1, columns.astype(int) % int(360 / _CELL_DEG)] = True
        known = np.isfinite(latitude) & np.isfinite(longitude)
        found = np.flatnonzero(known)
        row = _cell_numbers(latitude[found], 90.0, cells.shape[0])
        column = _cell_numbers(longitude[found], 180.0, cells.shape[1]) % int(360 / _CELL_DEG)
        return found[cells[row, column]]


def _cell_numbers(degrees: Floats, half: float, count: int) -> Any:
    return np.clip(np.floor((degrees + half) / _CELL_DEG), 0, count - 1).astype(np.int64)


def distance_km(lat: Any, lon: Any, other_lat: Any, other_lon: Any) -> Floats:
    """Great-circle distance by the haversine formula, km; degrees in."""
    a, b = np.radians(lat), np.radians(other_lat)
    across = np.sin((b - a) / 2) ** 2
    along = np.cos(a) * np.cos(b) * np.sin(np.radians(np.subtract(other_lon, lon)) / 2) ** 2
    return np.asarray(2 * _EARTH_KM * np.arcsin(np.sqrt(np.clip(across + along, 0.0, 1.0))))


def _read_points(places: Any) -> tuple[tuple[str, ...], list[tuple[float, float]]]:
    """Names and positions."""
    if places is None:
        return _points_of(place for place in known_places() if place.kind == "port")
    if isinstance(places, str | Place):
        places = (places,)
    if isinstance(places, list | tuple | set | frozenset):
        return _points_of(map(find_place, places))
    return _points_of_frame(places)


def _points_of(places: Iterable[Place]) -> tuple[tuple[str, ...], list[tuple[float, float]]]:
    found = {place.id: (place.latitude, place.longitude) for place in places}
    return tuple(found), list(found.values())


def _points_of_frame(frame: Any) -> tuple[tuple[str, ...], list[tuple[float, float]]]:
    table = table_of(frame, or_else=", or names of places")
    missing = [name for name in _COLUMNS if name not in table.columns]
    if missing:
        raise FrameError(
            f"places: the frame lacks the columns {', '.join(missing)}; it has {', '.join(table.columns)}"
        )
    plain = table.select(list(_COLUMNS)).to_polars()
    for name in ("lat", "lon"):
        if not plain[name].dtype.is_numeric():
            raise FrameError(
                f"places, column {name!r}: degrees were wanted, got {plain[name].dtype}"
            )
    on_earth = pl.col("lat").is_between(-90, 90) & pl.col("lon").is_between(-180, 180)
    wrong = plain.select((~on_earth).fill_null(True).arg_true()).to_series()
    if len(wrong):
        raise FrameError(f"places, row {wrong[0]}: {plain.row(wrong[0])} is nowhere on earth")
    return tuple(map(str, plain["name"])), list(plain.select("lat", "lon").iter_rows())
