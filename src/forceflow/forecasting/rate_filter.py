"""How fast it went: the log rate at the end of a history, by a Kalman filter over several models."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace

import numpy as np

from ..arrays import Bools, Floats, Ints
from .addressed_numbers import uniforms_of

__all__ = ["SETTINGS", "STEP_ENDS", "TINY", "RateState", "Settings", "filter_rate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The numbers of the default forecast; all of them priors, none fitted to the series that is forecast.

    A step is the median time between reports. Rates are per step.

    Parameters
    ----------
    steps_to_come, to_come_spread
        What is still to come where no total is known: median, in steps at the mean pace so far (as many as there have
        been, if those are more), and standard deviation of its logarithm.
    walk_share, walk_steps
        Weight of the Student-t random walk in the average of the quantiles, and how many steps ahead it has a say;
        from there on the rate alone goes on.
    level_sd
        Innovation of the log rate per square root of a step; 0.3, 1 and 2 times this are weighed by how well they
        foresaw the series.
    report_sd
        Scatter of the log rate of one step; 0.25, 1 and 2.5 times this are weighed likewise.
    trend_sd, trend_kept, first_trend_sd
        Innovation of the trend of the log rate, the share of it that is left a step later, and its spread at the start.
    trendless
        Chance beforehand that the log rate has no trend; what it foresaw of the series weighs against the others.
    reversion
        Share of the distance to the mean log rate that is lost in a step.
    fastest
        No future step is faster than this multiple of the fastest one seen. Of few steps the fastest says less: after n
        of them it is this to the power of 1 + 2/n.
    stall, resume, standstill_weight
        Chance of a standstill beginning, and of one ending, in a step; and how many steps of the history weigh as much
        as these priors, so that what comes in lumps is carried forward in lumps.
    tails
        Degrees of freedom of the random walk, or as many as there have been steps, if those are fewer.
    """

    steps_to_come: float = 8.0
    to_come_spread: float = 1.2
    walk_share: float = 0.4
    walk_steps: float = 8.0
    level_sd: float = 0.5
    report_sd: float = 0.1
    trend_sd: float = 0.4
    trend_kept: float = 0.7
    first_trend_sd: float = 0.2
    trendless: float = 0.1
    reversion: float = 0.1
    fastest: float = 2.5
    stall: float = 0.04
    resume: float = 0.5
    standstill_weight: float = 4.0
    tails: float = 4.0


SETTINGS = Settings()
"""The numbers in use; `docs/scores.md` says how they were chosen and how little the score depends on them."""

TINY = 1e-12
"""A rate or variance below which there is none to speak of; it keeps logarithms and quotients finite."""

STEP_ENDS = (0.25, 4.0)
"""The scatter of a rate goes with the length of its step no further than between these, in usual steps."""

_SLOW = 0.05
"""A step below this share of the mean rate is a standstill."""


@dataclass(frozen=True, slots=True)
class RateState:
    """The log rate at the end of the history, shape (draws,).

    Parameters
    ----------
    level, trend, level_var, trend_var, both
        Level and trend of the log rate, their variances and covariance.
    level_sd, report_sd
        Variances of the model that the draw takes, as standard deviations.
    mean, fastest
        Log rate that it is drawn back to, and the highest one that is allowed.
    since, still
        Time since the last step that went, in usual steps, and whether the history ends with a standstill.
    stops, resumes
        Chance of a standstill beginning, and of one ending, in a step.
    """

    level: Floats
    level_var: Floats
    trend: Floats
    trend_var: Floats
    both: Floats
    level_sd: Floats
    report_sd: Floats
    mean: Floats
    fastest: Floats
    since: Floats
    still: Bools
    stops: Floats
    resumes: Floats


@dataclass(frozen=True, slots=True)
class _Models:
    """Variances of the log rate that are weighed against each other, shape (models, 1); `trend` is 1 or 0."""

    level_sd: Floats
    report_sd: Floats
    trend: Floats


@dataclass(frozen=True, slots=True)
class _Belief:
    """What each model says of the log rate after some steps, and how well it foresaw them; shape (models, n)."""

    level: Floats
    level_var: Floats
    trend: Floats
    trend_var: Floats
    both: Floats
    fit: Floats


def filter_rate(moved: Floats, past: Floats, draws: int, seed: int, s: Settings) -> RateState:
    """Kalman filter of the log rate over nine pairs of variances, with and without a trend, and one picked per draw."""
    models = _model_grid(s)
    rate = moved / past[:, None]
    mean_rate = np.maximum(moved.sum(axis=0) / past.sum(), TINY)
    live = rate > _SLOW * mean_rate
    seen = np.log(np.maximum(rate, TINY * mean_rate))
    stops, resumes = _standstill_hazards(live, s)
    # The mean rate has the standstills in it; while it goes, it goes faster.
    home = np.log(mean_rate * (stops + resumes) / resumes)
    middles = np.cumsum(past) - past / 2
    belief = _first_belief(home, models, s)
    started = np.zeros(home.size, dtype=bool)
    since = np.full(home.size, middles[-1])
    for step, middle in enumerate(middles):
        gap = np.where(started, middle - since, 0.0)
        belief = _carry_belief(belief, gap, home, models, s)
        # The first step that goes sets the level; the later ones correct it.
        first, again = live[step] & ~started, live[step] & started
        belief = _set_belief(belief, seen[step], first, models)
        belief = _correct_belief(belief, seen[step], again, float(past[step]), models)
        started = started | live[step]
        since = np.where(started, middle, since)
    picked, column = _pick_models(belief.fit, draws, seed)
    top = np.where(live, seen, -np.inf).max(axis=0)
    # Of few steps the fastest says less, so the bound is wider.
    beyond = math.log(s.fastest) * (1 + 2 / past.size)
    return RateState(
        level=belief.level[picked, column],
        level_var=belief.level_var[picked, column],
        trend=belief.trend[picked, column],
        trend_var=belief.trend_var[picked, column],
        both=belief.both[picked, column],
        level_sd=models.level_sd[picked, 0],
        report_sd=models.report_sd[picked, 0],
        mean=home[column],
        fastest=(np.where(np.isfinite(top), top, home) + beyond)[column],
        since=(past.sum() - since)[column],
        still=(~live[-1])[column],
        stops=stops[column],
        resumes=resumes[column],
    )


