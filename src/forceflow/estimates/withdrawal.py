"""When would it be complete, and would it ever be?"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import EstimateError
from ..evidence.frames import as_events, backend_of
from ..quantity import Quantity
from ..world import route
from .capacity import Amount
from .completion import DRIFT_GSD_PER_MONTH, STALL, TAIL_PACE, TAIL_SHARE, pace_ahead, run_course, steps_ahead
from .flows import Measure, known_by
from .network import Record, read_record, weekly
from .range import Range
from .rate import Detection
from .timeline import Withdrawal, day_before, end_of
from .tonnage import check_draws, claims_of

__all__ = ["Withdrawal", "estimate_withdrawal", "withdrawal_scenarios"]

Floats = NDArray[np.float64]

_UNITS: dict[str, str] = {"tonnes": "t", "vehicles": "vehicles", "personnel": "personnel"}
_OVERRIDES = ("floor", "stall", "pace", "ceiling_per_day", "drift_gsd")


def estimate_withdrawal(
    events: Any,
    *,
    stock_t: Amount | Mapping[str, Amount] | None = None,
    stock: Amount | Mapping[str, Amount] | None = None,
    measure: Measure = "tonnes",
    floor_t: Amount | Mapping[str, Amount] = 0.0,
    floor: Amount | Mapping[str, Amount] | None = None,
    as_of: str | dt.date | None = None,
    horizon: int | str | dt.date = 3650,
    stall: Amount = STALL,
    pace: Mapping[str, float] | None = None,
    ceiling_per_day: float = math.inf,
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
        theatre that are not named belong to "interior positions". By measure: ``{"vehicles": ..., "personnel": ...}``;
        the answer is that of the first, and `measures` holds each. One of the two is needed.
    measure
        "tonnes", "vehicles" or "personnel".
    floor_t, floor
        What stays on purpose; by place or by measure where the stock is.
    as_of
        Day at whose end the forecast stands; by default the last day of the events. Claims published later are not
        used.
    horizon
        How far `dates` reach, in days or as a last day; probabilities for later days are still answered by
        `probability_by`.
    stall
        Chance that it stops for good on the way; see `STALL`.
    pace
        Share of the outflow that goes on, by mode: ``{"sea": 0}`` is airlift only, ``{"sea": 0.5}`` ships that need
        twice the time.
    ceiling_per_day
        The most that can leave in a day: the capacity of the bridges.
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
        Nothing had left by `as_of`, the stock is not above the floor, or an argument is out of bounds.

    Notes
    -----
    Remaining = stock - net outflow so far - floor. Each way (out or in, by mode) has its mean rate since the first
    movement; a count of n movements is read as Gamma(n, 1). Reinforcements go on at their mean, the rest at one pace,
    read from what left in each week: the "local level" of `forecast` and `backtest`, which `docs/scores.md` scores. So
    a late rise or fall is carried forward, and fades. (The default of `forecast` scores a little better, but there
    more in one week can mean less later.) What leaves is held under the ceiling and slows down at the end; with
    probability `stall` it stops at some point of the way. With no drift, no tail and no stall, time = remaining / rate.
    The mean of the time need not exist and is not given.

    Stock by place: moves inside the theatre shift stock, outbound ones reduce it, reinforcements raise it; nothing is
    lost, and an empty place feeds only what reaches it. A place that nothing was seen to leave is never empty. The
    headline takes the theatre as one stock, wherever in it things lie.

    Examples
    --------
    >>> import forceflow as ff
    >>> events = ff.merge_claims(ff.load_reports("syria-2024"))
    >>> left = ff.estimate_withdrawal(events, stock_t=(20_000, 35_000, 60_000), draws=2_000, seed=7)
    >>> 0 < left.stall_probability < 1
    True
    """
    check_draws(coverage, draws)
    given = stock if stock is not None else stock_t
    if given is None:
        raise EstimateError("say what there was: stock_t=(20_000, 35_000, 60_000), or stock= with measure=")
    stays = floor_t if floor is None else floor
    again: dict[str, Any] = {
        "stock": given, "measure": measure, "floor": stays, "as_of": as_of, "horizon": horizon, "stall": stall,
        "pace": pace, "ceiling_per_day": ceiling_per_day, "drift_gsd": drift_gsd, "tail_share": tail_share,
        "tail_pace": tail_pace, "detection": detection, "coverage": coverage, "draws": draws, "seed": seed,
    }  # fmt: skip
    if isinstance(given, Mapping) and given and set(given) <= set(_UNITS):
        return _by_measure(events, given, {**again, "scenarios": scenarios})
    if measure not in _UNITS:
        raise EstimateError(f"measure {measure!r} is none of {', '.join(_UNITS)}")
    unit = _UNITS[measure]
    stocks = _amounts(given, unit)
    first = _drawn(stocks, "stock", draws, seed)
    plan = _plan(
        {"floor": stays, "stall": stall, "pace": pace, "ceiling_per_day": ceiling_per_day, "drift_gsd": drift_gsd},
        tuple(stocks),
        unit,
        sum(quantity.high for quantity in stocks.values()),
    )
    slow = Quantity.of(tail_pace, unit="share")
    if not 0 <= tail_share < 1 or slow.low <= 0:
        raise EstimateError(f"tail_share is from 0 to below 1 and tail_pace above 0; got {tail_share!r} and {slow}")
    backend, chosen = backend_of(events), as_events(events)
    full = tuple(event for event in chosen if not event.is_empty)
    crossing = tuple(event for event in full if event.direction in ("outbound", "inbound"))
    if not crossing:
        raise EstimateError("no movement crosses the boundary of the theatre, so there is no outflow to carry forward")
    moment = end_of(as_of) if as_of is not None else max(event.stop for event in crossing)
    known, dropped = known_by(crossing, moment)
    if not any(event.direction == "outbound" for event in known):
        raise EstimateError(f"nothing was known to have left by {day_before(moment)}")
    window = (min(event.start for event in known), moment)
    common: dict[str, Any] = {"measure": measure, "detection": detection, "draws": draws, "seed": seed}
    theatre = read_record(known, window, (), **common)
    days = _horizon(horizon, moment)
    steps = steps_ahead(days)
    run = _Run(
        moment=moment,
        steps=steps,
        pace_of=lru_cache(lambda gsd: pace_ahead(theatre.gone, weekly(window)[1], steps, drift_gsd=gsd, seed=seed)),
        options={"tail_share": tail_share, "tail_pace": slow, "coverage": coverage, "seed": seed},
        fixed={"measure": measure, "unit": unit, "coverage": coverage, "draws": draws, "seed": seed,
               "backend": backend, "used": chosen},
        days=days,
    )  # fmt: skip
    notes = list(theatre.notes)
    if dropped:
        notes.append(f"left out, nothing public by {day_before(moment)}: {', '.join(dropped)}")
    whole = {"": first.sum(axis=0)}
    result = run.course(theatre, whole, plan, notes)[""]
    placed: dict[str, Withdrawal] = {}
    if isinstance(given, Mapping):
        every, _ = known_by(full, moment)
        since = (min(event.start for event in every), moment)
        network = read_record(every, since, tuple(stocks), **common)
        placed = run.course(network, dict(zip(stocks, first, strict=True)), plan, list(network.notes))
    told = {
        name: run.course(theatre, whole, _plan({**plan.given, **_checked(name, changed)}, tuple(stocks), unit,
                                               plan.most), notes)[""]
        for name, changed in (scenarios or {}).items()
    }  # fmt: skip
    over = tuple(note for one in placed.values() for note in one.notes if note.startswith(_OVER))
    return replace(
        result,
        notes=(*result.notes, *over),
        places=placed,
        scenarios=told,
        again=partial(estimate_withdrawal, **again),
    )


