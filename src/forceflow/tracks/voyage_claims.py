"""A voyage seen in tracks as a claim: what was seen, how well, and what is left open."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from ..errors import FrameError
from ..evidence.reports import Claim
from ..quantity.units import KM_PER_NM
from ..world import Place
from ..world.geography.passages import passages
from .call_rows import Call, Crossing
from .call_ships import CallShip
from .seen_movements import SeenMovement, claim_mark, heard_digit, span_words, window_of
from .voyage_loads import VoyageLoad, load_of
from .voyages import Voyage, other_ports, sea_km, sea_way

__all__ = ["list_ports", "read_voyage"]

_TOLERANCE = 1.05
"""A speed is doubted when it is this far above the top speed, as in `flag_infeasible`."""
_MOST_NAMED = 3


def read_voyage(voyage: Voyage, ship: CallShip, *, source: str) -> SeenMovement:
    """What tracks say of one voyage; its grade and its doubts are those of `sailings`."""
    load = load_of(voyage, ship)
    elsewhere = other_ports(voyage, ship.vessel)
    crossings = _crossings_of(voyage)
    doubts = _doubts_of(voyage, ship, elsewhere, crossings)
    caveats = tuple(filter(None, (*doubts, load.caveat, ship.note)))
    event_id = _event_id(voyage)
    return SeenMovement(
        event_id=event_id,
        claim=_claim_of(voyage, ship, load, crossings, caveats, event_id=event_id, source=source),
        title=f"{ship.label} leaves {voyage.origin.name} for {voyage.destination.name}, seen by AIS",
        source=source,
        grade=_grade_of(voyage, elsewhere),
        grade_reason=_grade_reason(voyage, elsewhere),
        caveats=caveats,
    )


def _event_id(voyage: Voyage) -> str:
    """Ship, place and last moment at the berth: no two voyages have the same."""
    ship = "-".join(re.findall(r"\w+", voyage.left.ship))
    return f"{ship}-{voyage.origin.id}-{voyage.left.left_after:%Y%m%dT%H%M%S}"


def _claim_of(
    voyage: Voyage,
    ship: CallShip,
    load: VoyageLoad,
    crossings: tuple[Crossing, ...],
    caveats: Iterable[str],
    *,
    event_id: str,
    source: str,
) -> Claim:
    """The movement claim of a voyage: one sailing, in the window of its departure."""
    start, stop = _departure_window(voyage)
    inferred = []
    if load.tonnes:
        inferred.append("quantity")
    if ship.is_generic:
        inferred.append("platform")
    counted = {"quantity": "1", "unit": "sailings"}
    if load.tonnes:
        counted = {"quantity": load.tonnes, "unit": "tonnes", "movements": "1"}
    return Claim(
        # Two records of one voyage make two claims, also where they heard it leave at the same moment.
        id=f"{event_id}-{claim_mark(source)}",
        kind="movement",
        text=_text_of(voyage, ship, load, crossings),
        mode="sea",
        platform=ship.platform,
        start=start,
        stop=stop,
        origin=voyage.origin.id,
        destination=voyage.destination.id,
        via=tuple(dict.fromkeys(crossing.passage for crossing in crossings)),
        cargo=load.cargo,
        locator=_locator_of(voyage),
        relays=(_root_of(voyage.left.ship),),
        event=event_id,
        inferred=tuple(inferred),
        note="; ".join(caveats),
        **counted,
    )


def _root_of(ship: str) -> str:
    """The root source: whoever recorded it, all pass on what one transponder sent."""
    # A number at the end of a root is read as its date.
    return f"AIS of ship {ship} (transponder)"


def _departure_window(voyage: Voyage) -> tuple[dt.datetime, dt.datetime]:
    """From the last moment heard at the berth to the first heard away from it, in whole seconds, never empty."""
    left_by = voyage.left.left_by or voyage.reached.arrived_by
    return window_of(voyage.left.left_after, left_by)


def _crossings_of(voyage: Voyage) -> tuple[Crossing, ...]:
    """Passages seen on the way, in order of time.

    Raises
    ------
    FrameError
        One is no passage of the gazetteer.
    """
    crossings: list[Crossing] = []
    for call in (voyage.left, *voyage.between):
        for crossing in call.crossings:
            if crossing.passage not in passages():
                raise FrameError(
                    f"port calls, row {call.row}, column 'passages_after': unknown passage {crossing.passage!r}; "
                    f"there are {', '.join(passages())}"
                )
            crossings.append(crossing)
    return tuple(sorted(crossings, key=lambda crossing: crossing.start))


def _doubts_of(
    voyage: Voyage, ship: CallShip, elsewhere: list[Place], crossings: tuple[Crossing, ...]
) -> list[str]:
    """What the times of a voyage leave open, or speak against."""
    doubts = []
    if voyage.left.left_by is None:
        doubts.append("when it left is open: it was next heard at its destination")
    if elsewhere:
        doubts.append(f"{_heard_words(voyage)}: long enough for a call at {list_ports(elsewhere)}")
    doubts.append(_why_too_fast(voyage, ship))
    doubts.append(_passages_missed(voyage, crossings))
    if "(" in voyage.left.ship and not voyage.left.notes:
        doubts.append(f"two hulls sent the number of {voyage.left.ship}; they were told apart")
    doubts += [f"port call: {note}" for note in (voyage.left.notes, voyage.reached.notes) if note]
    return list(filter(None, doubts))


def _heard_words(voyage: Voyage) -> str:
    """How long it was under way at most, and how long unheard."""
    silence = voyage.silence_h
    if silence is None:
        return f"{voyage.hours:,.0f} h from berth to berth, silences not known"
    return f"{voyage.hours:,.0f} h from berth to berth, {silence:,.1f} h of them without a message"


def list_ports(ports: list[Place]) -> str:
    """Names of the first ports, and how many more there are."""
    shown = ", ".join(port.name for port in ports[:_MOST_NAMED])
    if len(ports) > _MOST_NAMED:
        shown += f" or {len(ports) - _MOST_NAMED} more ports"
    return shown


def _why_too_fast(voyage: Voyage, ship: CallShip) -> str:
    """Why it cannot have sailed there in time, or ""."""
    km = sea_km(voyage.origin, voyage.destination)
    top = ship.vessel.speed_km_per_h.high
    if km is None or km <= _TOLERANCE * top * voyage.hours:
        return ""
    return (
        f"{km:,.0f} km by sea in at most {voyage.hours:,.1f} h are {km / voyage.hours / KM_PER_NM:,.0f} kn, and "
        f"{ship.vessel.name} sails {top / KM_PER_NM:.0f} kn at most: a wrong position, or another hull"
    )


def _passages_missed(voyage: Voyage, crossings: tuple[Crossing, ...]) -> str:
    """Which passages of the shortest way it was not seen in."""
    way = sea_way(voyage.origin, voyage.destination)
    # A table of calls that says nothing of silences was not made from fixes, and knows no passages either.
    if way is None or (not crossings and voyage.silence_h is None):
        return ""
    seen = {crossing.passage for crossing in crossings}
    missed = [passages()[one].name for one in way.passages if one not in seen]
    if not missed:
        return ""
    return f"not seen in {', '.join(missed)}, through which the shortest way goes"


def _text_of(
    voyage: Voyage, ship: CallShip, load: VoyageLoad, crossings: tuple[Crossing, ...]
) -> str:
    """The claim in words."""
    left, reached = voyage.left, voyage.reached
    parts = [
        f"{_who(ship, left)} left {voyage.origin.name} {span_words(left.left_after, left.left_by)} and reached "
        f"{voyage.destination.name} {span_words(reached.arrived_after, reached.arrived_by)}"
    ]
    for call in voyage.between:
        parts.append(f"at anchor off {call.place} {_span(call.arrived_by, call.left_after)}")
    for crossing in crossings:
        name = passages()[crossing.passage].name
        parts.append(f"through the {name} {_span(crossing.start, crossing.stop)}")
    if load.draughts:
        parts.append(load.draughts)
    return "; ".join(parts) + "."


def _who(ship: CallShip, call: Call) -> str:
    numbers = f"MMSI {call.ship}"
    if call.imo:
        numbers += f", IMO {call.imo.removeprefix('IMO').strip()}"
    return f"{ship.label} ({numbers})"


def _span(start: dt.datetime, stop: dt.datetime) -> str:
    """Two moments: "3 Feb 04:10-05:30"."""
    if stop.date() == start.date():
        return f"{start.day} {start:%b %H:%M}-{stop:%H:%M}"
    return f"{start.day} {start:%b %H:%M} to {stop.day} {stop:%b %H:%M}"


def _locator_of(voyage: Voyage) -> str:
    left, reached = voyage.left, voyage.reached
    return (
        f"messages of {left.ship}, {left.left_after:%Y-%m-%d %H:%M} to {reached.arrived_by:%Y-%m-%d %H:%M} UTC "
        f"(port calls, rows {left.row} and {reached.row})"
    )


def _grade_of(voyage: Voyage, elsewhere: list[Place]) -> str:
    """Admiralty grade; see `sailings`."""
    letter = "B"
    if elsewhere or voyage.silence_h is None:
        letter = "C"
    if "(" in voyage.left.ship:
        letter = "D"
    return f"{letter}{heard_digit(voyage.silence_h, voyage.hours)}"


def _grade_reason(voyage: Voyage, elsewhere: list[Place]) -> str:
    reason = f"A transponder's own word, which can be wrong or spoofed; {_heard_words(voyage)}"
    if elsewhere:
        reason += ", enough for a call elsewhere"
    if "(" in voyage.left.ship:
        reason += "; two hulls shared the number"
    return reason