def _model_grid(s: Settings) -> _Models:
    """Nine pairs of variances, each with and without a trend."""
    of_level, of_report = (0.3, 1.0, 2.0), (0.25, 1.0, 2.5)
    grid = list(itertools.product(of_level, of_report, (1.0, 0.0)))
    level, report, trend = np.array(grid).T.copy()[:, :, None]
    return _Models(s.level_sd * level, s.report_sd * report, trend)


def _standstill_hazards(live: Bools, s: Settings) -> tuple[Floats, Floats]:
    """Chance of a standstill beginning, and of one ending, in a step: the priors and what was counted, shape (n,)."""
    before, after = live[:-1], live[1:]
    begun = np.maximum.accumulate(live, axis=0)[:-1]
    # Steps before the first movement are no standstill.
    stood = begun & ~before
    ends = (before & ~after).sum(axis=0)
    goes_again = (stood & after).sum(axis=0)
    weight = s.standstill_weight
    stops = (weight * s.stall + ends) / (weight + before.sum(axis=0))
    resumes = (weight * s.resume + goes_again) / (weight + stood.sum(axis=0))
    return stops, resumes


def _first_belief(home: Floats, models: _Models, s: Settings) -> _Belief:
    """What the models say before anything was seen."""
    shape = models.trend.size, home.size
    without = models.trend == 0.0
    chance = np.log(np.where(without, s.trendless, 1 - s.trendless))
    return _Belief(
        level=np.repeat(home[None], shape[0], axis=0),
        level_var=np.ones(shape),
        trend=np.zeros(shape),
        trend_var=np.repeat((s.first_trend_sd * models.trend) ** 2, shape[1], axis=1),
        both=np.zeros(shape),
        fit=np.repeat(chance, shape[1], axis=1),
    )


def _carry_belief(
    belief: _Belief, gap: Floats, home: Floats, models: _Models, s: Settings
) -> _Belief:
    """The belief after a gap in which nothing was seen: the level goes back to its mean, the trend fades."""
    keep, damp = (1 - s.reversion) ** gap, s.trend_kept**gap
    level_var = (
        keep**2 * belief.level_var
        + 2 * keep * gap * belief.both
        + gap**2 * belief.trend_var
        + models.level_sd**2 * gap
    )
    return replace(
        belief,
        level=home + (belief.level - home) * keep + belief.trend * gap,
        level_var=level_var,
        trend=belief.trend * damp,
        trend_var=belief.trend_var * damp**2 + (s.trend_sd * models.trend) ** 2 * gap,
        both=(keep * belief.both + gap * belief.trend_var) * damp,
    )


def _set_belief(belief: _Belief, seen: Floats, first: Bools, models: _Models) -> _Belief:
    """The belief with the level of the first step that goes."""
    variance = models.report_sd**2 + models.level_sd**2
    return replace(
        belief,
        level=np.where(first, seen, belief.level),
        level_var=np.where(first, variance, belief.level_var),
    )


def _correct_belief(
    belief: _Belief, seen: Floats, again: Bools, length: float, models: _Models
) -> _Belief:
    """The belief once a step is seen that goes again; the others keep theirs."""
    scatter = models.report_sd**2 / np.clip(length, *STEP_ENDS)
    total = belief.level_var + scatter
    miss = seen - belief.level
    # Surprises beyond 2.5 standard deviations move the level no further; their likelihood has Student's tails.
    bound = 2.5 * np.sqrt(total)
    pull = np.clip(miss, -bound, bound)
    likely = -0.5 * np.log(total) - 2.5 * np.log1p(miss**2 / total / 4)
    by_level = np.where(again, belief.level_var / total, 0.0)
    by_trend = np.where(again, belief.both / total, 0.0)
    return _Belief(
        level=belief.level + by_level * pull,
        level_var=belief.level_var * (1 - by_level),
        trend=belief.trend + by_trend * pull,
        trend_var=belief.trend_var - by_trend * belief.both,
        both=belief.both * (1 - by_level),
        fit=belief.fit + np.where(again, likely, 0.0),
    )


def _pick_models(fit: Floats, draws: int, seed: int) -> tuple[Ints, Ints]:
    """Row of the model that each draw takes, by how well it foresaw the history, and the column of the history."""
    models, n = fit.shape
    odds = np.exp(fit - fit.max(axis=0))
    below = np.cumsum(odds / odds.sum(axis=0), axis=0)
    lot = uniforms_of(seed, "variances", draws)
    picked = np.minimum((below <= lot).sum(axis=0), models - 1)
    if n > 1:
        return picked, np.arange(draws)
    return picked, np.zeros(draws, dtype=np.int64)
