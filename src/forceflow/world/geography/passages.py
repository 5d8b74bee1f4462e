"""Named passages of the sea: what they are called, who may use them when, and which are closed for a voyage.

The passages, their gates and the rules are data (``data/passages.toml``).  An unknown name is an error, and a closed
passage is never used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from ...dates import read_day
from ...errors import RouteError, UnknownNameError
from ..names import check_name, fold, read_data

if TYPE_CHECKING:
    from .geodesy import Flags, Floats

__all__ = ["Passage", "Rule", "closed_passages", "find_passages", "passages"]

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Passage:
    """A strait or canal of the sea network.

    Parameters
    ----------
    id, name, aliases
        What it is called.
    bit
        Its number in the bit sets of the network's lines.
    gate
        A line from shore to shore, two (lon, lat); whatever crosses it goes through the passage.
    limits
        Sizes a vessel must fit, any one of them: length_m, beam_m, draught_m.
    shut
        Why it is not used unless opened by name; "" for a passage in ordinary use.
    """

    id: str
    name: str
    aliases: tuple[str, ...]
    bit: int
    gate: tuple[Point, Point]
    limits: tuple[Mapping[str, float], ...] = ()
    shut: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A dated rule that closes passages to some vessels; half-open, `since` included, `until` not."""

    name: str
    passages: tuple[str, ...]
    applies_to: str
    since: date
    until: date | None
    source: str
    status: str
    note: str

    def holds(self, on: date | None) -> bool:
        """Whether it is in force on a day; with no day, whether it is still in force."""
        if on is None:
            return self.until is None
        return self.since <= on and (self.until is None or on < self.until)


@cache
def passages() -> Mapping[str, Passage]:
    """All passages by id.

    Examples
    --------
    >>> passages()["bosphorus"].name
    'Bosphorus'
    """
    found = {}
    for bit, raw in enumerate(read_data("passages.toml")["passage"]):
        found[raw["id"]] = Passage(
            id=raw["id"],
            name=raw["name"],
            aliases=(*raw["aliases"], *raw.get("short", ())),
            bit=bit,
            gate=(tuple(raw["gate"][0]), tuple(raw["gate"][1])),
            limits=tuple(map(_sizes_of, raw.get("limits", ()))),
            shut=raw.get("shut", ""),
        )
    return found


