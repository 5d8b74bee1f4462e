"""Words on plots."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..results.estimate import Estimate

__all__ = [
    "counted",
    "estimate_sources",
    "number",
    "place_label",
    "sentence",
    "span_text",
    "worded",
]


def counted(claims: Sequence[str], reports: Sequence[str], *more: str) -> str:
    """Say how many claims and reports, or sources of a table, are behind a plot, and what else a reader should know."""
    head = f"{len(claims)} claims from {len(reports)} reports"
    if reports and not claims:
        head = f"own figures from {len(reports)} sources"
    parts = [head, *filter(None, more)]
    return worded("; ".join(parts) + ".")


def estimate_sources(estimate: Estimate, *more: str) -> str:
    """Sources, draws and seed of an estimate, and what else a reader should know."""
    return counted(
        estimate.claims,
        estimate.reports,
        f"{len(estimate.events)} events",
        f"ranges hold {estimate.coverage:.0%} of {estimate.draws:,} draws",
        f"seed {estimate.seed}",
        *more,
    )


def sentence(words: str) -> str:
    """The words with a capital at the start, for a title."""
    return words[:1].upper() + words[1:]


def number(value: float) -> str:
    """A number with two figures at least and thousands separated; "never" for infinity."""
    if value == float("inf"):
        return "never"
    if value == 0 or abs(value) >= 9.95:
        return f"{value:,.0f}"
    return f"{value:.2g}"


def span_text(low: float, best: float, high: float) -> str:
    """Best with its range, or the number alone when the range has no width."""
    if low == high:
        return number(best)
    return f"{number(best)} ({number(low)} to {number(high)})"


_NO_REPORTS = re.compile(r"(?<![\d.,])0 claims (?:from|in) 0 reports\b")


_ONE_OF_MANY = re.compile(
    r"(?<![\d.,])1 (change|claim|column|convoy|day|draw|event|flight|movement|report|sailing|sortie|source|vehicle)s\b"
)


def worded(text: str) -> str:
    """The same words with "1 movements" put right, and figures that came without reports called one's own."""
    named = _NO_REPORTS.sub("own figures, no claims", text)
    return _ONE_OF_MANY.sub(r"1 \1", named)


_AIRPORT = re.compile(r"(?<=\w)(?: (?:International|Regional|Domestic|Municipal))? Airport\b")


def place_label(name: str) -> str:
    """Name of a place, or of a way, as it is written on a plot: "Tribhuvan", where it is an airport anyway."""
    return _AIRPORT.sub("", name)
