"""What physics says against a claim or an event: flags for the analyst; nothing is deleted."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ..display import Listed
from ..errors import ForceflowError, UnknownNameError
from ..modes import MODES
from ..quantity import Quantity
from ..quantity.units import KM_PER_NM
from ..world import Aircraft, Vessel, find_place, find_platform, route
from .events import FlowEvent
from .platform_names import platform_ids
from .reports import Claim, Report
from .tables.event_frames import as_events

__all__ = ["Flag", "flag_infeasible", "light_loads", "too_heavy"]

_FULLEST = "C-17", 823
"""The fullest flight published: Reach 871 out of Kabul, 15 August 2021 (aviationgeek-reach871)."""
_FULLEST_AIRLINER = 2.3
"""People for each seat of the fullest airliner: some 1,090 on a 747 of 480 seats, Operation Solomon 1991 (recalled)."""


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that cannot be as it was said.

    Parameters
    ----------
    claims
        Ids of the claims (or events) that exclude each other, or of the one that excludes itself.
    reason
        What would have had to be, and what can be.
    """

    claims: tuple[str, ...]
    reason: str

    def __str__(self) -> str:
        return f"{' + '.join(self.claims)}: {self.reason}"


@dataclass(frozen=True, slots=True)
class _Said:
    """A claim or an event, as far as physics can judge it; an unknown platform is ""."""

    id: str
    event: str
    mode: str
    kind: str
    platforms: tuple[str, ...]
    origin: str
    destination: str
    via: tuple[str, ...]
    start: dt.datetime
    stop: dt.datetime
    tonnes: Quantity | None
    movements: Quantity
    people: Quantity | None = None


def flag_infeasible(told: Any) -> tuple[Flag, ...]:
    """Claims or events that physics speaks against: loads above what a type lifts, ships faster than they sail.

    Parameters
    ----------
    told
        Reports, whose claims stay as they are; or flow events, or a frame of them.

    Returns
    -------
    tuple of Flag
        In order of ids.

    Raises
    ------
    FrameError
        It is none of these.

    Notes
    -----
    Load: published tonnes per aircraft above the structural payload, per ship above the deadweight, or the payload at
    the distance is out of reach; people per aircraft above the density of the fullest flight published. Speed: a named
    vessel at two places in windows that do not overlap has from the first moment of one window to the last of the next
    to get there by the shortest open sea route; flagged when even that needs 5 % above its top speed. Voyages: two
    movements of one named vessel (of two events) leave at some moment of their windows; from the first to the second
    departure it has to make the first voyage and reach the origin of the second, in one order or the other. A movement
    of several sailings of one named vessel has to come back between them. A class is no single vessel, and an aircraft
    type no single aircraft: they are not judged so.

    Examples
    --------
    >>> import forceflow as ff
    >>> import polars as pl
    >>> row = {"mode": "air", "platform": "C-17", "start": "2025-01-10", "movements": 1, "tonnes": 70_000}
    >>> events = ff.from_frame(pl.DataFrame([{**row, "origin": "Ramstein", "destination": "Hmeimim"}]))
    >>> print(ff.flag_infeasible(events)[0])
    row 0: 70,000 t an aircraft; C-17 lifts 78 t at most
    """
    flags: list[Flag] = []
    sightings: dict[str, list[tuple[_Said, str]]] = {}
    for one in _said(told):
        flags += [*_weight(one), *_crowd(one), *_reach(one)]
        if one.mode == "sea" and one.kind in ("movement", "presence"):
            for name in _named_vessels(one):
                sightings.setdefault(name, []).append((one, one.origin))
    for name, seen in sorted(sightings.items()):
        apart = _speed(name, seen)
        known = {flag.claims for flag in apart}
        flags += [
            *apart,
            *(flag for flag in _voyages(name, [s for s, _ in seen]) if flag.claims not in known),
        ]
    return Listed(sorted(set(flags), key=lambda flag: (flag.claims, flag.reason)))


def too_heavy(events: Iterable[FlowEvent]) -> tuple[str, ...]:
    """Ids of events that carry more tonnes a movement than their aircraft or ships can."""
    return tuple(
        event.event_id for event in events if event.tonnes is not None and _weight(_of_event(event))
    )


def _said(told: Any) -> Iterable[_Said]:
    """What reports say moved or was seen, in order of report; or events."""
    if isinstance(told, Report):
        told = (told,)
    things = tuple(told) if isinstance(told, list | tuple | Iterator) else told
    if not isinstance(things, tuple) or not all(isinstance(thing, Report) for thing in things):
        return [_of_event(event) for event in as_events(things)]
    reports = sorted(things, key=lambda report: report.id)
    return [_of_claim(claim) for report in reports for claim in report.claims]


def _of_claim(claim: Claim) -> _Said:
    try:
        platforms = platform_ids(claim.platform, claim.mode) if claim.platform else ()
    except UnknownNameError:
        platforms = tuple(_id_or_nothing(name) for name in claim.platform.split(";"))
    return _Said(
        claim.id,
        claim.event,
        str(claim.mode),
        claim.kind,
        platforms,
        claim.origin,
        claim.destination,
        claim.via,
        claim.start,
        claim.stop,
        claim.number if claim.measure == "tonnes" else None,
        claim.movement_count,
        claim.number if claim.measure == "personnel" else None,
    )


