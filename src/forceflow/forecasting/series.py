"""Cumulative series, as they come in a frame, and forecasts of them."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arrays import Floats
from ..dates import Cell, read_moment
from ..dates.window import DAY
from ..display import brief
from ..errors import EstimateError, FrameError, QuantityError
from ..evidence.drawdowns import Drawdown
from ..evidence.events import FlowEvent
from ..evidence.tables.columns import to_unit
from ..evidence.tables.event_frames import backend_of, make_frame
from ..evidence.tables.native_frames import read_columns
from ..quantity import Quantity
from ..quantity.single import one_number
from ..results.arguments import check_asked
from ..results.estimate import Estimate, day_of, moment_of
from ..results.range import Range
from ..results.range_table import table_html

__all__ = ["Forecast", "Method", "Series", "as_series"]

_AT_LEAST = re.compile(r"(?:more than|over|at least|>=?|≥)\s*([\d.,]+)\s*%?", re.IGNORECASE)
_PLAIN = re.compile(r"[\d.,]+\s*%?")

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
        How much there is to be done, where that is known, and from which row on it was: a "%" says so where it stands.
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
    def known(self) -> NDArray[np.bool_]:
        """Where a value was published, and not only a floor; shape (n,)."""
        return ~np.isnan(self.value)

    @property
    def corrections(self) -> tuple[str, ...]:
        """The figures that a later one corrected, each in words."""
        if self.printed is None:
            return ()
        rows = np.flatnonzero(self.printed[0] > self.value)
        return tuple(
            f"{self.printed[0][row]:,.6g} of {self.dates[row]:%Y-%m-%d} was corrected downwards later and is read as "
            f"{self.value[row]:,.6g}; revised=False refuses a figure that falls"
            for row in rows
        )

    def until(self, n: int) -> Series:
        """The first `n` rows: what could be known at the date of the last of them."""
        columns = self.value, self.low, self.high
        printed = None
        if self.printed is not None:  # a correction is known from its own date on
            value, low, high = self.printed
            printed = value[:n].copy(), low[:n].copy(), high[:n].copy()
            columns = _corrected(*printed)
        value, low, high = (column[:n].copy() for column in columns)
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
        Columns of bounds; by default ``done_low`` and ``done_high``, or ``<done>_low`` and ``<done>_high``, where they
        stand. A null value with a `low` and no `high` is a floor.
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
        A column is missing; dates are not in order or stand twice; a value falls, lies outside its bounds or beyond the
        total. The message names the row.
    """
    total = None if total is None else _total(total)
    if isinstance(data, Series):
        return replace(data, total=total, total_from=0) if total is not None else data
    _refuse_events(data)
    name, unit = "series", ""
    if isinstance(data, Drawdown):
        name, unit, total = data.name, data.unit, data.total if total is None else total
        data, time, done, low, high = data.to_frame(), "date", "value", "done_low", "done_high"
    lows = [low] if low else ["done_low", f"{done}_low"]
    highs = [high] if high else ["done_high", f"{done}_high"]
    needed = [done, *([low] if low else []), *([high] if high else [])]
    days, columns = read_columns(
        data, time=time, needed=needed, optional=[*lows, *highs], dayfirst=dayfirst
    )
    dates = [_moment(i, cell, time) for i, cell in enumerate(days)]
    total_from = 0
    if total is None and (says := _says_percent(done, columns[done])) is not None:
        total, total_from = 100.0, says
    floor = next((columns[column] for column in lows if column in columns), [None] * len(dates))
    ceiling = next((columns[column] for column in highs if column in columns), [None] * len(dates))
    texts = [
        [cell for cell in column if isinstance(cell, str)]
        for column in (columns[done], floor, ceiling)
    ]
    base = _unit_of((columns[done], floor, ceiling)) if any(texts) else ""
    cells = zip(columns[done], floor, ceiling, strict=True)
    rows = [_row(i, dates[i], row, base) for i, row in enumerate(cells)]
    low_, value, high_ = (np.array([row[k] for row in rows], dtype=np.float64) for k in range(3))
    revised = not may_fall and _falls_little(value) if revised is None else revised
    _check(dates, low_, value, total, time, may_fall or revised)
    printed = (value, low_, high_) if revised else None
    value, low_, high_ = _corrected(value, low_, high_) if revised else (value, low_, high_)
    return Series(
        dates=tuple(dates),
        days=np.array([day_of(date) for date in dates]),
        value=value,
        low=low_,
        high=high_,
        total=total,
        total_from=total_from,
        name=name,
        unit=unit,
        backend=backend_of(data),
        printed=printed,
    )


