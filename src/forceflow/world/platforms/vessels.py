"""Ships and vehicles: what a voyage can take, what goes by road."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from ...quantity import Quantity
from .figure_table import Card
from .load_factors import load_factor
from .sourced_figures import Figure

__all__ = ["VehicleMix", "Vessel"]


def _least_limit(limits: Iterable[Quantity]) -> Quantity:
    """The least of some limits, bound by bound."""
    bounds = [(limit.low, limit.best, limit.high) for limit in limits]
    low, best, high = map(min, zip(*bounds, strict=True))
    return Quantity(low, best, high, unit="t")


def _product_of(one: Figure, other: Figure, unit: str) -> Quantity:
    low = one.low * other.low
    best = one.best * other.best
    high = one.high * other.high
    return Quantity(low, best, high, unit=unit)


@dataclass(frozen=True, repr=False)
class Vessel(Card):
    """A ship, or a class of ships.

    Parameters
    ----------
    id, name, aliases
        Its name, and the other spellings it is found under.
    role
        ``"ro-ro"``, ``"general cargo"``, ``"bulk carrier"``, ``"container ship"``, ``"tanker"`` or ``"landing ship"``;
        picks the load factors.
    imo
        IMO number, empty when unknown or a class.
    is_warship
        True for ships of the navy proper; an auxiliary under the merchant flag is not one.
    flag
        ``"merchant"`` or ``"naval"``.
    deadweight_t
        Deadweight, t: cargo, fuel, water and stores.
    cargo_share
        Share of the deadweight left for cargo.
    lane_metres, mass_per_lane_metre_t
        Length of vehicle lanes, m, and what goes on a metre of them, t; None for a ship that takes no vehicles.
    stowed_by_crane
        True when cargo also goes into holds by crane: lanes then limit loads of vehicles only.
    observed_cargo_t
        Greatest cargo reported on one voyage, or the design load of a landing ship, t.
    speed
        Speed made good over a voyage, km/h.
    length_m, beam_m, draught_m
        Particulars; None where none was published and none is needed.
    load_time, discharge_time
        Time alongside, h.
    lost
        Date the ship was lost, ISO 8601, or empty.
    note
        What a reader must know.
    """

    kind: ClassVar[Literal["vessel"]] = "vessel"

    id: str
    name: str
    aliases: tuple[str, ...]
    role: str
    is_warship: bool
    flag: str
    deadweight_t: Figure
    cargo_share: Figure
    speed: Figure
    length_m: Figure
    draught_m: Figure
    load_time: Figure
    discharge_time: Figure
    lane_metres: Figure | None = None
    mass_per_lane_metre_t: Figure | None = None
    observed_cargo_t: Figure | None = None
    beam_m: Figure | None = None
    stowed_by_crane: bool = False
    imo: str = ""
    lost: str = ""
    note: str = ""

    @property
    def limits_t(self) -> Mapping[str, Quantity]:
        """What each limit alone would allow, t: ``"deadweight"``, ``"lane metres"``, ``"observed"``."""
        limits = {"deadweight": _product_of(self.deadweight_t, self.cargo_share, "t")}
        if self.lane_metres is not None and self.mass_per_lane_metre_t is not None:
            limits["lane metres"] = _product_of(self.lane_metres, self.mass_per_lane_metre_t, "t")
        if self.observed_cargo_t is not None:
            # The greatest load reported caps what the particulars would allow.
            limits["observed"] = self.observed_cargo_t.value
        return limits

    @property
    def cargo_t(self) -> Quantity:
        """Load one voyage can take, t: the least of deadweight, lane metres and observed maximum.

        Bound by bound. The lanes do not count for a ship whose cargo is also stowed by crane; see `vehicle_cargo_t`.
        """
        limits = dict(self.limits_t)
        if self.stowed_by_crane:
            limits.pop("lane metres", None)
        return _least_limit(limits.values())

    @property
    def vehicle_cargo_t(self) -> Quantity:
        """Vehicles one voyage can take, t: as `cargo_t`, and never more than goes on the lanes."""
        return _least_limit(self.limits_t.values())

    @property
    def speed_km_per_h(self) -> Quantity:
        """Speed made good over a voyage, km/h."""
        return self.speed.value

    @property
    def load_h(self) -> Quantity:
        """Time alongside to load, h."""
        return self.load_time.value

    @property
    def discharge_h(self) -> Quantity:
        """Time alongside to discharge, h."""
        return self.discharge_time.value

    def load_factor(self, cargo: str = "mixed") -> Quantity:
        """Share of `cargo_t` that is really carried, 0 to 1.

        Parameters
        ----------
        cargo
            ``"supplies"``, ``"bulk"``, ``"vehicles"``, ``"mixed"`` or ``"personnel"``, or a word of
            `forceflow.world.platforms.load_factors.CARGO_WORDS`.
        """
        return load_factor(self.role, cargo, name=self.name)


@dataclass(frozen=True, repr=False)
class VehicleMix(Card):
    """A kind of vehicle, or a mix of kinds, on the road or as cargo.

    Parameters
    ----------
    id, name, aliases
        Its name, and the other spellings it is found under.
    mass, length, people, speed
        Per vehicle: mass with what it carries, t; length, m; people on board; march speed, km/h.
    note
        What a reader must know.
    """

    kind: ClassVar[Literal["vehicles"]] = "vehicles"

    id: str
    name: str
    aliases: tuple[str, ...]
    mass: Figure
    length: Figure
    people: Figure
    speed: Figure
    note: str = ""

    @property
    def mass_t(self) -> Quantity:
        """Mass of one vehicle with what it carries, t."""
        return self.mass.value

    @property
    def length_m(self) -> Quantity:
        """Length of one vehicle, m."""
        return self.length.value

    @property
    def personnel(self) -> Quantity:
        """People on board one vehicle."""
        return self.people.value

    @property
    def speed_km_per_h(self) -> Quantity:
        """March speed, km/h."""
        return self.speed.value
