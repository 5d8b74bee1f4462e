"""When a rate changed: counts, the rate with its band, and the chance of a change at each bin."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from ..flows.change_point_result import ChangePoints
from .axes import axes_for, date_axis, day_numbers, finish, frame, number_axis, points
from .fan import draw_steps
from .style import BLUE, INK, ORANGE, RED, SMALL_PT
from .text import counted, number, worded

__all__ = ["plot_changes"]

_STRIP = 0.24
"""Share of the height that the strip of chances takes, under the counts."""


def plot_changes(found: ChangePoints, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw counts and the rate behind them, and in a strip below the chance that the rate changed at each bin.

    Parameters
    ----------
    found
        From `change_points`, or `changes` of a `Rate`.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.
    """
    ax = axes_for(ax, height=4.6)
    edges = np.arange(found.counts.size + 1, dtype=np.float64)
    if found.edges:
        edges = day_numbers(found.edges)
    highest = _draw_counts(ax, found, edges)
    _draw_rate(ax, found, edges)
    _draw_segments(ax, found, edges)
    top = 1.06 * max(highest, float(found.high.max()), 1e-9)
    # The axis goes below zero to leave the strip of chances its room.
    ax.set_ylim(-top * _STRIP / (1 - _STRIP) * 1.12, top)
    ax.set_xlim(edges[0], edges[-1])
    ax.set_yticks([tick for tick in ax.get_yticks() if 0 <= tick <= top])
    number_axis(ax, which="y", label=f"rate ({found.unit})")
    if found.edges:
        date_axis(ax)
    else:
        number_axis(ax, which="x", label="bin (number)")
    frame(ax, title=title or "When the pace changed")
    _draw_chances(ax, edges, found.change)
    return finish(ax, worded(_change_sources(found)), columns=2)


def _draw_counts(ax: Axes, found: ChangePoints, edges: np.ndarray) -> float:
    """Bars of what was counted per unit of exposure; the height of the tallest."""
    # A bin that nobody watched has no rate, which is not a rate of nought.
    seen = found.exposure > 0
    each = np.divide(found.counts, found.exposure, out=np.zeros(found.counts.size), where=seen)
    label = "counted"
    if not np.all(found.exposure == 1):
        label = "counted, per unit of exposure"
    ax.bar(
        edges[:-1][seen],
        each[seen],
        width=0.92 * np.diff(edges)[seen],
        align="edge",
        color=ORANGE,
        alpha=0.6,
        linewidth=0,
        label=label,
    )
    return float(each.max())


def _draw_rate(ax: Axes, found: ChangePoints, edges: np.ndarray) -> None:
    """The rate in each bin with its range."""
    draw_steps(
        ax,
        edges,
        (found.low, found.middle, found.high),
        colour=BLUE,
        labels=(f"rate, {found.coverage:.0%} range", "rate, middle"),
        alpha=0.2,
    )


def _draw_segments(ax: Axes, found: ChangePoints, edges: np.ndarray) -> None:
    """The most probable segments as dashed lines; one of them carries the words of the legend."""
    label = "most probable segments"
    for part in found.segments:
        ax.plot(
            edges[[part.first, part.last]],
            [part.rate.middle] * 2,
            color=INK,
            linewidth=1.3,
            linestyle="--",
            label=label,
        )
        label = "_"


def _change_sources(found: ChangePoints) -> str:
    """What was counted, how likely any change is, the prior and the sources."""
    likely = int(np.argmax(found.number))
    more = ""
    # The last number of changes stands for all above it too.
    if likely == found.number.size - 1:
        more = "or more "
    sources = "Source: the counts given."
    if found.claims:
        sources = f"Sources: {counted(found.claims, found.reports)}"
    return (
        f"{number(float(found.counts.sum()))} counted in {found.counts.size} bins of {number(found.bin_days)} days; "
        f"any change: {found.probability:.0%} (log Bayes factor {found.log_bayes_factor:.1f}); most likely "
        f"{likely} {more}changes ({found.number[likely]:.0%}). Prior: a change every "
        f"{found.gap_days:g} days; {found.dispersion} counts. {sources}"
    )


def _draw_chances(ax: Axes, edges: np.ndarray, change: np.ndarray) -> None:
    """The chance of a change at each bin, on axes of its own within the axes."""
    strip = ax.inset_axes((0.0, 0.0, 1.0, _STRIP), sharex=ax)
    strip.vlines(edges[:-1], 0.0, change, color=RED, linewidth=2.2)
    strip.set_ylim(0.0, max(1.0, float(change.max())))
    strip.patch.set_alpha(0.0)
    strip.yaxis.tick_right()
    strip.yaxis.set_label_position("right")
    strip.set_yticks([0.0, 0.5, 1.0], ["0%", "50%", "100%"])
    strip.tick_params(axis="y", labelsize=points(ax, SMALL_PT), colors=INK, length=2)
    strip.tick_params(axis="x", which="both", bottom=False, labelbottom=False)
    strip.set_ylabel("chance of\na change (%)", fontsize=points(ax, SMALL_PT), color=INK)
    for side in ("top", "left", "bottom"):
        strip.spines[side].set_visible(False)
    strip.spines["right"].set_color(INK)
