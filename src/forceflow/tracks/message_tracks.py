"""Messages that were read, in memory or to be read batch by batch: what tracks of ships and of aircraft share."""

from __future__ import annotations

import html
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import ClassVar, Protocol

import polars as pl

from ..display import brief

__all__ = ["FramePiece", "MessageTracks", "Piece"]


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
class MessageTracks:
    """Messages of one kind of craft, by pieces of their source.

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

    _craft: ClassVar[str] = ""
    _crafts: ClassVar[str] = ""

    def batches(self, columns: Collection[str] | None = None) -> Iterator[pl.DataFrame]:
        """All messages in batches; whose they are and when they were sent is always among the columns."""
        for piece in self.pieces:
            yield from piece.read(columns)

    @property
    def is_in_memory(self) -> bool:
        """Whether all messages are held in memory, rather than read at each use."""
        return all(isinstance(piece, FramePiece) for piece in self.pieces)

    @classmethod
    def _empty(cls, columns: Collection[str] | None) -> pl.DataFrame:
        """No messages, with these columns."""
        raise NotImplementedError

    def _joined(self, columns: list[str], *any_of: str) -> pl.DataFrame:
        """All messages in which one of some columns is filled, in one table."""
        is_filled = pl.any_horizontal(pl.col(*any_of).is_not_null())
        parts = [batch.filter(is_filled) for batch in self.batches(columns)]
        return pl.concat(parts or [self._empty(columns)])

    def __len__(self) -> int:
        """How many messages there are; a source that is not in memory is read for it."""
        return sum(batch.height for batch in self.batches(()))

    def __bool__(self) -> bool:
        """True: tracks without a message cannot be read."""
        return True

    def _facts(self) -> dict[str, str]:
        """What is shown of the tracks, without reading a source again."""
        facts = {}
        if self.is_in_memory and self.pieces:
            facts = self._counts()
        facts["layout"] = self.layout
        facts["publisher"] = self.publisher
        facts["sources"] = _first_few(self.sources)
        return {name: text for name, text in facts.items() if text}

    def _counts(self) -> dict[str, str]:
        """How many messages, craft and positions there are, and from when to when."""
        messages = self._joined(["latitude"], self._craft)
        ends = pl.Series([messages["time"].min(), messages["time"].max()])
        first, last = ends.dt.strftime("%Y-%m-%d %H:%M")
        return {
            "messages": f"{messages.height:,}",
            self._crafts: f"{messages[self._craft].n_unique():,}",
            "positions": f"{messages['latitude'].count():,}",
            "time": f"{first} to {last} UTC",
        }

    def __str__(self) -> str:
        facts = self._facts()
        if "messages" not in facts:
            return f"messages of {self._crafts} read at each use, layout {self.layout}, {facts['sources']}"
        return (
            f"messages: {facts['messages']}, {self._crafts}: {facts[self._crafts]}, {facts['time']}, layout "
            f"{self.layout}, {facts['sources']}"
        )

    def __repr__(self) -> str:
        return brief(self)

    def _repr_html_(self) -> str:
        body = ""
        for name, text in self._facts().items():
            body += f'<tr><th scope="row">{name}</th><td>{html.escape(text)}</td></tr>'
        notes = "".join(f"<li>{html.escape(note)}</li>" for note in self.notes)
        caption = f"{self._craft.capitalize()} tracks"
        return f"<table><caption>{caption}</caption><tbody>{body}</tbody></table><ul>{notes}</ul>"


def _first_few(names: tuple[str, ...]) -> str:
    """The first names, and how many more there are."""
    shown = ", ".join(names[:3])
    if len(names) > 3:
        shown += f" and {len(names) - 3:,} more"
    return shown
