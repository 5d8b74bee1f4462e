"""A case: what the report of one folder of reports takes as given, read from the ``case.toml`` beside them.

forceflow itself assumes no stock, no bridge and no scenario. What a study assumes of its own theatre is data of that
study, each figure with its reason; see "Write a case" among the how-to guides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..evidence.events import FlowEvent
from ..flows.event_draws import Measure
from ..quantity import Quantity
from ..world import find_place, read_theatre
from ..world.geography.theatres import is_inside, theatres

__all__ = [
    "Basis",
    "BridgePrior",
    "Case",
    "CaseScenario",
    "Figure",
    "FloorPrior",
    "Scope",
    "StockPrior",
]


@dataclass(frozen=True, slots=True)
class Basis:
    """What a figure of a case rests on.

    Parameters
    ----------
    reason
        Why it is what it is.
    status
        "prior" (assumed), "read" in the source, or "recalled" from it and not verified.
    source
        Where it is, for a figure that was read or is recalled.
    claims
        Ids of the claims that hint at it.
    """

    reason: str = ""
    status: str = "prior"
    source: str = ""
    claims: tuple[str, ...] = ()

    @property
    def standing(self) -> str:
        """Its status, and where it was read."""
        known = {
            "prior": "Prior",
            "read": f"Read in {self.source}",
            "recalled": f"Recalled from {self.source}",
        }
        return known.get(self.status, "")

    def __str__(self) -> str:
        if not self.standing:
            return self.reason
        return f"{self.standing}. {self.reason}".rstrip()


@dataclass(frozen=True, slots=True)
class Scope:
    """The area and the time that a part of a case is about.

    Parameters
    ----------
    area
        As `theatre=` of `merge_claims` takes it.
    since, until
        First moment, and the first moment after it, UTC; None where it is open.
    """

    area: str | tuple[str, ...]
    since: dt.datetime | None = None
    until: dt.datetime | None = None

    def __str__(self) -> str:
        words = self.area if isinstance(self.area, str) else ", ".join(self.area)
        if self.since is not None:
            words += f" from {self.since:%Y-%m-%d}"
        if self.until is not None:
            words += f" until {self.until - dt.timedelta(seconds=1):%Y-%m-%d}"
        return words

    def covers(self, events: Iterable[FlowEvent]) -> bool:
        """Whether all that crosses the border does so in this area and time."""
        ends = {"outbound": "origin", "inbound": "destination"}
        for event in events:
            # What moves inside or outside takes nothing out, so it says nothing of whose stock it is.
            if event.direction not in ends:
                continue
            inner = find_place(getattr(event, ends[event.direction]))
            if not (self._is_in_time(event) and is_inside(inner, self.area)):
                return False
            if not self._is_read_for(event):
                return False
        return True

    def _is_in_time(self, event: FlowEvent) -> bool:
        if self.since is not None and event.start < self.since:
            return False
        return self.until is None or event.start < self.until

    def _is_read_for(self, event: FlowEvent) -> bool:
        """Whether the direction of an event is seen from this area, as far as that is known."""
        made = event.provenance
        if made is None or made.theatre is None:
            return True
        # "Syria" the theatre and SY the country are one area to this question.
        return _countries_of(made.theatre) == _countries_of(self.area)


def _countries_of(area: str | tuple[str, ...]) -> frozenset[str]:
    """Countries of an area, those of our own theatres among them."""
    known = theatres()
    found: set[str] = set()
    for part in read_theatre(area):
        if part in known:
            found |= known[part].countries
        else:
            found.add(part)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Figure:
    """A range of a case, and what it rests on."""

    amount: Quantity
    basis: Basis

    @property
    def ends(self) -> tuple[float, float, float]:
        """Low, best and high."""
        return self.amount.low, self.amount.best, self.amount.high


@dataclass(frozen=True, slots=True)
class StockPrior:
    """How much there was before the first movement.

    Parameters
    ----------
    amount, measure
        The range, and what it counts.
    basis, scope
        What it rests on, and of where and when it is.
    """

    amount: Quantity
    measure: Measure
    basis: Basis
    scope: Scope


@dataclass(frozen=True, slots=True)
class FloorPrior:
    """What stays on purpose in the scenarios in which a part stays.

    Parameters
    ----------
    name
        What it is called in the table of assumptions.
    share
        As a share of the best value of the stock.
    reported
        What the reports say of it, as the beginning of a sentence.
    basis
        What it rests on.
    """

    name: str
    share: Quantity
    reported: str
    basis: Basis

    def amount_of(self, stock: Quantity) -> Quantity:
        """The same in the unit of a stock."""
        return self.share.times(stock.best, unit=stock.unit)


@dataclass(frozen=True, slots=True)
class BridgePrior:
    """An air bridge as the reports of a case leave it to be imagined.

    Parameters
    ----------
    origin, destination
        Names of its ends, as the case writes them.
    fleet, fleet_basis
        Number of aircraft by type, and what all of them rest on.
    onload_mog, offload_mog, operating_h_per_day
        As `AirBridge` takes them.
    refuel_at_destination, fuel_basis
        As `AirBridge` takes it, and what it rests on.
    """

    origin: str
    destination: str
    fleet: Mapping[str, Quantity]
    fleet_basis: Basis
    onload_mog: Figure
    offload_mog: Figure
    operating_h_per_day: Figure
    refuel_at_destination: bool
    fuel_basis: Basis

    def is_flown_by(self, events: Iterable[FlowEvent]) -> bool:
        """Whether any of the events flies from its one end to the other."""
        way = ("air", find_place(self.origin).id, find_place(self.destination).id)
        return any((event.mode, event.origin, event.destination) == way for event in events)


@dataclass(frozen=True, slots=True)
class CaseScenario:
    """One way the withdrawal may go.

    Parameters
    ----------
    name
        What it is called.
    basis
        What it is based on.
    changes
        What it changes, as `estimate_withdrawal` takes it in `scenarios`; without the floor that is kept.
    keeps_floor
        The floor of the case stays.
    straits
        "open" or "closed": the pace by sea is that of the Turkish straits in this state.
    note
        Words printed behind a change of pace.
    """

    name: str
    basis: Basis
    changes: Mapping[str, Any]
    keeps_floor: bool = False
    straits: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a study assumes of its own theatre; all of it is optional but the title and the scope.

    Parameters
    ----------
    title
        What the study is about; the title of the page.
    scope
        Area and time of all that follows, where it names none of its own.
    stocks
        Priors on the stock, at most one for each measure, area and time.
    floor
        What stays where a part stays.
    bridge
        The air bridge whose capacity is shown where events fly it.
    homes
        Two home ports of one fleet: behind the Turkish straits, and reached without them.
    homes_basis
        What these rest on.
    scenarios
        Ways the withdrawal may go.
    scenarios_from
        Whose view the scenarios are, as in "the reports of early 2025".
    file
        Where it was read.
    """

    title: str
    scope: Scope
    stocks: tuple[StockPrior, ...] = ()
    floor: FloorPrior | None = None
    bridge: BridgePrior | None = None
    homes: tuple[str, str] | None = None
    homes_basis: Basis = field(default_factory=Basis)
    scenarios: tuple[CaseScenario, ...] = ()
    scenarios_from: str = ""
    file: str = ""

    def bridge_of(self, events: Iterable[FlowEvent]) -> BridgePrior | None:
        """The bridge, where any of the events flies it."""
        if self.bridge is None or not self.bridge.is_flown_by(events):
            return None
        return self.bridge

    def stock_for(self, measure: str, events: Iterable[FlowEvent]) -> StockPrior | None:
        """The first prior on a stock of this measure that is about these events."""
        moved = tuple(events)
        for prior in self.stocks:
            if prior.measure == measure and prior.scope.covers(moved):
                return prior
        return None
