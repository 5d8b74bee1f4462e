"""Forecasts over what happened: fans by origin, and whether their intervals were honest."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from ..forecasting.backtest import Backtest
from ..forecasting.series import Forecast, Series
from .axes import axes_for, date_axis, day_numbers, finish, frame, number_axis, percent_axis
from .fan import draw_fan
from .style import BLUE, GREY, INK, ORANGE

__all__ = ["plot_backtest", "plot_coverage", "plot_forecast"]

_FANS = 24
"""More origins than these are thinned out: fans would hide each other."""


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
    share = f"{score.coverage:.0%}"
    for rank, origin in enumerate(origins[::step]):
        mine = np.flatnonzero(score.origin == origin)
        at = np.concatenate([days[[origin]], days[score.target[mine]]])
        low, middle, high = (
            np.concatenate([score.series.value[[origin]], values[mine]])
            for values in (score.low, score.middle, score.high)
        )
        words = (f"forecast, {share} range", "forecast, middle") if rank == 0 else ("_", "_")
        ax.fill_between(at, low, high, color=BLUE, alpha=0.13, linewidth=0, label=words[0])
        ax.plot(at, middle, color=BLUE, linewidth=1.1, linestyle="--", label=words[1])
        ax.plot(at[:1], middle[:1], "|", color=BLUE, markersize=9)
    missed = ~score.inside[:, 3]
    drawn = np.isin(score.origin, origins[::step])
    _draw_series(ax, score.series)
    if (missed & drawn).any():
        ax.plot(
            days[score.target[missed & drawn]],
            score.observed[missed & drawn],
            "s",
            markerfacecolor="none",
            markeredgecolor=ORANGE,
            markersize=9,
            markeredgewidth=1.6,
            label=f"outside the {share} range of a forecast",
        )
    ax.set_ylim(bottom=0.0)
    number_axis(ax, which="y", label=_done_label(score.series))
    date_axis(ax)
    frame(ax, title=title or f"Forecasts of {score.series.name} over what happened")
    scores = score.scores
    skill = [f"{value:+.0%} over the {name}" for name, value in list(score.skill.items())[:1] if np.isfinite(value)]
    inside = float(score.inside[:, 3].mean())
    parts = [
        f"{len(score)} forecasts ({score.method}) from {origins.size} origins",
        f"1 to {int(score.step.max())} values ahead",
        f"one origin in {step} drawn" if step > 1 else "",
        f"{inside:.0%} of what happened lay in the {share} ranges",
        f"CRPS {scores['crps_share']:.1%} of what was done" + (f", skill {skill[0]}" if skill else ""),
        f"{score.draws:,} draws; seed {score.seed}",
        "source: the series given, no claims",
    ]
    return finish(ax, "; ".join(part for part in parts if part) + ".")


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
    found = score.pit_histogram
    edges = np.linspace(0.0, 1.0, found.size + 1)
    low, high = (float(binom.ppf(p, len(score), 1 / found.size)) / len(score) for p in (0.05, 0.95))
    ax.axhspan(low, high, color=GREY, alpha=0.25, linewidth=0, label="90 % of honest forecasts")
    ax.bar(edges[:-1], found, width=np.diff(edges), align="edge", color=BLUE, edgecolor="white", label="this backtest")
    ax.axhline(1 / found.size, color=INK, linestyle="--", linewidth=1.2, label="a tenth")
    ax.set_xlim(0.0, 1.0)
    percent_axis(ax, which="x", label="chance the forecast gave to less than what happened (%)")
    percent_axis(ax, which="y", label="share of the forecasts (%)")
    frame(ax, title=title or f"Where {score.series.name} fell in its forecasts")
    scores = score.scores
    shares = ", ".join(f"{scores[f'coverage_{level}']:.0%} in the {level} % ranges" for level in (50, 80, 90))
    return finish(
        ax,
        f"{len(score)} forecasts ({score.method}): {shares}. Bars high at both ends: too narrow; high in the middle: "
        "too wide; high at one end: leaning. The band takes the forecasts as independent, which overlapping ones are "
        f"not. Seed {score.seed}; source: the series given, no claims.",
        columns=3,
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
    last = np.flatnonzero(made.history.known)[-1]
    at = np.concatenate([day_numbers(made.history.dates[last : last + 1]), day_numbers(made.dates)])
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
    ends = [series.value[known] - series.low[known], series.high[known] - series.value[known]]
    if any(float(part.max()) > 0 for part in ends):
        ax.errorbar(days[known], series.value[known], yerr=ends, fmt="none", ecolor=INK, elinewidth=1.0, capsize=2)
    ax.plot(days[known], series.value[known], "o-", color=INK, markersize=3.5, linewidth=1.2, label="what happened")
    if (~known).any():
        ax.plot(days[~known], series.low[~known], "^", color=GREY, markersize=5, label="at least so much")


def _done_label(series: Series) -> str:
    unit = series.unit or ("%" if series.total == 100 else "as given")
    return f"done so far ({unit})"
