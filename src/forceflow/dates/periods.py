"""The periods that the dates of a series label: days, weeks, calendar months by their first or their last day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
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
    windows = [cell.window for cell in cells if cell.window is not None]
    starts = [window.start for window in windows if window.start is not None]
    stops = [window.stop for window in windows if window.stop is not None]
    if len(starts) != len(cells) or len(stops) != len(cells):
        raise QuantityError("each date of a series needs a beginning and an end")
    if len(set(starts)) < len(starts):
        raise QuantityError("a date stands twice; add its counts up first")
    long = [stop - start > DAY for start, stop in zip(starts, stops, strict=True)]
    if all(long):
        return _of_windows(starts, stops)
    if any(long):
        row = long.index(not long[0])
        raise QuantityError(
            f"{starts[row]:%Y-%m-%d} is of another length than the dates before it; write all as days"
        )
    clocks = [
        (cell.local or start).replace(tzinfo=None)
        for cell, start in zip(cells, starts, strict=True)
    ]
    zone = _zone(cells[0].local)
    if months := _of_calendar(clocks, zone, label):
        return months
    if label == "right":
        return _of_last_days(starts, clocks, zone)
    return _of_steps(starts, clocks, zone, is_told=label is not None)


def _of_windows(starts: Sequence[dt.datetime], stops: Sequence[dt.datetime]) -> Edges:
    for here, after in zip(stops, starts[1:], strict=False):
        if here != after:
            raise QuantityError(
                f"the periods do not follow each other after {here - DAY:%Y-%m-%d}{_ZEROS}"
            )
    return (*starts, stops[-1])


_ZEROS = ": write a row with count 0 where nothing moved"


def _of_calendar(
    clocks: Sequence[dt.datetime], zone: dt.tzinfo, label: Label | None
) -> Edges | None:
    """Edges of calendar months, where all labels are last days of months, or first or last working days."""
    if any(clock.time() != dt.time(0) for clock in clocks):
        return None
    numbers = [clock.year * 12 + clock.month - 1 for clock in clocks]
    steps = {after - here for here, after in pairwise(numbers)}
    if len(steps) != 1 or (step := steps.pop()) < 1:
        return None
    ends = all(_is_last(clock) for clock in clocks) or all(
        _is_last_working(clock) for clock in clocks
    )
    if ends and label == "left":
        raise QuantityError(
            "the dates are last days of months, and label='left' makes them first days; say 'right'"
        )
    if ends:
        numbers = [numbers[0] + 1 - step, *(number + 1 for number in numbers)]
    elif label != "right" and all(_is_first_working(clock) for clock in clocks):
        numbers = [*numbers, numbers[-1] + step]
    else:
        return None
    return tuple(_in_utc(dt.datetime(number // 12, number % 12 + 1, 1), zone) for number in numbers)


def _of_last_days(
    starts: Sequence[dt.datetime], clocks: Sequence[dt.datetime], zone: dt.tzinfo
) -> Edges:
    """Edges of equal steps that end with the day, or at the moment, of each label."""
    if all(clock.time() == dt.time(0) for clock in clocks):
        clocks = [clock + DAY for clock in clocks]
        starts = [_in_utc(clock, zone) for clock in clocks]
    last_to_first = _of_steps(starts[::-1], clocks[::-1], zone, is_told=True)
    return last_to_first[::-1]


def _of_steps(
    starts: Sequence[dt.datetime], clocks: Sequence[dt.datetime], zone: dt.tzinfo, *, is_told: bool
) -> Edges:
    """Edges of equal steps from the first moment of each label, of time or on the clock of their zone."""
    midnight = all(clock.time() == dt.time(0) for clock in clocks)
    if midnight and not is_told:
        _check_weeks(clocks)
    by_time = _next(starts)
    by_clock = None if by_time else _next(clocks)
    if by_time:
        return (*starts, by_time)
    if by_clock:
        return (*starts, _in_utc(by_clock, zone))
    triples = zip(clocks, clocks[1:], clocks[2:], strict=False)
    gap = next(here for before, here, then in triples if then != _after(before, here))
    raise QuantityError(f"steps are unequal after {gap:%Y-%m-%d}{_why_unequal(sorted(clocks))}")


def _check_weeks(clocks: Sequence[dt.datetime]) -> None:
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


def _why_unequal(clocks: Sequence[dt.datetime]) -> str:
    """What is uneven about the dates, and what to do about it."""
    midnight = all(clock.time() == dt.time(0) for clock in clocks)
    steps = [after - here for here, after in pairwise(clocks)]
    hours = sorted({clock.hour + clock.minute / 60 for clock in clocks})
    if len(hours) == 2 and hours[1] - hours[0] in (1, 23):
        return (
            ": the clock was changed there; these are days of a zone written in UTC; give the days alone "
            "('2024-03-31'), or moments with their zone (frame['date'].dt.tz_convert('Europe/Berlin'))"
        )
    inner = {clock.day for clock in clocks if not _is_last(clock)}
    if (
        midnight
        and (len(inner) > 1 or inner == {15})
        and any(inner <= days for days in _PARTS_OF_MONTHS)
    ):
        return (
            ": halves and thirds of months are 8 to 16 days long, and periods of a series have one length; add them "
            "up to months, or give daily counts"
        )
    if midnight and all(
        step == DAY or (step == 3 * DAY and here.weekday() == 4)
        for here, step in zip(clocks, steps, strict=False)
    ):
        return f" (the weekends are left out){_ZEROS}"
    return _ZEROS


def _next(moments: Sequence[dt.datetime]) -> dt.datetime | None:
    """Where the next step would begin; None where the steps are unequal."""
    for before, here, then in zip(moments, moments[1:], moments[2:], strict=False):
        if then != _after(before, here):
            return None
    return _after(moments[-2], moments[-1])


def _after(before: dt.datetime, last: dt.datetime) -> dt.datetime:
    """Next start at the same step: calendar months where the two stand on the same day of a month, else time."""
    months = (last.year - before.year) * 12 + last.month - before.month
    if last.day != before.day or months == 0:
        return last + (last - before)
    year, month = divmod(last.year * 12 + last.month - 1 + months, 12)
    try:
        return last.replace(year=year, month=month + 1)
    except ValueError:  # no such day in that month
        return last + (last - before)


def _is_last(clock: dt.datetime) -> bool:
    return (clock + DAY).day == 1


def _is_last_working(clock: dt.datetime) -> bool:
    """Whether it is the last day of its month from Monday to Friday."""
    rest = [clock + DAY * n for n in range(1, 4) if (clock + DAY * n).month == clock.month]
    return clock.weekday() < 5 and len(rest) < 3 and all(day.weekday() >= 5 for day in rest)


def _is_first_working(clock: dt.datetime) -> bool:
    return (
        clock.weekday() < 5
        and clock.day <= 3
        and all(dt.date(clock.year, clock.month, day).weekday() >= 5 for day in range(1, clock.day))
    )


def _zone(moment: dt.datetime | None) -> dt.tzinfo:
    """The zone of a moment by its name, so that a clock of summer and one of winter are both right."""
    zone = moment.tzinfo if moment is not None else None
    if zone is None:
        return dt.UTC
    name = getattr(zone, "key", None) or getattr(zone, "zone", None)
    try:
        return ZoneInfo(name) if name else zone
    except (ZoneInfoNotFoundError, ValueError):
        return zone


def _in_utc(clock: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    return clock.replace(tzinfo=zone).astimezone(dt.UTC)
