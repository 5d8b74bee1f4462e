"""Commands on ships' tracks: what they print is what the library finds, and bad input is one clear line."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

import forceflow as ff
from forceflow import cli
from forceflow.cli import common
from forceflow.evidence.tables.event_frames import read_table

START = dt.datetime(2025, 1, 20, tzinfo=dt.UTC)
COMMANDS = ("calls", "sailings", "coverage")


def _run(*words: str) -> Result:
    command = ["tracks", *words]
    return CliRunner().invoke(cli.app, command, prog_name="forceflow", terminal_width=100)


def _at(place: str, first_h: float, hours: int, draught_m: float) -> list[dict[str, object]]:
    """A fix an hour at a place."""
    found = ff.find_place(place)
    rows: list[dict[str, object]] = []
    for hour in range(hours):
        rows.append(
            {
                "ship": 273_000_001,
                "time": START + dt.timedelta(hours=first_h + hour),
                "latitude": found.latitude,
                "longitude": found.longitude,
                "speed_kn": 0.0,
                "draught_m": draught_m,
                "name": "SPARTA II",
                "imo": 9_160_994,
            }
        )
    return rows


@pytest.fixture(name="file")
def one_voyage(tmp_path: Path) -> Path:
    """From Tartus, where it lay for ten hours, to Novorossiysk, a fix at sea three hours after the last in port."""
    at_sea = {**_at("Tartus", 12, 1, 5.4)[0], "latitude": 34.9, "longitude": 35.0, "speed_kn": 10.0}
    rows = [*_at("Tartus", 0, 10, 5.4), at_sea, *_at("Novorossiysk", 200, 10, 6.9)]
    path = tmp_path / "messages.csv"
    pl.DataFrame(rows).write_csv(path)
    return path


def test_calls_are_those_of_the_library(file: Path) -> None:
    table = ff.tracks.port_calls(ff.tracks.read_ais(file))
    whole = json.loads(_run("calls", str(file), "--json").stdout)
    printed = whole["calls"]
    assert whole["layout"] == "forceflow"
    assert whole["notes"] == list(ff.tracks.read_ais(str(file)).notes)
    assert (
        [row["place"] for row in printed] == table["place"].to_list() == ["tartus", "novorossiysk"]
    )
    assert printed[0]["left_after"] == "2025-01-20T09:00:00+00:00"
    assert printed[0]["left_by"] == "2025-01-20T12:00:00+00:00"
    assert printed[0]["arrived_after"] is None
    assert list(printed[0]) == list(ff.tracks.CALL_COLUMNS)


def test_metres_are_printed_as_they_were_sent(file: Path) -> None:
    result = _run("calls", str(file), "--json")
    tartus, novorossiysk = json.loads(result.stdout)["calls"]
    assert (tartus["draught_in_m"], tartus["draught_out_m"]) == (5.4, 5.4)
    assert novorossiysk["draught_in_m"] == 6.9
    assert re.findall(r"\d+\.\d{3,}", result.stdout) == []


def test_calls_as_text_have_their_windows(file: Path) -> None:
    result = _run("calls", str(file))
    assert result.exit_code == 0
    assert result.stderr == ""
    first, head, tartus, novorossiysk, *notes = result.stdout.splitlines()
    assert first == "2 port calls; times are UTC, draughts in m"
    assert head.split()[:4] == ["ship", "name", "place", "kind"]
    assert "before 2025-01-20 00:00" in tartus
    assert "2025-01-20 09:00 to 12:00" in tartus
    came, left = ff.tracks.port_calls(ff.tracks.read_ais(file))[
        ["draught_in_m", "draught_out_m"]
    ].row(0)
    assert tartus.endswith(f" {came:.1f} to {left:.1f}")
    assert "after 2025-01-28 17:00" in novorossiysk
    assert "layout forceflow" in notes[0]


def test_sailings_are_those_of_the_library(file: Path) -> None:
    calls = ff.tracks.port_calls(ff.tracks.read_ais(file))
    (sailing,) = ff.tracks.sailings(calls)
    text = _run("sailings", str(file)).stdout
    assert text.startswith(str(sailing))
    assert text.count("note: ") == len({*sailing.caveats})
    for caveat in sailing.caveats:
        assert text.count(f"  note: {caveat}") == 1
    printed = json.loads(_run("sailings", str(file), "--json").stdout)
    (row,) = printed["sailings"]
    assert (row["platform"], row["direction"]) == ("Sparta II", "outbound")
    from_russia = json.loads(_run("sailings", str(file), "--theatre", "NL", "--json").stdout)
    assert from_russia["sailings"][0]["direction"] == "external"


def test_coverage_is_that_of_the_library(file: Path) -> None:
    found = ff.tracks.coverage(ff.tracks.read_ais(file), every="1w")
    printed = json.loads(_run("coverage", str(file), "--every", "1w", "--json").stdout)["coverage"]
    assert [row["known_h"] for row in printed] == pytest.approx(found.by_time["known_h"].to_list())
    lines = _run("coverage", str(file), "--every", "1w").stdout.splitlines()
    assert lines[0] == str(found)
    assert len(lines) >= 2 + len(printed)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_table_is_written_and_nothing_else(command: str, ending: str, file: Path) -> None:
    out = file.parent / f"{command}.{ending}"
    result = _run(command, str(file), "--out", str(out))
    assert result.exit_code == 0, result.stderr
    assert result.stdout.endswith(f": {out}\n")
    assert result.stdout.count("\n") == 1
    rows = read_table(out)
    counted = int(result.stdout.split()[0])
    assert len(rows) == counted > 0


def test_own_columns_and_own_places(file: Path) -> None:
    table = pl.read_csv(file).rename(
        {"ship": "number", "time": "seen", "latitude": "y", "longitude": "x"}
    )
    own = file.parent / "own.csv"
    table.write_csv(own)
    places = file.parent / "places.csv"
    tartus = ff.find_place("Tartus")
    places.write_text(
        f"name,lat,lon,kind,radius_km\nNorth pier,{tartus.latitude},{tartus.longitude},berth,2\n"
    )
    given = []
    for pair in ("ship=number", "time=seen", "latitude=y", "longitude=x"):
        given += ["--column", pair]
    result = _run("calls", str(own), *given, "--places", str(places), "--json")
    assert [row["place"] for row in json.loads(result.stdout)["calls"]] == ["North pier"]


def test_a_radius_is_used(file: Path) -> None:
    table = pl.read_csv(file).with_columns(pl.col("latitude") + 0.03)
    off = file.parent / "off.csv"
    table.write_csv(off)
    kinds = {}
    for radius in ("2", "5"):
        printed = json.loads(_run("calls", str(off), "--radius-km", radius, "--json").stdout)
        kinds[radius] = {row["kind"] for row in printed["calls"]}
    assert kinds == {"2": {"anchorage"}, "5": {"berth"}}


def _bad_places(file: Path) -> list[str]:
    path = file.parent / "places.csv"
    path.write_text("name,lat,lon,radius_km\nNorth pier,34.9,35.9,two\n")
    return [str(file), "--places", str(path)]


def _other_table(file: Path) -> list[str]:
    path = file.parent / "other.csv"
    path.write_text("mmsi,y,x\n273000001,34.9,35.9\n")
    return [str(path)]


BAD: dict[str, tuple[Callable[[Path], list[str]], list[str]]] = {
    "no file": (lambda file: [str(file.parent / "none.csv")], ["none.csv"]),
    "unknown layout": (lambda file: [str(file), "--layout", "danisch"], ["danish"]),
    "no known columns": (_other_table, ["mmsi, y, x", "--column ship=mmsi", "--column time=..."]),
    "column without a name": (
        lambda file: [str(file), "--column", "ship"],
        ["--column is OURS=YOURS"],
    ),
    "layout and columns": (
        lambda file: [str(file), "--layout", "danish", "--column", "ship=ship"],
        ["--layout or --column"],
    ),
    "radius below nought": (lambda file: [str(file), "--radius-km", "-3"], ["radius", "-3"]),
    "radius in words": (_bad_places, ["places.csv, row 1", "radius_km is 'two'"]),
    "no places": (
        lambda file: [str(file), "--places", "none.geojson"],
        ["none.geojson: no such file"],
    ),
    "text file to write": (
        lambda file: [str(file), "--out", "calls.txt"],
        ["calls.txt", ".csv or .parquet"],
    ),
    "folder that is not there": (
        lambda file: [str(file), "--out", str(file.parent / "none" / "calls.csv")],
        ["none: no such folder"],
    ),
    "empty value": (lambda file: [str(file), "--layout", ""], ["--layout is empty"]),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("command", COMMANDS)
def test_bad_input_is_one_line_and_code_two(name: str, command: str, file: Path) -> None:
    words_of, expected = BAD[name]
    result = _run(command, *words_of(file))
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("forceflow: ")
    assert result.stderr.count("\n") == 1
    for words in expected:
        assert words in result.stderr


def test_a_wrong_theatre_is_refused_before_a_file_is_read(file: Path) -> None:
    result = _run("sailings", str(file.parent / "none.csv"), "--theatre", "Atlantis")
    assert result.exit_code == 2
    assert "unknown theatre 'Atlantis'" in result.stderr


def test_a_bar_is_shown_on_a_terminal_alone(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stages: list[str] = []

    class Bar:
        def __init__(self, total: int, **how: object) -> None:
            stages.append(f"{total} steps")

        def __enter__(self) -> Bar:
            return self

        def __exit__(self, *error: object) -> None:
            pass

        def set_description_str(self, stage: str) -> None:
            stages.append(stage)

        def update(self) -> None:
            pass

    monkeypatch.setattr("tqdm.tqdm", Bar)
    quiet = _run("calls", str(file))
    assert stages == []
    with monkeypatch.context() as patched:
        patched.setattr(common, "sys", _Terminal)
        shown = _run("calls", str(file))
    assert shown.stdout == quiet.stdout
    assert stages == ["1 steps", "reading messages.csv", "2 steps", "port calls", "messages.csv"]


class _Terminal:
    """A `sys` whose stderr is a terminal."""

    class stderr:
        """A terminal."""

        @staticmethod
        def isatty() -> bool:
            return True


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_examples(command: str) -> None:
    page = _run(command, "--help").stdout
    assert "Examples:" in page
    assert f"forceflow tracks {command} " in page
