"""Where the limits of a bridge lie, what its cycle is made of, where it waits, and how long a march takes."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.axes import Axes

from ..lift.capacity.capacity import Capacity
from ..lift.capacity.march import March
from ..lift.queueing.cycle_capacity import CycleCapacity
from ..results.range import Range
from .axes import finish, frame, number_axis
from .interval_rows import PLAIN, Row, draw_rows, mark_rows
from .style import BLUE, GREEN, GREY, ORANGE, RED, Style
from .text import span_text, worded

__all__ = ["plot_bounds", "plot_capacity", "plot_cycle", "plot_march", "plot_waiting"]

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
    out = capacity.tonnes_per_day
    ax = _draw_bounds(capacity.bounds_t_per_day, capacity, out, ax=ax)
    ends = f"{capacity.origin} to {capacity.destination}"
    frame(ax, title=title or f"What limits the {capacity.mode} bridge {ends}", grid="x")
    number_axis(ax, which="x", label="what each constraint alone would let through (t/day)")
    return finish(
        ax,
        f"Line and band: carried when all bind together, {out}. "
        f"{capacity.distance_km:,.0f} km one way; fleet of {span_text(*capacity.fleet_size)}: "
        f"{', '.join(capacity.platforms)}. {_bridge_sources(capacity)}",
    )


def _draw_bounds(
    bounds: Mapping[str, Range], capacity: Capacity | CycleCapacity, reached: Range, *, ax: Axes | None
) -> Axes:
    """One bar for each constraint, least first, and a band over all of them for what is reached."""
    rows = []
    for name in sorted(bounds, key=lambda name: (bounds[name].middle, name)):
        share, binds = capacity.bottleneck_share[name], name == capacity.bottleneck
        words = f"{name}{' (binds)' if binds else ''}: {bounds[name]}" + (f", in {share:.0%} of draws" if share else "")
        rows.append(Row(words, bounds[name], style=Style(RED, "////") if binds else PLAIN, strong=binds))
    ax = draw_rows(rows, ax=ax)
    ax.axvspan(reached.low, reached.high, color=BLUE, alpha=0.10, linewidth=0, zorder=0.5)
    mark_rows(ax, reached.middle, rows=len(rows), colour=BLUE)
    return ax


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
        if name in cycle.bounds_per_h:
            busy, binds = cycle.utilisation_share[name].middle, name == cycle.bottleneck
            words = f"{name}{' (binds)' if binds else ''}: {cycle.wait_h[name]}, {busy:.0%} at work"
            rows.append(Row(words, cycle.wait_h[name], style=Style(RED, "////") if binds else PLAIN, strong=binds))
    waiting = Range(*(sum(getattr(wait, end) for wait in cycle.wait_h.values()) for end in ("low", "middle", "high")))
    ax = draw_rows(rows or [Row("no station has a limit: nobody waits", waiting)], ax=ax)
    frame(ax, title=title or "Where the cycle waits", grid="x")
    number_axis(ax, which="x", label="waiting in one cycle (h)")
    return finish(
        ax,
        f"Whole cycle with waiting and rest {cycle.cycle_h}; {cycle.efficiency_share.middle:.0%} of what the tightest "
        f"limit alone would let through is reached. {_cycle_sources(cycle)}",
    )


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
    return finish(ax, f"Line and band: reached with the waiting, {cycle.throughput_per_h}. {_cycle_sources(cycle)}")


def _cycle_sources(cycle: CycleCapacity) -> str:
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
    rows, begin = [], 0.0
    for name, part in capacity.cycle_parts_h.items():
        rows.append(Row(f"{name}: {part}", part, start=begin, style=_part_style(name)))
        begin += part.middle
    rows.append(Row(f"whole cycle: {capacity.cycle_h}", capacity.cycle_h, style=Style(GREY), strong=True))
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
    """Full for being under way, struck for loading and unloading, struck the other way for all else."""
    if any(word in name for word in ("flight", "sail", "passage", "way", "leg")):
        return _LEGS
    return _LOADING if any(word in name for word in ("load", "discharge")) else _OTHER


def _bridge_sources(capacity: Capacity) -> str:
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
    parts = {"column passes a point (TL)": march.time_length_h, "extra time allowed (EXTAL)": march.extal_h}
    if march.distance_km:
        parts = {"head of the column under way (TDIS)": march.time_distance_h, **parts, "closure": march.closure_h}
    else:
        parts["pass time"] = march.pass_time_h
    rows, begin = [], 0.0
    for name, part in parts.items():
        whole = name in ("closure", "pass time")
        style = Style(BLUE, "////") if whole else PLAIN
        rows.append(Row(f"{name}: {part}", part, start=0.0 if whole else begin, style=style, strong=whole))
        begin += part.middle
    ax = draw_rows(rows, ax=ax)
    way = f" {march.origin} to {march.destination}" if march.origin else ""
    frame(ax, title=title or f"March{way}: how long it takes", grid="x")
    number_axis(ax, which="x", label="time (h)")
    each = f" in {march.columns} columns, each" if march.columns > 1 else ","
    km = f"{march.distance_km:,.0f} km; " if march.distance_km else ""
    return finish(
        ax,
        worded(
            f"{km}{span_text(*march.vehicles)} vehicles{each} {span_text(*march.road_space_km)} km of road at "
            f"{span_text(*march.march_rate_km_per_h)} km/h. Ranges hold {march.coverage:.0%} of {march.draws:,} draws; "
            f"seed {march.seed}. Sources: the platform data and the inputs of the march, no claims."
        ),
    )
