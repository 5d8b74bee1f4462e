"""The round trip of a ship on a sea bridge, in parts: what every model of the bridge shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...arrays import Floats
from ...quantity import Quantity
from ...quantity.units import HOURS_PER_DAY
from .amounts import Amount
from .draws import Draws, entity_of
from .sea_bridge import SeaBridge, SealiftVessel, SeaRoute

__all__ = ["SeaCycle", "sea_cycle"]


@dataclass(frozen=True)
class SeaCycle:
    """The drawn round trip of every ship of a bridge; arrays have shape (types, draws).

    Parameters
    ----------
    platforms
        Names of the ships.
    count
        Ships of each name.
    cargo_t
        Cargo of a voyage, in t.
    load_h, discharge_h
        Time alongside.
    outbound_h, return_h
        Time under way, with stops and waits at passages.
    escort_days
        Days between two escorts, shape (draws,); None where ships sail alone.
    other_delay_h
        Any other time lost in a cycle, shape (draws,).
    """

    platforms: tuple[str, ...]
    count: Floats
    cargo_t: Floats
    load_h: Floats
    outbound_h: Floats
    discharge_h: Floats
    return_h: Floats
    escort_days: Floats | None
    other_delay_h: Floats

    @property
    def parts_h(self) -> dict[str, Floats]:
        """Parts of the cycle (S3) in the order they are passed through, in h."""
        parts = self._parts_out_h()
        parts["sail back"] = self.return_h
        if self.other_delay_h.any():
            parts["other delay"] = np.broadcast_to(self.other_delay_h, self.count.shape)
        return parts

    @property
    def cycle_h(self) -> Floats:
        """Cycle time without the waits that full berths impose, in h."""
        return np.asarray(sum(self.parts_h.values()))

    @property
    def first_delivery_h(self) -> Floats:
        """From the start of loading to the end of discharge, in h."""
        return np.asarray(sum(self._parts_out_h().values()))

    def _parts_out_h(self) -> dict[str, Floats]:
        """Parts of the cycle until the cargo is discharged, in h."""
        parts = {"load": self.load_h}
        if self.escort_days is not None:
            # A ship is ready at any time, so it waits half the interval on average.
            wait_h = self.escort_days * HOURS_PER_DAY / 2
            parts["wait for escort"] = np.broadcast_to(wait_h, self.count.shape)
        parts["sail out"] = self.outbound_h
        parts["discharge"] = self.discharge_h
        return parts


def sea_cycle(bridge: SeaBridge, *, drawn: Draws) -> SeaCycle:
    """Draw the round trip of every ship of a bridge.

    Notes
    -----
    One amount for all ships is drawn once for all of them; what each ship brings is drawn ship by ship.
    """
    inputs = _ShipDraws(bridge, drawn)
    cargo_t = inputs.cargo_of_a_voyage()
    h_per_km = inputs.h_per_km()
    escort_days = None
    if bridge.escort_every_days is not None:
        escort_days = inputs.amount(bridge.escort_every_days, "escort_every_days")
    return SeaCycle(
        platforms=tuple(ship.name for ship in inputs.ships),
        count=inputs.count(),
        cargo_t=cargo_t,
        load_h=inputs.alongside_h("load", cargo_t, lambda ship: ship.load_h),
        outbound_h=inputs.way_h(bridge.route, h_per_km),
        discharge_h=inputs.alongside_h("discharge", cargo_t, lambda ship: ship.discharge_h),
        return_h=inputs.way_h(bridge.return_route or bridge.route, h_per_km),
        escort_days=escort_days,
        other_delay_h=inputs.amount(bridge.other_delay_h, "other_delay_h"),
    )


class _ShipDraws:
    """Draws for every ship of a bridge, of shape (types, draws): as the bridge gives them, else as the ship brings."""

    def __init__(self, bridge: SeaBridge, drawn: Draws) -> None:
        self.bridge = bridge
        self.drawn = drawn
        self.ships = bridge.ships()

    def amount(self, amount: Amount, name: str) -> Floats:
        """Draws of one input of the bridge, shape (draws,)."""
        return self.drawn.of(Quantity.of(amount), entity="bridge", purpose=name)

    def count(self) -> Floats:
        """Ships of each name."""
        return np.stack([np.full(self.drawn.n, float(number)) for number in self.ships.values()])

    def given_or_own(
        self,
        given: Amount | None,
        purpose: str,
        own: Callable[[SealiftVessel], Quantity],
    ) -> Floats:
        """Draws of one amount for all ships, or else of what each ship brings."""
        fixed = None
        if given is not None:
            fixed = Quantity.of(given)
        rows = []
        for ship in self.ships:
            quantity = fixed or own(ship)
            entity = entity_of(ship, given)
            rows.append(self.drawn.of(quantity, entity=entity, purpose=purpose))
        return np.stack(rows)

    def cargo_of_a_voyage(self) -> Floats:
        """Cargo limit x load factor, in t."""
        bridge = self.bridge
        limit_t = self.given_or_own(bridge.cargo_t, "cargo", lambda ship: ship.cargo_t)
        share = self.given_or_own(
            bridge.load_share,
            "load_factor",
            lambda ship: ship.load_factor(bridge.cargo),
        )
        return limit_t * share

    def alongside_h(
        self, work: str, cargo_t: Floats, own: Callable[[SealiftVessel], Quantity]
    ) -> Floats:
        """Time alongside to "load" or "discharge": as given, or from the rate that is given, or that of the ship."""
        name = f"{work}_h"
        rate = getattr(self.bridge, f"{work}_t_per_h")
        if rate is None:
            return self.given_or_own(getattr(self.bridge, name), name, own)
        # Cargo is worked in part of the day only, but the berth is taken for all of it.
        working_h = self.amount(self.bridge.working_h_per_day, "working_h_per_day")
        stretch = HOURS_PER_DAY / working_h
        return cargo_t / self.amount(rate, f"{name}_rate") * stretch

    def h_per_km(self) -> Floats:
        """Time of a voyage for each km: the time under way, longer by the delay ratio."""
        given = self.bridge.speed_km_per_h
        speed = self.given_or_own(given, "speed", lambda ship: ship.speed_km_per_h)
        return self.amount(self.bridge.delay_ratio, "delay_ratio") / speed

    def way_h(self, route: SeaRoute, h_per_km: Floats) -> Floats:
        """Time of one way, with the wait at each of its passages, in h."""
        passage_h = self.amount(self.bridge.passage_wait_h, "passage_wait_h")
        return route.distance_km * h_per_km + passage_h * len(route.passages)
