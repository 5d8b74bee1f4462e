"""Simulate a bridge day by day: queues at few spots, nights, closures, breaks and crews, and what they leave."""

from __future__ import annotations

import datetime as dt
import math
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import partial
from numbers import Real
from typing import Any

from ...arrays import Floats
from ...dates import read_day
from ...errors import EstimateError
from ...quantity.units import HOURS_PER_DAY
from ...results.arguments import check_asked
from ...results.progress import progress
from ..bridges.air_bridge import AirBridge, PerType, check_spots
from ..bridges.amounts import as_quantity, check_bridge
from ..bridges.sea_bridge import SeaBridge
from .accumulator import Tally
from .air_scenario import (
    AirScenario,
    Breaks,
    air_stations,
    aircraft_in_order,
    check_breaks,
    check_priority,
)
from .operating_windows import Openings, daylight_h
from .result import Daily, Simulation, summarise
from .scenario import Scenario, spread_table
from .sea_scenario import SeaScenario, sea_stations, ships_in_order

__all__ = ["Daily", "Simulation", "simulate_airlift", "simulate_sealift"]


_AHEAD = 16
"""Chunks handed to an executor before the first of them is taken back; so memory does not grow with replications."""


def simulate_airlift(
    bridge: AirBridge,
    *,
    days: int,
    seed: int,
    replications: int = 1_000,
    warm_up_days: int = 0,
    ground_cv: float = 0.3,
    flight_cv: float = 0.05,
    opens_at_h: float = 0.0,
    windows: Mapping[str, tuple[float, float]] | None = None,
    daylight: Sequence[str] = (),
    closures: Mapping[str, Sequence[tuple[float, float]]] | None = None,
    open_share: Mapping[str, float] | None = None,
    break_share: PerType = 0.0,
    repair_h: PerType = None,
    priority: Mapping[str, int] | None = None,
    stagger_h: float = 0.0,
    start: Any = "2025-01-01",
    coverage: float = 0.9,
    executor: Executor | None = None,
    chunk: int | None = None,
) -> Simulation:
    """Fly an air bridge many times over, aircraft by aircraft, and say what each day may bring.

    Parameters
    ----------
    bridge
        Fleet, route and stations. Stations are named as in `airlift_capacity`: "onload", "offload", "stop at ...".
    days
        Days that count; time to the first delivery is in them unless there is a warm-up.
    seed
        Same seed, same numbers, whatever the number of threads, chunks or workers. Two scenarios with one seed share
        their draws, so their difference is sharper than either.
    replications
        How often the days are lived through.
    warm_up_days
        Days simulated first and not counted; 0 keeps the start, with the whole fleet waiting to be loaded.
    ground_cv, flight_cv
        Coefficient of variation of single ground and flying times around their mean (gamma): 0 fixed, 1 exponential.
    opens_at_h
        Hour of the day (UTC) at which the operating hours of the bridge begin.
    windows
        (from, until) in hours of the day by station, in place of the operating hours; (20, 4) goes over midnight.
    daylight
        Stations that work between sunrise and sunset only.
    closures
        (from, until) in days by station, day 0 being the first that counts: ramp works, weather as it was.
    open_share
        Share of days on which weather leaves a station open, by station; days are independent.
    break_share, repair_h
        Share of trips after which an aircraft must be repaired, and how long that takes; for all or by platform.
    priority
        By platform, numbers from 0: lower is served first; who is not named comes last.
    stagger_h
        Aircraft of a type join one by one, so many hours apart; 0 for all at once.
    start
        Date of the first day that counts.
    coverage
        Share of replications between ``low`` and ``high``.
    executor
        A `concurrent.futures.Executor`, or ``client.get_executor()`` of a Dask cluster, that takes the chunks; by
        default as many threads as numba is set to use.
    chunk
        Replications in a chunk; the default keeps a chunk near a tenth of a second. Changes no number.

    Returns
    -------
    Simulation
        Days with their ranges; `time_to_move`, `trace`, `to_frame`.

    Raises
    ------
    EstimateError
        An input is out of its bounds; the message says what would have worked.

    Notes
    -----
    Each replication draws what is unknown about the bridge once (payloads, mean ground times, speeds, MOG): the draws
    of `airlift_capacity` with the same seed. Single ground and flying times then vary around those means; 0.3 and 0.05
    are priors, ground times being known to vary widely (RAND, Stucker et al. 1998, argue against fixed ones) and block
    times little.

    Service begins and aircraft take off only while a station works; what has begun is finished, and landing is always
    possible. So with operating hours below 24 aircraft in the air fly on through the night, and service begun before
    closing ends after it, where `airlift_capacity` counts no hour outside the operating hours: the simulation then
    carries more. Spots are freed at the end of service. First come, first served within a priority; a large aircraft
    that waits for several spots is not overtaken. A crew takes over before loading and flies on while another round
    trip of mean length fits its duty time, at least one; then it rests. UTE is kept by upkeep between trips, and at a
    UTE of 0 the type stays at home. The queueing efficiency of the bridge is not used: queues are what is simulated.

    MOG, spots per aircraft, fleets and crews (crews per aircraft times aircraft) that are not whole are rounded in each
    replication, up as often as the part behind the point says: 0.1 crews for each of 2 aircraft are one crew in a fifth
    of the replications and none in the others, and an aircraft without a crew does not fly. The order in which types
    are named changes nothing; aircraft that come at the same moment are served in the order of ids.

    Examples
    --------
    >>> import forceflow as ff
    >>> bridge = ff.AirBridge({"Il-76MD": 4}, ff.route("Hmeimim", "al-Khadim", mode="air"), 2, 2)
    >>> found = simulate_airlift(bridge, days=5, replications=20, seed=7)
    >>> found.tonnes.middle.shape
    (5,)
    """
    check_bridge(bridge, AirBridge, call="simulate_airlift")
    _check_settings(days, replications, warm_up_days, stagger_h, seed, coverage, chunk, executor)
    first_midnight = _first_midnight(start)
    # Of those that come at the same moment the first in the list is served: the order must not be the user's.
    bridge = aircraft_in_order(bridge)
    breaks = Breaks(share=break_share, repair_h=repair_h)
    check_breaks(breaks, bridge)
    check_spots(bridge)
    check_priority(priority, bridge)
    openings = Openings.plan(
        air_stations(bridge),
        horizon_days=warm_up_days + days,
        opens_at_h=_hour_of_day(opens_at_h),
        always_h=_works_all_day(bridge),
        windows=windows,
        light=_daylight_by_station(bridge, daylight, first_midnight, warm_up_days, days),
        closures=_after_warm_up(closures, warm_up_days),
        open_share=open_share,
    )
    scenario = AirScenario(
        bridge=bridge,
        days=days,
        warm_up_days=warm_up_days,
        seed=seed,
        ground_cv=ground_cv,
        travel_cv=flight_cv,
        stagger_h=stagger_h,
        openings=openings,
        ground_table=spread_table(ground_cv, name="ground_cv"),
        travel_table=spread_table(flight_cv, name="flight_cv"),
        breaks=breaks,
        priority=priority,
    )
    largest_fleet = sum(number.ends[1] for number in bridge.aircraft().values())
    size = chunk or _chunk_size(largest_fleet, scenario, replications)
    tally = _run_replications(scenario, replications, size, executor)
    return summarise(tally, scenario, start=first_midnight, coverage=coverage)


