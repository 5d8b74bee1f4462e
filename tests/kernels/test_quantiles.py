"""Quantiles of rows: numpy's own numbers, whatever the shape of the rows."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from forceflow.kernels.quantiles import _settle_places, row_quantiles

pytestmark = pytest.mark.kernel

LEVELS = np.array([0.0, 0.05, 0.25, 0.33, 0.5, 0.5, 0.75, 0.95, 1.0])
PLAIN = os.environ.get("NUMBA_DISABLE_JIT") == "1"
MANY = 700 if PLAIN else 20_000
KINDS = "gamma ties constant powers zeros lognormal wide cauchy one_huge far_apart sorted falling two_values".split()


def rows_of(kind: str, n: int) -> NDArray[np.float64]:
    """Three rows of a shape that has its own way of filling buckets unequally."""
    rng, shape = np.random.default_rng(n), (3, n)
    gamma = rng.gamma(2.0, 3.0, shape)
    matrix: NDArray[np.float64] = {
        "gamma": gamma,
        "ties": np.round(gamma),
        "constant": np.full(shape, 3.25),
        "powers": rng.normal(size=shape) * 10.0 ** rng.integers(-200, 200, shape),
        "zeros": np.where(rng.random(shape) < 0.95, 0.0, gamma),
        "lognormal": rng.lognormal(0.0, 2.0, shape),
        "wide": rng.lognormal(0.0, 60.0, shape),
        "cauchy": rng.standard_cauchy(shape),
        "one_huge": np.where(np.arange(n) == n // 3, 1e300, gamma),
        "far_apart": rng.normal(size=shape) + 1e6 * rng.integers(0, 2, shape),
        "sorted": np.sort(gamma),
        "falling": -np.sort(gamma),
        "two_values": rng.integers(0, 2, shape) * 1.0,
    }[kind]
    return matrix


def agree(matrix: NDArray[np.float64], levels: NDArray[np.float64]) -> None:
    before = matrix.copy()
    np.testing.assert_array_equal(
        row_quantiles(matrix, levels), np.quantile(matrix, levels, axis=1)
    )
    np.testing.assert_array_equal(matrix, before)


@pytest.mark.parametrize("n", [1, 2, 3, 10, 257, MANY])
@pytest.mark.parametrize("kind", KINDS)
def test_row_quantiles_are_numpys_to_the_last_bit(kind: str, n: int) -> None:
    agree(rows_of(kind, n), LEVELS)


@pytest.mark.parametrize("kind", ["gamma", "zeros"])
def test_levels_in_any_order(kind: str) -> None:
    """An estimate asks for low, middle and high, and then for the levels about each."""
    agree(rows_of(kind, 1_000), np.array([0.05, 0.5, 0.95, 0.04, 0.06, 0.48, 0.52, 0.94, 0.96]))
    agree(rows_of(kind, 1_000), LEVELS[::-1].copy())


@settings(max_examples=40 if PLAIN else 300)
@given(
    st.integers(1, 60).flatmap(
        lambda n: arrays(
            np.float64,
            (2, n),
            elements=st.floats(-1e300, 1e300) | st.sampled_from([0.0, 1.0, 5e-324, -1e300]),
        )
    ),
    st.lists(st.floats(0, 1), min_size=1, max_size=6),
)
def test_any_rows_and_levels(matrix: NDArray[np.float64], levels: list[float]) -> None:
    agree(np.repeat(matrix, 3, axis=1), np.array(levels))


@pytest.mark.parametrize("seed", range(4))
def test_values_that_the_sample_of_a_row_misses(seed: int) -> None:
    """Only every other value is looked at for the span of the buckets; here it says nothing of the rest."""
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(2, 600)) * 10.0 ** rng.integers(-9, 9, (2, 600))
    matrix[:, ::2] = 1.0
    agree(matrix, LEVELS)


def test_a_stretch_is_sorted_when_there_is_no_room_for_another_fence() -> None:
    """So a row that defeats every pivot costs no more than sorting."""
    values = np.random.default_rng(8).normal(size=400)
    ordered = np.sort(values)
    _settle_places(values, np.array([100, 300]), np.array([400]), 1)
    np.testing.assert_array_equal(values, ordered)


def test_nan_and_infinity_stay_apart() -> None:
    matrix = np.array([[1.0, np.nan, 3.0], [1.0, 2.0, np.inf], [1.0, 2.0, 3.0], [np.nan] * 3])
    np.testing.assert_array_equal(row_quantiles(matrix, np.array([0.5]))[0], [np.nan, 2, 2, np.nan])


@pytest.mark.parametrize("share", [0.2, 0.7, 1.0])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_infinite_values_are_ordered_like_any_other(share: float, sign: float) -> None:
    """Levels that fall on an order statistic: between a finite neighbour and an infinite one, nothing is asked."""
    n = 801
    rng = np.random.default_rng(5)
    matrix = np.where(rng.random((2, n)) < share, sign * np.inf, rng.gamma(2.0, 3.0, (2, n)))
    ranks = np.array([0, 40, 80, 400, 780, n - 1])
    np.testing.assert_array_equal(
        row_quantiles(matrix, ranks / (n - 1)), np.sort(matrix, axis=1)[:, ranks].T
    )
