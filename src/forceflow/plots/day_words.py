"""Small words on an axis of days."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from .axes import points
from .style import INK, SIZED, SMALL_PT

__all__ = ["inside_view", "width_days", "write_small"]


def write_small(ax: Axes, words: str, x: float, y: float, *, across: str, up: str) -> None:
    """Write small words at a day and a height; they take no part in the layout."""
    text = ax.text(
        x,
        y,
        words,
        ha=across,
        va=up,
        fontsize=points(ax, SMALL_PT),
        color=INK,
        zorder=4,
        parse_math=False,
    )
    text.set_in_layout(False)
    text.set_label(SIZED)


def width_days(ax: Axes, words: str) -> float:
    """Width of small words on the axis, in days."""
    font = FontProperties(size=points(ax, SMALL_PT))
    wide_pt = text_to_path.get_text_width_height_descent(words, font, ismath=False)[0] + 2.0
    left, right = ax.get_xlim()
    inches = ax.get_window_extent().width / ax.figure.dpi
    return float(wide_pt / 72.0 / inches * (right - left))


def inside_view(ax: Axes, middle: float, half: float) -> float:
    """The middle of words so that they end inside the axes."""
    left, right = ax.get_xlim()
    return max(min(middle, right - half), left + half)
