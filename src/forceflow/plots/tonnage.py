"""Estimates over time as curves with their ranges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from ..arrays import Floats, Ints
from ..errors import EstimateError
from ..flows.tonnage import group_of
from ..results.estimate import Estimate
from ..results.range import Range
from .axes import axes_for, date_axis, day_numbers, finish, frame, is_narrow, number_axis, points
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
from .text import estimate_sources, place_label, sentence, worded

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
    edges = np.append(day_numbers(estimate.starts), day_numbers(estimate.stops[-1:]))
    if estimate.groups:
        return _plot_groups(estimate, edges, ax=ax, title=title)
    ax = axes_for(ax, height=4.2)
    _draw_total(ax, estimate, edges, words="moved so far", colour=BLUE)
    # One bin alone would repeat the line.
    if len(estimate.starts) > 1:
        _draw_bins(ax, estimate, edges)
    _dated_axes(ax, estimate, edges, room=0.02)
    frame(ax, title=title or sentence(estimate.measure))
    return finish(ax, estimate_sources(estimate))


def _plot_groups(estimate: Estimate, edges: Floats, *, ax: Axes | None, title: str) -> Axes:
    """A line for each group, with its range at the end and, for few groups, its part of the bars."""
    ax = axes_for(ax, height=4.4)
    _draw_total(ax, estimate, edges, words="all together", colour=GREY)
    with_bars = len(estimate.starts) > 1 and len(estimate.groups) <= _MOST_BARS
    # There are no more styles than these that differ in grey as well.
    most_lines = len(GROUP_STYLES)
    if is_narrow(ax):
        most_lines = _MOST_BARS + 1
    below = np.zeros(len(estimate.starts))
    for rank, group in enumerate(_largest_groups(estimate, most_lines), 1):
        _draw_group_total(ax, group, edges, rank)
        if with_bars:
            _draw_group_bars(ax, group, edges, below)
        below = below + group.mean
        _draw_group_line(ax, group, edges)
    _dated_axes(ax, estimate, edges, room=0.12)
    frame(ax, title=title or f"{sentence(estimate.measure)}, by {estimate.by}")
    how = "each line ends in its range; middles do not add up"
    if with_bars:
        how += f"; bars: means {_each_bin(estimate)}"
    return finish(ax, estimate_sources(estimate, how), columns=4)


def _draw_total(ax: Axes, estimate: Estimate, edges: Floats, *, words: str, colour: str) -> None:
    """The fan of all that was moved so far."""
    draw_fan(
        ax,
        edges,
        (estimate.cumulative_low, estimate.cumulative_middle, estimate.cumulative_high),
        colour=colour,
        labels=(
            f"{words}, {estimate.coverage:.0%} range",
            worded(f"{words}, middle; in all {estimate.total}"),
        ),
    )


def _draw_bins(ax: Axes, estimate: Estimate, edges: Floats) -> None:
    """The mean of each bin as a bar, with a whisker for its range where there are not too many bins."""
    each = _each_bin(estimate)
    ax.stairs(
        estimate.mean,
        edges,
        fill=True,
        color=ORANGE,
        alpha=0.75,
        linewidth=0,
        zorder=0.9,
        label=f"{each}, mean",
    )
    if len(estimate.starts) > _MOST_WHISKERS:
        return
    starts = day_numbers(estimate.starts)
    width = day_numbers(estimate.stops) - starts
    # A whisker in an empty bin would be a dot on the axis.
    some = estimate.high > 0
    ax.vlines(
        (starts + width / 2)[some],
        estimate.low[some],
        estimate.high[some],
        color=INK,
        linewidth=0.7,
        label=f"{each}, {estimate.coverage:.0%} range",
    )


def _dated_axes(ax: Axes, estimate: Estimate, edges: Floats, *, room: float) -> None:
    """Dates along the axis, with some room behind the last bin for the ranges of groups, and amounts from nought."""
    ax.set_ylim(bottom=0.0)
    ax.set_xlim(edges[0], edges[-1] + room * (edges[-1] - edges[0]))
    measure = estimate.measure.split(" (")[0]
    number_axis(ax, which="y", label=f"{measure} ({estimate.unit})")
    date_axis(ax)


@dataclass(frozen=True, slots=True)
class _Group:
    """What is drawn of one group: mean in each bin, middle so far, each of shape (bins,), and its total if known."""

    name: str
    style: Style
    mean: Floats
    middle: Floats
    total: Range | None


def _draw_group_total(ax: Axes, group: _Group, edges: Floats, rank: int) -> None:
    """The range of all that a group had moved in the end, each group a little further to the right."""
    total = group.total
    if total is None:
        return
    # Whiskers at one place would hide each other.
    at = edges[-1] + 0.015 * rank * (edges[-1] - edges[0])
    ax.errorbar(
        [at],
        [total.middle],
        yerr=[[total.middle - total.low], [total.high - total.middle]],
        fmt="none",
        ecolor=group.style.colour,
        elinewidth=2.0,
        capsize=points(ax, 2.0),
    )


def _draw_group_bars(ax: Axes, group: _Group, edges: Floats, below: Floats) -> None:
    """The means of a group, on top of those of the groups before it."""
    ax.stairs(
        below + group.mean,
        edges,
        baseline=below,
        fill=True,
        color=group.style.colour,
        hatch=group.style.hatch,
        edgecolor="white",
        linewidth=0,
        alpha=0.6,
        zorder=0.9,
    )


def _draw_group_line(ax: Axes, group: _Group, edges: Floats) -> None:
    """What a group had moved so far."""
    ax.plot(
        edges,
        np.concatenate([[0.0], group.middle]),
        color=group.style.colour,
        linestyle=group.style.dash,
        linewidth=1.8,
        label=legend_label(place_label(group.name)),
    )


def _largest_groups(estimate: Estimate, most_lines: int) -> Iterator[_Group]:
    """The largest groups, the largest first; what is beyond so many lines is one group more."""
    # A stable order: groups of one size keep the order of the estimate in every picture.
    order = np.argsort(-estimate.group_mean.sum(axis=1), kind="stable")
    most = most_lines
    if len(order) > most_lines:
        most = most_lines - 1
    for rank, number in enumerate(order[:most]):
        yield _group_of_rank(estimate, rank, number)
    if len(order) > most:
        yield _all_others(estimate, order[most:], GROUP_STYLES[most])


def _group_of_rank(estimate: Estimate, rank: int, number: int) -> _Group:
    """One group of the estimate; modes and directions have their own styles, all others one by rank."""
    name = estimate.groups[number]
    own_styles = {"mode": MODE_STYLES, "direction": DIRECTION_STYLES}.get(estimate.by or "", {})
    total = None
    if estimate.group_totals:
        total = estimate.group_totals[number]
    return _Group(
        name,
        own_styles.get(name, GROUP_STYLES[rank]),
        estimate.group_mean[number],
        estimate.group_cumulative_middle[number],
        total,
    )


def _all_others(estimate: Estimate, numbers: Ints, style: Style) -> _Group:
    """The small groups together: means, which add up, and where it can be calculated their total.

    The total is estimated again from the events of these groups, on the same draws.
    """
    mean = estimate.group_mean[numbers].sum(axis=0)
    names = {estimate.groups[number] for number in numbers}
    events = tuple(event for event in estimate.used if group_of(event, estimate.by) in names)
    total = None
    words = f"{len(names)} others, mean only"
    if estimate.again is not None and events:
        total = estimate.again(events).total
        words = f"{len(names)} others, mean"
    return _Group(words, style, mean, np.cumsum(mean), total)


def _each_bin(estimate: Estimate) -> str:
    """What a bar covers, in words."""
    hours = (estimate.stops[0] - estimate.starts[0]) / dt.timedelta(hours=1)
    names = {1: "hour", 24: "day", 168: "week"}
    return f"in each {names.get(round(hours), 'bin')}"
