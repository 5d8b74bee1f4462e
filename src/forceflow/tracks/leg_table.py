"""Legs read for pictures: by aircraft, with their stays on the ground, and where they are from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..errors import UnknownNameError
from ..evidence.tables.native_frames import table_of
from ..world import Place, find_place
from .leg_aircraft import AircraftTypes, LegAircraft
from .leg_rows import Leg, legs_by_aircraft, read_legs
from .trips import Stay, stays_between

__all__ = ["LegTable", "are_legs", "field_name", "field_place", "leg_table"]

_MARKS = {"aircraft", "took_off_by", "landed_after"}
"""Columns that only a table of legs has."""


@dataclass(frozen=True, slots=True, eq=False)
class LegTable:
    """Legs of aircraft, those of each in order of time.

    Parameters
    ----------
    legs
        By address, the aircraft with most legs first.
    aircraft
        What each is, by address.
    stays
        Times on the ground between two legs that meet at a field, by address.
    """

    legs: Mapping[str, tuple[Leg, ...]]
    aircraft: Mapping[str, LegAircraft]
    stays: Mapping[str, tuple[Stay, ...]]

    @property
    def every(self) -> list[Leg]:
        """All legs."""
        return [leg for own in self.legs.values() for leg in own]

    @property
    def sources(self) -> tuple[str, ...]:
        """The records, each once."""
        return tuple(dict.fromkeys(leg.source for leg in self.every if leg.source))

    @property
    def span(self) -> tuple[dt.datetime, dt.datetime] | None:
        """The first moment and the last that the legs speak of."""
        every = self.every
        if not every:
            return None
        first = min(leg.took_off_after or leg.first_aloft for leg in every)
        return first, max(leg.last_moment for leg in every)


def are_legs(thing: Any) -> bool:
    """Whether it is a frame with the columns of legs."""
    # Asking a lazy frame for its columns directly would warn that it must be worked out.
    names: Any = getattr(thing, "column_names", None)
    if names is None and hasattr(thing, "collect_schema"):
        names = thing.collect_schema().names()
    if names is None:
        names = getattr(thing, "columns", ())
    # Other results have columns too: a march has a number of them.
    if isinstance(names, int):
        return False
    return set(map(str, names)) >= _MARKS


def leg_table(legs: Any, *, types: Any = None) -> LegTable:
    """Legs of any frame; the platform of an aircraft is found as `sorties` finds it.

    Raises
    ------
    FrameError
        They are no frame of legs; the message names row and column.
    """
    known = AircraftTypes(types)
    found = legs_by_aircraft(read_legs(table_of(legs).to_native()))
    ordered = sorted(found.items(), key=lambda one: (-len(one[1]), one[0]))
    return LegTable(
        legs={address: tuple(own) for address, own in ordered},
        aircraft={address: known.aircraft_of(own) for address, own in ordered},
        stays={address: tuple(stays_between(own)) for address, own in ordered},
    )


@cache
def field_place(name: str) -> Place | None:
    """The field of the gazetteer, None for one of the user's own."""
    try:
        return find_place(name)
    except UnknownNameError:
        return None


def field_name(name: str) -> str:
    """Name of a field as the gazetteer has it, or as the legs have it."""
    place = field_place(name)
    if place is None:
        return name
    return place.name
