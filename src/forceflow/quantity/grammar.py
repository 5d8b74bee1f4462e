"""Reading a number with its hedge from printed words; nothing is guessed.

The text becomes tokens, and the tokens are read once from left to right:

    quantity  = hedge* (range | quantifier | number) hedge* what is counted [hedge] [span of a rate]
              | one thing | several things | words that carry no number
    range     = ["between" | "from"] number ("to" | "-" | "or" | "and") number
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..errors import QuantityError
from .counted import Phrase, after_hedge, counted, end_hedge, second_number
from .lexicon import Lexicon
from .meanings import Many, hedged, is_round, many, range_of, unhedged
from .number_words import Number, read_one, text_at
from .quantity import Quantity, build
from .refusals import part_of_whole, what_is_no_count
from .tail import is_countable, one_of_a_size
from .tokens import LONGEST, Token, Tokens, normal, tokenize
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

__all__ = ["read"]

_WITHIN = frozenset("in within under over during for than".split())
_OFTEN = frozenset("regular regularly frequent frequently repeated continued".split())


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
        tokens = _trim_signs(tokenize(text))
        if reason := what_is_no_count(tokens):
            raise QuantityError(reason)
        return _read_quantity(phrase, tokens)
    except QuantityError as error:
        reason = str(error)
        if reason.startswith((f"{words!r} ", "cannot ")):
            raise
        colon = "" if reason.startswith(("holds ", "has ")) else ":"
        raise QuantityError(f"{words!r}{colon} {reason}") from None


def _trim_signs(tokens: Tokens) -> Tokens:
    """Without the brackets around all of it, and without signs at its ends that say nothing."""
    first, last = 0, len(tokens)
    while first < last:
        start, end = tokens[first].text, tokens[last - 1].text
        opened = "(" in (token.text for token in tokens[first:last])
        quoted = end in "'\"" and start in "'\""
        if end in ".,;:!" or quoted or (end == ")" and (start == "(" or not opened)):
            last -= 1
        elif start in ",;:!'\"" or (
            start == "(" and ")" not in (t.text for t in tokens[first:last])
        ):
            first += 1
        else:
            break
    return tokens[first:last]


def _read_quantity(phrase: Phrase, tokens: Tokens) -> Quantity:
    kept, hedge = end_hedge(tokens)
    return _read_rate(phrase, kept, hedge) or _read_count(phrase, kept, hedge)


# -- rates -------------------------------------------------------------------------------------------------------------


def _read_rate(phrase: Phrase, tokens: Tokens, hedge: str) -> Quantity | None:
    """A number a day, a week or a month; or a phrase of the lexicon ("regular flights")."""
    first, last = text_at(tokens, 0), text_at(tokens, len(tokens) - 1)
    daily = first == "daily" or (first == "every" and text_at(tokens, 1) == "day")
    if daily or first in _OFTEN or last == "frequently":
        second_number(tokens)
        median, gsd = phrase.lexicon.daily_per_day if daily else phrase.lexicon.regular_per_week
        unit = phrase.unit or "movements"
        return Quantity.lognormal(
            median / (1 if daily else 7), gsd, unit=unit, words=phrase.words, per_day=True
        )
    span = _find_span(tokens)
    if span is None:
        return None
    days, inner = span
    if (
        text_at(inner, len(inner) - 1) in MOVES
        and len(inner) > 1
        and not find_phrase(ONE_OF, inner, len(inner) - 2)
    ):
        inner = inner[:-1]
    count = _read_count(replace(phrase, rate=True), inner, hedge)
    if not count.has_content:
        return None
    printed = count.unit if count.unit not in MOVES else ""
    params = count.params
    if count.family == "over":  # a rate need not be whole, and is rounded down
        params = (count.params[0], phrase.lexicon.over_rate_share, 0.0)
    unit = phrase.unit or printed or "movements"
    return replace(
        build(count.family, params, unit=unit, words=phrase.words).times(1 / days), per_day=True
    )


def _find_span(tokens: Tokens) -> tuple[float, Tokens] | None:
    """Days of the span at the end, and what is before it; None for "in a week"."""
    for at in (len(tokens) - 2, len(tokens) - 1):
        found = find_phrase(SPANS, tokens, at) if at > 0 else None
        if found and found[1] == len(tokens) and text_at(tokens, at - 1) not in _WITHIN:
            return DAYS_OF_SPAN[found[0]], tokens[:at]
    return None


# -- counts ------------------------------------------------------------------------------------------------------------


def _read_count(phrase: Phrase, tokens: Tokens, hedge: str) -> Quantity:
    before, at = _hedge_before(tokens)
    found = _read_core(tokens, at)
    if (
        found is None
        and before
        and text_at(tokens, at) in ARTICLES
        and text_at(tokens, at + 1) not in ("", *GROUPS)
    ):
        if reason := one_of_a_size(tokens[at + 1 :]):
            raise QuantityError(reason)
        found = Number(1.0, at + 1), at + 1
    if found is None:
        return _without_number(phrase, tokens, hedge, at)
    core, end = found
    direct, after = after_hedge(tokens, end)
    kinds = {before, direct, hedge} - {"", "plain"}
    if len(kinds) > 1:
        raise QuantityError("has two hedges; keep the one that counts ('about 15', 'at least 15')")
    unit = counted(phrase, tokens, after)
    meant = kinds.pop() if kinds else ""
    if isinstance(core, Number):
        return _quantity_of_number(phrase, core, meant, unit)
    if isinstance(core, _Range):
        return _quantity_of_range(phrase, core, meant, unit)
    if meant not in ("", "about", "exactly"):
        raise _unread_error(phrase, tokens, at)
    return many(core, unit=unit, words=phrase.words, lexicon=phrase.lexicon)


def _hedge_before(tokens: Tokens) -> tuple[str, int]:
    """The hedge before the number and the position after it; "only" and "the" yield to another ("only about 20")."""
    hedge, at = "", 0
    while found := find_phrase(BEFORE, tokens, at):
        kind, at = found
        if hedge in ("", "plain", "exactly"):
            hedge = kind if kind != "plain" or not hedge else hedge
        elif kind not in ("plain", "exactly"):
            raise QuantityError(
                "has two hedges; keep the one that counts ('about 15', 'at least 15')"
            )
    return hedge, at


def _read_core(tokens: Tokens, at: int) -> tuple[Number | _Range | Many, int] | None:
    """A range, a quantifier or a number, and the position after it."""
    opening = text_at(tokens, at) if text_at(tokens, at) in ("between", "from") else ""
    at += bool(opening)
    quantifier = _read_quantifier(tokens, at)
    if quantifier and not opening:
        return quantifier
    low = _first_end(tokens, at) if opening == "between" else read_one(tokens, at)
    if low is None:
        return None
    joint = low.end + (
        text_at(tokens, low.end) == "-" and text_at(tokens, low.end + 1) in ("to", "or")
    )
    word = text_at(tokens, joint)
    after = joint + 1 + (joint > low.end and text_at(tokens, joint + 1) == "-")
    allowed = {"between": ("and", "to", "-"), "from": ("to", "-")}.get(opening, ("to", "or", "-"))
    high = read_one(tokens, after) if word in allowed else None
    if high is None or _is_year(tokens, low, high, word):
        return None if opening else (low, low.end)
    low = _same_magnitude(low, high)
    if low.value > high.value or (low.value == high.value and word in ("or", "-")):
        raise QuantityError(
            f"{low.value:,.10g} {word} {high.value:,.10g}: the lower end comes first"
        )
    return _Range(low, high), high.end


def _first_end(tokens: Tokens, at: int) -> Number | None:
    """The number after "between", which an "and" ends: "between a hundred and two hundred"."""
    joints = [k for k in range(at, len(tokens)) if tokens[k].text == "and"][:3]
    for joint in joints:
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
    every = 1.0
    for scale in high.scales:
        every *= scale
    for scale in (high.scales[-1],) if low.scales else (every, high.scales[-1]):
        larger = not low.scales or low.scales[-1] < scale
        if larger and low.value < high.value / scale:
            return replace(low, value=low.value * scale)
    return low


def _read_quantifier(tokens: Tokens, at: int) -> tuple[Many, int] | None:
    """Read "a few", "several thousand", "a couple of hundred", "dozens", "tens of thousands"."""
    at += text_at(tokens, at) == "many" and text_at(tokens, at + 1) in PLURALS
    word = text_at(tokens, at)
    if word in PLURALS:
        scale, end = 1.0, at + 1
        if text_at(tokens, end) == "of" and text_at(tokens, end + 1) in (
            "thousands",
            "millions",
            "billions",
        ):
            scale, end = MAGNITUDES[text_at(tokens, end + 1)], end + 2
        if word in ("thousands", "millions", "billions"):
            word, scale = "hundreds", scale * MAGNITUDES[word] / 100
        return Many(word, scale), end
    at += word in ARTICLES
    word = {"few": "few", "handful": "few", "several": "several", "couple": "couple"}.get(
        text_at(tokens, at), ""
    )
    if not word:
        return None
    end = then = at + 1
    then += text_at(tokens, then) == "of"
    scale, first = 1.0, text_at(tokens, then)
    while text_at(tokens, then) in MAGNITUDES and text_at(tokens, then) != "k":
        scale, end, then = scale * MAGNITUDES[text_at(tokens, then)], then + 1, then + 1
    if word == "several" and scale > 1:  # "several dozen" is dozens, "several thousand" thousands
        base = {12.0: "dozens", 20.0: "scores"}.get(MAGNITUDES[first], "hundreds")
        word, scale = base, scale / {"dozens": 12.0, "scores": 20.0, "hundreds": 100.0}[base]
    return Many(word, scale), end


def _quantity_of_number(phrase: Phrase, number: Number, hedge: str, unit: str) -> Quantity:
    n, words, lexicon = number.value, phrase.words, phrase.lexicon
    if hedge:
        return hedged(hedge, n, unit=unit, words=words, lexicon=lexicon, rate=phrase.rate)
    rough = number.rough or (phrase.rough and is_round(n))
    return unhedged(n, unit=unit, words=words, lexicon=lexicon, rough=rough)


def _quantity_of_range(phrase: Phrase, ends: _Range, hedge: str, unit: str) -> Quantity:
    low, high = ends.low.value, ends.high.value
    if hedge in ("at_least", "at_most", "below"):
        end = low if hedge == "at_least" else high
        return hedged(hedge, end, unit=unit, words=phrase.words, lexicon=phrase.lexicon)
    if hedge in ("over", "nearly"):
        raise QuantityError(
            f"has a hedge ({hedge.replace('_', ' ')}) and a range; keep one of them"
        )
    return range_of(low, high, unit=unit, words=phrase.words)


# -- words without a number --------------------------------------------------------------------------------------------


def _without_number(phrase: Phrase, tokens: Tokens, hedge: str, at: int) -> Quantity:
    """None at all, one thing, several things, or words that carry no number."""
    words, lexicon = phrase.words, phrase.lexicon
    if none := find_phrase(NOT_ONE, tokens, 0):
        after = text_at(tokens, none[1])
        alone = not after and tokens[0].text != "no"
        if not alone and not is_countable(tokens[none[1] :]):
            said = " ".join(token.text for token in tokens[: none[1] + 1])
            raise QuantityError(
                f"{said!r} does not say that there were none; write 0, or leave it out"
            )
        return Quantity.exactly(0.0, unit=counted(phrase, tokens, none[1]), words=words)
    one = find_phrase(ONE_OF, tokens, 0)
    if one and _is_a_thing(tokens[one[1] :]):
        if reason := one_of_a_size(tokens[one[1] :]):
            raise QuantityError(reason)
        unit = counted(phrase, tokens, one[1])
        return hedged(
            "exactly" if hedge in ("", "about") else hedge,
            1.0,
            unit=unit,
            words=words,
            lexicon=lexicon,
        )
    if _is_empty(tokens):
        second_number(tokens)
        return Quantity.nothing(words, unit=phrase.unit)
    kinds = next(
        (k for k, token in enumerate(tokens) if token.text not in KINDS_OF_THINGS), len(tokens)
    )
    if text_at(tokens, kinds) in MANY_THINGS:
        return Quantity.at_least(2.0, unit=counted(phrase, tokens, 0), words=words, lexicon=lexicon)
    raise _unread_error(phrase, tokens, at)


def _is_a_thing(rest: Tokens) -> bool:
    named = any(token.text in THINGS or token.kind == "type" for token in rest[:5])
    return named and not _any_of(rest, GROUPS)


def _any_of(tokens: Iterable[Token], words: frozenset[str]) -> bool:
    return any(token.text in words for token in tokens)


def _is_empty(tokens: Tokens) -> bool:
    if find_phrase(EMPTY_STARTS, tokens, 0):
        return text_at(tokens, 0) != "some" or (len(tokens) > 1 and tokens[1].kind == "word")
    if text_at(tokens, 0) in EMPTY_NOUNS or (text_at(tokens, 0) == "more" and len(tokens) == 1):
        return True
    at = int(text_at(tokens, 0) in ARTICLES)
    at += text_at(tokens, at) in ("very", "unusually")
    return text_at(tokens, at) in EMPTY_ADJECTIVES


def _unread_error(phrase: Phrase, tokens: Tokens, at: int) -> QuantityError:
    """The error for words that are not understood; names the word where reading stopped."""
    stop = text_at(tokens, at) or text_at(tokens, 0) or phrase.words.strip()
    known = tokens[at].kind if at < len(tokens) else "word"
    if known == "type":
        why = f" ({stop!r} is a type or a label, which does not say how many)"
    elif part := part_of_whole(tokens):
        why = f" ({part!r} of how many?)"
    else:
        why = f" (at {stop!r})"
    return QuantityError(
        f"cannot read a quantity from {phrase.words!r}{why}; write a number with or without a hedge ('nearly 100', "
        "'at least 4', 'several', '5 to 9', 'regular flights'), or words known to carry no number ('large amounts')"
    )
