"""Where and with what: places, routes and platforms, each value with its source."""

from .platforms import Aircraft, Figure, Vessel, VehicleMix, find_platform, platforms

__all__ = [
    "Aircraft",
    "Figure",
    "VehicleMix",
    "Vessel",
    "find_platform",
    "platforms",
]
