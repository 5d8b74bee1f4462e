"""Events over time: one row each, grouped by mode, coloured by direction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from matplotlib.artist import Artist
from matplotlib.axes import Axes

from ..errors import EventError
from ..evidence.events import FlowEvent
from ..modes import MODES
from ..quantity import Quantity
from ..world import find_place
from .axes import axes_for, date_axis, day_numbers, finish, frame, rows_that_fit
from .interval_rows import write_over
from .style import DIRECTION_STYLES, Style, patch
from .text import counted, number, place_label, worded

__all__ = ["plot_events"]

_UNCOUNTED = "not counted"
_MOST = 60
_MOST_WAYS = 25
_ROW_IN = 0.40
_HEADING_IN = 0.24
_HALF_DAY = dt.timedelta(hours=12)


def plot_events(events: Sequence[FlowEvent], *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw a timeline, one row per event; above 60 events one row for each way.

    A full bar is a stream: its movements are spread over the window. A thin span with a point is a single movement
    that happened at one unknown moment in the window. In a row of many events the bars lie over each other.

    Parameters
    ----------
    events
        Flow events, at least one.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.

    Raises
    ------
    EventError
        There is no event.
    """
    if not events:
        raise EventError("no events to draw")
    ranks = {mode: rank for rank, mode in enumerate(MODES)}
    ordered = sorted(
        events,
        key=lambda event: (ranks[event.mode], event.start, event.stop, event.event_id),
    )
    lanes = _lanes_that_fit(ordered, ax)
    ax = axes_for(ax, width=9.0, height=1.7 + sum(_lane_height(lane) for lane in lanes))
    one_each = all(len(lane.events) <= 1 for lane in lanes)
    few = len(ordered) <= _MOST
    at = 0.0
    for lane in lanes:
        _draw_lane(ax, lane, at, as_single=one_each or few)
        at += _lane_height(lane) / _ROW_IN
    ax.set_yticks([])
    # The axis runs downwards, so that the first event is at the top.
    ax.set_ylim(at - 0.5, -0.7)
    _cover_days(ax, ordered)
    frame(ax, title=title or "What moved, when, and which way", grid="x")
    date_axis(ax)
    sources = _timeline_sources(ordered, one_each=one_each)
    return finish(ax, sources, legend=_direction_legend(ordered), columns=4)


@dataclass(frozen=True, slots=True)
class _Lane:
    """A row of the timeline with its words and its events; a heading has no events."""

    words: str
    events: Sequence[FlowEvent]


def _lane_height(lane: _Lane) -> float:
    """Height of a row, or of a heading, in inches."""
    if lane.events:
        return _ROW_IN
    return _HEADING_IN


def _cover_days(ax: Axes, events: Sequence[FlowEvent]) -> None:
    """Make the axis as long as all events together, with a margin at both ends."""
    first = min(event.start for event in events)
    last = max(event.stop for event in events)
    # Events of a single day would otherwise have no width and touch both edges.
    margin = max((last - first) * 0.02, _HALF_DAY)
    ax.set_xlim(*day_numbers([first - margin, last + margin]))


def _timeline_sources(events: Sequence[FlowEvent], *, one_each: bool) -> str:
    """Claims and reports of all events, and how to read the rows."""
    claims: set[str] = set()
    reports: set[str] = set()
    for event in events:
        claims.update(event.claims)
        reports.update(event.sources)
    notes = [f"{len(events)} events"]
    without_number = sum(_event_numbers(event) == _UNCOUNTED for event in events)
    if without_number:
        notes.append(f"{without_number} of them without any number")
    if one_each:
        notes.append("figures are best (low to high)")
        notes.append("full bar: spread over the window; point: once, somewhere in the span")
    else:
        notes.append("events that share a row lie over each other")
    return counted(sorted(claims), sorted(reports), *notes)


def _lanes_that_fit(events: Sequence[FlowEvent], ax: Axes | None) -> list[_Lane]:
    """The finest rows that the axes have room for: by event, by way or by direction."""
    # From fine to coarse: the first that has room is drawn.
    choices = [_lanes_by_way(events), _lanes_by_direction(events)]
    by_event = _lanes_by_event(events)
    if len(events) <= _MOST:
        choices.insert(0, by_event)
    if ax is None:
        return choices[0]
    room = rows_that_fit(ax, lines=2.0, most=len(by_event))
    for lanes in choices:
        if len(lanes) <= room:
            return lanes
    return choices[-1]


def _events_by_mode(events: Sequence[FlowEvent]) -> Iterator[tuple[str, list[FlowEvent]]]:
    """Modes that have events, with their events."""
    for mode in MODES:
        of_mode = [event for event in events if event.mode == mode]
        if of_mode:
            yield mode, of_mode


def _ranked_groups(
    events: Sequence[FlowEvent], group_of: Callable[[FlowEvent], str]
) -> list[tuple[str, list[FlowEvent]]]:
    """Events by group, the group with most events first."""
    groups: dict[str, list[FlowEvent]] = {}
    for event in events:
        groups.setdefault(group_of(event), []).append(event)
    return sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))


def _lanes_by_event(events: Sequence[FlowEvent]) -> list[_Lane]:
    """A row for each event, under a heading for each mode."""
    lanes = []
    for mode, of_mode in _events_by_mode(events):
        lanes.append(_Lane(f"by {mode}", []))
        for event in of_mode:
            what = f"{event.platform} ({event.event_id}): {_event_numbers(event)}"
            lanes.append(_Lane(f"{_event_ends(event)}, {what}", [event]))
    return lanes


