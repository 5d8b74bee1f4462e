"""Every printed number is read as a person would read it, or refused with the word that stopped the reading."""

from __future__ import annotations

import dataclasses

import pytest

from forceflow import Quantity
from forceflow.errors import QuantityError
from forceflow.quantity import LEXICON
from number_phrases import FAMILIES, PHRASES


def test_there_are_many_and_each_stands_once() -> None:
    assert len(PHRASES) >= 300
    assert len({phrase for phrase, _, _ in PHRASES}) == len(PHRASES)


@pytest.mark.parametrize(
    ("phrase", "reading", "numbers"), PHRASES, ids=[phrase for phrase, _, _ in PHRASES]
)
def test_each_phrase_has_the_reading_decided_by_hand(
    phrase: str, reading: str, numbers: tuple[float, ...]
) -> None:
    if reading == "refused":
        with pytest.raises(QuantityError) as refused:
            Quantity.parse(phrase)
        assert repr(phrase) in str(refused.value)
        assert "\n" not in str(refused.value)
        return
    quantity = Quantity.parse(phrase)
    assert quantity.words == phrase
    if reading == "none":
        assert not quantity.has_content
    elif reading == "couple":
        assert quantity.params == tuple(x for pair in LEXICON.couple for x in pair)
    elif reading in FAMILIES:
        assert quantity.family == FAMILIES[reading]
        found = (
            (quantity.params[1],)
            if quantity.family == "at_most"
            else quantity.params[: len(numbers)]
        )
        numbers = (numbers[0] - 1,) if reading == "below" else numbers
        assert found == pytest.approx(numbers, rel=1e-12)
    else:
        median, gsd, lowest, highest = dataclasses.asdict(LEXICON)[reading]
        scale = numbers[0]
        assert quantity.params == pytest.approx(
            (median * scale, gsd, lowest * scale, highest * scale)
        )


@pytest.mark.parametrize(
    ("phrase", "reading", "numbers"), PHRASES, ids=[phrase for phrase, _, _ in PHRASES]
)
def test_what_the_user_enters_has_the_same_number_and_no_doubt(
    phrase: str, reading: str, numbers: tuple[float, ...]
) -> None:
    """A round number is exact when entered; hedges, dozens and scores stay."""
    if reading not in ("exact", "about"):
        return
    entered = Quantity.parse(phrase, round_numbers="exact")
    assert entered.params[0] == pytest.approx(numbers[0])
    if reading == "exact":
        assert entered.family == "point"
    elif Quantity.parse(phrase) != entered:
        assert (entered.family, numbers[0] % 10) == ("point", 0)
