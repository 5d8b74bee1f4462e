"""How much an aircraft can lift over a distance: payload-range corners, and fuel for the way back.

One way, the payload follows straight lines between the published corner points of the payload-range diagram.
Out and back without fuel at the far end, a Breguet model is used whose range constant is fitted to the same
corners.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ...errors import EstimateError, QuantityError
from .sourced_figures import Figure

__all__ = [
    "BOUNDS",
    "BREGUET_RESERVE_H",
    "BURN_FACTOR",
    "RANGE_SPREAD_SHARE",
    "RETURN_RESERVE_H",
    "Corner",
    "FuelModel",
    "check_corners",
    "one_way_t",
    "payload_bounds_t",
]

BOUNDS = ("low", "best", "high")

RANGE_SPREAD_SHARE = 0.10
"""Half width given to a published range that came as a single number (prior: reserves are rarely stated)."""

_RANGE_FACTOR = {"low": 1 - RANGE_SPREAD_SHARE, "best": 1.0, "high": 1 + RANGE_SPREAD_SHARE}

BREGUET_RESERVE_H = 0.75
"""Hours of cruise taken to be inside the published ranges as reserve (prior)."""

BURN_FACTOR = {"low": 1.20, "best": 1.15, "high": 1.05}
"""Fuel burnt in operation over fuel burnt by the published corners: two climbs, wind, worn engines (prior).

Set on the one operator figure that was read: an Il-76TD with 17.5 t planned and 18.4 t carried over 3,000 km
out and 3,000 km back (source ``antarctic-logistics-2016``). One figure sets one number; it is no independent
check of it.
"""

RETURN_RESERVE_H = {"low": 2.5, "best": 2.0, "high": 1.5}
"""Hours of cruise left in the tanks after the way back (prior).

