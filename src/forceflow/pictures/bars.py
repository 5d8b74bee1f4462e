"""Where the limits of a bridge lie: one bar per constraint, with the binding one named."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from ..estimates.capacity import Capacity
from .palette import BLUE, INK, RED, SMALL_PT, TEXT_PT, axes_for, caption, frame, number_axis, span_text

__all__ = ["plot_capacity"]


def plot_capacity(capacity: Capacity, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw what each constraint alone would let through, least first.

    Parameters
    ----------
    capacity
        From `airlift_capacity` or `sealift_capacity`.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.
    """
    names = sorted(capacity.bounds_t_per_day, key=lambda name: (capacity.bounds_t_per_day[name].middle, name))
    ax = axes_for(ax, height=1.9 + 0.5 * len(names))
    out = capacity.tonnes_per_day
    ax.axvspan(out.low, out.high, color=BLUE, alpha=0.10, linewidth=0, zorder=0.5)
    ax.axvline(out.middle, color=BLUE, linewidth=1.4, linestyle="-", zorder=0.6)
    finite = [
        capacity.bounds_t_per_day[name].high for name in names if np.isfinite(capacity.bounds_t_per_day[name].high)
    ]
    widest = max([*finite, out.high, 1e-9])
    for at, name in enumerate(names):
        bound = capacity.bounds_t_per_day[name]
        binding = name == capacity.bottleneck
        middle = min(bound.middle, widest)
        ax.barh(
            at,
            middle,
            height=0.56,
            color=RED if binding else "#A9C6DA",
            hatch="////" if binding else "",
            edgecolor="white",
            linewidth=0,
        )
        ends = [[middle - min(bound.low, middle)], [max(min(bound.high, widest) - middle, 0.0)]]
        ax.errorbar([middle], [at], xerr=ends, fmt="none", ecolor=INK, elinewidth=1.2, capsize=4)
        binds = f", binds in {capacity.bottleneck_share[name]:.0%} of draws" if capacity.bottleneck_share[name] else ""
        ax.annotate(
            f"{span_text(*bound)} t/day{binds}",
            (min(bound.high, widest), at),
            (7, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL_PT,
            color=INK,
            fontweight="bold" if binding else "normal",
            bbox={"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 0.6},
        )
    ax.set_yticks(range(len(names)), [f"{name}\n(binds)" if name == capacity.bottleneck else name for name in names])
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.set_xlim(0.0, widest * 1.55)
    frame(
        ax,
        title=title or f"What limits the {capacity.mode} bridge {capacity.origin} to {capacity.destination}",
        grid="x",
    )
    ax.tick_params(axis="y", length=0, labelsize=TEXT_PT)
    number_axis(ax, which="x", label="what each constraint alone would let through (t/day)")
    caption(
        ax,
        f"Line and band: carried when all bind together, {span_text(*out)} t/day. "
        f"{capacity.distance_km:,.0f} km one way; fleet of {span_text(*capacity.fleet_size)}: "
        f"{', '.join(capacity.platforms)}. Ranges hold {capacity.coverage:.0%} of {capacity.draws:,} draws; "
        f"seed {capacity.seed}. Sources: the platform data and the assumptions of the bridge, no claims.",
        drop_pt=36.0,
    )
    return ax
