"""Why a number is what it is, and what it would be without one of its sources or with a passage closed."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol, runtime_checkable

from ..display import Listed
from ..errors import EventError, ForceflowError, UnknownNameError
from ..world.geography.passages import find_passages
from .events import FlowEvent
from .grades import GRADES, Grades
from .merge import merge_claims
from .provenance import Provenance
from .record_as_known import Traced, not_at_hand, remerged, trace
from .reports import Claim, Report
from .reroute import rerouted

__all__ = ["Explanation", "explain", "grade_sensitivity", "what_if"]

_DATE = re.compile(r" \d{4}(-\d{2}){0,2}$")
"""The date at the end of a root such as "CNN 2024-12-31"."""

_FEW = 12
"""So many sources are all named where none is near."""


@runtime_checkable
class Traceable(Protocol):
    """An estimate that knows its events and can be made again from others."""

    @property
    def answer(self) -> str: ...
    @property
    def used(self) -> tuple[FlowEvent, ...]: ...
    @property
    def again(self) -> Callable[[tuple[FlowEvent, ...]], Any] | None: ...


@dataclass(frozen=True, slots=True)
class Explanation:
    """A headline, the conflicts, the effect of each source, and one row per claim; prints as text and as HTML.

    Parameters
    ----------
    headline
        The event or the estimate in one line.
    conflicts
        Disagreements between claims, one line each.
    without
        (source, what the number would be without it) for each source.
    rows
        (claim, kind, printed quantity, what it says, publisher, grade, roots, note) for each claim; for an event that
        was read from a table, one of kind "row" with the sources the table names.
    """

    headline: str
    conflicts: tuple[str, ...]
    without: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]

    COLUMNS = (
        "claim",
        "kind",
        "as printed",
        "what it says",
        "published by",
        "grade",
        "goes back to",
        "note",
    )

    def __str__(self) -> str:
        lines = [self.headline]
        lines += [f"  conflict, {conflict}" for conflict in self.conflicts]
        lines += [f"  without {source}: {effect}" for source, effect in self.without]
        for claim, kind, words, text, publisher, grade, roots, note in self.rows:
            quantity = f" '{words}'" if words else ""
            lines.append(f"  {claim} [{kind}{quantity}] {text}")
            lines.append(
                f"      {publisher}, grade {grade}; goes back to {roots}"
                + (f"; {note}" if note else "")
            )
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        def cells(values: Iterable[str], tag: str) -> str:
            return "".join(f"<{tag}>{html.escape(value)}</{tag}>" for value in values)

        lines = [f"conflict, {conflict}" for conflict in self.conflicts]
        lines += [f"without {source}: {effect}" for source, effect in self.without]
        listed = "".join(f"<li>{html.escape(line)}</li>" for line in lines)
        body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in self.rows)
        return (
            f"<p>{html.escape(self.headline)}</p><ul>{listed}</ul>"
            f"<table><thead><tr>{cells(self.COLUMNS, 'th')}</tr></thead><tbody>{body}</tbody></table>"
        )


def explain(thing: Any, *, reports: Iterable[Report] | None = None) -> Explanation:
    """Show what stands behind an event or an estimate: claims, roots, grades, conflicts, and the weight of each source.

    Parameters
    ----------
    thing
        A flow event, or an estimate of tonnage, rate or withdrawal.
    reports
        The reports its claims stand in; by default those it was merged from. A row of a table that names its sources
        and no claims needs none.

    Raises
    ------
    EventError
        It is neither, or none of its claims stand in the reports; of a table whose reports are not at hand, the message
        names them.

    Examples
    --------
    >>> import forceflow as ff
    >>> events = ff.merge_claims(ff.load_reports("syria-2024"))
    >>> "Financial Times" in str(ff.explain([e for e in events if e.event_id == "damascus-convoy"][0]))
    True
    """
    given = None if reports is None else tuple(reports)
    if isinstance(thing, FlowEvent):
        headline = f"{thing}" + (f" - {thing.title}" if thing.title else "")
        rows = _rows((thing,), given, f"event {thing.event_id!r}")
        return Explanation(
            headline, thing.conflicts, _without((thing,), given, _event_answer), rows
        )
    if isinstance(thing, Traceable) and thing.again is not None:
        again = thing.again
        conflicts = tuple(
            f"{event.event_id}: {line}" for event in thing.used for line in event.conflicts
        )

        def answer(events: tuple[FlowEvent, ...]) -> str:
            return str(again(events).answer)

        return Explanation(
            str(thing),
            conflicts,
            _without(thing.used, given, answer),
            _rows(thing.used, given, "the estimate"),
        )
    got = "several things" if isinstance(thing, tuple | list) else type(thing).__name__
    raise EventError(f"a flow event or an estimate was wanted, got {got}; try explain(events[0])")


def what_if(
    events: FlowEvent | Iterable[FlowEvent],
    *,
    without: str | Sequence[str] | None = None,
    closed: str | Iterable[str] = (),
    reports: Iterable[Report] | None = None,
    grades: Grades | None = None,
) -> tuple[FlowEvent, ...]:
    """Events as they would be without one source (a report, or a root that others relay), or with sea passages closed.

    Parameters
    ----------
    events
        Flow events, or one of them.
    without
        Id or publisher of a report ("bne-2025-01-30", "EU Today"), or a root or its publisher ("CNN 2024-12-31",
        "Reuters"); of events read from a table, one of its sources or roots. Or several of these.
    closed
        Sea passages ("bosphorus", "danish straits").
    reports
        The reports the events were merged from; by default those they carry.
    grades
        As in `merge_claims`; by default those the events were merged with.

    Returns
    -------
    tuple of FlowEvent
        Without a source: events that rest on it are merged again from the claims that remain, for their own theatre;
        those that nobody else speaks of are gone, all others stay as they are. A row of a table has one number, so it
        stays as it is while another of its sources is left, and goes with the last. With passages closed: sailings that
        went through them go the other way, or are gone where there is none; printing the answer names these. With both,
        first the one and then the other.

    Raises
    ------
    EventError
        Neither a source nor a passage is named, these are no events, or they were merged from reports that are not at
        hand.
    UnknownNameError
        No claim of these events comes from such a source, or there is no such passage; the message lists the nearest.

    Notes
    -----
    On a longer way a dated sailing is the same ship with the same load, and its window ends later by the extra time at
    sea. A stream of sailings thins out: the same ships make fewer voyages in the same days, so its movements and loads
    are multiplied with the length of the open way over that of the way left, in km and without days in port. A sailing
    whose way cannot be measured at all stays as it is, and says so in its `caveats` and in the notes of estimates.

    Examples
    --------
    >>> import forceflow as ff
    >>> events = ff.merge_claims(ff.load_reports("syria-2024"))
    >>> len(ff.what_if(events, without="bne-2025-01-30")) < len(events)
    True

    Nothing in that record went through the Bosphorus; a ship from Tartus to Novorossiysk would have to:

    >>> import polars as pl
    >>> row = {"event_id": "home", "mode": "sea", "platform": "Sparta", "start": "2025-01-10", "movements": "3"}
    >>> home = ff.from_frame(pl.DataFrame([{**row, "origin": "Tartus", "destination": "Novorossiysk"}]))
    >>> ff.what_if(home, closed="bosphorus")
    ()
    gone, no way is left by sea with bosphorus closed: home
    """
    events = _events_of(events)
    passages = find_passages(closed)
    if without is None and not passages:
        raise EventError("what if what? name a source with without= or a sea passage with closed=")
    if without is not None:
        names = (without,) if isinstance(without, str) else tuple(without)
        events = _without_sources(events, names, reports, grades)
    return rerouted(events, passages) if passages else Listed(events)


def _events_of(events: Any) -> tuple[FlowEvent, ...]:
    """Events in the order given."""
    if isinstance(events, FlowEvent):
        return (events,)
    if isinstance(events, Traceable):
        raise EventError(
            f"flow events were wanted, got {type(events).__name__}; ask of its events, what_if(answer.used, ...), and "
            "make the estimate again from what is left"
        )
    if not isinstance(events, tuple | list | set | Iterator):
        raise EventError(
            f"flow events were wanted, got {type(events).__name__}; merge_claims and from_frame make them"
        )
    found = tuple(events)
    if wrong := [thing for thing in found if not isinstance(thing, FlowEvent)]:
        raise EventError(
            f"flow events were wanted, got {type(wrong[0]).__name__} among them; merge_claims(reports) and "
            "from_frame(frame) make them"
        )
    return found


def _without_sources(
    events: tuple[FlowEvent, ...],
    names: tuple[str, ...],
    reports: Iterable[Report] | None,
    grades: Grades | None,
) -> tuple[FlowEvent, ...]:
    """Events without some sources: merged again from the claims that are left, or rows that name another one too."""
    groups = trace(events, reports=reports, grades=grades)
    rows = [event for group in groups for event in group.events if group.is_row(event)]
    hits, gone = _named(names, groups, rows)
    left: list[FlowEvent] = []
    for group, hit in zip(groups, hits, strict=True):
        lost = partial(_what_is_left, hit)
        touched = [
            event
            for event in group.events
            if any(
                lost(*group.spoken[c]) is not group.spoken[c][0]
                for c in _claims_at_hand(event, group)
            )
        ]
        if part := [event for event in touched if not group.is_whole(event)]:
            raise EventError(f"event {part[0].event_id!r} {not_at_hand(part[0])}")
        anew = remerged(group, touched, lost)
        for event in group.events:
            if group.is_row(event):
                left += [standing] if (standing := _row_without(event, gone)) is not None else []
            elif event not in touched:
                left.append(event)
            elif event.event_id in anew:
                left.append(anew[event.event_id])
    if len(rows) == len(events):
        return tuple(left)
    return tuple(sorted(left, key=lambda event: (event.start, event.event_id)))


def _claims_at_hand(event: FlowEvent, group: Traced) -> tuple[str, ...]:
    return tuple(claim for claim in (*event.claims, *event.related) if claim in group.spoken)


def _named(
    names: tuple[str, ...], groups: tuple[Traced, ...], rows: Sequence[FlowEvent]
) -> tuple[list[set[str]], set[str]]:
    """What the names mean: report ids and roots in each group, and sources and roots of rows.

    Raises
    ------
    UnknownNameError
        A name means none of them.
    """
    listed = {name for event in rows for name in (*event.sources, *event.roots)}
    hits: list[set[str]] = [set() for _ in groups]
    gone: set[str] = set()
    for without in names:
        found = [_meant(without, group) for group in groups]
        mine = {
            name for name in listed if _same(without) in (_same(name), _same(_DATE.sub("", name)))
        }
        if not any(found) and not mine:
            every = listed.union(*(_sources_of(group) for group in groups))
            lost = any(event.claims for event in rows)
            raise UnknownNameError(
                "source",
                str(without),
                sorted(every),
                show_all=len(every) <= _FEW,
                otherwise="Some events were merged from reports that are not at hand; pass them with reports="
                * lost,
            )
        gone |= mine
        for hit, more in zip(hits, found, strict=True):
            hit |= more
    return hits, gone


def _meant(name: str, group: Traced) -> set[str]:
    """Ids of reports and roots of a group that a name means: an id, a root with or without its date, a publisher."""
    said = [(claim, report) for claim, report in group.spoken.values()]
    known = {report.id for _, report in said} | {root for claim, _ in said for root in claim.relays}
    wanted = _same(name)
    meant = {one for one in known if f"{_same(one)} ".startswith(f"{wanted} ")}
    publishers = {report.id: _same(report.publisher) for _, report in said}
    return meant | {
        one for one, own in publishers.items() if own == wanted or own.startswith(f"{wanted} (")
    }


def _same(name: str) -> str:
    """A name as it is compared: without case, and with single spaces."""
    return " ".join(str(name).split()).casefold()


def _sources_of(group: Traced) -> set[str]:
    """All names by which the sources of a group may be called."""
    return {
        name
        for claim, report in group.spoken.values()
        for name in (report.id, report.publisher, *claim.relays)
    }


def _what_is_left(hit: set[str], claim: Claim, report: Report) -> Claim | None:
    """A claim without some reports and roots: as it is, with the roots that are left, or None."""
    if report.id in hit or (claim.relays and set(claim.relays) <= hit):
        return None
    relays = tuple(root for root in claim.relays if root not in hit)
    return claim if relays == claim.relays else claim.model_copy(update={"relays": relays})


def _row_without(event: FlowEvent, gone: set[str]) -> FlowEvent | None:
    """A row of a table without some sources; None where no other is left."""
    if gone.isdisjoint((*event.sources, *event.roots)):
        return event
    sources = tuple(name for name in event.sources if name not in gone)
    roots = tuple(name for name in event.roots if name not in gone)
    if (event.sources and not sources) or (event.roots and not roots):
        return None
    if event.claims:  # its number was pooled from claims, which would have to be pooled again
        raise EventError(f"event {event.event_id!r} {not_at_hand(event)}")
    return replace(event, sources=sources, roots=roots)


def grade_sensitivity(
    reports: Iterable[Report] | Iterable[FlowEvent],
    estimate: Callable[[tuple[FlowEvent, ...]], Any],
    *,
    theatre: str | Collection[str] | None = None,
    grades: Grades | None = None,
) -> dict[str, Any]:
    """One estimate under other readings of the source grades.

    Parameters
    ----------
    reports
        Reports; or events that were merged from reports, which keep their theatre, and their grades as graded.
    estimate
        What to estimate from merged events: ``lambda events: ff.estimate_tonnage(events, seed=7)``.
    theatre
        As in `merge_claims`; of events by default their own.
    grades
        The reading "as graded"; by default `GRADES`, of events their own.

    Returns
    -------
    dict
        The estimate by reading: "as graded", "all alike" (every letter .85), "one letter worse", "stark" (A and B
        nearly certain, the rest nearly worthless).

    Raises
    ------
    EventError
        These are neither reports nor events; or the events were merged from reports that are not at hand, or with
        several sets of grades while none is given.
    """
    given: tuple[Any, ...] = tuple(reports)
    merge: Callable[..., tuple[FlowEvent, ...]]
    if given and all(isinstance(one, Report) for one in given):
        area, read = theatre if theatre is not None else "syria", grades or GRADES
        merge = partial(merge_claims, given, theatre=area)
    else:
        merge, read = _merge_again(_events_of(given), theatre, grades)
    order = "ABCDE"
    worse = {a: read.letters[b] for a, b in zip(order, order[1:] + "E", strict=True)}
    readings = {
        "as graded": read,
        "all alike": replace(read, letters=dict.fromkeys(read.letters, (0.85, 10.0))),
        "one letter worse": replace(read, letters={**read.letters, **worse}),
        "stark": replace(
            read,
            letters={
                n: (0.99 if n in "AB" else 0.05, size) for n, (_, size) in read.letters.items()
            },
        ),
    }
    return {name: estimate(merge(grades=reading)) for name, reading in readings.items()}


def _merge_again(
    events: tuple[FlowEvent, ...], theatre: str | Collection[str] | None, grades: Grades | None
) -> tuple[Callable[..., tuple[FlowEvent, ...]], Grades]:
    """How to merge some events again under other grades, and the grades they were merged with."""
    if not events:
        raise EventError(
            "neither reports nor events were given; grade_sensitivity(reports, estimate)"
        )
    if lost := [
        event for group in trace(events) for event in group.events if not group.is_whole(event)
    ]:
        what = (
            not_at_hand(lost[0])
            if lost[0].claims
            else "is a row of a table: it has no claims, and so no grades"
        )
        raise EventError(f"event {lost[0].event_id!r} {what}")

    def merge(*, grades: Grades) -> tuple[FlowEvent, ...]:
        again: list[FlowEvent] = []
        for group in trace(events, grades=grades):
            area = group.made.theatre if theatre is None else theatre
            made = Provenance(theatre=area, reports=group.made.reports, grades=grades)
            again += remerged(
                replace(group, made=made), group.events, lambda claim, _: claim
            ).values()
        return tuple(sorted(again, key=lambda event: (event.start, event.event_id)))

    own = [group.made.grades for group in trace(events)]
    if grades is None and any(one != own[0] for one in own):
        raise EventError(
            "these events were merged with several sets of grades; say which is meant with grades="
        )
    return merge, grades or own[0]


def _event_answer(events: tuple[FlowEvent, ...]) -> str:
    if not events:
        return "nobody else speaks of it"
    (event,) = events
    parts = [str(event.movements)] if event.movements.has_content else ["not counted"]
    parts += [
        f"{what} {q}" for what in ("vehicles", "personnel", "tonnes") if (q := getattr(event, what))
    ]
    return "; ".join(parts)


def _without(
    events: Sequence[FlowEvent],
    reports: Iterable[Report] | None,
    answer: Callable[[tuple[FlowEvent, ...]], str],
) -> tuple[tuple[str, str], ...]:
    """What the number would be without each root source."""
    effects = []
    for root in sorted({root for event in events for root in event.roots or event.sources}):
        try:
            effects.append((root, answer(what_if(events, without=root, reports=reports))))
        except UnknownNameError:
            continue
        except ForceflowError as error:
            effects.append((root, f"no answer ({error})"))
    return tuple(effects)


def _rows(
    events: Sequence[FlowEvent], reports: Iterable[Report] | None, name: str
) -> tuple[tuple[str, ...], ...]:
    """One row per claim, and one per event that a table has with its sources and no claim."""
    groups = trace(events, reports=reports)
    rows = [_claim_row(*said) for group in groups for said in group.spoken.values()]
    wanted = sorted({claim for event in events for claim in (*event.claims, *event.related)})
    if wanted and not rows:
        ids = ", ".join(wanted[:3])
        if reports is not None:
            raise EventError(
                f"{name}: none of its claims ({ids}) stand in these reports; pass the ones it was merged from with "
                "reports="
            )
        first = next(event for event in events if event.claims or event.related)
        raise EventError(f"{name}: none of its claims ({ids}) is at hand; it {not_at_hand(first)}")
    for event in events:
        if not event.claims and (event.sources or event.roots):
            who, roots = (
                ", ".join(event.sources) or "not named",
                ", ".join(event.roots) or "not named",
            )
            said = event.movements.words or (
                str(event.movements) if event.movements.has_content else ""
            )
            text = event.title or f"{event.platform}, {event._way}"
            rows.append(
                (event.event_id, "row", said, text, who, "none (a row of a table)", roots, "")
            )
    return tuple(sorted(rows))


def _claim_row(claim: Claim, report: Report) -> tuple[str, ...]:
    inferred = f"our reading: {', '.join(claim.inferred)}. " if claim.inferred else ""
    party = ", party to the events" if report.party else ""
    return (
        claim.id,
        claim.kind,
        claim.quantity,
        claim.text,
        f"{report.publisher}, {report.published}{party}",
        f"{report.grade} ({report.grade_reason})",
        ", ".join(claim.relays) or "the report itself",
        (inferred + claim.note).strip(),
    )
