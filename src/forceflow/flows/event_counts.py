"""Movements as arrivals in time: whole counts per bin, the days anybody looked, and packets that fly together."""

from __future__ import annotations

import datetime as dt
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
from .event_draws import Flows, Measure, prepare

__all__ = [
    "LEAST_BINS",
    "VERSIONS",
    "ObservedDays",
    "Spans",
    "arrival_counts",
    "clump_edges",
    "clumping",
    "observed_exposure",
    "packet_draws",
]

Edges = tuple[dt.datetime, ...]
ObservedDays = float | Mapping[Any, float] | None
Spans = tuple[tuple[dt.datetime, dt.datetime], ...]
"""Stretches of time, half-open, in order and without overlap."""

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
    stamps = np.array([edge.timestamp() for edge in edges]) / 86_400
    if span is not None:
        stamps = np.clip(stamps, span[0].timestamp() / 86_400, span[1].timestamp() / 86_400)
    days = _observed(stamps, observed_days)
    if not blind and not bool(days.all()):
        dark = edges[int(np.argmin(days))]
        raise EstimateError(f"nobody looked in the bin from {dark:%Y-%m-%d}: choose a wider bin")
    for start, stop in unwatched:
        days -= _observed(
            np.clip(stamps, start.timestamp() / 86_400, stop.timestamp() / 86_400), observed_days
        )
    return np.where(days < 1e-9, 0.0, days)


def _observed(stamps: Floats, observed_days: ObservedDays) -> Floats:
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
        day = read_day(key, name="observed_days", error=EstimateError)
        if not isinstance(share, (int, float)) or not 0 <= share <= 1:
            raise EstimateError(
                f"observed_days: the share of {day} lies between 0 and 1, got {share!r}"
            )
        at = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp() / 86_400
        days -= (1 - share) * np.maximum(
            np.minimum(at + 1, stamps[1:]) - np.maximum(at, stamps[:-1]), 0.0
        )
    return np.where(days < 1e-9, 0.0, days)


def arrival_counts(
    events: tuple[FlowEvent, ...], edges: Edges, *, seed: int, versions: int = VERSIONS
) -> Ints:
    """Versions of the movements per bin, shape (versions, bins): count drawn, made whole, dates drawn in the window.

    Notes
    -----
    The counts are the first draws of the estimate itself. Each movement of a stream has its own moment; what happened
    at one unknown moment stays together.
    """
    from ..kernels.addressed import uniforms

    flows = prepare(events, measure="movements")
    stamps = np.array([edge.timestamp() for edge in edges])
    out = np.zeros((versions, stamps.size - 1), dtype=np.int64)
    for row, event in enumerate(flows.events):
        amount = flows.draws((edges[0], edges[-1]), draws=versions, seed=seed, only=[row])[0]
        whole = np.floor(
            amount + uniforms(seed, "arrivals whole", event.event_id, versions)
        ).astype(np.int64)
        each = np.repeat(np.arange(versions), whole if event.is_stream else 1)
        u = uniforms(seed, "arrivals", event.event_id, max(each.size, 1))[: each.size]
        begin, end = event.start.timestamp(), event.stop.timestamp()
        bins = np.clip(
            np.searchsorted(stamps, begin + u * (end - begin), side="right") - 1,
            0,
            out.shape[1] - 1,
        )
        np.add.at(out, (each, bins), 1 if event.is_stream else whole)
    return out


