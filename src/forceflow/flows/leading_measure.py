"""What was published of events: which measure leads, and whether a bridge could have carried it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..evidence.events import FlowEvent
from .event_draws import Measure

if TYPE_CHECKING:
    from ..quantity import Quantity

__all__ = ["leading_measure"]


_MEASURES: tuple[Measure, ...] = ("tonnes", "personnel", "vehicles")


def leading_measure(events: Iterable[FlowEvent]) -> Measure:
    """The measure that was published most, where it was for half of the events or more; else tonnes.

    Tonnes can be worked out from flights and sailings, people and vehicles cannot: so where people were counted in one
    event of ten, their sum says little of all ten.
    """
    moved = [event for event in events if not event.is_empty]
    times = {
        measure: sum(getattr(event, measure) is not None for event in moved)
        for measure in _MEASURES
    }
    most = max(_MEASURES, key=lambda measure: times[measure])
    return most if moved and 2 * times[most] >= len(moved) else "tonnes"


def _pace(events: Sequence[FlowEvent], name: str) -> float:
    """What was published of one measure, over the days of the events that carry it; 0 where nothing was."""
    told: list[tuple[FlowEvent, Quantity]] = []
    for event in events:
        amount = getattr(event, name)
        if amount is not None and amount.has_content:
            told.append((event, amount))
    if not told:
        return 0.0
    covered: NDArray[np.float64] = np.array(
        [[e.start.timestamp(), e.stop.timestamp()] for e, _ in told]
    )
    days = (covered[:, 1].max() - covered[:, 0].min()) / 86_400.0
    return float(sum(amount.best for _, amount in told) / max(days, 1.0))
