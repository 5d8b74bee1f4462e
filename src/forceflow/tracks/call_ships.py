"""Which platform of the catalogue a ship of a port call is: by its number, and by its name where that is all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from ..errors import EventError, UnknownNameError
from ..evidence.platform_names import moving_ids
from ..world import Vessel, find_platform
from ..world.platforms.catalogue import platforms as all_platforms
from .call_rows import Call

__all__ = ["CallShip", "ShipNames"]

_GENERIC = "cargo ship"
_TYPES = {7: "cargo ship", 8: "tanker"}
"""General platform by the first digit of the AIS ship type: 70 to 79 are cargo ships, 80 to 89 tankers (recalled)."""
_TYPE_UNKNOWN = (0, 9)
"""0 is "not available", 90 to 99 "other": neither says that it carries no cargo (recalled)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallShip:
    """A ship of port calls and the platform it is counted as.

    Parameters
    ----------
    label
        How it is named in titles: its own name, or its number.
    platform
        Id of a platform; "" where it is left out.
    is_generic
        Whether the platform stands for a kind of ships.
    note
        What is uncertain about that, or why it is left out.
    """

    label: str
    platform: str
    is_generic: bool = False
    note: str = ""

    @property
    def vessel(self) -> Vessel:
        """The platform as a vessel."""
        found = find_platform(self.platform or _GENERIC)
        assert isinstance(found, Vessel)
        return found


class ShipNames:
    """What the user said of some ships, and the catalogue for all others.

    Parameters
    ----------
    given
        Platform by MMSI, IMO number or name of a ship; None leaves the ship out.

    Raises
    ------
    EventError, UnknownNameError
        A platform is unknown, or moves by another mode.
    """

    def __init__(self, given: Mapping[str, str | None] | None) -> None:
        self.given: dict[str, str | None] = {}
        self.used: set[str] = set()
        for ship, platform in (given or {}).items():
            self.given[_fold_text(ship)] = _checked_platform(str(ship), platform)

    def ship_of(self, calls: Iterable[Call]) -> CallShip:
        """The ship of some calls: the name and numbers that it sent last."""
        sent = list(calls)
        ship = sent[-1].ship
        name, imo = _last_text(sent, "name"), _last_text(sent, "imo").removeprefix("IMO").strip()
        label = name or f"ship {ship}"
        for key in map(_fold_text, (ship, ship.split(" (")[0], imo, f"IMO {imo}", name)):
            if key and key in self.given:
                self.used.add(key)
                return _given_ship(label, self.given[key])
        return _known_ship(label, name, imo) or _ship_by_type(label, ship, imo, sent)

    @property
    def unused(self) -> list[str]:
        """What the user named and no call bears."""
        return [name for name in self.given if name not in self.used]


def _fold_text(name: object) -> str:
    return " ".join(str(name).split()).casefold()


def _last_text(calls: Iterable[Call], field: str) -> str:
    """The last of a text that is not blank: names are typed late, and rarely change."""
    found = ""
    for call in calls:
        found = getattr(call, field) or found
    return found


def _checked_platform(ship: str, platform: str | None) -> str | None:
    if platform is None:
        return None
    ids = moving_ids(platform, "sea")
    if len(ids) != 1:
        raise EventError(f"platforms: {ship!r} is one ship; give one platform, not {platform!r}")
    return ids[0]


def _given_ship(label: str, platform: str | None) -> CallShip:
    if platform is None:
        return CallShip(label=label, platform="", note="left out as platforms= says")
    return CallShip(label=label, platform=platform, is_generic=platform in _generic_ids())


@cache
def _generic_ids() -> frozenset[str]:
    """Ids of the platforms that stand for a kind of ships: they are named as their role, or as a kind of ship."""
    generic = set()
    for one in all_platforms():
        if isinstance(one, Vessel) and (one.id == one.role or one.id.endswith(" ship")):
            generic.add(one.id)
    return frozenset(generic)


@cache
def _vessels_by_imo() -> Mapping[str, Vessel]:
    return {one.imo: one for one in all_platforms() if isinstance(one, Vessel) and one.imo}


def _known_ship(label: str, name: str, imo: str) -> CallShip | None:
    """The vessel of the catalogue with this number; with this name alone where a number does not contradict it."""
    vessel = _vessels_by_imo().get(imo) or _vessel_named(f"IMO {imo}") or _vessel_named(name)
    if vessel is None:
        return None
    if vessel.imo and imo and vessel.imo != imo:
        return None
    note = ""
    if not imo or not vessel.imo:
        note = f"taken for {vessel.name} by its name alone"
    return CallShip(label=label, platform=vessel.id, note=note)


def _vessel_named(name: str) -> Vessel | None:
    """The vessel that a name sent by a ship means; a word for a kind of ships is no name."""
    try:
        found = find_platform(name)
    except UnknownNameError:
        return None
    if not isinstance(found, Vessel) or found.id in _generic_ids():
        return None
    return found


def _ship_by_type(label: str, ship: str, imo: str, sent: list[Call]) -> CallShip:
    """A ship that the catalogue does not know: as one of its kind, or left out where that carries no cargo."""
    codes = [call.ship_type for call in sent if call.ship_type is not None]
    code = int(codes[-1]) if codes else 0
    who = f"{label} (MMSI {ship}{f', IMO {imo}' if imo else ''}) is not in the catalogue"
    how = f"name it with platforms={{{ship!r}: ...}} or add_platform"
    platform = _TYPES.get(code // 10, "")
    if platform:
        note = f"{who}: counted as a {platform} by its AIS type {code}; {how}"
    elif code // 10 in _TYPE_UNKNOWN:
        platform, note = _GENERIC, f"{who} and sent no type: counted as a {_GENERIC}; {how}"
    else:
        note = f"{who}, and ships of AIS type {code} carry no cargo by trade; {how}"
    return CallShip(label=label, platform=platform, is_generic=True, note=note)
