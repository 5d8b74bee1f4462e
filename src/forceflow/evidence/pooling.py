"""Several witnesses, one number: agreement sharpens, disagreement widens, and a poor source counts for less.

The likelihood of a report is contaminated: with probability r, the reliability of its source, the report means what its
hedge says; with probability 1 - r it says nothing about the true number. r comes from the Admiralty letter.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ..errors import EventError
from ..quantity import Quantity
from ..quantity.units import is_measured

__all__ = ["FLOORS", "GRADES", "Grades", "Pooled", "contaminated", "paule_mandel", "pool_numbers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grades:
    """What an Admiralty letter means as a probability; pass your own to `merge_claims`.

    The code carries no official probabilities. These are this library's choice: mean, and an effective number of
    resolved reports behind it, of a Beta prior per letter. F is "cannot be judged", which is unknown and not bad. The
    digit is not used: it grades the information by its agreement with other reports, and that agreement is already in
    the pooling.

    Parameters
    ----------
    letters
        (mean, effective number) by letter.
    broad_gsd
        Spread of what an unreliable report may say: a geometric standard deviation.
    birge_limit
        Totals that disagree by more than this many times their stated error are treated as in conflict.
    """

    letters: Mapping[str, tuple[float, float]] = field(
        default_factory=lambda: {
            "A": (0.95, 20.0),
            "B": (0.85, 15.0),
            "C": (0.70, 10.0),
            "D": (0.45, 8.0),
            "E": (0.20, 8.0),
            "F": (0.60, 2.0),
        }
    )
    broad_gsd: float = 3.0
    birge_limit: float = 1.5

    def reliability(self, grade: str) -> float:
        """Mean reliability of a source with a grade such as "B2"."""
        try:
            return self.letters[grade[:1]][0]
        except KeyError:
            raise EventError(
                f"no reliability for grade {grade!r}; letters known: {', '.join(self.letters)}"
            ) from None

    def updated(self, letter: str, *, right: int, wrong: int) -> Grades:
        """Grades after reports of sources with a letter were resolved: so many right, so many wrong."""
        from dataclasses import replace

        if letter not in self.letters or right < 0 or wrong < 0:
            raise EventError(
                f"give a known letter ({', '.join(self.letters)}) and counts of 0 or more"
            )
        mean, size = self.letters[letter]
        after = size + right + wrong
        return replace(
            self, letters={**self.letters, letter: ((mean * size + right) / after, after)}
        )


GRADES: Final = Grades()

FLOORS: Final = ("at_least", "over")
"""Families of numbers that say only how many there were at least."""


@dataclass(frozen=True, slots=True)
class Pooled:
    """A pooled number, how it was pooled, and by how much its parts disagree.

    Parameters
    ----------
    quantity
        The result.
    method
        "single", "agreement", "linear pool" or "random effects".
    birge
        Birge ratio of the uncensored parts; 1 means they differ as much as their hedges allow.
    """

    quantity: Quantity
    method: str
    birge: float


def contaminated(
    prior: Any, likelihoods: Sequence[Any], reliabilities: Sequence[float], broad: Sequence[float]
) -> Any:
    """Posterior over a grid of true numbers, given reports that may each be worthless.

    Parameters
    ----------
    prior
        Prior weight of each grid point, shape (n,).
    likelihoods
        g(report | N) of each report, shape (n,) each.
    reliabilities
        Probability that the report means what it says.
    broad
        h(report): density of the report when it is worthless; a constant in N.

    Returns
    -------
    array
        Posterior weights, shape (n,), adding up to 1.

    Notes
    -----
    f(report | N) = r g(report | N) + (1 - r) h(report). Two reports far apart give two modes on purpose.
    """
    import numpy as np

    weight = np.asarray(prior, dtype=np.float64).copy()
    for likelihood, r, h in zip(likelihoods, reliabilities, broad, strict=True):
        weight *= r * np.asarray(likelihood) + (1 - r) * h
    total = weight.sum()
    if not total > 0:
        raise EventError(
            "the reports exclude each other and every reliability is 1; nothing is left"
        )
    return weight / total


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
    import numpy as np
    from scipy.optimize import brentq

    y, s2 = np.asarray(values, dtype=np.float64), np.asarray(errors, dtype=np.float64) ** 2
    if y.size < 2 or y.shape != s2.shape or not (s2 > 0).all():
        raise EventError("random effects need two or more values, each with an error above 0")

    def at(between: float) -> tuple[float, float, Any]:
        w = 1 / (s2 + between)
        mean = float((w * y).sum() / w.sum())
        return mean, float((w * (y - mean) ** 2).sum()), w

    between = 0.0
    if at(0.0)[1] > y.size - 1:
        top = float(y.var(ddof=1)) + float(s2.max())
        while at(top)[1] > y.size - 1:
            top *= 2
        between = float(brentq(lambda t: at(t)[1] - (y.size - 1), 0.0, top, xtol=1e-14))
    mean, q, w = at(between)
    error = math.sqrt(max(q / (y.size - 1), 1.0) / float(w.sum()))
    return mean, error, math.sqrt(between)


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
    claims = sorted(
        zip(numbers, reliabilities, strict=True),
        key=lambda claim: (claim[0].family, claim[0].params, claim[1], claim[0].words),
    )
    if not claims:
        raise EventError("nothing to pool")
    points = [(q, r) for q, r in claims if q.family not in (*FLOORS, "at_most")]
    floors = [(q, r) for q, r in claims if q.family in FLOORS]
    ceilings = [(q, r) for q, r in claims if q.family == "at_most"]
    if points:
        pooled = _pool_points(points, grades)
        trust = 1 - math.prod(1 - r for _, r in points)
        least, most = min(q.low for q, _ in points), max(q.high for q, _ in points)
        pooled = _cut(pooled, [claim for claim in floors if _bound(claim[0]) > least], trust)
        pooled = _cut(pooled, [claim for claim in ceilings if _bound(claim[0]) < most], trust)
    else:
        pooled = _pool_bounds(floors, ceilings)
    return Pooled(pooled.quantity, "single" if len(claims) == 1 else pooled.method, pooled.birge)


def _bound(quantity: Quantity) -> float:
    """The least value that a floor allows, or the greatest that a ceiling allows."""
    return quantity.params[1] if quantity.family == "at_most" else float(quantity.quantile(0.0))


def _pool_bounds(
    floors: Sequence[tuple[Quantity, float]], ceilings: Sequence[tuple[Quantity, float]]
) -> Pooled:
    """Pool floors and ceilings alone: the highest floor up to the lowest ceiling, or both where they clash.

    A ceiling says only where the numbers of a floor end, so that it never raises them.
    """
    import numpy as np

    highest = max(floors, key=lambda claim: _bound(claim[0]), default=None)
    lowest = min(ceilings, key=lambda claim: _bound(claim[0]), default=None)
    if highest is None or lowest is None:
        (only,) = [claim for claim in (highest, lowest) if claim is not None]
        return Pooled(only[0], "agreement", 0.0)
    floor, ceiling = highest[0], lowest[0]
    if _bound(floor) > _bound(ceiling) * (1 + 1e-9):
        above = [claim for claim in floors if _bound(claim[0]) > _bound(ceiling)]
        trust = 1 - math.prod(1 - r for q, r in ceilings if _bound(q) < _bound(floor))
        return _cut(Pooled(ceiling, "agreement", 0.0), above, trust)
    if _bound(ceiling) >= floor.high:
        return Pooled(floor, "agreement", 0.0)
    values = floor.quantile(_steps())
    table = np.quantile(
        _within_or_end(values, values <= _bound(ceiling), _bound(ceiling)), _levels()
    )
    words = _words([floor, ceiling])
    return Pooled(
        Quantity.from_table(table, like=floor, words=words, whole=floor.whole), "agreement", 0.0
    )


def _steps() -> Any:
    """Levels at which a number is tabulated, in the middle of 20,000 equal steps."""
    import numpy as np

    return (np.arange(20_000) + 0.5) / 20_000


def _levels() -> Any:
    """Levels of the table of a pool."""
    import numpy as np

    return np.linspace(0, 1, 401)


def _within_or_end(values: Any, allowed: Any, end: float) -> Any:
    """The values allowed, or the end of what is allowed where no value lies there."""
    import numpy as np

    return values[allowed] if allowed.any() else np.array([end])


def _pool_points(points: Sequence[tuple[Quantity, float]], grades: Grades) -> Pooled:
    """Pool numbers that are neither floors nor ceilings."""
    import numpy as np
    from scipy.special import stdtrit

    points = _informative(points)
    if len({(q.family, q.params) for q, _ in points}) == 1:
        return Pooled(points[0][0], "agreement", 0.0)
    quantities = [q for q, _ in points]
    floor = _floor(quantities)
    y, s = (
        np.array([_log_best(q, floor) for q in quantities]),
        np.array([_log_error(q, floor) for q in quantities]),
    )
    w = 1 / s**2
    mean = (w * y).sum() / w.sum()
    birge = math.sqrt(float((w * (y - mean) ** 2).sum()) / (len(points) - 1))
    if birge <= grades.birge_limit:
        return Pooled(_posterior(points, grades), "agreement", birge)
    if len(points) == 2 or _two_camps(y, s):
        return Pooled(
            Quantity.pool(quantities, weights=[r for _, r in points]), "linear pool", birge
        )
    centre, error, _ = paule_mandel(y.tolist(), s.tolist())
    steps = np.clip(np.linspace(0, 1, 401), 1e-4, 1 - 1e-4)
    ends = (
        min(q.low for q in quantities) / grades.broad_gsd,
        max(q.high for q in quantities) * grades.broad_gsd,
    )
    table = np.clip(np.exp(centre + error * stdtrit(len(points) - 1, steps)), *ends)
    return Pooled(
        Quantity.from_table(table, like=quantities[0], words=_words(quantities)),
        "random effects",
        birge,
    )


def _informative(points: Sequence[tuple[Quantity, float]]) -> list[tuple[Quantity, float]]:
    """Leave out each number whose range contains those of all the others: it says nothing that they do not say."""
    widest_first = sorted(
        points, key=lambda point: (point[0].low - point[0].high, point[0].family, point[0].params)
    )
    kept = list(points)
    for wide in widest_first:
        others = [q for q, _ in kept if (q.family, q.params) != (wide[0].family, wide[0].params)]
        if not others or any(q.low < wide[0].low or q.high > wide[0].high for q in others):
            break
        kept = [(q, r) for q, r in kept if q in others]
    return kept


def _cut(pooled: Pooled, bounds: Sequence[tuple[Quantity, float]], trust: float) -> Pooled:
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
    rest the pool stays as it was (see `_weight`).
    """
    import numpy as np

    base, cuts, method = pooled.quantity, list[Quantity](), pooled.method
    is_floor = bool(bounds) and bounds[0][0].family in FLOORS
    for bound, r in bounds:
        limit = _bound(bound)
        if limit <= base.low if is_floor else limit >= base.high:
            continue
        weight, held = _held(base, bound, r, trust)
        cuts.append(Quantity.pool([base, held], weights=[1 - weight, weight]))
        if limit > base.high if is_floor else limit < base.low:
            method = "linear pool"
    if not cuts:
        return pooled
    table = (np.maximum if is_floor else np.minimum).reduce([np.array(cut.params) for cut in cuts])
    words = _words([base, *(bound for bound, _ in bounds)])
    result = Quantity.from_table(table, like=base, words=words, whole=cuts[0].whole)
    return Pooled(result, method, pooled.birge)


