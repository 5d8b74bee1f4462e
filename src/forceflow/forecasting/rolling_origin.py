"""One origin of a backtest: the forecast made from it, with nothing seen of what came after, and its scores."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from ..arrays import Bools, Floats, Ints
from ..errors import EstimateError
from .baselines import BASELINES, QUANTILES, baseline_draws
from .scores import LEVELS, crps, pit, wis
from .series import Method, Series

__all__ = ["COVERAGES", "Fold", "forecast_from", "join_folds", "score_origin"]

COVERAGES = (0.5, 0.8, 0.9)
"""Coverages of the intervals that are always scored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """The forecasts from one origin and their scores; fields as in `Backtest`."""

    origin: Ints
    step: Ints
    target: Ints
    observed: Floats
    low: Floats
    middle: Floats
    high: Floats
    crps: Floats
    wis: Floats
    pit_low: Floats
    pit_high: Floats
    inside: Bools
    baseline_crps: dict[str, Floats]
    floors: list[dt.datetime]
    floors_chance: Floats


def join_folds(folds: Sequence[Fold]) -> dict[str, Any]:
    """The fields of all folds, end to end."""
    joined: dict[str, Any] = {}
    for name in (field.name for field in fields(Fold)):
        parts = [getattr(fold, name) for fold in folds]
        if name == "floors":
            joined[name] = tuple(itertools.chain.from_iterable(parts))
        elif name == "baseline_crps":
            joined[name] = {
                baseline: np.concatenate([part[baseline] for part in parts])
                for baseline in parts[0]
            }
        else:
            joined[name] = np.concatenate(parts)
    return joined


def _days_ahead(series: Series, origin: int, last: int) -> Floats:
    """Days from an origin to each row after it, up to the last that is forecast."""
    days = series.days[origin + 1 : last + 1] - series.days[origin]
    return np.asarray(days)


def forecast_from(
    series: Series,
    origin: int,
    targets: Ints,
    make: Method,
    *,
    draws: int,
    seed: int,
    named: str,
) -> Floats:
    """Draws for each row from the origin to the last target, shape (rows, draws)."""
    ahead = _days_ahead(series, origin, int(targets[-1]))
    # Its own copy: what a forecaster does to it reaches neither the next origin nor the baselines.
    paths = make(series.until(origin + 1), ahead.copy(), draws, seed)
    if paths.shape[0] != ahead.size or np.isnan(paths).any():
        raise EstimateError(
            f"{named} gave draws of shape {paths.shape}; ({ahead.size}, draws) without NaN was wanted"
        )
    return paths


def score_origin(
    series: Series, origin: int, targets: Ints, paths: Floats, coverage: float
) -> Fold:
    """Score the forecasts from one origin."""
    pick = targets - origin - 1
    mine, truth = paths[pick], series.value[targets]
    tail = (1 - coverage) / 2
    levels = (tail, 0.5, 1 - tail)
    low, middle, high = np.quantile(mine, levels, axis=1)
    chance = pit(mine, observed=truth)
    # A run of floors is judged once, from the last value before it.
    floors = range(origin + 1, int(targets[0]))
    return Fold(
        origin=np.full(targets.size, origin, dtype=np.int64),
        step=np.arange(1, targets.size + 1, dtype=np.int64),
        target=targets.astype(np.int64),
        observed=truth,
        low=low,
        middle=middle,
        high=high,
        crps=crps(mine, observed=truth),
        wis=wis(np.quantile(mine, LEVELS, axis=1).T, observed=truth),
        pit_low=chance.low,
        pit_high=chance.high,
        inside=_is_inside(mine, truth, coverage),
        baseline_crps=_score_baselines(series, origin, targets),
        floors=[series.dates[row] for row in floors],
        floors_chance=_chances_of(paths, series.low[floors.start : floors.stop]),
    )


def _is_inside(draws: Floats, truth: Floats, coverage: float) -> Bools:
    """Whether what happened lies in each of the intervals, shape (forecasts, 4)."""
    ends: list[float] = []
    for share in (*COVERAGES, coverage):
        ends += [(1 - share) / 2, (1 + share) / 2]
    edges = np.quantile(draws, ends, axis=1)
    # The end of an interval may differ from an equal observation in its last digits.
    slack = 1e-9 * max(float(np.abs(truth).max()), 1e-300)
    low, high = edges[0::2] - slack, edges[1::2] + slack
    inside = (low <= truth) & (truth <= high)
    return np.asarray(inside.T)


def _chances_of(paths: Floats, floors: Floats) -> Floats:
    """Chance that the forecast gives to each of the floors after the origin, or more."""
    before_target = paths[: floors.size]
    return np.asarray((before_target >= floors[:, None]).mean(axis=1))


def _score_baselines(series: Series, origin: int, targets: Ints) -> dict[str, Floats]:
    """CRPS of each baseline that may answer for the series; the logistic one needs a total."""
    history = series.until(origin + 1)
    # A baseline knows no floors: a random walk in steps takes one step per value.
    ahead = _days_ahead(series, origin, int(targets[-1]))[targets - origin - 1]
    names = [name for name in BASELINES if name != "logistic" or series.total is not None]
    return {name: _score_baseline(name, history, ahead, series.value[targets]) for name in names}


def _score_baseline(name: str, history: Series, ahead: Floats, truth: Floats) -> Floats:
    """CRPS of a baseline; NaN where it cannot answer."""
    try:
        draws = baseline_draws(name, history, ahead, quantiles=QUANTILES)
    except EstimateError:
        return np.full(truth.shape, np.nan)
    return np.asarray(crps(draws, observed=truth))
