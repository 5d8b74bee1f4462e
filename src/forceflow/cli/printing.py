"""How the command line prints: columns, JSON, ranges."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import typer

__all__ = ["fields_of", "plain", "print_json", "print_named", "print_notes", "print_rows", "span"]

_KEPT_BACK = ("family", "params", "provenance")
"""Fields that JSON leaves out: how a quantity is drawn, and all reports behind an event."""


def print_rows(rows: Sequence[tuple[str, ...]]) -> None:
    """Print rows in columns, each as wide as its widest cell; the last one runs free."""
    if not rows:
        return
    *columns, _ = zip(*rows, strict=True)
    widths = [max(map(len, column)) for column in columns]
    for *cells, last in rows:
        padded = map(str.ljust, cells, widths)
        typer.echo("  ".join((*padded, last)).rstrip())


def print_named(figures: Mapping[str, Any]) -> None:
    """Print figures by name in two columns, set in."""
    print_rows([(f"  {name}", str(figure)) for name, figure in figures.items()])


def print_notes(notes: Sequence[str]) -> None:
    """Print what a reader must know, a note a line."""
    for note in notes:
        typer.echo(f"  note: {note}")


def print_json(value: Any) -> None:
    """Print anything of ours as JSON."""
    typer.echo(json.dumps(plain(value), indent=2, ensure_ascii=False, allow_nan=False))


def span(figure: Any, unit: str) -> str:
    """A figure with its range: ``48 t (47 to 48)``."""
    low, best, high = (f"{value:,.0f}" for value in (figure.low, figure.best, figure.high))
    if low == high:
        return f"{best} {unit}"
    return f"{best} {unit} ({low} to {high})"


def fields_of(thing: Any, *names: str) -> dict[str, Any]:
    """Some attributes of a result by name, for JSON."""
    return {name: getattr(thing, name) for name in names}


def plain(value: Any) -> Any:
    """Reduce anything of ours to what JSON can hold; what is no number or never becomes null."""
    if isinstance(value, float) and not math.isfinite(value):
        # JSON has no infinity and no NaN.
        return None
    if isinstance(value, float | str | int | None):
        return value
    # Numbers and arrays of numpy.
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if dataclasses.is_dataclass(value):
        return _plain_fields(value)
    if isinstance(value, set | frozenset):
        # A set has no order of its own, and the same answer must print the same.
        return sorted(map(plain, value))
    if isinstance(value, list | tuple):
        return list(map(plain, value))
    return str(value)


def _plain_fields(thing: Any) -> dict[str, Any]:
    """The fields of a dataclass, and its kind and mode, which may be no fields."""
    found: dict[str, Any] = {}
    for name in ("kind", "mode"):
        word = getattr(thing, name, None)
        if isinstance(word, str):
            found[name] = word
    for field in dataclasses.fields(thing):
        if field.name not in _KEPT_BACK:
            found[field.name] = plain(getattr(thing, field.name))
    return found
