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
    return year if len(digits) == 4 else year + (2000 if year < 69 else 1900)


def digits_to_iso(text: str, *, dayfirst: bool | None) -> str:
    """The text with its dates in digits written as ISO 8601.

    Raises
    ------
    QuantityError
        Nothing tells whether the day or the month comes first, or the year has two digits and the order is not given.
    """

    def resolved(match: re.Match[str]) -> str:
        shown, first, second, year = match[0], int(match[1]), int(match[3]), match[4]
        day, month = _ordered(shown, first, second, year, dayfirst)
        return f"{full_year(year):04d}-{month:02d}-{day:02d}"

    text = _DAY_MONTH.sub(resolved, text)
    text = _YEAR_FIRST.sub(lambda m: f"{m[1]}-{int(m[3]):02d}-{int(m[4]):02d}", text)
    return _MONTH_YEAR.sub(lambda m: f"{m[2]}-{int(m[1]):02d}" if int(m[1]) <= 12 else m[0], text)


def without_dayfirst(message: str) -> str:
    """A message of this module for one date of an argument or a claim, where nobody can say `dayfirst`."""
    return message.replace(f"{_SAY}, or write", "write").replace(f", or {_SAY}", "")


def _ordered(
    shown: str, first: int, second: int, year: str, dayfirst: bool | None
) -> tuple[int, int]:
    """Day and month."""
    if dayfirst is None and len(year) == 2:
        raise QuantityError(f"{shown!r}: the year has two digits; write it with four, or {_SAY}")
    if dayfirst is None and first != second and first <= 12 and second <= 12:
        one, other = f"{first} {_name(second)}", f"{second} {_name(first)}"
        spelt = f"{year}-{second:02d}-{first:02d} or {year}-{first:02d}-{second:02d}"
        raise QuantityError(f"{shown!r} may be {one} or {other} {year}: {_SAY}, or write {spelt}")
    by_day = first > 12 if dayfirst is None else dayfirst
    day, month = (first, second) if by_day else (second, first)
    if not 1 <= month <= 12:
        raise QuantityError(
            f"{shown!r}: there is no month {month}"
            + (f" (dayfirst={dayfirst})" * (dayfirst is not None))
        )
    return day, month


def _name(month: int) -> str:
    return _MONTHS[month - 1] if 1 <= month <= 12 else f"month {month}"


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
            first, second = int(match[1]), int(match[3])
            if (first > 12) != (second > 12):
                sure.setdefault(first > 12, (row, match[0]))
            elif first != second or len(match[4]) == 2:
                unsure = unsure or (row, match[0])
    if len(sure) == 2:
        (day_row, day_text), (month_row, month_text) = sure[True], sure[False]
        raise QuantityError(
            f"row {day_row} has the day first ({day_text!r}) and row {month_row} the month ({month_text!r}); "
            "write all dates in one order, best as 2024-12-31"
        )
    if sure:
        return next(iter(sure))
    if unsure is not None:
        raise QuantityError(
            f"no cell tells whether the day or the month comes first (row {unsure[0]}: {unsure[1]!r}); {_SAY}, or "
            "write 2024-12-31"
        )
    return None
