"""Which days were watched: what a rate is taken over when the record does not say."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Sequence
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
from .event_selection import span_of

__all__ = [
    "Between",
    "ObservationWindow",
    "Windows",
    "observation_window",
    "read_between",
    "unwatched_notes",
]

Span = tuple[dt.datetime, dt.datetime]
Between = tuple[Any, Any]
"""Start and stop of the days that were watched, half-open."""

_DAY = dt.timedelta(days=1)
_TICK = dt.timedelta(microseconds=1)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
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
        missing = _uncounted_ids(events, measure)
        blank, streams, single = [], [], []
        for event in events:
            if event.event_id in missing:
                blank.append(event)
            elif event.is_stream or event.movements.best == 0:
                streams.append(event)
            else:
                single.append(event)
        days, longer = _split_by_length(single)
        if _are_daily(days, others=(*streams, *blank), measure=measure):
            streams, single = [*streams, *days], longer
        holes, answered = _split_by_overlap(blank, single)
        return cls(
            covering=tuple(streams),
            dated=(*single, *answered),
            unwatched=_cut_out(_join_spans(map(_window_of, holes)), map(_window_of, streams)),
        )

    @property
    def spans(self) -> Spans:
        """The time that covering events report, in order and without overlap."""
        return _join_spans(map(_window_of, self.covering))


def _uncounted_ids(events: Sequence[FlowEvent], measure: Measure) -> set[str]:
    """Ids of events that carry no number, neither of movements nor of the measure."""
    bare = [event for event in events if not event.movements.has_content]
    return set(prepare(bare, measure=measure).uncounted)


def _split_by_length(events: Iterable[FlowEvent]) -> tuple[list[FlowEvent], list[FlowEvent]]:
    """Events that last a day or less, and longer ones."""
    days, longer = [], []
    for event in events:
        if event.stop - event.start <= _DAY:
            days.append(event)
        else:
            longer.append(event)
    return days, longer


def _split_by_overlap(
    blank: Iterable[FlowEvent], single: Sequence[FlowEvent]
) -> tuple[list[FlowEvent], list[FlowEvent]]:
    """Events without a number: those with no single dated movement in their window, and those with one."""
    holes, answered = [], []
    for event in blank:
        if any(one.start < event.stop and one.stop > event.start for one in single):
            answered.append(event)
        else:
            holes.append(event)
    return holes, answered


def _are_daily(days: Sequence[FlowEvent], *, others: Sequence[FlowEvent], measure: Measure) -> bool:
    """Whether rows that last a day or less are a table of daily counts; see `Windows.of`."""
    if not days:
        return False
    filled: set[int] = set()
    elsewhere: set[int] = set()
    moved = 0.0
    for event in days:
        filled.add(_day_number(event.start))
        moved += _count_or_load(event, measure)
    for event in others:
        # A window is half-open: one that stops at midnight does not touch the next day.
        last = _day_number(event.stop - _TICK)
        elsewhere.update(range(_day_number(event.start), last + 1))
    every_day = set(range(min(filled), max(filled) + 1))
    empty = len(every_day - filled - elsewhere)
    if moved < _LEAST_DAILY:
        return False
    return not empty or (moved >= 2 * len(days) and len(filled) >= empty)


def _day_number(moment: dt.datetime) -> int:
    """Number of the day of a moment, UTC."""
    return moment.astimezone(dt.UTC).toordinal()


def _count_or_load(event: FlowEvent, measure: Measure) -> float:
    """Movements of an event; where they were not counted, what it carried."""
    if event.movements.has_content:
        return event.movements.best
    for load in (getattr(event, measure), event.personnel, event.vehicles, event.tonnes):
        if load is not None and load.has_content:
            return float(load.best)
    return 0.0


def _window_of(event: FlowEvent) -> Span:
    """Start and stop of an event."""
    return event.start, event.stop


def _join_spans(spans: Iterable[Span]) -> Spans:
    """The same time in order, without overlap."""
    out: list[Span] = []
    for start, stop in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], stop))
        else:
            out.append((start, stop))
    return tuple(out)


def _cut_out(spans: Spans, others: Iterable[Span]) -> Spans:
    """The parts of some spans that no other span touches."""
    out = list(spans)
    for start, stop in others:
        parts: list[Span] = []
        for begin, end in out:
            before = (begin, min(end, start))
            after = (max(begin, stop), end)
            parts += [before, after]
        out = [(begin, end) for begin, end in parts if begin < end]
    return _join_spans(out)


def _days_in(spans: Iterable[Span], start: dt.datetime, stop: dt.datetime) -> float:
    """Days of some spans between two moments."""
    days = []
    for begin, end in spans:
        inside = min(end, stop) - max(begin, start)
        days.append(max(inside / _DAY, 0.0))
    return math.fsum(days)


@dataclass(frozen=True, slots=True)
class ObservationWindow:
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
        first, last = span_of(self.events)
        return (first,) * (first < self.start), (last,) * (last > self.stop)

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
        ends = sum(self.dated_ends)
        if self.given or not ends:
            return out
        u = uniforms(seed, "watched", "share", draws)
        share = betaincinv(self.gaps, ends - 0.5, u)
        beyond = 1 / np.maximum(share, 1e-9) - 1
        # Only the share of the days that no covering event reports hangs on the gaps.
        more = self.loose * exposure.sum() * beyond / ends
        at_begin, at_end = self.dated_ends
        out[0] += at_begin * more
        out[-1] += at_end * more
        return out


def observation_window(
    events: Sequence[FlowEvent], between: Between | None, measure: Measure
) -> ObservationWindow:
    """The span a rate is taken over.

    Parameters
    ----------
    events
        Those the rate is made of.
    between
        The days that were watched; None: from the first event to the last, and what `ObservationWindow.beyond` adds.
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
        return _given_window(tuple(events), between, windows.unwatched)
    return _window_of_record(tuple(events), windows)