def _held(base: Quantity, bound: Quantity, r: float, trust: float) -> tuple[float, Quantity]:
    """Weight of a floor or ceiling, and the pool where it holds: what of the pool it allows.

    Of a bound beyond the range of the pool its own distribution counts, as far as that lies further out.
    """
    import numpy as np

    is_floor = bound.family in FLOORS
    limit, end = _bound(bound), base.high if is_floor else base.low
    beyond = limit > end if is_floor else limit < end
    half = 0.0 if is_measured(bound.unit) else 0.5  # a count holds its whole cell
    values = base.quantile(_steps())

    def allowed(at: float) -> Any:
        return values >= at - half if is_floor else values <= at + half

    at = end if beyond else limit
    table = np.quantile(_within_or_end(values, allowed(at), at), _levels())
    if beyond:
        own = bound.quantile(np.clip(_levels(), _steps()[0], _steps()[-1]))
        table = np.maximum(table, own) if is_floor else np.minimum(table, own)
    whole = base.whole or (base.family == "point" and base.best.is_integer() and bound.whole)
    held = Quantity.from_table(table, like=base, words=bound.words, whole=whole)
    share = r / (r + trust)
    return share if beyond else _weight(
        r, share, 1 - allowed(limit).mean(), 1 - allowed(end).mean()
    ), held


