"""Events over time: one row each, grouped by mode, coloured by direction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from matplotlib.axes import Axes

from ..errors import EventError
from ..evidence.events import FlowEvent
from ..world import find_place
from .palette import (
    DIRECTION_STYLES,
    INK,
    SMALL_PT,
    axes_for,
    caption,
    counted,
    date_axis,
    day_numbers,
    frame,
    number,
    patch,
)

__all__ = ["plot_events"]

_MODES = ("air", "sea", "road")
_COUNTED = {"air": "sorties", "sea": "sailings", "road": "columns"}
_UNCOUNTED = "not counted"
_MOST = 60
_MOST_WAYS = 25
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
    modes = [mode for mode in _MODES if any(event.mode == mode for event in rows)]
    lanes = {mode: _lanes([event for event in rows if event.mode == mode], many=len(rows) > _MOST) for mode in modes}
    ax = axes_for(ax, width=9.5, height=2.0 + 0.42 * sum(map(len, lanes.values())) + 0.34 * len(modes))
    at, ticks, labels = 0.0, [], []
    first, last = min(e.start for e in rows), max(e.stop for e in rows)
    for mode in modes:
        ax.annotate(
            f"by {mode}",
            (0, at),
            (6, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            va="center",
            fontsize=SMALL_PT,
            color=INK,
            fontweight="bold",
        )
        ax.axhline(at - 0.5, color="#DDDDDD", linewidth=0.6)
        at += 0.8
        for label, members in lanes[mode]:
            if len(rows) > _MOST:
                _draw_many(ax, members, at)
            else:
                _draw(ax, members[0], at, first=first, last=last)
            ticks.append(at)
            labels.append(label)
            at += 1.0
    ax.set_yticks(ticks, labels, fontsize=SMALL_PT)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(at - 0.4, -0.6)
    margin = max((last - first) * 0.02, _HALF_DAY)
    ax.set_xlim(*day_numbers([first - margin, last + margin]))
    frame(ax, title=title or "What moved, when, and which way", grid="x", pad_pt=24.0)
    ax.tick_params(axis="y", labelsize=SMALL_PT)
    date_axis(ax)
    _legend(ax, rows)
    claims = sorted({claim for event in rows for claim in event.claims})
    reports = sorted({source for event in rows for source in event.sources})
    silent = sum(_numbers(event) == _UNCOUNTED for event in rows)
    caption(
        ax,
        counted(
            claims,
            reports,
            f"{len(rows)} events",
            f"{silent} of them without any number" if silent else "",
            "one row for each way" if len(rows) > _MOST else "figures are best (low to high)",
            "full bar: spread over the window; point: once, somewhere in the span" if len(rows) <= _MOST else "",
        ),
        share=0.8,
    )
    return ax


def _lanes(events: Sequence[FlowEvent], *, many: bool) -> list[tuple[str, list[FlowEvent]]]:
    """Rows of one mode: each event, or each way with most events first and what is rare in one last row."""
    if not many:
        return [(f"{_ends(event)}\n{event.platform} ({event.event_id})", [event]) for event in events]
    ways: dict[str, list[FlowEvent]] = {}
    for event in events:
        ways.setdefault(_ends(event), []).append(event)
    ranked = sorted(ways.items(), key=lambda way: (-len(way[1]), way[0]))
    rows = [(f"{ends}\n{len(members)} events", members) for ends, members in ranked[:_MOST_WAYS]]
    rest = [event for _, members in ranked[_MOST_WAYS:] for event in members]
    return rows + ([(f"{len(ranked) - _MOST_WAYS} other ways\n{len(rest)} events", rest)] if rest else [])


def _draw_many(ax: Axes, events: Sequence[FlowEvent], at: float) -> None:
    """Windows of all events of a way, one colour for each direction, darker where they overlap."""
    for name, style in DIRECTION_STYLES.items():
        mine = [event for event in events if event.direction == name]
        if mine:
            lefts, rights = day_numbers([e.start for e in mine]), day_numbers([e.stop for e in mine])
            spans = list(zip(lefts, rights - lefts, strict=True))
            ax.broken_barh(spans, (at - 0.25, 0.5), facecolors=style.colour, alpha=0.4, linewidth=0)
            ax.plot((lefts + rights) / 2, [at] * len(mine), style.marker, color=style.colour, markersize=2)


def _draw(ax: Axes, event: FlowEvent, at: float, *, first: dt.datetime, last: dt.datetime) -> None:
    style = DIRECTION_STYLES[event.direction]
    left, right = day_numbers([event.start, event.stop])
    if event.is_stream:
        ax.barh(
            at,
            right - left,
            left=left,
            height=0.5,
            color=style.colour,
            hatch=style.hatch,
            edgecolor="white",
            linewidth=0,
        )
    else:
        ax.barh(at, right - left, left=left, height=0.34, color=style.colour, alpha=0.22, linewidth=0)
        ax.plot([left, right], [at, at], color=style.colour, linestyle=style.dash, linewidth=1.5)
        ax.plot([left, right], [at, at], "|", color=style.colour, markersize=7)
        ax.plot([(left + right) / 2], [at], style.marker, color=style.colour, markersize=5, markeredgecolor="white")
    room_left, room_right = (event.start - first) / (last - first), (last - event.stop) / (last - first)
    if room_right >= 0.3 or room_right >= room_left:
        x, shift, side = right, 5, "left"
    else:
        x, shift, side = left, -5, "right"
    if max(room_left, room_right) < 0.15:
        x, shift, side = left, 8, "left"
    ax.annotate(
        _numbers(event),
        (x, at),
        (shift, 0),
        textcoords="offset points",
        va="center",
        ha=side,
        fontsize=SMALL_PT,
        color=INK,
        bbox={"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 0.6},
    )


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
    return f"{find_place(event.origin).name} to {find_place(event.destination).name}"


def _legend(ax: Axes, rows: Sequence[FlowEvent]) -> None:
    shown = [name for name in DIRECTION_STYLES if any(event.direction == name for event in rows)]
    ax.legend(
        handles=[patch(DIRECTION_STYLES[name], name) for name in shown],
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        ncols=len(shown),
        frameon=False,
        fontsize=SMALL_PT,
        handlelength=1.6,
        columnspacing=1.2,
        borderaxespad=0.1,
    )
