"""Bars under their words: the one shape of all pictures that set a few ranges beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from ..results.range import Range
from .axes import axes_for, points
from .style import INK, PALE, SMALL_PT, Dash, Style

__all__ = ["PLAIN", "Row", "draw_rows", "mark_rows", "write_over"]

PLAIN = Style(PALE)
"""Of a bar that is one among others."""

_ROW_IN = 0.52


@dataclass(frozen=True, slots=True)
class Row:
    """One bar with its range and the words over it.

    Parameters
    ----------
    words
        What it is, and its number with its range.
    span
        Length of the bar with its range, in the unit of the axis; infinity is drawn to the edge.
    start
        Where the bar begins; its range too is counted from there.
    style
        Colour and hatch.
    strong
        Whether the words are bold: the row that decides.
    """

    words: str
    span: Range
    start: float = 0.0
    style: Style = PLAIN
    strong: bool = False


def draw_rows(rows: Sequence[Row], *, ax: Axes | None, room_in: float = 1.5) -> Axes:
    """Draw bars from the top in the order given, each under its words and with its range as a whisker.

    Parameters
    ----------
    rows
        At least one.
    ax
        Axes to draw on; a new figure when None.
    room_in
        Height of title, axis and sources on a new figure, in inches.
    """
    ax = axes_for(ax, height=room_in + _ROW_IN * len(rows))
    first, last = _first_and_last(rows)
    room = 0.03 * (last - first)
    for at, row in enumerate(rows):
        _draw_bar(ax, row, at, last)
        write_over(ax, row.words, at - 0.05, indent_pt=2.0, strong=row.strong)
    ax.set_yticks([])
    ax.set_ylim(len(rows) - 0.45, -0.62)
    if first < 0:
        first -= room
    ax.set_xlim(first, last + room)
    return ax


def _first_and_last(rows: Sequence[Row]) -> tuple[float, float]:
    """Where the axis begins and where the longest bar or whisker ends; infinity counts for nothing."""
    finite = []
    for row in rows:
        for value in (*row.span, 0.0):
            end = row.start + value
            if np.isfinite(end):
                finite.append(end)
    if not finite:
        finite = [1.0]
    first, last = min(finite), max(finite)
    # An axis needs a width, also when all numbers are nought.
    if last <= first:
        last = first + 1.0
    return first, last


def _draw_bar(ax: Axes, row: Row, at: int, last: float) -> None:
    """The bar to the middle and the whisker over the range, neither beyond the last value of the axis."""
    low, middle, high = (min(row.start + value, last) for value in row.span)
    ax.barh(
        at + 0.16,
        middle - row.start,
        left=row.start,
        height=0.36,
        color=row.style.colour,
        hatch=row.style.hatch,
        edgecolor="white",
        linewidth=0,
    )
    # An exact number has no whisker, rather than one of no length.
    if low == high:
        return
    ax.errorbar(
        [middle],
        [at + 0.16],
        xerr=[[middle - low], [high - middle]],
        fmt="none",
        ecolor=INK,
        elinewidth=1.2,
        capsize=points(ax, 3.5),
    )


def write_over(ax: Axes, words: str, at: float, *, indent_pt: float, strong: bool) -> None:
    """Write the words of a row at the left edge of the axes, their foot at this height.

    They take no part in the layout: long words would squeeze the axes otherwise.
    """
    weight = "normal"
    if strong:
        weight = "bold"
    text = ax.annotate(
        " ".join(words.split()),
        (0.0, at),
        (indent_pt, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        va="bottom",
        fontsize=SMALL_PT,
        color=INK,
        fontweight=weight,
        zorder=5,
    )
    text.set_in_layout(False)


def mark_rows(ax: Axes, value: float, *, rows: int, dash: Dash = "-", colour: str = INK) -> None:
    """Draw a line at one value across the bars of all rows, and not through the words over them."""
    # The nan between two rows lifts the pen.
    at = (np.arange(rows)[:, None] + (-0.06, 0.39, np.nan)).ravel()
    ax.plot(
        np.full(at.size, value),
        at,
        color=colour,
        linewidth=1.4,
        linestyle=dash,
        zorder=3,
    )
