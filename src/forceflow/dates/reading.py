"""One value as a moment, a day or a window, whatever type it comes in."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import numpy as np

from ..blanks import is_blank
from ..errors import ForceflowError, QuantityError
from .intervals import moment_text, read_text
from .numeric import without_dayfirst
from .window import DAY, FIRST_YEAR, LAST_YEAR, YEARS, Window, day_window
from .words import moment_span

__all__ = ["as_datetime", "end_of", "is_midnight", "read_day", "read_moment", "read_when"]


def read_when(text: Any, *, dayfirst: bool | None = None) -> Window:
    """Read a printed or EDTF date or interval as a window.

    Parameters
    ----------
    text
        EDTF level 0 or 1 ("2024-12-14", "2024-12", "2024-12-15/2024-12-31", "2024-12-14?", "2024-12~", "2024-12-XX",
        "2024-21", "2024-12-15/..") or words: "14 December 2024", "Monday 9 December 2024" (the weekday is checked),
        "8-15 December 2024", "mid-December 2024", "Q4 2024", "first half of 2024", "winter 2024/25", "week 11 of
        2023", "since mid-December 2024", "overnight 9-10 December 2024", "9 December 2024 at 14:30 UTC". A date,
        datetime, timestamp of pandas or numpy, or period is read too.
    dayfirst
        Which part of "12/08/2024" is the day: True for 12 August, False for 8 December. None reads only what is
        certain, such as "17.03.2023".

    Returns
    -------
    Window
        As long as the date was printed to, half-open, UTC. A moment lasts as long as it is printed to (an hour, a
        minute, a second) and lies in one UTC day; a `datetime` at midnight means its whole day.

    Raises
    ------
    QuantityError
        It is not understood, or its end comes before its start; the message names the word that was in the way.

    Notes
    -----
    Conventions, not publications: early, mid and late are thirds of a month (1-10, 11-20, 21 to the end) or of a year
    (January to April, May to August, September to December); seasons are those of the northern half of the earth, and
    "winter 2024" begins in December 2024. A year of two digits is read only after a day and a month in letters
    ("17-Mar-23"), or where `dayfirst` is given: 00 to 68 are 2000 to 2068, 69 to 99 are 1969 to 1999, as in POSIX.
    Years before 1800 or after 2100 are refused, and so is "2020-21", which may be a season of EDTF or two years.

    Examples
    --------
    >>> window = read_when("mid-December 2024")
    >>> f"{window.start:%Y-%m-%d} {window.stop:%Y-%m-%d}"
    '2024-12-11 2024-12-21'
    >>> read_when("since late January 2025").stop is None
    True
    >>> str(read_when("12/08/2024", dayfirst=True).start.date())
    '2024-08-12'
    """
    if is_blank(text):
        raise QuantityError(f"no date in {text!r}")
    if isinstance(text, str):
        return read_text(text, dayfirst=dayfirst)
    try:
        return _window_of_value(text)
    except QuantityError:
        raise
    except (ValueError, OverflowError, AttributeError, TypeError):
        raise QuantityError(f"{text!r} lies beyond {YEARS}") from None


def _window_of_value(value: Any) -> Window:
    """Window of a date, a datetime, a moment of numpy or a period."""
    moment = as_datetime(value)
    if moment is not None:
        return _window_of_moment(moment)
    if isinstance(value, np.datetime64):
        return _window_of_numpy(value)
    if isinstance(value, dt.date):
        return Window(*day_window(value.year, value.month, value.day))
    # A period of pandas, known by its attributes: pandas need not be installed.
    if hasattr(value, "start_time") and hasattr(value, "end_time"):
        start, stop = as_datetime(value.start_time), as_datetime((value + 1).start_time)
        return Window(_in_utc(start), _in_utc(stop))
    if isinstance(value, bool | int | float | np.number | np.bool_):
        raise QuantityError(
            f"{value!r} is a number, no date; write 2024-12-31, or make dates of numbers with pd.to_datetime(...)"
        )
    raise QuantityError(f"{value!r:.60} ({type(value).__name__}) is no date; write 2024-12-31")


def _window_of_moment(moment: dt.datetime) -> Window:
    """The day that begins at a midnight of its own zone; of any other moment a second, within one UTC day."""
    start = _in_utc(moment)
    if is_midnight(moment):
        return Window(start, start + DAY)
    day = start.replace(hour=0, minute=0, second=0, microsecond=0)
    return Window(start, min(start + dt.timedelta(seconds=1), day + DAY))


def _window_of_numpy(value: np.datetime64) -> Window:
    """Window of a month or a year of numpy; its weeks begin on Thursdays and are refused."""
    if _numpy_unit(value) not in ("Y", "M"):
        raise QuantityError(
            f"{value!r} is a week of numpy, which begins on a Thursday; give its first day"
        )
    first, after = _first_day(value), _first_day(value + 1)
    return Window(first.start, after.start)


def _first_day(value: np.datetime64) -> Window:
    return read_text(str(value.astype("datetime64[D]")), dayfirst=None)


def _numpy_unit(value: np.datetime64) -> str:
    return str(np.datetime_data(value.dtype)[0])


def as_datetime(value: Any, *, dayfirst: bool | None = None) -> dt.datetime | None:
    """The datetime that a value holds, with its zone if it has one; None for a day, for words and for no date."""
    if is_blank(value):
        return None
    if isinstance(value, np.datetime64):
        return _datetime_of_numpy(value)
    if isinstance(value, list | tuple | set) or getattr(value, "shape", ()) != ():
        raise QuantityError(
            f"one date was wanted, got {len(value)} ({type(value).__name__}); give one of them"
        )
    if hasattr(value, "to_pydatetime"):
        # Nanoseconds are below what we keep.
        value = value.to_pydatetime(warn=False)
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, str):
        text = moment_text(value, dayfirst=dayfirst)
        return _datetime_of_text(text.upper()) if text else None
    return None


def _datetime_of_numpy(value: np.datetime64) -> dt.datetime | None:
    """A day or a moment of numpy; None for its months, years and weeks, which are longer than a day."""
    if _numpy_unit(value) in ("Y", "M", "W"):
        return None
    moment = value.astype("datetime64[us]").item()
    # What Python has no date for comes as a number.
    if not isinstance(moment, dt.datetime):
        raise OverflowError("beyond the years of Python")
    return moment


def _datetime_of_text(text: str) -> dt.datetime | None:
    """A moment of ISO 8601 with the zone it was printed with."""
    try:
        span = moment_span(text)
        if span is None:
            return None
        zone = _zone_of_text(text)
        if zone is None:
            return span[0]
        return span[0].astimezone(zone)
    except (ValueError, OverflowError):
        return None


def _zone_of_text(text: str) -> dt.timezone | None:
    """The zone at the end of a moment, by its hours and minutes from UTC."""
    # The ten characters of the day hold hyphens that are no minus.
    match = re.search(r"([+-]\d{2}):?(\d{2})?$", text[10:])
    if match is None:
        return None
    hours, minutes = int(match[1]), int(match[2] or 0)
    if match[1].startswith("-"):
        minutes = -minutes
    return dt.timezone(dt.timedelta(hours=hours, minutes=minutes))


def is_midnight(moment: dt.datetime) -> bool:
    """Whether it is 00:00 in the zone it is given in."""
    return moment.time() == dt.time(0)


def _in_utc(moment: dt.datetime | None) -> dt.datetime:
    if moment is None:
        raise ValueError("no moment")
    start = moment.replace(tzinfo=dt.UTC)
    if moment.tzinfo is not None:
        start = moment.astimezone(dt.UTC)
    if not FIRST_YEAR <= start.year <= LAST_YEAR:
        raise QuantityError(f"'{moment}': the year {start.year} is not in {YEARS}")
    return start


def read_moment(
    value: Any, *, name: str = "", error: type[ForceflowError] = QuantityError
) -> dt.datetime:
    """First moment of a day, or a moment, UTC.

    Parameters
    ----------
    value
        "2025-01-31", a date, a moment; see `read_when`.
    name, error
        The argument it was given for, for the message, and the kind of error to raise.

    Raises
    ------
    ForceflowError
        It is no date, or longer than a day ("January 2025"), so that its first moment would be a guess.
    """
    try:
        moment = as_datetime(value)
        if moment is not None:
            return _in_utc(moment)
        return _start_of_day(read_when(value), value)
    except (ForceflowError, ValueError, OverflowError) as fault:
        raise error(_explain(name, fault, value)) from None


def read_day(value: Any, *, name: str = "", error: type[ForceflowError] = QuantityError) -> dt.date:
    """A day: as written where it is a day or a midnight, else the UTC day that the moment lies in.

    Raises
    ------
    ForceflowError
        It is no date, or longer than a day.
    """
    try:
        moment = as_datetime(value)
        if moment is None:
            return _start_of_day(read_when(value), value).date()
        start = _in_utc(moment)
    except (ForceflowError, ValueError, OverflowError) as fault:
        raise error(_explain(name, fault, value)) from None
    # A midnight means the day of its own zone, which may be another in UTC.
    if is_midnight(moment):
        return moment.date()
    return start.date()


def end_of(
    value: Any, *, name: str = "", error: type[ForceflowError] = QuantityError
) -> dt.datetime:
    """First moment after a day, a month or another window, UTC; a moment that is no midnight is that moment.

    Raises
    ------
    ForceflowError
        It is no date, or it has no end ("since May 2025").

    Examples
    --------
    >>> end_of("2025-01-26").isoformat(), end_of("2025-01-26T12:00").isoformat()
    ('2025-01-27T00:00:00+00:00', '2025-01-26T12:00:00+00:00')
    """
    try:
        moment = as_datetime(value)
        if moment is None:
            window = read_when(value)
        elif is_midnight(moment):
            window = Window(*day_window(moment.year, moment.month, moment.day))
        else:
            return _in_utc(moment)
        if window.stop is None:
            raise QuantityError(f"{value!r} has no end; give a day")
        return window.stop
    except (ForceflowError, ValueError, OverflowError) as fault:
        raise error(_explain(name, fault, value)) from None


def _start_of_day(window: Window, value: Any) -> dt.datetime:
    """First moment of a window that is at most a day."""
    if window.start is None or window.stop is None:
        raise QuantityError(f"{value!r} is open at one end; give a day, such as 2025-01-31")
    length = window.stop - window.start
    if length > DAY:
        raise QuantityError(
            f"{value!r} is {length.days} days long; give a day, such as {window.start:%Y-%m-%d}"
        )
    if window.uncertain or window.approximate:
        raise QuantityError(f"{value!r} is in doubt; give a day, such as {window.start:%Y-%m-%d}")
    return window.start


def _explain(name: str, fault: Exception, value: Any) -> str:
    """What is wrong with a date that was given for an argument."""
    message = f"{value!r} lies beyond {YEARS}"
    if isinstance(fault, ForceflowError):
        message = without_dayfirst(str(fault))
    # An argument wants a day, so the long list of other forms would mislead.
    why, long_list, _ = message.partition("; write EDTF")
    if long_list:
        why = f"{why}; write 2025-01-31"
    if not name:
        return why
    return f"{name}: {why}"
