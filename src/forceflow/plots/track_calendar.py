"""Calendars of ships: at berth, at anchor, at sea and silent along the days, with the draught under them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ..errors import TracksError
from ..tracks.track_line import SILENCE_H, Doing, Stretch, TrackLine, TrackLines
from .axes import axes_for, date_axis, day_numbers, finish, frame, rows_that_fit
from .day_words import inside_view, width_days, write_small
from .interval_rows import write_over
from .style import BLUE, GREY, INK, ORANGE, PALE, Style, patch
from .text import place_label
from .track_sources import counted, track_sources

__all__ = ["plot_track_calendar"]

DOING_STYLES: dict[Doing, Style] = {
    "berth": Style(BLUE),
    "anchorage": Style(ORANGE, "////"),
    "sea": Style(PALE),
    "silence": Style(GREY, "...."),
}
"""One style for each thing a ship can be doing; a silence is not filled, as it is no presence."""

_WORDS: dict[Doing, str] = {
    "berth": "at berth",
    "anchorage": "at anchor",
    "sea": "at sea, heard",
    "silence": f"not heard for over {SILENCE_H:g} h",
}

_MOST = 30
_ROW_IN = 0.92
_LINES = 6.2
"""Small lines a row takes: words, places, bar, draught."""

_PLACES, _BAR, _DRAUGHT = 0.25, (0.29, 0.20), (0.68, 0.93)
"""In shares of a row from its top: foot of the names of places, top and height of the bar, the least and the
largest draught."""

_LEAST_M = 1.0
_MOST_SENT_M = 25.5


def plot_track_calendar(tracks: TrackLines, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw a row for each ship along the days, and its draught as steps in it.

    Parameters
    ----------
    tracks
        What `track_lines` gives.
    ax
        Axes to draw on; a new figure when None. On small ones ships with few calls are left out, and the
        caption says so.
    title
        Over the picture.

    Raises
    ------
    TracksError
        No ship sent two positions.
    """
    lines = [line for line in tracks.lines if line.times.size > 1]
    if not lines:
        raise TracksError("no ship sent two positions, so there are no days to draw")
    shown = lines[: rows_that_fit(ax, lines=_LINES, most=_MOST)]
    ax = axes_for(ax, width=9.0, height=1.7 + _ROW_IN * len(shown))
    for row, line in enumerate(shown):
        _draw_row(ax, line, float(row))
    ax.set_yticks([])
    ax.set_ylim(len(shown), -0.08)
    _cover_span(ax, shown)
    frame(ax, title=title or _calendar_title(shown), grid="x")
    date_axis(ax)
    left_out = ""
    if len(lines) > len(shown):
        left_out = f"{counted(len(lines) - len(shown), 'ship')} with fewer calls not shown"
    sources = track_sources(tracks, "steps: draught in m as sent, deeper is lower", left_out)
    finish(ax, sources, legend=_calendar_legend(shown), columns=5)
    for row, line in enumerate(shown):
        _name_places(ax, line, float(row))
        _name_draughts(ax, line, float(row))
    return ax


def _draw_row(ax: Axes, line: TrackLine, row: float) -> None:
    """Words, bars and draught of one ship."""
    write_over(ax, _row_words(line), row + 0.09, indent_pt=3.0, strong=True)
    if row:
        ax.axhline(row - 0.04, color="#DDDDDD", linewidth=0.6)
    for stretch in line.stretches():
        _draw_stretch(ax, stretch, row)
    _draw_draught(ax, line, row)


def _row_words(line: TrackLine) -> str:
    if len(line.calls) == 1:
        return f"{line.label}: 1 call"
    return f"{line.label}: {len(line.calls)} calls"


def _draw_stretch(ax: Axes, stretch: Stretch, row: float) -> None:
    left, right = _days(stretch.start), _days(stretch.stop)
    style = DOING_STYLES[stretch.doing]
    top, height = _BAR
    face, edge, line = style.colour, "white", 0.0
    if stretch.doing == "silence":
        # Only an edge and dots: nobody says that the ship was there.
        face, edge, line = "white", style.colour, 0.5
    bars = ax.broken_barh(
        [(left, right - left)],
        (row + top, height),
        facecolor=face,
        edgecolor=edge,
        linewidth=line,
        hatch=style.hatch,
        zorder=2,
    )
    bars.set_label(f"_{stretch.doing}")


