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
from .columns import EPOCH, Faults, cells_of, moment_of

__all__ = ["known_from", "spans", "windows"]


NO_DAY, NO_END = np.iinfo(np.int64).min, np.iinfo(np.int64).max
FIRST, LAST = (
    (moment.replace(tzinfo=dt.UTC) - EPOCH) // dt.timedelta(microseconds=1)
    for moment in (dt.datetime(FIRST_YEAR, 1, 1), dt.datetime(LAST_YEAR + 1, 1, 1))
)
A_SECOND = 1_000_000
A_DAY = 86_400 * A_SECOND


def windows(
    table: nw.DataFrame[Any], faults: Faults, *, stop_inclusive: bool, dayfirst: bool | None
) -> tuple[Ints, Ints]:
    """Start and stop of each row, in microseconds since 1970 UTC."""
    starts, ends, _ = spans(table["start"], faults, "start", may_lack=False, dayfirst=dayfirst)
    stops = ends.copy()
    if "start_precision" in table.columns:
        starts, stops = _widened(
            starts, stops, cells_of(table["start_precision"], faults, "start_precision"), faults
        )
    if "stop" in table.columns:
        first, after, blank = spans(table["stop"], faults, "stop", dayfirst=dayfirst)
        if not stop_inclusive:
            said = table["stop"]
            faults.add(
                (first != NO_DAY) & (after != NO_END) & (after - first > A_DAY),
                lambda row: (
                    f"stop: {str(said[row])!r:.40} is longer than a day, and stop is the first day after; write "
                    f"{_day(after[row])} where it is the end, or say stop_inclusive=True"
                ),
            )
        stops = np.where(blank, stops, after if stop_inclusive else first)
        # A moment that ends as it begins lasts as long as it is printed to.
        point = ~blank & (starts != NO_DAY) & (stops == starts) & (ends - starts < A_DAY)
        stops = np.where(point, ends, stops)
    faults.add(
        (starts != NO_DAY) & (stops == NO_END), lambda row: "it has no end; give one in stop"
    )
    late = (stops > LAST) & (stops != NO_END)
    faults.add(late, lambda row: f"it ends after {LAST_YEAR}")
    stops[stops > LAST] = NO_DAY
    empty = (starts != NO_DAY) & (stops != NO_DAY) & (stops <= starts)
    faults.add(
        empty,
        lambda row: (
            f"the window [{_day(starts[row])}, {_day(stops[row])}) is empty"
            + (
                "; stop is the first day after: where it is the last day, say stop_inclusive=True"
                if starts[row] == stops[row]
                else ""
            )
        ),
    )
    return starts, stops


def _widened(starts: Ints, stops: Ints, codes: list[Any], faults: Faults) -> tuple[Ints, Ints]:
    """Windows of days that are known to the week or to the month alone: 7 days around the day, or its month."""
    words = [_precision(code) for code in codes]
    wrong = np.fromiter((word == "" for word in words), bool, len(words))
    faults.add(
        wrong,
        lambda row: f"start_precision: {codes[row]!r:.40} is none of 1 (day), 2 (week), 3 (month)",
    )
    starts, stops = starts.copy(), stops.copy()
    for row, word in enumerate(words):
        if (
            word not in ("week", "month")
            or not FIRST <= starts[row] <= LAST
            or stops[row] - starts[row] > A_DAY
        ):
            continue
        day = moment_of(starts[row]).replace(hour=0, minute=0, second=0, microsecond=0)
        if word == "week":
            first, after = day - dt.timedelta(days=3), day + dt.timedelta(days=4)
        else:
            first = day.replace(day=1)
            after = (first + dt.timedelta(days=32)).replace(day=1)
        starts[row], stops[row] = _since_1970(first), _since_1970(after)
    return starts, stops


def _precision(code: Any) -> str:
    """The word of a code; "" for one that is none."""
    if is_blank(code):
        return "day"
    word = str(code).strip().lower().removesuffix(".0")
    return {
        "1": "day",
        "2": "week",
        "3": "month",
        "day": "day",
        "week": "week",
        "month": "month",
    }.get(word, "")


