"""Several types that share the stations of a closed cycle, solved exactly for one set of plain numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...arrays import Floats
from ...errors import EstimateError
from .fleet_cycle import FleetCycle
from .stations import plain_numbers, servers_of

__all__ = ["MixedCycle", "mixed_cycle"]


@dataclass(frozen=True, kw_only=True)
class MixedCycle:
    """Several types in one cycle, each with its own times.

    Parameters
    ----------
    throughput_per_h
        Cycles of each type, shape (types,).
    residence_h
        Time per cycle at each station, waiting and served, in h, shape (types, stations).
    present
        Mean number of each type at each station, shape (types, stations).
    utilisation_share
        Share of its servers at work, shape (stations,); the mean number there where there is no queue.
    """

    throughput_per_h: Floats
    residence_h: Floats
    present: Floats
    utilisation_share: Floats


def mixed_cycle(
    fleet: Sequence[int],
    *,
    service_h: Sequence[Sequence[float]],
    servers: Sequence[int | None],
    visits: Sequence[Sequence[float]] | None = None,
) -> MixedCycle:
    """Exact throughput of several types that share stations, each with its own times.

    Parameters
    ----------
    fleet
        Aircraft of each type, whole numbers.
    service_h, visits
        Time of a visit in h, and visits in a cycle (1 by default), by type and station.
    servers
        What each station serves at once; None where there is never a queue.

    Raises
    ------
    EstimateError
        Shapes do not match, a number is none, or so many types would take too long.

    Notes
    -----
    Several classes of the closed network (Baskett et al. 1975; mean value analysis of Reiser & Lavenberg 1980), see
    `cycle_capacity`; exact for stations that share their time among those present, and for service in order where all
    types take equally long.
    """
    times = plain_numbers(service_h, name="service_h")
    number = np.atleast_1d(plain_numbers(fleet, name="fleet"))
    room = servers_of(servers)
    trips = np.ones_like(times)
    if visits is not None:
        trips = plain_numbers(visits, name="visits")
    _check_shapes(times, trips, number, room)
    if (number < 0).any() or (number % 1.0).any() or (room <= 0).any():
        raise EstimateError(
            "mixed_cycle needs whole numbers of at least 0 in the fleet, and servers above 0 or None, "
            f"got {fleet!r} and {servers!r}"
        )
    _check_times(times, trips)
    hours = trips * times
    cycle = _cycle_of_one_draw(number, hours, room)
    steady = cycle.steady(one_wait=False)
    rate = steady.rate_per_h[:, 0]
    rate_by_row = rate[:, None]
    present = steady.present[:, :, 0].T
    # Little's law: the number present over the rate is the time of a cycle spent there.
    residence_h = np.divide(
        present, rate_by_row, out=np.zeros_like(present), where=rate_by_row > 0.0
    )
    work = (rate_by_row * hours).sum(axis=0)
    return MixedCycle(
        throughput_per_h=rate,
        residence_h=residence_h,
        present=present,
        utilisation_share=np.where(np.isfinite(room), work / room, work),
    )


def _check_shapes(times: Floats, trips: Floats, number: Floats, room: Floats) -> None:
    """Refuse times and visits that have not a row for each type and a column for each station."""
    if times.ndim != 2 or times.shape != (len(number), len(room)) or trips.shape != times.shape:
        raise EstimateError(
            f"service_h and visits need a row for each of {len(number)} types and a column for each of "
            f"{len(room)} stations, got {times.shape} and {trips.shape}"
        )


def _check_times(times: Floats, trips: Floats) -> None:
    """Refuse times and visits below 0, and a cycle that takes no time."""
    if (times < 0).any() or (trips < 0).any() or not (trips * times).sum(axis=1).all():
        raise EstimateError(
            "mixed_cycle needs times and visits of at least 0, and cycles that take some time"
        )


def _cycle_of_one_draw(number: Floats, hours: Floats, room: Floats) -> FleetCycle:
    """A cycle without uncertainty; `hours` are the times of a cycle, shape (types, stations)."""
    return FleetCycle(
        stations=tuple(f"station {i + 1}" for i in range(len(room))),
        types=tuple(f"type {i + 1}" for i in range(len(number))),
        hours=hours.T[:, :, None],
        room=room[:, None],
        spots=np.ones((len(number), 1)),
        number=number[:, None],
        working_h=np.ones(1),
        load_t=None,
        limits_per_day={},
    )
