"""Which ship each message is of, whether its messages are in order, and where what it says of itself changes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._jit import kernel
from .port_tables import NEVER, Messages, Said

__all__ = ["find_changes", "hash_ships", "index_ships"]

_NONE = np.int32(-1)
_EMPTY = np.int64(-1)
_ODD = np.uint64(0x9E3779B97F4A7C15)


@kernel
def hash_ships(table: NDArray[np.int64], ships: Any, known: int) -> None:
    """Fill a hash table of rows in `ships`: a power of two long, at most half full, -1 where free."""
    table[:] = _EMPTY
    for row in range(known):
        table[_place_in(table, ships, ships[row].number)] = row


@kernel
def _place_in(table: NDArray[np.int64], ships: Any, number: int) -> int:
    """Where a ship's number is in the hash table, or the free place where it belongs."""
    mask = table.shape[0] - 1
    at = _first_place(number) & mask
    while table[at] != _EMPTY and ships[table[at]].number != number:
        at = (at + 1) & mask
    return int(at)


@kernel
def _first_place(number: int) -> int:
    """Where the search for a ship's number begins, before it is cut to the length of the table."""
    return number ^ (number >> 7) ^ (number >> 17)


@kernel
def index_ships(
    start: int,
    messages: Messages,
    table: NDArray[np.int64],
    ships: Any,
    known: int,
    out: NDArray[np.int32],
) -> tuple[int, int, bool]:
    """Write each message's row in `ships` to `out`.

    Return the number of the first message not read for want of room, how many ships are known, and whether all are in
    order: per ship by time, then latitude, longitude, speed and draught, a missing one last.
    """
    number, time = messages.number, messages.time
    latitude, longitude = messages.latitude, messages.longitude
    speed, draught = messages.speed, messages.draught
    mask = table.shape[0] - 1
    in_order = True
    row = -1
    for i in range(start, number.shape[0]):
        if row < 0 or ships[row].number != number[i]:
            # As `_place_in` does; handing two arrays to it would take as long as the rest.
            at = _first_place(number[i]) & mask
            while table[at] != _EMPTY and ships[table[at]].number != number[i]:
                at = (at + 1) & mask
            if table[at] == _EMPTY:
                if known == ships.shape[0] or 2 * (known + 1) > table.shape[0]:
                    return i, known, in_order
                table[at] = known
                ships[known].number = number[i]
                ships[known].time = NEVER
                ships[known].track = _NONE
                ships[known].open_draught = _NONE
                ships[known].messages = 0
                known += 1
            row = table[at]
        out[i] = row
        ship = ships[row]
        if time[i] <= ship.time and ship.time != NEVER:
            later = time[i] == ship.time and _is_not_before(
                latitude[i], longitude[i], speed[i], draught[i], ship
            )
            in_order = in_order and later
        ship.time = time[i]
        ship.latitude = latitude[i]
        ship.longitude = longitude[i]
        ship.speed = speed[i]
        ship.draught = draught[i]
        ship.messages += 1
    return number.shape[0], known, in_order


@kernel
def _is_not_before(
    latitude: float, longitude: float, speed: float, draught: float, ship: Any
) -> bool:
    """Whether a message at the same time sorts at or after the ship's last one."""
    order = _compare(latitude, ship.latitude)
    if order == 0:
        order = _compare(longitude, ship.longitude)
    if order == 0:
        order = _compare(speed, ship.speed)
    if order == 0:
        order = _compare(draught, ship.draught)
    return order >= 0


@kernel
def _compare(a: float, b: float) -> int:
    """-1, 0 or 1; a missing number comes last."""
    if math.isnan(a) or math.isnan(b):
        return int(math.isnan(a)) - int(math.isnan(b))
    return int(a > b) - int(a < b)


@kernel
def find_changes(
    ship_of: NDArray[np.int32],
    track_of: NDArray[np.int32],
    said: Said,
    last_of_ship: NDArray[np.uint64],
    last_of_track: NDArray[np.uint64],
    out: NDArray[np.int64],
) -> int:
    """Write the numbers of the messages that say other things of the ship than the last one of their track; how many.

    Messages without a position are compared with others of the ship without one; what says nothing is passed over.
    """
    name, imo, ship_type = said.name, said.imo, said.ship_type
    length, beam = said.length, said.beam
    n = 0
    for i in range(name.shape[0]):
        if name[i] == 0 and imo[i] < 0 and ship_type[i] < 0 and length[i] < 0 and beam[i] < 0:
            continue
        # Metres as millimetres: alike only for the same numbers of the tenths and metres that are sent.
        key = name[i] * _ODD + np.uint64(imo[i])
        key = key * _ODD + np.uint64(ship_type[i])
        key = key * _ODD + np.uint64(np.int64(length[i] * np.float32(1000.0)))
        key = (key * _ODD + np.uint64(np.int64(beam[i] * np.float32(1000.0)))) | np.uint64(1)
        if track_of[i] < 0:
            if last_of_ship[ship_of[i]] != key:
                last_of_ship[ship_of[i]] = key
                out[n] = i
                n += 1
        elif last_of_track[track_of[i]] != key:
            last_of_track[track_of[i]] = key
            out[n] = i
            n += 1
    return n
