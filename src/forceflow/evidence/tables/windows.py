"""The windows of the rows of a frame: columns of days, moments and periods, and how far their words reach."""

from __future__ import annotations

import datetime as dt
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from ...arrays import Bools, Ints
from ...blanks import is_blank
from ...dates import Cell, read_column
from ...dates.window import FIRST_YEAR, LAST_YEAR, YEARS
from ...errors import FrameError, QuantityError
from .columns import EPOCH, Faults, cells_of, mask, moment_of

__all__ = ["known_from", "spans", "windows"]


NO_DAY, NO_END = np.iinfo(np.int64).min, np.iinfo(np.int64).max
_A_MICROSECOND = dt.timedelta(microseconds=1)
FIRST = (dt.datetime(FIRST_YEAR, 1, 1, tzinfo=dt.UTC) - EPOCH) // _A_MICROSECOND
LAST = (dt.datetime(LAST_YEAR + 1, 1, 1, tzinfo=dt.UTC) - EPOCH) // _A_MICROSECOND
A_SECOND = 1_000_000
A_DAY = 86_400 * A_SECOND


def windows(
    table: nw.DataFrame[Any], faults: Faults, *, stop_inclusive: bool, dayfirst: bool | None
) -> tuple[Ints, Ints]:
    """Start and stop of each row, in microseconds since 1970 UTC."""
    starts, ends, _ = spans(table["start"], faults, "start", may_lack=False, dayfirst=dayfirst)
    stops = ends.copy()
    if "start_precision" in table.columns:
        codes = cells_of(table["start_precision"], faults, "start_precision")
        starts, stops = _widen_days(starts, stops, codes, faults)
    if "stop" in table.columns:
        first, after, blank = spans(table["stop"], faults, "stop", dayfirst=dayfirst)
        if stop_inclusive:
            first = after
        else:
            _check_lengths(first, after, table["stop"], faults)
        stops = np.where(blank, stops, first)
        # A moment that ends as it begins lasts as long as it is printed to.
        point = ~blank & (starts != NO_DAY) & (stops == starts) & (ends - starts < A_DAY)
        stops = np.where(point, ends, stops)
    _check_windows(starts, stops, faults)
    return starts, stops


def _check_lengths(first: Ints, after: Ints, series: nw.Series[Any], faults: Faults) -> None:
    """A stop that is longer than a day does not say which moment it means: its first, or the one after it."""
    is_long = (first != NO_DAY) & (after != NO_END) & (after - first > A_DAY)
    faults.add(
        is_long,
        lambda row: (
            f"stop: {str(series[row])!r:.40} is longer than a day, and stop is the first day after; write "
            f"{_written(after[row])} where it is the end, or say stop_inclusive=True"
        ),
    )


def _check_windows(starts: Ints, stops: Ints, faults: Faults) -> None:
    """Each window has an end that lies after its start; an end that no date reaches is taken out of `stops`."""
    has_start = starts != NO_DAY
    faults.add(has_start & (stops == NO_END), lambda row: "it has no end; give one in stop")
    is_late = stops > LAST
    faults.add(is_late & (stops != NO_END), lambda row: f"it ends after {LAST_YEAR}")
    stops[is_late] = NO_DAY
    is_empty = has_start & (stops != NO_DAY) & (stops <= starts)
    faults.add(is_empty, lambda row: _explain_empty(starts[row], stops[row]))


def _explain_empty(start: np.int64, stop: np.int64) -> str:
    message = f"the window [{_written(start)}, {_written(stop)}) is empty"
    if start != stop:
        return message
    return (
        f"{message}; stop is the first day after: where it is the last day, say stop_inclusive=True"
    )


def _widen_days(starts: Ints, stops: Ints, codes: list[Any], faults: Faults) -> tuple[Ints, Ints]:
    """Windows of days that are known to the week or to the month alone: 7 days around the day, or its month."""
    words = list(map(_precision_word, codes))
    faults.add(
        mask(words, lambda word: not word),
        lambda row: f"start_precision: {codes[row]!r:.40} is none of 1 (day), 2 (week), 3 (month)",
    )
    starts, stops = starts.copy(), stops.copy()
    # What is longer than a day has a precision of its own, and a code does not change it.
    is_day = (starts >= FIRST) & (starts <= LAST) & (stops - starts <= A_DAY)
    for row in np.flatnonzero(is_day).tolist():
        widen = _WIDER.get(words[row])
        if widen is not None:
            first, after = widen(moment_of(starts[row]))
            starts[row], stops[row] = _microseconds_of(first), _microseconds_of(after)
    return starts, stops


