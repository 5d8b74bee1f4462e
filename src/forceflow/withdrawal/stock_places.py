"""Which stock an event leaves and which it reaches, where stocks are given by place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..world import Place, direction, find_place
from ..world.geography.theatres import theatres
from .depletion import OUTSIDE

__all__ = ["REST", "StockPlaces", "read_places"]

REST = (
    "interior positions",
    "elsewhere",
    "rest",
    "the rest",
    "rest of the theatre",
    "other places",
)
"""Names in a stock by place for all places of the theatre that it does not name, whatever the theatre."""

_REST = ""
_Theatre = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StockPlaces:
    """Rows of the stocks: by id of a place, by code of a country of several, and for the rest of the theatre.

    Examples
    --------
    >>> read_places((), ()).rows
    {}
    """

    rows: dict[str, int]

    def ends(self, event: FlowEvent) -> tuple[int, int] | None:
        """Rows of the stocks that an event leaves and reaches; None where an end has none.

        Which of its ends lie inside the theatre is said by its direction.
        """
        if not self.rows:
            return {"outbound": (0, OUTSIDE), "inbound": (OUTSIDE, 0)}.get(
                event.direction, (OUTSIDE, OUTSIDE)
            )
        found = [self._row(place) if inside else OUTSIDE for place, inside in _ends(event)]
        source, sink = found
        return None if source is None or sink is None else (source, sink)

    def without_stock(self, event: FlowEvent) -> list[str]:
        """Names of the places inside the theatre at the ends of an event that have no stock, each with its town."""
        bare = [
            find_place(place)
            for place, inside in _ends(event)
            if inside and self._row(place) is None
        ]
        return [_with_town(place) for place in bare]

    def _row(self, place: str) -> int | None:
        keys = (place, find_place(place).country, _REST)
        return next((self.rows[key] for key in keys if key in self.rows), None)


def read_places(names: Sequence[str], events: Sequence[FlowEvent]) -> StockPlaces:
    """Rows of the stocks named, in the theatre of the events.

    Raises
    ------
    EstimateError
        A place is named twice, or lies outside the theatre.
    """
    areas = tuple(dict.fromkeys(event.provenance.theatre for event in events if event.provenance))
    known = tuple(area for area in areas if area is not None)
    rows: dict[str, int] = {}
    for row, name in enumerate(names):
        key = _key(str(name), known, events)
        if key in rows:
            raise EstimateError(
                f"the stock names one place twice: {names[rows[key]]!r} and {name!r}"
            )
        rows[key] = row
    return StockPlaces(rows)


def _key(name: str, areas: Collection[_Theatre], events: Sequence[FlowEvent]) -> str:
    """What a name stands for: the id of a place, a country of several, or the rest of the theatre."""
    plain = " ".join(name.split())
    countries = {code for area in areas for code in _countries(area)}
    if plain.casefold() in REST or plain.casefold() in {
        area for area in areas if isinstance(area, str)
    }:
        return _REST
    place = find_place(plain, kind="region") if plain.upper() in countries else find_place(name)
    if place.id == find_place(REST[0]).id:
        return _REST
    if place.country in (countries or {place.country}) and _is_country(place):
        return _REST if len(countries) == 1 else place.country
    ends = [end for event in events for end in _ends(event)]
    if (place.id, True) in ends or any(
        direction(place, place, area) == "internal" for area in areas
    ):
        return place.id
    if areas or (place.id, False) in ends:
        where = f" ({', '.join(sorted(countries))})" if countries else ""
        raise EstimateError(
            f"the stock names {name!r}, which lies outside the theatre{where}; name places inside it, or 'elsewhere' "
            "for all places that have no stock of their own"
        )
    return place.id


def _with_town(place: Place) -> str:
    """The name of a place; of an airport named after somebody with its town."""
    town = next((alias for alias in place.aliases if not alias.isupper()), "")
    return (
        f"{place.name} ({town})"
        if town and "Airport" in place.name and town not in place.name
        else place.name
    )


def _is_country(place: Place) -> bool:
    return (
        place.kind == "region"
        and place.country != ""
        and place == find_place(place.country, kind="region")
    )


def _countries(area: _Theatre) -> tuple[str, ...]:
    """Codes of the countries of a theatre."""
    if isinstance(area, str):
        return tuple(sorted(theatres()[area].countries)) if area in theatres() else ()
    return tuple(str(code).upper() for code in area)


def _ends(event: FlowEvent) -> tuple[tuple[str, bool], tuple[str, bool]]:
    """Ids of the places at both ends of an event, and whether each lies inside the theatre."""
    return (
        (event.origin, event.direction in ("outbound", "internal")),
        (event.destination, event.direction in ("inbound", "internal")),
    )
