"""Why a number is what it is: the claims, sources, grades and conflicts behind an event."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass

from ..errors import EventError
from .datasets import load_reports
from .events import FlowEvent
from .reports import Report

__all__ = ["Explanation", "explain"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A headline, the conflicts, and one row per claim; prints as text and as HTML.

    Parameters
    ----------
    headline
        The event in one line.
    conflicts
        Disagreements between claims, one line each.
    rows
        (claim, kind, printed quantity, what it says, publisher, grade, roots, note) for each claim.
    """

    headline: str
    conflicts: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    COLUMNS = ("claim", "kind", "as printed", "what it says", "published by", "grade", "goes back to", "note")

    def __str__(self) -> str:
        lines = [self.headline]
        lines += [f"  conflict, {conflict}" for conflict in self.conflicts]
        for claim, kind, words, text, publisher, grade, roots, note in self.rows:
            quantity = f" '{words}'" if words else ""
            lines.append(f"  {claim} [{kind}{quantity}] {text}")
            lines.append(f"      {publisher}, grade {grade}; goes back to {roots}" + (f"; {note}" if note else ""))
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        def cells(values: Iterable[str], tag: str) -> str:
            return "".join(f"<{tag}>{html.escape(value)}</{tag}>" for value in values)

        conflicts = "".join(f"<li>conflict, {html.escape(conflict)}</li>" for conflict in self.conflicts)
        body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in self.rows)
        return (
            f"<p>{html.escape(self.headline)}</p><ul>{conflicts}</ul>"
            f"<table><thead><tr>{cells(self.COLUMNS, 'th')}</tr></thead><tbody>{body}</tbody></table>"
        )


def explain(event: FlowEvent, *, reports: Iterable[Report] | None = None) -> Explanation:
    """Show what stands behind an event: claims, sources, grades and conflicts.

    Parameters
    ----------
    event
        A flow event.
    reports
        The reports its claims stand in; by default those shipped as "syria-2024".

    Raises
    ------
    EventError
        It is no flow event, or none of its claims stand in the reports.

    Examples
    --------
    >>> import forceflow as ff
    >>> events = ff.merge_claims(ff.load_reports("syria-2024"))
    >>> "Financial Times" in str(ff.explain([e for e in events if e.event_id == "damascus-convoy"][0]))
    True
    """
    if not isinstance(event, FlowEvent):
        raise EventError(f"a flow event was wanted, got {type(event).__name__}; try explain(events[0])")
    known = tuple(load_reports("syria-2024") if reports is None else reports)
    rows = []
    for report in known:
        for claim in report.claims:
            if claim.id in event.claims:
                roots = ", ".join(claim.relays) or "the report itself"
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
                        roots,
                        (inferred + claim.note).strip(),
                    )
                )
    if event.claims and not rows:
        raise EventError(
            f"event {event.event_id!r}: none of its claims ({', '.join(event.claims[:3])}) stand in these reports; "
            "pass the ones it was merged from with reports="
        )
    headline = f"{event}" + (f" - {event.title}" if event.title else "")
    return Explanation(headline, event.conflicts, tuple(sorted(rows)))
