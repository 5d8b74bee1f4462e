"""Sorties seen in tracks of aircraft, as flow events."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, get_args

from ..errors import FrameError
from ..evidence.events import FlowEvent
from ..quantity.values import as_float
from ..world import direction, read_theatre
from .flight_claims import Flight, is_way_back, may_be_words, read_flight
from .leg_aircraft import AircraftTypes, LegAircraft, notes_on_unknown
from .leg_rows import Leg, legs_by_aircraft, read_legs
from .named_places import NamedPlaces
from .noted import Noted
from .seen_movements import (
    AIR,
    SeenMovement,
    SeenRecord,
    counted,
    events_of,
    source_name,
    span_words,
)
from .trips import stays_between, trips_of

__all__ = ["Loaded", "see_flights", "sorties"]

Loaded = Literal["outbound", "inbound", "both"]


def sorties(
    legs: Any,
    *,
    theatre: str | Collection[str] = "syria",
    types: Any = None,
    places: Mapping[str, str] | None = None,
    loaded: Loaded = "outbound",
    least_weight: float | None = None,
    events: Mapping[str, str] | None = None,
    grade: str | None = None,
    source: str | None = None,
) -> Noted[FlowEvent]:
    """One `Sortie` for each leg of an aircraft from one known field to another.

    Parameters
    ----------
    legs
        Legs, as `legs` returns them: a frame of any library with the columns aircraft, callsign, type, origin,
        destination, took_off_after, took_off_by, landed_after, landed_by; the others of `LEG_COLUMNS` are used where
        they stand.
    theatre
        Whose boundary decides the direction, as in `merge_claims`.
    types
        Platform of the catalogue by hex address or registration: ``{"152e10": "An-124", "RA-82014": "An-124"}``; None
        leaves the aircraft out. ICAO designators ("A124", "IL76") are names of platforms too. Or a frame of any library
        with a column "aircraft", "hex", "icao24" or "registration" and one "platform" or "type". Other aircraft are
        found by the column `type` of the legs; one whose type is not in the catalogue is left out and named in the
        notes.
    places
        Field of the gazetteer by name in the legs, for fields of your own: ``{"strip 7": "al-Khadim"}``.
    loaded
        Which legs of a trip carry: "outbound" or "inbound" ones, so that the way back, of an aircraft that flew both
        ways, is an event with the cargo "empty" and `estimate_tonnage` counts the loaded leg once; or "both". Where
        neither end of a trip is in the theatre, or both are, its last leg is the way back. A leg that is no part of a
        trip keeps its load.
    least_weight
        Take a field that the aircraft was not seen at for the end of a leg where its weight in `origin_may_be` or
        `destination_may_be` is at least this; by default such legs make no sortie and are named in the notes.
    events
        Event by event: ``{"152e10-OSLK-20241214T041000": "an-124-at-hmeimim"}`` says that this sortie is the event of
        that id in some reports; see `as_reports`.
    grade
        Admiralty grade of all; by default by how well each leg was heard, see Notes.
    source
        Who recorded the tracks; by default what the column `source` says.

    Returns
    -------
    Noted of FlowEvent
        A tuple of `Sortie` in order of start and id, one movement each. Its `notes` name what is no sortie: aircraft
        without a platform, legs with an end that is not known, with the fields it may be, and flights back to the field
        they began at.

    Raises
    ------
    FrameError
        A column is missing or of the wrong kind, a row is wrong, legs of an aircraft overlap, or a field is unknown.
    EventError, UnknownNameError
        `events` names a sortie that is not there, or a platform is unknown or no aircraft.

    Notes
    -----
    The window is that of the take-off, (`took_off_after`, `took_off_by`] to the second. Where the record is open, it
    begins at the landing before it, or else 24 h before it was first seen, and a caveat says so (a prior).

    Legs of one aircraft that meet at a field are a trip, up to its return to where the trip began; the ground times at
    both ends stand in the claim. That a way back is empty is a prior (`loaded`), marked as inferred in the claim.

    Each leg is a claim whose root is the aircraft's transponder: whatever receivers recorded it, they are one witness.
    Grades (a stated rule; the letter weighs witnesses, see `Grades`): B, as a transponder can be wrong or spoofed; C
    where the time and one silence do for a landing on the way, an end was not seen on the ground, or the silences are
    not known; D where the address is no ICAO address. The digit is 2 where the longest silence is at most a quarter of
    the time from ground to ground, 4 above three quarters, else 3.

    Examples
    --------
    >>> import datetime as dt
    >>> import polars as pl
    >>> import forceflow as ff
    >>> def moment(hour, minute):
    ...     return dt.datetime(2024, 12, 14, hour, minute, tzinfo=dt.UTC)
    >>> rows = {
    ...     "aircraft": ["152e10", "152e10"], "callsign": ["RFF7084", None], "type": ["A124", "A124"],
    ...     "origin": ["OSLK", "HL59"], "destination": ["HL59", "OSLK"],
    ...     "took_off_after": [moment(4, 2), moment(10, 1)], "took_off_by": [moment(4, 9), moment(10, 4)],
    ...     "landed_after": [moment(6, 12), moment(12, 10)], "landed_by": [moment(6, 20), moment(12, 14)],
    ... }
    >>> for sortie in ff.tracks.sorties(pl.DataFrame(rows)):
    ...     print(sortie.platform, sortie.direction, f"{sortie.start:%H:%M}", sortie.cargo or "loaded")
    An-124 outbound 04:02 loaded
    An-124 inbound 10:01 empty
    """
    # A theatre that is not known is refused before the rows are read.
    read_theatre(theatre)
    seen, notes = see_flights(
        legs,
        theatre=theatre,
        types=types,
        places=places,
        loaded=loaded,
        least_weight=least_weight,
        source=source,
    )
    return Noted(events_of(seen, theatre=theatre, events=events, grade=grade), notes=notes)


def see_flights(
    frame: Any,
    *,
    theatre: str | Collection[str] = "syria",
    types: Any = None,
    places: Mapping[str, str] | None = None,
    loaded: Loaded = "outbound",
    least_weight: float | None = None,
    source: str | None = None,
) -> tuple[SeenRecord, list[str]]:
    """All flights of a frame of legs from field to field, and notes on what is none; as `sorties`."""
    _check_asked(loaded, least_weight)
    legs = read_legs(frame)
    if least_weight is not None:
        legs = [_with_likeliest_ends(leg, least_weight) for leg in legs]
    known = AircraftTypes(types)
    left_out: list[tuple[LegAircraft, int]] = []
    going: list[tuple[LegAircraft, list[Leg]]] = []
    for own in legs_by_aircraft(legs).values():
        aircraft = known.aircraft_of(own)
        if aircraft.platform:
            going.append((aircraft, own))
        else:
            left_out.append((aircraft, len(own)))
    # Only fields of aircraft that make sorties are looked up: airliners land where no gazetteer of ours reaches.
    fields = NamedPlaces(places, mode="air", words="legs", example="al-Khadim")
    fields.read(_ends_of(leg for _, own in going for leg in own))
    seen: list[SeenMovement] = []
    notes = notes_on_unknown(left_out)
    for aircraft, own in going:
        for flight in _flights_of(own, aircraft, fields, theatre, loaded):
            name = source or source_name(flight.leg.source)
            seen.append(read_flight(flight, source=name))
        notes += _notes_on_rest(own, aircraft, fields)
    notes += (f"types: no aircraft of these legs is {name!r}" for name in known.unused)
    days = _last_days((leg for _, own in going for leg in own), source)
    return SeenRecord(tuple(seen), days, AIR), notes


def _check_asked(loaded: str, least_weight: float | None) -> None:
    if loaded not in get_args(Loaded):
        raise FrameError(f"loaded is 'outbound', 'inbound' or 'both', got {loaded!r}")
    if least_weight is not None and not 0 < as_float(least_weight, name="least_weight") <= 1:
        raise FrameError(f"least_weight is a weight above 0 and at most 1, got {least_weight!r}")


def _with_likeliest_ends(leg: Leg, least_weight: float) -> Leg:
    """A leg with the likeliest fields for ends that were not seen, where they are likely enough."""
    changed: dict[str, Any] = {}
    for end in ("origin", "destination"):
        weights = getattr(leg, f"{end}_weights")
        if not getattr(leg, end) and weights and weights[0][1] >= least_weight:
            changed[end] = weights[0][0]
    if not changed:
        return leg
    return replace(leg, inferred=tuple(changed), **changed)


def _ends_of(legs: Iterable[Leg]) -> Iterable[tuple[int, str, str]]:
    for leg in legs:
        for column in ("origin", "destination"):
            name = getattr(leg, column)
            if name:
                yield leg.row, column, name


def _flights_of(
    legs: Sequence[Leg],
    aircraft: LegAircraft,
    fields: NamedPlaces,
    theatre: str | Collection[str],
    loaded: Loaded,
) -> Iterable[Flight]:
    """Legs of one aircraft between two known fields, each in its trip."""
    stays = stays_between(legs)
    before = {stay.left.row: stay for stay in stays}
    after = {stay.reached.row: stay for stay in stays}
    for trip in trips_of(legs):
        for leg in trip.legs:
            origin, destination = fields[leg.origin], fields[leg.destination]
            # Two names of the user's own may be one place.
            if origin.id == destination.id:
                continue
            way = direction(origin, destination, theatre)
            yield Flight(
                leg=leg,
                aircraft=aircraft,
                origin=origin,
                destination=destination,
                trip=trip,
                before=before.get(leg.row),
                after=after.get(leg.row),
                is_empty=is_way_back(way, trip, leg, loaded),
            )


def _notes_on_rest(
    legs: Sequence[Leg], aircraft: LegAircraft, fields: NamedPlaces
) -> Iterable[str]:
    """What one aircraft flew that is no sortie: legs with an unknown end, and flights around a field."""
    around: dict[str, int] = {}
    for leg in legs:
        if leg.origin and leg.destination:
            if fields[leg.origin].id == fields[leg.destination].id:
                around[leg.origin] = around.get(leg.origin, 0) + 1
            continue
        yield _note_on_unknown_end(leg, aircraft, fields)
    for field, many in around.items():
        yield (
            f"{aircraft.label} ({aircraft.platform}) flew from {fields[field].name} and back to it without another "
            f"landing, {counted(many, 'leg')}: no sortie was made of them"
        )


def _note_on_unknown_end(leg: Leg, aircraft: LegAircraft, fields: NamedPlaces) -> str:
    """What is known of a leg without an origin or a destination."""
    callsign = f", callsign {leg.callsign}" if leg.callsign else ""
    parts = [f"{aircraft.label} ({aircraft.platform}{callsign})"]
    if leg.origin:
        parts.append(
            f"took off from {fields[leg.origin].name} {span_words(leg.took_off_after, leg.first_aloft)}"
        )
    else:
        parts.append(
            f"in the air by {leg.first_aloft:%d %b %Y %H:%M}, origin not known ({may_be_words(leg, 'origin')})"
        )
    if leg.destination:
        parts.append(
            f"landed at {fields[leg.destination].name} {span_words(leg.last_aloft, leg.landed_by)}"
        )
    else:
        parts.append(f"destination not known ({may_be_words(leg, 'destination')})")
    return f"{', '.join(parts)}: no sortie without both ends"


def _last_days(legs: Iterable[Leg], source: str | None) -> dict[str, str]:
    """The last day of each record."""
    days: dict[str, str] = {}
    for leg in legs:
        name = source or source_name(leg.source)
        days[name] = max(days.get(name, ""), f"{leg.last_moment:%Y-%m-%d}")
    return days
