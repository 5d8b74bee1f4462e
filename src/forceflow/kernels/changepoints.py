"""Where the rate of a series of counts changed: all ways to cut it into segments of one rate each, summed exactly.

A partition is a chain of boundaries. With B(s) the evidence of everything from bin s on, given that a segment begins
there (Fearnhead, "Exact and efficient Bayesian inference for multiple changepoint problems", Statistics and Computing
16, 2006), the next boundary t after s has posterior probability ``T(s, t) = weight(s, t) B(t) / B(s)``. So one pass
backwards in logarithms is enough; what follows is products of probabilities: no logarithm, nothing subtracted.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ._jit import kernel

__all__ = [
    "best_partition",
    "boundary_chain",
    "count_changes",
    "log_gammas",
    "rate_densities",
    "segment_weights",
    "single_change",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_LOG2_E = 1.4426950408889634
_LN2_HIGH = 0.693147180369123816490
_LN2_LOW = 1.90821492927058770002e-10
_ROUND = 6755399441055744.0  # 1.5 * 2**52: adding it rounds to a whole number, which is then in the low bits
_52 = np.int64(52)
_ONE_BITS = np.int64(0x3FF0000000000000)


@kernel
def log_gammas(shape: float, out: Floats) -> None:
    """Log of the gamma function at shape, shape + 1, ..., written to `out`."""
    for s in range(out.shape[0]):
        out[s] = math.lgamma(shape + s)


@kernel
def _fill_exponentials(x: Floats, spare: Floats, out: Floats, n: int) -> None:
    """Exp of the first `n` numbers of `x`, each 0 or below, to a few units in the last place; 0 below -700.

    Three loops without calls or branches, so that the compiler makes vector code of them: 2**whole times a polynomial,
    where `spare` holds the whole number in its low bits. ``x`` is overwritten.
    """
    for j in range(n):
        value = max(x[j], -700.0)
        shifted = value * _LOG2_E + _ROUND
        whole = shifted - _ROUND
        # Ln 2 in two parts: the first product is exact, so that no digits of the rest are lost.
        r = (value - whole * _LN2_HIGH) - whole * _LN2_LOW
        # Taylor series up to 1 / 12!, by Horner's rule.
        p = 1.0 / 479001600.0
        p = p * r + 1.0 / 39916800.0
        p = p * r + 1.0 / 3628800.0
        p = p * r + 1.0 / 362880.0
        p = p * r + 1.0 / 40320.0
        p = p * r + 1.0 / 5040.0
        p = p * r + 1.0 / 720.0
        p = p * r + 1.0 / 120.0
        p = p * r + 1.0 / 24.0
        p = p * r + 1.0 / 6.0
        p = p * r + 0.5
        p = p * r + 1.0
        p = p * r + 1.0
        spare[j] = shifted
        out[j] = p if x[j] > -700.0 else 0.0
    bits = spare.view(np.int64)
    for j in range(n):
        # The whole number goes into the bits of the exponent: this is 2**whole.
        bits[j] = (bits[j] << _52) + _ONE_BITS
    for j in range(n):
        out[j] *= spare[j]


@kernel
def segment_weights(
    counts: Ints,
    exposures: Floats,
    shape: float,
    rate: float,
    size: float,
    log_gamma: Floats,
    log_stay: float,
    out: Floats,
) -> None:
    """Log of (marginal likelihood of each segment x prior of no change inside it), without what all partitions share.

    Parameters
    ----------
    counts, exposures
        Sums of the bins before each boundary, shape (n + 1,).
    shape, rate
        Prior Gamma(shape, rate) of the rate of a segment, per unit of exposure.
    size
        Of the negative binomial, per unit of exposure: a count over m has size ``size * m``, and rate / size is
        BetaPrime(shape, size * rate) beforehand; infinite for Poisson, which is the limit.
    log_gamma
        ``log_gammas(shape)`` for 0 to the sum of all counts.
    log_stay
        Log of the probability that nothing changes at a boundary.
    out
        ``out[s, t]`` for bins s to t, written where s < t; shape (n, n + 1).
    """
    n = out.shape[0]
    if size == np.inf:
        start = shape * math.log(rate) - math.lgamma(shape)
    else:
        start = math.lgamma(shape + size * rate) - math.lgamma(shape) - math.lgamma(size * rate)
    for s in range(n):
        for t in range(s + 1, n + 1):
            total = counts[t] - counts[s]
            seen = rate + (exposures[t] - exposures[s])
            if size == np.inf:
                fit = -(shape + total) * math.log(seen)
            else:
                fit = math.lgamma(size * seen) - math.lgamma(shape + total + size * seen)
            out[s, t] = start + log_gamma[total] + fit + (t - s - 1) * log_stay


@kernel
def boundary_chain(
    weights: Floats, log_change: float, chain: Floats, reached: Floats, behind: Floats
) -> None:
    """Posterior of the boundaries as a chain.

    Parameters
    ----------
    weights
        From `segment_weights`, shape (n, n + 1).
    log_change
        Log of the probability of a change at a boundary.
    chain
        Written: probability that the segment that begins with bin s ends before bin t, shape (n, n + 1).
    reached
        Written: probability that a segment begins with bin t, shape (n + 1,); 1 at both ends.
    behind
        Written: log evidence of bins s to n given that a segment begins with s, shape (n + 1,); first is the answer.
    """
    n = weights.shape[0]
    terms = np.empty(n + 1)
    spare = np.empty(n + 1)
    powers = np.empty(n + 1)
    behind[n] = 0.0
    for s in range(n - 1, -1, -1):
        top = -np.inf
        for t in range(s + 1, n + 1):
            terms[t - s - 1] = weights[s, t] + behind[t] + (log_change if t < n else 0.0)
            top = max(top, terms[t - s - 1])
        for j in range(n - s):
            terms[j] -= top
        _fill_exponentials(terms, spare, powers, n - s)
        total = 0.0
        for j in range(n - s):
            total += powers[j]
        behind[s] = top + math.log(total)
        for t in range(s + 1):
            chain[s, t] = 0.0
        for j in range(n - s):
            chain[s, s + 1 + j] = powers[j] / total
    for t in range(n + 1):
        reached[t] = 1.0 if t == 0 else 0.0
    for s in range(n):
        for t in range(s + 1, n + 1):
            reached[t] += reached[s] * chain[s, t]


@kernel
def count_changes(chain: Floats, out: Floats) -> None:
    """Probability of 0, 1, 2, ... changes, written to `out`; what goes beyond its end is left out."""
    n = chain.shape[0]
    now, after = np.zeros(n + 1), np.zeros(n + 1)
    now[0] = 1.0
    for m in range(out.shape[0]):
        for t in range(n + 1):
            after[t] = 0.0
        for s in range(n):
            if now[s] > 0.0:
                for t in range(s + 1, n + 1):
                    after[t] += now[s] * chain[s, t]
        out[m] = after[n]
        for t in range(n):
            now[t] = after[t]


@kernel
def best_partition(weights: Floats, log_change: float) -> Ints:
    """Boundaries of the most probable partition, from 0 to n; what follows the first n has no meaning."""
    n = weights.shape[0]
    best = np.full(n + 1, -np.inf)
    then = np.zeros(n + 1, np.int64)
    best[n] = 0.0
    for s in range(n - 1, -1, -1):
        for t in range(s + 1, n + 1):
            value = weights[s, t] + best[t] + (log_change if t < n else 0.0)
            if value > best[s]:
                best[s] = value
                then[s] = t
    edges = np.empty(n + 1, np.int64)
    edges[0] = 0
    k = 0
    while edges[k] < n:
        edges[k + 1] = then[edges[k]]
        k += 1
    return edges


@kernel
def single_change(
    counts: Ints,
    log_exposure: Floats,
    log_exposure_left: Floats,
    shape: float,
    log_gamma: Floats,
    posterior: Floats,
    log_sum: Floats,
) -> None:
    """Posterior of the place of one change, all places alike beforehand, for many series at once.

    Parameters
    ----------
    counts
        Shape (series, n).
    log_exposure, log_exposure_left
        Log of (prior rate + exposure) up to each place, and from it on, shape (n - 1,).
    shape, log_gamma
        Prior shape, and ``log_gammas(shape)`` for 0 to the greatest sum of a series.
    posterior
        Written: probability that the last bin of the old rate is k, shape (series, n - 1).
    log_sum
        Written: log of the sum over places of the two segments' ``gamma(shape + S) / (rate + M)**(shape + S)``.
    """
    places = posterior.shape[1]
    before = np.empty(places, np.uint64)
    terms, spare = np.empty(places), np.empty(places)
    for i in range(counts.shape[0]):
        row = counts[i]
        running = np.int64(0)
        for k in range(places):
            running += row[k]
            before[k] = np.uint64(running)
        whole = np.uint64(running + row[places])
        for k in range(places):
            s = before[k]
            left = whole - s
            terms[k] = (
                log_gamma[s]
                + log_gamma[left]
                - (shape + np.float64(s)) * log_exposure[k]
                - (shape + np.float64(left)) * log_exposure_left[k]
            )
        top = terms[0]
        for k in range(places):
            top = terms[k] if terms[k] > top else top
        for k in range(places):
            terms[k] -= top
        out = posterior[i]
        _fill_exponentials(terms, spare, out, places)
        # Four sums side by side: one alone would wait for each addition before the next.
        a, b, c, d = 0.0, 0.0, 0.0, 0.0
        quarter = places // 4 * 4
        for k in range(0, quarter, 4):
            a += out[k]
            b += out[k + 1]
            c += out[k + 2]
            d += out[k + 3]
        for k in range(quarter, places):
            a += out[k]
        total = (a + b) + (c + d)
        for k in range(places):
            out[k] /= total
        log_sum[i] = top + math.log(total)


@kernel
def rate_densities(
    begin: Ints,
    end: Ints,
    weight: Floats,
    peak: Floats,
    at: Floats,
    power: Floats,
    decay: Floats,
    log_rate: Floats,
    tail: Floats,
    out: Floats,
) -> None:
    """Density of the rate over its logarithm in each bin, a mixture over the segments that hold the bin.

    Parameters
    ----------
    begin, end
        Bins of each segment, shape (segments,).
    weight
        Log of the factor before each segment's ``exp(power * log_rate - decay * tail - peak)``, shape (segments,).
    peak, at
        Greatest value of ``power * log_rate - decay * tail``, and the log rate where it is reached, shape (segments,).
    power, decay
        Of each segment, shape (segments,).
    log_rate, tail
        The grid, and the rate (gamma) or log(1 + rate / size) (beta prime) on it, shape (points,).
    out
        Added to: changes of the density from bin to bin, shape (n + 1, points).
    """
    points = log_rate.shape[0]
    terms, spare, density = np.empty(points), np.empty(points), np.empty(points)
    for i in range(begin.shape[0]):
        a, d, top = power[i], decay[i], peak[i]
        middle = min(np.searchsorted(log_rate, at[i]), points - 1)
        # The log density is concave: what is 30 below its peak lies outside one window, found by halving.
        low, high = 0, middle
        while low < high:
            g = (low + high) >> 1
            if a * log_rate[g] - d * tail[g] < top - 30.0:
                low = g + 1
            else:
                high = g
        first = low
        low, high = middle, points
        while low < high:
            g = (low + high) >> 1
            if a * log_rate[g] - d * tail[g] < top - 30.0:
                high = g
            else:
                low = g + 1
        number = low - first
        for g in range(number):
            terms[g] = min(a * log_rate[first + g] - d * tail[first + g] - top, 0.0)
        _fill_exponentials(terms, spare, density, number)
        scale = math.exp(weight[i])
        # Only the changes at both ends are stored; the caller adds them up over the bins.
        starts, stops = out[begin[i]], out[end[i]]
        for g in range(number):
            starts[first + g] += density[g] * scale
            stops[first + g] -= density[g] * scale
