"""Axes: made, framed, dated and numbered the same way in every plot."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Sequence
from typing import Any, cast

import matplotlib
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, date2num, num2date
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.ticker import Formatter, FuncFormatter, PercentFormatter

from .style import (
    _PAD_IN,
    _SCALES,
    _SOURCES,
    CAPTION_PT,
    GREY,
    INK,
    SIZED,
    SMALL_PT,
    TEXT_PT,
    TITLE_PT,
    Layout,
    as_written,
)

__all__ = [
    "axes_for",
    "date_axis",
    "day_numbers",
    "finish",
    "frame",
    "inches",
    "number_axis",
    "percent_axis",
    "points",
    "rows_that_fit",
]


def axes_for(ax: Axes | None, *, width: float = 8.0, height: float = 4.0, layout: Layout = "constrained") -> Axes:
    """Give back the axes that came, or make new ones on a figure of their own.

    The figure is not registered with pyplot, so nothing piles up and nothing pops up. In a notebook that shows figures
    in the page it is made by pyplot, which is how the notebook finds it. A figure that came without any layout of its
    own (plain ``plt.subplots()``) gets one, as the words under the axes would be cut off else.

    Parameters
    ----------
    ax
        Axes to draw on, or None.
    width, height
        Size of a new figure, in inches.
    layout
        Layout of a new figure; "compressed" for axes of a fixed shape.
    """
    if ax is not None:
        root = ax.get_figure(root=True)
        if root is not None and root.get_layout_engine() is None and _untouched(root):
            root.set_layout_engine(layout)
        return ax
    if "inline" in str(matplotlib.get_backend(auto_select=False) or ""):
        from matplotlib import pyplot

        figure = pyplot.figure(figsize=(width, height))
    else:
        figure = Figure(figsize=(width, height))
    figure.set_layout_engine(layout, w_pad=_PAD_IN, h_pad=_PAD_IN)
    return figure.add_subplot()


def _untouched(figure: Figure) -> bool:
    """Whether all axes are where `add_subplot` puts them, with the margins that come by default."""
    defaults = cast("Any", matplotlib.rcParams)
    sides = ("left", "right", "bottom", "top", "wspace", "hspace")
    return all(axes.get_subplotspec() is not None for axes in figure.axes) and all(
        getattr(figure.subplotpars, side) == defaults[f"figure.subplot.{side}"] for side in sides
    )


def points(ax: Axes, size: float) -> float:
    """Size of words in points: smaller on narrow axes, down to seven tenths."""
    (narrow, least), (wide, most) = _SCALES
    return size * float(np.interp(inches(ax)[0], (narrow, wide), (least, most)))


def inches(ax: Axes) -> tuple[float, float]:
    """Width and height of the axes, as they are in their figure before any layout: alike for all in one grid."""
    spec, figure = ax.get_subplotspec(), ax.figure
    if figure is None:
        return _SCALES[1][0], 3.0
    box = spec.get_position(cast("Any", figure)) if spec is not None else ax.get_position(original=True)
    return box.width * figure.bbox.width / figure.dpi, box.height * figure.bbox.height / figure.dpi


def rows_that_fit(ax: Axes | None, *, lines: float, most: int) -> int:
    """How many rows of so many lines of small words the axes have room for; `most` on a new figure and at all."""
    if ax is None:
        return most
    return min(most, max(int(0.7 * 72.0 * inches(ax)[1] / (lines * points(ax, SMALL_PT))), 1))


def frame(ax: Axes, *, title: str, grid: str = "y") -> None:
    """Set a title in ink at the left, take away the box, and draw a faint grid along one axis or "both"."""
    ax.set_title(title, loc="left", fontsize=points(ax, TITLE_PT), color=INK, fontweight="bold", pad=6.0)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(GREY)
    ax.tick_params(colors=INK, labelsize=points(ax, TEXT_PT))
    if grid:
        ax.grid(axis=cast("Any", grid), color="#DDDDDD", linewidth=0.6, zorder=0)
    ax.set_axisbelow(True)


def finish(ax: Axes, sources: str, *, legend: Sequence[Artist] | None = None, columns: int = 2) -> Axes:
    """Write the sources under the axes and the legend over them, and fit all words to the room: the last step.

    Words on the axes get the size that the width of the axes allows; title, legend and sources are broken into lines
    that end at the edge of the figure (of the axes, where there are several).

    Parameters
    ----------
    sources
        What the picture rests on.
    legend
        Its entries; by default all that has a label.
    columns
        Of the legend, at most.
    """
    root = ax.get_figure(root=True)
    as_written(ax)
    for words in ax.texts:
        if words.get_label() not in (SIZED, _SOURCES):
            words.set_fontsize(points(ax, float(words.get_fontsize())))
            words.set_label(SIZED)
    for words in [words for words in ax.texts if words.get_label() == _SOURCES]:
        before_it = " ".join(words.get_text().split())
        sources = sources if sources in before_it else f"{before_it} {sources}"
        words.remove()
    under = ax.annotate(
        sources,
        (0, 0),
        (0, -5),
        xycoords=("axes fraction", ax.xaxis.label),
        textcoords="offset points",
        va="top",
        ha="left",
        fontsize=points(ax, CAPTION_PT),
        color="#555555",
        annotation_clip=False,
    )
    under.set_label(_SOURCES)
    as_written(under)
    if root is None:
        return ax
    labelled = list(legend) if legend is not None else ax.get_legend_handles_labels()[0]
    entries = list({str(entry.get_label()): entry for entry in labelled}.values())
    title = ax.get_title(loc="left")
    alone = sum(axes.get_subplotspec() is not None for axes in root.axes) <= 1
    room, before = (0.85 if alone else 1.0) * ax.get_window_extent().width, (-1, 0.0, 0)
    for _ in range(3):
        lines = _broken(under, sources, room).count("\n")
        above = _legend_above(ax, entries, columns, room) if entries else 0.0
        pad = 6.0 + above * 72.0 / root.dpi
        head = ax.set_title(title, loc="left", fontsize=points(ax, TITLE_PT), color=INK, fontweight="bold", pad=pad)
        now = lines, above, _broken(head, title, room).count("\n")
        engine = root.get_layout_engine()
        if now == before or engine is None:
            break
        before = now
        engine.execute(root)
        if _shorten(ax):
            engine.execute(root)
        cell, whole = ax.get_position(original=True), ax.figure.bbox
        last = root.bbox.x1 - 0.5 * _PAD_IN * root.dpi if alone else whole.x0 + cell.x1 * whole.width
        room = last - whole.x0 - cell.x0 * whole.width
    for words in ax.texts:
        if not words.get_in_layout():
            words.set_text(_cut(words, ax.get_window_extent().width))
    return ax


def _shorten(ax: Axes) -> bool:
    """Break a label of the y axis that is longer than the axis is high before its unit; whether it was."""
    label = ax.yaxis.label
    text = label.get_text()
    if label.get_window_extent().height > 1.05 * ax.get_window_extent().height:
        label.set_text(text.replace(" (", "\n(", 1))
    return label.get_text() != text


def _legend_above(ax: Axes, entries: Sequence[Artist], columns: int, room: float) -> float:
    """Put the legend between axes and title, no wider than `room` pixels; give back its height in pixels."""
    for across in range(min(columns, len(entries)), 0, -1):
        made = ax.legend(
            handles=entries,
            loc="lower left",
            bbox_to_anchor=(0.0, 1.0),
            ncols=across,
            frameon=False,
            fontsize=points(ax, SMALL_PT),
            handlelength=1.8,
            columnspacing=1.4,
            labelspacing=0.35,
            borderaxespad=0.1,
        )
        as_written(made)
        if made.get_window_extent().width <= room:
            break
    else:
        for words in made.get_texts():
            mark = 3.2 * float(words.get_fontsize()) * ax.figure.dpi / 72.0
            words.set_text(_broken(words, words.get_text(), room - mark))
    return float(made.get_window_extent().height)


def _broken(words: Text, text: str, width: float) -> str:
    """The text in lines that are no wider than `width` pixels in the font of these words."""
    whole = " ".join(text.split())
    letters = int(len(whole) * width / max(_wide(words, whole), 1.0))
    while True:
        lines = textwrap.wrap(whole, max(letters, 12), break_on_hyphens=False)
        if letters <= 12 or max((_wide(words, line) for line in lines), default=0.0) <= 0.98 * width:
            words.set_text("\n".join(lines))
            return "\n".join(lines)
        letters -= max(letters // 25, 1)


def _cut(words: Text, width: float) -> str:
    """The text of these words as far as it fits into `width` pixels."""
    text = words.get_text()
    shown = text
    while len(shown) > 8 and _wide(words, shown) > 0.98 * width:
        shown = text[: len(shown) - 2].rstrip(" .") + "\u2026"
    return shown


def _wide(words: Text, line: str) -> float:
    """Width of a line in pixels: as laid out now, or as it is when saved so fine that no letter is hinted."""
    words.set_text(line)
    scale = words.figure.dpi / 72.0 if words.figure is not None else 1.0
    plain, _, _ = text_to_path.get_text_width_height_descent(line, words.get_fontproperties(), ismath=False)
    return max(float(words.get_window_extent().width), plain * scale)


def _moment(day: float) -> dt.datetime:
    return cast("dt.datetime", cast("Any", num2date)(day))


class _Days(Formatter):
    """Days or months as short as can be; the year under the first tick and wherever it changes."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Show one day, for the status line of a window."""
        return f"{_moment(x):%Y-%m-%d %H:%M}"

    def format_ticks(self, values: Any) -> list[str]:
        """Show all ticks together."""
        days = [_moment(value) for value in values]
        hours = any((day.hour, day.minute) != (0, 0) for day in days)
        months = all(day.day == 1 for day in days)
        labels, year, date = [], 0, ""
        for day in days:
            short = f"{day:%b}" if months else f"{day.day} {day:%b}"
            whole = short if day.year == year else f"{short}{' ' if hours else chr(10)}{day.year}"
            if hours:
                whole = f"{day:%H:%M}" + ("" if short == date else f"\n{whole}")
            labels.append(whole)
            year, date = day.year, short
        return labels


