"""When would it be complete, and would it ever be?"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

import numpy as np

from ..arrays import Floats
from ..dates import end_of
from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..evidence.tables.event_frames import as_events, backend_of
from ..flows.event_draws import Measure, claims_of, known_by, other_ways
from ..flows.rate import Detection
from ..lift.bridges.amounts import Amount
from ..lift.capacity.capacity import Capacity
from ..quantity import Quantity
from ..quantity.values import as_float
from ..results.arguments import check_asked
from ..results.estimate import few
from ..results.range import Range
from .ceilings import below_pace
from .depletion import (
    DRIFT_GSD_PER_MONTH,
    LOOK_BACK_DAYS,
    STALL,
    TAIL_PACE,
    TAIL_SHARE,
    Course,
    pace_ahead,
    run_course,
    silence_odds,
    steps_ahead,
)
from .inputs import (
    LONGEST,
    UNITS,
    Plan,
    UncountedError,
    amounts_by_place,
    changed_by,
    days_to,
    drawn,
    read_plan,
    read_stock,
)
from .result import Withdrawal, day_before
from .stock_network import Record, read_record, short_record_gsd

__all__ = ["Withdrawal", "estimate_withdrawal"]


_SILENT_DAYS = 14


def estimate_withdrawal(
    events: Any,
    *,
    stock_t: Amount | Mapping[str, Amount] | None = None,
    stock: Amount | Mapping[str, Amount] | None = None,
    measure: Measure | None = None,
    floor_t: Amount | Mapping[str, Amount] | None = None,
    floor: Amount | Mapping[str, Amount] | None = None,
    as_of: Any = None,
    horizon: Any = 3650,
    stall: Amount = STALL,
    pace: Mapping[str, float] | None = None,
    ceiling_per_day: Amount | Capacity = math.inf,
    look_back: int | None = None,
    drift_gsd: float = DRIFT_GSD_PER_MONTH,
    tail_share: float = TAIL_SHARE,
    tail_pace: Amount = TAIL_PACE,
    scenarios: Mapping[str, Mapping[str, Any]] | None = None,
    detection: Detection | None = None,
    coverage: float = 0.9,
    draws: int = 20_000,
    seed: int,
) -> Withdrawal:
    """When the stock would be down to the floor if the net outflow went on: a range, and a chance of never.

    Parameters
    ----------
    events
        Flow events, or a frame with their columns.
    stock_t, stock
        What there was before the first event, in t or in the unit of `measure`: a number, (low, high), (low, best,
        high) or a `Quantity`. By place: ``{"Hmeimim": ..., "Tartus": ..., "interior positions": ...}``; places of the
        theatre that are not named belong to "interior positions", or to "elsewhere", "rest", "rest of the theatre" or
        "other places". Which places lie in the theatre is said by the direction of the events. By measure:
        ``{"vehicles": ..., "personnel": ...}``; the answer is that of the first with a published number, and `measures`
        holds each that has one. One of the two is needed.
    measure
        "tonnes", "vehicles" or "personnel"; by default the unit of the stock.
    floor_t, floor
        What stays on purpose, nothing by default; by place or by measure where the stock is.
    as_of
        Day at whose end the forecast stands. It rests on the record as it stood then: events are merged again from the
        claims that were public, rows of a table count from their `known_from` (or their own first day), and no more of
        either than had happened by then. By default the last day of the events, with the whole record, whenever it was
        published.
    horizon
        How far `dates` reach, in days or as a last day; probabilities for later days are still answered by
        `probability_by`.
    stall
        Chance that it stops for good on the way; see `STALL`.
    pace
        Share of what crosses the boundary of the theatre that goes on, by mode: ``{"sea": 0, "road": 0}`` is airlift
        only, ``{"sea": 0.5}`` ships that need twice the time. Moves inside the theatre go on as they went.
    ceiling_per_day
        The most that can leave in a day: the capacity of the bridges, or the `Capacity` of the one there is.
    look_back
        Days before `as_of` over which the rates are means; what left earlier is gone, and says nothing of the pace. By
        default six weeks, or where the record is shorter, the days since its first movement.
    drift_gsd, tail_share, tail_pace
        How far the pace wanders, and how slow the last part is; see `DRIFT_GSD_PER_MONTH`, `TAIL_SHARE`, `TAIL_PACE`.
    scenarios
        Other values of floor, stall, pace, ceiling_per_day or drift_gsd by name; see `withdrawal_scenarios`. All share
        their draws.
    detection
        The share of movements that was reported; see `Detection`.
    coverage, draws, seed
        As in `estimate_tonnage`.

    Raises
    ------
    EstimateError
        Nothing had left by `as_of`, or no number of the measure was published; the stock is not above the floor; an
        argument is out of bounds, or in which unit is not said.
    QuantityError
        An amount is in a unit that cannot be turned into that of the measure.

    Notes
    -----
    Remaining = stock - net outflow so far - floor. Each way (out or in, by mode) has its mean rate over `look_back`; a
    count of n movements is read as Gamma(n, 1), and of a way out that was not used as Gamma(1/2, 1). Days of silence
    raise the odds that it has stopped (`silence_odds`), so "never" grows with them and is not certain. The mean of a
    record shorter than a week has more doubt. In a record of six weeks or more no event
    moves the days looked back upon, so that one more movement never makes it later; in a shorter one an earlier first
    movement lengthens them, unless `look_back` says from when on it was watched.
    Reinforcements go on at their mean, the rest at one pace, read from what left in each week: the "local level" of
    `forecast` and `backtest`, which `docs/scores.md` scores. So a late rise or fall is carried forward, and fades. (The
    default of `forecast` scores a little better, but there more in one week can mean less later.) What leaves is held
    under the ceiling and slows down at the end; with probability `stall` it stops at some point of the way. With no
    drift, no tail and no stall, time = remaining / net rate; the tail slows the net rate down, so that what comes in is
    passed on. The mean of the time need not exist and is not given.

    Stock by place: moves inside the theatre shift stock, outbound ones reduce it, reinforcements raise it; nothing is
    lost, and an empty place feeds only what reaches it. A place that nothing was seen to leave has the pace of a count
    of zero, and the notes name it. The headline is complete when the last place is; the theatre as one stock, wherever
    in it things lie, is the scenario "as one stock".

    Examples
    --------
    >>> import forceflow as ff
    >>> events = ff.merge_claims(ff.load_reports("syria-2024"))
    >>> left = ff.estimate_withdrawal(events, stock_t=(20_000, 35_000, 60_000), draws=2_000, seed=7)
    >>> 0 < left.stall_probability < 1
    True
    """
    check_asked(coverage=coverage, draws=draws, seed=seed)
    given, measure = read_stock(stock, stock_t, measure)
    if floor is not None and floor_t is not None:
        raise EstimateError("give floor= or floor_t=, not both")
    stays = floor if floor is not None else 0.0 if floor_t is None else floor_t
    again: dict[str, Any] = {
        "stock": given,
        "measure": measure,
        "floor": stays,
        "as_of": as_of,
        "horizon": horizon,
        "stall": stall,
        "pace": pace,
        "ceiling_per_day": ceiling_per_day,
        "look_back": look_back,
        "drift_gsd": drift_gsd,
        "tail_share": tail_share,
        "tail_pace": tail_pace,
        "detection": detection,
        "coverage": coverage,
        "draws": draws,
        "seed": seed,
    }
    if measure is None:
        return _by_measure(events, given, {**again, "scenarios": scenarios})
    unit = UNITS[measure]
    if floor_t is not None and unit != "t":
        raise EstimateError(f"floor_t is in t, and the stock in {unit}; give floor=")
    stocks = amounts_by_place(given, "stock", unit)
    first = drawn(stocks, "stock", draws, seed)
    plan = read_plan(
        {
            "floor": stays,
            "stall": stall,
            "pace": pace,
            "ceiling_per_day": ceiling_per_day,
            "drift_gsd": drift_gsd,
        },
        tuple(stocks),
        unit,
    )
    slow = Quantity.of(tail_pace, unit="share")
    tail_share = as_float(tail_share, name="tail_share")
    if not 0 <= tail_share < 1 or slow.low <= 0:
        raise EstimateError(
            f"tail_share is from 0 to below 1 and tail_pace above 0; got {tail_share!r} and {slow}"
        )
    if look_back is not None and (
        not isinstance(look_back, int | np.integer) or not 1 <= look_back <= LONGEST
    ):
        raise EstimateError(
            f"look_back is a whole number of days from 1 to {LONGEST:,}, got {look_back!r}"
        )
    backend, chosen = backend_of(events), as_events(events)
    full = tuple(event for event in chosen if not event.is_empty)
    crossing = tuple(event for event in full if event.direction in ("outbound", "inbound"))
    if not crossing:
        raise EstimateError(
            "no movement crosses the boundary of the theatre, so there is no outflow to carry forward"
            + other_ways(full, ask=False)
        )
    last = max(event.stop for event in crossing)
    moment = last if as_of is None else end_of(as_of, name="as_of", error=EstimateError)
    known, dropped = _record_by(crossing, moment, whole=as_of is None)
    out = [event for event in known if event.direction == "outbound"]
    if not out:
        raise EstimateError(f"nothing was known to have left by {day_before(moment)}")
    recorded = math.ceil((moment - min(event.start for event in known)) / dt.timedelta(days=1))
    watched = min(max(recorded, 1), LOOK_BACK_DAYS) if look_back is None else int(look_back)
    common: dict[str, Any] = {
        "measure": measure,
        "detection": detection,
        "draws": draws,
        "seed": seed,
    }
    theatre = read_record(known, moment, watched, (), **common)
    if not any(event.direction == "outbound" for event in theatre.used):
        raise UncountedError(
            f"no number of {measure} was published for what left by {day_before(moment)}: not known"
        )
    steps = steps_ahead()
    silent = (moment - min(moment, max(event.stop for event in out))) / dt.timedelta(days=1)
    run = _Run(
        moment=moment,
        steps=steps,
        pace_of=lru_cache(
            lambda gsd: pace_ahead(
                theatre.gone, watched / len(theatre.gone), steps, drift_gsd=gsd, seed=seed
            )
        ),
        options={
            "tail_share": tail_share,
            "tail_pace": slow,
            "coverage": coverage,
            "seed": seed,
            "stopped_odds": silence_odds(silent),
        },
        fixed={
            "measure": measure,
            "unit": unit,
            "coverage": coverage,
            "draws": draws,
            "seed": seed,
            "backend": backend,
            "used": chosen,
        },
        days=days_to(horizon, moment),
    )
    notes = [
        *([f"left out, nothing public by {day_before(moment)}: {few(dropped)}"] if dropped else []),
        *(
            [
                f"the last movement out known by {day_before(moment)} ended {silent:.0f} days before; "
                f"silence raises the odds that it has stopped for good, by a factor of {silence_odds(silent):.2f}, "
                "though reports may merely have stopped"
            ]
            if silent > _SILENT_DAYS
            else []
        ),
        *(
            [
                f"nothing was known to leave in the last {watched} days: the pace is that of a count of zero, "
                "about half a movement of each way in these days"
            ]
            if theatre.silent
            else []
        ),
        f"the record is {watched} {'day' if watched == 1 else 'days'} long, the pace their mean; look_back= says from "
        "when on it was watched"
        if look_back is None and watched < LOOK_BACK_DAYS
        else f"the pace is the mean of the last {watched} days; another look_back= may give another",
        *(
            [
                f"so few days say little of the pace: a factor of {short_record_gsd(watched):.2f} of doubt was added"
            ]
            if short_record_gsd(watched) > 1
            else []
        ),
    ]

    def plans() -> dict[str, Plan]:
        return {
            name: read_plan({**plan.given, **changed_by(name, changed)}, tuple(stocks), unit)
            for name, changed in (scenarios or {}).items()
        }

    one = partial(run.course, theatre, {"": first.sum(axis=0)}, notes=[*theatre.notes, *notes])
    if not isinstance(given, Mapping):
        result, placed = one(plan)[""], dict[str, Withdrawal]()
        told = {name: one(other)[""] for name, other in plans().items()}
    else:
        every, _ = _record_by(full, moment, whole=as_of is None)
        network = read_record(every, moment, watched, tuple(stocks), **common)
        if quiet := [name for row, name in enumerate(stocks) if row in network.silent]:
            notes.append(
                f"nothing was seen to leave {', '.join(quiet)} in the last {watched} days: its pace is that of a count "
                "of zero, about half a movement of each way in these days"
            )
        placed = run.course(
            network, dict(zip(stocks, first, strict=True)), plan, notes=[*network.notes, *notes]
        )
        several = partial(
            run.course,
            network,
            dict(zip(stocks, first, strict=True)),
            notes=[*network.notes, *notes],
        )
        result = placed.pop("")
        told = {
            "as one stock": one(plan)[""],
            **{name: several(other)[""] for name, other in plans().items()},
        }
    over = tuple(
        note for place in placed.values() for note in place.notes if note.startswith(_OVER)
    )
    return replace(
        result,
        notes=tuple(dict.fromkeys((*result.notes, *over))),
        places=placed,
        scenarios=told,
        again=partial(estimate_withdrawal, **again),
    )


def _record_by(
    events: tuple[FlowEvent, ...], moment: dt.datetime, *, whole: bool
) -> tuple[tuple[FlowEvent, ...], tuple[str, ...]]:
    """The events up to a moment, and ids of those left out because nothing of them was public by then.

    Parameters
    ----------
    whole
        Use the record whole, whenever it was published: no day was given.
    """
    known, dropped = (events, ()) if whole else known_by(events, moment)
    return tuple(event for event in known if event.start < moment), dropped


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What all courses of one call share."""

    moment: dt.datetime
    steps: Floats
    days: int
    pace_of: Callable[[float], Floats]
    options: Mapping[str, Any]
    fixed: Mapping[str, Any]

    def course(
        self, record: Record, stocks: Mapping[str, Floats], plan: Plan, *, notes: list[str]
    ) -> dict[str, Withdrawal]:
        """What becomes of each stock, and of all together under no name."""
        coverage, draws, seed, unit = (
            self.fixed[name] for name in ("coverage", "draws", "seed", "unit")
        )
        first, kept = np.stack(list(stocks.values())), plan.kept(stocks, seed)
        above_all = float(np.mean(kept.sum(axis=0) >= first.sum(axis=0)))
        if above_all > 0.5:
            raise EstimateError(
                f"the floor ({Range.of_draws(kept.sum(axis=0), coverage=coverage, unit=unit)}) is not below the stock "
                f"({Range.of_draws(first.sum(axis=0), coverage=coverage, unit=unit)}) in {above_all:.0%} of the draws"
            )
        beyond = float(np.mean((record.moved > first).any(axis=0)))
        record, taken = record.within(first, seed)
        beyond -= float(np.mean((record.moved > first).any(axis=0)))
        pace = self.pace_of(plan.drift_gsd)
        courses = run_course(
            np.maximum(first - record.moved - kept, 0.0),
            record.at(plan.pace),
            floors=kept,
            pace=pace if taken is None else pace[:, taken],
            steps=self.steps,
            stall=plan.stall,
            ceiling=plan.ceiling,
            **self.options,
        )
        if beyond >= 0.01:
            notes = [
                *notes,
                f"the stock bounds what can have left: in {beyond:.0%} of the draws the published numbers "
                "allowed more, and were drawn again within the stock",
            ]
        slow, tail = self.options["tail_pace"], self.options["tail_share"]
        free = f"no ceiling was given: no capacity bounds what leaves in a day (ceiling_per_day, in {unit})"
        priors = (
            *(
                [free]
                if plan.ceiling is None
                else _below(plan.ceiling, record.net(plan.pace).sum(axis=0), unit)
            ),
            f"chance of a stall: {plan.stall.low:.0%} to {plan.stall.high:.0%}, most likely {plan.stall.best:.0%} "
            "(prior)",
            f"the pace wanders by a factor of {plan.drift_gsd:g} in a month (as scored at "
            f"{DRIFT_GSD_PER_MONTH:g}); the last {tail:.0%} leaves at {slow.low:.0%} to {slow.high:.0%} of it (priors)",
        )
        grid = np.arange(1, self.days + 1, dtype=np.float64)
        claims, reports = claims_of(record.used)

        def of(draws_of: Floats, per: str = "") -> Range:
            return Range.of_draws(draws_of, coverage=coverage, unit=unit + per)

        def told(
            name: str, course: Course, there: Floats, stays: Floats, moved: Floats, net: Floats
        ) -> Withdrawal:
            ordered = np.sort(course.days)
            fan = [np.interp(grid, course.grid, row) for row in course.fan]
            return Withdrawal(
                as_of=self.moment,
                dates=tuple(self.moment + dt.timedelta(days=float(day)) for day in grid),
                probability=np.searchsorted(ordered, grid, side="right") / draws,
                remaining_low=fan[0],
                remaining_middle=fan[1],
                remaining_high=fan[2],
                stall_probability=float(np.mean(np.isinf(course.days))),
                stock=of(there),
                floor=of(stays),
                moved=of(moved),
                net_per_day=of(net, "/day"),
                completion_days=ordered,
                claims=claims,
                events=tuple(event.event_id for event in record.used),
                reports=reports,
                notes=(*notes, *priors, *_excess(name, there, stays, moved, self.moment)),
                **self.fixed,
            )

        parts = (first, kept, record.moved, record.net(plan.pace))
        out = {"": told("", courses[0], *(part.sum(axis=0) for part in parts))}
        if tuple(stocks) == ("",):
            return out
        return out | {
            name: told(name, courses[row + 1], *(part[row] for part in parts))
            for row, name in enumerate(stocks)
        }


