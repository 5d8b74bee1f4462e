"""From claims to events: one event for all that is said about the same thing.

The analyst's coding decides what is the same thing: claims that name one event id. Among them, claims that pass on
one root source are one witness. Only movements flow; a sighting, a stock or a statement of intent adds no movement.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..dates import end_of
from ..display import Listed
from ..errors import EventError
from ..quantity import Quantity
from ..world import Place, direction, find_end, find_place, read_theatre
from .bounds import FLOORS
from .events import EVENT_OF_MODE, Direction, FlowEvent
from .grades import GRADES, Grades
from .platform_names import platform_ids
from .pooling import pool_numbers
from .provenance import Provenance
from .reports import Claim, Measure, Report

__all__ = ["SAME_AREA_KM", "merge_all", "merge_claims", "with_claims", "witnesses"]

SAME_AREA_KM = 20.0
"""Places closer than this (a suburb and its city) are not reported as a conflict."""

_LOADS: tuple[Measure, ...] = ("vehicles", "personnel", "tonnes")
_GENERAL = ("Ilyushin airlifter", "cargo aircraft", "cargo ship", "military vehicles")


@dataclass(frozen=True, slots=True)
class Witness:
    """Claims that share a root source: one voice, however many papers printed it."""

    roots: tuple[str, ...]
    claims: tuple[Claim, ...]


def witnesses(claims: Sequence[tuple[Claim, Report]]) -> tuple[Witness, ...]:
    """Group claims that relay a common root, directly or through a third.

    A claim without roots was seen by its own report, which then is the root.
    """
    groups: list[tuple[set[str], list[Claim]]] = []
    for claim, report in claims:
        roots = set(claim.relays) or {report.id}
        touching = [group for group in groups if group[0] & roots]
        for group in touching:
            groups.remove(group)
        groups.append(
            (roots.union(*(g[0] for g in touching)), [c for g in touching for c in g[1]] + [claim])
        )
    made = [
        Witness(tuple(sorted(r)), tuple(sorted(c, key=lambda claim: claim.id))) for r, c in groups
    ]
    return tuple(sorted(made, key=lambda w: w.claims[0].id))


def merge_claims(
    reports: Iterable[Report],
    *,
    theatre: str | Collection[str] = "syria",
    as_of: Any = None,
    grades: Grades = GRADES,
) -> tuple[FlowEvent, ...]:
    """Make one flow event of all claims that speak of the same movement.

    Parameters
    ----------
    reports
        Reports from `read_reports` or `load_reports`; their order does not matter.
    theatre
        Whose boundary decides between outbound, inbound and internal: a theatre of ours ("syria"), or countries by
        name or ISO code ("Nepal", "NP", ["NE", "ML"]).
    as_of
        The record as it stood at the end of this day: only claims that were public by then; all by default. A claim
        that passes on a dated root was public when the root was. A text may be any date `read_when` takes; of a month
        it is the last day.
    grades
        What an Admiralty letter means as a probability.

    Returns
    -------
    tuple of FlowEvent
        `Sortie`, `Sailing` or `Convoy`, in order of start and id. Events that only presence, stock, posture or
        intent claims speak of are not movements and do not appear. Each carries what it was made with (`provenance`):
        the theatre, the reports with the claims used, and the grades; `explain`, `what_if`, `write_report` and
        ``as_of`` of an estimate use these.

    Raises
    ------
    EventError
        The claims coded to one event disagree on how it moved (air, sea, road).

    Notes
    -----
    A relay changes nothing: claims that share a root are one witness. Of one witness the root's own words count, and
    where only relays are at hand the most precise of them. Different witnesses of one number are pooled by
    `pool_numbers`: agreement sharpens, disagreement widens; each difference is written down in `conflicts`. The window
    is that of the claims with a number that is no floor or ceiling, and of all where none has one or where it is one
    movement: windows that overlap are intersected, windows that do not are joined. A number over more days than the
    window is taken in proportion, except the load of one movement; a floor says nothing of a part of its days. A region
    or a general platform gives way to a named place or type.

    Examples
    --------
    >>> import forceflow as ff
    >>> events = ff.merge_claims(ff.load_reports("syria-2024"))
    >>> {event.kind for event in events} == {"sortie", "sailing", "convoy"}
    True
    """
    read_theatre(theatre)  # refused even where nothing moved
    made = Provenance(
        theatre=theatre, reports=sorted(reports, key=lambda report: report.id), grades=grades
    )
    if as_of is not None:
        limit = end_of(as_of, name="as_of", error=EventError)
        made = with_claims(
            made, lambda claim, report: claim if claim.public_from(report) <= limit else None
        )
    return merge_all(made)


def merge_all(made: Provenance) -> tuple[FlowEvent, ...]:
    """One event of all claims that speak of the same movement; each carries `made`."""
    by_event: dict[str, list[tuple[Claim, Report]]] = {}
    titles: dict[str, str] = {}
    for report in made.reports:
        for event_id, title in report.events.items():
            titles.setdefault(event_id, title)
        for claim in report.claims:
            by_event.setdefault(claim.event, []).append((claim, report))
    events = [
        _merge_one(event_id, titles.get(event_id, ""), spoken, made)
        for event_id, spoken in by_event.items()
        if any(claim.kind == "movement" for claim, _ in spoken)
    ]
    return Listed(sorted(events, key=lambda event: (event.start, event.event_id)))


def with_claims(made: Provenance, keep: Callable[[Claim, Report], Claim | None]) -> Provenance:
    """The same with the claims that `keep` returns, changed or as they are."""

    def kept(report: Report) -> Report:
        claims = tuple(new for claim in report.claims if (new := keep(claim, report)) is not None)
        return report.model_copy(update={"claims": Listed(claims)})

    return Provenance(theatre=made.theatre, reports=map(kept, made.reports), grades=made.grades)


def _merge_one(
    event_id: str, title: str, spoken: Sequence[tuple[Claim, Report]], made: Provenance
) -> FlowEvent:
    spoken = sorted(spoken, key=lambda pair: pair[0].id)
    moving = [(claim, report) for claim, report in spoken if claim.kind == "movement"]
    claims = [claim for claim, _ in moving]
    conflicts: list[str] = []
    modes = sorted({str(claim.mode) for claim in claims})
    if len(modes) > 1:
        who = ", ".join(f"{c.id} ({c.mode})" for c in claims)
        raise EventError(
            f"event {event_id!r}: claims disagree on the mode: {who}; code them to two events"
        )
    one = _is_one(claims, modes[0])
    start, stop = _window(claims, conflicts, deciding=_deciding(claims, one=one))
    start, stop = (start, stop) if one else _window_of_bounds(claims, start, stop)
    voices = witnesses(moving)
    origin = _place("origin", claims, conflicts)
    destination = _place("destination", claims, conflicts)
    grade_of = {claim.id: report.grade for claim, report in moving}
    own = {claim.id for claim, report in moving if _is_root(claim, report)}

    def pooled(what: Measure) -> Quantity:
        return _pooled(what, voices, start, stop, grade_of, own, made.grades, conflicts, one=one)

    movements = pooled("movements")
    loads = {what: pooled(what) for what in _LOADS}
    if (
        not movements.has_content
        and modes == ["road"]
        and any(q.has_content for q in loads.values())
    ):
        movements = Quantity.exactly(1.0, unit="convoys", words="one column")
    stream = any(claim.number.per_day or claim.movement_count.per_day for claim in claims) or (
        movements.has_content and movements.high > 1 and stop - start > dt.timedelta(days=1)
    )
    public = tuple(claim.public_from(report) for claim, report in moving)
    return EVENT_OF_MODE[modes[0]](
        event_id=event_id,
        title=title,
        platform=_platform(claims, conflicts),
        origin=origin,
        destination=destination,
        via=next((tuple(find_place(v).id for v in c.via) for c in claims if c.via), ()),
        start=start,
        stop=stop,
        direction=_direction(origin, destination, made.theatre),
        movements=movements,
        vehicles=_or_none(loads["vehicles"]),
        personnel=_or_none(loads["personnel"]),
        tonnes=_or_none(loads["tonnes"]),
        is_stream=stream,
        cargo="; ".join(dict.fromkeys(claim.cargo for claim in claims if claim.cargo)),
        claims=tuple(claim.id for claim, _ in moving),
        related=tuple(claim.id for claim, _ in spoken if claim.kind != "movement"),
        sources=tuple(sorted({report.id for _, report in moving})),
        roots=tuple(sorted({root for voice in voices for root in voice.roots})),
        conflicts=tuple(conflicts),
        known_from=min(public),
        claims_known_from=public,
        provenance=made,
    )


def _direction(origin: str, destination: str, theatre: str | Collection[str] | None) -> Direction:
    """Which way it goes; "external" where the theatre is not known, for `remerged` to put right."""
    return (
        "external"
        if theatre is None
        else direction(find_place(origin), find_place(destination), theatre)
    )


def _or_none(quantity: Quantity) -> Quantity | None:
    return quantity if quantity.has_content else None


def _is_exact(number: Quantity) -> bool:
    """Whether it is a number that is neither a floor nor a ceiling."""
    return number.has_content and number.family not in (*FLOORS, "at_most")


def _has_exact(claim: Claim) -> bool:
    return _is_exact(claim.movement_count) or _is_exact(claim.number)


def _is_one(claims: Sequence[Claim], mode: str) -> bool:
    """Whether the claims speak of one movement; a column on the road that nobody counted is one."""
    counts = [claim.movement_count for claim in claims if claim.movement_count.has_content]
    exact = [count for count in counts if _is_exact(count)]
    return all(count.high <= 1 for count in exact) if exact else not counts and mode == "road"


def _deciding(claims: Sequence[Claim], *, one: bool) -> Sequence[Claim]:
    """The claims whose days make the window of the event.

    One movement happened within the days of every claim. Of several, a floor, a ceiling or a claim without a number
    speaks of some of them and takes nothing from the days of a number.
    """
    exact = [claim for claim in claims if _has_exact(claim)]
    return claims if one or not exact else exact


def _window(
    claims: Sequence[Claim], conflicts: list[str], *, deciding: Sequence[Claim]
) -> tuple[dt.datetime, dt.datetime]:
    """Where the days of the deciding claims meet, or from the first to the last where they do not."""
    shown = ", ".join(
        f"{c.id} {c.start:%Y-%m-%d}/{c.stop - dt.timedelta(days=1):%Y-%m-%d}" for c in claims
    )
    start, stop = max(c.start for c in deciding), min(c.stop for c in deciding)
    if start < stop:
        if any(c.stop <= start or stop <= c.start for c in claims):
            conflicts.append(f"days: {shown}; the window is that of the numbers")
        return start, stop
    tight = [c for c in deciding if not any(_inside(other, c) for other in deciding)]
    conflicts.append(f"days: {shown}; the window spans the narrowest of them")
    return min(c.start for c in tight), max(c.stop for c in tight)


def _window_of_bounds(
    claims: Sequence[Claim], start: dt.datetime, stop: dt.datetime
) -> tuple[dt.datetime, dt.datetime]:
    """Return the window, or where only floors and ceilings are known and none says anything of it, that of theirs.

    Counts of movements come first, and loads where there are none. A floor holds over more days than its own.
    """
    counts = [(c, c.movement_count) for c in claims if c.movement_count.has_content]
    bounds = counts or [(c, c.number) for c in claims if c.number.has_content]
    if not bounds or any(_has_exact(claim) for claim in claims):
        return start, stop
    if any(
        _within(q, c, start, stop, counts=bool(counts), one=False).has_content for c, q in bounds
    ):
        return start, stop
    speaking = [claim for claim, _ in bounds]
    if all(number.family in FLOORS for _, number in bounds):
        return min(c.start for c in speaking), max(c.stop for c in speaking)
    return _window(speaking, [], deciding=speaking)


def _inside(one: Claim, other: Claim) -> bool:
    """Whether the window of one lies within that of the other and is narrower."""
    return (
        other.start <= one.start
        and one.stop <= other.stop
        and one.stop - one.start < other.stop - other.start
    )


def _place(field: str, claims: Sequence[Claim], conflicts: list[str]) -> str:
    places = {claim.id: find_end(getattr(claim, field), claim.mode) for claim in claims}
    exact = {key: place for key, place in places.items() if place.kind != "region"} or places
    ids = sorted({place.id for place in exact.values()})
    if (
        len(ids) > 1
        and max(_apart_km(a, b) for a in exact.values() for b in exact.values()) > SAME_AREA_KM
    ):
        conflicts.append(
            f"{field}: " + ", ".join(f"{key} {place.name}" for key, place in exact.items())
        )
    counts = [place.id for place in exact.values()]
    return max(ids, key=lambda name: (counts.count(name), -ids.index(name)))


def _apart_km(a: Place, b: Place) -> float:
    """Rough distance of two places; a suburb and its city are no contradiction."""
    north = (a.latitude - b.latitude) * 111.2
    east = (a.longitude - b.longitude) * 111.2 * math.cos(math.radians(a.latitude))
    return math.hypot(north, east)


def _platform(claims: Sequence[Claim], conflicts: list[str]) -> str:
    named = {claim.id: platform_ids(claim.platform, claim.mode) for claim in claims}
    exact = {k: v for k, v in named.items() if not set(v) <= set(_GENERAL)} or named
    kinds = sorted(set(exact.values()))
    if len(kinds) > 1:
        conflicts.append(
            "platform: " + ", ".join(f"{key} {' + '.join(ids)}" for key, ids in exact.items())
        )
    return " + ".join(sorted({name for ids in kinds for name in ids}))


def _pooled(
    what: Measure,
    voices: Sequence[Witness],
    start: dt.datetime,
    stop: dt.datetime,
    grade_of: Mapping[str, str],
    own: set[str],
    grades: Grades,
    conflicts: list[str],
    *,
    one: bool,
) -> Quantity:
    """Pool the number of one measure over witnesses; without content when none of them gave one."""
    told: list[tuple[Claim, Quantity]] = []
    elsewhere: list[str] = []
    for voice in voices:
        given = [
            (claim, claim.movement_count if what == "movements" else claim.number)
            for claim in voice.claims
            if what in ("movements", claim.measure)
        ]
        counts = what == "movements"
        numbers = [
            (c, _within(q, c, start, stop, counts=counts, one=one))
            for c, q in given
            if q.has_content
        ]
        if counted := [pair for pair in numbers if pair[1].has_content]:
            told.append(
                min(counted, key=lambda pair: (pair[0].id not in own, _spread(pair[1]), pair[0].id))
            )
        else:
            elsewhere += [
                f"{claim.id} {claim.quantity} (over other days, left out)" for claim, _ in numbers
            ]
    if not told:
        conflicts += [f"{what} told of other days: {'; '.join(elsewhere)}"] if elsewhere else []
        return Quantity.nothing(
            "; ".join(dict.fromkeys(c.quantity for v in voices for c in v.claims if c.quantity))
        )
    result = pool_numbers(
        [quantity for _, quantity in told],
        [grades.reliability(grade_of[claim.id]) for claim, _ in told],
        grades=grades,
    )
    if elsewhere or len({(q.family, q.params) for _, q in told}) > 1:
        shown = "; ".join([*(f"{claim.id} {quantity}" for claim, quantity in told), *elsewhere])
        how = (
            "they agree within their hedges"
            if result.method in ("agreement", "single")
            else result.method
        )
        conflicts.append(
            f"{what} told differently: {shown}; {how} (Birge ratio {result.birge:.1f})"
        )
    return result.quantity


def _within(
    number: Quantity,
    claim: Claim,
    start: dt.datetime,
    stop: dt.datetime,
    *,
    counts: bool,
    one: bool,
) -> Quantity:
    """The part of a claim's number that falls into the event's window.

    A rate is multiplied by the days of the window. A number over a longer window is taken in proportion; a count of one
    happened in the window, wherever its own days allow, and the load of one movement with it. A floor says nothing of a
    part of its days, and a ceiling nothing of more than its days.

    Parameters
    ----------
    counts
        Whether it counts movements; else it is a load.
    one
        Whether the event is one movement.
    """
    days = (stop - start) / dt.timedelta(days=1)
    own = (claim.stop - claim.start) / dt.timedelta(days=1)
    if number.per_day:
        return number.over_days(days, unit="movements" if counts else None)
    if one and not counts:
        return number
    shared = (min(stop, claim.stop) - max(start, claim.start)) / dt.timedelta(days=1)
    if number.family == "at_most":
        return number if shared == days else Quantity.nothing(number.words)
    if shared >= own or (counts and number.low <= 1):
        return number
    return (
        Quantity.nothing(number.words)
        if number.family in FLOORS or shared <= 0
        else number.times(shared / own)
    )


def _is_root(claim: Claim, report: Report) -> bool:
    """Whether the report prints its own finding: it relays nobody, or the root it names is itself."""
    names = (report.publisher.lower(), report.id.split("-")[0].lower())
    return not claim.relays or any(root.lower().startswith(names) for root in claim.relays)


def _spread(quantity: Quantity) -> float:
    """How wide a number is against itself; of one witness the narrowest counts, and a floor last."""
    return quantity.high / max(quantity.low, 0.5) if quantity.family != "at_least" else float("inf")
