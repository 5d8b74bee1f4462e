"""Which days were watched: what a rate is taken over when the record does not say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrays import Floats
from ..dates import read_moment
from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..results.estimate import bin_edges

__all__ = ["Between", "Watched", "watched"]

Between = tuple[Any, Any]
"""Start and stop of the days that were watched, half-open."""


@dataclass(frozen=True, slots=True)
class Watched:
    """The span of a rate and the events in it.

    Parameters
    ----------
    start, stop
        As given; or the first day of the first event and the day after the last.
    events
        Those of which a part lies in the span.
    given
        Whether the span was given.
    gaps, ends, loose
        Of a span that was not given: gaps between dated events, how many of its two ends are set by one, and the share
        of its days that no report of a stretch of time (or of no movement) covers.
    notes
        What the reader should know.
    """

    start: dt.datetime
    stop: dt.datetime
    events: tuple[FlowEvent, ...]
    given: bool
    gaps: int
    ends: int
    loose: float
    notes: tuple[str, ...]

    def edges(self, every: str) -> tuple[dt.datetime, ...]:
        """Edges of bins over the span; a span that was given cuts the first and the last short."""
        edges = bin_edges(self.start, self.stop, every=every)
        if not self.given:
            return edges
        return (self.start, *(edge for edge in edges if self.start < edge < self.stop), self.stop)

    def outside(self) -> tuple[tuple[dt.datetime, ...], tuple[dt.datetime, ...]]:
        """The outermost moments of the events before the span and after it, where they reach beyond."""
        first, last = min(event.start for event in self.events), max(event.stop for event in self.events)
        before, after = (first,) * (self.given and first < self.start), (last,) * (self.given and last > self.stop)
        return before, after

    def beyond(self, exposure: Floats, *, draws: int, seed: int) -> Floats:
        """Draws of days watched before the first and after the last event, for each bin; shape (bins, draws).

        Notes
        -----
        Inverse sampling: N dated events leave N - 1 gaps, whose sum is gamma of shape N - 1. The share of the watched
        days that lies between the first and the last is Beta(N - 1, 3/2), which turns Gamma(N + 1/2) into
        Gamma(N - 1); where one end is set by something else, Beta(N, 1/2) and Gamma(N).
        """
        from scipy.special import betaincinv

        from ..kernels.addressed import uniforms

        out = np.zeros((exposure.size, draws))
        if self.given or not self.ends:
            return out
        share = betaincinv(self.gaps, self.ends - 0.5, uniforms(seed, "watched", "share", draws))
        more = self.loose * exposure.sum() * (1 / np.maximum(share, 1e-9) - 1) / self.ends
        first, last = _dated_ends(self.events)
        out[0] += first * more
        out[-1] += last * more
        return out


def watched(events: Sequence[FlowEvent], between: Between | None) -> Watched:
    """The span a rate is taken over.

    Parameters
    ----------
    events
        Those the rate is made of.
    between
        The days that were watched; None: from the first event to the last, and what `Watched.beyond` adds.

    Raises
    ------
    EstimateError
        The span is empty or holds no event; or there is one dated event and nothing says how long anybody watched.
    """
    if between is not None:
        return _given(tuple(events), between)
    start = min(event.start for event in events).astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    last = max(event.stop for event in events).astimezone(dt.UTC)
    stop = last.replace(hour=0, minute=0, second=0, microsecond=0)
    stop += dt.timedelta(days=stop < last)
    spans = [(event.start, event.stop) for event in events if not _is_dated(event)]
    covered, reach = 0.0, start
    for a, b in sorted(spans):
        covered += max((b - max(a, reach)).total_seconds(), 0.0)
        reach = max(reach, b)
    ends = sum(_dated_ends(events))
    alone = [e for e in events if _is_dated(e) and not any(a <= e.start and e.stop <= b for a, b in spans)]
    gaps = len(alone) + 1 - ends
    if ends and gaps < 1:
        raise EstimateError(
            f"one dated event ({alone[0].event_id}) has no rate: nothing says how long anybody watched; "
            "give between=(start, stop)"
        )
    notes: tuple[str, ...] = ()
    if ends:
        which = "both ends" if ends == 2 else "one end"
        notes = (f"the span was not given and a dated event sets {which} of it: the days watched are drawn from the "
                 f"{gaps} gaps between such events; between=(start, stop) says them",)  # fmt: skip
    loose = 1 - covered / (stop - start).total_seconds()
    return Watched(start, stop, tuple(events), False, gaps, ends, max(loose, 0.0), notes)


def _given(events: tuple[FlowEvent, ...], between: Between) -> Watched:
    try:
        a, b = between
    except (TypeError, ValueError):
        raise EstimateError(f"between is (start, stop), half-open, got {between!r}") from None
    start, stop = (read_moment(end, name="between", error=EstimateError) for end in (a, b))
    if not start < stop:
        raise EstimateError(f"between runs from {start:%Y-%m-%d} to {stop:%Y-%m-%d}: stop is the day after the last")
    mine = tuple(event for event in events if event.start < stop and event.stop > start)
    if not mine:
        raise EstimateError(f"no event lies between {start:%Y-%m-%d} and {stop:%Y-%m-%d} (half-open)")
    notes = []
    if len(mine) < len(events):
        notes.append(f"{len(events) - len(mine)} of {len(events)} events lie outside the days watched and are left out")
    cut = sum(event.start < start or event.stop > stop for event in mine)
    if cut:
        notes.append(f"{cut} events reach beyond the days watched and count by the part of their time inside")
    return Watched(start, stop, mine, True, 0, 0, 0.0, tuple(notes))


def _is_dated(event: FlowEvent) -> bool:
    """Whether it is one moment at which something moved, and no report of how much a stretch of time saw."""
    return not event.is_stream and event.movements.best != 0


def _dated_ends(events: Sequence[FlowEvent]) -> tuple[bool, bool]:
    """Whether a dated event alone sets the first day, and the last."""
    first, last = min(event.start for event in events), max(event.stop for event in events)
    return (
        all(_is_dated(event) for event in events if event.start.date() == first.date()),
        all(_is_dated(event) for event in events if event.stop > last - dt.timedelta(days=1)),
    )
