"""The report with aircraft's legs: a section of its own, pictures and tables, and nothing of it without legs."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

import forceflow as ff
from forceflow import cli
from forceflow.errors import FrameError

Events = tuple[ff.FlowEvent, ...]
START = dt.datetime(2024, 12, 14, 4, tzinfo=dt.UTC)
FILES = {
    *(
        f"figures/{name}.{ending}"
        for name in ("leg-map", "leg-calendar", "ground-times")
        for ending in ("png", "svg")
    ),
    *(
        f"tables/{name}.{ending}"
        for name in ("legs", "sorties-seen", "ground-times")
        for ending in ("csv", "parquet")
    ),
}


def _leg(origin: str, destination: str | None, hour: float, **more: Any) -> dict[str, Any]:
    took_off = START + dt.timedelta(hours=hour)
    lag = dt.timedelta(minutes=6)
    landed = took_off + dt.timedelta(hours=2)
    row = {
        "aircraft": "152e10",
        "type": "A124",
        "origin": origin,
        "destination": destination,
        "took_off_after": took_off - lag,
        "took_off_by": took_off,
        "landed_after": landed,
        "landed_by": landed + lag if destination else None,
        "source": "OpenSky Network, states.csv",
    }
    return {**row, **more}


def _legs(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=ff.tracks.LEG_COLUMNS)


LEGS = _legs(_leg("OSLK", "HL59", 0), _leg("HL59", "OSLK", 5), _leg("OSLK", None, 24))


@pytest.fixture(scope="module", name="out")
def report_with_legs(tmp_path_factory: pytest.TempPathFactory, events: Events) -> Path:
    out = tmp_path_factory.mktemp("report") / "out"
    ff.write_report(events, out, legs=LEGS, draws=100, seed=7)
    return out


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def _section(out: Path) -> str:
    page = (out / "report.html").read_text(encoding="utf-8")
    found = re.search(r'<section aria-labelledby="legs">.*?</section>', page, re.DOTALL)
    assert found is not None
    return found[0]


def test_the_section_counts_legs_and_names_what_is_no_sortie(out: Path) -> None:
    section = _section(out)
    assert "3 legs of 1 aircraft, of which sorties that carry, by direction: outbound 1." in section
    assert "destination not known" in section
    assert section.count("<figure") == 3
    assert 'href="#legs"' in (out / "report.html").read_text(encoding="utf-8")


def test_pictures_and_tables_are_written(out: Path) -> None:
    assert _files(out) >= FILES
    sorties = pl.read_csv(out / "tables" / "sorties-seen.csv")
    assert sorties["event_id"].to_list() == [
        "152e10-OSLK-20241214T040000",
        "152e10-HL59-20241214T090000",
    ]
    assert pl.read_csv(out / "tables" / "ground-times.csv")["field"].to_list() == ["HL59", "OSLK"]
    assert pl.read_parquet(out / "tables" / "legs.parquet").height == 3


def test_the_estimates_rest_on_the_events_alone(tmp_path: Path, events: Events, out: Path) -> None:
    ff.write_report(events, tmp_path / "plain", draws=100, seed=7)
    assert not FILES & _files(tmp_path / "plain")
    page = (tmp_path / "plain" / "report.html").read_text(encoding="utf-8")
    assert "Flights in tracks" not in page
    for name in ("tonnage", "summary", "events"):
        assert (out / "tables" / f"{name}.csv").read_bytes() == (
            tmp_path / "plain" / "tables" / f"{name}.csv"
        ).read_bytes()


def test_legs_that_never_meet_have_no_picture_of_ground_times(
    tmp_path: Path, events: Events
) -> None:
    ff.write_report(
        events, tmp_path / "out", legs=_legs(_leg("OSLK", "HL59", 0)), draws=100, seed=7
    )
    assert "figures/ground-times.png" not in _files(tmp_path / "out")
    assert "figures/leg-map.png" in _files(tmp_path / "out")


def test_a_frame_of_something_else_is_refused(tmp_path: Path, events: Events) -> None:
    with pytest.raises(FrameError, match="the legs lack the columns"):
        ff.write_report(events, tmp_path / "out", legs=pl.DataFrame({"hex": ["152e10"]}), draws=100)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_file_at_the_command_line_gives_the_same_section(
    ending: str, tmp_path: Path, out: Path
) -> None:
    file = tmp_path / f"legs.{ending}"
    LEGS.write_csv(file) if ending == "csv" else LEGS.write_parquet(file)
    words = ["report", "syria-2024", "--out", str(tmp_path / "out"), "--legs", str(file)]
    result = CliRunner().invoke(cli.app, [*words, "--draws", "100"], prog_name="forceflow")
    assert result.exit_code == 0, result.stderr
    assert _section(tmp_path / "out") == _section(out)
    assert set(FILES) <= _files(tmp_path / "out")


def test_legs_that_cannot_be_read_are_refused_in_one_line(tmp_path: Path) -> None:
    words = ["report", "syria-2024", "--out", str(tmp_path / "out"), "--legs", "none.csv"]
    result = CliRunner().invoke(cli.app, [*words, "--draws", "100"], prog_name="forceflow")
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "none.csv" in result.stderr
    assert not (tmp_path / "out").exists()
