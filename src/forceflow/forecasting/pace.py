"""How fast it goes on: the pace behind the forecasts of a series, and the plainer one behind the timeline."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..arrays import Bools, Floats, Ints
from .addressed_numbers import normals_of, uniforms_of
from .rate_filter import SETTINGS, STEP_ENDS, TINY, RateState, Settings, filter_rate

__all__ = [
    "LEVEL",
    "SETTINGS",
    "Level",
    "Settings",
    "level_paths",
    "moved_by",
    "moved_by_level",
]


_SAME_TIME = 1e-6
"""Times closer than this share of a step are one: days since 1970 are rounded, which counts in short steps."""


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
        The times wanted, in usual steps from the end of the history, shape (h,); not beyond the last step.
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
    grown = _grow_by_rate(moved, past, to_go, draws, seed, settings)
    walk = _fit_walk(moved, past, draws, settings)
    return _average_with_walk(grown, walk, to_go, when, room, settings)


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
    paths = level_paths(moved, past, to_go, draws=draws, seed=seed)
    return np.minimum(_between_steps(paths, to_go, when), room)


def _step_of(to_go: Floats, when: Floats) -> tuple[Ints, Floats]:
    """Step that holds each time, and the share of it that has passed by then, shapes (h,) and (h, 1)."""
    reach = np.concatenate([[0.0], np.cumsum(to_go)])
    after = np.searchsorted(reach, when - _SAME_TIME)
    step = np.clip(after, 1, to_go.size) - 1
    passed = (when - reach[step]) / to_go[step]
    return step, np.clip(passed, 0.0, 1.0)[:, None]


def _between_steps(grown: Floats, to_go: Floats, when: Floats) -> Floats:
    """What has gone by some times, on straight lines between the ends of the steps."""
    step, part = _step_of(to_go, when)
    start = np.zeros((1, grown.shape[1]))
    paths = np.concatenate([start, grown])
    return np.asarray(paths[step] * (1 - part) + paths[step + 1] * part)


def _grow_by_rate(
    moved: Floats, past: Floats, to_go: Floats, draws: int, seed: int, s: Settings
) -> Floats:
    """What the rate adds by each date, shape (h, draws)."""
    state = filter_rate(moved, past, draws, seed, s)
    level, trend = _draw_level(state, draws, seed)
    still = state.still & (uniforms_of(seed, "still", draws) < 1 - state.resumes)
    added = np.zeros(draws)
    grown = np.empty((to_go.size, draws))
    # A rate belongs to the middle of its step; the first one follows the last step that went.
    gaps = [state.since + to_go[0] / 2, *(to_go[:-1] + to_go[1:]) / 2]
    for j, (length, gap) in enumerate(zip(to_go, gaps, strict=True)):
        keep = (1 - s.reversion) ** gap
        shock = state.level_sd * np.sqrt(gap) * normals_of(seed, f"level {j}", draws)
        level = state.mean + (level - state.mean) * keep + trend * gap + shock
        level = np.minimum(level, state.fastest)
        trend = trend * s.trend_kept**gap
        chance = uniforms_of(seed, f"still {j}", draws)
        still = _still_after(still, chance, length, state.stops, state.resumes)
        spread = state.report_sd / math.sqrt(np.clip(length, *STEP_ENDS))
        scatter = spread * normals_of(seed, f"report {j}", draws)
        rate = np.exp(np.minimum(level + scatter, state.fastest))
        added = added + rate * length * ~still
        grown[j] = added
    return grown


def _draw_level(state: RateState, draws: int, seed: int) -> tuple[Floats, Floats]:
    """Level and trend at the end of the history, drawn together."""
    z, other = normals_of(seed, "level", draws), normals_of(seed, "trend", draws)
    spread = np.sqrt(np.maximum(state.level_var * state.trend_var, TINY))
    tied = np.clip(state.both / spread, -0.99, 0.99)
    level = state.level + np.sqrt(state.level_var) * z
    along = tied * z + np.sqrt(1 - tied**2) * other
    return level, state.trend + np.sqrt(state.trend_var) * along


def _still_after(
    still: Bools, chance: Floats, length: float, stops: Floats | float, resumes: Floats | float
) -> Bools:
    """Which draws stand still in the next step: a standstill goes on, or one begins."""
    goes_on = chance <= (1 - resumes) ** length
    begins = chance < 1 - (1 - stops) ** length
    return np.where(still, goes_on, begins)


@dataclass(frozen=True, slots=True)
class _Walk:
    """A random walk with drift and Student's tails, fitted to a history of some length."""

    drift: Floats
    sd: Floats
    elapsed: float
    tails: Floats

    def at(self, length: float, ranks: Floats) -> Floats:
        """Where it is after some time, each draw at the quantile of its rank."""
        spread = self.sd * math.sqrt(length * (1 + length / self.elapsed))
        return self.drift * length + spread * ranks

    def ranked_as(self, paths: Floats) -> Floats:
        """Student's quantiles in the order of some paths."""
        ranks = np.empty(paths.size)
        ranks[np.argsort(paths, kind="stable")] = self.tails
        return ranks


