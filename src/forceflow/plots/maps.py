"""Routes on the offline coastline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.textpath import text_to_path
from numpy.typing import NDArray

from ..arrays import Floats
from ..errors import RouteError
from ..world.geography.coast import coastline, countries
from .axes import axes_for, finish, frame, inches, number_axis, points
from .style import INK, LAND, MODE_STYLES, SEA, SIZED, SMALL_PT
from .text import number, place_label

if TYPE_CHECKING:
    from ..world.geography.gazetteer import Place
    from ..world.geography.routes import Route

__all__ = ["box_around", "draw_land", "name_places", "plot_routes", "set_box"]


Box = tuple[float, float, float, float]
"""West, south, east and north, in degrees."""

_LEAST_DEGREES = 1.6


def plot_routes(routes: Sequence[Route], *, ax: Axes | None = None, title: str = "", note: str = "") -> Axes:
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
    lines = [_line(route) for route in routes]
    box = box_around(np.concatenate(lines))
    ax, box = set_box(ax, box)
    draw_land(ax, box)
    for order, (route, line) in enumerate(zip(routes, lines, strict=True)):
        over = 3 + order / len(routes)
        style = MODE_STYLES[route.mode]
        for part in _unbroken(line):
            ax.plot(part[:, 0], part[:, 1], color="white", linewidth=4.0, zorder=over)
            ax.plot(part[:, 0], part[:, 1], color=style.colour, linestyle=style.dash, linewidth=2.0, zorder=over)
    frame(ax, title=title or _title(routes), grid="")
    number_axis(ax, which="x", label="longitude (degrees east)")
    number_axis(ax, which="y", label="latitude (degrees north)")
    shown = [
        f"{_ends(route)} by {route.mode} {route.distance_km:,.0f} km"
        + (f" through {', '.join(route.passage_names)}" if route.passages else "")
        for route in routes
    ]
    ends = f"Ends chosen for regions: {note}" if note else "The end of a region is a place chosen for it"
    finish(
        ax,
        f"{'; '.join(shown)}. {ends}. Lines are ways between the ends shown, not tracks. "
        "Coastline: Natural Earth 1:110m, public domain. No claims.",
        legend=_legend({route.mode for route in routes}),
        columns=3,
    )
    name_places(ax, [place for route in routes for place in (route.origin, route.destination)], lines)
    return ax


def _line(route: Route) -> Floats:
    points = [point for leg in route.legs for point in leg.coordinates]
    if not points:
        points = [(p.longitude, p.latitude) for p in (route.origin, route.destination)]
    return np.asarray(points, dtype=np.float64)


def _unbroken(line: Floats) -> list[Floats]:
    """Parts of a line that do not jump over the antimeridian."""
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
        west, east = max((west + east - wide) / 2, -180.0), min((west + east + wide) / 2, 180.0)
    shape = (north - south) / ((east - west) * np.cos(middle))
    ax = axes_for(ax, width=8.0, height=float(np.clip(7.2 * shape, 3.0, 8.0)) + 1.0, layout="compressed")
    ax.set_facecolor(SEA)
    ax.set_xlim(west, east)
    ax.set_ylim(south, north)
    ax.set_aspect(float(1 / np.cos(middle)), anchor="W")
    return ax, (float(west), south, float(east), north)


def box_around(points: Floats) -> Box:
    """West, south, east, north with a margin."""
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    margin_x = max(0.09 * (east - west), 0.06 * (north - south), 0.5 * (_LEAST_DEGREES - (east - west)), 0.2)
    margin_y = max(0.09 * (north - south), 0.10 * (east - west), 0.5 * (_LEAST_DEGREES - (north - south)), 0.2)
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

    rings = [ring for rings in countries().values() for ring in rings if near(ring)]
    ax.add_collection(PolyCollection(rings, facecolors=LAND, edgecolors="white", linewidths=0.6, zorder=1))
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
_FAR: tuple[_Spot, ...] = tuple(
    (sign * far, up, side)
    for far in (18.0, 30.0, 44.0)
    for sign, side in cast("tuple[tuple[int, _Side], ...]", ((1, "left"), (-1, "right")))
    for up in (0.0, 16.0, -16.0, 30.0, -30.0)
)
"""The same further off, at the end of a thin line, where there is no room beside the point; not on small maps."""


def name_places(ax: Axes, ends: Sequence[Place], lines: Sequence[Floats], *, kept_free: Sequence[Floats] = ()) -> None:
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
    ax.apply_aspect()
    places = list({place.id: place for place in ends}.values())
    inch, area = ax.figure.dpi, ax.get_window_extent()

    def on_page(degrees: Any) -> Floats:
        at: Floats = (ax.transData.transform(np.asarray(degrees, dtype=np.float64)) - area.min) / inch * 72.0
        return at

    page: Box = (0.0, 0.0, area.width / inch * 72.0, area.height / inch * 72.0)
    marks = on_page([(place.longitude, place.latitude) for place in places])
    way = np.concatenate([_dense(on_page(line)) for line in lines]) if lines else np.empty((0, 2))
    fixed: list[Box] = [(x - 3, y - 3, x + 3, y + 3) for x, y in marks]
    fixed += [(*(at.min(axis=0) - 2), *(at.max(axis=0) + 2)) for at in map(on_page, kept_free)]
    size = points(ax, SMALL_PT)
    font, high = FontProperties(size=size, weight="bold"), 0.8 * size
    names: list[Box] = []
    spots = (*_SPOTS, *_FAR) if size == SMALL_PT else _SPOTS
    for place, (x, y) in zip(places, marks, strict=True):
        ax.plot([place.longitude], [place.latitude], "o", color=INK, markersize=5, markeredgecolor="white", zorder=6)
        name = place_label(place.name)
        length = text_to_path.get_text_width_height_descent(name, font, ismath=False)[0] + 2.0
        choices = []
        for rank, (dx, dy, side) in enumerate(spots):
            left = x + dx - {"left": 0.0, "center": 0.5, "right": 1.0}[side] * length
            spot = (left, y + dy - high, left + length, y + dy + high)
            outside = length * 2 * high - _overlap(spot, page)
            line = _dense(np.array([(x, y), (x + dx, y + dy)]))
            if outside > 0.15 * length * high or any(
                _overlap(spot, other) > 0.0 or _inside(line, other).any() for other in names
            ):
                continue
            covered = sum(_overlap(spot, other) for other in fixed)
            struck = _inside(way, spot).sum()
            cost = covered + 4.0 * float(struck)
            if len(names) > 1 and spots is _SPOTS and cost > length * high:
                continue
            choices.append((cost + (rank >= len(_SPOTS)) * 2.0 * size**2, rank, spot))
        if not choices:
            continue
        _, rank, spot = min(choices)
        dx, dy, side = spots[rank]
        names.append(spot)
        way = np.concatenate([way, _dense(np.array([(x, y), (x + dx, y + dy)]))])
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
            arrowprops={"arrowstyle": "-", "color": INK, "lw": 0.6, "shrinkA": 0, "shrinkB": 2}
            if rank >= len(_SPOTS)
            else None,
        )
        words.set_in_layout(False)
        words.set_label(SIZED)


def _dense(line: Floats) -> Floats:
    """Points along a line, one for each point of the page, shape (n, 2)."""
    steps = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    at = np.arange(0.0, steps[-1], 1.0)
    return np.stack([np.interp(at, steps, line[:, k]) for k in range(2)], axis=1)


def _inside(line: Floats, box: Box) -> NDArray[np.bool_]:
    """Which points of a line, shape (n, 2), lie in a box."""
    return np.asarray(((line > box[:2]) & (line < box[2:])).all(axis=1))


def _overlap(one: Box, other: Box) -> float:
    """Area that two boxes share."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(wide, 0.0) * max(high, 0.0)


def _title(routes: Sequence[Route]) -> str:
    if len(routes) > 1:
        return "Ways between places"
    route = routes[0]
    return f"{_ends(route)} by {route.mode}: {number(route.distance_km)} km"


def _ends(route: Route) -> str:
    return place_label(f"{route.origin.name} to {route.destination.name}")


def _legend(modes: Iterable[str]) -> list[Artist]:
    return [
        Line2D([], [], color=style.colour, linestyle=style.dash, linewidth=2, label=f"by {mode}")
        for mode, style in MODE_STYLES.items()
        if mode in modes
    ]
