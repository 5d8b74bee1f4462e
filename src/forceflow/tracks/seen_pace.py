"""How hard a fleet was seen to work: hours of the day, flying hours a day, and aircraft on the ground at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from ..quantity import Quantity
from ..quantity.units import HOURS_PER_DAY
from .leg_rows import Leg
from .trips import Stay

__all__ = ["block_h_per_day", "closed_hours", "is_night", "most_at_once", "operating_hours"]

_HOUR = dt.timedelta(hours=1)
_MOST_SHARE = 0.9
_LEAST_MOMENTS = 10
"""Fewer take-offs and landings say nothing of the hours in which a field works (a prior)."""
_LEAST_NIGHT_H = 4.0
"""A shorter quiet part of the clock is no night (a prior)."""


def operating_hours(moments: Sequence[dt.datetime]) -> Quantity | None:
    """Hours of the day, UTC, in which a bridge works: the shortest stretch that holds its take-offs and landings.

    From the stretch with 90 % of them to that with all, widened by what even moments of that number leave uncovered;
    None for fewer than 10 moments.

    Parameters
    ----------
    moments
        Of take-offs and landings at both ends.
    """
    many = len(moments)
    if many < _LEAST_MOMENTS:
        return None
    (_, most), (_, every) = (_shortest_arc(moments, share) for share in (_MOST_SHARE, 1.0))
    # Of n even moments the outermost two leave 2 / (n + 1) of the time uncovered.
    widened = min(HOURS_PER_DAY, every * (many + 1) / (many - 1))
    words = (
        f"{many} take-offs and landings: the hours that hold 90 % of them to those that hold all"
    )
    low, best, high = (max(value, 1.0) for value in (most, every, widened))
    if low == high:
        return Quantity.exactly(best, unit="h", words=words)
    return Quantity(low, best, high, unit="h", words=words)


def _hour_of_day(moment: dt.datetime) -> float:
    start = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return (moment - start) / _HOUR


def _shortest_arc(moments: Sequence[dt.datetime], share: float) -> tuple[float, float]:
    """Hour at which the shortest stretch of the clock begins that holds such a share of moments, and its length, h."""
    hours = np.sort([_hour_of_day(moment) for moment in moments])
    count = max(1, round(share * len(hours)))
    twice = np.concatenate([hours, hours + HOURS_PER_DAY])
    lengths = twice[count - 1 : count - 1 + len(hours)] - hours
    first = int(lengths.argmin())
    return float(hours[first]), float(lengths[first])


def closed_hours(moments: Sequence[dt.datetime]) -> tuple[float, float] | None:
    """Hour of the day, UTC, at which the quiet part of the clock begins, and its length, h.

    That is all but the shortest stretch with 90 % of the take-offs and landings; None for fewer than 10 of them, and
    for less than 4 h.
    """
    if len(moments) < _LEAST_MOMENTS:
        return None
    start, length = _shortest_arc(moments, _MOST_SHARE)
    quiet = HOURS_PER_DAY - length
    if quiet < _LEAST_NIGHT_H:
        return None
    return (start + length) % HOURS_PER_DAY, quiet


def is_night(stay: Stay, closed: tuple[float, float] | None) -> bool:
    """Whether a stay takes up more than half of the quiet part of some day."""
    if closed is None:
        return False
    start_h, length_h = closed
    landed = _middle(stay.reached.last_aloft, stay.reached.landed_by)
    took_off = _middle(stay.left.first_aloft, stay.left.took_off_after)
    day = landed.replace(hour=0, minute=0, second=0, microsecond=0) - dt.timedelta(days=1)
    while day < took_off:
        start = day + start_h * _HOUR
        shared = min(took_off, start + length_h * _HOUR) - max(landed, start)
        if shared > length_h / 2 * _HOUR:
            return True
        day += dt.timedelta(days=1)
    return False


def _middle(one: dt.datetime, other: dt.datetime | None) -> dt.datetime:
    if other is None:
        return one
    return one + (other - one) / 2


def block_h_per_day(
    legs: Iterable[Leg], planned_h: Callable[[Leg], float]
) -> tuple[float, float, int]:
    """Mean and most block hours of an aircraft on a day on which it flew, and how many such days there are.

    A leg counts for the day of its take-off, with the middle of its shortest and longest time, or with its planned
    block time where that is longer: a track begins behind the taxiing, and the bridge reckons with block hours.

    Parameters
    ----------
    legs
        At least one.
    planned_h
        Block time of a leg by the tables, h; 0 where an end is not known.
    """
    hours: dict[tuple[str, dt.date], float] = {}
    for leg in legs:
        day = leg.aircraft, leg.first_aloft.date()
        shortest = (leg.last_aloft - leg.first_aloft) / _HOUR
        flown = (shortest + leg.longest_h) / 2
        hours[day] = hours.get(day, 0.0) + max(flown, planned_h(leg))
    values = list(hours.values())
    most = min(max(values), HOURS_PER_DAY)
    return min(sum(values) / len(values), most), most, len(values)


def most_at_once(stays: Iterable[Stay]) -> int:
    """Most aircraft that were surely on the ground at the same time."""
    steps: list[tuple[dt.datetime, int]] = []
    for stay in stays:
        start, stop = stay.reached.landed_by, stay.left.took_off_after
        if start is not None and stop is not None and start < stop:
            steps += [(start, 1), (stop, -1)]
    most = now = 0
    # At one moment the one that leaves makes room for the one that comes.
    for _, step in sorted(steps):
        now += step
        most = max(most, now)
    return most
