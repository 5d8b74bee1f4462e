"""What the words of a number mean: from a number and its hedge to a distribution."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from ..errors import QuantityError
from .lexicon import Lexicon
from .quantity import Quantity, build
from .units import is_measured

__all__ = ["Many", "hedged", "is_round", "many", "range_of", "unhedged"]

_WHOLE_UP_TO: Final = 30.0
"""Counts up to this are drawn as whole numbers; above it the difference is far inside the hedge. Hours, tonnes and what
else is measured are never rounded."""


@dataclass(frozen=True, slots=True)
class Many:
    """A quantifier that was read: "a few", "several thousand", "tens of thousands".

    Parameters
    ----------
    word
        Field of `Lexicon` that gives its meaning.
    scale
        What that is multiplied with.
    """

    word: str
    scale: float = 1.0


def is_round(n: float) -> bool:
    """Whether a number without a hedge is read as "about" that number: the rule of `Quantity.parse`.

    It ends in zero, is at least 10 and has at most two significant digits.
    """
    return n >= 10 and n % 10 == 0 and _significant_digits(n) <= 2


def unhedged(n: float, *, unit: str, words: str, lexicon: Lexicon, rough: bool) -> Quantity:
    """A number without a hedge; `rough` reads it as about that number."""
    return (
        _about_number(n, unit, words, lexicon)
        if rough
        else Quantity.exactly(n, unit=unit, words=words)
    )


def hedged(
    hedge: str, n: float, *, unit: str, words: str, lexicon: Lexicon, rate: bool = False
) -> Quantity:
    """A number with its hedge; "fewer than 10" of a count is at most 9, of a `rate` or a measure anything below 10.

    Raises
    ------
    QuantityError
        "Nearly 0", "fewer than 1" and the like.
    """
    if hedge == "exactly":
        return Quantity.exactly(n, unit=unit, words=words)
    if hedge == "about":
        return _about_number(n, unit, words, lexicon)
    if n <= 0:
        raise QuantityError(f"{n:g}: a hedged number is above zero")
    whole = _is_whole_count(n, unit)
    if hedge == "nearly":
        return build(
            "nearly", (n, lexicon.nearly_share, lexicon.nearly_cut), unit=unit, words=words
        )
    if hedge == "over":
        return build(
            "over",
            (n, lexicon.over_share, 1.0 if whole else 0.0),
            unit=unit,
            words=words,
            whole=whole,
        )
    if hedge == "at_least":
        return Quantity.at_least(n, unit=unit, words=words, lexicon=lexicon)
    if hedge == "below":
        whole &= not rate
        n -= whole
        if n < 1 and whole:
            raise QuantityError("fewer than 1 of a count is none at all; write 0")
    return build("at_most", (1.0 if whole else 0.0, n), unit=unit, words=words, whole=whole)


def range_of(low: float, high: float, *, unit: str, words: str) -> Quantity:
    """Anything from one number to another, the ends included."""
    return build(
        "uniform",
        (low, high),
        unit=unit,
        words=words,
        whole=_is_whole_count(low, unit) and _is_whole_count(high, unit),
    )


def many(found: Many, *, unit: str, words: str, lexicon: Lexicon) -> Quantity:
    """What a quantifier means."""
    if found.word == "couple":
        if found.scale > 1:
            return _about_number(2 * found.scale, unit, words, lexicon)
        flat = tuple(x for pair in lexicon.couple for x in pair)
        return build("pmf", flat, unit=unit, words=words, whole=not is_measured(unit))
    table: tuple[float, float, float, float] = getattr(lexicon, found.word)
    median, gsd, low, high = (
        table[0] * found.scale,
        table[1],
        table[2] * found.scale,
        table[3] * found.scale,
    )
    whole = high <= 2000 and not is_measured(unit)
    return Quantity.lognormal(
        median, gsd, lowest=low, highest=high, unit=unit, words=words, whole=whole
    )


def _is_whole_count(n: float, unit: str) -> bool:
    return n <= _WHOLE_UP_TO and float(n).is_integer() and not is_measured(unit)


def _significant_digits(n: float) -> int:
    mantissa = f"{n:.10g}".partition("e")[0]
    digits = mantissa.replace(".", "").lstrip("0")
    return len(digits if "." in mantissa else digits.rstrip("0"))


def _about_number(n: float, unit: str, words: str, lexicon: Lexicon) -> Quantity:
    if n == 0:
        return Quantity.exactly(0.0, unit=unit, words=words)
    digits = _significant_digits(n)
    gsd = lexicon.round_gsd[min(digits, 3) - 1]
    granule = 10.0 ** (len(f"{n:.0f}") - digits) if n >= 1 else 0.0
    gsd = max(
        gsd, math.exp(math.log1p(granule / 2 / n) / 1.645)
    )  # 90 % of it at least half a granule wide
    return Quantity.lognormal(n, gsd, unit=unit, words=words, whole=_is_whole_count(n, unit))