def _id_or_nothing(name: str) -> str:
    try:
        return find_platform(name.strip()).id
    except UnknownNameError:
        return ""


def _of_event(event: FlowEvent) -> _Said:
    return _Said(
        event.event_id,
        event.event_id,
        event.mode,
        "movement",
        event.platforms,
        event.origin,
        event.destination,
        event.via,
        event.start,
        event.stop,
        event.tonnes,
        event.movements,
        event.personnel,
    )


def _weight(said: _Said) -> list[Flag]:
    """More tonnes in each than the largest of the types carries."""
    flags = []
    if all(said.platforms) and (tonnes := _each(said, said.tonnes)) is not None:
        found = [find_platform(name) for name in said.platforms]
        crafts = [
            (p.name, p.structural_payload_t.high)
            for p in found
            if said.mode == "air" and isinstance(p, Aircraft)
        ]
        ships = [
            (p.name, p.deadweight_t.high)
            for p in found
            if said.mode == "sea" and isinstance(p, Vessel)
        ]
        most = max((most for _, most in crafts or ships), default=math.inf)
        if tonnes > most:
            names = ", ".join(name for name, _ in crafts or ships)
            kind, does = ("an aircraft", "lifts") if crafts else ("a ship", "carries")
            flags.append(
                Flag((said.id,), f"{tonnes:,.0f} t {kind}; {names} {does} {most:,.0f} t at most")
            )
    return flags


def _reach(said: _Said) -> list[Flag]:
    """Farther by air than the type flies empty."""
    if not all(said.platforms):
        return []
    found = [find_platform(name) for name in said.platforms]
    flags = []
    if said.mode == "air" and said.kind == "movement" and found:
        way = route(said.origin, said.destination, mode="air", via=said.via)
        for craft in found:
            if isinstance(craft, Aircraft) and way.distance_km > craft.ferry_range_km.value.high:
                flags.append(
                    Flag(
                        (said.id,),
                        f"{way.distance_km:,.0f} km without a stop; {craft.name} flies "
                        f"{craft.ferry_range_km.value.high:,.0f} km empty at most",
                    )
                )
    return flags


def _each(said: _Said, load: Quantity | None) -> float | None:
    """The load of one movement, best for best; None where either number is missing."""
    if load is None or not load.has_content or not said.movements.has_content:
        return None
    return load.best / said.movements.best if said.movements.best > 0 else None


def _crowd(said: _Said) -> list[Flag]:
    """More people in each aircraft than on the fullest flights published."""
    people = _each(said, said.people)
    if said.mode != "air" or people is None or not all(said.platforms):
        return []
    found = [p for name in said.platforms if isinstance(p := find_platform(name), Aircraft)]
    limits = [most for craft in found if (most := _most_people(craft)) is not None]
    if len(limits) < len(found) or not limits or people <= max(limits):
        return []
    names = ", ".join(craft.name for craft in found)
    return [
        Flag(
            (said.id,),
            f"{people:,.0f} people an aircraft; {names} holds {max(limits):,.0f} at most, packed as on the fullest "
            f"flight published ({_FULLEST[1]} people on a {_FULLEST[0]})",
        )
    ]


def _most_people(craft: Aircraft) -> float | None:
    """People on one flight packed as on the fullest flights published; None for a type without seats.

    For an airlifter by seats or by payload, whichever allows more: types differ in how many seats their floor carries.
    """
    if craft.seats is None:
        return None
    if craft.role == "airliner":
        return craft.seats.high * _FULLEST_AIRLINER
    fullest = find_platform(_FULLEST[0])
    assert isinstance(fullest, Aircraft)
    assert fullest.seats is not None
    by_seats = _FULLEST[1] * craft.seats.high / fullest.seats.high
    by_payload = _FULLEST[1] * craft.structural_payload_t.high / fullest.structural_payload_t.high
    return max(by_seats, by_payload)


def light_loads(events: Iterable[FlowEvent]) -> tuple[str, ...]:
    """Notes on platforms whose load by the catalogue is below all that other rows of the same events print.

    Parameters
    ----------
    events
        The events of one estimate, some with tonnes and some without.
    """
    printed: dict[tuple[str, str], list[float]] = {}
    silent: dict[tuple[str, str], int] = {}
    for event in events:
        key = (event.mode, event.platform)
        if event.tonnes is None and event.mode != "road":
            silent[key] = silent.get(key, 0) + 1
        elif (each := _each(_of_event(event), event.tonnes)) is not None:
            printed.setdefault(key, []).append(each)
    return tuple(
        note
        for key in silent
        if key in printed and (note := _light(key, printed[key], silent[key]))
    )


