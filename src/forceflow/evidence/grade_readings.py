"""One estimate under several readings of what the source grades mean."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ..errors import EventError
from .events import FlowEvent
from .grades import GRADES, Grades
from .merge import merge_claims
from .provenance import Provenance
from .record_as_known import not_at_hand, remerged, trace
from .reports import Claim, Report
from .what_ifs import given_events

__all__ = ["grade_sensitivity"]

_ALL_ALIKE = (0.85, 10.0)
_NEXT_WORSE = {"A": "B", "B": "C", "C": "D", "D": "E", "E": "E"}
_NEARLY_CERTAIN, _NEARLY_WORTHLESS = 0.99, 0.05


def grade_sensitivity(
    reports: Iterable[Report] | Iterable[FlowEvent],
    estimate: Callable[[tuple[FlowEvent, ...]], Any],
    *,
    theatre: str | Collection[str] | None = None,
    grades: Grades | None = None,
) -> dict[str, Any]:
    """One estimate under other readings of the source grades.

    Parameters
    ----------
    reports
        Reports; or events that were merged from reports, which keep their theatre, and their grades as graded.
    estimate
        What to estimate from merged events: ``lambda events: ff.estimate_tonnage(events, seed=7)``.
    theatre
        As in `merge_claims`; of events by default their own.
    grades
        The reading "as graded"; by default `GRADES`, of events their own.

    Returns
    -------
    dict
        The estimate by reading: "as graded", "all alike" (every letter .85), "one letter worse", "stark" (A and B
        nearly certain, the rest nearly worthless).

    Raises
    ------
    EventError
        These are neither reports nor events; or the events were merged from reports that are not at hand, or with
        several sets of grades while none is given.
    """
    given: tuple[Any, ...] = tuple(reports)
    merge: Callable[..., tuple[FlowEvent, ...]]
    if given and all(isinstance(one, Report) for one in given):
        area = "syria" if theatre is None else theatre
        merge, as_graded = partial(merge_claims, given, theatre=area), grades or GRADES
    else:
        events = given_events(given)
        _check_claims_at_hand(events)
        as_graded = grades or _common_grades(events)
        merge = partial(_merge_again, events, theatre)
    answers = {}
    for name, reading in _readings_of(as_graded).items():
        answers[name] = estimate(merge(grades=reading))
    return answers


def _readings_of(grades: Grades) -> dict[str, Grades]:
    """Several readings of the letters, by name."""
    letters = grades.letters
    return {
        "as graded": grades,
        "all alike": replace(grades, letters=dict.fromkeys(letters, _ALL_ALIKE)),
        "one letter worse": replace(grades, letters=_one_letter_worse(letters)),
        "stark": replace(grades, letters=_stark(letters)),
    }


def _one_letter_worse(letters: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Each letter as the next."""
    worse = dict(letters)
    # F is no letter of this order: it is unknown, and not worse than E.
    for letter, next_letter in _NEXT_WORSE.items():
        worse[letter] = letters[next_letter]
    return worse


def _stark(letters: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """A and B nearly certain, the rest nearly worthless."""
    stark = {}
    for letter, (_, size) in letters.items():
        mean = _NEARLY_CERTAIN if letter in "AB" else _NEARLY_WORTHLESS
        stark[letter] = (mean, size)
    return stark


def _check_claims_at_hand(events: tuple[FlowEvent, ...]) -> None:
    """Refuse events that cannot be merged again: none, rows of a table, and those without their reports."""
    if not events:
        raise EventError(
            "neither reports nor events were given; grade_sensitivity(reports, estimate)"
        )
    for group in trace(events):
        for event in group.events:
            if not group.is_whole(event):
                raise EventError(f"event {event.event_id!r} {_why_not_merged(event)}")


def _why_not_merged(event: FlowEvent) -> str:
    if event.claims:
        return not_at_hand(event)
    return "is a row of a table: it has no claims, and so no grades"


def _common_grades(events: tuple[FlowEvent, ...]) -> Grades:
    """The grades that all events were merged with."""
    first, *others = (group.made.grades for group in trace(events))
    if any(grades != first for grades in others):
        raise EventError(
            "these events were merged with several sets of grades; say which is meant with grades="
        )
    return first


def _merge_again(
    events: tuple[FlowEvent, ...], theatre: str | Collection[str] | None, *, grades: Grades
) -> tuple[FlowEvent, ...]:
    """Merge events again under other grades, each for its own theatre where none is given."""
    again: list[FlowEvent] = []
    # Events of several studies in one call go each by their own theatre.
    for group in trace(events, grades=grades):
        area = group.made.theatre if theatre is None else theatre
        made = Provenance(theatre=area, reports=group.made.reports, grades=grades)
        again += remerged(replace(group, made=made), group.events, _keep_claim).values()
    return tuple(sorted(again, key=lambda event: (event.start, event.event_id)))


def _keep_claim(claim: Claim, _: Report) -> Claim:
    return claim