def _works_all_day(bridge: AirBridge) -> bool:
    """Whether the operating hours of a bridge are 24 in all of their range."""
    hours = as_quantity(
        bridge.operating_h_per_day, name="operating_h_per_day", unit="h", most=HOURS_PER_DAY
    )
    return hours.ends[0] >= HOURS_PER_DAY


def _hour_of_day(opens_at_h: float) -> float:
    """Refuse what is not an hour of the day."""
    if not (isinstance(opens_at_h, Real) and 0.0 <= opens_at_h < HOURS_PER_DAY):
        raise EstimateError(
            f"opens_at_h is an hour of the day from 0 to below 24, got {opens_at_h!r}"
        )
    return opens_at_h


def _daylight_by_station(
    bridge: AirBridge,
    stations: Sequence[str],
    start: dt.datetime,
    warm_up_days: int,
    days: int,
) -> dict[str, list[tuple[float, float]]]:
    """Times of daylight at the ends that work by day only, from and until in days after the start of the warm-up."""
    ends = {"onload": bridge.route.origin, "offload": bridge.route.destination}
    for station in stations:
        if station not in ends:
            raise EstimateError(f"daylight knows 'onload' and 'offload', got {station!r}")
    daylight = {}
    for station in stations:
        daylight[station] = _daylight_at(ends[station], start, warm_up_days, days)
    return daylight


