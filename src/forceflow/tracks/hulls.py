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
"""A track with fewer fixes, heard while a longer one was elsewhere, is a fault of the receiver and no hull."""


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
    of one or two fixes beside one with more, which are set aside.
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


def stays_of_hulls(
    found: Stays, hulls: Hulls, *, silence: int
) -> tuple[Any, NDArray[np.int32], NDArray[np.int64]]:
    """Stays of hulls, by hull and time, with the hull of each; and the longest gap of each hull after its last stay.

    A stay over two tracks of a hull is one; where a gap between them is longer than `silence`, it counts as silent.
    """
    stays = found.stays
    hull = hulls.of_track[stays["track"]]
    keep = hull != SET_ASIDE
    stays, hull = stays[keep].copy(), hull[keep]
    order = np.lexsort((stays["first"], hull))
    stays, hull = stays[order], hull[order]
    trailing = _gaps_outside(found.tracks, hulls.last_track)
    for jumping in map(int, np.flatnonzero(hulls.jumps > 0)):
        chain = np.flatnonzero(hulls.of_track == jumping)
        chain = chain[np.argsort(found.tracks["first"][chain], kind="stable")]
        trailing[jumping] = _bridge_gaps(found.tracks, chain, stays)
        stays, hull = _bridge_jumps(found.tracks, chain, stays, hull, silence=silence)
    return stays, hull, trailing


def _gaps_outside(tracks: Any, rows: Any) -> NDArray[np.int64]:
    """Longest gap of tracks since their last stay; 0 of one that ends in a stay."""
    return np.where(tracks["zone"][rows] < 0, tracks["gap_between"][rows], 0)


def _bridge_gaps(tracks: Any, chain: NDArray[np.int64], stays: Any) -> int:
    """Count the gaps before each jump, and the jump, to the next stay; return the longest gap after the last one."""
    outside = _gaps_outside(tracks, chain)
    longest = int(outside[0])
    for number, (before, after) in enumerate(pairwise(chain), start=1):
        longest = max(longest, int(tracks["first"][after] - tracks["last"][before]))
        mine = np.flatnonzero(stays["track"] == after)
        if len(mine) == 0:
            longest = max(longest, int(outside[number]))
            continue
        stays["gap_before"][mine[0]] = max(stays["gap_before"][mine[0]], longest)
        longest = int(outside[number])
    return longest


def _bridge_jumps(
    tracks: Any, chain: NDArray[np.int64], stays: Any, hull: NDArray[np.int32], *, silence: int
) -> tuple[Any, NDArray[np.int32]]:
    """Bracket the stays at both sides of each jump, and join those of one zone."""
    for before, after in pairwise(chain):
        left = np.flatnonzero((stays["track"] == before) & (stays["after"] == NEVER))
        entered = np.flatnonzero((stays["track"] == after) & (stays["before"] == NEVER))
        stays["after"][left] = tracks["first"][after]
        stays["before"][entered] = tracks["last"][before]
        if len(left) and len(entered) and stays["zone"][left[0]] == stays["zone"][entered[0]]:
            gap = int(tracks["first"][after] - tracks["last"][before])
            stays, hull = _joined(stays, hull, int(left[0]), int(entered[0]), gap, silence)
    return stays, hull


def _joined(
    stays: Any, hull: NDArray[np.int32], a: int, b: int, gap: int, silence: int
) -> tuple[Any, NDArray[np.int32]]:
    """Stay b as the second half of stay a."""
    for field in ("last", "after", "track"):
        stays[field][a] = stays[field][b]
    for field in ("fixes", "slow", "silent"):
        stays[field][a] += stays[field][b]
    stays["gap"][a] = max(stays["gap"][a], stays["gap"][b], gap)
    if gap > silence:
        stays["silent"][a] += gap
    keep = np.arange(len(stays)) != b
    return stays[keep], hull[keep]
