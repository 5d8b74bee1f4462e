"""Dates as they are printed: words and EDTF, kept as half-open windows.

EDTF is the Extended Date/Time Format of ISO 8601-2:2019; levels 0 and 1 are read and written. A window keeps what was
published: "mid-December 2024" is ten days, not the fifteenth.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from ..errors import QuantityError

__all__ = ["MONTH_PARTS", "Window", "read_when", "write_edtf"]

MONTH_PARTS: dict[str, tuple[int, int]] = {"early": (1, 11), "mid": (11, 21), "late": (21, 0)}
"""First day, and first day after, of a third of a month; 0 is the first day of the next month. "Around mid-December"
is read as the same ten days: convention, not publication."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
            "september sep sept", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_SEASONS = {21: (3, 6), 22: (6, 9), 23: (9, 12), 24: (12, 15), 31: (3, 6), 32: (6, 9), 33: (9, 12), 34: (12, 15)}
_SEASON_WORDS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}


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


def _utc(year: int, month: int, day: int = 1) -> dt.datetime:
    extra, month = divmod(month - 1, 12)
    return dt.datetime(year + extra, month + 1, day, tzinfo=dt.UTC)


def _whole_part(text: str) -> tuple[dt.datetime, dt.datetime] | None:
    """Window of a single EDTF date without qualifiers, or None when it is none."""
    if match := re.fullmatch(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}(?::?\d{2})?)?", text):
        moment = dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
        moment = moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
        return moment, moment + dt.timedelta(seconds=1 if match[2].count(":") == 2 else 60)
    match = re.fullmatch(r"Y?(\d{2}[\dX]{2}|\d{4})(?:-(\d{2}|XX)(?:-(\d{2}|XX))?)?", text)
    if not match:
        return None
    year, month, day = match[1], match[2], match[3]
    if "X" in year:
        if month or not re.fullmatch(r"\d{2}(XX|\dX)", year):
            return None
        first = int(year.replace("X", "0"))
        return _utc(first, 1), _utc(first + 10 ** year.count("X"), 1)
    if month not in (None, "XX") and not (1 <= int(month) <= 12 or (int(month) in _SEASONS and day is None)):
        raise ValueError(f"there is no month {month}")
    if month is None or month == "XX":
        return _utc(int(year), 1), _utc(int(year) + 1, 1)
    if int(month) in _SEASONS:
        begin, end = _SEASONS[int(month)]
        return _utc(int(year), begin), _utc(int(year), end)
    if day is None or day == "XX":
        return _utc(int(year), int(month)), _utc(int(year), int(month) + 1)
    start = _utc(int(year), int(month), int(day))
    return start, start + dt.timedelta(days=1)


def _words(text: str) -> tuple[dt.datetime, dt.datetime] | None:
    """Window of a date in words: "14 December 2024", "mid-December 2024", "spring 2025"."""
    text = re.sub(r"\b(\d{1,2})(st|nd|rd|th)\b", r"\1", text).replace(",", " ")
    match = re.fullmatch(
        r"(?:(early|mid|late|the end of|end of|beginning of)[ -]+)?(?:(\d{1,2}) )?([a-z]+)\.? +(\d{4})", text
    )
    american = re.fullmatch(r"([a-z]+)\.? (\d{1,2}) +(\d{4})", text)
    if american and american[1] in _MONTHS:
        start = _utc(int(american[3]), _MONTHS[american[1]], int(american[2]))
        return start, start + dt.timedelta(days=1)
    if not match:
        return None
    part, day, name, year = match[1], match[2], match[3], int(match[4])
    if name in _SEASON_WORDS and not day:
        begin, end = _SEASONS[_SEASON_WORDS[name]]
        return _utc(year, begin), _utc(year, end)
    if name not in _MONTHS:
        return None
    month = _MONTHS[name]
    if day:
        start = _utc(year, month, int(day))
        return start, start + dt.timedelta(days=1)
    if part:
        part = {"the end of": "late", "end of": "late", "beginning of": "early"}.get(part, part)
        first, after = MONTH_PARTS[part]
        return _utc(year, month, first), (_utc(year, month, after) if after else _utc(year, month + 1))
    return _utc(year, month), _utc(year, month + 1)


