"""How good a forecast would have been: rolling origin, nothing seen after it."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays import Floats, Ints
from ..display import brief
from ..errors import EstimateError, UnknownNameError
from ..evidence.tables.event_frames import make_frame
from ..quantity import Quantity
from ..results.arguments import check_asked
from ..results.progress import progress
from .baselines import BASELINES, QUANTILES, baseline_draws
from .forecast import METHODS, SEED
from .scores import LEVELS, Pit, crps, pit, pit_histogram, wis
from .series import Method, Series, as_series

__all__ = ["Backtest", "backtest", "pooled_scores"]

_COVERAGES = (0.5, 0.8, 0.9)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Backtest:
    """Forecasts made from each date of a series, with what happened then, and their scores.

    Every array has one entry per forecast, shape (forecasts,): first by origin, then by step.

    Parameters
    ----------
    method, horizon, min_history, total, coverage, draws, seed
        As asked for.
    series
        What was forecast.
    origin, step, target
        Row of the last date that was used, how many values ahead, and the row that was forecast.
    observed
        What had been done by the target date.
    middle, low, high
        Median, and interval of the asked coverage.
    crps, wis
        Scores, in the unit of the series; 0 is perfect.
    pit_low, pit_high
        Chance the forecast gave to less than, and to at most, what happened.
    inside
        Whether it lay in the 50, 80 and 90 % interval, and in the asked one; shape (forecasts, 4).
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
    inside: NDArray[np.bool_]
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
        return {int(h): self._scores(self.step == h) for h in np.unique(self.step)}

    @property
    def skill(self) -> dict[str, float]:
        """Skill over each baseline; NaN for one that could not answer."""
        return {name: self.scores[f"skill over {name}"] for name in self.baseline_crps}

    @property
    def pit_histogram(self) -> Floats:
        """Share of the forecasts in each tenth of the probability integral transform; all near 0.1 when honest."""
        return pit_histogram(Pit(self.pit_low, self.pit_high))

    def _scores(self, pick: NDArray[np.bool_]) -> dict[str, float]:
        mean = float(self.crps[pick].mean())
        miss = self.middle[pick] - self.observed[pick]
        out = {
            "forecasts": float(pick.sum()),
            "crps": mean,
            "crps_share": mean / self.done,
            "wis": float(self.wis[pick].mean()),
            "bias": float(miss.mean()),
            "bias_share": float(miss.mean()) / self.done,
            "absolute_error": float(np.abs(miss).mean()),
            "pit_mean": float((self.pit_low[pick] + self.pit_high[pick]).mean() / 2),
        }
        out |= {
            f"coverage_{c:.0%}"[:-1]: float(self.inside[pick, k].mean())
            for k, c in enumerate(_COVERAGES)
        }
        for name, values in self.baseline_crps.items():
            both = pick & ~np.isnan(values)
            theirs = float(values[both].mean()) if both.any() else np.nan
            out[f"skill over {name}"] = (
                1 - float(self.crps[both].mean()) / theirs if theirs > 0 else np.nan
            )
        return out

    def to_frame(self, *, backend: str | None = None) -> Any:
        """One row per forecast.

        Columns: origin, target (dates), step, observed, low, middle, high, crps, wis, pit_low, pit_high, inside_50,
        inside_80, inside_90, inside, and the CRPS of each baseline as "crps <name>".
        """
        dates = self.series.dates
        columns: dict[str, Any] = {
            "origin": [dates[i] for i in self.origin],
            "target": [dates[i] for i in self.target],
            "step": self.step.tolist(),
        }
        for name in ("observed", "low", "middle", "high", "crps", "wis", "pit_low", "pit_high"):
            columns[name] = getattr(self, name).tolist()
        for k, name in enumerate(("inside_50", "inside_80", "inside_90", "inside")):
            columns[name] = self.inside[:, k].tolist()
        columns |= {f"crps {name}": values.tolist() for name, values in self.baseline_crps.items()}
        return make_frame(columns, backend=backend or self.series.backend)

    __repr__ = brief

    def __str__(self) -> str:
        scores, first = self.scores, next(iter(self.baseline_crps), None)
        skill = scores.get(f"skill over {first}", np.nan)
        against = f", {skill:+.0%} skill over the {first}" if np.isfinite(skill) else ""
        left = (
            f"; {len(self.floors)} dates with only a floor were not scored" if self.floors else ""
        )
        return (
            f"backtest ({self.method}) of {self.series.name}: {len(self)} forecasts, 1 to {int(self.step.max())} steps "
            f"ahead from {np.unique(self.origin).size} origins, CRPS {scores['crps']:.4g} ({scores['crps_share']:.1%} "
            f"of what was done){against}; {scores['coverage_90']:.0%} in the 90 % interval{left}"
        )

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
        Columns of bounds of what was done; ``done_low`` and ``done_high`` are used where they stand.
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
        A column is missing, dates are not in order or stand twice, a value falls.
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
    named, make = _maker(method)
    known = np.flatnonzero(series.known)
    if known.size <= min_history:
        raise EstimateError(
            f"{series.name} has {known.size} values; min_history={min_history} needs at least {min_history + 1}"
        )
    if not series.value[known[-1]] > 0:
        raise EstimateError(
            f"nothing was done in {series.name}: all its values are 0, and there is nothing to score"
        )
    rows: list[tuple[int, int, int]] = []
    parts: dict[str, list[Any]] = {
        name: [] for name in ("observed", "ends", "crps", "wis", "low", "high", "inside")
    }
    theirs: dict[str, list[Floats]] = {
        name: [] for name in BASELINES if name != "logistic" or series.total is not None
    }
    floors: list[tuple[dt.datetime, float]] = []
    tail = (1 - coverage) / 2
    ends = [p for c in (*_COVERAGES, coverage) for p in ((1 - c) / 2, (1 + c) / 2)]
    origins = range(min_history, known.size)
    for at in progress(origins, total=len(origins), label="forecasting"):
        origin = int(known[at - 1])
        history = series.until(origin + 1)
        targets = known[at : at + horizon]
        ahead = series.days[origin + 1 : targets[-1] + 1] - series.days[origin]
        # Its own copy: what a forecaster does to it reaches neither the next origin nor the baselines.
        paths = make(series.until(origin + 1), ahead.copy(), draws, seed)
        if paths.shape[0] != ahead.size or np.isnan(paths).any():
            raise EstimateError(
                f"{named} gave draws of shape {paths.shape}; ({ahead.size}, draws) without NaN was wanted"
            )
        # A run of floors is judged once, from the last value before it.
        for row in range(origin + 1, int(targets[0])):
            floors.append(
                (series.dates[row], float((paths[row - origin - 1] >= series.low[row]).mean()))
            )
        pick = targets - origin - 1
        mine, truth = paths[pick], series.value[targets]
        edges = np.quantile(mine, ends, axis=1)
        slack = 1e-9 * max(float(np.abs(truth).max()), 1e-300)
        rows += [(origin, h, int(row)) for h, row in enumerate(targets, 1)]
        parts["observed"].append(truth)
        parts["ends"].append(np.quantile(mine, (tail, 0.5, 1 - tail), axis=1).T)
        parts["crps"].append(crps(mine, observed=truth))
        parts["wis"].append(wis(np.quantile(mine, LEVELS, axis=1).T, observed=truth))
        chance = pit(mine, observed=truth)
        parts["low"].append(chance.low)
        parts["high"].append(chance.high)
        parts["inside"].append(((edges[0::2] - slack <= truth) & (truth <= edges[1::2] + slack)).T)
        for name, values in theirs.items():
            values.append(_rival(name, history, ahead, pick, truth))
    joined = {name: np.concatenate(values) for name, values in parts.items()}
    at_rows = np.array(rows, dtype=np.int64)
    return Backtest(
        method=named,
        horizon=horizon,
        min_history=min_history,
        total=series.total,
        coverage=coverage,
        draws=draws,
        seed=seed,
        series=series,
        origin=at_rows[:, 0],
        step=at_rows[:, 1],
        target=at_rows[:, 2],
        observed=joined["observed"],
        low=joined["ends"][:, 0],
        middle=joined["ends"][:, 1],
        high=joined["ends"][:, 2],
        crps=joined["crps"],
        wis=joined["wis"],
        pit_low=joined["low"],
        pit_high=joined["high"],
        inside=joined["inside"],
        baseline_crps={name: np.concatenate(values) for name, values in theirs.items()},
        floors=tuple(date for date, _ in floors),
        floors_chance=np.array([chance for _, chance in floors]),
    )


