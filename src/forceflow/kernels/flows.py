"""Draws of what flow events carried, added up per time bin.

For each event and draw::

    amount = count x sum over platforms of share x payload x load factor  (or a published amount)

The count is drawn once per event, payload and load factor once per platform, and with probability `source_share` an
event's count stands where its source stands, so that events of one source err together. The amount falls into the
bins its window overlaps: spread evenly for a stream, at one uniform moment otherwise.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ._jit import kernel
from .philox import philox_block

__all__ = ["add_flows", "entity_uniforms", "table_lookup"]

_11 = np.uint64(11)
_0 = np.uint64(0)
_TO_UNIT = 2.0**-53


@kernel
def table_lookup(table: NDArray[np.float64], u: float) -> float:
    """Value at probability `u` of an inverse distribution function given at equal steps; linear between them."""
    x = u * (table.shape[0] - 1)
    i = int(x)
    if i >= table.shape[0] - 1:
        return float(table[table.shape[0] - 1])
    return float(table[i] + (table[i + 1] - table[i]) * (x - i))


@kernel
def entity_uniforms(keys: NDArray[np.uint64], entities: NDArray[np.uint64], first: int, n: int) -> NDArray[np.float64]:
    """Two uniforms per entity for draws `first` to `first + n`; shape (entities, 2, n)."""
    out = np.empty((entities.shape[0], 2, n))
    for k in range(entities.shape[0]):
        for d in range(n):
            w0, w1, _w2, _w3 = philox_block(np.uint64(first + d), _0, entities[k], _0, keys)
            out[k, 0, d] = np.float64(w0 >> _11) * _TO_UNIT
            out[k, 1, d] = np.float64(w1 >> _11) * _TO_UNIT
    return out


@kernel
def add_flows(
    keys: NDArray[np.uint64],
    entities: NDArray[np.uint64],
    counts: NDArray[np.float64],
    source: NDArray[np.int64],
    source_u: NDArray[np.float64],
    source_share: float,
    first_part: NDArray[np.int64],
    part_platform: NDArray[np.int64],
    payloads: NDArray[np.float64],
    loads: NDArray[np.float64],
    platform_u: NDArray[np.float64],
    is_stream: NDArray[np.bool_],
    start: NDArray[np.float64],
    stop: NDArray[np.float64],
    edges: NDArray[np.float64],
    first: int,
    out: NDArray[np.float64],
) -> None:
    """Add the amounts of all events, draws `first` to `first + n`, to `out` of shape (bins, n).

    Parameters
    ----------
    keys
        Round keys, shape (20,).
    entities
        Address of each event, shape (events,).
    counts
        Inverse distribution function of each event's count, shape (events, steps).
    source, source_u, source_share
        Row of each event in `source_u` (sources, 2, n), or -1; probability that the count follows the source.
    first_part, part_platform
        Parts of event e are ``first_part[e]`` to ``first_part[e + 1]``; the platform row of each part.
    payloads, loads
        Inverse distribution functions of payload and load factor of each part, shape (parts, steps).
    platform_u
        Uniforms of each platform, shape (platforms, 2, n).
    is_stream, start, stop
        Whether spread over the window, and the window in days, shape (events,).
    edges
        Bin edges in days, ascending, shape (bins + 1,).
    first
        Number of the first draw.
    out
        Amounts are added here; shape (bins, n).
    """
    bins, n = out.shape
    shares = np.empty(32)
    for e in range(entities.shape[0]):
        parts = first_part[e + 1] - first_part[e]
        low_bin = max(np.searchsorted(edges, start[e], side="right") - 1, 0)
        for d in range(n):
            w0, w1, _w2, w3 = philox_block(np.uint64(first + d), _0, entities[e], _0, keys)
            u = np.float64(w0 >> _11) * _TO_UNIT
            if source[e] >= 0 and np.float64(w3 >> _11) * _TO_UNIT < source_share:
                u = source_u[source[e], 0, d]
            amount = table_lookup(counts[e], u)
            if parts == 1:
                shares[0] = 1.0
            else:
                total = 0.0
                for j in range(parts):
                    v0, _v1, _v2, _v3 = philox_block(np.uint64(first + d), np.uint64(j + 1), entities[e], _0, keys)
                    shares[j] = -np.log(1.0 - np.float64(v0 >> _11) * _TO_UNIT)
                    total += shares[j]
                for j in range(parts):
                    shares[j] /= total
            each = 0.0
            for j in range(parts):
                part = first_part[e] + j
                row = part_platform[part]
                each += (
                    shares[j]
                    * table_lookup(payloads[part], platform_u[row, 0, d])
                    * table_lookup(loads[part], platform_u[row, 1, d])
                )
            amount *= each
            if is_stream[e]:
                per_day = amount / (stop[e] - start[e])
                b = low_bin
                while b < bins and edges[b] < stop[e]:
                    out[b, d] += per_day * (min(stop[e], edges[b + 1]) - max(start[e], edges[b]))
                    b += 1
            else:
                moment = start[e] + (np.float64(w1 >> _11) * _TO_UNIT) * (stop[e] - start[e])
                b = low_bin
                while b < bins - 1 and edges[b + 1] <= moment:
                    b += 1
                out[b, d] += amount
