"""Ways a withdrawal may go, for the theatre and the movements it is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import EstimateError, NoRouteError, RouteError
from ..evidence.events import FlowEvent
from ..evidence.tables.event_frames import as_events
from ..flows.event_selection import other_ways
from ..lift.bridges.amounts import Amount
from ..modes import MODES
from ..world import find_place, route
from ..world.geography.routes import Route

__all__ = ["STRAITS", "paces_by_straits", "withdrawal_scenarios"]

STRAITS = ("dardanelles", "bosphorus")
"""The passages that the scenarios "straits open" and "straits closed" are about."""

_AIRLIFT: dict[str, Any] = {"pace": {mode: 0.0 for mode in MODES if mode != "air"}}

Homes = tuple[str, str]
"""Two home ports of one fleet: behind the Turkish straits, and reached without them."""


def withdrawal_scenarios(
    *,
    floor: Amount,
    events: Any = None,
    origin: str | None = None,
    homes: Homes | None = None,
    names: tuple[str, str] = ("a part stays", "everything leaves"),
) -> dict[str, dict[str, Any]]:
    """Ways it may go, for ``scenarios=`` of `estimate_withdrawal`: those that fit the events.

    Parameters
    ----------
    floor
        What stays where a part stays: yours to give, as it was not published.
    events
        The events the forecast is made from, or a frame of them. Without them, those for ships that leave `origin` for
        the second of `homes` beside aircraft.
    origin
        The port whose ways by sea are compared; by default every port that ships of the events leave.
    homes
        Two home ports of one fleet, the first behind the Turkish straits and the second reached without them, as
        ("Novorossiysk", "Baltiysk"): its ships go to the one or the other as the straits are open or closed. Without
        them each ship keeps to its destination.
    names
        What the first two scenarios are called, as ("talks succeed", "talks fail").

    Returns
    -------
    dict
        "a part stays": the floor stays; "everything leaves": nothing stays and nothing stalls for good.
        "straits closed" and "straits open", only where ships of the events leave through the Turkish straits, or, with
        `homes`, for the country of these ports (or a coast without a name on the way to the second) by another way.
        One of the two is the record as it was; in the other the sea part carries more, or less, by the ratio of the
        distances, and nothing where there is no other way.
        "airlift only", where both aircraft and ships or columns leave: nothing more leaves by sea, road or rail.

    Raises
    ------
    EstimateError
        None of the events leaves the theatre.

    Examples
    --------
    >>> import forceflow as ff
    >>> events = ff.merge_claims(ff.load_reports("syria-2024"))
    >>> list(ff.withdrawal_scenarios(floor=5_000, events=events))
    ['a part stays', 'everything leaves', 'airlift only']
    >>> homes = ("Novorossiysk", "Baltiysk")
    >>> list(ff.withdrawal_scenarios(floor=5_000, events=events, homes=homes))
    ['a part stays', 'everything leaves', 'straits closed', 'straits open', 'airlift only']
    """
    is_mixed = True
    if events is None:
        ways = [(origin, homes[1])] if origin is not None and homes is not None else []
    else:
        out = _events_out(events)
        ways = _ways_by_sea(out, origin)
        modes = {event.mode for event in out}
        is_mixed = "air" in modes and len(modes) > 1
    stays, leaves = names
    found: dict[str, dict[str, Any]] = {
        stays: {"floor": floor},
        leaves: {"floor": 0.0, "stall": 0.0},
    }
    for state, pace in paces_by_straits(ways, homes).items():
        found[f"straits {state}"] = {"pace": {"sea": pace}}
    if is_mixed:
        found["airlift only"] = _AIRLIFT
    return found


def _ways_by_sea(out: Sequence[FlowEvent], origin: str | None) -> list[tuple[str, str]]:
    """Both ends of each voyage, from one port or from all."""
    start = None if origin is None else find_place(origin).id
    at_sea = [event for event in out if event.mode == "sea"]
    return [(e.origin, e.destination) for e in at_sea if start in (None, e.origin)]


def _events_out(events: Any) -> tuple[FlowEvent, ...]:
    """Events that leave the theatre."""
    given = as_events(events)
    out = tuple(event for event in given if event.direction == "outbound" and not event.is_empty)
    if not out:
        raise EstimateError(
            "no movement leaves the theatre, so there are no ways out"
            + other_ways(given, ask=False)
        )
    return out


def paces_by_straits(
    ways: Sequence[tuple[str, str]], homes: Homes | None = None
) -> dict[str, float]:
    """Pace of the sea part with the straits "closed" and "open"; empty where no way has to do with them."""
    paces = []
    for origin, destination in ways:
        pace = _paces_of_way(origin, destination, homes)
        if pace is not None:
            paces.append(pace)
    if all(pace == (1.0, 1.0) for pace in paces):
        return {}
    closed, opened = (sum(part) / len(paces) for part in zip(*paces, strict=True))
    return {"closed": closed, "open": opened}


def _paces_of_way(origin: str, destination: str, homes: Homes | None) -> tuple[float, float] | None:
    """Voyages in the time of one as reported, with the straits closed and open; None where no way can be measured."""
    try:
        now = route(origin, destination, mode="sea")
    except RouteError:
        return None
    goes_home = homes is not None and _is_homeward(now, destination, homes)
    if _uses_straits(now):
        ends = [destination]
        if goes_home and homes is not None:
            ends.append(homes[1])
        return _pace_around(origin, ends, now.distance_km), 1.0
    if homes is None or not goes_home:
        return 1.0, 1.0
    try:
        short = route(origin, homes[0], mode="sea")
    except RouteError:  # the ship leaves from that very port
        return 1.0, 1.0
    if not _uses_straits(short):
        return 1.0, 1.0
    return 1.0, now.distance_km / short.distance_km


def _uses_straits(way: Route) -> bool:
    return not set(way.passages).isdisjoint(STRAITS)


def _is_homeward(way: Route, destination: str, homes: Homes) -> bool:
    """Whether a way ends in the country of the home ports, or on a coast of no country on the way to the second."""
    # The end of the way may be a port that stands for a coast, so the country is that of the name.
    country = find_place(destination).country
    if country:
        return country == find_place(homes[0]).country
    try:
        far = route(way.origin, homes[1], mode="sea")
    except RouteError:
        return False
    return bool(far.passages) and way.passages == far.passages


def _pace_around(origin: str, ends: Sequence[str], km: float) -> float:
    """Share of the voyages through the straits that can be made without them; 0 where there is no other way."""
    for end in ends:
        try:
            return km / route(origin, end, mode="sea", closed=STRAITS).distance_km
        except NoRouteError:
            continue
    return 0.0