def known_from(
    series: nw.Series[Any], faults: Faults, *, dayfirst: bool | None
) -> list[dt.datetime | None]:
    """When each row became public: its moment or day; of a month its end."""
    first, after, _ = spans(series, faults, "known_from", dayfirst=dayfirst)
    faults.add(
        after == NO_END, lambda row: "known_from: it has no end; give the day it became public"
    )
    surely = np.where((first != NO_DAY) & (after - first > A_DAY), after, first)
    return [moment_of(v) if FIRST <= v <= LAST else None for v in surely]


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
    dtype = series.dtype
    if isinstance(dtype, nw.Datetime) or dtype == nw.Datetime:
        first, after, blank = _typed(series, faults, field)
    else:
        first, after, blank = _read(cells_of(series, faults, field), faults, field, dayfirst)
    if not may_lack:
        faults.add_blank(blank, field)
    return first, after, blank


def _typed(series: nw.Series[Any], faults: Faults, field: str) -> tuple[Ints, Ints, Bools]:
    """Ends of the moments of a typed column."""
    zone = getattr(series.dtype, "time_zone", None)
    aware = series if zone else series.dt.replace_time_zone("UTC")
    values, missing = _microseconds(aware)
    clock, _ = _microseconds(series.dt.replace_time_zone(None)) if zone else (values, missing)
    beyond = ~missing & ((values < FIRST) | (values > LAST))
    faults.add(beyond, lambda row: f"{field}: lies beyond {YEARS}")
    values[beyond] = NO_DAY
    told = ~missing & ~beyond
    if bool((clock[told] % A_DAY == 0).all()):
        after = values + A_DAY
    else:
        after = np.minimum(values + A_SECOND, (values // A_DAY + 1) * A_DAY)  # within one UTC day
    return values, np.where(told, after, NO_DAY), missing


def _microseconds(series: nw.Series[Any]) -> tuple[Ints, Bools]:
    stamps = series.dt.timestamp("us")
    missing = stamps.is_null().to_numpy()
    values = stamps.fill_null(NO_DAY).to_numpy().astype(np.int64)
    values[missing] = NO_DAY
    return values, np.asarray(missing, dtype=np.bool_)


def _read(
    cells: list[Any], faults: Faults, field: str, dayfirst: bool | None
) -> tuple[Ints, Ints, Bools]:
    """Ends of texts, dates, periods and the like."""
    try:
        found = read_column(cells, dayfirst=dayfirst)
    except QuantityError as error:
        raise FrameError(f"{field}: {error}") from None
    cache: dict[int, tuple[int, int]] = {}
    both = np.array([_ends(cell, cache) for cell in found], dtype=np.int64).reshape(-1, 2)
    told = np.fromiter((bool(cell.fault) for cell in found), bool, len(found))
    faults.add(told, lambda row: f"{field}: {found[row].fault}")
    endless = np.fromiter(
        (c.window is not None and c.window.start is None for c in found), bool, len(found)
    )
    faults.add(endless, lambda row: f"{field}: {cells[row]!r:.60} has no beginning; give a day")
    blank = np.fromiter(
        (cell.window is None and not cell.fault for cell in found), bool, len(found)
    )
    return both[:, 0], both[:, 1], blank


def _ends(cell: Cell, cache: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """First moment and first moment after; cells of one reading are one object."""
    if id(cell) not in cache:
        window = cell.window
        if window is None or window.start is None:
            cache[id(cell)] = NO_DAY, NO_DAY
        else:
            stop = NO_END if window.stop is None else _since_1970(window.stop)
            cache[id(cell)] = _since_1970(window.start), stop
    return cache[id(cell)]


def _since_1970(moment: dt.datetime) -> int:
    return (moment - EPOCH) // dt.timedelta(microseconds=1)


def _day(microseconds: np.int64) -> str:
    """A moment as it is written: a day, with the time of day where it is no midnight."""
    moment = moment_of(microseconds)
    return f"{moment:%Y-%m-%d}" if microseconds % A_DAY == 0 else f"{moment:%Y-%m-%dT%H:%M:%SZ}"
