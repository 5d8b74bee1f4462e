"""A computed number with the range its inputs allow."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import EstimateError
from .monte_carlo import range_levels

__all__ = ["Range", "figure", "held"]

_NOTHING = 1e-9
"""What is smaller is rounding, and printed as 0."""
_MOST_PLACES = 12


def figure(value: float) -> str:
    """A number without its range: whole, or in three figures without an exponent: ``18``, ``0.13``, ``1,070``."""
    if not math.isfinite(value) or abs(value) < _NOTHING or float(value).is_integer():
        return f"{value:,.0f}"
    places = 2 - _first_digit(abs(value))
    text = f"{round(value, places):,.{max(0, places)}f}"
    # Zeros before the point say how large it is.
    if "." not in text:
        return text
    return text.rstrip("0").rstrip(".")


def held(coverage: float, draws: int) -> str:
    """What ranges are: ``ranges hold 90% of 4,000 draws``."""
    if draws <= 1:
        return "one draw, so no ranges"
    return f"ranges hold {coverage:.0%} of {draws:,} draws"


@dataclass(frozen=True, slots=True)
class Range:
    """Low, middle and high of a computed number.

    Parameters
    ----------
    low, middle, high
        Ends and middle of the range, ``low <= middle <= high``; infinity is allowed (it never happens).
    unit
        What the numbers count, as printed behind them: ``"t/day"``, ``"h"``; empty for a bare number.
    errors
        Monte Carlo standard errors of low, middle and high: how far another seed would move them. Digits below them
        are not printed. Empty when nothing was drawn; NaN where a neighbouring draw is infinite.

    Raises
    ------
    EstimateError
        A value is NaN, or the three are out of order.

    Examples
    --------
    >>> print(Range(210.4, 268.0, 331.9, "t/day"))
    268 t/day (210 to 332)
    >>> print(Range(210.4, 268.0, 331.9, "t/day", errors=(3.1, 0.9, 12.0)))
    268 t/day (210 to 330)
    >>> float(Range(1.0, 2.0, 4.0))
    2.0
    """

    low: float
    middle: float
    high: float
    unit: str = ""
    errors: tuple[float, ...] = field(default=(), compare=False, repr=False, kw_only=True)

    def __post_init__(self) -> None:
        """Refuse NaN and bounds out of order; whole numbers become floats."""
        for name in ("low", "middle", "high"):
            object.__setattr__(self, name, float(getattr(self, name)))
        if not self.low <= self.middle <= self.high:
            raise EstimateError(
                f"a range needs low <= middle <= high without NaN, "
                f"got low={self.low!r}, middle={self.middle!r}, high={self.high!r} {self.unit}".rstrip()
            )

    @classmethod
    def of_draws(cls, draws: ArrayLike, *, coverage: float = 0.9, unit: str = "") -> Range:
        """Median of the draws, and the central interval that holds `coverage` of them, with Monte Carlo errors.

        Parameters
        ----------
        draws
            Independent and equally likely values, shape (n,), none NaN; infinity is allowed.
        coverage
            Share of draws between ``low`` and ``high``; above 0 and below 1.
        unit
            Unit of the draws.
        """
        values = np.asarray(draws, dtype=np.float64)
        if values.size == 0 or bool(np.isnan(values).any()):
            raise EstimateError(
                f"a range needs at least one draw and no NaN, got {values.size} draws"
            )
        if not 0.0 < coverage < 1.0:
            raise EstimateError(f"coverage is a share above 0 and below 1, got {coverage!r}")
        levels = range_levels(coverage, values.size)
        if np.isfinite(values).all():
            found = np.quantile(values, levels)
        else:
            # Interpolating between two infinities would give NaN, so a quantile is one of the draws there.
            found = np.quantile(values, levels, method="inverted_cdf")
        return cls.of_quantiles(found, unit=unit)

    @classmethod
    def of_quantiles(cls, found: NDArray[np.float64], *, unit: str = "") -> Range:
        """The range whose quantiles were found at `range_levels`, shape (9,)."""
        low, middle, high = found[:3].tolist()
        # An error of two infinite neighbours is NaN, as infinity less infinity is.
        with np.errstate(invalid="ignore"):
            errors = ((found[6:] - found[3:6]) / 2).tolist()
        return cls(low, middle, high, unit, errors=tuple(errors))

    def __float__(self) -> float:
        """The middle."""
        return self.middle

    def __iter__(self) -> Iterator[float]:
        """Yield low, middle, high, so that ``low, middle, high = a_range`` works."""
        yield from (self.low, self.middle, self.high)

    def __contains__(self, value: float) -> bool:
        """Whether `value` lies between low and high, ends included."""
        return self.low <= value <= self.high

    def __str__(self) -> str:
        """Middle first, then the ends: ``268 t/day (210 to 332)``; no digit below the Monte Carlo error."""
        errors = self.errors or (0.0, 0.0, 0.0)
        low, middle, high = _round_to_figures((self.low, self.middle, self.high), errors)
        shown = f"{middle} {_unit_behind(middle, self.unit)}".rstrip()
        if low == middle == high:
            return shown
        return f"{shown} ({low} to {high})"

    def __format__(self, spec: str) -> str:
        """Like `str` with an empty spec; otherwise the spec is applied to each of the three numbers."""
        if not spec:
            return str(self)
        shown = f"{self.middle:{spec}}"
        if self.unit:
            shown += f" {self.unit}"
        if self.low == self.high:
            return shown
        return f"{shown} ({self.low:{spec}} to {self.high:{spec}})"

    def times(self, factor: float, *, unit: str | None = None) -> Range:
        """The range scaled by a factor of at least 0; `unit` replaces the unit when given."""
        if not factor >= 0.0:
            raise EstimateError(f"a range is scaled by a factor of at least 0, got {factor!r}")
        if unit is None:
            unit = self.unit
        low, middle, high = (end * factor for end in self)
        errors = tuple(error * factor for error in self.errors)
        return Range(low, middle, high, unit, errors=errors)


def _round_to_figures(values: tuple[float, ...], errors: tuple[float, ...]) -> tuple[str, ...]:
    """Low, middle and high with decimals for three figures of the middle, or of an end where that is 0.

    Whole stays whole. A Monte Carlo error cuts its number at the error's first digit; one figure is always left.
    """
    low, middle, high = values
    sizes = [abs(value) for value in (middle, high, low) if math.isfinite(value)]
    if 0.0 < max(sizes, default=0.0) < _NOTHING:
        return "0", "0", "0"
    places = _places_for(sizes)
    return tuple(
        _cut_at_error(value, places, error) for value, error in zip(values, errors, strict=True)
    )


def _places_for(sizes: Sequence[float]) -> int:
    """Decimals for three figures of the first size that is no rounding beside the largest; none of whole numbers."""
    if all(size.is_integer() for size in sizes):
        return 0
    least = 1e-6 * max(sizes)
    shown = next(size for size in sizes if size > least)
    return min(_MOST_PLACES, max(0, 2 - _first_digit(shown)))


def _cut_at_error(value: float, places: int, error: float) -> str:
    if value and math.isfinite(value) and math.isfinite(error) and error > 0:
        places = min(places, max(-_first_digit(error), -_first_digit(abs(value))))
    # A negative number of places rounds before the point, which a format cannot.
    if places < 0:
        value = round(value, places)
    return f"{value:,.{max(0, places)}f}"


def _first_digit(size: float) -> int:
    """Power of ten of the first digit."""
    return math.floor(math.log10(size))


def _unit_behind(number: str, unit: str) -> str:
    """``movements`` as it is written behind a number: ``1 movement``, ``2 movements/day``."""
    if number != "1":
        return unit
    return re.sub(r"^(\w{2,})s\b", r"\1", unit)
