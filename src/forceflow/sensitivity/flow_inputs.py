"""The inputs that flows are drawn from, by name: which there are, one drawn again, and one as an observer sees it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from ..arrays import Floats, Ints
from ..evidence.events import FlowEvent
from ..flows.event_draws import MEASURES, Flows
from ..flows.event_selection import place_name
from ..kernels.addressed import address

__all__ = ["draw_anew", "input_names", "observable_names", "observed_part"]

_MIX, _COLUMN, _MASS = "mix of types of ", "vehicles per column", " mass"
_SAYS = "what "

_Load = tuple[int, tuple[int, ...]]
"""Row of a platform, and columns of `Flows.loads`: 1 is the payload or mass, 2 the load factor or the vehicles."""


def input_names(flows: Flows) -> tuple[str, ...]:
    """Names of what is drawn: numbers that vary, mixes of types, platforms that carry, sources of several events."""
    moving = [event for row, event in enumerate(flows.events) if _has_spread(flows, row)]
    names = [_name_of_number(flows, event) for event in moving]
    names += _mix_names(flows)
    names += _loads_by_name(flows)
    names += _source_names(moving)
    return tuple(names)


def observable_names(flows: Flows) -> tuple[str, ...]:
    """Names of what one could look at: the inputs, but for what sources say, and the places that many pass."""
    inputs = (name for name in input_names(flows) if not name.startswith(_SAYS))
    return (*inputs, *_places_to_count(flows))


def draw_anew(flows: Flows, name: str) -> Flows:
    """The same flows with one input drawn from another address."""
    kind, _, what = name.partition(" of ")
    loads = _loads_by_name(flows)
    if name in loads:
        return _anew_load(flows, *loads[name])
    if kind in ("count", *MEASURES):
        return _anew_number(flows, what)
    if name.startswith(_MIX):
        return _anew_mix(flows, name.removeprefix(_MIX))
    return _anew_source(flows, name.removeprefix(_SAYS).removesuffix(" says"))


def _anew_load(flows: Flows, row: int, columns: Sequence[int]) -> Flows:
    again = address(f"{flows.platform_names[row]} again")
    platforms, shares = flows.platforms.copy(), flows.shares.copy()
    if 1 in columns:
        platforms[row] = again
    if 2 in columns:
        shares[row] = again
    return replace(flows, platforms=platforms, shares=shares)


def _anew_number(flows: Flows, event_id: str) -> Flows:
    row = _row_of(flows, event_id)
    entities, source = flows.entities.copy(), flows.source.copy()
    entities[row] = address(f"{event_id} again")
    # All of the number is drawn again, also the part that it shares with its source.
    source[row] = -1
    return replace(flows, entities=entities, source=source)


def _anew_mix(flows: Flows, event_id: str) -> Flows:
    mixes = flows.mixes.copy()
    mixes[_row_of(flows, event_id)] = address(f"{event_id} again")
    return replace(flows, mixes=mixes)


def _anew_source(flows: Flows, root: str) -> Flows:
    roots = sorted({event.roots[0] for event in flows.events if event.roots})
    sources = flows.sources.copy()
    sources[roots.index(root)] = address(f"{root} again")
    return replace(flows, sources=sources)


def _row_of(flows: Flows, event_id: str) -> int:
    return [event.event_id for event in flows.events].index(event_id)


def _has_spread(flows: Flows, row: int) -> bool:
    """Whether the number of an event is uncertain."""
    return bool(np.ptp(flows.tables[flows.counts[row]]) > 0)


def _source_names(events: Sequence[FlowEvent]) -> list[str]:
    """Sources of several events; what one says of a single event is the number of that event."""
    roots = [event.roots[0] for event in events if event.roots]
    several = sorted({root for root in roots if roots.count(root) > 1})
    return [f"{_SAYS}{root} says" for root in several]


def _mix_names(flows: Flows) -> list[str]:
    """Events that several types may have carried."""
    several = np.flatnonzero(np.diff(flows.first_part) > 1)
    return [f"{_MIX}{flows.events[row].event_id}" for row in several]


def _loads_by_name(flows: Flows) -> dict[str, _Load]:
    """What one movement or vehicle brings, by name: the row of its platform, and its columns of `loads` (1, 2 or both).

    Payload and load factor of an aircraft or ship are one input. Of a column by road the mass of a vehicle and the
    vehicles in it are two: what settles the one says nothing of the other.
    """
    found: dict[str, _Load] = {}
    for row, name in enumerate(flows.platform_names):
        kind = name.removesuffix(_MASS)
        if name == "published":
            continue
        if name == "column":
            found[_COLUMN] = row, (1,)
        elif name == "person":
            found["mass of a person"] = row, (1,)
        elif kind != name:
            found |= _loads_by_road(flows, row, kind)
        else:
            found[f"load of {name}"] = row, (1, 2)
    return found


def _loads_by_road(flows: Flows, row: int, kind: str) -> dict[str, _Load]:
    """Mass of a vehicle and vehicles in a column, those that vary."""
    mine = flows.loads[flows.loads[:, 0] == row]
    found: dict[str, _Load] = {}
    for name, column in ((f"mass of {kind}", 1), (f"{_COLUMN} of {kind}", 2)):
        tables = flows.tables[mine[:, column]]
        if np.ptp(tables, axis=1).any():
            found[name] = row, (column,)
    return found


def _name_of_number(flows: Flows, event: FlowEvent) -> str:
    """Name of the number of an event that is drawn: its count of movements, or the published one in its place."""
    kind = "personnel"
    if _is_counted(flows, event):
        kind = "count"
    elif getattr(event, flows.measure) is not None:
        kind = flows.measure
    elif event.mode == "road":
        kind = "vehicles"
    return f"{kind} of {event.event_id}"


def _is_counted(flows: Flows, event: FlowEvent) -> bool:
    """Whether an event's amount depends on how many movements there were, and not on a published amount."""
    if flows.measure == "movements":
        return True
    if event.mode == "road" and event.vehicles is not None:
        return False
    return getattr(event, flows.measure) is None and event.movements.has_content


