"""When would it be complete, and would it ever be?"""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..evidence.frames import as_events, backend_of, make_frame
from ..quantity import Quantity
from .flows import known_by, prepare
from .range import Range
from .rate import Detection, net_draws
from .tonnage import check_draws, claims_of

__all__ = ["STALL", "Withdrawal", "estimate_withdrawal"]

Floats = NDArray[np.float64]

STALL = Quantity(0.10, 0.35, 0.75, "share", "prior chance that a withdrawal stalls")
"""Chance that the withdrawal stops for good before it is complete (paused, kept a floor, or turned round). A prior:
of what was published at the time, half said that bases stay. Pass your own as `stall`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Withdrawal:
    """When the stock would be down to the floor: a distribution with an explicit chance of never.

    Parameters
    ----------
    dates, probability
        Days after `as_of`, and the probability that it is complete by the end of each; shape (days,).
    remaining_low, remaining_middle, remaining_high
        What is still there at the end of each day, t.
    stall_probability
        The probability of never: it stalls, or the net flow does not go out at all.
    stock, moved, net_t_per_day
        What there was, what had left by `as_of`, and the net outflow carried forward.
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
    floor_t: float
    moved: Range
    net_t_per_day: Range
    completion_days: Floats
    coverage: float
    draws: int
    seed: int
    claims: tuple[str, ...]
    events: tuple[str, ...]
    reports: tuple[str, ...]
    notes: tuple[str, ...] = ()
    backend: str = "polars"
    used: tuple[FlowEvent, ...] = field(default=(), repr=False)
    again: Callable[[tuple[FlowEvent, ...]], Withdrawal] | None = field(default=None, repr=False)

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
            f"{self.as_of - dt.timedelta(seconds=1):%Y-%m-%d}, net {self.net_t_per_day}), {len(self.claims)} claims "
            f"from {len(self.reports)} reports, seed {self.seed}"
        )

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{html.escape(note)}</li>" for note in self.notes)
        return f"<p>{html.escape(str(self))}</p><ul>{notes}</ul>"


