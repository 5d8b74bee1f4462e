"""The columns of a frame of events: their names, their types, and what they hold of each event."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

import narwhals.stable.v2 as nw

from ...quantity import Quantity
from ..events import FlowEvent
from .measures import MEASURES
from .text_lists import SEPARATOR

__all__ = ["COLUMNS", "column_of", "type_of_column"]

COLUMNS: tuple[str, ...] = (
    "event_id",
    "kind",
    "mode",
    "platform",
    "origin",
    "destination",
    "via",
    "start",
    "stop",
    *(f"{measure}_{point}" for measure in MEASURES for point in ("low", "best", "high")),
    "direction",
    "is_stream",
    "cargo",
    "title",
    "claims",
    "related",
    "sources",
    "roots",
    "conflicts",
    "known_from",
    *(f"{measure}_model" for measure in MEASURES),
    "caveats",
    "claims_known_from",
)
"""Columns of an event frame, in order; ``*_model`` carries the full quantity so that nothing is lost on the way."""

_OF_SEVERAL_TEXTS = frozenset(
    ("via", "claims", "related", "sources", "roots", "conflicts", "caveats")
)


def column_of(name: str, events: Sequence[FlowEvent]) -> list[Any]:
    """One column of the frame, with a cell for each event."""
    measure, _, part = name.rpartition("_")
    if measure in MEASURES:
        quantities = map(attrgetter(measure), events)
        return [_cell_of(quantity, part) for quantity in quantities]
    values = map(attrgetter(name), events)
    if name == "claims_known_from":
        return list(map(_join_moments, values))
    if name in _OF_SEVERAL_TEXTS:
        return list(map(SEPARATOR.join, values))
    return list(values)


def _cell_of(quantity: Quantity | None, part: str) -> float | str | None:
    """The low, best or high end of a number, or all of it as a text; an open end and a missing number are empty."""
    if part == "model":
        return quantity.to_json() if quantity else ""
    if quantity is None:
        return None
    end: float = getattr(quantity, part)
    if not math.isfinite(end):
        return None
    return end


def _join_moments(moments: Iterable[dt.datetime]) -> str:
    return SEPARATOR.join(map(dt.datetime.isoformat, moments))


def type_of_column(name: str) -> Any:
    """Its type, written down because a column of an empty frame or of nulls has none of its own."""
    if name in ("start", "stop", "known_from"):
        return nw.Datetime("us", "UTC")
    if name == "is_stream":
        return nw.Boolean
    if name.endswith(("_low", "_best", "_high")):
        return nw.Float64
    return nw.String
