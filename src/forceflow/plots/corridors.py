"""What went from where to where: a matrix with ranges in its cells, and a map with weighted arcs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from ..arrays import Floats
from ..errors import EstimateError
from ..flows.event_selection import place_name
from ..results.estimate import Estimate
from ..results.range import Range
from ..world import find_place
from ..world.geography.place import Place
from .axes import axes_for, finish, frame, inches, is_narrow, number_axis, points
from .maps import box_around, draw_land, name_places, set_box
from .style import DIRECTION_STYLES, INK, SIZED, SMALL_PT, TEXT_PT, Style, tick_label
from .text import estimate_sources, place_label, sentence

__all__ = ["plot_flow_map", "plot_matrix"]


@dataclass(frozen=True, slots=True)
class _Flow:
    """What moved from one place to another, and in which direction that counts."""

    span: Range
    direction: str


_Flows = dict[tuple[str, str], _Flow]
"""By the names of origin and destination."""

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
    every = _flows_by_ends(estimate)
    flows = _readable_flows(every, ax)
    origins = _ranked_places(flows, end=0)
    destinations = _ranked_places(flows, end=1)
    ax = axes_for(ax, width=2.6 + 1.15 * len(destinations), height=1.9 + 0.5 * len(origins))
    _draw_cells(ax, flows, destinations, origins)
    ax.set_xlim(-0.5, len(destinations) - 0.5)
    ax.set_ylim(len(origins) - 0.5, -0.5)
    frame(ax, title=title or f"{sentence(estimate.measure)}, from place to place", grid="")
    _name_rows_and_columns(ax, destinations, origins)
    ax.set_xlabel(
        f"to; in the cells: middle, low to high ({estimate.unit})",
        fontsize=points(ax, TEXT_PT),
        color=INK,
    )
    ax.set_ylabel("from", fontsize=points(ax, TEXT_PT), color=INK)
    note = "an empty cell: nothing was reported"
    if len(flows) < len(every):
        note = f"the {len(flows)} largest of {len(every)} ways, the others are not shown"
    return finish(ax, estimate_sources(estimate, note), columns=4)


def _draw_cells(
    ax: Axes, flows: _Flows, destinations: Sequence[str], origins: Sequence[str]
) -> None:
    """A shaded cell with its numbers for each flow."""
    most = max((flow.span.middle for flow in flows.values()), default=0.0) or 1.0
    size, two_lines = _cell_pt(ax, destinations, origins)
    for (origin, destination), flow in flows.items():
        x = destinations.index(destination)
        y = origins.index(origin)
        # The square root lets small flows still be told from none.
        shade = (max(flow.span.middle, 0.0) / most) ** 0.5
        ax.add_patch(_shaded_cell(x, y, shade))
        colour = INK
        if shade > 0.6:
            colour = "white"
        words = ax.annotate(
            _cell_words(flow.span, two_lines=two_lines),
            (x, y),
            ha="center",
            va="center",
            fontsize=size,
            color=colour,
            linespacing=1.15,
        )
        words.set_label(SIZED)


def _shaded_cell(x: float, y: float, shade: float) -> Rectangle:
    """A cell from white (0) to the darkest blue (1)."""
    colour = tuple(1.0 - shade * (1.0 - part) for part in (0.0, 0.33, 0.53))
    return Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, facecolor=colour, edgecolor="none")


def _cell_words(span: Range, *, two_lines: bool) -> str:
    """Middle and range of a cell in two lines, or in three where it is narrow."""
    middle, low, high = _printed_parts(span)
    if span.low == span.high:
        return middle
    if two_lines:
        return f"{middle}\n{low} to {high}"
    return f"{middle}\n{low} to\n{high}"


def _name_rows_and_columns(ax: Axes, destinations: Sequence[str], origins: Sequence[str]) -> None:
    """Names of the places: destinations under the columns, origins beside the rows."""
    ax.set_xticks(range(len(destinations)), [_stacked_name(name) for name in destinations])
    ax.set_yticks(range(len(origins)), [tick_label(place_label(name)) for name in origins])
    ax.tick_params(length=0, labelsize=points(ax, SMALL_PT))
    ax.tick_params(axis="x", labelsize=_column_name_pt(ax, destinations, origins))


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
    flows = _flows_by_ends(estimate)
    places = _places_by_name(estimate)
    arcs = {ends: _arc(places[ends[0]], places[ends[1]]) for ends in flows}
    ax, box = set_box(ax, box_around(np.concatenate(list(arcs.values()))))
    draw_land(ax, box)
    most = max((flow.span.high for flow in flows.values()), default=0.0) or 1.0
    # The widest first, so that a thin arc is drawn over a thick one.
    for ends in sorted(flows, key=lambda ends: -flows[ends].span.high):
        _draw_arc(ax, flows[ends], arcs[ends], most)
    frame(ax, title=title or f"{sentence(estimate.measure)}, from place to place", grid="")
    number_axis(ax, which="x", label="longitude (degrees east)")
    number_axis(ax, which="y", label="latitude (degrees north)")
    ranked = sorted(flows, key=lambda ends: -flows[ends].span.middle)
    notes = _map_notes(flows, ranked, estimate.unit, narrow=is_narrow(ax), places=len(places))
    finish(ax, estimate_sources(estimate, *notes), legend=_direction_legend(ax, flows), columns=4)
    # Names come last: they look for room between what is drawn.
    free = []
    for line in arcs.values():
        free += [line[-10:-3], line[_MARK : _MARK + 1]]
    named = [places[name] for ends in ranked for name in ends]
    name_places(ax, named, list(arcs.values()), kept_free=free)
    return ax


def _draw_arc(ax: Axes, flow: _Flow, line: Floats, most: float) -> None:
    """One flow: three widths for its range, an arrow near the end and the mark of its direction in the middle."""
    style = DIRECTION_STYLES[flow.direction]
    widest = points(ax, _WIDEST_PT)
    for amount, alpha in ((flow.span.high, 0.25), (flow.span.middle, 0.6), (flow.span.low, 1.0)):
        ax.plot(
            line[:, 0],
            line[:, 1],
            color=style.colour,
            alpha=alpha,
            linewidth=max(widest * amount / most, 0.6),
            solid_capstyle="butt",
            zorder=3,
        )
    arrow = {"arrowstyle": "-|>", "color": INK, "lw": 0.9, "mutation_scale": points(ax, 10.0)}
    ax.annotate("", tuple(line[-4]), tuple(line[-9]), zorder=5, arrowprops=arrow)
    ax.plot(*line[_MARK], linestyle="", **_mark_style(ax, style), zorder=5.5)


def _map_notes(
    flows: _Flows, ranked: Sequence[tuple[str, str]], unit: str, *, narrow: bool, places: int
) -> list[str]:
    """What the caption of a map says: the largest flows, how to read the arcs, and what is not on the map."""
    most_named = 3
    if narrow:
        most_named = 1
    notes = []
    for ends in ranked[:most_named]:
        origin, destination = ends
        notes.append(place_label(f"{origin} to {destination} {flows[ends].span}"))
    if len(ranked) > most_named:
        notes.append(f"{len(ranked) - most_named} more ways")
    widest = max((flow.span for flow in flows.values()), key=lambda span: span.high)
    notes.append(
        f"core: low, body: middle, rim: high; the widest is {_printed_parts(widest)[2]} {unit}"
    )
    if narrow:
        notes.append("arcs are no tracks")
    else:
        notes.append("arcs join the ends, or the place chosen for a region, and are no tracks")
    if narrow or places > _FEW_PLACES:
        notes.append("a place without room has no name")
    coast = "coastline: Natural Earth"
    if not narrow:
        coast += " 1:110m, public domain"
    return [*notes, coast]


def _direction_legend(ax: Axes, flows: _Flows) -> list[Line2D]:
    """An entry for each direction on the map."""
    shown = {flow.direction for flow in flows.values()}
    width = points(ax, 4.0)
    legend = []
    for name, style in DIRECTION_STYLES.items():
        if name in shown:
            legend.append(
                Line2D(
                    [],
                    [],
                    color=style.colour,
                    linewidth=width,
                    label=name,
                    **_mark_style(ax, style),
                )
            )
    return legend


def _flows_by_ends(estimate: Estimate) -> _Flows:
    """Total and direction of each corridor, by names of its ends."""
    if estimate.by != "corridor" or not estimate.group_totals:
        raise EstimateError(
            "a matrix or a map needs an estimate by corridor: estimate_tonnage(..., by='corridor')"
        )
    totals = dict(zip(estimate.groups, estimate.group_totals, strict=True))
    flows: _Flows = {}
    for event in estimate.used:
        origin = place_name(event.origin)
        destination = place_name(event.destination)
        total = totals.get(f"{origin} - {destination}")
        if total is not None:
            flows.setdefault((origin, destination), _Flow(total, event.direction))
    return flows


def _places_by_name(estimate: Estimate) -> dict[str, Place]:
    """The places at the ends of all movements."""
    places: dict[str, Place] = {}
    for event in estimate.used:
        for end in (event.origin, event.destination):
            place = find_place(end)
            places[place.name] = place
    return places


def _ranked_places(flows: _Flows, *, end: int) -> list[str]:
    """Places at one end of the flows, those with most first."""
    sums: dict[str, float] = {}
    for ends, flow in flows.items():
        sums[ends[end]] = sums.get(ends[end], 0.0) + flow.span.middle
    return sorted(sums, key=lambda name: (-sums[name], name))


def _readable_flows(flows: _Flows, ax: Axes | None) -> _Flows:
    """As many of the largest flows as leave the words in their cells readable on axes of one's own."""
    # Leaving out the least flow may free a row or a column, which gives all other cells more room.
    ranked = sorted(flows, key=lambda ends: (-flows[ends].span.middle, ends))
    shown = dict(flows)
    while ax is not None and len(shown) > 1:
        destinations = _ranked_places(shown, end=1)
        origins = _ranked_places(shown, end=0)
        in_cells, _ = _cell_pt(ax, destinations, origins)
        if min(in_cells, _column_name_pt(ax, destinations, origins)) >= points(ax, _LEAST_PT):
            break
        shown.pop(ranked[len(shown) - 1])
    return shown


