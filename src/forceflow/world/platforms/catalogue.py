"""What moves force: the catalogue of aircraft, vessels, vehicles and trains, each value with its source.

`find_platform` resolves a name as reports print it; `platforms` lists the catalogue.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from ...blanks import is_blank
from ...errors import AmbiguousNameError, QuantityError, UnknownNameError, nearest
from ...quantity.units import KM_PER_NM
from ..names import check_name, read_data
from .aircraft import Aircraft, SpeedTable
from .payload import Corner
from .sourced_figures import Figure, figure_from
from .trains import FreightTrain
from .vessels import VehicleMix, Vessel

__all__ = [
    "Aircraft",
    "Figure",
    "FreightTrain",
    "Platform",
    "VehicleMix",
    "Vessel",
    "add_platform",
    "find_platform",
    "platforms",
]

Platform = Aircraft | Vessel | VehicleMix | FreightTrain

_MOST_LOOKED_AT = 12
"""Spellings looked through for suggestions, which name each platform once."""

GROUND_KINDS = ("onload", "offload", "enroute", "expedited")


def _fold_name(name: str) -> str:
    """Fold a name for lookup: no case, accents, spaces, hyphens, dots or quotes."""
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(mark for mark in plain if not unicodedata.combining(mark))
    return re.sub(r"[\W_]+", "", plain).casefold()


class _Entry:
    """One table of a data file, read field by field with its place kept for messages."""

    def __init__(self, raw: Mapping[str, Any], *, file: str) -> None:
        self.raw, self.where = raw, f"{file}: {raw['id']}"

    def figure(self, name: str, unit: str) -> Figure:
        found = self.perhaps(name, unit)
        if found is None:
            raise QuantityError(f"{self.where}: {name} is missing")
        return found

    def perhaps(self, name: str, unit: str) -> Figure | None:
        if name not in self.raw:
            return None
        return figure_from(self.raw[name], unit=unit, where=f"{self.where}: {name}")

    def text(self, name: str, default: str = "") -> str:
        return str(self.raw.get(name, default))

    @property
    def names(self) -> tuple[str, str, tuple[str, ...]]:
        """(id, name, aliases)."""
        own = self.text("id")
        return own, self.text("name", own), tuple(self.raw.get("aliases", ()))


def _read_corner(raw: Mapping[str, Any], *, where: str) -> Corner:
    """One corner; ``payload_lb`` and ``range_nm`` are converted, and either part may have its own source."""

    def part(metric: str, printed: str, unit: str, own_source: Mapping[str, Any]) -> Figure:
        fields = {**raw, **own_source}
        if metric in raw:
            fields["value"] = raw[metric]
        else:
            fields["value"], fields["printed_in"] = raw[printed], printed[-2:]
        return figure_from(fields, unit=unit, where=where)

    return Corner(
        part("payload_t", "payload_lb", "t", raw.get("payload", {})),
        part("range_km", "range_nm", "km", raw.get("range", {})),
    )


def _hold_sides(raw: Mapping[str, Any], *, where: str) -> dict[str, Figure]:
    """Sides of the hold; one that was not published is left out."""
    sides = {}
    for side in ("length", "width", "height"):
        if side in raw:
            sides[side] = figure_from({**raw, "value": raw[side]}, unit="m", where=where)
    return sides


def _read_aircraft(
    raw: Mapping[str, Any],
    tables: Mapping[str, SpeedTable],
    ground: Mapping[str, Mapping[str, Figure]],
    designators: Sequence[str],
) -> Aircraft:
    entry = _Entry(raw, file="aircraft.toml")
    corners = []
    for number, corner in enumerate(raw["corners"]):
        corners.append(_read_corner(corner, where=f"{entry.where}: corner {number}"))
    own, name, aliases = entry.names
    # A designator may be an alias too: of two that fold alike the alias is kept.
    spellings = {_fold_name(spelling): spelling for spelling in (*designators, *aliases)}
    return Aircraft(
        id=own,
        name=name,
        aliases=tuple(spellings.values()),
        role=entry.text("role", "airlifter"),
        structural_payload_t=entry.figure("structural_payload_t", "t"),
        corners=tuple(corners),
        cruise_km_per_h=entry.figure("cruise_km_per_h", "km/h"),
        speed_table=tables[raw["speed_table"]],
        own_table=bool(raw.get("own_table", False)),
        ground_times_h=ground[raw["ground_times"]],
        take_off_t=entry.figure("take_off_t", "t"),
        empty_t=entry.figure("empty_t", "t"),
        fuel_t=entry.figure("fuel_t", "t"),
        seats=entry.perhaps("seats", "people"),
        hold_m=_hold_sides(raw.get("hold_m", {}), where=f"{entry.where}: hold"),
        is_class_mix=bool(raw.get("is_class_mix", False)),
        note=entry.text("note"),
    )


def _read_vessel(raw: Mapping[str, Any]) -> Vessel:
    entry = _Entry(raw, file="vessels.toml")
    own, name, aliases = entry.names
    return Vessel(
        id=own,
        name=name,
        aliases=aliases,
        role=entry.text("role"),
        is_warship=bool(raw["is_warship"]),
        flag=entry.text("flag"),
        deadweight_t=entry.figure("deadweight_t", "t"),
        cargo_share=entry.figure("cargo_share", "share"),
        speed=entry.figure("speed_km_per_h", "km/h"),
        length_m=entry.figure("length_m", "m"),
        draught_m=entry.figure("draught_m", "m"),
        load_time=entry.figure("load_h", "h"),
        discharge_time=entry.figure("discharge_h", "h"),
        lane_metres=entry.perhaps("lane_metres", "m"),
        mass_per_lane_metre_t=entry.perhaps("mass_per_lane_metre_t", "t/m"),
        observed_cargo_t=entry.perhaps("observed_cargo_t", "t"),
        beam_m=entry.perhaps("beam_m", "m"),
        stowed_by_crane=bool(raw["stowed_by_crane"]),
        imo=entry.text("imo"),
        lost=entry.text("lost"),
        note=entry.text("note"),
    )


def _read_vehicles(raw: Mapping[str, Any]) -> VehicleMix:
    entry = _Entry(raw, file="vehicles.toml")
    own, name, aliases = entry.names
    return VehicleMix(
        id=own,
        name=name,
        aliases=aliases,
        mass=entry.figure("mass_t", "t"),
        length=entry.figure("length_m", "m"),
        people=entry.figure("personnel", "people"),
        speed=entry.figure("speed_km_per_h", "km/h"),
        note=entry.text("note"),
    )


def _read_train(raw: Mapping[str, Any]) -> FreightTrain:
    entry = _Entry(raw, file="trains.toml")
    own, name, aliases = entry.names
    return FreightTrain(
        id=own,
        name=name,
        aliases=aliases,
        net_load=entry.figure("net_load_t", "t"),
        speed=entry.figure("speed_km_per_h", "km/h"),
        note=entry.text("note"),
    )


def _speed_tables(raw: Mapping[str, Any]) -> dict[str, SpeedTable]:
    """Block-speed tables by the type they were printed for; knots and nautical miles become km/h and km."""
    tables = {}
    for key, table in raw.items():
        leg_nm, speed_kt = zip(*table["nm_kt"], strict=True)
        tables[key] = SpeedTable(
            id=key,
            leg_km=tuple(nm * KM_PER_NM for nm in leg_nm),
            speed_km_per_h=tuple(kt * KM_PER_NM for kt in speed_kt),
            source=str(table["source"]),
        )
    return tables


def _ground_times(raw: Mapping[str, Any]) -> dict[str, dict[str, Figure]]:
    """Ground times by class of aircraft and kind of stop."""
    times: dict[str, dict[str, Figure]] = {}
    for key, table in raw.items():
        where = f"ground times {key}"
        times[key] = {
            kind: figure_from(table[kind], unit="h", where=where) for kind in GROUND_KINDS
        }
    return times


def _designators_by_type(raw: Mapping[str, Any]) -> dict[str, list[str]]:
    """ICAO type designators by the id of the type."""
    designators: dict[str, list[str]] = {}
    for designator, of in raw.items():
        designators.setdefault(of["id"], []).append(designator)
    return designators


def _all_aircraft() -> Iterator[Aircraft]:
    sky = read_data("aircraft.toml")
    tables = _speed_tables(sky["speed_table"])
    ground = _ground_times(sky["ground_times"])
    designators = _designators_by_type(sky["designator"])
    for raw in sky["aircraft"]:
        yield _read_aircraft(raw, tables, ground, designators.get(raw["id"], ()))


@cache
def platforms() -> tuple[Platform, ...]:
    """All platforms of the catalogue: aircraft, vessels, vehicles, trains.

    Examples
    --------
    >>> sorted({platform.kind for platform in platforms()})
    ['aircraft', 'train', 'vehicles', 'vessel']
    """
    return (
        *_all_aircraft(),
        *map(_read_vessel, read_data("vessels.toml")["vessel"]),
        *map(_read_vehicles, read_data("vehicles.toml")["vehicles"]),
        *map(_read_train, read_data("trains.toml")["trains"]),
    )


def _names_of(platform: Platform) -> tuple[str, ...]:
    return (platform.id, platform.name, *platform.aliases)


@cache
def _by_key() -> Mapping[str, Platform]:
    """Platforms by folded name; two platforms under one name are refused when the data is read."""
    index: dict[str, Platform] = {}
    for platform in platforms():
        for name in _names_of(platform):
            owner = index.setdefault(_fold_name(name), platform)
            if owner is not platform:
                raise QuantityError(
                    f"platform data: {name!r} names both {owner.id} and {platform.id}"
                )
    return index


@cache
def _ambiguous_names() -> Mapping[str, tuple[str, ...]]:
    """Names that reports print for several platforms, with their ids."""
    raw = read_data("aircraft.toml").get("ambiguous", {})
    return {_fold_name(name): tuple(ids) for name, ids in raw.items()}


_ADDED: dict[str, Platform] = {}
"""Platforms of the user's own by folded name; see `add_platform`."""


