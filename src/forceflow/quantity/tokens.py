"""Splitting printed words into tokens: numbers in digits, words, type names and signs."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from ..errors import QuantityError

__all__ = ["AIRLINERS", "LONGEST", "Token", "Tokens", "digits_value", "normal", "tokenize"]

LONGEST: Final = 500
"""Most characters of a text that is read as a quantity; a longer one is no printed number."""

HARD_SPACE: Final = "\u00a0"
"""Replaces every space that does not break a line: between digits it can only be a thousands mark."""

_LARGEST: Final = 1e18
_SAME: Final = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63", "-")
    | dict.fromkeys("\u2018\u2019\u02bc\u00b4`\uff07", "'")
    | dict.fromkeys("\u2007\u2008\u2009\u200a\u202f", HARD_SPACE)
    | dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"')
    | dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", "")
    | {"\u066c": ",", "\u066b": ".", "\u3000": " "}
    | {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if code != 0xFF07}
)
"""One character for all that look alike: dashes, apostrophes, spaces, full-width forms."""

_LETTER: Final = (
    r"[^\W\d_\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u2089\u2150-\u218f\u2460-\u24ff\u2776-\u2793]"
)
"""A letter; Python counts raised digits, fractions and the like as such too."""
_TOKEN: Final = re.compile(
    r"(?P<number>(?<![\w.])\.\d+|\d+(?:[.,']\d+|[ \u00a0]\d{3}(?!\d))*(?:[eE][+-]?\d+(?!\w))?)"
    rf"|(?P<type>(?<!\d){_LETTER}+-?\d(?:-?\w)*)"
    rf"|(?P<word>{_LETTER}+(?:'{_LETTER}+)*)"
    r"|(?P<sign>\S)"
)
_PLAIN: Final = re.compile(r"\d+|\d*\.\d+")
_SPACED: Final = re.compile(r"[1-9]\d{0,2}(?:[ \u00a0]\d{3})+(?:\.\d{1,2})?")
_COMMAS: Final = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_INDIAN: Final = re.compile(r"[1-9]\d?(?:,\d{2})+,\d{3}(?:\.\d+)?")
_QUOTES: Final = re.compile(r"[1-9]\d{0,2}(?:'\d{3})+(?:\.\d+)?")
_POINTS: Final = re.compile(r"[1-9]\d{0,2}(?:\.\d{3}){2,}")
_POWER: Final = re.compile(r"\d+(?:\.\d+)?[eE][+-]?\d+")
_MONTH: Final = re.compile(r"(?:0?[1-9]|1[0-2])\.(?:19|20)\d\d")
AIRLINERS: Final = re.compile(r"[1-9] 7[0-8]7")
"""A digit and an airliner, or a number with a space as its thousands mark."""

_TWO_WAYS: Final = re.compile(r"(?:[1-9]|\d{2,3})\.\d{3}")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text.

    Parameters
    ----------
    kind
        "number" is written in digits; "type" is a name with digits in it, as Il-76.
    text
        In lower case.
    start, end
        Where it is in the text.
    glued
        No space before it.
    """

    kind: Literal["number", "fraction", "word", "type", "sign"]
    text: str
    start: int
    end: int
    glued: bool

    @property
    def is_digits(self) -> bool:
        """Whether it is a number written in digits, or a sign such as a half."""
        return self.kind in ("number", "fraction")


Tokens = tuple[Token, ...]


def normal(words: str) -> str:
    """The text with one character for all that look alike, and digits of every script as 0 to 9."""
    text = words.translate(_SAME)
    if not text.isascii():
        text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    return re.sub(r"[^\S\u00a0]+", " ", text)


def tokenize(text: str) -> Tokens:
    """Split a text made by `normal` into tokens; linear in its length."""
    found = []
    for match in _TOKEN.finditer(text):
        kind, start, end = str(match.lastgroup), match.start(), match.end()
        if kind == "sign" and _is_fraction(match[0]):
            kind = "fraction"
        glued = start > 0 and not text[start - 1].isspace()
        found.append(Token(kind, match[0].lower(), start, end, glued))  # type: ignore[arg-type]
    return tuple(found)


