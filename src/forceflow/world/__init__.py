"""Where and with what: places, routes and platforms, each value with its source."""

from .coast import coastline
from .passages import Passage
from .places import Place, add_place, direction, find_place
from .platforms import Aircraft, Figure, VehicleMix, Vessel, add_platform, find_platform, platforms
from .routes import Leg, Route, route

__all__ = [
    "Aircraft",
    "Figure",
    "Leg",
    "Passage",
    "Place",
    "Route",
    "VehicleMix",
    "Vessel",
    "add_place",
    "add_platform",
    "coastline",
    "direction",
    "find_place",
    "find_platform",
    "platforms",
    "route",
]
