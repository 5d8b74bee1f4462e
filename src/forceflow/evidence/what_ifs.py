"""Events as they would be: without some of their sources, or with sea passages closed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol, runtime_checkable

from ..display import Listed
from ..errors import EventError
from ..world.geography.passages import find_passages
from .events import FlowEvent
from .grades import Grades
from .reports import Report
from .reroute import rerouted
from .without_sources import without_sources

__all__ = ["Traceable", "given_events", "what_if"]


@runtime_checkable
class Traceable(Protocol):
    """An estimate that knows its events and can be made again from others."""

    @property
    def answer(self) -> str: ...
    @property
    def used(self) -> tuple[FlowEvent, ...]: ...
    @property
    def again(self) -> Callable[[tuple[FlowEvent, ...]], Any] | None: ...


def what_if(
    events: FlowEvent | Iterable[FlowEvent],
    *,
    without: str | Sequence[str] | None = None,
    closed: str | Iterable[str] = (),
    reports: Iterable[Report] | None = None,
    grades: Grades | None = None,
) -> tuple[FlowEvent, ...]:
    """Events as they would be without one source (a report, or a root that others relay), or with sea passages closed.

    Parameters
    ----------
    events
        Flow events, or one of them.
    without
        Id or publisher of a report ("bne-2025-01-30", "EU Today"), or a root or its publisher ("CNN 2024-12-31",
        "Reuters"); of events read from a table, one of its sources or roots. Or several of these.
    closed
        Sea passages ("bosphorus", "danish straits").
    reports
        The reports the events were merged from; by default those they carry.
    grades
        As in `merge_claims`; by default those the events were merged with.

    Returns
    -------
    tuple of FlowEvent
        Without a source: events that rest on it are merged again from the claims that remain, for their own theatre;
        those that no other source reports are gone, all others stay as they are. A row of a table has one number, so it
        stays as it is while another of its sources is left, and goes with the last. With passages closed: sailings that
        went through them go the other way, or are gone where there is none; printing the answer names these. With both,
        first the one and then the other.

    Raises
    ------
    EventError
        Neither a source nor a passage is named, these are no events, or they were merged from reports that are not at
        hand.
    UnknownNameError
        No claim of these events comes from such a source, or there is no such passage; the message lists the nearest.

    Notes
    -----
    On a longer way a dated sailing is the same ship with the same load, and its window ends later by the extra time at
    sea. A stream of sailings thins out: the same ships make fewer voyages in the same days, so its movements and loads
    are multiplied with the length of the open way over that of the way left, in km and without days in port. A sailing
    whose way cannot be measured at all stays as it is, and says so in its `caveats` and in the notes of estimates.

    Examples
    --------
    >>> import forceflow as ff
    >>> events = ff.merge_claims(ff.load_reports("syria-2024"))
    >>> len(ff.what_if(events, without="bne-2025-01-30")) < len(events)
    True

    Nothing in that record went through the Bosphorus; a ship from Tartus to Novorossiysk would have to:

    >>> import polars as pl
    >>> row = {"event_id": "home", "mode": "sea", "platform": "Sparta", "start": "2025-01-10", "movements": "3"}
    >>> home = ff.from_frame(pl.DataFrame([{**row, "origin": "Tartus", "destination": "Novorossiysk"}]))
    >>> ff.what_if(home, closed="bosphorus")
    ()
    gone, no way is left by sea with bosphorus closed: home
    """
    given = given_events(events)
    passages = find_passages(closed)
    if without is None and not passages:
        raise EventError("what if what? name a source with without= or a sea passage with closed=")
    if without is not None:
        names = (without,) if isinstance(without, str) else tuple(without)
        given = without_sources(given, names, reports=reports, grades=grades)
    # First the source and then the passage: what is gone needs no other way.
    if passages:
        return rerouted(given, passages)
    return Listed(given)


def given_events(events: Any) -> tuple[FlowEvent, ...]:
    """Events in the order given; one event is a tuple of one.

    Raises
    ------
    EventError
        These are no events; the message says what makes them.
    """
    if isinstance(events, FlowEvent):
        return (events,)
    kind = type(events).__name__
    if isinstance(events, Traceable):
        raise EventError(
            f"flow events were wanted, got {kind}; ask of its events, what_if(answer.used, ...), and "
            "make the estimate again from what is left"
        )
    if not isinstance(events, tuple | list | set | Iterator):
        raise EventError(
            f"flow events were wanted, got {kind}; merge_claims and from_frame make them"
        )
    found = tuple(events)
    for thing in found:
        if not isinstance(thing, FlowEvent):
            raise EventError(
                f"flow events were wanted, got {type(thing).__name__} among them; merge_claims(reports) and "
                "from_frame(frame) make them"
            )
    return found
