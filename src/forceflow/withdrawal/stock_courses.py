"""What becomes of stocks under a plan: the record held within the stock, and its flows carried forward."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..arrays import Floats
from ..errors import EstimateError
from ..results.range import Range
from .depletion import Course, run_course, silence_odds, steps_ahead
from .inputs import Plan
from .known_record import KnownRecord
from .request import Request
from .stock_network import Record

__all__ = ["Depletion", "deplete", "deplete_as_one"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Depletion:
    """What becomes of some stocks under a plan.

    Parameters
    ----------
    places
        Names of the stocks; the theatre as one stock has no name.
    plan, record
        The plan, and what the events say of the stocks, drawn within them.
    stocks, floors, net
        What there was, what stays, and what leaves in a day less what comes in, shape (stocks, draws).
    courses
        What becomes of all stocks together, then of each.
    redrawn
        Share of the draws in which the published numbers allowed more than the stock.
    """

    places: tuple[str, ...]
    plan: Plan
    record: Record
    stocks: Floats
    floors: Floats
    net: Floats
    courses: tuple[Course, ...]
    redrawn: float


def deplete(known: KnownRecord, plan: Plan) -> Depletion:
    """What becomes of the stocks as they were given: by place, or the theatre as one."""
    if known.by_place is None:
        return deplete_as_one(known, plan)
    return _deplete_stocks(known.request.stocks, known.by_place, plan, known)


def deplete_as_one(known: KnownRecord, plan: Plan) -> Depletion:
    """What becomes of the theatre as one stock, wherever in it things lie."""
    return _deplete_stocks(known.request.as_one_stock, known.theatre, plan, known)


def _deplete_stocks(
    stocks: Mapping[str, Floats], record: Record, plan: Plan, known: KnownRecord
) -> Depletion:
    request = known.request
    first = np.stack(list(stocks.values()))
    kept = plan.kept(stocks, request.seed)
    _check_floor(kept.sum(axis=0), first.sum(axis=0), request)
    fitting, taken = record.within(first, request.seed)
    pace = known.pace_of(drift_gsd=plan.drift_gsd)
    if taken is not None:
        # A draw that took the record of another one takes the pace read from it too.
        pace = pace[:, taken]
    courses = run_course(
        np.maximum(first - fitting.moved - kept, 0.0),
        fitting.at(plan.pace),
        floors=kept,
        pace=pace,
        steps=steps_ahead(),
        stall=plan.stall,
        ceiling=plan.ceiling,
        tail_share=request.tail_share,
        tail_pace=request.tail_pace,
        coverage=request.coverage,
        seed=request.seed,
        stopped_odds=silence_odds(known.silent_days),
    )
    return Depletion(
        places=tuple(stocks),
        plan=plan,
        record=fitting,
        stocks=first,
        floors=kept,
        net=fitting.net(plan.pace),
        courses=courses,
        redrawn=_share_beyond(record, first) - _share_beyond(fitting, first),
    )


def _check_floor(floor: Floats, stock: Floats, request: Request) -> None:
    """Refuse a floor that is not below the stock in most draws."""
    above = float(np.mean(floor >= stock))
    if above > 0.5:
        stays = Range.of_draws(floor, coverage=request.coverage, unit=request.unit)
        there = Range.of_draws(stock, coverage=request.coverage, unit=request.unit)
        raise EstimateError(
            f"the floor ({stays}) is not below the stock ({there}) in {above:.0%} of the draws"
        )


def _share_beyond(record: Record, stocks: Floats) -> float:
    """Share of the draws in which more had left some stock than it held."""
    return float(np.mean((record.moved > stocks).any(axis=0)))
