"""Plots of a withdrawal: completion, what remains, scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from ..arrays import Floats
from ..errors import EstimateError
from ..withdrawal.result import day_before, day_words
from .axes import axes_for, date_axis, day_numbers, finish, frame, number_axis, percent_axis
from .fan import draw_band
from .style import BLUE, GREY, GROUP_STYLES, INK, RED, SMALL_PT, Style, legend_label
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
    stop = _last_day_drawn(days, probability)
    shown = days <= stop
    ax.fill_between(
        days[shown],
        probability[shown],
        color=BLUE,
        alpha=0.18,
        linewidth=0,
    )
    ax.plot(days[shown], probability[shown], color=BLUE, linewidth=2.2)
    stall = float(left.stall_probability)
    if stall > 0:
        _draw_never_complete(ax, stall)
    for share in (0.25, 0.5, 0.75):
        _mark_share(ax, left, share, stop)
    _probability_axes(ax, days[0], stop, title=title or "When the withdrawal would be complete")
    share_done = float(probability[-1])
    last_day = day_before(left.dates[-1])
    return _finish_withdrawal(
        ax, left, f"{share_done:.0%} complete by {last_day}, the end of the calculation"
    )


def _draw_never_complete(ax: Axes, stall: float) -> None:
    """What never completes: a hatched area at the top, with its probability in words."""
    ceiling = 1.0 - stall
    ax.axhspan(
        ceiling,
        1.0,
        facecolor="white",
        edgecolor=RED,
        hatch="////",
        alpha=0.55,
        linewidth=0,
    )
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


def _mark_share(ax: Axes, withdrawal: Withdrawal, share: float, stop: float) -> None:
    """The day by which the withdrawal is complete with this probability, when it is on the picture."""
    date = withdrawal.date(share)
    # Where too many draws never complete there is no such day.
    if date is None:
        return
    at = day_numbers([date])[0]
    if at > stop:
        return
    # The mark takes the eye from the curve down to its day.
    ax.plot([at, at], [0, share], color=GREY, linestyle=":", linewidth=1.0)
    ax.plot([at], [share], "o", color=BLUE, markersize=5, markeredgecolor="white")
    ax.annotate(
        f"{share:.0%} {day_words(withdrawal, share)}",
        (at, share),
        (7, -4),
        textcoords="offset points",
        va="top",
        fontsize=SMALL_PT,
        color=INK,
        bbox={"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 0.6},
    )


def _probability_axes(ax: Axes, start: float, stop: float, *, title: str) -> None:
    """Dates along the axis, and the probability of completion from 0 to 100 %."""
    ax.set_ylim(0.0, 1.0)
    ax.set_xlim(start, stop)
    percent_axis(ax, which="y", label="probability of completion (%)")
    frame(ax, title=title)
    date_axis(ax)


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
    stop = max(_last_day_drawn(days, np.asarray(part.probability)) for part in parts.values())
    shown = days <= stop
    for style, (name, part) in zip(GROUP_STYLES, parts.items(), strict=False):
        # The forecast itself is the one to compare the others with.
        width = 1.8
        if part is left:
            width = 2.4
        ax.plot(
            days[shown],
            np.asarray(part.probability)[shown],
            color=style.colour,
            linestyle=style.dash,
            linewidth=width,
            label=legend_label(f"{name}: {part.answer}"),
        )
    _probability_axes(ax, days[0], stop, title=title or "When it would be complete, by scenario")
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
    stop = _last_day_drawn(days, np.asarray(left.probability))
    shown = days <= stop
    _draw_remaining(ax, left, days[shown])
    for style, (name, part) in zip(GROUP_STYLES[1:], left.places.items(), strict=False):
        _draw_place(ax, part, days[shown], style, legend_label(f"{name}, middle"))
    if left.floor.high > 0:
        ax.axhspan(
            left.floor.low,
            left.floor.high,
            color=GREY,
            alpha=0.25,
            linewidth=0,
        )
        label = f"stays on purpose: {left.floor}"
        ax.axhline(
            left.floor.middle,
            color=GREY,
            linestyle="--",
            linewidth=1.2,
            label=label,
        )
    ax.set_ylim(bottom=0.0)
    ax.set_xlim(days[0], stop)
    number_axis(ax, which="y", label=f"still there ({left.unit})")
    frame(ax, title=title or "What would still be there")
    date_axis(ax)
    return _finish_withdrawal(ax, left, f"never complete: {left.stall_probability:.0%}")


def _draw_remaining(ax: Axes, withdrawal: Withdrawal, days: Floats) -> None:
    """What is still there in all, on the first of the days of the calculation, as a fan."""
    low = np.asarray(withdrawal.remaining_low)[: days.size]
    middle = np.asarray(withdrawal.remaining_middle)[: days.size]
    high = np.asarray(withdrawal.remaining_high)[: days.size]
    draw_band(ax, days, low, high, colour=BLUE, label=f"{withdrawal.coverage:.0%} range")
    ax.plot(days, middle, color=BLUE, linewidth=2.2, label="still there, middle")


def _draw_place(ax: Axes, place: Withdrawal, days: Floats, style: Style, label: str) -> None:
    """What is still there at one place: a line and its range."""
    low = np.asarray(place.remaining_low)[: days.size]
    middle = np.asarray(place.remaining_middle)[: days.size]
    high = np.asarray(place.remaining_high)[: days.size]
    ax.plot(
        days,
        middle,
        color=style.colour,
        linestyle=style.dash,
        linewidth=1.6,
        label=label,
    )
    ax.fill_between(
        days,
        low,
        high,
        color=style.colour,
        alpha=0.12,
        linewidth=0,
    )


def _finish_withdrawal(ax: Axes, withdrawal: Withdrawal, *more: str) -> Axes:
    """Write how the withdrawal was calculated and from which sources."""
    return finish(
        ax,
        counted(
            withdrawal.claims,
            withdrawal.reports,
            f"as of the end of {day_before(withdrawal.as_of)}",
            f"stock {withdrawal.stock}",
            f"net outflow {withdrawal.net_per_day}",
            f"ranges hold {withdrawal.coverage:.0%} of {withdrawal.draws:,} draws",
            f"seed {withdrawal.seed}",
            *more,
        ),
    )


def _last_day_drawn(days: Floats, probability: Floats) -> float:
    """A little after the day from which the curve hardly rises any more, and 60 days after the start at least."""
    # The calculation runs for years beyond the last rise, which would press the curve against the axis.
    calm = len(days) - 1
    if probability[-1] > 0:
        calm = min(int(np.searchsorted(probability, 0.985 * probability[-1])), len(days) - 1)
    span = max(60.0, float(days[calm] - days[0]) * 1.15)
    return float(min(days[-1], days[0] + span))
