"""The days of an event, and the part of a printed number that falls into them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import permutations
from operator import attrgetter
from typing import TypeAlias

from ..quantity import Quantity
from .bounds import is_ceiling, is_exact, is_floor
from .reports import Claim

__all__ = ["event_window", "is_one_movement", "number_within"]

Window: TypeAlias = tuple[dt.datetime, dt.datetime]
"""First moment, and the first moment after it."""

Numbered: TypeAlias = tuple[Claim, Quantity]
"""A claim and a number that it gives."""

_DAY = dt.timedelta(days=1)
_MOMENT = dt.timedelta.resolution


def is_one_movement(claims: Sequence[Claim], mode: str) -> bool:
    """Whether the claims speak of one movement; a column on the road without a count is one."""
    counts = [count for _, count in _with_counts(claims)]
    exact = list(filter(is_exact, counts))
    if exact:
        return all(count.high <= 1 for count in exact)
    return mode == "road" and not counts


def event_window(claims: Sequence[Claim], conflicts: list[str], *, is_one: bool) -> Window:
    """Days of an event; where the claims differ on them, a line is added to the conflicts.

    One movement happened within the days of every claim. Of several, a floor, a ceiling or a claim without a number
    speaks of some of them and takes nothing from the days of a number.
    """
    if is_one:
        return _meeting_days(claims, claims, conflicts)
    exact = list(filter(_has_exact, claims))
    window = _meeting_days(claims, exact or claims, conflicts)
    if exact:
        return window
    return _window_of_bounds(claims, window)


def _with_counts(claims: Iterable[Claim]) -> list[Numbered]:
    """The claims that count movements, with their counts."""
    return [(claim, claim.movement_count) for claim in claims if claim.movement_count.has_content]


def _with_loads(claims: Iterable[Claim]) -> list[Numbered]:
    """The claims that print a number of anything, with it."""
    return [(claim, claim.number) for claim in claims if claim.number.has_content]


def _has_exact(claim: Claim) -> bool:
    return is_exact(claim.movement_count) or is_exact(claim.number)


def _meeting_days(
    claims: Sequence[Claim], deciding: Sequence[Claim], conflicts: list[str]
) -> Window:
    """Where the days of the deciding claims meet, or from the first to the last where they do not."""
    start = max(map(_start, deciding))
    stop = min(map(_stop, deciding))
    if start >= stop:
        conflicts.append(f"days: {_list_days(claims)}; the window spans the narrowest of them")
        return _spanned(_narrowest(deciding))
    if any(claim.stop <= start or stop <= claim.start for claim in claims):
        conflicts.append(f"days: {_list_days(claims)}; the window is that of the numbers")
    return start, stop


_start = attrgetter("start")
_stop = attrgetter("stop")


def _spanned(claims: Sequence[Claim]) -> Window:
    """From the first to the last day of some claims."""
    return min(map(_start, claims)), max(map(_stop, claims))


def _list_days(claims: Iterable[Claim]) -> str:
    """The days of each claim, the last one included, in words."""
    # A window ends before its last moment, and one seen in a track may be shorter than a day.
    return ", ".join(f"{c.id} {c.start:%Y-%m-%d}/{c.stop - _MOMENT:%Y-%m-%d}" for c in claims)


def _narrowest(claims: Sequence[Claim]) -> list[Claim]:
    """The claims within whose days no other claim is narrower."""
    wider = set()
    for one, other in permutations(claims, 2):
        if _is_inside(one, other):
            wider.add(other.id)
    return [claim for claim in claims if claim.id not in wider]


def _is_inside(one: Claim, other: Claim) -> bool:
    """Whether the window of one lies within that of the other and is narrower."""
    if one.start < other.start or other.stop < one.stop:
        return False
    return one.stop - one.start < other.stop - other.start


def _window_of_bounds(claims: Sequence[Claim], window: Window) -> Window:
    """The window of floors and ceilings; another one than given where none of them says anything of that.

    Counts of movements come first, and loads where there are none. A floor holds over more days than its own.
    """
    counts = _with_counts(claims)
    bounds = counts or _with_loads(claims)
    if not bounds:
        return window
    for claim, number in bounds:
        part = number_within(number, claim, window, is_count=bool(counts), is_one=False)
        if part.has_content:
            return window
    speaking = [claim for claim, _ in bounds]
    # "At least eight" in two months holds of any longer time as well.
    if all(is_floor(number) for _, number in bounds):
        return _spanned(speaking)
    return _meeting_days(speaking, speaking, [])


def number_within(
    number: Quantity, claim: Claim, window: Window, *, is_count: bool, is_one: bool
) -> Quantity:
    """The part of a claim's number that falls into the event's window.

    A rate is multiplied by the days of the window. A number over a longer window is taken in proportion; a count of one
    happened in the window, wherever its own days allow, and the load of one movement with it. A floor says nothing of a
    part of its days, and a ceiling nothing of more than its days.

    Parameters
    ----------
    is_count
        Whether it counts movements; else it is a load.
    is_one
        Whether the event is one movement.
    """
    start, stop = window
    days = (stop - start) / _DAY
    # A rate per day holds for any days.
    if number.per_day:
        return number.over_days(days, unit="movements" if is_count else None)
    if is_one and not is_count:
        return number
    own_days = (claim.stop - claim.start) / _DAY
    shared_days = (min(stop, claim.stop) - max(start, claim.start)) / _DAY
    if is_ceiling(number):
        holds = shared_days == days
    else:
        # A ship that left in late January left once, whatever part of its days the window has.
        holds = shared_days >= own_days or (is_count and number.low <= 1)
    if holds:
        return number
    # "At least eight" in two months may all have been in the other one.
    if is_ceiling(number) or is_floor(number) or shared_days <= 0:
        return Quantity.nothing(number.words)
    return number.times(shared_days / own_days)
