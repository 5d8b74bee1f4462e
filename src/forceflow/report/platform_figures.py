"""What the numbers of the platforms of events are and where each comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter

from ..evidence.events import FlowEvent
from ..world.platforms.catalogue import find_platform
from ..world.platforms.figure_table import cells_of, figures_of

__all__ = ["Compact", "compact", "figure_rows", "figures_of"]


FigureRow = tuple[str, str, str, str, str, str]
"""Platform, figure, value, status, source and note."""


def figure_rows(events: Iterable[FlowEvent]) -> Iterator[FigureRow]:
    """The figures of the platforms of events, each platform once."""
    names = set(chain.from_iterable(map(attrgetter("platforms"), events)))
    for name in sorted(names):
        platform = find_platform(name)
        for label, figure in figures_of(platform):
            yield platform.name, label, *cells_of(figure)


@dataclass(frozen=True, slots=True)
class Compact:
    """Figures for paper: those of each platform in a row, each with its standing and the number of its source."""

    platforms: tuple[tuple[str, tuple[str, ...]], ...]
    sources: tuple[str, ...]


def compact(rows: Iterable[FigureRow]) -> Compact:
    """Put rows of `figure_rows` together by platform, each source once; the notes are left to the table."""
    by_platform: dict[str, tuple[str, ...]] = {}
    numbers: dict[str, int] = {}
    for platform, label, value, status, source, _ in rows:
        # Sources are numbered in the order in which a reader meets them.
        number = numbers.setdefault(source, len(numbers) + 1)
        words = f"{label} {value}, {status} [{number}]"
        by_platform[platform] = (*by_platform.get(platform, ()), words)
    return Compact(tuple(by_platform.items()), tuple(numbers))
