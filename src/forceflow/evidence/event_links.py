"""Which claims may speak of one event: suggestions for the analyst, never applied."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from ..errors import EstimateError
from ..world import find_place
from .platform_names import platform_ids
from .reports import Claim, Report
from .tables.event_frames import make_frame

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
        Log-odds of each field; 0 where one side does not tell.
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
    table = {**LINK_WEIGHTS, **(weights or {})}
    if not 0 < prior < 1 or not 0 <= threshold <= 1:
        raise EstimateError("prior and threshold are probabilities")
    claims = [
        (c, r) for r in reports for c in r.claims if c.kind in ("movement", "presence") and c.mode
    ]
    links = []
    for (one, report), (other, second) in combinations(
        sorted(claims, key=lambda pair: pair[0].id), 2
    ):
        if report.id == second.id or one.mode != other.mode:
            continue
        fields = _agreement(one, other)
        found = tuple(
            (name, match_weight(agree, m=table[name][0], u=table[name][1]))
            for name, agree in fields.items()
        )
        total = max(min(sum(weight for _, weight in found), _CAP), -_CAP)
        probability = 1 / (1 + math.exp(-(math.log(prior / (1 - prior)) + total)))
        if probability >= threshold:
            coded = "same event" if one.event == other.event else "different events"
            links.append(Link(one.id, other.id, probability, found, coded))
    return tuple(sorted(links, key=lambda link: (-link.probability, link.first, link.second)))


def links_frame(links: Iterable[Link], *, backend: str = "polars") -> Any:
    """One row per suggested link: first, second, probability, coded, and the weight of each field."""
    links = tuple(links)
    columns: dict[str, list[Any]] = {
        "first": [link.first for link in links],
        "second": [link.second for link in links],
        "probability": [link.probability for link in links],
        "coded": [link.coded for link in links],
    }
    for name in LINK_WEIGHTS:
        columns[name] = [dict(link.weights).get(name, 0.0) for link in links]
    return make_frame(columns, backend=backend)


def _agreement(one: Claim, other: Claim) -> dict[str, bool | None]:
    day = dt.timedelta(days=1)
    same: dict[str, bool | None] = {
        "date": one.start < other.stop + day and other.start < one.stop + day
    }
    for field in ("origin", "destination"):
        a, b = getattr(one, field), getattr(other, field)
        same[field] = _same_place(a, b) if a and b else None
    a_ids, b_ids = (_platforms(claim) for claim in (one, other))
    same["platform"] = bool(a_ids & b_ids) if a_ids and b_ids else None
    x, y = one.number, other.number
    if x.has_content and y.has_content and one.measure == other.measure and x.per_day == y.per_day:
        same["quantity"] = x.low <= y.high and y.low <= x.high
    else:
        same["quantity"] = None
    named = one.mode == "sea" and bool(a_ids) and bool(b_ids)
    same["named vessel"] = bool(a_ids & b_ids) if named else None
    return same


def _platforms(claim: Claim) -> set[str]:
    from ..errors import UnknownNameError

    try:
        ids = set(platform_ids(claim.platform, None))
    except UnknownNameError:
        return set()
    return {
        name for name in ids if name not in ("cargo aircraft", "cargo ship", "military vehicles")
    }


def _same_place(a: str, b: str) -> bool:
    one, other = find_place(a), find_place(b)
    if one.id == other.id:
        return True
    return one.country == other.country != "" and "region" in (one.kind, other.kind)


def match_weight(agree: bool | None, *, m: float, u: float) -> float:
    """Log-odds that a field speaks for one event and not two: Fellegi & Sunter 1969.

    Parameters
    ----------
    agree
        Whether the field agrees; None when one side does not tell, which weighs nothing.
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
    return math.log(m / u) if agree else math.log((1 - m) / (1 - u))