def _refuse_events(data: Any) -> None:
    """Refuse an estimate or events, and name the frame that holds what was done by each date."""
    how = "estimate.to_frame(), time='stop', done='cumulative_middle'"
    if isinstance(data, Estimate) and not hasattr(data, "per_day"):
        raise FrameError(
            f"a series of what was done by each date was wanted, got an estimate; give {how}"
        )
    first = next(iter(data), None) if isinstance(data, list | tuple) else data
    if isinstance(first, FlowEvent) or isinstance(data, Estimate) or hasattr(data, "per_day"):
        what = "events" if isinstance(first, FlowEvent) else "a rate"
        raise FrameError(
            f"a series of what was done by each date was wanted, got {what}; make an estimate of the events, "
            f"estimate = estimate_tonnage(events, seed=7), and give {how}"
        )


def _total(given: Quantity | float | str) -> float:
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
    top = np.maximum.accumulate(known)
    falls = known[1:] < known[:-1]
    return bool(
        falls.any() and 3 * falls.sum() <= falls.size and (known >= (1 - SMALL_FALL) * top).all()
    )


def _corrected(value: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats, Floats]:
    """Figures of which none is above what was published later."""
    later = np.fmin.accumulate(value[::-1])[::-1]  # of floors, which have no value, the next figure
    value = np.where(np.isnan(value), value, later)
    low = np.fmin(low, later)
    high = np.where(
        np.isnan(value), high, np.maximum(np.minimum.accumulate(high[::-1])[::-1], value)
    )
    return value, low, high


def _says_percent(name: str, values: Sequence[Any]) -> int | None:
    """The first row that says the values are percentages: 0 if their column does, None if nothing does."""
    if re.search(r"percent|pct|%", name, re.IGNORECASE):
        return 0
    return next(
        (i for i, value in enumerate(values) if isinstance(value, str) and "%" in value), None
    )


def _moment(row: int, cell: Cell, time: str) -> dt.datetime:
    """By when it was done: a moment, a day, or the last day of a longer period."""
    window = cell.window
    if window is None or window.start is None or window.stop is None:
        raise FrameError(
            f"row {row}, column {time!r}: a date with both ends was wanted; write '2021-05-31'"
        )
    return window.start if window.stop - window.start <= DAY else window.stop - DAY


def _read(i: int, date: dt.datetime, text: str, unit: str) -> Quantity:
    """A cell of text, in the unit of the series."""
    said = text.strip()
    try:
        number = Quantity.parse(said.removesuffix("%").rstrip(), round_numbers="exact")
    except QuantityError as error:
        raise FrameError(f"row {i} ({date:%Y-%m-%d}): {error}") from None
    if number.per_day:
        raise FrameError(
            f"row {i} ({date:%Y-%m-%d}): {text!r} is a rate, and the series holds what was done by each date; write "
            "the sum up to that date"
        )
    printed = "%" if said.endswith("%") else number.unit
    factor = to_unit(printed, unit) if printed else 1.0
    if factor is None:
        raise FrameError(
            f"row {i} ({date:%Y-%m-%d}): {text!r} is in {printed}, and a row before it in {unit}; use one"
        )
    return number if factor == 1.0 else number.times(factor, unit=unit)


