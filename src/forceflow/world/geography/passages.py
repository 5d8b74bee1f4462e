"""Named passages of the sea: what they are called, who may use them when, and which are closed for a voyage.

The passages, their gates and the rules are data (``data/passages.toml``).  A name nobody knows is an error, and a
closed passage is never used.
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
    from numpy.typing import NDArray

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
    return {
        raw["id"]: Passage(
            id=raw["id"],
            name=raw["name"],
            aliases=(*raw["aliases"], *raw.get("short", ())),
            bit=bit,
            gate=(tuple(raw["gate"][0]), tuple(raw["gate"][1])),
            limits=tuple(
                {k: float(v) for k, v in limit.items() if k.endswith("_m")}
                for limit in raw.get("limits", ())
            ),
            shut=raw.get("shut", ""),
        )
        for bit, raw in enumerate(read_data("passages.toml")["passage"])
    }


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, in the order of the file."""
    return tuple(
        Rule(
            name=raw["name"],
            passages=tuple(raw["passages"]),
            applies_to=raw["applies_to"],
            since=raw["since"],
            until=raw.get("until"),
            source=raw["source"],
            status=raw["status"],
            note=raw.get("note", ""),
        )
        for raw in read_data("passages.toml").get("rule", ())
    )


@cache
def _index() -> Mapping[str, tuple[str, ...]]:
    index: dict[str, tuple[str, ...]] = {}
    for passage in passages().values():
        for name in (passage.id, passage.name, *passage.aliases):
            index[fold(name)] = (passage.id,)
    for raw in read_data("passages.toml").get("group", ()):
        for name in (raw["id"], raw["name"], *raw["aliases"]):
            index[fold(name)] = tuple(raw["passages"])
    return index


@cache
def _without_line() -> Mapping[str, str]:
    """Why a strait is no passage of the network, by folded name."""
    return {
        fold(name): f"The sea network has no line through it: {raw['instead']}"
        for raw in read_data("passages.toml").get("without_line", ())
        for name in (raw["name"], *raw["aliases"])
    }


@cache
def _all_names() -> tuple[str, ...]:
    groups: Iterable[Mapping[str, Any]] = read_data("passages.toml").get("group", ())
    return tuple(
        name
        for names in (
            *((p.id, p.name, *p.aliases) for p in passages().values()),
            *((g["id"], g["name"], *g["aliases"]) for g in groups),
        )
        for name in names
    )


def find_passages(names: Iterable[str]) -> tuple[str, ...]:
    """Ids of the passages that `names` mean; a group such as "Turkish straits" means its members.

    Raises
    ------
    UnknownNameError
        Nobody knows one of the names; the message lists the nearest.

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
        hit = _index().get(fold(name))
        if hit is None and (reason := _without_line().get(fold(name))):
            raise UnknownNameError("passage", name, (), otherwise=reason)
        if hit is None:
            raise UnknownNameError(
                "passage",
                name,
                _all_names(),
                otherwise=f"There are {', '.join(p.name for p in passages().values())}",
            )
        found.update(dict.fromkeys(hit))
    return tuple(found)


def crosses(
    a: NDArray[np.float64], b: NDArray[np.float64], gate: tuple[Point, Point]
) -> NDArray[np.bool_]:
    """Which segments from `a` to `b`, shape (n, 2), cross a gate; touching it counts.

    Segments over the antimeridian cross no gate: none lies there.
    """
    (x0, y0), (x1, y1) = gate

    def side_of_gate(p: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray((x1 - x0) * (p[:, 1] - y0) - (y1 - y0) * (p[:, 0] - x0))

    def side_of_segment(x: float, y: float) -> NDArray[np.float64]:
        return np.asarray((b[:, 0] - a[:, 0]) * (y - a[:, 1]) - (b[:, 1] - a[:, 1]) * (x - a[:, 0]))

    apart = side_of_gate(a) * side_of_gate(b) <= 0.0
    within = side_of_segment(x0, y0) * side_of_segment(x1, y1) <= 0.0
    return apart & within & (np.abs(a[:, 0] - b[:, 0]) < 180.0)


def as_date(on: Any) -> date | None:
    """The day of a voyage, of any kind that `read_day` takes; None stays None."""
    return None if on is None else read_day(on, name="on", error=RouteError)


def _size_m(vessel: object, name: str) -> float | None:
    """The largest published value of a particular, m; None when nobody published one."""
    value = getattr(vessel, name, None)
    value = getattr(value, "value", value)
    value = getattr(value, "high", value)
    return None if value is None else float(value)


def _misfit(passage: Passage, vessel: object) -> str:
    """Why a vessel does not fit a passage by its published sizes, or ""."""
    if not passage.limits or vessel is None:
        return ""
    reasons = []
    for limit in passage.limits:
        over = []
        for name, most in limit.items():
            size = _size_m(vessel, name)
            if size is not None and size > most:
                over.append(f"{name} {size:g}, at most {most:g}")
        if not over:
            return ""
        reasons.append(", ".join(over))
    return f"{getattr(vessel, 'name', 'the vessel')} does not fit: " + "; or ".join(reasons)


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
        Day of the voyage; None asks for the rules still in force.
    vessel
        A platform with `is_warship` and sizes in m, or None for a merchant ship of unknown size.

    Returns
    -------
    mapping
        From passage id to the reason, in the order of the file.

    Raises
    ------
    UnknownNameError
        A name nobody knows.
    RouteError
        A passage is both closed and opened, or the vessel does not fit one that was opened.
    """
    if isinstance(closed, tuple) and isinstance(opened, tuple) and vessel is None:
        return _closed_for_anyone(
            closed, opened, as_date(on)
        )  # the usual question, answered from memory
    return _closed(closed, opened, as_date(on), vessel)


@lru_cache(maxsize=256)
def _closed_for_anyone(
    closed: tuple[str, ...], opened: tuple[str, ...], day: date | None
) -> Mapping[str, str]:
    return MappingProxyType(_closed(closed, opened, day, None))


def _closed(
    closed: Iterable[str], opened: Iterable[str], day: date | None, vessel: object
) -> dict[str, str]:
    """See `closed_passages`."""
    shut_by_hand, opened_by_hand = set(find_passages(closed)), set(find_passages(opened))
    if both := shut_by_hand & opened_by_hand:
        raise RouteError(f"both closed and opened: {', '.join(sorted(both))}")
    warship = bool(getattr(vessel, "is_warship", False))
    reasons: dict[str, str] = {}
    for passage in passages().values():
        misfit = _misfit(passage, vessel)
        if passage.id in shut_by_hand:
            reasons[passage.id] = "closed by the caller"
        elif passage.id in opened_by_hand:
            if misfit:
                raise RouteError(f"{passage.name} was opened, but {misfit}")
        elif passage.shut:
            reasons[passage.id] = passage.shut
        elif misfit:
            reasons[passage.id] = misfit
        else:
            for rule in rules():
                applies = rule.applies_to == "all" or (rule.applies_to == "warships" and warship)
                if passage.id in rule.passages and applies and rule.holds(day):
                    reasons[passage.id] = f"{rule.name}, since {rule.since}"
    return reasons
