"""Arithmetic behind quantities: tables of quantiles, samples, and parameters on another scale. Plain numbers only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any, Final

import numpy as np

from ..arrays import Floats, Ints
from ..errors import QuantityError
from .distributions import SCALED, Family
from .values import as_floats

__all__ = [
    "check_shares",
    "check_table",
    "mixture_table",
    "pairs_table",
    "sample_counts",
    "scale_params",
]

TABLE_LEVELS: Final = np.linspace(0, 1, 401)
"""Levels of the inverse distribution function that a table holds."""

_POOLED, _PAIRED = 20_000, 1_000


def mixture_table(quantiles: Sequence[Callable[[Floats], Floats]], shares: Floats) -> Floats:
    """Inverse distribution function of a mixture, from 20,000 quantiles of each part, shape (401,)."""
    levels = (np.arange(_POOLED) + 0.5) / _POOLED
    values = np.concatenate([quantile(levels) for quantile in quantiles])
    mass = np.repeat(shares / shares.sum() / levels.size, levels.size)
    # A stable order, so that equal values of two parts keep theirs on every machine.
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(mass[order]) - mass[order] / 2
    return np.asarray(np.interp(TABLE_LEVELS, reached, values[order]))


def check_shares(weights: Any, parts: int) -> Floats:
    """How much each part of a pool weighs, shape (parts,); alike where nothing is given."""
    if weights is None:
        return np.ones(parts)
    shares = as_floats(weights, name="the weights of a pool")
    is_share = shares.shape == (parts,) and (shares >= 0).all()
    if not is_share or not 0 < shares.sum() < np.inf:
        raise QuantityError(f"a pool of {parts} needs as many weights, none below zero")
    return shares


def pairs_table(
    first: Callable[[Floats], Floats], second: Callable[[Floats], Floats], operation: Any
) -> Floats:
    """Inverse distribution function of a sum or a product of two independent quantities, shape (401,)."""
    levels = (np.arange(_PAIRED) + 0.5) / _PAIRED
    values = np.sort(operation.outer(first(levels), second(levels)).ravel())
    return np.asarray(np.interp(TABLE_LEVELS, (np.arange(values.size) + 0.5) / values.size, values))


def check_table(values: Any) -> tuple[float, ...]:
    """Quantiles at equal steps from 0 to 1: two or more, finite, and none below the one before."""
    table = np.asarray(values, dtype=np.float64)
    is_row = table.ndim == 1 and table.size >= 2
    if not is_row or not np.isfinite(table).all() or (np.diff(table) < 0).any():
        raise QuantityError("a table needs two or more finite quantiles that do not fall")
    return tuple(table.tolist())


def sample_counts(values: Any) -> tuple[Floats, Ints]:
    """Distinct values of a sample in order, and how often each is in it."""
    table = np.asarray(values)
    if table.dtype.kind == "O" and all(map(_is_number, table.flat)):
        table = table.astype(np.float64)
    is_row = table.dtype.kind in "iuf" and table.ndim == 1 and table.size > 0
    if not is_row or not np.isfinite(table).all():
        raise QuantityError(
            "a sample needs finite numbers in one dimension, none missing, "
            f"got {table.dtype} of shape {table.shape}: {np.array2string(table, threshold=6)}"
        )
    value, count = np.unique(table.astype(np.float64), return_counts=True)
    return value, count.astype(np.int64)


def _is_number(value: object) -> bool:
    # True and False are whole numbers to Python, and an error in a sample.
    return isinstance(value, Real) and not isinstance(value, bool)


def scale_params(family: Family, params: tuple[float, ...], factor: float) -> tuple[float, ...]:
    """Parameters of the same distribution on a scale of `factor` to one."""
    scaled = list(params)
    if family == "pmf":
        # Values and their shares take turns: only the values have a unit.
        places: Sequence[int] = range(0, len(params), 2)
    elif family == "table":
        places = range(len(params))
    else:
        places = [place for place in SCALED[family] if place < len(params)]
    for place in places:
        scaled[place] *= factor
    return tuple(scaled)
