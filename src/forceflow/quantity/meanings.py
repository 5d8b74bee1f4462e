"""What the words of a number mean: from a number and its hedge to a distribution."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import chain
from typing import Final

from ..errors import QuantityError
from .lexicon import Lexicon
from .quantity import Quantity, build
from .units import is_measured

__all__ = ["Many", "hedged", "is_round", "many", "range_of", "unhedged"]

_WHOLE_UP_TO: Final = 30.0
"""Counts up to this are drawn as whole numbers; above it the difference is far inside the hedge. Hours, tonnes and what
else is measured are never rounded."""

_WHOLE_QUANTIFIERS_UP_TO: Final = 2000.0
"""The same for the highest number that a quantifier may mean."""

_Z_95: Final = 1.645
"""Standard deviations from the middle of a normal distribution to its 95 % point."""


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
    if rough:
        return _about_number(n, unit, words, lexicon)
    return Quantity.exactly(n, unit=unit, words=words)


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
    whole = _is_drawn_whole(n, unit)
    match hedge:
        case "nearly":
            shape = n, lexicon.nearly_share, lexicon.nearly_cut
            return build("nearly", shape, unit=unit, words=words)
        case "over":
            # More than 10 of a count is 11 or more.
            shape = n, lexicon.over_share, float(whole)
            return build("over", shape, unit=unit, words=words, whole=whole)
        case "at_least":
            return Quantity.at_least(n, unit=unit, words=words, lexicon=lexicon)
        case "below" if rate or not whole:
            return build("at_most", (0.0, n), unit=unit, words=words)
        case "below":
            n -= 1
            if n < 1:
                raise QuantityError("fewer than 1 of a count is none at all; write 0")
    return build("at_most", (float(whole), n), unit=unit, words=words, whole=whole)


def range_of(low: float, high: float, *, unit: str, words: str) -> Quantity:
    """Anything from one number to another, the ends included."""
    whole = _is_drawn_whole(low, unit) and _is_drawn_whole(high, unit)
    return build("uniform", (low, high), unit=unit, words=words, whole=whole)


def many(found: Many, *, unit: str, words: str, lexicon: Lexicon) -> Quantity:
    """What a quantifier means."""
    if found.word == "couple":
        # "A couple of hundred" is a round number, and not two, three or four hundreds.
        if found.scale > 1:
            return _about_number(2 * found.scale, unit, words, lexicon)
        flat = tuple(chain.from_iterable(lexicon.couple))
        return build("pmf", flat, unit=unit, words=words, whole=not is_measured(unit))
    median, gsd, lowest, highest = getattr(lexicon, found.word)
    highest *= found.scale
    return Quantity.lognormal(
        median * found.scale,
        gsd,
        lowest=lowest * found.scale,
        highest=highest,
        unit=unit,
        words=words,
        whole=highest <= _WHOLE_QUANTIFIERS_UP_TO and not is_measured(unit),
    )


def _is_drawn_whole(n: float, unit: str) -> bool:
    return n <= _WHOLE_UP_TO and float(n).is_integer() and not is_measured(unit)


def _significant_digits(n: float) -> int:
    mantissa = f"{n:.10g}".partition("e")[0]
    return len(mantissa.replace(".", "").strip("0"))


def _about_number(n: float, unit: str, words: str, lexicon: Lexicon) -> Quantity:
    if n == 0:
        return Quantity.exactly(0.0, unit=unit, words=words)
    digits = _significant_digits(n)
    gsd = lexicon.round_gsd[min(digits, 3) - 1]
    granule = 0.0
    if n >= 1:
        granule = 10.0 ** (len(f"{n:.0f}") - digits)
    # 90 % of it is at least half a granule wide: the number may have been rounded to that.
    half_granule = math.exp(math.log1p(granule / 2 / n) / _Z_95)
    return Quantity.lognormal(
        n, max(gsd, half_granule), unit=unit, words=words, whole=_is_drawn_whole(n, unit)
    )
