"""Logs of AIS sentences: every special value there and back, every form of a line, and parts that belong together."""

import dataclasses
import gzip
import pickle
import sys
import zipfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import sentences as ais
from hypothesis import given
from hypothesis import strategies as st

from forceflow.errors import TracksError
from forceflow.feeds.columns import COLUMNS
from forceflow.feeds.nmea import NmeaCounts, NmeaPiece, read_sentences

pytest.importorskip("pyais")

EPOCH = 1_671_533_231
MOMENT = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=EPOCH)
KEYS = ("ship", "time")


def read_log(lines: Iterable[str], counts: NmeaCounts | None = None) -> list[dict[str, Any]]:
    """Rows of a log; what is null is left out."""
    encoded = [line.encode("ascii") for line in lines]
    rows = []
    for batch in read_sentences(encoded, "log.nmea", counts=counts):
        assert dict(batch.schema) == COLUMNS
        for row in batch.iter_rows(named=True):
            rows.append({name: value for name, value in row.items() if value is not None})
    return rows


def count_log(lines: Iterable[str]) -> NmeaCounts:
    """What the lines were, by kind."""
    counts = NmeaCounts()
    read_log(lines, counts)
    return counts


def told(message: str, parts: int = 1) -> dict[str, Any]:
    """What one message says beyond ship and time."""
    lines = []
    for sentence in ais.sentences(message, parts=parts, sequence=7 if parts > 1 else ""):
        lines.append(f"{EPOCH} {sentence}")
    (row,) = read_log(lines)
    assert row["time"] == MOMENT
    return {name: value for name, value in row.items() if name not in KEYS}


def timed(message: str, epoch: float = EPOCH, **how: Any) -> list[str]:
    return [f"{epoch} {sentence}" for sentence in ais.sentences(message, **how)]


def assert_near(value: float | None, wanted: float | None) -> None:
    """Equal as 32-bit floats, or both null."""
    if wanted is None:
        assert value is None
    else:
        assert value == pytest.approx(wanted, rel=1e-6)


