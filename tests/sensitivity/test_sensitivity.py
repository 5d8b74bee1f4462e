"""Sobol indices and the worth of a look, through the estimators that `drivers` and `next_look` use, by closed forms."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from scipy.special import ndtri

import forceflow as ff
from cases import CASES
from forceflow.sensitivity.sobol import Model, left_variance, risk_after, total_indices

Floats = NDArray[np.float64]
SQUARE = 2**16
"""Points of a Sobol block, a power of two that keeps its first point."""


def close(
    value: Any, name: str, key: str, *, rtol: float | None = None, atol: float | None = None
) -> None:
    """Within the tolerance of the table, or within a wider one where the value comes from draws."""
    case, from_draws = CASES[name], rtol is not None or atol is not None
    rtol, atol = (rtol or 0.0, atol or 0.0) if from_draws else (case["rtol"], case["atol"])
    np.testing.assert_allclose(value, case["outputs"][key], rtol=rtol, atol=atol)


def on_unit_draws(f: Callable[[Floats], Floats], names: str, points: int = SQUARE) -> Model:
    """A model of inputs that are uniform on [0, 1), drawn as scrambled Sobol points; each input has a second column."""

    def model(anew: frozenset[str], replicate: int) -> Floats:
        drawn = stats.qmc.Sobol(2 * len(names), rng=replicate).random(points)
        return f(drawn[:, [i + len(names) * (name in anew) for i, name in enumerate(names)]])

    return model


def totals(model: Model, names: str, replicates: int = 8) -> list[float]:
    found = total_indices(model, {name: name for name in names}, replicates=replicates)
    return [float(index.mean()) for index in found.values()]


def firsts(model: Model, names: str, replicates: int = 8) -> list[float]:
    others = {name: names.replace(name, "") for name in names}
    return [
        1 - float(index.mean())
        for index in total_indices(model, others, replicates=replicates).values()
    ]


# -- Sobol indices --------------------------------------------------------------------------------------------------


def test_ishigami() -> None:
    name = "sobol_ishigami_7_.1"
    a, b = (CASES[name]["inputs"][key] for key in "ab")

    def f(u: Floats) -> Floats:
        x = math.pi * (2 * u - 1)
        return np.asarray(
            np.sin(x[:, 0]) + a * np.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * np.sin(x[:, 0])
        )

    model = on_unit_draws(f, "abc", 4 * SQUARE)
    close(totals(model, "abc", 4), name, "ST")
    close(firsts(model, "abc", 4), name, "S1")
    close(model(frozenset(), 0).var(), name, "variance", rtol=1e-4)
    model = on_unit_draws(f, "abc", 4_096)
    together = total_indices(model, {"a and c": "ac"})["a and c"]
    np.testing.assert_allclose(together.mean(), 1 - CASES[name]["outputs"]["S1"][1], atol=5e-3)
    assert together.shape == (8,)
    assert 0 < together.std() < 0.01


def test_g_function() -> None:
    """Sobol's g: the product of (|4 u - 2| + a) / (1 + a); every index is known for every a."""
    a = np.array([0, 1, 4.5, 9, 99])
    part = 1 / 3 / (1 + a) ** 2
    whole = np.prod(1 + part) - 1
    model = on_unit_draws(lambda u: np.prod((np.abs(4 * u - 2) + a) / (1 + a), axis=1), "abcde")
    np.testing.assert_allclose(firsts(model, "abcde"), part / whole, atol=5e-4)
    np.testing.assert_allclose(
        totals(model, "abcde"), part * (1 + whole) / (1 + part) / whole, atol=5e-4
    )


def test_a_product_on_the_log_scale() -> None:
    name = "sobol_log_product"
    sigma = np.log(CASES[name]["inputs"]["gsd"])
    model = on_unit_draws(lambda u: ndtri(np.maximum(u, 1e-12)) @ sigma, "abc")
    close(totals(model, "abc"), name, "S", atol=5e-4)
    close(firsts(model, "abc"), name, "S", atol=5e-4)


def test_inputs_that_move_together_belong_in_one_group() -> None:
    """A difference of two inputs that are nearly one: each alone seems to matter much, the two together hardly."""

    def model(anew: frozenset[str], replicate: int) -> Floats:
        rng = np.random.default_rng([replicate, "a" in anew, 1])
        both = np.random.default_rng([replicate, {"a", "b"} <= anew, 2]).normal(size=4096)
        other = np.random.default_rng([replicate, "c" in anew, 3]).normal(size=4096)
        return both + 0.1 * rng.normal(size=4096) + other

    found = total_indices(model, {"a": "a", "b": "b", "a and b": "ab", "c": "c"})
    assert found["a"].mean() < 0.02
    assert found["b"].mean() == 0
    assert found["a and b"].mean() == pytest.approx(1.01 / 2.01, abs=0.02)


