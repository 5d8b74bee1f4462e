"""Reads a case file, checked as a whole: every message names the file, the key and what would have worked."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

from ..errors import ReportError
from ..evidence.report_files import CASE_FILE
from ..evidence.reports import Report
from ..modes import MODES
from ..quantity import Quantity
from ..world import find_place, find_platform, read_theatre
from .case import Basis, BridgePrior, Case, CaseScenario, Figure, FloorPrior, Scope, StockPrior
from .case_table import RANGE, CaseTable
from .stock import read_stock

__all__ = ["CASE_FILE", "find_case", "read_case"]

_STATUSES: Final = ("prior", "read", "recalled")
_BASIS: Final = ("reason", "status", "source", "claims")
_SCOPE: Final = ("area", "since", "until")
_TABLES: Final = ("case", "stock", "floor", "bridge", "straits", "scenarios")
_SPOTS: Final = ("onload_mog", "offload_mog", "operating_h_per_day")
_CHANGES: Final = ("floor", "stall", "pace", "straits", "ceiling_per_day", "drift_gsd")


def find_case(reports: Iterable[Report]) -> Case | None:
    """The case beside some reports; None where no folder of theirs holds one.

    Raises
    ------
    ReportError
        It cannot be used, or the reports are of two folders with a case each.
    """
    found = []
    for folder in sorted(set(map(attrgetter("folder"), reports))):
        file = Path(folder, CASE_FILE)
        # A report that was made in memory lies in no folder, and the working folder is not meant.
        if folder and file.is_file():
            found.append(file)
    if not found:
        return None
    if len(found) > 1:
        names = " and ".join(map(str, found[:2]))
        raise ReportError(f"the reports lie beside two cases, {names}; choose one with case=PATH")
    return read_case(found[0])


def read_case(path: str | Path) -> Case:
    """Read a case, checked as a whole.

    Parameters
    ----------
    path
        A case file, or a folder that holds a ``case.toml``.

    Raises
    ------
    ReportError
        It is missing, is no valid TOML, or a key is missing, wrong or unknown. The message names file, key and what
        would have worked.

    Examples
    --------
    >>> import forceflow as ff
    >>> from forceflow.evidence.datasets import seeds_folder
    >>> case = ff.report.read_case(seeds_folder())
    >>> case.title
    'The Russian withdrawal from Syria, December 2024 to June 2025'
    >>> case.stocks[0].amount.best, case.stocks[0].basis.reason
    (35000.0, 'None of the reports gives a tonnage.')
    """
    file = Path(path)
    if file.is_dir():
        file = file / CASE_FILE
    if not file.is_file():
        raise ReportError(
            f"no such file; give a case file, or a folder that holds a {CASE_FILE}", file=str(file)
        )
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ReportError(f"not valid TOML: {error}", file=file.name) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ReportError(f"cannot be read: {error}", file=file.name) from None
    return _case_of(CaseTable(content, _TABLES, file=file.name), str(file))


def _case_of(whole: CaseTable, file: str) -> Case:
    if "case" not in whole:
        raise whole.refuse("case", "is missing; a case begins with [case], title and area")
    head = whole.table("case", ("title", "scenarios_from", *_SCOPE))
    title = head.text("title", example="The French exit from Niger, 2023")
    scope = _scope_of(head, None)
    floor = _floor_of(whole)
    homes, homes_basis = _homes_of(whole)
    return Case(
        title=title,
        scope=scope,
        stocks=tuple(_stocks_of(whole, scope)),
        floor=floor,
        bridge=_bridge_of(whole),
        homes=homes,
        homes_basis=homes_basis,
        scenarios=tuple(_scenarios_of(whole, has_floor=floor is not None)),
        scenarios_from=head.text("scenarios_from", ""),
        file=file,
    )


def _scope_of(table: CaseTable, default: Scope | None) -> Scope:
    """Area and time of a table; what it leaves out is that of the whole case."""
    names = table.texts("area", example='["NE", "ML"]')
    if not names and default is None:
        raise table.refuse(
            "area", 'is missing; give a theatre or countries, such as area = "Niger"'
        )
    area: str | tuple[str, ...] = names
    if len(names) == 1:
        area = names[0]
    since, until = table.day("since"), table.day("until")
    if default is not None:
        area = area or default.area
        since, until = since or default.since, until or default.until
    table.checked("area", read_theatre, area)
    if since is not None and until is not None and since >= until:
        raise table.refuse("until", f"must be after since, {since:%Y-%m-%d}; got {until:%Y-%m-%d}")
    return Scope(area, since, until)


def _basis_of(table: CaseTable, *, needs_reason: bool = True) -> Basis:
    status = table.one_of("status", _STATUSES, "prior")
    reason = ""
    if needs_reason or "reason" in table:
        reason = table.text("reason", example="Nobody published it.")
    source = table.text("source", "")
    # A figure that was read is only worth more than a prior if a reader can go and look.
    if status != "prior" and not source:
        raise table.refuse(
            "source", f"is missing; a figure that is {status} names where it was read"
        )
    return Basis(reason, status, source, table.texts("claims", example='["relay-3"]'))


def _figure_of(table: CaseTable) -> Figure:
    return Figure(table.range(""), _basis_of(table))


def _stocks_of(whole: CaseTable, scope: Scope) -> Iterable[StockPrior]:
    for table in whole.tables("stock", ("what", "unit", *RANGE, *_SCOPE, *_BASIS)):
        what = table.text("what", "stock before the first movement")
        unit = table.text("unit", example="t")
        amount = table.range(unit, words=f"prior on the {what}")
        # The unit decides what is counted: "people" is of personnel, "t" of tonnes.
        read = table.checked("unit", read_stock, amount)
        assert read is not None
        yield StockPrior(*read, _basis_of(table), _scope_of(table, scope))


def _floor_of(whole: CaseTable) -> FloorPrior | None:
    if "floor" not in whole:
        return None
    table = whole.table("floor", ("name", "reported", *RANGE, *_BASIS))
    name = table.text("name", example="what stays if bases are kept")
    share = table.range("share", words=f"prior on {name}", most=1.0)
    return FloorPrior(name, share, table.text("reported", ""), _basis_of(table))


def _homes_of(whole: CaseTable) -> tuple[tuple[str, str] | None, Basis]:
    if "straits" not in whole:
        return None, Basis()
    keys = ("home_behind", "home_beyond")
    table = whole.table("straits", (*keys, *_BASIS))
    behind, beyond = map(partial(_place_in, table), keys)
    return (behind, beyond), _basis_of(table)


def _bridge_of(whole: CaseTable) -> BridgePrior | None:
    if "bridge" not in whole:
        return None
    parts = ("fleet", *_SPOTS, "refuel_at_destination")
    table = whole.table("bridge", ("origin", "destination", *parts))
    for key in parts:
        if key not in table:
            raise table.refuse(key, f"is missing; write [bridge.{key}] with its reason")
    fleet = table.table("fleet", ("aircraft", *_BASIS))
    fuel = table.table("refuel_at_destination", ("value", *_BASIS))
    spots = {key: _figure_of(table.table(key, (*RANGE, *_BASIS))) for key in _SPOTS}
    return BridgePrior(
        origin=_place_in(table, "origin"),
        destination=_place_in(table, "destination"),
        fleet=_aircraft_of(fleet),
        fleet_basis=_basis_of(fleet),
        refuel_at_destination=fuel.flag("value"),
        # The report works out what fuel there is worth over the distance, so a reason is not needed.
        fuel_basis=_basis_of(fuel, needs_reason=False),
        **spots,
    )


def _place_in(table: CaseTable, key: str) -> str:
    """A name as the case writes it, once it is known to be that of a place."""
    name = table.text(key, example="Niamey")
    table.checked(key, find_place, name)
    return name


def _aircraft_of(fleet: CaseTable) -> dict[str, Quantity]:
    names = fleet.content.get("aircraft")
    if not names or not isinstance(names, Mapping):
        raise fleet.refuse("aircraft", "is missing; name a type with its range of numbers")
    aircraft = fleet.table("aircraft", tuple(names))
    found: dict[str, Quantity] = {}
    for name in names:
        aircraft.checked(name, find_platform, name)
        found[name] = aircraft.table(name, RANGE).range("")
    return found


def _scenarios_of(whole: CaseTable, *, has_floor: bool) -> Iterable[CaseScenario]:
    seen: set[str] = set()
    for table in whole.tables("scenarios", ("name", "note", *_CHANGES, *_BASIS)):
        name = table.text("name", example="talks fail")
        if name in seen:
            raise table.refuse("name", f"{name!r} is the name of an earlier scenario; give another")
        seen.add(name)
        if not any(map(table.__contains__, _CHANGES)):
            raise table.refuse("", f"changes nothing; give one of {', '.join(_CHANGES)}")
        yield _scenario_of(table, name, has_floor=has_floor)


def _scenario_of(table: CaseTable, name: str, *, has_floor: bool) -> CaseScenario:
    content = table.content
    changes: dict[str, Any] = {}
    keeps_floor = content.get("floor") == "kept"
    # The number is that of [floor], so that all scenarios that keep it keep the same.
    if keeps_floor and not has_floor:
        raise table.refuse("floor", 'is "kept", but the case has no [floor]; add one, or give 0')
    if "floor" in table and not keeps_floor:
        changes["floor"] = table.number("floor")
    if "stall" in table:
        changes["stall"] = _stall_of(table)
    if "pace" in table:
        paces = table.table("pace", MODES)
        changes["pace"] = {mode: paces.number(mode) for mode in paces.content}
    for key, least in (("ceiling_per_day", 0.0), ("drift_gsd", 1.0)):
        if key in table:
            changes[key] = table.number(key, least=least)
    straits = table.one_of("straits", ("", "open", "closed"), "")
    # Both set the pace of the ships, and one would be lost without a word.
    if straits and "pace" in table:
        raise table.refuse("straits", "sets the pace by sea; give pace or straits, not both")
    return CaseScenario(
        name, _basis_of(table), changes, keeps_floor, straits, table.text("note", "")
    )


def _stall_of(table: CaseTable) -> float | tuple[float, float, float]:
    if not isinstance(table.content["stall"], Mapping):
        return table.number("stall", most=1.0)
    chance = table.table("stall", RANGE).range("share", most=1.0)
    return chance.low, chance.best, chance.high