def _window_of_record(events: tuple[FlowEvent, ...], windows: Windows) -> ObservationWindow:
    """The span from the first event to the last, and what is known of the days beyond."""
    if not windows.covering and not windows.dated:
        windows = Windows((), events, ())
    start, stop = _outer_days(windows)
    dated_ends = _find_dated_ends(windows)
    gaps = _count_gaps(windows, sum(dated_ends))
    covered = _days_in(windows.spans, start, stop)
    days = (stop - start) / _DAY - _days_in(windows.unwatched, start, stop)
    notes = [*_gap_notes(gaps, sum(dated_ends))]
    is_table = not all(event.is_stream for event in windows.covering)
    if is_table and not any(dated_ends):
        notes += _silence_notes(days - covered)
    return ObservationWindow(
        start=start,
        stop=stop,
        events=events,
        given=False,
        unwatched=windows.unwatched,
        gaps=gaps,
        dated_ends=dated_ends,
        loose=max(1 - covered / days, 0.0),
        notes=(*notes, *unwatched_notes(windows.unwatched, start, stop)),
    )


def _outer_days(windows: Windows) -> Span:
    """First moment of a record and the one after its last, UTC; dated events count as whole days."""
    spans = []
    if windows.covering:
        spans.append(span_of(windows.covering))
    if windows.dated:
        first, last = span_of(windows.dated)
        spans.append((_midnight_before(first), _midnight_after(last)))
    starts, stops = zip(*spans, strict=True)
    return min(starts).astimezone(dt.UTC), max(stops).astimezone(dt.UTC)


