"""Lists of flights, as OpenSky publishes them, as legs: where from, where to, first and last seen."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

import narwhals.stable.v2 as nw
import polars as pl

from ..errors import TracksError, UnknownNameError
from ..feeds.aircraft_layouts import AircraftLayout
from ..feeds.aircraft_messages import read_aircraft_messages
from ..feeds.message_times import read_times
from ..feeds.origin import Origin
from ..feeds.sources import SourceFile
from ..world import find_place
from .leg_columns import LEG_COLUMNS, hex_of

__all__ = ["is_flight_list", "legs_of_list", "list_of_json"]

_NAMES: Final = {
    "first": ("firstseen",),
    "last": ("lastseen",),
    "aircraft": ("icao24",),
    "callsign": ("callsign",),
    "origin": ("estdepartureairport", "departure", "origin"),
    "destination": ("estarrivalairport", "arrival", "destination"),
    "type": ("typecode",),
    "registration": ("registration",),
}
"""Names of the columns in lower case: REST and Trino, pyopensky, and the data set of 2019 to 2022 (recalled)."""


_NAMED: Final = ("aircraft", "callsign", "type", "registration")
_LIST: Final = AircraftLayout(
    name="flight list",
    columns={**{name: name for name in _NAMED}, "first": "time"},
    time_format=("epoch", "iso"),
)


def is_flight_list(names: Iterable[str]) -> bool:
    """Whether a table with these columns lists flights."""
    return {"firstseen", "lastseen", "icao24"} <= {str(name).lower() for name in names}


def list_of_json(file: SourceFile) -> pl.DataFrame:
    """Legs of a list of flights in JSON.

    Raises
    ------
    TracksError
        It is no list of flights.
    """
    with file.opened() as stream:
        text = stream.read().decode("utf-8-sig", "replace")
    try:
        rows = json.loads(text)
        table = pl.DataFrame(rows, infer_schema_length=None)
    except (json.JSONDecodeError, pl.exceptions.PolarsError, TypeError) as error:
        raise TracksError(f"{file.label}: no list of flights in JSON: {error}") from None
    return legs_of_list(table, file.label)


def legs_of_list(source: Any, label: str) -> pl.DataFrame:
    """Legs with the columns of `LEG_COLUMNS`, of a frame of any library.

    Take-off lies before the first message and landing after the last one, which is all that a list says.

    Raises
    ------
    TracksError
        A time or an address cannot be read.
    """
    frame = nw.from_native(source)
    if isinstance(frame, nw.LazyFrame):
        frame = frame.collect()
    table = frame.to_polars()
    held = {name.lower(): name for name in table.columns}
    origin = Origin(label)
    columns = {}
    for ours, names in _NAMES.items():
        found = next((held[name] for name in names if name in held), None)
        if found is not None:
            columns[ours] = table[found].alias(ours)
    # One way to read times and addresses, that of tables of messages.
    first = read_times(columns["first"], _LIST, origin)
    last = read_times(columns["last"], _LIST, origin)
    named = [columns[name] for name in _NAMED if name in columns]
    rows = pl.DataFrame([*named, first.alias("first")])
    read, _ = read_aircraft_messages(rows, _LIST, origin)
    if read.height < rows.height:
        lacking = rows.height - read.height
        raise TracksError(f"{label}: {lacking:,} flights have no address or no first moment")
    legs = read.select(
        hex_of(pl.col("aircraft")).alias("aircraft"), *_NAMED[1:], took_off_by="time"
    )
    legs = legs.with_columns(
        landed_after=last,
        origin=_places(columns.get("origin"), rows.height),
        destination=_places(columns.get("destination"), rows.height),
        begins=pl.lit("list"),
        ends=pl.lit("list"),
        source=pl.lit(label),
        notes=pl.lit(""),
    )
    # No message of these flights is here, so none is counted.
    legs = legs.with_columns(fixes=0, touch_and_goes=0)
    return legs.select(
        (pl.col(name) if name in legs.columns else pl.lit(None).alias(name)).cast(kind)
        for name, kind in LEG_COLUMNS.items()
    )


def _places(codes: pl.Series | None, count: int) -> pl.Series:
    """Ids of the fields; null where a code is blank or of no known field."""
    blank = pl.Series([None] * count, dtype=pl.String)
    if codes is None:
        return blank
    known: dict[str, str | None] = {}
    for code in codes.cast(pl.String).unique().drop_nulls().to_list():
        try:
            known[code] = find_place(code.strip()).id if code.strip() else None
        except UnknownNameError:
            known[code] = None
    if not known:
        return blank
    return codes.cast(pl.String).replace_strict(known, default=None, return_dtype=pl.String)
