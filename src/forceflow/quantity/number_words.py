"""Reading one number from tokens, in digits or in words: "2.5 thousand", "a hundred and fifty", "half a million"."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from .tokens import Tokens, digits_value
from .vocabulary import ARTICLES, MAGNITUDES, ONES, ROUGH, SETS, TENS

__all__ = ["Number", "read_one", "text_at"]

_GLUED_MAGNITUDES = frozenset(("k", "mn", "mln", "bn"))
_PARTS = {"half": 0.5, "quarter": 0.25}


@dataclass(frozen=True, slots=True)
class Number:
    """A number that was read.

    Parameters
    ----------
    value
        The number.
    end
        Position of the token after it.
    scales
        The magnitudes at its end: (100, 1000) for "two hundred thousand".
    lead
        What stands before the first magnitude inside it: 4 for "four hundred and fifty".
    rough
        It was printed as a dozen or a score.
    """

    value: float
    end: int
    scales: tuple[float, ...] = ()
    lead: float = math.nan
    rough: bool = False


def text_at(tokens: Tokens, at: int) -> str:
    """Text of a token; empty beyond the last."""
    return tokens[at].text if 0 <= at < len(tokens) else ""


def read_one(tokens: Tokens, at: int) -> Number | None:
    """The number that starts at a token, or None where none does."""
    if at >= len(tokens):
        return None
    return _part(tokens, at) or _digits(tokens, at) or _set(tokens, at) or _words(tokens, at)


def _after_hyphen(tokens: Tokens, at: int) -> int:
    """The position behind a hyphen between two words ("twenty-five"), else the same."""
    joined = (
        text_at(tokens, at) == "-"
        and tokens[at].glued
        and at + 1 < len(tokens)
        and tokens[at + 1].glued
    )
    return at + 1 if joined else at


def _magnitudes(tokens: Tokens, number: Number) -> Number:
    """Multiply with the magnitude words that follow."""
    while True:
        at = _after_hyphen(tokens, number.end)
        word = text_at(tokens, at)
        if word not in MAGNITUDES or (
            at < len(tokens) and tokens[at].glued and not _may_be_glued(tokens, at)
        ):
            return number
        scale = MAGNITUDES[word]
        number = replace(
            number,
            value=number.value * scale,
            end=at + 1,
            scales=(*number.scales, scale),
            rough=number.rough or word in ROUGH,
        )


def _may_be_glued(tokens: Tokens, at: int) -> bool:
    return text_at(tokens, at) in _GLUED_MAGNITUDES or text_at(tokens, at - 1) == "-"


def _and_a_half(tokens: Tokens, number: Number) -> Number:
    """Add the half of "two and a half"; of "a million and a half" half of the million."""
    at = _after_hyphen(tokens, number.end)
    if text_at(tokens, at) != "and":
        return number
    at = _after_hyphen(tokens, at + 1)
    if text_at(tokens, at) in ARTICLES:
        at = _after_hyphen(tokens, at + 1)
    if text_at(tokens, at) not in _PARTS:
        return number
    added = _PARTS[text_at(tokens, at)] * (number.scales[-1] if number.scales else 1.0)
    return replace(number, value=number.value + added, end=at + 1)


def _part(tokens: Tokens, at: int) -> Number | None:
    """Half or quarters of a magnitude: "half a million", "three quarters of a million", "a half-dozen"."""
    times = 1.0
    word = text_at(tokens, at)
    if word in ARTICLES:
        at += 1
    elif word in ONES and text_at(tokens, _after_hyphen(tokens, at + 1)) == "quarters":
        times, at = ONES[word], _after_hyphen(tokens, at + 1)
    part = text_at(tokens, at).removesuffix("s" if times > 1 else "")
    if part not in _PARTS:
        return None
    at = _after_hyphen(tokens, at + 1)
    if text_at(tokens, at) == "of":
        at += 1
    if text_at(tokens, at) in ARTICLES:
        at += 1
    if text_at(tokens, at) not in MAGNITUDES:
        return None
    found = _magnitudes(tokens, Number(times * _PARTS[part], at))
    return found if found.scales else None


def _digits(tokens: Tokens, at: int) -> Number | None:
    if not tokens[at].is_digits:
        return None
    value, end = digits_value(tokens[at].text), at + 1
    if end < len(tokens) and tokens[end].kind == "fraction" and tokens[at].kind == "number":
        value, end = value + digits_value(tokens[end].text), end + 1
    return _magnitudes(tokens, _and_a_half(tokens, Number(value, end)))


def _set(tokens: Tokens, at: int) -> Number | None:
    """A pair, a trio; "both" is two."""
    if text_at(tokens, at) == "both":
        return Number(2.0, at + 1)
    if text_at(tokens, at) in ARTICLES:
        at += 1
    return Number(SETS[text_at(tokens, at)], at + 1) if text_at(tokens, at) in SETS else None


def _ones(tokens: Tokens, at: int) -> Number | None:
    """A number below a hundred: "seven", "twenty", "twenty-five"."""
    word = text_at(tokens, at)
    if word in ONES:
        return Number(ONES[word], at + 1)
    if word not in TENS:
        return None
    then = _after_hyphen(tokens, at + 1)
    one = ONES.get(text_at(tokens, then), 0.0)
    return Number(TENS[word] + one, then + 1) if 1 <= one <= 9 else Number(TENS[word], at + 1)


def _group(tokens: Tokens, at: int) -> Number | None:
    """A number below a thousand, or up to 9,900 in hundreds ("twelve hundred and five")."""
    below = _ones(tokens, at)
    then = _after_hyphen(tokens, below.end) if below else at
    if below is None and text_at(tokens, then) in ARTICLES:
        then += 1
    if text_at(tokens, then) != "hundred":
        return below
    lead = below.value if below else 1.0
    hundreds = Number(100.0 * lead, then + 1, (100.0,), lead)
    then = _after_hyphen(tokens, then + 1)
    rest = _ones(tokens, then + (text_at(tokens, then) == "and"))
    return Number(hundreds.value + rest.value, rest.end, (), lead) if rest else hundreds


def _words(tokens: Tokens, at: int) -> Number | None:
    """A number in words: groups below a thousand with their magnitudes, in falling order."""
    total, below, end, lead = 0.0, math.inf, at, math.nan
    scales: tuple[float, ...] = ()
    while True:
        then = end + (end > at and text_at(tokens, end) == "and")
        then = then if end == at else _after_hyphen(tokens, then)
        group = _group(tokens, then)
        after = (
            _after_hyphen(tokens, group.end)
            if group
            else then + (text_at(tokens, then) in ARTICLES)
        )
        word = text_at(tokens, after)
        scale = MAGNITUDES.get(word, 0.0)
        if group is None and not (end == at and scale and word not in _GLUED_MAGNITUDES):
            break
        value = group.value if group else 1.0
        if word in ROUGH and end == at:
            return Number(value * scale, after + 1, (scale,), rough=True)
        if not 1000 <= scale < below:
            return _last_group(tokens, total, group, lead) if group else None
        scales = (*(group.scales if group and end == at else ()), scale)
        lead = (
            (group.lead if group and group.lead == group.lead else value)
            if math.isnan(lead)
            else lead
        )
        total, below, end = total + value * scale, scale, after + 1
    found = Number(total, end, scales, lead) if end > at else None
    return _and_a_half(tokens, found) if found else None


def _last_group(tokens: Tokens, total: float, group: Number, lead: float) -> Number:
    """The number that ends with a group below a thousand, with no magnitude after it."""
    if total:
        return replace(group, value=total + group.value, lead=lead, scales=())
    halved = _and_a_half(tokens, group)
    return _magnitudes(tokens, halved) if halved.value != group.value else group
