"""Load factors: the share of what could be carried that really is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from forceflow.errors import EstimateError
from forceflow.quantity import Quantity
from forceflow.world.figures import Figure, figure_from, read_data

__all__ = ["LoadFactor", "load_factor", "load_factors", "people_per_vehicle", "person_t"]


@dataclass(frozen=True)
class LoadFactor:
    """Share of the payload or cargo limit that one kind of cargo really fills.

    Parameters
    ----------
    role
        What carries it: ``"airlifter"``, ``"airliner"``, ``"freighter"``, ``"ro-ro"``, ``"general cargo"``,
        ``"tanker"`` or ``"landing ship"``.
    cargo
        ``"vehicles"``, ``"mixed"`` or ``"personnel"``.
    share
        The share, 0 to 1.
    """

    role: str
    cargo: str
    share: Figure


@cache
def load_factors() -> Mapping[tuple[str, str], LoadFactor]:
    """All load factors by (role, cargo)."""
    table = {}
    for raw in read_data("load_factors.toml")["load_factor"]:
        role, cargo = str(raw["role"]), str(raw["cargo"])
        share = figure_from(raw, unit="share", where=f"load_factors.toml: {role}, {cargo}")
        table[role, cargo] = LoadFactor(role, cargo, share)
    return table


def load_factor(role: str, cargo: str, *, name: str) -> Quantity:
    """Share of its limit that `name` really carries, by its role and the kind of cargo.

    Raises
    ------
    EstimateError
        No such kind of cargo; the message lists the kinds.
    """
    known = load_factors()
    if (role, cargo) not in known:
        kinds = ", ".join(sorted(c for r, c in known if r == role))
        raise EstimateError(f"{name}: no load factor for cargo {cargo!r}; known: {kinds}")
    return known[role, cargo].share.value


def people_per_vehicle() -> Figure:
    """People that came with each vehicle in Russian and Soviet airlifts, 1979 to 2022."""
    return figure_from(read_data("load_factors.toml")["people_per_vehicle"], unit="people", where="load_factors.toml")


def person_t() -> Figure:
    """Mass of a soldier with gear in airlift planning, t."""
    return figure_from(read_data("load_factors.toml")["person"], unit="t", where="load_factors.toml")