def _unit_of(columns: Sequence[Sequence[Any]]) -> str:
    """The unit of a series: that of the first text with one.

    Raises
    ------
    FrameError
        Texts are in several units, and another number is in none.
    """
    units: dict[str, str] = {}
    bare = ""
    for value in (value for column in columns for value in column if value is not None):
        text = str(value).strip()
        try:
            unit = "%" if text.endswith("%") else Quantity.parse(text).unit
        except QuantityError:
            continue
        bare = bare or ("" if unit else text)
        units.setdefault(unit, text)
    named = [unit for unit in units if unit]
    if bare and any(to_unit(unit, named[0]) != 1.0 for unit in named):
        raise FrameError(
            f"{bare!r} has no unit, and others are in {' and '.join(named)}; write the unit of each"
        )
    return named[0] if named else ""


def _row(i: int, date: dt.datetime, cells: Sequence[Any], unit: str) -> tuple[float, float, float]:
    """Low, value and high of one row."""
    value, low, high = cells
    low, high = (
        _read(i, date, part, unit).best if isinstance(part, str) else part for part in (low, high)
    )
    if isinstance(value, str):
        said = value.strip()
        if at_least := _AT_LEAST.fullmatch(said):
            value, low = None, _read(i, date, at_least[1] + "%" * said.endswith("%"), unit).best
        else:
            quantity = _read(i, date, said, unit)
            value = None if quantity.family == "at_least" else quantity.best
            if not _PLAIN.fullmatch(said):
                low, high = quantity.low, None if value is None else quantity.high
    try:
        numbers = [None if part is None else float(part) for part in (low, value, high)]
    except (TypeError, ValueError):
        raise FrameError(
            f"row {i} ({date:%Y-%m-%d}): {value!r} with bounds {low!r}, {high!r} is no number"
        ) from None
    lo, best, hi = numbers
    if best is None and lo is None:
        raise FrameError(
            f"row {i} ({date:%Y-%m-%d}): neither a value nor a floor; leave the row out"
        )
    if best is None and hi is not None and np.isfinite(hi) and lo is not None:
        best = (lo + hi) / 2
    if best is None:
        return float(lo or 0.0), np.nan, np.inf
    lo, hi = best if lo is None else lo, best if hi is None else hi
    if not (0 <= lo <= best <= hi and np.isfinite(best)):
        raise FrameError(
            f"row {i} ({date:%Y-%m-%d}): 0 <= low <= value <= high was wanted, got {lo:g}, {best:g}, {hi:g}"
        )
    return lo, best, hi


