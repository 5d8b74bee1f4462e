"""What the words behind a number may not say: another magnitude, a size, a rate, a comparison. Refused by name."""

from __future__ import annotations

import re
from typing import Final

from .nouns import PREPOSITIONS, TIMES, kind_of
from .number_words import text_at
from .tokens import Tokens
from .units import is_measured, unit_factor
from .vocabulary import NUMBER_WORDS

__all__ = ["is_countable", "no_plain_noun", "one_of_a_size"]

_MAGNITUDES_ELSEWHERE: Final = frozenset(
    # English and its abbreviations, and powers of ten that no report counts
    "thou thous thousandth grand doz dz dzn gross myriad myriads milliard milliards billiard billiards quadrillion "
    "quadrillions quintillion quintillions sextillion sextillions septillion septillions octillion octillions "
    "nonillion "
    "decillion googol zillion zillions gazillion gazillions bajillion bil bill bills bils mil mils mill mills tril bln "
    "blns mlns thsd thnd ths thds thd tsnd hund hundr hds ks cent cents mega giga tera "
    # German, Dutch, Scandinavian, Finnish
    "tausend tsd tds mio mrd mld hundert dutzend dtzd millionen milliarde milliarden billion billionen duizend dzd "
    "miljoen miljard honderd dozijn tusen tusind tusinde miljon miljoner millioner miljarder miljard milliarder mia "
    "hundra hundre hundrede tjog dussin snes tuhat tuhatta miljoona miljoonaa miljardi miljardia sata sataa tusina "
    # French, Spanish, Portuguese, Italian, Catalan
    "mille millier milliers douzaine douzaines centaine centaines dizaine dizaines vingtaine quinzaine trentaine "
    "quarantaine cinquantaine soixantaine millon millones millardo millardos docena docenas ciento cientos "
    "centenar centenares millar millares decena decenas cem cento centos milhao milhoes milhar milhares bilhao bilhoes "
    "duzia duzias bi mila milione milioni miliardo miliardi migliaio migliaia centinaio centinaia dozzina dozzine "
    "decina decine mili mill milers "
    # Slavic and Baltic languages, in Latin letters
    "tys tis tysiac tysiace tysiecy tisic tisice tisica milion miliony milionu milionow miliard miliardy miliardow "
    "miliarda sto sta set sot sotni stovky tuzin tuziny tucet tucty setka setki setek tysyach tysyacha tysyachi "
    "tysiach "
    "tysiacha tysiachi milliona millionov miljon miljonu milliarda milliardov dyuzhina dyuzhin hiljada hiljade hilj "
    "tisuca tisuce tisoc milijun milijuna milijon milijonov milijarda milijarde stotina stotine tukst tukstantis "
    "tukstanciai tukstanciu mln mlrd mljn tukstoti tukstosi simti simts "
    # Romanian, Hungarian, Turkish, Albanian, Greek in Latin letters
    "mie mii suta sute milioane miliarde duzina duzini ezer millio milliard szaz tucat bin milyon milyar yuz duzine "
    "onbin mije qind chiliades ekatommyria "
    # Arabic, Persian, Hindi, Swahili, Indonesian, Vietnamese, Japanese, Chinese in Latin letters
    "alf alaf alef milyun hezar hazar hazaar hajar sau kharab elfu milioni laki mia ribu rb juta jt ratus miliar "
    "triliun lusin kodi nghin ngan trieu wan qian baiwan oku juu".split()
)
"""Words that multiply, in languages that sources mix with English; most are no English noun."""

_RATES: Final = frozenset(
    "hourly nightly daily weekly fortnightly monthly quarterly yearly annually annual biweekly semiweekly per each "
    "every apiece pw pd pa pcm ph".split()
)
_COMPARES: Final = frozenset(
    "than fewer less nearly almost possibly probably maybe perhaps roughly approximately if likely best worst least "
    "most but except excluding minus unless conceivably potentially".split()
)
_DENIES: Final = frozenset("no not none never nil unknown unclear data unspecified tbc tbd".split())
_WITHIN: Final = frozenset(
    ("in", "within", "under", "over", "during", "for", "just", "on", "about", "than", "less")
)
_CARGO: Final = frozenset(
    "cargo aid supplies freight fuel equipment ammunition food payload total goods materiel material relief weapons "
    "humanitarian military medicine water coal steel grain oil".split()
)
_DIRECTIONS: Final = frozenset(("direction", "way", "side", "end"))
_SHORT: Final = frozenset(
    "pax ids teu feu apc ifv jet men man car bus van tug box bag gun hgv aav afv suv uav leg".split()
)


def no_plain_noun(rest: Tokens, unit: str) -> str:
    """Why the words behind a number are not simply what it counts, or an empty text.

    Parameters
    ----------
    rest
        The tokens behind the number and its hedge.
    unit
        What is wanted, where the caller says so.
    """
    first = next((k for k, token in enumerate(rest) if token.kind != "sign"), len(rest))
    words = rest[first:]
    if not words:
        return ""
    return (
        _magnitude_reason(words)
        or _size_reason(words, unit)
        or _rate_reason(words, unit)
        or _comparison_reason(words)
    )


def _magnitude_reason(words: Tokens) -> str:
    """A word right behind a number that may multiply it: of another language, or an unknown abbreviation."""
    word = words[0].text
    strange = next(
        (t.text for t in words if t.kind == "word" and re.search(r"[^\x00-\u024f]", t.text)), ""
    )
    if strange or (words[0].kind == "word" and not word.isascii()):
        return f"{strange or word!r} is no English word; write the number in full, in digits"
    if word in _MAGNITUDES_ELSEWHERE:
        return f"{word!r} may be a magnitude; write the number in full, in digits"
    known = (
        is_measured(word)
        or kind_of(word)
        or word in _SHORT
        or word in PREPOSITIONS
        or words[0].kind != "word"
    )
    short = len(words) == 1 and len(word) <= 3
    dotted = len(word) <= 5 and len(words) > 2 and words[1].text == "." and words[1].glued
    if not known and (short or dotted):
        return f"{word!r} is an abbreviation that is not known; write it in full"
    return ""


