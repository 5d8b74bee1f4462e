"""Why a number is what it is, and what it would be without one of its sources."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import EventError, ForceflowError, UnknownNameError
from .events import FlowEvent
from .record_as_known import not_at_hand, trace
from .reports import Claim, Report
from .what_ifs import Traceable, what_if

__all__ = ["Explanation", "explain"]


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
        for line in self._lines():
            lines.append(f"  {line}")
        for claim, kind, words, text, publisher, grade, roots, note in self.rows:
            quantity = f" '{words}'" if words else ""
            more = f"; {note}" if note else ""
            lines.append(f"  {claim} [{kind}{quantity}] {text}")
            lines.append(f"      {publisher}, grade {grade}; goes back to {roots}{more}")
        return "\n".join(lines)

    def _lines(self) -> list[str]:
        """The conflicts, and the effect of each source."""
        lines = [f"conflict, {conflict}" for conflict in self.conflicts]
        for source, effect in self.without:
            lines.append(f"without {source}: {effect}")
        return lines

    def _repr_html_(self) -> str:
        listed = "".join(f"<li>{html.escape(line)}</li>" for line in self._lines())
        body = ""
        for row in self.rows:
            body += f"<tr>{_cells_html(row, 'td')}</tr>"
        return (
            f"<p>{html.escape(self.headline)}</p><ul>{listed}</ul>"
            f"<table><thead><tr>{_cells_html(self.COLUMNS, 'th')}</tr></thead><tbody>{body}</tbody></table>"
        )


def _cells_html(values: Iterable[str], tag: str) -> str:
    return "".join(f"<{tag}>{html.escape(value)}</{tag}>" for value in values)


def explain(thing: Any, *, reports: Iterable[Report] | None = None) -> Explanation:
    """Show what an event or an estimate rests on: claims, roots, grades, conflicts, and the weight of each source.

    Parameters
    ----------
    thing
        A flow event, or an estimate of tonnage, rate or withdrawal.
    reports
        The reports its claims are in; by default those it was merged from. A row of a table that names its sources
        and no claims needs none.

    Raises
    ------
    EventError
        It is neither, or none of its claims are in the reports; of a table whose reports are not at hand, the message
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
        return _explain_event(thing, given)
    if isinstance(thing, Traceable) and thing.again is not None:
        return _explain_estimate(thing, thing.again, given)
    got = "several things" if isinstance(thing, tuple | list) else type(thing).__name__
    raise EventError(f"a flow event or an estimate was wanted, got {got}; try explain(events[0])")


def _explain_event(event: FlowEvent, reports: tuple[Report, ...] | None) -> Explanation:
    headline = f"{event}"
    if event.title:
        headline += f" - {event.title}"
    rows = _list_claims((event,), reports, f"event {event.event_id!r}")
    without = _effect_of_sources((event,), reports, _event_answer)
    return Explanation(headline, event.conflicts, without, rows)


def _explain_estimate(
    estimate: Traceable,
    again: Callable[[tuple[FlowEvent, ...]], Any],
    reports: tuple[Report, ...] | None,
) -> Explanation:
    def answer_from(events: tuple[FlowEvent, ...]) -> str:
        return str(again(events).answer)

    conflicts = []
    for event in estimate.used:
        for line in event.conflicts:
            conflicts.append(f"{event.event_id}: {line}")
    without = _effect_of_sources(estimate.used, reports, answer_from)
    rows = _list_claims(estimate.used, reports, "the estimate")
    return Explanation(str(estimate), tuple(conflicts), without, rows)


def _event_answer(events: tuple[FlowEvent, ...]) -> str:
    """The numbers of one event, or that it is gone."""
    if not events:
        return "no other source reports it"
    (event,) = events
    parts = [str(event.movements) if event.movements.has_content else "not counted"]
    for what in ("vehicles", "personnel", "tonnes"):
        load = getattr(event, what)
        if load:
            parts.append(f"{what} {load}")
    return "; ".join(parts)


def _effect_of_sources(
    events: Sequence[FlowEvent],
    reports: Iterable[Report] | None,
    answer: Callable[[tuple[FlowEvent, ...]], str],
) -> tuple[tuple[str, str], ...]:
    """What the number would be without each root source."""
    roots: set[str] = set()
    for event in events:
        roots.update(event.roots or event.sources)
    effects = []
    for root in sorted(roots):
        try:
            effects.append((root, answer(what_if(events, without=root, reports=reports))))
        except UnknownNameError:
            # The root belongs to a claim that is not at hand: nothing can be left out.
            continue
        except ForceflowError as error:
            effects.append((root, f"no answer ({error})"))
    return tuple(effects)


def _list_claims(
    events: Sequence[FlowEvent], reports: Iterable[Report] | None, name: str
) -> tuple[tuple[str, ...], ...]:
    """One row per claim, and one per event that a table has with its sources and no claim."""
    rows: list[tuple[str, ...]] = []
    for group in trace(events, reports=reports):
        for claim, report in group.at_hand.values():
            rows.append(_claim_row(claim, report))
    if not rows:
        _check_no_claims(events, name, has_reports=reports is not None)
    for event in events:
        # A row of a table has one number and no claims; what it names are its sources.
        if not event.claims and (event.sources or event.roots):
            rows.append(_table_row(event))
    return tuple(sorted(rows))


def _check_no_claims(events: Iterable[FlowEvent], name: str, *, has_reports: bool) -> None:
    """Refuse events of which claims exist, none of them at hand."""
    with_claims = [event for event in events if event.claims or event.related]
    if not with_claims:
        return
    wanted: set[str] = set()
    for event in with_claims:
        wanted.update(event.claims, event.related)
    ids = ", ".join(sorted(wanted)[:3])
    if has_reports:
        raise EventError(
            f"{name}: none of its claims ({ids}) stand in these reports; pass the ones it was merged from with "
            "reports="
        )
    lost = not_at_hand(with_claims[0])
    raise EventError(f"{name}: none of its claims ({ids}) is at hand; it {lost}")


def _table_row(event: FlowEvent) -> tuple[str, ...]:
    """The row of an event that was read from a table and has no claims."""
    words = event.movements.words
    if not words and event.movements.has_content:
        words = str(event.movements)
    return (
        event.event_id,
        "row",
        words,
        event.title or f"{event.platform}, {event._way}",
        ", ".join(event.sources) or "not named",
        "none (a row of a table)",
        ", ".join(event.roots) or "not named",
        "",
    )


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