def _light(key: tuple[str, str], printed: list[float], silent: int) -> str:
    """The note on one platform, or ""."""
    mode, platform = key
    found = [find_platform(name) for name in platform.split(" + ")]
    loads = [p.cargo_t.best * p.load_factor().best for p in found if isinstance(p, Vessel)]
    loads += [
        p.structural_payload_t.best * p.load_factor().best for p in found if isinstance(p, Aircraft)
    ]
    if not loads or max(loads) >= min(printed):
        return ""
    low, high, each = min(printed), max(printed), MODES[mode].trip
    span = f"{low:,.0f} t" if low == high else f"{low:,.0f} to {high:,.0f} t"
    return (
        f"the catalogue's load of {platform} (about {max(loads):,.0f} t), used for {silent} events without tonnes, is "
        f"below what other rows of these events say ({span} {each}): give their tonnes or the platform"
    )


def _named_vessels(said: _Said) -> list[str]:
    return [
        name
        for name in said.platforms
        if name
        and isinstance(find_platform(name), Vessel)
        and "class" not in name.lower()
        and "ship" not in name.lower()
    ]


def _speed(name: str, seen: list[tuple[_Said, str]]) -> list[Flag]:
    vessel = find_platform(name)
    assert isinstance(vessel, Vessel)
    top = vessel.speed_km_per_h.high
    flags = []
    ordered = sorted(
        ((c, place) for c, place in seen if place), key=lambda pair: (pair[0].start, pair[0].id)
    )
    for (one, here), (other, there) in pairwise(ordered):
        if other.start < one.stop or find_place(here).id == find_place(there).id:
            continue
        try:
            distance = route(here, there, mode="sea").distance_km
        except ForceflowError:
            continue
        hours = (other.stop - one.start).total_seconds() / 3600
        if distance / hours > top * 1.05:
            need, can = distance / hours / KM_PER_NM, top / KM_PER_NM
            flags.append(
                Flag(
                    (one.id, other.id),
                    f"{name} from {find_place(here).name} to {find_place(there).name} would have needed {need:.0f} kn; "
                    f"it sails {can:.0f} kn at most",
                )
            )
    return flags


def _voyages(name: str, seen: list[_Said]) -> list[Flag]:
    """Voyages of one vessel that leave it no time to come back for the next."""
    moves = sorted(
        (s for s in seen if s.kind == "movement" and s.origin and s.destination), key=_by_window
    )
    flags = [flag for move in moves if (flag := _too_often(name, move)) is not None]
    for one, other in pairwise(moves):
        if one.event == other.event:
            continue
        orders = [(one, other), (other, one)]
        lacks = [_lack(name, first, then) for first, then in orders if first.start < then.stop]
        if all(lacks):
            flags.append(Flag((one.id, other.id), lacks[0]))
    return flags


def _by_window(said: _Said) -> tuple[dt.datetime, dt.datetime, str]:
    return said.start, said.stop, said.id


def _too_often(name: str, said: _Said) -> Flag | None:
    """Several sailings of one movement without the time to come back between them."""
    times = (
        math.ceil(said.movements.low / max(1, len(said.platforms)))
        if said.movements.has_content
        else 1
    )
    there, back = (
        _sea_km((said.origin, *said.via, said.destination)),
        _sea_km((said.destination, said.origin)),
    )
    if times < 2 or there is None or back is None:
        return None
    lack = _too_far(name, (times - 1) * (there + back), said.stop - said.start)
    return (
        Flag((said.id,), f"{times} sailings, each from {find_place(said.origin).name}: {lack}")
        if lack
        else None
    )


def _lack(name: str, first: _Said, then: _Said) -> str:
    """Why a vessel cannot make one voyage and be at the start of the next in time, or ""."""
    there = _sea_km((first.origin, *first.via, first.destination))
    on = _sea_km((first.destination, then.origin))
    if there is None or on is None:
        return ""
    lack = _too_far(name, there + on, then.stop - first.start)
    places = [find_place(place).name for place in (first.origin, first.destination, then.origin)]
    return f"{places[0]} to {places[1]} and on to {places[2]}: {lack}" if lack else ""


def _too_far(name: str, km: float, time: dt.timedelta) -> str:
    """Why a distance is out of reach of a vessel in a time, or ""."""
    vessel = find_platform(name)
    assert isinstance(vessel, Vessel)
    hours, top = time.total_seconds() / 3600, vessel.speed_km_per_h.high
    if km <= 1.05 * top * hours:
        return ""
    return (
        f"{name} would have needed {km / hours / KM_PER_NM:,.0f} kn for {km:,.0f} km in {hours:,.0f} h; "
        f"it sails {top / KM_PER_NM:.0f} kn at most"
    )


def _sea_km(calls: tuple[str, ...]) -> float | None:
    """Length of the shortest open sea route along the calls, km; None where there is none to measure."""
    km = 0.0
    for here, there in pairwise(calls):
        one, other = find_place(here), find_place(there)
        if one.id == other.id or (one.port or one.id) == (other.port or other.id):
            continue
        try:
            km += route(one, other, mode="sea").distance_km
        except ForceflowError:
            return None
    return km
