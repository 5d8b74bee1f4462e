"""Cumulative series, as they come in a frame."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from ..arrays import Bools, Floats
from ..errors import FrameError, QuantityError
from ..evidence.drawdowns import Drawdown
from ..evidence.events import FlowEvent
from ..evidence.tables.event_frames import backend_of
from ..evidence.tables.native_frames import read_columns
from ..quantity import Quantity
from ..quantity.single import one_number
from ..results.estimate import Estimate, day_of
from .series_cells import first_percentage, moment_of_cell, read_rows

__all__ = ["Method", "Series", "as_series"]

SMALL_FALL = 0.05
"""A fall of a cumulative figure by at most this share, in at most a third of the steps, is read as a correction."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Series:
    """How much was done by each date: it never falls.

    Parameters
    ----------
    dates, days
        When, UTC, strictly in order; and the same in days since 1970, shape (n,).
    value
        How much was done; NaN where only a floor was published ("more than 50 %").
    low, high
        What the report leaves open, ``low <= value <= high``; `high` is infinite where only a floor is known.
    total, total_from
        How much there is to be done, where that is known, and the row from which on it was: that of the first "%".
    name, unit, backend
        For printing; and the frame library it came from.
    printed
        `value`, `low` and `high` as they were published, of a series whose later figures correct earlier ones; None
        where no figure was corrected.
    """

    dates: tuple[dt.datetime, ...]
    days: Floats
    value: Floats
    low: Floats
    high: Floats
    total: float | None = None
    total_from: int = 0
    name: str = "series"
    unit: str = ""
    backend: str = "polars"
    printed: tuple[Floats, Floats, Floats] | None = None

    def __len__(self) -> int:
        return len(self.dates)

    @property
    def known(self) -> Bools:
        """Where a value was published, and not only a floor; shape (n,)."""
        return ~np.isnan(self.value)

    @property
    def corrections(self) -> tuple[str, ...]:
        """The figures that a later one corrected, each in words."""
        if self.printed is None:
            return ()
        printed = self.printed[0]
        return tuple(
            f"{printed[row]:,.6g} of {self.dates[row]:%Y-%m-%d} was corrected downwards later and is read as "
            f"{self.value[row]:,.6g}; revised=False refuses a figure that falls"
            for row in np.flatnonzero(printed > self.value)
        )

    def until(self, n: int) -> Series:
        """The first `n` rows: what could be known at the date of the last of them."""
        columns = _first_rows((self.value, self.low, self.high), n)
        printed = None
        if self.printed is not None:
            # A correction is known from its own date on, so the figures before it are as they were printed.
            printed = _first_rows(self.printed, n)
            columns = _correct_downwards(*printed)
        value, low, high = columns
        return replace(
            self,
            dates=self.dates[:n],
            days=self.days[:n].copy(),
            value=value,
            low=low,
            high=high,
            total=self.total if n > self.total_from else None,
            printed=printed,
        )


Method = Callable[[Series, Floats, int, int], Floats]
"""A forecaster: (history, days ahead (h,), draws, seed) -> draws of the cumulative, shape (h, draws)."""


def as_series(
    data: Any,
    *,
    time: str = "date",
    done: str = "value",
    low: str | None = None,
    high: str | None = None,
    total: Quantity | float | str | None = None,
    revised: bool | None = None,
    dayfirst: bool | None = None,
    may_fall: bool = False,
) -> Series:
    """Series from a frame, checked row by row.

    Parameters
    ----------
    data
        A pandas, polars or pyarrow frame, a `Drawdown`, or a `Series`.
    time, done
        Columns of dates and of what was done by then. A null, or a text such as "more than 50 %", is a floor.
    low, high
        Columns of bounds; by default ``done_low`` and ``done_high``, or ``<done>_low`` and ``<done>_high``, where the
        frame has them. A null value with a `low` and no `high` is a floor.
    total
        How much there is to be done, where that is known; 100 for percentages, which are known by a "%" in their texts
        (from the first such row on), or by "percent" or "pct" in the name of their column.
    revised
        True: figures were corrected downwards, so none counts for more than what was published later: 30, 32, 31, 40
        is read as 30, 31, 31, 40. False: a figure that falls is refused. None, the default, reads small and rare falls
        as corrections (at most 5 % each, in at most a third of the steps), names them in `Series.corrections` and in
        the notes of a forecast, and refuses others.
    dayfirst
        Which part of "12/08/2024" is the day; None: as some cell of the column makes certain.
    may_fall
        Let values fall, for what need not only grow.

    Raises
    ------
    FrameError
        A column is missing; dates are not in order or come twice; a value falls, lies outside its bounds or beyond the
        total. The message names the row.
    """
    total = None if total is None else _read_total(total)
    if isinstance(data, Series):
        return replace(data, total=total, total_from=0) if total is not None else data
    _refuse_events(data)
    name, unit = "series", ""
    if isinstance(data, Drawdown):
        name, unit, total = data.name, data.unit, data.total if total is None else total
        data, time, done, low, high = data.to_frame(), "date", "value", "done_low", "done_high"
    lows = [low] if low else ["done_low", f"{done}_low"]
    highs = [high] if high else ["done_high", f"{done}_high"]
    needed = [column for column in (done, low, high) if column]
    days, columns = read_columns(
        data, time=time, needed=needed, optional=[*lows, *highs], dayfirst=dayfirst
    )
    dates = [moment_of_cell(row, cell, time) for row, cell in enumerate(days)]
    total_from = 0
    says_percent = first_percentage(done, columns[done])
    if total is None and says_percent is not None:
        total, total_from = 100.0, says_percent
    least, value, most = read_rows(
        dates,
        columns[done],
        _first_column(columns, lows, len(dates)),
        _first_column(columns, highs, len(dates)),
    )
    if revised is None:
        revised = not may_fall and _falls_little(value)
    _check_dates(dates, time)
    _check_values(dates, least, value, total, may_fall=may_fall or revised)
    printed = None
    if revised:
        printed = value, least, most
        value, least, most = _correct_downwards(*printed)
    return Series(
        dates=tuple(dates),
        days=np.array([day_of(date) for date in dates]),
        value=value,
        low=least,
        high=most,
        total=total,
        total_from=total_from,
        name=name,
        unit=unit,
        backend=backend_of(data),
        printed=printed,
    )


