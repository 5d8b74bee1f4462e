"""Events without some of their sources: merged again from the claims that are left."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from ..errors import EventError, UnknownNameError
from .events import FlowEvent
from .grades import Grades
from .record_as_known import Traced, not_at_hand, remerged, trace
from .reports import Claim, Report

__all__ = ["without_sources"]

_DATE = re.compile(r" \d{4}(-\d{2}){0,2}$")
"""The date at the end of a root such as "CNN 2024-12-31"."""

_FEW = 12
"""So many sources are all named where none is near."""


def without_sources(
    events: tuple[FlowEvent, ...],
    names: tuple[str, ...],
    *,
    reports: Iterable[Report] | None,
    grades: Grades | None,
) -> tuple[FlowEvent, ...]:
    """Events without some sources: merged again from the claims that are left, or rows that name another one too.

    Raises
    ------
    EventError
        An event would have to be merged again, and its reports are not at hand.
    UnknownNameError
        One of the names means no source of these events.
    """
    groups = trace(events, reports=reports, grades=grades)
    rows = _rows_of(groups)
    sources, gone = _find_named(names, groups, rows)
    left: list[FlowEvent] = []
    for group, lost in zip(groups, sources, strict=True):
        left += _left_of_group(group, lost, gone)
    # A table keeps the order of its rows; merged events are in order of time.
    if len(rows) == len(events):
        return tuple(left)
    return tuple(sorted(left, key=lambda event: (event.start, event.event_id)))


def _rows_of(groups: Iterable[Traced]) -> list[FlowEvent]:
    """The events of which no claim is at hand."""
    rows: list[FlowEvent] = []
    for group in groups:
        rows += filter(group.is_row, group.events)
    return rows


def _left_of_group(group: Traced, lost: set[str], gone: set[str]) -> list[FlowEvent]:
    """What is left of the events of one group.

    Parameters
    ----------
    lost
        Ids of reports, and roots, that its claims lose.
    gone
        Sources and roots that its rows lose.
    """
    touched = [event for event in group.events if _is_touched(event, group, lost)]
    for event in touched:
        if not group.is_whole(event):
            raise EventError(f"event {event.event_id!r} {not_at_hand(event)}")
    anew = remerged(group, touched, partial(_claim_without, lost))
    left = []
    for event in group.events:
        rest: FlowEvent | None = event
        if group.is_row(event):
            rest = _row_without(event, gone)
        elif event in touched:
            rest = anew.get(event.event_id)
        if rest is not None:
            left.append(rest)
    return left


def _is_touched(event: FlowEvent, group: Traced, lost: set[str]) -> bool:
    """Whether one of the claims of an event that are at hand changes or goes."""
    for claim_id in (*event.claims, *event.related):
        if claim_id in group.at_hand:
            claim, report = group.at_hand[claim_id]
            if _claim_without(lost, claim, report) is not claim:
                return True
    return False


def _find_named(
    names: tuple[str, ...], groups: tuple[Traced, ...], rows: Sequence[FlowEvent]
) -> tuple[list[set[str]], set[str]]:
    """What the names mean: report ids and roots in each group, and sources and roots of rows.

    Raises
    ------
    UnknownNameError
        A name means none of them.
    """
    in_rows = _names_of_rows(rows)
    lost: list[set[str]] = [set() for _ in groups]
    gone: set[str] = set()
    for name in names:
        found = [_meant_in_group(name, group) for group in groups]
        meant = _meant_in_rows(name, in_rows)
        if not meant and not any(found):
            known = in_rows.union(*map(_names_of_group, groups))
            raise _unknown_source(name, known, rows)
        gone |= meant
        for names_lost, more in zip(lost, found, strict=True):
            names_lost |= more
    return lost, gone


def _unknown_source(name: str, known: set[str], rows: Sequence[FlowEvent]) -> UnknownNameError:
    """The error for a name that no source has; it says when reports are missing."""
    otherwise = ""
    if any(event.claims for event in rows):
        otherwise = (
            "Some events were merged from reports that are not at hand; pass them with reports="
        )
    show_all = len(known) <= _FEW
    return UnknownNameError(
        "source", str(name), sorted(known), show_all=show_all, otherwise=otherwise
    )


def _names_of_rows(rows: Iterable[FlowEvent]) -> set[str]:
    """All sources and roots that rows of tables name."""
    names: set[str] = set()
    for event in rows:
        names.update(event.sources, event.roots)
    return names


def _names_of_group(group: Traced) -> set[str]:
    """All names by which the sources of a group may be called."""
    names: set[str] = set()
    for claim, report in group.at_hand.values():
        names.update((report.id, report.publisher), claim.relays)
    return names


def _meant_in_rows(name: str, known: Iterable[str]) -> set[str]:
    """Sources and roots of rows that a name means, with or without the date of a root."""
    wanted = _fold_name(name)
    meant = set()
    for one in known:
        if wanted in (_fold_name(one), _fold_name(_DATE.sub("", one))):
            meant.add(one)
    return meant


def _meant_in_group(name: str, group: Traced) -> set[str]:
    """Ids of reports and roots of a group that a name means: an id, a root with or without its date, a publisher."""
    wanted = _fold_name(name)
    meant = set()
    for claim, report in group.at_hand.values():
        if _is_publisher(wanted, report):
            meant.add(report.id)
        for one in (report.id, *claim.relays):
            # "CNN" means "CNN 2024-12-31", and not "CNNMoney".
            if f"{_fold_name(one)} ".startswith(f"{wanted} "):
                meant.add(one)
    return meant


def _is_publisher(wanted: str, report: Report) -> bool:
    """Whether a name is that of a report's publisher, with or without what follows it in brackets."""
    publisher = _fold_name(report.publisher)
    return publisher == wanted or publisher.startswith(f"{wanted} (")


def _fold_name(name: str) -> str:
    """A name as it is compared: without case, and with single spaces."""
    return " ".join(str(name).split()).casefold()


def _claim_without(lost: set[str], claim: Claim, report: Report) -> Claim | None:
    """A claim without some reports and roots: as it is, with the roots that are left, or None."""
    if report.id in lost:
        return None
    relays = _names_left(claim.relays, lost)
    if relays == claim.relays:
        return claim
    if not relays:
        return None
    return claim.model_copy(update={"relays": relays})


def _names_left(names: Iterable[str], gone: set[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in gone)


def _row_without(event: FlowEvent, gone: set[str]) -> FlowEvent | None:
    """A row of a table without some sources; None where no other is left."""
    if gone.isdisjoint((*event.sources, *event.roots)):
        return event
    sources = _names_left(event.sources, gone)
    roots = _names_left(event.roots, gone)
    if (event.sources and not sources) or (event.roots and not roots):
        return None
    # The number of an event with claims was pooled from them, and would have to be pooled again.
    if event.claims:
        raise EventError(f"event {event.event_id!r} {not_at_hand(event)}")
    return replace(event, sources=sources, roots=roots)
