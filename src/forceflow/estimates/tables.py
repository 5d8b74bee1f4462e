"""Distributions as tables, once per estimate: what the kernels look draws up in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..kernels.flows import STEPS
from ..quantity import Quantity

__all__ = ["tabulate"]

Floats = NDArray[np.float64]

_GRID = 513


def tabulate(quantities: Sequence[Quantity]) -> Floats:
    """Inverse distribution functions at equal steps of probability, shape (quantities, 1025).

    Notes
    -----
    The outermost quarter step is cut off, so that an open tail ends at its 1/4096 point. PERT distributions are
    tabulated together from their distribution function on 513 points (each inverse alone takes a millisecond); the
    error is below 1e-4 of the width between the 1st and the 99th percent point.
    """
    steps = np.linspace(0, 1, STEPS + 1)
    steps[0], steps[-1] = steps[1] / 4, 1 - steps[1] / 4
    out = np.empty((len(quantities), STEPS + 1))
    beta_like = [row for row, q in enumerate(quantities) if q.family == "pert" and q.high > q.low]
    for row, quantity in enumerate(quantities):
        if quantity.family == "point":
            out[row] = quantity.best
        elif quantity.family != "pert" or quantity.high == quantity.low:
            out[row] = quantity.quantile(steps)
    if beta_like:
        from scipy.special import betainc

        low, best, high = (
            np.array([getattr(quantities[r], name) for r in beta_like]) for name in ("low", "best", "high")
        )
        mode = (best - low) / (high - low)
        a, b = 1 + 4 * mode, 5 - 4 * mode
        # Points that are dense at both ends, where the distribution function bends.
        x = np.sin(np.linspace(0, np.pi / 2, _GRID)) ** 2
        reached = betainc(a[:, None], b[:, None], x[None, :])
        for row, cdf, floor, width in zip(beta_like, reached, low, high - low, strict=True):
            out[row] = floor + width * np.interp(steps, cdf, x)
    return out