def add_platform(platform: Platform) -> Platform:
    """Make a platform of your own known: from now on its id and names are understood wherever a name is.

    Parameters
    ----------
    platform
        Best made from one of the catalogue with `dataclasses.replace`, with an id, a name and aliases of its own. One
        with the id of an earlier one takes its stead.

    Returns
    -------
    Aircraft or Vessel or VehicleMix or FreightTrain
        The same platform.

    Raises
    ------
    QuantityError
        One of its names is that of another platform.

    Notes
    -----
    It is known in this session only; another process must add it again.

    Examples
    --------
    >>> from dataclasses import replace
    >>> light = replace(find_platform("C-17"), id="C-17 light", name="C-17, half fuel", aliases=())
    >>> find_platform(add_platform(light).id).name
    'C-17, half fuel'
    """
    if not isinstance(platform, Platform):
        raise QuantityError(
            f"a platform was wanted, got {platform!r:.40}; make one: replace(find_platform('C-17'), id=..., name=...)"
        )
    names = _names_of(platform)
    if any(is_blank(name) or not _fold_name(name) for name in names):
        raise QuantityError(
            f"{platform.id!r}, {platform.name!r}: an id and names with letters or digits are needed"
        )
    keys = {_fold_name(name): name for name in names}
    for key, name in keys.items():
        _refuse_taken_name(key, name, platform)
    _forget_added(platform.id)
    _ADDED.update(dict.fromkeys(keys, platform))
    return platform


