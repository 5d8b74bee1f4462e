"""What is counted: nouns by kind, and which kinds count as which measure."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["PREPOSITIONS", "TIMES", "head_noun", "kind_of", "other_kind"]

_NOUNS: Final = {
    "aircraft": "aircraft plane airplane aeroplane jet airliner airlifter airframe helicopter chopper transporter "
    "drone fighter bomber",
    "ships": "ship vessel boat freighter tanker ferry barge frigate submarine warship corvette destroyer tug tugboat "
    "steamer",
    "trains": "train",
    "movements": "flight overflight sortie sailing trip movement arrival departure convoy column voyage journey run "
    "landing takeoff crossing time mission rotation airlift airdrop passage transit call shipment delivery evacuation",
    "vehicles": "vehicle truck lorry car tank trailer semitrailer wagon railcar bus van jeep pickup ambulance apc ifv "
    "bulldozer excavator trolley flatbed tractor motorcycle",
    "people": "person people personnel soldier troop troops serviceman servicemen servicewoman servicewomen man men "
    "woman women child children passenger evacuee refugee civilian national citizen officer marine sailor airman "
    "airmen "
    "crew crewman crewmen pilot fighter mercenary contractor worker staff adviser advisor instructor specialist "
    "technician "
    "conscript reservist paratrooper migrant resident returnee casualty casualties death injury wounded killed dead "
    "injured missing victim prisoner deserter visitor tourist pax",
    "groups of people": "family families household battalion brigade company companies regiment division platoon squad "
    "battery batteries squadron team unit army armies group contingent detachment",
    "cargo": "container pallet box boxes crate parcel bag barrel missile shell round rifle weapon gun howitzer "
    "launcher "
    "radar teu feu dollar load cargo freight aid supplies fuel ammunition equipment item piece",
}
"""Nouns by kind, in the singular; a plural in -s or -es is found too."""

_KIND_OF_NOUN: Final = {noun: kind for kind, nouns in _NOUNS.items() for noun in nouns.split()} | {
    "lorries": "vehicles",
    "ferries": "ships",
    "crews": "groups of people",
    "deliveries": "movements",
}

_COUNTS_AS: Final = {
    **dict.fromkeys(
        ("movements", "sorties", "flights", "sailings", "arrivals", "convoys", "round trips"),
        "movements",
    ),
    **dict.fromkeys(("vehicles", "trucks"), "vehicles"),
    **dict.fromkeys(("personnel", "soldiers", "troops", "passengers", "people"), "people"),
}
_FITS: Final = {"movements": frozenset(("movements", "aircraft", "ships", "trains"))}
"""Kinds that fit a measure, where there is more than one: an aircraft in a claim of movements is one movement."""

_EITHER: Final = frozenset(("fighter", "fighters", "tanker", "tankers", "marine", "marines"))
"""Nouns of two kinds: a fighter is a person or an aircraft."""

PREPOSITIONS: Final = frozenset(
    "of in into within at from to by on onto over under near around with without for via through across between along "
    "during since until till before after per inside outside toward towards off past against among aboard and or that "
    "which who whose carrying loaded laden bound belonging transporting heading filled full seen reported observed "
    "spotted recorded detected moving leaving arriving travelling traveling based stationed were was are is have had "
    "left departed arrived entered crossed flew landed about".split()
)
"""Words that end the noun phrase behind a number."""

TIMES: Final = frozenset(
    "second minute hour day night week weekend fortnight month quarter season year decade morning afternoon evening "
    "weekday shift mission flight sortie trip sailing convoy column truck lorry vehicle ship vessel aircraft plane "
    "voyage train person head journey rotation team family unit pop piece".split()
)
"""What something may happen each of, or be carried by each: "a night", "per convoy"."""


def head_noun(words: str) -> str:
    """The noun that a phrase is about, in lower case: its last word before a preposition.

    Examples
    --------
    >>> head_noun("Libya-Mali trips within a week"), head_noun("Russian military trucks carrying troops")
    ('trips', 'trucks')
    """
    found = ""
    for word in re.findall(r"[^\W_]+(?:[-'.][^\W_]+)*", words.lower()):
        if word in PREPOSITIONS and found:
            break
        found = "" if word in PREPOSITIONS else word
    return found


def kind_of(noun: str) -> str:
    """The kind of a noun, or an empty text; a plural is found by its singular.

    Examples
    --------
    >>> kind_of("trucks"), kind_of("buses"), kind_of("bananas")
    ('vehicles', 'vehicles', '')
    """
    forms = (noun, noun.removesuffix("s"), noun.removesuffix("es"))
    return next((_KIND_OF_NOUN[form] for form in forms if form in _KIND_OF_NOUN), "")


def other_kind(printed: str, *, wanted: str) -> str:
    """The kind that a printed unit counts where that is not what is wanted; empty where they agree or one is unknown.

    Parameters
    ----------
    printed
        The words behind a number: "Russian trucks".
    wanted
        A measure, or a unit of a claim: "movements", "aircraft", "soldiers".

    Examples
    --------
    >>> other_kind("500 troops", wanted="flights"), other_kind("planes", wanted="flights")
    ('people', '')
    """
    noun = head_noun(printed)
    kind, measure = kind_of(noun), _COUNTS_AS.get(wanted) or kind_of(head_noun(wanted))
    if not measure:
        return ""
    if not kind and measure == "people" and re.search(r"\d", noun):
        return f"things of type {noun!r}"
    if not kind or noun in _EITHER or noun == wanted or kind in _FITS.get(measure, (measure,)):
        return ""
    return kind
