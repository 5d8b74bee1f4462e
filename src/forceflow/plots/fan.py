"""Bands: the range of a line, between the edges of bins or over each bin."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from ..arrays import Floats

__all__ = ["draw_band", "draw_fan", "draw_steps"]


def draw_fan(
    ax: Axes,
    edges: Floats,
    fan: Sequence[Floats],
    *,
    colour: str,
    labels: tuple[str, str],
    start: float = 0.0,
) -> None:
    """Draw low, middle and high of a running sum over bins with these edges.

    Parameters
    ----------
    edges, fan
        Day numbers, shape (bins + 1,); low, middle and high at the end of each bin, each of shape (bins,).
    colour, labels
        Of all of it; of its range and of its middle.
    start
        Value at the first edge, which is known.
    """
    low, middle, high = (np.concatenate([[start], values]) for values in fan)
    draw_band(ax, edges, low, high, colour=colour, label=labels[0])
    ax.plot(edges, middle, color=colour, linewidth=2.0, label=labels[1])


def draw_band(
    ax: Axes,
    x: Floats,
    low: Floats,
    high: Floats,
    *,
    colour: str,
    alpha: float = 0.18,
    edge_pt: float = 0.8,
    label: str | None = None,
) -> None:
    """Draw a pale band between low and high, with dotted edges that can also be seen in print.

    Parameters
    ----------
    x, low, high
        Each of shape (n,).
    colour, alpha
        Of the band; how much of the colour it has, from 0 to 1.
    edge_pt
        Width of its edges in points.
    label
        In the legend.
    """
    ax.fill_between(
        x,
        low,
        high,
        color=colour,
        alpha=alpha,
        linewidth=0,
        label=label,
    )
    # A pale area alone is lost in a grey copy.
    for side in (low, high):
        ax.plot(x, side, color=colour, linewidth=edge_pt, linestyle=":")


def draw_steps(
    ax: Axes,
    edges: Floats,
    steps: Sequence[Floats],
    *,
    colour: str,
    labels: tuple[str, str],
    alpha: float = 0.18,
) -> None:
    """Draw low, middle and high of a number that has one value in each bin.

    Parameters
    ----------
    edges, steps
        Edges of the bins, shape (bins + 1,); low, middle and high in each bin, each of shape (bins,).
    colour, labels
        Of all of it; of its range and of its middle.
    alpha
        How much of the colour the band has, from 0 to 1.
    """
    low, middle, high = steps
    ax.stairs(
        high,
        edges,
        baseline=low,
        fill=True,
        color=colour,
        alpha=alpha,
        linewidth=0,
        label=labels[0],
    )
    for side in (low, high):
        ax.stairs(side, edges, color=colour, linewidth=0.8, linestyle=":", baseline=None)
    ax.stairs(middle, edges, color=colour, linewidth=2.0, baseline=None, label=labels[1])
