"""A place and a theatre, as values."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Literal

__all__ = ["Kind", "Place", "Status", "Theatre"]

Kind = Literal["airfield", "port", "strait", "garrison", "city", "region"]
Status = Literal["read", "recalled", "prior"]


@dataclass(frozen=True, slots=True, repr=False)
class Place:
    """A named place with its position and where the position comes from.

    Parameters
    ----------
    id
        ICAO code of an airfield where it has one, else a short English name; never changes.
    name
        The name to show.
    kind
        "airfield", "port", "strait", "garrison", "city" or "region".
    latitude, longitude
        Degrees, WGS 84; of a region, its representative point.
    country
        ISO 3166 alpha-2, or "" at sea.
    theatres
        Ids of the theatres it lies in.
    aliases
        Other spellings and codes it is found by.
    source, status
        Source id of the position, and "read", "recalled" or "prior" (a stated choice).
    note
        What the position is of.
    airfield, port
        Of a region: ids of the places a flight or a voyage is measured from. Of a port: `airfield` is where a flight
        to the name ends.
    """

    id: str
    name: str
    kind: Kind
    latitude: float
    longitude: float
    country: str = ""
    theatres: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    source: str = ""
    status: Status = "read"
    note: str = ""
    airfield: str = ""
    port: str = ""

    def __str__(self) -> str:
        words = filter(None, (self.id, self.kind, self.country))
        return f"{self.name} ({', '.join(words)})"

    def __repr__(self) -> str:
        return f"Place({self.id!r}, name={self.name!r}, kind={self.kind!r}, ...)"

    def _repr_html_(self) -> str:
        rows = {
            "id": self.id,
            "kind": self.kind,
            "country": self.country,
            "position": self._position(),
            "source": "",
            "theatres": ", ".join(self.theatres),
            "also": ", ".join(self.aliases),
            "note": self.note,
        }
        if self.source:
            rows["source"] = f"{self.source} ({self.status})"
        body = ""
        for name, text in rows.items():
            if text:
                body += f'<tr><th scope="row">{name}</th><td>{html.escape(text)}</td></tr>'
        return f"<table><caption>{html.escape(self.name)}</caption><tbody>{body}</tbody></table>"

    def _position(self) -> str:
        """Latitude and longitude as an atlas prints them: 35.4011 N, 35.9487 E."""
        north, east = "N", "E"
        if self.latitude < 0:
            north = "S"
        if self.longitude < 0:
            east = "W"
        return f"{abs(self.latitude):.4f} {north}, {abs(self.longitude):.4f} {east}"


@dataclass(frozen=True, slots=True)
class Theatre:
    """A set of places: those of its countries and some more."""

    id: str
    name: str
    countries: frozenset[str]
    places: frozenset[str]
    note: str = ""
