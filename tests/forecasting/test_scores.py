"""Scores: printed figures, an outside oracle, and what any proper score must do."""

from __future__ import annotations

import datetime as dt
import importlib
import math
import os
from typing import Any

import numpy as np
import pandas as pd
import pytest
import score_twins
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import forceflow as ff
from cases import CASES
from forceflow.forecasting import scores
from forceflow.forecasting.scores import LEVELS, Pit, crps, interval_score, pit, wis


def oracle() -> Any:
    """Load scoringrules, which itself cannot be imported with numba's compiler switched off."""
    if os.environ.get("NUMBA_DISABLE_JIT", "0") != "0":
        pytest.skip("the oracle needs the compiler; the compiled pass asks it")
    return importlib.import_module("scoringrules")


def of(name: str) -> tuple[dict[str, Any], dict[str, Any], float]:
    case = CASES[name]
    return case["inputs"], case["outputs"], case["rtol"]


def even_draws(law: Any, n: int = 20_000) -> Any:
    """Equally likely points of a distribution."""
    return law.ppf((np.arange(n) + 0.5) / n)


@pytest.mark.parametrize("name", ["crps_normal_0_0_1", "crps_normal_1_0_1", "crps_normal_-2_0.5_2"])
def test_normal(name: str) -> None:
    given, wanted, rtol = of(name)
    twin = score_twins.crps_normal(given["m"], given["s"], observed=given["y"])
    np.testing.assert_allclose(twin, wanted["crps"], rtol=rtol)
    log = score_twins.log_score_normal(given["m"], given["s"], observed=given["y"])
    np.testing.assert_allclose(log, wanted["log_score"], rtol=rtol)
    np.testing.assert_allclose(
        twin, oracle().crps_normal(given["y"], given["m"], given["s"]), rtol=1e-12
    )
    draws = even_draws(stats.norm(given["m"], given["s"]))
    np.testing.assert_allclose(crps(draws, observed=given["y"]), twin, rtol=1e-3)


@pytest.mark.parametrize("name", ["crps_poisson_3_5", "crps_poisson_0_2"])
def test_poisson(name: str) -> None:
    given, wanted, rtol = of(name)
    np.testing.assert_allclose(
        score_twins.crps_poisson(given["lam"], observed=given["y"]), wanted["crps"], rtol=rtol
    )
    log = score_twins.log_score_poisson(given["lam"], observed=given["y"])
    np.testing.assert_allclose(log, wanted["log_score"], rtol=rtol)
    cdf = stats.poisson(given["lam"]).cdf(np.arange(-1, 60))
    np.testing.assert_allclose(cdf[given["y"]], wanted["pit_lo"], rtol=rtol, atol=1e-300)
    np.testing.assert_allclose(cdf[given["y"] + 1], wanted["pit_hi"], rtol=rtol)
    np.testing.assert_allclose(
        scores.crps_counts(cdf[1:], observed=given["y"]), wanted["crps"], rtol=rtol
    )


def test_counts_beyond_the_end_of_the_forecast() -> None:
    # A forecast that is sure of 0, and 5 happened: five steps wrong.
    assert scores.crps_counts([1.0], observed=5) == 5.0


def test_any_distribution_by_quadrature() -> None:
    given, wanted, rtol = of("crps_lognormal_12")
    law = stats.lognorm(given["sigmalog"], scale=math.exp(given["mulog"]))
    twin = score_twins.crps_cdf(law.cdf, observed=given["y"], low=0, high=np.inf)
    np.testing.assert_allclose(twin, wanted["crps"], rtol=rtol)
    np.testing.assert_allclose(crps(even_draws(law), observed=given["y"]), twin, rtol=1e-3)
    given, wanted, rtol = of("crps_gamma_10")
    law = stats.gamma(given["shape"], scale=given["scale"])
    twin = score_twins.crps_cdf(law.cdf, observed=given["y"], low=0, high=np.inf)
    np.testing.assert_allclose(twin, wanted["crps"], rtol=rtol)
    np.testing.assert_allclose(crps(even_draws(law), observed=given["y"]), twin, rtol=1e-3)


