"""What is in the cells of a frame, and every fault with its row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from ...blanks import is_blank
from ...errors import ForceflowError, FrameError
from ...quantity.units import same_unit, unit_factor
from ..reports import MEASURE_OF_UNIT

__all__ = [
    "EPOCH",
    "Faults",
    "cells_of",
    "mask",
    "moment_of",
    "numbers_if_plain",
    "resolve",
    "to_unit",
    "yes_or_no",
]

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_YES = frozenset(("true", "yes", "y", "t", "1", "1.0"))
_NO = frozenset(("false", "no", "n", "f", "0", "0.0"))
_ROWS_NAMED = 10
"""How many rows of one fault are named; the others are only counted."""


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
    has_decimals = texts.str.contains(r"\.") & ~two_ways
    if two_ways.any() and not has_decimals.any():
        return series
    return series.cast(nw.Float64)


def to_unit(unit: str, wanted: str) -> float | None:
    """What makes a number of one unit one of another; 1 for two names of what is counted, None where nothing does."""
    if same_unit(unit, wanted) or _counted_things(unit) == _counted_things(wanted):
        return 1.0
    return unit_factor(unit, to=wanted)


def _counted_things(unit: str) -> str:
    """What a unit counts: "flight" and "sorties" are movements."""
    return MEASURE_OF_UNIT.get(unit) or MEASURE_OF_UNIT.get(f"{unit}s") or unit.removesuffix("s")


class Faults:
    """Faults found so far, the first ten rows of each with what is wrong."""

    def __init__(self, ids: Sequence[Any]) -> None:
        self.ids = ids
        self.rows: dict[int, str] = {}
        self.bad: set[int] = set()
        self.blanks: dict[str, list[int]] = {}

    def add(self, mask: NDArray[np.bool_], message: Callable[[int], str]) -> None:
        """Rows where the mask is true; of a row with several faults the first is shown."""
        found = np.flatnonzero(mask).tolist()
        self.bad.update(found)
        for row in found[:_ROWS_NAMED]:
            self.rows.setdefault(row, message(row))

    def add_blank(self, mask: NDArray[np.bool_], field: str) -> None:
        """Cells that must not be blank; the rows of one column are named in one line."""
        rows = [row for row in np.flatnonzero(mask).tolist() if row not in self.rows]
        self.bad.update(rows)
        if rows:
            self.blanks[field] = rows

    def _blank_line(self, field: str) -> str:
        rows = self.blanks[field]
        names = [self._row_name(row).removeprefix("row ") for row in rows[:_ROWS_NAMED]]
        if len(rows) > _ROWS_NAMED:
            names.append(f"{len(rows) - _ROWS_NAMED} more")
        if len(names) == 1:
            return f"{field} is blank in row {names[0]}"
        return f"{field} is blank in rows {', '.join(names[:-1])} and {names[-1]}"

    def _row_name(self, row: int) -> str:
        name = f"row {row}"
        # Rows without ids are named by their numbers, which need not be shown twice.
        if self.ids[row] == name:
            return name
        return f"{name} ({self.ids[row]!r})"

    def raise_if_any(self) -> None:
        """Raise one error that names the rows and their faults.

        Raises
        ------
        FrameError
            A fault was added.
        """
        if not self.bad:
            return
        lines = [f"{len(self.bad)} of {len(self.ids)} rows are wrong:"]
        lines += map(self._blank_line, self.blanks)
        shown = sorted(self.rows)[:_ROWS_NAMED]
        lines += [f"{self._row_name(row)}: {self.rows[row]}" for row in shown]
        left = self.bad.difference(shown, *self.blanks.values())
        if left:
            lines.append(f"... and {len(left)} more")
        raise FrameError("\n".join(lines))


def cells_of(series: nw.Series[Any], faults: Faults, field: str) -> list[Any]:
    """The values of a column; a list or the like, where one value was wanted, is a fault and then nothing."""
    values = series.to_list()
    if _holds_single_values(series.dtype):
        return values
    several = np.fromiter(map(_is_several, values), bool, len(values))
    faults.add(several, lambda row: f"{field}: one value was wanted, got {values[row]!r:.40}")
    cells = list(values)
    for row, value in enumerate(values):
        # pandas.NA has no truth of its own: a comparison with it gives NA, which is neither true nor false.
        if several[row] or type(value).__name__ == "NAType":
            cells[row] = None
    return cells


def _holds_single_values(dtype: Any) -> bool:
    """Whether no cell of a column of this type can be a list."""
    return dtype.is_numeric() or dtype in (nw.String, nw.Boolean) or dtype.is_temporal()


def _is_several(value: Any) -> bool:
    return not isinstance(value, Hashable) or isinstance(value, tuple | bytes)


def mask(values: Sequence[Any], is_found: Callable[[Any], bool]) -> NDArray[np.bool_]:
    """Where a question about a value is answered with yes; it is put once for each distinct value."""
    # Tables of a million rows hold few distinct values, and most questions read text.
    answers = dict.fromkeys(values, False)
    for value in answers:
        answers[value] = is_found(value)
    return np.fromiter(map(answers.__getitem__, values), bool, len(values))


def resolve(
    values: Sequence[Any], find: Callable[[Any], Any], faults: Faults, field: str = ""
) -> list[Any]:
    """What `find` makes of each value, looked up once for each distinct one; None stays None.

    Where it raises an error of ours, that is a fault of the row, with the field in front of it.
    """
    found: dict[Any, Any] = {None: None}
    errors: dict[Any, str] = {}
    for value in values:
        if value in found:
            continue
        try:
            found[value] = find(value)
        except ForceflowError as error:
            found[value] = None
            errors[value] = ": ".join(filter(None, (field, str(error))))
    if errors:
        faults.add(mask(values, errors.__contains__), lambda row: errors[values[row]])
    return list(map(found.__getitem__, values))


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
