"""Draws of a rate per day in each bin, given the counts, the days watched and the share reported."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..arrays import Floats
from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..results.estimate import few
from .detection import Shares, by_share
from .event_draws import Flows, Measure, prepare
from .packet_draws import packet_draws

__all__ = ["RateDraws", "carry_amounts", "gamma_draws", "net_draws"]

Moments = tuple[dt.datetime, ...]

_SIGNS = {"outbound": 1.0, "inbound": -1.0}
"""What a direction adds to a net outflow."""


@dataclass(frozen=True, slots=True, eq=False)
class RateDraws:
    """Draws of a rate per day, shape (bins, draws), with the notes and the events behind them."""

    draws: Floats
    notes: tuple[str, ...]
    used: tuple[FlowEvent, ...]


def net_draws(
    events: tuple[FlowEvent, ...],
    edges: Moments,
    *,
    measure: Measure,
    detection: Shares,
    draws: int,
    seed: int,
    gross: bool = False,
    exposure: Floats | None = None,
    packets: bool = False,
    inflation: Mapping[str, Floats] | None = None,
) -> RateDraws:
    """Draws of the rate per day in each bin, outbound less inbound.

    Parameters
    ----------
    exposure
        Observed days of each bin; all of it by default.
    packets
        Whether what happened at one moment is one packet.
    inflation
        By direction, draws of variance over mean of the counts, shape (draws,); Poisson where there is none.

    Raises
    ------
    EstimateError
        No event carries a number of the measure.
    """
    if exposure is None:
        exposure = np.array([(b - a).total_seconds() / 86_400 for a, b in pairwise(edges)])
    inflation = inflation or {}
    out = np.zeros((exposure.size, draws))
    notes: dict[str, None] = {}
    used: list[FlowEvent] = []
    for group in _group_flows(events, detection, gross=gross, draws=draws, seed=seed):
        amounts = prepare(group.events, measure=measure)
        used += [event for event in amounts.events if event not in used]
        notes |= dict.fromkeys((*amounts.notes, *_uncounted_notes(amounts)))
        if packets:
            reported = packet_draws(
                amounts, group.events, edges, exposure, draws=draws, seed=seed, way=group.label
            )
        else:
            phi = inflation.get(group.events[0].direction, 1.0)
            reported = gamma_draws(
                amounts, group.events, edges, exposure, phi, draws=draws, seed=seed, way=group.label
            )
        out += group.sign * reported / group.seen
    if not used:
        ids = few([event.event_id for event in events])
        raise EstimateError(f"no number of {measure} was published for any of: {ids}")
    return RateDraws(out, tuple(notes), tuple(used))


@dataclass(frozen=True, slots=True, eq=False)
class FlowGroup:
    """Events of one direction that share one share reported.

    Parameters
    ----------
    sign
        Whether they add to the rate (1) or take from it (-1).
    label
        Direction and mode: part of the address of their draws.
    seen
        Draws of the share reported, shape (draws,).
    """

    sign: float
    label: str
    events: tuple[FlowEvent, ...]
    seen: Floats


def _group_flows(
    events: tuple[FlowEvent, ...], detection: Shares, *, gross: bool, draws: int, seed: int
) -> Iterator[FlowGroup]:
    """Events by direction, unless the rate is gross, and by mode, where each mode has a share of its own."""
    ways = {"gross": events}
    if not gross:
        ways = {way: tuple(e for e in events if e.direction == way) for way in _SIGNS}
    for way, mine in ways.items():
        for mode, chosen, seen in by_share(mine, detection, draws=draws, seed=seed):
            yield FlowGroup(
                sign=_SIGNS.get(way, 1.0),
                label=f"{way} {mode}".rstrip(),
                events=chosen,
                seen=seen,
            )


def _uncounted_notes(amounts: Flows) -> tuple[str, ...]:
    """A note on the events of which no number of the measure was published."""
    if not amounts.uncounted:
        return ()
    ids = few(amounts.uncounted)
    return (f"no number of {amounts.measure} was published, nothing added for: {ids}",)


def gamma_draws(
    amounts: Flows,
    events: tuple[FlowEvent, ...],
    edges: Moments,
    exposure: Floats,
    phi: Floats | float,
    *,
    draws: int,
    seed: int,
    way: str,
) -> Floats:
    """Draws of the reported rate per day in each bin, given draws of the counts, shape (bins, draws).

    Parameters
    ----------
    phi
        Variance over mean of a bin's count: 1 for Poisson, or draws of it, shape (draws,).
    way
        Name of the group, the address of its draws.

    Notes
    -----
    Given a count, movements are Gamma(count + 1/2) over the exposure: Jeffreys' prior (Brown, Cai & DasGupta 2003).
    With variance phi x mean, Gamma((count + 1/2) / phi) x phi: the mean of the former and phi times its variance.
    """
    from scipy.special import gammaincinv

    from ..kernels.addressed import uniforms

    counts = prepare(events, measure="movements").draws(edges, draws=draws, seed=seed)
    printed, loaded = _split_amounts(amounts, edges, draws=draws, seed=seed)
    for row, days in enumerate(exposure):
        # Bins are addressed by the second they begin, so that a bin keeps its draws in a longer record.
        second = f"{math.floor(edges[row].timestamp())}"
        shape = (counts[row] + 0.5) / phi
        moved = gammaincinv(shape, uniforms(seed, f"rate {way}", second, draws)) * phi
        if amounts.measure != "movements":
            middle = gammaincinv(shape, 0.5) * phi
            moved = carry_amounts(moved, middle, counts[row], printed[row], loaded[row])
        # In place: a long record in narrow bins has no memory to spare for a second matrix.
        counts[row] = moved / days
    return counts


def carry_amounts(
    moved: Floats, middle: Floats, count: Floats, printed: Floats, loaded: Floats
) -> Floats:
    """What drawn movements carried in one bin, in the unit of the measure, shape (draws,).

    Parameters
    ----------
    moved, middle
        Draws of the movements of the gamma posterior, and its median.
    count
        Draws of the movements reported.
    printed, loaded
        Draws of the amounts that were published, and of those that come from counts and loads.

    Notes
    -----
    Loads are worth their mean per movement. A printed total stays the middle: the count of movements says only how
    much doubt it has. What went on movements nobody counted (people flown out on some flights) keeps its amount.
    """
    are_counted = count > 0
    doubt = np.where(are_counted, moved / middle, 1.0)
    per_movement = loaded / np.maximum(count, 1e-12)
    per_movement = np.where(are_counted, per_movement, 0.0)
    uncounted = np.where(are_counted, 0.0, loaded)
    return np.asarray(moved * per_movement + doubt * printed + uncounted)


def _split_amounts(
    amounts: Flows, edges: Moments, *, draws: int, seed: int
) -> tuple[Floats, Floats]:
    """Draws of the amounts that were printed, and of those that come from counts and loads, shapes (bins, draws)."""
    if amounts.measure == "movements":
        return np.zeros((0, 0)), np.zeros((0, 0))
    printed: list[int] = []
    loaded: list[int] = []
    for row, event in enumerate(amounts.events):
        if event.is_empty or getattr(event, amounts.measure) is not None:
            printed.append(row)
        else:
            loaded.append(row)
    return (
        amounts.draws(edges, draws=draws, seed=seed, only=printed),
        amounts.draws(edges, draws=draws, seed=seed, only=loaded),
    )
