"""One date in words or EDTF, whole or with parts missing: "14 December 2024", "8", "late 2024", "Q4 2024"."""

from __future__ import annotations

import datetime as dt
import re
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
        unit = self.unit or (other.unit if self.day is not None or self.part else "")
        return replace(self, year=self.year or other.year, unit=unit)


def atom_of(text: str) -> Atom | None:
    """Read one date of a text in lower case with its spellings made one; None when it is none.

    Raises
    ------
    ValueError
        It is written as a date, but there is no such day.
    """
    text = text.strip()
    if whole := moment_span(text.upper()) or _edtf_span(text.upper()) or _week_span(text):
        return Atom(whole=whole)
    weekday = ""
    if match := re.match(rf"({'|'.join(_WEEKDAYS)}) (?=\S)", text) or re.search(
        rf"(?<=\S) \(?({'|'.join(_WEEKDAYS)})\)?$", text
    ):
        weekday = match[1]
        text = (text[: match.start()] + text[match.end() :]).strip()
        if whole := _edtf_span(text.upper()):
            return Atom(weekday=weekday, whole=whole)
    for shape in _SHAPES:
        if text and (match := shape.fullmatch(text)):
            found = match.groupdict()
            year, day = found.get("year"), found.get("day")
            return Atom(
                year=int(year) if year else None,
                unit=found.get("unit") or "",
                day=int(day) if day else None,
                part=found.get("part") or "",
                weekday=weekday,
            )
    return None


def span_of(atom: Atom) -> Span:
    """Window of a complete date.

    Raises
    ------
    ValueError
        The year is missing, there is no such day, or it is another weekday.
    """
    start, stop = _bare_span(atom)
    if atom.weekday and (stop - start != DAY or _WEEKDAYS[start.weekday()] != atom.weekday):
        real = f"{start:%Y-%m-%d} is a {start:%A}" if stop - start == DAY else "it is no single day"
        raise ValueError(f"the weekday {atom.weekday!r} does not fit: {real}")
    return start, stop


def _bare_span(atom: Atom) -> Span:
    if atom.whole:
        return atom.whole
    year, unit, day, part = atom.year, atom.unit, atom.day, atom.part
    if year is None:
        raise ValueError("it has no year")
    if day is not None:
        if unit not in MONTHS or part:
            raise ValueError(f"{day} is no day of {unit or year}")
        return day_window(year, _UNITS[unit][0], day)
    if part and unit:
        if unit not in MONTHS:
            raise ValueError(f"{part!r} is a part of a month or of a year, not of {unit!r}")
        month, (first, after) = _UNITS[unit][0], MONTH_PARTS[part]
        return first_of(year, month, first), first_of(year, month, after) if after else first_of(
            year, month + 1
        )
    begin, end = _UNITS[unit] if unit else _YEAR_PARTS[part] if part else (1, 13)
    return first_of(year, begin), first_of(year, end)


def moment_span(text: str) -> Span | None:
    """Window of a moment of ISO 8601, as long as it is printed to, within one UTC day; without a zone it is UTC."""
    match = _MOMENT.fullmatch(text)
    if not match:
        return None
    day, hour, minute, second, part, zone = match.groups()
    day = day if "-" in day else f"{day[:4]}-{day[4:6]}-{day[6:]}"
    zone = "+00:00" if zone in (None, "Z", "UTC", "GMT") else zone
    if zone[0] in "+-" and not -12 <= int(zone[:3]) <= 14:
        raise ValueError(f"no zone is {zone} from UTC")
    clock = f"{hour}:{minute or '00'}:{second or '00'}.{(part or '0')[:6]:<06}"
    moment = dt.datetime.fromisoformat(f"{day}T{clock}{zone}").astimezone(dt.UTC)
    first_of(moment.year, 1)
    length = dt.timedelta(seconds=1 if second else 60 if minute else 3600)
    return moment, min(
        moment + length, moment.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    )


def _edtf_span(text: str) -> Span | None:
    """Window of a single EDTF date without qualifiers, or None when it is none."""
    if re.fullmatch(r"\d{8}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    match = _EDTF.fullmatch(text)
    if not match:
        return None
    year, month, day = match.groups()
    if "X" in year:
        if month or not re.fullmatch(r"\d{2}(XX|\dX)", year):
            return None
        first = int(year.replace("X", "0"))
        return first_of(first, 1), first_of(first + 10 ** year.count("X"), 1)
    if month is None or month == "XX":
        return first_of(int(year), 1), first_of(int(year) + 1, 1)
    if day is None and int(month) > max(12, int(year) % 100):
        raise ValueError(years_or_season(int(year), int(month)))
    if int(month) in _EDTF_SEASONS and day is None:
        begin, end = _EDTF_SEASONS[int(month)]
        return first_of(int(year), begin), first_of(int(year), end)
    if not 1 <= int(month) <= 12:
        raise ValueError(f"there is no month {month}")
    if day is None or day == "XX":
        return first_of(int(year), int(month)), first_of(int(year), int(month) + 1)
    return day_window(int(year), int(month), int(day))


def years_or_season(year: int, code: int) -> str:
    """Why "2020-21" is not read: it may be the years 2020 to 2021, and where there is such a season, spring 2020."""
    last = year - year % 100 + code
    season = (
        f", '{_SEASON_NAMES[code]} {year}' for the season of EDTF" if code in _SEASON_NAMES else ""
    )
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
    first_of(year, 1)
    day = dt.date.fromisocalendar(year, week, int(match["day"] or 1))
    start = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
    return start, start + (DAY if match["day"] else 7 * DAY)
