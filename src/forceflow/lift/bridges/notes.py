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
    can_fly = most > 0.0
    idle_share = ((trips <= 0.0) & can_fly).mean(axis=1)
    # A type that can make no trip is held back by none of the others: it counts as fully used.
    made_share = np.divide(trips, most, out=np.ones_like(trips), where=can_fly)
    used_share = np.median(made_share, axis=1).tolist()
    numbers = np.median(count, axis=1).tolist()
    home, notes = {}, []
    for name, number, idle, used in zip(names, numbers, idle_share, used_share, strict=True):
        preferred = []
        for other, used_of_other in zip(names, used_share, strict=True):
            if used < _HELD_BACK * used_of_other:
                preferred.append(other)
        if not preferred:
            continue
        if idle > _MOSTLY:
            home[name] = number
            what = _stays_in_words(number, idle)
        else:
            makes = _verb(number, "makes", "make")
            what = f"{makes} {used:.0%} of the trips possible"
        notes.append(
            f"{figure(number)} {name} {what}: the room at the stations carries more with {', '.join(preferred)}"
        )
    return home, notes


def _stays_in_words(number: float, idle_share: float) -> str:
    """That so many vehicles stay at home, with the share of draws where it is not all of them."""
    stays = _verb(number, "stays at home", "stay at home")
    if idle_share == 1.0:
        return stays
    return f"{stays} in {idle_share:.0%} of draws"


def _verb(number: float, of_one: str, of_several: str) -> str:
    """The form of a verb that goes with a number."""
    if number == 1.0:
        return of_one
    return of_several


def air_notes(bridge: AirBridge, *, model: str) -> tuple[str, ...]:
    """What an air bridge says of its day and its inputs; `model` is "closed form" or "simulation"."""
    notes: list[str] = []
    hours = as_quantity(bridge.operating_h_per_day, name="operating_h_per_day", unit="h")
    if hours.ends[0] < HOURS_PER_DAY:
        notes.append(f"operating hours below {HOURS_PER_DAY:g}: {_CLOSING[model]}")
    if bridge.people_per_sortie is not None and cargo_kind(bridge.cargo) != "personnel":
        notes.append(
            f'people_per_sortie with cargo="{bridge.cargo}": each flight carries the people or the tonnes, not both; '
            'cargo="personnel" is for flights with people alone'
        )
    notes += _payload_notes(bridge)
    notes += _ground_time_notes(bridge)
    return tuple(notes)


def _payload_notes(bridge: AirBridge) -> list[str]:
    """A line for each load that is above the structural payload of its type."""
    types = list(bridge.aircraft())
    above: dict[float, list[str]] = {}
    given = per_type(bridge.payload_t, types, name="payload_t", unit="t")
    for kind in types:
        # A type of the user's own need not bring a structural payload.
        limit = getattr(kind, "structural_payload_t", None)
        if limit is None:
            continue
        _, most_t = limit.value.ends
        load = _greatest_value(given.get(kind.id))
        if load > _BEYOND * most_t:
            above.setdefault(load, []).append(f"{kind.name} ({figure(most_t)} t)")
    notes = []
    for load, names in above.items():
        notes.append(
            f"payload_t reaches {load:,.5g} t, above the structural payload of {', '.join(names)}"
        )
    return notes


def _ground_time_notes(bridge: AirBridge) -> list[str]:
    """A line for each ground time of 0, and for each that lasts for days."""
    types = list(bridge.aircraft())
    notes = []
    for name in ("onload_h", "offload_h", "enroute_h"):
        times = per_type(getattr(bridge, name), types, name=name, unit="h").values()
        longest = max(map(_greatest_value, times), default=0.0)
        # A stop that takes no time is a landing on paper only, which is no mistake.
        if times and longest == 0.0 and name != "enroute_h":
            notes.append(f"{name} is 0: {name[:-2]} takes no time, so its spots hold nobody up")
        if longest > _LONG_H:
            notes.append(
                f"{name} reaches {figure(longest)} h, {figure(longest / HOURS_PER_DAY)} days on the ground"
            )
    return notes


def bridge_notes(bridge: AirBridge | SeaBridge, *, model: str) -> tuple[str, ...]:
    """What a bridge by air or sea says of its inputs; `model` as in `air_notes`."""
    if isinstance(bridge, AirBridge):
        return air_notes(bridge, model=model)
    return sea_notes(bridge)


def idle_notes(value: Floats) -> tuple[str, ...]:
    """In how many draws nothing is carried, where there are any; `value` are tonnes a day, shape (draws,)."""
    idle = float((value <= 0.0).mean())
    if not idle:
        return ()
    return (
        f"nothing is carried in {idle:.0%} of draws: no aircraft, or no load over this distance",
    )


def sea_notes(bridge: SeaBridge) -> tuple[str, ...]:
    """What a sea bridge says of its inputs."""
    return (*_berth_time_notes(bridge), *_cargo_notes(bridge))


def _berth_time_notes(bridge: SeaBridge) -> list[str]:
    """A line for each time alongside of 0."""
    notes = []
    for name, work in (("load", "loading"), ("discharge", "discharge")):
        time = getattr(bridge, f"{name}_h")
        if time is None:
            continue
        if _greatest_value(as_quantity(time, name=f"{name}_h")) == 0.0:
            notes.append(f"{name}_h is 0: {work} takes no time, so its berths hold nobody up")
    return notes


def _cargo_notes(bridge: SeaBridge) -> list[str]:
    """A line where the cargo that is given is above the deadweight of ships."""
    if bridge.cargo_t is None:
        return []
    load = _greatest_value(as_quantity(bridge.cargo_t, name="cargo_t", unit="t"))
    above = []
    for ship in bridge.ships():
        # A ship of the user's own need not bring a deadweight.
        limit = getattr(ship, "deadweight_t", None)
        if limit is None:
            continue
        _, most_t = limit.value.ends
        if load > _BEYOND * most_t:
            above.append(f"{ship.name} ({most_t:,.5g} t)")
    if not above:
        return []
    return [f"cargo_t reaches {load:,.5g} t, above the deadweight of {', '.join(above)}"]


def _greatest_value(amount: Quantity | None) -> float:
    """The most an amount may be; of hedged words, whose tail goes on, their best."""
    if amount is None:
        return 0.0
    if amount.words and amount.family != "pert":
        return amount.best
    _, most = amount.ends
    return most
