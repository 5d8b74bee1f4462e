"""The report with ships' tracks: a section of its own, pictures and tables, and nothing of it without tracks."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

import forceflow as ff
from forceflow import cli

Events = tuple[ff.FlowEvent, ...]
START = dt.datetime(2025, 1, 25, tzinfo=dt.UTC)
FILES = {
    *(
        f"figures/track-{name}.{ending}"
        for name in ("map", "calendar")
        for ending in ("png", "svg")
    ),
    *(
        f"tables/{name}.{ending}"
        for name in ("port-calls", "reports-beside-tracks")
        for ending in ("csv", "parquet")
    ),
}


def _messages(name: str = "SPARTA II", imo: int = 9_160_994) -> pl.DataFrame:
    """A ship that lies at Tartus until 18:00 on 26 January and is heard again at sea from 06:00 on."""
    tartus = ff.find_place("Tartus")
    rows = []
    for hour in [*range(43), *range(54, 60)]:
        west = max(hour - 42, 0) * 0.15
        rows.append(
            {
                "ship": 273_000_002,
                "time": START + dt.timedelta(hours=hour),
                "latitude": tartus.latitude,
                "longitude": tartus.longitude - west,
                "draught_m": 5.6,
                "name": name,
                "imo": imo,
            }
        )
    return pl.DataFrame(rows)


@pytest.fixture(scope="module", name="file")
def messages_in_a_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tracks") / "month.parquet"
    _messages().write_parquet(path)
    return path


@pytest.fixture(scope="module", name="out")
def report_with_tracks(
    tmp_path_factory: pytest.TempPathFactory, events: Events, file: Path
) -> Path:
    out = tmp_path_factory.mktemp("report") / "out"
    ff.write_report(events, out, tracks=ff.tracks.read_ais(file), draws=100, seed=7)
    return out


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _section(out: Path) -> str:
    page = (out / "report.html").read_text(encoding="utf-8")
    found = re.search(r'<section aria-labelledby="tracks">.*?</section>', page, re.DOTALL)
    assert found is not None
    return found[0]


def test_the_section_sets_claims_beside_the_track(out: Path) -> None:
    section = _section(out)
    # Of the shipped five reports bne has the 30th, the EUAA late January; she left in the night to the 27th.
    assert "2025-01-26 18:00" in section
    assert "2025-01-27 06:00" in section
    assert "<strong>2.8 days after she had left</strong>" in section
    assert "fit the track: 1; that do not: 1; of which the record does not say: 0." in section
    assert 'href="#claim-bne-1"' in section
    assert set(_files(out)) >= FILES
    beside = pl.read_csv(out / "tables" / "reports-beside-tracks.csv")
    assert set(beside["claim"]) >= {"bne-1", "euaa-7"}


def test_the_contents_lead_to_it(out: Path) -> None:
    page = (out / "report.html").read_text(encoding="utf-8")
    assert '<li><a href="#tracks">Tracks</a></li>' in page
    assert page.count('id="tracks"') == page.count('id="beside"') == 1
    for link in re.findall(r'href="#([^"]+)"', _section(out)):
        assert f'id="{link}"' in page


def test_without_tracks_there_is_none(tmp_path: Path, events: Events) -> None:
    ff.write_report(events, tmp_path / "out", draws=100, seed=7)
    assert "#tracks" not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert not set(_files(tmp_path / "out")) & FILES


def test_a_file_at_the_command_line_gives_the_same_bytes(
    tmp_path: Path, out: Path, file: Path
) -> None:
    words = [
        "report",
        "syria-2024",
        "--out",
        str(tmp_path / "out"),
        "--tracks",
        str(file),
        "--draws",
        "100",
    ]
    result = CliRunner().invoke(cli.app, words, prog_name="forceflow")
    assert result.exit_code == 0, result.stderr
    ours, theirs = _files(out), _files(tmp_path / "out")
    assert set(ours) == set(theirs)
    for name in FILES:
        assert ours[name] == theirs[name], name
    assert _section(out) == _section(tmp_path / "out")


def test_ships_of_no_report_are_shown_without_claims(tmp_path: Path, events: Events) -> None:
    stranger = _messages("ANNA <b>", 9_999_999)
    ff.write_report(events, tmp_path / "out", tracks=stranger, draws=100, seed=7)
    section = _section(tmp_path / "out")
    assert "No claim speaks of a ship in the tracks" in section
    assert "<b>" not in section


def test_calls_of_ones_own_are_used_and_need_tracks(
    tmp_path: Path, events: Events, file: Path
) -> None:
    tracks = ff.tracks.read_ais(file)
    calls = ff.tracks.port_calls(tracks).with_columns(left_by=None)
    ff.write_report(events, tmp_path / "out", tracks=tracks, calls=calls, draws=100, seed=7)
    assert "still at the berth at the end of the record" in _section(tmp_path / "out")
    with pytest.raises(ff.errors.ReportError, match="calls= goes with tracks="):
        ff.write_report(events, tmp_path / "other", calls=calls, draws=100, seed=7)


def test_tracks_that_cannot_be_read_are_refused_in_one_line(tmp_path: Path) -> None:
    words = [
        "report",
        "syria-2024",
        "--out",
        str(tmp_path / "out"),
        "--tracks",
        str(tmp_path / "none.csv"),
    ]
    result = CliRunner().invoke(cli.app, [*words, "--draws", "100"], prog_name="forceflow")
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "none.csv" in result.stderr
    assert not (tmp_path / "out").exists()
