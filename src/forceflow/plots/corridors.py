"""What went from where to where: a matrix with ranges in its cells, and a map with weighted arcs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from ..arrays import Floats
from ..errors import EstimateError
from ..flows.event_draws import place_name
from ..results.estimate import Estimate
from ..results.range import Range
from ..world import find_place
from ..world.geography.gazetteer import Place
from .axes import axes_for, finish, frame, inches, number_axis, points
from .maps import box_around, draw_land, name_places, set_box
from .style import DIRECTION_STYLES, INK, SIZED, SMALL_PT, TEXT_PT, Style, tick_label
from .text import counted, place_label

__all__ = ["plot_flow_map", "plot_matrix"]

_Ways = dict[tuple[str, str], tuple[Range, str]]

_WIDEST_PT = 15.0
_LEAST_PT = 6.0
_FEW_PLACES = 8
_MARK = 16
"""Point of an arc, of 33, at which the mark of its direction is drawn."""


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
    every = _ways(estimate)
    ways = _readable(every, ax)
    origins, destinations = _ranked(ways, end=0), _ranked(ways, end=1)
    ax = axes_for(ax, width=2.6 + 1.15 * len(destinations), height=1.9 + 0.5 * len(origins))
    most = max((span.middle for span, _ in ways.values()), default=0.0) or 1.0
    size, two_lines = _cell_pt(ax, destinations, origins)
    for (origin, destination), (span, _) in ways.items():
        x, y = destinations.index(destination), origins.index(origin)
        shade = (max(span.middle, 0.0) / most) ** 0.5
        colour = tuple(1.0 - shade * (1.0 - part) for part in (0.0, 0.33, 0.53))
        ax.add_patch(_cell(x, y, colour))
        middle, low, high = _rounded(span)
        words = middle
        if span.low != span.high:
            words += f"\n{low} to{' ' if two_lines else chr(10)}{high}"
        ax.annotate(
            words,
            (x, y),
            ha="center",
            va="center",
            fontsize=size,
            color="white" if shade > 0.6 else INK,
            linespacing=1.15,
        ).set_label(SIZED)
    ax.set_xlim(-0.5, len(destinations) - 0.5)
    ax.set_ylim(len(origins) - 0.5, -0.5)
    frame(ax, title=title or f"{estimate.measure[:1].upper()}{estimate.measure[1:]}, from place to place", grid="")
    ax.set_xticks(range(len(destinations)), [_stacked(name) for name in destinations])
    ax.set_yticks(range(len(origins)), [tick_label(place_label(name)) for name in origins])
    ax.tick_params(length=0, labelsize=points(ax, SMALL_PT))
    ax.tick_params(axis="x", labelsize=_ticks_pt(ax, destinations, origins))
    ax.set_xlabel(f"to; in the cells: middle, low to high ({estimate.unit})", fontsize=points(ax, TEXT_PT), color=INK)
    ax.set_ylabel("from", fontsize=points(ax, TEXT_PT), color=INK)
    left = len(every) - len(ways)
    return _finish(
        ax,
        estimate,
        f"the {len(ways)} largest of {len(every)} ways, the others are not shown" if left else "",
        "an empty cell: nothing was reported" if not left else "",
    )


def plot_flow_map(estimate: Estimate, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw an arc from place to place, as thick as what moved: core low, body middle, rim high; its mark the direction.

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
    small = points(ax, 1.0) < 1.0
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
            "", tuple(line[-4]), tuple(line[-9]), zorder=5,
            arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 0.9, "mutation_scale": points(ax, 10.0)},
        )  # fmt: skip
        ax.plot(*line[_MARK], linestyle="", **_mark(ax, style), zorder=5.5)
    ranked = sorted(ways.items(), key=lambda way: -way[1][0].middle)
    frame(ax, title=title or f"{estimate.measure[:1].upper()}{estimate.measure[1:]}, from place to place", grid="")
    number_axis(ax, which="x", label="longitude (degrees east)")
    number_axis(ax, which="y", label="latitude (degrees north)")
    told = ranked[: 1 if small else 3]
    said = [place_label(f"{a} to {b} {span}") for (a, b), (span, _) in told]
    rest = f"{len(ranked) - len(told)} more ways" if len(ranked) > len(told) else ""
    shown = {direction for _, direction in ways.values()}
    legend = [
        Line2D([], [], color=style.colour, linewidth=points(ax, 4.0), label=name, **_mark(ax, style))
        for name, style in DIRECTION_STYLES.items()
        if name in shown
    ]
    widest_span = max((span for span, _ in ways.values()), key=lambda span: span.high)
    _finish(
        ax,
        estimate,
        *said,
        rest,
        f"core: low, body: middle, rim: high; the widest is {_rounded(widest_span)[2]} {estimate.unit}",
        "arcs are no tracks" if small else "arcs join the ends, or the place chosen for a region, and are no tracks",
        "a place without room has no name" if small or len(known) > _FEW_PLACES else "",
        "coastline: Natural Earth" + ("" if small else " 1:110m, public domain"),
        legend=legend,
    )
    free = [part for line in arcs.values() for part in (line[-10:-3], line[_MARK : _MARK + 1])]
    name_places(ax, [known[name] for way, _ in ranked for name in way], list(arcs.values()), kept_free=free)
    return ax


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


def _readable(ways: _Ways, ax: Axes | None) -> _Ways:
    """As many of the largest ways as leave the words in their cells readable on axes of one's own."""
    ranked = sorted(ways, key=lambda way: (-ways[way][0].middle, way))
    shown = dict(ways)
    while ax is not None and len(shown) > 1:
        destinations, origins = _ranked(shown, end=1), _ranked(shown, end=0)
        if min(_cell_pt(ax, destinations, origins)[0], _ticks_pt(ax, destinations, origins)) >= points(ax, _LEAST_PT):
            break
        shown.pop(ranked[len(shown) - 1])
    return shown


