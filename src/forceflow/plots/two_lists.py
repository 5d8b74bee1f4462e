"""Two lists of one stream over time: reported above, tracked below, links between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..flows.match_result import Match
from .axes import axes_for, date_axis, day_numbers, finish, frame
from .style import BLUE, GREY, INK, ORANGE
from .text import counted

__all__ = ["plot_match"]

_TRACKED_AT = 0.0
_ROW_IN = 0.22
_MOST_ROWS = 24


def plot_match(match: Match, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw the two lists: a row for each reported event, and all tracked ones in one row under them.

    A full line joins what counts as linked, a dotted one what may be linked; the paler, the fewer draws. Points of the
    tracked row that no full line reaches are unreported.

    Parameters
    ----------
    match
        With at least one event.
    ax
        Axes to draw on; a new figure when None.
    title
        Over the picture.

    Raises
    ------
    EstimateError
        There is no event.
    """
    told, seen = match.reported, match.tracked
    if not told and not seen:
        raise EstimateError("no events to draw: both lists of the match are empty")
    # Hundreds of reports share rows, one after the other.
    rows = max(1, min(len(told), _MOST_ROWS))
    ax = axes_for(ax, width=9.0, height=2.4 + _ROW_IN * rows)
    heights = {event.event_id: 1.0 + at % rows for at, event in enumerate(told)}
    _draw_links(ax, match, heights)
    _draw_reported(ax, told, heights)
    middles = [_middle(event) for event in seen]
    ax.plot(middles, [_TRACKED_AT] * len(seen), "o", color=BLUE, markersize=4)
    ax.set_yticks([_TRACKED_AT, (1.0 + rows) / 2], ["tracked", "reported"])
    ax.set_ylim(-0.7, rows + 0.7)
    frame(ax, title=title or f"Reported and tracked: in all {match.how_many}", grid="x")
    date_axis(ax)
    return finish(ax, _sources(match), legend=_legend(), columns=4)


def _middle(event: FlowEvent) -> float:
    left, right = day_numbers([event.start, event.stop])
    return float(left + right) / 2


def _draw_reported(ax: Axes, events: Sequence[FlowEvent], heights: Mapping[str, float]) -> None:
    """Windows of reported events, full for a stream."""
    for event in events:
        left, right = day_numbers([event.start, event.stop])
        height = heights[event.event_id]
        weight = 5.0 if event.is_stream else 1.5
        ax.plot([left, right], [height, height], color=ORANGE, linewidth=weight, zorder=3)
        if not event.is_stream:
            ax.plot([(left + right) / 2], [height], "s", color=ORANGE, markersize=4, zorder=3)


def _draw_links(ax: Axes, match: Match, heights: Mapping[str, float]) -> None:
    """A line for each pair that is linked in some draws."""
    told = {event.event_id: event for event in match.reported}
    seen = {event.event_id: event for event in match.tracked}
    for link in match.links:
        if not link.share:
            continue
        report, track = told[link.reported], seen[link.tracked]
        at = _middle(track)
        # A line to the middle of a stream would say that it flew there.
        above = at if report.is_stream else _middle(report)
        ax.plot(
            [above, at],
            [heights[link.reported], _TRACKED_AT],
            color=INK if link.is_linked else GREY,
            linestyle="-" if link.is_linked else ":",
            alpha=max(link.share, 0.15),
            linewidth=1.0,
            zorder=2,
        )


def _sources(match: Match) -> str:
    claims = {claim for event in (*match.reported, *match.tracked) for claim in event.claims}
    sources = {name for event in (*match.reported, *match.tracked) for name in event.sources}
    return counted(
        sorted(claims),
        sorted(sources),
        f"both {match.both}",
        f"only reported {match.only_reported}",
        f"only tracked {match.only_tracked}",
        f"ranges hold {match.coverage:.0%} of {match.draws:,} draws",
        f"seed {match.seed}",
    )


def _legend() -> list[Line2D]:
    return [
        Line2D([], [], color=ORANGE, marker="s", label="reported (thick: a stream)"),
        Line2D([], [], color=BLUE, marker="o", linestyle="", label="tracked"),
        Line2D([], [], color=INK, label="linked"),
        Line2D([], [], color=GREY, linestyle=":", label="may be linked"),
    ]
