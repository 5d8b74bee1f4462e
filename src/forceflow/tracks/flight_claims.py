"""A leg seen in tracks as a claim: what was seen, how well, and what is left open."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ..evidence.reports import Claim
from ..world import Place
from ..world.geography.geodesy import geodesic_km
from .leg_aircraft import LegAircraft
from .leg_rows import Leg
from .seen_movements import SeenMovement, claim_mark, heard_digit, span_words, window_of
from .trips import Stay, Trip

__all__ = ["Flight", "is_way_back", "may_be_words", "read_flight"]

_HOUR = dt.timedelta(hours=1)
_OPEN_TAKE_OFF = dt.timedelta(hours=24)
"""Where nothing says how early it took off, it is taken to be no more than a day before it was first seen (a prior)."""
_TAIL_WIND = 1.25
"""A speed over the ground is doubted when it is this far above the fastest cruise: a jet stream adds up to a quarter
(a prior)."""
_SHORTEST_STOP_H = 0.5
"""Least time for a landing on the way that is worth a doubt (a prior)."""
_FIRM = ("ground", "list")
"""What an end of a leg rests on where it was seen on the ground, or listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """A leg with both ends, its aircraft, and what it follows and is followed by.

    Parameters
    ----------
    leg, aircraft, origin, destination
        The leg, and its ends as places of the gazetteer.
    trip
        The trip that it is a leg of.
    before, after
        The stays at its ends, None where the record does not hold them.
    is_empty
        Whether it is taken for a way back without a load.
    """

    leg: Leg
    aircraft: LegAircraft
    origin: Place
    destination: Place
    trip: Trip
    before: Stay | None
    after: Stay | None
    is_empty: bool

    @property
    def km(self) -> float:
        """Length of the great circle between its ends, km."""
        ends = (self.origin, self.destination)
        return geodesic_km(*((end.longitude, end.latitude) for end in ends))

    @property
    def may_have_stopped(self) -> bool:
        """Whether the time and one silence do for a landing on the way."""
        silence = self.leg.longest_silence_h
        stop_h = _shortest_stop_h(self.aircraft)
        if silence is not None and silence < stop_h:
            return False
        block = self.aircraft.aircraft.block_speed_km_per_h(max(self.km, 1.0))
        return self.leg.longest_h - self.km / block.high >= stop_h


def is_way_back(flight_direction: str, trip: Trip, leg: Leg, loaded: str) -> bool:
    """Whether a leg of a trip is the way back for what `sorties` takes as loaded."""
    if loaded == "both" or len(trip.legs) < 2:
        return False
    if flight_direction in ("outbound", "inbound"):
        return flight_direction != loaded
    # Within the theatre or outside it nothing but the order says which way was out.
    return trip.is_closed and leg.row == trip.legs[-1].row


def read_flight(flight: Flight, *, source: str) -> SeenMovement:
    """What tracks say of one flight; its grade and its doubts are those of `sorties`."""
    doubts = tuple(filter(None, _doubts_of(flight)))
    event_id = f"{flight.leg.aircraft}-{flight.origin.id}-{flight.leg.first_aloft:%Y%m%dT%H%M%S}"
    return SeenMovement(
        event_id=event_id,
        claim=_claim_of(flight, doubts, event_id=event_id, source=source),
        title=(
            f"{flight.aircraft.label} flies from {flight.origin.name} to {flight.destination.name}, seen by ADS-B"
        ),
        source=source,
        grade=_grade_of(flight),
        grade_reason=_grade_reason(flight),
        caveats=doubts,
    )


def _claim_of(flight: Flight, doubts: tuple[str, ...], *, event_id: str, source: str) -> Claim:
    """The movement claim of a flight: one sortie, in the window of its take-off."""
    leg = flight.leg
    start, stop = _take_off_window(flight)
    inferred = list(leg.inferred)
    if flight.is_empty:
        inferred.append("cargo")
    if flight.aircraft.aircraft.is_class_mix:
        inferred.append("platform")
    return Claim(
        id=f"{event_id}-{claim_mark(source)}",
        kind="movement",
        text=_text_of(flight),
        mode="air",
        platform=flight.aircraft.platform,
        quantity="1",
        unit="sorties",
        start=start,
        stop=stop,
        origin=flight.origin.id,
        destination=flight.destination.id,
        cargo="empty" if flight.is_empty else "",
        locator=(
            f"messages of {leg.aircraft}, {start:%Y-%m-%d %H:%M} to {leg.last_moment:%Y-%m-%d %H:%M} UTC (legs, row "
            f"{leg.row})"
        ),
        # Whoever recorded it, all pass on what one transponder sent; a number at the end of a root is read as its date.
        relays=(f"ADS-B of aircraft {leg.aircraft} (transponder)",),
        event=event_id,
        inferred=tuple(inferred),
        note="; ".join(doubts),
    )


def _take_off_window(flight: Flight) -> tuple[dt.datetime, dt.datetime]:
    """From the last moment on the ground to the first in the air."""
    first = flight.leg.first_aloft
    after = flight.leg.took_off_after
    if after is None and flight.before is not None:
        after = flight.before.reached.last_aloft
    if after is None:
        after = first - _OPEN_TAKE_OFF
    return window_of(after, first)


