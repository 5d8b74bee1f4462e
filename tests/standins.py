"""Plain platforms and routes, every number chosen by the test, so that answers can be worked out by hand."""

from __future__ import annotations

from dataclasses import dataclass

from forceflow.errors import EstimateError
from forceflow.lift.bridges.amounts import Amount
from forceflow.quantity import Quantity
from forceflow.world.platforms.sourced_figures import Figure


@dataclass(frozen=True)
class PlainPlace:
    name: str


@dataclass(frozen=True)
class PlainLeg:
    origin: str
    destination: str
    distance_km: float


@dataclass(frozen=True)
class PlainRoute:
    """A route over the legs given, each (from, to, km)."""

    legs: tuple[PlainLeg, ...]
    mode: str = "air"
    passages: tuple[str, ...] = ()

    @property
    def origin(self) -> PlainPlace:
        return PlainPlace(self.legs[0].origin)

    @property
    def destination(self) -> PlainPlace:
        return PlainPlace(self.legs[-1].destination)

    @property
    def distance_km(self) -> float:
        return sum(leg.distance_km for leg in self.legs)


def way(*stops: str | float, mode: str = "air", passages: tuple[str, ...] = ()) -> PlainRoute:
    """``way("A", 1000, "B", 500, "C")``: two legs."""
    names, lengths = [str(s) for s in stops[::2]], [float(s) for s in stops[1::2]]
    legs = tuple(PlainLeg(a, b, d) for a, b, d in zip(names, names[1:], lengths, strict=False))
    return PlainRoute(legs, mode, passages)


def _quantity(value: Amount, unit: str) -> Quantity:
    return Quantity.of(value, unit=unit)


@dataclass(frozen=True)
class PlainAircraft:
    """An aircraft of constant speed whose payload falls in a straight line, to 0 at `reach_km`."""

    id: str
    payload: Amount = 40.0
    speed: Amount = 800.0
    onload: Amount = 2.0
    offload: Amount = 1.0
    enroute: Amount = 1.5
    share: Amount = 1.0
    people: float | None = None
    reach_km: float = float("inf")
    kind: str = "aircraft"

    @property
    def name(self) -> str:
        return f"Plain {self.id}"

    @property
    def seats(self) -> Figure | None:
        if self.people is None:
            return None
        return Figure(
            Quantity.exactly(self.people, unit="seats"),
            source="test",
            status="prior",
            note="chosen",
        )

    def payload_t(self, distance_km: float, *, refuel_at_destination: bool = True) -> Quantity:
        flown = distance_km if refuel_at_destination else 2 * distance_km
        if flown >= self.reach_km:
            raise EstimateError(
                f"{self.name} cannot fly {flown:g} km; ferry range {self.reach_km:g} km"
            )
        return _quantity(self.payload, "t").times(1 - flown / self.reach_km)

    def load_factor(self, cargo: str = "mixed") -> Quantity:
        return _quantity(self.share, "")

    def block_speed_km_per_h(self, leg_km: float) -> Quantity:
        return _quantity(self.speed, "km/h")

    def ground_time_h(self, kind: str) -> Quantity:
        times = {"onload": self.onload, "offload": self.offload, "enroute": self.enroute}
        return _quantity(times[kind], "h")


@dataclass(frozen=True)
class PlainVessel:
    """A ship."""

    id: str
    cargo: Amount = 2_000.0
    speed: Amount = 20.0
    load: Amount = 24.0
    discharge: Amount = 24.0
    share: Amount = 1.0
    is_warship: bool = False
    kind: str = "vessel"

    @property
    def name(self) -> str:
        return f"Plain {self.id}"

    @property
    def cargo_t(self) -> Quantity:
        return _quantity(self.cargo, "t")

    @property
    def speed_km_per_h(self) -> Quantity:
        return _quantity(self.speed, "km/h")

    @property
    def load_h(self) -> Quantity:
        return _quantity(self.load, "h")

    @property
    def discharge_h(self) -> Quantity:
        return _quantity(self.discharge, "h")

    def load_factor(self, cargo: str = "mixed") -> Quantity:
        return _quantity(self.share, "")


@dataclass(frozen=True)
class PlainMix:
    """Vehicles on the road."""

    id: str = "mix"
    mass: Amount = 10.0
    length: Amount = 8.0
    people: Amount = 3.0
    speed: Amount = 30.0
    kind: str = "vehicles"

    @property
    def name(self) -> str:
        return f"Plain {self.id}"

    @property
    def mass_t(self) -> Quantity:
        return _quantity(self.mass, "t")

    @property
    def length_m(self) -> Quantity:
        return _quantity(self.length, "m")

    @property
    def personnel(self) -> Quantity:
        return _quantity(self.people, "people")

    @property
    def speed_km_per_h(self) -> Quantity:
        return _quantity(self.speed, "km/h")
