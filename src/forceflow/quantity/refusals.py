"""What looks like a number and is no count: dates, times, shares, money, sums. Each is refused by its name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final

from .number_words import text_at
from .tokens import Tokens
from .units import unit_factor
from .vocabulary import ONES

__all__ = ["compound", "of_each", "part_of_whole", "strange_sign", "what_is_no_count"]

_MONTHS: Final = frozenset(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
_ORDINALS: Final = frozenset(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth thirtieth fortieth fiftieth hundredth thousandth "
    "thirds fourths fifths sixths eighths tenths".split()
)
_MONEY: Final = frozenset(
    "usd eur gbp rub chf cny jpy dollar dollars euro euros ruble rubles rouble roubles yuan cents".split()
)
_SHARES: Final = frozenset(("%", "\u2030", "percent", "pct", "percentage"))
_OF_WHOLE: Final = frozenset(("half", "halves", "quarter", "quarters"))
_AFTER_HYPHEN: Final = frozenset("plus odd ish or to and".split())
_MAY_BE_GLUED: Final = frozenset("k mn mln bn ish x odd t h".split())
_PER: Final = frozenset(("per", "a", "an", "each", "every", "/"))
_LONG_SPANS: Final = frozenset("year quarter fortnight decade season".split())
_HHMM: Final = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d")
_HOURS: Final = frozenset(("h", "hr", "hrs", "hour", "hours"))
_IN_TAIL: Final = frozenset("-'.,()/&;:\"")
"""Signs that may be among the words for what is counted."""

_Reason = Callable[[Tokens, int], str]


def what_is_no_count(tokens: Tokens) -> str:
    """Why the tokens are no count, or an empty text."""
    return next(_find_reasons(tokens), "")


def _find_reasons(tokens: Tokens) -> Iterator[str]:
    for at in range(len(tokens)):
        for find in _FINDERS:
            if reason := find(tokens, at):
                yield reason


def _share_reason(tokens: Tokens, at: int) -> str:
    word = text_at(tokens, at)
    if word in _SHARES or (word == "per" and text_at(tokens, at + 1) == "cent"):
        return f"{word!r} makes it a share, which may be read in more than one way; write a count"
    if word in _ORDINALS:
        return (
            f"{word!r} is a rank or a share, which may be read in more than one way; write a count"
        )
    after = text_at(tokens, at + 1)
    if tokens[at].kind == "number" and (
        after == "th" or (after in ("st", "nd", "rd") and tokens[at + 1].glued)
    ):
        return f"{word + after!r} is a rank, which may be read in more than one way; write a count"
    return ""


def _money_reason(tokens: Tokens, at: int) -> str:
    word = text_at(tokens, at)
    if word in _MONEY or unicodedata.category(word[0]) == "Sc":
        return f"{word!r} makes it an amount of money; write a count"
    return ""


def _date_reason(tokens: Tokens, at: int) -> str:
    if tokens[at].kind == "type" and text_at(tokens, at).partition("-")[0] in _MONTHS:
        return f"{text_at(tokens, at)!r} is a date, not a count"
    if text_at(tokens, at) not in _MONTHS:
        return ""
    for step in (-1, 1):
        beside = at + step
        while text_at(tokens, beside) in ("-", ".", ",", "of", "/"):
            beside += step
        if 0 <= beside < len(tokens) and tokens[beside].kind == "number":
            return (
                f"{text_at(tokens, at)!r} beside {text_at(tokens, beside)!r} is a date, not a count"
            )
    return ""


def _between_numbers(tokens: Tokens, at: int) -> str:
    """Signs between two numbers in digits that make them one thing."""
    sign = text_at(tokens, at)
    if not (0 < at < len(tokens) - 1 and tokens[at - 1].is_digits and tokens[at + 1].is_digits):
        return ""
    written = f"{text_at(tokens, at - 1)}{sign}{text_at(tokens, at + 1)}"
    names = {
        ":": "a clock time or a ratio, not a count",
        "/": "a fraction or a date, not a count",
        "+": "a sum; write the total",
        "plus": "a sum; write the total",
        "x": "a product; write the total",
        "\u00d7": "a product; write the total",
        "*": "a product; write the total",
        "\u2044": "a fraction, not a count",
    }
    if sign in names:
        return f"{written!r} is {names[sign]}"
    if (
        sign == "-"
        and text_at(tokens, at + 2) == "-"
        and at + 3 < len(tokens)
        and tokens[at + 3].is_digits
    ):
        return f"{written + '-' + text_at(tokens, at + 3)!r} looks like a date or a telephone number, not like a count"
    years = [text_at(tokens, at - 1), text_at(tokens, at + 1)]
    in_years = all(len(y) == 4 and y.isdecimal() and 1900 <= int(y) <= 2100 for y in years)
    if sign == "-" and in_years and 0 <= int(years[1]) - int(years[0]) <= 10:
        return f"{written!r} looks like two years, not like a count; write 'from {years[0]} to {years[1]}'"
    return ""


def _sign_before(tokens: Tokens, at: int) -> str:
    """A sign before a number that makes it none: a minus, the sign of a label."""
    if at + 1 >= len(tokens) or tokens[at + 1].kind != "number":
        return ""
    word = text_at(tokens, at)
    if word == "minus" or (
        word == "-"
        and tokens[at + 1].glued
        and (not tokens[at].glued or text_at(tokens, at - 1) == "(")
    ):
        before = tokens[at - 1] if at else None
        if (
            word == "minus"
            or before is None
            or not (before.is_digits or before.text in ("to", "and"))
        ):
            return f"{word!r} before {text_at(tokens, at + 1)!r} makes it negative; a count is 0 or more"
    if word in ("#", "\u2116", "number", "nr", "nos") or (
        word == "." and text_at(tokens, at - 1) in ("no", "nr", "nos")
    ):
        return f"{text_at(tokens, at + 1)!r} after {word!r} is the number of a label, not a count"
    return ""


def _glued_reason(tokens: Tokens, at: int) -> str:
    """Letters right after digits: "14z", "1990s", "2m"."""
    if (
        at == 0
        or not tokens[at].glued
        or not tokens[at - 1].is_digits
        or tokens[at].kind not in ("word", "type")
    ):
        return ""
    word, number = tokens[at].text, tokens[at - 1].text
    if word in _MAY_BE_GLUED or (len(word) > 1 and _is_unit(word)):
        return ""
    if (
        at > 1
        and any(token.is_digits or token.kind == "word" for token in tokens[: at - 1])
        and word == "s"
    ):
        return ""  # "two 747s"
    if word in ("m", "b"):
        return f"{number + word!r} may be millions, metres or billions; write the word"
    if word in ("z", "am", "pm"):
        return f"{number + word!r} is a clock time, not a count"
    return f"{number + word!r} is no number; write a space between a number and what it counts"


def _is_unit(word: str) -> bool:
    return unit_factor(word, to=word) is not None


def _clock_reason(tokens: Tokens, at: int) -> str:
    half_day = "".join(token.text for token in tokens[at : at + 3])
    if (
        at
        and (half_day in ("a.m", "p.m"))
        and (tokens[at - 1].is_digits or tokens[at - 1].text in ONES)
    ):
        return f"{text_at(tokens, at - 1)} {half_day!r} is a clock time, not a count"
    if at and text_at(tokens, at) in _HOURS and _HHMM.fullmatch(text_at(tokens, at - 1)):
        written = f"{text_at(tokens, at - 1)} {text_at(tokens, at)}"
        return f"{written!r} may be a clock time; write a duration as '{int(text_at(tokens, at - 1)):,} hours'"
    if (
        at
        and text_at(tokens, at) in ("am", "pm", "o'clock", "utc", "gmt")
        and tokens[at - 1].kind == "number"
    ):
        return f"{text_at(tokens, at - 1)} {text_at(tokens, at)!r} is a clock time, not a count"
    return ""


def _product_reason(tokens: Tokens, at: int) -> str:
    """A number glued to an x behind another number: "3 x20"."""
    glued = tokens[at].kind == "type" and re.fullmatch(r"x\d+", tokens[at].text)
    if glued and any(token.is_digits for token in tokens[:at]):
        return f"{text_at(tokens, at)!r} behind a number makes it a product; write the total"
    return ""


def _plus_or_minus(tokens: Tokens, at: int) -> str:
    word, then = text_at(tokens, at), text_at(tokens, at + 1)
    pair = word == "+" and (then == "-" or (then == "/" and text_at(tokens, at + 2) == "-"))
    if word == "\u00b1" or pair:
        return "write the range itself ('12 to 18'); what follows the sign '\u00b1' may be meant in many ways"
    return ""


def compound(tokens: Tokens, end: int) -> str:
    """Why the number that ends at a position is part of a longer word ("5-ton", "three-day"), or an empty text."""
    if text_at(tokens, end) in ("'", '"') and tokens[end].glued and tokens[end - 1].is_digits:
        return f"{text_at(tokens, end - 1) + text_at(tokens, end)!r} may be feet, inches, minutes or a quotation"
    if (
        text_at(tokens, end) != "-"
        or not tokens[end].glued
        or end + 1 >= len(tokens)
        or not tokens[end + 1].glued
    ):
        return ""
    if tokens[end + 1].text in _AFTER_HYPHEN:
        return ""
    number, word = text_at(tokens, end - 1), text_at(tokens, end + 1)
    return f"'{number}-{word}' says how large each is, or of what type, not how many there are"


def strange_sign(tokens: Tokens) -> str:
    """A sign that has no place among the words for what is counted, or an empty text."""
    return next(
        (token.text for token in tokens if token.kind == "sign" and token.text not in _IN_TAIL), ""
    )


def of_each(rest: Tokens) -> str:
    """Why the words for what is counted make the number another one: of each, of a year; or an empty text."""
    first, last = text_at(rest, 0), text_at(rest, len(rest) - 1)
    if last in ("each", "apiece"):
        return f"{last!r} says how much each is, not how many there are"
    if last == "minus" or last == "-":
        return f"{last!r} at the end is not followed by a number"
    if first in _PER or (text_at(rest, len(rest) - 2) in _PER and last in _LONG_SPANS):
        return f"{first if first in _PER else last!r} makes it a rate; give one a day, a week or a month"
    return ""


def part_of_whole(tokens: Tokens) -> str:
    """A word for a part of something that is not known ("half the fleet"), or an empty text."""
    return next((token.text for token in tokens if token.text in _OF_WHOLE), "")


_FINDERS: Final[tuple[_Reason, ...]] = (
    _plus_or_minus,
    _share_reason,
    _money_reason,
    _date_reason,
    _between_numbers,
    _sign_before,
    _glued_reason,
    _clock_reason,
    _product_reason,
)