def _cell_pt(ax: Axes, destinations: Sequence[str], origins: Sequence[str]) -> tuple[float, bool]:
    """Size of words that fits into a cell, and whether they do so in two lines; else in three."""
    wide = _column_pt(ax, destinations, origins)
    high = (1.25 * 72.0 * inches(ax)[1] - points(ax, 95.0)) / len(origins)
    two, three = (min(wide / em, high / lines) for em, lines in ((8.6, 2.7), (5.4, 3.9)))
    most = points(ax, SMALL_PT)
    return min(max(two, three), most), two >= min(three, most)


def _column_pt(ax: Axes, destinations: Sequence[str], origins: Sequence[str]) -> float:
    """Width of a column in points, the names at the left taken off."""
    beside = points(ax, SMALL_PT) * (0.56 * max(len(place_label(name)) for name in origins) + 3.0)
    return (1.25 * 72.0 * inches(ax)[0] - beside) / len(destinations)


def _ticks_pt(ax: Axes, destinations: Sequence[str], origins: Sequence[str]) -> float:
    """Size of the names of columns that keeps them apart."""
    longest = max(len(line) for name in destinations for line in _stacked(name).split("\n"))
    return min(_column_pt(ax, destinations, origins) / (0.58 * (longest + 0.5)), points(ax, SMALL_PT))


def _stacked(name: str) -> str:
    return place_label(name).replace(" ", "\n", 1)


def _rounded(span: Range) -> tuple[str, str, str]:
    """Middle, low and high as printed everywhere, no digit below the Monte Carlo error, without the unit."""
    middle, _, ends = str(replace(span, unit="")).partition(" (")
    low, _, high = ends.rstrip(")").partition(" to ")
    return middle, low or middle, high or middle


def _mark(ax: Axes, style: Style) -> dict[str, Any]:
    """The mark that tells a direction without its colour."""
    return {
        "marker": style.marker,
        "markersize": points(ax, 5.0),
        "markerfacecolor": "white",
        "markeredgecolor": style.colour,
        "markeredgewidth": 1.2,
    }


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
