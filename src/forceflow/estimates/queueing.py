"""What waiting costs: the closed fleet cycle, and the queue at one apron or group of berths."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..errors import EstimateError
from ..kernels.queueing import closed_cycle, erlang_b, erlang_c, multi_class_cycle
from ..world.units import HOURS_PER_DAY
from .air_cycle import AirBridge
from .capacity import Amount, Draws, as_quantity, check_bridge, table_html
from .cycle_stations import cycle_stations
from .range import Range
from .sea_bridge import SeaBridge

__all__ = ["ApronWait", "CycleCapacity", "MixedCycle", "apron_wait", "cycle_capacity", "mixed_cycle"]

Floats = NDArray[np.float64]


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
        Cycles per working hour and per day.
    tonnes_per_day
        Throughput x average load, in t/day; None where no load is known.
    cycle_h
        Time of a cycle with its waiting, in h.
    wait_h
        By station: waiting per cycle, in h.
    present, queue
        By station: mean number there, and how many of them wait.
    utilisation_share
        By station: share of its servers at work; 0 where there is no limit.
    bounds_per_h
        By constraint ("fleet" and each limited station): N / sum of D, c / D, in cycles per h.
    bottleneck, bottleneck_share
        The constraint with the least bound, in most draws, and the share of draws in which each one is it.
    efficiency_share
        Throughput over the least bound: what planners replace by a fixed queueing efficiency.
    throughput_by_fleet_per_h
        Middle throughput of fleets of 1, 2, ... up to the largest drawn, shape (fleet,).
    hours_per_day, coverage, draws, seed
        Working hours (their middle), and how the ranges were made.
    """

    stations: tuple[str, ...]
    fleet: Range
    throughput_per_h: Range
    throughput_per_day: Range
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

    def __str__(self) -> str:
        carried = f", {self.tonnes_per_day}" if self.tonnes_per_day is not None else ""
        waits = sum(wait.middle for wait in self.wait_h.values())
        return (
            f"cycle of {self.fleet.middle:,.4g}: {self.throughput_per_day}{carried}; "
            f"{waits:.2g} h of waiting in a cycle of {self.cycle_h.middle:.3g} h; "
            f"{self.bottleneck} binds, {self.efficiency_share.middle:.0%} of its bound is reached"
        )

    def _repr_html_(self) -> str:
        rows = [("cycles per day", str(self.throughput_per_day)), ("cycle with waiting", str(self.cycle_h))]
        if self.tonnes_per_day is not None:
            rows.insert(0, ("tonnes per day", str(self.tonnes_per_day)))
        rows += [
            (name, f"waits {self.wait_h[name]}; {self.utilisation_share[name].middle:.0%} at work")
            for name in self.stations
            if name in self.bounds_per_h
        ]
        rows += [(f"bound: {name}", str(bound)) for name, bound in self.bounds_per_h.items()]
        return table_html(str(self), rows)


