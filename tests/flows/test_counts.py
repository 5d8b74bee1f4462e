"""Rates from counts: published figures, slow twins, other people's software, and coverage by enumeration."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from count_twins import negative_binomial
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

import forceflow as ff
from cases import CASES
from forceflow.flows.counts.censored import censored_poisson, censored_quantile
from forceflow.flows.counts.dispersion import (
    INFLATIONS,
    dispersion_test,
    inflation_posterior,
    sizes,
)
from forceflow.flows.counts.poisson import INTERVALS, poisson_interval, rate_ratio
from forceflow.flows.counts.posteriors import gamma_poisson, true_count

NAMES: dict[str, Any] = {"midp": "mid-p"}


def close(value: float, name: str, key: str) -> None:
    case = CASES[name]
    np.testing.assert_allclose(value, case["outputs"][key], rtol=case["rtol"], atol=case["atol"])


# -- one rate -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "poisson_ci_15_400",
        "poisson_ci_count_0",
        "poisson_ci_count_1",
        "poisson_ci_count_10",
        "poisson_midp_15_400",
    ],
)
def test_intervals_of_the_reference_table(name: str) -> None:
    given = CASES[name]["inputs"]
    for key in CASES[name]["outputs"]:
        method, end = key.rsplit("_", 1)
        interval = poisson_interval(
            given["count"],
            exposure=given["exposure"],
            method=NAMES.get(method, method),
            coverage=0.95,
        )
        close(interval.low if end == "lo" else interval.high, name, key)


def test_counts_printed_in_the_method_notes() -> None:
    for count, low, high in ((3, 0.618672, 8.767273), (100, 81.363991, 121.626794)):
        found = poisson_interval(count, method="garwood", coverage=0.95)
        np.testing.assert_allclose([found.low, found.high], [low, high], atol=5e-7)


def test_a_ratio_to_an_expected_number_is_a_rate() -> None:
    given = CASES["poisson_smr_welsh"]["inputs"]
    found = poisson_interval(
        given["count"], exposure=given["expected"], method="garwood", coverage=0.95
    )
    for value, key in zip(found, ("lo", "rate", "hi"), strict=True):
        close(value, "poisson_smr_welsh", key)


@pytest.mark.parametrize(("method", "theirs"), [("garwood", "exact-c"), ("mid-p", "midp-c"), ("score", "score"),
                                                 ("jeffreys", "jeff"), ("wald", "wald")])  # fmt: skip
@pytest.mark.parametrize("count", [1, 4, 37, 400])
def test_intervals_against_statsmodels(method: Any, theirs: str, count: int) -> None:
    rates = pytest.importorskip("statsmodels.stats.rates")
    wanted = rates.confint_poisson(count, 30.0, method=theirs, alpha=0.1)
    found = poisson_interval(count, exposure=30.0, method=method)
    np.testing.assert_allclose([found.low, found.high], np.maximum(wanted, 0), rtol=1e-6)


@pytest.mark.parametrize("count", [0, 1, 2, 7, 40])
def test_mid_p_against_sums_of_probabilities(count: int) -> None:
    found = poisson_interval(count, method="mid-p", coverage=0.9)
    at = stats.poisson(found.high)
    assert at.cdf(count - 1) + at.pmf(count) / 2 == pytest.approx(0.05, rel=1e-9)
    if count:
        at = stats.poisson(found.low)
        assert at.sf(count) + at.pmf(count) / 2 == pytest.approx(0.05, rel=1e-9)
    else:
        assert found.low == 0


def covered(method: Any, rate: float, coverage: float) -> float:
    """Probability that the interval holds the rate, by enumeration."""
    counts = np.arange(int(rate + 12 * math.sqrt(rate) + 20))
    inside = [rate in poisson_interval(int(c), method=method, coverage=coverage) for c in counts]
    return float(stats.poisson(rate).pmf(counts)[inside].sum())


def test_who_covers_what_it_says() -> None:
    rates = np.linspace(0.7, 12, 25)
    shares = {
        m: np.array([covered(m, r, 0.9) for r in rates])
        for m in ("garwood", "mid-p", "jeffreys", "wald")
    }
    assert shares["garwood"].min() >= 0.9
    assert shares["garwood"].mean() > 0.93
    for method in ("mid-p", "jeffreys"):
        assert shares[method].mean() == pytest.approx(0.9, abs=0.02)
    assert shares["wald"].min() < 0.75


@given(
    st.integers(0, 5_000), st.floats(0.01, 1e4), st.floats(0.05, 0.98), st.sampled_from(INTERVALS)
)
@settings(max_examples=80, deadline=None)
def test_intervals_are_ordered_scale_and_widen(
    count: int, exposure: float, coverage: float, method: Any
) -> None:
    found = poisson_interval(count, exposure=exposure, method=method, coverage=coverage)
    unit = poisson_interval(count, method=method, coverage=coverage)
    wider = poisson_interval(count, exposure=exposure, method=method, coverage=(1 + coverage) / 2)
    assert 0 <= wider.low <= found.low <= found.middle <= found.high <= wider.high
    np.testing.assert_allclose(np.array(list(found)) * exposure, list(unit), rtol=1e-9)
    exact = poisson_interval(count, method="garwood", coverage=coverage)
    if method == "mid-p":
        assert exact.low <= unit.low <= unit.high <= exact.high


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: poisson_interval(-1), "count"),
        (lambda: poisson_interval(1, exposure=0), "exposure"),
        (lambda: poisson_interval(1, coverage=1), "coverage"),
        (lambda: poisson_interval(1, method="guess"), "jeffreys"),  # type: ignore[arg-type]
        (lambda: rate_ratio((0, 1), (0, 1)), "both 0"),
        (lambda: rate_ratio((1.5, 1), (2, 1)), "whole"),
        (lambda: rate_ratio((1, 1), (2, 1), method="guess"), "mid-p"),  # type: ignore[arg-type]
        (lambda: gamma_poisson(-1, exposure=1), "counts"),
        (lambda: gamma_poisson(0, exposure=1, prior=(0, 0)), "nothing is known"),
        (lambda: true_count(2, share=(0.5, 1)), "a > 1"),
        (lambda: true_count(0, share=(2, 1), prior="scale"), "nothing was seen"),
        (lambda: true_count(2, share=(2, 1), prior="odd"), "flat"),  # type: ignore[arg-type]
        (lambda: true_count(2, share=(2, 0)), "Beta"),
        (lambda: true_count(2, share=(2, 1)).quantile(1.0), "probability"),
        (lambda: true_count(9, share=(0.01, 5), prior="scale").quantile(0.99), "lies beyond"),
        (lambda: censored_poisson([(2, None)]), "at least"),
        (lambda: censored_poisson([(5, 2)]), "no whole number"),
        (lambda: censored_poisson([]), "wanted"),
        (lambda: censored_poisson([1], coverage=1), "coverage"),
        (lambda: censored_quantile([1, 2], 0.5, exposure=[1, 0]), "exposure"),
        (lambda: censored_quantile([(2, None)], 0.5), "at least"),
        (lambda: dispersion_test([0, 0]), "all counts are 0"),
        (lambda: dispersion_test([1]), "two or more"),
        (lambda: dispersion_test([1.5, 2]), "whole"),
    ],
)
def test_what_cannot_be_answered(call: Any, message: str) -> None:
    with pytest.raises(ff.errors.EstimateError, match=message):
        call()


# -- two rates ------------------------------------------------------------------------------------------------------


def test_the_ratio_of_the_reference_table() -> None:
    (x1, x2), (t1, t2) = CASES["rate_ratio_eba1977"]["inputs"].values()
    found = rate_ratio((x1, t1), (x2, t2), method="exact", coverage=0.95)
    for value, key in (
        (found.ratio.middle, "ratio"),
        (found.p_value, "p_two_sided"),
        (found.ratio.low, "ci_lo"),
        (found.ratio.high, "ci_hi"),
    ):
        close(value, "rate_ratio_eba1977", key)
    assert "p = 0.0797" in str(found)


@pytest.mark.parametrize("counts", [(11, 21), (0, 5), (60, 35)])
def test_ratio_tests_against_statsmodels(counts: tuple[int, int]) -> None:
    rates = pytest.importorskip("statsmodels.stats.rates")
    for ours, theirs in (("exact", "exact-cond"), ("mid-p", "cond-midp")):
        wanted = rates.test_poisson_2indep(counts[0], 80.0, counts[1], 120.0, method=theirs).pvalue
        found = rate_ratio((counts[0], 80.0), (counts[1], 120.0), method=ours)  # type: ignore[arg-type]
        if (
            ours == "exact" or min(counts) > 0
        ):  # their mid-P adds up improbable outcomes, ours doubles one tail
            np.testing.assert_allclose(found.p_value, wanted, rtol=1e-6 if ours == "exact" else 0.2)


@pytest.mark.parametrize("counts", [(11, 21), (3, 2), (60, 35)])
def test_the_mid_p_interval_holds_the_ratios_its_test_allows(counts: tuple[int, int]) -> None:
    found = rate_ratio((counts[0], 80.0), (counts[1], 120.0), coverage=0.9)
    for ratio in (found.ratio.low, found.ratio.high):
        # With exposures that make the two rates equal at this ratio, p is 10 %.
        assert rate_ratio((counts[0], 80.0 * ratio), (counts[1], 120.0)).p_value == pytest.approx(
            0.1, rel=1e-6
        )
    exact = rate_ratio((counts[0], 80.0), (counts[1], 120.0), method="exact").ratio
    assert exact.low < found.ratio.low < found.ratio.high < exact.high


@given(st.integers(0, 200), st.integers(0, 200), st.floats(0.1, 50), st.floats(0.1, 50))
@settings(max_examples=60, deadline=None)
def test_swapping_periods_inverts_the_ratio(x1: int, x2: int, t1: float, t2: float) -> None:
    if x1 + x2 == 0:
        return
    one, two = rate_ratio((x1, t1), (x2, t2)), rate_ratio((x2, t2), (x1, t1))
    with np.errstate(divide="ignore"):
        inverse = 1 / np.array([two.ratio.high, two.ratio.middle, two.ratio.low])
    np.testing.assert_allclose(list(one.ratio), inverse, rtol=1e-6)
    assert one.p_value == pytest.approx(two.p_value, rel=1e-9)
    assert one.ratio.low <= one.ratio.middle <= one.ratio.high


# -- clumps ---------------------------------------------------------------------------------------------------------


def spelled_out(key: str, name: str) -> np.ndarray:
    table = CASES[name]["inputs"][key]
    return np.repeat(np.arange(len(table)), table)


def test_mites_on_apple_leaves() -> None:
    name = "negbin_mites_bliss_fisher"
    mites = spelled_out("counts_0_to_7", name)
    fit, test = negative_binomial(mites), dispersion_test(mites)
    for value, key in (
        (fit.rate, "mean"),
        (fit.k.middle, "k_mle"),
        (fit.k_moment, "k_moment"),
        (float(mites.var(ddof=1)), "var"),
        (test.index, "index_of_dispersion_D"),
        (test.index_p_value, "D_p"),
    ):
        close(value, name, key)
    assert test.bins - 1 == CASES[name]["outputs"]["D_df"]
    assert test.is_clumped
    assert 0.6 < fit.k.low < 1 < fit.k.high < 2
    # The likeliest inflation of a bin is the one closest to that of the best size.
    weight = inflation_posterior(mites, poisson=0.0)[1:]
    inflations = 1 + fit.rate / np.array([fit.k.low, fit.k.middle, fit.k.high])
    assert inflations[2] < INFLATIONS[int(weight.argmax())] < inflations[0]


def test_horse_kicks_are_poisson() -> None:
    name = "dispersion_horsekicks_200"
    kicks = spelled_out("counts_0_to_4", name)
    test = dispersion_test(kicks)
    for value, key in (
        (float(kicks.mean()), "mean"),
        (float(kicks.var(ddof=1)), "var_ddof1"),
        (test.index, "D"),
        (test.index_p_value, "p_upper"),
    ):
        close(value, name, key)
    assert test.bins - 1 == CASES[name]["outputs"]["df"]
    assert not test.is_clumped
    assert negative_binomial(kicks).k.high == math.inf


def test_clumps_against_statsmodels() -> None:
    api = pytest.importorskip("statsmodels.api")
    diagnostics = pytest.importorskip("statsmodels.discrete.diagnostic")
    rng = np.random.default_rng(3)
    exposure = rng.uniform(0.5, 3, 80)
    y = rng.negative_binomial(2.0, 2.0 / (2.0 + 3.0 * exposure))
    poisson = api.Poisson(y, np.ones(80), exposure=exposure).fit(disp=0)
    wanted = diagnostics.PoissonDiagnostic(poisson).test_dispersion().statistic[1]
    assert dispersion_test(y, exposure=exposure).raw_statistic == pytest.approx(wanted, rel=1e-6)
    theirs = api.NegativeBinomial(y, np.ones(80), exposure=exposure).fit(disp=0, maxiter=200)
    fit = negative_binomial(y, exposure=exposure)
    assert fit.rate == pytest.approx(math.exp(theirs.params[0]), rel=1e-3)
    assert fit.k.middle == pytest.approx(1 / theirs.params[1], rel=1e-3)
    assert fit.log_likelihood == pytest.approx(theirs.llf, rel=1e-7)


def test_the_score_test_holds_its_level() -> None:
    rng = np.random.default_rng(5)
    tests = [dispersion_test(row) for row in rng.poisson(3.0, (600, 20))]
    assert np.mean([t.is_clumped for t in tests]) == pytest.approx(0.05, abs=0.025)
    clumped = [dispersion_test(row) for row in 4 * rng.poisson(0.75, (100, 20))]
    assert np.mean([t.is_clumped for t in clumped]) > 0.95
    assert "almost no power" in str(dispersion_test([1, 2, 3]))


def test_sizes_are_weighed_by_the_negative_binomial() -> None:
    rng = np.random.default_rng(8)
    for inflation in (1.25, 5.0):
        k = 4.0 / (inflation - 1)
        y = rng.negative_binomial(k, 1 / inflation, 300)
        weight = inflation_posterior(y, poisson=0.0)[1:]
        assert weight.sum() == pytest.approx(1)
        assert abs(math.log(INFLATIONS[int(weight.argmax())] / inflation)) < 0.6
        size = sizes(y)
        told = [stats.nbinom(s, s / (s + y.mean())).logpmf(y).sum() for s in size]
        spread = 0.5 * np.log(INFLATIONS)  # of the rate, at each size
        np.testing.assert_allclose(
            np.log(weight / weight[0]), told + spread - told[0] - spread[0], atol=1e-8
        )
        every = inflation_posterior(y, poisson=0.2)
        poisson = stats.poisson(y.mean()).logpmf(y).sum()
        odds = poisson + np.log(0.2) - (told[0] + spread[0] + np.log(0.8 / len(INFLATIONS)))
        assert np.log(every[0] / every[1]) == pytest.approx(odds, abs=1e-8)


# -- posteriors -----------------------------------------------------------------------------------------------------


def test_asthma_deaths() -> None:
    name = "gamma_poisson_bda3_asthma"
    one, ten = (
        gamma_poisson(3, exposure=2, prior=(3, 5)),
        gamma_poisson(30, exposure=20, prior=(3, 5)),
    )
    assert [one.shape, one.exposure] == CASES[name]["outputs"]["post"]
    for value, key in (
        (one.mean, "mean"),
        (one.probability_above(1), "p_gt_1"),
        (ten.mean, "mean10"),
        (ten.probability_above(1), "p10_gt_1"),
    ):
        close(value, name, key)
    np.testing.assert_allclose(one.next_count([0, 3]), stats.nbinom(6, 7 / 8).pmf([0, 3]))
    interval = gamma_poisson(15, exposure=400).interval(0.95)
    assert list(interval) == pytest.approx(list(poisson_interval(15, exposure=400, coverage=0.95)))


def test_the_true_count_of_the_reference_table() -> None:
    name = "thinning_flatN_beta_p"
    found = true_count(10, share=(8, 4))
    close(found.mean, name, "mean")
    for value, key in zip(found.interval(0.95), ("q025", "q50", "q975"), strict=True):
        close(value, name, key)
    assert "behind 10 seen" in str(found)


@pytest.mark.parametrize("prior", ["flat", "scale"])
def test_the_true_count_against_an_integral(prior: Any) -> None:
    seen, a, b = 4, 3.0, 2.5
    found = true_count(seen, share=(a, b), prior=prior)

    def joint(n: int) -> float:
        weight = 1.0 if prior == "flat" else 1 / n
        value, _ = integrate.quad(
            lambda p: stats.binom(n, p).pmf(seen) * stats.beta(a, b).pdf(p), 0, 1, limit=200
        )
        return weight * float(value)

    some = np.array([joint(n) for n in range(seen, seen + 6)])
    theirs = found.probability(np.arange(seen, seen + 6))
    np.testing.assert_allclose(theirs / theirs[0], some / some[0], rtol=1e-6)
    assert found.probability(np.arange(0, 200_000)).sum() == pytest.approx(1, abs=1e-3)
    assert found.probability([seen - 1])[0] == 0
    assert found.mean == pytest.approx(seen + stats.betanbinom(found.size, found.a, found.b).mean())
    assert true_count(3, share=(1.5, 1)).mean == math.inf


def test_detection_answers_how_many_there_were() -> None:
    share = ff.Detection(0.3, 0.8)
    interval = share.true_count(10).interval()
    assert 10 <= interval.low < interval.middle < interval.high
    assert interval.middle == pytest.approx(10 / 0.57, rel=0.1)
    assert share.true_count(0).interval().low == 0


# -- counts known up to a range -------------------------------------------------------------------------------------


def told(observations: list[Any]) -> list[Any]:
    out: list[Any] = []
    for kind, *numbers in observations:
        out.append(
            {"exact": numbers[0], "ge": (numbers[0], None), "le": (None, numbers[0])}.get(kind)
            or tuple(numbers)
        )
    return out


def test_the_censored_rate_of_the_reference_table() -> None:
    name = "censored_poisson_mle"
    found = censored_poisson(told(CASES[name]["inputs"]["obs"]), coverage=0.95)
    for value, key in (
        (found.rate.middle, "lam"),
        (-found.log_likelihood, "nll"),
        (found.error, "se"),
        (found.rate.low, "lr_lo"),
        (found.rate.high, "lr_hi"),
        (found.naive, "naive_floor_estimate"),
    ):
        close(value, name, key)
    assert "bounds read as counts would give 3.71" in str(found)


def test_hedged_words_and_exposures() -> None:
    words = [ff.Quantity.parse(text) for text in ("at least 2", "5 to 9", "3")]
    assert censored_poisson(words).rate.middle == pytest.approx(
        censored_poisson([(2, None), (5, 9), 3]).rate.middle, rel=1e-7
    )
    upper = ff.Quantity.parse("up to 3")
    assert censored_poisson([4, upper]).rate.middle == pytest.approx(
        censored_poisson([4, (None, 3)]).rate.middle, rel=1e-7
    )
    assert censored_poisson([4, 12], exposure=[1, 3]).rate.middle == pytest.approx(4, rel=1e-7)
    none = censored_poisson([0, (None, 2)])
    assert none.rate.low == none.rate.middle == 0 < none.rate.high


@given(st.lists(st.integers(0, 30), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_exact_counts_give_their_mean_and_bounds_only_widen(counts: list[int]) -> None:
    found = censored_poisson(counts)
    np.testing.assert_allclose(found.rate.middle, np.mean(counts), rtol=1e-6, atol=1e-6)
    wide = censored_poisson([(max(c - 2, 0), c + 2) for c in counts])
    assert wide.rate.high - wide.rate.low > 0.98 * (found.rate.high - found.rate.low)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=6), st.floats(0.1, 20))
@settings(max_examples=30, deadline=None)
def test_exact_counts_have_the_jeffreys_posterior(counts: list[int], exposure: float) -> None:
    p = np.array([0.001, 0.05, 0.5, 0.95, 0.999])
    wanted = stats.gamma(sum(counts) + 0.5, scale=1 / exposure / len(counts)).ppf(p)
    np.testing.assert_allclose(censored_quantile(counts, p, exposure=exposure), wanted, rtol=2e-4)


@pytest.mark.parametrize(
    "seen",
    [
        [(3, None), (5, 9), (None, 3), 4],
        [(40, None), (None, 2)],  # the two do not fit, and the rate lies between
        [(0, 0), (None, 1), (0, 4)],
        [(7, None)] * 5 + [6],
    ],
)
def test_the_posterior_of_bounds_against_an_integral(seen: list[Any]) -> None:
    bounds = [
        (0 if a is None else a, math.inf if b is None else b)
        for a, b in (c if isinstance(c, tuple) else (c, c) for c in seen)
    ]
    m = np.linspace(0.5, 2, len(seen))

    levels = [0.05, 0.5, 0.95]
    found = censored_quantile(seen, levels, exposure=m.tolist())
    root = np.linspace(0, math.sqrt(20 * found[-1]), 100_001)  # rate**(-1/2) d rate is 2 d root
    density = np.ones(root.size)
    for (a, b), t in zip(bounds, m, strict=True):
        mu = root**2 * t
        if b < math.inf:  # no differences from 1: the tails matter here
            density *= stats.poisson.pmf(np.arange(a, b + 1)[:, None], mu).sum(axis=0)
        else:
            density *= stats.poisson.sf(a - 1, mu)
    reached = np.cumsum(density) / density.sum()
    np.testing.assert_allclose(np.interp(np.sqrt(found), root, reached), levels, atol=2e-4)


def test_at_least_is_weighed_by_what_the_others_say() -> None:
    """Beside exact counts of about four, "at least 2" is no reason to think of fewer, nor of many more."""
    rates = [censored_quantile([4, 4, 3, 5, *more], 0.5) for more in ([], [(2, None)] * 4, [2] * 4)]
    assert rates[0] < rates[1] < 1.1 * rates[0]
    assert rates[2] < 0.8 * rates[1]


def test_the_censored_interval_covers_what_it_says() -> None:
    """Twelve counts; those above 5 are told as "at least 5", a third of the others as a range."""
    rng = np.random.default_rng(12)
    inside = 0
    for _ in range(200):
        y = rng.poisson(4.0, 12)
        seen = [
            (5, None) if c > 5 else ((c // 3 * 3, c // 3 * 3 + 2) if i % 3 else int(c))
            for i, c in enumerate(y)
        ]
        if all(isinstance(s, tuple) and s[1] is None for s in seen):
            continue
        inside += 4.0 in censored_poisson(seen, coverage=0.8).rate
    assert stats.binomtest(inside, 200, 0.8).pvalue > 0.01
