"""What `read_ais` returns: messages of ships, in memory or read batch by batch."""

from __future__ import annotations

import html
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import polars as pl

from ..display import brief
from ..feeds.columns import POSITION, STATIC, empty_batch
from ..feeds.native_frame import in_library

__all__ = ["FramePiece", "Piece", "ShipTracks", "first_few", "html_of"]


class Piece(Protocol):
    """A part of the source that is read on its own, also in another process."""

    @property
    def label(self) -> str:
        """What it is part of: a file's name, or "table"."""
        ...

    def read(self, columns: Collection[str] | None = None) -> Iterator[pl.DataFrame]:
        """Its messages in batches: whose they are, their times, the columns wanted (None: all), in a fixed order."""
        ...


@dataclass(frozen=True, slots=True)
class FramePiece:
    """Messages held in memory, of ships or of aircraft, with their columns in order."""

    label: str
    frame: pl.DataFrame

    def read(self, columns: Collection[str] | None = None) -> Iterator[pl.DataFrame]:
        """The whole table as one batch."""
        names = self.frame.columns
        if columns is not None:
            # The first two say whose message it is and when it was sent.
            names = [*names[:2], *(name for name in names[2:] if name in columns)]
        yield self.frame.select(names)


@dataclass(frozen=True, slots=True, repr=False)
class ShipTracks:
    """Messages of ships as `read_ais` read them: positions and static reports, special values as nulls, UTC.

    Parameters
    ----------
    pieces
        Parts of the source, in its order.
    layout
        Name of the layout they were read by.
    sources
        Names of the files, or "table".
    publisher
        Who published them, "" where the layout does not say.
    notes
        What a reader must know, one line each.
    """

    pieces: tuple[Piece, ...]
    layout: str
    sources: tuple[str, ...]
    publisher: str = ""
    notes: tuple[str, ...] = ()

    def batches(self, columns: Collection[str] | None = None) -> Iterator[pl.DataFrame]:
        """All messages in batches; `ship` and `time` are always among the columns."""
        for piece in self.pieces:
            yield from piece.read(columns)

    @property
    def is_in_memory(self) -> bool:
        """Whether all messages are held in memory, rather than read at each use."""
        return all(isinstance(piece, FramePiece) for piece in self.pieces)

    def positions(self, *, backend: str | None = None) -> Any:
        """The messages that say where a ship was, one row each, in the source's order.

        Parameters
        ----------
        backend
            "polars" (None too), "pandas" or "pyarrow".

        Returns
        -------
        frame
            Columns `ship`, `time` and those of `POSITION`, all in memory.
        """
        return in_library(self._joined([*POSITION], "latitude"), backend)

    def static_reports(self, *, backend: str | None = None) -> Any:
        """The messages that say something of the ship itself, one row each, in the source's order.

        A ship repeats its report every few minutes; equal ones in a row are kept, each with its own time.

        Parameters
        ----------
        backend
            "polars" (None too), "pandas" or "pyarrow".

        Returns
        -------
        frame
            Columns `ship`, `time` and those of `STATIC`, all in memory.
        """
        return in_library(self._joined([*STATIC], *STATIC), backend)

    def _joined(self, columns: list[str], *any_of: str) -> pl.DataFrame:
        """All messages in which one of some columns is filled, in one table."""
        is_filled = pl.any_horizontal(pl.col(*any_of).is_not_null())
        parts = [batch.filter(is_filled) for batch in self.batches(columns)]
        return pl.concat(parts or [empty_batch(columns)])

    def __len__(self) -> int:
        """How many messages there are; a source that is not in memory is read for it."""
        return sum(batch.height for batch in self.batches(()))

    def __bool__(self) -> bool:
        """True: tracks without a message cannot be read."""
        return True

    def _facts(self) -> dict[str, str]:
        """What is shown of the tracks, without reading a source again."""
        facts = {}
        if self.is_in_memory:
            facts = _counts_of(self._joined(["latitude"], "ship"))
        facts["layout"] = self.layout
        facts["publisher"] = self.publisher
        facts["sources"] = first_few(self.sources)
        return {name: text for name, text in facts.items() if text}

    def __str__(self) -> str:
        facts = self._facts()
        if not self.is_in_memory:
            return f"messages of ships read at each use, layout {self.layout}, {facts['sources']}"
        return (
            f"messages: {facts['messages']}, ships: {facts['ships']}, {facts['time']}, layout {self.layout}, "
            f"{facts['sources']}"
        )

    def __repr__(self) -> str:
        return brief(self)

    def _repr_html_(self) -> str:
        return html_of("Ship tracks", self._facts(), self.notes)


def html_of(caption: str, facts: Mapping[str, str], notes: Iterable[str]) -> str:
    """A table of facts with notes below, as notebooks show it."""
    body = ""
    for name, text in facts.items():
        body += f'<tr><th scope="row">{name}</th><td>{html.escape(text)}</td></tr>'
    lines = "".join(f"<li>{html.escape(note)}</li>" for note in notes)
    return f"<table><caption>{caption}</caption><tbody>{body}</tbody></table><ul>{lines}</ul>"


def _counts_of(messages: pl.DataFrame) -> dict[str, str]:
    """How many messages, ships and positions there are, and from when to when."""
    ends = pl.Series([messages["time"].min(), messages["time"].max()]).dt.strftime("%Y-%m-%d %H:%M")
    return {
        "messages": f"{messages.height:,}",
        "ships": f"{messages['ship'].n_unique():,}",
        "positions": f"{messages['latitude'].count():,}",
        "time": f"{ends[0]} to {ends[1]} UTC",
    }


def first_few(names: tuple[str, ...]) -> str:
    """The first names, and how many more there are."""
    shown = ", ".join(names[:3])
    if len(names) > 3:
        shown += f" and {len(names) - 3:,} more"
    return shown
