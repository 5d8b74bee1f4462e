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

__all__ = ["GRADES", "Grades", "Pooled", "contaminated", "paule_mandel", "pool_numbers"]


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
            raise EventError(f"no reliability for grade {grade!r}; letters known: {', '.join(self.letters)}") from None

    def updated(self, letter: str, *, right: int, wrong: int) -> Grades:
        """Grades after reports of sources with a letter were resolved: so many right, so many wrong."""
        from dataclasses import replace

        if letter not in self.letters or right < 0 or wrong < 0:
            raise EventError(f"give a known letter ({', '.join(self.letters)}) and counts of 0 or more")
        mean, size = self.letters[letter]
        after = size + right + wrong
        return replace(self, letters={**self.letters, letter: ((mean * size + right) / after, after)})


GRADES: Final = Grades()


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


def contaminated(prior: Any, likelihoods: Sequence[Any], reliabilities: Sequence[float], broad: Sequence[float]) -> Any:
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
        raise EventError("the reports exclude each other and every reliability is 1; nothing is left")
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


def pool_numbers(numbers: Sequence[Quantity], reliabilities: Sequence[float], *, grades: Grades = GRADES) -> Pooled:
    """Pool the numbers of independent witnesses of one thing.

    Parameters
    ----------
    numbers
        One per witness, none without content.
    reliabilities
        Reliability of each witness, above 0 and at most 1.

    Notes
    -----
    One number stays as it is. Numbers that agree (Birge ratio up to the limit) are multiplied as contaminated
    likelihoods under a broad log-normal prior, floors and ceilings as one-sided likelihoods. Numbers in conflict are
    pooled linearly by reliability when two, or when they fall into two camps; else by Paule-Mandel with an HKSJ
    t-interval, on the log scale.
    """
    import numpy as np

    told = list(zip(numbers, reliabilities, strict=True))
    if not told:
        raise EventError("nothing to pool")
    distinct = {(q.family, q.params) for q, _ in told}
    if len(distinct) == 1:
        return Pooled(told[0][0], "single" if len(told) == 1 else "agreement", 0.0)
    points = [(q, r) for q, r in told if not q.is_censored]
    if not points:
        floors = [q for q, _ in told if q.family == "at_least"]
        if len(floors) == len(told):
            return Pooled(max(floors, key=lambda q: q.params[0]), "agreement", 0.0)
        return Pooled(_posterior(told, grades), "agreement", 0.0)
    floor = _floor([q for q, _ in told])
    y, s = np.array([_log_best(q, floor) for q, _ in points]), np.array([_log_error(q, floor) for q, _ in points])
    birge = 0.0
    if len(points) > 1:
        w = 1 / s**2
        mean = (w * y).sum() / w.sum()
        birge = math.sqrt(float((w * (y - mean) ** 2).sum()) / (len(points) - 1))
    if birge <= grades.birge_limit:
        return Pooled(_posterior(told, grades), "agreement", birge)
    quantities = [q for q, _ in points]
    if len(points) == 2 or _two_camps(y, s):
        return Pooled(Quantity.pool(quantities, weights=[r for _, r in points]), "linear pool", birge)
    centre, error, _ = paule_mandel(y.tolist(), s.tolist())
    from scipy.special import stdtrit

    steps = np.clip(np.linspace(0, 1, 401), 1e-4, 1 - 1e-4)
    table = np.exp(centre + error * stdtrit(len(points) - 1, steps))
    return Pooled(Quantity.from_table(table, like=quantities[0], words=_words(quantities)), "random effects", birge)


def _words(numbers: Sequence[Quantity]) -> str:
    return " / ".join(dict.fromkeys(q.words for q in numbers if q.words))


def _floor(numbers: Sequence[Quantity]) -> float:
    """What stands for zero on the log scale: half of one, or the smallest number above zero where that is less."""
    return min([0.5, *(x for q in numbers for x in (q.low, q.best) if x > 0)])