def estimate_withdrawal(
    events: Any,
    *,
    stock_t: Quantity | float | tuple[float, ...],
    floor_t: float = 0.0,
    as_of: str | dt.date | None = None,
    horizon_days: int = 3650,
    stall: Quantity | float | tuple[float, ...] = STALL,
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
    stock_t
        What there was before the first event, t: a number, (low, high), (low, best, high) or a `Quantity`.
    floor_t
        What stays on purpose, t.
    as_of
        Day at whose end the forecast stands; by default the last day of the events. Claims published later are not
        used.
    horizon_days
        How far `dates` reach; probabilities for later days are still answered by `probability_by`.
    stall
        Chance that it stops for good on the way; see `STALL`.
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
    Remaining = stock - net outflow so far - floor. Time = remaining / net rate, both from the same draws; infinite
    where the net rate is not above 0, and with probability `stall`. The mean of the time need not exist and is not
    given.

    Examples
    --------
    >>> import forceflow as ff
    >>> events = ff.merge_claims(ff.load_reports("syria-2024"))
    >>> left = ff.estimate_withdrawal(events, stock_t=(20_000, 35_000, 60_000), draws=2_000, seed=7)
    >>> 0 < left.stall_probability < 1
    True
    """
    from ..kernels.philox import uniforms

    check_draws(coverage, draws)
    backend = backend_of(events)
    chosen = as_events(events)
    stock, chance = Quantity.of(stock_t, unit="t"), Quantity.of(stall, unit="share")
    if not 0 <= floor_t < stock.high:
        raise EstimateError(f"the floor ({floor_t:g} t) must lie at 0 or above and below the stock ({stock.high:g} t)")
    if not 0 <= chance.low <= chance.high <= 1:
        raise EstimateError(f"stall is a chance between 0 and 1, got {chance}")
    if horizon_days < 1:
        raise EstimateError(f"horizon_days must be 1 or more, got {horizon_days!r}")
    crossing = tuple(event for event in chosen if event.direction in ("outbound", "inbound") and not event.is_empty)
    if not crossing:
        raise EstimateError("no movement crosses the boundary of the theatre, so there is no outflow to carry forward")
    moment = _end_of(as_of) if as_of is not None else max(event.stop for event in crossing)
    known, dropped = known_by(crossing, moment)
    if not any(event.direction == "outbound" for event in known):
        raise EstimateError(f"nothing was known to have left by {moment - dt.timedelta(seconds=1):%Y-%m-%d}")
    begin = min(event.start for event in known)
    span = (moment - begin).total_seconds() / 86_400
    share = detection.draw(draws, seed=seed) if detection is not None else np.ones(draws)
    net, notes, used = net_draws(known, (begin, moment), measure="tonnes", detection=detection, draws=draws, seed=seed)
    rate = net[0]
    moved = np.zeros(draws)
    for sign, way in ((1.0, "outbound"), (-1.0, "inbound")):
        mine = [event for event in known if event.direction == way]
        moved += sign * prepare(mine).draws((begin, moment), draws=draws, seed=seed)[0] / share
    first = stock.draw(draws, seed=seed, entity="stock", purpose="withdrawal")
    remaining = np.maximum(first - moved - floor_t, 0.0)
    stalls = uniforms(seed, "withdrawal", "stalls", draws) < chance.draw(
        draws, seed=seed, entity="stall", purpose="withdrawal"
    )
    days = np.full(draws, np.inf)
    goes = (rate > 0) & ~stalls
    days[goes] = remaining[goes] / rate[goes]
    days[remaining == 0] = 0.0
    # Where it stalls, it stalls at some point of the way, all equally likely.
    stops_at = uniforms(seed, "withdrawal", "stops at", draws)
    keep = np.where(stalls, remaining * (1 - stops_at), 0.0) + floor_t
    grid = np.arange(1, horizon_days + 1, dtype=np.float64)
    tail = (1 - coverage) / 2
    fan = np.empty((3, grid.size))
    for i, day in enumerate(grid):
        left = np.maximum(remaining + floor_t - np.maximum(rate, 0) * day, keep)
        fan[:, i] = np.quantile(left, (tail, 0.5, 1 - tail))
    ordered = np.sort(days)
    listed = [f"left out, published after {moment:%Y-%m-%d}: {', '.join(dropped)}"] if dropped else []
    listed.append(f"chance of a stall: {chance.low:.0%} to {chance.high:.0%}, most likely {chance.best:.0%} (prior)")
    claims, reports = claims_of(used)
    return Withdrawal(
        as_of=moment,
        dates=tuple(moment + dt.timedelta(days=float(day)) for day in grid),
        probability=np.searchsorted(ordered, grid, side="right") / draws,
        remaining_low=fan[0],
        remaining_middle=fan[1],
        remaining_high=fan[2],
        stall_probability=float(np.mean(np.isinf(days))),
        stock=Range.of_draws(first, coverage=coverage, unit="t"),
        floor_t=float(floor_t),
        moved=Range.of_draws(moved, coverage=coverage, unit="t"),
        net_t_per_day=Range.of_draws(rate, coverage=coverage, unit="t/day"),
        completion_days=ordered,
        coverage=coverage,
        draws=draws,
        seed=seed,
        claims=claims,
        events=tuple(event.event_id for event in used),
        reports=reports,
        notes=(*notes, *listed, f"net rate over {span:.0f} days from the first movement"),
        backend=backend,
        used=chosen,
        again=partial(
            estimate_withdrawal,
            stock_t=stock,
            floor_t=floor_t,
            as_of=as_of,
            horizon_days=horizon_days,
            stall=chance,
            detection=detection,
            coverage=coverage,
            draws=draws,
            seed=seed,
        ),
    )


def _end_of(date: str | dt.date) -> dt.datetime:
    """First moment after a day, UTC."""
    try:
        day = dt.date.fromisoformat(date) if isinstance(date, str) else date
    except ValueError:
        raise EstimateError(f"{date!r} is no date; write '2025-01-31'") from None
    if isinstance(day, dt.datetime):
        return day if day.tzinfo else day.replace(tzinfo=dt.UTC)
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC) + dt.timedelta(days=1)
