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
from ..bridges.notes import air_notes, sea_notes
from ..bridges.sea_bridge import SeaBridge
from .fleet_cycle import QUICK_WORK, FleetCycle, Steady
from .stations import cycle_stations, plain_cycle, plain_numbers, servers_of

__all__ = ["CycleCapacity", "MixedCycle", "carried_t_per_day", "cycle_capacity", "mixed_cycle", "quick_draws"]


_DRAWS = 1_000
"""Draws of a cycle that is quickly solved."""

_SHORT_H = 0.01
"""Waits below a hundredth of an hour are printed as equal."""

_TRIED = 50
"""Draws by which the work of all is foreseen."""


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
        carried = f", {self.tonnes_per_day}" if self.tonnes_per_day is not None else ""
        waits = sum(wait.middle for wait in self.wait_h.values())
        return (
            f"cycle of {figure(self.fleet.middle)}: {self.throughput_per_day}{carried}; "
            f"{_hours(waits)} of waiting in a cycle of {_hours(self.cycle_h.middle)}; "
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
        tables = ("wait_h", "present", "queue", "utilisation_share", "bounds_per_h")
        numbers = [
            *([] if self.tonnes_per_day is None else [("tonnes_per_day", self.tonnes_per_day)]),
            ("throughput_per_day", self.throughput_per_day),
            *parts_of("throughput_per_day", self.throughput_per_day_by_type),
            *((name, getattr(self, name)) for name in ("throughput_per_h", "fleet", "cycle_h", "efficiency_share")),
            *(row for name in tables for row in parts_of(name, getattr(self, name))),
        ]
        return ranges_frame(numbers, backend=backend)

    def _repr_html_(self) -> str:
        rows = [("cycles per day", str(self.throughput_per_day)), ("cycle with waiting", str(self.cycle_h))]
        if self.tonnes_per_day is not None:
            rows.insert(0, ("tonnes per day", str(self.tonnes_per_day)))
        rows += [
            (name, f"waits {_wait(self.wait_h[name])}; {self.utilisation_share[name].middle:.0%} at work")
            for name in self.stations
            if name in self.bounds_per_h
        ]
        rows += [(f"bound: {name}", str(bound)) for name, bound in self.bounds_per_h.items()]
        return table_html(self._headline, [*rows, *(("note", note) for note in self.notes)])


def _hours(value: float) -> str:
    return f"{figure(value)} h" if value >= _SHORT_H or value == 0.0 else f"less than {_SHORT_H:g} h"


def _wait(wait: Range) -> str:
    return str(wait) if wait.high >= _SHORT_H or wait.high == 0.0 else _hours(wait.high)


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
    drawn = Draws(_DRAWS if draws is None else draws, seed, coverage)
    if bridge is not None:
        check_bridge(bridge, AirBridge, SeaBridge, call="cycle_capacity")
        if (
            fleet is not None
            or service_h is not None
            or not isinstance(servers, tuple)
            or servers
            or visits is not None
        ):
            raise EstimateError("give a bridge, or fleet, service_h and servers, not both")
        cycle = cycle_stations(bridge, drawn)
        if draws is None and (fewer := quick_draws([bridge], seed=seed)) < _DRAWS:
            drawn = Draws(fewer, seed, coverage)
            cycle = cycle_stations(bridge, drawn)
    else:
        cycle = plain_cycle(fleet, service_h, servers, visits, hours_per_day, drawn)
    if not (cycle.most > 0).all():
        few = ", ".join(name for name, c in zip(cycle.stations, cycle.most, strict=True) if not (c > 0).all())
        raise EstimateError(f"each station must serve more than 0 at once; {few} does not")
    if not (cycle.hours.sum(axis=0) > 0).all():
        raise EstimateError("a cycle must take some time: every service time is 0 h")
    return _capacity(cycle, drawn, bridge)


def quick_draws(bridges: Sequence[AirBridge | SeaBridge], *, seed: int) -> int:
    """Draws, from 100 to 1,000, for which all these bridges take some ten seconds."""
    few = Draws(_TRIED, seed)
    work = sum(cycle_stations(bridge, few).work for bridge in bridges) / _TRIED
    return int(min(_DRAWS, max(100.0, QUICK_WORK / max(work, 1.0))))


def carried_t_per_day(cycle: FleetCycle) -> Floats:
    """Tonnes a day of a cycle whose loads are known, shape (draws,)."""
    assert cycle.load_t is not None
    return np.asarray((_steady(cycle)[1] * cycle.load_t).sum(axis=0) * cycle.working_h)


def _steady(cycle: FleetCycle) -> tuple[Steady, Floats]:
    """The steady state, and its cycles per working hour cut to the limits of the fleet, shape (types, draws)."""
    steady = cycle.steady(one_wait=True)
    cut = [limit / cycle.working_h for limit in cycle.limits_per_day.values()]
    return steady, np.minimum.reduce([steady.rate_per_h, *cut])


def _capacity(cycle: FleetCycle, drawn: Draws, bridge: AirBridge | SeaBridge | None) -> CycleCapacity:
    """The steady state, cut to the limits of the fleet, as ranges."""
    notes: tuple[str, ...] = ()
    if bridge is not None:
        notes = air_notes(bridge, model="closed form") if isinstance(bridge, AirBridge) else sea_notes(bridge)
    steady, rates = _steady(cycle)
    number, hours = cycle.number.sum(axis=0), cycle.working_h
    uncut, rate = steady.rate_per_h.sum(axis=0), rates.sum(axis=0)
    limits = {name: limit / hours for name, limit in cycle.limits_per_day.items()}
    bounds = {"fleet": (cycle.number / cycle.hours.sum(axis=0)).sum(axis=0)}
    bounds |= {name: limit.sum(axis=0) for name, limit in limits.items()} | cycle.station_bounds(rates)
    stacked = np.stack(list(bounds.values()))
    binds = np.bincount(stacked.argmin(axis=0), minlength=len(bounds))

    def ratio(top: Floats, bottom: Floats, otherwise: float) -> Floats:
        with np.errstate(over="ignore"):
            return np.divide(top, bottom, out=np.full_like(top, otherwise), where=bottom > 0.0)

    def table(values: Floats, unit: str) -> dict[str, Range]:
        return {name: drawn.range(value, unit) for name, value in zip(cycle.stations, values, strict=True)}

    waiting = steady.waiting.sum(axis=1)
    per_day = {name: drawn.range(each * hours, "cycles/day") for name, each in zip(cycle.types, rates, strict=True)}
    carried = None if cycle.load_t is None else (rates * cycle.load_t).sum(axis=0) * hours
    return CycleCapacity(
        stations=cycle.stations,
        fleet=drawn.range(number, ""),
        throughput_per_h=drawn.range(rate, "cycles/h"),
        throughput_per_day=drawn.range(rate * hours, "cycles/day"),
        throughput_per_day_by_type=per_day,
        tonnes_per_day=None if carried is None else drawn.range(carried, "t/day"),
        cycle_h=drawn.range(ratio(number, rate, math.inf), "h"),
        wait_h=table(np.stack([ratio(each, uncut, 0.0) for each in waiting]), "h"),
        present=table(steady.present.sum(axis=1), ""),
        queue=table(waiting, ""),
        utilisation_share=table((rates * cycle.hours * cycle.spots).sum(axis=1) / cycle.room, ""),
        bounds_per_h={name: drawn.range(bound, "cycles/h") for name, bound in bounds.items()},
        bottleneck=list(bounds)[int(binds.argmax())],
        bottleneck_share={name: float(n) / drawn.n for name, n in zip(bounds, binds, strict=True)},
        efficiency_share=drawn.range(ratio(rate, stacked.min(axis=0), 0.0), ""),
        throughput_by_fleet_per_h=np.nanmedian(steady.by_fleet_per_h, axis=0)
        if steady.by_fleet_per_h.size
        else np.empty(0),
        hours_per_day=float(np.median(hours)),
        coverage=drawn.coverage,
        draws=drawn.n,
        seed=drawn.seed,
        notes=notes,
        bridge=bridge,
    )


@dataclass(frozen=True, kw_only=True)
class MixedCycle:
    """Several types in one cycle, each with its own times.

    Parameters
    ----------
    throughput_per_h
        Cycles of each type, shape (types,).
    residence_h
        Time per cycle at each station, waiting and served, in h, shape (types, stations).
    present
        Mean number of each type at each station, shape (types, stations).
    utilisation_share
        Share of its servers at work, shape (stations,); the mean number there where there is no queue.
    """

    throughput_per_h: Floats
    residence_h: Floats
    present: Floats
    utilisation_share: Floats


def mixed_cycle(
    fleet: Sequence[int],
    *,
    service_h: Sequence[Sequence[float]],
    servers: Sequence[int | None],
    visits: Sequence[Sequence[float]] | None = None,
) -> MixedCycle:
    """Exact throughput of several types that share stations, each with its own times.

    Parameters
    ----------
    fleet
        Aircraft of each type, whole numbers.
    service_h, visits
        Time of a visit in h, and visits in a cycle (1 by default), by type and station.
    servers
        What each station serves at once; None where there is never a queue.

    Raises
    ------
    EstimateError
        Shapes do not match, a number is none, or so many types would take too long.

    Notes
    -----
    Several classes of the closed network (Baskett et al. 1975; mean value analysis of Reiser & Lavenberg 1980), see
    `cycle_capacity`; exact for stations that share their time among those present, and for service in order where all
    types take equally long.
    """
    times, number, room = (
        plain_numbers(service_h, name="service_h"),
        plain_numbers(fleet, name="fleet"),
        servers_of(servers),
    )
    number = np.atleast_1d(number)
    trips = np.ones_like(times) if visits is None else plain_numbers(visits, name="visits")
    if times.ndim != 2 or times.shape != (len(number), len(room)) or trips.shape != times.shape:
        raise EstimateError(
            f"service_h and visits need a row for each of {len(number)} types and a column for each of "
            f"{len(room)} stations, got {times.shape} and {trips.shape}"
        )
    if (number < 0).any() or (number % 1.0).any() or (room <= 0).any():
        raise EstimateError(
            "mixed_cycle needs whole numbers of at least 0 in the fleet, and servers above 0 or None, "
            f"got {fleet!r} and {servers!r}"
        )
    if (times < 0).any() or (trips < 0).any() or not (trips * times).sum(axis=1).all():
        raise EstimateError("mixed_cycle needs times and visits of at least 0, and cycles that take some time")
    hours = (trips * times).T[:, :, None]
    steady = FleetCycle(
        stations=tuple(f"station {i + 1}" for i in range(len(room))),
        types=tuple(f"type {i + 1}" for i in range(len(number))),
        hours=hours,
        room=room[:, None],
        spots=np.ones((len(number), 1)),
        number=number[:, None],
        working_h=np.ones(1),
        load_t=None,
        limits_per_day={},
    ).steady(one_wait=False)
    rate, present = steady.rate_per_h[:, 0], steady.present[:, :, 0].T
    work = (rate[:, None] * hours[:, :, 0].T).sum(axis=0)
    return MixedCycle(
        throughput_per_h=rate,
        residence_h=np.divide(present, rate[:, None], out=np.zeros_like(present), where=rate[:, None] > 0.0),
        present=present,
        utilisation_share=np.where(np.isfinite(room), work / room, work),
    )
