"""A platform as a notebook shows it: every figure with its source and its status."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, ClassVar

from .load_factors import load_factors
from .payload import Corner
from .sourced_figures import Figure, sources

__all__ = ["Card", "cells_of", "figures_of"]

_COLUMNS = ("figure", "value", "status", "source", "note")


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
        # A role may be the same word as the kind.
        caption = ", ".join(dict.fromkeys(filter(None, parts)))
        head = "".join(map('<th scope="col">{}</th>'.format, _COLUMNS))
        body = ""
        for label, figure in figures_of(self):
            cells = map(html.escape, (label, *cells_of(figure)))
            body += f"<tr>{''.join(map('<td>{}</td>'.format, cells))}</tr>"
        table = (
            f"<table><caption>{html.escape(caption)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )
        if not self.note:
            return table
        return f"{table}<p>{html.escape(self.note)}</p>"


def cells_of(figure: Figure) -> tuple[str, str, str, str]:
    """Value with its range and unit, status, title of the source and note."""
    known = sources()
    title = figure.source
    if title in known:
        title = known[title].title
    value = _plain_number(figure.best)
    if figure.low != figure.high:
        value += f" ({_plain_number(figure.low)} to {_plain_number(figure.high)})"
    if figure.value.unit:
        value += f" {figure.value.unit}"
    return value, figure.status, title, figure.note


def _plain_number(number: float) -> str:
    if abs(number) >= 1000:
        return f"{number:,.0f}"
    return f"{number:.4g}"


def figures_of(platform: Any) -> Iterator[tuple[str, Figure]]:
    """Yield every figure of a platform with its name: its own, its payload-range corners and its load factors."""
    for field in fields(platform):
        value = getattr(platform, field.name)
        yield from _figures_in(value, _label_of(field.name))
    for (role, cargo), entry in load_factors().items():
        if role == getattr(platform, "role", None):
            yield f"load factor, {cargo}", entry.share


def _label_of(field: str) -> str:
    """The name of a field in words, without the unit at its end."""
    label = field.replace("_km_per_h", "")
    for unit in ("_t", "_h", "_m"):
        label = label.removesuffix(unit)
    return label.replace("_", " ")


def _figures_in(value: object, label: str) -> Iterator[tuple[str, Figure]]:
    """Yield the figures that a field holds: itself, or in it by key or by corner."""
    match value:
        case Figure():
            yield label, value
        case Mapping():
            for key, part in value.items():
                if isinstance(part, Figure):
                    yield f"{label}: {key}", part
        case tuple():
            for number, part in enumerate(value, 1):
                if isinstance(part, Corner):
                    yield f"payload at corner {number}", part.payload_t
                    yield f"range at corner {number}", part.range_km
