"""A platform as a notebook shows it: every figure with its source and its standing."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, ClassVar

from .load_factors import load_factors
from .payload import Corner
from .sourced_figures import Figure, sources

__all__ = ["Card", "cells_of", "figures_of"]


class Card:
    """How a platform of the catalogue shows: its name in print, a table of its figures in a notebook."""

    id: str
    name: str
    note: str
    kind: ClassVar[str]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id!r}, name={self.name!r}, ...)"

    def _repr_html_(self) -> str:
        parts = (self.id, self.name, self.kind, getattr(self, "role", ""))
        said = ", ".join(dict.fromkeys(part for part in parts if part))
        rows = [(label, *cells_of(figure)) for label, figure in figures_of(self)]
        head = "".join(
            f'<th scope="col">{name}</th>'
            for name in ("figure", "value", "status", "source", "note")
        )
        cells = [[f"<td>{html.escape(cell)}</td>" for cell in row] for row in rows]
        body = "".join(f"<tr>{''.join(row)}</tr>" for row in cells)
        note = f"<p>{html.escape(self.note)}</p>" if self.note else ""
        return (
            f"<table><caption>{html.escape(said)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            f"{note}"
        )


def cells_of(figure: Figure) -> tuple[str, str, str, str]:
    """Value with its range and unit, status, title of the source and note."""
    known = sources()
    title = known[figure.source].title if figure.source in known else figure.source
    value = _plain(figure.best)
    if figure.low != figure.high:
        value += f" ({_plain(figure.low)} to {_plain(figure.high)})"
    unit = f" {figure.value.unit}" if figure.value.unit else ""
    return value + unit, figure.status, title, figure.note


def _plain(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4g}"


def figures_of(platform: Any) -> Iterator[tuple[str, Figure]]:
    """Yield every figure of a platform with its name: its own, its payload-range corners and its load factors."""
    for field in fields(platform):
        value = getattr(platform, field.name)
        label = (
            field.name.replace("_km_per_h", "")
            .removesuffix("_t")
            .removesuffix("_h")
            .removesuffix("_m")
        )
        label = label.replace("_", " ")
        if isinstance(value, Figure):
            yield label, value
        elif isinstance(value, Mapping):
            for key, part in value.items():
                if isinstance(part, Figure):
                    yield f"{label}: {key}", part
        elif isinstance(value, tuple):
            for number, part in enumerate(value, 1):
                if isinstance(part, Corner):
                    yield f"payload at corner {number}", part.payload_t
                    yield f"range at corner {number}", part.range_km
    for (role, cargo), entry in load_factors().items():
        if role == getattr(platform, "role", None):
            yield f"load factor, {cargo}", entry.share
