"""First passage: printed figures, simulation, and the laws between the kinds."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import forceflow as ff
from cases import CASES
from forceflow.forecasting.first_passage import first_passage


def test_fixed_stock_at_a_gamma_rate_is_beta_prime() -> None:
    given, wanted, rtol = (
        CASES["time_to_complete_betaprime"][key] for key in ("inputs", "outputs", "rtol")
    )
    left = first_passage("poisson", movements=given["n"], shape=given["a"], rate_days=given["b"])
    np.testing.assert_allclose(left.mean, wanted["mean"], rtol=rtol)
    for name, p in (("q05", 0.05), ("q50", 0.5), ("q95", 0.95)):
        np.testing.assert_allclose(left.quantile(p), wanted[name], rtol=rtol)
    # Duality: all are out by t where at least that many would have left by t.
    for t in (3.0, 6.6, 12.0):
        n, a, b = given["n"], given["a"], given["b"]
        np.testing.assert_allclose(
            left.probability_by(t), stats.nbinom.sf(n - 1, a, b / (b + t)), rtol=1e-10
        )


def test_inverse_gaussian() -> None:
    given, wanted, rtol = (
        CASES["inverse_gaussian_first_passage"][key] for key in ("inputs", "outputs", "rtol")
    )
    left = first_passage("wiener", distance=given["D"], drift=given["v"], diffusion=given["sigma"])
    np.testing.assert_allclose(left.mean, wanted["mean"], rtol=rtol)
    for name, p in (("q05", 0.05), ("q50", 0.5), ("q95", 0.95)):
        np.testing.assert_allclose(left.quantile(p), wanted[name], rtol=rtol)
    np.testing.assert_allclose(left.probability_by(10), wanted["cdf_at_10"], rtol=rtol)
    assert left.p_ever == 1.0
    t = np.array([1.0, 5.0, 40.0])
    law = stats.invgauss(mu=wanted["mean"] / wanted["shape"], scale=wanted["shape"])
    np.testing.assert_allclose(left.probability_by(t), law.cdf(t), rtol=1e-9)


def test_a_stall_is_a_defective_mass() -> None:
    given, wanted, rtol = (
        CASES["defective_first_passage_stalled"][key] for key in ("inputs", "outputs", "rtol")
    )
    left = first_passage("wiener", distance=given["D"], drift=given["v"], diffusion=given["sigma"])
    np.testing.assert_allclose(left.p_ever, wanted["p_ever"], rtol=max(rtol, 1e-12))
    np.testing.assert_allclose(left.probability_by(1e6), wanted["p_ever"], rtol=1e-6)
    assert left.mean == math.inf
    assert left.quantile(0.5) == math.inf
    assert left.quantile(0.4) < math.inf
    assert "44.9%" in str(left)


def test_gamma_process_against_its_increments() -> None:
    d, alpha, scale = 100.0, 2.0, 5.0
    left = first_passage("gamma", distance=d, shape_per_day=alpha, scale=scale)
    t = np.array([5.0, 10.0, 15.0])
    np.testing.assert_allclose(
        left.probability_by(t), stats.gamma.sf(d, alpha * t, scale=scale), rtol=1e-12
    )
    days = np.random.default_rng(5).gamma(alpha * 0.05, scale, (4_000, 1_000)).cumsum(axis=1)
    hit = (days < d).sum(axis=1) * 0.05 + 0.025
    np.testing.assert_allclose(left.mean, hit.mean(), rtol=0.01)
    np.testing.assert_allclose(left.quantile(0.9), np.quantile(hit, 0.9), rtol=0.01)


def test_wiener_against_a_simulation() -> None:
    rng, step = np.random.default_rng(11), 0.01
    path = rng.normal(1.0 * step, 1.5 * math.sqrt(step), (3_000, 1_000)).cumsum(axis=1)
    by_ten = (path.max(axis=1) >= 6.0).mean()
    left = first_passage(
        "wiener", distance=6.0 + 0.5826 * 1.5 * math.sqrt(step), drift=1.0, diffusion=1.5
    )
    np.testing.assert_allclose(left.probability_by(10.0), by_ten, atol=0.025)


KINDS = {
    "wiener": {"distance": 50.0, "drift": 4.0, "diffusion": 6.0},
    "gamma": {"distance": 50.0, "shape_per_day": 1.5, "scale": 3.0},
    "poisson": {"movements": 50.0, "shape": 20.0, "rate_days": 5.0},
}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(list(KINDS)), st.floats(0.01, 200), st.floats(1.0, 5.0))
def test_laws(kind: str, days: float, factor: float) -> None:
    left = first_passage(kind, **KINDS[kind])
    first = next(iter(KINDS[kind]))
    more = first_passage(kind, **(KINDS[kind] | {first: KINDS[kind][first] * factor}))
    p = left.probability_by(days)
    assert 0 <= p <= left.p_ever + 1e-12
    assert p <= left.probability_by(days * 1.1) + 1e-12  # in time it only grows
    assert more.probability_by(days) <= p + 1e-12  # more stock is never sooner
    if 1e-9 < p < 1 - 1e-9:
        np.testing.assert_allclose(left.quantile(p), days, rtol=1e-5)


def test_more_outflow_is_never_later() -> None:
    slow = first_passage("wiener", distance=50, drift=2, diffusion=6)
    fast = first_passage("wiener", distance=50, drift=3, diffusion=6)
    t = np.linspace(0.5, 100, 50)
    assert (fast.probability_by(t) >= slow.probability_by(t) - 1e-12).all()
    assert fast.probability_by(0) == 0.0


def test_a_strong_drift_does_not_overflow() -> None:
    left = first_passage("wiener", distance=1e4, drift=1e3, diffusion=1.0)
    np.testing.assert_allclose(left.quantile(0.5), 10.0, rtol=1e-3)


def test_a_mean_that_does_not_exist() -> None:
    assert first_passage("poisson", movements=5, shape=1, rate_days=10).mean == math.inf


@pytest.mark.parametrize(
    ("kind", "numbers", "words"),
    [
        ("wiener", {"distance": 1.0}, "needs distance, drift, diffusion"),
        ("wiener", {"distance": 1.0, "drift": 1.0, "diffusion": 0.0}, "diffusion must be"),
        ("gamma", {"distance": 1.0, "shape_per_day": math.nan, "scale": 1.0}, "shape_per_day"),
        ("poisson", {"movements": 3.0, "shape": 1.0, "rate": 2.0}, "rate_days"),
    ],
)
def test_bad_numbers(kind: str, numbers: dict[str, float], words: str) -> None:
    with pytest.raises(ff.errors.EstimateError, match=words):
        first_passage(kind, **numbers)


def test_bad_questions() -> None:
    with pytest.raises(ff.errors.UnknownNameError, match="wiener"):
        first_passage("weiner", distance=1.0)
    left: Any = first_passage("gamma", **KINDS["gamma"])
    with pytest.raises(ff.errors.EstimateError, match="probability"):
        left.quantile(1.0)
    with pytest.raises(ff.errors.EstimateError, match="0 or more"):
        left.probability_by(-1)
