"""One port call as a value."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ..errors import UnknownNameError
from ..world import find_place

__all__ = ["CallSpan"]


@dataclass(frozen=True, slots=True)
class CallSpan:
    """One port call: a row of what `port_calls` gives, with the same names.

    Parameters
    ----------
    ship, name, place, kind
        Whose call, where, and "berth" or "anchorage".
    arrived_after, arrived_by, left_after, left_by
        Windows of arrival and departure, aware UTC; None where the record is open.
    fixes
        Positions inside.
    longest_silence_h
        Longest time inside without a position, in hours.
    draught_in_m, draught_out_m
        Draught before and after, in m; None where not sent.
    """

    ship: str
    name: str
    place: str
    kind: str
    arrived_after: dt.datetime | None
    arrived_by: dt.datetime | None
    left_after: dt.datetime | None
    left_by: dt.datetime | None
    fixes: int
    longest_silence_h: float | None
    draught_in_m: float | None
    draught_out_m: float | None

    @property
    def number(self) -> str:
        """MMSI or IMO number, without the hull behind it where two ships sent one number."""
        return self.ship.partition(" (")[0]

    @property
    def label(self) -> str:
        """Name of the place as the gazetteer has it, or as the user gave it."""
        try:
            return find_place(self.place).name
        except UnknownNameError:
            return self.place

    @property
    def first(self) -> dt.datetime:
        """First moment inside that is known; the earliest of all for a call that was open from the start."""
        known = self.arrived_by or self.left_after
        return known or dt.datetime.min.replace(tzinfo=dt.UTC)
