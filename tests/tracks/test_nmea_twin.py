"""Our rows beside those of marlin-py, another decoder, for the same lines; marlin-py is no dependency of ours."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
import sentences as ais

from forceflow.feeds.nmea import read_sentences
from forceflow.feeds.special_values import eta_text

pytest.importorskip("pyais")
marlin = pytest.importorskip("marlin.ais")

EPOCH = 1_671_533_231


def odd(draw: random.Random, width: int, *special: int) -> int:
    """A number of that many bits, often at its ends or special."""
    return draw.choice([*special, 0, (1 << width) - 1, draw.randrange(1 << width)])


def odd_motion(draw: random.Random) -> dict[str, int]:
    lat, lon = draw.choice([(0, 0), (91, 181), (91, 0), (-90, -180), (35, 36), (100, 10)])
    return {
        "lat": lat * 600_000,
        "lon": lon * 600_000,
        "speed": odd(draw, 10, 1022),
        "course": odd(draw, 12, 3599, 3600),
        "heading": odd(draw, 9, 359, 360),
    }


def odd_text(draw: random.Random, most: int) -> str:
    alphabet = "ABC XYZ019-/"
    text = "".join(draw.choices(alphabet, k=draw.randint(0, most)))
    return draw.choice(["", "@@", text])


def odd_sizes(draw: random.Random) -> tuple[int, ...]:
    return tuple(odd(draw, width) for width in (9, 9, 6, 6))


def odd_message(draw: random.Random) -> str:
    mmsi = draw.randint(200_000_000, 799_999_999)
    name, callsign = odd_text(draw, 20), odd_text(draw, 7)
    ship_type = odd(draw, 8, 38, 77, 78)
    sizes = odd_sizes(draw)
    kind = draw.choice(["a", "static", "b", "extended", "part a", "part b"])
    if kind == "a":
        status = draw.randrange(9)
        return ais.class_a(mmsi, kind=draw.randint(1, 3), status=status, **odd_motion(draw))
    if kind == "static":
        return ais.static(
            mmsi,
            imo=draw.choice([0, 9268710]),
            callsign=callsign,
            name=name,
            ship_type=ship_type,
            sizes=sizes,
            eta=[odd(draw, width, 24) % (1 << width) for width in (4, 5, 5, 6)],
            draught=odd(draw, 8),
            destination=odd_text(draw, 20),
        )
    if kind == "b":
        return ais.class_b(mmsi, **odd_motion(draw))
    if kind == "extended":
        return ais.class_b_extended(
            mmsi, name=name, ship_type=ship_type, sizes=sizes, **odd_motion(draw)
        )
    if kind == "part a":
        return ais.part_a(mmsi, name)
    return ais.part_b(mmsi, callsign=callsign, ship_type=ship_type, sizes=sizes)


def read_twin(lines: list[str]) -> Iterator[dict[str, Any]]:
    """Rows as marlin-py reads them, with our names; "at least" as the bound."""
    parser = marlin.AisParser.streaming()
    parser.feed("".join(f"{line}\r\n" for line in lines).encode("ascii"))
    for message in parser:
        yield dict(_values_of(message.body))


def _values_of(body: Any) -> Iterator[tuple[str, Any]]:
    yield "ship", body.mmsi
    if hasattr(body, "latitude_deg"):
        position = body.latitude_deg.value, body.longitude_deg.value
        if None not in position:
            yield "latitude", position[0]
            yield "longitude", position[1]
    names = {
        "speed_over_ground": "speed_kn",
        "course_over_ground": "course_deg",
        "true_heading": "heading_deg",
        "draught_m": "draught_m",
        "vessel_name": "name",
        "imo_number": "imo",
        "call_sign": "callsign",
        "ship_type": "ship_type",
        "destination": "destination",
    }
    for theirs, ours in names.items():
        if hasattr(body, theirs):
            value = getattr(body, theirs).value_or_bound
            if ours == "ship_type" and value is not None and value > 99:
                # Regional and future use; without a meaning for us.
                value = None
            # It keeps blanks at the beginning of a text; ours are stripped.
            yield ours, (value.strip() or None) if isinstance(value, str) else value
    sizes = getattr(body, "dimensions", None)
    if hasattr(body, "extent"):
        sizes = body.extent.dimensions
    if sizes is not None:
        yield "length_m", _sum_of(sizes.to_bow_m, sizes.to_stern_m)
        yield "beam_m", _sum_of(sizes.to_port_m, sizes.to_starboard_m)
    if hasattr(body, "eta"):
        parts = [body.eta.month, body.eta.day, body.eta.hour, body.eta.minute]
        yield "eta", eta_text(*[99 if part.value is None else part.value for part in parts])
    if hasattr(body, "navigation_status"):
        yield "status", body.navigation_status.value


def _sum_of(first: Any, second: Any) -> int | None:
    return ((first.value_or_bound or 0) + (second.value_or_bound or 0)) or None


@pytest.mark.parametrize("seed", range(5))
def test_two_decoders_say_the_same(seed: int) -> None:
    draw = random.Random(seed)
    plain: list[str] = []
    for number in range(0, 600, 2):
        # Two messages at a time, their parts in turn.
        pair = []
        for sequence in (number % 10, number % 10 + 1):
            message = odd_message(draw)
            parts = 2 if len(message) > 400 else 1
            pair.append(ais.sentences(message, parts=parts, sequence=sequence if parts > 1 else ""))
        plain += [pair[0][0], pair[1][0], *pair[0][1:], *pair[1][1:]]
    encoded = [f"{EPOCH} {line}".encode("ascii") for line in plain]
    (batch,) = read_sentences(encoded, "log")
    twins = list(read_twin(plain))
    assert batch.height == len(twins) == 600
    for row, twin in zip(batch.iter_rows(named=True), twins, strict=True):
        ours = {name: value for name, value in row.items() if value is not None}
        del ours["time"]
        status = ours.pop("status", None)
        theirs = {name: value for name, value in twin.items() if value is not None}
        assert (status is None) == (theirs.pop("status", None) is None)
        assert ours.keys() == theirs.keys(), (ours, theirs)
        for name, value in theirs.items():
            wanted = value if isinstance(value, str) else pytest.approx(value, rel=1e-6, abs=1e-6)
            assert ours[name] == wanted, (name, ours, theirs)