def _doubts_of(flight: Flight) -> list[str]:
    """What the times of a flight leave open, or speak against."""
    leg = flight.leg
    doubts = [_take_off_doubt(flight)]
    for end, place in (("origin", flight.origin), ("destination", flight.destination)):
        if end in leg.inferred:
            doubts.append(
                f"{end} not seen: {may_be_words(leg, end)}; {place.name} is the likeliest"
            )
    if flight.may_have_stopped:
        doubts.append(f"{_heard_words(leg)}: long enough for a landing on the way")
    doubts.append(_why_too_fast(flight))
    if leg.aircraft.startswith("~"):
        doubts.append(f"{leg.aircraft} is no ICAO address: another aircraft may send it too")
    if flight.is_empty:
        doubts.append(
            "way back of a trip, taken to be empty (a prior); loaded='both' counts its load as well"
        )
    if leg.notes:
        doubts.append(f"leg: {leg.notes}")
    return doubts


def _take_off_doubt(flight: Flight) -> str:
    if flight.leg.took_off_after is not None:
        return ""
    if flight.before is not None:
        return "when it took off is open: not seen on the ground since it had landed there"
    return "when it took off is open: taken to be in the 24 h before it was first seen in the air"


def may_be_words(leg: Leg, end: str) -> str:
    """Where a leg may have begun or ended, and where the aircraft was seen first or last."""
    seen, weighed = leg.first_seen, leg.origin_may_be
    words = "first seen"
    if end == "destination":
        seen, weighed, words = leg.last_seen, leg.destination_may_be, "last seen"
    parts = []
    if seen:
        parts.append(f"{words} at {seen}")
    if weighed:
        parts.append(f"may be {weighed.replace(';', ',')}")
    return ", ".join(parts) or "nothing says where"


def _heard_words(leg: Leg) -> str:
    """How long it was under way at most, and how long unheard."""
    if leg.longest_silence_h is None:
        return f"{leg.longest_h:,.1f} h from ground to ground, silences not known"
    return f"{leg.longest_h:,.1f} h from ground to ground, {leg.longest_silence_h:,.1f} h of them without a message"


def _shortest_stop_h(aircraft: LegAircraft) -> float:
    return max(_SHORTEST_STOP_H, aircraft.aircraft.ground_time_h("expedited").low)


def _why_too_fast(flight: Flight) -> str:
    """Why it cannot have flown there in time, or ""."""
    hours = flight.leg.longest_h
    top = flight.aircraft.aircraft.cruise_km_per_h.high * _TAIL_WIND
    # Where the record is open on a side, the time it took is not known.
    if flight.leg.took_off_after is None or flight.leg.landed_by is None:
        return ""
    if flight.km <= top * hours:
        return ""
    return (
        f"{flight.km:,.0f} km in at most {hours:,.1f} h are more than the {top:,.0f} km/h that "
        f"{flight.aircraft.platform} flies with the wind behind it: a wrong position, or another aircraft"
    )


def _text_of(flight: Flight) -> str:
    """The claim in words."""
    leg = flight.leg
    names = [flight.aircraft.platform, f"address {leg.aircraft}"]
    if leg.registration:
        names.insert(0, leg.registration)
    if leg.callsign:
        names.append(f"callsign {leg.callsign}")
    parts = [
        f"{names[0]} ({', '.join(names[1:])}) took off from {flight.origin.name} "
        f"{span_words(leg.took_off_after, leg.first_aloft)} and landed at {flight.destination.name} "
        f"{span_words(leg.last_aloft, leg.landed_by)}"
    ]
    if flight.before is not None:
        parts.append(f"{_stay_words(flight.before)} on the ground before it")
    if flight.after is not None:
        parts.append(f"{_stay_words(flight.after)} after it")
    if leg.touch_and_goes:
        parts.append(f"{leg.touch_and_goes:.0f} contacts with the ground too short to unload")
    return "; ".join(parts) + "."


def _stay_words(stay: Stay) -> str:
    return f"{stay.shortest_h:,.1f} to {stay.longest_h:,.1f} h"


def _grade_of(flight: Flight) -> str:
    """Admiralty grade; see `sorties`."""
    leg = flight.leg
    letter = "B"
    not_seen = any(end not in ("", *_FIRM) for end in (leg.begins, leg.ends))
    if flight.may_have_stopped or leg.longest_silence_h is None or not_seen or leg.inferred:
        letter = "C"
    if leg.aircraft.startswith("~"):
        letter = "D"
    return f"{letter}{heard_digit(leg.longest_silence_h, leg.longest_h)}"


def _grade_reason(flight: Flight) -> str:
    reason = f"A transponder's own word, which can be wrong or spoofed; {_heard_words(flight.leg)}"
    if flight.may_have_stopped:
        reason += ", enough for a landing on the way"
    if flight.leg.inferred:
        reason += "; an end was not seen"
    if flight.leg.aircraft.startswith("~"):
        reason += "; the address is no ICAO address"
    return reason
