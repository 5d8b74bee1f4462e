"""The mean of shares that differ from ship to ship: a beta-binomial model, integrated on a grid."""

from __future__ import annotations

import numpy as np

from ..arrays import Floats
from ..errors import TracksError

__all__ = ["share_interval"]

_MEANS = 999
_SIZES = np.geomspace(0.5, 200.0, 60)


def share_interval(
    successes: Floats, trials: Floats, *, coverage: float = 0.9
) -> tuple[float, float]:
    """Equal-tailed range of the mean share of which each ship shows its own part.

    Parameters
    ----------
    successes, trials
        Of each ship; they need not be whole.
    coverage
        Probability of the range.

    Raises
    ------
    TracksError
        No ship has a trial, or the coverage is no share.

    Examples
    --------
    >>> low, high = share_interval(np.array([2.4, 3.0]), np.array([3.0, 3.0]))
    >>> 0 < low < 0.9 < high < 1
    True
    """
    if not 0 < coverage < 1:
        raise TracksError(f"a coverage is a share above 0 and below 1, got {coverage!r}")
    if not len(trials) or not trials.sum() > 0:
        raise TracksError("no ship was known to be there, so nothing says how ships are heard")
    mean = (np.arange(_MEANS) + 0.5) / _MEANS
    weights = np.exp(_log_posterior(successes, trials, mean))
    total = np.cumsum(weights) / weights.sum()
    tail = (1 - coverage) / 2
    # From the left edge of a cell to its right one the probability grows as its weight.
    edges = np.concatenate([[0.0], (np.arange(_MEANS) + 1) / _MEANS])
    low, high = np.interp([tail, 1 - tail], np.concatenate([[0.0], total]), edges)
    return float(low), float(high)


def _log_posterior(successes: Floats, trials: Floats, mean: Floats) -> Floats:
    """Log posterior density of the mean on a grid, up to a constant, with the size of the beta integrated out."""
    from scipy.special import betaln, logsumexp

    a = mean[:, None] * _SIZES
    b = (1 - mean[:, None]) * _SIZES
    fit = np.zeros_like(a)
    for hit, tried in zip(successes, trials, strict=True):
        fit += betaln(a + hit, b + tried - hit) - betaln(a, b)
    # Jeffreys for the mean; the grid of sizes is even in the logarithm.
    prior = -0.5 * (np.log(mean) + np.log1p(-mean))
    found = logsumexp(fit, axis=1) + prior
    return np.asarray(found - found.max())
