"""From events to draws of what they carried, per time bin: the engine under tonnage, rate and withdrawal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..evidence.explain import as_known
from ..quantity import Quantity
from ..world import Aircraft, VehicleMix, Vessel, find_place, find_platform, route
from .result import day_of

__all__ = ["MEASURES", "PERSON_T", "SOURCE_SHARE", "UNCOUNTED_COLUMN", "Flows", "Measure", "known_by", "prepare"]

Floats = NDArray[np.float64]
Measure = Literal["tonnes", "vehicles", "personnel", "movements"]

MEASURES: tuple[Measure, ...] = ("tonnes", "vehicles", "personnel", "movements")

PERSON_T = Quantity(0.10, 0.18, 0.25, "t", "a person with kit")
"""Mass of one person with kit, t: 400 lb (0.18 t) with gear in planning tables (AFPAM 10-1403, read second-hand);
0.10 t for a passenger with baggage and 0.25 t with heavy kit are priors."""

UNCOUNTED_COLUMN = Quantity(6, 20, 100, "vehicles", "a column nobody counted")
"""Vehicles in a column nobody counted: a convoy is 6 vehicles or more (FM 4-01.011, C-1), a march unit 20 to 25
(FM 55-30), and counted columns of the record ran up to about 100 and more. A prior; pass your own."""

SOURCE_SHARE = 0.5
"""Probability that an event's count stands where its source stands within its hedge, so that what one source says of
several events errs together. 0 makes events independent, 1 ties them. A prior with no data behind it: halfway."""

_STEPS = 2049
_CHUNK = 8192


@dataclass(frozen=True, slots=True)
class Flows:
    """Events ready for drawing.

    Parameters
    ----------
    events
        Those that carry a number for the measure.
    uncounted
        Ids of events that happened and carry none; they add nothing and are reported.
    notes
        Priors used on the way.
    """

    measure: Measure
    events: tuple[FlowEvent, ...]
    uncounted: tuple[str, ...]
    notes: tuple[str, ...]
    entities: NDArray[np.uint64]
    counts: Floats
    source: NDArray[np.int64]
    source_entities: NDArray[np.uint64]
    first_part: NDArray[np.int64]
    part_platform: NDArray[np.int64]
    platform_entities: NDArray[np.uint64]
    payloads: Floats
    loads: Floats

    def draws(
        self, edges: Sequence[dt.datetime], *, draws: int, seed: int, only: Sequence[int] | None = None
    ) -> Floats:
        """Amounts per bin and draw, shape (bins, draws); the same for any order of events and any chunking.

        Parameters
        ----------
        edges
            Bin edges, shape (bins + 1,).
        only
            Rows of the events to add; all by default.
        """
        from ..kernels.flows import add_flows, entity_uniforms
        from ..kernels.philox import round_keys

        rows = np.arange(len(self.events)) if only is None else np.asarray(only, dtype=np.int64)
        edge_days = np.array([day_of(edge) for edge in edges])
        out = np.zeros((len(edges) - 1, draws))
        if rows.size == 0:
            return out
        parts = [range(self.first_part[e], self.first_part[e + 1]) for e in rows]
        flat = np.array([p for span in parts for p in span], dtype=np.int64)
        first_part = np.concatenate([[0], np.cumsum([len(span) for span in parts])]).astype(np.int64)
        keys = round_keys(seed, "flows")
        start = np.array([day_of(self.events[e].start) for e in rows])
        stop = np.array([day_of(self.events[e].stop) for e in rows])
        stream = np.array([self.events[e].is_stream for e in rows], dtype=np.bool_)
        for first in range(0, draws, _CHUNK):
            n = min(_CHUNK, draws - first)
            block = np.zeros((len(edges) - 1, n))
            add_flows(
                keys,
                np.ascontiguousarray(self.entities[rows]),
                np.ascontiguousarray(self.counts[rows]),
                np.ascontiguousarray(self.source[rows]),
                entity_uniforms(round_keys(seed, "source"), self.source_entities, first, n),
                SOURCE_SHARE,
                first_part,
                np.ascontiguousarray(self.part_platform[flat]),
                np.ascontiguousarray(self.payloads[flat]),
                np.ascontiguousarray(self.loads[flat]),
                entity_uniforms(round_keys(seed, "platform"), self.platform_entities, first, n),
                stream,
                start,
                stop,
                edge_days,
                first,
                block,
            )
            out[:, first : first + n] = block
        return out


def prepare(events: Iterable[FlowEvent], *, measure: Measure = "tonnes") -> Flows:
    """Look up places and platforms and tabulate every distribution once.

    Raises
    ------
    EstimateError
        The measure is none of "tonnes", "vehicles", "personnel", "movements".
    """
    from ..kernels.philox import address

    if measure not in MEASURES:
        raise EstimateError(f"measure {measure!r} is none of {', '.join(MEASURES)}")
    ordered = sorted(events, key=lambda event: event.event_id)
    used: list[FlowEvent] = []
    uncounted: list[str] = []
    notes: dict[str, None] = {}
    counts: list[Quantity] = []
    parts: list[list[tuple[str, Quantity, Quantity]]] = []
    for event in ordered:
        found = _amount(event, measure, notes)
        if found is None:
            uncounted.append(event.event_id)
            continue
        used.append(event)
        counts.append(found[0])
        parts.append(found[1])
    platforms = sorted({name for span in parts for name, _, _ in span})
    sources = sorted({event.roots[0] for event in used if event.roots})
    flat = [part for span in parts for part in span]
    return Flows(
        measure=measure,
        events=tuple(used),
        uncounted=tuple(uncounted),
        notes=tuple(notes),
        entities=np.array([address(event.event_id) for event in used], dtype=np.uint64),
        counts=_tables(counts),
        source=np.array([sources.index(e.roots[0]) if e.roots else -1 for e in used], dtype=np.int64),
        source_entities=np.array([address(name) for name in sources], dtype=np.uint64),
        first_part=np.concatenate([[0], np.cumsum([len(span) for span in parts])]).astype(np.int64),
        part_platform=np.array([platforms.index(name) for name, _, _ in flat], dtype=np.int64),
        platform_entities=np.array([address(name) for name in platforms], dtype=np.uint64),
        payloads=_tables([payload for _, payload, _ in flat]),
        loads=_tables([load for _, _, load in flat]),
    )


def _tables(quantities: Sequence[Quantity]) -> Floats:
    """Inverse distribution functions at equal steps; the outermost quarter step is cut off."""
    steps = np.linspace(0, 1, _STEPS)
    steps[0], steps[-1] = steps[1] / 4, 1 - steps[1] / 4
    cache: dict[Quantity, Floats] = {}
    out = np.empty((len(quantities), _STEPS))
    for row, quantity in enumerate(quantities):
        if quantity not in cache:
            cache[quantity] = quantity.quantile(steps)
        out[row] = cache[quantity]
    return out


_ONE = Quantity.exactly(1.0)
_Part = tuple[str, Quantity, Quantity]


def _amount(event: FlowEvent, measure: Measure, notes: dict[str, None]) -> tuple[Quantity, list[_Part]] | None:
    """Count of an event, and what each counted thing brings: (shared platform, payload, load factor) parts."""
    published = {"tonnes": event.tonnes, "vehicles": event.vehicles, "personnel": event.personnel}.get(measure)
    count = event.movements
    if event.is_empty and measure != "movements":
        return Quantity.exactly(0.0), [("published", _ONE, _ONE)]
    if published is not None:
        return published, [("published", _ONE, _ONE)]
    if measure == "movements":
        return (count, [("published", _ONE, _ONE)]) if count.has_content else None
    if measure == "personnel":
        return None
    if event.mode == "road":
        return _road(event, measure, notes)
    if measure == "vehicles":
        return None
    if not count.has_content:
        if event.personnel is None:
            return None
        notes[f"{event.event_id}: tonnes from its people, {PERSON_T.best:g} t each ({PERSON_T.low:g} to "
              f"{PERSON_T.high:g})"] = None  # fmt: skip
        return event.personnel, [("person", PERSON_T, _ONE)]
    return count, [_lift(event, name) for name in event.platforms]


def _road(event: FlowEvent, measure: Measure, notes: dict[str, None]) -> tuple[Quantity, list[_Part]] | None:
    mixes = [find_platform(name) for name in event.platforms]
    mass = [(f"{mix.id} mass", mix.mass_t if isinstance(mix, VehicleMix) else _ONE, _ONE) for mix in mixes]
    if event.vehicles is not None:
        return event.vehicles, mass if measure == "tonnes" else [("published", _ONE, _ONE)]
    if not event.movements.has_content:
        return None
    notes[f"{event.event_id}: vehicles not counted, {UNCOUNTED_COLUMN.low:g} to {UNCOUNTED_COLUMN.high:g} a column "
          f"assumed, most likely {UNCOUNTED_COLUMN.best:g}"] = None  # fmt: skip
    if measure == "vehicles":
        return event.movements, [("column", UNCOUNTED_COLUMN, _ONE)]
    return event.movements, [(name, quantity, UNCOUNTED_COLUMN) for name, quantity, _ in mass]


def _lift(event: FlowEvent, name: str) -> _Part:
    """Payload over the distance, and load factor, of one platform on the way of an event."""
    platform = find_platform(name)
    cargo = _cargo_class(event)
    if isinstance(platform, Aircraft):
        way = route(event.origin, event.destination, mode="air", via=event.via)
        return platform.id, platform.payload_t(_stage_km(way.distance_km)), platform.load_factor(cargo)
    if isinstance(platform, Vessel):
        return platform.id, platform.cargo_t, platform.load_factor(cargo)
    raise EstimateError(f"event {event.event_id!r}: {name!r} is no {'aircraft' if event.mode == 'air' else 'vessel'}")


def _stage_km(distance_km: float) -> float:
    """Distance that limits the payload; places that are regions stand at their stated point."""
    return distance_km


def _cargo_class(event: FlowEvent) -> str:
    words = event.cargo.lower()
    people = any(word in words for word in ("soldier", "troops", "personnel", "officers", "passengers", "staff"))
    things = any(word in words for word in ("equipment", "gear", "vehicle", "weapon", "ammunition", "systems", "units"))
    if people and not things:
        return "personnel"
    return "vehicles" if any(word in words for word in ("vehicle", "trucks", "armour")) else "mixed"


def known_by(events: Iterable[FlowEvent], moment: dt.datetime) -> tuple[tuple[FlowEvent, ...], tuple[str, ...]]:
    """Events as they stood at a moment: only what was public by then (see `as_known`), cut at it.

    Returns
    -------
    events, dropped
        Streams that run on are cut, and their numbers with them; ids of events of which nothing was known.
    """
    public, late = as_known(events, moment)
    kept: list[FlowEvent] = []
    dropped = list(late)
    for event in public:
        if event.start >= moment:
            dropped.append(event.event_id)
        elif event.stop <= moment:
            kept.append(event)
        else:
            share = (moment - event.start) / (event.stop - event.start) if event.is_stream else 1.0
            numbers = {
                name: quantity.times(share)
                for name in ("movements", "vehicles", "personnel", "tonnes")
                if (quantity := getattr(event, name)) is not None
            }
            kept.append(replace(event, stop=moment, **numbers))
    return tuple(kept), tuple(dropped)


def place_name(name: str) -> str:
    """Printed name of a place id."""
    return find_place(name).name
