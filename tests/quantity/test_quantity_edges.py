"""Quantities at their edges: every family against scipy's own distribution, every door with its unit and words."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import forceflow as ff
from forceflow import Quantity
from forceflow.errors import QuantityError
from forceflow.quantity import LEXICON, VERBAL_SCALES, is_sample

P = np.array([0.0, 0.01, 0.05, 0.3, 0.5, 0.77, 0.95, 0.99, 1.0])
INNER = P[1:-1]


def shares(quantity: Quantity, values: list[int]) -> list[float]:
    """Share of each value among equally spaced quantiles."""
    got = quantity.quantile((np.arange(100_000) + 0.5) / 100_000)
    assert set(np.unique(got)) <= set(map(float, values))
    return [float(np.mean(got == value)) for value in values]


# -- the families against scipy.stats ------------------------------------------------------------------------------


@pytest.mark.parametrize(("low", "best", "high"), [(2, 3, 9), (2, 2, 9), (2, 9, 9), (-4, 0, 1)])
def test_a_triple_is_a_scaled_beta(low: float, best: float, high: float) -> None:
    width = high - low
    twin = stats.beta(
        1 + 4 * (best - low) / width, 1 + 4 * (high - best) / width, loc=low, scale=width
    )
    np.testing.assert_allclose(
        Quantity(low, best, high).quantile(P), twin.ppf(P), rtol=1e-9, atol=1e-12
    )


def test_a_triple_without_width_is_one_value_in_any_shape() -> None:
    np.testing.assert_array_equal(Quantity(4, 4, 4).quantile(P), np.full(P.size, 4.0))
    assert Quantity(4, 4, 4).quantile(np.full((2, 3), 0.2)).shape == (2, 3)


def cut(twin: Any, low: float, high: float, p: Any) -> Any:
    """Inverse distribution function of a distribution cut to [low, high]."""
    return twin.ppf(twin.cdf(low) + p * (twin.cdf(high) - twin.cdf(low)))


@pytest.mark.parametrize(
    ("lowest", "highest"),
    [(0.0, math.inf), (0.3, math.inf), (0.0, 5.0), (0.3, 5.0), (0.9, 1.1), (3.0, 40.0)],
)
@pytest.mark.parametrize("gsd", [1.3, 2.0, 3.0])
def test_a_cut_lognormal_against_scipy(lowest: float, highest: float, gsd: float) -> None:
    quantity = Quantity.lognormal(2.0, gsd, lowest=lowest, highest=highest)
    twin = stats.lognorm(math.log(gsd), scale=2.0)
    np.testing.assert_allclose(
        quantity.quantile(INNER), cut(twin, lowest, highest, INNER), rtol=1e-6
    )
    first, last = quantity.quantile([0.0, 1.0])
    assert lowest <= first <= last <= highest
    assert first == pytest.approx(lowest, rel=1e-12)
    assert last == pytest.approx(highest, rel=1e-6) or highest > last > quantity.quantile(1 - 1e-10)


def test_a_whole_lognormal_is_rounded_with_half_a_unit_at_both_ends() -> None:
    quantity = Quantity.lognormal(4.0, 1.5, lowest=3, highest=6, whole=True)
    twin = stats.lognorm(math.log(1.5), scale=4.0)
    steps = twin.cdf([2.5, 3.5, 4.5, 5.5, 6.5])
    np.testing.assert_allclose(
        shares(quantity, [3, 4, 5, 6]), np.diff(steps) / (steps[-1] - steps[0]), atol=2e-5
    )
    small = Quantity.lognormal(
        1.0, 1.5, lowest=0.2, whole=True
    )  # 0.2 less the half unit is below zero: no cut there
    assert small.quantile(stats.lognorm(math.log(1.5), scale=1.0).cdf(1.49)) == 1


@pytest.mark.parametrize(("lowest", "highest", "value"), [(0, math.inf, 7), (9, 20, 9), (1, 5, 5)])
def test_a_lognormal_without_spread_is_its_median_inside_the_cut(
    lowest: float, highest: float, value: float
) -> None:
    np.testing.assert_array_equal(
        Quantity.lognormal(7, 1, lowest=lowest, highest=highest).quantile(P), [value] * 9
    )


def test_nearly_is_a_half_normal_shortfall() -> None:
    twin = stats.truncnorm(
        0, LEXICON.nearly_cut / LEXICON.nearly_share, scale=LEXICON.nearly_share * 250
    )
    np.testing.assert_allclose(
        Quantity.parse("nearly 250").quantile(P), 250 - twin.ppf(1 - P), rtol=1e-9
    )


@pytest.mark.parametrize(("n", "step"), [(5, 1), (30, 1), (31, 0), (240, 0), (7.5, 0)])
def test_more_than_is_an_exponential_excess_above_the_next_whole_number(
    n: float, step: int
) -> None:
    quantity = Quantity.parse(f"more than {n:g}")
    wanted = n + step + stats.expon(scale=LEXICON.over_share * n).ppf(INNER)
    np.testing.assert_allclose(
        quantity.quantile(INNER), np.rint(wanted) if step else wanted, rtol=1e-12
    )
    assert quantity.quantile(0) == n + step
    assert np.isfinite(quantity.quantile(1))


@pytest.mark.parametrize(
    ("floor", "mean", "k"),
    [(2, 6, 0.5), (0, 0.5, 2), (40, 10, 3), (10, 900, 1), (9_000, 20_000, 2)],
)
def test_a_floor_is_a_cut_negative_binomial(floor: int, mean: float, k: float) -> None:
    got = Quantity.at_least(floor, prior_mean=mean, k=k).quantile(P)
    twin = stats.nbinom(k, k / (k + mean))
    np.testing.assert_array_equal(got[1:-1], twin.isf(twin.sf(floor - 1) * (1 - INNER)))
    assert got[0] == floor
    assert np.isfinite(got[-1])


def test_a_measured_floor_is_not_rounded_to_counts() -> None:
    """The continuous limit is a gamma distribution cut at the floor."""
    got = Quantity.parse("at least 2.5 km").quantile(INNER)
    k, mean = LEXICON.at_least_k, LEXICON.at_least_mean_ratio * 2.5
    twin = stats.gamma(k, scale=mean / k)
    np.testing.assert_allclose(got, twin.isf(twin.sf(2.5) * (1 - INNER)), rtol=1e-9)


def test_ranges_and_ceilings_of_counts_give_each_number_one_share() -> None:
    np.testing.assert_allclose(shares(Quantity.parse("5 to 9"), [5, 6, 7, 8, 9]), 0.2, atol=2e-5)
    np.testing.assert_allclose(shares(Quantity.parse("up to 4"), [1, 2, 3, 4]), 0.25, atol=2e-5)
    for words, low, high in (
        ("5 to 9", 5, 9),
        ("up to 4", 1, 4),
        ("up to 30", 1, 30),
        ("2 to 3", 2, 3),
    ):
        np.testing.assert_array_equal(Quantity.parse(words).quantile([0.0, 1.0]), [low, high])


def test_measured_ranges_and_ceilings_are_uniform() -> None:
    for quantity, low, high in (
        (Quantity.between(2.2, 2.8), 2.2, 2.8),
        (Quantity.parse("up to 350"), 0, 350),
        (Quantity.parse("up to 2.5"), 0, 2.5),
        (Quantity.parse("20 to 90"), 20, 90),
        (Quantity.between(1, 2), 1, 2),
    ):
        np.testing.assert_allclose(
            quantity.quantile(P), stats.uniform(low, high - low).ppf(P), rtol=1e-12
        )
    assert Quantity.between(3, 3).quantile(0.2) == 3


def test_a_couple_has_the_shares_of_the_lexicon() -> None:
    for words in ("a couple", "couple of trucks"):
        quantity = Quantity.parse(words)
        np.testing.assert_allclose(
            shares(quantity, [2, 3, 4]), [share for _, share in LEXICON.couple], atol=2e-5
        )
    # a value holds up to and including the probability at which its share ends
    np.testing.assert_array_equal(
        Quantity.parse("a couple").quantile([0, 0.85, 0.8501, 1]), [2, 2, 3, 4]
    )
    counts = Quantity.sample([5.0, 5.0, 5.0, 8.0], unit="h")  # shares that do not add up to 1
    np.testing.assert_array_equal(counts.quantile([0, 0.7, 0.75, 0.76, 1]), [5, 5, 5, 8, 8])


@pytest.mark.parametrize("scale", VERBAL_SCALES)
def test_a_band_is_the_central_80_percent_of_its_beta(scale: str) -> None:
    for phrase, (low, high) in VERBAL_SCALES[scale].items():
        quantity = ff.quantity.verbal_probability(f"  {phrase.title()}", scale=scale)
        assert quantity.unit == "probability"
        a, b, top = quantity.params
        got = stats.beta(a, b, scale=top).cdf([low, high])
        wanted = [0.0 if low == 0 else 0.1, 1.0 if high == 1 else 0.9]
        np.testing.assert_allclose(
            got, wanted, atol=2e-3 if 0 < low < high < 1 else 0.15, err_msg=phrase
        )
    with pytest.raises(QuantityError, match="it has almost certain"):
        ff.quantity.verbal_probability("almost sure, certain", scale=scale)
    with pytest.raises(QuantityError, match=", ".join(VERBAL_SCALES[scale])):
        ff.quantity.verbal_probability("zzz", scale=scale)


# -- doors: unit, words, refusals -----------------------------------------------------------------------------------

MAKERS: dict[str, Callable[..., Quantity]] = {
    "exactly": lambda **told: Quantity.exactly(3.25, **told),
    "between": lambda **told: Quantity.between(1, 3, **told),
    "at_least": lambda **told: Quantity.at_least(3, **told),
    "lognormal": lambda **told: Quantity.lognormal(3, 1.5, **told),
    "sample": lambda **told: Quantity.sample([1.5, 2.5], **told),
    "sample of one": lambda **told: Quantity.sample([2.5, 2.5], **told),
    "product": lambda **told: Quantity(1, 2, 3).by(Quantity(1, 2, 4), **told),
    "product of points": lambda **told: Quantity.exactly(2).by(Quantity.exactly(4), **told),
    "nothing": lambda **told: Quantity.nothing(**{"words": "", **told}),
}


@pytest.mark.parametrize("name", MAKERS)
def test_unit_and_words_arrive_and_are_empty_by_default(name: str) -> None:
    told = MAKERS[name](unit="t", words="as printed")
    assert (told.unit, told.words, told.per_day, told.whole) == ("t", "as printed", False, False)
    bare = MAKERS[name]()
    assert (bare.unit, bare.words) == ("", "")
    for quantity in (told, bare):
        again = Quantity.from_json(quantity.to_json())
        assert again == quantity
        assert hash(again) == hash(quantity)


def test_an_equal_quantity_is_equal_in_all_and_nothing_else_is() -> None:
    one = Quantity(1, 2, 3, "t")
    assert one == Quantity(1, 2, 3, "t")
    assert one not in (Quantity(1, 2, 3, "kg"), Quantity(1, 2, 3.5, "t"), "t", 2, None)
    assert one != Quantity(1, 2, 3, "t", "words")
    assert len({one, Quantity(1, 2, 3, "t"), Quantity(1, 2, 3)}) == 2


@pytest.mark.parametrize(
    ("value", "best"), [("about 5", 5), ((1.0, 3.0), 2), ((1.0, 3.0, 9.0), 3), (4, 4)]
)
def test_of_carries_the_unit(value: Any, best: float) -> None:
    quantity = Quantity.of(value, unit="t")
    assert (quantity.unit, quantity.best) == ("t", best)
    assert Quantity.of(value).unit == ""


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Quantity.between(5, 2), "between 5 and 2"),
        (lambda: Quantity.at_least(-1, prior_mean=3), "at least -1"),
        (lambda: Quantity.at_least(3, prior_mean=0), "prior mean > 0"),
        (lambda: Quantity.at_least(3, k=0), "k > 0"),
        (
            lambda: Quantity.at_least(0),
            "prior mean > 0",
        ),  # the default prior is a multiple of the floor
        (lambda: Quantity.lognormal(2, 0.9), "gsd >= 1"),
        (lambda: Quantity.lognormal(2, 1.5, lowest=4, highest=4), "lowest < highest"),
        (lambda: Quantity.pool([Quantity.nothing("many")]), "nothing to pool"),
        (
            lambda: Quantity.pool([Quantity(1, 2, 3), Quantity(4, 5, 6)], weights=[1, -0.5]),
            "pool of 2",
        ),
        (
            lambda: Quantity.pool([Quantity(1, 2, 3), Quantity(4, 5, 6)], weights=[0, 0]),
            "pool of 2",
        ),
        (lambda: Quantity.pool([Quantity(1, 2, 3), Quantity.parse("daily")]), "over_days"),
        (
            lambda: Quantity.parse("5 sorties").plus(Quantity.parse("3 a day", unit="sorties")),
            "over_days",
        ),
        (
            lambda: Quantity.from_table([1.0], like=Quantity(1, 2, 3), words=""),
            "two or more finite",
        ),
        (
            lambda: Quantity.from_table([1.0, math.nan], like=Quantity(1, 2, 3), words=""),
            "two or more finite",
        ),
        (lambda: Quantity.from_table([2.0, 1.0], like=Quantity(1, 2, 3), words=""), "do not fall"),
        (
            lambda: Quantity.from_table([[1.0, 2.0]], like=Quantity(1, 2, 3), words=""),
            "two or more",
        ),
        (lambda: Quantity.of((1.0,)), "low, best, high"),
        (lambda: Quantity.of(math.inf), "finite number, got inf"),
        (lambda: Quantity(1, 2, 3).quantile([0.5, -0.01]), "between 0 and 1"),
        (lambda: Quantity(1, 2, 3).quantile([0.5, 1.01]), "between 0 and 1"),
        (lambda: Quantity(1, 2, 3).interval(0.0), "coverage"),
        (lambda: Quantity(1, 2, 3).interval(1), "coverage"),
        (lambda: Quantity(1, 2, 3).times(-1), "got -1"),
        (lambda: Quantity.parse("nearly 0 trucks"), "'nearly 0 trucks'"),
        (lambda: Quantity.parse("two trucks and 5 cars"), r"second number \(5\)"),
    ],
)
def test_refusals_say_what_would_have_worked(make: Callable[[], object], message: str) -> None:
    with pytest.raises(QuantityError, match=message):
        make()


@pytest.mark.parametrize(
    "text", ["{}", "[1]", "3", "", '{"family": "none"}', '{"family": "pert", "params": [1]}']
)
def test_broken_json_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(QuantityError, match=r"not a quantity: ") as error:
        Quantity.from_json(text)
    assert repr(text) in str(error.value)


FAMILIES = st.sampled_from(
    [
        "point",
        "pert",
        "uniform",
        "lognormal",
        "nearly",
        "over",
        "at_most",
        "pmf",
        "table",
        "beta",
        "none",
        "what",
    ]
)


@settings(max_examples=200, deadline=None)
@given(
    FAMILIES,
    st.lists(st.one_of(st.integers(-3, 99), st.just("x"), st.none()), max_size=5),
    st.booleans(),
)
@pytest.mark.filterwarnings("ignore:.*encountered.*:RuntimeWarning")
def test_no_json_ends_in_a_traceback(family: str, params: list[Any], whole: bool) -> None:
    try:
        quantity = Quantity.from_json(
            json.dumps({"family": family, "params": params, "whole": whole})
        )
    except QuantityError:
        return
    assert not quantity.has_content or quantity.low <= quantity.best <= quantity.high


def test_probabilities_are_read_as_numbers_and_come_back_as_floats() -> None:
    quantity = Quantity(1, 2, 3)
    assert quantity.quantile([0, 1]).dtype == np.float64
    np.testing.assert_array_equal(quantity.quantile([0, 1]), [1, 3])
    assert quantity.quantile([]).shape == (0,)
    twin = stats.uniform(0, 100)
    flat = Quantity.between(0, 100)
    assert flat.interval() == pytest.approx(twin.interval(0.9))
    assert flat.interval(0.5) == pytest.approx(twin.interval(0.5))
    assert flat.interval(0.02) == pytest.approx(twin.interval(0.02))


def test_a_sample_is_its_values_each_as_likely_as_the_others() -> None:
    values = [7.0, 1.0, 4.0, 4.0, 2.0, 9.0, 4.0, 3.0, 8.0, 5.0]
    twin = np.sort(values)
    for given_as in (
        values,
        np.array(values),
        np.array(values, dtype=object),
        np.array(values, dtype=np.int64),
    ):
        quantity = Quantity.sample(given_as, unit="h", words="ground times")
        p = (np.arange(10) + 0.5) / 10
        np.testing.assert_array_equal(quantity.quantile(p), twin)
        assert (quantity.ends, quantity.best, quantity.unit) == ((1, 9), 4, "h")
        assert [quantity.low, quantity.high] == quantity.quantile([0.05, 0.95]).tolist()
        assert Quantity.from_json(quantity.to_json()) == quantity
    long = np.random.default_rng(2).normal(size=1_001)
    np.testing.assert_array_equal(
        Quantity.sample(long).quantile([0.05, 0.5, 0.95]),
        np.quantile(long, [0.05, 0.5, 0.95], method="inverted_cdf"),
    )
    quantity = Quantity.sample(long)
    assert [quantity.low, quantity.best, quantity.high] == quantity.quantile(
        [0.05, 0.5, 0.95]
    ).tolist()


@pytest.mark.parametrize(
    "values",
    [
        [],
        [1.0, math.nan],
        [1.0, math.inf],
        [[1.0, 2.0]],
        ["a"],
        [True, False],
        [1, None],
        [1, "2"],
        3.0,
    ],
)
def test_what_is_no_sample_is_refused(values: Any) -> None:
    with pytest.raises(QuantityError, match="a sample needs finite numbers in one dimension"):
        Quantity.sample(
            np.array(values, dtype=object)
            if None in np.atleast_1d(np.array(values, object))
            else values
        )


def test_an_array_is_a_sample_and_a_single_number_is_none() -> None:
    assert is_sample(np.array([1.0, 2.0]))
    for value in (np.float64(3.0), np.array(3.0), 3.0, (1.0, 2.0), [1.0, 2.0], "3", None):
        assert not is_sample(value)
    assert Quantity.of(np.array([1.0, 2.0]), unit="h") == Quantity.sample([1.0, 2.0], unit="h")
    assert Quantity.of(np.float64(3.0)) == Quantity.exactly(3.0)
    with pytest.raises(QuantityError, match="a quantity must be a number, a tuple"):
        Quantity.of(None)  # type: ignore[arg-type]


def test_ends_are_the_least_and_greatest_value() -> None:
    assert Quantity.from_table([1, 2, 10], like=Quantity(1, 2, 3), words="").ends == (1, 10)
    assert Quantity.from_table([1, 2], like=Quantity(1, 2, 3), words="").quantile(0.25) == 1.25
    assert Quantity(1, 2, 3).ends == (1, 3)
    assert Quantity.parse("a couple").ends == (2, 4)


# -- one quantity made of others ------------------------------------------------------------------------------------


def test_a_weighted_pool_of_two_ranges_in_closed_form() -> None:
    low, high = (
        Quantity.between(0, 10, unit="t", words="low"),
        Quantity.between(10, 30, unit="t", words="high"),
    )
    pool = Quantity.pool([low, high, Quantity.nothing("many")], weights=[1, 3])
    p = np.linspace(0, 1, 81)
    wanted = np.where(p <= 0.25, 40 * p, 10 + (p - 0.25) / 0.75 * 20)
    np.testing.assert_allclose(pool.quantile(p), wanted, atol=2e-3)
    assert (pool.unit, pool.words, pool.whole, pool.per_day) == ("t", "low / high", False, False)
    only = Quantity.pool([low, high], weights=[0, 2])
    np.testing.assert_allclose(only.quantile(INNER), high.quantile(INNER), atol=0.01)
    twice = Quantity.pool([low, Quantity.between(10, 30, words="low")])
    assert twice.words == "low"
    told_twice = Quantity.pool(
        [Quantity(1, 2, 3, "flights"), Quantity(1, 2, 4, "sorties")], weights=[0.25, 0.75]
    )
    assert told_twice.unit == "flights"


def test_a_pool_of_counts_is_a_count_and_of_rates_a_rate() -> None:
    assert Quantity.pool([Quantity.parse("5 to 9"), Quantity.parse("12 ships")]).whole
    assert not Quantity.pool([Quantity.parse("5 to 9"), Quantity.parse("nearly 90")]).whole
    assert not Quantity.pool([Quantity(1, 2, 3), Quantity.parse("12 ships")]).whole
    np.testing.assert_allclose(
        Quantity.pool([Quantity.exactly(2.5), Quantity.exactly(4)]).quantile([0.2, 0.8]), [2.5, 4]
    )
    rates = [Quantity.parse("daily"), Quantity.parse("3 flights a day")]
    pool = Quantity.pool(rates)
    assert pool.per_day
    assert pool.over_days(10).best == pytest.approx(10 * pool.best)
    assert rates[0].plus(rates[1]).per_day
    assert rates[0].by(Quantity(1, 2, 3, "t")).per_day
    assert Quantity(1, 2, 3, "t").by(rates[0]).per_day
    assert (
        Quantity.parse("2 flights a day").plus(Quantity.parse("3 flights a day")).over_days(4).best
        == 20
    )


def test_a_sum_of_two_ranges_is_triangular() -> None:
    left = Quantity.between(0, 10, words="left")
    total = left.plus(Quantity.between(0, 10, unit="t", words="right"))
    np.testing.assert_allclose(
        total.quantile(INNER), stats.triang(0.5, scale=20).ppf(INNER), atol=0.02
    )
    assert (total.unit, total.words, total.whole) == ("t", "left + right", False)
    assert Quantity(1, 2, 3, "t").plus(Quantity(1, 2, 3)).unit == "t"
    assert Quantity(1, 2, 3).plus(left).words == "left"
    dice = Quantity.parse("1 to 6").plus(Quantity.parse("1 to 6"))
    ways = [1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1]
    np.testing.assert_allclose(shares(dice, list(range(2, 13))), np.array(ways) / 36, atol=4e-3)


def test_a_sum_stays_whole_only_among_whole_numbers() -> None:
    die = Quantity.parse("1 to 6")
    assert die.plus(Quantity.exactly(2)).whole
    assert not die.plus(Quantity.exactly(0.5)).whole
    assert not die.plus(Quantity(1, 2, 3)).whole
    np.testing.assert_allclose(
        shares(die.plus(Quantity.exactly(2)), [3, 4, 5, 6, 7, 8]), 1 / 6, atol=4e-3
    )
    exact = Quantity.exactly(2, unit="t", words="two").plus(Quantity.exactly(3.5, words="more"))
    assert (exact.family, exact.best, exact.unit, exact.words) == ("point", 5.5, "t", "two + more")


def test_a_product_of_two_ranges_against_its_distribution() -> None:
    """X Y of two uniforms on 0..1 has the distribution function z - z log z."""
    one = Quantity.between(0, 1, words="share")
    got = one.by(one, unit="t").quantile(INNER)
    np.testing.assert_allclose(got - got * np.log(got), INNER, atol=4e-3)
    assert (one.by(one, unit="t").unit, one.by(one).words, one.by(one, words="both").words) == (
        "t",
        "share",
        "both",
    )


@pytest.mark.parametrize(
    "words",
    [
        "nearly 100",
        "at least 9",
        "more than 150",
        "a couple",
        "5 to 9",
        "up to 80",
        "about 450",
        "12 ships",
    ],
)
def test_scaling_keeps_all_but_the_numbers(words: str) -> None:
    quantity = Quantity.parse(words)
    scaled = quantity.times(2.5)
    assert (scaled.unit, scaled.words, scaled.family) == (quantity.unit, words, quantity.family)
    assert not scaled.whole
    assert quantity.times(2.5, unit="t").unit == "t"
    assert quantity.times(2.5, unit="").unit == ""
    same = quantity.times(1)
    np.testing.assert_array_equal(same.quantile(P[:-1]), quantity.quantile(P[:-1]))
    assert same.whole == (quantity.whole and quantity.family != "lognormal")


def test_scaling_a_choice_a_table_and_a_probability() -> None:
    np.testing.assert_allclose(
        Quantity.parse("a couple").times(2.5).quantile([0.5, 0.9, 0.99]), [5, 7.5, 10]
    )
    table = Quantity.from_table([1, 2, 10], like=Quantity(1, 2, 3, "t"), words="told")
    np.testing.assert_allclose(
        table.times(0.5).quantile([0, 0.25, 0.5, 0.75, 1]), [0.5, 0.75, 1, 3, 5]
    )
    assert (table.times(0.5).unit, table.words, table.whole) == ("t", "told", False)
    likely = ff.quantity.verbal_probability("likely", scale="ICD 203")
    np.testing.assert_allclose(likely.times(100).quantile(INNER), 100 * likely.quantile(INNER))
    assert (
        not Quantity.parse("several").times(2).whole
    )  # twice a rounded number is even; it is not rounded again


def test_a_rate_over_days() -> None:
    rate = Quantity.parse("3 flights a day", unit="sorties")
    count = rate.over_days(7)
    assert (count.best, count.unit, count.per_day) == (21, "sorties", False)
    assert rate.over_days(7, unit="flights").unit == "flights"
    assert rate.times(2).per_day
    assert json.loads(count.to_json()).keys() == {"family", "params", "unit", "words"}
    assert Quantity.from_json(rate.to_json()) == rate


@pytest.mark.parametrize(
    ("quantity", "printed"),
    [
        (Quantity.exactly(12_345, unit="t"), "12,345 t"),
        (Quantity.exactly(0.25), "0.25"),
        (Quantity.exactly(999.5), "999.5"),
        (Quantity(1, 2, 3), "2 (1 to 3)"),
        (Quantity(0, 0.5, 2.5, "t"), "0.5 t (0 to 2.5)"),
        (Quantity(9.5, 10.4, 99.4, "t"), "10 t (9.5 to 99)"),
        (Quantity(10.5, 100, 1000.4, words="told"), "100 (10 to 1,000), from 'told'"),
        (Quantity(0.996, 9.96, 99.6), "10 (1 to 100)"),
        (Quantity.exactly(1_000.4), "1,000"),
        (Quantity(1, 1.5, 12_000, "t", "told"), "1.5 t (1 to 12,000), from 'told'"),
        (Quantity.parse("3 flights a day").times(1), "3 movements a day, from '3 flights a day'"),
        (Quantity.from_json('{"family": "uniform", "params": [2, 4], "per_day": true}'), "3 a day (2 to 4)"),
        (Quantity.from_json('{"family": "point", "params": [2], "unit": "t", "per_day": true}'), "2 t a day"),
        (Quantity.nothing("many"), "many (no number)"),
        (Quantity.exactly(1, unit="movements"), "1 movement"),
        (Quantity.exactly(2, unit="movements"), "2 movements"),
        (Quantity.exactly(1, unit="t"), "1 t"),
    ],
)  # fmt: skip
def test_what_it_prints(quantity: Quantity, printed: str) -> None:
    assert str(quantity) == printed


def test_a_floor_prints_itself_first() -> None:
    floor = Quantity.parse("at least 400")
    assert str(floor).startswith("400 or more (under the prior 400 to ")
    assert str(Quantity.at_least(400, unit="t")).startswith(
        "400 t or more (under the prior 400 to "
    )
