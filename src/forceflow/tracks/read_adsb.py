"""The door for tables and files of aircraft's messages: `read_adsb`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import polars as pl

from ..errors import TracksError
from ..feeds.aircraft_json import JsonPiece, json_kind
from ..feeds.aircraft_layouts import AIRCRAFT_LAYOUTS, AircraftLayout
from ..feeds.aircraft_messages import AircraftPiece, check_kept
from ..feeds.frame_rows import column_names, rows_of_frame
from ..feeds.hex_numbers import numbers_of_hex
from ..feeds.line_blocks import Dialect
from ..feeds.origin import Tally
from ..feeds.raw_rows import RawRows, TextRows, parquet_rows
from ..feeds.recognition import is_json, layout_of_columns, named_layout, text_form
from ..feeds.sources import SourceFile, find_files
from .aircraft_tracks import AircraftTracks
from .flight_lists import is_flight_list, legs_of_list, list_of_json
from .ship_tracks import FramePiece, Piece

__all__ = ["read_adsb"]

_FILES_A_PIECE: Final = 256
"""A day is a folder of tens of thousands of traces; so many are one piece, which a worker reads."""

_SBS: Final = (b"MSG,", b"SEL,", b"ID,", b"AIR,", b"STA,", b"CLK,")

_MARK: Final = b"\xef\xbb\xbf"
"""What may stand before UTF-8."""

_SAME_NAMES: Final = ("pyopensky", "traffic")

_Part = AircraftPiece | JsonPiece


def read_adsb(
    source: Any,
    *,
    layout: str | AircraftLayout = "auto",
    columns: Mapping[str, str] | None = None,
    aircraft: str | None = None,
    rows_in_memory: int = 5_000_000,
) -> AircraftTracks:
    """Messages of aircraft from files or tables: positions in feet and knots, ground state, addresses as text, UTC.

    Parameters
    ----------
    source
        A path, a folder, a glob, a list of such; a pandas, polars or pyarrow frame, a polars LazyFrame, or a Dask
        dataframe. Files are readsb's traces (also gzip under the name .json, and folders of a day) and aircraft.json,
        SBS lines, OpenSky's states and lists of flights, Flightradar24's CSV, or a CSV or Parquet table of your own;
        plain or as .gz, .zip or .zst.
    layout
        A name of `AIRCRAFT_LAYOUTS`, an `AircraftLayout` of your own, or "auto": by header or content.
    columns
        A mapping from the table's columns to ours, in place of a whole `AircraftLayout`.
    aircraft
        Address of all rows, six hex digits, for tables without one (Flightradar24's). Without it such rows get an
        address made of the callsign, marked "~" as no ICAO address.
    rows_in_memory
        Up to so many messages are read at once, checked and kept. A larger source is read again, batch by batch, at
        each use.

    Returns
    -------
    AircraftTracks
        The messages, the layout's name, and notes on what was left out.

    Raises
    ------
    TracksError
        The source is of no known layout, holds no message, or has a cell that cannot be read; addresses were read as
        numbers. The message names file, row and column and says what would have worked.

    Notes
    -----
    The ground state is what the source says: a flag, "ground" in place of an altitude, 0 ft in Flightradar24's files;
    "unknown" where it says nothing. OpenSky goes on with a state for minutes after the last message, so the time of
    the position is taken. Dates of SBS lines carry no zone and are taken as UTC.

    Examples
    --------
    >>> import polars as pl
    >>> table = pl.DataFrame({
    ...     "time": [1734149400, 1734149460], "icao24": ["152e10", "152e10"], "lat": [35.40, 35.41],
    ...     "lon": [35.95, 35.90], "velocity": [0.0, 77.2], "onground": [True, False], "baroaltitude": [None, 152.4],
    ...     "vertrate": [0.0, 5.08], "callsign": ["RFF7063 ", "RFF7063 "],
    ... })
    >>> tracks = read_adsb(table)
    >>> tracks.layout
    'opensky'
    >>> row = tracks.positions().row(1, named=True)
    >>> row["aircraft"], row["ground"], row["altitude_ft"], round(row["climb_ft_min"])
    ('152e10', 'air', 500.0, 1000)
    """
    chosen = _chosen_layout(layout, columns)
    address = _checked_address(aircraft)
    found = _parts_of(source, chosen, address)
    read = _read_up_to(found.parts, rows_in_memory)
    labels = [part.label for part in found.parts] + found.lists
    if found.parts or not found.listed:
        check_kept(", ".join(dict.fromkeys(labels)) or "table", read.tally)
    pieces: tuple[Piece, ...] = tuple(found.parts)
    notes = _notes_of(found, read, layout if columns is None else "own")
    # What is held in memory was checked as a whole and is not read again.
    if read.is_whole:
        pieces = tuple(FramePiece(label, pl.concat(own)) for label, own in read.frames.items())
    return AircraftTracks(
        pieces=pieces,
        layout=", ".join(found.layouts),
        sources=tuple(dict.fromkeys(labels)),
        publisher=", ".join(found.publishers),
        notes=notes,
        listed=pl.concat(found.listed) if found.listed else None,
    )


@dataclass(slots=True)
class _Found:
    """Parts of a source, none of them read yet; lists of flights, which are small, are."""

    parts: list[_Part] = field(default_factory=list)
    layouts: dict[str, None] = field(default_factory=dict)
    publishers: dict[str, None] = field(default_factory=dict)
    listed: list[pl.DataFrame] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    json_files: list[SourceFile] = field(default_factory=list)

    def add(self, rows: RawRows, layout: AircraftLayout, address: str) -> None:
        """Rows of a table; those without an address are read with one of their callsign."""
        lacks = not layout.holding("aircraft", rows.names)
        self.parts.append(AircraftPiece(rows, layout, address, by_callsign=lacks and not address))
        self.layouts[layout.name] = None
        if layout.publisher:
            self.publishers[layout.publisher] = None

    def add_list(self, legs: pl.DataFrame, label: str) -> None:
        """A list of flights."""
        self.listed.append(legs)
        self.lists.append(label)
        self.layouts["flight list"] = None


def _chosen_layout(
    layout: str | AircraftLayout, columns: Mapping[str, str] | None
) -> str | AircraftLayout:
    """The layout asked for, checked before anything is read."""
    if columns is not None:
        if layout != "auto":
            raise TracksError("give layout= or columns=, not both; a layout has the columns in it")
        return AircraftLayout(name="own columns", columns=columns)
    if layout == "auto":
        return layout
    found = named_layout(layout, AIRCRAFT_LAYOUTS)
    if not isinstance(found, AircraftLayout):
        raise TracksError(f"layout {found.name!r} is one of ships; give a ff.tracks.AircraftLayout")
    return found


def _checked_address(aircraft: str | None) -> str:
    if aircraft is None:
        return ""
    if not isinstance(aircraft, str) or numbers_of_hex(pl.Series([aircraft]))[0] is None:
        raise TracksError(
            f"aircraft is {aircraft!r}; give six hex digits as text, such as '152e10'"
        )
    return aircraft


def _parts_of(source: Any, layout: str | AircraftLayout, address: str) -> _Found:
    """Pieces of a source."""
    found = _Found()
    is_list = isinstance(source, list | tuple | set | frozenset)
    if isinstance(source, str | Path) or (
        is_list and all(isinstance(part, str | Path) for part in source)
    ):
        for file in find_files(source):
            _add_file(found, file, layout, address)
        for begin in range(0, len(found.json_files), _FILES_A_PIECE):
            found.parts.append(JsonPiece(tuple(found.json_files[begin : begin + _FILES_A_PIECE])))
        return found
    names = column_names(source)
    if layout == "auto" and is_flight_list(names):
        found.add_list(legs_of_list(source, "table"), "table")
        return found
    known = _layout_for(names, "table", layout)
    for rows in rows_of_frame(source, [name for name in names if name in known.columns]):
        found.add(rows, known, address)
    return found


def _layout_for(names: Any, label: str, layout: str | AircraftLayout) -> AircraftLayout:
    """The layout of a table; Flightradar24's has no addresses, so that column may be missing."""
    names = list(names)
    fr24 = AIRCRAFT_LAYOUTS["fr24"]
    # Its files hold one flight and no address, which any other table needs.
    if layout in ("auto", fr24) and {"Timestamp", "Position"} <= {*names}:
        return fr24
    found = layout_of_columns(names, label, layout, AIRCRAFT_LAYOUTS)
    assert isinstance(found, AircraftLayout)
    if layout == "auto":
        _refuse_unclear_units(found, label)
    return found


def _refuse_unclear_units(layout: AircraftLayout, label: str) -> None:
    """Refuse to guess between feet and metres under the same names."""
    if layout.name in _SAME_NAMES:
        raise TracksError(
            f"{label}: tables of traffic (feet, knots) and of pyopensky (metres, m/s) have these columns; give "
            "layout='traffic' or layout='pyopensky'"
        )


def _add_file(found: _Found, file: SourceFile, layout: str | AircraftLayout, address: str) -> None:
    """Pieces of one file, by what it holds."""
    # A day has tens of thousands of traces: to look into each first would open all of them twice.
    if file.content_name.startswith("trace_"):
        found.json_files.append(file)
        found.layouts["readsb trace"] = None
        return
    head = file.head()
    if head.startswith(b"PAR1"):
        _add_table(found, parquet_rows(file), file.label, layout, address)
    elif is_json(head):
        _add_json(found, file, head)
    elif layout == "auto" and head.removeprefix(_MARK).lstrip().startswith(_SBS):
        _add_text(found, file, head, AIRCRAFT_LAYOUTS["sbs"], address)
    else:
        _add_text(found, file, head, layout, address)


def _add_table(
    found: _Found, parts: Any, label: str, layout: str | AircraftLayout, address: str
) -> None:
    """A Parquet file, of messages or a list of flights."""
    names = parts[0].names
    if layout == "auto" and is_flight_list(names):
        whole = pl.concat([raw for part in parts for raw, _ in part.batches(list(names))])
        found.add_list(legs_of_list(whole, label), label)
        return
    known = _layout_for(names, label, layout)
    for part in parts:
        found.add(part, known, address)


def _add_json(found: _Found, file: SourceFile, head: bytes) -> None:
    """A JSON file of readsb or OpenSky."""
    kind = json_kind(head)
    # A list of flights has no messages; it is small and read at once.
    if kind == "flights":
        found.add_list(list_of_json(file), file.label)
        return
    if not kind:
        raise TracksError(
            f"{file.label}: JSON, but no trace, aircraft.json, states or list of flights; there is none of the keys "
            "'trace', 'aircraft', 'ac', 'states' and 'firstSeen' in it"
        )
    found.json_files.append(file)
    names = {"trace": "readsb trace", "snapshot": "aircraft.json", "states": "opensky states"}
    found.layouts[names[kind]] = None


def _add_text(
    found: _Found, file: SourceFile, head: bytes, layout: str | AircraftLayout, address: str
) -> None:
    """A text file: messages, or a list of flights."""
    first = head.removeprefix(_MARK).split(b"\n", 1)[0].decode("utf-8", "replace")
    names = [name.strip().strip('"') for name in first.split(",")]
    if layout == "auto" and is_flight_list(names):
        with file.opened() as stream:
            table = pl.read_csv(stream.read(), infer_schema=False)
        found.add_list(legs_of_list(table, file.label), file.label)
        return
    if layout == "auto" or layout == AIRCRAFT_LAYOUTS["fr24"]:
        layout = AIRCRAFT_LAYOUTS["fr24"] if {"Timestamp", "Position"} <= {*names} else layout
    if isinstance(layout, AircraftLayout) and layout.name == "fr24":
        rows = TextRows(file, Dialect(tuple(names)), len(first.encode()) + 1, first_line=2)
        found.add(rows, layout, address)
        return
    if isinstance(layout, AircraftLayout) and layout.name == "sbs":
        # Lines of other kinds than MSG have fewer cells.
        begin = len(_MARK) if head.startswith(_MARK) else 0
        rows = TextRows(file, Dialect(layout.names, layout.separator), begin, only="MSG,")
        found.add(rows, layout, address)
        return
    form = text_form(head, file.label, layout, AIRCRAFT_LAYOUTS)
    assert isinstance(form.layout, AircraftLayout)
    if layout == "auto":
        _refuse_unclear_units(form.layout, file.label)
    rows = TextRows(file, form.dialect, form.skip, first_line=form.first_line)
    found.add(rows, form.layout, address)


@dataclass(slots=True)
class _Read:
    """What was read at once."""

    frames: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    is_whole: bool = True


def _read_up_to(parts: list[_Part], most: int) -> _Read:
    """All messages, or the first ones where there are more than `most`."""
    read = _Read()
    for part in parts:
        for messages, tally in part.read_with_tally():
            read.frames.setdefault(part.label, []).append(messages)
            read.tally.add(tally)
            if read.tally.kept > most:
                read.is_whole = False
                read.frames = {}
                return read
    return read


def _notes_of(found: _Found, read: _Read, layout: object) -> tuple[str, ...]:
    """What a reader must know, a line each."""
    notes = []
    if layout == "auto":
        notes.append(f"recognised by header or content: layout {', '.join(found.layouts)}")
    notes += read.tally.notes()
    if not read.is_whole:
        notes.append(
            f"read batch by batch at each use; what is said of its rows is of the first {read.tally.rows:,}"
        )
    if any(isinstance(part, AircraftPiece) and part.by_callsign for part in found.parts):
        notes.append(
            "rows without an address: one was made of the callsign, marked '~'; give aircraft="
        )
    if "sbs" in found.layouts:
        notes.append("SBS lines carry no zone: dates and times are taken as UTC")
    return tuple(notes)
