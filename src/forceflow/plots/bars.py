"""Where the limits of a bridge lie, what its cycle is made of, where it waits, and how long a march takes."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from matplotlib.axes import Axes

from ..lift.capacity.capacity import Capacity
from ..lift.capacity.march import March
from ..lift.capacity.rail import RailCapacity
from ..lift.queueing.cycle_capacity import CycleCapacity
from ..results.range import Range, held
from .axes import finish, frame, number_axis
from .interval_rows import Row, draw_rows, mark_rows
from .style import BLUE, GREEN, GREY, ORANGE, RED, Style
from .text import span_text, worded

__all__ = [
    "plot_bounds",
    "plot_capacity",
    "plot_cycle",
    "plot_march",
    "plot_railway",
    "plot_waiting",
]

_BINDING = Style(RED, "////")
_LEGS = Style(BLUE)
_LOADING = Style(ORANGE, "////")
_OTHER = Style(GREEN, "\\\\\\\\")


def plot_capacity(capacity: Capacity, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw what each constraint alone would let through, least first.

    Parameters
    ----------
    capacity
        From `airlift_capacity` or `sealift_capacity`.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.
    """
    reached = capacity.tonnes_per_day
    ax = _draw_bounds(capacity.bounds_t_per_day, capacity, reached, ax=ax)
    ends = f"{capacity.origin} to {capacity.destination}"
    frame(ax, title=title or f"What limits the {capacity.mode} bridge {ends}", grid="x")
    number_axis(ax, which="x", label="what each constraint alone would let through (t/day)")
    return finish(
        ax,
        f"Line and band: carried when all bind together, {reached}. "
        f"{capacity.distance_km:,.0f} km one way; fleet of {span_text(*capacity.fleet_size)}: "
        f"{', '.join(capacity.platforms)}. {_bridge_sources(capacity)}",
    )


