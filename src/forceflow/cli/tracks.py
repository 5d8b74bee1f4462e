"""Commands on ships' tracks: port calls, sailings, and how well ships were heard."""

from __future__ import annotations

import ast
import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import FrameError, TracksError
from .common import AsJson, DayFirst, app, as_options, examples, own_columns, progress
from .printing import print_json, print_notes, print_rows

if TYPE_CHECKING:
    from ..tracks.ship_tracks import Piece, ShipTracks

__all__ = ["tracks"]

_THINGS = "a table is written as .csv or .parquet"

tracks = typer.Typer(
    name="tracks",
    help="Port calls and sailings of ships from AIS tables and logs.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(tracks)

Files = Annotated[
    list[str],
    typer.Argument(
        help="AIS tables or logs, folders or globs: CSV, Parquet, NMEA sentences, JSON; .gz, .zip and .zst too."
    ),
]
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
Places = Annotated[
    Path | None,
    typer.Option(
        "--places",
        help="Places of your own: a table with name, lat, lon (kind and radius_km too), or GeoJSON polygons with a "
        "name; by default the ports of the gazetteer.",
    ),
]
Radius = Annotated[
    float | None,
    typer.Option("--radius-km", help="A fix so near to a place is there; by default as in Python."),
]
TheatreOfSailings = Annotated[
    str,
    typer.Option(
        "--theatre",
        help="What sailings leave or enter: a theatre of ours (syria, libya), or countries by name or ISO code.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", "-o", help="Write the table to this file, .csv or .parquet, instead."),
]


@tracks.command(
    epilog=examples(
        "forceflow tracks calls aisdk-2025-02-01.csv",
        "forceflow tracks calls 'aisdk-2025-02-*.zip' --out calls.csv",
        "forceflow tracks calls mine.csv --column ship=mmsi --column time=seen --column latitude=y "
        "--column longitude=x",
    )
)
def calls(
    files: Files,
    layout: LayoutName = "auto",
    columns: OwnColumns = None,
    dayfirst: DayFirst = None,
    places: Places = None,
    radius_km: Radius = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """List port calls, each with the windows of arrival and departure."""
    _check_out(out)
    found, table = _find_calls(files, layout, columns, dayfirst, places, radius_km)
    rows = table.rows(named=True)
    if out is not None:
        _write(table, out, _counted(len(rows), "port call"))
    elif as_json:
        print_json({"layout": found.layout, "calls": rows, "notes": found.notes})
    else:
        _print_calls(rows, found)


@tracks.command(
    epilog=examples(
        "forceflow tracks sailings 'aisdk-2025-02-*.csv'",
        "forceflow tracks sailings aisdk-2025-02-01.csv --theatre DK --json",
    )
)
def sailings(
    files: Files,
    layout: LayoutName = "auto",
    columns: OwnColumns = None,
    dayfirst: DayFirst = None,
    places: Places = None,
    radius_km: Radius = None,
    theatre: TheatreOfSailings = "syria",
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """List sailings from one berth to the next as flow events, with loads from draughts."""
    _check_out(out)
    from ..tracks.sailings import sailings as sailings_of
    from ..world import read_theatre

    # A wrong theatre is refused before a file is read.
    read_theatre(theatre)
    _, table = _find_calls(files, layout, columns, dayfirst, places, radius_km)
    found = sailings_of(table, theatre=theatre)
    if out is not None:
        from ..evidence.tables.event_frames import to_frame

        _write(to_frame(found), out, _counted(len(found), "sailing"))
        return
    if as_json:
        print_json({"sailings": found, "notes": found.notes})
        return
    for event in found:
        typer.echo(str(event))
        print_notes(event.caveats)
    print_notes(found.notes)


@tracks.command(
    epilog=examples(
        "forceflow tracks coverage 'aisdk-2025-02-*.csv' --every 1w",
    )
)
def coverage(
    files: Files,
    layout: LayoutName = "auto",
    columns: OwnColumns = None,
    dayfirst: DayFirst = None,
    places: Places = None,
    radius_km: Radius = None,
    every: Annotated[
        str, typer.Option("--every", help="Width of a bin of time: 1d, 12h, 1w, 1mo.")
    ] = "1d",
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Say by place and day what share of the time ships known to be there were heard."""
    _check_out(out)
    from ..tracks.coverage import coverage as coverage_of

    chosen = _place_options(places, radius_km)
    read = _read_files(files, layout, columns, dayfirst)
    with _watched(read, "coverage") as seen, _in_options():
        found = coverage_of(seen, every=every, **chosen)
    table = found.to_frame()
    rows = table.rows(named=True)
    if out is not None:
        _write(table, out, _counted(len(rows), "place and day", "places and days"))
    elif as_json:
        print_json({"layout": read.layout, "coverage": rows, "notes": read.notes})
    else:
        typer.echo(str(found))
        print_rows([_COVERAGE_HEAD, *map(_row_of_coverage, rows)])
        print_notes(read.notes)


def _find_calls(
    files: Sequence[str],
    layout: str,
    columns: Sequence[str] | None,
    dayfirst: bool | None,
    places: Path | None,
    radius_km: float | None,
) -> tuple[ShipTracks, Any]:
    """Tracks of the files and their port calls, with a bar over the parts of the source."""
    from ..tracks.port_calls import port_calls

    # Wrong places are refused before a large file is read.
    chosen = _place_options(places, radius_km)
    read = _read_files(files, layout, columns, dayfirst)
    with _watched(read, "port calls") as seen, _in_options():
        return read, port_calls(seen, **chosen)


def _read_files(
    files: Sequence[str], layout: str, columns: Sequence[str] | None, dayfirst: bool | None
) -> ShipTracks:
    """The messages of all files."""
    from ..tracks.read_ais import read_ais

    how: dict[str, Any] = {"layout": layout, "dayfirst": dayfirst}
    named = own_columns(columns or ())
    if named is not None:
        # The option names ours first as elsewhere, the reader of tracks the file's.
        how["columns"] = {theirs: ours for ours, theirs in named.items()}
    with progress(1) as step, _in_options():
        step(f"reading {len(files)} files" if len(files) > 1 else f"reading {Path(files[0]).name}")
        return read_ais(list(files), **how)


def _place_options(places: Path | None, radius_km: float | None) -> dict[str, Any]:
    """Places and radius as arguments, as far as they are given."""
    given: dict[str, Any] = {}
    if places is not None:
        given["places"] = _read_places(places)
    if radius_km is not None:
        given["radius_km"] = radius_km
    return given


def _read_places(path: Path) -> Any:
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
def _watched(read: ShipTracks, stage: str) -> Iterator[ShipTracks]:
    """The same tracks, which move a bar with each part that is read."""
    with progress(len(read.pieces) + 1) as step:
        step(stage)
        yield replace(read, pieces=tuple(_WatchedPiece(piece, step) for piece in read.pieces))


@contextmanager
def _in_options() -> Iterator[None]:
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


def _check_out(out: Path | None) -> None:
    """Refuse a file that cannot be written before the work."""
    if out is None:
        return
    if out.suffix not in (".csv", ".parquet"):
        raise FrameError(f"{out.name}: {_THINGS}")
    if not out.parent.is_dir():
        raise FrameError(f"{out.parent}: no such folder")


def _write(table: Any, out: Path, words: str) -> None:
    from ..evidence.tables.event_frames import write_table

    typer.echo(f"{words}: {write_table(table, out)}")


def _print_calls(rows: Sequence[Mapping[str, Any]], found: ShipTracks) -> None:
    """Calls in columns, what was noted of each, and of the tracks."""
    typer.echo(f"{_counted(len(rows), 'port call')}; times are UTC, draughts in m")
    if rows:
        print_rows([_CALL_HEAD, *map(_row_of_call, rows)])
    notes = dict.fromkeys(found.notes)
    for row in rows:
        notes.update(dict.fromkeys(_call_notes(row)))
    print_notes(list(notes))


def _call_notes(row: Mapping[str, Any]) -> Iterable[str]:
    for note in str(row["notes"] or "").split(" | "):
        if note:
            yield f"{row['ship']}: {note}"


_CALL_HEAD = ("ship", "name", "place", "kind", "arrived", "left", "fixes", "silent", "draught")


def _row_of_call(row: Mapping[str, Any]) -> tuple[str, ...]:
    silence = ""
    if row["longest_silence_h"] is not None:
        silence = f"{row['longest_silence_h']:.1f} h"
    return (
        row["ship"],
        row["name"] or "-",
        row["place"],
        row["kind"],
        _window(row["arrived_after"], row["arrived_by"], before=True),
        _window(row["left_after"], row["left_by"], before=False),
        str(row["fixes"]),
        silence,
        f"{_draught(row['draught_in_m'])} to {_draught(row['draught_out_m'])}",
    )


def _window(start: dt.datetime | None, stop: dt.datetime | None, *, before: bool) -> str:
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


def _draught(metres: float | None) -> str:
    if metres is None:
        return "?"
    return f"{metres:.1f}"


_COVERAGE_HEAD = ("place", "from", "to", "ships", "known", "heard", "share")


def _row_of_coverage(row: Mapping[str, Any]) -> tuple[str, ...]:
    share = "-"
    if row["known_h"]:
        share = f"{row['share']:.0%}"
    return (
        row["place"],
        f"{row['start']:%Y-%m-%d %H:%M}",
        f"{row['stop']:%Y-%m-%d %H:%M}",
        str(row["ships"]),
        f"{row['known_h']:.1f} h",
        f"{row['heard_h']:.1f} h",
        share,
    )


def _counted(count: int, one: str, more: str = "") -> str:
    if count == 1:
        return f"1 {one}"
    return f"{count:,} {more or one + 's'}"
