"""When stations work: operating windows, daylight, closures and weather, as openings in days."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real

import numpy as np
from numpy.typing import NDArray

from ...arrays import Floats
from ...errors import EstimateError
from ...kernels.addressed import address, round_keys
from ...kernels.philox import fill_uniform

__all__ = ["Openings", "daylight_h", "open_days"]

Flags = NDArray[np.bool_]

_NEVER = math.inf


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
    number = day.toordinal() - dt.date(2000, 1, 1).toordinal() - longitude / 360
    anomaly = math.radians((357.5291 + 0.98560028 * number) % 360)
    centre = (
        1.9148 * math.sin(anomaly) + 0.02 * math.sin(2 * anomaly) + 0.0003 * math.sin(3 * anomaly)
    )
    sun = math.radians((math.degrees(anomaly) + centre + 180 + 102.9372) % 360)
    noon = 12 - longitude / 15 + 24 * (0.0053 * math.sin(anomaly) - 0.0069 * math.sin(2 * sun))
    declination = math.asin(math.sin(sun) * math.sin(math.radians(23.4397)))
    phi = math.radians(latitude)
    cosine = (math.sin(math.radians(-0.833)) - math.sin(phi) * math.sin(declination)) / (
        math.cos(phi) * math.cos(declination)
    )
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
    for r in range(share.shape[0]):
        for s in range(share.shape[1]):
            fill_uniform(
                keys, np.uint64(address(f"station {s}")), np.uint64(first + r), 0, units[r, s]
            )
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
        windows, light, closures = dict(windows or {}), dict(light or {}), dict(closures or {})
        shares, steps = dict(open_share or {}), dict(every_days or {})
        for name, given in (
            ("windows", windows),
            ("daylight", light),
            ("closures", closures),
            ("open_share", shares),
        ):
            for station in given:
                if station not in stations:
                    raise EstimateError(
                        f"{name} names {station!r}; the stations are {', '.join(map(repr, stations))}"
                    )
        if not all(isinstance(given, Real) and 0.0 <= given <= 1.0 for given in shares.values()):
            raise EstimateError(
                f"open_share is a number between 0 and 1 for each station, got {shares}"
            )
        days = math.ceil(horizon_days) + 1
        found = []
        for station in stations:
            if station in steps:
                found.append(_pieces_at_steps(days, float(steps[station])))
                continue
            begin_h, length_h = opens_at_h, 24.0 if always_h else math.nan
            if station in windows:
                begin_h, length_h = _window_hours(windows[station], station)
            shut = _checked_closures(closures.get(station, ()), station)
            found.append(
                _pieces_of_days(days, begin_h, length_h, light=light.get(station), shut=shut)
            )
        most = max(len(pieces[0]) for pieces in found)

        def padded(column: int, filler: float) -> Floats:
            return np.stack(
                [np.pad(p[column], (0, most - len(p[0])), constant_values=filler) for p in found]
            )

        share = np.array([float(shares.get(station, 1.0)) for station in stations])
        return cls(padded(0, _NEVER), padded(1, -_NEVER), padded(2, 0.0), padded(3, 24.0), share)

    def of(self, hours: Floats, *, first: int, seed: int) -> tuple[Floats, Floats]:
        """Openings of replications `first` and on, whose operating hours are given in h, shape (replications,).

        Returns
        -------
        tuple of numpy.ndarray
            Start and stop, shape (1 or replications, stations, pieces); no pieces when all stations always work. A
            piece that never works stops at minus infinity.
        """
        weather = bool((self.open_share < 1.0).any())
        fixed = not weather and bool((hours == hours[0]).all() or not np.isnan(self.hours).any())
        some = hours[:1] if fixed else hours
        length = np.where(np.isnan(self.hours), some[:, None, None], self.hours) / 24
        stop = np.minimum(self.stop, np.where(length < 1.0, self.shift_start + length, np.inf))
        start = np.broadcast_to(self.start, stop.shape)
        stop = np.where(stop > start, stop, -_NEVER)
        if weather:
            days = np.clip(np.nan_to_num(self.start, posinf=0.0), 0, None).astype(np.int64)
            share = np.broadcast_to(self.open_share, (hours.size, self.open_share.size))
            is_open = open_days(share, int(days.max()) + 1, first=first, seed=seed)
            stop = np.where(
                np.take_along_axis(
                    is_open, np.broadcast_to(days, (hours.size, *days.shape)), axis=2
                ),
                stop,
                -_NEVER,
            )
        if fixed:
            start, stop = _join_pieces(start, stop)
        return np.ascontiguousarray(start), np.ascontiguousarray(stop)


Pieces = tuple[Floats, Floats, Floats, Floats]
"""Start, stop and start of the working day of each piece in days, and the length of that day in h."""


def _pieces_at_steps(days: int, step: float) -> Pieces:
    """A station that lets go only at multiples of a step: pieces too short for anything else."""
    moments = np.arange(math.ceil(days / step) + 1, dtype=np.float64) * step
    return moments, moments + 1e-9, moments, np.full_like(moments, 24.0)


def _checked_closures(
    given: Sequence[tuple[float, float]], station: str
) -> list[tuple[float, float]]:
    shut = list(given)
    if any(not begin < end for begin, end in shut):
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
    cuts = [np.arange(days + 1.0), np.arange(-1.0, days + 1) + begin_h / 24]
    cuts += [np.ravel(() if light is None else light), np.ravel(shut)]
    edges = np.unique(np.clip(np.concatenate(cuts), 0.0, days))
    start, stop = edges[:-1], edges[1:]
    middle = (start + stop) / 2
    works = np.full(middle.shape, light is None)
    for begin, end in light or ():
        works |= (begin <= middle) & (middle < end)
    for begin, end in shut:
        works &= ~((begin <= middle) & (middle < end))
    shift = np.floor(middle - begin_h / 24) + begin_h / 24
    return start[works], stop[works], shift[works], np.full(int(works.sum()), length_h)


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
    return begin_h, (end_h - begin_h) % 24.0 or 24.0


def _join_pieces(start: Floats, stop: Floats) -> tuple[Floats, Floats]:
    """One calendar for all replications, with pieces that touch made one; empty when none ever closes."""
    stations = []
    for begin, end in zip(start[0], stop[0], strict=True):
        works = np.isfinite(end)
        begin, end = begin[works], end[works]
        new = np.append(True, begin[1:] > end[:-1]) if begin.size else np.zeros(0, dtype=bool)
        stations.append((begin[new], end[np.append(new[1:], True)] if begin.size else end))
    most = max(begin.size for begin, _ in stations)
    if all(begin.size == 1 and begin[0] == 0.0 for begin, _ in stations):
        spans = {float(end[0]) for _, end in stations}
        if len(spans) == 1:
            return np.empty((1, len(stations), 0)), np.empty((1, len(stations), 0))
    start = np.stack([np.pad(b, (0, most - b.size), constant_values=_NEVER) for b, _ in stations])
    stop = np.stack([np.pad(e, (0, most - e.size), constant_values=-_NEVER) for _, e in stations])
    return start[None], stop[None]
