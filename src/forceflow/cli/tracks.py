"""Commands on ships' tracks: port calls, sailings, and how well ships were heard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .common import AsJson, DayFirst, app, examples, progress
from .printing import print_json, print_notes, print_rows
from .track_options import (
    LayoutName,
    Out,
    OwnColumns,
    check_out,
    counted,
    in_options,
    named_columns,
    read_places,
    watched,
    window_words,
    write_out,
)

if TYPE_CHECKING:
    from ..tracks.ship_tracks import ShipTracks

__all__ = ["tracks"]

tracks = typer.Typer(
    name="tracks",
    help="Port calls and sailings of ships from AIS, legs and sorties of aircraft from ADS-B.",
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
    check_out(out)
    found, table = _find_calls(files, layout, columns, dayfirst, places, radius_km)
    rows = table.rows(named=True)
    if out is not None:
        write_out(table, out, counted(len(rows), "port call"))
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
    check_out(out)
    from ..tracks.sailings import sailings as sailings_of
    from ..world import read_theatre

    # A wrong theatre is refused before a file is read.
    read_theatre(theatre)
    _, table = _find_calls(files, layout, columns, dayfirst, places, radius_km)
    found = sailings_of(table, theatre=theatre)
    if out is not None:
        from ..evidence.tables.event_frames import to_frame

        write_out(to_frame(found), out, counted(len(found), "sailing"))
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
    check_out(out)
    from ..tracks.coverage import coverage as coverage_of

    chosen = _place_options(places, radius_km)
    read = _read_files(files, layout, columns, dayfirst)
    with watched(read, "coverage") as seen, in_options():
        found = coverage_of(seen, every=every, **chosen)
    table = found.to_frame()
    rows = table.rows(named=True)
    if out is not None:
        write_out(table, out, counted(len(rows), "place and day", "places and days"))
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
    with watched(read, "port calls") as seen, in_options():
        return read, port_calls(seen, **chosen)


def _read_files(
    files: Sequence[str], layout: str, columns: Sequence[str] | None, dayfirst: bool | None
) -> ShipTracks:
    """The messages of all files."""
    from ..tracks.read_ais import read_ais

    how: dict[str, Any] = {"layout": layout, "dayfirst": dayfirst}
    named = named_columns(columns)
    if named is not None:
        how["columns"] = named
    with progress(1) as step, in_options():
        step(f"reading {len(files)} files" if len(files) > 1 else f"reading {Path(files[0]).name}")
        return read_ais(list(files), **how)


def _place_options(places: Path | None, radius_km: float | None) -> dict[str, Any]:
    """Places and radius as arguments, as far as they are given."""
    given: dict[str, Any] = {}
    if places is not None:
        given["places"] = read_places(places)
    if radius_km is not None:
        given["radius_km"] = radius_km
    return given


def _print_calls(rows: Sequence[Mapping[str, Any]], found: ShipTracks) -> None:
    """Calls in columns, what was noted of each, and of the tracks."""
    typer.echo(f"{counted(len(rows), 'port call')}; times are UTC, draughts in m")
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
        window_words(row["arrived_after"], row["arrived_by"], before=True),
        window_words(row["left_after"], row["left_by"], before=False),
        str(row["fixes"]),
        silence,
        f"{_draught(row['draught_in_m'])} to {_draught(row['draught_out_m'])}",
    )


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
