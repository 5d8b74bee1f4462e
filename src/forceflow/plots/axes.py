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
from matplotlib.axis import Axis
from matplotlib.dates import AutoDateLocator, date2num, num2date
from matplotlib.figure import Figure
from matplotlib.legend import Legend
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
    "is_narrow",
    "number_axis",
    "percent_axis",
    "points",
    "rows_that_fit",
]


_MARGINS = ("left", "right", "bottom", "top", "wspace", "hspace")
"""Margins of a figure; who sets one of them has laid out the figure on purpose."""


def axes_for(
    ax: Axes | None, *, width: float = 8.0, height: float = 4.0, layout: Layout = "constrained"
) -> Axes:
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
    if ax is None:
        return _new_axes(width, height, layout)
    root = ax.get_figure(root=True)
    if root is not None and root.get_layout_engine() is None and _has_default_margins(root):
        root.set_layout_engine(layout)
    return ax


def _new_axes(width: float, height: float, layout: Layout) -> Axes:
    """Axes on a new figure of this size in inches."""
    # Asking for the backend must not choose one: that could open a window, or fail where there is no screen.
    backend = matplotlib.get_backend(auto_select=False) or ""
    if "inline" in str(backend):
        from matplotlib import pyplot

        figure = pyplot.figure(figsize=(width, height))
    else:
        figure = Figure(figsize=(width, height))
    figure.set_layout_engine(layout, w_pad=_PAD_IN, h_pad=_PAD_IN)
    return figure.add_subplot()


def _has_default_margins(figure: Figure) -> bool:
    """Whether all axes are where `add_subplot` puts them, with the margins that come by default."""
    if any(axes.get_subplotspec() is None for axes in figure.axes):
        return False
    defaults = cast("Any", matplotlib.rcParams)
    margins = figure.subplotpars
    return all(getattr(margins, side) == defaults[f"figure.subplot.{side}"] for side in _MARGINS)


def points(ax: Axes, size: float) -> float:
    """Size of words in points: smaller on narrow axes, down to seven tenths."""
    (narrow, least), (wide, most) = _SCALES
    width, _ = inches(ax)
    return size * float(np.interp(width, (narrow, wide), (least, most)))


def is_narrow(ax: Axes) -> bool:
    """Whether the axes are so narrow that words on them are smaller than on a page-wide picture."""
    return points(ax, 1.0) < 1.0


def inches(ax: Axes) -> tuple[float, float]:
    """Width and height of the axes, as they are in their figure before any layout: alike for all in one grid."""
    figure = ax.figure
    if figure is None:
        return _SCALES[1][0], 3.0
    # The place in the grid is known before any layout; the box of the axes changes with each one.
    spec = ax.get_subplotspec()
    if spec is None:
        box = ax.get_position(original=True)
    else:
        box = spec.get_position(cast("Any", figure))
    width = box.width * figure.bbox.width / figure.dpi
    height = box.height * figure.bbox.height / figure.dpi
    return width, height


def rows_that_fit(ax: Axes | None, *, lines: float, most: int) -> int:
    """How many rows of so many lines of small words the axes have room for; `most` on a new figure and at all."""
    if ax is None:
        return most
    # Title, legend and sources take about three tenths of the height.
    room_pt = 0.7 * 72.0 * inches(ax)[1]
    row_pt = lines * points(ax, SMALL_PT)
    return min(most, max(int(room_pt / row_pt), 1))


def frame(ax: Axes, *, title: str, grid: str = "y") -> None:
    """Set a title in ink at the left, take away the box, and draw a faint grid along one axis or "both"."""
    _set_title(ax, title, pad=6.0)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(GREY)
    ax.tick_params(colors=INK, labelsize=points(ax, TEXT_PT))
    if grid:
        ax.grid(axis=cast("Any", grid), color="#DDDDDD", linewidth=0.6, zorder=0)
    ax.set_axisbelow(True)


def _set_title(ax: Axes, title: str, *, pad: float) -> Text:
    """Write the title at the left, this many points over the axes."""
    size = points(ax, TITLE_PT)
    return ax.set_title(
        title,
        loc="left",
        fontsize=size,
        color=INK,
        fontweight="bold",
        pad=pad,
    )


def finish(
    ax: Axes, sources: str, *, legend: Sequence[Artist] | None = None, columns: int = 2
) -> Axes:
    """Write the sources under the axes and the legend over them, and fit all words to the room: the last step.

    Words on the axes get the size that the width of the axes allows; title, legend and sources are broken into lines
    that end at the edge of the figure (of the axes, where there are several).

    Parameters
    ----------
    sources
        What the picture is based on.
    legend
        Its entries; by default all that has a label.
    columns
        Of the legend, at most.
    """
    root = ax.get_figure(root=True)
    as_written(ax)
    _scale_words(ax)
    sources = _with_earlier_sources(ax, sources)
    under = _write_sources(ax, sources)
    if root is None:
        return ax
    _fit_words(ax, root, under, sources, _legend_entries(ax, legend), columns)
    # Words that the layout leaves out of account may be longer than the axes, so they are cut.
    for words in ax.texts:
        if not words.get_in_layout():
            words.set_text(_cut_text(words, ax.get_window_extent().width))
    return ax


