"""Which runs of fixes are in the air, on the ground, or a touch of it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import kernel
from .earth import distance_km
from .field_search import Fields, field_at
from .leg_tables import AIR, GROUND, SLOW, TOUCH

__all__ = ["ChainRules", "Kinds", "judge_runs"]

_NONE = np.int32(-1)


class ChainRules(NamedTuple):
    """What parts one flight from the next; microseconds, hours, kilometres, feet, knots; see `tracks.legs`."""

    min_ground: int
    flicker: int
    aloft_gap_h: float
    near_km: float
    low_ft: float
    field_km: float
    field_ft: float
    moved_km: float
    fastest_kn: float
    cruise_kn: float
    behind_km: float
    large: float


class Kinds(NamedTuple):
    """Of each run: in the air, on the ground, or a touch; the field at its first and its last fix, -1 for none."""

    kind: NDArray[np.int8]
    first_field: NDArray[np.int32]
    last_field: NDArray[np.int32]


@kernel
def _is_at_field(altitude: float, field: int, fields: Fields, feet: float) -> bool:
    """Whether an altitude is near that of a field, or one of them is not known."""
    if field < 0:
        return False
    return not altitude > fields.rows[field].elevation + feet


@kernel
def judge_runs(runs: Any, fields: Fields, rules: ChainRules, kinds: Kinds) -> None:
    """Say of each run whether it is in the air or on the ground; the runs of one aircraft follow one another."""
    kind, first_field, last_field = kinds.kind, kinds.first_field, kinds.last_field
    for k in range(runs.shape[0]):
        run = runs[k]
        kind[k] = AIR
        first_field[k] = _NONE
        last_field[k] = _NONE
        if run.state == AIR:
            continue
        km, large = rules.field_km, rules.large
        first, _ = field_at(run.first_latitude, run.first_longitude, km, fields, large)
        last, _ = field_at(run.last_latitude, run.last_longitude, km, fields, large)
        if run.state == SLOW:
            begins = _is_at_field(run.first_altitude, first, fields, rules.field_ft)
            if not begins and not _is_at_field(run.last_altitude, last, fields, rules.field_ft):
                continue
        kind[k] = GROUND
        first_field[k] = first
        last_field[k] = last
    _pass_over_flickers(runs, rules, kind)
    _mark_touches(runs, rules, kind)


@kernel
def _stretch(runs: Any, kind: NDArray[np.int8], k: int) -> int:
    """The first run after `k` that is of another kind or aircraft."""
    stop = k + 1
    while (
        stop < runs.shape[0] and runs[stop].aircraft == runs[k].aircraft and kind[stop] == kind[k]
    ):
        stop += 1
    return stop


@kernel
def _is_between(runs: Any, k: int, stop: int) -> bool:
    """Whether runs `k` to `stop` have runs of the same aircraft on both sides."""
    if k == 0 or stop == runs.shape[0]:
        return False
    craft = runs[k].aircraft
    return bool(runs[k - 1].aircraft == craft and runs[stop].aircraft == craft)


@kernel
def _pass_over_flickers(runs: Any, rules: ChainRules, kind: NDArray[np.int8]) -> None:
    """A time in the air too short to be a flight, between two fixes on the ground of one place, is no flight."""
    k = 0
    while k < runs.shape[0]:
        stop = _stretch(runs, kind, k)
        if kind[k] == AIR and _is_between(runs, k, stop):
            before, after = runs[k - 1], runs[stop]
            if after.first_time - before.last_time < rules.flicker:
                km = distance_km(
                    before.last_latitude,
                    before.last_longitude,
                    after.first_latitude,
                    after.first_longitude,
                )
                if km <= 2.0 * rules.field_km:
                    kind[k:stop] = GROUND
        k = stop


@kernel
def _mark_touches(runs: Any, rules: ChainRules, kind: NDArray[np.int8]) -> None:
    """Contacts with the ground whose longest possible time is too short to unload, unless the source marks a flight."""
    k = 0
    while k < runs.shape[0]:
        stop = _stretch(runs, kind, k)
        if kind[k] == GROUND and _is_between(runs, k, stop):
            is_marked = False
            for j in range(k, stop + 1):
                is_marked = is_marked or runs[j].mark
            time = runs[stop].first_time - runs[k - 1].last_time
            if time < rules.min_ground and not is_marked:
                kind[k:stop] = TOUCH
        k = stop
