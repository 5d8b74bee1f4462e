"""The door for tables and logs of ships' messages: `read_ais`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import polars as pl

from ..errors import TracksError
from ..feeds.columns import empty_batch
from ..feeds.frame_rows import column_names, rows_of_frame
from ..feeds.layout import Layout
from ..feeds.message_times import evidence_of_order, has_orders, ordered_formats
from ..feeds.messages import DEEP_M, needed_columns
from ..feeds.origin import Tally
from ..feeds.raw_rows import JsonRows, RawRows, TextRows, parquet_rows
from ..feeds.recognition import is_json, is_nmea, layout_of_columns, named_layout, text_form
from ..feeds.sources import SourceFile, find_files
from ..feeds.table_piece import TablePiece
from .ship_tracks import FramePiece, Piece, ShipTracks

__all__ = ["read_ais"]

PART_BYTES: Final = 256 * 1024 * 1024
"""Plain text files are cut into parts of this size, which can be read side by side."""


def read_ais(
    source: Any,
    *,
    layout: str | Layout = "auto",
    columns: Mapping[str, str] | None = None,
    dayfirst: bool | None = None,
    rows_in_memory: int = 5_000_000,
) -> ShipTracks:
    """Messages of ships from files or tables: positions and static reports, special values as nulls, times in UTC.

    Parameters
    ----------
    source
        A path, a folder, a glob (``aisdk-2025-*.csv``), a list of such; a pandas, polars or pyarrow frame, a polars
        LazyFrame, or a Dask dataframe. Files are CSV, Parquet, lines of NMEA sentences or Digitraffic's JSON, plain
        or as .gz, .zip or .zst.
    layout
        A name of `LAYOUTS`, "nmea", a `Layout` of your own, or "auto": by header or first line.
    columns
        A mapping from the table's columns to ours, in place of a whole `Layout`.
    dayfirst
        Which part of "12/08/2024" is the day; None: as the layout says, or as some cell makes certain.
    rows_in_memory
        Up to so many messages are read at once, checked and kept. A larger source is checked at its beginning and
        read again, batch by batch, at each use.

    Returns
    -------
    ShipTracks
        The messages, the layout's name, and notes on what was left out.

    Raises
    ------
    TracksError
        The table is of no known layout, holds no message, or has a cell that cannot be read; degrees or draughts are
        in other units; days and months stand in an order that cannot be known. The message names file, row and column
        and says what would have worked.

    Notes
    -----
    Stations ashore, aids to navigation, SAR aircraft and craft of a parent ship are left out and counted. Rows need not
    be in order of time. Messages over a year away from most others are said; a clock that is wrong by hours shows only
    where `port_calls` finds a jump that no ship can sail. A ship that was never seen, but sent its draught, is kept.

    Examples
    --------
    >>> import polars as pl
    >>> table = pl.DataFrame(
    ...     {
    ...         "MMSI": [273123000, 273123000],
    ...         "BaseDateTime": ["2025-01-27T21:40:00", "2025-01-27T21:50:00"],
    ...         "LAT": [34.91, 91.0],
    ...         "LON": [35.86, 181.0],
    ...         "Draft": [0.0, 6.5],
    ...     }
    ... )
    >>> tracks = read_ais(table)
    >>> tracks.layout
    'marinecadastre'
    >>> tracks.positions().height, tracks.static_reports()["draught_m"].to_list()
    (1, [6.5])
    """
    chosen = _chosen_layout(layout, columns)
    parts = list(_parts_of(source, chosen))
    pieces = _with_known_order(parts, dayfirst)
    read = _read_up_to(pieces, rows_in_memory)
    _check_whole(read, [part.label for part in pieces])
    names = dict.fromkeys(_layout_name(piece) for piece in pieces)
    notes = [_recognition_note(pieces, chosen), *read.tally.notes()]
    kept: tuple[Piece, ...] = tuple(pieces)
    if read.is_whole:
        kept = tuple(FramePiece(label, frame) for label, frame in read.frames.items())
        notes.extend(_unseen_ships(read.frames.values()))
        notes.extend(_far_times(read.frames.values()))
    else:
        notes.append(
            f"read batch by batch at each use; what is said of its rows is of the first {read.tally.rows:,}"
        )
    return ShipTracks(
        pieces=kept,
        layout=", ".join(names),
        sources=tuple(dict.fromkeys(piece.label for piece in pieces)),
        publisher=_publishers(pieces),
        notes=tuple(filter(None, notes)),
    )


def _chosen_layout(layout: str | Layout, columns: Mapping[str, str] | None) -> str | Layout:
    """The layout asked for, checked before anything is read."""
    if columns is not None:
        if layout != "auto":
            raise TracksError("give layout= or columns=, not both; a Layout has the columns in it")
        return Layout(name="own columns", columns=columns)
    if layout in ("auto", "nmea"):
        return layout
    return named_layout(layout)


def _parts_of(source: Any, layout: str | Layout) -> Iterator[Piece]:
    """Pieces of a source, none of them read yet."""
    if _are_paths(source):
        for file in find_files(source):
            yield from _parts_of_file(file, layout)
        return
    if layout == "nmea":
        raise TracksError("layout 'nmea' is of files with sentences; a frame holds columns")
    names = column_names(source)
    found = layout_of_columns(names, "table", layout)
    for part in rows_of_frame(source, needed_columns(found, names, None)):
        yield TablePiece(part, found)


def _are_paths(source: Any) -> bool:
    """Whether a source is a path or a list of them."""
    if isinstance(source, str | Path):
        return True
    is_list = isinstance(source, list | tuple | set | frozenset)
    return is_list and all(isinstance(part, str | Path) for part in source)


def _parts_of_file(file: SourceFile, layout: str | Layout) -> Iterator[Piece]:
    """Pieces of one file, by what it holds."""
    head = file.head()
    if head.startswith(b"PAR1"):
        parts = parquet_rows(file)
        found = layout_of_columns(parts[0].names, file.label, layout)
        for part in parts:
            yield TablePiece(part, found)
    elif layout == "nmea" or (layout == "auto" and is_nmea(head)):
        from ..feeds.nmea import NmeaPiece

        # A piece of sentences reads all members of an archive.
        if file.is_first_member():
            yield NmeaPiece(file.path)
    elif is_json(head):
        yield TablePiece(*_json_rows(file, layout))
    else:
        yield from _text_parts(file, head, layout)


def _json_rows(file: SourceFile, layout: str | Layout) -> tuple[RawRows, Layout]:
    """Digitraffic's messages of a file."""
    from ..feeds.digitraffic_json import json_table

    names = tuple(json_table(file).columns)
    wanted: str | Layout = "digitraffic" if layout == "auto" else layout
    return JsonRows(file, names), layout_of_columns(names, file.label, wanted)