class TestSpecialValues:
    """Each field at its special value, beside it, and at an ordinary one."""

    @pytest.mark.parametrize("make", [ais.class_a, ais.class_b, ais.class_b_extended])
    @pytest.mark.parametrize(
        ("field", "raw", "column", "wanted"),
        [
            ("speed", 0, "speed_kn", 0.0),
            ("speed", 1022, "speed_kn", 102.2),
            ("speed", 1023, "speed_kn", None),
            ("course", 3599, "course_deg", 359.9),
            ("course", 3600, "course_deg", None),
            ("course", 3601, "course_deg", None),
            ("course", 4095, "course_deg", None),
            ("heading", 0, "heading_deg", 0.0),
            ("heading", 359, "heading_deg", 359.0),
            ("heading", 360, "heading_deg", None),
            ("heading", 511, "heading_deg", None),
        ],
    )
    def test_motion(
        self, make: Callable[..., str], field: str, raw: int, column: str, wanted: float | None
    ) -> None:
        assert_near(told(make(**{field: raw})).get(column), wanted)

    @pytest.mark.parametrize("make", [ais.class_a, ais.class_b, ais.class_b_extended])
    def test_position(self, make: Callable[..., str]) -> None:
        south_west = told(make(lat=-54_000_000, lon=-108_000_000))
        assert (south_west["latitude"], south_west["longitude"]) == (-90.0, -180.0)
        for lat, lon in ((91, 181), (91, 0), (10, 181), (-91, 10), (100, 10)):
            row = told(make(lat=lat * 600_000, lon=lon * 600_000))
            assert "latitude" not in row, (lat, lon)
            assert "longitude" not in row, (lat, lon)

    def test_long_range(self) -> None:
        row = told(ais.long_range(speed=62, course=359, lat=35 * 600, lon=-36 * 600, status=5))
        assert row == {
            "latitude": 35.0,
            "longitude": -36.0,
            "speed_kn": 62.0,
            "course_deg": 359.0,
            "status": "Moored",
        }
        row = told(ais.long_range(speed=63, course=511, lat=91 * 600, lon=181 * 600, status=15))
        assert row == {}
        assert "course_deg" not in told(ais.long_range(course=360))

    @pytest.mark.parametrize(
        ("raw", "wanted"), [(0, None), (1, 0.1), (65, 6.5), (254, 25.4), (255, 25.5)]
    )
    def test_draught(self, raw: int, wanted: float | None) -> None:
        assert_near(told(ais.static(draught=raw), parts=2).get("draught_m"), wanted)

    @pytest.mark.parametrize(
        ("raw", "wanted"), [(0, None), (1, 0.01), (275, 2.75), (2000, 20.0), (2001, None)]
    )
    def test_inland_draught_is_in_centimetres(self, raw: int, wanted: float | None) -> None:
        assert_near(told(ais.inland(draught=raw)).get("draught_m"), wanted)

    @pytest.mark.parametrize(("raw", "wanted"), [(0, None), (1, True), (2, False), (3, None)])
    def test_inland_loaded(self, raw: int, wanted: bool | None) -> None:
        assert told(ais.inland(loaded=raw)).get("is_loaded") is wanted

    @pytest.mark.parametrize(
        ("length", "beam", "wanted"),
        [
            (1100, 114, (110.0, 11.4)),
            (0, 0, (None, None)),
            (8000, 1000, (800.0, 100.0)),
            (8001, 1001, (None, None)),
        ],
    )
    def test_inland_size(self, length: int, beam: int, wanted: tuple[float, float]) -> None:
        row = told(ais.inland(length=length, beam=beam))
        for column, value in zip(("length_m", "beam_m"), wanted, strict=True):
            assert_near(row.get(column), value)
        assert "ship_type" not in row

    @pytest.mark.parametrize(
        ("eta", "wanted"),
        [
            ((2, 3, 4, 10), "02-03 04:10"),
            ((12, 31, 23, 59), "12-31 23:59"),
            ((0, 3, 4, 10), None),
            ((13, 3, 4, 10), None),
            ((2, 0, 4, 10), None),
            ((2, 3, 24, 10), "02-03"),
            ((2, 3, 25, 10), "02-03"),
            ((2, 3, 31, 60), "02-03"),
            ((2, 3, 4, 60), "02-03 04"),
            ((2, 3, 4, 63), "02-03 04"),
            ((0, 0, 24, 60), None),
        ],
    )
    def test_eta(self, eta: tuple[int, ...], wanted: str | None) -> None:
        assert told(ais.static(eta=eta), parts=2).get("eta") == wanted

    def test_texts_end_at_their_filling(self) -> None:
        row = told(ais.static(name="@@@", callsign="", destination="   ", imo=0), parts=2)
        assert {"name", "callsign", "destination", "imo"}.isdisjoint(row)
        row = told(ais.static(name=" SPARTA@OLD NAME", destination="RU NVS@@@"), parts=2)
        assert row["name"] == "SPARTA"
        assert row["destination"] == "RU NVS"
        assert told(ais.part_a(name="@")) == {}

    def test_sizes(self) -> None:
        assert told(ais.static(sizes=(100, 22, 9, 10)), parts=2)["length_m"] == 122.0
        # No place of the antenna: the whole length stands in the second number.
        assert told(ais.static(sizes=(0, 122, 0, 19)), parts=2)["beam_m"] == 19.0
        for message in (ais.class_b_extended(sizes=(0,) * 4), ais.part_b(sizes=(0,) * 4)):
            assert {"length_m", "beam_m"}.isdisjoint(told(message))

    @pytest.mark.parametrize("ship_type", [1, 19, 38, 39, 66, 75, 77, 78, 99])
    def test_ship_types_are_the_codes_sent(self, ship_type: int) -> None:
        assert told(ais.static(ship_type=ship_type), parts=2)["ship_type"] == ship_type
        assert told(ais.class_b_extended(ship_type=ship_type))["ship_type"] == ship_type
        assert told(ais.part_b(ship_type=ship_type))["ship_type"] == ship_type

    def test_no_ship_type(self) -> None:
        for message in (ais.class_b_extended(ship_type=0), ais.part_b(ship_type=0)):
            assert "ship_type" not in told(message)

    def test_status(self) -> None:
        words = [told(ais.class_a(status=code)).get("status") for code in range(16)]
        assert words[5] == "Moored"
        assert words[15] is None
        assert len(set(words)) == 16

    @pytest.mark.parametrize("second", [0, 59, 60, 61, 62, 63])
    def test_the_second_of_a_fix_never_moves_its_time(self, second: int) -> None:
        # `told` checks the time.
        assert told(ais.class_a(second=second)) == told(ais.class_a())

    @given(raw=st.integers(-108_000_000, 108_000_000))
    def test_any_longitude(self, raw: int) -> None:
        row = told(ais.class_a(lon=raw))
        assert row["longitude"] == pytest.approx(raw / 600_000, abs=1e-6)