def _one(text: str) -> Window:
    bare = text.strip()
    uncertain, approximate = bool(re.search(r"[?%]", bare)), bool(re.search(r"[~%]", bare))
    bare = re.sub(r"[?~%]", "", bare)
    lower = re.sub(r"\s+", " ", bare.lower())
    around = re.match(r"^(?:around|about|circa|c\.|on or about|in|on|during) ", lower)
    if around:
        approximate |= around[0].strip() not in ("in", "on", "during")
        lower = lower[around.end() :]
    try:
        span = _whole_part(bare.upper()) or _words(lower)
    except (ValueError, OverflowError) as error:
        raise QuantityError(f"{text!r} is no date: {error}") from None
    if span is None:
        raise QuantityError(
            f"cannot read a date from {text!r}; write EDTF (2024-12-14, 2024-12, 2024-12-15/2024-12-31, 2024-12~, "
            "2024-12-XX, ../2025-01-30) or words (14 December 2024, mid-December 2024, since late January 2025)"
        )
    return Window(*span, uncertain, approximate)


def read_when(text: str) -> Window:
    """Read a printed or EDTF date or interval as a window.

    Parameters
    ----------
    text
        EDTF level 0 or 1 ("2024-12-14", "2024-12", "2024-12-15/2024-12-31", "2024-12-14?", "2024-12~", "2024-12-XX",
        "2024-21", "2024-12-15/..") or words ("14 December 2024", "mid-December 2024", "since mid-December 2024",
        "between 8 and 15 December 2024" as "8 December 2024 to 15 December 2024").

    Raises
    ------
    QuantityError
        It is not understood, or its end comes before its start.

    Examples
    --------
    >>> window = read_when("mid-December 2024")
    >>> f"{window.start:%Y-%m-%d} {window.stop:%Y-%m-%d}"
    '2024-12-11 2024-12-21'
    >>> read_when("since late January 2025").stop is None
    True
    """
    if not isinstance(text, str) or not text.strip():
        raise QuantityError(f"no date in {text!r}")
    body = text.strip()
    if match := re.match(r"^(?:since|from) (?!.* to )(.+)$", body, re.IGNORECASE):
        begin = _one(match[1])
        return Window(begin.start, None, begin.uncertain, begin.approximate)
    if match := re.match(r"^(?:until|before|by) (.+)$", body, re.IGNORECASE):
        end = _one(match[1])
        stop = end.start if body.lower().startswith("before") else end.stop
        return Window(None, stop, end.uncertain, end.approximate)
    parts = (
        body.split("/")
        if "/" in body
        else re.split(r"\s+(?:to|until|and)\s+", re.sub(r"(?i)^(from|between)\s+", "", body))
    )
    if len(parts) == 1:
        return _one(body)
    if len(parts) != 2:
        raise QuantityError(f"{text!r}: an interval has one start and one end")
    ends = [None if part.strip() in ("", "..") else _one(part) for part in parts]
    first, last = ends
    start, stop = first.start if first else None, last.stop if last else None
    if start is None and stop is None:
        raise QuantityError(f"{text!r} is open at both ends")
    if start is not None and stop is not None and stop <= start:
        raise QuantityError(f"{text!r} ends before it starts")
    given = [end for end in ends if end]
    return Window(start, stop, any(e.uncertain for e in given), any(e.approximate for e in given))


def write_edtf(window: Window) -> str:
    """Write a window as EDTF; whole days, months and years keep their precision.

    Raises
    ------
    QuantityError
        The window is open at both ends.

    Examples
    --------
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
