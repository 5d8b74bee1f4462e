"""Estimates over time as curves with their ranges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from ..errors import EstimateError
from ..estimates.range import Range
from ..estimates.result import Estimate
from ..estimates.timeline import day_before, day_words
from ..estimates.tonnage import group_of
from .palette import (
    BLUE,
    DIRECTION_STYLES,
    GREY,
    GROUP_STYLES,
    INK,
    MODE_STYLES,
    ORANGE,
    RED,
    SMALL_PT,
    Style,
    axes_for,
    counted,
    date_axis,
    day_numbers,
    finish,
    frame,
    legend_label,
    number_axis,
    percent_axis,
    place_label,
    points,
    worded,
)

if TYPE_CHECKING:
    from ..estimates.withdrawal import Withdrawal

__all__ = ["draw_fan", "plot_rate", "plot_remaining", "plot_scenarios", "plot_tonnage", "plot_withdrawal"]

Floats = NDArray[np.float64]

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


def draw_fan(
    ax: Axes, edges: Floats, fan: Sequence[Floats], *, colour: str, labels: tuple[str, str], start: float = 0.0
) -> None:
    """Draw low, middle and high of a running sum over bins with these edges.

    Parameters
    ----------
    edges, fan
        Day numbers, shape (bins + 1,); low, middle and high at the end of each bin, each of shape (bins,).
    colour, labels
        Of the whole; of its range and of its middle.
    start
        Value at the first edge, which is known.
    """
    low, middle, high = (np.concatenate([[start], values]) for values in fan)
    ax.fill_between(edges, low, high, color=colour, alpha=0.18, linewidth=0, label=labels[0])
    for side in (low, high):
        ax.plot(edges, side, color=colour, linewidth=0.8, linestyle=":")
    ax.plot(edges, middle, color=colour, linewidth=2.0, label=labels[1])


def _parts(estimate: Estimate, lines: int) -> Iterator[tuple[str, Style, Floats, Floats, Range | None]]:
    """Name, style, mean of each bin, middle so far, shape (bins,), and total of the largest groups.

    Of the rest the mean so far; their total is estimated anew from the events behind them, on the same draws.
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


