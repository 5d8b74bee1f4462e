"""Calendars of aircraft: in the air, on the ground at a field, and not known, along the days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from ..errors import TracksError
from ..tracks.leg_rows import Leg
from ..tracks.leg_table import LegTable, field_name
from .axes import axes_for, date_axis, day_numbers, finish, frame, rows_that_fit
from .day_words import inside_view, width_days, write_small
from .interval_rows import write_over
from .style import BLUE, GREY, ORANGE, PALE, Style, patch
from .text import place_label
from .track_sources import leg_sources

__all__ = ["plot_leg_calendar"]

_STYLES = {"air": Style(BLUE), "edge": Style(ORANGE, "////"), "ground": Style(PALE)}
_UNKNOWN = Style(GREY, "....")
_WORDS = {
    "air": "in the air",
    "edge": "took off or landed in this time",
    "ground": "on the ground between two legs",
}
_MOST = 30
_ROW_IN = 0.72
_LINES = 5.0
_NAMES, _TOP, _HEIGHT = 0.42, 0.48, 0.34
"""In shares of a row from its top: foot of the names of fields, top and height of the bar."""


@dataclass(frozen=True, slots=True)
class _Span:
    """What an aircraft was doing from one day number to another, and the field it was at."""

    doing: str
    left: float
    right: float
    field: str = ""


def plot_leg_calendar(legs: LegTable, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw a row for each aircraft along the days.

    Full: surely in the air. Hatched: the windows of take-off and landing. Pale: on the ground at a field between two
    legs that meet there. Dotted: the record does not say where it was.

    Parameters
    ----------
    legs
        What `leg_table` gives.
    ax
        Axes to draw on; a new figure when None. On small ones aircraft with few legs are left out, and the caption says
        so.
    title
        Over the picture.

    Raises
    ------
    TracksError
        There is no leg.
    """
    if not legs.legs:
        raise TracksError("no leg to draw")
    names = list(legs.legs)
    shown = names[: rows_that_fit(ax, lines=_LINES, most=_MOST)]
    ax = axes_for(ax, width=9.0, height=1.7 + _ROW_IN * len(shown))
    rows = [_spans_of(legs, address) for address in shown]
    for row, (address, spans) in enumerate(zip(shown, rows, strict=True)):
        write_over(ax, _row_words(legs, address), row + 0.12, indent_pt=3.0, strong=True)
        if row:
            ax.axhline(row - 0.04, color="#DDDDDD", linewidth=0.6)
        for span in spans:
            _draw_span(ax, span, row)
    ax.set_yticks([])
    ax.set_ylim(len(shown), -0.08)
    _cover(ax, rows)
    frame(ax, title=title or _title(shown), grid="x")
    date_axis(ax)
    left_out = ""
    if len(names) > len(shown):
        left_out = f"{len(names) - len(shown):,} aircraft with fewer legs not shown"
    finish(ax, leg_sources(legs, left_out), legend=_legend(rows), columns=4)
    for row, spans in enumerate(rows):
        _name_fields(ax, spans, float(row))
    return ax


def _spans_of(legs: LegTable, address: str) -> list[_Span]:
    """All that the record says of an aircraft, in order of time."""
    spans: list[_Span] = []
    own = legs.legs[address]
    fields = {stay.left.row: stay.field for stay in legs.stays[address]}
    for number, leg in enumerate(own):
        if number:
            spans += _between(own[number - 1], leg, fields.get(leg.row, ""))
        elif leg.took_off_after is not None:
            spans.append(_edge(leg.took_off_after, leg.first_aloft, leg.origin))
        spans.append(_Span("air", _day(leg.first_aloft), _day(leg.last_aloft)))
    last = own[-1]
    if last.landed_by is not None:
        spans.append(_edge(last.last_aloft, last.landed_by, last.destination))
    return spans


