"""Posteriors of a rate, and of how many movements there were behind those that were seen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from ...arrays import Floats
from ...errors import EstimateError
from ...results.range import Range

__all__ = ["GammaRate", "TrueCount", "gamma_poisson", "true_count"]


@dataclass(frozen=True, slots=True)
class GammaRate:
    """A rate known up to a gamma distribution.

    Parameters
    ----------
    shape, exposure
        Gamma(shape, exposure): as if `shape` events had been seen in `exposure` days.
    """

    shape: float
    exposure: float

    @property
    def mean(self) -> float:
        """Expected rate."""
        return self.shape / self.exposure

    def quantile(self, p: ArrayLike) -> Any:
        """Rate that is not exceeded with probability `p`."""
        from scipy.special import gammaincinv

        return gammaincinv(self.shape, np.asarray(p, dtype=np.float64)) / self.exposure

    def interval(self, coverage: float = 0.9) -> Range:
        """Median and equal-tailed interval."""
        tail = (1 - coverage) / 2
        low, middle, high = self.quantile([tail, 0.5, 1 - tail])
        return Range(low, middle, high)

    def probability_above(self, rate: float) -> float:
        """Probability that the rate exceeds a value."""
        from scipy.special import gammaincc

        return float(gammaincc(self.shape, rate * self.exposure))

    def next_count(self, n: ArrayLike, *, exposure: float = 1.0) -> Any:
        """Probability of each count `n` in a further exposure: negative binomial."""
        from scipy.stats import nbinom

        return nbinom(self.shape, self.exposure / (self.exposure + exposure)).pmf(np.asarray(n))


def gamma_poisson(
    count: float, *, exposure: float, prior: tuple[float, float] = (0.5, 0.0)
) -> GammaRate:
    """Posterior of a Poisson rate under a Gamma(shape, exposure) prior; by default Jeffreys' Gamma(1/2, 0).

    Examples
    --------
    >>> gamma_poisson(3, exposure=2.0, prior=(3, 5))
    GammaRate(shape=6, exposure=7.0)
    """
    if not (count >= 0 and exposure >= 0 and prior[0] >= 0 and prior[1] >= 0):
        raise EstimateError(
            f"counts, exposures and priors are 0 or above, got {count!r}, {exposure!r}, {prior!r}"
        )
    if count + prior[0] <= 0 or exposure + prior[1] <= 0:
        raise EstimateError(
            "no event or no exposure, and a prior that adds none: nothing is known of the rate"
        )
    return GammaRate(prior[0] + count, prior[1] + exposure)


@dataclass(frozen=True, slots=True)
class TrueCount:
    """How many there were, when some were seen: seen + a beta negative binomial.

    Parameters
    ----------
    seen
        How many were seen.
    size, a, b
        Of the number not seen: misses before `size` hits, each a hit with a chance that is Beta(a, b).
    """

    seen: int
    size: float
    a: float
    b: float

    @property
    def mean(self) -> float:
        """Expected true count; infinite for a <= 1."""
        if self.a <= 1:
            return math.inf
        return self.seen + self.size * self.b / (self.a - 1)

    def probability(self, n: ArrayLike) -> Floats:
        """Probability of each true count in `n`."""
        from scipy.special import betaln, gammaln

        missed = np.asarray(n, dtype=np.float64) - self.seen
        j = np.maximum(missed, 0.0)
        log_ways = gammaln(self.size + j) - gammaln(self.size) - gammaln(j + 1)
        log_after = betaln(self.a + self.size, self.b + j)
        log_before = betaln(self.a, self.b)
        p = np.exp(log_ways + (log_after - log_before))
        return np.where(missed >= 0, p, 0.0)

    def quantile(self, p: float) -> int:
        """Least count that is not exceeded with probability `p` or more."""
        if not 0 < p < 1:
            raise EstimateError(f"a probability above 0 and below 1 was wanted, got {p!r}")
        many = 1024
        while many <= 1 << 24:
            reached = np.cumsum(self.probability(self.seen + np.arange(many)))
            if reached[-1] >= p:
                return self.seen + int(np.searchsorted(reached, p - 1e-12))
            many *= 8
        raise EstimateError(
            f"the {p:.3%} point lies beyond {1 << 24:,}: the share reported may be almost 0"
        )

    def interval(self, coverage: float = 0.9) -> Range:
        """Median and equal-tailed interval."""
        tail = (1 - coverage) / 2
        return Range(self.quantile(tail), self.quantile(0.5), self.quantile(1 - tail))

    def __str__(self) -> str:
        return f"{self.interval()} (90%) behind {self.seen} seen"


def true_count(
    seen: int, *, share: tuple[float, float], prior: Literal["flat", "scale"] = "flat"
) -> TrueCount:
    """How many movements there were, when `seen` were reported and each was reported with an unknown share.

    Parameters
    ----------
    seen
        How many were reported.
    share
        Parameters (a, b) of the Beta distribution of the share.
    prior
        Of the true number N: "flat" (all alike; this shifts the share to Beta(a - 1, b), as a low share goes with large
        N), or "scale" (1 / N: the share keeps its distribution, which is what `estimate_rate` does).

    Raises
    ------
    EstimateError
        The posterior does not exist: nothing seen with prior "scale", or a <= 1 with "flat".

    Notes
    -----
    Given the share p, the unseen are Poisson and independent of the seen; with p ~ Beta(a, b) they are beta negative
    binomial with (seen + 1; a - 1, b) under "flat" and (seen; a, b) under "scale". Rate and share are not both
    identified: the width is that of your `share`.

    Examples
    --------
    >>> true_count(10, share=(8, 4)).interval(0.95)
    Range(low=10.0, middle=16.0, high=34.0, unit='')
    """
    a, b = share
    if seen != int(seen) or seen < 0 or not (a > 0 and b > 0):
        raise EstimateError(
            f"a whole count of 0 or more and a Beta(a, b) were wanted, got {seen!r} and {share!r}"
        )
    if prior not in ("flat", "scale"):
        raise EstimateError(f"prior {prior!r} is none of flat, scale")
    if prior == "flat" and a <= 1:
        raise EstimateError(
            f"prior 'flat' needs a share Beta(a, b) with a > 1, got a = {a:g}; use prior='scale'"
        )
    if prior == "scale" and seen == 0:
        raise EstimateError("prior 'scale' says nothing when nothing was seen; use prior='flat'")
    # A flat prior makes low shares likelier, as they go with large totals: that is the shift of a by one.
    if prior == "flat":
        return TrueCount(int(seen), seen + 1.0, a - 1.0, float(b))
    return TrueCount(int(seen), float(seen), a, float(b))
