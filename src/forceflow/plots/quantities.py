"""What printed words say about the true number, one quantity or several; and computed numbers side by side."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullFormatter

from ..errors import QuantityError
from ..quantity import Quantity
from ..results.range import Range
from .axes import axes_for, finish, frame, number_axis, percent_axis, points, rows_that_fit
from .interval_rows import Row, draw_rows
from .style import BLUE, INK, SMALL_PT, tick_label
from .text import number, worded

__all__ = ["plot_quantities", "plot_quantity", "plot_ranges"]

_MOST = 40
"""Rows on a figure of its own; on axes given as many as fit, and the caption counts the rest."""
_LOG_RATIO = 50.0
"""Several quantities go on a log axis when the largest is so many times the smallest."""


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
        percent_axis(ax, which="y", label="probability (%)")
    elif np.array_equal(values, np.rint(values)) and top - bottom <= 60:
        whole, count = np.unique(values[(values >= bottom) & (values <= top)], return_counts=True)
        inside = (whole >= low) & (whole <= high)
        for part, alpha in ((inside, 1.0), (~inside, 0.35)):
            ax.bar(whole[part], count[part] / values.size, width=0.8, color=BLUE, alpha=alpha, linewidth=0)
        percent_axis(ax, which="y", label="probability of each number (%)")
    else:
        step = _round_step((top - bottom) / 60)
        edges = np.arange(np.floor(bottom / step), np.ceil(top / step) + 1) * step
        share, edges = np.histogram(values, bins=edges)
        ax.stairs(share / values.size, edges, fill=True, color=BLUE, alpha=0.18)
        ax.stairs(share / values.size, edges, color=BLUE, linewidth=1.6)
        percent_axis(ax, which="y", label=worded(f"probability per {step:,g} {quantity.unit}".rstrip()) + " (%)")
    for end in (low, high):
        ax.axvline(end, color=INK, linestyle="--", linewidth=1.0)
    ax.axvline(quantity.best, color=INK, linewidth=1.6)
    frame(ax, title=title or quantity.words or "Quantity", grid="")
    number_axis(ax, which="x", label=f"value{unit}" if unit else "value (as printed)")
    return finish(
        ax,
        f"Best {number(quantity.best)} (full line); 90% between {number(low)} and {number(high)} (broken lines); "
        f"read as {quantity.family.replace('_', ' ')}."
        + (" Only one side was published; the other is a prior." if quantity.is_censored else ""),
    )


def plot_quantities(quantities: Mapping[str, Quantity], *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw several quantities in rows under one axis: best, half of the probability, and 90 % of it.

    Parameters
    ----------
    quantities
        By name, all in one unit and each with a number; drawn in this order from the top, as many as there is room for.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.

    Raises
    ------
    QuantityError
        There is none, one carries no number, or the units differ.
    """
    if not quantities:
        raise QuantityError("no quantities to draw")
    silent = [name for name, quantity in quantities.items() if not quantity.has_content]
    if silent:
        raise QuantityError(f"no number to draw in: {', '.join(silent)}")
    units = {quantity.unit + (" a day" if quantity.per_day else "") for quantity in quantities.values()}
    if len(units) > 1:
        shown = ", ".join(repr(unit) for unit in sorted(units))
        raise QuantityError(f"quantities drawn together need one unit, got {shown}; draw them one by one")
    levels = (0.05, 0.25, 0.75, 0.95)
    spots = np.array([[*q.quantile(levels), q.best] for q in quantities.values()])
    kept = list(quantities)[: rows_that_fit(ax, lines=1.5, most=_MOST)]
    spots = spots[: len(kept)]
    ax = axes_for(ax, width=7.5, height=1.7 + 0.42 * len(kept))
    if spots.min() > 0 and spots.max() > _LOG_RATIO * spots.min():
        ax.set_xscale("log")
    for at, (low, quarter, three, high, best) in enumerate(spots):
        ax.plot([low, high], [at, at], color=BLUE, linewidth=2.0, solid_capstyle="butt")
        ax.plot([quarter, three], [at, at], color=BLUE, linewidth=7.0, alpha=0.45, solid_capstyle="butt")
        ax.plot([best], [at], "o", color=INK, markersize=5, markeredgecolor="white", zorder=4)
        ax.annotate(
            f"{number(best)} ({number(low)} to {number(high)})" if low != high else number(best),
            (1.0, at), (6, 0), xycoords=("axes fraction", "data"), textcoords="offset points", va="center",
            fontsize=SMALL_PT, color=INK, annotation_clip=False,
        )  # fmt: skip
    ax.set_yticks(range(len(kept)), [tick_label(name) for name in kept])
    ax.set_ylim(len(kept) - 0.4, -0.6)
    if ax.get_xscale() == "linear" and spots.min() >= 0:
        ax.set_xlim(left=0.0)
    frame(ax, title=title or "Quantities", grid="x")
    ax.tick_params(axis="y", length=0, labelsize=points(ax, SMALL_PT))
    unit = units.pop()
    number_axis(ax, which="x", label=f"value ({unit})" if unit else "value (as printed)")
    if ax.get_xscale() == "log":
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
        ax.xaxis.set_minor_formatter(NullFormatter())
    left = _left_out(quantities, kept)
    return finish(ax, f"Point: best; thick: half of the probability; thin: 90 %, as printed at the right.{left}")


def _left_out(given: Mapping[str, object], shown: list[str]) -> str:
    more = len(given) - len(shown)
    return f" {more} more of {len(given)} are not shown." if more else ""


def plot_ranges(ranges: Mapping[str, Range], *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw several computed numbers under each other, each as a bar to its middle with its range.

    Parameters
    ----------
    ranges
        By name, all in one unit; drawn in this order from the top, as many as there is room for.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.

    Raises
    ------
    QuantityError
        There is none, or the units differ.
    """
    units = {span.unit for span in ranges.values()}
    if len(units) != 1:
        shown = ", ".join(repr(unit) for unit in sorted(units)) or "nothing"
        raise QuantityError(f"ranges drawn together need one unit, got {shown}; draw them one by one")
    kept = list(ranges)[: rows_that_fit(ax, lines=2.2, most=_MOST)]
    ax = draw_rows([Row(f"{name}: {ranges[name]}", ranges[name]) for name in kept], ax=ax)
    frame(ax, title=title or "Side by side", grid="x")
    unit = units.pop()
    number_axis(ax, which="x", label=f"value ({unit})" if unit else "value")
    left = _left_out(ranges, kept)
    return finish(ax, f"Bar: middle; whisker: range, as each result that it was taken from says.{left}")


def _round_step(step: float) -> float:
    """Next 1, 2 or 5 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(step))
    return float(power * next(m for m in (1.0, 2.0, 5.0, 10.0) if m * power >= step * (1 - 1e-9)))
