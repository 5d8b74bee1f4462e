"""Ways by rail: the great circle times a circuity, as the package ships no railway network."""

from __future__ import annotations

from ...errors import NoRouteError
from ..names import read_data
from .geodesy import geodesic_km, geodesic_points
from .passages import Point
from .place import Place
from .road_routes import sea_gap_km

__all__ = ["RAIL_NOTE", "rail_length_km", "rail_line"]

RAIL_NOTE = (
    "length by rail is a prior, the great circle times a circuity: there is no railway network in the data; for a line "
    "of known length use ff.lift.RailDivision(length_km=...)"
)


def rail_length_km(origin: Place, destination: Place) -> tuple[float, float, float]:
    """Length of a line between two places, km: low, best, high.

    Raises
    ------
    NoRouteError
        More sea lies between them than a bridge or a train ferry spans.
    """
    longest_km = read_data("roads.toml")["sea_gap"]["longest_km"]
    gap_km = sea_gap_km(origin, destination)
    if gap_km > longest_km:
        raise NoRouteError(
            f"no way by rail from {origin.name} to {destination.name}: {gap_km:.0f} km of sea lie under the straight "
            "line; give the stretches on land, each as a movement of its own"
        )
    prior = read_data("trains.toml")["circuity"]
    direct_km = geodesic_km(*_ends(origin, destination))
    return direct_km * prior["low"], direct_km * prior["best"], direct_km * prior["high"]


def rail_line(origin: Place, destination: Place) -> tuple[Point, ...]:
    """The great circle, for drawing only."""
    return tuple(geodesic_points(*_ends(origin, destination), every_km=50.0))


def _ends(origin: Place, destination: Place) -> tuple[Point, Point]:
    return (origin.longitude, origin.latitude), (destination.longitude, destination.latitude)
