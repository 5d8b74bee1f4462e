"""Printed words at their edges: how many, of what, how wide, and what the lexicon changes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

import forceflow as ff
from forceflow import Quantity
from forceflow.errors import QuantityError
from forceflow.quantity import LEXICON

P = np.array([0.01, 0.05, 0.3, 0.5, 0.77, 0.95, 0.99])


@pytest.mark.parametrize(
    ("words", "number", "unit"),
    [
        ("20 thousand men", 20_000, "men"),
        ("3k", 3_000, ""),
        ("1.5 million t", 1.5e6, "t"),
        ("2.5 t", 2.5, "t"),
        ("half a dozen ships", 6, "ships"),
        ("a half-dozen ships", 6, "ships"),
        ("half dozen", 6, ""),
        ("a dozen ships", 12, "ships"),
        ("one dozen ships", 12, "ships"),
        ("two dozen ships", 24, "ships"),
        ("hundred men", 100, "men"),
        ("a thousand men", 1_000, "men"),
        ("an hundred and five men", 105, "men"),
        ("one thousand two hundred men", 1_200, "men"),
        ("two hundred thousand men", 200_000, "men"),
        ("ninety-nine thousand nine hundred and ninety-nine", 99_999, ""),
        ("two four-engined aircraft", 2, "four-engined aircraft"),
        ("zero ships", 0, "ships"),
        ("about 0 ships", 0, "ships"),
        ("exactly 5 ships", 5, "ships"),
        ("100 or so ships", 100, "ships"),
        ("an An-124 flight", 1, "an-124 flight"),
        ("3 or 4 ships", 3.5, "ships"),
        ("about 1,200 (men)", 1_200, "men"),
        ("two million", 2e6, ""),
        ("between 20 and 90 ships", 55, "ships"),
        ("some six trucks", 6, "trucks"),
        ("half-dozen ships", 6, "ships"),
        ("two hundred five men", 205, "men"),
        ("one thousand and five men", 1_005, "men"),
        ("one hundred and five", 105, ""),
        ("twenty-one ships", 21, "ships"),
        ("twenty dozen ships", 240, "ships"),
        ("at  least\n5 ships", 5, "ships"),
        ("exactly a few ships", 3.5, "ships"),
        ("about several ships", 6, "ships"),
        ("Russian columns", 2, "russian columns"),
        ("a couple of ships", 2, "ships"),
        ("5\u20139 ships", 7, "ships"),
        ("5 \u2014 9 ships", 7, "ships"),
        ("5 to 5 ships", 5, "ships"),
        ("1\u00a0200 men", 1_200, "men"),
        ("12\u202f000\tmen", 12_000, "men"),
        ("two or three ships", 2.5, "ships"),
        ("at least a dozen ships", 12, "ships"),
        ("at least an aircraft", 1, "aircraft"),
        ("more than a hundred men", 100, "men"),
        ("up to a convoy", 0.5 + 0.5, "convoy"),
        ("(one flight).", 1, "flight"),
    ],
)
def test_what_is_counted_and_how_many(words: str, number: float, unit: str) -> None:
    quantity = Quantity.parse(words)
    assert quantity.params[0] == number or (
        quantity.family == "uniform" and sum(quantity.params) / 2 == number
    )
    assert quantity.unit == unit
    assert Quantity.parse(words, unit="told").unit == "told"
    assert quantity.words == words


@pytest.mark.parametrize(
    "words",
    [
        "three or two ships",
        "blue or three ships",
        "two a hundred",
        "twenty ten",
        "one hundred hundred",
        "5 trucks (6).",
        "two or two ships",
        "five and six trucks",
        "nineteen fifty",
        "one hundred two hundred",
        "five or more or six",
    ],
)
def test_two_numbers_in_words_are_not_added_up(words: str) -> None:
    with pytest.raises(QuantityError):
        Quantity.parse(words)


@pytest.mark.parametrize("hedge", ["at least", "more than", "nearly", "up to"])
@pytest.mark.parametrize(
    "many", ["a few", "a couple of", "several", "a handful of", "a number of", "a quarter of"]
)
def test_a_hedge_before_a_word_of_many_is_not_read_as_one(hedge: str, many: str) -> None:
    with pytest.raises(QuantityError, match="cannot read"):
        Quantity.parse(f"{hedge} {many} ships")


@pytest.mark.parametrize(
    ("words", "family"),
    [
        ("9 ships", "point"), ("10 ships", "lognormal"), ("15 ships", "point"), ("120 ships", "lognormal"),
        ("121 ships", "point"), ("1,200 ships", "lognormal"), ("1,210 ships", "point"), ("two dozen", "lognormal"),
        ("97 or so", "lognormal"), ("97 or more", "at_least"), ("97+", "at_least"), ("97", "point"),
        ("unknown numbers", "none"),
    ],
)  # fmt: skip
def test_round_numbers_are_rough_and_others_are_meant(words: str, family: str) -> None:
    quantity = Quantity.parse(words, unit="told")
    assert (quantity.family, quantity.words, quantity.unit) == (family, words, "told")


@pytest.mark.parametrize(
    "words", ["several trucks and 5 cars", "about 6 trucks and 5 cars", "6 trucks and 5 cars"]
)
def test_a_second_number_is_named_with_the_words(words: str) -> None:
    with pytest.raises(QuantityError, match=rf"'{words}' holds a second number \(5\)"):
        Quantity.parse(words)


@pytest.mark.parametrize("words", [None, 5, b"5", ""])
def test_no_words_are_refused(words: object) -> None:
    with pytest.raises(QuantityError, match="no words to read a quantity from"):
        Quantity.parse(words)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        ("5 to 9", True),
        ("5 to 30", True),
        ("5 to 31", False),
        ("2.5 to 9", False),
        ("two or three", True),
        ("a couple", True),
    ],
)
def test_a_range_is_counted_as_far_as_both_ends_are_small_counts(words: str, whole: bool) -> None:
    assert Quantity.parse(words).whole is whole


@pytest.mark.parametrize(
    ("words", "table"),
    [
        ("a few", LEXICON.few), ("few", LEXICON.few), ("several", LEXICON.several), ("dozens", LEXICON.dozens),
        ("several dozen", LEXICON.dozens), ("scores", LEXICON.scores), ("hundreds", LEXICON.hundreds),
        ("several hundred", LEXICON.hundreds), ("about several", LEXICON.several),
        ("thousands", tuple(x * times for x, times in zip(LEXICON.hundreds, (10, 1, 10, 10), strict=True))),
    ],
)  # fmt: skip
def test_quantifiers_are_rows_of_the_lexicon(
    words: str, table: tuple[float, float, float, float]
) -> None:
    quantity = Quantity.parse(f"{words} of ships")
    assert (quantity.params, quantity.unit) == (table, "ships")
    assert quantity.whole == (table[3] <= 2000)
    np.testing.assert_allclose(quantity.quantile([0, 1]), table[2:], rtol=1e-9)


@pytest.mark.parametrize(
    ("number", "digits"),
    [
        ("400", 1),
        ("450", 2),
        ("453", 3),
        ("4,531", 3),
        ("0.05", 1),
        ("2.0", 1),
        ("2.5", 2),
        ("20.25", 3),
    ],
)
def test_the_spread_of_about_follows_the_digits_that_were_printed(number: str, digits: int) -> None:
    """At least the lexicon's; and wide enough that the 95 % point is half a unit of the last digit away."""
    quantity = Quantity.parse(f"about {number}")
    n, gsd = quantity.params[:2]
    last = 10.0 ** (math.floor(math.log10(n)) - digits + 1) if n >= 1 else 0.0
    half_a_digit = stats.norm.ppf(0.95)
    assert gsd == pytest.approx(
        max(LEXICON.round_gsd[digits - 1], (1 + last / 2 / n) ** (1 / half_a_digit)), rel=1e-4
    )