def _weight(r: float, share: float, excluded: float, most: float) -> float:
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
    worthless = (1 - r) / (1 + r)
    by_likelihood = 1 - worthless / (worthless * excluded + 1 - excluded) if excluded < 1 else 0.0
    weight = max(by_likelihood, share)
    furthest = min((0.5 + most * (share - 0.5)) / (1 - most * (1 - share)), 0.5 / (1 - share))
    if excluded == 0 or furthest >= 1:
        return weight
    return min(weight, max(share, (furthest - 0.5) * (1 - excluded) / (excluded * (1 - furthest))))


def _words(numbers: Sequence[Quantity]) -> str:
    return " / ".join(
        dict.fromkeys(part for q in numbers if q.words for part in q.words.split(" / "))
    )


def _floor(numbers: Sequence[Quantity]) -> float:
    """What stands for zero on the log scale: half of one, or the smallest number above zero where that is less."""
    return min([0.5, *(x for q in numbers for x in (q.low, q.best) if x > 0)])


def _log_best(quantity: Quantity, floor: float) -> float:
    return math.log(max(quantity.best, floor))


def _log_error(quantity: Quantity, floor: float) -> float:
    """Standard error on the log scale; a bare count has that of half of one, a measured number of its last digit."""
    low, high = max(quantity.low, floor), max(quantity.high, floor)
    decimals = (
        len(f"{quantity.best:.6g}".partition("e")[0].partition(".")[2])
        if is_measured(quantity.unit)
        else 0
    )
    half = 0.5 * 10.0**-decimals
    return max(math.log(high / low) / 3.29, half / max(quantity.best, 2 * half) / 1.645, 0.01)


