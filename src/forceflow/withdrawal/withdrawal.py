"""When would it be complete, and would it ever be?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ..errors import EstimateError
from ..flows.event_draws import Measure
from ..flows.rate import Detection
from ..lift.bridges.amounts import Amount
from ..lift.capacity.capacity import Capacity
from ..quantity import Quantity
from ..results.arguments import check_asked
from .depletion import DRIFT_GSD_PER_MONTH, STALL, TAIL_PACE, TAIL_SHARE
from .describe import contradictions, describe, describe_places
from .inputs import UncountedError, read_floor, read_stock
from .known_record import record_at
from .request import read_request
from .result import Withdrawal
from .stock_courses import deplete, deplete_as_one

__all__ = ["Withdrawal", "estimate_withdrawal"]


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
        "other places". The direction of the events decides which places lie in it. By measure:
        ``{"vehicles": ..., "personnel": ...}``; the answer is that of the first with a published number, and `measures`
        holds each that has one. One of the two is needed.
    measure
        "tonnes", "vehicles" or "personnel"; by default the unit of the stock.
    floor_t, floor
        What stays on purpose, nothing by default; by place or by measure where the stock is.
    as_of
        Day at whose end the forecast is made. It rests on the record as it was then: events are merged again from the
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
        argument is out of bounds, or its unit is not given.
    QuantityError
        An amount is in a unit that cannot be turned into that of the measure.

    Notes
    -----
    Remaining = stock - net outflow so far - floor. Each way (out or in, by mode) has its mean rate over `look_back`; a
    count of n movements is read as Gamma(n, 1), and of a way out that was not used as Gamma(1/2, 1). Days of silence
    raise the odds that it has stopped (`silence_odds`), so "never" grows with them and is not certain. The mean of a
    record shorter than a week has more doubt. In a record of six weeks or more no event
    moves the days looked back upon, so that one more movement never makes it later; in a shorter one an earlier first
    movement lengthens them, unless `look_back` gives the days it was watched.
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
    terms: dict[str, Any] = {
        "stock": given,
        "measure": measure,
        "floor": read_floor(floor, floor_t, measure),
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
        return _estimate_measures(events, terms, scenarios)
    request = read_request(terms, scenarios or {})
    known = record_at(events, request)
    depletion = deplete(known, request.plan)
    result, places = describe(depletion, known), describe_places(depletion, known)
    others = {}
    if known.by_place is not None:
        # A place that nothing was seen to leave holds the headline up, so the theatre as one is given beside it.
        others["as one stock"] = describe(deplete_as_one(known, request.plan), known)
    for name, plan in request.scenarios.items():
        others[name] = describe(deplete(known, plan), known)
    return replace(
        result,
        notes=tuple(dict.fromkeys((*result.notes, *contradictions(places)))),
        places=places,
        scenarios=others,
        again=partial(estimate_withdrawal, **terms),
    )


def _estimate_measures(
    events: Any, terms: Mapping[str, Any], scenarios: Mapping[str, Mapping[str, Any]] | None
) -> Withdrawal:
    """One estimate for each measure of a stock given by measure; the first is the headline."""
    stocks, floor = terms["stock"], terms["floor"]
    _check_floor_unit(floor, stocks)
    every, unknown = dict[str, Withdrawal](), dict[str, str]()
    for name, amount in stocks.items():
        own = {**terms, "stock": amount, "measure": name, "floor": _floor_of(name, floor)}
        # A measure of which nothing was published is a note beside those that have a number.
        try:
            every[name] = estimate_withdrawal(events, **own, scenarios=scenarios)
        except UncountedError as error:
            unknown[name] = str(error)
    if not every:
        raise EstimateError("; ".join(unknown.values()))
    first = next(iter(every.values()))
    return replace(
        first,
        notes=(*unknown.values(), *first.notes),
        measures=every,
        again=partial(estimate_withdrawal, **terms),
    )


def _check_floor_unit(floor: Any, stocks: Mapping[str, Amount]) -> None:
    """One number above 0 cannot stay of several measures."""
    if isinstance(floor, Mapping) or len(stocks) == 1:
        return
    if Quantity.of(floor).high > 0:
        raise EstimateError(
            f"a floor of {floor!r} in which unit? Give it by measure too: {', '.join(stocks)}"
        )


def _floor_of(measure: str, floor: Any) -> Any:
    return floor.get(measure, 0.0) if isinstance(floor, Mapping) else floor
