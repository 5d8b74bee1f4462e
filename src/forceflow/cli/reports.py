"""Commands on reports: the page, the events, and the claims behind one of them."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import UnknownNameError
from .common import (
    AsJson,
    CaseFile,
    Columns,
    DayFirst,
    Draws,
    LastDay,
    Seed,
    Seeds,
    Stall,
    Stock,
    Theatre,
    app,
    case_of,
    examples,
    progress,
    read,
    stall_of,
    stock_of,
)
from .printing import print_json, print_rows

if TYPE_CHECKING:
    from ..report.analysis import Findings


@app.command(
    epilog=examples(
        "forceflow report seeds --out out",
        'forceflow report syria-2024 --out out --seed 7 --stock "20000 35000 60000"',
        "forceflow report FOLDER --out out --case FOLDER/case.toml",
        "forceflow report syria-2024 --out out --tracks aisdk-2025-02-01.csv",
        "forceflow report syria-2024 --out out --legs traces/",
    )
)
def report(
    seeds: Seeds,
    out: Annotated[
        Path,
        typer.Option("--out", "-o", help="Folder to make; an earlier report there is replaced."),
    ],
    seed: Seed = 7,
    draws: Draws = 20_000,
    stock_t: Stock = "",
    stall: Stall = "",
    direction: Annotated[
        str,
        typer.Option(
            "--direction",
            help="outbound, inbound, internal or external; by default outbound if there is any.",
        ),
    ] = "",
    as_of: Annotated[
        str, typer.Option("--as-of", help="Forecast with what was public at the end of this day.")
    ] = "",
    theatre: Theatre = "",
    columns: Columns = None,
    last_day: LastDay = False,
    dayfirst: DayFirst = None,
    case: CaseFile = None,
    tracks: Annotated[
        list[str] | None,
        typer.Option(
            "--tracks",
            help="AIS table or log of ships, to be shown beside the reports; may be repeated.",
        ),
    ] = None,
    legs: Annotated[
        list[str] | None,
        typer.Option(
            "--legs",
            help="Messages of aircraft, or a table of their legs, to be shown beside the reports; may be repeated.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write one page with every number, its range and its claims; print the headlines."""
    given = case_of(case) if case is not None else None
    reports, events = read(seeds, theatre, columns, last_day, dayfirst, given)
    from ..report.analysis import STAGES, find
    from ..report.output_folder import check_folder
    from ..report.report import write_findings

    # Before the work, so that a folder that cannot be used is found at once.
    check_folder(out)
    table = None
    if legs:
        from .flights import legs_of_files

        table, _ = legs_of_files(legs)
    with progress(len(STAGES) + 3 + bool(tracks)) as step:
        findings = find(
            events,
            reports=reports,
            direction=direction or None,
            as_of=as_of or None,
            case=given,
            tracks=tracks or None,
            legs=table,
            stock=stock_of(stock_t),
            stall=stall_of(stall),
            draws=draws,
            seed=seed,
            progress=step,
        )
        page = write_findings(findings, out, progress=step)
    if as_json:
        headlines = list(map(dataclasses.asdict, findings.headlines))
        print_json({"report": str(page), "seed": seed, "headlines": headlines})
        return
    _print_headlines(findings)
    typer.echo(f"report: {page}")


def _print_headlines(findings: Findings) -> None:
    from ..plots.text import worded

    typer.echo(
        worded(
            f"{len(findings.events)} events, {findings.basis}; "
            f"ranges hold {findings.coverage:.0%} of {findings.draws:,} draws, seed {findings.seed}"
        )
    )
    print_rows([("  " + row.label, row.value) for row in findings.headlines])
    for stage, why in findings.missing.items():
        typer.echo(f"  not answered, {stage}: {why}")


@app.command(
    epilog=examples(
        "forceflow events seeds",
        "forceflow events syria-2024 --json",
    )
)
def events(
    seeds: Seeds,
    theatre: Theatre = "",
    columns: Columns = None,
    last_day: LastDay = False,
    dayfirst: DayFirst = None,
    as_json: AsJson = False,
) -> None:
    """List the flow events of a set of reports."""
    _, found = read(seeds, theatre, columns, last_day, dayfirst)
    if as_json:
        print_json(found)
        return
    for event in found:
        typer.echo(str(event))
        for conflict in event.conflicts:
            typer.echo(f"    conflict, {conflict}")


@app.command(
    epilog=examples(
        "forceflow explain seeds damascus-convoy",
    )
)
def explain(
    seeds: Seeds,
    event_id: Annotated[
        str, typer.Argument(help="Id of an event, as `forceflow events` lists them.")
    ],
    theatre: Theatre = "",
    columns: Columns = None,
    last_day: LastDay = False,
    dayfirst: DayFirst = None,
    as_json: AsJson = False,
) -> None:
    """Show the claims, sources, grades and conflicts behind an event."""
    reports, found = read(seeds, theatre, columns, last_day, dayfirst)
    by_id = {event.event_id: event for event in found}
    if event_id not in by_id:
        raise UnknownNameError("event", event_id, by_id, otherwise=f"See forceflow events {seeds}")
    from ..evidence.explain import explain as explained

    answer = explained(by_id[event_id], reports=reports)
    if not as_json:
        typer.echo(str(answer))
        return
    # As keys of JSON, which are easier to use without blanks.
    names = [name.replace(" ", "_") for name in answer.COLUMNS]
    claims = [dict(zip(names, row, strict=True)) for row in answer.rows]
    print_json({"event": by_id[event_id], "conflicts": answer.conflicts, "claims": claims})
