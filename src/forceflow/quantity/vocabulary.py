"""The words that numbers are printed with: number words, hedges, and words that carry no number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from .tokens import Tokens, tokenize

__all__ = [
    "AFTER",
    "ARTICLES",
    "BEFORE",
    "DAYS_OF_SPAN",
    "EMPTY_ADJECTIVES",
    "EMPTY_NOUNS",
    "EMPTY_STARTS",
    "GROUPS",
    "KINDS_OF_THINGS",
    "MAGNITUDES",
    "MANY_THINGS",
    "MOVES",
    "NOT_ONE",
    "NUMBER_WORDS",
    "ONES",
    "ONE_OF",
    "PLURALS",
    "ROUGH",
    "SETS",
    "SPANS",
    "TENS",
    "THINGS",
    "find_phrase",
    "phrases",
]  # fmt: skip

Phrases = Mapping[str, Sequence[tuple[tuple[str, ...], str]]]
"""Phrases by their first token, the longest first, each with what it means."""


def phrases(meanings: Mapping[str, str]) -> Phrases:
    """Phrases by meaning, written with ``|`` between them, arranged for `find_phrase`."""
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for meaning, written in meanings.items():
        for phrase in written.split("|"):
            pieces = tuple(token.text for token in tokenize(phrase))
            table.setdefault(pieces[0], []).append((pieces, meaning))
    return {first: sorted(found, key=lambda one: -len(one[0])) for first, found in table.items()}


def find_phrase(table: Phrases, tokens: Tokens, at: int) -> tuple[str, int] | None:
    """The longest phrase that starts at a token: what it means, and the position after it."""
    if at >= len(tokens):
        return None
    for pieces, meaning in table.get(tokens[at].text, ()):
        end = at + len(pieces)
        if end <= len(tokens) and all(
            tokens[at + k].text == piece for k, piece in enumerate(pieces)
        ):
            return meaning, end
    return None


def _number_in_order(words: str, first: int, step: int = 1) -> dict[str, float]:
    return {word: float(first + step * n) for n, word in enumerate(words.split())}


ONES: Final = _number_in_order(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen",
    0,
) | {"once": 1.0, "twice": 2.0, "thrice": 3.0}
TENS: Final = _number_in_order("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10)
MAGNITUDES: Final[Mapping[str, float]] = {
    **dict.fromkeys(("hundred", "hundreds"), 1e2),
    **dict.fromkeys(("thousand", "thousands", "k"), 1e3),
    **dict.fromkeys(("million", "millions", "mn", "mln"), 1e6),
    **dict.fromkeys(("billion", "billions", "bn"), 1e9),
    **dict.fromkeys(("lakh", "lakhs", "lac", "lacs"), 1e5),
    **dict.fromkeys(("crore", "crores"), 1e7),
    **dict.fromkeys(("dozen", "dozens"), 12.0),
    **dict.fromkeys(("score", "scores"), 20.0),
}
"""What a magnitude word multiplies by. A single m is none: million or metres?"""

ROUGH: Final = frozenset(("dozen", "dozens", "score", "scores"))
"""Magnitudes that are themselves a rough number: a dozen is about twelve, whoever says it."""

PLURALS: Final = ("tens", "dozens", "scores", "hundreds", "thousands", "millions", "billions")
"""Quantifiers on their own: "dozens of trucks"."""

SETS: Final[Mapping[str, float]] = {"pair": 2.0, "duo": 2.0, "trio": 3.0, "quartet": 4.0}
"""Words for so many things: "a pair of"."""

NUMBER_WORDS: Final = frozenset((*ONES, *TENS, *MAGNITUDES, *PLURALS)) - {
    "once",
    "k",
    "lac",
    "lacs",
}
"""Words that are a second number when they follow a first one."""

ARTICLES: Final = ("a", "an")
NOT_ONE: Final = phrases({"0": "nil|not one|not a single|no"})
"""Words for no movement at all."""

BEFORE: Final = phrases(
    {
        "nearly": "nearly|almost|close to|just under|just below|just short of|just shy of|shy of|approaching|not quite|"
        "a little under|a little less than|a bit under|slightly under|slightly below|slightly less than|"
        "slightly fewer than|a little below",
        "over": "more than|over|above|in excess of|upwards of|upward of|exceeding|greater than|north of|well over|"
        "well above|well in excess of|far more than|much more than|just over|just above|a little over|a little above|"
        "a little more than|a bit over|a bit more than|slightly over|slightly above|slightly more than|"
        "comfortably over|>",
        "at_least": "at least|at the least|at the very least|at a minimum|at minimum|no fewer than|no less than|"
        "not fewer than|not less than|a minimum of|minimum of|minimum|min.|min|as few as|as little as|>=|≥|≧|⩾",
        "at_most": "up to|at most|at the most|at the very most|no more than|not more than|a maximum of|maximum of|"
        "maximum|max.|max|as many as|as much as|not exceeding|not over|no greater than|<=|≤|≦|⩽",
        "below": "fewer than|less than|under|below|south of|<",
        "about": "about|around|some|roughly|approximately|approx.|approx|circa.|circa|ca.|ca|c.|est.|est|abt.|abt|"
        "an estimated|estimated at|estimated|an approximate|in the region of|somewhere in the region of|"
        "in the order of|on the order of|of the order of|in the vicinity of|"
        "in the neighbourhood of|in the neighborhood of|"
        "somewhere around|something like|more or less|round about|give or take|perhaps|maybe|~|∼|≈|≅|˜",
        "exactly": "exactly|precisely|only|just|all|the|merely|a mere",
        "plain": "a total of|total of|another|a further|an additional|additional|a combined",
    }
)
"""Hedges before the number."""

_MAYBE: Final = "|".join(
    " ".join((joint, word, "*")).strip()
    for joint in ("", "or", "and", "but")
    for word in ("possibly", "probably", "perhaps", "maybe", "likely")
)
AFTER: Final = phrases(
    {
        "about": "approximately|approx.|approx|circa|ca.|ca|c.|estimated|estimate|est.|est|roughly|about|around|or so|"
        "or thereabouts|thereabouts|give or take|more or less|odd|ish|?|??|???",
        "at_least": "at least|at the least|at the very least|at a minimum|at minimum|minimum|or more|or over|or above|"
        "or greater|or higher|and more|and above|and over|and up|and higher|and counting|upwards|plus|+|& more|& "
        "above|& over|& up|"
        "if not more|or if not more|" + _MAYBE.replace("*", "more"),
        "at_most": "at most|at the most|at the very most|or fewer|or less|or under|or below|or lower|maximum|max.|max|"
        "tops|"
        "at best|if not fewer|if not less|"
        + _MAYBE.replace("*", "fewer")
        + "|"
        + _MAYBE.replace("*", "less"),
        "plain": "in total|in all|altogether|all told",
    }
)
"""Hedges after the number: "15 approx.", "15 (at least)", "15?", "20-plus"."""

SPANS: Final = phrases(
    {
        "day": "daily|every day|a day|per day|each day|/ day|nightly|every night|a night|per night|each night|/ night",
        "week": "a week|per week|weekly|each week|every week|/ week",
        "month": "a month|per month|monthly|each month|every month|/ month",
    }
)
"""Ends of a rate."""

DAYS_OF_SPAN: Final = {"day": 1.0, "week": 7.0, "month": 365.2425 / 12}
"""Days by span; a month is a twelfth of the mean Gregorian year."""

MOVES: Final = frozenset(
    "flight flights sortie sorties plane planes aircraft ship ships convoy convoys arrival arrivals departure "
    "departures trip trips time times".split()
)
"""What a rate counts when nothing else is given."""

THINGS: Final = frozenset(
    "column convoy flight plane aircraft airliner helicopter ship vessel freighter tanker sailing sortie truck vehicle "
    "lorry soldier officer train barge".split()
)
KINDS_OF_THINGS: Final = frozenset(
    "russian syrian soviet iranian military armoured armored naval navy cargo transport large small long special "
    "supply merchant civilian single recent similar new antonov ilyushin vehicle troop landing war".split()
)
MANY_THINGS: Final = frozenset((*(f"{thing}s" for thing in THINGS), "aircraft", "lorries"))
ONE_OF: Final = phrases({"1": "a|an|another|one more|the|single|a single"})
"""What starts the words for one thing: "a Russian Il-76"."""

GROUPS: Final = frozenset(
    "number amount lot group fleet series handful pair trio duo quartet dozen few couple half quarter score majority "
    "minority third".split()
)
"""What follows an article and is not one thing."""

EMPTY_ADJECTIVES: Final = frozenset(
    "large huge great significant substantial massive considerable unknown unspecified undisclosed small growing "
    "limited".split()
)
EMPTY_NOUNS: Final = frozenset(
    "reinforcement reinforcements forces equipment troops personnel gear activity many much numerous various "
    "most".split()
)
EMPTY_STARTS: Final = phrases({"": "a number of|a lot of|lots of|part of|some|frequent|plenty of"})
"""Words that carry no number."""
