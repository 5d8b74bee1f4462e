"""Rows of a file as messages: columns of ours, in our units, special values as nulls, stations left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Final

import polars as pl

from .cells import (
    destination_times,
    read_numbers,
    read_ship_types,
    read_statuses,
    read_texts,
    read_whole_numbers,
)
from .columns import COLUMNS, in_order
from .layout import PARTS, UNITS, Layout
from .message_times import read_times
from .origin import Origin, Tally
from .special_values import DEEPEST_SENT_M, clear_special_values, no_ship, off_earth

__all__ = ["DEEP_M", "needed_columns", "read_messages"]

DEEP_M: Final = 30.0
"""No ship draws more: such values are tenths of a metre, or feet (deepest loaded ships: about 25 m, recalled)."""

_ALONGSIDE: Final = {
    "length_m": ("to_bow_m", "to_stern_m"),
    "beam_m": ("to_port_m", "to_starboard_m"),
    "ship_type": ("cargo_type",),
    "latitude": ("longitude",),
    "longitude": ("latitude",),
}
"""What else must be read to know a column."""


def needed_columns(
    layout: Layout, found: Iterable[str], wanted: Collection[str] | None
) -> list[str]:
    """The file's columns that the columns wanted are made of, in the file's order."""
    found = list(found)
    inputs = {"station", *in_order(wanted)}
    for name in in_order(wanted):
        inputs.update(_ALONGSIDE.get(name, ()))
    return [raw for raw in found if layout.columns.get(raw) in inputs]


def read_messages(
    raw: pl.DataFrame, layout: Layout, origin: Origin, wanted: Collection[str] | None = None
) -> tuple[pl.DataFrame, Tally]:
    """Messages of ships from rows of a file or a table.

    Parameters
    ----------
    raw
        Rows with the file's columns (at least `needed_columns`), as texts or typed.
    layout
        What they hold.
    origin
        Where they come from.
    wanted
        Columns of ours; None for all.

    Returns
    -------
    messages, tally
        The messages with the columns of ``in_order(wanted)``, and what was left out.

    Raises
    ------
    TracksError
        A cell cannot be read; the message names file, row and column.
    """
    names = in_order(wanted)
    columns = [read_input(raw, what, layout, origin) for what in _inputs_for(names)]
    table = pl.DataFrame([column for column in columns if column is not None])
    table = _with_sums(table)
    messages, tally = _ships_alone(table, layout)
    _count_oddities(messages, tally)
    messages = clear_special_values(messages)
    blank = [
        pl.lit(None, dtype=COLUMNS[name]).alias(name)
        for name in names
        if name not in messages.columns
    ]
    return messages.with_columns(blank).select(names), tally


def _inputs_for(names: list[str]) -> list[str]:
    """What is read for the columns wanted, each once."""
    inputs = dict.fromkeys(names)
    for name in names:
        inputs.update(dict.fromkeys(_ALONGSIDE.get(name, ())))
    return [*inputs, "station"]


def read_input(raw: pl.DataFrame, what: str, layout: Layout, origin: Origin) -> pl.Series | None:
    """One column of ours, from the first of the file's columns that is filled; None where there is none."""
    value = None
    for name in layout.holding(what, raw.columns):
        found = _read_column(raw[name], what, layout, origin)
        if value is None:
            value = found
        elif value.null_count():
            value = value.zip_with(value.is_not_null(), found.cast(value.dtype))
    if value is None:
        return None
    return value.alias(what)


def _read_column(column: pl.Series, what: str, layout: Layout, origin: Origin) -> pl.Series:
    """One column of the file as what it holds."""
    if what == "time":
        return read_times(column, layout, origin)
    if what in ("ship", "imo"):
        return read_whole_numbers(column, origin, prefix="IMO")
    if what == "status":
        return read_statuses(column, origin)
    if what in ("ship_type", "cargo_type"):
        return read_ship_types(column, origin)
    if what == "eta":
        return destination_times(column, layout.units.get("eta", ""), origin)
    if what == "is_loaded":
        return column.cast(pl.Boolean)
    if what in ("name", "callsign", "destination", "station"):
        return read_texts(column)
    numbers = read_numbers(column, origin, decimal=layout.decimal)
    unit = layout.units.get(what)
    if unit is None:
        return numbers
    return numbers.cast(pl.Float64) / UNITS[unit]


