"""One pass over aircraft's messages: runs of fixes in the air, on the ground, or slow.

Messages of one aircraft come in order of time; messages of different aircraft may be mixed in any way. What is known of
an aircraft so far is kept in `crafts`, so that messages may come in batches cut anywhere.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._jit import kernel
from .leg_tables import AIR, GROUND, NO_STATE, SLOW, Heard, RunRules, RunTables
from .port_tables import NEVER

__all__ = ["close_runs", "hash_crafts", "read_messages", "settle"]

_EMPTY = np.int64(-1)


@kernel
def _first_place(number: int) -> int:
    """Where the search for an address begins; addresses of one country differ in their last digits."""
    return number * 0x9E3779B1 >> 12


@kernel
def hash_crafts(table: NDArray[np.int64], crafts: Any, known: int) -> None:
    """Fill a hash table of rows in `crafts`: a power of two long, an eighth full at most, -1 where free."""
    table[:] = _EMPTY
    mask = table.shape[0] - 1
    for row in range(known):
        at = _first_place(crafts[row].number) & mask
        while table[at] != _EMPTY:
            at = (at + 1) & mask
        table[at] = row


@kernel
def _compare(a: float, b: float) -> int:
    """-1, 0 or 1; a missing number comes last."""
    if math.isnan(a) or math.isnan(b):
        return int(math.isnan(a)) - int(math.isnan(b))
    return int(a > b) - int(a < b)


@kernel
def _order(i: int, heard: Heard, craft: Any) -> int:
    """-1, 0 or 1: whether message `i` sorts before, equals or sorts after the last one of its aircraft at one time."""
    j = craft.row
    if j < 0:
        last = (
            craft.said_latitude,
            craft.said_longitude,
            craft.said_altitude,
            craft.said_speed,
            craft.said_track,
            craft.said_climb,
            craft.said_ground,
            craft.said_mark,
            craft.said_callsign,
            craft.said_named,
        )
    else:
        last = (
            heard.latitude[j],
            heard.longitude[j],
            heard.altitude[j],
            heard.speed[j],
            heard.track[j],
            heard.climb[j],
            heard.ground[j],
            heard.mark[j],
            heard.callsign[j],
            heard.named[j],
        )
    order = _compare(heard.latitude[i], last[0])
    if order == 0:
        order = _compare(heard.longitude[i], last[1])
    if order == 0:
        order = int(heard.mark[i] < last[7]) - int(heard.mark[i] > last[7])
    if order == 0:
        order = _compare(heard.altitude[i], last[2])
    if order == 0:
        order = _compare(heard.speed[i], last[3])
    if order == 0:
        order = _compare(heard.track[i], last[4])
    if order == 0:
        order = _compare(heard.climb[i], last[5])
    if order == 0:
        order = int(heard.ground[i] > last[6]) - int(heard.ground[i] < last[6])
    if order == 0:
        order = int(heard.callsign[i] > last[8]) - int(heard.callsign[i] < last[8])
    if order == 0:
        order = int(heard.named[i] > last[9]) - int(heard.named[i] < last[9])
    return order


@kernel
def _is_same_place(i: int, heard: Heard, craft: Any) -> bool:
    """Whether message `i` repeats the position of its aircraft's last fix."""
    latitude, longitude = craft.last_latitude, craft.last_longitude
    if craft.last_row >= 0:
        latitude, longitude = heard.latitude[craft.last_row], heard.longitude[craft.last_row]
    return bool(heard.latitude[i] == latitude and heard.longitude[i] == longitude)


@kernel
def _end_run(craft: Any, heard: Heard, runs: Any, votes: Any) -> None:
    """Write the run that an aircraft is in, and the callsign it sends."""
    _settle_fix(craft, heard)
    _write_run(craft, runs, votes)


@kernel
def _write_run(craft: Any, runs: Any, votes: Any) -> None:
    run = runs[craft.run]
    run.fixes = craft.fixes
    run.gap = craft.gap
    run.highest = np.nan
    if craft.highest > -np.inf:
        run.highest = craft.highest
    run.last_time = craft.last_time
    run.last_latitude = craft.last_latitude
    run.last_longitude = craft.last_longitude
    run.last_altitude = craft.last_altitude
    run.last_speed = craft.last_speed
    run.last_track = craft.last_track
    run.last_climb = craft.last_climb
    if craft.vote >= 0:
        votes[craft.vote].count = craft.votes


