"""A ship's track as plain arrays for pictures: fixes, draughts, calls, and what it was doing when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..arrays import Floats
from .call_labels import place_name
from .call_rows import Call

__all__ = ["SILENCE_H", "Moments", "Stretch", "TrackLine", "TrackLines", "middle_of"]

SILENCE_H = 2.0
"""Longest time between two fixes, in hours, that is no silence yet."""

Moments = NDArray[np.datetime64]

Doing = Literal["berth", "anchorage", "sea", "silence"]


def middle_of(longitude: Floats, latitude: Floats) -> tuple[float, float]:
    """Medians of points that lie near each other, also over the date line; longitude and latitude."""
    east = (longitude - longitude[0] + 180.0) % 360.0 - 180.0
    middle = (longitude[0] + float(np.median(east)) + 180.0) % 360.0 - 180.0
    return float(middle), float(np.median(latitude))


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which a ship was at a berth, at an anchorage, at sea, or not heard.

    Parameters
    ----------
    doing
        "berth", "anchorage", "sea" or "silence".
    start, stop
        From one fix to another, UTC.
    place
        Where it called, "" at sea; of a silence inside a call, the place of the call.
    """

    doing: Doing
    start: np.datetime64
    stop: np.datetime64
    place: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class TrackLine:
    """One ship's track, thinned for drawing.

    Parameters
    ----------
    ship
        MMSI or IMO number as text.
    name
        The last name it sent, "" for none.
    times, longitude, latitude
        Of its fixes in order of time: UTC, degrees WGS 84.
    draught_times, draught_m
        Draughts it sent in order of time, in m.
    calls
        Its port calls in order of time.
    fixes
        How many positions there were before thinning.
    """

    ship: str
    name: str
    times: Moments
    longitude: Floats
    latitude: Floats
    draught_times: Moments
    draught_m: Floats
    calls: tuple[Call, ...]
    fixes: int

    @property
    def label(self) -> str:
        """Name and number, or the number alone."""
        if not self.name:
            return self.ship
        return f"{self.name} ({self.ship})"

    def parts(self, silence_h: float = SILENCE_H) -> list[Floats]:
        """Longitude and latitude of each part without a silence, shape (n, 2)."""
        return np.split(self._positions(), self._breaks(silence_h))

    def silences(self, silence_h: float = SILENCE_H) -> list[Floats]:
        """Longitude and latitude before and after each silence, shape (2, 2)."""
        positions = self._positions()
        return [positions[at - 1 : at + 1] for at in self._breaks(silence_h)]

    def stretches(self, silence_h: float = SILENCE_H) -> list[Stretch]:
        """What the ship was doing from its first fix to its last, without gap or overlap."""
        if self.times.size < 2:
            return []
        during = self._calls_between_fixes()
        silent = np.diff(self.times) > _hours(silence_h)
        # A new stretch begins wherever the call or the silence changes.
        code = 2 * during + silent
        firsts = np.flatnonzero(np.diff(code, prepend=code[0] - 1))
        lasts = np.append(firsts[1:], code.size)
        found = []
        for first, last in zip(firsts, lasts, strict=True):
            doing, place = self._doing_at(int(during[first]), bool(silent[first]))
            found.append(Stretch(doing, self.times[first], self.times[last], place))
        return found

    def place_of_call(self, call: Call) -> tuple[float, float] | None:
        """Middle of the fixes inside a call, longitude and latitude; None where none is left of them."""
        inside = _is_inside(self.times, call)
        if not inside.any():
            return None
        return middle_of(self.longitude[inside], self.latitude[inside])

    def draught_steps(self) -> tuple[Moments, Floats]:
        """Draughts as they changed, and the last one once more where it was last sent."""
        if self.draught_m.size == 0:
            return self.draught_times, self.draught_m
        changed = np.diff(self.draught_m, prepend=np.nan) != 0
        changed[-1] = True
        return self.draught_times[changed], self.draught_m[changed]

    def _positions(self) -> Floats:
        return np.stack([self.longitude, self.latitude], axis=1)

    def _breaks(self, silence_h: float) -> NDArray[np.intp]:
        """Which fixes come after a silence."""
        return np.flatnonzero(np.diff(self.times) > _hours(silence_h)) + 1

    def _calls_between_fixes(self) -> NDArray[np.int64]:
        """For the time between each fix and the next: number of the call that holds both, or -1."""
        during = np.full(self.times.size - 1, -1, dtype=np.int64)
        for number, call in enumerate(self.calls):
            inside = _is_inside(self.times, call)
            during[inside[:-1] & inside[1:]] = number
        return during

    def _doing_at(self, call: int, silent: bool) -> tuple[Doing, str]:
        """Kind and place of a stretch by the number of its call."""
        place, doing = "", "sea"
        if call >= 0:
            place, doing = place_name(self.calls[call]), self.calls[call].kind
        if silent:
            return "silence", place
        if doing == "anchorage":
            return "anchorage", place
        if doing == "sea":
            return "sea", place
        return "berth", place


@dataclass(frozen=True, slots=True, eq=False)
class TrackLines:
    """All ships of a table as arrays, with their calls.

    Parameters
    ----------
    lines
        One a ship, those with most calls first.
    calls
        All calls, also those of ships without a line.
    sources
        Names of the files, or "table".
    publisher
        Who published them, "" where not known.
    """

    lines: tuple[TrackLine, ...]
    calls: tuple[Call, ...]
    sources: tuple[str, ...]
    publisher: str

    @property
    def span(self) -> tuple[dt.datetime, dt.datetime] | None:
        """First and last fix of all ships; None without any."""
        ends = [line.times[[0, -1]] for line in self.lines if line.times.size]
        if not ends:
            return None
        both = np.concatenate(ends)
        return _as_datetime(both.min()), _as_datetime(both.max())


def _is_inside(times: Moments, call: Call) -> NDArray[np.bool_]:
    """Which fixes lie in a call."""
    first, last = _as_moment(call.arrived_by), _as_moment(call.left_after)
    inside: NDArray[np.bool_] = (times >= first) & (times <= last)
    return inside


def _hours(hours: float) -> np.timedelta64:
    return np.timedelta64(round(hours * 3_600_000_000), "us")


def _as_moment(moment: dt.datetime) -> np.datetime64:
    return np.datetime64(moment.astimezone(dt.UTC).replace(tzinfo=None), "us")


def _as_datetime(moment: np.datetime64) -> dt.datetime:
    plain: dt.datetime = moment.astype("datetime64[us]").item()
    return plain.replace(tzinfo=dt.UTC)
