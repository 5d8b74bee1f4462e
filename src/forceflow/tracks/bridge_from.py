"""An air bridge filled with what tracks showed of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from ..errors import TracksError, nearest
from ..lift.bridges.air_bridge import AirBridge
from ..quantity import Quantity
from ..quantity.values import as_float
from ..world import Place, find_end, route
from .ground_times import mean_ground_h
from .seen_bridge import SeenBridge, see_bridge
from .seen_movements import counted
from .seen_pace import block_h_per_day, most_at_once, operating_hours
from .trips import Stay

__all__ = ["bridge_from"]

_LEAST_STAYS = 3
"""Fewer measured stays do not take the place of a published ground time (a prior)."""
_ROUNDING_H = 1e-9
_ARGUMENTS = tuple(field.name for field in fields(AirBridge))


def bridge_from(
    legs: Any,
    *,
    origin: str,
    destination: str,
    types: Any = None,
    places: Mapping[str, str] | None = None,
    longest_ground_h: float = 12.0,
    least_flights: int = 3,
    **given: Any,
) -> AirBridge:
    """An `AirBridge` with fleet, ground times, block hours and hours of operation as they were seen.

    Parameters
    ----------
    legs
        Legs, as `legs` returns them, of any library, of the days that are meant: cut the frame to other days for
        another bridge.
    origin, destination
        Where the bridge loads, and where it unloads, by any name of the gazetteer.
    types
        Platform by hex address or registration, as in `sorties`; aircraft without one are not counted.
    places
        Field of the gazetteer by name in the legs, as in `sorties`.
    longest_ground_h
        A stay whose middle is longer is a rest or a repair, and no ground time (a prior); see Notes on nights.
    least_flights
        Fewer legs from origin to destination make no bridge.
    **given
        Any argument of `AirBridge` in place of what was seen (``onload_mog=3``, ``utilisation_h_per_day=None``), and
        those that no track shows: ``cargo``, ``serviceable_share``.

    Returns
    -------
    AirBridge
        Each amount a `Quantity` whose `words` say what it rests on.

    Raises
    ------
    TracksError
        Too few legs go from origin to destination; the message says where legs from there go. Or an argument is none of
        `AirBridge`.
    FrameError
        The legs are no frame of legs, or a field is unknown; the message names row and column.
    UnknownNameError, EstimateError
        A name is not known, or an argument given is out of its bounds.

    Notes
    -----
    - Fleet: aircraft of each type that flew from origin to destination, each counted once however often it flew.
    - Route: the great circle, as `ff.route` gives it; what was flown around is not measured.
    - Ground times: of stays at the origin before, and at the destination after, such a leg; the mean of each type with
      what windows and numbers leave open. Fewer than 3 stays of a type leave the published time. A stay holds waiting
      for a spot as well, which the bridge works out from its MOG: measured in a queue, it counts twice.
    - Nights: a stay over more than half of the quiet part of the clock is no ground time. That part is all but the
      shortest stretch with 90 % of the take-offs and landings, where it lasts 4 h or more (a prior).
    - MOG: "at least" the most aircraft that were surely on the ground at the same time, as nothing shows that more had
      no room.
    - Block hours (UTE) per aircraft and day: from their mean over days on which an aircraft flew to the most on one
      day. Both were done, so the true limit is not below; `utilisation_h_per_day=None` leaves the cycle as the limit.
      A leg has at least the block time of its type over that distance, as tracks begin behind the taxiing.
    - Hours of operation: the shortest stretch of the clock that holds take-offs and landings at both ends; 24 h for
      fewer than 10 of them.

    Examples
    --------
    >>> import datetime as dt
    >>> import polars as pl
    >>> import forceflow as ff
    >>> rows = []
    >>> for day in range(10, 16):
    ...     for origin, destination, hour in (("OSLK", "HL59", 5), ("HL59", "OSLK", 10)):
    ...         start = dt.datetime(2024, 12, day, hour, tzinfo=dt.UTC)
    ...         moments = [start + dt.timedelta(minutes=minutes) for minutes in (0, 5, 130, 140)]
    ...         rows.append(["152e10", None, "A124", origin, destination, *moments])
    >>> legs = pl.DataFrame(rows, schema=list(ff.tracks.LEG_COLUMNS)[:9], orient="row")
    >>> bridge = ff.tracks.bridge_from(legs, origin="Hmeimim", destination="al-Khadim")
    >>> print(bridge.offload_h["An-124"])
    2.8 h (2.7 to 2.9), from 'mean of 6 stays of 1 aircraft at al-Khadim, 10 Dec 2024 to 15 Dec 2024'
    >>> bridge.onload_h["An-124"].words
    'published: 0 stays at Hmeimim seen, 3 are wanted'
    """
    _check_given(given, longest_ground_h, least_flights)
    ends = find_end(origin, "air"), find_end(destination, "air")
    seen = see_bridge(legs, ends, types, places, longest_ground_h)
    if len(seen.flights) < least_flights:
        raise TracksError(_too_few(seen, ends, least_flights))
    arguments: dict[str, Any] = {
        "route": None,
        "fleet": _fleet_of(seen),
        "onload_mog": _mog_of(seen.at_origin, ends[0]),
        "offload_mog": _mog_of(seen.at_destination, ends[1]),
        "onload_h": _ground_by_type(seen, "onload", seen.before_flights, ends[0]),
        "offload_h": _ground_by_type(seen, "offload", seen.after_flights, ends[1]),
        "utilisation_h_per_day": _hours_by_type(seen),
        "operating_h_per_day": _hours_of(seen),
    }
    arguments.update(given)
    # A route of the user's own may lead where ours cannot.
    if arguments["route"] is None:
        arguments["route"] = route(*ends, mode="air")
    return AirBridge(**arguments)


def _check_given(given: Mapping[str, Any], longest_ground_h: float, least_flights: int) -> None:
    for name in given:
        if name not in _ARGUMENTS:
            near = nearest(name, _ARGUMENTS) or _ARGUMENTS
            raise TracksError(f"an AirBridge has no argument {name!r}; nearest: {', '.join(near)}")
    if not as_float(longest_ground_h, name="longest_ground_h") > 0:
        raise TracksError(f"longest_ground_h is a time above 0 h, got {longest_ground_h!r}")
    if not as_float(least_flights, name="least_flights") >= 1:
        raise TracksError(f"least_flights is a number of legs from 1, got {least_flights!r}")


def _too_few(seen: SeenBridge, ends: tuple[Place, Place], least_flights: int) -> str:
    """Why there is no bridge, and what there is."""
    way = f"{ends[0].name} to {ends[1].name}"
    found = counted(len(seen.flights), "leg")
    words = (
        f"{found} of aircraft with a platform from {way}; least_flights={least_flights} are wanted"
    )
    others: dict[str, int] = {}
    for leg in seen.legs:
        if leg.origin and seen.fields[leg.origin].id == ends[0].id:
            name = "an unknown field"
            if leg.destination:
                name = seen.fields[leg.destination].name
            others[name] = others.get(name, 0) + 1
    others.pop(ends[1].name, None)
    if others:
        parts = [f"{name} ({many})" for name, many in sorted(others.items(), key=_by_number)]
        words += f"; others from there go to {', '.join(parts)}"
    if seen.left_out:
        words += f"; {counted(seen.left_out, 'leg')} are of aircraft without a platform, which types= names"
    return words


def _by_number(one: tuple[str, int]) -> tuple[int, str]:
    return -one[1], one[0]


def _fleet_of(seen: SeenBridge) -> dict[str, Quantity]:
    """Aircraft by type, with how often each flew."""
    fleet = {}
    for platform in seen.platforms:
        own = [leg for leg in seen.flights if seen.platform_of(leg) == platform]
        many = len({leg.aircraft for leg in own})
        pace = len(own) / many / seen.days
        words = (
            f"{many} aircraft seen, {counted(len(own), 'flight')} in {counted(seen.days, 'day')}: {pace:.2f} "
            f"per aircraft and day ({seen.span})"
        )
        fleet[platform] = Quantity.exactly(many, unit="aircraft", words=words)
    return fleet


def _mog_of(stays: Sequence[Stay], place: Place) -> Quantity:
    """Working spots: at least the most aircraft that were there at the same time."""
    most = max(1, most_at_once(stays))
    words = f"at least {most}: most aircraft on the ground at {place.name} at once, {counted(len(stays), 'stay')}"
    return Quantity.at_least(most, unit="spots", words=words)


def _ground_by_type(
    seen: SeenBridge, kind: str, stays: Sequence[Stay], place: Place
) -> dict[str, Quantity]:
    """Ground time of each type: measured, or published where too few stays were seen."""
    times = {}
    for platform in seen.platforms:
        own = [stay for stay in stays if seen.platform_of(stay.left) == platform]
        if len(own) < _LEAST_STAYS:
            aircraft = next(one for one in seen.aircraft.values() if one.platform == platform)
            published = aircraft.aircraft.ground_time_h(kind)
            words = f"published: {counted(len(own), 'stay')} at {place.name} seen, {_LEAST_STAYS} are wanted"
            times[platform] = replace(published, words=words)
            continue
        many = len({stay.left.aircraft for stay in own})
        words = (
            f"mean of {counted(len(own), 'stay')} of {many} aircraft at {place.name}, {seen.span}"
        )
        times[platform] = mean_ground_h(own, words=words)
    return times


def _hours_by_type(seen: SeenBridge) -> dict[str, Quantity]:
    """Block hours a day of each type."""
    hours = {}
    # What an aircraft of the fleet flew to other fields wears it as much.
    fleet = {leg.aircraft for leg in seen.flights}
    for platform in seen.platforms:
        own = [
            leg for leg in seen.legs if leg.aircraft in fleet and seen.platform_of(leg) == platform
        ]
        mean, most, days = block_h_per_day(own, seen.planned_h)
        words = f"block hours on {counted(days, 'day')} flown by an aircraft: mean {mean:.1f} to most {most:.1f}"
        hours[platform] = Quantity.between(mean, most, unit="h", words=words)
        # A mean of equal numbers differs from them by a rounding.
        if most - mean < _ROUNDING_H:
            hours[platform] = Quantity.exactly(most, unit="h", words=words)
    return hours


def _hours_of(seen: SeenBridge) -> Quantity:
    """Hours of operation."""
    found = operating_hours(seen.moments)
    if found is None:
        words = f"all day, as only {len(seen.moments)} take-offs and landings were seen"
        return Quantity.exactly(24.0, unit="h", words=words)
    return found
