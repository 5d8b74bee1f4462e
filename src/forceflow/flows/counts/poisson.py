"""What a count says about a rate: intervals, and the ratio of two rates."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ...errors import EstimateError
from ...quantity.values import as_float
from ...results.arguments import check_asked
from ...results.range import Range

__all__ = [
    "INTERVALS",
    "LEAST_P",
    "RateRatio",
    "p_words",
    "poisson_interval",
    "rate_ratio",
    "root_between",
]

Interval = Literal["jeffreys", "garwood", "mid-p", "score", "byar", "wald"]

INTERVALS: tuple[Interval, ...] = ("jeffreys", "garwood", "mid-p", "score", "byar", "wald")


def _check_count(count: float, exposure: float, coverage: float) -> float:
    """Refuse what is no count, no exposure or no coverage; the tail probability on each side."""
    for name, number in (("count", count), ("exposure", exposure)):
        as_float(number, name=name)
    if not (count >= 0 and math.isfinite(count) and 0 < exposure < math.inf):
        raise EstimateError(
            f"a rate needs count >= 0 and exposure > 0, got {count!r} in {exposure!r}"
        )
    check_asked(coverage=coverage)
    return (1 - coverage) / 2


def poisson_interval(
    count: float, *, exposure: float = 1.0, method: Interval = "jeffreys", coverage: float = 0.9
) -> Range:
    """Rate per unit of exposure behind a Poisson count.

    Parameters
    ----------
    count
        Events seen.
    exposure
        Days (or other unit) in which they would have been seen.
    method
        "jeffreys" (Gamma(count + 1/2) posterior, the default), "garwood" (exact: covers at least what it says, so too
        wide at small counts), "mid-p" (close to what it says on average), "score", "byar" (with count + 1/2 in both
        ends), "wald" (for comparison only; too narrow at small counts).
    coverage
        Share between ``low`` and ``high``.

    Returns
    -------
    Range
        `middle` is the median of the posterior for "jeffreys" and count / exposure for the others. With a count of 0
        the lower end is 0, but slightly above 0 for "jeffreys".

    Raises
    ------
    EstimateError
        A negative count, no exposure, a coverage out of bounds or an unknown method.

    Notes
    -----
    Garwood, Biometrika 28 (1936); Brown, Cai & DasGupta, Statistica Sinica 13 (2003).

    Examples
    --------
    >>> print(poisson_interval(15, exposure=400, method="garwood", coverage=0.95))
    0.0375 (0.0210 to 0.0619)
    """
    from scipy.special import gammaincinv

    tail = _check_count(count, exposure, coverage)
    if method not in INTERVALS:
        raise EstimateError(f"method {method!r} is none of {', '.join(INTERVALS)}")
    middle = float(count)
    if method == "jeffreys":
        middle = float(gammaincinv(count + 0.5, 0.5))
    low, high = _MEAN_ENDS[method](count, tail)
    # The approximate ends may fall below 0, and those of a Poisson mean may not.
    low = min(max(low, 0.0), middle)
    return Range(low / exposure, middle / exposure, max(high, middle) / exposure)


def jeffreys_ends(count: float, tail: float) -> tuple[float, float]:
    """Ends of a Poisson mean by its posterior Gamma(count + 1/2): Brown, Cai & DasGupta 2003."""
    from scipy.special import gammaincinv

    return float(gammaincinv(count + 0.5, tail)), float(gammaincinv(count + 0.5, 1 - tail))


def garwood_ends(count: float, tail: float) -> tuple[float, float]:
    """Exact ends of a Poisson mean: Garwood 1936."""
    from scipy.special import gammaincinv

    low = float(gammaincinv(count, tail)) if count > 0 else 0.0
    return low, float(gammaincinv(count + 1, 1 - tail))


def mid_p_ends(count: float, tail: float) -> tuple[float, float]:
    """Ends of a Poisson mean at which P(Y > count) + P(Y = count) / 2 is the tail, and 1 less the tail."""
    from scipy.special import gammainc

    def miss(mean: float, wanted: float) -> float:
        more = float(gammainc(count + 1, mean))
        at_least = float(gammainc(count, mean)) if count > 0 else 1.0
        return more / 2 + at_least / 2 - wanted

    # The exact interval is the wider one, so it brackets both roots.
    bottom, top = garwood_ends(count, tail)
    low, least = 0.0, max(bottom, 1e-300)
    if count > 0:
        low = root_between(lambda mean: miss(mean, tail), bottom, top)
    return low, root_between(lambda mean: miss(mean, 1 - tail), least, top)


def score_ends(count: float, tail: float) -> tuple[float, float]:
    """Ends of a Poisson mean at which its score test just rejects."""
    from scipy.special import ndtri

    z = float(ndtri(1 - tail))
    half = z * math.sqrt(count + z * z / 4)
    centre = count + z * z / 2
    return centre - half, centre + half


def byar_ends(count: float, tail: float) -> tuple[float, float]:
    """Byar's approximation of the exact ends of a Poisson mean, with count + 1/2 in both."""
    from scipy.special import ndtri

    z, at = float(ndtri(1 - tail)), count + 0.5
    centre = 1 - 1 / (9 * at)
    half = z / (3 * math.sqrt(at))
    low, high = max(centre - half, 0.0), max(centre + half, 0.0)
    return at * low**3, at * high**3


