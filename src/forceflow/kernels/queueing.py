"""Queues that planners meet: a closed fleet that cycles through stations, and one apron that anybody may fly to.

A closed fleet has a product form, so everything follows from sums of products of positive terms (Buzen's convolution).
They are kept as logarithms: nothing is ever subtracted, and no fleet is too large. The recursion called exact mean
value analysis gives the same numbers, but takes 1 - sum of marginals at each step and loses them for large fleets.

A mixed fleet is counted on a lattice: point (n1, n2, ...) means so many of each type, and has the number
n1 + n2 (N1 + 1) + ..., so that taking one point from another is taking one number from the other.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ._jit import kernel

__all__ = ["closed_cycle", "erlang_b", "erlang_c"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

_FULL = 1e-12
"""A station that works on more than 1 - this of its spots works on all of them."""


@kernel
def _log_or_nothing(value: float) -> float:
    return math.log(value) if value > 0.0 else -np.inf


@kernel
def _log_station(
    hours: Floats,
    spots: Floats,
    room: float,
    most: Floats,
    many: Whole,
    stride: Whole,
    weight: Floats,
    first: Floats,
) -> None:
    """Log weights of a station by what is there, and of the part of them that no other weight follows from.

    Let B be the balance function: B(n) = max(sum of B(n - 1r) / room, max of B(n - 1r) / (spots_r min(n_r, most_r))),
    with n - 1r one less of type r. Work then goes on at B(n - 1r) / B(n) spots for type r, and is shared in balance.
    Where the first term is the greater, the weight w(n) = B(n) prod (hours_r spots_r)^n_r follows from its neighbours
    alone; `first` is what is left, w(n) - sum of w(n - 1r) hours_r spots_r / room, and is seldom above 0.
    """
    types = spots.shape[0]
    balance = np.empty(weight.shape[0])
    balance[0], weight[0], first[0] = 0.0, 0.0, 0.0
    for point in range(1, weight.shape[0]):
        peak = -np.inf
        for r in range(types):
            if many[point, r] > 0:
                peak = max(
                    peak,
                    balance[point - stride[r]]
                    - math.log(spots[r] * min(float(many[point, r]), most[r])),
                )
        used = 0.0
        for r in range(types):
            if many[point, r] > 0:
                used += math.exp(balance[point - stride[r]] - peak)
        used /= room
        balance[point] = peak + max(0.0, math.log(used))
        weight[point] = balance[point]
        for r in range(types):
            if many[point, r] > 0:
                weight[point] += many[point, r] * _log_or_nothing(hours[r] * spots[r])
        first[point] = weight[point] + math.log(1.0 - used) if used < 1.0 - _FULL else -np.inf


@kernel
def _log_add_station(
    before: Floats, first: Floats, log_step: Floats, many: Whole, stride: Whole, after: Floats
) -> None:
    """Log weights of the stations before and one more: exp(before) convolved with the weights of that station."""
    size, types = many.shape
    # Few points are left: see `_log_station`.
    kept = np.flatnonzero(first > -np.inf)
    terms = np.empty(kept.shape[0] + types)
    for point in range(size):
        count, top = 0, -np.inf
        for there in kept:
            if there > point:
                break
            fits = True
            for r in range(types):
                fits = fits and many[there, r] <= many[point, r]
            if fits:
                terms[count] = first[there] + before[point - there]
                top = max(top, terms[count])
                count += 1
        for r in range(types):
            if many[point, r] > 0:
                terms[count] = after[point - stride[r]] + log_step[r]
                top = max(top, terms[count])
                count += 1
        total = 0.0
        if top > -np.inf:
            for i in range(count):
                total += math.exp(terms[i] - top)
        after[point] = top + _log_or_nothing(total)


@kernel
def closed_cycle(
    hours: Floats,
    spots: Floats,
    room: Floats,
    most: Floats,
    number: Floats,
    rates_per_h: Floats,
    throughput_per_h: Floats,
    present: Floats,
) -> None:
    """Exact steady state of a fleet of one or more types that cycles through stations.

    Parameters
    ----------
    hours
        Time a cycle of each type is served at each station, in h, shape (stations, types); above 0 in sum.
    spots
        Spots one of each type takes up, shape (types,).
    room
        Spots of each station, above 0; infinity where there is never a queue; shape (stations,).
    most
        Most of each type a station serves at once, above 0 and at most room / spots, shape (stations, types).
    number
        Of each type; a number that is not whole is interpolated; shape (types,).
    rates_per_h
        Written: cycles per h of each type for every fleet from none to `number` rounded up, shape (points, types).
    throughput_per_h
        Written: cycles per h of each type, shape (types,).
    present
        Written: mean number of each type at each station, waiting and served, shape (stations, types).
    """
    stations, types = hours.shape
    size = rates_per_h.shape[0]
    stride = np.ones(types + 1, dtype=np.int64)
    many = np.empty((size, types), dtype=np.int64)
    for r in range(types):
        stride[r + 1] = stride[r] * (math.ceil(number[r]) + 1)
        for point in range(size):
            many[point, r] = point // stride[r] % (math.ceil(number[r]) + 1)
    endless_h = np.zeros(types)
    for k in range(stations):
        if room[k] == np.inf:
            endless_h += hours[k]
    nobody_waits = np.zeros(size)
    for point in range(1, size):
        for r in range(types):
            if many[point, r] > 0:
                before = nobody_waits[point - stride[r]]
                nobody_waits[point] = (
                    before + _log_or_nothing(endless_h[r]) - math.log(float(many[point, r]))
                )
                break
    weight, first = np.empty((stations, size)), np.empty((stations, size))
    log_step = np.empty((stations, types))
    for k in range(stations):
        if room[k] < np.inf:
            _log_station(hours[k], spots, room[k], most[k], many, stride, weight[k], first[k])
            for r in range(types):
                log_step[k, r] = _log_or_nothing(hours[k, r] * spots[r] / room[k])
    others = np.empty((stations, size))
    whole, spare = np.empty(size), np.empty(size)
    whole[:] = nobody_waits
    for k in range(stations):
        if room[k] < np.inf:
            # All but this one, convolved anew: taking one out again would need a subtraction.
            others[k] = nobody_waits
            for other in range(stations):
                if other != k and room[other] < np.inf:
                    _log_add_station(others[k], first[other], log_step[other], many, stride, spare)
                    others[k] = spare
            _log_add_station(others[k], first[k], log_step[k], many, stride, whole)
    rates_per_h[:] = 0.0
    for point in range(1, size):
        for r in range(types):
            if many[point, r] > 0:
                rates_per_h[point, r] = math.exp(whole[point - stride[r]] - whole[point])
    throughput_per_h[:] = 0.0
    present[:] = 0.0
    # Between whole fleets the answer is linear in the number of each type.
    for corner in range(2**types):
        share, point = 1.0, 0
        for r in range(types):
            part = number[r] - math.floor(number[r])
            up = corner >> r & 1
            share *= part if up else 1.0 - part
            point += stride[r] * (math.floor(number[r]) + up)
        if share == 0.0:
            continue
        throughput_per_h += share * rates_per_h[point]
        for k in range(stations):
            if room[k] == np.inf:
                present[k] += share * rates_per_h[point] * hours[k]
                continue
            for there in range(point + 1):
                fits = True
                for r in range(types):
                    fits = fits and many[there, r] <= many[point, r]
                if fits:
                    chance = share * math.exp(
                        weight[k, there] + others[k, point - there] - whole[point]
                    )
                    for r in range(types):
                        present[k, r] += chance * many[there, r]


@kernel
def erlang_b(servers: int, offered: float) -> float:
    """Probability that all servers are busy when there is no queue; `offered` is arrival rate x service time."""
    blocked = 1.0
    for k in range(1, servers + 1):
        # By recursion: powers and factorials would overflow for many servers.
        blocked = offered * blocked / (k + offered * blocked)
    return blocked


@kernel
def erlang_c(servers: int, offered: float) -> float:
    """Probability that an arrival waits, for ``offered < servers``."""
    blocked = erlang_b(servers, offered)
    return blocked / (1.0 - offered / servers * (1.0 - blocked))
