"""From claims to events: one event for all that is reported about the same thing.

The analyst's coding decides what is the same thing: claims that name one event id. Among them, claims that pass on
one root source are one witness. Only movements flow; a sighting, a stock or a statement of intent adds no movement.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import product, starmap
from operator import attrgetter
from typing import Any

from ..dates import end_of
from ..display import Listed
from ..errors import EventError
from ..quantity import Quantity
from ..world import Place, direction, find_end, find_place, read_theatre
from .event_numbers import EventNumbers
from .event_window import event_window, is_one_movement
from .events import EVENT_OF_MODE, Direction, FlowEvent
from .grades import GRADES, Grades
from .platform_names import platform_ids
from .provenance import Provenance
from .reports import Claim, Measure, Report
from .witnesses import SourcedClaim, Witness, witnesses

__all__ = ["SAME_AREA_KM", "merge_all", "merge_claims", "with_claims"]

SAME_AREA_KM = 20.0
"""Places closer than this (a suburb and its city) are not reported as a conflict."""

_GENERAL = {"Ilyushin airlifter", "cargo aircraft", "cargo ship", "military vehicles"}
_id_of = attrgetter("id")


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
    # A theatre that is not known is refused even where nothing moved.
    read_theatre(theatre)
    ordered = sorted(reports, key=_id_of)
    made = Provenance(theatre=theatre, reports=ordered, grades=grades)
    if as_of is None:
        return merge_all(made)
    limit = end_of(as_of, name="as_of", error=EventError)

    def keep_public(claim: Claim, report: Report) -> Claim | None:
        if claim.public_from(report) > limit:
            return None
        return claim

    return merge_all(with_claims(made, keep_public))


def merge_all(made: Provenance) -> tuple[FlowEvent, ...]:
    """One event of all claims that speak of the same movement; each carries `made`."""
    claims_of: dict[str, list[SourcedClaim]] = {}
    titles: dict[str, str] = {}
    for report in made.reports:
        for event_id, title in report.events.items():
            # Of several titles of one event that of the first report stays.
            titles.setdefault(event_id, title)
        for claim in report.claims:
            claims_of.setdefault(claim.event, []).append((claim, report))
    events = []
    for event_id, sourced in claims_of.items():
        # A sighting, a stock or a statement of intent alone is no movement.
        moving = _movements_of(sourced)
        if moving:
            title = titles.get(event_id, "")
            events.append(_merge_one(event_id, title, moving, _related_ids(sourced), made))
    return Listed(sorted(events, key=lambda event: (event.start, event.event_id)))


def with_claims(made: Provenance, keep: Callable[[Claim, Report], Claim | None]) -> Provenance:
    """The same with the claims that `keep` returns, changed or as they are."""
    reports = []
    for report in made.reports:
        kept = (keep(claim, report) for claim in report.claims)
        claims = Listed(claim for claim in kept if claim is not None)
        reports.append(report.model_copy(update={"claims": claims}))
    return Provenance(theatre=made.theatre, reports=reports, grades=made.grades)


def _movements_of(sourced: Sequence[SourcedClaim]) -> list[SourcedClaim]:
    """The movement claims among all that is reported of one event, by id."""
    return sorted((pair for pair in sourced if pair[0].kind == "movement"), key=_pair_id)


def _pair_id(pair: SourcedClaim) -> str:
    return pair[0].id


def _related_ids(sourced: Sequence[SourcedClaim]) -> tuple[str, ...]:
    """Ids of the claims that add no movement: sightings, stocks, postures, intentions."""
    return tuple(sorted(claim.id for claim, _ in sourced if claim.kind != "movement"))


def _merge_one(
    event_id: str,
    title: str,
    moving: Sequence[SourcedClaim],
    related: tuple[str, ...],
    made: Provenance,
) -> FlowEvent:
    """Merge the movement claims of one event."""
    claims = [claim for claim, _ in moving]
    conflicts: list[str] = []
    mode = _one_mode(event_id, claims)
    is_one = is_one_movement(claims, mode)
    start, stop = window = event_window(claims, conflicts, is_one=is_one)
    origin = _best_place("origin", claims, conflicts)
    destination = _best_place("destination", claims, conflicts)
    voices = witnesses(moving)
    given = EventNumbers(moving, voices, window=window, is_one=is_one, grades=made.grades)
    numbers = given.pool_all(conflicts)
    movements = _count_column(mode, numbers)
    platform = _join_platforms(claims, conflicts)
    # One claim that was public made the event known; the others may have changed its number later.
    public = tuple(starmap(Claim.public_from, moving))
    return EVENT_OF_MODE[mode](
        event_id=event_id,
        title=title,
        platform=platform,
        origin=origin,
        destination=destination,
        via=_way_between(claims),
        start=start,
        stop=stop,
        direction=_direction_of(origin, destination, made.theatre),
        movements=movements,
        vehicles=_or_none(numbers["vehicles"]),
        personnel=_or_none(numbers["personnel"]),
        tonnes=_or_none(numbers["tonnes"]),
        is_stream=_is_stream(claims, movements, stop - start),
        cargo=_all_cargo(claims),
        claims=tuple(map(_id_of, claims)),
        related=related,
        sources=tuple(sorted({report.id for _, report in moving})),
        roots=_all_roots(voices),
        conflicts=tuple(conflicts),
        known_from=min(public),
        claims_known_from=public,
        provenance=made,
    )


def _one_mode(event_id: str, claims: Sequence[Claim]) -> str:
    """The mode of all claims."""
    modes = {str(claim.mode) for claim in claims}
    if len(modes) > 1:
        who = ", ".join(f"{claim.id} ({claim.mode})" for claim in claims)
        raise EventError(
            f"event {event_id!r}: claims disagree on the mode: {who}; code them to two events"
        )
    return modes.pop()


def _count_column(mode: str, numbers: Mapping[Measure, Quantity]) -> Quantity:
    """The number of movements; vehicles in an uncounted number of columns drove in one."""
    has_load = any(number.has_content for number in numbers.values())
    if mode == "road" and has_load and not numbers["movements"].has_content:
        return Quantity.exactly(1.0, unit="convoys", words="one column")
    return numbers["movements"]


def _is_stream(claims: Iterable[Claim], movements: Quantity, length: dt.timedelta) -> bool:
    """Whether the movements are spread over the window: a rate, or several within more than a day."""
    if any(claim.number.per_day or claim.movement_count.per_day for claim in claims):
        return True
    return movements.has_content and movements.high > 1 and length > dt.timedelta(days=1)


def _way_between(claims: Iterable[Claim]) -> tuple[str, ...]:
    """Ids of the places on the way, of the first claim that names some."""
    for claim in claims:
        if claim.via:
            return tuple(map(_id_of, map(find_place, claim.via)))
    return ()


def _all_cargo(claims: Iterable[Claim]) -> str:
    """What was carried by all claims, each once."""
    cargo = dict.fromkeys(map(attrgetter("cargo"), claims))
    return "; ".join(filter(None, cargo))


def _all_roots(voices: Iterable[Witness]) -> tuple[str, ...]:
    return tuple(sorted(set().union(*map(attrgetter("roots"), voices))))


def _direction_of(
    origin: str, destination: str, theatre: str | Collection[str] | None
) -> Direction:
    """Which way it goes; "external" where the theatre is not known, for `remerged` to put right."""
    if theatre is None:
        return "external"
    return direction(find_place(origin), find_place(destination), theatre)


def _or_none(number: Quantity) -> Quantity | None:
    if number.has_content:
        return number
    return None


def _best_place(field: str, claims: Sequence[Claim], conflicts: list[str]) -> str:
    """Id of the place most claims name; a region gives way to a named place."""
    places, exact = {}, {}
    for claim in claims:
        place = find_end(getattr(claim, field), claim.mode)
        places[claim.id] = place
        if place.kind != "region":
            exact[claim.id] = place
    # Where all claims name a region, there is no place for it to give way to.
    places = exact or places
    if _widest_gap_km(places.values()) > SAME_AREA_KM:
        named = ", ".join(f"{key} {place.name}" for key, place in places.items())
        conflicts.append(f"{field}: {named}")
    ids = [place.id for place in places.values()]
    # Of places named equally often the first in the alphabet counts, whatever the order of the reports.
    return max(sorted(set(ids)), key=ids.count)


def _widest_gap_km(places: Collection[Place]) -> float:
    """Distance between the two places that lie furthest apart; 0 where all are one."""
    if len(set(map(_id_of, places))) == 1:
        return 0.0
    return max(starmap(_apart_km, product(places, repeat=2)))


def _apart_km(a: Place, b: Place) -> float:
    """Rough distance of two places; a suburb and its city are no contradiction."""
    north = (a.latitude - b.latitude) * 111.2
    east = (a.longitude - b.longitude) * 111.2 * math.cos(math.radians(a.latitude))
    return math.hypot(north, east)


def _join_platforms(claims: Sequence[Claim], conflicts: list[str]) -> str:
    """Ids of all platforms named, joined; a general word gives way to a named type."""
    named, exact = {}, {}
    for claim in claims:
        ids = platform_ids(claim.platform, claim.mode)
        named[claim.id] = ids
        if not _GENERAL.issuperset(ids):
            exact[claim.id] = ids
    named = exact or named
    if len(set(named.values())) > 1:
        shown = ", ".join(f"{key} {' + '.join(ids)}" for key, ids in named.items())
        conflicts.append(f"platform: {shown}")
    every: set[str] = set().union(*named.values())
    return " + ".join(sorted(every))
