"""How a table of AIS messages is laid out: its columns, their units and how its times are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar, Final

from ..errors import TracksError, nearest
from .columns import COLUMNS

__all__ = ["INPUTS", "UNITS", "Layout"]

PARTS: Final = ("to_bow_m", "to_stern_m", "to_port_m", "to_starboard_m")
INPUTS: Final = (*COLUMNS, *PARTS, "cargo_type", "station")
"""What a column of a file may hold: the columns of `COLUMNS`, and

- `to_bow_m`, `to_stern_m`, `to_port_m`, `to_starboard_m`: distances from the antenna, whose sums are length and beam;
- `cargo_type`: a ship type that may be finer than `ship_type`;
- `station`: words for what sent it ("Class A", "Base Station", "AtoN").
"""

UNITS: Final[dict[str, float]] = {
    "m": 1.0,
    "0.1 m": 10.0,
    "cm": 100.0,
    "ft": 1 / 0.3048,
    "kn": 1.0,
    "0.1 kn": 10.0,
    "m/s": 1852 / 3600,
    "km/h": 1.852,
    "deg": 1.0,
    "0.1 deg": 10.0,
    "1e-4 min": 600_000.0,
}
"""Units by name, with how many of them make one of ours (m, kn, degree)."""

_UNITS_OF: Final = {
    "m": ("m", "0.1 m", "cm", "ft"),
    "kn": ("kn", "0.1 kn", "m/s", "km/h"),
    "deg": ("deg", "0.1 deg", "1e-4 min"),
}
_COORDINATES: Final = ("lat", "lon", "lng")


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A table's columns, units and times, for `read_ais`.

    Parameters
    ----------
    name
        What `ShipTracks.layout` will say.
    columns
        The file's columns, each with what it holds (a name of `INPUTS`). Columns that are not listed are not read.
        Where several hold the same, the first that is filled counts. Columns that are listed need not be there, but for
        those of ship and time, and latitude with longitude.
    time_format
        How times that are texts or numbers are written: formats of `strftime`, tried in order; "iso" (2025-02-01
        04:10:00, with T, fractions and offset as they come); "epoch" (seconds to nanoseconds, told by size) or
        "epoch_s", "epoch_ms", "epoch_us", "epoch_ns". None: ISO, or day, month and year in the order that a cell of
        the column makes certain.
    units
        Units of columns of ours that are not in m, kn or degrees: ``{"draught_m": "0.1 m"}``; see `UNITS`. For
        `ship`: "mmsi" or "imo".
    separator, decimal
        What separates the cells of a text file, and the decimal mark.
    names
        Columns in their order, for files without a header.
    marks
        Columns of which one must be there for `layout="auto"` to recognise the table; empty: none is needed.
    publisher, source
        Who publishes such tables, and where the layout was learnt.

    Examples
    --------
    >>> mine = Layout(
    ...     name="port office",
    ...     columns={"mmsi": "ship", "seen": "time", "y": "latitude", "x": "longitude", "draft": "draught_m"},
    ...     time_format="%m/%d/%Y %H:%M",
    ...     units={"draught_m": "0.1 m"},
    ... )
    >>> mine.missing(["mmsi", "seen", "x"])
    ('y',)
    """

    name: str
    columns: Mapping[str, str]
    time_format: str | tuple[str, ...] | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    separator: str = ","
    decimal: str = "."
    names: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    publisher: str = ""
    source: str = ""

    KEY: ClassVar[str] = "ship"
    """Our column that says whose message a row is."""

    HELD: ClassVar[tuple[str, ...]] = INPUTS
    """What a column may hold."""

    def __post_init__(self) -> None:
        _check_columns(self)
        _check_units(self)
        if self.decimal not in (".", ",") or self.decimal == self.separator:
            raise TracksError(
                f"layout {self.name!r}: decimal is {self.decimal!r} and separator {self.separator!r}; "
                "the decimal mark is '.' or ',' and not the separator"
            )
        if len(self.separator.encode()) != 1 or self.separator in '"\n\r':
            raise TracksError(
                f"layout {self.name!r}: separator {self.separator!r} is not one plain character"
            )

    def __reduce__(self) -> tuple[object, ...]:
        # A read-only mapping cannot be pickled, and pieces go to other processes.
        return (
            _layout_of,
            (
                type(self),
                {**self.__dict__, "columns": dict(self.columns), "units": dict(self.units)},
            ),
        )

    @property
    def time_formats(self) -> tuple[str, ...]:
        """The formats of times in a tuple, empty where the order of day and month is not known."""
        if self.time_format is None:
            return ()
        if isinstance(self.time_format, str):
            return (self.time_format,)
        return self.time_format

    def holding(self, what: str, found: Iterable[str]) -> tuple[str, ...]:
        """Which of the columns found hold `what`."""
        found = set(found)
        return tuple(raw for raw, held in self.columns.items() if held == what and raw in found)

    def missing(self, found: Iterable[str]) -> tuple[str, ...]:
        """Columns that must be there and are not: of ship, time, latitude and longitude."""
        found = set(found)
        lacking = []
        for what in (self.KEY, "time", "latitude", "longitude"):
            able = [raw for raw, held in self.columns.items() if held == what]
            if able and found.isdisjoint(able) and self._needs(what, found):
                lacking.append(able[0])
        return tuple(lacking)

    def _needs(self, what: str, found: set[str]) -> bool:
        """Whether a column must be there: of the position it is both or, in a table of static reports, neither."""
        if what in (self.KEY, "time"):
            return True
        other = {"latitude": "longitude", "longitude": "latitude"}[what]
        is_static = bool(self.holding("draught_m", found) or self.holding("name", found))
        # Coordinates under names that the layout does not know would be lost without a word.
        is_known = not any(name.casefold().startswith(_COORDINATES) for name in found)
        return bool(self.holding(other, found)) or not (is_static and is_known)

    @staticmethod
    def units_for(name: str) -> tuple[str, ...]:
        """Units that a column may have."""
        if name == "ship":
            return ("mmsi", "imo")
        if name == "eta":
            return ("packed", "day first")
        if name in ("latitude", "longitude"):
            return _UNITS_OF["deg"]
        return _UNITS_OF.get(name.rpartition("_")[2], ())

    def fits(self, found: Iterable[str]) -> bool:
        """Whether a table with these columns has this layout."""
        found = set(found)
        is_marked = not self.marks or not found.isdisjoint(self.marks)
        return is_marked and not self.missing(found)


