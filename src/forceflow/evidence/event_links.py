"""Which claims may speak of one event: suggestions for the analyst, never applied."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Final

from ..errors import EstimateError, UnknownNameError
from ..world import Place, find_place
from .platform_names import platform_ids
from .reports import Claim, Report

__all__ = ["LINK_WEIGHTS", "Link", "match_weight", "suggest_links"]

LINK_WEIGHTS: Final[dict[str, tuple[float, float]]] = {
    "date": (0.95, 0.10),
    "origin": (0.95, 0.25),
    "destination": (0.85, 0.15),
    "platform": (0.90, 0.10),
    "quantity": (0.80, 0.30),
    "named vessel": (0.98, 0.01),
}
"""(m, u) by field: how often it agrees for claims of one event, and of two. Set by hand for one theatre and some weeks
of reports, where places and types repeat; not fitted. Estimating them by EM wants a thousand pairs or more."""

_GENERAL: Final = {"cargo aircraft", "cargo ship", "military vehicles"}
"""Platforms that name a kind and no type: they say nothing of two claims."""

_DAY: Final = dt.timedelta(days=1)
_PRIOR: Final = 0.02
_CAP: Final = math.log(1000)
"""The fields are not independent (day and place agree together), so their sum is capped at odds of 1,000."""


@dataclass(frozen=True, slots=True)
class Link:
    """Two claims that may speak of one event.

    Parameters
    ----------
    first, second
        Claim ids.
    probability
        That both speak of one event, under the weights and a prior of 1 in 50.
    weights
        Log-odds of each field; 0 where one side does not give it.
    coded
        What the analyst coded: "same event" or "different events". Coding always wins.
    """

    first: str
    second: str
    probability: float
    weights: tuple[tuple[str, float], ...]
    coded: str

    def __str__(self) -> str:
        parts = ", ".join(f"{name} {weight:+.1f}" for name, weight in self.weights)
        return (
            f"{self.first} ~ {self.second}: {self.probability:.0%} ({parts}); coded as {self.coded}"
        )


def suggest_links(
    reports: Iterable[Report],
    *,
    threshold: float = 0.5,
    weights: dict[str, tuple[float, float]] | None = None,
    prior: float = _PRIOR,
) -> tuple[Link, ...]:
    """Pairs of movement and presence claims that probably speak of one event, best first.

    Parameters
    ----------
    reports
        Reports.
    threshold
        Least probability to be listed.
    weights
        (m, u) by field; see `LINK_WEIGHTS`.
    prior
        Probability that two claims taken at random speak of one event.

    Returns
    -------
    tuple of Link
        With the weight of each field and what the analyst coded; nothing is merged.

    Notes
    -----
    log-odds = logit(prior) + sum of field weights; Fellegi & Sunter 1969. Windows agree when they overlap within a
    day; quantities when their ranges overlap. Two claims of one report are not compared.

    Examples
    --------
    >>> import forceflow as ff
    >>> for link in ff.evidence.suggest_links(ff.load_reports("syria-2024"), threshold=0.5)[:1]:
    ...     print(link.coded in ("same event", "different events"))
    True
    """
    table = LINK_WEIGHTS | (weights or {})
    if not 0 < prior < 1 or not 0 <= threshold <= 1:
        raise EstimateError("prior and threshold are probabilities")
    links = []
    for one, other in combinations(_list_candidates(reports), 2):
        if one.report_id != other.report_id and one.claim.mode == other.claim.mode:
            link = _weigh_pair(one, other, table, prior)
            if link.probability >= threshold:
                links.append(link)
    return tuple(sorted(links, key=_best_first))


class _Candidate:
    """A claim with its places and platforms, which are looked up once for all of its pairs."""

    def __init__(self, claim: Claim, report_id: str) -> None:
        self.claim, self.report_id = claim, report_id

    @cached_property
    def origin(self) -> Place | None:
        return _place_or_none(self.claim.origin)

    @cached_property
    def destination(self) -> Place | None:
        return _place_or_none(self.claim.destination)

    @cached_property
    def platforms(self) -> set[str]:
        """Ids of named types and vessels; none where only a kind was printed or a name is unknown."""
        try:
            return set(platform_ids(self.claim.platform, None)) - _GENERAL
        except UnknownNameError:
            return set()


def _list_candidates(reports: Iterable[Report]) -> list[_Candidate]:
    """The claims that speak of something moving or seen, by id."""
    candidates = []
    for report in reports:
        for claim in report.claims:
            if claim.mode and claim.kind in ("movement", "presence"):
                candidates.append(_Candidate(claim, report.id))
    return sorted(candidates, key=lambda candidate: candidate.claim.id)


def _place_or_none(name: str) -> Place | None:
    if not name:
        return None
    return find_place(name)


def _best_first(link: Link) -> tuple[float, str, str]:
    return -link.probability, link.first, link.second


def _weigh_pair(
    one: _Candidate, other: _Candidate, table: Mapping[str, tuple[float, float]], prior: float
) -> Link:
    """How probable it is that two claims speak of one event, and what each field adds."""
    weights = {}
    for field, agree in _compare_fields(one, other).items():
        m, u = table[field]
        weights[field] = match_weight(agree, m=m, u=u)
    # The fields are not independent: day and place agree together.
    total = max(min(sum(weights.values()), _CAP), -_CAP)
    probability = 1 / (1 + math.exp(-(math.log(prior / (1 - prior)) + total)))
    is_same = one.claim.event == other.claim.event
    coded = "same event" if is_same else "different events"
    return Link(one.claim.id, other.claim.id, probability, tuple(weights.items()), coded)


def _compare_fields(one: _Candidate, other: _Candidate) -> dict[str, bool | None]:
    """Whether each field agrees; None where one side does not give it."""
    same_platform = _share_platform(one, other)
    # Claims of two events share a vessel less often than a type, so that it counts once more.
    same_vessel = same_platform if one.claim.mode == "sea" else None
    return {
        "date": _are_near(one.claim, other.claim),
        "origin": _are_one_place(one.origin, other.origin),
        "destination": _are_one_place(one.destination, other.destination),
        "platform": same_platform,
        "quantity": _numbers_overlap(one.claim, other.claim),
        "named vessel": same_vessel,
    }


def _are_near(one: Claim, other: Claim) -> bool:
    """Whether the windows overlap within a day."""
    return one.start < other.stop + _DAY and other.start < one.stop + _DAY


def _are_one_place(one: Place | None, other: Place | None) -> bool | None:
    """Whether two places are one, or one a region of the country that the other is in."""
    if one is None or other is None:
        return None
    if one.id == other.id:
        return True
    return one.country == other.country != "" and "region" in (one.kind, other.kind)


def _share_platform(one: _Candidate, other: _Candidate) -> bool | None:
    if not one.platforms or not other.platforms:
        return None
    return not one.platforms.isdisjoint(other.platforms)


def _numbers_overlap(one: Claim, other: Claim) -> bool | None:
    """Whether the ranges of two numbers of one measure overlap."""
    x, y = one.number, other.number
    if not x.has_content or not y.has_content:
        return None
    if one.measure != other.measure or x.per_day != y.per_day:
        return None
    return x.low <= y.high and y.low <= x.high


def match_weight(agree: bool | None, *, m: float, u: float) -> float:
    """Log-odds that a field speaks for one event and not two: Fellegi & Sunter 1969.

    Parameters
    ----------
    agree
        Whether the field agrees; None when one side does not give it, which weighs nothing.
    m, u
        Probability of agreement when both speak of one event, and when they speak of two.

    Examples
    --------
    >>> round(match_weight(True, m=0.9, u=0.01) / math.log(2), 2)
    6.49
    """
    if agree is None:
        return 0.0
    if not (0 < m < 1 and 0 < u < 1):
        raise EstimateError(f"m and u are probabilities above 0 and below 1, got {m!r}, {u!r}")
    if agree:
        return math.log(m / u)
    return math.log((1 - m) / (1 - u))
