"""Claims that cannot all hold: counts of one stock that differ, and notes that set claims apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from operator import attrgetter

from ..evidence.reports import Claim, Report

__all__ = ["Disagreement", "disagreements"]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two claims against each other outside the numbers of an event.

    Parameters
    ----------
    claims
        Both, in order of what they speak of.
    words
        What the two say, as printed where a number was.
    why
        "counts differ" for two counts of one stock, else the note that names the other claim.
    """

    claims: tuple[Claim, Claim]
    words: tuple[str, str]
    why: str


def disagreements(reports: Sequence[Report]) -> tuple[Disagreement, ...]:
    """Stock claims of one event whose counts exclude each other, and claims whose note names another claim.

    Two counts of one unit exclude each other when their ranges do not meet. They may both have been right, each at its
    time; which it was is not decided here. A pair is given once.
    """
    claims: dict[str, Claim] = {}
    for report in reports:
        for claim in report.claims:
            claims[claim.id] = claim
    found: dict[tuple[str, ...], Disagreement] = {}
    for one, other in _pairs_of_stocks(claims.values()):
        found[_pair_key(one, other)] = _make_pair(one, other, "counts differ")
    for claim in claims.values():
        for name in _claims_named(claim, claims):
            other = claims[name]
            # A pair whose counts differ as well is there already, with the plainer reason.
            pair = _make_pair(claim, other, f"note of {claim.id}: {claim.note}")
            found.setdefault(_pair_key(claim, other), pair)
    return tuple(map(found.__getitem__, sorted(found)))


def _pairs_of_stocks(claims: Iterable[Claim]) -> Iterator[tuple[Claim, Claim]]:
    """Counts of one thing whose ranges do not meet."""
    stocks = [claim for claim in claims if claim.kind == "stock" and claim.number.has_content]
    for one, other in combinations(stocks, 2):
        is_same_thing = (one.event, one.number.unit) == (other.event, other.number.unit)
        low, high = sorted((one.number, other.number), key=attrgetter("best"))
        if is_same_thing and low.high < high.low:
            yield one, other


def _claims_named(claim: Claim, known: dict[str, Claim]) -> list[str]:
    """Ids of other claims that the note of a claim names, each once."""
    words = dict.fromkeys(re.findall(r"[\w-]+", claim.note))
    words.pop(claim.id, None)
    return list(filter(known.__contains__, words))


def _pair_key(one: Claim, other: Claim) -> tuple[str, ...]:
    return tuple(sorted((one.id, other.id)))


def _make_pair(one: Claim, other: Claim, why: str) -> Disagreement:
    first, second = sorted((one, other), key=attrgetter("start", "id"))
    words = (first.quantity or first.text, second.quantity or second.text)
    return Disagreement((first, second), words, why)
