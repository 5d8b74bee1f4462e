"""Legs as the rows of any frame give them: checked column by column, one value each."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any

from ..errors import FrameError
from .table_rows import TableOfRows

__all__ = ["Leg", "legs_by_aircraft", "read_legs"]

_NEEDED = (
    "aircraft",
    "callsign",
    "type",
    "origin",
    "destination",
    "took_off_after",
    "took_off_by",
    "landed_after",
    "landed_by",
)
_TIMES = ("took_off_after", "took_off_by", "landed_after", "landed_by")
_NUMBERS = (
    "fixes",
    "longest_silence_h",
    "touch_and_goes",
    "highest_ft",
    "first_latitude",
    "first_longitude",
    "last_latitude",
    "last_longitude",
)
_TEXTS = (
    "aircraft",
    "callsign",
    "type",
    "origin",
    "destination",
    "registration",
    "begins",
    "ends",
    "first_seen",
    "last_seen",
    "origin_may_be",
    "destination_may_be",
    "source",
    "notes",
)
_LEGS = TableOfRows(
    "legs",
    maker="legs",
    needed=_NEEDED,
    times=_TIMES,
    numbers=_NUMBERS,
    texts=_TEXTS,
    addresses="aircraft",
)
_ADDRESS = re.compile(r"~?[0-9a-f]{6}")
_CANDIDATE = re.compile(r"(\S.*?) (0?\.\d+|[01](?:\.\d*)?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One row of `legs`; what the frame does not say is None, or "" of a text.

    `inferred` names the ends that were not seen and were taken as the likeliest.
    """

    row: int
    aircraft: str
    callsign: str
    type: str
    registration: str
    origin: str
    destination: str
    origin_weights: tuple[tuple[str, float], ...]
    destination_weights: tuple[tuple[str, float], ...]
    took_off_after: dt.datetime | None
    took_off_by: dt.datetime | None
    landed_after: dt.datetime | None
    landed_by: dt.datetime | None
    fixes: float | None
    longest_silence_h: float | None
    touch_and_goes: float | None
    highest_ft: float | None
    first_latitude: float | None
    first_longitude: float | None
    last_latitude: float | None
    last_longitude: float | None
    begins: str
    ends: str
    first_seen: str
    last_seen: str
    origin_may_be: str
    destination_may_be: str
    source: str
    notes: str
    inferred: tuple[str, ...] = ()

    @property
    def first_aloft(self) -> dt.datetime:
        """The first moment at which it was surely in the air, or the nearest to it that is known."""
        return _first(self.took_off_by, self.landed_after, self.landed_by, self.took_off_after)

    @property
    def last_aloft(self) -> dt.datetime:
        """The last moment at which it was surely in the air, or the nearest to it that is known."""
        return _first(self.landed_after, self.took_off_by, self.took_off_after, self.landed_by)

    @property
    def last_moment(self) -> dt.datetime:
        """The last moment of the record that the row speaks of."""
        return self.landed_by or self.last_aloft

    @property
    def longest_h(self) -> float:
        """The longest time that it can have been in the air, as far as the record is closed, h."""
        start = self.took_off_after or self.first_aloft
        return (self.last_moment - start) / dt.timedelta(hours=1)


def _first(*moments: dt.datetime | None) -> dt.datetime:
    return next(moment for moment in moments if moment is not None)


def read_legs(frame: Any) -> list[Leg]:
    """The rows of a frame of legs, by aircraft and time.

    Parameters
    ----------
    frame
        As `legs` returns it, of any library; further columns are left alone, and those beyond the public ones may be
        missing.

    Raises
    ------
    FrameError
        It is no frame, a column is missing or of another kind, a row is wrong, or legs of an aircraft overlap; the
        message names it.
    """
    legs = [_read_row(row, cells) for row, cells in enumerate(_LEGS.read_rows(frame))]
    legs.sort(key=lambda leg: (leg.aircraft, leg.first_aloft, leg.last_aloft, leg.row))
    for before, after in pairwise(legs):
        _check_apart(before, after)
    return legs


def legs_by_aircraft(legs: Iterable[Leg]) -> dict[str, list[Leg]]:
    """Legs of each aircraft in order of time."""
    return {aircraft: list(own) for aircraft, own in groupby(legs, key=attrgetter("aircraft"))}


def _read_row(row: int, cells: dict[str, Any]) -> Leg:
    """The leg of a row."""
    values: dict[str, Any] = {name: cells.get(name) for name in (*_TIMES, *_NUMBERS)}
    values.update({name: (cells.get(name) or "").strip() for name in _TEXTS})
    # Sources differ in case, and one aircraft must not become two.
    values["aircraft"] = values["aircraft"].lower()
    if not _ADDRESS.fullmatch(values["aircraft"]):
        raise FrameError(
            f"legs, row {row}, column 'aircraft': six hex digits were wanted, '152e10' (behind '~' where they are no "
            f"ICAO address), got {cells.get('aircraft')!r}"
        )
    if all(values[name] is None for name in _TIMES):
        raise FrameError(f"legs, row {row}: all of {', '.join(_TIMES)} are blank; give one of them")
    _LEGS.check_order(row, values, *_TIMES)
    for end in ("origin", "destination"):
        values[f"{end}_weights"] = _read_weights(row, f"{end}_may_be", values[f"{end}_may_be"])
    return Leg(row=row, **values)


def _read_weights(row: int, column: str, text: str) -> tuple[tuple[str, float], ...]:
    """The fields of a cell such as "OSLK 0.62; OSDI 0.21", the heaviest first."""
    weights = []
    for part in filter(None, map(str.strip, text.split(";"))):
        found = _CANDIDATE.fullmatch(part)
        if found is None:
            raise FrameError(
                f"legs, row {row}, column {column!r}: 'OSLK 0.62; OSDI 0.21' was wanted, got {part!r}"
            )
        weights.append((found[1], float(found[2])))
    return tuple(sorted(weights, key=lambda one: -one[1]))


def _check_apart(before: Leg, after: Leg) -> None:
    """Refuse two legs of one aircraft at a time."""
    if before.aircraft != after.aircraft or after.first_aloft > before.last_aloft:
        return
    # The same moment is taken for two legs only where nothing lies between them, as in a list with times to the minute.
    if after.first_aloft == before.last_aloft and after.last_aloft > before.last_aloft:
        return
    raise FrameError(
        f"legs, rows {before.row} and {after.row}: aircraft {before.aircraft} is in the air until "
        f"{before.last_aloft:%Y-%m-%d %H:%M} and takes off by {after.first_aloft:%Y-%m-%d %H:%M}; give the legs of one "
        "record at a time, or two aircraft share the address"
    )
