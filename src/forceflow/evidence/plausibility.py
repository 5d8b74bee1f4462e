"""What physics says against a claim or an event: flags for the analyst; nothing is deleted."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from ..display import Listed
from ..modes import MODES
from ..world import Aircraft, Vessel, find_platform, route
from .events import FlowEvent
from .physical_checks import Flag, Judged, judge_event, judge_things
from .voyage_times import flag_vessel, is_named_vessel

__all__ = ["Flag", "flag_infeasible", "light_loads", "too_heavy"]

_FULLEST = "C-17", 823
"""The fullest flight published: Reach 871 out of Kabul, 15 August 2021 (aviationgeek-reach871)."""
_FULLEST_AIRLINER = 2.3
"""People for each seat of the fullest airliner: some 1,090 on a 747 of 480 seats, Operation Solomon 1991 (recalled)."""


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
    flags: set[Flag] = set()
    seen_of: dict[str, list[Judged]] = {}
    for judged in judge_things(told):
        flags.update(_flag_tonnes(judged), _flag_people(judged), _flag_range(judged))
        if judged.mode == "sea" and judged.kind in ("movement", "presence"):
            for name in filter(is_named_vessel, judged.platforms):
                seen_of.setdefault(name, []).append(judged)
    for name, seen in seen_of.items():
        flags.update(flag_vessel(name, seen))
    return Listed(sorted(flags, key=attrgetter("claims", "reason")))


def too_heavy(events: Iterable[FlowEvent]) -> tuple[str, ...]:
    """Ids of events that carry more tonnes a movement than their aircraft or ships can."""
    heavy = []
    for event in events:
        if event.tonnes is not None and _flag_tonnes(judge_event(event)):
            heavy.append(event.event_id)
    return tuple(heavy)


def _flag_tonnes(judged: Judged) -> list[Flag]:
    """More tonnes in each than the largest of the types carries."""
    tonnes = judged.load_of_each(judged.tonnes)
    # The load may have been on a type that is unknown.
    if tonnes is None or not all(judged.platforms):
        return []
    capacities = _capacities(judged)
    most = max(capacities.values(), default=math.inf)
    if tonnes <= most:
        return []
    what = "a ship; {} carries" if judged.mode == "sea" else "an aircraft; {} lifts"
    names = ", ".join(capacities)
    return [Flag((judged.id,), f"{tonnes:,.0f} t {what.format(names)} {most:,.0f} t at most")]


def _capacities(judged: Judged) -> dict[str, float]:
    """The most tonnes each type carries, by name; none for a type that does not move so, or on the road."""
    capacities = {}
    for platform in map(find_platform, judged.platforms):
        if judged.mode == "air" and isinstance(platform, Aircraft):
            capacities[platform.name] = platform.structural_payload_t.high
        elif judged.mode == "sea" and isinstance(platform, Vessel):
            capacities[platform.name] = platform.deadweight_t.high
    return capacities


def _flag_range(judged: Judged) -> list[Flag]:
    """Farther by air than the type flies empty."""
    if judged.mode != "air" or judged.kind != "movement":
        return []
    if not judged.platforms or not all(judged.platforms):
        return []
    km = route(judged.origin, judged.destination, mode="air", via=judged.via).distance_km
    flags = []
    for craft in _aircraft_of(judged):
        furthest = craft.ferry_range_km.value.high
        if km > furthest:
            reason = (
                f"{km:,.0f} km without a stop; {craft.name} flies {furthest:,.0f} km empty at most"
            )
            flags.append(Flag((judged.id,), reason))
    return flags


def _aircraft_of(judged: Judged) -> list[Aircraft]:
    platforms = map(find_platform, judged.platforms)
    return [platform for platform in platforms if isinstance(platform, Aircraft)]


def _flag_people(judged: Judged) -> list[Flag]:
    """More people in each aircraft than on the fullest flights published."""
    people = judged.load_of_each(judged.personnel)
    if people is None or judged.mode != "air" or not all(judged.platforms):
        return []
    limits = {}
    for craft in _aircraft_of(judged):
        # A type without seats sets no limit, and the people may all have been on it.
        most = _most_people(craft)
        if most is None:
            return []
        limits[craft.name] = most
    highest = max(limits.values(), default=math.inf)
    if people <= highest:
        return []
    fullest, aboard = _FULLEST
    return [
        Flag(
            (judged.id,),
            f"{people:,.0f} people an aircraft; {', '.join(limits)} holds {highest:,.0f} at most, packed as on the "
            f"fullest flight published ({aboard} people on a {fullest})",
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
            continue
        tonnes = judge_event(event).load_of_each(event.tonnes)
        if tonnes is not None:
            printed.setdefault(key, []).append(tonnes)
    notes = []
    for (mode, platform), count in silent.items():
        loads = printed.get((mode, platform))
        if not loads:
            continue
        usual = _catalogue_load(platform)
        if usual is not None and usual < min(loads):
            notes.append(_note_on_light_load(mode, platform, usual, loads, count))
    return tuple(notes)


def _catalogue_load(platform: str) -> float | None:
    """The greatest usual load of some platforms, t; None where none of them is a ship or an aircraft."""
    loads = []
    for found in map(find_platform, platform.split(" + ")):
        if isinstance(found, Vessel):
            loads.append(found.cargo_t.best * found.load_factor().best)
        elif isinstance(found, Aircraft):
            loads.append(found.structural_payload_t.best * found.load_factor().best)
    return max(loads, default=None)


def _note_on_light_load(
    mode: str, platform: str, usual: float, loads: Sequence[float], count: int
) -> str:
    low, high = min(loads), max(loads)
    span = f"{low:,.0f} t"
    if low != high:
        span = f"{low:,.0f} to {high:,.0f} t"
    return (
        f"the catalogue's load of {platform} (about {usual:,.0f} t), used for {count} events without tonnes, is "
        f"below what other rows of these events say ({span} {MODES[mode].trip}): give their tonnes or the platform"
    )
