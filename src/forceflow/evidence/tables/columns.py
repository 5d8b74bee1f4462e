"""What stands in the cells of a frame, and every fault with its row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from ...blanks import is_blank
from ...errors import FrameError
from ...quantity.units import same_unit, unit_factor
from ..reports import MEASURE_OF_UNIT

__all__ = [
    "EPOCH",
    "Faults",
    "cells_of",
    "mask",
    "moment_of",
    "numbers_if_plain",
    "to_unit",
    "yes_or_no",
]

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_YES = frozenset(("true", "yes", "y", "t", "1", "1.0"))
_NO = frozenset(("false", "no", "n", "f", "0", "0.0"))


_PLAIN = r"^(?:(?:0|[1-9][0-9]*)(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"
_TWO_WAYS = r"^(?:[1-9][0-9]{0,2}\.[0-9]{3}|(?:[1-9]|1[0-2])\.(?:19|20)[0-9]{2})$"
"""Plain to a computer, and yet 1.200 may be a thousand and two hundred, and 12.2024 a month."""


def numbers_if_plain(series: nw.Series[Any]) -> nw.Series[Any]:
    """A column of texts as numbers where each is a plain number; any other column as it is.

    "1.200" is a plain number only where another cell of the column makes decimals certain ("12.55", "0.5").
    """
    if series.dtype != nw.String:
        return series
    texts = series.drop_nulls()
    if not len(texts) or not texts.str.contains(_PLAIN).all():
        return series
    two_ways = texts.str.contains(_TWO_WAYS)
    if two_ways.any() and not (texts.str.contains(r"\.") & ~two_ways).any():
        return series
    return series.cast(nw.Float64)


def to_unit(unit: str, wanted: str) -> float | None:
    """What makes a number of one unit one of another; 1 for two names of what is counted, None where nothing does."""
    if same_unit(unit, wanted) or _counted(unit) == _counted(wanted):
        return 1.0
    return unit_factor(unit, to=wanted)


def _counted(unit: str) -> str:
    """What a unit counts: "flight" and "sorties" are movements."""
    return MEASURE_OF_UNIT.get(unit) or MEASURE_OF_UNIT.get(f"{unit}s") or unit.removesuffix("s")


class Faults:
    """Faults found so far, the first ten rows of each with what is wrong."""

    def __init__(self, ids: list[Any]) -> None:
        self.ids = ids
        self.rows: dict[int, str] = {}
        self.bad: set[int] = set()
        self.blanks: dict[str, list[int]] = {}

    def add(self, mask: NDArray[np.bool_], message: Callable[[int], str]) -> None:
        found = np.flatnonzero(mask)
        self.bad.update(int(row) for row in found)
        for row in found[:10]:
            self.rows.setdefault(int(row), message(int(row)))

    def add_blank(self, mask: NDArray[np.bool_], field: str) -> None:
        """Cells that must not be blank; the rows of one column are named in one line."""
        rows = [int(row) for row in np.flatnonzero(mask) if row not in self.rows]
        self.bad.update(rows)
        if rows:
            self.blanks[field] = rows

    def _blank_line(self, field: str) -> str:
        rows = [self._named(row).removeprefix("row ") for row in self.blanks[field][:10]]
        more = len(self.blanks[field]) - len(rows)
        rows += [f"{more} more"] if more else []
        shown = f"rows {', '.join(rows[:-1])} and {rows[-1]}" if len(rows) > 1 else f"row {rows[0]}"
        return f"{field} is blank in {shown}"

    def _named(self, row: int) -> str:
        return f"row {row}" + (f" ({self.ids[row]!r})" if self.ids[row] != f"row {row}" else "")

    def raise_if_any(self) -> None:
        if not self.bad:
            return
        lines = [self._blank_line(field) for field in self.blanks]
        shown = sorted(self.rows)[:10]
        lines += [f"{self._named(row)}: {self.rows[row]}" for row in shown]
        left = len(self.bad - {*shown, *(row for rows in self.blanks.values() for row in rows)})
        more = f"\n... and {left} more" if left else ""
        raise FrameError(
            f"{len(self.bad)} of {len(self.ids)} rows are wrong:\n" + "\n".join(lines) + more
        )


def cells_of(series: nw.Series[Any], faults: Faults, field: str) -> list[Any]:
    """What stands in a column; a list or the like, where one value was wanted, is a fault and then nothing."""
    values = series.to_list()
    if (
        series.dtype.is_numeric()
        or series.dtype in (nw.String, nw.Boolean)
        or series.dtype.is_temporal()
    ):
        return values
    several = np.fromiter(
        (not isinstance(v, Hashable) or isinstance(v, tuple | bytes) for v in values),
        bool,
        len(values),
    )
    faults.add(several, lambda row: f"{field}: one value was wanted, got {values[row]!r:.40}")
    return [
        None if wrong or type(v).__name__ == "NAType" else v
        for v, wrong in zip(values, several, strict=True)
    ]


def mask(values: list[Any], wrong: Callable[[Any], bool]) -> NDArray[np.bool_]:
    """Where a value is as asked; each distinct value is asked of once."""
    cache: dict[Any, bool] = {}
    return np.fromiter(
        (cache[v] if v in cache else cache.setdefault(v, wrong(v)) for v in values),
        bool,
        len(values),
    )


def moment_of(microseconds: int | np.int64) -> dt.datetime:
    """Moment of so many microseconds since 1970, UTC."""
    return EPOCH + dt.timedelta(microseconds=int(microseconds))


def yes_or_no(value: Any) -> bool | None:
    """Whether a cell says yes ("yes", "True", 1) or no; None where it is blank.

    Raises
    ------
    FrameError
        It says neither.
    """
    if is_blank(value):
        return None
    word = str(value).strip().lower()
    if word not in _YES | _NO:
        raise FrameError(f"true or false was wanted, got {str(value)!r:.40}")
    return word in _YES
