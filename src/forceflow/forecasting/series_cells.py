"""Cells of a cumulative series, numbers or words, read row by row into low, value and high."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..arrays import Floats
from ..dates import Cell
from ..dates.window import DAY
from ..errors import FrameError, QuantityError
from ..evidence.tables.columns import to_unit
from ..quantity import Quantity

__all__ = ["first_percentage", "moment_of_cell", "read_rows"]

_AT_LEAST = re.compile(r"(?:more than|over|at least|>=?|≥)\s*([\d.,]+)\s*%?", re.IGNORECASE)
_PLAIN = re.compile(r"[\d.,]+\s*%?")
_PERCENT = re.compile(r"percent|pct|%", re.IGNORECASE)

_Column = Sequence[Any]


def moment_of_cell(row: int, cell: Cell, time: str) -> dt.datetime:
    """By when it was done: a moment, a day, or the last day of a longer period."""
    window = cell.window
    if window is None or window.start is None or window.stop is None:
        raise FrameError(
            f"row {row}, column {time!r}: a date with both ends was wanted; write '2021-05-31'"
        )
    return max(window.start, window.stop - DAY)


def first_percentage(name: str, values: _Column) -> int | None:
    """The first row that says the values are percentages: 0 if their column does, None if nothing does."""
    if _PERCENT.search(name):
        return 0
    for row, value in enumerate(values):
        if isinstance(value, str) and "%" in value:
            return row
    return None


def read_rows(
    dates: Sequence[dt.datetime], values: _Column, lows: _Column, highs: _Column
) -> tuple[Floats, Floats, Floats]:
    """Low, value and high of each row, shape (n,); a floor has no value and no high.

    Raises
    ------
    FrameError
        A cell is no number, a rate, in another unit than the others, or outside its bounds. The message names the row.
    """
    unit = _unit_of_texts((values, lows, highs))
    rows = []
    for number, cells in enumerate(zip(values, lows, highs, strict=True)):
        where = f"row {number} ({dates[number]:%Y-%m-%d})"
        rows.append(_read_row(where, *cells, unit))
    table = np.array(rows, dtype=np.float64).reshape(-1, 3)
    low, value, high = np.ascontiguousarray(table.T)
    return low, value, high


def _read_row(where: str, value: Any, low: Any, high: Any, unit: str) -> tuple[float, float, float]:
    """Low, value and high of one row."""
    low, high = _read_bound(where, low, unit), _read_bound(where, high, unit)
    if isinstance(value, str):
        value, low, high = _read_words(where, value.strip(), low, high, unit)
    try:
        numbers = _float_or_none(low), _float_or_none(value), _float_or_none(high)
    except (TypeError, ValueError):
        raise FrameError(f"{where}: {value!r} with bounds {low!r}, {high!r} is no number") from None
    return _filled_in(where, *numbers)


def _read_bound(where: str, bound: Any, unit: str) -> Any:
    return _read_text(where, bound, unit).best if isinstance(bound, str) else bound


def _read_words(
    where: str, text: str, low: Any, high: Any, unit: str
) -> tuple[float | None, Any, Any]:
    """Value, low and high of a cell of text; words bring bounds of their own, plain figures keep those given."""
    if at_least := _AT_LEAST.fullmatch(text):
        percent = "%" * text.endswith("%")
        return None, _read_text(where, at_least[1] + percent, unit).best, high
    quantity = _read_text(where, text, unit)
    if quantity.family == "at_least":
        return None, quantity.low, None
    if _PLAIN.fullmatch(text):
        return quantity.best, low, high
    return quantity.best, quantity.low, quantity.high


def _float_or_none(part: Any) -> float | None:
    return None if part is None else float(part)


def _filled_in(
    where: str, low: float | None, value: float | None, high: float | None
) -> tuple[float, float, float]:
    """Low, value and high of a row: a value alone is its own bounds, two bounds have their middle as value."""
    if value is None:
        if low is None:
            raise FrameError(f"{where}: neither a value nor a floor; leave the row out")
        if high is None or not np.isfinite(high):
            return low, np.nan, np.inf
        value = (low + high) / 2
    if low is None:
        low = value
    if high is None:
        high = value
    if not (0 <= low <= value <= high and np.isfinite(value)):
        raise FrameError(
            f"{where}: 0 <= low <= value <= high was wanted, got {low:g}, {value:g}, {high:g}"
        )
    return low, value, high


def _read_text(where: str, text: str, unit: str) -> Quantity:
    """A cell of text, in the unit of the series."""
    bare = text.strip()
    try:
        # A round figure in a table is as exact as any other.
        number = Quantity.parse(bare.removesuffix("%").rstrip(), round_numbers="exact")
    except QuantityError as error:
        raise FrameError(f"{where}: {error}") from None
    if number.per_day:
        raise FrameError(
            f"{where}: {text!r} is a rate, and the series holds what was done by each date; write "
            "the sum up to that date"
        )
    printed = "%" if bare.endswith("%") else number.unit
    if not printed:
        return number
    factor = to_unit(printed, unit)
    if factor is None:
        raise FrameError(
            f"{where}: {text!r} is in {printed}, and a row before it in {unit}; use one"
        )
    return number if factor == 1.0 else number.times(factor, unit=unit)


def _unit_of_texts(columns: Sequence[_Column]) -> str:
    """The unit of a series: that of the first text with one.

    Raises
    ------
    FrameError
        Texts are in several units, and another number is in none.
    """
    cells = [cell for column in columns for cell in column if cell is not None]
    # Numbers alone have no unit, and reading each as a text takes long.
    if not any(isinstance(cell, str) for cell in cells):
        return ""
    units, bare = list[str](), ""
    for cell in cells:
        text = str(cell).strip()
        unit = _unit_of_text(text)
        if unit:
            units.append(unit)
        elif unit == "":
            bare = bare or text
    named = list(dict.fromkeys(units))
    if bare and any(to_unit(unit, named[0]) != 1.0 for unit in named):
        raise FrameError(
            f"{bare!r} has no unit, and others are in {' and '.join(named)}; write the unit of each"
        )
    return named[0] if named else ""


def _unit_of_text(text: str) -> str | None:
    """The unit of a text, empty where it has none; None where it is no number."""
    if text.endswith("%"):
        return "%"
    try:
        return Quantity.parse(text).unit
    except QuantityError:
        return None