def _maker(method: str | Method) -> tuple[str, Method]:
    """Name and function of a method."""
    if callable(method):
        return getattr(method, "__name__", "own method"), method
    if method in METHODS:
        return method, METHODS[method]
    if method in BASELINES:
        name = method
        return name, lambda history, ahead, draws, seed: baseline_draws(
            name, history, ahead, quantiles=draws
        )
    raise UnknownNameError("method", method, (*METHODS, *BASELINES))


def _rival(name: str, history: Series, ahead: Floats, pick: Ints, truth: Floats) -> Floats:
    """CRPS of a baseline; NaN where it cannot answer."""
    # A baseline knows no floors: a random walk in steps takes one step per value.
    try:
        draws = baseline_draws(name, history, ahead[pick], quantiles=QUANTILES)
    except EstimateError:
        return np.full(truth.shape, np.nan)
    return np.asarray(crps(draws, observed=truth))


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
    picks = [test.step >= min_step for test in tests]
    share = np.concatenate(
        [test.crps[pick] / test.done for test, pick in zip(tests, picks, strict=True)]
    )
    inside = np.concatenate([test.inside[pick] for test, pick in zip(tests, picks, strict=True)])
    middle = np.concatenate(
        [(t.pit_low + t.pit_high)[pick] / 2 for t, pick in zip(tests, picks, strict=True)]
    )
    out = {"forecasts": float(share.size), "crps_share": float(share.mean())}
    out |= {f"coverage_{c:.0%}"[:-1]: float(inside[:, k].mean()) for k, c in enumerate(_COVERAGES)}
    out["pit_mean"] = float(middle.mean())
    for name in dict.fromkeys(name for test in tests for name in test.baseline_crps):
        theirs = np.concatenate(
            [
                test.baseline_crps.get(name, np.full(len(test), np.nan))[pick] / test.done
                for test, pick in zip(tests, picks, strict=True)
            ]
        )
        both = ~np.isnan(theirs)
        out[f"skill over {name}"] = (
            1 - float(share[both].mean() / theirs[both].mean()) if both.any() else np.nan
        )
    return out