Two hours is the usual rule where no other airfield is near (recalled); with one near, less is enough.
"""


@dataclass(frozen=True, slots=True)
class Corner:
    """One corner of a payload-range diagram: this payload reaches this far.

    Parameters
    ----------
    payload_t
        Payload, t.
    range_km
        Range with that payload, km.
    """

    payload_t: Figure
    range_km: Figure

    def at(self, bound: str) -> tuple[float, float]:
        """(range km, payload t) on one of the three envelopes; a lone published range is widened by 10 %."""
        range_km = self.range_km.bound(bound)
        if self.range_km.low == self.range_km.high:
            range_km *= _RANGE_FACTOR[bound]
        return range_km, self.payload_t.bound(bound)


def check_corners(corners: Sequence[Corner], *, name: str) -> None:
    """Refuse corners that do not make a falling line down to an empty hold.

    Raises
    ------
    QuantityError
        Ranges do not rise, payloads rise, or the last corner still carries something.
    """
    for bound in BOUNDS:
        points = [corner.at(bound) for corner in corners]
        for (near, heavy), (far, light) in pairwise(points):
            if far <= near or light > heavy:
                raise QuantityError(
                    f"{name}: corners out of order ({bound}): {near:g} km {heavy:g} t, {far:g} km {light:g} t"
                )
        # The ferry range is the end of every reach, and it is flown with an empty hold.
        if len(points) < 2 or points[-1][1] != 0:
            raise QuantityError(f"{name}: the last corner must be the ferry range with payload 0")


def one_way_t(corners: Sequence[Corner], distance_km: float, bound: str) -> float:
    """Payload over one leg on one envelope, t; 0 beyond the last corner."""
    points = [corner.at(bound) for corner in corners]
    if distance_km <= points[0][0]:
        return points[0][1]
    for (near, heavy), (far, light) in pairwise(points):
        if distance_km <= far:
            part = (distance_km - near) / (far - near)
            return heavy * (1 - part) + light * part
    return 0.0


Masses = tuple[float, float, float]
"""Low, best and high, t."""


@dataclass(frozen=True, slots=True)
class FuelModel:
    """Masses and range constant of an aircraft, enough to fly out heavy and come back empty.

    Parameters
    ----------
    take_off_t, empty_t, fuel_t
        Greatest take-off mass, operating empty mass and fuel capacity, t, for the three envelopes.
    cruise_km_per_h
        Cruise speed, used to turn reserve hours into distance.
    range_constant_km
        ``K`` of Breguet's ``R = K ln(start mass / end mass)`` for the three envelopes.
    """

    take_off_t: Masses
    empty_t: Masses
    fuel_t: Masses
    cruise_km_per_h: float
    range_constant_km: tuple[float, float, float]

    @classmethod
    def fitted(
        cls,
        corners: Sequence[Corner],
        *,
        take_off_t: Masses,
        empty_t: Masses,
        fuel_t: Masses,
        cruise_km_per_h: float,
        aligned: bool = False,
    ) -> FuelModel:
        """Fit the range constant to the corners by least squares.

        Parameters
        ----------
        corners
            Payload-range corners.
        take_off_t, empty_t, fuel_t
            (low, best, high), t.
        cruise_km_per_h
            Cruise speed.
        aligned
            The three envelopes are three types of aircraft (a mix), so each is fitted with its own masses.
            Otherwise one constant is fitted to the best values and the spread is left to `BURN_FACTOR`.

        Notes
        -----
        With ``x = ln(min(MTOW, OEW + P + F) / (OEW + P))`` at each corner, ``R + v t_reserve = K x``, hence
        ``K = sum((R + v t) x) / sum(x^2)``.
        """

        def constant(index: int) -> float:
            over, under = 0.0, 0.0
            for corner in corners:
                range_km, payload = corner.at(BOUNDS[index])
                loaded = empty_t[index] + payload
                # Heavy loads are held by the greatest take-off mass, light ones by the tanks.
                x = math.log(min(take_off_t[index], loaded + fuel_t[index]) / loaded)
                # Fuel for the reserve was on board too, so its distance counts as flown.
                over += (range_km + cruise_km_per_h * BREGUET_RESERVE_H) * x
                under += x * x
            return over / under

        if aligned:
            constants = constant(0), constant(1), constant(2)
            return cls(take_off_t, empty_t, fuel_t, cruise_km_per_h, constants)
        # Of one type the lightest carries most, so its empty mass belongs to the high envelope.
        lightest_last = empty_t[2], empty_t[1], empty_t[0]
        return cls(take_off_t, lightest_last, fuel_t, cruise_km_per_h, (constant(1),) * 3)

    def out_and_back_t(self, distance_km: float, bound: str) -> float:
        """Payload set down at `distance_km` with the fuel for the way back on board at the start, t.

        Notes
        -----
        With ``a = exp(d / K)`` and the landing mass ``W3 = OEW exp(v t_reserve / K)``, the aircraft leaves the far
        end at ``W2 = W3 a`` and home at ``W0 = (W2 + P) a``. ``W0 <= MTOW`` gives ``P <= MTOW / a - W2``; the
        tanks, ``W0 - OEW - P <= F``, give ``P <= (F + OEW - W2 a) / (a - 1)``. `K` is the fitted constant over
        `BURN_FACTOR`; the reserve is `RETURN_RESERVE_H`.
        """
        index = BOUNDS.index(bound)
        constant = self.range_constant_km[index] / BURN_FACTOR[bound]
        empty = self.empty_t[index]
        grow = math.exp(distance_km / constant)
        leaving = empty * math.exp(self.cruise_km_per_h * RETURN_RESERVE_H[bound] / constant) * grow
        by_mass = self.take_off_t[index] / grow - leaving
        spare = self.fuel_t[index] + empty - leaving * grow
        # Over no distance nothing is burnt on the way: the tanks hold any load, or none.
        by_fuel = math.copysign(math.inf, spare)
        if grow > 1:
            by_fuel = spare / (grow - 1)
        return max(0.0, min(by_mass, by_fuel))


def payload_bounds_t(
    corners: Sequence[Corner], distance_km: float, *, name: str, model: FuelModel | None = None
) -> tuple[float, float, float]:
    """Payload on the three envelopes, t; out and back when a `model` is given, else one way.

    Raises
    ------
    EstimateError
        The distance is negative or not finite, or out of reach even empty; the message names the ferry range.
    """
    if not (math.isfinite(distance_km) and distance_km >= 0):
        raise EstimateError(
            f"{name}: distance {distance_km!r} km; wanted a finite distance of 0 km or more"
        )
    ferry_low, ferry_best, ferry_high = (corners[-1].at(bound)[0] for bound in BOUNDS)
    reach = f"its ferry range is {ferry_best:,.0f} km ({ferry_low:,.0f} to {ferry_high:,.0f})"
    if distance_km > ferry_high:
        raise EstimateError(
            f"{name} cannot fly {distance_km:,.0f} km without landing: {reach}; route it through a stop"
        )
    low, best, high = (_payload_t(corners, distance_km, bound, model) for bound in BOUNDS)
    # Only where even the best case lifts nothing: a low bound of 0 is an answer.
    if model is not None and high <= 0:
        raise EstimateError(
            f"{name} cannot carry any load {distance_km:,.0f} km out and come back without fuel there: "
            f"{reach}; add a stop with fuel or set refuel_at_destination=True"
        )
    return low, best, high


def _payload_t(
    corners: Sequence[Corner], distance_km: float, bound: str, model: FuelModel | None
) -> float:
    """Payload on one envelope, t: never more than one way, also where the model would allow it."""
    one_way = one_way_t(corners, distance_km, bound)
    if model is None:
        return one_way
    return min(one_way, model.out_and_back_t(distance_km, bound))
