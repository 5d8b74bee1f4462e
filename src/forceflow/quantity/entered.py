"""Reading amounts that the user enters: as printed words, but exact, and with low, best and high in a row.

The rule for spaces, one for Python and the command line:

- a space before exactly three digits is a thousands mark: "7 500" is 7,500 and "1 500 000" is 1,500,000;
- numbers in a row, with spaces, commas and spaces or semicolons between them, are low high or low best high:
  "20 30 40", "20000 35000 60000", "400, 600, 900", "20 000 35 000 60 000";
- three numbers of three digits each that rise are low best high: "400 600 900";
- what could still be both, as "50 200 900" or "400 600", is refused with the spellings that work.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from ..errors import QuantityError
from .grammar import read
from .lexicon import LEXICON
from .quantity import Quantity
from .tokens import AIRLINERS, LONGEST, Token, digits_value, normal, tokenize

__all__ = ["plain_number", "read_entered"]

_SPACE_THEN_COMMA = re.compile(r"\d+(?: \d{3})+[,']")
_PARTING = "\x1f"
_NAMES = {1: "one number", 2: "low high", 3: "low best high"}


def read_entered(words: str, *, unit: str) -> Quantity:
    """Read an amount that the user entered; see `Quantity.of`.

    Raises
    ------
    QuantityError
        It is not understood, or could be one number and several.
    """
    row = _read_row(words)
    if row is None:
        number = plain_number(words)
        if number is not None:
            return Quantity.exactly(number, unit=unit)
        return read(words, unit=unit, lexicon=LEXICON, rough=False)
    numbers, printed = row
    try:
        if len(numbers) == 2:
            return Quantity.between(*numbers, unit=unit or printed, words=words)
        return Quantity(numbers[0], numbers[1], numbers[2], unit or printed, words)
    except QuantityError:
        raise QuantityError(
            f"{words!r}: in a row of numbers the lowest comes first: low best high"
        ) from None


def plain_number(words: str) -> float | None:
    """The number of a text that holds nothing else: the same quantity as of a Python number."""
    if len(words) > LONGEST:
        return None
    try:
        return digits_value(normal(words).strip())
    except QuantityError:
        return None


def _read_row(words: str) -> tuple[tuple[float, ...], str] | None:
    """Two or three numbers in a row and the unit behind them; None where the text is anything else."""
    if len(words) > LONGEST:
        return None
    # A comma or semicolon with a space behind it parts two numbers; a mark that no text has takes its place.
    text = re.sub(r"(?<=\d)\s*(?:,\s+|;\s*)(?=[\d.])", f" {_PARTING} ", normal(words).strip())
    tokens = tokenize(text)
    rest = list(itertools.dropwhile(_is_in_row, tokens))
    numbers = [token.text for token in tokens[: len(tokens) - len(rest)] if token.text != _PARTING]
    if not numbers or any(token.is_digits for token in rest):
        return None
    if rest and (rest[0].kind != "word" or rest[0].glued):
        return None
    unit = text[rest[0].start :] if rest else ""
    split = numbers
    if _PARTING not in text:
        split = " ".join(numbers).split(" ")
    chosen = _choose_reading(words, numbers, split)
    if chosen is None or len(chosen) < 2 or (unit and _reads_on(unit)):
        return None
    return tuple(map(digits_value, chosen)), unit.lower()


def _is_in_row(token: Token) -> bool:
    return token.kind == "number" or token.text == _PARTING


def _reads_on(unit: str) -> bool:
    """Whether what follows a row of numbers is more than a unit: a magnitude, a hedge, "to"."""
    try:
        return read(f"5 {unit}", unit="", lexicon=LEXICON, rough=False).params != (5.0,)
    except QuantityError:
        return True


def _choose_reading(
    words: str, grouped: Sequence[str], split: Sequence[str]
) -> Sequence[str] | None:
    """Which of the two readings is meant: spaces as thousands marks, or between numbers."""
    for number in grouped:
        _check_marks(number)
    as_marks, as_row = _is_possible(grouped), _is_possible(split)
    if len(split) == len(grouped):
        if len(grouped) > 3:
            raise _too_many(words, grouped)
        return grouped
    if as_marks and as_row:
        if len(grouped) == 1 and [len(part) for part in split] == [3, 3, 3]:
            return split
        if len(grouped) == 1 and len(split) == 2 and len(split[0]) < 3:
            return grouped
        first = ", ".join(f"{digits_value(part):,.10g}" for part in grouped)
        raise QuantityError(
            f"{words!r} may be {_NAMES[len(grouped)]} ({first}) or {_NAMES[len(split)]} ({'; '.join(split)}); write "
            f"'{'; '.join(f'{digits_value(part):.10g}' for part in grouped)}' or '{'; '.join(split)}'"
        )
    if as_row:
        return split
    # Neither reading holds: more than three numbers must not be cut to the first three.
    if len(grouped) > 3:
        raise _too_many(words, grouped)
    return grouped


def _too_many(words: str, numbers: Sequence[str]) -> QuantityError:
    return QuantityError(
        f"{words!r} holds {len(numbers)} numbers; give one, low high, or low best high"
    )


def _check_marks(number: str) -> None:
    """Refuse a number that cannot be parted at its spaces either: "1 234,567" has a decimal comma for many readers."""
    if _SPACE_THEN_COMMA.match(number):
        raise QuantityError(
            f"{number!r} may be read in more than one way; write the number with a point before decimals"
        )
    if AIRLINERS.fullmatch(number):
        digits_value(number)


def _is_possible(numbers: Sequence[str]) -> bool:
    """Whether texts can be one number, or two or three that rise; 000 is no number of its own."""
    if len(numbers) > 3 or any(
        len(part) > 1 and part[0] == "0" and part[1] != "." for part in numbers
    ):
        return False
    try:
        values = [digits_value(part) for part in numbers]
    except QuantityError:
        return False
    return values == sorted(values)