class _Dates(AutoDateLocator):
    """Round dates, without the 31st beside a first."""

    def __call__(self) -> Any:
        """Ticks in view."""
        return _apart(np.asarray(cast("Any", super()).__call__(), dtype=np.float64))

    def tick_values(self, vmin: Any, vmax: Any) -> Any:
        """Ticks between two dates."""
        return _apart(np.asarray(cast("Any", super()).tick_values(vmin, vmax), dtype=np.float64))


def _apart(ticks: Any) -> Any:
    """Ticks without those that the next one follows far sooner than usual."""
    if ticks.size < 3:
        return ticks
    gaps = np.diff(ticks)
    return ticks[np.append(gaps > 0.6 * np.median(gaps), True)]


def date_axis(ax: Axes, *, label: str = "date (UTC)") -> None:
    """Show dates along the x axis with as few words as can be, never without the year."""
    few = points(ax, 1.0) < 1.0
    ax.xaxis.set_major_locator(cast("Any", _Dates)(minticks=2 if few else 4, maxticks=5 if few else 9))
    ax.xaxis.set_major_formatter(_Days())
    ax.set_xlabel(label, fontsize=points(ax, TEXT_PT), color=INK)


def day_numbers(moments: Sequence[dt.datetime]) -> Any:
    """Moments as matplotlib day numbers, shape (n,)."""
    return cast("Any", date2num)(list(moments))


def number_axis(ax: Axes, *, which: str, label: str) -> None:
    """Show plain numbers with thousands separated along "x" or "y", under a label that carries the unit."""
    axis = ax.xaxis if which == "x" else ax.yaxis
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axis.set_label_text(label, fontsize=points(ax, TEXT_PT), color=INK)


def percent_axis(ax: Axes, *, which: str, label: str) -> None:
    """Show shares as per cent along "x" or "y", under a label."""
    axis = ax.xaxis if which == "x" else ax.yaxis
    axis.set_major_formatter(PercentFormatter(1.0))
    axis.set_label_text(label, fontsize=points(ax, TEXT_PT), color=INK)
