"""Estimates over time: low, middle and high, with the seed and the claims behind them."""

from __future__ import annotations

import datetime as dt
import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ..arrays import Floats
from ..display import brief
from ..errors import EstimateError
from .range import Range

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..evidence.events import FlowEvent

__all__ = ["Estimate", "basis", "bin_edges", "day_of", "few", "moment_of"]


_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimate:
    """A quantity over time, with its range.

    Parameters
    ----------
    measure, unit
        What is estimated ("tonnage", "rate of movements") and in which unit.
    starts, stops
        Begin and end of each time bin, UTC; half-open.
    low, middle, high
        5 %, 50 % and 95 % points (at 90 % coverage) of each bin over all groups together, shape (bins,). Medians do not
        add up; `mean` does: its sum over bins and groups is the mean of `total`.
    mean
        Mean of each bin, shape (bins,).
    groups, by
        Names of the groups and what they are groups of; empty when not grouped.
    group_low, group_middle, group_high, group_mean
        The same per group, shape (groups, bins).
    cumulative_low, cumulative_middle, cumulative_high
        From the first bin to the end of each, shape (bins,); empty for a rate.
    group_cumulative_low, group_cumulative_middle, group_cumulative_high
        The same per group, shape (groups, bins).
    low_error, middle_error, high_error, mean_error
        Monte Carlo standard errors of each bin, shape (bins,): how far another seed would move it.
    total, total_mean, total_mean_error
        All bins together, and the Monte Carlo standard error of the mean. For a rate: the rate over the whole span.
    group_totals
        The total of each group.
    coverage, draws, seed
        Share of draws between low and high, how many, and the seed.
    claims, events, reports
        Ids of what was used.
    uncounted
        Ids of events of which no number of the measure was published; they add nothing.
    notes
        What the reader should know, one line each: events without a count, priors used.
    backend
        The library whose frames `to_frame` makes.
    span
        First moment of the record and the one after its last day; None where the bins say it.
    used, again
        The events that went in, and the same estimate of other events: for `explain` and `what_if`.
    """

    measure: str
    unit: str
    starts: tuple[dt.datetime, ...]
    stops: tuple[dt.datetime, ...]
    low: Floats
    middle: Floats
    high: Floats
    mean: Floats
    groups: tuple[str, ...] = ()
    by: str | None = None
    group_low: Floats = field(default_factory=lambda: np.empty((0, 0)))
    group_middle: Floats = field(default_factory=lambda: np.empty((0, 0)))
    group_high: Floats = field(default_factory=lambda: np.empty((0, 0)))
    group_mean: Floats = field(default_factory=lambda: np.empty((0, 0)))
    cumulative_low: Floats = field(default_factory=lambda: np.empty(0))
    cumulative_middle: Floats = field(default_factory=lambda: np.empty(0))
    cumulative_high: Floats = field(default_factory=lambda: np.empty(0))
    group_cumulative_low: Floats = field(default_factory=lambda: np.empty((0, 0)))
    group_cumulative_middle: Floats = field(default_factory=lambda: np.empty((0, 0)))
    group_cumulative_high: Floats = field(default_factory=lambda: np.empty((0, 0)))
    low_error: Floats = field(default_factory=lambda: np.empty(0))
    middle_error: Floats = field(default_factory=lambda: np.empty(0))
    high_error: Floats = field(default_factory=lambda: np.empty(0))
    mean_error: Floats = field(default_factory=lambda: np.empty(0))
    total: Range
    total_mean: float
    total_mean_error: float = 0.0
    group_totals: tuple[Range, ...] = ()
    coverage: float
    draws: int
    seed: int
    claims: tuple[str, ...]
    events: tuple[str, ...]
    reports: tuple[str, ...]
    uncounted: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    backend: str = "polars"
    span: tuple[dt.datetime, dt.datetime] | None = None
    used: tuple[FlowEvent, ...] = field(default=(), repr=False)
    again: Callable[[tuple[FlowEvent, ...]], Estimate] | None = field(default=None, repr=False)

    @property
    def answer(self) -> str:
        """The headline number with its range."""
        return str(self.total)

    def to_frame(self, *, errors: bool = False, backend: str | None = None) -> Any:
        """One row per bin (and group): start, stop, group, low, middle, high, mean, unit; cumulative ones if any.

        Parameters
        ----------
        errors
            Add the Monte Carlo standard errors: low_error, middle_error, high_error, mean_error; not by group.
        backend
            "polars", "pandas" or "pyarrow"; by default the library the events came in.
        """
        from ..evidence.tables.event_frames import make_frame

        names = ["low", "middle", "high", "mean"]
        if self.cumulative_middle.size:
            names += ["cumulative_low", "cumulative_middle", "cumulative_high"]
        repeats, prefix = 1, ""
        if self.groups:
            repeats, prefix = len(self.groups), "group_"
        columns: dict[str, Sequence[Any]] = {
            "start": list(self.starts) * repeats,
            "stop": list(self.stops) * repeats,
        }
        if self.groups:
            columns[self.by or "group"] = np.repeat(self.groups, len(self.starts)).tolist()
        for name in names:
            columns[name] = getattr(self, prefix + name).ravel().tolist()
        if errors:
            columns |= self._error_columns()
        columns["unit"] = [self.unit] * len(columns["start"])
        return make_frame(columns, backend=backend or self.backend)

    def _error_columns(self) -> dict[str, Sequence[Any]]:
        """Monte Carlo standard errors of each bin, by the name of their column."""
        if self.groups or not self.mean_error.size:
            raise EstimateError(
                "Monte Carlo errors by bin belong to an estimate without groups; leave out `by`"
            )
        return {
            "low_error": self.low_error.tolist(),
            "middle_error": self.middle_error.tolist(),
            "high_error": self.high_error.tolist(),
            "mean_error": self.mean_error.tolist(),
        }

    @property
    def days(self) -> float:
        """Length of the record in days; the last bin may reach beyond it."""
        start, stop = self._ends
        return (stop - start).total_seconds() / 86_400

    @property
    def _ends(self) -> tuple[dt.datetime, dt.datetime]:
        return self.span or (self.starts[0], self.stops[-1])

    __repr__ = brief

    def __str__(self) -> str:
        start, stop = self._ends
        # The record ends before its stop: a stop at midnight is of the next day.
        last = stop - dt.timedelta(seconds=1)
        days = _count_of(f"{self.days:.0f}", "day")
        where = f"{start:%Y-%m-%d} to {last:%Y-%m-%d}, {self.coverage:.0%}"
        made_from = f"{self._uncounted()}{basis(self.claims, self.reports)}, seed {self.seed}"
        return f"{self.measure}: {self.total} in {days} ({where}), {made_from}"

    def _uncounted(self) -> str:
        """How many events add nothing, with a comma behind it; empty where every event was counted."""
        if not self.uncounted:
            return ""
        events = _count_of(len(self.events) + len(self.uncounted), "event")
        return f"{len(self.uncounted)} of {events} not counted, "

    def _repr_html_(self) -> str:
        body = ""
        totals = zip(("all", *self.groups), (self.total, *self.group_totals), strict=True)
        for name, total in totals:
            body += f"<tr><th>{html.escape(name)}</th><td>{html.escape(str(total))}</td></tr>"
        notes = ""
        for note in self.notes:
            notes += f"<li>{html.escape(note)}</li>"
        return (
            f"<p>{html.escape(str(self))}</p><table><tbody>{body}</tbody></table><ul>{notes}</ul>"
        )


