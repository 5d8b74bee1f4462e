"""What was known of a withdrawal by a moment: the events up to it, how long they were watched, and their rates."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from ..arrays import Floats
from ..dates import end_of
from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..evidence.tables.event_frames import as_events, backend_of
from ..flows.event_selection import known_by, other_ways
from .depletion import LOOK_BACK_DAYS, pace_ahead, steps_ahead
from .inputs import UncountedError, days_to
from .request import Request
from .result import day_before
from .stock_network import Record, read_record

__all__ = ["KnownRecord", "record_at"]

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRecord:
    """The record as it was at a moment, for the arguments of one estimate.

    Parameters
    ----------
    request
        The arguments.
    events, backend
        All events that were given, and the frame library they came in.
    moment
        The end of the day the forecast is made on; nothing after it is used.
    left_out
        Ids of the events of which nothing was public by then.
    watched_days, silent_days
        Days over which the rates are means, and days since the last movement out.
    horizon_days
        Days from the moment to the end of the horizon.
    theatre, by_place
        What the events say of the theatre as one stock, and of the stocks by place; None where there is only one.
    pace_of
        How fast each step to come goes against the mean, shape (steps, draws), for a ``drift_gsd``.
    """

    request: Request
    events: tuple[FlowEvent, ...]
    backend: str
    moment: dt.datetime
    left_out: tuple[str, ...]
    watched_days: int
    silent_days: float
    horizon_days: int
    theatre: Record
    by_place: Record | None
    pace_of: Callable[..., Floats]


def record_at(events: Any, request: Request) -> KnownRecord:
    """The record up to the day of the request, and the rates it gives.

    Raises
    ------
    EstimateError
        Nothing crosses the boundary of the theatre, or nothing had left by then.
    UncountedError
        No number of the measure was published for what had left.
    """
    given = as_events(events)
    loaded = tuple(event for event in given if not event.is_empty)
    crossing = _events_across(loaded)
    moment = _moment_of(request.as_of, crossing)
    known, left_out = _known_before(moment, crossing, request.as_of)
    out = _events_out(known, moment)
    watched = _days_watched(known, moment, request.look_back)
    theatre = _read_theatre(known, moment, watched, request)
    return KnownRecord(
        request=request,
        events=given,
        backend=backend_of(events),
        moment=moment,
        left_out=left_out,
        watched_days=watched,
        silent_days=_days_silent(out, moment),
        horizon_days=days_to(request.horizon, moment),
        theatre=theatre,
        by_place=_read_places(loaded, moment, watched, request),
        pace_of=_shared_pace(theatre, watched, request.seed),
    )


def _read_theatre(
    known: Sequence[FlowEvent], moment: dt.datetime, watched: int, request: Request
) -> Record:
    """What the events say of the theatre as one stock."""
    theatre = _read_rates(known, moment, watched, (), request)
    if not any(event.direction == "outbound" for event in theatre.used):
        raise UncountedError(
            f"no number of {request.measure} was published for what left by {day_before(moment)}: not known"
        )
    return theatre


def _read_places(
    loaded: tuple[FlowEvent, ...], moment: dt.datetime, watched: int, request: Request
) -> Record | None:
    """What the events say of the stocks by place; None where the stock is one."""
    if not request.is_by_place:
        return None
    # Moves inside the theatre shift stock between places, so here they count too.
    known, _ = _known_before(moment, loaded, request.as_of)
    return _read_rates(known, moment, watched, tuple(request.stocks), request)


def _read_rates(
    events: Sequence[FlowEvent],
    moment: dt.datetime,
    watched: int,
    places: Sequence[str],
    request: Request,
) -> Record:
    return read_record(
        events,
        moment,
        watched,
        places,
        measure=request.measure,
        detection=request.detection,
        draws=request.draws,
        seed=request.seed,
    )


def _shared_pace(theatre: Record, watched: int, seed: int) -> Callable[..., Floats]:
    """How fast each step goes against the mean, for a ``drift_gsd``: one pace for all stocks and all ways out."""
    span = watched / len(theatre.gone)
    pace_of = partial(pace_ahead, theatre.gone, span, steps_ahead(), seed=seed)
    # Scenarios share the pace unless they change how far it wanders.
    return lru_cache(pace_of)


def _events_across(events: Sequence[FlowEvent]) -> tuple[FlowEvent, ...]:
    """Events that cross the boundary of the theatre."""
    crossing = tuple(event for event in events if event.direction in ("outbound", "inbound"))
    if not crossing:
        raise EstimateError(
            "no movement crosses the boundary of the theatre, so there is no outflow to carry forward"
            + other_ways(events, ask=False)
        )
    return crossing


def _moment_of(as_of: Any, events: Sequence[FlowEvent]) -> dt.datetime:
    """The end of the day of the forecast; by default the end of the record."""
    if as_of is None:
        return max(event.stop for event in events)
    return end_of(as_of, name="as_of", error=EstimateError)


def _known_before(
    moment: dt.datetime, events: tuple[FlowEvent, ...], as_of: Any
) -> tuple[tuple[FlowEvent, ...], tuple[str, ...]]:
    """The events up to a moment, and ids of those left out because nothing of them was public by then."""
    known, left_out = events, tuple[str, ...]()
    # Without a day the record is used whole, whenever it was published.
    if as_of is not None:
        known, left_out = known_by(events, moment)
    return tuple(event for event in known if event.start < moment), left_out


def _events_out(known: Sequence[FlowEvent], moment: dt.datetime) -> tuple[FlowEvent, ...]:
    """Events that leave the theatre."""
    out = tuple(event for event in known if event.direction == "outbound")
    if not out:
        raise EstimateError(f"nothing was known to have left by {day_before(moment)}")
    return out


def _days_watched(known: Sequence[FlowEvent], moment: dt.datetime, look_back: int | None) -> int:
    """Days over which the rates are means: those given, else six weeks, or the record where it is shorter."""
    if look_back is not None:
        return look_back
    first = min(event.start for event in known)
    # Six weeks at the most, as then no further event moves the days.
    recorded = math.ceil((moment - first) / _DAY)
    return min(max(recorded, 1), LOOK_BACK_DAYS)


def _days_silent(out: Sequence[FlowEvent], moment: dt.datetime) -> float:
    """Days since the last movement out; 0 while one goes on."""
    last = max(event.stop for event in out)
    return (moment - min(moment, last)) / _DAY
