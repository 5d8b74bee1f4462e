"""Checking the rows of an event frame, column by column: a million rows in seconds, every fault with its row.

`_COLUMNS` says for each column how it is read and which rules its cells must meet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from ...arrays import Ints
from ...blanks import is_blank, is_missing
from ...errors import FrameError
from ...world import find_place
from .columns import mask, moment_of, resolve, yes_or_no
from .measures import MEASURES, read_measure
from .row_ends import (
    has_a_known_mode,
    has_a_mode_or_kind,
    is_a_direction,
    is_written,
    leads_elsewhere,
    read_directions,
    read_end,
    read_modes,
    read_platforms,
)
from .sheet import Sheet
from .windows import known_from

__all__ = ["Rows", "check_rows"]

_TOTALS = frozenset(("total", "totals", "sum", "grand total", "subtotal", "sub-total", "overall"))
"""What heads a row that adds up the others; read as an event it would count everything twice."""
_WHAT = ("event_id", "mode", "kind", "platform", "origin", "destination", "start")
"""Columns that say what moved and when: a row in which all of them are empty is no event."""


class Rows:
    """Checked columns of an event frame; plain lists of equal length.

    Parameters
    ----------
    columns
        Every column of the frame that events know, by name, with places, platforms, moments and quantities resolved.
    length
        How many rows.
    is_directed
        Whether the theatre gave any of them its direction.
    """

    def __init__(
        self, columns: Mapping[str, list[Any]], length: int, *, is_directed: bool = False
    ) -> None:
        self.columns = columns
        self.length = length
        self.is_directed = is_directed
        self._absent: list[Any] = [None] * length

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, name: str) -> list[Any]:
        return self.columns.get(name, self._absent)


Reader = Callable[[Sheet, str], Any]
"""Reads the column of a name."""
Rule = Callable[[Sheet, str], None]
"""Adds the rows that break it to the faults of the sheet."""


@dataclass(frozen=True, slots=True)
class Column:
    """How a column of events is read, and what it must meet.

    Parameters
    ----------
    name
        Its name in the frame and in `Rows`.
    read
        Its reader; a cell that cannot be read is a fault.
    rules
        What the cells must meet, in the order in which their faults are shown.
    is_optional
        True where it is left out of `Rows` when the frame lacks it.
    """

    name: str
    read: Reader
    rules: tuple[Rule, ...] = ()
    is_optional: bool = False


def check_rows(
    table: nw.DataFrame[Any],
    *,
    theatre: str | Collection[str],
    stop_inclusive: bool = False,
    dayfirst: bool | None = None,
) -> Rows:
    """Resolve and check all columns; without `stop` an event lasts as long as its `start` was printed to.

    Without `event_id`, rows are named by their number.

    Raises
    ------
    FrameError
        Rows are wrong; says how many and names the first ten.
    """
    sheet = Sheet(table, theatre=theatre, stop_inclusive=stop_inclusive, dayfirst=dayfirst)
    for column in _COLUMNS:
        if column.is_optional and not sheet.has(column.name):
            continue
        sheet.columns[column.name] = column.read(sheet, column.name)
        for must_meet in column.rules:
            must_meet(sheet, column.name)
    sheet.faults.raise_if_any()
    # Only now, because a window that is wrong may lie beyond every date.
    for name in ("start", "stop"):
        sheet.columns[name] = list(map(moment_of, sheet.columns[name]))
    return Rows(sheet.columns, len(table), is_directed=sheet.is_directed)


# -- ids and whole rows ------------------------------------------------------------------------------------------------


def _read_ids(sheet: Sheet, name: str) -> list[str]:
    if not sheet.has(name):
        return list(sheet.faults.ids)
    return list(map(str, sheet.cells(name)))


def _adds_up_no_others(sheet: Sheet, name: str) -> None:
    """No row is the total of the others."""
    for column in _described_columns(sheet):
        cells = sheet.cells(column)
        sheet.faults.add(mask(cells, _is_total), partial(_explain_total, column, cells))


def _is_total(value: Any) -> bool:
    return isinstance(value, str) and value.strip().lower().rstrip(":") in _TOTALS


def _explain_total(column: str, cells: Sequence[Any], row: int) -> str:
    return f"{column} {cells[row]!r}: looks like the total of the other rows; leave it out"


def _holds_something(sheet: Sheet, name: str) -> None:
    """A row says what moved or when; an id alone is no event."""
    columns = [column for column in _described_columns(sheet) if column != "event_id"]
    # A frame that has one column of these lacks others, which is a fault of the frame and not of its rows.
    if len(_described_columns(sheet)) < 2:
        return
    empty = np.ones(len(sheet.table), dtype=bool)
    for column in columns:
        empty &= mask(sheet.cells(column), is_blank)
    sheet.faults.add(
        empty,
        lambda row: f"nothing is given in {', '.join(columns)}; leave an empty row or a total out",
    )


def _described_columns(sheet: Sheet) -> list[str]:
    """The columns of `_WHAT` that may hold words."""
    columns = filter(sheet.has, _WHAT)
    return [name for name in columns if not sheet.table[name].dtype.is_temporal()]


def _has_an_id(sheet: Sheet, name: str) -> None:
    sheet.faults.add(mask(sheet.columns[name], is_blank), lambda row: "has no event_id")


def _has_an_id_of_its_own(sheet: Sheet, name: str) -> None:
    """Of rows with one id all but the first are wrong."""
    if not sheet.has(name):
        return
    seen: set[Any] = set()
    is_repeated = np.zeros(len(sheet.table), dtype=bool)
    for row, own in enumerate(sheet.cells(name)):
        is_repeated[row] = own in seen
        seen.add(own)
    sheet.faults.add(is_repeated, lambda row: "duplicate event_id")


def _is_given(sheet: Sheet, name: str) -> None:
    sheet.faults.add_blank(mask(sheet.cells(name), is_blank), name)


def _read_starts(sheet: Sheet, name: str) -> Ints:
    return sheet.windows[0]


def _read_stops(sheet: Sheet, name: str) -> Ints:
    return sheet.windows[1]


# -- what is known of a row --------------------------------------------------------------------------------------------


def _read_number(sheet: Sheet, name: str) -> list[Any]:
    return read_measure(sheet.table, name, sheet.faults)


def _read_known_from(sheet: Sheet, name: str) -> list[Any]:
    return known_from(sheet.table[name], sheet.faults, dayfirst=sheet.dayfirst)


def _read_text(sheet: Sheet, name: str) -> list[str]:
    return list(map(_text_or_nothing, sheet.cells(name)))


def _text_or_nothing(cell: Any) -> str:
    if is_missing(cell):
        return ""
    return str(cell)


def _read_yes_or_no(sheet: Sheet, name: str) -> list[Any]:
    return resolve(sheet.cells(name), yes_or_no, sheet.faults, name)


def _read_sentences(sheet: Sheet, name: str) -> list[Any]:
    """Texts that may hold a ";" of their own."""
    return sheet.text_lists(name)


def _read_names(sheet: Sheet, name: str) -> list[Any]:
    """Texts that a ";" parts where the row has no claims and was so written by hand."""
    return sheet.text_lists(name, coded=sheet.columns["claims"])


def _read_roots(sheet: Sheet, name: str) -> list[Any]:
    """Whom the sources pass on; in a frame that does not say, each source of a row without claims is its own root."""
    if sheet.has(name):
        return _read_names(sheet, name)
    roots = list(sheet.columns["sources"])
    for row, claims in enumerate(sheet.columns["claims"]):
        if claims:
            roots[row] = ()
    return roots


def _read_claim_moments(sheet: Sheet, name: str) -> list[Any]:
    """When each claim of a row was public, as `to_frame` writes it."""
    return resolve(_read_names(sheet, name), _read_moments, sheet.faults, name)


def _read_moments(texts: Sequence[str]) -> tuple[dt.datetime, ...]:
    return tuple(map(_read_moment, texts))


def _read_moment(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise FrameError(f"{text!r:.40} is no moment; write 2025-01-31T00:00:00+00:00") from None
    if moment.tzinfo is None:
        return moment.replace(tzinfo=dt.UTC)
    return moment.astimezone(dt.UTC)


def _has_one_for_each_claim(sheet: Sheet, name: str) -> None:
    claims, moments = sheet.columns["claims"], sheet.columns[name]
    is_uneven = np.zeros(len(sheet.table), dtype=bool)
    for row, found in enumerate(moments):
        is_uneven[row] = bool(found) and len(found) != len(claims[row])
    sheet.faults.add(
        is_uneven,
        lambda row: (
            f"{name}: one moment for each of the {len(claims[row])} claims was wanted, got {len(moments[row])}"
        ),
    )


def _find_stops_on_the_way(sheet: Sheet, name: str) -> list[Any]:
    """Ids of the places whose names were read."""
    return resolve(sheet.columns[name], _find_places, sheet.faults, name)


def _find_places(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(find_place(name).id for name in names)


_COLUMNS: tuple[Column, ...] = (
    Column(
        "event_id",
        _read_ids,
        (_adds_up_no_others, _holds_something, _has_an_id, _has_an_id_of_its_own),
    ),
    Column("mode", read_modes, (has_a_mode_or_kind, has_a_known_mode)),
    Column("origin", read_end, (_is_given,)),
    Column("destination", read_end, (_is_given, leads_elsewhere)),
    Column("platform", read_platforms, (is_written,)),
    Column("start", _read_starts),
    Column("stop", _read_stops),
    *(Column(measure, _read_number) for measure in MEASURES),
    Column("direction", read_directions, (is_a_direction,)),
    Column("known_from", _read_known_from, is_optional=True),
    Column("title", _read_text, is_optional=True),
    Column("cargo", _read_text, is_optional=True),
    Column("is_stream", _read_yes_or_no, is_optional=True),
    Column("claims", _read_sentences),
    Column("via", _read_names),
    Column("related", _read_names),
    Column("sources", _read_names),
    Column("roots", _read_roots),
    Column("conflicts", _read_names),
    Column("caveats", _read_sentences),
    Column("claims_known_from", _read_claim_moments, (_has_one_for_each_claim,), is_optional=True),
    Column("via", _find_stops_on_the_way),
)
"""Every column in the order in which it is read: one that needs another comes after it.

What is wrong with the windows and the numbers is found as they are read, for it lies between columns.
"""
