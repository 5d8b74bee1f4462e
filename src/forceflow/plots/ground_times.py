"""Times on the ground as measured, beside the published ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from ..errors import TracksError
from ..quantity import Quantity
from ..tracks.ground_times import mean_ground_h
from ..tracks.leg_table import LegTable, field_name
from ..tracks.trips import Stay
from ..world import Aircraft, find_platform
from .axes import axes_for, finish, frame, number_axis, points, rows_that_fit
from .interval_rows import write_over
from .style import BLUE, GREEN, INK, ORANGE, Style, patch
from .text import place_label, span_text
from .track_sources import leg_sources

__all__ = ["has_stays", "plot_ground_times"]

_PUBLISHED = {"onload": Style(ORANGE, "////"), "offload": Style(GREEN, "\\\\\\\\")}
_LONGEST_H = 12.0
"""Longer stays are rests and repairs, as in `bridge_from`; they are counted and not drawn."""
_MOST = 16
_ROW_IN = 0.95
_LINES = 6.0
_BANDS = {"onload": 0.27, "offload": 0.41}
_BAND, _STAYS, _MEAN = 0.11, (0.56, 0.80), 0.88
"""In shares of a row from its top: height of a band, where the stays lie, and their mean."""


@dataclass(frozen=True, slots=True)
class _Row:
    """Stays of one type at one field."""

    field: str
    platform: str
    type: str
    stays: tuple[Stay, ...]
    longer: int

    @property
    def mean(self) -> Quantity | None:
        """Mean of the stays; None for one alone."""
        if len(self.stays) < 2:
            return None
        return mean_ground_h(self.stays, words="")

    def published(self, kind: str) -> Quantity | None:
        """Published ground time; None for a type that is not in the catalogue."""
        if not self.platform:
            return None
        found = find_platform(self.platform)
        assert isinstance(found, Aircraft)
        return found.ground_time_h(kind)


def plot_ground_times(legs: LegTable, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw each time on the ground as a line from the shortest to the longest that its windows allow.

    A row for each field and type: over the stays the published ranges for onload and offload, on them the mean with its
    range. Stays of more than 12 h are counted in the words of the row.

    Parameters
    ----------
    legs
        What `leg_table` gives.
    ax
        Axes to draw on; a new figure when None. On small ones rows with few stays are left out, and the caption says
        so.
    title
        Over the picture.

    Raises
    ------
    TracksError
        No aircraft has two legs that meet at a field within 12 h.
    """
    rows = _rows_of(legs)
    if not rows:
        raise TracksError(
            "no two legs of an aircraft meet at a field within 12 h, so there is no time to draw"
        )
    shown = rows[: rows_that_fit(ax, lines=_LINES, most=_MOST)]
    ax = axes_for(ax, height=1.8 + _ROW_IN * len(shown))
    for at, row in enumerate(shown):
        if at:
            ax.axhline(at - 0.02, color="#DDDDDD", linewidth=0.6)
        _draw_row(ax, row, at)
    ax.set_yticks([])
    ax.set_ylim(len(shown), -0.08)
    ax.set_xlim(0.0, 1.03 * _last_hour(shown))
    frame(ax, title=title or "Time on the ground, measured and published", grid="x")
    number_axis(ax, which="x", label="time on the ground (h)")
    left_out = ""
    if len(rows) > len(shown):
        left_out = f"{len(rows) - len(shown)} fields and types with fewer stays not shown"
    sources = leg_sources(
        legs,
        "a line reaches from the shortest to the longest time that the fixes allow",
        "waiting and rest are in it",
        "published times: see the platform",
        left_out,
    )
    return finish(ax, sources, legend=_legend(shown), columns=4)


def has_stays(legs: LegTable) -> bool:
    """Whether some aircraft has two legs that meet at a field within 12 h."""
    return bool(_rows_of(legs))


