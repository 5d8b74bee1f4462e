"""The two-list table draw by draw, and what follows from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from ..arrays import Floats
from ..evidence.events import FlowEvent
from ..kernels.addressed import uniforms
from .counts.capture_recapture import chao_lower_bound, two_lists
from .detection import Detection

__all__ = ["TwoLists", "dependence", "measure_shares"]

_LEAST = 3
_APART = 0.3
"""Shares of two groups are named where each has at least 3 tracked movements and they are this far apart (a choice)."""
_DAY_HOURS = range(6, 18)


class TwoLists:
    """Movements on the lists in each draw.

    Parameters
    ----------
    entered
        Of each reported event, how many of its movements are in the time and places compared, shape (events, draws).
    took
        How many of them a track shows, shape (events, draws).
    tracked
        How many movements were tracked.
    """

    def __init__(
        self, entered: Floats, took: Floats, tracked: int, *, draws: int, seed: int
    ) -> None:
        self.entered, self.took, self.tracked = entered, took, tracked
        self.draws, self.seed = draws, seed

    @cached_property
    def reported(self) -> Floats:
        """Entries of the reported list, shape (draws,)."""
        return np.asarray(self.entered.sum(axis=0, initial=0.0))

    @cached_property
    def both(self) -> Floats:
        """Entries on both lists, shape (draws,)."""
        return np.asarray(self.took.sum(axis=0, initial=0.0))

    @property
    def only_reported(self) -> Floats:
        return self.reported - self.both

    @property
    def only_tracked(self) -> Floats:
        return self.tracked - self.both

    def how_many(self) -> Floats:
        """Draws of the total: Chapman's estimate, log-normal in what neither list saw, shape (draws,)."""
        from scipy.special import ndtri

        # A uniform may be 0, whose normal deviate is infinite.
        u = uniforms(self.seed, "match", "how many", self.draws)
        z = ndtri(np.clip(u, 1e-12, 1 - 1e-12))
        out = np.empty(self.draws)
        tables = np.stack([self.reported, self.both]).astype(np.int64)
        # Thousands of draws have a few hundred tables between them.
        kinds, which = np.unique(tables, axis=1, return_inverse=True)
        for at, (reported, both) in enumerate(kinds.T.tolist()):
            found = two_lists(reported, self.tracked, both=both)
            unseen = found.total - found.seen
            mine = which.ravel() == at
            if unseen <= 0:
                out[mine] = found.seen
                continue
            sigma2 = np.log1p((found.error / unseen) ** 2)
            # Its mean is Chapman's estimate.
            out[mine] = found.seen + unseen * np.exp(np.sqrt(sigma2) * z[mine] - sigma2 / 2)
        return out

    def chao(self, witnesses: Sequence[int]) -> Floats | None:
        """Draws of Chao's lower bound by how many independent sources saw each movement, shape (draws,).

        None where the reports have one source each: of two lists with shares of their own the bound is none.
        """
        if not any(many > 1 for many in witnesses):
            return None
        many = np.asarray(witnesses)
        most = int(many.max()) + 1
        seen = np.zeros((most + 1, self.draws), dtype=np.int64)
        # A track is one witness, and each independent source of a report one more.
        seen[1] = self.only_tracked
        for row, number in enumerate(many):
            seen[number] += (self.entered[row] - self.took[row]).astype(np.int64)
            seen[number + 1] += self.took[row].astype(np.int64)
        kinds, which = np.unique(seen, axis=1, return_inverse=True)
        bounds = np.zeros(kinds.shape[1])
        for at, column in enumerate(kinds.T.tolist()):
            frequencies = {times: number for times, number in enumerate(column) if times and number}
            if frequencies:
                bounds[at] = chao_lower_bound(frequencies).total
        return np.asarray(bounds[which.ravel()])

    def notes(self) -> Iterator[str]:
        """What the table cannot say."""
        if not self.reported.any():
            yield (
                "nothing was reported in the time and places of the tracks: how_many is what was tracked, and says "
                "nothing of what tracks miss"
            )
        elif not self.tracked:
            yield "nothing was tracked: how_many is what was reported, and says nothing of what reports miss"
        elif np.median(self.both) < 1:
            yield "hardly any movement is on both lists: how_many has almost no upper end"


def measure_shares(totals: TwoLists, *, seed: int) -> dict[str, Detection]:
    """Shares of movements that each list and either list sees, with 90 %; those that can be measured."""
    found: dict[str, Floats] = {}
    if totals.tracked:
        found["reported"] = _beta(totals, totals.both, totals.only_tracked, "reported", seed)
    if totals.reported.any():
        found["tracked"] = _beta(totals, totals.both, totals.only_reported, "tracked", seed)
    if len(found) == 2:
        found["either"] = 1 - (1 - found["reported"]) * (1 - found["tracked"])
    shares = {}
    for name, draws in found.items():
        low, high = np.quantile(draws, (0.05, 0.95)).tolist()
        shares[name] = Detection(max(low, 1e-6), min(high, 1.0))
    return shares


def _beta(totals: TwoLists, hits: Floats, misses: Floats, name: str, seed: int) -> Floats:
    """Draws of a share by Jeffreys' prior, shape (draws,)."""
    from scipy.special import betaincinv

    # Not that of how_many, which would tie the two.
    u = uniforms(seed, "match", f"share {name}", totals.draws)
    return np.asarray(betaincinv(hits + 0.5, misses + 0.5, u))


def dependence(tracked: Sequence[FlowEvent], shares: Floats) -> Iterator[str]:
    """Why the two lists may depend on each other, and which way that moves the total.

    Parameters
    ----------
    tracked
        Tracked movements.
    shares
        Share of the draws in which each is reported too, shape (movements,).
    """
    yield (
        "both lists see large aircraft and ships, and daylight, better than others: as far as they do, how_many is too "
        "low"
    )
    yield "reports written from tracks without saying so make how_many too low; links that were missed, too high"
    by_type = [" + ".join(event.platforms) for event in tracked]
    yield from _groups_apart(by_type, shares)
    times = ["06-18 UTC" if event.start.hour in _DAY_HOURS else "18-06 UTC" for event in tracked]
    yield from _groups_apart(times, shares)


def _groups_apart(groups: Sequence[str], shares: Floats) -> Iterator[str]:
    """A line where reports saw clearly more of one group of tracked movements than of another."""
    counts = Counter(groups)
    means = {
        name: float(np.mean([s for g, s in zip(groups, shares, strict=True) if g == name]))
        for name, many in sorted(counts.items())
        if many >= _LEAST
    }
    if len(means) < 2:
        return
    low, high = min(means, key=means.__getitem__), max(means, key=means.__getitem__)
    if means[high] - means[low] >= _APART:
        yield (
            f"reported: {means[high]:.0%} of {counts[high]} tracked {high}, {means[low]:.0%} of {counts[low]} {low}: "
            "the shares differ, so match them apart"
        )
