"""How much road a convoy takes, how long it passes a point, and when the last vehicle is in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...arrays import Floats
from ...display import brief
from ...errors import EstimateError
from ...results.range import Range, held
from ...results.range_table import ranges_frame, table_html
from ..bridges.amounts import Amount, check_whole
from ..bridges.draws import Draws
from ..bridges.ways import Way
from .march_inputs import (
    MIN_PER_H,
    ColumnOnRoad,
    MarchInputs,
    extal_min,
    kind_of_vehicles,
    refuse_events,
    whole_vehicles,
)

__all__ = ["March", "convoy_march", "extal_min"]


_WORDS = {
    "march_rate_km_per_h": "rate of march",
    "vehicles_per_km": "density",
    "occupied_km": "road under and between the vehicles",
    "gaps_km": "gaps between march units",
    "road_space_km": "road space",
    "time_length_h": "time length",
    "extal_h": "extra time allowance",
    "pass_time_h": "pass time",
    "time_distance_h": "time distance",
    "closure_h": "closure",
    "tonnes": "mass",
    "personnel": "people",
}
"""What the numbers of a march are called in its table, where the unit follows."""

_UNITS = {
    "vehicles": "vehicles",
    "march_units": "march units",
    "serials": "serials",
    "march_rate_km_per_h": "km/h",
    "vehicles_per_km": "vehicles/km",
    "occupied_km": "km",
    "gaps_km": "km",
    "road_space_km": "km",
    "time_length_h": "h",
    "extal_h": "h",
    "pass_time_h": "h",
    "time_distance_h": "h",
    "closure_h": "h",
    "tonnes": "t",
    "personnel": "people",
}


@dataclass(frozen=True, kw_only=True)
class March:
    """A convoy on the road; every `Range` is the median of the draws and their central interval.

    Parameters
    ----------
    origin, destination, distance_km
        Ends and length of the march; empty names and 0 km when none was given.
    vehicles, columns
        Vehicles in all, and parallel columns, each on a route of its own.
    march_units, serials
        March units and serials in one column.
    march_rate_km_per_h, vehicles_per_km
        Rate of march and density (K).
    occupied_km, gaps_km, road_space_km
        One column: road under and between the vehicles, gaps between its parts, and both (RS).
    time_length_h, extal_h, pass_time_h
        One column: first to last vehicle past a point (TL), the extra time allowed (EXTAL), and both.
    time_distance_h
        Head of the column from start to release point, with scheduled halts and nights (TDIS).
    closure_h
        From the first vehicle at the start point to the last at the release point: TDIS + TL + EXTAL.
    tonnes, personnel
        Mass of the vehicles with what they carry, in t, and people on board.
    by_draw
        The draws behind the ranges, by field name, each of shape (draws,).
    coverage, draws, seed
        How the ranges were made.
    """

    origin: str
    destination: str
    distance_km: float
    columns: int
    vehicles: Range
    march_units: Range
    serials: Range
    march_rate_km_per_h: Range
    vehicles_per_km: Range
    occupied_km: Range
    gaps_km: Range
    road_space_km: Range
    time_length_h: Range
    extal_h: Range
    pass_time_h: Range
    time_distance_h: Range
    closure_h: Range
    tonnes: Range
    personnel: Range
    coverage: float
    draws: int
    seed: int
    by_draw: Mapping[str, Floats] = field(repr=False, compare=False, default_factory=dict)

    __repr__ = brief

    def __str__(self) -> str:
        way, each, done = "", "", ""
        if self.origin:
            way = f" {self.origin} to {self.destination}"
        if self.distance_km:
            way += f" ({self.distance_km:,.0f} km)"
            done = f", closes in {self.closure_h}"
        if self.columns > 1:
            each = f" in {self.columns} columns, each"
        return (
            f"march{way}: {self.vehicles}{each} {self.road_space_km} of road, "
            f"passes a point in {self.pass_time_h}{done}; {held(self.coverage, self.draws)}"
        )

    def _repr_html_(self) -> str:
        rows = []
        for name, value in self._numbers():
            words = _WORDS.get(name, name.replace("_", " "))
            rows.append((words, str(value)))
        return table_html(str(self), rows)

    def _numbers(self) -> list[tuple[str, Range]]:
        """The ranges by field name, in the order of the fields."""
        return [(name, value) for name, value in vars(self).items() if isinstance(value, Range)]

    def to_frame(self, *, backend: str = "polars") -> Any:
        """One row per number: name, low, middle, high, unit.

        Parameters
        ----------
        backend
            "polars", "pandas" or "pyarrow".
        """
        return ranges_frame(self._numbers(), backend=backend)


def convoy_march(
    vehicles: Amount,
    *,
    route: Way | None = None,
    distance_km: Amount | None = None,
    columns: int = 1,
    mix: Any = "military vehicles",
    march_rate_km_per_h: Amount | None = None,
    gap_m: Amount | None = None,
    vehicle_length_m: Amount | None = None,
    vehicles_per_km: Amount | None = None,
    vehicles_per_march_unit: int = 25,
    march_units_per_serial: int = 5,
    march_unit_gap_min: Amount = (5.0, 15.0),
    serial_gap_min: Amount | None = None,
    time_gaps_min: Amount | None = None,
    extra_time_min: Amount | None = None,
    halts_h: Amount = 0.0,
    driving_h_per_day: Amount | None = None,
    coverage: float = 0.9,
    draws: int = 4_000,
    seed: int = 0,
) -> March:
    """Road space, pass time and closure of a convoy.

    Parameters
    ----------
    vehicles
        Vehicles in all columns together.
    route, distance_km
        Way of one column; give one of them, or neither to ask for the pass time at one point only.
    columns
        Parallel columns of equal size, each on a route of its own.
    mix
        Platform name of the kind of vehicles, or a `VehicleMix`: brings length, march rate, mass and people.
    march_rate_km_per_h, vehicle_length_m
        In place of those of the mix. The rate absorbs short halts and delays.
    gap_m
        Rear of one vehicle to the front of the next; 100 m when left out.
    vehicles_per_km
        Density (K), in place of gap and length.
    vehicles_per_march_unit, march_units_per_serial
        Most vehicles in a march unit, and most units in a serial.
    march_unit_gap_min, serial_gap_min
        Gaps between march units and between serials; a serial gap left out is no longer than that between
        units.
    time_gaps_min
        Sum of the gaps inside one column, in place of the four above.
    extra_time_min
        Extra time allowance (EXTAL) of one column, in place of the rule C6; 0 for the pass time of the texts that know
        none, as ST 100-3.
    halts_h
        Scheduled halts, sum over the march (meals, rest), in h.
    driving_h_per_day
        Hours of driving after which the column stops until the next day; None to drive through.
    coverage, draws, seed
        As in `airlift_capacity`.

    Raises
    ------
    EstimateError
        An input is out of its bounds, or route and distance are both given.

    Notes
    -----
    Numbers C1 to C9 of the FM 55-30 family; the formulas are recalled, and held against results read in
    CGSC ST 100-3 ch. 8 sec. I.

    - K = 1000 / (gap + length) (C2; ST 100-3 leaves the length out: 100 m, 10 vehicles per km)
    - TG = (units - 1) x unit gap + (serials - 1) x (serial gap - unit gap), in min (C4)
    - RS = n / K + TG x R / 60 (C3);  TL = RS / R (C5);  pass time = TL + EXTAL (C6, C7)
      The pass times printed in ST 100-3 are TL: 10.5 h and just over 5 h come with ``extra_time_min=0``
    - TDIS = D / R + halts (C8);  closure = TDIS + TL + EXTAL (C9)

    Defaults: gap 100 m, open column (FM 4-01.011 app. C, read at second hand); 25 vehicles in a march
    unit (FM 55-30 ch. 5, second hand; another text has 20); up to 15 min between units (one unit's
    standing order, read), down to 5 (recalled); five units in a serial (prior; it matters only with a
    serial gap).

    Examples
    --------
    >>> march = convoy_march(25_000, vehicles_per_km=10, march_rate_km_per_h=25, time_gaps_min=0)
    >>> print(march.road_space_km, "|", march.time_length_h)
    2,500 km | 100 h
    """
    drawn = Draws(draws, seed, coverage)
    refuse_events(vehicles)
    check_whole(
        columns=columns,
        vehicles_per_march_unit=vehicles_per_march_unit,
        march_units_per_serial=march_units_per_serial,
    )
    if route is not None and distance_km is not None:
        raise EstimateError("give route or distance_km, not both")
    if vehicles_per_km is not None and (gap_m is not None or vehicle_length_m is not None):
        raise EstimateError("give vehicles_per_km, or gap_m and vehicle_length_m, not both")
    inputs = MarchInputs(drawn, kind_of_vehicles(mix))
    number = inputs.draw(vehicles, "vehicles", "vehicles", above_0=True)
    rate = inputs.march_rate(march_rate_km_per_h)
    density = inputs.density(vehicles_per_km, gap_m=gap_m, vehicle_length_m=vehicle_length_m)
    in_column = number / columns
    units = np.ceil(whole_vehicles(in_column) / vehicles_per_march_unit)
    serials = np.ceil(units / march_units_per_serial)
    gaps_min = inputs.time_gaps(
        units, serials, unit_gap=march_unit_gap_min, serial_gap=serial_gap_min, given=time_gaps_min
    )
    way_km = inputs.way(route, distance_km)
    column = ColumnOnRoad(
        rate=rate,
        occupied_km=in_column / density,
        gaps_km=gaps_min / MIN_PER_H * rate,
        extal_h=inputs.extra_time(in_column, extra_time_min),
        time_distance_h=inputs.time_distance(
            way_km / rate, halts_h=halts_h, driving_h_per_day=driving_h_per_day
        ),
    )
    by_draw = {
        "vehicles": number,
        "march_units": units,
        "serials": serials,
        "march_rate_km_per_h": rate,
        "vehicles_per_km": density,
        **column.measures(),
        "tonnes": number * inputs.of_kind("mass"),
        "personnel": number * inputs.of_kind("personnel"),
    }
    ranges: dict[str, Any] = {}
    for name, values in by_draw.items():
        ranges[name] = drawn.range(values, _UNITS[name])
    return March(
        **_ends_of_march(route, way_km),
        columns=columns,
        coverage=coverage,
        draws=draws,
        seed=seed,
        by_draw=by_draw,
        **ranges,
    )


def _ends_of_march(route: Way | None, way_km: Floats) -> dict[str, Any]:
    """Fields of `March` that say from where to where, and how far."""
    if route is None:
        return {"origin": "", "destination": "", "distance_km": float(np.median(way_km))}
    return {
        "origin": route.origin.name,
        "destination": route.destination.name,
        "distance_km": route.distance_km,
    }
