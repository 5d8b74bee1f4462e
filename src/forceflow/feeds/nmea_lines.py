r"""One line of an AIS log: its sentence, when it was received and by which station, or why it cannot be used.

A line carries its time in a tag block before the sentence (``\s:2573535,c:1671533231*08\!BSVDM,...``), as an epoch or
an ISO time before it, or in the trailer of the United States Coast Guard after it (``...,0*48,r003669945,1171670400``).
The fields of tag blocks are read in NMEA 0183, version 4.10, as pyais 3.3.1 implements it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

__all__ = ["LINE_FORMS", "AisLine", "LineReader"]

LINE_FORMS = (
    r"a tag block (\s:2573535,c:1671533231*08\!AIVDM,...), a time before the sentence (1671533231 !AIVDM,... or "
    "2022-12-20T10:47:11Z !AIVDM,...) or a trailer after it (...,0*48,r003669945,1171670400); seconds or milliseconds "
    "since 1970"
)
"""Forms of a line that carry a time, for error messages."""

_SENTENCE = re.compile(
    rb"!([A-Z]{2}VD[MO],([1-9]),([1-9]),(\d?),([^,*!\\]*),([0-W`-w]+),([0-5]))\*([0-9A-Fa-f]{2})"
)
_TAG_BLOCK = re.compile(rb"\\([^\\]*)\\")
_BEFORE = re.compile(rb"[\s\[(\"']*([0-9][0-9T:.+\- Z]*?)[\s\])\"',;|]*")
_ISO_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:?\d\d)?")
_EPOCH = re.compile(rb"\d{9,13}(\.\d+)?")
_AROUND = b" \t\r\n\"'"
_FOREIGN = re.compile(rb"[!$][A-Z]{2,}[0-9A-Z]*,")

_DAY_ONE = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# AIS is of the 1990s; a number of seconds before 1990 or after 2100 is no time of reception. The two ranges are a
# thousandfold apart, so that milliseconds cannot be taken for seconds.
_FIRST_SECOND, _LAST_SECOND = 631_152_000, 4_102_444_800
# Lines of a group follow each other; after more lines than this the rest of one was lost and its number is used anew.
_GROUP_WITHIN_LINES = 50
_LONGEST_TIME = 64
# The same tag block and time stand before many lines that follow each other.
_REMEMBERED = 1024


class AisLine(NamedTuple):
    """A whole sentence with a right checksum."""

    payload: bytes
    fill_bits: int
    parts: int
    part: int
    sequence: bytes
    channel: bytes
    station: bytes
    time_us: int | None


@dataclass(frozen=True, slots=True)
class _Group:
    """What the lines of a group have said so far."""

    place: int
    line: int
    station: bytes
    time_us: int | None


@dataclass(slots=True)
class LineReader:
    """Reads lines in their order; remembers the tag blocks of groups, whose first line alone carries the time."""

    lines: int = 0
    zoneless: int = 0
    _groups: dict[bytes, _Group] = field(default_factory=dict)

    def read_line(self, line: bytes) -> AisLine | str:
        """The sentence of a line, or the kind of line it is: a field of `NmeaCounts`."""
        self.lines += 1
        found = _SENTENCE.search(line)
        if found is None:
            return self._kind_of(line)
        body, checksum = found.group(1), found.group(8)
        if xor_of(body) != int(checksum, 16):
            return "bad_checksums"
        # The receiver's time is in the tag block or trailer; what stands before the sentence is of whoever logged it.
        time_us, station = _read_trailer(line[found.end() :])
        if found.start():
            told = self._read_before(line[: found.start()], time_us, station)
            if isinstance(told, str):
                return told
            time_us, station = told
        _, parts, part, sequence, channel, payload, fill_bits, _ = found.groups()
        if part > parts:
            return "half_lines"
        return AisLine(
            payload, int(fill_bits), int(parts), int(part), sequence, channel, station, time_us
        )

    def _read_before(
        self, before: bytes, time_us: int | None, station: bytes
    ) -> tuple[int | None, bytes] | str:
        """Time and station with what stands before the sentence, or the kind of line it makes it."""
        fields, rest = _tags_and_rest(before)
        if fields is None:
            return "bad_checksums"
        if fields:
            tagged_us, tagged_station = self._from_tags(fields)
            station = tagged_station or station
            if tagged_us is not None:
                time_us = tagged_us
        if not rest:
            return time_us, station
        if b"!" in rest or b"$" in rest:
            # The beginning of another line is glued to this one; its time is not the time of this one.
            return "half_lines"
        if time_us is None:
            time_us, has_zone = _time_and_zone(rest)
            self.zoneless += time_us is not None and not has_zone
        return time_us, station

    def _kind_of(self, line: bytes) -> str:
        """What a line without a whole sentence is; the tag block of a group is remembered all the same."""
        fields, text = _tags_and_rest(line.strip())
        if fields:
            self._from_tags(fields)
        if not text or text.startswith((b"#", b"//", b";")):
            return "blanks_and_comments"
        if b"VDM" not in text and b"VDO" not in text and _FOREIGN.search(text):
            return "other_sentences"
        return "half_lines"

    def _from_tags(self, fields: Mapping[bytes, bytes]) -> tuple[int | None, bytes]:
        """Time and station of the tag blocks of a line, from the first line of its group where it has none."""
        time_us, station = epoch_us(fields.get(b"c", b"")), fields.get(b"s", b"")
        place, _, group = fields.get(b"g", b"").partition(b"-")
        if not group or not place.isdigit():
            return time_us, station
        return self._in_group(group, int(place), time_us, station)

    def _in_group(
        self, group: bytes, place: int, time_us: int | None, station: bytes
    ) -> tuple[int | None, bytes]:
        before = self._groups.pop(group, None)
        if before is not None and self.lines - before.line > _GROUP_WITHIN_LINES:
            before = None
        if place == 1:
            begun = _Group(place, self.lines, station, time_us)
            if before is not None and (before.station, before.time_us) != (station, time_us):
                # Two stations use the number at once: the lines that follow could be of either.
                begun = _Group(place, self.lines, b"", None)
            self._groups[group] = begun
            return time_us, station
        if before is None or before.place != place - 1:
            # A line was lost, and what is remembered may be of another group.
            return time_us, station
        station = station or before.station
        if time_us is None:
            time_us = before.time_us
        if not group.startswith(b"%d-" % place):
            self._groups[group] = _Group(place, self.lines, station, time_us)
        return time_us, station


def xor_of(body: bytes) -> int:
    """Checksum of NMEA 0183: all bytes between the delimiter and the star, joined by exclusive or."""
    # Folded in halves: six steps for a line of any length, where a loop needs one a byte.
    folded = int.from_bytes(body, "big")
    width = 1 << (len(body) * 8 - 1).bit_length()
    while width > 8:
        width >>= 1
        folded = (folded >> width) ^ (folded & ((1 << width) - 1))
    return folded


@lru_cache(maxsize=_REMEMBERED)
def epoch_us(text: bytes) -> int | None:
    """Microseconds since 1970 of an epoch in seconds or milliseconds, told apart by size; None when it is neither."""
    if not _EPOCH.fullmatch(text):
        return None
    whole, _, fraction = text.partition(b".")
    number = int(whole) * 1_000_000 + int(fraction.ljust(6, b"0")[:6])
    for divisor in (1, 1000):
        if _FIRST_SECOND <= number / divisor / 1_000_000 < _LAST_SECOND:
            return number // divisor
    return None


@lru_cache(maxsize=_REMEMBERED)
def _time_and_zone(before: bytes) -> tuple[int | None, bool]:
    """The time that stands before a sentence, and whether its zone was known."""
    found = _BEFORE.fullmatch(before[:_LONGEST_TIME])
    if found is None:
        return None, False
    text = found.group(1).strip()
    if _EPOCH.fullmatch(text):
        return epoch_us(text), True
    return _iso_us(text.decode("ascii"))


def _iso_us(text: str) -> tuple[int | None, bool]:
    if not _ISO_TIME.fullmatch(text):
        return None, False
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None, False
    has_zone = time.tzinfo is not None
    if not has_zone:
        time = time.replace(tzinfo=UTC)
    return (time - _DAY_ONE) // _MICROSECOND, has_zone


@lru_cache(maxsize=_REMEMBERED)
def _tags_and_rest(text: bytes) -> tuple[Mapping[bytes, bytes] | None, bytes]:
    """Fields of the tag blocks in a text, None when a checksum is wrong, and the text without them."""
    if b"\\" not in text:
        return {}, text
    return _fields_of(_TAG_BLOCK.findall(text)), _TAG_BLOCK.sub(b"", text)


def _fields_of(blocks: list[bytes]) -> dict[bytes, bytes] | None:
    """Fields of the tag blocks by their letter; None when a checksum is wrong or missing."""
    fields: dict[bytes, bytes] = {}
    for block in blocks:
        text, star, checksum = block.rpartition(b"*")
        if not star or not re.fullmatch(rb"[0-9A-Fa-f]{1,2}", checksum):
            return None
        if xor_of(text) != int(checksum, 16):
            return None
        for item in text.split(b","):
            letter, _, value = item.partition(b":")
            fields.setdefault(letter, value)
    return fields


def _read_trailer(after: bytes) -> tuple[int | None, bytes]:
    """Time and station of the fields after the checksum: the time is the last, a station begins with r or b."""
    after = after.strip(_AROUND)
    if not after.startswith(b","):
        return None, b""
    fields = after[1:].split(b",")
    station = b""
    for value in fields[:-1]:
        if value[:1] in (b"r", b"b"):
            station = value
    return epoch_us(fields[-1].strip()), station
