"""How fast it goes on: the pace behind the forecasts of a series, and the plainer one behind the timeline."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..arrays import Floats

__all__ = [
    "LEVEL",
    "SETTINGS",
    "Level",
    "Settings",
    "level_paths",
    "moved_by",
    "moved_by_level",
    "normals_of",
    "uniforms_of",
]


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
"""The numbers in use; `docs/scores.md` says how they were chosen and how little the score hangs on them."""

_TINY = 1e-12
_SAME_TIME = 1e-6
"""Times closer than this share of a step are one: days since 1970 are rounded, which counts in short steps."""
_SLOW = 0.05  # a step below this share of the mean rate is a standstill


@dataclass(frozen=True, slots=True)
class _State:
    """Where the log rate stands at the end of the history, one column per draw."""

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
    still: NDArray[np.bool_]
    stops: Floats
    resumes: Floats


def moved_by(
    moved: Floats,
    past: Floats,
    to_go: Floats,
    when: Floats,
    *,
    room: Floats | float = math.inf,
    draws: int,
    seed: int,
    settings: Settings = SETTINGS,
) -> Floats:
    """What will have gone by each of some times, on top of what went before: the pace behind every forecast.

    Parameters
    ----------
    moved
        What went in each step of the history, 0 or more, shape (n, 1) where it is known, else (n, draws).
    past, to_go
        Length of the steps of the history and of those to come, in usual steps, shapes (n,) and (m,).
    when
        The times asked, in usual steps from the end of the history, shape (h,); not beyond the last step.
    room
        What there is left to go, where that is known, shape (draws,) or one number.
    draws, seed
        Draws are addressed: one more step, or time, changes none before it.

    Returns
    -------
    array
        Shape (h, draws); a path never falls, and in another unit it is the same path.

    Notes
    -----
    See `forecast_draws`; `docs/scores.md` scores it.
    """
    grown = _by_rate(moved, past, to_go, draws, seed, settings)
    return _with_walk(grown, moved, past, to_go, when, room, settings)


def moved_by_level(
    moved: Floats,
    past: Floats,
    to_go: Floats,
    when: Floats,
    *,
    room: Floats | float = math.inf,
    draws: int,
    seed: int,
) -> Floats:
    """What will have gone by each of some times at the plain pace of `level_paths`; as `moved_by`."""
    return np.minimum(
        _between(level_paths(moved, past, to_go, draws=draws, seed=seed), to_go, when), room
    )


def _step_of(to_go: Floats, when: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Step that holds each time, and the share of it that has passed by then, shapes (h,) and (h, 1)."""
    reach = np.concatenate([[0.0], np.cumsum(to_go)])
    step = np.clip(np.searchsorted(reach, when - _SAME_TIME), 1, to_go.size) - 1
    return step, np.clip((when - reach[step]) / to_go[step], 0.0, 1.0)[:, None]


def _between(grown: Floats, to_go: Floats, when: Floats) -> Floats:
    """What has gone by some times, on straight lines between the ends of the steps."""
    step, part = _step_of(to_go, when)
    paths = np.concatenate([np.zeros((1, grown.shape[1])), grown])
    return np.asarray(paths[step] * (1 - part) + paths[step + 1] * part)


@lru_cache(maxsize=256)
def uniforms_of(seed: int, entity: str, draws: int) -> Floats:
    """Uniform numbers of one purpose of a forecast, by address."""
    from ..kernels.addressed import uniforms

    return uniforms(seed, "forecast", entity, draws)


@lru_cache(maxsize=256)
def normals_of(seed: int, entity: str, draws: int) -> Floats:
    """Normal numbers of one purpose of a forecast, by address."""
    from scipy.special import ndtri

    return np.asarray(ndtri(np.clip(uniforms_of(seed, entity, draws), 2.0**-54, 1 - 2.0**-53)))


