"""Aircraft's messages in JSON: readsb's traces and snapshots, and OpenSky's states.

Sources: readsb's own description of its JSON and trace format, and tar1090's use of it (recalled): a trace row holds
seconds after `timestamp`, latitude, longitude, altitude or "ground", speed, track (true heading on the ground), flags
(1 stale, 2 new leg, 4 geometric rate, 8 geometric altitude), rate, the aircraft's details or null, and in newer files
the kind of source, geometric altitude and rate, airspeed and roll. `now` is seconds in files and milliseconds in the
API. A state of OpenSky is a list of 17 or 18 values in metres and m/s.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from ..errors import TracksError
from .aircraft_columns import AIRCRAFT_COLUMNS, aircraft_in_order
from .aircraft_messages import clean_aircraft
from .hex_numbers import numbers_of_hex
from .origin import Origin, Tally
from .sources import SourceFile

__all__ = ["JsonPiece", "json_kind"]

_BATCH_ROWS = 200_000
_NEW_LEG, _GEOMETRIC = 2, 8
_FEWEST_CELLS = 9
_MILLISECONDS = 1e11
"""A time since 1970 above this is in milliseconds; in seconds it would be the year 5138."""

_FEET: Final = 1 / 0.3048
_KNOTS: Final = 3600 / 1852
_STATE_CELLS: Final = 17
_HEX: Final = re.compile("~?[0-9A-Fa-f]{6}")

_Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class JsonPiece:
    """Some JSON files of aircraft, read one after the other."""

    files: tuple[SourceFile, ...]

    @property
    def label(self) -> str:
        """Name of the first file, and how many more there are."""
        first = self.files[0].label
        if len(self.files) == 1:
            return first
        return f"{first} and {len(self.files) - 1:,} more"

    def read(self, columns: Collection[str] | None = None) -> Iterator[pl.DataFrame]:
        """Messages in batches, with the columns of `aircraft_in_order(columns)`."""
        for messages, _ in self.read_with_tally():
            yield messages.select(aircraft_in_order(columns))

    def read_with_tally(self) -> Iterator[tuple[pl.DataFrame, Tally]]:
        """Messages in batches, each with what was left out of it."""
        rows: list[_Row] = []
        begins: list[tuple[int, str]] = []
        for file in self.files:
            begins.append((len(rows), file.label))
            for row in _rows_of_file(file):
                rows.append(row)
                if len(rows) == _BATCH_ROWS:
                    yield _table(rows, begins)
                    rows, begins = [], [(0, file.label)]
        if rows:
            yield _table(rows, begins)


def json_kind(head: bytes) -> str:
    """Which JSON of aircraft a file holds, by its beginning: "trace", "snapshot", "states", "flights", or ""."""
    text = head.decode("utf-8", "replace")
    marks = {
        "trace": ('"trace"',),
        "states": ('"states"',),
        "snapshot": ('"aircraft"', '"ac"'),
        "flights": ('"firstSeen"',),
    }
    found = {
        kind: min((text.find(word) for word in words if word in text), default=-1)
        for kind, words in marks.items()
    }
    there = {kind: at for kind, at in found.items() if at >= 0}
    return min(there, key=lambda kind: there[kind], default="")


def _rows_of_file(file: SourceFile) -> Iterator[_Row]:
    """All messages of a file: one document, or one a line."""
    for line, document in _documents(file):
        try:
            yield from _rows_of_document(document)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            raise TracksError(
                f"{file.label}, line {line}: no trace, snapshot or states as readsb and OpenSky write them "
                f"({type(error).__name__}: {error})"
            ) from None


def _documents(file: SourceFile) -> Iterator[tuple[int, Any]]:
    """The documents of a file with the lines they begin in; those of one line each are read line by line."""
    with file.opened() as stream:
        first = stream.readline()
        try:
            document = json.loads(first.decode("utf-8-sig", "replace"))
        except json.JSONDecodeError:
            # Written over several lines, or cut off.
            yield 1, _parsed(first + stream.read(), file.label, 1)
            return
        yield 1, document
        for number, line in enumerate(stream, start=2):
            if line.strip():
                yield number, _parsed(line, file.label, number)


def _parsed(text: bytes, label: str, line: int) -> Any:
    """A document that begins in a line."""
    try:
        return json.loads(text.decode("utf-8-sig", "replace"))
    except json.JSONDecodeError as error:
        where = line + error.lineno - 1
        raise TracksError(f"{label}: line {where}, no JSON: {error.msg}; cut off?") from None


def _rows_of_document(document: Any) -> Iterator[_Row]:
    readers: dict[str, Callable[[Any], Iterator[_Row]]] = {
        "trace": _of_trace,
        "aircraft": _of_snapshot,
        "ac": _of_snapshot,
        "states": _of_states,
    }
    for key, read in readers.items():
        if key in document:
            return read(document)
    raise ValueError("none of 'trace', 'aircraft', 'ac' and 'states' is in it")


def _of_trace(document: Any) -> Iterator[_Row]:
    """The rows of a trace; details hold from the row they stand in until the next ones or the next leg."""
    begin = float(document["timestamp"])
    if begin > _MILLISECONDS:
        begin /= 1e3
    fixed = {
        "aircraft": _address(document["icao"]),
        "type": document.get("t"),
        "registration": document.get("r"),
    }
    details: dict[str, Any] = {}
    for number, cells in enumerate(document["trace"]):
        if len(cells) < _FEWEST_CELLS:
            raise ValueError(
                f"row {number} of the trace has {len(cells)} cells, wanted {_FEWEST_CELLS} or 14"
            )
        try:
            seconds, flags = float(cells[0]), int(cells[6] or 0)
        except (TypeError, ValueError):
            raise ValueError(
                f"row {number} of the trace has seconds {cells[0]!r} and flags {cells[6]!r}, wanted numbers"
            ) from None
        # Details stand only in rows where they changed; a new flight may have another callsign.
        details = cells[8] or ({} if flags & _NEW_LEG else details)
        row = {
            **fixed,
            "time": begin + seconds,
            "latitude": cells[1],
            "longitude": cells[2],
            "speed_kn": cells[4],
            # On the ground a trace gives the heading in its place.
            "track_deg": None if cells[3] == "ground" else cells[5],
            "new_leg": bool(flags & _NEW_LEG),
            "climb_ft_min": cells[7],
            "callsign": details.get("flight"),
            "squawk": details.get("squawk"),
            **_height(cells[3], is_geometric=bool(flags & _GEOMETRIC)),
        }
        geometric = cells[10] if len(cells) > 10 else (cells[8] or {}).get("alt_geom")
        if geometric is not None:
            row["geometric_altitude_ft"] = geometric
        yield row


def _address(said: Any) -> str:
    """An address, checked: one that is none would be left out without a word."""
    if not isinstance(said, str) or not _HEX.fullmatch(said):
        raise ValueError(f"{said!r} is no address of six hex digits, such as '152e10' or '~2b3c4d'")
    return said


def _height(said: Any, *, is_geometric: bool = False) -> _Row:
    """Ground or air, and the altitude."""
    if said == "ground":
        return {"ground": "ground"}
    if said is None:
        return {"ground": "unknown"}
    return {"ground": "air", ("geometric_altitude_ft" if is_geometric else "altitude_ft"): said}


def _of_snapshot(document: Any) -> Iterator[_Row]:
    """The aircraft of a snapshot, each at the time of its last position."""
    now = float(document["now"])
    if now > _MILLISECONDS:
        now /= 1e3
    for one in document.get("aircraft", document.get("ac")):
        # readsb keeps the last position of aircraft that it hears without one.
        place = one
        if "lat" not in one and "lastPosition" in one:
            place = one["lastPosition"]
        age = (
            place.get("seen_pos", one.get("seen", 0.0)) if "lat" in place else one.get("seen", 0.0)
        )
        row = {
            "aircraft": _address(one["hex"]),
            "time": now - float(age or 0.0),
            "latitude": place.get("lat"),
            "longitude": place.get("lon"),
            "speed_kn": one.get("gs", one.get("speed")),
            "track_deg": one.get("track"),
            "climb_ft_min": one.get("baro_rate", one.get("geom_rate", one.get("vert_rate"))),
            "callsign": one.get("flight"),
            "squawk": one.get("squawk"),
            "type": one.get("t"),
            "registration": one.get("r"),
            **_height(one.get("alt_baro", one.get("altitude"))),
        }
        if one.get("alt_geom") is not None:
            row["geometric_altitude_ft"] = one["alt_geom"]
        yield row


def _of_states(document: Any) -> Iterator[_Row]:
    """OpenSky's states, each at the time of its position, else of its last contact."""
    for cells in document["states"] or ():
        if len(cells) < _STATE_CELLS:
            raise ValueError(f"a state has {len(cells)} values, wanted {_STATE_CELLS}")
        yield {
            "aircraft": _address(cells[0]),
            "callsign": cells[1],
            "time": cells[3] if cells[3] is not None else cells[4],
            "longitude": cells[5],
            "latitude": cells[6],
            "altitude_ft": _times(cells[7], _FEET),
            "ground": "ground" if cells[8] else "air",
            "speed_kn": _times(cells[9], _KNOTS),
            "track_deg": cells[10],
            "climb_ft_min": _times(cells[11], 60 * _FEET),
            "geometric_altitude_ft": _times(cells[13], _FEET),
            "squawk": cells[14],
        }


