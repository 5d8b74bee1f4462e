"""Series of counts in frames of any library: a date column, and a count column or a range of counts."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from ...blanks import is_blank
from ...dates import Cell, Label, period_edges
from ...errors import ForceflowError, FrameError, QuantityError, nearest
from ...quantity import Quantity
from ...quantity.tokens import digits_value, normal
from ..events import FlowEvent, Sortie
from .columns import numbers_if_plain, to_unit
from .measures import number_of
from .native_frames import read_dates, table_of, with_nearest, with_text_names

__all__ = ["CountSeries", "is_count_series", "is_frame", "read_series", "series_events"]


@dataclass(frozen=True, slots=True, eq=False)
class CountSeries:
    """Counts in bins that follow each other.

    Parameters
    ----------
    edges
        Moments between bins, UTC, shape (n + 1,).
    counts
        Best count of each bin, shape (n,).
    quantities
        The same with what is known of each.
    """

    edges: tuple[dt.datetime, ...]
    counts: NDArray[np.float64]
    quantities: tuple[Quantity, ...]


def is_frame(thing: Any) -> bool:
    """Whether it is a frame of a library we know (not an array, a series or a sequence)."""
    try:
        nw.from_native(with_text_names(thing))
    except TypeError:
        return False
    return True


def is_count_series(thing: Any) -> bool:
    """Whether it is a frame of dates and counts rather than of events."""
    if not is_frame(thing):
        return False
    names = nw.from_native(with_text_names(thing)).collect_schema().names()
    return "date" in names and "event_id" not in names


def read_series(
    frame: Any, *, dayfirst: bool | None = None, label: Label | None = None
) -> CountSeries:
    """Read the columns date and count; or date, count_low, count_high (and count_best).

    Parameters
    ----------
    frame
        A frame of any library, in any order of rows. A count is a number or words ("at least 3", "2-4"); a null
        count_high means "at least".
    dayfirst
        Which part of "12/08/2024" is the day; None: as some cell of the column makes certain.
    label
        "left" where each date is the first day of its period, "right" where it is the last; None as `period_edges`
        has it.

    Raises
    ------
    FrameError
        Columns are missing, a date cannot be read, periods do not follow each other without gaps, or a count is no
        number of 0 or above.

    Notes
    -----
    `period_edges` says what period a date labels: a day is the first of its period, a month end labels its month.
    A day without a row is not a day without movements, so gaps are refused: write the zeros, or give the day no
    exposure. The last period is as long as the one before it.
    """
    table = table_of(frame)
    _check_columns(table.columns)
    if len(table) < 2:
        raise FrameError(f"a series needs two or more rows, got {len(table)}")
    order, edges = _find_periods(table["date"], dayfirst, label)
    if "count" in table.columns:
        quantities = _read_counts(table, order, edges)
    else:
        quantities = _read_ranges(table, order, edges)
    best = np.array([quantity.best for quantity in quantities])
    return CountSeries(edges, best, tuple(quantities))


def _check_columns(names: Sequence[str]) -> None:
    """Refuse a frame that lacks the dates or the counts, with the nearest names."""
    needed = ["date", "count_low", "count_high"]
    if "count" in names:
        needed = ["date"]
    missing = [name for name in needed if name not in names]
    if not missing:
        return
    hints = [with_nearest(name, nearest(name, names)) for name in missing]
    raise FrameError(
        f"a series of counts needs the columns date and count; the frame lacks {', '.join(hints)}"
    )


def _find_periods(
    dates: Any, dayfirst: bool | None, label: Label | None
) -> tuple[list[int], tuple[dt.datetime, ...]]:
    """Rows in order of time, and the edges of the periods that their dates label."""
    cells = read_dates(dates, "date", dayfirst=dayfirst)
    starts = list(map(_first_moment, cells))
    order = sorted(range(len(cells)), key=starts.__getitem__)
    try:
        return order, period_edges([cells[row] for row in order], label=label)
    except QuantityError as error:
        raise FrameError(str(error)) from None
    except (OverflowError, ValueError):
        raise FrameError("the dates reach beyond 9999") from None


def _first_moment(cell: Cell) -> dt.datetime:
    """Where a date begins; one without a beginning comes last, and is refused with the periods."""
    if cell.window is None or cell.window.start is None:
        return dt.datetime.max.replace(tzinfo=dt.UTC)
    return cell.window.start


def _line(row: int, start: dt.datetime) -> str:
    """How a message names a row: by its number in the frame, which may have been sorted, and its date."""
    return f"row {row} ({start:%Y-%m-%d})"


# -- numbers or words --------------------------------------------------------------------------------------------------


def _read_counts(
    table: nw.DataFrame[Any], order: Sequence[int], edges: Sequence[dt.datetime]
) -> list[Quantity]:
    """Counts of one column, in order of time; a rate is multiplied with the days of its period."""
    values = numbers_if_plain(table["count"]).to_list()
    quantities = []
    for row, (start, stop) in zip(order, pairwise(edges), strict=True):
        days = (stop - start) / dt.timedelta(days=1)
        quantities.append(_read_count(values[row], _line(row, start)).over_days(days))
    _check_units(values, order, edges)
    return quantities


def _read_count(value: Any, line: str) -> Quantity:
    """A count in a number or in words."""
    if not isinstance(value, str) or is_blank(value):
        return _count_between(value, value, value, line)
    try:
        count = number_of(value, "movements")
    except (ForceflowError, ValueError) as error:
        raise FrameError(f"{line}: count: {error}") from None
    if not count.has_content or count.ends[0] < 0:
        raise FrameError(f"{line}: a count of 0 or above was wanted, got {value!r}")
    if count.family == "point" and not count.per_day:
        return Quantity.exactly(count.best)
    return count


def _check_units(values: Sequence[Any], order: Sequence[int], edges: Sequence[dt.datetime]) -> None:
    """Refuse a series that counts flights in one row and trucks in another."""
    first_unit, first_line = "", ""
    for row, start in zip(order, edges, strict=False):
        unit = _printed_unit(values[row])
        if not unit:
            continue
        line = _line(row, start)
        if not first_unit:
            first_unit, first_line = unit, line
        if to_unit(unit, first_unit) != 1.0:
            raise FrameError(
                f"{line}: {values[row]!r} counts {unit}, and {first_line} counts {first_unit}; count one thing"
            )


def _printed_unit(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    return Quantity.parse(value).unit


# -- low, best and high ------------------------------------------------------------------------------------------------


def _read_ranges(
    table: nw.DataFrame[Any], order: Sequence[int], edges: Sequence[dt.datetime]
) -> list[Quantity]:
    """Counts of the columns count_low, count_best (where there is one) and count_high, in order of time."""
    lows = numbers_if_plain(table["count_low"]).to_list()
    highs = numbers_if_plain(table["count_high"]).to_list()
    bests: list[Any] = [None] * len(table)
    if "count_best" in table.columns:
        bests = numbers_if_plain(table["count_best"]).to_list()
    quantities = []
    for row, start in zip(order, edges, strict=False):
        line = _line(row, start)
        quantities.append(_count_between(lows[row], bests[row], highs[row], line))
    return quantities


def _count_between(low: Any, best: Any, high: Any, line: str) -> Quantity:
    """A count from its bounds; a missing upper one is open."""
    numbers = [_number_or_none(cell, line) for cell in (low, best, high)]
    low, best, high = numbers
    if low is None or not 0 <= low < math.inf or (high is not None and high < low):
        raise FrameError(
            f"{line}: a count of 0 or above, or low and high in order, were wanted, got {numbers}"
        )
    if high is None or high == math.inf:
        return Quantity.at_least(low)
    if low == high:
        return Quantity.exactly(low)
    if best is None:
        return Quantity.between(low, high)
    if not low <= best <= high:
        raise FrameError(f"{line}: low <= best <= high was wanted, got {numbers}")
    return Quantity(low, best, high)


def _number_or_none(cell: Any, line: str) -> float | None:
    """The number of a cell; None for a blank one."""
    if is_blank(cell):
        return None
    try:
        return _read_number(cell)
    except QuantityError as error:
        raise FrameError(f"{line}: {error}") from None
    except (TypeError, ValueError):
        raise FrameError(
            f"{line}: {cell!r:.40} is no number; words go in a column named count"
        ) from None


def _read_number(cell: Any) -> float:
    # Python reads the bytes b"5" as a number, and no other cell of a table.
    if isinstance(cell, bytes):
        raise TypeError("bytes are no number")
    if isinstance(cell, str) and cell.strip()[:1].isdigit():
        return digits_value(normal(cell).strip())
    return float(cell)


def series_events(
    frame: Any, *, dayfirst: bool | None = None, label: Label | None = None
) -> tuple[FlowEvent, ...]:
    """Read a series as streams of movements out, one per bin; only their number means anything."""
    series = read_series(frame, dayfirst=dayfirst, label=label)
    periods = zip(pairwise(series.edges), series.quantities, strict=True)
    return tuple(_stream_of(start, stop, count) for (start, stop), count in periods)


def _stream_of(start: dt.datetime, stop: dt.datetime, count: Quantity) -> FlowEvent:
    return Sortie(
        event_id=f"{start:%Y-%m-%dT%H:%M}",
        platform="series",
        origin="series",
        destination="series",
        start=start,
        stop=stop,
        direction="outbound",
        movements=count,
        is_stream=True,
    )