def clump_edges(events: Sequence[FlowEvent], start: dt.datetime, stop: dt.datetime) -> Edges:
    """Edges of the bins in which clumps are looked for: of the record alone, whatever width the answer is asked in.

    Notes
    -----
    Days in a span below six weeks, else weeks; not below the median length of the streams, inside which movements are
    spread evenly for want of knowledge.
    """
    days = (stop - start).total_seconds() / 86_400
    long = [
        (event.stop - event.start).total_seconds() / 86_400 for event in events if event.is_stream
    ]
    width = max(1 if days < 42 else 7, int(np.ceil(np.median(long))) if long else 1)
    count = max(int(np.ceil(days / width)), 1)
    return (*(start + i * dt.timedelta(days=width) for i in range(count)), stop)


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
    from ..kernels.addressed import uniforms

    seen = exposure > 0
    counts, exposure = counts[:, seen], exposure[seen]
    some, times = np.unique(counts[counts.sum(axis=1) > 0], axis=0, return_counts=True)
    if not some.size or counts.shape[1] < 2:
        return None, "poisson" if dispersion == "auto" else dispersion, np.ones(draws)
    tests = [dispersion_test(row, exposure=exposure) for row in some]
    order = sorted(range(len(tests)), key=lambda i: tests[i].statistic)
    at = order[int(np.searchsorted(np.cumsum(times[order]), times.sum() / 2))]
    test, middle = tests[at], some[at]
    many = test.bins >= LEAST_BINS or is_obvious(middle, exposure=exposure)
    used = (
        dispersion
        if dispersion != "auto"
        else "negative-binomial"
        if many and test.is_clumped
        else "poisson"
    )
    if dispersion == "poisson" or (dispersion == "auto" and not many):
        return test, used, np.ones(draws)
    prior = 0.5 if used == "poisson" else 0.0
    inflations = inflations_for(middle, exposure=exposure)
    each = [
        inflation_posterior(row, exposure=exposure, poisson=prior, inflations=inflations)
        for row in some
    ]
    weight = np.cumsum(np.average(each, axis=0, weights=times))
    chosen = np.searchsorted(weight, uniforms(seed, "inflation", way, draws), side="right")
    return test, used, np.array([1.0, *inflations])[np.minimum(chosen, weight.size - 1)]


def packet_draws(
    amounts: Flows,
    events: tuple[FlowEvent, ...],
    edges: Edges,
    exposure: Floats,
    *,
    measure: Measure,
    draws: int,
    seed: int,
    way: str,
) -> Floats:
    """Draws of the rate where what happened at one moment is one packet, shape (bins, draws).

    Notes
    -----
    Compound Poisson: the rate of packets is Gamma(packets + 1/2) / exposure, times their mean size with the weights of
    the Bayesian bootstrap; together, the sum of size x exponential over packets, and half a packet of mean size.
    """
    from scipy.special import gammaincinv

    from ..kernels.addressed import uniforms

    counts = prepare(events, measure="movements")
    row_of = {event.event_id: row for row, event in enumerate(counts.events)}
    stamps = np.array([edge.timestamp() for edge in edges])
    out, total, packets = np.zeros((exposure.size, draws)), np.zeros(draws), np.zeros(draws)
    for row, event in enumerate(amounts.events):
        first = max(int(np.searchsorted(stamps, event.start.timestamp(), side="right")) - 1, 0)
        last = max(int(np.searchsorted(stamps, event.stop.timestamp(), side="left")), first + 1)
        amount = amounts.draws(edges[first : last + 1], draws=draws, seed=seed, only=[row])
        total += amount.sum(axis=0)
        if not event.is_stream or event.event_id not in row_of:
            packets += 1
            e = -np.log1p(-uniforms(seed, "packet", event.event_id, draws))
            out[first:last] += e * amount
            continue
        n = (
            amount
            if measure == "movements"
            else counts.draws(
                edges[first : last + 1], draws=draws, seed=seed, only=[row_of[event.event_id]]
            )
        )
        packets += n.sum(axis=0)
        for b in range(last - first):
            u = uniforms(seed, "packets of", f"{event.event_id} {first + b}", draws)
            some = np.maximum(n[b], 1e-9)
            out[first + b] += np.where(n[b] > 0, gammaincinv(some, u) * amount[b] / some, 0.0)
    mean = np.where(packets > 0, total / np.maximum(packets, 1e-9), 0.0)
    for b in range(exposure.size):
        out[b] += (
            gammaincinv(0.5, uniforms(seed, f"half packet {way}", f"{int(stamps[b])}", draws))
            * mean
        )
    return out / exposure[:, None]