def _rows_of(legs: LegTable) -> list[_Row]:
    """Stays by field and type, those with most first."""
    groups: dict[tuple[str, str, str], list[Stay]] = {}
    for address, own in legs.stays.items():
        for stay in own:
            one = legs.aircraft[address]
            key = field_name(stay.field), one.platform, "" if one.platform else one.type
            groups.setdefault(key, []).append(stay)
    rows = []
    # Types that the catalogue does not know stand in rows of their own, as no published range is theirs.
    for (field, platform, type_), stays in groups.items():
        short = tuple(sorted((one for one in stays if one.middle_h <= _LONGEST_H), key=_by_length))
        if short:
            rows.append(_Row(field, platform, type_, short, len(stays) - len(short)))
    return sorted(rows, key=lambda row: (-len(row.stays), row.field, row.platform, row.type))


def _by_length(stay: Stay) -> tuple[float, float]:
    return stay.middle_h, stay.longest_h


def _draw_row(ax: Axes, row: _Row, at: int) -> None:
    write_over(ax, _row_words(row), at + 0.19, indent_pt=3.0, strong=True)
    for kind, top in _BANDS.items():
        published = row.published(kind)
        if published is not None:
            _draw_band(ax, published, at + top, _PUBLISHED[kind], kind)
    top, foot = _STAYS
    # Two stays lie as far apart as many would, so that a single one is no thick block.
    step = (foot - top) / max(len(row.stays), 2)
    for number, stay in enumerate(row.stays):
        height = at + top + (number + 0.5) * step
        ends = [stay.shortest_h, stay.longest_h]
        ax.plot(
            ends,
            [height, height],
            color=BLUE,
            linewidth=1.6,
            solid_capstyle="butt",
            marker="|",
            markersize=3.0,
            zorder=3,
            label="_stay",
        )
    mean = row.mean
    if mean is None:
        return
    low, high = mean.ends
    ax.errorbar(
        [mean.best],
        [at + _MEAN],
        xerr=[[mean.best - low], [high - mean.best]],
        fmt="D",
        color=INK,
        markersize=points(ax, 4.5),
        markeredgecolor="white",
        elinewidth=1.3,
        capsize=points(ax, 3.5),
        zorder=4,
    )


def _draw_band(ax: Axes, published: Quantity, top: float, style: Style, kind: str) -> None:
    """A published range as a hatched band, with a line at the best value."""
    low, high = published.ends
    band = Rectangle(
        (low, top),
        high - low,
        _BAND,
        facecolor="white",
        edgecolor=style.colour,
        hatch=style.hatch,
        linewidth=1.0,
        zorder=2,
    )
    band.set_label(f"_{kind}")
    ax.add_patch(band)
    ax.plot([published.best] * 2, [top, top + _BAND], color=INK, linewidth=1.6, zorder=3)


def _row_words(row: _Row) -> str:
    many = len(row.stays)
    words = f"{place_label(row.field)}, {row.platform or row.type or 'type not known'}: {many} stay{'s' * (many != 1)}"
    mean = row.mean
    if mean is not None:
        words += f", mean {span_text(mean.low, mean.best, mean.high)} h"
    if row.longer:
        words += f"; {row.longer} over {_LONGEST_H:g} h"
    return words


def _last_hour(rows: Sequence[_Row]) -> float:
    """Where the axis ends."""
    ends = [stay.longest_h for row in rows for stay in row.stays]
    for row in rows:
        for kind in _BANDS:
            published = row.published(kind)
            if published is not None:
                ends.append(published.ends[1])
    return min(max(ends), _LONGEST_H)


def _legend(rows: Sequence[_Row]) -> list[Artist]:
    legend: list[Artist] = [
        Line2D(
            [],
            [],
            color=BLUE,
            linewidth=1.6,
            marker="|",
            markersize=5,
            label="a stay, shortest to longest",
        )
    ]
    if any(row.mean is not None for row in rows):
        legend.append(
            Line2D(
                [],
                [],
                color=INK,
                marker="D",
                linestyle="-",
                markersize=4,
                linewidth=1.3,
                label="mean",
            )
        )
    if any(row.platform for row in rows):
        for kind, style in _PUBLISHED.items():
            legend.append(patch(style, f"published {kind}", filled=False))
    return legend
