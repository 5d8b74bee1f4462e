"""The queue at one apron, or one group of berths, that any aircraft or ship may come to."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...errors import EstimateError
from ...kernels.queueing import erlang_b, erlang_c

__all__ = ["ApronWait", "apron_wait"]


@dataclass(frozen=True, kw_only=True)
class ApronWait:
    """The queue at one apron or group of berths.

    Parameters
    ----------
    wait_h
        Mean wait for a spot, of all that come, in h.
    queue
        Mean number waiting.
    on_ground
        Mean number on the ground: waiting and served.
    wait_share, blocked_share
        Probability that one has to wait (Erlang C), and that it would be turned away were there no room to wait
        (Erlang B); both for exponential ground times.
    utilisation_share
        Share of spots at work.
    """

    wait_h: float
    queue: float
    on_ground: float
    wait_share: float
    blocked_share: float
    utilisation_share: float

    def __str__(self) -> str:
        return (
            f"apron: {self.wait_h:.3g} h wait, {self.queue:.3g} in the queue, "
            f"{self.utilisation_share:.0%} of spots at work"
        )


def apron_wait(
    arrivals_per_h: float,
    *,
    ground_h: float,
    mog: int,
    ground_cv: float = 1.0,
    arrival_cv: float = 1.0,
    method: str = "allen-cunneen",
) -> ApronWait:
    """Mean wait for a spot when aircraft (or ships) come from anywhere at a steady rate.

    Parameters
    ----------
    arrivals_per_h
        Rate of arrivals.
    ground_h, mog
        Mean ground time in h, and spots (or berths).
    ground_cv, arrival_cv
        Coefficient of variation of ground times and of times between arrivals: 0 fixed, 1 exponential.
    method
        "allen-cunneen", or "cosmetatos" for arrivals at random (``arrival_cv=1``) and ground times near fixed.

    Raises
    ------
    EstimateError
        More comes than the spots can serve; the message says how many spots are enough.

    Notes
    -----
    M/M/c by Erlang's recursion (1917); Allen-Cunneen Wq ~ (ca^2 + cs^2)/2 Wq(M/M/c) (Allen 1990); Cosmetatos (1976)
    corrects the fixed case by 1 + (1 - rho)(c - 1)(sqrt(4 + 5c) - 2)/(16 rho c) and mixes by cs^2. Papers not
    opened; formulas held by exact M/D/c values in the tests. A fleet of a dozen cannot queue without end: near full
    use `cycle_capacity`.

    Examples
    --------
    >>> print(apron_wait(0.9, ground_h=2.0, mog=2))
    apron: 8.53 h wait, 7.67 in the queue, 90% of spots at work
    """
    _check_apron(arrivals_per_h, ground_h, mog, ground_cv, arrival_cv)
    spots = int(mog)
    offered = float(arrivals_per_h * ground_h)
    if offered >= spots:
        raise EstimateError(
            f"{arrivals_per_h:g} arrivals/h of {ground_h:g} h need more than {offered:g} spots, mog is {spots}: "
            f"the queue grows without end; mog={int(offered) + 1} would do, and cycle_capacity knows a finite fleet"
        )
    waits = erlang_c(spots, offered)
    used = offered / spots
    # The wait of M/M/c, from which both corrections start.
    plain_h = waits * ground_h / (spots - offered)
    if method == "allen-cunneen":
        wait_h = (arrival_cv**2 + ground_cv**2) / 2 * plain_h
    elif method == "cosmetatos" and arrival_cv == 1.0:
        # Fixed ground times halve the wait of exponential ones, but for the correction.
        extra = _cosmetatos_correction(spots, used)
        exponential_h = ground_cv**2 * plain_h
        fixed_h = (1 - ground_cv**2) * (1 + extra) / 2 * plain_h
        wait_h = exponential_h + fixed_h
    else:
        raise EstimateError(
            f"method is 'allen-cunneen', or 'cosmetatos' with arrival_cv=1; got {method!r} with {arrival_cv!r}"
        )
    # Little's law: a rate of arrivals times a mean wait is the mean number that waits.
    queue = arrivals_per_h * wait_h
    return ApronWait(
        wait_h=wait_h,
        queue=queue,
        on_ground=queue + offered,
        wait_share=waits,
        blocked_share=erlang_b(spots, offered),
        utilisation_share=used,
    )


def _cosmetatos_correction(spots: int, used: float) -> float:
    """How much longer than half of M/M/c the wait is with fixed ground times, as a share; 0 where nothing comes."""
    if not used:
        return 0.0
    return (1 - used) * (spots - 1) * (math.sqrt(4 + 5 * spots) - 2) / (16 * used * spots)


def _is_number(value: object) -> bool:
    """Whether a value is a single number; True would pass for 1."""
    return isinstance(value, int | float | np.integer | np.floating) and value is not True


def _check_apron(
    arrivals_per_h: float,
    ground_h: float,
    mog: int,
    ground_cv: float,
    arrival_cv: float,
) -> None:
    """Refuse inputs that are not single numbers, or are out of their bounds."""
    inputs = (arrivals_per_h, ground_h, mog, ground_cv, arrival_cv)
    if not all(map(_is_number, inputs)):
        raise EstimateError(f"apron_wait takes single numbers, got {', '.join(map(repr, inputs))}")
    can_work = 0 <= arrivals_per_h < math.inf and 0 < ground_h < math.inf
    whole_spots = 1 <= mog < math.inf and int(mog) == mog
    if not (can_work and whole_spots):
        raise EstimateError(
            "an apron needs finite arrivals_per_h of at least 0, ground_h above 0 and a whole mog of at least 1, "
            f"got {arrivals_per_h!r}, {ground_h!r}, {mog!r}"
        )
    if not (0 <= ground_cv < math.inf and 0 <= arrival_cv < math.inf):
        raise EstimateError(
            f"a coefficient of variation is finite, at least 0; got {ground_cv!r} and {arrival_cv!r}"
        )
