"""Rows of files and tables as they are, batch by batch, only the columns wanted; each source can be pickled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol

import polars as pl

from ..errors import TracksError
from .digitraffic_json import json_table
from .line_blocks import BLOCK_BYTES, Dialect, line_blocks, table_of_block
from .origin import Origin
from .sources import SourceFile

__all__ = [
    "BATCH_ROWS",
    "DaskRows",
    "FrameRows",
    "JsonRows",
    "LazyRows",
    "ParquetRows",
    "RawRows",
    "TextRows",
    "parquet_rows",
]

BATCH_ROWS: Final = 1_000_000


class RawRows(Protocol):
    """A part of a source."""

    @property
    def label(self) -> str:
        """Name of the file, or "table"."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """Its columns."""
        ...

    def count_known(self) -> float:
        """How many rows it has, 0 where that is not known."""
        ...

    def batches(self, columns: list[str]) -> Iterator[tuple[pl.DataFrame, Origin]]:
        """Its rows with these columns, and where each batch begins."""
        ...


@dataclass(frozen=True, slots=True)
class TextRows:
    """Lines of a text file, or of a part of one.

    Parameters
    ----------
    file
        The file.
    dialect
        How its lines are cut.
    start
        Bytes before its first line.
    length
        Bytes in which its lines begin; None for all to the end.
    first_line
        Number of the first line after the header; 0 where it is not known.
    only
        How lines begin that are read; others, which may have other cells, count as lines of blanks.
    block_bytes
        How much is read at once.
    """

    file: SourceFile
    dialect: Dialect
    start: int
    length: int | None = None
    first_line: int = 1
    only: str = ""
    block_bytes: int = BLOCK_BYTES

    @property
    def label(self) -> str:
        """Name of the file."""
        return self.file.label

    @property
    def names(self) -> tuple[str, ...]:
        """Its columns."""
        return self.dialect.names

    def count_known(self) -> float:
        """Not known before it is read."""
        return 0

    def batches(self, columns: list[str]) -> Iterator[tuple[pl.DataFrame, Origin]]:
        """Tables of texts, one a block."""
        line = self.first_line
        behind = ""
        if not line:
            line, behind = 1, f" after byte {self.start:,}"
        with self.file.opened() as stream:
            _skip_bytes(stream, self.start, can_seek=not self.file.is_packed)
            blocks = line_blocks(stream, length=self.length, block_bytes=self.block_bytes)
            for block in blocks:
                if self.only:
                    block = self._blanked(block)
                origin = Origin(self.label, line, "line", behind)
                yield table_of_block(block, self.dialect, columns, origin), origin
                line += block.count(b"\n")

    def _blanked(self, block: bytes) -> bytes:
        """The block with blanks in place of lines of another kind, so that lines keep their numbers."""
        blanks = (self.dialect.separator * (len(self.dialect.names) - 1)).encode()
        return re.sub(rb"(?m)^(?!%b)[^\r\n]+" % re.escape(self.only).encode(), blanks, block)


def _skip_bytes(stream: Any, count: int, *, can_seek: bool) -> None:
    """Go forward in a stream."""
    if can_seek:
        stream.seek(count)
        return
    while count > 0:
        skipped = len(stream.read(min(count, BLOCK_BYTES)))
        if not skipped:
            return
        count -= skipped


@dataclass(frozen=True, slots=True)
class ParquetRows:
    """Some row groups of a Parquet file."""

    file: SourceFile
    names: tuple[str, ...]
    first: int
    count: int

    @property
    def label(self) -> str:
        """Name of the file."""
        return self.file.label

    def count_known(self) -> float:
        """Rows of these groups."""
        return self.count

    def batches(self, columns: list[str]) -> Iterator[tuple[pl.DataFrame, Origin]]:
        """Tables of up to a million rows, read one after the other."""
        table = pl.scan_parquet(self.file.path, glob=False).select(columns)
        for begin in range(self.first, self.first + self.count, BATCH_ROWS):
            length = min(BATCH_ROWS, self.first + self.count - begin)
            try:
                batch = table.slice(begin, length).collect()
            except (pl.exceptions.PolarsError, OSError) as error:
                raise TracksError(f"{self.label}: cannot be read as Parquet: {error}") from None
            yield batch, Origin(self.label, begin)


def parquet_rows(file: SourceFile, *, piece_rows: int = 8 * BATCH_ROWS) -> list[ParquetRows]:
    """A Parquet file in parts."""
    if file.is_packed:
        raise TracksError(f"{file.label}: a Parquet file is compressed inside; unpack it first")
    try:
        names = tuple(pl.scan_parquet(file.path, glob=False).collect_schema().names())
        count = pl.scan_parquet(file.path, glob=False).select(pl.len()).collect().item()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise TracksError(f"{file.label}: cannot be read as Parquet: {error}") from None
    # A file without rows is one part too, so that its columns are checked.
    starts = range(0, max(count, 1), piece_rows)
    return [ParquetRows(file, names, start, min(piece_rows, count - start)) for start in starts]


@dataclass(frozen=True, slots=True)
class FrameRows:
    """A table in memory."""

    label: str
    frame: pl.DataFrame

    @property
    def names(self) -> tuple[str, ...]:
        """Its columns."""
        return tuple(self.frame.columns)

    def count_known(self) -> float:
        """Rows of the table."""
        return self.frame.height

    def batches(self, columns: list[str]) -> Iterator[tuple[pl.DataFrame, Origin]]:
        """Tables of up to a million rows."""
        table = self.frame.select(columns)
        for begin in range(0, table.height, BATCH_ROWS):
            yield table.slice(begin, BATCH_ROWS), Origin(self.label, begin)


@dataclass(frozen=True, slots=True)
class LazyRows:
    """Some rows of a polars LazyFrame."""

    label: str
    frame: pl.LazyFrame
    names: tuple[str, ...]
    first: int
    count: int

    def count_known(self) -> float:
        """Rows of this part."""
        return self.count

    def batches(self, columns: list[str]) -> Iterator[tuple[pl.DataFrame, Origin]]:
        """Tables of up to a million rows."""
        table = self.frame.select(columns)
        for begin in range(self.first, self.first + self.count, BATCH_ROWS):
            length = min(BATCH_ROWS, self.first + self.count - begin)
            yield table.slice(begin, length).collect(), Origin(self.label, begin)


@dataclass(frozen=True, slots=True)
class DaskRows:
    """One partition of a Dask dataframe."""

    label: str
    partition: Any
    names: tuple[str, ...]

    def count_known(self) -> float:
        """Without end, as partitions are never all read at once."""
        return float("inf")

    def batches(self, columns: list[str]) -> Iterator[tuple[pl.DataFrame, Origin]]:
        """The partition as one table, computed where it is asked for."""
        frame = self.partition[columns].compute(scheduler="synchronous")
        yield pl.from_pandas(frame), Origin(self.label)


@dataclass(frozen=True, slots=True)
class JsonRows:
    """A file of Digitraffic's answers, or of its messages, one a line."""

    file: SourceFile
    names: tuple[str, ...]

    @property
    def label(self) -> str:
        """Name of the file."""
        return self.file.label

    def count_known(self) -> float:
        """Not known before it is read."""
        return 0

    def batches(self, columns: list[str]) -> Iterator[tuple[pl.DataFrame, Origin]]:
        """The whole file as one table."""
        yield json_table(self.file).select(columns), Origin(self.label)