def _between(before: Leg, leg: Leg, field: str) -> list[_Span]:
    """Landing, ground and take-off between two legs; what lies between legs that do not meet is not known."""
    start = before.landed_by or before.last_aloft
    stop = leg.took_off_after or leg.first_aloft
    # Where the record is open at the field, all of the time there is a window.
    if field and (before.landed_by is None or leg.took_off_after is None or start > stop):
        return [_edge(before.last_aloft, leg.first_aloft, field)]
    parts = []
    if before.landed_by is not None:
        parts.append(_edge(before.last_aloft, start, before.destination))
    if field:
        parts.append(_Span("ground", _day(start), _day(stop), field))
    else:
        parts.append(_Span("unknown", _day(start), _day(stop)))
    if leg.took_off_after is not None:
        parts.append(_edge(stop, leg.first_aloft, leg.origin))
    return parts


def _edge(start: dt.datetime, stop: dt.datetime, field: str) -> _Span:
    return _Span("edge", _day(start), _day(stop), field)


def _day(moment: dt.datetime) -> float:
    return float(day_numbers([moment])[0])


def _draw_span(ax: Axes, span: _Span, row: int) -> None:
    style = _STYLES.get(span.doing, _UNKNOWN)
    face, edge, line = style.colour, "white", 0.0
    if span.doing == "unknown":
        # Only an edge and dots: nobody says where it was.
        face, edge, line = "white", style.colour, 0.5
    bars = ax.broken_barh(
        [(span.left, max(span.right - span.left, 0.0))],
        (row + _TOP, _HEIGHT),
        facecolor=face,
        edgecolor=edge,
        linewidth=line,
        hatch=style.hatch,
        zorder=2,
    )
    bars.set_label(f"_{span.doing}")


def _row_words(legs: LegTable, address: str) -> str:
    one, many = legs.aircraft[address], len(legs.legs[address])
    kind = one.platform or one.type or "type not known"
    label = address if one.label == address else f"{one.label} ({address})"
    return f"{label}, {kind}: {many} leg{'s' * (many != 1)}"


def _name_fields(ax: Axes, spans: Sequence[_Span], row: float) -> None:
    """Write fields over the time spent there, as far as there is room."""
    taken = -np.inf
    for field, left, right in _visits(spans):
        words = place_label(field_name(field))
        half = width_days(ax, words) / 2
        middle = inside_view(ax, (left + right) / 2, half)
        if middle - half < taken:
            continue
        taken = middle + half + half / max(len(words), 1)
        write_small(ax, words, middle, row + _NAMES, across="center", up="bottom")


def _visits(spans: Sequence[_Span]) -> list[tuple[str, float, float]]:
    """Field, first and last day of spans with a field; those of one field with nothing between them are one."""
    found: list[tuple[str, float, float]] = []
    for span in spans:
        if not span.field:
            continue
        left = span.left
        if found and found[-1][0] == span.field and found[-1][2] == left:
            left = found.pop()[1]
        found.append((span.field, left, span.right))
    return found


def _cover(ax: Axes, rows: Sequence[Sequence[_Span]]) -> None:
    first = min(span.left for spans in rows for span in spans)
    last = max(span.right for spans in rows for span in spans)
    margin = max(0.02 * (last - first), 1 / 48)
    ax.set_xlim(first - margin, last + margin)


def _title(shown: Sequence[str]) -> str:
    if len(shown) == 1:
        return f"The days of aircraft {shown[0]}"
    return f"The days of {len(shown)} aircraft"


def _legend(rows: Sequence[Sequence[_Span]]) -> list[Artist]:
    done = {span.doing for spans in rows for span in spans}
    legend: list[Artist] = [
        patch(style, _WORDS[doing]) for doing, style in _STYLES.items() if doing in done
    ]
    if "unknown" in done:
        legend.append(
            Patch(
                facecolor="white",
                edgecolor=_UNKNOWN.colour,
                hatch=_UNKNOWN.hatch,
                linewidth=0.5,
                label="where is not known",
            )
        )
    return legend