def cycle_capacity(
    bridge: AirBridge | SeaBridge | None = None,
    *,
    fleet: Amount | None = None,
    service_h: Sequence[Amount] | Mapping[str, Amount] | None = None,
    servers: Sequence[float | None] = (),
    visits: Sequence[float] | None = None,
    hours_per_day: Amount = HOURS_PER_DAY,
    coverage: float = 0.9,
    draws: int = 1_000,
    seed: int = 0,
) -> CycleCapacity:
    """Cycles a day of a fleet that goes round (onload, flight, offload, flight) and queues where spots are few.

    Parameters
    ----------
    bridge
        A bridge by air or sea; its fleet, its times and its MOG or berths are used. Or give `fleet`, `service_h` and
        `servers`.
    fleet
        Number of aircraft or ships.
    service_h
        Time of a visit to each station, in h, in order or by name; flights are stations without a limit.
    servers
        What each station serves at once; None where nobody ever waits.
    visits
        Visits to each station in a cycle; 1 each when not given.
    hours_per_day
        Working hours a day; a bridge brings its own.
    coverage, draws, seed
        As in `airlift_capacity`; the same seed gives the same draws there and here.

    Raises
    ------
    EstimateError
        Neither a bridge nor a full cycle is given, a station serves nobody, or ships wait for places in an escort.

    Notes
    -----
    The multi-server closed queueing network of Reiser & Lavenberg (1980), solved exactly by convolution in logarithms
    (Buzen 1973), which is the answer of exact mean value analysis without its loss of digits. Exact for exponential
    ground times served in order, and for any flying times; with nearly fixed ground times real waits are shorter
    (`simulate_airlift`). Bounds: X <= min(N / sum of D, c / D). A mixed fleet counts as so many aircraft with the
    fleet's average times; a number that is not whole is interpolated; a type that takes several spots makes spots
    fewer. The pamphlet's 0.85 is not used: `efficiency_share` is what stands in its place.

    Examples
    --------
    >>> cycle = cycle_capacity(fleet=12, service_h={"onload": 2.25, "out": 5, "offload": 1.75, "back": 5},
    ...                        servers=(3, None, 2, None))
    >>> print(cycle.throughput_per_h)
    0.788 cycles/h
    """
    drawn = Draws(draws, seed, coverage)
    if bridge is not None:
        check_bridge(bridge, AirBridge, SeaBridge, call="cycle_capacity")
        if fleet is not None or service_h is not None or len(servers) or visits is not None:
            raise EstimateError("give a bridge, or fleet, service_h and servers, not both")
        names, demand, room, number, hours, load_t = cycle_stations(bridge, drawn)
    else:
        if fleet is None or service_h is None or len(service_h) != len(servers) or not len(servers):
            raise EstimateError(
                "a cycle needs fleet, service_h and as many servers as service times, "
                f"got fleet={fleet!r}, service_h={service_h!r}, servers={tuple(servers)!r}; or give an AirBridge"
            )
        times = (
            service_h if isinstance(service_h, Mapping) else {f"station {i + 1}": t for i, t in enumerate(service_h)}
        )
        names = tuple(times)
        trips = np.ones(len(names)) if visits is None else np.asarray(visits, dtype=np.float64)
        if trips.shape != (len(names),) or not (trips > 0).all():
            raise EstimateError(f"visits needs {len(names)} numbers above 0, got {visits!r}")
        demand = np.stack(
            [
                drawn.of(as_quantity(t, name=f"service_h of {name}", unit="h"), entity=name, purpose="service_h") * v
                for (name, t), v in zip(times.items(), trips, strict=True)
            ]
        )
        room = np.stack([np.full(draws, math.inf if c is None else float(c)) for c in servers])
        number = drawn.of(as_quantity(fleet, name="fleet"), entity="bridge", purpose="fleet")
        whole_day = as_quantity(hours_per_day, name="hours_per_day", unit="h", most=HOURS_PER_DAY)
        hours, load_t = drawn.of(whole_day, entity="bridge", purpose="operating_h_per_day"), None
    if not (room > 0).all():
        few = ", ".join(name for name, c in zip(names, room, strict=True) if not (c > 0).all())
        raise EstimateError(f"each station must serve more than 0 at once; {few} does not")
    if not (demand.sum(axis=0) > 0).all():
        raise EstimateError("a cycle must take some time: every service time is 0 h")
    return _solve(names, demand, room, number, hours, load_t, drawn)


