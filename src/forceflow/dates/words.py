"""One date in words or EDTF, whole or with parts missing: "14 December 2024", "8", "late 2024", "Q4 2024"."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from .window import DAY, MONTH_PARTS, day_window, first_of

__all__ = [
    "MONTHS",
    "VOCABULARY",
    "Atom",
    "Span",
    "atom_of",
    "moment_span",
    "span_of",
    "years_or_season",
]

Span = tuple[dt.datetime, dt.datetime]

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EDTF_SEASONS = {21: (3, 6), 22: (6, 9), 23: (9, 12), 24: (12, 15)}
_SEASON_NAMES = {21: "spring", 22: "summer", 23: "autumn", 24: "winter"}
_UNITS: dict[str, tuple[int, int]] = {
    **{name: (number, number + 1) for number, name in enumerate(MONTHS, start=1)},
    **{f"q{n}": (3 * n - 2, 3 * n + 1) for n in range(1, 5)},
    "spring": (3, 6), "summer": (6, 9), "autumn": (9, 12), "fall": (9, 12), "winter": (12, 15),
}  # fmt: skip
"""First month, and first month after, of what has a name within a year."""
_YEAR_PARTS = {"early": (1, 5), "mid": (5, 9), "late": (9, 13), "h1": (1, 7), "h2": (7, 13)}
"""Months of a part of a year: early, mid and late are thirds; convention, not publication."""
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
VOCABULARY = frozenset(
    {*_UNITS, *_YEAR_PARTS, *_WEEKDAYS, "to", "until", "till", "through", "and", "or", "week", "w", "at", "on", "in",
     "utc", "gmt", "z", "t", "am", "pm", "x", "xx", "y"}
)  # fmt: skip

_SEP, _UNIT, _YEAR = r"[ ./-]?", rf"(?P<unit>{'|'.join(_UNITS)})", r"(?P<year>\d{4})"
_PART = rf"(?P<part>{'|'.join(_YEAR_PARTS)})"
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        rf"(?:{_PART}[ -])?{_UNIT}?(?:{_SEP}{_YEAR})?",  # mid-dec 2024, late 2024, dec 2024, 2024
        _PART,
        rf"(?P<day>\d{{1,2}})(?:{_SEP}{_UNIT}(?:{_SEP}{_YEAR})?)?",  # 14 dec 2024, 14 dec, 14
        rf"{_UNIT}{_SEP}(?P<day>\d{{1,2}})(?:[ ./-]{_YEAR})?",  # dec 14 2024, dec/14/2024, dec 14
        rf"{_YEAR}{_SEP}(?:{_UNIT}(?:{_SEP}(?P<day>\d{{1,2}}))?|{_PART})",  # 2024 dec 14, 2024q4, 2024h1
        rf"(?P<day>\d{{1,2}}) {_YEAR}",  # 16 2024, after "dec 13 to"
    )
)
_WEEK = re.compile(
    r"week (?P<week>\d{1,2}) (?P<year>\d{4})|(?P<year2>\d{4})-?w(?P<week2>\d{2})(?:-?(?P<day>[1-7]))?"
)
_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2}|\d{8})[T ](\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?"
    r" ?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?"
)
_WEEKDAY_FIRST = re.compile(rf"({'|'.join(_WEEKDAYS)}) (?=\S)")
_WEEKDAY_LAST = re.compile(rf"(?<=\S) \(?({'|'.join(_WEEKDAYS)})\)?$")
_EDTF = re.compile(r"Y?(\d{2}[\dX]{2}|\d{4})(?:-(\d{2}|XX)(?:-(\d{2}|XX))?)?")


@dataclass(frozen=True, slots=True)
class Atom:
    """A date of which parts may be missing; `whole` where it is complete in itself.

    Parameters
    ----------
    year, unit, day, part
        2024; a month, quarter or season; the day of the month; "early", "mid", "late" or a half.
    weekday
        The weekday printed with it, to be checked.
    whole
        Its window, of a date in EDTF, of a week or of a moment.
    """

    year: int | None = None
    unit: str = ""
    day: int | None = None
    part: str = ""
    weekday: str = ""
    whole: Span | None = None

    def filled(self, other: Atom) -> Atom:
        """With what the other end of an interval says: "8" of "8-15 December 2024" is in December 2024."""
        if self.whole:
            return self
        unit = self.unit
        # A year alone has no month that the other end could lend it.
        if not unit and (self.day is not None or self.part):
            unit = other.unit
        return replace(self, year=self.year or other.year, unit=unit)


def atom_of(text: str) -> Atom | None:
    """Read one date of a text in lower case with its spellings made one; None when it is none.

    Raises
    ------
    ValueError
        It is written as a date, but there is no such day.
    """
    text = text.strip()
    whole = moment_span(text.upper()) or _edtf_span(text.upper()) or _week_span(text)
    if whole:
        return Atom(whole=whole)
    text, weekday = _without_weekday(text)
    if weekday:
        whole = _edtf_span(text.upper())
        if whole:
            return Atom(weekday=weekday, whole=whole)
    for shape in _SHAPES:
        match = shape.fullmatch(text)
        if match and text:
            return _atom_of_parts(match.groupdict(), weekday)
    return None


def _without_weekday(text: str) -> tuple[str, str]:
    """The text without the weekday at its beginning or end, and that weekday, if there is one."""
    match = _WEEKDAY_FIRST.match(text) or _WEEKDAY_LAST.search(text)
    if not match:
        return text, ""
    rest = text[: match.start()] + text[match.end() :]
    return rest.strip(), match[1]


def _atom_of_parts(parts: Mapping[str, str | None], weekday: str) -> Atom:
    """A date from the parts that were found in its text."""
    return Atom(
        year=_int_or_none(parts.get("year")),
        unit=parts.get("unit") or "",
        day=_int_or_none(parts.get("day")),
        part=parts.get("part") or "",
        weekday=weekday,
    )


def _int_or_none(digits: str | None) -> int | None:
    if not digits:
        return None
    return int(digits)


def span_of(atom: Atom) -> Span:
    """Window of a complete date.

    Raises
    ------
    ValueError
        The year is missing, there is no such day, or it is another weekday.
    """
    start, stop = _span_without_weekday(atom)
    if not atom.weekday:
        return start, stop
    if stop - start != DAY:
        raise ValueError(f"the weekday {atom.weekday!r} does not fit: it is no single day")
    if _WEEKDAYS[start.weekday()] != atom.weekday:
        raise ValueError(
            f"the weekday {atom.weekday!r} does not fit: {start:%Y-%m-%d} is a {start:%A}"
        )
    return start, stop


def _span_without_weekday(atom: Atom) -> Span:
    if atom.whole:
        return atom.whole
    year, unit, part = atom.year, atom.unit, atom.part
    if year is None:
        raise ValueError("it has no year")
    if atom.day is not None:
        if unit not in MONTHS or part:
            raise ValueError(f"{atom.day} is no day of {unit or year}")
        return day_window(year, _UNITS[unit][0], atom.day)
    if part and unit:
        return _part_of_month(year, unit, part)
    begin, end = 1, 13
    if unit:
        begin, end = _UNITS[unit]
    elif part:
        begin, end = _YEAR_PARTS[part]
    return first_of(year, begin), first_of(year, end)


def _part_of_month(year: int, unit: str, part: str) -> Span:
    if unit not in MONTHS:
        raise ValueError(f"{part!r} is a part of a month or of a year, not of {unit!r}")
    month, after_month = _UNITS[unit]
    first, after = MONTH_PARTS[part]
    if not after:
        return first_of(year, month, first), first_of(year, after_month)
    return first_of(year, month, first), first_of(year, month, after)


def moment_span(text: str) -> Span | None:
    """Window of a moment of ISO 8601, as long as it is printed to, within one UTC day; without a zone it is UTC."""
    match = _MOMENT.fullmatch(text)
    if not match:
        return None
    _, hour, minute, second, part, _ = match.groups()
    # Written out in full, with the six digits of a second that Python keeps.
    clock = f"{hour}:{minute or '00'}:{second or '00'}.{(part or '0')[:6]:<06}"
    written = f"{_with_hyphens(match[1])}T{clock}{_offset_of(match[6])}"
    moment = dt.datetime.fromisoformat(written).astimezone(dt.UTC)
    first_of(moment.year, 1)
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    length = dt.timedelta(hours=1)
    if second:
        length = dt.timedelta(seconds=1)
    elif minute:
        length = dt.timedelta(minutes=1)
    return moment, min(moment + length, midnight + DAY)


def _with_hyphens(day: str) -> str:
    """A day of ISO 8601 in its long form: "20241214" is 2024-12-14."""
    if "-" in day:
        return day
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"


def _offset_of(zone: str | None) -> str:
    """A zone by its hours and minutes from UTC."""
    if zone in (None, "Z", "UTC", "GMT"):
        return "+00:00"
    if not -12 <= int(zone[:3]) <= 14:
        raise ValueError(f"no zone is {zone} from UTC")
    return zone


def _edtf_span(text: str) -> Span | None:
    """Window of a single EDTF date without qualifiers, or None when it is none."""
    if re.fullmatch(r"\d{8}", text):
        text = _with_hyphens(text)
    match = _EDTF.fullmatch(text)
    if not match:
        return None
    if "X" in match[1]:
        return _decade_or_century(match)
    year = int(match[1])
    if match[2] in (None, "XX"):
        return first_of(year, 1), first_of(year + 1, 1)
    month, day = int(match[2]), match[3]
    if day is None:
        # "2024-21" is a season, and "2020-25" may be the years 2020 to 2025.
        if month > max(12, year % 100):
            raise ValueError(years_or_season(year, month))
        if month in _EDTF_SEASONS:
            begin, end = _EDTF_SEASONS[month]
            return first_of(year, begin), first_of(year, end)
    if not 1 <= month <= 12:
        raise ValueError(f"there is no month {match[2]}")
    if day in (None, "XX"):
        return first_of(year, month), first_of(year, month + 1)
    return day_window(year, month, int(day))


def _decade_or_century(match: re.Match[str]) -> Span | None:
    """Window of a year with its last digits open: "202X", "19XX"."""
    if match[2] or not re.fullmatch(r"\d{2}(XX|\dX)", match[1]):
        return None
    first = int(match[1].replace("X", "0"))
    years = 10 ** match[1].count("X")
    return first_of(first, 1), first_of(first + years, 1)


def years_or_season(year: int, code: int) -> str:
    """Why "2020-21" is not read: it may be the years 2020 to 2021, and where there is such a season, spring 2020."""
    last = year - year % 100 + code
    season = ""
    if code in _SEASON_NAMES:
        season = f", '{_SEASON_NAMES[code]} {year}' for the season of EDTF"
    return (
        f"it may mean the years {year} to {last} or a reporting year; write '{year}/{last}' for all of these years"
        f"{season}, or both days ({year}-07-01/{year + 1}-06-30)"
    )


def _week_span(text: str) -> Span | None:
    """Window of a week of ISO 8601 (it begins on Monday), or of a day of one."""
    match = _WEEK.fullmatch(text)
    if not match:
        return None
    year, week = int(match["year"] or match["year2"]), int(match["week"] or match["week2"])
    # The year is checked first: Python knows weeks of years that are refused here.
    first_of(year, 1)
    day = dt.date.fromisocalendar(year, week, int(match["day"] or 1))
    start = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
    if match["day"]:
        return start, start + DAY
    return start, start + 7 * DAY
