"""Monte Carlo standard errors: how much of a number is due to the draws, and would move with another seed.

They say nothing of how well the inputs are known; that is the range. A digit below the error is not printed.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Floats
from ..errors import EstimateError

__all__ = [
    "draws_for_probability",
    "mean_error",
    "neighbour_levels",
    "quantile_error",
    "quantile_ranks",
    "range_levels",
]


def mean_error(draws: ArrayLike) -> Floats:
    """Standard error of the mean of independent draws along the last axis: standard deviation / sqrt(n).

    Raises
    ------
    EstimateError
        There are fewer than 2 draws.
    """
    values = np.asarray(draws, dtype=np.float64)
    if values.ndim == 0 or values.shape[-1] < 2:
        raise EstimateError(f"a Monte Carlo error needs 2 draws or more, got {values.size}")
    return np.asarray(values.std(axis=-1, ddof=1) / math.sqrt(values.shape[-1]))


def quantile_ranks(n: int, p: float, *, coverage: float = 0.95) -> tuple[int, int]:
    """Ranks, from 1, of the two order statistics of n draws that enclose the p-quantile.

    Parameters
    ----------
    n, p
        How many draws, and the probability; above 0 and below 1.
    coverage
        At least so often do they enclose it, whatever the distribution.

    Raises
    ------
    EstimateError
        `p` or `coverage` is out of bounds, or n draws are too few for it.

    Notes
    -----
    The number of draws below the quantile is binomial (David & Nagaraja, Order Statistics, recalled).

    Examples
    --------
    >>> quantile_ranks(1000, 0.9)
    (881, 919)
    """
    from scipy.special import bdtr

    if not (0 < p < 1 and 0 < coverage < 1):
        raise EstimateError(f"p and coverage lie above 0 and below 1, got {p!r} and {coverage!r}")
    below = bdtr(np.arange(n), n, p)
    tail = (1 - coverage) / 2
    low, high = int(np.searchsorted(below, tail)), int(np.searchsorted(below, 1 - tail)) + 1
    if low < 1 or high > n:
        raise EstimateError(
            f"{n} draws are too few to enclose the {p:g}-quantile with {coverage:.0%}; draw more"
        )
    return low, high


def neighbour_levels(levels: ArrayLike, n: int) -> tuple[Floats, Floats]:
    """Levels one standard deviation of a binomial share below and above each level, inside [0, 1].

    Half the distance between the quantiles there is the Monte Carlo standard error of the quantile between them.
    """
    p = np.asarray(levels, dtype=np.float64)
    step = np.sqrt(p * (1 - p) / n)
    return np.maximum(p - step, 0.0), np.minimum(p + step, 1.0)


def range_levels(coverage: float, n: int) -> Floats:
    """Levels of low, middle and high, then those below each, then those above: what a range and its errors take."""
    tail = (1 - coverage) / 2
    levels = np.array([tail, 0.5, 1 - tail])
    return np.concatenate([levels, *neighbour_levels(levels, n)])


def quantile_error(draws: ArrayLike, levels: ArrayLike) -> Floats:
    """Standard errors of quantiles of independent draws; no density is estimated.

    Parameters
    ----------
    draws
        Shape (n,), finite.
    levels
        Probabilities, above 0 and below 1.

    Returns
    -------
    ndarray
        One error for each level, in the unit of the draws; 0 where neighbouring draws are equal.

    Notes
    -----
    Half the distance between the draws one standard deviation, sqrt(n p (1 - p)) ranks, to either side: the
    half-width of the distribution-free 68 % interval of `quantile_ranks`.

    Examples
    --------
    >>> quantile_error(range(1, 10_001), [0.5]).round().tolist()
    [50.0]
    """
    values = np.asarray(draws, dtype=np.float64)
    below, above = neighbour_levels(levels, values.size)
    found = np.quantile(values, np.concatenate([np.atleast_1d(below), np.atleast_1d(above)]))
    half: Floats = (found[found.size // 2 :] - found[: found.size // 2]) / 2
    return half


def draws_for_probability(p: float, *, error: float) -> int:
    """Draws needed for a standard error of `error` on a probability near `p`: p (1 - p) / error^2.

    Raises
    ------
    EstimateError
        `p` is no probability, or the error is not above 0.

    Examples
    --------
    >>> draws_for_probability(0.5, error=0.005)
    10000
    """
    if not (0 <= p <= 1 and error > 0):
        raise EstimateError(f"p lies from 0 to 1 and error above 0, got {p!r} and {error!r}")
    needed = p * (1 - p) / error**2
    return max(1, math.ceil(needed * (1 - 1e-12)))
