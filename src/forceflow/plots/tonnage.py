"""Estimates over time as curves with their ranges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from ..arrays import Floats
from ..errors import EstimateError
from ..flows.tonnage import group_of
from ..results.estimate import Estimate
from ..results.range import Range
from .axes import axes_for, date_axis, day_numbers, finish, frame, number_axis, points
from .fan import draw_fan
from .style import (
    BLUE,
    DIRECTION_STYLES,
    GREY,
    GROUP_STYLES,
    INK,
    MODE_STYLES,
    ORANGE,
    Style,
    legend_label,
)
from .text import counted, place_label, worded

if TYPE_CHECKING:
    pass

__all__ = ["plot_tonnage"]


_MOST_WHISKERS = 90
_MOST_BARS = 3


def plot_tonnage(estimate: Estimate, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw what has been moved: the cumulative fan with its middle, and each bin as a light bar.

    With groups each has its own line of what it had moved so far, with its range at the end, and, up to three of them,
    its own part of the bars: means, since means add up. Beyond six groups (four on narrow axes) the smallest share one
    line, a mean too. One bin alone has no bars: its line says the same.

    Parameters
    ----------
    estimate
        From `estimate_tonnage`.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.

    Raises
    ------
    EstimateError
        The estimate has no bins.
    """
    if not estimate.starts:
        raise EstimateError(f"{estimate.measure}: no time bins to draw")
    grouped = len(estimate.groups) > 0
    ax = axes_for(ax, height=4.4 if grouped else 4.2)
    starts, stops = day_numbers(estimate.starts), day_numbers(estimate.stops)
    edges = np.append(starts, stops[-1])
    share, each = f"{estimate.coverage:.0%}", f"in each {_width_words(estimate)}"
    whole = "all together" if grouped else "moved so far"
    draw_fan(
        ax,
        edges,
        (estimate.cumulative_low, estimate.cumulative_middle, estimate.cumulative_high),
        colour=GREY if grouped else BLUE,
        labels=(
            f"{whole}, {share} range",
            worded(f"{whole}, middle; in all {estimate.total}"),
        ),
    )
    width = stops - starts
    bars = len(starts) > 1 and len(estimate.groups) <= _MOST_BARS
    if grouped:
        below = np.zeros(len(starts))
        lines = _MOST_BARS + 1 if points(ax, 1.0) < 1.0 else len(GROUP_STYLES)
        for rank, (name, style, mean, middle, span) in enumerate(_parts(estimate, lines), 1):
            if span is not None:
                at = edges[-1] + 0.015 * rank * (edges[-1] - edges[0])
                ax.errorbar(
                    [at], [span.middle], yerr=[[span.middle - span.low], [span.high - span.middle]], fmt="none",
                    ecolor=style.colour, elinewidth=2.0, capsize=points(ax, 2.0),
                )  # fmt: skip
            if bars:
                ax.stairs(
                    below + mean, edges, baseline=below, fill=True, color=style.colour, hatch=style.hatch,
                    edgecolor="white", linewidth=0, alpha=0.6, zorder=0.9,
                )  # fmt: skip
            below = below + mean
            ax.plot(
                edges, np.concatenate([[0.0], middle]), color=style.colour, linestyle=style.dash, linewidth=1.8,
                label=legend_label(place_label(name)),
            )  # fmt: skip
    elif bars:
        words = f"{each}, mean"
        ax.stairs(estimate.mean, edges, fill=True, color=ORANGE, alpha=0.75, linewidth=0, zorder=0.9, label=words)
    if bars and not grouped and len(starts) <= _MOST_WHISKERS:
        some = estimate.high > 0
        ax.vlines(
            (starts + width / 2)[some], estimate.low[some], estimate.high[some], color=INK, linewidth=0.7,
            label=f"{each}, {share} range",
        )  # fmt: skip
    ax.set_ylim(bottom=0.0)
    ax.set_xlim(edges[0], edges[-1] + (0.12 if grouped else 0.02) * (edges[-1] - edges[0]))
    number_axis(ax, which="y", label=f"{estimate.measure.split(' (')[0]} ({estimate.unit})")
    date_axis(ax)
    by = f", by {estimate.by}" if grouped else ""
    how = "each line ends in its range; middles do not add up" + (f"; bars: means {each}" if bars else "")
    frame(ax, title=title or _sentence(estimate.measure) + by)
    return _finish(ax, estimate, how if grouped else "", columns=4 if grouped else 2)


def _parts(estimate: Estimate, lines: int) -> Iterator[tuple[str, Style, Floats, Floats, Range | None]]:
    """Name, style, mean of each bin, middle so far, shape (bins,), and total of the largest groups.

    Of the rest the mean so far; their total is estimated again from the events behind them, on the same draws.
    """
    order = np.argsort(-estimate.group_mean.sum(axis=1), kind="stable")
    most = lines if len(order) <= lines else lines - 1
    known = {"mode": MODE_STYLES, "direction": DIRECTION_STYLES}.get(estimate.by or "", {})
    for rank, g in enumerate(order[:most]):
        name = estimate.groups[g]
        total = estimate.group_totals[g] if estimate.group_totals else None
        style = known.get(name, GROUP_STYLES[rank])
        yield name, style, estimate.group_mean[g], estimate.group_cumulative_middle[g], total
    if len(order) > most:
        rest, names = estimate.group_mean[order[most:]].sum(axis=0), {estimate.groups[g] for g in order[most:]}
        events = tuple(event for event in estimate.used if group_of(event, estimate.by) in names)
        total = estimate.again(events).total if estimate.again is not None and events else None
        words = f"{len(names)} others, mean" + ("" if total is not None else " only")
        yield words, GROUP_STYLES[most], rest, np.cumsum(rest), total


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _width_words(estimate: Estimate) -> str:
    hours = (estimate.stops[0] - estimate.starts[0]) / dt.timedelta(hours=1)
    names = {1: "hour", 24: "day", 168: "week"}
    return names.get(round(hours), "bin")


def _finish(ax: Axes, estimate: Estimate, *more: str, columns: int = 2) -> Axes:
    return finish(
        ax,
        counted(
            estimate.claims,
            estimate.reports,
            f"{len(estimate.events)} events",
            f"ranges hold {estimate.coverage:.0%} of {estimate.draws:,} draws",
            f"seed {estimate.seed}",
            *more,
        ),
        columns=columns,
    )
