"""Text files in blocks of whole lines, and tables from such blocks: every line with the cells it must have."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from .origin import Origin

__all__ = ["BLOCK_BYTES", "Dialect", "line_blocks", "table_of_block"]

BLOCK_BYTES: Final = 32 * 1024 * 1024
LONGEST_CELL: Final = 64 * 1024
_QUOTE: Final = ord('"')
_LINE_END: Final = ord("\n")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the lines of a file are cut into cells.

    Parameters
    ----------
    names
        The file's columns, each of another name.
    separator
        What stands between cells.
    """

    names: tuple[str, ...]
    separator: str = ","


def line_blocks(
    stream: BinaryIO, *, length: int | None = None, block_bytes: int = BLOCK_BYTES
) -> Iterator[bytes]:
    """Blocks that end where a line ends; the last may end without a line end.

    Parameters
    ----------
    stream
        It stands at the beginning of a line.
    length
        Bytes in which the lines begin that are wanted; None for all to the end.
    block_bytes
        How much is read at once.
    """
    rest = b""
    begun = 0
    while True:
        chunk = stream.read(block_bytes)
        if not chunk:
            break
        block = rest + chunk
        if length is not None and begun + len(block) >= length:
            end = block.find(b"\n", max(length - begun - 1, 0))
            if end >= 0:
                yield block[: end + 1]
                return
            rest = block
            continue
        cut = _whole_lines(block)
        if cut:
            yield block[:cut]
        rest = block[cut:]
        begun += cut
    if rest:
        yield rest


def _whole_lines(block: bytes) -> int:
    """Where the last whole line ends, 0 when none does."""
    cut = block.rfind(b"\n") + 1
    if not cut or block.count(b'"', 0, cut) % 2 == 0:
        return cut
    # An odd number of quotes: a cell with a line end in it, or a name such as 5" GUN. The line that such a name is in
    # seems to have no end, and no cell is as long as that.
    data = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero((data == _LINE_END) & ~_inside_quotes(data))
    outside = int(ends[-1]) + 1 if len(ends) else 0
    if cut - outside > LONGEST_CELL:
        return cut
    return outside


def _inside_quotes(data: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Which bytes lie between quotes."""
    # A sum of bytes that runs over keeps its last bit, and needs an eighth of the memory.
    inside: npt.NDArray[np.bool_] = (np.cumsum(data == _QUOTE, dtype=np.uint8) & 1).astype(np.bool_)
    return inside


def table_of_block(
    block: bytes, dialect: Dialect, columns: list[str], origin: Origin
) -> pl.DataFrame:
    """The cells of a block as texts, of the columns wanted.

    Raises
    ------
    TracksError
        A line has too few or too many cells; the message names it.
    """
    block = _without_blank_lines(block)
    if not block:
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String()))
    quote, lines = _check_cells(block, dialect, origin)
    table = pl.read_csv(
        io.BytesIO(block),
        has_header=False,
        schema=dict.fromkeys(dialect.names, pl.String()),
        columns=[dialect.names.index(name) for name in columns],
        separator=dialect.separator,
        quote_char=quote,
        encoding="utf8-lossy",
        low_memory=False,
    )
    if table.height != lines:
        raise origin.fault(f"{lines:,} lines gave {table.height:,} rows; is a quote not closed?")
    table = table.select(columns)
    if quote is None and b'"' in block:
        # No quote was needed to cut the cells, but some are quoted all the same.
        bare = pl.all().str.replace(r'^"(.*)"$', "${1}").str.replace_all('""', '"', literal=True)
        table = table.with_columns(bare)
    return table


def _without_blank_lines(block: bytes) -> bytes:
    """A block with plain line ends and no blank lines among them."""
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n")
    if block.startswith(b"\n") or b"\n\n" in block:
        block = b"".join(line for line in block.splitlines(keepends=True) if line.strip())
    if block and not block.endswith(b"\n"):
        block += b"\n"
    if block == b"\n":
        return b""
    return block


def _check_cells(block: bytes, dialect: Dialect, origin: Origin) -> tuple[str | None, int]:
    """The quote to read with and the number of lines, when each has the cells it must have."""
    data = np.frombuffer(block, np.uint8)
    ends = data == _LINE_END
    marks = data == ord(dialect.separator)
    cells = _cells_by_line(ends, marks)
    wanted = len(dialect.names)
    is_plain = bool((cells == wanted).all())
    if b'"' in block:
        outside = ~_inside_quotes(data)
        quoted = _cells_by_line(ends & outside, marks & outside)
        if (
            (quoted == wanted).all()
            and outside[-1]
            and not (is_plain and len(quoted) == len(cells))
        ):
            return '"', len(quoted)
    if is_plain:
        # No separator and no line end stands in quotes: a lone quote in a name does no harm then.
        return None, len(cells)
    row = int(np.argmax(cells != wanted))
    fault = _cells_fault(int(cells[row]), wanted, is_last=row == len(cells) - 1)
    raise origin.fault(fault, row=row)


def _cells_by_line(
    ends: npt.NDArray[np.bool_], marks: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """How many cells each line has."""
    before = np.searchsorted(np.flatnonzero(marks), np.flatnonzero(ends))
    counts: npt.NDArray[np.int64] = np.diff(before, prepend=0) + 1
    return counts


def _cells_fault(found: int, wanted: int, *, is_last: bool) -> str:
    """What is wrong with a line."""
    message = f"the line has {found} cells, wanted {wanted} as in the header"
    if is_last and found < wanted:
        return f"{message}; it is the last one, so the file may be cut off: fetch it again, or delete the line"
    if found < wanted:
        return f"{message}; a line cut in half?"
    return f"{message}; a separator inside a cell that is not quoted?"