def _fit_walk(moved: Floats, past: Floats, draws: int, s: Settings) -> _Walk:
    from scipy.special import stdtrit

    elapsed, n = float(past.sum()), past.size
    drift = moved.sum(axis=0) / elapsed
    misses = (moved - drift * past[:, None]) ** 2 / past[:, None]
    # Two steps that miss by the drift are added as a prior, so that three even steps do not promise a fourth.
    squares = misses.sum(axis=0) + 2 * drift**2
    middles = (np.arange(draws) + 0.5) / draws
    tails = np.asarray(stdtrit(min(s.tails, n), middles), dtype=np.float64)
    return _Walk(drift, np.sqrt(squares / (n + 1)), elapsed, tails)


def _average_with_walk(
    grown: Floats,
    walk: _Walk,
    to_go: Floats,
    when: Floats,
    room: Floats | float,
    s: Settings,
) -> Floats:
    """Average of the quantiles of the rate's forecast and of a Student-t random walk; paths keep their rank.

    A path has one rank in each step, that of its rate at the end of the step. Each part is held to the room at the time
    that is wanted, so that between the ends of two steps no path is lower than its pace makes it.
    """
    reach = np.cumsum(to_go)
    with_walk = int((reach <= s.walk_steps + 1e-9).sum())
    last = max(with_walk, 1) - 1
    step, _ = _step_of(to_go, when)
    at = _between_steps(grown, to_go, when)
    out = np.empty_like(at)
    # Highest by the end of the steps so far, and the value at the end of the last one.
    highest = ended = np.zeros(grown.shape[1])
    for j in range(min(last, int(step[-1])) + 1):
        ranks = walk.ranked_as(grown[j])
        for i in np.flatnonzero(step == j):
            by_walk = walk.at(float(when[i]), ranks)
            mixed = _mix_held(at[i], by_walk, room, s.walk_share)
            out[i] = np.maximum(mixed, highest)
        by_walk = walk.at(float(reach[j]), ranks)
        ended = _mix_held(grown[j], by_walk, room, s.walk_share)
        highest = np.maximum(highest, ended)
    # From there on the rate alone goes on.
    for i in np.flatnonzero(step > last):
        further = np.minimum(ended + at[i] - grown[last], room)
        out[i] = np.maximum(further, highest)
    return out


def _mix_held(by_rate: Floats, by_walk: Floats, room: Floats | float, share: float) -> Floats:
    """Average of two quantiles, each held to the room; the walk has this share."""
    rate, walk = np.minimum(by_rate, room), np.clip(by_walk, 0.0, room)
    return np.asarray((1 - share) * rate + share * walk)


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
    uneven the history was. `estimate_withdrawal` uses it.
    """
    s = LEVEL
    rate = moved / past[:, None]
    mean_rate = np.maximum(moved.sum(axis=0) / past.sum(), TINY)
    home = np.log(mean_rate)
    # A step in which nothing went has no logarithm, so each counts as a share of the mean more.
    seen = np.log(rate + s.quiet * mean_rate)
    level, variance = _filter_level(seen, home, past, s)
    fastest_seen = np.maximum(rate.max(axis=0), TINY)
    top = np.log(fastest_seen) + math.log(s.fastest)
    level = level + math.sqrt(variance) * normals_of(seed, "level", draws)
    still, added = np.zeros(draws, dtype=bool), np.zeros(draws)
    grown = np.empty((to_go.size, draws))
    # A rate belongs to the middle of its step.
    gaps = np.concatenate([past[-1:], to_go[:-1]]) / 2 + to_go / 2
    for j, (length, gap) in enumerate(zip(to_go, gaps, strict=True)):
        shock = s.level_sd * math.sqrt(gap) * normals_of(seed, f"level {j}", draws)
        level = home + (level - home) * (1 - s.reversion) ** gap + shock
        level = np.minimum(level, top)
        chance = uniforms_of(seed, f"still {j}", draws)
        still = _still_after(still, chance, length, s.stall, s.resume)
        added = added + np.exp(level) * length * ~still
        grown[j] = added
    return grown


def _filter_level(seen: Floats, home: Floats, past: Floats, s: Level) -> tuple[Floats, float]:
    """Level of the log rate at the end of the history, and its variance, which depends on the dates alone."""
    middles = np.cumsum(past) - past / 2
    level, variance = home.copy(), s.first_sd**2
    for step, gap in enumerate(np.diff(middles, prepend=middles[0])):
        keep = (1 - s.reversion) ** gap
        variance = keep**2 * variance + s.level_sd**2 * gap
        # A long step is the mean of more, and scatters less.
        scatter = s.report_sd**2 / float(np.clip(past[step], *STEP_ENDS))
        gain = variance / (variance + scatter)
        level = home + (level - home) * keep
        level = level + gain * (seen[step] - level)
        variance = variance * (1 - gain)
    return level, variance