def _scale_words(ax: Axes) -> None:
    """Give the words on the axes the size that the width of the axes allows, each of them once."""
    # A second picture on the same axes comes here again, and must not shrink the words of the first.
    for words in ax.texts:
        if words.get_label() not in (SIZED, _SOURCES):
            words.set_fontsize(points(ax, float(words.get_fontsize())))
            words.set_label(SIZED)


def _with_earlier_sources(ax: Axes, sources: str) -> str:
    """Sources of all pictures on these axes; those that an earlier picture wrote are taken off the axes."""
    earlier = [words for words in ax.texts if words.get_label() == _SOURCES]
    for words in earlier:
        text = " ".join(words.get_text().split())
        if sources not in text:
            sources = f"{text} {sources}"
        words.remove()
    return sources


def _write_sources(ax: Axes, sources: str) -> Text:
    """Write the sources under the label of the x axis."""
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
    return under


def _legend_entries(ax: Axes, legend: Sequence[Artist] | None) -> list[Artist]:
    """Entries of the legend, one for each label."""
    if legend is None:
        legend = ax.get_legend_handles_labels()[0]
    return list({str(entry.get_label()): entry for entry in legend}.values())


def _fit_words(
    ax: Axes, root: Figure, under: Text, sources: str, entries: Sequence[Artist], columns: int
) -> None:
    """Break sources, legend and title into lines that end at the edge of the figure, or of the axes among several."""
    title = ax.get_title(loc="left")
    alone = _is_alone(root)
    room = ax.get_window_extent().width
    if alone:
        room = 0.85 * room
    before = (-1, 0.0, 0)
    # The number of lines changes the layout, and the layout the room for the lines: three rounds settle it.
    for _ in range(3):
        lines = _break_lines(under, sources, room).count("\n")
        above = 0.0
        if entries:
            above = _legend_above(ax, entries, columns, room)
        head = _set_title(ax, title, pad=6.0 + above * 72.0 / root.dpi)
        now = lines, above, _break_lines(head, title, room).count("\n")
        engine = root.get_layout_engine()
        if now == before or engine is None:
            break
        before = now
        engine.execute(root)
        if _break_long_label(ax):
            engine.execute(root)
        room = _room_for_words(ax, root, alone=alone)


def _is_alone(root: Figure) -> bool:
    """Whether the figure has no more than one plot; axes without a place in the grid, such as insets, do not count."""
    return sum(axes.get_subplotspec() is not None for axes in root.axes) <= 1


def _room_for_words(ax: Axes, root: Figure, *, alone: bool) -> float:
    """Pixels from the left edge of the axes to where a line of words must end."""
    cell = ax.get_position(original=True)
    whole = ax.figure.bbox
    if alone:
        last = root.bbox.x1 - 0.5 * _PAD_IN * root.dpi
    else:
        last = whole.x0 + cell.x1 * whole.width
    return float(last - whole.x0 - cell.x0 * whole.width)


def _break_long_label(ax: Axes) -> bool:
    """Break a label of the y axis that is longer than the axis is high before its unit; whether it was."""
    label = ax.yaxis.label
    text = label.get_text()
    if label.get_window_extent().height > 1.05 * ax.get_window_extent().height:
        label.set_text(text.replace(" (", "\n(", 1))
    return label.get_text() != text


def _legend_above(ax: Axes, entries: Sequence[Artist], columns: int, room: float) -> float:
    """Put the legend between axes and title, no wider than `room` pixels; give back its height in pixels."""
    most = min(columns, len(entries))
    # As many columns as fit, since each row of the legend takes height from the picture.
    for across in range(most, 0, -1):
        made = _legend_in_columns(ax, entries, across)
        if made.get_window_extent().width <= room:
            break
    else:
        # Even one column is too wide: the words beside the marks are broken.
        for words in made.get_texts():
            mark = 3.2 * float(words.get_fontsize()) * ax.figure.dpi / 72.0
            words.set_text(_break_lines(words, words.get_text(), room - mark))
    return float(made.get_window_extent().height)


def _legend_in_columns(ax: Axes, entries: Sequence[Artist], across: int) -> Legend:
    """Legend over the axes with so many columns."""
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
    return made


