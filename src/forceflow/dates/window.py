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

_MARKS = {(False, False): "", (True, False): "?", (False, True): "~", (True, True): "%"}
"""How EDTF marks a date that is uncertain, approximate, or both."""


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
    start, stop = window.start, window.stop
    mark = _MARKS[window.uncertain, window.approximate]
    if start is None:
        if stop is None:
            raise QuantityError("a window that is open at both ends has no date")
        return f"../{_last_inside(stop)}{mark}"
    if stop is None:
        return f"{_stamp_of(start)}{mark}/.."
    whole = _whole_date(start, stop)
    if whole:
        return f"{whole}{mark}"
    return f"{_stamp_of(start)}{mark}/{_last_inside(stop)}{mark}"


def _whole_date(start: dt.datetime, stop: dt.datetime) -> str:
    """The year, month or day that a window is; empty for a window of another length."""
    if not _is_midnight(start) or not _is_midnight(stop):
        return ""
    if start.day == stop.day == 1:
        months = 12 * (stop.year - start.year) + stop.month - start.month
        if months == 12 and start.month == 1:
            return f"{start.year:04d}"
        if months == 1:
            return f"{start.year:04d}-{start.month:02d}"
    if stop - start == DAY:
        return _stamp_of(start)
    return ""


def _is_midnight(moment: dt.datetime) -> bool:
    return moment.time() == dt.time(0)


def _stamp_of(moment: dt.datetime) -> str:
    """A moment as its day where it is a midnight, else to the second."""
    if _is_midnight(moment):
        return moment.date().isoformat()
    return _to_the_second(moment)


def _to_the_second(moment: dt.datetime) -> str:
    # Not strftime, which leaves a year before 1000 without its zeros on some systems.
    return f"{moment.replace(tzinfo=None).isoformat('T', 'seconds')}Z"


def _last_inside(stop: dt.datetime) -> str:
    """Last day (or second) inside a window that ends before `stop`."""
    if _is_midnight(stop):
        return (stop - DAY).date().isoformat()
    return _to_the_second(stop - dt.timedelta(seconds=1))
