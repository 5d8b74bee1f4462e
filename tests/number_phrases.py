"""Printed numbers with the reading decided by hand for each, in number_phrases.csv.

A reading is a kind and its numbers: "exact" 12, "about" 12, "at_least" 12, "range" 10 15, "below" 12 (of a count at
most 11), a quantifier of the lexicon and what it is multiplied with ("few" 100), "none" for words that carry no number,
or "refused".
"""

from __future__ import annotations

import csv
from pathlib import Path

__all__ = ["FAMILIES", "PHRASES"]

FAMILIES = {
    "exact": "point", "about": "lognormal", "at_least": "at_least", "at_most": "at_most", "over": "over",
    "nearly": "nearly", "range": "uniform", "below": "at_most",
}  # fmt: skip
"""Family of a quantity by kind of reading."""

with (Path(__file__).parent / "number_phrases.csv").open(encoding="utf-8", newline="") as _lines:
    PHRASES: tuple[tuple[str, str, tuple[float, ...]], ...] = tuple(
        (row["phrase"], row["reading"], tuple(float(n) for n in row["numbers"].split()))
        for row in csv.DictReader(_lines)
    )
"""Phrase, kind of reading, its numbers."""
