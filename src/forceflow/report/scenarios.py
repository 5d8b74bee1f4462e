"""The scenarios of a withdrawal as rows: what each answers, and what it changes."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..evidence.events import FlowEvent
from ..quantity import Quantity
from ..withdrawal.scenarios import withdrawal_scenarios
from ..withdrawal.withdrawal import Withdrawal
from ..world import find_place

__all__ = ["Change", "ScenarioRow", "asked_scenarios", "scenario_rows", "year_end"]

_PORT = "Tartus"
_BECAUSE = {"straits open": f"{_PORT} to Novorossiysk instead of Baltiysk"}


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
    """

    name: str
    answer: str
    date: dt.date
    probability: float
    changes: tuple[Change, ...]


def asked_scenarios(events: Sequence[FlowEvent], *, floor: Quantity) -> dict[str, dict[str, Any]]:
    """Scenarios for these events where ships leave Tartus; else none, as the floor is a prior of Syria alone."""
    port = find_place(_PORT).id
    if not any(
        event.mode == "sea" and event.origin == port and event.direction == "outbound"
        for event in events
    ):
        return {}
    return withdrawal_scenarios(floor=floor, events=events)


def year_end(left: Withdrawal) -> dt.date:
    """Last day of the year of the forecast; of the next one when that is less than 90 days away."""
    last = (left.as_of - dt.timedelta(seconds=1)).date()
    end = dt.date(last.year, 12, 31)
    return end if (end - last).days >= 90 else dt.date(last.year + 1, 12, 31)


def scenario_rows(
    left: Withdrawal, asked: Mapping[str, Mapping[str, Any]]
) -> Iterator[ScenarioRow]:
    """The headline, then each scenario that was asked for."""
    date = year_end(left)
    if left.scenarios:
        yield ScenarioRow("as in the summary", left.answer, date, left.probability_by(date), ())
    for name, found in left.scenarios.items():
        changes = tuple(_changes(asked[name], left, because=_BECAUSE.get(name, "")))
        yield ScenarioRow(name, found.answer, date, found.probability_by(date), changes)


def _changes(asked: Mapping[str, Any], left: Withdrawal, *, because: str) -> Iterator[Change]:
    """In words, each thing a scenario sets otherwise than the headline."""
    if "floor" in asked:
        floor = Quantity.of(asked["floor"], unit="t")
        if floor.high == 0 < left.floor.high:
            yield Change("everything leaves", "what stays on purpose")
        elif floor.high > 0:
            yield Change(
                f"{floor.low:,.0f} to {floor.high:,.0f} t stay", "what stays if bases are kept"
            )
    if "stall" in asked:
        stall = Quantity.of(asked["stall"], unit="share")
        words = (
            "nothing stops it for good"
            if stall.high == 0
            else f"it stops for good: {stall.low:.0%} to {stall.high:.0%}"
        )
        yield Change(words, "chance that it stops for good on the way")
    for mode, share in (asked.get("pace") or {}).items():
        words = f"what goes by {mode} goes {share:.2g} times as fast"
        if share in (0, 1):
            words = (
                f"nothing more goes by {mode}"
                if share == 0
                else f"nothing: what goes by {mode} goes on as it went"
            )
        words += f" ({because})" if because else ""
        yield Change(words, section="map" if share > 1 else "rate")
    if math.isfinite(asked.get("ceiling_per_day", math.inf)):
        yield Change(
            f"at most {asked['ceiling_per_day']:,.0f} t leave in a day", section="capacity"
        )
    if "drift_gsd" in asked:
        yield Change(
            f"the pace wanders by a factor of {asked['drift_gsd']:g} in a month",
            "wandering of the pace",
        )
