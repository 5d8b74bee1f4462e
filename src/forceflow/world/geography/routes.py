"""From one place to another: the legs, how far, how long, and what passages are used.

One function for all modes.  Distances are lengths along the way drawn; closures are obeyed or the answer is an error,
never 0 km; durations are ranges.
"""

from __future__ import annotations

import html
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...errors import RouteError
from ...modes import MODES, ModeId, list_modes
from ...quantity import Quantity
from ..names import read_data
from ..platforms.catalogue import FreightTrain, find_platform
from .air_routes import air_path, closed_areas, path_km
from .ends import note_on_end, place_for
from .gazetteer import find_place
from .geodesy import geodesic_points
from .passages import Point, closed_passages, passages
from .place import Place
from .rail_routes import RAIL_NOTE, rail_length_km, rail_line
from .road_routes import road_path
from .sea_routes import sea_path

__all__ = ["Leg", "Route", "route"]


SEA_SPEED_KM_PER_H = (13.0, 19.4, 25.9)
"""Prior for a cargo ship of which nothing is known, km/h: 7, 10.5 and 14 kn.

Reason: 10.5 kn is the greatest speed AIS recorded of Baltic Leader and 14 kn the top speed of Sparta IV (both read); a
convoy with landing ships and tugs keeps to the slowest.
"""

SEA_DELAY = (1.0, 1.15, 1.45)
"""Prior for the whole time of a voyage over the time under way.

Reason: stops at sea for repairs, waiting for escorts and for weather.  Sparta and Sparta II left Tartus between 26
and 30 January 2025 and were in the Channel on 12 and 13 February: 14 to 18 days for about 3,160 nm, 7.3 to 9.4 kn.
Sparta left Baltiysk on 11 December 2024 and was off Syria on 5 January 2025: 25 days for 4,270 nm, 7.1 kn (both read at
vesseltracker.com).
"""

