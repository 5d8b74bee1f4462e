"""The command line itself: how it ends, what its commands share.

Exit codes: 0, or 1 where the answer is no (`bench` found a regression), or 2 after an error on purpose (one line on
stderr), or 70 after a fault of ours, also in one line; FORCEFLOW_TRACEBACK=1 shows where.
"""

from __future__ import annotations

import itertools
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
"""Exit code of an unexpected error: EX_SOFTWARE of sysexits.h."""


class _Group(TyperGroup):
    """Commands whose errors on purpose end in one line and exit code 2."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Refuse an empty value: of a variable that is not set it would count as if nothing was given."""
        for before, arg in itertools.pairwise(["", *args]):
            what = _empty_part(before, arg)
            if what:
                typer.echo(f"forceflow: {what} is empty; give a value, or leave it out", err=True)
                raise typer.Exit(2)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a broken pipe ends quietly."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Else Python would print an error when it flushes at its end.
            sys.stderr.close()
            raise typer.Exit(0) from None
        except (ForceflowError, OSError, MemoryError) as error:
            typer.echo(f"forceflow: {_error_in_words(error)}", err=True)
            raise typer.Exit(2) from None
        except Exception as error:
            # What typer ends with on purpose has an exit code of its own, or is an abort.
            if hasattr(error, "exit_code") or isinstance(error, typer.Abort):
                raise
            if os.environ.get("FORCEFLOW_TRACEBACK"):
                raise
            typer.echo(f"forceflow: {_fault_in_words(error)}", err=True)
            raise typer.Exit(OUR_FAULT) from None


def _empty_part(before: str, arg: str) -> str:
    """The option whose value is empty, or "an argument"; "" where none is."""
    name, value = before, arg
    if arg.startswith("--"):
        name, equals, value = arg.partition("=")
        if not equals:
            return ""
    if value.strip():
        return ""
    if name.startswith("-"):
        return name
    return "an argument"


def _error_in_words(error: Exception) -> str:
    """An error that is no fault of ours, in one line."""
    if isinstance(error, MemoryError):
        return f"not enough memory ({str(error) or 'no details'}); ask for fewer --draws"
    if not isinstance(error, OSError):
        return str(error)
    # Without the number of the error, which helps no reader.
    words = error.strerror or str(error)
    if error.filename:
        return f"{error.filename}: {words}"
    return words


def _fault_in_words(error: Exception) -> str:
    """A fault of ours in one line, which a message of several lines would break."""
    words = " ".join(str(error).split())[:300]
    return (
        f"a fault of forceflow itself, please report it: {type(error).__name__}: {words}; "
        "FORCEFLOW_TRACEBACK=1 shows where"
    )


def examples(*lines: str) -> str:
    """Lines for the end of a help page, kept as they are."""
    # This mark keeps click from filling the lines up to one paragraph.
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
Cargo = Annotated[
    str,
    typer.Option(
        "--cargo",
        help="What is carried: supplies, bulk, vehicles, mixed or personnel, or a word such as coal.",
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
    args = None
    if argv is not None:
        args = list(argv)
    app(args=args, prog_name="forceflow")


@app.callback(invoke_without_command=True)
def _print_version(
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
    from ..evidence.merge import merge_claims
    from ..world import read_theatre

    if theatre:
        # A wrong theatre is refused before a file is read.
        read_theatre(theatre)
    if Path(seeds).suffix in (".csv", ".parquet"):
        own = own_columns(columns or ())
        return (), _events_of_table(
            seeds,
            theatre=theatre or _area_of(case),
            columns=own,
            stop_inclusive=last_day,
            dayfirst=dayfirst,
        )
    if dayfirst is not None:
        raise FrameError(f"--dayfirst is of the dates of a .csv or .parquet table; {seeds} is none")
    if columns:
        raise FrameError(f"--column names the columns of a .csv or .parquet table; {seeds} is none")
    reports = _read_reports(seeds)
    area = theatre or _area_of(case or case_of(None, reports))
    return reports, merge_claims(reports, theatre=area)


def case_of(path: Path | None, reports: Sequence[Report] = ()) -> Case | None:
    """The case of ``--case``, or the one beside the reports."""
    from ..report.case_file import find_case, read_case

    if path is None:
        return find_case(reports)
    return read_case(path)


def _area_of(case: Case | None) -> str | tuple[str, ...]:
    if case is None:
        return "syria"
    return case.scope.area


def own_columns(pairs: Sequence[str]) -> dict[str, str] | None:
    """The values of ``--column``, as a table is read by; None where there are none."""
    columns = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        if not name or not value:
            raise FrameError(
                f"--column is OURS=YOURS, such as start=date or mode=air; got {name or value!r}"
            )
        columns[name] = value
    return columns or None


def _events_of_table(path: str, **how: Any) -> tuple[FlowEvent, ...]:
    from ..evidence.tables.event_frames import from_frame, read_table

    table = read_table(path)
    try:
        return from_frame(table, **how)
    except FrameError as error:
        # The library names its arguments; a user of the command line knows options only.
        raise FrameError(f"{path}: {as_options(str(error))}") from None


def _read_reports(seeds: str) -> tuple[Report, ...]:
    """Reports of a folder or a file; of a shipped set where there is no file of its name."""
    from ..evidence.datasets import list_datasets, load_reports
    from ..evidence.report_files import read_reports

    shipped = {data.name for data in list_datasets()}
    # A file of the user comes before a shipped set of the same name.
    if seeds in shipped and not Path(seeds).exists():
        return load_reports(seeds)
    return read_reports(seeds)


_OPTIONS = {
    "columns={'": "--column ",
    "': 'your column'}": "=YOURS",
    "dayfirst=True or dayfirst=False": "--dayfirst or --no-dayfirst",
    "dayfirst=True": "--dayfirst",
    "dayfirst=False": "--no-dayfirst",
    "stop_inclusive=True": "--stop-inclusive",
    "revised=True": "--revised",
}
"""Arguments of the library as its messages show them, and the options in their place; the longest first."""


def as_options(message: str) -> str:
    """A message of the library in the words of the command line."""
    for words, option in _OPTIONS.items():
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
    if given is None:
        return None
    return given[0]


def stall_of(words: str) -> Quantity:
    """Read ``--stall``; the prior where it is not given."""
    from ..withdrawal.depletion import STALL

    if not words:
        return STALL
    return amount_of(words, "", "--stall")


@contextmanager
def progress(steps: int) -> Iterator[Callable[[str], None]]:
    """Show steps on stderr when it is a terminal."""
    # In a pipe or a log a bar would only leave noise.
    if not sys.stderr.isatty():
        yield lambda stage: None
        return
    from tqdm import tqdm

    with tqdm(total=steps, file=sys.stderr, leave=False, bar_format="{l_bar}{bar}| {desc}") as bar:

        def step(stage: str) -> None:
            bar.set_description_str(stage)
            bar.update()

        yield step
