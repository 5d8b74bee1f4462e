"""When would it be complete, and would it ever be?"""

from __future__ import annotations

import datetime as dt
import html
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..evidence.frames import as_events, backend_of, make_frame
from ..quantity import Quantity
from ..world import find_place, route
from .capacity import Amount
from .completion import DRIFT_GSD_PER_MONTH, STALL, TAIL_PACE, TAIL_SHARE, run_course
from .flows import Measure, known_by, prepare
from .range import Range
from .rate import Detection, net_draws
from .result import basis
from .tonnage import check_draws, claims_of

__all__ = ["Withdrawal", "estimate_withdrawal", "withdrawal_scenarios"]

Floats = NDArray[np.float64]

_UNITS: dict[str, str] = {"tonnes": "t", "vehicles": "vehicles", "personnel": "personnel"}
_OVERRIDES = ("floor", "stall", "pace", "ceiling_per_day", "drift_gsd")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Withdrawal:
    """When the stock would be down to the floor: a distribution with an explicit chance of never.

    Parameters
    ----------
    dates, probability
        Days after `as_of`, and the probability that it is complete by the end of each; shape (days,).
    remaining_low, remaining_middle, remaining_high
        What is still there at the end of each day, in `unit`.
    measure, unit
        What is counted: tonnes, vehicles or personnel.
    places
        The same for each place of a stock that was given by place.
    scenarios
        The same under each scenario asked for.
    stall_probability
        The probability of never: it stalls, or the net flow does not go out at all.
    stock, floor, moved, net_per_day
        What there was, what stays on purpose, what had left by `as_of`, and the net outflow carried forward.
    as_of
        Nothing that was published later was used.
    completion_days
        Days after `as_of` of each draw, sorted; infinite where it never happens.
    """

    as_of: dt.datetime
    dates: tuple[dt.datetime, ...]
    probability: Floats
    remaining_low: Floats
    remaining_middle: Floats
    remaining_high: Floats
    stall_probability: float
    stock: Range
    floor: Range
    moved: Range
    net_per_day: Range
    measure: str = "tonnes"
    unit: str = "t"
    completion_days: Floats
    coverage: float
    draws: int
    seed: int
    claims: tuple[str, ...]
    events: tuple[str, ...]
    reports: tuple[str, ...]
    notes: tuple[str, ...] = ()
    backend: str = "polars"
    places: Mapping[str, Withdrawal] = field(default_factory=dict, repr=False)
    scenarios: Mapping[str, Withdrawal] = field(default_factory=dict, repr=False)
    used: tuple[FlowEvent, ...] = field(default=(), repr=False)
    again: Callable[[tuple[FlowEvent, ...]], Withdrawal] | None = field(default=None, repr=False)

    @property
    def net_t_per_day(self) -> Range:
        """The net outflow carried forward; another name for `net_per_day`."""
        return self.net_per_day

    @property
    def floor_t(self) -> float:
        """Middle of what stays on purpose."""
        return self.floor.middle

    @property
    def answer(self) -> str:
        """The headline: when half the draws are complete, and how many never are."""
        middle = self.date(0.5)
        return (
            f"{f'half by {middle:%Y-%m-%d}' if middle else 'less than half ever'}, never {self.stall_probability:.0%}"
        )

    def probability_by(self, date: str | dt.date) -> float:
        """Probability that it is complete by the end of a day."""
        days = (_end_of(date) - self.as_of).total_seconds() / 86_400
        return float(np.searchsorted(self.completion_days, days, side="right") / self.draws)

    def date(self, q: float) -> dt.datetime | None:
        """Moment by which it is complete with probability `q`; None when that never happens.

        Raises
        ------
        EstimateError
            `q` is not above 0 and below 1.
        """
        if not 0 < q < 1:
            raise EstimateError(f"a probability above 0 and below 1 was wanted, got {q!r}")
        days = self.completion_days[min(int(np.ceil(q * self.draws)), self.draws) - 1]
        try:
            return self.as_of + dt.timedelta(days=float(days)) if np.isfinite(days) else None
        except OverflowError:  # beyond the year 9999
            return None

    def date_if_complete(self, q: float) -> dt.datetime | None:
        """Moment by which it is complete with probability `q`, given that it ever is; None when it never is."""
        if self.stall_probability >= 1:
            return None
        return self.date(q * (1 - self.stall_probability))

    def to_frame(self, *, backend: str | None = None) -> Any:
        """One row per day: date, probability, remaining_low, remaining_middle, remaining_high (t)."""
        columns: dict[str, Any] = {
            "date": list(self.dates),
            "probability": self.probability.tolist(),
            "remaining_low": self.remaining_low.tolist(),
            "remaining_middle": self.remaining_middle.tolist(),
            "remaining_high": self.remaining_high.tolist(),
        }
        return make_frame(columns, backend=backend or self.backend)

    def __str__(self) -> str:
        middle = self.date(0.5)
        when = f"half the draws are complete by {middle:%Y-%m-%d}" if middle else "more than half the draws never end"
        return (
            f"withdrawal: {when}; never: {self.stall_probability:.0%} (stock {self.stock}, moved {self.moved} by "
            f"{self.as_of - dt.timedelta(seconds=1):%Y-%m-%d}, net {self.net_per_day}), "
            f"{basis(self.claims, self.reports)}, seed {self.seed}"
        )

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{html.escape(note)}</li>" for note in self.notes)
        named = [*self.scenarios.items(), *self.places.items()]
        rows = "".join(f"<tr><th>{html.escape(n)}</th><td>{html.escape(w.answer)}</td></tr>" for n, w in named)
        return f"<p>{html.escape(str(self))}</p><table><tbody>{rows}</tbody></table><ul>{notes}</ul>"


