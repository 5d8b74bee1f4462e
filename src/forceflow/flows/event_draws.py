"""From events to draws of what they carried, per time bin: the engine under tonnage, rate and withdrawal."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ..arrays import Floats
from ..errors import EstimateError
from ..evidence.events import Direction, FlowEvent
from ..evidence.record_as_known import as_known
from ..kernels.addressed import address
from ..kernels.event_draws import flow_tile
from ..kernels.philox_tiles import TILE, tile_keys
from ..modes import MODES
from ..quantity import Quantity
from ..results.estimate import day_of, few
from ..world import Aircraft, FreightTrain, VehicleMix, Vessel, find_place, find_platform, route
from ..world.platforms.load_factors import cargo_kind
from .quantile_tables import tabulate

__all__ = [
    "DIRECTIONS",
    "MEASURES",
    "PERSON_T",
    "SOURCE_SHARE",
    "UNCOUNTED_COLUMN",
    "Flows",
    "Measure",
    "claims_of",
    "known_by",
    "main_direction",
    "other_ways",
    "place_name",
    "prepare",
]

Measure = Literal["tonnes", "vehicles", "personnel", "movements"]

MEASURES: tuple[Measure, ...] = ("tonnes", "vehicles", "personnel", "movements")

DIRECTIONS: tuple[str, ...] = get_args(Direction)

PERSON_T = Quantity(0.10, 0.18, 0.25, "t", "a person with kit")
"""Mass of one person with kit, t: 400 lb (0.18 t) with gear in planning tables (AFPAM 10-1403, read second-hand);
0.10 t for a passenger with baggage and 0.25 t with heavy kit are priors."""

UNCOUNTED_COLUMN = Quantity(6, 20, 100, "vehicles", "a column nobody counted")
"""Vehicles in a column nobody counted: a convoy is 6 vehicles or more (FM 4-01.011, C-1), a march unit 20 to 25
(FM 55-30), and counted columns of the record ran up to about 100 and more. A prior; pass your own."""

SOURCE_SHARE = 0.5
"""Probability that an event's count stands where its source stands within its hedge, so that what one source says of
several events errs together. 0 makes events independent, 1 ties them. A prior with no data behind it: halfway."""


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
    tables
        Inverse distribution functions at equal steps, shape (tables, 1025).
    counts, loads
        Row of each event's count in `tables`; (platform, payload table, load-factor table) of each distinct load.
    first_part, part_load
        Which loads an event has: ``part_load[first_part[e]:first_part[e + 1]]``.
    mixes, shares
        Addresses of the mix of types of each event, and of the load factor of each platform: those of the event and the
        platform, unless `drivers` draws one again.
    """

    measure: Measure
    events: tuple[FlowEvent, ...]
    uncounted: tuple[str, ...]
    notes: tuple[str, ...]
    entities: NDArray[np.uint64]
    tables: Floats
    counts: NDArray[np.int64]
    source: NDArray[np.int64]
    sources: NDArray[np.uint64]
    first_part: NDArray[np.int64]
    part_load: NDArray[np.int64]
    loads: NDArray[np.int64]
    platforms: NDArray[np.uint64]
    platform_names: tuple[str, ...]
    mixes: NDArray[np.uint64]
    shares: NDArray[np.uint64]

    def draws(
        self,
        edges: Sequence[dt.datetime],
        *,
        draws: int,
        seed: int,
        only: Sequence[int] | None = None,
        executor: Executor | None = None,
    ) -> Floats:
        """Amounts per bin and draw, shape (bins, draws); the same for any order of events, chunks, threads and workers.

        Parameters
        ----------
        edges
            Bin edges, shape (bins + 1,).
        only
            Rows of the events to add; all by default.
        executor
            Where the tiles of 4,096 draws are worked out; by default threads of this process.
        """
        out = np.zeros((len(edges) - 1, draws))
        rows = np.arange(len(self.events)) if only is None else np.asarray(only, dtype=np.int64)
        if rows.size == 0:
            return out
        arguments = self._arguments(edges, seed, rows)
        tiles = range(-(-draws // TILE))
        if executor is not None and not isinstance(executor, ThreadPoolExecutor):
            for tile, block in enumerate(executor.map(partial(_block, arguments), tiles)):
                part = out[:, tile * TILE : (tile + 1) * TILE]
                part[:] = block[:, : part.shape[1]]
            return out
        work = partial(_fill, arguments, out)
        if executor is not None:
            list(executor.map(work, tiles))
        elif len(tiles) < 2:
            work(0)
        else:
            with ThreadPoolExecutor(min(len(tiles), os.cpu_count() or 1)) as threads:
                list(threads.map(work, tiles))
        return out

    def _arguments(
        self, edges: Sequence[dt.datetime], seed: int, rows: NDArray[np.int64]
    ) -> tuple[object, ...]:
        spans = [self.part_load[self.first_part[e] : self.first_part[e + 1]] for e in rows]
        used = [self.events[e] for e in rows]
        return (
            tile_keys(seed, "events"),
            tile_keys(seed, "sources"),
            tile_keys(seed, "platforms"),
            np.ascontiguousarray(self.entities[rows]),
            np.ascontiguousarray(self.mixes[rows]),
            self.tables,
            np.ascontiguousarray(self.counts[rows]),
            np.ascontiguousarray(self.source[rows]),
            self.sources,
            SOURCE_SHARE,
            np.concatenate([[0], np.cumsum([len(span) for span in spans])]).astype(np.int64),
            np.concatenate(spans).astype(np.int64),
            self.loads,
            self.platforms,
            self.shares,
            np.array([event.is_stream for event in used], dtype=np.bool_),
            np.array([day_of(event.start) for event in used]),
            np.array([day_of(event.stop) for event in used]),
            np.array([day_of(edge) for edge in edges]),
        )


def _block(arguments: Any, tile: int) -> Floats:
    """One tile of draws, shape (bins, 4096): what another process sends back."""
    block = np.zeros((arguments[-1].size - 1, TILE))
    _add(arguments, tile, block, 0)
    return block


def _fill(arguments: Any, out: Floats, tile: int) -> None:
    """Write one tile of draws where it belongs."""
    begin = tile * TILE
    if begin + TILE <= out.shape[1]:
        _add(arguments, tile, out, begin)
    else:
        out[:, begin:] = _block(arguments, tile)[:, : out.shape[1] - begin]


def _add(arguments: Any, tile: int, out: Floats, begin: int) -> None:
    sources, loads = arguments[8].size, len(arguments[12])
    add: Any = flow_tile
    add(
        *arguments,
        np.empty((sources + 1, TILE), np.uint32),
        np.empty((loads + 3, TILE)),
        tile,
        out,
        begin,
    )


def prepare(
    events: Iterable[FlowEvent], *, measure: Measure = "tonnes", cargo: str | None = None
) -> Flows:
    """Look up places and platforms and tabulate every distribution once.

    Parameters
    ----------
    cargo
        Kind of cargo of all events, or a word for it; by default each event's own words say.

    Raises
    ------
    EstimateError
        The measure is none of "tonnes", "vehicles", "personnel", "movements", or two events have one id.
    """
    if measure not in MEASURES:
        raise EstimateError(f"measure {measure!r} is none of {', '.join(MEASURES)}")
    ordered = sorted(events, key=lambda event: event.event_id)
    _check_ids(ordered)
    kind = None if cargo is None else cargo_kind(cargo)
    book = _Book()
    used: list[FlowEvent] = []
    uncounted: list[str] = []
    counts: list[int] = []
    first_part, part_load = [0], []
    for event in ordered:
        for caveat in event.caveats:
            book.note(caveat, event)
        found = _amount_of(event, measure, book, kind)
        if found is None:
            uncounted.append(event.event_id)
            continue
        count, parts = found
        used.append(event)
        counts.append(book.table(count))
        part_load += [book.load(part) for part in parts]
        first_part.append(len(part_load))
    platforms = sorted({name for name, _, _ in book.loads})
    rank = {name: row for row, name in enumerate(platforms)}
    loads = [(rank[name], payload, share) for name, payload, share in book.loads]
    sources, source_rows = _source_rows(used)
    entities = _addresses([event.event_id for event in used])
    addresses = _addresses(platforms)
    return Flows(
        measure=measure,
        events=tuple(used),
        uncounted=tuple(uncounted),
        notes=book.notes,
        entities=entities,
        mixes=entities,
        tables=tabulate(list(book.tables)),
        counts=np.array(counts, dtype=np.int64),
        source=source_rows,
        sources=_addresses(sources),
        first_part=np.array(first_part, dtype=np.int64),
        part_load=np.array(part_load, dtype=np.int64),
        # The shape is stated, as no load at all is still a table of three columns.
        loads=np.array(loads, dtype=np.int64).reshape(-1, 3),
        platforms=addresses,
        shares=addresses,
        platform_names=tuple(platforms),
    )


def _check_ids(ordered: Sequence[FlowEvent]) -> None:
    """Refuse two events of one id: they would share their draws."""
    repeated = {a.event_id for a, b in pairwise(ordered) if a.event_id == b.event_id}
    if repeated:
        raise EstimateError(
            f"events that stand twice: {', '.join(sorted(repeated))}; give each event an event_id of its own"
        )


def _addresses(names: Sequence[str]) -> NDArray[np.uint64]:
    return np.array(list(map(address, names)), dtype=np.uint64)


def _source_rows(events: Sequence[FlowEvent]) -> tuple[list[str], NDArray[np.int64]]:
    """First root sources, and for each event the row of its own; -1 where it names none."""
    first_roots = [event.roots[0] if event.roots else None for event in events]
    sources = sorted(set(first_roots) - {None}, key=str)
    rank: dict[str | None, int] = {name: row for row, name in enumerate(sources)}
    rows = np.array([rank.get(name, -1) for name in first_roots], dtype=np.int64)
    return list(map(str, sources)), rows


class _Book:
    """Distributions and loads that events share, each once with its row, and notes with their events."""

    def __init__(self) -> None:
        self.tables: dict[Quantity, int] = {}
        self.loads: dict[tuple[str, int, int], int] = {}
        self._events_of_note: dict[str, list[str]] = {}

    def table(self, quantity: Quantity) -> int:
        """Row of a distribution."""
        return self.tables.setdefault(quantity, len(self.tables))

    def load(self, part: _Part) -> int:
        """Row of a load: platform, payload and load factor."""
        name, payload, share = part
        key = (name, self.table(payload), self.table(share))
        return self.loads.setdefault(key, len(self.loads))

    def note(self, text: str, event: FlowEvent) -> None:
        """A note that holds for an event."""
        self._events_of_note.setdefault(text, []).append(event.event_id)

    @property
    def notes(self) -> tuple[str, ...]:
        """Each note once, behind the ids of its events."""
        return tuple(f"{few(ids)}: {text}" for text, ids in self._events_of_note.items())


_ONE = Quantity.exactly(1.0)
_Part = tuple[str, Quantity, Quantity]
_AS_PUBLISHED: _Part = ("published", _ONE, _ONE)


def _amount_of(
    event: FlowEvent, measure: Measure, book: _Book, cargo: str | None
) -> tuple[Quantity, list[_Part]] | None:
    """Count of an event, and what each counted thing brings; None where it carries no number of the measure.

    What each brings is (shared platform, payload, load factor); with several parts, a mix of types.
    """
    if event.is_empty and measure != "movements":
        return Quantity.exactly(0.0), [_AS_PUBLISHED]
    if measure == "movements":
        return (event.movements, [_AS_PUBLISHED]) if event.movements.has_content else None
    published: Quantity | None = getattr(event, measure)
    if published is not None:
        return published, [_AS_PUBLISHED]
    if measure == "personnel":
        return None
    if event.mode == "road":
        return _column_amount(event, measure, book)
    if measure == "vehicles":
        return None
    if event.movements.has_content:
        kind = cargo or cargo_class(event)
        return event.movements, [_payload_of(event, name, kind) for name in event.platforms]
    if event.personnel is None:
        return None
    book.note(
        f"tonnes from the people alone, {PERSON_T.best:g} t each ({PERSON_T.low:g} to {PERSON_T.high:g})",
        event,
    )
    return event.personnel, [("person", PERSON_T, _ONE)]


def _column_amount(
    event: FlowEvent, measure: Measure, book: _Book
) -> tuple[Quantity, list[_Part]] | None:
    """Vehicles of a column, or their mass; of a column nobody counted, by a prior on its size."""
    if event.vehicles is None and not event.movements.has_content:
        return None
    masses: list[tuple[str, Quantity]] = []
    for mix in map(find_platform, event.platforms):
        masses.append((f"{mix.id} mass", mix.mass_t if isinstance(mix, VehicleMix) else _ONE))
    if event.vehicles is not None:
        # Vehicles that were published are returned before this, so what is wanted here is their mass.
        return event.vehicles, [(name, mass, _ONE) for name, mass in masses]
    spread = f"{UNCOUNTED_COLUMN.low:g} to {UNCOUNTED_COLUMN.high:g} a column"
    book.note(
        f"vehicles not counted, {spread} assumed, most likely {UNCOUNTED_COLUMN.best:g}", event
    )
    if measure == "vehicles":
        return event.movements, [("column", UNCOUNTED_COLUMN, _ONE)]
    return event.movements, [(name, mass, UNCOUNTED_COLUMN) for name, mass in masses]


def _payload_of(event: FlowEvent, name: str, cargo: str) -> _Part:
    """Payload over the distance, and load factor, of one platform on the way of an event."""
    platform = find_platform(name)
    if isinstance(platform, Aircraft):
        way = route(event.origin, event.destination, mode="air", via=event.via)
        return platform.id, platform.payload_t(way.distance_km), platform.load_factor(cargo)
    if isinstance(platform, Vessel | FreightTrain):
        return platform.id, platform.cargo_t, platform.load_factor(cargo)
    raise EstimateError(
        f"event {event.event_id!r}: {name!r} is not of the kind {MODES[event.mode].platform_kind!r}"
    )


_PEOPLE_WORDS = re.compile("soldier|troops|personnel|officers|passengers|staff")
_THING_WORDS = re.compile("equipment|gear|vehicle|weapon|ammunition|systems|units")
_VEHICLE_WORDS = re.compile("vehicle|trucks|armour")


def cargo_class(event: FlowEvent) -> str:
    """Which load factor fits what an event carried: "personnel", "vehicles" or "mixed"."""
    words = event.cargo.lower()
    if _PEOPLE_WORDS.search(words) and not _THING_WORDS.search(words):
        return "personnel"
    if _VEHICLE_WORDS.search(words):
        return "vehicles"
    return "mixed"


def known_by(
    events: Iterable[FlowEvent], moment: dt.datetime
) -> tuple[tuple[FlowEvent, ...], tuple[str, ...]]:
    """Events as they stood at a moment: only what was public by then (see `as_known`), and nothing that began later.

    Returns
    -------
    events, dropped
        A movement that claims had reported by then had happened by then, so its window ends there; any other window
        that reaches beyond the moment stays as it is, for `read_record` to count the part before it. Ids of events of
        which nothing was known.
    """
    public, late = as_known(events, moment)
    kept, dropped = [], list(late)
    for event in public:
        if event.start >= moment:
            dropped.append(event.event_id)
        elif event.claims and not event.is_stream and event.stop > moment:
            kept.append(replace(event, stop=moment))
        else:
            kept.append(event)
    return tuple(kept), tuple(dropped)


def main_direction(events: Iterable[FlowEvent]) -> str:
    """The direction a reader asks of first: outbound where anything goes out, or else what most events have."""
    ways = [event.direction for event in events if not event.is_empty]
    if "outbound" in ways or not ways:
        return "outbound"
    # In order of names where two are as frequent, so that the order of the events decides nothing.
    return max(sorted(set(ways)), key=ways.count)


def other_ways(events: Iterable[FlowEvent], *, ask: bool = True) -> str:
    """What to do where no event has the direction wanted, for the end of a message; empty where there are no events.

    Parameters
    ----------
    events
        All that were given.
    ask
        Whether another direction can be asked for.
    """
    ways = sorted({event.direction for event in events if not event.is_empty})
    if not ways:
        return ""
    asked = f"ask for direction={' or '.join(map(repr, ways))}, or " if ask else ""
    return (
        f"; those given are {' and '.join(ways)}: {asked}say which way each went: in a column `direction`, for all of "
        "them by from_frame(frame, columns={'direction': 'outbound'}), or by the countries of your theatre where they "
        "are read, such as theatre=['SY', 'LB']"
    )


def place_name(name: str) -> str:
    """Printed name of a place id."""
    return find_place(name).name


def claims_of(events: tuple[FlowEvent, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Claim ids and report ids behind events, each once, sorted."""
    claims = set().union(*(event.claims for event in events))
    reports = set().union(*(event.sources for event in events))
    return tuple(sorted(claims)), tuple(sorted(reports))
