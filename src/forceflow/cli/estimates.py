"""Commands that estimate: tonnage, withdrawal, capacity, and how good a forecast would have been."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import ForceflowError
from ..terminal import print_json, print_rows
from .door import AsJson, Draws, Seed, Seeds, Stock, app, examples, read, stock_of


@app.command(
    epilog=examples(
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
    _, found = read(seeds)
    from ..estimates.tonnage import estimate_tonnage

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
    epilog=examples(
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
    _, found = read(seeds)
    from ..estimates.withdrawal import estimate_withdrawal, withdrawal_scenarios
    from ..pictures.assumptions import STOCK

    asked = withdrawal_scenarios(floor=stock_of(floor_t)) if floor_t else {}
    stock = stock_of(stock_t) if stock_t else STOCK
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
    epilog=examples(
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
    _, found = read(seeds)
    from ..estimates.airlift import airlift_capacity
    from ..pictures.assumptions import flies_the_bridge, hmeimim_khadim_bridge

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
    done: Annotated[str, typer.Option("--done", help="Column of what was done by then; it never falls.")] = "value",
    total: Annotated[float | None, typer.Option("--total", help="How much there is to be done, where known.")] = None,
    horizon: Annotated[int, typer.Option("--horizon", help="How many values ahead.", min=1)] = 4,
    min_history: Annotated[int, typer.Option("--min-history", help="Values before the first forecast.", min=2)] = 3,
    method: Annotated[str, typer.Option("--method", help="'default', or the name of a baseline.")] = "default",
    seed: Seed = 7,
    draws: Draws = 2_000,
    as_json: AsJson = False,
) -> None:
    """Score a forecast on a series that ended, with nothing seen of what it forecasts."""
    from ..estimates.backtest import backtest as scored
    from ..evidence.drawdowns import DRAWDOWNS, load_drawdown
    from ..evidence.frames import read_table

    test = scored(
        load_drawdown(series) if series in DRAWDOWNS and not Path(series).exists() else read_table(series),
        time=time,
        done=done,
        total=total,
        horizon=horizon,
        min_history=min_history,
        method=method,
        seed=seed,
        draws=draws,
    )
    if as_json:
        parts = ("method", "horizon", "min_history", "total", "draws", "seed", "scores", "by_step")
        rows = [(name, getattr(test, name).tolist()) for name in ("step", "observed", "low", "middle", "high", "crps")]
        dates = {name: [test.series.dates[i] for i in getattr(test, name)] for name in ("origin", "target")}
        answer = {"answer": str(test)} | {name: getattr(test, name) for name in parts}
        print_json(answer | {"forecasts": dates | dict(rows)})
        return
    typer.echo(str(test))
    columns = {f"{step} ahead": scores for step, scores in test.by_step.items()} | {"all": test.scores}
    print_rows(
        [("  score", *columns)]
        + [(f"  {name}", *(f"{scores[name]:.4g}" for scores in columns.values())) for name in test.scores]
    )


def _answer(thing: Any) -> dict[str, Any]:
    """What every estimate tells of itself."""
    names = ("measure", "unit", "coverage", "draws", "seed", "claims", "events", "reports", "notes")
    return {"answer": str(thing)} | {name: getattr(thing, name) for name in names}


def _print_notes(notes: Sequence[str]) -> None:
    for note in notes:
        typer.echo(f"  note: {note}")
