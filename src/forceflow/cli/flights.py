"""Commands on aircraft's tracks: legs from their messages, and sorties from legs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from .common import AsJson, examples, progress
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
from .tracks import tracks

__all__ = ["legs", "legs_of_files", "sorties"]

Messages = Annotated[
    list[str],
    typer.Argument(
        help="Tables or traces of aircraft, folders or globs: readsb and tar1090 traces, aircraft.json, SBS lines, "
        "OpenSky and FR24 tables."
    ),
]
MessagesOrLegs = Annotated[
    list[str],
    typer.Argument(
        help="The same, or one table of legs, as `forceflow tracks legs --out legs.csv` writes it."
    ),
]
Fields = Annotated[
    Path | None,
    typer.Option(
        "--places",
        help="Fields of your own: a table with name, lat, lon and elevation_ft; by default those of the gazetteer and "
        "of airportsdata.",
    ),
]
Types = Annotated[
    Path | None,
    typer.Option(
        "--types",
        help="A table of aircraft with a column hex or registration and one platform or type: A124, IL76.",
    ),
]


@tracks.command(
    epilog=examples(
        "forceflow tracks legs traces/",
        "forceflow tracks legs states_2024-12-14-*.csv --out legs.csv",
    )
)
def legs(
    files: Messages,
    layout: LayoutName = "auto",
    columns: OwnColumns = None,
    places: Fields = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """List flights of aircraft, each with the windows of take-off and landing."""
    check_out(out)
    table, notes = _find_legs(files, layout, columns, places)
    rows = table.rows(named=True)
    if out is not None:
        write_out(table, out, counted(len(rows), "leg"))
    elif as_json:
        print_json({"legs": rows, "notes": notes})
    else:
        _print_legs(rows, notes)


@tracks.command(
    epilog=examples(
        "forceflow tracks sorties legs.csv --types aircraft.csv",
        "forceflow tracks sorties traces/ --theatre libya --json",
    )
)
def sorties(
    files: MessagesOrLegs,
    layout: LayoutName = "auto",
    columns: OwnColumns = None,
    places: Fields = None,
    types: Types = None,
    theatre: Annotated[
        str,
        typer.Option(
            "--theatre",
            help="What sorties leave or enter: a theatre of ours (syria, libya), or countries by name or ISO code.",
        ),
    ] = "syria",
    loaded: Annotated[
        str,
        typer.Option("--loaded", help="Which legs of a trip carry: outbound, inbound or both."),
    ] = "outbound",
    least_weight: Annotated[
        float | None,
        typer.Option(
            "--least-weight",
            help="Take a field not seen for an end where its weight is at least this; by default none.",
        ),
    ] = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """List sorties from field to field as flow events, the way back of a trip as empty."""
    check_out(out)
    from ..evidence.tables.event_frames import read_table, to_frame
    from ..tracks.sorties import sorties as sorties_of
    from ..world import read_theatre

    # A wrong theatre is refused before a file is read.
    read_theatre(theatre)
    known = read_table(types) if types is not None else None
    table, notes = legs_of_files(files, layout, columns, places)
    with in_options():
        found = sorties_of(
            table,
            theatre=theatre,
            types=known,
            loaded=loaded,  # type: ignore[arg-type]
            least_weight=least_weight,
        )
    if out is not None:
        write_out(to_frame(found), out, counted(len(found), "sortie"))
        return
    if as_json:
        print_json({"sorties": found, "notes": [*found.notes, *notes]})
        return
    for event in found:
        typer.echo(str(event))
    # One line for all ways back, rather than one under each.
    print_notes(list(dict.fromkeys(line for event in found for line in event.caveats)))
    print_notes([*found.notes, *notes])


def legs_of_files(
    files: Sequence[str],
    layout: str = "auto",
    columns: Sequence[str] | None = None,
    places: Path | None = None,
) -> tuple[Any, Sequence[str]]:
    """A table of legs as it is, or the legs of messages."""
    from ..evidence.tables.event_frames import read_table
    from ..tracks.leg_table import are_legs

    # A table may hold messages or legs; its columns tell them apart.
    if len(files) == 1 and Path(files[0]).suffix in (".csv", ".parquet"):
        table = read_table(files[0])
        if are_legs(table):
            return table, ()
    return _find_legs(files, layout, columns, places)


def _find_legs(
    files: Sequence[str], layout: str, columns: Sequence[str] | None, places: Path | None
) -> tuple[Any, Sequence[str]]:
    """Legs of the messages of all files, and notes on the files."""
    from ..tracks.legs import legs as legs_of
    from ..tracks.read_adsb import read_adsb

    chosen: dict[str, Any] = {}
    if places is not None:
        chosen["places"] = read_places(places)
    how: dict[str, Any] = {"layout": layout}
    named = named_columns(columns)
    if named is not None:
        how["columns"] = named
    with progress(1) as step, in_options():
        step(f"reading {len(files)} files" if len(files) > 1 else f"reading {Path(files[0]).name}")
        read = read_adsb(list(files), **how)
    with watched(read, "legs") as seen, in_options():
        return legs_of(seen, **chosen), read.notes


_HEAD = ("aircraft", "callsign", "type", "from", "to", "took off", "landed", "fixes", "silent")


def _print_legs(rows: Sequence[Mapping[str, Any]], notes: Sequence[str]) -> None:
    """Legs in columns, what is not known of each, and notes on the files."""
    typer.echo(f"{counted(len(rows), 'leg')}; times are UTC")
    if rows:
        print_rows([_HEAD, *map(_row_of_leg, rows)])
    lines = dict.fromkeys(notes)
    for row in rows:
        for words, seen, weighed in (
            ("from", row["first_seen"], row["origin_may_be"]),
            ("to", row["last_seen"], row["destination_may_be"]),
        ):
            if seen or weighed:
                may_be = f"; may be {weighed}" if weighed else ""
                lines[f"{row['aircraft']}: {words} where is not known, seen at {seen}{may_be}"] = (
                    None
                )
        if row["notes"]:
            lines[f"{row['aircraft']}: {row['notes']}"] = None
    print_notes(list(lines))


def _row_of_leg(row: Mapping[str, Any]) -> tuple[str, ...]:
    silence = "-"
    if row["longest_silence_h"] is not None:
        silence = f"{row['longest_silence_h']:.1f} h"
    return (
        row["aircraft"],
        row["callsign"] or "-",
        row["type"] or "-",
        row["origin"] or "?",
        row["destination"] or "?",
        window_words(row["took_off_after"], row["took_off_by"], before=True),
        window_words(row["landed_after"], row["landed_by"], before=False),
        str(row["fixes"]),
        silence,
    )
