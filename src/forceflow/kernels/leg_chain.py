"""Runs of fixes joined to flights: which contacts with the ground, and which silences, part them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._jit import kernel
from .earth import bearing_deg, distance_km
from .field_search import CLIMB_FT_MIN, Fields, low_field
from .leg_kinds import ChainRules, Kinds
from .leg_tables import GROUND, TOUCH
from .port_tables import NEVER

__all__ = ["BY_GROUND", "BY_LOW", "BY_MARK", "BY_RECORD", "BY_SILENCE", "LEG", "chain_runs"]

BY_GROUND, BY_LOW, BY_MARK, BY_SILENCE, BY_RECORD = 0, 1, 2, 3, 4
"""What an end of a leg rests on."""

_HOURS = 1 / 3.6e9
_NONE = np.int32(-1)

LEG = np.dtype(
    [
        ("aircraft", np.int32),
        ("first_run", np.int32),
        ("last_run", np.int32),
        ("begins", np.int8),
        ("ends", np.int8),
        ("took_off_after", np.int64),
        ("took_off_by", np.int64),
        ("landed_after", np.int64),
        ("landed_by", np.int64),
        ("origin", np.int32),
        ("destination", np.int32),
        ("low_first", np.bool_),
        ("low_last", np.bool_),
        ("origin_of_last", np.bool_),
        ("destination_of_next", np.bool_),
        ("fixes", np.int64),
        ("gap", np.int64),
        ("touches", np.int32),
        ("highest", np.float32),
    ]
)
"""A flight: its first and last run in the air (of a flight that nobody heard, the contacts before and after it).

