"""Two lists of one stream, reported and tracked: the links, what each list saw, and how many there were."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..display import Listed, brief
from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..evidence.tables.event_frames import backend_of, make_frame
from ..results.range import Range
from .detection import Detection
from .match_weights import Reason

__all__ = ["Match", "MatchLink", "UnreportedTrack", "UnseenReport", "events_in"]


@dataclass(frozen=True, slots=True)
class MatchLink:
    """A reported and a tracked movement that may be one.

    Parameters
    ----------
    reported, tracked
        Ids of the two events.
    log_odds, probability
        That they are one, under the weights, as if nothing else were there.
    share
        Share of the draws in which they are linked, beside all other pairs.
    is_linked
        Whether they count as linked: see `match`.
    reasons
        What each field says and how much it weighs.
    """

    reported: str
    tracked: str
    log_odds: float
    probability: float
    share: float
    is_linked: bool
    reasons: tuple[Reason, ...]

    def __str__(self) -> str:
        verdict = "linked" if self.is_linked else "not linked"
        return (
            f"{self.reported} ~ {self.tracked}: {self.probability:.0%} alone, {self.share:.0%} of draws, {verdict} "
            f"({', '.join(map(str, self.reasons))})"
        )

    def _listed_(self) -> dict[str, str]:
        return {
            "reported": self.reported,
            "tracked": self.tracked,
            "weight": f"{self.log_odds:+.1f}",
            "alone": f"{self.probability:.0%}",
            "in draws": f"{self.share:.0%}",
            "linked": "yes" if self.is_linked else "no",
            "reasons": ", ".join(map(str, self.reasons)),
        }


@dataclass(frozen=True, slots=True)
class UnseenReport:
    """A reported event of which movements are left that no track shows.

    Parameters
    ----------
    event
        Its id.
    movements
        How many of its movements no track shows.
    is_covered
        Whether the track record covers its time and both of its places.
    why
        What the record covers of it, in words.
    """

    event: str
    movements: Range
    is_covered: bool
    why: str

    def __str__(self) -> str:
        return f"{self.event}: {self.movements} without a track; {self.why}"


@dataclass(frozen=True, slots=True)
class UnreportedTrack:
    """A tracked movement that counts as linked to no report, and the share of draws in which it is linked to one."""

    event: str
    share_reported: float

    def __str__(self) -> str:
        return f"{self.event}: reported in {self.share_reported:.0%} of draws"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Match:
    """What reports and tracks say of one stream together.

    Parameters
    ----------
    mode, span
        Mode of all events, and the time that is compared, half-open.
    links
        Every possible pair with its weight and reasons, the most likely first.
    both, only_reported, only_tracked
        The two-list table, in movements within the time and places that the tracks cover.
    how_many
        Movements in all, Chapman's estimate over the draws.
    lower_bound
        Chao's lower bound where reports have two or more independent sources besides the tracks; else None.
    unseen_reports, unreported
        What one list alone has.
    events
        All movements once each, for `estimate_rate` and `estimate_tonnage`, which take the match itself too.
    left_out
        Ids of reported events that were written from tracks: no second witness.
    cautions
        Why the two lists may depend on each other, and which way that moves `how_many`.
    notes
        What else a reader should know.
    reported, tracked
        The events compared.
    shares
        Measured shares by name; use `share_reported`, `share_tracked` and `detection`.
    threshold, coverage, draws, seed
        As asked.
    backend
        The library whose frames `to_frame` makes.
    """

    mode: str
    span: tuple[dt.datetime, dt.datetime]
    links: Listed[MatchLink]
    both: Range
    only_reported: Range
    only_tracked: Range
    how_many: Range
    lower_bound: Range | None
    unseen_reports: Listed[UnseenReport]
    unreported: Listed[UnreportedTrack]
    events: tuple[FlowEvent, ...] = field(repr=False)
    left_out: tuple[str, ...]
    cautions: tuple[str, ...]
    notes: tuple[str, ...]
    reported: tuple[FlowEvent, ...] = field(repr=False)
    tracked: tuple[FlowEvent, ...] = field(repr=False)
    shares: Mapping[str, Detection] = field(repr=False)
    threshold: float
    coverage: float
    draws: int
    seed: int
    backend: str = "polars"

    @property
    def share_reported(self) -> Detection:
        """Share of movements that reports see, measured on the tracked ones.

        Raises
        ------
        EstimateError
            Nothing was tracked in the time compared.
        """
        return self._share("reported", "nothing was tracked in the time compared")

    @property
    def share_tracked(self) -> Detection:
        """Share of movements that tracks see, measured on the reported ones.

        Raises
        ------
        EstimateError
            Nothing was reported that the record covers.
        """
        return self._share("tracked", "nothing was reported in the time and places of the tracks")

    @property
    def detection(self) -> Detection:
        """Share of movements on either list, for ``estimate_rate(match, detection=match.detection, ...)``.

        Raises
        ------
        EstimateError
            One of the lists is empty.
        """
        return self._share("either", "one of the lists is empty")

    def _share(self, name: str, why: str) -> Detection:
        if name not in self.shares:
            raise EstimateError(f"no share can be measured: {why}; give a Detection of your own")
        return self.shares[name]

    @property
    def answer(self) -> str:
        """The headline number with its range."""
        return str(self.how_many)

    def to_frame(self, *, backend: str | None = None) -> Any:
        """One row for each link: reported, tracked, log_odds, probability, share, is_linked, reasons.

        Parameters
        ----------
        backend
            "polars", "pandas" or "pyarrow"; by default the library the reported events came in.
        """
        columns: dict[str, list[Any]] = {}
        for name in ("reported", "tracked", "log_odds", "probability", "share", "is_linked"):
            columns[name] = [getattr(link, name) for link in self.links]
        columns["reasons"] = [", ".join(map(str, link.reasons)) for link in self.links]
        return make_frame(columns, backend=backend or self.backend)

    __repr__ = brief

    def __str__(self) -> str:
        linked = sum(link.is_linked for link in self.links)
        return (
            f"match of {len(self.reported)} reported and {len(self.tracked)} tracked events ({self.mode}): {linked} of "
            f"{len(self.links)} possible pairs linked; both {self.both}, only reported {self.only_reported}, only "
            f"tracked {self.only_tracked}; in all {self.how_many} ({self.coverage:.0%}, seed {self.seed})"
        )

    def _repr_html_(self) -> str:
        rows = {
            "on both lists": self.both,
            "only reported": self.only_reported,
            "only tracked": self.only_tracked,
            "in all (Chapman)": self.how_many,
        }
        if self.lower_bound is not None:
            rows["at least (Chao)"] = self.lower_bound
        body = "".join(
            f'<tr><th scope="row">{name}</th><td>{html.escape(str(number))}</td></tr>'
            for name, number in rows.items()
        )
        lines = "".join(f"<li>{html.escape(line)}</li>" for line in (*self.cautions, *self.notes))
        return (
            f"<p>{html.escape(str(self))}</p><table><tbody>{body}</tbody></table>"
            f"{self.links.to_html(caption='Possible pairs')}<ul>{lines}</ul>"
        )


def events_in(thing: Any) -> tuple[Any, str]:
    """The events of a match, or what was given; and the library of their frames."""
    if isinstance(thing, Match):
        return thing.events, thing.backend
    return thing, backend_of(thing)
