"""Movements as arrivals in time: whole counts per bin, the days anybody looked, and packets that fly together."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..arrays import Floats, Ints
from ..dates import read_day
from ..errors import EstimateError
from ..evidence.events import FlowEvent
from .counts.dispersion import (
    Dispersion,
    dispersion_test,
    inflation_posterior,
    inflations_for,
    is_obvious,
)
from .event_draws import prepare

__all__ = [
    "LEAST_BINS",
    "VERSIONS",
    "ObservedDays",
    "Spans",
    "arrival_counts",
    "clump_edges",
    "clumping",
    "observed_exposure",
]

Edges = tuple[dt.datetime, ...]
ObservedDays = float | Mapping[Any, float] | None
Spans = tuple[tuple[dt.datetime, dt.datetime], ...]
"""Stretches of time, half-open, in order and without overlap."""

_DAY = dt.timedelta(days=1)
_DAY_SECONDS = 86_400
_ROUNDING = 1e-9
"""Fewer days are a rounding error of stamps and no time at all."""

VERSIONS = 20
"""How many versions of the counts (each a draw of what the reports allow) tests, and change points of long series, are
averaged over."""

LEAST_BINS = 5
"""Fewer bins decide nothing about clumping by themselves: the answer would be that of a single odd one."""


def observed_exposure(
    edges: Edges,
    observed_days: ObservedDays,
    *,
    span: tuple[dt.datetime, dt.datetime] | None = None,
    blind: bool = False,
    unwatched: Spans = (),
) -> Floats:
    """Days of each bin on which somebody would have seen a movement, shape (bins,).

    Parameters
    ----------
    edges
        Bin edges, shape (bins + 1,).
    span
        Only what lies in it counts: the rate of the whole span must not hang on the width of its bins. None: every day
        of the bins counts.
    observed_days
        None: all days. A share of each day, above 0 and at most 1. Or a mapping from day ("2025-01-31" or a date) to
        the share of that day; days that are not named count in full.
    blind
        Whether a bin may have no observed day.
    unwatched
        Where nothing was counted. A bin that lies in them has an exposure of 0.

    Raises
    ------
    EstimateError
        A share is out of bounds, a key is no day, or a bin has no observed day.
    """
    stamps = np.array([edge.timestamp() for edge in edges]) / _DAY_SECONDS
    if span is not None:
        stamps = _clip_to_span(stamps, *span)
    days = _observed_days(stamps, observed_days)
    if not blind and not bool(days.all()):
        dark = edges[int(np.argmin(days))]
        raise EstimateError(
            f"no day was observed in the bin from {dark:%Y-%m-%d}: choose a wider bin"
        )
    for start, stop in unwatched:
        days -= _observed_days(_clip_to_span(stamps, start, stop), observed_days)
    return np.where(days < _ROUNDING, 0.0, days)


def _clip_to_span(stamps: Floats, start: dt.datetime, stop: dt.datetime) -> Floats:
    """Stamps in days, moved to the nearer end of a span where they lie outside."""
    return np.clip(stamps, start.timestamp() / _DAY_SECONDS, stop.timestamp() / _DAY_SECONDS)


def _observed_days(stamps: Floats, observed_days: ObservedDays) -> Floats:
    """Observed days between stamps in days, shape (n - 1,)."""
    days: Floats = np.diff(stamps)
    if observed_days is None:
        return days
    if not isinstance(observed_days, Mapping):
        if not isinstance(observed_days, (int, float)) or not 0 < observed_days <= 1:
            raise EstimateError(
                f"observed_days is a share above 0 and at most 1, or a mapping, got {observed_days!r}"
            )
        return days * observed_days
    for key, share in observed_days.items():
        days -= _missed_days(stamps, key, share)
    return np.where(days < _ROUNDING, 0.0, days)


def _missed_days(stamps: Floats, key: Any, share: object) -> Floats:
    """What a day of which only a share was observed takes from the days between stamps, shape (n - 1,)."""
    day = read_day(key, name="observed_days", error=EstimateError)
    if not isinstance(share, (int, float)) or not 0 <= share <= 1:
        raise EstimateError(
            f"observed_days: the share of {day} lies between 0 and 1, got {share!r}"
        )
    midnight = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
    begin = midnight.timestamp() / _DAY_SECONDS
    first = np.maximum(begin, stamps[:-1])
    last = np.minimum(begin + 1, stamps[1:])
    overlap = np.maximum(last - first, 0.0)
    return np.asarray((1 - share) * overlap)


def arrival_counts(
    events: tuple[FlowEvent, ...], edges: Edges, *, seed: int, versions: int = VERSIONS
) -> Ints:
    """Versions of the movements per bin, shape (versions, bins): count drawn, made whole, dates drawn in the window.

    Notes
    -----
    The counts are the first draws of the estimate itself. Each movement of a stream has its own moment; what happened
    at one unknown moment stays together.
    """
    flows = prepare(events, measure="movements")
    stamps = np.array([edge.timestamp() for edge in edges])
    whole = (edges[0], edges[-1])
    each = np.arange(versions)
    out = np.zeros((versions, stamps.size - 1), dtype=np.int64)
    for row, event in enumerate(flows.events):
        (amounts,) = flows.draws(whole, draws=versions, seed=seed, only=[row])
        count = _make_whole(amounts, event, seed=seed)
        if event.is_stream:
            version = np.repeat(each, count)
            bins = _draw_bins(event, stamps, version.size, seed=seed)
            np.add.at(out, (version, bins), 1)
        else:
            bins = _draw_bins(event, stamps, versions, seed=seed)
            np.add.at(out, (each, bins), count)
    return out


def _make_whole(amounts: Floats, event: FlowEvent, *, seed: int) -> Ints:
    """Drawn counts as whole numbers, up or down with the chance that keeps their mean."""
    from ..kernels.addressed import uniforms

    u = uniforms(seed, "arrivals whole", event.event_id, amounts.size)
    return np.floor(amounts + u).astype(np.int64)


def _draw_bins(event: FlowEvent, stamps: Floats, n: int, *, seed: int) -> Ints:
    """The bins of `n` moments drawn in the window of an event, shape (n,)."""
    from ..kernels.addressed import uniforms

    u = uniforms(seed, "arrivals", event.event_id, max(n, 1))[:n]
    begin = event.start.timestamp()
    end = event.stop.timestamp()
    moments = begin + u * (end - begin)
    bins = np.searchsorted(stamps, moments, side="right") - 1
    return np.clip(bins, 0, stamps.size - 2)


def clump_edges(events: Sequence[FlowEvent], start: dt.datetime, stop: dt.datetime) -> Edges:
    """Edges of the bins in which clumps are looked for: of the record alone, whatever width the answer has.

    Notes
    -----
    Days in a span below six weeks, else weeks; not below the median length of the streams, inside which movements are
    spread evenly for want of knowledge.
    """
    days = (stop - start) / _DAY
    width = 1 if days < 42 else 7
    lengths = [(event.stop - event.start) / _DAY for event in events if event.is_stream]
    if lengths:
        usual = float(np.median(lengths))
        width = max(width, math.ceil(usual))
    count = max(math.ceil(days / width), 1)
    edges = [start + i * width * _DAY for i in range(count)]
    return (*edges, stop)


def clumping(
    counts: Ints, exposure: Floats, *, dispersion: str, draws: int, seed: int, way: str
) -> tuple[Dispersion | None, str, Floats]:
    """Dean's test of the middle version, what is used, and draws of variance over mean of a bin, shape (draws,).

    Parameters
    ----------
    counts, exposure
        Versions of the counts, shape (versions, bins), and observed days, shape (bins,); bins without any are left out.
    dispersion
        "poisson", "negative-binomial", or "auto": the second where the test finds clumps, else an average of the two
        by what the counts say of each, alike beforehand; Poisson below `LEAST_BINS` bins, unless `is_obvious` says no.
    """
    none = np.ones(draws)
    is_watched = exposure > 0
    counts, exposure = counts[:, is_watched], exposure[is_watched]
    is_counted = counts.sum(axis=1) > 0
    versions, times = np.unique(counts[is_counted], axis=0, return_counts=True)
    if not versions.size or counts.shape[1] < 2:
        return None, "poisson" if dispersion == "auto" else dispersion, none
    test, middle = _test_middle_version(versions, times, exposure)
    model = _choose_model(dispersion, test, middle, exposure)
    if dispersion == "poisson" or model == "undecided":
        return test, "poisson", none
    # A test that finds nothing proves little: Poisson has half the probability beforehand.
    poisson = 0.5 if model == "poisson" else 0.0
    inflations = inflations_for(middle, exposure=exposure)
    posterior = []
    for row in versions:
        posterior.append(
            inflation_posterior(row, exposure=exposure, poisson=poisson, inflations=inflations)
        )
    weight = np.average(posterior, axis=0, weights=times)
    return test, model, _draw_inflations(inflations, weight, draws=draws, seed=seed, way=way)


def _choose_model(dispersion: str, test: Dispersion, middle: Ints, exposure: Floats) -> str:
    """The model that was given, or the one the test leads to; undecided by too few bins that are not obvious."""
    if dispersion != "auto":
        return dispersion
    if test.bins < LEAST_BINS and not is_obvious(middle, exposure=exposure):
        return "undecided"
    return "negative-binomial" if test.is_clumped else "poisson"


def _test_middle_version(versions: Ints, times: Ints, exposure: Floats) -> tuple[Dispersion, Ints]:
    """Dean's test of the version with the median statistic, and that version."""
    tests = [dispersion_test(row, exposure=exposure) for row in versions]
    order = sorted(range(len(tests)), key=lambda i: tests[i].statistic)
    reached = np.cumsum(times[order])
    half = int(np.searchsorted(reached, reached[-1] / 2))
    middle = order[half]
    return tests[middle], versions[middle]


def _draw_inflations(
    inflations: Floats, weight: Floats, *, draws: int, seed: int, way: str
) -> Floats:
    """Draws of variance over mean by the probability of Poisson, then of each inflation, shape (draws,)."""
    from ..kernels.addressed import uniforms

    reached = np.cumsum(weight)
    row = np.searchsorted(reached, uniforms(seed, "inflation", way, draws), side="right")
    # A uniform may lie above a sum that rounding left below 1.
    row = np.minimum(row, reached.size - 1)
    return np.array([1.0, *inflations])[row]
