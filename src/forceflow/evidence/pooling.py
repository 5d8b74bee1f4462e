"""Several witnesses, one number: agreement sharpens, disagreement widens, and a poor source counts for less."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import filterfalse, starmap
from typing import Any

import numpy as np

from ..arrays import Floats
from ..errors import EventError
from ..quantity import Quantity
from .bounds import cut_pool, is_ceiling, is_floor, limit_of, pool_bounds
from .grades import GRADES, Grades
from .pooled import LEVELS, Pooled, Weighed, content_of, highest_of, join_words, lowest_of, trust_in
from .posterior import log_best, log_error, log_zero, pool_agreeing

__all__ = ["paule_mandel", "pool_numbers"]


def pool_numbers(
    numbers: Sequence[Quantity], reliabilities: Sequence[float], *, grades: Grades = GRADES
) -> Pooled:
    """Pool the numbers of independent witnesses of one thing.

    Parameters
    ----------
    numbers
        One per witness, none without content.
    reliabilities
        Reliability of each witness, above 0 and at most 1.

    Notes
    -----
    One number stays as it is, and so it does beside a claim that contains it: a wider range, a lower floor, a higher
    ceiling. Numbers that agree (Birge ratio up to the limit) are multiplied as contaminated likelihoods under a broad
    log-normal prior. Numbers in conflict are pooled linearly by reliability when two, or when they fall into two camps;
    else by Paule-Mandel with an HKSJ t-interval, on the log scale, no further than a factor `Grades.broad_gsd` beyond
    the ranges of all. Then floors ("at least", "more than") and ceilings that some number does not satisfy cut what
    they exclude, as far as they are trusted; one beyond the range of the rest is in conflict with it. Of floors and
    ceilings alone the highest floor counts, up to the lowest ceiling.

    Examples
    --------
    >>> about, floor = Quantity.parse("about 100"), Quantity.at_least(1)
    >>> pool_numbers([about, floor], [0.7, 0.7]).quantity == about
    True
    """
    # In one order whatever the order of the reports, so that the answer does not depend on it.
    claims = sorted(starmap(Weighed, zip(numbers, reliabilities, strict=True)), key=_claim_order)
    if not claims:
        raise EventError("nothing to pool")
    pooled = _pool_all(claims, grades)
    if len(claims) == 1:
        return Pooled(pooled.quantity, "single", pooled.birge)
    return pooled


def _claim_order(claim: Weighed) -> tuple[Any, ...]:
    """Key by which claims are put in order."""
    return *content_of(claim.quantity), claim.reliability, claim.quantity.words


def _pool_all(claims: Sequence[Weighed], grades: Grades) -> Pooled:
    """Pool the numbers, and cut from the pool what floors and ceilings exclude."""
    points, floors, ceilings = _sort_bounds(claims)
    if not points:
        return pool_bounds(floors, ceilings)
    numbers = [claim.quantity for claim in points]
    least, most = lowest_of(numbers), highest_of(numbers)
    trust = trust_in(points)
    # A bound that every number satisfies already repeats what they say.
    tight_floors = [claim for claim in floors if limit_of(claim.quantity) > least]
    tight_ceilings = [claim for claim in ceilings if limit_of(claim.quantity) < most]
    pooled = cut_pool(_pool_points(points, grades), tight_floors, trust)
    return cut_pool(pooled, tight_ceilings, trust)


def _sort_bounds(
    claims: Sequence[Weighed],
) -> tuple[list[Weighed], list[Weighed], list[Weighed]]:
    """Numbers, floors and ceilings apart."""
    points: list[Weighed] = []
    floors: list[Weighed] = []
    ceilings: list[Weighed] = []
    for claim in claims:
        if is_floor(claim.quantity):
            floors.append(claim)
        elif is_ceiling(claim.quantity):
            ceilings.append(claim)
        else:
            points.append(claim)
    return points, floors, ceilings


def _pool_points(points: Sequence[Weighed], grades: Grades) -> Pooled:
    """Pool numbers that are neither floors nor ceilings."""
    points = _drop_wide(points)
    numbers = [claim.quantity for claim in points]
    if len(set(map(content_of, numbers))) == 1:
        return Pooled(numbers[0], "agreement", 0.0)
    zero = log_zero(numbers)
    y = np.array([log_best(number, zero) for number in numbers])
    s = np.array([log_error(number, zero) for number in numbers])
    _, squares = _weighted_mean(y, 1 / s**2)
    # 1 where they differ as much as their errors allow.
    birge = math.sqrt(squares / (len(points) - 1))
    if birge <= grades.birge_limit:
        return Pooled(pool_agreeing(points, grades), "agreement", birge)
    # Of two numbers, or two camps, the truth is as one of them says, and not in the middle.
    if len(points) == 2 or _two_camps(y, s):
        weights = [claim.reliability for claim in points]
        return Pooled(Quantity.pool(numbers, weights=weights), "linear pool", birge)
    return Pooled(_random_effects(numbers, y, s, grades), "random effects", birge)


def _random_effects(numbers: Sequence[Quantity], y: Floats, s: Floats, grades: Grades) -> Quantity:
    """A t-interval around the Paule-Mandel mean, on the log scale."""
    from scipy.special import stdtrit

    centre, error, _ = paule_mandel(y.tolist(), s.tolist())
    # The t distribution has no end at the levels 0 and 1.
    levels = np.clip(LEVELS, 1e-4, 1 - 1e-4)
    low = lowest_of(numbers) / grades.broad_gsd
    high = highest_of(numbers) * grades.broad_gsd
    table = np.clip(np.exp(centre + error * stdtrit(len(numbers) - 1, levels)), low, high)
    return Quantity.from_table(table, like=numbers[0], words=join_words(numbers))


def _drop_wide(points: Sequence[Weighed]) -> list[Weighed]:
    """Leave out each number whose range contains those of all the others: it says nothing that they do not say."""
    kept = list(points)
    for wide in sorted(points, key=_widest_first):
        others = list(filterfalse(wide.says_same, kept))
        if not others or not _contains_all(wide.quantity, others):
            break
        kept = others
    return kept


def _widest_first(claim: Weighed) -> tuple[Any, ...]:
    """Key by which the widest numbers come first."""
    return claim.quantity.low - claim.quantity.high, *content_of(claim.quantity)


def _contains_all(wide: Quantity, others: Sequence[Weighed]) -> bool:
    """Whether the range of a number contains the ranges of all others."""
    numbers = [claim.quantity for claim in others]
    return wide.low <= lowest_of(numbers) and highest_of(numbers) <= wide.high


def _two_camps(y: Floats, s: Floats) -> bool:
    """Whether the largest gap between neighbouring totals is wide against their errors and against the other gaps."""
    order = np.sort(y)
    gaps = np.diff(order)
    widest = int(np.argmax(gaps))
    others = np.delete(gaps, widest)
    if gaps[widest] <= 3 * np.median(s):
        return False
    return bool(others.size == 0 or gaps[widest] > 2 * others.max())


def paule_mandel(values: Sequence[float], errors: Sequence[float]) -> tuple[float, float, float]:
    """Mean of disagreeing values by random effects.

    Parameters
    ----------
    values, errors
        The values and their standard errors; two or more.

    Returns
    -------
    mean, error, between
        The mean, its HKSJ standard error (with k - 1 degrees of freedom), and the standard deviation between.

    Notes
    -----
    Paule & Mandel 1982: the variance between is the one at which the weighted sum of squares is k - 1. The error is
    that of Hartung & Knapp 2001, Sidik & Jonkman 2002, never below the one without the adjustment.
    """
    from scipy.optimize import brentq

    y = np.asarray(values, dtype=np.float64)
    s2 = np.asarray(errors, dtype=np.float64) ** 2
    if y.size < 2 or y.shape != s2.shape or not (s2 > 0).all():
        raise EventError("random effects need two or more values, each with an error above 0")

    freedom = y.size - 1

    def excess(between: float) -> float:
        _, squares = _weighted_mean(y, 1 / (s2 + between))
        return squares - freedom

    between = 0.0
    if excess(0.0) > 0:
        top = float(y.var(ddof=1)) + float(s2.max())
        while excess(top) > 0:
            top *= 2
        between = float(brentq(excess, 0.0, top, xtol=1e-14))
    w = 1 / (s2 + between)
    mean, squares = _weighted_mean(y, w)
    # Values that differ by less than their errors by chance do not make the error smaller.
    error = math.sqrt(max(squares / freedom, 1.0) / float(w.sum()))
    return mean, error, math.sqrt(between)


def _weighted_mean(y: Floats, w: Floats) -> tuple[float, float]:
    """Mean of weighted values, and their weighted sum of squares around it."""
    mean = float((w * y).sum() / w.sum())
    return mean, float((w * (y - mean) ** 2).sum())