@pytest.mark.parametrize(
    ("words", "whole"), [("about 30", True), ("about 31", False), ("about 2.5", False)]
)
def test_small_counts_are_whole(words: str, whole: bool) -> None:
    assert Quantity.parse(words).whole is whole


@pytest.mark.parametrize("n", [1, 10, 100, 1000])
def test_one_digit_reaches_half_way_to_the_next(n: int) -> None:
    assert Quantity.parse(f"about {n} t").times(1).quantile(0.95) == pytest.approx(
        1.5 * n, rel=1e-4
    )


def test_rates_in_words() -> None:
    few = Quantity.parse("at least 3 flights a day")
    assert (few.family, few.per_day, few.whole, few.unit) == ("at_least", True, False, "movements")
    more = Quantity.parse("more than one flight a day")
    np.testing.assert_allclose(
        more.quantile(P), 1 + stats.expon(scale=LEXICON.over_rate_share).ppf(P)
    )
    weekly = Quantity.parse("two ships per week", unit="ships")
    assert weekly.best == pytest.approx(2 / 7)
    assert (weekly.unit, weekly.per_day) == ("ships", True)
    regular = Quantity.parse("regular flights")
    median, gsd = LEXICON.regular_per_week
    assert regular.params[:2] == (median / 7, gsd)
    assert regular.unit == "movements"
    assert Quantity.parse("daily flights").params[:2] == LEXICON.daily_per_day
    for words in (
        "regular flights",
        "daily flights",
        "two ships per week",
        "several arrivals daily",
        "3 sorties a day",
    ):
        assert (Quantity.parse(words).unit, Quantity.parse(words).words) == ("movements", words)
        assert Quantity.parse(words, unit="sorties").unit == "sorties"
    assert not Quantity.parse("seven flights in a week").per_day
    slow = ff.quantity.Lexicon(
        regular_per_week=(7.0, 1.1), daily_per_day=(2.0, 1.1), over_rate_share=2.0
    )
    assert Quantity.parse("frequent flights", lexicon=slow).params[:2] == (1.0, 1.1)
    assert Quantity.parse("every day", lexicon=slow).params[:2] == (2.0, 1.1)
    assert Quantity.parse("more than 2 a day", lexicon=slow).params == (2.0, 2.0, 0.0)


