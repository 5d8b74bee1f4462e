"""The round trip of an aircraft on an air bridge, in parts: what every model of the bridge shares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ...arrays import Floats
from ...quantity import Quantity
from ...world.platforms.load_factors import people_share, people_use
from .air_bridge import (
    AirBridge,
    AirliftAircraft,
    AirRoute,
    PerType,
    check_spots,
    per_type,
)
from .draws import Draws, entity_of

__all__ = ["AirCycle", "air_cycle", "leg_times_h"]


@dataclass(frozen=True)
class AirCycle:
    """The drawn round trip of every type of a bridge; arrays have shape (types, draws).

    Parameters
    ----------
    platforms
        Names of the types.
    count
        Serviceable aircraft.
    payload_t, seats, people
        Load of a sortie in t (P), seats, and people on a flight with people (0 where no figure is known).
    onload_h, offload_h
        Ground time at the ends.
    outbound_h, return_h
        Flying time, sums over the legs.
    enroute_h
        Ground time of one stop.
    outbound_stops, return_stops
        Names of the places landed at on the way out and back.
    spots
        Spots one aircraft takes up.
    distance_km, round_trip_km
        Loaded way, and way out and back.
    """

    platforms: tuple[str, ...]
    count: Floats
    payload_t: Floats
    seats: Floats
    people: Floats
    onload_h: Floats
    outbound_h: Floats
    enroute_h: Floats
    offload_h: Floats
    return_h: Floats
    spots: Floats
    outbound_stops: tuple[str, ...]
    return_stops: tuple[str, ...]
    distance_km: float
    round_trip_km: float

    @property
    def parts_h(self) -> dict[str, Floats]:
        """Parts of the cycle in the order they are passed through, in h."""
        parts = {"onload": self.onload_h, "flight out": self.outbound_h}
        if self.outbound_stops:
            parts["stops out"] = self.enroute_h * len(self.outbound_stops)
        parts |= {"offload": self.offload_h, "flight back": self.return_h}
        if self.return_stops:
            parts["stops back"] = self.enroute_h * len(self.return_stops)
        return parts

    @property
    def flying_h(self) -> Floats:
        """Round-trip flying time (RTFT, A6), in h."""
        return self.outbound_h + self.return_h

    @property
    def cycle_h(self) -> Floats:
        """Cycle time (CT = RTFT + RTGT, A8), in h."""
        return np.asarray(sum(self.parts_h.values()))

    @property
    def first_delivery_h(self) -> Floats:
        """From the start of loading to the end of unloading (A9 from the place of loading), in h."""
        return (
            self.onload_h
            + self.outbound_h
            + self.enroute_h * len(self.outbound_stops)
            + self.offload_h
        )


def air_cycle(bridge: AirBridge, *, drawn: Draws) -> AirCycle:
    """Draw the round trip of every type of a bridge.

    Notes
    -----
    One draw per type and purpose serves all legs and stops, so a type that is fast is fast everywhere; and what one
    amount says of all types is drawn once for all.
    Load over several legs is the least that any leg allows, each stop giving fuel for the next. Without
    fuel at the destination the last leg is flown out and back on what was taken on before it.
    """
    check_spots(bridge)
    inputs = _TypeDraws(bridge, drawn)
    out_km, back_km = _legs_km(bridge)
    out_h, back_h = leg_times_h(bridge, drawn=drawn)
    seats = inputs.of_types("seats", _published_seats)
    return AirCycle(
        platforms=tuple(kind.name for kind in inputs.types),
        count=inputs.of_types("fleet", inputs.fleet.__getitem__) * inputs.serviceable_share(),
        payload_t=inputs.payload_t(out_km),
        seats=seats,
        people=inputs.people(seats),
        onload_h=inputs.ground_h("onload"),
        outbound_h=np.sum(out_h, axis=0),
        enroute_h=inputs.ground_h("enroute"),
        offload_h=inputs.ground_h("offload"),
        return_h=np.sum(back_h, axis=0),
        spots=inputs.spots(),
        outbound_stops=_stops_of(bridge.route),
        return_stops=_stops_back(bridge),
        distance_km=float(sum(out_km)),
        round_trip_km=float(sum(out_km) + sum(back_km)),
    )


def leg_times_h(bridge: AirBridge, *, drawn: Draws) -> tuple[list[Floats], list[Floats]]:
    """Flying time of each leg out and back in h, each of shape (types, draws)."""
    inputs = _TypeDraws(bridge, drawn)
    out_km, back_km = _legs_km(bridge)
    return list(map(inputs.leg_h, out_km)), list(map(inputs.leg_h, back_km))


def _legs_km(bridge: AirBridge) -> tuple[list[float], list[float]]:
    """Lengths of the legs out and back, in km."""
    out_km = [leg.distance_km for leg in bridge.route.legs]
    if not bridge.return_route:
        return out_km, out_km[::-1]
    return out_km, [leg.distance_km for leg in bridge.return_route.legs]


def _stops_of(route: AirRoute) -> tuple[str, ...]:
    """Names of the places landed at between the ends of a route."""
    return tuple(leg.destination for leg in route.legs[:-1])


def _stops_back(bridge: AirBridge) -> tuple[str, ...]:
    """Places landed at on the way back: in reverse order where the way back is the way out."""
    if bridge.return_route:
        return _stops_of(bridge.return_route)
    return _stops_of(bridge.route)[::-1]


def _published_seats(kind: AirliftAircraft) -> Quantity:
    """Seats of a flight for people only; 0 where no figure is known."""
    if kind.seats is None:
        return Quantity.exactly(0.0)
    seats: Quantity = kind.seats.value
    return seats


def _one_spot(kind: AirliftAircraft) -> Quantity:
    """Spots a type takes up where the bridge does not say."""
    return Quantity.exactly(1.0)


class _TypeDraws:
    """Draws for every type of a bridge, of shape (types, draws): as the bridge gives them, else as the type brings."""

    def __init__(self, bridge: AirBridge, drawn: Draws) -> None:
        self.bridge = bridge
        self.drawn = drawn
        self.fleet = bridge.aircraft()
        self.types = list(self.fleet)

    def of_types(self, purpose: str, quantity_of: Callable[[AirliftAircraft], Quantity]) -> Floats:
        """Draws of what each type brings."""
        rows = []
        for kind in self.types:
            rows.append(self.drawn.of(quantity_of(kind), entity=kind.id, purpose=purpose))
        return np.stack(rows)

    def given_or_own(
        self,
        given: PerType,
        name: str,
        own: Callable[[AirliftAircraft], Quantity],
        *,
        unit: str,
    ) -> Floats:
        """Draws of an input of the bridge, and of what a type brings where the bridge does not say."""
        by_id = per_type(given, self.types, name=name, unit=unit)
        rows = []
        for kind in self.types:
            quantity = by_id.get(kind.id) or own(kind)
            entity = entity_of(kind, given)
            rows.append(self.drawn.of(quantity, entity=entity, purpose=name))
        return np.stack(rows)

    def serviceable_share(self) -> Floats:
        """Share of the fleet that is fit to fly, shape (draws,)."""
        share = Quantity.of(self.bridge.serviceable_share)
        return self.drawn.of(share, entity="bridge", purpose="serviceable_share")

    def ground_h(self, station: str) -> Floats:
        """Ground time of a visit to "onload", "offload" or "enroute", in h."""
        name = f"{station}_h"
        given = getattr(self.bridge, name)
        return self.given_or_own(given, name, lambda kind: kind.ground_time_h(station), unit="h")

    def spots(self) -> Floats:
        """Spots one aircraft takes up."""
        given = self.bridge.spots_per_aircraft
        return self.given_or_own(given, "spots_per_aircraft", _one_spot, unit="spots")

    def leg_h(self, leg_km: float) -> Floats:
        """Flying time of one leg, in h."""
        # All legs share one address: a type that is fast on one leg is fast on every other.
        speed = self.of_types("block_speed", lambda kind: kind.block_speed_km_per_h(leg_km))
        return leg_km / speed

    def payload_t(self, legs_km: Sequence[float]) -> Floats:
        """Load of a sortie: as given, or what the payload curve allows times the load factor."""
        bridge = self.bridge
        given_t = per_type(bridge.payload_t, self.types, name="payload_t", unit="t")
        load_share = self.given_or_own(
            bridge.load_share,
            "load_factor",
            lambda kind: kind.load_factor(bridge.cargo),
            unit="",
        )
        rows = []
        for kind, share in zip(self.types, load_share, strict=True):
            if kind.id in given_t:
                entity = entity_of(kind, bridge.payload_t)
                rows.append(self.drawn.of(given_t[kind.id], entity=entity, purpose="payload"))
            else:
                rows.append(self._greatest_t(kind, legs_km) * share)
        return np.stack(rows)

    def _greatest_t(self, kind: AirliftAircraft, legs_km: Sequence[float]) -> Floats:
        """The least load that any leg allows, in t, shape (draws,)."""
        loads = []
        for number, leg_km in enumerate(legs_km, start=1):
            # Every stop gives fuel, so only the last leg may have to carry the fuel for its way back.
            gets_fuel = self.bridge.refuel_at_destination or number < len(legs_km)
            load = kind.payload_t(leg_km, refuel_at_destination=gets_fuel)
            loads.append(self.drawn.of(load, entity=kind.id, purpose="payload"))
        return np.asarray(np.minimum.reduce(loads))

    def people(self, seats: Floats) -> Floats:
        """People on a flight with people: as given, or the share of the seats that such flights carried."""
        given = self.bridge.people_per_sortie
        by_id = per_type(given, self.types, name="people_per_sortie", unit="people")
        use = people_use(self.bridge.cargo)
        rows = []
        for kind, seats_of_kind in zip(self.types, seats, strict=True):
            if kind.id in by_id:
                entity = entity_of(kind, given)
                purpose = "people_per_sortie"
                rows.append(self.drawn.of(by_id[kind.id], entity=entity, purpose=purpose))
            else:
                # A type of the user's own need not name a role.
                filled = people_share(getattr(kind, "role", ""), use).value
                share = self.drawn.of(filled, entity=kind.id, purpose="people")
                rows.append(seats_of_kind * share)
        return np.stack(rows)
