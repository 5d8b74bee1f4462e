"""What a reader of a capacity should know beside its numbers: who stays at home, what a day is, and doubtful inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...arrays import Floats
from ...quantity import Quantity
from ...quantity.units import HOURS_PER_DAY
from ...results.range import figure
from ...world.platforms.load_factors import cargo_kind
from .air_bridge import AirBridge, per_type
from .amounts import as_quantity

if TYPE_CHECKING:
    from .sea_bridge import SeaBridge

__all__ = ["air_notes", "at_home", "bridge_notes", "idle_notes", "sea_notes"]


_BEYOND = 1.1
"""A load above its limit by more than this factor is doubted; less may be rounding."""

_MOSTLY = 0.5
"""A type that flies nothing in more than this share of the draws is at home."""

_HELD_BACK = 0.9
"""A type that makes less than this share of the part of its trips that another type makes is held back."""

_LONG_H = 48.0
"""A ground time above two days is doubted: minutes may have been meant."""

_CLOSING = {
    "closed form": "a trip stands still at closing time, even in the air; simulate_airlift lets it finish and so "
    "carries more",
    "simulation": "what has begun or is in the air at closing time is finished; airlift_capacity stops it there and so "
    "carries less",
}


def at_home(
    names: Sequence[str], count: Floats, most: Floats, trips: Floats
) -> tuple[dict[str, float], list[str]]:
    """Vehicles, by type, that could make trips and in most draws make none, and a line for each type held back.

    Parameters
    ----------
    names
        Of the types.
    count, most, trips
        Vehicles, trips a day they could make, and those they make, shape (types, draws).
    """
    idle = ((trips <= 0.0) & (most > 0.0)).mean(axis=1)
    used = np.median(np.divide(trips, most, out=np.ones_like(trips), where=most > 0.0), axis=1)
    home, notes = {}, []
    for name, number, alone, part in zip(
        names, np.median(count, axis=1).tolist(), idle, used, strict=True
    ):
        others = ", ".join(
            other for other, more in zip(names, used, strict=True) if part < _HELD_BACK * more
        )
        if not others:
            continue
        if alone > _MOSTLY:
            home[name] = number
            stays = "stays at home" if number == 1.0 else "stay at home"
            what = stays if alone == 1.0 else f"{stays} in {alone:.0%} of draws"
        else:
            what = f"{'makes' if number == 1.0 else 'make'} {part:.0%} of the trips possible"
        notes.append(
            f"{figure(number)} {name} {what}: the room at the stations carries more with {others}"
        )
    return home, notes


def air_notes(bridge: AirBridge, *, model: str) -> tuple[str, ...]:
    """What an air bridge says of its day and its inputs; `model` is "closed form" or "simulation"."""
    notes = []
    hours = as_quantity(bridge.operating_h_per_day, name="operating_h_per_day", unit="h")
    if hours.ends[0] < HOURS_PER_DAY:
        notes.append(f"operating hours below {HOURS_PER_DAY:g}: {_CLOSING[model]}")
    if bridge.people_per_sortie is not None and cargo_kind(bridge.cargo) != "personnel":
        notes.append(
            f'people_per_sortie with cargo="{bridge.cargo}": each flight carries the people or the tonnes, not both; '
            'cargo="personnel" is for flights with people alone'
        )
    types = list(bridge.aircraft())
    above: dict[float, list[str]] = {}
    for kind in types:
        limit = getattr(kind, "structural_payload_t", None)
        load = _greatest_value(
            per_type(bridge.payload_t, types, name="payload_t", unit="t").get(kind.id)
        )
        if limit is not None and load > _BEYOND * limit.value.ends[1]:
            above.setdefault(load, []).append(f"{kind.name} ({figure(limit.value.ends[1])} t)")
    notes += [
        f"payload_t reaches {load:,.5g} t, above the structural payload of {', '.join(names)}"
        for load, names in above.items()
    ]
    for name in ("onload_h", "offload_h", "enroute_h"):
        times = per_type(getattr(bridge, name), types, name=name, unit="h").values()
        longest = max(map(_greatest_value, times), default=0.0)
        if times and longest == 0.0 and name != "enroute_h":
            notes.append(f"{name} is 0: {name[:-2]} takes no time, so its spots hold nobody up")
        if longest > _LONG_H:
            notes.append(
                f"{name} reaches {figure(longest)} h, {figure(longest / HOURS_PER_DAY)} days on the ground"
            )
    return tuple(notes)


def bridge_notes(bridge: AirBridge | SeaBridge, *, model: str) -> tuple[str, ...]:
    """What a bridge by air or sea says of its inputs; `model` as in `air_notes`."""
    if isinstance(bridge, AirBridge):
        return air_notes(bridge, model=model)
    return sea_notes(bridge)


def idle_notes(value: Floats) -> tuple[str, ...]:
    """In how many draws nothing is carried, where there are any; `value` are tonnes a day, shape (draws,)."""
    idle = float((value <= 0.0).mean())
    return (
        (f"nothing is carried in {idle:.0%} of draws: no aircraft, or no load over this distance",)
        if idle
        else ()
    )


def sea_notes(bridge: SeaBridge) -> tuple[str, ...]:
    """What a sea bridge says of its inputs."""
    notes = [
        f"{name}_h is 0: {'loading' if name == 'load' else 'discharge'} takes no time, so its berths hold nobody up"
        for name in ("load", "discharge")
        if (time := getattr(bridge, f"{name}_h")) is not None
        and _greatest_value(as_quantity(time, name=f"{name}_h")) == 0.0
    ]
    if bridge.cargo_t is None:
        return tuple(notes)
    load = _greatest_value(as_quantity(bridge.cargo_t, name="cargo_t", unit="t"))
    limits = {ship.name: getattr(ship, "deadweight_t", None) for ship in bridge.ships()}
    above = [
        f"{name} ({limit.value.ends[1]:,.5g} t)"
        for name, limit in limits.items()
        if limit is not None and load > _BEYOND * limit.value.ends[1]
    ]
    if above:
        notes.append(f"cargo_t reaches {load:,.5g} t, above the deadweight of {', '.join(above)}")
    return tuple(notes)


def _greatest_value(amount: Quantity | None) -> float:
    """The most an amount may be; of hedged words, whose tail goes on, their best."""
    if amount is None:
        return 0.0
    return amount.best if amount.words and amount.family != "pert" else amount.ends[1]
