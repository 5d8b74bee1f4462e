"""How much was moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypedDict

import numpy as np

from ..arrays import Floats
from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..evidence.plausibility import light_loads, too_heavy
from ..evidence.tables.event_frames import as_events
from ..kernels.quantiles import row_quantiles
from ..results.arguments import check_asked
from ..results.estimate import Estimate, bin_edges, few
from ..results.monte_carlo import mean_error, range_levels
from ..results.range import Range
from .event_draws import Flows, Measure, prepare
from .event_selection import DIRECTIONS, claims_of, other_ways, place_name, span_of
from .leading_measure import leading_measure
from .match_result import events_in

__all__ = [
    "GroupSummary",
    "choose_direction",
    "draw_groups",
    "estimate_tonnage",
    "group_of",
    "group_rows",
    "stack_groups",
    "summarise_bins",
    "summarise_group",
    "tonnage_notes",
]

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
        Flow events, a frame with their columns (see `to_frame`), or what `match` returns: its events, once each.
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
        a port and then sailed counts twice: take "outbound" for what left.
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
    if by is not None and by not in _GROUPS:
        raise EstimateError(f"by={by!r} is none of {', '.join(_GROUPS)}")
    events, backend = events_in(events)
    chosen = choose_direction(as_events(events), direction)
    flows = prepare(chosen, measure=measure, cargo=cargo)
    if not flows.events:
        raise EstimateError(
            f"no number of {measure} was published for any of: {few(flows.uncounted)}"
        )
    edges = bin_edges(*span_of(chosen), every=every)
    name, unit = _NAMES[measure]
    draw = partial(flows.draws, edges, draws=draws, seed=seed, executor=executor)
    whole, groups = draw_groups(draw, group_rows(flows.events, by), coverage=coverage, unit=unit)
    claims, reports = claims_of(flows.events)
    return Estimate(
        measure=name if direction is None else f"{name} ({direction})",
        unit=unit,
        starts=edges[:-1],
        stops=edges[1:],
        **summarise_bins(whole, coverage=coverage, unit=unit),
        by=by,
        **stack_groups(groups, bins=len(edges) - 1),
        coverage=coverage,
        draws=draws,
        seed=seed,
        claims=claims,
        events=tuple(event.event_id for event in flows.events),
        reports=reports,
        uncounted=flows.uncounted,
        notes=tuple(tonnage_notes(flows)),
        backend=backend,
        span=_days_of_record(chosen, edges),
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


def choose_direction(given: tuple[FlowEvent, ...], direction: str | None) -> tuple[FlowEvent, ...]:
    """Events of one direction, or all of them.

    Raises
    ------
    EstimateError
        The direction is unknown, or there are none.
    """
    if direction is None:
        if not given:
            raise EstimateError("no events to estimate from")
        return given
    if direction not in DIRECTIONS:
        raise EstimateError(f"direction {direction!r} is none of {', '.join(DIRECTIONS)}")
    chosen = tuple(event for event in given if event.direction == direction)
    if not chosen:
        raise EstimateError(
            f"no events to estimate from with direction {direction!r}{other_ways(given)}"
        )
    return chosen


def group_rows(events: Sequence[FlowEvent], by: str | None) -> dict[str, list[int]]:
    """Rows of the events of each group, in order of the names; empty where nothing is split."""
    if by is None:
        return {}
    rows: dict[str, list[int]] = {}
    for row, event in enumerate(events):
        rows.setdefault(group_of(event, by), []).append(row)
    return dict(sorted(rows.items()))


def group_of(event: FlowEvent, by: str | None) -> str:
    """Name of the group an event belongs to."""
    match by:
        case "corridor":
            return f"{place_name(event.origin)} - {place_name(event.destination)}"
        case "origin" | "destination":
            return place_name(getattr(event, by))
        case None | "event":
            return event.event_id
        case _:
            return str(getattr(event, by))


@dataclass(frozen=True, slots=True, eq=False)
class GroupSummary:
    """What one group moved in each bin, up to the end of each bin, shape (bins,), and in all; in the measure's unit."""

    name: str
    low: Floats
    middle: Floats
    high: Floats
    mean: Floats
    cumulative_low: Floats
    cumulative_middle: Floats
    cumulative_high: Floats
    total: Range


def draw_groups(
    draw: Callable[..., Floats], rows: Mapping[str, Sequence[int]], *, coverage: float, unit: str
) -> tuple[Floats, list[GroupSummary]]:
    """Draws of what all events moved in each bin, shape (bins, draws), and what each group moved.

    Parameters
    ----------
    draw
        `Flows.draws` with all but its rows.
    rows
        Those of each group; empty where nothing is split.

    Notes
    -----
    The whole is the sum of the groups draw by draw, so that the means of groups add up to its mean.
    """
    if not rows:
        return draw(), []
    # Nothing drawn: zeros of the right shape.
    whole = draw(only=[])
    groups = []
    for name, mine in rows.items():
        amounts = draw(only=mine)
        whole += amounts
        groups.append(summarise_group(name, amounts, coverage=coverage, unit=unit))
    return whole, groups