def _first_rows(columns: tuple[Floats, Floats, Floats], n: int) -> tuple[Floats, Floats, Floats]:
    """Copies, so that what a forecaster does to them stays with it."""
    value, low, high = columns
    return value[:n].copy(), low[:n].copy(), high[:n].copy()


def _first_column(
    columns: Mapping[str, Sequence[Any]], names: Sequence[str], rows: int
) -> Sequence[Any]:
    """The first of some columns that is there; without any, a column of nulls."""
    for name in names:
        if name in columns:
            return columns[name]
    return [None] * rows


def _refuse_events(data: Any) -> None:
    """Refuse an estimate or events, and name the frame that holds what was done by each date."""
    how = "estimate.to_frame(), time='stop', done='cumulative_middle'"
    if isinstance(data, Estimate) and not hasattr(data, "per_day"):
        raise FrameError(
            f"a series of what was done by each date was wanted, got an estimate; give {how}"
        )
    if what := _named_events(data):
        raise FrameError(
            f"a series of what was done by each date was wanted, got {what}; make an estimate of the events, "
            f"estimate = estimate_tonnage(events, seed=7), and give {how}"
        )


def _named_events(data: Any) -> str:
    """What was given in place of a series: events or a rate; empty for anything else."""
    first = next(iter(data), None) if isinstance(data, list | tuple) else data
    if isinstance(first, FlowEvent):
        return "events"
    return "a rate" if hasattr(data, "per_day") else ""


def _read_total(given: Quantity | float | str) -> float:
    """How much there is to be done: one number above 0."""
    try:
        total = one_number(given, name="total")
    except QuantityError as error:
        raise FrameError(
            f"total is how much there is to be done, a number above 0; {error}"
        ) from None
    if not total > 0:
        raise FrameError(f"total is how much there is to be done, a number above 0, got {given!r}")
    return total


def _falls_little(value: Floats) -> bool:
    """Whether figures fall, but so little and so rarely that a correction is the plain reading."""
    known = value[~np.isnan(value)]
    if known.size < 2:
        return False
    falls = np.diff(known) < 0
    is_rare = 0 < 3 * falls.sum() <= falls.size
    top = np.maximum.accumulate(known)
    return bool(is_rare and (known >= (1 - SMALL_FALL) * top).all())


def _correct_downwards(value: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats, Floats]:
    """Figures of which none is above what was published later."""
    # Of floors, which have no value, the next figure.
    later = np.fmin.accumulate(value[::-1])[::-1]
    later_high = np.minimum.accumulate(high[::-1])[::-1]
    is_floor = np.isnan(value)
    value = np.where(is_floor, value, later)
    high = np.where(is_floor, high, np.maximum(later_high, value))
    return value, np.fmin(low, later), high


def _check_dates(dates: Sequence[dt.datetime], time: str) -> None:
    """Refuse dates that are out of order or twice the same."""
    for row, (before, date) in enumerate(pairwise(dates), start=1):
        if date == before:
            raise FrameError(
                f"rows {row - 1} and {row} have the same {time}, {date:%Y-%m-%d %H:%M}; keep one of them"
            )
        if date < before:
            raise FrameError(
                f"row {row} ({date:%Y-%m-%d}) comes after row {row - 1} ({before:%Y-%m-%d}); sort by {time!r}"
            )


def _check_values(
    dates: Sequence[dt.datetime],
    low: Floats,
    value: Floats,
    total: float | None,
    *,
    may_fall: bool,
) -> None:
    """Refuse values that fall, go beyond the total, or are too few."""
    is_floor = np.isnan(value)
    highest, since = 0.0, 0
    for row, figure in enumerate(np.where(is_floor, low, value)):
        # A floor below an earlier figure is no fall: it only says the least.
        if figure < highest and not is_floor[row] and not may_fall:
            raise FrameError(
                f"row {row} ({dates[row]:%Y-%m-%d}): {figure:g} after {highest:g} on {dates[since]:%Y-%m-%d}; what was "
                "done cannot fall (where the total was corrected, say revised=True; from a stock that is left, take "
                "the first stock minus each)"
            )
        # Room for the rounding of shares that add up to the total.
        if total is not None and figure > total * (1 + 1e-9):
            raise FrameError(
                f"row {row} ({dates[row]:%Y-%m-%d}): {figure:g} is more than the total of {total:g}"
            )
        if figure > highest:
            highest, since = figure, row
    published = int((~is_floor).sum())
    if published < 2:
        raise FrameError(f"a forecast needs at least 2 dates with a value, got {published}")
