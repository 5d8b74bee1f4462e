"""Rates where what happened at one moment is one packet: a cell of aircraft, a convoy."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np

from ..arrays import Floats
from ..evidence.events import FlowEvent
from .event_draws import Flows, prepare

__all__ = ["packet_draws", "packet_notes"]


def packet_draws(
    amounts: Flows,
    events: tuple[FlowEvent, ...],
    edges: Sequence[dt.datetime],
    exposure: Floats,
    *,
    draws: int,
    seed: int,
    way: str,
) -> Floats:
    """Draws of the reported rate per day where what happened at one moment is one packet, shape (bins, draws).

    Notes
    -----
    Compound Poisson: the rate of packets is Gamma(packets + 1/2) / exposure, times their mean size with the weights of
    the Bayesian bootstrap; together, the sum of size x exponential over packets, and half a packet of mean size.
    """
    counts = prepare(events, measure="movements")
    row_of = {event.event_id: row for row, event in enumerate(counts.events)}
    out = np.zeros((exposure.size, draws))
    total = np.zeros(draws)
    packets = np.zeros(draws)
    for row, event in enumerate(amounts.events):
        bins = _touched_bins(event, edges)
        spanned = edges[bins.start : bins.stop + 1]
        amount = amounts.draws(spanned, draws=draws, seed=seed, only=[row])
        total += amount.sum(axis=0)
        count_row = row_of.get(event.event_id)
        if not event.is_stream or count_row is None:
            packets += 1
            out[bins] += _one_packet(event, amount, seed=seed)
            continue
        count = amount
        if amounts.measure != "movements":
            count = counts.draws(spanned, draws=draws, seed=seed, only=[count_row])
        packets += count.sum(axis=0)
        out[bins] += _stream_packets(event, amount, count, bins.start, seed=seed)
    # A floor below any count, for draws without a packet.
    mean = total / np.maximum(packets, 1e-9)
    mean[packets <= 0] = 0.0
    _add_half_packets(out, mean, edges, seed=seed, way=way)
    return out / exposure[:, None]


def _touched_bins(event: FlowEvent, edges: Sequence[dt.datetime]) -> slice:
    """The bins that the window of an event touches."""
    first = max(bisect_right(edges, event.start) - 1, 0)
    last = max(bisect_left(edges, event.stop), first + 1)
    return slice(first, last)


def _one_packet(event: FlowEvent, amount: Floats, *, seed: int) -> Floats:
    """Size x exponential of one packet, whichever bin a draw puts it in, shape (bins, draws)."""
    from ..kernels.addressed import uniforms

    u = uniforms(seed, "packet", event.event_id, amount.shape[1])
    return -np.log1p(-u) * amount


def _stream_packets(
    event: FlowEvent, amount: Floats, count: Floats, first: int, *, seed: int
) -> Floats:
    """The same for the single movements of a stream: a sum of exponentials is a gamma, shape (bins, draws)."""
    from scipy.special import gammaincinv

    from ..kernels.addressed import uniforms

    out = np.empty_like(amount)
    for row, n in enumerate(count):
        u = uniforms(seed, "packets of", f"{event.event_id} {first + row}", n.size)
        shape = np.maximum(n, 1e-9)
        packets = gammaincinv(shape, u) * amount[row] / shape
        out[row] = np.where(n > 0, packets, 0.0)
    return out


def _add_half_packets(
    out: Floats, mean: Floats, edges: Sequence[dt.datetime], *, seed: int, way: str
) -> None:
    """Add the half packet of Jeffreys' prior, of mean size, to each bin."""
    from scipy.special import gammaincinv

    from ..kernels.addressed import uniforms

    for row, edge in enumerate(edges[:-1]):
        second = f"{int(edge.timestamp())}"
        u = uniforms(seed, f"half packet {way}", second, mean.size)
        out[row] += gammaincinv(0.5, u) * mean


def packet_notes(events: tuple[FlowEvent, ...], *, packets: bool) -> tuple[str, ...]:
    """A note where several movements at one moment are counted singly."""
    together = sum(not event.is_stream and event.movements.best > 1 for event in events)
    if packets or not together:
        return ()
    return (
        f"{together} of {len(events)} events were several movements at one moment; packets=True counts each as one "
        "packet, and the range widens",
    )
