"""One pass over ships' messages: stays in zones, gates crossed, draughts reported.

Messages of one ship come in order of time; messages of different ships may be mixed in any way. What is known of a ship
so far is kept in `ships` and `tracks`, so that messages may come in batches cut anywhere.

A ship number heard at two places between which no ship can sail in the time has several tracks; a message goes to the
nearest track that could have reached it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._jit import kernel
from .earth import distance_km
from .port_tables import EARTH_KM, NEVER, NOWHERE, ROOM, Gates, Messages, Rules, Tables, Zones

__all__ = ["advance"]

_NONE = np.int32(-1)
_RADIAN = math.pi / 180.0
_HALF_RADIAN = math.pi / 360.0
_KM_PER_DEGREE = EARTH_KM * math.pi / 180.0
_CELLS_PER_DEGREE = 4.0
_CELLS_EAST = 1440
_CELLS_NORTH = 720
_MOST_TRACKS = 4
_6TH, _12TH, _20TH, _30TH, _42ND = 1 / 6, 1 / 12, 1 / 20, 1 / 30, 1 / 42
"""Multiplied by, as a division takes ten times as long as a product."""
_HOURS = 1 / 3.6e9
"""Of a microsecond."""


@kernel
def _half_chord(latitude: float, longitude: float, place: Any) -> float:
    """Square of half the chord to a place nearby (haversine of the angle); series good to 1e-12 within 3 degrees."""
    north = (latitude - place.latitude) * _RADIAN
    east = longitude - place.longitude
    if east > 180.0:
        east -= 360.0
    elif east < -180.0:
        east += 360.0
    east *= _HALF_RADIAN
    square = north * north
    cos_north = 1.0 - square * 0.5 * (1.0 - square * _12TH * (1.0 - square * _30TH))
    sin_north = north * (1.0 - square * _6TH * (1.0 - square * _20TH))
    cos_here = place.cosine * cos_north - place.sine * sin_north
    half = 0.5 * north
    square = half * half
    half *= 1.0 - square * _6TH * (1.0 - square * _20TH)
    square = east * east
    east *= 1.0 - square * _6TH * (1.0 - square * _20TH * (1.0 - square * _42ND))
    return float(half * half + place.cosine * cos_here * east * east)


@kernel
def _is_inside(latitude: float, longitude: float, place: Any, corners: NDArray[np.float64]) -> bool:
    """Whether a point lies in a polygon: an odd number of its sides lie east of the point."""
    inside = False
    j = place.stop_corner - 1
    for i in range(place.first_corner, place.stop_corner):
        south, north = corners[i, 0], corners[j, 0]
        if (south > latitude) != (north > latitude):
            west, east = corners[i, 1], corners[j, 1]
            at = west + (latitude - south) / (north - south) * (east - west)
            if longitude < at:
                inside = not inside
        j = i
    return inside


@kernel
def _cell_of(latitude: float, longitude: float) -> int:
    """Number of the quarter-degree cell of a position."""
    north = int((latitude + 90.0) * _CELLS_PER_DEGREE)
    east = int((longitude + 180.0) * _CELLS_PER_DEGREE)
    north = min(max(north, 0), _CELLS_NORTH - 1)
    east = min(max(east, 0), _CELLS_EAST - 1)
    return north * _CELLS_EAST + east


@kernel
def _weigh_circle(
    latitude: float,
    longitude: float,
    place: Any,
    current: int,
    found: tuple[int, float, int, float, int],
) -> tuple[int, float, int, float, int]:
    """The nearest berth so far, the nearest ring, each with its square, and `current` if the ship is still in it."""
    berth, berth_square, ring, ring_square, stays = found
    number = int(place.number)
    code = 2 * number + int(place.is_anchorage)
    square = _half_chord(latitude, longitude, place)
    if square <= place.radius and square < berth_square:
        berth, berth_square = code, square
    if square <= place.ring and square < ring_square:
        ring, ring_square = 2 * number + 1, square
    is_near = square <= place.radius_leave
    is_in_ring = square <= place.ring_leave
    if (current == code and is_near) or (current == 2 * number + 1 and is_in_ring):
        stays = current
    return berth, berth_square, ring, ring_square, stays


@kernel
def _choose_zone(found: tuple[int, float, int, float, int]) -> int:
    """The nearest berth in reach, else the zone that the ship has not left, else the nearest ring."""
    berth, _, ring, _, stays = found
    if berth != NOWHERE:
        return berth
    if stays != NOWHERE and (stays % 2 == 0 or ring == NOWHERE):
        return stays
    return ring


@kernel
def _is_reachable(track: Any, latitude: float, longitude: float, time: int, rules: Rules) -> bool:
    """Whether the ship could have sailed from the last fix of the track to here."""
    hours = (time - track.last) * _HOURS
    reach = rules.slack_km + hours * rules.fastest_kn * 1.852
    east = abs(longitude - track.longitude)
    if east > 180.0:
        east = 360.0 - east
    # The sum of both differences is never below the distance, and needs no sine.
    if (abs(latitude - track.latitude) + east) * _KM_PER_DEGREE <= reach:
        return True
    return bool(distance_km(track.latitude, track.longitude, latitude, longitude) <= reach)


@kernel
def _choose_track(
    ship: Any, tracks: Any, latitude: float, longitude: float, time: int, rules: Rules
) -> int:
    """The nearest track of a ship that could have reached a position, or -1.

    One that was not heard for long is taken only where none of the others could: else a track left behind by a fault
    would draw the ship back to itself.
    """
    at = ship.track
    best, best_km, best_is_stale = -1, np.inf, True
    while at != _NONE:
        track = tracks[at]
        if _is_reachable(track, latitude, longitude, time, rules):
            km = distance_km(track.latitude, track.longitude, latitude, longitude)
            is_stale = time - track.last > rules.stale
            is_nearer = km < best_km and is_stale == best_is_stale
            if is_nearer or (best_is_stale and not is_stale):
                best, best_km, best_is_stale = int(at), km, is_stale
        at = track.older
    return best


@kernel
def _release_track(ship: Any, tracks: Any) -> None:
    """Take one track off a ship that has as many as it may: the one with the fewest fixes, of these the oldest."""
    count, worst, fixes = 0, _NONE, np.int64(0)
    at = ship.track
    while at != _NONE:
        if worst == _NONE or tracks[at].fixes <= fixes:
            worst, fixes = at, tracks[at].fixes
        count += 1
        at = tracks[at].older
    if count < _MOST_TRACKS:
        return
    if ship.track == worst:
        ship.track = tracks[worst].older
        return
    at = ship.track
    while tracks[at].older != worst:
        at = tracks[at].older
    tracks[at].older = tracks[worst].older


@kernel
def _cross_gates(
    index: int,
    track: Any,
    latitude: float,
    longitude: float,
    time: int,
    gates: Gates,
    crossings: Any,
    n: int,
) -> int:
    """Add the gates that the line from the track's last fix to this one crosses."""
    w, s, e, t = track.longitude, track.latitude, longitude, latitude
    if abs(e - w) > 180.0:
        return n
    for gate in range(gates.west.shape[0]):
        a, b, c, d = gates.west[gate], gates.south[gate], gates.east[gate], gates.north[gate]
        if max(w, e) < min(a, c) or min(w, e) > max(a, c):
            continue
        if max(s, t) < min(b, d) or min(s, t) > max(b, d):
            continue
        # A fix on the line counts to one side, so that no crossing is seen twice.
        side_1 = (c - a) * (s - b) - (d - b) * (w - a) > 0.0
        side_2 = (c - a) * (t - b) - (d - b) * (e - a) > 0.0
        end_1 = (e - w) * (b - s) - (t - s) * (a - w) > 0.0
        end_2 = (e - w) * (d - s) - (t - s) * (c - w) > 0.0
        if side_1 != side_2 and end_1 != end_2:
            crossings[n].track = index
            crossings[n].gate = gate
            crossings[n].before = track.last
            crossings[n].after = time
            n += 1
    return n


