"""How the command line prints: columns, JSON, ranges."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import typer

__all__ = ["plain", "print_json", "print_rows", "span"]

_KEPT_BACK = ("family", "params", "provenance")
"""Fields that JSON leaves out: how a quantity is drawn, and all reports behind an event."""


def print_rows(rows: Sequence[tuple[str, ...]]) -> None:
    """Print rows in columns, each as wide as its widest cell; the last one runs free."""
    if not rows:
        return
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        typer.echo("  ".join([*cells, row[-1]]).rstrip())


def print_json(value: Any) -> None:
    """Print anything of ours as JSON."""
    typer.echo(json.dumps(plain(value), indent=2, ensure_ascii=False, allow_nan=False))


def span(figure: Any, unit: str) -> str:
    """A figure with its range: ``48 t (47 to 48)``."""
    low, best, high = (f"{value:,.0f}" for value in (figure.low, figure.best, figure.high))
    return f"{best} {unit}" if low == high else f"{best} {unit} ({low} to {high})"


def plain(value: Any) -> Any:
    """Reduce anything of ours to what JSON can hold; what is no number or never becomes null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str | int | None):
        return value
    if hasattr(value, "tolist"):  # numbers and arrays of numpy
        return plain(value.tolist())
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if dataclasses.is_dataclass(value):
        kinds = {
            name: getattr(value, name)
            for name in ("kind", "mode")
            if isinstance(getattr(value, name, None), str)
        }
        names = [field.name for field in dataclasses.fields(value) if field.name not in _KEPT_BACK]
        return kinds | {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, set | frozenset):
        return sorted(plain(part) for part in value)
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return str(value)
