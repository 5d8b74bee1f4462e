"""Monte Carlo errors and ways to lessen them: the library's own draws and errors against closed forms."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

import forceflow as ff
from batch_means import batch_error
from cases import CASES
from forceflow.flows.event_draws import prepare
from forceflow.kernels.addressed import uniforms
from forceflow.results.monte_carlo import (
    draws_for_probability,
    mean_error,
    quantile_ranks,
)


def close(value: Any, name: str, key: str) -> None:
    case = CASES[name]
    np.testing.assert_allclose(value, case["outputs"][key], rtol=case["rtol"], atol=case["atol"])


def test_the_error_of_a_mean_by_batches() -> None:
    name = "batch_means_error"
    x = np.arange(1, 101) % 7
    close(x.mean(), name, "mean")
    close(mean_error(x), name, "se_naive")
    close(batch_error(x, batches=CASES[name]["inputs"]["batches"]), name, "se_batch")


def test_ranks_around_a_quantile() -> None:
    given = CASES["quantile_mc_error"]["inputs"]
    low, high = quantile_ranks(given["n"], given["p"])
    close(low, "quantile_mc_error", "lo_rank")
    close(high, "quantile_mc_error", "hi_rank")


def test_draws_for_an_error_of_a_probability() -> None:
    close(draws_for_probability(0.5, error=0.005), "mc_sample_size_prob", "n1")
    close(draws_for_probability(0.05, error=0.001), "mc_sample_size_prob", "n2")


def test_antithetic_pairs() -> None:
    """By quadrature to the digits given, and by the library's uniforms within their own error."""
    name = "antithetic_exp_U"

    def mean(f: Any) -> float:
        return float(integrate.quad(f, 0, 1, epsabs=1e-13)[0])

    centre = mean(math.exp)
    close(variance := mean(lambda u: (math.exp(u) - centre) ** 2), name, "var1")
    close(
        shared := mean(lambda u: (math.exp(u) - centre) * (math.exp(1 - u) - centre)), name, "cov"
    )
    close(pair := (variance + shared) / 2, name, "var_pair")
    close(1 - pair / (variance / 2), name, "reduction")
    u = uniforms(7, "antithetic", "pairs", 4_000)
    drawn = (np.exp(u) + np.exp(1 - u)) / 2
    error = float(mean_error((drawn - drawn.mean()) ** 2))
    assert drawn.var(ddof=1) == pytest.approx(CASES[name]["outputs"]["var_pair"], abs=4 * error)


def test_the_first_points_of_sobol() -> None:
    """The points that the tests of Sobol indices stand on: scipy's, with the first point kept."""
    given = CASES["sobol_first8_2d"]["inputs"]
    points = stats.qmc.Sobol(given["d"], scramble=False).random(given["n"])
    close(points, "sobol_first8_2d", "points")


def exponential(mean: float) -> ff.Quantity:
    """An exponential number by inversion, as the library holds a distribution that is none of its families."""
    levels = (np.arange(4_001) + 0.5) / 4_001
    return ff.Quantity.from_table(
        -mean * np.log1p(-levels), like=ff.Quantity(0, mean, 20 * mean), words=f"mean {mean}"
    )


@pytest.mark.kernel
def test_common_random_numbers(events: tuple[ff.FlowEvent, ...]) -> None:
    """Two scenarios of one event share its uniforms, so their difference varies by 0.01 and not by 2.21."""
    name = "crn_exponential_difference"
    first, second = CASES[name]["inputs"]["means"]
    # By inversion of a common uniform the difference is (m2 - m1) E, and of independent ones m2 E' - m1 E.
    exact = [integrate.quad(lambda u, p=p: math.log1p(-u) ** p, 0, 1)[0] for p in (1, 2)]
    unit = exact[1] - exact[0] ** 2
    close((second - first) ** 2 * unit, name, "var_crn")
    close((first**2 + second**2) * unit, name, "var_indep")

    plain = replace(next(e for e in events if e.event_id == "libya-14dec"), roots=())
    one, other = (replace(plain, movements=exponential(mean)) for mean in (first, second))
    apart = replace(other, event_id="drawn apart")
    edges = (plain.start, plain.stop)
    drawn = [
        prepare([event], measure="movements").draws(edges, draws=4_096, seed=7)[0]
        for event in (one, other, apart)
    ]
    common, independent = (drawn[1] - drawn[0]).var(), (drawn[2] - drawn[0]).var()
    # The outermost quarter step of a table is cut off, and 4,096 draws err: 6 % of a variance with such tails.
    assert common == pytest.approx(CASES[name]["outputs"]["var_crn"], rel=0.1)
    assert independent == pytest.approx(CASES[name]["outputs"]["var_indep"], rel=0.1)
    assert independent / common == pytest.approx(CASES[name]["outputs"]["ratio"], rel=0.15)

    found = ff.compare({"one": [one], "other": [other]}, measure="movements", draws=4_096, seed=7)
    wanted = -(second - first) * np.log1p(-np.array([0.05, 0.5, 0.95]))
    np.testing.assert_allclose(list(found.differences["other"]), wanted, rtol=0.08)
