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
_ENDS_OF_ONE_STOCK = {"outbound": (0, OUTSIDE), "inbound": (OUTSIDE, 0)}


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

        Its direction decides which of its ends lie inside the theatre.
        """
        if not self.rows:
            return _ENDS_OF_ONE_STOCK.get(event.direction, (OUTSIDE, OUTSIDE))
        origin, destination = _ends_inside(event)
        source, sink = self._row_at(*origin), self._row_at(*destination)
        if source is None or sink is None:
            return None
        return source, sink

    def without_stock(self, event: FlowEvent) -> list[str]:
        """Names of the places inside the theatre at the ends of an event that have no stock, each with its town."""
        bare = [end for end in _ends_inside(event) if self._row_at(*end) is None]
        return [_name_with_town(find_place(place)) for place, _ in bare]

    def _row_at(self, place: str, is_inside: bool) -> int | None:
        """The row of an end: of the place itself, else of its country, else of the rest of the theatre."""
        if not is_inside:
            return OUTSIDE
        for key in (place, find_place(place).country, _REST):
            if key in self.rows:
                return self.rows[key]
        return None


def read_places(names: Sequence[str], events: Sequence[FlowEvent]) -> StockPlaces:
    """Rows of the stocks named, in the theatre of the events.

    Raises
    ------
    EstimateError
        A place is named twice, or lies outside the theatre.
    """
    areas = _areas_of(events)
    rows: dict[str, int] = {}
    for row, name in enumerate(names):
        key = _key_of(str(name), areas, events)
        if key in rows:
            raise EstimateError(
                f"the stock names one place twice: {names[rows[key]]!r} and {name!r}"
            )
        rows[key] = row
    return StockPlaces(rows)


def _areas_of(events: Sequence[FlowEvent]) -> tuple[_Theatre, ...]:
    """The theatres that the events were merged with."""
    areas = (event.provenance.theatre for event in events if event.provenance)
    return tuple(dict.fromkeys(area for area in areas if area is not None))


def _key_of(name: str, areas: Collection[_Theatre], events: Sequence[FlowEvent]) -> str:
    """What a name means: the id of a place, a country of several, or the rest of the theatre."""
    plain = " ".join(name.split())
    countries = {code for area in areas for code in _countries_of(area)}
    if plain.casefold() in {*REST, *areas}:
        return _REST
    place = _find_stock_place(name, plain, countries)
    # The rest has a place of its own, which other words may also find.
    if place.id == find_place(REST[0]).id:
        return _REST
    if _is_country(place) and (not countries or place.country in countries):
        return _REST if len(countries) == 1 else place.country
    _check_inside(name, place, areas, countries, events)
    return place.id


def _find_stock_place(name: str, plain: str, countries: Collection[str]) -> Place:
    # "SY" of a theatre is the country, whatever else has that name.
    if plain.upper() in countries:
        return find_place(plain, kind="region")
    return find_place(name)


def _check_inside(
    name: str,
    place: Place,
    areas: Collection[_Theatre],
    countries: Collection[str],
    events: Sequence[FlowEvent],
) -> None:
    """Refuse a place outside the theatre, by its boundary or the direction of the events."""
    ends = {end for event in events for end in _ends_inside(event)}
    if (place.id, True) in ends:
        return
    if any(direction(place, place, area) == "internal" for area in areas):
        return
    if areas or (place.id, False) in ends:
        where = f" ({', '.join(sorted(countries))})" if countries else ""
        raise EstimateError(
            f"the stock names {name!r}, which lies outside the theatre{where}; name places inside it, or 'elsewhere' "
            "for all places that have no stock of their own"
        )


def _name_with_town(place: Place) -> str:
    """The name of a place; of an airport named after somebody with its town."""
    town = next((alias for alias in place.aliases if not alias.isupper()), "")
    if not town or "Airport" not in place.name or town in place.name:
        return place.name
    return f"{place.name} ({town})"


def _is_country(place: Place) -> bool:
    return (
        place.kind == "region"
        and place.country != ""
        and place == find_place(place.country, kind="region")
    )


def _countries_of(area: _Theatre) -> tuple[str, ...]:
    """Codes of the countries of a theatre."""
    if not isinstance(area, str):
        return tuple(str(code).upper() for code in area)
    if area not in theatres():
        return ()
    return tuple(sorted(theatres()[area].countries))


def _ends_inside(event: FlowEvent) -> tuple[tuple[str, bool], tuple[str, bool]]:
    """Ids of the places at both ends of an event, and whether each lies inside the theatre."""
    return (
        (event.origin, event.direction in ("outbound", "internal")),
        (event.destination, event.direction in ("inbound", "internal")),
    )
