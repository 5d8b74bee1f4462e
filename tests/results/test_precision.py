"""Monte Carlo errors: against the spread over many seeds, and what they do to printed digits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import forceflow as ff
from batch_means import batch_error
from cases import CASES
from forceflow.results.monte_carlo import (
    draws_for_probability,
    mean_error,
    quantile_error,
    quantile_ranks,
)

LEVELS = [0.05, 0.5, 0.95]


def test_batch_means_of_the_reference() -> None:
    case = CASES["batch_means_error"]["outputs"]
    x = np.arange(1, 101) % 7
    assert x.mean() == pytest.approx(case["mean"])
    assert mean_error(x) == pytest.approx(case["se_naive"], rel=1e-9)
    assert batch_error(x, batches=10) == pytest.approx(case["se_batch"], rel=1e-9)
    # What is left over after ten equal batches is not used.
    assert batch_error([*x, 10.0], batches=10) == pytest.approx(case["se_batch"], rel=1e-9)


@pytest.mark.parametrize(
    ("n", "p", "coverage"), [(1000, 0.9, 0.95), (200, 0.05, 0.9), (40, 0.5, 0.99)]
)
def test_ranks_enclose_the_quantile_as_often_as_they_say(n: int, p: float, coverage: float) -> None:
    low, high = quantile_ranks(n, p, coverage=coverage)
    below = stats.binom(n, p)
    assert below.cdf(high - 1) - below.cdf(low - 1) >= coverage
    assert (
        below.cdf(low - 1) <= (1 - coverage) / 2 < below.cdf(low)
    )  # one rank further in would not do
    assert below.cdf(high - 2) < (1 + coverage) / 2 <= below.cdf(high - 1)


def test_errors_are_the_spread_over_repetitions() -> None:
    draws = np.random.default_rng(3).gamma(2.0, 5.0, (2_000, 1_000))
    found = np.array([quantile_error(row, LEVELS) for row in draws])
    np.testing.assert_allclose(
        found.mean(axis=0), np.quantile(draws, LEVELS, axis=1).std(axis=1), rtol=0.06
    )
    np.testing.assert_allclose(mean_error(draws).mean(), draws.mean(axis=1).std(), rtol=0.06)


def test_batches_see_what_single_draws_do_not() -> None:
    """Each value twice in a row: there is half of the information, and only batches notice."""
    twice = np.repeat(np.random.default_rng(4).normal(size=20_000), 2)
    true = 1 / np.sqrt(20_000)
    assert mean_error(twice) == pytest.approx(true / np.sqrt(2), rel=0.03)
    assert batch_error(twice, batches=200) == pytest.approx(true, rel=0.15)


def test_draws_that_a_probability_needs() -> None:
    case = CASES["mc_sample_size_prob"]["outputs"]
    assert draws_for_probability(0.5, error=0.005) == case["n1"]
    assert draws_for_probability(0.05, error=0.001) == case["n2"]
    n = draws_for_probability(0.3, error=0.0123)
    assert np.sqrt(0.3 * 0.7 / n) <= 0.0123 < np.sqrt(0.3 * 0.7 / (n - 1))


@pytest.mark.parametrize(
    "call",
    [
        lambda: mean_error([1.0]),
        lambda: quantile_ranks(10, 0.99),
        lambda: quantile_ranks(10, 1.5),
        lambda: draws_for_probability(0.5, error=0.0),
    ],
)
def test_too_little_is_refused(call: Any) -> None:
    with pytest.raises(ff.errors.EstimateError):
        call()


def test_no_digit_is_printed_below_the_error() -> None:
    def about(*errors: float) -> ff.Range:
        return ff.Range(1234.5, 2345.6, 34567.8, "t", errors=errors)

    assert str(about()) == "2,346 t (1,234 to 34,568)"
    assert str(about(3.0, 12.0, 480.0)) == "2,350 t (1,234 to 34,600)"
    assert str(ff.Range(0.1234, 0.2345, 0.3456, errors=(0.02, 0.004, 0.1))) == "0.234 (0.12 to 0.3)"
    assert (
        str(ff.Range(3.0, 40.0, 900.0, "t", errors=(20.0, 0.0, np.nan))) == "40 t (3 to 900)"
    )  # one figure is left
    assert str(about(0.3, 0.1, 0.2).times(1000)) == "2,345,600 t (1,234,500 to 34,567,800)"


def test_another_seed_moves_no_printed_digit_but_the_last() -> None:
    """The rule is worth what it says: over seeds, printed ends agree to about their last digit."""
    rng = np.random.default_rng(5)
    ranges = [ff.Range.of_draws(rng.gamma(3.0, 4_000.0, 5_000), unit="t") for _ in range(200)]
    for place, name in enumerate(("low", "middle", "high")):
        errors = np.array([one.errors[place] for one in ranges])
        values = np.array([getattr(one, name) for one in ranges])
        assert errors.mean() == pytest.approx(values.std(), rel=0.2)
        unit = 10.0 ** np.floor(np.log10(np.median(errors)))
        assert np.ptp(values) > unit  # so a further digit would have been noise


def test_one_of_a_kind_is_not_plural() -> None:
    assert str(ff.Range(1, 1, 1, "movements")) == "1 movement"
    assert str(ff.Range(1, 1, 3, "movements/day")) == "1 movement/day (1 to 3)"
    assert str(ff.Range(1, 2, 3, "movements")) == "2 movements (1 to 3)"
    assert str(ff.Range(1, 1, 1, "t")) == "1 t"
    assert str(ff.Range(1, 1, 1, "aircraft")) == "1 aircraft"
    assert str(ff.Range(0.5, 1, 2, "days")) == "1.00 days (0.50 to 2.00)"


def test_infinite_draws_leave_errors_open() -> None:
    draws = np.r_[np.linspace(1, 90, 900), np.full(100, np.inf)]
    never = ff.Range.of_draws(draws)
    assert never.high == np.inf
    assert str(never).endswith("to inf)")
    assert np.isnan(never.errors[2])
    assert 0 < never.errors[1] < 3
