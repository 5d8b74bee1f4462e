"""The two lists as they are compared: one mode, one span, tracked movements one by one, no report made of tracks."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..errors import EstimateError, UnknownNameError
from ..evidence.events import FlowEvent
from ..evidence.tables.event_frames import as_events
from ..results.estimate import few
from ..world import Place, find_place
from .event_selection import span_of
from .observation_window import Between, read_between

__all__ = ["TRACK_ROOTS", "Covers", "Lists"]

TRACK_ROOTS: Final = (
    "ADS-B",
    "ADSB",
    "ADSBexchange",
    "Mode S",
    "Flightradar24",
    "FR24",
    "FlightAware",
    "OpenSky",
    "transponder",
    "flight tracking",
    "flight tracker",
    "AIS",
    "MarineTraffic",
    "VesselFinder",
    "ship tracking",
    "vessel tracking",
)
"""Words in the name of a root source that was itself made of tracks."""


@dataclass(frozen=True, slots=True)
class Lists:
    """The events that are compared.

    Parameters
    ----------
    reported, tracked
        In order of start and id.
    mode, span
        Their mode, and the time in which both looked, half-open.
    left_out
        Ids of reported events that were written from tracks.
    notes
        What was left out and why.
    witnesses
        How many independent sources each reported event has, those made of tracks left out; at least one.
    """

    reported: tuple[FlowEvent, ...]
    tracked: tuple[FlowEvent, ...]
    mode: str
    span: tuple[dt.datetime, dt.datetime]
    left_out: tuple[str, ...]
    notes: tuple[str, ...]
    witnesses: tuple[int, ...]

    @classmethod
    def read(
        cls,
        reported: Any,
        tracked: Any,
        mode: str | None,
        between: Between | None,
        track_roots: Collection[str],
    ) -> Lists:
        """Choose and check them.

        Raises
        ------
        EstimateError
            As of `match`.
        """
        seen, told = as_events(tracked), as_events(reported)
        for name, events in (("reported", told), ("tracked", seen)):
            _refuse_copies(name, events)
        mode = _mode_of(told, seen, mode)
        notes = list(_other_modes(told, seen, mode))
        told = tuple(event for event in told if event.mode == mode)
        seen = tuple(event for event in seen if event.mode == mode)
        _check_single(seen)
        # Of all tracked events: what passes on one outside the time compared was made of tracks too.
        is_track = _root_test(track_roots, seen)
        span = _span_of(seen, between)
        outside = [event.event_id for event in seen if not span[0] <= event.start < span[1]]
        if outside:
            notes.append(f"tracked outside the time compared and left out: {few(outside)}")
        seen = tuple(event for event in seen if span[0] <= event.start < span[1])
        # One root that is no track makes an event a witness of its own.
        copies = [event for event in told if event.roots and all(map(is_track, event.roots))]
        notes += _root_notes(told, copies, is_track)
        told = tuple(event for event in told if event not in copies)
        left_out = tuple(event.event_id for event in copies)
        witnesses = tuple(max(1, sum(not is_track(root) for root in event.roots)) for event in told)
        return cls(told, seen, mode, span, left_out, tuple(notes), witnesses)


def _root_test(words: Iterable[str], seen: Iterable[FlowEvent]) -> Callable[[str], bool]:
    """Whether a root source names one of some words, or is one of the tracked events themselves."""
    own = {root for event in seen for root in event.roots}
    # "flight-tracking" and "flighttracking" are the same words.
    escaped = sorted(re.escape(word).replace(r"\ ", r"[\s-]?") for word in words)
    if not escaped:
        return own.__contains__
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(escaped)})(?!\w)", re.IGNORECASE)
    return lambda root: root in own or bool(pattern.search(root))


def _refuse_copies(name: str, events: Sequence[FlowEvent]) -> None:
    twice = [key for key, many in Counter(event.event_id for event in events).items() if many > 1]
    if twice:
        raise EstimateError(f"{name}: event ids given twice: {few(sorted(twice))}; drop the copies")


def _mode_of(told: Sequence[FlowEvent], seen: Sequence[FlowEvent], mode: str | None) -> str:
    found = sorted({event.mode for event in seen or told})
    if mode is not None:
        known = sorted({event.mode for event in (*seen, *told)})
        if mode not in known:
            raise EstimateError(f"mode={mode!r}: no event moves so; there is {', '.join(known)}")
        return mode
    if len(found) != 1:
        words = " and ".join(found) or "nothing"
        raise EstimateError(f"one mode at a time is matched, got {words}; say mode='air' or 'sea'")
    return found[0]


def _other_modes(told: Iterable[FlowEvent], seen: Iterable[FlowEvent], mode: str) -> Iterator[str]:
    for name, events in (("reported", told), ("tracked", seen)):
        others = [event.event_id for event in events if event.mode != mode]
        if others:
            yield f"{name} events of other modes than {mode}, left out: {few(others)}"


def _check_single(seen: Iterable[FlowEvent]) -> None:
    for event in seen:
        ends = event.movements.ends if event.movements.has_content else (1.0, 1.0)
        if event.is_stream or ends != (1.0, 1.0):
            raise EstimateError(
                f"tracked: event {event.event_id!r} is {event.movements}; a track shows one movement each, as "
                "ff.tracks.sorties and ff.tracks.sailings give them: streams belong to the reported"
            )


def _span_of(seen: Sequence[FlowEvent], between: Between | None) -> tuple[dt.datetime, dt.datetime]:
    if between is not None:
        return read_between(between)
    if not seen:
        raise EstimateError(
            "no tracked movement of this mode, so nothing says what time the tracks cover; give between=(start, stop)"
        )
    return span_of(seen)


def _root_notes(
    told: Sequence[FlowEvent], copies: Sequence[FlowEvent], is_track: Callable[[str], bool]
) -> Iterator[str]:
    if copies:
        names = few([f"{event.event_id} ({', '.join(event.roots)})" for event in copies])
        yield (
            f"written from tracks, so no second witness, and left out: {names}; where the tracks given here miss one, "
            "add it to tracked"
        )
    both = [
        event.event_id for event in told if event not in copies and any(map(is_track, event.roots))
    ]
    if both:
        yield f"written from tracks and another source, and kept for the other: {few(both)}"
    unknown = [event.event_id for event in told if not event.roots]
    if unknown:
        yield (
            f"{len(unknown)} of {len(told)} reported events name no root source, so nothing says whether they were "
            "written from tracks"
        )


class Covers:
    """What the track record covers of reported events.

    Parameters
    ----------
    lists
        The events compared.
    heard_at
        As in `match`.
    """

    def __init__(self, lists: Lists, heard_at: Collection[str] | None) -> None:
        self.span = lists.span
        if isinstance(heard_at, str):
            heard_at = (heard_at,)
        # By default places where a track began or ended: elsewhere nothing shows that anybody could hear.
        names: set[str] = set()
        if heard_at is None:
            for event in lists.tracked:
                names |= {event.origin, event.destination}
        else:
            names = {find_place(name).id for name in heard_at}
        self.places = names
        self.countries = {place.country for place in map(_place_or_none, names) if place}
        self.notes: list[str] = []
        missed = [event.event_id for event in lists.reported if self.unheard(event)]
        if missed:
            self.notes.append(
                f"reported at places where the tracks were not heard, no part of the two-list table: {few(missed)}; "
                "heard_at= names places where they would have been"
            )

    def unheard(self, event: FlowEvent) -> list[str]:
        """Names of ends at which the tracks were not heard."""
        missed = []
        for name in (event.origin, event.destination):
            place = _place_or_none(name)
            if name in self.places or (place and place.id in self.places):
                continue
            if place and place.kind == "region" and place.country in self.countries:
                continue
            missed.append(place.name if place else name or "an unnamed place")
        return missed

    def time_share(self, event: FlowEvent) -> float:
        """Part of the window of an event that the record covers."""
        first, last = max(event.start, self.span[0]), min(event.stop, self.span[1])
        return max(0.0, (last - first) / (event.stop - event.start))

    def share(self, event: FlowEvent) -> float:
        """The same, 0 where an end was not heard at."""
        return 0.0 if self.unheard(event) else self.time_share(event)

    def why(self, event: FlowEvent) -> tuple[bool, str]:
        """Whether the record covers the time and the places of an event, in words."""
        part = self.time_share(event)
        words = []
        if part == 0:
            words.append("the tracks do not reach its time")
        elif part < 1:
            words.append(f"the tracks cover {part:.0%} of its window")
        missed = self.unheard(event)
        if missed:
            words.append(f"no track was heard at {' and '.join(missed)}")
        covered = part > 0 and not missed
        return covered, "; ".join(words) or "the tracks cover its time and places"


def _place_or_none(name: str) -> Place | None:
    try:
        return find_place(name)
    except UnknownNameError:
        return None
