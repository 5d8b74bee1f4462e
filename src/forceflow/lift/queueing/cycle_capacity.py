"""What waiting costs: the closed fleet cycle."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...arrays import Floats
from ...display import brief
from ...errors import EstimateError
from ...quantity.units import HOURS_PER_DAY
from ...results.range import Range, figure
from ...results.range_table import parts_of, ranges_frame, table_html
from ..bridges.air_bridge import AirBridge
from ..bridges.amounts import Amount, check_bridge
from ..bridges.draws import Draws
from ..bridges.notes import bridge_notes
from ..bridges.sea_bridge import SeaBridge
from .fleet_cycle import QUICK_WORK, FleetCycle, Steady
from .stations import cycle_stations, plain_cycle

__all__ = [
    "CycleCapacity",
    "carried_t_per_day",
    "cycle_capacity",
    "quick_draws",
]


_DRAWS = 1_000
"""Draws of a cycle that is quickly solved."""

_SHORT_H = 0.01
"""Waits below a hundredth of an hour are printed as equal."""

_TRIED = 50
"""Draws from which the work of all is estimated."""


@dataclass(frozen=True, kw_only=True)
class CycleCapacity:
    """Throughput of a fleet in a closed cycle, with the waiting that bunched arrivals cause.

    Parameters
    ----------
    stations
        Names of the stations in order.
    fleet
        Aircraft or ships in the cycle.
    throughput_per_h, throughput_per_day
        Cycles per working hour and per day, of all types.
    throughput_per_day_by_type
        Cycles per day of each type.
    tonnes_per_day
        Sum over the types of throughput x load, in t/day; None where no load is known.
    cycle_h
        Time of a cycle with its waiting, and with the rest that flying hours or crews ask for, in h.
    wait_h
        By station: waiting per cycle, in h. It, `present` and `queue` are those of aircraft that only the cycle limits:
        where flying hours or crews do, less is waited.
    present, queue
        By station: mean number there, and how many of them wait.
    utilisation_share
        By station: share of its servers or spots at work; 0 where there is no limit.
    bounds_per_h
        By constraint ("fleet", "utilisation" and "crews" where given, and each limited station): N / sum of D, c / D,
        in cycles per h. A fleet constraint counts all types; a station counts the mix that is flown.
    bottleneck, bottleneck_share
        The constraint with the least bound, in most draws, and the share of draws in which each one is it.
    efficiency_share
        Throughput over the least bound: what planners replace by a fixed queueing efficiency.
    throughput_by_fleet_per_h
        Middle throughput of fleets of 1, 2, ... up to the largest drawn, shape (fleet,); empty for several types, see
        `sweep`. Flying hours and crews are left out of it.
    hours_per_day, coverage, draws, seed
        Working hours (their middle), and how the ranges were made.
    notes
        What the reader should know, one line each.
    bridge
        The bridge; None for a cycle given by its stations.
    """

    stations: tuple[str, ...]
    fleet: Range
    throughput_per_h: Range
    throughput_per_day: Range
    throughput_per_day_by_type: Mapping[str, Range]
    tonnes_per_day: Range | None
    cycle_h: Range
    wait_h: Mapping[str, Range]
    present: Mapping[str, Range]
    queue: Mapping[str, Range]
    utilisation_share: Mapping[str, Range]
    bounds_per_h: Mapping[str, Range]
    bottleneck: str
    bottleneck_share: Mapping[str, float]
    efficiency_share: Range
    throughput_by_fleet_per_h: Floats = field(repr=False, compare=False)
    hours_per_day: float = HOURS_PER_DAY
    coverage: float = 0.9
    draws: int = 1
    seed: int = 0
    notes: tuple[str, ...] = ()
    bridge: Any = field(repr=False, compare=False, default=None)

    __repr__ = brief

    def __str__(self) -> str:
        """The headline, and each note on a line of its own."""
        return "\n  note: ".join((self._headline, *self.notes))

    @property
    def _headline(self) -> str:
        carried = ""
        if self.tonnes_per_day is not None:
            carried = f", {self.tonnes_per_day}"
        waits = sum(wait.middle for wait in self.wait_h.values())
        return (
            f"cycle of {figure(self.fleet.middle)}: {self.throughput_per_day}{carried}; "
            f"{_hours_in_words(waits)} of waiting in a cycle of {_hours_in_words(self.cycle_h.middle)}; "
            f"{self.bottleneck} binds, {self.efficiency_share.middle:.0%} of its bound is reached"
        )

    def to_frame(self, *, backend: str = "polars") -> Any:
        """One row per number: name, low, middle, high, unit.

        Parameters
        ----------
        backend
            "polars", "pandas" or "pyarrow".

        Notes
        -----
        Numbers by type, station or constraint are named with it: "wait_h of offload", "bounds_per_h of fleet".
        """
        numbers = []
        if self.tonnes_per_day is not None:
            numbers.append(("tonnes_per_day", self.tonnes_per_day))
        numbers.append(("throughput_per_day", self.throughput_per_day))
        numbers += parts_of("throughput_per_day", self.throughput_per_day_by_type)
        for name in ("throughput_per_h", "fleet", "cycle_h", "efficiency_share"):
            numbers.append((name, getattr(self, name)))
        for name in ("wait_h", "present", "queue", "utilisation_share", "bounds_per_h"):
            numbers += parts_of(name, getattr(self, name))
        return ranges_frame(numbers, backend=backend)

    def _repr_html_(self) -> str:
        rows = []
        if self.tonnes_per_day is not None:
            rows.append(("tonnes per day", str(self.tonnes_per_day)))
        rows.append(("cycles per day", str(self.throughput_per_day)))
        rows.append(("cycle with waiting", str(self.cycle_h)))
        for name in self.stations:
            if name not in self.bounds_per_h:
                continue
            wait = _wait_in_words(self.wait_h[name])
            rows.append((name, f"waits {wait}; {self.utilisation_share[name].middle:.0%} at work"))
        for name, bound in self.bounds_per_h.items():
            rows.append((f"bound: {name}", str(bound)))
        for note in self.notes:
            rows.append(("note", note))
        return table_html(self._headline, rows)


def _hours_in_words(value: float) -> str:
    """Hours as printed; a time too short to matter gets no figures of its own."""
    if 0.0 != value < _SHORT_H:
        return f"less than {_SHORT_H:g} h"
    return f"{figure(value)} h"


def _wait_in_words(wait: Range) -> str:
    """A wait with its range, or in words where all of the range is too short to matter."""
    if 0.0 != wait.high < _SHORT_H:
        return _hours_in_words(wait.high)
    return str(wait)


def cycle_capacity(
    bridge: AirBridge | SeaBridge | None = None,
    *,
    fleet: Amount | None = None,
    service_h: Sequence[Amount] | Mapping[str, Amount] | None = None,
    servers: Sequence[float | None] = (),
    visits: Sequence[float] | None = None,
    hours_per_day: Amount = HOURS_PER_DAY,
    coverage: float = 0.9,
    draws: int | None = None,
    seed: int = 0,
) -> CycleCapacity:
    """Cycles a day of a fleet that goes round (onload, flight, offload, flight) and queues where spots are few.

    Parameters
    ----------
    bridge
        A bridge by air or sea; its fleet, its times, its MOG or berths, and its flying hours and crews are used. Or
        give `fleet`, `service_h` and `servers`.
    fleet
        Number of aircraft or ships.
    service_h
        Time of a visit to each station, in h, in order or by name; flights are stations without a limit.
    servers
        What each station serves at once; None where there is never a queue.
    visits
        Visits to each station in a cycle; 1 each when not given.
    hours_per_day
        Working hours a day; a bridge brings its own.
    coverage, seed
        As in `airlift_capacity`; the same seed gives the same draws there and here.
    draws
        Number of draws; by default 1,000, and fewer (100 or more) for a mixed fleet that queues, so that it takes some
        ten seconds. Each draw solves every smaller fleet, 1,920 of them for 5 types of 3, 3, 3, 4 and 5: some 15 ms.

    Raises
    ------
    EstimateError
        Neither a bridge nor a full cycle is given, a station has no servers, ships wait for places in an escort, or a
        mixed fleet is too large to solve; the message says what would work.

    Notes
    -----
    The multi-server closed queueing network of Reiser & Lavenberg (1980), solved exactly by convolution in logarithms
    (Buzen 1973), which is the answer of exact mean value analysis without its loss of digits. With one type exact for
    exponential ground times served in order, and for any flying times; with nearly fixed ground times real waits are
    shorter (`simulate_airlift`).

    Each type of a mixed fleet keeps its own times and load, and all wait equally long for a spot, as in one line. That
    is approximate: at a station every type is served for the mean of those that come, exactly solved as classes
    (Baskett et al. 1975, recalled), and what it is served more or less is added to its flight. Nothing is lost where
    there is no queue; where there is one, tonnes stay within a twentieth and trips within a tenth of
    `simulate_airlift` with exponential times in the tests, ground times being as unlike as 1 to 4. A type that takes
    several spots has its share of them balanced against the others (Bonald & Proutiere 2003, recalled): no aircraft
    waits behind one for which too few spots are free, and on 3 spots with a type that takes 2 the simulation carried a
    fifth less.

    Bounds: X <= min(N / sum of D, c / D) for each type and station, so never more than `airlift_capacity` or
    `sealift_capacity` with a queueing efficiency of 1. Flying hours (UTE) and crews cut the answer of each type, as
    they do there; what their rest saves in waiting is not given to others. One more aircraft of a type, spot or hour
    never lowers what one type carries. In a mixed fleet it can: small aircraft are not sent away, and they take spots
    from large ones, where `airlift_capacity` would leave them at home.

    A number that is not whole is interpolated. Spots are counted in whole aircraft: MOG 3 serves one that takes 2.
    The pamphlet's 0.85 is not used: `efficiency_share` takes its place.

    Examples
    --------
    >>> cycle = cycle_capacity(fleet=12, service_h={"onload": 2.25, "out": 5, "offload": 1.75, "back": 5},
    ...                        servers=(3, None, 2, None))
    >>> print(cycle.throughput_per_h)
    0.788 cycles/h
    """
    drawn = Draws(_DRAWS, seed, coverage)
    if draws is not None:
        drawn = Draws(draws, seed, coverage)
    if bridge is None:
        cycle = plain_cycle(fleet, service_h, servers, visits, hours_per_day, drawn)
        return _checked_capacity(cycle, drawn, bridge)
    check_bridge(bridge, AirBridge, SeaBridge, call="cycle_capacity")
    has_servers = not isinstance(servers, tuple) or bool(servers)
    if fleet is not None or service_h is not None or has_servers or visits is not None:
        raise EstimateError("give a bridge, or fleet, service_h and servers, not both")
    cycle = cycle_stations(bridge, drawn)
    if draws is None:
        # Draws have addresses, so fewer of them are the first of the many.
        fewer = quick_draws([bridge], seed=seed)
        if fewer < _DRAWS:
            drawn = Draws(fewer, seed, coverage)
            cycle = cycle_stations(bridge, drawn)
    return _checked_capacity(cycle, drawn, bridge)


def _checked_capacity(
    cycle: FleetCycle, drawn: Draws, bridge: AirBridge | SeaBridge | None
) -> CycleCapacity:
    """Refuse a cycle in which nothing can go round, and solve any other."""
    idle = []
    for name, at_once in zip(cycle.stations, cycle.most, strict=True):
        if not (at_once > 0).all():
            idle.append(name)
    if idle:
        raise EstimateError(
            f"each station must serve more than 0 at once; {', '.join(idle)} does not"
        )
    if not (cycle.hours.sum(axis=0) > 0).all():
        raise EstimateError("a cycle must take some time: every service time is 0 h")
    return _capacity_in_ranges(cycle, drawn, bridge)


def quick_draws(bridges: Sequence[AirBridge | SeaBridge], *, seed: int) -> int:
    """Draws, from 100 to 1,000, for which all these bridges take some ten seconds."""
    few = Draws(_TRIED, seed)
    work = sum(cycle_stations(bridge, few).work for bridge in bridges) / _TRIED
    affordable = QUICK_WORK / max(work, 1.0)
    return int(min(_DRAWS, max(100.0, affordable)))


def carried_t_per_day(cycle: FleetCycle) -> Floats:
    """Tonnes a day of a cycle whose loads are known, shape (draws,)."""
    assert cycle.load_t is not None
    _, rates = _steady_rates(cycle)
    tonnes_per_h = (rates * cycle.load_t).sum(axis=0)
    return np.asarray(tonnes_per_h * cycle.working_h)


def _steady_rates(cycle: FleetCycle) -> tuple[Steady, Floats]:
    """The steady state, and its cycles per working hour cut to the limits of the fleet, shape (types, draws)."""
    steady = cycle.steady(one_wait=True)
    limits = list(_limits_per_h(cycle).values())
    return steady, np.minimum.reduce([steady.rate_per_h, *limits])


def _limits_per_h(cycle: FleetCycle) -> dict[str, Floats]:
    """Cycles per working hour that flying hours and crews allow each type, shape (types, draws)."""
    limits = {}
    for name, limit in cycle.limits_per_day.items():
        limits[name] = limit / cycle.working_h
    return limits


def _bounds_per_h(cycle: FleetCycle, rates: Floats) -> dict[str, Floats]:
    """Cycles per working hour that each constraint alone lets through, shape (draws,)."""
    of_the_cycle = cycle.number / cycle.hours.sum(axis=0)
    bounds = {"fleet": of_the_cycle.sum(axis=0)}
    for name, limit in _limits_per_h(cycle).items():
        bounds[name] = limit.sum(axis=0)
    bounds |= cycle.station_bounds(rates)
    return bounds


def _ratio_or(top: Floats, bottom: Floats, *, otherwise: float) -> Floats:
    """Top over bottom, and `otherwise` where the bottom is 0."""
    # A fleet that hardly moves may have a cycle of more hours than a number holds; it is then infinite.
    with np.errstate(over="ignore"):
        return np.divide(top, bottom, out=np.full_like(top, otherwise), where=bottom > 0.0)


def _capacity_in_ranges(
    cycle: FleetCycle,
    drawn: Draws,
    bridge: AirBridge | SeaBridge | None,
) -> CycleCapacity:
    """The steady state, cut to the limits of the fleet, as ranges."""
    notes: tuple[str, ...] = ()
    if bridge is not None:
        notes = bridge_notes(bridge, model="closed form")
    steady, rates = _steady_rates(cycle)
    number, hours = cycle.number.sum(axis=0), cycle.working_h
    rate = rates.sum(axis=0)
    bounds = _bounds_per_h(cycle, rates)
    stacked = np.stack(list(bounds.values()))
    times_binding = np.bincount(stacked.argmin(axis=0), minlength=len(bounds))
    binding_share = {}
    for name, times in zip(bounds, times_binding, strict=True):
        binding_share[name] = float(times) / drawn.n
    least_bound = stacked.min(axis=0)
    tonnes_per_day = None
    if cycle.load_t is not None:
        tonnes_per_h = (rates * cycle.load_t).sum(axis=0)
        tonnes_per_day = drawn.range(tonnes_per_h * hours, "t/day")
    return CycleCapacity(
        stations=cycle.stations,
        fleet=drawn.range(number, ""),
        throughput_per_h=drawn.range(rate, "cycles/h"),
        throughput_per_day=drawn.range(rate * hours, "cycles/day"),
        throughput_per_day_by_type=drawn.ranges(
            dict(zip(cycle.types, rates * hours, strict=True)),
            "cycles/day",
        ),
        tonnes_per_day=tonnes_per_day,
        cycle_h=drawn.range(_ratio_or(number, rate, otherwise=math.inf), "h"),
        **_station_ranges(cycle, steady, rates, drawn),
        bounds_per_h=drawn.ranges(bounds, "cycles/h"),
        bottleneck=list(bounds)[int(times_binding.argmax())],
        bottleneck_share=binding_share,
        efficiency_share=drawn.range(_ratio_or(rate, least_bound, otherwise=0.0), ""),
        throughput_by_fleet_per_h=steady.middle_by_fleet_per_h,
        hours_per_day=float(np.median(hours)),
        coverage=drawn.coverage,
        draws=drawn.n,
        seed=drawn.seed,
        notes=notes,
        bridge=bridge,
    )


def _station_ranges(
    cycle: FleetCycle, steady: Steady, rates: Floats, drawn: Draws
) -> dict[str, Any]:
    """Fields of `CycleCapacity` by station: wait, number present, queue and use of its spots."""
    uncut_rate = steady.rate_per_h.sum(axis=0)
    spots_at_work = (rates * cycle.hours * cycle.spots).sum(axis=1)
    used_share = spots_at_work / cycle.room  # 0 where room is endless
    queue = steady.waiting.sum(axis=1)
    present = steady.present.sum(axis=1)
    fields: dict[str, dict[str, Range]] = {
        "wait_h": {},
        "present": {},
        "queue": {},
        "utilisation_share": {},
    }
    for number, name in enumerate(cycle.stations):
        # Little's law: a queue over the rate at which it is passed is the wait in it.
        wait_h = _ratio_or(queue[number], uncut_rate, otherwise=0.0)
        fields["wait_h"][name] = drawn.range(wait_h, "h")
        fields["present"][name] = drawn.range(present[number], "")
        fields["queue"][name] = drawn.range(queue[number], "")
        fields["utilisation_share"][name] = drawn.range(used_share[number], "")
    return fields
