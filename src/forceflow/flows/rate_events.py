"""The events that a rate is made of, and what a reader must know of them."""

from __future__ import annotations

from typing import Any

from ..dates import Label
from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..evidence.tables.count_series import is_count_series, series_events
from ..evidence.tables.event_frames import as_events
from .event_draws import DIRECTIONS, Measure, other_ways

__all__ = ["packet_notes", "rate_events"]


def packet_notes(events: tuple[FlowEvent, ...], *, packets: bool) -> list[str]:
    """A note where several movements at one moment are counted singly."""
    together = sum(not event.is_stream and event.movements.best > 1 for event in events)
    if packets or not together:
        return []
    return [
        f"{together} of {len(events)} events were several movements at one moment; packets=True counts each as one "
        "packet, and the range widens"
    ]


def rate_events(
    events: Any, *, measure: Measure, direction: str | None, label: Label | None = None
) -> tuple[tuple[FlowEvent, ...], list[str]]:
    """Events that a rate is made of, and what is to be said about them.

    Raises
    ------
    EstimateError
        There are none, the direction is unknown, or a plain series was asked for anything but movements.
    """
    if direction is not None and direction not in DIRECTIONS:
        raise EstimateError(f"direction {direction!r} is none of {', '.join(DIRECTIONS)}")
    wanted = ("outbound", "inbound") if direction is None else (direction,)
    notes = []
    if label is not None and not is_count_series(events):
        raise EstimateError(
            "label is of the dates of a plain series, a frame with date and count; events have windows"
        )
    if is_count_series(events):
        if measure != "movements" or direction not in (None, "outbound"):
            raise EstimateError(
                "a plain series counts movements in one direction; leave measure and direction out"
            )
        chosen = series_events(events, label=label)
        notes.append(f"a plain series of {len(chosen)} counts, taken as movements out")
    else:
        given = as_events(events)
        chosen = tuple(e for e in given if e.direction in wanted and not e.is_empty)
        if not chosen:
            raise EstimateError(
                f"no {' or '.join(wanted)} events to estimate a rate from{other_ways(given)}"
            )
    ids = [event.event_id for event in chosen]
    twice = (
        sorted({name for name in ids if ids.count(name) > 1}) if len(set(ids)) < len(ids) else []
    )
    if twice:
        raise EstimateError(
            f"event ids given twice: {', '.join(twice[:5])}; drop the copies or name them apart"
        )
    bounded = sum(event.movements.is_censored for event in chosen)
    if bounded:
        notes.append(
            f"{bounded} of {len(chosen)} counts were given as a bound and enter with the prior of the lexicon"
        )
    return chosen, notes
