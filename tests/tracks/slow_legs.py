"""Slow twin of `kernels.flight_runs`, `leg_kinds` and `leg_chain`: the same rules in plain Python, fix by fix."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Any

HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)
FASTEST, CRUISE = 600.0 * 1.852, 400.0 * 1.852

Row = dict[str, Any]


@dataclass(frozen=True)
class Field:
    id: str
    place: tuple[float, float]
    elevation: float | None


@dataclass
class Run:
    state: str
    mark: bool
    fixes: list[Row]
    kind: str = "air"
    first_field: str | None = None
    last_field: str | None = None

    @property
    def first(self) -> Row:
        return self.fixes[0]

    @property
    def last(self) -> Row:
        return self.fixes[-1]


@dataclass
class Leg:
    aircraft: int
    begins: str = "record"
    ends: str = "record"
    took_off_after: dt.datetime | None = None
    took_off_by: dt.datetime | None = None
    landed_after: dt.datetime | None = None
    landed_by: dt.datetime | None = None
    origin: str | None = None
    destination: str | None = None
    runs: list[Run] = field(default_factory=list)
    touches: int = 0
    silence: dt.timedelta | None = None

    def summary(self) -> tuple[Any, ...]:
        fixes = [fix for run in self.runs for fix in run.fixes]
        times = [fix["time"] for fix in fixes]
        gap = self.silence or max((b - a for a, b in pairwise(times)), default=dt.timedelta())
        heights = [fix["altitude_ft"] for fix in fixes if fix["altitude_ft"] is not None]
        names = Counter(fix["callsign"] for fix in fixes if fix["callsign"] is not None)
        callsign = None
        if names:
            most = max(names.values())
            callsign = next(f["callsign"] for f in fixes if names[f["callsign"]] == most)
        return (
            self.aircraft, callsign, self.begins, self.ends, self.took_off_after, self.took_off_by,
            self.landed_after, self.landed_by, len(fixes), round(gap / HOUR, 6), self.touches,
            max(heights, default=None),
            self.origin if self.begins == "ground" else None,
            self.destination if self.ends == "ground" else None,
        )  # fmt: skip


def km_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """By the angle between two vectors."""
    u, v = _vector(a), _vector(b)
    cross = (u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0])
    return 6371.0088 * math.atan2(math.hypot(*cross), sum(x * y for x, y in zip(u, v, strict=True)))


def _vector(point: tuple[float, float]) -> tuple[float, float, float]:
    lat, lon = map(math.radians, point)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def place_of(fix: Row) -> tuple[float, float]:
    return fix["latitude"], fix["longitude"]


def turn(fix: Row, to: tuple[float, float]) -> float:
    """Degrees between an aircraft's track and the way to a point, 0 to 180."""
    (a, b), (c, d) = place_of(fix), to
    lat_1, lat_2, east = math.radians(a), math.radians(c), math.radians(d - b)
    x = math.sin(east) * math.cos(lat_2)
    y = math.cos(lat_1) * math.sin(lat_2) - math.sin(lat_1) * math.cos(lat_2) * math.cos(east)
    error: float = (math.degrees(math.atan2(x, y)) - fix["track_deg"]) % 360
    return min(error, 360 - error)