def simulate_sealift(
    bridge: SeaBridge,
    *,
    days: int,
    seed: int,
    replications: int = 1_000,
    warm_up_days: int = 0,
    berth_cv: float = 0.3,
    sail_cv: float = 0.1,
    closures: Mapping[str, Sequence[tuple[float, float]]] | None = None,
    stagger_h: float = 0.0,
    start: Any = "2025-01-01",
    coverage: float = 0.9,
    executor: Executor | None = None,
    chunk: int | None = None,
) -> Simulation:
    """Sail a sea bridge many times over, ship by ship, and say what each day may bring.

    Parameters
    ----------
    bridge
        Ships, route and ports. Stations are "load berths", "discharge berths" and, where given, "escort".
    days, seed, replications, warm_up_days, stagger_h, start, coverage, executor, chunk
        As in `simulate_airlift`.
    berth_cv, sail_cv
        Coefficient of variation of single times alongside and under way around their mean.
    closures
        (from, until) in days by station.

    Returns
    -------
    Simulation
        As `simulate_airlift`; trips are sailings.

    Notes
    -----
    The kernel of `simulate_airlift`, with berths as spots. Escorts leave every so many days with so many ships at
    most. On a day on which the way is closed (``open_share``; days are independent) nothing moves at all, in port or at
    sea, and escorts do not count it, as in `sealift_capacity`: all ships are held, no spot is in use. 0.3 and 0.1 are
    priors.
    """
    check_bridge(bridge, SeaBridge, call="simulate_sealift")
    _check_settings(days, replications, warm_up_days, stagger_h, seed, coverage, chunk, executor)
    first_midnight = _first_midnight(start)
    bridge = ships_in_order(bridge)
    openings = Openings.plan(
        sea_stations(bridge),
        horizon_days=warm_up_days + days,
        always_h=True,
        every_days=_escort_days(bridge, closures),
        closures=_after_warm_up(closures, warm_up_days),
    )
    scenario = SeaScenario(
        bridge=bridge,
        days=days,
        warm_up_days=warm_up_days,
        seed=seed,
        ground_cv=berth_cv,
        travel_cv=sail_cv,
        stagger_h=stagger_h,
        openings=openings,
        ground_table=spread_table(berth_cv, name="berth_cv"),
        travel_table=spread_table(sail_cv, name="sail_cv"),
    )
    # Ships make fewer trips a day than aircraft, so more replications fit into a chunk.
    ships = sum(bridge.ships().values())
    size = chunk or _chunk_size(ships / 10, scenario, replications)
    tally = _run_replications(scenario, replications, size, executor)
    return summarise(tally, scenario, start=first_midnight, coverage=coverage)


def _escort_days(bridge: SeaBridge, closures: Mapping[str, Any] | None) -> dict[str, float]:
    """Days between two escorts, by the station they make; empty without escorts.

    Raises
    ------
    EstimateError
        The days are a range, or the escort is to be closed.
    """
    if bridge.escort_every_days is None:
        return {}
    interval = as_quantity(bridge.escort_every_days, name="escort_every_days", unit="days")
    if interval.ends[0] != interval.ends[1]:
        raise EstimateError(
            f"the simulation needs one escort_every_days, got {interval}; give {interval.best:g}"
        )
    if closures and "escort" in closures:
        raise EstimateError(
            "closures shut 'load berths' and 'discharge berths'; an escort keeps its days"
        )
    return {"escort": interval.best}


