"""Draws of what flow events carried, added up per time bin, one tile of draws at a time.

For each event and draw::

    amount = count x sum over parts of share x payload x load factor  (or a published amount)

The count is drawn once per event, payload and load factor once per platform. With probability `source_share` an event's
count stands where its source stands, so that events of one source err together. The amount falls into the bins its
window overlaps: spread evenly for a stream, at one uniform moment otherwise. No array of draws x events is ever made.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ._jit import kernel
from .tiles import fill_tile

__all__ = ["STEPS", "flow_tile", "look_up"]

STEPS = 1024
"""Steps of an inverse distribution function: the top ten bits of a word pick the step, the rest the place in it."""

_TILE = 4096
_32 = 2.0**-32
_TOP = np.uint32(22)
_REST = np.uint32(0x3FFFFF)
_PLACE = 2.0**-22
_BYTE = np.uint32(255)


@kernel
def look_up(words: NDArray[np.uint32], table: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    """Values of an inverse distribution function, shape (1025,) at equal steps, at the probabilities words / 2**32."""
    for d in range(words.shape[0]):
        word = words[d]
        i = np.int64(word >> _TOP)
        low = table[i]
        out[d] = low + (table[i + 1] - low) * (np.float64(np.int64(word & _REST)) * _PLACE)


@kernel
def flow_tile(
    event_keys: NDArray[np.uint64],
    source_keys: NDArray[np.uint64],
    platform_keys: NDArray[np.uint64],
    entities: NDArray[np.uint64],
    tables: NDArray[np.float64],
    count_table: NDArray[np.int64],
    source: NDArray[np.int64],
    sources: NDArray[np.uint64],
    source_share: float,
    first_part: NDArray[np.int64],
    part_load: NDArray[np.int64],
    loads: NDArray[np.int64],
    platforms: NDArray[np.uint64],
    is_stream: NDArray[np.bool_],
    start: NDArray[np.float64],
    stop: NDArray[np.float64],
    edges: NDArray[np.float64],
    tile: int,
) -> NDArray[np.float64]:
    """Amounts of all events in one tile of draws; shape (bins, 4096).

    Parameters
    ----------
    event_keys, source_keys, platform_keys
        Keys of the three purposes, shape (2,) each.
    entities
        Address of each event, shape (events,).
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
    platforms
        Address of each platform, shape (platforms,).
    is_stream, start, stop
        Whether spread over the window, and the window in days, shape (events,).
    edges
        Bin edges in days, ascending, shape (bins + 1,).
    tile
        Number of the tile.
    """
    bins, steps = edges.shape[0] - 1, tables.shape[1] - 1
    out = np.zeros((bins, _TILE))
    words = np.empty(_TILE, dtype=np.uint32)
    more = np.empty(_TILE, dtype=np.uint32)
    amount = np.empty(_TILE)
    each = np.empty(_TILE)
    total = np.empty(_TILE)

    said = np.empty((sources.shape[0], _TILE), dtype=np.uint32)
    for s in range(sources.shape[0]):
        fill_tile(source_keys, sources[s], 0, tile, said[s])

    carried = np.empty((loads.shape[0], _TILE))
    unit = np.zeros(loads.shape[0], dtype=np.bool_)
    for k in range(loads.shape[0]):
        ones = True
        for row in loads[k, 1:]:
            ones = ones and tables[row, 0] == 1.0 and tables[row, steps] == 1.0
        unit[k] = ones
        fill_tile(platform_keys, platforms[loads[k, 0]], 0, tile, words)
        look_up(words, tables[loads[k, 1]], carried[k])
        fill_tile(platform_keys, platforms[loads[k, 0]], 1, tile, words)
        look_up(words, tables[loads[k, 2]], each)
        for d in range(_TILE):
            carried[k, d] *= each[d]

    # The low byte of a word is far below the resolution of a table; it decides whether the count follows the source.
    limit = np.uint32(int(source_share * 256.0))
    for e in range(entities.shape[0]):
        fill_tile(event_keys, entities[e], 0, tile, words)
        if source[e] >= 0:
            voice = said[source[e]]
            for d in range(_TILE):
                if (words[d] & _BYTE) < limit:
                    words[d] = voice[d]
        look_up(words, tables[count_table[e]], amount)

        parts = first_part[e + 1] - first_part[e]
        if parts == 1:
            if not unit[part_load[first_part[e]]]:
                load = carried[part_load[first_part[e]]]
                for d in range(_TILE):
                    amount[d] *= load[d]
        else:
            each[:] = 0.0
            total[:] = 0.0
            for j in range(parts):
                fill_tile(event_keys, entities[e], 2 + j, tile, more)
                load = carried[part_load[first_part[e] + j]]
                for d in range(_TILE):
                    weight = -np.log((np.float64(more[d]) + 0.5) * _32)
                    total[d] += weight
                    each[d] += weight * load[d]
            for d in range(_TILE):
                amount[d] *= each[d] / total[d]

        low = 0
        while low < bins - 1 and edges[low + 1] <= start[e]:
            low += 1
        span = stop[e] - start[e]
        if is_stream[e] or low == bins - 1 or stop[e] <= edges[low + 1]:
            b = low
            while b < bins and edges[b] < stop[e]:
                part = (min(stop[e], edges[b + 1]) - max(start[e], edges[b])) / span
                row = out[b]
                for d in range(_TILE):
                    row[d] += part * amount[d]
                b += 1
        else:
            fill_tile(event_keys, entities[e], 1, tile, more)
            for d in range(_TILE):
                moment = start[e] + np.float64(more[d]) * _32 * span
                b = low
                while b < bins - 1 and edges[b + 1] <= moment:
                    b += 1
                out[b, d] += amount[d]
    return out
