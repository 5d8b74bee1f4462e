"""What was published of events: which measure leads, and whether a bridge could have carried it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..evidence.events import FlowEvent
from ..world import find_place
from .flows import Measure
from .range import Range, figure

if TYPE_CHECKING:
    from ..quantity import Quantity
    from .capacity import Capacity

__all__ = ["below_pace", "ceiling_notes", "leading_measure"]

_CHECK = "check the fleet, the spots, the hours, the cargo and the people on a flight"

_MEASURES: tuple[Measure, ...] = ("tonnes", "personnel", "vehicles")


def leading_measure(events: Iterable[FlowEvent]) -> Measure:
    """The measure that was published most, where it was for half of the events or more; else tonnes.

    Tonnes can be worked out from flights and sailings, people and vehicles cannot: so where people were counted in one
    event of ten, their sum says little of all ten.
    """
    moved = [event for event in events if not event.is_empty]
    times = {measure: sum(getattr(event, measure) is not None for event in moved) for measure in _MEASURES}
    most = max(_MEASURES, key=lambda measure: times[measure])
    return most if moved and 2 * times[most] >= len(moved) else "tonnes"


def ceiling_notes(capacity: Capacity, events: Iterable[FlowEvent]) -> tuple[str, ...]:
    """A note for each number published of events on the way of a bridge that is above what the bridge could carry.

    Parameters
    ----------
    capacity
        Of an air or sea bridge.
    events
        Any; those of the same mode between the same two places, in the same direction, are compared.
    """
    ends = capacity.origin, capacity.destination
    mine = [
        event
        for event in events
        if event.mode == capacity.mode
        and not event.is_empty
        and (find_place(event.origin).name, find_place(event.destination).name) == ends
    ]
    bounds: tuple[tuple[str, str, Range | None], ...] = (
        ("tonnes", "t", capacity.tonnes_per_day),
        ("personnel", "people", capacity.people_per_day),
        ("movements", "sorties" if capacity.mode == "air" else "sailings", capacity.trips_per_day),
    )
    notes = []
    for name, unit, bound in bounds:
        pace = _pace(mine, name)
        if bound is not None and pace > bound.middle:
            notes.append(below_pace("the bridge as given", bound, pace, unit))
    return tuple(notes)


def below_pace(what: str, bound: Range, pace: float, unit: str) -> str:
    """The words of such a note."""
    ends = f" ({figure(bound.low)} to {figure(bound.high)})" if bound.low < bound.high else ""
    return (
        f"{what} could carry {figure(bound.middle)}{ends} {unit} a day, below the reported pace of {figure(pace)} "
        f"{unit} a day: {_CHECK}"
    )


def _pace(events: Sequence[FlowEvent], name: str) -> float:
    """What was published of one measure, over the days of the events that carry it; 0 where nothing was."""
    told: list[tuple[FlowEvent, Quantity]] = []
    for event in events:
        amount = getattr(event, name)
        if amount is not None and amount.has_content:
            told.append((event, amount))
    if not told:
        return 0.0
    covered: NDArray[np.float64] = np.array([[e.start.timestamp(), e.stop.timestamp()] for e, _ in told])
    days = (covered[:, 1].max() - covered[:, 0].min()) / 86_400.0
    return float(sum(amount.best for _, amount in told) / max(days, 1.0))
