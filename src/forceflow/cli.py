"""The command line: a thin door to the same functions the library has.

Every error on purpose is one line on stderr and exit code 2, without a traceback.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer
from typer.core import TyperGroup

from .errors import ForceflowError, RouteError, UnknownNameError
from .terminal import plain, print_json, print_rows, span

if TYPE_CHECKING:
    from .evidence.events import FlowEvent
    from .evidence.reports import Report
    from .pictures.findings import Findings
    from .world.routes import Mode

__all__ = ["app", "main"]


class _Group(TyperGroup):
    """Commands whose errors on purpose end in one line and exit code 2."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a broken pipe ends quietly."""
        try:
            return super().invoke(ctx)
        except ForceflowError as error:
            typer.echo(f"forceflow: {error}", err=True)
        except BrokenPipeError:
            sys.stderr.close()
            raise typer.Exit(0) from None
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            typer.echo(f"forceflow: {where}{error.strerror or error}", err=True)
        raise typer.Exit(2)


def _examples(*lines: str) -> str:
    """Lines for the end of a help page, kept as they are."""
    return "\b\n" + "\n".join(["Examples:", *(f"  {line}" for line in lines)])


app = typer.Typer(
    cls=_Group,
    name="forceflow",
    help="Flow events from published reports, and what they add up to: each number with a range and its sources.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Seeds = Annotated[
    str, typer.Argument(help="Folder of report files (.toml), one such file, or the name of a shipped set: syria-2024.")
]
Seed = Annotated[int, typer.Option("--seed", help="Same seed, same numbers.", min=0)]
Draws = Annotated[int, typer.Option("--draws", help="How many draws.", min=100)]
Stock = Annotated[
    str, typer.Option("--stock", help="Stock before the first movement in t, as 'low best high' or words; a prior.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line; ends the process with exit code 0, or 2 after an error.

    Parameters
    ----------
    argv
        Arguments without the name of the program; by default those of the process.
    """
    app(args=list(argv) if argv is not None else None, prog_name="forceflow")


@app.callback(invoke_without_command=True)
def _start(
    version: Annotated[bool, typer.Option("--version", is_eager=True, help="Print the version and end.")] = False,
) -> None:
    if version:
        from importlib.metadata import version as version_of

        typer.echo(f"forceflow {version_of('forceflow')}")
        raise typer.Exit


@app.command(
    epilog=_examples(
        "forceflow report seeds --out out",
        'forceflow report syria-2024 --out out --seed 7 --stock "20000 35000 60000"',
    )
)
def report(
    seeds: Seeds,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to make; an earlier report there is replaced.")],
    seed: Seed = 7,
    draws: Draws = 20_000,
    stock_t: Stock = "",
    as_json: AsJson = False,
) -> None:
    """Write one page with every number, its range and its claims; print the headlines."""
    reports, events = _read(seeds)
    from .pictures.assumptions import STOCK
    from .pictures.findings import STAGES, find
    from .pictures.folder import check_folder
    from .pictures.report import write_findings

    check_folder(out)
    with _progress(len(STAGES) + 3) as step:
        findings = find(
            events,
            reports=reports,
            stock_t=_stock(stock_t) if stock_t else STOCK,
            draws=draws,
            seed=seed,
            progress=step,
        )
        page = write_findings(findings, out, progress=step)
    if as_json:
        print_json(
            {"report": str(page), "seed": seed, "headlines": [dataclasses.asdict(h) for h in findings.headlines]}
        )
        return
    _print_headlines(findings)
    typer.echo(f"report: {page}")


@app.command(
    epilog=_examples(
        "forceflow events seeds",
        "forceflow events syria-2024 --json",
    )
)
def events(seeds: Seeds, as_json: AsJson = False) -> None:
    """List the flow events of a set of reports."""
    _, found = _read(seeds)
    if as_json:
        print_json(found)
        return
    for event in found:
        typer.echo(str(event))
        for conflict in event.conflicts:
            typer.echo(f"    conflict, {conflict}")


@app.command(
    epilog=_examples(
        "forceflow explain seeds damascus-convoy",
    )
)
def explain(
    seeds: Seeds,
    event_id: Annotated[str, typer.Argument(help="Id of an event, as `forceflow events` lists them.")],
    as_json: AsJson = False,
) -> None:
    """Show the claims, sources, grades and conflicts behind an event."""
    reports, found = _read(seeds)
    by_id = {event.event_id: event for event in found}
    if event_id not in by_id:
        raise UnknownNameError("event", event_id, by_id)
    from .evidence.explain import explain as explained

    answer = explained(by_id[event_id], reports=reports)
    if as_json:
        names = [name.replace(" ", "_") for name in answer.COLUMNS]
        rows = [dict(zip(names, row, strict=True)) for row in answer.rows]
        print_json({"event": by_id[event_id], "conflicts": answer.conflicts, "claims": rows})
    else:
        typer.echo(str(answer))


@app.command(
    epilog=_examples(
        "forceflow places Khmeimim",
        "forceflow places",
    )
)
def places(
    name: Annotated[str, typer.Argument(help="Any name or spelling; all places when left out.")] = "",
    as_json: AsJson = False,
) -> None:
    """Find a place by any of its names, or list all of them."""
    from .world.places import find_place
    from .world.places import places as known

    if not name:
        every = tuple(known().values())
        if as_json:
            print_json(every)
        else:
            print_rows(
                [(p.id, p.name, p.kind, p.country, f"{p.latitude:.3f}, {p.longitude:.3f}", p.status) for p in every]
            )
        return
    place = find_place(name)
    if as_json:
        print_json(place)
        return
    typer.echo(str(place))
    rows = [("position", f"{place.latitude:.4f} N, {place.longitude:.4f} E [{place.status}: {place.source}]")]
    rows += [("theatres", ", ".join(place.theatres))] if place.theatres else []
    rows += [("also", ", ".join(place.aliases))] if place.aliases else []
    rows += [("note", place.note)] if place.note else []
    print_rows([("  " + label, text) for label, text in rows])


@app.command(
    epilog=_examples(
        "forceflow platforms Il-76MD",
        "forceflow platforms",
    )
)
def platforms(
    name: Annotated[str, typer.Argument(help="Any name or spelling; all platforms when left out.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show what is known of an aircraft, ship or vehicle mix, each figure with its source."""
    from .pictures.platform_figures import figures_of
    from .world.platforms import find_platform
    from .world.platforms import platforms as known

    if not name:
        every = tuple(known())
        if as_json:
            print_json([{"id": p.id, "name": p.name, "kind": p.kind, "aliases": p.aliases} for p in every])
        else:
            print_rows([(p.id, p.name, p.kind, ", ".join(p.aliases)) for p in every])
        return
    platform = find_platform(name)
    if as_json:
        print_json(platform)
        return
    typer.echo(f"{platform.name} ({platform.id}, {platform.kind})")
    if hasattr(platform, "corners"):
        corners = (f"{span(c.payload_t, 't')} to {span(c.range_km, 'km')}" for c in platform.corners)
        typer.echo(f"  payload over range: {'; '.join(corners)}")
    rows = [(f"  {label}", str(figure), figure.note) for label, figure in figures_of(platform)]
    print_rows(rows)
    if platform.note:
        typer.echo(f"  note: {platform.note}")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise RouteError(f"{text!r} is no day; write 2022-02-28") from None


@app.command(
    epilog=_examples(
        "forceflow route Hmeimim al-Khadim --mode air --platform Il-76MD",
        "forceflow route Tartus Novorossiysk --mode sea",
        "forceflow route Tartus Baltiysk --mode sea --closed bosphorus",
        "forceflow route Tartus Novorossiysk --mode sea --platform 'Ivan Gren' --on 2022-02-27",
    )
)
def route(
    origin: Annotated[str, typer.Argument(help="Where from, by any name.")],
    destination: Annotated[str, typer.Argument(help="Where to, by any name.")],
    mode: Annotated[str, typer.Option("--mode", help="air, sea or road.")],
    via: Annotated[list[str] | None, typer.Option("--via", help="A place on the way; may be given again.")] = None,
    closed: Annotated[list[str] | None, typer.Option("--closed", help="A closed passage; may be given again.")] = None,
    platform: Annotated[
        str, typer.Option("--platform", help="Tells how long it takes this platform, under the rules for it.")
    ] = "",
    opened: Annotated[list[str] | None, typer.Option("--opened", help="A passage shut by default, opened.")] = None,
    on: Annotated[str, typer.Option("--on", help="The day whose rules hold, as 2022-02-28.")] = "",
    as_json: AsJson = False,
) -> None:
    """Measure the way between two places."""
    from .world import find_platform
    from .world import route as measured

    if mode not in ("air", "sea", "road"):
        raise UnknownNameError("mode", mode, ("air", "sea", "road"))
    moved = find_platform(platform) if platform else None
    way = measured(
        origin,
        destination,
        mode=cast("Mode", mode),
        via=tuple(via or ()),
        closed=tuple(closed or ()),
        opened=tuple(opened or ()),
        on=_day(on) if on else None,
        vessel=moved if mode == "sea" else None,
    )
    duration = way.duration_h(moved)
    if as_json:
        answer = plain(way) | {"distance_km": way.distance_km}
        print_json(answer | {"duration_h": plain(duration)})
        return
    typer.echo(f"{way.origin.name} to {way.destination.name} by {way.mode}: {way.distance_km:,.0f} km")
    print_rows([(f"  {leg.origin} to {leg.destination}", f"{leg.distance_km:,.0f} km") for leg in way.legs])
    if way.passages:
        typer.echo(f"  through: {', '.join(way.passages)}")
    carrier = platform or "in general"
    typer.echo(f"  {carrier}: {duration.best:,.1f} h ({duration.low:,.1f} to {duration.high:,.1f})")


@app.command(
    epilog=_examples(
        "forceflow tonnage seeds --by mode",
        "forceflow tonnage syria-2024 --direction outbound --json",
    )
)
def tonnage(
    seeds: Seeds,
    by: Annotated[str, typer.Option("--by", help="Split by mode, direction, platform, corridor or event.")] = "",
    direction: Annotated[
        str, typer.Option("--direction", help="Only outbound, inbound, internal or external; 'all' for every one.")
    ] = "outbound",
    every: Annotated[str, typer.Option("--every", help="Width of a time bin: 6h, 1d, 1w, 1mo.")] = "1d",
    seed: Seed = 7,
    draws: Draws = 20_000,
    as_json: AsJson = False,
) -> None:
    """Tell how much was moved, with its range."""
    _, found = _read(seeds)
    from .estimates.tonnage import estimate_tonnage

    way = None if direction == "all" else direction
    moved = estimate_tonnage(found, by=by or None, direction=way, every=every, seed=seed, draws=draws)
    if as_json:
        groups = dict(zip(moved.groups, moved.group_totals, strict=True))
        bins = {"start": moved.starts, "stop": moved.stops}
        bins |= {name: getattr(moved, name).tolist() for name in ("low", "middle", "high", "mean")}
        print_json(_answer(moved) | {"total": moved.total, "by": moved.by, "groups": groups, "bins": bins})
        return
    typer.echo(str(moved))
    print_rows([(f"  {name}", str(total)) for name, total in zip(moved.groups, moved.group_totals, strict=True)])
    _print_notes(moved.notes)


@app.command(
    epilog=_examples(
        'forceflow withdrawal seeds --stock "20000 35000 60000"',
        'forceflow withdrawal syria-2024 --stock "20000 35000 60000" --floor "2000 5000 12000" --as-of 2025-01-15',
    )
)
def withdrawal(
    seeds: Seeds,
    stock_t: Stock = "",
    floor_t: Annotated[
        str, typer.Option("--floor", help="What stays if bases are kept, in t; with it the scenarios are shown.")
    ] = "",
    as_of: Annotated[str, typer.Option("--as-of", help="Use only what was public at the end of this day.")] = "",
    seed: Seed = 7,
    draws: Draws = 20_000,
    as_json: AsJson = False,
) -> None:
    """Tell when the stock would be gone if the net outflow went on, and how likely never is."""
    _, found = _read(seeds)
    from .estimates.withdrawal import estimate_withdrawal, withdrawal_scenarios
    from .pictures.assumptions import STOCK

    asked = withdrawal_scenarios(floor=_stock(floor_t)) if floor_t else {}
    stock = _stock(stock_t) if stock_t else STOCK
    left = estimate_withdrawal(found, stock_t=stock, as_of=as_of or None, scenarios=asked, seed=seed, draws=draws)
    if as_json:
        dates = {f"{q:g}": left.date(q) for q in (0.05, 0.25, 0.5, 0.75, 0.95)}
        parts = ("as_of", "stock", "floor", "moved", "net_per_day", "stall_probability")
        scenarios = {name: {"answer": one.answer, "half_by": one.date(0.5)} for name, one in left.scenarios.items()}
        answer = {name: getattr(left, name) for name in parts} | {"complete_by": dates, "scenarios": scenarios}
        print_json(_answer(left) | answer)
        return
    typer.echo(str(left))
    if not stock_t:
        typer.echo("  the stock is a prior, nobody published one; give your own with --stock")
    print_rows([(f"  {name}", one.answer) for name, one in left.scenarios.items()])
    _print_notes(left.notes)


@app.command(
    epilog=_examples(
        "forceflow capacity seeds",
        "forceflow capacity syria-2024 --json",
    )
)
def capacity(
    seeds: Seeds,
    seed: Seed = 7,
    draws: Draws = 4_000,
    as_json: AsJson = False,
) -> None:
    """Tell what the air bridge Hmeimim to al-Khadim could carry under the assumptions printed with it."""
    _, found = _read(seeds)
    from .estimates.airlift import airlift_capacity
    from .pictures.assumptions import flies_the_bridge, hmeimim_khadim_bridge

    if not flies_the_bridge(found):
        raise ForceflowError("no event flies Hmeimim to al-Khadim; give your own bridge to forceflow.airlift_capacity")
    bridge, assumed = hmeimim_khadim_bridge()
    limit = airlift_capacity(bridge, seed=seed, draws=draws)
    if as_json:
        parts = ("tonnes_per_day", "trips_per_day", "bottleneck", "bottleneck_share", "bounds_t_per_day")
        answer = {name: getattr(limit, name) for name in (*parts, "coverage", "draws", "seed")}
        print_json({"answer": str(limit)} | answer | {"assumptions": assumed})
        return
    typer.echo(str(limit))
    print_rows([(f"  {name}", str(bound)) for name, bound in limit.bounds_t_per_day.items()])
    typer.echo("  assumed:")
    print_rows([(f"    {one.name}", one.value, one.why) for one in assumed])


def _answer(thing: Any) -> dict[str, Any]:
    """What every estimate tells of itself."""
    names = ("measure", "unit", "coverage", "draws", "seed", "claims", "events", "reports", "notes")
    return {"answer": str(thing)} | {name: getattr(thing, name) for name in names}


def _print_notes(notes: Sequence[str]) -> None:
    for note in notes:
        typer.echo(f"  note: {note}")


def _read(seeds: str) -> tuple[tuple[Report, ...], tuple[FlowEvent, ...]]:
    """Reports and events of a folder, a file or a shipped set."""
    from .evidence.datasets import list_datasets, load_reports
    from .evidence.merge import merge_claims
    from .evidence.reports import read_reports

    shipped = not Path(seeds).exists() and any(seeds == data.name for data in list_datasets())
    reports = load_reports(seeds) if shipped else read_reports(seeds)
    return reports, merge_claims(reports)


def _stock(words: str) -> Any:
    from .quantity import Quantity

    try:
        numbers = tuple(float(part) for part in words.replace(",", " ").split())
    except ValueError:
        return Quantity.parse(words, unit="t")
    return Quantity.of(numbers if len(numbers) > 1 else numbers[0], unit="t")


@contextmanager
def _progress(steps: int) -> Iterator[Callable[[str], None]]:
    """Show steps on stderr when it is a terminal."""
    if not sys.stderr.isatty():
        yield lambda stage: None
        return
    from tqdm import tqdm

    with tqdm(total=steps, file=sys.stderr, leave=False, bar_format="{l_bar}{bar}| {desc}") as bar:

        def step(stage: str) -> None:
            bar.set_description_str(stage)
            bar.update()

        yield step


def _print_headlines(findings: Findings) -> None:
    from .pictures.palette import worded

    typer.echo(
        worded(
            f"{len(findings.events)} events, {len(findings.claims)} claims in {len(findings.reports)} reports; "
            f"ranges hold {findings.coverage:.0%} of {findings.draws:,} draws, seed {findings.seed}"
        )
    )
    print_rows([("  " + row.label, row.value) for row in findings.headlines])
    for stage, why in findings.missing.items():
        typer.echo(f"  not answered, {stage}: {why}")
