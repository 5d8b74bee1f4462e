"""The command line itself: how it ends, what its commands share.

Exit codes: 0, or 1 where the answer is no (`bench` found a regression), or 2 after an error on purpose (one line on
stderr), or 70 after a fault of ours, also in one line; FORCEFLOW_TRACEBACK=1 shows where.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from ..errors import ForceflowError, FrameError

if TYPE_CHECKING:
    from ..evidence.events import FlowEvent
    from ..evidence.reports import Report
    from ..quantity import Quantity
    from ..report.case import Case

__all__ = ["app", "main"]

OUR_FAULT = 70
"""Exit code of an error nobody foresaw: EX_SOFTWARE of sysexits.h."""


class _Group(TyperGroup):
    """Commands whose errors on purpose end in one line and exit code 2."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Refuse an empty value: of a variable that is not set it would count as if nothing was given."""
        for before, arg in zip(["", *args], args, strict=False):
            name, _, value = arg.partition("=") if arg.startswith("--") else (before, "", arg)
            if not value.strip() and (not arg.startswith("--") or "=" in arg):
                what = name if name.startswith("-") else "an argument"
                typer.echo(f"forceflow: {what} is empty; give a value, or leave it out", err=True)
                raise typer.Exit(2)
        return super().parse_args(ctx, args)

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
        except MemoryError as error:
            typer.echo(
                f"forceflow: not enough memory ({error or 'no more said'}); ask for fewer --draws",
                err=True,
            )
        except Exception as error:
            # What typer ends with on purpose has an exit code of its own, or is an abort.
            if (
                hasattr(error, "exit_code")
                or isinstance(error, typer.Abort)
                or os.environ.get("FORCEFLOW_TRACEBACK")
            ):
                raise
            told = " ".join(str(error).split())[:300]
            typer.echo(
                f"forceflow: a fault of forceflow itself, please report it: {type(error).__name__}: {told}; "
                "FORCEFLOW_TRACEBACK=1 shows where",
                err=True,
            )
            raise typer.Exit(OUR_FAULT) from None
        raise typer.Exit(2)


