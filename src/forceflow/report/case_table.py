"""Checked reading of one table of a case file: whatever is wrong is named by file and key."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any, TypeVar

from ..errors import ForceflowError, ReportError, nearest
from ..quantity import Quantity

__all__ = ["RANGE", "CaseTable"]

T = TypeVar("T")

RANGE = ("low", "best", "high")
"""Keys of a range; `low` and `high` hold the middle 90 %, as in a `Quantity` of three numbers."""


class CaseTable:
    """A table of a case file.

    Parameters
    ----------
    content
        The table as TOML gave it.
    known
        Keys it may have; any other is refused.
    file, path
        Where it is, for messages.
    """

    def __init__(
        self, content: Mapping[str, Any], known: Collection[str], *, file: str, path: str = ""
    ) -> None:
        self.content, self.file, self.path = content, file, path
        for key in content:
            if key not in known:
                raise self.refuse(key, f"is unknown; {_guess_of(key, known)}")

    def __contains__(self, key: str) -> bool:
        return key in self.content

    def refuse(self, key: str, message: str) -> ReportError:
        """An error that names the file and the key."""
        where = ".".join(filter(None, (self.path, key)))
        return ReportError(message, file=self.file, field=where)

    def text(self, key: str, default: str | None = None, *, example: str = "some words") -> str:
        """Words that are not blank."""
        value = self.content.get(key, default)
        if value is None:
            raise self.refuse(key, f'is missing; give words, such as {key} = "{example}"')
        if not isinstance(value, str) or (not value.strip() and key in self.content):
            raise self.refuse(key, f'must be words, such as "{example}"; got {value!r}')
        return value

    def texts(self, key: str, *, example: str) -> tuple[str, ...]:
        """A list of words; one text is a list of one."""
        value = self.content.get(key, ())
        # One text is a list of one: a study of one country should not need brackets.
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list | tuple) or not all(map(_is_text, values)):
            raise self.refuse(key, f"must be a list of words, such as {example}; got {value!r}")
        return tuple(values)

    def one_of(self, key: str, choices: Collection[str], default: str) -> str:
        """One of a few words."""
        value = self.content.get(key, default)
        if value not in choices:
            raise self.refuse(key, f"must be one of {', '.join(choices)}; got {value!r}")
        return str(value)

    def number(self, key: str, *, least: float = 0.0, most: float = math.inf) -> float:
        """A finite number within bounds."""
        value = self.content.get(key)
        bounds = f"from {least:g} to {most:g}"
        if most == math.inf:
            bounds = f"{least:g} or more"
        if value is None:
            raise self.refuse(key, f"is missing; give a number {bounds}")
        # True is an int to Python, and would count as 1.
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not math.isfinite(value) or not least <= value <= most:
            raise self.refuse(key, f"must be a number {bounds}; got {value!r}")
        return float(value)

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self.content.get(key)
        if not isinstance(value, bool):
            raise self.refuse(key, f"must be true or false; got {value!r}")
        return value

    def day(self, key: str) -> dt.datetime | None:
        """The beginning of a day, UTC; None where it is not given."""
        value = self.content.get(key)
        if value is None:
            return None
        # A TOML moment is a date as well, so its hour would be lost without a word.
        if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
            raise self.refuse(key, f"must be a day, such as 2024-11-01; got {value!r}")
        return dt.datetime(value.year, value.month, value.day, tzinfo=dt.UTC)

    def range(self, unit: str, *, words: str = "", most: float = math.inf) -> Quantity:
        """The range that this table holds as low, best and high."""
        low, best, high = map(partial(self.number, most=most), RANGE)
        if not low <= best <= high:
            raise self.refuse(
                "low", f"low, best and high must rise; got {low:g}, {best:g}, {high:g}"
            )
        return Quantity(low, best, high, unit, words)

    def table(self, key: str, known: Collection[str]) -> CaseTable:
        """A table below this one; an empty one where it is not given."""
        value = self.content.get(key, {})
        if not isinstance(value, Mapping):
            raise self.refuse(key, f"must be a table; write [{self._below(key)}] above its keys")
        return CaseTable(value, known, file=self.file, path=self._below(key))

    def tables(self, key: str, known: Collection[str]) -> list[CaseTable]:
        """The tables of a list below this one, in their order."""
        value = self.content.get(key, [])
        # TOML gives a table for [name] and a list for [[name]]; the brackets are what people get wrong.
        rows = value if isinstance(value, list) else [None]
        found = []
        for count, row in enumerate(rows, start=1):
            if not isinstance(row, Mapping):
                raise self.refuse(
                    key, f"must be a list of tables; write [[{self._below(key)}]] above each"
                )
            path = f"{self._below(key)} {count}"
            found.append(CaseTable(row, known, file=self.file, path=path))
        return found

    def checked(self, key: str, read: Callable[[Any], T], value: Any) -> T:
        """What `read` makes of a value; its own complaint is put behind file and key."""
        try:
            return read(value)
        except ForceflowError as error:
            raise self.refuse(key, str(error)) from None

    def _below(self, key: str) -> str:
        return ".".join(filter(None, (self.path, key)))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _guess_of(key: str, known: Collection[str]) -> str:
    """What was probably meant by an unknown key."""
    near = nearest(key, known)
    if near:
        return f"did you mean {near[0]}?"
    return f"it may be {', '.join(known)}"
