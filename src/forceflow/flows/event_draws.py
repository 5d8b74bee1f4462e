"""From events to draws of what they carried, per time bin: the engine under tonnage, rate and withdrawal."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays import Floats
from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..kernels.addressed import address
from ..kernels.event_draws import flow_tile
from ..kernels.philox_tiles import TILE, tile_keys
from ..modes import MODES
from ..quantity import Quantity
from ..results.estimate import day_of, few
from ..world import Aircraft, FreightTrain, VehicleMix, Vessel, find_platform, route
from ..world.platforms.load_factors import cargo_kind
from .quantile_tables import tabulate

__all__ = [
    "MEASURES",
    "PERSON_T",
    "SOURCE_SHARE",
    "UNCOUNTED_COLUMN",
    "Flows",
    "Measure",
    "prepare",
]

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
        arguments = self._tile_arguments(edges, seed, rows)
        # Tiles are drawn by their number, so that neither threads nor workers change a draw.
        tiles = range(-(-draws // TILE))
        write_tile = partial(_write_tile, arguments, out)
        if isinstance(executor, ThreadPoolExecutor):
            list(executor.map(write_tile, tiles))
        elif executor is not None:
            # Another process cannot write here: it sends its tiles back.
            for tile, block in enumerate(executor.map(partial(_draw_tile, arguments), tiles)):
                part = out[:, tile * TILE : (tile + 1) * TILE]
                part[:] = block[:, : part.shape[1]]
        elif len(tiles) < 2:
            write_tile(0)
        else:
            with ThreadPoolExecutor(min(len(tiles), os.cpu_count() or 1)) as threads:
                list(threads.map(write_tile, tiles))
        return out

    def _tile_arguments(
        self, edges: Sequence[dt.datetime], seed: int, rows: NDArray[np.int64]
    ) -> TileArguments:
        """What the kernel needs for some of the events, the same for every tile."""
        events, loads = [], []
        for row in rows:
            first, last = self.first_part[row : row + 2]
            loads.append(self.part_load[first:last])
            events.append(self.events[row])
        return TileArguments(
            event_keys=tile_keys(seed, "events"),
            source_keys=tile_keys(seed, "sources"),
            platform_keys=tile_keys(seed, "platforms"),
            entities=np.ascontiguousarray(self.entities[rows]),
            mixes=np.ascontiguousarray(self.mixes[rows]),
            tables=self.tables,
            count_table=np.ascontiguousarray(self.counts[rows]),
            source=np.ascontiguousarray(self.source[rows]),
            sources=self.sources,
            source_share=SOURCE_SHARE,
            first_part=np.cumsum([0, *map(len, loads)]).astype(np.int64),
            part_load=np.concatenate(loads).astype(np.int64),
            loads=self.loads,
            platforms=self.platforms,
            shares=self.shares,
            is_stream=np.array([event.is_stream for event in events], dtype=np.bool_),
            start=np.array([day_of(event.start) for event in events]),
            stop=np.array([day_of(event.stop) for event in events]),
            edges=np.array([day_of(edge) for edge in edges]),
        )


class TileArguments(NamedTuple):
    """Arguments of `flow_tile` that are the same for every tile, in its order."""

    event_keys: NDArray[np.uint64]
    source_keys: NDArray[np.uint64]
    platform_keys: NDArray[np.uint64]
    entities: NDArray[np.uint64]
    mixes: NDArray[np.uint64]
    tables: Floats
    count_table: NDArray[np.int64]
    source: NDArray[np.int64]
    sources: NDArray[np.uint64]
    source_share: float
    first_part: NDArray[np.int64]
    part_load: NDArray[np.int64]
    loads: NDArray[np.int64]
    platforms: NDArray[np.uint64]
    shares: NDArray[np.uint64]
    is_stream: NDArray[np.bool_]
    start: Floats
    stop: Floats
    edges: Floats


def _draw_tile(arguments: TileArguments, tile: int) -> Floats:
    """One tile of draws, shape (bins, 4096): what another process sends back."""
    block = np.zeros((arguments.edges.size - 1, TILE))
    _add_tile(arguments, tile, block, 0)
    return block


def _write_tile(arguments: TileArguments, out: Floats, tile: int) -> None:
    """Write one tile of draws where it belongs."""
    begin = tile * TILE
    if begin + TILE <= out.shape[1]:
        _add_tile(arguments, tile, out, begin)
    else:
        # The kernel fills whole tiles; of the last one only the draws that are needed are kept.
        out[:, begin:] = _draw_tile(arguments, tile)[:, : out.shape[1] - begin]


def _add_tile(arguments: TileArguments, tile: int, out: Floats, begin: int) -> None:
    """Add one tile of draws to the columns from `begin` on."""
    sources, loads = arguments.sources.size, len(arguments.loads)
    words = np.empty((sources + 1, TILE), np.uint32)
    space = np.empty((loads + 3, TILE))
    add: Any = flow_tile
    add(*arguments, words, space, tile, out, begin)


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
    if twice := sorted({a.event_id for a, b in pairwise(ordered) if a.event_id == b.event_id}):
        raise EstimateError(
            f"events that stand twice: {', '.join(twice)}; give each event an event_id of its own"
        )
    kind = "" if cargo is None else cargo_kind(cargo)
    ledger = _Ledger(measure)
    for event in ordered:
        ledger.add(event, find_amount(event, measure, kind))
    return ledger.as_flows()


class Part(NamedTuple):
    """What each counted thing of an event brings: payload x load factor, both shared by all events of a platform."""

    platform: str
    payload: Quantity
    load_factor: Quantity


_ONE = Quantity.exactly(1.0)
_PUBLISHED = (Part("published", _ONE, _ONE),)
"""Of an amount that was published: nothing has to be multiplied."""


class Amount(NamedTuple):
    """How many an event counts, what each of them brings, and the prior used for it, if any, in words."""

    number: Quantity
    parts: tuple[Part, ...]
    note: str = ""


class _Ledger:
    """Counts and loads of events, with each distribution and each load numbered once."""

    def __init__(self, measure: Measure) -> None:
        self.measure = measure
        self.events: list[FlowEvent] = []
        self.uncounted: list[str] = []
        self.ids_by_note: dict[str, list[str]] = {}
        self.tables: dict[Quantity, int] = {}
        self.loads: dict[tuple[str, int, int], int] = {}
        self.counts: list[int] = []
        self.first_part, self.part_load = [0], list[int]()

    def add(self, event: FlowEvent, amount: Amount | None) -> None:
        """Enter an event; without an amount it is only named."""
        for caveat in event.caveats:
            self._add_note(caveat, event)
        if amount is None:
            self.uncounted.append(event.event_id)
            return
        if amount.note:
            self._add_note(amount.note, event)
        self.events.append(event)
        self.counts.append(self._number_table(amount.number))
        for part in amount.parts:
            payload, load_factor = map(self._number_table, (part.payload, part.load_factor))
            load = (part.platform, payload, load_factor)
            self.part_load.append(self.loads.setdefault(load, len(self.loads)))
        self.first_part.append(len(self.part_load))

    def _add_note(self, note: str, event: FlowEvent) -> None:
        """Put an event under a note."""
        self.ids_by_note.setdefault(note, []).append(event.event_id)

    def _number_table(self, quantity: Quantity) -> int:
        """Row of a distribution among the tables."""
        return self.tables.setdefault(quantity, len(self.tables))

    def as_flows(self) -> Flows:
        """The events with tables of all their distributions, ready for drawing."""
        platforms = sorted({name for name, _, _ in self.loads})
        loads = [(platforms.index(name), *tables) for name, *tables in self.loads]
        source, sources = _number_sources(self.events)
        entities = _address_names([event.event_id for event in self.events])
        return Flows(
            measure=self.measure,
            events=tuple(self.events),
            uncounted=tuple(self.uncounted),
            notes=tuple(f"{few(ids)}: {note}" for note, ids in self.ids_by_note.items()),
            entities=entities,
            mixes=entities,
            tables=tabulate(list(self.tables)),
            counts=np.array(self.counts, dtype=np.int64),
            source=source,
            sources=_address_names(sources),
            first_part=np.array(self.first_part, dtype=np.int64),
            part_load=np.array(self.part_load, dtype=np.int64),
            loads=np.array(loads, dtype=np.int64).reshape(-1, 3),
            platforms=_address_names(platforms),
            shares=_address_names(platforms),
            platform_names=tuple(platforms),
        )


def _address_names(names: Sequence[str]) -> NDArray[np.uint64]:
    """Where the draws of each name are found, shape (names,)."""
    return np.array([address(name) for name in names], dtype=np.uint64)


def _number_sources(events: Sequence[FlowEvent]) -> tuple[NDArray[np.int64], list[str]]:
    """Row of the first root source of each event, -1 without one, and the names of the rows."""
    # Sources are drawn by name, as what one source says of several events errs together.
    names = sorted({event.roots[0] for event in events if event.roots})
    rows = {name: row for row, name in enumerate(names)}
    source = np.full(len(events), -1, dtype=np.int64)
    for at, event in enumerate(events):
        if event.roots:
            source[at] = rows[event.roots[0]]
    return source, names


def find_amount(event: FlowEvent, measure: Measure, cargo: str = "") -> Amount | None:
    """What an event moved, in the unit of the measure; None where no number of it was published.

    Parameters
    ----------
    cargo
        Kind of cargo; by default the event's own words say.
    """
    if measure == "movements":
        return Amount(event.movements, _PUBLISHED) if event.movements.has_content else None
    if event.is_empty:
        return Amount(Quantity.exactly(0.0), _PUBLISHED)
    published = getattr(event, measure)
    if published is not None:
        return Amount(published, _PUBLISHED)
    # People and vehicles cannot be worked out from flights and sailings; tonnes can, and vehicles from columns.
    if measure == "personnel":
        return None
    if event.mode == "road":
        return _road_amount(event, measure)
    if measure == "vehicles":
        return None
    return _lift_amount(event, cargo)


def _road_amount(event: FlowEvent, measure: Measure) -> Amount | None:
    """Vehicles of columns, or their tonnes: counted vehicles, or columns times the prior of an uncounted one."""
    masses = tuple(map(_vehicle_mass, event.platforms))
    if event.vehicles is not None:
        return Amount(event.vehicles, masses)
    if not event.movements.has_content:
        return None
    spread = f"{UNCOUNTED_COLUMN.low:g} to {UNCOUNTED_COLUMN.high:g} a column"
    note = f"vehicles not counted, {spread} assumed, most likely {UNCOUNTED_COLUMN.best:g}"
    parts: tuple[Part, ...] = (Part("column", UNCOUNTED_COLUMN, _ONE),)
    if measure == "tonnes":
        parts = tuple(part._replace(load_factor=UNCOUNTED_COLUMN) for part in masses)
    return Amount(event.movements, parts, note)


def _vehicle_mass(name: str) -> Part:
    """Mass of one vehicle of a mix, t."""
    mix = find_platform(name)
    mass = mix.mass_t if isinstance(mix, VehicleMix) else _ONE
    return Part(f"{mix.id} mass", mass, _ONE)


def _lift_amount(event: FlowEvent, cargo: str) -> Amount | None:
    """Tonnes by air or sea: flights or sailings x payload over the distance x load factor, or people x mass."""
    if event.movements.has_content:
        kind = cargo or cargo_class(event)
        parts = tuple(_platform_load(event, name, kind) for name in event.platforms)
        return Amount(event.movements, parts)
    if event.personnel is None:
        return None
    note = f"tonnes from the people alone, {PERSON_T.best:g} t each ({PERSON_T.low:g} to {PERSON_T.high:g})"
    return Amount(event.personnel, (Part("person", PERSON_T, _ONE),), note)


def _platform_load(event: FlowEvent, name: str, cargo: str) -> Part:
    """Payload over the distance, t, and load factor of one platform on the way of an event."""
    platform = find_platform(name)
    if isinstance(platform, Aircraft):
        way = route(event.origin, event.destination, mode="air", via=event.via)
        payload = platform.payload_t(way.distance_km)
        return Part(platform.id, payload, platform.load_factor(cargo))
    if isinstance(platform, Vessel | FreightTrain):
        return Part(platform.id, platform.cargo_t, platform.load_factor(cargo))
    wanted = MODES[event.mode].platform_kind
    raise EstimateError(f"event {event.event_id!r}: {name!r} is not of the kind {wanted!r}")


_PEOPLE = ("soldier", "troops", "personnel", "officers", "passengers", "staff")
_THINGS = ("equipment", "gear", "vehicle", "weapon", "ammunition", "systems", "units")
_VEHICLES = ("vehicle", "trucks", "armour")


def cargo_class(event: FlowEvent) -> str:
    """Which load factor fits what an event carried: "personnel", "vehicles" or "mixed"."""
    words = event.cargo.lower()
    if _has_any(words, _PEOPLE) and not _has_any(words, _THINGS):
        return "personnel"
    return "vehicles" if _has_any(words, _VEHICLES) else "mixed"


def _has_any(words: str, any_of: Iterable[str]) -> bool:
    """Whether a text holds one of some words."""
    return any(word in words for word in any_of)