def _text_parts(file: SourceFile, head: bytes, layout: str | Layout) -> Iterator[Piece]:
    """A text file in parts, those after the first beginning at a line."""
    form = text_form(head, file.label, layout)
    rows = TextRows(file, form.dialect, form.skip, first_line=form.first_line)
    if file.is_packed:
        yield TablePiece(rows, form.layout)
        return
    starts = [*_line_starts(file, form.skip), Path(file.path).stat().st_size]
    if len(starts) == 2:
        yield TablePiece(rows, form.layout)
        return
    for begin, end in pairwise(starts):
        first_line = form.first_line if begin == form.skip else 0
        part = replace(rows, start=begin, length=end - begin, first_line=first_line)
        yield TablePiece(part, form.layout)


def _line_starts(file: SourceFile, first: int) -> list[int]:
    """Where the parts of a plain file begin."""
    starts = [first]
    size = Path(file.path).stat().st_size
    with file.opened() as stream:
        while starts[-1] + PART_BYTES < size:
            stream.seek(starts[-1] + PART_BYTES)
            stream.readline()
            if stream.tell() >= size:
                break
            starts.append(stream.tell())
    return starts


def _with_known_order(pieces: list[Piece], dayfirst: bool | None) -> list[Piece]:
    """The pieces with formats for times such as 12/08/2024, whose order of day and month is given or certain."""
    tables = [piece for piece in pieces if isinstance(piece, TablePiece)]
    ordered: dict[int, Layout] = {}
    for layout in {id(piece.layout): piece.layout for piece in tables}.values():
        same = [piece for piece in tables if piece.layout is layout]
        if dayfirst is not None and (layout.time_format is not None or _have_orders(same)):
            ordered[id(layout)] = ordered_formats(layout, dayfirst=dayfirst)
        elif layout.time_format is None and _have_orders(same):
            ordered[id(layout)] = ordered_formats(layout, dayfirst=_certain_order(same))
    known: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, TablePiece) and id(piece.layout) in ordered:
            known.append(replace(piece, layout=ordered[id(piece.layout)]))
        else:
            known.append(piece)
    return known