def _measure_at(words: Tokens, at: int = 0) -> int:
    """The position after a unit of measure that starts at a token ("km", "metric tons"); the same where none does."""
    for length in (2, 1):
        pieces = words[at : at + length]
        text = " ".join(token.text for token in pieces)
        inexact = length == 1 and text and is_measured(text)
        if len(pieces) == length and (unit_factor(text, to=text) is not None or inexact):
            return at + length
    return at


def _size_reason(words: Tokens, unit: str) -> str:
    """A measure before another noun: how large each is, or how long it took, not how many."""
    end = _measure_at(words)
    after = text_at(words, end)
    if (
        not end
        or not after
        or words[end].kind == "sign"
        or after in PREPOSITIONS
        or after in ("a", "an", "each")
    ):
        return ""
    if after in _RATES or (is_measured(unit) and after in _CARGO) or (not unit and after in _CARGO):
        return ""
    measure = " ".join(token.text for token in words[:end])
    return (
        f"{measure + ' ' + after!r} says how large or how long something is, not how many there are"
    )


def _rate_reason(words: Tokens, unit: str) -> str:
    """A number of each, or in a time that is no day, week or month."""
    text = " ".join(token.text for token in words)
    plain = re.sub(r" ?/ ?", "/", text)
    kept = not unit or unit_factor(plain, to=unit) is not None
    if (
        is_measured(plain)
        and kept
        and (_measure_at(words) or unit_factor(plain, to="/km") is not None)
    ):
        return ""  # "20 t per hour", "40 vehicles per km": the unit says it
    for at, token in enumerate(words):
        before, after = text_at(words, at - 1), text_at(words, at + 1)
        article = (
            token.text in ("a", "an")
            and at > 0
            and before not in PREPOSITIONS | _WITHIN
            and after in TIMES
        )
        if token.text in _RATES and after not in _DIRECTIONS:
            return f"{token.text!r} makes it a rate; give one a day, a week or a month, as in '5 flights a day'"
        if article or (token.text == "/" and (after in TIMES or len(after) <= 2)):
            return f"'{token.text} {after}' makes it a rate; give one a day, a week or a month, as in '5 flights a day'"
        if after in _DIRECTIONS and token.text in ("each", "every", "per"):
            return f"'{token.text} {after}' makes it a number of each; write the total"
    return ""


def _comparison_reason(words: Tokens) -> str:
    """A hedge or a comparison that was not read with the number."""
    for at, token in enumerate(words):
        before = text_at(words, at - 1)
        span = token.text in ("than", "less", "fewer") and {before, text_at(words, at - 2)} & {
            "in",
            "within",
            "under",
        }
        if token.text in _COMPARES and not span:
            return f"{token.text!r} behind the number is not understood; write the hedge before it ('at least 5')"
        if token.text == "more" and (
            at == len(words) - 1 or before in ("times", "and", "&", "or", ",")
        ):
            return "'more' behind the number is not understood; write the hedge before it ('more than 5')"
        if token.text == "times" and text_at(words, at + 1) in (
            "as",
            "the",
            "that",
            "larger",
            "higher",
            "its",
        ):
            return f"'times {text_at(words, at + 1)}' compares with another number; write the number itself"
        if token.text in _DENIES:
            return f"{token.text!r} behind the number leaves open whether it is known; write the number alone"
    return ""


def is_countable(words: Tokens) -> bool:
    """Whether tokens are adjectives and a countable noun: what "no" may stand before and mean 0."""
    for at, token in enumerate(words):
        if kind_of(token.text) or token.kind == "type":
            after = text_at(words, at + 1)
            if token.text in _UNCOUNTED:
                return False
            if not after or after in PREPOSITIONS or after in (",", ".", ")", "today", "yesterday"):
                return True
            continue
        if token.text not in _ADJECTIVES and not re.fullmatch(
            r"[a-z]{3,}(?:ian|ish|ese|ean)", token.text
        ):
            return False
    return False


_ADJECTIVES: Final = frozenset(
    "russian syrian soviet iranian military armoured armored naval navy army transport large small long special supply "
    "merchant civilian single further other additional more new such commercial civil passenger humanitarian foreign "
    "american british french german turkish libyan israeli chinese polish ukrainian greek dutch international domestic "
    "charter scheduled unscheduled cargo heavy light big loaded empty outbound inbound incoming outgoing onward direct "
    "combat support relief evacuation troop landing war air sea road rail round allied enemy friendly wheeled tracked "
    "fuel ammunition fishing patrol strategic tactical wounded us un nato rus eu uk antonov ilyushin of the".split()
)
_UNCOUNTED: Final = frozenset("time call company division passage unit item piece round".split())
"""Nouns that follow "no" where nothing is counted: "no time was given"."""


def one_of_a_size(words: Tokens) -> str:
    """Why one thing has a number in its name that says how large it is ("15-truck convoy"), or an empty text."""
    for at, token in enumerate(words):
        sized = text_at(words, at + 1) == "-" and (
            _measure_at(words, at + 2) > at + 2 or kind_of(text_at(words, at + 2))
        )
        if token.kind == "number" or (sized and token.text in NUMBER_WORDS):
            return (
                f"{token.text!r} says how large it is; write the number alone, with what it counts"
            )
    return ""
