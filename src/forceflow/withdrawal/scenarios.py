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
from ..world import find_place, route
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
    if events is None:
        port = origin or "Tartus"
        ways = [(port, _LONG)]
        stays, leaves, mixed = "talks succeed", "talks fail", True
    else:
        out = _leaving(events)
        start = None if origin is None else find_place(origin).id
        ways = [
            (e.origin, e.destination) for e in out if e.mode == "sea" and start in (None, e.origin)
        ]
        modes = {event.mode for event in out}
        mixed = "air" in modes and len(modes) > 1
        stays, leaves = (
            ("talks succeed", "talks fail")
            if _is_syria(out)
            else ("a part stays", "everything leaves")
        )
    found: dict[str, dict[str, Any]] = {
        stays: {"floor": floor},
        leaves: {"floor": 0.0, "stall": 0.0},
    }
    if (paces := _by_straits(ways)) is not None:
        found |= {name: {"pace": {"sea": pace}} for name, pace in paces.items()}
    return found | ({"airlift only": _AIRLIFT} if mixed else {})


def _leaving(events: Any) -> tuple[FlowEvent, ...]:
    given = as_events(events)
    out = tuple(event for event in given if event.direction == "outbound" and not event.is_empty)
    if not out:
        raise EstimateError(
            "no movement leaves the theatre, so there are no ways out"
            + other_ways(given, ask=False)
        )
    return out


def _is_syria(out: Sequence[FlowEvent]) -> bool:
    """Whether all of it leaves Syria in the time of the talks."""
    return all(
        event.start >= _TALKS_SINCE and "syria" in find_place(event.origin).theatres
        for event in out
    )


def _by_straits(ways: Sequence[tuple[str, str]]) -> dict[str, float] | None:
    """Pace of the sea part with the straits closed and open; None where no way has to do with them."""
    paces = [
        pace for origin, destination in ways if (pace := _one_way(origin, destination)) is not None
    ]
    if all(pace == (1.0, 1.0) for pace in paces):
        return None
    closed, opened = (sum(part) / len(paces) for part in zip(*paces, strict=True))
    return {"straits closed": closed, "straits open": opened}


def _one_way(origin: str, destination: str) -> tuple[float, float] | None:
    """Voyages in the time of one as reported, with the straits closed and open; None where no way can be measured."""
    try:
        now = route(origin, destination, mode="sea")
    except RouteError:
        return None
    country = find_place(destination).country
    russian = country == _NAVY or (not country and bool(set(now.passages) & set(_TO_THE_BALTIC)))
    if set(now.passages) & set(STRAITS):
        return _around(origin, destination, now.distance_km, russian=russian), 1.0
    if not russian:
        return 1.0, 1.0
    try:
        short = route(origin, _SHORT, mode="sea")
    except RouteError:  # the ship leaves from that very port
        return 1.0, 1.0
    return 1.0, now.distance_km / short.distance_km if set(short.passages) & set(STRAITS) else 1.0


def _around(origin: str, destination: str, km: float, *, russian: bool) -> float:
    """Share of the voyages through the straits that can be made without them; 0 where there is no other way."""
    for end in (destination, *((_LONG,) if russian else ())):
        try:
            return km / route(origin, end, mode="sea", closed=STRAITS).distance_km
        except NoRouteError:
            continue
    return 0.0