def summarise_group(name: str, amounts: Floats, *, coverage: float, unit: str) -> GroupSummary:
    """Quantiles and mean of what a group moved; its draws, shape (bins, draws), become running sums."""
    levels = range_levels(coverage, amounts.shape[1])[:3]
    low, middle, high = row_quantiles(amounts, levels)
    mean = amounts.mean(axis=1)
    # In place: another matrix of the same size would double the memory.
    np.cumsum(amounts, axis=0, out=amounts)
    cumulative_low, cumulative_middle, cumulative_high = row_quantiles(amounts, levels)
    return GroupSummary(
        name=name,
        low=low,
        middle=middle,
        high=high,
        mean=mean,
        cumulative_low=cumulative_low,
        cumulative_middle=cumulative_middle,
        cumulative_high=cumulative_high,
        total=Range.of_draws(amounts[-1], coverage=coverage, unit=unit),
    )


class BinSummary(TypedDict):
    """What all events moved: the fields of an `Estimate` that come from its draws."""

    low: Floats
    middle: Floats
    high: Floats
    mean: Floats
    low_error: Floats
    middle_error: Floats
    high_error: Floats
    mean_error: Floats
    cumulative_low: Floats
    cumulative_middle: Floats
    cumulative_high: Floats
    total: Range
    total_mean: float
    total_mean_error: float


def summarise_bins(amounts: Floats, *, coverage: float, unit: str) -> BinSummary:
    """Quantiles, means and their Monte Carlo standard errors; the draws, shape (bins, draws), become running sums.

    Notes
    -----
    Of a quantile: half the distance between the quantiles one standard deviation, sqrt(n p (1 - p)) ranks, to either
    side; see `range_levels`. Of a mean: standard deviation / sqrt(n).
    """
    levels = range_levels(coverage, amounts.shape[1])
    found = row_quantiles(amounts, levels)
    low_error, middle_error, high_error = (found[6:] - found[3:6]) / 2
    mean = amounts.mean(axis=1)
    # Row by row, and the running sums in place: no second matrix of the same size.
    mean_errors = np.array([mean_error(row) for row in amounts])
    np.cumsum(amounts, axis=0, out=amounts)
    running = row_quantiles(amounts, levels[:3])
    total = amounts[-1]
    return BinSummary(
        low=found[0],
        middle=found[1],
        high=found[2],
        mean=mean,
        low_error=low_error,
        middle_error=middle_error,
        high_error=high_error,
        mean_error=mean_errors,
        cumulative_low=running[0],
        cumulative_middle=running[1],
        cumulative_high=running[2],
        total=Range.of_draws(total, coverage=coverage, unit=unit),
        total_mean=float(total.mean()),
        total_mean_error=float(mean_error(total)),
    )


class GroupColumns(TypedDict):
    """What each group moved: the fields of an `Estimate` by group, shape (groups, bins)."""

    groups: tuple[str, ...]
    group_low: Floats
    group_middle: Floats
    group_high: Floats
    group_mean: Floats
    group_cumulative_low: Floats
    group_cumulative_middle: Floats
    group_cumulative_high: Floats
    group_totals: tuple[Range, ...]


def stack_groups(groups: Sequence[GroupSummary], *, bins: int) -> GroupColumns:
    """The summaries of all groups, one row each."""

    def stack(name: str) -> Floats:
        return np.array([getattr(group, name) for group in groups]).reshape(-1, bins)

    return GroupColumns(
        groups=tuple(group.name for group in groups),
        group_low=stack("low"),
        group_middle=stack("middle"),
        group_high=stack("high"),
        group_mean=stack("mean"),
        group_cumulative_low=stack("cumulative_low"),
        group_cumulative_middle=stack("cumulative_middle"),
        group_cumulative_high=stack("cumulative_high"),
        group_totals=tuple(group.total for group in groups),
    )


def tonnage_notes(flows: Flows) -> Iterator[str]:
    """What the reader should know of an amount: priors used, events without a number, odd loads."""
    yield from flows.notes
    if flows.uncounted:
        yield (
            f"no number of {flows.measure} was published, nothing added for: {few(flows.uncounted)}"
        )
    if flows.measure != "tonnes":
        return
    yield from light_loads(flows.events)
    heavy = too_heavy(flows.events)
    if heavy:
        yield (
            f"more tonnes than an aircraft or ship can carry (kg?), see flag_infeasible: {few(heavy)}"
        )
    yield from _leading_notes(flows)


def _leading_notes(flows: Flows) -> Iterator[str]:
    """A note where another measure was published for more of the events than tonnes."""
    lead = leading_measure(flows.events)
    if lead == "tonnes":
        return
    if any(event.tonnes is not None for event in flows.events):
        yield f"{lead} were published more often than tonnes, and come first"
    elif any("tonnes from the people alone" in note for note in flows.notes):
        # That note says already where the tonnes come from.
        yield f"no tonnes published; {lead} were published, and come first"
    else:
        yield (
            f"no tonnes published: by payload of what carried them; {lead} were published, and come first"
        )


def _days_of_record(
    events: Sequence[FlowEvent], edges: Sequence[dt.datetime]
) -> tuple[dt.datetime, dt.datetime]:
    """The whole days of the record, within the bins."""
    days = bin_edges(*span_of(events), every="1d")
    return max(days[0], edges[0]), min(days[-1], edges[-1])
