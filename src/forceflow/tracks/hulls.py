"""Which tracks of one ship number are one hull, and which fixes no ship could have reached."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..kernels.port_tables import NEVER
from .stays import Stays

__all__ = ["SET_ASIDE", "Hulls", "find_hulls", "stays_of_hulls"]

SET_ASIDE = -1
_FEWEST_FIXES = 3
"""A track with fewer fixes, heard while the ship was elsewhere, is a fault of the receiver and no hull."""


@dataclass(frozen=True, slots=True)
class Hulls:
    """Hulls numbered through all ships.

    Parameters
    ----------
    of_track
        Hull of each track, or `SET_ASIDE`.
    ship
        Row of the ship of each hull.
    number
        1, 2, ... among the hulls of one ship number; 0 where there is one alone.
    last_track
        The newest track of each hull.
    fixes_set_aside, jumps
        Of each hull's ship: fixes in no hull, and places where a hull's track begins anew elsewhere.
    """

    of_track: NDArray[np.int32]
    ship: NDArray[np.int32]
    number: NDArray[np.int32]
    last_track: NDArray[np.int32]
    fixes_set_aside: NDArray[np.int64]
    jumps: NDArray[np.int64]


def find_hulls(found: Stays) -> Hulls:
    """Hulls of all ships.

    Tracks that do not overlap in time are one hull after each other; tracks that do are different hulls, but for those
    of one or two fixes, which are set aside.
    """
    tracks = found.tracks
    order = np.lexsort((tracks["last"], tracks["first"], tracks["ship"]))
    by_ship = np.split(order, np.flatnonzero(np.diff(tracks["ship"][order])) + 1)
    of_track = np.full(len(tracks), SET_ASIDE, np.int32)
    rows: list[tuple[int, int, int, int, int]] = []
    for members in by_ship:
        if len(members) == 0:
            continue
        chains, aside = _chain_tracks(tracks, members)
        for number, chain in enumerate(chains, start=1):
            of_track[chain] = len(rows)
            ship = int(tracks["ship"][members[0]])
            label = number if len(chains) > 1 else 0
            rows.append((ship, label, chain[-1], aside, len(chain) - 1))
    columns = np.array(rows, np.int64).reshape(-1, 5).T
    return Hulls(
        of_track,
        columns[0].astype(np.int32),
        columns[1].astype(np.int32),
        columns[2].astype(np.int32),
        columns[3],
        columns[4],
    )


def _chain_tracks(tracks: Any, members: NDArray[np.int64]) -> tuple[list[list[int]], int]:
    """Tracks of one ship, oldest first, as chains without overlap; and the number of fixes set aside."""
    if len(members) == 1:
        return [[int(members[0])]], 0
    chains: list[list[int]] = []
    aside = 0
    for index in map(int, members):
        if _is_stray(tracks, index, members):
            aside += int(tracks["fixes"][index])
            continue
        free = [chain for chain in chains if tracks["last"][chain[-1]] < tracks["first"][index]]
        if free:
            max(free, key=lambda chain: tracks["last"][chain[-1]]).append(index)
        else:
            chains.append([index])
    return chains, aside


def _is_stray(tracks: Any, index: int, members: NDArray[np.int64]) -> bool:
    """Whether a track has too few fixes to be a hull, and the ship was elsewhere meanwhile."""
    if tracks["fixes"][index] >= _FEWEST_FIXES:
        return False
    others = members[members != index]
    during = (tracks["first"][others] <= tracks["last"][index]) & (
        tracks["last"][others] >= tracks["first"][index]
    )
    longer = tracks["fixes"][others] > tracks["fixes"][index]
    return bool((during & longer).any())


def stays_of_hulls(found: Stays, hulls: Hulls) -> tuple[Any, NDArray[np.int32]]:
    """Stays of hulls, by hull and time, with the hull of each; a stay over two tracks of a hull is one."""
    stays = found.stays
    hull = hulls.of_track[stays["track"]]
    keep = hull != SET_ASIDE
    stays, hull = stays[keep].copy(), hull[keep]
    order = np.lexsort((stays["first"], hull))
    stays, hull = stays[order], hull[order]
    for jumping in np.flatnonzero(hulls.jumps > 0):
        chain = np.flatnonzero(hulls.of_track == jumping)
        chain = chain[np.argsort(found.tracks["first"][chain], kind="stable")]
        stays, hull = _bridge_jumps(found.tracks, chain, int(jumping), stays, hull)
    return stays, hull


def _bridge_jumps(
    tracks: Any, chain: NDArray[np.int64], jumping: int, stays: Any, hull: NDArray[np.int32]
) -> tuple[Any, NDArray[np.int32]]:
    """Bracket the stays at both sides of each jump, and join those of one zone."""
    for before, after in pairwise(chain):
        mine = np.flatnonzero(hull == jumping)
        gap = tracks["first"][after] - tracks["last"][before]
        left = mine[(stays["track"][mine] == before) & (stays["after"][mine] == NEVER)]
        entered = mine[(stays["track"][mine] == after) & (stays["before"][mine] == NEVER)]
        stays["after"][left] = tracks["first"][after]
        # The gap before the first stay of the later track is the jump, or a longer one at either side.
        first = mine[stays["track"][mine] == after][:1]
        outside = 0
        if len(left) == 0:
            outside = tracks["gap_between"][before]
        stays["gap_before"][first] = np.maximum(stays["gap_before"][first], max(gap, outside))
        stays["before"][entered] = tracks["last"][before]
        if len(left) and len(entered) and stays["zone"][left[0]] == stays["zone"][entered[0]]:
            stays, hull = _joined(stays, hull, int(left[0]), int(entered[0]), gap)
    return stays, hull


def _joined(
    stays: Any, hull: NDArray[np.int32], a: int, b: int, gap: int
) -> tuple[Any, NDArray[np.int32]]:
    """Stay b as the second half of stay a."""
    for field in ("last", "after", "track"):
        stays[field][a] = stays[field][b]
    for field in ("fixes", "slow", "silent"):
        stays[field][a] += stays[field][b]
    stays["gap"][a] = max(stays["gap"][a], stays["gap"][b], gap)
    keep = np.arange(len(stays)) != b
    return stays[keep], hull[keep]
