"""A table of one's own places from a file."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from ..errors import TracksError
from ..evidence.tables.event_frames import read_table

__all__ = ["read_place_table"]

_NUMBERS = ("lat", "lon", "latitude", "longitude", "radius_km", "elevation_ft")


def read_place_table(path: str | Path) -> pl.DataFrame:
    """Places of a CSV or Parquet file, as `port_calls(places=...)` takes them.

    Parameters
    ----------
    path
        A table with the columns `name`, `lat`, `lon` and, where wanted, `kind` and `radius_km`.

    Raises
    ------
    FrameError
        There is no such table.
    TracksError
        A cell of a number holds none; the message names the row, the first after the header being row 1.
    """
    table: pl.DataFrame = read_table(path)
    for column in table.columns:
        if column.lower() in _NUMBERS:
            table = table.with_columns(_as_numbers(table[column], Path(path).name))
    return table


def _as_numbers(cells: pl.Series, file: str) -> pl.Series:
    """Cells as numbers; an empty one is not given."""
    if cells.dtype != pl.String:
        return cells
    texts = cells.str.strip_chars().replace("", None)
    numbers = texts.cast(pl.Float64, strict=False)
    wrong = (texts.is_not_null() & numbers.is_null()).arg_true()
    if len(wrong):
        at = int(wrong[0])
        raise TracksError(
            f"{file}, row {at + 1}: {cells.name} is {cells[at]!r}; give a number with a decimal point, such as 34.9"
        )
    return numbers
