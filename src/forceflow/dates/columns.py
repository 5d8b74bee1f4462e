"""A column of dates: read as a whole, because one cell may tell how the others are written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..blanks import is_blank
from ..errors import QuantityError
from .numeric import order_of
from .reading import as_datetime, is_midnight, read_when
from .window import DAY, Window

__all__ = ["Cell", "read_column"]


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell of a column of dates holds.

    Parameters
    ----------
    window
        Its window; None where it is blank or cannot be read.
    fault
        Why it cannot be read; empty where it can, or is blank.
    local
        Its first moment on the clock of its own zone, where it is a day or a moment.
    """

    window: Window | None = None
    fault: str = ""
    local: dt.datetime | None = None


def read_column(values: Sequence[Any], *, dayfirst: bool | None = None) -> list[Cell]:
    """Read each cell; blank cells have neither a window nor a fault.

    Parameters
    ----------
    values
        Texts, dates, moments or periods.
    dayfirst
        Which part of "12/08/2024" is the day; None: as some cell of the column makes certain.

    Raises
    ------
    QuantityError
        No cell makes the order of day and month certain, or two contradict each other.

    Notes
    -----
    Moments that are all midnights are days: files write days so.
    """
    distinct: dict[tuple[type, Any], int] = {}
    for row, value in enumerate(values):
        distinct.setdefault((type(value), value if _hashable(value) else id(value)), row)
    if dayfirst is None:
        dayfirst = order_of(
            (row, values[row]) for row in distinct.values() if isinstance(values[row], str)
        )
    read = {key: _cell(values[row], dayfirst) for key, row in distinct.items()}
    moments = [cell for cell in read.values() if cell.local is not None and not _is_day(cell)]
    if all(is_midnight(cell.local) for cell in moments if cell.local):
        read = {key: _as_day(cell) for key, cell in read.items()}
    else:
        read = {key: _as_moment(cell, values[distinct[key]]) for key, cell in read.items()}
    return [read[type(value), value if _hashable(value) else id(value)] for value in values]


def _hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return bool(value == value) if not is_blank(value) else False


def _cell(value: Any, dayfirst: bool | None) -> Cell:
    if is_blank(value):
        return Cell()
    try:
        window = read_when(value, dayfirst=dayfirst)
        local = as_datetime(value, dayfirst=dayfirst) or window.start
    except (QuantityError, ValueError, OverflowError) as error:
        why, long, _ = str(error).partition("; write EDTF")
        return Cell(fault=f"{why}; write 2025-01-31 or 31 January 2025" if long else why)
    return Cell(window, local=local)


def _is_day(cell: Cell) -> bool:
    """Whether it was printed as a day or more: only a text or a typed moment may be shorter."""
    window = cell.window
    return (
        window is None
        or window.start is None
        or window.stop is None
        or window.stop - window.start >= DAY
    )


def _as_day(cell: Cell) -> Cell:
    if cell.window is None or cell.window.start is None or _is_day(cell):
        return cell
    return replace(cell, window=replace(cell.window, stop=cell.window.start + DAY))


def _as_moment(cell: Cell, value: Any) -> Cell:
    """A midnight among moments is a moment of a second."""
    if (
        cell.window is None
        or cell.window.start is None
        or isinstance(value, str)
        or as_datetime(value) is None
    ):
        return cell
    return replace(
        cell, window=replace(cell.window, stop=cell.window.start + dt.timedelta(seconds=1))
    )
