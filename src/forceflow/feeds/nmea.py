"""A log of AIS sentences (NMEA 0183) as positions and static reports, read through pyais."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

import polars as pl

from ..errors import TracksError
from .columns import COLUMNS, in_order
from .nmea_lines import LINE_FORMS, LineReader
from .nmea_messages import ROW, row_of, without_lost_parts
from .nmea_parts import JoinedParts, PartJoiner
from .sources import SourceFile, find_files
from .special_values import clear_special_values, no_ship

__all__ = ["NmeaCounts", "NmeaPiece", "read_sentences"]

_ROWS_IN_BATCH = 100_000
_EPOCH_COLUMN = "time_us"


@dataclass(slots=True)
class NmeaCounts:
    """What the lines of a log were; filled while it is read, the same for each reading.

    Parameters
    ----------
    lines
        Lines of the log.
    blanks_and_comments, other_sentences
        Blank lines and comments; sentences of other instruments (``$GPGGA``).
    half_lines, bad_checksums
        Lines without a whole AIS sentence; sentences or tag blocks whose checksum is wrong. None is used.
    without_time, zoneless
        Messages without a time, which give no event; times without a zone, taken as UTC.
    tails_alone, incomplete, first_parts
        Later parts whose first was lost or could not be told from another's; long messages that lacked a part; static
        reports read from their first part alone.
    of_no_ship, other_messages
        Messages of base stations, aids to navigation and aircraft; messages without position or static values.
    too_short, undecoded
        Messages with fewer bits than their kind has; messages that pyais refused.
    rows
        Rows given.
    """

    lines: int = 0
    blanks_and_comments: int = 0
    other_sentences: int = 0
    half_lines: int = 0
    bad_checksums: int = 0
    without_time: int = 0
    zoneless: int = 0
    tails_alone: int = 0
    incomplete: int = 0
    first_parts: int = 0
    of_no_ship: int = 0
    other_messages: int = 0
    too_short: int = 0
    undecoded: int = 0
    rows: int = 0

    def add(self, kind: str) -> None:
        """Count one more of a kind."""
        setattr(self, kind, getattr(self, kind) + 1)

    def notes(self, label: str) -> tuple[str, ...]:
        """What a reader must know, one line each, in a fixed order."""
        if not self.lines:
            return (f"{label}: the log is empty",)
        notes = []
        for item in fields(self):
            count = getattr(self, item.name)
            if count and item.name in _NOTES:
                notes.append(f"{label}: {count:,} {_NOTES[item.name]}")
        return tuple(notes)

    def check(self, label: str) -> None:
        """Raise when the log as a whole cannot be used."""
        timed = self.rows + self.of_no_ship + self.other_messages + self.too_short + self.undecoded
        if self.without_time and not timed:
            raise TracksError(
                f"{label}: none of {self.without_time:,} AIS messages has a time of reception; a line has one as "
                f"{LINE_FORMS}"
            )
        read = timed + self.without_time + self.tails_alone + self.incomplete
        if self.lines and not read:
            raise TracksError(
                f"{label}: no AIS sentence with a right checksum in {self.lines:,} lines ({self.half_lines:,} without "
                f"a whole sentence, {self.bad_checksums:,} wrong checksums, {self.other_sentences:,} sentences of "
                "other instruments); wanted lines with !AIVDM,... or !BSVDM,..."
            )


_NOTES = {
    "half_lines": "lines without a whole AIS sentence were left out",
    "bad_checksums": "lines with a wrong checksum were left out",
    "other_sentences": "sentences of other instruments were left out",
    "without_time": "messages without a time of reception give no event",
    "zoneless": "times without a zone were taken as UTC",
    "tails_alone": "later parts of long messages had no first part that is surely theirs and were left out",
    "incomplete": "long messages lacked a part and were left out",
    "first_parts": "static reports lacked their second part: name and draught were read, the destination was not",
    "of_no_ship": "messages of stations that are no ships were left out",
    "too_short": "messages with fewer bits than their kind has were left out",
    "undecoded": "messages could not be decoded",
}


@dataclass(frozen=True, slots=True)
class NmeaPiece:
    """A log of AIS sentences in a file: plain text, .gz, .zip or .zst.

    Parameters
    ----------
    path
        The file.
    publisher
        Who published it.
    member
        Name of the log in a .zip; "" for all logs in it, one after another.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> log = Path(tempfile.mkdtemp()) / "log.nmea"
    >>> _ = log.write_text("1671533231 !AIVDM,1,1,,A,144fdjP00o2Tjp0D1g@3Q2l00000,0*52")
    >>> for batch in NmeaPiece(str(log)).read(["latitude", "longitude", "speed_kn"]):
    ...     print(batch.drop("time").rows())
    [(273394890, 35.0, 36.0, 5.5)]
    """

    path: str
    publisher: str = ""
    member: str = ""

    @property
    def label(self) -> str:
        """The file's name, and its member's."""
        return SourceFile(self.path, self.member).label

    def read(
        self, columns: Collection[str] | None = None, *, counts: NmeaCounts | None = None
    ) -> Iterator[pl.DataFrame]:
        """Messages of ships in batches, in the order in which they were complete.

        Parameters
        ----------
        columns
            Those wanted; `ship` and `time` always come.
        counts
            Filled with what the lines were; complete when the last batch has been taken.

        Raises
        ------
        TracksError
            pyais is missing, the file cannot be read, it has no AIS sentence, or no line in it has a time.
        """
        yield from read_sentences(self._lines(), self.label, columns, counts=counts)

    def _lines(self) -> Iterator[bytes]:
        files = [SourceFile(self.path, self.member)]
        if not self.member:
            files = find_files(self.path)
        for file in files:
            with file.opened() as stream:
                yield from stream

    def survey(self) -> NmeaCounts:
        """What the lines of the log are; reads all of it once."""
        counts = NmeaCounts()
        for _ in self.read(counts=counts):
            pass
        return counts


def read_sentences(
    lines: Iterable[bytes],
    label: str,
    columns: Collection[str] | None = None,
    *,
    counts: NmeaCounts | None = None,
) -> Iterator[pl.DataFrame]:
    """Messages of ships in the lines of a log, in batches of canonical columns; see `NmeaPiece.read`."""
    if counts is None:
        counts = NmeaCounts()
    for rows in _rows_in_batches(lines, counts):
        batch = _batch_of(rows)
        counts.of_no_ship += len(rows) - batch.height
        counts.rows += batch.height
        yield batch.select(in_order(columns))
    counts.check(label)


def _rows_in_batches(lines: Iterable[bytes], counts: NmeaCounts) -> Iterator[list[tuple[Any, ...]]]:
    decode = _load_decoder()
    rows: list[tuple[Any, ...]] = []
    for message in _read_messages(lines, counts):
        row = _timed_row(message, decode, counts)
        if row is None:
            continue
        rows.append(row)
        if len(rows) == _ROWS_IN_BATCH:
            yield rows
            rows = []
    if rows:
        yield rows


def _read_messages(lines: Iterable[bytes], counts: NmeaCounts) -> Iterator[JoinedParts]:
    reader, joiner = LineReader(), PartJoiner()
    for line in lines:
        read = reader.read_line(line)
        if isinstance(read, str):
            counts.add(read)
        elif read.parts == 1:
            yield JoinedParts(read.payload, read.fill_bits, read.time_us, read, True)
        else:
            yield from joiner.add(read, reader.lines)
    yield from joiner.finish()
    counts.lines = reader.lines
    counts.zoneless = reader.zoneless
    counts.tails_alone = joiner.tails_alone


def _timed_row(
    message: JoinedParts, decode: Callable[[bytes, int], Any], counts: NmeaCounts
) -> tuple[Any, ...] | None:
    """The row of a message, its time first; None, and counted, when it has none."""
    if message.time_us is None:
        counts.add("without_time")
        return None
    message = without_lost_parts(message)
    row = row_of(message, decode)
    if isinstance(row, str):
        counts.add(row)
        return None
    if not message.is_whole:
        counts.add("first_parts")
    return (message.time_us, *row)


def _batch_of(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    """The rows of ships as a table, special values as nulls."""
    names = (_EPOCH_COLUMN, *ROW)
    schema = {_EPOCH_COLUMN: pl.Int64(), **{name: COLUMNS[name] for name in ROW}}
    values = dict(zip(names, zip(*rows, strict=True), strict=True))
    frame = pl.DataFrame(values, schema=schema).filter(no_ship().is_null())
    time = pl.col(_EPOCH_COLUMN).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return clear_special_values(frame.with_columns(time.alias("time")))


def _load_decoder() -> Callable[[bytes, int], Any]:
    """A function that decodes a payload with its number of fill bits; it gives None for what pyais refuses."""
    try:
        pyais = importlib.import_module("pyais")
        refusals = importlib.import_module("pyais.exceptions").AISBaseException
    except ImportError:
        raise TracksError(
            "a log of AIS sentences is read by pyais, which is not installed: pip install forceflow[nmea]"
        ) from None
    sentence_of = pyais.NMEAMessage.from_bytes

    def decode(payload: bytes, fill_bits: int) -> Any:
        # One sentence of the joined parts: their checksums have been tested, and a first part may come alone.
        try:
            return sentence_of(b"!AIVDM,1,1,,A,%b,%d*00" % (payload, fill_bits)).decode()
        except refusals:
            return None

    return decode
