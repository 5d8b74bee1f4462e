"""Forecasts over what happened: fans by origin, and whether their intervals were honest."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from ..arrays import Bools, Floats
from ..forecasting.backtest import Backtest
from ..forecasting.result import Forecast
from ..forecasting.series import Series
from .axes import axes_for, date_axis, day_numbers, finish, frame, number_axis, percent_axis
from .fan import draw_fan
from .style import BLUE, GREY, INK, ORANGE

__all__ = ["plot_backtest", "plot_coverage", "plot_forecast"]

_FANS = 24
"""More origins than these are thinned out: fans would hide each other."""
_WIDEST_LEVEL = 3
"""Column of `Backtest.inside` of the range that is drawn."""


def plot_backtest(score: Backtest, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw the forecast made from each origin over what happened then.

    Parameters
    ----------
    score
        From `backtest`; beyond 24 origins one in so many is drawn, as the caption says.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.
    """
    ax = axes_for(ax, height=4.4)
    days = day_numbers(score.series.dates)
    origins = np.unique(score.origin)
    step = -(-origins.size // _FANS)
    labels = f"forecast, {score.coverage:.0%} range", "forecast, middle"
    for origin in origins[::step]:
        _draw_forecast_from(ax, score, days, origin, labels)
        # One fan in the legend is enough.
        labels = "_", "_"
    _draw_series(ax, score.series)
    # A square around an outcome without its fan would look like a mistake.
    _mark_misses(ax, score, days, np.isin(score.origin, origins[::step]))
    ax.set_ylim(bottom=0.0)
    number_axis(ax, which="y", label=_done_label(score.series))
    date_axis(ax)
    frame(ax, title=title or f"Forecasts of {score.series.name} over what happened")
    return finish(ax, _backtest_sources(score, origins.size, step))


def _draw_forecast_from(
    ax: Axes, score: Backtest, days: Floats, origin: int, labels: tuple[str, str]
) -> None:
    """The forecast made from one origin, opening from what was known there."""
    made_here = np.flatnonzero(score.origin == origin)
    # The fan opens at the origin, whose value was known, so it begins without a width.
    at = np.concatenate([days[[origin]], days[score.target[made_here]]])
    low, middle, high = (
        np.concatenate([score.series.value[[origin]], values[made_here]])
        for values in (score.low, score.middle, score.high)
    )
    ax.fill_between(
        at,
        low,
        high,
        color=BLUE,
        alpha=0.13,
        linewidth=0,
        label=labels[0],
    )
    ax.plot(
        at,
        middle,
        color=BLUE,
        linewidth=1.1,
        linestyle="--",
        label=labels[1],
    )
    ax.plot(at[:1], middle[:1], "|", color=BLUE, markersize=9)


def _mark_misses(ax: Axes, score: Backtest, days: Floats, drawn: Bools) -> None:
    """A square around each outcome that lay outside the range of a forecast that is drawn."""
    missed = ~score.inside[:, _WIDEST_LEVEL] & drawn
    if not missed.any():
        return
    ax.plot(
        days[score.target[missed]],
        score.observed[missed],
        "s",
        markerfacecolor="none",
        markeredgecolor=ORANGE,
        markersize=9,
        markeredgewidth=1.6,
        label=f"outside the {score.coverage:.0%} range of a forecast",
    )


def _backtest_sources(score: Backtest, origins: int, step: int) -> str:
    """How many forecasts there are, how good they are, and from which source."""
    crps = f"CRPS {score.scores['crps_share']:.1%} of what was done"
    first = next(iter(score.skill.items()), None)
    # Against a baseline without any error the skill is not defined.
    if first is not None and np.isfinite(first[1]):
        crps += f", skill {first[1]:+.0%} over the {first[0]}"
    inside = float(score.inside[:, _WIDEST_LEVEL].mean())
    parts = [
        f"{len(score)} forecasts ({score.method}) from {origins} origins",
        f"1 to {int(score.step.max())} values ahead",
    ]
    if step > 1:
        parts.append(f"one origin in {step} drawn")
    parts += [
        f"{inside:.0%} of what happened lay in the {score.coverage:.0%} ranges",
        crps,
        f"{score.draws:,} draws; seed {score.seed}",
        "source: the series given, no claims",
    ]
    return "; ".join(parts) + "."


def plot_coverage(score: Backtest, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw where in its forecast each outcome fell, in tenths; all alike when the forecasts are honest.

    Parameters
    ----------
    score
        From `backtest`.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.

    Notes
    -----
    The grey band holds a tenth's share in 90 % of honest backtests of as many forecasts, if these were independent;
    forecasts that overlap are not, so the band is narrower than it should be.
    """
    from scipy.stats import binom

    ax = axes_for(ax, width=7.0, height=4.0)
    tenths = score.pit_histogram
    fair_share = 1 / tenths.size
    edges = np.linspace(0.0, 1.0, tenths.size + 1)
    # Under a fair forecast the number in a tenth is binomial.
    low = float(binom.ppf(0.05, len(score), fair_share)) / len(score)
    high = float(binom.ppf(0.95, len(score), fair_share)) / len(score)
    ax.axhspan(low, high, color=GREY, alpha=0.25, linewidth=0, label="90 % of honest forecasts")
    ax.bar(
        edges[:-1],
        tenths,
        width=np.diff(edges),
        align="edge",
        color=BLUE,
        edgecolor="white",
        label="this backtest",
    )
    ax.axhline(fair_share, color=INK, linestyle="--", linewidth=1.2, label="a tenth")
    ax.set_xlim(0.0, 1.0)
    percent_axis(ax, which="x", label="chance the forecast gave to less than what happened (%)")
    percent_axis(ax, which="y", label="share of the forecasts (%)")
    frame(ax, title=title or f"Where {score.series.name} fell in its forecasts")
    return finish(ax, _coverage_sources(score), columns=3)


def _coverage_sources(score: Backtest) -> str:
    """Shares that lay in the ranges, how to read the bars, and from which source."""
    shares = [
        f"{score.scores[f'coverage_{level}']:.0%} in the {level} % ranges" for level in (50, 80, 90)
    ]
    return (
        f"{len(score)} forecasts ({score.method}): {', '.join(shares)}. "
        "Bars high at both ends: too narrow; high in the middle: "
        "too wide; high at one end: leaning. The band takes the forecasts as independent, which overlapping ones are "
        f"not. Seed {score.seed}; source: the series given, no claims."
    )


def plot_forecast(made: Forecast, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw a forecast as a fan that opens where its history ends.

    Parameters
    ----------
    made
        From `forecast`.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.
    """
    ax = axes_for(ax)
    # A series may end in floors ("at least"), which are no values to start from.
    last = np.flatnonzero(made.history.known)[-1]
    last_day = day_numbers(made.history.dates[last : last + 1])
    at = np.concatenate([last_day, day_numbers(made.dates)])
    share = f"{made.coverage:.0%}"
    draw_fan(
        ax,
        at,
        (made.low, made.middle, made.high),
        start=float(made.history.value[last]),
        colour=BLUE,
        labels=(f"forecast, {share} range", "forecast, middle"),
    )
    _draw_series(ax, made.history)
    ax.set_ylim(bottom=0.0)
    number_axis(ax, which="y", label=_done_label(made.history))
    date_axis(ax)
    frame(ax, title=title or f"Forecast of {made.history.name}")
    sizes = f"{made.draws.shape[1]:,} draws"
    return finish(
        ax,
        f"{len(made.history)} dates of history; {made.method}; ranges hold {share} of {sizes}. "
        "Source: the series given, no claims.",
        columns=3,
    )


def _draw_series(ax: Axes, series: Series) -> None:
    """What was done by each date, with what the reports leave open."""
    days = day_numbers(series.dates)
    known = series.known
    value = series.value[known]
    _draw_open_range(ax, days[known], value, value - series.low[known], series.high[known] - value)
    ax.plot(
        days[known], value, "o-", color=INK, markersize=3.5, linewidth=1.2, label="what happened"
    )
    # A floor is drawn as an arrow up: the true value lies there or above.
    if not known.all():
        ax.plot(
            days[~known],
            series.low[~known],
            "^",
            color=GREY,
            markersize=5,
            label="at least so much",
        )


def _draw_open_range(ax: Axes, days: Floats, value: Floats, below: Floats, above: Floats) -> None:
    """Whiskers for what the reports leave open; none when they leave nothing open."""
    nothing_open = not (float(below.max()) > 0 or float(above.max()) > 0)
    if nothing_open:
        return
    ax.errorbar(
        days,
        value,
        yerr=[below, above],
        fmt="none",
        ecolor=INK,
        elinewidth=1.0,
        capsize=2,
    )


def _done_label(series: Series) -> str:
    """Label of the axis; a series that ends at 100 without a unit is in per cent."""
    if series.unit:
        return f"done so far ({series.unit})"
    if series.total == 100:
        return "done so far (%)"
    return "done so far (as given)"