def estimate_withdrawal(
    events: Any,
    *,
    stock_t: Amount | Mapping[str, Amount] | None = None,
    stock: Amount | Mapping[str, Amount] | None = None,
    measure: Measure = "tonnes",
    floor_t: Amount = 0.0,
    floor: Amount | None = None,
    as_of: str | dt.date | None = None,
    horizon_days: int = 3650,
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
        high), a `Quantity`, or one of these by place (``{"Hmeimim": ..., "Tartus": ..., "interior positions": ...}``;
        places of the theatre that are not named belong to "interior positions"). One of the two is needed.
    measure
        "tonnes", "vehicles" or "personnel".
    floor_t, floor
        What stays on purpose.
    as_of
        Day at whose end the forecast stands; by default the last day of the events. Claims published later are not
        used.
    horizon_days
        How far `dates` reach; probabilities for later days are still answered by `probability_by`.
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
    Remaining = stock - net outflow so far - floor. The net rate (`estimate_rate`) wanders from week to week as a random
    walk on the log scale, is held under the ceiling and slows down at the end; with probability `stall` it stops at
    some point of the way. With no drift, no tail and no stall, time = remaining / rate. The mean of the time need not
    exist and is not given.

    Examples
    --------
    >>> import forceflow as ff
    >>> events = ff.merge_claims(ff.load_reports("syria-2024"))
    >>> left = ff.estimate_withdrawal(events, stock_t=(20_000, 35_000, 60_000), draws=2_000, seed=7)
    >>> 0 < left.stall_probability < 1
    True
    """
    check_draws(coverage, draws)
    if measure not in _UNITS:
        raise EstimateError(f"measure {measure!r} is none of {', '.join(_UNITS)}")
    given = stock if stock is not None else stock_t
    if given is None:
        raise EstimateError("say what there was: stock_t=(20_000, 35_000, 60_000), or stock= with measure=")
    unit = _UNITS[measure]
    by_place = {n: Quantity.of(q, unit=unit) for n, q in given.items()} if isinstance(given, Mapping) else {}
    start = _sum(by_place) if isinstance(given, Mapping) else Quantity.of(given, unit=unit)
    stays = Quantity.of(floor_t if floor is None else floor, unit=unit)
    chance, slow = Quantity.of(stall, unit="share"), Quantity.of(tail_pace, unit="share")
    if not 0 <= stays.low <= stays.high < start.high:
        raise EstimateError(f"the floor ({stays}) must lie at 0 or above and below the stock ({start.high:g} {unit})")
    if not 0 <= chance.low <= chance.high <= 1:
        raise EstimateError(f"stall is a chance between 0 and 1, got {chance}")
    if horizon_days < 1 or not ceiling_per_day > 0 or not drift_gsd >= 1 or not 0 <= tail_share < 1 or slow.low <= 0:
        raise EstimateError(
            "horizon_days is 1 or more, ceiling_per_day above 0, drift_gsd 1 or more, tail_share from 0 to below 1, "
            f"tail_pace above 0; got {horizon_days!r}, {ceiling_per_day!r}, {drift_gsd!r}, {tail_share!r}, {slow}"
        )
    backend = backend_of(events)
    chosen = as_events(events)
    crossing = tuple(e for e in chosen if e.direction in ("outbound", "inbound") and not e.is_empty)
    if not crossing:
        raise EstimateError("no movement crosses the boundary of the theatre, so there is no outflow to carry forward")
    moment = _end_of(as_of) if as_of is not None else max(event.stop for event in crossing)
    known, dropped = known_by(crossing, moment)
    if not any(event.direction == "outbound" for event in known):
        raise EstimateError(f"nothing was known to have left by {moment - dt.timedelta(seconds=1):%Y-%m-%d}")
    begin = min(event.start for event in known)
    span = (moment - begin).total_seconds() / 86_400
    share = detection.draw(draws, seed=seed) if detection is not None else np.ones(draws)
    net, notes, used = _net(known, (begin, moment), measure, detection, draws, seed, pace or {})
    moved = np.zeros(draws)
    for sign, way in ((1.0, "outbound"), (-1.0, "inbound")):
        mine = [event for event in known if event.direction == way]
        moved += sign * prepare(mine, measure=measure).draws((begin, moment), draws=draws, seed=seed)[0] / share
    first = start.draw(draws, seed=seed, entity="stock", purpose="withdrawal")
    kept = stays.draw(draws, seed=seed, entity="floor", purpose="withdrawal")
    course = run_course(
        np.maximum(first - moved - kept, 0.0),
        net,
        floor=kept,
        stall=chance,
        ceiling=ceiling_per_day,
        drift_gsd=drift_gsd,
        tail_share=tail_share,
        tail_pace=slow,
        horizon_days=horizon_days,
        coverage=coverage,
        seed=seed,
    )
    grid = np.arange(1, horizon_days + 1, dtype=np.float64)
    fan = [np.interp(grid, course.grid, row) for row in course.fan]
    ordered = np.sort(course.days)
    listed = [f"left out, nothing public by {moment:%Y-%m-%d}: {', '.join(dropped)}"] if dropped else []
    listed += [
        f"chance of a stall: {chance.low:.0%} to {chance.high:.0%}, most likely {chance.best:.0%} (prior)",
        f"the pace wanders by a factor of {drift_gsd:g} in a month; the last {tail_share:.0%} leaves at "
        f"{slow.low:.0%} to {slow.high:.0%} of it (priors)",
        f"net rate over {span:.0f} days from the first movement",
    ]
    fixed: dict[str, Any] = {
        "measure": measure, "as_of": as_of, "horizon_days": horizon_days, "tail_share": tail_share,
        "tail_pace": slow, "detection": detection, "coverage": coverage, "draws": draws, "seed": seed,
    }  # fmt: skip
    asked: dict[str, Any] = {
        "floor": stays, "stall": chance, "pace": pace, "ceiling_per_day": ceiling_per_day, "drift_gsd": drift_gsd,
    }  # fmt: skip
    claims, reports = claims_of(used)
    return Withdrawal(
        as_of=moment,
        dates=tuple(moment + dt.timedelta(days=float(day)) for day in grid),
        probability=np.searchsorted(ordered, grid, side="right") / draws,
        remaining_low=fan[0],
        remaining_middle=fan[1],
        remaining_high=fan[2],
        stall_probability=float(np.mean(np.isinf(course.days))),
        stock=Range.of_draws(first, coverage=coverage, unit=unit),
        floor=Range.of_draws(kept, coverage=coverage, unit=unit),
        moved=Range.of_draws(moved, coverage=coverage, unit=unit),
        net_per_day=Range.of_draws(net, coverage=coverage, unit=f"{unit}/day"),
        measure=measure,
        unit=unit,
        completion_days=ordered,
        coverage=coverage,
        draws=draws,
        seed=seed,
        claims=claims,
        events=tuple(event.event_id for event in used),
        reports=reports,
        notes=(*notes, *listed),
        backend=backend,
        places=_by_place(chosen, by_place, {**fixed, **asked, "floor": 0.0}),
        scenarios={
            name: estimate_withdrawal(chosen, stock=start, **{**fixed, **asked, **_checked(name, changed)})
            for name, changed in (scenarios or {}).items()
        },
        used=chosen,
        again=partial(estimate_withdrawal, stock=given, **fixed, **asked),
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
        "talks succeed": the floor stays; "talks fail": everything leaves and nothing stalls for good; "straits open":
        ships take the short way through the Bosphorus, so that the sea part goes faster by the ratio of the distances;
        "airlift only": nothing more goes by sea.
    """
    short = route(origin, "Novorossiysk", mode="sea").distance_km
    long = route(origin, "Baltiysk", mode="sea").distance_km
    return {
        "talks succeed": {"floor": floor},
        "talks fail": {"floor": 0.0, "stall": 0.0},
        "straits open": {"pace": {"sea": long / short}},
        "airlift only": {"pace": {"sea": 0.0}},
    }


