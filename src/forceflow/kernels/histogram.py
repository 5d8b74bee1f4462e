"""Distributions of many numbers at once in memory that does not grow with how often they are drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ._jit import kernel

__all__ = ["add_to_bins"]

Floats = NDArray[np.float64]


@kernel
def add_to_bins(
    values: Floats,
    origin: Floats,
    width: Floats,
    counts: NDArray[np.int64],
    least: Floats,
    most: Floats,
    sums: Floats,
    squares: Floats,
) -> None:
    """Add rows of numbers, one after the other, to a histogram of each column.

    Parameters
    ----------
    values
        Shape (rows, columns).
    origin, width
        Lower edge and width of the bins of each column, shape (columns,); what lies outside falls into the end bins.
    counts, least, most
        Numbers in each bin, the least and the greatest of them; added to; shape (columns, bins).
    sums, squares
        Sums of ``value - origin`` and of its square, added to, shape (columns,).
    """
    bins = counts.shape[1]
    for r in range(values.shape[0]):
        for c in range(values.shape[1]):
            x = values[r, c]
            # Sums of the distance from the edge lose fewer digits than those of large values.
            above = x - origin[c]
            sums[c] += above
            squares[c] += above * above
            b = int(min(max(above / width[c], 0.0), bins - 1.0))
            counts[c, b] += 1
            least[c, b] = min(least[c, b], x)
            most[c, b] = max(most[c, b], x)