def _places_to_count(flows: Flows) -> list[str]:
    """Places where two or more counts that vary could be taken together, by mode."""
    names: list[str] = []
    for row, event in enumerate(flows.events):
        if _has_spread(flows, row) and _is_counted(flows, event):
            names += _counts_at_ends(event)
    return [name for name in sorted(set(names)) if names.count(name) > 1]


def _counts_at_ends(event: FlowEvent) -> Iterator[str]:
    """Names of the counts at both ends of an event; of one that ends where it began, one."""
    for place in dict.fromkeys((event.origin, event.destination)):
        yield f"count at {place_name(place)} ({event.mode})"


def observed_part(flows: Flows, name: str) -> Flows:
    """Flows whose total is what an observer of one input sees: a count without its load, or a load counted once."""
    loads = _loads_by_name(flows)
    if name in loads:
        return _observed_load(flows, *loads[name])
    if name.startswith(_MIX):
        return _observed_mix(flows, name.removeprefix(_MIX))
    rows = [row for row, event in enumerate(flows.events) if _name_of_number(flows, event) == name]
    if not rows:
        rows = _rows_counted_at(flows, name)
    one = flows.tables.shape[0]
    # An observer sees how many there were, and not what they carried: each load is 1.
    counted = flows.loads.copy()
    counted[:, 1:] = one
    return replace(_rows_of(flows, rows), tables=_with_one(flows), loads=counted)


def _with_one(flows: Flows) -> Floats:
    """The tables with one more row: a number that is exactly 1."""
    one = np.ones(flows.tables.shape[1])
    return np.vstack([flows.tables, one])


def _observed_load(flows: Flows, platform: int, columns: Sequence[int]) -> Flows:
    one = flows.tables.shape[0]
    # One movement of one event, so that only its load varies.
    row, part = next(_varying_loads(flows, platform, columns))
    loads = flows.loads.copy()
    for column in {1, 2} - set(columns):
        loads[:, column] = one
    return replace(
        _rows_of(flows, [row]),
        tables=_with_one(flows),
        loads=loads,
        counts=np.array([one]),
        first_part=np.array([0, 1]),
        part_load=np.array([part]),
    )


def _varying_loads(
    flows: Flows, platform: int, columns: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Events with a load of a platform that varies, and that load."""
    for row in range(len(flows.events)):
        for part in _parts_of(flows, row):
            if flows.loads[part, 0] != platform:
                continue
            tables = flows.tables[flows.loads[part, list(columns)]]
            if np.ptp(tables, axis=1).any():
                yield row, part


def _observed_mix(flows: Flows, event_id: str) -> Flows:
    """Which types: all loads at their means, so that only the mix of them varies."""
    tables = _with_one(flows)
    mean = tables.mean(axis=1, keepdims=True)
    means = np.repeat(mean, tables.shape[1], axis=1)
    one = np.array([flows.tables.shape[0]])
    alone = _rows_of(flows, [_row_of(flows, event_id)])
    return replace(alone, tables=means, counts=one)


def _rows_counted_at(flows: Flows, name: str) -> list[int]:
    """Events that are counted at a place."""
    return [
        row
        for row, event in enumerate(flows.events)
        if _is_counted(flows, event) and name in _counts_at_ends(event)
    ]


def _parts_of(flows: Flows, row: int) -> Ints:
    """Loads of an event."""
    return flows.part_load[flows.first_part[row] : flows.first_part[row + 1]]


def _rows_of(flows: Flows, rows: Sequence[int]) -> Flows:
    """The same flows with some of their events."""
    spans = [_parts_of(flows, row) for row in rows]
    ends = np.cumsum([0, *map(len, spans)])
    return replace(
        flows,
        events=tuple(flows.events[row] for row in rows),
        entities=flows.entities[rows],
        mixes=flows.mixes[rows],
        counts=flows.counts[rows],
        source=flows.source[rows],
        first_part=ends.astype(np.int64),
        part_load=np.concatenate(spans).astype(np.int64),
    )
