"""Movements seen in tracks, by ship or by air: as claims of reports, and as the events these make."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from ..errors import EventError, nearest
from ..evidence.events import FlowEvent
from ..evidence.merge import merge_claims
from ..evidence.reports import Claim, Report

__all__ = [
    "AIR",
    "SEA",
    "Medium",
    "SeenMovement",
    "SeenRecord",
    "claim_mark",
    "counted",
    "events_of",
    "heard_digit",
    "reports_of",
    "slug_of",
    "source_name",
    "span_words",
    "window_of",
]

_UNNAMED = "table"
"""The source of rows that name none."""
_SECOND = dt.timedelta(seconds=1)
_LONGEST_SLUG = 48
_HEARD_WELL, _HEARD_BADLY = 0.25, 0.75
"""Longest silence over the time under way: at most this for the digit 2, above that for a 4 (a prior)."""


@dataclass(frozen=True, slots=True)
class Medium:
    """What tells of a movement, and the words for it.

    Parameters
    ----------
    name
        "AIS" or "ADS-B".
    slug
        The same in ids.
    movement, passage
        What a movement is called as an event, and while it lasts.
    """

    name: str
    slug: str
    movement: str
    passage: str


SEA = Medium("AIS", "ais", "sailing", "voyage")
AIR = Medium("ADS-B", "adsb", "sortie", "flight")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenMovement:
    """A voyage or a flight, and what is said of it.

    Parameters
    ----------
    event_id, claim, title
        Its event, its claim without the event it is coded to, and its title.
    source
        The record it was seen in.
    grade, grade_reason
        Admiralty grade by how well it was heard, and why.
    caveats
        What a reader must know, one line each.
    """

    event_id: str
    claim: Claim
    title: str
    source: str
    grade: str
    grade_reason: str
    caveats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeenRecord:
    """All movements of a table, the last day of each record in it, and what told of them."""

    movements: tuple[SeenMovement, ...]
    last_days: Mapping[str, str]
    medium: Medium


def events_of(
    seen: SeenRecord,
    *,
    theatre: str | Collection[str],
    events: Mapping[str, str] | None,
    grade: str | None,
) -> list[FlowEvent]:
    """Flow events of what was seen, with the caveats of each.

    Raises
    ------
    EventError
        `events` names a movement that is not there.
    """
    coded = _code_events(seen, events)
    caveats: dict[str, list[str]] = {}
    for one in seen.movements:
        caveats.setdefault(coded[one.event_id], []).extend(one.caveats)
    merged = merge_claims(_make_reports(seen, coded, grade), theatre=theatre)
    return [_with_caveats(event, caveats) for event in merged]


def reports_of(
    seen: SeenRecord, *, events: Mapping[str, str] | None, grade: str | None
) -> list[Report]:
    """One report for each record and grade.

    Raises
    ------
    EventError
        `events` names a movement that is not there.
    """
    return _make_reports(seen, _code_events(seen, events), grade)


def source_name(source: str) -> str:
    """The record of a row, by a name that cells of tables may hold."""
    # " | " parts names in a cell of a table of events, so no name may hold it.
    return source.replace(" | ", "; ") or _UNNAMED


def heard_digit(silence_h: float | None, hours: float) -> str:
    """Digit of the Admiralty grade by the longest silence and the time under way."""
    if silence_h is None:
        return "3"
    share = silence_h / hours if hours > 0 else 0.0
    if share <= _HEARD_WELL:
        return "2"
    if share > _HEARD_BADLY:
        return "4"
    return "3"


def window_of(after: dt.datetime, by: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """A window between two fixes in whole seconds, half-open and never empty."""
    # The second fix itself belongs to the window.
    return after.replace(microsecond=0), by.replace(microsecond=0) + _SECOND


def counted(many: int, what: str) -> str:
    """A number of things in words: "1 leg", "1,200 legs"."""
    return f"{many:,} {what}{'s' * (many != 1)}"


def span_words(after: dt.datetime | None, by: dt.datetime | None) -> str:
    """When something happened, between two fixes or on one side of one."""
    if after is None:
        return f"by {by:%d %b %Y %H:%M}"
    if by is None:
        return f"after {after:%d %b %Y %H:%M}"
    return f"between {after:%d %b %Y %H:%M} and {_later(after, by)}"


def _later(after: dt.datetime, by: dt.datetime) -> str:
    if by.date() == after.date():
        return f"{by:%H:%M}"
    return f"{by:%d %b %Y %H:%M}"


def slug_of(words: str) -> str:
    """Words as a part of an id; long ones are cut, and end in a mark that differs where what was cut differs."""
    slug = "-".join(re.findall(r"[a-z0-9]+", words.casefold())) or "table"
    if len(slug) <= _LONGEST_SLUG:
        return slug
    return f"{slug[:_LONGEST_SLUG]}-{claim_mark(words)}"


def claim_mark(words: str) -> str:
    """A short mark that other words do not have."""
    return hashlib.sha1(words.encode(), usedforsecurity=False).hexdigest()[:6]


def _code_events(seen: SeenRecord, events: Mapping[str, str] | None) -> dict[str, str]:
    """The event that each movement is coded to: its own, or the one that the user names.

    Raises
    ------
    EventError
        A movement is named that is not there: left alone it would count twice.
    """
    coded = {one.event_id: one.event_id for one in seen.movements}
    for name, event in (events or {}).items():
        if name not in coded:
            near = nearest(name, coded) or list(coded)[:4]
            raise EventError(
                f"events: no {seen.medium.movement} has the id {name!r}; there are {', '.join(near) or 'none'}"
            )
        coded[name] = event
    return coded


def _make_reports(seen: SeenRecord, coded: Mapping[str, str], grade: str | None) -> list[Report]:
    """One report for each record and grade."""
    groups: dict[tuple[str, str], list[SeenMovement]] = {}
    for one in seen.movements:
        groups.setdefault((one.source, grade or one.grade), []).append(one)
    reports = []
    for (source, letter), movements in sorted(groups.items()):
        publisher, title = _publisher_of(source, seen.medium)
        claims: list[Claim] = []
        titles: dict[str, str] = {}
        reasons: dict[str, None] = {}
        for one in movements:
            event = coded[one.event_id]
            claims.append(one.claim.model_copy(update={"event": event}))
            titles.setdefault(event, one.title)
            reasons[one.grade_reason] = None
        reports.append(
            Report(
                id=f"{seen.medium.slug}-{slug_of(source)}-{letter.lower()}",
                publisher=publisher,
                title=title,
                published=seen.last_days[source],
                grade=letter,
                grade_reason=_reason_of(list(reasons), seen.medium, given=grade is not None),
                events=titles,
                claims=tuple(claims),
            )
        )
    return reports


def _reason_of(reasons: Sequence[str], medium: Medium, *, given: bool) -> str:
    """Why a report has its grade: that of its one movement, or how many there are."""
    if given:
        return "given by the user"
    if len(reasons) == 1:
        return reasons[0]
    return f"{reasons[0]}; and {len(reasons) - 1} more {medium.passage}s heard as well"


def _publisher_of(source: str, medium: Medium) -> tuple[str, str]:
    """Publisher and title of a record: "Danish Maritime Authority, aisdk-2025-02-01.csv" names both."""
    publisher, comma, files = source.partition(", ")
    # A list of files begins with a file, which has an ending.
    if not comma or "." in publisher:
        return f"{medium.name} ({source})", f"{medium.name}, {source}"
    return publisher, f"{medium.name}, {publisher}, {files}"


def _with_caveats(event: FlowEvent, caveats: Mapping[str, Sequence[str]]) -> FlowEvent:
    own = tuple(dict.fromkeys(caveats.get(event.event_id, ())))
    return replace(event, caveats=(*event.caveats, *own))
