"""Trains: what one of them brings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from ...quantity import Quantity
from .figure_table import Card
from .sourced_figures import Figure

__all__ = ["FreightTrain"]


@dataclass(frozen=True, repr=False)
class FreightTrain(Card):
    """A freight train, or a mix of kinds of trains.

    Parameters
    ----------
    id, name, aliases
        Its name, and the other spellings it is found under.
    net_load
        Freight on a train, without its wagons, t.
    speed
        Average speed between the ends of a line, halts included, km/h.
    note
        What a reader must know.
    """

    kind: ClassVar[Literal["train"]] = "train"

    id: str
    name: str
    aliases: tuple[str, ...]
    net_load: Figure
    speed: Figure
    note: str = ""

    @property
    def cargo_t(self) -> Quantity:
        """Freight on a train, t."""
        return self.net_load.value

    @property
    def speed_km_per_h(self) -> Quantity:
        """Average speed between the ends of a line, km/h."""
        return self.speed.value

    def load_factor(self, cargo: str = "mixed") -> Quantity:
        """Share of `cargo_t` that is really carried: 1, as `cargo_t` is the freight carried and no capacity."""
        return Quantity.exactly(1.0)