def _net(
    events: tuple[FlowEvent, ...],
    window: tuple[dt.datetime, dt.datetime],
    measure: Measure,
    detection: Detection | None,
    draws: int,
    seed: int,
    pace: Mapping[str, float],
) -> tuple[Floats, tuple[str, ...], tuple[FlowEvent, ...]]:
    """Net rate per day, each mode at its own pace; shape (draws,), notes, events used."""
    wrong = {mode: share for mode, share in pace.items() if mode not in ("air", "sea", "road") or not share >= 0}
    if wrong:
        raise EstimateError(f"pace gives a share of 0 or more by mode (air, sea, road), got {wrong}")
    modes = sorted({event.mode for event in events}) if pace else [""]
    total = np.zeros(draws)
    notes: tuple[str, ...] = ()
    used: tuple[FlowEvent, ...] = ()
    for mode in modes:
        mine = tuple(event for event in events if mode in ("", event.mode))
        rate, said, seen = net_draws(mine, window, measure=measure, detection=detection, draws=draws, seed=seed)
        total += pace.get(mode, 1.0) * rate[0]
        notes, used = (*notes, *said), (*used, *seen)
    return total, tuple(dict.fromkeys(notes)), used


def _checked(name: str, changed: Mapping[str, Any]) -> dict[str, Any]:
    wrong = sorted(set(changed) - set(_OVERRIDES))
    if wrong:
        raise EstimateError(f"scenario {name!r} changes {', '.join(wrong)}; it may change {', '.join(_OVERRIDES)}")
    return dict(changed)


