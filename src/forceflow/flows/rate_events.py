"""Which events a rate is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from ..dates import Label
from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..evidence.tables.count_series import is_count_series, series_events
from ..evidence.tables.event_frames import as_events
from .event_draws import Measure
from .event_selection import DIRECTIONS, other_ways

__all__ = ["choose_events"]


def choose_events(
    events: Any, *, measure: Measure, direction: str | None, label: Label | None = None
) -> tuple[tuple[FlowEvent, ...], list[str]]:
    """Events that a rate is made of, and the notes on them.

    Raises
    ------
    EstimateError
        There are none, the direction is unknown, or a plain series was given with a measure other than movements.
    """
    if direction is not None and direction not in DIRECTIONS:
        raise EstimateError(f"direction {direction!r} is none of {', '.join(DIRECTIONS)}")
    notes = []
    if is_count_series(events):
        chosen = _read_count_series(events, measure=measure, direction=direction, label=label)
        notes.append(f"a plain series of {len(chosen)} counts, taken as movements out")
    elif label is not None:
        raise EstimateError(
            "label is of the dates of a plain series, a frame with date and count; events have windows"
        )
    else:
        chosen = _events_of_direction(as_events(events), direction)
    _refuse_copies(chosen)
    notes += _bound_notes(chosen)
    return chosen, notes


def _read_count_series(
    series: Any, *, measure: Measure, direction: str | None, label: Label | None
) -> tuple[FlowEvent, ...]:
    """The rows of a plain series as events."""
    if measure != "movements" or direction not in (None, "outbound"):
        raise EstimateError(
            "a plain series counts movements in one direction; leave measure and direction out"
        )
    return series_events(series, label=label)


def _events_of_direction(
    given: Sequence[FlowEvent], direction: str | None
) -> tuple[FlowEvent, ...]:
    """Loaded movements of one direction, or of both ways of a net outflow."""
    # Ships in ballast carry nothing and count neither way.
    wanted = ("outbound", "inbound") if direction is None else (direction,)
    chosen = tuple(e for e in given if e.direction in wanted and not e.is_empty)
    if not chosen:
        raise EstimateError(
            f"no {' or '.join(wanted)} events to estimate a rate from{other_ways(given)}"
        )
    return chosen


def _refuse_copies(chosen: Sequence[FlowEvent]) -> None:
    """Refuse two events with one id, as they would share their draws."""
    times = Counter(event.event_id for event in chosen)
    twice = sorted(name for name, count in times.items() if count > 1)
    if twice:
        raise EstimateError(
            f"event ids given twice: {', '.join(twice[:5])}; drop the copies or name them apart"
        )


def _bound_notes(chosen: Sequence[FlowEvent]) -> Iterator[str]:
    """A note where counts are only bounded."""
    bounded = sum(event.movements.is_censored for event in chosen)
    if bounded:
        yield (
            f"{bounded} of {len(chosen)} counts were given as a bound and enter with the prior of the lexicon"
        )
