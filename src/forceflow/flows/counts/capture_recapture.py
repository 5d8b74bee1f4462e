"""How many were there, when several independent lists saw some of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from ...errors import EstimateError

__all__ = ["ListEstimate", "chao_lower_bound", "two_lists"]

_DEPENDENCE = (
    "lists that copy each other, or all see the big flights, make this too low; "
    "links that were missed make it too high"
)


@dataclass(frozen=True, slots=True)
class ListEstimate:
    """An estimated total from overlapping lists.

    Parameters
    ----------
    total, low, high
        The estimate and its 95 % interval; `low` is never below what was seen.
    error
        Standard error.
    seen
        Distinct things on any list.
    method, caution
        What it is, and what dependence between the lists does to it.
    """

    total: float
    low: float
    high: float
    error: float
    seen: int
    method: str
    caution: str = _DEPENDENCE

    def __str__(self) -> str:
        return (
            f"{self.method}: {self.total:,.0f} ({self.low:,.0f} to {self.high:,.0f}, 95 %), {self.seen} seen; "
            f"{self.caution}"
        )


def two_lists(first: int, second: int, *, both: int) -> ListEstimate:
    """Total behind two independent lists of the same stream: Chapman's estimate.

    Parameters
    ----------
    first, second
        Entries on each list; the unit is one sortie or sailing, not one report.
    both
        Entries on both.

    Raises
    ------
    EstimateError
        A count is below 0, or `both` is more than a list holds.

    Notes
    -----
    N = (n1 + 1)(n2 + 1)/(m + 1) - 1; Chapman 1951. Variance (n1+1)(n2+1)(n1-m)(n2-m)/((m+1)^2 (m+2)); Seber 1982.

    Examples
    --------
    >>> estimate = two_lists(87, 14, both=7)
    >>> round(estimate.total), round(estimate.low, 1), round(estimate.high, 1)
    (164, 94.0, 234.2)
    """
    if min(first, second, both) < 0 or both > min(first, second):
        raise EstimateError(f"lists of {first} and {second} cannot share {both}")
    total = (first + 1) * (second + 1) / (both + 1) - 1
    entries = (first + 1) * (second + 1)
    alone = (first - both) * (second - both)
    variance = entries * alone / ((both + 1) ** 2 * (both + 2))
    error = math.sqrt(variance)
    seen = first + second - both
    # The interval is symmetric and may reach below what was seen, which no total can.
    return ListEstimate(
        total=total,
        low=max(total - 1.96 * error, float(seen)),
        high=total + 1.96 * error,
        error=error,
        seen=seen,
        method="Chapman, two lists",
    )


def chao_lower_bound(frequencies: Mapping[int, int]) -> ListEstimate:
    """Least total behind things seen once, twice, ...: Chao's lower bound.

    Parameters
    ----------
    frequencies
        How many things were seen how often: ``{1: 10, 2: 4, 3: 1}``.

    Notes
    -----
    S + f1^2/(2 f2), or S + f1 (f1 - 1)/2 when nothing was seen twice; Chao 1987, with her log-normal interval. A lower
    bound when some things are easier to see than others.

    Examples
    --------
    >>> print(chao_lower_bound({1: 10, 2: 4, 3: 1}))  # doctest: +ELLIPSIS
    Chao, lower bound: 28 (18 to 68, 95 %), 15 seen; ...
    """
    seen = sum(frequencies.values())
    if min(frequencies, default=1) < 1 or min(frequencies.values(), default=0) < 0 or not seen:
        raise EstimateError("frequencies count things seen once or more, such as {1: 10, 2: 4}")
    unseen, variance = _chao_unseen(frequencies.get(1, 0), frequencies.get(2, 0), seen)
    if unseen <= 0:
        total = float(seen)
        return ListEstimate(total, total, total, 0.0, seen, "Chao, lower bound")
    # Log-normal in what was not seen, so that the interval stays above what was.
    log_variance = math.log(1 + max(variance, 0.0) / unseen**2)
    spread = math.exp(1.96 * math.sqrt(log_variance))
    return ListEstimate(
        total=seen + unseen,
        low=seen + unseen / spread,
        high=seen + unseen * spread,
        error=math.sqrt(max(variance, 0.0)),
        seen=seen,
        method="Chao, lower bound",
    )


def _chao_unseen(f1: int, f2: int, seen: int) -> tuple[float, float]:
    """Least number of things not seen, by how many were seen once and twice, and its variance."""
    if f2 > 0:
        ratio = f1 / f2
        return f1**2 / (2 * f2), f2 * (ratio**2 / 2 + ratio**3 + ratio**4 / 4)
    # f1**2 / (2 f2) has no value where nothing was seen twice.
    unseen = f1 * (f1 - 1) / 2
    if not f1:
        return unseen, 0.0
    total = seen + unseen
    return unseen, unseen + f1 * (2 * f1 - 1) ** 2 / 4 - f1**4 / (4 * total)
