"""The stock of a report as it was given: read, and with the measure it is of."""

from __future__ import annotations

from typing import cast

from ..errors import EstimateError
from ..evidence.reports import MEASURE_OF_UNIT
from ..flows.event_draws import Measure
from ..lift.bridges.amounts import Amount, as_quantity
from ..quantity import Quantity
from ..withdrawal.inputs import UNITS

__all__ = ["read_stock"]

_PEOPLE = ("people", "persons", "evacuees", "civilians", "refugees", "men", "staff")
"""Units of people beside those of claims."""

_MEASURES: dict[str, Measure] = {**MEASURE_OF_UNIT, **dict.fromkeys(_PEOPLE, "personnel")}


def read_stock(
    stock: Amount | None,
    stock_t: Amount | None = None,
    *,
    measure: str | None = None,
    name: str = "stock",
) -> tuple[Quantity, Measure] | None:
    """A stock and its measure: the one given, else that of its unit ("1,450 people"), else tonnes.

    Raises
    ------
    EstimateError
        Both are given; or the stock is of another measure than the one given.
    QuantityError
        It cannot be read.
    """
    if stock is not None and stock_t is not None:
        raise EstimateError("give stock= or stock_t=, not both")
    if stock_t is not None:
        stock, measure = stock_t, measure or "tonnes"
        name = {"stock": "stock_t"}.get(name, name)
    if stock is None:
        return None
    if measure is not None and measure not in UNITS:
        raise EstimateError(f"a stock is of {', '.join(UNITS)}, not of {measure!r}")
    # Plain numbers name no unit; only words and quantities can be of people or of vehicles.
    unit = ""
    if isinstance(stock, str | Quantity):
        unit = Quantity.of(stock).unit
    own = _MEASURES.get(unit)
    if own == "movements" or (measure is not None and own not in (None, measure)):
        raise EstimateError(
            f"{name}: {stock!s} is of {own}; a stock of {measure or ', '.join(UNITS)} was wanted"
        )
    found = cast("Measure", measure or own or "tonnes")
    return as_quantity(stock, name=name, unit=UNITS[found]), found