def _midnight_before(moment: dt.datetime) -> dt.datetime:
    """The last midnight, UTC, that is not after a moment."""
    return moment.astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _midnight_after(moment: dt.datetime) -> dt.datetime:
    """The first midnight, UTC, that is not before a moment."""
    return -(-(moment - _EPOCH) // _DAY) * _DAY + _EPOCH


def _find_dated_ends(windows: Windows) -> tuple[bool, bool]:
    """Whether a dated event alone sets the first day, and the last."""
    start, stop = span_of((*windows.covering, *windows.dated))
    begin_first, end_last = True, True
    for event in windows.covering:
        begin_first &= event.start.date() != start.date()
        end_last &= event.stop <= stop - _DAY
    return begin_first, end_last


def _count_gaps(windows: Windows, ends: int) -> int:
    """Gaps between dated events that no covering event holds, of which `ends` set an end of the span."""
    alone = [event for event in windows.dated if not _lies_in(event, windows.spans)]
    gaps = len(alone) + 1 - ends
    if ends and gaps < 1:
        raise EstimateError(
            f"one dated event ({alone[0].event_id}) has no rate: nothing says how long anybody watched; "
            "give between=(start, stop)"
        )
    return gaps


def _lies_in(event: FlowEvent, spans: Spans) -> bool:
    """Whether one of the spans holds all of an event's window."""
    return any(start <= event.start and event.stop <= stop for start, stop in spans)


def _gap_notes(gaps: int, ends: int) -> Iterator[str]:
    """A note where a dated event sets an end of the span."""
    if ends:
        which = {1: "one end", 2: "both ends"}[ends]
        yield (
            f"the span was not given and a dated event sets {which} of it: the days watched are drawn from the "
            f"{gaps} gaps between such events; between=(start, stop) says them"
        )


def _silence_notes(days: float) -> Iterator[str]:
    """A note on days of a table of counts that have no row."""
    if days > 0:
        verb = _singular_or_plural(days, "is", "are")
        many = f"{days:.3g} {_singular_or_plural(days, 'day', 'days')} without a row"
        yield f"{many} {verb} taken as watched, without movements"


def _singular_or_plural(days: float, one: str, many: str) -> str:
    """The form of a word that goes with a number of days."""
    return one if days == 1 else many


def unwatched_notes(unwatched: Spans, start: dt.datetime, stop: dt.datetime) -> tuple[str, ...]:
    """A note on the days between two moments on which movements were not counted."""
    days = _days_in(unwatched, start, stop)
    if not days:
        return ()
    verb = _singular_or_plural(days, "is", "are")
    many = f"{days:.3g} {_singular_or_plural(days, 'day', 'days')} with uncounted movements"
    return (f"{many} {verb} left out of the days watched",)


def _given_window(
    events: tuple[FlowEvent, ...], between: Between, unwatched: Spans
) -> ObservationWindow:
    """The span that was given, and the events of which a part lies in it."""
    start, stop = read_between(between)
    days = f"{start:%Y-%m-%d} and {stop:%Y-%m-%d} (half-open)"
    # A window that only touches an end lies outside, as both are half-open.
    mine = tuple(event for event in events if event.start < stop and event.stop > start)
    if not mine:
        raise EstimateError(f"no event lies between {days}")
    if _days_in(unwatched, start, stop) >= (stop - start) / _DAY:
        raise EstimateError(f"between {days} movements were reported and none was counted")
    notes = [*_outside_notes(events, mine, start, stop)]
    return ObservationWindow(
        start=start,
        stop=stop,
        events=mine,
        given=True,
        unwatched=unwatched,
        gaps=0,
        dated_ends=(False, False),
        loose=0.0,
        notes=(*notes, *unwatched_notes(unwatched, start, stop)),
    )


def read_between(between: Between) -> Span:
    """Start and stop of the days watched, as moments."""
    try:
        first, last = between
    except (TypeError, ValueError):
        raise EstimateError(f"between is (start, stop), half-open, got {between!r}") from None
    start = read_moment(first, name="between", error=EstimateError)
    stop = read_moment(last, name="between", error=EstimateError)
    if not start < stop:
        raise EstimateError(
            f"between runs from {start:%Y-%m-%d} to {stop:%Y-%m-%d}: stop is the day after the last"
        )
    return start, stop


def _outside_notes(
    events: Sequence[FlowEvent], mine: Sequence[FlowEvent], start: dt.datetime, stop: dt.datetime
) -> Iterator[str]:
    """Notes on events that lie outside the days watched, or reach beyond them."""
    if len(mine) < len(events):
        yield (
            f"{len(events) - len(mine)} of {len(events)} events lie outside the days watched and are left out"
        )
    cut = sum(event.start < start or event.stop > stop for event in mine)
    if cut:
        yield f"{cut} events reach beyond the days watched and count by the part of their time inside"
