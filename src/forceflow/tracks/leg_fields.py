"""Airfields that legs begin and end at: the gazetteer's and those of airportsdata, or the user's own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import polars as pl

from ..errors import TracksError
from ..evidence.tables.native_frames import table_of
from ..kernels.field_search import CELL_DEG, CELLS_EAST, CELLS_NORTH, FIELD, Fields
from ..quantity.values import as_float
from ..world import Place, find_place
from ..world.geography.airfields import airfield_rows, airfield_size
from ..world.geography.known_places import known_places

__all__ = ["LARGE", "LegFields", "read_fields"]

LARGE = 0.3
"""Weight from which a field is more than a strip; see `_WEIGHTS`."""

_WEIGHTS = (0.05, 0.3, 0.8, 1.0)
"""Weight of a field by its size in airportsdata: a strip, "international" in its name, an IATA code, both (priors)."""


@dataclass(frozen=True, eq=False)
class LegFields:
    """Fields for the kernels, and their ids.

    Parameters
    ----------
    fields
        Positions, elevations, weights, and an index of cells.
    ids
        Their ids, in the same order.
    """

    fields: Fields
    ids: pl.Series


@dataclass(frozen=True, slots=True)
class _Field:
    id: str
    latitude: float
    longitude: float
    elevation_ft: float = math.nan
    weight: float = 1.0


def read_fields(places: Any) -> LegFields:
    """Fields for `legs`: all known, places named, or those of a frame.

    Raises
    ------
    TracksError
        These are no fields; the message names the row.
    UnknownNameError
        A name is not known.
    """
    if places is None:
        return _all_known(known_places())
    if isinstance(places, str | Place):
        places = [places]
    if isinstance(places, list | tuple | set | frozenset):
        found = [_field_of(find_place(place)) for place in places]
    else:
        found = list(_fields_of_frame(places))
    if not found:
        raise TracksError(
            "no fields were given; leave `places` out for all airfields that are known"
        )
    return _lay(found)


@cache
def _all_known(known: tuple[Place, ...]) -> LegFields:
    """The gazetteer's airfields, and all others of airportsdata."""
    own = {place.id: _field_of(place) for place in known if place.kind == "airfield"}
    others = []
    for code, row in airfield_rows().items():
        if code not in own:
            weight = _WEIGHTS[airfield_size(code)]
            others.append(_Field(code, row["lat"], row["lon"], _elevation_of(code), weight))
    return _lay([*own.values(), *others])


def _field_of(place: Place) -> _Field:
    return _Field(place.id, place.latitude, place.longitude, _elevation_of(place.id))


def _elevation_of(code: str) -> float:
    """Feet above the sea; NaN where airportsdata has none, which it writes as 0."""
    row = airfield_rows().get(code)
    if row is None or row["elevation"] == 0.0:
        return math.nan
    return float(row["elevation"])


def _fields_of_frame(frame: Any) -> Iterator[_Field]:
    """Fields of a frame with `name` or `id`, `lat`, `lon` and, where given, `elevation_ft`."""
    table = table_of(frame, or_else=" or names of places")
    columns = {name.lower(): table[name].to_list() for name in table.columns}
    names = columns.get("id", columns.get("name"))
    latitudes = columns.get("lat", columns.get("latitude"))
    longitudes = columns.get("lon", columns.get("longitude"))
    if names is None or latitudes is None or longitudes is None:
        raise TracksError(
            f"places: columns 'name' (or 'id'), 'lat' and 'lon' are needed, found {', '.join(table.columns)}"
        )
    elevations = columns.get("elevation_ft", [None] * len(names))
    for row, name in enumerate(names):
        where = f"places, row {row}"
        text = "" if name is None else str(name).strip()
        if not text or text == "nan":
            raise TracksError(f"{where}: a name is needed")
        latitude = as_float(latitudes[row], name=f"{where}: latitude")
        longitude = as_float(longitudes[row], name=f"{where}: longitude")
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            raise TracksError(
                f"{where}: {latitude:g}, {longitude:g} lies nowhere; latitude is -90 to 90, longitude -180 to 180"
            )
        yield _Field(text, latitude, longitude, _feet(elevations[row], where))


def _feet(value: Any, where: str) -> float:
    """An elevation given, NaN for none; here 0 is the level of the sea."""
    if value is None or value != value:
        return math.nan
    return as_float(value, name=f"{where}: elevation_ft")


def _lay(found: Iterable[_Field]) -> LegFields:
    """Fields in the order of their cells, those of one cell by id."""
    ordered = sorted(found, key=lambda field: (_cell_of(field), field.id))
    rows = np.zeros(len(ordered), FIELD)
    rows["latitude"] = [field.latitude for field in ordered]
    rows["longitude"] = [field.longitude for field in ordered]
    rows["elevation"] = [field.elevation_ft for field in ordered]
    rows["weight"] = [field.weight for field in ordered]
    counts = np.bincount([_cell_of(field) for field in ordered], minlength=CELLS_NORTH * CELLS_EAST)
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    ids = pl.Series("id", [field.id for field in ordered], dtype=pl.String)
    return LegFields(Fields(rows.view(np.recarray), start), ids)


def _cell_of(field: _Field) -> int:
    north = math.floor((field.latitude + 90.0) / CELL_DEG)
    east = math.floor((field.longitude + 180.0) / CELL_DEG) % CELLS_EAST
    return north * CELLS_EAST + east
