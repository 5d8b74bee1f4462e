"""A computed number with the range its inputs allow."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..errors import EstimateError

__all__ = ["Range"]


@dataclass(frozen=True, slots=True)
class Range:
    """Low, middle and high of a computed number.

    Parameters
    ----------
    low, middle, high
        Ends and middle of the range, ``low <= middle <= high``; infinity is allowed (it never happens).
    unit
        What the numbers count, as printed behind them: ``"t/day"``, ``"h"``; empty for a bare number.

    Raises
    ------
    EstimateError
        A value is NaN, or the three are out of order.

    Examples
    --------
    >>> print(Range(210.4, 268.0, 331.9, "t/day"))
    268 t/day (210 to 332)
    >>> float(Range(1.0, 2.0, 4.0))
    2.0
    """

    low: float
    middle: float
    high: float
    unit: str = ""

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
        """Median of the draws, and the central interval that holds `coverage` of them.

        Parameters
        ----------
        draws
            Equally likely values, shape (n,), none NaN; infinity is allowed.
        coverage
            Share of draws between ``low`` and ``high``; above 0 and below 1.
        unit
            Unit of the draws.
        """
        values = np.asarray(draws, dtype=np.float64)
        if values.size == 0 or bool(np.isnan(values).any()):
            raise EstimateError(f"a range needs at least one draw and no NaN, got {values.size} draws")
        if not 0.0 < coverage < 1.0:
            raise EstimateError(f"coverage is a share above 0 and below 1, got {coverage!r}")
        tail = (1.0 - coverage) / 2.0
        # Interpolating between two infinities would give NaN, so a quantile is one of the draws there.
        method = "linear" if bool(np.isfinite(values).all()) else "inverted_cdf"
        low, middle, high = np.quantile(values, (tail, 0.5, 1.0 - tail), method=method)  # type: ignore[call-overload]
        return cls(float(low), float(middle), float(high), unit)

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
        """Middle first, then the ends: ``268 t/day (210 to 332)``."""
        low, middle, high = _rounded(self.low, self.middle, self.high)
        unit = f" {self.unit}" if self.unit else ""
        return f"{middle}{unit}" if self.low == self.high else f"{middle}{unit} ({low} to {high})"

    def __format__(self, spec: str) -> str:
        """Like `str` with an empty spec; otherwise the spec is applied to each of the three numbers."""
        if not spec:
            return str(self)
        unit = f" {self.unit}" if self.unit else ""
        if self.low == self.high:
            return f"{self.middle:{spec}}{unit}"
        return f"{self.middle:{spec}}{unit} ({self.low:{spec}} to {self.high:{spec}})"

    def times(self, factor: float, *, unit: str | None = None) -> Range:
        """The range scaled by a factor of at least 0; `unit` replaces the unit when given."""
        if not factor >= 0.0:
            raise EstimateError(f"a range is scaled by a factor of at least 0, got {factor!r}")
        new_unit = self.unit if unit is None else unit
        return Range(self.low * factor, self.middle * factor, self.high * factor, new_unit)


def _rounded(low: float, middle: float, high: float) -> tuple[str, ...]:
    """The three with decimals for three figures of the middle, or of an end where that is 0; whole stays whole."""
    sizes = [abs(value) for value in (middle, high, low) if math.isfinite(value)]
    largest = max(sizes, default=0.0)
    shown = next((size for size in sizes if size > 1e-6 * largest), 0.0)
    whole = all(size.is_integer() for size in sizes)
    places = 0 if whole or not shown else min(12, max(0, 2 - math.floor(math.log10(shown))))
    return tuple(f"{value:,.{places}f}" for value in (low, middle, high))
