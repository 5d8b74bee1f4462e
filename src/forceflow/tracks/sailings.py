"""Sailings seen in tracks, as flow events."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from ..evidence.events import FlowEvent
from .call_rows import Call, read_calls
from .call_ships import CallShip, ShipNames
from .named_places import NamedPlaces
from .noted import Noted
from .seen_movements import (
    SEA,
    SeenMovement,
    SeenRecord,
    counted,
    events_of,
    source_name,
    span_words,
)
from .voyage_claims import list_ports, read_voyage
from .voyages import Voyage, calls_by_ship, other_ports, voyages_of

__all__ = ["sailings", "see_voyages"]


def sailings(
    calls: Any,
    *,
    theatre: str | Collection[str] = "syria",
    platforms: Mapping[str, str | None] | None = None,
    places: Mapping[str, str] | None = None,
    events: Mapping[str, str] | None = None,
    grade: str | None = None,
    source: str | None = None,
    include_anchorages: bool = False,
) -> Noted[FlowEvent]:
    """One `Sailing` for each voyage of a ship from one berth to its next one at another place.

    Parameters
    ----------
    calls
        Port calls, as `port_calls` returns them: a frame of any library with the columns ship, name, place, kind,
        arrived_after, arrived_by, left_after, left_by; the others of `port_calls` are used where they stand.
    theatre
        Whose boundary decides the direction, as in `merge_claims`.
    platforms
        Platform of the catalogue by MMSI, IMO number or name of a ship: ``{"273123456": "Sparta II"}``; None leaves the
        ship out. Other ships are found by IMO number, or by their name where no number contradicts it; one that is not
        in the catalogue is counted as a "cargo ship" or "tanker" by its AIS type and says so in its caveats, and one
        whose type carries no cargo is left out and named in the notes.
    places
        Port of the gazetteer by name in the calls, for places of your own: ``{"quay 7": "Tartus"}``. `add_place` makes
        a place known for good.
    events
        Event by event: ``{"273123456-tartus-20250127T214000": "sparta-ii-sails"}`` says that this sailing is the event
        of that id in some reports; see `as_reports`.
    grade
        Admiralty grade of all; by default by how well each voyage was heard, see Notes.
    source
        Who recorded the tracks; by default what the column `source` says.
    include_anchorages
        Take a stay at anchor for a call; by default it belongs to the voyage.

    Returns
    -------
    Noted of FlowEvent
        A tuple of `Sailing` in order of start and id, one movement each. Its `notes` name what is no sailing: ships
        left out, ships that came back to the same place and had the time to call elsewhere, and departures whose end
        the record does not hold.

    Raises
    ------
    FrameError
        A column is missing or of the wrong kind, a row is wrong, calls of a ship overlap, or a place is unknown.
    EventError, UnknownNameError
        `events` names a sailing that is not there, or a platform is unknown or no ship.

    Notes
    -----
    The window is that of the departure from the berth, [`left_after`, `left_by`] to the second, as reports date a
    sailing by the day it left; a stay at anchor after that, the passages seen and the arrival stand in the claim.

    Tonnes come from the draughts before and after the call by `cargo_from_draught`, printed as the range of its 5 and
    95 % points; a ship that left less deep than it came carries something between nothing and what is left of the most
    that it takes. Without two draughts there are no tonnes and a caveat says why; `estimate_tonnage` then takes the
    usual load of the platform.

    Each voyage is a claim whose root is the ship's transponder: whatever tables recorded it, they are one witness.
    Grades (a stated rule; the letter weighs witnesses, see `Grades`): B, as a transponder can be wrong or spoofed; C
    where the time and one silence do for the shortest stay in another port, or the silences are not known; D where two
    hulls shared the number. The digit is 2 where the longest silence is at most a quarter of the time from berth to
    berth, 4 above three quarters, else 3. Such a port is named in the caveats, and so are a speed that the ship does
    not sail and a strait of the shortest way that it was not seen in.

    Examples
    --------
    >>> import datetime as dt
    >>> import polars as pl
    >>> import forceflow as ff
    >>> def moment(day, hour):
    ...     return dt.datetime(2025, 1, day, hour, tzinfo=dt.UTC)
    >>> rows = {
    ...     "ship": ["273123456", "273123456"], "name": ["SPARTA II", "SPARTA II"],
    ...     "place": ["tartus", "novorossiysk"], "kind": ["berth", "berth"],
    ...     "arrived_after": [moment(21, 5), moment(31, 10)], "arrived_by": [moment(21, 6), moment(31, 11)],
    ...     "left_after": [moment(27, 21), moment(31, 12)], "left_by": [moment(28, 4), None],
    ... }
    >>> for sailing in ff.tracks.sailings(pl.DataFrame(rows)):
    ...     print(sailing.platform, sailing.direction, f"{sailing.start:%d %b %H:%M}", sailing.movements)
    Sparta II outbound 27 Jan 21:00 1
    """
    seen, notes = see_voyages(
        calls,
        platforms=platforms,
        places=places,
        source=source,
        include_anchorages=include_anchorages,
    )
    return Noted(events_of(seen, theatre=theatre, events=events, grade=grade), notes=notes)


def see_voyages(
    frame: Any,
    *,
    platforms: Mapping[str, str | None] | None = None,
    places: Mapping[str, str] | None = None,
    source: str | None = None,
    include_anchorages: bool = False,
) -> tuple[SeenRecord, list[str]]:
    """All voyages of a frame of calls, and notes on what is none."""
    calls = read_calls(frame)
    known = NamedPlaces(places, mode="sea", words="port calls", example="Tartus")
    known.read((call.row, "place", call.place) for call in calls)
    names = ShipNames(platforms)
    seen: list[SeenMovement] = []
    notes: list[str] = []
    for own in calls_by_ship(calls).values():
        ship = names.ship_of(own)
        voyages = voyages_of(own, known, include_anchorages=include_anchorages)
        going = [voyage for voyage in voyages if not voyage.is_round_trip]
        if ship.platform:
            seen += (
                read_voyage(one, ship, source=source or source_name(one.left.source))
                for one in going
            )
            notes += _notes_on_rest(own, voyages, ship, known, include_anchorages)
        elif going:
            notes.append(f"left out, {counted(len(going), 'sailing')} of {ship.label}: {ship.note}")
    notes += (f"platforms: no ship of these calls is {name!r}" for name in names.unused)
    return SeenRecord(tuple(seen), _last_days(calls, source), SEA), notes


def _last_days(calls: Iterable[Call], source: str | None) -> dict[str, str]:
    """The last day of each record."""
    days: dict[str, str] = {}
    for call in calls:
        name = source or source_name(call.source)
        days[name] = max(days.get(name, ""), f"{call.last_moment:%Y-%m-%d}")
    return days


def _notes_on_rest(
    own: Sequence[Call],
    voyages: Sequence[Voyage],
    ship: CallShip,
    places: NamedPlaces,
    include_anchorages: bool,
) -> list[str]:
    """What one ship did that is no sailing: round trips with time for another port, and departures without an end."""
    notes = []
    for voyage in voyages:
        if voyage.is_round_trip:
            notes.append(_note_on_round_trip(voyage, ship))
    ends = [call for call in own if include_anchorages or call.kind == "berth"]
    if not ends:
        notes.append(f"{ship.label}: {counted(len(own), 'call')} at anchor and none at a berth")
    elif ends[-1].left_by is not None:
        last = ends[-1]
        notes.append(
            f"{ship.label} left {places[last.place].name} {span_words(last.left_after, last.left_by)}, and no later "
            "berth is in the record: no sailing without a destination"
        )
    return list(filter(None, notes))


def _note_on_round_trip(voyage: Voyage, ship: CallShip) -> str:
    """What a ship that came back had the time for, or ""."""
    elsewhere = other_ports(voyage, ship.vessel)
    if not elsewhere:
        return ""
    return (
        f"{ship.label} left {voyage.origin.name} {span_words(voyage.left.left_after, voyage.left.left_by)} and was "
        f"back {span_words(voyage.reached.arrived_after, voyage.reached.arrived_by)}, {voyage.hours:,.0f} h in all: "
        f"long enough for a call at {list_ports(elsewhere)}; no sailing was made of it"
    )
