"""Digitraffic's JSON as a flat table: answers of its web service, and messages, one a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import polars as pl

from ..errors import TracksError
from .layouts import LAYOUTS
from .sources import SourceFile

__all__ = ["json_table"]

_TEXTS: Final = ("name", "callSign", "destination")
_FLOATS: Final = ("lat", "lon", "latitude", "longitude", "sog", "cog")


def json_table(file: SourceFile) -> pl.DataFrame:
    """All messages of a file, with every column of the layout "digitraffic" that one of them has.

    Raises
    ------
    TracksError
        The file is no JSON, or holds no messages.
    """
    with file.opened() as stream:
        text = stream.read().decode("utf-8-sig", "replace")
    rows = [_flat_row(message) for message in _messages(text, file.label)]
    found = {name for row in rows for name in row}
    names = [name for name in _schema() if name in found]
    try:
        return pl.DataFrame(rows, schema={name: _schema()[name] for name in names}, orient="row")
    except (pl.exceptions.PolarsError, TypeError, OverflowError) as error:
        raise TracksError(
            f"{file.label}: a message of another kind than Digitraffic's: {error}"
        ) from None


def _schema() -> dict[str, pl.DataType]:
    """The layout's columns, each in its type."""
    schema: dict[str, pl.DataType] = {}
    for name in LAYOUTS["digitraffic"].columns:
        kind: pl.DataType = pl.Int64()
        if name in _TEXTS:
            kind = pl.String()
        elif name in _FLOATS:
            kind = pl.Float64()
        schema[name] = kind
    schema["posType"] = pl.Int64()
    return schema


def _messages(text: str, label: str) -> Iterator[dict[str, Any]]:
    """The messages of a document, or of lines of them."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg != "Extra data":
            raise TracksError(
                f"{label}: line {error.lineno}, no JSON: {error.msg}; cut off?"
            ) from None
        yield from _of_lines(text, label)
        return
    yield from _inside(document, label)


def _of_lines(text: str, label: str) -> Iterator[dict[str, Any]]:
    """Messages that stand one a line."""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            document = json.loads(line)
        except json.JSONDecodeError as error:
            raise TracksError(f"{label}: line {number}, no JSON: {error.msg}; cut off?") from None
        yield from _inside(document, label)


def _inside(document: Any, label: str) -> Iterator[dict[str, Any]]:
    """The messages in an answer: features of a collection, a list, or one alone."""
    if isinstance(document, dict) and "features" in document:
        document = document["features"]
    if isinstance(document, dict):
        document = [document]
    if not isinstance(document, list):
        raise TracksError(
            f"{label}: wanted a list of messages or a collection of features, got {document!r:.40}"
        )
    for message in document:
        if not isinstance(message, dict):
            raise TracksError(
                f"{label}: wanted messages with names and values, got {message!r:.40}"
            )
        yield message


def _flat_row(message: dict[str, Any]) -> dict[str, Any]:
    """One message as a row: the point of a feature becomes lon and lat, its properties columns."""
    row = dict(message)
    point = row.pop("geometry", None) or {}
    row.update(row.pop("properties", None) or {})
    coordinates = list(point.get("coordinates") or [])
    if len(coordinates) >= 2:
        row["lon"], row["lat"] = coordinates[0], coordinates[1]
    # In a feature `timestamp` is the second of the minute, and `type` says "Feature".
    if "timestampExternal" in row:
        row.pop("timestamp", None)
    if not isinstance(row.get("type"), int):
        row.pop("type", None)
    return _plain_numbers(row)


def _plain_numbers(row: dict[str, Any]) -> dict[str, Any]:
    """Whole and broken numbers in the types of their columns."""
    known = _schema().keys() & row.keys()
    plain = {}
    for name in known:
        value = row[name]
        if name in _FLOATS and isinstance(value, int):
            value = float(value)
        plain[name] = value
    return plain
