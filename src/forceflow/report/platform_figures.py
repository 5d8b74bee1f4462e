"""What the numbers of the platforms of events are and where each comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..evidence.events import FlowEvent
from ..world.platforms.catalogue import find_platform
from ..world.platforms.figure_table import cells_of, figures_of

__all__ = ["Compact", "compact", "figure_rows", "figures_of"]


def figure_rows(events: Iterable[FlowEvent]) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Yield (platform, figure, value, status, source, note) of the platforms of events."""
    names = [name for event in events for name in event.platforms]
    for name in dict.fromkeys(sorted(names)):
        platform = find_platform(name)
        for label, figure in figures_of(platform):
            yield platform.name, label, *cells_of(figure)


@dataclass(frozen=True, slots=True)
class Compact:
    """Figures for paper: those of each platform in a row, each with its standing and the number of its source."""

    platforms: tuple[tuple[str, tuple[str, ...]], ...]
    sources: tuple[str, ...]


def compact(rows: Iterable[tuple[str, str, str, str, str, str]]) -> Compact:
    """Put rows of `figure_rows` together by platform, each source once; the notes are left to the table."""
    by_platform: dict[str, list[str]] = {}
    numbers: dict[str, int] = {}
    for platform, label, value, status, source, _ in rows:
        number = numbers.setdefault(source, len(numbers) + 1)
        by_platform.setdefault(platform, []).append(f"{label} {value}, {status} [{number}]")
    return Compact(
        tuple((name, tuple(parts)) for name, parts in by_platform.items()), tuple(numbers)
    )