`origin` and `destination` are fields on whose ground it was, -1 for none; `low_first` and `low_last` say whether its
first and last fix are low near a field; `origin_of_last` that it began where the flight before ended, and
`destination_of_next` that it ended where the next one begins.
"""


@kernel
def _direct_h(km: float, kn: float) -> float:
    return km / (kn * 1.852)


@kernel
def _low_before(run: Any, fields: Fields, rules: ChainRules) -> int:
    """The field above which a run ends low, unless it climbs; -1 for none."""
    climbs = run.last_climb > CLIMB_FT_MIN
    if math.isnan(run.last_climb):
        climbs = run.last_altitude >= run.highest and run.first_altitude < run.last_altitude
    if climbs:
        return -1
    field, _ = low_field(
        run.last_latitude,
        run.last_longitude,
        run.last_altitude,
        rules.near_km,
        rules.low_ft,
        fields,
    )
    return int(field)


@kernel
def _low_after(run: Any, fields: Fields, rules: ChainRules) -> int:
    """The field above which a run begins low, unless it descends; -1 for none."""
    sinks = run.first_climb < -CLIMB_FT_MIN
    if math.isnan(run.first_climb):
        sinks = run.first_altitude >= run.highest and run.last_altitude < run.first_altitude
    if sinks:
        return -1
    field, _ = low_field(
        run.first_latitude,
        run.first_longitude,
        run.first_altitude,
        rules.near_km,
        rules.low_ft,
        fields,
    )
    return int(field)


@kernel
def _hours_at(field: int, before: Any, after: Any, fields: Fields, rules: ChainRules) -> float:
    """Hours of a gap that are left at a field after the fastest flight to it and from it."""
    if field < 0:
        return -1.0
    place = fields.rows[field]
    km = distance_km(
        before.last_latitude, before.last_longitude, place.latitude, place.longitude
    ) + distance_km(after.first_latitude, after.first_longitude, place.latitude, place.longitude)
    gap = (after.first_time - before.last_time) * _HOURS
    return float(gap - _direct_h(km, rules.fastest_kn))


@kernel
def _spare_h(before: Any, after: Any, rules: ChainRules) -> float:
    """Hours of a gap beyond the flight straight across it, at the speed flown on both sides."""
    km = distance_km(
        before.last_latitude, before.last_longitude, after.first_latitude, after.first_longitude
    )
    kn = rules.cruise_kn
    first, last = float(before.last_speed), float(after.first_speed)
    if first > 0.0 and last > 0.0:
        kn = 0.5 * (first + last)
    kn = min(max(kn, 0.5 * rules.cruise_kn), rules.fastest_kn)
    return float((after.first_time - before.last_time) * _HOURS - _direct_h(km, kn))


@kernel
def _leads_away(
    latitude: float, longitude: float, track: float, to_latitude: float, to_longitude: float
) -> float:
    """Degrees between a track and the way to a point, 0 to 180; 0 where the track is not known."""
    if math.isnan(track):
        return 0.0
    bearing = bearing_deg(latitude, longitude, to_latitude, to_longitude)
    return abs((bearing - track + 540.0) % 360.0 - 180.0)


@kernel
def _ends_elsewhere(before: Any, after: Any, rules: ChainRules) -> bool:
    """Whether an aircraft that flew away from the place where it is next on the ground was elsewhere between."""
    if _spare_h(before, after, rules) < rules.aloft_gap_h:
        return False
    latitude, longitude = before.last_latitude, before.last_longitude
    there, east = after.first_latitude, after.first_longitude
    if distance_km(latitude, longitude, there, east) < rules.behind_km:
        return False
    return bool(_leads_away(latitude, longitude, before.last_track, there, east) > 90.0)


@kernel
def _began_elsewhere(before: Any, after: Any, rules: ChainRules) -> bool:
    """Whether an aircraft first heard on its way to the place where it was on the ground came from elsewhere."""
    if _spare_h(before, after, rules) < rules.aloft_gap_h:
        return False
    latitude, longitude = after.first_latitude, after.first_longitude
    there, east = before.last_latitude, before.last_longitude
    if distance_km(latitude, longitude, there, east) < rules.behind_km:
        return False
    return bool(
        _leads_away(latitude, longitude, after.first_track, there, east) < 90.0
        and not math.isnan(after.first_track)
    )


@kernel
def _begin_leg(leg: Any, runs: Any, k: int) -> None:
    leg.aircraft = runs[k].aircraft
    leg.first_run = k
    leg.begins = BY_RECORD
    leg.took_off_after = NEVER
    leg.took_off_by = runs[k].first_time
    leg.origin = _NONE
    leg.low_first = False
    leg.origin_of_last = False
    leg.fixes = 0
    leg.gap = 0
    leg.touches = 0
    leg.highest = np.nan


@kernel
def _end_leg(leg: Any, runs: Any, k: int) -> None:
    leg.last_run = k
    leg.ends = BY_RECORD
    leg.landed_after = runs[k].last_time
    leg.landed_by = NEVER
    leg.destination = _NONE
    leg.low_last = False
    leg.destination_of_next = False


@kernel
def _add_run(leg: Any, runs: Any, k: int, previous: int) -> None:
    """A run in the air, or a touch, to its flight."""
    run = runs[k]
    if previous >= 0:
        leg.gap = max(leg.gap, run.first_time - runs[previous].last_time)
    leg.gap = max(leg.gap, run.gap)
    leg.fixes += run.fixes
    if not run.highest <= leg.highest and not math.isnan(run.highest):
        leg.highest = run.highest


@kernel
def _land_on(leg: Any, runs: Any, kinds: Kinds, k: int, rules: ChainRules) -> None:
    """End a flight with run `k` on the ground, unless it must have been elsewhere between."""
    before = runs[leg.last_run]
    leg.landed_by = runs[k].first_time
    leg.ends = BY_GROUND
    leg.destination = kinds.first_field[k]
    if _ends_elsewhere(before, runs[k], rules):
        leg.ends = BY_SILENCE
        leg.destination = _NONE


@kernel
def _leave_from(leg: Any, runs: Any, kinds: Kinds, k: int, rules: ChainRules) -> None:
    """Begin a flight after run `k` on the ground, unless it must have been elsewhere between."""
    leg.took_off_after = runs[k].last_time
    leg.begins = BY_GROUND
    leg.origin = kinds.last_field[k]
    if _began_elsewhere(runs[k], runs[leg.first_run], rules):
        leg.begins = BY_SILENCE
        leg.origin = _NONE


@kernel
def _is_unheard(runs: Any, kinds: Kinds, k: int, j: int, rules: ChainRules) -> bool:
    """Whether between two contacts with the ground there was a flight that nobody heard."""
    a, b = kinds.last_field[k], kinds.first_field[j]
    if a < 0 or b < 0 or a == b:
        return False
    before, after = runs[k], runs[j]
    km = distance_km(
        before.last_latitude, before.last_longitude, after.first_latitude, after.first_longitude
    )
    hours = (after.first_time - before.last_time) * _HOURS
    return bool(km > rules.moved_km and hours >= _direct_h(km, rules.fastest_kn))


@kernel
def _add_unheard(leg: Any, runs: Any, kinds: Kinds, k: int, j: int) -> None:
    """A flight between two contacts with the ground, without a fix in the air."""
    leg.aircraft = runs[k].aircraft
    leg.first_run = k
    leg.last_run = j
    leg.begins = BY_GROUND
    leg.ends = BY_GROUND
    leg.took_off_after = runs[k].last_time
    leg.took_off_by = runs[j].first_time
    leg.landed_after = runs[k].last_time
    leg.landed_by = runs[j].first_time
    leg.origin = kinds.last_field[k]
    leg.destination = kinds.first_field[j]
    leg.low_first = False
    leg.low_last = False
    leg.origin_of_last = False
    leg.destination_of_next = False
    leg.fixes = 0
    leg.gap = runs[j].first_time - runs[k].last_time
    leg.touches = 0
    leg.highest = np.nan


@kernel
def _part(runs: Any, last: int, k: int, fields: Fields, rules: ChainRules) -> tuple[int, int, int]:
    """What parts run `k` from the run in the air before it (-1: nothing), and the fields low on both sides."""
    before, after = runs[last], runs[k]
    gap = after.first_time - before.last_time
    if not after.mark and gap <= rules.min_ground:
        return -1, -1, -1
    low, low_next = _low_before(before, fields, rules), _low_after(after, fields, rules)
    if after.mark:
        return BY_MARK, low, low_next
    needed = rules.min_ground * _HOURS
    if (
        _hours_at(low, before, after, fields, rules) >= needed
        or _hours_at(low_next, before, after, fields, rules) >= needed
    ):
        return BY_LOW, low, low_next
    if _spare_h(before, after, rules) >= rules.aloft_gap_h:
        return BY_SILENCE, -1, -1
    return -1, -1, -1


@kernel
def _part_legs(
    leg: Any, other: Any, runs: Any, k: int, parted: tuple[int, int, int], rules: ChainRules
) -> None:
    """End one flight and begin the next over a gap aloft."""
    why, low, low_next = parted
    before, after = runs[leg.last_run], runs[k]
    leg.ends = why
    leg.landed_by = after.first_time
    leg.low_last = low >= 0
    other.begins = why
    other.took_off_after = before.last_time
    other.low_first = low_next >= 0
    leg.destination_of_next = (
        low < 0 and low_next >= 0 and not _ends_elsewhere(before, after, rules)
    )
    other.origin_of_last = low_next < 0 and low >= 0 and not _began_elsewhere(before, after, rules)


@kernel
def chain_runs(
    runs: Any, kinds: Kinds, fields: Fields, rules: ChainRules, legs: Any, leg_of: NDArray[np.int32]
) -> int:
    """Write the flights to `legs`, which has a row for each run, and the flight of each run (-1) to `leg_of`; how many.

    The runs of one aircraft follow one another, in order of time.
    """
    n = 0
    is_open = False
    ground, previous = -1, -1
    for k in range(runs.shape[0]):
        leg_of[k] = _NONE
        if k and runs[k].aircraft != runs[k - 1].aircraft:
            if is_open:
                leg = legs[n - 1]
                leg.low_last = _low_before(runs[leg.last_run], fields, rules) >= 0
            is_open, ground, previous = False, -1, -1
        kind = kinds.kind[k]
        if kind == GROUND:
            if is_open:
                _land_on(legs[n - 1], runs, kinds, k, rules)
                is_open = False
            elif ground >= 0 and _is_unheard(runs, kinds, ground, k, rules):
                _add_unheard(legs[n], runs, kinds, ground, k)
                n += 1
            ground, previous = k, -1
            continue
        if kind == TOUCH:
            _add_run(legs[n - 1], runs, k, previous)
            if kinds.first_field[k] >= 0 and kinds.kind[k - 1] != TOUCH:
                legs[n - 1].touches += 1
            leg_of[k] = n - 1
            previous = k
            continue
        if is_open:
            leg = legs[n - 1]
            parted = _part(runs, leg.last_run, k, fields, rules)
            if parted[0] >= 0:
                _begin_leg(legs[n], runs, k)
                _part_legs(leg, legs[n], runs, k, parted, rules)
                n += 1
                previous = -1
        else:
            _begin_leg(legs[n], runs, k)
            if ground >= 0:
                _leave_from(legs[n], runs, kinds, ground, rules)
            else:
                legs[n].low_first = _low_after(runs[k], fields, rules) >= 0
            n += 1
            is_open, previous = True, -1
        _add_run(legs[n - 1], runs, k, previous)
        _end_leg(legs[n - 1], runs, k)
        leg_of[k] = n - 1
        ground, previous = -1, k
    if is_open:
        leg = legs[n - 1]
        leg.low_last = _low_before(runs[leg.last_run], fields, rules) >= 0
    return n
