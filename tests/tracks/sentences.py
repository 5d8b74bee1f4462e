"""AIS sentences made bit by bit, to read back; field widths of ITU-R M.1371 as printed in gpsd's AIVDM.html."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_ALPHABET = "@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_ !\"#$%&'()*+,-./0123456789:;<=>?"

Field = tuple[int | str, int]
"""A number or a text, and its width in bits."""


def bits(fields: Iterable[Field]) -> str:
    """The fields one after another as zeros and ones; numbers below zero as two's complement, text padded by @."""
    out = ""
    for value, width in fields:
        if isinstance(value, str):
            codes = [_ALPHABET.index(character) for character in value]
            codes += [0] * (width // 6 - len(codes))
            assert len(codes) * 6 == width, value
            out += "".join(f"{code:06b}" for code in codes)
            continue
        assert -(1 << (width - 1)) <= value < (1 << width), (value, width)
        out += f"{value % (1 << width):0{width}b}"
    return out


def armour(message: str) -> tuple[str, int]:
    """Six bits a character, and how many bits were filled up at the end."""
    fill = -len(message) % 6
    message += "0" * fill
    characters = ""
    for start in range(0, len(message), 6):
        code = int(message[start : start + 6], 2)
        characters += chr(code + 48 if code < 40 else code + 56)
    return characters, fill


def checksum(body: str) -> str:
    total = 0
    for character in body.encode("ascii"):
        total ^= character
    return f"{total:02X}"


def sentences(
    message: str,
    *,
    talker: str = "AIVDM",
    channel: str = "A",
    sequence: int | str = "",
    parts: int = 1,
    in_first: int = 59,
) -> list[str]:
    """A message as whole sentences; of several parts each but the last holds `in_first` characters."""
    characters, fill = armour(message)
    pieces = []
    for _ in range(parts - 1):
        pieces.append(characters[:in_first])
        characters = characters[in_first:]
    pieces.append(characters)
    out = []
    for number, piece in enumerate(pieces, start=1):
        filled = fill if number == parts else 0
        body = f"{talker},{parts},{number},{sequence},{channel},{piece},{filled}"
        out.append(f"!{body}*{checksum(body)}")
    return out


def tagged(sentence: str, **fields: object) -> str:
    """The sentence behind a tag block of these fields, by their letters."""
    body = ",".join(f"{letter}:{value}" for letter, value in fields.items())
    return f"\\{body}*{checksum(body)}\\{sentence}"


def class_a(
    mmsi: int = 273394890,
    *,
    kind: int = 1,
    status: int = 0,
    speed: int = 0,
    lon: int = 0,
    lat: int = 0,
    course: int = 0,
    heading: int = 0,
    second: int = 0,
    turn: int = 0,
) -> str:
    """Messages 1 to 3, in the raw units of the bits: 0.1 kn, 1/600,000 degree, 0.1 degree."""
    return bits(
        [
            (kind, 6),
            (0, 2),
            (mmsi, 30),
            (status, 4),
            (turn, 8),
            (speed, 10),
            (0, 1),
            (lon, 28),
            (lat, 27),
            (course, 12),
            (heading, 9),
            (second, 6),
            (0, 25),
        ]
    )


def static(
    mmsi: int = 273394890,
    *,
    imo: int = 9268710,
    callsign: str = "UBAB",
    name: str = "SPARTA II",
    ship_type: int = 79,
    sizes: Sequence[int] = (100, 22, 9, 10),
    eta: Sequence[int] = (2, 3, 4, 10),
    draught: int = 65,
    destination: str = "RU NVS",
) -> str:
    """Message 5: draught in 0.1 m, `sizes` to bow, stern, port and starboard, `eta` month, day, hour, minute."""
    return bits(
        [
            (5, 6),
            (0, 2),
            (mmsi, 30),
            (0, 2),
            (imo, 30),
            (callsign, 42),
            (name, 120),
            (ship_type, 8),
            *zip(sizes, (9, 9, 6, 6), strict=True),
            (1, 4),
            *zip(eta, (4, 5, 5, 6), strict=True),
            (draught, 8),
            (destination, 120),
            (0, 2),
        ]
    )


def class_b(
    mmsi: int = 273394890,
    *,
    speed: int = 0,
    lon: int = 0,
    lat: int = 0,
    course: int = 0,
    heading: int = 0,
    second: int = 0,
) -> str:
    """Message 18."""
    return bits(
        [(18, 6), *_class_b_begins(mmsi, speed, lon, lat, course, heading, second), (0, 29)]
    )


def class_b_extended(
    mmsi: int = 273394890,
    *,
    name: str = "YACHT",
    ship_type: int = 37,
    sizes: Sequence[int] = (8, 4, 2, 2),
    speed: int = 0,
    lon: int = 0,
    lat: int = 0,
    course: int = 0,
    heading: int = 0,
) -> str:
    """Message 19."""
    begins = _class_b_begins(mmsi, speed, lon, lat, course, heading, 0)
    widths = zip(sizes, (9, 9, 6, 6), strict=True)
    return bits([(19, 6), *begins, (0, 4), (name, 120), (ship_type, 8), *widths, (0, 11)])


def _class_b_begins(
    mmsi: int, speed: int, lon: int, lat: int, course: int, heading: int, second: int
) -> list[Field]:
    return [
        (0, 2),
        (mmsi, 30),
        (0, 8),
        (speed, 10),
        (0, 1),
        (lon, 28),
        (lat, 27),
        (course, 12),
        (heading, 9),
        (second, 6),
    ]


def part_a(mmsi: int = 273394890, name: str = "YACHT") -> str:
    """Message 24, part A."""
    return bits([(24, 6), (0, 2), (mmsi, 30), (0, 2), (name, 120), (0, 8)])


def part_b(
    mmsi: int = 273394890,
    *,
    callsign: str = "UBAB",
    ship_type: int = 37,
    sizes: Sequence[int] = (8, 4, 2, 2),
    part: int = 1,
) -> str:
    """Message 24, part B; the parts 2 and 3 do not exist."""
    widths = zip(sizes, (9, 9, 6, 6), strict=True)
    return bits(
        [
            (24, 6),
            (0, 2),
            (mmsi, 30),
            (part, 2),
            (ship_type, 8),
            (0, 42),
            (callsign, 42),
            *widths,
            (0, 6),
        ]
    )


def long_range(
    mmsi: int = 273394890,
    *,
    status: int = 0,
    speed: int = 0,
    lon: int = 0,
    lat: int = 0,
    course: int = 0,
) -> str:
    """Message 27: knots, degrees of course, 1/600 degree of position."""
    return bits(
        [
            (27, 6),
            (0, 2),
            (mmsi, 30),
            (0, 2),
            (status, 4),
            (lon, 18),
            (lat, 17),
            (speed, 6),
            (course, 9),
            (0, 2),
        ]
    )


def inland(
    mmsi: int = 211335760,
    *,
    length: int = 1100,
    beam: int = 114,
    draught: int = 275,
    loaded: int = 1,
    dac: int = 200,
    fid: int = 10,
) -> str:
    """Message 8 of inland ships: length and beam in 0.1 m, draught in 0.01 m."""
    return bits(
        [
            (8, 6),
            (0, 2),
            (mmsi, 30),
            (0, 2),
            (dac, 10),
            (fid, 6),
            ("02324567", 48),
            (length, 13),
            (beam, 10),
            (8010, 14),
            (0, 3),
            (draught, 11),
            (loaded, 2),
            (0, 11),
        ]
    )


def base_station(mmsi: int = 2579999) -> str:
    """Message 4."""
    return bits([(4, 6), (0, 2), (mmsi, 30), (0, 130)])


def rescue_aircraft(mmsi: int = 111265591) -> str:
    """Message 9."""
    return bits([(9, 6), (0, 2), (mmsi, 30), (300, 12), (120, 10), (0, 108)])


def aid(mmsi: int = 992656789) -> str:
    """Message 21."""
    return bits([(21, 6), (0, 2), (mmsi, 30), (1, 5), ("LIGHT", 120), (0, 109)])
