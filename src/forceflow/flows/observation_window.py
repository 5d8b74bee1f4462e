"""Which days were watched: what a rate is taken over when the record does not say."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrays import Floats
from ..dates import read_moment
from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..results.estimate import bin_edges
from .event_counts import Spans
from .event_draws import Measure, prepare

__all__ = ["Between", "Watched", "Windows", "unwatched_notes", "watched"]

Between = tuple[Any, Any]
"""Start and stop of the days that were watched, half-open."""

_DAY = dt.timedelta(days=1)
_LEAST_DAILY = 5
"""Fewer movements in all are no table of daily counts: two flights on two days are two sightings."""


@dataclass(frozen=True, slots=True)
class Windows:
    """What the windows of some events say of the days that were watched.

    Parameters
    ----------
    covering
        Events that report all of their window: streams, counts of zero, and the rows of a table of daily counts.
    dated
        The others: one moment at which something moved, and nothing about the days around it.
    unwatched
        Where movements were reported and nobody counted them, and no covering event counts: no exposure.
    """

    covering: tuple[FlowEvent, ...]
    dated: tuple[FlowEvent, ...]
    unwatched: Spans

    @classmethod
    def of(cls, events: Sequence[FlowEvent], measure: Measure) -> Windows:
        """Sort events by what their windows say.

        Notes
        -----
        Events that last a day or less are a table of daily counts where they fill every day between the first and the
        last that nothing else covers, or at least half of these days with two or more movements a row. An event without
        a number leaves its window unwatched, except where a single dated movement lies in it: there somebody counted.
        """
        uncounted = _uncounted_ids(events, measure)
        covering: list[FlowEvent] = []
        single: list[FlowEvent] = []
        blank: list[FlowEvent] = []
        for event in events:
            if event.event_id in uncounted:
                blank.append(event)
            elif event.is_stream or event.movements.best == 0:
                covering.append(event)
            else:
                single.append(event)
        short = list(filter(_lasts_a_day, single))
        if _are_daily(short, others=(*covering, *blank), measure=measure):
            covering += short
            single = list(itertools.filterfalse(_lasts_a_day, single))
        # A count that lies in the window of a blank event says that somebody did count there.
        holes, watched_blanks = [], []
        for event in blank:
            if any(one.start < event.stop and one.stop > event.start for one in single):
                watched_blanks.append(event)
            else:
                holes.append(event)
        return cls(
            covering=tuple(covering),
            dated=(*single, *watched_blanks),
            unwatched=_subtract_spans(_join_spans(_spans_of(holes)), _spans_of(covering)),
        )

    @property
    def spans(self) -> Spans:
        """The time that covering events report, in order and without overlap."""
        return _join_spans(_spans_of(self.covering))

    def alone(self) -> list[FlowEvent]:
        """Dated events that no covering event reports too."""
        spans, found = self.spans, []
        for event in self.dated:
            if not any(start <= event.start and event.stop <= stop for start, stop in spans):
                found.append(event)
        return found


def _uncounted_ids(events: Sequence[FlowEvent], measure: Measure) -> set[str]:
    """Ids of events of which neither movements nor the measure has a number."""
    bare = [event for event in events if not event.movements.has_content]
    return set(prepare(bare, measure=measure).uncounted)


def _lasts_a_day(event: FlowEvent) -> bool:
    return event.stop - event.start <= _DAY


def _spans_of(events: Iterable[FlowEvent]) -> Spans:
    return tuple((event.start, event.stop) for event in events)


def _are_daily(days: Sequence[FlowEvent], *, others: Sequence[FlowEvent], measure: Measure) -> bool:
    """Whether rows that last a day or less are a table of daily counts; see `Windows.of`."""
    if not days:
        return False
    filled = {_day_number(event.start) for event in days}
    elsewhere: set[int] = set()
    for event in others:
        elsewhere.update(range(_day_number(event.start), _day_number(event.stop - _TICK) + 1))
    empty = len(set(range(min(filled), max(filled) + 1)) - filled - elsewhere)
    moved = sum(_moved_number(event, measure) for event in days)
    are_several = moved >= 2 * len(days) and len(filled) >= empty
    return moved >= _LEAST_DAILY and (not empty or are_several)


_TICK = dt.timedelta(microseconds=1)


def _day_number(moment: dt.datetime) -> int:
    return moment.astimezone(dt.UTC).toordinal()


def _moved_number(event: FlowEvent, measure: Measure) -> float:
    """Movements of an event; where they were not counted, what it carried."""
    if event.movements.has_content:
        return event.movements.best
    loads = (getattr(event, measure), event.personnel, event.vehicles, event.tonnes)
    for load in loads:
        if load is not None and load.has_content:
            return load.best
    return 0.0


def _join_spans(spans: Iterable[tuple[dt.datetime, dt.datetime]]) -> Spans:
    """The same time in order, without overlap."""
    out: list[tuple[dt.datetime, dt.datetime]] = []
    for start, stop in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], stop))
        else:
            out.append((start, stop))
    return tuple(out)


def _subtract_spans(spans: Spans, others: Iterable[tuple[dt.datetime, dt.datetime]]) -> Spans:
    """The parts of some spans that no other span touches."""
    out = list(spans)
    for start, stop in others:
        left = []
        for a, b in out:
            if a < min(b, start):
                left.append((a, min(b, start)))
            if max(a, stop) < b:
                left.append((max(a, stop), b))
        out = left
    return _join_spans(out)


def _days_in(
    spans: Iterable[tuple[dt.datetime, dt.datetime]], start: dt.datetime, stop: dt.datetime
) -> float:
    """Days of some spans between two moments."""
    parts = [(min(b, stop) - max(a, start)) / _DAY for a, b in spans]
    return math.fsum(max(part, 0.0) for part in parts)


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
    unwatched
        Parts of the span in which movements were not counted; they are no exposure.
    gaps, dated_ends, loose
        Of a span that was not given: gaps between dated events, whether one sets its first day and its last, and the
        share of its watched days that no covering event reports.
    notes
        What the reader should know.
    """

    start: dt.datetime
    stop: dt.datetime
    events: tuple[FlowEvent, ...]
    given: bool
    unwatched: Spans
    gaps: int
    dated_ends: tuple[bool, bool]
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
        if not self.given:
            return (), ()
        first, last = _outermost(self.events)
        before = (first,) if first < self.start else ()
        after = (last,) if last > self.stop else ()
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

        out, ends = np.zeros((exposure.size, draws)), sum(self.dated_ends)
        if self.given or not ends:
            return out
        share = betaincinv(self.gaps, ends - 0.5, uniforms(seed, "watched", "share", draws))
        more = self.loose * exposure.sum() * (1 / np.maximum(share, 1e-9) - 1) / ends
        out[0] += self.dated_ends[0] * more
        out[-1] += self.dated_ends[1] * more
        return out


