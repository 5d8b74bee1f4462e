"""The one visual language of all pictures: colours, hatches, lines, sizes of words.

Colours are a subset of Okabe and Ito's set for colour-blind readers. Nothing is shown by colour alone: each direction
has a hatch, each line a dash, so that a page printed in grey still reads.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Literal, cast

from matplotlib.artist import Artist
from matplotlib.patches import Patch
from matplotlib.text import Text

__all__ = [
    "BLUE",
    "DIRECTION_STYLES",
    "GREEN",
    "GREY",
    "GROUP_STYLES",
    "INK",
    "LAND",
    "MODE_STYLES",
    "ORANGE",
    "PALE",
    "RED",
    "SEA",
    "SIZED",
    "Style",
    "as_written",
    "legend_label",
    "patch",
    "tick_label",
]

Dash = Literal["-", "--", "-.", ":"]
Layout = Literal["constrained", "compressed"]

INK = "#222222"
GREY = "#767676"
BLUE = "#0072B2"
ORANGE = "#E69F00"
RED = "#D55E00"
GREEN = "#009E73"
PALE = "#A9C6DA"
LAND = "#E9E6DF"
SEA = "#F8FBFD"

TITLE_PT = 11.0
TEXT_PT = 9.0
SMALL_PT = 8.0
CAPTION_PT = 7.5
_PAD_IN = 0.1
_TICK_LETTERS = 36
_SCALES = (2.6, 0.7), (4.0, 1.0)
"""Inches of the axes and size of words on them; in between in proportion."""
SIZED, _SOURCES = "_sized", "_sources"
"""Labels of words that have their size, and of the sources under the axes."""


@dataclass(frozen=True, slots=True)
class Style:
    """How one kind of thing looks.

    Parameters
    ----------
    colour, hatch
        Of areas; the hatch tells them apart in grey.
    dash, marker
        Of lines and points.
    """

    colour: str
    hatch: str = ""
    dash: Dash = "-"
    marker: str = "o"


DIRECTION_STYLES: dict[str, Style] = {
    "outbound": Style(BLUE, "", "-", "o"),
    "inbound": Style(RED, "xxxx", "--", "s"),
    "internal": Style(ORANGE, "////", "-.", "D"),
    "external": Style(GREY, "....", ":", "^"),
}
"""One style for each direction of a movement."""

MODE_STYLES: dict[str, Style] = {
    "air": Style(BLUE, "", "-", "o"),
    "sea": Style(GREEN, "\\\\\\\\", "--", "s"),
    "road": Style(ORANGE, "////", "-.", "D"),
    "rail": Style(RED, "xxxx", ":", "^"),
}
"""One style for each mode of transport."""


GROUP_STYLES: tuple[Style, ...] = (
    Style(BLUE, "", "-", "o"),
    Style(ORANGE, "////", "-.", "D"),
    Style(GREEN, "\\\\\\\\", "--", "s"),
    Style(RED, "xxxx", ":", "^"),
    Style("#CC79A7", "....", "-", "v"),
    Style(INK, "++++", "--", "P"),
)
"""Styles of groups that have none of their own, the largest first."""


def as_written(artist: Artist) -> None:
    """Draw all words of an artist as they are: a ``$`` in a name starts no formula, with TeX or without."""
    for words in cast("list[Text]", artist.findobj(Text)):
        words.set_parse_math(False)
        words.set_usetex(False)


def legend_label(name: str) -> str:
    """A name in a legend; matplotlib leaves out what begins with "_", so a space goes before it."""
    if name.startswith("_"):
        return f" {name}"
    return name


def tick_label(name: str) -> str:
    """A name beside an axis: up to three short lines, so that it leaves room for the axes."""
    if len(name) <= _TICK_LETTERS:
        return name
    return textwrap.fill(name, _TICK_LETTERS, max_lines=3, placeholder="\u2026")


def patch(style: Style, label: str, *, filled: bool = True) -> Patch:
    """Legend entry in a style."""
    if filled:
        return Patch(
            facecolor=style.colour,
            edgecolor="white",
            hatch=style.hatch,
            label=label,
            linewidth=0.0,
        )
    return Patch(
        facecolor="white",
        edgecolor=style.colour,
        hatch=style.hatch,
        label=label,
        linewidth=1.4,
    )
