"""The arguments of a withdrawal one by one: stocks, floors and what a scenario may change, read and checked."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

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
    "read_floor",
    "read_look_back",
    "read_plan",
    "read_stock",
    "read_tail",
]


UNITS: dict[str, str] = {"tonnes": "t", "vehicles": "vehicles", "personnel": "personnel"}
LONGEST = 36_525
"""The longest horizon, in days: a century."""

_TINY = 1e-300
_OVERRIDES = ("floor", "stall", "pace", "ceiling_per_day", "drift_gsd")
_MEASURE_OF = {unit: measure for measure, unit in UNITS.items()}


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
        _check_tonnes(measure)
        return stock_t, "tonnes"
    if stock is None:
        raise EstimateError(
            "say what there was: stock_t=(20_000, 35_000, 60_000), or stock= with measure="
        )
    if _is_by_measure(stock):
        _check_named_once(stock, measure)
        return stock, None
    return stock, measure or _measure_of(stock)


def _check_tonnes(measure: str | None) -> None:
    if measure not in (None, "tonnes"):
        raise EstimateError(f"stock_t is in t, and the measure is {measure}; give stock=")


def _is_by_measure(stock: Any) -> TypeGuard[Mapping[str, Amount]]:
    return isinstance(stock, Mapping) and bool(stock) and set(stock) <= set(UNITS)


def _check_named_once(stock: Mapping[str, Amount], measure: str | None) -> None:
    if measure is not None:
        raise EstimateError(
            f"the stock is by measure, {', '.join(stock)}, so measure={measure!r} says it twice"
        )


def _measure_of(stock: Any) -> str:
    """The measure that the units of a stock give; tonnes for a stock without places, which is refused later."""
    amounts = list(stock.values()) if isinstance(stock, Mapping) else [stock]
    if not amounts:
        return "tonnes"
    first, *others = map(_unit_of, amounts)
    if first not in _MEASURE_OF or set(others) - {first}:
        raise EstimateError(
            f'a stock of {stock!r} in which unit? stock={{"vehicles": ..., "personnel": ...}}, stock_t= for tonnes, or '
            'measure="vehicles"'
        )
    return _MEASURE_OF[first]


def _unit_of(amount: Any) -> str:
    return amount.unit if isinstance(amount, Quantity) else ""


def read_floor(
    floor: Amount | Mapping[str, Amount] | None,
    floor_t: Amount | Mapping[str, Amount] | None,
    measure: str | None,
) -> Any:
    """What stays on purpose, as given; nothing where it was not given."""
    if floor is not None and floor_t is not None:
        raise EstimateError("give floor= or floor_t=, not both")
    if floor is not None:
        return floor
    if floor_t is None:
        return 0.0
    if measure is not None and UNITS[measure] != "t":
        raise EstimateError(f"floor_t is in t, and the stock in {UNITS[measure]}; give floor=")
    return floor_t


def read_tail(tail_share: Any, tail_pace: Amount) -> tuple[float, Quantity]:
    """How much of a stock leaves more slowly, and at which share of the pace."""
    pace = Quantity.of(tail_pace, unit="share")
    share = as_float(tail_share, name="tail_share")
    if not 0 <= share < 1 or pace.low <= 0:
        raise EstimateError(
            f"tail_share is from 0 to below 1 and tail_pace above 0; got {share!r} and {pace}"
        )
    return share, pace


def read_look_back(look_back: Any) -> int | None:
    """Days over which the rates are means; None where the record decides."""
    if look_back is None:
        return None
    if not isinstance(look_back, int | np.integer) or not 1 <= look_back <= LONGEST:
        raise EstimateError(
            f"look_back is a whole number of days from 1 to {LONGEST:,}, got {look_back!r}"
        )
    return int(look_back)


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
        held = np.stack(list(stocks.values()))
        stays = drawn(self.floors, "floor", held.shape[1], seed)
        if tuple(self.floors) == tuple(stocks):
            return stays
        # An empty theatre keeps nothing; the tiny divisor only keeps 0 / 0 away.
        whole = np.maximum(held.sum(axis=0), _TINY)
        return np.asarray(stays.sum(axis=0) * held / whole)


def read_plan(given: Mapping[str, Any], places: tuple[str, ...], unit: str) -> Plan:
    """The plan that the arguments or a scenario give; the message of an error names the argument."""
    stall = Quantity.of(given["stall"], unit="share")
    drift_gsd = as_float(given["drift_gsd"], name="drift_gsd")
    floors = _read_floors(given["floor"], places, unit)
    if not 0 <= stall.low <= stall.high <= 1:
        raise EstimateError(f"stall is a chance between 0 and 1, got {stall}")
    if not 1 <= drift_gsd < math.inf:
        raise EstimateError(f"drift_gsd is 1 or more and finite, got {drift_gsd!r}")
    return Plan(
        floors=floors,
        stall=stall,
        pace=_read_pace(given["pace"] or {}),
        ceiling=_read_ceiling(given["ceiling_per_day"], unit),
        drift_gsd=drift_gsd,
        given=dict(given),
    )


def _read_floors(floor: Any, places: tuple[str, ...], unit: str) -> dict[str, Quantity]:
    """What stays, as a whole or in each place of the stock; nothing in a place that is not named."""
    floors = amounts_by_place(floor, "floor", unit)
    if not isinstance(floor, Mapping):
        return floors
    if strange := sorted(set(floors) - set(places)):
        raise EstimateError(
            f"the floor names {', '.join(strange)}; the stock has {', '.join(places) or 'none'}"
        )
    nothing = Quantity.exactly(0.0, unit=unit)
    return {name: floors.get(name, nothing) for name in places}


def _read_pace(given: Any) -> dict[str, float]:
    """Share of what goes on, by mode."""
    if not isinstance(given, Mapping):
        raise EstimateError(f"pace is a mapping from mode to a factor, got {given!r}")
    pace = {mode: as_float(share, name=f"pace of {mode}") for mode, share in given.items()}
    wrong = {mode: share for mode, share in pace.items() if not _is_pace(mode, share)}
    if wrong:
        raise EstimateError(
            f"pace gives a share of 0 or more by mode ({', '.join(MODES)}), got {wrong}"
        )
    return pace


def _is_pace(mode: str, share: float) -> bool:
    return mode in MODES and 0 <= share < math.inf


def _read_ceiling(given: Amount | Capacity | None, unit: str) -> Quantity | None:
    """The most that can leave in a day; None where there is no bound."""
    if isinstance(given, Capacity):
        return _carried_by(given, unit)
    if given is None or (isinstance(given, float) and given == math.inf):
        return None
    ceiling = as_quantity(given, name="ceiling_per_day", unit=f"{unit}/day")
    if not ceiling.ends[1] > 0:
        raise EstimateError(f"ceiling_per_day is above 0, got {given!r}")
    return ceiling


def _carried_by(capacity: Capacity, unit: str) -> Quantity:
    """What a bridge carries in a day, in the unit of the stock."""
    if unit == "personnel" and capacity.people_per_day is not None:
        return Quantity.sample(capacity.by_draw["people_per_day"], unit="personnel/day")
    if unit != "t":
        raise EstimateError(
            f"a Capacity is in t/day, and the stock in {unit}; give ceiling_per_day in {unit}"
        )
    return Quantity.sample(capacity.by_draw["tonnes_per_day"], unit="t/day")


def amounts_by_place(
    given: Amount | Mapping[str, Amount], name: str, unit: str
) -> dict[str, Quantity]:
    """By place; the theatre as a whole has no name."""
    if not isinstance(given, Mapping):
        return {"": _read_amount(given, name, unit)}
    if not given:
        raise EstimateError(f"a {name} by place names at least one place")
    return {place: _read_amount(amount, name, unit) for place, amount in given.items()}


def _read_amount(amount: Amount, name: str, unit: str) -> Quantity:
    """An amount in the unit of the measure; a number of other things is refused."""
    # A mass is left to as_quantity, which converts it or refuses it in its own words.
    counted = set(UNITS.values()) - {unit, "t"}
    if isinstance(amount, Quantity) and amount.unit in counted:
        raise EstimateError(f"the {name} is in {amount.unit}, where {unit} was wanted: {amount}")
    return as_quantity(amount, name=name, unit=unit)


def drawn(amounts: Mapping[str, Quantity], entity: str, draws: int, seed: int) -> Floats:
    """Draws of each, shape (places, draws)."""
    rows = []
    for name, quantity in amounts.items():
        address = f"{entity} {name}".strip()
        rows.append(quantity.draw(draws, seed=seed, entity=address, purpose="withdrawal"))
    return np.stack(rows)


def days_to(horizon: Any, moment: dt.datetime) -> int:
    """Days from a moment to the end of the horizon: a number of days, or a day."""
    days = _days_ahead(horizon, moment)
    if not 1 <= days <= LONGEST:
        raise EstimateError(
            f"the horizon is a whole number of days from 1 to {LONGEST:,}, or a day after {day_before(moment)}; got "
            f"{horizon!r}"
        )
    return days


def _days_ahead(horizon: Any, moment: dt.datetime) -> int:
    """The days of a horizon; 0 where it is no whole number and no day."""
    # True is an int to Python, and no number of days.
    if isinstance(horizon, bool | float | np.floating):
        return 0
    if isinstance(horizon, int | np.integer):
        return int(horizon)
    end = end_of(horizon, name="horizon", error=EstimateError)
    return math.ceil((end - moment).total_seconds() / 86_400)