def _time_texts(pieces: Iterable[TablePiece]) -> Iterator[pl.Series]:
    """The columns of times that are texts, batch by batch."""
    for piece in pieces:
        columns = list(piece.layout.holding("time", piece.rows.names))
        for raw, _ in piece.rows.batches(columns):
            for column in raw.iter_columns():
                if column.dtype == pl.String:
                    yield column


def _have_orders(pieces: list[TablePiece]) -> bool:
    """Whether the times begin with day, month and year in an order that differs by country."""
    for texts in _time_texts(pieces):
        if texts.null_count() < len(texts):
            return has_orders(texts)
    return False


def _certain_order(pieces: list[TablePiece]) -> bool:
    """Whether the day stands first, as some cell makes certain."""
    order = evidence_of_order(_time_texts(pieces))
    if order is None:
        raise TracksError(
            f"{pieces[0].label}: no time has a day above 12, so day and month cannot be told apart; give "
            "dayfirst=True or dayfirst=False, or a time_format in the Layout"
        )
    return order


@dataclass(slots=True)
class _Read:
    """What was read at once."""

    frames: dict[str, pl.DataFrame] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)
    is_whole: bool = True

    @property
    def tally(self) -> Tally:
        """All tallies in one."""
        total = Tally()
        for tally in self.tallies.values():
            total.add(tally)
        return total


def _read_up_to(pieces: list[Piece], most: int) -> _Read:
    """All messages, or the first ones where there are more than `most`."""
    read = _Read()
    batches: dict[str, list[pl.DataFrame]] = {}
    kept = 0
    is_large = _rows_known(pieces) > most
    for piece in pieces:
        for messages, tally in _tallied(piece):
            batches.setdefault(piece.label, []).append(messages)
            read.tallies.setdefault(piece.label, Tally()).add(tally)
            kept += tally.kept
            if kept > most or (kept and is_large):
                read.is_whole = False
                return read
    read.frames = {label: pl.concat(frames) for label, frames in batches.items()}
    read.is_whole = not is_large
    return read


def _rows_known(pieces: list[Piece]) -> float:
    """How many rows the pieces have, as far as that is known without reading; without end for a Dask dataframe."""
    total = 0.0
    for piece in pieces:
        if isinstance(piece, TablePiece):
            total += piece.rows.count_known()
    return total


def _tallied(piece: Piece) -> Iterator[tuple[pl.DataFrame, Tally]]:
    """The messages of a piece in batches, counted."""
    if isinstance(piece, TablePiece):
        yield from piece.read_with_tally()
        return
    from ..feeds.nmea import NmeaCounts, NmeaPiece

    if not isinstance(piece, NmeaPiece):
        raise TypeError(f"no piece of a source: {piece!r}")
    counts = NmeaCounts()
    for messages in piece.read(counts=counts):
        yield messages, Tally(rows=messages.height, kept=messages.height)
    # Only now are the counts of the whole log known.
    yield empty_batch(), Tally(more_notes=list(counts.notes(piece.label)))


