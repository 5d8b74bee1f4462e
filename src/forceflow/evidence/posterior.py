"""Numbers that agree, multiplied as likelihoods on a grid of true numbers.

The likelihood of a report is contaminated: with probability r, the reliability of its source, the report means what its
hedge says; with probability 1 - r it says nothing about the true number. r comes from the Admiralty letter.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..arrays import Floats
from ..errors import EventError
from ..quantity import Quantity
from ..quantity.units import is_measured
from .grades import Grades
from .pooled import LEVELS, Weighed, highest_of, join_words, lowest_of

__all__ = ["contaminated", "log_best", "log_error", "log_zero", "pool_agreeing"]

_MOST_CELLS = 200
"""Whole numbers up to this one are cells of their own; above it the grid is equal on the log scale."""


class _Grid(NamedTuple):
    """Cells of true numbers."""

    edges: Floats
    values: Floats

    @property
    def width(self) -> Floats:
        """Width of each cell on the log scale."""
        widths: Floats = np.diff(np.log(self.edges))
        return widths


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
    weight = np.asarray(prior, dtype=np.float64).copy()
    for likelihood, r, h in zip(likelihoods, reliabilities, broad, strict=True):
        # A report may be worthless, so that its likelihood never falls to zero and excludes nothing for good.
        weight *= r * np.asarray(likelihood) + (1 - r) * h
    total = weight.sum()
    if not total > 0:
        raise EventError(
            "the reports exclude each other and every reliability is 1; nothing is left"
        )
    return weight / total


def pool_agreeing(claims: Sequence[Weighed], grades: Grades) -> Quantity:
    """Posterior of numbers that agree, under a broad log-normal prior around them."""
    numbers = [claim.quantity for claim in claims]
    zero = log_zero(numbers)
    whole = all(map(_is_whole, numbers))
    grid = _make_grid(numbers, zero, grades, whole=whole)
    centre = float(np.mean([log_best(number, zero) for number in numbers]))
    spread = math.log(grades.broad_gsd)
    prior = np.exp(-0.5 * ((np.log(grid.values) - centre) / spread) ** 2) * grid.width
    # A worthless report has one density for all true numbers: the peak of a curve as broad as the prior.
    broad = 1 / spread / math.sqrt(2 * math.pi)
    weight = contaminated(
        prior,
        [_density_at(number, grid, zero) for number in numbers],
        [claim.reliability for claim in claims],
        [broad] * len(numbers),
    )
    table = _table_of(weight, grid)
    return Quantity.from_table(table, like=numbers[0], words=join_words(numbers), whole=whole)


def _is_whole(number: Quantity) -> bool:
    """Whether only whole values make sense: it is a count, or a point that is a whole number of no measure."""
    if number.whole:
        return True
    if number.family != "point" or is_measured(number.unit):
        return False
    return float(number.best).is_integer()


def _make_grid(numbers: Sequence[Quantity], zero: float, grades: Grades, *, whole: bool) -> _Grid:
    """Cells from far below the lowest number to far above the highest."""
    low = lowest_of(numbers) / grades.broad_gsd
    high = highest_of(numbers) * grades.broad_gsd
    if whole and high <= _MOST_CELLS:
        first = max(math.floor(low), 1)
        values = np.arange(first, math.ceil(high) + 1, dtype=np.float64)
        return _Grid(np.concatenate([values - 0.5, values[-1:] + 0.5]), values)
    bottom = math.log(low or zero / 10)
    top = math.log(max(high, 2 * zero))
    edges = np.exp(np.linspace(bottom, top, 2001))
    return _Grid(edges, np.sqrt(edges[1:] * edges[:-1]))


def _density_at(number: Quantity, grid: _Grid, zero: float) -> Floats:
    """Density of a report at each cell, on the log scale."""
    density: Floats
    if number.family == "point":
        error = log_error(number, zero)
        apart = (np.log(grid.values) - log_best(number, zero)) / error
        density = np.exp(-0.5 * apart**2) / error / math.sqrt(2 * math.pi)
        return density
    steps = np.linspace(0.0005, 0.9995, 2001)
    quantiles = number.quantile(steps)
    # Equal quantiles of a whole number are set apart by next to nothing: `interp` wants points that rise.
    rising = quantiles + np.arange(quantiles.size) * 1e-9
    reached = np.interp(grid.edges, rising, steps, left=0.0, right=1.0)
    density = np.diff(reached) / grid.width
    return density


def _table_of(weight: Floats, grid: _Grid) -> Floats:
    """Quantiles of weighed cells."""
    cdf = np.concatenate([[0.0], np.cumsum(weight)])
    keep = np.concatenate([[False], np.diff(cdf) > 1e-12])
    # The table begins where the first weight begins, and not at the edge of empty cells below it.
    keep[np.argmax(keep) - 1] = True
    table: Floats = np.interp(LEVELS, cdf[keep], grid.edges[keep])
    return table


def log_zero(numbers: Iterable[Quantity]) -> float:
    """What replaces zero on the log scale: half of one, or the smallest number above zero where that is less."""
    smallest = 0.5
    for number in numbers:
        for value in (number.low, number.best):
            if 0 < value < smallest:
                smallest = value
    return smallest


def log_best(number: Quantity, zero: float) -> float:
    """The best value of a number on the log scale."""
    return math.log(max(number.best, zero))


def log_error(number: Quantity, zero: float) -> float:
    """Standard error on the log scale; a bare count has that of half of one, a measured number of its last digit."""
    low, high = max(number.low, zero), max(number.high, zero)
    half = 0.5 * 10.0 ** -_decimals(number)
    # 3.29 and 1.645 standard errors are the two sides and the one side of 90 % of a normal distribution.
    by_range = math.log(high / low) / 3.29
    by_last_digit = half / max(number.best, 2 * half) / 1.645
    return max(by_range, by_last_digit, 0.01)


def _decimals(number: Quantity) -> int:
    """Printed digits behind the point; none of a count."""
    if not is_measured(number.unit):
        return 0
    digits, _, _ = f"{number.best:.6g}".partition("e")
    return len(digits.partition(".")[2])
