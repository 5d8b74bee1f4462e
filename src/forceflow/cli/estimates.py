"""Commands that estimate: tonnage, withdrawal, capacity, and how good a forecast would have been."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import ForceflowError, FrameError
from .door import (
    AsJson,
    Columns,
    DayFirst,
    Draws,
    LastDay,
    Seed,
    Seeds,
    Stall,
    Stock,
    Theatre,
    amount_of,
    app,
    as_options,
    case_of,
    examples,
    read,
)
from .printing import print_json, print_rows

if TYPE_CHECKING:
    from ..lift.capacity.capacity import Capacity
    from ..withdrawal.result import Withdrawal


Cargo = Annotated[
    str,
    typer.Option(
        "--cargo",
        help="What is carried: supplies, bulk, vehicles, mixed or personnel, or a word such as coal.",
    ),
]


MeasureOption = Annotated[
    str,
    typer.Option(
        "--measure",
        help="tonnes, vehicles, personnel or movements; by default what the numbers are of.",
    ),
]


@app.command(
    epilog=examples(
        "forceflow tonnage seeds --by mode",
        "forceflow tonnage syria-2024 --direction outbound --json",
        "forceflow tonnage flights.csv --theatre NE --column event_id=id --column mode=air",
    )
)
def tonnage(
    seeds: Seeds,
    by: Annotated[
        str,
        typer.Option(
            "--by",
            help="Split by mode, direction, platform, origin, destination, corridor or event.",
        ),
    ] = "",
    direction: Annotated[
        str,
        typer.Option(
            "--direction",
            help="outbound, inbound, internal, external or all; by default outbound if there is any.",
        ),
    ] = "",
    every: Annotated[
        str, typer.Option("--every", help="Width of a time bin: 6h, 1d, 1w, 1mo.")
    ] = "1d",
    cargo: Cargo = "",
    measure: MeasureOption = "",
    seed: Seed = 7,
    draws: Draws = 20_000,
    theatre: Theatre = "",
    columns: Columns = None,
    last_day: LastDay = False,
    dayfirst: DayFirst = None,
    as_json: AsJson = False,
) -> None:
    """Tell how much was moved, with its range."""
    _, found = read(seeds, theatre, columns, last_day, dayfirst)
    from ..flows.event_draws import main_direction
    from ..flows.leading_measure import leading_measure
    from ..flows.tonnage import estimate_tonnage

    way = None if direction == "all" else direction or main_direction(found)
    asked: dict[str, Any] = {
        "by": by or None,
        "direction": way,
        "every": every,
        "seed": seed,
        "draws": draws,
    }
    asked |= {"measure": measure} if measure else {}
    moved = estimate_tonnage(found, cargo=cargo or None, **asked)
    lead = "tonnes" if measure else leading_measure(moved.used)
    counted = None if lead == "tonnes" else estimate_tonnage(found, measure=lead, **asked)
    if as_json:
        groups = dict(zip(moved.groups, moved.group_totals, strict=True))
        bins = {"start": moved.starts, "stop": moved.stops}
        bins |= {name: getattr(moved, name).tolist() for name in ("low", "middle", "high", "mean")}
        answer = _answer(moved) | {
            "total": moved.total,
            "by": moved.by,
            "groups": groups,
            "bins": bins,
        }
        if counted is not None:  # what was published comes first
            answer = {
                "leads": {"answer": str(counted), "measure": lead, "total": counted.total}
            } | answer
        print_json(answer)
        return
    if counted is not None:
        typer.echo(str(counted))
        print_rows(
            [
                (f"  {name}", str(n))
                for name, n in zip(counted.groups, counted.group_totals, strict=True)
            ]
        )
    typer.echo(str(moved))
    print_rows(
        [
            (f"  {name}", str(total))
            for name, total in zip(moved.groups, moved.group_totals, strict=True)
        ]
    )
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
        str,
        typer.Option(
            "--floor",
            help="What stays if bases are kept, read as --stock is; shows the scenarios that fit the events.",
        ),
    ] = "",
    measure: MeasureOption = "",
    stall: Stall = "",
    as_of: Annotated[
        str, typer.Option("--as-of", help="Use only what was public at the end of this day.")
    ] = "",
    seed: Seed = 7,
    draws: Draws = 20_000,
    theatre: Theatre = "",
    columns: Columns = None,
    last_day: LastDay = False,
    dayfirst: DayFirst = None,
    as_json: AsJson = False,
) -> None:
    """Tell when the stock would be gone if the net outflow went on, and how likely never is."""
    reports, found = read(seeds, theatre, columns, last_day, dayfirst)
    from ..flows.leading_measure import leading_measure
    from ..report.assumptions import stock_or_prior
    from ..report.scenarios import case_scenarios
    from ..report.stock import read_stock
    from ..withdrawal.depletion import STALL
    from ..withdrawal.inputs import UNITS
    from ..withdrawal.scenarios import withdrawal_scenarios
    from ..withdrawal.withdrawal import estimate_withdrawal

    given = read_stock(stock_t or None, measure=measure or None, name="--stock")
    unit = UNITS[given[1]] if given else "t"
    case = case_of(None, reports)
    asked: dict[str, dict[str, Any]] = {}
    if floor_t:
        floor = amount_of(floor_t, unit, "--floor")
        if case is not None:
            asked = case_scenarios(case, found, floor=floor)
        asked = asked or withdrawal_scenarios(floor=floor, events=found)
    lead = leading_measure(event for event in found if event.direction == "outbound")
    stock, of, basis = stock_or_prior(found, given, case=case, lead="tonnes" if given else lead)
    left = estimate_withdrawal(
        found,
        stock=stock,
        measure=of,
        stall=amount_of(stall, "", "--stall") if stall else STALL,
        as_of=as_of or None,
        scenarios=asked,
        seed=seed,
        draws=draws,
    )
    if as_json:
        dates = {f"{q:g}": _day(left, q) for q in (0.05, 0.25, 0.5, 0.75, 0.95)}
        parts = ("as_of", "stock", "floor", "moved", "net_per_day", "stall_probability")
        scenarios = {
            name: {"answer": one.answer, "half_by": _day(one, 0.5)}
            for name, one in left.scenarios.items()
        }
        answer = {name: getattr(left, name) for name in parts} | {
            "complete_by": dates,
            "scenarios": scenarios,
        }
        print_json(_answer(left) | answer)
        return
    typer.echo(str(left))
    if not stock_t:
        typer.echo(f"  the stock is of the case. {basis} Give your own with --stock.")
    print_rows([(f"  {name}", one.answer) for name, one in left.scenarios.items()])
    _print_notes(left.notes)


@app.command(
    epilog=examples(
        "forceflow capacity seeds",
        "forceflow capacity Hmeimim al-Khadim --fleet Il-76MD=8 --fleet 'An-124-100=1 2 4' --onload 3 --offload 2",
        "forceflow capacity Tartus Novorossiysk --mode sea --fleet Sparta=1 --fleet 'Sparta II=1' --json",
    )
)
def capacity(
    where: Annotated[
        list[str],
        typer.Argument(
            help="The two ends of a bridge, by any name; or reports, as other commands take them, for the air bridge "
            "of the case beside them under the assumptions printed with it."
        ),
    ],
    mode: Annotated[str, typer.Option("--mode", help="air or sea, between two ends.")] = "air",
    fleet: Annotated[
        list[str] | None,
        typer.Option(
            "--fleet",
            help="A type and how many as 'low best high' or words; ships whole. May be repeated.",
        ),
    ] = None,
    onload: Annotated[
        str, typer.Option("--onload", help="Spots (or berths) to load at once at the first end.")
    ] = "",
    offload: Annotated[
        str, typer.Option("--offload", help="Spots (or berths) to unload at once at the other.")
    ] = "",
    hours: Annotated[
        str, typer.Option("--hours", help="Operating hours a day of an air bridge.")
    ] = "24",
    closed: Annotated[
        list[str] | None, typer.Option("--closed", help="A closed passage; may be repeated.")
    ] = None,
    cargo: Cargo = "",
    seed: Seed = 7,
    draws: Draws = 4_000,
    dayfirst: DayFirst = None,
    as_json: AsJson = False,
) -> None:
    """Tell what a bridge between two places could carry in a day, and what limits it."""
    if len(where) > 2:
        raise ForceflowError(
            f"a bridge has two ends, got {len(where)}: {', '.join(where)}; quote names with spaces"
        )
    given = bool(fleet or onload or offload or closed) or mode != "air" or hours != "24"
    if len(where) == 1 and given:
        raise ForceflowError(f"name both ends of the bridge; got {where[0]} alone")
    assumed: Sequence[Any] = ()
    events: Sequence[Any] = ()
    if len(where) == 1:
        bridge, assumed, events = _reported_bridge(where[0], dayfirst)
    else:
        bridge = _own_bridge(
            where[0], where[1], mode, fleet or [], onload, offload, hours, closed or []
        )
    bridge = dataclasses.replace(bridge, cargo=cargo) if cargo else bridge
    from ..lift.capacity.airlift import AirBridge, airlift_capacity
    from ..lift.capacity.sealift import sealift_capacity
    from ..withdrawal.ceilings import ceiling_notes

    limit: Capacity
    if isinstance(bridge, AirBridge):
        limit = airlift_capacity(bridge, seed=seed, draws=draws)
    else:
        limit = sealift_capacity(bridge, seed=seed, draws=draws)
    limit = dataclasses.replace(limit, notes=(*limit.notes, *ceiling_notes(limit, events)))
    if as_json:
        parts = (
            "tonnes_per_day",
            "people_per_day",
            "trips_per_day",
            "bottleneck",
            "bottleneck_share",
            "bounds_t_per_day",
        )
        answer = {name: getattr(limit, name) for name in (*parts, "coverage", "draws", "seed")}
        print_json({"answer": str(limit)} | answer | {"assumptions": assumed})
        return
    typer.echo(str(limit))
    print_rows([(f"  {name}", str(bound)) for name, bound in limit.bounds_t_per_day.items()])
    if assumed:
        typer.echo("  assumed:")
        print_rows([(f"    {one.name}", one.value, one.why) for one in assumed])


def _reported_bridge(seeds: str, dayfirst: bool | None) -> tuple[Any, Sequence[Any], Sequence[Any]]:
    """The bridge of the case beside the reports, if these events fly it, what is assumed of it, and the events."""
    reports, found = read(seeds, dayfirst=dayfirst)
    from ..report.bridge import air_bridge, bridge_assumptions

    case = case_of(None, reports)
    prior = case.bridge if case is not None else None
    if prior is None or not prior.is_flown_by(found):
        why = "no case with a bridge lies beside them"
        if prior is not None:
            why = f"no event flies {prior.origin} to {prior.destination}, the bridge of the case"
        raise ForceflowError(
            f"{why}; name both ends of a bridge and its fleet, as in "
            "forceflow capacity Niamey 'N Djamena' --fleet A400M=4 --onload 2 --offload 2"
        )
    return air_bridge(prior), tuple(bridge_assumptions(prior)), found


def _own_bridge(
    origin: str,
    destination: str,
    mode: str,
    fleet: Sequence[str],
    onload: str,
    offload: str,
    hours: str,
    closed: Sequence[str],
) -> Any:
    from ..lift.bridges.sea_bridge import SeaBridge
    from ..lift.capacity.airlift import AirBridge
    from ..world import route

    pairs = [part.rpartition("=")[::2] for part in fleet]
    wrong = [
        part
        for part, (name, count) in zip(fleet, pairs, strict=True)
        if not (name.strip() and count.strip())
    ]
    if not fleet or wrong:
        raise ForceflowError(
            f"--fleet names a type and how many, as in --fleet Il-76MD=8; got {wrong[0] if wrong else 'none'}"
        )
    if mode == "sea":
        ships = []
        for name, count in pairs:
            number = amount_of(count, "ships", f"--fleet {name.strip()}")
            if number.family != "point" or not number.best.is_integer() or number.best > 1_000:
                raise ForceflowError(
                    f"--fleet {name}={count}: ships are a whole number, as in --fleet Sparta=2"
                )
            ships += [name.strip()] * int(number.best)
        return SeaBridge(
            vessels=ships,
            route=route(origin, destination, mode="sea", closed=closed),
            load_berths=amount_of(onload, "", "--onload") if onload else None,
            discharge_berths=amount_of(offload, "", "--offload") if offload else None,
        )
    if mode != "air":
        raise ForceflowError(f"--mode is air or sea, got {mode!r}")
    if not (onload and offload):
        raise ForceflowError(
            "an air bridge needs --onload and --offload: how many aircraft are worked at once there"
        )
    return AirBridge(
        fleet={
            name.strip(): amount_of(count, "aircraft", f"--fleet {name.strip()}")
            for name, count in pairs
        },
        route=route(origin, destination, mode="air", closed=closed),
        onload_mog=amount_of(onload, "", "--onload"),
        offload_mog=amount_of(offload, "", "--offload"),
        operating_h_per_day=amount_of(hours, "h", "--hours", daily=True),
    )


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
    from ..evidence.drawdowns import DRAWDOWNS, load_drawdown
    from ..evidence.tables.event_frames import read_table
    from ..forecasting.backtest import backtest as scored
    from ..quantity.single import one_number

    given = (
        load_drawdown(series)
        if series in DRAWDOWNS and not Path(series).exists()
        else read_table(series)
    )
    asked: dict[str, Any] = {
        "horizon": horizon,
        "min_history": min_history,
        "method": method,
        "seed": seed,
        "draws": draws,
    }
    whole = one_number(total, name="--total") if total else None
    try:
        test = scored(
            given, time=time, done=done, total=whole, revised=revised, dayfirst=dayfirst, **asked
        )
    except FrameError as error:
        hint = "; name yours with --time and --done" if "lacks the columns" in str(error) else ""
        raise FrameError(f"{series}: {as_options(str(error))}{hint}") from None
    if as_json:
        parts = ("method", "horizon", "min_history", "total", "draws", "seed", "scores", "by_step")
        rows = [
            (name, getattr(test, name).tolist())
            for name in ("step", "observed", "low", "middle", "high", "crps")
        ]
        dates = {
            name: [test.series.dates[i] for i in getattr(test, name)]
            for name in ("origin", "target")
        }
        answer = {"answer": str(test)} | {name: getattr(test, name) for name in parts}
        print_json(answer | {"forecasts": dates | dict(rows)})
        return
    typer.echo(str(test))
    columns = {f"{step} ahead": scores for step, scores in test.by_step.items()} | {
        "all": test.scores
    }
    _print_notes(test.series.corrections)
    print_rows(
        [("  score", *columns)]
        + [
            (f"  {name}", *(f"{scores[name]:.4g}" for scores in columns.values()))
            for name in test.scores
        ]
    )


def _day(left: Withdrawal, q: float) -> str | None:
    """By which day it is complete with probability `q`, "later than" the last one looked at, or None for never."""
    from ..withdrawal.result import day_words

    return day_words(left, q).removeprefix("by ") or None


def _answer(thing: Any) -> dict[str, Any]:
    """What every estimate tells of itself."""
    names = ("measure", "unit", "coverage", "draws", "seed", "claims", "events", "reports", "notes")
    return {"answer": str(thing)} | {name: getattr(thing, name) for name in names}


def _print_notes(notes: Sequence[str]) -> None:
    for note in notes:
        typer.echo(f"  note: {note}")