def basis(claims: Sequence[str], reports: Sequence[str]) -> str:
    """What a number rests on, in words."""
    if claims:
        return f"{_count_of(len(claims), 'claim')} from {_count_of(len(reports), 'report')}"
    # Events of a table have no claims, and what it names are sources and not reports of ours.
    if reports:
        return f"own figures from {_count_of(len(reports), 'source')}"
    return "own figures, no claims"


def _count_of(number: int | str, noun: str) -> str:
    """A number and what it counts: "1 claim", "2 claims"."""
    if str(number) == "1":
        return f"1 {noun}"
    return f"{number} {noun}s"


def few(names: Sequence[str]) -> str:
    """Names in a row, or the first three and how many more where there are over six."""
    if len(names) <= 6:
        return ", ".join(names)
    return f"{', '.join(names[:3])} and {len(names) - 3:,} more"


def day_of(moment: dt.datetime) -> float:
    """Days since 1970-01-01 UTC."""
    return (moment - _EPOCH).total_seconds() / 86_400


def moment_of(day: float) -> dt.datetime:
    """Moment that is `day` days after 1970-01-01 UTC."""
    return _EPOCH + dt.timedelta(days=day)


def bin_edges(start: dt.datetime, stop: dt.datetime, *, every: str) -> tuple[dt.datetime, ...]:
    """Edges of time bins that cover [start, stop); the first begins at midnight UTC of the first day.

    Parameters
    ----------
    every
        A polars duration: "6h", "1d", "1w", "1mo", "1q", "1y". Weeks are counted from `start`, whatever day it is; a
        month or quarter bin begins on the first of its month, a year bin on 1 January.

    Raises
    ------
    EstimateError
        The duration is not understood, or would give more than 100,000 bins.
    """
    size, unit = _read_duration(every)
    first = start.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit in _MONTHS_OF:
        first = first.replace(day=1)
        if unit == "y":
            first = first.replace(month=1)
        return _edges_by_months(first, stop, size * _MONTHS_OF[unit])
    step = size * _LENGTH_OF[unit]
    # Rounded up: the last bin may reach beyond the stop.
    count = -((first - stop) // step)
    if count > _MOST_BINS:
        raise EstimateError(f"every={every!r} gives {count:,} bins; choose a wider one")
    return tuple(first + number * step for number in range(count + 1))


_MONTHS_OF = {"mo": 1, "q": 3, "y": 12}
_LENGTH_OF = {"h": dt.timedelta(hours=1), "d": dt.timedelta(days=1), "w": dt.timedelta(weeks=1)}
_MOST_BINS = 100_000


def _read_duration(every: str) -> tuple[int, str]:
    """Number and unit of a duration of polars."""
    if isinstance(every, str):
        match = re.fullmatch(r"(\d+)(h|d|w|mo|q|y)", every)
        if match and int(match[1]) >= 1:
            return int(match[1]), match[2]
    raise EstimateError(
        f"every={every!r} is no duration; write '6h', '1d', '1w', '1mo', '1q' or '1y'"
    )


def _edges_by_months(first: dt.datetime, stop: dt.datetime, months: int) -> tuple[dt.datetime, ...]:
    """Edges from the first of a month on, so many months apart, until they reach the stop."""
    edges = [first]
    while edges[-1] < stop:
        year, month = divmod(edges[-1].year * 12 + edges[-1].month - 1 + months, 12)
        edges.append(edges[-1].replace(year=year, month=month + 1))
    return tuple(edges)
