"""Which platform of the catalogue an aircraft of a leg is: as the user says, or by its ICAO type designator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import EventError, FrameError, UnknownNameError, nearest
from ..evidence.platform_names import moving_ids
from ..evidence.tables.native_frames import table_of, with_nearest
from ..world import Aircraft, find_platform
from .leg_rows import Leg

__all__ = ["AircraftTypes", "LegAircraft", "notes_on_unknown"]

_KEYS = ("aircraft", "hex", "icao", "icao24", "registration", "reg", "r")
_VALUES = ("platform", "type", "typecode", "t")
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class LegAircraft:
    """An aircraft of legs and the platform it is counted as.

    Parameters
    ----------
    label
        How it is named in titles: by its registration, or its address.
    platform
        Id of a platform; "" where it is left out.
    type
        What was said of its type, "" where nothing was.
    """

    label: str
    platform: str
    type: str = ""

    @property
    def aircraft(self) -> Aircraft:
        """The platform as a type of aircraft."""
        found = find_platform(self.platform)
        assert isinstance(found, Aircraft)
        return found


class AircraftTypes:
    """What the user said of some aircraft, and the designators of the legs for all others.

    Parameters
    ----------
    given
        Platform or type designator by hex address or registration, a mapping (None leaves the aircraft out) or a frame
        of any library with a column "aircraft", "hex", "icao24" or "registration" and one "platform" or "type".

    Raises
    ------
    FrameError
        The frame lacks such columns, or its addresses were read as numbers.
    EventError, UnknownNameError
        A platform of the mapping is unknown, or no aircraft. What a frame says of a type that is not in the catalogue
        is no error, as such tables list every airliner.
    """

    def __init__(self, given: Any) -> None:
        self.given: dict[str, str | None] = {}
        self.used: set[str] = set()
        # Looking for a name that is not there is slow, and thousands of aircraft share a type.
        self.platforms: dict[str, str] = {}
        # A table of aircraft names thousands that no leg is of; a mapping was written for these legs.
        self.is_table = given is not None and not isinstance(given, Mapping)
        if self.is_table:
            self.given = dict(_pairs_of_frame(given))
        else:
            for key, platform in (given or {}).items():
                self.given[_fold(key)] = _checked_platform(str(key), platform)

    def aircraft_of(self, legs: Iterable[Leg]) -> LegAircraft:
        """The aircraft of some legs: the registration and type that its last leg with one names."""
        own = list(legs)
        address = own[-1].aircraft
        registration, type_ = _last_text(own, "registration"), _last_text(own, "type")
        label = registration or address
        for key in map(_fold, (address, registration)):
            if key and key in self.given:
                self.used.add(key)
                said = self.given[key]
                if said is None:
                    return LegAircraft(label=label, platform="", type="left out as types= says")
                type_ = said
                break
        if type_ not in self.platforms:
            self.platforms[type_] = _known_aircraft(type_)
        return LegAircraft(label=label, platform=self.platforms[type_], type=type_)

    @property
    def unused(self) -> list[str]:
        """What the user's mapping names and no leg is of."""
        if self.is_table:
            return []
        return [name for name in self.given if name not in self.used]


def notes_on_unknown(left_out: Iterable[tuple[LegAircraft, int]]) -> list[str]:
    """Aircraft without a platform and their legs, in a line for those of a known type and one for the others."""
    known: dict[str, list[int]] = {}
    unknown: list[LegAircraft] = []
    legs_of_unknown = 0
    for aircraft, legs in left_out:
        if aircraft.type:
            known.setdefault(aircraft.type, []).append(legs)
        else:
            unknown.append(aircraft)
            legs_of_unknown += legs
    notes = []
    if known:
        by_size = sorted(known.items(), key=lambda one: (-sum(one[1]), one[0]))
        parts = [f"{name} ({_many(len(legs), sum(legs))})" for name, legs in by_size]
        notes.append(
            f"left out, as no platform of the catalogue: {_shortened(parts, 'types')}; name the aircraft with "
            "types={hex: platform} or add_platform"
        )
    if unknown:
        names = [aircraft.label for aircraft in unknown]
        notes.append(
            f"left out, {_many(len(unknown), legs_of_unknown)} of no known type: {_shortened(names, 'aircraft')}; name "
            f"them with types={{{names[0]!r}: 'Il-76'}}"
        )
    return notes


def _many(aircraft: int, legs: int) -> str:
    return f"{legs:,} leg{'s' * (legs != 1)} of {aircraft:,} aircraft"


def _shortened(parts: list[str], what: str) -> str:
    shown = ", ".join(parts[:_MOST_NAMED])
    if len(parts) > _MOST_NAMED:
        shown += f" and {len(parts) - _MOST_NAMED:,} more {what}"
    return shown


def _fold(name: object) -> str:
    return "".join(str(name).split()).casefold()


def _last_text(legs: Iterable[Leg], field: str) -> str:
    found = ""
    for leg in legs:
        found = getattr(leg, field) or found
    return found


def _checked_platform(key: str, platform: str | None) -> str | None:
    if platform is None:
        return None
    ids = moving_ids(platform, "air")
    if len(ids) != 1:
        raise EventError(f"types: {key!r} is one aircraft; give one platform, not {platform!r}")
    return ids[0]


def _columns_named(wanted: Iterable[str], found: Iterable[str]) -> list[str]:
    """Columns of these names, in the order wanted."""
    by_name = {name.lower(): name for name in found}
    return [by_name[name] for name in wanted if name in by_name]


def _known_aircraft(name: str) -> str:
    """Id of the aircraft of the catalogue that a name or designator means, "" where there is none."""
    if not name:
        return ""
    # A word that fits several platforms ("Antonov") names none of them.
    try:
        found = find_platform(name)
    except UnknownNameError:
        return ""
    if not isinstance(found, Aircraft):
        return ""
    return found.id


def _pairs_of_frame(frame: Any) -> Iterable[tuple[str, str]]:
    """Address or registration, and type, of each row of a table of aircraft that names both."""
    table = table_of(frame, or_else=", or a mapping {'152e10': 'An-124'}")
    keys = _columns_named(_KEYS, table.columns)
    values = _columns_named(_VALUES, table.columns)
    for found, wanted in ((keys, _KEYS), (values, _VALUES)):
        if not found:
            near = [near for name in wanted for near in nearest(name, table.columns)][:3]
            raise FrameError(
                f"types: no column {', '.join(map(repr, wanted[:-1]))} or {with_nearest(repr(wanted[-1]), near)}; "
                f"there are {', '.join(table.columns)}"
            )
    value = values[0]
    for key in keys:
        if table[key].dtype.is_numeric():
            raise FrameError(
                f"types, column {key!r}: the addresses were read as numbers, which breaks codes such as 152e10; read "
                f"the file with this column as text, pandas.read_csv(file, dtype={{{key!r}: str}})"
            )
        for name, said in zip(table[key].to_list(), table[value].to_list(), strict=True):
            if isinstance(name, str) and isinstance(said, str) and name.strip() and said.strip():
                yield _fold(name), said.strip()
