"""The command on how good a forecast would have been."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import FrameError
from .common import AsJson, DayFirst, Draws, Seed, app, as_options, examples
from .printing import fields_of, print_json, print_notes, print_rows

if TYPE_CHECKING:
    from ..forecasting.backtest import Backtest


@app.command(
    epilog=examples(
        "forceflow backtest loads.csv --total 300",
        "forceflow backtest flown.parquet --time day --done people --horizon 2 --json",
        "forceflow backtest kabul-2021 --min-history 4",
    )
)
def backtest(
    series: Annotated[
        str,
        typer.Argument(
            help="A .csv or .parquet of dates and of what was done by each, or the name of a shipped withdrawal: "
            "kabul-2021."
        ),
    ],
    time: Annotated[str, typer.Option("--time", help="Column of dates.")] = "date",
    done: Annotated[
        str, typer.Option("--done", help="Column of what was done by then; it never falls.")
    ] = "value",
    total: Annotated[
        str, typer.Option("--total", help="How much there is to be done, where known.")
    ] = "",
    horizon: Annotated[int, typer.Option("--horizon", help="How many values ahead.", min=1)] = 4,
    min_history: Annotated[
        int, typer.Option("--min-history", help="Values before the first forecast.", min=2)
    ] = 3,
    method: Annotated[
        str, typer.Option("--method", help="'default', or the name of a baseline.")
    ] = "default",
    seed: Seed = 7,
    draws: Draws = 2_000,
    revised: Annotated[
        bool | None,
        typer.Option(
            "--revised/--not-revised",
            help="Figures that fall are corrections of earlier ones, or refused; by default only small and rare falls "
            "are corrections.",
        ),
    ] = None,
    dayfirst: DayFirst = None,
    as_json: AsJson = False,
) -> None:
    """Score a forecast on a series that ended, with nothing seen of what it forecasts."""
    from ..forecasting.backtest import backtest as score
    from ..quantity.single import one_number

    given = _read_series(series)
    whole = None
    if total:
        whole = one_number(total, name="--total")
    try:
        test = score(
            given,
            time=time,
            done=done,
            total=whole,
            horizon=horizon,
            min_history=min_history,
            method=method,
            revised=revised,
            dayfirst=dayfirst,
            seed=seed,
            draws=draws,
        )
    except FrameError as error:
        message = f"{series}: {as_options(str(error))}"
        if "lacks the columns" in str(error):
            # Columns are named by these two options, which the library does not know.
            message += "; name yours with --time and --done"
        raise FrameError(message) from None
    if as_json:
        print_json(_backtest_as_json(test))
    else:
        _print_backtest(test)


def _read_series(name: str) -> Any:
    """A shipped withdrawal, unless there is a file of that name; else a table."""
    from ..evidence.drawdowns import DRAWDOWNS, load_drawdown
    from ..evidence.tables.event_frames import read_table

    if name in DRAWDOWNS and not Path(name).exists():
        return load_drawdown(name)
    return read_table(name)


def _backtest_as_json(test: Backtest) -> dict[str, Any]:
    answer: dict[str, Any] = {"answer": str(test)}
    answer |= fields_of(test, "method", "horizon", "min_history", "total", "draws", "seed")
    answer |= fields_of(test, "scores", "by_step")
    forecasts: dict[str, Any] = {}
    for name in ("origin", "target"):
        forecasts[name] = [test.series.dates[i] for i in getattr(test, name)]
    forecasts |= fields_of(test, "step", "observed", "low", "middle", "high", "crps")
    return answer | {"forecasts": forecasts}


def _print_backtest(test: Backtest) -> None:
    typer.echo(str(test))
    print_notes(test.series.corrections)
    columns = {f"{step} ahead": scores for step, scores in test.by_step.items()}
    columns["all"] = test.scores
    rows = [("  score", *columns)]
    for name in test.scores:
        rows.append((f"  {name}", *(f"{scores[name]:.4g}" for scores in columns.values())))
    print_rows(rows)
