"""Slow twin of `kernels.port_stays` and `kernels.ship_index`: the same rules in plain Python."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from forceflow.kernels.port_tables import EARTH_KM, NEVER, Rules
from forceflow.tracks.zones import Zone

MOST_TRACKS = 4


@dataclass(frozen=True)
class Message:
    ship: int
    time: int
    latitude: float | None
    longitude: float | None
    speed: float | None = None
    draught: float | None = None

    @property
    def sort_key(self) -> tuple[Any, ...]:
        numbers = (self.latitude, self.longitude, self.speed, self.draught)
        return (
            self.ship,
            self.time,
            *((number is None, 0.0 if number is None else number) for number in numbers),
        )


@dataclass
class Track:
    ship: int
    row: int
    fixes: list[Message] = field(default_factory=list)
    zone: int = -1
    stay: list[Message] = field(default_factory=list)
    stay_before: int = NEVER
    slow: int = 0
    gap_between: int = 0
    draught: list[Any] | None = None


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance by the haversine."""
    north, east = math.radians(b[0] - a[0]), math.radians(b[1] - a[1])
    square = (
        math.sin(north / 2) ** 2
        + math.cos(math.radians(a[0])) * math.cos(math.radians(b[0])) * math.sin(east / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(math.sqrt(square))


def is_in_polygon(point: tuple[float, float], corners: Sequence[tuple[float, float]]) -> bool:
    """By the winding of the corners around the point."""
    winding = 0.0
    for here, there in zip(corners, (*corners[1:], corners[0]), strict=True):
        a = math.atan2(here[0] - point[0], here[1] - point[1])
        b = math.atan2(there[0] - point[0], there[1] - point[1])
        winding += (b - a + math.pi) % (2 * math.pi) - math.pi
    return abs(winding) > math.pi


def zone_of(point: tuple[float, float], current: int, zones: Sequence[Zone], margin: float) -> int:
    """Number of the zone of a point for a ship that is in the zone `current`."""
    near: list[tuple[float, int]] = []
    rings: list[tuple[float, int]] = []
    is_still_there = False
    names = [zone.name for zone in zones]
    for zone in zones:
        number = names.index(zone.name)
        code = 2 * number + (zone.kind == "anchorage")
        if zone.corners:
            if is_in_polygon(point, zone.corners):
                return code
            continue
        km = distance_km(point, (zone.latitude, zone.longitude))
        if km <= zone.radius_km:
            near.append((km, code))
        if zone.anchorage_km and km <= zone.anchorage_km:
            rings.append((km, 2 * number + 1))
        if current == code and km <= zone.radius_km * (1 + margin):
            is_still_there = True
        if (
            current == 2 * number + 1
            and zone.anchorage_km
            and km <= zone.anchorage_km * (1 + margin)
        ):
            is_still_there = True
    if near:
        return min(near)[1]
    if is_still_there and (current % 2 == 0 or not rings):
        return current
    return min(rings)[1] if rings else -1


class SlowPass:
    """Reads messages one by one, as the kernel does."""

    def __init__(
        self,
        zones: Sequence[Zone],
        gates: Sequence[tuple[float, float, float, float]],
        rules: Rules,
        margin: float,
    ) -> None:
        self.zones, self.gates, self.rules, self.margin = zones, gates, rules, margin
        self.open: dict[int, list[Track]] = {}
        self.tracks: list[Track] = []
        self.stays: list[tuple[int, ...]] = []
        self.crossings: list[tuple[int, ...]] = []
        self.draughts: list[list[Any]] = []
        self.of_ships: dict[int, list[Any]] = {}

    def read(self, message: Message) -> None:
        if message.latitude is None or message.longitude is None:
            if message.draught is not None:
                row = self._note_draught(self.of_ships.get(message.ship), -1, message)
                self.of_ships[message.ship] = row
            return
        track = self._track_for(message)
        if message.draught is not None:
            track.draught = self._note_draught(track.draught, track.row, message)
        last = track.fixes[-1] if track.fixes else None
        if last and (last.time, _point(last)) == (message.time, _point(message)):
            return
        self._move(track, last, message)
        track.fixes.append(message)

    def _note_draught(self, row: list[Any] | None, track: int, message: Message) -> list[Any]:
        if row is not None and row[4] == message.draught:
            row[3] = message.time
            return row
        new = [message.ship, track, message.time, message.time, message.draught]
        self.draughts.append(new)
        return new

    def _track_for(self, message: Message) -> Track:
        mine = self.open.setdefault(message.ship, [])
        reached = []
        for track in mine:
            last = track.fixes[-1]
            km = distance_km(_point(last), _point(message))
            hours = (message.time - last.time) / 3.6e9
            if km <= self.rules.slack_km + hours * self.rules.fastest_kn * 1.852:
                is_stale = message.time - last.time > self.rules.stale
                reached.append((is_stale, km, -track.row, track))
        if reached:
            return min(reached, key=lambda found: found[:3])[3]
        if len(mine) == MOST_TRACKS:
            mine.remove(min(mine, key=lambda track: (len(track.fixes), track.row)))
        new = Track(message.ship, len(self.tracks))
        self.tracks.append(new)
        mine.append(new)
        return new

    def _move(self, track: Track, last: Message | None, message: Message) -> None:
        gap = message.time - last.time if last else 0
        zone = zone_of(_point(message), track.zone, self.zones, self.margin)
        if last and _point(last) == _point(message):
            zone = track.zone
        if last and gap <= self.rules.gate_gap:
            self._cross(track, last, message)
        if zone != track.zone:
            self._close(track, message.time)
            track.gap_between = max(track.gap_between, gap)
            track.stay_before = last.time if last else NEVER
        elif zone < 0:
            track.gap_between = max(track.gap_between, gap)
        track.zone = zone
        if zone >= 0:
            track.stay.append(message)
            track.slow += self._is_slow(last, message)

    def _is_slow(self, last: Message | None, message: Message) -> bool:
        if message.speed is not None:
            return message.speed <= self.rules.stop_kn
        if last is None or last.time == message.time:
            return False
        km = distance_km(_point(last), _point(message))
        return km <= self.rules.stop_kn * 1.852 * (message.time - last.time) / 3.6e9

    def _close(self, track: Track, after: int) -> None:
        if track.zone < 0:
            return
        times = [message.time for message in track.stay]
        gaps = [b - a for a, b in pairwise(times)]
        silent = sum(gap for gap in gaps if gap > self.rules.silence)
        self.stays.append(
            (
                track.row,
                track.zone,
                track.stay_before,
                times[0],
                times[-1],
                after,
                len(times),
                track.slow,
                max(gaps, default=0),
                silent,
                track.gap_between,
            )
        )
        track.stay, track.slow, track.gap_between = [], 0, 0

    def _cross(self, track: Track, last: Message, message: Message) -> None:
        (s, w), (n, e) = _point(last), _point(message)
        if abs(e - w) > 180:
            return
        for number, (a, b, c, d) in enumerate(self.gates):
            one = (c - a) * (s - b) - (d - b) * (w - a) > 0
            two = (c - a) * (n - b) - (d - b) * (e - a) > 0
            west = (e - w) * (b - s) - (n - s) * (a - w) > 0
            east = (e - w) * (d - s) - (n - s) * (c - w) > 0
            if one != two and west != east:
                self.crossings.append((track.row, number, last.time, message.time))

    def finish(self) -> None:
        for track in self.tracks:
            self._close(track, NEVER)


def _point(message: Message) -> tuple[float, float]:
    assert message.latitude is not None
    assert message.longitude is not None
    return message.latitude, message.longitude
