"""When a process first reaches a distance: closed forms, as quick answers and as checks of the simulations."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..errors import EstimateError, UnknownNameError

__all__ = ["KINDS", "FirstPassage", "first_passage"]

KINDS: dict[str, tuple[str, ...]] = {
    "wiener": ("distance", "drift", "diffusion"),
    "gamma": ("distance", "shape_per_day", "scale"),
    "poisson": ("movements", "shape", "rate_days"),
}
"""Kinds of process and what each needs."""


@dataclass(frozen=True, slots=True)
class FirstPassage:
    """The time until a process has covered a distance; it may never.

    Parameters
    ----------
    kind, parameters
        As given to `first_passage`.
    mean
        Mean time, days; infinite where it does not exist.
    p_ever
        Probability that it ever gets there.
    """

    kind: str
    parameters: Mapping[str, float]
    mean: float
    p_ever: float

    def probability_by(self, days: ArrayLike) -> Any:
        """Probability that it is there within `days`, of the same shape."""
        t = np.asarray(days, dtype=np.float64)
        if np.isnan(t).any() or (t < 0).any():
            raise EstimateError("days must be 0 or more")
        out = np.zeros(t.shape)
        inside = t > 0
        chance = _CDF[self.kind]
        out[inside] = chance(t[inside], *self.parameters.values())
        return float(out) if out.ndim == 0 else out

    def quantile(self, p: float) -> float:
        """Days by which it is there with probability `p`; infinite when that never happens."""
        if not 0 < p < 1:
            raise EstimateError(f"a probability above 0 and below 1 was wanted, got {p!r}")
        if p >= self.p_ever:
            return math.inf
        if self.kind == "poisson":
            return _poisson_quantile(p, *self.parameters.values())
        return self._quantile_by_search(p)

    def _quantile_by_search(self, p: float) -> float:
        from scipy.optimize import brentq

        top = 1.0
        if math.isfinite(self.mean):
            top = max(self.mean, 1e-12)
        # Twice as far until the root lies before it.
        while self.probability_by(top) < p:
            top *= 2
            if top > 1e300:
                return math.inf

        def miss(days: float) -> float:
            return float(self.probability_by(days) - p)

        return float(brentq(miss, 0.0, top, xtol=1e-12 * top, rtol=8.9e-16, maxiter=500))

    def __str__(self) -> str:
        given = ", ".join(f"{name} {value:g}" for name, value in self.parameters.items())
        middle, when = self.quantile(0.5), "less than half ever"
        if math.isfinite(middle):
            when = f"half by day {middle:.4g}"
        return f"first passage ({self.kind}: {given}): {when}; ever: {self.p_ever:.1%}"


def first_passage(kind: str, **parameters: float) -> FirstPassage:
    """Time until a process has covered a distance, in closed form.

    Parameters
    ----------
    kind
        "wiener": net flow that may go back: ``distance``, ``drift`` per day, ``diffusion`` per square root of a day.
        With a drift of 0 or less it is complete only with probability `p_ever`, and its mean is infinite.
        "gamma": gross flow that only goes out: ``distance``, ``shape_per_day``, ``scale``.
        "poisson": so many ``movements`` left, at a rate that is known only as Gamma(``shape``, ``rate_days``):
        movements seen, and the days in which they were seen.
    **parameters
        The numbers of that kind.

    Raises
    ------
    UnknownNameError
        No such kind.
    EstimateError
        A number is missing, unknown or out of bounds.

    Notes
    -----
    Wiener: inverse Gaussian with mean D/v and shape D^2/s^2; for v < 0 it ever ends with probability exp(2vD/s^2)
    (Cox & Miller 1965; Chhikara & Folks 1989). Gamma: P(T <= t) = Q(a t, D/scale), the regularised upper incomplete
    gamma function (van Noortwijk 2009); its mean is the integral of 1 - P. Poisson: T = b BetaPrime(n, a), and
    P(T <= t) = P(NegBin(a, b/(b+t)) >= n).

    Examples
    --------
    >>> left = first_passage("poisson", movements=20, shape=30, rate_days=10)
    >>> round(left.mean, 3), round(left.quantile(0.95), 3)
    (6.897, 10.628)
    """
    if kind not in KINDS:
        raise UnknownNameError("first passage", kind, KINDS)
    wanted = KINDS[kind]
    if set(parameters) != set(wanted):
        raise EstimateError(
            f"first_passage({kind!r}) needs {', '.join(wanted)}; got {', '.join(parameters) or 'nothing'}"
        )
    numbers = {name: float(parameters[name]) for name in wanted}
    _check_numbers(kind, numbers)
    p_ever = 1.0
    if kind == "wiener":
        p_ever = _wiener_ever(*numbers.values())
    return FirstPassage(kind, numbers, _MEAN[kind](*numbers.values()), p_ever)


def _check_numbers(kind: str, numbers: Mapping[str, float]) -> None:
    for name, value in numbers.items():
        if not math.isfinite(value) or (value <= 0 and name != "drift"):
            raise EstimateError(
                f"first_passage({kind!r}): {name} must be a number above 0, got {value!r}"
            )


def _wiener_ever(d: float, v: float, s: float) -> float:
    """Probability that it ever gets there: certain unless the drift leads away."""
    if v >= 0:
        return 1.0
    return math.exp(2 * v * d / s**2)


def _wiener_mean(d: float, v: float, s: float) -> float:
    return d / v if v > 0 else math.inf


def _gamma_mean(d: float, alpha: float, scale: float) -> float:
    """The integral of the chance that it is not there yet."""
    from scipy.integrate import quad

    def is_under_way(t: float) -> float:
        return 1 - float(_gamma_cdf(np.array([t]), d, alpha, scale)[0])

    # In parts about where it falls, as over one long span the quadrature may step over that.
    guess = (d / scale + 1) / alpha
    ends = (0.0, 0.5 * guess, guess, 2 * guess, 4 * guess, 40 * guess)
    parts = [quad(is_under_way, begin, end, limit=200)[0] for begin, end in pairwise(ends)]
    return float(sum(parts))


def _poisson_mean(n: float, a: float, b: float) -> float:
    return b * n / (a - 1) if a > 1 else math.inf


def _poisson_quantile(p: float, n: float, a: float, b: float) -> float:
    from scipy.special import betaincinv

    share = float(betaincinv(n, a, p))
    return b * share / (1 - share)


def _wiener_cdf(t: Any, d: float, v: float, s: float) -> Any:
    from scipy.special import log_ndtr, ndtr

    root = s * np.sqrt(t)
    direct = ndtr((v * t - d) / root)
    # The second term as one exponent: for a large drift its two factors overflow and underflow.
    exponent = 2 * v * d / s**2 + log_ndtr((-d - v * t) / root)
    reflected = np.exp(exponent)
    return np.minimum(direct + reflected, 1.0)


def _gamma_cdf(t: Any, d: float, alpha: float, scale: float) -> Any:
    from scipy.special import gammaincc

    return gammaincc(alpha * t, d / scale)


def _poisson_cdf(t: Any, n: float, a: float, b: float) -> Any:
    from scipy.special import betainc

    return betainc(n, a, t / (t + b))


_CDF = {"wiener": _wiener_cdf, "gamma": _gamma_cdf, "poisson": _poisson_cdf}
_MEAN = {"wiener": _wiener_mean, "gamma": _gamma_mean, "poisson": _poisson_mean}
