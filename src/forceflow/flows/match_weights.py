"""How well a reported and a tracked movement fit each other: log-odds by field, all of them stated priors."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from ..errors import EstimateError, UnknownNameError
from ..evidence.events import FlowEvent
from ..world import Place, find_place, find_platform

__all__ = [
    "CODED",
    "MATCH_PRIOR",
    "MATCH_WEIGHTS",
    "Entry",
    "Levels",
    "Reason",
    "are_coded",
    "read_weights",
    "total_odds",
    "weigh_fields",
    "weigh_window",
]

Levels = Mapping[str, Mapping[str, tuple[float, float]]]

MATCH_PRIOR: Final = 0.02
"""Probability that two movements taken at random are one, as in `suggest_links`. A prior: one in 50."""

MATCH_WEIGHTS: Final[Levels] = {
    "window": {"overlap": (0.93, 0.10), "near": (0.06, 0.10)},
    "origin": {"same": (0.90, 0.25), "within": (0.90, 0.35), "other": (0.01, 0.40)},
    "destination": {"same": (0.85, 0.15), "within": (0.85, 0.25), "other": (0.02, 0.60)},
    "platform": {"same": (0.90, 0.15), "other": (0.10, 0.85)},
    "vessel": {"same": (0.98, 0.01), "other": (0.02, 0.99)},
    "identity": {"same": (0.95, 0.001), "other": (0.03, 0.98)},
    "count": {"none": (0.001, 0.5)},
}
"""(m, u) by field and level: how often it comes out so for one movement, and for two. Set by hand, not fitted.

- window: the two overlap, or are less than `slack_h` apart; further apart they are no pair. u is that of windows of a
  day; where neither is a stream, one of n days overlaps n times as often by chance, up to m
