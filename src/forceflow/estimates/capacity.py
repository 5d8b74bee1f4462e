"""What a bridge can carry: the result that `airlift_capacity` and `sealift_capacity` share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..errors import EstimateError, QuantityError
from ..evidence.listed import brief
from ..quantity import Quantity, Sample, is_sample
from ..quantity.units import known_units, unit_factor
from ..world.loads import cargo_kind
from .asked import check_asked
from .number_table import parts_of, ranges_frame, table_html
from .range import Range, figure, held

__all__ = [
    "FLEET_LIMITS",
    "Amount",
    "Capacity",
    "Draws",
    "as_quantity",
    "check_bridge",
    "check_way",
    "check_whole",
    "days_needed",
    "entity_of",
    "gained",
    "tally",
]

Floats = NDArray[np.float64]

Amount: TypeAlias = Quantity | float | str | tuple[float, float] | tuple[float, float, float] | Sample
"""A number, (low, high), (low, best, high), hedged words, a 1-D array or Series of equally likely values, or a
`Quantity`. The order of an array means nothing: row k of one is not paired with row k of another."""


def check_whole(**given: int) -> None:
    """Refuse a number by name that is not whole, or below 1."""
    for name, number in given.items():
        if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < 1:
            raise EstimateError(f"{name} must be a whole number of at least 1, got {number!r}")


def check_bridge(bridge: object, *wanted: type, call: str) -> None:
    """Refuse what is no bridge, or one of the other mode; the message says what `call` needs."""
    if not isinstance(bridge, wanted):
        names = " or ".join(f"forceflow.{kind.__name__}" for kind in wanted)
        raise EstimateError(f"{call} needs {names}, got {type(bridge).__name__}")


def check_way(route: object, *, mode: str) -> None:
    """Refuse what is no route, one of another mode, or one that leads nowhere."""
    if not hasattr(route, "distance_km"):
        raise EstimateError(f"route must be a route, for example from forceflow.route(...), got {route!r}")
    if route.distance_km <= 0:
        raise EstimateError(f"a bridge by {mode} needs a way longer than 0 km, got {route.distance_km!r} km")
    if getattr(route, "mode", mode) != mode:
        raise EstimateError(
            f"a bridge by {mode} needs a route of mode {mode!r}, got one by {getattr(route, 'mode', '')}"
        )


_NEXT_TO_0 = 1e-9
"""Less of an input that may not be 0 is 0 for all that it means, and would make answers of 0 or infinity."""


def as_quantity(
    value: Amount,
    *,
    name: str,
    unit: str | None = None,
    least: float = 0.0,
    most: float = float("inf"),
    may_be_0: bool = True,
) -> Quantity:
    """Read an input of a bridge, turn its unit into the one that is wanted, and check its ends.

    Parameters
    ----------
    value
        The input. A number, or words without a unit, are in `unit`; what has one ("65 short tons") is converted.
    name
        What to call it in errors. In an amount ``..._per_day`` the words "a day" say no more than the name.
    unit
        What is wanted: a measure ("t", "h", "km/h"), or what is counted ("aircraft"), or "" for a bare number; None
        to look at no unit.
    least, most, may_be_0
        Bounds, in `unit`, and whether 0 is one of the values.

    Raises
    ------
    EstimateError
        The input carries no number, leaves [least, most], or may not be 0 and reaches it; the message names it.
    QuantityError
        It cannot be read, its unit cannot be turned into `unit`, or an array has a value missing; the message names
        it.
    """
    try:
        quantity = Quantity.of(value) if unit is None else _in_unit(value, unit, daily="_per_day" in name)
    except QuantityError as error:
        raise QuantityError(f"{name}: {error}") from None
    if not quantity.has_content:
        raise EstimateError(f"{name} needs a number, and {value!r} carries none")
    low, high = quantity.ends
    if not (least <= low and high <= most):
        top = "" if most == float("inf") else f" and at most {most:g}"
        raise EstimateError(f"{name} must be at least {least:g}{top} {unit or ''}".rstrip() + f", got {_short(value)}")
    if not may_be_0 and low < _NEXT_TO_0:
        raise EstimateError(f"{name} must be above 0 {unit or ''}".rstrip() + f", got {_short(value)}")
    return quantity


_A_DAY = re.compile(r"^(.*?)\s*(?:/\s*|\b(?:a|per|each|every)\s+)day$", re.IGNORECASE)


def _in_unit(value: Amount, unit: str, *, daily: bool) -> Quantity:
    """An amount in the unit wanted; a number a day only where `daily`.

    Raises
    ------
    QuantityError
        The amount is in a unit that cannot be turned into it.
    """
    if not isinstance(value, str | Quantity):
        return Quantity.of(value, unit=unit)
    wanted = unit.removesuffix("/day") if daily else unit
    measured = unit_factor(wanted, to=wanted) is not None
    a_day = _A_DAY.match(value.strip()) if measured and isinstance(value, str) else None
    quantity = Quantity.of(a_day[1] if a_day else value)
    if not quantity.has_content:
        return quantity
    given = f"{quantity.unit}/day" if a_day else quantity.unit
    given = given.removesuffix("/day") if daily else given
    if not measured:  # something is counted, whatever it is called
        known = not quantity.per_day and unit_factor(given, to=given) is None
        factor = 1.0 if known else None
    else:
        factor = 1.0 if given in ("", wanted) else unit_factor(given, to=wanted) or unit_factor(given, to=unit)
    a_rate = quantity.per_day and not daily
    if factor is None or a_rate:
        works = ", ".join(known_units(wanted)) or f"a number of {wanted}".removesuffix(" of ")
        what = "a number a day" if a_rate else repr(given)
        raise QuantityError(f"{value!r} is in {what}, which cannot be turned into {unit or 'a share'}; give {works}")
    if factor != 1.0:
        quantity = quantity.times(factor)
    label = unit if isinstance(value, str) or given else quantity.unit
    words = value if isinstance(value, str) and quantity.words else quantity.words
    return replace(quantity, unit=label, words=words, per_day=False)


def _short(value: Amount) -> str:
    """An amount as it was given; of an array its ends only."""
    if is_sample(value):
        return "values from {:g} to {:g}".format(*Quantity.of(value).ends)
    return str(value) if isinstance(value, Quantity) else repr(value)


_KEPT = 10_000
"""Most draws of one input that are worth keeping: all that is kept is then 20 MB at most."""


@lru_cache(maxsize=256)
def _drawn(quantity: Quantity, n: int, seed: int, entity: str, purpose: str) -> Floats:
    """Draws of one input, kept for the next scenario that asks for the same ones; nobody may write into them."""
    low, high = quantity.ends
    drawn = np.full(n, quantity.best) if low == high else quantity.draw(n, seed=seed, entity=entity, purpose=purpose)
    drawn.flags.writeable = False
    return drawn


def entity_of(kind: Any, given: object) -> str:
    """Whose draw an input is: of the type, where it or a mapping says what; of the bridge, where one amount is for all.

    What one amount says of all types is one unknown: drawn once a type it would average out over them.
    """
    return str(kind.id) if given is None or isinstance(given, Mapping) else "bridge"


@dataclass(frozen=True, slots=True)
class Draws:
    """Addressed draws of one calculation: the same name and purpose always give the same draws."""

    n: int
    seed: int
    coverage: float = 0.9

    def __post_init__(self) -> None:
        """Refuse a number of draws, or a coverage, that gives no range, and a seed that is none."""
        if not isinstance(self.n, int | np.integer) or self.n < 1:
            raise EstimateError(f"draws must be a whole number of at least 1, got {self.n!r}")
        check_asked(coverage=self.coverage, seed=self.seed)

    def of(self, quantity: Quantity, *, entity: str, purpose: str) -> Floats:
        """Draws of a quantity that belongs to `entity`, shape (n,)."""
        draw = _drawn if self.n <= _KEPT else _drawn.__wrapped__
        return draw(quantity, self.n, self.seed, entity, purpose)

    def range(self, values: Floats, unit: str) -> Range:
        """Median and central interval of draws, shape (n,)."""
        return Range.of_draws(values, coverage=self.coverage, unit=unit)


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
        What was asked about.
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
        return {name: bound for name, bound in self.bounds_t_per_day.items() if name not in FLEET_LIMITS}

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
        shares = {name: Range(share, share, share) for name, share in self.bottleneck_share.items()}
        numbers = [
            ("tonnes_per_day", self.tonnes_per_day),
            ("trips_per_day", self.trips_per_day),
            *parts_of("trips_per_day", self.trips_per_day_by_type),
            *([] if self.seats_per_day is None else [("seats_per_day", self.seats_per_day)]),
            *([] if self.people_per_day is None else [("people_per_day", self.people_per_day)]),
            ("tonnes_per_trip", self.tonnes_per_trip),
            ("fleet_size", self.fleet_size),
            ("cycle_h", self.cycle_h),
            *parts_of("cycle_parts_h", self.cycle_parts_h),
            ("first_delivery_h", self.first_delivery_h),
            *parts_of("bounds_t_per_day", self.bounds_t_per_day),
            *parts_of("bottleneck_share", shares),
            *parts_of("slack_share", self.slack_share),
            *parts_of("one_more_t_per_day", self.one_more_t_per_day),
            *self.more.items(),
        ]
        return ranges_frame(numbers, backend=backend)

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
            slowest, middle, fastest = days_needed(np.full(3, requirement.best), np.array(list(self.tonnes_per_day)))
            return Range(fastest, middle, slowest, "days")
        drawn = Draws(self.draws, self.seed, self.coverage)
        need_t = drawn.of(requirement, entity="requirement", purpose="tonnes")
        return drawn.range(days_needed(need_t, self.by_draw["tonnes_per_day"]), "days")

    def __str__(self) -> str:
        """The headline, and each note on a line of its own."""
        return "\n  note: ".join((self._headline, *self.notes))

    @property
    def _headline(self) -> str:
        trips, vehicles = ("sorties", "aircraft") if self.mode == "air" else ("sailings", "ships")
        binds = f"{self.bottleneck} binds"
        if self.bottleneck_share[self.bottleneck] < 0.995:
            binds += f" in {self.bottleneck_share[self.bottleneck]:.0%} of draws"
        size = figure(self.fleet_size.middle)
        if self.at_home:
            size = f"{figure(self.fleet_size.middle - sum(self.at_home.values()))} of {size}"
        cargo = getattr(self.bridge, "cargo", "mixed")
        people = "" if self.people_per_day is None or cargo_kind(cargo) != "personnel" else f"{self.people_per_day}, "
        return (
            f"{self.mode}lift {self.origin} to {self.destination} ({self.distance_km:,.0f} km): "
            f"{people}{self.tonnes_per_day}, {figure(self.trips_per_day.middle)} {trips}/day "
            f"by {size} {vehicles}; {binds}; "
            f"{held(self.coverage, self.draws)}"
        )

    def _repr_html_(self) -> str:
        def indented(ranges: Mapping[str, Range]) -> list[tuple[str, str]]:
            return [(f"\u2003{name}", str(value)) for name, value in ranges.items()]

        rows = [("tonnes per day", str(self.tonnes_per_day)), ("trips per day", str(self.trips_per_day))]
        rows += indented(self.trips_per_day_by_type)
        rows += [] if self.people_per_day is None else [("people per day", str(self.people_per_day))]
        rows += [("load of a trip", str(self.tonnes_per_trip)), ("cycle", str(self.cycle_h))]
        rows += indented(self.cycle_parts_h)
        for name, bound in self.bounds_t_per_day.items():
            rows.append((f"bound: {name}", f"{bound}; binds in {self.bottleneck_share[name]:.0%}"))
        rows += [(name, f"adds {gain}") for name, gain in self.one_more_t_per_day.items()]
        return table_html(self._headline, [*rows, *(("note", note) for note in self.notes)])


FLEET_LIMITS = ("fleet", "utilisation", "crews")
"""Bounds that belong to the fleet; all others are stations."""


def days_needed(need_t: Floats, rate_t_per_day: Floats) -> Floats:
    """Need over rate; 0 where nothing is needed, infinite where something is and nothing is carried."""
    days = np.where(need_t > 0.0, np.inf, 0.0)
    np.divide(need_t, rate_t_per_day, out=days, where=rate_t_per_day > 0.0)
    return days


_ROUNDING = 1e-12
"""A constraint with less than this share unused binds."""

_SOLVED = 1e-10
"""To this share is the best mix of a fleet found."""


def gained(more: Floats, value: Floats) -> Floats:
    """What more carries than `value`; 0 where it is rounding."""
    gain = more - value
    return np.where(gain > _SOLVED * more, gain, 0.0)


def tally(
    bounds: Mapping[str, Floats], value: Floats, *, drawn: Draws
) -> tuple[str, dict[str, float], dict[str, Range]]:
    """Which constraint binds, in what share of draws each binds, and the slack of each."""
    names = list(bounds)
    stacked = np.stack(list(bounds.values()))
    counts = np.bincount(stacked.argmin(axis=0), minlength=len(names))
    share = {name: float(count) / value.shape[0] for name, count in zip(names, counts, strict=True)}
    slack = {}
    for name, bound in bounds.items():
        used = np.divide(value, bound, out=np.ones_like(value), where=bound > 0.0)
        unused = 1.0 - used
        slack[name] = drawn.range(np.where(unused < _ROUNDING, 0.0, unused), "")
    return names[int(counts.argmax())], share, slack
