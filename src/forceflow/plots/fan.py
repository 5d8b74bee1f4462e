"""A fan: the range of a line over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from ..arrays import Floats

if TYPE_CHECKING:
    pass


__all__ = ["draw_fan"]


def draw_fan(
    ax: Axes, edges: Floats, fan: Sequence[Floats], *, colour: str, labels: tuple[str, str], start: float = 0.0
) -> None:
    """Draw low, middle and high of a running sum over bins with these edges.

    Parameters
    ----------
    edges, fan
        Day numbers, shape (bins + 1,); low, middle and high at the end of each bin, each of shape (bins,).
    colour, labels
        Of the whole; of its range and of its middle.
    start
        Value at the first edge, which is known.
    """
    low, middle, high = (np.concatenate([[start], values]) for values in fan)
    ax.fill_between(edges, low, high, color=colour, alpha=0.18, linewidth=0, label=labels[0])
    for side in (low, high):
        ax.plot(edges, side, color=colour, linewidth=0.8, linestyle=":")
    ax.plot(edges, middle, color=colour, linewidth=2.0, label=labels[1])
