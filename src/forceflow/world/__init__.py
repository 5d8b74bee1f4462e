"""Where and with what: places, routes and platforms, each value with its source.

It may use `quantity`, `dates` and what lies below, and knows no claim and no event. Figures live in `data`, not in
code.
"""

from .geography.coast import coastline
from .geography.ends import find_end
from .geography.gazetteer import direction, find_place
from .geography.known_places import add_place
from .geography.passages import Passage
from .geography.place import Place
from .geography.routes import Leg, Route, route
from .geography.theatres import is_inside, read_theatre
from .platforms.catalogue import (
    Aircraft,
    Figure,
    FreightTrain,
    Platform,
    VehicleMix,
    Vessel,
    add_platform,
    find_platform,
)

__all__ = [
    "Aircraft",
    "Figure",
    "FreightTrain",
    "Leg",
    "Passage",
    "Place",
    "Platform",
    "Route",
    "VehicleMix",
    "Vessel",
    "add_place",
    "add_platform",
    "coastline",
    "direction",
    "find_end",
    "find_place",
    "find_platform",
    "is_inside",
    "read_theatre",
    "route",
]