def withdrawal_scenarios(*, floor: Amount, origin: str = "Tartus") -> dict[str, dict[str, Any]]:
    """Ways the reports of early 2025 saw it going, for ``scenarios=`` of `estimate_withdrawal`.

    Parameters
    ----------
    floor
        What stays if the talks succeed and two bases are kept: yours to say, as nobody published it.
    origin
        The port whose ways are compared.

    Returns
    -------
    dict
        "talks succeed": the floor stays; "talks fail": everything leaves and nothing stalls for good; "straits closed":
        ships go on taking the long way, as they did in the record, which is the forecast itself; "straits open": they
        take the short way through the Bosphorus, so that the sea part goes faster by the ratio of the distances;
        "airlift only": nothing more goes by sea.
    """
    short = route(origin, "Novorossiysk", mode="sea").distance_km
    long = route(origin, "Baltiysk", mode="sea").distance_km
    return {
        "talks succeed": {"floor": floor},
        "talks fail": {"floor": 0.0, "stall": 0.0},
        "straits closed": {"pace": {"sea": 1.0}},
        "straits open": {"pace": {"sea": long / short}},
        "airlift only": {"pace": {"sea": 0.0}},
    }


def _checked(name: str, changed: Mapping[str, Any]) -> dict[str, Any]:
    wrong = sorted(set(changed) - set(_OVERRIDES))
    if wrong:
        raise EstimateError(f"scenario {name!r} changes {', '.join(wrong)}; it may change {', '.join(_OVERRIDES)}")
    return dict(changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What a scenario may change, read and checked."""

    floors: dict[str, Quantity]
    stall: Quantity
    pace: Mapping[str, float]
    ceiling_per_day: float
    drift_gsd: float
    most: float
    given: Mapping[str, Any]

    def kept(self, stocks: Mapping[str, Floats], seed: int) -> Floats:
        """What stays in each stock, shape (stocks, draws): as given by place, else in proportion to what lies there."""
        draws = next(iter(stocks.values())).size
        drawn = _drawn(self.floors, "floor", draws, seed)
        if tuple(self.floors) == tuple(stocks):
            return drawn
        whole = np.sum(list(stocks.values()), axis=0)
        return np.stack([drawn.sum(axis=0) * own / np.maximum(whole, 1e-300) for own in stocks.values()])


def _plan(given: Mapping[str, Any], places: tuple[str, ...], unit: str, most: float) -> _Plan:
    floor, stall = given["floor"], Quantity.of(given["stall"], unit="share")
    ceiling, gsd, pace = given["ceiling_per_day"], given["drift_gsd"], given["pace"] or {}
    floors = _amounts(floor, unit)
    if isinstance(floor, Mapping):
        if strange := sorted(set(floors) - set(places)):
            raise EstimateError(f"the floor names {', '.join(strange)}; the stock has {', '.join(places) or 'none'}")
        floors = {name: floors.get(name, Quantity.exactly(0.0, unit=unit)) for name in places}
    low, high = (sum(getattr(q, end) for q in floors.values()) for end in ("low", "high"))
    if not 0 <= low <= high < most:
        raise EstimateError(
            f"the floor ({low:g} to {high:g} {unit}) must lie at 0 or above and below the stock ({most:g} {unit})"
        )
    if not 0 <= stall.low <= stall.high <= 1:
        raise EstimateError(f"stall is a chance between 0 and 1, got {stall}")
    if not ceiling > 0 or not gsd >= 1:
        raise EstimateError(f"ceiling_per_day is above 0 and drift_gsd 1 or more; got {ceiling!r} and {gsd!r}")
    wrong = {mode: share for mode, share in pace.items() if mode not in ("air", "sea", "road") or not share >= 0}
    if wrong:
        raise EstimateError(f"pace gives a share of 0 or more by mode (air, sea, road), got {wrong}")
    return _Plan(
        floors=floors, stall=stall, pace=pace, ceiling_per_day=ceiling, drift_gsd=gsd, most=most, given=dict(given)
    )


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
        self, record: Record, stocks: Mapping[str, Floats], plan: _Plan, notes: list[str]
    ) -> dict[str, Withdrawal]:
        """What becomes of each stock."""
        coverage, draws, seed, unit = (self.fixed[name] for name in ("coverage", "draws", "seed", "unit"))
        first, kept = np.stack(list(stocks.values())), plan.kept(stocks, seed)
        courses = run_course(
            np.maximum(first - record.moved - kept, 0.0),
            record.at(plan.pace),
            floors=kept,
            pace=self.pace_of(plan.drift_gsd),
            steps=self.steps,
            stall=plan.stall,
            ceiling=plan.ceiling_per_day,
            **self.options,
        )
        slow, tail = self.options["tail_pace"], self.options["tail_share"]
        priors = (
            f"chance of a stall: {plan.stall.low:.0%} to {plan.stall.high:.0%}, most likely {plan.stall.best:.0%} "
            "(prior)",
            f"the pace wanders by a factor of {plan.drift_gsd:g} in a month (as scored at "
            f"{DRIFT_GSD_PER_MONTH:g}); the last {tail:.0%} leaves at {slow.low:.0%} to {slow.high:.0%} of it (priors)",
        )
        grid = np.arange(1, self.days + 1, dtype=np.float64)
        claims, reports = claims_of(record.used)

        def of(draws_of: Floats, per: str = "") -> Range:
            return Range.of_draws(draws_of, coverage=coverage, unit=unit + per)

        out = {}
        for node, (name, course) in enumerate(zip(stocks, courses, strict=True)):
            ordered = np.sort(course.days)
            over = float(np.mean(record.moved[node] > first[node]))
            fan = [np.interp(grid, course.grid, row) for row in course.fan]
            out[name] = Withdrawal(
                as_of=self.moment,
                dates=tuple(self.moment + dt.timedelta(days=float(day)) for day in grid),
                probability=np.searchsorted(ordered, grid, side="right") / draws,
                remaining_low=fan[0],
                remaining_middle=fan[1],
                remaining_high=fan[2],
                stall_probability=float(np.mean(np.isinf(course.days))),
                stock=of(first[node]),
                floor=of(kept[node]),
                moved=of(record.moved[node]),
                net_per_day=of(record.net(plan.pace, node), "/day"),
                completion_days=ordered,
                claims=claims,
                events=tuple(event.event_id for event in record.used),
                reports=reports,
                notes=(*notes, *priors, *_excess(name, over, self.moment)),
                **self.fixed,
            )
        return out


_OVER = "more had left"


def _excess(name: str, share: float, moment: dt.datetime) -> tuple[str, ...]:
    """A stock that is less than what left it is a contradiction, and said."""
    if share < 0.01:
        return ()
    where = f"{_OVER} {name}" if name else _OVER
    return (
        f"{where} by {day_before(moment)} than the stock given in {share:.0%} of the draws: the stock is too "
        "small, or what came in was not reported; there it counts as empty",
    )


def _by_measure(events: Any, stocks: Mapping[str, Amount], given: Mapping[str, Any]) -> Withdrawal:
    """One course for each measure of a stock given by measure; the first is the headline."""
    floor = given["floor"]
    if not isinstance(floor, Mapping) and Quantity.of(floor).high > 0 and len(stocks) > 1:
        raise EstimateError(f"a floor of {floor!r} in which unit? Give it by measure too: {', '.join(stocks)}")
    every = {}
    for name, amount in stocks.items():
        own = floor.get(name, 0.0) if isinstance(floor, Mapping) else floor
        every[name] = estimate_withdrawal(events, **{**given, "stock": amount, "measure": name, "floor": own})
    rest = {name: value for name, value in given.items() if name != "scenarios"}
    return replace(next(iter(every.values())), measures=every, again=partial(estimate_withdrawal, **rest))


def _amounts(given: Amount | Mapping[str, Amount], unit: str) -> dict[str, Quantity]:
    """By place; the theatre as a whole has no name."""
    if not isinstance(given, Mapping):
        return {"": Quantity.of(given, unit=unit)}
    if not given:
        raise EstimateError("a stock by place names at least one place")
    return {name: Quantity.of(amount, unit=unit) for name, amount in given.items()}


def _drawn(amounts: Mapping[str, Quantity], entity: str, draws: int, seed: int) -> Floats:
    """Draws of each, shape (places, draws)."""
    return np.stack(
        [
            quantity.draw(draws, seed=seed, entity=f"{entity} {name}".strip(), purpose="withdrawal")
            for name, quantity in amounts.items()
        ]
    )


def _horizon(horizon: int | str | dt.date, moment: dt.datetime) -> int:
    """Days from a moment to the end of the horizon."""
    days = horizon if isinstance(horizon, int) else math.ceil((end_of(horizon) - moment).total_seconds() / 86_400)
    if days < 1:
        raise EstimateError(
            f"the horizon is a number of days above 0, or a day after {day_before(moment)}; got {horizon!r}"
        )
    return days
