"""A sea bridge: ships, ports, and what they wait for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from ...display import fields_html
from ...errors import EstimateError
from ...quantity import Quantity
from ...world.geography.routes import SEA_DELAY
from ...world.platforms.load_factors import cargo_kind
from .amounts import Amount, check_way, platform_of_kind
from .bounds import Bounds, settle
from .ways import Way

__all__ = ["SeaBridge", "SeaRoute", "SealiftVessel"]

_FASTEST_KM_PER_H = 150.0
"""Faster than any ship that carries cargo; a speed above it is in another unit, or mistyped."""

_BOUNDS = {
    "load_berths": Bounds("berths", may_be_0=False),
    "discharge_berths": Bounds("berths", may_be_0=False),
    "cargo_t": Bounds("t", may_be_0=False),
    "load_share": Bounds(may_be_0=False, most=1.0),
    "speed_km_per_h": Bounds("km/h", may_be_0=False, most=_FASTEST_KM_PER_H),
    "load_h": Bounds("h"),
    "discharge_h": Bounds("h"),
    "load_t_per_h": Bounds("t/h", may_be_0=False),
    "discharge_t_per_h": Bounds("t/h", may_be_0=False),
    "working_h_per_day": Bounds("h", may_be_0=False, most=24.0),
    "passage_wait_h": Bounds("h"),
    "escort_every_days": Bounds("days", may_be_0=False),
    "ships_per_escort": Bounds("ships", may_be_0=False),
    "delay_ratio": Bounds(least=1.0),
    "other_delay_h": Bounds("h"),
    "open_share": Bounds(may_be_0=False, most=1.0),
}


class SeaRoute(Way, Protocol):
    """What a sea bridge needs of a route; `forceflow.route` gives one."""

    @property
    def passages(self) -> Sequence[str]:
        """Straits and canals passed through."""


class SealiftVessel(Protocol):
    """What a sea bridge needs of a ship; `forceflow.world.Vessel` has it, and so may a ship of your own."""

    @property
    def kind(self) -> str:
        """The word "vessel"."""

    @property
    def id(self) -> str:
        """Identifier; the address of its draws."""

    @property
    def name(self) -> str:
        """Name as printed."""

    @property
    def cargo_t(self) -> Quantity:
        """Greatest cargo of a voyage, in t."""

    @property
    def speed_km_per_h(self) -> Quantity:
        """Speed made good, in km/h."""

    @property
    def load_h(self) -> Quantity:
        """Time alongside to load, in h."""

    @property
    def discharge_h(self) -> Quantity:
        """Time alongside to discharge, in h."""

    def load_factor(self, cargo: str = "mixed") -> Quantity:
        """Share of the greatest cargo that is carried."""


@dataclass(frozen=True)
class SeaBridge:
    """Ships that shuttle between two ports.

    Parameters
    ----------
    vessels
        Ships by name, or ships of your own; a name given twice counts twice.
    route
        Way out; see `forceflow.route`. A closed strait is given there (``closed=``) and makes the way longer.
    load_berths, discharge_berths
        Ships that can be worked at once at either end; None when berths never hold anybody up.
    cargo
        What is carried, as for an `AirBridge`; picks the load factor.
    return_route
        Way back in ballast; None for the way out in reverse.
    cargo_t, load_share, speed_km_per_h
        Cargo limit of a voyage, the share of it carried and speed made good, in place of those of the ships.
    load_h, discharge_h
        Time alongside, in place of that of the ships.
    load_t_per_h, discharge_t_per_h
        Rates of working cargo; then time alongside = cargo / rate, stretched by `working_h_per_day`.
    working_h_per_day
        Hours a day in which cargo is worked, used with the rates only.
    passage_wait_h
        Wait at each passage of the route, on every transit.
    escort_every_days, ships_per_escort
        Loaded ships sail only with an escort, so many days apart and with so many ships at most. A ship
        is ready at any time, so it waits half the interval on average.
    delay_ratio
        Whole time of a voyage over the time under way; the prior of `forceflow.Route.duration_h`. It covers stops
        at sea, weather and waits for escorts that are not listed: give 1 where you list them all yourself.
    other_delay_h
        Any other time lost in a cycle.
    open_share
        Share of days on which the way is open at all (weather, closures that come and go).

    Notes
    -----
    Amounts are what they are for an `AirBridge`, arrays included. One amount in place of those of the ships is one
    unknown, drawn once for all of them; what each ship brings is drawn ship by ship. 20 working hours (two shifts of
    ten, and two hours of upkeep after each) are those of a water terminal in JP 4-01.5, 21 June 1996, p. II-4. Broken
    stowage and lane metres are inside the cargo limit of a `forceflow.world.Vessel`.
    """

    vessels: Sequence[Any]
    route: SeaRoute
    load_berths: Amount | None = field(default=None, kw_only=True)
    discharge_berths: Amount | None = field(default=None, kw_only=True)
    cargo: str = field(default="mixed", kw_only=True)
    return_route: SeaRoute | None = field(default=None, kw_only=True)
    cargo_t: Amount | None = field(default=None, kw_only=True)
    load_share: Amount | None = field(default=None, kw_only=True)
    speed_km_per_h: Amount | None = field(default=None, kw_only=True)
    load_h: Amount | None = field(default=None, kw_only=True)
    discharge_h: Amount | None = field(default=None, kw_only=True)
    load_t_per_h: Amount | None = field(default=None, kw_only=True)
    discharge_t_per_h: Amount | None = field(default=None, kw_only=True)
    working_h_per_day: Amount = field(default=20.0, kw_only=True)
    passage_wait_h: Amount = field(default=0.0, kw_only=True)
    escort_every_days: Amount | None = field(default=None, kw_only=True)
    ships_per_escort: Amount | None = field(default=None, kw_only=True)
    delay_ratio: Amount = field(default=SEA_DELAY, kw_only=True)
    other_delay_h: Amount = field(default=0.0, kw_only=True)
    open_share: Amount = field(default=1.0, kw_only=True)

    def _repr_html_(self) -> str:
        return fields_html(
            self, caption=f"sea bridge, {self.route.origin.name} to {self.route.destination.name}"
        )

    def __post_init__(self) -> None:
        """Check every input once, at the door."""
        if isinstance(self.vessels, str | Mapping) or not self.vessels:
            raise EstimateError(
                f"vessels must be a list with at least one ship, two alike standing there twice, got {self.vessels!r}"
            )
        check_way(self.route, mode="sea")
        if self.return_route is not None:
            check_way(self.return_route, mode="sea")
        for name in ("load", "discharge"):
            time, rate = getattr(self, f"{name}_h"), getattr(self, f"{name}_t_per_h")
            # The rate would set the time again, and the two need not agree.
            if time is not None and rate is not None:
                raise EstimateError(f"give {name}_h or {name}_t_per_h, not both")
        if (self.escort_every_days is None) != (self.ships_per_escort is None):
            raise EstimateError(
                "escort_every_days and ships_per_escort come together: give both or neither"
            )
        settle(self, _BOUNDS)
        cargo_kind(self.cargo)

    def ships(self) -> dict[SealiftVessel, int]:
        """The ships of the bridge with their numbers.

        Raises
        ------
        UnknownNameError
            A ship has an unknown name; the message lists the nearest.
        EstimateError
            A name is known, but is no ship.
        """
        found: dict[str, SealiftVessel] = {}
        count: Counter[str] = Counter()
        for key in self.vessels:
            ship = platform_of_kind(key, "vessel", article="a")
            # One ship under two names is still one ship with one draw, counted twice.
            found[ship.id] = cast(SealiftVessel, ship)
            count[ship.id] += 1
        return {ship: count[name] for name, ship in found.items()}
