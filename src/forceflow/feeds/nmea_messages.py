"""What an AIS message says of a ship, as one row of the canonical columns; decoded by pyais.

Special values are left as they came: `clear_special_values` is called on the whole table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .nmea_parts import JoinedParts, joined
from .special_values import STATUS_WORDS, eta_text

__all__ = ["ROW", "row_of", "without_lost_parts"]

ROW = (
    "ship",
    "latitude",
    "longitude",
    "speed_kn",
    "course_deg",
    "heading_deg",
    "status",
    "draught_m",
    "name",
    "imo",
    "callsign",
    "ship_type",
    "length_m",
    "beam_m",
    "destination",
    "eta",
    "is_loaded",
)
"""Columns of a row as `row_of` gives it, without the time."""

Row = tuple[Any, ...]

# Reports of base stations, search and rescue aircraft, times and aids to navigation.
_NO_SHIP_TYPES = frozenset({4, 9, 11, 21})

_NO_POSITION = (None,) * 6
_NO_STATIC = (None,) * 10

_LONG_RANGE_SPEED_NA = 63
_INLAND_DRAUGHT_ABOVE_M = 20.0
_INLAND_LENGTH_ABOVE_M = 800.0
_INLAND_BEAM_ABOVE_M = 100.0
_IS_LOADED = {1: True, 2: False}

# A static report has 424 bits; 420, 422 and 426 are sent too. Its draught ends at bit 302, in the first part.
_STATIC_BITS = range(420, 433)
_STATIC_REPORT = 5
_DRAUGHT_ENDS = 302
_BROADCAST = 8
# Area code 200 in ten bits and function 10 in six.
_INLAND_KIND = 200 << 6 | 10


def row_of(message: JoinedParts, decode: Callable[[bytes, int], Any]) -> Row | str:
    """The row of a message, or why there is none: a field of `NmeaCounts`.

    Parameters
    ----------
    message
        Parts of one message in their order.
    decode
        Gives a message of pyais for its payload and number of fill bits, or None.
    """
    payload = message.payload
    kind = _kind_of(payload)
    if kind in _NO_SHIP_TYPES:
        return "of_no_ship"
    if kind not in _READERS or (kind == _BROADCAST and bits_of(payload, 40, 16) != _INLAND_KIND):
        return "other_messages"
    if not message.is_whole and kind != _STATIC_REPORT:
        return "incomplete"
    read, bits_needed = _READERS[kind]
    if _length_of(message) < bits_needed:
        return "too_short"
    report = decode(payload, message.fill_bits)
    if report is None:
        return "undecoded"
    return read(report, message)


def without_lost_parts(message: JoinedParts) -> JoinedParts:
    """The message; a static report of the wrong length as its first part alone, for the rest is not its own."""
    if _kind_of(message.payload) != _STATIC_REPORT or _length_of(message) in _STATIC_BITS:
        return message
    return joined([message.first], is_whole=False)._replace(time_us=message.time_us)


def _kind_of(payload: bytes) -> int:
    # Armour of the first 40 codes; there are 28 kinds of messages.
    return payload[0] - 48


def _length_of(message: JoinedParts) -> int:
    return 6 * len(message.payload) - message.fill_bits


def bits_of(payload: bytes, start: int, width: int) -> int:
    """The number in bits `start` to `start + width` of an armoured payload."""
    first, last = start // 6, (start + width - 1) // 6
    number = 0
    for character in payload[first : last + 1]:
        value = character - 48
        if value > 40:
            value -= 8
        number = number << 6 | value
    return number >> (6 * (last + 1) - start - width) & ((1 << width) - 1)


def _class_a(report: Any, message: JoinedParts) -> Row:
    return (
        report.mmsi,
        report.lat,
        report.lon,
        report.speed,
        report.course,
        report.heading,
        STATUS_WORDS[report.status],
        *_NO_STATIC,
    )


def _class_b(report: Any, message: JoinedParts) -> Row:
    return (
        report.mmsi,
        report.lat,
        report.lon,
        report.speed,
        report.course,
        report.heading,
        None,
        *_NO_STATIC,
    )


def _class_b_extended(report: Any, message: JoinedParts) -> Row:
    position = _class_b(report, message)[:7]
    return (
        *position,
        None,
        report.shipname,
        None,
        None,
        bits_of(message.payload, 263, 8),
        report.to_bow + report.to_stern,
        report.to_port + report.to_starboard,
        None,
        None,
        None,
    )


def _long_range(report: Any, message: JoinedParts) -> Row:
    speed = report.speed
    if speed == _LONG_RANGE_SPEED_NA:
        speed = None
    return (
        report.mmsi,
        report.lat,
        report.lon,
        speed,
        report.course,
        None,
        STATUS_WORDS[report.status],
        *_NO_STATIC,
    )


def _static_report(report: Any, message: JoinedParts) -> Row:
    destination = report.destination
    if not message.is_whole:
        # The first part alone: the destination begins in it and ends in the part that was lost.
        destination = None
    # From the payload, as pyais joins codes: 77 and 78 become 75, 38 becomes 0.
    ship_type = bits_of(message.payload, 232, 8)
    return (
        report.mmsi,
        *_NO_POSITION,
        report.draught,
        report.shipname,
        report.imo,
        report.callsign,
        ship_type,
        report.to_bow + report.to_stern,
        report.to_port + report.to_starboard,
        destination,
        eta_text(report.month, report.day, report.hour, report.minute),
        None,
    )


def _class_b_static(report: Any, message: JoinedParts) -> Row | str:
    if report.partno == 0:
        return (report.mmsi, *_NO_POSITION, None, report.shipname, *(None,) * 8)
    if hasattr(report, "mothership_mmsi"):
        return "of_no_ship"
    if _length_of(message) < _PART_B_BITS:
        return "too_short"
    return (
        report.mmsi,
        *_NO_POSITION,
        None,
        None,
        None,
        report.callsign,
        report.ship_type,
        report.to_bow + report.to_stern,
        report.to_port + report.to_starboard,
        None,
        None,
        None,
    )


def _inland_ship(report: Any, message: JoinedParts) -> Row:
    # Its ship type is of another table (ERI codes) than that of all other messages.
    return (
        report.mmsi,
        *_NO_POSITION,
        _up_to(report.draught, _INLAND_DRAUGHT_ABOVE_M),
        None,
        None,
        None,
        None,
        _up_to(report.length, _INLAND_LENGTH_ABOVE_M),
        _up_to(report.beam, _INLAND_BEAM_ABOVE_M),
        None,
        None,
        _IS_LOADED.get(int(report.loaded)),
    )


def _up_to(value: float, highest: float) -> float | None:
    """The value, or None for the codes above the highest, which are not to be used."""
    return value if value <= highest else None


_PART_B_BITS = 162

# Each kind of message with the bits that hold what is read: pyais reads a field that is cut off as a smaller number.
_READERS: dict[int, tuple[Callable[[Any, JoinedParts], Row | str], int]] = {
    1: (_class_a, 137),
    2: (_class_a, 137),
    3: (_class_a, 137),
    _STATIC_REPORT: (_static_report, _DRAUGHT_ENDS),
    _BROADCAST: (_inland_ship, 157),
    18: (_class_b, 133),
    19: (_class_b_extended, 301),
    24: (_class_b_static, 160),
    27: (_long_range, 94),
}