class SlowLegs:
    """Legs of the messages of one aircraft at a time."""

    def __init__(self, fields: Sequence[Field], **rules: float) -> None:
        self.fields = fields
        self.min_ground = rules.get("min_ground_min", 10.0) * MINUTE
        self.aloft_gap = rules.get("aloft_gap_h", 1.0) * HOUR
        self.near_km, self.low_ft = rules.get("near_km", 30.0), rules.get("low_ft", 5_000.0)

    def legs(self, rows: Sequence[Row]) -> list[Leg]:
        found = []
        for address in sorted({row["aircraft"] for row in rows}):
            mine = sorted((r for r in rows if r["aircraft"] == address), key=lambda r: r["time"])
            found += self._chain(address, self._judged(self._runs(mine)))
        return found

    def _runs(self, rows: Sequence[Row]) -> list[Run]:
        runs: list[Run] = []
        state = ""
        for row in rows:
            if runs and (row["time"], place_of(row)) == (
                runs[-1].last["time"],
                place_of(runs[-1].last),
            ):
                continue
            state = self._state(row, state)
            is_late = runs and row["time"] - runs[-1].last["time"] > self.min_ground
            mark = bool(row["new_leg"])
            if not runs or is_late or mark or state != runs[-1].state:
                runs.append(Run(state, mark, []))
            runs[-1].fixes.append(row)
        return runs

    def _state(self, row: Row, before: str) -> str:
        kn, flag = row["speed_kn"], row["ground"]
        if flag == "ground" and (kn is None or kn <= 200):
            return "ground"
        if flag != "ground" and kn is not None and kn < 50:
            return "slow"
        if flag == "air" or (flag == "unknown" and kn is not None and kn > 180):
            return "air"
        return before or "air"

    def _nearest(self, fix: Row, km: float, *, feet: float | None = None) -> Field | None:
        near = []
        for one in self.fields:
            away = km_between(place_of(fix), one.place)
            height = (fix["altitude_ft"] or 0.0) - (one.elevation or 0.0)
            if away <= km and (feet is None or (fix["altitude_ft"] is not None and height <= feet)):
                near.append((away, one.id, one))
        return min(near)[2] if near else None

    def _is_level(self, fix: Row, one: Field | None) -> bool:
        if one is None:
            return False
        if fix["altitude_ft"] is None or one.elevation is None:
            return True
        return bool(fix["altitude_ft"] <= one.elevation + 1000)

    def _judged(self, runs: list[Run]) -> list[Run]:
        for run in runs:
            first, last = self._nearest(run.first, 5.0), self._nearest(run.last, 5.0)
            level = self._is_level(run.first, first) or self._is_level(run.last, last)
            if run.state == "ground" or (run.state == "slow" and level):
                run.kind = "ground"
                run.first_field = first.id if first else None
                run.last_field = last.id if last else None
        for before, between, after in self._middles(runs, "air"):
            short = after.first["time"] - before.last["time"] < 3 * MINUTE
            if short and km_between(place_of(before.last), place_of(after.first)) <= 10.0:
                for run in between:
                    run.kind = "ground"
        for before, between, after in self._middles(runs, "ground"):
            short = after.first["time"] - before.last["time"] < self.min_ground
            if short and not any(run.mark for run in [*between, after]):
                for run in between:
                    run.kind = "touch"
        return runs

    def _middles(self, runs: list[Run], kind: str) -> list[tuple[Run, list[Run], Run]]:
        groups = [(name, list(group)) for name, group in groupby(runs, key=lambda run: run.kind)]
        return [
            (groups[n - 1][1][-1], group, groups[n + 1][1][0])
            for n, (name, group) in enumerate(groups)
            if name == kind and 0 < n < len(groups) - 1
        ]

    def _chain(self, address: int, runs: list[Run]) -> list[Leg]:
        legs: list[Leg] = []
        parts: list[list[Run]] = []
        for kind, group in groupby(runs, key=lambda run: run.kind == "ground"):
            parts.append(list(group))
            del kind
        for n, part in enumerate(parts):
            if part[0].kind == "ground":
                for before, after in pairwise(part):
                    legs += self._unheard(address, before, after)
                continue
            flown = self._split(address, part)
            if n:
                self._begin_on_ground(flown[0], parts[n - 1][-1])
            if n + 1 < len(parts):
                self._end_on_ground(flown[-1], parts[n + 1][0])
            legs += flown
        return legs

    def _unheard(self, address: int, before: Run, after: Run) -> list[Leg]:
        a, b = before.last_field, after.first_field
        km = km_between(place_of(before.last), place_of(after.first))
        time = after.first["time"] - before.last["time"]
        if a is None or b is None or a == b or km <= 20 or time / HOUR < km / FASTEST:
            return []
        times = (before.last["time"], after.first["time"])
        return [Leg(address, "ground", "ground", *times, *times, a, b, silence=time)]

    def _split(self, address: int, part: list[Run]) -> list[Leg]:
        legs = [Leg(address)]
        last: Run | None = None
        was_touch = False
        for run in part:
            if run.kind == "touch":
                legs[-1].touches += int(run.first_field is not None and not was_touch)
            else:
                why = self._parted(last, run) if last else ""
                if last and why:
                    legs[-1].ends, legs[-1].landed_by = why, run.first["time"]
                    legs.append(Leg(address, why, took_off_after=last.last["time"]))
                legs[-1].took_off_by = legs[-1].took_off_by or run.first["time"]
                legs[-1].landed_after = run.last["time"]
                last = run
            legs[-1].runs.append(run)
            was_touch = run.kind == "touch"
        return legs

    def _parted(self, before: Run, after: Run) -> str:
        a, b = before.last, after.first
        gap = b["time"] - a["time"]
        if after.mark:
            return "mark"
        if gap <= self.min_ground:
            return ""
        low = [] if self._climbs(before) else [self._nearest(a, self.near_km, feet=self.low_ft)]
        low += [] if self._sinks(after) else [self._nearest(b, self.near_km, feet=self.low_ft)]
        for one in low:
            if one is not None:
                km = km_between(place_of(a), one.place) + km_between(one.place, place_of(b))
                if gap - km / FASTEST * HOUR >= self.min_ground:
                    return "low"
        return "silence" if self._spare(a, b) >= self.aloft_gap else ""

    def _climbs(self, run: Run) -> bool:
        if run.last["climb_ft_min"] is not None:
            return bool(run.last["climb_ft_min"] > 300)
        return self._is_highest(run, run.last, run.first)

    def _sinks(self, run: Run) -> bool:
        if run.first["climb_ft_min"] is not None:
            return bool(run.first["climb_ft_min"] < -300)
        return self._is_highest(run, run.first, run.last)

    def _is_highest(self, run: Run, one: Row, other: Row) -> bool:
        if one["altitude_ft"] is None or other["altitude_ft"] is None:
            return False
        top = max(fix["altitude_ft"] for fix in run.fixes if fix["altitude_ft"] is not None)
        return bool(one["altitude_ft"] == top > other["altitude_ft"])

    def _spare(self, a: Row, b: Row) -> dt.timedelta:
        """Time of a gap beyond the straight flight."""
        kmh = CRUISE
        if (a["speed_kn"] or 0) > 0 and (b["speed_kn"] or 0) > 0:
            kmh = (a["speed_kn"] + b["speed_kn"]) / 2 * 1.852
        km = km_between(place_of(a), place_of(b))
        spare: dt.timedelta = b["time"] - a["time"] - km / min(max(kmh, CRUISE / 2), FASTEST) * HOUR
        return spare

    def _begin_on_ground(self, leg: Leg, ground: Run) -> None:
        here, there = leg.runs[0].first, place_of(ground.last)
        leg.took_off_after = ground.last["time"]
        far = km_between(place_of(here), there) >= 100
        is_back = here["track_deg"] is not None and far and turn(here, there) < 90
        leg.begins, leg.origin = "ground", ground.last_field
        if is_back and self._spare(ground.last, here) >= self.aloft_gap:
            leg.begins, leg.origin = "silence", None

    def _end_on_ground(self, leg: Leg, ground: Run) -> None:
        here, there = leg.runs[-1].last, place_of(ground.first)
        leg.landed_by = ground.first["time"]
        far = km_between(place_of(here), there) >= 100
        is_away = here["track_deg"] is not None and far and turn(here, there) > 90
        leg.ends, leg.destination = "ground", ground.first_field
        if is_away and self._spare(here, ground.first) >= self.aloft_gap:
            leg.ends, leg.destination = "silence", None
