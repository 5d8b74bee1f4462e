"""Aircraft: payload over distance, block speed by leg length, ground times."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Literal

from ...errors import EstimateError
from ...quantity import Quantity
from .figure_table import Card
from .load_factors import load_factor
from .payload import Corner, FuelModel, check_corners, payload_bounds_t
from .sourced_figures import Figure

__all__ = ["BLOCK_SPREAD_SHARE", "Aircraft", "SpeedTable"]

BLOCK_SPREAD_SHARE = 0.06
"""Half width of a block speed taken from a table: wind, routing and air traffic control (prior)."""


@dataclass(frozen=True)
class SpeedTable:
    """Block speed by leg length: distance over the time from brake release to engines off.

    Parameters
    ----------
    id
        Name of the aircraft it was printed for.
    leg_km, speed_km_per_h
        Points of the table, leg lengths rising.
    source
        Source id.
    """

    id: str
    leg_km: tuple[float, ...]
    speed_km_per_h: tuple[float, ...]
    source: str

    @cached_property
    def climb_out(self) -> tuple[float, float]:
        """(cruise km/h, lost h) read from the first two points: ``t = d / cruise + lost``."""
        (near, far), (slow, fast) = self.leg_km[:2], self.speed_km_per_h[:2]
        # Hours of the two legs; a straight line through them gives the time lost and the cruise.
        start, stop = near / slow, far / fast
        cruise = (far - near) / (stop - start)
        return cruise, start - near / cruise

    def at(self, leg_km: float) -> float:
        """Block speed on a leg, km/h: linear between the points, held beyond the last.

        Below the first point the time lost to taxi, climb and approach is kept, so that short legs are slow.
        """
        legs, speeds = self.leg_km, self.speed_km_per_h
        if leg_km <= legs[0]:
            cruise, lost = self.climb_out
            return leg_km / (leg_km / cruise + lost)
        if leg_km >= legs[-1]:
            return speeds[-1]
        i = bisect_left(legs, leg_km)
        part = (leg_km - legs[i - 1]) / (legs[i] - legs[i - 1])
        return speeds[i - 1] * (1 - part) + speeds[i] * part


def _bounds_of(figure: Figure) -> tuple[float, float, float]:
    return figure.low, figure.best, figure.high


@dataclass(frozen=True, repr=False)
class Aircraft(Card):
    """A type of transport aircraft.

    Parameters
    ----------
    id, name, aliases
        Its name, and the other spellings it is found under.
    role
        ``"airlifter"``, ``"airliner"`` or ``"freighter"``; picks the load factors.
    structural_payload_t
        Greatest payload, t.
    corners
        Payload-range corners, from the structural payload to the ferry range.
    cruise_km_per_h
        Cruise speed.
    speed_table
        Block speeds printed for this type, or for the type whose shape is borrowed.
    own_table
        True when the table was printed for this type.
    ground_times_h
        By kind: ``"onload"``, ``"offload"``, ``"enroute"``, ``"expedited"``.
    take_off_t, empty_t, fuel_t
        Greatest take-off mass, operating empty mass and fuel capacity, t.
    seats
        People that can be carried.
    hold_m
        Hold length, width and height, m; a missing one is left out.
    is_class_mix
        True for "a cargo aircraft", type not stated: low, best and high are three types.
    note
        What a reader must know.
    """

    kind: ClassVar[Literal["aircraft"]] = "aircraft"

    id: str
    name: str
    aliases: tuple[str, ...]
    role: str
    structural_payload_t: Figure
    corners: tuple[Corner, ...]
    cruise_km_per_h: Figure
    speed_table: SpeedTable
    own_table: bool
    ground_times_h: Mapping[str, Figure] = field(hash=False)
    take_off_t: Figure
    empty_t: Figure
    fuel_t: Figure
    seats: Figure | None = None
    hold_m: Mapping[str, Figure] = field(default_factory=dict, hash=False)
    is_class_mix: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        check_corners(self.corners, name=self.name)

    @property
    def ferry_range_km(self) -> Figure:
        """Range with an empty hold, km."""
        return self.corners[-1].range_km

    @cached_property
    def fuel_model(self) -> FuelModel:
        """Breguet model fitted to the corners; used for flying out and back without fuel at the far end."""
        return FuelModel.fitted(
            self.corners,
            take_off_t=_bounds_of(self.take_off_t),
            empty_t=_bounds_of(self.empty_t),
            fuel_t=_bounds_of(self.fuel_t),
            cruise_km_per_h=self.cruise_km_per_h.best,
            aligned=self.is_class_mix,
        )

    def payload_t(self, distance_km: float, *, refuel_at_destination: bool = True) -> Quantity:
        """Payload it can lift over a leg, t.

        Parameters
        ----------
        distance_km
            Length of the leg without landing, one way, km.
        refuel_at_destination
            False when the fuel for the way back must be carried from the start (it returns empty).

        Returns
        -------
        Quantity
            low, best and high, t. Never rises with distance and never passes the structural payload.

        Raises
        ------
        EstimateError
            Out of reach; the message names the ferry range.

        Notes
        -----
        One way: straight lines between the published corners, once for each of low, best and high; a range
        published as one number is widened by 10 %. Out and back: Breguet's range equation fitted to the corners,
        see `forceflow.world.platforms.payload.FuelModel`.

        Examples
        --------
        >>> from forceflow.world import find_platform
        >>> find_platform("Il-76MD").payload_t(1_500).best
        48.0
        """
        model = None
        if not refuel_at_destination:
            model = self.fuel_model
        low, best, high = payload_bounds_t(self.corners, distance_km, name=self.name, model=model)
        return Quantity(low, best, high, unit="t")

    def block_speed_km_per_h(self, leg_km: float) -> Quantity:
        """Distance over block time on a leg, km/h; short legs are slow because of taxi, climb and approach.

        Parameters
        ----------
        leg_km
            Length of the leg, km; above 0.

        Raises
        ------
        EstimateError
            The leg has no length.

        Notes
        -----
        Where the type has no printed table, the table of a similar one (C-17 for jets, C-130 for propellers) is
        scaled by the ratio of the cruise speeds: a prior. Source: AFPAM 10-1403, block speeds by leg length. Below
        the shortest leg of the table, 500 nm, the time lost to taxi, climb and approach is kept.
        """
        if not 0 < leg_km < float("inf"):
            raise EstimateError(
                f"{self.name}: leg of {leg_km!r} km; wanted a finite length above 0 km"
            )
        # One table, and so no range yet: the spread comes from the two steps below.
        low = best = high = self.speed_table.at(leg_km)
        if not self.own_table:
            own, (borrowed, _) = self.cruise_km_per_h, self.speed_table.climb_out
            low = low * own.low / borrowed
            best = best * own.best / borrowed
            high = high * own.high / borrowed
        low *= 1 - BLOCK_SPREAD_SHARE
        high *= 1 + BLOCK_SPREAD_SHARE
        return Quantity(low, best, high, unit="km/h")

    def ground_time_h(self, kind: str) -> Quantity:
        """Time on the ground for one stop, h.

        Parameters
        ----------
        kind
            ``"onload"``, ``"offload"``, ``"enroute"`` (fuel only) or ``"expedited"`` (quickest turn-round).

        Raises
        ------
        EstimateError
            The kind is none of the four.
        """
        if kind not in self.ground_times_h:
            known = ", ".join(sorted(self.ground_times_h))
            raise EstimateError(f"{self.name}: no ground time of kind {kind!r}; known: {known}")
        return self.ground_times_h[kind].value

    def load_factor(self, cargo: str = "mixed") -> Quantity:
        """Share of the allowable payload that is really carried, 0 to 1.

        Parameters
        ----------
        cargo
            ``"supplies"``, ``"bulk"``, ``"vehicles"``, ``"mixed"`` or ``"personnel"``, or a word of
            `forceflow.world.platforms.load_factors.CARGO_WORDS`.
        """
        return load_factor(self.role, cargo, name=self.name)