def _filter(moved: Floats, past: Floats, draws: int, seed: int, s: Settings) -> _State:
    """Kalman filter of the log rate over nine pairs of variances, with and without a trend, and one picked per draw."""
    grid = itertools.product((0.3, 1.0, 2.0), (0.25, 1.0, 2.5), (1.0, 0.0))
    level_sd, report_sd, has_trend = (
        np.array(column)[:, None] for column in zip(*grid, strict=True)
    )
    level_sd, report_sd = s.level_sd * level_sd, s.report_sd * report_sd
    models, n = level_sd.size, moved.shape[1]
    rate = moved / past[:, None]
    mean_rate = np.maximum(moved.sum(axis=0) / past.sum(), _TINY)
    live = rate > _SLOW * mean_rate
    seen = np.log(np.maximum(rate, _TINY * mean_rate))
    before, after = live[:-1], live[1:]
    begun = np.maximum.accumulate(live, axis=0)[:-1]
    stops, runs = (before & ~after).sum(axis=0), before.sum(axis=0)
    goes, stands = (begun & ~before & after).sum(axis=0), (begun & ~before).sum(axis=0)
    weight = s.standstill_weight
    stops, resumes = (
        (weight * s.stall + stops) / (weight + runs),
        (weight * s.resume + goes) / (weight + stands),
    )
    home = np.log(mean_rate * (stops + resumes) / resumes)
    middles = np.cumsum(past) - past / 2
    level = np.repeat(home[None], models, axis=0)
    trend = np.zeros((models, n))
    level_var, both = np.ones((models, n)), np.zeros((models, n))
    trend_var = np.repeat((s.first_trend_sd * has_trend) ** 2, n, axis=1)
    fit = np.repeat(np.log(np.where(has_trend > 0.0, 1 - s.trendless, s.trendless)), n, axis=1)
    started, since = np.zeros(n, dtype=bool), np.full(n, middles[-1])
    for i in range(moved.shape[0]):
        gap = np.where(started, middles[i] - since, 0.0)
        keep, damp = (1 - s.reversion) ** gap, s.trend_kept**gap
        level = home + (level - home) * keep + trend * gap
        trend = trend * damp
        level_var = (
            keep**2 * level_var + 2 * keep * gap * both + gap**2 * trend_var + level_sd**2 * gap
        )
        both = (keep * both + gap * trend_var) * damp
        trend_var = trend_var * damp**2 + (s.trend_sd * has_trend) ** 2 * gap
        scatter = report_sd**2 / np.clip(past[i], 0.25, 4.0)
        first = live[i] & ~started
        level = np.where(first, seen[i], level)
        level_var = np.where(first, report_sd**2 + level_sd**2, level_var)
        again = live[i] & started
        total = level_var + scatter
        miss = seen[i] - level
        # Surprises beyond 2.5 standard deviations move the level no further; their likelihood has Student's tails.
        pull = np.clip(miss, -2.5 * np.sqrt(total), 2.5 * np.sqrt(total))
        fit += np.where(again, -0.5 * np.log(total) - 2.5 * np.log1p(miss**2 / total / 4), 0.0)
        by_level, by_trend = (
            np.where(again, level_var / total, 0.0),
            np.where(again, both / total, 0.0),
        )
        level, trend = level + by_level * pull, trend + by_trend * pull
        trend_var, both, level_var = (
            trend_var - by_trend * both,
            both * (1 - by_level),
            level_var * (1 - by_level),
        )
        since, started = np.where(started | live[i], middles[i], since), started | live[i]
    odds = np.exp(fit - fit.max(axis=0))
    below = np.cumsum(odds / odds.sum(axis=0), axis=0)
    picked = np.minimum((below <= uniforms_of(seed, "variances", draws)).sum(axis=0), models - 1)
    column = np.arange(draws) if n > 1 else np.zeros(draws, dtype=np.int64)

    def of(array: Floats) -> Floats:
        return np.asarray(array[picked, column])

    top = np.where(live, seen, -np.inf).max(axis=0)
    beyond = math.log(s.fastest) * (1 + 2 / past.size)
    return _State(
        level=of(level),
        level_var=of(level_var),
        trend=of(trend),
        trend_var=of(trend_var),
        both=of(both),
        level_sd=level_sd[picked, 0],
        report_sd=report_sd[picked, 0],
        mean=home[column],
        fastest=(np.where(np.isfinite(top), top, home) + beyond)[column],
        since=(past.sum() - since)[column],
        still=(~live[-1])[column],
        stops=stops[column],
        resumes=resumes[column],
    )


