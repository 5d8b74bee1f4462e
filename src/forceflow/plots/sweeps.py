"""One bridge under many fleets, spots or hours: lines with their bands, and which limit binds where."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from ..errors import EstimateError
from ..lift.sweep import Sweep
from .axes import axes_for, finish, frame, number_axis
from .style import GROUP_STYLES, INK, patch

__all__ = ["plot_sweep"]

_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
_FLEETS = ("fleet", "vessels")
_WORDS = {
    "fleet": "fleet",
    "vessels": "ships",
    "onload_mog": "aircraft loaded at once (onload MOG)",
    "offload_mog": "aircraft unloaded at once (offload MOG)",
    "operating_h_per_day": "hours of work (h/day)",
}


def plot_sweep(found: Sweep, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw tonnes a day against one input, a line with its band for each value of another; markers say what binds.

    Parameters
    ----------
    found
        From `sweep`, over one input or two. Fleets are lines where there is another input to go along.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.

    Raises
    ------
    EstimateError
        More than two inputs were swept, or there would be more than six lines.
    """
    names = list(found.over)
    if len(names) > 2:
        raise EstimateError(f"a sweep over one or two inputs can be drawn, this one is over {', '.join(names)}")
    along, by = _roles(found)
    lines = found.over[by] if by else ("",)
    if len(lines) > len(GROUP_STYLES):
        raise EstimateError(f"{len(lines)} lines of {by} would hide each other; sweep over {len(GROUP_STYLES)} at most")
    ax = axes_for(ax, height=4.4)
    values = found.over[along]
    numbers = all(isinstance(value, int | float | np.integer | np.floating) for value in values)
    at = np.asarray(values, dtype=np.float64) if numbers else np.arange(len(values), dtype=np.float64)
    order = np.argsort(at, kind="stable")
    binding = dict.fromkeys(np.unique(found.bottleneck).tolist())
    markers = dict(zip(binding, _MARKERS, strict=False))
    axis = names.index(by) if by else None
    for row, style in zip(range(len(lines)), GROUP_STYLES, strict=False):
        low, middle, high, binds = (
            (grid if axis is None else np.take(grid, row, axis=axis))[order]
            for grid in (found.low, found.middle, found.high, found.bottleneck)
        )
        ax.fill_between(at[order], low, high, color=style.colour, alpha=0.12, linewidth=0)
        for side in (low, high):
            ax.plot(at[order], side, color=style.colour, linewidth=0.7, linestyle=":")
        ax.plot(at[order], middle, color=style.colour, linewidth=2.0, linestyle=style.dash)
        for x, y, name in zip(at[order], middle, binds, strict=True):
            ax.plot([x], [y], markers.get(name, "o"), color=style.colour, markersize=6.5, markeredgecolor="white")
    ax.set_ylim(bottom=0.0)
    if numbers and np.array_equal(at, np.rint(at)) and at.size <= 12:
        ax.set_xticks(np.unique(at))
    number_axis(ax, which="y", label="carried (t/day)")
    number_axis(ax, which="x", label=_label(along))
    if not numbers:
        ax.set_xticks(at, [_short(value) for value in values])
    frame(ax, title=title or f"What the {found.mode} bridge {found.origin} to {found.destination} could carry")
    legend: list[Artist] = [
        Line2D([], [], color=style.colour, linestyle=style.dash, linewidth=2.0, label=f"{by} {_short(value)}")
        for value, style in zip(lines if by else (), GROUP_STYLES, strict=False)
    ]
    legend += [
        Line2D([], [], color=INK, linestyle="", marker=mark, markersize=6, label=f"{name} binds")
        for name, mark in markers.items()
    ]
    legend.append(patch(GROUP_STYLES[0], f"{found.coverage:.0%} range"))
    legend[-1].set_alpha(0.2)
    return finish(
        ax,
        f"{found.distance_km:,.0f} km one way; {found.model}; lines are middles, bands hold {found.coverage:.0%} of "
        f"{found.draws:,} draws, the same for all points; seed {found.seed}. "
        "Sources: the platform data and the assumptions of the bridge, no claims.",
        legend=legend,
        columns=4,
    )


def _roles(found: Sweep) -> tuple[str, str]:
    """Input along the axis, and the one that has a line for each value; fleets, or what has fewer values."""
    names = sorted(found.over, key=lambda name: (name in _FLEETS, -len(found.over[name])))
    return names[0], names[1] if len(names) > 1 else ""


def _label(name: str) -> str:
    return _WORDS.get(name, name.replace("_", " ") + " (as given)")


def _short(value: Any) -> str:
    """A value of an input in few words."""
    if isinstance(value, dict):
        return " + ".join(f"{part} {kind}" for kind, part in value.items())
    if isinstance(value, tuple):
        return " to ".join(f"{part:g}" for part in (value[0], value[-1]))
    return f"{value:g}" if isinstance(value, int | float) else str(value)