@kernel
def _report_draught(
    owner: Any, ship: int, track: int, draught: float, time: int, draughts: Any, n: int
) -> int:
    """Lengthen the open draught of a ship or a track, or begin another."""
    at = owner.open_draught
    if at != _NONE and draughts[at].draught == draught:
        draughts[at].until = time
        return n
    draughts[n].ship = ship
    draughts[n].track = track
    draughts[n].since = time
    draughts[n].until = time
    draughts[n].draught = draught
    owner.open_draught = n
    return n + 1


@kernel
def _begin_track(track: Any, ship: int, older: int, time: int) -> None:
    """A new track without a stay."""
    track.ship = ship
    track.older = older
    track.zone = NOWHERE
    track.cell = NOWHERE
    track.open_draught = _NONE
    track.fixes = 0
    track.first = time
    track.last = NEVER
    track.gap_between = 0


@kernel
def _close_stay(index: int, track: Any, after: int, stay: Any) -> None:
    """Write the stay that a track is in."""
    stay.track = index
    stay.zone = track.zone
    stay.before = track.stay_before
    stay.first = track.stay_first
    stay.last = track.last
    stay.after = after
    stay.fixes = track.stay_fixes
    stay.slow = track.stay_slow
    stay.gap = track.stay_gap
    stay.silent = track.stay_silent
    stay.gap_before = track.gap_between