def _by_rate(
    moved: Floats, past: Floats, to_go: Floats, draws: int, seed: int, s: Settings
) -> Floats:
    """What the rate adds by each date, shape (h, draws)."""
    state = _filter(moved, past, draws, seed, s)
    z, other = normals_of(seed, "level", draws), normals_of(seed, "trend", draws)
    root = np.sqrt(state.level_var)
    tied = np.clip(
        state.both / np.sqrt(np.maximum(state.level_var * state.trend_var, _TINY)), -0.99, 0.99
    )
    level = state.level + root * z
    trend = state.trend + np.sqrt(state.trend_var) * (tied * z + np.sqrt(1 - tied**2) * other)
    still = state.still & (uniforms_of(seed, "still", draws) < 1 - state.resumes)
    grown = np.zeros(draws)
    out = np.empty((to_go.size, draws))
    for j, length in enumerate(to_go):
        gap = state.since + length / 2 if j == 0 else np.full(draws, (to_go[j - 1] + length) / 2)
        keep = (1 - s.reversion) ** gap
        shock = state.level_sd * np.sqrt(gap) * normals_of(seed, f"level {j}", draws)
        level = np.minimum(
            state.mean + (level - state.mean) * keep + trend * gap + shock, state.fastest
        )
        trend = trend * s.trend_kept**gap
        chance = uniforms_of(seed, f"still {j}", draws)
        still = np.where(
            still, chance <= (1 - state.resumes) ** length, chance < 1 - (1 - state.stops) ** length
        )
        scatter = (
            state.report_sd
            / math.sqrt(min(max(length, 0.25), 4.0))
            * normals_of(seed, f"report {j}", draws)
        )
        rate = np.exp(np.minimum(level + scatter, state.fastest))
        grown = grown + rate * length * ~still
        out[j] = grown
    return out


