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
from ...evidence.events import FlowEvent, Sailing, Sortie
from ...quantity import Quantity
from ...results.range import Range
from ...world.geography.gazetteer import Place, direction, find_place
from ..bridges.air_bridge import AirBridge
from ..bridges.amounts import Amount, as_quantity
from ..bridges.notes import air_notes, sea_notes
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
        return f"{self.measure}: {self.total} in {_days(self.middle.size)}"


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
        return self.trips.total.times(1 / self.days, unit=f"{'sorties' if self.mode == 'air' else 'sailings'}/day")

    @property
    def edges(self) -> tuple[dt.datetime, ...]:
        """Ends of the days, UTC, one more than days."""
        return tuple(self.start + dt.timedelta(days=day) for day in range(self.days + 1))

    def probability_moved(self, tonnes: float) -> Floats:
        """Share of replications that have delivered so many t by the end of each day, shape (days,)."""
        if not tonnes >= 0:
            raise EstimateError(f"tonnes must be at least 0, got {tonnes!r}")
        return self.tally.share_at_least(float(tonnes) * (1 - 1e-12), row=_CUMULATIVE)[:-1]

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
        exact = need.ends[0] == need.ends[1]
        levels = np.array([tail, 0.5, 1 - tail]) if exact else (np.arange(201) + 0.5) / 201
        needs = np.array([need.best]) if exact else need.quantile((np.arange(201) + 0.5) / 201)
        curves = self.tally.quantiles(1 - levels, first=_CUMULATIVE, last=_CUMULATIVE + 1)[:, 0, :-1]
        times = np.empty((levels.size, needs.size))
        for i, curve in enumerate(curves):
            times[i] = _crossings(np.append(0.0, np.maximum.accumulate(curve)), needs)
        if exact:
            low, middle, high = times[:, 0]
        else:
            low, middle, high = np.quantile(times, (tail, 0.5, 1 - tail), method="inverted_cdf")
        if not math.isfinite(high):
            rate = self.tonnes_per_day.low
            enough = (
                f"days={math.ceil(1.2 * need.ends[1] / rate)} may do"
                if rate > 0
                else "the bridge moves next to nothing"
            )
            raise EstimateError(
                f"{need.best:,.0f} t are not delivered within {self.days} days in all of the range "
                f"({self.cumulative_t.total} by then); simulate more: {enough}"
            )
        return Range(float(low), float(middle), float(high), "days")

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
        if isinstance(replication, bool) or not isinstance(replication, int | np.integer) or replication < 0:
            raise EstimateError(f"a replication has a whole number of at least 0, got {replication!r}")
        found = self.scenario.loads(int(replication))
        bridge = self.scenario.bridge
        ends = bridge.route.origin, bridge.route.destination
        towards = direction(*ends) if all(isinstance(end, Place) for end in ends) else "external"
        origin, destination = (getattr(end, "id", end.name) for end in ends)
        kinds = self.scenario.kinds
        via = tuple(name.removeprefix("stop at ") for name in _stops(bridge, self.mode))
        if isinstance(ends[0], Place):
            via = tuple(find_place(name).id for name in via)
        event: type[FlowEvent] = Sortie if self.mode == "air" else Sailing
        unit = "sorties" if self.mode == "air" else "sailings"
        zero = self.start - dt.timedelta(days=self.warm_up_days)
        return tuple(
            event(
                event_id=f"sim-{self.seed}-{replication}-{number:05d}",
                title=f"simulated: {kinds[int(kind)].name} number {int(vehicle) + 1}, trip {int(trip) + 1}",
                platform=kinds[int(kind)].id,
                origin=origin,
                destination=destination,
                via=via,
                start=zero + dt.timedelta(days=departed),
                stop=max(zero + dt.timedelta(days=delivered), zero + dt.timedelta(days=departed, microseconds=1)),
                direction=towards,
                movements=Quantity.exactly(1, unit=unit),
                tonnes=Quantity.exactly(load, unit="t"),
                cargo=bridge.cargo,
            )
            for number, (kind, vehicle, trip, departed, delivered, load) in enumerate(found.tolist())
        )

    def to_frame(self, *, backend: str = "polars") -> Any:
        """One row per day and measure: start, stop, measure, unit, low, middle, high, mean, mean_error.

        Parameters
        ----------
        backend
            "polars", "pandas" or "pyarrow".
        """
        from ...evidence.tables.event_frames import make_frame

        parts = [self.trips, self.tonnes, self.cumulative_t, self.waiting_h, self.utilisation_h, self.held_h]
        parts += [self.repair_h, self.rest_h, *self.ramp.values()]
        edges, n = self.edges, len(parts)
        columns: dict[str, Any] = {"start": list(edges[:-1]) * n, "stop": list(edges[1:]) * n}
        for name in ("measure", "unit"):
            columns[name] = [getattr(part, name) for part in parts for _ in range(self.days)]
        for name in ("low", "middle", "high", "mean", "mean_error"):
            columns[name] = np.concatenate([getattr(part, name) for part in parts]).tolist()
        return make_frame(columns, backend=backend)

    def __str__(self) -> str:
        """The headline, and each note on a line of its own."""
        return "\n  note: ".join((self._headline, *self.notes))

    @property
    def _headline(self) -> str:
        return (
            f"simulated {self.mode}lift {self.origin} to {self.destination}: {self.tonnes.total} in {_days(self.days)} "
            f"({self.tonnes_per_day}), {self.trips_per_day}; {self.coverage:.0%} of {self.replications:,} "
            f"replications, seed {self.seed}"
        )

    def _repr_html_(self) -> str:
        parts = [self.trips, self.tonnes, self.waiting_h, self.utilisation_h, self.held_h, self.repair_h, self.rest_h]
        rows = "".join(
            f"<tr><th>{html.escape(part.measure)}</th><td>{html.escape(str(part.total))}</td></tr>"
            for part in [*parts, *self.ramp.values()]
        )
        rows += "".join(f"<tr><th>note</th><td>{html.escape(note)}</td></tr>" for note in self.notes)
        return f"<table><caption>{html.escape(self._headline)}</caption>{rows}</table>"


