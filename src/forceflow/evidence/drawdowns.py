"""Withdrawals that ended, as they were published: how much was out by which date."""

from __future__ import annotations

import csv
import datetime as dt
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate
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
        Where it stands, and what else to know, contradictions among it.
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

    def _listed_(self) -> dict[str, str]:
        high = "or more" if self.high is None else f"to {self.high:,.10g}"
        bounds = "" if self.low == self.high else f" ({self.low:,.10g} {high})"
        figure = f"{self.low if self.value is None else self.value:,.10g}{bounds}"
        return {
            "date": f"{self.date:%Y-%m-%d}",
            "figure": figure,
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
        rows = self.points
        columns: dict[str, list[Any]] = {
            "date": [p.date for p in rows],
            "value": [math.nan if p.value is None else p.value for p in rows],
            "done_low": [p.low for p in rows],
            "done_high": [math.nan if p.high is None else p.high for p in rows],
        }
        columns |= {
            name: [getattr(p, name) for p in rows]
            for name in ("qualifier", "status", "source", "url", "note")
        }
        return make_frame(columns, backend=backend)

    __repr__ = brief

    def _repr_html_(self) -> str:
        return Listed(self.points).to_html(caption=str(self), shown=len(self.points))

    def __str__(self) -> str:
        first, last = self.points[0], self.points[-1]
        done = last.value if last.value is not None else last.low
        return (
            f"{self.title}: {self.counted}, {len(self.points)} figures from {first.date:%Y-%m-%d} to "
            f"{last.date:%Y-%m-%d}, {done:,.10g} {self.unit} at the end"
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
    rows = [row for row in _rows() if row["case"] == name and row["metric"] == chosen]
    used = [_point(row) for row in rows if row["use"] != "no"]
    if rows[0]["use"] == "daily":
        used = _summed(used)
    counted, total = measures[chosen]
    left_out = tuple(_point(row) for row in rows if row["use"] == "no")
    return Drawdown(name, title, chosen, counted, rows[0]["unit"], tuple(used), left_out, total)


@cache
def _rows() -> tuple[dict[str, str], ...]:
    text = files("forceflow.evidence").joinpath("data/drawdowns.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def _point(row: dict[str, str]) -> DrawdownPoint:
    """One row; "more than N" with a best figure was read as N exactly, and stays a value with an open end."""
    low, best, high = (float(row[key]) if row[key] else None for key in ("low", "best", "high"))
    return DrawdownPoint(
        read_moment(row["date"]),
        best,
        float(low if low is not None else best or 0.0),
        high if best is None or high is not None else best,
        *(row[key] for key in ("qualifier", "status", "source", "url", "note")),
    )


def _summed(points: list[DrawdownPoint]) -> list[DrawdownPoint]:
    """Daily figures as what was done by the end of each day."""
    sums = [
        list(accumulate(values))
        for values in (
            [p.value or 0.0 for p in points],
            [p.low for p in points],
            [p.high or p.value or 0.0 for p in points],
        )
    ]
    return [
        DrawdownPoint(p.date, value, low, high, p.qualifier, "derived", p.source, p.url, p.note)
        for p, value, low, high in zip(points, *sums, strict=True)
    ]