def _is_fraction(text: str) -> bool:
    return (
        len(text) == 1
        and unicodedata.category(text) == "No"
        and "FRACTION" in unicodedata.name(text, "")
    )


def _check_row(text: str) -> None:
    """Refuse a number with spaces as thousands marks that may be several numbers in a row, or the name of a type."""
    parts = text.partition(".")[0].split(" ")
    for count in (2, 3):
        size, rest = divmod(len(parts), count)
        if size < 2 or rest:
            continue
        row = [" ".join(parts[k * size : (k + 1) * size]) for k in range(count)]
        values = [int(one.replace(" ", "")) for one in row if one[0] != "0"]
        if len(values) == count and values == sorted(values):
            raise QuantityError(
                f"{text!r} may be one number or {count} in a row; write '{'; '.join(row)}'"
            )
    if AIRLINERS.fullmatch(text):
        one, model = parts
        raise QuantityError(
            f"{text!r} may be {one}{model} or {one} of type {model}; write {one},{model} or {one}{model}"
        )


def digits_value(text: str) -> float:
    """Read a number in digits with its thousands marks; refuse what can be read in two ways.

    Raises
    ------
    QuantityError
        With the reason; the caller adds the words around it.

    Examples
    --------
    >>> digits_value("1,200"), digits_value("12,34,567"), digits_value("1.234.567"), digits_value("1'800")
    (1200.0, 1234567.0, 1234567.0, 1800.0)
    """
    if _is_fraction(text):
        return float(unicodedata.numeric(text))
    _refuse_other_things(text)
    plain = _without_marks(text)
    if plain is None:
        _refuse_several(text)
        raise QuantityError(
            f"{text!r} may be read in more than one way; write the number in full, with a point before decimals: "
            "1200 or 1,200 or 1.5"
        )
    if " " in text:
        _check_row(text)
    value = float(plain)
    if value > _LARGEST:
        raise QuantityError(f"{text!r:.40} is too large to be a count")
    return value


def _refuse_other_things(text: str) -> None:
    """Refuse a clock time, a month, and a number that two readers read differently."""
    if re.fullmatch(r"0\d{2,}", text):
        raise QuantityError(
            f"{text!r} starts with 0, as a clock time or a code does; write the number without it"
        )
    if _MONTH.fullmatch(text):
        raise QuantityError(f"{text!r} looks like a month and a year, not like a count")
    if _TWO_WAYS.fullmatch(text):
        raise QuantityError(
            f"{text!r} may be read in more than one way: 1.200 is a thousand and more to some readers, and a little "
            f"over one to others; write {text.replace('.', '')} or {text.rstrip('0').rstrip('.')}"
        )


def _without_marks(text: str) -> str | None:
    """The digits without their thousands marks; None where the marks are of no known kind."""
    if _PLAIN.fullmatch(text) or _POWER.fullmatch(text):
        return text
    three = text.split(" ")
    if [len(part) for part in three] == [3, 3, 3] and min(three[1:]) > "000":
        raise QuantityError(
            f"{text!r} may be one number or three; write {','.join(three)}, or one number"
        )
    if any(marked.fullmatch(text) for marked in (_COMMAS, _INDIAN, _QUOTES, _SPACED)):
        return re.sub(r"[,' \u00a0]", "", text)
    if _POINTS.fullmatch(text):
        return text.replace(".", "")
    return None


def _refuse_several(text: str) -> None:
    """Refuse two numbers behind each other, a date and the number of a version, each by its name."""
    if " " in text or HARD_SPACE in text:
        second = re.split(r"[ \u00a0]", text)[1]
        raise QuantityError(f"holds a second number ({second}); code one number to a claim")
    if text.count(".") > 1:
        raise QuantityError(
            f"{text!r} looks like a date or the number of a version, not like a count"
        )
