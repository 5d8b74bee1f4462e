"""What a bridge can carry: the result that `airlift_capacity` and `sealift_capacity` share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...arrays import Floats
from ...display import brief
from ...modes import MODES
from ...results.range import Range, figure, held
from ...results.range_table import parts_of, ranges_frame, table_html
from ...world.platforms.load_factors import cargo_kind
from ..bridges.amounts import Amount, as_quantity
from ..bridges.draws import Draws

__all__ = ["FLEET_LIMITS", "Capacity", "days_needed", "gained", "tally"]


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """What a bridge can carry in steady working, and what keeps it from carrying more.

    Every `Range` is the median of the draws and the interval that holds `coverage` of them; the three
    numbers of one range come from different draws than those of another, so parts need not add up to the
    whole.

    Parameters
    ----------
    mode
        "air" or "sea".
    origin, destination, distance_km
        Names of the ends and length of one loaded way.
    platforms
        Names of the types.
    tonnes_per_day
        Cargo delivered, in t/day.
    trips_per_day, trips_per_day_by_type
        Round trips a day, of all types and of each; also read as `sorties_per_day` or `sailings_per_day`.
    seats_per_day
        Seats on those trips, when flown with people instead of cargo; None when no type has a seat figure.
    people_per_day
        People on those trips, flown with people instead of cargo: evacuees where the cargo of the bridge is called
        that, else troops; None when neither seats nor `people_per_sortie` are known.
    tonnes_per_trip
        Average load of a trip (P), in t.
    cycle_h, cycle_parts_h
        Round trip from loading to loading (CT), averaged over the fleet, and its parts in order, in h;
        without waiting for a spot.
    first_delivery_h
        From the start of loading to the end of unloading of the first trip, in h; the least over the types.
    bounds_t_per_day
        By constraint: what it alone would let through, in t/day. A fleet constraint counts all types; a
        station counts the mix that is carried.
    bottleneck, bottleneck_share
        The constraint that binds most often, and the share of draws in which each one binds.
    slack_share
        By constraint: the share of its bound that stays unused, 0 where it binds.
    one_more_t_per_day
        What one more aircraft, ship, spot, berth or hour would add, in t/day.
    fleet_size
        Number of aircraft or ships.
    more
        Further measures of the mode, by name; see `airlift_capacity` and `sealift_capacity`.
    at_home
        By type, in a mixed fleet: vehicles that fly (or sail) nothing in most draws, since what room the stations have
        carries more with other types.
    notes
        What the reader should know, one line each: who stays at home or is held back, what operating hours
        mean, doubtful inputs.
    by_draw
        The draws behind the ranges, each of shape (draws,): "tonnes_per_day", "fleet_capability",
        "fleet_size" and every bound under its name.
    coverage, draws, seed
        How the ranges were made.
    bridge
        The bridge.
    """

    mode: str
    origin: str
    destination: str
    distance_km: float
    platforms: tuple[str, ...]
    tonnes_per_day: Range
    trips_per_day: Range
    trips_per_day_by_type: Mapping[str, Range]
    seats_per_day: Range | None
    tonnes_per_trip: Range
    cycle_h: Range
    cycle_parts_h: Mapping[str, Range]
    first_delivery_h: Range
    bounds_t_per_day: Mapping[str, Range]
    bottleneck: str
    bottleneck_share: Mapping[str, float]
    slack_share: Mapping[str, Range]
    one_more_t_per_day: Mapping[str, Range]
    fleet_size: Range
    people_per_day: Range | None = None
    more: Mapping[str, Range] = field(default_factory=dict)
    at_home: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    coverage: float = 0.9
    draws: int = 0
    seed: int = 0
    by_draw: Mapping[str, Floats] = field(repr=False, compare=False, default_factory=dict)
    bridge: Any = field(repr=False, compare=False, default=None)

    __repr__ = brief

    @property
    def sorties_per_day(self) -> Range:
        """Sorties (loaded flights out, each with its way back) per day; the same as `trips_per_day`."""
        return self.trips_per_day

    @property
    def sailings_per_day(self) -> Range:
        """Loaded sailings per day; the same as `trips_per_day`."""
        return self.trips_per_day

    @property
    def fleet_capability_t_per_day(self) -> Range:
        """Fleet capability (FC, A12): what the fleet carries when no station holds it up."""
        return self.more["fleet_capability_t_per_day"]

    @property
    def throughput_t_per_day(self) -> dict[str, Range]:
        """Throughput of each station (T, A4 for airfields), in t/day."""
        stations = {}
        for name, bound in self.bounds_t_per_day.items():
            if name not in FLEET_LIMITS:
                stations[name] = bound
        return stations

    def to_frame(self, *, backend: str = "polars") -> Any:
        """One row per number: name, low, middle, high, unit.

        Parameters
        ----------
        backend
            "polars", "pandas" or "pyarrow".

        Notes
        -----
        Numbers that have parts are named with them: "trips_per_day of Il-76MD", "cycle_parts_h of onload",
        "bounds_t_per_day of offload", "bottleneck_share of offload", "one_more_t_per_day of one more offload spot".
        """
        return ranges_frame(self._named_ranges(), backend=backend)

    def _named_ranges(self) -> list[tuple[str, Range]]:
        """Every number with its name, in the order of `to_frame`."""
        numbers = [
            ("tonnes_per_day", self.tonnes_per_day),
            ("trips_per_day", self.trips_per_day),
            *parts_of("trips_per_day", self.trips_per_day_by_type),
        ]
        if self.seats_per_day is not None:
            numbers.append(("seats_per_day", self.seats_per_day))
        if self.people_per_day is not None:
            numbers.append(("people_per_day", self.people_per_day))
        numbers += [
            ("tonnes_per_trip", self.tonnes_per_trip),
            ("fleet_size", self.fleet_size),
            ("cycle_h", self.cycle_h),
        ]
        numbers += parts_of("cycle_parts_h", self.cycle_parts_h)
        numbers.append(("first_delivery_h", self.first_delivery_h))
        numbers += parts_of("bounds_t_per_day", self.bounds_t_per_day)
        numbers += parts_of("bottleneck_share", self._bottleneck_shares())
        numbers += parts_of("slack_share", self.slack_share)
        numbers += parts_of("one_more_t_per_day", self.one_more_t_per_day)
        numbers += self.more.items()
        return numbers

    def _bottleneck_shares(self) -> dict[str, Range]:
        """Share of draws in which each constraint binds, as ranges without width."""
        ranges = {}
        for name, share in self.bottleneck_share.items():
            ranges[name] = Range(share, share, share)
        return ranges

    def closure_days(self, tonnes: Amount) -> Range:
        """Days to move a requirement; see `steady_days`."""
        return self.steady_days(tonnes)

    def steady_days(self, tonnes: Amount) -> Range:
        """Days to move a requirement at the steady rate.

        Parameters
        ----------
        tonnes
            The requirement (R), in t.

        Returns
        -------
        Range
            Days; infinite where nothing can be carried.

        Notes
        -----
        C = R / (tonnes per day), A11 with the weakest link in place of the fleet. For a plain number the
        ends are those of `tonnes_per_day`, so ``closure x capability = requirement`` holds exactly. The
        first delivery comes after `first_delivery_h`; it is not added.
        """
        requirement = as_quantity(tonnes, name="tonnes", unit="t")
        if requirement.ends[0] == requirement.ends[1]:
            rates = np.array(list(self.tonnes_per_day))
            slowest, middle, fastest = days_needed(np.full(3, requirement.best), rates)
            return Range(fastest, middle, slowest, "days")
        drawn = Draws(self.draws, self.seed, self.coverage)
        need_t = drawn.of(requirement, entity="requirement", purpose="tonnes")
        days = days_needed(need_t, self.by_draw["tonnes_per_day"])
        return drawn.range(days, "days")

    def __str__(self) -> str:
        """The headline, and each note on a line of its own."""
        return "\n  note: ".join((self._headline, *self.notes))

    @property
    def _headline(self) -> str:
        trips, vehicles = MODES[self.mode].trips, MODES[self.mode].vehicles
        return (
            f"{self.mode}lift {self.origin} to {self.destination} ({self.distance_km:,.0f} km): "
            f"{self._people_in_words()}{self.tonnes_per_day}, {figure(self.trips_per_day.middle)} {trips}/day "
            f"by {self._fleet_in_words()} {vehicles}; {self._bottleneck_in_words()}; "
            f"{held(self.coverage, self.draws)}"
        )

    def _people_in_words(self) -> str:
        """People a day, before the tonnes, where the cargo is people or the people of a sortie were given."""
        carries_people = cargo_kind(getattr(self.bridge, "cargo", "mixed")) == "personnel"
        people_given = getattr(self.bridge, "people_per_sortie", None) is not None
        if self.people_per_day is None or not (carries_people or people_given):
            return ""
        return f"{self.people_per_day}, "

    def _fleet_in_words(self) -> str:
        """Size of the fleet; where types stay at home, how many of it fly or sail."""
        size = figure(self.fleet_size.middle)
        if not self.at_home:
            return size
        in_use = self.fleet_size.middle - sum(self.at_home.values())
        return f"{figure(in_use)} of {size}"

    def _bottleneck_in_words(self) -> str:
        """The constraint that binds, with its share of draws where it does not bind in all of them."""
        share = self.bottleneck_share[self.bottleneck]
        if share < _PRINTED_AS_ALL:
            return f"{self.bottleneck} binds in {share:.0%} of draws"
        return f"{self.bottleneck} binds"

    def _repr_html_(self) -> str:
        rows = [
            ("tonnes per day", str(self.tonnes_per_day)),
            ("trips per day", str(self.trips_per_day)),
        ]
        rows += _indented_rows(self.trips_per_day_by_type)
        if self.people_per_day is not None:
            rows.append(("people per day", str(self.people_per_day)))
        rows.append(("load of a trip", str(self.tonnes_per_trip)))
        rows.append(("cycle", str(self.cycle_h)))
        rows += _indented_rows(self.cycle_parts_h)
        for name, bound in self.bounds_t_per_day.items():
            rows.append((f"bound: {name}", f"{bound}; binds in {self.bottleneck_share[name]:.0%}"))
        for name, gain in self.one_more_t_per_day.items():
            rows.append((name, f"adds {gain}"))
        for note in self.notes:
            rows.append(("note", note))
        return table_html(self._headline, rows)


_PRINTED_AS_ALL = 0.995
"""From this share of draws on, a whole percentage would be printed as 100 %."""

FLEET_LIMITS = ("fleet", "utilisation", "crews")
"""Bounds that belong to the fleet; all others are stations."""


def _indented_rows(ranges: Mapping[str, Range]) -> list[tuple[str, str]]:
    """Rows of a table in a notebook that belong to the row above them."""
    rows = []
    for name, value in ranges.items():
        rows.append((f"\u2003{name}", str(value)))
    return rows


def days_needed(need_t: Floats, rate_t_per_day: Floats) -> Floats:
    """Need over rate; 0 where nothing is needed, infinite where something is and nothing is carried."""
    days = np.where(need_t > 0.0, np.inf, 0.0)
    np.divide(need_t, rate_t_per_day, out=days, where=rate_t_per_day > 0.0)
    return days


_ROUNDING = 1e-12
"""A constraint with less than this share unused binds."""

_SOLVED = 1e-10
"""The best mix of a fleet is found to within this share."""


def gained(more: Floats, value: Floats) -> Floats:
    """What more carries than `value`; 0 where it is rounding."""
    gain = more - value
    return np.where(gain > _SOLVED * more, gain, 0.0)


def tally(
    bounds: Mapping[str, Floats],
    value: Floats,
    *,
    drawn: Draws,
) -> tuple[str, dict[str, float], dict[str, Range]]:
    """Which constraint binds, in what share of draws each binds, and the slack of each."""
    names = list(bounds)
    draws = value.shape[0]
    stacked = np.stack(list(bounds.values()))
    times_binding = np.bincount(stacked.argmin(axis=0), minlength=len(names))

    binding_share = {}
    for name, times in zip(names, times_binding, strict=True):
        binding_share[name] = float(times) / draws

    slack = {}
    for name, bound in bounds.items():
        used = np.divide(value, bound, out=np.ones_like(value), where=bound > 0.0)
        unused = 1.0 - used
        # A bound and the value it sets are summed in different orders, so they differ by rounding.
        unused = np.where(unused < _ROUNDING, 0.0, unused)
        slack[name] = drawn.range(unused, "")

    bottleneck = names[int(times_binding.argmax())]
    return bottleneck, binding_share, slack