def _check(
    dates: Sequence[dt.datetime],
    low: Floats,
    value: Floats,
    total: float | None,
    time: str,
    may_fall: bool,
) -> None:
    for i in range(1, len(dates)):
        if dates[i] == dates[i - 1]:
            raise FrameError(
                f"rows {i - 1} and {i} stand at the same {time}, {dates[i]:%Y-%m-%d %H:%M}; keep one of them"
            )
        if dates[i] < dates[i - 1]:
            raise FrameError(
                f"row {i} ({dates[i]:%Y-%m-%d}) comes after row {i - 1} ({dates[i - 1]:%Y-%m-%d}); sort by {time!r}"
            )
    top, at = 0.0, 0
    for i in range(len(dates)):
        mine = low[i] if np.isnan(value[i]) else value[i]
        if mine < top and not np.isnan(value[i]) and not may_fall:
            raise FrameError(
                f"row {i} ({dates[i]:%Y-%m-%d}): {mine:g} after {top:g} on {dates[at]:%Y-%m-%d}; what was done cannot "
                "fall (where the total was corrected, say revised=True; from a stock that is left, take the first "
                "stock minus each)"
            )
        if total is not None and mine > total * (1 + 1e-9):
            raise FrameError(
                f"row {i} ({dates[i]:%Y-%m-%d}): {mine:g} is more than the total of {total:g}"
            )
        if mine > top:
            top, at = mine, i
    if int((~np.isnan(value)).sum()) < 2:
        raise FrameError(
            f"a forecast needs at least 2 dates with a value, got {int((~np.isnan(value)).sum())}"
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forecast:
    """What will have been done by each of some dates.

    Parameters
    ----------
    method
        Which forecaster.
    dates, days_ahead
        For when, UTC; and days after the last date of the history, shape (h,).
    draws
        Equally likely values, shape (h, draws).
    history
        What the forecast was made from.
    coverage
        Share of the draws between ``low`` and ``high``.
    parameters
        Numbers of the fit, by name.
    notes
        What the forecast assumes about what is still to come.
    """

    method: str
    dates: tuple[dt.datetime, ...]
    days_ahead: Floats
    draws: Floats
    history: Series
    coverage: float = 0.9
    parameters: dict[str, float]
    notes: tuple[str, ...] = ()

    def quantile(self, p: ArrayLike) -> Floats:
        """Quantiles for each date: shape (h,) for one `p`, (h, k) for several."""
        q = np.quantile(self.draws, np.asarray(p, dtype=np.float64), axis=1)
        return np.asarray(q if q.ndim == 1 else q.T)

    @property
    def low(self) -> Floats:
        """Lower end of the interval, shape (h,)."""
        return self.quantile((1 - self.coverage) / 2)

    @property
    def middle(self) -> Floats:
        """Median, shape (h,)."""
        return self.quantile(0.5)

    @property
    def high(self) -> Floats:
        """Upper end of the interval, shape (h,)."""
        return self.quantile((1 + self.coverage) / 2)

    def to_frame(self, *, backend: str | None = None) -> Any:
        """One row per date: date, low, middle, high."""
        columns: dict[str, Sequence[Any]] = {"date": list(self.dates)}
        columns |= {name: getattr(self, name).tolist() for name in ("low", "middle", "high")}
        return make_frame(columns, backend=backend or self.history.backend)

    __repr__ = brief

    def _repr_html_(self) -> str:
        rows = zip(self.dates, self.low, self.middle, self.high, strict=True)
        unit = self.history.unit
        table = table_html(
            str(self),
            [(f"{day:%Y-%m-%d}", str(Range(low, mid, top, unit))) for day, low, mid, top in rows],
        )
        return table + "".join(f"<p>{html.escape(note)}</p>" for note in self.notes)

    def __str__(self) -> str:
        last = Range.of_draws(self.draws[-1], coverage=self.coverage, unit=self.history.unit)
        return (
            f"forecast ({self.method}) of {self.history.name} from {self.history.dates[-1]:%Y-%m-%d}: {last} by "
            f"{self.dates[-1]:%Y-%m-%d} ({self.coverage:.0%})"
        )


def dates_ahead(
    history: Series, *, horizon: int, dates: Sequence[Any] | None
) -> tuple[tuple[dt.datetime, ...], Floats]:
    """Dates a forecast is for: those given, or `horizon` steps of the median length; and their days ahead."""
    last = history.days[-1]
    if dates is None:
        check_asked(horizon=horizon)
        ahead = np.median(np.diff(history.days)) * np.arange(1, horizon + 1)
        return tuple(moment_of(float(last + step)) for step in ahead), ahead
    if isinstance(dates, str):
        raise EstimateError(f"dates is a list, got {dates!r}; write dates=[{dates!r}]")
    try:
        given = list(dates)
    except TypeError:
        raise EstimateError(
            f"dates is a list of dates such as '2021-05-31', got {dates!r}"
        ) from None
    aware = tuple(read_moment(date, name="dates", error=EstimateError) for date in given)
    ahead = np.array([day_of(m) for m in aware]) - last
    if not ahead.size or (np.diff(ahead, prepend=0.0) <= 0).any():
        raise EstimateError(
            f"dates must be in order and after {history.dates[-1]:%Y-%m-%d}, the end of the history"
        )
    return aware, ahead
