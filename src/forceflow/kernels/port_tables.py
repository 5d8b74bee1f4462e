"""Tables and arguments of the pass over ships' messages; see `port_stays.py`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "CROSSING",
    "DRAUGHT",
    "EARTH_KM",
    "NEVER",
    "NOWHERE",
    "PLACE",
    "ROOM",
    "SHIP",
    "STAY",
    "TRACK",
    "Gates",
    "Messages",
    "Rules",
    "Said",
    "Tables",
    "Zones",
]

EARTH_KM = 6371.0088
"""Mean radius of the earth (IUGG), km."""

NEVER = np.iinfo(np.int64).min
NOWHERE = -1
ROOM = 64
"""Free rows that each table of results needs before a message is read."""

SHIP = np.dtype(
    [
        ("number", np.int64),
        ("time", np.int64),
        ("latitude", np.float64),
        ("longitude", np.float64),
        ("speed", np.float32),
        ("draught", np.float32),
        ("track", np.int32),
        ("open_draught", np.int32),
        ("messages", np.int64),
    ]
)
"""A ship: its last message, its newest track, its open draught row for messages without a position."""

TRACK = np.dtype(
    [
        ("ship", np.int32),
        ("older", np.int32),
        ("zone", np.int32),
        ("cell", np.int32),
        ("open_draught", np.int32),
        ("fixes", np.int64),
        ("first", np.int64),
        ("last", np.int64),
        ("latitude", np.float64),
        ("longitude", np.float64),
        ("stay_before", np.int64),
        ("stay_first", np.int64),
        ("stay_fixes", np.int64),
        ("stay_slow", np.int64),
        ("stay_gap", np.int64),
        ("stay_silent", np.int64),
        ("gap_between", np.int64),
    ]
)
"""A track of a ship: its last fix and the stay it is in; `gap_between` is the longest gap since the last stay."""

STAY = np.dtype(
    [
        ("track", np.int32),
        ("zone", np.int32),
        ("before", np.int64),
        ("first", np.int64),
        ("last", np.int64),
        ("after", np.int64),
        ("fixes", np.int64),
        ("slow", np.int64),
        ("gap", np.int64),
        ("silent", np.int64),
        ("gap_before", np.int64),
    ]
)
"""A stay in a zone: last fix before it, first and last inside, first after it; gaps in microseconds."""

CROSSING = np.dtype(
    [("track", np.int32), ("gate", np.int32), ("before", np.int64), ("after", np.int64)]
)
"""A gate crossed: last fix on one side, first on the other."""

DRAUGHT = np.dtype(
    [
        ("ship", np.int32),
        ("track", np.int32),
        ("since", np.int64),
        ("until", np.int64),
        ("draught", np.float32),
    ]
)
"""A draught as long as it was reported without another between; `track` is -1 for messages without a position."""


class Messages(NamedTuple):
    """Columns of messages: ship number, time in microseconds, degrees, knots, metres; NaN for what is missing."""

    number: NDArray[np.int64]
    time: NDArray[np.int64]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    speed: NDArray[np.float32]
    draught: NDArray[np.float32]


class Said(NamedTuple):
    """What messages say of their ship: a hash of the name, 0 for none; numbers and metres, -1 for what is missing."""

    name: NDArray[np.uint64]
    imo: NDArray[np.int64]
    ship_type: NDArray[np.int32]
    length: NDArray[np.float32]
    beam: NDArray[np.float32]


class Tables(NamedTuple):
    """What a pass fills: rows of `SHIP`, `TRACK`, `STAY`, `CROSSING` and `DRAUGHT`."""

    ships: Any
    tracks: Any
    stays: Any
    crossings: Any
    draughts: Any


PLACE = np.dtype(
    [
        ("latitude", np.float64),
        ("longitude", np.float64),
        ("cosine", np.float64),
        ("sine", np.float64),
        ("radius", np.float64),
        ("radius_leave", np.float64),
        ("ring", np.float64),
        ("ring_leave", np.float64),
        ("first_corner", np.int64),
        ("stop_corner", np.int64),
        ("number", np.int64),
        ("is_anchorage", np.bool_),
    ]
)
"""A place as a circle with a ring, or as a polygon where it has corners.

Degrees, with cosine and sine of the latitude; `radius`, `ring` and their `leave` as squares of half chords, below zero
where there is none. The place of number p is zone 2 p as a berth and 2 p + 1 as an anchorage; pieces of one place,
which have one name, have one number.
"""


class Zones(NamedTuple):
    """Places, rows of `PLACE`; corners of polygons, degrees north and east; and which places reach into each cell.

    One table of places, as each array more that a compiled function takes costs 10 ns a call for its reference count.
    """

    places: Any
    corners: NDArray[np.float64]
    cell_start: NDArray[np.int32]
    cell_places: NDArray[np.int32]


class Gates(NamedTuple):
    """Straight lines from shore to shore, degrees; `near` marks the quarter-degree cells that they touch."""

    west: NDArray[np.float64]
    south: NDArray[np.float64]
    east: NDArray[np.float64]
    north: NDArray[np.float64]
    near: NDArray[np.bool_]


class Rules(NamedTuple):
    """What counts as stopped, reachable, silent, seen and stale; times in microseconds."""

    stop_kn: float
    fastest_kn: float
    slack_km: float
    silence: int
    gate_gap: int
    stale: int
