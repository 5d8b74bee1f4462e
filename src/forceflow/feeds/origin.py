"""Where rows come from, so that an error can name file, row and column; and what was left out of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ..errors import TracksError

__all__ = ["Origin", "Tally"]


@dataclass(frozen=True, slots=True)
class Origin:
    """File and place of the first row of a batch.

    Parameters
    ----------
    label
        Name of the file, or "table".
    first
        Number of the first row.
    word
        What rows are called there: "line" (from 1), "row" (from 0).
    behind
        From where they are counted, if not from the beginning: " after byte 268,435,500".
    """

    label: str
    first: int = 0
    word: str = "row"
    behind: str = ""

    def fault(self, message: str, *, row: int | None = None, column: str = "") -> TracksError:
        """An error that names the place; `row` counts from the first row of the batch."""
        where = self.label
        if row is not None:
            where += f", {self.word} {self.first + row:,}{self.behind}"
        if column:
            where += f", column {column!r}"
        return TracksError(f"{where}: {message}")


@dataclass(slots=True)
class Tally:
    """What a source held, and what of it is no message of a ship or an aircraft."""

    craft: str = "ship"
    rows: int = 0
    kept: int = 0
    without_ship: int = 0
    without_time: int = 0
    positions: int = 0
    off_earth: int = 0
    beyond_latitude: int = 0
    beyond_longitude: int = 0
    draughts: int = 0
    deep_draughts: int = 0
    draughts_not_sent: int = 0
    stations: Counter[str] = field(default_factory=Counter)
    more_notes: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count another batch in."""
        for name in self.__slots__:
            if name == "craft":
                self.craft = other.craft
            elif name == "stations":
                self.stations.update(other.stations)
            else:
                setattr(self, name, getattr(self, name) + getattr(other, name))

    def notes(self) -> list[str]:
        """What a reader must know, a line each."""
        lines = list(self.more_notes)
        if self.stations:
            parts = [f"{kind}: {count:,}" for kind, count in sorted(self.stations.items())]
            lines.append(f"rows left out, as they are of no ship: {', '.join(parts)}")
        if self.without_ship:
            lines.append(f"rows left out, as they name no {self.craft}: {self.without_ship:,}")
        if self.without_time:
            lines.append(f"rows left out, as they have no time: {self.without_time:,}")
        if self.off_earth:
            lines.append(f"positions off the earth, taken as not available: {self.off_earth:,}")
        if self.draughts_not_sent:
            lines.append(
                f"draughts above 25.5 m, which AIS cannot send, taken as not available: {self.draughts_not_sent:,}"
            )
        return lines
