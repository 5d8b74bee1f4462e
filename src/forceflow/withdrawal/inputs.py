"""What a withdrawal is asked with: stocks, floors and what a scenario may change, read and checked."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrays import Floats
from ..dates import end_of
from ..errors import EstimateError
from ..lift.bridges.amounts import Amount, as_quantity
from ..lift.capacity.capacity import Capacity
from ..modes import MODES
from ..quantity import Quantity
from ..quantity.values import as_float
from .result import day_before

__all__ = [
    "LONGEST",
    "UNITS",
    "Plan",
    "UncountedError",
    "amounts_by_place",
    "changed_by",
    "days_to",
    "drawn",
    "read_plan",
    "read_stock",
]


UNITS: dict[str, str] = {"tonnes": "t", "vehicles": "vehicles", "personnel": "personnel"}
LONGEST = 36_525
"""The longest horizon, in days: a century."""

_OVERRIDES = ("floor", "stall", "pace", "ceiling_per_day", "drift_gsd")


class UncountedError(EstimateError):
    """No number of a measure was published."""


def read_stock(
    stock: Amount | Mapping[str, Amount] | None,
    stock_t: Amount | Mapping[str, Amount] | None,
    measure: str | None,
) -> tuple[Any, Any]:
    """What there was, and in which measure; None for a stock by measure."""
    if measure is not None and measure not in UNITS:
        raise EstimateError(f"measure {measure!r} is none of {', '.join(UNITS)}")
    if stock is not None and stock_t is not None:
        raise EstimateError("give stock= or stock_t=, not both")
    if stock_t is not None:
        if measure not in (None, "tonnes"):
            raise EstimateError(f"stock_t is in t, and the measure is {measure}; give stock=")
        return stock_t, "tonnes"
    if stock is None:
        raise EstimateError(
            "say what there was: stock_t=(20_000, 35_000, 60_000), or stock= with measure="
        )
    if isinstance(stock, Mapping) and stock and set(stock) <= set(UNITS):
        if measure is not None:
            raise EstimateError(
                f"the stock is by measure, {', '.join(stock)}, so measure={measure!r} says it twice"
            )
        return stock, None
    if measure is None:
        amounts = list(stock.values()) if isinstance(stock, Mapping) else [stock]
        units = {amount.unit if isinstance(amount, Quantity) else "" for amount in amounts}
        measure = next((name for name, unit in UNITS.items() if units == {unit}), None)
    if measure is None and stock != {}:
        raise EstimateError(
            f'a stock of {stock!r} in which unit? stock={{"vehicles": ..., "personnel": ...}}, stock_t= for tonnes, or '
            'measure="vehicles"'
        )
    return stock, measure or "tonnes"


def changed_by(name: str, changed: Any) -> dict[str, Any]:
    """What a scenario changes."""
    if not isinstance(changed, Mapping):
        raise EstimateError(
            f"scenario {name!r} is {changed!r}; give what it changes, such as {{'stall': 0.0}}"
        )
    wrong = sorted(set(changed) - set(_OVERRIDES))
    if wrong:
        raise EstimateError(
            f"scenario {name!r} changes {', '.join(wrong)}; it may change {', '.join(_OVERRIDES)}"
        )
    return dict(changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a scenario may change, read and checked."""

    floors: dict[str, Quantity]
    stall: Quantity
    pace: Mapping[str, float]
    ceiling: Quantity | None
    drift_gsd: float
    given: Mapping[str, Any]

    def kept(self, stocks: Mapping[str, Floats], seed: int) -> Floats:
        """What stays in each stock, shape (stocks, draws): as given by place, else in proportion to what lies there."""
        draws = next(iter(stocks.values())).size
        stays = drawn(self.floors, "floor", draws, seed)
        if tuple(self.floors) == tuple(stocks):
            return stays
        whole = np.sum(list(stocks.values()), axis=0)
        return np.stack(
            [stays.sum(axis=0) * own / np.maximum(whole, 1e-300) for own in stocks.values()]
        )