def _check_whole(read: _Read, labels: list[str]) -> None:
    """Errors that no single cell shows: no message at all, draughts or degrees in other units."""
    total = read.tally
    if not total.rows:
        raise TracksError(f"{', '.join(dict.fromkeys(labels)) or 'table'}: there are no rows")
    if not total.kept:
        raise TracksError(
            f"{', '.join(read.tallies)}: none of {total.rows:,} rows is a message of a ship; {'; '.join(total.notes())}"
        )
    for label, tally in read.tallies.items():
        _check_units(label, tally)


def _check_units(label: str, tally: Tally) -> None:
    """Errors for draughts and degrees that no ship can have."""
    if tally.deep_draughts * 2 > tally.draughts:
        raise TracksError(
            f"{label}: more than half of {tally.draughts:,} draughts are above {DEEP_M:g} m, which no ship draws; they "
            "may be tenths of a metre (114 for 11.4 m): give a Layout with units={'draught_m': '0.1 m'}, or 'cm', 'ft'"
        )
    if tally.beyond_latitude * 10 > tally.positions:
        raise TracksError(
            f"{label}: {tally.beyond_latitude:,} of {tally.positions:,} latitudes lie beyond 90 degrees; latitude and "
            "longitude may be swapped in the Layout's columns, or in units such as '1e-4 min'"
        )
    if tally.beyond_longitude * 10 > tally.positions:
        raise TracksError(
            f"{label}: {tally.beyond_longitude:,} of {tally.positions:,} longitudes lie between 180 and 360 degrees; "
            "they go from -180 to 180: subtract 360 from those above 180 first"
        )


def _unseen_ships(frames: Iterable[pl.DataFrame]) -> list[str]:
    """A note on ships without any position."""
    seen = pl.concat([frame.select("ship", pl.col("latitude").is_not_null()) for frame in frames])
    unseen = seen.group_by("ship").agg(pl.col("latitude").any()).filter(~pl.col("latitude"))
    if not unseen.height:
        return []
    first = ", ".join(map(str, unseen["ship"].sort().head(5)))
    more = f" and {unseen.height - 5:,} more" if unseen.height > 5 else ""
    return [f"without any position, static reports alone: ship {first}{more}"]


def _far_times(frames: Iterable[pl.DataFrame]) -> list[str]:
    """A note on messages that are over a year away from most others: a clock may be at fault."""
    times = pl.concat([frame["time"] for frame in frames]).sort()
    part = (times.diff() > timedelta(days=366)).fill_null(value=False).cum_sum().alias("part")
    spans = (
        pl.DataFrame([times.alias("time"), part])
        .group_by("part")
        .agg(pl.col("time").min().alias("first"), pl.len())
    )
    far = spans.sort("len", "part").head(-1).sort("part")
    if not far.height:
        return []
    days = ", ".join(f"{first:%Y-%m-%d}" for first in far["first"].head(5))
    return [
        f"messages over a year away from most others: {far['len'].sum():,} (first {days}); a clock may be at fault"
    ]


def _layout_name(piece: Piece) -> str:
    """The name of a piece's layout."""
    if isinstance(piece, TablePiece):
        return piece.layout.name
    return "nmea"


def _publishers(pieces: Iterable[Piece]) -> str:
    """Who published the files."""
    names = {piece.layout.publisher: None for piece in pieces if isinstance(piece, TablePiece)}
    return ", ".join(filter(None, names))


def _recognition_note(pieces: list[Piece], layout: str | Layout) -> str:
    """By what layout the files are read, where that was not said."""
    if layout != "auto":
        return ""
    names = dict.fromkeys(_layout_name(piece) for piece in pieces)
    return f"recognised by header or first line: layout {', '.join(names)}"