def _draw_draught(ax: Axes, line: TrackLine, row: float) -> None:
    """Steps from one draught sent to the next; none where nothing was sent."""
    times, draught = line.draught_steps()
    if not times.size:
        return
    ax.plot(
        day_numbers(list(times)),
        _draught_heights(draught, row),
        drawstyle="steps-post",
        color=INK,
        linewidth=1.1,
        zorder=3,
        label=f"_draught {line.ship}",
    )


def _draught_heights(draught: np.ndarray, row: float) -> np.ndarray:
    """Where on the axis draughts of one ship lie: the deepest lowest."""
    low, high = float(draught.min()), float(draught.max())
    # A change of 0.1 m, the least that can be typed, must not look like a full load.
    room = max(high - low, _LEAST_M)
    top, foot = _DRAUGHT
    heights: np.ndarray = row + top + (draught - low) / room * (foot - top)
    return heights


def _name_places(ax: Axes, line: TrackLine, row: float) -> None:
    """Write places over their bars, as far as there is room."""
    taken = -np.inf
    for place, left, right in _visits(line):
        words = place_label(place)
        half = width_days(ax, words) / 2
        middle = inside_view(ax, (left + right) / 2, half)
        if middle - half < taken:
            continue
        taken = middle + half + half / max(len(words), 1)
        write_small(ax, words, middle, row + _PLACES, across="center", up="bottom")


def _visits(line: TrackLine) -> list[tuple[str, float, float]]:
    """Place, first and last day of stretches with a place; those of one place with nothing between them are one."""
    found: list[tuple[str, float, float]] = []
    for stretch in line.stretches():
        if not stretch.place:
            continue
        left, right = _days(stretch.start), _days(stretch.stop)
        if found and found[-1][0] == stretch.place and found[-1][2] == left:
            left = found.pop()[1]
        found.append((stretch.place, left, right))
    return found


def _name_draughts(ax: Axes, line: TrackLine, row: float) -> None:
    """Write a draught where it begins, as far as there is room."""
    times, draught = line.draught_steps()
    if not times.size:
        return
    heights = _draught_heights(draught, row)
    taken = -np.inf
    before = np.nan
    for day, metres, height in zip(day_numbers(list(times)), draught, heights, strict=True):
        words = _draught_words(metres)
        width = width_days(ax, words)
        left = inside_view(ax, day + width / 2, width / 2) - width / 2
        if metres == before or left < taken:
            continue
        before, taken = metres, left + 1.1 * width
        write_small(ax, words, left, height - 0.02, across="left", up="bottom")


def _draught_words(metres: float) -> str:
    if metres >= _MOST_SENT_M:
        return f"{metres:.1f} m or more"
    return f"{metres:.1f} m"


def _cover_span(ax: Axes, lines: Sequence[TrackLine]) -> None:
    """Make the axis as long as all tracks together, with a margin."""
    first = min(_days(line.times[0]) for line in lines)
    last = max(_days(line.times[-1]) for line in lines)
    margin = max(0.02 * (last - first), 1 / 24)
    ax.set_xlim(first - margin, last + margin)


def _days(moment: np.datetime64) -> float:
    return float(day_numbers([moment])[0])


def _calendar_title(lines: Sequence[TrackLine]) -> str:
    if len(lines) == 1:
        return f"The days of {lines[0].name or lines[0].ship}"
    return f"The days of {counted(len(lines), 'ship')}"


def _calendar_legend(lines: Sequence[TrackLine]) -> list[Artist]:
    """An entry for each thing done, and for the draught."""
    done = {stretch.doing for line in lines for stretch in line.stretches()}
    legend: list[Artist] = []
    for doing, style in DOING_STYLES.items():
        if doing not in done:
            continue
        if doing == "silence":
            legend.append(_silence_entry(style))
        else:
            legend.append(patch(style, _WORDS[doing]))
    if any(line.draught_m.size for line in lines):
        legend.append(Line2D([], [], color=INK, linewidth=1.1, label="draught"))
    return legend


def _silence_entry(style: Style) -> Patch:
    return Patch(
        facecolor="white",
        edgecolor=style.colour,
        hatch=style.hatch,
        linewidth=0.5,
        label=_WORDS["silence"],
    )
