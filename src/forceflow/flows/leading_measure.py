"""What was published of events: which measure leads, and how fast it went."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..evidence.events import FlowEvent
from .event_draws import Measure

__all__ = ["leading_measure", "published_pace"]


_MEASURES: tuple[Measure, ...] = ("tonnes", "personnel", "vehicles")


def leading_measure(events: Iterable[FlowEvent]) -> Measure:
    """The measure that was published most, where it was for half of the events or more; else tonnes.

    Tonnes can be worked out from flights and sailings, people and vehicles cannot: so where people were counted in one
    event of ten, their sum says little of all ten.
    """
    moved = [event for event in events if not event.is_empty]
    times = dict.fromkeys(_MEASURES, 0)
    for event in moved:
        for measure in _MEASURES:
            times[measure] += getattr(event, measure) is not None
    most = max(_MEASURES, key=times.__getitem__)
    if not moved or 2 * times[most] < len(moved):
        return "tonnes"
    return most


def published_pace(events: Sequence[FlowEvent], name: str) -> float:
    """What was published of one measure, over the days of the events that carry it; 0 where nothing was."""
    starts, stops, amounts = [], [], []
    for event in events:
        amount = getattr(event, name)
        if amount is not None and amount.has_content:
            starts.append(event.start)
            stops.append(event.stop)
            amounts.append(amount.best)
    if not amounts:
        return 0.0
    days = (max(stops).timestamp() - min(starts).timestamp()) / 86_400.0
    return float(sum(amounts) / max(days, 1.0))
