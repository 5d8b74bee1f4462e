"""The one visual language of all pictures: colours, hatches, lines, captions, and where the axes come from.

Colours are a subset of Okabe and Ito's set for colour-blind readers. Nothing is told by colour alone: each direction
has a hatch, each line a dash, so that a page printed in grey still reads.
"""

from __future__ import annotations

import datetime as dt
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import matplotlib
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, date2num, num2date
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import Formatter, FuncFormatter

__all__ = [
    "BLUE",
    "DIRECTION_STYLES",
    "GREY",
    "GROUP_STYLES",
    "INK",
    "LAND",
    "MODE_STYLES",
    "ORANGE",
    "RED",
    "SEA",
    "Style",
    "axes_for",
    "caption",
    "counted",
    "date_axis",
    "day_numbers",
    "frame",
    "legend_above",
    "number",
    "number_axis",
    "patch",
    "span_text",
    "worded",
]

Dash = Literal["-", "--", "-.", ":"]
Layout = Literal["constrained", "compressed"]

INK = "#222222"
GREY = "#767676"
BLUE = "#0072B2"
ORANGE = "#E69F00"
RED = "#D55E00"
GREEN = "#009E73"
LAND = "#E9E6DF"
SEA = "#F8FBFD"

TEXT_PT = 9.0
SMALL_PT = 8.0
CAPTION_PT = 7.5
_PAD_IN = 0.1


@dataclass(frozen=True, slots=True)
class Style:
    """How one kind of thing looks.

    Parameters
    ----------
    colour, hatch
        Of areas; the hatch tells them apart in grey.
    dash, marker
        Of lines and points.
    """

    colour: str
    hatch: str = ""
    dash: Dash = "-"
    marker: str = "o"


DIRECTION_STYLES: dict[str, Style] = {
    "outbound": Style(BLUE, "", "-", "o"),
    "inbound": Style(RED, "xxxx", "--", "s"),
    "internal": Style(ORANGE, "////", "-.", "D"),
    "external": Style(GREY, "....", ":", "^"),
}
"""One style for each direction of a movement."""

MODE_STYLES: dict[str, Style] = {
    "air": Style(BLUE, "", "-", "o"),
    "sea": Style(GREEN, "\\\\\\\\", "--", "s"),
    "road": Style(ORANGE, "////", "-.", "D"),
}
"""One style for each mode of transport."""


GROUP_STYLES: tuple[Style, ...] = (
    Style(BLUE, "", "-", "o"),
    Style(ORANGE, "////", "-.", "D"),
    Style(GREEN, "\\\\\\\\", "--", "s"),
    Style(RED, "xxxx", ":", "^"),
    Style("#CC79A7", "....", "-", "v"),
    Style(INK, "++++", "--", "P"),
)
"""Styles of groups that have none of their own, the largest first."""


