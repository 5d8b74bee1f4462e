"""Load factors: the share of what could be carried that really is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ...errors import EstimateError
from ...quantity import Quantity
from .sourced_figures import Figure, figure_from, read_data

__all__ = [
    "CARGO_KINDS",
    "CARGO_WORDS",
    "LoadFactor",
    "cargo_kind",
    "load_factor",
    "load_factors",
    "people_per_vehicle",
    "people_share",
    "people_use",
    "person_t",
]

CARGO_KINDS = ("supplies", "bulk", "vehicles", "mixed", "personnel")
"""Kinds of cargo: palletised goods; dense cargo that reaches the mass limit first; a unit's vehicles; some of each, or
nobody knows what; people."""

CARGO_WORDS = {
    **dict.fromkeys(
        ("aid", "relief", "relief supplies", "humanitarian aid", "medicine", "pallets", "stores"),
        "supplies",
    ),
    **dict.fromkeys(("food", "coal", "ammunition", "flour", "grain", "fuel", "cement"), "bulk"),
    **dict.fromkeys(("trucks", "armour", "equipment"), "vehicles"),
    **dict.fromkeys(("troops", "soldiers", "passengers", "people"), "personnel"),
    **dict.fromkeys(("evacuees", "refugees", "civilians"), "personnel"),
}
"""Words that may stand for a kind of cargo."""

_EVACUEES = ("evacuees", "refugees", "civilians")


def cargo_kind(words: str) -> str:
    """Kind of cargo that a word names: one of `CARGO_KINDS`, or a word of `CARGO_WORDS`.

    Raises
    ------
    EstimateError
        The word is neither; the message lists both.
    """
    word = " ".join(words.casefold().split()) if isinstance(words, str) else ""
    if word in CARGO_KINDS:
        return word
    if word not in CARGO_WORDS:
        raise EstimateError(
            f"no load factor for cargo {words!r}; known kinds: {', '.join(CARGO_KINDS)}; "
            f"known words: {', '.join(CARGO_WORDS)}"
        )
    return CARGO_WORDS[word]


def people_use(cargo: str) -> str:
    """Whose loads the people of a flight are like: "evacuees" where the cargo is called that, else "troops"."""
    return "evacuees" if " ".join(cargo.casefold().split()) in _EVACUEES else "troops"


@dataclass(frozen=True)
class LoadFactor:
    """Share of the payload or cargo limit that one kind of cargo really fills.

    Parameters
    ----------
    role
        What carries it: ``"airlifter"``, ``"airliner"``, ``"freighter"``, ``"ro-ro"``, ``"general cargo"``,
        ``"bulk carrier"``, ``"container ship"``, ``"tanker"`` or ``"landing ship"``.
    cargo
        One of `CARGO_KINDS`.
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
    try:
        return load_factors()[role, cargo_kind(cargo)].share.value
    except EstimateError as error:
        raise EstimateError(f"{name}: {error}") from None


@cache
def _people_shares() -> Mapping[tuple[str, str], Figure]:
    rows = read_data("load_factors.toml")["people_share"]
    where = "load_factors.toml: people_share"
    return {
        (str(raw["role"]), str(raw["use"])): figure_from(raw, unit="share", where=where)
        for raw in rows
    }


def people_share(role: str, use: str) -> Figure:
    """People on a flight over the published seats of the type, by role and by `people_use`; of a type of your own
    those of an airlifter.
    """
    return _people_shares().get((role, use)) or _people_shares()["airlifter", use]


def people_per_vehicle() -> Figure:
    """People that came with each vehicle in Russian and Soviet airlifts, 1979 to 2022."""
    return figure_from(
        read_data("load_factors.toml")["people_per_vehicle"],
        unit="people",
        where="load_factors.toml",
    )


def person_t() -> Figure:
    """Mass of a soldier with gear in airlift planning, t."""
    return figure_from(
        read_data("load_factors.toml")["person"], unit="t", where="load_factors.toml"
    )
