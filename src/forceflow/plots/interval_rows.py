"""Bars under their words: the one shape of all pictures that set a few ranges beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from ..results.range import Range
from .axes import axes_for, points
from .style import INK, PALE, SMALL_PT, Dash, Style

__all__ = ["PLAIN", "Row", "draw_rows", "mark_rows"]

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
    ends = [row.start + value for row in rows for value in (*row.span, 0.0)]
    finite = [end for end in ends if np.isfinite(end)] or [1.0]
    first, last = min(finite), max(finite)
    last = last if last > first else first + 1.0
    room = 0.03 * (last - first)
    first -= room if first < 0 else 0.0
    for at, row in enumerate(rows):
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
        if low != high:
            ax.errorbar(
                [middle],
                [at + 0.16],
                xerr=[[middle - low], [high - middle]],
                fmt="none",
                ecolor=INK,
                elinewidth=1.2,
                capsize=points(ax, 3.5),
            )
        ax.annotate(
            " ".join(row.words.split()),
            (0.0, at - 0.05),
            (2, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            va="bottom",
            fontsize=SMALL_PT,
            color=INK,
            fontweight="bold" if row.strong else "normal",
            zorder=5,
        ).set_in_layout(False)
    ax.set_yticks([])
    ax.set_ylim(len(rows) - 0.45, -0.62)
    ax.set_xlim(first, last + room)
    return ax


def mark_rows(ax: Axes, value: float, *, rows: int, dash: Dash = "-", colour: str = INK) -> None:
    """Draw a line at one value across the bars of all rows, and not through the words over them."""
    at = (np.arange(rows)[:, None] + (-0.06, 0.39, np.nan)).ravel()
    ax.plot(np.full(at.size, value), at, color=colour, linewidth=1.4, linestyle=dash, zorder=3)