def _log_best(quantity: Quantity, floor: float) -> float:
    return math.log(max(quantity.best, floor))


def _log_error(quantity: Quantity, floor: float) -> float:
    """Standard error on the log scale; a bare count has that of half of one, a measured number of its last digit."""
    low, high = max(quantity.low, floor), max(quantity.high, floor)
    decimals = len(f"{quantity.best:.6g}".partition("e")[0].partition(".")[2]) if is_measured(quantity.unit) else 0
    half = 0.5 * 10.0**-decimals
    return max(math.log(high / low) / 3.29, half / max(quantity.best, 2 * half) / 1.645, 0.01)


def _two_camps(y: Any, s: Any) -> bool:
    """Whether the largest gap between neighbouring totals is wide against their errors and against the other gaps."""
    import numpy as np

    order = np.sort(y)
    gaps = np.diff(order)
    widest = int(np.argmax(gaps))
    others = np.delete(gaps, widest)
    return bool(gaps[widest] > 3 * np.median(s) and (others.size == 0 or gaps[widest] > 2 * others.max()))


def _posterior(told: Sequence[tuple[Quantity, float]], grades: Grades) -> Quantity:
    """Contaminated likelihoods on a grid of cells, equal on the log scale; whole numbers up to 200 are cells."""
    import numpy as np

    numbers = [q for q, _ in told]
    whole = all(
        q.whole or (q.family == "point" and float(q.best).is_integer() and not is_measured(q.unit)) for q in numbers
    )
    floor = _floor(numbers)
    low = min(q.low for q in numbers) / grades.broad_gsd
    high = max(q.high for q in numbers) * grades.broad_gsd
    if whole and high <= 200:
        values = np.arange(max(math.floor(low), 1), math.ceil(high) + 1, dtype=np.float64)
        edges = np.concatenate([values - 0.5, values[-1:] + 0.5])
    else:
        edges = np.exp(np.linspace(math.log(low or floor / 10), math.log(max(high, 2 * floor)), 2001))
        values = np.sqrt(edges[1:] * edges[:-1])
    width = np.diff(np.log(edges))
    centre = float(np.mean([_log_best(q, floor) for q in numbers]))
    spread = math.log(grades.broad_gsd)
    prior = np.exp(-0.5 * ((np.log(values) - centre) / spread) ** 2) * width
    steps = np.linspace(0.0005, 0.9995, 2001)
    likelihoods, broad = [], []
    for quantity in numbers:
        if quantity.is_censored:
            bound = quantity.params[0] if quantity.family == "at_least" else quantity.params[1]
            half = 0.0 if is_measured(quantity.unit) else 0.5  # its cell counts with a count
            inside = values >= bound - half if quantity.family == "at_least" else values <= bound + half
            likelihoods.append(inside.astype(np.float64))
            broad.append(0.5)  # a worthless floor is as likely to lie below the truth as above it
            continue
        if quantity.family == "point":
            error = _log_error(quantity, floor)
            density = (
                np.exp(-0.5 * ((np.log(values) - _log_best(quantity, floor)) / error) ** 2)
                / error
                / math.sqrt(2 * math.pi)
            )
        else:
            points = quantity.quantile(steps)
            reached = np.interp(edges, points + np.arange(points.size) * 1e-9, steps, left=0.0, right=1.0)
            density = np.diff(reached) / width
        likelihoods.append(density)
        broad.append(1 / spread / math.sqrt(2 * math.pi))
    weight = contaminated(prior, likelihoods, [r for _, r in told], broad)
    cdf = np.concatenate([[0.0], np.cumsum(weight)])
    keep = np.concatenate([[False], np.diff(cdf) > 1e-12])
    keep[np.argmax(keep) - 1] = True  # where the first weight begins, and no edge of empty cells below it
    table = np.interp(np.linspace(0, 1, 401), cdf[keep], edges[keep])
    return Quantity.from_table(table, like=numbers[0], words=_words(numbers), whole=whole)