def test_every_hedge_listens_to_the_lexicon() -> None:
    mine = ff.quantity.Lexicon(
        round_gsd=(3.0, 2.0, 1.5),
        nearly_share=0.3,
        nearly_cut=0.5,
        over_share=0.7,
        at_least_mean_ratio=4.0,
        at_least_k=1.0,
    )
    wanted = {
        "about 40": (40, 3.0),
        "nearly 40": (40, 0.3, 0.5),
        "over 40": (40, 0.7, 0.0),
        "at least 40": (40, 160, 1.0),
    }
    for words, params in wanted.items():
        assert Quantity.parse(words, lexicon=mine).params[: len(params)] == params


@pytest.mark.parametrize(
    ("said", "same"),
    [
        *((said, "about 15") for said in (
            "15?", "15 ?", "15 (?)", "15 (approx)", "15 (approx.)", "15 approx.", "15 approx", "15 approximately",
            "ca. 15", "ca.15", "circa 15", "c. 15", "c.15", "est. 15", "abt. 15", "15 (est.)", "15-ish", "about 15?",
            "~15?", "approx.15",
        )),
        ("15? flights", "about 15 flights"), ("15 flights (approx)", "about 15 flights"),
        ("15 approx. flights", "about 15 flights"), ("a dozen?", "about a dozen"), ("3 a day?", "about 3 a day"),
        ("15 (at least)", "at least 15"), ("15 at least", "at least 15"), ("15 or fewer", "up to 15"),
        ("15 trucks or more", "at least 15 trucks"), ("15 max.", "up to 15"), ("at least 15 (at least)", "at least 15"),
        ("4 to 6?", "4 to 6"), ("five or six?", "five or six"), ("several?", "several"), ("15 min", "exactly 15 min"),
        ("15 flights around Damascus", "exactly 15 flights around damascus"),
    ],
)  # fmt: skip
def test_a_hedge_behind_its_number_is_the_same_hedge(said: str, same: str) -> None:
    behind, front = ff.Quantity.parse(said), ff.Quantity.parse(same)
    assert (behind.family, behind.params, behind.unit, behind.per_day) == (
        front.family, front.params, front.unit, front.per_day,
    )  # fmt: skip
    assert behind.words == said


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("at least 15?", "two hedges"), ("up to 15 (approx)", "two hedges"), ("exactly 15?", "two hedges"),
        ("15\u00b13", "write the range itself"), ("15 +/- 3", "write the range itself"), ("12 (10?)", "second number"),
        ("several (at least)", "cannot read"), ("(?)", "cannot read"), ("?15", "cannot read"),
    ],
)  # fmt: skip
def test_hedges_that_cannot_both_hold_are_refused(said: str, words: str) -> None:
    with pytest.raises(ff.errors.QuantityError, match=words):
        ff.Quantity.parse(said)