def plot_rate(rate: Estimate, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw a rate as a step line with its band.

    Parameters
    ----------
    rate
        From `estimate_rate`.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.

    Raises
    ------
    EstimateError
        The estimate has no bins.
    """
    if not rate.starts:
        raise EstimateError(f"{rate.measure}: no time bins to draw")
    ax = axes_for(ax, height=3.8)
    edges = np.append(day_numbers(rate.starts), day_numbers(rate.stops[-1:]))
    share = f"{rate.coverage:.0%}"
    ax.stairs(
        rate.high, edges, baseline=rate.low, fill=True, color=BLUE, alpha=0.18, linewidth=0, label=f"{share} range"
    )
    for side in (rate.low, rate.high):
        ax.stairs(side, edges, color=BLUE, linewidth=0.8, linestyle=":", baseline=None)
    ax.stairs(rate.middle, edges, color=BLUE, linewidth=2.0, baseline=None, label="middle")
    whole = rate.total
    over = worded(f"over all: {whole}")
    ax.axhline(whole.middle, color=INK, linewidth=1.2, linestyle="--", label=over)
    ax.set_ylim(bottom=0.0)
    ax.set_xlim(edges[0], edges[-1])
    number_axis(ax, which="y", label=rate.unit)
    date_axis(ax)
    frame(ax, title=title or _sentence(rate.measure))
    return _finish(ax, rate, columns=3)


def plot_withdrawal(left: Withdrawal, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw the probability that a withdrawal is complete by a date; what never completes stays open at the top.

    Parameters
    ----------
    left
        From `estimate_withdrawal`.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.
    """
    ax = axes_for(ax)
    days = day_numbers(left.dates)
    probability = np.asarray(left.probability)
    share_done = float(probability[-1])
    stall = float(left.stall_probability)
    ceiling = 1.0 - stall
    stop = _interesting(days, probability)
    shown = days <= stop
    ax.fill_between(days[shown], probability[shown], color=BLUE, alpha=0.18, linewidth=0)
    ax.plot(days[shown], probability[shown], color=BLUE, linewidth=2.2)
    if stall > 0:
        ax.axhspan(ceiling, 1.0, facecolor="white", edgecolor=RED, hatch="////", alpha=0.55, linewidth=0)
        ax.axhline(ceiling, color=RED, linestyle="--", linewidth=1.2)
        ax.annotate(
            f"never complete: {stall:.0%}",
            (1, (1.0 + ceiling) / 2),
            (-8, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=SMALL_PT,
            color=INK,
            bbox={"facecolor": "white", "linewidth": 0, "pad": 1.5},
        )
    for q in (0.25, 0.5, 0.75):
        date = left.date(q)
        if date is None:
            continue
        at = day_numbers([date])[0]
        if at > stop:
            continue
        ax.plot([at, at], [0, q], color=GREY, linestyle=":", linewidth=1.0)
        ax.plot([at], [q], "o", color=BLUE, markersize=5, markeredgecolor="white")
        ax.annotate(
            f"{q:.0%} {day_words(left, q)}",
            (at, q),
            (7, -4),
            textcoords="offset points",
            va="top",
            fontsize=SMALL_PT,
            color=INK,
            bbox={"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 0.6},
        )
    ax.set_ylim(0.0, 1.0)
    ax.set_xlim(days[0], stop)
    percent_axis(ax, which="y", label="probability of completion (%)")
    frame(ax, title=title or "When the withdrawal would be complete")
    date_axis(ax)
    return _finish_withdrawal(
        ax, left, f"{share_done:.0%} complete by {day_before(left.dates[-1])}, the end of the calculation"
    )


def plot_scenarios(left: Withdrawal, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw the probability of completion as forecast, and under each scenario that was asked for.

    Parameters
    ----------
    left
        From `estimate_withdrawal` with ``scenarios=``.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.

    Raises
    ------
    EstimateError
        No scenario was asked for, or more than five.
    """
    if not 0 < len(left.scenarios) < len(GROUP_STYLES):
        raise EstimateError(
            f"1 to {len(GROUP_STYLES) - 1} scenarios can be drawn, got {len(left.scenarios)}; "
            "see estimate_withdrawal(..., scenarios=withdrawal_scenarios(floor=...))"
        )
    ax = axes_for(ax, height=4.4)
    parts = {"as forecast": left, **left.scenarios}
    days = day_numbers(left.dates)
    stop = max(_interesting(days, np.asarray(part.probability)) for part in parts.values())
    shown = days <= stop
    for style, (name, part) in zip(GROUP_STYLES, parts.items(), strict=False):
        ax.plot(
            days[shown], np.asarray(part.probability)[shown], color=style.colour, linestyle=style.dash,
            linewidth=2.4 if part is left else 1.8, label=legend_label(f"{name}: {part.answer}"),
        )  # fmt: skip
    ax.set_ylim(0.0, 1.0)
    ax.set_xlim(days[0], stop)
    percent_axis(ax, which="y", label="probability of completion (%)")
    frame(ax, title=title or "When it would be complete, by scenario")
    date_axis(ax)
    return _finish_withdrawal(
        ax, left, "all scenarios share their draws; what a curve lacks to 100 % is never complete"
    )


def plot_remaining(left: Withdrawal, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw what would still be there on each day, as a fan, with what stays on purpose.

    Parameters
    ----------
    left
        From `estimate_withdrawal`; by place when its stock was given by place.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.
    """
    ax = axes_for(ax)
    days = day_numbers(left.dates)
    stop = _interesting(days, np.asarray(left.probability))
    shown = days <= stop
    share = f"{left.coverage:.0%}"
    low, middle, high = (
        np.asarray(values)[shown] for values in (left.remaining_low, left.remaining_middle, left.remaining_high)
    )
    ax.fill_between(days[shown], low, high, color=BLUE, alpha=0.18, linewidth=0, label=f"{share} range")
    for side in (low, high):
        ax.plot(days[shown], side, color=BLUE, linewidth=0.8, linestyle=":")
    ax.plot(days[shown], middle, color=BLUE, linewidth=2.2, label="still there, middle")
    for style, (name, part) in zip(GROUP_STYLES[1:], left.places.items(), strict=False):
        ax.plot(
            days[shown], np.asarray(part.remaining_middle)[shown], color=style.colour, linestyle=style.dash,
            linewidth=1.6, label=legend_label(f"{name}, middle"),
        )  # fmt: skip
        ends = np.asarray(part.remaining_low)[shown], np.asarray(part.remaining_high)[shown]
        ax.fill_between(days[shown], *ends, color=style.colour, alpha=0.12, linewidth=0)
    if left.floor.high > 0:
        ax.axhspan(left.floor.low, left.floor.high, color=GREY, alpha=0.25, linewidth=0)
        ax.axhline(
            left.floor.middle, color=GREY, linestyle="--", linewidth=1.2, label=f"stays on purpose: {left.floor}"
        )
    ax.set_ylim(bottom=0.0)
    ax.set_xlim(days[0], stop)
    number_axis(ax, which="y", label=f"still there ({left.unit})")
    frame(ax, title=title or "What would still be there")
    date_axis(ax)
    return _finish_withdrawal(ax, left, f"never complete: {left.stall_probability:.0%}")


def _finish_withdrawal(ax: Axes, left: Withdrawal, *more: str) -> Axes:
    return finish(
        ax,
        counted(
            left.claims,
            left.reports,
            f"as of the end of {day_before(left.as_of)}",
            f"stock {left.stock}",
            f"net outflow {left.net_per_day}",
            f"ranges hold {left.coverage:.0%} of {left.draws:,} draws",
            f"seed {left.seed}",
            *more,
        ),
    )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _width_words(estimate: Estimate) -> str:
    hours = (estimate.stops[0] - estimate.starts[0]) / dt.timedelta(hours=1)
    names = {1: "hour", 24: "day", 168: "week"}
    return names.get(round(hours), "bin")


def _interesting(days: np.ndarray, probability: np.ndarray) -> float:
    """Last day worth drawing: a little after the curve has come to rest, and 60 days at least."""
    rest = np.searchsorted(probability, 0.985 * probability[-1]) if probability[-1] > 0 else len(days) - 1
    span = max(60.0, float(days[min(rest, len(days) - 1)] - days[0]) * 1.15)
    return float(min(days[-1], days[0] + span))


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
