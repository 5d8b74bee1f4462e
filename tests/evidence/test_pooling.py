"""Grades, pools and conflicts, against the reference table and by law."""

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
from forceflow.evidence.grades import GRADES
from forceflow.evidence.pooling import paule_mandel, pool_numbers
from forceflow.evidence.posterior import contaminated


def test_two_reports_one_of_them_perhaps_worthless() -> None:
    """N uniform on 0..200; reports 10 (reliability .8) and 25 (.5); bimodal on purpose."""
    case = CASES["reliability_mixture_two_reports"]
    reports, reliability = case["inputs"]["reports"], case["inputs"]["reliability"]
    n = np.arange(201.0)
    good = [stats.norm(n, max(1, 0.1 * r)).pdf(r) for r in reports]
    broad = [float(stats.lognorm(1, scale=15).pdf(r)) for r in reports]
    posterior = contaminated(np.ones(201), good, reliability, broad)
    wanted = case["outputs"]
    assert int(n[posterior.argmax()]) == wanted["mode"]
    got = {
        "mean": (n * posterior).sum(),
        "p_5_15": posterior[(n >= 5) & (n <= 15)].sum(),
        "p_20_30": posterior[(n >= 20) & (n <= 30)].sum(),
    }
    for key, value in got.items():
        assert value == pytest.approx(wanted[key], rel=1e-9), key


def test_linear_pool_of_normals_against_the_reference() -> None:
    """Quantiles of the equal mixture of N(10, 2) and N(14, 4), through tabulated quantities."""
    wanted = CASES["linear_pool_normals"]["outputs"]
    u = np.clip(np.linspace(0, 1, 4001), 1e-7, 1 - 1e-7)
    like = Quantity.exactly(1.0)
    parts = [
        Quantity.from_table(stats.norm(m, s).ppf(u), like=like, words="")
        for m, s in ((10, 2), (14, 4))
    ]
    got = Quantity.pool(parts).quantile([0.025, 0.5, 0.975])
    np.testing.assert_allclose(got, [wanted["q025"], wanted["q50"], wanted["q975"]], rtol=2e-3)


def test_paule_mandel_closes_its_own_equation_and_matches_statsmodels() -> None:
    y, s = [10.0, 18.0, 8.0, 11.0], [1.0, 2.0, 1.5, 0.8]
    mean, error, between = paule_mandel(y, s)
    w = 1 / (np.array(s) ** 2 + between**2)
    assert (w * (np.array(y) - mean) ** 2).sum() == pytest.approx(len(y) - 1, rel=1e-9)
    meta = pytest.importorskip("statsmodels.stats.meta_analysis")
    twin = meta.combine_effects(np.array(y), np.array(s) ** 2, method_re="pm", use_t=True)
    assert mean == pytest.approx(twin.mean_effect_re, rel=1e-6)
    assert error == pytest.approx(math.sqrt(twin.scale_hksj_re) * twin.sd_eff_w_re, rel=1e-5)
    calm_mean, calm_error, calm = paule_mandel([10.0, 10.1], [1.0, 1.0])
    assert calm == 0
    assert calm_mean == pytest.approx(10.05)
    assert calm_error >= math.sqrt(0.5) - 1e-12
    with pytest.raises(ff.errors.EventError):
        paule_mandel([1.0], [1.0])


def q(words: str) -> Quantity:
    return Quantity.parse(words)


def width(quantity: Quantity) -> float:
    low, high = quantity.interval(0.9)
    return high / max(low, 0.5)


def test_one_number_stays_as_it_is() -> None:
    assert pool_numbers([q("about 170")], [0.7]).quantity == q("about 170")
    same = pool_numbers([q("about 170"), q("about 170")], [0.7, 0.9])
    assert same.quantity == q("about 170")


def test_agreement_sharpens_and_conflict_widens() -> None:
    agree = pool_numbers([q("about 170"), q("about 180")], [0.9, 0.9])
    assert agree.method == "agreement"
    assert width(agree.quantity) < width(q("about 170"))
    conflict = pool_numbers([q("about 100"), q("about 250")], [0.9, 0.9])
    assert conflict.method == "linear pool"
    low, high = conflict.quantity.interval(0.9)
    assert low < 100
    assert high > 250
    assert width(conflict.quantity) > width(q("about 100"))


def test_many_scattered_totals_take_random_effects_and_two_camps_a_pool() -> None:
    scattered = pool_numbers([q(f"{n} vehicles") for n in (97, 123, 158, 203)], [0.8] * 4)
    assert scattered.method == "random effects"
    assert scattered.birge > 1.5
    low, high = scattered.quantity.interval(0.9)
    assert low < 140 < high
    camps = pool_numbers([q(f"{n} vehicles") for n in (97, 99, 243, 247)], [0.8] * 4)
    assert camps.method == "linear pool"