def test_ensemble() -> None:
    given, wanted, rtol = of("crps_ensemble_5")
    np.testing.assert_allclose(crps(given["ens"], observed=given["y"]), wanted["crps"], rtol=rtol)
    np.testing.assert_allclose(
        crps(given["ens"], observed=given["y"], fair=True), wanted["fair"], rtol=rtol
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30),
    st.floats(-1e6, 1e6),
)
def test_ensemble_is_its_definition_and_the_oracle(draws: list[float], y: float) -> None:
    x = np.array(draws)
    pairs = np.abs(x[:, None] - x[None, :])
    plain = np.abs(x - y).mean() - pairs.sum() / (2 * x.size**2)
    fair = np.abs(x - y).mean() - pairs.sum() / (2 * x.size * (x.size - 1))
    np.testing.assert_allclose(crps(x, observed=y), plain, rtol=1e-9, atol=1e-7)
    np.testing.assert_allclose(crps(x, observed=y, fair=True), fair, rtol=1e-9, atol=1e-7)
    np.testing.assert_allclose(
        oracle().crps_ensemble(y, x, estimator="nrg"), plain, rtol=1e-9, atol=1e-6
    )


def test_many_at_once() -> None:
    draws = np.arange(24.0).reshape(2, 3, 4)
    observed = np.array([[1.0, 5, 9], [13, 17, 40]])
    each = [[crps(draws[i, j], observed=observed[i, j]) for j in range(3)] for i in range(2)]
    np.testing.assert_allclose(crps(draws, observed=observed), each)
    assert np.shape(pit(draws, observed=observed).low) == (2, 3)


def test_intervals() -> None:
    given, wanted, rtol = of("interval_score")
    mine = interval_score(given["l"], given["u"], observed=given["y"], coverage=1 - given["alpha"])
    np.testing.assert_allclose(mine, wanted["score"], rtol=rtol)


def test_wis_is_the_weighted_sum_of_interval_scores() -> None:
    law = stats.norm(3, 2)
    q, y = law.ppf(LEVELS), 5.5
    alphas = [2 * p for p in LEVELS if p < 0.5]
    parts = 0.5 * abs(y - law.ppf(0.5))
    for alpha in alphas:
        parts += (
            alpha
            / 2
            * interval_score(
                law.ppf(alpha / 2), law.ppf(1 - alpha / 2), observed=y, coverage=1 - alpha
            )
        )
    np.testing.assert_allclose(wis(q, observed=y), parts / (len(alphas) + 0.5), rtol=1e-9)
    fine = (np.arange(2_000) + 0.5) / 2_000
    near = score_twins.crps_normal(3, 2, observed=y)
    np.testing.assert_allclose(wis(law.ppf(fine), levels=fine, observed=y), near, rtol=1e-3)


def test_pit_of_ties_and_its_histogram() -> None:
    low, high = pit([1, 2, 2, 3], observed=2)
    assert (float(low), float(high)) == (0.25, 0.75)
    counts = np.random.default_rng(1).poisson(4.0, 4_000)
    law = stats.poisson(4.0)
    flat = scores.pit_histogram(Pit(law.cdf(counts - 1), law.cdf(counts)))
    np.testing.assert_allclose(flat, 0.1, atol=0.012)
    shifted = scores.pit_histogram(Pit(law.cdf(counts + 1), law.cdf(counts + 2)))
    assert shifted[-1] > 0.2
    single = scores.pit_histogram(Pit(np.array([0.0, 0.35, 1.0]), np.array([0.0, 0.35, 1.0])))
    np.testing.assert_allclose(single.sum(), 1.0)


