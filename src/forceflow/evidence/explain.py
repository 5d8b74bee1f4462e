"""Why a number is what it is, and what it would be without one of its sources or with a passage closed."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol, runtime_checkable

from ..errors import EventError, ForceflowError, NoRouteError, RouteError, UnknownNameError
from ..world import route
from ..world.passages import find_passages
from .datasets import load_reports
from .events import FlowEvent
from .listed import Listed
from .merge import merge_claims
from .pooling import GRADES, Grades
from .reports import Claim, Report

__all__ = ["Explanation", "as_known", "explain", "grade_sensitivity", "what_if"]

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

    COLUMNS = ("claim", "kind", "as printed", "what it says", "published by", "grade", "goes back to", "note")

    def __str__(self) -> str:
        lines = [self.headline]
        lines += [f"  conflict, {conflict}" for conflict in self.conflicts]
        lines += [f"  without {source}: {effect}" for source, effect in self.without]
        for claim, kind, words, text, publisher, grade, roots, note in self.rows:
            quantity = f" '{words}'" if words else ""
            lines.append(f"  {claim} [{kind}{quantity}] {text}")
            lines.append(f"      {publisher}, grade {grade}; goes back to {roots}" + (f"; {note}" if note else ""))
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
        The reports its claims stand in; by default those that ship. Events read from a table need none: what they rest
        on is the row and the sources it names.

    Raises
    ------
    EventError
        It is neither, or none of its claims stand in the reports.

    Examples
    --------
    >>> import forceflow as ff
    >>> events = ff.merge_claims(ff.load_reports("syria-2024"))
    >>> "Financial Times" in str(ff.explain([e for e in events if e.event_id == "damascus-convoy"][0]))
    True
    """
    if isinstance(thing, FlowEvent):
        known = _known(reports, (thing,))
        headline = f"{thing}" + (f" - {thing.title}" if thing.title else "")
        rows = _rows((thing,), known, f"event {thing.event_id!r}")
        return Explanation(headline, thing.conflicts, _without((thing,), known, _event_answer), rows)
    if isinstance(thing, Traceable) and thing.again is not None:
        again = thing.again
        known = _known(reports, thing.used)
        conflicts = tuple(f"{event.event_id}: {line}" for event in thing.used for line in event.conflicts)

        def answer(events: tuple[FlowEvent, ...]) -> str:
            return str(again(events).answer)

        return Explanation(
            str(thing), conflicts, _without(thing.used, known, answer), _rows(thing.used, known, "the estimate")
        )
    got = "several things" if isinstance(thing, tuple | list) else type(thing).__name__
    raise EventError(f"a flow event or an estimate was wanted, got {got}; try explain(events[0])")


