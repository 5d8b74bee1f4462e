"""Published movements against what a bridge or a ceiling could carry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..evidence.events import FlowEvent
from ..flows.leading_measure import published_pace
from ..modes import MODES
from ..results.range import Range, figure
from ..world import find_place

if TYPE_CHECKING:
    from ..lift.capacity.capacity import Capacity

__all__ = ["below_pace", "ceiling_notes"]


_CHECK = "check the fleet, the spots, the hours, the cargo and the people on a flight"


def ceiling_notes(capacity: Capacity, events: Iterable[FlowEvent]) -> tuple[str, ...]:
    """A note for each number published of events on the way of a bridge that is above what the bridge could carry.

    Parameters
    ----------
    capacity
        Of an air or sea bridge.
    events
        Any; those of the same mode between the same two places, in the same direction, are compared.
    """
    mine = [event for event in events if _is_on_bridge(event, capacity)]
    trips = MODES[capacity.mode].trips
    bounds: tuple[tuple[str, str, Range | None], ...] = (
        ("tonnes", "t", capacity.tonnes_per_day),
        ("personnel", "people", capacity.people_per_day),
        ("movements", trips, capacity.trips_per_day),
    )
    notes = []
    for name, unit, bound in bounds:
        pace = published_pace(mine, name)
        # More than the bridge could carry was published, so an input of the bridge does not fit.
        if bound is not None and pace > bound.middle:
            notes.append(below_pace("the bridge as given", bound, pace, unit))
    return tuple(notes)


def _is_on_bridge(event: FlowEvent, capacity: Capacity) -> bool:
    """Whether something was carried between the two places of a bridge, by its mode and in its direction."""
    if event.mode != capacity.mode or event.is_empty:
        return False
    ends = find_place(event.origin).name, find_place(event.destination).name
    return ends == (capacity.origin, capacity.destination)


def below_pace(what: str, bound: Range, pace: float, unit: str) -> str:
    """The words of such a note."""
    ends = f" ({figure(bound.low)} to {figure(bound.high)})" if bound.low < bound.high else ""
    return (
        f"{what} could carry {figure(bound.middle)}{ends} {unit} a day, below the reported pace of {figure(pace)} "
        f"{unit} a day: {_CHECK}"
    )