def _below(ceiling: Quantity, net: Floats, unit: str) -> tuple[str, ...]:
    """A ceiling below the pace at which the record says that things left is a contradiction, and said."""
    bound, pace = Range(*ceiling.quantile([0.05, 0.5, 0.95]).tolist()), float(np.median(net))
    return (
        (below_pace("what the ceiling allows", bound, pace, unit),) if pace > bound.middle else ()
    )


_OVER = "more had left"


def _excess(
    name: str, stock: Floats, kept: Floats, moved: Floats, moment: dt.datetime
) -> tuple[str, ...]:
    """A stock that is less than what left it, or than what stays, is a contradiction, and said."""
    notes, at = [], f" {name}" if name else ""
    if (share := float(np.mean(moved > stock))) >= 0.01:
        notes.append(
            f"{_OVER}{at} by {day_before(moment)} than the stock given in {share:.0%} of the draws: the stock is too "
            "small, or what came in was not reported; there it counts as empty"
        )
    if (share := float(np.mean((kept >= stock) & (stock > 0)))) >= 0.01:
        notes.append(
            f"the floor{at} is not below the stock{at} in {share:.0%} of the draws: nothing has to leave"
        )
    return tuple(notes)


def _by_measure(events: Any, stocks: Mapping[str, Amount], given: Mapping[str, Any]) -> Withdrawal:
    """One course for each measure of a stock given by measure; the first is the headline."""
    floor = given["floor"]
    if not isinstance(floor, Mapping) and Quantity.of(floor).high > 0 and len(stocks) > 1:
        raise EstimateError(
            f"a floor of {floor!r} in which unit? Give it by measure too: {', '.join(stocks)}"
        )
    every, unknown = dict[str, Withdrawal](), dict[str, str]()
    for name, amount in stocks.items():
        own = floor.get(name, 0.0) if isinstance(floor, Mapping) else floor
        try:
            every[name] = estimate_withdrawal(
                events, **{**given, "stock": amount, "measure": name, "floor": own}
            )
        except UncountedError as error:
            unknown[name] = str(error)
    if not every:
        raise EstimateError("; ".join(unknown.values()))
    first = next(iter(every.values()))
    rest = {name: value for name, value in given.items() if name != "scenarios"}
    return replace(
        first,
        notes=(*unknown.values(), *first.notes),
        measures=every,
        again=partial(estimate_withdrawal, **rest),
    )
