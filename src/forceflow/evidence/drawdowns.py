"""Withdrawals that ended, as they were published: how much was out by which date."""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from operator import attrgetter
from typing import Any

from ..dates import read_moment
from ..display import Listed, brief
from ..errors import UnknownNameError
from .tables.event_frames import make_frame

__all__ = ["DRAWDOWNS", "Drawdown", "DrawdownPoint", "load_drawdown"]

DRAWDOWNS: dict[str, tuple[str, dict[str, tuple[str, float | None]]]] = {
    "afghanistan-2021": (
        "US retrograde from Afghanistan, May to August 2021",
        {
            "loads": ("C-17 equivalent loads flown out", None),
            "pieces": ("pieces turned over to the Defense Logistics Agency", None),
            "percent": ("share complete, as bands and floors", 100.0),
        },
    ),
    "kabul-2021": (
        "Airlift from Kabul, August 2021",
        {
            "evacuees": ("people flown out since 14 August", None),
            "evacuees_since_july": ("people flown out since the end of July", None),
            "evacuees_24h": ("people flown out, sum of the 24-hour figures since 18 August", None),
        },
    ),
    "iraq-2009": (
        "US troops in Iraq, January 2009 to August 2010",
        {"troops_left": ("troops withdrawn, of 142,000; the plan left 50,000", 92_000.0)},
    ),
    "iraq-2011": (
        "US troops in Iraq, September to December 2011",
        {"troops_left": ("troops withdrawn, of 45,000", 45_000.0)},
    ),
    "syria-chemicals-2014": (
        "Removal of Syria's declared chemicals, January to June 2014",
        {"percent": ("share removed, later removed or destroyed", 100.0)},
    ),
    "sudan-2023": (
        "Saudi evacuation from Sudan, April and May 2023",
        {"evacuees": ("people brought to Jeddah", None)},
    ),
    "dunkirk-1940": (
        "Evacuation of Dunkirk, May and June 1940",
        {"troops": ("troops landed in Britain since 27 May", None)},
    ),
}
"""Cases shipped: title, and for each measure what it counts and the total that was known at the time."""


_COLUMNS = {
    "date": "date",
    "value": "value",
    "done_low": "low",
    "done_high": "high",
    "qualifier": "qualifier",
    "status": "status",
    "source": "source",
    "url": "url",
    "note": "note",
}
"""Columns of a frame, and the fields of a point that they hold."""


