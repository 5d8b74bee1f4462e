"""Estimates over time: low, middle and high, with the seed and the claims behind them."""

from __future__ import annotations

import datetime as dt
import html
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
        The frame library `to_frame` answers in.
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

        prefix, g = ("group_", len(self.groups)) if self.groups else ("", 1)
        names = ["low", "middle", "high", "mean"]
        if self.cumulative_middle.size:
            names += ["cumulative_low", "cumulative_middle", "cumulative_high"]
        columns: dict[str, Sequence[Any]] = {
            "start": list(self.starts) * g,
            "stop": list(self.stops) * g,
        }
        if self.groups:
            columns[self.by or "group"] = [name for name in self.groups for _ in self.starts]
        columns |= {name: getattr(self, prefix + name).ravel().tolist() for name in names}
        if errors:
            if self.groups or not self.mean_error.size:
                raise EstimateError(
                    "Monte Carlo errors by bin belong to an estimate without groups; leave out `by`"
                )
            columns |= {
                f"{name}_error": getattr(self, f"{name}_error").tolist()
                for name in ("low", "middle", "high", "mean")
            }
        columns["unit"] = [self.unit] * (len(self.starts) * g)
        return make_frame(columns, backend=backend or self.backend)

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
        last = stop - dt.timedelta(seconds=1)
        days = f"{self.days:.0f} day" + "s" * (f"{self.days:.0f}" != "1")
        least, of = len(self.uncounted), len(self.events) + len(self.uncounted)
        uncounted = f"{least} of {of} event{'s' * (of != 1)} not counted, " if least else ""
        return (
            f"{self.measure}: {self.total} in {days} ({start:%Y-%m-%d} to {last:%Y-%m-%d}, "
            f"{self.coverage:.0%}), {uncounted}{basis(self.claims, self.reports)}, seed {self.seed}"
        )

    def _repr_html_(self) -> str:
        rows = [("all", self.total), *zip(self.groups, self.group_totals, strict=True)]
        body = "".join(
            f"<tr><th>{html.escape(name)}</th><td>{html.escape(str(r))}</td></tr>"
            for name, r in rows
        )
        notes = "".join(f"<li>{html.escape(note)}</li>" for note in self.notes)
        return (
            f"<p>{html.escape(str(self))}</p><table><tbody>{body}</tbody></table><ul>{notes}</ul>"
        )


def basis(claims: Sequence[str], reports: Sequence[str]) -> str:
    """What a number rests on, in words."""
    if not claims:
        many = f"{len(reports)} source{'s' * (len(reports) != 1)}"
        return f"own figures from {many}" if reports else "own figures, no claims"
    return f"{len(claims)} claim{'s' * (len(claims) != 1)} from {len(reports)} report{'s' * (len(reports) != 1)}"


def few(names: Sequence[str]) -> str:
    """Names in a row, or the first three and how many more where there are over six."""
    return (
        ", ".join(names)
        if len(names) <= 6
        else f"{', '.join(names[:3])} and {len(names) - 3:,} more"
    )


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
    import re

    match = re.fullmatch(r"(\d+)(h|d|w|mo|q|y)", every) if isinstance(every, str) else None
    if not match or int(match[1]) < 1:
        raise EstimateError(
            f"every={every!r} is no duration; write '6h', '1d', '1w', '1mo', '1q' or '1y'"
        )
    size, unit = int(match[1]), match[2]
    edge = start.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit in ("mo", "q", "y"):
        months = size * {"mo": 1, "q": 3, "y": 12}[unit]
        edge = edge.replace(day=1, month=1 if unit == "y" else edge.month)
        edges = [edge]
        while edges[-1] < stop:
            year, month = divmod(edges[-1].year * 12 + edges[-1].month - 1 + months, 12)
            edges.append(edges[-1].replace(year=year, month=month + 1))
        return tuple(edges)
    step = (
        size
        * {"h": dt.timedelta(hours=1), "d": dt.timedelta(days=1), "w": dt.timedelta(weeks=1)}[unit]
    )
    count = -((edge - stop) // step)
    if count > 100_000:
        raise EstimateError(f"every={every!r} gives {count:,} bins; choose a wider one")
    return tuple(edge + i * step for i in range(count + 1))