def _sizes_of(limit: Mapping[str, Any]) -> dict[str, float]:
    """The sizes of a limit in m, without its source and note."""
    return {name: float(size) for name, size in limit.items() if name.endswith("_m")}


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, in the order of the file."""
    return tuple(map(_read_rule, read_data("passages.toml").get("rule", ())))


def _read_rule(raw: Mapping[str, Any]) -> Rule:
    return Rule(
        name=raw["name"],
        passages=tuple(raw["passages"]),
        applies_to=raw["applies_to"],
        since=raw["since"],
        until=raw.get("until"),
        source=raw["source"],
        status=raw["status"],
        note=raw.get("note", ""),
    )


@cache
def _ids_by_name() -> Mapping[str, tuple[str, ...]]:
    index: dict[str, tuple[str, ...]] = {}
    for passage in passages().values():
        for name in (passage.id, passage.name, *passage.aliases):
            # A passage is a group of one, so that both are looked up in the same way.
            index[fold(name)] = (passage.id,)
    for raw in read_data("passages.toml").get("group", ()):
        for name in (raw["id"], raw["name"], *raw["aliases"]):
            index[fold(name)] = tuple(raw["passages"])
    return index


@cache
def _without_line() -> Mapping[str, str]:
    """Why a strait is no passage of the network, by folded name."""
    reasons = {}
    for raw in read_data("passages.toml").get("without_line", ()):
        for name in (raw["name"], *raw["aliases"]):
            reasons[fold(name)] = f"The sea network has no line through it: {raw['instead']}"
    return reasons


@cache
def _all_names() -> tuple[str, ...]:
    """Names of all passages and groups, to suggest from."""
    names: list[str] = []
    for passage in passages().values():
        names += (passage.id, passage.name, *passage.aliases)
    for raw in read_data("passages.toml").get("group", ()):
        names += (raw["id"], raw["name"], *raw["aliases"])
    return tuple(names)


def find_passages(names: Iterable[str]) -> tuple[str, ...]:
    """Ids of the passages that `names` mean; a group such as "Turkish straits" means its members.

    Raises
    ------
    UnknownNameError
        One of the names is unknown; the message lists the nearest.

    Examples
    --------
    >>> find_passages(["Bosporus", "danish straits"])
    ('bosphorus', 'oresund', 'great_belt')
    """
    if isinstance(names, str):
        names = (names,)
    found: dict[str, None] = {}
    for name in names:
        check_name("passage", name)
        ids = _ids_by_name().get(fold(name))
        if ids is None:
            raise _unknown_passage(name)
        found.update(dict.fromkeys(ids))
    return tuple(found)


def _unknown_passage(name: str) -> UnknownNameError:
    """The error for a name that no passage bears, with what would have worked."""
    if reason := _without_line().get(fold(name)):
        return UnknownNameError("passage", name, (), otherwise=reason)
    known = ", ".join(passage.name for passage in passages().values())
    return UnknownNameError("passage", name, _all_names(), otherwise=f"There are {known}")


def crosses(a: Floats, b: Floats, gate: tuple[Point, Point]) -> Flags:
    """Which segments from `a` to `b`, shape (n, 2), cross a gate; touching it counts.

    Segments over the antimeridian cross no gate: none lies there.
    """
    (x0, y0), (x1, y1) = gate

    (ax, ay), (bx, by) = a.T, b.T

    def side_of_gate(x: Floats, y: Floats) -> Floats:
        return np.asarray((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0))

    def side_of_segment(x: float, y: float) -> Floats:
        return np.asarray((bx - ax) * (y - ay) - (by - ay) * (x - ax))

    # "Or equal" lets a line that only touches the gate count as going through it.
    apart = side_of_gate(ax, ay) * side_of_gate(bx, by) <= 0.0
    within = side_of_segment(x0, y0) * side_of_segment(x1, y1) <= 0.0
    return np.asarray(apart & within & (np.abs(ax - bx) < 180.0))


def as_date(on: Any) -> date | None:
    """The day of a voyage, of any kind that `read_day` takes; None stays None."""
    if on is None:
        return None
    return read_day(on, name="on", error=RouteError)


def _size_m(vessel: object, name: str) -> float | None:
    """The largest published value of a particular, m; None where none was published."""
    value = getattr(vessel, name, None)
    # A figure of the catalogue, a range, or a bare number.
    value = getattr(value, "value", value)
    value = getattr(value, "high", value)
    if value is None:
        return None
    return float(value)


def _reason_too_large(passage: Passage, vessel: object) -> str:
    """Why a vessel does not fit a passage by its published sizes, or ""."""
    if not passage.limits or vessel is None:
        return ""
    reasons = [_sizes_over(limit, vessel) for limit in passage.limits]
    # Any one limit that it keeps is enough: a longer ship may pass Kiel with less draught.
    if not all(reasons):
        return ""
    return f"{getattr(vessel, 'name', 'the vessel')} does not fit: " + "; or ".join(reasons)


def _sizes_over(limit: Mapping[str, float], vessel: object) -> str:
    """The sizes of a vessel that are over a limit, in words; a size that was not published is over none."""
    over = []
    for name, most in limit.items():
        size = _size_m(vessel, name)
        # No size is made up: what was not published cannot close a passage.
        if size is not None and size > most:
            over.append(f"{name} {size:g}, at most {most:g}")
    return ", ".join(over)


def closed_passages(
    *,
    closed: Iterable[str] = (),
    opened: Iterable[str] = (),
    on: Any = None,
    vessel: object = None,
) -> Mapping[str, str]:
    """Passages a voyage may not use, each with the reason.

    Parameters
    ----------
    closed
        Names closed by the caller.
    opened
        Names to use although they are shut or a rule closes them: a canal the ship has leave to pass, a warship on its
        way home.  Size limits still hold.
    on
        Day of the voyage; None for the rules still in force.
    vessel
        A platform with `is_warship` and sizes in m, or None for a merchant ship of unknown size.

    Returns
    -------
    mapping
        From passage id to the reason, in the order of the file.

    Raises
    ------
    UnknownNameError
        A name that no passage bears.
    RouteError
        A passage is both closed and opened, or the vessel does not fit one that was opened.
    """
    # The usual case: no vessel, and names as tuples, which may be the key of a cache.
    if isinstance(closed, tuple) and isinstance(opened, tuple) and vessel is None:
        return _closed_for_anyone(closed, opened, as_date(on))
    return _closed_for(vessel, closed, opened, as_date(on))


@lru_cache(maxsize=256)
def _closed_for_anyone(
    closed: tuple[str, ...], opened: tuple[str, ...], day: date | None
) -> Mapping[str, str]:
    # Every caller gets the same stored mapping, so nobody may write to it.
    return MappingProxyType(_closed_for(None, closed, opened, day))


def _closed_for(
    vessel: object, closed: Iterable[str], opened: Iterable[str], day: date | None
) -> dict[str, str]:
    """See `closed_passages`."""
    closed_by_name, opened_by_name = set(find_passages(closed)), set(find_passages(opened))
    if both := closed_by_name & opened_by_name:
        raise RouteError(f"both closed and opened: {', '.join(sorted(both))}")
    reasons: dict[str, str] = {}
    for passage in passages().values():
        too_large = _reason_too_large(passage, vessel)
        if passage.id in closed_by_name:
            reasons[passage.id] = "closed by the caller"
        elif passage.id not in opened_by_name:
            # Leave to pass is no help to a ship that does not fit: size is checked in both cases.
            reasons[passage.id] = passage.shut or too_large or _reason_by_rule(passage, vessel, day)
        elif too_large:
            raise RouteError(f"{passage.name} was opened, but {too_large}")
    return {name: reason for name, reason in reasons.items() if reason}


def _reason_by_rule(passage: Passage, vessel: object, day: date | None) -> str:
    """The last rule that closes a passage to a vessel on a day, or ""."""
    vessels = {"all"}
    if getattr(vessel, "is_warship", False):
        vessels.add("warships")
    reason = ""
    for rule in rules():
        if passage.id in rule.passages and rule.applies_to in vessels and rule.holds(day):
            reason = f"{rule.name}, since {rule.since}"
    return reason