@kernel
def _settle_fix(craft: Any, heard: Heard) -> None:
    """Copy the last fix out of the batch."""
    j = craft.last_row
    if j >= 0:
        craft.last_latitude = heard.latitude[j]
        craft.last_longitude = heard.longitude[j]
        craft.last_altitude = heard.altitude[j]
        craft.last_speed = heard.speed[j]
        craft.last_track = heard.track[j]
        craft.last_climb = heard.climb[j]
        craft.last_row = _EMPTY


@kernel
def settle(crafts: Any, known: int, heard: Heard) -> None:
    """Copy what the next batch needs out of this one."""
    for row in range(known):
        craft = crafts[row]
        _settle_fix(craft, heard)
        j = craft.row
        if j >= 0:
            craft.said_latitude = heard.latitude[j]
            craft.said_longitude = heard.longitude[j]
            craft.said_altitude = heard.altitude[j]
            craft.said_speed = heard.speed[j]
            craft.said_track = heard.track[j]
            craft.said_climb = heard.climb[j]
            craft.said_ground = heard.ground[j]
            craft.said_mark = heard.mark[j]
            craft.said_callsign = heard.callsign[j]
            craft.said_named = heard.named[j]
            craft.row = _EMPTY


@kernel
def close_runs(crafts: Any, known: int, runs: Any, votes: Any) -> None:
    """Write the runs that are open at the end of the record."""
    for row in range(known):
        if crafts[row].run >= 0:
            _write_run(crafts[row], runs, votes)


@kernel
def _begin_run(
    i: int, row: int, craft: Any, state: int, mark: bool, heard: Heard, runs: Any, at: int
) -> None:
    """Open a run with message `i`."""
    run = runs[at]
    run.aircraft = row
    run.state = state
    run.mark = mark
    run.first_time = heard.time[i]
    run.first_latitude = heard.latitude[i]
    run.first_longitude = heard.longitude[i]
    run.first_altitude = heard.altitude[i]
    run.first_speed = heard.speed[i]
    run.first_track = heard.track[i]
    run.first_climb = heard.climb[i]
    craft.run = at
    craft.state = state
    craft.fixes = 0
    craft.gap = 0
    craft.highest = -np.inf
    craft.vote = -1
    craft.said = 0


@kernel
def _state_of(
    before: int, flag: int, kn: float, no_ground: float, flying: float, slow: float
) -> int:
    """State of a fix: by its flag, unless its speed refutes it; without evidence that before, at first in the air."""
    if flag == GROUND:
        if not kn > no_ground:
            return GROUND
    elif kn < slow:
        return SLOW
    elif flag == AIR or kn > flying:
        return AIR
    if before == NO_STATE:
        return AIR
    return before