def wald_ends(count: float, tail: float) -> tuple[float, float]:
    """Normal ends of a Poisson mean; too narrow at small counts."""
    from scipy.special import ndtri

    half = float(ndtri(1 - tail)) * math.sqrt(count)
    return count - half, count + half


_MEAN_ENDS: dict[Interval, Callable[[float, float], tuple[float, float]]] = {
    "jeffreys": jeffreys_ends,
    "garwood": garwood_ends,
    "mid-p": mid_p_ends,
    "score": score_ends,
    "byar": byar_ends,
    "wald": wald_ends,
}


def root_between(miss: Callable[[float], float], low: float, high: float) -> float:
    """Where `miss` changes its sign between low and high."""
    from scipy.optimize import brentq

    return float(brentq(miss, low, high, xtol=1e-300, rtol=1e-13))


# -- two rates ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RateRatio:
    """The first rate over the second.

    Parameters
    ----------
    ratio
        With its interval; ends may be 0 or infinite where a count is 0.
    p_value
        Two-sided, of equal rates.
    method
        "mid-p" or "exact".
    """

    ratio: Range
    p_value: float
    method: str
    coverage: float

    def __str__(self) -> str:
        return f"rate ratio {self.ratio} ({self.coverage:.0%}), {p_words(self.p_value)} ({self.method})"


