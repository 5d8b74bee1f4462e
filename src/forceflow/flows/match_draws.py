"""Which tracked movements are the reported ones: assignments drawn by the weights of the pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..arrays import Floats
from ..kernels.addressed import uniforms

__all__ = ["Bools", "Pairs", "assign", "best_links", "draw_links"]

Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs that can be one movement, shape (pairs,) each.

    Parameters
    ----------
    reported, tracked
        Rows of the two lists.
    log_odds
        That they are one.
    names
        Address of each pair, the same whichever list is called the first.
    """

    reported: Ints
    tracked: Ints
    log_odds: Floats
    names: tuple[str, ...]

    def components(self) -> list[Ints]:
        """Pairs that compete with each other, directly or through others, as rows."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        if not len(self.names):
            return []
        # Tracked rows are numbered behind the reported ones.
        first = int(self.reported.max()) + 1
        nodes = first + int(self.tracked.max()) + 1
        ones = np.ones(len(self.names), dtype=np.int8)
        graph = coo_array((ones, (self.reported, self.tracked + first)), shape=(nodes, nodes))
        label = connected_components(graph, directed=False)[1][self.reported]
        return [np.flatnonzero(label == one) for one in np.unique(label)]


def draw_links(pairs: Pairs, limits: Mapping[int, Ints | None], *, draws: int, seed: int) -> Bools:
    """Which pairs are linked in each draw, shape (pairs, draws).

    Parameters
    ----------
    pairs
        The pairs.
    limits
        Of each reported row, how many tracked movements it takes in each draw, shape (draws,); None takes all.
    draws, seed
        As everywhere.

    Notes
    -----
    Each log-odds gets logistic noise and the best assignment above 0 is taken (perturb and maximise): a pair that
    competes with no other is linked with exactly its probability. Noise is addressed by the pair, so that other pairs
    change nothing.
    """
    linked = np.zeros((len(pairs.names), draws), dtype=np.bool_)
    for rows in pairs.components():
        gains = np.empty((rows.size, draws))
        for at, row in enumerate(rows):
            u = uniforms(seed, "match", pairs.names[row], draws)
            # A uniform of exactly 0 is a link that no draw makes.
            with np.errstate(divide="ignore"):
                gains[at] = pairs.log_odds[row] + np.log(u) - np.log1p(-u)
        linked[rows] = _assign_component(pairs, rows, gains, limits)
    return linked


def _assign_component(
    pairs: Pairs, rows: Ints, gains: Floats, limits: Mapping[int, Ints | None]
) -> Bools:
    """The best assignment of one component in each draw, shape (its pairs, draws)."""
    reported, tracked = pairs.reported[rows], pairs.tracked[rows]
    if np.unique(reported).size == 1:
        # Nothing competes but its own pairs: the best ones up to its count.
        rank = np.argsort(np.argsort(-gains, axis=0, kind="stable"), axis=0)
        most = limits[int(reported[0])]
        within = True if most is None else rank < most
        return np.asarray((gains > 0) & within)
    out = np.zeros(gains.shape, dtype=np.bool_)
    for draw in range(gains.shape[1]):
        room = {}
        for row in np.unique(reported).tolist():
            most = limits[row]
            room[row] = tracked.size if most is None else int(most[draw])
        out[:, draw] = assign(reported, tracked, gains[:, draw], room)
    return out


def assign(reported: Ints, tracked: Ints, gains: Floats, room: Mapping[int, int]) -> Bools:
    """The assignment with the largest sum of gains above 0; shape (pairs,).

    Parameters
    ----------
    reported, tracked, gains
        Of each pair, shape (pairs,); a pair with a gain of 0 or less is never taken.
    room
        How many tracked rows each reported row takes; a tracked row is taken once.
    """
    from scipy.optimize import linear_sum_assignment

    taken = np.zeros(gains.shape, dtype=np.bool_)
    useful = np.flatnonzero(gains > 0)
    if not useful.size:
        return taken
    columns = {row: at for at, row in enumerate(np.unique(tracked[useful]).tolist())}
    slots: dict[int, range] = {}
    size = 0
    for row in np.unique(reported[useful]).tolist():
        # No more slots than pairs: a stream of hundreds has no more partners than that.
        many = min(room[row], int((reported[useful] == row).sum()))
        slots[row] = range(size, size + many)
        size += many
    if not size:
        return taken
    value = np.zeros((size, len(columns)))
    pair_at = {}
    for pair in useful.tolist():
        at, column = slots[int(reported[pair])], columns[int(tracked[pair])]
        value[at.start : at.stop, column] = gains[pair]
        for slot in at:
            pair_at[slot, column] = pair
    chosen = linear_sum_assignment(value, maximize=True)
    for place in zip(*(side.tolist() for side in chosen), strict=True):
        # Cells of no pair fill the assignment up.
        if value[place] > 0:
            taken[pair_at[place]] = True
    return taken


def best_links(pairs: Pairs, shares: Floats, room: Sequence[int], *, threshold: float) -> Bools:
    """The links that are shown as such: the assignment with the largest sum of shares of draws, all at least threshold.

    Parameters
    ----------
    shares
        Share of the draws in which each pair is linked, shape (pairs,).
    room
        How many tracked movements each reported row takes at most.
    """
    gains = np.where(shares >= threshold, shares, 0.0)
    linked = np.zeros(shares.shape, dtype=np.bool_)
    most = dict(enumerate(room))
    for rows in pairs.components():
        linked[rows] = assign(pairs.reported[rows], pairs.tracked[rows], gains[rows], most)
    return linked
