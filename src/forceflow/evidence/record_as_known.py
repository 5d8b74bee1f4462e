"""Events traced back to the claims they were merged from, and the record as it stood at a moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ..errors import EventError
from .events import FlowEvent
from .grades import Grades
from .merge import merge_all, with_claims
from .provenance import Provenance
from .reports import Claim, Report

__all__ = ["Traced", "as_known", "not_at_hand", "remerged", "trace"]


@dataclass(frozen=True, slots=True)
class Traced:
    """Events that were made with the same things, and where their claims stand.

    Parameters
    ----------
    made
        What they were made with.
    rows
        Their places among all events given.
    events
        The events.
    spoken
        Each claim behind them that is at hand, with its report, by id.
    """

    made: Provenance
    rows: tuple[int, ...]
    events: tuple[FlowEvent, ...]
    spoken: dict[str, tuple[Claim, Report]]

    def is_whole(self, event: FlowEvent) -> bool:
        """Whether every movement claim of an event is at hand."""
        return bool(event.claims) and all(claim in self.spoken for claim in event.claims)

    def is_row(self, event: FlowEvent) -> bool:
        """Whether none of its claims is at hand: a row of a table, or one that lost its reports."""
        return not any(claim in self.spoken for claim in (*event.claims, *event.related))


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
    given = None if reports is None else sorted(reports, key=lambda report: report.id)
    groups: dict[int, tuple[Provenance, list[int]]] = {}
    unknown = Provenance(theatre=None)
    for row, event in enumerate(events):
        made = event.provenance or unknown
        groups.setdefault(id(made), (made, []))[1].append(row)
    found = []
    for made, rows in groups.values():
        if given is not None or grades is not None:
            made = Provenance(
                theatre=made.theatre,
                reports=made.reports if given is None else given,
                grades=grades or made.grades,
            )
        mine = tuple(events[row] for row in rows)
        wanted = {claim for event in mine for claim in (*event.claims, *event.related)}
        spoken = {
            claim.id: (claim, report)
            for report in made.reports
            for claim in report.claims
            if claim.id in wanted
        }
        found.append(Traced(made, tuple(rows), mine, spoken))
    return tuple(found)


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
    coded = {
        name: traced.spoken[claim][0].event
        for name, event in before.items()
        for claim in event.claims
        if claim in traced.spoken
    }
    wanted = {claim for event in before.values() for claim in (*event.claims, *event.related)}
    made = with_claims(
        traced.made, lambda claim, report: keep(claim, report) if claim.id in wanted else None
    )
    merged = {event.event_id: event for event in merge_all(made)}
    return {
        name: replace(_directed(merged[code], before[name], made), event_id=name)
        for name, code in coded.items()
        if code in merged
    }


def _directed(event: FlowEvent, before: FlowEvent, made: Provenance) -> FlowEvent:
    """The event with its direction, where no theatre was known to `merge_all`."""
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
    of = f" ({', '.join(event.sources)})" if event.sources else ""
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
    known: list[FlowEvent | None] = list(events)
    for traced in trace(events, reports=reports):
        public = {
            name
            for name, (claim, report) in traced.spoken.items()
            if claim.public_from(report) <= moment
        }
        changed = {}
        for row, event in zip(traced.rows, traced.events, strict=True):
            if not traced.is_whole(event):
                known[row] = event if _is_public(event, moment) else None
            elif public.isdisjoint(event.claims):
                known[row] = None
            elif not public.issuperset(traced.spoken.keys() & {*event.claims, *event.related}):
                changed[row] = event
        if changed:
            anew = remerged(traced, changed.values(), partial(_one_of, public))
            known = [
                anew[changed[row].event_id] if row in changed else event
                for row, event in enumerate(known)
            ]
    return (
        tuple(event for event in known if event is not None),
        tuple(event.event_id for event, then in zip(events, known, strict=True) if then is None),
    )


def _one_of(ids: Collection[str], claim: Claim, _: Report) -> Claim | None:
    return claim if claim.id in ids else None


def _is_public(event: FlowEvent, moment: dt.datetime) -> bool:
    """Whether an event whose reports are not at hand was public, by the moments it carries."""
    if not event.claims:
        return event.known_from is None or event.known_from < moment
    moments = event.claims_known_from or (() if event.known_from is None else (event.known_from,))
    late = sum(public > moment for public in moments)
    if 0 < late < len(moments):
        raise EventError(
            f"event {event.event_id!r}: {len(moments) - late} of its {len(moments)} claims were public by "
            f"{moment - dt.timedelta(seconds=1):%Y-%m-%d}, and the reports that say what it was then "
            f"({', '.join(event.sources)}) are not at hand; give them where the table is read: "
            "from_frame(table, reports=...)"
        )
    return not late