def _with_sums(table: pl.DataFrame) -> pl.DataFrame:
    """Length and beam from the antenna's distances where they are not given; the finer of two ship types."""
    names = table.columns
    for name in ("length_m", "beam_m"):
        parts = _ALONGSIDE[name]
        if all(part in names for part in parts):
            total = pl.sum_horizontal(*parts, ignore_nulls=False)
            if name in names:
                total = pl.when(pl.col(name) > 0).then(pl.col(name)).otherwise(total)
            table = table.with_columns(total.alias(name))
    if "cargo_type" in names:
        table = table.with_columns(_finer_type("ship_type" in names))
    return table.drop(*PARTS, "cargo_type", strict=False)


def _finer_type(has_type: bool) -> pl.Expr:
    """The ship type by its cargo, where that is of the same kind or the type is no code of AIS."""
    cargo = pl.col("cargo_type")
    if not has_type:
        return cargo.alias("ship_type")
    ship = pl.col("ship_type")
    is_finer = cargo.is_between(1, 99) & (
        (ship // 10 == cargo // 10) | (ship > 99) | (ship == 0) | ship.is_null()
    )
    return pl.when(is_finer).then(cargo).otherwise(ship).alias("ship_type")


def _ships_alone(table: pl.DataFrame, layout: Layout) -> tuple[pl.DataFrame, Tally]:
    """The rows of ships that have a time."""
    tally = Tally(rows=table.height)
    kind = pl.lit(None, dtype=pl.String)
    if layout.units.get("ship", "mmsi") == "mmsi":
        kind = no_ship()
    table = table.with_columns(kind.alias("station kind"))
    if "station" in table.columns:
        table = table.with_columns(_station_by_word())
    if table["station kind"].null_count() < table.height:
        counts = table["station kind"].drop_nulls().value_counts()
        tally.stations = Counter(dict(counts.iter_rows()))
    table = table.filter(pl.col("station kind").is_null()).drop(
        "station kind", "station", strict=False
    )
    tally.without_ship = table["ship"].null_count()
    if tally.without_ship:
        table = table.filter(pl.col("ship").is_not_null())
    tally.without_time = table["time"].null_count()
    if tally.without_time:
        table = table.filter(pl.col("time").is_not_null())
    tally.kept = table.height
    return table, tally


def _station_by_word() -> pl.Expr:
    """What kind of station a file says it is, where the MMSI does not tell; ships are of a class."""
    word = pl.col("station")
    is_ship = word.is_null() | word.str.to_lowercase().str.starts_with("class")
    by_word = pl.when(~is_ship).then(pl.format("stations called {}", word))
    return pl.coalesce(pl.col("station kind"), by_word).alias("station kind")


def _count_oddities(messages: pl.DataFrame, tally: Tally) -> None:
    """Positions and draughts that cannot be, before they become nulls."""
    if "latitude" in messages.columns:
        odd = messages.select(
            positions=(pl.col("latitude").is_not_null() & (pl.col("latitude").abs() != 91)).sum(),
            off_earth=off_earth().sum(),
            beyond=((pl.col("latitude").abs() > 90) & (pl.col("latitude").abs() != 91)).sum(),
            beyond_longitude=(
                pl.col("longitude").is_between(180, 360, closed="right")
                & (pl.col("longitude") != 181)
            ).sum(),
        ).row(0)
        tally.positions, tally.off_earth, tally.beyond_latitude, tally.beyond_longitude = odd
    if "draught_m" in messages.columns:
        draught = messages["draught_m"]
        tally.draughts = int((draught > 0).sum())
        tally.deep_draughts = int((draught > DEEP_M).sum())
        tally.draughts_not_sent = int((draught > DEEPEST_SENT_M).sum())