def watched(events: Sequence[FlowEvent], between: Between | None, measure: Measure) -> Watched:
    """The span a rate is taken over.

    Parameters
    ----------
    events
        Those the rate is made of.
    between
        The days that were watched; None: from the first event to the last, and what `Watched.beyond` adds.
    measure
        What is counted.

    Raises
    ------
    EstimateError
        The span is empty or holds no event; nothing in it was counted; or there is one dated event and nothing says how
        long anybody watched.
    """
    windows = Windows.of(events, measure)
    if between is not None:
        return _watched_between(tuple(events), between, windows.unwatched)
    if not windows.covering and not windows.dated:
        # Nothing was counted at all: the estimate will say so, and needs a span to say it of.
        windows = Windows((), tuple(events), ())
    start, stop = _whole_days(windows)
    dated_ends = _dated_ends(windows)
    ends, alone = sum(dated_ends), windows.alone()
    gaps = len(alone) + 1 - ends
    if ends and gaps < 1:
        raise EstimateError(
            f"one dated event ({alone[0].event_id}) has no rate: nothing says how long anybody watched; "
            "give between=(start, stop)"
        )
    covered = _days_in(windows.spans, start, stop)
    days = (stop - start) / _DAY - _days_in(windows.unwatched, start, stop)
    return Watched(
        start=start,
        stop=stop,
        events=tuple(events),
        given=False,
        unwatched=windows.unwatched,
        gaps=gaps,
        dated_ends=dated_ends,
        loose=max(1 - covered / days, 0.0),
        notes=(
            *_span_notes(windows, ends=ends, gaps=gaps, bare_days=days - covered),
            *unwatched_notes(windows.unwatched, start, stop),
        ),
    )