@settings(max_examples=40, deadline=None)
@given(st.floats(-50, 50), st.floats(0.1, 20), st.floats(-20, 20), st.floats(0.2, 5))
def test_honesty_pays(mean: float, sd: float, shift: float, factor: float) -> None:
    """The expected score is best for the distribution that is true."""
    truth = even_draws(stats.norm(mean, sd), 400)
    forecast = even_draws(stats.norm(mean + shift, sd * factor), 400)
    honest = crps(np.tile(truth, (400, 1)), observed=truth).mean()
    assert crps(np.tile(forecast, (400, 1)), observed=truth).mean() >= honest - 1e-9 * sd


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: crps([], observed=1), "at least one draw"),
        (lambda: crps([1.0, np.nan], observed=1), "without NaN"),
        (lambda: crps([[1.0, 2.0]], observed=[1, 2, 3]), "shape"),
        (lambda: crps([1.0], observed=1, fair=True), "two draws"),
        (lambda: interval_score(3, 2, observed=1, coverage=0.9), "low <= high"),
        (lambda: interval_score(1, 2, observed=1, coverage=90), "share"),
        (lambda: wis([1, 2], levels=[0.5], observed=1), "levels"),
        (lambda: wis([3, 2, 1], levels=[0.1, 0.5, 0.9], observed=1), "not decrease"),
        (lambda: wis([1, 2, 3], levels=[0.9, 0.5, 0.1], observed=1), "not decrease"),
        (lambda: wis([1], levels=["half"], observed=1), "a score needs numbers"),
        (lambda: crps(["a"], observed=1), "a score needs numbers"),
        (lambda: crps([[1, 2], [3]], observed=1), "a score needs numbers"),
        (lambda: interval_score(1, float("nan"), observed=1, coverage=0.9), "without NaN"),
        (lambda: interval_score(1, 2, observed=float("nan"), coverage=0.9), "without NaN"),
        (lambda: crps([3.0, np.inf], observed=5.0), "without NaN or infinity"),
        (lambda: crps([3.0, 4.0], observed=-np.inf), "without NaN or infinity"),
        (lambda: crps([3.0, 4.0], observed=[float("nan")]), "without NaN or infinity"),
        (lambda: scores.pit([3.0, np.inf], observed=5.0), "without NaN or infinity"),
        (
            lambda: wis([1, 2, np.inf], levels=[0.1, 0.5, 0.9], observed=1),
            "without NaN or infinity",
        ),
        (
            lambda: interval_score(-np.inf, np.inf, observed=1, coverage=0.9),
            "without NaN or infinity",
        ),
        (lambda: scores.crps_counts([0.5, np.nan], observed=1), "without NaN or infinity"),
        (lambda: scores.crps_counts([0.5], observed=-1), "count"),
    ],
)
def test_bad_input(call: Any, words: str) -> None:
    with pytest.raises(ff.errors.EstimateError, match=words):
        call()


def test_rolling_origin_band() -> None:
    given, wanted, rtol = of("coverage_binomial_band")
    law = stats.binom(given["n"], given["p"])
    np.testing.assert_allclose(law.cdf(14), wanted["p_le_14"], rtol=rtol)
    assert (law.ppf(0.025), law.ppf(0.975)) == (wanted["lo"], wanted["hi"])


def test_moments_and_lengths_of_time_are_no_numbers() -> None:
    days = pd.to_timedelta([1, 2], unit="D")
    given: list[Any] = [
        days,
        pd.to_datetime(["2024-01-01"]),
        [dt.timedelta(1)],
        [pd.Timestamp("2024-01-01")],
        list(days),
    ]
    for values in given:
        with pytest.raises(ff.errors.EstimateError, match="a score needs numbers"):
            ff.scores.crps(values, observed=1)
        with pytest.raises(ff.errors.EstimateError, match="a score needs numbers"):
            ff.scores.pit([1.0, 2.0], observed=values[0])
