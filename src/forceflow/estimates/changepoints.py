"""When the pace changed: all partitions of a series into segments of one rate each, weighed exactly."""

from __future__ import annotations

import datetime as dt
import html
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import EstimateError
from ..evidence.frames import backend_of, make_frame
from ..evidence.series import is_frame, read_series
from .dispersion import sizes
from .range import Range
from .result import bin_edges

__all__ = ["GAP_DAYS", "ChangePoints", "ChangeScan", "Segment", "change_points", "scan_changes"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

GAP_DAYS = 60.0
"""Days expected between two changes of pace. A prior with no data behind it: orders, weather and money change about every
two months. It enters as a chance of change per bin of width / 60 days, whatever the bin; pass your own `gap_days`."""

_MOST_BINS = 4_000
_UNIT_DAYS = {"h": 1 / 24, "d": 1.0, "w": 7.0, "mo": 365.25 / 12, "q": 365.25 / 4, "y": 365.25}


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of one rate in the most probable partition.

    Parameters
    ----------
    first, last
        Numbers of its first bin, and of the bin after its last.
    start, stop
        The same as moments, where the series has dates.
    rate
        Per unit of exposure.
    """

    first: int
    last: int
    start: dt.datetime | None
    stop: dt.datetime | None
    rate: Range


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChangePoints:
    """Where a rate changed, and how sure that is.

    Parameters
    ----------
    counts, exposure
        The series, shape (n,); the mean over draws where several were given.
    edges
        Moments between bins, shape (n + 1,); empty for a series without dates.
    log_evidence, log_evidence_none
        Log probability of the counts under all partitions weighed by the prior, and under none but the whole.
    number
        Probability of 0, 1, 2, ... changes, shape (up to 21,); the last holds "that many or more" where it is cut.
    change
        Probability that bin i begins a new segment, shape (n,); 0 for the first.
    low, middle, high, mean
        Rate per unit of exposure in each bin, averaged over partitions, shape (n,). `mean` may be infinite under very clumped
        negative binomials.
    segments
        The most probable single partition. A picture, not the answer: other partitions may be nearly as probable.
    gap_days, bin_days
        Expected days between changes (prior) and days of a bin; their ratio is the chance of a change at each boundary.
    rate_prior
        Gamma(shape, exposure) of the rate of each segment.
    dispersion
        "poisson", or the expected variance over mean of a bin within segments.
    notes
        What the reader should know.
    """

    counts: Floats
    exposure: Floats
    edges: tuple[dt.datetime, ...]
    log_evidence: float
    log_evidence_none: float
    number: Floats
    change: Floats
    low: Floats
    middle: Floats
    high: Floats
    mean: Floats
    segments: tuple[Segment, ...]
    gap_days: float
    bin_days: float
    rate_prior: tuple[float, float]
    dispersion: str
    coverage: float
    unit: str
    notes: tuple[str, ...] = ()
    backend: str = "polars"
    parts: tuple[Ints, Ints, Floats] = field(repr=False)

    @property
    def probability(self) -> float:
        """Probability of at least one change."""
        return float(1 - self.number[0])

    @property
    def log_bayes_factor(self) -> float:
        """Log of the evidence for one or more changes over that for none; positive speaks for change."""
        none = (self.counts.size - 1) * math.log1p(-self.bin_days / self.gap_days)
        with np.errstate(divide="ignore"):
            return float(np.log1p(-self.number[0]) - np.log(self.number[0]) - (math.log(-math.expm1(none)) - none))

    @property
    def dates(self) -> tuple[dt.datetime, ...]:
        """Moments at which the most probable partition changes its rate."""
        return tuple(part.start for part in self.segments[1:] if part.start is not None)

    def probability_between(self, start: Any, stop: Any) -> float:
        """Probability that the rate changed at a boundary in [start, stop).

        Parameters
        ----------
        start, stop
            Days ("2025-01-15"), dates or moments; bin numbers where the series has no dates. A change "at bin i" means that
            bin i is the first of the new rate.
        """
        first, last = max(self._bin(start), 1), min(self._bin(stop), self.counts.size)
        begin, end, p = self.parts
        if last <= first:
            return 0.0
        # No boundary at first, ..., last - 1: one segment reaches from before `first` to `last` or beyond.
        return float(max(0.0, 1 - p[(begin < first) & (end >= last)].sum()))

    def _bin(self, moment: Any) -> int:
        if not self.edges:
            if isinstance(moment, (int, np.integer)):
                return int(moment)
            raise EstimateError(f"the series has no dates: give bin numbers 0 to {self.counts.size}, not {moment!r}")
        at = _moment(moment)
        return int(np.searchsorted([edge.timestamp() for edge in self.edges], at.timestamp(), side="left"))

    def to_frame(self, *, backend: str | None = None) -> Any:
        """One row per bin: bin (or start, stop), count, exposure, change, low, middle, high, mean, unit."""
        n = self.counts.size
        columns: dict[str, Sequence[Any]] = {"bin": list(range(n))}
        if self.edges:
            columns |= {"start": list(self.edges[:-1]), "stop": list(self.edges[1:])}
        names = ("counts", "exposure", "change", "low", "middle", "high", "mean")
        columns |= {("count" if name == "counts" else name): getattr(self, name).tolist() for name in names}
        return make_frame({**columns, "unit": [self.unit] * n}, backend=backend or self.backend)

    def __str__(self) -> str:
        likely = int(np.argmax(self.number))
        where = ", ".join(f"{day:%Y-%m-%d}" for day in self.dates[:6]) if self.edges else ", ".join(
            f"bin {part.first}" for part in self.segments[1:7])  # fmt: skip
        if not where:
            most = "the most probable partition has none"
        else:
            most = f"most probable partition changes at {where}" + (", ..." if len(self.segments) > 7 else "")
        return (
            f"change of pace: {self.probability:.1%} (log Bayes factor {self.log_bayes_factor:.1f}), most likely {likely} "
            f"changes ({self.number[likely]:.0%}); {most}; a change expected every {self.gap_days:g} days beforehand"
        )

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{part.start:%Y-%m-%d}</th><td>{html.escape(str(part.rate))}</td></tr>" if part.start else
            f"<tr><th>bin {part.first}</th><td>{html.escape(str(part.rate))}</td></tr>" for part in self.segments)  # fmt: skip
        notes = "".join(f"<li>{html.escape(note)}</li>" for note in self.notes)
        return f"<p>{html.escape(str(self))}</p><table><tbody>{rows}</tbody></table><ul>{notes}</ul>"


def change_points(
    series: Any,
    *,
    start: str | dt.date | None = None,
    every: str = "1d",
    exposure: ArrayLike | None = None,
    gap_days: float = GAP_DAYS,
    rate_prior: tuple[float, float] | None = None,
    dispersion: Literal["poisson", "negative-binomial"] | float = "poisson",
    coverage: float = 0.9,
    unit: str = "",
) -> ChangePoints:
    """When the rate of a series of counts changed: exact posterior over all partitions.

    Parameters
    ----------
    series
        Counts per bin, shape (n,); or equally likely versions of them (draws of uncertain counts or dates), shape
        (draws, n), over which the answer is averaged; or a frame with the columns date and count.
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
        Gamma(shape, exposure) of each segment's rate; by default worth one event at the mean rate of the series.
    dispersion
        "poisson"; "negative-binomial" averages over clumping from slight to heavy (`INFLATIONS`), alike beforehand; a
        number fixes the variance over mean of an average bin (above 1). Clumped counts read as Poisson give false changes.
    coverage
        Share between ``low`` and ``high``.
    unit
        Printed behind rates.

    Returns
    -------
    ChangePoints
        Evidence, number of changes, chance of a change at each bin, rate curve, most probable partition.

    Raises
    ------
    EstimateError
        Counts that are not whole or below 0, fewer than 2 or more than 4,000 bins, a prior out of bounds, or counts
        where nothing could be seen.

    Notes
    -----
    Fearnhead, Statistics and Computing 16 (2006), with a constant chance of change (bin / gap) at each boundary; the evidence
    is that of Adams & MacKay (2007) with that hazard. The negative binomial has size ``k m`` for exposure m with
    rate / k ~ BetaPrime(shape, k * exposure) in each segment, which is conjugate and tends to the gamma prior for large k.

    Examples
    --------
    >>> print(change_points([9, 12, 10, 11, 8, 10, 2, 1, 3, 2, 1, 2], start="2025-01-01"))
    change of pace: 100.0% (log Bayes factor 18.9), most likely 1 changes (91%); most probable partition changes at ...
    """
    backend, edges, found = "polars", (), None
    if is_frame(series):
        backend, frame = backend_of(series), read_series(series)
        found, edges = frame.counts, frame.edges
    counts = np.atleast_2d(_whole(series if found is None else found))
    draws, n = counts.shape
    if not 2 <= n <= _MOST_BINS:
        raise EstimateError(f"2 to {_MOST_BINS:,} bins were wanted, got {n:,}; choose a wider bin")
    if start is not None and not edges:
        edges = _edges(start, every, n)
    bin_days = (edges[-1] - edges[0]).total_seconds() / 86_400 / n if found is not None else _days(every)
    m = np.ones(n) if exposure is None else np.array(np.broadcast_to(np.asarray(exposure, dtype=np.float64), n))
    if not bool((np.isfinite(m) & (m >= 0)).all()) or not m.sum() > 0:
        raise EstimateError("exposures are numbers of 0 or above, not all 0")
    if bool((counts[:, m == 0] > 0).any()):
        raise EstimateError(f"something was counted in bin {int(np.argmax((m == 0) & (counts > 0).any(axis=0)))}, where "
                            "the exposure is 0")  # fmt: skip
    if not bin_days < gap_days < math.inf:
        raise EstimateError(f"gap_days must be longer than a bin of {bin_days:g} days, got {gap_days!r}")
    if not 0 < coverage < 1:
        raise EstimateError(f"coverage lies above 0 and below 1, got {coverage!r}")
    prior = rate_prior or (1.0, float(m.sum()) / max(float(counts.sum()) / draws, 1.0))
    if not (0 < prior[0] < math.inf and 0 < prior[1] < math.inf):
        raise EstimateError(f"rate_prior is Gamma(shape, exposure) with both above 0, got {rate_prior!r}")
    ks, words = _sizes(dispersion, counts, m)
    return _Posterior(counts, m, prior, ks, bin_days / gap_days).answer(
        edges=edges, gap_days=gap_days, bin_days=bin_days, dispersion=words, coverage=coverage,
        unit=unit or ("per bin" if exposure is None else "per unit of exposure"), backend=backend,
    )  # fmt: skip


def _whole(series: ArrayLike) -> Ints:
    try:
        values = np.asarray(series, dtype=np.float64)
    except (TypeError, ValueError):
        raise EstimateError(f"counts, or a frame with date and count, were wanted, not {type(series).__name__}") from None
    if values.ndim not in (1, 2) or not values.size or not bool((np.isfinite(values) & (values >= 0)).all()):
        raise EstimateError(f"counts of 0 or above in shape (n,) or (draws, n) were wanted, got shape {values.shape}")
    if bool((values != np.round(values)).any()):
        raise EstimateError("counts are whole numbers; give draws of them, shape (draws, n), where they are uncertain")
    return np.ascontiguousarray(values, dtype=np.int64)


def _moment(day: Any) -> dt.datetime:
    try:
        at = dt.datetime.fromisoformat(day) if isinstance(day, str) else day
        if not isinstance(at, dt.datetime):
            at = dt.datetime(at.year, at.month, at.day)
    except (ValueError, AttributeError):
        raise EstimateError(f"{day!r} is no date; write '2025-01-31'") from None
    return at if at.tzinfo else at.replace(tzinfo=dt.UTC)


def _days(every: str) -> float:
    """Mean days of a duration."""
    bin_edges(dt.datetime(2000, 1, 1, tzinfo=dt.UTC), dt.datetime(2000, 1, 2, tzinfo=dt.UTC), every=every)
    digits = every.rstrip("hdwmoqy")
    return int(digits) * _UNIT_DAYS[every[len(digits) :]]


def _edges(start: str | dt.date, every: str, n: int) -> tuple[dt.datetime, ...]:
    first = _moment(start)
    edges = bin_edges(first, first + dt.timedelta(days=_days(every) * (n + 3) + 40), every=every)
    return edges[: n + 1]


def _sizes(dispersion: str | float, counts: Ints, m: Floats) -> tuple[Floats, str]:
    """Sizes of the negative binomial per unit of exposure, infinite for Poisson, and words for it."""
    if dispersion == "poisson":
        return np.array([np.inf]), "poisson"
    if dispersion == "negative-binomial":
        return sizes(counts, exposure=m), "negative binomial"
    if isinstance(dispersion, (int, float)) and 1 < dispersion < math.inf:
        rate = max(float(counts.sum()), 0.5) / counts.shape[0] / float(m.sum())
        # Inflation of an average bin is 1 + rate / size.
        return np.array([rate / (dispersion - 1)]), f"negative binomial, variance over mean {dispersion:g}"
    raise EstimateError(f"dispersion {dispersion!r} is none of 'poisson', 'negative-binomial', or a number above 1")


class _Posterior:
    """Sums over draws of the counts and sizes k: every posterior is a mixture of those of (draw, k)."""

    def __init__(self, counts: Ints, m: Floats, prior: tuple[float, float], ks: Floats, p: float) -> None:
        from scipy.special import gammaln, logsumexp, xlogy

        from ..kernels.changepoints import best_partition, boundary_chain, count_changes, log_gammas, segment_weights

        self.counts, self.m, self.prior, self.ks = counts, m, prior, ks
        draws, n = counts.shape
        log_p, log_q = math.log(p), math.log1p(-p)
        seen = np.concatenate([[0.0], np.cumsum(m)])
        table = np.empty(int(counts.sum(axis=1).max()) + 1)
        log_gammas(float(prior[0]), table)
        evidence, none = np.empty((draws, ks.size)), np.empty((draws, ks.size))
        weights, chain = np.empty((n, n + 1)), np.zeros((n, n + 1))
        reached, behind = np.empty(n + 1), np.empty(n + 1)
        found: list[list[tuple[Floats, Floats, tuple[Any, ...], Ints]]] = []
        for d, row in enumerate(counts):
            sums = np.concatenate([[0], np.cumsum(row)]).astype(np.int64)
            mine = []
            for i, k in enumerate(ks):
                if math.isinf(k):
                    shared = float((xlogy(row, np.where(m > 0, m, 1.0)) - gammaln(row + 1.0)).sum())
                else:
                    at = k * np.where(m > 0, m, 1.0)
                    shared = float(np.where(m > 0, gammaln(row + at) - gammaln(at) - gammaln(row + 1.0), 0.0).sum())
                segment_weights(sums, seen, float(prior[0]), float(prior[1]), float(k), table, log_q, weights)
                boundary_chain(weights, log_p, chain, reached, behind)
                evidence[d, i] = behind[0] + shared
                none[d, i] = weights[0, n] - (n - 1) * log_q + shared
                number = np.empty(min(n, 21))
                count_changes(chain, number)
                if n > number.size:
                    number[-1] = max(0.0, 1 - number[:-1].sum())
                probability = reached[:n, None] * chain
                begin, end = np.nonzero(probability > 1e-12)
                part = (begin, end, probability[begin, end], sums[end] - sums[begin], seen[end] - seen[begin])
                mine.append((number, reached[:n].copy(), part, best_partition(weights, log_p)))
            found.append(mine)
        self.log_evidence = float(logsumexp(evidence) - math.log(evidence.size))
        self.log_none = float(logsumexp(none) - math.log(none.size))
        # Draws are alike (their weights came with them); sizes are weighed by what each says of its draw.
        self.share = np.exp(evidence - logsumexp(evidence, axis=1, keepdims=True)) / draws
        self.number = np.asarray(sum(w * f[0] for ws, fs in zip(self.share, found, strict=True)
                                     for w, f in zip(ws, fs, strict=True)))  # fmt: skip
        self.change = np.asarray(sum(w * f[1] for ws, fs in zip(self.share, found, strict=True)
                                     for w, f in zip(ws, fs, strict=True)))  # fmt: skip
        self.change[0] = 0.0
        flat = [(w, k, f[2]) for ws, fs in zip(self.share, found, strict=True)
                for w, k, f in zip(ws, ks, fs, strict=True) if w > 1e-9]  # fmt: skip
        self.begin, self.end, total, length = (np.concatenate([part[c] for _, _, part in flat]) for c in (0, 1, 3, 4))
        self.weight = np.concatenate([w * part[2] for w, _, part in flat])
        self.k = np.concatenate([np.full(part[0].size, k) for _, k, part in flat])
        self.a, self.b = prior[0] + total, prior[1] + length
        best = int(np.argmax(self.share.max(axis=0)))
        top = int(np.argmax(evidence[:, best]))
        self.best = (found[top][best][3], top, float(ks[best]))

    def answer(self, *, edges: tuple[dt.datetime, ...], coverage: float, unit: str, **given: Any) -> ChangePoints:
        n = self.m.size
        low, middle, high, mean = self._curve(coverage)
        cuts, row, k = self.best
        tail = (1 - coverage) / 2
        parts, mu = [], np.zeros(n)
        for first, last in zip(cuts[:-1], cuts[1:], strict=True):
            a = self.prior[0] + float(self.counts[row, first:last].sum())
            b = self.prior[1] + float(self.m[first:last].sum())
            points = [float(v) for v in _rate_quantile(np.array([tail, 0.5, 1 - tail]), a, b, k)]
            mu[first:last] = self.m[first:last] * points[1]
            when = (edges[first], edges[last]) if edges else (None, None)
            parts.append(Segment(int(first), int(last), *when, Range(*points, unit)))
        notes = []
        live = self.m > 0
        spread = float(((self.counts[row] - mu)[live] ** 2 / mu[live]).sum()) / max(int(live.sum()) - len(parts), 1)
        if given["dispersion"] == "poisson":
            notes.append(f"variance over mean within the segments: {spread:.2f} (Poisson: 1)")
            if spread > 1.5:
                notes[-1] += "; clumped counts give false changes: try dispersion='negative-binomial'"
        if self.counts.shape[0] > 1:
            notes.append(f"averaged over {self.counts.shape[0]} versions of the counts")
        notes.append(f"prior: a change every {given['gap_days']:g} days, rates Gamma({self.prior[0]:g}, "
                     f"{self.prior[1]:.3g}) in each segment")  # fmt: skip
        return ChangePoints(
            counts=self.counts.mean(axis=0), exposure=self.m, edges=edges, log_evidence=self.log_evidence,
            log_evidence_none=self.log_none, number=self.number, change=self.change, low=low, middle=middle, high=high,
            mean=mean, segments=tuple(parts), rate_prior=self.prior, coverage=coverage, unit=unit, notes=tuple(notes),
            parts=(self.begin, self.end, self.weight), **given,
        )  # fmt: skip

    def _curve(self, coverage: float) -> tuple[Floats, Floats, Floats, Floats]:
        """Quantiles and mean of the rate in each bin: a mixture of the rates of all segments over it."""
        from scipy.special import betaln, gammaln

        from ..kernels.changepoints import rate_densities

        n = self.m.size
        scale = np.where(np.isinf(self.k), self.b, self.k * self.b - 1)
        with np.errstate(invalid="ignore", divide="ignore"):
            means = np.where(np.isinf(self.k), self.a / self.b, np.where(scale > 0, self.k * self.a / scale, np.inf))
        heavy = np.isinf(means)
        mean = _spread_over(n, self.begin, self.end, (self.weight * np.where(heavy, 0.0, means))[:, None])[:, 0]
        touched = _spread_over(n, self.begin, self.end, (self.weight * heavy)[:, None])[:, 0]
        mean = np.where(touched > 1e-9, np.inf, mean)
        order = np.argsort(self.weight)[::-1]
        reach = np.cumsum((self.weight * (self.end - self.begin))[order])
        keep = order[: int(np.searchsorted(reach, (1 - 1e-5) * reach[-1])) + 1]  # moves no printed digit
        points = self._grid(keep)
        grid, steps = np.log(points), np.zeros((n + 1, points.size))
        for k in np.unique(self.k[keep]):
            part = keep[self.k[keep] == k]
            a, b = self.a[part], self.b[part]
            if math.isinf(k):
                log_weight, decay, tails = a * np.log(b) - gammaln(a), b, points
            else:
                log_weight, decay, tails = -a * math.log(k) - betaln(a, k * b), a + k * b, np.log1p(points / k)
            log_weight += np.log(self.weight[part])
            rate_densities(self.begin[part], self.end[part], log_weight, a, decay, grid, tails, steps)
        density = np.maximum(np.cumsum(steps, axis=0)[:n], 0.0)
        h = grid[1] - grid[0]
        slope = np.gradient(density, h, axis=1)
        # Trapezia with their first correction (Euler and Maclaurin).
        reached = np.cumsum((density[:, 1:] + density[:, :-1]) * (h / 2) - (slope[:, 1:] - slope[:, :-1]) * (h * h / 12), axis=1)
        reached = np.maximum.accumulate(reached / reached[:, -1:], axis=1)
        tail = (1 - coverage) / 2
        out = np.array([[np.exp(np.interp(p, row, grid[1:])) for row in reached] for p in (tail, 0.5, 1 - tail)])
        return out[0], out[1], out[2], mean

    def _grid(self, keep: Ints) -> Floats:
        """Rates in equal steps of the logarithm, from below to above all that matters, shape (points,)."""
        from scipy.special import gammaln

        a, b, k = self.a[keep], self.b[keep], self.k[keep]
        low = np.exp((math.log(1e-4) + gammaln(a + 1)) / a) / b
        high = a / b * (1 - 1 / (9 * a) + 4 / (3 * np.sqrt(a))) ** 3
        c = np.where(np.isinf(k), 1e9, k * b)  # rate = gamma(a) / b over gamma(c) / c
        low, high = low / (1 - 1 / (9 * c) + 4 / (3 * np.sqrt(c))) ** 3, high * np.minimum(
            np.exp(-(math.log(1e-3) + gammaln(c + 1)) / c) * c, 1 + 400 / c)  # fmt: skip
        narrow = 0.1 / math.sqrt(float((a * c / (a + c)).max()))
        ends = math.log(float(low.min())), math.log(float(high.max()))
        return np.geomspace(math.exp(ends[0]), math.exp(ends[1]), min(max(int((ends[1] - ends[0]) / narrow), 200), 2000))


def _spread_over(n: int, begin: Ints, end: Ints, values: Floats) -> Floats:
    """Sum of values over the segments that hold each bin, shape (n, columns)."""
    steps = np.zeros((n + 1, values.shape[1]))
    np.add.at(steps, begin, values)
    np.subtract.at(steps, end, values)
    return np.asarray(np.cumsum(steps, axis=0)[:n])


def _rate_quantile(p: Floats, a: Any, b: Any, k: Any) -> Floats:
    from scipy.special import betainccinv, betaincinv, gammaincinv

    inf = np.isinf(k)
    size = np.where(inf, 1.0, k)
    # rate / k is BetaPrime(a, k b): a share over its complement.
    share, rest = betaincinv(a, size * b, p), betainccinv(size * b, a, p)
    return np.asarray(np.where(inf, gammaincinv(a, p) / b, size * share / np.maximum(rest, 1e-300)))


@dataclass(frozen=True, slots=True, eq=False)
class ChangeScan:
    """One possible change in each of many series.

    Parameters
    ----------
    posterior
        Probability that bin k is the last of the old rate, given that there is one change; shape (series, n - 1).
    log_bayes_factor
        Log evidence of one change over none, shape (series,); positive speaks for a change.
    """

    posterior: Floats
    log_bayes_factor: Floats

    @property
    def last_bin(self) -> Ints:
        """Most probable last bin of the old rate, shape (series,)."""
        return np.asarray(self.posterior.argmax(axis=1), dtype=np.int64)


def scan_changes(
    counts: ArrayLike, *, exposure: ArrayLike | None = None, rate_prior: tuple[float, float] = (1.0, 1.0)
) -> ChangeScan:
    """Look for one change of rate in each of many series at once.

    Parameters
    ----------
    counts
        Whole counts, shape (series, n).
    exposure
        Of each bin, common to the series, shape (n,); 1 by default.
    rate_prior
        Gamma(shape, exposure) of the rates before and after.

    Raises
    ------
    EstimateError
        Counts that are no whole numbers of 0 or above, or fewer than 2 bins.

    Notes
    -----
    Poisson counts, the place of the change alike over the n - 1 boundaries beforehand; Raftery & Akman, Biometrika 73
    (1986), in discrete time. Several changes, clumped counts and rates are for `change_points`.

    Examples
    --------
    >>> scan_changes([[5, 6, 4, 5, 0, 1, 0, 0], [2, 3, 2, 1, 3, 2, 2, 2]]).log_bayes_factor.round(1).tolist()
    [4.4, -1.3]
    """
    from scipy.special import gammaln

    from ..kernels.changepoints import log_gammas, single_change

    y = np.asarray(counts)
    if y.dtype != np.int64 or not y.flags.c_contiguous or y.ndim != 2:
        y = np.atleast_2d(_whole(counts))
    n = y.shape[1]
    a, b = float(rate_prior[0]), float(rate_prior[1])
    m = np.ones(n) if exposure is None else np.asarray(exposure, dtype=np.float64)
    if n < 2 or m.shape != (n,) or not bool((m >= 0).all()) or not (a > 0 and b > 0) or int(y.min()) < 0:
        raise EstimateError(f"counts of 0 or above in 2 or more bins, an exposure of each, a prior above 0: got {y.shape}")
    total = y.sum(axis=1)
    table = np.empty(int(total.max()) + 1)
    log_gammas(a, table)
    before = np.cumsum(m)[:-1]
    posterior, log_sum = np.empty((y.shape[0], n - 1)), np.empty(y.shape[0])
    single_change(y, np.log(b + before), np.log(b + (m.sum() - before)), a, table, posterior, log_sum)
    start = a * math.log(b) - float(gammaln(a))
    none = start + table[total] - (a + total) * math.log(b + float(m.sum()))
    return ChangeScan(posterior, 2 * start + log_sum - math.log(n - 1) - none)
