"""Arguments that every estimate takes: a coverage, a seed, and whole numbers such as draws."""

from __future__ import annotations

from numbers import Real

import numpy as np

from ..errors import EstimateError

__all__ = ["check_asked"]

_LEAST = {
    "draws": 100,
    "days": 1,
    "replications": 1,
    "warm_up_days": 0,
    "chunk": 1,
    "horizon": 1,
    "min_history": 2,
}

_MOST = {"days": 36_525, "warm_up_days": 36_525}
"""A century of simulated days; more is mistyped, and would not fit into memory."""


def check_asked(*, coverage: float = 0.9, seed: int = 0, **whole: int) -> None:
    """Raise `EstimateError` unless the coverage is a share and the others are whole numbers that are large enough."""
    if not isinstance(coverage, Real) or not 0 < coverage < 1:
        raise EstimateError(f"coverage is a share above 0 and below 1, got {coverage!r}")
    if not _is_whole(seed) or not 0 <= seed < 2**64:
        raise EstimateError(f"seed must be a whole number from 0 to 2**64 - 1, got {seed!r}")
    for name, number in whole.items():
        if not _is_whole(number) or number < _LEAST[name]:
            raise EstimateError(
                f"{name} must be a whole number of at least {_LEAST[name]}, got {number!r}"
            )
        if number > _MOST.get(name, number):
            raise EstimateError(f"{name} must be at most {_MOST[name]:,}, got {number!r}")


def _is_whole(number: object) -> bool:
    return isinstance(number, int | np.integer) and not isinstance(number, bool)