@dataclass(frozen=True, slots=True)
class DrawdownPoint:
    """One published figure.

    Parameters
    ----------
    date
        As of when, UTC.
    value
        How much was done by then; None where only a floor was published.
    low, high
        What the words leave open; `high` is None for a floor.
    qualifier
        The word used: "eq", "about", "nearly", "between", "more than".
    status
        "read" in the source, or "derived" from read figures as the note says.
    source, url, note
        Where it was published, and what else to know, contradictions among it.
    """

    date: dt.datetime
    value: float | None
    low: float
    high: float | None
    qualifier: str
    status: str
    source: str
    url: str
    note: str

    @property
    def value_or_floor(self) -> float:
        """How much was done by then, or at least."""
        if self.value is None:
            return self.low
        return self.value

    @property
    def _bounds(self) -> str:
        """What the words leave open, in brackets; empty for an exact figure."""
        if self.low == self.high:
            return ""
        if self.high is None:
            return f" ({self.low:,.10g} or more)"
        return f" ({self.low:,.10g} to {self.high:,.10g})"

    def _listed_(self) -> dict[str, str]:
        return {
            "date": f"{self.date:%Y-%m-%d}",
            "figure": f"{self.value_or_floor:,.10g}{self._bounds}",
            "status": self.status,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class Drawdown:
    """How much of a withdrawal was done by which date, with sources.

    Parameters
    ----------
    name, title
        Its name and what it was.
    measure, counted, unit
        Which of its measures, what that counts, and the unit.
    points
        The published figures, in order of date.
    left_out
        Figures that contradict a point and are kept only here.
    total
        How much there was to be done, where that was known at the time.
    """

    name: str
    title: str
    measure: str
    counted: str
    unit: str
    points: tuple[DrawdownPoint, ...]
    left_out: tuple[DrawdownPoint, ...]
    total: float | None

    @property
    def measures(self) -> tuple[str, ...]:
        """All measures of this withdrawal."""
        return tuple(DRAWDOWNS[self.name][1])

    def to_frame(self, *, backend: str = "polars") -> Any:
        """One row per figure: date, value, done_low, done_high, qualifier, status, source, url, note."""
        columns: dict[str, list[Any]] = {}
        for name, field in _COLUMNS.items():
            columns[name] = list(map(attrgetter(field), self.points))
        for name in ("value", "done_high"):
            columns[name] = list(map(_or_nan, columns[name]))
        return make_frame(columns, backend=backend)

    __repr__ = brief

    def _repr_html_(self) -> str:
        return Listed(self.points).to_html(caption=str(self), shown=len(self.points))

    def __str__(self) -> str:
        first, last = self.points[0], self.points[-1]
        return (
            f"{self.title}: {self.counted}, {len(self.points)} figures from {first.date:%Y-%m-%d} to "
            f"{last.date:%Y-%m-%d}, {last.value_or_floor:,.10g} {self.unit} at the end"
        )


def load_drawdown(name: str, *, measure: str | None = None) -> Drawdown:
    """Load a withdrawal that ended, with the source of each figure.

    Parameters
    ----------
    name
        One of `DRAWDOWNS`: "afghanistan-2021", "kabul-2021", ...
    measure
        Which of its measures; the first by default.

    Raises
    ------
    UnknownNameError
        No such withdrawal or measure; the message lists the nearest.

    Examples
    --------
    >>> kabul = load_drawdown("kabul-2021")
    >>> print(f"{kabul.title}: {len(kabul.points)} figures, {kabul.points[-1].value:,.0f} {kabul.unit} at the end")
    Airlift from Kabul, August 2021: 12 figures, 116,700 persons at the end
    """
    if name not in DRAWDOWNS:
        raise UnknownNameError("data set", name, DRAWDOWNS)
    title, measures = DRAWDOWNS[name]
    chosen = measure or next(iter(measures))
    if chosen not in measures:
        raise UnknownNameError(f"measure of {name}", chosen, measures)
    rows = _rows_of(name, chosen)
    used: list[DrawdownPoint] = []
    left_out: list[DrawdownPoint] = []
    for row in rows:
        # Figures that contradict another one are kept, and not used.
        if row["use"] == "no":
            left_out.append(_read_point(row))
        else:
            used.append(_read_point(row))
    if rows[0]["use"] == "daily":
        used = _add_up_days(used)
    counted, total = measures[chosen]
    return Drawdown(
        name=name,
        title=title,
        measure=chosen,
        counted=counted,
        unit=rows[0]["unit"],
        points=tuple(used),
        left_out=tuple(left_out),
        total=total,
    )


def _rows_of(name: str, measure: str) -> list[dict[str, str]]:
    """The rows of one measure of a withdrawal, in the order of the file."""
    rows = []
    for row in _read_rows():
        if row["case"] == name and row["metric"] == measure:
            rows.append(row)
    return rows


@cache
def _read_rows() -> tuple[dict[str, str], ...]:
    text = files("forceflow.evidence").joinpath("data/drawdowns.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def _read_point(row: dict[str, str]) -> DrawdownPoint:
    """One row; "more than N" with a best figure was read as N exactly, and stays a value with an open end."""
    low = _float_or_none(row["low"])
    best = _float_or_none(row["best"])
    high = _float_or_none(row["high"])
    if low is None:
        low = best or 0.0
    # Only a floor, without a best figure, has no upper end.
    if high is None:
        high = best
    return DrawdownPoint(
        date=read_moment(row["date"]),
        value=best,
        low=low,
        high=high,
        qualifier=row["qualifier"],
        status=row["status"],
        source=row["source"],
        url=row["url"],
        note=row["note"],
    )


def _float_or_none(cell: str) -> float | None:
    if not cell:
        return None
    return float(cell)


def _or_nan(value: float | None) -> float:
    """A number as a column of floats holds it."""
    if value is None:
        return math.nan
    return value


def _add_up_days(points: Iterable[DrawdownPoint]) -> list[DrawdownPoint]:
    """Daily figures as what was done by the end of each day."""
    value = low = high = 0.0
    sums = []
    for point in points:
        value += point.value or 0.0
        low += point.low
        high += point.high or point.value or 0.0
        sums.append(replace(point, value=value, low=low, high=high, status="derived"))
    return sums
