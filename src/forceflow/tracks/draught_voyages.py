"""Calls with published cargo and published draughts, and what `cargo_from_draught` makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from ..quantity import Quantity
from .cargo import Reading, cargo_from_draught
from .hull import read_tracks_data

__all__ = ["DraughtVoyage", "KnownImmersion", "draught_voyages", "known_immersions", "share_held"]


@dataclass(frozen=True)
class DraughtVoyage:
    """One call, or one design condition, whose cargo and draughts were both published.

    Parameters
    ----------
    ship, date, role, source
        As in the data file; the date is a month or a year.
    length_m, beam_m, deadweight_t
        Particulars; the deadweight, t, is None where not published.
    change
        ``"loaded"`` or ``"discharged"``.
    cargo_t
        Published cargo, t.
    mean_m, deepest_m
        Draught before and after, m: the mean, and the greater of forward and aft.
    sets_prior
        True where a prior was set from it, so that it is no test.
    """

    ship: str
    date: str
    role: str
    length_m: float
    beam_m: float
    deadweight_t: float | None
    change: Literal["loaded", "discharged"]
    cargo_t: float
    mean_m: tuple[float, float]
    deepest_m: tuple[float, float]
    source: str
    sets_prior: bool = False

    def estimate(
        self, *, reading: Reading = "either", typed: str = "mean", as_ais: bool = False
    ) -> Quantity:
        """Cargo from the draughts, rounded to 0.1 m as AIS does, t.

        Parameters
        ----------
        reading
            What `cargo_from_draught` is told of the draughts.
        typed
            Which of them it gets: ``"mean"`` or ``"deepest"``.
        as_ais
            Length and beam in whole metres and no role or deadweight, as AIS has a ship.
        """
        came, left = self.mean_m if typed == "mean" else self.deepest_m
        size: dict[str, Any] = {"length_m": self.length_m, "beam_m": self.beam_m}
        if as_ais:
            size = {name: float(round(value)) for name, value in size.items()}
        else:
            size |= {"role": self.role, "deadweight_t": self.deadweight_t}
        return cargo_from_draught(
            None, round(came, 1), round(left, 1), change=self.change, reading=reading, **size
        )


@dataclass(frozen=True)
class KnownImmersion:
    """A ship whose tonnes per centimetre at her summer draught were published."""

    ship: str
    role: str
    length_m: float
    beam_m: float
    tonnes_per_cm: float
    source: str


@cache
def draught_voyages() -> tuple[DraughtVoyage, ...]:
    """Every call of the data file, in its order; those with `sets_prior` are no test.

    Examples
    --------
    >>> len(draught_voyages()) >= 8
    True
    """
    voyages = []
    for raw in read_tracks_data("draught_voyages.toml")["voyage"]:
        ends = {name: tuple(raw[name]) for name in ("mean_m", "deepest_m")}
        voyages.append(DraughtVoyage(**{"deadweight_t": None, **raw, **ends}))
    return tuple(voyages)


@cache
def known_immersions() -> tuple[KnownImmersion, ...]:
    """Ships whose tonnes per centimetre were published."""
    return tuple(
        KnownImmersion(**raw) for raw in read_tracks_data("draught_voyages.toml")["immersion"]
    )


def share_held(voyages: tuple[DraughtVoyage, ...], coverage: float, **how: Any) -> float:
    """Share of the calls whose published cargo lies in the middle `coverage` of the estimate; `how` as `estimate`."""
    ends = [(1 - coverage) / 2, (1 + coverage) / 2]
    held = 0
    for voyage in voyages:
        low, high = voyage.estimate(**how).quantile(ends)
        held += bool(low <= voyage.cargo_t <= high)
    return held / len(voyages)
