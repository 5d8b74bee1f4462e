"""What a march is given, drawn once: the column on the road, and the rules that fill in what was left out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ...arrays import Floats
from ...errors import EstimateError
from ...quantity.units import HOURS_PER_DAY
from ...world.platforms.catalogue import find_platform
from ..bridges.amounts import Amount, as_quantity
from ..bridges.draws import Draws
from ..bridges.ways import Way

__all__ = [
    "MIN_PER_H",
    "ColumnOnRoad",
    "MarchInputs",
    "extal_min",
    "kind_of_vehicles",
    "refuse_events",
    "whole_vehicles",
]

MIN_PER_H = 60.0

DEFAULT_GAP_M = 100.0
"""Open column (FM 4-01.011 app. C, read at second hand)."""


_FASTEST_KM_PER_H = 150.0
"""Faster than any column of vehicles."""


def extal_min(vehicles: Floats) -> Floats:
    """Extra time allowance (EXTAL, C6): 1 min for each 25 vehicles or part, doubled above 600; recalled."""
    minutes = np.ceil(vehicles / 25.0)
    doubled = np.where(vehicles > 600.0, 2.0, 1.0)
    return minutes * doubled


def _length_of_way(route: Way | None, distance_km: Amount | None) -> Amount:
    """Length of the march: that of the route with its range where it has one, or as given, or 0."""
    if route is None:
        # No way at all leaves the pass time at one point, so the march is 0 km long.
        if distance_km is None:
            return 0.0
        return distance_km
    if getattr(route, "mode", "road") != "road":
        raise EstimateError(
            f"a march needs a route by road, got one by {getattr(route, 'mode', '')}"
        )
    amount: Amount = getattr(route, "distance_range_km", route.distance_km)
    return amount


def refuse_events(vehicles: Any) -> None:
    """Refuse events, an estimate or a frame where a number of vehicles is wanted."""
    first = vehicles
    if isinstance(vehicles, list | tuple):
        first = next(iter(vehicles), None)
    is_event = hasattr(first, "event_id")
    # Frames have columns, and estimates of flows have starts.
    if is_event or hasattr(first, "columns") or hasattr(first, "starts"):
        what = type(first).__name__
        if is_event:
            what = "events"
        raise EstimateError(
            f"convoy_march takes how many vehicles march, got {what}; give the number, as in "
            "convoy_march(event.vehicles, distance_km=300), or (low, best, high)"
        )


@dataclass(frozen=True, slots=True)
class ColumnOnRoad:
    """One column on the road, each number of shape (draws,); the names are those of `March`."""

    rate: Floats
    occupied_km: Floats
    gaps_km: Floats
    extal_h: Floats
    time_distance_h: Floats

    def measures(self) -> dict[str, Floats]:
        """Road space, pass time and closure, with what they are the sums of (C3, C5 to C9)."""
        road_space_km = self.occupied_km + self.gaps_km
        time_length_h = road_space_km / self.rate
        pass_time_h = time_length_h + self.extal_h
        return {
            "occupied_km": self.occupied_km,
            "gaps_km": self.gaps_km,
            "road_space_km": road_space_km,
            "time_length_h": time_length_h,
            "extal_h": self.extal_h,
            "pass_time_h": pass_time_h,
            "time_distance_h": self.time_distance_h,
            "closure_h": self.time_distance_h + pass_time_h,
        }


def kind_of_vehicles(mix: Any) -> Any:
    """The kind of vehicles that march, by name or as given."""
    kind: Any = mix
    if isinstance(mix, str):
        kind = find_platform(mix)
    if getattr(kind, "kind", None) != "vehicles":
        raise EstimateError(
            f"mix {mix!r} is not a kind of vehicles but {getattr(kind, 'kind', type(kind).__name__)}"
        )
    return kind


def whole_vehicles(vehicles: Floats) -> Floats:
    """Vehicles of a column, rounded up; what is whole but for rounding stays."""
    return np.asarray(np.ceil(vehicles - 1e-9))


def _given_or(given: Amount | None, own: Any) -> Any:
    """What is given, or else what the kind of vehicles brings."""
    if given is None:
        return own
    return given


@dataclass(frozen=True, slots=True)
class MarchInputs:
    """Draws of what a march is given, each of shape (draws,): as given, else what the kind of vehicles brings."""

    drawn: Draws
    kind: Any

    def draw(
        self,
        amount: Amount,
        name: str,
        unit: str = "",
        *,
        entity: str = "march",
        above_0: bool = False,
        most: float = math.inf,
    ) -> Floats:
        """Draws of an amount at its own address."""
        quantity = as_quantity(amount, name=name, unit=unit, may_be_0=not above_0, most=most)
        return self.drawn.of(quantity, entity=entity, purpose=name)

    def of_kind(self, name: Literal["mass", "personnel"]) -> Floats:
        """Mass in t, or people, of one vehicle."""
        quantity = {"mass": self.kind.mass_t, "personnel": self.kind.personnel}[name]
        return self.drawn.of(quantity, entity=self.kind.id, purpose=name)

    def way(self, route: Way | None, distance_km: Amount | None) -> Floats:
        """Length of the march in km."""
        length = _length_of_way(route, distance_km)
        return self.draw(length, "distance_km", "km", above_0=distance_km is not None)

    def march_rate(self, given: Amount | None) -> Floats:
        """Rate of march in km/h."""
        return self.draw(
            _given_or(given, self.kind.speed_km_per_h),
            "march_rate_km_per_h",
            "km/h",
            entity=self.kind.id,
            above_0=True,
            most=_FASTEST_KM_PER_H,
        )

    def density(
        self, given: Amount | None, *, gap_m: Amount | None, vehicle_length_m: Amount | None
    ) -> Floats:
        """Vehicles per km (C2)."""
        if given is not None:
            return self.draw(given, "vehicles_per_km", "vehicles/km", above_0=True)
        length = _given_or(vehicle_length_m, self.kind.length_m)
        gap = _given_or(gap_m, DEFAULT_GAP_M)
        length_drawn = self.draw(length, "vehicle_length_m", "m", entity=self.kind.id)
        pitch_m = self.draw(gap, "gap_m", "m") + length_drawn
        if not (pitch_m > 0.0).all():
            raise EstimateError(
                f"gap_m and vehicle_length_m cannot both be 0, got {gap!r} and {length!r}"
            )
        return np.asarray(1000.0 / pitch_m)

    def time_gaps(
        self,
        units: Floats,
        serials: Floats,
        *,
        unit_gap: Amount,
        serial_gap: Amount | None,
        given: Amount | None,
    ) -> Floats:
        """Sum of the gaps inside one column in min (C4)."""
        if given is not None:
            return self.draw(given, "time_gaps_min", "min")
        between_units = self.draw(unit_gap, "march_unit_gap_min", "min")
        between_serials = between_units
        if serial_gap is not None:
            between_serials = self.draw(serial_gap, "serial_gap_min", "min")
        # A gap between serials is one between units too, so only what it is longer is added.
        extra = np.maximum(between_serials - between_units, 0.0)
        gaps_of_units = np.maximum(units - 1.0, 0.0)
        gaps_of_serials = np.maximum(serials - 1.0, 0.0)
        return np.asarray(gaps_of_units * between_units + gaps_of_serials * extra)

    def extra_time(self, vehicles: Floats, given: Amount | None) -> Floats:
        """Extra time allowance of one column in h (C6)."""
        if given is None:
            return np.asarray(extal_min(whole_vehicles(vehicles)) / MIN_PER_H)
        return self.draw(given, "extra_time_min", "min") / MIN_PER_H

    def time_distance(
        self, driving_h: Floats, *, halts_h: Amount, driving_h_per_day: Amount | None
    ) -> Floats:
        """From start to release point in h, with halts and nights (C8)."""
        time_h = driving_h + self.draw(halts_h, "halts_h", "h")
        if driving_h_per_day is None:
            return time_h
        day_h = self.draw(
            driving_h_per_day, "driving_h_per_day", "h", above_0=True, most=HOURS_PER_DAY
        )
        # A march of whole days ends with the last of them: rounding must not add a night.
        days = np.ceil(driving_h / day_h - 1e-9)
        nights = np.maximum(days - 1.0, 0.0)
        return np.asarray(time_h + nights * (HOURS_PER_DAY - day_h))