- origin, destination: the same place, one the country or region that the other lies in, or other places
- platform: a type in common, or none; where one side names a kind alone ("cargo aircraft") it weighs nothing
- vessel: the same for ships of a name, which are fewer than types
- identity: a callsign, registration, hex address, IMO number or MMSI printed by both, or other ones of one kind
- count: the report counts none at all; any other number weighs nothing, and bounds how many it can be linked to
"""

_GENERAL: Final = {"cargo aircraft", "cargo ship", "tanker", "military vehicles"}
_CAP: Final = math.log(1e6)
"""The fields are not independent (day and place agree together); no pair has odds above a million, or below."""
CODED: Final = 50.0
"""Log-odds of what the analyst coded as one event: no draw parts it."""


class Reason(NamedTuple):
    """What one field says of a pair, and how much it weighs, in log-odds."""

    field: str
    says: str
    weight: float

    def __str__(self) -> str:
        return f"{self.field} {self.says} {self.weight:+.1f}"


_KINDS: Final = {
    "hex": re.compile(r"\baircraft (~?[0-9a-f]{6})\b"),
    "registration": re.compile(r"\b(ra-\d{5}|rf-\d{5})\b"),
    "callsign": re.compile(r"\b([a-z]{3}\d{2,4}[a-z]{0,2})\b"),
    "IMO": re.compile(r"\bimo[ :]?(\d{7})\b"),
    "MMSI": re.compile(r"\b(?:mmsi|ship)[ :]?(\d{9})\b"),
}


@dataclass(frozen=True, eq=False)
class Entry:
    """A movement of one list, with what its pairs need of it."""

    event: FlowEvent

    @cached_property
    def ends(self) -> dict[str, Place | None]:
        """Its places, None where one is not known."""
        return {
            name: _place_or_none(getattr(self.event, name)) for name in ("origin", "destination")
        }

    @cached_property
    def types(self) -> frozenset[str]:
        """Platforms that are a type or a ship of a name; none where one of them is a kind alone."""
        names = frozenset(self.event.platforms)
        if any(_is_kind(name) for name in names):
            return frozenset()
        return names

    @cached_property
    def identities(self) -> dict[str, frozenset[str]]:
        """Callsigns, registrations, addresses and numbers of ships in its words and in those of its claims."""
        words = " ".join(self._words()).casefold()
        found = {kind: frozenset(pattern.findall(words)) for kind, pattern in _KINDS.items()}
        return {kind: names for kind, names in found.items() if names}

    def _words(self) -> Iterable[str]:
        yield from (self.event.event_id, self.event.title, *self.event.roots)
        if self.event.provenance is None:
            return
        wanted = {*self.event.claims}
        for report in self.event.provenance.reports:
            for claim in report.claims:
                if claim.id in wanted:
                    yield f"{claim.text} {claim.note}"


def read_weights(given: Mapping[str, Mapping[str, tuple[float, float]]] | None) -> Levels:
    """The table of weights with those of the user in place.

    Raises
    ------
    EstimateError
        A field or level is not in the table, or m or u is no probability above 0.
    """
    table = {field: dict(levels) for field, levels in MATCH_WEIGHTS.items()}
    for field, levels in (given or {}).items():
        if field not in table:
            raise EstimateError(f"weights: no field {field!r}; there are {', '.join(table)}")
        for level, pair in levels.items():
            if level not in table[field]:
                known = ", ".join(table[field])
                raise EstimateError(f"weights: {field} has no level {level!r}; it has {known}")
            if len(pair) != 2 or not all(0 < p <= 1 for p in pair):
                raise EstimateError(
                    f"weights: {field}, {level}: (m, u) are probabilities above 0, got {pair!r}"
                )
            table[field][level] = (pair[0], pair[1])
    return table


def are_coded(one: Entry, other: Entry) -> bool:
    """Whether the analyst coded two entries as one event."""
    return one.event.event_id == other.event.event_id


def weigh_fields(one: Entry, other: Entry, table: Levels) -> tuple[Reason, ...]:
    """What all fields but the window say of a pair; who is first makes no difference."""
    reasons = []
    for end in ("origin", "destination"):
        reasons.append(_reason(table, end, _place_level(one.ends[end], other.ends[end])))
    field, level = _platform_level(one, other)
    reasons.append(_reason(table, field, level))
    reasons.append(_identity_reason(table, one, other))
    if _counts_none(one.event) or _counts_none(other.event):
        reasons.append(_reason(table, "count", "none"))
    return tuple(reason for reason in reasons if reason.says)


def weigh_window(
    one: FlowEvent, other: FlowEvent, *, table: Levels, slack: dt.timedelta
) -> Reason | None:
    """What the windows weigh: long ones overlap by chance, but a stream fills its window; None if they are apart."""
    level = _window_level(one, other, slack)
    if not level:
        return None
    m, u = table["window"][level]
    if level == "overlap" and not (one.is_stream or other.is_stream):
        u = max(u, min(u * max(one.days, other.days), m))
    return Reason("window", level, math.log(m / u))


def total_odds(reasons: tuple[Reason, ...], prior: float) -> float:
    """Log-odds: logit(prior) + sum of weights, capped; Fellegi & Sunter 1969."""
    total = math.fsum((math.log(prior / (1 - prior)), *(reason.weight for reason in reasons)))
    return max(min(total, _CAP), -_CAP)


def _reason(table: Levels, field: str, level: str, says: str = "") -> Reason:
    # A field that one side does not give weighs nothing, and is no reason.
    if not level:
        return Reason(field, "", 0.0)
    m, u = table[field][level]
    return Reason(field, says or level, math.log(m / u))


def _window_level(one: FlowEvent, other: FlowEvent, slack: dt.timedelta) -> str:
    if one.start < other.stop and other.start < one.stop:
        return "overlap"
    if one.start < other.stop + slack and other.start < one.stop + slack:
        return "near"
    return ""


def _place_level(one: Place | None, other: Place | None) -> str:
    if one is None or other is None:
        return ""
    if one.id == other.id:
        return "same"
    if one.country == other.country != "" and "region" in (one.kind, other.kind):
        return "within"
    return "other"


def _platform_level(one: Entry, other: Entry) -> tuple[str, str]:
    """Field and level of the platforms; ships of a name are a field of their own."""
    field = "vessel" if one.event.mode == "sea" else "platform"
    if not one.types or not other.types:
        return field, ""
    return field, "other" if one.types.isdisjoint(other.types) else "same"


def _identity_reason(table: Levels, one: Entry, other: Entry) -> Reason:
    kinds = sorted(one.identities.keys() & other.identities.keys())
    for kind in kinds:
        shared = one.identities[kind] & other.identities[kind]
        if shared:
            return _reason(table, "identity", "same", f"{kind} {min(shared)}")
    if not kinds:
        return Reason("identity", "", 0.0)
    return _reason(table, "identity", "other", f"other {kinds[0]}")


def _counts_none(event: FlowEvent) -> bool:
    return event.movements.has_content and event.movements.high < 0.5


def _place_or_none(name: str) -> Place | None:
    if not name:
        return None
    try:
        return find_place(name)
    except UnknownNameError:
        return None


def _is_kind(name: str) -> bool:
    """Whether a platform is a kind and no type: it says nothing of two movements."""
    if name in _GENERAL:
        return True
    try:
        return bool(getattr(find_platform(name), "is_class_mix", False))
    except UnknownNameError:
        return False