class TestKinds:
    """Which messages give a row."""

    def test_static_report(self) -> None:
        assert told(ais.static(), parts=2) == {
            "draught_m": 6.5,
            "name": "SPARTA II",
            "imo": 9268710,
            "callsign": "UBAB",
            "ship_type": 79,
            "length_m": 122.0,
            "beam_m": 19.0,
            "destination": "RU NVS",
            "eta": "02-03 04:10",
        }

    @pytest.mark.parametrize("kind", [1, 2, 3])
    def test_class_a(self, kind: int) -> None:
        assert told(ais.class_a(kind=kind, speed=123))["speed_kn"] == pytest.approx(12.3, rel=1e-6)

    def test_static_parts_of_class_b(self) -> None:
        assert told(ais.part_a(name="YACHT")) == {"name": "YACHT"}
        row = told(ais.part_b(callsign="UBAB", ship_type=36, sizes=(8, 4, 2, 3)))
        assert row == {"callsign": "UBAB", "ship_type": 36, "length_m": 12.0, "beam_m": 5.0}

    @pytest.mark.parametrize(
        "message",
        [
            ais.base_station(),
            ais.rescue_aircraft(),
            ais.aid(),
            ais.class_a(2_579_999),
            ais.class_a(111_265_591),
            ais.class_a(970_123_456),
            ais.part_b(982_351_234),
            ais.class_b(992_656_789),
        ],
    )
    def test_stations_that_are_no_ships(self, message: str) -> None:
        counts = count_log(timed(message))
        assert (counts.of_no_ship, counts.rows) == (1, 0)

    def test_other_messages(self) -> None:
        assert count_log(timed(ais.inland(dac=1, fid=11))).other_messages == 1
        assert count_log(timed(ais.bits([(10, 6), (0, 66)]))).other_messages == 1

    def test_messages_cut_short(self) -> None:
        # Each with its last needed bit gone; pyais would read the field as a smaller number.
        cuts = [
            (ais.class_a(), 136),
            (ais.class_b(), 132),
            (ais.class_b_extended(), 300),
            (ais.part_a(), 159),
            (ais.part_b(), 161),
            (ais.long_range(), 93),
            (ais.inland(), 156),
            (ais.static(), 301),
        ]
        for message, length in cuts:
            assert count_log(timed(message[:length])).too_short == 1, length
            assert count_log(timed(message[: length + 1])).rows == 1, length

    def test_part_c_does_not_exist(self) -> None:
        assert count_log(timed(ais.part_b(part=2))).undecoded == 1


SENTENCE = ais.sentences(ais.class_a(speed=55))[0]