def summarise(tally: Tally, scenario: Scenario, *, start: dt.datetime, coverage: float) -> Simulation:
    """Make the result of what was tallied."""
    tail = (1 - coverage) / 2
    quantiles = tally.quantiles(np.array([tail, 0.5, 1 - tail]))
    mean, error = tally.mean(), tally.mean_error()
    bridge = scenario.bridge
    vehicle, trip = ("aircraft", "sorties") if scenario.mode == "air" else ("ship", "sailings")

    def daily(row: int, measure: str, unit: str, total_unit: str) -> Daily:
        low, middle, high = quantiles[:, row, :-1]
        all_low, all_middle, all_high = quantiles[:, row, -1]
        return Daily(
            measure=measure,
            unit=unit,
            low=low,
            middle=middle,
            high=high,
            mean=mean[row, :-1],
            mean_error=error[row, :-1],
            total=Range(float(all_low), float(all_middle), float(all_high), total_unit),
            total_mean=float(mean[row, -1]),
            total_mean_error=float(error[row, -1]),
        )

    hours, sums = f"{vehicle}-h/day", f"{vehicle}-h"
    return Simulation(
        mode=scenario.mode,
        origin=scenario.bridge.route.origin.name,
        destination=scenario.bridge.route.destination.name,
        platforms=tuple(kind.name for kind in scenario.kinds),
        stations=scenario.stations,
        days=scenario.days,
        warm_up_days=scenario.warm_up_days,
        replications=tally.replications,
        seed=scenario.seed,
        coverage=coverage,
        start=start,
        trips=daily(0, trip, f"{trip}/day", trip),
        tonnes=daily(1, "tonnes", "t/day", "t"),
        cumulative_t=daily(2, "tonnes since the start", "t", "t"),
        waiting_h=daily(3, "waiting", hours, sums),
        utilisation_h=daily(4, "utilisation", f"h/day per {vehicle}", f"h/day per {vehicle}"),
        held_h=daily(5, "held by closed stations", hours, sums),
        repair_h=daily(6, "repair and upkeep", hours, sums),
        rest_h=daily(7, "without a rested crew", hours, sums),
        ramp={
            name: daily(len(ROWS) + s, f"spots in use: {name}", "spots", "spots")
            for s, name in enumerate(scenario.stations)
        },
        scenario=scenario,
        tally=tally,
        notes=air_notes(bridge, model="simulation") if isinstance(bridge, AirBridge) else sea_notes(bridge),
    )


def _crossings(curve: Floats, needs: Floats) -> Floats:
    """Where a curve that never falls, given at days 0, 1, ..., first reaches each need; infinity where it does not."""
    after = np.searchsorted(curve, needs * (1 - 1e-12), side="left")
    inside = np.clip(after, 1, curve.size - 1)
    rise = curve[inside] - curve[inside - 1]
    part = np.divide(needs - curve[inside - 1], rise, out=np.ones_like(needs), where=rise > 0)
    days = np.where(after == 0, 0.0, inside - 1 + np.clip(part, 0.0, 1.0))
    return np.where(after >= curve.size, np.inf, days)


def _stops(bridge: Any, mode: str) -> tuple[str, ...]:
    return tuple(leg.destination for leg in bridge.route.legs[:-1]) if mode == "air" else ()


def _days(n: int) -> str:
    return "1 day" if n == 1 else f"{n} days"