def _refuse_taken_name(key: str, name: str, platform: Platform) -> None:
    """A name of the catalogue stays its own; one of an added platform may go to its new version."""
    own = _by_key().get(key)
    other = own or _ADDED.get(key)
    if other is None or (own is None and other.id == platform.id):
        return
    raise QuantityError(
        f"{name!r} is {other.id} already; give yours an id, a name and aliases of its own"
    )


def _forget_added(platform_id: str) -> None:
    """Drop all names of an added platform: its new version may have fewer."""
    for key, other in list(_ADDED.items()):
        if other.id == platform_id:
            del _ADDED[key]


def find_platform(name: str) -> Platform:
    """The platform a report means by a name.

    Parameters
    ----------
    name
        Id, name, alias or ICAO type designator ("A124"); case, accents, spaces and hyphens do not matter.

    Returns
    -------
    Aircraft or Vessel or VehicleMix or FreightTrain
        Every value with its source and status.

    Raises
    ------
    AmbiguousNameError
        The name fits several platforms ("Antonov"); the message lists them.
    UnknownNameError
        The name is unknown, and the message lists the nearest; or it is a placeholder ("TBC", "n/a").

    Examples
    --------
    >>> find_platform("Antonov AN-124").id
    'An-124'
    >>> find_platform("A124").id
    'An-124'
    >>> find_platform("il 76 md").id
    'Il-76MD'
    """
    check_name("platform", name)
    key = _fold_name(name)
    found = _by_key().get(key) or _ADDED.get(key)
    if found is not None:
        return found
    if key in _ambiguous_names():
        raise AmbiguousNameError("platform", name, _ambiguous_names()[key])
    raise UnknownNameError("platform", name, _suggest_names(name))


def _suggest_names(name: str) -> list[str]:
    """Spellings near to a name, one per platform."""
    # One letter off a designator is another type, so none of them is suggested.
    designators = read_data("aircraft.toml")["designator"]
    owners: dict[str, str] = {}
    for platform in (*platforms(), *_ADDED.values()):
        for spelling in _names_of(platform):
            if spelling not in designators:
                owners[spelling] = platform.id
    once: dict[str, str] = {}
    for spelling in nearest(name, owners, most=_MOST_LOOKED_AT):
        once.setdefault(owners[spelling], spelling)
    return list(once.values())
