"""What others like it did, and what the plan was: how long withdrawals took, how many never ended, and earned value."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Floats
from ..blanks import is_blank
from ..errors import EstimateError, FrameError
from ..evidence.tables.columns import yes_or_no
from ..flows.counts.poisson import poisson_interval
from ..quantity.values import as_float
from ..results.range import Range

__all__ = ["EndTimes", "against_plan", "end_times"]

_LEAST = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EndTimes:
    """How long things of one class took to end, those that had not ended included.

    Parameters
    ----------
    at, going_on
        Times at which one ended, and the share still going on just after (Kaplan-Meier), shape (k,).
    per_day
        Ends per day under way, if all end at one rate (events over total time; Garwood interval).
    never, per_day_of_others
        Share that never ends and the rate of the rest: the mixture ``never + (1 - never) exp(-rate t)`` that fits best.
    negative_log_likelihood
        Of that mixture.
    """

    at: Floats
    going_on: Floats
    per_day: Range
    never: float
    per_day_of_others: float
    negative_log_likelihood: float

    def __str__(self) -> str:
        return (
            f"ends per day under way: {self.per_day}; share that never ends: {self.never:.0%}, "
            f"the rest at {self.per_day_of_others:.3g} per day"
        )


def end_times(days: Any, ended: Any, *, coverage: float = 0.95) -> EndTimes:
    """How long a class of withdrawals took, and what share of it never ends: a `stall` from your own cases.

    Parameters
    ----------
    days
        How long each had gone on, to its end or to the day you looked last, shape (n,): numbers of days, or durations
        (`timedelta`, a column of durations).
    ended
        Whether it had ended by then, shape (n,): True or False, 1 or 0, "yes" or "no".
    coverage
        Of the interval of `per_day`.

    Raises
    ------
    EstimateError
        Lengths differ, a time is not above 0 or no number of days, a cell of `ended` says neither yes nor no, or
        nothing ended.

    Notes
    -----
    Kaplan & Meier, JASA 53 (1958); the mixture: Boag 1949, Berkson & Gage 1952, by maximum likelihood. Its share
    is only known where cases were watched long past the last end, and says nothing about cases unlike yours.

    Examples
    --------
    >>> found = end_times([10, 20, 30, 400, 400], [1, 1, 1, 0, 0])
    >>> round(found.never, 2)
    0.4
    """
    from scipy.stats import CensoredData, ecdf

    times, flags = _items_of(days, "days"), _items_of(ended, "ended")
    t = np.array([_in_days(row, value) for row, value in enumerate(times)])
    done = np.array([_has_ended(row, value) for row, value in enumerate(flags)], dtype=bool)
    if t.shape != done.shape or not done.any():
        raise EstimateError(
            "days above 0 and ended (yes or no) for each, at least one of them ended, were wanted; got "
            f"{t.size} days, {done.size} of ended and {int(done.sum())} that ended"
        )
    survival = ecdf(CensoredData.right_censored(t, ~done)).sf
    ends = np.isin(survival.quantiles, t[done])
    count, total = int(done.sum()), float(t.sum())
    mixture = _Mixture(count, float(t[done].sum()), t[~done])
    rate = mixture.best_rate(total)
    return EndTimes(
        at=np.asarray(survival.quantiles[ends]),
        going_on=np.asarray(survival.probabilities[ends]),
        per_day=poisson_interval(count, exposure=total, method="garwood", coverage=coverage),
        never=mixture.best_share(rate),
        per_day_of_others=rate,
        negative_log_likelihood=mixture.loss(rate),
    )


@dataclass(frozen=True, slots=True)
class _Mixture:
    """Cases of which a share never ends and the others end at one rate.

    Parameters
    ----------
    count, ended_days
        How many ended, and the sum of their times.
    open_days
        Times of those that had not ended, shape (n,).
    """

    count: int
    ended_days: float
    open_days: Floats

    def best_share(self, rate: float) -> float:
        """The best share of `never` for a rate; 0 at the least."""
        from scipy.optimize import brentq

        gone = np.exp(-rate * self.open_days)

        def slope(share: float) -> float:
            gain = (1 - gone) / (share + (1 - share) * gone)
            return float(gain.sum()) - self.count / (1 - share)

        # Where the likelihood falls from the start, all of them end.
        if slope(_LEAST) <= 0:
            return 0.0
        return float(brentq(slope, _LEAST, 1 - 1e-9, xtol=1e-15))

    def best_rate(self, total: float) -> float:
        """The rate at which the likelihood turns, the share being the best for it."""
        from scipy.optimize import brentq

        # About the rate of all cases, and of those that ended: the root lies between.
        low, high = 1e-3 * self.count / total, 1e3 * self.count / self.ended_days
        return float(brentq(self._slope_of_rate, low, high, xtol=1e-15 * high, rtol=1e-14))

    def _slope_of_rate(self, rate: float) -> float:
        share = self.best_share(rate)
        gone = np.exp(-rate * self.open_days)
        others = (1 - share) * gone
        still = others / np.maximum(share + others, 1e-300)
        open_days = float((self.open_days * still).sum())
        return self.count / rate - self.ended_days - open_days

    def loss(self, rate: float) -> float:
        """Negative log-likelihood."""
        share = self.best_share(rate)
        going_on = share + (1 - share) * np.exp(-rate * self.open_days)
        ended = self.count * np.log((1 - share) * rate) - rate * self.ended_days
        return -float(ended + float(np.log(going_on).sum()))


def _items_of(values: Any, name: str) -> list[Any]:
    """The values of a list, an array or a column."""
    try:
        items = values.to_list() if hasattr(values, "to_list") else list(values)
    except TypeError:
        items = [values]
    if any(isinstance(item, list | tuple | np.ndarray) for item in items) or isinstance(
        values, str | Mapping
    ):
        raise EstimateError(
            f"{name} is one list with a value for each case, got {str(values)[:60]!r}"
        )
    return items


def _in_days(row: int, value: Any) -> float:
    """A duration in days."""
    try:
        days = _days_of(value)
    except (TypeError, ValueError):
        days = math.nan
    if not 0 < days < math.inf:
        raise EstimateError(
            f"days, row {row}: a number of days above 0, or a duration, was wanted, got {value!r:.40}"
        )
    return days


def _days_of(value: Any) -> float:
    if isinstance(value, np.timedelta64):
        return float(value / np.timedelta64(1, "s")) / 86_400
    if isinstance(value, dt.timedelta):
        return value.total_seconds() / 86_400
    # True is a number to Python, and no number of days.
    if isinstance(value, bool | np.bool_) or is_blank(value):
        return math.nan
    return float(value)


def _has_ended(row: int, value: Any) -> bool:
    try:
        ended = yes_or_no(value)
    except FrameError as error:
        raise EstimateError(f"ended, row {row}: {error}") from None
    if ended is None:
        raise EstimateError(f"ended, row {row}: yes or no was wanted, got {value!r:.40}")
    return ended


def against_plan(
    planned: ArrayLike, *, done: float, at: int, spent: float | None = None
) -> dict[str, float]:
    """Earned value and earned schedule: how far behind its plan it is. A display, not a forecast: it has no range.

    Parameters
    ----------
    planned
        What should have been done by the end of each period, in order, shape (n,); the last is all of it.
    done
        What had been done (the earned value).
    at
        Periods gone by.
    spent
        What the effort was worth, in the same unit (the actual cost), where that is known.

    Returns
    -------
    dict
        "earned_periods", "pace" (earned over gone by: SPI(t)), "periods_at_completion"; "share_of_plan" (SPI); and with
        `spent` "yield" (CPI), the estimates at completion "cost_at_yield", "cost_at_plan" and "cost_at_both", and
        "yield_needed" (TCPI).

    Raises
    ------
    EstimateError
        The plan falls or does not rise, or a number is out of bounds.

    Notes
    -----
    Lipke, Schedule is Different (2003); PMBOK formulae.

    Examples
    --------
    >>> against_plan([10, 25, 45, 70, 90, 100], done=50, at=5)["periods_at_completion"]
    9.375
    """
    plan = _read_plan(planned)
    done, gone = as_float(done, name="done"), as_float(at, name="at")
    spent = None if spent is None else as_float(spent, name="spent")
    if not gone.is_integer():
        raise EstimateError(f"at is a whole number of periods, got {at!r}")
    if not 0 < done <= plan[-1] or at < 1 or (spent is not None and not spent > 0):
        raise EstimateError(
            f"done lies above 0 and at most at {plan[-1]:g}, at is 1 or more, spent above 0"
        )
    ends = np.arange(plan.size + 1.0)
    # The period at whose end the plan has what is done.
    earned = float(np.interp(done, [0.0, *plan], ends))
    pace = earned / at
    by_now = float(plan[min(int(at), plan.size) - 1])
    found = {
        "earned_periods": earned,
        "pace": pace,
        "periods_at_completion": plan.size / pace,
        "share_of_plan": done / by_now,
    }
    if spent is not None:
        found |= _costs_of_plan(float(plan[-1]), done, spent, found["share_of_plan"])
    return found


def _read_plan(planned: ArrayLike) -> Floats:
    """What should have been done by the end of each period, which grows."""
    try:
        plan = np.atleast_1d(np.asarray(planned, dtype=np.float64))
    except (TypeError, ValueError):
        raise EstimateError(f"planned is a list of numbers, got {str(planned)[:60]!r}") from None
    grows = plan.ndim == 1 and bool((np.diff(plan, prepend=0.0) > 0).all())
    if not grows or not np.isfinite(plan).all():
        raise EstimateError(
            "planned is what should be done by the end of each period, each more than the one before"
        )
    return plan


def _costs_of_plan(
    whole: float, done: float, spent: float, share_of_plan: float
) -> dict[str, float]:
    """Earned value: what the effort was worth, and what it comes to at completion."""
    rest, worth = whole - done, done / spent
    needed = math.inf
    if spent < whole:
        needed = rest / (whole - spent)
    return {
        "yield": worth,
        "cost_at_yield": whole / worth,
        "cost_at_plan": spent + rest,
        "cost_at_both": spent + rest / (worth * share_of_plan),
        "yield_needed": needed,
    }
