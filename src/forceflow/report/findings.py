"""What a report shows, as data: its estimates, its headlines, and the claims behind each of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, repeat
from operator import attrgetter

from ..evidence.events import FlowEvent
from ..evidence.reports import Claim, Report
from ..flows.rate import Rate
from ..lift.capacity.capacity import Capacity
from ..results.estimate import Estimate, few
from ..withdrawal.withdrawal import Withdrawal
from ..world.geography.routes import Route
from .assumption import Assumption
from .case import Case
from .contradictions import Disagreement, disagreements
from .leg_findings import LegFindings
from .scenarios import ScenarioRow
from .track_findings import TrackFindings

__all__ = ["RATED", "WAYS", "Findings", "Headline"]

WAYS = {
    "outbound": ("out", "Moved out", "left the theatre", "People brought out"),
    "inbound": ("in", "Brought in", "came in", "People brought in"),
    "internal": ("inside", "Moved inside", "moved inside the theatre", "People moved inside"),
    "external": ("moved", "Moved", "moved", "People moved"),
}
"""By direction: its word in the anchors, its head, what it does, and its head for people."""

RATED = {"movements": "Movements", "personnel": "People", "vehicles": "Vehicles"}
"""By measure of the rate: its head."""


@dataclass(frozen=True, slots=True)
class Headline:
    """A number of the summary with its range and what it rests on.

    Parameters
    ----------
    key, label
        Its anchor in the report, and its name.
    value
        As printed, range and unit included.
    low, middle, high, unit
        The same as numbers; None where it is no number.
    section
        Anchor of the section that shows it.
    claims, events
        Ids of the movement claims and of the events it rests on.
    note
        What a reader must know with it.
    """

    key: str
    label: str
    value: str
    section: str
    low: float | None = None
    middle: float | None = None
    high: float | None = None
    unit: str = ""
    claims: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All that the report shows; a stage that could not be answered is None, and `missing` has the reason.

    `routes` has the way of each event by its id; `scenarios` begins with the headline. `direction` is that of tonnage,
    rate and people. `case` is what the study assumes, and `tracks` and `legs` what was heard of ships and aircraft,
    where there are any.
    """

    events: tuple[FlowEvent, ...]
    reports: tuple[Report, ...]
    tonnage: Estimate | None
    rate: Rate | None
    withdrawal: Withdrawal | None
    capacity: Capacity | None
    people: Estimate | None
    vehicles: Estimate | None
    routes: Mapping[str, Route]
    scenarios: tuple[ScenarioRow, ...]
    headlines: tuple[Headline, ...]
    assumptions: tuple[Assumption, ...]
    missing: dict[str, str]
    direction: str
    seed: int
    coverage: float
    draws: int
    case: Case | None = None
    tracks: TrackFindings | None = None
    legs: LegFindings | None = None

    @property
    def claims(self) -> tuple[tuple[Claim, Report], ...]:
        """Every claim of every report, in order of report and claim."""
        found: list[tuple[Claim, Report]] = []
        for report in self.reports:
            found += zip(report.claims, repeat(report))
        return tuple(found)

    @property
    def span(self) -> tuple[dt.datetime, dt.datetime]:
        """First and last moment of the events."""
        first = min(map(attrgetter("start"), self.events))
        # A window ends with the first moment after it, which would print as the next day.
        return first, max(map(attrgetter("stop"), self.events)) - dt.timedelta(seconds=1)

    @property
    def basis(self) -> str:
        """How many claims and reports there are; of figures without claims, who published them."""
        sources = sorted(set(chain.from_iterable(map(attrgetter("sources"), self.events))))
        if self.claims or not sources:
            return f"{len(self.claims)} claims in {len(self.reports)} reports"
        return f"own figures from {len(sources)} sources: {few(sources)}"

    @property
    def disagreements(self) -> tuple[Disagreement, ...]:
        """Claims that cannot all hold as they stand, as far as no conflict of an event holds both."""
        in_conflict = [set(event.claims) for event in self.events if event.conflicts]
        found = []
        for pair in disagreements(self.reports):
            both = {pair.claims[0].id, pair.claims[1].id}
            # A conflict of one event is shown with that event; here it would be there twice.
            if not any(map(both.issubset, in_conflict)):
                found.append(pair)
        return tuple(found)

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes of all estimates, each once."""
        notes: dict[str, None] = {}
        for part in (self.tonnage, self.rate, self.withdrawal, self.people):
            if part is not None:
                notes.update(dict.fromkeys(part.notes))
        return tuple(notes)
