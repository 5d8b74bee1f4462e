"""Reports and commands on people alone: every headline is in people, and sources are named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

import forceflow as ff
from forceflow.cli import app
from forceflow.report.analysis import find
from forceflow.report.stock import read_stock

ROWS = [
    {
        "event_id": f"n{day}", "start": f"2023-10-{day}", "mode": "air", "platform": "A400M", "origin": "Niamey",
        "destination": "LFOJ", "movements": 1, "personnel": people, "sources": source,
    }
    for day, people, source in ((10, 80, "Reuters"), (17, 120, "AFP"), (20, 200, "AFP"), (25, 282, "Reuters"))
]  # fmt: skip


@pytest.fixture
def table(tmp_path: Path) -> str:
    file = tmp_path / "niger.csv"
    pl.DataFrame(ROWS).write_csv(file)
    return str(file)


def run(*words: str) -> Any:
    return CliRunner().invoke(app, [*words, "--theatre", "Niger", "--draws", "200"])


def test_headlines_of_people_are_in_people() -> None:
    events = ff.from_frame(pl.DataFrame(ROWS), theatre="Niger")
    alone = find(events, draws=200)
    assert {headline.key for headline in alone.headlines} == {"people", "rate"}
    assert alone.headlines[0].middle == 80 + 120 + 200 + 282
    assert all("personnel" in headline.value for headline in alone.headlines)
    assert "people were published and no stock was given" in alone.missing["withdrawal"]
    led = find(events, stock="1,450 people", draws=200)
    assert led.withdrawal is not None
    assert led.withdrawal.stock.unit == "personnel"
    (net,) = [headline for headline in led.headlines if headline.key == "net"]
    assert net.unit == "personnel/day"
    assert "the stock given is in t" in find(events, stock_t=1_450, draws=200).missing["withdrawal"]
    assert alone.basis == "own figures from 2 sources: AFP, Reuters"


def test_the_command_line_takes_a_measure_and_a_stock_of_people(table: str) -> None:
    said = run("tonnage", table, "--measure", "personnel").stdout
    assert "personnel moved (outbound): 682 personnel" in said
    assert " t " not in said.splitlines()[0]
    for stock in (("--stock", "1,450 people"), ("--stock", "1450", "--measure", "personnel")):
        assert (
            "stock 1,450 personnel, moved 682 personnel" in run("withdrawal", table, *stock).stdout
        )
    for wrong, why in (
        (("--stock", "1450 t", "--measure", "personnel"), "is of tonnes"),
        (("--stock", "7 flights"), "is of movements"),
        (("--stock", "1450", "--measure", "movements"), "not of 'movements'"),
        ((), "people were published and no stock was given"),
    ):
        result = run("withdrawal", table, *wrong)
        assert result.exit_code == 2
        assert why in result.stderr


def test_the_report_names_the_sources_of_a_table(table: str, tmp_path: Path) -> None:
    said = run("report", table, "--out", str(tmp_path / "out")).stdout
    assert "own figures from 2 sources: AFP, Reuters" in said
    assert "no claims" not in said


def test_assumptions_name_only_ships_of_the_events() -> None:
    row = {
        "mode": "sea",
        "platform": "bulk carrier",
        "origin": "Odesa",
        "destination": "Varna",
        "movements": 1,
    }
    for platform in ("bulk carrier", "cargo ship"):
        events = ff.from_frame(
            pl.DataFrame([{**row, "platform": platform, "start": "2022-08-01"}]), theatre="UA"
        )
        words = " ".join(f"{a.name} {a.value} {a.why}" for a in find(events, draws=200).assumptions)
        assert "load factor" in words
        assert "Sparta" not in words
        assert "Ursa" not in words


def test_a_stock_is_read_with_its_unit() -> None:
    people = read_stock("1,450 people")
    assert people is not None
    assert (people[0].best, people[0].unit, people[1]) == (1_450, "personnel", "personnel")
    tons = read_stock("20 short tons")
    assert tons is not None
    assert tons[0].best == pytest.approx(20 * 0.90718474)
    bare = read_stock((1, 2, 3))
    assert bare is not None
    assert bare[1] == "tonnes"
    with pytest.raises(ff.errors.EstimateError, match="not both"):
        read_stock(1, 2)
