"""Draws of what flow events carried, added up per time bin, one tile of draws at a time.

For each event and draw::

    amount = count x sum over parts of share x payload x load factor  (or a published amount)

The count is drawn once per event, payload and load factor once per platform. With probability `source_share` an event's
count has the rank of its source, so that events of one source err together. The amount falls into the bins its
window overlaps: spread evenly for a stream, at one uniform moment otherwise. No array of draws x events is ever made.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._jit import kernel
from .philox_tiles import fill_tile
from .simd import BLOCKS, LANES, STEPS, add_looked_up

__all__ = ["STEPS", "add_drawn", "flow_tile"]

_TILE = 4096
_32 = 2.0**-32
# A plain 0 would be a type of its own to numba, and each of them one more function to compile.
_0: Any = np.int64(0)
_1: Any = np.int64(1)
_2: Any = np.int64(2)


@kernel
def add_drawn(
    keys: NDArray[np.uint64],
    entity: np.uint64,
    lane: int,
    tile: int,
    voice: NDArray[np.uint32],
    limit: int,
    table: NDArray[np.float64],
    load: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    """Add to ``out`` what an entity draws in a tile, times ``load``; all of shape (4096,).

    Parameters
    ----------
    keys, entity, lane, tile
        As in `fill_tile`.
    voice, limit
        Where the low byte of a word is below the limit, the word of `voice` is taken in its place.
    table
        Inverse distribution function at equal steps, shape (1025,); linear in between.
    """
    for offset in range(0, BLOCKS, LANES):
        first = tile * BLOCKS + offset
        add_looked_up(
            (keys[0], keys[1]), entity, lane, first, voice, limit, table, load, out, offset
        )


@kernel
def flow_tile(
    event_keys: NDArray[np.uint64],
    source_keys: NDArray[np.uint64],
    platform_keys: NDArray[np.uint64],
    entities: NDArray[np.uint64],
    mixes: NDArray[np.uint64],
    tables: NDArray[np.float64],
    count_table: NDArray[np.int64],
    source: NDArray[np.int64],
    sources: NDArray[np.uint64],
    source_share: float,
    first_part: NDArray[np.int64],
    part_load: NDArray[np.int64],
    loads: NDArray[np.int64],
    platforms: NDArray[np.uint64],
    shares: NDArray[np.uint64],
    is_stream: NDArray[np.bool_],
    start: NDArray[np.float64],
    stop: NDArray[np.float64],
    edges: NDArray[np.float64],
    words: NDArray[np.uint32],
    space: NDArray[np.float64],
    tile: int,
    out: NDArray[np.float64],
    begin: int,
) -> None:
    """Add the amounts of all events in one tile of draws to ``out[:, begin:begin + 4096]``.

    Parameters
    ----------
    event_keys, source_keys, platform_keys
        Keys of the three purposes, shape (2,) each.
    entities, mixes
        Address of each event, and that of its mix of types, shape (events,) each; the same unless one is drawn again.
    tables
        Inverse distribution functions at equal steps, shape (tables, 1025); the rows below point into it.
    count_table
        Row of each event's count, shape (events,).
    source, sources, source_share
        Row of each event in `sources` (addresses), or -1; probability, in steps of 1/256, that the count follows it.
    first_part, part_load
        Parts of event e are ``first_part[e]`` to ``first_part[e + 1]``; each is a row of `loads`.
    loads
        (row in `platforms`, row of the payload table, row of the load-factor table), shape (loads, 3).
    platforms, shares
        Address of each platform, and that of its load factor, shape (platforms,) each; the same unless one is drawn
        again.
    is_stream, start, stop
        Whether spread over the window, and the window in days, shape (events,).
    edges
        Bin edges in days, ascending, shape (bins + 1,).
    words, space
        To work in, shapes (sources + 1, 4096) and (loads + 3, 4096); what they hold does not matter.
    tile
        Number of the tile.
    out, begin
        Where the amounts are added, shape (bins, draws), and in which column the tile begins.
    """
    bins, end = edges.shape[0] - 1, begin + _TILE
    carried, count_sources = loads.shape[0], sources.shape[0]
    more, amount, mixed, total = (
        words[count_sources],
        space[carried],
        space[carried + 1],
        space[carried + 2],
    )

    for s in range(count_sources):
        fill_tile(source_keys, sources[s], _0, tile, words[s])

    for d in range(_TILE):
        total[d] = 1.0
    for k in range(carried):
        load = space[k]
        for d in range(_TILE):
            mixed[d] = 0.0
            load[d] = 0.0
        platform = platforms[loads[k, 0]]
        add_drawn(platform_keys, platform, _0, tile, more, _0, tables[loads[k, 1]], total, mixed)
        add_drawn(
            platform_keys, shares[loads[k, 0]], _1, tile, more, _0, tables[loads[k, 2]], mixed, load
        )

    # The low byte of a word is far below the resolution of a table; it decides whether the count follows the source.
    limit = np.int64(source_share * 256.0)
    for e in range(entities.shape[0]):
        voice, followed = more, _0
        if source[e] >= 0:
            voice, followed = words[source[e]], limit
        table = tables[count_table[e]]

        load = space[part_load[first_part[e]]]
        parts = first_part[e + 1] - first_part[e]
        if parts > 1:
            for d in range(_TILE):
                mixed[d] = 0.0
                total[d] = 0.0
            for j in range(parts):
                fill_tile(event_keys, mixes[e], _2 + j, tile, more)
                load = space[part_load[first_part[e] + j]]
                for d in range(_TILE):
                    # Shares are exponentials over their sum; the half keeps the log finite.
                    weight = -math.log((np.float64(more[d]) + 0.5) * _32)
                    total[d] += weight
                    mixed[d] += weight * load[d]
            for d in range(_TILE):
                mixed[d] /= total[d]
            load = mixed

        low = 0
        while low < bins - 1 and edges[low + 1] <= start[e]:
            low += 1
        # A window inside one bin: the draws go straight to it, without a pass of their own.
        if edges[low] <= start[e] and stop[e] <= edges[low + 1]:
            add_drawn(
                event_keys, entities[e], _0, tile, voice, followed, table, load, out[low, begin:end]
            )
            continue
        for d in range(_TILE):
            amount[d] = 0.0
        add_drawn(event_keys, entities[e], _0, tile, voice, followed, table, load, amount)
        span = stop[e] - start[e]
        if is_stream[e] or low == bins - 1:
            b = low
            while b < bins and edges[b] < stop[e]:
                until, since = min(stop[e], edges[b + 1]), max(start[e], edges[b])
                part = (until - since) / span
                row = out[b, begin:end]
                for d in range(_TILE):
                    row[d] += part * amount[d]
                b += 1
        else:
            fill_tile(event_keys, entities[e], _1, tile, more)
            for d in range(_TILE):
                moment = start[e] + np.float64(more[d]) * _32 * span
                b = low
                while b < bins - 1 and edges[b + 1] <= moment:
                    b += 1
                out[b, begin + d] += amount[d]