AIR_SPEED_KM_PER_H = (550.0, 680.0, 800.0)
"""Prior for the block speed of a jet transport of which nothing is known, km/h.

Reason: cruise is 750 to 850 km/h for the Il-76 and An-124; climb, descent and manoeuvre cost 5 to 30 % by leg length.
"""


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg of a route.

    Parameters
    ----------
    origin, destination
        Names of its ends.
    distance_km
        Length along the way, km; by road the best estimate.
    coordinates
        Points (lon, lat) in degrees to draw it by, ends included.
    low_km, high_km
        Range of the length where it is not known exactly, km.
    """

    origin: str
    destination: str
    distance_km: float
    coordinates: tuple[Point, ...]
    low_km: float = 0.0
    high_km: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "low_km", self.low_km or self.distance_km)
        object.__setattr__(self, "high_km", self.high_km or self.distance_km)


@dataclass(frozen=True, slots=True)
class Route:
    """A way from one place to another.

    Parameters
    ----------
    origin, destination
        Its ends; of a region, the airfield or port that stands for it.
    mode
        "air", "sea", "road" or "rail".
    legs
        In the order of travel; by air and sea they meet at the `via` points, by road at towns.
    passages
        Ids of the straits and canals used, in order.
    closed
        Ids of the passages, areas or places that the caller, a rule or the size of the vessel closed for this route.
    stops
        How many `via` points there are.
    notes
        What the length leaves open: an end that is a region, a detour round land.
    """

    origin: Place
    destination: Place
    mode: ModeId
    legs: tuple[Leg, ...]
    passages: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    stops: int = 0
    notes: tuple[str, ...] = ()

    @property
    def distance_km(self) -> float:
        """Length of the whole way, km."""
        return sum(leg.distance_km for leg in self.legs)

    @property
    def distance_range_km(self) -> Quantity:
        """Length with its range, km: a range by road and rail, exact otherwise."""
        if self.mode in ("air", "sea"):
            return Quantity.exactly(self.distance_km, unit="km")
        low = sum(leg.low_km for leg in self.legs)
        high = sum(leg.high_km for leg in self.legs)
        return Quantity(low, self.distance_km, high, unit="km")

    def duration_h(self, platform: object = None) -> Quantity:
        """Time from leaving the origin to reaching the destination, h.

        Parameters
        ----------
        platform
            An aircraft, a vessel, a mix of vehicles or a train; None for what is usual of the mode.

        Returns
        -------
        Quantity
            By air the block times of the legs, and between legs the en-route ground time where the platform has one;
            by sea the time under way and a prior for stops; by road the march, without night halts; by rail the run
            at the average speed, halts included.

        Raises
        ------
        RouteError
            The platform cannot take this mode.
        """
        if isinstance(platform, str):
            platform = find_platform(platform)
        kind = MODES[self.mode].platform_kind
        given = getattr(platform, "kind", kind)
        if given != kind:
            raise RouteError(
                f"a route by {self.mode} needs a platform of kind {kind!r}, got {given!r}"
            )
        parts = self._air_h(platform) if self.mode == "air" else self._surface_h(platform)
        return Quantity(*parts, unit="h")

    def _air_h(self, platform: Any) -> tuple[float, float, float]:
        low = best = high = 0.0
        for leg in self.legs:
            slow, usual, fast = _block_speed(platform, leg)
            # The fastest speed gives the least time, so the bounds change places.
            low += leg.distance_km / fast
            best += leg.distance_km / usual
            high += leg.distance_km / slow
        # With no stop, or where no platform is given, there is no ground time to add.
        if not self.stops or not hasattr(platform, "ground_time_h"):
            return low, best, high
        least, typical, most = _bounds(platform.ground_time_h("enroute"))
        return low + self.stops * least, best + self.stops * typical, high + self.stops * most

    def _surface_h(self, platform: Any) -> tuple[float, float, float]:
        if platform is not None:
            slow, usual, fast = _bounds(platform.speed_km_per_h)
        elif self.mode == "rail":
            train = find_platform(MODES["rail"].generic_platform)
            assert isinstance(train, FreightTrain)
            slow, usual, fast = _bounds(train.speed_km_per_h)
        elif self.mode == "sea":
            slow, usual, fast = SEA_SPEED_KM_PER_H
        else:
            prior = read_data("roads.toml")["speed_km_per_h"]
            slow, usual, fast = prior["low"], prior["best"], prior["high"]
        near, likely, far = _bounds(self.distance_range_km)
        least, typical, most = SEA_DELAY if self.mode == "sea" else (1.0, 1.0, 1.0)
        return near / fast * least, likely / usual * typical, far / slow * most

    @property
    def passage_names(self) -> tuple[str, ...]:
        """Straits and canals on the way by their printed names, in order; one that is in no file by its id."""
        return _printed_names(self.passages)

    def __repr__(self) -> str:
        """One line, and none of the points of the way."""
        return f"<Route: {self}>"

    def __str__(self) -> str:
        way = f"{self.origin.name} to {self.destination.name} by {self.mode}: {self.distance_km:,.0f} km"
        if not self.passages:
            return way
        return f"{way} through {', '.join(self.passage_names)}"

    def _repr_html_(self) -> str:
        cells = "".join(
            f'<tr><th scope="row" style="text-align:left">{html.escape(name)}</th><td>{html.escape(value)}</td></tr>'
            for name, value in self._rows()
        )
        return f"<table><caption>{html.escape(str(self))}</caption><tbody>{cells}</tbody></table>"

    def _rows(self) -> Iterator[tuple[str, str]]:
        """Lines of the table of a notebook, each a name and a value."""
        for leg in self.legs:
            length = _length_in_words(leg.low_km, leg.distance_km, leg.high_km)
            yield f"{leg.origin} to {leg.destination}", length
        if len(self.legs) > 1:
            low, _, high = _bounds(self.distance_range_km)
            yield "whole way", _length_in_words(low, self.distance_km, high)
        hours = self.duration_h()
        span = f"{hours.best:,.1f} h ({hours.low:,.1f} to {hours.high:,.1f})"
        yield f"time, as is usual by {self.mode}", span
        if self.passages:
            yield "through", ", ".join(self.passage_names)
        if self.closed:
            yield "closed", ", ".join(_printed_names(self.closed))
        for note in self.notes:
            yield "note", note


def _length_in_words(low: float, best: float, high: float) -> str:
    """A length, and its range where it has one."""
    if low < high:
        return f"{best:,.0f} km ({low:,.0f} to {high:,.0f})"
    return f"{best:,.0f} km"


def _printed_names(ids: Iterable[str]) -> tuple[str, ...]:
    """Passages by name; areas and towns, which are no passages, by id."""
    known = passages()
    return tuple(known[name].name if name in known else name for name in ids)


def _block_speed(platform: Any, leg: Leg) -> tuple[float, float, float]:
    """Block speed on a leg, km/h: of the platform, or the prior where none is given."""
    if platform is None:
        return AIR_SPEED_KM_PER_H
    return _bounds(platform.block_speed_km_per_h(leg.distance_km))


def _bounds(quantity: Any) -> tuple[float, float, float]:
    return float(quantity.low), float(quantity.best), float(quantity.high)


def _as_names(names: Iterable[str | Place] | str | Place) -> tuple[str | Place, ...]:
    """Names as a tuple: one name alone is text, which would come apart into letters."""
    if isinstance(names, str | Place):
        return (names,)
    return tuple(names)


def route(
    origin: str | Place,
    destination: str | Place,
    *,
    mode: ModeId,
    via: Iterable[str | Place] | str | Place = (),
    closed: Iterable[str] = (),
    opened: Iterable[str] = (),
    on: Any = None,
    vessel: object = None,
    flag: str | None = None,
) -> Route:
    """The shortest way from one place to another that obeys every closure.

    Parameters
    ----------
    origin, destination
        Places or their names; a region is measured from the airfield or port stated for it.
    mode
        "air": geodesics.  "sea": the shipping network and its passages.  "road": Syrian trunk roads, and elsewhere the
        great circle times a circuity prior.  "rail": the great circle times a wider circuity prior.
    via
        Places to call at, in order.
    closed
        By sea names of passages ("bosphorus", "danish straits"); by air names of areas, or
        names or ISO 3166 codes of countries ("TR"); by road names of towns on the network. Not by rail.
    opened
        By sea passages to use although they are shut (a canal, an ice passage) or a rule closes them (a warship on
        its way home); by air areas to use although a rule closes them.
    on
        Day of travel, a date or ISO 8601 text: the dated rules of that day hold.  None: the rules still in force.
    vessel
        By sea a platform with `is_warship` and sizes; None for a merchant ship that fits everywhere.
    flag
        By air ISO 3166 alpha-2 code of the state whose aircraft flies; rules against a flag hold only when it is given.

    Returns
    -------
    Route
        Legs with coordinates, length in km, passages used.

    Raises
    ------
    UnknownNameError
        A place, passage or area is unknown; the message lists the nearest names.
    NoRouteError
        The closures leave no way.
    RouteError
        A wrong mode, the same place twice, or a place the mode cannot reach.

    Examples
    --------
    >>> round(route("Hmeimim", "al-Khadim", mode="air").distance_km)
    1418
    >>> route("Tartus", "Novorossiysk", mode="sea").passages
    ('dardanelles', 'bosphorus')
    """
    if mode not in MODES:
        raise RouteError(f"unknown mode {mode!r}; use {list_modes()}")
    if mode != "sea" and vessel is not None:
        raise RouteError(f"a vessel was given for a route by {mode}")
    # Kept beside the places measured from: the notes tell where the two differ.
    meant = [find_place(name) for name in (origin, *_as_names(via), destination)]
    calls = [place_for(place, mode) for place in meant]
    _check_distinct(calls, mode)
    closures = _Closures(
        closed=_as_tuple(closed), opened=_as_tuple(opened), on=on, vessel=vessel, flag=flag
    )
    found = _WAY_OF_MODE[mode](list(itertools.pairwise(calls)), closures)
    notes = [*map(note_on_end, meant, calls), *found.notes]
    return Route(
        origin=calls[0],
        destination=calls[-1],
        mode=mode,
        legs=tuple(found.legs),
        # A way that calls at a port may go through one passage twice; it is named once, in order.
        passages=tuple(dict.fromkeys(found.passages)),
        closed=found.closed,
        stops=len(calls) - 2,
        notes=tuple(dict.fromkeys(filter(None, notes))),
    )


def _as_tuple(names: Iterable[str] | str) -> tuple[str, ...]:
    """Names as they are, read once, so that a generator closes every stretch of the way and not the first alone."""
    return (names,) if isinstance(names, str) else tuple(names)


def _check_distinct(calls: Sequence[Place], mode: str) -> None:
    for a, b in itertools.pairwise(calls):
        if (a.longitude, a.latitude) == (b.longitude, b.latitude):
            raise RouteError(
                f"{a.name} to {b.name} by {mode}: both are the same point, there is no way to measure"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Closures:
    """What is closed and opened, as the caller gave it."""

    closed: tuple[str, ...]
    opened: tuple[str, ...]
    on: Any
    vessel: object
    flag: str | None


@dataclass(slots=True)
class _Way:
    """The legs of a way as far as they are found, and what was met on it."""

    closed: tuple[str, ...]
    legs: list[Leg] = field(default_factory=list)
    passages: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def _way_by_sea(pairs: Iterable[tuple[Place, Place]], given: _Closures) -> _Way:
    reasons = closed_passages(
        closed=given.closed, opened=given.opened, on=given.on, vessel=given.vessel
    )
    known = passages()
    # A passage that is shut by default is no closure of this route.
    found = _Way(tuple([name for name, why in reasons.items() if why != known[name].shut]))
    for a, b in pairs:
        way = sea_path(a, b, closed=reasons)
        found.passages.extend(way.passages)
        found.notes.extend(way.notes)
        found.legs.append(Leg(a.name, b.name, way.distance_km, way.coordinates))
    return found


def _way_by_air(pairs: Iterable[tuple[Place, Place]], given: _Closures) -> _Way:
    areas = closed_areas(closed=given.closed, opened=given.opened, on=given.on, flag=given.flag)
    found = _Way(tuple(areas))
    for a, b in pairs:
        corners = air_path(a, b, closed=areas)
        line = _points_to_draw(corners)
        found.legs.append(Leg(a.name, b.name, path_km(corners), line))
    return found


def _way_by_road(pairs: Iterable[tuple[Place, Place]], given: _Closures) -> _Way:
    found = _Way(given.closed)
    for a, b in pairs:
        for stretch in road_path(a, b, closed=given.closed).stretches:
            start, stop = (find_place_name(end, a, b) for end in stretch.ends)
            found.legs.append(
                Leg(
                    origin=start,
                    destination=stop,
                    distance_km=stretch.best_km,
                    coordinates=stretch.coordinates,
                    low_km=stretch.low_km,
                    high_km=stretch.high_km,
                )
            )
    return found


def _way_by_rail(pairs: Iterable[tuple[Place, Place]], given: _Closures) -> _Way:
    if given.closed:
        raise RouteError(
            "closed means nothing by rail: there is no railway network in the data; give the way round with via=..."
        )
    found = _Way((), notes=[RAIL_NOTE])
    for a, b in pairs:
        low, best, high = rail_length_km(a, b)
        line = rail_line(a, b)
        found.legs.append(Leg(a.name, b.name, best, line, low, high))
    return found


_WAY_OF_MODE: dict[str, Callable[[Iterable[tuple[Place, Place]], _Closures], _Way]] = {
    "air": _way_by_air,
    "sea": _way_by_sea,
    "road": _way_by_road,
    "rail": _way_by_rail,
}


def find_place_name(place_id: str, *ends: Place) -> str:
    """Name of a place by id; `ends` first, for they may be in no file."""
    for end in ends:
        if end.id == place_id:
            return end.name
    return find_place(place_id).name


def _points_to_draw(corners: tuple[Point, ...]) -> tuple[Point, ...]:
    """Points close enough together to draw geodesics through the corners."""
    points = [corners[0]]
    for a, b in itertools.pairwise(corners):
        # The first point is the last one of the geodesic before.
        points.extend(geodesic_points(a, b)[1:])
    return tuple(points)
