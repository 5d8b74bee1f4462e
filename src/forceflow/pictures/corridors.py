"""What went from where to where: a matrix with ranges in its cells, and a map with weighted arcs."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from ..errors import EstimateError
from ..estimates.flows import place_name
from ..estimates.range import Range
from ..estimates.result import Estimate
from ..world import find_place
from ..world.places import Place
from .maps import box_around, draw_land, name_places, set_box
from .palette import (
    DIRECTION_STYLES,
    INK,
    SMALL_PT,
    TEXT_PT,
    axes_for,
    counted,
    finish,
    frame,
    number,
    number_axis,
    points,
    span_text,
)

__all__ = ["plot_flow_map", "plot_matrix"]

Floats = NDArray[np.float64]
_Ways = dict[tuple[str, str], tuple[Range, str]]

_WIDEST_PT = 15.0


def plot_matrix(estimate: Estimate, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw what went from each place to each other: the darker the more, with the range in every cell.

    Parameters
    ----------
    estimate
        From `estimate_tonnage` with ``by="corridor"``.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.

    Raises
    ------
    EstimateError
        The estimate is not by corridor.
    """
    ways = _ways(estimate)
    origins = _ranked(ways, end=0)
    destinations = _ranked(ways, end=1)
    ax = axes_for(ax, width=2.6 + 1.15 * len(destinations), height=1.9 + 0.5 * len(origins))
    most = max((span.middle for span, _ in ways.values()), default=0.0) or 1.0
    size, two_lines = _cell_pt(ax, len(destinations), len(origins))
    for (origin, destination), (span, _) in ways.items():
        x, y = destinations.index(destination), origins.index(origin)
        shade = (max(span.middle, 0.0) / most) ** 0.5
        colour = tuple(1.0 - shade * (1.0 - part) for part in (0.0, 0.33, 0.53))
        ax.add_patch(_cell(x, y, colour))
        words = number(span.middle)
        if span.low != span.high:
            words += f"\n{number(span.low)} to{' ' if two_lines else chr(10)}{number(span.high)}"
        ax.annotate(
            words,
            (x, y),
            ha="center",
            va="center",
            fontsize=size,
            color="white" if shade > 0.6 else INK,
            linespacing=1.15,
        )
    ax.set_xlim(-0.5, len(destinations) - 0.5)
    ax.set_ylim(len(origins) - 0.5, -0.5)
    frame(ax, title=title or f"{estimate.measure[:1].upper()}{estimate.measure[1:]}, from place to place", grid="")
    ax.set_xticks(range(len(destinations)), [name.replace(" ", "\n", 1) for name in destinations])
    ax.set_yticks(range(len(origins)), origins)
    ax.tick_params(length=0, labelsize=points(ax, SMALL_PT))
    ax.set_xlabel(f"to; in the cells: middle, low to high ({estimate.unit})", fontsize=points(ax, TEXT_PT), color=INK)
    ax.set_ylabel("from", fontsize=points(ax, TEXT_PT), color=INK)
    return _finish(ax, estimate, "an empty cell: nothing was reported")


