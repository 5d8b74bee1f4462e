"""Queues that planners meet: a closed fleet that cycles through stations, and one apron that anybody may fly to.

A closed fleet has a product form, so everything follows from sums of products of positive terms (Buzen's convolution).
They are kept as logarithms: nothing is ever subtracted, and no fleet is too large. The recursion called exact mean
value analysis gives the same numbers, but takes 1 - sum of marginals at each step and loses them for large fleets.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ._jit import kernel

__all__ = ["closed_cycle", "erlang_b", "erlang_c", "multi_class_cycle"]

Floats = NDArray[np.float64]


@kernel
def _log_station(demand_h: float, servers: float, out: Floats) -> None:
    """Log weight of finding 0, 1, ... at a station that works on min(number, servers) at once."""
    out[0] = 0.0
    log_demand = math.log(demand_h) if demand_h > 0.0 else -np.inf
    for j in range(1, out.shape[0]):
        out[j] = out[j - 1] + log_demand - math.log(min(float(j), servers))


@kernel
def _log_convolve(a: Floats, b: Floats, out: Floats) -> None:
    """Log of the convolution of exp(a) and exp(b)."""
    for n in range(out.shape[0]):
        top = -np.inf
        for j in range(n + 1):
            top = max(top, a[j] + b[n - j])
        total = 0.0
        if top > -np.inf:
            for j in range(n + 1):
                total += math.exp(a[j] + b[n - j] - top)
            out[n] = top + math.log(total)
        else:
            out[n] = -np.inf


@kernel
def closed_cycle(demand_h: Floats, servers: Floats, throughput_per_h: Floats, present: Floats, waiting: Floats) -> None:
    """Exact steady state of a fleet that cycles through stations with exponential or, if endless, any service.

    Parameters
    ----------
    demand_h
        Time one cycle is served at each station, in h, shape (stations,).
    servers
        What each station serves at once, above 0; infinity where nobody ever waits; shape (stations,).
    throughput_per_h
        Written: cycles per h of fleets of 0, 1, ..., N, shape (N + 1,).
    present, waiting
        Written: mean number at each station, and those of them not yet served, for N; shape (stations,).
    """
    stations, size = demand_h.shape[0], throughput_per_h.shape[0]
    weights = np.empty((stations, size))
    for k in range(stations):
        _log_station(demand_h[k], servers[k], weights[k])
    whole, others, spare = np.empty(size), np.empty(size), np.empty(size)
    nothing = np.full(size, -np.inf)
    nothing[0] = 0.0
    whole[:] = nothing
    for k in range(stations):
        _log_convolve(whole, weights[k], spare)
        whole[:] = spare
    throughput_per_h[0] = 0.0
    for n in range(1, size):
        throughput_per_h[n] = math.exp(whole[n - 1] - whole[n])
    for k in range(stations):
        if servers[k] == np.inf:
            present[k] = throughput_per_h[size - 1] * demand_h[k]
            waiting[k] = 0.0
            continue
        others[:] = nothing
        for other in range(stations):
            if other != k:
                _log_convolve(others, weights[other], spare)
                others[:] = spare
        present[k] = 0.0
        waiting[k] = 0.0
        for j in range(1, size):
            share = math.exp(weights[k, j] + others[size - 1 - j] - whole[size - 1])
            present[k] += j * share
            waiting[k] += max(j - servers[k], 0.0) * share


@kernel
def multi_class_cycle(
    service_h: Floats, visits: Floats, endless: NDArray[np.bool_], fleet: NDArray[np.int64], residence_h: Floats
) -> None:
    """Exact mean value analysis of several types at stations that serve one at a time.

    Parameters
    ----------
    service_h, visits
        Time of a visit and visits in a cycle, by type and station, shape (types, stations).
    endless
        Stations at which nobody waits, shape (stations,).
    fleet
        Aircraft of each type, shape (types,).
    residence_h
        Written: time a cycle of each type spends at each station, waiting and served, shape (types, stations).
    """
    types, stations = service_h.shape
    stride = np.ones(types + 1, dtype=np.int64)
    for c in range(types):
        stride[c + 1] = stride[c] * (fleet[c] + 1)
    present = np.zeros((stride[types], stations))
    for number in range(1, stride[types]):
        for c in range(types):
            have = number // stride[c] % (fleet[c] + 1)
            if have == 0:
                continue
            cycle_h = 0.0
            for k in range(stations):
                ahead = 0.0 if endless[k] else present[number - stride[c], k]
                residence_h[c, k] = visits[c, k] * service_h[c, k] * (1.0 + ahead)
                cycle_h += residence_h[c, k]
            for k in range(stations):
                present[number, k] += have / cycle_h * residence_h[c, k]


@kernel
def erlang_b(servers: int, offered: float) -> float:
    """Probability that all servers are busy when nobody queues; `offered` is arrival rate x service time."""
    blocked = 1.0
    for k in range(1, servers + 1):
        blocked = offered * blocked / (k + offered * blocked)
    return blocked


@kernel
def erlang_c(servers: int, offered: float) -> float:
    """Probability that an arrival waits, for ``offered < servers``."""
    blocked = erlang_b(servers, offered)
    return blocked / (1.0 - offered / servers * (1.0 - blocked))