class TestLines:
    """Where a line carries its time."""

    @pytest.mark.parametrize(
        "line",
        [
            f"{EPOCH} {SENTENCE}",
            f"{EPOCH}000 {SENTENCE}",
            f"{EPOCH}.0,{SENTENCE}",
            f"[{EPOCH}] {SENTENCE}",
            f'"{EPOCH}","{SENTENCE}"',
            f"{EPOCH}\t{SENTENCE}\r\n",
            f"2022-12-20T10:47:11Z {SENTENCE}",
            f"2022-12-20 10:47:11 {SENTENCE}",
            f"2022-12-20T13:47:11+03:00;{SENTENCE}",
            f"2022-12-20T10:47:11.000Z,{SENTENCE}",
            f"{SENTENCE},r003669945,{EPOCH}",
            f"{SENTENCE},d-103,S1234,x98017,r003669945,{EPOCH}",
            f"{SENTENCE},{EPOCH}",
            ais.tagged(SENTENCE, s="2573535", c=EPOCH),
            ais.tagged(SENTENCE, s="2573535", c=EPOCH * 1000),
            ais.tagged(ais.tagged(SENTENCE, c=EPOCH), g="1-1-77"),
            "1111111111 " + ais.tagged(SENTENCE, c=EPOCH),
            ais.tagged(f"{SENTENCE},r003669945,1111111111", c=EPOCH),
            f"1111111111 {SENTENCE},r003669945,{EPOCH}",
        ],
    )
    def test_forms(self, line: str) -> None:
        (row,) = read_log([line])
        assert row["time"] == MOMENT
        assert row["speed_kn"] == 5.5

    def test_fractions(self) -> None:
        (row,) = read_log([f"{EPOCH}.25 {SENTENCE}"])
        assert row["time"] - MOMENT == timedelta(milliseconds=250)
        (row,) = read_log([ais.tagged(SENTENCE, c=EPOCH * 1000 + 250)])
        assert row["time"] - MOMENT == timedelta(milliseconds=250)

    @given(seconds=st.integers(631_152_000, 4_102_444_799), milliseconds=st.integers(0, 999))
    def test_milliseconds_are_told_from_seconds(self, seconds: int, milliseconds: int) -> None:
        lines = [f"{seconds} {SENTENCE}", f"{seconds * 1000 + milliseconds} {SENTENCE}"]
        first, second = read_log(lines)
        assert first["time"] == datetime.fromtimestamp(seconds, UTC)
        assert second["time"] - first["time"] == timedelta(milliseconds=milliseconds)

    @pytest.mark.parametrize(
        "line",
        [
            SENTENCE,
            f"20221220104711 {SENTENCE}",
            f"20/12/2022 10:47:11 {SENTENCE}",
            f"2022-13-20 10:47:11 {SENTENCE}",
            f"12 {SENTENCE}",
            f"{SENTENCE},r003669945",
            f"{SENTENCE} {EPOCH}",
            ais.tagged(SENTENCE, s="2573535"),
            ais.tagged(SENTENCE, c="soon"),
        ],
    )
    def test_a_line_without_a_time_gives_no_event(self, line: str) -> None:
        counts = count_log([line, *timed(ais.class_a())])
        assert (counts.without_time, counts.rows) == (1, 1)

    def test_no_line_has_a_time(self) -> None:
        with pytest.raises(
            TracksError, match=r"none of 2 AIS messages has a time.*tag block.*trailer"
        ):
            read_log([SENTENCE, SENTENCE])

    def test_no_line_is_ais(self) -> None:
        with pytest.raises(TracksError, match=r"log\.nmea: no AIS sentence .* 2 lines"):
            read_log(["# Timestamp,Type of mobile,MMSI", "20/12/2022 10:47:11,Class A,273394890"])

    def test_an_empty_log_is_a_note(self) -> None:
        counts = NmeaCounts()
        assert read_log([], counts) == []
        assert counts.notes("log.nmea") == ("log.nmea: the log is empty",)

    def test_zoneless_times_are_said(self) -> None:
        counts = count_log([f"2022-12-20 10:47:11 {SENTENCE}", f"2022-12-20T10:47:11Z {SENTENCE}"])
        assert counts.zoneless == 1

    @pytest.mark.parametrize(
        ("line", "kind"),
        [
            ("", "blanks_and_comments"),
            ("# station 7", "blanks_and_comments"),
            (
                "$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47",
                "other_sentences",
            ),
            (f"{EPOCH} $GPZDA,201530.00,04,07,2002,00,00*60", "other_sentences"),
            (f"{EPOCH} {SENTENCE[:30]}", "half_lines"),
            (f"{EPOCH} {SENTENCE[:-1]}", "half_lines"),
            (f"{EPOCH} {SENTENCE[9:]}", "half_lines"),
            (f"{EPOCH} !AIVDM,1,1,,A,13aG{EPOCH} {SENTENCE}", "half_lines"),
            (f"{EPOCH} {SENTENCE.replace('!AIVDM,1', '!AIVDM,2')}", "bad_checksums"),
            (f"{EPOCH} {SENTENCE[:-2]}{int(SENTENCE[-2:], 16) ^ 1:02X}", "bad_checksums"),
            (ais.tagged(SENTENCE, c=EPOCH).replace(str(EPOCH), str(EPOCH + 1)), "bad_checksums"),
            (f"\\c:{EPOCH}\\{SENTENCE}", "bad_checksums"),
            ("some text", "half_lines"),
        ],
    )
    def test_lines_that_are_counted(self, line: str, kind: str) -> None:
        counts = count_log([line, *timed(ais.class_a())])
        assert getattr(counts, kind) == 1
        assert (counts.lines, counts.rows, counts.without_time) == (2, 1, 0)

    @given(at=st.integers(0, len(SENTENCE) - 1), bit=st.integers(0, 6))
    def test_no_flipped_bit_slips_through(self, at: int, bit: int) -> None:
        flipped = chr(ord(SENTENCE[at]) ^ (1 << bit))
        if flipped.upper() == SENTENCE[at].upper() or flipped in "\r\n":
            return
        line = f"{EPOCH} {SENTENCE[:at]}{flipped}{SENTENCE[at + 1 :]}"
        assert count_log([line, *timed(ais.class_a())]).rows == 1


