"""Legs of one aircraft chained into stays on the ground and trips out and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .leg_rows import Leg

__all__ = ["Stay", "Trip", "stays_between", "trips_of"]

_HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Stay:
    """The time of an aircraft on the ground between two legs that meet at one field."""

    reached: Leg
    left: Leg

    @property
    def field(self) -> str:
        """The field, as the legs name it."""
        return self.reached.destination

    @property
    def shortest_h(self) -> float:
        """From the last possible landing to the first possible take-off, at least 0 h."""
        landed = self.reached.landed_by or self.reached.last_aloft
        # Where it was not seen on the ground nothing says how soon it took off again.
        if self.reached.landed_by is None or self.left.took_off_after is None:
            return 0.0
        return max(0.0, (self.left.took_off_after - landed) / _HOUR)

    @property
    def longest_h(self) -> float:
        """From the last fix in the air before it to the first one after it, h."""
        return (self.left.first_aloft - self.reached.last_aloft) / _HOUR

    @property
    def middle_h(self) -> float:
        """Middle of shortest and longest, h."""
        return (self.shortest_h + self.longest_h) / 2


@dataclass(frozen=True, slots=True)
class Trip:
    """Legs that follow each other from a field until the aircraft is back there, or is lost sight of.

    Parameters
    ----------
    legs
        In order of time, each from where the one before it ended.
    """

    legs: tuple[Leg, ...]

    @property
    def is_closed(self) -> bool:
        """Whether it ended where it began."""
        return len(self.legs) > 1 and self.legs[-1].destination == self.legs[0].origin


def stays_between(legs: Sequence[Leg]) -> list[Stay]:
    """Stays of one aircraft between legs that follow each other and meet at a known field."""
    stays = []
    for reached, left in pairwise(legs):
        if reached.destination and reached.destination == left.origin:
            stays.append(Stay(reached, left))
    return stays


def trips_of(legs: Sequence[Leg]) -> list[Trip]:
    """Trips of one aircraft whose legs stand in order of time; each leg with both ends known is in one of them."""
    trips: list[Trip] = []
    chain: list[Leg] = []
    for leg in legs:
        follows = bool(chain) and chain[-1].destination == leg.origin
        if chain and not follows:
            trips.append(Trip(tuple(chain)))
            chain = []
        is_lost = not leg.origin or not leg.destination
        if is_lost and chain:
            trips.append(Trip(tuple(chain)))
            chain = []
        # A flight around the field goes nowhere, and the trip goes on after it.
        if is_lost or leg.origin == leg.destination:
            continue
        chain.append(leg)
        if chain[0].origin == leg.destination:
            trips.append(Trip(tuple(chain)))
            chain = []
    if chain:
        trips.append(Trip(tuple(chain)))
    return trips
