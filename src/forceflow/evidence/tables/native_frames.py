"""Frames of any library as tables with texts for names, and their columns of dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw

from ...blanks import is_blank
from ...dates import Cell, read_column
from ...dates.window import YEARS
from ...errors import FrameError, QuantityError, nearest
from .columns import numbers_if_plain

__all__ = ["read_columns", "read_dates", "table_of", "with_nearest", "with_text_names"]


def table_of(frame: Any, *, or_else: str = "") -> nw.DataFrame[Any]:
    """Any frame, collected, with every column of another name."""
    try:
        native = nw.from_native(with_text_names(frame))
    except TypeError:
        hint = ""
        if isinstance(frame, str | Path):
            hint = f"; read the file first, pandas.read_csv({str(frame)!r})"
        raise FrameError(
            f"not a frame: {type(frame).__name__}{hint}; give a pandas, polars or pyarrow frame{or_else}"
        ) from None
    except nw.exceptions.DuplicateError:
        counts = Counter(map(_text_name, frame.columns))
        doubled = sorted(name for name, times in counts.items() if times > 1)
        raise FrameError(
            f"columns that stand twice: {', '.join(doubled)}; keep one of each"
        ) from None
    if isinstance(native, nw.LazyFrame):
        collected: nw.DataFrame[Any] = native.collect()
        return collected
    table: nw.DataFrame[Any] = native
    return table


def with_text_names(frame: Any) -> Any:
    """A pandas frame whose columns are named by numbers or by several texts, with texts for names."""
    if not nw.dependencies.is_pandas_dataframe(frame):
        return frame
    names = list(map(_text_name, frame.columns))
    # Naming the columns makes a new frame, which most frames do not need.
    if names == list(frame.columns):
        return frame
    return frame.set_axis(names, axis=1)


def _text_name(name: Any) -> str:
    """The name of a column as a text: 2024 is "2024", ("start", "") of two levels is "start"."""
    if isinstance(name, tuple):
        return " ".join(filter(None, map(str, name)))
    return str(name)


def with_nearest(name: str, near: Sequence[str], *, label: str = "found") -> str:
    """The name of a missing column, with those that are nearest to it: "stop (found stopp)"."""
    if not near:
        return name
    return f"{name} ({label} {', '.join(near)})"


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
        The dates as they were read, and the other columns, with None for what is blank.

    Raises
    ------
    FrameError
        It is no frame, a column is missing (with the nearest names found), or a date is blank or cannot be read.
    """
    table = table_of(frame)
    found = table.columns
    missing = [name for name in (time, *needed) if name not in found]
    if missing:
        hints = [with_nearest(name, nearest(name, found), label="nearest:") for name in missing]
        raise FrameError(
            f"the frame lacks the columns {', '.join(hints)}; it has {', '.join(found)}"
        )
    names = dict.fromkeys([*needed, *filter(found.__contains__, optional)])
    columns = {name: _filled_cells(table[name]) for name in names}
    return read_dates(table[time], time, dayfirst=dayfirst), columns


def _filled_cells(series: nw.Series[Any]) -> list[Any]:
    """The cells of a column, with None for what is blank."""
    cells = numbers_if_plain(series).to_list()
    for row, cell in enumerate(cells):
        if is_blank(cell):
            cells[row] = None
    return cells
