"""Routes on the offline coastline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.textpath import text_to_path

from ..arrays import Bools, Floats
from ..errors import RouteError
from ..world.geography.coast import coastline, countries
from .axes import axes_for, finish, frame, inches, number_axis, points
from .style import INK, LAND, MODE_STYLES, SEA, SIZED, SMALL_PT, Style
from .text import number, place_label

if TYPE_CHECKING:
    from ..world.geography.place import Place
    from ..world.geography.routes import Route

__all__ = ["box_around", "draw_land", "name_places", "plot_routes", "set_box", "unbroken_parts"]


Box = tuple[float, float, float, float]
"""West, south, east and north, in degrees."""

_LEAST_DEGREES = 1.6


def plot_routes(
    routes: Sequence[Route], *, ax: Axes | None = None, title: str = "", note: str = ""
) -> Axes:
    """Draw routes on the coastline of Natural Earth, one dash and colour for each mode.

    Parameters
    ----------
    routes
        One route or more.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.
    note
        Which place is used for which region, for the caption.

    Raises
    ------
    RouteError
        There is no route.
    """
    if not routes:
        raise RouteError("no routes to draw")
    lines = [_route_line(route) for route in routes]
    ax, box = set_box(ax, box_around(np.concatenate(lines)))
    draw_land(ax, box)
    for order, (route, line) in enumerate(zip(routes, lines, strict=True)):
        # Each route with its white edge lies over the route before it.
        _draw_route(ax, line, MODE_STYLES[route.mode], zorder=3 + order / len(routes))
    frame(ax, title=title or _routes_title(routes), grid="")
    number_axis(ax, which="x", label="longitude (degrees east)")
    number_axis(ax, which="y", label="latitude (degrees north)")
    modes = {route.mode for route in routes}
    finish(ax, _routes_sources(routes, note), legend=_mode_legend(modes), columns=3)
    name_places(
        ax, [place for route in routes for place in (route.origin, route.destination)], lines
    )
    return ax


def _route_line(route: Route) -> Floats:
    """Longitude and latitude along a route, shape (n, 2); without legs its two ends."""
    along: list[tuple[float, float]] = []
    for leg in route.legs:
        along.extend(leg.coordinates)
    if not along:
        along = [(place.longitude, place.latitude) for place in (route.origin, route.destination)]
    return np.asarray(along, dtype=np.float64)


def _draw_route(ax: Axes, line: Floats, style: Style, *, zorder: float) -> None:
    """The line of a route with a white edge."""
    for part in unbroken_parts(line):
        x, y = part[:, 0], part[:, 1]
        ax.plot(
            x,
            y,
            color="white",
            linewidth=4.0,
            zorder=zorder,
        )
        ax.plot(
            x,
            y,
            color=style.colour,
            linestyle=style.dash,
            linewidth=2.0,
            zorder=zorder,
        )


def _routes_sources(routes: Sequence[Route], note: str) -> str:
    """Each route with its distance and passages, how its ends were chosen, and where the coastline is from."""
    shown = []
    for route in routes:
        words = f"{_route_ends(route)} by {route.mode} {route.distance_km:,.0f} km"
        if route.passages:
            words += f" through {', '.join(route.passage_names)}"
        shown.append(words)
    ends = "The end of a region is a place chosen for it"
    if note:
        ends = f"Ends chosen for regions: {note}"
    return (
        f"{'; '.join(shown)}. {ends}. Lines are ways between the ends shown, not tracks. "
        "Coastline: Natural Earth 1:110m, public domain. No claims."
    )


def unbroken_parts(line: Floats) -> list[Floats]:
    """Parts of a line that do not jump over the antimeridian."""
    # Half the world between two points is a line that was cut at the edge of the map.
    jumps = np.flatnonzero(np.abs(np.diff(line[:, 0])) > 180.0) + 1
    return [part for part in np.split(line, jumps) if len(part) > 1]


def set_box(ax: Axes | None, box: Box) -> tuple[Axes, Box]:
    """Axes over these degrees, true to shape in the middle of them, and the degrees: wider where there is room."""
    west, south, east, north = box
    middle = np.deg2rad((south + north) / 2)
    room = 1.0
    if ax is not None:
        wide_in, high_in = inches(ax)
        room = 0.75 * high_in / wide_in
    wide = (north - south) / (room * np.cos(middle))
    if wide > east - west:
        # Widened to both sides alike, never over the edge of the world.
        old_west, old_east = west, east
        west = max((old_west + old_east - wide) / 2, -180.0)
        east = min((old_west + old_east + wide) / 2, 180.0)
    shape = (north - south) / ((east - west) * np.cos(middle))
    height = float(np.clip(7.2 * shape, 3.0, 8.0)) + 1.0
    ax = axes_for(ax, width=8.0, height=height, layout="compressed")
    ax.set_facecolor(SEA)
    ax.set_xlim(west, east)
    ax.set_ylim(south, north)
    # A degree of longitude is shorter than one of latitude by the cosine of where the map is.
    ax.set_aspect(float(1 / np.cos(middle)), anchor="W")
    return ax, (float(west), south, float(east), north)


def box_around(points: Floats) -> Box:
    """West, south, east, north with a margin."""
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    wide = east - west
    high = north - south
    margin_x = max(0.09 * wide, 0.06 * high, 0.5 * (_LEAST_DEGREES - wide), 0.2)
    margin_y = max(0.09 * high, 0.10 * wide, 0.5 * (_LEAST_DEGREES - high), 0.2)
    return (
        float(max(west - margin_x, -180)),
        float(max(south - margin_y, -85)),
        float(min(east + margin_x, 180)),
        float(min(north + margin_y, 85)),
    )


def draw_land(ax: Axes, box: Box) -> None:
    """Draw land, borders and coast within these degrees."""
    west, south, east, north = box

    def near(line: Floats) -> bool:
        low, high = line.min(axis=0), line.max(axis=0)
        return bool(low[0] <= east and high[0] >= west and low[1] <= north and high[1] >= south)

    rings = []
    for country in countries().values():
        rings += [ring for ring in country if near(ring)]
    ax.add_collection(
        PolyCollection(
            rings,
            facecolors=LAND,
            edgecolors="white",
            linewidths=0.6,
            zorder=1,
        )
    )
    coast = [line for line in coastline() if near(line)]
    ax.add_collection(LineCollection(coast, colors="#9AA5AD", linewidths=0.8, zorder=2))


_Side = Literal["left", "center", "right"]
_Spot = tuple[float, float, _Side]

_SPOTS: tuple[_Spot, ...] = (
    (7, 0, "left"),
    (-7, 0, "right"),
    (0, 11, "center"),
    (0, -11, "center"),
    (7, 11, "left"),
    (7, -11, "left"),
    (-7, 11, "right"),
    (-7, -11, "right"),
)
"""Where a name may be put beside its point: offset in points and alignment, best first."""


def _far_spots() -> tuple[_Spot, ...]:
    """Spots further off, at the end of a thin line, the nearest first."""
    sides: tuple[tuple[float, _Side], ...] = ((1.0, "left"), (-1.0, "right"))
    spots: list[_Spot] = []
    for far in (18.0, 30.0, 44.0):
        for sign, side in sides:
            spots += [(sign * far, up, side) for up in (0.0, 16.0, -16.0, 30.0, -30.0)]
    return tuple(spots)


_FAR = _far_spots()
"""Used where there is no room beside the point; not on small maps."""
_LEFT_OF = {"left": 0.0, "center": 0.5, "right": 1.0}
"""Share of a name that lies left of its spot, by alignment."""


@dataclass(slots=True)
class _Page:
    """What lies on the page of a map, in points of the page.

    Parameters
    ----------
    area
        The axes.
    fixed
        Points of places, and what else no name may cover.
    lines
        Points along all lines, shape (n, 2).
    names
        Names written so far.
    """

    area: Box
    fixed: list[Box]
    lines: Floats
    names: list[Box]


def name_places(
    ax: Axes, ends: Sequence[Place], lines: Sequence[Floats], *, kept_free: Sequence[Floats] = ()
) -> None:
    """Mark places and put each name where it covers no other name and least of the points and of these lines.

    The last step of a map, as it needs the size the axes have in the end. Names are put in the order given; one without
    room, on small maps, is left out.

    Parameters
    ----------
    ends
        Places; one that comes again counts once.
    lines
        In degrees, shape (n, 2); names avoid them.
    kept_free
        Stretches and points, in degrees, shape (n, 2), that no name may cover.
    """
    # Without this the axes would still have the shape from before the map was made true to shape.
    ax.apply_aspect()
    places = list({place.id: place for place in ends}.values())
    page, marks = _lay_out_page(ax, places, lines, kept_free)
    size = points(ax, SMALL_PT)
    spots = _SPOTS
    if size == SMALL_PT:
        spots = (*_SPOTS, *_FAR)
    font = FontProperties(size=size, weight="bold")
    for place, mark in zip(places, marks, strict=True):
        ax.plot(
            [place.longitude],
            [place.latitude],
            "o",
            color=INK,
            markersize=5,
            markeredgecolor="white",
            zorder=6,
        )
        name = place_label(place.name)
        length = text_to_path.get_text_width_height_descent(name, font, ismath=False)[0] + 2.0
        best = _best_spot(page, mark, spots, length, size)
        if best is None:
            continue
        rank, box = best
        page.names.append(box)
        # Later names keep off the line that leads to this one too.
        page.lines = np.concatenate([page.lines, _leader(mark, spots[rank])])
        _write_name(ax, place, name, spots[rank], size, far=rank >= len(_SPOTS))


def _lay_out_page(
    ax: Axes, places: Sequence[Place], lines: Sequence[Floats], kept_free: Sequence[Floats]
) -> tuple[_Page, Floats]:
    """What names must avoid, and where the points of the places are, shape (places, 2)."""
    inch = ax.figure.dpi
    area = ax.get_window_extent()

    def on_page(degrees: Any) -> Floats:
        pixels = ax.transData.transform(np.asarray(degrees, dtype=np.float64).reshape(-1, 2))
        at: Floats = (pixels - area.min) / inch * 72.0
        return at

    marks = on_page([(place.longitude, place.latitude) for place in places])
    fixed: list[Box] = [(x - 3, y - 3, x + 3, y + 3) for x, y in marks]
    for stretch in kept_free:
        at = on_page(stretch)
        fixed.append((*(at.min(axis=0) - 2), *(at.max(axis=0) + 2)))
    dense = np.empty((0, 2))
    if lines:
        dense = np.concatenate([_points_along(on_page(line)) for line in lines])
    page = (0.0, 0.0, area.width / inch * 72.0, area.height / inch * 72.0)
    return _Page(page, fixed, dense, []), marks


def _best_spot(
    page: _Page, mark: Floats, spots: Sequence[_Spot], length: float, size: float
) -> tuple[int, Box] | None:
    """Rank and box of the spot where a name covers least; None where it has no room."""
    high = 0.8 * size
    choices = []
    for rank, spot in enumerate(spots):
        box = _name_box(mark, spot, length, high)
        outside = length * 2 * high - _overlap_area(box, page.area)
        if outside > 0.15 * length * high or _covers_name(page, box, _leader(mark, spot)):
            continue
        covered = sum(_overlap_area(box, other) for other in page.fixed)
        struck = _inside_box(page.lines, box).sum()
        cost = covered + 4.0 * float(struck)
        # On small maps, which have no far spots, a name that covers much is left out; the first two are always there.
        if len(page.names) > 1 and spots is _SPOTS and cost > length * high:
            continue
        if rank >= len(_SPOTS):
            cost += 2.0 * size**2
        choices.append((cost, rank, box))
    if not choices:
        return None
    _, rank, box = min(choices)
    return rank, box


def _name_box(mark: Floats, spot: _Spot, length: float, high: float) -> Box:
    """The box that a name takes at a spot, `high` above and below its middle."""
    x, y = mark
    dx, dy, side = spot
    left = x + dx - _LEFT_OF[side] * length
    return (left, y + dy - high, left + length, y + dy + high)


def _leader(mark: Floats, spot: _Spot) -> Floats:
    """Points along the line from the point of a place to its name."""
    x, y = mark
    return _points_along(np.array([(x, y), (x + spot[0], y + spot[1])]))


def _covers_name(page: _Page, box: Box, leader: Floats) -> bool:
    """Whether a name, or the line that leads to it, lies over a name that is there already."""
    return any(
        _overlap_area(box, name) > 0.0 or _inside_box(leader, name).any() for name in page.names
    )


def _write_name(ax: Axes, place: Place, name: str, spot: _Spot, size: float, *, far: bool) -> None:
    """Write the name of a place; at a far spot a thin line leads to it."""
    dx, dy, side = spot
    arrow = None
    if far:
        arrow = {"arrowstyle": "-", "color": INK, "lw": 0.6, "shrinkA": 0, "shrinkB": 2}
    words = ax.annotate(
        name,
        (place.longitude, place.latitude),
        (dx, dy),
        textcoords="offset points",
        ha=side,
        va="center",
        fontsize=size,
        color=INK,
        fontweight="bold",
        zorder=7,
        bbox={"facecolor": "white", "alpha": 0.7, "linewidth": 0, "pad": 0.8},
        arrowprops=arrow,
    )
    words.set_in_layout(False)
    words.set_label(SIZED)


def _points_along(line: Floats) -> Floats:
    """Points along a line, one for each point of the page, shape (n, 2)."""
    lengths = np.hypot(*np.diff(line, axis=0).T)
    steps = np.concatenate([[0.0], np.cumsum(lengths)])
    at = np.arange(0.0, steps[-1], 1.0)
    x = np.interp(at, steps, line[:, 0])
    y = np.interp(at, steps, line[:, 1])
    return np.stack([x, y], axis=1)


def _inside_box(line: Floats, box: Box) -> Bools:
    """Which points of a line, shape (n, 2), lie in a box."""
    inside = (line > box[:2]) & (line < box[2:])
    return np.asarray(inside.all(axis=1))


def _overlap_area(one: Box, other: Box) -> float:
    """Area that two boxes share."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(wide, 0.0) * max(high, 0.0)


def _routes_title(routes: Sequence[Route]) -> str:
    """Ends, mode and distance of a route; for several a general title."""
    if len(routes) > 1:
        return "Ways between places"
    route = routes[0]
    return f"{_route_ends(route)} by {route.mode}: {number(route.distance_km)} km"


def _route_ends(route: Route) -> str:
    """From where to where a route goes."""
    return place_label(f"{route.origin.name} to {route.destination.name}")


def _mode_legend(modes: Iterable[str]) -> list[Artist]:
    """An entry for each of these modes."""
    legend: list[Artist] = []
    for mode, style in MODE_STYLES.items():
        if mode in modes:
            legend.append(
                Line2D(
                    [],
                    [],
                    color=style.colour,
                    linestyle=style.dash,
                    linewidth=2,
                    label=f"by {mode}",
                )
            )
    return legend
