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
from ...dates import Label, period_edges
from ...errors import ForceflowError, FrameError, QuantityError, nearest
from ...quantity import Quantity
from ...quantity.tokens import digits_value, normal
from ..events import FlowEvent, Sortie
from .columns import numbers_if_plain, to_unit
from .event_rows import number_of
from .native_frames import read_dates, table_of, with_text_names

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
    What period a date labels is told in `period_edges`: a day is the first of its period, a month end labels its month.
    A day without a row is not a day without movements, so gaps are refused: write the zeros, or give the day no
    exposure. The last period is as long as the one before it.
    """
    table = table_of(frame)
    names = table.columns
    columns = ["count"] if "count" in names else ["count_low", "count_high"]
    missing = [name for name in ("date", *columns) if name not in names]
    if missing:
        hints = [
            f"{name} (found {', '.join(near)})" if (near := nearest(name, names)) else name
            for name in missing
        ]
        raise FrameError(
            f"a series of counts needs the columns date and count; the frame lacks {', '.join(hints)}"
        )
    if len(table) < 2:
        raise FrameError(f"a series needs two or more rows, got {len(table)}")
    order, edges = _periods(table["date"], dayfirst, label)
    days = [(after - here) / dt.timedelta(days=1) for here, after in pairwise(edges)]
    lines = [f"row {row} ({edges[at]:%Y-%m-%d})" for at, row in enumerate(order)]
    if columns == ["count"]:
        counts = numbers_if_plain(table["count"]).to_list()
        quantities = [
            _counted(counts[row], line).over_days(n)
            for row, line, n in zip(order, lines, days, strict=True)
        ]
        _check_units([counts[row] for row in order], lines)
    else:
        lows, highs = (numbers_if_plain(table[name]).to_list() for name in columns)
        bests = (
            numbers_if_plain(table["count_best"]).to_list()
            if "count_best" in names
            else [None] * len(lows)
        )
        quantities = [
            _bounded(lows[row], bests[row], highs[row], line)
            for row, line in zip(order, lines, strict=True)
        ]
    return CountSeries(edges, np.array([q.best for q in quantities]), tuple(quantities))


def _periods(
    dates: Any, dayfirst: bool | None, label: Label | None
) -> tuple[list[int], tuple[dt.datetime, ...]]:
    """Rows in order of time, and the edges of the periods that their dates label."""
    cells = read_dates(dates, "date", dayfirst=dayfirst)
    begin = [cell.window.start if cell.window else None for cell in cells]
    order = sorted(
        range(len(cells)), key=lambda row: begin[row] or dt.datetime.max.replace(tzinfo=dt.UTC)
    )
    try:
        return order, period_edges([cells[row] for row in order], label=label)
    except (QuantityError, OverflowError, ValueError) as error:
        raise FrameError(
            str(error) if isinstance(error, QuantityError) else "the dates reach beyond 9999"
        ) from None


def _counted(value: Any, line: str) -> Quantity:
    """A count in a number or in words."""
    if not isinstance(value, str) or is_blank(value):
        return _bounded(value, value, value, line)
    try:
        count = number_of(value, "movements")
    except (ForceflowError, ValueError) as error:
        raise FrameError(f"{line}: count: {error}") from None
    if count is None or not count.has_content or count.ends[0] < 0:
        raise FrameError(f"{line}: a count of 0 or above was wanted, got {value!r}")
    return Quantity.exactly(count.best) if count.family == "point" and not count.per_day else count


def _check_units(values: Sequence[Any], lines: Sequence[str]) -> None:
    """Refuse a series that counts flights in one row and trucks in another."""
    first = ("", "")
    for value, line in zip(values, lines, strict=True):
        unit = Quantity.parse(value).unit if isinstance(value, str) else ""
        if unit and first[0] and to_unit(unit, first[0]) != 1.0:
            raise FrameError(
                f"{line}: {value!r} counts {unit}, and {first[1]} counts {first[0]}; count one thing"
            )
        first = first if first[0] or not unit else (unit, line)


def _bounded(low: Any, best: Any, high: Any, line: str) -> Quantity:
    """A count from its bounds; a missing upper one is open."""
    try:
        numbers = [None if is_blank(value) else _number(value) for value in (low, best, high)]
    except QuantityError as error:
        raise FrameError(f"{line}: {error}") from None
    except (TypeError, ValueError):
        shown = next(
            value for value in (low, best, high) if not is_blank(value) and not _is_number(value)
        )
        raise FrameError(
            f"{line}: {shown!r:.40} is no number; words go in a column named count"
        ) from None
    low, best, high = numbers
    if low is None or not 0 <= low < math.inf or (high is not None and high < low):
        raise FrameError(
            f"{line}: a count of 0 or above, or low and high in order, were wanted, got {numbers}"
        )
    if high is None or high == math.inf:
        return Quantity.at_least(low)
    if low == high:
        return Quantity.exactly(low)
    if best is not None and not low <= best <= high:
        raise FrameError(f"{line}: low <= best <= high was wanted, got {numbers}")
    return Quantity.between(low, high) if best is None else Quantity(low, best, high)


def _number(value: Any) -> float:
    if isinstance(value, bytes):
        raise TypeError("bytes are no number")
    if isinstance(value, str) and value.strip()[:1].isdigit():
        return digits_value(normal(value).strip())
    return float(value)


def _is_number(value: Any) -> bool:
    try:
        _number(value)
    except (TypeError, ValueError, QuantityError):
        return False
    return True


def series_events(
    frame: Any, *, dayfirst: bool | None = None, label: Label | None = None
) -> tuple[FlowEvent, ...]:
    """Read a series as streams of movements out, one per bin; only their number means anything."""
    series = read_series(frame, dayfirst=dayfirst, label=label)
    return tuple(
        Sortie(
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
        for start, stop, count in zip(
            series.edges, series.edges[1:], series.quantities, strict=False
        )
    )
