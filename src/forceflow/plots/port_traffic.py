"""Traffic of ports and fields by day: what came above the line, what left below it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from ..arrays import Floats
from ..errors import TracksError
from ..tracks.leg_table import LegTable
from ..tracks.port_days import PortDays, field_days, port_days
from ..tracks.track_line import TrackLines
from .axes import axes_for, date_axis, day_numbers, finish, frame, points, rows_that_fit
from .interval_rows import write_over
from .style import BLUE, GREY, INK, ORANGE, TEXT_PT, Style, patch
from .text import number, place_label
from .track_sources import counted, leg_sources, track_sources

__all__ = ["plot_field_traffic", "plot_port_traffic"]

_ARRIVED, _LEFT = Style(BLUE, "////"), Style(ORANGE, "\\\\\\\\")
_MOST = 20
_ROW_IN = 0.95
_LINES = 6.0
_HALF = 0.33
"""Of a row: height of the largest bar up, and of the largest down."""

_MIDDLE = 0.6
"""Of a row: where its line lies."""


@dataclass(frozen=True, slots=True)
class _Words:
    """What arrivals and departures are called."""

    title: str
    axis: str
    came: str
    left: str
    open_came: str
    open_left: str
    place: str
    rest: str


_SHIPS = _Words(
    "Ships that came and left, by day",
    "ships a day: came (up), left (down)",
    "came",
    "left",
    "there before the record",
    "there at its end",
    "place",
    "with fewer calls",
)
_AIRCRAFT = _Words(
    "Landings and take-offs, by day",
    "a day: landed (up), took off (down)",
    "landed",
    "took off",
    "landings without a window",
    "take-offs without a window",
    "field",
    "with fewer flights",
)


def plot_port_traffic(tracks: TrackLines, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw arrivals and departures by UTC day, a row for each place.

    A full bar counts the calls whose window lies in that day. A window that reaches over midnight is spread evenly over
    its hours and drawn hatched, so that the bars of a row add up to its calls; a call whose arrival or departure lies
    before or after the record has no window and is counted in the words of the row.

    Parameters
    ----------
    tracks
        What `track_lines` gives; only its calls are drawn.
    ax
        Axes to draw on; a new figure when None. On small ones places with few calls are left out, and the
        caption says so.
    title
        Over the picture.

    Raises
    ------
    TracksError
        There is no call with a known arrival or departure.
    """
    places = port_days(tracks.calls)
    if not places:
        raise TracksError("no port call with a known arrival or departure to draw")

    def sources(*more: str) -> str:
        return track_sources(tracks, *more)

    return _plot_traffic(places, tracks.span, _SHIPS, sources, ax=ax, title=title)