ONE, TWO = 273_394_890, 273_111_222
SHIP_ONE = ais.static(ONE, name="SPARTA II", draught=65, destination="RU NVS FROM SYTTS")
SHIP_TWO = ais.static(TWO, name="URSA MAJOR", draught=81, destination="VLADIVOSTOK ONLY")


def of_ship(rows: list[dict[str, Any]], ship: int) -> dict[str, Any]:
    (row,) = [row for row in rows if row["ship"] == ship]
    return row


class TestParts:
    """Two ships' parts on one channel."""

    def test_interleaved(self) -> None:
        one = timed(SHIP_ONE, parts=2, sequence=3)
        two = timed(SHIP_TWO, parts=2, sequence=4)
        rows = read_log([one[0], two[0], one[1], two[1]])
        assert of_ship(rows, ONE)["destination"] == "RU NVS FROM SYTTS"
        assert of_ship(rows, TWO)["destination"] == "VLADIVOSTOK ONLY"

    @pytest.mark.parametrize("how", [{"channel": "B"}, {"sequence": 4}])
    def test_kept_apart_by(self, how: dict[str, Any]) -> None:
        one = timed(SHIP_ONE, parts=2, sequence=3)
        two = timed(SHIP_TWO, parts=2, **{"sequence": 3, **how})
        for order in ([one[0], two[0], one[1], two[1]], [one[0], two[0], two[1], one[1]]):
            rows = read_log(order)
            assert of_ship(rows, ONE)["destination"] == "RU NVS FROM SYTTS"
            assert of_ship(rows, TWO)["destination"] == "VLADIVOSTOK ONLY"

    @pytest.mark.parametrize("form", ["tag", "trailer"])
    def test_kept_apart_by_station(self, form: str) -> None:
        def heard(message: str, station: str) -> list[str]:
            whole = ais.sentences(message, parts=2, sequence=3)
            if form == "tag":
                return [ais.tagged(sentence, s=station, c=EPOCH) for sentence in whole]
            return [f"{sentence},r{station},{EPOCH}" for sentence in whole]

        one, two = heard(SHIP_ONE, "001"), heard(SHIP_TWO, "002")
        rows = read_log([one[0], two[0], one[1], two[1]])
        assert of_ship(rows, ONE)["destination"] == "RU NVS FROM SYTTS"
        assert of_ship(rows, TWO)["destination"] == "VLADIVOSTOK ONLY"

    def test_two_that_cannot_be_told_apart_stay_unjoined(self) -> None:
        one = timed(SHIP_ONE, parts=2, sequence=3)
        two = timed(SHIP_TWO, parts=2, sequence=3)
        three = timed(ais.static(273_000_003), parts=2, sequence=3)
        counts = NmeaCounts()
        rows = read_log([one[0], two[0], three[0], one[1], two[1], three[1]], counts)
        for ship, name in ((ONE, "SPARTA II"), (TWO, "URSA MAJOR")):
            row = of_ship(rows, ship)
            assert row["name"] == name
            assert "destination" not in row
        assert (counts.first_parts, counts.tails_alone, counts.rows) == (3, 3, 3)

    @pytest.mark.parametrize("later_s", [3, 60])
    def test_a_lost_part_is_not_joined_to_another_ships_tail(self, later_s: int) -> None:
        one = timed(SHIP_ONE, parts=2, sequence=3)
        two = timed(SHIP_TWO, EPOCH + later_s, parts=2, sequence=3)
        counts = NmeaCounts()
        (row,) = read_log([one[0], two[1]], counts)
        assert (row["ship"], row["name"], row["draught_m"]) == (ONE, "SPARTA II", 6.5)
        assert (row["eta"], row["ship_type"]) == ("02-03 04:10", 79)
        assert "destination" not in row
        assert (counts.first_parts, counts.tails_alone) == (1, 1)

    def test_nor_when_the_numbers_have_gone_round(self) -> None:
        one = timed(SHIP_ONE, parts=2, sequence=3)
        two = timed(SHIP_TWO, EPOCH + 1, parts=2, sequence=3)
        between: list[str] = []
        for number in (4, 5, 6, 7, 8):
            between += timed(ais.static(273_000_000 + number), parts=2, sequence=number)
        rows = read_log([one[0], *between, two[1]])
        assert "destination" not in of_ship(rows, ONE)
        assert of_ship(rows, 273_000_004)["destination"] == "RU NVS"
        rows = read_log([one[0], *between[:8], one[1]])
        assert of_ship(rows, ONE)["destination"] == "RU NVS FROM SYTTS"

    @pytest.mark.parametrize("in_first", [40, 65])
    def test_nor_to_a_tail_of_another_length(self, in_first: int) -> None:
        one = timed(SHIP_ONE, parts=2, sequence=3)
        tail = timed(SHIP_ONE, parts=2, sequence=3, in_first=in_first)[1]
        (row,) = read_log([one[0], tail])
        assert row["draught_m"] == 6.5
        assert "destination" not in row

    def test_nor_a_first_part_at_the_end_of_the_log(self) -> None:
        (row,) = read_log(timed(SHIP_ONE, parts=2, sequence=3)[:1])
        assert row["draught_m"] == 6.5

    def test_tail_alone(self) -> None:
        lines = timed(SHIP_ONE, parts=2, sequence=3)
        counts = count_log([lines[1], *timed(ais.class_a())])
        assert (counts.tails_alone, counts.rows) == (1, 1)

    def test_tail_before_its_first_part(self) -> None:
        lines = timed(SHIP_ONE, parts=2, sequence=3)
        (row,) = read_log([lines[1], lines[0]])
        assert "destination" not in row

    def test_heard_twice(self) -> None:
        lines = timed(SHIP_ONE, parts=2, sequence=3)
        counts = NmeaCounts()
        (row,) = read_log([lines[0], lines[0], lines[1], lines[1]], counts)
        assert row["destination"] == "RU NVS FROM SYTTS"
        assert (counts.tails_alone, counts.first_parts) == (0, 0)

    def test_three_parts(self) -> None:
        lines = timed(SHIP_ONE, parts=3, sequence=3, in_first=30)
        assert read_log(lines) == read_log(timed(SHIP_ONE, parts=2, sequence=3))
        # The first part ends before the draught.
        assert count_log([lines[0], lines[2], *timed(ais.class_a())]).too_short == 1

    def test_other_long_messages_need_all_parts(self) -> None:
        lines = timed(ais.class_b_extended(), parts=2, sequence=1, in_first=40)
        assert read_log(lines) == read_log(timed(ais.class_b_extended()))
        assert count_log([lines[0], *timed(ais.class_a())]).incomplete == 1

    def test_the_time_is_that_of_the_first_part(self) -> None:
        first, second = ais.sentences(SHIP_ONE, parts=2, sequence=3)
        (row,) = read_log([f"{EPOCH} {first}", f"{EPOCH + 1} {second}"])
        assert row["time"] == MOMENT
        (row,) = read_log([first, f"{EPOCH} {second}"])
        assert row["time"] == MOMENT

    def test_only_the_first_part_has_tags(self) -> None:
        first, second = ais.sentences(SHIP_ONE, parts=2, sequence=3)
        (row,) = read_log([ais.tagged(first, s="r1", c=EPOCH), second])
        assert (row["time"], row["destination"]) == (MOMENT, "RU NVS FROM SYTTS")
        rows = read_log([ais.tagged(first, s="r1", c=EPOCH), *timed(ais.class_a()), second])
        assert "destination" not in rows[1]