def read_plan(given: Mapping[str, Any], places: tuple[str, ...], unit: str) -> Plan:
    """What is asked, or asked by a scenario; the message of an error names the argument."""
    floor, stall = given["floor"], Quantity.of(given["stall"], unit="share")
    gsd, pace = as_float(given["drift_gsd"], name="drift_gsd"), given["pace"] or {}
    floors = amounts_by_place(floor, "floor", unit)
    if isinstance(floor, Mapping):
        if strange := sorted(set(floors) - set(places)):
            raise EstimateError(
                f"the floor names {', '.join(strange)}; the stock has {', '.join(places) or 'none'}"
            )
        floors = {name: floors.get(name, Quantity.exactly(0.0, unit=unit)) for name in places}
    if not 0 <= stall.low <= stall.high <= 1:
        raise EstimateError(f"stall is a chance between 0 and 1, got {stall}")
    if not 1 <= gsd < math.inf:
        raise EstimateError(f"drift_gsd is 1 or more and finite, got {gsd!r}")
    if not isinstance(pace, Mapping):
        raise EstimateError(f"pace is a mapping from mode to a factor, got {pace!r}")
    pace = {mode: as_float(share, name=f"pace of {mode}") for mode, share in pace.items()}
    wrong = {
        mode: share
        for mode, share in pace.items()
        if mode not in MODES or not 0 <= share < math.inf
    }
    if wrong:
        raise EstimateError(
            f"pace gives a share of 0 or more by mode ({', '.join(MODES)}), got {wrong}"
        )
    ceiling = _ceiling(given["ceiling_per_day"], unit)
    return Plan(
        floors=floors, stall=stall, pace=pace, ceiling=ceiling, drift_gsd=gsd, given=dict(given)
    )


def _ceiling(given: Amount | Capacity | None, unit: str) -> Quantity | None:
    """The most that can leave in a day; None where there is no bound."""
    if isinstance(given, Capacity):
        if unit == "personnel" and given.people_per_day is not None:
            return Quantity.sample(given.by_draw["people_per_day"], unit="personnel/day")
        if unit != "t":
            raise EstimateError(
                f"a Capacity is in t/day, and the stock in {unit}; give ceiling_per_day in {unit}"
            )
        return Quantity.sample(given.by_draw["tonnes_per_day"], unit="t/day")
    if given is None or (isinstance(given, float) and given == math.inf):
        return None
    ceiling = as_quantity(given, name="ceiling_per_day", unit=f"{unit}/day")
    if not ceiling.ends[1] > 0:
        raise EstimateError(f"ceiling_per_day is above 0, got {given!r}")
    return ceiling


def amounts_by_place(
    given: Amount | Mapping[str, Amount], name: str, unit: str
) -> dict[str, Quantity]:
    """By place; the theatre as a whole has no name."""
    if isinstance(given, Mapping) and not given:
        raise EstimateError(f"a {name} by place names at least one place")
    amounts = given.items() if isinstance(given, Mapping) else [("", given)]
    for _, amount in amounts:
        if isinstance(amount, Quantity) and amount.unit in set(UNITS.values()) - {unit, "t"}:
            raise EstimateError(
                f"the {name} is in {amount.unit}, where {unit} was wanted: {amount}"
            )
    return {place: as_quantity(amount, name=name, unit=unit) for place, amount in amounts}


def drawn(amounts: Mapping[str, Quantity], entity: str, draws: int, seed: int) -> Floats:
    """Draws of each, shape (places, draws)."""
    return np.stack(
        [
            quantity.draw(draws, seed=seed, entity=f"{entity} {name}".strip(), purpose="withdrawal")
            for name, quantity in amounts.items()
        ]
    )


def days_to(horizon: Any, moment: dt.datetime) -> int:
    """Days from a moment to the end of the horizon: a number of days, or a day."""
    if isinstance(horizon, bool | float | np.floating):
        days = 0
    elif isinstance(horizon, int | np.integer):
        days = int(horizon)
    else:
        end = end_of(horizon, name="horizon", error=EstimateError)
        days = math.ceil((end - moment).total_seconds() / 86_400)
    if not 1 <= days <= LONGEST:
        raise EstimateError(
            f"the horizon is a whole number of days from 1 to {LONGEST:,}, or a day after {day_before(moment)}; got "
            f"{horizon!r}"
        )
    return days
