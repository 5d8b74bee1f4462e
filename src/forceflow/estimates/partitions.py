"""Posterior over all partitions of a series, for versions of its counts and sizes of the negative binomial."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import EstimateError

__all__ = ["Partitions", "rate_quantile", "whole_counts"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

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
    if values.ndim not in (1, 2) or not values.size or not bool((np.isfinite(values) & (values >= 0)).all()):
        raise EstimateError(f"counts of 0 or above in shape (n,) or (draws, n) were wanted, got shape {values.shape}")
    if bool((values != np.round(values)).any()):
        raise EstimateError("counts are whole numbers; give draws of them, shape (draws, n), where they are uncertain")
    if float(values.sum(axis=-1).max()) > _MOST_COUNTED:
        raise EstimateError(
            f"counts of {_MOST_COUNTED:,} or less in all were wanted, got {values.sum(axis=-1).max():.3g}; "
            "cut the series shorter"
        )
    return np.ascontiguousarray(values, dtype=np.int64)


class Partitions:
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
                cuts = best_partition(weights, log_p)
                mine.append((number, reached[:n].copy(), part, cuts[: int(np.argmax(cuts == n)) + 1]))
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

    def curve(self, coverage: float) -> tuple[Floats, Floats, Floats, Floats]:
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
        keep = order[: int(np.searchsorted(reach, (1 - 1e-4) * reach[-1])) + 1]  # moves no printed digit
        points = self._grid(keep)
        grid, steps = np.log(points), np.zeros((n + 1, points.size))
        for k in np.unique(self.k[keep]):
            part = keep[self.k[keep] == k]
            a, b = self.a[part], self.b[part]
            if math.isinf(k):
                told, decay, tails, there = a * np.log(b) - gammaln(a), b, points, a / b
            else:
                told, decay, tails = -a * math.log(k) - betaln(a, k * b), a + k * b, np.log1p(points / k)
                there = np.log1p(a / b / k)
            peak = a * np.log(a / b) - decay * there
            weight = told + np.log(self.weight[part]) + peak
            rate_densities(self.begin[part], self.end[part], weight, peak, np.log(a / b), a, decay, grid, tails, steps)
        density = np.maximum(np.cumsum(steps, axis=0)[:n], 0.0)
        h = grid[1] - grid[0]
        slope = np.gradient(density, h, axis=1)
        # Trapezia with their first correction (Euler and Maclaurin).
        reached = np.cumsum(
            (density[:, 1:] + density[:, :-1]) * (h / 2) - (slope[:, 1:] - slope[:, :-1]) * (h * h / 12), axis=1
        )
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
        return np.geomspace(
            math.exp(ends[0]), math.exp(ends[1]), min(max(int((ends[1] - ends[0]) / narrow), 200), 2000)
        )


def _spread_over(n: int, begin: Ints, end: Ints, values: Floats) -> Floats:
    """Sum of values over the segments that hold each bin, shape (n, columns)."""
    steps = np.zeros((n + 1, values.shape[1]))
    np.add.at(steps, begin, values)
    np.subtract.at(steps, end, values)
    return np.asarray(np.cumsum(steps, axis=0)[:n])


def rate_quantile(p: Floats, a: Any, b: Any, k: Any) -> Floats:
    """Rate of a segment with posterior (a, b) not exceeded with probability `p`, for size k (infinite: Poisson)."""
    from scipy.special import betainccinv, betaincinv, gammaincinv

    inf = np.isinf(k)
    size = np.where(inf, 1.0, k)
    # rate / k is BetaPrime(a, k b): a share over its complement.
    share, rest = betaincinv(a, size * b, p), betainccinv(size * b, a, p)
    return np.asarray(np.where(inf, gammaincinv(a, p) / b, size * share / np.maximum(rest, 1e-300)))
