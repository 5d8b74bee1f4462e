"""Hedged numbers: what each phrase means, against the reference table and against slow twins."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import forceflow as ff
from cases import CASES
from forceflow import Quantity
from forceflow.errors import QuantityError

PRINTED = {
    "nearly 100": ("nearly", False),
    "almost one kilometre": ("nearly", False),
    "at least 400": ("at_least", True),
    "at least seven times in under a week": ("at_least", True),
    "100+": ("at_least", True),
    "up to 350 tonnes": ("at_most", True),
    "more than 150": ("over", False),
    "several": ("lognormal", False),
    "dozens": ("lognormal", False),
    "hundreds": ("lognormal", False),
    "several hundred": ("lognormal", False),
    "a couple": ("pmf", False),
    "around 1,000": ("lognormal", False),
    "250 vehicles": ("lognormal", False),
    "half-dozen": ("lognormal", False),
    "97": ("point", False),
    "exactly 100": ("point", False),
    "two cargo vessels": ("point", False),
    "a Russian military convoy": ("point", False),
    "5 to 9": ("uniform", False),
    "two or three": ("uniform", False),
    "about 6000-7500": ("uniform", False),
    "columns of Russian vehicles": ("at_least", True),
    "large amounts": ("none", False),
    "significant reinforcement": ("none", False),
    "a large number": ("none", False),
}


@pytest.mark.parametrize(("words", "expected"), PRINTED.items())
def test_each_phrase_has_its_family(words: str, expected: tuple[str, bool]) -> None:
    quantity = Quantity.parse(words)
    assert (quantity.family, quantity.is_censored) == expected
    assert quantity.words == words


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("4,000 fighters", 4000),
        ("twenty-five trucks", 25),
        ("one hundred and", 100),
        ("an An-26", 1),
        ("3 Il-76", 3),
    ],
)
def test_numbers_in_digits_and_words(words: str, number: float) -> None:
    quantity = Quantity.parse(words)
    assert quantity.best == pytest.approx(number, rel=0.01)


@pytest.mark.parametrize(
    ("words", "per_day"),
    [
        ("regular flights", 3 / 7),
        ("daily", 1.0),
        ("several flights daily", 6.0),
        ("arriving frequently", 3 / 7),
    ],
)
def test_rate_phrases_wait_for_a_window(words: str, per_day: float) -> None:
    rate = Quantity.parse(words)
    assert rate.per_day
    assert rate.best == pytest.approx(per_day, rel=0.05)
    count = rate.over_days(14)
    assert not count.per_day
    assert count.best == pytest.approx(14 * rate.best)
    assert count.over_days(5) == count


def test_nearly_100_against_the_reference() -> None:
    case = CASES["hedge_default_nearly_100"]
    got = Quantity.parse("nearly 100").quantile([0.05, 0.5, 0.95])
    np.testing.assert_allclose(got, [case["outputs"][k] for k in ("q05", "q50", "q95")], rtol=1e-9)


def test_several_against_the_reference() -> None:
    case = CASES["hedge_default_lognormal_several"]["outputs"]
    several = Quantity.parse("several")
    np.testing.assert_array_equal(
        several.quantile([0.05, 0.5, 0.95]), [case["q05"], case["q50"], case["q95"]]
    )
    u = (np.arange(200_000) + 0.5) / 200_000
    values = several.quantile(u)
    share = [np.mean(values == k) for k in range(3, 11)]
    np.testing.assert_allclose(share, case["pmf_3_10"], atol=2e-5)
    assert values.mean() == pytest.approx(case["mean"], abs=1e-3)


def test_a_floor_needs_a_prior_and_matches_the_reference() -> None:
    """NB(6, k=2) cut at 2 has mean 7 and 5/50/95 % points 2, 6, 16."""
    floor = Quantity.at_least(2, prior_mean=6, k=2)
    np.testing.assert_array_equal(floor.quantile([0.05, 0.5, 0.95]), [2, 6, 16])
    values = np.arange(2, 2000)
    weight = stats.nbinom(2, 2 / 8).pmf(values)
    assert (values * weight).sum() / weight.sum() == pytest.approx(7, rel=1e-9)
    u = (np.arange(400_000) + 0.5) / 400_000
    assert floor.quantile(u).mean() == pytest.approx(7, abs=0.01)


def test_large_floors_agree_with_the_exact_sum() -> None:
    """The gamma limit used above a mean of 20,000 against the exact negative binomial."""
    got = Quantity.at_least(20_000).quantile([0.1, 0.5, 0.9])
    dist = stats.nbinom(2, 2 / (2 + 30_000))
    tail = dist.sf(19_999)
    np.testing.assert_allclose(got, [dist.isf(tail * (1 - p)) for p in (0.1, 0.5, 0.9)], rtol=1e-3)


def test_pert_triple_keeps_its_bounds_and_mode() -> None:
    pert = Quantity(20_000, 35_000, 60_000)
    u = (np.arange(100_000) + 0.5) / 100_000
    values = pert.quantile(u)
    assert 20_000 <= values.min() <= values.max() <= 60_000
    assert values.mean() == pytest.approx((20_000 + 4 * 35_000 + 60_000) / 6, rel=1e-4)


def test_words_without_a_number_change_nothing() -> None:
    nothing = Quantity.parse("large amounts")
    assert not nothing.has_content
    assert nothing.times(3) == nothing or math.isnan(nothing.times(3).low)
    with pytest.raises(QuantityError, match="carries no number"):
        nothing.quantile(0.5)


@pytest.mark.parametrize(
    ("words", "number"), [(".5", 0.5), ("exactly .75 t", 0.75), ("0.333", 0.333), ("(5.)", 5)]
)
def test_a_point_before_digits_stands_for_a_decimal(words: str, number: float) -> None:
    got = Quantity.parse(words)
    assert (got.low, got.best, got.high) == (number, number, number)


@pytest.mark.parametrize(
    "words",
    [
        "3.000", "10.333", "0.333.000", "10,5",
        "at least 24 and at most 50", "about 5 or maybe 50", "30 % of 200",
        "less than 20 percent", "the third ship", "two An-124 and one Il-76", "a gazillion",
    ],
)  # fmt: skip
def test_words_that_can_be_read_in_two_ways_are_refused(words: str) -> None:
    with pytest.raises(QuantityError):
        Quantity.parse(words)


@pytest.mark.parametrize(
    ("words", "number"),
    [("3 000 people", 3000), ("two hundred and fifty", 250), ("under 10", None)],
)
def test_numbers_written_in_other_ways(words: str, number: float | None) -> None:
    quantity = Quantity.parse(words)
    assert quantity.best == number if number else quantity.family == "at_most"


@pytest.mark.parametrize(
    "words", ["", "   ", "blue", "a convoy of nearly 100 vehicles", "??", "per day"]
)
def test_what_is_not_understood_is_an_error(words: str) -> None:
    with pytest.raises(QuantityError):
        Quantity.parse(words)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40))
def test_parsing_never_crashes_and_never_half_reads(words: str) -> None:
    try:
        quantity = Quantity.parse(words)
    except QuantityError:
        return
    assert quantity.words == words
    if quantity.has_content:
        assert quantity.low <= quantity.best <= quantity.high


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["nearly", "about", "at least", "more than", "up to", ""]),
    st.integers(min_value=1, max_value=100_000),
)
def test_hedged_numbers_are_ordered_and_round_trip(hedge: str, n: int) -> None:
    quantity = Quantity.parse(f"{hedge} {n} vehicles".strip())
    grid = quantity.quantile(np.linspace(0.001, 0.999, 50))
    assert np.all(np.diff(grid) >= 0)
    assert np.all(np.isfinite(grid))
    assert Quantity.from_json(quantity.to_json()) == quantity
    if hedge == "nearly":
        assert grid.max() <= n
    if hedge in ("at least", "more than"):
        assert grid.min() >= n
    if hedge == "up to":
        assert grid.max() <= n + 0.5


@given(st.floats(1, 1e6), st.floats(1, 1e3), st.floats(0.01, 100))
def test_scaling_a_quantity_scales_its_quantiles(best: float, width: float, factor: float) -> None:
    quantity = Quantity(best / 2, best, best + width)
    p = np.array([0.05, 0.3, 0.9])
    np.testing.assert_allclose(
        quantity.times(factor).quantile(p), factor * quantity.quantile(p), rtol=1e-9
    )


@pytest.mark.parametrize(
    "words", ["nearly 100", "at least 9", "more than 150", "several", "a couple", "5 to 9"]
)
def test_scaling_reaches_every_family(words: str) -> None:
    quantity = Quantity.parse(words)
    p = np.array([0.1, 0.5, 0.9])
    np.testing.assert_allclose(
        quantity.times(0.5).quantile(p), 0.5 * quantity.quantile(p), atol=0.51
    )


def test_a_pool_is_the_mixture_of_its_parts() -> None:
    """Slow twin: pick a part by coin, then draw from it; reference: the linear pool of two normals is as wide."""
    low, high = Quantity(8, 10, 12), Quantity(90, 100, 110)
    pool = Quantity.pool([low, high])
    rng = np.random.default_rng(5)
    coin = rng.random(200_000) < 0.5
    twin = np.where(coin, low.quantile(rng.random(200_000)), high.quantile(rng.random(200_000)))
    got = pool.quantile([0.05, 0.25, 0.75, 0.95])
    np.testing.assert_allclose(got, np.quantile(twin, [0.05, 0.25, 0.75, 0.95]), rtol=0.02)
    assert Quantity.pool([low]) == low
    assert Quantity.pool([low, Quantity.parse("large amounts")]) == low


def test_a_round_number_is_wider_than_a_precise_one() -> None:
    """Roundness is modelled on the number, not on the word before it."""
    width = {
        w: (q := Quantity.parse(w)).high / q.low
        for w in ("about 400", "400", "about 450", "about 453", "453")
    }
    assert (
        width["about 400"]
        == width["400"]
        > width["about 450"]
        > width["about 453"]
        > width["453"]
        == 1
    )


def test_draws_depend_on_the_address_only() -> None:
    quantity = Quantity.parse("dozens")
    once = quantity.draw(1000, seed=3, entity="a", purpose="count")
    np.testing.assert_array_equal(once[:10], quantity.draw(10, seed=3, entity="a", purpose="count"))
    assert not np.array_equal(once, quantity.draw(1000, seed=4, entity="a", purpose="count"))
    assert not np.array_equal(once, quantity.draw(1000, seed=3, entity="b", purpose="count"))


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [(3.0, 3, 3), ((2.0, 4.0), 2, 4), ((2.0, 3.0, 9.0), 2, 9), ("at least 7", 7, None)],
)
def test_of_takes_what_an_analyst_has(value: object, low: float, high: float | None) -> None:
    quantity = Quantity.of(value)  # type: ignore[arg-type]
    assert quantity.low == low
    assert high is None or quantity.high == high
    assert Quantity.of(quantity) is quantity


@pytest.mark.parametrize(
    "make",
    [
        lambda: Quantity(3, 2, 4),
        lambda: Quantity(1, 2, math.inf),
        lambda: Quantity.between(5, 2),
        lambda: Quantity.at_least(-1),
        lambda: Quantity.lognormal(0, 1.2),
        lambda: Quantity.of((1.0, 2.0, 3.0, 4.0)),
        lambda: Quantity.of(math.nan),
        lambda: Quantity.parse("9 to 5"),
        lambda: Quantity.parse("nearly 0"),
        lambda: Quantity(1, 2, 3).times(0),
        lambda: Quantity(1, 2, 3).interval(1.0),
        lambda: Quantity(1, 2, 3).quantile(1.5),
        lambda: Quantity.from_json("{}"),
        lambda: Quantity.pool([]),
        lambda: Quantity.pool([Quantity(1, 2, 3), Quantity(4, 5, 6)], weights=[1.0]),
    ],
)
def test_impossible_quantities_are_refused(make: object) -> None:
    with pytest.raises(QuantityError):
        make()  # type: ignore[operator]


def test_it_prints_the_words_it_came_from() -> None:
    assert "nearly 100" in str(Quantity.parse("nearly 100"))
    assert "or more" in str(Quantity.parse("at least 400"))
    assert "no number" in str(Quantity.parse("large amounts"))
    assert "2 t (1 to 3)" in Quantity(1, 2, 3, "t")._repr_html_()
    assert str(Quantity.exactly(5, unit="t")) == "5 t"


def test_the_lexicon_can_be_replaced() -> None:
    wide = ff.quantity.Lexicon(nearly_share=0.2)
    assert Quantity.parse("nearly 100", lexicon=wide).low < Quantity.parse("nearly 100").low
