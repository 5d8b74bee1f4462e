"""Claims that cannot all hold as they stand: counts of one stock that differ, and notes that set claims apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from ..evidence.reports import Claim, Report

__all__ = ["Disagreement", "disagreements"]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two claims that stand against each other outside the numbers of an event.

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
    time; which it was is not decided here. A pair stands once.
    """
    claims = {claim.id: claim for report in reports for claim in report.claims}
    found: dict[tuple[str, str], Disagreement] = {}
    for one, other in _stock_pairs(tuple(claims.values())):
        found[_key(one, other)] = _make(one, other, "counts differ")
    for claim in claims.values():
        for name in _named(claim, claims):
            found.setdefault(
                _key(claim, claims[name]),
                _make(claim, claims[name], f"note of {claim.id}: {claim.note}"),
            )
    return tuple(found[key] for key in sorted(found))


def _stock_pairs(claims: Sequence[Claim]) -> Iterator[tuple[Claim, Claim]]:
    held = [claim for claim in claims if claim.kind == "stock" and claim.number.has_content]
    for one, other in combinations(held, 2):
        if (one.event, one.number.unit) == (other.event, other.number.unit):
            low, high = sorted((one.number, other.number), key=lambda number: number.best)
            if low.high < high.low:
                yield one, other


def _named(claim: Claim, known: dict[str, Claim]) -> list[str]:
    """Ids of other claims that the note of a claim names."""
    return [
        name
        for name in dict.fromkeys(re.findall(r"[\w-]+", claim.note))
        if name in known and name != claim.id
    ]


def _key(one: Claim, other: Claim) -> tuple[str, str]:
    first, second = sorted((one.id, other.id))
    return first, second


def _make(one: Claim, other: Claim, why: str) -> Disagreement:
    pair = (one, other) if (one.start, one.id) <= (other.start, other.id) else (other, one)
    first, second = (claim.quantity or claim.text for claim in pair)
    return Disagreement(pair, (first, second), why)
