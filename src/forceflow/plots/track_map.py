"""Ships' tracks on the coastline, with their port calls and the silences between fixes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from ..arrays import Floats
from ..errors import TracksError
from ..tracks.call_labels import place_name
from ..tracks.track_line import SILENCE_H, TrackLine, TrackLines, middle_of
from ..world.geography.place import Place
from .axes import finish, frame, number_axis
from .maps import box_around, draw_land, name_places, set_box, unbroken_parts
from .style import BLUE, GREY, GROUP_STYLES, INK, Style, legend_label
from .track_sources import counted, track_sources

__all__ = ["plot_track_map"]

_MANY = Style(BLUE)
"""Of all ships, where there are more than styles to tell them apart."""

_MOST_NAMED = 12
_SILENT = (0, (1.2, 2.2))


@dataclass(frozen=True, slots=True)
class _Stop:
    """A place where ships called, in the middle of their fixes there."""

    place: str
    label: str
    kind: str
    longitude: float
    latitude: float
    calls: int


def plot_track_map(tracks: TrackLines, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw tracks as lines where ships were heard, and straight and dotted where they were silent.

    Parameters
    ----------
    tracks
        What `track_lines` gives.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.

    Raises
    ------
    TracksError
        No ship sent a position.
    """
    lines = [line for line in tracks.lines if line.times.size]
    if not lines:
        raise TracksError(
            "no positions to draw: all messages are static reports, or there are none"
        )
    stops = _stops_of(lines)
    ax, box = set_box(ax, box_around(np.concatenate([_positions(line) for line in lines])))
    draw_land(ax, box)
    apart = len(lines) <= len(GROUP_STYLES)
    for order, (line, width) in enumerate(zip(lines, _widths(lines), strict=True)):
        style = _MANY
        if apart:
            style = GROUP_STYLES[order]
        _draw_track(ax, line, style, width=width, zorder=3.0 + order / len(lines))
    _draw_anchorages(ax, stops)
    frame(ax, title=title or _map_title(lines), grid="")
    number_axis(ax, which="x", label="longitude (degrees east)")
    number_axis(ax, which="y", label="latitude (degrees north)")
    finish(ax, _map_sources(tracks), legend=_map_legend(lines, stops), columns=3)
    name_places(ax, _named_places(stops), [_positions(line) for line in lines])
    return ax


def _positions(line: TrackLine) -> Floats:
    return np.stack([line.longitude, line.latitude], axis=1)


def _draw_track(ax: Axes, line: TrackLine, style: Style, *, width: float, zorder: float) -> None:
    """Parts that were heard, and straight lines over the silences between them."""
    heard = []
    for part in line.parts():
        heard += unbroken_parts(part)
    silent = []
    for gap in line.silences():
        silent += unbroken_parts(gap)
    known = LineCollection(heard, colors=style.colour, linewidths=width, zorder=zorder)
    known.set_label(f"heard {line.ship}")
    unknown = LineCollection(silent, colors=GREY, linewidths=1.3, linestyles=[_SILENT], zorder=2.9)
    unknown.set_label(f"silent {line.ship}")
    for lines in (known, unknown):
        ax.add_collection(lines, autolim=False)
    x, y = np.transpose(_marked_points(line))
    ax.plot(
        x,
        y,
        style.marker,
        color=style.colour,
        markersize=4.0,
        markeredgecolor="white",
        markeredgewidth=0.5,
        zorder=zorder + 1.0,
    )


def _marked_points(line: TrackLine) -> list[Floats]:
    """Where parts begin and end, so that a fix between two silences is seen too, and colours are not needed."""
    points = []
    for part in line.parts():
        points += [part[0], part[-1]]
    return points


def _widths(lines: Sequence[TrackLine]) -> list[float]:
    """Ships drawn first have wider lines, so that one that took the same way lies on them and hides none."""
    if len(lines) > len(GROUP_STYLES):
        return [1.0] * len(lines)
    return [1.4 + 0.9 * (len(lines) - 1 - order) for order in range(len(lines))]


def _stops_of(lines: Sequence[TrackLine]) -> list[_Stop]:
    """Places with calls of these ships, those with most calls first."""
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    labels: dict[str, str] = {}
    for line in lines:
        for call in line.calls:
            at = line.place_of_call(call)
            if at is None:
                continue
            found.setdefault((call.place, call.kind), []).append(at)
            labels[call.place] = place_name(call)
    stops = []
    for (place, kind), points in found.items():
        x, y = middle_of(*np.transpose(points))
        stops.append(_Stop(place, labels[place], kind, x, y, len(points)))
    return sorted(stops, key=lambda stop: (-stop.calls, stop.kind != "berth", stop.label))


def _draw_anchorages(ax: Axes, stops: Sequence[_Stop]) -> None:
    """Open diamonds, as no ship touched land there."""
    for stop in stops:
        if stop.kind == "anchorage":
            ax.plot(
                [stop.longitude],
                [stop.latitude],
                "D",
                color="white",
                markersize=5,
                markeredgecolor=INK,
                markeredgewidth=1.2,
                zorder=6,
            )


def _named_places(stops: Sequence[_Stop]) -> list[Place]:
    """Points with names: berths, and anchorages of places without a berth."""
    berths = {stop.place for stop in stops if stop.kind != "anchorage"}
    named = []
    for stop in stops:
        name = stop.label
        if stop.kind == "anchorage":
            # A second name beside the berth's would cover it.
            if stop.place in berths:
                continue
            name = f"off {name}"
        named.append(
            Place(f"{stop.place} {stop.kind}", name, "port", stop.latitude, stop.longitude)
        )
    return named[:_MOST_NAMED]


def _map_legend(lines: Sequence[TrackLine], stops: Sequence[_Stop]) -> list[Artist]:
    legend: list[Artist] = []
    if len(lines) <= len(GROUP_STYLES):
        for line, style in zip(lines, GROUP_STYLES, strict=False):
            legend.append(_line_entry(style, line.label))
    else:
        legend.append(_line_entry(_MANY, f"{len(lines)} ships"))
    if any(line.silences() for line in lines):
        words = f"silent over {SILENCE_H:g} h: way not known"
        legend.append(Line2D([], [], color=GREY, linestyle=_SILENT, linewidth=1.6, label=words))
    kinds = {stop.kind for stop in stops}
    if kinds - {"anchorage"}:
        legend.append(_point_entry("o", INK, "at berth"))
    if "anchorage" in kinds:
        legend.append(_point_entry("D", "white", "at anchor"))
    return legend


def _line_entry(style: Style, label: str) -> Line2D:
    return Line2D(
        [],
        [],
        color=style.colour,
        marker=style.marker,
        markersize=4,
        linewidth=2,
        label=legend_label(label),
    )


def _point_entry(marker: str, colour: str, label: str) -> Line2D:
    return Line2D(
        [],
        [],
        color=colour,
        marker=marker,
        markeredgecolor=INK,
        linestyle="none",
        markersize=5,
        label=label,
    )


def _map_title(lines: Sequence[TrackLine]) -> str:
    if len(lines) > 3:
        return f"Where {counted(len(lines), 'ship')} were heard"
    *others, last = [line.name or line.ship for line in lines]
    if not others:
        return f"Where {last} was heard"
    return f"Where {', '.join(others)} and {last} were heard"


def _map_sources(tracks: TrackLines) -> str:
    return track_sources(
        tracks,
        "a dotted line joins the fixes before and after a silence and is no track",
        "coastline: Natural Earth 1:110m, public domain",
    )
