"""One bridge under many fleets, spots or hours: lines with their bands, and which limit binds where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from ..arrays import Floats
from ..errors import EstimateError
from ..lift.sweep import Sweep
from .axes import axes_for, finish, frame, number_axis
from .fan import draw_band
from .style import GROUP_STYLES, INK, Style, patch

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
        raise EstimateError(
            f"a sweep over one or two inputs can be drawn, this one is over {', '.join(names)}"
        )
    along, by = _along_and_by(found)
    line_values = found.over.get(by, ("",))
    if len(line_values) > len(GROUP_STYLES):
        most = len(GROUP_STYLES)
        raise EstimateError(
            f"{len(line_values)} lines of {by} would hide each other; sweep over {most} at most"
        )
    ax = axes_for(ax, height=4.4)
    at = _axis_positions(found.over[along])
    markers = _limit_markers(found)
    for row, style in zip(range(len(line_values)), GROUP_STYLES, strict=False):
        _draw_line(ax, found, at, style, markers, axis=_axis_of(names, by), row=row)
    ax.set_ylim(bottom=0.0)
    _label_axes(ax, along, found.over[along], at)
    frame(
        ax,
        title=title
        or f"What the {found.mode} bridge {found.origin} to {found.destination} could carry",
    )
    return finish(
        ax,
        f"{found.distance_km:,.0f} km one way; {found.model}; lines are middles, bands hold {found.coverage:.0%} of "
        f"{found.draws:,} draws, the same for all points; seed {found.seed}. "
        "Sources: the platform data and the assumptions of the bridge, no claims.",
        legend=_sweep_legend(found, by, line_values, markers),
        columns=4,
    )


def _along_and_by(sweep: Sweep) -> tuple[str, str]:
    """The input along the axis, and the one that has a line for each value, "" where there is none.

    Fleets are lines, and else what has fewer values.
    """
    names = sorted(sweep.over, key=lambda name: (name in _FLEETS, -len(sweep.over[name])))
    if len(names) == 1:
        return names[0], ""
    return names[0], names[1]


def _are_numbers(values: Sequence[Any]) -> bool:
    """Whether the values of an input are numbers, and no fleets or ranges."""
    return all(isinstance(value, int | float | np.integer | np.floating) for value in values)


def _axis_positions(values: Sequence[Any]) -> Floats:
    """Where values are on the axis: at the number, or one after another."""
    if _are_numbers(values):
        return np.asarray(values, dtype=np.float64)
    return np.arange(len(values), dtype=np.float64)


def _limit_markers(sweep: Sweep) -> dict[str, str]:
    """A marker for each limit that binds anywhere."""
    binding = np.unique(sweep.bottleneck).tolist()
    return dict(zip(binding, _MARKERS, strict=False))


def _axis_of(names: Sequence[str], by: str) -> int | None:
    """Axis of the grids along which the lines are; None where there is one line."""
    if not by:
        return None
    return names.index(by)


def _draw_line(
    ax: Axes,
    sweep: Sweep,
    at: Floats,
    style: Style,
    markers: Mapping[str, str],
    *,
    axis: int | None,
    row: int,
) -> None:
    """One line with its band, and at each point the marker of the limit that binds there."""
    # Values may have been given in any order; a line through them as given would run back and forth.
    order = np.argsort(at, kind="stable")
    x = at[order]

    def on_line(grid: np.ndarray) -> Any:
        if axis is None:
            return grid[order]
        return np.take(grid, row, axis=axis)[order]

    low, middle, high = on_line(sweep.low), on_line(sweep.middle), on_line(sweep.high)
    draw_band(ax, x, low, high, colour=style.colour, alpha=0.12, edge_pt=0.7)
    ax.plot(x, middle, color=style.colour, linewidth=2.0, linestyle=style.dash)
    for one_x, y, name in zip(x, middle, on_line(sweep.bottleneck), strict=True):
        mark = markers.get(name, "o")
        ax.plot([one_x], [y], mark, color=style.colour, markersize=6.5, markeredgecolor="white")


def _label_axes(ax: Axes, along: str, values: Sequence[Any], at: Floats) -> None:
    """What is carried, and the input along the axis: whole numbers and names each have their tick."""
    with_numbers = _are_numbers(values)
    # Half an aircraft on the axis would look like something that was tried.
    if with_numbers and np.array_equal(at, np.rint(at)) and at.size <= 12:
        ax.set_xticks(np.unique(at))
    number_axis(ax, which="y", label="carried (t/day)")
    number_axis(ax, which="x", label=_input_label(along))
    if not with_numbers:
        ax.set_xticks(at, [_short_value(value) for value in values])


def _sweep_legend(
    sweep: Sweep, by: str, line_values: Sequence[Any], markers: Mapping[str, str]
) -> list[Artist]:
    """Entries of lines, of limits that bind, and of the bands."""
    legend: list[Artist] = []
    # A single line is what the title says and has no entry.
    if by:
        legend += _line_legend(by, line_values)
    legend += _marker_legend(markers)
    band = patch(GROUP_STYLES[0], f"{sweep.coverage:.0%} range")
    band.set_alpha(0.2)
    return [*legend, band]


def _line_legend(by: str, values: Sequence[Any]) -> list[Artist]:
    """An entry for each line."""
    legend: list[Artist] = []
    for value, style in zip(values, GROUP_STYLES, strict=False):
        label = f"{by} {_short_value(value)}"
        legend.append(
            Line2D(
                [],
                [],
                color=style.colour,
                linestyle=style.dash,
                linewidth=2.0,
                label=label,
            )
        )
    return legend


def _marker_legend(markers: Mapping[str, str]) -> list[Artist]:
    """An entry for each limit that binds anywhere."""
    legend: list[Artist] = []
    for name, mark in markers.items():
        label = f"{name} binds"
        legend.append(
            Line2D(
                [],
                [],
                color=INK,
                linestyle="",
                marker=mark,
                markersize=6,
                label=label,
            )
        )
    return legend


def _input_label(name: str) -> str:
    """Label of the axis of an input."""
    return _WORDS.get(name, name.replace("_", " ") + " (as given)")


def _short_value(value: Any) -> str:
    """A value of an input in few words."""
    if isinstance(value, dict):
        return " + ".join(f"{part} {kind}" for kind, part in value.items())
    if isinstance(value, tuple):
        return f"{value[0]:g} to {value[-1]:g}"
    if isinstance(value, int | float):
        return f"{value:g}"
    return str(value)
