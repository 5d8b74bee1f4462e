"""Events traced back to the claims they were merged from, and the record as it stood at a moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter

from ..errors import EventError
from .events import FlowEvent
from .grades import Grades
from .merge import merge_all, with_claims
from .provenance import Provenance
from .reports import Claim, Report

__all__ = ["Traced", "as_known", "not_at_hand", "remerged", "trace"]


@dataclass(frozen=True, slots=True)
class Traced:
    """Events that were made with the same things, and the claims behind them.

    Parameters
    ----------
    made
        What they were made with.
    rows
        Their places among all events given.
    events
        The events.
    at_hand
        Each claim behind them that is at hand, with its report, by id.
    """

    made: Provenance
    rows: tuple[int, ...]
    events: tuple[FlowEvent, ...]
    at_hand: dict[str, tuple[Claim, Report]]

    def is_whole(self, event: FlowEvent) -> bool:
        """Whether every movement claim of an event is at hand."""
        return bool(event.claims) and all(claim in self.at_hand for claim in event.claims)

    def is_row(self, event: FlowEvent) -> bool:
        """Whether none of its claims is at hand: a row of a table, or one that lost its reports."""
        return not any(claim in self.at_hand for claim in (*event.claims, *event.related))


def trace(
    events: Sequence[FlowEvent],
    *,
    reports: Iterable[Report] | None = None,
    grades: Grades | None = None,
) -> tuple[Traced, ...]:
    """Sort events by what they were made with, and look up their claims there.

    Parameters
    ----------
    reports, grades
        Used in place of those the events were made with.
    """
    given = None
    if reports is not None:
        given = sorted(reports, key=attrgetter("id"))
    unknown = Provenance(theatre=None)
    # By identity: a provenance is one object that all events of a set share.
    groups: dict[int, tuple[Provenance, list[int]]] = {}
    for row, event in enumerate(events):
        made = event.provenance or unknown
        groups.setdefault(id(made), (made, []))[1].append(row)
    traced = []
    for made, rows in groups.values():
        own = tuple(events[row] for row in rows)
        used = _replace_made(made, given, grades)
        traced.append(Traced(used, tuple(rows), own, _find_claims(own, used.reports)))
    return tuple(traced)


def _replace_made(
    made: Provenance, reports: Iterable[Report] | None, grades: Grades | None
) -> Provenance:
    """A provenance with other reports or grades, where some are given."""
    if reports is None and grades is None:
        return made
    if reports is None:
        reports = made.reports
    return Provenance(theatre=made.theatre, reports=reports, grades=grades or made.grades)


def _ids_of_claims(events: Iterable[FlowEvent]) -> set[str]:
    """Ids of all claims of some events, those that add no movement among them."""
    ids: set[str] = set()
    for event in events:
        ids.update(event.claims, event.related)
    return ids


def _find_claims(
    events: Iterable[FlowEvent], reports: Iterable[Report]
) -> dict[str, tuple[Claim, Report]]:
    """The claims of some events that are in some reports, by id, each with its report."""
    wanted = _ids_of_claims(events)
    found = {}
    for report in reports:
        for claim in report.claims:
            if claim.id in wanted:
                found[claim.id] = (claim, report)
    return found


def remerged(
    traced: Traced, events: Iterable[FlowEvent], keep: Callable[[Claim, Report], Claim | None]
) -> dict[str, FlowEvent]:
    """Some events merged again from the claims that `keep` returns; those of which nothing is left are not in it.

    Raises
    ------
    EventError
        An event leads from or to another place than before, and the theatre that says which way that is is not known.
    """
    before = {event.event_id: event for event in events}
    wanted = _ids_of_claims(before.values())

    def keep_wanted(claim: Claim, report: Report) -> Claim | None:
        if claim.id not in wanted:
            return None
        return keep(claim, report)

    made = with_claims(traced.made, keep_wanted)
    merged = {event.event_id: event for event in merge_all(made)}
    anew = {}
    for name, event in before.items():
        # An event may have another id than the one its claims are coded to.
        code = _coded_event(event, traced)
        if code in merged:
            anew[name] = replace(_keep_direction(merged[code], event, made), event_id=name)
    return anew


def _coded_event(event: FlowEvent, traced: Traced) -> str:
    """Id of the event that the claims of an event are coded to; empty where none is at hand."""
    for claim_id in reversed(event.claims):
        if claim_id in traced.at_hand:
            return traced.at_hand[claim_id][0].event
    return ""


def _keep_direction(event: FlowEvent, before: FlowEvent, made: Provenance) -> FlowEvent:
    """The event with its direction, where no theatre was known to `merge_all`."""
    # The theatre decides the direction; without it only that of the same ends is known.
    if made.theatre is not None:
        return event
    if (event.origin, event.destination) != (before.origin, before.destination):
        raise EventError(
            f"event {before.event_id!r} would lead from {event.origin} to {event.destination}, and its theatre is not "
            "known; read the table with from_frame(table, theatre=...)"
        )
    return replace(event, direction=before.direction)


def not_at_hand(event: FlowEvent) -> str:
    """Which reports an event was merged from, and how to give them."""
    of = ""
    if event.sources:
        of = f" ({', '.join(event.sources)})"
    return (
        f"was merged from reports that are not at hand; pass them with reports={of}, or give them where the table is "
        "read: from_frame(table, reports=...)"
    )


def as_known(
    events: Iterable[FlowEvent], moment: dt.datetime, *, reports: Iterable[Report] | None = None
) -> tuple[tuple[FlowEvent, ...], tuple[str, ...]]:
    """Events as they stood at a moment: merged again from the claims that were public by then.

    Parameters
    ----------
    events
        Flow events.
    moment
        Nothing that became public later is used.
    reports
        The reports the events were merged from; by default those they carry.

    Returns
    -------
    events, dropped
        What was known, and the ids of events of which nothing was. A row of a table is known from its `known_from`, or
        where it has none from its own first day.

    Raises
    ------
    EventError
        Some of the claims of an event were public and some were not, and its reports are not at hand.
    """
    events = tuple(events)
    known: dict[int, FlowEvent] = {}
    for traced in trace(events, reports=reports):
        known |= _known_of_group(traced, moment)
    dropped = []
    for row, event in enumerate(events):
        if row not in known:
            dropped.append(event.event_id)
    return tuple(known[row] for row in sorted(known)), tuple(dropped)


def _known_of_group(traced: Traced, moment: dt.datetime) -> dict[int, FlowEvent]:
    """What was known of the events of one group at a moment, by their places among all events."""
    public = _public_claims(traced, moment)
    known, changed = {}, {}
    for row, event in zip(traced.rows, traced.events, strict=True):
        if not traced.is_whole(event):
            if _is_public(event, moment):
                known[row] = event
        elif not public.isdisjoint(event.claims):
            own_claims = traced.at_hand.keys() & _ids_of_claims([event])
            if public.issuperset(own_claims):
                known[row] = event
            else:
                changed[row] = event
    if changed:
        anew = remerged(traced, changed.values(), partial(_keep_public, public))
        for row, event in changed.items():
            known[row] = anew[event.event_id]
    return known


def _public_claims(traced: Traced, moment: dt.datetime) -> set[str]:
    """Ids of the claims at hand that were public at a moment."""
    public = set()
    for name, (claim, report) in traced.at_hand.items():
        if claim.public_from(report) <= moment:
            public.add(name)
    return public


def _keep_public(public: Collection[str], claim: Claim, _: Report) -> Claim | None:
    if claim.id not in public:
        return None
    return claim


def _is_public(event: FlowEvent, moment: dt.datetime) -> bool:
    """Whether an event whose reports are not at hand was public, by the moments it carries."""
    if not event.claims:
        return event.known_from is None or event.known_from < moment
    moments = event.claims_known_from
    if not moments and event.known_from is not None:
        moments = (event.known_from,)
    late = sum(public > moment for public in moments)
    # Some claims were public and some were not: its number was another one, which only its reports could say.
    if 0 < late < len(moments):
        raise EventError(
            f"event {event.event_id!r}: {len(moments) - late} of its {len(moments)} claims were public by "
            f"{moment - dt.timedelta(seconds=1):%Y-%m-%d}, and the reports that say what it was then "
            f"({', '.join(event.sources)}) are not at hand; give them where the table is read: "
            "from_frame(table, reports=...)"
        )
    return not late