def _week_around(moment: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """Seven days with the day in the middle, and the first moment after them."""
    day = _midnight_before(moment)
    return day - dt.timedelta(days=3), day + dt.timedelta(days=4)


def _month_of(moment: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """First moment of a month, and of the next."""
    first = _midnight_before(moment).replace(day=1)
    # Whatever month it is, 32 days after its first day lie in the next one.
    return first, (first + dt.timedelta(days=32)).replace(day=1)


def _midnight_before(moment: dt.datetime) -> dt.datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


_WIDER = {"week": _week_around, "month": _month_of}
_PRECISIONS = {
    "1": "day",
    "2": "week",
    "3": "month",
    "day": "day",
    "week": "week",
    "month": "month",
}


def _precision_word(code: Any) -> str:
    """The word of a code; "" for one that is none."""
    if is_blank(code):
        return "day"
    return _PRECISIONS.get(str(code).strip().lower().removesuffix(".0"), "")


def known_from(
    series: nw.Series[Any], faults: Faults, *, dayfirst: bool | None
) -> list[dt.datetime | None]:
    """When each row became public: its moment or day; of a month its end."""
    first, after, _ = spans(series, faults, "known_from", dayfirst=dayfirst)
    faults.add(
        after == NO_END, lambda row: "known_from: it has no end; give the day it became public"
    )
    # Of a month nothing says on which of its days it became public; at its end it surely was.
    known = np.where((first != NO_DAY) & (after - first > A_DAY), after, first)
    return list(map(_moment_or_none, known.tolist()))


def _moment_or_none(microseconds: int) -> dt.datetime | None:
    if not FIRST <= microseconds <= LAST:
        return None
    return moment_of(microseconds)


def spans(
    series: nw.Series[Any],
    faults: Faults,
    field: str,
    *,
    may_lack: bool = True,
    dayfirst: bool | None = None,
) -> tuple[Ints, Ints, Bools]:
    """First moment of each cell, first moment after it, and which are blank.

    A cell is as long as it was printed to: a day, a month, a season; a moment of a typed column lasts a second, unless
    all moments of the column are midnights, which are days (`read_column`). In microseconds since 1970 UTC; `NO_DAY`
    where there is none, `NO_END` after a cell with an open end.
    """
    if series.dtype == nw.Datetime:
        first, after, blank = _read_typed(series, faults, field)
    else:
        cells = cells_of(series, faults, field)
        first, after, blank = _read_words(cells, faults, field, dayfirst)
    if not may_lack:
        faults.add_blank(blank, field)
    return first, after, blank


def _read_typed(series: nw.Series[Any], faults: Faults, field: str) -> tuple[Ints, Ints, Bools]:
    """Ends of the moments of a typed column."""
    local = series.dt.replace_time_zone(None)
    clock, missing = _stamps_of(local)
    values = clock.copy()
    if getattr(series.dtype, "time_zone", None):
        values, missing = _stamps_of(series)
    beyond = ~missing & ((values < FIRST) | (values > LAST))
    faults.add(beyond, lambda row: f"{field}: lies beyond {YEARS}")
    values[beyond] = NO_DAY
    is_read = ~missing & ~beyond
    # Days are midnights on the clock of their own zone, which need not be midnights in UTC.
    if bool((clock[is_read] % A_DAY == 0).all()):
        after = values + A_DAY
    else:
        next_day = (values // A_DAY + 1) * A_DAY
        after = np.minimum(values + A_SECOND, next_day)
    return values, np.where(is_read, after, NO_DAY), missing


def _stamps_of(series: nw.Series[Any]) -> tuple[Ints, Bools]:
    """Microseconds since 1970 of the moments of a column, and which are missing."""
    stamps = series.dt.timestamp("us")
    missing = stamps.is_null().to_numpy()
    values = stamps.fill_null(NO_DAY).to_numpy().astype(np.int64)
    values[missing] = NO_DAY
    return values, np.asarray(missing, dtype=np.bool_)


def _read_words(
    cells: list[Any], faults: Faults, field: str, dayfirst: bool | None
) -> tuple[Ints, Ints, Bools]:
    """Ends of texts, dates, periods and the like."""
    try:
        found = read_column(cells, dayfirst=dayfirst)
    except QuantityError as error:
        raise FrameError(f"{field}: {error}") from None
    # Cells of one reading are one object, so each is turned into numbers once.
    distinct = {id(cell): cell for cell in found}
    ends = dict(zip(distinct, map(_ends_of, distinct.values()), strict=True))
    both = np.array([ends[id(cell)] for cell in found], dtype=np.int64).reshape(-1, 2)
    blank, wrong, endless = (np.zeros(len(found), dtype=bool) for _ in range(3))
    for row, cell in enumerate(found):
        wrong[row] = bool(cell.fault)
        blank[row] = cell.window is None and not cell.fault
        endless[row] = cell.window is not None and cell.window.start is None
    faults.add(wrong, lambda row: f"{field}: {found[row].fault}")
    faults.add(endless, lambda row: f"{field}: {cells[row]!r:.60} has no beginning; give a day")
    return both[:, 0], both[:, 1], blank


def _ends_of(cell: Cell) -> tuple[int, int]:
    """First moment and first moment after."""
    window = cell.window
    if window is None or window.start is None:
        return NO_DAY, NO_DAY
    if window.stop is None:
        return _microseconds_of(window.start), NO_END
    return _microseconds_of(window.start), _microseconds_of(window.stop)


def _microseconds_of(moment: dt.datetime) -> int:
    return (moment - EPOCH) // _A_MICROSECOND


def _written(microseconds: np.int64) -> str:
    """A moment as it is written: a day, with the time of day where it is no midnight."""
    moment = moment_of(microseconds)
    if microseconds % A_DAY == 0:
        return f"{moment:%Y-%m-%d}"
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
