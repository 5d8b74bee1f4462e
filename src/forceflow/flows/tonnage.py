"""How much was moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any

import numpy as np

from ..arrays import Floats
from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..evidence.plausibility import light_loads, too_heavy
from ..evidence.tables.event_frames import as_events, backend_of
from ..kernels.quantiles import row_quantiles
from ..results.arguments import check_asked
from ..results.estimate import Estimate, bin_edges, few
from ..results.monte_carlo import mean_error, range_levels
from ..results.range import Range
from .event_draws import DIRECTIONS, Flows, Measure, claims_of, other_ways, place_name, prepare
from .leading_measure import leading_measure

__all__ = ["estimate_tonnage", "group_of"]


_NAMES: dict[str, tuple[str, str]] = {
    "tonnes": ("tonnage moved", "t"),
    "vehicles": ("vehicles moved", "vehicles"),
    "personnel": ("personnel moved", "personnel"),
    "movements": ("movements", "movements"),
}
_GROUP_FIELDS = (
    "group_low",
    "group_middle",
    "group_high",
    "group_mean",
    "group_cumulative_low",
    "group_cumulative_middle",
    "group_cumulative_high",
)
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
    _check_choices(direction=direction, by=by, executor=executor)
    chosen = _choose_events(as_events(events), direction)
    flows = prepare(chosen, measure=measure, cargo=cargo)
    if not flows.events:
        raise EstimateError(
            f"no number of {measure} was published for any of: {few(flows.uncounted)}"
        )
    edges = bin_edges(min(e.start for e in chosen), max(e.stop for e in chosen), every=every)
    name, unit = _NAMES[measure]
    if direction is not None:
        name = f"{name} ({direction})"
    draw_rows = partial(flows.draws, edges, draws=draws, seed=seed, executor=executor)
    levels = range_levels(coverage, draws)
    grouped, amounts = summarise_groups(
        _rows_by_group(flows.events, by), draw_rows, levels, coverage=coverage, unit=unit
    )
    claims, reports = claims_of(flows.events)
    return Estimate(
        measure=name,
        unit=unit,
        starts=edges[:-1],
        stops=edges[1:],
        by=by,
        **grouped,
        **summarise_bins(amounts, levels, coverage=coverage, unit=unit),
        coverage=coverage,
        draws=draws,
        seed=seed,
        claims=claims,
        events=tuple(event.event_id for event in flows.events),
        reports=reports,
        uncounted=flows.uncounted,
        notes=tuple(amount_notes(flows, measure)),
        backend=backend_of(events),
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


def _check_choices(*, direction: str | None, by: str | None, executor: Executor | None) -> None:
    if executor is not None and not callable(getattr(executor, "map", None)):
        raise EstimateError(f"executor={executor!r} has no map; give a concurrent.futures.Executor")
    if direction is not None and direction not in DIRECTIONS:
        raise EstimateError(f"direction {direction!r} is none of {', '.join(DIRECTIONS)}")
    if by is not None and by not in _GROUPS:
        raise EstimateError(f"by={by!r} is none of {', '.join(_GROUPS)}")


def _choose_events(given: tuple[FlowEvent, ...], direction: str | None) -> tuple[FlowEvent, ...]:
    """Events of one direction, or all of them."""
    if direction is None:
        chosen, hint = given, ""
    else:
        chosen = tuple(event for event in given if event.direction == direction)
        hint = f" with direction {direction!r}{other_ways(given)}"
    if not chosen:
        raise EstimateError(f"no events to estimate from{hint}")
    return chosen


def _rows_by_group(events: Sequence[FlowEvent], by: str | None) -> dict[str, list[int]]:
    """Positions of the events of each group, in order of names; one group without a name where there is no split."""
    if by is None:
        return {"": list(range(len(events)))}
    rows: dict[str, list[int]] = {}
    for row, event in enumerate(events):
        rows.setdefault(group_of(event, by), []).append(row)
    return dict(sorted(rows.items()))


def summarise_groups(
    rows_of_group: Mapping[str, list[int]],
    draw_rows: Callable[..., Floats],
    levels: Floats,
    *,
    coverage: float,
    unit: str,
) -> tuple[dict[str, Any], Floats]:
    """Quantiles of the amounts of each group, by bin and cumulative, and the amounts of all groups together.

    Parameters
    ----------
    rows_of_group
        Positions of the events of each group; one group named "" is no split, and gets no quantiles of its own.
    draw_rows
        Draws of the amounts of some events, shape (bins, draws); see `Flows.draws`.
    levels
        Low, middle and high as shares, then further levels that are not used here.

    Returns
    -------
    fields, amounts
        Fields of `Estimate` on groups; draws of the sum of all groups, shape (bins, draws).
    """
    if list(rows_of_group) == [""]:
        amounts = draw_rows(only=rows_of_group[""])
        return _group_fields((), np.empty((0, 7, len(amounts))), ()), amounts
    whole: Floats | None = None
    quantiles, totals = [], []
    for rows in rows_of_group.values():
        part = draw_rows(only=rows)
        # The sum is kept before `part` is accumulated in place: the draws of one group at a time are in memory.
        whole = part.copy() if whole is None else np.add(whole, part, out=whole)
        by_bin, mean = row_quantiles(part, levels[:3]), part.mean(axis=1)
        np.cumsum(part, axis=0, out=part)
        quantiles.append([*by_bin, mean, *row_quantiles(part, levels[:3])])
        totals.append(Range.of_draws(part[-1], coverage=coverage, unit=unit))
    assert whole is not None
    return _group_fields(tuple(rows_of_group), np.array(quantiles), tuple(totals)), whole


def _group_fields(
    names: tuple[str, ...], quantiles: Floats, totals: tuple[Range, ...]
) -> dict[str, Any]:
    """Fields of `Estimate` on groups, from quantiles of shape (groups, 7, bins)."""
    fields: dict[str, Any] = {"groups": names, "group_totals": totals}
    fields |= zip(_GROUP_FIELDS, quantiles.transpose(1, 0, 2), strict=True)
    return fields


def summarise_bins(
    amounts: Floats, levels: Floats, *, coverage: float, unit: str
) -> dict[str, Any]:
    """Fields of `Estimate` on bins and the total, from draws of shape (bins, draws), which are overwritten.

    The standard error of a quantile is half the distance of the quantiles one binomial standard error to either side
    (`range_levels`): levels hold low, middle and high, then their lower and then their upper neighbours.
    """
    found = row_quantiles(amounts, levels)
    errors = (found[6:] - found[3:6]) / 2
    mean = amounts.mean(axis=1)
    # Row by row: the batches of all rows at once would need a second matrix of this size.
    mean_errors = np.array([mean_error(row) for row in amounts])
    # In place, for the same reason: from here on a row holds what was moved by the end of its bin.
    moved_by = np.cumsum(amounts, axis=0, out=amounts)
    running = row_quantiles(moved_by, levels[:3])
    total = moved_by[-1]
    return {
        "low": found[0],
        "middle": found[1],
        "high": found[2],
        "mean": mean,
        "low_error": errors[0],
        "middle_error": errors[1],
        "high_error": errors[2],
        "mean_error": mean_errors,
        "cumulative_low": running[0],
        "cumulative_middle": running[1],
        "cumulative_high": running[2],
        "total": Range.of_draws(total, coverage=coverage, unit=unit),
        "total_mean": float(total.mean()),
        "total_mean_error": float(mean_error(total)),
    }


def amount_notes(flows: Flows, measure: Measure) -> list[str]:
    """What a reader must know of the amounts: events without a number, loads out of proportion, what leads."""
    notes = list(flows.notes)
    if flows.uncounted:
        notes.append(
            f"no number of {measure} was published, nothing added for: {few(flows.uncounted)}"
        )
    if measure != "tonnes":
        return notes
    notes += light_loads(flows.events)
    if heavy := too_heavy(flows.events):
        notes.append(
            f"more tonnes than an aircraft or ship can carry (kg?), see flag_infeasible: {few(heavy)}"
        )
    lead = leading_measure(flows.events)
    if lead == "tonnes":
        return notes
    if any(event.tonnes is not None for event in flows.events):
        notes.append(f"{lead} were published more often than tonnes, and come first")
    elif any("tonnes from the people alone" in note for note in notes):
        notes.append(f"no tonnes published; {lead} were published, and come first")
    else:
        notes.append(
            f"no tonnes published: by payload of what carried them; {lead} were published, and come first"
        )
    return notes


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
    if by is None or by == "event":
        return event.event_id
    return str(getattr(event, by))