def plot_field_traffic(legs: LegTable, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw landings and take-offs by UTC day, a row for each field, as `plot_port_traffic` draws calls.

    Parameters
    ----------
    legs
        What `leg_table` gives.
    ax
        Axes to draw on; a new figure when None. On small ones fields with few flights are left out, and the caption
        says so.
    title
        Over the picture.

    Raises
    ------
    TracksError
        No leg has a known field with a window.
    """
    places = field_days(legs.every)
    if not places:
        raise TracksError("no landing or take-off at a known field within a window to draw")

    def sources(*more: str) -> str:
        return leg_sources(legs, *more)

    return _plot_traffic(places, legs.span, _AIRCRAFT, sources, ax=ax, title=title)


def _plot_traffic(
    places: Sequence[PortDays],
    span: tuple[dt.datetime, dt.datetime] | None,
    words: _Words,
    sources: Callable[..., str],
    *,
    ax: Axes | None,
    title: str,
) -> Axes:
    """Rows of places with bars up and down; `sources` says what they rest on, and what else is given to it."""
    shown = places[: rows_that_fit(ax, lines=_LINES, most=_MOST)]
    ax = axes_for(ax, width=9.0, height=1.8 + _ROW_IN * len(shown))
    most = max(_largest(place) for place in shown)
    for row, place in enumerate(shown):
        _draw_place(ax, place, float(row), most, words)
    _scale_axis(ax, len(shown), most, words.axis)
    _cover_days(ax, span, shown[0])
    frame(ax, title=title or words.title, grid="x")
    date_axis(ax)
    left_out = ""
    if len(places) > len(shown):
        left_out = f"{counted(len(places) - len(shown), words.place)} {words.rest} not shown"
    spread = ""
    if any((place.arrived_spread + place.left_spread).any() for place in shown):
        spread = "hatched: a window over midnight, spread evenly over its hours"
    return finish(ax, sources(spread, left_out), legend=_traffic_legend(shown, words), columns=4)


def _largest(place: PortDays) -> float:
    """The largest bar of a place, up or down."""
    up = place.arrived + place.arrived_spread
    down = place.left + place.left_spread
    return float(max(up.max(), down.max(), 1.0))


def _draw_place(ax: Axes, place: PortDays, row: float, most: float, words: _Words) -> None:
    """Words over a line, bars up and down from it."""
    write_over(ax, _place_words(place, words), row + 0.16, indent_pt=3.0, strong=True)
    line = row + _MIDDLE
    ax.axhline(line, color=GREY, linewidth=0.6, zorder=3)
    # The axis runs downwards, so arrivals have the smaller numbers.
    _draw_bars(ax, place, place.arrived, place.arrived_spread, line, -_HALF / most, _ARRIVED)
    _draw_bars(ax, place, place.left, place.left_spread, line, _HALF / most, _LEFT)


def _draw_bars(
    ax: Axes,
    place: PortDays,
    sure: Floats,
    spread: Floats,
    line: float,
    each: float,
    style: Style,
) -> None:
    """Full bars from the line, hatched ones on top of them; `each` is the height of one call."""
    days = _middles(place)
    bars = (
        (sure, np.zeros_like(sure), "", style.colour),
        (spread, sure, style.hatch, "white"),
    )
    for heights, foot, hatch, face in bars:
        there = heights > 0
        ax.bar(
            days[there],
            each * heights[there],
            bottom=line + each * foot[there],
            width=0.8,
            facecolor=face,
            edgecolor=style.colour,
            hatch=hatch,
            linewidth=0.6,
            zorder=2,
        )


def _middles(place: PortDays) -> Floats:
    """Noon of each day, as matplotlib counts days."""
    noon = dt.datetime.combine(place.first, dt.time(12), dt.UTC)
    first = float(day_numbers([noon])[0])
    return first + np.arange(place.arrived.size, dtype=np.float64)


def _place_words(place: PortDays, words: _Words) -> str:
    """Name, arrivals and departures, and those that the record does not show."""
    name = place_label(place.place)
    if place.kind == "anchorage":
        name = f"off {name}, at anchor"
    parts = [f"{name}: {place.arrivals - place.open_arrivals} {words.came}"]
    if place.open_arrivals:
        parts.append(f"{place.open_arrivals} {words.open_came}")
    parts.append(f"{place.departures - place.open_departures} {words.left}")
    if place.open_departures:
        parts.append(f"{place.open_departures} {words.open_left}")
    return ", ".join(parts)


def _scale_axis(ax: Axes, rows: int, most: float, words: str) -> None:
    """Ticks at nought and at the largest whole number of each row."""
    whole = max(int(most), 1)
    at, labels = [], []
    for row in range(rows):
        for sign in (-1, 0, 1):
            at.append(row + _MIDDLE + sign * whole * _HALF / most)
            labels.append(number(abs(sign) * whole))
    ax.set_yticks(at, labels)
    ax.set_ylim(rows + 0.02, -0.08)
    ax.set_ylabel(words, fontsize=points(ax, TEXT_PT), color=INK)


def _cover_days(ax: Axes, span: tuple[dt.datetime, dt.datetime] | None, place: PortDays) -> None:
    """Make the axis as long as the record: days without a ship are days too."""
    days = _middles(place)
    first, last = days[0] - 0.5, days[-1] + 0.5
    if span is not None:
        start, stop = day_numbers(span)
        first, last = min(first, float(start)), max(last, float(stop))
    ax.set_xlim(first - 0.5, last + 0.5)


def _traffic_legend(places: Sequence[PortDays], words: _Words) -> list[Artist]:
    legend: list[Artist] = [
        patch(Style(_ARRIVED.colour), f"{words.came}, day known"),
        patch(Style(_LEFT.colour), f"{words.left}, day known"),
    ]
    if any(place.arrived_spread.any() for place in places):
        legend.append(patch(_ARRIVED, f"{words.came}, over several days", filled=False))
    if any(place.left_spread.any() for place in places):
        legend.append(patch(_LEFT, f"{words.left}, over several days", filled=False))
    return legend
