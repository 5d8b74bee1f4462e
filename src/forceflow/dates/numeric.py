"""Dates in digits alone: "12/08/2024", "17.03.2023", "2024/12/8". Which part is the day is never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..errors import QuantityError

__all__ = ["digits_to_iso", "full_year", "order_of", "without_dayfirst"]

_DAY_MONTH = re.compile(
    r"(?<![\d:])(?<!\d[./-])(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)(?!\2\d)"
)
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})([./-])(\d{1,2})\2(\d{1,2})(?!\d)(?!\2\d)")
_MONTH_YEAR = re.compile(
    r"(?<![\d:])(?<![A-Za-z.][./-])(?<!\d[./-])(\d{1,2})[./-](\d{4})(?![\d./-])"
)
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_SAY = "say dayfirst=True or dayfirst=False"


def full_year(digits: str) -> int:
    """A year of four digits, or of two: 00 to 68 are 2000 to 2068 and 69 to 99 are 1969 to 1999 (as in POSIX)."""
    year = int(digits)
    if len(digits) == 4:
        return year
    if year < 69:
        return 2000 + year
    return 1900 + year


def digits_to_iso(text: str, *, dayfirst: bool | None) -> str:
    """The text with its dates in digits written as ISO 8601.

    Raises
    ------
    QuantityError
        Nothing tells whether the day or the month comes first, or the year has two digits and the order is not given.
    """

    def write_day(match: re.Match[str]) -> str:
        day, month = _day_and_month(match, dayfirst)
        return f"{full_year(match[4]):04d}-{month:02d}-{day:02d}"

    text = _DAY_MONTH.sub(write_day, text)
    text = _YEAR_FIRST.sub(_write_year_first, text)
    return _MONTH_YEAR.sub(_write_month, text)


def _write_year_first(match: re.Match[str]) -> str:
    year, month, day = match[1], int(match[3]), int(match[4])
    return f"{year}-{month:02d}-{day:02d}"


def _write_month(match: re.Match[str]) -> str:
    """A month and a year as ISO 8601; what has no such month is left for the message of a later reader."""
    month, year = int(match[1]), match[2]
    if month > 12:
        return match[0]
    return f"{year}-{month:02d}"


def without_dayfirst(message: str) -> str:
    """A message of this module for one date of an argument or a claim, where `dayfirst` cannot be given."""
    return message.replace(f"{_SAY}, or write", "write").replace(f", or {_SAY}", "")


def _day_and_month(match: re.Match[str], dayfirst: bool | None) -> tuple[int, int]:
    """Day and month of a date with the year last."""
    shown, first, second, year = match[0], int(match[1]), int(match[3]), match[4]
    if dayfirst is None:
        if len(year) == 2:
            raise QuantityError(
                f"{shown!r}: the year has two digits; write it with four, or {_SAY}"
            )
        if first != second and first <= 12 and second <= 12:
            raise QuantityError(_both_readings(shown, first, second, year))
    by_day = dayfirst
    if by_day is None:
        by_day = first > 12
    day, month = first, second
    if not by_day:
        day, month = second, first
    if not 1 <= month <= 12:
        given = "" if dayfirst is None else f" (dayfirst={dayfirst})"
        raise QuantityError(f"{shown!r}: there is no month {month}{given}")
    return day, month


def _both_readings(shown: str, first: int, second: int, year: str) -> str:
    """What a date means with the day first and with the month first, and how to write either."""
    one, other = f"{first} {_month_name(second)}", f"{second} {_month_name(first)}"
    spelt = f"{year}-{second:02d}-{first:02d} or {year}-{first:02d}-{second:02d}"
    return f"{shown!r} may be {one} or {other} {year}: {_SAY}, or write {spelt}"


def _month_name(month: int) -> str:
    if not 1 <= month <= 12:
        return f"month {month}"
    return _MONTHS[month - 1]


def order_of(texts: Iterable[tuple[int, str]]) -> bool | None:
    """Whether the day comes first in the dates of a column; None where no cell of it holds such a date.

    Parameters
    ----------
    texts
        Row and text of each cell.

    Raises
    ------
    QuantityError
        No cell makes the order certain, or two cells contradict each other; the message names the rows.
    """
    sure: dict[bool, tuple[int, str]] = {}
    unsure: tuple[int, str] | None = None
    for row, text in texts:
        for match in _DAY_MONTH.finditer(text):
            first, second, year = int(match[1]), int(match[3]), match[4]
            # Only one of the two can be a month.
            if (first > 12) != (second > 12):
                sure.setdefault(first > 12, (row, match[0]))
            elif first != second or len(year) == 2:
                unsure = unsure or (row, match[0])
    if len(sure) == 2:
        (day_row, day_text), (month_row, month_text) = sure[True], sure[False]
        raise QuantityError(
            f"row {day_row} has the day first ({day_text!r}) and row {month_row} the month ({month_text!r}); "
            "write all dates in one order, best as 2024-12-31"
        )
    if sure:
        return next(iter(sure))
    if unsure is None:
        return None
    row, text = unsure
    raise QuantityError(
        f"no cell tells whether the day or the month comes first (row {row}: {text!r}); {_SAY}, or "
        "write 2024-12-31"
    )
