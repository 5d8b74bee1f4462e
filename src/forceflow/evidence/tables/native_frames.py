"""Frames of any library as tables with texts for names, and their columns of dates."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw

from ...blanks import is_blank
from ...dates import Cell, read_column
from ...dates.window import YEARS
from ...errors import FrameError, QuantityError, nearest
from .columns import numbers_if_plain

__all__ = ["read_columns", "read_dates", "table_of", "with_text_names"]


def table_of(frame: Any, *, or_else: str = "") -> nw.DataFrame[Any]:
    """Any frame, collected, with every column of another name."""
    try:
        native = nw.from_native(with_text_names(frame))
    except TypeError:
        named = (
            f"; read the file first, pandas.read_csv({str(frame)!r})"
            if isinstance(frame, str | Path)
            else ""
        )
        raise FrameError(
            f"not a frame: {type(frame).__name__}{named}; give a pandas, polars or pyarrow frame{or_else}"
        ) from None
    except nw.exceptions.DuplicateError:
        names = [_text_name(name) for name in frame.columns]
        doubled = sorted({name for name in names if names.count(name) > 1})
        raise FrameError(
            f"columns that stand twice: {', '.join(doubled)}; keep one of each"
        ) from None
    return native.collect() if isinstance(native, nw.LazyFrame) else native


def with_text_names(frame: Any) -> Any:
    """A pandas frame whose columns are named by numbers or by several texts, with texts for names."""
    if not nw.dependencies.is_pandas_dataframe(frame) or all(
        isinstance(name, str) for name in frame.columns
    ):
        return frame
    return frame.set_axis([_text_name(name) for name in frame.columns], axis=1)


def _text_name(name: Any) -> str:
    """The name of a column as a text: 2024 is "2024", ("start", "") of two levels is "start"."""
    if isinstance(name, tuple):
        return " ".join(str(part) for part in name if str(part))
    return str(name)


def read_dates(series: nw.Series[Any], name: str, *, dayfirst: bool | None) -> list[Cell]:
    """The cells of a column of dates, none of them blank.

    Raises
    ------
    FrameError
        A cell is blank or no date; the message names the row.
    """
    try:
        cells = read_column(series.to_list(), dayfirst=dayfirst)
    except QuantityError as error:
        raise FrameError(f"column {name!r}: {error}") from None
    except (ValueError, OverflowError):
        raise FrameError(f"column {name!r} holds a date beyond {YEARS}") from None
    for row, cell in enumerate(cells):
        if cell.window is None:
            raise FrameError(f"row {row}, column {name!r}: {cell.fault or 'the date is blank'}")
    return cells


def read_columns(
    frame: Any,
    *,
    time: str,
    needed: Sequence[str],
    optional: Sequence[str] = (),
    dayfirst: bool | None = None,
) -> tuple[list[Cell], dict[str, list[Any]]]:
    """Dates and columns of a frame of any library, in the order of its rows.

    Parameters
    ----------
    frame
        A pandas, polars (eager or lazy) or pyarrow frame.
    time
        Column of dates, moments, periods or texts.
    needed, optional
        Other columns; an optional one that is not there is left out.
    dayfirst
        Which part of "12/08/2024" is the day; None: as some cell of the column makes certain.

    Returns
    -------
    dates, columns
        The dates as they were read, and what stands in the other columns, with None for what is blank.

    Raises
    ------
    FrameError
        It is no frame, a column is missing (with the nearest names found), or a date is blank or cannot be read.
    """
    table = table_of(frame)
    missing = [
        f"{name} (nearest: {', '.join(near)})" if (near := nearest(name, table.columns)) else name
        for name in (time, *needed)
        if name not in table.columns
    ]
    if missing:
        raise FrameError(
            f"the frame lacks the columns {', '.join(missing)}; it has {', '.join(table.columns)}"
        )
    names = [*needed, *(name for name in optional if name in table.columns and name not in needed)]
    columns = {
        name: [
            None if is_blank(value) else value for value in numbers_if_plain(table[name]).to_list()
        ]
        for name in names
    }
    return read_dates(table[time], time, dayfirst=dayfirst), columns
