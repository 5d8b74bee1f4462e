"""The pictures of a report: what is drawn of its findings, and what each shows in words."""

from __future__ import annotations

import base64
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..lift.capacity.capacity import Capacity
from ..plots.bars import plot_capacity, plot_cycle
from ..plots.ground_times import has_stays, plot_ground_times
from ..plots.leg_calendar import plot_leg_calendar
from ..plots.leg_map import has_ways, plot_leg_map
from ..plots.maps import plot_routes
from ..plots.rate import plot_rate
from ..plots.style import GROUP_STYLES
from ..plots.timeline import plot_events
from ..plots.tonnage import plot_tonnage
from ..plots.track_calendar import plot_track_calendar
from ..plots.track_map import plot_track_map
from ..plots.withdrawal import plot_remaining, plot_scenarios, plot_withdrawal
from ..withdrawal.result import day_words
from ..withdrawal.withdrawal import Withdrawal
from ..world import find_place
from ..world.geography.known_places import places
from ..world.geography.place import Place
from ..world.geography.routes import Route
from .findings import WAYS, Findings
from .leg_findings import LegFindings
from .track_findings import TrackFindings

__all__ = ["Picture", "map_titles", "plain_style", "stand_ins", "write_pictures"]

_PNG_DPI = 150


@dataclass(frozen=True, slots=True)
class Drawing:
    """What to draw under a key, and its content in words for those who cannot see it."""

    key: str
    draw: Callable[[], Axes]
    alt: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was written: its name and content in words, itself as text, and its two files."""

    name: str
    alt: str
    source: str
    png: str
    svg: str


def write_pictures(findings: Findings, folder: Path) -> dict[str, Picture]:
    """Write every picture as PNG and SVG; give them back by key."""
    found = {}
    for drawing in _drawings_of(findings):
        found[drawing.key] = _write_picture(drawing, folder)
    return found


@contextmanager
def plain_style() -> Iterator[None]:
    """Draw with matplotlib's own defaults whatever the user has set, and give the user's settings back."""
    from matplotlib import style

    with style.context(["default", {"svg.hashsalt": "forceflow", "svg.fonttype": "path"}]):
        yield


def _drawings_of(findings: Findings) -> Iterator[Drawing]:
    yield _timeline_drawing(findings)
    yield from _flow_drawings(findings)
    if findings.withdrawal is not None:
        yield from _withdrawal_drawings(findings.withdrawal)
    if findings.capacity is not None:
        yield from _capacity_drawings(findings.capacity)
    if findings.tracks is not None:
        yield from _track_drawings(findings.tracks)
    if findings.legs is not None:
        yield from _leg_drawings(findings.legs)
    titles = map_titles(findings)
    for key, routes in _split_routes(findings).items():
        ends = (f"{way.origin.name} to {way.destination.name} by {way.mode}" for way in routes)
        yield Drawing(
            key,
            partial(plot_routes, routes, title=titles[key], note=stand_ins(findings, routes)),
            f"{titles[key]}: {'; '.join(ends)}.",
        )


def _timeline_drawing(findings: Findings) -> Drawing:
    events = findings.events
    ways = sorted({event.direction for event in events})
    first, last = findings.span
    return Drawing(
        "timeline",
        partial(plot_events, events),
        f"Timeline of {len(events)} events from {first:%Y-%m-%d} to {last:%Y-%m-%d}, by mode and direction "
        f"({', '.join(ways)}). The table of events below holds the same.",
    )


def _flow_drawings(findings: Findings) -> Iterator[Drawing]:
    if (moved := findings.tonnage) is not None:
        # One mode alone would be drawn twice, as the group and as the whole.
        if len(moved.groups) == 1:
            moved = replace(moved, groups=(), group_totals=(), by=None)
        yield Drawing(
            "tonnage",
            partial(plot_tonnage, moved),
            f"Tonnes that {WAYS[findings.direction][2]} over time, rising to {moved.total} "
            f"({moved.coverage:.0%} range).",
        )
    if (rate := findings.rate) is not None:
        yield Drawing(
            "rate",
            partial(plot_rate, rate),
            f"{rate.measure.capitalize()} by week with its range; over the whole span {rate.total}.",
        )


def _withdrawal_drawings(left: Withdrawal) -> Iterator[Drawing]:
    half = day_words(left, 0.5)
    when = f"are complete {half}"
    if not half:
        when = "are never complete"
    yield Drawing(
        "withdrawal",
        partial(plot_withdrawal, left),
        f"Probability that the withdrawal is complete by each day. Half of the draws {when}; "
        f"{left.stall_probability:.0%} never.",
    )
    yield Drawing(
        "remaining",
        partial(plot_remaining, left),
        f"What would still be there on each day, falling from {left.stock} less {left.moved} that had left by the "
        f"day of the forecast; in {left.stall_probability:.0%} of the draws it never comes down to what stays.",
    )
    # More scenarios than styles cannot be told apart; the table has them all.
    if 0 < len(left.scenarios) < len(GROUP_STYLES):
        answers = (f"{name}, {part.answer}" for name, part in left.scenarios.items())
        yield Drawing(
            "scenarios",
            partial(plot_scenarios, left),
            f"Probability of completion by scenario: {'; '.join(answers)}. The table below holds the same.",
        )


def _capacity_drawings(capacity: Capacity) -> Iterator[Drawing]:
    yield Drawing(
        "capacity",
        partial(plot_capacity, capacity),
        f"What each constraint of the bridge would let through; {capacity.bottleneck} binds and "
        f"{capacity.tonnes_per_day} can be carried.",
    )
    parts = (f"{name} {part}" for name, part in capacity.cycle_parts_h.items())
    yield Drawing(
        "cycle",
        partial(plot_cycle, capacity),
        f"The parts of one round trip, {capacity.cycle_h} in all: {', '.join(parts)}.",
    )


def _track_drawings(heard: TrackFindings) -> Iterator[Drawing]:
    """Where ships were heard, and their days, as far as they sent positions."""
    lines = heard.lines
    names = ", ".join(line.label for line in lines.lines[:6])
    if len(lines.lines) > 6:
        names += f" and {len(lines.lines) - 6} more"
    if lines.span is not None:
        yield Drawing(
            "track-map",
            partial(plot_track_map, lines),
            f"Map of the tracks of {names}; straight dotted lines join the fixes around silences.",
        )
    if any(line.times.size > 1 for line in lines.lines):
        yield Drawing(
            "track-calendar",
            partial(plot_track_calendar, lines),
            f"Days of {names}: at berth, at anchor, at sea and not heard, with draughts as steps. The table of port "
            "calls holds the same.",
        )


def _leg_drawings(flown: LegFindings) -> Iterator[Drawing]:
    """Where aircraft flew, their days, and their times on the ground, as far as there are any."""
    table = flown.table
    names = ", ".join(one.label for one in list(table.aircraft.values())[:6])
    if len(table.aircraft) > 6:
        names += f" and {len(table.aircraft) - 6} more"
    if has_ways(table):
        yield Drawing(
            "leg-map",
            partial(plot_leg_map, table),
            f"Map of the legs of {names}: arcs from field to field with the number of legs on each.",
        )
    if table.legs:
        yield Drawing(
            "leg-calendar",
            partial(plot_leg_calendar, table),
            f"Days of {names}: in the air, on the ground at a field, and not known. The table of legs holds the same.",
        )
    if has_stays(table):
        yield Drawing(
            "ground-times",
            partial(plot_ground_times, table),
            "Times on the ground by field and type, beside the published ranges for onload and offload. The table of "
            "ground times holds the same.",
        )


_BEYOND = {"inbound": "Ways into the theatre", "external": "Ways outside the theatre"}


def map_titles(findings: Findings) -> dict[str, str]:
    """Titles of the two maps, by key."""
    ways = {event.direction for event in findings.events} - {"internal"}
    beyond = "Ways beyond the theatre"
    if len(ways) == 1:
        beyond = _BEYOND.get(ways.pop(), beyond)
    return {"map": beyond, "map-inside": "Ways inside the theatre"}


def _split_routes(findings: Findings) -> dict[str, list[Route]]:
    """Ways that leave the theatre or lie outside it, and ways inside it, each once."""
    split: dict[str, list[Route]] = {"map": [], "map-inside": []}
    keys = {"internal": "map-inside"}
    for event in findings.events:
        way = findings.routes.get(event.event_id)
        routes = split[keys.get(event.direction, "map")]
        if way is not None and way not in routes:
            routes.append(way)
    return {key: routes for key, routes in split.items() if routes}


def stand_ins(findings: Findings, routes: Iterable[Route] = ()) -> str:
    """Regions at the ends of events, and the place each was put at for want of a better one."""
    shown = list(routes)
    found: set[str] = set()
    for event in findings.events:
        way = findings.routes.get(event.event_id)
        if way is None or (shown and way not in shown):
            continue
        for name, place in ((event.origin, way.origin), (event.destination, way.destination)):
            region = find_place(name)
            if region.kind == "region":
                found.add(f"{region.name} by {way.mode} stands at {_point_words(place)}")
    return "; ".join(sorted(found))


def _point_words(place: Place) -> str:
    """Name of a place; of a region that of the place whose position it has."""
    if place.kind != "region":
        return place.name
    at = (place.latitude, place.longitude)
    for other in places().values():
        if other.kind != "region" and (other.latitude, other.longitude) == at:
            return other.name
    return f"{place.latitude:.2f} N, {place.longitude:.2f} E"


def _write_picture(drawing: Drawing, folder: Path) -> Picture:
    """Save one picture as PNG and SVG, without dates, and keep the SVG for the page."""
    figure = drawing.draw().get_figure(root=True)
    assert isinstance(figure, Figure)
    figure.savefig(folder / f"{drawing.key}.png", dpi=_PNG_DPI, metadata={"Software": None})
    text = io.StringIO()
    # A date in the file would make two pages of the same seed differ.
    figure.savefig(text, format="svg", metadata={"Date": None, "Creator": "forceflow"})
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(figure)  # a notebook would show every figure that is left open
    svg = text.getvalue().encode()
    (folder / f"{drawing.key}.svg").write_bytes(svg)
    source = "data:image/svg+xml;base64," + base64.b64encode(svg).decode("ascii")
    name = drawing.key.replace("-", " ").capitalize()
    stem = f"figures/{drawing.key}"
    return Picture(name, drawing.alt, source, f"{stem}.png", f"{stem}.svg")