def examples(*lines: str) -> str:
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
    str,
    typer.Argument(
        help="Folder of report files (.toml), one such file, a table of events (.csv, .parquet), or the name of a "
        "shipped set: syria-2024."
    ),
]
Seed = Annotated[int, typer.Option("--seed", help="Same seed, same numbers.", min=0)]
Draws = Annotated[int, typer.Option("--draws", help="How many draws.", min=100)]
Stock = Annotated[
    str,
    typer.Option(
        "--stock",
        help="Stock before the first movement, in t or in its unit ('1,450 people'): a number, 'low best high' or "
        "words; a prior. A space before three digits is a thousands mark ('7 500'), but three rising numbers of three "
        "digits are low best high "
        "('400 600 900'); what can be both is refused ('50 200 900'; write '50; 200; 900').",
    ),
]
Stall = Annotated[
    str,
    typer.Option(
        "--stall",
        help="Chance that it stops for good, as 'low best high'; a prior unless you give it.",
    ),
]
Theatre = Annotated[
    str,
    typer.Option(
        "--theatre",
        help="What movements leave or enter: a theatre of ours (syria, libya), or countries by name or ISO code, as "
        "Niger, NE or NE,ML. By default the area of the case beside the reports, or else syria.",
    ),
]
CaseFile = Annotated[
    Path | None,
    typer.Option(
        "--case",
        help="What the study assumes (stock, bridge, scenarios): a case file, or a folder that holds a case.toml. By "
        "default the case.toml beside the reports.",
    ),
]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        help="Of a table: OURS=YOURS or OURS=constant, such as start=date or mode=air; may be repeated.",
    ),
]
LastDay = Annotated[
    bool, typer.Option("--stop-inclusive", help="Of a table: stop is the last day of a row.")
]
DayFirst = Annotated[
    bool | None,
    typer.Option(
        "--dayfirst/--no-dayfirst",
        help="Of a table: 12/08/2024 is 12 August, or 8 December; by default such dates are only read where some cell "
        "makes it certain.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with its exit code.

    Parameters
    ----------
    argv
        Arguments without the name of the program; by default those of the process.
    """
    app(args=list(argv) if argv is not None else None, prog_name="forceflow")


@app.callback(invoke_without_command=True)
def _start(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    if version:
        from importlib.metadata import version as version_of

        typer.echo(f"forceflow {version_of('forceflow')}")
        raise typer.Exit


def read(
    seeds: str,
    theatre: str = "",
    columns: Sequence[str] | None = None,
    last_day: bool = False,
    dayfirst: bool | None = None,
    case: Case | None = None,
) -> tuple[tuple[Report, ...], tuple[FlowEvent, ...]]:
    """Reports and events of a folder, a file or a shipped set; a table of events has no reports.

    Without a theatre they are seen from the area of the case given, or of the one beside the reports.
    """
    from ..evidence.datasets import list_datasets, load_reports
    from ..evidence.merge import merge_claims
    from ..evidence.report_files import read_reports
    from ..evidence.tables.event_frames import from_frame, read_table
    from ..world import read_theatre

    if theatre:
        read_theatre(theatre)  # refused before a file is read
    if Path(seeds).suffix in (".csv", ".parquet"):
        pairs = [pair.partition("=")[::2] for pair in columns or ()]
        if wrong := [name or value for name, value in pairs if not (name and value)]:
            raise FrameError(
                f"--column is OURS=YOURS, such as start=date or mode=air; got {wrong[0]!r}"
            )
        table = read_table(seeds)
        try:
            return (), from_frame(
                table,
                theatre=theatre or _area_of(case),
                columns=dict(pairs) or None,
                stop_inclusive=last_day,
                dayfirst=dayfirst,
            )
        except FrameError as error:
            raise FrameError(f"{seeds}: {as_options(str(error))}") from None
    if dayfirst is not None:
        raise FrameError(f"--dayfirst is of the dates of a .csv or .parquet table; {seeds} is none")
    if columns:
        raise FrameError(f"--column names the columns of a .csv or .parquet table; {seeds} is none")
    shipped = not Path(seeds).exists() and any(seeds == data.name for data in list_datasets())
    reports = load_reports(seeds) if shipped else read_reports(seeds)
    area = theatre or _area_of(case or case_of(None, reports))
    return reports, merge_claims(reports, theatre=area)


def case_of(path: Path | None, reports: Sequence[Report] = ()) -> Case | None:
    """The case of ``--case``, or the one beside the reports."""
    from ..report.case_file import find_case, read_case

    return find_case(reports) if path is None else read_case(path)


def _area_of(case: Case | None) -> str | tuple[str, ...]:
    return "syria" if case is None else case.scope.area


def as_options(message: str) -> str:
    """A message of the library in the words of the command line."""
    for words, option in (
        ("columns={'", "--column "),
        ("': 'your column'}", "=YOURS"),
        ("dayfirst=True or dayfirst=False", "--dayfirst or --no-dayfirst"),
        ("dayfirst=True", "--dayfirst"),
        ("dayfirst=False", "--no-dayfirst"),
        ("stop_inclusive=True", "--stop-inclusive"),
        ("revised=True", "--revised"),
    ):
        message = message.replace(words, option)
    return message


def amount_of(words: str, unit: str, option: str = "amount", *, daily: bool = False) -> Quantity:
    """Read an amount of an option as Python reads the same text: in `unit`, exact unless it has a hedge.

    With `daily` the words "a day" may follow it.

    Raises
    ------
    ForceflowError
        It is not understood, or in a unit that cannot be turned into `unit`; the message names the option.
    """
    from ..lift.bridges.amounts import as_quantity

    return as_quantity(words, name=option, unit=unit, daily=daily)


def stock_of(words: str) -> Quantity | None:
    """Read ``--stock``: in the unit it names, else in t; None where it is not given."""
    from ..report.stock import read_stock

    given = read_stock(words or None, name="--stock")
    return None if given is None else given[0]


@contextmanager
def progress(steps: int) -> Iterator[Callable[[str], None]]:
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