def _solve(
    names: tuple[str, ...],
    demand: Floats,
    room: Floats,
    number: Floats,
    hours: Floats,
    load_t: Floats | None,
    drawn: Draws,
) -> CycleCapacity:
    """Steady state for every draw; like draws are solved once."""
    columns = np.vstack([demand, room, number])
    different, where = np.unique(columns, axis=1, return_inverse=True)
    k, n = len(names), different.shape[1]
    rate, present, waiting = np.empty(n), np.empty((k, n)), np.empty((k, n))
    most = math.ceil(number.max())
    curves = np.full((n, most), np.nan)
    for i in range(n):
        column = np.ascontiguousarray(different[:, i])
        whole, part = int(column[-1]), column[-1] % 1.0
        rate[i], present[:, i], waiting[:, i] = 0.0, 0.0, 0.0
        for size, share in ((whole, 1.0 - part), (whole + 1, part)):
            if share > 0.0 and size > 0:
                curve, there, idle = np.empty(size + 1), np.empty(k), np.empty(k)
                closed_cycle(column[:k], column[k : 2 * k], curve, there, idle)
                curves[i, :size] = curve[1:]
                rate[i] += share * curve[-1]
                present[:, i] += share * there
                waiting[:, i] += share * idle
    rate, present, waiting, curves = rate[where], present[:, where], waiting[:, where], curves[where]
    bounds = {"fleet": number / demand.sum(axis=0)}
    for name, d, c in zip(names, demand, room, strict=True):
        if np.isfinite(c).all() and (d > 0).all():
            bounds[name] = c / d
    stacked = np.stack(list(bounds.values()))
    least = stacked.min(axis=0)
    binds = np.bincount(stacked.argmin(axis=0), minlength=len(bounds))

    def ratio(top: Floats, bottom: Floats, otherwise: float) -> Floats:
        return np.divide(top, bottom, out=np.full_like(top, otherwise), where=bottom > 0.0)

    def table(values: Floats, unit: str) -> dict[str, Range]:
        return {name: drawn.range(value, unit) for name, value in zip(names, values, strict=True)}

    wait = np.stack([ratio(value, rate, 0.0) for value in waiting])
    return CycleCapacity(
        stations=names,
        fleet=drawn.range(number, ""),
        throughput_per_h=drawn.range(rate, "cycles/h"),
        throughput_per_day=drawn.range(rate * hours, "cycles/day"),
        tonnes_per_day=None if load_t is None else drawn.range(rate * hours * load_t, "t/day"),
        cycle_h=drawn.range(ratio(number, rate, math.inf), "h"),
        wait_h=table(wait, "h"),
        present=table(present, ""),
        queue=table(waiting, ""),
        utilisation_share=table(rate * demand / room, ""),
        bounds_per_h={name: drawn.range(bound, "cycles/h") for name, bound in bounds.items()},
        bottleneck=list(bounds)[int(binds.argmax())],
        bottleneck_share={name: float(n) / drawn.n for name, n in zip(bounds, binds, strict=True)},
        efficiency_share=drawn.range(ratio(rate, least, 0.0), ""),
        throughput_by_fleet_per_h=np.nanmedian(curves, axis=0) if most else np.empty(0),
        hours_per_day=float(np.median(hours)),
        coverage=drawn.coverage,
        draws=drawn.n,
        seed=drawn.seed,
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
        Share of time each station is busy, shape (stations,); the mean number there where nobody waits.
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
    """Exact throughput of several types that share stations which serve one at a time.

    Parameters
    ----------
    fleet
        Aircraft of each type.
    service_h, visits
        Time of a visit in h, and visits in a cycle (1 by default), by type and station.
    servers
        1, or None where nobody ever waits.

    Raises
    ------
    EstimateError
        A station serves several at once (`simulate_airlift` can), or shapes do not match.

    Notes
    -----
    Exact mean value analysis of several classes (Reiser & Lavenberg 1980); exact for stations that share their time
    among those present, and for service in order where all types take equally long.
    """
    times, number = np.asarray(service_h, dtype=np.float64), np.asarray(fleet, dtype=np.int64)
    trips = np.ones_like(times) if visits is None else np.asarray(visits, dtype=np.float64)
    if times.ndim != 2 or times.shape != (len(fleet), len(servers)) or trips.shape != times.shape:
        raise EstimateError(
            f"service_h and visits need a row for each of {len(fleet)} types and a column for each of "
            f"{len(servers)} stations, got {times.shape} and {trips.shape}"
        )
    if any(c not in (1, None) for c in servers):
        raise EstimateError(f"mixed_cycle knows servers 1 or None, got {tuple(servers)!r}; use simulate_airlift")
    if (number < 0).any() or not (times >= 0).all() or not (trips * times).sum(axis=1).all():
        raise EstimateError("mixed_cycle needs numbers of at least 0 and cycles that take some time")
    residence = np.zeros_like(times)
    endless = np.array([c is None for c in servers])
    multi_class_cycle(times, trips, endless, number, residence)
    cycle_h = residence.sum(axis=1)
    rate = np.divide(number, cycle_h, out=np.zeros(len(fleet)), where=cycle_h > 0.0)
    return MixedCycle(
        throughput_per_h=rate,
        residence_h=residence,
        present=rate[:, None] * residence,
        utilisation_share=(rate[:, None] * trips * times).sum(axis=0),
    )


@dataclass(frozen=True, kw_only=True)
class ApronWait:
    """The queue at one apron or group of berths.

    Parameters
    ----------
    wait_h
        Mean wait for a spot, of all that come, in h.
    queue
        Mean number waiting.
    on_ground
        Mean number on the ground: waiting and served.
    wait_share, blocked_share
        Probability that one has to wait (Erlang C), and that it would be turned away were there no room to wait
        (Erlang B); both for exponential ground times.
    utilisation_share
        Share of spots at work.
    """

    wait_h: float
    queue: float
    on_ground: float
    wait_share: float
    blocked_share: float
    utilisation_share: float

    def __str__(self) -> str:
        return (
            f"apron: {self.wait_h:.3g} h wait, {self.queue:.3g} in the queue, "
            f"{self.utilisation_share:.0%} of spots at work"
        )


def apron_wait(
    arrivals_per_h: float,
    *,
    ground_h: float,
    mog: int,
    ground_cv: float = 1.0,
    arrival_cv: float = 1.0,
    method: str = "allen-cunneen",
) -> ApronWait:
    """Mean wait for a spot when aircraft (or ships) come from anywhere at a steady rate.

    Parameters
    ----------
    arrivals_per_h
        Rate of arrivals.
    ground_h, mog
        Mean ground time in h, and spots (or berths).
    ground_cv, arrival_cv
        Coefficient of variation of ground times and of times between arrivals: 0 fixed, 1 exponential.
    method
        "allen-cunneen", or "cosmetatos" for arrivals at random (``arrival_cv=1``) and ground times near fixed.

    Raises
    ------
    EstimateError
        More comes than the spots can serve; the message says how many spots are enough.

    Notes
    -----
    M/M/c by Erlang's recursion (1917); Allen-Cunneen Wq ~ (ca^2 + cs^2)/2 Wq(M/M/c) (Allen 1990); Cosmetatos (1976)
    corrects the fixed case by 1 + (1 - rho)(c - 1)(sqrt(4 + 5c) - 2)/(16 rho c) and mixes by cs^2. Papers not
    opened; formulas held by exact M/D/c values in the tests. A fleet of a dozen cannot queue without end: near full
    use `cycle_capacity`.

    Examples
    --------
    >>> print(apron_wait(0.9, ground_h=2.0, mog=2))
    apron: 8.53 h wait, 7.67 in the queue, 90% of spots at work
    """
    given = (arrivals_per_h, ground_h, mog, ground_cv, arrival_cv)
    if not all(isinstance(value, int | float | np.integer | np.floating) for value in given):
        raise EstimateError(f"apron_wait takes single numbers, got {', '.join(map(repr, given))}")
    if not (arrivals_per_h >= 0 and 0 < ground_h < math.inf and mog >= 1 and int(mog) == mog):
        raise EstimateError(
            "an apron needs arrivals_per_h of at least 0, ground_h above 0 and a whole mog of at least 1, "
            f"got {arrivals_per_h!r}, {ground_h!r}, {mog!r}"
        )
    if not (ground_cv >= 0 and arrival_cv >= 0):
        raise EstimateError(f"a coefficient of variation is at least 0, got {ground_cv!r} and {arrival_cv!r}")
    spots, offered = int(mog), float(arrivals_per_h * ground_h)
    if offered >= spots:
        raise EstimateError(
            f"{arrivals_per_h:g} arrivals/h of {ground_h:g} h need more than {offered:g} spots, mog is {spots}: "
            f"the queue grows without end; mog={int(offered) + 1} would do, and cycle_capacity knows a finite fleet"
        )
    waits, used = erlang_c(spots, offered), offered / spots
    plain_h = waits * ground_h / (spots - offered)
    if method == "allen-cunneen":
        wait_h = (arrival_cv**2 + ground_cv**2) / 2 * plain_h
    elif method == "cosmetatos" and arrival_cv == 1.0:
        extra = (1 - used) * (spots - 1) * (math.sqrt(4 + 5 * spots) - 2) / (16 * used * spots) if used else 0.0
        wait_h = ground_cv**2 * plain_h + (1 - ground_cv**2) * (1 + extra) / 2 * plain_h
    else:
        raise EstimateError(
            f"method is 'allen-cunneen', or 'cosmetatos' with arrival_cv=1; got {method!r} with {arrival_cv!r}"
        )
    queue = arrivals_per_h * wait_h
    return ApronWait(
        wait_h=wait_h,
        queue=queue,
        on_ground=queue + offered,
        wait_share=waits,
        blocked_share=erlang_b(spots, offered),
        utilisation_share=used,
    )
