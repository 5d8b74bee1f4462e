"""Options, files and words that the commands on tracks share."""

from __future__ import annotations

import ast
import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from ..errors import FrameError, TracksError
from .common import as_options, own_columns, progress

if TYPE_CHECKING:
    from ..tracks.aircraft_tracks import AircraftTracks
    from ..tracks.ship_tracks import Piece, ShipTracks

__all__ = [
    "LayoutName",
    "Out",
    "OwnColumns",
    "check_out",
    "counted",
    "in_options",
    "named_columns",
    "read_places",
    "watched",
    "window_words",
    "write_out",
]

_THINGS = "a table is written as .csv or .parquet"

Read = TypeVar("Read", "ShipTracks", "AircraftTracks")

LayoutName = Annotated[
    str,
    typer.Option(
        "--layout",
        help="Layout of the files, such as danish or marinecadastre; by default recognised.",
    ),
]
OwnColumns = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        help="Of a table in a layout of your own: OURS=YOURS, such as ship=mmsi or latitude=lat; may be repeated.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", "-o", help="Write the table to this file, .csv or .parquet, instead."),
]


def named_columns(columns: Sequence[str] | None) -> dict[str, str] | None:
    """Columns of a layout of one's own, ours by the name in the file; None where none are named."""
    named = own_columns(columns or ())
    if named is None:
        return None
    # The option names ours first as elsewhere, the reader of tracks the file's.
    return {theirs: ours for ours, theirs in named.items()}


def read_places(path: Path) -> Any:
    """A table of points, or a file of polygons."""
    if path.suffix in (".csv", ".parquet"):
        from ..tracks.place_table import read_place_table

        return read_place_table(path)
    if not path.is_file():
        raise FrameError(f"{path}: no such file")
    return path


@dataclass(frozen=True, slots=True)
class _WatchedPiece:
    """A piece that says when it has been read."""

    piece: Piece
    tell: Callable[[str], None]

    @property
    def label(self) -> str:
        return self.piece.label

    def read(self, columns: Any = None) -> Iterator[Any]:
        """The batches of the piece."""
        yield from self.piece.read(columns)
        self.tell(self.label)


@contextmanager
def watched(read: Read, stage: str) -> Iterator[Read]:
    """The same tracks, which move a bar with each part that is read."""
    with progress(len(read.pieces) + 1) as step:
        step(stage)
        yield replace(read, pieces=tuple(_WatchedPiece(piece, step) for piece in read.pieces))


@contextmanager
def in_options() -> Iterator[None]:
    """Errors in the words of the command line, whose users know options and no arguments."""
    try:
        yield
    except TracksError as error:
        raise TracksError(_as_track_options(str(error))) from None


_OWN_LAYOUT = re.compile(r"layout=ff\.tracks\.Layout\(name='mine', columns=(\{.*?\}).*\)$")
"""How the reader shows a layout of one's own, with the columns it guessed."""


def _as_track_options(message: str) -> str:
    """A message of the reader with options in place of arguments."""
    guessed = _OWN_LAYOUT.search(message)
    if guessed is not None:
        pairs = ast.literal_eval(guessed[1])
        options = " ".join(f"--column {ours}={theirs}" for theirs, ours in pairs.items())
        message = message[: guessed.start()] + options
    for words, option in _OPTIONS.items():
        message = message.replace(words, option)
    return as_options(message)


_OPTIONS = {
    "layout='auto'": "--layout auto",
    "layout= or columns=": "--layout or --column",
    "radius_km is": "--radius-km is",
    "places, row": "--places, row",
    "places: ": "--places: ",
}
"""Arguments of the reader as its messages show them, and the options in their place."""


def check_out(out: Path | None) -> None:
    """Refuse a file that cannot be written before the work."""
    if out is None:
        return
    if out.suffix not in (".csv", ".parquet"):
        raise FrameError(f"{out.name}: {_THINGS}")
    if not out.parent.is_dir():
        raise FrameError(f"{out.parent}: no such folder")


def write_out(table: Any, out: Path, words: str) -> None:
    """Write a table to a file and say where."""
    from ..evidence.tables.event_frames import write_table

    typer.echo(f"{words}: {write_table(table, out)}")


def window_words(start: dt.datetime | None, stop: dt.datetime | None, *, before: bool) -> str:
    """A window as text; one that is open says on which side."""
    if start is not None and stop is not None:
        if start.date() == stop.date():
            return f"{start:%Y-%m-%d %H:%M} to {stop:%H:%M}"
        return f"{start:%Y-%m-%d %H:%M} to {stop:%Y-%m-%d %H:%M}"
    known = start or stop
    if known is None:
        return "open"
    if before:
        return f"before {known:%Y-%m-%d %H:%M}"
    return f"after {known:%Y-%m-%d %H:%M}"


def counted(count: int, one: str, more: str = "") -> str:
    """How many there are, in words: "1 leg", "2 legs"."""
    if count == 1:
        return f"1 {one}"
    return f"{count:,} {more or one + 's'}"
