"""A simulated bridge: what is delivered day by day, and what has been by then."""

from __future__ import annotations

from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ..arrays import Floats
from ..lift.simulation.result import Simulation
from .axes import axes_for, date_axis, day_numbers, finish, frame, number_axis, points
from .fan import draw_fan, draw_steps
from .style import BLUE, INK, ORANGE, TEXT_PT
from .text import span_text, worded

__all__ = ["plot_simulated_days", "plot_simulation"]

_MOST_WHISKERS = 90
_DAY_SHARE = 0.25
"""Height of the greatest day, as a share of all that is delivered: single days would be lost under the sum of many."""


def plot_simulation(simulation: Simulation, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw what a bridge has delivered so far, with its range, and each day as a bar against an axis of its own.

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
    run = simulation.cumulative_t
    draw_fan(
        ax,
        edges,
        (run.low, run.middle, run.high),
        colour=BLUE,
        labels=(
            f"delivered so far, {simulation.coverage:.0%} range",
            f"delivered so far, middle; in all {run.total}",
        ),
    )
    scale = _day_scale(simulation)
    _draw_days(ax, simulation, edges, scale)
    ax.set_ylim(bottom=0.0)
    ax.set_xlim(edges[0], edges[-1])
    number_axis(ax, which="y", label="delivered so far (t)")
    date_axis(ax)
    ways = f"{simulation.origin} to {simulation.destination}"
    frame(ax, title=title or f"Simulated {simulation.mode}lift {ways}")
    _day_axis(ax, scale, most=float(simulation.tonnes.high.max()))
    return finish(ax, _simulation_sources(simulation))


def _day_scale(simulation: Simulation) -> float:
    """Height of a tonne in a day, in tonnes of the axis of what is delivered so far."""
    most = float(simulation.tonnes.high.max())
    if most > 0.0:
        return _DAY_SHARE * float(simulation.cumulative_t.high.max()) / most
    return 1.0


def _draw_days(ax: Axes, simulation: Simulation, edges: Floats, scale: float) -> None:
    """Each day as a bar, with a whisker for its range where there are not too many days."""
    day = simulation.tonnes
    width = np.diff(edges)
    ax.bar(
        edges[:-1],
        day.mean * scale,
        width=width,
        align="edge",
        color=ORANGE,
        alpha=0.6,
        linewidth=0,
        zorder=0.9,
        label="in each day (right), mean",
    )
    if len(width) > _MOST_WHISKERS:
        return
    ax.vlines(
        edges[:-1] + width / 2,
        day.low * scale,
        day.high * scale,
        color=INK,
        linewidth=0.7,
        zorder=0.95,
        label=f"in each day, {simulation.coverage:.0%} range",
    )


def _day_axis(ax: Axes, scale: float, *, most: float) -> None:
    """An axis at the right for the bars of the days, with ticks no higher than they are."""
    to_day = partial(np.multiply, 1.0 / scale)
    from_day = partial(np.multiply, scale)
    # The bars are drawn in the units of the left axis, so the right one only relabels them.
    right = ax.secondary_yaxis("right", functions=(to_day, from_day))
    ticks = [
        tick for tick in MaxNLocator(2).tick_values(0.0, max(most, 1.0)) if tick <= 1.25 * most
    ]
    right.set_yticks(ticks, [f"{tick:,.10g}" for tick in ticks])
    right.set_ylabel("in a day (t/day)", fontsize=points(ax, TEXT_PT), color=INK, loc="bottom")
    right.tick_params(colors=INK, labelsize=points(ax, TEXT_PT))
    right.spines["right"].set_visible(False)


def plot_simulated_days(simulation: Simulation, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw what is delivered on each day by itself, with its range, and the mean over all days.

    Parameters
    ----------
    simulation
        From `simulate_airlift` or `simulate_sealift`.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.
    """
    ax = axes_for(ax, height=3.8)
    edges = day_numbers(simulation.edges)
    day = simulation.tonnes
    draw_steps(
        ax,
        edges,
        (day.low, day.middle, day.high),
        colour=BLUE,
        labels=(
            f"delivered in a day, {simulation.coverage:.0%} range",
            "delivered in a day, middle",
        ),
    )
    mean = simulation.tonnes_per_day
    ax.axhline(
        mean.middle,
        color=INK,
        linewidth=1.2,
        linestyle="--",
        label=f"mean of the days of a run: {mean}",
    )
    ax.set_ylim(bottom=0.0)
    ax.set_xlim(edges[0], edges[-1])
    number_axis(ax, which="y", label="delivered in a day (t/day)")
    date_axis(ax)
    ways = f"{simulation.origin} to {simulation.destination}"
    frame(ax, title=title or f"Simulated days of the {simulation.mode}lift {ways}")
    return finish(ax, _simulation_sources(simulation))


def _simulation_sources(simulation: Simulation) -> str:
    """How long was simulated, with what, how often, and from which sources."""
    trips = simulation.trips
    return worded(
        f"{simulation.days} days, {span_text(*trips.total)} {trips.measure} by {', '.join(simulation.platforms)}. "
        f"Ranges hold {simulation.coverage:.0%} of {simulation.replications:,} replications; seed {simulation.seed}. "
        "Sources: the platform data and the assumptions of the bridge, no claims."
    )
