"""The standard error of a mean by batches: the twin of `mean_error` for draws that follow each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from forceflow.results.monte_carlo import mean_error


def batch_error(draws: ArrayLike, *, batches: int) -> float:
    """Standard deviation of the means of consecutive batches / sqrt(batches) (Schmeiser 1982, recalled)."""
    values = np.asarray(draws, dtype=np.float64).ravel()
    length = values.size // batches
    return float(mean_error(values[: length * batches].reshape(batches, length).mean(axis=1)))