@kernel
def advance(
    start: int,
    ship_of: NDArray[np.int32],
    messages: Messages,
    tables: Tables,
    counts: NDArray[np.int64],
    track_of: NDArray[np.int32],
    zones: Zones,
    gates: Gates,
    rules: Rules,
) -> int:
    """Read messages from number `start` on; return the number of the first that was not read for want of room.

    `counts` holds how many rows of tracks, stays, crossings and draughts are in use. A message without a
    position has latitude NaN. A message that repeats the last one of its track in time and position is not counted.
    Each message's row in `tracks` is written to `track_of`, -1 without a position.
    """
    time, latitude, longitude = messages.time, messages.latitude, messages.longitude
    speed, draught = messages.speed, messages.draught
    ships, tracks, stays = tables.ships, tables.tracks, tables.stays
    crossings, draughts = tables.crossings, tables.draughts
    places, corners = zones.places, zones.corners
    cell_start, cell_places, near_gates = zones.cell_start, zones.cell_places, gates.near
    n_tracks, n_stays, n_crossings, n_draughts = counts[0], counts[1], counts[2], counts[3]
    room = min(
        tracks.shape[0] - n_tracks,
        stays.shape[0] - n_stays,
        crossings.shape[0] - n_crossings,
        draughts.shape[0] - n_draughts,
    )
    i = start
    while i < ship_of.shape[0]:
        if room < ROOM:
            room = min(
                tracks.shape[0] - n_tracks,
                stays.shape[0] - n_stays,
                crossings.shape[0] - n_crossings,
                draughts.shape[0] - n_draughts,
            )
            if room < ROOM:
                break
        row = ship_of[i]
        ship = ships[row]
        has_draught = not math.isnan(draught[i])
        if math.isnan(latitude[i]):
            track_of[i] = _NONE
            if has_draught:
                n_draughts = _report_draught(
                    ship, row, -1, draught[i], time[i], draughts, n_draughts
                )
                room -= 1
            i += 1
            continue
        here, there, now = latitude[i], longitude[i], time[i]
        index = int(ship.track)
        if index != _NONE:
            # Nearly every ship has one track; the function for several takes the table, which costs time.
            if tracks[index].older != _NONE:
                index = _choose_track(ship, tracks, here, there, now, rules)
            elif not _is_reachable(tracks[index], here, there, now, rules):
                index = -1
        if index < 0:
            _release_track(ship, tracks)
            index = n_tracks
            _begin_track(tracks[index], row, ship.track, now)
            ship.track = index
            n_tracks += 1
            room -= 1
        track = tracks[index]
        track_of[i] = index
        if has_draught:
            told = track.open_draught
            if told != _NONE and draughts[told].draught == draught[i]:
                draughts[told].until = now
            else:
                n_draughts = _report_draught(
                    track, row, index, draught[i], now, draughts, n_draughts
                )
                room -= 1
        is_first = track.last == NEVER
        is_still = not is_first and here == track.latitude and there == track.longitude
        if is_still and now == track.last:
            i += 1
            continue
        gap = np.int64(0)
        cell, zone = int(track.cell), int(track.zone)
        if not is_first:
            gap = now - track.last
        if not is_still:
            cell, zone = _cell_of(here, there), NOWHERE
            # The loop is not a function: one more array to hand over costs 10 ns, half of what it does.
            found = (NOWHERE, np.inf, NOWHERE, np.inf, NOWHERE)
            for at in range(cell_start[cell], cell_start[cell + 1]):
                place = places[cell_places[at]]
                if place.stop_corner == place.first_corner:
                    found = _weigh_circle(here, there, place, int(track.zone), found)
                elif _is_inside(here, there, place, corners):
                    zone = 2 * int(place.number) + int(place.is_anchorage)
                    break
            if zone == NOWHERE:
                zone = _choose_zone(found)
            near_gate = cell != track.cell or near_gates[cell]
            if near_gate and not is_first and gap <= rules.gate_gap:
                before = n_crossings
                n_crossings = _cross_gates(
                    index, track, here, there, now, gates, crossings, n_crossings
                )
                room -= n_crossings - before
        if zone != track.zone:
            if track.zone != NOWHERE:
                _close_stay(index, track, now, stays[n_stays])
                n_stays += 1
                room -= 1
                track.gap_between = 0
            track.gap_between = max(track.gap_between, gap)
            if zone != NOWHERE:
                track.stay_before = track.last
                track.stay_first = now
                track.stay_fixes = 0
                track.stay_slow = 0
                track.stay_gap = 0
                track.stay_silent = 0
        elif zone == NOWHERE:
            track.gap_between = max(track.gap_between, gap)
        else:
            track.stay_gap = max(track.stay_gap, gap)
            if gap > rules.silence:
                track.stay_silent += gap
        if zone != NOWHERE:
            track.stay_fixes += 1
            if math.isnan(speed[i]):
                # Without a speed, the mean speed since the last fix is taken.
                if not is_first and gap > 0:
                    km = distance_km(track.latitude, track.longitude, here, there)
                    track.stay_slow += int(km <= rules.stop_kn * 1.852 * gap / 3.6e9)
            elif speed[i] <= rules.stop_kn:
                track.stay_slow += 1
        track.zone = zone
        track.cell = cell
        track.last = now
        track.latitude = here
        track.longitude = there
        track.fixes += 1
        i += 1
    counts[0], counts[1], counts[2], counts[3] = n_tracks, n_stays, n_crossings, n_draughts
    return i
