"""Words under the pictures of tracks."""

from __future__ import annotations

from ..tracks.track_line import TrackLines

__all__ = ["counted", "track_sources"]

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


def _source_words(tracks: TrackLines) -> str:
    """Publisher and files, the first few of many."""
    names = list(tracks.sources[:_MOST_FILES])
    if len(tracks.sources) > _MOST_FILES:
        names.append(f"{len(tracks.sources) - _MOST_FILES} more")
    if tracks.publisher:
        names.insert(0, tracks.publisher)
    return ", ".join(names)


def counted(count: int, word: str) -> str:
    """How many of a thing, in words."""
    if count == 1:
        return f"1 {word}"
    return f"{count:,} {word}s"
