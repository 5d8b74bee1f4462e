"""What a simulation says: days with their ranges, time to move a requirement, and one replication as flow events."""

from __future__ import annotations

import datetime as dt
import html
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...arrays import Floats
from ...display import brief
from ...errors import EstimateError
from ...evidence.events import EVENT_OF_MODE, FlowEvent
from ...modes import MODES
from ...quantity import Quantity
from ...results.range import Range
from ...world.geography.gazetteer import direction, find_place
from ...world.geography.place import Place
from ..bridges.amounts import Amount, as_quantity
from ..bridges.notes import bridge_notes
from .accumulator import Tally
from .scenario import ROWS, Scenario

__all__ = ["Daily", "Simulation"]


_CUMULATIVE = ROWS.index("cumulative_t")


@dataclass(frozen=True, kw_only=True, eq=False)
class Daily:
    """A number of each simulated day, over replications.

    Parameters
    ----------
    measure, unit
        What is counted, and its unit per day.
    low, middle, high
        Central range and median of each day, shape (days,).
    mean, mean_error
        Mean of each day and its standard error over replications, shape (days,).
    total
        All days together: their sum, or for spots in use and flying hours per vehicle their mean.
    total_mean, total_mean_error
        Mean of that and its standard error.
    """

    measure: str
    unit: str
    low: Floats
    middle: Floats
    high: Floats
    mean: Floats
    mean_error: Floats
    total: Range
    total_mean: float
    total_mean_error: float

    def __str__(self) -> str:
        return f"{self.measure}: {self.total} in {_days_in_words(self.middle.size)}"


