"""Reported and tracked movements as one list of events, each movement once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..arrays import Floats
from ..evidence.events import FlowEvent
from ..quantity import Quantity

__all__ = ["Taken", "is_single", "once_each"]


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """What links took of one reported event.

    Parameters
    ----------
    event
        The event.
    links
        Tracked events that count as linked to it, with the share of draws.
    count, rest
        Its movements, and those that no track shows, in each draw; shape (draws,).
    """

    event: FlowEvent
    links: tuple[tuple[FlowEvent, float], ...]
    count: Floats
    rest: Floats


def is_single(event: FlowEvent) -> bool:
    """Whether a reported event is one movement: not a stream, and counted as one or not at all."""
    if event.is_stream:
        return False
    return not event.movements.has_content or event.movements.ends == (1.0, 1.0)


def once_each(
    taken: Sequence[Taken], tracked: Sequence[FlowEvent], *, threshold: float
) -> tuple[tuple[FlowEvent, ...], list[str]]:
    """Every movement once: linked ones merged, streams as what is left of them, and all others as they are.

    Returns
    -------
    events, notes
        In order of start and id; notes name reported events that are one of several tracked ones.
    """
    own = {event.event_id: event for event in tracked}
    events: list[FlowEvent] = []
    notes: list[str] = []
    for one in taken:
        if is_single(one.event) and one.links:
            partner, share = one.links[0]
            # The track's row goes: the movement is there under the report's id.
            own.pop(partner.event_id)
            events.append(_merged(one.event, partner, share))
            continue
        for partner, share in one.links:
            own[partner.event_id] = _with_stream(own[partner.event_id], one.event, share)
        rest = _rest_of(one, threshold)
        if rest is not None:
            events.append(rest)
        elif is_single(one.event):
            notes.append(
                f"{one.event.event_id} is one of several tracked movements, and none of them more likely than not: it "
                "is counted as one of these"
            )
    taken_ids = {event.event_id for event in events}
    for event in own.values():
        if event.event_id in taken_ids:
            # Coded as part of a reported stream, whose rest keeps the id; estimates refuse an id that comes twice.
            event = replace(event, event_id=f"{event.event_id} (track)")
        events.append(event)
    return tuple(sorted(events, key=_by_start)), notes


def _by_start(event: FlowEvent) -> tuple[object, str]:
    return event.start, event.event_id


def _merged(reported: FlowEvent, tracked: FlowEvent, share: float) -> FlowEvent:
    """One movement seen by both: the times and the type of the track, the loads and the name of the reports."""
    claims = tuple(dict.fromkeys((*reported.claims, *tracked.claims)))
    known = [event.known_from for event in (reported, tracked) if event.known_from is not None]
    moments = (*reported.claims_known_from, *tracked.claims_known_from)
    caveat = f"linked to the track {tracked.event_id} in {share:.0%} of draws"
    return replace(
        tracked,
        event_id=reported.event_id,
        title=reported.title or tracked.title,
        vehicles=reported.vehicles or tracked.vehicles,
        personnel=reported.personnel or tracked.personnel,
        tonnes=reported.tonnes or tracked.tonnes,
        cargo=_cargo_of(reported, tracked),
        claims=claims,
        related=_union(reported.related, tracked.related),
        sources=_union(reported.sources, tracked.sources),
        roots=_union(reported.roots, tracked.roots),
        conflicts=_union(reported.conflicts, tracked.conflicts),
        caveats=_union(reported.caveats, tracked.caveats, (caveat,)),
        known_from=min(known) if len(known) == 2 else None,
        claims_known_from=moments if len(moments) == len(claims) else (),
        provenance=reported.provenance or tracked.provenance,
    )


def _cargo_of(reported: FlowEvent, tracked: FlowEvent) -> str:
    """What one movement carried: tracks see no cargo, and "empty" there is inferred from the way back alone."""
    loads = (reported.vehicles, reported.personnel, reported.tonnes)
    is_loaded = any(load is not None and load.has_content for load in loads)
    if tracked.is_empty and is_loaded:
        return reported.cargo
    return reported.cargo or tracked.cargo


def _union(*parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in parts for name in part))


def _with_stream(tracked: FlowEvent, stream: FlowEvent, share: float) -> FlowEvent:
    """A tracked movement that belongs to a reported stream."""
    caveat = f"one of the reported {stream.event_id} in {share:.0%} of draws"
    return replace(
        tracked,
        related=_union(tracked.related, stream.claims),
        caveats=_union(tracked.caveats, (caveat,)),
    )


def _rest_of(one: Taken, threshold: float) -> FlowEvent | None:
    """What is left of a reported event beside the tracks; None where nothing is."""
    event = one.event
    if is_single(event):
        return event if float((one.rest > 0).mean()) > 1 - threshold else None
    # No draw took anything: the event stays as it was printed.
    if np.array_equal(one.rest, one.count):
        return event
    if float(np.quantile(one.rest, 0.95)) < 0.5 or not event.movements.has_content:
        return None
    words = event.movements.words or str(event.movements)
    left = float(one.rest.mean() / max(one.count.mean(), 1e-9))
    loads = {
        name: getattr(event, name).times(left)
        for name in ("vehicles", "personnel", "tonnes")
        if getattr(event, name) is not None and getattr(event, name).has_content
    }
    return replace(
        event,
        movements=Quantity.sample(
            one.rest, unit=event.movements.unit, words=f"{words}, less those tracked"
        ),
        caveats=_union(event.caveats, ("what is left of it: its other movements are tracked",)),
        **loads,
    )