def axes_for(ax: Axes | None, *, width: float = 8.0, height: float = 4.0, layout: Layout = "constrained") -> Axes:
    """Give back the axes that came, or make new ones on a figure of their own.

    The figure is not registered with pyplot, so nothing piles up and nothing pops up. In a notebook that shows figures
    in the page it is made by pyplot, which is how the notebook finds it.

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
        return ax
    if "inline" in str(matplotlib.get_backend(auto_select=False) or ""):
        from matplotlib import pyplot

        figure = pyplot.figure(figsize=(width, height))
    else:
        figure = Figure(figsize=(width, height))
    figure.set_layout_engine(layout, w_pad=_PAD_IN, h_pad=_PAD_IN)
    return figure.add_subplot()


def frame(ax: Axes, *, title: str, grid: str = "y", pad_pt: float = 6.0) -> None:
    """Set a title in ink at the left, take away the box, and draw a faint grid along one axis or "both"."""
    ax.set_title(title, loc="left", fontsize=11, color=INK, fontweight="bold", pad=pad_pt)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(GREY)
    ax.tick_params(colors=INK, labelsize=TEXT_PT)
    if grid:
        ax.grid(axis=cast("Any", grid), color="#DDDDDD", linewidth=0.6, zorder=0)
    ax.set_axisbelow(True)


def legend_above(ax: Axes, *, columns: int = 2) -> float:
    """Put the legend between axes and title, where it covers nothing; give back the room it takes, in points."""
    handles, labels = ax.get_legend_handles_labels()
    columns = min(columns, len(labels))
    ax.legend(
        handles,
        labels,
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        ncols=columns,
        frameon=False,
        fontsize=SMALL_PT,
        handlelength=1.8,
        columnspacing=1.4,
        borderaxespad=0.1,
    )
    return 10.0 + 1.55 * SMALL_PT * -(-len(labels) // columns)


def caption(ax: Axes, text: str, *, drop_pt: float = 46.0, share: float = 1.0) -> None:
    """Write the sources under the axes, small, broken to the width of the axes.

    Parameters
    ----------
    text
        What the picture rests on.
    drop_pt
        Distance below the axes, in points; room for ticks and the axis label.
    share
        Share of the usual width that the axes will have; less where the labels at the left are long.
    """
    figure = ax.get_figure(root=True)
    inches = figure.get_figwidth() * ax.get_position().width * share if figure is not None else 6.0
    lines = textwrap.wrap(text, max(40, int(inches * 72 / (CAPTION_PT * 0.53))))
    ax.annotate(
        "\n".join(lines),
        (0, 0),
        (0, -drop_pt),
        xycoords="axes fraction",
        textcoords="offset points",
        va="top",
        ha="left",
        fontsize=CAPTION_PT,
        color="#555555",
        annotation_clip=False,
    )


def counted(claims: Sequence[str], reports: Sequence[str], *more: str) -> str:
    """Say how many claims and reports stand behind a picture, and what else is to be known."""
    head = f"{len(claims)} claims from {len(reports)} reports"
    return worded("; ".join([head, *(part for part in more if part)]) + ".")


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
        labels, year = [], 0
        for day in days:
            short = f"{day:%b}" if months else f"{day.day} {day:%b}"
            short = f"{day:%H:%M} {short}" if hours else short
            labels.append(short if day.year == year else f"{short}\n{day.year}")
            year = day.year
        return labels


def date_axis(ax: Axes, *, label: str = "date (UTC)") -> None:
    """Show dates along the x axis with as few words as can be, never without the year."""
    ax.xaxis.set_major_locator(cast("Any", AutoDateLocator)(minticks=4, maxticks=9))
    ax.xaxis.set_major_formatter(_Days())
    ax.set_xlabel(label, fontsize=TEXT_PT, color=INK)


def day_numbers(moments: Sequence[dt.datetime]) -> Any:
    """Moments as matplotlib day numbers, shape (n,)."""
    return cast("Any", date2num)(list(moments))


def number_axis(ax: Axes, *, which: str, label: str) -> None:
    """Show plain numbers with thousands separated along "x" or "y", under a label that carries the unit."""
    axis = ax.xaxis if which == "x" else ax.yaxis
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axis.set_label_text(label, fontsize=TEXT_PT, color=INK)


def number(value: float) -> str:
    """A number with two figures at least and thousands separated; "never" for infinity."""
    if value == float("inf"):
        return "never"
    if value == 0 or abs(value) >= 9.95:
        return f"{value:,.0f}"
    return f"{value:.2g}"


def span_text(low: float, best: float, high: float) -> str:
    """Best with its range, or the number alone when the range has no width."""
    return number(best) if low == high else f"{number(best)} ({number(low)} to {number(high)})"


_NOBODY = re.compile(r"(?<![\d.,])0 claims (?:from|in) 0 reports\b")
_ONE_OF_MANY = re.compile(
    r"(?<![\d.,])1 (claim|column|convoy|day|draw|event|flight|movement|report|sailing|sortie|vehicle)s\b"
)


def worded(text: str) -> str:
    """The same words with "1 movements" put right, and figures that came without reports called one's own."""
    return _ONE_OF_MANY.sub(r"1 \1", _NOBODY.sub("own figures, no claims", text))


def patch(style: Style, label: str, *, filled: bool = True) -> Patch:
    """Legend entry in a style."""
    return Patch(
        facecolor=style.colour if filled else "white",
        edgecolor="white" if filled else style.colour,
        hatch=style.hatch,
        label=label,
        linewidth=0.0 if filled else 1.4,
    )
