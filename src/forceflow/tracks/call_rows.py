"""Port calls as the rows of any frame give them: checked column by column, one value each."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from ..errors import FrameError
from .table_rows import TableOfRows

__all__ = ["Call", "Crossing", "read_calls"]

_NEEDED = ("ship", "name", "place", "kind", "arrived_after", "arrived_by", "left_after", "left_by")
_TIMES = ("arrived_after", "arrived_by", "left_after", "left_by", "draught_in_at", "draught_out_at")
_NUMBERS = (
    "draught_in_m",
    "draught_out_m",
    "length_m",
    "beam_m",
    "ship_type",
    "longest_silence_after_h",
)
_TEXTS = ("ship", "name", "place", "kind", "imo", "passages_after", "source", "notes")
_CALLS = TableOfRows(
    "port calls",
    maker="port_calls",
    needed=_NEEDED,
    times=_TIMES,
    numbers=_NUMBERS,
    texts=_TEXTS,
    numbered=("ship", "imo"),
)
_KINDS = ("berth", "anchorage")
_CROSSING = re.compile(r"([\w-]+) (\S+Z)/(\S+Z)")


@dataclass(frozen=True, slots=True)
class Crossing:
    """A passage that a ship was seen in: its id, the first moment and the last."""

    passage: str
    start: dt.datetime
    stop: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One row of `port_calls`; what the frame does not say is None, or "" of a text."""

    row: int
    ship: str
    name: str
    place: str
    kind: str
    arrived_after: dt.datetime | None
    arrived_by: dt.datetime
    left_after: dt.datetime
    left_by: dt.datetime | None
    draught_in_at: dt.datetime | None
    draught_out_at: dt.datetime | None
    draught_in_m: float | None
    draught_out_m: float | None
    length_m: float | None
    beam_m: float | None
    ship_type: float | None
    longest_silence_after_h: float | None
    imo: str
    passages_after: str
    crossings: tuple[Crossing, ...]
    source: str
    notes: str

    @property
    def last_moment(self) -> dt.datetime:
        """The last moment of the record that the row speaks of."""
        known = (self.left_after, self.left_by, self.draught_out_at)
        return max(moment for moment in known if moment is not None)


def read_calls(frame: Any) -> list[Call]:
    """The rows of a frame of port calls, by ship and time.

    Parameters
    ----------
    frame
        As `port_calls` returns it, of any library; further columns are left alone, and those beyond the public ones may
        be missing.

    Raises
    ------
    FrameError
        It is no frame, a column is missing or of another kind, or a row is wrong; the message names it.
    """
    calls = [_read_row(row, cells) for row, cells in enumerate(_CALLS.read_rows(frame))]
    calls.sort(key=lambda call: (call.ship, call.arrived_by, call.left_after, call.row))
    return calls


def _read_row(row: int, cells: dict[str, Any]) -> Call:
    """The call of a row."""
    values: dict[str, Any] = {name: cells.get(name) for name in (*_TIMES, *_NUMBERS)}
    values.update({name: (cells.get(name) or "").strip() for name in _TEXTS})
    for name in ("ship", "place", "kind", "arrived_by", "left_after"):
        if not values[name]:
            raise FrameError(f"port calls, row {row}: {name} is blank")
    if values["kind"] not in _KINDS:
        raise FrameError(
            f"port calls, row {row}, column 'kind': 'berth' or 'anchorage' was wanted, got {values['kind']!r}"
        )
    _CALLS.check_order(row, values, "arrived_after", "arrived_by", "left_after", "left_by")
    return Call(row=row, crossings=_read_crossings(row, values["passages_after"]), **values)


def _read_crossings(row: int, text: str) -> tuple[Crossing, ...]:
    """The passages of a cell such as "bosphorus 2025-02-03T04:10Z/2025-02-03T05:30Z; ..."."""
    crossings = []
    for part in filter(None, map(str.strip, text.split(";"))):
        found = _CROSSING.fullmatch(part)
        try:
            if found is None:
                raise ValueError
            start, stop = map(dt.datetime.fromisoformat, found.groups()[1:])
        except ValueError:
            raise FrameError(
                f"port calls, row {row}, column 'passages_after': "
                f"'bosphorus 2025-02-03T04:10Z/2025-02-03T05:30Z' was wanted, got {part!r}"
            ) from None
        crossings.append(Crossing(found[1], start, stop))
    return tuple(crossings)
