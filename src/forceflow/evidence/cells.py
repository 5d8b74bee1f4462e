"""What stands in the cells of a frame: what is told and what is blank, moments in UTC, and every fault with its row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from ..errors import FrameError, QuantityError
from .dates import read_when

__all__ = [
    "A_DAY",
    "FIRST",
    "LAST",
    "NO_DAY",
    "NO_END",
    "Faults",
    "cells_of",
    "day",
    "is_told",
    "mask",
    "moment_of",
    "spans",
]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
NO_DAY, NO_END = np.iinfo(np.int64).min, np.iinfo(np.int64).max
FIRST, LAST = (
    (moment.replace(tzinfo=dt.UTC) - _EPOCH) // dt.timedelta(microseconds=1)
    for moment in (dt.datetime.min, dt.datetime.max)
)
A_DAY = 86_400_000_000


class Faults:
    """Faults found so far, the first ten rows of each with what is wrong."""

    def __init__(self, ids: list[Any]) -> None:
        self.ids = ids
        self.rows: dict[int, str] = {}
        self.bad: set[int] = set()

    def add(self, mask: NDArray[np.bool_], message: Callable[[int], str]) -> None:
        found = np.flatnonzero(mask)
        self.bad.update(int(row) for row in found)
        for row in found[:10]:
            self.rows.setdefault(int(row), message(int(row)))

    def _named(self, row: int) -> str:
        return f"row {row}" + (f" ({self.ids[row]!r})" if self.ids[row] != f"row {row}" else "")

    def raise_if_any(self) -> None:
        if not self.bad:
            return
        lines = [f"{self._named(row)}: {self.rows[row]}" for row in sorted(self.rows)[:10]]
        more = f"\n... and {len(self.bad) - len(lines)} more" if len(self.bad) > len(lines) else ""
        raise FrameError(f"{len(self.bad)} of {len(self.ids)} rows are wrong:\n" + "\n".join(lines) + more)


def cells_of(series: nw.Series[Any], faults: Faults, field: str) -> list[Any]:
    """What stands in a column; a list or the like, where one value was wanted, is a fault and then nothing."""
    values = series.to_list()
    if series.dtype.is_numeric() or series.dtype in (nw.String, nw.Boolean) or series.dtype.is_temporal():
        return values
    several = np.fromiter(
        (not isinstance(v, Hashable) or isinstance(v, tuple | bytes) for v in values), bool, len(values)
    )
    faults.add(several, lambda row: f"{field}: one value was wanted, got {values[row]!r:.40}")
    return [None if wrong or type(v).__name__ == "NAType" else v for v, wrong in zip(values, several, strict=True)]


def is_told(value: Any) -> bool:
    """Whether something stands in a cell: neither None nor an empty text, NaN, NaT or NA."""
    # NaN and NaT differ from themselves; pandas.NA has no truth of its own.
    return value is not None and type(value).__name__ != "NAType" and value != "" and value == value


def mask(values: list[Any], wrong: Callable[[Any], bool]) -> NDArray[np.bool_]:
    """Where a value is as asked; each distinct value is asked of once."""
    cache: dict[Any, bool] = {}
    return np.fromiter((cache[v] if v in cache else cache.setdefault(v, wrong(v)) for v in values), bool, len(values))


def spans(
    series: nw.Series[Any], faults: Faults, field: str, *, may_lack: bool = True
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """First moment of each cell, first moment after it, and which are blank.

    A moment or a day ends a day later; a date in words or EDTF may be a month or a season (`read_when`). In
    microseconds since 1970 UTC; `NO_DAY` where there is none, `NO_END` after a cell with an open end.
    """
    dtype = series.dtype
    if isinstance(dtype, nw.Datetime) or dtype == nw.Datetime:
        aware = series if getattr(dtype, "time_zone", None) else series.dt.replace_time_zone("UTC")
        stamps = aware.dt.timestamp("us")
        missing = stamps.is_null().to_numpy()
        values = stamps.fill_null(NO_DAY).to_numpy().astype(np.int64)
        values[missing] = NO_DAY
        beyond = ~missing & ((values < FIRST) | (values > LAST))
        faults.add(beyond, lambda row: f"{field}: lies beyond the years 1 to 9999")
        values[beyond] = NO_DAY
        faults.add(missing & (not may_lack), lambda row: f"{field}: {_shown(series, row)} is not a date or a timestamp")
        return values, np.where(values == NO_DAY, NO_DAY, values + A_DAY), missing
    cells = cells_of(series, faults, field)
    cache: dict[Any, tuple[int, int]] = {}
    both = np.array([_stamp(v, cache) for v in cells], dtype=np.int64).reshape(-1, 2)
    blank = mask(cells, lambda v: not is_told(v) or (isinstance(v, str) and not v.strip()))
    faults.add(
        (both[:, 0] == NO_DAY) & ~(blank & may_lack),
        lambda row: f"{field}: {_shown(series, row)} is not a date or a timestamp; write 2025-01-31 or 31 Jan 2025",
    )
    return both[:, 0], both[:, 1], blank


def _shown(series: nw.Series[Any], row: int) -> str:
    try:
        return f"{series[row]!r:.60}"
    except (ValueError, OverflowError):  # a moment that Python cannot hold
        return "it"


def _stamp(value: Any, cache: dict[Any, tuple[int, int]]) -> tuple[int, int]:
    if value in cache:
        return cache[value]
    moment: Any = value
    if isinstance(value, str):
        try:
            moment = dt.datetime.fromisoformat(value)
        except ValueError:
            return cache.setdefault(value, _printed(value))
    if isinstance(moment, dt.date) and not isinstance(moment, dt.datetime):
        moment = dt.datetime(moment.year, moment.month, moment.day)
    if not isinstance(moment, dt.datetime) or moment != moment:
        return cache.setdefault(value, (NO_DAY, NO_DAY))
    try:
        moment = moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):  # east of the first moment, or west of the last
        return cache.setdefault(value, (NO_DAY, NO_DAY))
    first = _since_1970(moment)
    return cache.setdefault(value, (first, first + A_DAY))


def _printed(text: str) -> tuple[int, int]:
    """Window of a date in words or EDTF: "5 Oct 2023" is a day, "2023-10" a month."""
    try:
        window = read_when(text)
    except QuantityError:
        return NO_DAY, NO_DAY
    if window.start is None:
        return NO_DAY, NO_DAY
    return _since_1970(window.start), NO_END if window.stop is None else _since_1970(window.stop)


def _since_1970(moment: dt.datetime) -> int:
    return (moment - _EPOCH) // dt.timedelta(microseconds=1)


def moment_of(microseconds: int | np.int64) -> dt.datetime:
    """Moment of so many microseconds since 1970, UTC."""
    return _EPOCH + dt.timedelta(microseconds=int(microseconds))


def day(microseconds: np.int64) -> str:
    """Day of a moment as it is written."""
    return f"{moment_of(microseconds):%Y-%m-%d}"