def test_what_does_not_vary_has_no_index() -> None:
    with pytest.raises(ff.errors.EstimateError, match="nothing varies"):
        total_indices(lambda anew, replicate: np.ones(10), {"a": "a"})


# -- what a look leaves ---------------------------------------------------------------------------------------------


def normals(n: int, d: int) -> Floats:
    return np.asarray(ndtri(np.maximum(stats.qmc.Sobol(d, rng=1).random(n), 1e-12)).T)


def test_two_passes_over_a_normal_number() -> None:
    name = "preposterior_normal"
    given = CASES[name]["inputs"]
    x, a, b = normals(SQUARE, 3) * np.array([[given["prior_sd"]], [given["sdA"]], [given["sdB"]]])
    close(math.sqrt(risk_after(x, x + a)), name, "A", rtol=0.003)
    close(math.sqrt(risk_after(x, x + b)), name, "B", rtol=0.003)
    weighed = (x + a) / given["sdA"] ** 2 + (x + b) / given["sdB"] ** 2
    close(math.sqrt(risk_after(x, weighed)), name, "both", rtol=0.003)


def test_ground_truth_for_a_share() -> None:
    """A count of hits takes few values: each is a class of its own, and nothing is lost by cutting."""
    name = "preposterior_beta_binomial"
    a, b, n = (CASES[name]["inputs"][key] for key in "abn")
    u, v = stats.qmc.Sobol(2, rng=1).random(SQUARE).T
    p = stats.beta(a, b).ppf(u)
    close(p.var(), name, "prior_var", rtol=0.002)
    close(risk_after(p, stats.binom.ppf(v, n, p)), name, "exp_post_var", rtol=0.005)


def test_more_days_of_looking_at_a_gamma_rate() -> None:
    """Gamma(a, b) has variance a / b**2; t days seen with coverage c leave a / b / (b + t c) on average."""
    a, b, t = 30.0, 10.0, 5.0
    u, v = stats.qmc.Sobol(2, rng=1).random(SQUARE).T
    rate = stats.gamma(a, scale=1 / b).ppf(u)
    for coverage in (1.0, 0.4):
        seen = stats.poisson.ppf(v, rate * t * coverage)
        assert risk_after(rate, seen) == pytest.approx(a / b / (b + t * coverage), rel=0.01)


def test_the_oil_wildcatter() -> None:
    """Every one of a hundred equally likely wells, with what its sounding says: exact, by the same classes."""
    name = "voi_oil_wildcatter"
    prior, net, likelihood = (CASES[name]["inputs"][key] for key in ("prior", "net", "likelihood"))
    wells = [
        (state, said)
        for state, p in enumerate(prior)
        for said, q in enumerate(likelihood[state])
        for _ in range(round(100 * p * q))
    ]
    assert len(wells) == 100
    state, said = np.array(wells).T
    gains = np.array([np.array(net)[state], np.zeros(100)])

    def regret(gain: Floats, _: Floats) -> float:
        return -float(gain.mean(axis=1).max())

    now = risk_after(gains, np.zeros(100), risk=regret)
    close(-now, name, "EMV")
    close(now - risk_after(gains, state, risk=regret), name, "EVPI")
    close(now - risk_after(gains, said, risk=regret), name, "EVSI")


def test_a_signal_that_says_all_and_one_that_says_nothing() -> None:
    x, other = normals(SQUARE, 2)
    assert risk_after(x, x) < 1e-12
    assert risk_after(x, -3 * x) < 1e-12
    assert risk_after(x, other) == pytest.approx(x.var(), rel=0.01)
    assert risk_after(x, np.zeros(SQUARE)) == pytest.approx(x.var(ddof=1))
    assert risk_after(x**2, x) < 0.01 * (x**2).var()


def test_few_draws_are_not_taken_for_knowledge() -> None:
    """Sixteen classes of 64 noise draws: without the lost degrees of freedom a look at noise would seem worth 3 %."""
    rng = np.random.default_rng(3)
    left = [
        risk_after(x, s, classes=16) / x.var(ddof=1) for x, s in rng.normal(size=(200, 2, 1024))
    ]
    assert np.mean(left) == pytest.approx(1, abs=0.004)
    assert left_variance(np.array([1.0, 3.0]), np.array([5.0, 6.0])) == 2


def test_signals_must_match() -> None:
    for outcome, signal in (([1.0, 2.0], [1.0]), ([], [])):
        with pytest.raises(ff.errors.EstimateError, match="one signal"):
            risk_after(outcome, signal)
