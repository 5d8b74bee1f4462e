"""Tables and arguments of the pass over aircraft's messages; see `flight_runs.py`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "AIR",
    "CRAFT",
    "GROUND",
    "NO_STATE",
    "RUN",
    "SAID",
    "SLOW",
    "TOUCH",
    "VOTE",
    "Heard",
    "RunRules",
    "RunTables",
]

NO_STATE, AIR, GROUND, SLOW, TOUCH = 0, 1, 2, 3, 4
"""States of a fix; the first three are also the numbers of "unknown", "air" and "ground" in the column `ground`.

A touch is a run on the ground too short to unload.
"""

_POINT = [
    ("time", np.int64),
    ("latitude", np.float64),
    ("longitude", np.float64),
    ("altitude", np.float32),
    ("speed", np.float32),
    ("track", np.float32),
    ("climb", np.float32),
]

_SPANS = [
    ("fixes", np.int64),
    ("gap", np.int64),
    ("highest", np.float32),
]

CRAFT = np.dtype(
    [
        ("number", np.int64),
        ("time", np.int64),
        ("row", np.int64),
        ("last_time", np.int64),
        ("last_row", np.int64),
        ("said", np.uint64),
        ("votes", np.int64),
        ("named", np.uint64),
        *_SPANS,
        ("run", np.int32),
        ("vote", np.int32),
        ("state", np.int8),
        ("said_latitude", np.float64),
        ("said_longitude", np.float64),
        ("said_altitude", np.float32),
        ("said_speed", np.float32),
        ("said_track", np.float32),
        ("said_climb", np.float32),
        ("said_ground", np.uint8),
        ("said_mark", np.uint8),
        ("said_callsign", np.uint64),
        ("said_named", np.uint64),
        *((f"last_{name}", dtype) for name, dtype in _POINT[1:]),
    ]
)
"""An aircraft: its last message (`time`, `row`, `said_*`), its last fix (`last_*`), and the run it is in.

`said` is the callsign of the vote that is open, 0 for none; `named` what was last said of type and registration.
`row` and `last_row` are numbers in the batch being read, -1 once the values are copied here at its end.
"""

RUN = np.dtype(
    [
        ("aircraft", np.int32),
        ("state", np.int8),
        ("mark", np.bool_),
        *_SPANS,
        *((f"first_{name}", dtype) for name, dtype in _POINT),
        *((f"last_{name}", dtype) for name, dtype in _POINT),
    ]
)
"""Fixes in one state without a long gap or a mark between: the first, the last, how many, extremes, longest gap."""

VOTE = np.dtype(
    [
        ("run", np.int32),
        ("row", np.int64),
        ("callsign", np.uint64),
        ("count", np.int64),
        ("time", np.int64),
    ]
)
"""A callsign as long as it was sent in a run without another between; `row` is where it is first in its batch."""

SAID = np.dtype([("aircraft", np.int32), ("row", np.int64), ("time", np.int64)])
"""A message that says another type or registration than the last one of its aircraft."""


class Heard(NamedTuple):
    """Columns of messages: address, microseconds, degrees, feet, knots, ft/min; NaN for what is missing.

    `callsign` is a hash of the callsign, `named` of type and registration; 0 for none.
    """

    number: NDArray[np.int64]
    time: NDArray[np.int64]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    altitude: NDArray[np.float32]
    ground: NDArray[np.uint8]
    speed: NDArray[np.float32]
    track: NDArray[np.float32]
    climb: NDArray[np.float32]
    mark: NDArray[np.uint8]
    callsign: NDArray[np.uint64]
    named: NDArray[np.uint64]


class RunRules(NamedTuple):
    """A gap that ends a run, microseconds; knots that refute a ground flag, that prove flight, that are slow."""

    gap: int
    no_ground_kn: float
    flying_kn: float
    slow_kn: float


class RunTables(NamedTuple):
    """What a pass fills: rows of `CRAFT`, `RUN`, `VOTE` and `SAID`."""

    crafts: Any
    runs: Any
    votes: Any
    said: Any
