"""Flow events: one movement, or one stream of like movements, with the claims it came from."""

from __future__ import annotations

import datetime as dt
import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal

from ..display import Listed
from ..errors import EventError, UnknownNameError
from ..quantity import Quantity
from ..quantity.units import unit_factor, which_tonnes
from ..world import find_place

if TYPE_CHECKING:
    from .provenance import Provenance

__all__ = ["EVENT_OF_MODE", "Convoy", "FlowEvent", "Sailing", "Sortie", "Train"]

Direction = Literal["outbound", "inbound", "internal", "external"]

_NOTHING = Quantity.nothing("")
_LOADS = ("vehicles", "personnel", "tonnes")


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowEvent:
    """What moved, from where to where, in which window, and who says so.

    Parameters
    ----------
    event_id, title
        Its name, and a line that says what it is.
    platform
        Platform ids; several joined by " + " are a mix with unpublished shares.
    origin, destination, via
        Place ids.
    start, stop
        Half-open window ``[start, stop)`` in UTC.
    direction
        "outbound", "inbound", "internal" or "external", from the theatre membership of origin and destination.
    movements
        How many one-way movements; without content where no number was given. A rate ("2 flights a day"), here and in
        the loads, is multiplied by the days of the window: an event holds totals.
    vehicles, personnel, tonnes
        Published loads of all its movements together, where given. Tonnes in kg, lb, short tons or long tons are
        converted; a number without a unit is taken as tonnes.
    is_stream
        True when the movements are spread over the window; False when all of it happened at one unknown moment in it.
    cargo
        What was carried, in words.
    claims, sources, roots
        Ids of the movement claims, of the reports they are in, and of the root sources behind them.
    related
        Ids of what else was reported of it: sightings, postures, intentions; they add no number.
    conflicts
        Disagreements between the claims, one line each.
    caveats
        What a reader must know before using it, one line each; estimates repeat them in their notes.
    known_from
        When it first became known: the first moment at which one of its movement claims was surely public. None when
        that is not known; then it counts as known from its own first day.
    claims_known_from
        The same for each of `claims`, in their order; empty where that is not known or the number of claims differs.
    provenance
        What it was made with, see `Provenance`; no part of its value.

    Raises
    ------
    EventError
        No id, a time that is no `datetime` or has no zone, an empty window, a number that is no `Quantity` or below
        zero, or a unit that does not fit what it counts.
    """

    kind: ClassVar[str] = "movement"
    mode: ClassVar[str] = ""

    event_id: str
    title: str = ""
    platform: str
    origin: str
    destination: str
    via: tuple[str, ...] = ()
    start: dt.datetime
    stop: dt.datetime
    direction: Direction
    movements: Quantity = _NOTHING
    vehicles: Quantity | None = None
    personnel: Quantity | None = None
    tonnes: Quantity | None = None
    is_stream: bool = False
    cargo: str = ""
    claims: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    known_from: dt.datetime | None = None
    claims_known_from: tuple[dt.datetime, ...] = ()
    provenance: Provenance | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.event_id:
            raise EventError("an event needs an event_id")
        self._check_moments()
        # The claims were replaced: the moments speak of others.
        if len(self.claims_known_from) != len(self.claims):
            object.__setattr__(self, "claims_known_from", ())
        if self.stop <= self.start:
            raise EventError(
                f"event {self.event_id!r}: the window [{self.start:%Y-%m-%d}, {self.stop:%Y-%m-%d}) is empty"
            )
        for name in ("movements", *_LOADS):
            self._check_number(name)

    def _check_moments(self) -> None:
        """Refuse times that are no moments, or have no zone."""
        _check_moment(self.event_id, "start", self.start)
        _check_moment(self.event_id, "stop", self.stop)
        if self.known_from is not None:
            _check_moment(self.event_id, "known_from", self.known_from)
        for moment in self.claims_known_from:
            _check_moment(self.event_id, "claims_known_from", moment)

    def _check_number(self, name: str) -> None:
        """Refuse what is no number of this field, and make a total of a rate."""
        number = getattr(self, name)
        if number is None and name != "movements":
            return
        if not isinstance(number, Quantity):
            raise EventError(
                f"event {self.event_id!r}: {name} is {number!r}; give Quantity.of({number!r})"
            )
        # An event holds totals: a rate is multiplied by the days of the window.
        if number.has_content:
            total = _checked_number(self.event_id, name, number).over_days(self.days)
            object.__setattr__(self, name, total)

    @property
    def platforms(self) -> tuple[str, ...]:
        """Platform ids, one each."""
        return tuple(self.platform.split(" + "))

    @property
    def days(self) -> float:
        """Length of the window in days."""
        return (self.stop - self.start).total_seconds() / 86_400

    @property
    def is_empty(self) -> bool:
        """True for a ship in ballast or an empty aircraft: a movement that carries nothing."""
        return self.cargo.lower() in ("ballast", "in ballast", "empty", "none")

    @property
    def _when(self) -> str:
        last = self.stop - dt.timedelta(seconds=1)
        if last.date() == self.start.date():
            return f"{self.start:%Y-%m-%d}"
        return f"{self.start:%Y-%m-%d} to {last:%Y-%m-%d}"

    @property
    def _way(self) -> str:
        return f"{_place_name(self.origin)} to {_place_name(self.destination)}"

    @property
    def _moved(self) -> tuple[str, ...]:
        parts = [str(self.movements) if self.movements.has_content else "not counted"]
        for what in _LOADS:
            load = getattr(self, what)
            if load:
                parts.append(f"{what}: {load}")
        return tuple(parts)

    def __str__(self) -> str:
        return (
            f"{self.event_id}: {self.kind}, {self.platform}, {self._way} ({self.direction}), {self._when}; movements: "
            f"{'; '.join((*self._moved, *self.caveats))}"
        )

    def _repr_html_(self) -> str:
        """Its row, its claims as far as their reports are at hand, and where they contradict each other."""
        wanted = {*self.claims, *self.related}
        page, shown = Listed((self,)).to_html(caption=self.title), 0
        reports = self.provenance.reports if self.provenance else ()
        for report in reports:
            claims = Listed(claim for claim in report.claims if claim.id in wanted)
            if claims:
                caption = f"{report.publisher}, {report.published}, grade {report.grade}"
                page += claims.to_html(caption=caption)
                shown += len(claims)
        lines = [*self.conflicts, *self.caveats]
        if shown < len(wanted):
            hint = (
                "explain(event, reports=...) shows its claims, given the reports it was merged from"
            )
            lines.insert(0, hint)
        for line in lines:
            page += f"<p>{html.escape(line)}</p>"
        return page

    def _listed_(self) -> dict[str, str]:
        """Cells of its row in a table of events."""
        return {
            "id": self.event_id,
            "mode": self.mode,
            "platform": self.platform,
            "from": _place_name(self.origin),
            "to": _place_name(self.destination),
            "window (UTC)": self._when,
            "movements": "; ".join(map(_without_unit, self._moved)),
            "sources": ", ".join(self.sources),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Sortie(FlowEvent):
    """A flight, or a stream of flights; one movement is one loaded leg, there without back."""

    kind: ClassVar[str] = "sortie"
    mode: ClassVar[str] = "air"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sailing(FlowEvent):
    """A voyage of a ship, or several; one movement is one loaded voyage."""

    kind: ClassVar[str] = "sailing"
    mode: ClassVar[str] = "sea"


@dataclass(frozen=True, slots=True, kw_only=True)
class Convoy(FlowEvent):
    """A column on the road, or several; one movement is one column, `vehicles` counts what drove in it."""

    kind: ClassVar[str] = "convoy"
    mode: ClassVar[str] = "road"


@dataclass(frozen=True, slots=True, kw_only=True)
class Train(FlowEvent):
    """A train, or a stream of trains; one movement is one loaded train, there without back."""

    kind: ClassVar[str] = "train"
    mode: ClassVar[str] = "rail"


def _without_unit(part: str) -> str:
    """A number without the unit that the head of its column, or its own label, names already."""
    return re.sub(r"(?<=\d) (movements|tonnes)$", "", part)


def _place_name(name: str) -> str:
    # An event is shown even where its places are not in the gazetteer.
    try:
        return find_place(name).name
    except UnknownNameError:
        return name


def _check_moment(event_id: str, name: str, moment: object) -> None:
    if not isinstance(moment, dt.datetime):
        raise EventError(
            f"event {event_id!r}: {name} is {moment!r}; give a moment, datetime(2025, 1, 31, tzinfo=UTC), or let "
            "from_frame read the dates of a table"
        )
    if moment.tzinfo is None:
        raise EventError(f"event {event_id!r}: {name} has no time zone; give UTC")


def _checked_number(event_id: str, name: str, number: Quantity) -> Quantity:
    """A number of an event, none below zero and in its own unit: tonnes converted, counts in no measure."""
    if number.ends[0] < 0:
        raise EventError(
            f"event {event_id!r}: {name} is {number}, and nothing below zero moves; give 0 or more"
        )
    if name == "tonnes":
        return _in_tonnes(event_id, number)
    for base in ("t", "h", "km"):
        if unit_factor(number.unit, to=base) is not None:
            raise EventError(
                f"event {event_id!r}: {name} is {number}, in {number.unit!r}; give a count of {name}"
            )
    return number


def _in_tonnes(event_id: str, number: Quantity) -> Quantity:
    """A mass in tonnes; without a unit it is taken as tonnes."""
    if not number.unit:
        return number
    factor = unit_factor(number.unit, to="t")
    if factor is None:
        raise EventError(
            f"event {event_id!r}: tonnes is {number}, in {number.unit!r}; {which_tonnes(number.unit)}"
        )
    if factor == 1.0:
        return number
    return number.times(factor, unit="t")


EVENT_OF_MODE: dict[str, type[FlowEvent]] = {
    event.mode: event for event in (Sortie, Sailing, Convoy, Train)
}
"""The class for each mode."""
