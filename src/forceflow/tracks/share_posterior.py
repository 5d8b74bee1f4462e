"""The mean of shares that differ from ship to ship: a beta-binomial model, integrated on a grid."""

from __future__ import annotations

import numpy as np

from ..arrays import Floats
from ..errors import TracksError

__all__ = ["share_interval"]

_ANGLES = 300
_SIZES = np.geomspace(0.5, 200.0, 25)


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
    # Jeffreys' prior of a share is flat in this angle, which also makes the grid finest where shares are near 0 or 1.
    angles = (np.arange(_ANGLES) + 0.5) * (np.pi / 2 / _ANGLES)
    weights = _likelihood(successes, trials, np.sin(angles) ** 2)
    total = np.concatenate([[0.0], np.cumsum(weights) / weights.sum()])
    tail = (1 - coverage) / 2
    edges = np.arange(_ANGLES + 1) * (np.pi / 2 / _ANGLES)
    low, high = np.sin(np.interp([tail, 1 - tail], total, edges)) ** 2
    return float(low), float(high)


def _likelihood(successes: Floats, trials: Floats, mean: Floats) -> Floats:
    """Likelihood of the mean on a grid, up to a factor, with the size of the ships' beta integrated out."""
    from scipy.special import betaln, logsumexp

    a = mean[:, None] * _SIZES
    b = (1 - mean[:, None]) * _SIZES
    # Many ships were heard all the time: those that are alike are worked out once.
    pairs, ships = np.unique(np.stack([successes, trials], axis=1), axis=0, return_counts=True)
    fit = -len(trials) * betaln(a, b)
    for (hit, tried), alike in zip(pairs.tolist(), ships.tolist(), strict=True):
        fit += alike * betaln(a + hit, b + tried - hit)
    found = logsumexp(fit, axis=1)
    return np.asarray(np.exp(found - found.max()))
