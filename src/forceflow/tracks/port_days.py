"""Arrivals and departures by place and day, from the windows of calls and of legs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..arrays import Floats
from .call_labels import place_name
from .call_rows import Call
from .leg_rows import Leg
from .leg_table import field_name

__all__ = ["PortDays", "field_days", "port_days"]

_DAY_S = 86_400.0


Window = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True, slots=True, eq=False)
class PortDays:
    """Arrivals and departures at one place, day by day.

    Parameters
    ----------
    place, kind
        Name of the place, and "berth", "anchorage" or "field".
    first
        The first day, UTC.
    arrived, left
        Those whose window lies in one day, shape (days,).
    arrived_spread, left_spread
        Those whose window reaches over midnight, in equal parts of an hour over the window, shape (days,).
    arrivals, departures
        How many there are, with a window or without.
    open_arrivals, open_departures
        Those without a window, as the record begins or ends in them; in none of the days.
    """

    place: str
    kind: str
    first: dt.date
    arrived: Floats
    left: Floats
    arrived_spread: Floats
    left_spread: Floats
    arrivals: int
    departures: int
    open_arrivals: int
    open_departures: int


@dataclass(frozen=True, slots=True)
class Traffic:
    """Windows of all arrivals and departures at one place; None for each that has no window."""

    place: str
    kind: str
    arrivals: list[Window | None] = field(default_factory=list)
    departures: list[Window | None] = field(default_factory=list)


def port_days(calls: Sequence[Call]) -> list[PortDays]:
    """Arrivals and departures of port calls by place, as `days_of` gives them."""
    places: dict[tuple[str, str], Traffic] = {}
    for call in calls:
        key = place_name(call), call.kind
        one = places.setdefault(key, Traffic(*key))
        one.arrivals.append(_window(call.arrived_after, call.arrived_by))
        one.departures.append(_window(call.left_after, call.left_by))
    return days_of(places.values())


def field_days(legs: Iterable[Leg]) -> list[PortDays]:
    """Landings and take-offs of legs by field, as `days_of` gives them; those at no known field are in none."""
    fields: dict[str, Traffic] = {}
    for leg in legs:
        if leg.destination:
            name = field_name(leg.destination)
            one = fields.setdefault(name, Traffic(name, "field"))
            one.arrivals.append(_window(leg.landed_after, leg.landed_by))
        if leg.origin:
            name = field_name(leg.origin)
            one = fields.setdefault(name, Traffic(name, "field"))
            one.departures.append(_window(leg.took_off_after, leg.took_off_by))
    return days_of(fields.values())


def days_of(places: Iterable[Traffic]) -> list[PortDays]:
    """Arrivals and departures by place and day, the place with most first; every place over the same days.

    A window that reaches over midnight is spread evenly over its hours: 23:00 to 02:00 is a third of an arrival on the
    first day and two thirds on the next. So the days add up to the arrivals whose window is known.
    """
    traffic = list(places)
    windows = [window for one in traffic for window in (*one.arrivals, *one.departures) if window]
    if not windows:
        return []
    first = min(start for start, _ in windows).date()
    days = (max(stop for _, stop in windows).date() - first).days + 1
    found = [_days_of_place(one, first, days) for one in traffic]
    return sorted(
        found,
        key=lambda one: (-max(one.arrivals, one.departures), one.place, one.kind),
    )


def _days_of_place(one: Traffic, first: dt.date, days: int) -> PortDays:
    arrivals = [window for window in one.arrivals if window]
    departures = [window for window in one.departures if window]
    arrived, arrived_spread = _by_day(arrivals, first, days)
    left, left_spread = _by_day(departures, first, days)
    return PortDays(
        place=one.place,
        kind=one.kind,
        first=first,
        arrived=arrived,
        left=left,
        arrived_spread=arrived_spread,
        left_spread=left_spread,
        arrivals=len(one.arrivals),
        departures=len(one.departures),
        open_arrivals=len(one.arrivals) - len(arrivals),
        open_departures=len(one.departures) - len(departures),
    )


def _by_day(windows: Sequence[Window], first: dt.date, days: int) -> tuple[Floats, Floats]:
    """Windows within one day, and shares of those over several, by day."""
    whole, spread = np.zeros(days), np.zeros(days)
    midnight = dt.datetime.combine(first, dt.time(), dt.UTC)
    edges = np.arange(days + 1) * _DAY_S
    for start, stop in windows:
        begin, end = ((moment - midnight).total_seconds() for moment in (start, stop))
        if start.date() == stop.date():
            whole[int(begin // _DAY_S)] += 1
            continue
        overlap = np.minimum(edges[1:], end) - np.maximum(edges[:-1], begin)
        spread += np.clip(overlap, 0.0, None) / (end - begin)
    return whole, spread


def _window(start: dt.datetime | None, stop: dt.datetime | None) -> Window | None:
    """A window that is closed at both ends."""
    if start is None or stop is None:
        return None
    return start, stop
