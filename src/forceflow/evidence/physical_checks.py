"""Claims and events as physics can judge them, and the flags it gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from ..errors import UnknownNameError
from ..quantity import Quantity
from ..world import find_platform
from .events import FlowEvent
from .platform_names import platform_ids
from .reports import Claim, Report
from .tables.event_frames import as_events

__all__ = ["Flag", "Judged", "judge_event", "judge_things"]


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that cannot be as it was reported.

    Parameters
    ----------
    claims
        Ids of the claims (or events) that exclude each other, or of the one that excludes itself.
    reason
        What would have had to be, and what can be.
    """

    claims: tuple[str, ...]
    reason: str

    def __str__(self) -> str:
        return f"{' + '.join(self.claims)}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A claim or an event, as far as physics can judge it; an unknown platform is ""."""

    id: str
    event: str
    mode: str
    kind: str
    platforms: tuple[str, ...]
    origin: str
    destination: str
    via: tuple[str, ...]
    start: dt.datetime
    stop: dt.datetime
    tonnes: Quantity | None
    personnel: Quantity | None
    movements: Quantity

    def load_of_each(self, load: Quantity | None) -> float | None:
        """The load of one movement, best for best; None where either number is missing."""
        if load is None or not load.has_content or not self.movements.has_content:
            return None
        if self.movements.best <= 0:
            return None
        return load.best / self.movements.best


def judge_things(things: Any) -> list[Judged]:
    """What reports claim to have moved or to have been seen, in order of report; or events."""
    if isinstance(things, Report):
        things = (things,)
    if isinstance(things, list | Iterator):
        things = tuple(things)
    # Anything else that is no event is refused by `as_events`.
    if not _are_reports(things):
        return list(map(judge_event, as_events(things)))
    judged: list[Judged] = []
    for report in sorted(things, key=attrgetter("id")):
        judged += map(_judge_claim, report.claims)
    return judged


def _are_reports(things: Any) -> bool:
    return isinstance(things, tuple) and all(isinstance(thing, Report) for thing in things)


def _judge_claim(claim: Claim) -> Judged:
    return Judged(
        id=claim.id,
        event=claim.event,
        mode=str(claim.mode),
        kind=claim.kind,
        platforms=_known_platforms(claim),
        origin=claim.origin,
        destination=claim.destination,
        via=claim.via,
        start=claim.start,
        stop=claim.stop,
        tonnes=_number_in(claim, "tonnes"),
        personnel=_number_in(claim, "personnel"),
        movements=claim.movement_count,
    )


def _number_in(claim: Claim, measure: str) -> Quantity | None:
    """The number of a claim where it counts this measure."""
    if claim.measure != measure:
        return None
    return claim.number


def _known_platforms(claim: Claim) -> tuple[str, ...]:
    """Ids of the platforms of a claim, "" for each that is unknown."""
    if not claim.platform:
        return ()
    try:
        return platform_ids(claim.platform, claim.mode)
    except UnknownNameError:
        return tuple(map(_id_or_nothing, claim.platform.split(";")))


def _id_or_nothing(name: str) -> str:
    try:
        return find_platform(name.strip()).id
    except UnknownNameError:
        return ""


def judge_event(event: FlowEvent) -> Judged:
    """An event as physics can judge it."""
    return Judged(
        id=event.event_id,
        event=event.event_id,
        mode=event.mode,
        kind="movement",
        platforms=event.platforms,
        origin=event.origin,
        destination=event.destination,
        via=event.via,
        start=event.start,
        stop=event.stop,
        tonnes=event.tonnes,
        personnel=event.personnel,
        movements=event.movements,
    )