def _lanes_by_way(events: Sequence[FlowEvent]) -> list[_Lane]:
    """A row for each way under a heading for each mode, those with most events first, the rare ones in one last row."""
    lanes = []
    for mode, of_mode in _events_by_mode(events):
        lanes.append(_Lane(f"by {mode}", []))
        ranked = _ranked_groups(of_mode, _event_ends)
        for ends, members in ranked[:_MOST_WAYS]:
            lanes.append(_Lane(worded(f"{ends}: {len(members)} events"), members))
        # Hundreds of rare ways would make a picture that no page holds.
        rare = [event for _, members in ranked[_MOST_WAYS:] for event in members]
        if rare:
            lanes.append(
                _Lane(worded(f"{len(ranked) - _MOST_WAYS} other ways: {len(rare)} events"), rare)
            )
    return lanes


def _lanes_by_direction(events: Sequence[FlowEvent]) -> list[_Lane]:
    """A row for each mode and direction, without headings."""
    lanes = []
    for mode, of_mode in _events_by_mode(events):
        for direction, members in _ranked_groups(of_mode, lambda event: event.direction):
            lanes.append(_Lane(worded(f"by {mode}, {direction}: {len(members)} events"), members))
    return lanes


def _draw_lane(ax: Axes, lane: _Lane, at: float, *, as_single: bool) -> None:
    """The words of a row and its events under them; a heading has a line over it."""
    heading = not lane.events
    write_over(ax, lane.words, at - 0.08, indent_pt=3.0, strong=heading)
    if heading:
        ax.axhline(at - 0.62, color="#DDDDDD", linewidth=0.6)
    elif as_single and len(lane.events) == 1:
        _draw_event(ax, lane.events[0], at + 0.14)
    else:
        _draw_many(ax, lane.events, at + 0.14)


def _draw_many(ax: Axes, events: Sequence[FlowEvent], at: float) -> None:
    """Windows of all events of a way, one colour for each direction, darker where they overlap."""
    for name, style in DIRECTION_STYLES.items():
        one_way = [event for event in events if event.direction == name]
        if not one_way:
            continue
        lefts = day_numbers([event.start for event in one_way])
        rights = day_numbers([event.stop for event in one_way])
        ax.broken_barh(
            list(zip(lefts, rights - lefts, strict=True)),
            (at - 0.15, 0.3),
            facecolors=style.colour,
            alpha=0.4,
            hatch=style.hatch,
            edgecolor="white",
            linewidth=0,
        )
        middles = (lefts + rights) / 2
        ax.plot(middles, [at] * len(one_way), style.marker, color=style.colour, markersize=2)


def _draw_event(ax: Axes, event: FlowEvent, at: float) -> None:
    """One event: a full bar for a stream, else its window with a point in the middle."""
    left, right = day_numbers([event.start, event.stop])
    style = DIRECTION_STYLES[event.direction]
    if event.is_stream:
        _draw_stream(ax, left, right, at, style)
    else:
        _draw_single_movement(ax, left, right, at, style)


def _draw_stream(ax: Axes, left: float, right: float, at: float, style: Style) -> None:
    """A full bar: the movements are spread over the window."""
    ax.barh(
        at,
        right - left,
        left=left,
        height=0.3,
        color=style.colour,
        hatch=style.hatch,
        edgecolor="white",
        linewidth=0,
    )


def _draw_single_movement(ax: Axes, left: float, right: float, at: float, style: Style) -> None:
    """A pale span with ends and a point: the movement happened once, somewhere in the window."""
    ax.barh(
        at,
        right - left,
        left=left,
        height=0.24,
        color=style.colour,
        alpha=0.22,
        linewidth=0,
    )
    ax.plot([left, right], [at, at], color=style.colour, linestyle=style.dash, linewidth=1.5)
    ax.plot([left, right], [at, at], "|", color=style.colour, markersize=7)
    middle = (left + right) / 2
    ax.plot([middle], [at], style.marker, color=style.colour, markersize=5, markeredgecolor="white")


def _event_numbers(event: FlowEvent) -> str:
    """All published numbers of an event in words."""
    named = (
        (event.movements, MODES[event.mode].trips),
        (event.vehicles, "vehicles"),
        (event.personnel, "people"),
        (event.tonnes, "t"),
    )
    parts = []
    for quantity, unit in named:
        if quantity is not None and quantity.has_content:
            parts.append(_quantity_words(quantity, unit))
    return ", ".join(parts) or _UNCOUNTED


def _quantity_words(quantity: Quantity, unit: str) -> str:
    """Best number with its range, the number alone when it is exact, or the lower end when there is no upper one."""
    if quantity.low == quantity.high:
        if quantity.best == 1:
            unit = unit.removesuffix("s")
        return f"{number(quantity.best)} {unit}"
    # The upper end of "at least" is a prior and was not published.
    if quantity.family == "at_least":
        return f"{number(quantity.low)} {unit} or more"
    return f"{number(quantity.best)} ({number(quantity.low)} to {number(quantity.high)}) {unit}"


def _event_ends(event: FlowEvent) -> str:
    """From where to where an event goes."""
    origin = find_place(event.origin).name
    destination = find_place(event.destination).name
    return place_label(f"{origin} to {destination}")


def _direction_legend(events: Sequence[FlowEvent]) -> list[Artist]:
    """An entry for each direction on the timeline."""
    shown = {event.direction for event in events}
    legend: list[Artist] = []
    for name, style in DIRECTION_STYLES.items():
        if name in shown:
            legend.append(patch(style, name))
    return legend