def plot_flow_map(estimate: Estimate, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw an arc from place to place, as thick as what moved: core low, body middle, rim high.

    Parameters
    ----------
    estimate
        From `estimate_tonnage` with ``by="corridor"``.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.

    Raises
    ------
    EstimateError
        The estimate is not by corridor.
    """
    ways = _ways(estimate)
    ends = {name: find_place(name) for way in estimate.used for name in (way.origin, way.destination)}
    known = {place.name: place for place in ends.values()}
    arcs = {way: _arc(known[way[0]], known[way[1]]) for way in ways}
    box = box_around(np.concatenate(list(arcs.values())))
    ax, box = set_box(ax, box)
    draw_land(ax, box)
    most = max((span.high for span, _ in ways.values()), default=0.0) or 1.0
    widest = points(ax, _WIDEST_PT)
    for way in sorted(ways, key=lambda way: -ways[way][0].high):
        span, direction = ways[way]
        style, line = DIRECTION_STYLES[direction], arcs[way]
        for amount, alpha in ((span.high, 0.25), (span.middle, 0.6), (span.low, 1.0)):
            ax.plot(
                line[:, 0], line[:, 1], color=style.colour, alpha=alpha, linewidth=max(widest * amount / most, 0.6),
                solid_capstyle="butt", zorder=3,
            )  # fmt: skip
        ax.annotate(
            "", tuple(line[-4]), tuple(line[-9]), arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 0.9}, zorder=5
        )
    name_places(ax, [known[name] for name in dict.fromkeys(name for way in ways for name in way)], box)
    frame(ax, title=title or f"{estimate.measure[:1].upper()}{estimate.measure[1:]}, from place to place", grid="")
    number_axis(ax, which="x", label="longitude (degrees east)")
    number_axis(ax, which="y", label="latitude (degrees north)")
    ranked = sorted(ways.items(), key=lambda way: -way[1][0].middle)
    said = [f"{a} to {b} {span_text(*span)} {estimate.unit}" for (a, b), (span, _) in ranked[:3]]
    rest = f"{len(ranked) - 3} more ways" if len(ranked) > 3 else ""
    shown = {direction for _, direction in ways.values()}
    legend = [
        Line2D([], [], color=style.colour, linewidth=4, alpha=0.6, label=name)
        for name, style in DIRECTION_STYLES.items()
        if name in shown
    ]
    return _finish(
        ax,
        estimate,
        *said,
        rest,
        f"core: low, body: middle, rim: high; the widest is {number(most)} {estimate.unit}",
        "arcs join the ends, or the place chosen for a region, and are no tracks",
        "coastline: Natural Earth 1:110m, public domain",
        legend=legend,
    )


def _ways(estimate: Estimate) -> _Ways:
    """Total and direction of each corridor, by names of its ends."""
    if estimate.by != "corridor" or not estimate.group_totals:
        raise EstimateError("a matrix or a map needs an estimate by corridor: estimate_tonnage(..., by='corridor')")
    totals = dict(zip(estimate.groups, estimate.group_totals, strict=True))
    found: _Ways = {}
    for event in estimate.used:
        ends = place_name(event.origin), place_name(event.destination)
        if f"{ends[0]} - {ends[1]}" in totals:
            found.setdefault(ends, (totals[f"{ends[0]} - {ends[1]}"], event.direction))
    return found


def _ranked(ways: _Ways, *, end: int) -> list[str]:
    """Places at one end of the ways, those with most first."""
    sums: dict[str, float] = {}
    for way, (span, _) in ways.items():
        sums[way[end]] = sums.get(way[end], 0.0) + span.middle
    return sorted(sums, key=lambda name: (-sums[name], name))


def _cell(x: float, y: float, colour: tuple[float, ...]) -> Rectangle:
    return Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, facecolor=colour, edgecolor="none")


def _cell_pt(ax: Axes, columns: int, rows: int) -> tuple[float, bool]:
    """Size of words that lets them stand in a cell, and whether they do so in two lines; else in three."""
    root = ax.get_figure(root=True)
    inches = root.get_size_inches() if root is not None else np.array([6.0, 4.0])
    wide, high = np.asarray(inches) * np.array([0.62, 0.45]) * 72.0
    two, three = (min(wide / columns / em, high / rows / lines) for em, lines in ((7.6, 2.6), (4.8, 3.8)))
    return float(np.clip(max(two, three) / points(ax, 1.0), 4.0, SMALL_PT)), two >= min(three, SMALL_PT)


def _arc(start: Place, stop: Place) -> Floats:
    """Points of a bent line from one place to another, shape (33, 2) of longitude and latitude."""
    a, b = (np.array([place.longitude, place.latitude]) for place in (start, stop))
    across = np.array([a[1] - b[1], b[0] - a[0]])
    middle = (a + b) / 2 + 0.16 * across
    t = np.linspace(0.0, 1.0, 33)[:, None]
    line: Floats = (1 - t) ** 2 * a + 2 * t * (1 - t) * middle + t**2 * b
    return line


def _finish(ax: Axes, estimate: Estimate, *more: str, legend: list[Line2D] | None = None) -> Axes:
    sources = counted(
        estimate.claims,
        estimate.reports,
        f"{len(estimate.events)} events",
        f"ranges hold {estimate.coverage:.0%} of {estimate.draws:,} draws",
        f"seed {estimate.seed}",
        *more,
    )
    return finish(ax, sources, legend=legend, columns=4)
