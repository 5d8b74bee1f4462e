"""What a withdrawal is estimated with: all arguments but the events, read and checked before the events are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrays import Floats
from ..flows.event_draws import Measure
from ..flows.rate import Detection
from ..quantity import Quantity
from .inputs import (
    UNITS,
    Plan,
    amounts_by_place,
    changed_by,
    drawn,
    read_look_back,
    read_plan,
    read_tail,
)

__all__ = ["Request", "read_request"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The arguments of `estimate_withdrawal` for one measure, in the form in which the steps use them.

    Parameters
    ----------
    measure, unit
        What is counted.
    stocks
        Draws of what there was, by name of the place, each of shape (draws,); the theatre as a whole has no name.
    is_by_place
        Whether the stock was given by place.
    plan, scenarios
        What stays, stalls, goes on and holds up; and other such plans by name.
    tail_share, tail_pace, as_of, horizon, look_back, detection, coverage, draws, seed
        As in `estimate_withdrawal`.
    """

    measure: Measure
    unit: str
    stocks: Mapping[str, Floats]
    is_by_place: bool
    plan: Plan
    scenarios: Mapping[str, Plan]
    tail_share: float
    tail_pace: Quantity
    as_of: Any
    horizon: Any
    look_back: int | None
    detection: Detection | None
    coverage: float
    draws: int
    seed: int

    @property
    def as_one_stock(self) -> dict[str, Floats]:
        """What there was in the theatre, wherever in it."""
        each = list(self.stocks.values())
        return {"": np.sum(each, axis=0)}


def read_request(given: Mapping[str, Any], scenarios: Mapping[str, Any]) -> Request:
    """Read and check the arguments for one measure.

    Parameters
    ----------
    given
        Arguments of `estimate_withdrawal` by name; `stock` and `floor` for both of their names.
    scenarios
        What each scenario changes, by its name.

    Raises
    ------
    EstimateError
        An argument is out of bounds, or in a unit that is not that of the measure.
    """
    unit = UNITS[given["measure"]]
    amounts = amounts_by_place(given["stock"], "stock", unit)
    places = tuple(amounts)
    # Drawn once, so that all scenarios share what there was.
    first = drawn(amounts, "stock", given["draws"], given["seed"])
    plan = read_plan(given, places, unit)
    tail_share, tail_pace = read_tail(given["tail_share"], given["tail_pace"])
    return Request(
        measure=given["measure"],
        unit=unit,
        stocks=dict(zip(places, first, strict=True)),
        is_by_place=isinstance(given["stock"], Mapping),
        plan=plan,
        scenarios=_read_scenarios(scenarios, plan, places, unit),
        tail_share=tail_share,
        tail_pace=tail_pace,
        as_of=given["as_of"],
        horizon=given["horizon"],
        look_back=read_look_back(given["look_back"]),
        detection=given["detection"],
        coverage=given["coverage"],
        draws=given["draws"],
        seed=given["seed"],
    )


def _read_scenarios(
    scenarios: Mapping[str, Any], plan: Plan, places: tuple[str, ...], unit: str
) -> dict[str, Plan]:
    """The plan of each scenario: that of the arguments with what the scenario changes."""
    plans: dict[str, Plan] = {}
    for name, changed in scenarios.items():
        changes = changed_by(name, changed)
        plans[name] = read_plan({**plan.given, **changes}, places, unit)
    return plans