def _with_walk(
    grown: Floats,
    moved: Floats,
    past: Floats,
    to_go: Floats,
    when: Floats,
    room: Floats | float,
    s: Settings,
) -> Floats:
    """Average of the quantiles of the rate's forecast and of a Student-t random walk; paths keep their rank.

    A path has one rank in each step, that of its rate at the end of the step. Each part is held to the room at the time
    that is asked, so that between the ends of two steps no path is lower than its pace makes it.
    """
    from scipy.special import stdtrit

    draws, elapsed, n = grown.shape[1], past.sum(), past.size
    drift = moved.sum(axis=0) / elapsed
    # Two steps that miss by the drift are added as a prior, so that three even steps do not promise a fourth.
    squares = ((moved - drift * past[:, None]) ** 2 / past[:, None]).sum(axis=0) + 2 * drift**2
    sd = np.sqrt(squares / (n + 1))
    tails = stdtrit(min(s.tails, n), (np.arange(draws) + 0.5) / draws)
    reach = np.cumsum(to_go)
    last = max(int((reach <= s.walk_steps + 1e-9).sum()), 1) - 1
    step, _ = _step_of(to_go, when)
    at = _between(grown, to_go, when)
    out = np.empty_like(at)
    before, ended = (
        np.zeros(draws),
        np.zeros(draws),
    )  # highest by the end of the steps so far; value at the last one
    for j in range(min(last, int(step[-1])) + 1):
        ranked = np.empty(draws)
        ranked[np.argsort(grown[j], kind="stable")] = tails

        def both(by_rate: Floats, length: float, ranked: Floats = ranked) -> Floats:
            walk = drift * length + sd * math.sqrt(length * (1 + length / elapsed)) * ranked
            part = (1 - s.walk_share) * np.minimum(by_rate, room) + s.walk_share * np.clip(
                walk, 0.0, room
            )
            return np.asarray(part)

        for i in np.flatnonzero(step == j):
            out[i] = np.maximum(both(at[i], float(when[i])), before)
        ended = both(grown[j], float(reach[j]))
        before = np.maximum(before, ended)
    for i in np.flatnonzero(step > last):
        out[i] = np.maximum(np.minimum(ended + at[i] - grown[last], room), before)
    return out


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The numbers of `level_paths`, all priors. Rates are per step.

    Parameters
    ----------
    level_sd, reversion
        Innovation of the log rate per square root of a step, and share of the way back to the mean in a step.
    report_sd
        Scatter of the log rate of one step.
    first_sd
        Spread of the log rate about the mean before anything was seen.
    quiet
        A step in which nothing went counts as this share of the mean, and every other as that much more.
    fastest, stall, resume
        As in `Settings`.
    """

    level_sd: float = 0.6
    reversion: float = 0.15
    report_sd: float = 0.3
    first_sd: float = 1.0
    quiet: float = 0.2
    fastest: float = 2.5
    stall: float = 0.06
    resume: float = 0.5


LEVEL = Level()
"""The numbers in use; `docs/scores.md` scores them as "local level"."""


def level_paths(moved: Floats, past: Floats, to_go: Floats, *, draws: int, seed: int) -> Floats:
    """What will have gone by the end of each of some steps, by a plain local level of the log rate.

    Parameters as in `moved_by`; shape (m, draws). More in any step of the history is never less later: the weights of
    the filter depend on the dates alone, and no trend is carried forward.

    Notes
    -----
    The log rate is a local level with reversion to its mean, filtered with fixed variances; standstills begin and end
    with fixed hazards. The median of a far step is the mean rate; its mean lies 10 to 50 % above, the more so the more
    uneven the history was. `estimate_withdrawal` stands on it.
    """
    s = LEVEL
    rate = moved / past[:, None]
    mean_rate = np.maximum(moved.sum(axis=0) / past.sum(), _TINY)
    home, seen = np.log(mean_rate), np.log(rate + s.quiet * mean_rate)
    middles = np.cumsum(past) - past / 2
    level, variance = home.copy(), s.first_sd**2
    for i, gap in enumerate(np.diff(middles, prepend=middles[0])):
        keep = (1 - s.reversion) ** gap
        variance = keep**2 * variance + s.level_sd**2 * gap
        gain = variance / (variance + s.report_sd**2 / float(np.clip(past[i], 0.25, 4.0)))
        level = home + (level - home) * keep
        level, variance = level + gain * (seen[i] - level), variance * (1 - gain)
    top = np.log(np.maximum(rate.max(axis=0), _TINY)) + math.log(s.fastest)
    level = level + math.sqrt(variance) * normals_of(seed, "level", draws)
    still, grown = np.zeros(draws, dtype=bool), np.zeros(draws)
    out = np.empty((to_go.size, draws))
    for j, length in enumerate(to_go):
        gap = (past[-1] if j == 0 else to_go[j - 1]) / 2 + length / 2
        shock = s.level_sd * math.sqrt(gap) * normals_of(seed, f"level {j}", draws)
        level = np.minimum(home + (level - home) * (1 - s.reversion) ** gap + shock, top)
        chance = uniforms_of(seed, f"still {j}", draws)
        still = np.where(
            still, chance <= (1 - s.resume) ** length, chance < 1 - (1 - s.stall) ** length
        )
        grown = grown + np.exp(level) * length * ~still
        out[j] = grown
    return out
