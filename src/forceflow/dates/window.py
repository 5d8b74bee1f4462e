"""Windows of time, and how they are written.

EDTF is the Extended Date/Time Format of ISO 8601-2:2019; levels 0 and 1 are read and written. A window keeps what was
published: "mid-December 2024" is ten days, not the fifteenth.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ..errors import QuantityError

__all__ = [
    "DAY",
    "FIRST_YEAR",
    "LAST_YEAR",
    "MONTH_PARTS",
    "YEARS",
    "Window",
    "day_window",
    "first_of",
    "write_edtf",
]

DAY = dt.timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 1800, 2100
"""A year outside these is a slip or of another calendar: 1403 is Solar Hijri, 2567 Buddhist, 9999 "no end"."""
YEARS = f"the years {FIRST_YEAR} to {LAST_YEAR} of the Gregorian calendar"

MONTH_PARTS: dict[str, tuple[int, int]] = {
    "early": (1, 11), "mid": (11, 21), "late": (21, 0), "h1": (1, 16), "h2": (16, 0),
}  # fmt: skip
"""First day, and first day after, of a part of a month; 0 is the first day of the next month. "Around mid-December"
is read as the same ten days: convention, not publication."""


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open window ``[start, stop)`` in UTC; an open end is None.

    Parameters
    ----------
    start, stop
        First moment, and first moment after; None where the text leaves the end open.
    uncertain, approximate
        The text doubts the date ("?"), or gives it roughly ("~", "around").
    """

    start: dt.datetime | None
    stop: dt.datetime | None
    uncertain: bool = False
    approximate: bool = False


def first_of(year: int, month: int, day: int = 1) -> dt.datetime:
    """First moment of a day, UTC; month 13 is January of the next year."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"the year {year} is not in {YEARS}")
    extra, month = divmod(month - 1, 12)
    return dt.datetime(year + extra, month + 1, day, tzinfo=dt.UTC)


def day_window(year: int, month: int, day: int) -> tuple[dt.datetime, dt.datetime]:
    """A whole day, UTC."""
    start = first_of(year, month, day)
    return start, start + DAY


def write_edtf(window: Window) -> str:
    """Write a window as EDTF; whole days, months and years keep their precision.

    Raises
    ------
    QuantityError
        The window is open at both ends.

    Examples
    --------
    >>> from forceflow.dates import read_when
    >>> write_edtf(read_when("2024-12"))
    '2024-12'
    >>> write_edtf(read_when("mid-December 2024"))
    '2024-12-11/2024-12-20'
    """
    if window.start is None and window.stop is None:
        raise QuantityError("a window that is open at both ends has no date")
    mark = (
        "%"
        if window.uncertain and window.approximate
        else "?"
        if window.uncertain
        else "~"
        if window.approximate
        else ""
    )
    if window.start is None or window.stop is None:
        first = ".." if window.start is None else f"{_stamp(window.start)}{mark}"
        last = ".." if window.stop is None else f"{_last(window.stop)}{mark}"
        return f"{first}/{last}"
    start, stop = window.start, window.stop
    if all(_midnight(moment) and moment.day == 1 for moment in (start, stop)):
        months = 12 * (stop.year - start.year) + stop.month - start.month
        if months == 12 and start.month == 1:
            return f"{start.year:04d}{mark}"
        if months == 1:
            return f"{start.year:04d}-{start.month:02d}{mark}"
    if _midnight(start) and stop - start == dt.timedelta(days=1):
        return f"{_stamp(start)}{mark}"
    return f"{_stamp(start)}{mark}/{_last(stop)}{mark}"


def _midnight(moment: dt.datetime) -> bool:
    return (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)


def _stamp(moment: dt.datetime) -> str:
    return moment.date().isoformat() if _midnight(moment) else _second(moment)


def _last(stop: dt.datetime) -> str:
    """Last day (or second) inside a window that ends before `stop`."""
    if _midnight(stop):
        return (stop - dt.timedelta(days=1)).date().isoformat()
    return _second(stop - dt.timedelta(seconds=1))


def _second(moment: dt.datetime) -> str:
    # Not strftime, which leaves a year before 1000 without its zeros on some systems.
    return f"{moment.replace(tzinfo=None).isoformat('T', 'seconds')}Z"
