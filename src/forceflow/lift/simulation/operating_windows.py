"""When stations work: operating windows, daylight, closures and weather, as openings in days."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...arrays import Floats
from ...errors import EstimateError
from ...kernels.addressed import address, round_keys
from ...kernels.philox import fill_uniform

__all__ = ["Openings", "daylight_h", "open_days"]

Flags = NDArray[np.bool_]

_NEVER = math.inf

_EPOCH = dt.date(2000, 1, 1)
"""Day from which the mean longitude of the sun is counted."""

_A_MOMENT = 1e-9
"""Days for which a station is open that lets go at one moment only."""


def daylight_h(day: dt.date, *, latitude: float, longitude: float) -> tuple[float, float]:
    """Sunrise and sunset in hours after 00 UTC; (0, 24) where the sun does not set, (0, 0) where it stays away.

    Parameters
    ----------
    day
        The date.
    latitude, longitude
        Degrees, north and east positive. West of about 90 degrees sunset comes after 24.

    Notes
    -----
    The usual sunrise equation: declination and equation of time from the mean longitude of the sun, the upper edge of
    the sun at a horizon of -0.833 degrees. Recalled from the general astronomical literature (for one, Meeus,
    *Astronomical Algorithms*, ch. 15 and 25, not opened); good to a few minutes below the polar circles.
    """
    number = day.toordinal() - _EPOCH.toordinal() - longitude / 360
    anomaly = math.radians((357.5291 + 0.98560028 * number) % 360)
    centre = (
        1.9148 * math.sin(anomaly) + 0.02 * math.sin(2 * anomaly) + 0.0003 * math.sin(3 * anomaly)
    )
    sun = math.radians((math.degrees(anomaly) + centre + 180 + 102.9372) % 360)
    equation_of_time = 0.0053 * math.sin(anomaly) - 0.0069 * math.sin(2 * sun)
    noon = 12 - longitude / 15 + 24 * equation_of_time
    declination = math.asin(math.sin(sun) * math.sin(math.radians(23.4397)))
    phi = math.radians(latitude)
    # At -0.833 degrees the upper edge is on the horizon: half a disc, and what the air bends.
    above = math.sin(math.radians(-0.833)) - math.sin(phi) * math.sin(declination)
    cosine = above / (math.cos(phi) * math.cos(declination))
    # Beyond 1 there is no such hour angle: polar day or polar night.
    if cosine <= -1:
        return 0.0, 24.0
    if cosine >= 1:
        return 0.0, 0.0
    half = math.degrees(math.acos(cosine)) / 15
    return noon - half, noon + half


def open_days(share: Floats, days: int, *, first: int, seed: int) -> Flags:
    """Which days weather leaves open; days are independent.

    Parameters
    ----------
    share
        Share of days that are open, shape (replications, stations).
    days
        Number of days.
    first
        Number of the first replication.
    seed
        Address of the draws.

    Returns
    -------
    numpy.ndarray
        Shape (replications, stations, days).
    """
    keys = round_keys(seed, "weather")
    units = np.empty((*share.shape, days))
    replications, stations = share.shape
    for s in range(stations):
        # Addressed by number, not by name: the weather of a station is the same on every bridge.
        entity = np.uint64(address(f"station {s}"))
        for r in range(replications):
            fill_uniform(keys, entity, np.uint64(first + r), 0, units[r, s])
    return units < share[:, :, None]


@dataclass(frozen=True)
class Openings:
    """Pieces of time in which stations may work, before drawn hours and weather; made once per simulation.

    Parameters
    ----------
    start, stop
        Pieces of each station, in days, shape (stations, pieces), padded with infinity and minus infinity.
    shift_start, hours
        Start of the working day each piece belongs to, in days, and its fixed length in h (NaN: the drawn hours).
    open_share
        Share of the days of each station that weather leaves open.
    """

    start: Floats
    stop: Floats
    shift_start: Floats
    hours: Floats
    open_share: Floats

    @classmethod
    def plan(
        cls,
        stations: Sequence[str],
        *,
        horizon_days: float,
        opens_at_h: float = 0.0,
        always_h: bool = False,
        windows: Mapping[str, tuple[float, float]] | None = None,
        light: Mapping[str, Sequence[tuple[float, float]]] | None = None,
        closures: Mapping[str, Sequence[tuple[float, float]]] | None = None,
        open_share: Mapping[str, float] | None = None,
        every_days: Mapping[str, float] | None = None,
    ) -> Openings:
        """Cut time into pieces at every moment at which something may change.

        Parameters
        ----------
        stations
            Their names; keys of all mappings.
        horizon_days
            Days simulated.
        opens_at_h, always_h
            When the drawn operating hours begin, in h of the day; True when they are the whole day.
        windows
            (from, until) in h of the day, in place of the operating hours; until may lie after midnight.
        light
            (from, until) of each day's light, in days.
        closures
            (from, until) in days.
        open_share
            Share of days that weather leaves open.
        every_days
            A station that lets go only at multiples of this.
        """
        windows, light, closures = windows or {}, light or {}, closures or {}
        open_share, every_days = dict(open_share or {}), every_days or {}
        _check_names(windows, stations, name="windows")
        _check_names(light, stations, name="daylight")
        _check_names(closures, stations, name="closures")
        _check_names(open_share, stations, name="open_share")
        _check_shares(open_share)
        day_h = math.nan  # the drawn hours
        if always_h:
            day_h = 24.0
        days = math.ceil(horizon_days) + 1
        starts, stops, shift_starts, hours = [], [], [], []
        for station in stations:
            if station in every_days:
                pieces = _pieces_at_steps(days, float(every_days[station]))
            else:
                begin_h, length_h = opens_at_h, day_h
                if station in windows:
                    begin_h, length_h = _window_hours(windows[station], station)
                shut = _checked_closures(closures.get(station, ()), station)
                pieces = _pieces_of_days(
                    days, begin_h, length_h, light=light.get(station), shut=shut
                )
            start, stop, shift_start, length = pieces
            starts.append(start)
            stops.append(stop)
            shift_starts.append(shift_start)
            hours.append(length)
        return cls(
            start=_padded_rows(starts, _NEVER),
            stop=_padded_rows(stops, -_NEVER),
            shift_start=_padded_rows(shift_starts, 0.0),
            hours=_padded_rows(hours, 24.0),
            open_share=np.array([float(open_share.get(station, 1.0)) for station in stations]),
        )

    def of(self, hours: Floats, *, first: int, seed: int) -> tuple[Floats, Floats]:
        """Openings of replications `first` and on, whose operating hours are given in h, shape (replications,).

        Returns
        -------
        tuple of numpy.ndarray
            Start and stop, shape (1 or replications, stations, pieces); no pieces when all stations always work. A
            piece that never works stops at minus infinity.
        """
        drawn_hours = np.isnan(self.hours)
        weather = bool((self.open_share < 1.0).any())
        same_hours = bool((hours == hours[0]).all() or not drawn_hours.any())
        # One calendar then serves all replications of the chunk.
        fixed = same_hours and not weather
        if fixed:
            hours = hours[:1]
        length = np.where(drawn_hours, hours[:, None, None], self.hours) / 24
        # A working day of 24 hours goes over into the next: its end closes nothing.
        shift_stop = np.where(length < 1.0, self.shift_start + length, np.inf)
        stop = np.minimum(self.stop, shift_stop)
        start = np.broadcast_to(self.start, stop.shape)
        stop = np.where(stop > start, stop, -_NEVER)
        if weather:
            is_open = self._open_in_weather(hours.size, first=first, seed=seed)
            stop = np.where(is_open, stop, -_NEVER)
        if fixed:
            start, stop = _join_pieces(start, stop)
        return np.ascontiguousarray(start), np.ascontiguousarray(stop)

    def _open_in_weather(self, replications: int, *, first: int, seed: int) -> Flags:
        """Whether the day of each piece is open, shape (replications, stations, pieces)."""
        begin = np.nan_to_num(self.start, posinf=0.0)  # padding has no day; it never works anyway
        day_of_piece = np.clip(begin, 0, None).astype(np.int64)
        share = np.broadcast_to(self.open_share, (replications, self.open_share.size))
        by_day = open_days(share, int(day_of_piece.max()) + 1, first=first, seed=seed)
        place = np.broadcast_to(day_of_piece, (replications, *day_of_piece.shape))
        return np.take_along_axis(by_day, place, axis=2)


Pieces = tuple[Floats, Floats, Floats, Floats]
"""Start, stop and start of the working day of each piece in days, and the length of that day in h."""


def _pieces_at_steps(days: int, step: float) -> Pieces:
    """A station that lets go only at multiples of a step: pieces too short for anything else."""
    moments = np.arange(math.ceil(days / step) + 1, dtype=np.float64) * step
    return moments, moments + _A_MOMENT, moments, np.full_like(moments, 24.0)


def _check_names(given: Mapping[str, Any], stations: Sequence[str], *, name: str) -> None:
    """Refuse a mapping by station that names another."""
    for station in given:
        if station not in stations:
            raise EstimateError(
                f"{name} names {station!r}; the stations are {', '.join(map(repr, stations))}"
            )


def _check_shares(open_share: Mapping[str, float]) -> None:
    """Refuse shares of days that are none."""
    for share in open_share.values():
        if not (isinstance(share, Real) and 0.0 <= share <= 1.0):
            raise EstimateError(
                f"open_share is a number between 0 and 1 for each station, got {open_share}"
            )


def _padded_rows(rows: Sequence[Floats], filler: float) -> Floats:
    """Rows of unlike length as one array, filled up at their ends."""
    most = max(row.size for row in rows)
    padded = np.full((len(rows), most), filler)
    for number, row in enumerate(rows):
        padded[number, : row.size] = row
    return padded


def _checked_closures(
    given: Sequence[tuple[float, float]], station: str
) -> list[tuple[float, float]]:
    """Closures of a station, each of some length."""
    shut = list(given)
    for begin, end in shut:
        if not begin < end:
            raise EstimateError(f"a closure of {station!r} needs from < until in days, got {shut}")
    return shut


def _pieces_of_days(
    days: int,
    begin_h: float,
    length_h: float,
    *,
    light: Sequence[tuple[float, float]] | None,
    shut: Sequence[tuple[float, float]],
) -> Pieces:
    """Cut the days of a station wherever something may change, and keep the pieces in which it works."""
    opens_at = begin_h / 24
    midnights = np.arange(days + 1.0)
    # The working day that began the day before may reach into the first.
    shift_starts = np.arange(-1.0, days + 1) + opens_at
    light_edges = np.ravel(light or ())
    cuts = np.concatenate([midnights, shift_starts, light_edges, np.ravel(shut)])
    edges = np.unique(np.clip(cuts, 0.0, days))
    start, stop = edges[:-1], edges[1:]
    # Nothing changes inside a piece, so its middle speaks for all of it.
    middle = (start + stop) / 2
    works = np.full(middle.shape, light is None)
    for begin, end in light or ():
        works |= (begin <= middle) & (middle < end)
    for begin, end in shut:
        works &= ~((begin <= middle) & (middle < end))
    shift_start = np.floor(middle - opens_at) + opens_at
    hours = np.full(int(works.sum()), length_h)
    return start[works], stop[works], shift_start[works], hours


def _window_hours(given: tuple[float, float], station: str) -> tuple[float, float]:
    """Begin in h of the day, and length in h."""
    try:
        begin_h, end_h = (float(hour) for hour in given if isinstance(hour, Real))
    except (TypeError, ValueError):
        begin_h = end_h = math.nan
    if not (0.0 <= begin_h < 24.0 and 0.0 <= end_h <= begin_h + 24.0):
        raise EstimateError(
            f"the window of {station!r} is (from, until) in h of the day, at most 24 h, such as (6, 18) or (20, 4); "
            f"got {given!r}"
        )
    # From an hour until the same hour is all day, not no time.
    length_h = (end_h - begin_h) % 24.0 or 24.0
    return begin_h, length_h


def _join_pieces(start: Floats, stop: Floats) -> tuple[Floats, Floats]:
    """One calendar for all replications, with pieces that touch made one; empty when none ever closes."""
    begins, ends = [], []
    for begin, end in zip(start[0], stop[0], strict=True):
        works = np.isfinite(end)
        begin, end = begin[works], end[works]
        apart = begin[1:] > end[:-1]
        if begin.size:
            is_first, is_last = np.append(True, apart), np.append(apart, True)
            begin, end = begin[is_first], end[is_last]
        begins.append(begin)
        ends.append(end)
    if _never_close(begins, ends):
        # No pieces at all spare the kernel the search for the next opening.
        nothing = np.empty((1, len(begins), 0))
        return nothing, nothing.copy()
    return _padded_rows(begins, _NEVER)[None], _padded_rows(ends, -_NEVER)[None]


def _never_close(begins: Sequence[Floats], ends: Sequence[Floats]) -> bool:
    """Whether every station has one piece from the first moment, and all have the same last one."""
    for begin in begins:
        if begin.size != 1 or begin[0] != 0.0:
            return False
    return len({float(end[0]) for end in ends}) == 1
