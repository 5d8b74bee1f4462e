"""Directions of events, the record as of a moment, and the ids behind events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import get_args

from ..evidence.events import Direction, FlowEvent
from ..evidence.record_as_known import as_known
from ..world import find_place

__all__ = [
    "DIRECTIONS",
    "claims_of",
    "known_by",
    "main_direction",
    "other_ways",
    "place_name",
    "span_of",
]

DIRECTIONS: tuple[str, ...] = get_args(Direction)


def known_by(
    events: Iterable[FlowEvent], moment: dt.datetime
) -> tuple[tuple[FlowEvent, ...], tuple[str, ...]]:
    """Events as they stood at a moment: only what was public by then (see `as_known`), and nothing that began later.

    Returns
    -------
    events, dropped
        A movement that claims had reported by then had happened by then, so its window ends there; any other window
        that reaches beyond the moment stays as it is, for `read_record` to count the part before it. Ids of events of
        which nothing was known.
    """
    public, late = as_known(events, moment)
    kept: list[FlowEvent] = []
    dropped = list(late)
    for event in public:
        if event.start >= moment:
            dropped.append(event.event_id)
        elif event.claims and not event.is_stream and event.stop > moment:
            kept.append(replace(event, stop=moment))
        else:
            kept.append(event)
    return tuple(kept), tuple(dropped)


def main_direction(events: Iterable[FlowEvent]) -> str:
    """The direction of the headline: outbound where anything goes out, or else what most events have."""
    ways = [event.direction for event in events if not event.is_empty]
    if "outbound" in ways or not ways:
        return "outbound"
    return max(sorted(set(ways)), key=ways.count)


def other_ways(events: Iterable[FlowEvent], *, ask: bool = True) -> str:
    """What to do where no event has the direction wanted, for the end of a message; empty where there are no events.

    Parameters
    ----------
    events
        All that were given.
    ask
        Whether another direction can be given.
    """
    ways = sorted({event.direction for event in events if not event.is_empty})
    if not ways:
        return ""
    advice = "say which way each went"
    if ask:
        advice = f"ask for direction={' or '.join(map(repr, ways))}, or {advice}"
    return (
        f"; those given are {' and '.join(ways)}: {advice}: in a column `direction`, for all of "
        "them by from_frame(frame, columns={'direction': 'outbound'}), or by the countries of your theatre where they "
        "are read, such as theatre=['SY', 'LB']"
    )


def place_name(name: str) -> str:
    """Printed name of a place id."""
    return find_place(name).name


def span_of(events: Iterable[FlowEvent]) -> tuple[dt.datetime, dt.datetime]:
    """The first moment of some events and the one after their last."""
    starts, stops = zip(*((event.start, event.stop) for event in events), strict=True)
    return min(starts), max(stops)


def claims_of(events: tuple[FlowEvent, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Claim ids and report ids behind events, each once, sorted."""
    claims: set[str] = set()
    reports: set[str] = set()
    for event in events:
        claims.update(event.claims)
        reports.update(event.sources)
    return tuple(sorted(claims)), tuple(sorted(reports))
