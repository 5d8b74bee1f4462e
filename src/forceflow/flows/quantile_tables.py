"""Distributions as tables, once per estimate: what the kernels look draws up in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from ..arrays import Floats
from ..kernels.event_draws import STEPS
from ..quantity import Quantity

__all__ = ["tabulate"]


_GRID, _MODES = 513, 129


def tabulate(quantities: Sequence[Quantity]) -> Floats:
    """Inverse distribution functions at equal steps of probability, shape (quantities, 1025).

    Notes
    -----
    The outermost quarter step is cut off, so that an open tail ends at its 1/4096 point. PERT is a
    family of one shape, the place of its mode: 129 of them are tabulated once and each distribution is read between two
    (an inverse of its own takes a millisecond). The error is below 2e-3 of the width from 1 to 99 %.
    """
    steps = _steps()
    out = np.empty((len(quantities), STEPS + 1))
    beta_like = [row for row, q in enumerate(quantities) if q.family == "pert" and q.high > q.low]
    for row, quantity in enumerate(quantities):
        if quantity.family == "point":
            out[row] = quantity.best
        elif quantity.family != "pert" or quantity.high == quantity.low:
            out[row] = quantity.quantile(steps)
    if beta_like:
        master = _pert_tables()
        low, best, high = (
            np.array([getattr(quantities[r], name) for r in beta_like])
            for name in ("low", "best", "high")
        )
        place = (best - low) / (high - low) * (len(master) - 1)
        row = np.minimum(place.astype(np.int64), len(master) - 2)
        t, width = (place - row)[:, None], (high - low)[:, None]
        for first in range(0, len(beta_like), 64):  # a few at a time stay in the cache
            some = slice(first, first + 64)
            between = (1 - t[some]) * master[row[some]] + t[some] * master[row[some] + 1]
            out[beta_like[some]] = low[some, None] + width[some] * between
    return out


@cache
def _pert_tables() -> Floats:
    """Inverse distribution functions of PERT on [0, 1] for 129 modes from 0 to 1, shape (129, 1025)."""
    from scipy.special import betainc

    mode = np.linspace(0, 1, _MODES)
    # Points that are dense at both ends, where the distribution function bends.
    x = np.sin(np.linspace(0, np.pi / 2, _GRID)) ** 2
    reached = betainc((1 + 4 * mode)[:, None], (5 - 4 * mode)[:, None], x[None, :])
    return np.array([np.interp(_steps(), cdf, x) for cdf in reached])


def _steps() -> Floats:
    steps = np.linspace(0, 1, STEPS + 1)
    steps[0], steps[-1] = steps[1] / 4, 1 - steps[1] / 4
    return steps
