"""Posterior over all partitions of a series, for versions of its counts and sizes of the negative binomial."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Floats, Ints
from ..errors import EstimateError
from .counts.poisson import root_between

__all__ = ["Partitions", "rate_quantile", "whole_counts"]


_MOST_COUNTED = 50_000_000
"""More counted in a series than that would take a table of half a gigabyte."""


def whole_counts(series: ArrayLike) -> Ints:
    """Counts as whole numbers, shape (n,) or (draws, n); refuses what is none."""
    try:
        values = np.asarray(series, dtype=np.float64)
    except (TypeError, ValueError):
        raise EstimateError(
            f"counts, or a frame with date and count, were wanted, not {type(series).__name__}"
        ) from None
    if (
        values.ndim not in (1, 2)
        or not values.size
        or not bool((np.isfinite(values) & (values >= 0)).all())
    ):
        raise EstimateError(
            f"counts of 0 or above in shape (n,) or (draws, n) were wanted, got shape {values.shape}"
        )
    if bool((values != np.round(values)).any()):
        raise EstimateError(
            "counts are whole numbers; give draws of them, shape (draws, n), where they are uncertain"
        )
    if float(values.sum(axis=-1).max()) > _MOST_COUNTED:
        raise EstimateError(
            f"counts of {_MOST_COUNTED:,} or less in all were wanted, got {values.sum(axis=-1).max():.3g}; "
            "cut the series shorter"
        )
    return np.ascontiguousarray(values, dtype=np.int64)


class Partitions:
    """Sums over versions of the counts and sizes k: every posterior is a mixture of those of (version, k).

    Notes
    -----
    Versions are draws of what the reports allow, equally likely however well constant rates fit them: their weights
    came with them, and to weigh them once more by their evidence would leave the smoothest few. Sizes are weighed by
    what each version says of them.
    """

    def __init__(
        self, counts: Ints, m: Floats, prior: tuple[float, float], ks: Floats, p: float
    ) -> None:
        from scipy.special import betaln, gammaln, logsumexp, softmax, xlogy

        from ..kernels.changepoints import (
            best_partition,
            boundary_chain,
            count_changes,
            log_gammas,
            segment_weights,
        )

        self.m, self.prior, self.ks = m, prior, ks
        self.counts, times = np.unique(counts, axis=0, return_counts=True)
        self.alike = times / counts.shape[0]
        draws, n = self.counts.shape
        log_p, log_q = math.log(p), math.log1p(-p)
        seen = np.concatenate([[0.0], np.cumsum(m)])
        table = np.empty(int(counts.sum(axis=1).max()) + 1)
        log_gammas(float(prior[0]), table)
        evidence, none, own = (np.empty((draws, ks.size)) for _ in range(3))
        weights, chain = np.empty((n, n + 1)), np.zeros((n, n + 1))
        reached, behind = np.empty(n + 1), np.empty(n + 1)
        before = np.zeros((draws, n + 1), dtype=np.int64)
        np.cumsum(self.counts, axis=1, out=before[:, 1:])
        found: list[list[tuple[Floats, Floats, tuple[Any, ...]]]] = []
        for d, (row, sums) in enumerate(zip(self.counts, before, strict=True)):
            mine = []
            for i, k in enumerate(ks):
                if math.isinf(k):
                    shared = float((xlogy(row, np.where(m > 0, m, 1.0)) - gammaln(row + 1.0)).sum())
                else:
                    at = k * np.where(m > 0, m, 1.0)
                    shared = float(
                        np.where(
                            m > 0, gammaln(row + at) - gammaln(at) - gammaln(row + 1.0), 0.0
                        ).sum()
                    )
                segment_weights(
                    sums, seen, float(prior[0]), float(prior[1]), float(k), table, log_q, weights
                )
                boundary_chain(weights, log_p, chain, reached, behind)
                evidence[d, i] = behind[0] + shared
                none[d, i] = weights[0, n] - (n - 1) * log_q + shared
                own[d, i] = shared
                number = np.empty(min(n, 21))
                count_changes(chain, number)
                if n > number.size:
                    number[-1] = max(0.0, 1 - number[:-1].sum())
                probability = reached[:n, None] * chain
                begin, end = np.nonzero(probability > 1e-12)
                part = (
                    begin,
                    end,
                    probability[begin, end],
                    sums[end] - sums[begin],
                    np.full(begin.size, i),
                )
                mine.append((number, reached[:n].copy(), part))
            found.append(mine)
        each, each_none = logsumexp(evidence, axis=1), logsumexp(none, axis=1)
        self.log_evidence = float(self.alike @ each) - math.log(ks.size)
        self.log_none = float(self.alike @ each_none) - math.log(ks.size)
        self.log_unchanged = float(logsumexp(each_none - each, b=self.alike)) + (n - 1) * log_q
        self.share = np.exp(evidence - each[:, None]) * self.alike[:, None]
        self.number = np.asarray(
            sum(
                w * f[0]
                for ws, fs in zip(self.share, found, strict=True)
                for w, f in zip(ws, fs, strict=True)
            )
        )
        self.change = np.asarray(
            sum(
                w * f[1]
                for ws, fs in zip(self.share, found, strict=True)
                for w, f in zip(ws, fs, strict=True)
            )
        )
        self.change[0] = 0.0
        flat = [
            (w, f[2])
            for ws, fs in zip(self.share, found, strict=True)
            for w, f in zip(ws, fs, strict=True)
            if w > 1e-9
        ]
        self.begin, self.end, total, size = (
            np.concatenate([part[c] for _, part in flat]) for c in (0, 1, 3, 4)
        )
        self.weight = np.concatenate([w * part[2] for w, part in flat])
        if draws > 1:  # a segment has the same sum in many versions
            key = ((self.begin * (n + 1) + self.end) * ks.size + size) * table.size + total
            _, one, every = np.unique(key, return_index=True, return_inverse=True)
            self.weight = np.bincount(every, self.weight)
            self.begin, self.end, total, size = (
                given[one] for given in (self.begin, self.end, total, size)
            )
        self.k = ks[size]
        self.a, self.b = prior[0] + total, prior[1] + (seen[self.end] - seen[self.begin])
        if (
            evidence.size > 1
        ):  # the chain of boundaries that has the mixture's probability of each segment
            weights[:] = 0.0
            np.add.at(weights, (self.begin, self.end), self.weight)
            with np.errstate(divide="ignore", invalid="ignore"):
                weights, log_p = np.log(weights / weights.sum(axis=1, keepdims=True)), 0.0
            weights[np.isnan(weights)] = -np.inf
        cuts = best_partition(weights, log_p)
        self.cuts: Ints = cuts[: int(np.argmax(cuts == n)) + 1]
        # Given those cuts: posterior of the rate of each segment for each version and size, and their weights.
        self.cut_a = prior[0] + np.diff(before[:, self.cuts], axis=1)
        self.cut_b = prior[1] + np.diff(seen[self.cuts])
        self.cut_share = np.ones((draws, 1))
        if ks.size > 1:
            fit = (
                betaln(self.cut_a[:, None], ks[:, None] * self.cut_b)
                - betaln(prior[0], ks * prior[1])[:, None]
            )
            self.cut_share = softmax(own + fit.sum(axis=2), axis=1)
        self.cut_share = self.cut_share * self.alike[:, None]

    def cut_rates(self, coverage: float) -> Floats:
        """Quantiles of the rate of each segment between the cuts, shape (segments, 3): a mixture over all versions."""
        levels = ((1 - coverage) / 2, 0.5, (1 + coverage) / 2)
        return np.array(
            [
                [rate_quantile(p, a[:, None], b, self.ks, self.cut_share) for p in levels]
                for a, b in zip(self.cut_a.T, self.cut_b, strict=True)
            ]
        )

    def curve(self, coverage: float) -> tuple[Floats, Floats, Floats, Floats]:
        """Quantiles and mean of the rate in each bin: a mixture of the rates of all segments over it."""
        from scipy.special import betaln, gammaln

        from ..kernels.changepoints import rate_densities

        n = self.m.size
        scale = np.where(np.isinf(self.k), self.b, self.k * self.b - 1)
        with np.errstate(invalid="ignore", divide="ignore"):
            means = np.where(
                np.isinf(self.k),
                self.a / self.b,
                np.where(scale > 0, self.k * self.a / scale, np.inf),
            )
        heavy = np.isinf(means)
        mean = _spread_over(
            n, self.begin, self.end, (self.weight * np.where(heavy, 0.0, means))[:, None]
        )[:, 0]
        touched = _spread_over(n, self.begin, self.end, (self.weight * heavy)[:, None])[:, 0]
        mean = np.where(touched > 1e-9, np.inf, mean)
        order = np.argsort(self.weight)[::-1]
        reach = np.cumsum((self.weight * (self.end - self.begin))[order])
        keep = order[
            : int(np.searchsorted(reach, (1 - 1e-4) * reach[-1])) + 1
        ]  # moves no printed digit
        points = self._grid(keep)
        grid, steps = np.log(points), np.zeros((n + 1, points.size))
        for k in np.unique(self.k[keep]):
            part = keep[self.k[keep] == k]
            a, b = self.a[part], self.b[part]
            if math.isinf(k):
                told, decay, tails, there = a * np.log(b) - gammaln(a), b, points, a / b
            else:
                told, decay, tails = (
                    -a * math.log(k) - betaln(a, k * b),
                    a + k * b,
                    np.log1p(points / k),
                )
                there = np.log1p(a / b / k)
            peak = a * np.log(a / b) - decay * there
            weight = told + np.log(self.weight[part]) + peak
            rate_densities(
                self.begin[part],
                self.end[part],
                weight,
                peak,
                np.log(a / b),
                a,
                decay,
                grid,
                tails,
                steps,
            )
        density = np.maximum(np.cumsum(steps, axis=0)[:n], 0.0)
        h = grid[1] - grid[0]
        slope = np.gradient(density, h, axis=1)
        # Trapezia with their first correction (Euler and Maclaurin).
        reached = np.cumsum(
            (density[:, 1:] + density[:, :-1]) * (h / 2)
            - (slope[:, 1:] - slope[:, :-1]) * (h * h / 12),
            axis=1,
        )
        reached = np.maximum.accumulate(reached / reached[:, -1:], axis=1)
        tail = (1 - coverage) / 2
        out = np.array(
            [
                [np.exp(np.interp(p, row, grid[1:])) for row in reached]
                for p in (tail, 0.5, 1 - tail)
            ]
        )
        return out[0], out[1], out[2], mean

    def _grid(self, keep: Ints) -> Floats:
        """Rates in equal steps of the logarithm, from below to above all that matters, shape (points,)."""
        from scipy.special import gammaln

        a, b, k = self.a[keep], self.b[keep], self.k[keep]
        low = np.exp((math.log(1e-4) + gammaln(a + 1)) / a) / b
        high = a / b * _most(a)
        c = np.where(np.isinf(k), 1e9, k * b)  # rate = gamma(a) / b over gamma(c) / c
        with np.errstate(over="ignore"):
            least = np.exp(-(math.log(1e-3) + gammaln(c + 1)) / c) * c
        low, high = low / _most(c), high * np.minimum(least, 1 + 400 / c)
        narrow = 0.1 / math.sqrt(float((a * c / (a + c)).max()))
        ends = math.log(float(low.min())), math.log(float(high.max()))
        return np.geomspace(
            math.exp(ends[0]),
            math.exp(ends[1]),
            min(max(int((ends[1] - ends[0]) / narrow), 200), 2000),
        )


def _most(shape: Floats) -> Floats:
    """What gamma(shape) / shape hardly exceeds: Wilson and Hilferty; below a shape of 1, the exponential."""
    return np.where(shape < 1, 10 / shape, (1 - 1 / (9 * shape) + 4 / (3 * np.sqrt(shape))) ** 3)


def _spread_over(n: int, begin: Ints, end: Ints, values: Floats) -> Floats:
    """Sum of values over the segments that hold each bin, shape (n, columns)."""
    steps = np.zeros((n + 1, values.shape[1]))
    np.add.at(steps, begin, values)
    np.subtract.at(steps, end, values)
    return np.asarray(np.cumsum(steps, axis=0)[:n])


def rate_quantile(p: float, a: Any, b: Any, k: Any, weight: Floats) -> float:
    """Rate not exceeded with probability `p`, where it has posterior (a, b) and size k with probability `weight`.

    An infinite size is Poisson; a, b and k are broadcast to the shape of `weight`, which adds up to 1.
    """
    from scipy.special import betainc, betaincc, betainccinv, betaincinv, gammainc, gammaincinv

    inf = np.isinf(k)
    size = np.where(inf, 1.0, k)
    # rate / k is BetaPrime(a, k b): a share over its complement.
    share, rest = betaincinv(a, size * b, p), betainccinv(size * b, a, p)
    each = np.where(inf, gammaincinv(a, p) / b, size * share / np.maximum(rest, 1e-300))

    def miss(log_rate: float) -> float:
        rate = math.exp(log_rate)
        x, rest = rate / (size + rate), size / (size + rate)
        share = np.where(rate < size, betainc(a, size * b, x), betaincc(size * b, a, rest))
        return float((weight * np.where(inf, gammainc(a, b * rate), share)).sum()) - p

    low, high = float(each.min()), float(each.max())
    if low == high:
        return low
    ends = math.log(max(low, 1e-300)) - 1e-6, math.log(high) + 1e-6
    outside = [
        end for end in ends if (miss(end) > 0) == (end == ends[0])
    ]  # beyond what a float holds
    return math.exp(outside[0] if outside else root_between(miss, *ends))
