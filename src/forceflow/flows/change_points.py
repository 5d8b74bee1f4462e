"""When the pace changed: all partitions of a series into segments of one rate each, weighed exactly."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Floats, Ints
from ..dates import Label, read_moment
from ..errors import EstimateError
from ..evidence.tables.count_series import is_frame, read_series, series_events
from ..evidence.tables.event_frames import backend_of
from ..results.arguments import check_asked
from ..results.estimate import bin_edges
from ..results.range import Range
from .change_point_result import ChangePoints, Segment
from .counts.dispersion import sizes
from .event_counts import arrival_counts
from .partitions import Partitions, whole_counts

__all__ = ["GAP_DAYS", "ChangePoints", "Segment", "change_points"]

_SEED = 2021  # of the versions of counts that words leave open

GAP_DAYS = 60.0
"""Days expected between two changes of pace. A prior with no data behind it: orders, weather or money change about
every two months. It is a chance of change at each boundary of bin width / 60 days; pass your own `gap_days`."""

_MOST_BINS = 4_000
_LEAST_SHAPE = (
    0.02  # rates are read from their 1e-4 point on: at a shape of 0.02, 1e-200 of the mean
)
_UNIT_DAYS = {"h": 1 / 24, "d": 1.0, "w": 7.0, "mo": 365.25 / 12, "q": 365.25 / 4, "y": 365.25}


def change_points(
    series: Any,
    *,
    start: Any = None,
    every: str = "1d",
    exposure: ArrayLike | None = None,
    gap_days: float = GAP_DAYS,
    rate_prior: tuple[float, float] | None = None,
    dispersion: Literal["poisson", "negative-binomial"] | float = "poisson",
    coverage: float = 0.9,
    unit: str = "",
    dayfirst: bool | None = None,
    label: Label | None = None,
) -> ChangePoints:
    """When the rate of a series of counts changed: exact posterior over all partitions.

    Parameters
    ----------
    series
        Counts per bin, shape (n,); or versions of them (draws of uncertain counts or dates), shape (draws, n); or a
        frame with the columns date and count, or count_low and count_high. Versions are equally likely, however evenly
        each runs: all that is answered is averaged over them. Counts of a frame that are left open ("at least 2") are
        drawn in versions, always with the same seed.
    start
        First day of the first bin; without it (and without a frame) bins are known by number.
    every
        Width of a bin, a polars duration; a frame brings its own.
    exposure
        Of each bin, such as observed days, cloud-free passes or active correspondents; 1 by default. Rates are per unit
        of it. More looking is not more flying: leave it out only when the effort was steady.
    gap_days
        Days expected between two changes. This prior matters; see `GAP_DAYS`.
    rate_prior
        Gamma(shape, exposure) of each segment's rate, the shape 0.02 or more; by default worth one event at the mean
        rate of the series.
    dispersion
        "poisson"; "negative-binomial" averages over clumping from slight to heavy (`INFLATIONS`), alike beforehand; a
        number fixes the variance over mean of an average bin (above 1). Clumped counts read as Poisson give false
        changes.
    coverage
        Share between ``low`` and ``high``.
    unit
        Printed behind rates.
    dayfirst
        Of a frame with dates such as "12/08/2024": whether the day comes first; None: as some cell makes certain.
    label
        Of a frame: "left" where a date is the first day of its period, "right" where it is the last. None takes Mondays
        as first days and the last days of months as last days, and refuses weeks labelled by other days.

    Returns
    -------
    ChangePoints
        Evidence, number of changes, chance of a change at each bin, rate curve, most probable partition.

    Raises
    ------
    EstimateError
        Counts that are not whole, below 0 or above 50 million in all, fewer than 2 or more than 4,000 bins, a prior out
        of bounds, or counts where nothing could be seen.

    Notes
    -----
    Fearnhead, Statistics and Computing 16 (2006), with a constant chance of change (bin / gap) at each boundary; the
    evidence is that of Adams & MacKay (2007) with that hazard. The negative binomial has size ``k m`` for exposure m
    with rate / k ~ BetaPrime(shape, k * exposure) in each segment: conjugate, and the gamma prior for large k.

    Of versions, probabilities of partitions are the mean; `segments` is the most probable way through the chain of
    boundaries that has the mean probability of each segment (of one version, exactly the most probable partition), and
    the rate of a segment is the mixture of its rates in the versions.

    Examples
    --------
    >>> found = change_points([9, 12, 10, 11, 8, 10, 2, 1, 3, 2, 1, 2], start="2025-01-01")
    >>> "partition changes at 2025-01-07" in str(found)
    True
    """
    counted = _read_counts(series, dayfirst=dayfirst, label=label)
    counts, n = counted.counts, counted.counts.shape[1]
    if not 2 <= n <= _MOST_BINS:
        raise EstimateError(f"2 to {_MOST_BINS:,} bins were wanted, got {n:,}; choose a wider bin")
    edges = counted.edges
    if start is not None and not edges:
        edges = _make_edges(start, every, n)
    bin_days = counted.bin_days or _mean_days(every)
    seen = _read_exposure(exposure, counts)
    if not bin_days < gap_days < math.inf:
        raise EstimateError(
            f"gap_days must be longer than a bin of {bin_days:g} days, got {gap_days!r}"
        )
    check_asked(coverage=coverage)
    prior = _read_rate_prior(rate_prior, counts, seen)
    sizes, words = choose_sizes(dispersion, counts, seen)
    return describe_changes(
        Partitions(counts, seen, prior, sizes, bin_days / gap_days),
        edges=edges,
        draws=counts.shape[0],
        gap_days=gap_days,
        bin_days=bin_days,
        dispersion=words,
        coverage=coverage,
        unit=unit or ("per bin" if exposure is None else "per unit of exposure"),
        backend=counted.backend,
    )


class _Counted(NamedTuple):
    """Versions of the counts, shape (draws, n), and what a frame says of its bins; 0 days where there is none."""

    counts: Ints
    edges: tuple[dt.datetime, ...] = ()
    bin_days: float = 0.0
    backend: str = "polars"


def _read_counts(series: Any, *, dayfirst: bool | None, label: Label | None) -> _Counted:
    """Counts of a frame or an array; where words or bounds leave some open, equally likely versions of them."""
    if not is_frame(series):
        return _Counted(np.atleast_2d(whole_counts(series)))
    frame = read_series(series, dayfirst=dayfirst, label=label)
    counts: Floats | Ints = frame.counts
    if not all(quantity.low == quantity.high for quantity in frame.quantities):
        events = series_events(series, dayfirst=dayfirst, label=label)
        counts = arrival_counts(events, frame.edges, seed=_SEED)
    versions = np.atleast_2d(whole_counts(counts))
    first, *_, last = frame.edges
    days = (last - first).total_seconds() / 86_400
    return _Counted(
        counts=versions,
        edges=frame.edges,
        bin_days=days / versions.shape[1],
        backend=backend_of(series),
    )


def _read_exposure(exposure: ArrayLike | None, counts: Ints) -> Floats:
    """Exposure of each bin, 1 where none is given, shape (n,)."""
    n = counts.shape[1]
    if exposure is None:
        return np.ones(n)
    given = np.asarray(exposure, dtype=np.float64)
    if given.shape not in ((), (1,), (n,)):
        raise EstimateError(
            f"one exposure for each of {n} bins was wanted, got shape {given.shape}"
        )
    seen = np.array(np.broadcast_to(given, n))
    is_exposure = np.isfinite(seen) & (seen >= 0)
    if not bool(is_exposure.all()) or not seen.sum() > 0:
        raise EstimateError("exposures are numbers of 0 or above, not all 0")
    blind = (seen == 0) & (counts > 0).any(axis=0)
    if bool(blind.any()):
        raise EstimateError(
            f"something was counted in bin {int(np.argmax(blind))}, where the exposure is 0"
        )
    return seen


def _read_rate_prior(
    given: tuple[float, float] | None, counts: Ints, seen: Floats
) -> tuple[float, float]:
    """Gamma(shape, exposure) of the rate of a segment; by default one event at the mean rate of the series."""
    mean_count = float(counts.sum()) / counts.shape[0]
    prior = given or (1.0, float(seen.sum()) / max(mean_count, 1.0))
    if len(prior) != 2 or not (_LEAST_SHAPE <= prior[0] < math.inf and 0 < prior[1] < math.inf):
        raise EstimateError(
            f"rate_prior is Gamma(shape, exposure) with a shape of {_LEAST_SHAPE} or more and an exposure above 0, "
            f"got {given!r}"
        )
    return prior


def _mean_days(every: str) -> float:
    """Mean days of a duration."""
    # Cutting one day refuses what is no duration, with the message of all bins.
    day = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    bin_edges(day, day + dt.timedelta(days=1), every=every)
    digits = every.rstrip("hdwmoqy")
    unit = every.removeprefix(digits)
    return int(digits) * _UNIT_DAYS[unit]


def _make_edges(start: Any, every: str, n: int) -> tuple[dt.datetime, ...]:
    """Edges of `n` bins from a first day on."""
    first = read_moment(start, name="start", error=EstimateError)
    # Months and years are uneven: a margin, then the first n bins.
    days = _mean_days(every) * (n + 3) + 40
    edges = bin_edges(first, first + dt.timedelta(days=days), every=every)
    return edges[: n + 1]


def choose_sizes(dispersion: str | float, counts: Ints, seen: Floats) -> tuple[Floats, str]:
    """Sizes of the negative binomial per unit of exposure, infinite for Poisson, and words for it."""
    if dispersion == "poisson":
        return np.array([np.inf]), "poisson"
    if dispersion == "negative-binomial":
        return sizes(counts, exposure=seen), "negative binomial"
    if isinstance(dispersion, (int, float)) and 1 < dispersion < math.inf:
        # Inflation of an average bin is 1 + rate / size.
        rate = max(float(counts.sum()), 0.5) / counts.shape[0] / float(seen.sum())
        words = f"negative binomial, variance over mean {dispersion:g}"
        return np.array([rate / (dispersion - 1)]), words
    raise EstimateError(
        f"dispersion {dispersion!r} is none of 'poisson', 'negative-binomial', or a number above 1"
    )


def describe_changes(
    post: Partitions,
    *,
    edges: tuple[dt.datetime, ...],
    draws: int,
    coverage: float,
    unit: str,
    **given: Any,
) -> ChangePoints:
    """The answer of `change_points` from the posterior over partitions."""
    curve = post.curve(coverage)
    notes = [*_spread_notes(post, given["dispersion"])]
    if draws > 1:
        notes.append(f"averaged over {draws} versions of the counts, all equally likely")
    notes.append(
        f"prior: a change every {given['gap_days']:g} days, rates Gamma({post.prior[0]:g}, "
        f"{post.prior[1]:.3g}) in each segment"
    )
    return ChangePoints(
        counts=post.alike @ post.versions,
        exposure=post.exposure,
        edges=edges,
        log_evidence=post.evidence.log_all,
        log_evidence_none=post.evidence.log_none,
        log_unchanged=post.evidence.log_unchanged,
        number=post.number,
        change=post.change,
        low=curve.low,
        middle=curve.middle,
        high=curve.high,
        mean=curve.mean,
        segments=tuple(_list_segments(post, edges, coverage, unit)),
        rate_prior=post.prior,
        coverage=coverage,
        unit=unit,
        notes=tuple(notes),
        parts=(post.segments.begin, post.segments.end, post.segments.weight),
        **given,
    )


def _list_segments(
    post: Partitions, edges: tuple[dt.datetime, ...], coverage: float, unit: str
) -> Iterator[Segment]:
    """The parts of the most probable partition, each with its rate."""
    rates = post.cut_rates.quantiles(coverage)
    cuts = pairwise(post.cuts.tolist())
    for (first, last), (low, middle, high) in zip(cuts, rates, strict=True):
        start, stop = None, None
        if edges:
            start, stop = edges[first], edges[last]
        yield Segment(
            first=first,
            last=last,
            start=start,
            stop=stop,
            rate=Range(low, middle, high, unit),
        )


def _spread_notes(post: Partitions, dispersion: str) -> Iterator[str]:
    """Under Poisson, how much the counts scatter within the segments, with a warning where it is too much."""
    if dispersion != "poisson":
        return
    spread = spread_within_segments(post)
    note = f"variance over mean within the segments: {spread:.2f} (Poisson: 1)"
    if spread > 1.5:
        note += "; clumped counts give false changes: try dispersion='negative-binomial'"
    yield note


def spread_within_segments(post: Partitions) -> float:
    """Variance over mean of the counts about the rates of the most probable partition, the mean over versions.

    Notes
    -----
    Pearson's chi-squared over the bins with exposure less the number of segments.
    """
    live = post.exposure > 0
    lengths = np.diff(post.cuts)
    rates = np.repeat(post.cut_rates.means(), lengths, axis=1)
    expected = (rates * post.exposure)[:, live]
    misses = post.versions[:, live] - expected
    squares = (misses**2 / expected).sum(axis=1)
    freedom = max(int(live.sum()) - lengths.size, 1)
    return float(post.alike @ (squares / freedom))
