"""Legs of aircraft on the coastline: arcs from field to field, and where the others began and ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from ..arrays import Floats
from ..errors import TracksError
from ..tracks.leg_rows import Leg
from ..tracks.leg_table import LegTable, field_place
from ..world.geography.geodesy import geodesic_points
from ..world.geography.place import Place
from .axes import finish, frame, number_axis, points
from .maps import box_around, draw_land, name_places, set_box, unbroken_parts
from .style import BLUE, INK, ORANGE, SIZED, SMALL_PT
from .track_sources import leg_sources

__all__ = ["has_ways", "plot_leg_map"]

_WIDEST_PT, _LEAST_PT = 6.0, 1.2
_LOST = (0, (1.2, 2.2))
_BEND = 0.06
"""How far an arc bends to its right, as a share of its length: the way out and back lie apart."""


@dataclass(frozen=True, slots=True)
class _Way:
    """From one field to another, or to where an aircraft was seen last."""

    origin: tuple[float, float]
    destination: tuple[float, float]
    legs: int
    is_lost: bool


def plot_leg_map(legs: LegTable, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw an arc from field to field, as thick as there are legs, with their number on it.

    A leg without a field at one end is a dotted line to the ring where the aircraft was seen first or last. Arcs show
    which fields were joined; they are not the way that was flown.

    Parameters
    ----------
    legs
        What `leg_table` gives.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.

    Raises
    ------
    TracksError
        No leg has two ends that can be placed on a map.
    """
    fields: dict[str, Place] = {}
    ways, left_out = _ways_of(legs.every, fields)
    if not ways:
        raise TracksError(
            "no leg has both ends in the gazetteer or with a position; make your fields known by add_place"
        )
    lines = [_arc(way) for way in ways]
    ax, box = set_box(ax, box_around(np.concatenate(lines)))
    draw_land(ax, box)
    most = max(way.legs for way in ways)
    for order, (way, line) in enumerate(zip(ways, lines, strict=True)):
        _draw_way(ax, way, line, most, zorder=3.0 + order / len(ways))
    frame(ax, title=title or "Legs from field to field", grid="")
    number_axis(ax, which="x", label="longitude (degrees east)")
    number_axis(ax, which="y", label="latitude (degrees north)")
    sources = leg_sources(
        legs,
        "arcs join fields, bent to the right of the way flown, and are not tracks",
        left_out,
        "coastline: Natural Earth 1:110m, public domain",
    )
    finish(ax, sources, legend=_legend(ways), columns=3)
    marks = [_middle_of(line) for way, line in zip(ways, lines, strict=True) if not way.is_lost]
    name_places(ax, list(fields.values()), lines, kept_free=marks)
    return ax


def has_ways(legs: LegTable) -> bool:
    """Whether some leg has two ends that can be placed on a map."""
    return bool(_ways_of(legs.every, {})[0])


def _ways_of(legs: Sequence[Leg], fields: dict[str, Place]) -> tuple[list[_Way], str]:
    """Ways by their ends, those with most legs first; and how many legs have no place on the map."""
    counts: dict[tuple[tuple[float, float], tuple[float, float], bool], int] = {}
    left_out = 0
    for leg in legs:
        origin = _end_of(leg.origin, leg.first_longitude, leg.first_latitude, fields)
        destination = _end_of(leg.destination, leg.last_longitude, leg.last_latitude, fields)
        if origin is None or destination is None or origin == destination:
            left_out += 1
            continue
        is_lost = not leg.origin or not leg.destination
        key = origin, destination, is_lost
        counts[key] = counts.get(key, 0) + 1
    ways = [_Way(*key[:2], many, key[2]) for key, many in counts.items()]
    ways.sort(key=lambda way: (way.is_lost, -way.legs, way.origin, way.destination))
    words = ""
    if left_out:
        words = f"{left_out:,} leg{'s' * (left_out != 1)} around one field or without positions not shown"
    return ways, words


def _end_of(
    name: str, longitude: float | None, latitude: float | None, fields: dict[str, Place]
) -> tuple[float, float] | None:
    """Where a leg begins or ends: its field, or the position seen; fields are collected."""
    place = field_place(name) if name else None
    if place is not None:
        fields[place.id] = place
        return place.longitude, place.latitude
    if longitude is None or latitude is None:
        return None
    if name:
        # A field of the user's own lies where the aircraft was seen there first.
        place = fields.setdefault(name, Place(name, name, "airfield", latitude, longitude))
        return place.longitude, place.latitude
    return longitude, latitude


def _arc(way: _Way) -> Floats:
    """Points of an arc, shape (n, 2): the great circle, bent to the right."""
    # Without a bend the way back would lie on the way out, and hide how many flew it.
    line = np.array(geodesic_points(way.origin, way.destination), dtype=np.float64)
    if way.is_lost or np.abs(np.diff(line[:, 0])).max() > 180.0:
        return line
    share = np.linspace(0.0, 1.0, len(line))
    east, north = line[-1] - line[0]
    bend = _BEND * 4.0 * share * (1.0 - share)
    bent: Floats = line + np.stack([north * bend, -east * bend], axis=1)
    return bent


def _draw_way(ax: Axes, way: _Way, line: Floats, most: int, *, zorder: float) -> None:
    """An arc with its number, or a dotted line to a ring."""
    if way.is_lost:
        for part in unbroken_parts(line):
            ax.plot(
                part[:, 0], part[:, 1], color=ORANGE, linestyle=_LOST, linewidth=1.4, zorder=zorder
            )
        for end in (way.origin, way.destination):
            ax.plot(
                *end,
                "o",
                color="white",
                markersize=4,
                markeredgecolor=ORANGE,
                markeredgewidth=1.2,
                zorder=5,
            )
        return
    width = max(_WIDEST_PT * way.legs / most, _LEAST_PT)
    for part in unbroken_parts(line):
        ax.plot(
            part[:, 0],
            part[:, 1],
            color=BLUE,
            linewidth=points(ax, width),
            solid_capstyle="butt",
            zorder=zorder,
            label=f"_way {way.legs}",
        )
    x, y = _middle_of(line)[0]
    words = ax.annotate(
        f"{way.legs:,}",
        (x, y),
        ha="center",
        va="center",
        fontsize=points(ax, SMALL_PT),
        color=INK,
        zorder=7,
        bbox={"facecolor": "white", "edgecolor": BLUE, "linewidth": 0.6, "pad": 1.2},
    )
    words.set_label(SIZED)


def _middle_of(line: Floats) -> Floats:
    """The middle point of an arc, shape (1, 2)."""
    middle: Floats = line[len(line) // 2][None, :]
    return middle


def _legend(ways: Sequence[_Way]) -> list[Artist]:
    legend: list[Artist] = []
    if any(not way.is_lost for way in ways):
        words = "legs between two fields, their number on the line"
        legend.append(Line2D([], [], color=BLUE, linewidth=3, label=words))
    if any(way.is_lost for way in ways):
        legend.append(
            Line2D(
                [],
                [],
                color=ORANGE,
                linestyle=_LOST,
                linewidth=1.4,
                marker="o",
                markerfacecolor="white",
                markersize=4,
                label="one end not known: to where it was seen first or last",
            )
        )
    return legend