@kernel
def read_messages(
    start: int,
    heard: Heard,
    table: NDArray[np.int64],
    tables: RunTables,
    counts: NDArray[np.int64],
    rules: RunRules,
) -> tuple[int, bool]:
    """Read messages from `start` on; the number of the first not read for want of room, and whether all are in order.

    `counts` holds how many rows of crafts, runs, votes and said are in use. In order means per aircraft by time; at one
    time as `_order` says. A message that repeats another in all columns is passed over, and a fix that repeats the last
    one in time and position counts once.
    """
    number, time, latitude = heard.number, heard.time, heard.latitude
    altitude, ground, speed = heard.altitude, heard.ground, heard.speed
    marks, callsign, named = heard.mark, heard.callsign, heard.named
    crafts, runs, votes, said = tables.crafts, tables.runs, tables.votes, tables.said
    known, n_runs, n_votes, n_said = counts[0], counts[1], counts[2], counts[3]
    longest_gap = rules.gap
    no_ground, flying, slow = rules.no_ground_kn, rules.flying_kn, rules.slow_kn
    mask = table.shape[0] - 1
    in_order = True
    row = -1
    i = start
    while i < number.shape[0]:
        # Nearly all messages go on with the run that their aircraft is in: a loop that knows no other is twice as fast.
        while i < number.shape[0]:
            at = _first_place(number[i]) & mask
            while table[at] != _EMPTY and crafts[table[at]].number != number[i]:
                at = (at + 1) & mask
            if table[at] == _EMPTY:
                break
            craft = crafts[table[at]]
            now, kn, flag = time[i], speed[i], ground[i]
            state = _state_of(int(craft.state), flag, kn, no_ground, flying, slow)
            gap = int(now - craft.last_time)
            says_other = (callsign[i] != 0 and callsign[i] != craft.said) or (
                named[i] != 0 and named[i] != craft.named
            )
            if (
                now <= craft.time
                or state != craft.state
                or gap > longest_gap
                or marks[i] != 0
                or math.isnan(latitude[i])
                or says_other
                or craft.run < 0
            ):
                break
            craft.time = now
            craft.row = i
            craft.last_time = now
            craft.last_row = i
            craft.fixes += 1
            craft.gap = max(craft.gap, gap)
            # Chosen rather than branched: no processor foresees which fix is higher. NaN is never higher.
            feet = altitude[i]
            craft.highest = feet if feet > craft.highest else craft.highest
            craft.votes += int(callsign[i] != 0)
            i += 1
        if i == number.shape[0]:
            break
        if n_runs == runs.shape[0] or n_votes == votes.shape[0] or n_said == said.shape[0]:
            break
        if row < 0 or crafts[row].number != number[i]:
            at = _first_place(number[i]) & mask
            while table[at] != _EMPTY and crafts[table[at]].number != number[i]:
                at = (at + 1) & mask
            if table[at] == _EMPTY:
                if known == crafts.shape[0] or 8 * (known + 1) > table.shape[0]:
                    break
                table[at] = known
                crafts[known].number = number[i]
                crafts[known].time = NEVER
                crafts[known].row = _EMPTY
                crafts[known].last_row = _EMPTY
                crafts[known].named = 0
                crafts[known].run = -1
                crafts[known].vote = -1
                crafts[known].said = 0
                crafts[known].state = NO_STATE
                known += 1
            row = int(table[at])
        craft = crafts[row]
        now = time[i]
        if now <= craft.time:
            order = -1
            if now == craft.time:
                order = _order(i, heard, craft)
            if order < 0:
                in_order = False
                break
            if order == 0:
                i += 1
                continue
        craft.time = now
        craft.row = i
        if named[i] != craft.named and named[i] != 0:
            craft.named = named[i]
            said[n_said].aircraft = row
            said[n_said].row = i
            said[n_said].time = now
            n_said += 1
        is_fix = not math.isnan(latitude[i])
        if is_fix and craft.run >= 0 and now == craft.last_time:
            is_fix = not _is_same_place(i, heard, craft)
        if is_fix:
            kn = speed[i]
            state = _state_of(int(craft.state), ground[i], kn, no_ground, flying, slow)
            mark = marks[i] != 0
            gap = 0
            if craft.run >= 0:
                gap = int(now - craft.last_time)
            if state != craft.state or gap > longest_gap or mark or craft.run < 0:
                if craft.run >= 0:
                    _end_run(craft, heard, runs, votes)
                _begin_run(i, row, craft, state, mark, heard, runs, n_runs)
                n_runs += 1
            else:
                craft.gap = max(craft.gap, gap)
            feet = altitude[i]
            craft.highest = feet if feet > craft.highest else craft.highest
            craft.fixes += 1
            craft.last_time = now
            craft.last_row = i
        if callsign[i] != 0 and craft.run >= 0:
            if callsign[i] != craft.said:
                if craft.vote >= 0:
                    votes[craft.vote].count = craft.votes
                craft.said = callsign[i]
                craft.vote = n_votes
                craft.votes = 0
                votes[n_votes].run = craft.run
                votes[n_votes].row = i
                votes[n_votes].callsign = callsign[i]
                votes[n_votes].time = now
                n_votes += 1
            craft.votes += 1
        i += 1
    counts[0], counts[1], counts[2], counts[3] = known, n_runs, n_votes, n_said
    return i, in_order
