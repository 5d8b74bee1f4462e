"""Words under the pictures of tracks."""

from __future__ import annotations

from collections.abc import Sequence

from ..tracks.leg_table import LegTable
from ..tracks.track_line import TrackLines

__all__ = ["counted", "leg_sources", "track_sources"]

_MOST_FILES = 3


def track_sources(tracks: TrackLines, *more: str) -> str:
    """How many positions and calls, when, who published them, and what else a reader should know."""
    fixes = sum(line.fixes for line in tracks.lines)
    heard = f"{counted(fixes, 'position')} of {counted(len(tracks.lines), 'ship')}"
    if tracks.span is not None:
        first, last = tracks.span
        heard += f", {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC"
    parts = [heard, counted(len(tracks.calls), "call"), f"source: {_source_words(tracks)}", *more]
    return "; ".join(filter(None, parts)) + "."


def leg_sources(legs: LegTable, *more: str) -> str:
    """How many legs, of how many aircraft, when, from which records, and what else a reader should know."""
    words = f"{counted(len(legs.every), 'leg')} of {len(legs.legs):,} aircraft"
    if legs.span is not None:
        first, last = legs.span
        words += f", {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC"
    source = ""
    if legs.sources:
        source = f"source: {', '.join(_first_names(legs.sources))}"
    return "; ".join(filter(None, (words, source, *more))) + "."


def _source_words(tracks: TrackLines) -> str:
    """Publisher and files, the first few of many."""
    names = _first_names(tracks.sources)
    if tracks.publisher:
        names.insert(0, tracks.publisher)
    return ", ".join(names)


def _first_names(sources: Sequence[str]) -> list[str]:
    """The first few of many names, and how many more there are."""
    names = list(sources[:_MOST_FILES])
    if len(sources) > _MOST_FILES:
        names.append(f"{len(sources) - _MOST_FILES} more")
    return names


def counted(count: int, word: str) -> str:
    """How many of a thing, in words."""
    if count == 1:
        return f"1 {word}"
    return f"{count:,} {word}s"
