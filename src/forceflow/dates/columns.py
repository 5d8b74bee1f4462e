"""A column of dates: read as a whole, because one cell may tell how the others are written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..blanks import is_blank
from ..errors import QuantityError
from .numeric import order_of
from .reading import as_datetime, is_midnight, read_when
from .window import DAY, Window

__all__ = ["Cell", "read_column"]

Key = tuple[type, Hashable]
"""Type and value of a cell: 1 and True are equal, and not read alike."""


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
    keys = list(map(_key_of, values))
    first_rows: dict[Key, int] = {}
    for row, key in enumerate(keys):
        first_rows.setdefault(key, row)
    if dayfirst is None:
        dayfirst = order_of(_texts_in(values, first_rows.values()))
    read = {key: _read_cell(values[row], dayfirst) for key, row in first_rows.items()}
    holds_days = _are_midnights(read.values())
    for key, row in first_rows.items():
        if holds_days:
            read[key] = _as_day(read[key])
        else:
            read[key] = _as_moment(read[key], values[row])
    return list(map(read.__getitem__, keys))


def _key_of(value: Any) -> Key:
    """What is the same for values that are read alike; a value that cannot be compared is like no other."""
    try:
        hash(value)
    except TypeError:
        return type(value), id(value)
    # NaN and NaT differ from themselves, so they would not be found again.
    if is_blank(value) or not bool(value == value):
        return type(value), id(value)
    return type(value), value


def _texts_in(values: Sequence[Any], rows: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Row and text of each cell that is a text."""
    for row in rows:
        if isinstance(values[row], str):
            yield row, values[row]


def _read_cell(value: Any, dayfirst: bool | None) -> Cell:
    if is_blank(value):
        return Cell()
    try:
        window = read_when(value, dayfirst=dayfirst)
        local = as_datetime(value, dayfirst=dayfirst) or window.start
    except (QuantityError, ValueError, OverflowError) as error:
        return Cell(fault=_shorten(str(error)))
    return Cell(window, local=local)


def _shorten(message: str) -> str:
    """Why a date cannot be read; the long list of forms that can be read is left out, as each row has a message."""
    why, long_list, _ = message.partition("; write EDTF")
    if not long_list:
        return why
    return f"{why}; write 2025-01-31 or 31 January 2025"


def _are_midnights(cells: Iterable[Cell]) -> bool:
    """Whether all moments of a column are midnights, on the clock of their own zone."""
    moments = [cell.local for cell in cells if cell.local is not None and not _is_day(cell)]
    return all(map(is_midnight, moments))


def _is_day(cell: Cell) -> bool:
    """Whether it was printed as a day or more: only a text or a typed moment may be shorter."""
    window = cell.window
    if window is None or window.start is None or window.stop is None:
        return True
    return window.stop - window.start >= DAY


def _as_day(cell: Cell) -> Cell:
    if _is_day(cell):
        return cell
    return _lasting(cell, DAY)


def _as_moment(cell: Cell, value: Any) -> Cell:
    """A midnight among moments is a moment of a second."""
    if cell.window is None or isinstance(value, str) or as_datetime(value) is None:
        return cell
    return _lasting(cell, dt.timedelta(seconds=1))


def _lasting(cell: Cell, length: dt.timedelta) -> Cell:
    """The cell with another length, where it has a beginning."""
    window = cell.window
    if window is None or window.start is None:
        return cell
    return replace(cell, window=replace(window, stop=window.start + length))