def _sum(parts: Mapping[str, Quantity]) -> Quantity:
    if not parts:
        raise EstimateError("a stock by place names at least one place")
    whole, *others = parts.values()
    for other in others:
        whole = whole.plus(other)
    return whole


def _by_place(
    events: tuple[FlowEvent, ...], stocks: Mapping[str, Quantity], given: Mapping[str, Any]
) -> dict[str, Withdrawal]:
    """Each place as a theatre of its own: what leaves it is outbound, what arrives is inbound."""
    nodes = {name: find_place(name).id for name in stocks}
    named = set(nodes.values())
    interior = find_place("interior positions").id

    def node_of(place: str) -> str:
        if place in named:
            return place
        return interior if "syria" in find_place(place).theatres else ""

    out = {}
    for name, node in nodes.items():
        turned = []
        for event in events:
            here, there = node_of(event.origin) == node, node_of(event.destination) == node
            way: Any = "outbound" if here and not there else "inbound" if there and not here else "external"
            turned.append(replace(event, direction=way))
        if any(event.direction == "outbound" for event in turned):
            try:
                out[name] = estimate_withdrawal(turned, stock=stocks[name], **given)
            except EstimateError:  # nothing was known to have left this place by then
                continue
    return out


def _end_of(date: str | dt.date) -> dt.datetime:
    """First moment after a day, UTC."""
    try:
        day = dt.date.fromisoformat(date) if isinstance(date, str) else date
    except ValueError:
        raise EstimateError(f"{date!r} is no date; write '2025-01-31'") from None
    if isinstance(day, dt.datetime):
        return day if day.tzinfo else day.replace(tzinfo=dt.UTC)
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC) + dt.timedelta(days=1)