def _whole_days(windows: Windows) -> tuple[dt.datetime, dt.datetime]:
    """From the first event to the last, in whole days where a dated event sets an end."""
    starts = [event.start for event in windows.covering]
    starts += [_midnight(event.start) for event in windows.dated]
    stops = [event.stop for event in windows.covering]
    stops += [_next_midnight(event.stop) for event in windows.dated]
    return min(starts).astimezone(dt.UTC), max(stops).astimezone(dt.UTC)


def _span_notes(windows: Windows, *, ends: int, gaps: int, bare_days: float) -> tuple[str, ...]:
    """What is taken for granted where the span was not given."""
    if ends:
        which = "both ends" if ends == 2 else "one end"
        return (
            f"the span was not given and a dated event sets {which} of it: the days watched are drawn from the "
            f"{gaps} gaps between such events; between=(start, stop) says them",
        )
    is_table = any(not event.is_stream for event in windows.covering)
    if bare_days > 0 and is_table:
        plural, verb = ("", "is") if bare_days == 1 else ("s", "are")
        return (
            f"{bare_days:.3g} day{plural} without a row {verb} taken as watched, without movements",
        )
    return ()


_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def _midnight(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _next_midnight(moment: dt.datetime) -> dt.datetime:
    """The midnight at or after a moment: the floor of the negative time is its ceiling."""
    return -(-(moment - _EPOCH) // _DAY) * _DAY + _EPOCH


def unwatched_notes(unwatched: Spans, start: dt.datetime, stop: dt.datetime) -> tuple[str, ...]:
    """A note on the days between two moments on which movements were not counted."""
    days = _days_in(unwatched, start, stop)
    if not days:
        return ()
    plural, verb = ("", "is") if days == 1 else ("s", "are")
    return (f"{days:.3g} day{plural} with uncounted movements {verb} left out of the days watched",)


def _watched_between(events: tuple[FlowEvent, ...], between: Between, unwatched: Spans) -> Watched:
    try:
        a, b = between
    except (TypeError, ValueError):
        raise EstimateError(f"between is (start, stop), half-open, got {between!r}") from None
    start, stop = (read_moment(end, name="between", error=EstimateError) for end in (a, b))
    if not start < stop:
        raise EstimateError(
            f"between runs from {start:%Y-%m-%d} to {stop:%Y-%m-%d}: stop is the day after the last"
        )
    mine = tuple(event for event in events if event.start < stop and event.stop > start)
    if not mine:
        raise EstimateError(
            f"no event lies between {start:%Y-%m-%d} and {stop:%Y-%m-%d} (half-open)"
        )
    if _days_in(unwatched, start, stop) >= (stop - start) / _DAY:
        raise EstimateError(
            f"between {start:%Y-%m-%d} and {stop:%Y-%m-%d} (half-open) movements were reported and none was counted"
        )
    notes = []
    if len(mine) < len(events):
        notes.append(
            f"{len(events) - len(mine)} of {len(events)} events lie outside the days watched and are left out"
        )
    cut = sum(event.start < start or event.stop > stop for event in mine)
    if cut:
        notes.append(
            f"{cut} events reach beyond the days watched and count by the part of their time inside"
        )
    notes += unwatched_notes(unwatched, start, stop)
    return Watched(start, stop, mine, True, unwatched, 0, (False, False), 0.0, tuple(notes))


def _outermost(events: Iterable[FlowEvent]) -> tuple[dt.datetime, dt.datetime]:
    """The first start and the last stop."""
    spans = _spans_of(events)
    return min(start for start, _ in spans), max(stop for _, stop in spans)


def _dated_ends(windows: Windows) -> tuple[bool, bool]:
    """Whether a dated event alone sets the first day, and the last."""
    dated = {event.event_id for event in windows.dated}
    events = (*windows.covering, *windows.dated)
    first, last = _outermost(events)
    on_first = {event.event_id for event in events if event.start.date() == first.date()}
    on_last = {event.event_id for event in events if event.stop > last - _DAY}
    return on_first <= dated, on_last <= dated
