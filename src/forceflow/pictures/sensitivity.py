"""What drives the width of an estimate, what to look at next, and scenarios side by side."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from ..errors import EstimateError
from ..estimates.drivers import Comparison, Driver, Look
from ..estimates.range import Range
from ..estimates.rate import Rate
from .palette import BLUE, GREY, INK, ORANGE, Style, counted, finish, frame, number, number_axis, percent_axis
from .rows import PLAIN, Row, draw_rows

__all__ = ["plot_comparison", "plot_detection", "plot_drivers", "plot_looks"]

_MOST = 12


def plot_drivers(drivers: Sequence[Driver], *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw a tornado: each input by its share in the width of an estimate, most first.

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
    rows = []
    for driver in shown:
        low, high = max(driver.low, 0.0), max(driver.high, driver.total)
        words = f"{driver.name}: {driver.total:.0%} ({low:.0%} to {high:.0%})"
        rows.append(Row(words, Range(min(low, driver.total), driver.total, high), strong=driver is shown[0]))
    ax = draw_rows(rows, ax=ax)
    frame(ax, title=title or "What drives the width", grid="x")
    percent_axis(ax, which="x", label="share of the variance of the total, on the log scale (%)")
    left = f" {len(drivers) - len(shown)} smaller ones are not shown." if len(drivers) > len(shown) else ""
    return finish(
        ax,
        "Bars: total Sobol index, what would remain if all else were known; they overlap and need not add up to 100 %. "
        f"Whiskers: 90 % interval of the calculation. Sources: those of the estimate, no claims of its own.{left}",
    )


def plot_looks(looks: Sequence[Look], *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw by how much each further observation would narrow an estimate, most first.

    Parameters
    ----------
    looks
        From `next_look`; beyond twelve the last are left out, and counted in the caption.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.
    """
    shown = sorted(looks, key=lambda look: -look.gain)[:_MOST]
    rows = []
    for look in shown:
        gone = look.width - look.expected_width
        rows.append(Row(f"{look.gain:.0%}: {look.what}", Range(gone, gone, gone), strong=look is shown[0]))
    ax = draw_rows(rows, ax=ax)
    now = shown[0].width
    ax.axvline(now, color=INK, linewidth=1.2, linestyle="--")
    ax.set_xlim(0.0, 1.04 * now)
    frame(ax, title=title or "What to look at next", grid="x")
    number_axis(ax, which="x", label="expected fall of the standard deviation (unit of the estimate)")
    left = f" {len(looks) - len(shown)} lesser ones are not shown." if len(looks) > len(shown) else ""
    return finish(
        ax,
        f"Broken line: all of the standard deviation now, {number(now)}. Figures: share of the variance that would go, "
        "expected over what might be seen, the chance of success included. "
        f"Sources: those of the estimate, no claims of its own.{left}",
    )


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
    first, less = next(iter(comparison.totals)), Style(ORANGE, "////")
    rows = [
        Row(f"{name}: {total}", total, style=Style(GREY) if name == first else PLAIN, strong=name == first)
        for name, total in comparison.totals.items()
    ]
    rows += [Row(f"{name} less {first}: {gap}", gap, style=less) for name, gap in comparison.differences.items()]
    ax = draw_rows(rows, ax=ax)
    ax.axvline(0.0, color=INK, linewidth=0.9)
    ax.axhline(len(comparison.totals) - 0.58, color="#DDDDDD", linewidth=0.6)
    frame(ax, title=title or "Scenarios, and how far each is from the first", grid="x")
    unit = comparison.unit
    number_axis(ax, which="x", label=f"total, and difference ({unit})")
    return finish(
        ax,
        f"Ranges hold {comparison.coverage:.0%} of {comparison.draws:,} draws, the same draws for all scenarios; "
        f"seed {comparison.seed}. Sources: those of the events compared.",
    )


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
        raise EstimateError(f"{rate.measure}: every movement was taken as reported; give estimate_rate(detection=...)")
    rows = [Row(f"{part.name} ({part.share:.0%}): {part.per_day}", part.per_day) for part in rate.tornado]
    rows.append(Row(f"share not known: {rate.total}", rate.total, style=Style(BLUE, "////"), strong=True))
    ax = draw_rows(rows, ax=ax)
    frame(ax, title=title or "The rate, by the share that was reported", grid="x")
    number_axis(ax, which="x", label=f"{rate.measure} ({rate.unit})")
    return finish(
        ax,
        counted(
            rate.claims,
            rate.reports,
            f"{len(rate.events)} events",
            f"ranges hold {rate.coverage:.0%} of {rate.draws:,} draws",
            f"seed {rate.seed}",
        ),
    )