def _break_lines(words: Text, text: str, width: float) -> str:
    """The text in lines that are no wider than `width` pixels in the font of these words."""
    one_line = " ".join(text.split())
    letters = int(len(one_line) * width / max(_text_width(words, one_line), 1.0))
    # Letters differ in width, so the first guess may be too long: it is shortened until every line fits.
    while True:
        lines = textwrap.wrap(one_line, max(letters, 12), break_on_hyphens=False)
        if letters <= 12 or _widest_line(words, lines) <= 0.98 * width:
            broken = "\n".join(lines)
            words.set_text(broken)
            return broken
        letters -= max(letters // 25, 1)


def _widest_line(words: Text, lines: Sequence[str]) -> float:
    """Width of the widest line in pixels."""
    return max((_text_width(words, line) for line in lines), default=0.0)


def _cut_text(words: Text, width: float) -> str:
    """The text of these words as far as it fits into `width` pixels."""
    text = words.get_text()
    shown = text
    while len(shown) > 8 and _text_width(words, shown) > 0.98 * width:
        shown = text[: len(shown) - 2].rstrip(" .") + "\u2026"
    return shown


def _text_width(words: Text, line: str) -> float:
    """Width of a line in pixels: as laid out now, or as it is when saved so fine that no letter is hinted."""
    words.set_text(line)
    scale = 1.0
    if words.figure is not None:
        scale = words.figure.dpi / 72.0
    # Hinting may make a line narrower on the screen than in a fine file; the wider of the two counts.
    plain, _, _ = text_to_path.get_text_width_height_descent(
        line, words.get_fontproperties(), ismath=False
    )
    return max(float(words.get_window_extent().width), plain * scale)


def _utc_moment(day: float) -> dt.datetime:
    return cast("dt.datetime", cast("Any", num2date)(day))


class _Days(Formatter):
    """Days or months as short as can be; the year under the first tick and wherever it changes."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Show one day, for the status line of a window."""
        return f"{_utc_moment(x):%Y-%m-%d %H:%M}"

    def format_ticks(self, values: Any) -> list[str]:
        """Show all ticks together."""
        days = [_utc_moment(value) for value in values]
        with_hours = any((day.hour, day.minute) != (0, 0) for day in days)
        all_firsts = all(day.day == 1 for day in days)
        labels = []
        year = 0
        date = ""
        for day in days:
            short = f"{day.day} {day:%b}"
            if all_firsts:
                short = f"{day:%b}"
            label = short
            if with_hours:
                label = _hour_label(day, short, with_date=short != date, with_year=day.year != year)
            elif day.year != year:
                label = f"{short}\n{day.year}"
            labels.append(label)
            year = day.year
            date = short
        return labels


def _hour_label(day: dt.datetime, date: str, *, with_date: bool, with_year: bool) -> str:
    """Hour and minute, and under them the date and the year where these change."""
    hour = f"{day:%H:%M}"
    if not with_date:
        return hour
    if with_year:
        return f"{hour}\n{date} {day.year}"
    return f"{hour}\n{date}"


class _Dates(AutoDateLocator):
    """Round dates, without the 31st beside a first."""

    def __call__(self) -> Any:
        """Ticks in view."""
        return _without_crowded(np.asarray(cast("Any", super()).__call__(), dtype=np.float64))

    def tick_values(self, vmin: Any, vmax: Any) -> Any:
        """Ticks between two dates."""
        return _without_crowded(
            np.asarray(cast("Any", super()).tick_values(vmin, vmax), dtype=np.float64)
        )


def _without_crowded(ticks: Any) -> Any:
    """Ticks without those that the next one follows far sooner than usual."""
    if ticks.size < 3:
        return ticks
    gaps = np.diff(ticks)
    wide_enough = gaps > 0.6 * np.median(gaps)
    return ticks[np.append(wide_enough, True)]


def date_axis(ax: Axes, *, label: str = "date (UTC)") -> None:
    """Show dates along the x axis with as few words as can be, never without the year."""
    least, most = 4, 9
    if is_narrow(ax):
        least, most = 2, 5
    ax.xaxis.set_major_locator(cast("Any", _Dates)(minticks=least, maxticks=most))
    ax.xaxis.set_major_formatter(_Days())
    ax.set_xlabel(label, fontsize=points(ax, TEXT_PT), color=INK)


def day_numbers(moments: Sequence[dt.datetime] | Sequence[np.datetime64]) -> Any:
    """Moments as matplotlib day numbers, shape (n,)."""
    return cast("Any", date2num)(list(moments))


def _axis(ax: Axes, which: str) -> Axis:
    """The "x" or the "y" axis."""
    if which == "x":
        return ax.xaxis
    return ax.yaxis


def number_axis(ax: Axes, *, which: str, label: str) -> None:
    """Show plain numbers with thousands separated along "x" or "y", under a label that carries the unit."""
    axis = _axis(ax, which)
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axis.set_label_text(label, fontsize=points(ax, TEXT_PT), color=INK)


def percent_axis(ax: Axes, *, which: str, label: str) -> None:
    """Show shares as per cent along "x" or "y", under a label."""
    axis = _axis(ax, which)
    axis.set_major_formatter(PercentFormatter(1.0))
    axis.set_label_text(label, fontsize=points(ax, TEXT_PT), color=INK)
