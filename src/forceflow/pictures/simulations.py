"""A simulated bridge: what is delivered day by day, and what has been by then."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from ..estimates.simulated import Simulation
from .curves import draw_fan
from .palette import (
    BLUE,
    INK,
    ORANGE,
    axes_for,
    caption,
    date_axis,
    day_numbers,
    frame,
    legend_above,
    number_axis,
    span_text,
    worded,
)

__all__ = ["plot_simulation"]

_MOST_WHISKERS = 90


def plot_simulation(simulation: Simulation, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw what a bridge has delivered so far, with its range, and each day as a light bar.

    Parameters
    ----------
    simulation
        From `simulate_airlift` or `simulate_sealift`.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.
    """
    ax = axes_for(ax, height=4.2)
    edges = day_numbers(simulation.edges)
    share, run, day = f"{simulation.coverage:.0%}", simulation.cumulative_t, simulation.tonnes
    whole = f"delivered so far, middle; in all {span_text(*run.total)} t"
    labels = f"delivered so far, {share} range", whole
    draw_fan(ax, edges, (run.low, run.middle, run.high), colour=BLUE, labels=labels)
    width = np.diff(edges)
    ax.bar(
        edges[:-1],
        day.mean,
        width=width,
        align="edge",
        color=ORANGE,
        alpha=0.75,
        linewidth=0,
        label="in each day, mean",
    )
    if len(width) <= _MOST_WHISKERS:
        ax.vlines(
            edges[:-1] + width / 2, day.low, day.high, color=INK, linewidth=0.7, label=f"in each day, {share} range"
        )
    ax.set_ylim(bottom=0.0)
    ax.set_xlim(edges[0], edges[-1])
    number_axis(ax, which="y", label="delivered (t)")
    date_axis(ax)
    ways = f"{simulation.origin} to {simulation.destination}"
    frame(ax, title=title or f"Simulated {simulation.mode}lift {ways}", pad_pt=legend_above(ax))
    trips = simulation.trips
    caption(
        ax,
        worded(
            f"{simulation.days} days, {span_text(*trips.total)} {trips.measure} by {', '.join(simulation.platforms)}. "
            f"Ranges hold {share} of {simulation.replications:,} replications; seed {simulation.seed}. "
            "Sources: the platform data and the assumptions of the bridge, no claims."
        ),
    )
    return ax
