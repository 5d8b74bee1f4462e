"""Reading a number with its hedge from printed words; nothing is guessed.

The text becomes tokens, and the tokens are read once from left to right:

    quantity  = hedge* (range | quantifier | number) hedge* what is counted [hedge] [span of a rate]
              | one thing | several things | words that carry no number
    range     = ["between" | "from"] number ("to" | "-" | "or" | "and") number
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from ..errors import QuantityError
from .counted import Phrase, after_hedge, counted, end_hedge, second_number
from .lexicon import Lexicon
from .meanings import Many, hedged, is_round, many, range_of, unhedged
from .number_words import Number, read_one, text_at
from .quantity import Quantity, build
from .refusals import part_of_whole, what_is_no_count
from .tokens import LONGEST, Tokens, normal, tokenize
from .vocabulary import (
    ARTICLES,
    BEFORE,
    DAYS_OF_SPAN,
    EMPTY_ADJECTIVES,
    EMPTY_NOUNS,
    EMPTY_STARTS,
    GROUPS,
    KINDS_OF_THINGS,
    MAGNITUDES,
    MANY_THINGS,
    MOVES,
    NOT_ONE,
    ONE_OF,
    PLURALS,
    SPANS,
    THINGS,
    find_phrase,
)
from .words_behind import is_countable, one_of_a_size

__all__ = ["read"]

_WITHIN = frozenset("in within under over during for than".split())
_OFTEN = frozenset("regular regularly frequent frequently repeated continued".split())
_FEW = {"few": "few", "handful": "few", "several": "several", "couple": "couple"}
"""Quantifiers that follow an article or nothing, by the field of the lexicon that gives their meaning."""
_SEVERAL_OF = {12.0: ("dozens", 12.0), 20.0: ("scores", 20.0)}
"""What "several" of a magnitude is, and how many one of these is; of any other magnitude it is hundreds."""
_LARGE_PLURALS = ("thousands", "millions", "billions")
_JOINTS = {"between": ("and", "to", "-"), "from": ("to", "-"), "": ("to", "or", "-")}
"""Words between the ends of a range, by the word before it."""
_TWO_HEDGES = "has two hedges; keep the one that counts ('about 15', 'at least 15')"


@dataclass(frozen=True, slots=True)
class _Range:
    low: Number
    high: Number


def read(words: str, *, unit: str, lexicon: Lexicon, rough: bool) -> Quantity:
    """Read a printed number with its hedge; see `Quantity.parse`. With `rough`, round numbers are "about"."""
    if not isinstance(words, str) or not words.strip():
        raise QuantityError(f"no words to read a quantity from: {words!r}")
    if len(words) > LONGEST:
        raise QuantityError(
            f"a quantity has at most {LONGEST} characters, got {len(words):,}: {words[:40]!r}..."
        )
    text = normal(words)
    phrase = Phrase(text, words, unit, lexicon, rough)
    try:
        tokens = _trim_tokens(tokenize(text))
        if reason := what_is_no_count(tokens):
            raise QuantityError(reason)
        return _read_tokens(phrase, tokens)
    except QuantityError as error:
        reason = str(error)
        if reason.startswith((f"{words!r} ", "cannot ")):
            raise
        # The words themselves are what holds a second number or has two hedges.
        if reason.startswith(("holds ", "has ")):
            raise QuantityError(f"{words!r} {reason}") from None
        raise QuantityError(f"{words!r}: {reason}") from None


def _trim_tokens(tokens: Tokens) -> Tokens:
    """Without the brackets around all of it, and without signs at its ends that say nothing."""
    while tokens:
        start, end = tokens[0].text, tokens[-1].text
        signs = {token.text for token in tokens}
        is_quoted = start in "'\"" and end in "'\""
        closes_all = end == ")" and (start == "(" or "(" not in signs)
        opens_nothing = start == "(" and ")" not in signs
        if end in ".,;:!" or is_quoted or closes_all:
            tokens = tokens[:-1]
        elif start in ",;:!'\"" or opens_nothing:
            tokens = tokens[1:]
        else:
            break
    return tokens


def _read_tokens(phrase: Phrase, tokens: Tokens) -> Quantity:
    kept, hedge = end_hedge(tokens)
    return _read_rate(phrase, kept, hedge) or _read_count(phrase, kept, hedge)


# -- rates -------------------------------------------------------------------------------------------------------------


def _read_rate(phrase: Phrase, tokens: Tokens, hedge: str) -> Quantity | None:
    """A number a day, a week or a month; or a phrase of the lexicon ("regular flights")."""
    if _is_daily(tokens):
        return _rate_of_lexicon(phrase, tokens, phrase.lexicon.daily_per_day, days=1)
    if _is_often(tokens):
        return _rate_of_lexicon(phrase, tokens, phrase.lexicon.regular_per_week, days=7)
    span = _find_span(tokens)
    if span is None:
        return None
    days, before = span
    if _ends_with_moves(before):
        before = before[:-1]
    count = _read_count(replace(phrase, rate=True), before, hedge)
    if not count.has_content:
        return None
    params = count.params
    if count.family == "over":
        # A rate need not be whole, and is rounded down.
        params = (count.params[0], phrase.lexicon.over_rate_share, 0.0)
    unit = phrase.unit or _unit_of_rate(count)
    rate = build(count.family, params, unit=unit, words=phrase.words)
    return replace(rate.times(1 / days), per_day=True)


def _is_daily(tokens: Tokens) -> bool:
    first = text_at(tokens, 0)
    return first == "daily" or (first == "every" and text_at(tokens, 1) == "day")


def _is_often(tokens: Tokens) -> bool:
    return text_at(tokens, 0) in _OFTEN or text_at(tokens, len(tokens) - 1) == "frequently"


def _rate_of_lexicon(
    phrase: Phrase, tokens: Tokens, shape: tuple[float, float], *, days: float
) -> Quantity:
    """A rate that was printed without a number, from its median in so many days and its spread."""
    second_number(tokens)
    median, gsd = shape
    unit = phrase.unit or "movements"
    return Quantity.lognormal(median / days, gsd, unit=unit, words=phrase.words, per_day=True)


def _ends_with_moves(tokens: Tokens) -> bool:
    """Whether the last word only says that something moved: "flights" of "5 flights a day", but not of "a flight"."""
    last = len(tokens) - 1
    if last < 1 or text_at(tokens, last) not in MOVES:
        return False
    return not find_phrase(ONE_OF, tokens, last - 1)


def _unit_of_rate(count: Quantity) -> str:
    """What a rate counts where the caller does not say it."""
    if not count.unit or count.unit in MOVES:
        return "movements"
    return count.unit


def _find_span(tokens: Tokens) -> tuple[float, Tokens] | None:
    """Days of the span at the end, and what is before it; None for "in a week"."""
    for at in (len(tokens) - 2, len(tokens) - 1):
        if at < 1 or text_at(tokens, at - 1) in _WITHIN:
            continue
        found = find_phrase(SPANS, tokens, at)
        if found and found[1] == len(tokens):
            return DAYS_OF_SPAN[found[0]], tokens[:at]
    return None


# -- counts ------------------------------------------------------------------------------------------------------------


def _read_count(phrase: Phrase, tokens: Tokens, hedge: str) -> Quantity:
    before, at = _hedge_before(tokens)
    found = _read_core(tokens, at)
    if found is None and before:
        found = _one_after_article(tokens, at)
    if found is None:
        return _read_without_number(phrase, tokens, hedge, at)
    core, end = found
    direct, after = after_hedge(tokens, end)
    kinds = {before, direct, hedge} - {"", "plain"}
    if len(kinds) > 1:
        raise QuantityError(_TWO_HEDGES)
    unit = counted(phrase, tokens, after)
    meant = "".join(kinds)
    if isinstance(core, Number):
        return _number_means(phrase, core, meant, unit)
    if isinstance(core, _Range):
        return _range_means(phrase, core, meant, unit)
    # "At least several" leaves open of which number it is the least.
    if meant not in ("", "about", "exactly"):
        raise _unread_error(phrase, tokens, at)
    return many(core, unit=unit, words=phrase.words, lexicon=phrase.lexicon)


def _hedge_before(tokens: Tokens) -> tuple[str, int]:
    """The hedge before the number and the position after it; "only" and "the" yield to another ("only about 20")."""
    hedge, at = "", 0
    while found := find_phrase(BEFORE, tokens, at):
        kind, at = found
        if hedge not in ("", "plain", "exactly"):
            if kind not in ("plain", "exactly"):
                raise QuantityError(_TWO_HEDGES)
        elif kind != "plain" or not hedge:
            hedge = kind
    return hedge, at


def _one_after_article(tokens: Tokens, at: int) -> tuple[Number, int] | None:
    """One thing behind a hedge ("only a truck"); None where the article belongs to a group ("a number of")."""
    if text_at(tokens, at) not in ARTICLES or text_at(tokens, at + 1) in ("", *GROUPS):
        return None
    if reason := one_of_a_size(tokens[at + 1 :]):
        raise QuantityError(reason)
    return Number(1.0, at + 1), at + 1


def _read_core(tokens: Tokens, at: int) -> tuple[Number | _Range | Many, int] | None:
    """A range, a quantifier or a number, and the position after it."""
    opening = text_at(tokens, at)
    if opening in ("between", "from"):
        # What opens a range must be one: "from 20" alone may be the beginning of anything.
        found = _read_numbers(tokens, at + 1, opening)
        if found is None or isinstance(found[0], Number):
            return None
        return found
    return _read_quantifier(tokens, at) or _read_numbers(tokens, at, "")


def _read_numbers(tokens: Tokens, at: int, opening: str) -> tuple[Number | _Range, int] | None:
    """A range, or the number that is there where no second one follows."""
    low = _first_end(tokens, at) if opening == "between" else read_one(tokens, at)
    if low is None:
        return None
    word, after = _joint_at(tokens, low.end)
    high = None
    if word in _JOINTS[opening]:
        high = read_one(tokens, after)
    if high is None or _is_year(tokens, low, high, word):
        return low, low.end
    low = _same_magnitude(low, high)
    if low.value > high.value or (low.value == high.value and word in ("or", "-")):
        raise QuantityError(
            f"{low.value:,.10g} {word} {high.value:,.10g}: the lower end comes first"
        )
    return _Range(low, high), high.end


def _joint_at(tokens: Tokens, at: int) -> tuple[str, int]:
    """The word between two ends and the position after it; hyphens beside it belong to it ("5-to-9")."""
    word = text_at(tokens, at + 1)
    if text_at(tokens, at) != "-" or word not in ("to", "or"):
        return text_at(tokens, at), at + 1
    if text_at(tokens, at + 2) == "-":
        return word, at + 3
    return word, at + 2


def _first_end(tokens: Tokens, at: int) -> Number | None:
    """The number after "between", which an "and" ends: "between a hundred and two hundred"."""
    joints = [k for k in range(at, len(tokens)) if tokens[k].text == "and"]
    for joint in joints[:3]:
        low, high = read_one(tokens[:joint], at), read_one(tokens, joint + 1)
        if low and high and low.end == joint and low.value < high.value:
            return low
    return read_one(tokens, at)


def _is_year(tokens: Tokens, low: Number, high: Number, word: str) -> bool:
    """Two numbers in words with a hyphen that may be a year or one number as spoken: "nineteen-fifty", "two-fifty"."""
    in_words = tokens[low.end - 1].kind == tokens[high.end - 1].kind == "word"
    plain = word == "-" and in_words and not low.scales and not high.scales
    return plain and (low.value >= 17 or (low.value < 10 <= high.value and not high.rough))


def _same_magnitude(low: Number, high: Number) -> Number:
    """The lower end in thousands where the upper one is: "10 to 20 thousand", but "fifty to a hundred"."""
    if not high.scales:
        if not low.scales and low.value < high.lead:
            raise QuantityError(
                f"{low.value:,.10g} of what? Write both ends in full, as in '300 to 450'"
            )
        return low
    for scale in _scales_to_share(low, high):
        is_larger = not low.scales or low.scales[-1] < scale
        if is_larger and low.value < high.value / scale:
            return replace(low, value=low.value * scale)
    return low


def _scales_to_share(low: Number, high: Number) -> tuple[float, ...]:
    """Magnitudes of the upper end that the lower one may be in: all of them together, or the last."""
    last = high.scales[-1]
    if low.scales:
        return (last,)
    return math.prod(high.scales), last


def _read_quantifier(tokens: Tokens, at: int) -> tuple[Many, int] | None:
    """Read "a few", "several thousand", "a couple of hundred", "dozens", "tens of thousands"."""
    if text_at(tokens, at) == "many" and text_at(tokens, at + 1) in PLURALS:
        at += 1
    if text_at(tokens, at) in PLURALS:
        return _read_plural(tokens, at)
    if text_at(tokens, at) in ARTICLES:
        at += 1
    word = _FEW.get(text_at(tokens, at))
    if word is None:
        return None
    scales, end = _scales_behind(tokens, at + 1)
    scale = math.prod(scales, start=1.0)
    if word == "several" and scale > 1:
        # "Several dozen" is dozens, "several hundred" hundreds, "several thousand" ten times hundreds.
        word, base = _SEVERAL_OF.get(scales[0], ("hundreds", 100.0))
        scale /= base
    return Many(word, scale), end


def _read_plural(tokens: Tokens, at: int) -> tuple[Many, int]:
    """Read "dozens", "thousands", "tens of thousands"."""
    word, end, scale = text_at(tokens, at), at + 1, 1.0
    multiplied = text_at(tokens, end + 1)
    if text_at(tokens, end) == "of" and multiplied in _LARGE_PLURALS:
        scale, end = MAGNITUDES[multiplied], end + 2
    if word in _LARGE_PLURALS:
        # The lexicon knows hundreds; the larger ones are so many times as much.
        word, scale = "hundreds", scale * MAGNITUDES[word] / 100
    return Many(word, scale), end


def _scales_behind(tokens: Tokens, at: int) -> tuple[list[float], int]:
    """The magnitudes behind "a few" or "a couple of", and the position after them."""
    scales: list[float] = []
    then = at
    if text_at(tokens, at) == "of":
        then += 1
    while text_at(tokens, then) in MAGNITUDES and text_at(tokens, then) != "k":
        scales.append(MAGNITUDES[text_at(tokens, then)])
        then += 1
    if not scales:
        return scales, at
    return scales, then


def _number_means(phrase: Phrase, number: Number, hedge: str, unit: str) -> Quantity:
    n, words, lexicon = number.value, phrase.words, phrase.lexicon
    if hedge:
        return hedged(hedge, n, unit=unit, words=words, lexicon=lexicon, rate=phrase.rate)
    rough = number.rough or (phrase.rough and is_round(n))
    return unhedged(n, unit=unit, words=words, lexicon=lexicon, rough=rough)


def _range_means(phrase: Phrase, ends: _Range, hedge: str, unit: str) -> Quantity:
    low, high = ends.low.value, ends.high.value
    if hedge in ("over", "nearly"):
        raise QuantityError(f"has a hedge ({hedge}) and a range; keep one of them")
    if hedge == "at_least":
        return hedged(hedge, low, unit=unit, words=phrase.words, lexicon=phrase.lexicon)
    if hedge in ("at_most", "below"):
        return hedged(hedge, high, unit=unit, words=phrase.words, lexicon=phrase.lexicon)
    return range_of(low, high, unit=unit, words=phrase.words)


# -- words without a number --------------------------------------------------------------------------------------------


def _read_without_number(phrase: Phrase, tokens: Tokens, hedge: str, at: int) -> Quantity:
    """None at all, one thing, several things, or words that carry no number."""
    words, lexicon = phrase.words, phrase.lexicon
    none = find_phrase(NOT_ONE, tokens, 0)
    if none:
        return _read_none(phrase, tokens, none[1])
    one = find_phrase(ONE_OF, tokens, 0)
    if one and _is_a_thing(tokens[one[1] :]):
        return _read_one_thing(phrase, tokens, hedge, one[1])
    if _is_empty(tokens):
        second_number(tokens)
        return Quantity.nothing(words, unit=phrase.unit)
    names = [token.text for token in tokens if token.text not in KINDS_OF_THINGS]
    if names and names[0] in MANY_THINGS:
        return Quantity.at_least(2.0, unit=counted(phrase, tokens, 0), words=words, lexicon=lexicon)
    raise _unread_error(phrase, tokens, at)


def _read_none(phrase: Phrase, tokens: Tokens, after: int) -> Quantity:
    """No movement: "nil", "no flights"; "no time was given" does not say that there were none."""
    is_alone = after == len(tokens) and tokens[0].text != "no"
    if not is_alone and not is_countable(tokens[after:]):
        shown = " ".join(token.text for token in tokens[: after + 1])
        raise QuantityError(
            f"{shown!r} does not say that there were none; write 0, or leave it out"
        )
    return Quantity.exactly(0.0, unit=counted(phrase, tokens, after), words=phrase.words)


def _read_one_thing(phrase: Phrase, tokens: Tokens, hedge: str, after: int) -> Quantity:
    if reason := one_of_a_size(tokens[after:]):
        raise QuantityError(reason)
    # About one thing is one thing.
    if hedge in ("", "about"):
        hedge = "exactly"
    unit = counted(phrase, tokens, after)
    return hedged(hedge, 1.0, unit=unit, words=phrase.words, lexicon=phrase.lexicon)


def _is_a_thing(rest: Tokens) -> bool:
    if any(token.text in GROUPS for token in rest):
        return False
    return any(token.text in THINGS or token.kind == "type" for token in rest[:5])


def _is_empty(tokens: Tokens) -> bool:
    """Whether words are known to carry no number: "large amounts", "a number of"."""
    first = text_at(tokens, 0)
    if find_phrase(EMPTY_STARTS, tokens, 0):
        return first != "some" or (len(tokens) > 1 and tokens[1].kind == "word")
    if first in EMPTY_NOUNS or (first == "more" and len(tokens) == 1):
        return True
    words = [token.text for token in tokens[:3]]
    if first in ARTICLES:
        del words[0]
    if words and words[0] in ("very", "unusually"):
        del words[0]
    return bool(words) and words[0] in EMPTY_ADJECTIVES


def _unread_error(phrase: Phrase, tokens: Tokens, at: int) -> QuantityError:
    """The error for words that are not understood; names the word where reading stopped."""
    stop = text_at(tokens, at) or text_at(tokens, 0) or phrase.words.strip()
    part = part_of_whole(tokens)
    why = f"at {stop!r}"
    if at < len(tokens) and tokens[at].kind == "type":
        why = f"{stop!r} is a type or a label, which does not say how many"
    elif part:
        why = f"{part!r} of how many?"
    return QuantityError(
        f"cannot read a quantity from {phrase.words!r} ({why}); write a number with or without a hedge ('nearly 100', "
        "'at least 4', 'several', '5 to 9', 'regular flights'), or words known to carry no number ('large amounts')"
    )
