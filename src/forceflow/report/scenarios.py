"""The scenarios of a case as rows: what each answers, and what it changes."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..evidence.events import FlowEvent
from ..quantity import Quantity
from ..withdrawal.scenarios import paces_by_straits
from ..withdrawal.withdrawal import Withdrawal
from .case import Basis, Case, CaseScenario, FloorPrior

__all__ = ["Change", "ScenarioRow", "case_scenarios", "scenario_rows", "year_end"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing a scenario changes, and the assumption or section that tells of it.

    Parameters
    ----------
    words
        The change.
    assumption, section
        Name of an assumption, or anchor of a section; one of the two.
    """

    words: str
    assumption: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True)
class ScenarioRow:
    """A scenario of the withdrawal.

    Parameters
    ----------
    name, answer
        Its name; by when half of the draws are complete, and how many never are.
    date, probability
        The chance that it is complete by the end of that day.
    changes
        What it changes against the headline; empty for the headline itself.
    basis
        What it is based on; None for the headline.
    """

    name: str
    answer: str
    date: dt.date
    probability: float
    changes: tuple[Change, ...]
    basis: Basis | None = None


def case_scenarios(
    case: Case, events: Sequence[FlowEvent], *, stock: Quantity | None = None, floor: Any = None
) -> dict[str, dict[str, Any]]:
    """The scenarios of a case that fit the events, by name, as `estimate_withdrawal` takes them.

    Parameters
    ----------
    case
        What the study assumes; where it is of another area or time, there are none.
    events
        The events whose withdrawal is forecast.
    stock, floor
        What stays in a scenario that keeps the floor: the share of this stock, or this amount.
    """
    if not case.scope.covers(events):
        return {}
    if floor is None and stock is not None and case.floor is not None:
        floor = case.floor.amount_of(stock)
    out = [event for event in events if event.direction == "outbound" and not event.is_empty]
    modes = {event.mode for event in out}
    ways = [(event.origin, event.destination) for event in out if event.mode == "sea"]
    # The paces are worked out from the ways of these very ships, so a case need not state them.
    paces = paces_by_straits(ways, case.homes)
    found: dict[str, dict[str, Any]] = {}
    for scenario in case.scenarios:
        if not _fits_modes(scenario, modes) or (scenario.straits and not paces):
            continue
        changes = dict(scenario.changes)
        if scenario.keeps_floor:
            changes["floor"] = floor
        if scenario.straits:
            changes["pace"] = {"sea": paces[scenario.straits]}
        found[scenario.name] = changes
    return found


def _fits_modes(scenario: CaseScenario, modes: set[str]) -> bool:
    """Whether a change of pace changes anything of what leaves, and leaves anything of it."""
    pace = scenario.changes.get("pace")
    if pace is None:
        return True
    if modes.isdisjoint(pace):
        return False
    return any(pace.get(mode, 1.0) > 0 for mode in modes)


def year_end(left: Withdrawal) -> dt.date:
    """Last day of the year of the forecast; of the next one when that is less than 90 days away."""
    last = (left.as_of - dt.timedelta(seconds=1)).date()
    end = dt.date(last.year, 12, 31)
    if (end - last).days >= 90:
        return end
    return dt.date(last.year + 1, 12, 31)


def scenario_rows(
    left: Withdrawal,
    asked: Mapping[str, Mapping[str, Any]],
    scenarios: Iterable[CaseScenario],
    floor: FloorPrior | None,
) -> Iterator[ScenarioRow]:
    """The headline, then each scenario of the case."""
    date = year_end(left)
    if left.scenarios:
        yield ScenarioRow("as in the summary", left.answer, date, left.probability_by(date), ())
    for scenario in scenarios:
        name = scenario.name
        if name not in left.scenarios:
            continue
        found = left.scenarios[name]
        changes = tuple(_changes_of(asked[name], left, scenario, floor))
        yield ScenarioRow(
            name, found.answer, date, found.probability_by(date), changes, scenario.basis
        )


def _changes_of(
    asked: Mapping[str, Any], left: Withdrawal, scenario: CaseScenario, kept: FloorPrior | None
) -> Iterator[Change]:
    """In words, each thing a scenario sets otherwise than the headline."""
    unit = left.stock.unit
    if "floor" in asked:
        floor = Quantity.of(asked["floor"], unit=unit)
        if floor.high == 0 < left.floor.high:
            yield Change("everything leaves", "what stays on purpose")
        elif floor.high > 0:
            words = f"{floor.low:,.0f} to {floor.high:,.0f} {unit} stay"
            yield _floor_change(words, scenario, kept)
    if "stall" in asked:
        stall = Quantity.of(asked["stall"], unit="share")
        words = f"it stops for good: {stall.low:.0%} to {stall.high:.0%}"
        if stall.high == 0:
            words = "nothing stops it for good"
        yield Change(words, "chance that it stops for good on the way")
    for mode, share in (asked.get("pace") or {}).items():
        yield _pace_change(mode, share, scenario.note)
    # No ceiling is an infinite one, and changes nothing.
    if math.isfinite(asked.get("ceiling_per_day", math.inf)):
        words = f"at most {asked['ceiling_per_day']:,.0f} {unit} leave in a day"
        yield Change(words, section="capacity")
    if "drift_gsd" in asked:
        yield Change(
            f"the pace wanders by a factor of {asked['drift_gsd']:g} in a month",
            "wandering of the pace",
        )


def _floor_change(words: str, scenario: CaseScenario, kept: FloorPrior | None) -> Change:
    """A floor that is kept is an assumption of its own; a number is a change of the headline's."""
    if scenario.keeps_floor and kept is not None:
        return Change(words, kept.name)
    return Change(words, "what stays on purpose")


def _pace_change(mode: str, share: float, note: str) -> Change:
    words = f"what goes by {mode} goes {share:.2g} times as fast"
    if share == 0:
        words = f"nothing more goes by {mode}"
    if share == 1:
        words = f"nothing: what goes by {mode} goes on as it went"
    if note:
        words += f" ({note})"
    # A faster way is another way, shown on the map; a slower one is a change of the rate.
    if share > 1:
        return Change(words, section="map")
    return Change(words, section="rate")
