"""Plot of a rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from ..errors import EstimateError
from ..results.estimate import Estimate
from .axes import axes_for, date_axis, day_numbers, frame, number_axis
from .style import (
    BLUE,
    INK,
)
from .text import worded

if TYPE_CHECKING:
    pass
from .tonnage import _finish, _sentence

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
    share = f"{rate.coverage:.0%}"
    ax.stairs(
        rate.high, edges, baseline=rate.low, fill=True, color=BLUE, alpha=0.18, linewidth=0, label=f"{share} range"
    )
    for side in (rate.low, rate.high):
        ax.stairs(side, edges, color=BLUE, linewidth=0.8, linestyle=":", baseline=None)
    ax.stairs(rate.middle, edges, color=BLUE, linewidth=2.0, baseline=None, label="middle")
    whole = rate.total
    over = worded(f"over all: {whole}")
    ax.axhline(whole.middle, color=INK, linewidth=1.2, linestyle="--", label=over)
    ax.set_ylim(bottom=0.0)
    ax.set_xlim(edges[0], edges[-1])
    number_axis(ax, which="y", label=rate.unit)
    date_axis(ax)
    frame(ax, title=title or _sentence(rate.measure))
    return _finish(ax, rate, columns=3)