@dataclass(frozen=True, kw_only=True, eq=False)
class Simulation:
    """A bridge over days, as many replications saw it.

    Parameters
    ----------
    mode
        "air" or "sea".
    origin, destination, platforms, stations
        Names.
    days, warm_up_days, replications, seed, coverage
        How it was made.
    start
        Begin of the first day that counts, UTC.
    trips, tonnes, cumulative_t
        Loads delivered, t delivered each day, and t delivered since the first day.
    waiting_h
        Vehicle-hours a day spent waiting for a spot, or for a station to open.
    utilisation_h
        Travelling hours per vehicle and day: the UTE that is reached.
    held_h, repair_h, rest_h
        Vehicle-hours a day ready to leave but kept by a closed station, in repair (and upkeep that UTE asks for), and
        without a rested crew.
    ramp
        By station: spots in use, mean over the day.
    notes
        What the reader should know, one line each.
    """

    mode: str
    origin: str
    destination: str
    platforms: tuple[str, ...]
    stations: tuple[str, ...]
    days: int
    warm_up_days: int
    replications: int
    seed: int
    coverage: float
    start: dt.datetime
    trips: Daily
    tonnes: Daily
    cumulative_t: Daily
    waiting_h: Daily
    utilisation_h: Daily
    held_h: Daily
    repair_h: Daily
    rest_h: Daily
    ramp: Mapping[str, Daily]
    scenario: Scenario = field(repr=False)
    tally: Tally = field(repr=False)
    notes: tuple[str, ...] = ()

    __repr__ = brief

    @property
    def sorties(self) -> Daily:
        """Sorties delivered; the same as `trips`."""
        return self.trips

    @property
    def sailings(self) -> Daily:
        """Sailings delivered; the same as `trips`."""
        return self.trips

    @property
    def tonnes_per_day(self) -> Range:
        """Tonnes a day, mean over the days of each replication."""
        return self.tonnes.total.times(1 / self.days, unit="t/day")

    @property
    def trips_per_day(self) -> Range:
        """Loads a day, mean over the days of each replication."""
        trips = MODES[self.mode].trips
        return self.trips.total.times(1 / self.days, unit=f"{trips}/day")

    @property
    def edges(self) -> tuple[dt.datetime, ...]:
        """Ends of the days, UTC, one more than days."""
        return tuple(self.start + dt.timedelta(days=day) for day in range(self.days + 1))

    def probability_moved(self, tonnes: float) -> Floats:
        """Share of replications that have delivered so many t by the end of each day, shape (days,)."""
        if not tonnes >= 0:
            raise EstimateError(f"tonnes must be at least 0, got {tonnes!r}")
        # A need that is met but for rounding is met; the last column is all days together.
        need = float(tonnes) * (1 - 1e-12)
        return self.tally.share_at_least(need, row=_CUMULATIVE)[:-1]

    def time_to_move(self, tonnes: Amount) -> Range:
        """Days from the start until a requirement is delivered.

        Parameters
        ----------
        tonnes
            The requirement (R), in t.

        Raises
        ------
        EstimateError
            Within the simulated days too few replications deliver it; the message says how many days may be enough.

        Notes
        -----
        The time is below t exactly where the t delivered by t reach R, so its quantiles follow from those of the
        cumulative tonnes at the ends of days, straight between them.
        """
        need = as_quantity(tonnes, name="tonnes", unit="t")
        tail = (1 - self.coverage) / 2
        range_levels = (tail, 0.5, 1 - tail)
        if need.ends[0] == need.ends[1]:
            times = self._times_to_move(np.array(range_levels), np.array([need.best]))
            low, middle, high = times[:, 0]
        else:
            # Need and rate are independent, so every level of one is paired with every level of the other.
            even_levels = (np.arange(_LEVELS) + 0.5) / _LEVELS
            times = self._times_to_move(even_levels, need.quantile(even_levels))
            low, middle, high = np.quantile(times, range_levels, method="inverted_cdf")
        if not math.isfinite(high):
            self._refuse_too_few_days(need)
        return Range(float(low), float(middle), float(high), "days")

    def _times_to_move(self, levels: Floats, needs: Floats) -> Floats:
        """Quantiles of the days until each need is delivered, shape (levels, needs); infinity where it is not."""
        # Who delivers slowly has few tonnes on a day: the late end of the time is the low end of the tonnes.
        table = self.tally.quantiles(1 - levels, first=_CUMULATIVE, last=_CUMULATIVE + 1)
        curves = table[:, 0, :-1]
        times = np.empty((levels.size, needs.size))
        for i, curve in enumerate(curves):
            # Quantiles read off a histogram may fall a little from one day to the next.
            never_falling = np.append(0.0, np.maximum.accumulate(curve))
            times[i] = _first_crossings(never_falling, needs)
        return times

    def _refuse_too_few_days(self, need: Quantity) -> None:
        """Say how many days may be enough to deliver a requirement."""
        rate = self.tonnes_per_day.low
        advice = "the bridge moves next to nothing"
        if rate > 0:
            advice = f"days={math.ceil(1.2 * need.ends[1] / rate)} may do"
        raise EstimateError(
            f"{need.best:,.0f} t are not delivered within {self.days} days in all of the range "
            f"({self.cumulative_t.total} by then); simulate more: {advice}"
        )

    def trace(self, replication: int = 0) -> tuple[FlowEvent, ...]:
        """The loads one replication delivered, each a `Sortie` or `Sailing` with its tonnes, in order of delivery.

        Parameters
        ----------
        replication
            Its number; any, simulated before or not.

        Notes
        -----
        The window of an event goes from take-off with the load to the end of unloading. Its tonnes are exact, so
        `estimate_tonnage` gives back what the replication delivered.
        """
        if (
            isinstance(replication, bool)
            or not isinstance(replication, int | np.integer)
            or replication < 0
        ):
            raise EstimateError(
                f"a replication has a whole number of at least 0, got {replication!r}"
            )
        shared = self._same_for_all_loads()
        events = []
        for number, load in enumerate(self.scenario.loads(int(replication)).tolist()):
            name = f"sim-{self.seed}-{replication}-{number:05d}"
            events.append(self._event_of_load(name, load, shared))
        return tuple(events)

    def _same_for_all_loads(self) -> dict[str, Any]:
        """What all events of a trace share: the ends, the way between them, and the cargo."""
        bridge = self.scenario.bridge
        ends = bridge.route.origin, bridge.route.destination
        origin, destination = (getattr(end, "id", end.name) for end in ends)
        towards = "external"
        if all(isinstance(end, Place) for end in ends):
            towards = direction(*ends)
        via = _stops_on_the_way(bridge, self.mode)
        # Places of the user's own have no ids, and neither have the stops between them.
        if isinstance(ends[0], Place):
            via = tuple(find_place(name).id for name in via)
        return {
            "origin": origin,
            "destination": destination,
            "via": via,
            "direction": towards,
            "cargo": bridge.cargo,
        }

    def _event_of_load(self, name: str, load: list[float], shared: Mapping[str, Any]) -> FlowEvent:
        """One load that was delivered, as an event; `load` is a row of `Scenario.loads`."""
        kind_number, vehicle, trip, departed_day, delivered_day, tonnes = load
        kind = self.scenario.kinds[int(kind_number)]
        trips = MODES[self.mode].trips
        event = EVENT_OF_MODE[self.mode]
        first_midnight = self.start - dt.timedelta(days=self.warm_up_days)
        departed = first_midnight + dt.timedelta(days=departed_day)
        delivered = first_midnight + dt.timedelta(days=delivered_day)
        # An event needs a window of some length, however fast the trip was.
        shortest = first_midnight + dt.timedelta(days=departed_day, microseconds=1)
        return event(
            event_id=name,
            title=f"simulated: {kind.name} number {int(vehicle) + 1}, trip {int(trip) + 1}",
            platform=kind.id,
            start=departed,
            stop=max(delivered, shortest),
            movements=Quantity.exactly(1, unit=trips),
            tonnes=Quantity.exactly(tonnes, unit="t"),
            **shared,
        )

    def to_frame(self, *, backend: str = "polars") -> Any:
        """One row per day and measure: start, stop, measure, unit, low, middle, high, mean, mean_error.

        Parameters
        ----------
        backend
            "polars", "pandas" or "pyarrow".
        """
        from ...evidence.tables.event_frames import make_frame

        measures = [
            self.trips,
            self.tonnes,
            self.cumulative_t,
            *self._hours_of_vehicles(),
            *self.ramp.values(),
        ]
        edges = list(self.edges)
        columns: dict[str, Any] = {
            "start": edges[:-1] * len(measures),
            "stop": edges[1:] * len(measures),
            "measure": [],
            "unit": [],
        }
        for daily in measures:
            columns["measure"] += [daily.measure] * self.days
            columns["unit"] += [daily.unit] * self.days
        for name in ("low", "middle", "high", "mean", "mean_error"):
            numbers = [getattr(daily, name) for daily in measures]
            columns[name] = np.concatenate(numbers).tolist()
        return make_frame(columns, backend=backend)

    def _hours_of_vehicles(self) -> list[Daily]:
        """What vehicles spend their time on, in the order it is printed."""
        return [
            self.waiting_h,
            self.utilisation_h,
            self.held_h,
            self.repair_h,
            self.rest_h,
        ]

    def __str__(self) -> str:
        """The headline, and each note on a line of its own."""
        return "\n  note: ".join((self._headline, *self.notes))

    @property
    def _headline(self) -> str:
        return (
            f"simulated {self.mode}lift {self.origin} to {self.destination}: "
            f"{self.tonnes.total} in {_days_in_words(self.days)} ({self.tonnes_per_day}), "
            f"{self.trips_per_day}; {self.coverage:.0%} of {self.replications:,} replications, seed {self.seed}"
        )

    def _repr_html_(self) -> str:
        rows = []
        for daily in (self.trips, self.tonnes, *self._hours_of_vehicles(), *self.ramp.values()):
            rows.append(_table_row(daily.measure, str(daily.total)))
        for note in self.notes:
            rows.append(_table_row("note", note))
        return f"<table><caption>{html.escape(self._headline)}</caption>{''.join(rows)}</table>"


