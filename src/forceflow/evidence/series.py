"""Series of counts in frames of any library: a date column, and a count column or a range of counts."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from ..errors import FrameError, nearest
from ..quantity import Quantity
from .events import FlowEvent, Sortie

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
        nw.from_native(thing)
    except TypeError:
        return False
    return True


def is_count_series(thing: Any) -> bool:
    """Whether it is a frame of dates and counts rather than of events."""
    if not is_frame(thing):
        return False
    names = nw.from_native(thing).collect_schema().names()
    return "date" in names and "event_id" not in names


def read_series(frame: Any) -> CountSeries:
    """Read the columns date and count; or date, count_low, count_high (and count_best).

    A null count_high means "at least".

    Raises
    ------
    FrameError
        Columns are missing, dates are not in equal steps without gaps, or a count is no number of 0 or above.

    Notes
    -----
    A day without a row is not a day without movements, so gaps are refused: write the zeros, or give the day no
    exposure. The last bin is as wide as the one before it.
    """
    native = nw.from_native(frame)
    table = native.collect() if isinstance(native, nw.LazyFrame) else native
    names = table.columns
    columns = ["count"] if "count" in names else ["count_low", "count_high"]
    missing = [name for name in ("date", *columns) if name not in names]
    if missing:
        hints = [f"{name} (found {', '.join(near)})" if (near := nearest(name, names)) else name for name in missing]
        raise FrameError(f"a series of counts needs the columns date and count; the frame lacks {', '.join(hints)}")
    table = table.sort("date")
    starts = [_moment(value) for value in table["date"].to_list()]
    if len(starts) < 2:
        raise FrameError(f"a series needs two or more rows, got {len(starts)}")
    if len(set(starts)) < len(starts):
        raise FrameError("a date stands twice; add its counts up first")
    for before, here, after in zip(starts, starts[1:], starts[2:], strict=False):
        if after != _after(before, here):
            raise FrameError(f"steps are unequal after {here:%Y-%m-%d}: write a row with count 0 where nothing moved")
    edges = (*starts, _after(starts[-2], starts[-1]))
    if columns == ["count"]:
        quantities = [_quantity(c, c, c, day) for c, day in zip(table["count"].to_list(), starts, strict=True)]
    else:
        lows, highs = table["count_low"].to_list(), table["count_high"].to_list()
        bests = table["count_best"].to_list() if "count_best" in names else [None] * len(lows)
        quantities = [_quantity(*row) for row in zip(lows, bests, highs, starts, strict=True)]
    return CountSeries(edges, np.array([q.best for q in quantities]), tuple(quantities))


def _after(before: dt.datetime, last: dt.datetime) -> dt.datetime:
    """Next start at the same step: calendar months where the two stand on the same day of a month, else time."""
    months = (last.year - before.year) * 12 + last.month - before.month
    if last.day != before.day or months < 1:
        return last + (last - before)
    year, month = divmod(last.year * 12 + last.month - 1 + months, 12)
    try:
        return last.replace(year=year, month=month + 1)
    except ValueError:  # no such day in that month
        return last + (last - before)


def _moment(value: Any) -> dt.datetime:
    try:
        if isinstance(value, str):
            value = dt.datetime.fromisoformat(value)
        if not isinstance(value, dt.datetime):
            value = dt.datetime(value.year, value.month, value.day)
    except (ValueError, AttributeError):
        raise FrameError(f"column date: {value!r} is no date") from None
    moment = dt.datetime.fromtimestamp(value.timestamp(), dt.UTC) if value.tzinfo else value.replace(tzinfo=dt.UTC)
    return moment


def _quantity(low: Any, best: Any, high: Any, day: dt.datetime) -> Quantity:
    numbers = [None if v is None or (isinstance(v, float) and math.isnan(v)) else float(v) for v in (low, best, high)]
    low, best, high = numbers
    if low is None or low < 0 or (high is not None and high < low):
        raise FrameError(f"{day:%Y-%m-%d}: a count of 0 or above, or low and high in order, were wanted, got {numbers}")
    if high is None:
        return Quantity.at_least(low)
    if low == high:
        return Quantity.exactly(low)
    return Quantity.between(low, high) if best is None else Quantity(low, best, high)


def series_events(frame: Any) -> tuple[FlowEvent, ...]:
    """Read a series as streams of movements out, one per bin; only their number means anything."""
    series = read_series(frame)
    return tuple(
        Sortie(
            event_id=f"{start:%Y-%m-%dT%H:%M}", platform="series", origin="series", destination="series", start=start,
            stop=stop, direction="outbound", movements=count, is_stream=True,
        )
        for start, stop, count in zip(series.edges, series.edges[1:], series.quantities, strict=False)
    )  # fmt: skip
