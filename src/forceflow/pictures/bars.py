"""Where the limits of a bridge lie, and how long a march takes: bars with their ranges."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from ..estimates.capacity import Capacity
from ..estimates.march import March
from .palette import BLUE, INK, RED, SMALL_PT, TEXT_PT, axes_for, caption, frame, number_axis, span_text, worded

__all__ = ["plot_capacity", "plot_march"]


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


def plot_march(march: March, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw how long the parts of a march take: pass time, and with a distance the way and closure.

    Parameters
    ----------
    march
        From `convoy_march`.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.
    """
    rows = {"column passes a point\n(TL)": march.time_length_h, "extra time allowed\n(EXTAL)": march.extal_h}
    if march.distance_km:
        rows = {"head of the column\nunder way (TDIS)": march.time_distance_h, **rows, "closure": march.closure_h}
    else:
        rows["pass time"] = march.pass_time_h
    ax = axes_for(ax, height=1.9 + 0.5 * len(rows))
    widest = max([*(value.high for value in rows.values()), 1e-9])
    for at, (name, value) in enumerate(rows.items()):
        whole = name in ("closure", "pass time")
        ax.barh(
            at, value.middle, height=0.56, color=BLUE if whole else "#A9C6DA", hatch="////" if whole else "",
            edgecolor="white", linewidth=0,
        )  # fmt: skip
        ends = [[value.middle - value.low], [value.high - value.middle]]
        ax.errorbar([value.middle], [at], xerr=ends, fmt="none", ecolor=INK, elinewidth=1.2, capsize=4)
        ax.annotate(
            f"{span_text(*value)} h", (value.high, at), (7, 0), textcoords="offset points", va="center",
            fontsize=SMALL_PT, color=INK, fontweight="bold" if whole else "normal",
        )  # fmt: skip
    ax.set_yticks(range(len(rows)), list(rows))
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlim(0.0, widest * 1.35)
    way = f" {march.origin} to {march.destination}" if march.origin else ""
    frame(ax, title=title or f"March{way}: how long it takes", grid="x")
    ax.tick_params(axis="y", length=0, labelsize=TEXT_PT)
    number_axis(ax, which="x", label="time (h)")
    each = f" in {march.columns} columns, each" if march.columns > 1 else ","
    km = f"{march.distance_km:,.0f} km; " if march.distance_km else ""
    caption(
        ax,
        worded(
            f"{km}{span_text(*march.vehicles)} vehicles{each} {span_text(*march.road_space_km)} km of road at "
            f"{span_text(*march.march_rate_km_per_h)} km/h. Ranges hold {march.coverage:.0%} of {march.draws:,} draws; "
            f"seed {march.seed}. Sources: the platform data and the inputs of the march, no claims."
        ),
        drop_pt=36.0,
    )
    return ax
