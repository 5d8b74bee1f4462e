"""Ways a withdrawal may go, for the theatre and the movements it is about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from ..errors import EstimateError, NoRouteError, RouteError
from ..evidence.events import FlowEvent
from ..evidence.tables.event_frames import as_events
from ..flows.event_draws import other_ways
from ..lift.bridges.amounts import Amount
from ..world import Route, find_place, route
from ..world.geography.passages import find_passages

__all__ = ["STRAITS", "withdrawal_scenarios"]

STRAITS = ("dardanelles", "bosphorus")
"""The passages that the scenarios "straits open" and "straits closed" are about."""

_SHORT, _LONG = "Novorossiysk", "Baltiysk"
_NAVY = "RU"
_TO_THE_BALTIC = find_passages(["danish straits"])
_TALKS_SINCE = dt.datetime(2024, 11, 1, tzinfo=dt.UTC)
_AIRLIFT: dict[str, Any] = {"pace": {"sea": 0.0, "road": 0.0}}


def withdrawal_scenarios(
    *, floor: Amount, events: Any = None, origin: str | None = None
) -> dict[str, dict[str, Any]]:
    """Ways it may go, for ``scenarios=`` of `estimate_withdrawal`: those that fit the events.

    Parameters
    ----------
    floor
        What stays if bases are kept: yours to say, as nobody published it.
    events
        The events the forecast is made from, or a frame of them. Without them the scenarios are those of Syria in early
        2025, whatever `estimate_withdrawal` is then given; pass the events for any other theatre.
    origin
        The port whose ways by sea are compared; by default every port that ships of the events leave, or without events
        Tartus.

    Returns
    -------
    dict
        "talks succeed" (elsewhere than in Syria since November 2024 "a part stays"): the floor stays; "talks fail"
        ("everything leaves"): nothing stays and nothing stalls for good.
        "straits closed" and "straits open", only where ships of the events leave through the Turkish straits, or for
        Russia (or a Baltic port that nobody named) by another way. One of the two is the record as it was; in the other
        the sea part carries more, or less, by the ratio of the distances, and nothing where there is no other way.
        "airlift only", where both aircraft and ships or columns leave: nothing more leaves by sea or by road.

    Raises
    ------
    EstimateError
        None of the events leaves the theatre.

    Examples
    --------
    >>> import forceflow as ff
    >>> events = ff.merge_claims(ff.load_reports("syria-2024"))
    >>> list(ff.withdrawal_scenarios(floor=5_000, events=events))
    ['talks succeed', 'talks fail', 'straits closed', 'straits open', 'airlift only']
    """
    found: dict[str, dict[str, Any]] = {}
    if events is None:
        found = _talks_or_bases(floor, is_syria=True)
        found |= _by_straits([(origin or "Tartus", _LONG)])
        return found | {"airlift only": _AIRLIFT}
    out = _leaving(events)
    found = _talks_or_bases(floor, is_syria=_is_syria(out))
    found |= _by_straits(_ways_by_sea(out, origin))
    modes = {event.mode for event in out}
    if "air" in modes and len(modes) > 1:
        found["airlift only"] = _AIRLIFT
    return found


def _talks_or_bases(floor: Amount, *, is_syria: bool) -> dict[str, dict[str, Any]]:
    """Bases that are kept, or given up without a stall."""
    stays, leaves = "a part stays", "everything leaves"
    if is_syria:
        stays, leaves = "talks succeed", "talks fail"
    return {stays: {"floor": floor}, leaves: {"floor": 0.0, "stall": 0.0}}


def _leaving(events: Any) -> tuple[FlowEvent, ...]:
    """Events that leave the theatre."""
    given = as_events(events)
    out = tuple(event for event in given if event.direction == "outbound" and not event.is_empty)
    if not out:
        raise EstimateError(
            "no movement leaves the theatre, so there are no ways out"
            + other_ways(given, ask=False)
        )
    return out


def _ways_by_sea(out: Sequence[FlowEvent], origin: str | None) -> list[tuple[str, str]]:
    """Ends of the sailings, from any port or from one."""
    ways = [(event.origin, event.destination) for event in out if event.mode == "sea"]
    if origin is None:
        return ways
    port = find_place(origin).id
    return [way for way in ways if way[0] == port]


def _is_syria(out: Sequence[FlowEvent]) -> bool:
    """Whether all of it leaves Syria in the time of the talks."""
    return all(
        event.start >= _TALKS_SINCE and "syria" in find_place(event.origin).theatres
        for event in out
    )


def _by_straits(ways: Sequence[tuple[str, str]]) -> dict[str, dict[str, Any]]:
    """The scenarios with the straits closed and open; none where no way depends on them."""
    paces = []
    for origin, destination in ways:
        pace = _paces_of_way(origin, destination)
        if pace is not None:
            paces.append(pace)
    if all(pace == (1.0, 1.0) for pace in paces):
        return {}
    closed, opened = (sum(part) / len(paces) for part in zip(*paces, strict=True))
    return {
        "straits closed": {"pace": {"sea": closed}},
        "straits open": {"pace": {"sea": opened}},
    }


def _paces_of_way(origin: str, destination: str) -> tuple[float, float] | None:
    """Voyages in the time of one as reported, with the straits closed and open; None where no way can be measured."""
    try:
        now = route(origin, destination, mode="sea")
    except RouteError:
        return None
    russian = _is_russian(destination, now)
    if _through_straits(now):
        return _pace_around(origin, destination, now.distance_km, russian=russian), 1.0
    if not russian:
        return 1.0, 1.0
    try:
        short = route(origin, _SHORT, mode="sea")
    except RouteError:  # the ship leaves from that very port
        return 1.0, 1.0
    if not _through_straits(short):
        return 1.0, 1.0
    return 1.0, now.distance_km / short.distance_km


def _is_russian(destination: str, way: Route) -> bool:
    """Whether a ship sails for Russia, or to the Baltic for a port without a country."""
    country = find_place(destination).country
    return country == _NAVY or (not country and bool(set(way.passages) & set(_TO_THE_BALTIC)))


def _through_straits(way: Route) -> bool:
    return bool(set(way.passages) & set(STRAITS))


def _pace_around(origin: str, destination: str, km: float, *, russian: bool) -> float:
    """Share of the voyages through the straits that can be made without them; 0 where there is no other way."""
    ends = [destination]
    if russian:
        # A Russian ship that cannot reach the Black Sea has a port in the Baltic.
        ends.append(_LONG)
    for end in ends:
        try:
            return km / route(origin, end, mode="sea", closed=STRAITS).distance_km
        except NoRouteError:
            continue
    return 0.0
