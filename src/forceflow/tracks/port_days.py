"""Arrivals and departures by place and day, from the windows of calls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..arrays import Floats
from .call_labels import place_name
from .call_rows import Call

__all__ = ["PortDays", "port_days"]

_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True, eq=False)
class PortDays:
    """Arrivals and departures at one place, day by day.

    Parameters
    ----------
    place, kind
        Name of the place, and "berth" or "anchorage".
    first
        The first day, UTC.
    arrived, left
        Calls whose window lies in one day, shape (days,).
    arrived_spread, left_spread
        Calls whose window reaches over midnight, in equal parts of an hour over the window, shape (days,).
    open_arrivals, open_departures
        Calls without a window, as the record begins or ends in them; in none of the days.
    calls
        All calls.
    """

    place: str
    kind: str
    first: dt.date
    arrived: Floats
    left: Floats
    arrived_spread: Floats
    left_spread: Floats
    open_arrivals: int
    open_departures: int
    calls: int


def port_days(calls: Sequence[Call]) -> list[PortDays]:
    """Arrivals and departures by place, the place with most calls first; every place over the same days.

    A window that reaches over midnight is spread evenly over its hours: 23:00 to 02:00 is a third of an arrival on the
    first day and two thirds on the next. So the days add up to the calls whose window is known.
    """
    windows = [window for call in calls for window in (_arrival(call), _departure(call)) if window]
    if not windows:
        return []
    first = min(start for start, _ in windows).date()
    days = (max(stop for _, stop in windows).date() - first).days + 1
    groups: dict[tuple[str, str], list[Call]] = {}
    for call in calls:
        groups.setdefault((place_name(call), call.kind), []).append(call)
    found = [_days_of_place(members, first, days) for members in groups.values()]
    return sorted(found, key=lambda place: (-place.calls, place.place, place.kind))


def _days_of_place(calls: Sequence[Call], first: dt.date, days: int) -> PortDays:
    arrivals = [window for call in calls if (window := _arrival(call))]
    departures = [window for call in calls if (window := _departure(call))]
    arrived, arrived_spread = _by_day(arrivals, first, days)
    left, left_spread = _by_day(departures, first, days)
    return PortDays(
        place=place_name(calls[0]),
        kind=calls[0].kind,
        first=first,
        arrived=arrived,
        left=left,
        arrived_spread=arrived_spread,
        left_spread=left_spread,
        open_arrivals=len(calls) - len(arrivals),
        open_departures=len(calls) - len(departures),
        calls=len(calls),
    )


def _by_day(
    windows: Sequence[tuple[dt.datetime, dt.datetime]], first: dt.date, days: int
) -> tuple[Floats, Floats]:
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


def _arrival(call: Call) -> tuple[dt.datetime, dt.datetime] | None:
    return _window(call.arrived_after, call.arrived_by)


def _departure(call: Call) -> tuple[dt.datetime, dt.datetime] | None:
    return _window(call.left_after, call.left_by)


def _window(
    start: dt.datetime | None, stop: dt.datetime | None
) -> tuple[dt.datetime, dt.datetime] | None:
    """A window that is closed at both ends."""
    if start is None or stop is None:
        return None
    return start, stop
