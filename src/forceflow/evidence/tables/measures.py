"""The numbers of a row: movements, vehicles, people and tonnes, in words or as low, best and high ends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from numbers import Real
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from ...arrays import Bools, Floats
from ...blanks import is_blank, is_missing
from ...errors import ForceflowError, FrameError, QuantityError
from ...quantity import Quantity
from ...quantity.entered import plain_number
from ..reports import read_number
from .columns import Faults, cells_of, mask, numbers_if_plain, resolve

__all__ = ["MEASURES", "number_of", "read_measure"]

MEASURES = ("movements", "vehicles", "personnel", "tonnes")
"""What a frame may count."""

_MOST = 1e9
"""Most movements, vehicles, people or tonnes of a row: above it a magnitude was misread, or the wrong column taken."""

_ABSENT = -1.0
"""Marks an end that is missing or open: a number that no row may have, and one that equals itself."""


def read_measure(table: nw.DataFrame[Any], measure: str, faults: Faults) -> list[Quantity | None]:
    """Quantities of one measure.

    They come from its own column of numbers or words, or from the model column where that is filled, else from low,
    best and high.
    """
    if measure in table.columns:
        return _read_words(table, measure, faults)
    models: list[Any] = [None] * len(table)
    if f"{measure}_model" in table.columns:
        models = cells_of(table[f"{measure}_model"], faults, f"{measure}_model")
    elif f"{measure}_low" not in table.columns:
        return models
    is_modelled = ~mask(models, is_blank)
    numbers = _read_bounds(table, measure, is_modelled, faults)
    if is_modelled.any():
        _take_models(numbers, models, is_modelled, faults, measure)
    return numbers


def _read_words(table: nw.DataFrame[Any], measure: str, faults: Faults) -> list[Quantity | None]:
    """Quantities of a column of numbers or words."""
    beside = [name for name in table.columns if name.startswith(f"{measure}_")]
    if beside:
        raise FrameError(f"the frame has both {measure} and {', '.join(beside)}; keep one of them")
    cells = cells_of(numbers_if_plain(table[measure]), faults, measure)

    def read_cell(cell: Any) -> Quantity | None:
        # An empty cell has no words to keep, which a placeholder such as "n/a" has.
        if is_missing(cell) or not str(cell).strip():
            return None
        return number_of(cell, measure)

    return resolve(cells, read_cell, faults, measure)


def number_of(value: Any, measure: str) -> Quantity:
    """A cell of numbers or words; a blank one has no content, and keeps its words ("n/a")."""
    if is_blank(value):
        return Quantity.nothing(str(value).strip(), unit=measure)
    number = _read_filled(value, measure)
    if number.has_content and number.best > _MOST:
        raise FrameError(f"{number} in one row is more than there can be; at most {_MOST:,.0f}")
    return number


def _read_filled(value: Any, measure: str) -> Quantity:
    """A cell that is not blank; of the text of a plain number the same quantity as of a column of numbers."""
    if _is_number(value):
        if not 0 <= float(value) < math.inf:
            raise FrameError(f"a number from 0 up was wanted, got {float(value):g}")
        return Quantity.exactly(float(value), unit=measure)
    text = str(value)
    number = read_number(text, unit=measure, round_numbers="exact")
    if number.family == "point" and plain_number(text) is not None:
        return Quantity.exactly(number.best, unit=measure)
    return number


def _is_number(value: Any) -> bool:
    return isinstance(value, Real | Decimal) and not isinstance(value, bool)


# -- low, best and high ------------------------------------------------------------------------------------------------


def _read_bounds(
    table: nw.DataFrame[Any], measure: str, is_modelled: Bools, faults: Faults
) -> list[Quantity | None]:
    """Quantities of the columns of low, best and high ends; rows with a model are not checked."""
    low = _read_ends(table, f"{measure}_low", is_modelled, faults)
    best = _read_ends(table, f"{measure}_best", is_modelled, faults)
    high = _read_ends(table, f"{measure}_high", is_modelled, faults)
    with np.errstate(invalid="ignore"):
        is_disordered = ~is_modelled & ((low > high) | (low > best) | (best > high) | (low < 0))
    is_open_below = ~is_modelled & (np.isinf(low) | np.isinf(best))
    has_no_low = ~is_modelled & np.isnan(low) & ~(np.isnan(high) & np.isnan(best))

    def shown(row: int) -> str:
        return f"got {low[row]:g}, {best[row]:g}, {high[row]:g}"

    faults.add(
        is_disordered,
        lambda row: f"{measure}: 0 <= low <= best <= high was wanted, {shown(row)}",
    )
    faults.add(
        is_open_below, lambda row: f"{measure}: only the upper end may be open, {shown(row)}"
    )
    faults.add(
        has_no_low,
        lambda row: (
            f"{measure}_low is missing beside {measure}_best or {measure}_high; write 0 for 'up to'"
        ),
    )
    return _make_quantities(low, best, high, ~is_modelled & ~is_disordered, faults, measure)


def _make_quantities(
    low: Floats, best: Floats, high: Floats, is_wanted: Bools, faults: Faults, measure: str
) -> list[Quantity | None]:
    """A quantity for each row, made once for all rows of the same ends; only wanted rows have faults."""
    ends = np.column_stack([low, best, high])
    ends = np.nan_to_num(ends, nan=_ABSENT, posinf=_ABSENT)
    distinct, number_of_row = np.unique(ends, axis=0, return_inverse=True)
    number_of_row = number_of_row.reshape(-1)
    refused = np.zeros(len(distinct), dtype=bool)
    reasons: dict[int, str] = {}
    made: list[Quantity | None] = [None] * len(distinct)
    for number, (lowest, middle, highest) in enumerate(distinct.tolist()):
        try:
            made[number] = _quantity_between(lowest, middle, highest, measure)
        except ForceflowError as error:
            refused[number], reasons[number] = True, str(error)
    faults.add(
        is_wanted & refused[number_of_row],
        lambda row: f"{measure}: {reasons[int(number_of_row[row])]}",
    )
    return list(map(made.__getitem__, number_of_row.tolist()))


def _quantity_between(low: float, best: float, high: float, measure: str) -> Quantity | None:
    """What three ends of a row mean; a missing upper end is open."""
    if low == _ABSENT:
        return None
    if high == _ABSENT:
        # At least 0 is true of every number, so it says nothing.
        if low <= 0:
            return Quantity.nothing("")
        return Quantity.at_least(low, unit=measure)
    if low == high:
        return Quantity.exactly(low, unit=measure)
    if best == _ABSENT:
        return Quantity.between(low, high, unit=measure)
    return Quantity(low, best, high, measure)


def _read_ends(table: nw.DataFrame[Any], name: str, is_modelled: Bools, faults: Faults) -> Floats:
    """Low, best or high ends; a text beside a model is not read, for the model says all."""
    if name not in table.columns:
        return np.full(len(table), np.nan)
    series = numbers_if_plain(table[name])
    if series.dtype.is_numeric():
        return np.array(series.cast(nw.Float64).to_numpy(), dtype=np.float64)
    cells = cells_of(series, faults, name)
    for row in np.flatnonzero(is_modelled):
        cells[row] = None
    measure = name.rpartition("_")[0]
    found = resolve(cells, lambda cell: _read_end(cell, measure), faults, name)
    return np.array(found, dtype=np.float64)


def _read_end(value: Any, measure: str) -> float:
    """A number of a column of low, best or high ends, as text."""
    if is_blank(value):
        return math.nan
    if _is_number(value):
        return float(value)
    text = str(value).strip()
    if text.lower() in ("inf", "infinity"):
        return math.inf
    number = Quantity.nothing(text)
    try:
        number = read_number(text, unit=measure, round_numbers="exact")
    except QuantityError as error:
        # The reader names the text where it knows what is wrong with it; any other refusal is given below.
        if str(error).startswith(repr(text)):
            raise
    if number.family != "point":
        raise FrameError(
            f"{text!r:.40} is no number; words such as 'at least 3' go in a column without _low"
        )
    return number.best


# -- models ------------------------------------------------------------------------------------------------------------


def _take_models(
    numbers: list[Quantity | None],
    models: Sequence[Any],
    is_modelled: Bools,
    faults: Faults,
    measure: str,
) -> None:
    """Put the quantity that `to_frame` wrote in the place of the one from three ends, which say less."""
    written: list[Any] = [None] * len(models)
    rows = np.flatnonzero(is_modelled).tolist()
    for row in rows:
        written[row] = str(models[row])
    read = resolve(written, _read_model, faults, measure)
    for row in rows:
        numbers[row] = read[row]


def _read_model(text: str) -> Quantity | None:
    if text == "None":
        return None
    return Quantity.from_json(text)
