"""Reading a number with its hedge from printed words; nothing is guessed."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Final

from ..errors import QuantityError
from .core import Quantity, build
from .lexicon import Lexicon
from .units import is_measured

__all__ = ["read", "refuse_ambiguous"]

_WHOLE_UP_TO: Final = 30.0
"""Counts up to this are drawn as whole numbers; above it the difference is far inside the hedge. Hours, tonnes and what
else is measured are never rounded."""

_NAMES: Final = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
)
_ONES: Final = {"zero": 0.0, **{word: float(n) for n, word in enumerate(f"{_NAMES} eighteen nineteen".split(), 1)}}
_TENS: Final = {
    word: 10.0 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_HEDGES: Final = {
    "nearly": r"(?:nearly|almost|close to|just under|just below|approaching)",
    "over": r"(?:more than|over|above|in excess of|upwards of|exceeding)",
    "at_least": r"(?:at least|no fewer than|no less than|not fewer than|not less than|a minimum of|minimum)",
    "at_most": r"(?:up to|at most|no more than|not more than|a maximum of|fewer than|less than|under|below|as many as)",
    "about": r"(?:about|around|some|roughly|approximately|approx\.?|circa|ca\.?|an estimated|estimated)",
    "exactly": r"(?:exactly|precisely|only|just|all|the)",
}
_SHORT = re.compile(r"^(?:c|ca|approx|est|abt)\.\s*(?=\w)")
_AFTER: Final = {
    "about": r"approx(?:imately|\.)?|circa|ca\.|c\.|est(?:imated?|\.)|roughly|about|around|or so|\?+",
    "at_least": r"at least|or more|minimum",
    "at_most": r"at most|or fewer|or less|maximum|max\.?",
}
"""Hedges that are written after the number: "15 approx.", "15 (at least)", "15?"."""
_LEADING: Final = {"about": "about", "at_least": "at least", "at_most": "up to"}
_ANY_AFTER = "|".join(f"(?P<{kind}{{n}}>{words})" for kind, words in _AFTER.items())
_ASIDE = re.compile(
    rf"(?<=\S)\s*\(\s*(?:{_ANY_AFTER.format(n=1)})\s*\)"
    rf"|(?:(?<=\S)\s+(?:{_ANY_AFTER.format(n=2)})|(?P<about3>\?+))$"
    rf"|(?<=\d)(?:\s+(?:{_ANY_AFTER.format(n=4)})(?=\s)|(?P<about5>\s*\?+(?=\s)|-?ish\b))"
)
_HEDGE = re.compile("^(?:" + "|".join(f"(?P<{k}>{v})" for k, v in _HEDGES.items()) + r")\s+(?P<rest>.+)$")
_EMPTY = re.compile(
    r"^(?:(?:a |an )?(?:very |unusually )?(?:large|huge|great|significant|substantial|massive|considerable|unknown|"
    r"unspecified|undisclosed|small|growing|limited)(?:[- ]scale)?\b|many\b|much\b|numerous\b|a number of\b|"
    r"a lot of\b|lots of\b|various\b|more\b$|most\b|part of\b|some (?=[a-z])|frequent\b(?! flight)|"
    r"(?:reinforcement|reinforcements|forces|equipment|troops|personnel|gear|activity)\b)"
)
_QUANTIFIER = re.compile(
    r"^(?P<word>a couple|couple|a few|few|several hundred|several dozen|several|dozens|scores|hundreds|thousands)"
    r"(?: of)?\b\s*(?P<unit>.*)$"
)
_PER_DAY = re.compile(
    r"\b(?P<count>.*?)\s*(?:\b(?:flights?|sorties?|planes?|aircraft|ships?|convoys?|arrivals?|departures?|trips?)\s*)?"
    r"(?P<span>daily|every day|a day|per day|each day|/day|a week|per week|weekly|each week|every week|/week)$"
)
_WITHIN = re.compile(r"\b(?:in|within|under|over|during|for|less than) a (?:day|week)$")
_NOUN: Final = (
    r"(?:column|convoy|flight|plane|aircraft|airliner|helicopter|ship|vessel|freighter|tanker|sailing|sortie|truck|"
    r"vehicle|lorry|soldier|officer|train|barge|[a-z]+-\d+\w*)"
)
_KIND: Final = (
    r"(?:russian|syrian|soviet|iranian|military|armoured|armored|naval|navy|cargo|transport|large|small|long|special|"
    r"supply|merchant|civilian|single|recent|similar|new|antonov|ilyushin|vehicle|troop|landing|war)"
)
_GROUP: Final = r"(?:number|amount|lot|group|fleet|series|handful|pair|dozen|few|couple|half|quarter)"
_ONE_THING = re.compile(
    rf"^(?:a|an|another|one more|the|single)\s+(?!.*\b{_GROUP}\b)"
    rf"(?P<unit>(?:[\w-]+\s+){{0,4}}?{_NOUN}\b.*)$"
)
_MANY_THINGS = re.compile(rf"^(?:{_KIND}\s+)*(?:{_NOUN}s|aircraft|lorries|convoys|soldiers|troops carriers)\b")
_MAGNITUDES: Final = (
    "hundred",
    "hundreds",
    "thousand",
    "thousands",
    "million",
    "millions",
    "dozen",
    "dozens",
    "scores",
)
_NUMBER = r"\d+(?:\.\d+)?"
_AMBIGUOUS = re.compile(
    r"(?<![\d.])(?:[1-9]|\d{2,3})\.\d{3}\b|\d,\d|\d ?%|\bper ?cent\b|\b(?:first|second|third|fourth|fifth|[0-9]+th)\b"
)


def _number(text: str) -> tuple[float, str] | None:
    """Read a number, in digits or words, at the start of `text`; return it and what follows."""
    match = re.match(rf"^({_NUMBER})(?:\s*(thousand|million|k\b))?(?![\w.]|-\d|-[a-z]+-)(.*)$", text)
    if match:
        scale = {"thousand": 1e3, "k": 1e3, "million": 1e6}.get(match[2] or "", 1.0)
        return float(match[1]) * scale, match[3].strip()
    words = re.split(r"[\s-]+", text)
    if text.startswith(("half-dozen", "half a dozen", "a half-dozen", "half dozen")):
        return 6.0, re.sub(r"^(?:a )?half[- ](?:a )?dozen\s*", "", text)
    if text.startswith(("a dozen", "one dozen")):
        return 12.0, re.sub(r"^(?:a|one) dozen\s*", "", text)
    total, group, used, last = 0.0, 0.0, 0, ""
    for word in words:
        after = words[used + 1] if used + 1 < len(words) else ""
        opens = last in ("", "hundred", "thousand", "and")
        if word in _ONES and (opens or (last == "ten" and 1 <= _ONES[word] < 10)):
            group, last = group + _ONES[word], "one"
        elif word in _TENS and opens:
            group, last = group + _TENS[word], "ten"
        elif word == "hundred" and group < 100:
            group, last = (group or 1.0) * 100, word
        elif word == "thousand" and not total:
            total, group, last = (group or 1.0) * 1000, 0.0, word
        elif word == "dozen" and last in ("one", "ten"):
            group, last = group * 12, word
        elif word == "and" and last in ("hundred", "thousand") and (after in _ONES or after in _TENS):
            last = word
        elif word not in ("a", "an") or used or after not in ("hundred", "thousand"):
            break
        used += 1
    if used == 0:
        return None
    rest = text
    for word in words[:used]:
        rest = re.sub(rf"^{re.escape(word)}[\s-]*", "", rest)
    return total + group, rest.strip()


def _significant_digits(n: float) -> int:
    digits = f"{n:.10g}".replace(".", "").lstrip("0")
    return len(digits.rstrip("0")) if "." not in f"{n:.10g}" else len(digits)


def _is_round(n: float) -> bool:
    return n >= 10 and n % 10 == 0


def _hedge_first(text: str, words: str) -> str:
    """Put a hedge that stands behind its number in front of it, where all others stand."""
    aside = _ASIDE.search(text)
    if not aside:
        return text
    kind = next(name[:-1] for name, found in aside.groupdict().items() if found)
    bare = re.sub(r"\s+", " ", f"{text[: aside.start()]} {text[aside.end() :]}").strip(" .,;:!()")
    own = _HEDGE.match(bare)
    if own and not own[kind]:
        raise QuantityError(f"{words!r} has two hedges; keep the one that counts ('about 15', 'at least 15')")
    told = own is None and (kind != "about" or _number(bare) or re.search(r"\d", bare))
    return f"{_LEADING[kind]} {bare}" if told else bare


def _checked_tail(rest: str, words: str) -> str:
    """Refuse a second number in the words that follow the first; what is left says what is counted."""
    for token in re.split(r"[\s,;]+", rest):
        bare = token.strip(".()?~<>=*")
        if bare in _ONES or bare in _TENS or bare in _MAGNITUDES or re.fullmatch(r"\d+(?:\.\d+)?", bare):
            raise QuantityError(f"{words!r} holds a second number ({bare}); code one number to a claim")
    return rest


def _whole(n: float, unit: str) -> bool:
    return n <= _WHOLE_UP_TO and float(n).is_integer() and not is_measured(unit)


def _about(n: float, unit: str, words: str, lexicon: Lexicon) -> Quantity:
    gsd = lexicon.round_gsd[min(_significant_digits(n), 3) - 1] if n else 1.0
    if n == 0:
        return Quantity.exactly(0.0, unit=unit, words=words)
    granule = 10.0 ** (len(f"{n:.0f}") - _significant_digits(n)) if n >= 1 else 0.0
    gsd = max(gsd, math.exp(math.log1p(granule / 2 / n) / 1.645))  # 90 % of it at least half a granule wide
    return Quantity.lognormal(n, gsd, unit=unit, words=words, whole=_whole(n, unit))


def _hedged(hedge: str, n: float, unit: str, words: str, lexicon: Lexicon) -> Quantity:
    if hedge == "exactly":
        return Quantity.exactly(n, unit=unit, words=words)
    if hedge == "about":
        return _about(n, unit, words, lexicon)
    if n <= 0:
        raise QuantityError(f"{words!r}: a hedged number is above zero")
    if hedge == "nearly":
        return build("nearly", (n, lexicon.nearly_share, lexicon.nearly_cut), unit=unit, words=words)
    if hedge == "over":
        step = 1.0 if _whole(n, unit) else 0.0
        return build("over", (n, lexicon.over_share, step), unit=unit, words=words, whole=_whole(n, unit))
    if hedge == "at_least":
        return Quantity.at_least(n, unit=unit, words=words, lexicon=lexicon)
    return build("at_most", (1.0 if _whole(n, unit) else 0.0, n), unit=unit, words=words, whole=_whole(n, unit))


def _quantifier(word: str, unit: str, words: str, lexicon: Lexicon) -> Quantity:
    if word in ("a couple", "couple"):
        flat = tuple(x for pair in lexicon.couple for x in pair)
        return build("pmf", flat, unit=unit, words=words, whole=not is_measured(unit))
    scale = 1.0
    if word == "several hundred":
        table = lexicon.hundreds
    elif word == "several dozen":
        table = lexicon.dozens
    elif word == "thousands":
        table, scale = lexicon.hundreds, 10.0
    else:
        table = {
            "a few": lexicon.few,
            "few": lexicon.few,
            "several": lexicon.several,
            "dozens": lexicon.dozens,
            "scores": lexicon.scores,
            "hundreds": lexicon.hundreds,
        }[word]
    median, gsd, low, high = (table[0] * scale, table[1], table[2] * scale, table[3] * scale)
    return Quantity.lognormal(
        median, gsd, lowest=low, highest=high, unit=unit, words=words, whole=high <= 2000 and not is_measured(unit)
    )


def _rate(text: str, unit: str, words: str, lexicon: Lexicon) -> Quantity | None:
    if re.match(r"^(?:regular|frequent|frequently|repeated|continued)\b.*", text) or text.endswith("frequently"):
        median, gsd = lexicon.regular_per_week
        return Quantity.lognormal(median / 7, gsd, unit=unit or "movements", words=words, per_day=True)
    if re.match(r"^(?:daily|every day)\b", text):
        median, gsd = lexicon.daily_per_day
        return Quantity.lognormal(median, gsd, unit=unit or "movements", words=words, per_day=True)
    match = None if _WITHIN.search(text) else _PER_DAY.search(text)
    if not match or not match["count"]:
        return None
    days = 7.0 if "week" in match["span"] else 1.0
    inner = re.sub(
        r"\s*(?:flights?|sorties?|planes?|aircraft|ships?|convoys?|arrivals?|departures?|trips?)$",
        "",
        match["count"],
    )
    count = read(inner, unit=unit or "movements", lexicon=lexicon)
    if not count.has_content:
        return None
    params = count.params
    if count.family == "over":  # a rate need not be whole, and is rounded down
        params = (count.params[0], lexicon.over_rate_share, 0.0)
    continuous = build(count.family, params, unit=count.unit, words=words)
    return replace(continuous.times(1 / days), per_day=True)


def refuse_ambiguous(text: str, words: str) -> None:
    """Refuse "1.200", which is one thousand two hundred to one reader and a bit over one to another, and the like."""
    if _AMBIGUOUS.search(text):
        raise QuantityError(
            f"{words!r} may be read in more than one way; write the number in full, without points or commas in it, "
            "and counts rather than shares or ranks"
        )


def read(words: str, *, unit: str, lexicon: Lexicon) -> Quantity:
    """Read a printed number with its hedge; see `Quantity.parse`."""
    if not isinstance(words, str) or not words.strip():
        raise QuantityError(f"no words to read a quantity from: {words!r}")
    text = re.sub(r"\s+", " ", words.strip().lower().replace("\u2013", "-").replace("\u2014", "-"))
    text = re.sub(r"(?<=\d)[,\u00a0\u202f ](?=\d{3}\b)", "", text)
    text = re.sub(r"(?<![\w.])\.(?=\d)", "0.", text).strip(" ,;:!")
    if re.search(r"\u00b1|\+ ?/? ?-", text):
        raise QuantityError(
            f"{words!r}: write the range itself ('12 to 18'); what follows the sign may be meant in many ways"
        )
    text = re.sub(r"^[~\u223c\u2248]\s*(?=[\w.])", "about ", text)
    text = _hedge_first(_SHORT.sub("about ", text), words).strip(" .,;:!()")
    refuse_ambiguous(text, words)
    rate = _rate(text, unit, words, lexicon)
    if rate is not None:
        return rate
    span = re.match(
        rf"^(?:between |from |{_HEDGES['about']} )?({_NUMBER})\s*(?:-|to|and|or)\s*({_NUMBER})(?![\w-])\s*(.*)$", text
    )
    if span:
        low, high = float(span[1]), float(span[2])
        if low > high:
            raise QuantityError(f"{words!r}: the lower end comes first")
        counted = unit or span[3]
        whole = _whole(low, counted) and _whole(high, counted)
        return build("uniform", (low, high), unit=counted, words=words, whole=whole)
    pair = re.match(rf"^(?:{_HEDGES['about']} )?(\w+) (?:or|to) (\w+)\b\s*(.*)$", text)
    if pair and pair[1] in _ONES and pair[2] in _ONES and _ONES[pair[1]] < _ONES[pair[2]]:
        counted = unit or pair[3]
        ends = (_ONES[pair[1]], _ONES[pair[2]])
        return build("uniform", ends, unit=counted, words=words, whole=not is_measured(counted))
    named = _QUANTIFIER.match(text)
    if named:
        tail = _checked_tail(named["unit"], words)
        return _quantifier(named["word"], unit or tail, words, lexicon)
    hedged = _HEDGE.match(text)
    if hedged:
        hedge = next(k for k in _HEDGES if hedged[k])
        rest = hedged["rest"]
        inner = _QUANTIFIER.match(rest)
        if inner and hedge in ("about", "exactly"):
            return _quantifier(inner["word"], unit or inner["unit"], words, lexicon)
        single = re.match(rf"^an? (?!{_GROUP}\b)(.*)$", rest)
        found = _number(rest) or ((1.0, single[1]) if single else None)
        if found:
            tail = _checked_tail(found[1], words)
            return _hedged(hedge, found[0], unit or tail, words, lexicon)
    found = _number(text)
    if found:
        n, rest = found[0], _checked_tail(found[1], words)
        after = _trailing_hedge(rest)
        if after:
            return _hedged(after[0], n, unit or after[1], words, lexicon)
        if "dozen" in text or (_is_round(n) and re.match(r"^\d", text) and _significant_digits(n) <= 2):
            return _about(n, unit or rest, words, lexicon)
        return Quantity.exactly(n, unit=unit or rest, words=words)
    one = _ONE_THING.match(text)
    inside = r"\b(?:of|with|carrying)\b.*(?:\b\d{2,}\b|hundred|dozen|thousand)"
    if one and not re.search(inside, text):
        return Quantity.exactly(1.0, unit=unit or one["unit"], words=words)
    if _EMPTY.match(text):
        return Quantity.nothing(words, unit=unit)
    if _MANY_THINGS.match(text) and not re.search(inside, text):
        return Quantity.at_least(2.0, unit=unit or text, words=words, lexicon=lexicon)
    raise QuantityError(
        f"cannot read a quantity from {words!r}; write a number with or without a hedge ('nearly 100', 'at least 4', "
        "'several', '5 to 9', 'regular flights'), or words known to carry no number ('large amounts')"
    )


def _trailing_hedge(rest: str) -> tuple[str, str] | None:
    match = re.match(r"^(?:\+|or more|or so)\s*(.*)$", rest)
    if not match:
        return None
    return ("about" if rest.startswith("or so") else "at_least"), match[1]
