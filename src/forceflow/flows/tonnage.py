"""How much was moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any

import numpy as np

from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..evidence.plausibility import light_loads, too_heavy
from ..evidence.tables.event_frames import as_events, backend_of
from ..kernels.quantiles import row_quantiles
from ..results.arguments import check_asked
from ..results.estimate import Estimate, bin_edges, few
from ..results.monte_carlo import mean_error, range_levels
from ..results.range import Range
from .event_draws import DIRECTIONS, Measure, claims_of, other_ways, place_name, prepare
from .leading_measure import leading_measure

__all__ = ["estimate_tonnage", "group_of"]


_NAMES: dict[str, tuple[str, str]] = {
    "tonnes": ("tonnage moved", "t"),
    "vehicles": ("vehicles moved", "vehicles"),
    "personnel": ("personnel moved", "personnel"),
    "movements": ("movements", "movements"),
}
_GROUPS = ("mode", "direction", "platform", "origin", "destination", "corridor", "event")


def estimate_tonnage(
    events: Any,
    *,
    every: str = "1d",
    by: str | None = None,
    measure: Measure = "tonnes",
    direction: str | None = None,
    cargo: str | None = None,
    coverage: float = 0.9,
    draws: int = 20_000,
    seed: int,
    executor: Executor | None = None,
) -> Estimate:
    """Tonnes moved in each time bin, with the range the reports allow.

    Parameters
    ----------
    events
        Flow events, or a frame with their columns (see `to_frame`).
    every
        Width of a time bin, a polars duration string. Hours, days and weeks are counted from midnight UTC of the first
        event's day, so a week begins on that day and not on a Monday; a month or a quarter on the first of the first
        event's month, a year on 1 January.
    by
        Split by "mode", "direction", "platform", "origin", "destination", "corridor" (both ends) or "event"; a mixed
        stream is one platform group.
    measure
        "tonnes", or "vehicles", "personnel", "movements" as far as they were published.
    direction
        Only "outbound", "inbound", "internal" or "external" movements; all of them by default, so that what drove to
        a port and then sailed stands twice: take "outbound" for what left.
    cargo
        What all events carried whose tonnes were not published, as for an `AirBridge`: "supplies", "bulk", "vehicles",
        "mixed", "personnel", or a word for one of them; by default the words of each event say, and without any it is
        "mixed".
    coverage
        Share of draws between ``low`` and ``high``; above 0 and below 1.
    draws
        How many draws.
    seed
        Same seed, same numbers, whatever the order of events, the frame library or the number of threads.
    executor
        A `concurrent.futures.Executor`, or ``client.get_executor()`` of a Dask cluster, that takes the draws in tiles
        of 4,096; by default threads of this process. Changes no number.

    Returns
    -------
    Estimate
        ``low, middle, high, mean`` of shape ``(bins,)`` in t per bin, in order of time, with their Monte Carlo standard
        errors (``low_error`` and so on); the same per group, and cumulative. No digit below such an error is printed.

    Raises
    ------
    EstimateError
        There are no events, none of them carries a number, or an argument is out of bounds.

    Notes
    -----
    amount = count x payload over the distance x load factor, or the published load. One draw per event for its count,
    one per platform for payload and load factor (shared by all its events), one per source; never a draw per bin.
    An event without any number adds nothing and is named in `notes`. Medians of bins do not add up to the median of
    the total; the means do.

    Examples
    --------
    >>> import forceflow as ff
    >>> events = ff.merge_claims(ff.load_reports("syria-2024"))
    >>> moved = ff.estimate_tonnage(events, direction="outbound", by="mode", draws=2_000, seed=7)
    >>> bool(abs(moved.mean.sum() - moved.total_mean) < 1e-6 * moved.total_mean)
    True
    """
    check_asked(coverage=coverage, draws=draws, seed=seed)
    if executor is not None and not callable(getattr(executor, "map", None)):
        raise EstimateError(f"executor={executor!r} has no map; give a concurrent.futures.Executor")
    backend = backend_of(events)
    given = as_events(events)
    if direction is not None and direction not in DIRECTIONS:
        raise EstimateError(f"direction {direction!r} is none of {', '.join(DIRECTIONS)}")
    chosen = (
        given
        if direction is None
        else tuple(event for event in given if event.direction == direction)
    )
    if by is not None and by not in _GROUPS:
        raise EstimateError(f"by={by!r} is none of {', '.join(_GROUPS)}")
    if not chosen:
        way = f" with direction {direction!r}{other_ways(given)}" if direction else ""
        raise EstimateError(f"no events to estimate from{way}")
    flows = prepare(chosen, measure=measure, cargo=cargo)
    if not flows.events:
        raise EstimateError(
            f"no number of {measure} was published for any of: {few(flows.uncounted)}"
        )
    edges = bin_edges(min(e.start for e in chosen), max(e.stop for e in chosen), every=every)
    keys = [group_of(event, by) for event in flows.events]
    groups = tuple(sorted(set(keys))) if by else ()
    levels = range_levels(coverage, draws)
    whole = np.zeros((len(edges) - 1, draws)) if groups else np.empty((0, 0))
    split = np.empty((len(groups), 7, len(edges) - 1))
    totals = []
    name, unit = _NAMES[measure]
    for g, key in enumerate(groups or ("",)):
        rows = [i for i, k in enumerate(keys) if not groups or k == key]
        part = flows.draws(edges, draws=draws, seed=seed, only=rows, executor=executor)
        if groups:
            whole += part
            split[g, :3] = row_quantiles(part, levels[:3])
            split[g, 3] = part.mean(axis=1)
            np.cumsum(part, axis=0, out=part)
            split[g, 4:] = row_quantiles(part, levels[:3])
            totals.append(Range.of_draws(part[-1], coverage=coverage, unit=unit))
        else:
            whole = part
    found = row_quantiles(whole, levels)
    errors = (found[6:] - found[3:6]) / 2
    mean = whole.mean(axis=1)
    mean_errors = np.array([mean_error(row) for row in whole])  # row by row: no second matrix
    np.cumsum(
        whole, axis=0, out=whole
    )  # in place: from here on it holds what was moved by the end of each bin
    running = row_quantiles(whole, levels[:3])
    total = whole[-1]
    notes = list(flows.notes)
    if flows.uncounted:
        notes.append(
            f"no number of {measure} was published, nothing added for: {few(flows.uncounted)}"
        )
    if measure == "tonnes":
        notes += light_loads(flows.events)
    if measure == "tonnes" and (heavy := too_heavy(flows.events)):
        notes.append(
            f"more tonnes than an aircraft or ship can carry (kg?), see flag_infeasible: {few(heavy)}"
        )
    if measure == "tonnes" and (lead := leading_measure(flows.events)) != "tonnes":
        if all(event.tonnes is None for event in flows.events):
            alone = any("tonnes from the people alone" in note for note in notes)
            how = "" if alone else ": by payload of what carried them"
            notes.append(f"no tonnes published{how}; {lead} were published, and come first")
        else:
            notes.append(f"{lead} were published more often than tonnes, and come first")
    claims, reports = claims_of(flows.events)
    return Estimate(
        measure=name if direction is None else f"{name} ({direction})",
        unit=unit,
        starts=edges[:-1],
        stops=edges[1:],
        low=found[0],
        middle=found[1],
        high=found[2],
        mean=mean,
        low_error=errors[0],
        middle_error=errors[1],
        high_error=errors[2],
        mean_error=mean_errors,
        groups=groups,
        by=by,
        group_low=split[:, 0],
        group_middle=split[:, 1],
        group_high=split[:, 2],
        group_mean=split[:, 3],
        cumulative_low=running[0],
        cumulative_middle=running[1],
        cumulative_high=running[2],
        group_cumulative_low=split[:, 4],
        group_cumulative_middle=split[:, 5],
        group_cumulative_high=split[:, 6],
        total=Range.of_draws(total, coverage=coverage, unit=unit),
        total_mean=float(total.mean()),
        total_mean_error=float(mean_error(total)),
        group_totals=tuple(totals),
        coverage=coverage,
        draws=draws,
        seed=seed,
        claims=claims,
        events=tuple(event.event_id for event in flows.events),
        reports=reports,
        uncounted=flows.uncounted,
        notes=tuple(notes),
        backend=backend,
        span=_days_of(chosen, edges),
        used=chosen,
        again=partial(
            estimate_tonnage,
            every=every,
            by=by,
            measure=measure,
            direction=direction,
            cargo=cargo,
            coverage=coverage,
            draws=draws,
            seed=seed,
        ),
    )


def _days_of(
    events: Sequence[FlowEvent], edges: Sequence[dt.datetime]
) -> tuple[dt.datetime, dt.datetime]:
    """The whole days of the record, within the bins."""
    first, last = min(event.start for event in events), max(event.stop for event in events)
    days = bin_edges(first, last, every="1d")
    return max(days[0], edges[0]), min(days[-1], edges[-1])


def group_of(event: FlowEvent, by: str | None) -> str:
    """Name of the group an event belongs to."""
    if by in ("origin", "destination", "corridor"):
        ends = ("origin", "destination") if by == "corridor" else (by,)
        return " - ".join(place_name(getattr(event, end)) for end in ends)
    return str(getattr(event, {"event": "event_id"}.get(by or "event", by or "event_id")))
