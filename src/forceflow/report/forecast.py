"""The withdrawal as the report forecasts it: with its scenarios, and with what it takes as given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..flows.event_draws import Measure
from ..lift.bridges.amounts import Amount
from ..quantity import Quantity
from ..withdrawal.depletion import STALL
from ..withdrawal.withdrawal import Withdrawal, estimate_withdrawal
from .assumption import Assumption
from .assumptions import stock_or_prior, withdrawal_assumptions
from .case import Case
from .scenarios import ScenarioRow, case_scenarios, scenario_rows

__all__ = ["Forecast", "make_forecast"]

_FREE = "nothing stops it"


_LEAST_PRINTED = 0.005
"""A smaller share is printed as 0 %."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """The withdrawal, its scenarios as rows, what is taken as given, and how much of "never" that is."""

    withdrawal: Withdrawal
    scenarios: tuple[ScenarioRow, ...]
    assumptions: list[Assumption]
    never_by_pace: float
    stall: Quantity

    @property
    def never_is_prior(self) -> bool:
        """Whether most of "never" is the chance of a stall, a prior that only silence raises; not of a printed 0 %."""
        never = self.withdrawal.stall_probability
        return never >= _LEAST_PRINTED and self.never_by_pace < 0.5 * never

    @property
    def never_words(self) -> str:
        """Where the chance of never comes from, and how to change it."""
        if self.withdrawal.stall_probability < _LEAST_PRINTED:
            return "In next to all draws nothing is left after what was reported."
        given = "as given"
        if self.stall is STALL:
            given = "a prior, without a count behind it"
        spread = f"{self.stall.low:.0%} to {self.stall.high:.0%}, most likely {self.stall.best:.0%}"
        return (
            f"With nothing to stop it for good it would be {self.never_by_pace:.0%}, all that the reports bear on. The "
            f"rest is the chance of a stall ({spread}: {given}), which reports only raise by their silence; "
            "to change it, stall=(low, best, high) for write_report and estimate_withdrawal, or --stall."
        )


def make_forecast(
    events: Sequence[FlowEvent],
    *,
    given: tuple[Quantity, Measure] | None,
    lead: Measure,
    case: Case | None,
    floor_t: float,
    stall: Amount,
    **rest: Any,
) -> Forecast:
    """Forecast the withdrawal, its scenarios, and the same with no chance of a stall."""
    if not any(event.direction == "outbound" and not event.is_empty for event in events):
        raise EstimateError(
            "nothing is reported to have gone out, so there is no withdrawal to forecast; of what did go out, say so "
            "in the column `direction` of the events"
        )
    stock, measure, basis = stock_or_prior(events, given, case=case, lead=lead)
    chance = Quantity.of(stall, unit="share")
    asked: dict[str, dict[str, Any]] = {}
    kept = None
    if case is not None:
        asked = case_scenarios(case, events, stock=stock)
        kept = case.floor
    # Where no scenario is shown, the floor plays no part and is no assumption of the page.
    if not asked:
        kept = None
    rest[_FLOOR_NAME.get(measure, "floor")] = floor_t
    # One call for all, so that the scenario without a stall has the very draws of the headline.
    every = estimate_withdrawal(
        events,
        stock=stock,
        measure=measure,
        stall=chance,
        scenarios={**asked, _FREE: {"stall": 0.0}},
        **rest,
    )
    shown = dict(every.scenarios)
    free = shown.pop(_FREE)
    left = replace(every, scenarios=shown)
    taken = withdrawal_assumptions(left, stock, basis=basis, stall=chance, floor=kept)
    scenarios = case.scenarios if case is not None else ()
    rows = tuple(scenario_rows(left, asked, scenarios, kept))
    return Forecast(left, rows, taken, free.stall_probability, chance)


_FLOOR_NAME = {"tonnes": "floor_t"}
"""What `estimate_withdrawal` calls a floor of this measure, where it is not `floor`."""
