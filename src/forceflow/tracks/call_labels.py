"""How calls are named where people read them."""

from __future__ import annotations

from ..errors import UnknownNameError
from ..world import find_place
from .call_rows import Call

__all__ = ["place_name", "ship_number"]


def place_name(call: Call) -> str:
    """Name of the place of a call as the gazetteer has it, or as the user gave it."""
    try:
        return find_place(call.place).name
    except UnknownNameError:
        return call.place


def ship_number(call: Call) -> str:
    """MMSI or IMO number, without the hull behind it where two ships sent one number."""
    return call.ship.partition(" (")[0]
