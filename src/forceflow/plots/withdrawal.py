"""Plots of a withdrawal: completion, what remains, scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from ..errors import EstimateError
from ..withdrawal.result import day_before, day_words
from .axes import axes_for, date_axis, day_numbers, finish, frame, number_axis, percent_axis
from .style import (
    BLUE,
    GREY,
    GROUP_STYLES,
    INK,
    RED,
    SMALL_PT,
    legend_label,
)
from .text import counted

if TYPE_CHECKING:
    from ..withdrawal.withdrawal import Withdrawal


__all__ = ["plot_remaining", "plot_scenarios", "plot_withdrawal"]


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
    """Draw the probability of completion as forecast, and under each scenario.

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
        There is no scenario, or more than five.
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


def _interesting(days: np.ndarray, probability: np.ndarray) -> float:
    """Last day worth drawing: a little after the curve has come to rest, and 60 days at least."""
    rest = np.searchsorted(probability, 0.985 * probability[-1]) if probability[-1] > 0 else len(days) - 1
    span = max(60.0, float(days[min(rest, len(days) - 1)] - days[0]) * 1.15)
    return float(min(days[-1], days[0] + span))
