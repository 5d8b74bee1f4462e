"""Estimates over time, and single quantities, as curves with their ranges."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from ..errors import EstimateError, QuantityError
from ..estimates.result import Estimate
from ..quantity import Quantity
from .palette import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    RED,
    SMALL_PT,
    TEXT_PT,
    axes_for,
    caption,
    counted,
    date_axis,
    day_numbers,
    frame,
    number,
    number_axis,
    span_text,
)

if TYPE_CHECKING:
    from ..estimates.withdrawal import Withdrawal

__all__ = ["plot_quantity", "plot_rate", "plot_tonnage", "plot_withdrawal"]

_MOST_WHISKERS = 90


def plot_tonnage(estimate: Estimate, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw what has been moved: the cumulative fan with its middle, and each bin as a light bar.

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
    ax = axes_for(ax)
    starts, stops = day_numbers(estimate.starts), day_numbers(estimate.stops)
    edges = np.append(starts, stops[-1])
    share = f"{estimate.coverage:.0%}"

    def from_zero(values: np.ndarray) -> np.ndarray:
        return np.concatenate([[0.0], values])

    low, high = from_zero(estimate.cumulative_low), from_zero(estimate.cumulative_high)
    ax.fill_between(edges, low, high, color=BLUE, alpha=0.18, linewidth=0, label=f"moved so far, {share} range")
    for side in (low, high):
        ax.plot(edges, side, color=BLUE, linewidth=0.8, linestyle=":")
    ax.plot(
        edges,
        from_zero(estimate.cumulative_middle),
        color=BLUE,
        linewidth=2.0,
        label=f"moved so far, middle; in all {span_text(*estimate.total)} {estimate.unit}",
    )
    width = stops - starts
    ax.bar(
        starts, estimate.mean, width=width, align="edge", color=ORANGE, alpha=0.75, linewidth=0,
        label=f"in each {_width_words(estimate)}, mean",
    )  # fmt: skip
    if len(starts) <= _MOST_WHISKERS:
        some = estimate.high > 0
        ax.vlines(
            (starts + width / 2)[some], estimate.low[some], estimate.high[some], color=INK, linewidth=0.7,
            label=f"in each {_width_words(estimate)}, {share} range",
        )  # fmt: skip
    ax.set_ylim(bottom=0.0)
    ax.set_xlim(edges[0], edges[-1] + 0.02 * (edges[-1] - edges[0]))
    frame(ax, title=title or _sentence(estimate.measure))
    number_axis(ax, which="y", label=f"{estimate.measure.split(' (')[0]} ({estimate.unit})")
    date_axis(ax)
    ax.legend(loc="upper left", fontsize=SMALL_PT, edgecolor="none", framealpha=0.9)
    _estimate_caption(ax, estimate)
    return ax


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
    ax = axes_for(ax, height=3.6)
    edges = np.append(day_numbers(rate.starts), day_numbers(rate.stops[-1:]))
    share = f"{rate.coverage:.0%}"
    ax.stairs(
        rate.high, edges, baseline=rate.low, fill=True, color=BLUE, alpha=0.18, linewidth=0, label=f"{share} range"
    )
    for side in (rate.low, rate.high):
        ax.stairs(side, edges, color=BLUE, linewidth=0.8, linestyle=":", baseline=None)
    ax.stairs(rate.middle, edges, color=BLUE, linewidth=2.0, baseline=None, label="middle")
    whole = rate.total
    ax.axhline(
        whole.middle, color=INK, linewidth=1.2, linestyle="--", label=f"over all: {span_text(*whole)} {rate.unit}"
    )
    ax.set_ylim(bottom=0.0)
    ax.set_xlim(edges[0], edges[-1])
    frame(ax, title=title or _sentence(rate.measure))
    number_axis(ax, which="y", label=rate.unit)
    date_axis(ax)
    ax.legend(loc="upper right", fontsize=SMALL_PT, edgecolor="none", framealpha=0.9)
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


def plot_quantity(quantity: Quantity, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw what the printed words say about the true number: a bar for each whole number, else a density.

    Parameters
    ----------
    quantity
        A quantity with content.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.

    Raises
    ------
    QuantityError
        The words carry no number.
    """
    if not quantity.has_content:
        raise QuantityError(f"{quantity.words!r} carries no number; there is nothing to draw")
    ax = axes_for(ax, width=6.0, height=3.2)
    values = quantity.quantile((np.arange(20_000) + 0.5) / 20_000)
    bottom, top = np.quantile(values, (0.0005, 0.9975))
    unit = (f" ({quantity.unit})" if quantity.unit else "") + (" a day" if quantity.per_day else "")
    low, high = quantity.interval(0.9)
    if bottom == top:
        ax.bar([bottom], [1.0], width=0.08 * max(abs(bottom), 1.0), color=BLUE)
        ax.set_xlim(bottom - max(abs(bottom), 1.0), bottom + max(abs(bottom), 1.0))
        ax.set_ylabel("probability", fontsize=TEXT_PT, color=INK)
    elif np.array_equal(values, np.rint(values)) and top - bottom <= 60:
        whole, count = np.unique(values[(values >= bottom) & (values <= top)], return_counts=True)
        inside = (whole >= low) & (whole <= high)
        for part, alpha in ((inside, 1.0), (~inside, 0.35)):
            ax.bar(whole[part], count[part] / values.size, width=0.8, color=BLUE, alpha=alpha, linewidth=0)
        ax.set_ylabel("probability of each number", fontsize=TEXT_PT, color=INK)
    else:
        step = _round_step((top - bottom) / 60)
        edges = np.arange(np.floor(bottom / step), np.ceil(top / step) + 1) * step
        share, edges = np.histogram(values, bins=edges)
        ax.stairs(share / values.size, edges, fill=True, color=BLUE, alpha=0.18)
        ax.stairs(share / values.size, edges, color=BLUE, linewidth=1.6)
        ax.set_ylabel(f"probability per {step:,g} {quantity.unit}".rstrip(), fontsize=TEXT_PT, color=INK)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    for end in (low, high):
        ax.axvline(end, color=INK, linestyle="--", linewidth=1.0)
    ax.axvline(quantity.best, color=INK, linewidth=1.6)
    frame(ax, title=title or quantity.words or "Quantity", grid="")
    number_axis(ax, which="x", label=f"value{unit}" if unit else "value (as printed)")
    caption(
        ax,
        f"Best {number(quantity.best)} (full line); 90% between {number(low)} and {number(high)} (broken lines); "
        f"read as {quantity.family.replace('_', ' ')}."
        + (" Only one side was published; the other is a prior." if quantity.is_censored else ""),
        drop_pt=36.0,
    )
    return ax


def _round_step(step: float) -> float:
    """Next 1, 2 or 5 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(step))
    return float(power * next(m for m in (1.0, 2.0, 5.0, 10.0) if m * power >= step * (1 - 1e-9)))


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


def _estimate_caption(ax: Axes, estimate: Estimate) -> None:
    caption(
        ax,
        counted(
            estimate.claims,
            estimate.reports,
            f"{len(estimate.events)} events",
            f"ranges hold {estimate.coverage:.0%} of {estimate.draws:,} draws",
            f"seed {estimate.seed}",
        ),
    )