class TestGroups:
    """Tag blocks whose first line alone carries time and station."""

    def test_parts_of_two_groups(self) -> None:
        one = ais.sentences(SHIP_ONE, parts=2, sequence=3)
        two = ais.sentences(SHIP_TWO, parts=2, sequence=3)
        rows = read_log(
            [
                ais.tagged(one[0], g="1-2-71", s="r1", c=EPOCH),
                ais.tagged(two[0], g="1-2-72", s="r2", c=EPOCH + 5),
                ais.tagged(one[1], g="2-2-71"),
                ais.tagged(two[1], g="2-2-72"),
            ]
        )
        first, second = of_ship(rows, ONE), of_ship(rows, TWO)
        assert (first["time"], first["destination"]) == (MOMENT, "RU NVS FROM SYTTS")
        assert second["time"] == MOMENT + timedelta(seconds=5)
        assert second["destination"] == "VLADIVOSTOK ONLY"

    def test_whole_messages_in_one_group(self) -> None:
        lines = [
            ais.tagged("$ARVSI,r1,,,,,*26", g="1-3-5", s="r1", c=EPOCH),
            ais.tagged(SENTENCE, g="2-3-5"),
            ais.tagged(SENTENCE, g="3-3-5"),
        ]
        rows = read_log(lines)
        assert [row["time"] for row in rows] == [MOMENT, MOMENT]

    def test_a_tag_block_on_its_own_line(self) -> None:
        rows = read_log([ais.tagged("", g="1-2-5", c=EPOCH), ais.tagged(SENTENCE, g="2-2-5")])
        assert rows[0]["time"] == MOMENT

    def test_a_lost_line_ends_the_group(self) -> None:
        lines = [ais.tagged(SENTENCE, g="1-3-5", c=EPOCH), ais.tagged(SENTENCE, g="3-3-5")]
        counts = count_log(lines)
        assert (counts.rows, counts.without_time) == (1, 1)

    def test_two_stations_use_one_number_at_once(self) -> None:
        lines = [
            ais.tagged(SENTENCE, g="1-2-5", s="r1", c=EPOCH),
            ais.tagged(SENTENCE, g="1-2-5", s="r2", c=EPOCH + 9),
            ais.tagged(SENTENCE, g="2-2-5"),
            ais.tagged(SENTENCE, g="2-2-5"),
        ]
        counts = count_log(lines)
        assert (counts.rows, counts.without_time) == (2, 2)
        # The same line twice is one group.
        counts = count_log([lines[0], lines[0], lines[2]])
        assert (counts.rows, counts.without_time) == (3, 0)

    def test_a_whole_group_ends(self) -> None:
        line = ais.tagged(SENTENCE, g="2-2-5")
        counts = count_log([ais.tagged(SENTENCE, g="1-2-5", c=EPOCH), line, line])
        assert (counts.rows, counts.without_time) == (2, 1)

    def test_a_number_used_anew_does_not_inherit_an_old_time(self) -> None:
        old = ais.tagged(SENTENCE, g="1-2-5", c=EPOCH)
        tail = ais.tagged(SENTENCE, g="2-2-5")
        between = timed(ais.class_a(), EPOCH + 9)
        assert count_log([old, *between * 49, tail]).without_time == 0
        assert count_log([old, *between * 50, tail]).without_time == 1


