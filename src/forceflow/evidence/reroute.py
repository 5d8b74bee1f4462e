"""Sailings with sea passages closed: the other way, later or less often, or no way at all."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from ..display import Listed
from ..errors import ForceflowError, NoRouteError, RouteError, UnknownNameError
from ..world import Vessel, find_platform, route
from ..world.geography.routes import Route
from .events import FlowEvent

__all__ = ["Rerouted", "rerouted"]

_LOADS = ("movements", "vehicles", "personnel", "tonnes")


class Rerouted(Listed[FlowEvent]):
    """Events with passages closed: a tuple in every respect, which names below what is gone.

    Examples
    --------
    >>> Rerouted((), notes=("gone: a",))
    ()
    gone: a
    """

    notes: tuple[str, ...]

    def __new__(cls, events: Iterable[FlowEvent] = (), *, notes: Iterable[str] = ()) -> Rerouted:
        made = super().__new__(cls, events)
        made.notes = tuple(notes)
        return made

    def __repr__(self) -> str:
        return "\n".join([super().__repr__(), *self.notes])

    def _repr_html_(self) -> str:
        page = self.to_html()
        for note in self.notes:
            page += f"<p>{html.escape(note)}</p>"
        return page


def rerouted(events: Iterable[FlowEvent], passages: tuple[str, ...]) -> Rerouted:
    """Events with sea passages closed; sailings to which no way is left are gone, and named in `notes`."""
    kept: list[FlowEvent] = []
    gone: list[str] = []
    for event in events:
        try:
            kept.append(_other_way(event, passages))
        except NoRouteError:
            gone.append(event.event_id)
    if not gone:
        return Rerouted(kept)
    shut = f"{', '.join(passages)} closed"
    return Rerouted(kept, notes=[f"gone, no way is left by sea with {shut}: {', '.join(gone)}"])


def _other_way(event: FlowEvent, passages: tuple[str, ...]) -> FlowEvent:
    """A sailing by the way that is left; any other event as it is.

    Raises
    ------
    NoRouteError
        No way is left.
    """
    if event.mode != "sea":
        return event
    way = partial(
        route, event.origin, event.destination, mode="sea", via=event.via, on=event.start.date()
    )
    try:
        usual = way()
    except (RouteError, UnknownNameError) as error:
        return _keep_unmeasured(event, passages, error)
    if set(usual.passages).isdisjoint(passages):
        return event
    left = way(closed=passages)
    if event.is_stream:
        return _thinned(event, passages, usual, left)
    return _delayed(event, passages, usual, left)


def _thinned(event: FlowEvent, passages: tuple[str, ...], usual: Route, left: Route) -> FlowEvent:
    """A stream by a longer way: the same ships make fewer voyages in the same days."""
    # A closure never adds to a stream.
    share = min(1.0, usual.distance_km / left.distance_km)
    numbers = {}
    for name in _LOADS:
        number = getattr(event, name)
        if number is not None:
            numbers[name] = number.times(share)
    words = _longer_way(passages, usual, left)
    return replace(event, title=f"{event.title} ({words})".strip(), **numbers)


def _delayed(event: FlowEvent, passages: tuple[str, ...], usual: Route, left: Route) -> FlowEvent:
    """A sailing by a longer way: the same load, and a window that ends later."""
    later = _extra_time(event, usual, left)
    days = later / dt.timedelta(days=1)
    words = f"{_longer_way(passages, usual, left)}, about {days:.0f} days later"
    return replace(event, title=f"{event.title} ({words})".strip(), stop=event.stop + later)


def _longer_way(passages: tuple[str, ...], usual: Route, left: Route) -> str:
    return (
        f"{', '.join(passages)} closed: {left.distance_km:,.0f} km for {usual.distance_km:,.0f} km"
    )


def _keep_unmeasured(
    event: FlowEvent, passages: tuple[str, ...], error: ForceflowError
) -> FlowEvent:
    """A sailing whose way cannot be measured even with all passages open: as it is, and saying so."""
    why = f"its way by sea cannot be measured ({error}), so it is kept as it is with {', '.join(passages)} closed"
    return replace(event, caveats=tuple(dict.fromkeys((*event.caveats, why))))


def _extra_time(event: FlowEvent, usual: Route, left: Route) -> dt.timedelta:
    """How much longer the other way takes, at the usual speed of the ship."""
    vessel = _only_vessel(event)
    hours = left.duration_h(vessel).best - usual.duration_h(vessel).best
    return dt.timedelta(hours=hours)


def _only_vessel(event: FlowEvent) -> Vessel | None:
    """The ship, or None where several were named."""
    if len(event.platforms) != 1:
        return None
    ship = find_platform(event.platform)
    if not isinstance(ship, Vessel):
        return None
    return ship