def _layout_of(kind: type[Layout], fields: dict[str, object]) -> Layout:
    """A layout from its fields, for pickle."""
    return kind(**fields)  # type: ignore[arg-type]


def _check_columns(layout: Layout) -> None:
    """The mapping holds names of ours, ship and time among them, and is read-only from now on."""
    held = list(layout.columns.values())
    for name in held:
        if name not in layout.HELD:
            hints = nearest(str(name), layout.HELD) or list(layout.HELD)
            raise TracksError(
                f"layout {layout.name!r}: nothing is called {name!r}; did you mean {', '.join(hints)}? "
                f"A mapping goes from the file's column to ours: {{'ID': {layout.KEY!r}}}"
            )
    lacking = [name for name in (layout.KEY, "time") if name not in held]
    if lacking:
        raise TracksError(f"layout {layout.name!r} has no column for {' and '.join(lacking)}")
    if ("latitude" in held) != ("longitude" in held):
        raise TracksError(
            f"layout {layout.name!r} has one of latitude and longitude; it needs both, or neither"
        )
    object.__setattr__(layout, "columns", MappingProxyType(dict(layout.columns)))


def _check_units(layout: Layout) -> None:
    """Each unit is known and fits its column."""
    for name, unit in layout.units.items():
        allowed = layout.units_for(name)
        if unit not in allowed:
            raise TracksError(
                f"layout {layout.name!r}: the unit of {name!r} is {unit!r}; it may be {', '.join(allowed) or 'none'}"
            )
    object.__setattr__(layout, "units", MappingProxyType(dict(layout.units)))