def write_log(path: Path, lines: Iterable[str]) -> NmeaPiece:
    path.write_text("\n".join(lines) + "\n", encoding="ascii")
    return NmeaPiece(str(path))


LOG = [*timed(ais.class_a(speed=55)), *timed(SHIP_ONE, parts=2, sequence=3), "half a line"]


class TestPiece:
    """The piece of `ShipTracks`."""

    def test_plain(self, tmp_path: Path) -> None:
        piece = write_log(tmp_path / "day.nmea", LOG)
        assert piece.label == "day.nmea"
        (batch,) = piece.read()
        assert batch.height == 2
        assert batch.get_column("time").dtype == pl.Datetime("us", "UTC")

    def test_columns(self, tmp_path: Path) -> None:
        piece = write_log(tmp_path / "day.nmea", LOG)
        (batch,) = piece.read(["draught_m", "latitude"])
        assert batch.columns == ["ship", "time", "latitude", "draught_m"]

    def test_pickled(self, tmp_path: Path) -> None:
        piece = write_log(tmp_path / "day.nmea", LOG)
        (batch,) = piece.read()
        (again,) = pickle.loads(pickle.dumps(piece)).read()
        assert batch.equals(again)

    def test_packed(self, tmp_path: Path) -> None:
        plain = write_log(tmp_path / "day.nmea", LOG)
        (wanted,) = plain.read()
        text = (tmp_path / "day.nmea").read_bytes()
        (tmp_path / "day.nmea.gz").write_bytes(gzip.compress(text))
        with zipfile.ZipFile(tmp_path / "day.zip", "w") as archive:
            archive.mkdir("logs")
            archive.writestr("logs/day.nmea", text)
        zstandard = pytest.importorskip("zstandard")
        frames = zstandard.compress(text[:100]) + zstandard.compress(text[100:])
        (tmp_path / "day.nmea.zst").write_bytes(frames)
        for name in ("day.nmea.gz", "day.zip", "day.nmea.zst"):
            (batch,) = NmeaPiece(str(tmp_path / name)).read()
            assert batch.equals(wanted), name

    def test_one_member_of_an_archive(self, tmp_path: Path) -> None:
        text = "\n".join(LOG)
        with zipfile.ZipFile(tmp_path / "days.zip", "w") as archive:
            archive.writestr("one.nmea", text)
            archive.writestr("two.nmea", text)
            archive.writestr("notes.pdf", "no log")
        both = NmeaPiece(str(tmp_path / "days.zip"))
        one = NmeaPiece(both.path, member="one.nmea")
        assert (both.survey().rows, one.survey().rows) == (4, 2)
        assert one.label == "days.zip/one.nmea"

    @pytest.mark.parametrize("ending", ["gz", "zst", "zip"])
    @pytest.mark.parametrize("cut", [True, False])
    def test_broken_files(self, tmp_path: Path, ending: str, cut: bool) -> None:
        text = "\n".join(LOG * 50).encode("ascii")
        path = tmp_path / f"day.{ending}"
        if ending == "gz":
            path.write_bytes(gzip.compress(text))
        elif ending == "zst":
            path.write_bytes(pytest.importorskip("zstandard").compress(text))
        else:
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("day.nmea", text)
        whole = path.read_bytes()
        path.write_bytes(whole[:-20] if cut else b"no such form")
        with pytest.raises(TracksError, match="damaged or cut off"):
            list(NmeaPiece(str(path)).read())

    def test_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(TracksError, match="no such file or folder"):
            list(NmeaPiece(str(tmp_path / "none.nmea")).read())

    def test_survey(self, tmp_path: Path) -> None:
        piece = write_log(tmp_path / "day.nmea", LOG)
        counts = piece.survey()
        assert (counts.lines, counts.rows, counts.half_lines) == (4, 2, 1)
        assert counts.notes(piece.label) == (
            "day.nmea: 1 lines without a whole AIS sentence were left out",
        )
        assert piece.survey() == counts

    def test_every_line_is_accounted_for(self, tmp_path: Path) -> None:
        lines = [*LOG, SENTENCE, "", "$GPZDA,1*00", *timed(ais.aid()), *timed(ais.class_a()[:50])]
        counts = count_log(lines)
        total = sum(dataclasses.astuple(counts)) - counts.lines
        # The static report came in two lines.
        assert total + 1 == counts.lines

    def test_batches(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("forceflow.feeds.nmea._ROWS_IN_BATCH", 3)
        lines = [line.encode() for line in timed(ais.class_a()) * 7]
        heights = [batch.height for batch in read_sentences(lines, "log")]
        assert heights == [3, 3, 1]

    def test_without_pyais(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "pyais", None)
        with pytest.raises(TracksError, match=r"pip install forceflow\[nmea\]"):
            list(read_sentences([], "log"))

    def test_without_zstandard(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "day.zst").write_bytes(b"")
        monkeypatch.setitem(sys.modules, "zstandard", None)
        with pytest.raises(TracksError, match=r"pip install forceflow\[zstd\]"):
            list(NmeaPiece(str(tmp_path / "day.zst")).read())