def plot_railway(railway: RailCapacity, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw what each division of a railway alone would let through, least first.

    Parameters
    ----------
    railway
        From `rail_capacity`.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.
    """
    reached = railway.tonnes_per_day
    ax = _draw_bounds(railway.bounds_t_per_day, railway, reached, ax=ax)
    frame(ax, title=title or "What limits the railway", grid="x")
    number_axis(ax, which="x", label="what each division alone would let through (t/day)")
    sources = f"{held(railway.coverage, railway.draws)}, seed {railway.seed}"
    return finish(
        ax,
        f"Line and band: delivered at the end of the line, {reached}; a train brings {railway.tonnes_per_train}. "
        f"{sources[:1].upper()}{sources[1:]}.",
    )


def _draw_bounds(
    bounds: Mapping[str, Range],
    capacity: Capacity | CycleCapacity | RailCapacity,
    reached: Range,
    *,
    ax: Axes | None,
) -> Axes:
    """One bar for each constraint, least first, and a band over all of them for what is reached."""
    rows = []
    # The constraint that lets least through is read first; names settle ties, so that two pictures agree.
    for name in sorted(bounds, key=lambda name: (bounds[name].middle, name)):
        words = str(bounds[name])
        share = capacity.bottleneck_share[name]
        if share:
            words += f", in {share:.0%} of draws"
        rows.append(_constraint_row(name, words, bounds[name], binds=name == capacity.bottleneck))
    ax = draw_rows(rows, ax=ax)
    ax.axvspan(
        reached.low,
        reached.high,
        color=BLUE,
        alpha=0.10,
        linewidth=0,
        zorder=0.5,
    )
    mark_rows(ax, reached.middle, rows=len(rows), colour=BLUE)
    return ax


def _constraint_row(name: str, words: str, span: Range, *, binds: bool) -> Row:
    """The bar of a constraint, or of a station; the one that binds is red and bold."""
    if binds:
        return Row(f"{name} (binds): {words}", span, style=_BINDING, strong=True)
    return Row(f"{name}: {words}", span)


def plot_waiting(cycle: CycleCapacity, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw how long is waited at each station with a limit, in the order of the cycle.

    Parameters
    ----------
    cycle
        From `cycle_capacity`.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.
    """
    rows = []
    for name in cycle.stations:
        # Nobody waits at a station without a limit.
        if name not in cycle.bounds_per_h:
            continue
        wait = cycle.wait_h[name]
        words = f"{wait}, {cycle.utilisation_share[name].middle:.0%} at work"
        rows.append(_constraint_row(name, words, wait, binds=name == cycle.bottleneck))
    if not rows:
        rows = [Row("no station has a limit: there is no waiting", _sum_of(cycle.wait_h.values()))]
    ax = draw_rows(rows, ax=ax)
    frame(ax, title=title or "Where the cycle waits", grid="x")
    number_axis(ax, which="x", label="waiting in one cycle (h)")
    return finish(
        ax,
        f"Whole cycle with waiting and rest {cycle.cycle_h}; {cycle.efficiency_share.middle:.0%} of what the tightest "
        f"limit alone would let through is reached. {_cycle_sources(cycle)}",
    )


def _sum_of(spans: Collection[Range]) -> Range:
    """Low, middle and high added up, each for itself."""
    low = sum(span.low for span in spans)
    middle = sum(span.middle for span in spans)
    high = sum(span.high for span in spans)
    return Range(low, middle, high)


def plot_bounds(cycle: CycleCapacity, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw how many cycles each constraint alone would let through, and how many are reached.

    Parameters
    ----------
    cycle
        From `cycle_capacity`.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.
    """
    ax = _draw_bounds(cycle.bounds_per_h, cycle, cycle.throughput_per_h, ax=ax)
    frame(ax, title=title or "What limits the cycle", grid="x")
    number_axis(ax, which="x", label="what each constraint alone would let through (cycles/h)")
    return finish(
        ax,
        f"Line and band: reached with the waiting, {cycle.throughput_per_h}. {_cycle_sources(cycle)}",
    )


def _cycle_sources(cycle: CycleCapacity) -> str:
    """Fleet, draws, seed and sources of a cycle."""
    return (
        f"Fleet of {span_text(*cycle.fleet)}. Ranges hold {cycle.coverage:.0%} of {cycle.draws:,} draws; "
        f"seed {cycle.seed}. Sources: the inputs of the cycle, no claims."
    )


def plot_cycle(capacity: Capacity, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw the parts of the round trip in their order, each from where the one before it ends.

    Parameters
    ----------
    capacity
        From `airlift_capacity` or `sealift_capacity`.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.
    """
    rows = []
    begin = 0.0
    for name, part in capacity.cycle_parts_h.items():
        rows.append(Row(f"{name}: {part}", part, start=begin, style=_part_style(name)))
        begin += part.middle
    # The whole is a calculation of its own: middles of the parts do not add up to its middle.
    rows.append(
        Row(f"whole cycle: {capacity.cycle_h}", capacity.cycle_h, style=Style(GREY), strong=True)
    )
    ax = draw_rows(rows, ax=ax)
    ends = f"{capacity.origin} to {capacity.destination}"
    frame(ax, title=title or f"One round trip of the {capacity.mode} bridge {ends}", grid="x")
    number_axis(ax, which="x", label="time from the start of loading (h)")
    return finish(
        ax,
        f"Each part begins at the middle of the parts before it; whiskers are the range of that part alone, without "
        f"waiting for a spot. {capacity.distance_km:,.0f} km one way; {', '.join(capacity.platforms)}, averaged over "
        f"the fleet. {_bridge_sources(capacity)}",
    )


def _part_style(name: str) -> Style:
    """Full for being under way, hatched for loading and unloading, hatched the other way for all else."""
    if any(word in name for word in ("flight", "sail", "passage", "way", "leg")):
        return _LEGS
    if any(word in name for word in ("load", "discharge")):
        return _LOADING
    return _OTHER


def _bridge_sources(capacity: Capacity) -> str:
    """Draws, seed and sources of the capacity of a bridge."""
    return (
        f"Ranges hold {capacity.coverage:.0%} of {capacity.draws:,} draws; seed {capacity.seed}. "
        "Sources: the platform data and the assumptions of the bridge, no claims."
    )


def plot_march(march: March, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw how long the parts of a march take: pass time, and with a distance the way and closure.

    Parameters
    ----------
    march
        From `convoy_march`.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.
    """
    rows = _march_rows(march)
    ax = draw_rows(rows, ax=ax)
    way = ""
    if march.origin:
        way = f" {march.origin} to {march.destination}"
    frame(ax, title=title or f"March{way}: how long it takes", grid="x")
    number_axis(ax, which="x", label="time (h)")
    return finish(ax, worded(_march_sources(march)))


def _march_rows(march: March) -> list[Row]:
    """The parts of a march, each from where the one before it ends, and under them how long it takes in all."""
    parts = {
        "column passes a point (TL)": march.time_length_h,
        "extra time allowed (EXTAL)": march.extal_h,
    }
    # Without a distance there is no closure, only the time in which the column passes a point.
    in_all, name_of_all = march.pass_time_h, "pass time"
    if march.distance_km:
        parts = {"head of the column under way (TDIS)": march.time_distance_h, **parts}
        in_all, name_of_all = march.closure_h, "closure"
    rows = []
    begin = 0.0
    for name, part in parts.items():
        rows.append(Row(f"{name}: {part}", part, start=begin))
        begin += part.middle
    rows.append(Row(f"{name_of_all}: {in_all}", in_all, style=Style(BLUE, "////"), strong=True))
    return rows


def _march_sources(march: March) -> str:
    """Distance, columns, speed, draws and sources of a march."""
    distance = ""
    if march.distance_km:
        distance = f"{march.distance_km:,.0f} km; "
    columns = ","
    if march.columns > 1:
        columns = f" in {march.columns} columns, each"
    return (
        f"{distance}{span_text(*march.vehicles)} vehicles{columns} {span_text(*march.road_space_km)} km of road at "
        f"{span_text(*march.march_rate_km_per_h)} km/h. Ranges hold {march.coverage:.0%} of {march.draws:,} draws; "
        f"seed {march.seed}. Sources: the platform data and the inputs of the march, no claims."
    )