def rate_ratio(
    first: tuple[float, float],
    second: tuple[float, float],
    *,
    method: Literal["mid-p", "exact"] = "mid-p",
    coverage: float = 0.9,
) -> RateRatio:
    """Ratio of two Poisson rates, given the sum of their counts.

    Parameters
    ----------
    first, second
        (count, exposure) of each.
    method
        "mid-p": central mid-P test and interval. "exact": Clopper-Pearson interval, and the test that adds up all
        outcomes no more probable than the one seen (as R's `poisson.test`); never too narrow, often too wide.
    coverage
        Share between the ends of the interval.

    Raises
    ------
    EstimateError
        Counts that are no whole numbers, none at all, or no exposure.

    Notes
    -----
    Given n = x1 + x2, x1 is Binomial(n, r t1 / (r t1 + t2)). Przyborowski & Wilenski, Biometrika 31 (1940).

    Examples
    --------
    >>> print(rate_ratio((11, 800), (21, 3011), method="exact", coverage=0.95))
    rate ratio 1.97 (0.86 to 4.28) (95%), p = 0.0797 (exact)
    """
    x1, t1 = _read_pair("first", first)
    x2, t2 = _read_pair("second", second)
    tail = _check_count(x1, t1, coverage)
    _check_count(x2, t2, coverage)
    if x1 != int(x1) or x2 != int(x2) or x1 + x2 == 0:
        raise EstimateError(
            f"a ratio needs whole counts that are not both 0, got {x1!r} and {x2!r}"
        )
    if method not in ("mid-p", "exact"):
        raise EstimateError(f"method {method!r} is none of mid-p, exact")
    ends = clopper_pearson_ends(x1, x2, tail)
    if method == "exact":
        p_value = _exact_p(x1, x2, t1 / (t1 + t2))
    else:
        first_tail = _mid_tail(x1, x2, t1 / (t1 + t2))
        second_tail = _mid_tail(x2, x1, t2 / (t1 + t2))
        p_value = min(1.0, 2 * min(first_tail, second_tail))
        ends = mid_p_share_ends(x1, x2, tail, ends)
    # A share of the counts as odds is a ratio of the counts, and by exposure one of the rates.
    low, high = (_odds_of_share(share) * t2 / t1 for share in ends)
    middle = math.inf
    if x2 > 0:
        middle = x1 / t1 / (x2 / t2)
    ratio = Range(min(low, middle), middle, max(high, middle))
    return RateRatio(
        ratio=ratio,
        p_value=max(p_value, LEAST_P),
        method=method,
        coverage=coverage,
    )


def _odds_of_share(share: float) -> float:
    """Odds of a share; infinite for all of it."""
    return share / (1 - share) if share < 1 else math.inf


def _read_pair(name: str, pair: object) -> tuple[float, float]:
    """A count and its exposure."""
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise EstimateError(f"{name} is a pair of a count and its exposure, got {pair!r}")
    count, exposure = pair
    return count, exposure


def clopper_pearson_ends(x1: float, x2: float, tail: float) -> tuple[float, float]:
    """Exact ends of the share of a binomial, x1 of x1 + x2."""
    from scipy.special import betaincinv

    bottom = float(betaincinv(x1, x2 + 1, tail)) if x1 > 0 else 0.0
    top = float(betaincinv(x1 + 1, x2, 1 - tail)) if x2 > 0 else 1.0
    return bottom, top


def mid_p_share_ends(
    x1: float, x2: float, tail: float, exact: tuple[float, float]
) -> tuple[float, float]:
    """Ends of the same share at which the mid-P tail is `tail` on either side; within the exact ends."""

    def miss(share: float, wanted: float) -> float:
        return _mid_tail(x1, x2, share) - wanted

    bottom, top = exact
    if x1 > 0:
        most = min(top, 1 - 1e-16)
        bottom = root_between(lambda share: miss(share, tail), bottom, most)
    if x2 > 0:
        least = max(bottom, 1e-300)
        top = root_between(lambda share: miss(share, 1 - tail), least, top)
    return bottom, top


def _exact_p(x1: float, x2: float, equal: float) -> float:
    """P-value of equal rates: all outcomes that are no more probable than the one seen."""
    from scipy import stats

    # In one order, so that the answer does not depend on which of the two was named first.
    one, share = min((x1, equal), (x2, 1 - equal))
    test = stats.binomtest(int(one), int(x1 + x2), share)
    return float(test.pvalue)


def _mid_tail(x1: float, x2: float, share: float) -> float:
    """P(X > x1) + P(X = x1) / 2 of a binomial of x1 + x2 trials."""
    from scipy.special import betainc

    at_least = float(betainc(x1, x2 + 1, share)) if x1 > 0 else 1.0
    more = float(betainc(x1 + 1, x2, share)) if x2 > 0 else 0.0
    return (at_least + more) / 2


LEAST_P = 1e-300
"""The least p-value that is given: a smaller one is a matter of floating point, and none is exactly 0."""


def p_words(p: float, digits: int = 3) -> str:
    """A p-value in words, such as "p = 0.03"."""
    if p <= LEAST_P:
        return f"p < {LEAST_P:.0e}"
    return f"p = {p:.{digits}g}"