_LEVELS = 201
"""Levels at which the time to move an uncertain requirement is worked out."""


def _table_row(name: str, value: str) -> str:
    """A row of an HTML table, escaped."""
    return f"<tr><th>{html.escape(name)}</th><td>{html.escape(value)}</td></tr>"


def summarise(
    tally: Tally, scenario: Scenario, *, start: dt.datetime, coverage: float
) -> Simulation:
    """The result of a simulation, from the tally of its replications."""
    bridge = scenario.bridge
    return Simulation(
        mode=scenario.mode,
        origin=bridge.route.origin.name,
        destination=bridge.route.destination.name,
        platforms=tuple(kind.name for kind in scenario.kinds),
        stations=scenario.stations,
        days=scenario.days,
        warm_up_days=scenario.warm_up_days,
        replications=tally.replications,
        seed=scenario.seed,
        coverage=coverage,
        start=start,
        **_measures_by_day(tally, scenario, coverage),
        scenario=scenario,
        tally=tally,
        notes=bridge_notes(bridge, model="simulation"),
    )


def _measures_by_day(tally: Tally, scenario: Scenario, coverage: float) -> dict[str, Any]:
    """Fields of `Simulation` that have a number for each day; rows as in `ROWS`, then the stations."""
    tail = (1 - coverage) / 2
    quantiles = tally.quantiles(np.array([tail, 0.5, 1 - tail]))
    mean = tally.mean()
    mean_error = tally.mean_error()

    def daily(row: int, measure: str, unit: str, total_unit: str) -> Daily:
        low, middle, high = quantiles[:, row, :-1]
        total_low, total_middle, total_high = quantiles[:, row, -1].tolist()
        return Daily(
            measure=measure,
            unit=unit,
            low=low,
            middle=middle,
            high=high,
            mean=mean[row, :-1],
            mean_error=mean_error[row, :-1],
            total=Range(total_low, total_middle, total_high, total_unit),
            total_mean=float(mean[row, -1]),
            total_mean_error=float(mean_error[row, -1]),
        )

    vehicle, trips = MODES[scenario.mode].vehicle, MODES[scenario.mode].trips
    hours_a_day, hours = f"{vehicle}-h/day", f"{vehicle}-h"
    per_vehicle = f"h/day per {vehicle}"
    ramp = {}
    for number, station in enumerate(scenario.stations):
        ramp[station] = daily(len(ROWS) + number, f"spots in use: {station}", "spots", "spots")
    return {
        "trips": daily(0, trips, f"{trips}/day", trips),
        "tonnes": daily(1, "tonnes", "t/day", "t"),
        "cumulative_t": daily(2, "tonnes since the start", "t", "t"),
        "waiting_h": daily(3, "waiting", hours_a_day, hours),
        "utilisation_h": daily(4, "utilisation", per_vehicle, per_vehicle),
        "held_h": daily(5, "held by closed stations", hours_a_day, hours),
        "repair_h": daily(6, "repair and upkeep", hours_a_day, hours),
        "rest_h": daily(7, "without a rested crew", hours_a_day, hours),
        "ramp": ramp,
    }


def _first_crossings(curve: Floats, needs: Floats) -> Floats:
    """Where a curve that never falls, given at days 0, 1, ..., first reaches each need; infinity where it does not."""
    # A need that is met but for rounding is met.
    after = np.searchsorted(curve, needs * (1 - 1e-12), side="left")
    inside = np.clip(after, 1, curve.size - 1)
    before = curve[inside - 1]
    rise = curve[inside] - before
    share_of_day = np.ones_like(needs)
    np.divide(needs - before, rise, out=share_of_day, where=rise > 0)
    days = inside - 1 + np.clip(share_of_day, 0.0, 1.0)
    days = np.where(after == 0, 0.0, days)
    return np.where(after >= curve.size, np.inf, days)


def _stops_on_the_way(bridge: Any, mode: str) -> tuple[str, ...]:
    """Names of the places where an aircraft lands on its way out."""
    if mode != "air":
        return ()
    return tuple(leg.destination.removeprefix("stop at ") for leg in bridge.route.legs[:-1])


def _days_in_words(n: int) -> str:
    """A number of days as printed."""
    if n == 1:
        return "1 day"
    return f"{n} days"
