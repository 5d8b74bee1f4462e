"""What `estimate_withdrawal` returns: when it would be complete, and what is still there until then."""

from __future__ import annotations

import datetime as dt
import html
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..arrays import Floats
from ..dates import end_of, read_moment
from ..dates.window import LAST_YEAR
from ..display import brief
from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..evidence.tables.event_frames import make_frame
from ..results.estimate import basis
from ..results.range import Range

__all__ = ["Withdrawal", "day_before", "day_words"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Withdrawal:
    """When the stock would be down to the floor: a distribution with an explicit chance of never.

    Parameters
    ----------
    dates, probability
        The moments at which the days after `as_of` end, and the probability that it is complete by each; shape (days,).
    remaining_low, remaining_middle, remaining_high
        The fan: what is still there at the end of each of `dates`, floor included, in `unit`, shape (days,);
        `coverage` lies between low and high. Each of `places` and `scenarios` has its own.
    measure, unit
        What is counted: tonnes, vehicles or personnel.
    places
        One `Withdrawal` for each place of a stock that was given by place; "Stock by place" in `estimate_withdrawal`.
    measures
        One for each measure of a stock that was given by measure; the first is this one.
    scenarios
        One for each of `scenarios`; with a stock by place also "as one stock", wherever things lie.
    stall_probability
        The probability of never: it stalls, or the net flow does not go out at all.
    stock, floor, moved, net_per_day
        What there was, what stays on purpose, what had left by `as_of` less what had come in, and the mean net outflow
        per day over the days looked back upon, around which the pace is carried forward.
    as_of
        Nothing that was published later was used.
    completion_days
        Days after `as_of` of each draw, sorted; infinite where it never happens.

    Notes
    -----
    ``ff.plot(left)`` draws `probability`, which is a level line where all is certain; ``kind="remaining"`` and
    ``kind="scenarios"`` draw the rest.
    """

    as_of: dt.datetime
    dates: tuple[dt.datetime, ...]
    probability: Floats
    remaining_low: Floats
    remaining_middle: Floats
    remaining_high: Floats
    stall_probability: float
    stock: Range
    floor: Range
    moved: Range
    net_per_day: Range
    measure: str = "tonnes"
    unit: str = "t"
    completion_days: Floats
    coverage: float
    draws: int
    seed: int
    claims: tuple[str, ...]
    events: tuple[str, ...]
    reports: tuple[str, ...]
    notes: tuple[str, ...] = ()
    backend: str = "polars"
    places: Mapping[str, Withdrawal] = field(default_factory=dict, repr=False)
    measures: Mapping[str, Withdrawal] = field(default_factory=dict, repr=False)
    scenarios: Mapping[str, Withdrawal] = field(default_factory=dict, repr=False)
    used: tuple[FlowEvent, ...] = field(default=(), repr=False)
    again: Callable[[tuple[FlowEvent, ...]], Withdrawal] | None = field(default=None, repr=False)

    @property
    def net_t_per_day(self) -> Range:
        """The net outflow carried forward; another name for `net_per_day`."""
        return self.net_per_day

    @property
    def floor_t(self) -> float:
        """Middle of what stays on purpose."""
        return self.floor.middle

    @property
    def answer(self) -> str:
        """The headline: when half the draws are complete, and how many never are; no day after the last of `dates`."""
        when = day_words(self, 0.5)
        half = f"half {when}" if when else "less than half ever"
        return f"{half}, never {self.stall_probability:.0%}"

    def probability_by(self, date: Any) -> float:
        """Probability that it is complete by the end of a day (or of a month), or by a moment."""
        end = _end_of_day(date)
        days = (end - self.as_of).total_seconds() / 86_400
        return float(np.searchsorted(self.completion_days, days, side="right") / self.draws)

    def date(self, q: float) -> dt.datetime | None:
        """Moment by which it is complete with probability `q`; None when that never happens.

        It may lie centuries after the last of `dates`, where little still leaves and that is carried on for so long;
        the words of `answer` stop at that day.

        Raises
        ------
        EstimateError
            `q` is not above 0 and below 1.
        """
        _check_probability(q)
        rank = min(int(np.ceil(q * self.draws)), self.draws)
        days = float(self.completion_days[rank - 1])
        if math.isinf(days):
            return None
        try:
            return self.as_of + dt.timedelta(days=days)
        except OverflowError:  # beyond the year 9999
            return None

    def date_if_complete(self, q: float) -> dt.datetime | None:
        """Moment by which it is complete with probability `q`, given that it ever is; None when it never is."""
        _check_probability(q)
        if self.stall_probability >= 1:
            return None
        return self.date(q * (1 - self.stall_probability))

    def to_frame(self, *, backend: str | None = None) -> Any:
        """One row per day, at its end: date (the day), probability, remaining_low, remaining_middle, remaining_high."""
        columns: dict[str, Any] = {
            "date": [read_moment(day_before(date)) for date in self.dates],
            "probability": self.probability.tolist(),
            "remaining_low": self.remaining_low.tolist(),
            "remaining_middle": self.remaining_middle.tolist(),
            "remaining_high": self.remaining_high.tolist(),
        }
        return make_frame(columns, backend=backend or self.backend)

    __repr__ = brief

    def __str__(self) -> str:
        middle = day_words(self, 0.5)
        when = "more than half the draws never end"
        if middle:
            when = f"half the draws are complete {middle}"
        return (
            f"withdrawal: {when}; never: {self.stall_probability:.0%} (stock {self.stock}, moved {self.moved} by "
            f"{day_before(self.as_of)}, net {self.net_per_day}), "
            f"{basis(self.claims, self.reports)}, seed {self.seed}"
        )

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{html.escape(note)}</li>" for note in self.notes)
        rows = (
            _answer_rows(self.scenarios) + _answer_rows(self.places) + _answer_rows(self.measures)
        )
        table = f"<table><tbody>{rows}</tbody></table>" if rows else ""
        return f"<p>{html.escape(str(self))}</p>{table}<ul>{notes}</ul>"


def _answer_rows(named: Mapping[str, Withdrawal]) -> str:
    """Rows of a table, one for each place, measure or scenario."""
    return "".join(
        f"<tr><th>{html.escape(name)}</th><td>{html.escape(left.answer)}</td></tr>"
        for name, left in named.items()
    )


def _end_of_day(date: Any) -> dt.datetime:
    # `date` of a result may give a moment beyond the years that dates are read in.
    if isinstance(date, dt.datetime) and date.year > LAST_YEAR:
        return date
    return end_of(date, name="date", error=EstimateError)


def _check_probability(q: float) -> None:
    if not 0 < q < 1:
        raise EstimateError(f"a probability above 0 and below 1 was wanted, got {q!r}")


def day_before(moment: dt.datetime) -> str:
    """The last day before a moment: a forecast is made at the end of a day."""
    return f"{moment - dt.timedelta(seconds=1):%Y-%m-%d}"


def day_words(left: Withdrawal, q: float) -> str:
    """By when it is complete with probability `q`, or that this is later than the dates reach; empty for never."""
    moment = left.date(q)
    if moment is None:
        return ""
    if moment > left.dates[-1]:
        return f"later than {day_before(left.dates[-1])}"
    return f"by {day_before(moment)}"
