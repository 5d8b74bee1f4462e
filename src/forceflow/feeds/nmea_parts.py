"""Parts of long AIS messages, joined; a part is never joined to the tail of another ship's message."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from .nmea_lines import AisLine

__all__ = ["JoinedParts", "PartJoiner", "joined"]

_Key = tuple[bytes, bytes, bytes]
_Channel = tuple[bytes, bytes]

# A ship sends the parts of a message in slots next to each other (26.7 ms each), and a receiver numbers its messages
# 0 to 9 in turn. So parts further apart, or with several messages begun between them, are of two messages. Priors:
# seconds are rounded and networks delay, hence 2 s; half the numbers in turn, hence 5.
_WITHIN_US = 2_000_000
_WITHIN_LINES = 20
_MESSAGES_BETWEEN = 5


class JoinedParts(NamedTuple):
    """All parts of one message, or its first alone when the rest was lost; the time is that of the first with one."""

    payload: bytes
    fill_bits: int
    time_us: int | None
    first: AisLine
    is_whole: bool


def joined(lines: list[AisLine], *, is_whole: bool) -> JoinedParts:
    """The message of these parts."""
    time_us = None
    for line in lines:
        if line.time_us is not None:
            time_us = line.time_us
            break
    payload = b"".join([line.payload for line in lines])
    return JoinedParts(payload, lines[-1].fill_bits, time_us, lines[0], is_whole)


@dataclass(slots=True)
class _Begun:
    """A message whose parts have come as far as `lines`."""

    lines: list[AisLine]
    last_line: int
    number: int
    is_ambiguous: bool = False


@dataclass(slots=True)
class PartJoiner:
    """Joins parts by station, channel and sequence number; two messages that cannot be told apart stay unjoined."""

    tails_alone: int = 0
    _begun: dict[_Key, _Begun] = field(default_factory=dict)
    _number: dict[_Channel, int] = field(default_factory=dict)
    _last_tail: dict[_Key, bytes] = field(default_factory=dict)
    _last_key: _Key | None = None

    def add(self, line: AisLine, line_number: int) -> list[JoinedParts]:
        """Messages that are complete, or given up, now that this part has come."""
        key = (line.station, line.channel, line.sequence)
        if line.part == 1:
            return self._begin(key, line, line_number)
        if not line.station and key not in self._begun:
            key = self._key_of_line_before(key, line_number)
        begun = self._begun.get(key)
        if begun is None or begun.is_ambiguous:
            if self._last_tail.get(key) != line.payload:
                self.tails_alone += 1
            return []
        if not self._continues(key, begun, line, line_number):
            self.tails_alone += 1
            return self._give_up(key)
        begun.lines.append(line)
        begun.last_line = line_number
        if line.part < line.parts:
            return []
        del self._begun[key]
        self._last_tail[key] = line.payload
        return [joined(begun.lines, is_whole=True)]

    def finish(self) -> list[JoinedParts]:
        """What is left at the end of the log: first parts alone."""
        left = []
        for key in list(self._begun):
            left += self._give_up(key)
        return left

    def _begin(self, key: _Key, line: AisLine, line_number: int) -> list[JoinedParts]:
        before = self._begun.get(key)
        given_up: list[JoinedParts] = []
        is_ambiguous = False
        if before is not None:
            if before.lines[0].payload == line.payload and len(before.lines) == 1:
                # Heard twice, by two receivers: whichever tail comes belongs to it.
                return []
            given_up = self._give_up(key)
            is_ambiguous = self._is_recent(before, line, line_number)
        channel = (line.station, line.channel)
        self._number[channel] = self._number.get(channel, 0) + 1
        begun = _Begun([line], line_number, self._number[channel], is_ambiguous)
        self._begun[key] = begun
        self._last_key = key
        if is_ambiguous:
            # Two ships at once under one number: the tails that follow could be of either.
            given_up.append(joined(begun.lines, is_whole=False))
        return given_up

    def _continues(self, key: _Key, begun: _Begun, line: AisLine, line_number: int) -> bool:
        is_next = len(begun.lines) + 1 == line.part and begun.lines[0].parts == line.parts
        begun_since = self._number[key[0], key[1]] - begun.number
        return (
            is_next
            and begun_since < _MESSAGES_BETWEEN
            and self._is_recent(begun, line, line_number)
        )

    @staticmethod
    def _is_recent(begun: _Begun, line: AisLine, line_number: int) -> bool:
        first = begun.lines[-1].time_us
        if first is None or line.time_us is None:
            return line_number - begun.last_line <= _WITHIN_LINES
        return abs(line.time_us - first) <= _WITHIN_US

    def _give_up(self, key: _Key) -> list[JoinedParts]:
        """The first part alone; nothing when it was handed on already."""
        begun = self._begun.pop(key)
        if begun.is_ambiguous:
            return []
        self.tails_alone += len(begun.lines) - 1
        return [joined(begun.lines[:1], is_whole=False)]

    def _key_of_line_before(self, key: _Key, line_number: int) -> _Key:
        """The message begun on the line before, when it alone names the station."""
        last = self._last_key
        if last is None or last[1:] != key[1:] or last not in self._begun:
            return key
        if self._begun[last].last_line != line_number - 1:
            return key
        return last
