"""Whether a named vessel can be where it was seen, and make the voyages reported of it, in time."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from ..errors import ForceflowError
from ..quantity.units import KM_PER_NM
from ..world import Place, Vessel, find_place, find_platform, route
from .physical_checks import Flag, Judged

__all__ = ["flag_vessel", "is_named_vessel"]

_TOLERANCE = 1.05
"""A speed is flagged when it is this far above the top speed."""


def is_named_vessel(name: str) -> bool:
    """Whether a platform id is that of one vessel, and not of a class or of a kind of ships."""
    if not name or not isinstance(find_platform(name), Vessel):
        return False
    return "class" not in name.lower() and "ship" not in name.lower()


def flag_vessel(name: str, seen: Sequence[Judged]) -> list[Flag]:
    """All that a vessel cannot have done: too fast from sighting to sighting, or from voyage to voyage."""
    flags = _flag_speed(name, seen)
    known = {flag.claims for flag in flags}
    for flag in _flag_voyages(name, seen):
        if flag.claims not in known:
            flags.append(flag)
    return flags


def _flag_speed(name: str, seen: Iterable[Judged]) -> list[Flag]:
    """Sightings that follow each other too fast for the way between them."""
    flags = []
    placed = sorted((one for one in seen if one.origin), key=_by_start)
    for one, other in pairwise(placed):
        # Windows that overlap leave room for any order and any speed.
        if other.start < one.stop:
            continue
        reason = _too_fast(name, one, other)
        if reason:
            flags.append(Flag((one.id, other.id), reason))
    return flags


def _by_start(judged: Judged) -> tuple[dt.datetime, str]:
    return judged.start, judged.id


def _too_fast(name: str, one: Judged, other: Judged) -> str:
    """Why a vessel cannot have come from one sighting to the next, or ""."""
    here, there = find_place(one.origin), find_place(other.origin)
    if here.id == there.id:
        return ""
    try:
        km = route(one.origin, other.origin, mode="sea").distance_km
    except ForceflowError:
        # A way that cannot be measured excludes nothing.
        return ""
    needed = km / _hours(other.stop - one.start)
    top = _top_speed(name)
    if needed <= top * _TOLERANCE:
        return ""
    return (
        f"{name} from {here.name} to {there.name} would have needed {needed / KM_PER_NM:.0f} kn; "
        f"it sails {top / KM_PER_NM:.0f} kn at most"
    )


def _hours(time: dt.timedelta) -> float:
    return time.total_seconds() / 3600


def _top_speed(name: str) -> float:
    """Top speed of a vessel, km/h."""
    vessel = find_platform(name)
    assert isinstance(vessel, Vessel)
    return vessel.speed_km_per_h.high


def _flag_voyages(name: str, seen: Iterable[Judged]) -> list[Flag]:
    """Voyages of one vessel that leave it no time to come back for the next."""
    voyages = sorted(filter(_is_voyage, seen), key=_by_window)
    flags = []
    for voyage in voyages:
        reason = _too_often(name, voyage)
        if reason:
            flags.append(Flag((voyage.id,), reason))
    for one, other in pairwise(voyages):
        # Claims of one event speak of the same voyage.
        if one.event != other.event:
            reason = _too_close(name, one, other)
            if reason:
                flags.append(Flag((one.id, other.id), reason))
    return flags


def _is_voyage(judged: Judged) -> bool:
    return judged.kind == "movement" and bool(judged.origin and judged.destination)


def _by_window(judged: Judged) -> tuple[dt.datetime, dt.datetime, str]:
    return judged.start, judged.stop, judged.id


def _too_often(name: str, voyage: Judged) -> str:
    """Why a vessel cannot have made several sailings of one movement, or ""."""
    sailings = _sailings_of_each(voyage)
    if sailings < 2:
        return ""
    there = _sea_km((voyage.origin, *voyage.via, voyage.destination))
    back = _sea_km((voyage.destination, voyage.origin))
    if there is None or back is None:
        return ""
    # The last sailing needs no way back, and leaves within the window.
    lack = _too_far(name, (sailings - 1) * (there + back), voyage.stop - voyage.start)
    if not lack:
        return ""
    return f"{sailings} sailings, each from {find_place(voyage.origin).name}: {lack}"


def _sailings_of_each(voyage: Judged) -> int:
    """How many sailings each of the ships made at least."""
    if not voyage.movements.has_content:
        return 1
    return math.ceil(voyage.movements.low / max(1, len(voyage.platforms)))


def _too_close(name: str, one: Judged, other: Judged) -> str:
    """Why a vessel cannot have made two voyages, in either order, or ""."""
    reasons = []
    for first, then in ((one, other), (other, one)):
        if first.start < then.stop:
            reasons.append(_too_late(name, first, then))
    # One order that is possible is enough.
    if not reasons or not all(reasons):
        return ""
    return reasons[0]


def _too_late(name: str, first: Judged, then: Judged) -> str:
    """Why a vessel cannot make one voyage and be at the start of the next in time, or ""."""
    there = _sea_km((first.origin, *first.via, first.destination))
    on = _sea_km((first.destination, then.origin))
    if there is None or on is None:
        return ""
    lack = _too_far(name, there + on, then.stop - first.start)
    if not lack:
        return ""
    origin, destination = find_place(first.origin), find_place(first.destination)
    return f"{origin.name} to {destination.name} and on to {find_place(then.origin).name}: {lack}"


def _too_far(name: str, km: float, time: dt.timedelta) -> str:
    """Why a distance is out of reach of a vessel in a time, or ""."""
    hours, top = _hours(time), _top_speed(name)
    if km <= _TOLERANCE * top * hours:
        return ""
    return (
        f"{name} would have needed {km / hours / KM_PER_NM:,.0f} kn for {km:,.0f} km in {hours:,.0f} h; "
        f"it sails {top / KM_PER_NM:.0f} kn at most"
    )


def _sea_km(calls: tuple[str, ...]) -> float | None:
    """Length of the shortest open sea route along the calls, km; None where there is none to measure."""
    km = 0.0
    for here, there in pairwise(map(find_place, calls)):
        if here.id == there.id or _port_of(here) == _port_of(there):
            continue
        try:
            km += route(here, there, mode="sea").distance_km
        except ForceflowError:
            return None
    return km


def _port_of(place: Place) -> str:
    return place.port or place.id
