"""What drives the width of an estimate, what to look at next, and scenarios side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes

from ..errors import EstimateError
from ..flows.rate import Rate
from ..results.range import Range
from ..sensitivity.comparison import Comparison
from ..sensitivity.drivers import Driver, Look
from .axes import finish, frame, number_axis, percent_axis
from .interval_rows import Row, draw_rows, mark_rows
from .style import BLUE, GREY, ORANGE, Style
from .text import counted, estimate_sources

__all__ = ["plot_comparison", "plot_detection", "plot_drivers", "plot_looks"]

_MOST = 12


def plot_drivers(drivers: Sequence[Driver], *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw a tornado: each input by its share in the width of an estimate or a capacity, most first.

    Parameters
    ----------
    drivers
        From `drivers`; beyond twelve the last are left out, and counted in the caption.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.
    """
    shown = sorted(drivers, key=lambda driver: -driver.total)[:_MOST]
    rows = [_driver_row(driver, strong=driver is shown[0]) for driver in shown]
    ax = draw_rows(rows, ax=ax)
    frame(ax, title=title or "What drives the width", grid="x")
    percent_axis(ax, which="x", label="share of the variance, on the log scale (%)")
    not_shown = ""
    if len(drivers) > len(shown):
        not_shown = f" {len(drivers) - len(shown)} smaller ones are not shown."
    return finish(
        ax,
        "Bars: total Sobol index, what would remain if all else were known; they overlap and need not add up to 100 %. "
        f"Whiskers: 90 % interval of the calculation.{not_shown} {_sources_behind(shown[0], 'what is explained')}",
    )


def _driver_row(driver: Driver, *, strong: bool) -> Row:
    """The bar of an input, between 0 and 100 %: the calculation can give a little less or more."""
    low, total, high = (
        min(max(share, 0.0), 1.0) for share in (driver.low, driver.total, driver.high)
    )
    span = Range(min(low, total), total, max(high, total))
    return Row(str(driver), span, strong=strong)


def plot_looks(looks: Sequence[Look], *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw how far each further observation would narrow an estimate: from the width now down to what is expected.

    Parameters
    ----------
    looks
        From `next_look`; beyond twelve the last are left out, and counted in the caption.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.
    """
    # The look that narrows most comes first: it is the answer to what to look at next.
    shown = sorted(looks, key=lambda look: -look.gain)[:_MOST]
    rows = [_look_row(look, strong=look is shown[0]) for look in shown]
    ax = draw_rows(rows, ax=ax)
    now, unit = shown[0].width, shown[0].unit
    mark_rows(ax, now, rows=len(rows), dash="--")
    ax.set_xlim(0.0, 1.04 * now)
    frame(ax, title=title or "What to look at next", grid="x")
    number_axis(
        ax, which="x", label=f"standard deviation of the total ({unit or 'unit of the estimate'})"
    )
    not_shown = ""
    if len(looks) > len(shown):
        not_shown = f" {len(looks) - len(shown)} lesser ones are not shown."
    return finish(
        ax,
        f"Broken line: now, {Range(now, now, now, unit)}; each bar goes down to what is expected after the look, over "
        "all that might be seen, the chance of success included. Whiskers: 90 % interval of the calculation. Per cent: "
        f"share of the variance that would go.{not_shown} {_sources_behind(shown[0], 'the estimate')}",
    )


def _look_row(look: Look, *, strong: bool) -> Row:
    """The bar of an observation, from the width now to the width that is expected after it."""
    now, then = look.width, look.expected_width
    low = high = then
    # Without an interval of the calculation there is no whisker.
    if not math.isnan(look.low):
        low = min(look.low, then)
        high = max(look.high, then)
    words = f"{look.gain:.0%}, to {Range(low, then, high, look.unit)}: {look.what}"
    return Row(words, Range(low - now, then - now, high - now), start=now, strong=strong)


def _sources_behind(thing: Driver | Look | Comparison, what: str) -> str:
    """The sources of what is explained, counted where they are known."""
    if thing.claims:
        return f"Sources: {counted(thing.claims, thing.reports)}"
    return f"Sources: those of {what}, no claims of its own."


def plot_comparison(comparison: Comparison, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw the total of each scenario, and under them how far each is from the first.

    Parameters
    ----------
    comparison
        From `compare`.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.
    """
    rows = _comparison_rows(comparison)
    ax = draw_rows(rows, ax=ax)
    mark_rows(ax, 0.0, rows=len(rows))
    ax.axhline(len(comparison.totals) - 0.58, color="#DDDDDD", linewidth=0.6)
    frame(ax, title=title or "Scenarios, and how far each is from the first", grid="x")
    number_axis(ax, which="x", label=f"total, and difference ({comparison.unit})")
    return finish(
        ax,
        f"Ranges hold {comparison.coverage:.0%} of {comparison.draws:,} draws, the same draws for all scenarios; "
        f"seed {comparison.seed}. {_sources_behind(comparison, 'the events compared')}",
    )


def _comparison_rows(comparison: Comparison) -> list[Row]:
    """The total of each scenario, the first in grey and bold, and then each difference from the first."""
    first = next(iter(comparison.totals))
    rows = []
    for name, total in comparison.totals.items():
        words = f"{name}: {total}"
        if name == first:
            rows.append(Row(words, total, style=Style(GREY), strong=True))
        else:
            rows.append(Row(words, total))
    for name, gap in comparison.differences.items():
        rows.append(Row(f"{name} less {first}: {gap}", gap, style=Style(ORANGE, "////")))
    return rows


def plot_detection(rate: Rate, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw the rate over the whole span for each share of movements that might have been reported.

    Parameters
    ----------
    rate
        From `estimate_rate` with ``detection=``.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.

    Raises
    ------
    EstimateError
        Every movement was taken as reported.
    """
    if not rate.tornado:
        raise EstimateError(
            f"{rate.measure}: every movement was taken as reported; give estimate_rate(detection=...)"
        )
    rows = [
        Row(f"{part.name} ({part.share:.0%}): {part.per_day}", part.per_day)
        for part in rate.tornado
    ]
    rows.append(
        Row(f"share not known: {rate.total}", rate.total, style=Style(BLUE, "////"), strong=True)
    )
    ax = draw_rows(rows, ax=ax)
    frame(ax, title=title or "The rate, by the share that was reported", grid="x")
    number_axis(ax, which="x", label=f"{rate.measure} ({rate.unit})")
    return finish(ax, estimate_sources(rate))
