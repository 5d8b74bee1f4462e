"""Commands on aircraft's tracks: what they print is what the library finds, and bad input is one clear line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner, Result

import forceflow as ff
from forceflow import cli
from forceflow.errors import TracksError
from forceflow.evidence.tables.event_frames import read_table
from forceflow.feeds.aircraft_columns import AIRCRAFT_COLUMNS
from forceflow.tracks.aircraft_tracks import AircraftTracks
from forceflow.tracks.ship_tracks import FramePiece


def _run(*words: str) -> Result:
    command = ["tracks", *words]
    return CliRunner().invoke(cli.app, command, prog_name="forceflow", terminal_width=100)


def _flights() -> AircraftTracks:
    """An An-124 from Hmeimim to al-Khadim and back, and out to sea."""
    fixes = [
        ("04:00", 35.401, 35.949, "ground"),
        ("04:10", 35.30, 35.60, "air"),
        ("06:20", 32.20, 21.60, "air"),
        ("06:30", 31.9985, 21.1918, "ground"),
        ("09:00", 31.9985, 21.1918, "ground"),
        ("09:10", 32.20, 21.60, "air"),
        ("11:20", 35.30, 35.60, "air"),
        ("11:30", 35.401, 35.949, "ground"),
        ("15:00", 35.401, 35.949, "ground"),
        ("15:10", 35.30, 35.60, "air"),
        ("15:40", 35.00, 33.00, "air"),
    ]
    rows = pl.DataFrame(
        {
            "aircraft": [0x152E10] * len(fixes),
            "time": [f"2024-12-14 {fix[0]}" for fix in fixes],
            "latitude": [fix[1] for fix in fixes],
            "longitude": [fix[2] for fix in fixes],
            "ground": pl.Series([fix[3] for fix in fixes], dtype=AIRCRAFT_COLUMNS["ground"]),
            "type": ["A124"] * len(fixes),
        }
    ).with_columns(
        pl.col("time").str.to_datetime("%Y-%m-%d %H:%M", time_unit="us", time_zone="UTC")
    )
    return AircraftTracks((FramePiece("table", rows),), "forceflow", ("table",), notes=("a note",))


@pytest.fixture(name="legs_file")
def table_of_legs(tmp_path: Path) -> Path:
    path = tmp_path / "legs.csv"
    ff.tracks.legs(_flights()).write_csv(path)
    return path


@pytest.fixture(name="messages")
def reader_of_messages(monkeypatch: pytest.MonkeyPatch) -> str:
    """A file name that the reader of messages takes for those of `_flights`."""

    def read(source: Any, *, layout: str = "auto", columns: Any = None) -> AircraftTracks:
        if layout not in ("auto", "readsb"):
            raise TracksError(f"unknown layout {layout!r}; use layout='auto'")
        assert source == ["traces"]
        assert columns in (None, {"icao": "aircraft"})
        return _flights()

    monkeypatch.setattr(ff.tracks, "read_adsb", read, raising=False)
    return "traces"


def test_legs_are_those_of_the_library(messages: str) -> None:
    printed = json.loads(_run("legs", messages, "--json", "--column", "aircraft=icao").stdout)
    table = ff.tracks.legs(_flights())
    assert (
        [row["destination"] for row in printed]
        == table["destination"].to_list()
        == ["HL59", "OSLK", None]
    )
    assert printed[0]["took_off_after"] == "2024-12-14T04:00:00+00:00"
    assert list(printed[0]) == list(ff.tracks.LEG_COLUMNS)


def test_legs_as_text_have_their_windows_and_notes(messages: str) -> None:
    result = _run("legs", messages)
    assert result.exit_code == 0
    first, head, out, *_ = result.stdout.splitlines()
    assert first == "3 legs; times are UTC"
    assert head.split()[:5] == ["aircraft", "callsign", "type", "from", "to"]
    assert "2024-12-14 04:00 to 04:10" in out
    assert "note: a note" in result.stdout
    assert "152e10: to where is not known, seen at 35.00 N 33.00 E" in result.stdout


def test_a_table_of_legs_gives_the_same_sorties_as_the_messages(
    messages: str, legs_file: Path
) -> None:
    from_table = json.loads(_run("sorties", str(legs_file), "--json").stdout)
    from_messages = json.loads(_run("sorties", messages, "--json").stdout)
    assert from_table["sorties"] == from_messages["sorties"]
    assert [one["event_id"] for one in from_table["sorties"]] == [
        event.event_id for event in ff.tracks.sorties(ff.tracks.legs(_flights()))
    ]
    assert "destination not known" in from_table["notes"][0]
    assert "a note" in from_messages["notes"]


def test_sorties_as_text_say_what_was_assumed_once(legs_file: Path) -> None:
    result = _run("sorties", str(legs_file))
    assert result.exit_code == 0
    assert (
        "152e10-OSLK-20241214T041000: sortie, An-124, Hmeimim to al-Khadim (outbound)"
        in result.stdout
    )
    assert result.stdout.count("note: way back of a trip") == 1


def test_types_come_from_a_table(legs_file: Path, tmp_path: Path) -> None:
    types = tmp_path / "aircraft.csv"
    types.write_text("hex,platform\n152E10,Il-76MD\n", encoding="utf-8")
    result = _run("sorties", str(legs_file), "--types", str(types))
    assert "Il-76MD, Hmeimim to al-Khadim" in result.stdout


def test_tables_are_written(legs_file: Path, messages: str, tmp_path: Path) -> None:
    result = _run("sorties", str(legs_file), "--out", str(tmp_path / "sorties.csv"))
    assert result.stdout.startswith("2 sorties: ")
    assert len(read_table(tmp_path / "sorties.csv")) == 2
    result = _run("legs", messages, "--out", str(tmp_path / "again.parquet"))
    assert result.stdout.startswith("3 legs: ")
    assert list(read_table(tmp_path / "again.parquet").columns) == list(ff.tracks.LEG_COLUMNS)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--theatre", "atlantis"), "atlantis"),
        (("--loaded", "half"), "loaded is 'outbound', 'inbound' or 'both'"),
        (("--least-weight", "2"), "least_weight"),
        (("--types", "none.csv"), "none.csv: no such file"),
        (("--out", "sorties.xlsx"), "a table is written as .csv or .parquet"),
    ],
)
def test_bad_options_are_one_clear_line(
    legs_file: Path, options: tuple[str, str], words: str
) -> None:
    result = _run("sorties", str(legs_file), *options)
    assert result.exit_code != 0
    assert words in result.output
    assert "Traceback" not in result.output


def test_errors_of_the_reader_name_options(messages: str) -> None:
    result = _run("legs", messages, "--layout", "mine")
    assert result.exit_code != 0
    assert "use --layout auto" in result.output
