"""What printed words say about the true number, one quantity or several; and computed numbers side by side."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter

from ..arrays import Floats
from ..errors import QuantityError
from ..quantity import Quantity
from ..results.range import Range
from .axes import axes_for, finish, frame, number_axis, percent_axis, points, rows_that_fit
from .interval_rows import Row, draw_rows
from .style import BLUE, INK, SMALL_PT, tick_label
from .text import number, span_text, worded

__all__ = ["plot_quantities", "plot_quantity", "plot_ranges"]

_MOST = 40
"""Rows on a figure of its own; on axes given as many as fit, and the caption counts the rest."""
_QUANTILES = 20_000
"""Points at which the distribution of one quantity is looked at."""
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
    low, high = quantity.interval(0.9)
    _draw_probability(ax, quantity, low, high)
    for end in (low, high):
        ax.axvline(end, color=INK, linestyle="--", linewidth=1.0)
    ax.axvline(quantity.best, color=INK, linewidth=1.6)
    frame(ax, title=title or quantity.words or "Quantity", grid="")
    number_axis(ax, which="x", label=_value_label(quantity))
    return finish(ax, _reading_of(quantity, low, high))


def _draw_probability(ax: Axes, quantity: Quantity, low: float, high: float) -> None:
    """One bar for an exact number, a bar for each whole number, or a density."""
    values = quantity.quantile((np.arange(_QUANTILES) + 0.5) / _QUANTILES)
    # The tails go on for long; what is cut off has about 3 in 1,000.
    bottom, top = np.quantile(values, (0.0005, 0.9975))
    if bottom == top:
        _draw_exact(ax, bottom)
    elif np.array_equal(values, np.rint(values)) and top - bottom <= 60:
        _draw_whole_numbers(ax, values, (bottom, top), (low, high))
    else:
        _draw_density(ax, values, (bottom, top), quantity.unit)


def _draw_exact(ax: Axes, value: float) -> None:
    """The one number that has all of the probability."""
    size = max(abs(value), 1.0)
    ax.bar([value], [1.0], width=0.08 * size, color=BLUE)
    ax.set_xlim(value - size, value + size)
    percent_axis(ax, which="y", label="probability (%)")


def _draw_whole_numbers(
    ax: Axes, values: Floats, shown: tuple[float, float], interval: tuple[float, float]
) -> None:
    """A bar for each whole number, pale outside the interval."""
    on_picture = (values >= shown[0]) & (values <= shown[1])
    numbers, counts = np.unique(values[on_picture], return_counts=True)
    inside = (numbers >= interval[0]) & (numbers <= interval[1])
    for part, alpha in ((inside, 1.0), (~inside, 0.35)):
        share = counts[part] / values.size
        ax.bar(
            numbers[part],
            share,
            width=0.8,
            color=BLUE,
            alpha=alpha,
            linewidth=0,
        )
    percent_axis(ax, which="y", label="probability of each number (%)")


def _draw_density(ax: Axes, values: Floats, shown: tuple[float, float], unit: str) -> None:
    """The probability in about sixty steps of a round width."""
    bottom, top = shown
    step = _round_step((top - bottom) / 60)
    edges = np.arange(np.floor(bottom / step), np.ceil(top / step) + 1) * step
    counts, edges = np.histogram(values, bins=edges)
    share = counts / values.size
    ax.stairs(
        share,
        edges,
        fill=True,
        color=BLUE,
        alpha=0.18,
    )
    ax.stairs(share, edges, color=BLUE, linewidth=1.6)
    per_step = worded(f"probability per {step:,g} {unit}".rstrip())
    percent_axis(ax, which="y", label=f"{per_step} (%)")


def _value_label(quantity: Quantity) -> str:
    """Label of the axis of values, with the unit where there is one."""
    unit = ""
    if quantity.unit:
        unit = f" ({quantity.unit})"
    if quantity.per_day:
        unit += " a day"
    if not unit:
        unit = " (as printed)"
    return f"value{unit}"


def _reading_of(quantity: Quantity, low: float, high: float) -> str:
    """How the words were read, and what the lines show."""
    words = (
        f"Best {number(quantity.best)} (full line); 90% between {number(low)} and {number(high)} (broken lines); "
        f"read as {quantity.family.replace('_', ' ')}."
    )
    if quantity.is_censored:
        words += " Only one side was published; the other is a prior."
    return words


def plot_quantities(
    quantities: Mapping[str, Quantity], *, ax: Axes | None = None, title: str = ""
) -> Axes:
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
    unit = _common_unit(quantities)
    kept = list(quantities)[: rows_that_fit(ax, lines=1.5, most=_MOST)]
    levels = (0.05, 0.25, 0.75, 0.95)
    spots = np.array([[*quantities[name].quantile(levels), quantities[name].best] for name in kept])
    ax = axes_for(ax, width=7.5, height=1.7 + 0.42 * len(kept))
    least, most = spots.min(), spots.max()
    # On a plain axis the small ones among very unlike quantities could not be read.
    if least > 0 and most > _LOG_RATIO * least:
        ax.set_xscale("log")
    for at, row in enumerate(spots):
        _draw_quantity_row(ax, row, at)
    ax.set_yticks(range(len(kept)), [tick_label(name) for name in kept])
    ax.set_ylim(len(kept) - 0.4, -0.6)
    if ax.get_xscale() == "linear" and least >= 0:
        ax.set_xlim(left=0.0)
    frame(ax, title=title or "Quantities", grid="x")
    ax.tick_params(axis="y", length=0, labelsize=points(ax, SMALL_PT))
    number_axis(ax, which="x", label=f"value ({unit or 'as printed'})")
    if ax.get_xscale() == "log":
        # Matplotlib labels minor ticks of a short log axis too, in a form of its own.
        ax.xaxis.set_minor_formatter(NullFormatter())
    not_shown = _count_not_shown(quantities, kept)
    return finish(
        ax,
        f"Point: best; thick: half of the probability; thin: 90 %, as printed at the right.{not_shown}",
    )


def _common_unit(quantities: Mapping[str, Quantity]) -> str:
    """The one unit of all quantities, each of which must have a number."""
    if not quantities:
        raise QuantityError("no quantities to draw")
    without_number = [name for name, quantity in quantities.items() if not quantity.has_content]
    if without_number:
        raise QuantityError(f"no number to draw in: {', '.join(without_number)}")
    units = set()
    for quantity in quantities.values():
        unit = quantity.unit
        if quantity.per_day:
            unit += " a day"
        units.add(unit)
    if len(units) > 1:
        shown = ", ".join(repr(unit) for unit in sorted(units))
        raise QuantityError(
            f"quantities drawn together need one unit, got {shown}; draw them one by one"
        )
    return units.pop()


def _draw_quantity_row(ax: Axes, row: Floats, at: int) -> None:
    """One quantity: 5 %, 25 %, 75 % and 95 % points as lines, the best as a point, and the numbers at the right."""
    low, quarter, three_quarters, high, best = row
    ax.plot([low, high], [at, at], color=BLUE, linewidth=2.0, solid_capstyle="butt")
    ax.plot(
        [quarter, three_quarters],
        [at, at],
        color=BLUE,
        linewidth=7.0,
        alpha=0.45,
        solid_capstyle="butt",
    )
    ax.plot([best], [at], "o", color=INK, markersize=5, markeredgecolor="white", zorder=4)
    ax.annotate(
        span_text(low, best, high),
        (1.0, at),
        (6, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        va="center",
        fontsize=SMALL_PT,
        color=INK,
        annotation_clip=False,
    )


def _count_not_shown(things: Mapping[str, object], shown: list[str]) -> str:
    """How many there was no room for, in words; empty when there was room for all."""
    more = len(things) - len(shown)
    if more == 0:
        return ""
    return f" {more} more of {len(things)} are not shown."


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
    # Bars of two units on one axis would be compared by the eye whatever the words say.
    units = {span.unit for span in ranges.values()}
    if len(units) != 1:
        shown = ", ".join(repr(unit) for unit in sorted(units)) or "nothing"
        raise QuantityError(
            f"ranges drawn together need one unit, got {shown}; draw them one by one"
        )
    kept = list(ranges)[: rows_that_fit(ax, lines=2.2, most=_MOST)]
    rows = [Row(f"{name}: {ranges[name]}", ranges[name]) for name in kept]
    ax = draw_rows(rows, ax=ax)
    frame(ax, title=title or "Side by side", grid="x")
    label = "value"
    unit = units.pop()
    if unit:
        label = f"value ({unit})"
    number_axis(ax, which="x", label=label)
    not_shown = _count_not_shown(ranges, kept)
    return finish(
        ax, f"Bar: middle; whisker: range, as each result that it was taken from says.{not_shown}"
    )


def _round_step(step: float) -> float:
    """Next 1, 2 or 5 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(step))
    for factor in (1.0, 2.0, 5.0):
        # A step that is one of these but for rounding stays as it is.
        if factor * power >= step * (1 - 1e-9):
            return float(power * factor)
    return float(power * 10.0)
