"""Plot of a rate."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from ..errors import EstimateError
from ..results.estimate import Estimate
from .axes import axes_for, date_axis, day_numbers, finish, frame, number_axis
from .fan import draw_steps
from .style import BLUE, INK
from .text import estimate_sources, sentence, worded

__all__ = ["plot_rate"]


def plot_rate(rate: Estimate, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw a rate as a step line with its band.

    Parameters
    ----------
    rate
        From `estimate_rate`.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.

    Raises
    ------
    EstimateError
        The estimate has no bins.
    """
    if not rate.starts:
        raise EstimateError(f"{rate.measure}: no time bins to draw")
    ax = axes_for(ax, height=3.8)
    edges = np.append(day_numbers(rate.starts), day_numbers(rate.stops[-1:]))
    draw_steps(
        ax,
        edges,
        (rate.low, rate.middle, rate.high),
        colour=BLUE,
        labels=(f"{rate.coverage:.0%} range", "middle"),
    )
    over_all = worded(f"over all: {rate.total}")
    ax.axhline(
        rate.total.middle,
        color=INK,
        linewidth=1.2,
        linestyle="--",
        label=over_all,
    )
    # A rate is never below nought, and an axis that began higher would make its changes look larger.
    ax.set_ylim(bottom=0.0)
    ax.set_xlim(edges[0], edges[-1])
    number_axis(ax, which="y", label=rate.unit)
    date_axis(ax)
    frame(ax, title=title or sentence(rate.measure))
    return finish(ax, estimate_sources(rate), columns=3)
