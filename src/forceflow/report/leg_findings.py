"""What a report shows of aircraft's legs: where they flew, their days, and their times on the ground."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..evidence.events import FlowEvent
from ..tracks.ground_times import ground_times
from ..tracks.leg_table import LegTable, leg_table
from ..tracks.seen_movements import counted
from ..tracks.sorties import sorties

__all__ = ["LegFindings", "find_legs"]


@dataclass(frozen=True, slots=True, eq=False)
class LegFindings:
    """Legs of aircraft, as the page shows them.

    Parameters
    ----------
    table
        Legs by aircraft, and their stays.
    legs, ground
        Frames of legs and of times on the ground.
    sorties
        The flow events that the legs make; they are shown and counted in no estimate.
    notes
        What is no sortie, and why.
    """

    table: LegTable
    legs: Any
    ground: Any
    sorties: tuple[FlowEvent, ...]
    notes: tuple[str, ...]

    @property
    def legs_words(self) -> str:
        """How many legs there are, of how many aircraft."""
        return f"{counted(len(self.table.every), 'leg')} of {len(self.table.legs):,} aircraft"

    @property
    def counts(self) -> Sequence[tuple[str, int]]:
        """Loaded sorties by direction."""
        found: dict[str, int] = {}
        for event in self.sorties:
            if not event.is_empty:
                found[event.direction] = found.get(event.direction, 0) + 1
        return sorted(found.items())


def find_legs(legs: Any, events: Sequence[FlowEvent]) -> LegFindings | None:
    """Read legs and make sorties of them; None where no legs are given.

    Parameters
    ----------
    legs
        A frame as `legs` gives it, with platforms or type designators in its column `type`.
    events
        Flow events; their theatre decides the direction of the sorties.

    Raises
    ------
    FrameError
        The legs cannot be read; the message names row and column.
    """
    if legs is None:
        return None
    made = next((event.provenance for event in events if event.provenance), None)
    theatre = made.theatre if made else None
    # Events of a table without claims carry no theatre; then it is the default of `sorties`.
    found = sorties(legs, theatre=theatre or "syria")
    return LegFindings(
        table=leg_table(legs),
        legs=legs,
        ground=ground_times(legs),
        sorties=tuple(found),
        notes=found.notes,
    )
