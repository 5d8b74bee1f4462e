"""Reported movements beside tracked ones: which are the same, and how many there were."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrays import Floats
from ..display import Listed
from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..evidence.tables.event_frames import backend_of
from ..kernels.addressed import uniforms
from ..quantity.values import as_float
from ..results.arguments import check_asked
from ..results.range import Range
from .match_draws import Bools, Pairs, best_links, draw_links
from .match_events import Taken, is_single, once_each
from .match_lists import TRACK_ROOTS, Covers, Lists
from .match_pairs import find_pairs
from .match_result import Match, MatchLink, UnreportedTrack, UnseenReport
from .match_totals import TwoLists, dependence, measure_shares
from .match_weights import MATCH_PRIOR, Reason, read_weights
from .observation_window import Between

__all__ = ["match"]


def match(
    reported: Any,
    tracked: Any,
    *,
    mode: str | None = None,
    between: Between | None = None,
    heard_at: Collection[str] | None = None,
    weights: Mapping[str, Mapping[str, tuple[float, float]]] | None = None,
    prior: float = MATCH_PRIOR,
    threshold: float = 0.5,
    slack_h: float = 24.0,
    track_roots: Collection[str] = TRACK_ROOTS,
    coverage: float = 0.9,
    draws: int = 2_000,
    seed: int,
) -> Match:
    """Which reported movements are which tracked ones, what each list misses, and how many there were.

    Parameters
    ----------
    reported
        Flow events of reports, as `merge_claims` makes them, or a frame with their columns.
    tracked
        Single movements seen in tracks, as `tracks.sorties` and `tracks.sailings` make them, or a frame.
    mode
        "air" or "sea"; by default that of the tracked events. Reported events of other modes are left out.
    between
        (start, stop) in which both lists looked, half-open; by default from the first tracked movement to the last.
        Tracked events outside are left out; a reported event that reaches beyond counts by its part inside.
    heard_at
        Ids of the places at which the tracks would have been heard; by default those where they were. Reports of
        flights between other places are no part of the two-list table.
    weights
        (m, u) by field and level, over those of `MATCH_WEIGHTS`: ``{"platform": {"same": (0.9, 0.3)}}``.
    prior
        Probability that two movements taken at random are one.
    threshold
        Least share of draws in which a pair is linked for it to count as linked.
    slack_h
        Windows further apart than this are no pair, h.
    track_roots
        Words that name a root source made of tracks; the roots of the tracked events are such too. A reported event all
        of whose roots are is no independent witness: it is left out and named.
    coverage
        Share of draws between low and high.
    draws, seed
        As in `estimate_tonnage`.

    Returns
    -------
    Match
        All possible pairs with weights and reasons, the two-list table, `how_many`, the measured shares, what one list
        alone has, and the `events` of both once each.

    Raises
    ------
    EstimateError
        A tracked event is a stream or not one movement, an id comes twice in one list, modes differ, nothing says what
        time to compare, or an argument is out of bounds.

    Notes
    -----
    The weight of a pair is logit(prior) + sum of log(m / u) over window, places, platform (or ship) and printed
    callsigns, registrations and numbers; Fellegi & Sunter 1969. On a busy bridge two flights of a day need not be one:
    movements that neither list has (as many as a quarter of those alike that the lists have within a week, both
    together) hold the odds of single ones down. All are priors. In each draw every weight gets logistic
    noise and the assignment with the largest sum above 0 is taken: one to one, and for a stream or a count up to what
    is drawn of it. So a pair without competitors is linked with its own probability, and the table has ranges.

    Pairs count as linked where they are in the assignment with the largest sum of shares of draws, each at least
    `threshold`. Those below it are in `links` all the same, and in the ranges.

    A movement reported without a number is one; a stream without one takes all that fits. ``how_many`` draws from
    Chapman's estimate with Seber's variance, log-normal in what neither list saw (Chao 1987). The shares are Beta(m +
    1/2, n - m + 1/2) over the draws.

    Examples
    --------
    >>> import polars as pl
    >>> import forceflow as ff
    >>> route = {"mode": "air", "platform": "An-124", "origin": "Hmeimim", "destination": "al-Khadim", "movements": 1}
    >>> def flights(name, days):
    ...     rows = [{**route, "event_id": f"{name} {day}", "start": f"2024-12-{day}"} for day in days]
    ...     return ff.from_frame(pl.DataFrame(rows))
    >>> found = ff.match(flights("report", [14, 17]), flights("track", [14, 20, 23]), draws=500, seed=7)
    >>> [(link.reported, link.tracked) for link in found.links if link.is_linked]
    [('report 14', 'track 14')]
    """
    check_asked(coverage=coverage, draws=draws, seed=seed)
    _check_asked(prior=prior, threshold=threshold, slack_h=slack_h)
    lists = Lists.read(reported, tracked, mode, between, track_roots)
    pairs, reasons = find_pairs(
        lists, table=read_weights(weights), prior=prior, slack=dt.timedelta(hours=slack_h)
    )
    linked = _Linked.draw(lists, pairs, threshold=threshold, draws=draws, seed=seed)
    covers = Covers(lists, heard_at)
    totals = TwoLists(
        linked.entered(covers, seed=seed), linked.took, len(lists.tracked), draws=draws, seed=seed
    )
    events, merge_notes = once_each(linked.taken(), lists.tracked, threshold=threshold)
    bound = totals.chao(lists.witnesses)

    def of(values: Floats) -> Range:
        return Range.of_draws(values, coverage=coverage, unit="movements")

    return Match(
        mode=lists.mode,
        span=lists.span,
        links=_links_of(linked, reasons),
        both=of(totals.both),
        only_reported=of(totals.only_reported),
        only_tracked=of(totals.only_tracked),
        how_many=of(totals.how_many()),
        lower_bound=None if bound is None else of(bound),
        unseen_reports=_unseen_reports(linked, covers, of, threshold),
        unreported=_unreported(linked, threshold),
        events=events,
        left_out=lists.left_out,
        cautions=tuple(dependence(lists.tracked, linked.seen)),
        notes=(*lists.notes, *covers.notes, *totals.notes(), *merge_notes),
        reported=lists.reported,
        tracked=lists.tracked,
        shares=measure_shares(totals, seed=seed),
        threshold=threshold,
        coverage=coverage,
        draws=draws,
        seed=seed,
        backend=backend_of(reported),
    )


def _check_asked(*, prior: float, threshold: float, slack_h: float) -> None:
    if not 0 < as_float(prior, name="prior") < 1:
        raise EstimateError(f"prior is a probability above 0 and below 1, got {prior!r}")
    if not 0 < as_float(threshold, name="threshold") <= 1:
        raise EstimateError(
            f"threshold is a share of draws above 0 and at most 1, got {threshold!r}"
        )
    if not 0 <= as_float(slack_h, name="slack_h") < math.inf:
        raise EstimateError(f"slack_h is a number of hours, 0 or more, got {slack_h!r}")


@dataclass(frozen=True, slots=True, eq=False)
class _Linked:
    """The links in each draw, and what they take of each reported event.

    Parameters
    ----------
    counts, took
        Movements of each reported event, and those that a track shows, shape (events, draws).
    shares, shown
        Of each pair: its share of the draws, and whether it counts as linked; shape (pairs,).
    seen
        Share of the draws in which each tracked movement is reported, shape (tracked,).
    """

    lists: Lists
    pairs: Pairs
    counts: Floats
    took: Floats
    shares: Floats
    shown: Bools
    seen: Floats

    @classmethod
    def draw(
        cls, lists: Lists, pairs: Pairs, *, threshold: float, draws: int, seed: int
    ) -> _Linked:
        """Draw counts, then links."""
        told = lists.reported
        counts = np.ones((len(told), draws))
        limits = {}
        for row, event in enumerate(told):
            if event.movements.has_content:
                drawn = event.movements.draw(
                    draws, seed=seed, entity=event.event_id, purpose="match count"
                )
                counts[row] = np.floor(drawn + 0.5)
            limits[row] = None if _is_open(event) else counts[row].astype(np.int64)
        linked = draw_links(pairs, limits, draws=draws, seed=seed)
        took, seen = np.zeros(counts.shape), np.zeros(len(lists.tracked))
        np.add.at(took, pairs.reported, linked)
        shares = linked.mean(axis=1)
        np.add.at(seen, pairs.tracked, shares)
        shown = best_links(pairs, shares, list(map(_room_of, told)), threshold=threshold)
        return cls(lists, pairs, np.maximum(counts, took), took, shares, shown, seen)

    def entered(self, covers: Covers, *, seed: int) -> Floats:
        """Movements of each reported event in the time and places of the tracks, shape (events, draws)."""
        inside = np.zeros(self.counts.shape)
        for row, event in enumerate(self.lists.reported):
            u = uniforms(seed, "match inside", event.event_id, len(inside[row]))
            # Rounded up or down so that the mean is right.
            inside[row] = np.floor(self.counts[row] * covers.share(event) + u)
        # A movement that a track shows is inside, whatever part of the window is.
        return np.maximum(inside, self.took)

    def taken(self) -> list[Taken]:
        """What links take of each reported event."""
        out = []
        for row, event in enumerate(self.lists.reported):
            mine = np.flatnonzero(self.shown & (self.pairs.reported == row))
            links = tuple(
                (self.lists.tracked[int(self.pairs.tracked[pair])], float(self.shares[pair]))
                for pair in mine
            )
            rest = self.counts[row] - self.took[row]
            out.append(Taken(event, links, self.counts[row], rest))
        return out


def _is_open(event: FlowEvent) -> bool:
    """Whether nothing says how many movements a stream had."""
    return event.is_stream and not event.movements.has_content


def _room_of(event: FlowEvent) -> int:
    """How many tracked movements count as linked to a reported event at most: the upper end of its count."""
    if _is_open(event):
        return 1_000_000_000
    if is_single(event):
        return 1
    return math.floor(event.movements.ends[1] + 0.5) if event.movements.has_content else 1


def _links_of(linked: _Linked, reasons: Sequence[tuple[Reason, ...]]) -> Listed[MatchLink]:
    """All pairs as links, the most likely first."""
    pairs, lists = linked.pairs, linked.lists
    links = []
    for at, reason in enumerate(reasons):
        odds = float(pairs.log_odds[at])
        links.append(
            MatchLink(
                reported=lists.reported[int(pairs.reported[at])].event_id,
                tracked=lists.tracked[int(pairs.tracked[at])].event_id,
                log_odds=odds,
                probability=1 / (1 + math.exp(-odds)),
                share=float(linked.shares[at]),
                is_linked=bool(linked.shown[at]),
                reasons=reason,
            )
        )
    return Listed(sorted(links, key=_best_first))


def _best_first(link: MatchLink) -> tuple[float, float, str, str]:
    return -link.share, -link.log_odds, link.reported, link.tracked


def _unseen_reports(
    linked: _Linked, covers: Covers, of: Callable[[Floats], Range], threshold: float
) -> Listed[UnseenReport]:
    """Reported events of which movements are left without a track, in more draws than a link may miss."""
    found = []
    for one in linked.taken():
        if float((one.rest > 0).mean()) > 1 - threshold:
            is_covered, why = covers.why(one.event)
            found.append(UnseenReport(one.event.event_id, of(one.rest), is_covered, why))
    return Listed(found)


def _unreported(linked: _Linked, threshold: float) -> Listed[UnreportedTrack]:
    """Tracked movements that are reported in fewer draws than count."""
    found = []
    for event, share in zip(linked.lists.tracked, linked.seen.tolist(), strict=True):
        if share < threshold:
            found.append(UnreportedTrack(event.event_id, share))
    return Listed(found)
