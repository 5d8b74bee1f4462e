"""Commands that estimate what was moved: tonnage and withdrawal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from .common import (
    AsJson,
    Cargo,
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
    case_of,
    examples,
    read,
    stall_of,
)
from .printing import fields_of, print_json, print_named, print_notes

if TYPE_CHECKING:
    from ..flows.event_draws import Measure
    from ..results.estimate import Estimate
    from ..withdrawal.result import Withdrawal


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
    from ..flows.event_selection import main_direction
    from ..flows.leading_measure import leading_measure
    from ..flows.tonnage import estimate_tonnage

    way: str | None = direction or main_direction(found)
    # The library has no word for all directions but None.
    if way == "all":
        way = None
    how: dict[str, Any] = {"by": by or None, "direction": way, "every": every}
    how |= {"seed": seed, "draws": draws}
    lead: Measure = "tonnes"
    if measure:
        how["measure"] = measure
    moved = estimate_tonnage(found, cargo=cargo or None, **how)
    if not measure:
        lead = leading_measure(moved.used)
    estimates = [moved]
    # What was published comes first: people or vehicles before the tonnes made of them.
    if lead != "tonnes":
        estimates.insert(0, estimate_tonnage(found, measure=lead, **how))
    if as_json:
        print_json(_tonnage_as_json(estimates, lead))
        return
    for estimate in estimates:
        typer.echo(str(estimate))
        print_named(dict(zip(estimate.groups, estimate.group_totals, strict=True)))
    print_notes(moved.notes)


def _tonnage_as_json(estimates: list[Estimate], lead: Measure) -> dict[str, Any]:
    """The last of the estimates in full, and before it the one that leads, where there is one."""
    *leading, moved = estimates
    answer: dict[str, Any] = {}
    for counted in leading:
        answer["leads"] = {
            "answer": str(counted),
            "measure": lead,
            "total": counted.total,
        }
    bins = {"start": moved.starts, "stop": moved.stops}
    for name in ("low", "middle", "high", "mean"):
        bins[name] = getattr(moved, name).tolist()
    groups = dict(zip(moved.groups, moved.group_totals, strict=True))
    answer |= _answer_of(moved)
    return answer | {"total": moved.total, "by": moved.by, "groups": groups, "bins": bins}


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
    from ..withdrawal.inputs import UNITS
    from ..withdrawal.scenarios import withdrawal_scenarios
    from ..withdrawal.withdrawal import estimate_withdrawal

    given = read_stock(stock_t or None, measure=measure or None, name="--stock")
    unit = "t"
    lead: Measure = "tonnes"
    if given is not None:
        unit = UNITS[given[1]]
    else:
        # A withdrawal is of what leaves, so what else moved does not choose the measure.
        lead = leading_measure(event for event in found if event.direction == "outbound")
    case = case_of(None, reports)
    scenarios: dict[str, dict[str, Any]] = {}
    if floor_t:
        floor = amount_of(floor_t, unit, "--floor")
        if case is not None:
            scenarios = case_scenarios(case, found, floor=floor)
        # Without a case, or where none of its scenarios fits, the general ones are shown.
        scenarios = scenarios or withdrawal_scenarios(floor=floor, events=found)
    stock, of, basis = stock_or_prior(found, given, case=case, lead=lead)
    left = estimate_withdrawal(
        found,
        stock=stock,
        measure=of,
        stall=stall_of(stall),
        as_of=as_of or None,
        scenarios=scenarios,
        seed=seed,
        draws=draws,
    )
    if as_json:
        print_json(_withdrawal_as_json(left))
        return
    typer.echo(str(left))
    if not stock_t:
        typer.echo(f"  the stock is of the case. {basis} Give your own with --stock.")
    print_named({name: one.answer for name, one in left.scenarios.items()})
    print_notes(left.notes)


def _withdrawal_as_json(left: Withdrawal) -> dict[str, Any]:
    answer = _answer_of(left)
    answer |= fields_of(
        left, "as_of", "stock", "floor", "moved", "net_per_day", "stall_probability"
    )
    answer["complete_by"] = {f"{q:g}": _complete_by(left, q) for q in (0.05, 0.25, 0.5, 0.75, 0.95)}
    answer["scenarios"] = {}
    for name, one in left.scenarios.items():
        answer["scenarios"][name] = {"answer": one.answer, "half_by": _complete_by(one, 0.5)}
    return answer


def _complete_by(left: Any, q: float) -> str | None:
    """By which day it is complete with probability `q`, "later than" the last one looked at, or None for never."""
    from ..withdrawal.result import day_words

    return day_words(left, q).removeprefix("by ") or None


_SHARED = ("measure", "unit", "coverage", "draws", "seed", "claims", "events", "reports", "notes")


def _answer_of(estimate: Any) -> dict[str, Any]:
    """What every estimate has to say of itself."""
    return {"answer": str(estimate)} | fields_of(estimate, *_SHARED)
