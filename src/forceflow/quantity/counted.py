"""What follows a number: hedges behind it, and what is counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..errors import QuantityError
from .lexicon import Lexicon
from .number_words import text_at
from .refusals import compound, of_each, strange_sign
from .tokens import Tokens
from .vocabulary import AFTER, NUMBER_WORDS, find_phrase
from .words_behind import no_plain_noun

__all__ = ["Phrase", "after_hedge", "counted", "end_hedge", "second_number"]

_ONLY_LAST: Final = frozenset(("about", "around", "roughly", "estimated", "estimate", "max", "est"))
"""Hedges that are one only where the text ends: "15 flights around Damascus" is no hedge."""
_MAGNITUDE_OR_UNIT: Final = frozenset("m b tn trn mil mio mm mrd kk trillion trillions".split())
_VAGUE: Final = frozenset(("several", "few", "couple", "handful"))
_JOINS: Final = frozenset(("to", "or", "and", "plus", ",", "-", "/", "&"))


@dataclass(frozen=True, slots=True)
class Phrase:
    """The words that are read, and how.

    Parameters
    ----------
    text, words
        With like characters made one, and as they came.
    unit
        What is counted, where the caller says so.
    lexicon
        What each hedge means.
    rough
        Whether a round number without a hedge is read as about that number.
    rate
        Whether it is the number of a rate, which need not be whole.
    """

    text: str
    words: str
    unit: str
    lexicon: Lexicon
    rough: bool
    rate: bool = False


def end_hedge(tokens: Tokens) -> tuple[Tokens, str]:
    """The tokens without a hedge at their end, and that hedge: "15 trucks or more", "15 flights (approx.)"."""
    for at in range(1, len(tokens)):
        found = _hedge_at(tokens, at)
        if found and found[1] == len(tokens):
            before = at - 1 if text_at(tokens, at - 1) in (",", "-") and at > 1 else at
            return tokens[:before], found[0]
    return tokens, ""


def after_hedge(tokens: Tokens, at: int) -> tuple[str, int]:
    """The hedge right behind a number and the position after it: "20-plus trucks", "15 (at least) trucks"."""
    hedge = ""
    while at < len(tokens):
        start = at + (tokens[at].text in ("-", ",") and at + 1 < len(tokens))
        found = _hedge_at(tokens, start)
        if (
            found is None
            or tokens[start].text in _ONLY_LAST
            or (hedge and found[0] not in (hedge, "plain"))
        ):
            break
        hedge, at = (found[0] if found[0] != "plain" else hedge), found[1]
    return hedge, at


def _hedge_at(tokens: Tokens, at: int) -> tuple[str, int] | None:
    """A hedge, with or without brackets around it."""
    if text_at(tokens, at) != "(":
        return find_phrase(AFTER, tokens, at)
    found = find_phrase(AFTER, tokens, at + 1)
    return (found[0], found[1] + 1) if found and text_at(tokens, found[1]) == ")" else None


def counted(phrase: Phrase, tokens: Tokens, at: int) -> str:
    """What is counted: the unit that was given, else the words from a position on.

    Raises
    ------
    QuantityError
        A second number follows, a sign that is not understood, or the number is part of a longer word ("5-ton").
    """
    if reason := compound(tokens, at):
        raise QuantityError(reason)
    while text_at(tokens, at) in ("x", "\u00d7") or (
        at < len(tokens) - 1 and text_at(tokens, at) in ("of", ",", "-")
    ):
        at += 1  # "3x Il-76", "6 of the ships"
    rest = tokens[at:]
    second_number(rest)
    if sign := strange_sign(rest):
        raise QuantityError(
            f"the sign {sign!r} is not understood; write the number and what it counts in words"
        )
    if not rest:
        return phrase.unit
    if rest[0].text.rstrip("0123456789") in ("to", "or"):
        raise QuantityError(
            f"{rest[0].text!r} is not followed by a number; write both ends, as in '5 to 9'"
        )
    if reason := of_each(rest) or no_plain_noun(rest, phrase.unit):
        raise QuantityError(reason)
    unit = " ".join(phrase.text[rest[0].start : rest[-1].end].split())
    if unit.partition(" ")[0] == "Mt":
        raise QuantityError("'Mt' may be metric tons or millions of tonnes; write tonnes")
    if rest[0].text in _MAGNITUDE_OR_UNIT and (unit != "m" or phrase.unit):
        raise QuantityError(
            f"{unit.partition(' ')[0]!r} may be a magnitude or a unit; write the word in full"
        )
    unit = unit.strip(" .,;:!").removeprefix("(")
    unit = unit.rstrip(")") if unit.count(")") > unit.count("(") else unit
    return phrase.unit or ("" if unit == "and" else unit.lower())


def second_number(rest: Tokens) -> None:
    """Refuse a second number among the words that follow the first."""
    for at, token in enumerate(rest):
        joined = (
            text_at(rest, at + 1) == "-"
            and rest[at + 1].glued
            and at + 2 < len(rest)
            and rest[at + 2].glued
        )
        in_a_word = joined and rest[at + 2].text not in NUMBER_WORDS and not rest[at + 2].is_digits
        in_a_word |= (
            token.kind == "number" and text_at(rest, at + 1) == "s" and rest[at + 1].glued
        )  # two 747s
        number = token.is_digits or token.text in NUMBER_WORDS or token.text == "half"
        vague = (
            token.text in _VAGUE
            and _JOINS & {text_at(rest, at - 1), text_at(rest, at - 2)}
            and at > 0
        )
        if (number and not in_a_word) or vague:
            raise QuantityError(f"holds a second number ({token.text}); code one number to a claim")
