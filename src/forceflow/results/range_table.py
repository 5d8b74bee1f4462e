"""Numbers with their names: as a table for notebooks, and as a frame."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

from .range import Range

__all__ = ["parts_of", "ranges_frame", "table_html"]


def table_html(caption: str, rows: Sequence[tuple[str, str]]) -> str:
    """Rows of name and value as a table for notebooks, escaped."""
    body = ""
    for name, value in rows:
        heading, cell = html.escape(name), html.escape(value)
        body += f"<tr><th style='text-align:left'>{heading}</th><td>{cell}</td></tr>"
    return f"<table><caption>{html.escape(caption)}</caption>{body}</table>"


def parts_of(name: str, parts: Mapping[str, Range]) -> list[tuple[str, Range]]:
    """The parts of a number, named with it: "cycle_parts_h of onload"."""
    return [(f"{name} of {part}", value) for part, value in parts.items()]


def ranges_frame(numbers: Sequence[tuple[str, Range]], *, backend: str) -> Any:
    """A frame with a row per number: name, low, middle, high, unit."""
    from ..evidence.tables.event_frames import make_frame

    names, values = [name for name, _ in numbers], [value for _, value in numbers]
    columns: dict[str, Sequence[Any]] = {"name": names}
    for end in ("low", "middle", "high", "unit"):
        columns[end] = list(map(attrgetter(end), values))
    return make_frame(columns, backend=backend)