def test_a_floor_lifts_a_number_below_it_only_as_far_as_it_is_trusted() -> None:
    alone = q("about 900").interval(0.9)
    above = pool_numbers([q("about 900"), q("at least 400")], [0.8, 0.8]).quantity.interval(0.9)
    assert above[0] == pytest.approx(alone[0], rel=0.1)
    clash = pool_numbers([q("about 300"), q("at least 400")], [0.8, 0.8]).quantity
    assert clash.best > q("about 300").best
    floors = pool_numbers([q("at least 8"), q("at least 11")], [0.8, 0.8]).quantity
    assert floors == q("at least 11")


def test_the_better_source_weighs_more_in_a_conflict() -> None:
    toward_low = pool_numbers([q("about 100"), q("about 250")], [0.9, 0.2]).quantity
    toward_high = pool_numbers([q("about 100"), q("about 250")], [0.2, 0.9]).quantity
    assert toward_low.best < toward_high.best


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(2, 400), min_size=1, max_size=5),
    st.sampled_from(["about", "at least", "nearly"]),
)
def test_any_pool_is_a_quantity_and_order_does_not_matter(numbers: list[int], hedge: str) -> None:
    parts = [q(f"{hedge} {n}") if i else q(f"about {n}") for i, n in enumerate(numbers)]
    one = pool_numbers(parts, [0.7] * len(parts)).quantity
    other = pool_numbers(parts[::-1], [0.7] * len(parts)).quantity
    assert one.low <= one.best <= one.high
    np.testing.assert_allclose(
        one.quantile([0.1, 0.5, 0.9]), other.quantile([0.1, 0.5, 0.9]), rtol=1e-6
    )


def test_grades_are_named_and_learn() -> None:
    order = [GRADES.reliability(letter + "3") for letter in "ABCDE"]
    assert order == sorted(order, reverse=True)
    assert GRADES.reliability("F6") > GRADES.reliability("D1")  # unknown is not bad
    better = GRADES.updated("C", right=20, wrong=0)
    assert better.reliability("C3") == pytest.approx((0.7 * 10 + 20) / 30)
    for wrong in (lambda: GRADES.reliability("Z9"), lambda: GRADES.updated("Z", right=1, wrong=0)):
        with pytest.raises(ff.errors.EventError):
            wrong()
    with pytest.raises(ff.errors.EventError, match="exclude each other"):
        contaminated(np.ones(2), [[1.0, 0.0], [0.0, 1.0]], [1.0, 1.0], [1.0, 1.0])


@pytest.mark.parametrize("scale", ["Kent", "ICD 203", "PHIA"])
def test_verbal_probabilities_keep_their_scale(scale: str) -> None:
    from forceflow.quantity.verbal_probability import VERBAL_SCALES

    middles = []
    for phrase, (low, high) in VERBAL_SCALES[scale].items():
        p = ff.quantity.verbal_probability(phrase.upper(), scale=scale)
        middles.append(float(p.quantile(0.5)))
        if low > 0.01 and high < 0.99:
            np.testing.assert_allclose(p.quantile([0.1, 0.9]), [low, high], atol=0.02)
        assert scale in str(p)
    assert middles == sorted(middles) or middles == sorted(middles, reverse=True)
    with pytest.raises(ff.errors.QuantityError, match="scale"):
        ff.quantity.verbal_probability("likely", scale="mine")
    with pytest.raises(ff.errors.QuantityError, match="almost certain"):
        ff.quantity.verbal_probability("almost sertain", scale=scale)


def test_likely_differs_between_scales() -> None:
    us, uk = (
        ff.quantity.verbal_probability("likely", scale=s).interval(0.8) for s in ("ICD 203", "PHIA")
    )
    assert us[1] > uk[1]


def test_the_lexicon_stands_against_the_survey_of_readers() -> None:
    """Medians of 46 readers lie inside our 90 % ranges for the phrases both have."""
    survey = CASES["quantifier_quantiles_zonination"]["outputs"]
    for phrase, ours in (
        ("A couple", "a couple"), ("A few", "a few"), ("Several", "several"), ("Dozens", "dozens"),
        ("Scores of", "scores"), ("Hundreds of", "hundreds"),
    ):  # fmt: skip
        low, high = Quantity.parse(ours).interval(0.9)
        assert low <= survey[phrase][2] <= high, phrase


def test_sums_and_products_of_quantities() -> None:
    one, other = Quantity(8, 10, 12, "t"), Quantity(1, 2, 6, "t")
    rng = np.random.default_rng(1)
    a, b = one.quantile(rng.random(200_000)), other.quantile(rng.random(200_000))
    p = [0.05, 0.5, 0.95]
    np.testing.assert_allclose(one.plus(other).quantile(p), np.quantile(a + b, p), rtol=0.01)
    np.testing.assert_allclose(
        one.by(other, unit="t2").quantile(p), np.quantile(a * b, p), rtol=0.02
    )
    assert Quantity.exactly(2.0).plus(Quantity.exactly(3.0)).best == 5
    with pytest.raises(ff.errors.QuantityError, match="cannot add"):
        one.plus(Quantity(1, 2, 3, "km"))
