"""How good a forecast would have been: rolling origin, nothing seen after it."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ..arrays import Bools, Floats, Ints
from ..display import brief
from ..errors import EstimateError, UnknownNameError
from ..evidence.tables.event_frames import make_frame
from ..quantity import Quantity
from ..results.arguments import check_asked
from ..results.progress import progress
from .baselines import BASELINES, baseline_draws
from .forecast import METHODS, SEED
from .rolling_origin import COVERAGES, forecast_from, join_folds, score_origin
from .scores import Pit, pit_histogram
from .series import Method, Series, as_series

__all__ = ["Backtest", "backtest", "pooled_scores"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Backtest:
    """Forecasts made from each date of a series, with what happened then, and their scores.

    Every array has one entry per forecast, shape (forecasts,): first by origin, then by step.

    Parameters
    ----------
    method, horizon, min_history, total, coverage, draws, seed
        As given to `backtest`.
    series
        What was forecast.
    origin, step, target
        Row of the last date that was used, how many values ahead, and the row that was forecast.
    observed
        What had been done by the target date.
    middle, low, high
        Median, and interval of `coverage`.
    crps, wis
        Scores, in the unit of the series; 0 is perfect.
    pit_low, pit_high
        Chance the forecast gave to less than, and to at most, what happened.
    inside
        Whether it lay in the 50, 80 and 90 % interval, and in that of `coverage`; shape (forecasts, 4).
    baseline_crps
        CRPS of each baseline for the same forecasts; NaN where it could not answer.
    floors, floors_chance
        Targets where only a floor was published: they are not scored; the chance the forecast gave to at least that.
    """

    method: str
    horizon: int
    min_history: int
    total: float | None
    coverage: float
    draws: int
    seed: int
    series: Series
    origin: Ints
    step: Ints
    target: Ints
    observed: Floats
    middle: Floats
    low: Floats
    high: Floats
    crps: Floats
    wis: Floats
    pit_low: Floats
    pit_high: Floats
    inside: Bools
    baseline_crps: dict[str, Floats]
    floors: tuple[dt.datetime, ...]
    floors_chance: Floats

    def __len__(self) -> int:
        return int(self.origin.size)

    @property
    def done(self) -> float:
        """The last value of the series; scores are also given as a share of it."""
        return float(self.series.value[self.series.known][-1])

    @property
    def scores(self) -> dict[str, float]:
        """Mean scores over all forecasts.

        ``crps``, ``wis`` and ``bias`` (median less what happened) in the unit of the series, ``crps_share`` and
        ``bias_share`` of what was done in the end; ``coverage_50``, ``_80``, ``_90``; ``pit_mean`` (0.5 is unbiased);
        ``skill over <baseline>``: 1 less the ratio of the CRPS, above 0 when better.
        """
        return self._scores(np.ones(len(self), dtype=bool))

    @property
    def by_step(self) -> dict[int, dict[str, float]]:
        """The same per number of values ahead."""
        steps = np.unique(self.step).tolist()
        return {step: self._scores(self.step == step) for step in steps}

    @property
    def skill(self) -> dict[str, float]:
        """Skill over each baseline; NaN for one that could not answer."""
        return {name: self.scores[f"skill over {name}"] for name in self.baseline_crps}

    @property
    def pit_histogram(self) -> Floats:
        """Share of the forecasts in each tenth of the probability integral transform; all near 0.1 when honest."""
        return pit_histogram(Pit(self.pit_low, self.pit_high))

    def _scores(self, pick: Bools) -> dict[str, float]:
        mean = float(self.crps[pick].mean())
        miss = self.middle[pick] - self.observed[pick]
        middle_pit = (self.pit_low + self.pit_high)[pick] / 2
        scores = {
            "forecasts": float(pick.sum()),
            "crps": mean,
            "crps_share": mean / self.done,
            "wis": float(self.wis[pick].mean()),
            "bias": float(miss.mean()),
            "bias_share": float(miss.mean()) / self.done,
            "absolute_error": float(np.abs(miss).mean()),
            "pit_mean": float(middle_pit.mean()),
        }
        scores |= _shares_inside(self.inside[pick])
        for name, theirs in self.baseline_crps.items():
            scores[f"skill over {name}"] = _skill_over(self.crps, theirs, pick)
        return scores

    def to_frame(self, *, backend: str | None = None) -> Any:
        """One row per forecast.

        Columns: origin, target (dates), step, observed, low, middle, high, crps, wis, pit_low, pit_high, inside_50,
        inside_80, inside_90, inside, and the CRPS of each baseline as "crps <name>".
        """
        dates = self.series.dates
        columns: dict[str, Any] = {
            "origin": [dates[row] for row in self.origin],
            "target": [dates[row] for row in self.target],
            "step": self.step.tolist(),
        }
        for name in ("observed", "low", "middle", "high", "crps", "wis", "pit_low", "pit_high"):
            columns[name] = getattr(self, name).tolist()
        for k, name in enumerate(("inside_50", "inside_80", "inside_90", "inside")):
            columns[name] = self.inside[:, k].tolist()
        for name, values in self.baseline_crps.items():
            columns[f"crps {name}"] = values.tolist()
        return make_frame(columns, backend=backend or self.series.backend)

    __repr__ = brief

    def __str__(self) -> str:
        scores = self.scores
        return (
            f"backtest ({self.method}) of {self.series.name}: {len(self)} forecasts, 1 to {int(self.step.max())} steps "
            f"ahead from {np.unique(self.origin).size} origins, CRPS {scores['crps']:.4g} ({scores['crps_share']:.1%} "
            f"of what was done){self._against_first(scores)}; {scores['coverage_90']:.0%} in the 90 % interval"
            f"{self._floors_left_out()}"
        )

    def _against_first(self, scores: Mapping[str, float]) -> str:
        """The skill over the first baseline, where it could answer."""
        first = next(iter(self.baseline_crps), None)
        skill = scores.get(f"skill over {first}", np.nan)
        return f", {skill:+.0%} skill over the {first}" if np.isfinite(skill) else ""

    def _floors_left_out(self) -> str:
        if not self.floors:
            return ""
        return f"; {len(self.floors)} dates with only a floor were not scored"

    def _repr_html_(self) -> str:
        cells = "".join(
            f"<tr><th>{html.escape(name)}</th><td>{value:.4g}</td></tr>"
            for name, value in self.scores.items()
        )
        return f"<p>{html.escape(str(self))}</p><table><tbody>{cells}</tbody></table>"


def backtest(
    data: Any,
    *,
    time: str = "date",
    done: str = "value",
    low: str | None = None,
    high: str | None = None,
    total: Quantity | float | str | None = None,
    revised: bool | None = None,
    dayfirst: bool | None = None,
    horizon: int = 4,
    min_history: int = 3,
    coverage: float = 0.9,
    draws: int = 2_000,
    seed: int = SEED,
    method: str | Method = "default",
) -> Backtest:
    """Score a forecast on a series that ended: from each date, the next values, with nothing seen of them.

    Parameters
    ----------
    data
        A pandas, polars or pyarrow frame (or a `Drawdown`): dates, in order, and how much was done by each. Dates may
        be ragged. A null value with a lower bound, or a text such as "more than 50 %", is a floor: it
        gives no rate and is not scored.
    time, done
        The columns of dates and of what was done, which never falls.
    low, high
        Columns of bounds of what was done; ``done_low`` and ``done_high`` are used where the frame has them.
    total
        How much there is to be done, where that was known from the start; 100 for percentages, from the first row whose
        text says so on (see `as_series`).
    revised
        True: the published total was corrected downwards at times, so no figure counts for more than what was published
        later: 30, 32, 31, 40 is read as 30, 31, 31, 40. A forecast knows a correction from its own date on, and is
        scored by the corrected figures. False: a figure that falls is refused. None, the default, reads small and rare
        falls as corrections (at most 5 % each, in at most a third of the steps); `series.corrections` names them.
    dayfirst
        Which part of "12/08/2024" is the day; None reads such dates only where some cell makes the order certain.
    horizon
        How many values ahead.
    min_history
        How many values before the first forecast, at least 2.
    coverage
        Coverage of ``low`` and ``high``; 50, 80 and 90 % are always scored.
    draws, seed
        Draws per forecast, and the seed; it has a default, so that a score is the same for everybody.
    method
        "default"; "local level", the pace of `estimate_withdrawal`; the name of a baseline; or a function of
        (history, days ahead, draws, seed) that returns draws of shape (h, draws).

    Returns
    -------
    Backtest
        Forecasts and scores; `str` is one sentence.

    Raises
    ------
    FrameError
        A column is missing, dates are not in order or come twice, a value falls.
    UnknownNameError
        No such method.
    EstimateError
        Too few values, or an argument is out of bounds.

    Notes
    -----
    Rolling origin (Tashman 2000). A forecaster is handed the rows up to the origin and the dates that will be
    reported, and nothing else. Scores: `crps`, `wis`, `pit`.

    Examples
    --------
    >>> from forceflow.evidence.drawdowns import load_drawdown
    >>> score = backtest(load_drawdown("kabul-2021"), min_history=4)
    >>> len(score), score.skill["random walk with drift in days"] > 0
    (26, True)
    """
    check_asked(horizon=horizon, min_history=min_history, coverage=coverage, draws=draws, seed=seed)
    series = as_series(
        data,
        time=time,
        done=done,
        low=low,
        high=high,
        total=total,
        revised=revised,
        dayfirst=dayfirst,
    )
    named, make = _forecaster_of(method)
    known = _known_rows(series, min_history)
    folds = []
    origins = range(min_history, known.size)
    for at in progress(origins, total=len(origins), label="forecasting"):
        # Each forecast sees the rows up to its origin and the days to come, and nothing else.
        rows = int(known[at - 1]), known[at : at + horizon]
        paths = forecast_from(series, *rows, make, draws=draws, seed=seed, named=named)
        folds.append(score_origin(series, *rows, paths, coverage))
    return Backtest(
        method=named,
        horizon=horizon,
        min_history=min_history,
        total=series.total,
        coverage=coverage,
        draws=draws,
        seed=seed,
        series=series,
        **join_folds(folds),
    )


def _forecaster_of(method: str | Method) -> tuple[str, Method]:
    """Name and function of a method."""
    if callable(method):
        return getattr(method, "__name__", "own method"), method
    if method in METHODS:
        return method, METHODS[method]
    if method not in BASELINES:
        raise UnknownNameError("method", method, (*METHODS, *BASELINES))
    name = method

    def draw(history: Series, ahead: Floats, draws: int, seed: int) -> Floats:
        return baseline_draws(name, history, ahead, quantiles=draws)

    return name, draw


def _known_rows(series: Series, min_history: int) -> Ints:
    """Rows with a value; refuses a series of which nothing can be scored."""
    known = np.flatnonzero(series.known)
    if known.size <= min_history:
        raise EstimateError(
            f"{series.name} has {known.size} values; min_history={min_history} needs at least {min_history + 1}"
        )
    if not series.value[known[-1]] > 0:
        raise EstimateError(
            f"nothing was done in {series.name}: all its values are 0, and there is nothing to score"
        )
    return known


def _shares_inside(inside: Bools) -> dict[str, float]:
    """Share of the forecasts in the 50, 80 and 90 % interval."""
    found = {}
    for column, coverage in enumerate(COVERAGES):
        found[f"coverage_{100 * coverage:.0f}"] = float(inside[:, column].mean())
    return found


def _skill_over(mine: Floats, theirs: Floats, pick: Bools) -> float:
    """1 less the ratio of the CRPS, over the forecasts that the baseline could answer; NaN without any."""
    both = pick & ~np.isnan(theirs)
    if not both.any():
        return np.nan
    own, reference = float(mine[both].mean()), float(theirs[both].mean())
    # A baseline without error leaves no ratio.
    if not reference > 0:
        return np.nan
    return 1 - own / reference


def pooled_scores(backtests: Iterable[Backtest], *, min_step: int = 1) -> dict[str, float]:
    """Scores over several series together: each CRPS as a share of what was done there, every forecast alike.

    Returns
    -------
    dict
        ``forecasts``, ``crps_share``, ``coverage_50``, ``_80``, ``_90``, ``pit_mean``, and ``skill over <baseline>``
        over the forecasts that the baseline could answer.
    """
    tests = list(backtests)
    if not tests:
        raise EstimateError("pooled scores need at least one backtest")

    def pooled(value_of: Callable[[Backtest], Any]) -> Any:
        return np.concatenate([value_of(test)[test.step >= min_step] for test in tests])

    # As a share of what was done, so that a large series counts like a small one.
    share = pooled(lambda test: test.crps / test.done)
    scores = {"forecasts": float(share.size), "crps_share": float(share.mean())}
    scores |= _shares_inside(pooled(lambda test: test.inside))
    middle_pit = pooled(lambda test: (test.pit_low + test.pit_high) / 2)
    scores["pit_mean"] = float(middle_pit.mean())
    for name in dict.fromkeys(name for test in tests for name in test.baseline_crps):
        theirs = pooled(partial(_baseline_share, name=name))
        # Only over the forecasts that the baseline could answer.
        both = ~np.isnan(theirs)
        skill = np.nan
        if both.any():
            skill = 1 - float(share[both].mean() / theirs[both].mean())
        scores[f"skill over {name}"] = skill
    return scores


def _baseline_share(test: Backtest, name: str) -> Floats:
    """CRPS of a baseline as a share of what was done; NaN where the test does not have it."""
    missing = np.full(len(test), np.nan)
    return np.asarray(test.baseline_crps.get(name, missing) / test.done)
