"""The round trip of an aircraft on an air bridge, in parts: what every model of the bridge shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...arrays import Floats
from ...quantity import Quantity
from ...world.platforms.load_factors import people_share, people_use
from .air_bridge import AirBridge, AirliftAircraft, PerType, check_spots, per_type
from .draws import Draws, entity_of

__all__ = ["AirCycle", "air_cycle"]


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
    fleet = bridge.aircraft()
    types = list(fleet)
    check_spots(bridge)
    stops_out = tuple(leg.destination for leg in bridge.route.legs[:-1])
    stops_back = tuple(leg.destination for leg in (bridge.return_route or bridge.route).legs[:-1])
    legs_out = [leg.distance_km for leg in bridge.route.legs]
    legs_back = (
        [leg.distance_km for leg in bridge.return_route.legs]
        if bridge.return_route
        else legs_out[::-1]
    )

    def each(quantity: Callable[[AirliftAircraft], Quantity], purpose: str) -> Floats:
        return np.stack(
            [drawn.of(quantity(kind), entity=kind.id, purpose=purpose) for kind in types]
        )

    def chosen(
        given: PerType, name: str, own: Callable[[AirliftAircraft], Quantity], *, unit: str
    ) -> Floats:
        table = per_type(given, types, name=name, unit=unit)
        return np.stack(
            [
                drawn.of(
                    table.get(kind.id) or own(kind), entity=entity_of(kind, given), purpose=name
                )
                for kind in types
            ]
        )

    def leg_h(leg_km: float) -> Floats:
        return leg_km / each(lambda kind: kind.block_speed_km_per_h(leg_km), "block_speed")

    def greatest_t(kind: AirliftAircraft) -> Floats:
        loads = []
        for number, leg in enumerate(legs_out, start=1):
            last = number == len(legs_out)
            load = kind.payload_t(
                leg, refuel_at_destination=bridge.refuel_at_destination or not last
            )
            loads.append(drawn.of(load, entity=kind.id, purpose="payload"))
        return np.asarray(np.minimum.reduce(loads))

    one, none = Quantity.exactly(1.0), Quantity.exactly(0.0)
    given_t = per_type(bridge.payload_t, types, name="payload_t", unit="t")
    share = chosen(bridge.load_share, "load_factor", lambda a: a.load_factor(bridge.cargo), unit="")
    payload = [
        drawn.of(given_t[kind.id], entity=entity_of(kind, bridge.payload_t), purpose="payload")
        if kind.id in given_t
        else greatest_t(kind) * share[i]
        for i, kind in enumerate(types)
    ]
    seats = each(lambda kind: kind.seats.value if kind.seats is not None else none, "seats")
    given_people = per_type(
        bridge.people_per_sortie, types, name="people_per_sortie", unit="people"
    )
    use = people_use(bridge.cargo)
    people = [
        drawn.of(
            given_people[kind.id],
            entity=entity_of(kind, bridge.people_per_sortie),
            purpose="people_per_sortie",
        )
        if kind.id in given_people
        else seats[i]
        * drawn.of(
            people_share(getattr(kind, "role", ""), use).value, entity=kind.id, purpose="people"
        )
        for i, kind in enumerate(types)
    ]
    fit = drawn.of(
        Quantity.of(bridge.serviceable_share), entity="bridge", purpose="serviceable_share"
    )
    return AirCycle(
        platforms=tuple(kind.name for kind in types),
        count=each(lambda kind: fleet[kind], "fleet") * fit,
        payload_t=np.stack(payload),
        seats=seats,
        people=np.stack(people),
        onload_h=chosen(
            bridge.onload_h, "onload_h", lambda kind: kind.ground_time_h("onload"), unit="h"
        ),
        outbound_h=np.sum([leg_h(leg) for leg in legs_out], axis=0),
        enroute_h=chosen(
            bridge.enroute_h, "enroute_h", lambda kind: kind.ground_time_h("enroute"), unit="h"
        ),
        offload_h=chosen(
            bridge.offload_h, "offload_h", lambda kind: kind.ground_time_h("offload"), unit="h"
        ),
        return_h=np.sum([leg_h(leg) for leg in legs_back], axis=0),
        spots=chosen(
            bridge.spots_per_aircraft, "spots_per_aircraft", lambda kind: one, unit="spots"
        ),
        outbound_stops=stops_out,
        return_stops=stops_back,
        distance_km=float(sum(legs_out)),
        round_trip_km=float(sum(legs_out) + sum(legs_back)),
    )