def what_if(
    events: FlowEvent | Iterable[FlowEvent],
    *,
    without: str | Sequence[str] | None = None,
    closed: str | Iterable[str] = (),
    reports: Iterable[Report] | None = None,
    grades: Grades = GRADES,
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
        The reports the events were merged from; by default those that ship.
    grades
        As in `merge_claims`.

    Returns
    -------
    tuple of FlowEvent
        Without a source: merged anew from the claims that remain; events that nobody else speaks of are gone. A row of
        a table has one number, so it stands as it is while another of its sources is left, and goes with the last. With
        passages closed: sailings that went through them go the other way, which their title says, or are gone where
        there is none; all other events stand as they are. With both, first the one and then the other.

    Raises
    ------
    EventError
        Neither a source nor a passage is named, these are no events, or they were merged from reports that are not
        given.
    UnknownNameError
        No claim of these events comes from such a source, or there is no such passage; the message lists the nearest.

    Notes
    -----
    On a longer way the same ships make fewer voyages in the same days: movements and loads are multiplied with the
    length of the open way over that of the way left, in km and without days in port. For a single ship that is the
    voyage it would have made on average, a fraction of one.

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
    """
    events = _events_of(events)
    passages = find_passages(closed)
    if without is None and not passages:
        raise EventError("what if what? name a source with without= or a sea passage with closed=")
    if without is not None:
        names = (without,) if isinstance(without, str) else tuple(without)
        events = _without_sources(events, names, _known(reports, events), grades)
    rerouted = [_rerouted(event, passages) if passages else event for event in events]
    return Listed(event for event in rerouted if event is not None)


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
        raise EventError(f"flow events were wanted, got {type(events).__name__}; merge_claims and from_frame make them")
    found = tuple(events)
    if wrong := [thing for thing in found if not isinstance(thing, FlowEvent)]:
        raise EventError(
            f"flow events were wanted, got {type(wrong[0]).__name__} among them; merge_claims(reports) and "
            "from_frame(frame) make them"
        )
    return found


def _without_sources(
    events: tuple[FlowEvent, ...], names: tuple[str, ...], known: tuple[Report, ...], grades: Grades
) -> tuple[FlowEvent, ...]:
    """Events without some sources: merged anew from the claims that are left, or rows that name another one too."""
    used = {claim for event in events for claim in (*event.claims, *event.related)}
    spoken = [(c, r) for r in known for c in r.claims if c.id in used]
    found = {c.id for c, _ in spoken}
    rows = [event for event in events if found.isdisjoint((*event.claims, *event.related))]
    sources = {r.id for _, r in spoken} | {root for c, _ in spoken for root in c.relays}
    named = {name for event in rows for name in (*event.sources, *event.roots)}
    hit: set[str] = set()
    gone: set[str] = set()
    for without in names:
        mine = {name for name in sources if name == without or name.startswith(f"{without} ")}
        mine |= {r.id for _, r in spoken if r.publisher == without or r.publisher.startswith(f"{without} (")}
        listed = {name for name in named if without in (name, _DATE.sub("", name))}
        if not mine and not listed:
            every = sources | named | {r.publisher for _, r in spoken}
            lost = any(event.claims for event in rows)
            raise UnknownNameError(
                "source", str(without), sorted(every), show_all=len(every) <= _FEW,
                otherwise="Some events were merged from reports that are not at hand; pass them with reports=" * lost,
            )  # fmt: skip
        hit, gone = hit | mine, gone | listed
    kept = {c.id for c, r in spoken if r.id not in hit and not (c.relays and set(c.relays) <= hit)}
    left = [r.model_copy(update={"claims": tuple(_stripped(c, hit) for c in r.claims if c.id in kept)}) for r in known]
    wanted = {event.event_id for event in events} - {event.event_id for event in rows}
    merged = [event for event in merge_claims(left, grades=grades) if event.event_id in wanted]
    standing = [event for row in rows if (event := _row_without(row, gone)) is not None]
    if not merged or not standing:
        return tuple(merged or standing)
    return tuple(sorted((*merged, *standing), key=lambda event: (event.start, event.event_id)))


def _row_without(event: FlowEvent, gone: set[str]) -> FlowEvent | None:
    """A row of a table without some sources; None where no other is left."""
    if gone.isdisjoint((*event.sources, *event.roots)):
        return event
    sources = tuple(name for name in event.sources if name not in gone)
    roots = tuple(name for name in event.roots if name not in gone)
    if (event.sources and not sources) or (event.roots and not roots):
        return None
    if event.claims:  # its number was pooled from claims, which would have to be pooled anew
        raise EventError(
            f"event {event.event_id!r} was merged from reports that are not at hand; pass them with reports="
        )
    return replace(event, sources=sources, roots=roots)


def _rerouted(event: FlowEvent, passages: tuple[str, ...]) -> FlowEvent | None:
    """A sailing by the way that is left, with as much as the same ships carry on it; None where no way is left."""
    if event.mode != "sea":
        return event
    way = partial(route, event.origin, event.destination, mode="sea", via=event.via, on=event.start.date())
    try:
        usual = way()
    except RouteError:  # no way to measure even now
        return event
    if not set(usual.passages) & set(passages):
        return event
    try:
        left = way(closed=passages)
    except NoRouteError:
        return None
    numbers = {
        name: quantity.times(usual.distance_km / left.distance_km)
        for name in ("movements", "vehicles", "personnel", "tonnes")
        if (quantity := getattr(event, name)) is not None
    }
    words = f"{', '.join(passages)} closed: {left.distance_km:,.0f} km for {usual.distance_km:,.0f} km"
    return replace(event, title=f"{event.title} ({words})".strip(), **numbers)


def as_known(
    events: Iterable[FlowEvent], moment: dt.datetime, *, reports: Iterable[Report] | None = None
) -> tuple[tuple[FlowEvent, ...], tuple[str, ...]]:
    """Events as they stood at a moment: merged anew from the claims that were public by then.

    Parameters
    ----------
    events
        Flow events.
    moment
        Nothing that became public later is used.
    reports
        The reports the events were merged from; by default those that ship.

    Returns
    -------
    events, dropped
        What was known, and the ids of events of which nothing was. An event whose claims are not in the reports is
        kept as a whole when all of it was public, and dropped otherwise.
    """
    events = tuple(events)
    used = {claim for event in events for claim in (*event.claims, *event.related)}
    known = _known(reports, events)
    public = {c.id for r in known for c in r.claims if c.id in used and c.public_from(r) <= moment}
    found = {c.id for r in known for c in r.claims if c.id in used}
    left = [r.model_copy(update={"claims": tuple(c for c in r.claims if c.id in public)}) for r in known]
    merged = {event.event_id: event for event in merge_claims(left)}
    kept, dropped = [], []
    for event in events:
        traced = bool(event.claims) and found.issuperset(event.claims)
        late = event.known_from is not None and event.known_from > moment
        if traced and late and event.event_id in merged:
            kept.append(merged[event.event_id])
        elif late:
            dropped.append(event.event_id)
        else:
            kept.append(event)
    return tuple(kept), tuple(dropped)


def grade_sensitivity(
    reports: Iterable[Report], estimate: Callable[[tuple[FlowEvent, ...]], Any], *, grades: Grades = GRADES
) -> dict[str, Any]:
    """One estimate under other readings of the source grades.

    Parameters
    ----------
    reports
        Reports.
    estimate
        What to estimate from merged events: ``lambda events: ff.estimate_tonnage(events, seed=7)``.

    Returns
    -------
    dict
        The estimate by reading: "as graded", "all alike" (every letter .85), "one letter worse", "stark" (A and B
        nearly certain, the rest nearly worthless).
    """
    reports = tuple(reports)
    order = "ABCDE"
    worse = {a: grades.letters[b] for a, b in zip(order, order[1:] + "E", strict=True)}
    readings = {
        "as graded": grades,
        "all alike": replace(grades, letters=dict.fromkeys(grades.letters, (0.85, 10.0))),
        "one letter worse": replace(grades, letters={**grades.letters, **worse}),
        "stark": replace(
            grades, letters={n: (0.99 if n in "AB" else 0.05, size) for n, (_, size) in grades.letters.items()}
        ),
    }
    return {name: estimate(merge_claims(reports, grades=reading)) for name, reading in readings.items()}


def _known(reports: Iterable[Report] | None, events: Iterable[FlowEvent]) -> tuple[Report, ...]:
    """Reports given, or else those that ship where there are claims to be found in them."""
    if reports is not None:
        return tuple(reports)
    return load_reports("syria-2024-extended") if any((*e.claims, *e.related) for e in events) else ()


def _stripped(claim: Claim, hit: set[str]) -> Claim:
    """Drop the lost roots of a claim that has others."""
    return claim.model_copy(update={"relays": tuple(root for root in claim.relays if root not in hit)})


def _event_answer(events: tuple[FlowEvent, ...]) -> str:
    if not events:
        return "nobody else speaks of it"
    (event,) = events
    parts = [str(event.movements)] if event.movements.has_content else ["not counted"]
    parts += [f"{what} {q}" for what in ("vehicles", "personnel", "tonnes") if (q := getattr(event, what))]
    return "; ".join(parts)


def _without(
    events: Sequence[FlowEvent], known: tuple[Report, ...], answer: Callable[[tuple[FlowEvent, ...]], str]
) -> tuple[tuple[str, str], ...]:
    """What the number would be without each root source."""
    effects = []
    for root in sorted({root for event in events for root in event.roots or event.sources}):
        try:
            effects.append((root, answer(what_if(events, without=root, reports=known))))
        except UnknownNameError:
            continue
        except ForceflowError as error:
            effects.append((root, f"no answer ({error})"))
    return tuple(effects)


def _rows(events: Iterable[FlowEvent], known: tuple[Report, ...], name: str) -> tuple[tuple[str, ...], ...]:
    """One row per claim, and one per event that a table has with its sources and no claim."""
    events = tuple(events)
    wanted = {claim for event in events for claim in (*event.claims, *event.related)}
    rows: list[tuple[str, ...]] = []
    for report in known:
        for claim in report.claims:
            if claim.id in wanted:
                inferred = f"our reading: {', '.join(claim.inferred)}. " if claim.inferred else ""
                party = ", party to the events" if report.party else ""
                rows.append(
                    (
                        claim.id,
                        claim.kind,
                        claim.quantity,
                        claim.text,
                        f"{report.publisher}, {report.published}{party}",
                        f"{report.grade} ({report.grade_reason})",
                        ", ".join(claim.relays) or "the report itself",
                        (inferred + claim.note).strip(),
                    )
                )
    if wanted and not rows:
        raise EventError(
            f"{name}: none of its claims ({', '.join(sorted(wanted)[:3])}) stand in these reports; "
            "pass the ones it was merged from with reports="
        )
    for event in events:
        if not event.claims and (event.sources or event.roots):
            who, roots = ", ".join(event.sources) or "not named", ", ".join(event.roots) or "not named"
            said = event.movements.words or (str(event.movements) if event.movements.has_content else "")
            text = event.title or f"{event.platform}, {event._way}"
            rows.append((event.event_id, "row", said, text, who, "none (a row of a table)", roots, ""))
    return tuple(sorted(rows))
