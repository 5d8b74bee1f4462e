"""Load factors: the share of what could be carried that really is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ...errors import EstimateError
from ...quantity import Quantity
from ..names import read_data
from .sourced_figures import Figure, figure_from

__all__ = [
    "CARGO_KINDS",
    "CARGO_WORDS",
    "LoadFactor",
    "cargo_kind",
    "load_factor",
    "load_factors",
    "people_share",
    "people_use",
]

CARGO_KINDS = ("supplies", "bulk", "vehicles", "mixed", "personnel")
"""Kinds of cargo: palletised goods; dense cargo that reaches the mass limit first; a unit's vehicles; some of each, or
unknown what; people."""

_SUPPLIES = (
    "aid",
    "relief",
    "relief supplies",
    "humanitarian aid",
    "medicine",
    "pallets",
    "stores",
)
_BULK = ("food", "coal", "ammunition", "flour", "grain", "fuel", "cement")
_VEHICLES = ("trucks", "armour", "equipment")
_TROOPS = ("troops", "soldiers", "passengers", "people")
_EVACUEES = ("evacuees", "refugees", "civilians")

CARGO_WORDS = {
    **dict.fromkeys(_SUPPLIES, "supplies"),
    **dict.fromkeys(_BULK, "bulk"),
    **dict.fromkeys(_VEHICLES, "vehicles"),
    **dict.fromkeys((*_TROOPS, *_EVACUEES), "personnel"),
}
"""Words that may be used for a kind of cargo."""


def cargo_kind(words: str) -> str:
    """Kind of cargo that a word names: one of `CARGO_KINDS`, or a word of `CARGO_WORDS`.

    Raises
    ------
    EstimateError
        The word is neither; the message lists both.
    """
    word = _plain_words(words)
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
    if _plain_words(cargo) in _EVACUEES:
        return "evacuees"
    return "troops"


def _plain_words(words: object) -> str:
    """Words in lower case with single blanks; "" for what is no text."""
    if not isinstance(words, str):
        return ""
    return " ".join(words.casefold().split())


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
    shares = {}
    for raw in read_data("load_factors.toml")["people_share"]:
        role, use = str(raw["role"]), str(raw["use"])
        shares[role, use] = figure_from(raw, unit="share", where="load_factors.toml: people_share")
    return shares


def people_share(role: str, use: str) -> Figure:
    """People on a flight over the published seats of the type, by role and by `people_use`; of a type of your own
    those of an airlifter.
    """
    shares = _people_shares()
    return shares.get((role, use)) or shares["airlifter", use]