def _times(value: Any, factor: float) -> float | None:
    return None if value is None else float(value) * factor


def _table(rows: list[_Row], begins: list[tuple[int, str]]) -> tuple[pl.DataFrame, Tally]:
    """Rows as messages; `begins` says where the rows of each file begin."""
    columns = []
    for name, kind in AIRCRAFT_COLUMNS.items():
        cells = [row.get(name) for row in rows]
        if name == "aircraft":
            columns.append(numbers_of_hex(pl.Series(name, cells, dtype=pl.String)))
        elif name == "time":
            columns.append(_moments(cells))
        elif kind == pl.String() or name == "ground":
            columns.append(pl.Series(name, cells, dtype=pl.String, strict=False))
        elif name == "new_leg":
            columns.append(pl.Series(name, cells, dtype=pl.Boolean))
        else:
            numbers = pl.Series(name, cells, dtype=pl.Float64, strict=False)
            if numbers.null_count() != cells.count(None):
                _refuse_words(numbers, cells, begins)
            columns.append(numbers)
    return clean_aircraft(pl.DataFrame(columns))


def _refuse_words(numbers: pl.Series, cells: list[Any], begins: list[tuple[int, str]]) -> None:
    """An error for the first cell that is no number."""
    row = next(row for row, cell in enumerate(cells) if cell is not None and numbers[row] is None)
    first, label = next(begin for begin in reversed(begins) if begin[0] <= row)
    raise Origin(label).fault(f"{cells[row]!r} is no number", row=row - first, column=numbers.name)


def _moments(cells: list[float | None]) -> pl.Series:
    """Seconds since 1970 as moments."""
    microseconds = (pl.Series("time", cells, dtype=pl.Float64) * 1e6).round(0).cast(pl.Int64)
    return microseconds.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