def _run_replications(
    scenario: Scenario,
    replications: int,
    chunk: int,
    executor: Executor | None,
) -> Tally:
    """Replications in chunks, taken back in order; an interrupt ends it between chunks."""
    tally = Tally()
    chunks = []
    for first in range(0, replications, chunk):
        chunks.append((first, min(chunk, replications - first)))
    shown = partial(progress, total=len(chunks), label="simulating")
    if executor is not None:
        for values in shown(_values_in_order(executor, scenario, chunks)):
            tally.add(values)
        return tally
    from numba import get_num_threads

    # The kernel runs without the interpreter's lock, so threads are enough.
    threads = min(get_num_threads(), len(chunks))
    if threads == 1:
        for first, number in shown(chunks):
            tally.add(scenario.values(first, number))
        return tally
    with ThreadPoolExecutor(threads, thread_name_prefix="forceflow") as pool:
        for values in shown(_values_in_order(pool, scenario, chunks)):
            tally.add(values)
    return tally


def _values_of_chunk(scenario: Scenario, first: int, number: int) -> Floats:
    """`Scenario.values` as a function, which other processes can be sent."""
    return scenario.values(first, number)


def _values_in_order(
    executor: Executor,
    scenario: Scenario,
    chunks: Sequence[tuple[int, int]],
) -> Iterator[Floats]:
    """Values of each chunk, in order, with only a few chunks under way; those not begun are dropped on error."""
    waiting: deque[Future[Any]] = deque()
    try:
        for first, number in chunks:
            waiting.append(executor.submit(_values_of_chunk, scenario, first, number))
            if len(waiting) >= _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def _chunk_size(vehicles: float, scenario: Scenario, replications: int) -> int:
    """Replications that take at most about a tenth of a second, and at least eight chunks where that is possible."""
    vehicle_days = vehicles * (scenario.warm_up_days + scenario.days)
    fit = int(4e5 / max(1.0, vehicle_days))
    for_eight_chunks = math.ceil(replications / 8)
    return max(1, min(max(8, fit), 256, for_eight_chunks))


def _check_settings(
    days: int,
    replications: int,
    warm_up_days: int,
    stagger_h: float,
    seed: int,
    coverage: float,
    chunk: int | None,
    executor: Executor | None,
) -> None:
    """Refuse settings from which no simulation can be made."""
    check_asked(
        coverage=coverage,
        seed=seed,
        days=days,
        replications=replications,
        warm_up_days=warm_up_days,
    )
    if chunk is not None:
        check_asked(chunk=chunk)
    if not (isinstance(stagger_h, Real) and 0.0 <= stagger_h < math.inf):
        raise EstimateError(f"stagger_h must be at least 0 h, got {stagger_h!r}")
    if executor is not None and not hasattr(executor, "submit"):
        raise EstimateError(
            f"executor is a concurrent.futures.Executor, with submit(); got {executor!r}"
        )


def _first_midnight(start: Any) -> dt.datetime:
    """First moment of the first day, UTC."""
    day = read_day(start, name="start", error=EstimateError)
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)


def _after_warm_up(
    closures: Mapping[str, Sequence[tuple[float, float]]] | None,
    warm_up_days: float,
) -> dict[str, list[tuple[float, float]]]:
    """Closures in days after the start of the warm-up; they are given in days after its end."""
    if not closures:
        return {}
    shifted: dict[str, list[tuple[float, float]]] = {}
    try:
        for station, spans in closures.items():
            shifted[station] = []
            for begin, end in spans:
                shifted[station].append((begin + warm_up_days, end + warm_up_days))
    except (TypeError, ValueError, AttributeError):
        raise EstimateError(
            f"closures are lists of (from, until) in days by station, {{'onload': [(2, 3.5)]}}; got {closures!r}"
        ) from None
    return shifted


def _daylight_at(
    place: Any, start: dt.datetime, warm_up_days: int, days: int
) -> list[tuple[float, float]]:
    """Daylight at a place, from and until in days after the start of the warm-up; the day before and after too."""
    if not hasattr(place, "latitude"):
        raise EstimateError(
            f"daylight needs a place with latitude and longitude; {place.name!r} has none, give windows"
        )
    spans = []
    # West of 90 degrees a day's light lasts beyond 24 h UTC, so that of the day before may still shine.
    for day in range(-1, warm_up_days + days + 2):
        date = start.date() + dt.timedelta(days=day - warm_up_days)
        sunrise_h, sunset_h = daylight_h(date, latitude=place.latitude, longitude=place.longitude)
        # In a polar night the sun does not rise.
        if sunset_h > sunrise_h:
            spans.append((day + sunrise_h / 24, day + sunset_h / 24))
    return spans