def _cell_pt(ax: Axes, destinations: Sequence[str], origins: Sequence[str]) -> tuple[float, bool]:
    """Size of words that fits into a cell, and whether they do so in two lines; else in three."""
    width = _column_pt(ax, destinations, origins)
    height = (1.25 * 72.0 * inches(ax)[1] - points(ax, 95.0)) / len(origins)
    # Letters in the longest line and lines with their leading, in sizes of the font.
    two = min(width / 8.6, height / 2.7)
    three = min(width / 5.4, height / 3.9)
    most = points(ax, SMALL_PT)
    return min(max(two, three), most), two >= min(three, most)


def _column_pt(ax: Axes, destinations: Sequence[str], origins: Sequence[str]) -> float:
    """Width of a column in points, without the names at the left."""
    longest = max(len(place_label(name)) for name in origins)
    beside = points(ax, SMALL_PT) * (0.56 * longest + 3.0)
    return (1.25 * 72.0 * inches(ax)[0] - beside) / len(destinations)


def _column_name_pt(ax: Axes, destinations: Sequence[str], origins: Sequence[str]) -> float:
    """Size of the names of columns that keeps them apart."""
    longest = max(len(line) for name in destinations for line in _stacked_name(name).split("\n"))
    return min(
        _column_pt(ax, destinations, origins) / (0.58 * (longest + 0.5)), points(ax, SMALL_PT)
    )


def _stacked_name(name: str) -> str:
    """Name of a place in two lines, so that columns can be narrow."""
    return place_label(name).replace(" ", "\n", 1)


def _printed_parts(span: Range) -> tuple[str, str, str]:
    """Middle, low and high as printed everywhere, no digit below the Monte Carlo error, without the unit."""
    middle, _, ends = str(replace(span, unit="")).partition(" (")
    low, _, high = ends.rstrip(")").partition(" to ")
    return middle, low or middle, high or middle


def _mark_style(ax: Axes, style: Style) -> dict[str, Any]:
    """The mark that shows a direction without its colour."""
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
    # A quadratic Bezier curve; its bend to one side keeps the way back apart from the way there.
    middle = (a + b) / 2 + 0.16 * across
    t = np.linspace(0.0, 1.0, 33)[:, None]
    line: Floats = (1 - t) ** 2 * a + 2 * t * (1 - t) * middle + t**2 * b
    return line
