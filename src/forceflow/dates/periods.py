"""The periods that the dates of a series label: days, weeks, calendar months by their first or their last day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..errors import QuantityError
from .columns import Cell
from .window import DAY

__all__ = ["Label", "period_edges"]

Label = Literal["left", "right"]
"""Which day of its period a date is: the first or the last."""

Edges = tuple[dt.datetime, ...]
Clocks = Sequence[dt.datetime]
_WEEK = 7 * DAY


def period_edges(cells: Sequence[Cell], *, label: Label | None = None) -> Edges:
    """Moments between the periods of a series, in order, one more than there are periods.

    Parameters
    ----------
    cells
        Dates in order of time, two or more, none of them blank.
    label
        "left" where each date is the first day of its period, "right" where it is the last; None as in the notes.

    Raises
    ------
    QuantityError
        A period is missing, the steps are unequal, or a label may mean two periods; the message says which.

    Notes
    -----
    A label that is longer than a day is its own period ("2024-01", a period of pandas). A day is the first day of its
    period, except that the last days of months, quarters and years (also the last working days) label the calendar
    months that end there, as pandas writes them ("ME", "QE", "YE", "BME"). Steps of whole weeks from Monday to Monday
    begin on these Mondays, as ISO 8601 has it. On another weekday nothing tells whether it begins or ends the week
    (pandas labels its weeks by their last day), so they are refused without `label`.
    """
    if label not in (None, "left", "right"):
        raise QuantityError(
            f"label is 'left' (first day of a period) or 'right' (last day), got {label!r}"
        )
    starts, stops = _ends_of(cells)
    if len(set(starts)) < len(starts):
        raise QuantityError("a date is given twice; add its counts up first")
    is_long = [stop - start > DAY for start, stop in zip(starts, stops, strict=True)]
    if all(is_long):
        return _edges_of_windows(starts, stops)
    if any(is_long):
        row = is_long.index(not is_long[0])
        raise QuantityError(
            f"{starts[row]:%Y-%m-%d} is of another length than the dates before it; write all as days"
        )
    clocks = _local_clocks(cells, starts)
    zone = _zone_of(cells[0].local)
    months = _edges_of_months(clocks, zone, label)
    if months:
        return months
    if label == "right":
        return _edges_of_last_days(starts, clocks, zone)
    # Only without a label may a day begin or end its week.
    if label is None and _are_days(clocks):
        _check_weeks(clocks)
    return _edges_of_steps(starts, clocks, zone)


def _ends_of(cells: Sequence[Cell]) -> tuple[list[dt.datetime], list[dt.datetime]]:
    """First moment of each date, and first moment after it."""
    starts, stops = [], []
    for cell in cells:
        window = cell.window
        if window is None or window.start is None or window.stop is None:
            raise QuantityError("each date of a series needs a beginning and an end")
        starts.append(window.start)
        stops.append(window.stop)
    return starts, stops


def _local_clocks(cells: Sequence[Cell], starts: Sequence[dt.datetime]) -> Clocks:
    """What the clock of its own zone shows at the first moment of each date."""
    clocks = []
    for cell, start in zip(cells, starts, strict=True):
        moment = cell.local or start
        clocks.append(moment.replace(tzinfo=None))
    return clocks


def _are_days(clocks: Clocks) -> bool:
    return all(clock.time() == dt.time(0) for clock in clocks)


def _edges_of_windows(starts: Sequence[dt.datetime], stops: Sequence[dt.datetime]) -> Edges:
    for stop, next_start in zip(stops, starts[1:], strict=False):
        if stop != next_start:
            raise QuantityError(
                f"the periods do not follow each other after {stop - DAY:%Y-%m-%d}{_ZEROS}"
            )
    return (*starts, stops[-1])


_ZEROS = ": write a row with count 0 where nothing moved"


def _edges_of_months(clocks: Clocks, zone: dt.tzinfo, label: Label | None) -> Edges | None:
    """Edges of calendar months, where all labels are last days of months, or first or last working days."""
    if not _are_days(clocks):
        return None
    numbers = [clock.year * 12 + clock.month - 1 for clock in clocks]
    step = numbers[1] - numbers[0]
    if step < 1 or {after - here for here, after in pairwise(numbers)} != {step}:
        return None
    if all(map(_is_last, clocks)) or all(map(_is_last_working, clocks)):
        if label == "left":
            raise QuantityError(
                "the dates are last days of months, and label='left' makes them first days; say 'right'"
            )
        # The edge that a last day labels is the first day of the next month.
        numbers = [number + 1 for number in (numbers[0] - step, *numbers)]
    elif label != "right" and all(map(_is_first_working, clocks)):
        numbers.append(numbers[-1] + step)
    else:
        return None
    firsts = [dt.datetime(number // 12, number % 12 + 1, 1) for number in numbers]
    return _all_in_utc(firsts, zone)


def _edges_of_last_days(starts: Sequence[dt.datetime], clocks: Clocks, zone: dt.tzinfo) -> Edges:
    """Edges of equal steps that end with the day, or at the moment, of each label."""
    if _are_days(clocks):
        clocks = [clock + DAY for clock in clocks]
        starts = _all_in_utc(clocks, zone)
    # From the last label back, the first edge is found as the last one is elsewhere.
    last_to_first = _edges_of_steps(starts[::-1], clocks[::-1], zone)
    return last_to_first[::-1]


def _edges_of_steps(starts: Sequence[dt.datetime], clocks: Clocks, zone: dt.tzinfo) -> Edges:
    """Edges of equal steps from the first moment of each label, of time or on the clock of their zone."""
    by_time = _next_start(starts)
    if by_time:
        return (*starts, by_time)
    # Where summer time begins or ends, days are equal on the clock alone.
    by_clock = _next_start(clocks)
    if by_clock:
        return (*starts, _in_utc(by_clock, zone))
    gap = next(_breaks_of_step(clocks))
    raise QuantityError(f"steps are unequal after {gap:%Y-%m-%d}{_why_unequal(sorted(clocks))}")


def _next_start(moments: Sequence[dt.datetime]) -> dt.datetime | None:
    """Where the next step would begin; None where the steps are unequal."""
    if any(_breaks_of_step(moments)):
        return None
    return _a_step_after(moments[-2], moments[-1])


def _breaks_of_step(moments: Sequence[dt.datetime]) -> Iterator[dt.datetime]:
    """Moments after which the step is another than before."""
    for before, here, then in zip(moments, moments[1:], moments[2:], strict=False):
        if then != _a_step_after(before, here):
            yield here


def _a_step_after(before: dt.datetime, last: dt.datetime) -> dt.datetime:
    """Next start at the same step: calendar months where the two stand on the same day of a month, else time."""
    same_time_later = last + (last - before)
    months = (last.year - before.year) * 12 + last.month - before.month
    if last.day != before.day or months == 0:
        return same_time_later
    year, month = divmod(last.year * 12 + last.month - 1 + months, 12)
    try:
        return last.replace(year=year, month=month + 1)
    except ValueError:
        # There is no such day in that month.
        return same_time_later


def _check_weeks(clocks: Clocks) -> None:
    """Refuse steps of whole weeks on a day that may begin or end them; Mondays begin them, as in ISO 8601."""
    steps = {after - here for here, after in pairwise(clocks)}
    step = steps.pop()
    if steps or step % _WEEK or clocks[0].weekday() == 0 or clocks[0].day == clocks[1].day:
        return
    day = clocks[0]
    weeks = "weeks" if step == _WEEK else f"periods of {step.days} days"
    raise QuantityError(
        f"{weeks} that are labelled by {day:%A}s may begin or end there: {day:%Y-%m-%d} may stand for "
        f"{day:%Y-%m-%d} to {day + step - DAY:%Y-%m-%d}, or for {day + DAY - step:%Y-%m-%d} to {day:%Y-%m-%d}, as "
        "pandas labels weeks; say label='left' (first day) or label='right' (last day), or give periods "
        f"(frame['date'].dt.to_period('W-{_SHORT[day.weekday()]}') ends there)"
    )


_SHORT = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_PARTS_OF_MONTHS = ({1, 11, 21}, {1, 15}, {1, 16}, {10, 20}, {15})
"""Days on which thirds and halves of months begin or, before the last days of months, end."""


def _why_unequal(clocks: Clocks) -> str:
    """What is uneven about the dates, and what to do about it."""
    if _is_changed_clock(clocks):
        return (
            ": the clock was changed there; these are days of a zone written in UTC; give the days alone "
            "('2024-03-31'), or moments with their zone (frame['date'].dt.tz_convert('Europe/Berlin'))"
        )
    if not _are_days(clocks):
        return _ZEROS
    if _are_parts_of_months(clocks):
        return (
            ": halves and thirds of months are 8 to 16 days long, and periods of a series have one length; add them "
            "up to months, or give daily counts"
        )
    if all(_is_next_working_day(here, after) for here, after in pairwise(clocks)):
        return f" (the weekends are left out){_ZEROS}"
    return _ZEROS


def _is_changed_clock(clocks: Clocks) -> bool:
    """Whether the dates come at two times of day that are an hour apart, as midnights of a zone do in UTC."""
    hours = sorted({clock.hour + clock.minute / 60 for clock in clocks})
    return len(hours) == 2 and hours[1] - hours[0] in (1, 23)


def _are_parts_of_months(clocks: Clocks) -> bool:
    """Whether the dates are those of halves or thirds of months; one day in every month may be a whole one."""
    inner = {clock.day for clock in clocks if not _is_last(clock)}
    if len(inner) < 2 and inner != {15}:
        return False
    return any(map(inner.issubset, _PARTS_OF_MONTHS))


def _is_next_working_day(here: dt.datetime, after: dt.datetime) -> bool:
    is_over_weekend = here.weekday() == 4 and after - here == 3 * DAY
    return is_over_weekend or after - here == DAY


def _is_last(clock: dt.datetime) -> bool:
    return (clock + DAY).day == 1


def _is_last_working(clock: dt.datetime) -> bool:
    """Whether it is the last day of its month from Monday to Friday."""
    if clock.weekday() >= 5:
        return False
    day = clock + DAY
    while day.month == clock.month:
        if day.weekday() < 5:
            return False
        day += DAY
    return True


def _is_first_working(clock: dt.datetime) -> bool:
    """Whether it is the first day of its month from Monday to Friday."""
    if clock.weekday() >= 5:
        return False
    day = clock - DAY
    while day.month == clock.month:
        if day.weekday() < 5:
            return False
        day -= DAY
    return True


def _zone_of(moment: dt.datetime | None) -> dt.tzinfo:
    """The zone of a moment by its name, so that a clock of summer and one of winter are both right."""
    if moment is None or moment.tzinfo is None:
        return dt.UTC
    zone = moment.tzinfo
    name = getattr(zone, "key", None) or getattr(zone, "zone", None)
    if not name:
        return zone
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return zone


def _in_utc(clock: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    return clock.replace(tzinfo=zone).astimezone(dt.UTC)


def _all_in_utc(clocks: Clocks, zone: dt.tzinfo) -> Edges:
    return tuple(_in_utc(clock, zone) for clock in clocks)
