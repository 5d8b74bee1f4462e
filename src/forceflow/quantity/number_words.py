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
        The number before the first magnitude inside it: 4 for "four hundred and fifty".
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
    return (
        _read_part(tokens, at)
        or _read_digits(tokens, at)
        or _read_set(tokens, at)
        or _read_words(tokens, at)
    )


def _after_hyphen(tokens: Tokens, at: int) -> int:
    """The position behind a hyphen between two words ("twenty-five"), else the same."""
    if text_at(tokens, at) != "-" or at + 1 >= len(tokens):
        return at
    # A hyphen with a space on either side is a dash, which ends the number.
    return at + int(tokens[at].glued and tokens[at + 1].glued)


def _apply_magnitudes(tokens: Tokens, number: Number) -> Number:
    """Multiply with the magnitude words that follow."""
    while True:
        at = _after_hyphen(tokens, number.end)
        word = text_at(tokens, at)
        if word not in MAGNITUDES:
            return number
        # "5m" is a length or a model; "5bn" and "half-million" are numbers.
        if tokens[at].glued and not _may_be_glued(tokens, at):
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
    scale = number.scales[-1] if number.scales else 1.0
    added = _PARTS[text_at(tokens, at)] * scale
    return replace(number, value=number.value + added, end=at + 1)


def _read_part(tokens: Tokens, at: int) -> Number | None:
    """Half or quarters of a magnitude: "half a million", "three quarters of a million", "a half-dozen"."""
    times = 1.0
    word = text_at(tokens, at)
    if word in ARTICLES:
        at += 1
    elif word in ONES and text_at(tokens, _after_hyphen(tokens, at + 1)) == "quarters":
        times, at = ONES[word], _after_hyphen(tokens, at + 1)
    part = text_at(tokens, at)
    if times > 1:
        part = part.removesuffix("s")
    if part not in _PARTS:
        return None
    at = _after_hyphen(tokens, at + 1)
    for filler in ({"of"}, ARTICLES):
        at += int(text_at(tokens, at) in filler)
    if text_at(tokens, at) not in MAGNITUDES:
        return None
    found = _apply_magnitudes(tokens, Number(times * _PARTS[part], at))
    if not found.scales:
        return None
    return found


def _read_digits(tokens: Tokens, at: int) -> Number | None:
    if not tokens[at].is_digits:
        return None
    value, end = digits_value(tokens[at].text), at + 1
    if end < len(tokens) and tokens[end].kind == "fraction" and tokens[at].kind == "number":
        value, end = value + digits_value(tokens[end].text), end + 1
    return _apply_magnitudes(tokens, _and_a_half(tokens, Number(value, end)))


def _read_set(tokens: Tokens, at: int) -> Number | None:
    """A pair, a trio; "both" is two."""
    if text_at(tokens, at) == "both":
        return Number(2.0, at + 1)
    if text_at(tokens, at) in ARTICLES:
        at += 1
    size = SETS.get(text_at(tokens, at))
    if size is None:
        return None
    return Number(size, at + 1)


def _read_below_hundred(tokens: Tokens, at: int) -> Number | None:
    """A number below a hundred: "seven", "twenty", "twenty-five"."""
    word = text_at(tokens, at)
    if word in ONES:
        return Number(ONES[word], at + 1)
    if word not in TENS:
        return None
    then = _after_hyphen(tokens, at + 1)
    one = ONES.get(text_at(tokens, then), 0.0)
    if not 1 <= one <= 9:
        return Number(TENS[word], at + 1)
    return Number(TENS[word] + one, then + 1)


def _read_below_thousand(tokens: Tokens, at: int) -> Number | None:
    """A number below a thousand, or up to 9,900 in hundreds ("twelve hundred and five")."""
    below = _read_below_hundred(tokens, at)
    if below is None:
        lead, then = 1.0, at + int(text_at(tokens, at) in ARTICLES)
    else:
        lead, then = below.value, _after_hyphen(tokens, below.end)
    if text_at(tokens, then) != "hundred":
        return below
    hundreds = Number(100.0 * lead, then + 1, (100.0,), lead)
    then = _after_hyphen(tokens, then + 1)
    rest = _read_below_hundred(tokens, then + int(text_at(tokens, then) == "and"))
    if rest is None:
        return hundreds
    return Number(hundreds.value + rest.value, rest.end, (), lead)


def _read_words(tokens: Tokens, at: int) -> Number | None:
    """A number in words: groups below a thousand with their magnitudes, in falling order."""
    total, below, end, lead = 0.0, math.inf, at, math.nan
    scales: tuple[float, ...] = ()
    while True:
        is_first = end == at
        group, after = _next_group(tokens, end, is_first=is_first)
        word = text_at(tokens, after)
        scale = MAGNITUDES.get(word, 0.0)
        starts_bare = is_first and scale and word not in _GLUED_MAGNITUDES
        if group is None and not starts_bare:
            break
        value = 1.0 if group is None else group.value
        if word in ROUGH and is_first:
            return Number(value * scale, after + 1, (scale,), rough=True)
        if not 1000 <= scale < below:
            if group is None:
                return None
            return _last_group(tokens, total, group, lead)
        scales = (scale,)
        if is_first and group is not None:
            scales = (*group.scales, scale)
        if math.isnan(lead):
            lead = _lead_of(group, value)
        total, below, end = total + value * scale, scale, after + 1
    if end == at:
        return None
    return _and_a_half(tokens, Number(total, end, scales, lead))


def _next_group(tokens: Tokens, at: int, *, is_first: bool) -> tuple[Number | None, int]:
    """The group below a thousand that follows, if any, and the position where its magnitude would be."""
    if not is_first:
        at = _after_hyphen(tokens, at + int(text_at(tokens, at) == "and"))
    group = _read_below_thousand(tokens, at)
    if group is None:
        return None, at + int(text_at(tokens, at) in ARTICLES)
    return group, _after_hyphen(tokens, group.end)


def _lead_of(group: Number | None, value: float) -> float:
    """The number before the first magnitude: of "four hundred thousand" the four."""
    if group is None or math.isnan(group.lead):
        return value
    return group.lead


def _last_group(tokens: Tokens, total: float, group: Number, lead: float) -> Number:
    """The number that ends with a group below a thousand, with no magnitude after it."""
    if total:
        return replace(group, value=total + group.value, lead=lead, scales=())
    halved = _and_a_half(tokens, group)
    if halved.value == group.value:
        return group
    return _apply_magnitudes(tokens, halved)
