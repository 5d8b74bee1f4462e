"""Estimates over time as curves with their ranges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from ..errors import EstimateError
from ..estimates.result import Estimate
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
    TEXT_PT,
    Style,
    axes_for,
    caption,
    counted,
    date_axis,
    day_numbers,
    frame,
    legend_above,
    number_axis,
    span_text,
    worded,
)

if TYPE_CHECKING:
    from ..estimates.withdrawal import Withdrawal

__all__ = ["draw_fan", "plot_rate", "plot_tonnage", "plot_withdrawal"]

Floats = NDArray[np.float64]

_MOST_WHISKERS = 90


def plot_tonnage(estimate: Estimate, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw what has been moved: the cumulative fan with its middle, and each bin as a light bar.

    With groups each has its own line of what it had moved so far and its own part of the bars, both means, since
    means add up; beyond six groups the smallest share one.

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
            worded(f"{whole}, middle; in all {span_text(*estimate.total)} {estimate.unit}"),
        ),
    )
    width = stops - starts
    if grouped:
        below = np.zeros(len(starts))
        for name, style, mean in _parts(estimate):
            ax.bar(
                starts, mean, width=width, bottom=below, align="edge", color=style.colour, hatch=style.hatch,
                edgecolor="white", linewidth=0, alpha=0.75,
            )  # fmt: skip
            below = below + mean
            ax.plot(
                edges, np.concatenate([[0.0], np.cumsum(mean)]), color=style.colour, linestyle=style.dash,
                linewidth=1.8, label=f"{name}, mean",
            )  # fmt: skip
    else:
        ax.bar(
            starts, estimate.mean, width=width, align="edge", color=ORANGE, alpha=0.75, linewidth=0,
            label=f"{each}, mean",
        )  # fmt: skip
    if len(starts) <= _MOST_WHISKERS and not grouped:
        some = estimate.high > 0
        ax.vlines(
            (starts + width / 2)[some], estimate.low[some], estimate.high[some], color=INK, linewidth=0.7,
            label=f"{each}, {share} range",
        )  # fmt: skip
    ax.set_ylim(bottom=0.0)
    ax.set_xlim(edges[0], edges[-1] + 0.02 * (edges[-1] - edges[0]))
    number_axis(ax, which="y", label=f"{estimate.measure.split(' (')[0]} ({estimate.unit})")
    date_axis(ax)
    by = f", by {estimate.by}" if grouped else ""
    how = f"of each {estimate.by}: line, moved so far; bars, {each}" if grouped else ""
    frame(ax, title=title or _sentence(estimate.measure) + by, pad_pt=legend_above(ax))
    _estimate_caption(ax, estimate, how)
    return ax


def draw_fan(ax: Axes, edges: Floats, fan: Sequence[Floats], *, colour: str, labels: tuple[str, str]) -> None:
    """Draw low, middle and high of a running sum over bins with these edges, from 0 on.

    Parameters
    ----------
    edges, fan
        Day numbers, shape (bins + 1,); low, middle and high at the end of each bin, each of shape (bins,).
    colour, labels
        Of the whole; of its range and of its middle.
    """
    low, middle, high = (np.concatenate([[0.0], values]) for values in fan)
    ax.fill_between(edges, low, high, color=colour, alpha=0.18, linewidth=0, label=labels[0])
    for side in (low, high):
        ax.plot(edges, side, color=colour, linewidth=0.8, linestyle=":")
    ax.plot(edges, middle, color=colour, linewidth=2.0, label=labels[1])


def _parts(estimate: Estimate) -> Iterator[tuple[str, Style, Floats]]:
    """Name, style and mean of each bin, shape (bins,), of the largest groups first, and of the rest together."""
    order = np.argsort(-estimate.group_mean.sum(axis=1), kind="stable")
    most = len(GROUP_STYLES) if len(order) <= len(GROUP_STYLES) else len(GROUP_STYLES) - 1
    known = {"mode": MODE_STYLES, "direction": DIRECTION_STYLES}.get(estimate.by or "", {})
    for rank, g in enumerate(order[:most]):
        name = estimate.groups[g]
        yield name, known.get(name, GROUP_STYLES[rank]), estimate.group_mean[g]
    if len(order) > most:
        yield f"{len(order) - most} others", GROUP_STYLES[most], estimate.group_mean[order[most:]].sum(axis=0)


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
    over = worded(f"over all: {span_text(*whole)} {rate.unit}")
    ax.axhline(whole.middle, color=INK, linewidth=1.2, linestyle="--", label=over)
    ax.set_ylim(bottom=0.0)
    ax.set_xlim(edges[0], edges[-1])
    number_axis(ax, which="y", label=rate.unit)
    date_axis(ax)
    frame(ax, title=title or _sentence(rate.measure), pad_pt=legend_above(ax, columns=3))
    _estimate_caption(ax, rate)
    return ax


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
    ax.plot(days[shown], probability[shown], color=BLUE, linewidth=2.2, label="complete by this date")
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
            f"{q:.0%} by {date:%Y-%m-%d}",
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
    ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    frame(ax, title=title or "When the withdrawal would be complete")
    ax.set_ylabel("probability of completion (%)", fontsize=TEXT_PT, color=INK)
    date_axis(ax)
    late = f"{share_done:.0%} complete by {left.dates[-1]:%Y-%m-%d}, the end of the calculation"
    caption(
        ax,
        counted(
            left.claims,
            left.reports,
            f"as of the end of {left.as_of - dt.timedelta(seconds=1):%Y-%m-%d}",
            f"stock {span_text(*left.stock)} t",
            f"net outflow {span_text(*left.net_t_per_day)} t/day",
            f"ranges hold {left.coverage:.0%} of {left.draws:,} draws",
            f"seed {left.seed}",
            late,
        ),
    )
    return ax


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


def _estimate_caption(ax: Axes, estimate: Estimate, *more: str) -> None:
    caption(
        ax,
        counted(
            estimate.claims,
            estimate.reports,
            f"{len(estimate.events)} events",
            f"ranges hold {estimate.coverage:.0%} of {estimate.draws:,} draws",
            f"seed {estimate.seed}",
            *more,
        ),
    )