def _two_camps(y: Any, s: Any) -> bool:
    """Whether the largest gap between neighbouring totals is wide against their errors and against the other gaps."""
    import numpy as np

    order = np.sort(y)
    gaps = np.diff(order)
    widest = int(np.argmax(gaps))
    others = np.delete(gaps, widest)
    return bool(
        gaps[widest] > 3 * np.median(s) and (others.size == 0 or gaps[widest] > 2 * others.max())
    )


def _posterior(told: Sequence[tuple[Quantity, float]], grades: Grades) -> Quantity:
    """Contaminated likelihoods on a grid of cells, equal on the log scale; whole numbers up to 200 are cells."""
    import numpy as np

    numbers = [q for q, _ in told]
    whole = all(
        q.whole or (q.family == "point" and float(q.best).is_integer() and not is_measured(q.unit))
        for q in numbers
    )
    floor = _floor(numbers)
    low = min(q.low for q in numbers) / grades.broad_gsd
    high = max(q.high for q in numbers) * grades.broad_gsd
    if whole and high <= 200:
        values = np.arange(max(math.floor(low), 1), math.ceil(high) + 1, dtype=np.float64)
        edges = np.concatenate([values - 0.5, values[-1:] + 0.5])
    else:
        edges = np.exp(
            np.linspace(math.log(low or floor / 10), math.log(max(high, 2 * floor)), 2001)
        )
        values = np.sqrt(edges[1:] * edges[:-1])
    width = np.diff(np.log(edges))
    centre = float(np.mean([_log_best(q, floor) for q in numbers]))
    spread = math.log(grades.broad_gsd)
    prior = np.exp(-0.5 * ((np.log(values) - centre) / spread) ** 2) * width
    steps = np.linspace(0.0005, 0.9995, 2001)
    likelihoods, broad = [], []
    for quantity in numbers:
        if quantity.family == "point":
            error = _log_error(quantity, floor)
            density = (
                np.exp(-0.5 * ((np.log(values) - _log_best(quantity, floor)) / error) ** 2)
                / error
                / math.sqrt(2 * math.pi)
            )
        else:
            points = quantity.quantile(steps)
            reached = np.interp(
                edges, points + np.arange(points.size) * 1e-9, steps, left=0.0, right=1.0
            )
            density = np.diff(reached) / width
        likelihoods.append(density)
        broad.append(1 / spread / math.sqrt(2 * math.pi))
    weight = contaminated(prior, likelihoods, [r for _, r in told], broad)
    cdf = np.concatenate([[0.0], np.cumsum(weight)])
    keep = np.concatenate([[False], np.diff(cdf) > 1e-12])
    keep[np.argmax(keep) - 1] = (
        True  # where the first weight begins, and no edge of empty cells below it
    )
    table = np.interp(np.linspace(0, 1, 401), cdf[keep], edges[keep])
    return Quantity.from_table(table, like=numbers[0], words=_words(numbers), whole=whole)
