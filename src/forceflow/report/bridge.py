"""The air bridge of a case, and what it takes as given."""

from __future__ import annotations

from collections.abc import Iterator
from operator import truediv

from ..lift.bridges.air_bridge import AirBridge
from ..quantity import Quantity
from ..world import route
from .assumption import Assumption, most_likely
from .case import BridgePrior

__all__ = ["air_bridge", "bridge_assumptions", "fuel_effect"]

_SMALL_SHARE = 0.01

_HOW = "airlift_capacity(AirBridge(fleet=..., route=..., onload_mog=..., offload_mog=...))"


def air_bridge(prior: BridgePrior) -> AirBridge:
    """The bridge of a case."""
    return AirBridge(
        fleet={name: _ends_of(count) for name, count in prior.fleet.items()},
        route=route(prior.origin, prior.destination, mode="air"),
        onload_mog=prior.onload_mog.ends,
        offload_mog=prior.offload_mog.ends,
        operating_h_per_day=prior.operating_h_per_day.ends,
        refuel_at_destination=prior.refuel_at_destination,
    )


def bridge_assumptions(prior: BridgePrior) -> Iterator[Assumption]:
    """Each thing assumed for the bridge of a case."""
    fleet = "; ".join(f"{name}: {most_likely(count)}" for name, count in prior.fleet.items())
    basis = prior.fleet_basis
    yield Assumption("aircraft on the bridge", fleet, str(basis), _HOW, basis.claims)
    for name, figure in (
        (f"aircraft served at once at {prior.origin}", prior.onload_mog),
        (f"aircraft served at once at {prior.destination}", prior.offload_mog),
        ("hours of work a day", prior.operating_h_per_day),
    ):
        words = most_likely(figure.amount)
        yield Assumption(name, words, str(figure.basis), _HOW, figure.basis.claims)
    fed = prior.refuel_at_destination
    taken = {True: "take fuel there", False: "carry fuel from the other end"}[fed]
    yield Assumption(
        f"fuel at {prior.destination}",
        f"aircraft {taken} for the way back",
        f"{prior.fuel_basis} {fuel_effect(air_bridge(prior))}",
        f"airlift_capacity(AirBridge(..., refuel_at_destination={not fed}))",
        prior.fuel_basis.claims,
    )


def fuel_effect(bridge: AirBridge) -> str:
    """Say what fuel at the far end is worth over the distance, from the payload curves of the fleet."""
    km = bridge.route.distance_km
    lost: dict[str, float] = {}
    for kind in bridge.aircraft():
        fed = kind.payload_t(km)
        alone = kind.payload_t(km, refuel_at_destination=False)
        shares = map(truediv, _ends_of(alone), _ends_of(fed))
        lost[kind.name] = 1 - min(shares)
    worst = max(lost.values())
    if worst < _SMALL_SHARE:
        left = f"{1 - worst:.1%}"
        # One decimal would round this to 100.0%.
        if worst < 0.0005:
            left = "all"
        return (
            f"It makes next to no difference over {km:,.0f} km: with the fuel for the way back on board each type "
            f"still lifts {left} of what it lifts without."
        )
    cost = ", ".join(f"{name} up to {share:.0%}" for name, share in lost.items())
    return f"It matters over {km:,.0f} km: with the fuel for the way back on board the payload falls ({cost})."


def _ends_of(quantity: Quantity) -> tuple[float, float, float]:
    return quantity.low, quantity.best, quantity.high
