"""Floors and ceilings: what "at least" and "up to" exclude of a pool, and how far they are trusted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np

from ..arrays import Bools, Floats
from ..quantity import Quantity
from ..quantity.units import is_measured
from .pooled import LEVELS, STEPS, Pooled, Weighed, join_words, trust_in

__all__ = ["FLOORS", "cut_pool", "is_ceiling", "is_exact", "is_floor", "limit_of", "pool_bounds"]

FLOORS: Final = ("at_least", "over")
"""Families of numbers that say only how many there were at least."""


def is_floor(number: Quantity) -> bool:
    """Whether it says only how many there were at least."""
    return number.family in FLOORS


def is_ceiling(number: Quantity) -> bool:
    """Whether it says only how many there were at most."""
    return number.family == "at_most"


def is_exact(number: Quantity) -> bool:
    """Whether it is a number that is neither a floor nor a ceiling."""
    return number.has_content and not is_floor(number) and not is_ceiling(number)


def limit_of(bound: Quantity) -> float:
    """The least value that a floor allows, or the greatest that a ceiling allows."""
    if is_ceiling(bound):
        return bound.params[1]
    return float(bound.quantile(0.0))


def pool_bounds(floors: Sequence[Weighed], ceilings: Sequence[Weighed]) -> Pooled:
    """Pool floors and ceilings alone: the highest floor up to the lowest ceiling, or both where they clash.

    A ceiling says only where the numbers of a floor end, so that it never raises them.
    """
    if not ceilings:
        return Pooled(max(floors, key=_claim_limit).quantity, "agreement", 0.0)
    lowest = min(ceilings, key=_claim_limit).quantity
    if not floors:
        return Pooled(lowest, "agreement", 0.0)
    highest = max(floors, key=_claim_limit).quantity
    # A rounding error is no clash.
    if limit_of(highest) > limit_of(lowest) * (1 + 1e-9):
        above = [claim for claim in floors if _claim_limit(claim) > limit_of(lowest)]
        below = [claim for claim in ceilings if _claim_limit(claim) < limit_of(highest)]
        return cut_pool(Pooled(lowest, "agreement", 0.0), above, trust_in(below))
    return Pooled(_floor_up_to(highest, lowest), "agreement", 0.0)


def _claim_limit(claim: Weighed) -> float:
    return limit_of(claim.quantity)


def _floor_up_to(floor: Quantity, ceiling: Quantity) -> Quantity:
    """A floor without what a ceiling above it excludes."""
    limit = limit_of(ceiling)
    if limit >= floor.high:
        return floor
    values = floor.quantile(STEPS)
    table = _quantiles_of(values[values <= limit], limit)
    words = join_words([floor, ceiling])
    return Quantity.from_table(table, like=floor, words=words, whole=floor.whole)


def _quantiles_of(values: Floats, end: float) -> Floats:
    """Table of the values that are allowed, or of the end of what is allowed where no value lies there."""
    if not values.size:
        values = np.array([end])
    table: Floats = np.quantile(values, LEVELS)
    return table


def cut_pool(pooled: Pooled, bounds: Sequence[Weighed], trust: float) -> Pooled:
    """Apply floors, or ceilings, to a pooled number; of several the one that moves a quantile most.

    Parameters
    ----------
    pooled
        The pool of the other claims.
    bounds
        Floors or ceilings with the reliability of each.
    trust
        Reliability of the pool: the chance that one of its claims or more is right.

    Notes
    -----
    A bound that allows the whole range of the pool changes nothing. Else the bound holds with some weight, and with the
    rest the pool stays as it was (see `_weight_inside`).
    """
    base, method = pooled.quantity, pooled.method
    cuts: list[Quantity] = []
    for claim in bounds:
        if _allows_all(claim.quantity, base):
            continue
        weight, held = _hold_bound(base, claim, trust)
        cuts.append(Quantity.pool([base, held], weights=[1 - weight, weight]))
        # A bound beyond the range of the rest is in conflict with it, and is named so.
        if _lies_beyond(claim.quantity, base):
            method = "linear pool"
    if not cuts:
        return pooled
    # Each bound acts on its own, so that their order and their copies do not matter.
    table = _furthest_table(cuts, bounds[0].quantity)
    words = join_words([base, *(claim.quantity for claim in bounds)])
    result = Quantity.from_table(table, like=base, words=words, whole=cuts[0].whole)
    return Pooled(result, method, pooled.birge)


def _allows_all(bound: Quantity, base: Quantity) -> bool:
    """Whether a bound allows the whole range of a pool."""
    if is_floor(bound):
        return limit_of(bound) <= base.low
    return limit_of(bound) >= base.high


def _lies_beyond(bound: Quantity, base: Quantity) -> bool:
    """Whether a bound excludes the whole range of a pool."""
    if is_floor(bound):
        return limit_of(bound) > base.high
    return limit_of(bound) < base.low


def _furthest_table(cuts: Iterable[Quantity], bound: Quantity) -> Any:
    """At each level the highest of the quantiles that floors leave, or the lowest that ceilings leave."""
    tables = [np.array(cut.params) for cut in cuts]
    if is_floor(bound):
        return np.maximum.reduce(tables)
    return np.minimum.reduce(tables)


def _hold_bound(base: Quantity, claim: Weighed, trust: float) -> tuple[float, Quantity]:
    """Weight of a floor or ceiling, and the pool where it holds: what of the pool it allows."""
    bound, r = claim
    limit, end = limit_of(bound), _end_towards(base, bound)
    values = base.quantile(STEPS)
    share = r / (r + trust)
    if _lies_beyond(bound, base):
        return share, _make_held(_table_beyond(values, bound, end), base, bound)
    allowed = _allowed(values, bound, limit)
    excluded_at_end = 1 - _allowed(values, bound, end).mean()
    weight = _weight_inside(r, share, 1 - allowed.mean(), excluded_at_end)
    return weight, _make_held(_quantiles_of(values[allowed], limit), base, bound)


def _end_towards(base: Quantity, bound: Quantity) -> float:
    """The end of a pool that a bound would reach last: the high end for a floor, the low end for a ceiling."""
    if is_floor(bound):
        return base.high
    return base.low


def _allowed(values: Floats, bound: Quantity, limit: float) -> Bools:
    """Which values a bound of this kind would allow with its limit there."""
    half = _half_cell(bound.unit)
    allowed: Bools
    if is_floor(bound):
        allowed = values >= limit - half
    else:
        allowed = values <= limit + half
    return allowed


def _half_cell(unit: str) -> float:
    """Half the width of the cell of a whole number; a count holds its whole cell, a measure has none."""
    if is_measured(unit):
        return 0.0
    return 0.5


def _table_beyond(values: Floats, bound: Quantity, end: float) -> Any:
    """Table of a bound beyond the range of a pool: its own distribution, as far as that lies further out."""
    table = _quantiles_of(values[_allowed(values, bound, end)], end)
    own = bound.quantile(np.clip(LEVELS, STEPS[0], STEPS[-1]))
    if is_floor(bound):
        return np.maximum(table, own)
    return np.minimum(table, own)


def _make_held(table: Any, base: Quantity, bound: Quantity) -> Quantity:
    """The pool where a bound holds, from its table."""
    is_whole_point = base.family == "point" and base.best.is_integer()
    whole = base.whole or (is_whole_point and bound.whole)
    return Quantity.from_table(table, like=base, words=bound.words, whole=whole)


def _weight_inside(r: float, share: float, excluded: float, most: float) -> float:
    """Weight of a bound inside the range of a pool: r where the bound is right, so that a better one counts more.

    Parameters
    ----------
    r
        Reliability of the bound.
    share
        Its weight beyond the range, in a linear pool.
    excluded, most
        Share of the pool that the bound excludes, and that a bound at the end of the range does.

    Notes
    -----
    With weight w the median is at the level ``(1/2 + x (w - 1/2)) / (1 - x (1 - w))`` of the pool, x being what is
    excluded. The weight is that of the contaminated likelihood, where a worthless bound lies on either side of the
    truth alike; but not below its share in the linear pool, and not so high that the median moves further than it
    does at the end of the range. So a higher floor never lowers the median.
    """
    weight = max(_weight_by_likelihood(r, excluded), share)
    furthest = min((0.5 + most * (share - 0.5)) / (1 - most * (1 - share)), 0.5 / (1 - share))
    if excluded == 0 or furthest >= 1:
        return weight
    weight_at_end = (furthest - 0.5) * (1 - excluded) / (excluded * (1 - furthest))
    return min(weight, max(share, weight_at_end))


def _weight_by_likelihood(r: float, excluded: float) -> float:
    """Weight of a bound by the contaminated likelihood."""
    if excluded >= 1:
        return 0.0
    worthless = (1 - r) / (1 + r)
    return 1 - worthless / (worthless * excluded + 1 - excluded)
