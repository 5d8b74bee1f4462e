"""Events over time: one row each, grouped by mode, coloured by direction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes

from ..errors import EventError
from ..evidence.events import FlowEvent
from ..world import find_place
from .axes import axes_for, date_axis, day_numbers, finish, frame, rows_that_fit
from .style import DIRECTION_STYLES, INK, SMALL_PT, patch
from .text import counted, number, place_label, worded

__all__ = ["plot_events"]

_MODES = ("air", "sea", "road")
_COUNTED = {"air": "sorties", "sea": "sailings", "road": "columns"}
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
    rows = sorted(events, key=lambda e: (_MODES.index(e.mode), e.start, e.stop, e.event_id))
    lanes = _lanes_that_fit(rows, ax)
    single = all(len(members) <= 1 for _, members in lanes)
    ax = axes_for(ax, width=9.0, height=1.7 + sum(_HEADING_IN if not members else _ROW_IN for _, members in lanes))
    at = 0.0
    for label, members in lanes:
        _write(ax, label, at, strong=not members)
        if not members:
            ax.axhline(at - 0.62, color="#DDDDDD", linewidth=0.6)
        elif single or (len(rows) <= _MOST and len(members) == 1):
            _draw(ax, members[0], at + 0.14)
        else:
            _draw_many(ax, members, at + 0.14)
        at += _HEADING_IN / _ROW_IN if not members else 1.0
    ax.set_yticks([])
    ax.set_ylim(at - 0.5, -0.7)
    first, last = min(e.start for e in rows), max(e.stop for e in rows)
    margin = max((last - first) * 0.02, _HALF_DAY)
    ax.set_xlim(*day_numbers([first - margin, last + margin]))
    frame(ax, title=title or "What moved, when, and which way", grid="x")
    date_axis(ax)
    claims = sorted({claim for event in rows for claim in event.claims})
    reports = sorted({source for event in rows for source in event.sources})
    silent = sum(_numbers(event) == _UNCOUNTED for event in rows)
    return finish(
        ax,
        counted(
            claims,
            reports,
            f"{len(rows)} events",
            f"{silent} of them without any number" if silent else "",
            "figures are best (low to high)" if single else "events that share a row lie over each other",
            "full bar: spread over the window; point: once, somewhere in the span" if single else "",
        ),
        legend=_legend(rows),
        columns=4,
    )


_Lane = tuple[str, list[FlowEvent]]


def _lanes_that_fit(events: Sequence[FlowEvent], ax: Axes | None) -> list[_Lane]:
    """Rows, and headings without events: the finest of event, way and direction that the axes have room for."""
    by_event, by_way, by_direction = (_lanes(events, key) for key in ("event", "way", "direction"))
    if ax is None:
        return by_event if len(events) <= _MOST else by_way
    room = rows_that_fit(ax, lines=2.0, most=len(by_event))
    choices = [by_event, by_way, by_direction] if len(events) <= _MOST else [by_way, by_direction]
    return next((lanes for lanes in choices if len(lanes) <= room), by_direction)


def _lanes(events: Sequence[FlowEvent], key: str) -> list[_Lane]:
    """Rows by mode: each event; each way, with most events first and what is rare in one last row; each direction."""
    lanes: list[_Lane] = []
    for mode in _MODES:
        mine = [event for event in events if event.mode == mode]
        groups: dict[str, list[FlowEvent]] = {}
        for event in mine:
            groups.setdefault(_ends(event) if key == "way" else event.direction, []).append(event)
        ranked = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
        if key == "direction":
            lanes += [(worded(f"by {mode}, {name}: {len(members)} events"), members) for name, members in ranked]
            continue
        lanes += [(f"by {mode}", [])] if mine else []
        if key == "event":
            lanes += [(f"{_ends(e)}, {e.platform} ({e.event_id}): {_numbers(e)}", [e]) for e in mine]
            continue
        lanes += [(worded(f"{ends}: {len(members)} events"), members) for ends, members in ranked[:_MOST_WAYS]]
        if rest := [event for _, members in ranked[_MOST_WAYS:] for event in members]:
            lanes.append((worded(f"{len(ranked) - _MOST_WAYS} other ways: {len(rest)} events"), rest))
    return lanes


def _write(ax: Axes, words: str, at: float, *, strong: bool = False) -> None:
    """Words of a row, over its bar."""
    ax.annotate(
        " ".join(words.split()),
        (0, at - 0.08),
        (3, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        va="bottom",
        fontsize=SMALL_PT,
        color=INK,
        fontweight="bold" if strong else "normal",
        zorder=5,
    ).set_in_layout(False)


def _draw_many(ax: Axes, events: Sequence[FlowEvent], at: float) -> None:
    """Windows of all events of a way, one colour for each direction, darker where they overlap."""
    for name, style in DIRECTION_STYLES.items():
        mine = [event for event in events if event.direction == name]
        if mine:
            lefts, rights = day_numbers([e.start for e in mine]), day_numbers([e.stop for e in mine])
            spans = list(zip(lefts, rights - lefts, strict=True))
            ax.broken_barh(
                spans,
                (at - 0.15, 0.3),
                facecolors=style.colour,
                alpha=0.4,
                hatch=style.hatch,
                edgecolor="white",
                linewidth=0,
            )
            ax.plot((lefts + rights) / 2, [at] * len(mine), style.marker, color=style.colour, markersize=2)


def _draw(ax: Axes, event: FlowEvent, at: float) -> None:
    style = DIRECTION_STYLES[event.direction]
    left, right = day_numbers([event.start, event.stop])
    if event.is_stream:
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
    else:
        ax.barh(at, right - left, left=left, height=0.24, color=style.colour, alpha=0.22, linewidth=0)
        ax.plot([left, right], [at, at], color=style.colour, linestyle=style.dash, linewidth=1.5)
        ax.plot([left, right], [at, at], "|", color=style.colour, markersize=7)
        ax.plot([(left + right) / 2], [at], style.marker, color=style.colour, markersize=5, markeredgecolor="white")


def _numbers(event: FlowEvent) -> str:
    parts = []
    for what, quantity in (
        (_COUNTED[event.mode], event.movements),
        ("vehicles", event.vehicles),
        ("people", event.personnel),
        ("t", event.tonnes),
    ):
        if quantity is None or not quantity.has_content:
            continue
        if quantity.low == quantity.high:
            one = quantity.best == 1 and what.endswith("s")
            parts.append(f"{number(quantity.best)} {what[:-1] if one else what}")
        elif quantity.family == "at_least":
            parts.append(f"{number(quantity.low)} {what} or more")
        else:
            parts.append(f"{number(quantity.best)} ({number(quantity.low)} to {number(quantity.high)}) {what}")
    return ", ".join(parts) or _UNCOUNTED


def _ends(event: FlowEvent) -> str:
    return place_label(f"{find_place(event.origin).name} to {find_place(event.destination).name}")


def _legend(rows: Sequence[FlowEvent]) -> list[Artist]:
    shown = [name for name in DIRECTION_STYLES if any(event.direction == name for event in rows)]
    return [patch(DIRECTION_STYLES[name], name) for name in shown]
